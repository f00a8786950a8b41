package series

import "fmt"

// Stamp writes a time, seconds since 1970-01-01 00:00 UTC, as in RFC 3339, to the second.
//
// Source: the civil calendar by days, H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".
func Stamp(seconds int64) string {
	days, rest := floorDiv(seconds, SecondsPerDay)
	const daysPerEra = 146_097 // 400 years
	era, day := floorDiv(days+719_468, daysPerEra)
	year := (day - day/1460 + day/36_524 - day/146_096) / 365
	day -= 365*year + year/4 - year/100
	month := (5*day + 2) / 153 // from March
	day -= (153*month+2)/5 - 1
	year += era * 400
	if month += 3; month > 12 {
		month, year = month-12, year+1
	}
	return fmt.Sprintf("%04d-%02d-%02dT%02d:%02d:%02dZ", year, month, day, rest/3600, rest/60%60, rest%60)
}

// floorDiv returns the quotient, rounded down, and the remainder, which is not negative.
func floorDiv(x, y int64) (quotient, remainder int64) {
	quotient, remainder = x/y, x%y
	if remainder < 0 {
		quotient, remainder = quotient-1, remainder+y
	}
	return quotient, remainder
}

// ParseStamp reads a time that Stamp wrote.
func ParseStamp(text string) (seconds int64, ok bool) {
	var year, month, day, hour, minute, second int64
	n, err := fmt.Sscanf(text, "%d-%d-%dT%d:%d:%dZ", &year, &month, &day, &hour, &minute, &second)
	if err != nil || n != 6 {
		return 0, false
	}
	if month <= 2 {
		year, month = year-1, month+12
	}
	era, of := floorDiv(year, 400)
	days := of*365 + of/4 - of/100 + (153*(month-3)+2)/5 + day - 1
	seconds = (era*146_097+days-719_468)*SecondsPerDay + hour*3600 + minute*60 + second
	return seconds, Stamp(seconds) == text
}
