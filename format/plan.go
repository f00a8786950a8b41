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
			return sweepPage(in.Sweep, rows, cmp.Or(in.Plan, &InputPlan{}).met)
		})
	}
	return newReport("plan", in, r, r.Findings, r.Functions, func() page {
		now := r.Now()
		asked := cmp.Or(in.Plan, &InputPlan{})
		headline := splitHeadline(r.Account.SpillAccount, now)
		if misses := missed(asked, r.Functions); misses != "" {
			headline.text += misses
			if headline.tone == good {
				headline.tone = warn
			}
		}
		return page{
			headline: headline,
			sections: []section{
				{title: "Split", table: splitTable(r.Account.SpillAccount, now)},
				chanceSection(now),
				targetSection(asked, r.Functions),
				{title: "Settings", table: settingsTable(r)},
				refusals(r.Account.SpillAccount, now),
				costSection(in.Cost, r.Account.NowCost, now, r.Functions, r.Account.Cost),
				optimizeSection(asked, r.Functions),
				scheduleSection(r.Functions),
				baselineSection(r.Baseline, r.Removed, len(r.Functions), func(i int) (string, calc.Optional[calc.Comparison]) {
					return r.Functions[i].Name, r.Functions[i].Baseline
				}),
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
		// What is required is the larger of the steady state's and the target's.
		provisioned := max(p.RequiredProvisioned, p.RequiredProvisionedForTarget.Or(0))
		units := p.RequiredUnits
		if n, ok := p.RequiredUnitsForTarget.Get(); ok {
			units = calc.Some(max(n, units.Or(0)))
		}
		setting := word("provisioned")
		if !p.Now.Provisioned.Known() {
			setting = cell{"provisioned, if any", dim}
		}
		t.add(label, setting, maybe(p.Now.Provisioned, count),
			short(provisioned, p.Now.Provisioned.Or(provisioned)), count(p.RecommendedProvisioned))
		if reserved, ok := p.Now.Reserved.Get(); ok {
			t.add(cell{}, word("reserved"), count(reserved), maybe(units, func(n int64) cell { return short(n, reserved) }),
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
