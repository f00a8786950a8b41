package simulation

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestTextbook compares with results that do not come from lambdacap: Erlang's table for 10 lines and 10 erlangs, and
// the Poisson distribution of an unlimited pool.
func TestTextbook(t *testing.T) {
	line := Function{Rate: 100, Seconds: 0.1, Law: Constant, Provisioned: 10, Reserved: 10}
	agree(t, "lost of 10 erlangs by 10 lines", Run(Account{Functions: []Function{line}}, 1, 400_000)[0].Refused, 0.2146)

	unlimited := Function{Rate: 20, Seconds: 0.25, Law: Lognormal(1)}
	counts := Run(Account{Functions: []Function{unlimited}, Unreserved: 1000, KeepAlive: 1e9}, 2, 400_000)[0]
	above, term := 1.0, math.Exp(-5)
	for n := range 9 {
		above -= term
		term *= 5 / float64(n+1)
	}
	agree(t, "above 8 of 5 on average", counts.Above(8), above)
	agree(t, "on demand", counts.Spilled, 1)
}

func agree(t *testing.T, what string, got Estimate, want float64) {
	t.Helper()
	if math.Abs(got.Mean-want) > 4*got.Deviation+1e-4 {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// TestTraffic checks the mean rates, sizes and durations.
func TestTraffic(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	mean := func(draw func() float64) float64 {
		sum := 0.0
		for range 400_000 {
			sum += draw()
		}
		return sum / 400_000
	}
	within := func(what string, got, want float64) {
		if math.Abs(got/want-1) > 0.02 {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	for name, law := range map[string]Law{"exponential": Exponential, "constant": Constant, "lognormal": Lognormal(1)} {
		within(name, mean(func() float64 { return law(r) }), 1)
	}
	geometric := Geometric(3)
	within("geometric", mean(func() float64 { return float64(geometric.draw(r)) }), 3)
	if one := Geometric(1); one.draw(r) != 1 {
		t.Error("a mean of 1 has a larger batch")
	}
	f := Function{Rate: 50, Modulate: Modulation{High: 3, Low: 1, HighSeconds: 0.1, LowSeconds: 0.2}}
	a, now := f.arrivals(), 0.0
	within("modulated", 1/mean(func() float64 {
		before := now
		now = a.next(r, now)
		return now - before
	}), 50)
}

// TestLimiters checks how many requests at random times each kind of limiter admits.
func TestLimiters(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	const most, seconds = 40, 2000
	for _, kind := range []LimiterKind{Window, Sliding, Bucket} {
		l := newLimiter(kind, most)
		var passed []float64
		for now := 0.0; now < seconds; now += r.ExpFloat64() / (2 * most) {
			if l.open(now) {
				l.pass(now)
				passed = append(passed, now)
			}
		}
		if rate := float64(len(passed)) / seconds; rate < 0.95*most || rate > 1.01*most {
			t.Errorf("kind %d lets %v through in a second", kind, rate)
		}
		for i := range passed[most:] {
			if kind == Sliding && passed[i+most]-passed[i] < 1 || kind == Window && passed[i+most] < math.Floor(passed[i])+1 {
				t.Errorf("kind %d lets more than %d through in the second after %v", kind, most, passed[i])
			}
		}
	}
}

// TestEvents checks that events leave the heap in order of time.
func TestEvents(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	var h events
	var times []float64
	for range 1000 {
		h.push(event{at: r.Float64()})
		if r.IntN(3) == 0 {
			h.pop()
		}
	}
	for len(h) > 0 {
		times = append(times, h.pop().at)
	}
	if !slices.IsSorted(times) {
		t.Error("out of order")
	}
}
