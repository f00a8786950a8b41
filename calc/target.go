package calc

import (
	"math"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/erlang"
)

// A Driver names what asks for the most units: a rule of the steady state, or a target.
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

// unitsFor returns the smallest pool of a kind that turns away at most the target share. It is absent where no pool
// within reach does.
func (t traffic) unitsFor(target float64, kind func(units int64) Pool) Optional[int64] {
	switch {
	case t.rate == 0 || target >= 1:
		return Some(int64(0))
	case target <= 0:
		return Optional[int64]{} // any pool turns some away now and then
	}
	limited := kind(1).RateRPS.Known() && t.brief()
	guess := erlang.Servers(t.load()/t.peakedness, target)
	if t.peakedness == 1 && !limited {
		return Some(guess)
	}
	guess = int64(float64(guess) * t.peakedness)
	if limited {
		guess = max(guess, int64(t.rate*(1-target)/aws.RatePerUnit))
	}
	return fewest(guess, func(n int64) bool { return t.loss(kind(n)) <= target })
}

// searchedUnits is the largest pool that fewest looks at, units: no setting may have half as many.
const searchedUnits = 200_000_000

// fewest returns the smallest number of units that is enough, where fewer never are once one is not. It begins at a
// guess, and is absent where not even searchedUnits are enough.
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

// meetTargets fills in what the targets ask for, and what determines the size of each function.
func (p *planning) meetTargets() {
	each(len(p.plans), func(i int) {
		f, plan := &p.account.Functions[i], &p.plans[i]
		plan.Neighbours = []Neighbour{}
		t, timed := f.traffic()
		target, ok := p.options.TargetSpillover.Get()
		if !ok || !timed || t.load() > maxChanceLoad {
			return
		}
		plan.RequiredProvisionedForTarget = t.unitsFor(target, Provisioned)
		if n, ok := plan.RequiredProvisionedForTarget.Get(); ok {
			for units := max(0, n-1); units <= n+1; units++ {
				plan.Neighbours = append(plan.Neighbours, Neighbour{units, t.loss(Provisioned(units))})
			}
		}
	})
	// What is throttled depends on the provisioned concurrency of everyone who shares the pool, so that is set first,
	// as the plan has it.
	if target, ok := p.options.TargetThrottle.Get(); ok {
		for i, units := range p.withProvisioned().throttleUnits(target) {
			p.plans[i].RequiredUnitsForTarget = units
		}
	}
	for i := range p.plans {
		p.plans[i].Driver = p.account.Functions[i].driver(&p.plans[i])
	}
}

// throttleUnits returns what unitsForThrottle does for each function.
func (a Account) throttleUnits(target float64) []Optional[int64] {
	c := a.crowd()
	pools := map[int64]sharedOverflow{} // every function asks about much the same sizes
	pool := func(units int64) sharedOverflow {
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

// UnreservedFor returns the fewest unreserved units, beyond provisioned concurrency, with which at most the target
// share of the random arrivals at each synchronous function without a reservation is throttled, with the settings as
// they are. It is 0 where no function with a rate and a duration shares them, and where no number of units will do.
//
// It returns Faults where the account is not valid, or the target is not 0 to 1.
//
// Source: aws.SourceDerived, as for Chance.
func UnreservedFor(a Account, target float64) (units int64, err error) {
	if err := a.Validate(); err != nil {
		return 0, err
	}
	if err := (Sizing{TargetThrottle: Some(target)}).targetFaults().or(); err != nil {
		return 0, err
	}
	for i, needed := range a.throttleUnits(target) {
		if f := &a.Functions[i]; !f.Reserved.Known() {
			units = max(units, needed.Or(0)-f.Provisioned)
		}
	}
	return units, nil
}

// unitsForThrottle returns the smallest number of units, provisioned and on demand together, with which at most the
// target share of the function's requests is throttled. It is absent for an asynchronous function, and where it is
// not known. pool sends the crowd of the account to a number of unreserved units.
func (f *Function) unitsForThrottle(c crowd, pool func(units int64) sharedOverflow, target float64) Optional[int64] {
	t, timed := f.traffic()
	if !timed || f.Mode.Queues() || t.load() > maxChanceLoad {
		return Optional[int64]{}
	}
	if f.Reserved.Known() || c.loaded < 2 {
		return t.unitsFor(target, Synchronous)
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

// driver says what determines the size of a function: the rule or the target that asks for the most units. It is
// absent without a load.
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
	if f.Mode.RateLimited() || f.Provisioned > 0 || p.RequiredProvisionedForTarget.Known() {
		ask(Some(CeilUnits(rate/aws.RatePerUnit)), DriverRate)
	}
	ask(p.RequiredProvisionedForTarget, DriverTargetSpillover)
	ask(p.RequiredUnitsForTarget, DriverTargetThrottle)
	return driver
}

// highestRate returns the highest rate of which a pool turns away at most the target share, for traffic of the given
// duration and peakedness. It is absent with a target of 100 %, which any rate meets.
func (t traffic) highestRate(p Pool, target float64) Optional[float64] {
	switch {
	case target >= 1:
		return Optional[float64]{}
	case p.Units <= 0 || target <= 0:
		return Some(0.0)
	}
	t.rate = t.highestLoad(p, target) / t.seconds
	if !p.RateRPS.Known() || !t.brief() {
		return Some(t.rate)
	}
	// The limiter only lowers it. The logarithm of the loss rises with the rate, and step by step below the highest
	// rate it falls under that of the target.
	excess := func(rate float64) float64 {
		t.rate = rate
		return math.Log(math.Max(t.loss(p), math.SmallestNonzeroFloat64)) - math.Log(target)
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
	// False position, and every third time the middle, so that the bracket shrinks from both sides.
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

// highestLoad returns the highest offered load of which a pool turns away at most the target share, below 1, where
// its rate is not limited.
func (t traffic) highestLoad(p Pool, target float64) float64 {
	if load := p.atOnce() / (1 - target); load > crowdedLoad {
		return load
	}
	return t.peakedness * erlang.Load(p.atOnce()/t.peakedness, target)
}

// longestMS returns the longest mean duration with which a pool takes the rate of the traffic, milliseconds, at most
// aws.MaxDurationMS. With a target it turns away at most that share of random arrivals, without one it takes the
// average. It is absent where the rate limit alone refuses more.
func (t traffic) longestMS(p Pool, target Optional[float64]) Optional[float64] {
	share, random := target.Get()
	load := p.atOnce()
	if random && share < 1 {
		load = t.highestLoad(p, share)
	}
	seconds := aws.MaxDurationMS / 1000.0
	if t.rate > 0 && share < 1 {
		seconds = math.Min(seconds, load/t.rate)
	}
	t.seconds = seconds
	if p.RateRPS.Known() && t.brief() && t.rate > 0 {
		if !random {
			return Optional[float64]{} // 10 n requests per second take 100 ms each at least
		}
		refused := t.lossByRate(p)
		if refused > share {
			return Optional[float64]{}
		}
		left := t.highestLoad(p, (share-refused)/(1-refused))
		seconds = math.Min(seconds, left/(t.rate*(1-refused)))
	}
	if seconds <= 0 {
		return Optional[float64]{}
	}
	return Some(seconds * 1000)
}
