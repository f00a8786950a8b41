package serverless

import (
	"slices"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/source"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// readKind reads what determines which settings AWS allows: a capacity provider (for Managed Instances), a function
// URL, a file system. The framework has no setting for tenant isolation.
func (s *service) readKind(f *record.Function, own setting) {
	d := f.Deployment
	if v := s.get(own, "capacityProvider"); s.isKnown(f, "capacityProvider", v) && !v.isEmpty() {
		d.Managed = calc.Some(v.place)
	}
	if v := s.get(own, "url"); v.node.HasValue() && !v.isFalse() {
		d.URL = calc.Some(v.place)
	}
	if v := s.get(own, "fileSystemConfig"); v.node.Kind() == tree.Mapping {
		d.FileSystem = calc.Some(v.place)
	}
}

// An eventSource is a type of event source, by the key of its events.
type eventSource struct {
	key string
	of  source.Type
}

// eventSources holds the types of events that Lambda polls or that invoke it asynchronously, by their keys, in search
// order. That of a stream depends on its ARN.
var eventSources = []eventSource{
	{"sqs", source.SQS}, {"stream", ""}, {"msk", source.Kafka}, {"kafka", source.Kafka}, {"activemq", source.ActiveMQ},
	{"rabbitmq", source.RabbitMQ}, {"s3", source.Async}, {"sns", source.Async}, {"eventBridge", source.Async},
	{"cloudwatchEvent", source.Async}, {"schedule", source.Async}, {"cloudwatchLog", source.Async}, {"iot", source.Async},
}

// readEvents reads the event sources of the function.
func (s *service) readEvents(f *record.Function, own setting) {
	events := s.get(own, "events")
	s.isKnown(f, "events", events)
	f.Deployment.Direct = s.isInvoked(f, events)
	switch age := s.getScalar(own, "maximumEventAge"); {
	case age.missing != nil:
		f.OpenEventAge()
	case age.node.HasValue():
		f.KeepEventAge(age.node.Written(), age.place)
	}
	for event := range s.items(events) {
		if !s.isKnown(f, "events", event) {
			continue
		}
		for _, kind := range eventSources {
			in := s.get(event, kind.key)
			switch {
			case kind.of == source.SQS && !s.isKnown(f, kind.key, in):
				f.Queues = append(f.Queues, "") // may be any queue
			case in.node.Exists():
				s.readEvent(f, in, kind.of)
			}
		}
	}
}

// isInvoked reports whether something invokes the function directly: a URL, or an event that is not a source.
func (s *service) isInvoked(f *record.Function, events setting) bool {
	direct := f.Deployment.URL.Known()
	for event := range s.items(events) {
		isSource := func(kind eventSource) bool { return s.fields(event.node)[kind.key].Exists() }
		direct = direct || !slices.ContainsFunc(eventSources, isSource)
	}
	return direct
}

// readEvent reads an event source.
func (s *service) readEvent(f *record.Function, in setting, of source.Type) {
	enabled := s.get(in, "enabled")
	p := check.Poller{Source: source.Source{Type: of}, Place: in.place, Disabled: enabled.isFalse()}
	if of == source.Async {
		if !p.Disabled {
			f.AddAsync(p.Place)
		}
		return
	}
	if enabled.missing != nil {
		p.Open = append(p.Open, check.Enabled)
	}
	arn := s.readPolled(in, &p)
	f.Queues = append(f.Queues, record.PolledName(p.Polled))
	s.readNumbers(f, in, &p)
	f.AddPoller(p)
	s.polled = append(s.polled, polled{f, len(f.Deployment.Pollers) - 1, arn})
}

// readPolled reads what a mapping polls, and returns its ARN.
func (s *service) readPolled(in setting, p *check.Poller) (arn setting) {
	if arn = in; in.node.Kind() == tree.Mapping {
		arn = s.get(in, "arn")
	}
	if arn.node.Tag() == "" {
		p.Polled = arn.node.Scalar()
	}
	named := record.SourceOf(p.Polled)
	switch {
	case p.Type == source.SQS && named == source.SQSFIFO:
		p.Type = named
	case p.Type != "":
	case s.getScalar(in, "type").node.Scalar() == "dynamodb" || named == source.DynamoDB:
		p.Type = source.DynamoDB
	case s.getScalar(in, "type").node.Scalar() == "kinesis" || named == source.Kinesis:
		p.Type = source.Kinesis
	}
	return arn
}

// streamBatch is the most records of a batch of a stream, if an event does not set it. The framework sets it.
//
// Source: www.serverless.com/framework/docs/providers/aws/events/streams, read 2026-11.
const streamBatch = 10

// readNumbers reads the numbers of an event source. No rule depends on those of batches.
func (s *service) readNumbers(f *record.Function, in setting, p *check.Poller) {
	number := func(in setting, key, name string, judged bool) {
		v := s.getScalar(in, name)
		switch {
		case v.missing != nil && !judged:
			p.Open = append(p.Open, key)
		case !s.isKnown(f, name, v):
			p.Open = append(p.Open, key)
		case v.node.HasValue():
			record.SetSource(p, key, v.node.Written(), v.place)
		}
	}
	isStream := p.Type == source.Kinesis || p.Type == source.DynamoDB
	if isStream {
		p.Batch = calc.Some[int64](streamBatch)
		number(in, record.KeyWindow, "batchWindow", false)
		number(in, record.KeyParallelization, "parallelizationFactor", false)
	} else {
		number(in, record.KeyWindow, "maximumBatchingWindow", false)
		number(in, record.KeyMaximum, "maximumConcurrency", true)
	}
	number(in, record.KeyBatch, "batchSize", false)
	pollers := s.get(in, "provisionedPollers")
	p.Provisioned = s.isKnown(f, "provisionedPollers", pollers) && pollers.node.Kind() == tree.Mapping
	if pollers.missing != nil {
		p.Open = append(p.Open, record.KeyMaxPollers)
	}
	number(pollers, record.KeyMinPollers, "min", true)
	number(pollers, record.KeyMaxPollers, "max", true)
}

// A polled is an event source whose queue or stream may be among the resources.
type polled struct {
	f     *record.Function
	index int // of Deployment.Pollers
	arn   setting
}
