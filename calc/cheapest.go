package calc

import "slices"

// optimum is the search for the cheapest provisioned concurrency of one function.
type optimum struct {
	known       bool // whether its costs are known
	curve       costCurve
	least, most int64 // what the target requires, and what a reservation has room for
	room        int64 // what the account has room for if nothing else is added
	units       int64 // the cheapest, from least to most
	hourly      []HourlyLevel
	segments    []Segment // of the cheapest schedule
	wrap        bool      // which may continue past midnight
}

// optimize finds the cheapest sizes of all functions whose cost is known, and completes the plan with them. now is the
// split with the current settings.
//
// The sizes depend on nothing that the plan changes, so that a plan for the account after the changes has nothing to
// change: the search starts from the account in which these functions have only the provisioned concurrency that a
// target requires, and everything else can handle the load.
func (p *planner) optimize(now *spillDetails) {
	p.shared = p.account.sharedOverflow().several
	list := make([]optimum, len(p.plans))
	for i := range list {
		if list[i].known = now.prices(i) && p.account.Functions[i].canProvision(); list[i].known {
			list[i].least = p.plans[i].RequiredProvisionedForTarget.Or(0)
			p.provision(i, list[i].least)
		}
	}
	p.sizeAgain()
	able := p.after()
	for i := range list {
		if list[i].known {
			p.leastReserved[i] = able.Functions[i].Reserved.Or(0)
		}
	}
	p.search(list, able)
	p.fitInto(able.Concurrency, list)
	p.report(list, now)
	p.sizeAgain()
}

// search finds the cheapest size of each function in an account that can handle the load.
func (p *planner) search(list []optimum, able Account) {
	split := able.spill(p.options.SpillOptions)
	each(len(list), func(i int) {
		if x := &list[i]; x.known {
			x.curve = p.curve(&able, i, &split)
			x.curve.lost, x.curve.refused, x.curve.ample = 0, 0, !able.Functions[i].Reserved.Known()
			p.limit(x, &able, i)
			x.units = x.least
		}
	})
	for i := range list {
		list[i].use(&split.random)
	}
	each(len(list), func(i int) {
		if x := &list[i]; x.known {
			x.units = x.curve.cheapest(x.least, x.most)
		}
	})
	sharePrices(list, &split.random)
	each(len(list), func(i int) {
		x := &list[i]
		if !x.known {
			return
		}
		if reserved, ok := able.Functions[i].Reserved.Get(); ok {
			for x.units > x.least && p.reserveWith(i, x.units) > reserved {
				x.units-- // of brief events, fewer units than the most may need a larger reservation
			}
		}
		p.scheduleDay(i, x)
	})
}

// use replaces the function's usage in a bill by the one with its units.
func (x *optimum) use(b *bill) {
	if x.known {
		u, _ := x.curve.usageWith(x.units)
		b.replace(x.curve.index, u)
	}
}

// maxPasses is how often functions that share price tiers or the free tier are adjusted to each other.
const maxPasses = 10

// sharePrices adjusts functions that share price tiers or the free tier to each other. Each in turn gets what is
// cheapest with the others as they are, so the bill of all only falls.
func sharePrices(list []optimum, b *bill) {
	for i := range list {
		list[i].use(b)
	}
	for changed, pass := b.shares(), 0; changed && pass < maxPasses; pass++ {
		changed = false
		for i := range list {
			if x := &list[i]; x.known {
				units := x.units
				x.units = x.curve.cheapest(x.least, x.most)
				x.use(b)
				changed = changed || x.units != units
			}
		}
	}
}

// report completes the points, the schedules and their costs, as they are after the changes.
func (p *planner) report(list []optimum, now *spillDetails) {
	after := p.after()
	split := after.spill(p.options.SpillOptions)
	each(len(list), func(i int) {
		x := &list[i]
		if !x.known {
			return
		}
		now, curve := p.curve(&p.account, i, now), p.curve(&after, i, &split)
		points := []CostPoint{now.point(PointNow, now.f.Provisioned), curve.point(PointCheapest, x.units)}
		if n, ok := p.plans[i].RequiredProvisionedForTarget.Get(); ok {
			points = append(points, curve.point(PointTarget, n))
		}
		o := Optimization{Objective: Cheapest, Points: points, Hourly: x.hourly}
		if !curve.f.Day.Empty() {
			o.Schedule = Some(curve.schedule(x.segments))
		}
		p.plans[i].Optimize = Some(o)
	})
}

// prices reports whether the cost of a function is known with any provisioned concurrency.
func (s *spillDetails) prices(i int) bool {
	u := &s.random.usages[i]
	return s.Functions[i].Chance.Known() && s.random.known[i] && (!u.initS.Known() || u.cold.Known())
}

// provision makes a number of units the cheapest provisioned concurrency of a function.
func (p *planner) provision(i int, units int64) {
	x := p.plans[i].Optimize.Or(Optimization{})
	x.Points = []CostPoint{{Name: PointCheapest, Provisioned: units}}
	p.plans[i].Optimize = Some(x)
	p.provisions[i] = p.account.Functions[i].Provisioned > 0 || units > 0
}

// sizeAgain sizes everything for another provisioned concurrency.
func (p *planner) sizeAgain() {
	p.meetThrottleTarget()
	p.size()
}

// curve returns the cost curve of a function of an account that is split.
func (p *planner) curve(a *Account, i int, split *spillDetails) costCurve {
	f, row := &a.Functions[i], &split.Functions[i]
	peak, chance := row.random(), row.Chance.Or(Chance{})
	return costCurve{
		bill:      &split.random,
		index:     i,
		f:         f,
		penalty:   p.options.SpillPenalty,
		units:     f.Reserved.Or(f.Provisioned + a.Unreserved()),
		shared:    p.shared,
		keepAlive: chance.KeepAliveS,
		lost:      1 - ratio(peak.provisioned+peak.onDemand, row.RPS),
		refused:   chance.refused(),
		seen:      map[slotKey]usage{},
	}
}

// maxUnits is the most that can be provisioned at all, units.
const maxUnits = 100_000_000

// limit finds how much can be provisioned for a function in an account that can handle the load.
func (p *planner) limit(x *optimum, able *Account, i int) {
	f := &able.Functions[i]
	reserved, ok := f.Reserved.Get()
	if !ok {
		x.most = max(x.least, maxUnits) // see fitInto
		x.room = max(x.least, f.Provisioned+able.Unreserved()-able.Floor())
		return
	}
	tooMuch := fewestUnits(reserved, func(n int64) bool { return p.reserveWith(i, n) > reserved })
	x.most = max(x.least, tooMuch.Or(maxUnits)-1)
	x.room = x.most
}

// reserveWith returns the reservation that a change sets with a number of provisioned units.
func (p *planner) reserveWith(i int, provisioned int64) int64 {
	p.provision(i, provisioned)
	p.recommend(i)
	p.plans[i].RequiredUnitsForRandom = p.reservedForRandom(i)
	return p.reserveTo(i)
}

// scheduleDay finds the cheapest schedule of a function whose rates over the day are given.
func (p *planner) scheduleDay(i int, x *optimum) {
	f := &p.account.Functions[i]
	if f.Day.Empty() {
		return
	}
	t, _ := f.traffic()
	floors := make([]int64, f.Day.Len())
	for step, rate := range f.Day.Values {
		t.rate = rate
		if target, ok := p.options.TargetSpillover.Get(); ok {
			floors[step] = t.attempted(p.attempts[i]).unitsFor(target, Provisioned).Or(x.room)
		}
	}
	x.hourly, x.segments = x.curve.day(p.options.Sizing, floors, x.room, x.units)
	x.wrap = p.options.Wrap
}

// fitInto divides the room in a quota, the one that the load needs. If the cheapest sizes need more, all parts beyond
// the least are reduced to the same share of them.
func (p *planner) fitInto(quota int64, list []optimum) {
	full := slices.Clone(list)
	largest := int64(1)
	for i := range full {
		if !p.account.Functions[i].Reserved.Known() {
			largest = max(largest, full[i].peak()-full[i].least)
		}
	}
	with := func(share int64) (need int64) { // of largest
		for i := range full {
			if x := full[i]; x.known {
				if !p.account.Functions[i].Reserved.Known() {
					x.atMost(x.least + (x.peak()-x.least)*share/largest)
				}
				list[i] = x
				p.provision(i, x.units)
				o := p.plans[i].Optimize.Or(Optimization{})
				o.Schedule = Some(Schedule{Segments: x.segments})
				p.plans[i].Optimize = Some(o)
			}
		}
		p.sizeAgain()
		return max(p.quota(p.options.Sizing).units(), p.planned.quota(p.options.Sizing))
	}
	if with(largest) <= quota {
		return
	}
	quota = max(quota, with(0))
	for {
		tooMuch := fewestUnits(largest, func(share int64) bool {
			return share > largest || with(share) > quota
		}).Or(largest + 1)
		with(tooMuch - 1)
		to := p.quotaTo()
		if to <= quota || tooMuch > largest {
			return
		}
		quota = to // since the required changes alone need it, its room can be used
	}
}

// peak returns the most that is provisioned at any time, units.
func (x *optimum) peak() int64 {
	if len(x.segments) > 1 {
		return peakLevel(x.segments)
	}
	return x.units
}

// atMost limits what is provisioned at any time.
func (x *optimum) atMost(units int64) {
	x.units = min(x.units, units)
	x.segments = slices.Clone(x.segments)
	for i := range x.segments {
		x.segments[i].Provisioned = min(x.segments[i].Provisioned, units)
	}
	if x.segments = merged(x.segments, x.curve.f.Day.Len(), x.wrap); len(x.segments) == 1 {
		x.units = x.segments[0].Provisioned
	}
}
