package calc

import (
	"math"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/erlang"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// Arrivals says how requests are assumed to arrive.
type Arrivals string

// The arrivals. Poisson arrivals come from many independent callers; a peakedness above 1 makes them bursty.
const (
	Poisson Arrivals = "poisson"
	Bursty  Arrivals = "bursty"
)

// A Chance is what becomes of a function's load when its requests arrive at random. The steady split is what would
// become of it if they came evenly.
//
// With the offered load a = λ d, provisioned concurrency P, and L = P + the on-demand units that the function can
// reach:
//
//	beyond provisioned = B(P, a)
//	throttled          = B(L, a)
//	spillover          = B(P, a) - B(L, a)
//	concurrency        = quantiles of the Poisson law with the mean a, at most L
//	cold starts        = sum_{k=P..L-1} π_k G_k(T), see erlang.ColdStarts
//
// where B is the Erlang loss probability, erlang.B. It holds for any law of the duration; the cold starts are exact
// for exponential ones.
//
// Below 100 ms the rate limit comes first: a limiter that lets K requests per second through stands in front of the
// pool, K = 10 P for provisioned concurrency, and K = 10 L for all of a synchronous function. It refuses
// Lr = erlang.LimiterLoss(λ, K), so that
//
//	beyond provisioned = Lr + (1 - Lr) B(P, (1 - Lr) a)
//
// and likewise for L. Arrivals of the peakedness z > 1 are beyond N units with B(N/z, a/z) (Hayward's
// approximation); the quantiles are those of the normal law with the mean a and the variance a z.
//
// Functions that share the unreserved pool throw their overflows together: the moments m = a B and v of each, see
// erlang.Overflow, are added, erlang.Lost says how much of the sum is lost, and a function bears the share of it
// that v has of the sum. Where only one of them has a load, the formulas above hold.
//
// Source: aws.SourceErlang, aws.SourceRapp, aws.SourceTalbot. The limiter's window of one second is an assumption.
type Chance struct {
	// Arrivals is how requests are assumed to arrive.
	Arrivals Arrivals `json:"arrivals"`
	// Peakedness is the variance of the concurrency over its mean, 1 or more.
	Peakedness float64 `json:"peakedness"`
	// BeyondProvisionedRatio is the share of the requests that finds provisioned concurrency full; absent where
	// nothing is provisioned.
	BeyondProvisionedRatio Optional[float64] `json:"beyond_provisioned_ratio"`
	// SpilloverRatio is the part of it that is served on demand at once.
	SpilloverRatio Optional[float64] `json:"spillover_ratio"`
	// ThrottledRatio is the share that finds everything full; absent for an asynchronous function, whose events
	// wait.
	ThrottledRatio Optional[float64] `json:"throttled_ratio"`
	// ConcurrencyP50 is the environments that suffice half of the time.
	ConcurrencyP50 int64 `json:"concurrency_p50"`
	// ConcurrencyP99 is the environments that suffice 99 % of the time.
	ConcurrencyP99 int64 `json:"concurrency_p99"`
	// ConcurrencyP999 is the environments that suffice 99.9 % of the time.
	ConcurrencyP999 int64 `json:"concurrency_p999"`
	// ColdStartRatio is the share of the requests that start a new on-demand environment; absent for bursty
	// arrivals. A request that spills is not by itself one of them.
	ColdStartRatio Optional[float64] `json:"cold_start_ratio"`
	// KeepAliveS is how long Lambda is assumed to keep an idle environment, seconds. AWS does not publish it.
	KeepAliveS float64 `json:"keep_alive_s"`
	// Cost is what random arrivals cost in a month; absent where no Region or no memory is given.
	Cost Optional[Cost] `json:"cost"`
}

// rateBindsMS is the duration below which the rate limit of a pool is lower than its concurrency limit:
// 10 N < N/d. Unit: milliseconds. Derived.
const rateBindsMS = 1000.0 / aws.RatePerUnit

// traffic is what arrives at a pool.
type traffic struct {
	rate       float64 // requests per second
	seconds    float64 // mean duration, more than 0
	peakedness float64 // 1 or more
}

// traffic returns what arrives at the function, and whether its duration is known.
func (f *Function) traffic() (t traffic, timed bool) {
	d, timed := f.seconds()
	return traffic{f.RPS.Or(0), d, f.Peakedness.Or(1)}, timed
}

func (t traffic) load() float64 { return t.rate * t.seconds }

// brief reports whether the duration is so short that the rate limit of a pool is below its concurrency limit.
func (t traffic) brief() bool { return t.seconds < rateBindsMS/1000 }

// lossByRate is the share of the requests that the rate limit of a pool refuses.
func (t traffic) lossByRate(p Pool) float64 {
	limit, limited := p.RateRPS.Get()
	if !limited || !t.brief() {
		return 0
	}
	return t.lossByPassing(limit)
}

// lossByPassing is the share of the requests that a limiter refuses which lets some requests per second through.
func (t traffic) lossByPassing(passes float64) float64 {
	if t.rate > quantity.Rates.Most { // far more than any pool lets through
		return math.Max(0, 1-passes/t.rate)
	}
	return erlang.LimiterLoss(t.rate, math.Floor(passes))
}

// loss is the share of the requests that finds a pool full.
func (t traffic) loss(p Pool) float64 {
	switch {
	case t.rate == 0:
		return 0
	case p.Units <= 0:
		return 1
	}
	refused := t.lossByRate(p)
	passed := (1 - refused) * t.load()
	if passed > crowdedLoad {
		return refused + (1-refused)*math.Max(0, 1-p.atOnce()/passed)
	}
	return refused + (1-refused)*erlang.B(p.atOnce()/t.peakedness, passed/t.peakedness)
}

// overflow returns the concurrency that a pool leaves to the next one. What the limiter refuses keeps the peakedness
// of the arrivals.
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

// quantile returns the environments that suffice the share p of the time.
func (t traffic) quantile(p float64) int64 {
	a := t.load()
	if t.peakedness == 1 {
		return erlang.Quantile(a, p)
	}
	return CeilUnits(a + erlang.NormalQuantile(p)*math.Sqrt(a*t.peakedness))
}

// maxChanceLoad is the highest offered load of a function, environments, for which random arrivals are computed: up
// to it the digits are proven, and beyond it chance hardly matters.
const maxChanceLoad = 1e7

// crowdedLoad is five times the most units that a pool can have. Of a load beyond it everything that the units do not
// hold is lost, and chance does not matter. Unit: environments.
const crowdedLoad = 5e8

// chance computes what becomes of a function's load when requests arrive at random. It is absent without a duration,
// and for a load that is out of range.
func (a Account) chance(f *Function, shared sharedOverflow) Optional[Chance] {
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
