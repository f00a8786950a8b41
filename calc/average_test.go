package calc_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/series"
)

// TestAverage checks that a peak is not billed all month: with a mean rate, the cost is that of the split at the mean
// rate, in the steady state and with random arrivals, even if functions share a pool. Everything else is still that of
// the peak.
func TestAverage(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 4))
	o := calc.SpillOptions{Chance: true, Cost: monthly(t)}
	for range 300 {
		a := usual(random)
		a.Region = "eu-west-1"
		peak, mean := a, a
		peak.Functions, mean.Functions = slices.Clone(a.Functions), slices.Clone(a.Functions)
		for i := range a.Functions {
			f := &a.Functions[i]
			f.MemoryMB, f.InitMS = units(512), ms(300)
			peak.Functions[i], mean.Functions[i] = *f, *f
			if random.IntN(3) > 0 {
				f.AverageRPS = calc.Some(f.RPS.Or(0) * random.Float64())
				mean.Functions[i].RPS = f.AverageRPS
			}
		}
		got, high, low := spillWith(t, a, o), spillWith(t, peak, o), spillWith(t, mean, o)
		for i := range got.Functions {
			g, h, l := got.Functions[i], high.Functions[i], low.Functions[i]
			nearCosts(t, g.Cost.Or(calc.Cost{}), l.Cost.Or(calc.Cost{}))
			nearCosts(t, costByChance(g), costByChance(l))
			want := calc.BasisRate
			if a.Functions[i].AverageRPS.Known() {
				want = calc.BasisAverage
			}
			equal(t, "basis", g.Cost.Or(calc.Cost{}).Basis, want)
			if g.Parts != h.Parts || g.Verdict != h.Verdict ||
				g.Chance.Or(calc.Chance{}).ThrottledRatio != h.Chance.Or(calc.Chance{}).ThrottledRatio {
				t.Errorf("%+v: %+v, want the split of the peak, %+v", a, g, h)
			}
		}
		nearCosts(t, got.Account.Cost.Or(calc.AccountCost{}).Cost, low.Account.Cost.Or(calc.AccountCost{}).Cost)
	}
}

// TestSavings checks that a change that gives units back saves as much as the account's cost falls, that it is
// optional, and that the recommended cost is that of the changes and of nothing else.
func TestSavings(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 9))
	o := calc.PlanOptions{Sizing: calc.DefaultSizing(), SpillOptions: calc.SpillOptions{Cost: monthly(t)}}
	saved := 0
	for round := range 2000 {
		o.Objective = calc.Fit
		if round%4 == 0 { // sized for random arrivals, and priced like the others
			o.Objective = calc.Cheapest
		}
		a := usual(random)
		a.Region = "us-east-1"
		for i := range a.Functions {
			a.Functions[i].MemoryMB = units(512)
		}
		plan := planWith(t, a, o)
		total := func(a calc.Account) float64 {
			return spillWith(t, a, o.SpillOptions).Account.Cost.Or(calc.AccountCost{}).Total.Or(-1)
		}
		all := a
		all.Functions = slices.Clone(a.Functions)
		for _, c := range plan.Changes {
			apply(&all, c)
			saving, ok := c.Saving.Get()
			if frees := c.To.Known() && c.To.Or(0) < c.From.Or(0); ok != frees {
				t.Errorf("%+v: saves %v", c, c.Saving)
			}
			if !ok {
				continue
			}
			saved++
			one := a
			one.Functions = slices.Clone(a.Functions)
			apply(&one, c)
			if full := plan.Account.ThrottledRPS+plan.Account.QueuedRPS > 0; !full { // no other function waits for the units
				near(t, "saving", saving, total(a)-total(one), 1e-6)
			}
			if quota := plan.Changes[0].Setting == calc.SettingAccount; c.Required && quota {
				t.Errorf("%+v: giving units back is required beside a higher quota: %+v", a, plan.Changes)
			}
		}
		near(t, "recommended cost", plan.Account.Cost.Or(calc.AccountCost{}).Total.Or(-1), total(all), 1e-9)
	}
	if saved < 200 {
		t.Errorf("only %d changes save something", saved)
	}
}

// nearCosts compares the amounts of two costs.
func nearCosts(t *testing.T, got, want calc.Cost) {
	t.Helper()
	x, y := reflect.ValueOf(got), reflect.ValueOf(want)
	for i := range x.NumField() {
		if amount, ok := x.Field(i).Interface().(calc.Optional[float64]); ok {
			near(t, x.Type().Field(i).Name, amount.Or(-1), y.Field(i).Interface().(calc.Optional[float64]).Or(-1), 1e-9)
		}
	}
}

// TestBasis checks which rate a cost is based on, for each function and for the account.
func TestBasis(t *testing.T) {
	peak, mean, day := billed(), billed(), billed()
	mean.AverageRPS = rps(10)
	day.RPS, day.Day = rps(50), series.Day(flatDay())
	for _, c := range []struct {
		functions []calc.Function
		want      calc.Basis
	}{
		{[]calc.Function{peak}, calc.BasisRate},
		{[]calc.Function{mean}, calc.BasisAverage},
		{[]calc.Function{day}, calc.BasisHours},
		{[]calc.Function{peak, peak}, calc.BasisRate},
		{[]calc.Function{mean, peak}, calc.BasisMixed},
		{[]calc.Function{mean, day}, calc.BasisMixed},
	} {
		for i := range c.functions {
			c.functions[i].Name = fmt.Sprint("f", i)
		}
		_, account := costs(t, inVirginia(c.functions...), calc.CostOptions{})
		equal(t, "basis of the account", account.Basis, c.want)
	}
	both := day
	both.AverageRPS = rps(1)
	if err := inVirginia(both).Validate(); err == nil {
		t.Error("a mean rate beside the rates of a day is accepted")
	}
	alone := billed()
	alone.RPS, alone.AverageRPS = calc.Optional[float64]{}, rps(1)
	if err := inVirginia(alone).Validate(); err == nil {
		t.Error("a mean rate without a peak is accepted")
	}
}

// TestAverageOptimized checks that the cheapest setting is that of the mean rate: a peak of a few minutes does not make
// provisioned concurrency pay off all month.
func TestAverageOptimized(t *testing.T) {
	for _, average := range []float64{1, 20, 60} {
		f := billed()
		f.AverageRPS = rps(average)
		at := billed()
		at.RPS = rps(average)
		sizing := calc.DefaultSizing()
		sizing.Objective = calc.Cheapest
		got := cheapest(t, inVirginia(f), sizing, calc.Billing{Hours: 730})
		want := cheapest(t, inVirginia(at), sizing, calc.Billing{Hours: 730})
		equal(t, "cheapest", got.Provisioned, want.Provisioned)
		near(t, "total", got.Total, want.Total, 1e-9)
	}
}
