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
	replayPlotRows    = 3   // of the plot of one function
	comparedSettings  = 5   // rows that are always shown
	replayPlotColumns = 120 // so many columns a plot has at most
	replayEpisodes    = 3   // in the sentence about the worst times
	replayChanges     = 40  // rows of the list of changes
)

// Replay shows what settings do with traffic.
func Replay(d document.Replay, v View) Page {
	r := d.Result
	rows := picked(r.Functions, v.replayed(r.Functions))
	single := len(rows) == 1
	only := ""
	var body []Section
	if single {
		only = rows[0].Name
		body = []Section{{Lines: append(replayFacts(&rows[0], d.Inputs), worstLines(r, &rows[0])...)}}
	} else {
		body = []Section{replayOverview(rows, &r.Settings[0], v)}
	}
	switch {
	case v.Drawn:
		body = append(append(body, v.replayPictures(r, rows)...), settingsSection(r))
	case single && (len(r.Settings) == 1 || v.Whole || v.Folded):
		body = append(body, settingsSection(r), replayPlot(r, &rows[0]))
	default: // a plot beside several settings has no room on a screen
		body = append(body, settingsSection(r))
	}
	return v.page(answer{
		summary: d.Summary, under: completeness(r.Traffic, d.Findings), body: body, single: single && len(r.Settings) == 1,
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
	text := quantity.FormatSpan(figure.LongestS(traffic[:1])) + " of traffic"
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
		text += "; nothing is missing"
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

// replayFacts says how the only function is used, and what that costs.
func replayFacts(f *replay.Function, in document.Inputs) (lines []Line) {
	var parts []string
	if busy, ok := f.BusyMean.Get(); ok {
		text := quantity.FormatNumber(busy) + " environments busy on average"
		if n, ok := f.ConcurrencyP99.Get(); ok {
			text += ", " + quantity.FormatCount(n) + " at p99"
		}
		if n, ok := f.ConcurrencyMax.Get(); ok {
			text += ", " + quantity.FormatCount(n) + " at most"
		}
		parts = append(parts, text)
	}
	if f.ProvisionedUnitHours != 0 {
		text := quantity.FormatNumber(f.ProvisionedUnitHours) + " unit-hours provisioned"
		if idle, ok := f.IdleRatio.Get(); ok {
			text += ", " + quantity.FormatShare(idle) + " of them idle"
		}
		parts = append(parts, text)
	}
	if len(parts) > 0 {
		lines = append(lines, Line{Text: strings.Join(parts, "; ") + "."})
	}
	if text := replayRandom(f); text != "" {
		lines = append(lines, Line{Text: text})
	}
	if text := replayCost(f.Cost); text != "" {
		lines = append(lines, Line{Text: text})
	}
	if len(f.Levels) > 0 {
		var words []string
		for _, l := range f.Levels {
			words = append(words, fmt.Sprintf("%s with %s", quantity.FormatWhole(l.SpilloverRequests),
				quantity.FormatCount(l.Provisioned)))
		}
		lines = append(lines, Line{Text: "Spilled by provisioned units: " + strings.Join(words, ", ") + "."})
	}
	if len(in.Functions) <= 1 && f.ProvisionedUnitHours == 0 && f.Requests != 0 && len(f.Changes) == 0 {
		text := "Nothing is provisioned, so nothing can spill; --compare recommended sizes it."
		if !f.BusyMean.Known() {
			text = "--duration shows how many environments these requests keep busy."
		}
		lines = append(lines, Line{Text: text, Aside: true})
	}
	return lines
}

// replayRandom says what random arrivals do, unless the headline does.
func replayRandom(f *replay.Function) string {
	x, ok := f.Chance.Get()
	if !ok {
		return ""
	}
	var parts []string
	say := func(ratio float64, what string) {
		if figure.Visible(ratio) {
			parts = append(parts, quantity.FormatShare(ratio)+" "+what)
		}
	}
	say(x.SpilloverRatio, "spill")
	say(x.ThrottledRatio, "are throttled")
	say(x.QueuedRatio, "wait")
	say(x.ColdStartRatio.Or(0), "are cold starts")
	if len(parts) == 0 {
		return ""
	}
	return "With random arrivals " + strings.Join(parts, ", ") + "."
}

// replayCost says what the time costs.
func replayCost(cost calc.Optional[replay.Cost]) string {
	c := cost.Or(replay.Cost{})
	total, ok := c.Total.Get()
	if !ok {
		return ""
	}
	text := quantity.FormatDollars(total) + " for " + quantity.FormatSpan(figure.SpanS(c))
	if idle, ok := c.Idle.Get(); ok && figure.Cents(idle) {
		text += ", " + quantity.FormatDollars(idle) + " of it idle"
	}
	return text + "; " + quantity.FormatDollars(c.TotalMonth.Or(0)) + " for a month that goes on like this."
}

// replayOverview shows several functions, one in each row.
func replayOverview(rows []replay.Function, all *replay.Sums, v View) Section {
	t := &Table{Columns: []Column{
		names("Function"), left("Verdict"), right("Requests").drop(2), right("Spilled\nsteady"), right("Spilled\nat random"),
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
func settingsSection(r replay.Result) Section {
	if len(r.Settings) < 2 {
		return Section{}
	}
	t := &Table{Columns: []Column{
		names("Setting"), left("Verdict").drop(3), right("Spilled"), right("Share"), right("At random"), right("Throttled"),
		right("Unit-hours"), right("Idle"), right("Changes").drop(2), right("USD"),
	}}
	for i := range r.Settings {
		s := &r.Settings[i]
		spill := optional(s.Chance, func(x replay.Chance) Cell { return chance(x.SpilloverRatio) })
		t.add(word(s.Setting), verdict(s.Headline()), word(quantity.FormatWhole(s.SpilloverRequests)),
			share(s.SpilloverRatio), spill, share(s.ThrottledRatio), number(s.ProvisionedUnitHours),
			optional(s.IdleRatio, share),
			count(int64(s.ChangesCount)), optional(s.Cost.Or(replay.Cost{}).Total, usd))
	}
	t.dropSilent()
	more := rest(len(r.Settings), comparedSettings, moreOf("setting", "-o wide"))
	return Section{Title: "Settings side by side", Table: t, Rest: more}
}

// replayPlot shows a function over time.
func replayPlot(r replay.Result, f *replay.Function) Section {
	if f.Curve == nil || len(f.Curve.Busy) < 2 || !f.BusyMean.Known() {
		return Section{}
	}
	return loadPlot(figure.Fewer(f.Curve, replayPlotColumns), r, f)
}

// loadPlot plots the environments in use and those that are provisioned.
func loadPlot(c *replay.Curve, r replay.Result, f *replay.Function) Section {
	at, dated := figure.Times(c, r.Traffic)
	busy, units := make([]calc.Optional[float64], len(at)), make([]calc.Optional[float64], len(at))
	for i := range at {
		busy[i], units[i] = calc.Some(c.Busy[i]), calc.Some(c.Provisioned[i])
	}
	curves := []Curve{{Name: "in use, at most", Values: busy}}
	p := &Plot{Axis: Time, At: at, Unit: Rate, Rows: replayPlotRows, Curves: curves, ColumnS: c.ColumnS}
	if dated {
		p.Axis = Clock
	}
	if f.ProvisionedUnitHours != 0 {
		p.Curves = append([]Curve{{Name: "provisioned, at least", Values: units, Capacity: true}}, p.Curves...)
	}
	return Section{Title: "Environments", Plot: p}
}

// replayPictures draws each function over time: its load against its capacity, and what spills, is refused or waits.
func (v View) replayPictures(r replay.Result, rows []replay.Function) (list []Section) {
	for i := range rows[:min(len(rows), mostPlots)] {
		f := &rows[i]
		if f.Curve == nil || len(f.Curve.Busy) < 2 {
			continue
		}
		sections := append([]Section{loadPlot(f.Curve, r, f)}, lossPlot(f.Curve, r)...)
		for j := range sections {
			if len(rows) > 1 {
				sections[j].Title = f.Name + ": " + sections[j].Title
			}
		}
		list = append(list, sections...)
	}
	return append(list, notDrawn(len(rows)-mostPlots)...)
}

// lossPlot plots the rates that spill, and that are refused or wait, if any do.
func lossPlot(c *replay.Curve, r replay.Result) []Section {
	at, dated := figure.Times(c, r.Traffic)
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

// worstLines names the worst times of the only function.
func worstLines(r replay.Result, f *replay.Function) (lines []Line) {
	if !figure.Uneven(f, figure.TrafficS(r.Traffic, f.Name)) {
		return nil
	}
	var words []string
	for _, e := range figure.WorstEpisodes([]replay.Function{*f}, replayEpisodes) {
		words = append(words, episodeWords(&e))
	}
	if len(words) == 0 {
		return nil
	}
	return []Line{{Text: "Worst: " + strings.Join(words, "; ") + "."}}
}

// episodeWords says what happens in an episode.
func episodeWords(e *figure.ReplayEpisode) string {
	from, to := figure.EpisodeTimes(e.Episode)
	text := fmt.Sprintf("%s to %s, %s of %s req/s", moment(from), moment(to),
		quantity.FormatWhole(figure.Lost(e.Worst)), quantity.FormatWhole(e.RPS))
	if e.ThrottledRPS != 0 {
		text += " not served or spilled"
	}
	if load, ok := e.Load.Get(); ok {
		text += " (load " + quantity.FormatNumber(load) + ")"
	}
	return text
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
	t := &Table{Columns: []Column{names("Function"), left("From"), left("To"), right("Rate\nreq/s"), right("Load\nunits"),
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
	t := &Table{Columns: []Column{names("Function"), right("Requests"), right("Mean\nms"), left("From, UTC"),
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
		names("Function"), right("Provisioned\ncapacity"), right("Provisioned\nduration"), right("On-demand\nduration"),
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
	var parts []string
	if !figure.AllExact(r) {
		parts = append(parts, "steady rates within each step")
		if r.Settings[0].Chance.Known() {
			parts = append(parts, "environments kept "+quantity.FormatSeconds(in.Account.KeepAliveS))
		}
	}
	return strings.Join(parts, ", ")
}
