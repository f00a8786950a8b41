package quantity

import (
	"math"
	"strings"

	"github.com/lambdacap/lambdacap/calc/aws"
)

// ParseMemory reads a memory size and returns MB (of 1,048,576 bytes, as AWS counts them).
//
// A size is a decimal number, either alone, with MB (or M, Mi, MiB) for megabytes, or with GB (or G, Gi, GiB) for 1,024
// megabytes, in upper or lower case. It must be a whole number of MB from 128 to 10,240.
func ParseMemory(text string) (int64, error) {
	return ParseSize(text, Memory)
}

// ParseEphemeral reads the size of ephemeral storage, written like a memory size, and returns MB: 512 to 10,240.
func ParseEphemeral(text string) (int64, error) {
	return ParseSize(text, Ephemeral)
}

// ParseFileSize reads the size of a file, written like a memory size, and returns bytes.
func ParseFileSize(text string) (int64, error) {
	mb, err := ParseSize(text, FileSizes)
	return mb << 20, err
}

// ParseSize reads a size, written like a memory size, and returns MB: a whole number in a range.
func ParseSize(text string, legal Range) (int64, error) {
	fail := failer(text, legal.Legal)
	number, unit, problem := cutNumber(text)
	if problem != "" {
		return 0, fail(problem)
	}
	mb := scaled(number, 0)
	switch strings.ToLower(unit) {
	case "", "m", "mb", "mi", "mib":
	case "g", "gb", "gi", "gib":
		mb *= aws.MBPerGB
	default:
		return 0, fail(unknownUnit(unit), withoutSeparators(number, unit))
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
