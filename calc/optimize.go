package calc

import (
	"math"

	"github.com/lambdacap/lambdacap/calc/quantity"
)

// An Objective is what a plan optimizes for.
type Objective string

// The objectives.
const (
	Fit      Objective = "fit"  // the smallest settings that fit
	Cheapest Objective = "cost" // the cheapest provisioned concurrency
	// The next two are for recorded traffic only.
	Autoscale Objective = "autoscale" // target tracking
	Scheduled Objective = "schedule"  // a level for each part of the day
)

// A PointName names a point on the cost curve.
type PointName string

// The points.
const (
	PointNow      PointName = "now"      // the current setting
	PointCheapest PointName = "cheapest" // the cheapest setting
	PointTarget   PointName = "target"   // the setting that just meets the spillover target
)

// A CostPoint is the cost at one provisioned concurrency with random arrivals.
type CostPoint struct {
	// Name identifies the point.
	Name PointName `json:"name"`
	// Provisioned is the provisioned concurrency, units; 0 means none.
	Provisioned int64 `json:"provisioned"`
	// SpilloverRatio is the share of requests served on demand because provisioned concurrency is full; absent if nothing
	// is provisioned.
	SpilloverRatio Optional[float64] `json:"spillover_ratio"`
	// Total is the monthly cost, including the penalty.
	Total float64 `json:"total_usd_month"`
	// Penalty is the penalty for requests served on demand.
	Penalty float64 `json:"penalty_usd_month"`
}

// An Optimization is the cost curve of a function, at the points that matter.
//
// The cost of N provisioned units is the cost with random arrivals, see Chance and Cost, plus a penalty for each
// request served on demand:
//
//	C(N) = cost(N) + penalty λ (1 - throttled - served on provisioned(N)) month
//
// Each extra unit pays off as long as its own utilization, a (B(N-1, a) - B(N, a)), is at least the break-even. The
// penalty lowers the break-even, and a higher tier raises it. The utilization of the extra unit falls with N, so the
// cheapest N is where the two cross. With a spillover target, N is at least what the target requires.
//
// The cost that counts is the bill of the whole account, with the other functions as the plan sets them: when a
// function leaves a tier or the free tier, the others can use it. Unless a target requires it, N needs no higher
// reservation and no higher quota than the load does, or than there is. Throttled shares are those after all changes.
// Derived from aws.SourcePricing.
type Optimization struct {
	// Objective is always cost.
	Objective Objective `json:"objective"`
	// Points are the current setting, the cheapest and, with a target, the one that just meets it; never nil.
	Points []CostPoint `json:"points"`
	// Hourly is the cheapest level for each hour on its own, if the rate of each hour is given.
	Hourly []HourlyLevel `json:"hourly,omitempty"`
	// Schedule is the cheapest schedule for the day, if the rate of each hour is given.
	Schedule Optional[Schedule] `json:"schedule,omitzero"`
}

// ParseObjective reads an objective.
func ParseObjective(text string) (Objective, error) {
	return quantity.ParseWord(text, Fit, Cheapest, Autoscale, Scheduled)
}

// OfTraffic reports whether only recorded traffic can be planned for the objective.
func (o Objective) OfTraffic() bool { return o == Autoscale || o == Scheduled }

// DefaultSegments is the default maximum number of levels in a schedule.
const DefaultSegments = 3

// cheapest returns the provisioned concurrency of the cheapest point.
func (o Optimization) cheapest() int64 {
	for _, p := range o.Points {
		if p.Name == PointCheapest {
			return p.Provisioned
		}
	}
	return 0
}

// peakLevel returns the highest level of the schedule, units.
func (p *FunctionPlan) peakLevel() int64 {
	return peakLevel(p.Optimize.Or(Optimization{}).Schedule.Or(Schedule{}).Segments)
}

// scheduled reports whether a schedule sets the provisioned concurrency.
func (p *FunctionPlan) scheduled() bool {
	return len(p.Optimize.Or(Optimization{}).Schedule.Or(Schedule{}).Segments) > 1
}

// A costCurve prices one function with any provisioned concurrency, leaving the other functions as they are.
type costCurve struct {
	bill      *bill
	index     int
	f         *Function
	penalty   float64 // US dollars for each request served on demand
	units     int64   // provisioned and on demand together
	shared    bool    // whether other functions also use the unreserved units
	ample     bool    // the unreserved units are enough for everything
	keepAlive float64
	lost      float64 // share of requests never served at the peak
	refused   float64 // share of attempts that find everything full at the peak
	seen      map[slotKey]usage
}

// slotKey identifies a computed usage.
type slotKey struct {
	rate  float64
	units int64
	parts float64
}

// lostAt returns the share of arrivals that the function's units never serve, and the share of attempts that they
// refuse. For asynchronous requests, the first is the part that does not fit on average.
func (c *costCurve) lostAt(f *Function, t traffic) (lost, refused float64) {
	refused = f.alone(&t, c.units)
	if !f.Mode.Queues() {
		return refused, refused
	}
	provisioned := f.provisionedRPS()
	onDemand := math.Min(t.rate-provisioned, float64(c.units-f.Provisioned)/t.seconds)
	return 1 - ratio(provisioned+onDemand, t.rate), refused
}

// usageWith returns the function's monthly usage and penalty at a number of provisioned units. They are for the whole
// day if rates over the day are given, otherwise for the mean rate if given.
func (c *costCurve) usageWith(units int64) (usage, float64) {
	if !c.f.Day.Empty() {
		return c.usageOf([]Segment{{0, c.f.Day.Len(), units}})
	}
	u := c.slot(c.f.AverageRPS.Else(c.f.RPS).Or(0), units, 1)
	return u, c.penalty * u.onDemand
}

// accountCost returns the cost that the choice of units is based on. It is the bill of the whole account, since other
// functions can use what one function leaves of the tiers and the free tier.
func (c *costCurve) accountCost(units int64) float64 {
	u, penalty := c.usageWith(units)
	return c.bill.totalWith(c.index, u) + penalty
}

// point prices a number of provisioned units.
func (c *costCurve) point(name PointName, units int64) CostPoint {
	u, penalty := c.usageWith(units)
	p := CostPoint{Name: name, Provisioned: units, Penalty: penalty}
	if units > 0 {
		p.SpilloverRatio = Some(ratio(u.onDemand, u.provisioned+u.onDemand) * (1 - c.lost))
	}
	p.Total = c.bill.costWith(c.index, u).Total.Or(0) + penalty
	return p
}

// slot returns the function's usage at a rate in one of several equal parts of the month.
func (c *costCurve) slot(rate float64, units int64, parts float64) usage {
	key := slotKey{rate, units, parts}
	if u, ok := c.seen[key]; ok {
		return u
	}
	g := *c.f
	g.RPS, g.Provisioned = Some(rate), units
	t, _ := g.traffic()
	lost, refused := c.lost, c.refused
	if !c.ample && rate < c.f.RPS.Or(0) || g.Mode.Queues() && g.Reserved.Known() {
		lost, refused = c.lostAt(&g, t)
	}
	s := served{onDemand: rate * (1 - lost)}
	if units > 0 {
		s.onDemand = float64(rate * g.spilledAt(t, lost, refused))
		s.provisioned = math.Max(0, float64(rate*(1-lost))-s.onDemand)
	}
	if g.InitMS.Known() {
		s.cold = Some(g.coldStarts(refused, c.keepAlive, g.busiest(c.units, c.shared || c.ample)))
	}
	u, _ := g.usage(s, c.bill.o.Hours/parts)
	c.seen[key] = u
	return u
}

// cheapest finds the cheapest number of units between the least allowed and the most possible.
//
// At a single price per on-demand GB-second, costs are convex from one unit on, or nearly so, see slope. The price
// falls in tiers, so the bill is the minimum, over the tiers, of what each would charge at its own price and offset.
// The minimum over the units is therefore the minimum of the tiers' own optima. The free tier can make it cheapest to
// provision nothing.
func (c *costCurve) cheapest(least, most int64) int64 {
	best, lowest := least, c.accountCost(least)
	if most == 0 {
		return best
	}
	guess := CeilUnits(c.f.RPS.Or(0) * c.f.DurationMS.Or(0) / 1000)
	chosen := c.selectionCurve()
	for _, price := range c.tiers(guess) {
		n, _ := cheapestUnits(max(1, least), most, guess, chosen.slope(), func(n int64) float64 {
			u, _ := chosen.usageWith(n)
			return chosen.linearCost(u, price)
		})
		if cost := c.accountCost(n); cost < lowest {
			best, lowest = n, cost
		}
	}
	return best
}

// maxColdLoad is the peak load of a day up to which init time affects the choice of its levels. Beyond it, cold starts
// are a few millionths of the requests and would take seconds to compute. The cost of the chosen levels includes them
// in any case. Unit: environments.
const maxColdLoad = 2500

// selectionCurve returns the curve used to choose levels, see maxColdLoad.
func (c *costCurve) selectionCurve() *costCurve {
	if c.f.Day.Empty() || c.f.RPS.Or(0)*c.f.DurationMS.Or(0)/1000 <= maxColdLoad {
		return c
	}
	warm := *c.f
	warm.InitMS = Optional[float64]{}
	chosen := *c
	chosen.f, chosen.seen = &warm, map[slotKey]usage{}
	return &chosen
}

// slope returns the monthly cost of a unit of capacity. It returns 0 if the costs are convex: if neither cold starts
// nor the rate limit of brief requests affect them.
func (c *costCurve) slope() float64 {
	if t, _ := c.f.traffic(); !c.f.InitMS.Known() && !t.brief() {
		return 0
	}
	u := usage{arch: c.bill.usages[c.index].arch, gb: c.bill.usages[c.index].gb, units: 1}
	return c.linearCost(u, 0)
}

// tiers returns the on-demand prices per GB-second that the account's bill may reach if the function needs up to the
// given number of environments.
func (c *costCurve) tiers(units int64) []float64 {
	own := c.bill.usages[c.index]
	sums := c.bill.sums[archIndex(own.arch)]
	most := sums.gbSeconds + sums.allGBSeconds + float64(float64(units+1)*own.gb*c.bill.o.Hours*3600)
	reached := 1
	for i := 0; i < len(sums.TierBounds) && i < len(sums.OnDemandDuration)-1 && sums.TierBounds[i] < most; i++ {
		reached++
	}
	return sums.OnDemandDuration[:reached]
}

// linearCost prices a usage, including the penalty, at a single price per on-demand GB-second, so that the parts of a
// day add up. It leaves out whatever does not depend on the provisioned concurrency.
func (c *costCurve) linearCost(u usage, onDemand float64) float64 {
	p, o := c.bill.sums[archIndex(u.arch)].Price, c.bill.o
	return float64((1-o.SavingsPlan)*(float64(p.Provisioned.Or(0)*u.units*u.gb*o.enabledS())+
		float64(p.ProvisionedDuration.Or(0)*u.gb*u.warmSeconds*u.provisioned)+
		float64(onDemand*u.onDemandGBs()))) + float64(c.penalty*u.onDemand)
}
