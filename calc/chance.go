package calc

import (
	"math"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/erlang"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// Arrivals names the model of how requests arrive.
type Arrivals string

// The arrival models. Poisson arrivals come from many independent callers; a peakedness above 1 makes them bursty.
const (
	Poisson Arrivals = "poisson"
	Bursty  Arrivals = "bursty"
)

// A Chance is what happens to a function's load with random arrivals. The steady split is what happens to it with
// evenly spaced requests.
//
// With the offered load a = λ d, provisioned concurrency P, and L = P + the on-demand units that the function can
// reach:
//
//	beyond provisioned = B(P, a)
//	throttled          = B(L, a)
//	spillover          = B(P, a) - B(L, a)
//	concurrency        = quantiles of the Poisson distribution with mean a, at most L
//	cold starts        = sum_{k=P..L-1} π_k G_k(T), see erlang.ColdStarts
//
// where B is the Erlang loss probability, erlang.B. It holds for any distribution of the duration; the cold starts are
// exact for exponential durations.
//
// Below 100 ms the rate limit is reached first. A limiter that accepts K requests per second stands in front of the
// pool: K = 10 P for provisioned concurrency, and K = 10 L for all units of a synchronous function. It refuses Lr =
// erlang.LimiterLoss(λ, K), so that
//
//	beyond provisioned = Lr + (1 - Lr) B(P, (1 - Lr) a)
//
// and likewise for L. Arrivals with a peakedness z > 1 are beyond N units with probability B(N/z, a/z) (Hayward's
// approximation), and the quantiles are those of the normal distribution with mean a and variance a z.
//
// Functions that share the unreserved pool combine their overflows. The moments m = a B and v of each overflow, see
// erlang.Overflow, are added up; erlang.Lost gives the part of the sum that is lost; and each function bears a share
// of that in proportion to its v. If only one of them has a load, the formulas above apply.
//
// Source: aws.SourceErlang, aws.SourceRapp, aws.SourceTalbot. The limiter's window of one second is an assumption.
type Chance struct {
	// Arrivals is the model of how requests arrive.
	Arrivals Arrivals `json:"arrivals"`
	// Peakedness is the variance of the concurrency divided by its mean, 1 or more.
	Peakedness float64 `json:"peakedness"`
	// BeyondProvisionedRatio is the share of the requests that finds provisioned concurrency full; absent if nothing is
	// provisioned.
	BeyondProvisionedRatio Optional[float64] `json:"beyond_provisioned_ratio"`
	// SpilloverRatio is the part of BeyondProvisionedRatio that is served on demand at once.
	SpilloverRatio Optional[float64] `json:"spillover_ratio"`
	// ThrottledRatio is the share of the requests that finds everything full; absent for an asynchronous function, whose
	// events wait.
	ThrottledRatio Optional[float64] `json:"throttled_ratio"`
	// ConcurrencyP50 is the number of environments that is enough half of the time.
	ConcurrencyP50 int64 `json:"concurrency_p50"`
	// ConcurrencyP99 is the number of environments that is enough 99 % of the time.
	ConcurrencyP99 int64 `json:"concurrency_p99"`
	// ConcurrencyP999 is the number of environments that is enough 99.9 % of the time.
	ConcurrencyP999 int64 `json:"concurrency_p999"`
	// ColdStartRatio is the share of the requests that starts a new on-demand environment; absent for bursty arrivals. A
	// request that spills is not necessarily one of them.
	ColdStartRatio Optional[float64] `json:"cold_start_ratio"`
	// KeepAliveS is how long Lambda is assumed to keep an idle environment, seconds. AWS does not publish it.
	KeepAliveS float64 `json:"keep_alive_s"`
	// Cost is the monthly cost with random arrivals; absent if no Region or no memory is given.
	Cost Optional[Cost] `json:"cost"`
}

// rateBindsMS is the duration below which the rate limit of a pool is lower than its concurrency limit: 10 N < N/d.
// Unit: milliseconds. Derived.
const rateBindsMS = 1000.0 / aws.RatePerUnit

// traffic is what arrives at a pool.
type traffic struct {
	rate       float64 // requests per second
	seconds    float64 // mean duration, more than 0
	peakedness float64 // 1 or more
}

// traffic returns what arrives at the function, and reports whether its duration is known.
func (f *Function) traffic() (t traffic, timed bool) {
	d, timed := f.seconds()
	return traffic{f.RPS.Or(0), d, f.Peakedness.Or(1)}, timed
}

func (t traffic) load() float64 { return t.rate * t.seconds }

// brief reports whether the duration is so short that the rate limit of a pool is below its concurrency limit.
func (t traffic) brief() bool { return t.seconds < rateBindsMS/1000 }

// lossByRate returns the share of the requests that the rate limit of a pool refuses.
func (t traffic) lossByRate(p Pool) float64 {
	if !p.RateLimited() || !t.brief() {
		return 0
	}
	return t.lossByPassing(p.RateRPS)
}

// lossByPassing returns the share of the requests that is refused by a limiter which accepts a number of requests per
// second.
func (t traffic) lossByPassing(passes float64) float64 {
	if t.rate > quantity.Rates.Most { // far more than any pool accepts
		return math.Max(0, 1-passes/t.rate)
	}
	return erlang.LimiterLoss(t.rate, math.Floor(passes))
}

// loss returns the share of the requests that finds a pool full.
func (t traffic) loss(p Pool) float64 {
	switch {
	case t.rate == 0:
		return 0
	case p.Units <= 0:
		return 1
	}
	refused := t.lossByRate(p)
	passed := (1 - refused) * t.load()
	if passed > saturatingLoad {
		return refused + (1-refused)*math.Max(0, 1-p.atOnce()/passed)
	}
	return refused + (1-refused)*erlang.B(p.atOnce()/t.peakedness, passed/t.peakedness)
}

// overflow returns the concurrency that a pool passes on to the next one. The requests that the limiter refuses keep
// the peakedness of the arrivals.
func (t traffic) overflow(p Pool) moments {
	z := t.peakedness
	if p.Units <= 0 {
		return moments{t.load(), z * t.load()}
	}
	refused := t.lossByRate(p)
	mean, variance := erlang.Overflow(p.atOnce()/z, (1-refused)*t.load()/z)
	rest := refused * t.load()
	return moments{z*mean + rest, z*z*variance + z*rest}
}

// quantile returns the number of environments that is enough a share p of the time.
func (t traffic) quantile(p float64) int64 {
	a := t.load()
	if t.peakedness == 1 {
		return erlang.Quantile(a, p)
	}
	return CeilUnits(a + erlang.NormalQuantile(p)*math.Sqrt(a*t.peakedness))
}

// maxChanceLoad is the highest offered load of a function for which random arrivals are computed. Up to here the
// digits are proven, and beyond it randomness hardly matters. Unit: environments.
const maxChanceLoad = 1e7

// saturatingLoad is five times the largest possible number of units in a pool. Beyond this load, everything that the
// units cannot hold is lost and randomness does not matter. Unit: environments.
const saturatingLoad = 5e8

// chance computes what happens to a function's load with random arrivals. It is absent without a duration, and for a
// load that is out of range.
func (a Account) chance(f *Function, shared sharedPool) Optional[Chance] {
	t, timed := f.traffic()
	if !timed || t.load() > maxChanceLoad {
		return Optional[Chance]{}
	}
	units := f.Reserved.Or(f.Provisioned + shared.units)
	keepAlive := a.KeepAliveS()
	x := Chance{
		Arrivals:        Poisson,
		Peakedness:      t.peakedness,
		ConcurrencyP50:  min(units, t.quantile(0.5)),
		ConcurrencyP99:  min(units, t.quantile(0.99)),
		ConcurrencyP999: min(units, t.quantile(0.999)),
		KeepAliveS:      keepAlive,
	}
	var lost float64
	if f.Reserved.Known() {
		lost = t.loss(f.Mode.Pool(units))
	} else {
		lost = shared.loss(f, t)
	}
	if !f.Mode.Queues() {
		x.ThrottledRatio = Some(lost)
	}
	if f.Provisioned > 0 {
		beyond := t.loss(f.provisioned())
		x.BeyondProvisionedRatio = Some(beyond)
		x.SpilloverRatio = Some(0.0)
		if units > f.Provisioned {
			x.SpilloverRatio = Some(math.Max(0, beyond-lost))
		}
	}
	if t.peakedness > 1 {
		x.Arrivals = Bursty
	} else {
		x.ColdStartRatio = Some(erlang.ColdStarts(t.load(), keepAlive/t.seconds, float64(f.Provisioned), float64(units)))
	}
	return Some(x)
}
