package calc

import (
	"math"

	"github.com/lambdacap/lambdacap/calc/aws"
)

// This file computes the figures that follow from the fields of a result, so that views compute nothing.

// Busy returns the average number of environments in use, provisioned and on demand.
func (f *FunctionSpill) Busy() float64 { return f.ProvisionedBusy.Or(0) + f.OnDemandBusy.Or(0) }

// BusyP99 returns the number of environments that is enough 99 % of the time. It is absent if that is not known, and if
// the rate limit refuses some of the rate: that keeps no environment busy, and Chance counts all that arrives.
func (f *FunctionSpill) BusyP99() Optional[int64] {
	x, ok := f.Chance.Get()
	full := float64(x.ConcurrencyP99) < f.Busy()+1
	if !ok || f.ThrottledRPS+f.QueuedRPS > 0 && !full {
		return Optional[int64]{}
	}
	return Some(x.ConcurrencyP99)
}

// HeadlineRatio returns the share of the rate that the headline's verdict is about, 0 to 1; 0 if the load fits. It
// reports whether the share is that of random arrivals, which it is if the steady verdict differs.
func (f *FunctionSpill) HeadlineRatio() (share float64, random bool) {
	v := f.Headline()
	random = v != f.Verdict
	x := f.Chance.Or(Chance{})
	pick := func(steady float64, chance Optional[float64]) float64 {
		if random {
			return chance.Or(0)
		}
		return steady
	}
	switch v {
	case Throttles:
		share = pick(f.ThrottledRatio, x.ThrottledRatio)
	case Queues:
		share = pick(f.QueuedRatio, x.QueuedRatio)
	case Spills:
		share = pick(f.SpilloverRatio, x.SpilloverRatio)
	}
	return share, random
}

// Worst returns the function with the worst headline and, among those, the one that loses the largest share of its
// rate; nil if there are no functions. If the shares differ only by rounding, the function with the higher rate is
// worse.
func Worst(rows []FunctionSpill) (worst *FunctionSpill) {
	for i := range rows {
		if f := &rows[i]; worst == nil || f.Worse(worst) {
			worst = f
		}
	}
	return worst
}

// Worse reports whether the function is in a worse state than another, see Worst.
func (f *FunctionSpill) Worse(than *FunctionSpill) bool {
	if v, w := f.Headline(), than.Headline(); v != w {
		return v.worse(w)
	}
	share, _ := f.HeadlineRatio()
	other, _ := than.HeadlineRatio()
	if difference := share - other; math.Abs(difference) > tolerance {
		return difference > 0
	}
	return f.RPS > than.RPS
}

// OnDemandUnits returns the number of units that the function can use beyond its provisioned concurrency: the rest of
// its reservation or, without one, the unreserved units in its Region. unreserved are those of the account's Region.
func (f *FunctionSpill) OnDemandUnits(unreserved int64) int64 {
	if reserved, ok := f.Reserved.Get(); ok {
		return reserved - f.Provisioned.Or(0)
	}
	return f.RegionUnreserved.Or(unreserved)
}

// SetAside returns the number of units that any function has reserved, or provisioned without a reservation.
func (r AccountResult) SetAside() int64 { return r.Concurrency - r.Unreserved + r.Overclaimed }

// MostSetAside returns the most units that AWS lets the account set aside.
func (r AccountResult) MostSetAside() int64 { return max(0, r.Concurrency-r.UnreservedFloor) }

// Refused reports whether AWS refuses what is set aside, see Account.Accepted.
func (r AccountResult) Refused() bool {
	return r.SetAside() > 0 && r.Unreserved-r.Overclaimed < r.UnreservedFloor
}

// AcceptingQuota returns the smallest quota with which AWS accepts the units set aside: these units plus the floor of
// that quota.
//
// Derived from Account.Floor.
func (r AccountResult) AcceptingQuota() int64 {
	return max(1, r.SetAside()) + max(aws.OrdinaryFloor, r.UnreservedFloor)
}

// QuotaToProvision is the smallest quota with which AWS accepts a provisioned concurrency for a function that has none,
// units; at least the quota of now. A reservation grows with it where it is smaller.
func (r AccountResult) QuotaToProvision(f *FunctionSpill, units int64) int64 {
	more := max(0, units-f.Reserved.Or(0))
	if more <= r.Reservable {
		return r.Concurrency
	}
	return max(r.Concurrency, r.SetAside()+more+max(aws.OrdinaryFloor, r.UnreservedFloor))
}

// BelowFloor reports whether fewer units are left unreserved than AWS requires.
func (r AccountResult) BelowFloor() bool { return r.Unreserved < r.UnreservedFloor }

// SpillsAtRandom reports whether a significant share of random arrivals spills, and a larger one than of evenly spaced
// requests.
func (f *FunctionSpill) SpillsAtRandom() bool {
	return matters(f.Chance.Or(Chance{}).SpilloverRatio, f.SpilloverRatio, SpilledMatters)
}

// ThrottledAtRandom reports whether a significant share of random arrivals is throttled, and a larger one than of
// evenly spaced requests.
func (f *FunctionSpill) ThrottledAtRandom() bool {
	return matters(f.Chance.Or(Chance{}).ThrottledRatio, f.ThrottledRatio, ThrottledMatters)
}

// WaitsAtRandom reports whether a significant share of random events waits, and a larger one than of evenly spaced
// events.
func (f *FunctionSpill) WaitsAtRandom() bool {
	return matters(f.Chance.Or(Chance{}).QueuedRatio, f.QueuedRatio, QueuedMatters)
}

func matters(random Optional[float64], steady, from float64) bool {
	x := random.Or(0)
	return x > steady && x > from
}

// RateBinds reports whether the mean duration is so short that pools reach their rate limit before their concurrency
// limit.
func (f *FunctionSpill) RateBinds() bool {
	ms, ok := f.DurationMS.Get()
	return ok && ms < RateBindsMS
}

// A Miss is a target that a function misses with its current settings.
type Miss struct {
	// Target names the target.
	Target Driver
	// Ratio is the share of random arrivals that the target limits, 0 to 1.
	Ratio float64
}

// Misses lists the targets that a function misses with its current settings. known reports whether that could be
// determined for at least one target.
func (s Sizing) Misses(f *FunctionSpill) (misses []Miss, known bool) {
	x := f.Chance.Or(Chance{})
	for _, t := range []struct {
		driver        Driver
		target, ratio Optional[float64]
	}{
		{DriverTargetSpillover, s.TargetSpillover, x.BeyondProvisionedRatio},
		{DriverTargetThrottle, s.TargetThrottle, f.withTenants(x.ThrottledRatio)},
	} {
		target, targeted := t.target.Get()
		ratio, computed := t.ratio.Get()
		if !targeted || !computed {
			continue
		}
		known = true
		if Exceeds(ratio, target) {
			misses = append(misses, Miss{t.driver, ratio})
		}
	}
	return misses, known
}

// Running returns the cost of a load without the provisioned capacity, US dollars a month; absent if the total is.
func (x Cost) Running() Optional[float64] {
	total, ok := x.Total.Get()
	if !ok {
		return Optional[float64]{}
	}
	return Some(total - x.ProvisionedCapacity.Or(0))
}

// Changed reports whether the cost differs by a cent or more.
func (c Comparison) Changed() bool { return math.Abs(c.Delta) >= 0.005 }

// Saves reports whether the cost is lower than before.
func (c Comparison) Saves() bool { return c.Delta < 0 }
