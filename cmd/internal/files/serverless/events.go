package serverless

import (
	"cmp"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
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

// eventSources holds what Lambda polls, by the keys of events, in search order.
var eventSources = []struct {
	key    string
	source check.Source
}{{"sqs", check.Queue}, {"stream", check.Stream}, {"msk", check.Kafka}, {"kafka", check.Kafka}}

// readEvents reads the event sources that Lambda polls for the function.
func (s *service) readEvents(f *record.Function, own setting) {
	events := s.get(own, "events")
	s.isKnown(f, "events", events)
	for event := range s.items(events) {
		if !s.isKnown(f, "events", event) {
			continue
		}
		for _, of := range eventSources {
			in := s.get(event, of.key)
			switch {
			case of.source == check.Queue && !s.isKnown(f, of.key, in):
				f.Queues = append(f.Queues, "") // may be any queue
			case in.node.Exists():
				s.readEvent(f, in, of.source)
			}
		}
	}
}

// readEvent reads an event source.
func (s *service) readEvent(f *record.Function, in setting, source check.Source) {
	p := check.Poller{Source: source, Place: in.place,
		Queue: cmp.Or(in.node.Scalar(), s.getScalar(in, "arn").node.Scalar())}
	if source == check.Queue {
		f.Queues = append(f.Queues, record.QueueName(p.Queue))
	}
	const most = "maximumConcurrency"
	number := func(in setting, key string, set func(p *check.Poller, text string)) {
		v := s.getScalar(in, key)
		switch {
		case !s.isKnown(f, key, v):
			p.Unsure = true
		case v.node.HasValue():
			set(&p, v.node.Written())
			if key == most {
				p.Place = v.place
			}
		}
	}
	number(in, most, record.SetMaximum)
	pollers := s.get(in, "provisionedPollers")
	p.Provisioned = s.isKnown(f, "provisionedPollers", pollers) && pollers.node.Kind() == tree.Mapping
	p.Unsure = p.Unsure || pollers.missing != nil
	number(pollers, "min", record.SetMinPollers)
	number(pollers, "max", record.SetMaxPollers)
	enabled := s.get(in, "enabled")
	p.Disabled, p.Unsure = enabled.isFalse(), p.Unsure || enabled.missing != nil
	f.AddPoller(p)
}
