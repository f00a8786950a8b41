package page

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/drain"
	"github.com/lambdacap/lambdacap/calc/figure"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/source"
	"github.com/lambdacap/lambdacap/format/document"
)

// drainRows is the height of the plot of a queue: with the table below it, it fits a screen. drainLeast is its height
// if there are findings, too.
const drainRows, drainLeast = 4, 2

// Drain shows when queues are empty: of the only function as a plot, of several in a table.
func Drain(d document.Drain, v View) Page {
	rows := d.Result.Functions
	indices := slices.DeleteFunc(figure.SortDrain(rows, v.Sort), func(i int) bool { return v.hides(rows[i].Name) })
	a := answer{summary: d.Summary, single: len(rows) == 1, inputs: d.Inputs, assumes: quotaWords(d.Inputs.Account)}
	shown := picked(rows, indices)
	if len(shown) == 1 {
		f := &shown[0]
		if len(rows) > 1 {
			a.body = append(a.body, Section{Table: drainTable(shown)})
		}
		a.under = drainFacts(f)
		if f.DrainS.Known() || v.Drawn { // else the curve is hardly more than a straight line
			a.body = append(a.body, drainPlot(f))
		}
		a.body = append(a.body, whatIf(f))
	} else {
		a.body = append(a.body, plotsOf(v, shown, drainPlot, func(f *drain.Function) string { return f.Name })...)
		table := drainTable(shown[:v.top(len(shown))])
		a.body = append(a.body, Section{Table: table, Rest: rest(len(shown), 1, moreOf("function", "-o wide"))})
	}
	only := ""
	if len(rows) == 1 {
		only = rows[0].Name
	}
	a.details = append(a.details, v.findingsDetail(d.Findings, only))
	a.notes = v.notes(d.Findings, only)
	return v.page(a)
}

// drainFacts says what the headline does not say about a queue.
func drainFacts(f *drain.Function) (lines []Line) {
	text := "Limited by " + document.BoundWords(f.BoundBy) + "."
	switch {
	case figure.EmptyFirst(f):
		text = fmt.Sprintf("Limited by the growth of the pollers: %s at a time come after %s.",
			quantity.FormatNumber(f.Concurrency), quantity.FormatTime(f.FullAfterS))
	case f.BoundBy == source.Maximum && f.Concurrency == aws.UnboundedQueueConcurrency:
		text = "Limited by AWS, which runs no more batches of a queue at a time."
	}
	if f.NeededConcurrency != 0 {
		text += fmt.Sprintf(" What arrives keeps %s busy.", quantity.FormatCountOf(int(f.NeededConcurrency), "unit"))
	}
	lines = append(lines, Line{Text: text})
	var parts []string
	say := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	if slow, ok := figure.SlowPollers(f); ok {
		say("%s if pollers grow only once a minute", quantity.FormatTime(slow))
	}
	if peak, ok := figure.HigherPeak(f); ok {
		say("at most %s wait", quantity.FormatWholeOf(peak, f.Source.Noun()))
	}
	if wait := f.LongestWaitS.Or(0); f.DrainS.Known() && wait != 0 && f.ArrivalsMessagesRPS != 0 {
		say("a message waits up to %s", quantity.FormatTime(wait))
	}
	if f.AgeGrowthRatio != 0 && !f.Source.IsStream() {
		say("the oldest %s gets %s older each hour", f.Source.Noun(), quantity.FormatTime(figure.AgesPerHour(f)))
	}
	if len(parts) > 0 {
		all := strings.Join(parts, "; ")
		lines = append(lines, Line{Text: strings.ToUpper(all[:1]) + all[1:] + "."})
	}
	return lines
}

// drainPlot plots how many messages wait.
func drainPlot(f *drain.Function) Section {
	if f.DrainS == calc.Some(0.0) {
		return Section{}
	}
	at, waiting := figure.DrainCurve(f)
	values := make([]calc.Optional[float64], len(waiting))
	for i, x := range waiting {
		values[i] = calc.Some(x)
	}
	noun := f.Source.Noun() + "s"
	plot := &Plot{Axis: Time, Unit: Rate, At: at, Rows: drainRows, Least: drainLeast,
		Curves: []Curve{{Name: "waiting", Values: values}}}
	return Section{Title: strings.ToUpper(noun[:1]) + noun[1:] + " that wait", Plot: plot}
}

// whatIf shows what other settings would do.
func whatIf(f *drain.Function) Section {
	if empty, ok := f.DrainS.Get(); len(f.WhatIf) == 0 || ok && empty == 0 { // nothing waits
		return Section{}
	}
	t := &Table{Columns: []Column{left("What if"), right("Empty in"), left("Verdict").drop(2)}}
	for _, w := range f.WhatIf {
		empty := word("never")
		if s, ok := w.DrainS.Get(); ok {
			empty = word(quantity.FormatTime(s))
		}
		t.add(word(whatIfWords(w)), empty, drainVerdict(w.Verdict))
	}
	return Section{Table: t}
}

// whatIfWords names another setting as a flag, where one sets it.
func whatIfWords(w drain.WhatIf) string {
	value, ok := w.Value.Get()
	number := quantity.FormatCount(int64(value))
	text := "--" + strings.ReplaceAll(w.Setting, "_", "-") + " " + strings.ReplaceAll(number, ",", "")
	switch {
	case !ok:
		return "no maximum concurrency, no reservation"
	case w.Setting == "pollers_max":
		return "at most " + number + " pollers"
	}
	if reserved, ok := w.Reserved.Get(); ok {
		text += fmt.Sprintf(" --reserved %d", reserved)
	}
	if quota, ok := w.AccountConcurrency.Get(); ok {
		text += fmt.Sprintf(" --account-concurrency %d", quota)
	}
	return text
}

// drainVerdict is the cell of a verdict.
func drainVerdict(v drain.Verdict) Cell {
	verdict := strings.ToUpper(string(v))
	return Cell{verdict, toneOf(verdict)}
}

// drainTable shows queues, one in each row.
func drainTable(rows []drain.Function) *Table {
	t := &Table{Columns: []Column{
		names(perFunction), left("Source").drop(6), left("Verdict"), right("Batches\nat a time").drop(5), right("Takes\n/s"),
		right("Arrive\n/s"), right("Wait").drop(4), right("Empty\nin"), right("If slow\npollers").drop(7),
		right("Oldest\nwaits").drop(3), right("First\nlost after").drop(2),
	}}
	time := func(s calc.Optional[float64]) Cell {
		return optional(s, func(s float64) Cell { return word(quantity.FormatTime(s)) })
	}
	for i := range rows {
		f := &rows[i]
		empty := time(f.DrainS)
		if !f.DrainS.Known() {
			empty = Cell{"never", toneOf(strings.ToUpper(string(f.Verdict)))}
		}
		t.add(word(f.Name), word(string(f.Source)), drainVerdict(f.Verdict), number(f.Concurrency), number(f.TopMessagesRPS),
			number(f.ArrivalsMessagesRPS), number(f.BacklogMessages), empty, time(f.DrainSteppedS), time(f.OldestAgeS),
			time(f.LossAfterS))
	}
	t.dropSilent()
	return t
}
