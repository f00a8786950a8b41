package format

import (
	"cmp"
	"fmt"

	"github.com/lambdacap/lambdacap/calc"
)

// Plan reports whether a load fits, and what to set.
func Plan(in Inputs, r calc.PlanResult) Report {
	if in.Sweep != nil {
		points := make([]planPoint, len(r.Sweep))
		rows := make([]sweptRow, len(r.Sweep))
		for i, at := range r.Sweep {
			points[i] = planPoint{at.Point, at.Functions[in.swept()]}
			rows[i] = newSweptRow(at.Point, &points[i].Now)
			rows[i].recommended = calc.Some(points[i].RecommendedProvisioned)
		}
		return newReport("plan", in, r, r.Findings, points, func() page {
			return page{headline: splitHeadline(r.Account.SpillAccount, r.Now()), sections: sweepSections(in.Sweep, rows)}
		})
	}
	return newReport("plan", in, r, r.Findings, r.Functions, func() page {
		now := r.Now()
		return page{
			headline: splitHeadline(r.Account.SpillAccount, now),
			sections: []section{
				{title: "Split", table: splitTable(r.Account.SpillAccount, now)},
				chanceSection(now),
				targetSection(cmp.Or(in.Plan, &InputPlan{}), r.Functions),
				{title: "Settings", table: settingsTable(r)},
				refusals(r.Account.SpillAccount, now),
				actionLines(r.Actions),
			},
		}
	})
}

// settingsTable sets what is against what the load needs.
func settingsTable(r calc.PlanResult) *table {
	t := &table{columns: []column{
		{"Function", true}, {"Concurrency", true}, {"Now\nunits", false}, {"Required\nunits", false}, {"Recommended\nunits", false},
	}}
	for i := range r.Functions {
		p := &r.Functions[i]
		label := name(p.Name, nameWidth)
		setting := word("provisioned")
		if !p.Now.Provisioned.Known() {
			setting = cell{"provisioned, if any", dim}
		}
		t.add(label, setting, maybe(p.Now.Provisioned, count),
			short(p.RequiredProvisioned, p.Now.Provisioned.Or(p.RequiredProvisioned)), count(p.RecommendedProvisioned))
		if reserved, ok := p.Now.Reserved.Get(); ok {
			t.add(cell{}, word("reserved"), count(reserved), maybe(p.RequiredUnits, func(n int64) cell { return short(n, reserved) }),
				maybe(p.RecommendedReserved, count))
		}
	}
	t.add(word(accountRow), word("quota, as set now"), count(r.Account.Concurrency),
		maybe(r.Account.RequiredConcurrency, func(n int64) cell { return short(n, r.Account.Concurrency) }), count(r.Account.RecommendedConcurrency))
	return t
}

// actionLines lists the changes with the lines that make them.
func actionLines(actions []calc.Action) section {
	s := section{title: "What to set"}
	for i, a := range actions {
		text := a.Message
		if function, ok := a.Function.Get(); ok {
			text = function + ": " + text
		}
		if !a.Required {
			text += " (optional)"
		}
		l := line{mark: fmt.Sprintf("%d.", i+1), text: text, code: []string{a.Command}}
		if len(a.SupportRequest) > 0 {
			l.text += "; AWS Support asks for the lines below the command"
			l.list = a.SupportRequest
		}
		s.lines = append(s.lines, l)
	}
	return s
}
