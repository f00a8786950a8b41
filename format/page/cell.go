package page

import (
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// absent is shown where there is no value.
const absent = "-"

// accountRow is how tables name the sum of the functions.
const accountRow = "account"

// nameWidth is where names are broken in a table, so that it fits 80 columns.
const nameWidth = 22

func word(text string) Cell      { return Cell{Text: text} }
func number(x float64) Cell      { return word(quantity.FormatNumber(x)) }
func count(n int64) Cell         { return word(quantity.FormatCountBriefly(n)) }
func percent(ratio float64) Cell { return word(quantity.FormatPercent(ratio)) }
func chance(ratio float64) Cell  { return word(quantity.FormatChance(ratio)) }
func usd(amount float64) Cell    { return word(quantity.FormatUSDBriefly(amount)) }
func limit(l calc.Limit) Cell    { return word(string(l)) }

// optional shows an optional value.
func optional[T any](o calc.Optional[T], show func(T) Cell) Cell {
	if v, ok := o.Get(); ok {
		return show(v)
	}
	return Cell{absent, Dim}
}

// nonzero is a number that stands out, in a tone, unless it is zero.
func nonzero(x float64, t Tone) Cell {
	if x == 0 {
		return Cell{"0", Dim}
	}
	return number(x).in(t, true)
}

// in gives a cell a tone under a condition.
func (c Cell) in(t Tone, when bool) Cell {
	if when {
		c.Tone = t
	}
	return c
}

// needed is a need that stands out where there are fewer units.
func needed(required, units int64) Cell {
	return count(required).in(Warn, calc.Short(required, units))
}

// usdChange is a change of an amount: less is good.
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

// verdict is the word that a reader looks for first.
func verdict(v calc.Verdict) Cell {
	return Cell{strings.ToUpper(string(v)), verdictTone(v)}
}

func verdictTone(v calc.Verdict) Tone {
	switch v {
	case calc.Fits:
		return Good
	case calc.Throttles:
		return Bad
	}
	return Warn
}

// name is a function's name, broken into lines where it is long, after a hyphen or the like where there is one.
func name(text string, width int) Cell {
	var lines []string
	rest := []rune(text)
	for len(rest) > width {
		at := width
		for i := width; i > width/2; i-- {
			if strings.ContainsRune("-_.:/ ", rest[i-1]) {
				at = i
				break
			}
		}
		lines, rest = append(lines, string(rest[:at])), rest[at:]
	}
	return word(strings.Join(append(lines, string(rest)), "\n"))
}
