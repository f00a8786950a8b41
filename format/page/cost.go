package page

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/figure"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/format/document"
)

// costSection shows what the functions and the account cost in a month: with the current settings, for evenly spaced
// and for random arrivals, and for a plan with the recommended settings. It is empty if nothing is priced.
func costSection(in *document.InputCost, account calc.Optional[calc.AccountCost], rows []calc.FunctionSpill,
	plans []calc.FunctionPlan, recommended calc.Optional[calc.AccountCost]) Section {
	now, ok := account.Get()
	if in == nil || !ok || len(now.Prices) == 0 { // on Managed Instances, nothing has the prices of Lambda
		return Section{}
	}
	t := &Table{Columns: []Column{
		names(perFunction), right("Capacity"), right("Running"), right("Now"), right("Now, at\nrandom"),
		right("All on\ndemand").drop(lastDrop), right("Recommended"),
	}}
	const randomColumn, recommendedColumn = 4, 6
	add := func(label Cell, x calc.Cost, random, recommended calc.Optional[float64]) {
		t.add(label, optional(x.ProvisionedCapacity, usd), optional(x.Running(), usd), optional(x.Total, usd),
			optional(random, usd), optional(x.AllOnDemand, usd), optional(recommended, usd))
	}
	hasRandom, priced := false, false
	for i := range rows {
		x, ok := rows[i].Cost.Get()
		if !ok {
			continue
		}
		priced = priced || x.Total.Known() || x.ProvisionedCapacity.Known()
		random := rows[i].Chance.Or(calc.Chance{}).Cost.Or(calc.Cost{}).Total
		hasRandom = hasRandom || random.Known()
		recommended := calc.Optional[float64]{}
		if plans != nil {
			recommended = plans[i].Cost.Or(calc.Cost{}).Total
		}
		add(word(rows[i].Name), x, random, recommended)
	}
	if !priced {
		return Section{}
	}
	if len(rows) > 1 {
		add(word(totalRow), now.Cost, figure.RandomTotal(rows), recommended.Or(calc.AccountCost{}).Total)
		t.totalLast()
	}
	t.keep(func(i int) bool {
		return (i != randomColumn || hasRandom) && (i != recommendedColumn || plans != nil)
	})
	t.dropSilent()
	t.dropEqual("Now")
	s := Section{Table: t, Title: fmt.Sprintf("Cost in US dollars, a month of %s h, %s",
		quantity.FormatNumber(in.Hours), basisWords(now.Basis))}
	if now.Basis == calc.BasisMixed {
		s.Lines = append(s.Lines, Line{Text: "Based on: " + functionBases(rows)})
	}
	if len(rows) == 1 {
		s.Lines = append(s.Lines, breakEvenLines(rows)...)
	}
	s.Lines = append(s.Lines, Line{Text: priceWords(in.Billing, now.Prices)})
	return s
}

// basisWords says which rates a cost is based on.
func basisWords(basis calc.Basis) string {
	switch basis {
	case calc.BasisAverage:
		return "at the average rate"
	case calc.BasisHours:
		return "with the rates of the day"
	case calc.BasisMixed:
		return "see below for the rates"
	}
	return "the rate taken all month"
}

// functionBases says it of each function.
func functionBases(rows []calc.FunctionSpill) string {
	words := map[calc.Basis]string{calc.BasisAverage: "its average rate", calc.BasisHours: "its rates of the day",
		calc.BasisRate: "its rate all month"}
	var parts []string
	for i := range rows {
		if x, ok := rows[i].Cost.Get(); ok {
			parts = append(parts, rows[i].Name+" on "+words[x.Basis])
		}
	}
	if more := len(parts) - shownFindings; more > 0 {
		parts = append(parts[:shownFindings], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(parts, ", ") + "."
}

// breakEvens says of several functions whether their provisioned concurrency pays off; the cost of a single one has it.
func breakEvens(rows []calc.FunctionSpill) Section {
	if len(rows) == 1 {
		return Section{}
	}
	return Section{Title: "Break-even", Lines: breakEvenLines(rows)}
}

// breakEvenLines says for each function with provisioned concurrency whether that pays off.
func breakEvenLines(rows []calc.FunctionSpill) (lines []Line) {
	for i := range rows {
		label := "Provisioned"
		if len(rows) > 1 {
			label = rows[i].Name + ": provisioned"
		}
		if text := breakEvenWords(label, rows[i].Cost.Or(calc.Cost{})); text != "" {
			lines = append(lines, Line{Text: text})
		}
	}
	return lines
}

// breakEvenWords says whether provisioned concurrency pays off. It is empty if there is none.
func breakEvenWords(label string, x calc.Cost) string {
	busy, provisioned := x.UtilizationRatio.Get()
	if !provisioned || !x.Total.Known() {
		return ""
	}
	even, pays := x.BreakEvenUtilizationRatio.Get()
	text := label + " concurrency is " + quantity.FormatPercent(busy) + " busy; "
	if !pays {
		text += "here it never costs less than on-demand."
	} else {
		text += "it costs less than on-demand above " + quantity.FormatPercent(even) + "."
	}
	if idle, ok := x.Idle.Get(); ok && figure.Cents(idle) {
		text += " Idle capacity: " + quantity.FormatDollars(idle) + " a month."
	}
	return text
}

// priceWords says what the amounts include, and which prices they are based on.
func priceWords(billing calc.Billing, prices []calc.Price) string {
	var of []string
	for _, p := range prices {
		of = append(of, fmt.Sprintf("%s on %s as of %s", p.Region, p.Arch, p.AsOf))
	}
	text := "Running: duration, requests, ephemeral storage and init time. " +
		"Throttled requests are free; queued events are billed when they are served. "
	if billing.FreeTier {
		text += "The free tier is deducted. "
	} else {
		text += "Without the free tier. "
	}
	return text + "Prices: " + strings.Join(of, ", ") + "."
}

// cheapestLines says in a sentence for each function which provisioned concurrency is the cheapest.
func cheapestLines(plans []calc.FunctionPlan) (s Section) {
	for i := range plans {
		x, ok := plans[i].Optimize.Get()
		if !ok || isScheduled(plans[i:i+1]) { // a table shows it
			continue
		}
		var words []string
		for _, p := range x.Points {
			if p.Name == calc.PointCheapest || p.Name == calc.PointNow {
				words = append(words, fmt.Sprintf("%s %s provisioned, %s a month", p.Name, quantity.FormatCount(p.Provisioned),
					quantity.FormatDollars(p.Total)))
			}
		}
		text := strings.Join(words, "; ") + "."
		if len(plans) > 1 {
			text = plans[i].Name + ": " + text
		}
		s.Lines = append(s.Lines, Line{Text: capital(text)})
	}
	s.Rest = rest(len(s.Lines), 1, moreOf("function", "--show cost"))
	return s
}

// optimizeSection shows the points of the cost curve that matter.
func optimizeSection(sizing calc.Sizing, plans []calc.FunctionPlan) Section {
	t := &Table{Columns: []Column{
		names(perFunction), left("Point"), right("Provisioned\nunits"), right("Spilled\nat random"),
		right("Penalty\nUSD/month"), right("Total\nUSD/month"),
	}}
	const penaltyColumn = 4
	for i := range plans {
		x, ok := plans[i].Optimize.Get()
		if !ok {
			continue
		}
		label := word(plans[i].Name)
		for _, p := range x.Points {
			t.add(label, word(string(p.Name)).in(Good, p.Name == calc.PointCheapest), count(p.Provisioned),
				optional(p.SpilloverRatio, chance), usd(p.Penalty), usd(p.Total))
			label = Cell{}
		}
	}
	if len(t.Rows) == 0 {
		return Section{}
	}
	penalty := sizing.SpillPenalty != 0
	t.keep(func(i int) bool { return penalty || i != penaltyColumn })
	words := []string{"Requests arrive at random."}
	switch {
	case penalty:
		words = append(words, "Each request served on demand costs the penalty.")
	case !sizing.TargetSpillover.Known():
		words = append(words, "Each extra unit pays off as long as it is busy more than the break-even.")
	default:
		words = append(words, "The cheapest is the one that meets the target.")
	}
	if !penalty {
		words = append(words, "The cost of slow responses is not included; see --spill-penalty.")
	}
	lines := []Line{{Text: strings.Join(words, " ")}}
	return Section{Title: "Cheapest provisioned concurrency, the same all day", Table: t, Lines: lines}
}

// scheduleSection shows the cheapest schedule for the day. zone is the time zone of its hours; absent for UTC.
func scheduleSection(plans []calc.FunctionPlan, zone calc.Optional[string]) Section {
	hours := "h UTC"
	if zone.Known() {
		hours = "h"
	}
	t := &Table{Columns: []Column{
		names(perFunction), right("From\n" + hours), right("To\n" + hours), right("Provisioned\nunits"),
		right("Spilled"), right("Cost\nUSD/day"), right("Cost\nUSD/month"),
	}}
	for i := range plans {
		p := &plans[i]
		optimized := p.Optimize.Or(calc.Optimization{})
		x, ok := optimized.Schedule.Get()
		if !ok || len(x.Segments) < 2 {
			continue // the cheapest point says the same
		}
		label := word(p.Name)
		for _, s := range x.Segments {
			t.add(label, word(fmt.Sprint(s.From)), word(fmt.Sprint(s.To)), count(s.Provisioned), Cell{}, Cell{}, Cell{})
			label = Cell{}
		}
		t.add(Cell{}, word("day"), Cell{}, Cell{}, share(x.SpilloverRatio), usd(x.TotalDay), usd(x.TotalMonth))
	}
	if len(t.Rows) == 0 {
		return Section{}
	}
	s := Section{Title: "Cheapest schedule (--show commands sets it up)", Table: t,
		Rest: rest(len(t.Rows), leastPoints, moreOf("row", "-o wide"))}
	if name, ok := zone.Get(); ok {
		s.Lines = []Line{{Text: "The hours are those of " + name + "."}}
	}
	return s
}

// isScheduled reports whether any plan has a schedule.
func isScheduled(plans []calc.FunctionPlan) bool {
	return slices.ContainsFunc(plans, func(p calc.FunctionPlan) bool {
		x, ok := p.Optimize.Or(calc.Optimization{}).Schedule.Get()
		return ok && len(x.Commands) > 0
	})
}

// hourlyLines says what would be cheapest in each hour.
func hourlyLines(plans []calc.FunctionPlan) Section {
	s := Section{Title: "Hour by hour"}
	for i := range plans {
		var hourly []string
		for _, h := range plans[i].Optimize.Or(calc.Optimization{}).Hourly {
			hourly = append(hourly, quantity.FormatCount(h.Provisioned))
		}
		if len(hourly) > 0 {
			text := "The cheapest number in each hour alone: " + strings.Join(hourly, " ")
			if len(plans) > 1 {
				text = plans[i].Name + ": " + text
			}
			s.Lines = append(s.Lines, Line{Text: text})
		}
	}
	return s
}

// scheduleCommands lists the commands that set up the schedules.
func scheduleCommands(plans []calc.FunctionPlan) Section {
	s := Section{Title: "Commands of the schedule"}
	for i := range plans {
		x, ok := plans[i].Optimize.Or(calc.Optimization{}).Schedule.Get()
		if ok && len(x.Commands) > 0 {
			text := "Increases start early, because units take a while to appear:"
			if len(plans) > 1 {
				text = plans[i].Name + ": " + text
			}
			s.Lines = append(s.Lines, Line{Text: text, Code: x.Commands})
		}
	}
	return s
}

// baselineSection shows what changed against the baseline: the functions whose cost changed, those that are gone, and
// the account.
func baselineSection(account calc.Optional[calc.Comparison], removed []calc.Removed,
	rows []calc.FunctionSpill) Section {
	all, ok := account.Get()
	if !ok {
		return Section{}
	}
	t := &Table{Columns: []Column{
		names(perFunction), right("Before\nUSD/month"), right("After\nUSD/month"), right("Delta\nUSD/month"), right("Delta"),
	}}
	t.Columns[0].Name = len(removed) == 0 // a single function keeps the column if others are gone
	percentChange := func(ratio float64) Cell { return word(quantity.FormatPercentChange(ratio)) }
	add := func(label Cell, c calc.Comparison) {
		t.add(label, usd(c.Before), usd(c.After), usdChange(c), optional(c.DeltaRatio, percentChange))
	}
	for i := range rows {
		if c, ok := rows[i].Baseline.Get(); ok && c.Changed() {
			add(word(rows[i].Name), c)
		}
	}
	for i, r := range removed {
		if rest := removed[i:]; i == shownFindings && len(rest) > 1 {
			add(word(fmt.Sprintf("%d more (gone)", len(rest))), figure.CompareRemoved(rest...))
			break
		}
		label := word(r.Name)
		label.Text += " (gone)"
		add(label, figure.CompareRemoved(r))
	}
	if len(t.Rows) != 1 || len(rows) > 1 || len(removed) > 0 { // the only row would say the same
		add(word(totalRow), all)
		t.totalLast()
	}
	return Section{Title: "Cost against the baseline", Table: t}
}
