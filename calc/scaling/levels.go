package scaling

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/lambdacap/lambdacap/calc/quantity"
)

// A Level is a number of provisioned units from a time of the day on, UTC.
type Level struct {
	// FromS is the time of the day, seconds since midnight, 0 to less than a day.
	FromS int64
	// Units are the provisioned units, 0 or more.
	Units int64
}

// legalLevels describes levels in messages.
const legalLevels = "levels by the hour, such as 0=2,6=13,9:30=36"

// ParseLevels reads the levels of a day, UTC, such as 0=2,6=13,9:30=36: from an hour or a time on, so many units. A
// list may start at any time, such as in the evening; the result is in the order of the day.
func ParseLevels(text string) ([]Level, error) {
	fail := func(problem string) ([]Level, error) {
		return nil, &quantity.ValueError{Text: text, Problem: problem, Legal: legalLevels}
	}
	var levels []Level
	for item := range strings.SplitSeq(text, ",") {
		at, units, ok := strings.Cut(strings.TrimSpace(item), "=")
		at = strings.TrimSpace(at)
		seconds, isTime := timeOfDay(at)
		switch {
		case !ok:
			return fail("is not a list of levels")
		case !isTime:
			return nil, &quantity.ValueError{
				Text: at, Problem: "is not a time of the day", Legal: "an hour from 0 to 23, or a time such as 9:30",
			}
		}
		n, err := quantity.ParseCount(strings.TrimSpace(units))
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(levels, func(l Level) bool { return l.FromS == seconds }) {
			return fail(fmt.Sprintf("has two levels from %s on", at))
		}
		levels = append(levels, Level{seconds, n})
	}
	slices.SortFunc(levels, func(x, y Level) int { return cmp.Compare(x.FromS, y.FromS) })
	return levels, nil
}

// timeOfDay reads an hour from 0 to 23, or a time such as 9:30.
func timeOfDay(text string) (seconds int64, ok bool) {
	hour, minute, hasMinute := strings.Cut(text, ":")
	h, err := strconv.ParseUint(hour, 10, 8)
	if err != nil || h > 23 {
		return 0, false
	}
	m := uint64(0)
	if hasMinute {
		if m, err = strconv.ParseUint(minute, 10, 8); err != nil || m > 59 || len(minute) != 2 {
			return 0, false
		}
	}
	return int64(h*3600 + m*60), true
}

// DailyLevels returns the units at the start of a span of time, and the changes in it. The levels repeat each day; the
// one before the first of a day is the last of the day before. start is when the span starts, seconds since 1970-01-01
// 00:00 UTC, and seconds is its length. There is at least one level.
func DailyLevels(levels []Level, start int64, seconds float64) (units int64, changes []Change) {
	midnight := dayAt(start) * secondsPerDay
	units = levels[len(levels)-1].Units
	for day := midnight; float64(day-start) < seconds; day += secondsPerDay {
		for _, l := range levels {
			switch at := float64(day + l.FromS - start); {
			case at <= 0:
				units = l.Units
			case at < seconds:
				changes = append(changes, Change{AtS: at, Units: l.Units, Cause: Scheduled})
			}
		}
	}
	return units, changes
}
