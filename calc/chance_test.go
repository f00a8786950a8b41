package calc_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// chanceOf returns the chance of the first function of an account.
func chanceOf(t *testing.T, a calc.Account) calc.Chance {
	t.Helper()
	r, err := calc.Spill(a, calc.SpillOptions{Chance: true})
	if err != nil {
		t.Fatal(err)
	}
	x, ok := r.Functions[0].Chance.Get()
	if !ok {
		t.Fatalf("no chance: %+v", r.Functions[0])
	}
	return x
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*math.Abs(want)) {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

func known(t *testing.T, what string, o calc.Optional[float64]) float64 {
	t.Helper()
	x, ok := o.Get()
	if !ok {
		t.Errorf("%s is absent", what)
	}
	return x
}

// TestChanceValues compares with testdata/probability-values.json, through the
// whole model.
func TestChanceValues(t *testing.T) {
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
	values := map[string]any{}
	for _, v := range list {
		values[v.ID] = v.Expected
	}
	value := func(id, key string) float64 {
		object, _ := values[id].(map[string]any)
		x, ok := object[key].(float64)
		if !ok {
			t.Fatalf("%s has no %s", id, key)
		}
		return x
	}

	x := chanceOf(t, ordinary(calc.Function{Name: "f", RPS: rps(1200), DurationMS: ms(100), Reserved: units(150), Provisioned: 100}))
	near(t, "beyond", known(t, "beyond", x.BeyondProvisionedRatio), value("split-100-150-120", "spillover_incl_throttled"), 1e-10)
	near(t, "spillover", known(t, "spillover", x.SpilloverRatio), value("split-100-150-120", "on_demand"), 1e-10)
	near(t, "throttled", known(t, "throttled", x.ThrottledRatio), value("split-100-150-120", "throttled"), 1e-10)

	x = chanceOf(t, ordinary(calc.Function{Name: "f", RPS: rps(950), DurationMS: ms(0.01), Provisioned: 100}))
	near(t, "the limiter alone", known(t, "beyond", x.BeyondProvisionedRatio), values["ratecap-window-950-1000"].(float64), 1e-9)

	x = chanceOf(t, ordinary(calc.Function{Name: "f", RPS: rps(10), DurationMS: ms(1000)}))
	near(t, "cold starts", known(t, "cold", x.ColdStartRatio), value("cold-lifo-10-1-600", "p_cold"), 1e-7)
	a := ordinary(calc.Function{Name: "f", RPS: rps(90), DurationMS: ms(1000), Provisioned: 100})
	a.KeepAliveMS = ms(300_000)
	x = chanceOf(t, a)
	near(t, "cold starts beside provisioned", known(t, "cold", x.ColdStartRatio), values["cold-pc-bound-90-100-300"].(float64), 1e-7)

	x = chanceOf(t, ordinary(calc.Function{Name: "f", RPS: rps(1000), DurationMS: ms(100)}))
	equal(t, "p99", float64(x.ConcurrencyP99), values["poisq-100-0.99"].(float64))

	shared := calc.Account{Concurrency: 24, UnreservedFloor: units(0), Functions: []calc.Function{
		{Name: "first", RPS: rps(90), DurationMS: ms(100), Provisioned: 10},
		{Name: "second", RPS: rps(25), DurationMS: ms(200), Provisioned: 6},
	}}
	r, err := calc.Spill(shared, calc.SpillOptions{Chance: true})
	if err != nil {
		t.Fatal(err)
	}
	for i, key := range []string{"fn1", "fn2"} { // Rapp's approximation of the exact chain
		x := r.Functions[i].Chance.Or(calc.Chance{})
		near(t, key, known(t, key, x.ThrottledRatio), value("shared-exact-10-6-8", key), 0.1)
	}
}

// TestChanceClaims pins the figures that the documents quote: what a pool sized
// for the average spills, and that spillover is not cold start.
func TestChanceClaims(t *testing.T) {
	beyond := func(load float64, provisioned int64) float64 {
		x := chanceOf(t, ordinary(calc.Function{Name: "f", RPS: rps(load), DurationMS: ms(1000), Provisioned: provisioned}))
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

// TestChanceAbsent: what there is none of is absent, and what follows without a
// computation is exact.
func TestChanceAbsent(t *testing.T) {
	with := func(f calc.Function) calc.FunctionSpill {
		f.Name = "f"
		r, err := calc.Spill(ordinary(f), calc.SpillOptions{Chance: true})
		if err != nil {
			t.Fatal(err)
		}
		return r.Functions[0]
	}
	if row := with(calc.Function{RPS: rps(5)}); row.Chance.Known() {
		t.Errorf("a chance without a duration: %+v", row.Chance)
	}
	if row := spill(t, ordinary(calc.Function{Name: "f", RPS: rps(5), DurationMS: ms(100)})).Functions[0]; row.Chance.Known() {
		t.Errorf("a chance that nobody asked for: %+v", row.Chance)
	}
	x, _ := with(calc.Function{RPS: rps(500), DurationMS: ms(200)}).Chance.Get()
	equal(t, "nothing provisioned", x, calc.Chance{Arrivals: calc.Poisson, Peakedness: 1, ThrottledRatio: x.ThrottledRatio, ColdStartRatio: x.ColdStartRatio,
		ConcurrencyP50: 100, ConcurrencyP99: 124, ConcurrencyP999: 132, KeepAliveS: 600})
	x, _ = with(calc.Function{RPS: rps(500), DurationMS: ms(200), Mode: calc.Async, Reserved: units(110)}).Chance.Get()
	if x.ThrottledRatio.Known() || x.ConcurrencyP99 != 110 {
		t.Errorf("asynchronous, with 110 units: %+v", x)
	}
	x, _ = with(calc.Function{RPS: rps(500), DurationMS: ms(200), Peakedness: calc.Some(4.0)}).Chance.Get()
	if x.ColdStartRatio.Known() || x.Arrivals != calc.Bursty || x.ConcurrencyP50 != 100 || x.ConcurrencyP99 != 147 {
		t.Errorf("bursty: %+v", x)
	}
	x, _ = with(calc.Function{RPS: rps(0), DurationMS: ms(200), Provisioned: 3}).Chance.Get()
	equal(t, "no load", x, calc.Chance{Arrivals: calc.Poisson, Peakedness: 1, BeyondProvisionedRatio: calc.Some(0.0), SpilloverRatio: calc.Some(0.0),
		ThrottledRatio: calc.Some(0.0), ColdStartRatio: calc.Some(0.0), KeepAliveS: 600})
	x, _ = with(calc.Function{RPS: rps(10), DurationMS: ms(200), Reserved: units(0)}).Chance.Get()
	equal(t, "switched off", x.ThrottledRatio, calc.Some(1.0))
	x, _ = with(calc.Function{RPS: rps(990), DurationMS: ms(50), Reserved: units(100), Provisioned: 100, Mode: calc.Async}).Chance.Get()
	equal(t, "no on-demand room", x.SpilloverRatio, calc.Some(0.0))
	if known(t, "beyond", x.BeyondProvisionedRatio) == 0 {
		t.Error("the limiter lets everything through")
	}
}

// TestChanceTooLarge: a load beyond the range is named, and stops nothing.
func TestChanceTooLarge(t *testing.T) {
	a := ordinary(calc.Function{Name: "f", RPS: rps(1e9), DurationMS: ms(100)}, calc.Function{Name: "g", RPS: rps(10), DurationMS: ms(100)})
	r, err := calc.Plan(a, calc.PlanOptions{SpillOptions: calc.SpillOptions{Chance: true}, Sizing: calc.Sizing{TargetSpillover: calc.Some(0.01), TargetThrottle: calc.Some(0.01)}})
	if err != nil {
		t.Fatal(err)
	}
	if f := r.Functions[0]; f.Now.Chance.Known() || f.RequiredProvisionedForTarget.Known() || !has(r.Findings, "chance-not-computed") {
		t.Errorf("a load of 1e8: %+v, %v", f, r.Findings)
	}
	x, ok := r.Functions[1].Now.Chance.Get()
	if !ok || known(t, "throttled", x.ThrottledRatio) < 0.9 {
		t.Errorf("beside a load of 1e8: %+v", x)
	}
}

// TestTargets pins settings that meet a target, and what sets their size.
func TestTargets(t *testing.T) {
	f := calc.Function{Name: "f", RPS: rps(1000), DurationMS: ms(100), Provisioned: 50}
	reserved := f
	reserved.Reserved = units(60)
	bursty := f
	bursty.Peakedness = calc.Some(4.0)
	brief := calc.Function{Name: "f", RPS: rps(1000), DurationMS: ms(20), Provisioned: 50}
	async := f
	async.Mode = calc.Async
	for _, c := range []struct {
		name                string
		function            calc.Function
		spillover, throttle calc.Optional[float64]
		provisioned, units  int64 // -1 for absent
		driver              calc.Driver
	}{
		{"none", f, rps0, rps0, -1, -1, calc.DriverConcurrency},
		{"1% spilled", f, calc.Some(0.01), rps0, 117, -1, calc.DriverTargetSpillover},
		{"20% spilled", f, calc.Some(0.2), rps0, 84, -1, calc.DriverConcurrency},
		{"0.1% throttled", f, rps0, calc.Some(0.001), -1, 128, calc.DriverTargetThrottle},
		{"both", reserved, calc.Some(0.01), calc.Some(0.001), 117, 128, calc.DriverTargetThrottle},
		{"bursts", bursty, calc.Some(0.01), rps0, 142, -1, calc.DriverTargetSpillover},
		{"by rate", brief, calc.Some(0.001), rps0, 105, -1, calc.DriverTargetSpillover},
		{"asynchronous", async, calc.Some(0.01), calc.Some(0.001), 117, -1, calc.DriverTargetSpillover},
		{"everything may spill", f, calc.Some(1.0), calc.Some(1.0), 0, 0, calc.DriverConcurrency},
		{"nothing may", f, calc.Some(0.0), rps0, -1, -1, calc.DriverConcurrency},
	} {
		r, err := calc.Plan(ordinary(c.function), calc.PlanOptions{Sizing: calc.Sizing{TargetSpillover: c.spillover, TargetThrottle: c.throttle}})
		if err != nil {
			t.Fatal(err)
		}
		p := r.Functions[0]
		equal(t, c.name+": provisioned", p.RequiredProvisionedForTarget.Or(-1), c.provisioned)
		equal(t, c.name+": units", p.RequiredUnitsForTarget.Or(-1), c.units)
		equal(t, c.name+": driver", p.Driver.Or(""), c.driver)
		target := c.spillover.Or(1)
		for _, n := range p.Neighbours {
			if meets := n.BeyondProvisionedRatio <= target; meets != (n.Provisioned >= c.provisioned) {
				t.Errorf("%s: %d units come to %v", c.name, n.Provisioned, n.BeyondProvisionedRatio)
			}
		}
		if want := 3; c.provisioned > 0 && len(p.Neighbours) != want {
			t.Errorf("%s: neighbours %v", c.name, p.Neighbours)
		}
	}
}

var rps0 calc.Optional[float64]

// TestTargetChanges: a target changes what is recommended, and what is advised.
func TestTargetChanges(t *testing.T) {
	f := calc.Function{Name: "f", RPS: rps(800), DurationMS: ms(150), Provisioned: 120, Reserved: units(130)}
	r, err := calc.Plan(ordinary(f), calc.PlanOptions{Sizing: calc.Sizing{TargetSpillover: calc.Some(0.01), TargetThrottle: calc.Some(0.001)}})
	if err != nil {
		t.Fatal(err)
	}
	p := r.Functions[0]
	equal(t, "provisioned", p.RecommendedProvisioned, 138)
	equal(t, "reserved", p.RecommendedReserved, units(151))
	if len(r.Changes) != 2 || !r.Changes[0].Required || !r.Changes[1].Required || r.Changes[0].To != units(151) || r.Changes[1].To != units(138) {
		t.Errorf("changes %+v", r.Changes)
	}

	// Without a reservation the account must have the units.
	f.Reserved = calc.Optional[int64]{}
	a := ordinary(f)
	a.Concurrency, a.UnreservedFloor = 140, units(0)
	r, err = calc.Plan(a, calc.PlanOptions{SpillOptions: calc.SpillOptions{Chance: true}, Sizing: calc.Sizing{TargetThrottle: calc.Some(0.001)}})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "quota", r.Account.RecommendedConcurrency, 151)
	if len(r.Changes) != 1 || r.Changes[0].To != units(151) || !r.Changes[0].Required {
		t.Errorf("changes %+v", r.Changes)
	}
	if !has(r.Findings, "target-unreachable") {
		t.Errorf("findings %v", r.Findings)
	}
}

// TestUnreachable: a target that the quota cannot meet is named with the closest.
func TestUnreachable(t *testing.T) {
	for _, target := range []float64{0.01, 0} {
		r, err := calc.Plan(ordinary(calc.Function{Name: "f", RPS: rps(10_000), DurationMS: ms(120), Provisioned: 500}),
			calc.PlanOptions{SpillOptions: calc.SpillOptions{Chance: true}, Sizing: calc.Sizing{TargetSpillover: calc.Some(target)}})
		if err != nil {
			t.Fatal(err)
		}
		found := ""
		for _, f := range r.Findings {
			if f.ID == "target-unreachable" {
				found = f.Message
			}
		}
		// 900 units beside the floor of 100, B(900, 1200) = 25.2 %
		if !strings.Contains(found, "the most there can be is 900") || !strings.Contains(found, "25.2%") {
			t.Errorf("target %v: %q", target, found)
		}
	}
}

// TestLimitsInverses: the highest rate loses the target, and no more; the longest
// duration is the one at which the rate is just carried.
func TestLimitsInverses(t *testing.T) {
	for _, duration := range []float64{5, 50, 90, 99.9, 100, 150, 2000} {
		for _, target := range []float64{1e-6, 0.001, 0.01, 0.2} {
			for _, z := range []float64{1, 3} {
				f := calc.Function{Name: "f", DurationMS: ms(duration), Reserved: units(400), Provisioned: 100, Peakedness: calc.Some(z), Mode: calc.Sync}
				name := fmt.Sprintf("%v ms, target %v, z %v", duration, target, z)
				r, err := calc.Limits(ordinary(f), calc.LimitsOptions{TargetSpillover: calc.Some(target)})
				if err != nil {
					t.Fatal(err)
				}
				for _, p := range r.Pools {
					if p.Function.Or("") == "" {
						continue
					}
					rate := known(t, name, p.TargetRPS)
					f := f
					f.RPS, f.Reserved, f.Provisioned = rps(rate), units(p.Concurrency), p.Concurrency
					x := chanceOf(t, ordinary(f))
					near(t, name+": lost at the highest rate", known(t, name, x.BeyondProvisionedRatio), target, 1e-9)

					r, err := calc.Limits(ordinary(f), calc.LimitsOptions{TargetSpillover: calc.Some(target), MaxDurationAt: rps(rate * (1 - 1e-9))})
					if err != nil {
						t.Fatal(err)
					}
					for _, again := range r.Pools {
						longest, ok := again.MaxDurationMS.Get()
						if again.Pool == calc.PoolProvisioned && (!ok || longest < duration*(1-1e-6)) {
							t.Errorf("%s: the longest duration is %v", name, longest)
						}
					}
				}
			}
		}
	}
	longest := func(rate float64, pool calc.PoolKind, mode calc.Mode) calc.Optional[float64] {
		r, err := calc.Limits(ordinary(calc.Function{Name: "f", Reserved: units(400)}), calc.LimitsOptions{MaxDurationAt: rps(rate)})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range r.Pools {
			if p.Pool == pool && p.Mode == mode {
				return p.MaxDurationMS
			}
		}
		t.Fatalf("no pool %s %s", pool, mode)
		return rps0
	}
	equal(t, "2,000 requests/s on 400 units", longest(2000, calc.PoolFunction, calc.Sync), ms(200))
	equal(t, "4,000 requests/s on 400 units", longest(4000, calc.PoolFunction, calc.Sync), ms(100))
	equal(t, "8,000 requests/s on 400 units", longest(8000, calc.PoolFunction, calc.Sync), rps0)
	equal(t, "8,000 events/s on 400 units", longest(8000, calc.PoolFunction, calc.Async), ms(50))
	equal(t, "almost nothing", longest(0.001, calc.PoolAccount, calc.Sync), ms(aws.MaxDurationMS))
}

// TestSweep: every point is what the same setting gives alone, the upper end is a
// point, and a rate that is only swept is at its highest elsewhere.
func TestSweep(t *testing.T) {
	a := ordinary(calc.Function{Name: "f", RPS: rps(800), DurationMS: ms(150)}, calc.Function{Name: "g", RPS: rps(3), DurationMS: ms(400)})
	sweep, err := calc.ParseSweep("provisioned=0:110:50")
	if err != nil {
		t.Fatal(err)
	}
	o := calc.PlanOptions{SpillOptions: calc.SpillOptions{Chance: true, Sweep: &sweep}, Sizing: calc.Sizing{Headroom: 0.1, TargetSpillover: calc.Some(0.02), TargetThrottle: calc.Some(0.01)}}
	r, err := calc.Plan(a, o)
	if err != nil {
		t.Fatal(err)
	}
	var points []int64
	for _, at := range r.Sweep {
		points = append(points, at.Point.Provisioned.Or(-1))
		alone := a
		alone.Functions = append([]calc.Function(nil), a.Functions...)
		alone.Functions[0].Provisioned = at.Point.Provisioned.Or(-1)
		o.Sweep = nil
		want, err := calc.Plan(alone, o)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := fmt.Sprint(at.Account, at.Functions), fmt.Sprint(want.Account, want.Functions); got != want {
			t.Errorf("at %v:\n%s\nalone:\n%s", at.Point, got, want)
		}
	}
	equal(t, "points", fmt.Sprint(points), "[0 50 100 110]")

	sweep, err = calc.ParseSweep("rps=100/s:60k/min:0.3k")
	if err != nil {
		t.Fatal(err)
	}
	s, err := calc.Spill(calc.Account{Concurrency: 1000, Functions: []calc.Function{{Name: "f", DurationMS: ms(100)}}}, calc.SpillOptions{Sweep: &sweep})
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "rates", fmt.Sprint(sweep.Values), "[100 400 700 1000]")
	equal(t, "the rate of the answer itself", s.Functions[0].RPS, 1000)
}

// TestSweepRefused: what is wrong with a sweep is said.
func TestSweepRefused(t *testing.T) {
	for _, text := range []string{"", "provisioned", "provisioned=1:2", "provisioned=1:2:0", "provisioned=2:1:1", "memory=1:2:1", "provisioned=0:1.5:1",
		"provisioned=0:1e9:1", "duration=1:2:1", "rps=-1:2:1", "rps=0:1e9:1", "rps=1:2:3:4", "Provisioned=0:1:1"} {
		if s, err := calc.ParseSweep(text); !errors.Is(err, quantity.ErrInvalid) {
			t.Errorf("%q: %v, %v", text, s, err)
		}
	}
	a := ordinary(calc.Function{Name: "f", RPS: rps(1), Reserved: units(20)})
	for what, s := range map[string]calc.Sweep{
		"20":       {Axis: calc.AxisProvisioned, Values: []float64{10, 30}},
		"1,500":    {Axis: calc.AxisReserved, Values: []float64{1500}},
		"memory":   {Axis: "memory", Values: []float64{1}},
		"index 7":  {Axis: calc.AxisRPS, Function: 7, Values: []float64{1}},
		"0 points": {Axis: calc.AxisRPS},
		"0.5":      {Axis: calc.AxisReserved, Values: []float64{0.5}},
		"NaN":      {Axis: calc.AxisRPS, Values: []float64{math.NaN()}},
	} {
		_, err := calc.Spill(a, calc.SpillOptions{Sweep: &s})
		if !errors.Is(err, quantity.ErrInvalid) || !strings.Contains(err.Error(), what) || !strings.HasPrefix(err.Error(), string("sweep")) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// TestOptionsRefused: targets and other options outside their range are named,
// all at once.
func TestOptionsRefused(t *testing.T) {
	for _, x := range []float64{-0.01, 1.01, math.NaN(), math.Inf(1)} {
		_, err := calc.Plan(ordinary(calc.Function{Name: "f"}), calc.PlanOptions{Sizing: calc.Sizing{TargetSpillover: calc.Some(x), TargetThrottle: calc.Some(x), Headroom: x - 5}})
		if faults, ok := err.(calc.Faults); !ok || len(faults) < 3 {
			t.Errorf("targets of %v: %v", x, err)
		}
		_, err = calc.Limits(ordinary(), calc.LimitsOptions{TargetSpillover: calc.Some(x), MaxDurationAt: calc.Some(-1.0)})
		if faults, ok := err.(calc.Faults); !ok || len(faults) != 2 {
			t.Errorf("limits, target of %v: %v", x, err)
		}
	}
	for _, z := range []float64{0, 0.99, 1001, math.NaN(), math.Inf(1)} {
		if err := ordinary(calc.Function{Name: "f", Peakedness: calc.Some(z)}).Validate(); !errors.Is(err, quantity.ErrInvalid) {
			t.Errorf("peakedness %v: %v", z, err)
		}
	}
	a := ordinary()
	a.KeepAliveMS = calc.Some(0.0)
	if err := a.Validate(); !errors.Is(err, quantity.ErrInvalid) {
		t.Errorf("keep alive 0: %v", err)
	}
}

// TestUnreservedFor: with the units that it returns the target is met, and with
// one less it is not.
func TestUnreservedFor(t *testing.T) {
	rated := func(name string, provisioned int64, rps, ms float64) calc.Function {
		return calc.Function{Name: name, Provisioned: provisioned, RPS: calc.Some(rps), DurationMS: calc.Some(ms)}
	}
	async := rated("jobs", 0, 300, 200)
	async.Mode = calc.Async
	own := rated("own", 0, 3000, 100)
	own.Reserved = calc.Some[int64](10)
	for _, functions := range [][]calc.Function{
		{rated("one", 0, 500, 200)},
		{rated("one", 20, 500, 200)},
		{rated("a", 30, 400, 150), rated("b", 0, 100, 50), async, own},
	} {
		const target = 0.01
		a := calc.Account{Concurrency: 5000, Functions: functions}
		units, err := calc.UnreservedFor(a, target)
		if err != nil || units == 0 {
			t.Fatal(units, err)
		}
		worst := func(units int64) (most float64) {
			a := a
			a.Concurrency += units - a.Result().Unreserved
			a.UnreservedFloor = calc.Some[int64](0)
			r, err := calc.Spill(a, calc.SpillOptions{Chance: true})
			if err != nil {
				t.Fatal(err)
			}
			for i, f := range r.Functions {
				if !functions[i].Reserved.Known() && functions[i].Mode != calc.Async {
					most = max(most, f.Chance.Or(calc.Chance{}).ThrottledRatio.Or(0))
				}
			}
			return most
		}
		if with, less := worst(units), worst(units-1); with > target || less <= target {
			t.Errorf("%d units: %g with them, %g with one less", units, with, less)
		}
	}
	if units, err := calc.UnreservedFor(calc.Account{Concurrency: 1000, Functions: []calc.Function{own}}, 0.01); units != 0 || err != nil {
		t.Errorf("nobody shares: %d, %v", units, err)
	}
	for _, target := range []float64{-1, 2, math.NaN()} {
		if _, err := calc.UnreservedFor(calc.Account{Concurrency: 1000}, target); err == nil {
			t.Errorf("a target of %g", target)
		}
	}
}
