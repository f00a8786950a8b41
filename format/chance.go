package format

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
)

func percent(ratio float64) cell { return cell{text: calc.FormatPercent(ratio)} }
func chance(ratio float64) cell  { return cell{text: calc.FormatChance(ratio)} }

// risk is a chance that stands out where it is more than the steady ratio next
// to it, and enough to matter.
func risk(x calc.Optional[float64], steady, matters float64, t tone) cell {
	c := maybe(x, chance)
	if x.Or(0) > steady && x.Or(0) >= matters {
		c.tone = t
	}
	return c
}

// chanceColumns are the figures of the steady state, each beside the one that
// chance makes of it.
func chanceColumns() []column {
	return []column{
		{"Spilled\nsteady", false}, {"Spilled\nchance", false},
		{"Throttled\nsteady", false}, {"Throttled\nchance", false},
	}
}

func chanceCells(f *calc.FunctionSpill) []cell {
	x := f.Chance.Or(calc.Chance{})
	spilled, throttled := cell{absent, dim}, percent(f.ThrottledRatio)
	if f.Provisioned.Known() {
		spilled = percent(f.SpilloverRatio)
	}
	if f.Mode == calc.Async {
		throttled = cell{absent, dim}
	}
	return []cell{
		spilled, risk(x.SpilloverRatio, f.SpilloverRatio, 0.01, warn),
		throttled, risk(x.ThrottledRatio, f.ThrottledRatio, 0.001, bad),
	}
}

// chanceSection sets the steady state against what becomes of the load when
// requests arrive at random, and says what that rests on. It is empty where no
// duration is known.
func chanceSection(functions []calc.FunctionSpill) section {
	t := &table{columns: append(append([]column{{"Function", true}}, chanceColumns()...),
		column{"Busy\nmean", false}, column{"Busy\np99", false}, column{"Cold\nstarts", false})}
	spills, sync := false, false
	for i := range functions {
		f := &functions[i]
		x, ok := f.Chance.Get()
		if !ok {
			continue
		}
		spills, sync = spills || f.Provisioned.Known(), sync || f.Mode == calc.Sync
		row := append([]cell{word(f.Name)}, chanceCells(f)...)
		busy := f.ProvisionedBusy.Or(0) + f.OnDemandBusy.Or(0)
		t.add(append(row, number(busy), count(x.ConcurrencyP99), maybe(x.ColdStartRatio, chance))...)
	}
	if len(t.rows) == 0 {
		return section{}
	}
	broken := 12 // where names are, so that the table fits 80 columns
	if !spills || !sync {
		broken = nameWidth
	}
	for _, row := range t.rows {
		row[0] = name(row[0].text, broken)
	}
	t.keep(func(i int) bool {
		switch i {
		case 1, 2:
			return spills
		case 3, 4:
			return sync
		}
		return true
	})
	return section{title: "Steady state and chance", table: t, lines: assumptions(functions, true)}
}

// assumptions says in words what the chances rest on; of cold starts only where
// they are shown.
func assumptions(functions []calc.FunctionSpill, coldStarts bool) []line {
	keepAlive := 0.0
	brief, spills, cold := false, false, false
	var bursty []string
	for i := range functions {
		f := &functions[i]
		x, ok := f.Chance.Get()
		if !ok {
			continue
		}
		keepAlive = x.KeepAliveS
		spills = spills || f.Provisioned.Known()
		brief = brief || f.DurationMS.Or(0) < 1000.0/calc.RatePerUnit
		cold = cold || x.ColdStartRatio.Known()
		if text := f.Name + " " + calc.FormatNumber(x.Peakedness); x.Arrivals == calc.Bursty && len(bursty) < shownFindings && !slices.Contains(bursty, text) {
			bursty = append(bursty, text)
		}
	}
	arrivals := "Steady: requests come evenly. Chance: they come at random (Poisson), which is the least that real traffic does; " +
		"pollers, schedules and retries are burstier (--peakedness)."
	if len(bursty) > 0 {
		arrivals = "Steady: requests come evenly. Chance: they come at random, and in bursts of the peakedness given (" + strings.Join(bursty, ", ") + ")."
	}
	if brief {
		arrivals += " Rate limits are taken to count second by second; where one is full, more may be throttled than shown."
	}
	var words []string
	if spills {
		words = append(words, "A spill is not a cold start: most find a warm on-demand environment.")
	}
	if cold && coldStarts {
		words = append(words, fmt.Sprintf("Cold starts assume that an idle environment is kept for %s (--keep-alive), which AWS does not publish.",
			calc.FormatDuration(keepAlive*1000)))
	}
	if len(bursty) > 0 && coldStarts {
		words = append(words, "Cold starts of bursts are not computed.")
	}
	lines := []line{{text: arrivals}}
	if len(words) > 0 {
		lines = append(lines, line{text: strings.Join(words, " ")})
	}
	return lines
}

// targetSection shows what the targets ask for, and one unit less and more.
func targetSection(in *InputPlan, plans []calc.FunctionPlan) section {
	var s section
	var title []string
	spillover, byChance := in.TargetSpilloverRatio.Get()
	if byChance {
		title = append(title, "spillover "+calc.FormatChance(spillover))
	}
	throttle, units := in.TargetThrottleRatio.Get()
	if units {
		title = append(title, "throttle "+calc.FormatChance(throttle))
		s.lines = []line{{text: "In all: the fewest units, provisioned and on-demand together, of which chance throttles no more than the target. Functions without a reservation share the on-demand ones."}}
	}
	if len(title) == 0 {
		return section{}
	}
	t := &table{columns: []column{
		{"Function", true}, {"Units", true}, {"Provisioned\nunits", false}, {"Beyond them\nby chance", false}, {"In all\nunits", false}, {"Most asked\nby", true},
	}}
	const unitsColumn, provisionedColumn, beyondColumn = 1, 2, 3
	for i := range plans {
		p := &plans[i]
		needed := p.RequiredProvisionedForTarget.Or(0)
		first := name(p.Name, nameWidth)
		middle := []cell{first, word("needed"), {absent, dim}, {absent, dim}, maybe(p.RequiredUnitsForTarget, count), maybe(p.Driver, driver)}
		if len(p.Neighbours) == 0 {
			t.add(middle...)
			continue
		}
		for _, n := range p.Neighbours {
			row := []cell{first, word("one less"), count(n.Provisioned), chance(n.BeyondProvisionedRatio), {}, {}}
			switch {
			case n.Provisioned == needed:
				row = middle
				row[0], row[provisionedColumn], row[beyondColumn] = first, count(n.Provisioned), chance(n.BeyondProvisionedRatio)
			case n.Provisioned > needed:
				row[unitsColumn] = word("one more")
			}
			t.add(row...)
			first = cell{}
		}
	}
	t.keep(func(i int) bool {
		switch i {
		case unitsColumn, provisionedColumn, beyondColumn:
			return byChance
		case beyondColumn + 1:
			return units
		}
		return true
	})
	s.title, s.table = "Target: "+strings.Join(title, ", "), t
	return s
}

// driver is what asks for the most units, in a word.
func driver(d calc.Driver) cell {
	switch d {
	case calc.DriverTargetSpillover:
		return word("spillover")
	case calc.DriverTargetThrottle:
		return word("throttle")
	}
	return word(string(d))
}

// met tells whether a function meets the targets with the settings as they are;
// absent without a target, or where it is not known.
func (in *InputPlan) met(f *calc.FunctionSpill) (met calc.Optional[bool]) {
	x := f.Chance.Or(calc.Chance{})
	for _, pair := range [][2]calc.Optional[float64]{{in.TargetSpilloverRatio, x.BeyondProvisionedRatio}, {in.TargetThrottleRatio, x.ThrottledRatio}} {
		target, ratio := pair[0], pair[1]
		if target.Known() && ratio.Known() {
			met = calc.Some(met.Or(true) && ratio.Or(0) <= target.Or(0))
		}
	}
	return met
}

// missed says which targets the settings as they are miss, and by how much.
func missed(in *InputPlan, plans []calc.FunctionPlan) string {
	var list []string
	note := func(p *calc.FunctionPlan, target, ratio calc.Optional[float64], what string) {
		if x, ok := ratio.Get(); ok && target.Known() && x > target.Or(0) && len(list) < shownFindings {
			text := calc.FormatChance(x) + " " + what
			if len(plans) > 1 {
				text = p.Name + " " + text
			}
			list = append(list, text)
		}
	}
	for i := range plans {
		p := &plans[i]
		x := p.Now.Chance.Or(calc.Chance{})
		note(p, in.TargetSpilloverRatio, x.BeyondProvisionedRatio, "beyond provisioned")
		note(p, in.TargetThrottleRatio, x.ThrottledRatio, "throttled")
	}
	if len(list) == 0 {
		return ""
	}
	return "; by chance it misses the target: " + strings.Join(list, ", ")
}
