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
}

// sharedOverflow adds up the overflows of the functions without a reservation. Functions without a duration are
// ignored.
func (a Account) sharedOverflow() sharedOverflow {
	var loaded []*Function
	for i := range a.Functions {
		f := &a.Functions[i]
		if t, timed := f.traffic(); timed && !f.Reserved.Known() && t.rate > 0 {
			loaded = append(loaded, f)
		}
	}
	o := sharedOverflow{several: len(loaded) > 1}
	if o.several {
		for _, f := range loaded {
			t, _ := f.traffic()
			o.add(f, t)
		}
	}
	return o
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
		w.traffic = traffic{w.load(), 1, w.peakedness}
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
		p.lost = o.sync.lostBy(units)
	default:
		p.lost, _ = erlang.Retrying(func(perVariance float64) float64 { return o.all(perVariance).lostBy(units) })
	}
	return p
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
// functions take long to compute and depend little on what is lost, so they are computed at few shares, and kept.
type bracket struct {
	sharedOverflow
	at map[float64]moments // by what is lost
}

// stepsPerOctave is the number of shares of a bracket from one power of two to the next.
const stepsPerOctave = 32

// share returns the share of a number.
func share(k int) float64 {
	octave := int(math.Floor(float64(k) / stepsPerOctave))
	return math.Ldexp((stepsPerOctave+float64(k-octave*stepsPerOctave))/(2*stepsPerOctave), octave)
}

// shareBelow returns the number of the highest share that is not above x, which must be positive.
func shareBelow(x float64) int {
	fraction, octave := math.Frexp(x)
	return octave*stepsPerOctave + int((fraction-0.5)*(2*stepsPerOctave))
}

// lost returns what a number of units loses of the attempts that come of a loss.
func (b bracket) lost(from float64, units int64) float64 {
	m, ok := b.at[from]
	if !ok {
		m = b.all(from)
		b.at[from] = m
	}
	return m.lostBy(units)
}

// allowed reports whether a pool loses no more of a function's traffic than the target, if the loss is bracketed: then
// it is below the highest that the target allows if that one is more than enough for the attempts that come of it.
func (b bracket) allowed(p sharedPool, f *Function, t traffic, target float64) bool {
	low, high := 0.0, 1.0
	for range 60 {
		if p.lost = low + float64((high-low)/2); p.loss(f, t) > target {
			high = p.lost
		} else {
			low = p.lost
		}
	}
	return b.lost(low, p.units) <= low
}

// none is the number of a share that is as good as none.
const none = -200 * stepsPerOctave

// of returns two pools of a number of units that lose no more and no less than pool does: the attempts that come of
// the one are enough for more, those of the other for less. A pool that loses everything, or has nothing to bracket, is
// computed. The second loses everything if none is found.
func (b bracket) of(units int64) (least, most sharedPool) {
	if units <= 0 || len(b.async) == 0 || fills(b.asyncLoad, units) {
		p := b.pool(units)
		return p, p
	}
	least, most = sharedPool{b.sharedOverflow, units, 0}, sharedPool{b.sharedOverflow, units, 1}
	k := none
	for {
		least.lost = math.Min(1, b.lost(share(k), units))
		if least.lost == 0 || least.lost == 1 {
			return least, least
		}
		next := max(none, shareBelow(least.lost))
		if next <= k {
			break
		}
		k = next
	}
	for above := k + 1; above <= k+4 && share(above) < 1; above++ {
		if b.lost(share(above), units) <= share(above) {
			most.lost = share(above)
			break
		}
	}
	return least, most
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
	if binds := float64(p.syncRPS * rateBindsMS / 1000); left == 0 || p.sync.mean >= float64(binds*(1-tolerance)) {
		return 0
	}
	all := traffic{rate: p.arriving - p.syncRPS + left, peakedness: (p.peaks/p.arriving + 1) / 2}
	return math.Min(1, all.rate*all.lossByPassing(p.passing+rateLimit(p.units))/left)
}
