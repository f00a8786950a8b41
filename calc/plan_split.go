package calc

import "slices"

// Now returns the split with the current settings, function by function.
func (r PlanResult) Now() []FunctionSpill { return nowOf(r.Functions) }

func nowOf(plans []FunctionPlan) []FunctionSpill {
	rows := make([]FunctionSpill, len(plans))
	for i := range rows {
		rows[i] = plans[i].Now
		rows[i].Baseline = plans[i].Baseline
	}
	return rows
}

// Split returns all that the plan says about the current settings, as Spill returns it.
func (r PlanResult) Split() SpillResult {
	now := func(a PlanAccount) SpillAccount {
		a.Cost = a.NowCost
		return a.SpillAccount
	}
	s := SpillResult{
		Account: now(r.Account), Functions: r.Now(), Regions: r.Regions, Growth: r.Growth,
		Baseline: r.Baseline, Removed: r.Removed, Findings: r.Findings,
	}
	s.Scale = slices.Clone(s.Scale)
	for i := range s.Scale {
		s.Scale[i].Set = Optional[ScaleSettings]{}
	}
	for _, at := range r.Sweep {
		s.Sweep = append(s.Sweep, Swept[SpillAccount, FunctionSpill]{at.Point, now(at.Account), nowOf(at.Functions)})
	}
	return s
}
