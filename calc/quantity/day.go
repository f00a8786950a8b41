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

// A Span is a rate that holds from one full hour of the day to a later one.
type Span struct {
	From, To int  // hours, 0 to 24
	Rate     Rate // the rate, or how many times the ordinary one
}

// A Rate is a rate, such as 150, or a multiple of the ordinary rate, such as 3x.
type Rate struct {
	Value    float64 // requests per second, 0 to 1e9; or a factor, 0 to 1e9
	Multiple bool    // it is a factor
}

// String writes the rate in the form that ParseSpanRate reads.
func (r Rate) String() string {
	text := strconv.FormatFloat(r.Value, 'f', -1, 64)
	if r.Multiple {
		text += multiple
	}
	return text
}

// multiple is the suffix of a multiple of the ordinary rate.
const multiple = "x"

// String writes the span in the form that ParseSpan reads, such as 8-18=150.
func (s Span) String() string { return fmt.Sprintf("%d-%d=%s", s.From, s.To, s.Rate) }

// Day returns the given rates, requests per second, if there are 24 of them, one for each hour of the day. Otherwise it
// returns a *ValueError.
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

// NoRate, as the ordinary rate of Schedule, means that there is none.
const NoRate = -1

// NeedsRate reports whether spans of a day need an ordinary rate: because some are multiples of it, or because they do
// not cover all hours.
func NeedsRate(spans []Span) bool {
	hours := 0
	for _, s := range spans {
		if s.Rate.Multiple {
			return true
		}
		hours += s.To - s.From
	}
	return hours < HoursPerDay
}

// Schedule converts spans of a day to the rates of its 24 hours, requests per second. Hours that no span covers get the
// ordinary rate, requests per second, which may be NoRate. It returns a *ValueError unless every hour has exactly one
// rate from 0 to 1e9.
func Schedule(spans []Span, ordinary float64) ([]float64, error) {
	words := make([]string, len(spans))
	for i, s := range spans {
		words[i] = s.String()
	}
	fail := failer(strings.Join(words, " "), legalDay)
	day := make([]float64, HoursPerDay)
	var given [HoursPerDay]bool
	for _, s := range spans {
		rps := s.Rate.Value
		switch {
		case s.From < 0 || s.To > HoursPerDay || s.From >= s.To:
			return nil, fail(notSpan(s.String()))
		case s.Rate.Multiple && ordinary < 0:
			fail := failer(strings.Join(words, " "), "an ordinary rate, rps, beside it")
			return nil, fail("multiplies a rate that is not given")
		case s.Rate.Multiple:
			rps *= ordinary
		}
		if !Rates.Contains(rps) {
			return nil, failer(s.String(), Rates.Legal)("is out of range")
		}
		for hour := s.From; hour < s.To; hour++ {
			if given[hour] {
				return nil, fail(fmt.Sprintf("has two rates for the hour from %d to %d", hour, hour+1))
			}
			day[hour], given[hour] = rps, true
		}
	}
	for hour, ok := range given {
		switch {
		case !ok && ordinary < 0:
			legal := "all hours from 0 to 24, or an ordinary rate, rps, for the others"
			fail := failer(strings.Join(words, " "), legal)
			return nil, fail(fmt.Sprintf("has no rate for the hour from %d to %d", hour, hour+1))
		case !ok:
			day[hour] = ordinary
		}
	}
	return day, nil
}

func notSpan(word string) string {
	return "has " + Quote(word) + ", which is not a FROM-TO=RATE with hours from 0 to 24"
}

// ParseSpan reads a rate that holds from one full hour of the day to a later one, such as 8-18=150 or 12-13=3x.
func ParseSpan(text string) (Span, error) {
	hours, rate, ok := strings.Cut(text, "=")
	first, last, also := strings.Cut(hours, "-")
	from, err := ParseHour(first)
	to, err2 := ParseHour(last)
	if ok && also && err == nil && err2 == nil && from >= to {
		return Span{}, failer(text, "the earlier hour first; a time over midnight is two, such as 22-24 and 0-6")(
			"ends before it starts")
	}
	if !ok || !also || err != nil || err2 != nil {
		return Span{}, failer(text, legalDay)("is not a FROM-TO=RATE with hours from 0 to 24")
	}
	r, err := ParseSpanRate(rate)
	if err != nil {
		return Span{}, err
	}
	return Span{from, to, r}, nil
}

// ParseSpanRate reads the rate of a span: a rate, or a multiple of the ordinary rate such as 3x or 0.5x.
func ParseSpanRate(text string) (Rate, error) {
	factor, ok := strings.CutSuffix(text, multiple)
	if !ok || factor == "" {
		rps, err := ParseRate(text)
		return Rate{Value: rps}, err
	}
	x, err := parseDecimal(factor, "", Rates)
	if err != nil {
		return Rate{}, failer(text, "a multiple of the ordinary rate, such as 3x or 0.5x")("is not a factor")
	}
	return Rate{Value: x, Multiple: true}, nil
}

// ParseHour reads a full hour of the day, 0 to 24.
func ParseHour(text string) (int, error) {
	hour, err := strconv.Atoi(text)
	if err != nil || strings.HasPrefix(text, "-") || hour > HoursPerDay {
		return 0, failer(text, "a whole number from 0 to 24")("is not an hour of the day")
	}
	return hour, nil
}

// ParseSegments reads the number of levels in a day, 1 to 24.
func ParseSegments(text string) (int, error) {
	n, err := ParseCount(text)
	if err != nil || !Segments.Contains(float64(n)) {
		return 0, failer(text, Segments.Legal)("is not a number of levels")
	}
	return int(n), nil
}

// ParseSegmentHours reads a duration in whole hours, such as 3h, and returns the number of hours, 1 to 24.
func ParseSegmentHours(text string) (int, error) {
	ms, err := ParseDuration(text)
	hours := ms / 3_600_000
	if err != nil || hours != float64(int(hours)) || !SegmentHours.Contains(hours) {
		return 0, failer(text, SegmentHours.Legal)("is not a number of whole hours")
	}
	return int(hours), nil
}
