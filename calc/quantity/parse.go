package quantity

import (
	"math"
	"strconv"
	"strings"

	"github.com/lambdacap/lambdacap/calc/aws"
)

// ParseRate reads a rate and returns requests per second.
//
// A rate is a decimal number, an optional k, M or G, and an optional period: /s, /sec, /min, /h, /hour, /d or /day.
// Without a period it is per second. The range is 0 to 1e9 requests per second.
func ParseRate(text string) (float64, error) {
	fail := failer(text, Rates.Legal)
	number, rest, problem := cutNumber(text)
	if problem != "" {
		return 0, fail(problem)
	}
	scale, period, _ := strings.Cut(rest, "/")
	var exponent int
	switch scale {
	case "":
	case "k":
		exponent = 3
	case "M":
		exponent = 6
	case "G":
		exponent = 9
	default:
		return 0, fail(unknownUnit(rest))
	}
	var seconds float64
	switch period {
	case "s", "sec":
		seconds = 1
	case "min":
		seconds = 60
	case "h", "hour":
		seconds = 3600
	case "d", "day":
		seconds = 86400
	default:
		if period != "" || strings.Contains(rest, "/") {
			return 0, fail("has an unknown period " + Quote("/"+period))
		}
		seconds = 1
	}
	rps := scaled(number, exponent) / seconds
	switch {
	case !(rps <= Rates.Most):
		return 0, fail("is too large")
	case vanished(number, rps):
		return 0, fail(tooSmall)
	}
	return rps, nil
}

// ParseDuration reads a mean duration and returns milliseconds.
//
// A duration is a decimal number and a unit: us, ms, s, m or h. A number without a unit is an error, because some
// people would mean seconds and others milliseconds. The range is 1 ns to one year.
func ParseDuration(text string) (float64, error) {
	fail := failer(text, Durations.Legal)
	number, unit, problem := cutNumber(text)
	if problem != "" {
		return 0, fail(problem)
	}
	var ms float64
	switch unit {
	case "us", "µs", "μs":
		ms = scaled(number, -3)
	case "ms":
		ms = scaled(number, 0)
	case "s":
		ms = scaled(number, 3)
	case "m":
		ms = scaled(number, 3) * 60
	case "h":
		ms = scaled(number, 3) * 3600
	case "":
		number = short(number)
		return 0, fail("needs a unit: " + number + "ms or " + number + "s")
	default:
		return 0, fail(unknownUnit(unit))
	}
	if vanished(number, ms) {
		return 0, fail(tooSmall)
	}
	if problem := durationProblem(ms); problem != "" {
		return 0, fail(problem)
	}
	return ms, nil
}

// ParseMemory reads a memory size and returns MB (of 1,048,576 bytes, as AWS counts them).
//
// A size is a decimal number, either alone, with MB for megabytes, or with GB for 1,024 megabytes. It must be a whole
// number of MB from 128 to 10,240.
func ParseMemory(text string) (int64, error) {
	return parseSize(text, Memory)
}

// ParseEphemeral reads the size of ephemeral storage, written like a memory size, and returns MB: 512 to 10,240.
func ParseEphemeral(text string) (int64, error) {
	return parseSize(text, Ephemeral)
}

func parseSize(text string, legal Range) (int64, error) {
	fail := failer(text, legal.Legal)
	number, unit, problem := cutNumber(text)
	if problem != "" {
		return 0, fail(problem)
	}
	mb := scaled(number, 0)
	switch unit {
	case "", "MB":
	case "GB":
		mb *= aws.MBPerGB
	default:
		return 0, fail(unknownUnit(unit))
	}
	switch {
	case !(mb >= legal.Least):
		return 0, fail("is too small")
	case !(mb <= legal.Most):
		return 0, fail("is too large")
	case mb != math.Trunc(mb):
		return 0, fail("is not a whole number of MB")
	}
	return int64(mb), nil
}

// ParsePenalty reads a penalty in US dollars per request: a decimal number from 0 to 1,000,000.
func ParsePenalty(text string) (float64, error) {
	return parseDecimal(text, "", Penalties)
}

// ParseHours reads the length of a month in hours: a decimal number from 0 to 744.
func ParseHours(text string) (float64, error) {
	return parseDecimal(text, "h", Months)
}

// ParseEnabledHours reads how many hours of the month capacity is on, such as 160 or 160h: 0 to 744.
func ParseEnabledHours(text string) (float64, error) {
	return parseDecimal(text, "h", EnabledHours)
}

// parseDecimal reads a decimal number, with or without its unit. It does not check the lower end of the range.
func parseDecimal(text, unit string, legal Range) (float64, error) {
	fail := failer(text, legal.Legal)
	number, rest, problem := cutNumber(text)
	if problem != "" {
		return 0, fail(problem)
	}
	switch x := scaled(number, 0); {
	case rest != "" && rest != unit:
		return 0, fail(unknownUnit(rest))
	case !(x <= legal.Most):
		return 0, fail("is too large")
	case vanished(number, x):
		return 0, fail(tooSmall)
	default:
		return x, nil
	}
}

// ParseSwitch reads true or false.
func ParseSwitch(text string) (bool, error) {
	switch text {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, failer(text, "true, false")("is not known")
}

// ParsePercent reads a share and returns a ratio from 0 to 1: 1% and 0.01 are the same.
func ParsePercent(text string) (float64, error) { return parsePercent(text, Shares) }

// ParseHeadroom reads a headroom and returns a ratio: 10% and 0.1 are the same. The range is 0% to 1000%. A bare
// number above 1 is an error, since 10 would mean 1000%.
func ParseHeadroom(text string) (float64, error) {
	return parsePercent(text, Headrooms)
}

func parsePercent(text string, legal Range) (float64, error) {
	fail := failer(text, legal.Legal)
	number, unit, problem := cutNumber(text)
	if problem != "" {
		return 0, fail(problem)
	}
	var ratio float64
	switch unit {
	case "%":
		if ratio = scaled(number, -2); !(ratio <= legal.Most) {
			return 0, fail("is too large")
		}
	case "":
		if ratio = scaled(number, 0); !(ratio <= 1) {
			return 0, fail("is a ratio above 1, write " + short(number) + "% if that is meant")
		}
	default:
		return 0, fail(unknownUnit(unit))
	}
	if vanished(number, ratio) {
		return 0, fail(tooSmall)
	}
	return ratio, nil
}

// ParseCount reads a number of units of concurrency: only decimal digits, 0 to 100,000,000. A leading zero does not
// make it octal.
func ParseCount(text string) (int64, error) {
	fail := failer(text, Units.Legal)
	number, rest, problem := cutNumber(text)
	if problem != "" {
		return 0, fail(problem)
	}
	if rest != "" || strings.Trim(number, "0123456789") != "" {
		return 0, fail("is not a whole number")
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n > int64(Units.Most) {
		return 0, fail("is too large")
	}
	return n, nil
}

// ParsePeakedness reads a peakedness: a decimal number from 1 to 1000.
func ParsePeakedness(text string) (float64, error) {
	z, err := parseDecimal(text, "", Peakedness)
	if err == nil && z < 1 {
		return 0, failer(text, Peakedness.Legal)("is below 1, that of Poisson arrivals")
	}
	return z, err
}

// ParseWord reads one of a few lower-case words.
func ParseWord[T ~string](text string, values ...T) (T, error) {
	for _, v := range values {
		if text == string(v) {
			return v, nil
		}
	}
	problem := "is not known"
	if text != strings.ToLower(text) {
		problem = "is not known, the values are lower case"
	}
	var legal []string
	for _, v := range values {
		legal = append(legal, string(v))
	}
	return "", failer(text, strings.Join(legal, ", "))(problem)
}

// cutNumber splits a text into the decimal number at its start and the rest. If the text does not start with one, it
// returns the problem instead.
func cutNumber(text string) (number, rest, problem string) {
	if text == "" {
		return "", "", "is empty"
	}
	negative := text[0] == '-'
	body := strings.TrimPrefix(text, "-")
	i := digits(body, 0)
	if i == 0 {
		return "", "", "is not a number"
	}
	if i < len(body) && body[i] == '.' {
		fraction := digits(body, i+1)
		if fraction == i+1 {
			return "", "", "is not a number"
		}
		i = fraction
	}
	if i < len(body) && (body[i] == 'e' || body[i] == 'E') {
		j := i + 1
		if j < len(body) && (body[j] == '+' || body[j] == '-') {
			j++
		}
		if end := digits(body, j); end > j {
			i = end
		}
	}
	if negative {
		return "", "", "is negative"
	}
	return body[:i], body[i:], ""
}

// unknownUnit describes what follows a number in place of a unit.
func unknownUnit(rest string) string {
	switch {
	case strings.ContainsAny(rest[:1], ",_'"):
		return "has a separator between its digits, write it without"
	case strings.HasPrefix(rest, " "):
		return "has a space behind the number, write it without"
	}
	return "has an unknown unit " + Quote(rest)
}

// digits returns the index of the first byte of text, from start on, that is not a decimal digit.
func digits(text string, start int) int {
	for start < len(text) && text[start] >= '0' && text[start] <= '9' {
		start++
	}
	return start
}

// scaled returns number x 10^exponent, rounded only once. A multiplication would round twice: 0.07 x 1000 is not 70 in
// binary. number must come from cutNumber. If it is too large for a float64, the result is +Inf.
func scaled(number string, exponent int) float64 {
	if strings.ContainsAny(number, "eE") {
		v, _ := strconv.ParseFloat(number, 64)
		return v * math.Pow10(exponent)
	}
	v, _ := strconv.ParseFloat(number+"e"+strconv.Itoa(exponent), 64)
	return v
}

// tooSmall says of a number that vanished that it did.
const tooSmall = "is too small to tell from 0, write 0 if that is meant"

// vanished reports whether a number that is not zero became zero: 1e-999 is below every float64. number must come from
// cutNumber, and x from scaled.
func vanished(number string, x float64) bool {
	if x != 0 {
		return false
	}
	for _, c := range number {
		switch {
		case c == 'e' || c == 'E':
			return false
		case c >= '1' && c <= '9':
			return true
		}
	}
	return false
}
