package calc

import (
	"math"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/erlang"
)

// moments are the mean and the variance of a concurrency that nothing limits.
type moments struct{ mean, variance float64 }

func (m *moments) add(n moments) {
	m.mean += n.mean
	m.variance += n.variance
}

// thinned returns the moments when only a share of the requests passes, each by chance: what the variance has above
// the mean falls with the square.
func (m moments) thinned(share float64) moments {
	mean := share * m.mean
	return moments{mean, mean + share*share*math.Max(0, m.variance-m.mean)}
}

// crowd is the functions that share the unreserved pool, with the sum of their overflows.
type crowd struct {
	loaded  int     // functions with a load
	sync    moments // of the overflows
	async   moments
	syncRPS float64 // overflow of the synchronous functions, requests per second
	// What arrives at the synchronous functions, and what of it provisioned concurrency lets through at most,
	// requests per second.
	arriving, passing float64
}

// crowd adds up the overflows of the functions without a reservation. A function without a duration takes no part.
func (a Account) crowd() crowd {
	var c crowd
	for i := range a.Functions {
		f := &a.Functions[i]
		if t, timed := f.traffic(); timed && !f.Reserved.Known() && t.rate > 0 {
			c.loaded++
		}
	}
	if c.loaded < 2 {
		return c // a function alone is computed exactly
	}
	for i := range a.Functions {
		f := &a.Functions[i]
		t, timed := f.traffic()
		switch {
		case !timed || f.Reserved.Known() || t.rate == 0:
		case f.Mode.RateLimited():
			own := t.overflow(f.provisioned())
			c.sync.add(own)
			c.syncRPS += own.mean / t.seconds
			c.arriving += t.rate
			c.passing += math.Min(t.rate, aws.RatePerUnit*float64(f.Provisioned))
		default:
			c.async.add(t.overflow(f.provisioned()))
		}
	}
	return c
}

// sharedOverflow is what a number of unreserved units does with the overflows of a crowd.
type sharedOverflow struct {
	crowd
	units   int64
	refused float64 // share of the synchronous overflow that the rate limit refuses
	lost    float64 // of the concurrency that passes, per unit of its variance
}

// pool sends the crowd to a number of unreserved units.
func (c crowd) pool(units int64) sharedOverflow {
	p := sharedOverflow{crowd: c, units: units}
	if c.loaded < 2 || units <= 0 {
		return p
	}
	// The rate limit meets the synchronous part, where that is brief: of all that arrives as much passes as
	// provisioned concurrency and the pool let through. What it refuses is part of the overflow.
	if c.sync.mean < c.syncRPS*rateBindsMS/1000 {
		all := traffic{rate: c.arriving}
		p.refused = math.Min(1, c.arriving*all.lossByPassing(c.passing+aws.RatePerUnit*float64(units))/c.syncRPS)
	}
	all := c.sync.thinned(1 - p.refused)
	all.add(c.async)
	if all.variance == 0 {
		return p
	}
	lost := all.mean - float64(units)
	if all.mean <= crowdedLoad {
		lost = erlang.Lost(all.mean, all.variance, float64(units))
	}
	p.lost = lost / all.variance
	return p
}

// loss is the share of a function's requests that finds provisioned concurrency and the unreserved units full.
func (p sharedOverflow) loss(f *Function, t traffic) float64 {
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
