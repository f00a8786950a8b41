package calc_test

import (
	"math"
	"reflect"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
)

// quickLoad is the largest load of a function whose chances are computed quickly enough for a fuzzer.
const quickLoad = 1e5

// quick reports whether the chances of an account are computed quickly.
func quick(a calc.Account) bool {
	for _, f := range a.Functions {
		if rate := f.RPS.Or(0); rate > quickLoad || rate*f.DurationMS.Or(0)/1000 > quickLoad {
			return false
		}
	}
	return true
}

// checkRandom checks that chances are shares, that what exceeds provisioned concurrency either spills or is throttled,
// and that more provisioned concurrency of a function leaves less beyond it.
func checkRandom(t *testing.T, a calc.Account, i int) {
	t.Helper()
	if !quick(a) {
		return
	}
	checkPriced(t, a)
	r := spillWith(t, a, calc.SpillOptions{Chance: true})
	checkFinite(t, "random", reflect.ValueOf(r))
	checkFinite(t, "random explained", reflect.ValueOf(r.Explain()))
	for j, row := range r.Functions {
		x, ok := row.Chance.Get()
		if ok != row.DurationMS.Known() {
			t.Errorf("function %d: chance %v with duration %v", j, ok, row.DurationMS)
		}
		checkChance(t, j, x)
	}
	before, ok := r.Functions[i].Chance.Or(calc.Chance{}).BeyondProvisionedRatio.Get()
	room := room(a, i)
	// This does not hold for retried events: provisioned units are missing on demand, so more events may be retried.
	if !ok || room == 0 || a.Functions[i].Mode.Queues() {
		return
	}
	a.Functions = append([]calc.Function(nil), a.Functions...)
	f := &a.Functions[i]
	f.Provisioned += 1 + (room-1)/3
	r = spillWith(t, a, calc.SpillOptions{Chance: true})
	if after := r.Functions[i].Chance.Or(calc.Chance{}).BeyondProvisionedRatio.Or(0); after > before*(1+1e-9) {
		t.Errorf("%d units let %v past, fewer %v", f.Provisioned, after, before)
	}
}

func checkChance(t *testing.T, i int, x calc.Chance) {
	t.Helper()
	for _, ratio := range []float64{
		x.BeyondProvisionedRatio.Or(0), x.SpilloverRatio.Or(0), x.ThrottledRatio.Or(0), x.ColdStartRatio.Or(0),
	} {
		if ratio > 1+1e-12 {
			t.Errorf("function %d: a chance is %v", i, ratio)
		}
	}
	if x.SpilloverRatio.Or(0) > x.BeyondProvisionedRatio.Or(0) {
		t.Errorf("function %d: spilled %v of %v beyond", i, x.SpilloverRatio, x.BeyondProvisionedRatio)
	}
	if x.ConcurrencyP50 > x.ConcurrencyP99 || x.ConcurrencyP99 > x.ConcurrencyP999 {
		t.Errorf("function %d: quantiles %d, %d, %d", i, x.ConcurrencyP50, x.ConcurrencyP99, x.ConcurrencyP999)
	}
}

// checkPriced checks that amounts add up, for each function and for the account.
func checkPriced(t *testing.T, a calc.Account) {
	t.Helper()
	a.Region = "us-east-1"
	a.Functions = append([]calc.Function(nil), a.Functions...)
	for i := range a.Functions {
		a.Functions[i].MemoryMB = calc.Some(int64(128 << (i % 7)))
		a.Functions[i].Arch = []calc.Arch{calc.X86, calc.ARM}[i%2]
	}
	r := planWith(t, a, calc.PlanOptions{SpillOptions: calc.SpillOptions{Chance: true, Cost: &calc.CostOptions{
		Billing: calc.Billing{Hours: 700, FreeTier: true},
		Prices:  []calc.Price{examplePrice(calc.X86), examplePrice(calc.ARM)},
	}}})
	checkFinite(t, "priced", reflect.ValueOf(r))
	total, all := 0.0, true
	for i, f := range r.Functions {
		chance := f.Now.Chance.Or(calc.Chance{})
		for _, o := range []calc.Optional[calc.Cost]{f.Now.Cost, f.Cost, chance.Cost} {
			if x, ok := o.Get(); ok {
				checkAmounts(t, i, x)
			}
		}
		x, ok := f.Now.Cost.Get()
		total += x.Total.Or(0)
		all = all && ok
	}
	now := r.Account.NowCost.Or(calc.AccountCost{})
	if x, ok := now.Total.Get(); ok != all || ok && math.Abs(x-total) > 1e-9*total {
		t.Errorf("the account costs %v, its functions %v", now.Total, total)
	}
}

func checkAmounts(t *testing.T, i int, x calc.Cost) {
	t.Helper()
	sum := 0.0
	for _, part := range []calc.Optional[float64]{
		x.ProvisionedCapacity, x.ProvisionedDuration, x.OnDemandDuration, x.Requests, x.Ephemeral, x.Init,
	} {
		sum += part.Or(0)
	}
	if math.Abs(sum-x.Total.Or(-1)) > 1e-9*sum {
		t.Errorf("function %d: parts of %v, total %v", i, sum, x.Total)
	}
	if x.Idle.Or(0) > x.ProvisionedCapacity.Or(0)*(1+1e-12) {
		t.Errorf("function %d: %v of %v idle", i, x.Idle, x.ProvisionedCapacity)
	}
}
