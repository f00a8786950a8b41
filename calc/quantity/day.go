package quantity

import (
	"fmt"
	"strconv"
	"strings"
)

// HoursPerDay is the number of hours in a day. Unit: hours.
const HoursPerDay = 24

// legalDay describes the rates of a day in messages.
const legalDay = "24 rates, one for each hour, or a schedule such as 0-8=20, 8-18=150, 18-24=60"

// A Span is a rate that holds from one full hour of the day to another.
type Span struct {
	From, To int     // hours, 0 to 24
	RPS      float64 // requests per second
}

// String writes the span in the form that ParseSchedule reads: 8-18=150.
func (s Span) String() string {
	return fmt.Sprintf("%d-%d=%s", s.From, s.To, strconv.FormatFloat(s.RPS, 'f', -1, 64))
}

// Day returns the rates of the 24 hours of a day, requests per second. For any other number of rates, it returns a
// *ValueError.
func Day(rates []float64) ([]float64, error) {
	if len(rates) == HoursPerDay {
		return rates, nil
	}
	words := make([]string, len(rates))
	for i, rps := range rates {
		words[i] = strconv.FormatFloat(rps, 'f', -1, 64)
	}
	return nil, failer(strings.Join(words, " "), legalDay)("has " + FormatCountOf(len(rates), "rate"))
}

// Schedule converts spans of a day to the rates of its 24 hours, requests per second. It returns a *ValueError unless
// every hour has exactly one rate.
func Schedule(spans []Span) ([]float64, error) {
	words := make([]string, len(spans))
	for i, s := range spans {
		words[i] = s.String()
	}
	return schedule(spans, failer(strings.Join(words, " "), legalDay))
}

func schedule(spans []Span, fail func(problem string) error) ([]float64, error) {
	day := make([]float64, HoursPerDay)
	var given [HoursPerDay]bool
	for _, s := range spans {
		if s.From < 0 || s.To > HoursPerDay || s.From >= s.To {
			return nil, fail(notSpan(s.String()))
		}
		for hour := s.From; hour < s.To; hour++ {
			if given[hour] {
				return nil, fail(fmt.Sprintf("has two rates for the hour from %d to %d", hour, hour+1))
			}
			day[hour], given[hour] = s.RPS, true
		}
	}
	for hour, ok := range given {
		if !ok {
			return nil, fail(fmt.Sprintf("has no rate for the hour from %d to %d", hour, hour+1))
		}
	}
	return day, nil
}

func notSpan(word string) string {
	return "has " + Quote(word) + ", which is no FROM-TO=RATE with hours from 0 to 24"
}

// ParseDay reads the 24 hourly rates of a day, separated by commas or spaces.
func ParseDay(text string) ([]float64, error) {
	words := strings.FieldsFunc(text, isSeparator)
	day := make([]float64, len(words))
	for i, word := range words {
		var err error
		if day[i], err = ParseRate(word); err != nil {
			return nil, err
		}
	}
	if len(day) != HoursPerDay {
		return nil, failer(text, legalDay)("has " + FormatCountOf(len(day), "rate"))
	}
	return day, nil
}

func isSeparator(r rune) bool { return r == ',' || r == ' ' }

// ParseSchedule reads the rates of a day as FROM-TO=RATE with whole hours, separated by commas or spaces: 0-8=20,
// 8-18=150, 18-24=60. Every hour must have exactly one rate.
func ParseSchedule(text string) ([]float64, error) {
	fail := failer(text, legalDay)
	var spans []Span
	for _, word := range strings.FieldsFunc(text, isSeparator) {
		hours, rate, ok := strings.Cut(word, "=")
		first, last, also := strings.Cut(hours, "-")
		from, err := ParseHour(first)
		to, err2 := ParseHour(last)
		if !ok || !also || err != nil || err2 != nil || from >= to {
			return nil, fail(notSpan(word))
		}
		rps, err := ParseRate(rate)
		if err != nil {
			return nil, err
		}
		spans = append(spans, Span{from, to, rps})
	}
	return schedule(spans, fail)
}

// ParseHour reads a full hour of the day: 0 to 24.
func ParseHour(text string) (int, error) {
	hour, err := strconv.Atoi(text)
	if err != nil || hour < 0 || hour > HoursPerDay {
		return 0, failer(text, "a whole number from 0 to 24")("is not an hour of the day")
	}
	return hour, nil
}

// ParseSegments reads a number of levels in a day: 1 to 24.
func ParseSegments(text string) (int, error) {
	n, err := ParseCount(text)
	if err != nil || !Segments.Contains(float64(n)) {
		return 0, failer(text, Segments.Legal)("is no number of levels")
	}
	return int(n), nil
}

// ParseSegmentHours reads a duration of whole hours, such as 3h, and returns the number of hours: 1 to 24.
func ParseSegmentHours(text string) (int, error) {
	ms, err := ParseDuration(text)
	hours := ms / 3_600_000
	if err != nil || hours != float64(int(hours)) || !SegmentHours.Contains(hours) {
		return 0, failer(text, SegmentHours.Legal)("is no number of whole hours")
	}
	return int(hours), nil
}
