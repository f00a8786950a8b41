package check

import (
	"slices"

	"github.com/lambdacap/lambdacap/calc/source"
)

// A Poller is an event source of a function, as files have it: an event source mapping with what it polls, or the
// events of asynchronous invocations.
type Poller struct {
	// Source has the settings that are known. Its type is that of a source without provisioned pollers; empty if it is not
	// known, or if Lambda scales for it in its own way.
	source.Source
	Provisioned bool      // the pollers are provisioned
	Disabled    bool      // it does not invoke the function
	Open        []string  // the settings that are not known, by their keys
	Refused     []Refused // the settings that are not numbers
	Polled      string    // the name of the queue or stream; empty if not known
	Place       Place
	Places      Places // of its settings, by their keys in a profile, without "source."
}

// Full returns the source with its full type, which says whether its pollers are provisioned.
func (p *Poller) Full() source.Source {
	s := p.Source
	switch {
	case p.Provisioned && s.Type == source.SQS:
		s.Type = source.SQSProvisioned
	case p.Provisioned && s.Type == source.Kafka:
		s.Type = source.KafkaProvisioned
	}
	return s
}

// Merge replaces the settings of the source, whose type may say that its pollers are provisioned.
func (p *Poller) Merge(s source.Source) {
	p.Provisioned = p.Provisioned || s.Type == source.SQSProvisioned || s.Type == source.KafkaProvisioned
	switch p.Source = s; s.Type {
	case source.SQSProvisioned:
		p.Type = source.SQS
	case source.KafkaProvisioned:
		p.Type = source.Kafka
	}
}

// at returns the position of the first of the given settings that comes from a file, or else that of the mapping.
func (p *Poller) at(keys ...string) Place {
	for _, key := range keys {
		if at := p.Places.Of(key); at.Known() {
			return at
		}
	}
	return p.Place
}

// refused returns one of the given settings that is not a number, as written in the file.
func (p *Poller) refused(keys ...string) (r Refused, ok bool) {
	i := slices.IndexFunc(p.Refused, func(r Refused) bool { return slices.Contains(keys, r.Field) })
	if i < 0 {
		return r, false
	}
	return p.Refused[i], true
}

// hasMaximum reports whether the mapping has a maximum concurrency, whatever its value is.
func (p *Poller) hasMaximum() bool {
	_, refused := p.refused(keyMaximum)
	return refused || p.MaximumConcurrency.Known()
}

// The keys of settings in a profile, without "source.".
const (
	keyMaximum         = "maximum_concurrency"
	keyMinPollers      = "pollers_min"
	keyMaxPollers      = "pollers_max"
	keyShards          = "shards"
	keyParallelization = "parallelization"
	keyWindow          = "window"
	keyVisibility      = "visibility"
	keyMaxReceive      = "max_receive"
)

// Enabled is the key of a Poller.Open that is not known to invoke the function.
const Enabled = "enabled"

// unsure reports whether some of the settings that limit its concurrency are not known.
func (p *Poller) unsure() bool {
	return slices.ContainsFunc(p.Open, func(key string) bool {
		switch key {
		case Enabled, keyMaximum, keyMinPollers, keyMaxPollers, keyParallelization:
			return true
		}
		return false
	})
}

// isShards reports whether the source is a stream that is read by shards.
func (p *Poller) isShards() bool { return p.Type == source.Kinesis || p.Type == source.DynamoDB }
