package scaling

import "github.com/lambdacap/lambdacap/calc/series"

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
	secondsPerDay    = series.SecondsPerDay
)

// weekday returns the day of the week, 0 for Sunday.
func weekday(day int64) int {
	_, week := series.FloorDiv(day+4, 7)
	return int(week)
}

// dayAt returns the day, see series.Date, on which a clock shows a time.
func dayAt(wall int64) int64 {
	day, _ := series.FloorDiv(wall, secondsPerDay)
	return day
}
