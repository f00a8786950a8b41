package page

import (
	"fmt"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// leastPoints is how many rows of a scale or a schedule are always shown.
const leastPoints = 2

// scaleSection shows what happens as the load grows, and where the account breaks; it is empty without a scale.
func scaleSection(scale []calc.ScalePoint, breaksAt calc.Optional[calc.Break], single bool) Section {
	if len(scale) == 0 {
		return Section{}
	}
	t := &Table{Columns: []Column{
		right("Load"), left("Verdict"), right("Throttled"), right("Queued"), right("Spilled"), left("Steady state"),
	}}
	for _, p := range scale {
		v, steady := p.VerdictRandom.Or(p.Verdict), Cell{}
		if v != p.Verdict {
			steady = Cell{string(p.Verdict), verdictTone(p.Verdict)}
		}
		t.add(factor(p.Factor), verdict(v), share(p.ThrottledRatio), share(p.QueuedRatio), share(p.SpilloverRatio), steady)
	}
	t.dropSilent()
	text := "Nothing is throttled or queued up to 100x."
	if b, ok := breaksAt.Get(); ok {
		who := b.Function
		if single {
			who = "it"
		}
		text = fmt.Sprintf("First breaks at %s: %s %s.", factor(b.Factor).Text, who, b.Verdict)
	}
	return Section{Table: t, Rest: rest(len(scale), leastPoints, moreOf("point", "-o wide")), Lines: []Line{{Text: text}}}
}

func factor(x float64) Cell { return word(quantity.FormatNumber(x) + "x") }
