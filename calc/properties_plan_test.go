package calc_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/source"
)

// apply applies a change to an account.
func apply(a *calc.Account, change calc.Change) {
	if change.Setting == calc.SettingAccount {
		a.Concurrency = change.To.Or(0)
	}
	for i := range a.Functions {
		f := &a.Functions[i]
		switch {
		case f.Name != change.Function.Or(""):
		case change.Setting == calc.SettingReserved:
			f.Reserved = change.To
		case change.Setting == calc.SettingProvisioned:
			f.Provisioned = change.To.Or(0)
		case len(f.Sources) > 0:
			f.Sources = slices.Clone(f.Sources)
			applySource(&f.Sources[change.SourceIndex], change)
		}
	}
}

// applySource applies a change to an event source.
func applySource(s *source.Source, change calc.Change) {
	switch change.Setting {
	case calc.SettingMaximumConcurrency:
		s.MaximumConcurrency = change.To
	case calc.SettingPollers:
		s.PollersMax = change.To
	case calc.SettingParallelization:
		s.Parallelization = change.To
	case calc.SettingShards:
		s.Shards = change.To
	case calc.SettingVisibility:
		s.VisibilityS = calc.Some(float64(change.To.Or(0)))
	case calc.SettingMaxReceive:
		s.MaxReceive = change.To
	}
}

// checkPlan checks that AWS accepts the account and that the load fits, with everything set as recommended.
func checkPlan(t *testing.T, a calc.Account, plan calc.PlanResult) {
	t.Helper()
	a.Functions = append([]calc.Function(nil), a.Functions...)
	a.UnreservedFloor = calc.Some(a.Floor()) // the floor stays the same in a plan
	for i := range a.Functions {
		f, p := &a.Functions[i], plan.Functions[i]
		if f.Provisioned > 0 {
			f.Provisioned = max(f.Provisioned, p.RecommendedProvisioned)
		}
		if reserved, ok := f.Reserved.Get(); ok {
			f.Reserved = calc.Some(max(reserved, p.RecommendedReserved.Or(0)))
			if f.Provisioned > f.Reserved.Or(0) {
				t.Errorf("function %d: %d provisioned in %d reserved", i, f.Provisioned, f.Reserved.Or(0))
			}
		}
	}
	a.Concurrency = max(a.Concurrency, plan.Account.RecommendedConcurrency)
	if a.Concurrency > 1e8 || a.Validate() != nil {
		return // more than the ranges allow
	}
	r := spill(t, a)
	if has(r.Findings, "below-floor") && a.Concurrency == plan.Account.RecommendedConcurrency {
		t.Errorf("the recommended quota of %d leaves too little unreserved", a.Concurrency)
	}
	for i, row := range r.Functions {
		if a.Functions[i].Mode == calc.Async && !a.Functions[i].DurationMS.Known() {
			continue
		}
		if !suits(row, plan.Functions[i]) {
			t.Errorf("function %d of the recommended account %s: %+v", i, row.Verdict, row)
		}
	}
}

// suits reports whether a load fits in the steady state, apart from what a target allows.
func suits(row calc.FunctionSpill, p calc.FunctionPlan) bool {
	switch {
	case row.QueuedRPS > 0 && !atMost(row):
		return false
	case row.ThrottledRPS > 0 && !p.RequiredUnitsForTarget.Known():
		return false
	}
	return row.SpilloverRPS == 0 || p.RequiredProvisionedForTarget.Known()
}

// checkRequired checks that the required changes alone, in their order, never set aside more than AWS accepts, and that
// the load fits with them.
func checkRequired(t *testing.T, a calc.Account, plan calc.PlanResult) {
	t.Helper()
	for _, f := range a.Functions {
		if f.Mode == calc.Async && !f.DurationMS.Known() {
			return // the requirement is not known
		}
	}
	a.Functions = append([]calc.Function(nil), a.Functions...)
	a.UnreservedFloor = calc.Some(a.Floor())
	changed := false
	for _, change := range plan.Changes {
		if !change.Required {
			continue
		}
		changed = true
		apply(&a, change)
		if a.Concurrency > 1e8 {
			return // more than the ranges allow
		}
		if err := a.Validate(); err != nil {
			t.Errorf("after %+v: %v", change, err)
			return
		}
	}
	r := spill(t, a)
	if changed && has(r.Findings, "below-floor") {
		t.Errorf("the required changes leave too little unreserved: %+v", plan.Changes)
	}
	for i, row := range r.Functions {
		if row.Verdict != calc.Fits {
			t.Errorf("with the required changes function %d %s: %+v", i, row.Verdict, plan.Changes)
		}
	}
}

// checkTarget checks that a target is met in a valid account with all changes that a plan recommends for it, and with
// only the required ones, and that one unit fewer misses it.
func checkTarget(t *testing.T, a calc.Account, o calc.PlanOptions) {
	t.Helper()
	if !quick(a) {
		return
	}
	plan := planWith(t, a, o)
	checkFinite(t, "target", reflect.ValueOf(plan))
	checkPlan(t, a, plan)
	target := o.TargetSpillover.Or(1)
	for i, p := range plan.Functions {
		n, ok := p.RequiredProvisionedForTarget.Get()
		if ok != a.Functions[i].DurationMS.Known() {
			t.Errorf("function %d: the target needs %v", i, p.RequiredProvisionedForTarget)
		}
		for _, near := range p.Neighbours {
			if meets := near.BeyondProvisionedRatio <= target; meets != (near.Provisioned >= n) {
				t.Errorf("function %d: %d for %v, but %d come to %v",
					i, n, target, near.Provisioned, near.BeyondProvisionedRatio)
			}
		}
	}
	for _, onlyRequired := range []bool{false, true} {
		changed := a
		changed.UnreservedFloor = calc.Some(a.Floor())
		changed.Functions = append([]calc.Function(nil), a.Functions...)
		for _, change := range plan.Changes {
			if change.Required || !onlyRequired {
				apply(&changed, change)
			}
		}
		if changed.Concurrency > 1e8 {
			return
		}
		r, err := calc.Spill(changed, calc.SpillOptions{Chance: true})
		if err != nil {
			t.Errorf("after %+v: %v", plan.Changes, err)
			return
		}
		for i, row := range r.Functions {
			x := row.Chance.Or(calc.Chance{})
			if changed.Functions[i].RPS.Or(0) == 0 {
				continue
			}
			if x.BeyondProvisionedRatio.Or(0) > target*(1+1e-9) {
				t.Errorf("function %d, with only the required changes %v: %v beyond provisioned, target %v: %+v",
					i, onlyRequired, x.BeyondProvisionedRatio, target, plan.Changes)
			}
			if x.ThrottledRatio.Or(0) > o.TargetThrottle.Or(1)*(1+1e-9) {
				t.Errorf("function %d, with only the required changes %v: %v throttled, target %v: %+v",
					i, onlyRequired, x.ThrottledRatio, o.TargetThrottle, plan.Changes)
			}
		}
	}
}
