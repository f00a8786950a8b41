// Package figure derives the figures that views show from results: sums, comparisons, and the curve of a sweep that is
// most worth showing.
package figure

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
)

// Short reports whether a pool has fewer units than it needs.
func Short(required, units int64) bool { return required > units }

// RateCeiling returns the rate limit of a pool that synchronous requests share, requests per second.
func RateCeiling(units int64) int64 { return int64(calc.Synchronous(units).RateRPS) }

// RandomTotal returns the total cost of all functions with random arrivals, US dollars a month. It is absent if the
// cost of any function is not known.
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

// Busy returns the average number of environments that all functions keep busy; absent if the duration of any function
// with requests is not known.
func Busy(rows []calc.FunctionSpill) calc.Optional[float64] {
	sum := 0.0
	for i := range rows {
		if rows[i].Managed.Known() { // it takes nothing from the account
			continue
		}
		if !rows[i].DurationMS.Known() && rows[i].RPS > 0 {
			return calc.Optional[float64]{}
		}
		sum += rows[i].Busy()
	}
	return calc.Some(sum)
}

// Used returns the share of a function's ceiling that its rate uses, 0 to 1; 1 if its headroom is not known.
func Used(f *calc.FunctionSpill) float64 {
	headroom, ok := f.HeadroomRatio.Get()
	if !ok {
		return 1
	}
	return 1 - headroom
}

// Units returns the number of units that a function can use: its provisioned concurrency and its on-demand units.
// unreserved is the size of the pool that functions without a reservation share.
func Units(f *calc.FunctionSpill, unreserved int64) int64 {
	return f.Provisioned.Or(0) + f.OnDemandUnits(unreserved)
}

// Idle returns the monthly cost of the idle provisioned capacity of all functions, US dollars; absent if none is known.
func Idle(rows []calc.FunctionSpill) (sum calc.Optional[float64]) {
	for i := range rows {
		if idle, ok := IdleOf(&rows[i]).Get(); ok {
			sum = calc.Some(sum.Or(0) + idle)
		}
	}
	return sum
}

// IdleOf returns the monthly cost of the idle provisioned capacity of a function, US dollars.
func IdleOf(f *calc.FunctionSpill) calc.Optional[float64] { return f.Cost.Or(calc.Cost{}).Idle }

// PaysOff counts the Regions and architectures in which provisioned concurrency pays off at some utilization, and those
// with known prices.
func PaysOff(list []calc.RegionBreakEven) (pays, known int) {
	for _, x := range list {
		if x.Known() {
			known++
		}
		if x.BreakEvenUtilizationRatio.Known() {
			pays++
		}
	}
	return pays, known
}

// Cheapest returns the way that costs the least; empty if no cost is known.
func Cheapest(ways []calc.WayCost) (way calc.Hosting) {
	least := math.Inf(1)
	for _, c := range ways {
		if usd, ok := c.Total.Get(); ok && usd < least {
			way, least = c.Way, usd
		}
	}
	return way
}

// An Order is a sort order of functions.
type Order string

// The orders.
const (
	ByWorst Order = "worst" // the worst verdict first, see calc.Worst
	ByName  Order = "name"
	ByCost  Order = "cost" // the most expensive first
	ByIdle  Order = "idle" // the most expensive idle capacity first
	ByBusy  Order = "busy" // the most environments in use first
	ByRPS   Order = "rps"  // the highest rate first
	ByFile  Order = "file" // as given
)

// Orders lists the orders, the default first.
func Orders() []Order { return []Order{ByWorst, ByName, ByCost, ByIdle, ByBusy, ByRPS, ByFile} }

// Sort returns the indices of functions in the given order. The sort is stable.
func Sort(rows []calc.FunctionSpill, by Order) []int {
	higher := func(of func(f *calc.FunctionSpill) calc.Optional[float64]) func(i, j int) int {
		return func(i, j int) int { return cmp.Compare(of(&rows[j]).Or(-1), of(&rows[i]).Or(-1)) }
	}
	compare := map[Order]func(i, j int) int{
		ByName: func(i, j int) int { return strings.Compare(rows[i].Name, rows[j].Name) },
		ByCost: higher(func(f *calc.FunctionSpill) calc.Optional[float64] { return f.Cost.Or(calc.Cost{}).Total }),
		ByIdle: higher(IdleOf),
		ByBusy: higher(func(f *calc.FunctionSpill) calc.Optional[float64] {
			if !f.DurationMS.Known() {
				return calc.Optional[float64]{}
			}
			return calc.Some(f.Busy())
		}),
		ByRPS: higher(func(f *calc.FunctionSpill) calc.Optional[float64] { return calc.Some(f.RPS) }),
		ByWorst: func(i, j int) int {
			switch {
			case rows[i].Worse(&rows[j]):
				return -1
			case rows[j].Worse(&rows[i]):
				return 1
			}
			return 0
		},
	}[by]
	if compare == nil {
		compare = func(int, int) int { return 0 }
	}
	return sorted(len(rows), compare)
}

// sorted returns the indices from 0 to n-1 in an order. The sort is stable.
func sorted(n int, compare func(i, j int) int) []int {
	indices := make([]int, n)
	for i := range indices {
		indices[i] = i
	}
	slices.SortStableFunc(indices, compare)
	return indices
}

// CompareRemoved compares the cost of removed functions with zero.
func CompareRemoved(removed ...calc.Removed) calc.Comparison {
	before := 0.0
	for _, r := range removed {
		before += r.Before
	}
	return calc.Compare(before, 0)
}

// A Measure names a share of requests that a sweep can show.
type Measure string

// The measures.
const (
	Beyond    Measure = "beyond provisioned"
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

// Widest returns the curve that is most worth showing for a sweep: the measure with the widest range over all points,
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

// of returns the measured share of a function's requests, in the steady state and with random arrivals.
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

// Flat reports whether there is nothing to show: at every point, the share is below one in a million.
func (c Curve) Flat() bool {
	const visible = 1e-6
	for i, x := range c.Steady {
		if math.Max(x, c.Random[i].Or(0)) >= visible {
			return false
		}
	}
	return true
}

// Visible reports whether a share of requests is large enough to be shown as more than ~0: 0.01 % or more.
func Visible(share float64) bool { return share >= 0.0001 }

// Cents reports whether an amount of money rounds to a cent or more.
func Cents(amount float64) bool { return amount >= 0.005 }
