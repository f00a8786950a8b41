package calc

import (
	"fmt"
	"math"

	"github.com/lambdacap/lambdacap/calc/erlang"
)

// A Driver names what asks for the most units: a rule of the steady state, or a
// target for what chance may spill or throttle.
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
	// BeyondProvisionedRatio is the share of the requests that finds it full.
	BeyondProvisionedRatio float64 `json:"beyond_provisioned_ratio"`
}

// unitsFor returns the smallest pool that turns away at most the target share.
// It is absent where no pool within reach does.
func (t traffic) unitsFor(target float64, rateLimited bool) Optional[int64] {
	switch {
	case t.rate == 0 || target >= 1:
		return Some(int64(0))
	case target <= 0:
		return Optional[int64]{} // chance leaves some in any pool
	}
	enough := func(n int64) bool { return t.loss(n, rateLimited) <= target }
	guess := erlang.Servers(t.load()/t.peakedness, target)
	if t.peakedness == 1 && !(rateLimited && t.brief()) {
		return Some(guess)
	}
	guess = int64(float64(guess) * t.peakedness)
	if rateLimited && t.brief() {
		guess = max(guess, int64(t.rate*(1-target)/RatePerUnit))
	}
	return fewest(guess, enough)
}

// searchedUnits is the largest pool that fewest looks at: no setting may have
// half as many units.
const searchedUnits = 2 * maxUnits

// fewest returns the smallest number of units that is enough, where fewer
// never are once one is not. It begins at a guess, and is absent where not even
// searchedUnits are enough.
func fewest(guess int64, enough func(n int64) bool) Optional[int64] {
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

// targetFaults says what is wrong with a target, if anything.
func targetFaults(field Field, target Optional[float64]) Faults {
	if x, ok := target.Get(); ok && !(x >= 0 && x <= 1) {
		return Faults{{AccountFault, field, fmt.Sprintf("%g is out of range; legal: %s", x, legalRatio)}}
	}
	return nil
}

// meetTargets fills in what the targets of a plan ask for, and what sets the
// size of each function.
func (a Account) meetTargets(plans []FunctionPlan, o PlanOptions) {
	each(len(plans), func(i int) {
		f, p := &a.Functions[i], &plans[i]
		p.Neighbours = []Neighbour{}
		t, timed := f.traffic()
		target, ok := o.TargetSpillover.Get()
		if !ok || !timed || t.load() > maxChanceLoad {
			return
		}
		p.RequiredProvisionedForTarget = t.unitsFor(target, true)
		if n, ok := p.RequiredProvisionedForTarget.Get(); ok {
			for units := max(0, n-1); units <= n+1; units++ {
				p.Neighbours = append(p.Neighbours, Neighbour{units, t.loss(units, true)})
			}
		}
	})
	// What is throttled depends on the provisioned concurrency of everyone who
	// shares the pool, so that is first set as the plan has it.
	if target, ok := o.TargetThrottle.Get(); ok {
		planned := a.withProvisioned(plans, o)
		for i, units := range planned.throttleUnits(target) {
			plans[i].RequiredUnitsForTarget = units
		}
	}
	for i := range plans {
		plans[i].Driver = a.Functions[i].driver(&plans[i])
	}
}

// throttleUnits returns what unitsForThrottle does for each function.
func (a Account) throttleUnits(target float64) []Optional[int64] {
	c := a.crowd()
	pools := map[int64]crowdedPool{} // every function asks about much the same sizes
	pool := func(units int64) crowdedPool {
		p, ok := pools[units]
		if !ok {
			p = c.pool(units)
			pools[units] = p
		}
		return p
	}
	units := make([]Optional[int64], len(a.Functions))
	for i := range units {
		units[i] = a.Functions[i].unitsForThrottle(c, pool, target)
	}
	return units
}

// UnreservedFor returns the fewest unreserved units, beyond provisioned
// concurrency, with which at most the target share of the requests of each
// synchronous function without a reservation is throttled by chance: with the
// settings as they are, where a plan looks for new ones. 0 where no function
// with a rate and a duration shares them, or no number of units will do.
//
// It returns Faults where the account is not valid, or the target is not 0 to 1.
//
// Source: SourceDerived, as for Chance.
func UnreservedFor(a Account, target float64) (units int64, err error) {
	if err := a.Validate(); err != nil {
		return 0, err
	}
	if faults := targetFaults(FieldTargetThrottle, Some(target)); len(faults) > 0 {
		return 0, faults
	}
	for i, needed := range a.throttleUnits(target) {
		if f := &a.Functions[i]; !f.Reserved.Known() {
			units = max(units, needed.Or(0)-f.Provisioned)
		}
	}
	return units, nil
}

// withProvisioned returns the account with the provisioned concurrency that a
// plan recommends, where it sets any.
func (a Account) withProvisioned(plans []FunctionPlan, o PlanOptions) Account {
	functions := make([]Function, len(a.Functions))
	copy(functions, a.Functions)
	for i := range functions {
		if f := &functions[i]; plans[i].provisions {
			f.Provisioned = max(f.Provisioned, plans[i].provisionedWith(o))
		}
	}
	a.Functions = functions
	return a
}

// unitsForThrottle returns the smallest number of units, provisioned and on
// demand together, with which at most the target share of the function's
// requests is throttled. It is absent for an asynchronous function, and where
// it is not known. pool lets the crowd of the account into unreserved units.
func (f *Function) unitsForThrottle(c crowd, pool func(units int64) crowdedPool, target float64) Optional[int64] {
	t, timed := f.traffic()
	if !timed || f.mode() == Async || t.load() > maxChanceLoad {
		return Optional[int64]{}
	}
	if f.Reserved.Known() || c.loaded < 2 {
		return t.unitsFor(target, true)
	}
	if target <= 0 && t.rate > 0 {
		return Optional[int64]{}
	}
	guess := int64(c.sync.mean + c.async.mean)
	shared, ok := fewest(guess, func(n int64) bool { return pool(n).loss(f, t) <= target }).Get()
	if !ok {
		return Optional[int64]{}
	}
	return Some(f.Provisioned + shared)
}

// driver says what sets the size of a function: the rule or the target that
// asks for the most units. It is absent without a load.
func (f *Function) driver(p *FunctionPlan) Optional[Driver] {
	rate := f.RPS.Or(0)
	if rate == 0 {
		return Optional[Driver]{}
	}
	most, driver := int64(0), Optional[Driver]{}
	ask := func(units Optional[int64], by Driver) {
		if n, ok := units.Get(); ok && n > most {
			most, driver = n, Some(by)
		}
	}
	ask(p.RequiredConcurrency, DriverConcurrency)
	if f.mode() == Sync || f.Provisioned > 0 || p.RequiredProvisionedForTarget.Known() {
		ask(Some(CeilUnits(rate/RatePerUnit)), DriverRate)
	}
	ask(p.RequiredProvisionedForTarget, DriverTargetSpillover)
	ask(p.RequiredUnitsForTarget, DriverTargetThrottle)
	return driver
}

// provisioned is the provisioned concurrency that spills nothing in the steady
// state, and by chance no more than the target allows.
func (p *FunctionPlan) provisioned() int64 {
	return max(p.RequiredProvisioned, p.RequiredProvisionedForTarget.Or(0))
}

// provisionedWith is the same with headroom.
func (p *FunctionPlan) provisionedWith(o PlanOptions) int64 {
	return withHeadroom(p.provisioned(), o.headroom(p.RequiredProvisionedForTarget))
}

// unitsWith is the pool that carries the load in the steady state, and by chance
// throttles no more than the target allows, with headroom. It is absent where
// neither is known.
func (p *FunctionPlan) unitsWith(o PlanOptions) Optional[int64] {
	n, ok := p.RequiredUnits.Get()
	m, targeted := p.RequiredUnitsForTarget.Get()
	if !ok && !targeted {
		return Optional[int64]{}
	}
	return Some(withHeadroom(max(n, m), o.headroom(p.RequiredUnitsForTarget)))
}

// headroom is the one for a size: that of targets where a target has a say.
func (o PlanOptions) headroom(target Optional[int64]) float64 {
	if target.Known() {
		return o.TargetHeadroom
	}
	return o.Headroom
}

// bare is a plan without any headroom.
func (o PlanOptions) bare() PlanOptions {
	o.Headroom, o.TargetHeadroom = 0, 0
	return o
}

// highestRate returns the highest rate of which a pool of n units turns away at
// most the target share, for traffic of the given duration and peakedness. It
// is absent with a target of 100 %, which any rate meets.
func (t traffic) highestRate(units int64, rateLimited bool, target float64) Optional[float64] {
	switch {
	case target >= 1:
		return Optional[float64]{}
	case units <= 0 || target <= 0:
		return Some(0.0)
	}
	t.rate = t.highestLoad(units, target) / t.seconds
	if !rateLimited || !t.brief() {
		return Some(t.rate)
	}
	// The limiter only lowers it. The logarithm of the loss rises with the rate,
	// and step by step below the highest it falls under that of the target.
	excess := func(rate float64) float64 {
		t.rate = rate
		return math.Log(math.Max(t.loss(units, true), math.SmallestNonzeroFloat64)) - math.Log(target)
	}
	high := t.rate
	above := excess(high)
	if above <= 0 {
		return Some(high)
	}
	low := high
	below := above
	for step := math.Sqrt(high); below > 0; step *= 2 {
		if low > 0 && low-step > 0 {
			low -= step
		} else {
			low /= 2
		}
		if below = excess(low); below > 0 {
			high, above = low, below
		}
	}
	// False position, and every third time the middle, so that the bracket
	// shrinks from both sides.
	for i := 1; i <= 200 && high-low > 1e-14*high; i++ {
		x := low + (high-low)*below/(below-above)
		if i%3 == 0 || !(x > low && x < high) {
			x = low + (high-low)/2
		}
		if y := excess(x); y > 0 {
			high, above = x, y
		} else {
			low, below = x, y
		}
	}
	return Some(low)
}

// highestLoad returns the highest offered load of which a pool of n units without
// a rate limit turns away at most the target share, below 1.
func (t traffic) highestLoad(units int64, target float64) float64 {
	if load := float64(units) / (1 - target); load > crowdedLoad {
		return load
	}
	return t.peakedness * erlang.Load(float64(units)/t.peakedness, target)
}

// longestMS returns the longest mean duration with which a pool of n units
// carries the rate of the traffic, milliseconds, at most MaxDurationMS. With a
// target it turns away at most that share by chance, without one it carries
// the average. It is absent where the rate limit alone refuses more.
func (t traffic) longestMS(units int64, rateLimited bool, target Optional[float64]) Optional[float64] {
	share, byChance := target.Get()
	load := float64(units)
	if byChance && share < 1 {
		load = t.highestLoad(units, share)
	}
	seconds := MaxDurationMS / 1000.0
	if t.rate > 0 && share < 1 {
		seconds = math.Min(seconds, load/t.rate)
	}
	t.seconds = seconds
	if rateLimited && t.brief() && t.rate > 0 {
		if !byChance {
			return Optional[float64]{} // 10 n requests/s take 100 ms each at least
		}
		refused := t.lossByRate(units, true)
		if refused > share {
			return Optional[float64]{}
		}
		left := t.highestLoad(units, (share-refused)/(1-refused))
		seconds = math.Min(seconds, left/(t.rate*(1-refused)))
	}
	if seconds <= 0 {
		return Optional[float64]{}
	}
	return Some(seconds * 1000)
}
