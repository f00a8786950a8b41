// Package series holds quantities that change over time, with one value per step of equal length.
package series

import "slices"

// A Series is a quantity over time. Each value holds for one step, from its start to the start of the next. The zero
// Series has no values.
type Series struct {
	// Start is when the first step starts, in seconds: since 1970-01-01 00:00 UTC, or since midnight UTC for a day that
	// repeats.
	Start int64
	// Step is the length of a step, seconds, more than 0 if there are values.
	Step int64
	// Values are the values of the steps, in order.
	Values []float64
}

// Day returns a repeating day in UTC, divided into as many equal steps as there are values. The number of values must
// divide the number of seconds in a day.
func Day(values []float64) Series {
	if len(values) == 0 {
		return Series{}
	}
	return Series{Step: SecondsPerDay / int64(len(values)), Values: values}
}

// IsDay reports whether the steps fill one whole day that starts at midnight.
func (s Series) IsDay() bool { return s.Start == 0 && s.Step*int64(len(s.Values)) == SecondsPerDay }

// Empty reports whether there are no values.
func (s Series) Empty() bool { return len(s.Values) == 0 }

// Len returns the number of steps.
func (s Series) Len() int { return len(s.Values) }

// At returns the value of a step, 0 or more. A series repeats: its last step is followed by its first.
func (s Series) At(step int) float64 { return s.Values[step%len(s.Values)] }

// Peak returns the highest value; 0 if there are no values.
func (s Series) Peak() float64 {
	if s.Empty() {
		return 0
	}
	return slices.Max(s.Values)
}
