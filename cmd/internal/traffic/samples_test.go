package traffic_test

import (
	"cmp"
	"slices"
	"testing"
	"time"

	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/calc/series"
	"github.com/lambdacap/lambdacap/cmd/internal/traffic"
)

// now is the time of all runs in the tests, after the last sample.
var now = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// A sum is what a trace amounts to.
type sum struct {
	minutes, missing, requests, throttled float64
	meanMS                                float64 // of the requests that were served
	peak, inits                           int
}

// sumOf adds up a trace.
func sumOf(t *series.Trace) (s sum) {
	var ms, served float64
	for i := range t.Len() {
		step := t.At(i)
		s.minutes++
		if step.Missing {
			s.missing++
		}
		s.requests += step.Offered
		s.throttled += step.Throttled
		if step.DurationMS > 0 {
			ms += step.DurationMS * (step.Offered - step.Throttled)
			served += step.Offered - step.Throttled
		}
	}
	if served > 0 {
		s.meanMS = ms / served
	}
	s.peak, s.inits = peak(t.Calls)
	return s
}

// peak returns the highest number of calls at a time, and how many have an init. A call that ends when another
// starts has made room for it.
func peak(calls []series.Call) (most, inits int) {
	type event struct {
		at    int64
		delta int
	}
	var events []event
	for _, c := range calls {
		events = append(events, event{c.StartNS, 1}, event{c.EndNS(), -1})
		if c.InitUS > 0 {
			inits++
		}
	}
	slices.SortFunc(events, func(x, y event) int { return cmp.Or(cmp.Compare(x.at, y.at), x.delta-y.delta) })
	busy := 0
	for _, e := range events {
		busy += e.delta
		most = max(most, busy)
	}
	return most, inits
}

// read reads files that have the traffic of one function.
func read(t *testing.T, o traffic.Options, names ...string) (*series.Trace, traffic.Result) {
	t.Helper()
	o.Now = now
	for i, name := range names {
		names[i] = "testdata/" + name
	}
	result, err := traffic.Read(names, o)
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Traces) != 1 {
		t.Fatalf("%v: got %d traces", names, len(result.Traces))
	}
	return result.Traces[0], result
}

// words lists the rules of the findings.
func words(result traffic.Result) (ids []rule.ID) {
	for _, f := range result.Findings {
		ids = append(ids, f.ID)
	}
	return ids
}

// TestReports checks the minute 02:59 of the samples, of which single invocations are known: totals.json.
func TestReports(t *testing.T) {
	for _, name := range []string{"reports-tail.log"} {
		trace, _ := read(t, traffic.Options{}, name)
		want := sum{minutes: 1, requests: 600, meanMS: 120, peak: 5, inits: 6}
		if got := sumOf(trace); got != want {
			t.Errorf("%s: got %+v, want %+v", name, got, want)
		}
	}
}
