package document

import (
	"fmt"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/advice"
	"github.com/lambdacap/lambdacap/calc/figure"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/replay"
	"github.com/lambdacap/lambdacap/calc/scaling"
)

// NewRecordedPlan returns the document of a plan for recorded traffic. present is what the settings of now do with it.
// delays returns how long changes of each function take.
func NewRecordedPlan(in Inputs, r calc.PlanResult, present replay.Result, delays func(function int) scaling.Delays,
	files []calc.Finding) Plan {
	advice.CompleteWays(r.Planned, r.Functions, delays)
	found := append(files, r.Findings...)
	if found == nil {
		found = []calc.Finding{}
	}
	return Plan{SchemaVersion: SchemaVersion, Kind: "plan", Summary: summarizeRecorded(in, r, present),
		Inputs: in, Findings: found,
		Result: PlanResult{Account: r.Account, Functions: r.Functions, Actions: advice.Actions(r.Planned, r.Changes)}}
}

// A WayRow is a row of a plan for recorded traffic: a way of a function. The present settings come first.
type WayRow struct {
	// Name is the function's name.
	Name string `json:"name"`
	// Present marks the row of the present settings.
	Present bool `json:"present"`
	calc.Way
}

// WayRows lists the ways of all functions.
func WayRows(functions []calc.FunctionPlan) []WayRow {
	rows := []WayRow{}
	for i := range functions {
		f := &functions[i]
		if w, ok := f.Present.Get(); ok {
			rows = append(rows, WayRow{f.Name, true, w})
		}
		for _, w := range f.Ways {
			rows = append(rows, WayRow{f.Name, false, w})
		}
	}
	return rows
}

// IsRecorded reports whether a plan is for recorded traffic.
func IsRecorded(d Plan) bool { return d.Inputs.Replay != nil }

// WayTarget returns the share that the ways are sized for, and whether there is one.
func WayTarget(in Inputs) (share float64, ok bool) {
	if in.Plan == nil {
		return 0, false
	}
	return in.Plan.TargetSpillover.Get()
}

// AskedTarget reports whether the target was asked for, and is not the one by default.
func AskedTarget(in Inputs) bool {
	return in.Plan != nil && in.Plan.Origin.Of("target_spillover_ratio") != OriginDefault
}

// summarizeRecorded says what the present settings do with the traffic, and how many ways meet the target. With a
// target that was asked for, everything spills if nothing is provisioned.
func summarizeRecorded(in Inputs, r calc.PlanResult, present replay.Result) string {
	all := &present.Settings[0]
	v := all.Headline()
	loses, steady, chance := figure.ReplayLoss(all)
	requests := quantity.FormatWholeOf(all.Requests, "request")
	nothing := all.ProvisionedUnitHours == 0
	asked := AskedTarget(in)
	text := ""
	switch {
	case v == calc.Fits && nothing && asked && all.Requests != 0:
		v, text = calc.Spills, "all "+requests+", nothing provisioned"
	case v == calc.Fits && nothing:
		text = requests + ", all on demand"
	case v == calc.Fits:
		text = requests + " as set now"
	case loses == 0:
		text = fmt.Sprintf("%s of %s as set now, at random arrivals", quantity.FormatShare(chance), requests)
	default:
		text = fmt.Sprintf("%s of %s (%s", quantity.FormatWhole(loses), requests, quantity.FormatShare(steady))
		if figure.Visible(chance) && quantity.FormatShare(chance) != quantity.FormatShare(steady) {
			text += "; random arrivals " + quantity.FormatShare(chance)
		}
		text += ") as set now"
	}
	return summarize(string(v), text+"; "+waysWords(in, r.Functions))
}

// waysWords says how many ways meet the target, or which is the cheapest.
func waysWords(in Inputs, functions []calc.FunctionPlan) string {
	share, targeted := WayTarget(in)
	planned, met := 0, 0
	var only *calc.FunctionPlan
	for i := range functions {
		f := &functions[i]
		if len(f.Ways) == 0 {
			continue
		}
		planned++
		only = f
		if _, ok := figure.Chosen(f.Ways); ok {
			met++
		}
	}
	switch {
	case planned == 0:
		return "nothing to plan for"
	case planned == 1 && met == 0:
		return "no way meets " + quantity.FormatChance(share)
	case planned == 1:
		w, _ := figure.Chosen(only.Ways)
		if !targeted {
			return wayWords(&w) + " costs least"
		}
		return wayWords(&w) + " meets " + quantity.FormatChance(share)
	case !targeted:
		return "each function's cheapest way is marked"
	}
	return fmt.Sprintf("%s can be met for %d of %d functions", quantity.FormatChance(share), met, planned)
}

// WayName names a way in a few words, without its units.
func WayName(w *calc.Way) string {
	switch w.Way {
	case calc.WayAutoscale:
		if target, ok := w.TargetRatio.Get(); ok {
			return "target tracking " + quantity.FormatPercent(target)
		}
		return "target tracking"
	case calc.WaySchedule:
		return "schedule"
	}
	return "flat"
}

// wayWords names a way in a sentence, with its units.
func wayWords(w *calc.Way) string {
	switch {
	case w.Way == calc.WayFlat && WayUnits(w) == "0":
		return "nothing provisioned"
	case w.Way == calc.WayFlat:
		return WayUnits(w) + " at all times"
	case w.Way == calc.WaySchedule:
		return "a schedule of " + WayUnits(w)
	}
	return WayName(w) + " with " + WayUnits(w)
}

// WayUnits writes the units of a way: 34, or 17 to 46.
func WayUnits(w *calc.Way) string {
	low, high := w.Min.Or(w.Provisioned.Or(0)), w.Max.Or(w.Provisioned.Or(0))
	if low == high {
		return quantity.FormatCount(high)
	}
	return quantity.FormatCount(low) + " to " + quantity.FormatCount(high)
}
