package calc_test

import (
	"math"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
)

// TestRetries pins what happens to retried events, next to the results of event simulations in which they are retried
// after a minute on average.
func TestRetries(t *testing.T) {
	event := calc.Function{Name: "f", Mode: calc.Async, RPS: rps(9), DurationMS: ms(1000),
		Reserved: units(10), Provisioned: 8}
	x := chanceOf(t, ordinary(event))
	// Simulated: 0.562 ± 0.002 of the attempts beyond provisioned, 0.459 ± 0.002 of the events wait, 0.188 on demand.
	near(t, "beyond", known(t, "beyond", x.BeyondProvisionedRatio), 0.562, 0.02)
	near(t, "queued", known(t, "queued", x.QueuedRatio), 0.459, 0.02)
	near(t, "spillover", known(t, "spillover", x.SpilloverRatio), 0.188, 0.01)
	equal(t, "throttled", x.ThrottledRatio.Known(), false)
	equal(t, "p50", x.ConcurrencyP50, 10) // the attempts offer 16.5

	// The served load equals the arriving one: b = B(10, 9/(1 - b)) means that nine are busy.
	b := known(t, "queued", x.QueuedRatio)
	event.RPS, event.Mode = rps(9/(1-b)), calc.Sync
	again := chanceOf(t, ordinary(event))
	near(t, "the same share of as many requests", known(t, "throttled", again.ThrottledRatio), b, 1e-10)

	for _, c := range []struct{ events, throttled float64 }{ // simulated 0.0729, 0.1527, 0.3775
		{25, 0.0727}, {29, 0.1518}, {36, 0.3769},
	} {
		a := calc.Account{Concurrency: 50, UnreservedFloor: units(0), Functions: []calc.Function{
			{Name: "requests", RPS: rps(20), DurationMS: ms(1000)},
			{Name: "events", RPS: rps(c.events), DurationMS: ms(1000), Mode: calc.Async},
		}}
		r := spillWith(t, a, calc.SpillOptions{Chance: true})
		requests, events := r.Functions[0].Chance.Or(calc.Chance{}), r.Functions[1].Chance.Or(calc.Chance{})
		near(t, "throttled", known(t, "throttled", requests.ThrottledRatio), c.throttled, 5e-4)
		near(t, "queued", known(t, "queued", events.QueuedRatio), c.throttled, 5e-4)
	}
}

// TestQueueGrows checks the border between events that wait and events that wait forever, and what is left to requests
// that are not retried.
func TestQueueGrows(t *testing.T) {
	for _, c := range []struct {
		load, spillover float64
		grows           bool
	}{{9.9, math.NaN(), false}, {10, 0.2, true}, {20, 0.1, true}} {
		f := calc.Function{Name: "f", Mode: calc.Async, RPS: rps(c.load), DurationMS: ms(1000),
			Reserved: units(10), Provisioned: 8}
		r := spillWith(t, ordinary(f), calc.SpillOptions{Chance: true})
		x := r.Functions[0].Chance.Or(calc.Chance{})
		equal(t, "grows", x.QueuedRatio == calc.Some(1.0), c.grows)
		equal(t, "the finding", has(r.Findings, "queue-grows"), c.grows)
		if c.grows {
			near(t, "spillover", known(t, "spillover", x.SpilloverRatio), c.spillover, 1e-12)
			equal(t, "p50", x.ConcurrencyP50, 10)
		}
	}
	a := calc.Account{Concurrency: 50, UnreservedFloor: units(0), Functions: []calc.Function{
		{Name: "requests", RPS: rps(20), DurationMS: ms(1000), Provisioned: 20},
		{Name: "events", RPS: rps(30), DurationMS: ms(1000), Mode: calc.Async},
		{Name: "off", RPS: rps(30), DurationMS: ms(1000), Mode: calc.Async, Reserved: units(0)},
	}}
	r := spillWith(t, a, calc.SpillOptions{Chance: true})
	requests := r.Functions[0].Chance.Or(calc.Chance{})
	equal(t, "all that spills is throttled", requests.ThrottledRatio, requests.BeyondProvisionedRatio)
	equal(t, "queued", r.Functions[1].Chance.Or(calc.Chance{}).QueuedRatio, calc.Some(1.0))
	off := r.Functions[2].Chance.Or(calc.Chance{})
	equal(t, "switched off, nothing waits", off.QueuedRatio.Known(), false)
	equal(t, "switched off, all is dropped", off.ThrottledRatio, calc.Some(1.0))
}

// TestRetriesCrowdOut pins the long run of docs/explanation/formulas.md, 1 - (U - a_q)/a_s, and when it is reported.
func TestRetriesCrowdOut(t *testing.T) {
	for _, c := range []struct {
		requests, events float64
		message          string
	}{
		{20, 30, ""}, {60, 0, ""}, {0, 60, ""}, {20, 20, ""},
		{25, 30, "retried events crowd out synchronous requests: over time 20% of the requests that need the 50 "},
		{25, 50, "retried events crowd out synchronous requests: over time 100% of the requests that need the 50 "},
	} {
		a := calc.Account{Concurrency: 50, UnreservedFloor: units(0), Functions: []calc.Function{
			{Name: "requests", RPS: rps(c.requests), DurationMS: ms(1000)},
			{Name: "events", RPS: rps(c.events), DurationMS: ms(1000), Mode: calc.Async},
		}}
		found := ""
		for _, f := range spill(t, a).Findings {
			if f.ID == "retries-crowd-out" {
				found = f.Message
			}
		}
		if len(found) < len(c.message) || found[:len(c.message)] != c.message || c.message == "" && found != "" {
			t.Errorf("%v requests and %v events: %q", c.requests, c.events, found)
		}
	}
}

// TestLimiterBehindConcurrency checks that at 100 ms, where the rate limit starts to matter, the chance jumps by no
// more than 0.4/sqrt(λ), and that the limiter never makes a pool better off.
func TestLimiterBehindConcurrency(t *testing.T) {
	for _, provisioned := range []int64{3, 20, 100, 1000} {
		for _, share := range []float64{0.5, 0.8, 0.95, 1} {
			rate := 10 * share * float64(provisioned)
			beyond := func(duration float64) float64 {
				f := calc.Function{Name: "f", RPS: rps(rate), DurationMS: ms(duration), Provisioned: provisioned}
				return known(t, "beyond", chanceOf(t, ordinary(f)).BeyondProvisionedRatio)
			}
			at, below := beyond(100), beyond(99.999)
			if step := below - at; step < -1e-4 || step > 0.4/math.Sqrt(rate) {
				t.Errorf("%d units at %v: %v at 100 ms, %v just below", provisioned, share, at, below)
			}
		}
	}
	// Simulated with a window of one second: 0.1044 ± 0.0001 and 0.0126 ± 0.0001.
	f := calc.Function{Name: "f", RPS: rps(95), DurationMS: ms(80), Provisioned: 10, Reserved: units(14)}
	x := chanceOf(t, ordinary(f))
	near(t, "beyond", known(t, "beyond", x.BeyondProvisionedRatio), 0.1044, 0.025)
	near(t, "throttled", known(t, "throttled", x.ThrottledRatio), 0.0126, 0.02)
}

// TestBursts compares with a simulation of geometric batches, and checks that the chances of short bursts count whole
// batches.
func TestBursts(t *testing.T) {
	f := calc.Function{Name: "f", RPS: rps(30), DurationMS: ms(1000), Provisioned: 36, Reserved: units(44),
		Peakedness: calc.Some(3.0)}
	x := chanceOf(t, ordinary(f))
	// Simulated: 0.1322 ± 0.0007 and 0.0535 ± 0.0005.
	near(t, "beyond", known(t, "beyond", x.BeyondProvisionedRatio), 0.1322, 0.01)
	near(t, "throttled", known(t, "throttled", x.ThrottledRatio), 0.0535, 0.02)

	f = calc.Function{Name: "f", RPS: rps(80), DurationMS: ms(50), Provisioned: 12, Reserved: units(12),
		Peakedness: calc.Some(3.0)}
	x = chanceOf(t, ordinary(f))
	// Simulated with a window of one second: 0.0801 ± 0.0002.
	near(t, "short bursts", known(t, "beyond", x.BeyondProvisionedRatio), 0.0801, 0.03)
}
