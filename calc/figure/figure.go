// Package figure derives the figures that people look at from results: sums, comparisons, and the curve of a sweep that
// is most worth showing.
package figure

import (
	"math"
	"slices"

	"github.com/lambdacap/lambdacap/calc"
)

// Short reports whether a pool has fewer units than it needs.
func Short(required, units int64) bool { return required > units }

// RateCeiling is the rate limit of a pool whose units synchronous requests share, requests per second.
func RateCeiling(units int64) int64 { return int64(calc.Synchronous(units).RateRPS) }

// RandomTotal is the combined cost of random arrivals at all functions, in US dollars a month. It is absent if the cost
// of any function is not known.
func RandomTotal(rows []calc.FunctionSpill) calc.Optional[float64] {
	sum := 0.0
	for i := range rows {
		total, ok := rows[i].Chance.Or(calc.Chance{}).Cost.Or(calc.Cost{}).Total.Get()
		if !ok {
			return calc.Optional[float64]{}
		}
		sum += total
	}
	return calc.Some(sum)
}

// CompareRemoved compares the cost of removed functions with zero.
func CompareRemoved(removed ...calc.Removed) calc.Comparison {
	before := 0.0
	for _, r := range removed {
		before += r.Before
	}
	return calc.Compare(before, 0)
}

// A Measure names a share of the requests that a sweep can show.
type Measure string

// The measures.
const (
	Beyond    Measure = "beyond provisioned concurrency"
	Throttled Measure = "throttled"
	Queued    Measure = "queued"
)

// A Curve is a measure at every point of a sweep, ratios from 0 to 1.
type Curve struct {
	// Measure is what the curve shows.
	Measure Measure
	// Steady is the share in the steady state at each point.
	Steady []float64
	// Random is the share for random arrivals at each point, if known.
	Random []calc.Optional[float64]
}

// Widest returns the curve of a sweep that is most worth showing: the measure with the widest range over all points,
// for random arrivals where known. The rows are those of the swept function, one for each point.
func Widest(rows []*calc.FunctionSpill) (widest Curve) {
	width := -1.0
	for _, m := range []Measure{Beyond, Throttled, Queued} {
		c := Curve{Measure: m, Steady: make([]float64, len(rows)), Random: make([]calc.Optional[float64], len(rows))}
		shown := make([]float64, len(rows))
		for i, f := range rows {
			c.Steady[i], c.Random[i] = m.of(f)
			shown[i] = c.Random[i].Or(c.Steady[i])
		}
		if len(rows) > 0 && slices.Max(shown)-slices.Min(shown) > width {
			width, widest = slices.Max(shown)-slices.Min(shown), c
		}
	}
	return widest
}

// of returns the share of a function in the steady state, and for random arrivals.
func (m Measure) of(f *calc.FunctionSpill) (steady float64, random calc.Optional[float64]) {
	x, ok := f.Chance.Get()
	switch m {
	case Beyond:
		if f.RPS > 0 {
			steady = 1 - f.ProvisionedRPS/f.RPS
		}
		if ok {
			random = calc.Some(x.BeyondProvisionedRatio.Or(1)) // all requests if nothing is provisioned
		}
		return steady, random
	case Throttled:
		return f.ThrottledRatio, x.ThrottledRatio
	}
	return f.QueuedRatio, x.QueuedRatio
}

// HasRandom reports whether the share for random arrivals is known at any point.
func (c Curve) HasRandom() bool {
	return slices.ContainsFunc(c.Random, calc.Optional[float64].Known)
}

// Flat reports whether there is nothing to show: less than one request in a million at every point.
func (c Curve) Flat() bool {
	const visible = 1e-6
	for i, x := range c.Steady {
		if math.Max(x, c.Random[i].Or(0)) >= visible {
			return false
		}
	}
	return true
}
