package page

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/advice"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/format/document"
)

// Plan shows whether a load fits, and what to set.
func Plan(d document.Plan) Page {
	if d.Inputs.Sweep != nil {
		return sweepPage(d.Inputs, planPoints(d)).withErrors(d.Findings, d.Explain)
	}
	r := d.Result
	now := r.Now()
	sizing := cmp.Or(d.Inputs.Plan, &document.InputPlan{}).Sizing
	p := Page{
		Headline: planHeadline(r.Account, now, sizing, d.Inputs.Account),
		Sections: []Section{
			{Title: "Split", Table: splitTable(r.Account.SpillAccount, now)},
			randomSection(now),
			targetSection(sizing, r.Functions),
			{Title: "Settings", Table: settingsTable(r.Account, r.Functions)},
			refusals(r.Account.SpillAccount, now),
			costSection(d.Inputs.Cost, r.Account.NowCost, now, r.Functions, r.Account.Cost),
			optimizeSection(sizing, r.Functions),
			scheduleSection(r.Functions, d.Inputs.Account.TimeZone),
			baselineSection(r.Baseline, r.Removed, planComparisons(r.Functions)),
			actionLines(r.Actions),
		},
	}
	return p.withFindings(d.Findings, d.Explain)
}

// planHeadline adds to the verdict which targets the current settings miss, with the shares that miss them.
func planHeadline(a calc.PlanAccount, now []calc.FunctionSpill, sizing calc.Sizing, in document.InputAccount) Line {
	if !a.Accepted {
		return refusedHeadline(a, in)
	}
	l := splitHeadline(a.SpillAccount, now)
	words := map[calc.Driver]string{
		calc.DriverTargetSpillover: "beyond provisioned",
		calc.DriverTargetThrottle:  "throttled",
	}
	var list []string
	for i := range now {
		misses, _ := sizing.Misses(&now[i])
		for _, miss := range misses {
			text := quantity.FormatChance(miss.Ratio) + " " + words[miss.Target]
			if len(now) > 1 {
				text = now[i].Name + " " + text
			}
			if len(list) < shownFindings {
				list = append(list, text)
			}
		}
	}
	if len(list) == 0 {
		return l
	}
	l.Text += "; by chance it misses the target: " + strings.Join(list, ", ")
	if l.Tone == Good {
		l.Tone = Warn
	}
	return l
}

// refusedHeadline says that AWS does not accept the settings.
func refusedHeadline(a calc.PlanAccount, in document.InputAccount) Line {
	v := verdict(a.Verdict)
	quota := quantity.FormatCount(a.Concurrency)
	if in.DefaultQuota() {
		quota += " (the default quota)"
	}
	return Line{Mark: v.Text, Tone: v.Tone, Text: fmt.Sprintf("%s units are set aside; AWS accepts at most %s of %s",
		quantity.FormatCount(a.SetAside()), quantity.FormatCount(a.MostSetAside()), quota)}
}

// settingsTable compares the settings with what the load needs.
func settingsTable(account calc.PlanAccount, functions []calc.FunctionPlan) *Table {
	t := &Table{Columns: []Column{
		left("Function"), left("Concurrency"), right("Now\nunits"), right("Required\nunits"), right("Recommended\nunits"),
	}}
	for i := range functions {
		p := &functions[i]
		setting := word("provisioned")
		if !p.Now.Provisioned.Known() {
			setting = Cell{"provisioned, if any", Dim}
		}
		required := p.RequiredForAll()
		t.add(name(p.Name, nameWidth), setting, optional(p.Now.Provisioned, count),
			needed(required, p.Now.Provisioned.Or(required)), count(p.RecommendedProvisioned))
		if reserved, ok := p.Now.Reserved.Get(); ok {
			t.add(Cell{}, word("reserved"), count(reserved),
				optional(p.RequiredUnitsForAll(), func(n int64) Cell { return needed(n, reserved) }),
				optional(p.RecommendedReserved, count))
		}
	}
	t.add(word(accountRow), word("quota, as set now"), count(account.Concurrency),
		optional(account.RequiredConcurrency, func(n int64) Cell { return needed(n, account.Concurrency) }),
		count(account.RecommendedConcurrency))
	return t
}

// actionLines lists the changes with the commands that make them.
func actionLines(actions []advice.Action) Section {
	s := Section{Title: "What to set"}
	for i, a := range actions {
		text := a.Message
		if function, ok := a.Function.Get(); ok {
			text = function + ": " + text
		}
		if saving, ok := a.Saving.Get(); ok {
			text += "; it saves " + usd(saving).Text + " US dollars a month"
		}
		if !a.Required {
			text += " (optional)"
		}
		l := Line{Mark: fmt.Sprintf("%d.", i+1), Text: text, Code: []string{a.Command}}
		if len(a.SupportRequest) > 0 {
			l.Text += "; AWS Support asks for the lines below the command"
			l.List = a.SupportRequest
		}
		s.Lines = append(s.Lines, l)
	}
	return s
}
