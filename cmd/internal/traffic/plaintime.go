package traffic

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// A plainTime is a time as a table states it.
type plainTime struct {
	at      stamp
	seconds float64 // from the start of the data, if undated
	undated bool
}

// parseDate reads a time with a date of year, month and day, or of day, month and year with points: 2026/11/24 12:00,
// 24.11.2026 12:00:00, 2026-11-24. The time of day may be missing.
func parseDate(b []byte) (t stamp, ok bool) {
	if t, n := parseStamp(b); n > 0 {
		return t, n == len(b)
	}
	if len(b) < 10 || len(b) > 40 {
		return stamp{}, false
	}
	var buffer [48]byte
	iso := append(buffer[:0], "0000-00-00T00:00"...)
	switch {
	case b[4] == '-' && b[7] == '-', b[4] == '/' && b[7] == '/':
		copy(iso, b[:4])
		copy(iso[5:], b[5:7])
		copy(iso[8:], b[8:10])
	case b[2] == '.' && b[5] == '.':
		copy(iso, b[6:10])
		copy(iso[5:], b[3:5])
		copy(iso[8:], b[:2])
	default:
		return stamp{}, false
	}
	if len(b) > 10 {
		if b[10] != ' ' && b[10] != 'T' {
			return stamp{}, false
		}
		iso = append(iso[:11], b[11:]...)
	}
	t, n := parseStamp(iso)
	return t, n > 0 && n == len(iso)
}

// parseClock reads a time of day without a date, as seconds from midnight.
func parseClock(b []byte) (seconds float64, ok bool) {
	if len(b) != 5 && len(b) != 8 || b[2] != ':' {
		return 0, false
	}
	hour, minute, second := digits(b, 2), digits(b[3:], 2), 0
	if len(b) == 8 {
		if second = digits(b[6:], 2); b[5] != ':' {
			return 0, false
		}
	}
	if hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 {
		return 0, false
	}
	return float64(hour*3600 + minute*60 + second), true
}

// smallTime is the largest number that is a distance from the start and no date: it is 400 days.
const smallTime = maxSpanS

// parsePlain reads a time of a table. unit is how many seconds a small number counts.
func parsePlain(b []byte, o *Options, unit float64) (t plainTime, err error) {
	if o.TimeFormat != "" {
		at, err := time.ParseInLocation(o.TimeFormat, string(b), time.UTC)
		if err != nil {
			return t, fmt.Errorf("%q is not a time of the form %q (--time-format)", shown(string(b)), o.TimeFormat)
		}
		if at.Year() < 1970 || at.Year() > 2261 {
			return t, fmt.Errorf("%q is not a time from 2014-11 to now", shown(string(b)))
		}
		if name, offset := at.Zone(); offset == 0 && name != "UTC" && name != "GMT" && name != "" {
			return t, fmt.Errorf("%q: what is the time in %s? Expected a zone such as +01:00, or none and --time-zone",
				shown(string(b)), shown(name))
		}
		t.at = stamp{ns: at.UnixNano(), zoned: saysZone(o.TimeFormat), whole: at.Nanosecond() == 0}
		return t, nil
	}
	if at, ok := parseDate(b); ok {
		return plainTime{at: at}, nil
	}
	if x, ok := parseNumber(b); ok {
		if x >= 0 && x*unit <= smallTime {
			return plainTime{seconds: x * unit, undated: true}, nil
		}
		if at, ok := parseTime(b); ok {
			return plainTime{at: at}, nil
		}
		return t, fmt.Errorf("%q is not a time; expected a time since 1970, or a distance of at most 400 days",
			shown(string(b)))
	}
	if x, ok := parseClock(b); ok {
		return plainTime{seconds: x, undated: true}, nil
	}
	if len(b) >= 8 && len(b) < 40 && slashed(b) {
		return t, fmt.Errorf("%q: is the month or the day first? Say it with --time-format, such as '01/02/2006 15:04'",
			shown(string(b)))
	}
	return t, fmt.Errorf("%q is not a time; expected such as 2026-11-24T12:00:00Z", shown(string(b)))
}

// saysZone reports whether times of a form say their zone.
func saysZone(form string) bool {
	return strings.Contains(form, "Z07") || strings.Contains(form, "-07") || strings.Contains(form, "MST")
}

// slashed reports whether text begins like 11/24/2026.
func slashed(b []byte) bool {
	parts, run := 0, 0
	for _, c := range b {
		switch {
		case c >= '0' && c <= '9':
			run++
		case c == '/' && run > 0 && parts < 2:
			parts, run = parts+1, 0
		default:
			return parts == 2 && run >= 2
		}
	}
	return parts == 2 && run >= 2
}

// wholeSeconds returns seconds as a whole number, and whether they are.
func wholeSeconds(x float64) (int64, bool) {
	whole := math.Round(x)
	return int64(whole), math.Abs(x-whole) < 1e-6
}
