package scaling

import (
	"math"

	"github.com/lambdacap/lambdacap/calc/aws"
)

// A Load is the traffic of one function over time, in steps of equal length.
type Load struct {
	// StartS is when the time begins: seconds since 1970-01-01 00:00 UTC.
	StartS int64
	// SpanS is how long it lasts, seconds.
	SpanS float64
	// FirstS is when the first step starts, seconds after StartS, 0 or more. Outside the steps there are no requests.
	FirstS float64
	// StepS is the length of a step, seconds, more than 0.
	StepS float64
	// Steps are the steps.
	Steps []Step
	// Maximum returns the median of the highest concurrency of a step, environments. Only the statistic Maximum needs it.
	Maximum func(s Step) float64
}

// A Step is the traffic of a step.
type Step struct {
	// RPS is the rate of requests, requests per second, 0 or more.
	RPS float64
	// DurationMS is their mean duration, milliseconds, more than 0 if there are requests.
	DurationMS float64
}

// perUnit is the rate that one provisioned unit carries, requests per second. The rate limit of provisioned concurrency
// applies in either mode.
func (s Step) perUnit() float64 {
	return math.Min(aws.RatePerUnit, 1000/s.DurationMS)
}

// SpillRPS is the rate of evenly spaced requests that so many provisioned units do not serve, requests per second.
func (s Step) SpillRPS(units int64) float64 {
	if s.RPS == 0 {
		return 0
	}
	if spill := s.RPS - float64(float64(units)*s.perUnit()); spill > tolerance*s.RPS {
		return spill
	}
	return 0
}

// busy is the share of provisioned units in use, 0 to 1, for a concurrency that the requests would need.
func (s Step) busy(units int64, concurrency float64) float64 {
	if units == 0 {
		return 1
	}
	return math.Min(1, math.Min(aws.RatePerUnit*s.DurationMS/1000, concurrency/float64(units)))
}

// tolerance is the relative error that is allowed for in comparisons and roundings.
const tolerance = 1e-9

// above reports whether x is above a bound by more than a rounding error.
func above(x, bound float64) bool {
	bound = float64(bound) // a product is rounded first, on every machine
	return x > bound+float64(tolerance*bound)
}

// step returns the number of the step at a time, seconds since the start; it may be outside the steps.
func (l *Load) step(at float64) int { return int(math.Floor((at - l.FirstS) / l.StepS)) }

// pieces calls a function for each step that has requests, with when the part of it in a time starts and its length,
// seconds.
func (l *Load) pieces(from, to float64, piece func(s Step, starts, seconds float64)) {
	for i := max(0, l.step(from)); i < len(l.Steps); i++ {
		starts := l.FirstS + float64(float64(i)*l.StepS)
		if starts >= to {
			return
		}
		starts, ends := max(from, starts), min(to, starts+l.StepS)
		if l.Steps[i].RPS > 0 && ends > starts {
			piece(l.Steps[i], starts, ends-starts)
		}
	}
}

// requests returns the number of requests in a time.
func (l *Load) requests() (sum float64) {
	for _, s := range l.Steps {
		sum += float64(s.RPS * l.StepS)
	}
	return sum
}
