package calc

import (
	"math"

	"github.com/lambdacap/lambdacap/calc/erlang"
)

// moments are the mean and variance of the concurrency that a load would have without a limit.
type moments struct{ mean, variance float64 }

func (m *moments) add(n moments) {
	m.mean += n.mean
	m.variance += n.variance
}

// lost returns the share of an overflow that a pool loses, given what it loses of all overflows per unit of their
// variance. An overflow that is far burstier than the others would lose more than it has: of those, a part is served
// that falls with the peakedness.
func (m moments) lost(perVariance float64) float64 {
	if m.mean == 0 {
		return 0
	}
	z := math.Max(1, m.variance/m.mean)
	return math.Min(z*perVariance, 1-(1-perVariance)/z)
}

// waiting is the traffic of an asynchronous function, whose refused events come back.
type waiting struct {
	traffic
	provisioned Pool
}

// refused returns the share of the attempts that is refused by everything, given what the shared pool loses per unit
// of variance. It is 1 if events wait longer and longer.
func (w waiting) refused(perVariance float64) float64 {
	refused, _ := erlang.Retrying(func(refused float64) float64 {
		t := w.repeated(refused)
		over := t.overflow(w.provisioned)
		return math.Min(1, over.mean/t.load()) * over.lost(perVariance)
	})
	return refused
}

// sharedOverflow describes the functions that share a pool of on-demand units, with the sum of their overflows.
type sharedOverflow struct {
	several bool      // several functions have a load; a single one is computed exactly
	sync    moments   // of the overflows of the synchronous functions
	async   []waiting // one for each peakedness of functions without provisioned concurrency, and one for each other
	// asyncLoad is what the asynchronous functions need on average beyond provisioned concurrency, environments.
	asyncLoad float64
	syncRPS   float64 // overflow of the synchronous functions, requests per second
	// arriving is the rate at the synchronous functions, and passing the most of it that provisioned concurrency
	// accepts, requests per second.
	arriving, passing float64
	// peaks is the variance of the synchronous requests in a second, see erlang.BatchLimiterLoss.
	peaks float64
	memo  *memo // see traffic
}

// sharedOverflow adds up the overflows of the functions without a reservation. Functions without a duration are
// ignored.
func (a Account) sharedOverflow() sharedOverflow { return a.overflowWith(nil) }

// overflowWith is sharedOverflow with a memo, which may be nil.
func (a *Account) overflowWith(m *memo) sharedOverflow {
	o, loaded := sharedOverflow{memo: m}, 0
	for i := range a.Functions {
		if a.Functions[i].shares() {
			loaded++
		}
	}
	if o.several = loaded > 1; !o.several {
		return o
	}
	for i := range a.Functions {
		if f := &a.Functions[i]; f.shares() {
			t, _ := f.traffic()
			t.memo = m
			o.add(f, t)
		}
	}
	return o
}

// shares reports whether the function has a load that may reach the unreserved units.
func (f *Function) shares() bool {
	return !f.Reserved.Known() && f.DurationMS.Known() && f.RPS.Or(0) > 0
}

// overflowOf returns the overflow of one function, for units that it has to itself.
func overflowOf(f *Function, t traffic) sharedOverflow {
	o := sharedOverflow{several: true}
	o.add(f, t)
	return o
}

// add adds the overflow of a function.
func (o *sharedOverflow) add(f *Function, t traffic) {
	if f.Mode.Queues() {
		o.asyncLoad += float64((t.rate - f.provisionedRPS()) * t.seconds)
		o.wait(waiting{t, f.provisioned()})
		return
	}
	own := t.overflow(f.provisioned())
	o.sync.add(own)
	o.syncRPS += own.mean / t.seconds
	o.arriving += t.rate
	o.passing += math.Min(t.rate, f.provisioned().RateRPS)
	o.peaks += float64(t.rate * (float64(2*t.peakedness) - 1))
}

// wait adds an asynchronous function. Without provisioned concurrency only load and peakedness count.
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
	lost  float64 // concurrency lost per unit of its variance, 0 to 1
}

// pool offers the overflow to a number of on-demand units. Asynchronous events come back, so what is lost depends on
// the attempts, and these on what is lost. If no loss is enough for that, the events keep the units busy for ever, and
// everything else is lost.
func (o sharedOverflow) pool(units int64) sharedPool {
	p := sharedPool{sharedOverflow: o, units: units}
	switch {
	case !o.several:
	case units <= 0 || len(o.async) > 0 && fills(o.asyncLoad, units):
		p.lost = 1
	case len(o.async) == 0:
		p.lost = o.lostOf(o.sync, units)
	default:
		p.lost, _ = erlang.Retrying(func(perVariance float64) float64 { return o.lostOf(o.all(perVariance), units) })
	}
	return p
}

// lostOf is lostBy, where it matters.
func (o *sharedOverflow) lostOf(m moments, units int64) float64 {
	if o.memo != nil && m.negligible(units) {
		return 0
	}
	return m.lostBy(units)
}

// all returns the sum of all overflows, given what is lost of them per unit of variance.
func (o sharedOverflow) all(perVariance float64) moments {
	own := make([]moments, len(o.async))
	each(len(own), func(i int) {
		w := o.async[i]
		refused := math.Min(w.refused(perVariance), 1-tolerance)
		own[i] = w.repeated(refused).overflow(w.provisioned)
	})
	sum := o.sync
	for _, m := range own {
		sum.add(m)
	}
	return sum
}

// A bracket brackets what pools of an overflow lose, per unit of its variance. The attempts of many asynchronous
// functions take long to compute, and depend smoothly on what is lost, so they are computed at the multiples of few
// steps, and kept.
type bracket struct {
	sharedOverflow
	known map[float64]moments // the attempts, by what is lost
}

// bracketSteps are the steps of a bracket. A finer one is used only where the bounds of a coarser one do not decide.
var bracketSteps = []float64{1.0 / 16, 1.0 / 64, 1.0 / 256, 1.0 / 1024}

// attempts is all, kept.
func (b bracket) attempts(perVariance float64) moments {
	m, ok := b.known[perVariance]
	if !ok {
		m = b.all(perVariance)
		b.known[perVariance] = m
	}
	return m
}

// interpolate returns bounds of the sum of all overflows, from four multiples of a step about what is lost of them per
// unit of variance. ok is false if there are not as many below 1.
func (b bracket) interpolate(perVariance, step float64) (least, most moments, ok bool) {
	k := math.Floor(perVariance / step)
	first := math.Max(0, k-1)
	if (first+3)*step >= 1 {
		return moments{}, moments{}, false
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

// between returns bounds of a rising function at a place in a cell between four neighbours, counted from the first.
// Where it bends about equally everywhere, that is between the chord of the cell and those of its neighbours; the
// bounds are three times as far apart. Elsewhere they are the ends of the cell.
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

// lossBounds returns bounds of what a number of units loses, from the multiples of a step: 0 and 1 if they are too far
// apart.
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

// lost returns bounds of what a number of units loses of the attempts that come of a loss. It rises or falls with the
// mean and the variance of the attempts, if they change little.
func (b bracket) lost(perVariance, step float64, units int64) (least, most float64) {
	const little = 1.1
	low, high, ok := b.interpolate(perVariance, step)
	if !ok || high.mean > little*low.mean || high.variance > little*low.variance || low.variance == 0 {
		return 0, 1
	}
	least = math.Inf(1)
	for _, m := range []moments{low, high, {low.mean, high.variance}, {high.mean, low.variance}} {
		lost := m.lostBy(units)
		least, most = math.Min(least, lost), math.Max(most, lost)
	}
	return least, most
}

// A poolBracket is two pools of the same number of units, that lose no more and no less than a third one.
type poolBracket struct {
	least, most sharedPool
	steps       int // how many of bracketSteps they are from
}

// pool returns a bracket of a pool. A pool that loses everything, or no events that come back, is computed.
func (b bracket) pool(units int64) poolBracket {
	if units <= 0 || len(b.async) == 0 || fills(b.asyncLoad, units) {
		p := b.sharedOverflow.pool(units)
		return poolBracket{p, p, 0}
	}
	return poolBracket{sharedPool{b.sharedOverflow, units, 0}, sharedPool{b.sharedOverflow, units, 1}, 0}
}

// loses reports whether a pool loses more of a function's traffic than the target. It narrows the bracket of the pool
// as far as that needs.
func (b bracket) loses(p *poolBracket, f *Function, t traffic, target float64) bool {
	for {
		switch {
		case p.least.loss(f, t) > target:
			return true
		case p.most.loss(f, t) <= target:
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

// allowed reports whether a pool loses no more of a function's traffic than the target: then it is below the highest
// that the target allows if that one is more than enough for the attempts that come of it.
func (b bracket) allowed(p sharedPool, f *Function, t traffic, target float64) bool {
	low, high := 0.0, 1.0
	for range 60 {
		if p.lost = low + float64((high-low)/2); p.loss(f, t) > target {
			high = p.lost
		} else {
			low = p.lost
		}
	}
	return b.attempts(low).lostBy(p.units) <= low
}

// lostBy returns what a number of units loses of the sum of overflows, per unit of its variance.
func (m moments) lostBy(units int64) float64 {
	if m.variance == 0 {
		return 0
	}
	lost := m.mean - float64(units)
	if m.mean <= saturatingLoad {
		lost = erlang.Lost(m.mean, m.variance, float64(units))
	}
	return lost / m.variance
}

// loss returns the share of the attempts at a function that finds everything full: its reservation, or provisioned
// concurrency and the on-demand units that it shares.
func (p sharedPool) loss(f *Function, t traffic) float64 {
	switch {
	case t.rate == 0:
		return 0
	case !p.several:
		return f.alone(t, f.Provisioned+p.units)
	case f.Mode.Queues():
		return waiting{t, f.provisioned()}.refused(p.lost)
	}
	own := t.overflow(f.provisioned())
	beyond := math.Min(1, own.mean/t.load())
	lost := own.lost(p.lost)
	return beyond * (lost + float64((1-lost)*p.lossByRate(lost)))
}

// lossOf is loss, or what a function loses that has a reservation.
func (p sharedPool) lossOf(f *Function, t traffic) float64 {
	if reserved, ok := f.Reserved.Get(); ok {
		return f.alone(t, reserved)
	}
	return p.loss(f, t)
}

// lossByRate returns the share of the synchronous overflow that the rate limit refuses, if all of them have lost a
// share for want of environments. If the requests are brief, the limit applies to all arrivals: as many pass as
// provisioned concurrency and the pool accept. The refused ones are part of the overflow.
func (p sharedPool) lossByRate(lost float64) float64 {
	left := float64(p.syncRPS * (1 - lost))
	if binds := float64(p.syncRPS * RateBindsMS / 1000); left == 0 || p.sync.mean >= float64(binds*(1-tolerance)) {
		return 0
	}
	all := traffic{rate: p.arriving - p.syncRPS + left, peakedness: (p.peaks/p.arriving + 1) / 2}
	passes := p.passing + rateLimit(p.units)
	if p.memo != nil && negligible(passes, all.rate, passes*p.peaks/p.arriving) {
		return 0
	}
	return math.Min(1, all.rate*all.lossByPassing(passes)/left)
}
