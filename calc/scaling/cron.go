package scaling

import (
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"

	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/series"
)

// A cron is a cron expression of six fields: minutes, hours, day of the month, month, day of the week, year.
//
// Source: the syntax of Amazon EventBridge, which Application Auto Scaling shares.
type cron struct {
	minutes, hours, months, weekdays uint64 // sets, by bit; weekdays from 0 for Sunday
	years                            [4]uint64
	days                             uint64 // of the month
	// lastDays are distances from the last day of the month: 0 for L, 3 for L-3.
	lastDays uint64
	// nearest are days of the month whose nearest weekday counts (W), lastWeekday the last one of the month (LW).
	nearest     uint64
	lastWeekday bool
	// nth are the 1st to 5th of each weekday (#): bit 8 n + weekday; lastOf the last of each weekday.
	nth    uint64
	lastOf uint64
	byWeek bool // the day of the week counts, not the day of the month
}

const (
	firstYear = 1970
	lastYear  = 2199
)

// A cronField is one of the six fields.
type cronField struct {
	name        string
	least, most int
	names       []string // of the values from least on
}

// The fields, in order.
var cronFields = [6]cronField{
	{name: "minutes", most: 59},
	{name: "hours", most: 23},
	{name: "day of the month", least: 1, most: 31},
	{name: "month", least: 1, most: 12, names: []string{
		"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
	}},
	{name: "day of the week", least: 1, most: 7, names: []string{"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}},
	{name: "year", least: firstYear, most: lastYear},
}

// The positions of fields that others depend on.
const (
	dayField  = 2
	weekField = 4
)

const anyDay = "?"

// parseCron reads the six fields of a cron expression.
func parseCron(body string) (*cron, error) {
	fields := strings.Fields(body)
	if len(fields) != len(cronFields) {
		problem := fmt.Sprintf("has %s", quantity.FormatCountOf(len(fields), "field"))
		if meant := sixFields(fields); meant != "" {
			return nil, &quantity.ValueError{Text: "cron(" + body + ")", Problem: problem, Meant: "cron(" + meant + ")"}
		}
		return nil, &quantity.ValueError{Text: "cron(" + body + ")", Problem: problem,
			Legal: "six: minutes, hours, day of the month, month, day of the week, year"}
	}
	switch day, week := fields[dayField], fields[weekField]; {
	case day == anyDay && week == anyDay, day != anyDay && week != anyDay:
		meant := slices.Clone(fields)
		problem := "sets both the day of the month and the day of the week"
		switch {
		case day == anyDay:
			meant[weekField], problem = "*", "sets neither the day of the month nor the day of the week"
		case day == "*" && week != "*":
			meant[dayField] = anyDay
		default:
			meant[weekField] = anyDay
		}
		return nil, &quantity.ValueError{Text: "cron(" + body + ")", Problem: problem,
			Meant: "cron(" + strings.Join(meant, " ") + ")"}
	}
	c := &cron{byWeek: fields[weekField] != anyDay}
	for i, text := range fields {
		if err := c.field(i, strings.ToUpper(text)); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// sixFields returns the six fields that five of the cron of Unix probably mean; empty if they are not clear.
func sixFields(fields []string) string {
	if len(fields) != 5 {
		return ""
	}
	six := slices.Clone(fields)
	switch {
	case six[weekField] == "*":
		six[weekField] = anyDay
	case six[dayField] == "*" && strings.ContainsAny(strings.ToUpper(six[weekField]), "MTWFS"):
		six[dayField] = anyDay // names are the same; Unix counts days of the week from 0
	default:
		return ""
	}
	text := strings.Join(append(six, "*"), " ")
	if _, err := parseCron(text); err != nil {
		return ""
	}
	return text
}

// field reads a field, whose items are separated by commas.
func (c *cron) field(at int, text string) error {
	f := &cronFields[at]
	if text == anyDay && (at == dayField || at == weekField) {
		return nil
	}
	for item := range strings.SplitSeq(text, ",") {
		var err error
		switch {
		case at == dayField && strings.ContainsAny(item, "LW"):
			err = c.specialDay(item)
		case at == weekField && (strings.HasSuffix(item, "L") || strings.Contains(item, "#")):
			err = c.specialWeekday(f, item)
		default:
			err = c.plain(at, f, item)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// wrong is the error of an item of a field.
func (f *cronField) wrong(item, problem string) error {
	legal := fmt.Sprintf("%d to %d", f.least, f.most)
	if f.names != nil {
		legal += ", or " + f.names[0] + " to " + f.names[len(f.names)-1]
	}
	return &quantity.ValueError{Text: item, Problem: problem + " the " + f.name + " of a cron expression", Legal: legal}
}

// plain reads an item without special letters: *, a value, a range, each with an optional step.
func (c *cron) plain(at int, f *cronField, item string) error {
	body, stepText, stepped := strings.Cut(item, "/")
	step := 1
	if stepped {
		n, err := strconv.Atoi(stepText)
		if err != nil || n < 1 || n > f.most-f.least+1 {
			return f.wrong(item, "has no valid step after the / in")
		}
		step = n
	}
	first, last := f.least, f.most
	if body != "*" {
		from, to, ranged := strings.Cut(body, "-")
		var ok, ok2 bool
		first, ok = f.value(from)
		last, ok2 = first, true
		switch {
		case ranged:
			last, ok2 = f.value(to)
		case stepped:
			last = f.most
		}
		if !ok || !ok2 {
			return f.wrong(item, "is not a value for")
		}
		if last < first && at != weekField {
			return f.wrong(item, "is a range that ends before it begins in")
		}
	}
	if last < first { // FRI-MON
		last += len(f.names)
	}
	for v := first; v <= last; v += step {
		c.set(at, f.least+(v-f.least)%(f.most-f.least+1))
	}
	return nil
}

// value reads a value, by number or by name.
func (f *cronField) value(text string) (int, bool) {
	for i, name := range f.names {
		if text == name {
			return f.least + i, true
		}
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && text[0] != '+' && n >= f.least && n <= f.most
}

// set adds a value to the set of a field.
func (c *cron) set(at, value int) {
	switch bit := uint64(1) << (value & 63); at {
	case 0:
		c.minutes |= bit
	case 1:
		c.hours |= bit
	case dayField:
		c.days |= bit
	case 3:
		c.months |= bit
	case weekField:
		c.weekdays |= 1 << (value - 1)
	default:
		c.years[(value-firstYear)/64] |= 1 << ((value - firstYear) % 64)
	}
}

// specialDay reads L, L-3, LW or 15W in the day of the month.
func (c *cron) specialDay(item string) error {
	f := &cronFields[dayField]
	const expected = "is not a value for"
	switch rest, last := strings.CutPrefix(item, "L"); {
	case item == "LW":
		c.lastWeekday = true
	case item == "L":
		c.lastDays |= 1
	case last:
		before, dashed := strings.CutPrefix(rest, "-")
		n, err := strconv.Atoi(before)
		if !dashed || err != nil || n < 0 || n > 30 {
			return f.wrong(item, expected)
		}
		c.lastDays |= 1 << n
	default:
		number, isNearest := strings.CutSuffix(item, "W")
		n, ok := f.value(number)
		if !isNearest || !ok {
			return f.wrong(item, expected)
		}
		c.nearest |= 1 << n
	}
	return nil
}

// specialWeekday reads L, 6L, FRIL or FRI#2 in the day of the week. L alone is Saturday, the last day of the week.
func (c *cron) specialWeekday(f *cronField, item string) error {
	if item == "L" {
		c.weekdays |= 1 << 6
		return nil
	}
	if text, ok := strings.CutSuffix(item, "L"); ok {
		day, ok := f.value(text)
		if !ok {
			return f.wrong(item, "is not a value for")
		}
		c.lastOf |= 1 << (day - 1)
		return nil
	}
	text, number, _ := strings.Cut(item, "#")
	day, ok := f.value(text)
	n, err := strconv.Atoi(number)
	switch {
	case !ok:
		return f.wrong(item, "is not a value for")
	case err != nil || n < 1 || n > 5:
		return f.wrong(item, "has no number from 1 to 5 after the # in")
	}
	c.nth |= 1 << (8*n + day - 1)
	return nil
}

// hasYear reports whether the year is in the set.
func (c *cron) hasYear(year int) bool {
	n := year - firstYear
	return n >= 0 && year <= lastYear && c.years[n/64]>>(n%64)&1 != 0
}

// hasDay reports whether a day is in the sets of days, months and years. Days are numbered from 1970-01-01.
func (c *cron) hasDay(day int64) bool {
	year, month, n := series.Date(day)
	if c.months>>month&1 == 0 || !c.hasYear(year) {
		return false
	}
	length, week := series.DaysIn(year, month), weekday(day)
	if c.byWeek {
		return c.weekdays>>week&1 != 0 || c.nth>>(8*((n+6)/7)+week)&1 != 0 || c.lastOf>>week&1 != 0 && n+7 > length
	}
	if c.days>>n&1 != 0 || c.lastDays>>(length-n)&1 != 0 {
		return true
	}
	if week == 0 || week == 6 {
		return false
	}
	if c.lastWeekday && (n == length || week == 5 && n+2 >= length) {
		return true
	}
	return c.nearest>>n&1 != 0 || c.nearest != 0 && c.isNearest(n, week, length)
}

// isNearest reports whether a day from Monday to Friday is the nearest one in its month to a day in the set that is
// at a weekend.
func (c *cron) isNearest(n, week, length int) bool {
	has := func(day int) bool { return day >= 1 && day <= length && c.nearest>>day&1 != 0 }
	switch {
	case week == 5 && (has(n+1) || n+2 == length && has(n+2)): // Saturday; Sunday at the end of the month
		return true
	case week == 1 && (has(n-1) || n == 3 && has(1)): // Sunday; Saturday at the start of the month
		return true
	}
	return false
}

// next returns the first time from a time on at which the clock of a zone shows a time of the expression. The times
// that clocks skip are left out, and those that they show twice count once. ok is false if there is none before the
// end.
func (c *cron) next(z Zone, from, end int64) (unix int64, ok bool) {
	wall := z.Wall(from)
	first := dayAt(wall) - 1 // clocks that were set back show a time of the day before again
	for day := first; ; day++ {
		start := day * secondsPerDay
		if start-2*secondsPerDay >= end || start > series.DayOf(lastYear+1, 1, 1)*secondsPerDay {
			return 0, false
		}
		if !c.hasDay(day) {
			continue
		}
		for hours := c.hours; hours != 0; hours &= hours - 1 {
			hour := start + int64(bits.TrailingZeros64(hours))*secondsPerHour
			if hour+secondsPerHour <= wall-2*secondsPerHour {
				continue
			}
			for minutes := c.minutes; minutes != 0; minutes &= minutes - 1 {
				t, exists := z.instant(hour + int64(bits.TrailingZeros64(minutes))*secondsPerMinute)
				if exists && t >= from {
					return t, t < end
				}
			}
		}
	}
}

// last returns the last time before a time. ok is false if there is none since the start.
func (c *cron) last(z Zone, start, before int64) (unix int64, ok bool) {
	const longest = 41 * 366 // days between two times: 29 February on a given weekday, around a year without one
	today := dayAt(z.Wall(before)) + 1
	for day := today; day > today-longest && day+2 > dayAt(start); day-- {
		if !c.hasDay(day) {
			continue
		}
		for hours := c.hours; hours != 0; {
			hour := 63 - bits.LeadingZeros64(hours)
			hours &^= 1 << hour
			for minutes := c.minutes; minutes != 0; {
				minute := 63 - bits.LeadingZeros64(minutes)
				minutes &^= 1 << minute
				wall := day*secondsPerDay + int64(hour)*secondsPerHour + int64(minute)*secondsPerMinute
				if t, exists := z.instant(wall); exists && t < before {
					return t, t >= start
				}
			}
		}
	}
	return 0, false
}
