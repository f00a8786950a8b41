// Package quantity reads and writes the quantities that people type and read: rates, durations, sizes, shares, counts
// and amounts of money. It also defines the valid range of each.
//
// The Parse functions accept the spellings that people use. The Format functions write a value for people: with only as
// many digits as are useful, with commas between thousands, and never as zero unless it is zero.
package quantity

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/lambdacap/lambdacap/calc/aws"
)

// A Range is the valid range of a quantity, with a description for messages.
type Range struct {
	Least, Most float64
	Legal       string
}

// The ranges of the inputs. They are wide enough for every real account, and narrow enough that sums and quotients of
// valid values do not overflow.
var (
	// Rates are in requests per second.
	Rates = Range{0, 1e9, "0 to 1e9 per second, such as 1500, 90k/min or 5.4M/h"}
	// Durations are in milliseconds, from 1 ns to one year. Durations that Lambda does not allow are in range, so that a
	// finding can explain what is wrong with them.
	Durations = Range{1e-6, 365 * 24 * 3600 * 1000, "more than 0, such as 80ms, 1.2s or 2m"}
	// Units are units of concurrency.
	Units = Range{0, 1e8, "a whole number from 0 to 100000000"}
	// QuotaUnits are the units of an account's quota.
	QuotaUnits = Range{1, 1e8, "a whole number from 1 to 100000000"}
	// Memory is in MB of 1,048,576 bytes.
	Memory = Range{aws.MinMemoryMB, aws.MaxMemoryMB,
		fmt.Sprintf("%d to %d MB, such as 1024, 1024MB or 1GB", aws.MinMemoryMB, aws.MaxMemoryMB)}
	// Ephemeral storage is in MB of 1,048,576 bytes.
	Ephemeral = Range{aws.FreeEphemeralMB, aws.MaxEphemeralMB,
		fmt.Sprintf("%d to %d MB, such as 512, 2048MB or 10GB", aws.FreeEphemeralMB, aws.MaxEphemeralMB)}
	// FileSizes are in MB of 1,048,576 bytes.
	FileSizes = Range{1, 1 << 30, "1MB to 1048576GB, such as 500MB or 20GB"}
	// Shares are ratios.
	Shares = Range{0, 1, "0% to 100%, or 0 to 1"}
	// Headrooms are ratios.
	Headrooms = Range{0, 10, "0% to 1000%, such as 10% or 0.1"}
	// Peakedness is a ratio of variance to mean.
	Peakedness = Range{1, 1000, "1 (Poisson arrivals) to 1000; bursty traffic has 2 to 6"}
	// MinuteSeconds are the first seconds of a minute.
	MinuteSeconds = Range{0.001, 60, "1ms to 60s, such as 2s"}
	// Penalties are in US dollars per request.
	Penalties = Range{0, 1e6, "0 to 1000000 US dollars a request, such as 0.0001"}
	// Months are in hours.
	Months = Range{1, aws.MaxMonthHours,
		fmt.Sprintf("1 to %d, in hours, such as %d", aws.MaxMonthHours, aws.MonthHours)}
	// EnabledHours are hours of a month.
	EnabledHours = Range{0, aws.MaxMonthHours, "0 hours to those of the month, such as 240"}
	// Segments is the number of levels in a day.
	Segments = Range{1, 24, "a whole number from 1 to 24"}
	// SegmentHours is the minimum length of a level in a day, in hours.
	SegmentHours = Range{1, 24, "1h to 24h, whole hours"}
)

// Contains reports whether a value is in the range. NaN is not.
func (r Range) Contains(x float64) bool { return x >= r.Least && x <= r.Most }

// Check returns nil if a value is in the range, and a *ValueError otherwise.
func (r Range) Check(x float64) error {
	if r.Contains(x) {
		return nil
	}
	return &ValueError{Text: strconv.FormatFloat(x, 'f', -1, 64), Problem: "is out of range", Legal: r.Legal}
}

// CheckDuration returns nil for a valid duration in milliseconds, and otherwise a *ValueError that says what is wrong
// with it.
func CheckDuration(ms float64) error {
	if problem := durationProblem(ms); problem != "" {
		return &ValueError{Text: strconv.FormatFloat(ms, 'g', -1, 64), Problem: "ms " + problem, Legal: Durations.Legal}
	}
	return nil
}

func durationProblem(ms float64) string {
	switch {
	case math.IsNaN(ms):
		return "is not a number"
	case ms < 0:
		return "is negative"
	case ms == 0:
		return "is zero"
	case ms < Durations.Least:
		return "is below 1 ns"
	case ms > Durations.Most:
		return "is more than a year"
	}
	return ""
}

// Finite reports whether x is neither NaN nor infinite.
func Finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// ErrInvalid is wrapped by every error about an input, for use with errors.Is.
var ErrInvalid = errors.New("invalid input")

// A ValueError reports a text that is not a valid value: what is wrong with it, and what was expected. errors.Is finds
// ErrInvalid in it.
type ValueError struct {
	Text    string // the text as given
	Problem string // what is wrong, such as "is negative"
	Legal   string // what was expected
	Meant   string // what was probably meant; empty if that is not clear
	// Word is the word at the end of Text that is not known, and Known are those that may stand there, for a suggestion
	// by someone who compares words; empty if it is not about words.
	Word  string
	Known []string
}

// Error returns the text, the problem, and what was meant or expected, in one line that is safe to print.
func (e *ValueError) Error() string {
	if e.Meant != "" {
		return Quote(e.Text) + " " + e.Problem + "; did you mean " + e.Meant + "?"
	}
	return Quote(e.Text) + " " + e.Problem + "; expected " + e.Legal
}

// Unwrap returns ErrInvalid.
func (e *ValueError) Unwrap() error { return ErrInvalid }

// Quote quotes a text so that it is safe to print and short enough to read.
func Quote(text string) string {
	const most = 62 // columns, with the quotes
	quoted := strconv.Quote(text)
	for n := most; len(quoted) > most; n-- { // an escaped character takes more columns
		quoted = strconv.Quote(strings.ToValidUTF8(text[:min(n, len(text))], "") + "...")
	}
	return quoted
}

// mostShown is the length, in bytes, up to which a message repeats a number.
const mostShown = 20

// failer returns a function that makes errors about a text from the problem and, if it is clear, from what was probably
// meant.
func failer(text, legal string) func(problem string, meant ...string) *ValueError {
	return func(problem string, meant ...string) *ValueError {
		return &ValueError{Text: text, Problem: problem, Legal: legal, Meant: strings.Join(meant, "")}
	}
}

// among says which units may stand in place of one at the end of the text. Only those with its first letter are near:
// ns is not a misspelt ms.
func (e *ValueError) among(unit string, known ...string) *ValueError {
	e.Word, unit = unit, strings.ToLower(unit)
	for _, k := range known {
		if strings.HasPrefix(unit, k[:1]) && strings.Trim(unit, unitLetters) == "" {
			e.Known = append(e.Known, k)
		}
	}
	return e
}
