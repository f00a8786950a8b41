package page

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/figure"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/replay"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/format/document"
)

const (
	replayPlotRows   = 6  // of the plot of one function
	replayPlotLeast  = 3  // if there is no room for more
	comparedSettings = 5  // rows that are always shown
	replayEpisodes   = 2  // in the sentence about the worst times
	replayChanges    = 40 // rows of the list of changes
)

// Replay shows what settings do with traffic.
func Replay(d document.Replay, v View) Page {
	r := d.Result
	rows := picked(r.Functions, v.replayed(r.Functions))
	single := len(rows) == 1
	only := ""
	var body []Section
	switch {
	case single && v.Drawn:
		only = rows[0].Name
		body = append([]Section{{Lines: replayFacts(r, &rows[0], d.Inputs)}}, v.replayPictures(r, rows)...)
	case single:
		only = rows[0].Name
		body = []Section{replayPlot(r, &rows[0]), {Lines: replayFacts(r, &rows[0], d.Inputs)}}
	default:
		body = append([]Section{replayOverview(rows, &r.Settings[0], v)}, v.replayPictures(r, rows)...)
	}
	body = append(body, v.settingsSection(r))
	return v.page(answer{
		summary: d.Summary, under: completeness(r.Traffic, d.Findings), body: body, single: single,
		details: []detail{
			{name: ShowTraffic, exists: true, sections: func() []Section { return []Section{trafficSection(r.Traffic)} }},
			{name: ShowWorst, exists: len(figure.WorstEpisodes(rows, 1)) > 0, sections: func() []Section {
				return []Section{worstSection(rows)}
			}},
			{name: ShowChanges, exists: r.Settings[0].ChangesCount > 0, sections: func() []Section {
				return changesSections(rows)
			}},
			{name: ShowCost, exists: r.Settings[0].Cost.Known(), sections: func() []Section {
				return []Section{replayCostSection(rows, &r.Settings[0])}
			}},
			v.findingsDetail(d.Findings, only),
		},
		notes: v.notes(d.Findings, only), assumes: replayAssumes(r, d.Inputs), inputs: d.Inputs,
	})
}

// replayed returns the indices of the functions to show, the worst first.
func (v View) replayed(rows []replay.Function) (indices []int) {
	for _, i := range figure.SortReplay(rows) {
		if !v.hides(rows[i].Name) {
			indices = append(indices, i)
		}
	}
	return indices
}

// completeness says which time the data covers, how finely, and what of it is missing: before any figure.
func completeness(traffic []replay.Traffic, found []calc.Finding) []Line {
	if len(traffic) == 0 {
		return nil
	}
	t := &traffic[0]
	text := quantity.FormatSpan(figure.LongestS(traffic[:1]))
	if len(traffic) > 1 {
		text = quantity.FormatCountOf(len(traffic), "function") + ", up to " + quantity.FormatSpan(figure.LongestS(traffic))
	}
	if from, ok := t.From.Get(); ok {
		text += " from " + dateAndTime(from) + " UTC"
	}
	switch {
	case t.Exact:
		text += ", each invocation with its own times"
	case len(traffic) == 1 && figure.OneStep(t):
		text += ", at one rate"
	default:
		text += ", in steps of " + quantity.FormatSpan(t.ResolutionS)
	}
	if missing := figure.MissingS(traffic); missing != 0 {
		text += "; " + quantity.FormatSpan(missing) + " missing"
	} else {
		text += "; complete"
	}
	tone := Dim
	for _, f := range found {
		if slices.Contains([]rule.ID{rule.PartialData.Word, rule.RowCap.Word, rule.Truncated.Word}, f.ID) {
			tone = Warn
		}
	}
	return []Line{{Mark: "TRAFFIC", Tone: tone, Text: "  " + text}}
}

// dateAndTime writes an RFC 3339 time for people.
func dateAndTime(stamp string) string {
	date, _, _ := strings.Cut(stamp, "T")
	return date + " " + document.Clock(stamp)
}

// replayFacts says how the only function is used, what that costs, and when it is worst. Where settings are compared,
// their table stands instead.
func replayFacts(r replay.Result, f *replay.Function, in document.Inputs) (lines []Line) {
	say := func(text string) {
		if text != "" {
			lines = append(lines, Line{Text: text})
		}
	}
	if len(r.Settings) == 1 {
		if words := document.BusyWords(f); words != "" && (len(r.Functions) > 1 || f.Headline() != calc.Fits) {
			say(words + ".") // otherwise the headline says it
		}
		say(replayCost(f))
		say(replayRandom(f))
		say(backlogWords(f))
		say(worstWords(r, f))
	}
	if len(f.Levels) > 0 {
		var words []string
		for _, l := range f.Levels {
			words = append(words, fmt.Sprintf("%s with %s", quantity.FormatWhole(l.SpilloverRequests),
				quantity.FormatCount(l.Provisioned)))
		}
		say("Spilled by provisioned units: " + strings.Join(words, ", ") + ".")
	}
	if len(in.Functions) <= 1 && len(r.Settings) == 1 && f.ProvisionedUnitHours == 0 && f.Requests != 0 &&
		len(f.Changes) == 0 {
		text := "Nothing is provisioned, so nothing can spill; --compare recommended sizes it."
		if !f.BusyMean.Known() {
			text = "--duration shows how many environments these requests keep busy."
		}
		lines = append(lines, Line{Text: text, Aside: true})
	}
	return lines
}

// backlogWords says what waited in the event source of a function; empty if nothing did.
func backlogWords(f *replay.Function) string {
	x, ok := f.Source.Get()
	if !ok || x.PeakRequests == 0 {
		return ""
	}
	text := fmt.Sprintf("The source (%s) held up to %s back", x.Type, quantity.FormatWholeOf(x.PeakRequests, "request"))
	if x.LateRequests != 0 {
		text += fmt.Sprintf("; %s were late, by up to %s", quantity.FormatWhole(x.LateRequests),
			quantity.FormatTime(x.LongestWaitS))
	}
	if x.WaitingRequests != 0 {
		text += fmt.Sprintf("; %s wait at the end", quantity.FormatWhole(x.WaitingRequests))
	}
	if x.LostRequests != 0 {
		text += fmt.Sprintf("; %s got too old and were lost", quantity.FormatWhole(x.LostRequests))
	}
	return text + "."
}

// replayCost says what is provisioned, how much of it is idle, and what the time costs.
func replayCost(f *replay.Function) string {
	var parts []string
	if f.ProvisionedUnitHours != 0 {
		text := quantity.FormatNumber(f.ProvisionedUnitHours) + " unit-hours provisioned"
		if idle, ok := f.IdleRatio.Get(); ok {
			text += ", " + quantity.FormatShare(idle) + " idle"
		}
		parts = append(parts, text)
	}
	c := f.Cost.Or(replay.Cost{})
	if total, ok := c.Total.Get(); ok {
		parts = append(parts, fmt.Sprintf("%s for %s, %s a month at this rate", quantity.FormatDollars(total),
			quantity.FormatSpan(figure.SpanS(c)), quantity.FormatDollars(c.TotalMonth.Or(0))))
	}
	if len(parts) == 0 {
		return ""
	}
	return strings.Join(parts, "; ") + "."
}

// replayRandom says what random arrivals do, unless the headline says all of it.
func replayRandom(f *replay.Function) string {
	x, ok := f.Chance.Get()
	if !ok {
		return ""
	}
	var parts []string
	say := func(of calc.Verdict, ratio float64, what string) {
		if figure.Visible(ratio) && f.Headline() != of {
			parts = append(parts, quantity.FormatShare(ratio)+" "+what)
		}
	}
	say(calc.Spills, x.SpilloverRatio, "spill")
	say(calc.Throttles, x.ThrottledRatio, "are throttled")
	say(calc.Queues, x.QueuedRatio, "wait")
	say("", x.ColdStartRatio.Or(0), "are cold starts")
	if len(parts) == 0 {
		return ""
	}
	return "With random arrivals " + strings.Join(parts, ", ") + "."
}

// replayOverview shows several functions, one in each row.
func replayOverview(rows []replay.Function, all *replay.Sums, v View) Section {
	t := &Table{Columns: []Column{
		names(perFunction), left("Verdict"), right("Requests").drop(2), right("Spilled\nsteady"), right("Spilled\nat random"),
		right("Throttled\nsteady"), right("Waits\nsteady"), right("Busy\nmean").drop(3), right("Busy\np99").drop(4),
		right("Idle").drop(5), right("Cost\nUSD").drop(6),
	}}
	add := func(label Cell, s *replay.Sums, p99 calc.Optional[int64]) {
		spill := optional(s.Chance, func(x replay.Chance) Cell { return chance(x.SpilloverRatio) })
		t.add(label, verdict(s.Headline()), word(quantity.FormatWhole(s.Requests)), share(s.SpilloverRatio), spill,
			share(s.ThrottledRatio), share(s.QueuedRatio), optional(s.BusyMean, number), optional(p99, count),
			optional(s.IdleRatio, share), optional(s.Cost.Or(replay.Cost{}).Total, usd))
	}
	for i := range rows[:v.top(len(rows))] {
		add(word(rows[i].Name), &rows[i].Sums, rows[i].ConcurrencyP99)
	}
	add(word(totalRow), all, calc.Optional[int64]{})
	t.totalLast()
	t.dropSilent()
	return Section{Table: t, Rest: rest(len(rows), 1, moreOf("function", "-o wide"))}
}

// settingsSection shows the settings side by side, if there are several.
func (v View) settingsSection(r replay.Result) Section {
	if len(r.Settings) < 2 {
		return Section{}
	}
	t := &Table{Columns: []Column{
		names("Setting"), left("Verdict").drop(6), right("Spilled").drop(4), right("Share"), right("At random"),
		right("Throttled"), right("Waits"), right("Unit-hours"), right("Idle").drop(3), right("Changes").drop(5),
		right("USD"),
	}}
	for i := range r.Settings {
		s := &r.Settings[i]
		spill := optional(s.Chance, func(x replay.Chance) Cell { return chance(x.SpilloverRatio) })
		t.add(word(s.Setting), verdict(s.Headline()), word(quantity.FormatWhole(s.SpilloverRequests)),
			share(s.SpilloverRatio), spill, share(s.ThrottledRatio), share(s.QueuedRatio),
			number(s.ProvisionedUnitHours), optional(s.IdleRatio, share), count(int64(s.ChangesCount)),
			optional(s.Cost.Or(replay.Cost{}).Total, usd))
	}
	t.dropSilent()
	more := rest(len(r.Settings), comparedSettings, moreOf("setting", "-o wide"))
	title := "" // on a screen the header says it
	if v.Drawn || v.Folded {
		title = "Settings side by side"
	}
	return Section{Title: title, Table: t, Rest: more}
}

// replayPlot shows a function over time.
func replayPlot(r replay.Result, f *replay.Function) Section {
	if f.Curve == nil || len(f.Curve.Busy) < 2 || !f.BusyMean.Known() {
		return Section{}
	}
	return replayedPlot(r, f)
}

// replayedPlot plots the environments of a function in use, and those that are provisioned.
func replayedPlot(r replay.Result, f *replay.Function) Section {
	refused := "throttled"
	if f.QueuedRequests != 0 {
		refused = "waiting"
	}
	s := loadPlot(f.Curve, r.Traffic, f.ProvisionedUnitHours != 0, refused)
	if len(r.Settings) > 1 {
		s.Title += " (" + f.Setting + ")"
	}
	return s
}

// loadPlot plots the environments in use and, if there are any, those that are provisioned. refused says what becomes
// of requests that are not served at once.
func loadPlot(c *calc.Curve, traffic []calc.Traffic, provisioned bool, refused string) Section {
	at, dated := figure.Times(c, traffic)
	busy, units := make([]calc.Optional[float64], len(at)), make([]calc.Optional[float64], len(at))
	marked, name := make([]bool, len(at)), ""
	for i := range at {
		busy[i], units[i] = calc.Some(c.Busy[i]), calc.Some(c.Provisioned[i])
		if marked[i] = c.ThrottledRPS[i] != 0; marked[i] {
			name = refused
		}
	}
	p := &Plot{Axis: Time, At: at, Unit: Rate, Rows: replayPlotRows, Least: replayPlotLeast, ColumnS: c.ColumnS,
		Curves: []Curve{{Name: "in use", Values: busy}}, Load: true, Refused: marked, RefusedName: name}
	if dated {
		p.Axis = Clock
	}
	if provisioned {
		p.Curves = append([]Curve{{Name: "provisioned", Values: units, Capacity: true}}, p.Curves...)
	}
	return Section{Title: "Environments", Plot: p}
}

// replayPictures draws each function over time: its load against its capacity, and what spills, is refused or waits.
func (v View) replayPictures(r replay.Result, rows []replay.Function) []Section {
	return v.overTime(len(rows), func(i int) (name string, list []Section) {
		f := &rows[i]
		if f.Curve == nil || len(f.Curve.Busy) < 2 {
			return f.Name, nil
		}
		return f.Name, append([]Section{replayedPlot(r, f)}, lossPlot(f.Curve, r.Traffic)...)
	})
}

// lossPlot plots the rates that spill, and that are refused or wait, if any do.
func lossPlot(c *calc.Curve, traffic []calc.Traffic) []Section {
	at, dated := figure.Times(c, traffic)
	p := &Plot{Axis: Time, At: at, Unit: Rate, ColumnS: c.ColumnS}
	if dated {
		p.Axis = Clock
	}
	for _, kind := range []struct {
		name string
		rps  []float64
		tone Tone
	}{{"spilled", c.SpilloverRPS, Warn}, {"throttled or waiting", c.ThrottledRPS, Bad}} {
		values := make([]calc.Optional[float64], len(at))
		some := false
		for i := range at {
			values[i] = calc.Some(kind.rps[i])
			some = some || kind.rps[i] != 0
		}
		if some {
			p.Curves = append(p.Curves, Curve{Name: kind.name, Values: values, Tone: kind.tone})
		}
	}
	if len(p.Curves) == 0 {
		return nil
	}
	return []Section{{Title: "Requests per second that spill or are not served", Plot: p}}
}

// worstWords names the worst times of the only function.
func worstWords(r replay.Result, f *replay.Function) string {
	if !figure.Uneven(f, figure.TrafficS(r.Traffic, f.Name)) {
		return ""
	}
	var words []string
	for _, e := range figure.WorstEpisodes([]replay.Function{*f}, replayEpisodes) {
		from, to := figure.EpisodeTimes(e.Episode)
		text := fmt.Sprintf("%s to %s, %s of %s req/s", moment(from), moment(to),
			quantity.FormatWhole(figure.Lost(e.Worst)), quantity.FormatWhole(e.RPS))
		if e.ThrottledRPS != 0 && e.SpilloverRPS != 0 {
			text += " spilled or not served"
		}
		words = append(words, text)
	}
	if len(words) == 0 {
		return ""
	}
	return "Worst: " + strings.Join(words, "; ") + "."
}

// moment writes a time for people.
func moment(t replay.Time) string {
	if stamp, ok := t.T.Get(); ok {
		return document.Clock(stamp)
	}
	return quantity.FormatTime(t.AtS)
}

// fullMoment is moment with the date.
func fullMoment(t replay.Time) string {
	if stamp, ok := t.T.Get(); ok {
		return dateAndTime(stamp)
	}
	return quantity.FormatTime(t.AtS)
}

// worstSection lists the worst times of all functions.
func worstSection(rows []replay.Function) Section {
	t := &Table{Columns: []Column{names(perFunction), left("From"), left("To"), right("Rate\nreq/s"), right("Load\nunits"),
		right("Spilled\nreq/s"), right("Throttled\nreq/s"), right("Spilled\nrequests").drop(2),
		right("Throttled\nrequests").drop(2)}}
	const most = 20
	for _, e := range figure.WorstEpisodes(rows, most) {
		from, to := figure.EpisodeTimes(e.Episode)
		t.add(word(e.Function), word(fullMoment(from)), word(moment(to)), number(e.RPS), optional(e.Load, number),
			nonzero(e.SpilloverRPS, Warn), nonzero(e.ThrottledRPS, Bad), word(quantity.FormatWhole(e.SpilloverRequests)),
			word(quantity.FormatWhole(e.ThrottledRequests)))
	}
	t.dropSilent()
	return Section{Title: "Worst times", Table: t}
}

// trafficSection describes the data of each function.
func trafficSection(traffic []replay.Traffic) Section {
	t := &Table{Columns: []Column{names(perFunction), right("Requests"), right("Mean\nms"), left("From, UTC"),
		right("Length"),
		right("Resolution"), right("Missing\nminutes"), right("Peakedness"), left("by")}}
	for i := range traffic {
		x := &traffic[i]
		resolution := quantity.FormatSeconds(x.ResolutionS)
		if x.Exact {
			resolution = "exact"
		}
		t.add(word(x.Function), word(quantity.FormatWhole(x.Requests)), optional(x.DurationMeanMS, number),
			optional(x.From, func(s string) Cell { return word(dateAndTime(s)) }),
			word(quantity.FormatSpan(figure.LongestS(traffic[i:i+1]))), word(resolution), number(x.MissingMinutes),
			number(x.Peakedness), word(string(x.PeakednessSource)))
	}
	return Section{Title: "Traffic", Table: t, Rest: rest(len(traffic), 1, moreOf("function", "-o wide"))}
}

// changesSections list the changes of provisioned concurrency, function by function.
func changesSections(rows []replay.Function) (sections []Section) {
	for i := range rows {
		f := &rows[i]
		if len(f.Changes) == 0 {
			continue
		}
		t := &Table{Columns: []Column{left("Usable"), right("Units"), left("Cause"), right("Delay")}}
		for _, c := range f.Changes[:min(replayChanges, len(f.Changes))] {
			delay := ""
			if c.DelayS != 0 {
				delay = quantity.FormatTime(c.DelayS)
			}
			t.add(word(fullMoment(c.Time)), count(c.Provisioned), word(strings.ReplaceAll(string(c.Cause), "_", " ")),
				word(delay))
		}
		t.dropSilent()
		s := Section{Title: "Changes of " + f.Name, Table: t}
		if more := len(f.Changes) - len(t.Rows); more > 0 {
			s.Lines = []Line{{Text: quantity.FormatCountOf(more, "more change") + ": -o json", Aside: true}}
		}
		sections = append(sections, s)
	}
	return sections
}

// replayCostSection shows what the time costs, in its parts.
func replayCostSection(rows []replay.Function, all *replay.Sums) Section {
	t := &Table{Columns: []Column{
		names(perFunction), right("Provisioned\ncapacity"), right("Provisioned\nduration"), right("On-demand\nduration"),
		right("Requests"), right("Storage"), right("Init"), right("Total\nUSD"), right("Month\nUSD"), right("Idle\nUSD"),
		right("On demand\nalone"),
	}}
	add := func(label string, s *replay.Sums) {
		c := s.Cost.Or(replay.Cost{})
		t.add(word(label), optional(c.ProvisionedCapacity, usd), optional(c.ProvisionedDuration, usd),
			optional(c.OnDemandDuration, usd), optional(c.Requests, usd), optional(c.Ephemeral, usd),
			optional(c.Init, usd), optional(c.Total, usd),
			optional(c.TotalMonth, usd), optional(c.Idle, usd), optional(c.AllOnDemand, usd))
	}
	for i := range rows {
		add(rows[i].Name, &rows[i].Sums)
	}
	if len(rows) > 1 {
		add(totalRow, all)
		t.totalLast()
	}
	t.dropSilent()
	return Section{Title: "Cost of the time", Table: t}
}

// replayAssumes says what a replay assumes, in a few words.
func replayAssumes(r replay.Result, in document.Inputs) string {
	if figure.AllExact(r) {
		return ""
	}
	text := "a steady rate in each step"
	if figure.Visible(r.Settings[0].Chance.Or(replay.Chance{}).ColdStartRatio.Or(0)) {
		text += ", environments kept " + quantity.FormatSeconds(in.Account.KeepAliveS)
	}
	return text
}
