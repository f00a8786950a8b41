package format

import (
	"fmt"

	"github.com/lambdacap/lambdacap/calc"
)

// Plan reports whether a load fits, and what to set.
func Plan(in Inputs, r calc.PlanResult) Report {
	return newReport("plan", in, r, r.Findings, r.Functions, func() page {
		now := make([]calc.FunctionSpill, len(r.Functions))
		for i := range r.Functions {
			now[i] = r.Functions[i].Now
		}
		return page{
			headline: splitHeadline(r.Account.SpillAccount, now),
			sections: []section{
				{title: "Split", table: splitTable(r.Account.SpillAccount, now)},
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
	short := func(now, required int64) cell {
		c := count(now)
		if now < required {
			c.tone = warn
		}
		return c
	}
	for i := range r.Functions {
		p := &r.Functions[i]
		label := name(p.Name, nameWidth)
		setting := word("provisioned")
		if !p.Now.Provisioned.Known() {
			setting = cell{"provisioned, if any", dim}
		}
		t.add(label, setting, maybe(p.Now.Provisioned, func(n int64) cell { return short(n, p.RequiredProvisioned) }),
			count(p.RequiredProvisioned), count(p.RecommendedProvisioned))
		if reserved, ok := p.Now.Reserved.Get(); ok {
			t.add(cell{}, word("reserved"), short(reserved, p.RequiredUnits.Or(0)), maybe(p.RequiredUnits, count), maybe(p.RecommendedReserved, count))
		}
	}
	t.add(word(accountRow), word("quota, as set now"), short(r.Account.Concurrency, r.Account.RequiredConcurrency.Or(0)),
		maybe(r.Account.RequiredConcurrency, count), count(r.Account.RecommendedConcurrency))
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
