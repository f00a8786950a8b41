package page

import (
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/figure"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/format/document"
)

// Spillover shows where the requests of a load end up.
func Spillover(d document.Spillover) Page {
	if d.Inputs.Sweep != nil {
		return sweepPage(d.Inputs, spillPoints(d)).withErrors(d.Findings, d.Explain)
	}
	r := d.Result
	unplanned := calc.Optional[calc.AccountCost]{}
	p := Page{
		Headline: splitHeadline(r.Account, r.Functions),
		Sections: []Section{
			{Title: "Split", Table: splitTable(r.Account, r.Functions)},
			{Title: "Limits, each function by itself", Table: roomTable(r.Account, r.Functions)},
			refusals(r.Account, r.Functions),
			randomSection(r.Functions),
			costSection(d.Inputs.Cost, r.Account.Cost, r.Functions, nil, unplanned),
			baselineSection(r.Baseline, r.Removed, spillComparisons(r.Functions)),
			scaleSection(r.Scale, r.BreaksAt),
		},
	}
	return p.withFindings(d.Findings, d.Explain)
}

// splitTable shows the parts of every function's rate, and adds them up in a row for the account.
func splitTable(a calc.SpillAccount, functions []calc.FunctionSpill) *Table {
	t := &Table{Columns: []Column{
		left("Function"), left("Verdict"), right("Rate\nreq/s"), right("Provisioned\nreq/s"),
		right("On-demand\nreq/s"), right("Throttled\nreq/s"), right("Queued\nreq/s"),
	}}
	const throttledColumn, queuedColumn = 5, 6
	sync, async := a.ThrottledRPS != 0, false
	for i := range functions {
		sync, async = sync || functions[i].Mode == calc.Sync, async || functions[i].Mode == calc.Async
	}
	width := nameWidth
	if sync && async {
		width = 14 // both columns are shown
	}
	add := func(label Cell, v calc.Verdict, rps float64, p calc.Parts, spilled float64) {
		t.add(label, verdict(v), number(rps), number(p.ProvisionedRPS), number(p.OnDemandRPS).in(Warn, spilled != 0),
			nonzero(p.ThrottledRPS, Bad), nonzero(p.QueuedRPS, Warn))
	}
	for i := range functions {
		f := &functions[i]
		add(name(f.Name, width), f.Verdict, f.RPS, f.Parts, f.SpilloverRPS)
	}
	if len(functions) > 1 { // for a single function the row would say the same again
		add(word(accountRow), a.Verdict, a.RPS, a.Parts, a.SpilloverRPS)
	}
	t.keep(func(i int) bool { return (i != throttledColumn || sync) && (i != queuedColumn || async) })
	return t
}

// roomTable shows how much each function could handle: its provisioned concurrency, and the on-demand room beside it.
// If several functions share the unreserved pool, the last row compares what they need together with what there is.
func roomTable(a calc.SpillAccount, functions []calc.FunctionSpill) *Table {
	t := &Table{Columns: []Column{
		left("Pool"), right("Load\nreq/s"), right("Ceiling\nreq/s"), left("Bound by"),
		right("Busy\nenvironments"), right("Required\nunits"),
	}}
	sharing := 0
	for i := range functions {
		f := &functions[i]
		t.add(name(f.Name, nameWidth), Cell{}, Cell{}, Cell{}, Cell{}, Cell{})
		t.addProvisioned(f)
		units, label := f.OnDemandUnits(a.Unreserved), "  on-demand, shared"
		if f.Reserved.Known() {
			label = "  on-demand " + count(units).Text
		} else {
			sharing++
		}
		required := func(n int64) Cell { return needed(n, units) }
		t.add(word(label), number(f.OnDemandRPS), optional(f.OnDemandCeilingRPS, number),
			optional(f.OnDemandBindingLimit, limit), optional(f.OnDemandBusy, number),
			optional(f.RequiredOnDemand, required))
	}
	if sharing > 1 {
		required := needed(a.RequiredUnreserved, a.Unreserved)
		t.add(word("unreserved "+count(a.Unreserved).Text), Cell{}, Cell{}, Cell{}, Cell{}, required)
	}
	return t
}

// addProvisioned adds the row of a function's provisioned concurrency: what it has, or what it would need.
func (t *Table) addProvisioned(f *calc.FunctionSpill) {
	load, ceiling := number(f.ProvisionedRPS), optional(f.ProvisionedCeilingRPS, number)
	binding := optional(f.ProvisionedBindingLimit, limit)
	units, ok := f.Provisioned.Get()
	if !ok {
		required := count(f.RequiredProvisioned).in(Dim, true)
		t.add(Cell{"  provisioned, if any", Dim}, load, ceiling, binding, Cell{absent, Dim}, required)
		return
	}
	busy := optional(f.ProvisionedBusy, number)
	if u, ok := f.ProvisionedUtilizationRatio.Get(); ok {
		busy.Text += " (" + quantity.FormatPercent(u) + ")"
	}
	required := needed(f.RequiredProvisioned, units)
	t.add(word("  provisioned "+count(units).Text), load, ceiling, binding, busy, required)
}

// refusals gives AWS's reason for every function that is throttled; for a single function it is in the headline.
func refusals(a calc.SpillAccount, functions []calc.FunctionSpill) Section {
	s := Section{Title: "Refusals"}
	if len(functions) == 1 {
		return s
	}
	for i := range functions {
		if f := &functions[i]; f.ThrottledRPS != 0 {
			s.Lines = append(s.Lines, Line{Mark: f.Name + ":", Text: sentence(f, a.Unreserved)})
		}
	}
	return s
}

// splitHeadline puts the verdict into a sentence: that on the only function, or that on the account with its worst
// function.
func splitHeadline(a calc.SpillAccount, functions []calc.FunctionSpill) Line {
	v := verdict(a.Verdict)
	l := Line{Mark: v.Text, Tone: v.Tone}
	switch {
	case len(functions) == 1:
		l.Text = sentence(&functions[0], a.Unreserved)
	case a.Verdict == calc.Fits:
		l.Text = fmt.Sprintf("%s requests/s of %d functions", quantity.FormatNumber(a.RPS), len(functions))
	default:
		counts := verdictCounts(functions)
		worst := calc.Worst(functions)
		l.Text = fmt.Sprintf("%d of %d functions%s; worst is %s: %s", counts[a.Verdict], len(functions),
			otherVerdicts(counts, a.Verdict), worst.Name, sentence(worst, a.Unreserved))
	}
	return l
}

func verdictCounts(functions []calc.FunctionSpill) map[calc.Verdict]int {
	counts := map[calc.Verdict]int{}
	for i := range functions {
		counts[functions[i].Verdict]++
	}
	return counts
}

// otherVerdicts counts the functions whose verdict is better than the worst.
func otherVerdicts(counts map[calc.Verdict]int, worst calc.Verdict) string {
	var others []string
	for _, v := range calc.Verdicts() {
		if n := counts[v]; n > 0 && v != worst {
			others = append(others, fmt.Sprintf("%d %s", n, plural(v, n)))
		}
	}
	if len(others) == 0 {
		return ""
	}
	return " (" + strings.Join(others, ", ") + ")"
}

// plural returns a verdict as the verb of a sentence about n functions.
func plural(v calc.Verdict, n int) string {
	if n == 1 {
		return string(v)
	}
	return strings.TrimSuffix(string(v), "s")
}

// sentence says what happens to a function's rate, and why. unreserved is the size of the pool that functions without a
// reservation share, units.
func sentence(f *calc.FunctionSpill, unreserved int64) string {
	rate := quantity.FormatNumber(f.RPS)
	share := quantity.FormatPercent(f.LostRatio())
	switch f.Verdict {
	case calc.Spills:
		at := ""
		if u, ok := f.ProvisionedUtilizationRatio.Get(); ok {
			at = " at " + quantity.FormatPercent(u) + " utilization"
		}
		return fmt.Sprintf("%s of %s requests/s (%s)%s: provisioned %s takes %s",
			quantity.FormatNumber(f.SpilloverRPS), rate, share, at,
			quantity.FormatCount(f.Provisioned.Or(0)), provisionedCeilingWords(f))
	case calc.Throttles:
		return fmt.Sprintf("%s of %s requests/s (%s): %s; AWS's reason is %s",
			quantity.FormatNumber(f.ThrottledRPS), rate, share, refusalWords(f, unreserved), f.ThrottleReason.Or(""))
	case calc.Queues:
		return fmt.Sprintf("%s of %s requests/s (%s) wait", quantity.FormatNumber(f.QueuedRPS), rate, share)
	}
	if headroom, ok := f.HeadroomRatio.Get(); ok {
		ceiling := optional(f.CeilingRPS, number).Text
		return fmt.Sprintf("%s of %s requests/s, %s headroom", rate, ceiling, quantity.FormatPercent(headroom))
	}
	return rate + " requests/s, the ceiling is not known without a duration"
}

// provisionedCeilingWords shows how the ceiling of a function's provisioned concurrency is calculated:
// 10 x 500 = 5,000 (rate limit), or 500 / 200 ms = 2,500 (concurrency limit).
func provisionedCeilingWords(f *calc.FunctionSpill) string {
	units, rps := quantity.FormatCount(f.Provisioned.Or(0)), quantity.FormatNumber(f.ProvisionedCeilingRPS.Or(0))
	if f.ProvisionedBindingLimit.Or("") == calc.LimitRate {
		return fmt.Sprintf("%d x %s = %s (rate limit)", aws.RatePerUnit, units, rps)
	}
	return fmt.Sprintf("%s / %s = %s (concurrency limit)", units, quantity.FormatDuration(f.DurationMS.Or(0)), rps)
}

// refusalWords names the limit that refuses requests, with its size.
func refusalWords(f *calc.FunctionSpill, unreserved int64) string {
	pool, units := "the unreserved pool", unreserved
	if reserved, ok := f.Reserved.Get(); ok {
		pool, units = "the reservation", reserved
		switch f.Provisioned.Or(0) {
		case 0:
			if reserved == 0 {
				return "reserved 0 switches the function off"
			}
		case reserved:
			return fmt.Sprintf("provisioned = reserved = %s takes %s and nothing can spill",
				quantity.FormatCount(reserved), provisionedCeilingWords(f))
		}
	}
	switch f.ThrottleReason.Or("") {
	case aws.ReasonReservedRate, aws.ReasonSharedRate:
		return fmt.Sprintf("%s takes %d x %s = %s (rate limit)",
			pool, aws.RatePerUnit, quantity.FormatCount(units), quantity.FormatCount(figure.RateCeiling(units)))
	}
	return fmt.Sprintf("%s of %s is full (concurrency limit)", pool, quantity.FormatCount(units))
}
