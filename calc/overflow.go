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

// thinned returns the moments if each request passes independently with the probability share. The variance in excess
// of the mean shrinks with the square of it.
func (m moments) thinned(share float64) moments {
	mean := share * m.mean
	return moments{mean, mean + share*share*math.Max(0, m.variance-m.mean)}
}

// sharedOverflow describes the functions that share the unreserved pool, with the sum of their overflows.
type sharedOverflow struct {
	loaded  int     // functions with a load
	sync    moments // of the overflows
	async   moments
	syncRPS float64 // overflow of the synchronous functions, requests per second
	// arriving is the rate at the synchronous functions, and passing the most of it that provisioned concurrency
	// accepts, requests per second.
	arriving, passing float64
}

// sharedOverflow adds up the overflows of the functions without a reservation. Functions without a duration are
// ignored.
func (a Account) sharedOverflow() sharedOverflow {
	var o sharedOverflow
	for i := range a.Functions {
		f := &a.Functions[i]
		if t, timed := f.traffic(); timed && !f.Reserved.Known() && t.rate > 0 {
			o.loaded++
		}
	}
	if o.loaded < 2 {
		return o // a single function is computed exactly
	}
	for i := range a.Functions {
		f := &a.Functions[i]
		t, timed := f.traffic()
		switch {
		case !timed || f.Reserved.Known() || t.rate == 0:
		case f.Mode.RateLimited():
			own := t.overflow(f.provisioned())
			o.sync.add(own)
			o.syncRPS += own.mean / t.seconds
			o.arriving += t.rate
			o.passing += math.Min(t.rate, f.provisioned().RateRPS)
		default:
			o.async.add(t.overflow(f.provisioned()))
		}
	}
	return o
}

// sharedPool is a shared overflow that is offered to a number of unreserved units.
type sharedPool struct {
	sharedOverflow
	units   int64
	refused float64 // share of the synchronous overflow that the rate limit refuses
	lost    float64 // concurrency lost beyond the rate limit, per unit of its variance
}

// pool offers the overflow to a number of unreserved units.
func (o sharedOverflow) pool(units int64) sharedPool {
	p := sharedPool{sharedOverflow: o, units: units}
	if o.loaded < 2 || units <= 0 {
		return p
	}
	// If the synchronous requests are brief, the rate limit applies to them: of all arrivals, as many pass as provisioned
	// concurrency and the pool accept. The refused ones are part of the overflow.
	if o.sync.mean < o.syncRPS*rateBindsMS/1000 {
		all := traffic{rate: o.arriving}
		p.refused = math.Min(1, o.arriving*all.lossByPassing(o.passing+rateLimit(units))/o.syncRPS)
	}
	all := o.sync.thinned(1 - p.refused)
	all.add(o.async)
	if all.variance == 0 {
		return p
	}
	lost := all.mean - float64(units)
	if all.mean <= saturatingLoad {
		lost = erlang.Lost(all.mean, all.variance, float64(units))
	}
	p.lost = lost / all.variance
	return p
}

// loss returns the share of a function's requests that finds both provisioned concurrency and the unreserved units
// full.
func (p sharedPool) loss(f *Function, t traffic) float64 {
	switch {
	case t.rate == 0:
		return 0
	case p.loaded < 2:
		return t.loss(f.Mode.Pool(f.Provisioned + p.units))
	}
	own := t.overflow(f.provisioned())
	beyond := math.Min(1, own.mean/t.load())
	if beyond == 0 || p.units <= 0 {
		return beyond
	}
	refused := p.refused
	if !f.Mode.RateLimited() {
		refused = 0
	}
	lost := p.lost * own.thinned(1-refused).variance
	return beyond * math.Min(1, refused+lost/own.mean)
}
