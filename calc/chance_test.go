package calc_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
)

// probabilityValues are the values of testdata/probability-values.json by their ids.
type probabilityValues map[string]any

func readProbabilityValues(t *testing.T) probabilityValues {
	t.Helper()
	data, err := os.ReadFile("testdata/probability-values.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []struct {
		ID       string
		Expected any
	}
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	values := probabilityValues{}
	for _, v := range list {
		values[v.ID] = v.Expected
	}
	return values
}

// number returns a value that is a single number.
func (v probabilityValues) number(t *testing.T, id string) float64 {
	t.Helper()
	x, ok := v[id].(float64)
	if !ok {
		t.Fatalf("%s is not a number", id)
	}
	return x
}

// of returns one number of a value that is an object.
func (v probabilityValues) of(t *testing.T, id, key string) float64 {
	t.Helper()
	object, _ := v[id].(map[string]any)
	x, ok := object[key].(float64)
	if !ok {
		t.Fatalf("%s has no %s", id, key)
	}
	return x
}

// TestChanceValues compares the whole model with testdata/probability-values.json.
func TestChanceValues(t *testing.T) {
	values := readProbabilityValues(t)

	f := calc.Function{Name: "f", RPS: rps(1200), DurationMS: ms(100), Reserved: units(150), Provisioned: 100}
	x := chanceOf(t, ordinary(f))
	split := func(key string) float64 { return values.of(t, "split-100-150-120", key) }
	near(t, "beyond", known(t, "beyond", x.BeyondProvisionedRatio), split("spillover_incl_throttled"), 1e-10)
	near(t, "spillover", known(t, "spillover", x.SpilloverRatio), split("on_demand"), 1e-10)
	near(t, "throttled", known(t, "throttled", x.ThrottledRatio), split("throttled"), 1e-10)

	x = chanceOf(t, ordinary(calc.Function{Name: "f", RPS: rps(950), DurationMS: ms(0.01), Provisioned: 100}))
	limiter := values.number(t, "ratecap-window-950-1000")
	near(t, "the limiter alone", known(t, "beyond", x.BeyondProvisionedRatio), limiter, 1e-9)

	x = chanceOf(t, ordinary(calc.Function{Name: "f", RPS: rps(10), DurationMS: ms(1000)}))
	near(t, "cold starts", known(t, "cold", x.ColdStartRatio), values.of(t, "cold-lifo-10-1-600", "p_cold"), 1e-7)
	a := ordinary(calc.Function{Name: "f", RPS: rps(90), DurationMS: ms(1000), Provisioned: 100})
	a.KeepAliveMS = ms(300_000)
	cold := known(t, "cold", chanceOf(t, a).ColdStartRatio)
	near(t, "cold starts beside provisioned", cold, values.number(t, "cold-pc-bound-90-100-300"), 1e-7)

	x = chanceOf(t, ordinary(calc.Function{Name: "f", RPS: rps(1000), DurationMS: ms(100)}))
	equal(t, "p99", float64(x.ConcurrencyP99), values.number(t, "poisq-100-0.99"))

	shared := calc.Account{Concurrency: 24, UnreservedFloor: units(0), Functions: []calc.Function{
		{Name: "first", RPS: rps(90), DurationMS: ms(100), Provisioned: 10},
		{Name: "second", RPS: rps(25), DurationMS: ms(200), Provisioned: 6},
	}}
	r := spillWith(t, shared, calc.SpillOptions{Chance: true})
	for i, key := range []string{"fn1", "fn2"} { // Rapp's approximation of the exact chain
		x := r.Functions[i].Chance.Or(calc.Chance{})
		near(t, key, known(t, key, x.ThrottledRatio), values.of(t, "shared-exact-10-6-8", key), 0.1)
	}
}

// TestChanceClaims pins figures that the documents quote: how much a pool sized for the average spills, and that
// spillover is not the same as cold starts.
func TestChanceClaims(t *testing.T) {
	beyond := func(load float64, provisioned int64) float64 {
		f := calc.Function{Name: "f", RPS: rps(load), DurationMS: ms(1000), Provisioned: provisioned}
		x := chanceOf(t, ordinary(f))
		return math.Round(1000*known(t, "beyond", x.BeyondProvisionedRatio)) / 1000
	}
	equal(t, "150 for 150", beyond(150, 150), 0.062)
	equal(t, "20 for 20", beyond(20, 20), 0.159)
	equal(t, "165 for 150", beyond(150, 165), 0.017)
	equal(t, "22 for 20", beyond(20, 22), 0.107)

	a := ordinary(calc.Function{Name: "f", RPS: rps(10), DurationMS: ms(1000)})
	a.KeepAliveMS = ms(300_000)
	for provisioned, want := range map[int64]float64{5: 0.564, 12: 0.12} {
		a.Functions[0].Provisioned = provisioned
		x := chanceOf(t, a)
		near(t, "spillover", known(t, "spillover", x.SpilloverRatio), want, 0.005)
		near(t, "cold starts", known(t, "cold", x.ColdStartRatio), 4.4e-4, 0.01)
	}
}

// TestColdStartsExplained checks that the formula reflects the function: with or without an upper limit, and with an
// init time.
func TestColdStartsExplained(t *testing.T) {
	step := func(functions ...calc.Function) calc.Step {
		r := spillWith(t, ordinary(functions...), calc.SpillOptions{Chance: true})
		for _, s := range r.Explain() {
			if s.Quantity == "chance.cold_start_ratio" {
				return s
			}
		}
		t.Fatal("cold starts are not explained")
		return calc.Step{}
	}
	f := calc.Function{Name: "f", RPS: rps(10), DurationMS: ms(1000)}
	g := calc.Function{Name: "g", RPS: rps(1), DurationMS: ms(1000)}
	equal(t, "alone", step(f).Formula, "sum of π_k G_k(T), k = P..L-1")
	equal(t, "alone", step(f).Numbers, "k from 0, a = 10, T = 10m")
	equal(t, "shared", step(f, g).Formula, "sum of π_k G_k(T), k >= P")
	f.InitMS = ms(8000)
	f.RPS = rps(0.001) // about every third request starts an environment
	x := step(f)
	equal(t, "with init", x.Formula, "sum of π_k G_k(T), k = P..L-1, a = rps (d + share x init)")
	near(t, "with init", x.Value, math.Exp(-0.6), 0.01)
	equal(t, "with init", x.Numbers, "k from 0, d = 1s, init = 8s, a = 0.005, T = 10m")

	events := calc.Function{Name: "f", RPS: rps(9), DurationMS: ms(1000), Mode: calc.Async, Reserved: units(10)}
	equal(t, "events", step(events).Formula, "sum of π_k G_k(T) / (1 - b), k = P..L-1, of a/(1 - b)")
	events.RPS = rps(11)
	equal(t, "a queue that grows", step(events).Formula, "0: no environment is ever idle")
}

// TestChanceAbsent checks that figures that do not exist are absent, and that figures that need no computation are
// exact.
func TestChanceAbsent(t *testing.T) {
	with := func(f calc.Function) calc.FunctionSpill {
		f.Name = "f"
		return spillWith(t, ordinary(f), calc.SpillOptions{Chance: true}).Functions[0]
	}
	if row := with(calc.Function{RPS: rps(5)}); row.Chance.Known() {
		t.Errorf("a chance without a duration: %+v", row.Chance)
	}
	steady := spill(t, ordinary(calc.Function{Name: "f", RPS: rps(5), DurationMS: ms(100)}))
	if row := steady.Functions[0]; row.Chance.Known() {
		t.Errorf("a chance that nobody asked for: %+v", row.Chance)
	}
	x, _ := with(calc.Function{RPS: rps(500), DurationMS: ms(200)}).Chance.Get()
	equal(t, "nothing provisioned", x, calc.Chance{Arrivals: calc.Poisson, Peakedness: 1,
		ThrottledRatio: x.ThrottledRatio, ColdStartRatio: x.ColdStartRatio,
		ConcurrencyP50: 100, ConcurrencyP99: 124, ConcurrencyP999: 132, KeepAliveS: 600})
	x, _ = with(calc.Function{RPS: rps(500), DurationMS: ms(200), Mode: calc.Async, Reserved: units(110)}).Chance.Get()
	if x.ThrottledRatio.Known() || x.ConcurrencyP99 != 110 {
		t.Errorf("asynchronous, with 110 units: %+v", x)
	}
	x, _ = with(calc.Function{RPS: rps(500), DurationMS: ms(200), Peakedness: calc.Some(4.0)}).Chance.Get()
	if x.ColdStartRatio.Known() || x.Arrivals != calc.Bursty || x.ConcurrencyP50 != 99 || x.ConcurrencyP99 != 152 {
		t.Errorf("bursty: %+v", x)
	}
	x, _ = with(calc.Function{RPS: rps(0), DurationMS: ms(200), Provisioned: 3}).Chance.Get()
	zero := calc.Some(0.0)
	equal(t, "no load", x, calc.Chance{Arrivals: calc.Poisson, Peakedness: 1, BeyondProvisionedRatio: zero,
		SpilloverRatio: zero, ThrottledRatio: zero, ColdStartRatio: zero, KeepAliveS: 600})
	x, _ = with(calc.Function{RPS: rps(10), DurationMS: ms(200), Reserved: units(0)}).Chance.Get()
	equal(t, "switched off", x.ThrottledRatio, calc.Some(1.0))
	full := calc.Function{RPS: rps(990), DurationMS: ms(50), Reserved: units(100), Provisioned: 100, Mode: calc.Async}
	x, _ = with(full).Chance.Get()
	equal(t, "no on-demand room", x.SpilloverRatio, calc.Some(0.0))
	if known(t, "beyond", x.BeyondProvisionedRatio) == 0 {
		t.Error("the limiter lets everything through")
	}
}

// TestChanceTooLarge checks that a load out of range is reported, and stops nothing else.
func TestChanceTooLarge(t *testing.T) {
	a := ordinary(
		calc.Function{Name: "f", RPS: rps(1e9), DurationMS: ms(100)},
		calc.Function{Name: "g", RPS: rps(10), DurationMS: ms(100)})
	r := planWith(t, a, calc.PlanOptions{
		SpillOptions: calc.SpillOptions{Chance: true},
		Sizing:       calc.Sizing{TargetSpillover: calc.Some(0.01), TargetThrottle: calc.Some(0.01)},
	})
	f := r.Functions[0]
	if f.Now.Chance.Known() || f.RequiredProvisionedForTarget.Known() || !has(r.Findings, "chance-not-computed") {
		t.Errorf("a load of 1e8: %+v, %v", f, r.Findings)
	}
	x, ok := r.Functions[1].Now.Chance.Get()
	if !ok || known(t, "throttled", x.ThrottledRatio) < 0.9 {
		t.Errorf("beside a load of 1e8: %+v", x)
	}
}

// TestTinyRates checks that the chances of the lowest rates are finite, and close to those of no load.
func TestTinyRates(t *testing.T) {
	for _, mode := range []calc.Mode{calc.Sync, calc.Async} {
		for _, rps := range []float64{5e-324, 1e-310, 1e-200, 1e-150, 1e-100, 1e-99} {
			for _, ms := range []float64{1e-6, 1e-3, 100, 900_000} {
				for _, provisioned := range []int64{0, 1, 100} {
					row := spillWith(t, calc.Account{Concurrency: 1000, Functions: []calc.Function{{
						Name: "a", Mode: mode, RPS: calc.Some(rps), DurationMS: calc.Some(ms), Provisioned: provisioned,
					}}}, calc.SpillOptions{Chance: true}).Functions[0]
					x, ok := row.Chance.Get()
					if !ok || !(x.SpilloverRatio.Or(0) < 1e-9 && x.ThrottledRatio.Or(0) < 1e-9 && x.QueuedRatio.Or(0) < 1e-9) {
						t.Errorf("%v/s of %v ms with P %d: %+v", rps, ms, provisioned, x)
					}
					if cold := x.ColdStartRatio.Or(0); !(cold >= 0 && cold <= 1) {
						t.Errorf("%v/s of %v ms with P %d: cold starts %v", rps, ms, provisioned, cold)
					}
				}
			}
		}
	}
}

// TestChanceAtRateBinds checks that functions of exactly 100 ms that share a pool are bound by concurrency, as a single
// function is. Together they lose what Erlang's formula gives for the sum.
func TestChanceAtRateBinds(t *testing.T) {
	a := calc.Account{Concurrency: 5, UnreservedFloor: units(0), Functions: []calc.Function{
		{Name: "f", RPS: rps(20.551), DurationMS: ms(100)},
		{Name: "g", RPS: rps(33.801), DurationMS: ms(100)},
	}}
	for _, f := range spillWith(t, a, calc.SpillOptions{Chance: true}).Functions {
		x := f.Chance.Or(calc.Chance{})
		near(t, f.Name, known(t, "throttled", x.ThrottledRatio), 0.319138712693687, 1e-12)
	}
}

// TestTinyNeed checks that even the lowest rate needs a unit, although its product with the duration underflows.
func TestTinyNeed(t *testing.T) {
	for _, mode := range []calc.Mode{calc.Sync, calc.Async} {
		a := calc.Account{Concurrency: 1000, Functions: []calc.Function{
			{Name: "a", Mode: mode, RPS: rps(5e-324), DurationMS: ms(0.1), Reserved: units(0)},
			{Name: "b", Mode: mode, RPS: rps(5e-324), DurationMS: ms(0.1)},
		}}
		for _, f := range planWith(t, a, calc.PlanOptions{}).Functions {
			equal(t, f.Name, f.RequiredUnits, units(1))
			equal(t, f.Name, f.RequiredConcurrency, units(1))
		}
	}
}
