package cloudformation

import (
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// eventSources holds what Lambda polls, by the types of SAM's events. An empty source scales in its own way.
var eventSources = map[string]check.Source{
	"SQS": check.Queue, "Kinesis": check.Stream, "DynamoDB": check.Stream,
	"MSK": check.Kafka, "SelfManagedKafka": check.Kafka, "MQ": "", "DocumentDB": "",
}

// sourceTypes holds what Lambda polls, by the types of resources.
var sourceTypes = map[string]check.Source{
	"AWS::SQS::Queue": check.Queue, "AWS::Kinesis::Stream": check.Stream, "AWS::Kinesis::StreamConsumer": check.Stream,
	"AWS::DynamoDB::Table": check.Stream, "AWS::DynamoDB::GlobalTable": check.Stream,
	"AWS::MSK::Cluster": check.Kafka, "AWS::MSK::ServerlessCluster": check.Kafka,
}

// typeStream is the type of the streams whose shard count a template contains.
const typeStream = "AWS::Kinesis::Stream"

// poller reads an event source mapping. source is what it polls, if the type of its event determines that.
func (t *template) poller(f *record.Function, s *resource, source check.Source) {
	p := check.Poller{Source: source, Place: s.key.Place()}
	arn := s.properties["EventSourceArn"]
	for _, ofEvent := range []string{"Queue", "Stream"} { // of a SAM event
		if !arn.Exists() {
			arn = s.properties[ofEvent]
		}
	}
	from := t.resolve(arn)
	p.Queue = from.text
	if p.Source == "" {
		p.Source = record.SourceOf(from.text)
	}
	if polled := t.resources[referred(arn)]; polled != nil {
		if p.Source == "" {
			p.Source = sourceTypes[polled.kind]
		}
		if v := t.resolve(polled.properties["ShardCount"]); polled.kind == typeStream && v.state == scalar {
			p.Shards = t.r.Units(f, "ShardCount", v.text, v.node.Place())
		}
	}
	for _, property := range []string{"Topics", "SelfManagedEventSource", "AmazonManagedKafkaEventSourceConfig"} {
		if p.Source == "" && s.properties[property].HasValue() {
			p.Source = check.Kafka
		}
	}
	f.Queues = append(f.Queues, record.QueueName(from.text))
	t.numbers(f, s, &p)
	enabled := t.resolve(s.properties["Enabled"])
	p.Disabled, p.Unsure = enabled.text == "false", p.Unsure || enabled.state == unresolved
	f.AddPoller(p)
}

// numbers reads the numbers of an event source mapping. An unknown number leaves the mapping uncertain.
func (t *template) numbers(f *record.Function, s *resource, p *check.Poller) {
	const most, pollers, factor = "MaximumConcurrency", "ProvisionedPollerConfig", "ParallelizationFactor"
	p.Provisioned = t.resolve(s.properties[pollers]).state == structure
	for _, number := range []struct {
		what string
		v    value
		set  func(p *check.Poller, text string)
	}{
		{most, t.part(s, "ScalingConfig", most), record.SetMaximum},
		{"MinimumPollers", t.part(s, pollers, "MinimumPollers"), record.SetMinPollers},
		{"MaximumPollers", t.part(s, pollers, "MaximumPollers"), record.SetMaxPollers},
		{factor, t.resolve(s.properties[factor]), record.SetParallelization},
	} {
		p.Unsure = p.Unsure || number.v.state == unresolved
		if number.what == factor && !p.Shards.Known() { // nothing depends on it
			continue
		}
		t.number(f, number.what, number.v, func(text string, place check.Place) {
			number.set(p, text)
			if number.what == most {
				p.Place = place
			}
		})
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
