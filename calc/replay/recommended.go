package replay

import (
	"slices"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/scaling"
	"github.com/lambdacap/lambdacap/calc/series"
)

// Recommended returns the settings with the way of each function that Ways chooses: the flat one if none meets the
// target. Functions without requests stay as they are. It returns calc.Faults as Ways does.
func Recommended(present Setting, traces []*series.Trace, functions []int, o Options, w WayOptions) (Setting, error) {
	planned, err := Ways(present, traces, functions, o, w)
	if err != nil {
		return Setting{}, err
	}
	s := Setting{Name: "recommended", Account: present.Account, Policies: slices.Clone(present.Policies),
		Changes: make([][]scaling.Change, len(present.Account.Functions))}
	s.Account.Functions = slices.Clone(s.Account.Functions)
	copy(s.Changes, present.Changes)
	for _, p := range planned {
		if len(p.Ways) == 0 {
			continue
		}
		k := max(0, slices.IndexFunc(p.Ways, func(w calc.Way) bool { return w.Chosen }))
		s.Account.Functions[p.Function].Provisioned, s.Changes[p.Function] = p.Courses[k].Start, p.Courses[k].Changes
		if s.Policies != nil {
			s.Policies[p.Function] = nil
		}
		if len(s.Account.Functions) == 1 {
			s.Name += " " + wayName(&p.Ways[k])
		}
	}
	return s, nil
}

// wayName names a way as settings are named.
func wayName(w *calc.Way) string {
	switch w.Way {
	case calc.WayAutoscale:
		return scaling.Tracking{Target: w.TargetRatio.Or(0), Min: w.Min.Or(0), Max: w.Max.Or(0)}.String()
	case calc.WaySchedule:
		return "schedule, " + quantity.FormatCount(w.Min.Or(0)) + " to " + quantity.FormatCount(w.Max.Or(0))
	}
	return quantity.FormatCount(w.Provisioned.Or(0))
}
