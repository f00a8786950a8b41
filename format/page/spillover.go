package page

import (
	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/format/document"
)

// Spillover shows where the requests of a load end up.
func Spillover(d document.Spillover, v View) Page {
	if d.Inputs.Sweep != nil {
		return v.sweep(d.Summary, d.Inputs, spillPoints(d), d.Findings, d.Explain)
	}
	r := d.Result
	rows := picked(r.Functions, v.shown(r.Functions))
	single := len(rows) == 1
	var body []Section
	switch {
	case v.onlyGrowth(r.Growth):
	case single:
		body = []Section{{Bars: bars(&rows[0])}, {Lines: facts(&rows[0], d.Inputs)}}
	default:
		body = []Section{v.splits(rows), v.overview(rows, nil, d.Inputs)}
	}
	body = append(body, scaleSection(r.Growth, d.Inputs.Account.Concurrency, len(r.Functions) == 1))
	unplanned := calc.Optional[calc.AccountCost]{}
	return v.page(answer{
		summary: v.ofOnly(d.Summary, rows, len(r.Functions), r.Account), single: single, scaled: len(r.Scale) > 0, body: body,
		under: costLines(d.Inputs, r.Account.Cost, r.Functions, r.Baseline),
		details: []detail{
			splitDetail(r.Account, rows), limitsDetail(r.Account, rows),
			{name: ShowRandom, exists: anyRandom(rows), sections: func() []Section {
				return []Section{randomSection(rows)}
			}},
			{name: ShowCost, exists: r.Account.Cost.Known(), lines: "function", sections: func() []Section {
				return append(managedCosts(rows),
					costSection(d.Inputs.Cost, r.Account.Cost, rows, nil, unplanned), breakEvens(rows),
					baselineSection(r.Baseline, r.Removed, rows))
			}},
			v.findingsDetail(d.Findings, onlyName(rows)), assumptionsDetail(rows),
		},
		notes: v.notes(d.Findings, onlyName(rows)), assumes: assumed(rows, d.Inputs, r.Account.Cost), explain: d.Explain,
		inputs: d.Inputs,
	})
}

// splitDetail shows where the rate of each function goes.
func splitDetail(a calc.SpillAccount, rows []calc.FunctionSpill) detail {
	return detail{name: ShowSplit, exists: true, minor: true, sections: func() []Section {
		return []Section{{Title: "Split", Table: splitTable(a, rows)}}
	}}
}

// limitsDetail shows what each function could handle, and why AWS throttles some.
func limitsDetail(a calc.SpillAccount, rows []calc.FunctionSpill) detail {
	return detail{name: ShowLimits, exists: true, lines: "function", sections: func() []Section {
		return []Section{{Title: "Limits of each function alone", Table: roomTable(a, rows)}, sourceSection(rows),
			refusals(a, rows)}
	}}
}

// splitTable shows the parts of every function's rate, and adds them up in a row for the account.
func splitTable(a calc.SpillAccount, functions []calc.FunctionSpill) *Table {
	t := &Table{Columns: []Column{
		names(perFunction), left("Verdict").drop(3), right("Rate\nreq/s").drop(2), right("Provisioned\nreq/s"),
		right("On-demand\nreq/s"), right("Throttled\nreq/s"), right("Queued\nreq/s"),
	}}
	add := func(label Cell, v calc.Verdict, rps float64, p calc.Parts, spilled float64) {
		t.add(label, verdict(v), number(rps), nonzero(p.ProvisionedRPS, Plain),
			nonzero(p.OnDemandRPS, Plain).in(Warn, spilled != 0), nonzero(p.ThrottledRPS, Bad), nonzero(p.QueuedRPS, Warn))
	}
	for i := range functions {
		f := &functions[i]
		add(word(f.Name), f.Headline(), f.RPS, f.Parts, f.SpilloverRPS)
	}
	if len(functions) > 1 { // for a single function the row would say the same again
		add(word(totalRow), a.Headline(), a.RPS, a.Parts, a.SpilloverRPS)
		t.totalLast()
	}
	t.dropSilent()
	return t
}

// roomTable shows how much each function could handle: its provisioned concurrency, and the on-demand room beside it.
// If several functions share the unreserved pool, the last row compares what they need together with what there is.
func roomTable(a calc.SpillAccount, functions []calc.FunctionSpill) *Table {
	t := &Table{Columns: []Column{
		names(perFunction), left("Pool"), right("Load\nreq/s").drop(2), right("Ceiling\nreq/s"), left("Bound by"),
		right("Busy\nenvironments").drop(3), right("Required\nunits").drop(lastDrop),
	}}
	sharing := 0
	for i := range functions {
		f := &functions[i]
		label := word(f.Name)
		if f.Provisioned.Known() {
			t.addProvisioned(f)
			label = Cell{}
		}
		units, pool := f.OnDemandUnits(a.Unreserved), "on-demand, shared"
		if f.Managed.Known() {
			pool = "managed"
		} else if f.Reserved.Known() {
			pool = "on-demand " + count(units).Text
		} else if !f.Region.Known() {
			sharing++
		}
		required := func(n int64) Cell { return needed(n, units) }
		t.add(label, word(pool), number(f.OnDemandRPS), optional(f.OnDemandCeilingRPS, number),
			optional(f.OnDemandBindingLimit, limit), optional(f.OnDemandBusy, number),
			optional(f.RequiredOnDemand, required))
	}
	if sharing > 1 {
		required := needed(a.RequiredUnreserved, a.Unreserved)
		t.add(word(totalRow), word("unreserved "+count(a.Unreserved).Text), Cell{}, Cell{}, Cell{}, Cell{}, required)
		t.totalLast()
	}
	t.keep(func(i int) bool { return i != 0 || len(functions) > 1 })
	t.dropSilent()
	return t
}

// addProvisioned adds the row of a function's provisioned concurrency.
func (t *Table) addProvisioned(f *calc.FunctionSpill) {
	units := f.Provisioned.Or(0)
	busy := optional(f.ProvisionedBusy, number)
	if u, ok := f.ProvisionedUtilizationRatio.Get(); ok {
		busy.Text += " (" + quantity.FormatShare(u) + ")"
	}
	t.add(word(f.Name), word("provisioned "+count(units).Text), number(f.ProvisionedRPS),
		optional(f.ProvisionedCeilingRPS, number), optional(f.ProvisionedBindingLimit, limit), busy,
		needed(f.RequiredProvisioned, units))
}

// refusals gives AWS's reason for every function that is throttled; for a single function it is in the headline.
func refusals(a calc.SpillAccount, functions []calc.FunctionSpill) Section {
	s := Section{Title: "Refusals"}
	if len(functions) == 1 {
		return s
	}
	for i := range functions {
		if f := &functions[i]; f.ThrottledRPS != 0 {
			s.Lines = append(s.Lines, Line{Mark: f.Name + ":", Text: document.Sentence(f, a.Unreserved)})
		}
	}
	return s
}
