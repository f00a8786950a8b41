package page

import (
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// randomColumns returns the columns of the shares in the steady state, each beside that of random arrivals.
func randomColumns(refused string) []Column {
	return []Column{
		right("Spilled\nsteady").drop(2), right("Spilled\nrandom"),
		right(refused + "\nsteady").drop(3), right(refused + "\nrandom"),
	}
}

// refusedWord names what happens to requests that find everything full.
func refusedWord(sync, async bool) string {
	switch {
	case sync && async:
		return "Refused"
	case async:
		return "Queued"
	}
	return "Throttled"
}

// randomCells returns the cells of a function for randomColumns.
func randomCells(f *calc.FunctionSpill) []Cell {
	x := f.Chance.Or(calc.Chance{})
	spilled := Cell{absent, Dim}
	if f.Provisioned.Known() {
		spilled = percent(f.SpilloverRatio)
	}
	refused, byChance := percent(f.ThrottledRatio), optional(x.ThrottledRatio, chance).in(Bad, f.ThrottledAtRandom())
	if f.Mode == calc.Async && f.ThrottledRatio == 0 { // a function that is switched off drops its events
		refused, byChance = percent(f.QueuedRatio), optional(x.QueuedRatio, chance).in(Warn, f.WaitsAtRandom())
	}
	return []Cell{
		spilled, optional(x.SpilloverRatio, chance).in(Warn, f.SpillsAtRandom()), refused, byChance,
	}
}

// spilledOverDay is the first of two columns of a table with random arrivals over the day.
const spilledOverDay = 5

// hasDay reports whether the chances over the day are known.
func hasDay(f calc.FunctionSpill) bool { return f.ChanceDay.Known() }

// dayCells returns the shares over the day: what spills, and what is refused.
func dayCells(f *calc.FunctionSpill) []Cell {
	day := f.ChanceDay.Or(calc.DayChance{})
	refused := day.ThrottledRatio
	if f.Mode == calc.Async && f.ThrottledRatio == 0 {
		refused = day.QueuedRatio
	}
	return []Cell{optional(day.SpilloverRatio, chance), optional(refused, chance)}
}

// randomSection compares the steady state with what happens to the load when requests arrive at random. It is empty if
// no duration is known.
func randomSection(functions []calc.FunctionSpill) Section {
	t := &Table{}
	spills, sync, async := false, false, false
	for i := range functions {
		f := &functions[i]
		x, ok := f.Chance.Get()
		if !ok {
			continue
		}
		spills = spills || f.Provisioned.Known()
		sync, async = sync || f.Mode != calc.Async, async || f.Mode == calc.Async
		row := append([]Cell{word(f.Name)}, randomCells(f)...)
		row = append(row, dayCells(f)...)
		t.add(append(row, number(f.Busy()), optional(f.BusyP99(), count), optional(x.ColdStartRatio, chance))...)
	}
	if len(t.Rows) == 0 {
		return Section{}
	}
	refused := refusedWord(sync, async)
	t.Columns = slices.Concat([]Column{names(perFunction)}, randomColumns(refused),
		[]Column{right("Spilled\nover day").drop(5), right(refused + "\nover day").drop(4)},
		[]Column{right("Busy\nmean"), right("Busy\np99"), right("Cold\nstarts")})
	if ofDay := slices.ContainsFunc(functions, hasDay); !ofDay {
		t.keep(func(i int) bool { return i != spilledOverDay && i != spilledOverDay+1 })
	}
	t.dropSilent()
	return Section{Title: "Steady state and random arrivals", Table: t}
}

// assumptionsDetail says what the figures of random arrivals assume.
func assumptionsDetail(functions []calc.FunctionSpill) detail {
	return detail{name: ShowAssumptions, exists: anyRandom(functions), sections: func() []Section {
		return []Section{assumptions(functions)}
	}}
}

// assumptions says what the shares of random arrivals assume, and how to read them.
func assumptions(functions []calc.FunctionSpill) Section {
	keepAlive := ""
	rateBinds, spills, cold, sync, async := false, false, false, false, false
	var bursty, onMinute []string
	for i := range functions {
		f := &functions[i]
		x, ok := f.Chance.Get()
		if !ok {
			continue
		}
		keepAlive = quantity.FormatSeconds(x.KeepAliveS)
		spills = spills || f.Provisioned.Known()
		rateBinds = rateBinds || f.RateBinds()
		cold = cold || x.ColdStartRatio.Known()
		sync, async = sync || f.Mode != calc.Async, async || f.Mode == calc.Async
		if m, ok := x.OnTheMinute.Get(); ok && len(onMinute) < shownFindings {
			onMinute = append(onMinute, f.Name+" "+m.String())
		}
		text := f.Name + " " + quantity.FormatNumber(x.Peakedness)
		if x.Arrivals == calc.Bursty && len(bursty) < shownFindings && !slices.Contains(bursty, text) {
			bursty = append(bursty, text)
		}
	}
	s := Section{Title: "Assumptions"}
	say := func(when bool, text string) {
		if when {
			s.Lines = append(s.Lines, Line{Mark: "-", Text: text})
		}
	}
	say(keepAlive != "" && len(bursty) == 0, "Steady: requests are evenly spaced. Random: they arrive at random "+
		"(Poisson); real traffic is at least this bursty, and pollers, schedules and retries are burstier (--peakedness).")
	say(len(bursty) > 0, "Steady: requests are evenly spaced. Random: they arrive in bursts of the given peakedness ("+
		strings.Join(bursty, ", ")+"). The cold starts of bursts are not calculated.")
	say(len(onMinute) > 0, "A part of the requests comes on the minute ("+strings.Join(onMinute, ", ")+"), the others "+
		"evenly over it. The steady state is that of the mean rate. The cold starts are not calculated.")
	say(slices.ContainsFunc(functions, hasDay), "Verdicts and sizes are for the busiest hour, which a quiet night does "+
		"not help; over the day, each hour counts at its own rate.")
	say(rateBinds, "Rate limits count second by second. Where one is full, more may be throttled than shown.")
	say(sync && async, "Refused requests are throttled. Refused events wait and are retried until they are served.")
	say(async && !sync, "Refused events wait and are retried until they are served.")
	say(spills, "A spill is not a cold start: most spilled requests find a warm on-demand environment.")
	say(cold, "Cold starts: an idle environment is kept for "+keepAlive+" (--keep-alive). AWS does not publish how long.")
	return s
}

// targetSection shows what the targets require, and the shares with one unit less and one unit more.
func targetSection(sizing calc.Sizing, plans []calc.FunctionPlan) Section {
	var s Section
	var title []string
	spillover, provisioned := sizing.TargetSpillover.Get()
	if provisioned {
		title = append(title, "spillover "+quantity.FormatChance(spillover))
	}
	throttle, units := sizing.TargetThrottle.Get()
	if units {
		title = append(title, "throttle "+quantity.FormatChance(throttle))
		s.Lines = []Line{{Text: "In all: the fewest units, provisioned and on-demand together, " +
			"at which random arrivals meet the target. Functions without a reservation share the on-demand units."}}
	}
	if len(title) == 0 {
		return Section{}
	}
	t := &Table{Columns: []Column{
		names(perFunction), left("Units"), right("Provisioned\nunits"), right("Beyond\nat random"),
		right("In all\nunits"), left("Determined\nby"),
	}}
	for i := range plans {
		t.addTarget(&plans[i])
	}
	t.keep(func(i int) bool {
		switch i {
		case 1, 2, 3:
			return provisioned
		case 4:
			return units
		}
		return true
	})
	s.Title, s.Table = "Target: "+strings.Join(title, ", "), t
	return s
}

// addTarget adds the rows of a function: the units that it needs, and the neighbouring numbers, in ascending order.
func (t *Table) addTarget(p *calc.FunctionPlan) {
	label := word(p.Name)
	inAll, by := optional(p.RequiredUnitsForTarget, count), optional(p.Driver, driver)
	if len(p.Neighbours) == 0 {
		t.add(label, word("needed"), Cell{absent, Dim}, Cell{absent, Dim}, inAll, by)
		return
	}
	needed, units := p.RequiredProvisionedForTarget.Or(0), "one less"
	for _, n := range p.Neighbours {
		if n.Provisioned == needed {
			t.add(label, word("needed"), count(n.Provisioned), tiny(n.BeyondProvisionedRatio), inAll, by)
			units = "one more"
		} else {
			t.add(label, word(units), count(n.Provisioned), tiny(n.BeyondProvisionedRatio), Cell{}, Cell{})
		}
		label = Cell{}
	}
}

// driver names what requires the most units, in one word.
func driver(d calc.Driver) Cell {
	switch d {
	case calc.DriverTargetSpillover:
		return word("spillover")
	case calc.DriverTargetThrottle:
		return word("throttle")
	}
	return word(string(d))
}
