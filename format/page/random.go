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
		right("Spilled\nsteady"), right("Spilled\nchance"),
		right(refused + "\nsteady"), right(refused + "\nchance"),
	}
}

// refusedWord names what happens to the requests of functions that nothing accepts.
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

// randomSection compares the steady state with what happens to the load when requests arrive at random, and states the
// assumptions. It is empty if no duration is known.
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
		t.add(append(row, number(f.Busy()), count(x.ConcurrencyP99), optional(x.ColdStartRatio, chance))...)
	}
	if len(t.Rows) == 0 {
		return Section{}
	}
	t.Columns = slices.Concat([]Column{left("Function")}, randomColumns(refusedWord(sync, async)),
		[]Column{right("Busy\nmean"), right("Busy\np99"), right("Cold\nstarts")})
	width := 12 // of names, so that all columns fit 80
	if !spills {
		width = nameWidth
	}
	for _, row := range t.Rows {
		row[0] = name(row[0].Text, width)
	}
	t.keep(func(i int) bool { return spills || i != 1 && i != 2 })
	return Section{Title: "Steady state and chance", Table: t, Lines: assumptions(functions, true)}
}

// assumptions says what the shares of random arrivals assume. It speaks of cold starts only if they are shown.
func assumptions(functions []calc.FunctionSpill, coldStarts bool) []Line {
	keepAlive := ""
	rateBinds, spills, cold, sync, async := false, false, false, false, false
	var bursty []string
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
		text := f.Name + " " + quantity.FormatNumber(x.Peakedness)
		if x.Arrivals == calc.Bursty && len(bursty) < shownFindings && !slices.Contains(bursty, text) {
			bursty = append(bursty, text)
		}
	}
	arrivals := "Steady: requests come evenly. Chance: they come at random (Poisson), " +
		"which is the least that real traffic does; pollers, schedules and retries are burstier (--peakedness)."
	if len(bursty) > 0 {
		arrivals = "Steady: requests come evenly. Chance: they come at random, " +
			"and in bursts of the peakedness given (" + strings.Join(bursty, ", ") + ")."
	}
	if rateBinds {
		arrivals += " Rate limits are taken to count second by second; " +
			"where one is full, more may be throttled than shown."
	}
	var words []string
	switch {
	case sync && async:
		words = append(words, "Refused requests are throttled; refused events wait and come back until they are served.")
	case async:
		words = append(words, "Events that find everything full wait and come back until they are served.")
	}
	if spills {
		words = append(words, "A spill is not a cold start: most find a warm on-demand environment.")
	}
	if cold && coldStarts {
		words = append(words, "Cold starts assume that an idle environment is kept for "+keepAlive+
			" (--keep-alive), which AWS does not publish.")
	}
	if len(bursty) > 0 && coldStarts {
		words = append(words, "Cold starts of bursts are not computed.")
	}
	lines := []Line{{Text: arrivals}}
	if len(words) > 0 {
		lines = append(lines, Line{Text: strings.Join(words, " ")})
	}
	return lines
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
			"of which chance throttles no more than the target. " +
			"Functions without a reservation share the on-demand ones."}}
	}
	if len(title) == 0 {
		return Section{}
	}
	t := &Table{Columns: []Column{
		left("Function"), left("Units"), right("Provisioned\nunits"), right("Beyond them\nby chance"),
		right("In all\nunits"), left("Most asked\nby"),
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
	label := name(p.Name, nameWidth)
	inAll, by := optional(p.RequiredUnitsForTarget, count), optional(p.Driver, driver)
	if len(p.Neighbours) == 0 {
		t.add(label, word("needed"), Cell{absent, Dim}, Cell{absent, Dim}, inAll, by)
		return
	}
	needed, units := p.RequiredProvisionedForTarget.Or(0), "one less"
	for _, n := range p.Neighbours {
		if n.Provisioned == needed {
			t.add(label, word("needed"), count(n.Provisioned), chance(n.BeyondProvisionedRatio), inAll, by)
			units = "one more"
		} else {
			t.add(label, word(units), count(n.Provisioned), chance(n.BeyondProvisionedRatio), Cell{}, Cell{})
		}
		label = Cell{}
	}
}

// driver names what asks for the most units, in one word.
func driver(d calc.Driver) Cell {
	switch d {
	case calc.DriverTargetSpillover:
		return word("spillover")
	case calc.DriverTargetThrottle:
		return word("throttle")
	}
	return word(string(d))
}
