package source

import (
	"slices"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/optional"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// A Type is a kind of event source.
type Type string

// The types. The zero Type means SQS.
const (
	SQS              Type = "sqs"               // a standard queue
	SQSFIFO          Type = "sqs-fifo"          // a FIFO queue
	SQSProvisioned   Type = "sqs-provisioned"   // a standard queue with provisioned pollers
	Kinesis          Type = "kinesis"           // a Kinesis data stream
	DynamoDB         Type = "dynamodb"          // a DynamoDB stream
	Kafka            Type = "kafka"             // a Kafka topic
	KafkaProvisioned Type = "kafka-provisioned" // a Kafka topic with provisioned pollers
	KafkaQueue       Type = "kafka-queue"       // a share group of Kafka, with provisioned pollers
	ActiveMQ         Type = "activemq"          // a queue of ActiveMQ
	RabbitMQ         Type = "rabbitmq"          // a queue of RabbitMQ
	Async            Type = "async"             // the events of asynchronous invocations, such as those of S3 and SNS
)

// Types lists the types, the default first.
func Types() []Type {
	return []Type{SQS, SQSFIFO, SQSProvisioned, Kinesis, DynamoDB, Kafka, KafkaProvisioned, KafkaQueue, ActiveMQ, RabbitMQ,
		Async}
}

// ParseType reads the type of a source.
func ParseType(text string) (Type, error) { return quantity.ParseWord(text, Types()...) }

// IsQueue reports whether the source is a queue of SQS, which hides messages and receives them again.
func (t Type) IsQueue() bool { return slices.Contains(queues, t) }

// IsStream reports whether the source is a log of records, which does not take a record away when it is read.
func (t Type) IsStream() bool { return slices.Contains(logs, t) }

// Noun is what the source has: messages, records or events.
func (t Type) Noun() string {
	switch {
	case t == Async:
		return "event"
	case t == Kinesis, t == DynamoDB:
		return "record"
	}
	return "message"
}

// The types that have a setting.
var (
	queues   = []Type{SQS, SQSFIFO, SQSProvisioned}
	capped   = []Type{SQS, SQSFIFO}
	shards   = []Type{Kinesis, DynamoDB}
	topics   = []Type{Kafka, KafkaProvisioned}
	polled   = []Type{SQSProvisioned, KafkaProvisioned, KafkaQueue}
	sized    = []Type{SQSProvisioned, Kinesis}
	logs     = []Type{Kinesis, DynamoDB, Kafka, KafkaProvisioned, KafkaQueue}
	batched  = slices.DeleteFunc(Types(), func(t Type) bool { return t == Async })
	windowed = slices.DeleteFunc(Types(), func(t Type) bool { return t == Async || t == SQSFIFO })
	kept     = slices.DeleteFunc(Types(), func(t Type) bool { return t == ActiveMQ || t == RabbitMQ })
)

// A Source is one event source of a function. Settings that are absent have the defaults of AWS, see Completed.
type Source struct {
	// Type is the kind of source.
	Type Type
	// MessagesRPS is how many messages arrive, per second, 0 to 1e9.
	MessagesRPS optional.Optional[float64]
	// Batch is the most messages of a batch.
	Batch optional.Optional[int64]
	// WindowS is how long a poller waits until a batch is full, seconds.
	WindowS optional.Optional[float64]
	// MaximumConcurrency is the most batches at a time of a mapping of SQS.
	MaximumConcurrency optional.Optional[int64]
	// PollersMin and PollersMax are the bounds of the provisioned pollers.
	PollersMin, PollersMax optional.Optional[int64]
	// Groups is the number of message groups of a FIFO queue that are active at a time.
	Groups optional.Optional[int64]
	// Shards is the number of shards of a stream.
	Shards optional.Optional[int64]
	// Parallelization is the number of batches at a time of each shard.
	Parallelization optional.Optional[int64]
	// Partitions is the number of partitions of a topic.
	Partitions optional.Optional[int64]
	// RecordBytes is the mean size of a message, bytes; absent means that the size limits nothing.
	RecordBytes optional.Optional[int64]
	// VisibilityS is how long a queue hides a message that was received, seconds.
	VisibilityS optional.Optional[float64]
	// MaxReceive is how often a message is received before it goes to the dead-letter queue; absent if there is none.
	MaxReceive optional.Optional[int64]
	// RetentionS is how long a message is kept, seconds; absent means the default, see Retention.
	RetentionS optional.Optional[float64]
	// Backlog is the number of messages that wait at the start.
	Backlog optional.Optional[float64]
	// BehindS is how old the oldest record is at the start, seconds: another way to say how many wait.
	BehindS optional.Optional[float64]
	// HottestShard is the share of the records that the busiest shard has, a ratio. Absent means an even share.
	HottestShard optional.Optional[float64]
}

// Completed returns the source with the defaults of AWS for what is not given. What only a number of the source itself
// can say stays absent: its shards, partitions, groups and messages, and what is without an end.
func (s Source) Completed() Source {
	if s.Type == "" {
		s.Type = SQS
	}
	s.Batch = s.Batch.Else(optional.Some(s.defaultBatch()))
	if !s.WindowS.Known() {
		s.WindowS = optional.Some(s.leastWindow())
	}
	if slices.Contains(polled, s.Type) {
		least := int64(aws.MinKafkaPollers)
		if s.Type == SQSProvisioned {
			least = aws.MinQueuePollers
		}
		s.PollersMin = s.PollersMin.Else(optional.Some(min(least, s.PollersMax.Or(least))))
		s.PollersMax = s.PollersMax.Else(optional.Some(max(aws.DefaultMaxPollers, s.PollersMin.Or(0))))
	}
	if slices.Contains(shards, s.Type) {
		s.Parallelization = s.Parallelization.Else(optional.Some(int64(1)))
	}
	if s.Type.IsQueue() {
		s.VisibilityS = s.VisibilityS.Else(optional.Some(float64(aws.DefaultVisibilityS)))
	}
	return s
}

func (s *Source) defaultBatch() int64 {
	switch {
	case s.Type == Async:
		return 1
	case s.Type.IsQueue():
		return aws.DefaultQueueBatch
	}
	return aws.DefaultStreamBatch
}

// leastWindow is the shortest window that AWS accepts, seconds.
func (s *Source) leastWindow() float64 {
	if (s.Type == SQS || s.Type == SQSProvisioned) && s.Batch.Or(0) > aws.LargeBatch {
		return aws.MinLargeWindowS
	}
	return 0
}

// Retention returns how long a message is kept, seconds: what is given, or else the default of the source. It is absent
// if that is not known, as for a topic, or if there is no end.
func (s *Source) Retention() optional.Optional[float64] {
	def := optional.Optional[float64]{}
	switch {
	case s.Type == "" || s.Type.IsQueue():
		def = optional.Some(float64(aws.DefaultQueueRetentionS))
	case s.Type == Kinesis, s.Type == DynamoDB:
		def = optional.Some(float64(aws.StreamRetentionS))
	case s.Type == Async:
		def = optional.Some(float64(aws.AsyncRetentionS))
	}
	return s.RetentionS.Else(def)
}

// Waiting returns the number of messages that wait at the start, for a rate at which they arrive, per second.
func (s *Source) Waiting(rps float64) float64 {
	return s.Backlog.Or(float64(rps * s.BehindS.Or(0)))
}
