package page

import (
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/figure"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/format/document"
)

// recorded shows a plan for recorded traffic: the ways side by side, and how to set the one that is advised.
func (v View) recorded(d document.Plan) Page {
	r := d.Result
	plans := picked(r.Functions, v.planned(r.Functions))
	traffic := make([]calc.Traffic, 0, len(plans))
	for i := range plans {
		if t, ok := plans[i].Traffic.Get(); ok {
			traffic = append(traffic, t)
		}
	}
	single, only := len(plans) == 1, ""
	var body []Section
	if single {
		only = plans[0].Name
		body = append(v.wayPlots(plans), waysSection(&plans[0], d.Inputs), v.chosenSection(&plans[0], d.Inputs))
	} else {
		body = append([]Section{bestWays(plans[:v.top(len(plans))], d.Inputs)}, v.wayPlots(plans)...)
	}
	return v.page(answer{
		summary: d.Summary, single: single, under: completeness(traffic, d.Findings), body: append(body, busiestSection(r)),
		details: []detail{
			{name: ShowTraffic, exists: len(traffic) > 0, sections: func() []Section {
				return []Section{trafficSection(traffic)}
			}},
			{name: ShowWays, exists: !single && len(plans) > 0, sections: func() []Section {
				return allWays(plans, d.Inputs)
			}},
			{name: ShowCommands, exists: len(plans) > 0, lines: "way", sections: func() []Section {
				return []Section{v.wayCommands(plans, single), commandLines(r)}
			}},
			v.findingsDetail(d.Findings, only),
		},
		notes: v.notes(d.Findings, only), assumes: recordedAssumes(d.Inputs), explain: d.Explain,
	})
}

// wayPlots draws each function over time with the way that is advised, if the format draws.
func (v View) wayPlots(plans []calc.FunctionPlan) []Section {
	return v.overTime(len(plans), func(i int) (name string, list []Section) {
		p := &plans[i]
		w := figure.ChosenFirst(p.Ways)[0]
		if w.Curve == nil || len(w.Curve.Busy) < 2 {
			return p.Name, nil
		}
		traffic := []calc.Traffic{p.Traffic.Or(calc.Traffic{})}
		load := loadPlot(w.Curve, traffic, w.UnitHours != 0, "not served")
		load.Title += " (" + document.WayName(&w) + ", " + document.WayUnits(&w) + ")"
		return p.Name, append([]Section{load}, lossPlot(w.Curve, traffic)...)
	})
}

// planned returns the indices of the functions to show that have ways.
func (v View) planned(plans []calc.FunctionPlan) (indices []int) {
	for _, i := range figure.SortWays(plans) {
		if !v.hides(plans[i].Name) {
			indices = append(indices, i)
		}
	}
	return indices
}

// waysTitle says what the ways are sized for.
func waysTitle(in document.Inputs) string {
	share, ok := document.WayTarget(in)
	if !ok {
		return "Ways at the least cost"
	}
	return "Ways to " + quantity.FormatChance(share) + " spilled, " + arrivals(in)
}

// arrivals says how requests arrive for which sizes are.
func arrivals(in document.Inputs) string {
	if isSteady(in) {
		return "evenly spaced"
	}
	return "random arrivals"
}

// isSteady reports whether the ways are sized for evenly spaced requests.
func isSteady(in document.Inputs) bool { return in.Plan != nil && in.Plan.Steady.Or(false) }

// waysSection compares the ways of a function with each other, and with the present settings.
func waysSection(p *calc.FunctionPlan, in document.Inputs) Section {
	steady, random := 3, 0 // which column is dropped first: the ways are not sized for both
	if isSteady(in) {
		steady, random = random, steady
	}
	t := &Table{Columns: []Column{
		left("Way"), right("Units"), right("Spilled\nsteady").drop(steady), right("Spilled\nrandom").drop(random),
		right("Unit-\nhours").drop(2), right("Worst\nhour").drop(4), right("Cost\nUSD").drop(1), left(""),
	}}
	add := func(label string, w *calc.Way, mark Cell) {
		t.add(word(label), word(document.WayUnits(w)), tiny(w.SpilloverRatio), tiny(w.ChanceSpilloverRatio),
			number(w.UnitHours), share(w.WorstHourRatio), optional(w.Total, usd), mark)
	}
	if w, ok := p.Present.Get(); ok {
		add("as set now", &w, wayMark(&w, ""))
	}
	for i := range p.Ways {
		w := &p.Ways[i]
		mark := ""
		if w.Chosen {
			mark = "set this"
		}
		add(document.WayName(w), w, wayMark(w, mark))
	}
	t.dropSilent()
	return Section{Title: waysTitle(in), Table: t}
}

// wayMark marks a way that is advised, or that misses the target.
func wayMark(w *calc.Way, mark string) Cell {
	switch {
	case !w.Meets:
		return Cell{strings.TrimLeft(mark+" misses it", " "), Warn}
	case mark != "":
		return Cell{mark, Good}
	}
	return Cell{}
}

// levelsOf writes the levels of a schedule: 0-6h: 2, 6-9h: 13.
func levelsOf(w *calc.Way) string {
	levels := make([]string, len(w.Segments))
	for i, s := range w.Segments {
		levels[i] = fmt.Sprintf("%d-%dh: %s", s.From, s.To, quantity.FormatCount(s.Provisioned))
	}
	return strings.Join(levels, ", ")
}

// wayWords says in a sentence what to set.
func wayWords(w *calc.Way, in document.Inputs) string {
	zone := in.Account.TimeZone.Or("UTC")
	switch {
	case w.Way == calc.WayAutoscale:
		return fmt.Sprintf("Set %s of the units in use, with %s units", document.WayName(w), document.WayUnits(w))
	case w.Way == calc.WaySchedule && len(w.Segments) > 1:
		return fmt.Sprintf("Set the schedule %s (%s)", levelsOf(w), zone)
	case document.WayUnits(w) == "0":
		return "Provision nothing"
	}
	return "Set provisioned concurrency to " + document.WayUnits(w)
}

// chosenSection says how to set the way that is advised.
func (v View) chosenSection(p *calc.FunctionPlan, in document.Inputs) Section {
	w, ok := figure.Chosen(p.Ways)
	if !ok {
		return Section{}
	}
	text := wayWords(&w, in)
	if !document.AskedTarget(in) && !p.Present.Known() { // all of it may be served on demand
		text = "If cold starts matter: " + strings.ToLower(text[:1]) + text[1:]
	}
	switch n := len(w.Commands); {
	case n == 0:
		return Section{Lines: []Line{{Text: text + ": nothing to change."}}}
	case n > 1 && !v.Drawn && !v.Folded: // one of them alone does nothing
		return Section{Lines: []Line{{Text: fmt.Sprintf("%s: %d commands, --show commands.", text, n)}}}
	}
	return Section{Lines: []Line{{Text: text + ":", Code: w.Commands}}}
}

// wayCommands lists the commands of the ways that are advised, and then those of the other ways of a single function.
func (v View) wayCommands(plans []calc.FunctionPlan, single bool) Section {
	s := Section{Title: "Commands"}
	for i := range plans {
		ways := figure.ChosenFirst(plans[i].Ways)
		switch {
		case !single:
			ways = ways[:1]
		case (v.Drawn || v.Folded) && !v.Quiet: // those of the first stand beside it
			s.Title, ways = "Commands of the other ways", ways[1:]
		}
		for k := range ways {
			w := &ways[k]
			text := document.WayName(w) + ", " + document.WayUnits(w)
			if w.Chosen {
				text += " (recommended)"
			}
			if !single {
				text = plans[i].Name + ": " + text
			}
			if len(w.Commands) > 0 {
				s.Lines = append(s.Lines, Line{Text: text + ":", Code: w.Commands})
			}
		}
	}
	return s
}

// bestWays shows the advised way of several functions, with the unit-hours of the others.
func bestWays(plans []calc.FunctionPlan, in document.Inputs) Section {
	t := &Table{Columns: []Column{
		names(perFunction), left("Set"), right("Units"), right("Spilled"),
		right("Flat\nunit-h").drop(4), right("Tracking\nunit-h").drop(3), right("Schedule\nunit-h").drop(2),
		right("Now\nunit-h").drop(5),
		right("Cost\nUSD").drop(1), left(""),
	}}
	for i := range plans {
		p := &plans[i]
		w := figure.ChosenFirst(p.Ways)[0]
		spilled := tiny(w.ChanceSpilloverRatio)
		if isSteady(in) {
			spilled = tiny(w.SpilloverRatio)
		}
		hours := map[calc.WayKind]Cell{}
		for k := range p.Ways {
			hours[p.Ways[k].Way] = number(p.Ways[k].UnitHours)
		}
		now := optional(p.Present, func(w calc.Way) Cell { return number(w.UnitHours) })
		t.add(word(p.Name), word(document.WayName(&w)), word(document.WayUnits(&w)), spilled, hours[calc.WayFlat],
			hours[calc.WayAutoscale], hours[calc.WaySchedule], now,
			optional(w.Total, usd), wayMark(&w, ""))
	}
	t.dropSilent()
	return Section{Title: waysTitle(in), Table: t, Rest: rest(len(t.Rows), 1, moreOf("function", "-o wide"))}
}

// allWays compares the ways of each of several functions.
func allWays(plans []calc.FunctionPlan, in document.Inputs) (sections []Section) {
	for i := range plans {
		s := waysSection(&plans[i], in)
		s.Title = plans[i].Name + ": " + strings.ToLower(s.Title[:1]) + s.Title[1:]
		sections = append(sections, s)
	}
	return sections
}

// busiestSection says what else the busiest moment requires: reservations, and a quota.
func busiestSection(r document.PlanResult) (s Section) {
	for _, a := range r.Actions {
		text := "The busiest step of the traffic needs more: "
		if name, ok := a.Function.Get(); ok && len(r.Functions) > 1 {
			text += name + ": "
		}
		s.Lines = append(s.Lines, Line{Text: text + a.Message + ":", Code: []string{a.Command}})
	}
	s.Rest = rest(len(s.Lines), 0, func(n, others int) string {
		return moreOf("change", "--show commands")(n, others)
	})
	return s
}

// recordedAssumes says in a few words what a plan for recorded traffic assumes.
func recordedAssumes(in document.Inputs) string {
	text := "units ready in 2m, alarms 1m late"
	if !isSteady(in) {
		text = "random arrivals, " + text
	}
	return text
}
