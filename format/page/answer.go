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

// bars shows where the requests of a function go. Their colours are those of the verdicts.
func bars(f *calc.FunctionSpill) []Bar {
	return parts(figure.Bars(f), f.Provisioned.Known(), document.LoadUnit(f))
}

// parts shows the parts of a load, in a unit. If spills is true, what is served on demand is more than is provisioned.
func parts(bars []figure.Bar, spills bool, unit string) []Bar {
	list := make([]Bar, len(bars))
	for i, part := range bars {
		tone := Good
		switch {
		case part.Part == figure.PartOnDemand && spills, part.Part == figure.PartSpilled, part.Part == figure.PartQueued:
			tone = Warn
		case part.Part == figure.PartThrottled:
			tone = Bad
		case part.Part == figure.PartRoom:
			tone = Dim
		}
		list[i] = Bar{Label: string(part.Part), Tone: tone, From: part.From, To: part.To, Room: part.Part == figure.PartRoom,
			Value: quantity.FormatNumber(part.RPS) + unit}
	}
	return list
}

// facts says what the headline does not say about the only function of an answer: what random arrivals do to it, what
// it costs, and which inputs are missing.
func facts(f *calc.FunctionSpill, in document.Inputs) (lines []Line) {
	if m, ok := f.Managed.Get(); ok {
		return managedFacts(f, m, in)
	}
	lines = append(lines, sourceLines(f)...)
	if text := randomWords(f); text != "" {
		lines = append(lines, Line{Text: text})
	}
	if text := dayWords(f); text != "" {
		lines = append(lines, Line{Text: text})
	}
	if in.Plan != nil && in.Plan.Objective == calc.Fit && len(in.Functions) == 1 && len(in.Functions[0].HourlyRPS) > 0 {
		from, to := figure.BusiestHours(in.Functions[0].HourlyRPS)
		lines = append(lines, Line{Text: fmt.Sprintf("Sizes are for the busiest time of the day, %02d:00 to %02d:00 %s; "+
			"--optimize cost looks for a schedule.", from, to, in.Account.TimeZone.Or("UTC"))})
	}
	if text := costWords(f, in); text != "" {
		lines = append(lines, Line{Text: text})
	}
	if limit, ok := f.TenantLimit.Get(); ok && f.Tenants.Known() && !f.LacksTenants() {
		lines = append(lines, Line{Text: fmt.Sprintf("Its tenants have %s environments, busy or idle; AWS allows %s.",
			quantity.FormatCount(f.Tenants.Or(0)), quantity.FormatCount(limit))})
	}
	if !f.DurationMS.Known() && f.Mode.RateLimited() {
		lines = append(lines, Line{Text: fmt.Sprintf("Valid up to a mean duration of %s; "+
			"--duration adds concurrency and cost.", quantity.FormatDuration(calc.RateBindsMS))})
	}
	return lines
}

// randomWords says what random arrivals do to a function, unless that is nothing or the headline says it.
func randomWords(f *calc.FunctionSpill) string {
	x, ok := f.Chance.Get()
	if _, random := f.HeadlineRatio(); !ok || f.RPS == 0 || random {
		return ""
	}
	var parts []string
	say := func(ratio calc.Optional[float64], what string) {
		if share, ok := ratio.Get(); ok && figure.Visible(share) {
			parts = append(parts, quantity.FormatShare(share)+" "+what)
		}
	}
	say(x.SpilloverRatio, "spill")
	say(x.ThrottledRatio, "are throttled")
	if f.QueuedRPS == 0 { // else every event must wait sooner or later
		say(x.QueuedRatio, "wait")
	}
	say(x.ColdStartRatio, "are cold starts")
	if len(parts) == 0 {
		return ""
	}
	text := fmt.Sprintf("With random arrivals %s; %s environments busy", strings.Join(parts, ", "),
		quantity.FormatNumber(f.Busy()))
	if p99, ok := f.BusyP99().Get(); ok {
		text += fmt.Sprintf(", %s at p99", quantity.FormatCount(p99))
	}
	return text + "."
}

// dayWords says what random arrivals do over the day, beside the peak, unless that is nothing at either.
func dayWords(f *calc.FunctionSpill) string {
	day, ok := f.ChanceDay.Get()
	x := f.Chance.Or(calc.Chance{})
	var over, peak []string
	say := func(day, busiest calc.Optional[float64], what string) {
		mean, known := day.Get()
		if most := busiest.Or(0); known && (figure.Visible(mean) || figure.Visible(most)) {
			over = append(over, quantity.FormatShare(mean)+" "+what)
			peak = append(peak, quantity.FormatShare(most))
		}
	}
	say(day.SpilloverRatio, x.SpilloverRatio, "spill")
	say(day.ThrottledRatio, x.ThrottledRatio, "are throttled")
	say(day.QueuedRatio, x.QueuedRatio, "wait")
	if !ok || len(over) == 0 {
		return ""
	}
	return fmt.Sprintf("Over the day %s; at the peak %s.", strings.Join(over, ", "), strings.Join(peak, ", "))
}

// costWords says what the only function costs in a month.
func costWords(f *calc.FunctionSpill, in document.Inputs) string {
	x := f.Cost.Or(calc.Cost{})
	total, ok := x.Total.Get()
	if !ok || in.Cost == nil {
		return ""
	}
	text := quantity.FormatDollars(total) + " a month"
	switch x.Basis {
	case calc.BasisAverage:
		text += " at the average rate"
	case calc.BasisHours:
		text += " with the rates of the day"
	default:
		text += fmt.Sprintf(" if %s req/s ran all month", quantity.FormatNumber(f.RPS))
	}
	if idle, ok := x.Idle.Get(); ok && figure.Cents(idle) {
		text += ", " + quantity.FormatDollars(idle) + " of it idle"
	}
	if x.Basis == calc.BasisRate {
		text += "; give --average-rps or a schedule for the real bill"
	}
	return text + "."
}

// costLines says what several functions cost in a month, and how that differs from the baseline.
func costLines(in document.Inputs, cost calc.Optional[calc.AccountCost], rows []calc.FunctionSpill,
	baseline calc.Optional[calc.Comparison]) (lines []Line) {
	total, ok := cost.Or(calc.AccountCost{}).Total.Get()
	if ok && in.Cost != nil && len(rows) > 1 {
		text := quantity.FormatDollars(total) + " a month"
		if cost.Or(calc.AccountCost{}).Basis == calc.BasisRate {
			text += " at these rates all month"
		}
		if idle, ok := figure.Idle(rows).Get(); ok && figure.Cents(idle) {
			text += "; " + quantity.FormatDollars(idle) + " of it idle"
		}
		lines = append(lines, Line{Mark: "COST", Text: "  " + text})
	}
	if c, ok := baseline.Get(); ok {
		change := "unchanged"
		if c.Changed() {
			change = quantity.FormatDollarsChange(c.Delta) + " a month"
			if ratio, ok := c.DeltaRatio.Get(); ok {
				change += " (" + quantity.FormatPercentChange(ratio) + ")"
			}
		}
		tone := Plain
		if c.Changed() {
			tone = usdChange(c).Tone
		}
		lines = append(lines, Line{Mark: "CHANGE", Tone: tone, Text: fmt.Sprintf("  %s: from %s to %s", change,
			quantity.FormatDollars(c.Before), quantity.FormatDollars(c.After))})
	}
	return lines
}

// overview shows several functions, one in each row: the excess that the verdict names, and what to set or, without a
// plan, what is full. sets has an item for each row that may be shown, see top; it is nil without a plan.
func (v View) overview(rows []calc.FunctionSpill, sets []string, in document.Inputs) Section {
	last := left("Full")
	if sets != nil {
		last = left("Set")
	}
	cost, idle, busyMean, rate := 4, 5, 3, 2
	switch v.Sort { // what they are sorted by is shown
	case figure.ByCost:
		cost = lastDrop
	case figure.ByIdle:
		idle = lastDrop
	case figure.ByBusy:
		busyMean = lastDrop
	case figure.ByRPS:
		rate = lastDrop
	}
	t := &Table{Columns: []Column{
		names(perFunction), left("Verdict"), right("Rate\nreq/s").drop(rate), right("Excess\nreq/s"),
		right("Busy\nmean").drop(busyMean), right("Busy\np99").drop(3), right("Cost\nUSD/month").drop(cost),
		right("Idle\nUSD/month").drop(idle), last.drop(lastDrop),
	}}
	unrated := in.Rateless()
	for i := range rows[:v.top(len(rows))] {
		f := &rows[i]
		end := fullBy(f)
		if sets != nil {
			end = sets[i]
		}
		busy := Cell{absent, Dim}
		if f.DurationMS.Known() && !f.Managed.Known() {
			busy = number(f.Busy())
		}
		p99 := optional(f.BusyP99(), count)
		excess := excessCell(figure.ExcessOf(f))
		standing, rate := verdict(f.Headline()), number(f.RPS)
		if unrated[f.FunctionName()] {
			none := Cell{absent, Dim}
			standing, rate, busy, p99 = none, none, none, none
		}
		t.add(word(f.Name), standing, rate,
			excess.in(verdictTone(f.Headline()), f.Headline() != calc.Fits), busy, p99,
			optional(f.Cost.Or(calc.Cost{}).Total, usd), optional(figure.IdleOf(f), usd), word(end))
	}
	t.dropSilent()
	return Section{Table: t, Stars: atRandom, Rest: restOf(rows)}
}

// excessCell shows the excess of a function and its share of the rate. Where more is in excess with random arrivals,
// their share follows with a star.
func excessCell(x figure.Excess) Cell {
	steady, random := quantity.FormatShareBriefly(x.Ratio), quantity.FormatShareBriefly(x.Random.Or(0))
	more := x.MoreAtRandom()
	switch {
	case x.RPS == 0 && more:
		return word(random + "*")
	case x.RPS == 0:
		return word("")
	case more && random != steady:
		return word(fmt.Sprintf("%s (%s, %s*)", quantity.FormatWhole(x.RPS), steady, random))
	}
	return word(fmt.Sprintf("%s (%s)", quantity.FormatWhole(x.RPS), steady))
}

// fullBy names the pool that is full, and its limit.
func fullBy(f *calc.FunctionSpill) string {
	if m, ok := f.Managed.Get(); ok && f.Headline() != calc.Fits {
		return managedLimit(m)
	}
	if f.TenantsBind() {
		return "tenants " + quantity.FormatCount(f.TenantLimit.Or(0))
	}
	pool := "unreserved"
	if f.Reserved.Known() {
		pool = "reserved"
	}
	if bound, ok := f.Source.Or(calc.SourceSpill{}).BoundBy.Get(); ok && !bound.OfUnits() {
		return fmt.Sprintf("source (%s)", bound)
	}
	switch f.Headline() {
	case calc.Spills:
		return fmt.Sprintf("provisioned (%s)", f.ProvisionedBindingLimit.Or(""))
	case calc.Throttles, calc.Queues:
		if limit, ok := f.OnDemandBindingLimit.Get(); ok {
			return fmt.Sprintf("%s (%s)", pool, limit)
		}
		return pool
	}
	return ""
}

// assumed says in a few words what the answer assumes.
func assumed(rows []calc.FunctionSpill, in document.Inputs, cost calc.Optional[calc.AccountCost]) string {
	var parts []string
	isRandom := func(f calc.FunctionSpill) bool { return f.Chance.Known() }
	if i := slices.IndexFunc(rows, isRandom); i >= 0 {
		x := rows[i].Chance.Or(calc.Chance{})
		parts = append(parts, "random arrivals", "environments kept "+quantity.FormatSeconds(x.KeepAliveS))
	}
	if prices := cost.Or(calc.AccountCost{}).Prices; in.Cost != nil && len(prices) > 0 {
		p := prices[0]
		text := fmt.Sprintf("%s %s prices of %s", p.Region, strings.TrimSuffix(string(p.Arch), "_64"), p.Month())
		if len(prices) > 1 {
			text += " and others"
		}
		parts = append(parts, text)
	}
	isManaged := func(f calc.FunctionSpill) bool { return f.Managed.Known() }
	if slices.ContainsFunc(rows, isManaged) {
		parts = append(parts, "no rate limit and no quota on Managed Instances")
	}
	if quota := quotaWords(in.Account); quota != "" && !(len(rows) == 1 && isManaged(rows[0])) {
		parts = append(parts, quota)
	}
	return strings.Join(parts, ", ")
}

// quotaWords says which quota an answer assumes, if no flag and no file of the command line gives it.
func quotaWords(in document.InputAccount) string {
	quota := quantity.FormatCount(in.Concurrency)
	switch {
	case in.DefaultQuota():
		return "the default quota of " + quota
	case in.Origin.Of("concurrency") == document.OriginEnvironment:
		return "a quota of " + quota + " from the environment"
	}
	return ""
}
