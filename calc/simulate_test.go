package calc_test

import (
	"cmp"
	"fmt"
	"math"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/internal/simulation"
)

// These files compare the chances with an event simulation of the same account. Seeds are fixed. A share agrees if it
// is within four standard errors of the simulated one. Where the model approximates, the margin in
// docs/explanation/random-arrivals.md is added.

// A margin is how far a calculated share may be below and above the simulated one, relative to it.
type margin struct{ below, above float64 }

func within(x float64) margin { return margin{x, x} }

// ignored is the margin of a share that is not compared.
var ignored = margin{math.Inf(1), math.Inf(1)}

// margins are the margins of an approximation, all 0 where the model is exact.
type margins struct{ beyond, refused, spilled, cold margin }

// A simulated is an account that is simulated and calculated.
type simulated struct {
	name     string
	account  simulation.Account
	requests int // 400,000 if 0
	margins
}

// alone is an account with one function that has a reservation.
func alone(f simulation.Function) simulation.Account {
	return simulation.Account{Functions: []simulation.Function{f}}
}

// peakedness returns the variance of the concurrency over its mean, without a limit and with exponential durations.
//
//	z = 1 + (E K(K-1) / 2 E K) + v d / (λ (1 + g d))
//
// where K is the size of a batch, v the variance of a modulated rate and g the sum of the two rates at which it
// switches (derived from the covariance of the arrivals).
func peakedness(f simulation.Function) float64 {
	z := 1.0
	if size := f.Batch.Mean; size > 0 {
		z += f.Batch.Pairs / (2 * size)
	}
	if m := f.Modulate; m.High > 0 {
		high := m.HighSeconds / (m.HighSeconds + m.LowSeconds)
		mean := high*m.High + (1-high)*m.Low
		variance := high * (1 - high) * math.Pow(f.Rate*(m.High-m.Low)/mean, 2)
		switching := 1/m.HighSeconds + 1/m.LowSeconds
		z += variance * f.Seconds / (f.Rate * (1 + switching*f.Seconds))
	}
	return z
}

// modelled returns the same account for the model.
func modelled(s simulation.Account) calc.Account {
	a := calc.Account{UnreservedFloor: units(0), Concurrency: int64(s.Unreserved)}
	if s.KeepAlive > 0 {
		a.KeepAliveMS = ms(s.KeepAlive * 1000)
	}
	for i, f := range s.Functions {
		function := calc.Function{
			Name: fmt.Sprint("f", i), RPS: rps(f.Rate), DurationMS: ms(f.Seconds * 1000),
			Provisioned: int64(f.Provisioned), Peakedness: calc.Some(peakedness(f)),
		}
		if f.Minute.Share > 0 {
			function.OnTheMinute = onMinute(f.Minute.Share, f.Minute.Within)
		}
		if f.Async {
			function.Mode = calc.Async
		}
		if f.Init > 0 {
			function.InitMS = ms(f.Init * 1000)
		}
		if f.Reserved > 0 {
			function.Reserved = units(int64(f.Reserved))
		}
		a.Concurrency += int64(max(f.Reserved, f.Provisioned))
		a.Functions = append(a.Functions, function)
	}
	return a
}

// both simulates and calculates an account. Simulations of more than 400,000 requests take too long for -short.
func both(t *testing.T, s simulation.Account, requests int) ([]simulation.Counts, []calc.Chance) {
	t.Helper()
	requests = cmp.Or(requests, 400_000)
	if testing.Short() && requests > 400_000 {
		t.Skipf("%d requests", requests)
	}
	r := spillWith(t, modelled(s), calc.SpillOptions{Chance: true})
	list := make([]calc.Chance, len(r.Functions))
	for i := range r.Functions {
		var ok bool
		if list[i], ok = r.Functions[i].Chance.Get(); !ok {
			t.Fatalf("function %d has no chance", i)
		}
	}
	return simulation.Run(s, 2026, requests), list
}

// compare fails if a calculated share is off by more than its margin and four standard errors.
func compare(t *testing.T, what string, got calc.Optional[float64], want simulation.Estimate, m margin) {
	t.Helper()
	x, ok := got.Get()
	if !ok || m == ignored {
		return
	}
	random := 4*want.Deviation + 1e-9
	if x < want.Mean*(1-m.below)-random || x > want.Mean*(1+m.above)+random {
		t.Errorf("%s: calculated %.6f, simulated %.6f ± %.6f", what, x, want.Mean, want.Deviation)
	}
	t.Logf("%s: %.6f, simulated %.6f ± %.6f", what, x, want.Mean, want.Deviation)
}

// simulate compares the shares of all cases.
func simulate(t *testing.T, cases []simulated) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			counted, calculated := both(t, c.account, c.requests)
			for i, x := range calculated {
				n := &counted[i]
				what := func(share string) string { return fmt.Sprintf("function %d, %s", i, share) }
				compare(t, what("beyond"), x.BeyondProvisionedRatio, n.Beyond, c.beyond)
				compare(t, what("throttled"), x.ThrottledRatio, n.Refused, c.refused)
				compare(t, what("queued"), x.QueuedRatio, n.Refused, c.refused)
				compare(t, what("spilled"), x.SpilloverRatio, n.Spilled, c.spilled)
				if c.account.KeepAlive > 0 {
					compare(t, what("cold"), x.ColdStartRatio, n.Cold, c.cold)
				}
			}
		})
	}
}

// TestSimulatedLaws checks that with Poisson arrivals the shares depend only on the mean of the durations.
func TestSimulatedLaws(t *testing.T) {
	for name, law := range map[string]simulation.Law{
		"exponential": simulation.Exponential, "constant": simulation.Constant, "lognormal": simulation.Lognormal(2),
	} {
		t.Run(name, func(t *testing.T) {
			simulate(t, []simulated{
				{name: "10 + 6 for 12", account: alone(simulation.Function{
					Rate: 100, Seconds: 0.12, Law: law, Provisioned: 10, Reserved: 16})},
				{name: "1 + 2 for 2", account: alone(simulation.Function{
					Rate: 4, Seconds: 0.5, Law: law, Provisioned: 1, Reserved: 3})},
				{name: "no room", account: alone(simulation.Function{
					Rate: 200, Seconds: 0.1, Law: law, Provisioned: 20, Reserved: 20})},
			})
		})
	}
}
