package replay

import (
	"slices"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/calc/series"
)

// Plan plans for recorded traffic. now is what the present settings would have done with it, see Replay. The plan has
// the ways to provide concurrency for each function with traffic, see Ways. Everything else in it is about the busiest
// step of each function, all at once, for random arrivals and without a cost; its changes are those of reservations and
// of the quota that such a moment requires. functions[i] is the function of traces[i], as in Replay.
//
// It returns calc.Faults as Replay, Ways and calc.Plan do.
func Plan(present Setting, traces []*series.Trace, functions []int, o Options, w WayOptions) (
	plan calc.PlanResult, now Result, err error,
) {
	if now, err = Replay([]Setting{present}, traces, functions, o); err != nil {
		return plan, now, err
	}
	planned, err := Ways(present, traces, functions, o, w)
	if err != nil {
		return plan, now, err
	}
	moment := present.Account
	moment.Functions = slices.Clone(moment.Functions)
	for i := range moment.Functions {
		moment.Functions[i].RPS = calc.Some(0.0)
	}
	for _, p := range planned {
		f := &moment.Functions[p.Function]
		f.RPS, f.DurationMS = calc.Some(p.RPS), f.DurationMS.Else(p.DurationMS)
		if p.Traffic.Peakedness > 1 {
			f.Peakedness = calc.Some(p.Traffic.Peakedness)
		}
	}
	sizing := w.Sizing
	sizing.Objective, sizing.TargetSpillover, sizing.SpillPenalty = calc.Fit, calc.Optional[float64]{}, 0
	options := calc.PlanOptions{SpillOptions: calc.SpillOptions{Chance: true}, Sizing: sizing}
	if plan, err = calc.Plan(moment, options); err != nil {
		return plan, now, err
	}
	plan.Changes = slices.DeleteFunc(plan.Changes, func(c calc.Change) bool {
		return c.Setting == calc.SettingProvisioned || !c.Required
	})
	plan.Findings = now.Findings
	for _, p := range planned {
		f := &plan.Functions[p.Function]
		f.Traffic, f.Ways = calc.Some(p.Traffic), p.Ways
		f.Present = p.Present
		if p.Unscheduled != "" {
			plan.Findings = append(plan.Findings, calc.NewFinding(rule.NoSchedule, calc.Some(f.Name),
				"there is no schedule among the ways: "+p.Unscheduled))
		}
		if len(p.Ways) == 1 && !p.Ways[0].Meets {
			most := p.Ways[0].Provisioned.Or(0)
			plan.Findings = append(plan.Findings, calc.NewFinding(rule.WaysFull, calc.Some(f.Name),
				"no way meets the target with the "+quantity.FormatCountOf(int(most), "unit")+
					" that it can have; flat, it needs "+quantity.FormatCount(p.Needed)))
		}
	}
	return plan, now, nil
}
