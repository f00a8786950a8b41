package page

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/figure"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/ramp"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/format/document"
)

// rampRows is the height of the plot of a ramp, and rampLeast that where more has to fit on the screen.
const (
	rampRows  = 4
	rampLeast = 3
)

// Ramp shows whether rates that grow are survived: of the only function as a plot, of several in a table.
func Ramp(d document.Ramp, v View) Page {
	rows := d.Result.Functions
	indices := slices.DeleteFunc(figure.SortRamp(rows, v.Sort), func(i int) bool { return v.hides(rows[i].Name) })
	a := answer{summary: d.Summary, single: len(rows) == 1, inputs: d.Inputs, assumes: quotaWords(d.Inputs.Account)}
	shown := picked(rows, indices)
	if len(shown) == 1 {
		f := &shown[0]
		if len(rows) > 1 {
			a.body = append(a.body, Section{Table: rampTable(shown)})
		}
		a.under = rampFacts(f)
		a.body = append(a.body, v.rampPlot(f), rampAdvice(f, d))
	} else {
		a.body = append(a.body, plotsOf(v, shown, v.rampPlot, func(f *ramp.Function) string { return f.Name })...)
		table := rampTable(shown[:v.top(len(shown))])
		a.body = append(a.body, Section{Table: table, Lines: rampNote(shown),
			Rest: rest(len(shown), 1, moreOf("function", "-o wide"))})
		a.details = append(a.details, detail{name: ShowCommands, exists: len(d.Result.Actions) > 0,
			sections: func() []Section { return []Section{rampCommands(d, v)} }})
	}
	only := ""
	if len(rows) == 1 {
		only = rows[0].Name
	}
	a.details = append(a.details, v.findingsDetail(d.Findings, only))
	a.notes = v.notes(unsaid(d.Findings, len(rows) == 1), only)
	return v.page(a)
}

// unsaid returns the findings that the page of a ramp does not say already.
func unsaid(found []calc.Finding, single bool) (list []calc.Finding) {
	said := map[rule.ID]bool{"delay-assumed": true, "ramp-rate": single, "ramp-capacity": single, "init-amplifies": single}
	for _, f := range found {
		if !said[f.ID] {
			list = append(list, f)
		}
	}
	return list
}

// rampFacts says what the headline does not say about a function.
func rampFacts(f *ramp.Function) (lines []Line) {
	if at, ok := f.WorstSecondS.Get(); ok {
		text := fmt.Sprintf("%s in the worst second (%s)", quantity.FormatShare(f.WorstSecondRatio),
			quantity.FormatTime(at))
		if low, ok := f.ThrottledLowRequests.Get(); ok && figure.RampGap(f) {
			text += fmt.Sprintf("; at least %s if durations vary", quantity.FormatWhole(low))
		}
		lines = append(lines, Line{Text: text + "; without retries"})
	}
	if !f.DurationMS.Known() {
		lines = append(lines, Line{Text: fmt.Sprintf("Valid up to a mean duration of %s; --duration adds concurrency.",
			quantity.FormatDuration(calc.RateBindsMS))})
	}
	return lines
}

// rampPlot plots what arrives and what is served.
func (v View) rampPlot(f *ramp.Function) Section {
	if f.Verdict == ramp.Survives && !v.Drawn {
		return Section{} // the curves would be one
	}
	at, offered, served := figure.RampCurves(f)
	some := func(list []float64) []calc.Optional[float64] {
		values := make([]calc.Optional[float64], len(list))
		for i, x := range list {
			values[i] = calc.Some(x)
		}
		return values
	}
	gap := "refused"
	if f.Verdict == ramp.Survives {
		gap = ""
	}
	plot := &Plot{Gap: gap, Axis: Time, Unit: Rate, At: at, Rows: rampRows, Least: rampLeast,
		Curves: []Curve{{Name: "served", Values: some(served)}, {Name: "offered", Values: some(offered)}}}
	return Section{Title: "Requests per second", Plot: plot}
}

// rampAdvice says what would refuse nothing.
func rampAdvice(f *ramp.Function, d document.Ramp) Section {
	if f.Verdict == ramp.Survives {
		return Section{}
	}
	s := Section{Title: "What makes it zero, either of these"}
	if over, ok := f.GentlestOverS.Get(); ok {
		s.Lines = append(s.Lines, Line{Text: "a rise over " + quantity.FormatTime(figure.UpToTenth(over)) + " or longer"})
	}
	for _, action := range d.Result.Actions {
		if action.Function.Or("") != f.Name {
			continue
		}
		units := quantity.FormatCount(action.To.Or(0))
		assumed := ""
		if d.Inputs.Ramp != nil && !d.Inputs.Ramp.AllocationDelayS.Known() {
			assumed = ", assumed"
		}
		s.Lines = append(s.Lines, Line{Text: fmt.Sprintf("%s provisioned before it begins (usable %s after the request%s):",
			units, quantity.FormatTime(f.ProvisionedReadyS.Or(0)), assumed), Code: []string{action.Command}})
	}
	if f.LacksRoom() {
		what := "a higher quota or reservation"
		isOfSource := func(x calc.Finding) bool { return x.ID == "ramp-source" && x.Function == calc.Some(f.Name) }
		if slices.ContainsFunc(d.Findings, isOfSource) {
			what = "higher limits of its source, quota or reservation"
		}
		s.Lines = append(s.Lines, Line{Text: fmt.Sprintf("Room for %s units (now %s): %s, which lambdacap plan sizes. Then "+
			"see what still cannot start in time.",
			quantity.FormatNumber(f.DemandUnits), quantity.FormatCount(f.ReachUnits), what)})
	}
	switch len(s.Lines) {
	case 0:
		s = Section{Lines: []Line{{Text: "Neither a slower rise nor provisioned concurrency makes it zero."}}}
	case 1:
		s.Title = "What makes it zero"
	default:
		for i := range s.Lines {
			s.Lines[i].Mark, s.Lines[i].Text = fmt.Sprintf("%d.", i+1), " "+s.Lines[i].Text
		}
	}
	return s
}

// rampCommands lists the commands for all functions that are shown.
func rampCommands(d document.Ramp, v View) Section {
	s := Section{Title: "Provisioned concurrency with which nothing is refused"}
	for _, action := range d.Result.Actions {
		if name := action.Function.Or(""); !v.hides(name) {
			s.Lines = append(s.Lines, Line{Text: name + ": " + action.Message, Code: []string{action.Command}})
		}
	}
	return s
}

// rampTable shows functions, one in each row.
func rampTable(rows []ramp.Function) *Table {
	t := &Table{Columns: []Column{
		names(perFunction), left("Verdict"), right("Demand\nunits").drop(3), right("Warm\nunits").drop(5),
		right("Refused\nat most"), right("Refused\nat least").drop(4), right("Worst\nsecond").drop(6),
		right("Served\nagain at").drop(2), right("Gentlest\nrise").drop(7), right("Provisioned\nneeded").drop(lastDrop),
	}}
	for i := range rows {
		f := &rows[i]
		tone := rampTone(f.Verdict)
		cells := []Cell{word(f.Name), {strings.ToUpper(string(f.Verdict)), tone}, number(f.DemandUnits),
			number(f.WarmEnvironments)}
		if f.Verdict == ramp.Survives {
			cells = append(cells, Cell{"0", Dim}, word(""), word(""), word(""), word(""), word(""))
		} else {
			again := Cell{"not yet", tone}
			if at, ok := f.ServedAgainS.Get(); ok {
				again = word(quantity.FormatTime(at))
			}
			cells = append(cells, word(quantity.FormatWhole(f.Refused())).in(tone, true),
				optional(f.ThrottledLowRequests, func(x float64) Cell { return word(quantity.FormatWhole(x)) }),
				share(f.WorstSecondRatio), again,
				optional(f.GentlestOverS, func(s float64) Cell { return word(quantity.FormatTime(figure.UpToTenth(s))) }),
				optional(f.RequiredProvisioned, count))
		}
		t.add(cells...)
	}
	t.dropSilent()
	return t
}

// rampNote explains the columns of refused requests, if any are refused.
func rampNote(rows []ramp.Function) []Line {
	if figure.SumRamp(rows).Refused == 0 {
		return nil
	}
	return []Line{{Text: "At least: if durations vary as exponential ones do. Callers who retry ask for more than that.",
		Aside: true}}
}

// rampTone is the tone of a verdict.
func rampTone(v ramp.Verdict) Tone { return toneOf(strings.ToUpper(string(v))) }
