package page

import (
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/figure"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// leastPoints is how many rows of a scale or a schedule are always shown.
const leastPoints = 1

// scaleSection shows what happens as the load grows, what to set for it, and where the account breaks; it is empty
// without a scale. A quota that is enough is not shown.
func scaleSection(g calc.Growth, quota int64, single bool) Section {
	if len(g.Scale) == 0 {
		return Section{}
	}
	t := &Table{Columns: []Column{
		right("Load"), left("Verdict"), right("Throttled"), right("Queued"), right("Spilled"),
		right("Set\nquota").drop(lastDrop), right("Set\nreserved").drop(lastDrop), right("Set\nprovisioned").drop(lastDrop),
	}}
	for _, p := range g.Scale {
		cells := []Cell{factor(p.Factor), verdict(p.Headline())}
		for _, x := range figure.ExcessesOf(&p) {
			cells = append(cells, shareCell(x, false))
		}
		set := p.Set.Or(calc.ScaleSettings{})
		concurrency := Cell{absent, Dim}
		if set.Concurrency != quota {
			concurrency = count(set.Concurrency)
		}
		t.add(append(cells, concurrency, count(set.ReservedTotal), count(set.ProvisionedTotal))...)
	}
	t.dropSilent()
	return Section{Table: t, Stars: atRandom, Rest: rest(len(g.Scale), leastPoints, moreOf("point", "-o wide")),
		Lines: []Line{{Text: growthWords(g, single)}}}
}

// onlyGrowth reports whether an answer shows how the load grows in place of how it is now, which the headline has: both
// rarely have room on a screen.
func (v View) onlyGrowth(g calc.Growth) bool { return len(g.Scale) > 0 && !v.Whole && !v.Folded }

// growthWords says where the load begins to spill, where it breaks, and where it throttles if it queues before: spills
// from 1.7x: checkout; throttles from 18.4x: search (19.1x if evenly spaced).
func growthWords(g calc.Growth, single bool) string {
	say := func(b calc.Break) string {
		text := fmt.Sprintf("%s from %s", b.Verdict, factor(b.Factor).Text)
		if !single {
			text += ": " + b.Function
		}
		return text
	}
	steady, broken := g.BreaksAt.Get()
	random, known := g.BreaksAtRandom.Get()
	same := steady.Function == random.Function && steady.Verdict == random.Verdict
	var parts []string
	for i, at := range []calc.Optional[calc.Break]{g.SpillsAt, g.BreaksAtRandom.Else(g.BreaksAt), g.ThrottlesAt} {
		b, ok := at.Get()
		if !ok {
			continue
		}
		text := say(b)
		if i == 1 && broken && same && steady.Factor != b.Factor {
			text += fmt.Sprintf(" (%s if evenly spaced)", factor(steady.Factor).Text)
		}
		parts = append(parts, text)
	}
	switch {
	case !known && !broken:
		parts = append(parts, "nothing is throttled or queued up to 100x")
	case known && broken && !same:
		parts = append(parts, "if evenly spaced, "+say(steady))
	}
	return capital(strings.Join(parts, "; ")) + "."
}

func factor(x float64) Cell { return word(quantity.FormatNumber(x) + "x") }
