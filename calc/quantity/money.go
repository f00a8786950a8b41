package quantity

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
)

// FormatUSD writes an amount of US dollars for people: with cents below 100, without cents from 100 up, in millions
// from a hundred million up. A positive amount is never written as 0.00.
func FormatUSD(amount float64) string {
	return writeUSD(amount, math.Round(amount/usdStep(amount)), usdStep(amount))
}

// FormatUSDSum writes the parts of a total for people, in the digits that FormatUSD has for the total, and so that they
// add up to it: the parts that lose most when all are rounded down are rounded up. A positive part that is rounded to
// nothing is written as less than the last digit: <1. Numbers that are not the parts of the total are rounded to the
// nearest.
func FormatUSDSum(parts []float64, total float64) []string {
	step := usdStep(total)
	steps, lost := make([]float64, len(parts)), make([]int, len(parts))
	left := math.Round(total / step)
	for i, x := range parts {
		steps[i], lost[i] = math.Floor(x/step), i
		left -= steps[i]
	}
	slices.SortStableFunc(lost, func(i, j int) int {
		return cmp.Compare(parts[j]/step-steps[j], parts[i]/step-steps[i])
	})
	for n, i := range lost {
		switch {
		case left < 0 || left > float64(len(parts)):
			steps[i] = math.Round(parts[i] / step)
		case float64(n) < left:
			steps[i]++
		}
	}
	texts := make([]string, len(parts))
	for i, x := range parts {
		texts[i] = writeUSD(x, steps[i], step)
	}
	return texts
}

// usdStep is the value of the last digit in which an amount is written: a cent, a dollar, or a part of a million.
func usdStep(amount float64) float64 {
	switch {
	case amount >= 999.95e6:
		return 1e6
	case amount >= 1e8:
		return 1e5
	case amount >= 99.995:
		return 1
	}
	return 0.01
}

// writeUSD writes an amount that is rounded to a number of steps.
func writeUSD(amount, steps, step float64) string {
	if amount > 0 && steps == 0 {
		return "<" + writeUSD(step, 1, step)
	}
	switch step {
	case 0.01:
		return grouped(strconv.FormatFloat(steps/100, 'f', 2, 64))
	case 1:
		return grouped(strconv.FormatFloat(steps, 'f', 0, 64))
	}
	return grouped(trimZeros(strconv.FormatFloat(steps*(step/1e5)/10, 'f', 1, 64))) + "M"
}

// FormatUSDChange writes a change in an amount with its sign, as FormatUSD does: +12.50, -3.00, 0.00, +2,081.
func FormatUSDChange(amount float64) string { return signed(amount, FormatUSD) }

// FormatDollars writes an amount of US dollars for a sentence, as FormatUSD does: $16,556, $12.50, <$0.01.
func FormatDollars(amount float64) string {
	if below, ok := strings.CutPrefix(FormatUSD(amount), "<"); ok {
		return "<$" + below
	}
	return "$" + FormatUSD(amount)
}

// FormatDollarsChange writes a change in an amount of US dollars for a sentence: +$12.50, -$3.00, $0.00.
func FormatDollarsChange(amount float64) string { return signed(amount, FormatDollars) }

// signed writes a change with its sign. One that is less than half a cent is none.
func signed(amount float64, format func(float64) string) string {
	switch {
	case math.Abs(amount) < 0.005:
		return format(0)
	case amount > 0:
		return "+" + format(amount)
	}
	return "-" + format(-amount)
}

// FormatPerMillion writes the price of a million units, given the price of one, with two decimals: prices are compared
// to the cent, in whatever currency they are.
func FormatPerMillion(price float64) string {
	if price > 0 && price < 0.005e-6 {
		return "<0.01"
	}
	return grouped(strconv.FormatFloat(price*1e6, 'f', 2, 64))
}
