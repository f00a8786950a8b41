package quantity

import (
	"math"
	"strings"
)

// Messages are numbers of messages.
var Messages = Range{0, 1e12, "0 to 1e12, such as 50000, 1,000,000 or 1M"}

// RecordSizes are the sizes of a message, bytes.
var RecordSizes = Range{1, 10 << 20, "1B to 10MB, such as 512B or 5KB (of 1,024 bytes)"}

// ParseMessages reads a number of messages: a whole number, with or without commas between thousands, or with k, M or
// G.
func ParseMessages(text string) (float64, error) {
	fail := failer(text, Messages.Legal)
	number, rest, problem := cutNumber(text)
	if problem != "" {
		return 0, fail(problem)
	}
	whole, unit := cutThousands(number, rest)
	exponent, known := map[string]int{"": 0, "k": 3, "M": 6, "G": 9}[unit]
	x := scaled(whole, exponent)
	switch {
	case !known:
		return 0, fail(unknownUnit(rest), withoutSeparators(number, rest))
	case !(x <= Messages.Most):
		return 0, fail("is too large")
	case x != math.Trunc(x) || vanished(whole, x):
		return 0, fail("is not a whole number")
	}
	return x, nil
}

// ParseRecordSize reads the size of a message and returns bytes. A size has a unit: B, KB of 1,024 bytes, or MB of
// 1,024 KB.
func ParseRecordSize(text string) (int64, error) {
	fail := failer(text, RecordSizes.Legal)
	number, unit, problem := cutNumber(text)
	if problem != "" {
		return 0, fail(problem)
	}
	bytes := scaled(number, 0)
	switch strings.ToLower(unit) {
	case "b":
	case "k", "kb", "ki", "kib":
		bytes *= 1 << 10
	case "m", "mb", "mi", "mib":
		bytes *= 1 << 20
	case "":
		return 0, fail("has no unit", number+"KB")
	default:
		return 0, fail(unknownUnit(unit), withoutSeparators(number, unit))
	}
	switch {
	case !(bytes >= RecordSizes.Least):
		return 0, fail("is too small")
	case !(bytes <= RecordSizes.Most):
		return 0, fail("is too large")
	}
	return int64(math.Round(bytes)), nil
}
