package quantity

import (
	"math"
	"strconv"
	"strings"
)

// FormatWhole writes a rate for a table cell that also holds other values: without decimals from 100 up.
func FormatWhole(x float64) string {
	if x >= 100 && x < 1e6 {
		return FormatCount(int64(math.Round(x)))
	}
	return FormatNumber(x)
}

// FormatShare writes a share of requests for a quick read: 0.333 as 33%, 0.0713 as 7.1%. A share below 0.01 % is ~0.
// Only 0 is written as 0%, and only 1 as 100%.
func FormatShare(ratio float64) string {
	percent := ratio * 100
	switch {
	case ratio == 0 || ratio == 1:
		return FormatPercent(ratio)
	case percent < 0.01:
		return "~0"
	case percent >= 99.5:
		return ">99%"
	case percent >= 9.95:
		return fixed(percent, 0) + "%"
	case percent >= 0.995:
		return trimZeros(fixed(percent, 1)) + "%"
	}
	return trimZeros(fixed(percent, 2)) + "%"
}

// FormatShareBriefly is FormatShare for a table cell that also holds other values: in whole percent from 2 % up. Below,
// a verdict may depend on a tenth.
func FormatShareBriefly(ratio float64) string {
	if percent := ratio * 100; percent >= 1.95 && percent < 99.5 {
		return fixed(percent, 0) + "%"
	}
	return FormatShare(ratio)
}

// FormatPercentChange writes a relative change, which may be negative or above 1: +12.5%, -3%, 0%.
func FormatPercentChange(ratio float64) string {
	if ratio == 0 {
		return "0%"
	}
	text := FormatPercent(math.Abs(ratio))
	switch {
	case strings.HasPrefix(text, "<") && ratio > 0:
		return text + " more"
	case strings.HasPrefix(text, "<"):
		return text + " less"
	case ratio > 0:
		return "+" + text
	}
	return "-" + text
}

// FormatCount writes a number of units for people: 1000 as 1,000.
func FormatCount(n int64) string { return grouped(strconv.FormatInt(n, 10)) }

// FormatCountBriefly writes a number of units for a table, with four significant digits from ten million up.
func FormatCountBriefly(n int64) string {
	if n >= 10_000_000 {
		return FormatNumber(float64(n))
	}
	return FormatCount(n)
}

// FormatCountOf writes a count with its noun: 1 error, 2 errors. Adjectives have no plural: 3 unknown.
func FormatCountOf(n int, what string) string {
	if n != 1 && what != "unknown" {
		what += "s"
	}
	return FormatCount(int64(n)) + " " + what
}

// FormatWholeOf is FormatCountOf of a number that need not be whole, written as FormatWhole does.
func FormatWholeOf(x float64, what string) string {
	number := FormatWhole(x)
	if number != "1" {
		what += "s"
	}
	return number + " " + what
}

// FormatNumber writes a rate or another measure for people: with four significant digits but never fewer than the
// digits before the decimal point, thousands grouped, and M, G or T from a million up. A number below 1e-9 is <1e-9.
func FormatNumber(x float64) string {
	for _, scale := range []struct {
		value  float64
		suffix string
	}{{1e12, "T"}, {1e9, "G"}, {1e6, "M"}} {
		if x >= scale.value {
			return significant(x/scale.value) + scale.suffix
		}
	}
	return significant(x)
}

// FormatPercent writes a ratio for people: 0.333 as 33.3%. Only 0 is written as 0%, and only 1 as 100%.
func FormatPercent(ratio float64) string {
	switch {
	case ratio > 0 && ratio < 0.0005:
		return "<0.1%"
	case ratio < 1 && ratio >= 0.9995:
		return ">99.9%"
	}
	return trimZeros(fixed(ratio*100, 1)) + "%"
}

// FormatChance writes a probability for people, as a percentage with three significant digits: 0.0103 as 1.03%,
// 0.00000064 as 6.4e-5%. Only 0 is written as 0%, and only 1 as 100%.
func FormatChance(ratio float64) string {
	percent := ratio * 100
	switch {
	case percent == 0:
		return "0%"
	case percent < 1e-9:
		return "<1e-9%"
	case percent < 1e-4:
		number := strconv.FormatFloat(percent, 'e', 1, 64)
		return strings.Replace(strings.Replace(number, ".0e", "e", 1), "e-0", "e-", 1) + "%"
	case ratio < 1 && percent >= 99.95:
		return ">99.9%"
	}
	decimals := 1
	for bound := 10.0; percent < bound && decimals < 5; bound /= 10 {
		decimals++
	}
	return trimZeros(fixed(percent, decimals)) + "%"
}

// FormatDuration writes milliseconds for people: 80 as 80ms, 1200 as 1.2s, 600000 as 10m.
func FormatDuration(ms float64) string {
	switch {
	case ms == 0:
		return "0s"
	case ms < 1:
		return significant(ms*1000) + "us"
	case ms < 1000:
		return significant(ms) + "ms"
	case ms >= 60_000 && math.Mod(ms, 60_000) == 0:
		return significant(ms/60_000) + "m"
	}
	return significant(ms/1000) + "s"
}

// FormatLongDuration is FormatDuration with all digits from one second up: 900100 as 900.1s. Use it next to a limit, so
// that rounding does not make the two look equal.
func FormatLongDuration(ms float64) string {
	if ms < 1000 || math.Mod(ms, 60_000) == 0 {
		return FormatDuration(ms)
	}
	return grouped(strconv.FormatFloat(ms/1000, 'f', -1, 64)) + "s"
}

// FormatSeconds writes a duration in seconds for people, as FormatDuration does.
func FormatSeconds(s float64) string { return FormatDuration(s * 1000) }

// FormatTime writes seconds as people say them: 22.43 as 22.4s, 141.54 as 2m22s, 3660 as 1h1m. It rounds to tenths from
// a second on, to seconds from a minute on, and to minutes from an hour on.
func FormatTime(s float64) string {
	switch {
	case s >= 1 && s < 59.95:
		return trimZeros(fixed(s, 1)) + "s"
	case s < 59.95 || !Finite(s):
		return FormatSeconds(s)
	case s < 3599.5:
		return inParts(s, "m", "s")
	}
	return inParts(s/60, "h", "m")
}

// inParts writes a number, rounded, as sixties and the rest.
func inParts(x float64, sixties, rest string) string {
	n := int64(math.Floor(x + 0.5))
	text := grouped(strconv.FormatInt(n/60, 10)) + sixties
	if n%60 == 0 {
		return text
	}
	return text + strconv.FormatInt(n%60, 10) + rest
}

// significant writes a number with four significant digits and at most three decimals.
func significant(x float64) string {
	switch {
	case x > 0 && x < 1e-9:
		return "<1e-9"
	case x > 0 && x < 0.001:
		return strings.Replace(strconv.FormatFloat(x, 'g', 3, 64), "e-0", "e-", 1)
	}
	decimals := 3
	for bound := 10.0; decimals > 0 && x >= bound; bound *= 10 {
		decimals--
	}
	return grouped(trimZeros(fixed(x, decimals)))
}

// fixed writes a number with some decimals. Half of the last one is rounded away from 0, and so is what is half but for
// a rounding error: strconv rounds 12.5 to 12.
func fixed(x float64, decimals int) string {
	const relative = Tolerance / 1000
	return strconv.FormatFloat(x+float64(relative*x), 'f', decimals, 64)
}

// trimZeros removes trailing zeros after the decimal point.
func trimZeros(number string) string {
	if strings.Contains(number, ".") {
		number = strings.TrimRight(strings.TrimRight(number, "0"), ".")
	}
	return number
}

// grouped inserts a comma between groups of three digits before the decimal point.
func grouped(number string) string {
	if below, ok := strings.CutPrefix(number, "-"); ok {
		return "-" + grouped(below)
	}
	whole := len(number)
	if dot := strings.IndexByte(number, '.'); dot >= 0 {
		whole = dot
	}
	if whole <= 3 {
		return number
	}
	var b strings.Builder
	for i, c := range []byte(number) {
		if i > 0 && i < whole && (whole-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(c)
	}
	return b.String()
}

// AppendNumber appends a number for programs, with all its digits, as ECMAScript and encoding/json write it: with an
// exponent only below 1e-6 and from 1e21 up.
func AppendNumber(text []byte, x float64) []byte {
	if magnitude := math.Abs(x); magnitude == 0 || magnitude >= 1e-6 && magnitude < 1e21 {
		return strconv.AppendFloat(text, x, 'f', -1, 64)
	}
	text = strconv.AppendFloat(text, x, 'e', -1, 64)
	if n := len(text); text[n-4] == 'e' && text[n-2] == '0' { // e-09 becomes e-9
		text[n-2] = text[n-1]
		text = text[:n-1]
	}
	return text
}

// FormatSpan formats a length of time, seconds, in the largest unit that it is a whole number of, up to days: 19 days,
// 24h, 90m, 61s. From two hours on, minutes are the rest of hours: 16h40m.
func FormatSpan(s float64) string {
	const minute, hour, day = 60, 3600, 86_400
	whole := func(unit float64) bool { return s >= unit && math.Mod(s, unit) == 0 }
	switch {
	case s >= 3*day && whole(day):
		return FormatNumber(s/day) + " days"
	case whole(hour):
		return FormatNumber(s/hour) + "h"
	case whole(minute) && s > 2*hour:
		return inParts(s/minute, "h", "m")
	case whole(minute):
		return FormatNumber(s/minute) + "m"
	}
	return FormatSeconds(s)
}
