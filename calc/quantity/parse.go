package quantity

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
)

// ParseRate reads a rate and returns requests per second.
//
// A rate is a decimal number, an optional k, M or G, and an optional unit: a period such as /s, /min, /h or /day, with
// or without req before it, or rps, qps, tps (a second) or rpm (a minute). Without a unit it is per second. With one,
// commas may separate thousands: 90,000/min. The range is 0 to 1e9 requests per second.
func ParseRate(text string) (float64, error) {
	fail := failer(text, Rates.Legal)
	number, rest, problem := cutNumber(text)
	if problem != "" {
		return 0, fail(problem)
	}
	whole, unit := cutThousands(number, rest)
	exponent, seconds, meant := rateUnit(unit)
	before, period, hasPeriod := strings.Cut(unit, "/")
	_, known, _ := rateUnit(before + "/s")
	switch {
	case seconds == 0 && hasPeriod && known > 0:
		err := fail("has an unknown period " + Quote("/"+period))
		return 0, err.among(period, "min", "minute", "sec", "second", "hour", "h", "day")
	case seconds == 0 && whole != number, whole != number && strings.TrimLeft(unit, "kMG ") == "":
		return 0, fail(unknownUnit(rest), withoutSeparators(number, rest))
	case seconds == 0 && meant != "":
		return 0, fail(unknownUnit(rest), number+meant)
	case seconds == 0:
		return 0, fail(unknownUnit(rest), withoutSeparators(number, rest)).among(unit, "rps", "rpm", "qps", "tps")
	}
	rps := scaled(whole, exponent) / seconds
	switch {
	case !(rps <= Rates.Most):
		return 0, fail("is too large")
	case vanished(whole, rps):
		return 0, fail(tooSmall)
	}
	return rps, nil
}

// cutThousands joins groups of three digits separated by commas, at the start of number followed by rest, and returns
// the text after them. Without such groups, it returns both unchanged.
func cutThousands(number, rest string) (whole, unit string) {
	if len(number) > 3 || number[0] == '0' || digits(number, 0) < len(number) {
		return number, rest
	}
	whole, unit = number, rest
	for strings.HasPrefix(unit, ",") && digits(unit, 1) == len(",000") {
		whole, unit = whole+unit[1:4], unit[4:]
	}
	if whole != number {
		unit = strings.TrimLeft(unit, " ")
	}
	return whole, unit
}

// rateUnit reads the text after the number of a rate. It returns the power of ten of its letter and the length of its
// period. If the text is not a unit, seconds is 0, and meant is the unit that was probably meant, if any.
func rateUnit(unit string) (exponent int, seconds float64, meant string) {
	if unit == "" {
		return 0, 1, ""
	}
	rest := unit
	switch unit[0] {
	case 'k':
		exponent, rest = 3, unit[1:]
	case 'M':
		exponent, rest = 6, unit[1:]
	case 'G':
		exponent, rest = 9, unit[1:]
	case 'K':
		if _, seconds, _ = rateUnit("k" + unit[1:]); seconds > 0 {
			meant = "k" + unit[1:]
		}
		return 0, 0, meant
	}
	noun, period, hasPeriod := strings.Cut(strings.TrimLeft(rest, " "), "/")
	noun = strings.TrimRight(noun, " ")
	switch noun {
	case "rps", "qps", "tps":
		seconds = 1
	case "rpm":
		seconds = 60
	case "", "req", "reqs", "request", "requests":
		if hasPeriod {
			return exponent, periodSeconds(strings.TrimLeft(period, " ")), ""
		}
		switch {
		case noun != "":
			return 0, 0, unit + "/s"
		case rest != "": // spaces
			return 0, 0, ""
		}
		return exponent, 1, ""
	}
	if hasPeriod {
		return 0, 0, ""
	}
	return exponent, seconds, ""
}

// periodSeconds returns the length of a period in seconds; 0 for any other word.
func periodSeconds(word string) float64 {
	switch word {
	case "s", "sec", "second":
		return 1
	case "m", "min", "minute":
		return 60
	case "h", "hour":
		return 3600
	case "d", "day":
		return 86400
	}
	return 0
}

// ParseDuration reads a mean duration and returns milliseconds.
//
// A duration is a decimal number and a unit: us, ms, s (or sec), m (or min) or h. A number without a unit is an error,
// because some people would mean seconds and others milliseconds. The range is 1 ns to one year.
func ParseDuration(text string) (float64, error) {
	fail := failer(text, Durations.Legal)
	number, unit, problem := cutNumber(text)
	if statistic, _, ok := strings.Cut(text, "="); ok && strings.HasPrefix(statistic, "p") {
		problem = "is a percentile, and capacity depends on the mean duration"
	}
	if problem != "" {
		return 0, fail(problem)
	}
	var ms float64
	switch unit {
	case "us", "µs", "μs":
		ms = scaled(number, -3)
	case "ms":
		ms = scaled(number, 0)
	case "s", "sec":
		ms = scaled(number, 3)
	case "m", "min":
		ms = scaled(number, 3) * 60
	case "h":
		ms = scaled(number, 3) * 3600
	case "":
		if scaled(number, 0) == 0 {
			return 0, fail("is zero")
		}
		return 0, fail("has no unit", bareDuration(number))
	default:
		err := fail(unknownUnit(unit), cmp.Or(shortUnit(number, unit), withoutSeparators(number, unit)))
		return 0, err.among(unit, "ms", "us", "min", "sec", "s", "h")
	}
	if vanished(number, ms) {
		return 0, fail(tooSmall)
	}
	if problem := durationProblem(ms); problem != "" {
		return 0, fail(problem)
	}
	return ms, nil
}

// ParseDelay reads a time that may be 0, and returns seconds.
func ParseDelay(text string) (float64, error) {
	if slices.Contains([]string{"0", "0ms", "0s", "0m", "0h"}, text) {
		return 0, nil
	}
	ms, err := ParseDuration(text)
	return ms / 1000, err
}

// shortUnit returns a duration with its unit in the short spelling: 100ms for 100msec; empty for an unknown unit.
func shortUnit(number, unit string) string {
	for short, long := range map[string]string{
		"us": "usec usecs microsecond microseconds", "ms": "msec msecs millis millisecond milliseconds",
		"s": "secs second seconds", "m": "mins minute minutes", "h": "hr hrs hour hours",
	} {
		if slices.Contains(strings.Fields(long), strings.ToLower(unit)) || strings.EqualFold(unit, short) {
			return number + short
		}
	}
	return ""
}

// bareDuration guesses the unit of a duration without one: seconds below ten, otherwise milliseconds.
func bareDuration(number string) string {
	switch ms := scaled(number, 0); {
	case ms == 0 || len(number) > mostShown:
		return ""
	case ms < 10:
		return number + "s"
	}
	return number + "ms"
}

// ParsePenalty reads a penalty in US dollars per request: a decimal number from 0 to 1,000,000.
func ParsePenalty(text string) (float64, error) {
	return parseDecimal(text, "", Penalties)
}

// ParseDecimal reads a decimal number in a range, with an optional unit after it.
func ParseDecimal(text, unit string, legal Range) (float64, error) {
	return parseDecimal(text, unit, legal)
}

// ParseHours reads the length of a month in hours: a decimal number from 0 to 744.
func ParseHours(text string) (float64, error) {
	return parseDecimal(text, "h", Months)
}

// ParseEnabledHours reads how many hours of the month provisioned concurrency is on, such as 160 or 160h: 0 to 744.
func ParseEnabledHours(text string) (float64, error) {
	return parseDecimal(text, "h", EnabledHours)
}

// parseDecimal reads a decimal number, with or without its unit. It does not check the lower bound of the range.
func parseDecimal(text, unit string, legal Range) (float64, error) {
	fail := failer(text, legal.Legal)
	number, rest, problem := cutNumber(text)
	if problem != "" {
		return 0, fail(problem)
	}
	switch x := scaled(number, 0); {
	case rest != "" && rest != unit:
		return 0, fail(unknownUnit(rest), withoutSeparators(number, rest))
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

// ParseTarget reads a share like ParsePercent, but rejects a bare 1: it would be 100%, and most people mean 1%.
func ParseTarget(text string) (float64, error) {
	target, err := ParsePercent(text)
	if err == nil && target == 1 && !strings.HasSuffix(text, "%") {
		return 0, failer(text, "1% or 0.01")("would be 100%")
	}
	return target, err
}

// ParseHeadroom reads a headroom and returns a ratio: 10% and 0.1 are the same. The range is 0% to 1000%. A bare number
// above 1 is an error, since 10 would mean 1000%.
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
			return 0, fail("is a ratio above 1", percentMeant(number, legal))
		}
	default:
		return 0, fail(unknownUnit(unit), withoutSeparators(number, unit))
	}
	if vanished(number, ratio) {
		return 0, fail(tooSmall)
	}
	return ratio, nil
}

// percentMeant returns a bare number as a percentage if that is in range, and an empty string otherwise.
func percentMeant(number string, legal Range) string {
	if len(number) > mostShown || !legal.Contains(scaled(number, -2)) {
		return ""
	}
	return number + "%"
}

// ParseCount reads a number of units of concurrency: decimal digits only, 0 to 100,000,000. A leading zero does not
// make it octal.
func ParseCount(text string) (int64, error) {
	fail := failer(text, Units.Legal)
	number, rest, problem := cutNumber(text)
	if problem != "" {
		return 0, fail(problem)
	}
	if rest != "" || strings.Trim(number, "0123456789") != "" {
		return 0, fail("is not a whole number", countMeant(number, rest))
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n > int64(Units.Most) {
		return 0, fail("is too large")
	}
	return n, nil
}

// countMeant returns the whole number that was probably meant by a text that is not a count: 1,500, 1_500, 1.5k, 1e3.
func countMeant(number, rest string) string {
	var n float64
	switch {
	case rest == "":
		n = scaled(number, 0)
	case rest == "k":
		n = scaled(number, 3)
	default:
		if number = withoutSeparators(number, rest); number == "" || digits(number, 0) < len(number) {
			return ""
		}
		n = scaled(number, 0)
	}
	if n != math.Trunc(n) || !Units.Contains(n) {
		return ""
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// ParsePeakedness reads a peakedness: a decimal number from 1 to 1000.
func ParsePeakedness(text string) (float64, error) {
	z, err := parseDecimal(text, "", Peakedness)
	if err == nil && z < 1 {
		return 0, failer(text, Peakedness.Legal)("is below 1, that of Poisson arrivals")
	}
	return z, err
}

// ParseWord reads one of the given lower-case words.
func ParseWord[T ~string](text string, values ...T) (T, error) {
	for _, v := range values {
		if text == string(v) {
			return v, nil
		}
	}
	meant := ""
	legal := make([]string, 0, len(values))
	for _, v := range values {
		legal = append(legal, string(v))
		// asynch and asynchronous mean async
		if lower := strings.ToLower(text); lower == string(v) || len(v) > 1 && strings.HasPrefix(lower, string(v)) {
			meant = string(v)
		}
	}
	return "", &ValueError{
		Text: text, Problem: "is not known", Legal: strings.Join(legal, ", "), Meant: meant, Word: text, Known: legal,
	}
}

// cutNumber splits a text into the decimal number at its start and the rest, without the spaces between them. If the
// text does not start with a number, it returns the problem instead.
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
	number, rest = body[:i], body[i:]
	if unit := strings.TrimLeft(rest, " "); unit != "" {
		rest = unit
	}
	return number, rest, ""
}

// unknownUnit describes text that follows a number where a unit was expected.
func unknownUnit(rest string) string {
	switch {
	case strings.ContainsAny(rest[:1], separators):
		return "has a separator between its digits"
	case strings.HasPrefix(rest, " "):
		return "has a space behind it"
	}
	return "has an unknown unit " + Quote(rest)
}

// separators are the characters that people put between groups of digits.
const separators = ",_'"

// unitLetters are the characters that occur in units.
const unitLetters = "abcdefghijklmnopqrstuvwxyzGMB/%"

// withoutSeparators returns what was probably meant by a number that continues after a separator: 1500 for 1,500, and
// 1.5 for 1,5. It returns an empty string if that is not clear.
func withoutSeparators(number, rest string) string {
	if rest == "" || !strings.Contains(separators, rest[:1]) || len(number)+len(rest) > mostShown {
		return ""
	}
	parts := strings.Split(rest[1:], rest[:1])
	for i, part := range parts {
		n := digits(part, 0)
		switch {
		case n == 0 || n < len(part) && i < len(parts)-1 || strings.Trim(part[n:], unitLetters) != "":
			return ""
		case n == 3 && number[0] != '0':
		case len(parts) == 1 && rest[0] == ',' && digits(number, 0) == len(number):
			return number + "." + part
		default:
			return ""
		}
	}
	return number + strings.Join(parts, "")
}

// digits returns the index of the first byte at or after start that is not a decimal digit.
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

// tooSmall is the problem with a number that has vanished.
const tooSmall = "is too small to tell from 0, write 0 if that is meant"

// vanished reports whether a nonzero number became 0, such as 1e-999, which is below every float64. number must come
// from cutNumber, and x from scaled.
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
