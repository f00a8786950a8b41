package scaling

// A Zone is a time zone. The zero Zone is UTC.
type Zone struct {
	// Name is its name in the IANA database, such as Europe/Berlin; empty for UTC.
	Name string
	// OffsetS returns how far its clocks are ahead of UTC at a time, seconds; nil for UTC. The time is in seconds since
	// 1970-01-01 00:00 UTC.
	OffsetS func(unix int64) int64
}

// at returns how far the clocks are ahead of UTC at a time, seconds.
func (z Zone) at(unix int64) int64 {
	if z.OffsetS == nil {
		return 0
	}
	return z.OffsetS(unix)
}

// Wall returns what the clocks show at a time: seconds since 1970-01-01 00:00 on the clock.
func (z Zone) Wall(unix int64) int64 { return unix + z.at(unix) }

// instant returns the first time at which the clocks show a time. ok is false if they skip it, because clocks are set
// forward.
func (z Zone) instant(wall int64) (unix int64, ok bool) {
	const around = 26 * 3600 // more than any offset
	early, late := wall-z.at(wall-around), wall-z.at(wall+around)
	for _, t := range [...]int64{min(early, late), max(early, late)} {
		if z.Wall(t) == wall {
			return t, true
		}
	}
	return 0, false
}

const (
	secondsPerMinute = 60
	secondsPerHour   = 3600
	secondsPerDay    = 86_400
)

// floorDiv returns floor(a / b) for b > 0.
func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// date returns the date of a day in the Gregorian calendar, which is numbered from 1970-01-01.
//
// Source: H. Hinnant, "chrono-compatible low-level date algorithms".
func date(day int64) (year, month, dayOfMonth int) {
	z := day + 719_468 // since 0000-03-01
	era := floorDiv(z, 146_097)
	ofEra := z - era*146_097
	yearOfEra := (ofEra - ofEra/1460 + ofEra/36_524 - ofEra/146_096) / 365
	ofYear := ofEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	m := (5*ofYear + 2) / 153
	d := ofYear - (153*m+2)/5 + 1
	if m += 3; m > 12 {
		m -= 12
	}
	y := yearOfEra + era*400
	if m <= 2 {
		y++
	}
	return int(y), int(m), int(d)
}

// dayOf returns the number of a date, from 1970-01-01.
func dayOf(year, month, dayOfMonth int) int64 {
	y, m := int64(year), int64(month)
	if m <= 2 {
		y--
	}
	era := floorDiv(y, 400)
	yearOfEra := y - era*400
	ofYear := (153*((m+9)%12)+2)/5 + int64(dayOfMonth) - 1
	return era*146_097 + yearOfEra*365 + yearOfEra/4 - yearOfEra/100 + ofYear - 719_468
}

// weekday returns the day of the week, 0 for Sunday.
func weekday(day int64) int { return int(day + 4 - 7*floorDiv(day+4, 7)) }

// daysIn returns the length of a month, days.
func daysIn(year, month int) int {
	switch {
	case month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0):
		return 29
	case month == 2:
		return 28
	case month == 4 || month == 6 || month == 9 || month == 11:
		return 30
	}
	return 31
}
