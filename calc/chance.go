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

// A Chance is what happens to a function's load with random arrivals. The steady split is what happens to the same load
// if requests are evenly spaced.
//
// With the offered load a = λ d, the provisioned concurrency P, and L = P + the on-demand units that the function can
// use:
//
//	beyond provisioned = B(P, a)
//	throttled          = B(L, a)
//	spillover          = B(P, a) - B(L, a)
//	concurrency        = quantiles of the Poisson distribution with mean a, at most L
//	cold starts        = sum_{k=P..L-1} π_k G_k(T), see erlang.ColdStarts; in a shared pool without the upper limit
//
// where B is the Erlang loss probability, erlang.B. It holds for any distribution of the duration. The cold starts are
// exact for exponential durations if the function is alone and has no provisioned concurrency or init time. With
// provisioned concurrency or other functions they are an upper bound. An init time turns d into d + c init, where c is
// the share of cold starts.
//
// An asynchronous function's events are retried until they are served. The attempts offer a' = a/(1 - b), see
// erlang.Retrying:
//
//	queued             = b = B(L, a'), the smallest root; 1 if a >= L
//	beyond provisioned = B(P, a'), of the attempts
//	spillover          = (B(P, a') - b)/(1 - b)
//	concurrency        = quantiles of the Poisson distribution with mean a', at most L
//
// Below 100 ms the rate limit of a pool is lower than its concurrency limit. A limiter then follows the environments of
// the pool and accepts K requests per second: K = 10 P for provisioned concurrency, and K = 10 L for all units of a
// synchronous function. It refuses a share Lr = erlang.LimiterLoss(λ (1 - b), K) of the requests that find an
// environment, so with b = B(P, a),
//
//	beyond provisioned = b + (1 - b) Lr
//
// and likewise for L. The on-demand units of an asynchronous function have no rate limit. If the rate limit of its
// provisioned concurrency binds, its on-demand units are computed like a shared pool.
//
// Arrivals with a peakedness z > 1 come in batches of geometric size with mean z: erlang.BatchLoss replaces B,
// erlang.BatchLimiterLoss replaces Lr, and the quantiles are those of the negative binomial distribution with mean a
// and variance a z.
//
// If several functions share the unreserved pool, their overflows are combined. The moments m and v of the overflows,
// see erlang.BatchOverflow, are added up. erlang.Lost gives the part of the sum that is lost, and each function bears a
// share of it in proportion to its v. An asynchronous function overflows with a/(1 - b), where b is its own share. If
// only one of the functions has a load, the formulas above apply.
//
// If a part of the requests comes on the minute, the formulas hold at each moment of the minute, see OnTheMinute.
//
// Source: aws.SourceErlang, aws.SourceRapp, aws.SourceTalbot. The limiter's window of one second is an assumption.
type Chance struct {
	// Arrivals is the model of how requests arrive.
	Arrivals Arrivals `json:"arrivals"`
	// Peakedness is the variance of the concurrency divided by its mean, 1 or more.
	Peakedness float64 `json:"peakedness"`
	// BeyondProvisionedRatio is the share of requests that find provisioned concurrency full; for an asynchronous
	// function, the share of attempts. Absent if nothing is provisioned.
	BeyondProvisionedRatio Optional[float64] `json:"beyond_provisioned_ratio"`
	// SpilloverRatio is the share of requests served on demand because provisioned concurrency is full; absent if nothing
	// is provisioned.
	SpilloverRatio Optional[float64] `json:"spillover_ratio"`
	// ThrottledRatio is the share of requests that find everything full; absent for an asynchronous function, whose events
	// wait, unless it is switched off.
	ThrottledRatio Optional[float64] `json:"throttled_ratio"`
	// ConcurrencyP50 is the number of environments that is enough half of the time.
	ConcurrencyP50 int64 `json:"concurrency_p50"`
	// ConcurrencyP99 is the number of environments that is enough 99 % of the time.
	ConcurrencyP99 int64 `json:"concurrency_p99"`
	// ConcurrencyP999 is the number of environments that is enough 99.9 % of the time.
	ConcurrencyP999 int64 `json:"concurrency_p999"`
	// ColdStartRatio is the share of requests that start a new on-demand environment; absent for bursty arrivals and for
	// requests on the minute. A request that spills does not always cause a cold start.
	ColdStartRatio Optional[float64] `json:"cold_start_ratio"`
	// KeepAliveS is how long Lambda is assumed to keep an idle environment, seconds. AWS does not publish it.
	KeepAliveS float64 `json:"keep_alive_s"`
	// Cost is the monthly cost with random arrivals; absent if no Region or no memory is given.
	Cost Optional[Cost] `json:"cost"`
	// QueuedRatio is the share of events that find everything full and must wait, 1 if the queue grows as long as the load
	// lasts; absent for a synchronous function.
	QueuedRatio Optional[float64] `json:"queued_ratio"`
	// OnTheMinute is the part of the requests that comes at the start of every minute; absent if they come evenly.
	OnTheMinute Optional[OnTheMinute] `json:"on_the_minute,omitzero"`
}

// RateBindsMS is the mean duration below which the rate limit of a pool is lower than its concurrency limit, 10 N <
// N/d, milliseconds. Derived.
const RateBindsMS = 1000.0 / aws.RatePerUnit

// traffic is what arrives at a pool.
type traffic struct {
	rate       float64 // requests per second
	seconds    float64 // mean duration, more than 0
	peakedness float64 // 1 or more
	// minute is how the rate changes within each minute; its zero value stands for an even rate.
	minute OnTheMinute
	// swell is how far the load is above rate x seconds, relative to it, at a moment of a minute, see at; 0 otherwise.
	swell float64
	memo  *memo // of an account that is followed over time, see Moments; nil otherwise
}

// minChanceRPS is the lowest nonzero rate for which random arrivals are computed. Lower rates are treated like it,
// since their products would be too small for a float64. Unit: requests per second.
const minChanceRPS = 1e-100

// traffic returns what arrives at the function, and reports whether its duration is known.
func (f *Function) traffic() (t traffic, timed bool) {
	timed = f.arrives(&t)
	return t, timed
}

// arrives makes t what arrives at the function, but for its memo, and reports whether the duration is known. Callers
// that follow an account over time have one t for all moments, since traffic takes long to copy.
func (f *Function) arrives(t *traffic) (timed bool) {
	t.seconds, timed = f.seconds()
	if t.rate = f.RPS.Or(0); t.rate > 0 {
		t.rate = max(t.rate, minChanceRPS)
	}
	t.peakedness, t.minute, t.swell = f.Peakedness.Or(1), OnTheMinute{}, 0
	if m, ok := f.OnTheMinute.Get(); ok && m.uneven() {
		t.minute = OnTheMinute{math.Min(m.Share, mostAtOnce), m.WithinS}
	}
	return timed
}

// random returns what arrives at the function, and reports whether random arrivals can be computed: neither without a
// duration, nor for a load that is out of range, nor for messages, which wait in a queue until pollers take them.
func (f *Function) random() (t traffic, ok bool) {
	ok = f.arrives(&t) && f.arrivesAtRandom(&t)
	return t, ok
}

// arrivesAtRandom is random for traffic of a known duration.
func (f *Function) arrivesAtRandom(t *traffic) bool { return !f.Polls() && t.load() <= maxChanceLoad }

func (t *traffic) load() float64 { return float64(t.rate * t.held()) }

// held returns the load per request per second, seconds.
func (t *traffic) held() float64 { return t.seconds * (1 + t.swell) }

// brief reports whether the duration is so short that the rate limit of a pool is below its concurrency limit.
func (t *traffic) brief() bool { return t.seconds < RateBindsMS/1000 }

// repeated returns the traffic of attempts if every refused request is retried until it is served. refused is the share
// of attempts that are refused, below 1. The attempts after the first come evenly over the minute.
func (t traffic) repeated(refused float64) traffic {
	t.rate /= 1 - refused
	t.minute.Share *= 1 - refused
	return t
}

// attempted is repeated for a number of attempts per request, 1 or more.
func (t traffic) attempted(times float64) traffic {
	t.rate *= times
	t.minute.Share /= times
	return t
}

// limited reports whether the rate limit of a pool may refuse requests that find an environment.
func (t *traffic) limited(p Pool) bool { return t.brief() && p.RateLimited() }

// lossByRate returns the share of requests that the rate limit of a pool refuses.
func (t *traffic) lossByRate(p Pool) float64 {
	if !t.limited(p) {
		return 0
	}
	if t.memo != nil && negligible(p.RateRPS, t.rate, p.RateRPS*(float64(2*t.peakedness)-1)) {
		return 0
	}
	return t.lossByPassing(p.RateRPS)
}

// lossByPassing returns the share of requests that a limiter refuses if it accepts a given number per second.
func (t *traffic) lossByPassing(passes float64) float64 {
	if t.rate > quantity.Rates.Most { // far more than any pool accepts
		return math.Max(0, 1-passes/t.rate)
	}
	return erlang.BatchLimiterLoss(t.rate, math.Floor(passes), t.peakedness)
}

// lossByConcurrency returns the share of requests that find all environments of a pool busy.
func (t *traffic) lossByConcurrency(p Pool) float64 {
	switch load := t.load(); {
	case load == 0:
		return 0
	case p.Units <= 0:
		return 1
	case load > saturatingLoad:
		return math.Max(0, 1-p.atOnce()/load)
	case t.memo != nil:
		return t.memo.loss(p.Units, load, t.peakedness)
	default:
		return erlang.BatchLoss(p.atOnce(), load, t.peakedness)
	}
}

// loss returns the share of requests that a pool refuses: those that find it full, and those of the rest that its rate
// limit refuses.
func (t *traffic) loss(p Pool) float64 {
	if t.minute.uneven() {
		return t.overMinute(func(moment traffic) float64 { return moment.loss(p) })
	}
	full := t.lossByConcurrency(p)
	if !t.limited(p) {
		return full
	}
	rest := *t
	rest.rate *= 1 - full
	return full + float64((1-full)*rest.lossByRate(p))
}

// overflow returns the concurrency that overflows from a pool to the next one, at a constant rate. The requests that
// the limiter refuses keep the peakedness of the arrivals.
func (t *traffic) overflow(p Pool) overflow {
	z, load := t.peakedness, t.load()
	var over overflow
	switch {
	case p.Units <= 0:
		return overflow{load, z * load}
	case load > saturatingLoad:
		over.mean = math.Max(0, load-p.atOnce())
		over.variance = z * over.mean
	case t.memo != nil:
		over = t.memo.overflow(p.Units, load, z)
	default:
		over.mean, over.variance = erlang.BatchOverflow(p.atOnce(), load, z)
	}
	if !t.limited(p) {
		return over
	}
	rest := *t
	rest.rate -= over.mean / t.held()
	refused := float64(rest.lossByRate(p) * rest.load())
	over.add(overflow{refused, float64(z * refused)})
	return over
}

// quantile returns the number of environments that is enough a share p of the time.
func (t traffic) quantile(p float64) int64 {
	if t.minute.uneven() {
		return t.minuteQuantile(p)
	}
	return erlang.BatchQuantile(t.load(), t.peakedness, p)
}

// maxChanceLoad is the highest offered load of a function for which random arrivals are computed. Up to it, the
// precision is tested. Beyond it, randomness hardly matters. Unit: environments.
const maxChanceLoad = 1e7

// saturatingLoad is five times the largest possible number of units in a pool. Beyond this load, everything that does
// not fit is lost, and randomness does not matter. Unit: environments.
const saturatingLoad = 5e8

// chance computes what happens to a function's load with random arrivals. row is its steady split. The result is absent
// without a duration, and for a load that is out of range.
func (a Account) chance(f *Function, row *FunctionSpill, shared sharedPool) Optional[Chance] {
	x, attempts, ok := f.chanceShares(row, shared)
	if !ok {
		return Optional[Chance]{}
	}
	units, refused := f.chanceUnits(&shared), x.refused()
	x.KeepAliveS = a.KeepAliveS()
	enough := func(p float64) int64 {
		if x.grows() {
			return units
		}
		return min(units, attempts.quantile(p))
	}
	x.ConcurrencyP50, x.ConcurrencyP99, x.ConcurrencyP999 = enough(0.5), enough(0.99), enough(0.999)
	if x.Arrivals == Poisson && !x.OnTheMinute.Known() {
		x.ColdStartRatio = Some(f.coldStarts(refused, x.KeepAliveS, f.busiest(units, shared.several)))
	}
	return Some(x)
}

// chanceUnits returns the units that the function can reach, L.
func (f *Function) chanceUnits(shared *sharedPool) int64 {
	return f.Reserved.Or(f.Provisioned + shared.units)
}

// chanceShares is the part of chance that a verdict needs: the shares of the requests, without quantiles and cold
// starts, which take most of the time. attempts is the traffic with the events that come back.
func (f *Function) chanceShares(row *FunctionSpill, shared sharedPool) (x Chance, attempts traffic, ok bool) {
	t, ok := f.random()
	if !ok {
		return x, t, false
	}
	x = Chance{Arrivals: Poisson, Peakedness: t.peakedness}
	if t.peakedness > 1 {
		x.Arrivals = Bursty
	}
	if t.minute.uneven() {
		x.OnTheMinute = f.OnTheMinute
	}
	lost := f.losses(&t, row.Parts, &shared, shared.lossOf(f, &t))
	attempts = t
	if f.refused() == Queued {
		x.QueuedRatio = Some(lost.RefusedRatio)
		if lost.RefusedRatio < 1 {
			attempts = t.repeated(lost.RefusedRatio)
		}
	} else {
		x.ThrottledRatio = Some(lost.RefusedRatio)
	}
	if f.Provisioned > 0 {
		x.BeyondProvisionedRatio, x.SpilloverRatio = Some(lost.BeyondProvisionedRatio), Some(lost.SpilloverRatio)
	}
	return x, attempts, true
}

// grows reports whether events wait longer and longer, so that all units are always busy.
func (x Chance) grows() bool { return x.QueuedRatio.Or(0) == 1 }

// Losses are the shares of random arrivals that a function does not serve where it should, see Chance.
type Losses struct {
	// RefusedRatio is the share of the attempts that finds everything full: these are throttled, or wait. It is 1 if the
	// queue grows for as long as the load lasts.
	RefusedRatio float64
	// BeyondProvisionedRatio is the share of the attempts that finds provisioned concurrency full; 0 if nothing is
	// provisioned.
	BeyondProvisionedRatio float64
	// SpilloverRatio is the share of the requests that is served on demand because provisioned concurrency is full.
	SpilloverRatio float64
}

// losses returns what the function loses, given what it loses of its attempts. steady is its split.
func (f *Function) losses(t *traffic, steady Parts, shared *sharedPool, refused float64) Losses {
	lost := Losses{RefusedRatio: refused}
	if f.Provisioned == 0 {
		return lost
	}
	waits := f.refused() == Queued
	grows := waits && lost.RefusedRatio == 1
	switch {
	case grows:
		lost.BeyondProvisionedRatio = 1
	case waits:
		attempts := t.repeated(lost.RefusedRatio)
		lost.BeyondProvisionedRatio = attempts.loss(f.provisioned())
	default:
		lost.BeyondProvisionedRatio = t.loss(f.provisioned())
	}
	switch {
	case f.chanceUnits(shared) == f.Provisioned:
	case grows:
		lost.SpilloverRatio = ratio(steady.OnDemandRPS, f.RPS.Or(0))
	default:
		lost.SpilloverRatio = f.spilled(lost.BeyondProvisionedRatio, lost.RefusedRatio)
	}
	return lost
}

// spilled returns the share of the requests that is served on demand because provisioned concurrency is full, given
// the shares of the attempts that find it full and that find everything full. A request that waits takes several
// attempts.
func (f *Function) spilled(beyond, refused float64) float64 {
	share := math.Max(0, beyond-refused)
	if f.Mode.Queues() {
		share /= 1 - refused
	}
	return share
}

// spilledAt is spilled for traffic t, where lost is the share of requests that are never served and refused is the
// share of attempts that find everything full. If refused is 1, events keep all units busy.
func (f *Function) spilledAt(t traffic, lost, refused float64) float64 {
	switch {
	case !f.Mode.Queues():
		return f.spilled(t.loss(f.provisioned()), refused)
	case refused < 1:
		attempts := t.repeated(refused)
		return f.spilled(attempts.loss(f.provisioned()), refused)
	}
	return math.Max(0, 1-lost-ratio(f.provisionedRPS(), t.rate))
}

// refused returns the share of attempts that find everything full.
func (x Chance) refused() float64 { return x.ThrottledRatio.Or(x.QueuedRatio.Or(0)) }

// alone returns the share of attempts that are refused if a function has the given units to itself, provisioned and on
// demand. It is 1 if the queue of events grows without limit.
func (f *Function) alone(t *traffic, units int64) float64 {
	if t.rate == 0 {
		return 0
	}
	if !f.Mode.Queues() {
		return t.loss(Synchronous(units))
	}
	if f.Provisioned > 0 && t.brief() { // it has a rate limit, unlike the on-demand units
		pool := overflowOf(f, *t).pool(units - f.Provisioned)
		return pool.loss(f, t)
	}
	if fills(t.load(), units) {
		return 1
	}
	refused, _ := erlang.Retrying(func(refused float64) float64 {
		attempts := t.repeated(refused)
		return attempts.loss(Asynchronous(units))
	})
	return refused
}

// fills reports whether a load of retried events keeps all units busy permanently.
func fills(load float64, units int64) bool { return load >= float64(units)*(1-tolerance) }
