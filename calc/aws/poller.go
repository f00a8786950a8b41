package aws

// Event source mappings: what pollers read, how many batches they invoke at a time, and how fast they grow.
const (
	// DefaultQueueBatch and DefaultStreamBatch are the most messages of a batch unless a mapping sets it: for SQS, and for
	// all other sources.
	//
	// Unit: messages. Scope: one event source mapping. Source: SourceSQS, SourceKinesis.
	DefaultQueueBatch  = 10
	DefaultStreamBatch = 100

	// MaxBatch is the most messages that a batch may be set to have, and MaxFIFOBatch that of a FIFO queue. Above
	// LargeBatch, SQS wants a window of MinLargeWindowS.
	//
	// Unit: messages, seconds. Scope: one event source mapping. Source: SourceSQSMapping.
	MaxBatch        = 10_000
	MaxFIFOBatch    = 10
	LargeBatch      = 10
	MinLargeWindowS = 1

	// MaxWindowS is the longest that a poller may wait until a batch is full.
	//
	// Unit: seconds. Scope: one event source mapping. Source: SourceSQSMapping.
	MaxWindowS = 300

	// QueueStart is the number of batches at a time with which Lambda begins to read a standard queue, and
	// QueueGrowthPerMinute is how many more it adds: "up to 300 more per minute".
	//
	// Unit: environments, environments per minute. Scope: one event source mapping. Source: SourceSQS.
	QueueStart           = 5
	QueueGrowthPerMinute = 300

	// PollerGrowthPerMinute is how many batches at a time provisioned pollers of SQS add.
	//
	// Unit: environments per minute. Scope: one event source mapping. Source: SourceSQS.
	PollerGrowthPerMinute = 1000

	// PollerKBPerS, PollerCallsPerS and PollerMessagesPerS bound what a provisioned poller of SQS reads: kilobytes,
	// invocations and messages a second.
	//
	// Unit: kB of 1,024 bytes per second, per second, messages per second. Scope: one poller. Source: SourceSQS.
	PollerKBPerS       = 1024
	PollerCallsPerS    = 10
	PollerMessagesPerS = 100

	// MaxParallelization is the greatest parallelization factor of a stream.
	//
	// Unit: batches at a time for each shard. Scope: one event source mapping. Source: SourceKinesis.
	MaxParallelization = 10

	// ShardKBPerS and ShardRecordsPerS are what all classic consumers of a Kinesis shard may read.
	//
	// Unit: kB of 1,024 bytes per second, records per second. Scope: one shard. Source: SourceShards.
	ShardKBPerS      = 2048
	ShardRecordsPerS = 2000

	// ActiveMQConcurrency and RabbitMQConcurrency are the batches at a time of a broker. AWS Support raises them.
	//
	// Unit: environments. Scope: one event source mapping. Source: SourceMQ.
	ActiveMQConcurrency = 5
	RabbitMQConcurrency = 1
)

// How long sources hide and keep messages.
const (
	// DefaultVisibilityS and MaxVisibilityS are the visibility timeout of a queue that does not set one, and the longest.
	// AWS recommends VisibilityTimeouts times the timeout of the function.
	//
	// Unit: seconds, ratio. Scope: one queue. Source: SourceSQSErrors, SourceSQSConfigure.
	DefaultVisibilityS = 30
	MaxVisibilityS     = 43_200
	VisibilityTimeouts = 6

	// AdvisedReceives is the least maxReceiveCount that AWS recommends, and MaxReceives the greatest that it takes.
	//
	// Unit: receives of a message. Scope: one queue. Source: SourceSQSConfigure.
	AdvisedReceives = 5
	MaxReceives     = 1000

	// DefaultTimeoutS is the timeout of a function that does not set one.
	//
	// Unit: seconds. Scope: function. Source: SourceQuota.
	DefaultTimeoutS = 3

	// MinRetentionS is the shortest retention, DefaultQueueRetentionS and MaxQueueRetentionS are those of SQS: 4 and 14
	// days.
	//
	// Unit: seconds. Scope: one queue. Source: SourceSQSQuota.
	MinRetentionS          = 60
	DefaultQueueRetentionS = 4 * 86_400
	MaxQueueRetentionS     = 14 * 86_400

	// StreamRetentionS is the retention of a stream unless it is raised: 24 hours, which DynamoDB never raises.
	// MaxStreamRetentionS is that of Kinesis: 365 days.
	//
	// Unit: seconds. Scope: one stream. Source: SourceShards, SourceKinesis.
	StreamRetentionS    = 86_400
	MaxStreamRetentionS = 365 * 86_400

	// AsyncRetentionS is the greatest age of an asynchronous event, unless the function lowers it: 6 hours.
	//
	// Unit: seconds. Scope: function. Source: SourceAsync.
	AsyncRetentionS = 6 * 3600
)
