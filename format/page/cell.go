package page

import (
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/figure"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// absent is shown if there is no value.
const absent = "-"

// totalRow is the name that tables give to the sum of the functions.
const totalRow = "Total"

func word(text string) Cell      { return Cell{Text: text} }
func number(x float64) Cell      { return word(quantity.FormatNumber(x)) }
func count(n int64) Cell         { return word(quantity.FormatCountBriefly(n)) }
func percent(ratio float64) Cell { return word(quantity.FormatPercent(ratio)) }
func share(ratio float64) Cell   { return word(quantity.FormatShare(ratio)) }
func usd(amount float64) Cell    { return word(quantity.FormatUSD(amount)) }
func limit(l calc.Limit) Cell    { return word(string(l)) }

// chance shows a share of random arrivals with three digits, or as about 0 below 0.01 %.
func chance(ratio float64) Cell {
	if ratio != 0 && !figure.Visible(ratio) {
		return share(ratio)
	}
	return word(quantity.FormatChance(ratio))
}

// tiny shows a share with three digits, however small it is: it is compared with a target, which may be as small.
func tiny(ratio float64) Cell { return word(quantity.FormatChance(ratio)) }

// atRandom is what a star means.
const atRandom = "with random arrivals"

// optional shows an optional value.
func optional[T any](o calc.Optional[T], show func(T) Cell) Cell {
	if v, ok := o.Get(); ok {
		return show(v)
	}
	return Cell{absent, Dim}
}

// nonzero shows a number in a tone that makes it stand out, and dims a zero.
func nonzero(x float64, t Tone) Cell {
	if x == 0 {
		return Cell{"0", Dim}
	}
	return number(x).in(t, true)
}

// in returns the cell in a tone if a condition holds, and unchanged otherwise.
func (c Cell) in(t Tone, when bool) Cell {
	if when {
		c.Tone = t
	}
	return c
}

// needed shows how many units are required, as a warning if there are not as many.
func needed(required, units int64) Cell {
	return count(required).in(Warn, figure.Short(required, units))
}

// usdChange shows a change in cost. A saving is good.
func usdChange(c calc.Comparison) Cell {
	text := quantity.FormatUSDChange(c.Delta)
	switch {
	case !c.Changed():
		return Cell{text, Dim}
	case c.Saves():
		return Cell{text, Good}
	}
	return Cell{text, Warn}
}

// verdict shows a verdict in capitals: it is the word that a reader looks for first.
func verdict(v calc.Verdict) Cell {
	return Cell{strings.ToUpper(string(v)), verdictTone(v)}
}

func verdictTone(v calc.Verdict) Tone { return toneOf(strings.ToUpper(string(v))) }
