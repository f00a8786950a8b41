package files

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/optional"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
)

// event is a SAM template with a function F that has an event, and more resources.
func event(of, properties, more string) string {
	return sam(", Timeout: 30, Events: {E: {Type: "+of+", Properties: {"+properties+"}}}", more)
}

// sourceMapping is a CloudFormation template with an event source mapping of the function F, and more resources.
func sourceMapping(properties, more string) string {
	return template(", Timeout: 30", "", "  M: {Type: AWS::Lambda::EventSourceMapping, "+
		"Properties: {FunctionName: !Ref F, "+properties+"}}\n"+more)
}

// tfPolled is a state with a function F, and a mapping of something that is polled.
func tfPolled(of, values, mapping string) string {
	return `{"format_version": "1.0", "values": {"root_module": {"resources": [` +
		resource(function, "f", named("F")+`, "timeout": 30`) + ", " +
		resource(of, "p", `"arn": "arn:p", `+values) + ", " +
		resource("aws_lambda_event_source_mapping", "m", named("F")+`, "event_source_arn": "arn:p", `+mapping) + `]}}}`
}

// mappingAnswer is the answer of list-event-source-mappings with a mapping of the function F.
func mappingAnswer(arn, settings string) string {
	return `{"EventSourceMappings": [{"FunctionArn": "arn:aws:lambda:r:1:function:F", "EventSourceArn": "` + arn + `", ` +
		settings + `}]}`
}

const (
	queueARN  = "arn:aws:sqs:r:1:q"
	streamARN = "arn:aws:kinesis:r:1:stream/s"
	queueOf   = "  Q: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 60, MessageRetentionPeriod: 86400, " +
		"RedrivePolicy: {deadLetterTargetArn: x, maxReceiveCount: 3}}}\n"
	streamOf = "  S: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 4, RetentionPeriodHours: 48}}\n"
	// alone is a template with the function F alone, which answers say more of.
	alone = "Resources: {F: {Type: AWS::Lambda::Function, Properties: {FunctionName: F}}}\n"
	ages  = "  A: {Type: AWS::Lambda::EventInvokeConfig, Properties: {FunctionName: !Ref F, Qualifier: a, " +
		"MaximumEventAgeInSeconds: 600}}\n  B: {Type: AWS::Lambda::EventInvokeConfig, Properties: {FunctionName: !Ref F, " +
		"Qualifier: b, MaximumEventAgeInSeconds: 300}}\n"
	attributes = `{"Attributes": {"QueueArn": "arn:aws:sqs:r:1:q", "ApproximateNumberOfMessages": "100", ` +
		`"ApproximateNumberOfMessagesNotVisible": "4", "VisibilityTimeout": "60", "MessageRetentionPeriod": "86400", ` +
		`"RedrivePolicy": "{\"deadLetterTargetArn\":\"x\",\"maxReceiveCount\":3}"}}`
	summary = `{"StreamDescriptionSummary": {"StreamName": "s", "StreamARN": "arn:aws:kinesis:r:1:stream/s", ` +
		`"OpenShardCount": 4, "RetentionPeriodHours": 48}}`
)

// sourceCases are event sources in every format that can express them, and the settings that the function then has.
var sourceCases = []struct {
	name  string
	texts []string
	want  string
}{
	{"SQS: SAM", []string{event("SQS", "Queue: !GetAtt Q.Arn, BatchSize: 100, MaximumBatchingWindowInSeconds: 5, "+
		"ScalingConfig: {MaximumConcurrency: 50}", queueOf)},
		"sqs batch=100 window=5 maximum=50 visibility=60 receives=3 retention=86400"},
	{"SQS: CloudFormation", []string{sourceMapping("EventSourceArn: !GetAtt Q.Arn, BatchSize: '100', "+
		"MaximumBatchingWindowInSeconds: 5, ScalingConfig: {MaximumConcurrency: 50}", queueOf)},
		"sqs batch=100 window=5 maximum=50 visibility=60 receives=3 retention=86400"},
	{"SQS: Terraform", []string{tfPolled("aws_sqs_queue", `"visibility_timeout_seconds": 60, "fifo_queue": false, `+
		`"message_retention_seconds": 86400, "redrive_policy": "{\"maxReceiveCount\": 3}"`,
		`"batch_size": 100, "maximum_batching_window_in_seconds": 5, "scaling_config": [{"maximum_concurrency": 50}]`)},
		"sqs batch=100 window=5 maximum=50 visibility=60 receives=3 retention=86400"},
	{"SQS: serverless", []string{service("timeout: 30, events: [sqs: {arn: !GetAtt [Q, Arn], batchSize: 100, "+
		"maximumBatchingWindow: 5, maximumConcurrency: 50}]") + "resources:\n Resources:\n" + queueOf},
		"sqs batch=100 window=5 maximum=50 visibility=60 receives=3 retention=86400"},
	{"SQS: answers", []string{alone, mappingAnswer(queueARN, `"BatchSize": 100, `+
		`"MaximumBatchingWindowInSeconds": 5, "ScalingConfig": {"MaximumConcurrency": 50}`), attributes},
		"sqs batch=100 window=5 maximum=50 visibility=60 receives=3 retention=86400 backlog=104"},
	{"attributes of the only queue", []string{alone, mappingAnswer(queueARN, `"BatchSize": 10`),
		`{"Attributes": {"VisibilityTimeout": "60"}}`}, "sqs batch=10 visibility=60"},
	{"attributes of another queue", []string{alone, mappingAnswer("arn:aws:sqs:r:1:other", `"BatchSize": 10`),
		attributes}, "sqs batch=10"},

	{"FIFO: SAM", []string{event("SQS", "Queue: !GetAtt Q.Arn",
		"  Q: {Type: AWS::SQS::Queue, Properties: {FifoQueue: true}}\n")}, "sqs-fifo visibility=30"},
	{"FIFO by name: SAM", []string{event("SQS", "Queue: arn:aws:sqs:r:1:q.fifo", "")}, "sqs-fifo"},
	{"FIFO: Terraform", []string{tfPolled("aws_sqs_queue", `"fifo_queue": true`, `"batch_size": 10`)},
		"sqs-fifo batch=10"},
	{"FIFO: serverless", []string{service("events: [sqs: 'arn:aws:sqs:r:1:q.fifo']")}, "sqs-fifo"},
	{"FIFO: answers", []string{alone, mappingAnswer(queueARN+".fifo", `"MaximumBatchingWindowInSeconds": 0`)},
		"sqs-fifo"},

	{"pollers: SAM", []string{event("SQS", "Queue: !GetAtt Q.Arn, ProvisionedPollerConfig: {MinimumPollers: 2, "+
		"MaximumPollers: 9}", "  Q: {Type: AWS::SQS::Queue}\n")}, "sqs-provisioned pollers=2..9 visibility=30"},
	{"pollers: Terraform", []string{tfPolled("aws_sqs_queue", `"name": "q"`,
		`"provisioned_poller_config": [{"minimum_pollers": 2, "maximum_pollers": 9}]`)}, "sqs-provisioned pollers=2..9"},
	{"pollers: serverless", []string{service("events: [sqs: {arn: 'arn:aws:sqs:r:1:q', " +
		"provisionedPollers: {min: 2, max: 9}}]")}, "sqs-provisioned pollers=2..9"},
	{"pollers: answers", []string{alone, mappingAnswer(queueARN,
		`"ProvisionedPollerConfig": {"MinimumPollers": 2, "MaximumPollers": 9}`)}, "sqs-provisioned pollers=2..9"},

	{"Kinesis: SAM", []string{event("Kinesis", "Stream: !GetAtt S.Arn, BatchSize: 500, ParallelizationFactor: 2",
		streamOf)},
		"kinesis batch=500 shards=4x2 retention=172800"},
	{"Kinesis by a consumer: CloudFormation", []string{sourceMapping("EventSourceArn: !Ref C, BatchSize: 500", streamOf+
		"  C: {Type: AWS::Kinesis::StreamConsumer, Properties: {StreamARN: !GetAtt S.Arn}}\n")},
		"kinesis batch=500 shards=4x? retention=172800"},
	{"Kinesis: Terraform", []string{tfPolled("aws_kinesis_stream", `"shard_count": 4, "retention_period": 48`,
		`"batch_size": 500, "parallelization_factor": 2`)}, "kinesis batch=500 shards=4x2 retention=172800"},
	{"Kinesis on demand: Terraform", []string{tfPolled("aws_kinesis_stream", `"shard_count": 0`, `"batch_size": 500`)},
		"kinesis batch=500"},
	{"Kinesis: serverless", []string{service("events: [stream: {type: kinesis, arn: !GetAtt S.Arn, "+
		"parallelizationFactor: 2, batchWindow: 5}]") + "resources:\n Resources:\n" + streamOf},
		"kinesis batch=10 window=5 shards=4x2 retention=172800"},
	{"Kinesis: answers", []string{alone, mappingAnswer(streamARN, `"BatchSize": 500, "ParallelizationFactor": 2`),
		summary}, "kinesis batch=500 shards=4x2 retention=172800"},

	{"DynamoDB: SAM", []string{event("DynamoDB", "Stream: !GetAtt T.StreamArn, BatchSize: 500",
		"  T: {Type: AWS::DynamoDB::Table}\n")}, "dynamodb batch=500"},
	{"DynamoDB: serverless", []string{service("events: [stream: 'arn:aws:dynamodb:r:1:table/T/stream/2026']")},
		"dynamodb batch=10"},
	{"DynamoDB: answers", []string{alone, mappingAnswer("arn:aws:dynamodb:r:1:table/T/stream/2026",
		`"BatchSize": 500`)}, "dynamodb batch=500"},
	{"Kafka: SAM", []string{event("MSK", "Stream: x, Topics: [t], BatchSize: 500", "")}, "kafka batch=500"},
	{"Kafka of one's own: SAM", []string{event("SelfManagedKafka", "Topics: [t], ProvisionedPollerConfig: "+
		"{MaximumPollers: 5}", "")}, "kafka-provisioned pollers=?..5"},
	{"Kafka: serverless", []string{service("events: [msk: {arn: x, topic: t, batchSize: 500}]")}, "kafka batch=500"},
	{"Kafka: answers", []string{alone, mappingAnswer("arn:aws:kafka:r:1:cluster/c/x", `"Topics": ["t"]`)}, "kafka"},
	{"MQ: SAM", []string{event("MQ", "Broker: !GetAtt B.Arn, Queues: [q], BatchSize: 5",
		"  B: {Type: AWS::AmazonMQ::Broker, Properties: {EngineType: ACTIVEMQ}}\n")}, "activemq batch=5"},
	{"MQ: Terraform", []string{tfPolled("aws_mq_broker", `"engine_type": "RabbitMQ"`, `"batch_size": 5`)},
		"rabbitmq batch=5"},
	{"MQ: serverless", []string{service("events: [rabbitmq: {arn: x, queue: q, batchSize: 5}]")}, "rabbitmq batch=5"},
	{"MQ: answers", []string{alone, mappingAnswer("arn:aws:mq:r:1:broker:b:1",
		`"SourceAccessConfigurations": [{"Type": "VIRTUAL_HOST", "URI": "/"}]`)}, "rabbitmq"},
	{"a broker of an unknown kind", []string{event("MQ", "Broker: x, Queues: [q]", "")}, "?"},

	{"S3: SAM", []string{event("S3", "Bucket: !Ref B", "")}, "async"},
	{"S3 and an API: SAM", []string{sam(", Events: {A: {Type: S3}, B: {Type: Api}}", "")},
		"async; direct"},
	{"the age of events: SAM", []string{sam(", Events: {A: {Type: S3}}, EventInvokeConfig: {MaximumRetryAttempts: 0, "+
		"MaximumEventAgeInSeconds: 60}", "")}, "async retention=60"},
	{"the age of events of two aliases: CloudFormation", []string{template("", "", ages+
		"  P: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref F, Principal: sns.amazonaws.com}}\n")},
		"async retention=300"},
	{"the age of events that nothing sends: CloudFormation", []string{template("", "", ages)}, ""},
	{"the age of events: Terraform", []string{`{"format_version": "1.0", "values": {"root_module": {"resources": [` +
		resource(function, "f", named("F")) + ", " +
		resource("aws_lambda_function_event_invoke_config", "f", named("F")+`, "maximum_event_age_in_seconds": 60`) + ", " +
		resource("aws_lambda_permission", "f", named("F")+`, "principal": "sns.amazonaws.com"`) + `]}}}`},
		"async retention=60"},
	{"the age of events: serverless", []string{service("maximumEventAge: 60, events: [sns: t]")}, "async retention=60"},
	{"an age of events that is not a number: SAM", []string{sam(", Events: {A: {Type: S3}}, EventInvokeConfig: "+
		"{MaximumEventAgeInSeconds: [1]}", "")}, `async retention="[...]"`},
	{"SNS through a queue: SAM", []string{event("SNS", "Topic: x, SqsSubscription: {BatchSize: 5}", "")}, "sqs batch=5"},
	{"a schedule that is off: SAM", []string{event("Schedule", "Enabled: false", "")}, ""},
	{"a schedule: serverless", []string{service("events: [schedule: rate(1 minute)]")}, "async"},
	{"SNS and an API: serverless", []string{service("events: [sns: t, httpApi: '*']")}, "async; direct"},

	{"disabled: SAM", []string{event("SQS", "Queue: x, Enabled: false", "")}, "sqs disabled"},
	{"disabled: Terraform", []string{tfPolled("aws_sqs_queue", `"name": "q"`, `"enabled": false`)}, "sqs disabled"},
	{"disabled: serverless", []string{service("events: [sqs: {arn: 'arn:aws:sqs:r:1:q', enabled: false}]")},
		"sqs disabled"},
	{"disabled: answers", []string{alone, mappingAnswer(queueARN, `"State": "Disabled"`)}, "sqs disabled"},

	{"not known: SAM", []string{"Parameters: {N: {Type: Number}}\n" + event("SQS",
		"Queue: !GetAtt Q.Arn, BatchSize: !Ref N", "  Q: {Type: AWS::SQS::Queue}\n")}, "sqs visibility=30 open [batch]"},
	{"no number: answers", []string{alone, mappingAnswer(queueARN, `"BatchSize": "many"`)}, `sqs batch="many"`},
	{"the file counts, not what is deployed", []string{event("SQS", "Queue: arn:aws:sqs:r:1:q, BatchSize: 5", ""),
		mappingAnswer(queueARN, `"BatchSize": 7`), attributes},
		"sqs batch=5 visibility=60 receives=3 retention=86400 backlog=104"},
	{"two answers about one mapping", []string{alone, mappingAnswer(queueARN, `"BatchSize": 5`),
		mappingAnswer(queueARN, `"BatchSize": 7`)}, "sqs batch=7"},
}

// settingsOf lists the settings of an event source that are known.
func settingsOf(p check.Poller) string {
	s := p.Full()
	var words []string
	add := func(format string, args ...any) { words = append(words, fmt.Sprintf(format, args...)) }
	number := func(n calc.Optional[int64]) string {
		if n.Known() {
			return fmt.Sprint(n.Or(0))
		}
		return "?"
	}
	count := func(name string, n optional.Optional[int64]) {
		if n.Known() {
			add("%s=%d", name, n.Or(0))
		}
	}
	amount := func(name string, x optional.Optional[float64]) {
		if x.Known() {
			add("%s=%g", name, x.Or(0))
		}
	}
	if add("%s", s.Type); s.Type == "" {
		words[0] = "?"
	}
	count("batch", s.Batch)
	amount("window", s.WindowS)
	count("maximum", s.MaximumConcurrency)
	if p.Provisioned {
		add("pollers=%s..%s", number(s.PollersMin), number(s.PollersMax))
	}
	if s.Shards.Known() {
		add("shards=%sx%s", number(s.Shards), number(s.Parallelization))
	}
	amount("visibility", s.VisibilityS)
	count("receives", s.MaxReceive)
	amount("retention", s.RetentionS)
	amount("backlog", s.Backlog)
	for _, r := range p.Refused {
		add("%s=%q", r.Field, r.Text)
	}
	if p.Disabled {
		add("disabled")
	}
	if p.Open != nil {
		add("open %v", p.Open)
	}
	return strings.Join(words, " ")
}

// TestSources checks what each format says of event sources, and that every setting has its place.
func TestSources(t *testing.T) {
	for _, c := range sourceCases {
		var contents []record.File
		for i, text := range c.texts {
			file, err := parsedFile(fmt.Sprintf("f%d", i), []byte(text), record.Options{})
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			contents = append(contents, file)
		}
		a, _ := Join(contents, nil, "", false)
		if len(a.Functions) != 1 {
			t.Errorf("%s: %d functions", c.name, len(a.Functions))
			continue
		}
		var got []string
		for _, p := range a.Functions[0].Deployment.Pollers {
			got = append(got, settingsOf(p))
			if !p.Place.Known() || p.VisibilityS.Known() && !p.Places.Of(record.KeyVisibility).Known() {
				t.Errorf("%s: without a place: %+v", c.name, p)
			}
		}
		if a.Functions[0].Deployment.Direct {
			got = append(got, "direct")
		}
		if got := strings.Join(got, "; "); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestAfterApply checks that a setting that is known only after apply counts as not set if nothing in the configuration
// sets it, and as not known otherwise.
func TestAfterApply(t *testing.T) {
	for references, want := range map[string]string{
		"":                    "kinesis batch=500",
		`"var.factor", "var"`: "kinesis batch=500 open [parallelization]",
	} {
		text := plan(created(function, "f", named("F")), created("aws_lambda_event_source_mapping", "m", named("F")+
			`, "event_source_arn": "`+streamARN+`", "batch_size": 500`))
		text = strings.TrimSuffix(afterApply(`"parallelization_factor": true`, text), "}") +
			`, "configuration": {"root_module": {"resources": [{"address": "aws_lambda_event_source_mapping.m", ` +
			`"mode": "managed", "type": "aws_lambda_event_source_mapping", "expressions": {` +
			`"parallelization_factor": {"references": [` + references + `]}}}]}}}`
		file, err := parsedFile("f", []byte(text), record.Options{})
		if err != nil {
			t.Fatal(err)
		}
		a, _ := Join([]record.File{file}, nil, "", false)
		if got := settingsOf(a.Functions[0].Deployment.Pollers[0]); got != want {
			t.Errorf("%s: %q, want %q", references, got, want)
		}
	}
}

// TestLoneMappings checks that a mapping alone makes a function where queues are followed, and that what nothing polls
// stays in its file.
func TestLoneMappings(t *testing.T) {
	var contents []record.File
	for i, text := range []string{mappingAnswer(queueARN, `"BatchSize": 5`), summary} {
		file, err := parsedFile(fmt.Sprintf("f%d", i), []byte(text), record.Options{})
		if err != nil {
			t.Fatal(err)
		}
		contents = append(contents, file)
	}
	a, _ := Join(contents, nil, "", true)
	if len(a.Functions) != 1 || a.Functions[0].Name != "F" || len(a.Functions[0].Deployment.Pollers) != 1 {
		t.Errorf("%+v", a.Functions)
	}
	if len(contents[1].Polled) != 1 || contents[1].Polled[0].Shards.Or(0) != 4 {
		t.Errorf("%+v", contents[1])
	}
}

// shortQueue is a queue of a template with a visibility timeout, and messages that are received three times.
func shortQueue(visibility string) string {
	return "  Q: {Type: AWS::SQS::Queue, Properties: {" + visibility + "RedrivePolicy: {maxReceiveCount: 3}}}\n"
}

// queueAnswers are the answers about a queue that a function with a timeout of 30 s polls.
func queueAnswers(visibility, mapping string) []string {
	return []string{`{"Functions": [{"FunctionName": "F", "Timeout": 30}]}`, mappingAnswer(queueARN, mapping),
		`{"Attributes": {"QueueArn": "` + queueARN + `", "VisibilityTimeout": "` + visibility + `", ` +
			`"RedrivePolicy": "{\"maxReceiveCount\": \"3\"}"}}`}
}

// settingCases are the same mistakes in the settings of event sources, in every format that can express them.
var settingCases = []struct {
	name  string
	texts []string
	want  string
}{
	{"visibility below the timeout: SAM", []string{event("SQS", "Queue: !GetAtt Q.Arn",
		shortQueue("VisibilityTimeout: 29, "))}, "LC042 error"},
	{"visibility by default: SAM", []string{event("SQS", "Queue: !GetAtt Q.Arn", shortQueue(""))}, "LC042 warning"},
	{"visibility that is enough: SAM", []string{event("SQS", "Queue: !GetAtt Q.Arn",
		shortQueue("VisibilityTimeout: 180, "))}, ""},
	{"visibility and window: SAM", []string{event("SQS", "Queue: !GetAtt Q.Arn, MaximumBatchingWindowInSeconds: 1",
		shortQueue("VisibilityTimeout: 180, "))}, "LC042 warning"},
	{"visibility that is not known: SAM", []string{"Parameters: {V: {Type: Number}}\n" + event("SQS",
		"Queue: !GetAtt Q.Arn", shortQueue("VisibilityTimeout: !Ref V, "))}, "LC021 unknown"},
	{"visibility of a queue elsewhere: SAM", []string{event("SQS", "Queue: arn:aws:sqs:r:1:q", "")}, ""},
	{"visibility: CloudFormation", []string{sourceMapping("EventSourceArn: !GetAtt Q.Arn", shortQueue(""))},
		"LC042 warning"},
	{"visibility: Terraform", []string{tfPolled("aws_sqs_queue", `"visibility_timeout_seconds": 29`, `"batch_size": 10`)},
		"LC042 error"},
	{"visibility: serverless", []string{service("timeout: 30, events: [sqs: {arn: !GetAtt [Q, Arn]}]") +
		"resources:\n Resources:\n" + shortQueue("")}, "LC042 warning"},
	{"visibility: answers", queueAnswers("29", `"BatchSize": 10`), "LC042 error"},

	{"receives and a maximum: SAM", []string{event("SQS", "Queue: !GetAtt Q.Arn, ScalingConfig: {MaximumConcurrency: 5}",
		shortQueue("VisibilityTimeout: 180, "))}, "LC043 warning"},
	{"receives and a reservation: Terraform", []string{plan(created(function, "f", reserved("F", 50)+`, "timeout": 3`),
		created("aws_sqs_queue", "q", `"visibility_timeout_seconds": 30, "redrive_policy": "{\"maxReceiveCount\": 3}", `+
			`"arn": "arn:aws:sqs:us-east-1:123456789012:q"`), tfMapping(`"scaling_config": [{"maximum_concurrency": 50}]`))},
		"LC043 warning"},
	{"receives: CloudFormation", []string{sourceMapping("EventSourceArn: !GetAtt Q.Arn, "+
		"ScalingConfig: {MaximumConcurrency: 5}", shortQueue("VisibilityTimeout: 180, "))}, "LC043 warning"},
	{"receives: serverless", []string{service("events: [sqs: {arn: !GetAtt [Q, Arn], maximumConcurrency: 5}]") +
		"resources:\n Resources:\n" + shortQueue("")}, "LC043 warning"},
	{"receives: answers", queueAnswers("180", `"ScalingConfig": {"MaximumConcurrency": 5}`), "LC043 warning"},

	{"a batch without a window: SAM", []string{event("SQS", "Queue: x, BatchSize: 11", "")}, "LC044 error"},
	{"a batch with a window that is not known: SAM", []string{"Parameters: {W: {Type: Number}}\n" +
		event("SQS", "Queue: x, BatchSize: 11, MaximumBatchingWindowInSeconds: !Ref W", "")}, ""},
	{"a batch of FIFO: CloudFormation", []string{sourceMapping("EventSourceArn: !GetAtt Q.Arn, BatchSize: 11",
		"  Q: {Type: AWS::SQS::Queue, Properties: {FifoQueue: true, VisibilityTimeout: 180}}\n")}, "LC044 error"},
	{"a batch without a window: Terraform", []string{tfPolled("aws_sqs_queue", `"name": "q"`,
		`"batch_size": 11, "maximum_batching_window_in_seconds": 0`)}, "LC044 error"},
	{"a batch of FIFO: serverless", []string{service("events: [sqs: {arn: 'arn:aws:sqs:r:1:q.fifo', batchSize: 11}]")},
		"LC044 error"},
	{"a batch without a window: answers", queueAnswers("180", `"BatchSize": 11, "MaximumBatchingWindowInSeconds": 0`),
		"LC044 error"},
	{"a factor out of range: SAM", []string{event("Kinesis", "Stream: !GetAtt S.Arn, ParallelizationFactor: 11",
		streamOf)},
		"LC044 error"},
	{"a factor out of range: serverless", []string{service("events: [stream: {type: kinesis, arn: x, " +
		"parallelizationFactor: 11}]")}, "LC044 error"},
	{"no number: answers", queueAnswers("180", `"BatchSize": {"a": 1}`), "LC044 error"},

	{"several maxima: SAM", []string{sam(", ReservedConcurrentExecutions: 50, Events: {A: {Type: SQS, Properties: "+
		"{Queue: a, ScalingConfig: {MaximumConcurrency: 30}}}, B: {Type: SQS, Properties: {Queue: b, "+
		"ScalingConfig: {MaximumConcurrency: 30}}}}", "")}, "LC036 warning"},
	{"several maxima: serverless", []string{service("reservedConcurrency: 50, events: [sqs: {arn: 'arn:aws:sqs:r:1:a', " +
		"maximumConcurrency: 30}, sqs: {arn: 'arn:aws:sqs:r:1:b', maximumConcurrency: 30}]")}, "LC036 warning"},
	{"several maxima: answers", []string{`{"FunctionName": "F", "ReservedConcurrentExecutions": 50}`,
		mappingAnswer("arn:aws:sqs:r:1:a", `"ScalingConfig": {"MaximumConcurrency": 30}`),
		mappingAnswer("arn:aws:sqs:r:1:b", `"ScalingConfig": {"MaximumConcurrency": 30}`)}, "LC036 warning"},
	{"shards: answers", []string{`{"FunctionName": "F", "ReservedConcurrentExecutions": 7}`,
		mappingAnswer(streamARN, `"ParallelizationFactor": 2`), summary}, "LC036 warning"},
	{"shards: serverless", []string{service("reservedConcurrency: 7, events: [stream: {type: kinesis, "+
		"arn: !GetAtt S.Arn, parallelizationFactor: 2}]") + "resources:\n Resources:\n" + streamOf}, "LC036 warning"},
}

// TestSourceRules checks what a check finds in the settings of event sources.
func TestSourceRules(t *testing.T) {
	for _, c := range settingCases {
		if got := foundLevels(t, c.texts...); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
