package calc

import (
	"math"
	"slices"
)

// Figures that follow from the fields of a result. Views show them and compute nothing themselves.

// Busy is the average number of environments in use, provisioned and on demand.
func (f *FunctionSpill) Busy() float64 { return f.ProvisionedBusy.Or(0) + f.OnDemandBusy.Or(0) }

// LostRatio is the share of the rate that the verdict is about: what is throttled, waits or spills, 0 to 1.
func (f *FunctionSpill) LostRatio() float64 {
	switch f.Verdict {
	case Throttles:
		return f.ThrottledRatio
	case Queues:
		return f.QueuedRatio
	}
	return f.SpilloverRatio
}

// Worst returns the function with the worst verdict that loses the largest share of its rate; nil without functions.
// Of shares that differ only by rounding the one of the larger rate counts.
func Worst(rows []FunctionSpill) (worst *FunctionSpill) {
	for i := range rows {
		f := &rows[i]
		if worst == nil || f.Verdict.worse(worst.Verdict) || f.Verdict == worst.Verdict && f.losesMore(worst) {
			worst = f
		}
	}
	return worst
}

func (f *FunctionSpill) losesMore(g *FunctionSpill) bool {
	if difference := f.LostRatio() - g.LostRatio(); math.Abs(difference) > tolerance {
		return difference > 0
	}
	return f.RPS > g.RPS
}

// OnDemandUnits is the units behind the function's provisioned concurrency: the rest of its reservation or, without
// one, the unreserved units that functions share.
func (f *FunctionSpill) OnDemandUnits(unreserved int64) int64 {
	if reserved, ok := f.Reserved.Get(); ok {
		return reserved - f.Provisioned.Or(0)
	}
	return unreserved
}

// Short reports whether a pool has fewer units than it needs.
func Short(required, units int64) bool { return required > units }

// BelowFloor reports whether less is left unreserved than AWS keeps.
func (r AccountResult) BelowFloor() bool { return r.Unreserved < r.UnreservedFloor }

// Random arrivals are worth a warning from these shares of the requests on.
const (
	spilledMatters   = 0.01
	throttledMatters = 0.001
)

// SpillsAtRandom reports whether random arrivals spill a share that matters, and more than evenly spaced requests do.
func (f *FunctionSpill) SpillsAtRandom() bool {
	return matters(f.Chance.Or(Chance{}).SpilloverRatio, f.SpilloverRatio, spilledMatters)
}

// ThrottledAtRandom reports the same of the share that is throttled.
func (f *FunctionSpill) ThrottledAtRandom() bool {
	return matters(f.Chance.Or(Chance{}).ThrottledRatio, f.ThrottledRatio, throttledMatters)
}

func matters(random Optional[float64], steady, from float64) bool {
	x := random.Or(0)
	return x > steady && x >= from
}

// RateBinds reports whether the mean duration is so short that the rate limits of pools bind, not their concurrency.
func (f *FunctionSpill) RateBinds() bool {
	ms, ok := f.DurationMS.Get()
	return ok && ms < rateBindsMS
}

// A Miss is a target that a function misses with its settings as they are.
type Miss struct {
	// Target is the target.
	Target Driver
	// Ratio is the share of random arrivals that it allows less of, 0 to 1.
	Ratio float64
}

// Misses lists the targets that a function misses with its settings as they are. known reports whether there is a
// target for which that is known.
func (s Sizing) Misses(f *FunctionSpill) (misses []Miss, known bool) {
	x := f.Chance.Or(Chance{})
	for _, t := range []struct {
		driver        Driver
		target, ratio Optional[float64]
	}{
		{DriverTargetSpillover, s.TargetSpillover, x.BeyondProvisionedRatio},
		{DriverTargetThrottle, s.TargetThrottle, x.ThrottledRatio},
	} {
		target, targeted := t.target.Get()
		ratio, computed := t.ratio.Get()
		if !targeted || !computed {
			continue
		}
		known = true
		if ratio > target {
			misses = append(misses, Miss{t.driver, ratio})
		}
	}
	return misses, known
}

// Running is what a load costs beside the capacity that is provisioned for it, US dollars a month; absent where the
// total is.
func (x Cost) Running() Optional[float64] {
	total, ok := x.Total.Get()
	if !ok {
		return Optional[float64]{}
	}
	return Some(total - x.ProvisionedCapacity.Or(0))
}

// RandomTotal is what random arrivals at all functions cost together, US dollars a month; absent where the cost of one
// is.
func RandomTotal(rows []FunctionSpill) Optional[float64] {
	all := Some(0.0)
	for i := range rows {
		all = sumOf(all, rows[i].Chance.Or(Chance{}).Cost.Or(Cost{}).Total)
	}
	return all
}

// Changed reports whether the cost differs by a cent or more.
func (c Comparison) Changed() bool { return math.Abs(c.Delta) >= 0.005 }

// Saves reports whether the cost is lower than before.
func (c Comparison) Saves() bool { return c.Delta < 0 }

// CompareRemoved compares what functions that are gone cost, with nothing.
func CompareRemoved(gone ...Removed) Comparison {
	before := 0.0
	for _, r := range gone {
		before += r.Before
	}
	return Compare(before, 0)
}

// A Measure names a share of the requests that a sweep is about.
type Measure string

// The measures.
const (
	MeasureBeyond    Measure = "beyond provisioned concurrency"
	MeasureThrottled Measure = "throttled"
	MeasureQueued    Measure = "queued"
)

// A MeasureCurve is a measure at every point of a sweep, ratios from 0 to 1.
type MeasureCurve struct {
	// Measure is the measure.
	Measure Measure
	// Steady is the share in the steady state, point by point.
	Steady []float64
	// Random is the share of random arrivals, where it is known.
	Random []Optional[float64]
}

// WidestMeasure returns what there is to see in a sweep: the measure that changes most from point to point, of random
// arrivals where they are known.
func WidestMeasure(rows []*FunctionSpill) (widest MeasureCurve) {
	width := -1.0
	for _, m := range []Measure{MeasureBeyond, MeasureThrottled, MeasureQueued} {
		c := MeasureCurve{Measure: m, Steady: make([]float64, len(rows)), Random: make([]Optional[float64], len(rows))}
		shown := make([]float64, len(rows))
		for i, f := range rows {
			c.Steady[i], c.Random[i] = f.measure(m)
			shown[i] = c.Random[i].Or(c.Steady[i])
		}
		if len(rows) > 0 && slices.Max(shown)-slices.Min(shown) > width {
			width, widest = slices.Max(shown)-slices.Min(shown), c
		}
	}
	return widest
}

// measure returns a share in the steady state, and of random arrivals.
func (f *FunctionSpill) measure(m Measure) (steady float64, random Optional[float64]) {
	x, ok := f.Chance.Get()
	switch m {
	case MeasureBeyond:
		if f.RPS > 0 {
			steady = 1 - f.ProvisionedRPS/f.RPS
		}
		if ok {
			random = Some(x.BeyondProvisionedRatio.Or(1)) // all of them, where nothing is provisioned
		}
		return steady, random
	case MeasureThrottled:
		return f.ThrottledRatio, x.ThrottledRatio
	}
	return f.QueuedRatio, random
}

// HasRandom reports whether the share of random arrivals is known at any point.
func (c MeasureCurve) HasRandom() bool {
	return slices.ContainsFunc(c.Random, Optional[float64].Known)
}

// Flat reports whether there is nothing to see: at most one request in a million at any point.
func (c MeasureCurve) Flat() bool {
	const visible = 1e-6
	for i, x := range c.Steady {
		if math.Max(x, c.Random[i].Or(0)) >= visible {
			return false
		}
	}
	return true
}
