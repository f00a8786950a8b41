package calc_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// TestTargets pins settings that meet a target, and what determines their size.
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
		provisioned, units  int64 // -1 means absent
		driver              calc.Driver
	}{
		{"none", f, none, none, -1, -1, calc.DriverConcurrency},
		{"1% spilled", f, calc.Some(0.01), none, 117, -1, calc.DriverTargetSpillover},
		{"20% spilled", f, calc.Some(0.2), none, 84, -1, calc.DriverTargetSpillover},
		{"0.1% throttled", f, none, calc.Some(0.001), -1, 128, calc.DriverTargetThrottle},
		{"both", reserved, calc.Some(0.01), calc.Some(0.001), 117, 128, calc.DriverTargetThrottle},
		{"bursts", bursty, calc.Some(0.01), none, 146, -1, calc.DriverTargetSpillover},
		{"by rate", brief, calc.Some(0.001), none, 105, -1, calc.DriverTargetSpillover},
		{"asynchronous", async, calc.Some(0.01), calc.Some(0.001), 117, -1, calc.DriverTargetSpillover},
		{"everything may spill", f, calc.Some(1.0), calc.Some(1.0), 0, 0, calc.DriverTargetSpillover},
		{"nothing may", f, calc.Some(0.0), none, -1, -1, calc.DriverConcurrency},
	} {
		p := planWith(t, ordinary(c.function), calc.PlanOptions{
			Sizing: calc.Sizing{TargetSpillover: c.spillover, TargetThrottle: c.throttle},
		}).Functions[0]
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

// TestTargetChanges checks how a target affects the recommendation and the changes.
func TestTargetChanges(t *testing.T) {
	f := calc.Function{Name: "f", RPS: rps(800), DurationMS: ms(150), Provisioned: 120, Reserved: units(130)}
	r := planWith(t, ordinary(f), calc.PlanOptions{
		Sizing: calc.Sizing{TargetSpillover: calc.Some(0.01), TargetThrottle: calc.Some(0.001)},
	})
	p := r.Functions[0]
	equal(t, "provisioned", p.RecommendedProvisioned, 138)
	equal(t, "reserved", p.RecommendedReserved, units(151))
	if len(r.Changes) != 2 || !r.Changes[0].Required || !r.Changes[1].Required ||
		r.Changes[0].To != units(151) || r.Changes[1].To != units(138) {
		t.Errorf("changes %+v", r.Changes)
	}

	// Without a reservation the account must have the units.
	f.Reserved = calc.Optional[int64]{}
	a := ordinary(f)
	a.Concurrency, a.UnreservedFloor = 140, units(0)
	r = planWith(t, a, calc.PlanOptions{
		SpillOptions: calc.SpillOptions{Chance: true},
		Sizing:       calc.Sizing{TargetThrottle: calc.Some(0.001)},
	})
	equal(t, "quota", r.Account.RecommendedConcurrency, 151)
	if len(r.Changes) != 2 || r.Changes[0].To != units(151) || !r.Changes[0].Required ||
		r.Changes[1].To != units(138) || r.Changes[1].Required { // B(138, 120) = 0.9 % spill
		t.Errorf("changes %+v", r.Changes)
	}
	if !has(r.Findings, "target-unreachable") {
		t.Errorf("findings %v", r.Findings)
	}
}

// TestUnreachable checks that a target out of reach of the quota is reported, with the closest share within reach.
func TestUnreachable(t *testing.T) {
	for _, target := range []float64{0.01, 0} {
		f := calc.Function{Name: "f", RPS: rps(10_000), DurationMS: ms(120), Provisioned: 500}
		r := planWith(t, ordinary(f), calc.PlanOptions{
			SpillOptions: calc.SpillOptions{Chance: true},
			Sizing:       calc.Sizing{TargetSpillover: calc.Some(target)},
		})
		found := ""
		for _, f := range r.Findings {
			if f.ID == "target-unreachable" {
				found = f.Message
			}
		}
		// 900 units without the floor of 100, B(900, 1200) = 25.2%
		if !strings.Contains(found, "the quota allows 900") || !strings.Contains(found, "25.2%") {
			t.Errorf("target %v: %q", target, found)
		}
	}
}

// TestLimitsInverses checks that exactly the target is lost at the highest rate, and that the rate only just fits at
// the longest duration.
func TestLimitsInverses(t *testing.T) {
	for _, duration := range []float64{5, 50, 90, 99.9, 100, 150, 2000} {
		for _, target := range []float64{1e-6, 0.001, 0.01, 0.2} {
			for _, z := range []float64{1, 3} {
				f := calc.Function{Name: "f", DurationMS: ms(duration), Reserved: units(400), Provisioned: 100,
					Peakedness: calc.Some(z), Mode: calc.Sync}
				checkInverses(t, f, target)
			}
		}
	}
}

// TestLongestDuration pins the longest durations with which pools can serve a rate.
func TestLongestDuration(t *testing.T) {
	longest := func(rate float64, kind calc.PoolKind, mode calc.Mode) calc.Optional[float64] {
		f := calc.Function{Name: "f", Reserved: units(400)}
		r, err := calc.Limits(ordinary(f), calc.LimitsOptions{MaxDurationAt: rps(rate)})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range r.Pools {
			if p.Pool == kind && p.Mode == mode {
				return p.MaxDurationMS
			}
		}
		t.Fatalf("no pool %s %s", kind, mode)
		return none
	}
	equal(t, "2,000 requests/s on 400 units", longest(2000, calc.PoolFunction, calc.Sync), ms(200))
	equal(t, "4,000 requests/s on 400 units", longest(4000, calc.PoolFunction, calc.Sync), ms(100))
	equal(t, "8,000 requests/s on 400 units", longest(8000, calc.PoolFunction, calc.Sync), none)
	equal(t, "8,000 events/s on 400 units", longest(8000, calc.PoolFunction, calc.Async), ms(50))
	equal(t, "1 request/s on 400 units", longest(1, calc.PoolFunction, calc.Sync), ms(400_000))
	equal(t, "0.4 requests/s on 400 units", longest(0.4, calc.PoolFunction, calc.Sync), ms(1_000_000))
	equal(t, "almost nothing", longest(0.001, calc.PoolAccount, calc.Sync), ms(1_800_000))
}

// TestDurationBounds checks that an invocation ends after 15 minutes, or after 30 where AWS has raised the limit, and
// never later. The answers of limits are within the same bounds: given back as input, they are accepted with the same
// finding.
func TestDurationBounds(t *testing.T) {
	for duration, want := range map[float64]string{
		900_000: "", 900_001: "warning", 1_800_000: "warning", 1_800_001: "refused", 3e9: "refused",
	} {
		got := ""
		r, err := calc.Spill(ordinary(calc.Function{Name: "f", RPS: rps(0.1), DurationMS: ms(duration)}), calc.SpillOptions{})
		switch {
		case errors.Is(err, quantity.ErrInvalid) && strings.Contains(err.Error(), "up to 30m; above 15m only where"):
			got = "refused"
		case err != nil:
			got = err.Error()
		case has(r.Findings, "duration-over-limit"):
			got = "warning"
		}
		equal(t, fmt.Sprint(duration), got, want)
	}
	for rate, want := range map[float64]bool{1.2: false, 1: true, 1e-6: true} { // 1,000 units: 14, 17 and 30 minutes
		r, err := calc.Limits(ordinary(), calc.LimitsOptions{MaxDurationAt: rps(rate)})
		if err != nil {
			t.Fatal(err)
		}
		equal(t, fmt.Sprint(rate), has(r.Findings, "duration-over-limit"), want)
		again := calc.Function{Name: "f", RPS: rps(rate), DurationMS: r.Pools[0].MaxDurationMS}
		s, err := calc.Spill(ordinary(again), calc.SpillOptions{})
		if err != nil || has(s.Findings, "duration-over-limit") != want || s.Functions[0].Verdict != calc.Fits {
			t.Errorf("%v requests/s of %v ms: %v, %+v", rate, again.DurationMS, err, s.Findings)
		}
	}
}

// checkInverses checks the highest rate and the longest duration of each pool of a function.
func checkInverses(t *testing.T, f calc.Function, target float64) {
	t.Helper()
	duration := f.DurationMS.Or(0)
	name := fmt.Sprintf("%v ms, target %v, z %v", duration, target, f.Peakedness.Or(1))
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

		r, err := calc.Limits(ordinary(f), calc.LimitsOptions{
			TargetSpillover: calc.Some(target),
			MaxDurationAt:   rps(rate * (1 - 1e-9)),
		})
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

// TestOptionsRefused checks that targets and other options outside their range are named, all at once.
func TestOptionsRefused(t *testing.T) {
	for _, x := range []float64{-0.01, 1.01, math.NaN(), math.Inf(1)} {
		_, err := calc.Plan(ordinary(calc.Function{Name: "f"}), calc.PlanOptions{
			Sizing: calc.Sizing{TargetSpillover: calc.Some(x), TargetThrottle: calc.Some(x), Headroom: x - 5},
		})
		if faults, ok := err.(calc.Faults); !ok || len(faults) < 3 {
			t.Errorf("targets of %v: %v", x, err)
		}
		_, err = calc.Limits(ordinary(), calc.LimitsOptions{
			TargetSpillover: calc.Some(x),
			MaxDurationAt:   calc.Some(-1.0),
		})
		if faults, ok := err.(calc.Faults); !ok || len(faults) != 2 {
			t.Errorf("limits, target of %v: %v", x, err)
		}
	}
	for _, z := range []float64{0, 0.99, 1001, math.NaN(), math.Inf(1)} {
		err := ordinary(calc.Function{Name: "f", Peakedness: calc.Some(z)}).Validate()
		if !errors.Is(err, quantity.ErrInvalid) {
			t.Errorf("peakedness %v: %v", z, err)
		}
	}
	a := ordinary()
	a.KeepAliveMS = calc.Some(0.0)
	if err := a.Validate(); !errors.Is(err, quantity.ErrInvalid) {
		t.Errorf("keep alive 0: %v", err)
	}
}

// TestUnreservedFor checks that the returned units meet the target, and that one unit fewer misses it.
func TestUnreservedFor(t *testing.T) {
	const target = 0.01
	rated := func(name string, provisioned int64, rate, duration float64) calc.Function {
		return calc.Function{Name: name, Provisioned: provisioned, RPS: rps(rate), DurationMS: ms(duration)}
	}
	async := rated("jobs", 0, 300, 200)
	async.Mode = calc.Async
	own := rated("own", 0, 3000, 100)
	own.Reserved = units(10)
	for _, functions := range [][]calc.Function{
		{rated("one", 0, 500, 200)},
		{rated("one", 20, 500, 200)},
		{rated("a", 30, 400, 150), rated("b", 0, 100, 50), async, own},
	} {
		a := calc.Account{Concurrency: 5000, Functions: functions}
		units, err := calc.UnreservedFor(a, target)
		if err != nil || units == 0 {
			t.Fatal(units, err)
		}
		with, less := mostThrottled(t, a, units), mostThrottled(t, a, units-1)
		if with > target || less <= target {
			t.Errorf("%d units: %g with them, %g with one less", units, with, less)
		}
	}
	alone := calc.Account{Concurrency: 1000, Functions: []calc.Function{own}}
	if units, err := calc.UnreservedFor(alone, target); units != 0 || err != nil {
		t.Errorf("nobody shares: %d, %v", units, err)
	}
	for _, target := range []float64{-1, 2, math.NaN()} {
		if _, err := calc.UnreservedFor(calc.Account{Concurrency: 1000}, target); err == nil {
			t.Errorf("a target of %g", target)
		}
	}
}

// mostThrottled returns the largest throttled share of a synchronous function without a reservation, in an account with
// the given unreserved units.
func mostThrottled(t *testing.T, a calc.Account, unreserved int64) (most float64) {
	t.Helper()
	a.Concurrency += unreserved - a.Result().Unreserved
	a.UnreservedFloor = units(0)
	r := spillWith(t, a, calc.SpillOptions{Chance: true})
	for i, f := range r.Functions {
		if !a.Functions[i].Reserved.Known() && a.Functions[i].Mode != calc.Async {
			most = max(most, f.Chance.Or(calc.Chance{}).ThrottledRatio.Or(0))
		}
	}
	return most
}
