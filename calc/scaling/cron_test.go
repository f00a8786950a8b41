package scaling

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lambdacap/lambdacap/calc/series"
)

// zoneOf returns a zone of the machine's database.
func zoneOf(t testing.TB, name string) (Zone, *time.Location) {
	t.Helper()
	location, err := time.LoadLocation(name)
	if err != nil {
		t.Skip(err)
	}
	return Zone{Name: name, OffsetS: func(unix int64) int64 {
		_, offset := time.Unix(unix, 0).In(location).Zone()
		return int64(offset)
	}}, location
}

// slow reports whether a clock shows a time of a cron expression, item by item and without any of the tested code. It
// is long because it has a case for each form of an item.
func slow(body string, t time.Time) bool {
	fields := strings.Fields(strings.ToUpper(body))
	if t.Second() != 0 {
		return false
	}
	lengthOfMonth := time.Date(t.Year(), t.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
	any := func(text string, f func(item string) bool) bool {
		for item := range strings.SplitSeq(text, ",") {
			if f(item) {
				return true
			}
		}
		return false
	}
	names := map[string]int{"SUN": 1, "MON": 2, "TUE": 3, "WED": 4, "THU": 5, "FRI": 6, "SAT": 7, "JAN": 1, "FEB": 2,
		"MAR": 3, "APR": 4, "MAY": 5, "JUN": 6, "JUL": 7, "AUG": 8, "SEP": 9, "OCT": 10, "NOV": 11, "DEC": 12}
	number := func(text string) int {
		if n, ok := names[text]; ok {
			return n
		}
		n, _ := strconv.Atoi(text)
		return n
	}
	plain := func(text string, value, least, most int) bool {
		return any(text, func(item string) bool {
			body, step, stepped := strings.Cut(item, "/")
			from, to := least, most
			if body != "*" {
				a, b, ranged := strings.Cut(body, "-")
				from, to = number(a), number(a)
				if ranged {
					to = number(b)
				} else if stepped {
					to = most
				}
			}
			size := 1
			if stepped {
				size = number(step)
			}
			if to < from {
				to += most - least + 1
			}
			for v := from; v <= to; v += size {
				if v == value || v == value+(most-least+1) {
					return true
				}
			}
			return false
		})
	}
	day := func(text string) bool {
		return any(text, func(item string) bool {
			nearest := func(n int) bool { // the weekday nearest to day n of the month, within the month
				if n > lengthOfMonth {
					return false
				}
				for _, away := range []int{0, -1, 1, -2, 2} {
					d := time.Date(t.Year(), t.Month(), n+away, 0, 0, 0, 0, time.UTC)
					if d.Month() == t.Month() && d.Weekday() != time.Saturday && d.Weekday() != time.Sunday {
						return d.Day() == t.Day()
					}
				}
				return false
			}
			switch {
			case item == "L":
				return t.Day() == lengthOfMonth
			case item == "LW":
				return nearest(lengthOfMonth)
			case strings.HasPrefix(item, "L-"):
				return t.Day() == lengthOfMonth-number(item[2:])
			case strings.HasSuffix(item, "W"):
				return nearest(number(item[:len(item)-1]))
			}
			return plain(item, t.Day(), 1, 31)
		})
	}
	week := func(text string) bool {
		return any(text, func(item string) bool {
			today := int(t.Weekday()) + 1
			if item == "L" {
				return today == 7
			}
			if rest, ok := strings.CutSuffix(item, "L"); ok {
				return today == number(rest) && t.Day() > lengthOfMonth-7
			}
			if name, n, ok := strings.Cut(item, "#"); ok {
				return today == number(name) && (t.Day()-1)/7+1 == number(n)
			}
			return plain(item, today, 1, 7)
		})
	}
	return plain(fields[0], t.Minute(), 0, 59) && plain(fields[1], t.Hour(), 0, 23) &&
		(fields[2] == "?" || day(fields[2])) && plain(fields[3], int(t.Month()), 1, 12) &&
		(fields[4] == "?" || week(fields[4])) && plain(fields[5], t.Year(), 1970, 2199)
}

// slowNext returns the first time from a time on, and before an end, at which a clock shows a time of an expression
// that it has not shown before.
func slowNext(body string, zone *time.Location, from, end int64) (int64, bool) {
	for at := from + (60-from%60)%60; at < end; at += 60 {
		now := time.Unix(at, 0).In(zone)
		if !slow(body, now) {
			continue
		}
		again := false // clocks that are set back show an hour again
		for _, before := range []time.Duration{30 * time.Minute, time.Hour, 2 * time.Hour} {
			then := now.Add(-before)
			again = again || then.Format("150405.0102") == now.Format("150405.0102")
		}
		if !again {
			return at, true
		}
	}
	return 0, false
}

// TestCron checks times that people know.
func TestCron(t *testing.T) {
	for _, c := range []struct{ body, zone, from, want string }{
		{"55 8 ? * MON-FRI *", "UTC", "2026-11-27T09:00:00Z", "2026-11-30T08:55:00Z"},
		{"55 8 ? * MON-FRI *", "Europe/Berlin", "2026-11-24T00:00:00Z", "2026-11-24T07:55:00Z"},
		{"55 8 ? * MON-FRI *", "Europe/Berlin", "2026-07-24T00:00:00Z", "2026-07-24T06:55:00Z"},
		{"0 10 * * ? *", "UTC", "2026-11-24T10:00:00Z", "2026-11-24T10:00:00Z"},
		{"0/15 * * * ? *", "UTC", "2026-11-24T10:01:00Z", "2026-11-24T10:15:00Z"},
		{"0 18 ? * FRI-MON *", "UTC", "2026-11-24T10:00:00Z", "2026-11-27T18:00:00Z"},
		{"15 10 L * ? *", "UTC", "2028-02-01T00:00:00Z", "2028-02-29T10:15:00Z"},
		{"15 10 L-2 * ? *", "UTC", "2026-11-24T00:00:00Z", "2026-11-28T10:15:00Z"},
		{"15 10 15W * ? *", "UTC", "2026-08-01T00:00:00Z", "2026-08-14T10:15:00Z"},  // Saturday the 15th
		{"15 10 1W * ? *", "UTC", "2026-08-01T00:00:00Z", "2026-08-03T10:15:00Z"},   // Saturday the 1st
		{"15 10 31W * ? *", "UTC", "2026-05-01T00:00:00Z", "2026-05-29T10:15:00Z"},  // Sunday the 31st
		{"15 10 LW * ? *", "UTC", "2026-10-01T00:00:00Z", "2026-10-30T10:15:00Z"},   // Saturday the 31st
		{"0 9 ? * 6L *", "UTC", "2026-11-01T00:00:00Z", "2026-11-27T09:00:00Z"},     // the last Friday
		{"0 9 ? * TUE#2 *", "UTC", "2026-11-01T00:00:00Z", "2026-11-10T09:00:00Z"},  // the second Tuesday
		{"0 9 ? * 3#2 *", "UTC", "2026-11-01T00:00:00Z", "2026-11-10T09:00:00Z"},    // the same
		{"0 9 ? * L *", "UTC", "2026-11-01T00:00:00Z", "2026-11-07T09:00:00Z"},      // Saturday
		{"0 9 29 FEB ? *", "UTC", "2026-11-01T00:00:00Z", "2028-02-29T09:00:00Z"},   // leap years
		{"0 9 1 1 ? 2030/5", "UTC", "2026-11-01T00:00:00Z", "2030-01-01T09:00:00Z"}, // years
		{"30 2 * * ? *", "Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-30T00:30:00Z"},
		{"30 2 * * ? *", "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"},
		{"30 2 * * ? *", "Europe/Berlin", "2026-10-25T00:31:00Z", "2026-10-26T01:30:00Z"},
		{"0 9 1 1 ? 2020", "UTC", "2026-11-01T00:00:00Z", ""},
	} {
		t.Run(c.body+" from "+c.from, func(t *testing.T) {
			zone, _ := zoneOf(t, c.zone)
			from, err := time.Parse(time.RFC3339, c.from)
			if err != nil {
				t.Fatal(err)
			}
			expression, err := parseCron(c.body)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if at, ok := expression.next(zone, from.Unix(), 1<<40); ok {
				got = time.Unix(at, 0).UTC().Format(time.RFC3339)
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// zones have clocks that are set forward and back, by an hour or half of one, north and south, and none.
var zones = []string{"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata",
	"Pacific/Auckland"}

// randomField makes a field of a cron expression.
func randomField(r *rand.Rand, at int) string {
	f := cronFields[at]
	value := func() int {
		if at == 5 {
			return 2025 + r.IntN(3)
		}
		return f.least + r.IntN(f.most-f.least+1)
	}
	name := func(n int) string {
		if f.names != nil && r.IntN(2) == 0 {
			return f.names[n-f.least]
		}
		return strconv.Itoa(n)
	}
	item := func() string {
		a, b := value(), value()
		switch k := r.IntN(9); {
		case k == 0:
			return "*/" + strconv.Itoa(1+r.IntN(20)%(f.most-f.least+1))
		case k == 1:
			return name(a) + "/" + strconv.Itoa(1+r.IntN(20)%(f.most-f.least+1))
		case k == 2 && (a <= b || at == weekField):
			return name(a) + "-" + name(b)
		case k == 3 && a <= b:
			return name(a) + "-" + name(b) + "/" + strconv.Itoa(1+r.IntN(3))
		case k == 4 && at == dayField:
			return []string{"L", "LW", "L-" + strconv.Itoa(r.IntN(31)), strconv.Itoa(a) + "W"}[r.IntN(4)]
		case k == 4 && at == weekField:
			return []string{"L", name(a) + "L", name(a) + "#" + strconv.Itoa(1+r.IntN(5))}[r.IntN(3)]
		}
		return name(a)
	}
	if r.IntN(3) == 0 {
		return "*"
	}
	text := item()
	for range r.IntN(3) {
		text += "," + item()
	}
	return text
}

// TestCronSlowly compares expressions with an evaluation minute by minute, around the days on which clocks change.
func TestCronSlowly(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 1))
	starts := []string{"2026-03-28T00:00:00Z", "2026-10-24T00:00:00Z", "2026-10-31T00:00:00Z", "2026-04-04T00:00:00Z",
		"2026-03-07T00:00:00Z", "2026-12-30T00:00:00Z", "2026-02-26T00:00:00Z", "2026-08-01T00:00:00Z"}
	found := 0
	for range 300 {
		fields := make([]string, 6)
		for i := range fields {
			fields[i] = randomField(r, i)
		}
		if r.IntN(2) == 0 {
			fields[0], fields[1] = strconv.Itoa(r.IntN(60)), "*" // so that more of them run
		}
		if r.IntN(2) == 0 {
			fields[3], fields[5] = "*", "*"
		}
		fields[[]int{dayField, weekField}[r.IntN(2)]] = "?"
		body := strings.Join(fields, " ")
		c, err := parseCron(body)
		if err != nil {
			t.Fatal(body, err)
		}
		zone, location := zoneOf(t, zones[r.IntN(len(zones))])
		begin, _ := time.Parse(time.RFC3339, starts[r.IntN(len(starts))])
		from := begin.Unix() + r.Int64N(86400)
		end := from + 3*86400
		at, ok := c.next(zone, from, end)
		want, wantOK := slowNext(body, location, from, end)
		if ok != wantOK || ok && at != want {
			t.Errorf("%s in %s from %s: got %s %v, want %s %v", body, zone.Name, time.Unix(from, 0).UTC(),
				time.Unix(at, 0).In(location), ok, time.Unix(want, 0).In(location), wantOK)
		}
		if !ok {
			continue
		}
		found++
		if before, ok := c.last(zone, none, at+1); !ok || before != at {
			t.Errorf("%s in %s: the last time before %d is %d", body, zone.Name, at+1, before)
		}
		if before, ok := c.last(zone, none, at); ok {
			if next, _ := c.next(zone, before+1, end); next != at {
				t.Errorf("%s in %s: %d follows %d, want %d", body, zone.Name, next, before, at)
			}
		}
	}
	if found < 100 {
		t.Errorf("only %d expressions run", found)
	}
}

// TestSchedules checks rates and single times.
func TestSchedules(t *testing.T) {
	parse := func(text string) Schedule {
		s, err := ParseSchedule(text)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	berlin, _ := zoneOf(t, "Europe/Berlin")
	const start, end = 1795478400, 1795478400 + 86400 // 2026-11-24 00:00 UTC
	for _, c := range []struct {
		name       string
		action     Action
		from       int64
		next, last int64 // 0 for none
	}{
		{"a rate counts from the start of the traffic", Action{Schedule: parse("rate(1 hour)")}, start + 10, start + 3600,
			start},
		{"or from when the action starts", Action{Schedule: parse("rate(2 hours)"), From: start - 1800}, start + 10,
			start + 5400,
			start - 1800},
		{"until it ends", Action{Schedule: parse("rate(1 day)"), To: start + 10}, start + 20, 0, start},
		{"a single time is that of the zone", Action{Schedule: parse("at(2026-11-24T09:00:30)"), Zone: berlin}, start,
			start + 8*3600 + 30, 0},
		{"and over after it", Action{Schedule: parse("at(2026-11-24T09:00:30)")}, start + 12*3600, 0, start + 9*3600 + 30},
		{"a single time that clocks skip", Action{Schedule: parse("at(2026-03-29T02:30:00)"), Zone: berlin}, start, 0, 0},
		{"before an action starts", Action{Schedule: parse("cron(0 * * * ? *)"), From: start + 7200}, start + 10,
			start + 7200, 0},
		{"no schedule", Action{}, start, 0, 0},
	} {
		next, ok := c.action.next(c.from, end, start)
		if ok != (c.next != 0) || ok && next != c.next {
			t.Errorf("%s: next is %d %v, want %d", c.name, next-start, ok, c.next-start)
		}
		last, ok := c.action.last(c.from, start)
		if ok != (c.last != 0) || ok && last != c.last {
			t.Errorf("%s: last is %d %v, want %d", c.name, last-start, ok, c.last-start)
		}
	}
}

// TestScheduleErrors checks that errors say what is wrong and what was meant.
func TestScheduleErrors(t *testing.T) {
	for text, want := range map[string]string{
		"":                        "is not a schedule",
		"55 8 ? * MON-FRI *":      "did you mean cron(55 8 ? * MON-FRI *)?",
		"cron(55 8 * * MON-FRI)":  "has 5 fields; did you mean cron(55 8 ? * MON-FRI *)?",
		"cron(55 8 * * *)":        "did you mean cron(55 8 * * ? *)?",
		"cron(55 8 * * 1-5)":      "has 5 fields; expected six: minutes, hours",
		"cron(55 8 * * * *)":      "sets both the day of the month and the day of the week; did you mean cron(55 8 * * ? *)?",
		"cron(55 8 * * MON *)":    "did you mean cron(55 8 ? * MON *)?",
		"cron(55 8 ? * ? *)":      "did you mean cron(55 8 ? * * *)?",
		"cron(60 8 * * ? *)":      `"60" is not a value for the minutes of a cron expression; expected 0 to 59`,
		"cron(0 24 * * ? *)":      "the hours of a cron expression; expected 0 to 23",
		"cron(0 8 * FOO ? *)":     "expected 1 to 12, or JAN to DEC",
		"cron(0 8 ? * MOM *)":     "expected 1 to 7, or SUN to SAT",
		"cron(0 8 ? * 0 *)":       "expected 1 to 7, or SUN to SAT",
		"cron(0 8 ? * MON#6 *)":   "has no number from 1 to 5 after the #",
		"cron(0/0 8 * * ? *)":     "has no valid step after the /",
		"cron(0 20-8 * * ? *)":    "is a range that ends before it begins",
		"cron(0 8 32W * ? *)":     `"32W" is not a value for the day of the month`,
		"cron(0 8 * * ? 1969)":    "expected 1970 to 2199",
		"rate(5 minute)":          "did you mean rate(5 minutes)?",
		"rate(1 hours)":           "did you mean rate(1 hour)?",
		"rate(0 hours)":           "is not a rate; expected a whole number of minutes, hours or days",
		"rate(5 weeks)":           "is not a rate",
		"at(2026-11-24 08:55:00)": "is not a date and time; expected a time such as at(2026-11-24T08:55:00)",
		"at(2026-02-29T08:55:00)": "is not a date and time",
		"every(1 day)":            "is not a schedule",
		"cron(0 8 * * ? *":        "is not a schedule",
	} {
		_, err := ParseSchedule(text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

// FuzzSchedule checks that no schedule makes the code fail, and that it runs only when it should.
func FuzzSchedule(f *testing.F) {
	for _, seed := range []string{"cron(55 8 ? * MON-FRI *)", "cron(0 0 L-3,15W,LW * ? 2026/2)", "cron(*/7 1-5/2 ? " +
		"JAN,3 6L,2#3 *)",
		"rate(5 minutes)", "at(2026-11-24T08:55:00)", "cron(0 9 29 2 ? *)"} {
		f.Add(seed, int64(1795478400))
	}
	f.Fuzz(func(t *testing.T, text string, from int64) {
		s, err := ParseSchedule(text)
		if err != nil {
			return
		}
		from = min(max(from, 0), series.DayOf(2300, 1, 1)*secondsPerDay)
		a := Action{Schedule: s}
		at, ok := a.next(from, from+400*secondsPerDay, from)
		if ok && (at < from || at >= from+400*secondsPerDay) {
			t.Errorf("%s runs at %d, from %d on", text, at, from)
		}
		if body, isCron := strings.CutPrefix(text, "cron("); ok && isCron && !slow(strings.TrimSuffix(body, ")"),
			time.Unix(at, 0).UTC()) {
			t.Errorf("%s does not run at %s", text, time.Unix(at, 0).UTC())
		}
		if last, ok := a.last(from, from); ok && last >= from {
			t.Errorf("%s ran at %d, before %d", text, last, from)
		}
	})
}
