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
// to it.
func risk(x calc.Optional[float64], steady float64, t tone) cell {
	c := maybe(x, chance)
	if x.Or(0) > steady && x.Or(0) >= 0.001 {
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
		spilled, risk(x.SpilloverRatio, f.SpilloverRatio, warn),
		throttled, risk(x.ThrottledRatio, f.ThrottledRatio, bad),
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
	return section{title: "Steady state and chance", table: t, lines: assumptions(functions)}
}

// assumptions says in words what the chances rest on.
func assumptions(functions []calc.FunctionSpill) []line {
	keepAlive := 0.0
	brief, spills := false, false
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
		arrivals += " Rate limits are taken to count second by second."
	}
	cold := fmt.Sprintf("Cold starts assume that an idle environment is kept for %s (--keep-alive), which AWS does not publish.",
		calc.FormatDuration(keepAlive*1000))
	if spills {
		cold = "A spill is not a cold start: most find a warm on-demand environment. " + cold
	}
	return []line{{text: arrivals}, {text: cold}}
}

// targetSection shows what the targets ask for, and one unit less and more.
func targetSection(in *InputPlan, plans []calc.FunctionPlan) section {
	var title []string
	spillover, byChance := in.TargetSpilloverRatio.Get()
	if byChance {
		title = append(title, "spillover "+calc.FormatChance(spillover))
	}
	throttle, units := in.TargetThrottleRatio.Get()
	if units {
		title = append(title, "throttle "+calc.FormatChance(throttle))
	}
	if len(title) == 0 {
		return section{}
	}
	t := &table{columns: []column{
		{"Function", true}, {"Provisioned\nunits", false}, {"One unit\nless", false}, {"Beyond it\nby chance", false}, {"One unit\nmore", false},
		{"All\nunits", false}, {"Size\nset by", true},
	}}
	const unitsColumn = 5
	for i := range plans {
		p := &plans[i]
		near := [3]cell{{absent, dim}, {absent, dim}, {absent, dim}}
		for _, n := range p.Neighbours {
			near[n.Provisioned-p.RequiredProvisionedForTarget.Or(0)+1] = chance(n.BeyondProvisionedRatio)
		}
		t.add(name(p.Name, 14), maybe(p.RequiredProvisionedForTarget, count), near[0], near[1], near[2],
			maybe(p.RequiredUnitsForTarget, count), maybe(p.Driver, driver))
	}
	t.keep(func(i int) bool {
		if i == unitsColumn {
			return units
		}
		return byChance || i == 0 || i > unitsColumn
	})
	return section{title: "Target: " + strings.Join(title, ", "), table: t}
}

// driver is what sets a size, in words.
func driver(d calc.Driver) cell {
	switch d {
	case calc.DriverTargetSpillover:
		return word("spill target")
	case calc.DriverTargetThrottle:
		return word("throttle target")
	}
	return word(string(d) + " rule")
}
