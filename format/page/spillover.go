package page

import (
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/format/document"
)

// Spillover shows where the requests of a load end up.
func Spillover(d document.Spillover) Page {
	if d.Inputs.Sweep != nil {
		return sweepPage(d.Inputs, spillPoints(d)).withErrors(d.Findings, d.Explain)
	}
	r := d.Result
	p := Page{
		Headline: splitHeadline(r.Account, r.Functions),
		Sections: []Section{
			{Title: "Split", Table: splitTable(r.Account, r.Functions)},
			{Title: "Limits, each function by itself", Table: roomTable(r.Account, r.Functions)},
			refusals(r.Account, r.Functions),
			randomSection(r.Functions),
			costSection(d.Inputs.Cost, r.Account.Cost, r.Functions, nil, calc.Optional[calc.AccountCost]{}),
			baselineSection(r.Baseline, r.Removed, spillComparisons(r.Functions)),
		},
	}
	return p.withFindings(d.Findings, d.Explain)
}

// splitTable shows the parts of every function's rate, and their sums in a row for the account.
func splitTable(a calc.SpillAccount, functions []calc.FunctionSpill) *Table {
	t := &Table{Columns: []Column{
		{"Function", true}, {"Verdict", true}, {"Rate\nreq/s", false}, {"Provisioned\nreq/s", false},
		{"On-demand\nreq/s", false}, {"Throttled\nreq/s", false}, {"Queued\nreq/s", false},
	}}
	const throttledColumn, queuedColumn = 5, 6
	sync, async := a.ThrottledRPS != 0, false
	for i := range functions {
		sync, async = sync || functions[i].Mode == calc.Sync, async || functions[i].Mode == calc.Async
	}
	broken := nameWidth
	if sync && async {
		broken = 14
	}
	add := func(label Cell, v calc.Verdict, rps float64, p calc.Parts, spilled float64) {
		t.add(label, verdict(v), number(rps), number(p.ProvisionedRPS), number(p.OnDemandRPS).in(Warn, spilled != 0),
			nonzero(p.ThrottledRPS, Bad), nonzero(p.QueuedRPS, Warn))
	}
	for i := range functions {
		f := &functions[i]
		add(name(f.Name, broken), f.Verdict, f.RPS, f.Parts, f.SpilloverRPS)
	}
	if len(functions) > 1 { // else it would say the same again
		add(word(accountRow), a.Verdict, a.RPS, a.Parts, a.SpilloverRPS)
	}
	t.keep(func(i int) bool { return (i != throttledColumn || sync) && (i != queuedColumn || async) })
	return t
}

// roomTable shows what each function could take: its provisioned concurrency, and the room on demand beside it. Where
// functions share the unreserved pool, the last row sets what they need together against what there is.
func roomTable(a calc.SpillAccount, functions []calc.FunctionSpill) *Table {
	t := &Table{Columns: []Column{
		{"Pool", true}, {"Load\nreq/s", false}, {"Ceiling\nreq/s", false}, {"Bound by", true},
		{"Busy\nenvironments", false}, {"Required\nunits", false},
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
		t.add(word(label), number(f.OnDemandRPS), optional(f.OnDemandCeilingRPS, number), optional(f.OnDemandBindingLimit, limit),
			optional(f.OnDemandBusy, number), optional(f.RequiredOnDemand, func(n int64) Cell { return needed(n, units) }))
	}
	if sharing > 1 {
		t.add(word("unreserved "+count(a.Unreserved).Text), Cell{}, Cell{}, Cell{}, Cell{}, needed(a.RequiredUnreserved, a.Unreserved))
	}
	return t
}

// addProvisioned adds the row of a function's provisioned concurrency: what it has, or what it would need.
func (t *Table) addProvisioned(f *calc.FunctionSpill) {
	units, ok := f.Provisioned.Get()
	if !ok {
		t.add(Cell{"  provisioned, if any", Dim}, number(f.ProvisionedRPS), optional(f.ProvisionedCeilingRPS, number),
			optional(f.ProvisionedBindingLimit, limit), Cell{absent, Dim}, count(f.RequiredProvisioned).in(Dim, true))
		return
	}
	busy := optional(f.ProvisionedBusy, number)
	if u, ok := f.ProvisionedUtilizationRatio.Get(); ok {
		busy.Text += " (" + quantity.FormatPercent(u) + ")"
	}
	t.add(word("  provisioned "+count(units).Text), number(f.ProvisionedRPS), optional(f.ProvisionedCeilingRPS, number),
		optional(f.ProvisionedBindingLimit, limit), busy, needed(f.RequiredProvisioned, units))
}

// refusals names, for every function that is throttled, AWS's reason; that of a single function stands in the headline.
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

// splitHeadline is the verdict in a sentence: of the function, or of the account with the function that is worst.
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

// otherVerdicts counts the functions with a better verdict than the worst.
func otherVerdicts(counts map[calc.Verdict]int, worst calc.Verdict) string {
	var others []string
	for _, v := range []calc.Verdict{calc.Queues, calc.Spills, calc.Fits} {
		if n := counts[v]; n > 0 && v != worst {
			others = append(others, fmt.Sprintf("%d %s", n, plural(v, n)))
		}
	}
	if len(others) == 0 {
		return ""
	}
	return " (" + strings.Join(others, ", ") + ")"
}

// plural is a verdict as a verb of n functions.
func plural(v calc.Verdict, n int) string {
	if n == 1 {
		return string(v)
	}
	return strings.TrimSuffix(string(v), "s")
}

// sentence says what becomes of a function's rate, and why. unreserved is the units of the pool that functions without a
// reservation share.
func sentence(f *calc.FunctionSpill, unreserved int64) string {
	rate := quantity.FormatNumber(f.RPS)
	share := quantity.FormatPercent(f.LostRatio())
	switch f.Verdict {
	case calc.Spills:
		at := ""
		if u, ok := f.ProvisionedUtilizationRatio.Get(); ok {
			at = " at " + quantity.FormatPercent(u) + " utilization"
		}
		units := f.Provisioned.Or(0)
		return fmt.Sprintf("%s of %s requests/s (%s)%s: provisioned %s takes %s", quantity.FormatNumber(f.SpilloverRPS), rate, share, at,
			quantity.FormatCount(units), ceilingWords(units, f.ProvisionedCeilingRPS, f.ProvisionedBindingLimit, f.DurationMS))
	case calc.Throttles:
		return fmt.Sprintf("%s of %s requests/s (%s): %s; AWS's reason is %s", quantity.FormatNumber(f.ThrottledRPS), rate, share,
			refusalWords(f, unreserved), f.ThrottleReason.Or(""))
	case calc.Queues:
		return fmt.Sprintf("%s of %s requests/s (%s) wait", quantity.FormatNumber(f.QueuedRPS), rate, share)
	}
	if headroom, ok := f.HeadroomRatio.Get(); ok {
		return fmt.Sprintf("%s of %s requests/s, %s headroom", rate, optional(f.CeilingRPS, number).Text, quantity.FormatPercent(headroom))
	}
	return rate + " requests/s, the ceiling is not known without a duration"
}

// ceilingWords writes how a ceiling comes about: 10 x 500 = 5,000 (rate limit).
func ceilingWords(units int64, rps calc.Optional[float64], binding calc.Optional[calc.Limit], durationMS calc.Optional[float64]) string {
	n := quantity.FormatCount(units)
	if binding.Or("") == calc.LimitRate {
		return fmt.Sprintf("%d x %s = %s (rate limit)", aws.RatePerUnit, n, quantity.FormatNumber(rps.Or(0)))
	}
	return fmt.Sprintf("%s / %s = %s (concurrency limit)", n, quantity.FormatDuration(durationMS.Or(0)), quantity.FormatNumber(rps.Or(0)))
}

// refusalWords says which limit refuses, with its size.
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
			return fmt.Sprintf("provisioned = reserved = %s takes %s and nothing can spill", quantity.FormatCount(reserved),
				ceilingWords(reserved, f.ProvisionedCeilingRPS, f.ProvisionedBindingLimit, f.DurationMS))
		}
	}
	switch f.ThrottleReason.Or("") {
	case aws.ReasonReservedRate, aws.ReasonSharedRate:
		return fmt.Sprintf("%s takes %d x %s = %s (rate limit)", pool, aws.RatePerUnit, quantity.FormatCount(units),
			quantity.FormatCount(int64(calc.Synchronous(units).RateRPS.Or(0))))
	}
	return fmt.Sprintf("%s of %s is full (concurrency limit)", pool, quantity.FormatCount(units))
}
