package calc

import (
	"math"

	"github.com/lambdacap/lambdacap/calc/erlang"
	"github.com/lambdacap/lambdacap/calc/quantity"
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
// at least the break-even, which the penalty lowers and a higher tier raises; that
// use falls with N, so that the cheapest N is where it crosses. With a spillover target it is not
// below what that requires. What counts is the bill of the account, with the other
// functions as they are: a function that leaves a tier, or the free tier, leaves it
// to them. Provisioned concurrency is as large as the account allows at most, or
// the reservation that the plan advises; in the unreserved pool what is throttled
// is taken as it is now. Derived from aws.SourcePricing.
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

// ParseObjective reads what a plan sizes for: fit or cost.
func ParseObjective(text string) (Objective, error) { return quantity.ParseWord(text, Fit, Cheapest) }

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

// optimize finds the points of every function whose cost is known. b is the bill of random arrivals with the settings
// as they are.
func (p *planning) optimize(b *bill) {
	each(len(p.plans), func(i int) {
		_, ok := p.plans[i].Now.Chance.Get()
		if !ok || !b.known[i] || b.usages[i].initS.Known() && !b.usages[i].cold.Known() {
			return
		}
		p.plans[i].Optimize = Some(p.optimum(i, b))
	})
}

// optimum finds the points of one function.
func (p *planning) optimum(i int, b *bill) Optimization {
	f, plan := &p.account.Functions[i], &p.plans[i]
	t, _ := f.traffic()
	unreserved := p.account.Unreserved()
	peak := plan.Now.random()
	now := costCurve{bill: b, index: i, f: f, penalty: p.options.SpillPenalty, keepAlive: plan.Now.Chance.Or(Chance{}).KeepAliveS,
		units: f.Reserved.Or(f.Provisioned + unreserved), lost: 1 - ratio(peak.provisioned+peak.onDemand, plan.Now.RPS), seen: map[slotKey]usage{}}
	advised, most := now, f.Provisioned+max(0, unreserved-p.account.Floor())
	if reserved, ok := f.Reserved.Get(); ok { // with the reservation that the plan recommends
		most = max(reserved, plan.unitsWith(p.options.Sizing).Or(0))
		advised.units, advised.seen = most, map[slotKey]usage{}
		advised.lost = advised.lostAt(t)
	}
	least := min(most, plan.RequiredProvisionedForTarget.Or(0))
	x := Optimization{Objective: Cheapest, Points: []CostPoint{now.named(PointNow, f.Provisioned), advised.cheapest(plan, least, most)}}
	if n, ok := plan.RequiredProvisionedForTarget.Get(); ok {
		x.Points = append(x.Points, advised.named(PointTarget, n))
	}
	if !f.Day.Empty() {
		floors := make([]int64, f.Day.Len())
		for step, rate := range f.Day.Values {
			t.rate = rate
			if target, ok := p.options.TargetSpillover.Get(); ok {
				floors[step] = t.unitsFor(target, Provisioned).Or(most)
			}
		}
		levels, schedule := advised.day(p.options.Sizing, floors, most, x.cheapest())
		x.Hourly, x.Schedule = levels, Some(schedule)
	}
	return x
}

// A costCurve prices one function with any provisioned concurrency, the others as
// they are.
type costCurve struct {
	bill      *bill
	index     int
	f         *Function
	penalty   float64 // US dollars for each request served on demand
	units     int64   // provisioned and on demand together
	keepAlive float64
	lost      float64 // share of the requests that nobody serves at the peak
	seen      map[slotKey]usage
}

// slotKey names a usage that was computed.
type slotKey struct {
	rate  float64
	units int64
	parts float64
}

// lostAt is the share that nobody serves of what arrives at the units of the
// function; of asynchronous requests what does not fit on average.
func (c *costCurve) lostAt(t traffic) float64 {
	if c.f.Mode.Queues() {
		return math.Max(0, 1-ratio(float64(c.units), t.load()))
	}
	return t.loss(Synchronous(c.units))
}

// use is what the function uses in a month with a number of provisioned units,
// over the day where its rates are given, and the penalty.
func (c *costCurve) use(units int64) (usage, float64) {
	if !c.f.Day.Empty() {
		return c.usageOf([]Segment{{0, c.f.Day.Len(), units}})
	}
	u := c.slot(c.f.RPS.Or(0), units, 1)
	return u, c.penalty * u.onDemand
}

// weight is what the choice of a number of units weighs: the bill of the whole
// account, since what leaves the tiers or the free tier leaves them to others.
func (c *costCurve) weight(units int64) float64 {
	u, penalty := c.use(units)
	return c.bill.totalWith(c.index, u) + penalty
}

// named prices a number of provisioned units.
func (c *costCurve) named(name PointName, units int64) CostPoint {
	u, penalty := c.use(units)
	p := CostPoint{Name: name, Provisioned: units, Penalty: penalty}
	if units > 0 {
		p.SpilloverRatio = Some(ratio(u.onDemand, u.provisioned+u.onDemand) * (1 - c.lost))
	}
	p.Total = c.bill.with(c.index, u).Total.Or(0) + penalty
	return p
}

// slot is what the function uses in one of a number of equal parts of the month,
// at a rate.
func (c *costCurve) slot(rate float64, units int64, parts float64) usage {
	key := slotKey{rate, units, parts}
	if u, ok := c.seen[key]; ok {
		return u
	}
	g := *c.f
	g.RPS, g.Provisioned = Some(rate), units
	t, _ := g.traffic()
	lost := c.lost
	if rate < c.f.RPS.Or(0) {
		lost = c.lostAt(t)
	}
	s := served{onDemand: rate * (1 - lost)}
	if units > 0 {
		beyond := t.loss(Provisioned(units))
		s.onDemand = rate * math.Max(0, beyond-lost)
		s.provisioned = rate * (1 - math.Max(beyond, lost))
	}
	if g.InitMS.Known() {
		s.cold = Some(erlang.ColdStarts(t.load(), c.keepAlive/t.seconds, float64(units), float64(c.units)))
	}
	u, _ := g.usage(s, c.bill.o.Hours/parts)
	c.seen[key] = u
	return u
}

// cheapest finds the cheapest point between the least units that are allowed and
// the most that there can be.
//
// At one price for each GB-second on demand the costs are convex from one unit on,
// or nearly so, see slope. The price falls by tiers, so that the bill is the least of
// what the tiers would make of it, each at its own price with its own offset: the
// least over the units is then the least of the tiers' own optima. The free tier
// may make none cheaper.
func (c *costCurve) cheapest(p *FunctionPlan, least, most int64) CostPoint {
	best, weight := least, c.weight(least)
	if most == 0 {
		return c.named(PointCheapest, best)
	}
	guess := CeilUnits(p.Now.RPS * p.Now.DurationMS.Or(0) / 1000)
	chosen := c.chooser()
	for _, price := range c.tiers(guess) {
		n, _ := cheapestUnits(max(1, least), most, guess, chosen.slope(), func(n int64) float64 {
			u, _ := chosen.use(n)
			return chosen.linear(u, price)
		})
		if at := c.weight(n); at < weight {
			best, weight = n, at
		}
	}
	return c.named(PointCheapest, best)
}

// maxColdLoad is the peak load of a day, environments, up to which init time is
// weighed in the choice of its levels; beyond it cold starts are some millionths
// of the requests, and would take seconds to weigh. What the levels cost has them
// in any case.
const maxColdLoad = 2500

// chooser is the curve by which levels are chosen, see maxColdLoad.
func (c *costCurve) chooser() *costCurve {
	if c.f.Day.Empty() || c.f.RPS.Or(0)*c.f.DurationMS.Or(0)/1000 <= maxColdLoad {
		return c
	}
	warm := *c.f
	warm.InitMS = Optional[float64]{}
	chosen := *c
	chosen.f, chosen.seen = &warm, map[slotKey]usage{}
	return &chosen
}

// slope is what a unit of capacity costs in a month, and 0 where the costs are
// convex: neither cold starts nor the rate limit of brief requests bend them.
func (c *costCurve) slope() float64 {
	if t, _ := c.f.traffic(); !c.f.InitMS.Known() && !t.brief() {
		return 0
	}
	u := usage{arch: c.bill.usages[c.index].arch, gb: c.bill.usages[c.index].gb, units: 1}
	return c.linear(u, 0)
}

// tiers are the prices of a GB-second on demand that the account's bill may come
// to, if the function needs so many environments of its own at most.
func (c *costCurve) tiers(units int64) []float64 {
	own := c.bill.usages[c.index]
	sums := c.bill.sums[archIndex(own.arch)]
	most := sums.gbSeconds + sums.allGBSeconds + float64(units+1)*own.gb*c.bill.o.Hours*3600
	reached := 1
	for i := 0; i < len(sums.TierBounds) && i < len(sums.OnDemandDuration)-1 && sums.TierBounds[i] < most; i++ {
		reached++
	}
	return sums.OnDemandDuration[:reached]
}

// linear prices a usage with one price for a GB-second on demand, penalty
// included, so that the parts of a day add up; without what does not depend on
// the provisioned concurrency.
func (c *costCurve) linear(u usage, onDemand float64) float64 {
	p := c.bill.sums[archIndex(u.arch)].Price
	return (1-c.bill.o.SavingsPlan)*(p.Provisioned.Or(0)*u.units*u.gb*c.bill.o.enabledS()+p.ProvisionedDuration.Or(0)*u.gb*u.seconds*u.provisioned+
		onDemand*u.onDemandGBs()) + c.penalty*u.onDemand
}
