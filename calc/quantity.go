package calc

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// The legal ranges of the inputs. They are wide enough for every account there
// is and narrow enough that no sum or quotient of them overflows.
const (
	maxRate       = 1e9                    // requests per second
	minDurationMS = 1e-6                   // 1 ns
	maxDurationMS = 365 * 24 * 3600 * 1000 // one year; above MaxDurationMS there is a finding
	maxUnits      = 100_000_000            // units of concurrency
	maxHeadroom   = 10                     // 1000%
	maxPeakedness = 1000
	maxPenalty    = 1e6 // US dollars a request
	// maxLoad bounds the concurrency that all functions of an account need
	// together, so that sums of units fit an int64.
	maxLoad = 1e17
)

// What is legal, in the words of the messages.
const (
	legalRate      = "0 to 1e9 per second; k, M, G and /s, /min, /h, /day may follow, as in 1500, 90000/min or 5.4M/h"
	legalDuration  = "more than 0 in us, ms, s, m or h, such as 80ms, 1.2s or 2m"
	legalUnits     = "a whole number from 0 to 100000000"
	legalAccount   = "a whole number from 1 to 100000000"
	legalMemory    = "128 to 10240 MB, such as 1024, 1024MB or 1GB"
	legalDay       = "24 rates, one for each hour, or a schedule such as 0-8=20, 8-18=150, 18-24=60"
	legalSegments  = "a whole number from 1 to 24"
	legalMinimum   = "1h to 24h, whole hours"
	legalObjective = "fit, cost"
	legalPenalty   = "0 to 1000000 US dollars a request, such as 0.0001"
	legalEphemeral = "512 to 10240 MB, such as 512, 2048MB or 10GB"
	legalHours     = "1 to 744, in hours, such as 730"
	legalEnabled   = "0 hours to those of the month, such as 240"
	legalRatio     = "0% to 100%, or 0 to 1"
	legalHeadroom  = "0% to 1000%, such as 10% or 0.1"
	// legalPeakedness names the range for which Hayward's approximation is good.
	legalPeakedness = "1 (Poisson arrivals) to 1000; bursty traffic has 2 to 6"
	legalMode       = "sync, async"
	legalArch       = "x86_64, arm64"
	legalName       = "1 to 170 printable characters"
	legalRegion     = "a Region code such as us-east-1"
)

// ErrInvalid is what errors.Is finds in every error about an input.
var ErrInvalid = errors.New("invalid input")

// A ValueError says that a text is no legal value: what is wrong with it and
// what would be legal. errors.Is finds ErrInvalid in it.
type ValueError struct {
	Text    string // the text as given
	Problem string // what is wrong, such as "is negative"
	Legal   string // what is legal
}

// Error gives the text, the problem and what is legal in one line.
func (e *ValueError) Error() string {
	return quote(e.Text) + " " + e.Problem + "; legal: " + e.Legal
}

// Unwrap returns ErrInvalid.
func (e *ValueError) Unwrap() error { return ErrInvalid }

// quote makes a text safe to print and short enough to read.
func quote(text string) string {
	const most = 62 // columns, with the quotes
	quoted := strconv.Quote(text)
	for n := most; len(quoted) > most; n-- { // what is escaped takes more room
		quoted = strconv.Quote(strings.ToValidUTF8(text[:min(n, len(text))], "") + "...")
	}
	return quoted
}

// short is a number that a message repeats, if it is short enough to read.
func short(number string) string {
	if len(number) > 20 {
		return "..."
	}
	return number
}

// ParseRate reads a rate and returns requests per second.
//
// A rate is a decimal number, an optional k, M or G, and an optional period:
// /s, /sec, /min, /h, /hour, /d or /day. Without a period it is per second.
// The range is 0 to 1e9 requests per second.
func ParseRate(text string) (float64, error) {
	fail := failer(text, legalRate)
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
			return 0, fail("has an unknown period " + quote("/"+period))
		}
		seconds = 1
	}
	rps := scaled(number, exponent) / seconds
	if !(rps <= maxRate) {
		return 0, fail("is too large")
	}
	return rps, nil
}

// ParseDuration reads a mean duration and returns milliseconds.
//
// A duration is a decimal number and a unit: us, ms, s, m or h. A bare number
// is refused, because half the world means seconds by it and half
// milliseconds. The range is 1 ns to one year.
func ParseDuration(text string) (float64, error) {
	fail := failer(text, legalDuration)
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
	if problem := durationProblem(ms); problem != "" {
		return 0, fail(problem)
	}
	return ms, nil
}

// ParseMemory reads a memory size and returns MB (of 1,048,576 bytes, as AWS
// counts them).
//
// A size is a decimal number, bare or with MB for megabytes, or with GB for
// 1,024 of them; it must come to a whole number of MB from 128 to 10,240.
func ParseMemory(text string) (int64, error) {
	return parseSize(text, MinMemoryMB, MaxMemoryMB, legalMemory)
}

// ParseEphemeral reads the size of ephemeral storage, spelled like memory, and
// returns MB; 512 to 10,240.
func ParseEphemeral(text string) (int64, error) {
	return parseSize(text, FreeEphemeralMB, MaxEphemeralMB, legalEphemeral)
}

func parseSize(text string, least, most float64, legal string) (int64, error) {
	fail := failer(text, legal)
	number, unit, problem := cutNumber(text)
	if problem != "" {
		return 0, fail(problem)
	}
	mb := scaled(number, 0)
	switch unit {
	case "", "MB":
	case "GB":
		mb *= MBPerGB
	default:
		return 0, fail(unknownUnit(unit))
	}
	switch {
	case !(mb >= least):
		return 0, fail("is too small")
	case !(mb <= most):
		return 0, fail("is too large")
	case mb != math.Trunc(mb):
		return 0, fail("is not a whole number of MB")
	}
	return int64(mb), nil
}

// ParseDay reads the rates of a day: 24 of them, one for each hour, separated by
// commas or spaces.
func ParseDay(text string) ([]float64, error) {
	words := strings.FieldsFunc(text, isSeparator)
	day := make([]float64, len(words))
	for i, word := range words {
		var err error
		if day[i], err = ParseRate(word); err != nil {
			return nil, err
		}
	}
	if len(day) != HoursPerDay {
		return nil, failer(text, legalDay)(fmt.Sprintf("has %d rates", len(day)))
	}
	return day, nil
}

func isSeparator(r rune) bool { return r == ',' || r == ' ' }

// ParseSchedule reads the rates of a day as FROM-TO=RATE, separated by commas or
// spaces, with whole hours: 0-8=20, 8-18=150, 18-24=60. Every hour has one rate.
func ParseSchedule(text string) ([]float64, error) {
	fail := failer(text, legalDay)
	day := make([]float64, HoursPerDay)
	var given [HoursPerDay]bool
	for _, word := range strings.FieldsFunc(text, isSeparator) {
		hours, rate, ok := strings.Cut(word, "=")
		first, last, also := strings.Cut(hours, "-")
		from, err := strconv.Atoi(first)
		to, err2 := strconv.Atoi(last)
		if !ok || !also || err != nil || err2 != nil || from < 0 || to > HoursPerDay || from >= to {
			return nil, fail("has " + quote(word) + ", which is no FROM-TO=RATE with hours from 0 to 24")
		}
		rps, err := ParseRate(rate)
		if err != nil {
			return nil, err
		}
		for hour := from; hour < to; hour++ {
			if given[hour] {
				return nil, fail(fmt.Sprintf("has two rates for the hour from %d to %d", hour, hour+1))
			}
			day[hour], given[hour] = rps, true
		}
	}
	for hour, ok := range given {
		if !ok {
			return nil, fail(fmt.Sprintf("has no rate for the hour from %d to %d", hour, hour+1))
		}
	}
	return day, nil
}

// ParseSegments reads a number of levels in a day: 1 to 24.
func ParseSegments(text string) (int64, error) {
	n, err := ParseCount(text)
	if err != nil || n < 1 || n > HoursPerDay {
		return 0, failer(text, legalSegments)("is no number of levels")
	}
	return n, nil
}

// ParseWholeHours reads a time of whole hours, such as 3h, and returns the hours:
// 1 to 24.
func ParseWholeHours(text string) (int64, error) {
	ms, err := ParseDuration(text)
	hours := ms / 3_600_000
	if err != nil || hours != math.Trunc(hours) || hours < 1 || hours > HoursPerDay {
		return 0, failer(text, legalMinimum)("is no number of whole hours")
	}
	return int64(hours), nil
}

// ParseObjective reads what a plan sizes for: fit or cost.
func ParseObjective(text string) (Objective, error) {
	return oneOf(text, legalObjective, Fit, Cheapest)
}

// ParsePenalty reads US dollars for a request: a decimal number from 0 to
// 1,000,000.
func ParsePenalty(text string) (float64, error) {
	return decimalUpTo(maxPenalty, text, "", legalPenalty)
}

// ParseHours reads hours of a month: a decimal number from 0 to 744.
func ParseHours(text string) (float64, error) {
	return decimalUpTo(MaxMonthHours, text, "h", legalHours)
}

// ParseEnabledHours reads how many hours of the month capacity is on, such as 160
// or 160h: 0 to 744.
func ParseEnabledHours(text string) (float64, error) {
	return decimalUpTo(MaxMonthHours, text, "h", legalEnabled)
}

// decimalUpTo reads a decimal number from 0 to most, alone or with its unit.
func decimalUpTo(most float64, text, unit, legal string) (float64, error) {
	fail := failer(text, legal)
	number, rest, problem := cutNumber(text)
	if problem != "" {
		return 0, fail(problem)
	}
	switch x := scaled(number, 0); {
	case rest != "" && rest != unit:
		return 0, fail(unknownUnit(rest))
	case !(x <= most):
		return 0, fail("is too large")
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

// ParsePercent reads a share and returns it as a ratio from 0 to 1: 1% and
// 0.01 are the same.
func ParsePercent(text string) (float64, error) { return parsePercent(text, 1, legalRatio) }

// ParseHeadroom reads a headroom and returns it as a ratio: 10% and 0.1 are
// the same. The range is 0% to 1000%; a bare number above 1 is refused, since
// 10 would mean 1000%.
func ParseHeadroom(text string) (float64, error) {
	return parsePercent(text, maxHeadroom, legalHeadroom)
}

func parsePercent(text string, most float64, legal string) (float64, error) {
	fail := failer(text, legal)
	number, unit, problem := cutNumber(text)
	if problem != "" {
		return 0, fail(problem)
	}
	switch unit {
	case "%":
		ratio := scaled(number, -2)
		if !(ratio <= most) {
			return 0, fail("is too large")
		}
		return ratio, nil
	case "":
		ratio := scaled(number, 0)
		if !(ratio <= 1) {
			return 0, fail("is a ratio above 1, write " + short(number) + "% if that is meant")
		}
		return ratio, nil
	default:
		return 0, fail(unknownUnit(unit))
	}
}

// ParseCount reads a number of units of concurrency: decimal digits and
// nothing else, 0 to 100,000,000. A leading zero does not make it octal.
func ParseCount(text string) (int64, error) {
	fail := failer(text, legalUnits)
	number, rest, problem := cutNumber(text)
	if problem != "" {
		return 0, fail(problem)
	}
	if rest != "" || strings.Trim(number, "0123456789") != "" {
		return 0, fail("is not a whole number")
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n > maxUnits {
		return 0, fail("is too large")
	}
	return n, nil
}

// ParsePeakedness reads a peakedness: a decimal number from 1 to 1000.
func ParsePeakedness(text string) (float64, error) {
	z, err := decimalUpTo(maxPeakedness, text, "", legalPeakedness)
	if err == nil && z < 1 {
		return 0, failer(text, legalPeakedness)("is below 1, that of Poisson arrivals")
	}
	return z, err
}

// ParseMode reads an invocation mode: sync or async.
func ParseMode(text string) (Mode, error) {
	return oneOf(text, legalMode, Sync, Async)
}

// ParseArch reads an instruction set: x86_64 or arm64.
func ParseArch(text string) (Arch, error) {
	return oneOf(text, legalArch, X86, ARM)
}

func oneOf[T ~string](text, legal string, values ...T) (T, error) {
	for _, v := range values {
		if text == string(v) {
			return v, nil
		}
	}
	problem := "is not known"
	if text != strings.ToLower(text) {
		problem = "is not known, the values are lower case"
	}
	return "", failer(text, legal)(problem)
}

func failer(text, legal string) func(problem string) error {
	return func(problem string) error { return &ValueError{text, problem, legal} }
}

// cutNumber splits a text into the decimal number it begins with and the rest.
// It names the problem where the text begins with anything else.
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

// unknownUnit says what stands behind a number where no unit does.
func unknownUnit(rest string) string {
	switch {
	case strings.ContainsAny(rest[:1], ",_'"):
		return "has a separator between its digits, write it without"
	case strings.HasPrefix(rest, " "):
		return "has a space behind the number, write it without"
	}
	return "has an unknown unit " + quote(rest)
}

// digits returns the index of the first byte of text, from start on, that is
// no decimal digit.
func digits(text string, start int) int {
	for start < len(text) && text[start] >= '0' && text[start] <= '9' {
		start++
	}
	return start
}

// scaled returns number x 10^exponent with a single rounding, which a
// multiplication would not give: 0.07 x 1000 is not 70 in binary.
// The number must be one that cutNumber returned. A number too large for a
// float64 gives +Inf.
func scaled(number string, exponent int) float64 {
	if strings.ContainsAny(number, "eE") {
		v, _ := strconv.ParseFloat(number, 64)
		return v * math.Pow10(exponent)
	}
	v, _ := strconv.ParseFloat(number+"e"+strconv.Itoa(exponent), 64)
	return v
}

func durationProblem(ms float64) string {
	switch {
	case math.IsNaN(ms):
		return "is not a number"
	case ms < 0:
		return "is negative"
	case ms == 0:
		return "is zero"
	case ms < minDurationMS:
		return "is below 1 ns"
	case ms > maxDurationMS:
		return "is more than a year"
	}
	return ""
}

// FormatUSD writes an amount of US dollars for people: 1234.567 as 1,234.57. One
// that is not nothing is never written as 0.00.
func FormatUSD(amount float64) string {
	if amount > 0 && amount < 0.005 {
		return "<0.01"
	}
	return grouped(strconv.FormatFloat(amount, 'f', 2, 64))
}

// FormatCount writes a number of units for people: 1000 as 1,000.
func FormatCount(n int64) string { return grouped(strconv.FormatInt(n, 10)) }

// FormatNumber writes a rate or another measure for people: four significant
// digits, never fewer than all digits before the point, thousands grouped,
// with M, G or T from a million up.
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

// FormatPercent writes a ratio for people: 0.333 as 33.3%. A share that is not
// nothing is never written as 0%, one that is not all never as 100%.
func FormatPercent(ratio float64) string {
	switch {
	case ratio > 0 && ratio < 0.0005:
		return "<0.1%"
	case ratio < 1 && ratio >= 0.9995:
		return ">99.9%"
	}
	return trimZeros(strconv.FormatFloat(ratio*100, 'f', 1, 64)) + "%"
}

// FormatChance writes a probability for people, as a percentage with three
// significant digits: 0.0103 as 1.03%, 0.00000064 as 6.4e-5%. One that is not
// nothing is never written as 0%, one that is not all never as 100%.
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
	return trimZeros(strconv.FormatFloat(percent, 'f', decimals, 64)) + "%"
}

// FormatDuration writes milliseconds for people: 80 as 80ms, 1200 as 1.2s,
// 600000 as 10m.
func FormatDuration(ms float64) string {
	switch {
	case ms < 1:
		return significant(ms*1000) + "us"
	case ms < 1000:
		return significant(ms) + "ms"
	case ms >= 60_000 && math.Mod(ms, 60_000) == 0:
		return significant(ms/60_000) + "m"
	}
	return significant(ms/1000) + "s"
}

func significant(x float64) string {
	if x != 0 && x < 0.001 {
		return strconv.FormatFloat(x, 'g', 3, 64)
	}
	decimals := 3
	for bound := 10.0; decimals > 0 && x >= bound; bound *= 10 {
		decimals--
	}
	return grouped(trimZeros(strconv.FormatFloat(x, 'f', decimals, 64)))
}

func trimZeros(number string) string {
	if strings.Contains(number, ".") {
		number = strings.TrimRight(strings.TrimRight(number, "0"), ".")
	}
	return number
}

// grouped puts a comma before every third digit of the whole part.
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
