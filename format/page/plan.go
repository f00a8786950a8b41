package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/advice"
	"github.com/lambdacap/lambdacap/calc/figure"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/format/document"
)

// Plan shows whether a load fits, and what to set.
func Plan(d document.Plan, v View) Page {
	if document.IsRecorded(d) {
		return v.recorded(d)
	}
	if d.Inputs.Sweep != nil {
		return v.sweep(d.Summary, d.Inputs, planPoints(d), d.Findings, d.Explain)
	}
	r := d.Result
	all := r.Now()
	indices := v.shown(all)
	rows, plans := picked(all, indices), picked(r.Functions, indices)
	sizing := cmp.Or(d.Inputs.Plan, &document.InputPlan{}).Sizing
	single := len(rows) == 1
	var body []Section
	switch {
	case v.onlyGrowth(r.Growth) && single:
		body = []Section{v.actionLines(actionsOf(r, &plans[0]), &plans[0], sizing)}
	case v.onlyGrowth(r.Growth):
	case single:
		lines := append(targetLines(sizing, &plans[0]), facts(&rows[0], d.Inputs)...)
		body = []Section{
			{Bars: bars(&rows[0])}, v.actionLines(actionsOf(r, &plans[0]), &plans[0], sizing),
			nothingToSet(r, &plans[0]), {Lines: lines},
		}
	default:
		body = []Section{v.splits(rows), v.overview(rows, v.settings(plans[:v.top(len(plans))], r.Actions), d.Inputs)}
	}
	body = append(body, cheapestLines(plans), scheduleSection(plans, d.Inputs.Account.TimeZone),
		scaleSection(r.Growth, d.Inputs.Account.Concurrency, len(r.Functions) == 1))
	return v.page(answer{
		summary: v.ofOnly(d.Summary, rows, len(all), r.Account.SpillAccount), single: single,
		scaled: len(r.Scale) > 0, body: body,
		under:   append(quotaLines(r, d.Summary, single), costLines(d.Inputs, r.Account.NowCost, all, r.Baseline)...),
		details: v.planDetails(d, rows, plans, sizing),
		notes:   v.notes(d.Findings, onlyName(rows)),
		assumes: assumed(rows, d.Inputs, r.Account.NowCost), explain: d.Explain, inputs: d.Inputs,
	})
}

// planDetails lists what a plan shows on demand.
func (v View) planDetails(d document.Plan, rows []calc.FunctionSpill, plans []calc.FunctionPlan,
	sizing calc.Sizing) []detail {
	r := d.Result
	return []detail{
		splitDetail(r.Account.SpillAccount, rows), limitsDetail(r.Account.SpillAccount, rows),
		{name: ShowRandom, exists: anyRandom(rows), sections: func() []Section {
			return []Section{randomSection(rows), targetSection(sizing, plans)}
		}},
		{name: ShowCost, exists: r.Account.NowCost.Known(), lines: "function", sections: func() []Section {
			return append(managedCosts(rows),
				costSection(d.Inputs.Cost, r.Account.NowCost, rows, plans, r.Account.Cost), breakEvens(rows),
				optimizeSection(sizing, plans), hourlyLines(plans), baselineSection(r.Baseline, r.Removed, rows))
		}},
		{name: ShowCommands, exists: len(r.Actions) > 0 || isScheduled(plans), lines: "change", sections: func() []Section {
			if v.Drawn && len(rows) == 1 { // the changes have their commands with them
				return []Section{scheduleCommands(plans)}
			}
			return []Section{commandLines(r), scheduleCommands(plans)}
		}},
		{name: ShowSettings, exists: true, minor: true, sections: func() []Section {
			return []Section{{Title: "Settings", Table: settingsTable(r, plans)}, regionQuotas(r.Regions)}
		}},
		v.findingsDetail(d.Findings, onlyName(rows)), assumptionsDetail(rows),
	}
}

// quotaLines says whether AWS accepts the account's settings, if only one of its functions is shown, and whether the
// quota is enough.
func quotaLines(r document.PlanResult, summary string, single bool) (lines []Line) {
	if len(r.Functions) == 1 {
		return nil
	}
	if single && !r.Account.Accepted {
		lines = append(lines, headline(summary))
	}
	for _, a := range r.Actions {
		if a.Setting == calc.SettingAccount {
			lines = append(lines, quotaLine(r, a))
		}
	}
	return lines
}

// quotaLine says whether the quota is enough, and what to ask for.
func quotaLine(r document.PlanResult, a advice.Action) Line {
	from, to := quantity.FormatCount(a.From.Or(0)), quantity.FormatCount(a.To.Or(0))
	n, known := r.Account.RequiredConcurrency.Get()
	if at, ok := r.RegionOf(a); ok {
		from = at.Region.Or("the account") + ": " + from
		n, known = at.RequiredConcurrency.Get()
	}
	switch {
	case !a.Required && slices.ContainsFunc(r.Functions, shortAtRandom):
		return Line{Mark: "QUOTA", Tone: Warn,
			Text: fmt.Sprintf("  %s is enough only if requests are evenly spaced; ask for %s", from, to)}
	case !a.Required:
		return Line{Mark: "QUOTA", Text: fmt.Sprintf("  %s is enough; %s with headroom", from, to)}
	case known && figure.Short(n, a.From.Or(0)):
		return Line{Mark: "QUOTA", Tone: Warn,
			Text: fmt.Sprintf("  %s is not enough for these settings: %s needed, ask for %s", from, quantity.FormatCount(n), to)}
	}
	return Line{Mark: "QUOTA", Tone: Warn,
		Text: fmt.Sprintf("  %s is not enough for these settings; ask for %s", from, to)}
}

// shortAtRandom reports whether random arrivals at a function find the units full that it shares with others, and
// evenly spaced requests do not.
func shortAtRandom(p calc.FunctionPlan) bool {
	_, random := p.Now.HeadlineRatio()
	return random && sharesLoss(&p.Now)
}

// loses reports whether requests of a function are throttled or wait.
func loses(f *calc.FunctionSpill) bool {
	return f.Headline() == calc.Throttles || f.Headline() == calc.Queues
}

// sharesLoss reports whether a function throttles or waits as the units are full that it shares with others.
func sharesLoss(f *calc.FunctionSpill) bool {
	return !f.Reserved.Known() && loses(f)
}

// settingsTable compares the settings with what the load needs, and with what the actions set.
func settingsTable(r document.PlanResult, functions []calc.FunctionPlan) *Table {
	account, byRegion := r.Account, len(r.Regions) > 0 // which have a table of their own
	type key struct {
		function string // empty for the account
		setting  calc.Setting
	}
	to := map[key]calc.Optional[int64]{}
	for _, a := range r.Actions {
		to[key{a.Function.Or(""), a.Setting}] = a.To
	}
	recommended := func(function string, setting calc.Setting, now int64) Cell {
		n, changes := to[key{function, setting}]
		if !changes {
			return count(now)
		}
		return optional(n, count)
	}
	t := &Table{Columns: []Column{
		names(perFunction), left("Concurrency"), right("Now\nunits"), right("Required\nunits").drop(lastDrop),
		right("Recommended\nunits"),
	}}
	for i := range functions {
		p := &functions[i]
		required := p.RequiredForAll()
		label := word(p.Name)
		if m, ok := p.Now.Managed.Get(); ok {
			t.add(label, word("environments, at most"), optional(m.Max, count), optional(m.Required, count),
				optional(m.Max, func(n int64) Cell { return recommended(p.Name, calc.SettingEnvironments, n) }))
			continue
		}
		if now, ok := p.Now.Provisioned.Get(); ok {
			t.add(label, word("provisioned"), count(now), needed(required, now),
				recommended(p.Name, calc.SettingProvisioned, now))
		} else if !p.Now.CannotProvision() {
			t.add(label, Cell{"provisioned, optional", Dim}, Cell{absent, Dim}, count(required).in(Dim, true),
				count(p.ProvisionTo()).in(Dim, true))
		}
		if reserved, ok := p.Now.Reserved.Get(); ok {
			t.add(named(p), word("reserved"), count(reserved),
				optional(p.RequiredUnitsForAll(), func(n int64) Cell { return needed(n, reserved) }),
				recommended(p.Name, calc.SettingReserved, reserved))
		}
	}
	if !byRegion {
		t.add(word("Account"), word("quota"), count(account.Concurrency),
			optional(account.RequiredConcurrency, func(n int64) Cell { return needed(n, account.Concurrency) }),
			recommended("", calc.SettingAccount, account.Concurrency))
		t.totalLast()
	}
	return t
}

// regionQuotas compares the quota of each Region with what the load needs there.
func regionQuotas(regions []calc.RegionResult) Section {
	if len(regions) == 0 {
		return Section{}
	}
	t := &Table{Columns: []Column{left("Region"), right("Quota\nunits"), right("Required\nunits"),
		right("Recommended\nunits")}}
	for _, r := range regions {
		t.add(word(r.Region.Or("of the account")), count(r.Concurrency),
			optional(r.RequiredConcurrency, func(n int64) Cell { return needed(n, r.Concurrency) }),
			optional(r.RecommendedConcurrency, count))
	}
	return Section{Title: "Regions", Table: t}
}

// named returns the name of a function for its second row, where it has a first one.
func named(p *calc.FunctionPlan) Cell {
	if p.Now.CannotProvision() {
		return word(p.Name)
	}
	return Cell{}
}

// actionsOf returns the changes to a function, and those to the account if they help it.
func actionsOf(r document.PlanResult, p *calc.FunctionPlan) (own []advice.Action) {
	helps := func(a advice.Action) bool {
		own := a.Region == p.Now.Region || !a.Region.Known() && !p.Now.RegionUnreserved.Known()
		return own && (len(r.Functions) == 1 || sharesLoss(&p.Now))
	}
	for _, a := range r.Actions {
		if lowersLosing(a, &p.Now) {
			continue
		}
		if of, ok := a.Function.Get(); ok && of == p.Name || !ok && helps(a) {
			own = append(own, a)
		}
	}
	return own
}

// lowersLosing reports whether an optional change gives units back of a function that throttles or waits. It is in the
// list of all commands, behind those that help.
func lowersLosing(a advice.Action, f *calc.FunctionSpill) bool {
	return loses(f) && !a.Required && a.Function.Known() && figure.Short(a.From.Or(0), a.To.Or(0))
}

// isOptional reports whether a function does well without a change: neither evenly spaced nor random requests need it.
func isOptional(a advice.Action, f *calc.FunctionSpill) bool {
	raises := figure.Short(a.To.Or(0), a.From.Or(0))
	return !a.Required && !(raises && f.Headline() != calc.Fits)
}

// shownSettings is how many changes a function has in a table, unless all are asked for.
const shownSettings = 2

// settings says for each function in a few words what to set.
func (v View) settings(plans []calc.FunctionPlan, actions []advice.Action) []string {
	at := map[string]int{}
	lists := make([][]string, len(plans))
	for i := range plans {
		at[plans[i].Name] = i
	}
	for _, a := range actions {
		i, ok := at[a.Function.Or("")]
		if !ok || !a.Function.Known() || lowersLosing(a, &plans[i].Now) {
			continue
		}
		text := briefly(a)
		if isOptional(a, &plans[i].Now) {
			text = "(" + text + ")"
		}
		lists[i] = append(lists[i], text)
	}
	sets := make([]string, len(plans))
	for i, list := range lists {
		if more := len(list) - shownSettings; more > 0 && !v.Whole && !v.Folded {
			list = append(list[:shownSettings:shownSettings], fmt.Sprintf("%d more", more))
		}
		sets[i] = strings.Join(list, ", ")
	}
	return sets
}

// briefly says what a change sets in a few words.
func briefly(a advice.Action) string {
	name := string(a.Setting)
	if short, ok := shortSettings[a.Setting]; ok {
		name = short
	}
	show := func(n int64) string {
		if a.Setting == calc.SettingVisibility {
			return quantity.FormatSpan(float64(n))
		}
		return quantity.FormatCount(n)
	}
	to, ok := a.To.Get()
	if !ok {
		return name + ": delete"
	}
	from := "none"
	if n, ok := a.From.Get(); ok {
		from = show(n)
	}
	return fmt.Sprintf("%s %s → %s", name, from, show(to))
}

// shortSettings are short names of settings whose own are too long for a table.
var shortSettings = map[calc.Setting]string{calc.SettingMaximumConcurrency: "maximum", calc.SettingPollers: "pollers",
	calc.SettingVisibility: "visibility", calc.SettingMaxReceive: "receives"}

// capital capitalizes the first letter of a sentence.
func capital(sentence string) string {
	if sentence == "" {
		return ""
	}
	first, n := utf8.DecodeRuneInString(sentence)
	return string(unicode.ToUpper(first)) + sentence[n:]
}

// actionLines lists the changes to a function, with the command for each and the reason for its size.
func (v View) actionLines(actions []advice.Action, p *calc.FunctionPlan, sizing calc.Sizing) (s Section) {
	for _, a := range actions {
		text := capital(a.Message)
		if isOptional(a, &p.Now) {
			text = "Optional: " + a.Message
		}
		text += savingWords(a)
		if why := sizeWords(a, p, sizing); why != "" {
			text += " (" + why + ")"
		}
		l := Line{Text: text + ":", Code: []string{a.Command}}
		if v.Drawn {
			l.List = a.SupportRequest
		}
		s.Lines = append(s.Lines, l)
	}
	s.Rest = rest(len(s.Lines), 0, func(n, others int) string {
		switch {
		case n > 0:
			return moreOf("change", "--show commands")(n, others)
		case others == 1:
			return strings.TrimSuffix(s.Lines[0].Text, ":") + ": --show commands"
		}
		return quantity.FormatCountOf(others, "change") + ": --show commands"
	})
	return s
}

// savingWords says what a change saves, after the change itself.
func savingWords(a advice.Action) string {
	if saving, ok := a.Saving.Get(); ok {
		return "; saves " + quantity.FormatDollars(saving) + " a month"
	}
	return ""
}

// sizeWords says what the new size of a change is made of: what is needed, and the headroom. It is empty where that
// is not what determines the size.
func sizeWords(a advice.Action, p *calc.FunctionPlan, sizing calc.Sizing) string {
	needed, target := calc.Optional[int64]{}, calc.Optional[int64]{}
	if text := randomSizeWords(a, p); text != "" {
		return text
	}
	switch {
	case !figure.Short(a.To.Or(0), a.From.Or(0)) || p.Optimize.Known():
		return ""
	case a.Setting == calc.SettingProvisioned && a.To == calc.Some(p.RecommendedProvisioned):
		needed, target = calc.Some(p.RequiredForAll()), p.RequiredProvisionedForTarget
	case a.Setting == calc.SettingEnvironments:
		needed = p.Now.Managed.Or(calc.ManagedSpill{}).Required
	case a.Setting == calc.SettingMaximumConcurrency && !p.Now.Sources.Known():
		needed = p.Now.Source.Or(calc.SourceSpill{}).NeededConcurrency
	case a.Setting == calc.SettingReserved:
		needed, target = p.RequiredUnitsForAll(), p.RequiredUnitsForTarget
	}
	n, ok := needed.Get()
	if !ok {
		return ""
	}
	text := quantity.FormatCount(n) + " needed"
	if headroom := sizing.HeadroomFor(target); headroom != 0 {
		text += ", " + quantity.FormatShare(headroom) + " headroom"
	}
	return text
}

// randomSizeWords says what a size for random arrivals is for, and what would do without; empty for another size.
func randomSizeWords(a advice.Action, p *calc.FunctionPlan) string {
	needed, verdict := calc.Optional[int64]{}, calc.Spills
	switch {
	case a.Setting == calc.SettingProvisioned && a.To == p.RequiredProvisionedForRandom &&
		a.To != calc.Some(p.RecommendedProvisioned):
		needed = calc.Some(p.RequiredProvisioned)
	case a.Setting == calc.SettingReserved && a.To == p.RequiredUnitsForRandom && a.To != p.RecommendedReserved:
		needed, verdict = p.RequiredUnits, calc.Throttles
		if p.Now.Mode.Queues() {
			verdict = calc.Queues
		}
	}
	n, ok := needed.Get()
	if !ok {
		return ""
	}
	verb := map[calc.Verdict]string{calc.Spills: "spill", calc.Throttles: "are throttled", calc.Queues: "wait"}[verdict]
	return fmt.Sprintf("%s needed if evenly spaced; with %s at most %s %s", quantity.FormatCount(n),
		quantity.FormatCount(a.To.Or(0)), quantity.FormatShare(calc.InsignificantShare(verdict)), verb)
}

// nothingToSet says that nothing needs to be set, if that is so.
func nothingToSet(r document.PlanResult, p *calc.FunctionPlan) Section {
	if len(r.Actions) > 0 || p.Now.Headline() != calc.Fits || isScheduled([]calc.FunctionPlan{*p}) {
		return Section{}
	}
	text := "Nothing to set."
	if n := p.ProvisionTo(); !p.Now.Provisioned.Known() && n != 0 {
		text += " Provisioned concurrency, if cold starts matter: " + quantity.FormatCount(n)
		if quota := r.Account.QuotaToProvision(&p.Now, n); figure.Short(quota, r.Account.Concurrency) {
			text += ", with a quota of " + quantity.FormatCount(quota)
		}
		if reserved, ok := p.Now.Reserved.Get(); ok && figure.Short(n, reserved) {
			text += ", with as much reserved"
		}
		text += "."
	}
	return Section{Lines: []Line{{Text: text}}}
}

// commandLines lists all changes, with the command for each.
func commandLines(r document.PlanResult) Section {
	s := Section{Title: "Commands"}
	for i, a := range r.Actions {
		text := a.Message
		function, own := a.Function.Get()
		if own && len(r.Functions) > 1 {
			text = function + ": " + text
		}
		text += savingWords(a)
		needs := func(p calc.FunctionPlan) bool { return (!own || p.Name == function) && !isOptional(a, &p.Now) }
		if !slices.ContainsFunc(r.Functions, needs) {
			text += " (optional)"
		}
		l := Line{Mark: fmt.Sprintf("%d.", i+1), Text: text, Code: []string{a.Command}}
		if len(a.SupportRequest) > 0 {
			l.Text += "; AWS Support asks for the lines below the command"
			open := func(fact string) bool { return strings.HasSuffix(fact, advice.NotGiven) }
			if slices.ContainsFunc(a.SupportRequest, open) {
				l.Text += ": --average-rps, --duration, --memory and --event-source fill them in"
			}
			l.List = a.SupportRequest
		}
		s.Lines = append(s.Lines, l)
	}
	return s
}

// targetLines says what the targets need.
func targetLines(sizing calc.Sizing, p *calc.FunctionPlan) (lines []Line) {
	if target, ok := sizing.TargetSpillover.Get(); ok {
		text := "The spillover target of " + quantity.FormatChance(target) + " "
		n, known := p.RequiredProvisionedForTarget.Get()
		if !known {
			lines = append(lines, Line{Text: text + "cannot be met or computed."})
		} else {
			text += fmt.Sprintf("needs %s provisioned", quantity.FormatCount(n))
			for i, at := range p.Neighbours {
				if i > 0 && at.Provisioned == n {
					spilled := p.Neighbours[i-1].BeyondProvisionedRatio
					text += fmt.Sprintf("; with one less %s would spill", quantity.FormatChance(spilled))
				}
			}
			lines = append(lines, Line{Text: text + "."})
		}
	}
	if target, ok := sizing.TargetThrottle.Get(); ok && p.Now.Mode.RateLimited() {
		text := "The throttle target of " + quantity.FormatChance(target) + " "
		if n, known := p.RequiredUnitsForTarget.Get(); known {
			text += fmt.Sprintf("needs %s in all, provisioned and on demand.", quantity.FormatCountOf(int(n), "unit"))
		} else {
			text += "cannot be met or computed."
		}
		lines = append(lines, Line{Text: text})
	}
	return lines
}
