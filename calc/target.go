package calc

import (
	"math"
	"slices"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/elementary"
	"github.com/lambdacap/lambdacap/calc/erlang"
)

// A Driver names what requires the most units: a limit in the steady state, or a target.
type Driver string

// The drivers.
const (
	DriverConcurrency     Driver = "concurrency"      // ceil(rps x duration)
	DriverRate            Driver = "rate"             // ceil(rps/10)
	DriverTargetSpillover Driver = "target_spillover" // requests beyond provisioned concurrency
	DriverTargetThrottle  Driver = "target_throttle"  // requests beyond everything
)

// A Neighbour is a provisioned concurrency near the one that meets a target.
type Neighbour struct {
	// Provisioned is the provisioned concurrency, units.
	Provisioned int64 `json:"provisioned"`
	// BeyondProvisionedRatio is the share of requests that find it full.
	BeyondProvisionedRatio float64 `json:"beyond_provisioned_ratio"`
}

// unitsFor returns the smallest pool of a kind that turns away at most the target share. It is absent if no possible
// pool does.
func (t traffic) unitsFor(target float64, kind func(units int64) Pool) Optional[int64] {
	switch {
	case t.rate == 0 || target >= 1:
		return Some(int64(0))
	case target <= 0:
		return Optional[int64]{} // any pool occasionally turns a request away
	}
	limited := kind(1).RateLimited() && t.brief()
	if t.peakedness == 1 && !limited && !t.minute.uneven() {
		return Some(erlang.Servers(t.load(), target))
	}
	guess := t.quantile(1 - target)
	if limited {
		guess = max(guess, unitsForRate(t.rate*(1-target)))
	}
	return fewestUnits(guess, func(n int64) bool { return t.loss(kind(n)) <= target })
}

// searchedUnits is the largest pool that fewestUnits considers, units. It is twice the largest value of any setting.
const searchedUnits = 200_000_000

// fewestUnits returns the smallest number of units that is enough. enough must be monotonic: if a number of units is
// not enough, no smaller number is. The search starts at the guess. The result is absent if even searchedUnits are not
// enough.
func fewestUnits(guess int64, enough func(n int64) bool) Optional[int64] {
	low, high := int64(-1), max(0, min(guess, searchedUnits)) // low is not enough, high is
	for step := int64(1); !enough(high); step *= 4 {
		if high == searchedUnits {
			return Optional[int64]{}
		}
		low, high = high, min(high+step, searchedUnits)
	}
	for step := int64(1); low < 0 && high > 0; step *= 4 {
		n := max(0, high-step)
		if !enough(n) {
			low = n
			break
		}
		high = n
	}
	for high-low > 1 {
		if mid := low + (high-low)/2; enough(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	return Some(high)
}

// meetTargets fills in what the targets require, and what determines the size of each function.
func (p *planner) meetTargets() {
	p.attempts = make([]float64, len(p.plans))
	each(len(p.plans), func(i int) {
		p.attempts[i] = 1
		p.provisionForTarget(i)
		p.provisionForRandom(i)
	})
	p.meetThrottleTarget()
	if p.provisionForRetries() { // this leaves less for others
		p.meetThrottleTarget()
	}
	for i := range p.plans {
		p.plans[i].Driver = p.driver(i)
		p.plans[i].Neighbours = p.neighbours(i)
	}
}

// forTarget returns the traffic that determines the size of a function's provisioned concurrency, and its spillover
// target. ok reports whether there is a target that can be computed. For an asynchronous function, the traffic consists
// of the attempts.
func (p *planner) forTarget(i int) (t traffic, target float64, ok bool) {
	t, known := p.account.Functions[i].random()
	target, ok = p.options.TargetSpillover.Get()
	if !ok || !known {
		return t, target, false
	}
	return t.attempted(p.attempts[i]), target, true
}

// provisionForTarget finds the provisioned concurrency that meets the spillover target.
func (p *planner) provisionForTarget(i int) {
	if t, target, ok := p.forTarget(i); ok && p.account.Functions[i].canProvision() {
		p.plans[i].RequiredProvisionedForTarget = t.unitsFor(target, Provisioned)
	}
}

// randomLimit returns the share of random arrivals that, in a plan without a target, may find everything full, see
// FunctionSpill.VerdictRandom.
func (p *planner) randomLimit(f *Function) (share float64, ok bool) {
	share, ok = f.randomLimit()
	return share, ok && p.options.Chance && (f.Mode.Queues() || !p.options.TargetThrottle.Known())
}

// randomLimit is the share of random arrivals from which it matters that they find everything full; ok is false if it
// cannot be computed.
func (f *Function) randomLimit() (share float64, ok bool) {
	_, ok = f.random()
	if f.Mode.Queues() {
		return QueuedMatters, ok
	}
	return ThrottledMatters, ok
}

// provisionForRandom finds the provisioned concurrency that random arrivals require without a target.
func (p *planner) provisionForRandom(i int) {
	if p.options.Chance && !p.options.TargetSpillover.Known() && p.account.Functions[i].canProvision() {
		p.plans[i].RequiredProvisionedForRandom = p.account.Functions[i].provisionedForRandom()
	}
}

// provisionedForRandom returns the smallest provisioned concurrency at which an insignificant share of random arrivals
// spills, assuming that an insignificant share of events waits. It is absent without a duration, and for a load that is
// out of range.
func (f *Function) provisionedForRandom() Optional[int64] {
	t, ok := f.random()
	if !ok {
		return Optional[int64]{}
	}
	if f.Mode.Queues() {
		t = t.attempted((1 + tolerance) / (1 - QueuedMatters))
	}
	return t.unitsFor(SpilledMatters, Provisioned)
}

// reservedForRandom returns the smallest reservation that turns away an insignificant share of random arrivals; absent
// without a reservation or a limit.
func (p *planner) reservedForRandom(i int) Optional[int64] {
	f := p.account.Functions[i]
	limit, ok := p.randomLimit(&f)
	if !ok || !f.Reserved.Known() {
		return Optional[int64]{}
	}
	if p.provisions[i] {
		f.Provisioned = p.provisionTo(i)
	}
	t, _ := f.traffic()
	return f.unitsAlone(t, limit)
}

// neighbours returns the shares beyond provisioned concurrency at what the target requires, and at one unit fewer and
// one unit more.
func (p *planner) neighbours(i int) []Neighbour {
	list := []Neighbour{}
	t, _, ok := p.forTarget(i)
	if n, known := p.plans[i].RequiredProvisionedForTarget.Get(); ok && known {
		for units := max(0, n-1); units <= n+1; units++ {
			list = append(list, Neighbour{units, t.loss(Provisioned(units))})
		}
	}
	return list
}

// meetThrottleTarget fills in the units that the throttle target requires. They depend on the provisioned concurrency
// of every function that shares the pool, so it uses the provisioned concurrency that the plan recommends.
func (p *planner) meetThrottleTarget() {
	if target, ok := p.options.TargetThrottle.Get(); ok {
		for i, units := range p.withProvisioned().throttleUnits(target) {
			p.plans[i].RequiredUnitsForTarget = units
		}
	}
}

// provisionForRetries resizes the provisioned concurrency of asynchronous functions whose retries may make them miss
// the target. A function that meets the target ε has at most the share ε of its attempts find everything full, whatever
// else there is, so a request takes at most 1/(1-ε) attempts. It is sized for that many. A function that is alone in
// the unreserved pool is not resized if it meets the target with only the floor of that pool, since any quota that
// grants the plan leaves that much. provisionForRetries reports whether it resized any function.
func (p *planner) provisionForRetries() (again bool) {
	target, ok := p.options.TargetSpillover.Get()
	waits := func(f Function) bool { return f.Mode.Queues() }
	if !ok || target >= 1 || !slices.ContainsFunc(p.account.Functions, waits) {
		return false
	}
	several := p.account.sharedOverflow().several
	for i := range p.plans {
		f := p.account.Functions[i]
		t, target, ok := p.forTarget(i)
		sized, known := p.plans[i].RequiredProvisionedForTarget.Get()
		if !ok || !known || !f.Mode.Queues() || p.attempts[i] > 1 || t.rate == 0 {
			continue
		}
		if f.Provisioned = sized; !f.Reserved.Known() && !several {
			if refused := f.alone(&t, sized+p.account.leastUnreserved()); refused < 1 {
				if attempts := t.repeated(refused); attempts.loss(f.provisioned()) <= target {
					continue
				}
			}
		}
		p.attempts[i] = (1 + tolerance) / (1 - target)
		p.provisionForTarget(i)
		again = true
	}
	return again
}

// driver returns what determines the size of a function: the limit or the target that requires the most units. It is
// absent without a load.
func (p *planner) driver(i int) Optional[Driver] {
	f, plan := &p.account.Functions[i], &p.plans[i]
	rate := f.RPS.Or(0)
	if rate == 0 {
		return Optional[Driver]{}
	}
	most, driver := int64(-1), Optional[Driver]{}
	ask := func(units Optional[int64], by Driver) {
		if n, ok := units.Get(); ok && n > most {
			most, driver = n, Some(by)
		}
	}
	provisions := p.provisions[i]
	onlyProvisioned := provisions && !f.Reserved.Known()
	if provisions && !plan.RequiredProvisionedForTarget.Known() ||
		!onlyProvisioned && !plan.RequiredUnitsForTarget.Known() {
		ask(plan.RequiredConcurrency, DriverConcurrency)
		if f.Mode.RateLimited() || f.Provisioned > 0 {
			ask(Some(unitsForRate(rate)), DriverRate)
		}
	}
	ask(plan.RequiredProvisionedForTarget, DriverTargetSpillover)
	ask(plan.RequiredUnitsForTarget, DriverTargetThrottle)
	return driver
}

// highestRate returns the highest rate at which a pool turns away at most the target share, for traffic of the given
// duration and peakedness. It is absent with a target of 100 %, which any rate meets.
func (t traffic) highestRate(p Pool, target float64) Optional[float64] {
	switch {
	case target >= 1:
		return Optional[float64]{}
	case p.Units <= 0 || target <= 0:
		return Some(0.0)
	}
	rate := t.highestLoad(p, target) / t.seconds
	if p.RateLimited() && t.brief() { // the limiter can only lower the rate
		rate = highest(rate, func(rate float64) float64 {
			t.rate = rate
			return excess(t.loss(p), target)
		})
	}
	if p.Refused == Queued {
		rate *= 1 - target
	}
	return Some(rate)
}

// highestLoad returns the highest offered load of which a pool without a rate limit turns away at most the target
// share, which must be below 1. For events that wait, it is the load of the attempts.
func (t traffic) highestLoad(p Pool, target float64) float64 {
	if load := p.atOnce() / (1 - target); load > saturatingLoad {
		return load
	}
	load := erlang.Load(p.atOnce(), target)
	if t.peakedness == 1 {
		return load
	}
	t.seconds = 1
	return highest(load, func(load float64) float64 { // bursts can only lower the load
		t.rate = load
		return excess(t.lossByConcurrency(p), target)
	})
}

// longestMS returns the longest mean duration at which a pool handles the rate of the traffic, milliseconds, up to
// aws.MaxDurationMS. With a target, the pool turns away at most that share of random arrivals; without one, it handles
// the average load. It is absent if the rate limit alone refuses more.
func (t traffic) longestMS(p Pool, target Optional[float64]) Optional[float64] {
	share, random := target.Get()
	load := p.atOnce()
	if random && share < 1 {
		load = t.highestLoad(p, share)
		if p.Refused == Queued {
			load *= 1 - share
		}
	}
	t.seconds = aws.MaxDurationMS / 1000.0
	if t.rate > 0 && share < 1 {
		t.seconds = math.Min(t.seconds, load/t.rate)
	}
	if p.RateLimited() && t.brief() && t.rate > 0 {
		if !random {
			return Optional[float64]{} // a duration below 100 ms means more than 10 n requests per second
		}
		t.seconds = highest(t.seconds, func(seconds float64) float64 {
			t.seconds = seconds
			return excess(t.loss(p), share)
		})
	}
	if t.seconds <= 0 {
		return Optional[float64]{}
	}
	return Some(t.seconds * 1000)
}

// excess compares two shares by the difference of their logarithms, which is closer to linear.
func excess(share, target float64) float64 {
	return elementary.Log(math.Max(share, math.SmallestNonzeroFloat64)) - elementary.Log(target)
}

// highest returns the largest x up to high at which excess is not positive. excess must rise with x. It returns 0 if
// excess is positive everywhere down to 1e-12 of high.
func highest(high float64, excess func(x float64) float64) float64 {
	above := excess(high)
	if high <= 0 || above <= 0 {
		return high
	}
	low, below, least := high, above, 1e-12*high
	for step := math.Sqrt(high); below > 0; step *= 2 {
		if low-step > 0 {
			low -= step
		} else {
			low /= 2
		}
		if low < least {
			return 0
		}
		if x := excess(low); x > 0 {
			high, above = low, x
		} else {
			below = x
		}
	}
	// Regula falsi with a bisection every third time, so that the bracket shrinks from both sides.
	for i := 1; i <= 200 && high-low > 1e-14*high; i++ {
		x := low + (high-low)*below/(below-above)
		if i%3 == 0 || !(x > low && x < high) {
			x = low + float64((high-low)/2)
		}
		if y := excess(x); y > 0 {
			high, above = x, y
		} else {
			low, below = x, y
		}
	}
	return low
}
