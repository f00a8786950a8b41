package cloudformation

import (
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/source"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// eventSource returns the type of one of SAM's events that Lambda polls or that invokes it asynchronously. The empty
// type scales in its own way, or depends on what is polled. Other events invoke it synchronously.
func eventSource(event string) (source.Type, bool) {
	switch event {
	case "SQS":
		return source.SQS, true
	case "Kinesis":
		return source.Kinesis, true
	case "DynamoDB":
		return source.DynamoDB, true
	case "MSK", "SelfManagedKafka":
		return source.Kafka, true
	case "MQ", "DocumentDB":
		return "", true
	case "S3", "SNS", "EventBridgeRule", "CloudWatchEvent", "Schedule", "ScheduleV2", "CloudWatchLogs", "IoTRule":
		return source.Async, true
	}
	return "", false
}

// sourceType returns the type of what Lambda polls, by the type of the resource; empty for other resources.
func sourceType(kind string) source.Type {
	switch kind {
	case typeQueue:
		return source.SQS
	case typeStream, typeConsumer:
		return source.Kinesis
	case "AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable":
		return source.DynamoDB
	case "AWS::MSK::Cluster", "AWS::MSK::ServerlessCluster":
		return source.Kafka
	}
	return ""
}

// The types of resources that determine how Lambda polls them.
const (
	typeQueue    = "AWS::SQS::Queue"
	typeStream   = "AWS::Kinesis::Stream"
	typeConsumer = "AWS::Kinesis::StreamConsumer"
	typeBroker   = "AWS::AmazonMQ::Broker"
)

// event reads an event of a SAM function.
func (t *template) event(f *record.Function, s *resource, of source.Type) {
	const toQueue = "SqsSubscription" // of SNS
	via := t.resolve(s.properties[toQueue])
	switch {
	case of != source.Async:
		t.poller(f, s, of)
	case via.state == structure:
		t.poller(f, &resource{id: s.id, key: s.key, properties: via.node.Fields()}, source.SQS)
	case via.text == "true":
		t.poller(f, &resource{id: s.id, key: s.key}, source.SQS)
	case t.resolve(s.properties["Enabled"]).text == "false" || t.resolve(s.properties["State"]).text == "DISABLED":
	default:
		f.AddAsync(s.key.Place())
	}
}

// poller reads an event source mapping. of is what it polls, if the type of its event determines that.
func (t *template) poller(f *record.Function, s *resource, of source.Type) {
	p := check.Poller{Source: source.Source{Type: of}, Place: s.key.Place()}
	arn := s.properties["EventSourceArn"]
	for _, ofEvent := range []string{"Queue", "Stream", "Broker", "QueueArn"} { // of a SAM event
		if !arn.Exists() {
			arn = s.properties[ofEvent]
		}
	}
	from := t.resolve(arn)
	p.Polled = from.text
	if named := record.SourceOf(from.text); p.Type == "" || p.Type == source.SQS && named == source.SQSFIFO {
		p.Type = named
	}
	if polled := t.resources[referred(arn)]; polled != nil {
		t.polled(f, polled, &p)
	}
	f.Queues = append(f.Queues, record.PolledName(p.Polled))
	t.numbers(f, s, &p)
	for _, property := range []string{"Topics", "SelfManagedEventSource", "AmazonManagedKafkaEventSourceConfig"} {
		if p.Type == "" && s.properties[property].HasValue() {
			p.Type = source.Kafka
		}
	}
	enabled := t.resolve(s.properties["Enabled"])
	if p.Disabled = enabled.text == "false"; enabled.state == unresolved {
		p.Open = append(p.Open, check.Enabled)
	}
	f.AddPoller(p)
}

// polled reads the queue, stream or broker that a mapping polls.
func (t *template) polled(f *record.Function, s *resource, p *check.Poller) {
	if p.Type == "" {
		p.Type = sourceType(s.kind)
	}
	polled := check.Poller{Source: source.Source{Type: p.Type}, Place: s.key.Place()}
	set := func(key string, v value) {
		switch v.state {
		case unresolved:
			p.Open = append(p.Open, key)
		case scalar:
			record.SetSource(&polled, key, v.text, v.node.Place())
		case structure:
			record.SetSource(&polled, key, v.node.Written(), v.node.Place())
		}
	}
	switch s.kind {
	case typeConsumer:
		if stream := t.resources[referred(s.properties["StreamARN"])]; stream != nil && stream.kind == typeStream {
			t.polled(f, stream, p)
		}
		return
	case typeStream:
		t.callPolled(s, "Name", p)
		set(record.KeyShards, t.resolve(s.properties["ShardCount"]))
		if v := t.resolve(s.properties["RetentionPeriodHours"]); v.state == scalar {
			record.SetRetentionHours(&polled, v.text, v.node.Place())
		}
	case typeBroker:
		p.Type = record.BrokerOf(t.resolve(s.properties["EngineType"]).text)
		return
	case typeQueue:
		t.callPolled(s, "QueueName", p)
		if t.resolve(s.properties["FifoQueue"]).text == "true" {
			polled.Type = source.SQSFIFO
		}
		set(record.KeyMaxReceive, t.part(s, "RedrivePolicy", "maxReceiveCount"))
		set(record.KeyRetention, t.resolve(s.properties["MessageRetentionPeriod"]))
		visibility := t.resolve(s.properties["VisibilityTimeout"])
		if set(record.KeyVisibility, visibility); visibility.state == absent {
			record.SetQueueDefaults(&polled)
		} else if visibility.state == unresolved && f.Deployment.TimeoutS.Known() { // else nothing depends on it
			t.r.NoteObstacle(f, visibility.node.Place(), "VisibilityTimeout", visibility.missing)
		}
	}
	record.Attach(p, polled)
}

// callPolled names what a mapping polls as its resource is named, if it is.
func (t *template) callPolled(s *resource, property string, p *check.Poller) {
	if name := t.resolve(s.properties[property]); name.state == scalar {
		p.Polled = name.text
	}
}

// numbers reads the numbers of an event source mapping.
func (t *template) numbers(f *record.Function, s *resource, p *check.Poller) {
	const most, pollers, factor = "MaximumConcurrency", "ProvisionedPollerConfig", "ParallelizationFactor"
	p.Provisioned = t.resolve(s.properties[pollers]).state == structure
	set := func(what, key string, v value) {
		if v.state == unresolved {
			p.Open = append(p.Open, key)
		}
		t.number(f, what, v, func(text string, place check.Place) { record.SetSource(p, key, text, place) })
	}
	set(most, record.KeyMaximum, t.part(s, "ScalingConfig", most))
	set("MinimumPollers", record.KeyMinPollers, t.part(s, pollers, "MinimumPollers"))
	set("MaximumPollers", record.KeyMaxPollers, t.part(s, pollers, "MaximumPollers"))
	for _, number := range []struct{ what, key string }{
		{factor, record.KeyParallelization}, {"BatchSize", record.KeyBatch},
		{"MaximumBatchingWindowInSeconds", record.KeyWindow},
	} {
		v := t.resolve(s.properties[number.what])
		if v.state != unresolved || number.what == factor && p.Shards.Known() { // otherwise no rule depends on it
			set(number.what, number.key, v)
		} else {
			p.Open = append(p.Open, number.key)
		}
	}
}

// referred returns the logical id of the resource that a value refers to, by Ref or Fn::GetAtt. It is empty if the
// value refers to none.
func referred(n tree.Node) string {
	name, argument, ok := intrinsic(n)
	switch {
	case !ok || name != "Ref" && name != "Fn::GetAtt":
		return ""
	case len(argument.Items()) > 0:
		return argument.Items()[0].Scalar()
	}
	id, _, _ := strings.Cut(argument.Scalar(), ".")
	return id
}

// kinds reads what determines which settings AWS allows: tenant isolation, a capacity provider, a file system and, in
// SAM, a function URL.
func (t *template) kinds(f *record.Function, s *resource) {
	d := f.Deployment
	for _, kind := range []struct {
		property string
		at       *calc.Optional[check.Place]
		beside   *calc.Optional[check.Place] // an unknown value matters only together with this; nil if it always matters
	}{
		{"TenancyConfig", &d.Tenancy, nil}, {"CapacityProviderConfig", &d.Managed, nil},
		{"FileSystemConfigs", &d.FileSystem, &d.SnapStart}, {"FunctionUrlConfig", &d.URL, &d.Tenancy},
	} {
		n := s.property(kind.property)
		v := t.resolve(n)
		switch empty := v.state == structure && len(v.node.Items())+len(v.node.Members()) == 0; {
		case v.state == unresolved && (kind.beside == nil || kind.beside.Known()):
			t.r.NoteObstacle(f, n.Place(), kind.property, v.missing)
		case v.state != unresolved && v.state != absent && !empty:
			*kind.at = calc.Some(n.Place())
		}
	}
}

// url reads a function URL. If it may not exist, that is noted where AWS would not allow a URL.
func (t *template) url(s *resource) {
	name, ok := t.functionName(t.resolve(s.properties["TargetFunctionArn"]))
	switch answer, missing := t.condition(s.condition); {
	case !ok:
	case !s.condition.Exists() || answer == yes:
		t.r.URL(name, s.key.Place())
	default:
		if f := t.r.Find(name); f != nil && f.Deployment.Tenancy.Known() {
			t.noteUndecided(s, missing)
		}
	}
}
