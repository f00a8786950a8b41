package series

import "fmt"

// Stamp writes a time, seconds since 1970-01-01 00:00 UTC, as in RFC 3339, to the second.
func Stamp(seconds int64) string {
	day, rest := FloorDiv(seconds, SecondsPerDay)
	year, month, dayOfMonth := Date(day)
	return fmt.Sprintf("%04d-%02d-%02dT%02d:%02d:%02dZ", year, month, dayOfMonth, rest/3600, rest/60%60, rest%60)
}

// ParseStamp reads a time that Stamp wrote.
func ParseStamp(text string) (seconds int64, ok bool) {
	var year, month, day int
	var hour, minute, second int64
	n, err := fmt.Sscanf(text, "%d-%d-%dT%d:%d:%dZ", &year, &month, &day, &hour, &minute, &second)
	if err != nil || n != 6 {
		return 0, false
	}
	seconds = DayOf(year, month, day)*SecondsPerDay + hour*3600 + minute*60 + second
	return seconds, Stamp(seconds) == text
}
