package ramp_test

import (
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/ramp"
	"github.com/lambdacap/lambdacap/calc/source"
)

// TestSources checks what event sources change: asynchronous events have no rate limit and wait, pollers run no more
// batches than their source lets them, and the rate may follow from their messages.
func TestSources(t *testing.T) {
	sqs := source.Source{Type: source.SQS, MaximumConcurrency: calc.Some(int64(50))}
	filled := sqs
	filled.MessagesRPS = calc.Some(4000.0)
	for _, c := range []struct {
		name       string
		durationMS float64
		rps        calc.Optional[float64]
		of         source.Source
		polled     bool
		reach      int64
		queued     float64 // in 60 s
		want       string  // the findings
	}{
		{name: "10 x 1,000 req/s would not do for callers", durationMS: 20, rps: calc.Some(20_000.0),
			of: source.Source{Type: source.Async}, reach: 1000},
		{name: "50 batches of 500 ms are 100 a second", durationMS: 500, rps: calc.Some(400.0), of: sqs,
			reach: 50, queued: 300 * 60, want: "ramp-source ramp-capacity "},
		{name: "4,000 messages in batches of 10 are 400 a second", durationMS: 500, of: filled,
			reach: 50, queued: 300 * 60, want: "ramp-source ramp-capacity "},
		{name: "a source of which not enough is known", durationMS: 500, rps: calc.Some(400.0), polled: true,
			reach: 1000, want: "ramp-source "},
	} {
		f := function(c.durationMS)
		if f.RPS = c.rps; !c.polled {
			f.Sources = []source.Source{c.of}
		}
		r, err := ramp.Of(calc.Account{Concurrency: 1000, Functions: []calc.Function{f}},
			ramp.Options{Loads: []ramp.Load{{Polled: c.polled}}, ForS: calc.Some(60.0)})
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		got := r.Functions[0]
		near(t, c.name, got.QueuedRequests, c.queued, 1e-9)
		found := ""
		for _, x := range r.Findings {
			found += string(x.ID) + " "
		}
		if found != c.want || got.ReachUnits != c.reach || got.ThrottledRequests != 0 {
			t.Errorf("%s: %s%+v", c.name, found, got)
		}
	}
}
