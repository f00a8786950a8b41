package page

import (
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/figure"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/format/document"
)

// A loss is a share of the requests that ends up elsewhere than it should.
type loss struct {
	label, verb string
	steady      float64
	random      calc.Optional[float64]
}

// losses lists the shares of a load, the worst kind first.
func losses(x *calc.Figures) []loss {
	random := x.Chance.Or(calc.VariantChance{})
	return []loss{
		{"Throttled", "throttles", x.ThrottledRatio, random.ThrottledRatio},
		{"Queued", "queues", x.QueuedRatio, calc.Optional[float64]{}},
		{"Spilled", "spills", x.SpilloverRatio, random.SpilloverRatio},
	}
}

// ofRandom marks a share of random arrivals.
const ofRandom = " of random arrivals"

// share returns the share that says how much is lost: that of the steady state or, if that is nothing, that of random
// arrivals.
func (l loss) share() (ratio float64, random bool) {
	if share := l.random.Or(0); l.steady == 0 && figure.Visible(share) {
		return share, true
	}
	return l.steady, false
}

// lossWords says what a load loses: throttles 3%, spills 33%. If it is nothing in the steady state, it says so of
// random arrivals.
func lossWords(x *calc.Figures) string {
	var steady, random []string
	for _, l := range losses(x) {
		switch share, isRandom := l.share(); {
		case isRandom:
			random = append(random, l.verb+" "+quantity.FormatShare(share)+ofRandom)
		case share != 0:
			steady = append(steady, l.verb+" "+quantity.FormatShare(share))
		}
	}
	switch {
	case len(steady) > 0:
		return strings.Join(steady, ", ")
	case x.Headline() == calc.Fits:
		return ""
	}
	return strings.Join(random, ", ")
}

// changeWords says how a variant differs from an earlier one.
func changeWords(before *calc.ComparedAccount, after *calc.ComparedVariant) (words []string) {
	old, now := losses(&before.Figures), losses(&after.Figures)
	fit := before.Headline() == calc.Fits && after.Headline() == calc.Fits
	for i, l := range now {
		if fit && l.steady == 0 && old[i].steady == 0 {
			continue
		}
		text := insteadOf(l, old[i])
		if f, ok := figure.Spilling(after); ok && text != "" && i == len(now)-1 {
			text += " (" + document.Ceiling(f.Provisioned, f.ProvisionedCeiling(), f.DurationMS) + ")"
		}
		if text != "" {
			words = append(words, text)
		}
	}
	if len(words) == 0 && after.Headline() == calc.Fits {
		words = append(words, "serves everything")
	}
	total, known := after.TotalUSD.Get()
	if !known {
		return words
	}
	text := "costs " + quantity.FormatDollars(total)
	if b, ok := before.TotalUSD.Get(); !ok {
		text += " a month"
	} else if c := calc.Compare(b, total); !c.Changed() {
		text += " a month as before"
	} else if ratio, ok := c.DeltaRatio.Get(); ok {
		text += " (" + quantity.FormatPercentChange(ratio) + ") a month"
	} else {
		text += " (" + quantity.FormatDollarsChange(c.Delta) + ") a month"
	}
	return append(words, text)
}

// insteadOf says how a share differs from an earlier one; empty if both are nothing. If one of them is of random
// arrivals, both are, as far as they are known.
func insteadOf(now, before loss) string {
	share, random := now.share()
	old, was := before.share()
	of := ""
	if random || was {
		share, old, of = now.random.Or(share), before.random.Or(old), ofRandom
	}
	if share == 0 && old == 0 {
		return ""
	}
	text, earlier := quantity.FormatShare(share), quantity.FormatShare(old)
	if text == earlier && share != old { // a small difference
		text, earlier = quantity.FormatPercent(share), quantity.FormatPercent(old)
	}
	if text == earlier {
		return now.verb + " " + text + of + " as before"
	}
	return now.verb + " " + text + of + " instead of " + earlier
}

// lossCell shows a share in the steady state and, with a star, that of random arrivals if they lose more; briefly, only
// the latter.
func lossCell(l loss, brief bool) Cell {
	c := word(quantity.FormatShare(l.steady)).in(Dim, l.steady == 0)
	x := l.random.Or(0)
	text := quantity.FormatShare(x)
	if !figure.MoreAtRandom(l.steady, x) || text == c.Text {
		return c
	}
	if brief || l.steady == 0 {
		return word(text + "*")
	}
	return word(c.Text + ", " + text + "*")
}
