package calc

import (
	"math"
	"slices"

	"github.com/lambdacap/lambdacap/calc/erlang"
)

// An overflow is what a pool leaves to the next one: the mean and the variance of the concurrency that this load would
// have without a limit.
type overflow struct{ mean, variance float64 }

func (m *overflow) add(n overflow) {
	m.mean += n.mean
	m.variance += n.variance
}

// lost returns the share of an overflow that a pool loses, given the pool's loss of all overflows per unit of their
// variance. In proportion to its variance, an overflow that is far burstier than the others would lose more than its
// mean. So at least a part of it is served, which falls with the peakedness.
func (m overflow) lost(perVariance float64) float64 {
	if m.mean == 0 {
		return 0
	}
	z := max(1, m.variance/m.mean)
	return min(z*perVariance, 1-(1-perVariance)/z)
}

// waiting is the traffic of an asynchronous function, whose refused events are retried.
type waiting struct {
	traffic
	provisioned Pool
}

// refused returns the share of attempts that find everything full, given the shared pool's loss per unit of variance.
// It is 1 if the queue grows without limit.
func (w waiting) refused(perVariance float64) float64 {
	refused, _ := erlang.Retrying(func(refused float64) float64 {
		t := w.repeated(refused)
		over := t.overflow(w.provisioned)
		return min(1, over.mean/t.load()) * over.lost(perVariance)
	})
	return refused
}

// sharedOverflow describes the functions that share a pool of on-demand units, and the sum of their overflows.
type sharedOverflow struct {
	several bool      // whether several functions have a load; a single one is computed exactly
	sync    overflow  // sum of the overflows of the synchronous functions
	async   []waiting // one per peakedness without provisioned concurrency, one per function with it
	// asyncLoad is the mean load of the asynchronous functions beyond provisioned concurrency, environments.
	asyncLoad float64
	syncRPS   float64 // overflow of the synchronous functions, requests per second
	// arriving is the rate of the synchronous functions. passing is the part of it that the rate limits of provisioned
	// concurrency accept. Both are in requests per second.
	arriving, passing float64
	// peaks is the variance of the number of synchronous requests in a second, see erlang.BatchLimiterLoss.
	peaks float64
	// evenLoad is the mean of the overflow of the synchronous functions if no load swells, see traffic.
	evenLoad float64
	memo     *memo // see traffic
	// minute are the parts of a minute, if the rate of a function changes within it; the sums above are then of no use.
	minute []minuteOverflow
}

// sharedOverflow adds up the overflows of the functions without a reservation. Functions without a duration are
// ignored.
func (a Account) sharedOverflow() *sharedOverflow {
	var list []sharer
	for i := range a.Functions {
		if f := &a.Functions[i]; f.shares() {
			t, _ := f.traffic()
			list = append(list, sharer{f, t})
		}
	}
	o := &sharedOverflow{several: len(list) > 1}
	if o.several {
		o.addAll(list)
	}
	return o
}

// A sharer is a function that shares a pool, with its traffic.
type sharer struct {
	f *Function
	t traffic
}

// addAll adds the overflows of some functions.
func (o *sharedOverflow) addAll(list []sharer) {
	if slices.ContainsFunc(list, func(s sharer) bool { return s.t.minute.uneven() }) {
		o.addMinute(list)
		return
	}
	for _, s := range list {
		o.add(s.f, &s.t)
	}
}

// shares reports whether the function has a load that may reach the unreserved units.
func (f *Function) shares() bool {
	return !f.Reserved.Known() && f.DurationMS.Known() && f.RPS.Or(0) > 0
}

// overflowOf returns the overflow of one function that has its on-demand units to itself.
func overflowOf(f *Function, t traffic) *sharedOverflow {
	o := &sharedOverflow{several: true}
	o.addAll([]sharer{{f, t}})
	return o
}

// add adds the overflow of a function. It returns that of a synchronous one.
func (o *sharedOverflow) add(f *Function, t *traffic) (own overflow) {
	if f.Mode.Queues() {
		o.asyncLoad += float64((t.rate - f.provisionedRPS()) * t.seconds)
		o.wait(waiting{*t, f.provisioned()})
		return own
	}
	own = t.overflow(f.provisioned())
	o.sync.add(own)
	o.syncRPS += own.mean / t.held()
	o.evenLoad += own.mean / (1 + t.swell)
	o.arriving += t.rate
	o.passing += min(t.rate, f.provisioned().RateRPS)
	o.peaks += float64(t.rate * (float64(2*t.peakedness) - 1))
	return own
}

// wait adds an asynchronous function. Without provisioned concurrency, only its load and its peakedness matter.
func (o *sharedOverflow) wait(w waiting) {
	if w.provisioned.Units == 0 {
		w.traffic = traffic{rate: w.load(), seconds: 1, peakedness: w.peakedness, memo: w.memo}
		for i := range o.async {
			if v := &o.async[i]; v.provisioned.Units == 0 && v.peakedness == w.peakedness {
				v.rate += w.rate
				return
			}
		}
	}
	o.async = append(o.async, w)
}

// sharedPool is a shared overflow that is offered to a number of on-demand units.
type sharedPool struct {
	sharedOverflow
	units int64
	lost  float64      // concurrency lost per unit of its variance, 0 to 1
	parts []sharedPool // the pool in each part of the minute, if the rate of a function changes within it
}

// pool offers the overflow to a number of on-demand units. Asynchronous events are retried, so the loss depends on the
// attempts, and the attempts depend on the loss. If no loss below 1 solves this, the events keep the units busy
// permanently, and everything else is lost.
func (o *sharedOverflow) pool(units int64) sharedPool {
	p := sharedPool{sharedOverflow: *o, units: units}
	switch {
	case !o.several:
	case o.minute != nil:
		p.parts = o.minutePools(units)
	case units <= 0 || len(o.async) > 0 && fills(o.asyncLoad, units):
		p.lost = 1
	case len(o.async) == 0:
		p.lost = o.lostOf(o.sync, units)
	default:
		p.lost = o.lostOfAll(units)
	}
	return p
}

// lostOfAll is lostOf for overflows with events that are retried.
func (o sharedOverflow) lostOfAll(units int64) float64 {
	lost, _ := erlang.Retrying(func(perVariance float64) float64 { return o.lostOf(o.all(perVariance), units) })
	return lost
}

// lostOf is lostBy, where it matters.
func (o *sharedOverflow) lostOf(m overflow, units int64) float64 {
	if o.memo != nil && m.negligible(units) {
		return 0
	}
	return m.lostBy(units)
}

// all returns the sum of all overflows, given the loss per unit of their variance.
func (o sharedOverflow) all(perVariance float64) overflow {
	own := make([]overflow, len(o.async))
	each(len(own), func(i int) {
		w := o.async[i]
		refused := math.Min(w.refused(perVariance), 1-tolerance)
		attempts := w.repeated(refused)
		own[i] = attempts.overflow(w.provisioned)
	})
	sum := o.sync
	for _, m := range own {
		sum.add(m)
	}
	return sum
}

// A bracket holds bounds for the loss of pools, per unit of the overflow's variance. The attempts of many asynchronous
// functions take long to compute and depend smoothly on the loss, so they are computed only at multiples of a few step
// sizes, and cached.
type bracket struct {
	sharedOverflow
	known map[float64]overflow // cached attempts by loss
}

// bracketSteps are the step sizes of a bracket. A finer one is used only if the bounds of a coarser one do not decide.
var bracketSteps = []float64{1.0 / 16, 1.0 / 64, 1.0 / 256, 1.0 / 1024}

// attempts is all with a cache.
func (b bracket) attempts(perVariance float64) overflow {
	m, ok := b.known[perVariance]
	if !ok {
		m = b.all(perVariance)
		b.known[perVariance] = m
	}
	return m
}

// interpolate returns bounds for the sum of all overflows, from its values at four multiples of step around the given
// loss per unit of variance. ok is false if the four are not all below 1.
func (b bracket) interpolate(perVariance, step float64) (least, most overflow, ok bool) {
	k := math.Floor(perVariance / step)
	first := math.Max(0, k-1)
	if (first+3)*step >= 1 {
		return overflow{}, overflow{}, false
	}
	var means, variances [4]float64
	for i := range means {
		m := b.attempts((first + float64(i)) * step)
		means[i], variances[i] = m.mean, m.variance
	}
	cell, at := int(k-first), perVariance/step-first
	least.mean, most.mean = between(means, cell, at)
	least.variance, most.variance = between(variances, cell, at)
	return least, most, true
}

// between returns bounds for a rising function at a point in one of the three cells between four values. The point is
// counted from the first value. If the curvature is about the same everywhere, the function lies between the chord of
// the cell and the extended chords of its neighbours, and the bounds are three times as far apart. Otherwise the bounds
// are the ends of the cell.
func between(y [4]float64, cell int, at float64) (low, high float64) {
	rounding := float64(tolerance * y[3])
	bend, next := y[2]-y[1]-(y[1]-y[0]), y[3]-y[2]-(y[2]-y[1])
	straight := math.Max(math.Abs(bend), math.Abs(next)) <= rounding
	if !straight && !(bend/next > 1.0/2 && bend/next < 2) {
		return y[cell] - rounding, y[cell+1] + rounding
	}
	low, high = math.Inf(1), math.Inf(-1)
	for n := max(0, cell-1); n <= min(2, cell+1); n++ {
		line := y[n] + float64((y[n+1]-y[n])*(at-float64(n)))
		low, high = math.Min(low, line), math.Max(high, line)
	}
	wide := high - low + rounding
	return math.Max(0, low-wide), high + wide
}

// lossBounds returns bounds for the loss of a number of units, from multiples of step. They are 0 and 1 if the
// multiples are too far apart.
func (b bracket) lossBounds(units int64, step float64) (least, most float64) {
	least, _ = erlang.Retrying(func(perVariance float64) float64 {
		low, _ := b.lost(math.Min(perVariance, 1-float64(4*step)), step, units)
		return low
	})
	most, _ = erlang.Retrying(func(perVariance float64) float64 {
		_, high := b.lost(perVariance, step, units)
		return high
	})
	return least, most
}

// lost returns bounds for the loss of a number of units, given the attempts that a loss causes. They are the extremes
// at the corners, since the loss is monotonic in the mean and in the variance as long as both change little.
func (b bracket) lost(perVariance, step float64, units int64) (least, most float64) {
	const little = 1.1
	low, high, ok := b.interpolate(perVariance, step)
	if !ok || high.mean > little*low.mean || high.variance > little*low.variance || low.variance == 0 {
		return 0, 1
	}
	least = math.Inf(1)
	for _, m := range []overflow{low, high, {low.mean, high.variance}, {high.mean, low.variance}} {
		lost := m.lostBy(units)
		least, most = math.Min(least, lost), math.Max(most, lost)
	}
	return least, most
}

// A poolBracket holds two pools of the same size whose losses are the bounds for a third one.
type poolBracket struct {
	least, most sharedPool
	steps       int // number of bracketSteps used so far
}

// pool returns a bracket of a pool. A pool that loses everything, or has no retried events, is computed exactly.
func (b bracket) pool(units int64) poolBracket {
	if units <= 0 || len(b.async) == 0 || fills(b.asyncLoad, units) || b.minute != nil {
		p := b.sharedOverflow.pool(units)
		return poolBracket{p, p, 0}
	}
	unknown := sharedPool{sharedOverflow: b.sharedOverflow, units: units}
	all := unknown
	all.lost = 1
	return poolBracket{unknown, all, 0}
}

// loses reports whether a pool loses more of a function's traffic than the target. It narrows the pool's bracket as far
// as necessary.
func (b bracket) loses(p *poolBracket, f *Function, t traffic, target float64) bool {
	for {
		switch {
		case p.least.loss(f, &t) > target:
			return true
		case p.most.loss(f, &t) <= target:
			return false
		case p.steps < len(bracketSteps):
			least, most := b.lossBounds(p.least.units, bracketSteps[p.steps])
			p.least.lost, p.most.lost = math.Max(p.least.lost, least), math.Min(p.most.lost, most)
			p.steps++
		case p.most.lost == 1:
			exact := b.sharedOverflow.pool(p.least.units)
			p.least, p.most = exact, exact
		default:
			return !b.allowed(p.least, f, t, target)
		}
	}
}

// allowed reports whether a pool loses at most the target share of a function's traffic. It finds the highest loss of
// the pool that the target allows, and checks that the units lose no more than that of the attempts that it causes.
func (b bracket) allowed(p sharedPool, f *Function, t traffic, target float64) bool {
	low, high := 0.0, 1.0
	for range 60 {
		if p.lost = low + float64((high-low)/2); p.loss(f, &t) > target {
			high = p.lost
		} else {
			low = p.lost
		}
	}
	return b.attempts(low).lostBy(p.units) <= low
}

// lostBy returns the loss of a number of units per unit of the overflow's variance.
func (m overflow) lostBy(units int64) float64 {
	if m.variance == 0 {
		return 0
	}
	lost := m.mean - float64(units)
	if m.mean <= saturatingLoad {
		lost = erlang.Lost(m.mean, m.variance, float64(units))
	}
	return lost / m.variance
}

// loss returns the share of a function's attempts that find everything full: its provisioned concurrency and the
// on-demand units that it shares.
func (p *sharedPool) loss(f *Function, t *traffic) float64 {
	switch {
	case t.rate == 0:
		return 0
	case !p.several:
		return f.alone(t, f.Provisioned+p.units)
	case p.parts != nil:
		return p.minuteLoss(f, t)
	case f.Mode.Queues():
		return waiting{*t, f.provisioned()}.refused(p.lost)
	}
	return p.lossAt(t, t.overflow(f.provisioned()))
}

// lossAt is loss for the traffic of a synchronous function at a constant rate, given its overflow.
func (p *sharedPool) lossAt(t *traffic, own overflow) float64 {
	beyond := min(1, own.mean/t.load())
	lost := own.lost(p.lost)
	return beyond * (lost + float64((1-lost)*p.lossByRate(lost)))
}

// lossOf is loss, but for a function with a reservation it returns the loss of the reservation.
func (p *sharedPool) lossOf(f *Function, t *traffic) float64 {
	if reserved, ok := f.Reserved.Get(); ok {
		return f.alone(t, reserved)
	}
	return p.loss(f, t)
}

// lossByRate returns the share of the synchronous overflow that the rate limit refuses, after each overflow has lost
// the share lost for lack of environments. For brief requests the limit applies to all arrivals: as many pass as
// provisioned concurrency and the pool accept together. The refused requests are part of the overflow.
func (p *sharedPool) lossByRate(lost float64) float64 {
	left := float64(p.syncRPS * (1 - lost))
	if binds := float64(p.syncRPS * RateBindsMS / 1000); left == 0 || p.evenLoad >= float64(binds*(1-tolerance)) {
		return 0
	}
	all := traffic{rate: p.arriving - p.syncRPS + left, peakedness: (p.peaks/p.arriving + 1) / 2}
	passes := p.passing + rateLimit(p.units)
	if p.memo != nil && negligible(passes, all.rate, passes*p.peaks/p.arriving) {
		return 0
	}
	return min(1, all.rate*all.lossByPassing(passes)/left)
}
