package calc_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/lambdacap/lambdacap/calc/internal/simulation"
)

// TestSimulatedShared compares functions that share the unreserved units with Rapp's approximation.
func TestSimulatedShared(t *testing.T) {
	f := func(rate, seconds float64, law simulation.Law, provisioned int) simulation.Function {
		return simulation.Function{Rate: rate, Seconds: seconds, Law: law, Provisioned: provisioned}
	}
	exponential, constant := simulation.Law(simulation.Exponential), simulation.Law(simulation.Constant)
	bursts := f(20, 1, exponential, 20)
	bursts.Batch = simulation.Geometric(3)
	simulate(t, []simulated{
		{name: "two", account: simulation.Account{Unreserved: 8, Functions: []simulation.Function{
			f(90, 0.1, exponential, 10), f(25, 0.2, exponential, 6),
		}}, requests: 1_000_000, margins: margins{refused: within(0.2), spilled: within(0.02)}},
		{name: "three", account: simulation.Account{Unreserved: 12, Functions: []simulation.Function{
			f(90, 0.1, constant, 6), f(20, 0.2, exponential, 6), f(40, 0.1, exponential, 0),
		}}, requests: 1_000_000, margins: margins{refused: within(0.25), spilled: within(0.1)}},
		{name: "alone", account: simulation.Account{Unreserved: 8, Functions: []simulation.Function{
			f(90, 0.1, exponential, 6),
		}}},
		{name: "bursts beside others", account: simulation.Account{Unreserved: 15, Functions: []simulation.Function{
			bursts, f(20, 1, exponential, 16),
		}}, margins: margins{refused: within(0.5), spilled: within(0.2)}},
	})
}

// randomShared is an account of two to six functions that share a pool, which refuses about 0.1 to 20 % of their load.
func randomShared(r *rand.Rand) simulation.Account {
	a := simulation.Account{Functions: make([]simulation.Function, 2+r.IntN(5))}
	mean, variance := 0.0, 0.0
	for i := range a.Functions {
		load := math.Exp(r.Float64() * math.Log(40))
		f := simulation.Function{Seconds: 0.1 * math.Pow(10, r.Float64()), Law: simulation.Exponential}
		f.Rate = load / f.Seconds
		if r.IntN(3) > 0 {
			f.Provisioned = int(load * (0.3 + 0.9*r.Float64()))
		}
		a.Functions[i] = f
		mean += math.Max(load-float64(f.Provisioned), 0.4*math.Sqrt(load))
		variance += load
	}
	a.Unreserved = int(mean + math.Sqrt(variance)*(0.5+2.5*r.Float64()))
	return a
}

// TestSimulatedRandomShared runs 45 random accounts. Where 0.1 % or more is refused, half of the totals are within 1 %,
// nine in ten within 12 % and all within 22 %; for single functions these are 5, 20 and 60 %.
func TestSimulatedRandomShared(t *testing.T) {
	if testing.Short() {
		t.Skip("45 accounts")
	}
	const accounts = 45
	r := rand.New(rand.NewPCG(11, 14))
	var list [accounts]simulation.Account
	for i := range list {
		list[i] = randomShared(r)
	}
	var totals, single [accounts][]float64
	t.Run("accounts", func(t *testing.T) {
		for i, a := range list {
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				totals[i], single[i] = sharingErrors(t, a)
			})
		}
	})
	for _, c := range []struct {
		what                 string
		errors               []float64
		half, most, greatest float64
	}{
		{"totals", slices.Concat(totals[:]...), 0.01, 0.12, 0.22},
		{"functions", slices.Concat(single[:]...), 0.05, 0.20, 0.60},
	} {
		slices.Sort(c.errors)
		n := len(c.errors)
		if n < accounts*2/3 {
			t.Fatalf("only %d %s to compare", n, c.what)
		}
		half, most, greatest := c.errors[n/2], c.errors[n*9/10], c.errors[n-1]
		t.Logf("%d %s: %.3f in the middle, %.3f for nine of ten, %.3f at worst", n, c.what, half, most, greatest)
		if half > c.half || most > c.most || greatest > c.greatest {
			t.Errorf("%d %s: %.3f in the middle, %.3f for nine of ten, %.3f at worst", n, c.what, half, most, greatest)
		}
	}
}

// sharingErrors returns the errors of the refused shares of the account and of its functions, where those are 0.1 % or
// more: the part of the difference beyond two standard errors.
func sharingErrors(t *testing.T, a simulation.Account) (total, single []float64) {
	counted, calculated := both(t, a, 600_000)
	refused, variance, model := 0.0, 0.0, 0.0
	add := func(list []float64, x, want, deviation float64) []float64 {
		return append(list, math.Max(0, math.Abs(x-want)-2*deviation)/want)
	}
	all := 0.0
	for i, f := range a.Functions {
		x := known(t, "throttled", calculated[i].ThrottledRatio)
		want := counted[i].Refused
		if want.Mean >= 0.001 {
			single = add(single, x, want.Mean, want.Deviation)
		}
		all += f.Rate
		refused += f.Rate * want.Mean
		variance += f.Rate * want.Deviation // refusals of functions are correlated
		model += f.Rate * x
	}
	if refused >= 0.001*all {
		total = add(total, model, refused, variance)
	}
	return total, single
}
