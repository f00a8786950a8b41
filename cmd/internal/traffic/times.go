package traffic

import (
	"bytes"
	"math"
	"time"

	"github.com/lambdacap/lambdacap/calc/series"
)

const (
	secondNS = int64(time.Second)
	minuteNS = int64(time.Minute)
)

// birthNS is when Lambda was announced: no traffic of it is older. It is 2014-11-01 00:00 UTC.
const birthNS = 1_414_800_000 * secondNS

// secondOf returns the second of a time in nanoseconds, which may be before 1970.
func secondOf(ns int64) int64 {
	second, _ := series.FloorDiv(ns, secondNS)
	return second
}

// areDigits reports whether a text has no other characters than digits.
func areDigits(b []byte) bool {
	return !bytes.ContainsFunc(b, func(r rune) bool { return r < '0' || r > '9' })
}

// digits reads n digits, at most 9, and returns -1 if there are other characters.
func digits(b []byte, n int) int {
	if len(b) < n {
		return -1
	}
	x := 0
	for _, c := range b[:n] {
		if c < '0' || c > '9' {
			return -1
		}
		x = x*10 + int(c-'0')
	}
	return x
}

// two reads two digits, and returns -1 if there are other characters.
func two(b []byte) int {
	x, y := b[0]-'0', b[1]-'0'
	if x > 9 || y > 9 {
		return -1
	}
	return int(x)*10 + int(y)
}

// A stamp is a time that was read from text.
type stamp struct {
	ns    int64 // since 1970-01-01 00:00 UTC; without a zone as if it were UTC
	zoned bool  // the text says the zone
	whole bool  // the text has no fraction of a second
}

// parseStamp reads a time such as 2026-11-24T02:59:00.430Z, 2026-11-24 02:59:00 +0000 or 2026-11-24 02:59 at the start
// of b. It returns the number of bytes that it took, and 0 if there is no such time.
func parseStamp(b []byte) (t stamp, n int) {
	if len(b) < 16 || b[4] != '-' || b[7] != '-' || b[10] != 'T' && b[10] != ' ' || b[13] != ':' {
		return stamp{}, 0
	}
	year, month, day := digits(b, 4), two(b[5:7]), two(b[8:10])
	hour, minute := two(b[11:13]), two(b[14:16])
	if year < 0 || month < 1 || month > 12 || day < 1 || day > series.DaysIn(year, month) ||
		hour < 0 || hour > 23 || minute < 0 || minute > 59 {
		return stamp{}, 0
	}
	n = 16
	second := 0
	t.whole = true
	if len(b) >= 19 && b[16] == ':' {
		if second = two(b[17:19]); second < 0 || second > 60 {
			return stamp{}, 0
		}
		n = 19
	}
	t.ns = (series.DayOf(year, month, day)*series.SecondsPerDay + int64(hour*3600+minute*60+second)) * secondNS
	if n == 19 && len(b) > n+1 && (b[n] == '.' || b[n] == ',') && b[n+1] >= '0' && b[n+1] <= '9' {
		t.whole = false
		unit := secondNS
		for n++; n < len(b) && b[n] >= '0' && b[n] <= '9'; n++ {
			unit /= 10
			t.ns += int64(b[n]-'0') * unit
		}
	}
	offset, size, ok := parseZone(b[n:])
	if !ok {
		return stamp{}, 0
	}
	switch t.ns -= int64(offset) * secondNS; {
	case year < 1970:
		t.ns = 0
	case year > 2261: // nanoseconds cannot count further
		t.ns = math.MaxInt64
	}
	t.zoned = size > 0
	return t, n + size
}

// parseZone reads Z, +00:00, +0000 or +00, perhaps after a space. The offset is in seconds. The size is 0 if there is
// no zone.
func parseZone(b []byte) (offset, size int, ok bool) {
	at := 0
	if len(b) > 1 && b[0] == ' ' && (b[1] == '+' || b[1] == '-' || b[1] == 'Z') {
		at = 1
	}
	if len(b) <= at {
		return 0, 0, true
	}
	switch b[at] {
	case 'Z':
		return 0, at + 1, true
	case '+', '-':
		hours := digits(b[at+1:], 2)
		if hours < 0 {
			return 0, 0, at == 1 // " -" and something else is no zone
		}
		end := at + 3
		minutes := 0
		if len(b) > end && b[end] == ':' {
			end++
		}
		if m := digits(b[min(end, len(b)):], 2); m >= 0 {
			minutes = m
			end += 2
		} else if end > at+3 {
			return 0, 0, false
		}
		if hours > 15 || minutes > 59 {
			return 0, 0, false
		}
		offset = hours*3600 + minutes*60
		if b[at] == '-' {
			offset = -offset
		}
		return offset, end, true
	}
	return 0, 0, true
}

// in returns the time of a stamp, nanoseconds since 1970, where one without a zone is in zone; nil means UTC.
func (t stamp) in(zone *time.Location) int64 {
	if t.zoned || zone == nil || zone == time.UTC {
		return t.ns
	}
	at := time.Unix(0, t.ns).UTC()
	hour, minute, second := at.Clock()
	return time.Date(at.Year(), at.Month(), at.Day(), hour, minute, second, at.Nanosecond(), zone).UnixNano()
}

// clockProblem says what is wrong with a time that a clock shows, which was taken for the time at ns: none shows it
// because it is set forward, or two do because it is set back. Both are nanoseconds, the first as if it were in UTC.
func clockProblem(shows, ns int64, zone *time.Location) string {
	at := time.Unix(0, ns).In(zone)
	offset := func(t time.Time) int64 { _, seconds := t.Zone(); return int64(seconds) * secondNS }
	if ns+offset(at) != shows {
		return "does not exist"
	}
	start, end := at.ZoneBounds()
	if other := shows - offset(start.Add(-1)); !start.IsZero() && other < start.UnixNano() {
		return "comes twice"
	}
	if other := shows - offset(end); !end.IsZero() && other >= end.UnixNano() {
		return "comes twice"
	}
	return ""
}

// middle returns the time to reckon with for a stamp at ns, nanoseconds: the middle of a whole second.
func (t stamp) middle(ns int64) int64 {
	if t.whole && ns < math.MaxInt64-secondNS {
		return ns + secondNS/2
	}
	return ns
}

// epochNS returns the time of a number that counts seconds, milliseconds, microseconds or nanoseconds since 1970,
// whichever puts it between 2001 and 2262. ok is false if none does.
func epochNS(x float64) (ns int64, ok bool) {
	for _, unit := range epochUnits {
		if at := x * float64(unit); at >= 1e18 && at < 9.2e18 {
			whole, part := math.Modf(x)
			return int64(whole)*unit + int64(math.Round(part*float64(unit))), true
		}
	}
	return 0, false
}

// epochWhole is epochNS for a whole number.
func epochWhole(n int64) (ns int64, ok bool) {
	for _, unit := range epochUnits {
		if at := float64(n) * float64(unit); at >= 1e18 && at < 9.2e18 {
			return n * unit, true
		}
	}
	return 0, false
}

// epochUnits are the units of times that count from 1970, nanoseconds.
var epochUnits = [...]int64{1e9, 1e6, 1e3, 1}
