package calc_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
)

// TestChangesForRandom checks that changes lead to sizes at which random arrivals fit, and never below them, while the
// recommendation stays the steady requirement with headroom. B(138, 120) = 0.9 %, and B(137, 120) is 1.1 %; B(151, 120)
// = 0.08 %, and B(150, 120) is 0.102 %. Of retried events, 0.85 % wait for 140 units, and 1.03 % for 139.
func TestChangesForRandom(t *testing.T) {
	busy := calc.Function{Name: "f", RPS: rps(800), DurationMS: ms(150)} // 120 environments on average
	with := func(provisioned int64, reserved calc.Optional[int64]) calc.Function {
		f := busy
		f.Provisioned, f.Reserved = provisioned, reserved
		return f
	}
	free := calc.Optional[int64]{}
	events := with(0, units(120))
	events.Mode = calc.Async
	type change struct {
		setting  calc.Setting
		to       int64
		required bool
	}
	for _, c := range []struct {
		name  string
		f     calc.Function
		quota int64
		want  []change
	}{
		{"nothing provisioned", busy, 1000, nil},
		{"far too little", with(60, free), 1000, []change{{calc.SettingProvisioned, 138, true}}},
		{"enough for the average alone", with(120, free), 1000, []change{{calc.SettingProvisioned, 138, false}}},
		{"and with headroom", with(132, free), 1000, []change{{calc.SettingProvisioned, 138, false}}},
		{"enough", with(138, free), 1000, nil},
		{"too much", with(300, free), 1000, []change{{calc.SettingProvisioned, 138, false}}},
		{"reserved for the average", with(0, units(120)), 1000, []change{{calc.SettingReserved, 151, false}}},
		{"reserved with room", with(0, units(200)), 1000, nil},
		{"reserved for too little", with(0, units(100)), 1000, []change{{calc.SettingReserved, 151, true}}},
		{"all of it provisioned", with(120, units(120)), 1000,
			[]change{{calc.SettingReserved, 151, false}, {calc.SettingProvisioned, 138, false}}},
		{"events", events, 1000, []change{{calc.SettingReserved, 140, false}}},
		{"a small quota", busy, 132, []change{{calc.SettingAccount, 151, false}}},
	} {
		a := ordinary(c.f)
		a.Concurrency = c.quota
		o := calc.PlanOptions{SpillOptions: calc.SpillOptions{Chance: true}, Sizing: calc.DefaultSizing()}
		r := planWith(t, a, o)
		var got []change
		for _, x := range r.Changes {
			got = append(got, change{x.Setting, x.To.Or(-1), x.Required})
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
		equal(t, c.name+": recommended_provisioned", r.Functions[0].RecommendedProvisioned, 132)
		if reserved, ok := r.Functions[0].RecommendedReserved.Get(); ok {
			equal(t, c.name+": recommended_reserved", reserved, 132)
		}
	}
}

// TestTargetAllowsLess checks that a target replaces the steady requirement even if it needs fewer units: B(111, 120) =
// 10.0 % is the first that is at most 10 %, and likewise B(99, 120) = 20 %.
func TestTargetAllowsLess(t *testing.T) {
	f := calc.Function{Name: "f", RPS: rps(800), DurationMS: ms(150), Provisioned: 116}
	o := calc.PlanOptions{SpillOptions: calc.SpillOptions{Chance: true}, Sizing: calc.DefaultSizing()}
	o.TargetSpillover = calc.Some(0.1)
	r := planWith(t, ordinary(f), o)
	p := r.Functions[0]
	equal(t, "verdict", p.Verdict, calc.Spills)
	equal(t, "verdict_random", p.VerdictRandom, calc.Some(calc.Fits))
	equal(t, "required_provisioned", p.RequiredProvisioned, 120)
	needed := p.RequiredProvisionedForTarget.Or(0)
	if needed >= 116 {
		t.Errorf("the target needs %d", needed)
	}
	equal(t, "recommended_provisioned", p.RecommendedProvisioned, needed)
	equal(t, "driver", p.Driver, calc.Some(calc.DriverTargetSpillover))
	if len(r.Changes) != 1 || r.Changes[0].Required || r.Changes[0].To != units(needed) {
		t.Errorf("changes %+v", r.Changes)
	}

	f = calc.Function{Name: "f", RPS: rps(800), DurationMS: ms(150), Reserved: units(110)}
	o.TargetSpillover, o.TargetThrottle = none, calc.Some(0.2)
	r = planWith(t, ordinary(f), o)
	p = r.Functions[0]
	equal(t, "verdict", p.Verdict, calc.Throttles)
	equal(t, "verdict_random", p.VerdictRandom, calc.Some(calc.Fits))
	equal(t, "driver", p.Driver, calc.Some(calc.DriverTargetThrottle))
	equal(t, "recommended_reserved", p.RecommendedReserved, p.RequiredUnitsForTarget)
	if needed := p.RequiredUnitsForTarget.Or(0); needed >= 110 || len(r.Changes) > 0 {
		t.Errorf("the target needs %d, changes %+v", needed, r.Changes)
	}

	// In the shared pool, a target allows less only if it applies to everything there.
	f.Reserved = calc.Optional[int64]{}
	a := ordinary(f)
	a.Concurrency = 110
	equal(t, "alone in the pool", len(planWith(t, a, o).Changes), 0)
	events := calc.Function{Name: "events", Mode: calc.Async, RPS: rps(0.1), DurationMS: ms(1000)}
	a.Functions = append(a.Functions, events)
	r = planWith(t, a, o)
	if len(r.Changes) != 1 || !r.Changes[0].Required || r.Changes[0].To.Or(0) < 121 {
		t.Errorf("beside events: %+v", r.Changes)
	}
}

// TestReductionsKeepFitting checks on random accounts that fit that they still fit after only the reductions.
func TestReductionsKeepFitting(t *testing.T) {
	random := rand.New(rand.NewPCG(12, 3))
	reductions := 0
	for range 5000 {
		a := usual(random)
		o := calc.PlanOptions{SpillOptions: calc.SpillOptions{Chance: true}, Sizing: calc.DefaultSizing()}
		plan, err := calc.Plan(a, o)
		if err != nil || plan.Account.Headline() != calc.Fits {
			continue
		}
		after := a
		after.Functions = slices.Clone(a.Functions)
		for _, c := range plan.Changes {
			if to, ok := c.To.Get(); ok && to < c.From.Or(0) {
				apply(&after, c)
				reductions++
			}
		}
		if now := planWith(t, after, o).Account.Headline(); now != calc.Fits {
			t.Errorf("%+v: %s after %+v", a, now, plan.Changes)
		}
	}
	if reductions < 100 {
		t.Errorf("only %d reductions", reductions)
	}
}
