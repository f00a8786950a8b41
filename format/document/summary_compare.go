package document

import (
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/figure"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// summarizeCompare says which variant fits, or for two how the second differs from the first.
func summarizeCompare(r calc.CompareResult) string {
	if len(r.Variants) > 2 {
		return summarizeBest(r)
	}
	first, last := &r.Variants[0], &r.Variants[len(r.Variants)-1]
	words := changeWords(&first.Figures, last)
	switch {
	case figure.Same(r):
		words = []string{"nothing changes"}
		if excess := ExcessWords(&last.Figures); excess != "" {
			words = append(words, excess)
		}
		if usd, ok := last.TotalUSD.Get(); ok {
			words = append(words, "costs "+quantity.FormatDollars(usd)+" a month")
		}
	case !last.Accepted:
		words = []string{"AWS refuses its settings"}
	}
	return summarizeFigures(&last.Figures, last.Name+": "+strings.Join(words, ", "))
}

// summarizeFigures begins a sentence with the verdict.
func summarizeFigures(x *calc.Figures, text string) string {
	return summarize(string(x.Headline()), text)
}

// summarizeBest names the smallest and the cheapest of several variants that fit, or the only one; or the best, if none
// does.
func summarizeBest(r calc.CompareResult) string {
	fit := figure.Fitting(r.Variants)
	if len(fit) == 0 {
		best := figure.Best(r.Variants)
		text := fmt.Sprintf("none of %d variants fits; closest is %s", len(r.Variants), best.Name)
		if words := ExcessWords(&best.Figures); words != "" {
			text += ": " + words
		}
		return summarizeFigures(&best.Figures, text)
	}
	text := fmt.Sprintf("%d of %d variants", len(fit), len(r.Variants))
	smallest, cheapest := figure.Marked(r.Variants)
	says := func(v *calc.ComparedVariant, what string) string {
		return "; " + v.Name + " is the " + what + variantCost(&v.Figures)
	}
	switch {
	case len(fit) == 1:
		text += ": " + fit[0].Name + variantCost(&fit[0].Figures)
	case smallest != nil && smallest == cheapest:
		text += says(smallest, "smallest and the cheapest")
	default:
		if smallest != nil {
			text += says(smallest, "smallest")
		}
		if cheapest != nil {
			text += says(cheapest, "cheapest")
		}
	}
	if first := &r.Variants[0]; !first.Fits() {
		if words := ExcessWords(&first.Figures); words != "" {
			text += "; " + first.Name + " " + words
		}
	}
	return summarizeFigures(&fit[0].Figures, text)
}

// variantCost says what a variant costs.
func variantCost(x *calc.Figures) string {
	if usd, ok := x.TotalUSD.Get(); ok {
		return ", " + quantity.FormatDollars(usd) + " a month"
	}
	return ""
}

// ofRandom marks a share with random arrivals.
const ofRandom = " of random arrivals"

// ExcessWords says what becomes of the excess of a load: throttles 3%, spills 33%. If there is none in the steady
// state, it says so of random arrivals.
func ExcessWords(x *calc.Figures) string {
	var steady, random []string
	for _, e := range figure.Excesses(x) {
		switch share, isRandom := e.Share(); {
		case isRandom:
			random = append(random, string(e.Verdict)+" "+quantity.FormatShare(share)+ofRandom)
		case share != 0:
			steady = append(steady, string(e.Verdict)+" "+quantity.FormatShare(share))
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
func changeWords(before *calc.Figures, after *calc.ComparedVariant) (words []string) {
	old := figure.Excesses(before)
	fit := before.Headline() == calc.Fits && after.Headline() == calc.Fits
	for i, x := range figure.Excesses(&after.Figures) {
		if fit && x.Ratio == 0 && old[i].Ratio == 0 {
			continue
		}
		text := insteadOf(x, old[i])
		if f, ok := figure.Spilling(after); ok && text != "" && x.Verdict == calc.Spills {
			text += " (" + Ceiling(f.Provisioned, f.ProvisionedCeiling(), f.DurationMS) + ")"
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

// insteadOf says how an excess differs from an earlier one; empty if there is none in both. If one of the shares is of
// random arrivals, both are, as far as they are known.
func insteadOf(now, before figure.Excess) string {
	share, random := now.Share()
	old, was := before.Share()
	of := ""
	if random || was {
		share, old, of = now.Random.Or(share), before.Random.Or(old), ofRandom
	}
	if share == 0 && old == 0 {
		return ""
	}
	text, earlier := quantity.FormatShare(share), quantity.FormatShare(old)
	if text == earlier && share != old { // a small difference
		text, earlier = quantity.FormatPercent(share), quantity.FormatPercent(old)
	}
	what := string(now.Verdict) + " " + text + of
	if text == earlier {
		return what + " as before"
	}
	return what + " instead of " + earlier
}
