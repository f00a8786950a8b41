package calc

import (
	"math"

	"github.com/lambdacap/lambdacap/calc/aws"
)

// A Pool is concurrency that requests share: an account's quota, a reservation, the unreserved remainder, or the
// provisioned concurrency of a version or alias.
type Pool struct {
	// Units is the number of units of concurrency, 0 or more. A unit is room for one environment.
	Units int64
	// RateRPS is the highest rate that the pool accepts, however short the requests are, in requests per second; +Inf if
	// the rate is not limited.
	RateRPS float64
	// PerEnvironment is how many requests one environment handles at a time, 1 or more.
	PerEnvironment int64
	// Refused is what happens to the requests that the pool does not accept.
	Refused Fate
}

// A Fate is what happens to requests that a pool does not accept.
type Fate int

// The fates.
const (
	Spilled   Fate = iota // they go to the next pool
	Throttled             // they are refused with status 429
	Queued                // they wait
)

// Synchronous returns a pool of n units for requests whose callers wait. It accepts n requests at a time and 10 n
// requests per second, and throttles the rest.
//
// Source: aws.SourceConcurrency, aws.SourceQuota, read 2026-11.
func Synchronous(n int64) Pool {
	return Pool{Units: n, RateRPS: rateLimit(n), PerEnvironment: 1, Refused: Throttled}
}

// Asynchronous returns a pool of n units for events. It accepts n events at a time, at any rate; the rest are queued.
//
// Source: aws.SourceConcurrency, aws.SourceAsync, read 2026-11.
func Asynchronous(n int64) Pool {
	return Pool{Units: n, RateRPS: math.Inf(1), PerEnvironment: 1, Refused: Queued}
}

// Provisioned returns a pool of n units of provisioned concurrency. In either mode it accepts n requests at a time and
// 10 n requests per second; the rest spill over to on-demand.
//
// Source: aws.SourceConcurrency, aws.SourceQuota, read 2026-11.
func Provisioned(n int64) Pool {
	return Pool{Units: n, RateRPS: rateLimit(n), PerEnvironment: 1, Refused: Spilled}
}

// rateLimit returns the rate limit of n units, requests per second.
func rateLimit(n int64) float64 { return float64(aws.RatePerUnit * float64(max(0, n))) }

// unitsForRate returns the fewest units whose rate limit accepts a rate in requests per second: ceil(λ / 10).
func unitsForRate(rps float64) int64 { return CeilUnits(orLeast(rps/aws.RatePerUnit, rps > 0)) }

// Pool returns a pool of n units for requests of the mode.
func (m Mode) Pool(n int64) Pool {
	if m.Queues() {
		return Asynchronous(n)
	}
	return Synchronous(n)
}

// without returns the remainder of a pool after setting aside some of its units, which serve the rate rps. The rate
// limit applies to the whole pool, so that rate is subtracted from it.
func (p Pool) without(units int64, rps float64) Pool {
	p.Units -= units
	p.RateRPS = max(0, p.RateRPS-rps)
	return p
}

// RateLimited reports whether the pool limits the rate of requests as well as their concurrency.
func (p Pool) RateLimited() bool { return !math.IsInf(p.RateRPS, 1) }

// atOnce returns how many requests the pool handles at a time.
func (p Pool) atOnce() float64 { return float64(max(0, p.Units) * p.PerEnvironment) }

// A Limit names which of a pool's two limits binds.
type Limit string

// The two limits of a pool.
const (
	LimitRate        Limit = "rate"        // 10 requests per second per unit
	LimitConcurrency Limit = "concurrency" // units / duration
)

// A Ceiling is the highest rate that a pool accepts: the lower of its two limits. All rates are in requests per
// second.
type Ceiling struct {
	// RateRPS is the rate limit; absent if the pool has none.
	RateRPS Optional[float64] `json:"rate_ceiling_rps"`
	// ConcurrencyRPS is concurrency / duration; absent without a duration.
	ConcurrencyRPS Optional[float64] `json:"concurrency_ceiling_rps"`
	// RPS is the lower of the two; absent if both are.
	RPS Optional[float64] `json:"ceiling_rps"`
	// Binding is the limit that determines RPS; absent if RPS is.
	Binding Optional[Limit] `json:"binding_limit"`
}

// Ceiling returns the highest rate that the pool accepts, and the limit that determines it.
//
//	C = min(10 n, n k/d)
//
// where
//
//	C = rate, requests per second
//	n = units of concurrency in the pool, n >= 0
//	k = requests that an environment handles at a time
//	d = mean duration, seconds: durationMS / 1000
//
// The term 10 n applies only if the pool's rate is limited. For k = 1, the rate limit binds below d = 0.1 s and
// concurrency binds above it; at 0.1 s, within 1e-9, the result names concurrency. Without a duration, only the rate
// limit is known.
//
// A negative n counts as 0. A duration that is not positive counts as unknown.
//
// Source: aws.SourceConcurrency, aws.SourceQuota, read 2026-11.
func (p Pool) Ceiling(durationMS Optional[float64]) Ceiling {
	concurrency := math.Inf(1)
	if ms := durationMS.Or(0); ms > 0 {
		concurrency = p.atOnce() / (ms / 1000)
	}
	return newCeiling(p.RateRPS, concurrency)
}

// room is Ceiling for splitting a load: a pool without units accepts nothing, even if the duration is not known.
func (p Pool) room(durationMS Optional[float64]) Ceiling {
	if p.Units == 0 {
		return newCeiling(p.RateRPS, 0)
	}
	return p.Ceiling(durationMS)
}

// newCeiling combines a rate limit and a concurrency limit. A limit that does not exist or is not known is +Inf.
func newCeiling(rate, concurrency float64) Ceiling {
	var c Ceiling
	if !math.IsInf(rate, 1) {
		c.RateRPS = Some(rate)
	}
	if !math.IsInf(concurrency, 1) {
		c.ConcurrencyRPS = Some(concurrency)
	}
	switch {
	case !c.RateRPS.Known() && !c.ConcurrencyRPS.Known():
	case concurrency <= rate*(1+tolerance):
		c.RPS, c.Binding = Some(min(concurrency, rate)), Some(LimitConcurrency)
	default:
		c.RPS, c.Binding = Some(rate), Some(LimitRate)
	}
	return c
}

// unitsFor returns the fewest units with which a pool of this kind accepts all of a rate. It is the inverse of Ceiling:
//
//	n = max(ceil(λ / 10), ceil(λ d / k))
//
// where
//
//	λ = rate, requests per second
//	k = requests that an environment handles at a time
//	d = mean duration, seconds
//
// A term is omitted if the pool has no such limit, or if the duration is not known.
func (p Pool) unitsFor(rate float64, durationMS Optional[float64]) int64 {
	units := int64(0)
	if p.RateLimited() {
		units = unitsForRate(rate)
	}
	if ms, ok := durationMS.Get(); ok {
		units = max(units, CeilUnits(orLeast(rate*(ms/1000)/float64(p.PerEnvironment), rate > 0)))
	}
	return units
}

// takes returns the part of a rate that the pool serves, requests per second: min(λ, C), see Ceiling. A part or a
// remainder below 1e-9 of the rate counts as zero.
func (p Pool) takes(rate float64, durationMS Optional[float64]) float64 {
	if p.Units == 0 {
		return 0
	}
	part := min(rate, p.RateRPS)
	if ms, ok := durationMS.Get(); ok {
		part = min(part, p.atOnce()/(ms/1000))
	}
	return snap(part, rate)
}

// provisioned returns the function's provisioned concurrency.
func (f *Function) provisioned() Pool { return Provisioned(f.Provisioned) }

// provisionedRPS returns the part of the rate that provisioned concurrency serves, requests per second.
func (f *Function) provisionedRPS() float64 {
	return f.provisioned().takes(f.RPS.Or(0), f.DurationMS)
}

// refused returns what happens to those requests of the function that no pool accepts. Messages stay in the queue that
// pollers read. A function that is switched off drops its events.
func (f *Function) refused() Fate {
	switch {
	case f.Polls():
		return Queued
	case f.Off():
		return Throttled
	}
	return f.Mode.Pool(0).Refused
}

// onDemand returns the pool for requests beyond the function's provisioned concurrency, given the rate that provisioned
// concurrency serves: the rest of the reservation, or the unreserved units.
func (f *Function) onDemand(unreserved int64, provisionedRPS float64) Pool {
	if reserved, ok := f.Reserved.Get(); ok {
		return f.Mode.Pool(reserved).without(f.Provisioned, provisionedRPS)
	}
	return f.Mode.Pool(unreserved)
}
