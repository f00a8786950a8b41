package simulation

import (
	"math"
	"math/rand/v2"
)

// A Law draws durations with a mean of 1.
type Law func(*rand.Rand) float64

// Exponential draws from the exponential distribution.
func Exponential(r *rand.Rand) float64 { return r.ExpFloat64() }

// Constant makes all durations equal.
func Constant(*rand.Rand) float64 { return 1 }

// Lognormal draws from a lognormal distribution. sigma is the standard deviation of the logarithm.
func Lognormal(sigma float64) Law {
	return func(r *rand.Rand) float64 { return math.Exp(sigma * (r.NormFloat64() - sigma/2)) }
}

// A Batch draws how many requests arrive at once, 1 or more.
type Batch struct {
	Mean  float64 // of the sizes K
	Pairs float64 // mean of K (K - 1)
	draw  func(*rand.Rand) int
}

// Geometric draws sizes from a geometric distribution with a mean of 1 or more.
func Geometric(mean float64) Batch {
	log := math.Log1p(-1 / mean)
	return Batch{mean, 2 * mean * (mean - 1), func(r *rand.Rand) int { return 1 + int(-r.ExpFloat64()/log) }}
}

// Fixed makes all batches equal in size.
func Fixed(size int) Batch {
	n := float64(size)
	return Batch{n, n * (n - 1), func(*rand.Rand) int { return size }}
}

// A Modulation is a rate that switches between two values and stays at each for an exponential time.
type Modulation struct {
	High, Low               float64 // rates; only their ratio matters
	HighSeconds, LowSeconds float64 // mean times
}

// mean returns the mean rate.
func (m Modulation) mean() float64 {
	return (m.High*m.HighSeconds + m.Low*m.LowSeconds) / (m.HighSeconds + m.LowSeconds)
}

// A Minute is a rate that is higher at the start of each minute. A share of the requests comes evenly within the first
// seconds, the others come evenly over the whole minute.
type Minute struct{ Share, Within float64 }

// next draws when the next batch arrives, given the mean rate of batches. In each of the two parts of the minute the
// rate is constant.
func (m Minute) next(r *rand.Rand, now, mean float64) float64 {
	for {
		begin := 60 * math.Floor(now/60)
		rate, end := mean*(1-m.Share), begin+60
		if now < begin+m.Within {
			rate, end = rate+mean*m.Share*60/m.Within, begin+m.Within
		}
		if at := now + r.ExpFloat64()/rate; at < end {
			return at
		}
		now = end
	}
}

// Function is one function: its traffic and its settings.
type Function struct {
	Rate     float64    // requests per second, on average
	Seconds  float64    // mean duration
	Law      Law        // of the durations
	Batch    Batch      // zero: requests arrive one at a time
	Modulate Modulation // zero: the rate is constant
	Minute   Minute     // zero: it does not change within the minute either
	Async    bool       // refused events are retried, and on-demand units have no rate limit

	Provisioned int
	Reserved    int     // includes provisioned units; 0: the function shares the unreserved units
	Init        float64 // seconds that a cold start adds to the request
}

// arrivals draws the arrival times of a function's batches.
type arrivals struct {
	high, low float64 // batches per second
	batch     Batch
	modulate  Modulation
	minute    Minute
	up        bool
	until     float64 // when the rate changes next
}

func (f *Function) arrivals() arrivals {
	a := arrivals{high: f.Rate, up: true, until: math.Inf(1), batch: f.Batch, modulate: f.Modulate, minute: f.Minute}
	if a.batch.draw == nil {
		a.batch = Fixed(1)
	}
	a.high /= a.batch.Mean
	if m := f.Modulate; m != (Modulation{}) {
		a.high, a.low = a.high*m.High/m.mean(), a.high*m.Low/m.mean()
		a.until = 0
	}
	return a
}

// next draws when the next batch arrives.
func (a *arrivals) next(r *rand.Rand, now float64) float64 {
	if a.minute.Share > 0 {
		return a.minute.next(r, now, a.high)
	}
	for {
		rate, stay := a.low, a.modulate.HighSeconds
		if a.up {
			rate, stay = a.high, a.modulate.LowSeconds
		}
		if at := now + r.ExpFloat64()/rate; at < a.until {
			return at
		}
		now = a.until
		a.up = !a.up
		a.until += r.ExpFloat64() * stay
	}
}
