package scaling

import (
	"math"
	"strconv"
	"strings"

	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/series"
)

// A Schedule says when a scheduled action runs: a cron expression, a rate, or a single time. The zero Schedule never
// runs.
type Schedule struct {
	// Text is the schedule as it was written.
	Text string

	cron  *cron
	every int64 // seconds; 0 if it is not a rate
	at    int64 // what the clock shows at the single time, seconds since 1970-01-01 00:00; none for the others
}

const none = math.MinInt64

// legalSchedule says what a schedule looks like.
const legalSchedule = "a schedule such as cron(55 8 ? * MON-FRI *), rate(1 day) or at(2026-11-24T08:55:00)"

// ParseSchedule reads a schedule of Application Auto Scaling: cron(...) with six fields, rate(...) or at(...).
func ParseSchedule(text string) (Schedule, error) {
	s := Schedule{Text: text, at: none}
	kind, rest, ok := strings.Cut(text, "(")
	body, closed := strings.CutSuffix(rest, ")")
	if !ok || !closed {
		fault := &quantity.ValueError{Text: text, Problem: "is not a schedule", Legal: legalSchedule}
		if n := len(strings.Fields(text)); !ok && (n == 5 || n == len(cronFields)) {
			fault.Meant = "cron(" + text + ")"
		}
		return Schedule{}, fault
	}
	var err error
	switch kind {
	case "cron":
		s.cron, err = parseCron(body)
	case "rate":
		s.every, err = parseEvery(text, body)
	case "at":
		s.at, err = parseTime(text, body)
	default:
		err = &quantity.ValueError{Text: text, Problem: "is not a schedule", Legal: legalSchedule}
	}
	if err != nil {
		return Schedule{}, err
	}
	return s, nil
}

// parseEvery reads the period of a rate: 5 minutes, 1 hour, 2 days. It returns seconds.
func parseEvery(text, body string) (int64, error) {
	number, unit, _ := strings.Cut(strings.TrimSpace(body), " ")
	n, err := strconv.ParseInt(number, 10, 32)
	fault := &quantity.ValueError{Text: text, Problem: "is not a rate",
		Legal: "a whole number of minutes, hours or days, such as rate(5 minutes)"}
	if err != nil || n < 1 {
		return 0, fault
	}
	noun, plural := strings.CutSuffix(strings.TrimSpace(unit), "s")
	seconds := map[string]int64{"minute": secondsPerMinute, "hour": secondsPerHour, "day": secondsPerDay}[noun]
	switch {
	case seconds == 0:
		return 0, fault
	case plural != (n > 1): // AWS refuses it
		if fault.Meant = "rate(" + number + " " + noun; n > 1 {
			fault.Meant += "s"
		}
		fault.Meant += ")"
		return 0, fault
	}
	return n * seconds, nil
}

// parseTime reads a date and a time of the day, and returns what the clock shows: seconds since 1970-01-01 00:00.
func parseTime(text, body string) (int64, error) {
	number := func(from, to, least, most int) (int, bool) {
		n, err := strconv.Atoi(body[from:to])
		return n, err == nil && body[from] != '+' && n >= least && n <= most
	}
	fault := &quantity.ValueError{Text: text, Problem: "is not a date and time",
		Legal: "a time such as at(2026-11-24T08:55:00)"}
	const form = "0000-00-00T00:00:00"
	if len(body) != len(form) {
		return 0, fault
	}
	for i := range form {
		if form[i] != '0' && form[i] != body[i] {
			return 0, fault
		}
	}
	year, ok := number(0, 4, firstYear, lastYear)
	month, ok2 := number(5, 7, 1, 12)
	day, ok3 := number(8, 10, 1, 31)
	hour, ok4 := number(11, 13, 0, 23)
	minute, ok5 := number(14, 16, 0, 59)
	second, ok6 := number(17, 19, 0, 59)
	if !ok || !ok2 || !ok3 || !ok4 || !ok5 || !ok6 || day > series.DaysIn(year, month) {
		return 0, fault
	}
	return series.DayOf(year, month, day)*secondsPerDay + int64(hour*secondsPerHour+minute*secondsPerMinute+second), nil
}

// Unset is a bound that a scheduled action leaves as it is.
const Unset = -1

// An Action is a scheduled action, which sets the bounds of the provisioned concurrency.
type Action struct {
	// Schedule is when it runs, on the clock of Zone.
	Schedule Schedule
	Zone     Zone
	// Min and Max are the bounds that it sets, units, 0 or more; Unset keeps a bound.
	Min, Max int64
	// From and To limit when it runs, seconds since 1970-01-01 00:00 UTC, both included; 0 means no limit.
	From, To int64
}

// next returns the first time from a time on, and before an end, at which the action runs. A rate without From counts
// from the start of the traffic. Times are in seconds since 1970-01-01 00:00 UTC.
func (a *Action) next(from, end, start int64) (unix int64, ok bool) {
	from = max(from, a.From)
	if a.To != 0 {
		end = min(end, a.To+1)
	}
	s := &a.Schedule
	switch {
	case from >= end:
		return 0, false
	case s.cron != nil:
		return s.cron.next(a.Zone, from, end)
	case s.every > 0:
		anchor := a.anchor(start)
		periods, _ := series.FloorDiv(from-anchor+s.every-1, s.every)
		unix = anchor + max(0, periods)*s.every
		return unix, unix < end
	case s.at != none && s.Text != "":
		unix, ok = a.Zone.instant(s.at)
		return unix, ok && unix >= from && unix < end
	}
	return 0, false
}

// anchor returns the time from which a rate counts.
func (a *Action) anchor(start int64) int64 {
	if a.From != 0 {
		return a.From
	}
	return start
}

// last returns the last time before a time at which the action ran.
func (a *Action) last(before, start int64) (unix int64, ok bool) {
	if a.To != 0 {
		before = min(before, a.To+1)
	}
	s, from := &a.Schedule, a.From
	if from == 0 {
		from = none
	}
	switch {
	case s.cron != nil:
		return s.cron.last(a.Zone, from, before)
	case s.every > 0:
		periods, _ := series.FloorDiv(before-1-a.anchor(start), s.every)
		return a.anchor(start) + periods*s.every, periods >= 0
	case s.at != none && s.Text != "":
		unix, ok = a.Zone.instant(s.at)
		return unix, ok && unix < before && unix >= from
	}
	return 0, false
}
