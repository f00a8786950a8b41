package series

// SecondsPerDay is the length of a day. Unit: seconds.
const SecondsPerDay = 86_400

// The calendar repeats every 400 years, an era. Eras begin on 1 March, so that a leap day is the last day of its year.
const (
	yearsPerEra = 400
	daysPerEra  = 146_097
	eraOffset   = 719_468 // days from 0000-03-01 to 1970-01-01
)

// Date returns the date of a day in the Gregorian calendar. Days are numbered from 1970-01-01.
//
// Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".
func Date(day int64) (year, month, dayOfMonth int) {
	era, ofEra := FloorDiv(day+eraOffset, daysPerEra)
	yearOfEra := (ofEra - ofEra/1460 + ofEra/36_524 - ofEra/146_096) / 365
	ofYear := ofEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	m := (5*ofYear + 2) / 153 // from March
	d := ofYear - (153*m+2)/5 + 1
	y := yearOfEra + era*yearsPerEra
	if m += 3; m > 12 {
		m, y = m-12, y+1
	}
	return int(y), int(m), int(d)
}

// DayOf returns the number of a date, see Date.
func DayOf(year, month, dayOfMonth int) int64 {
	y, m := int64(year), int64(month)
	if m <= 2 {
		y, m = y-1, m+12
	}
	era, yearOfEra := FloorDiv(y, yearsPerEra)
	ofYear := (153*(m-3)+2)/5 + int64(dayOfMonth) - 1
	return era*daysPerEra + yearOfEra*365 + yearOfEra/4 - yearOfEra/100 + ofYear - eraOffset
}

// DaysIn returns the length of a month, days.
func DaysIn(year, month int) int {
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

// FloorDiv divides by a y above 0. The quotient is rounded down, so that the remainder is not negative.
func FloorDiv(x, y int64) (quotient, remainder int64) {
	quotient, remainder = x/y, x%y
	if remainder < 0 {
		quotient, remainder = quotient-1, remainder+y
	}
	return quotient, remainder
}
