package calc

import (
	"math"
	"slices"

	"github.com/lambdacap/lambdacap/calc/erlang"
)

// An Objective is what a plan sizes for.
type Objective string

// The objectives.
const (
	Fit      Objective = "fit"  // the smallest settings that fit
	Cheapest Objective = "cost" // the provisioned concurrency that costs least
)

// A PointName names a point of the curve of costs.
type PointName string

// The points.
const (
	PointNow      PointName = "now"      // the setting as it is
	PointCheapest PointName = "cheapest" // the one that costs least
	PointTarget   PointName = "target"   // the one that just meets the spillover target
)

// A CostPoint is what a provisioned concurrency costs when requests arrive at
// random.
type CostPoint struct {
	// Name says which point it is.
	Name PointName `json:"name"`
	// Provisioned is the provisioned concurrency, units; 0 means none.
	Provisioned int64 `json:"provisioned"`
	// SpilloverRatio is the share that is served on demand because provisioned
	// concurrency is full; absent where there is none.
	SpilloverRatio Optional[float64] `json:"spillover_ratio"`
	// Total is what it costs in a month, the penalty among it.
	Total float64 `json:"total_usd_month"`
	// Penalty is the penalty for requests that are served on demand.
	Penalty float64 `json:"penalty_usd_month"`
}

// An Optimization is the curve of costs of a function, at the points that
// matter.
//
// The cost of N provisioned units is that of random arrivals, see Chance and
// Cost, and a penalty for each request served on demand:
//
//	C(N) = cost(N) + penalty λ (1 - throttled - served on provisioned(N)) month
//
// A unit more pays for itself as long as its own use, a (B(N-1, a) - B(N, a)), is
// at least the break-even, which the penalty lowers; that use falls with N, so
// that the cheapest N is where it crosses. With a spillover target it is not
// below what that requires. Provisioned concurrency is as large as the account
// allows at most; what is throttled is taken as it is now. Derived from
// SourcePricing.
type Optimization struct {
	// Objective is cost.
	Objective Objective `json:"objective"`
	// Points are the setting as it is, the cheapest, and with a target the one
	// that just meets it; never nil.
	Points []CostPoint `json:"points"`
	// Hourly is the cheapest level of each hour by itself, where the rate of
	// each hour is given.
	Hourly []HourlyLevel `json:"hourly,omitempty"`
	// Schedule is the cheapest way through the day, where the rate of each hour
	// is given.
	Schedule Optional[Schedule] `json:"schedule,omitzero"`
}

// DefaultSegments is how many levels a schedule has at most, unless told
// otherwise.
const DefaultSegments = 3

// cheapest returns the point that is cheapest.
func (o Optimization) cheapest() int64 {
	for _, p := range o.Points {
		if p.Name == PointCheapest {
			return p.Provisioned
		}
	}
	return 0
}

// optimize finds the points of every function whose cost is known.
func (a Account) optimize(plans []FunctionPlan, o PlanOptions) {
	rows := make([]FunctionSpill, len(plans))
	for i := range plans {
		rows[i] = plans[i].Now
	}
	randomly := make([]served, len(plans))
	for i := range rows {
		randomly[i] = rows[i].random()
	}
	if slices.ContainsFunc(a.Functions, func(f Function) bool { return len(f.HourlyRPS) > 0 }) {
		a.overTheDay(o.SpillOptions, make([]served, len(plans)), randomly)
	}
	_, _, _, b := a.cost(o.Cost, func(i int) served { return randomly[i] })
	room := max(0, a.Unreserved()-a.Floor())
	unreserved := a.Unreserved()
	each(len(plans), func(i int) {
		f, p := &a.Functions[i], &plans[i]
		x, ok := p.Now.Chance.Get()
		if !ok || !b.known[i] || b.usages[i].initS.Known() && !b.usages[i].cold.Known() {
			return
		}
		c := costCurve{account: a, bill: &b, index: i, f: f, penalty: o.SpillPenalty, units: f.Reserved.Or(f.Provisioned + unreserved),
			keepAlive: x.KeepAliveS, lost: 1 - ratio(p.Now.random().provisioned+p.Now.random().onDemand, p.Now.RPS)}
		most := f.Reserved.Or(f.Provisioned) + room
		least := min(most, p.RequiredProvisionedForTarget.Or(0))
		curve := c.points(p, least, most)
		if len(f.HourlyRPS) > 0 {
			floor := make([]int64, len(f.HourlyRPS))
			for hour, rate := range f.HourlyRPS {
				t, _ := f.traffic()
				t.rate = rate
				if target, ok := o.TargetSpillover.Get(); ok {
					floor[hour] = t.unitsFor(target, true).Or(most)
				}
			}
			hourly, schedule := c.day(o, floor, most)
			curve.Hourly, curve.Schedule = hourly, Some(schedule)
		}
		p.Optimize = Some(curve)
	})
}

// A costCurve prices one function with any provisioned concurrency.
type costCurve struct {
	account   Account
	bill      *bill
	index     int
	f         *Function
	penalty   float64 // US dollars for each request served on demand
	units     int64   // provisioned and on demand together
	keepAlive float64
	lost      float64 // share of the requests that nobody serves at the peak
}

// at prices a number of provisioned units, over the day where its rates are
// given.
func (c *costCurve) at(units int64) CostPoint {
	p := CostPoint{Provisioned: units}
	u := c.slot(c.f.RPS.Or(0), units, 1)
	if len(c.f.HourlyRPS) > 0 {
		u, p.Penalty = c.usageOf([]Segment{{0, HoursPerDay, units}})
	} else {
		p.Penalty = c.penalty * u.onDemand
	}
	if units > 0 {
		arriving := (u.provisioned + u.onDemand)
		p.SpilloverRatio = Some(ratio(u.onDemand, arriving) * (1 - c.lost))
	}
	p.Total = c.bill.with(c.index, u).Total.Or(0) + p.Penalty
	return p
}

// slot is what the function uses in one of a number of equal parts of the month,
// at a rate.
func (c *costCurve) slot(rate float64, units int64, parts float64) usage {
	g := *c.f
	g.RPS, g.Provisioned = Some(rate), units
	t, _ := g.traffic()
	lost := c.lost
	if rate < c.f.RPS.Or(0) {
		lost = t.loss(c.units, g.mode() == Sync)
	}
	provisioned := rate * math.Min(1-t.loss(units, true), 1-lost)
	if units == 0 {
		provisioned = 0
	}
	s := served{provisioned: provisioned, onDemand: math.Max(0, rate*(1-lost)-provisioned)}
	if g.InitMS.Known() {
		s.cold = Some(erlang.ColdStarts(t.load(), c.keepAlive/t.seconds, float64(units), float64(c.units)))
	}
	u, _ := g.usage(s, c.bill.o.Hours/parts)
	return u
}

// points finds the points of the curve, between the least units that are allowed
// and the most that there can be.
func (c *costCurve) points(p *FunctionPlan, least, most int64) Optimization {
	o := Optimization{Objective: Cheapest}
	add := func(name PointName, at CostPoint) {
		at.Name = name
		o.Points = append(o.Points, at)
	}
	add(PointNow, c.at(c.f.Provisioned))
	// The curve is convex from one unit on. The free tier may make none cheaper.
	turn, ok := fewest(max(1, least, CeilUnits(p.Now.RPS*p.Now.DurationMS.Or(0)/1000)), func(n int64) bool {
		return n >= most || n > 0 && c.at(n+1).Total >= c.at(n).Total
	}).Get()
	best := c.at(least)
	if ok && turn > least && turn > 0 {
		if at := c.at(min(turn, most)); at.Total < best.Total {
			best = at
		}
	}
	add(PointCheapest, best)
	if n, ok := p.RequiredProvisionedForTarget.Get(); ok {
		add(PointTarget, c.at(n))
	}
	return o
}
