package calc

import (
	"math"

	"github.com/lambdacap/lambdacap/calc/aws"
)

// A Pool is concurrency that requests share: an account's quota, a reservation, the unreserved rest, or the
// provisioned concurrency of a version or alias.
type Pool struct {
	// Units are the units of concurrency, 0 or more. A unit is room for one environment.
	Units int64
	// RateRPS is the highest rate that the pool takes however short the requests are, requests per second;
	// absent where its rate is not limited.
	RateRPS Optional[float64]
	// PerEnvironment is how many requests one environment takes at a time, 1 or more.
	PerEnvironment int64
	// Refused is what becomes of the requests that the pool does not take.
	Refused Fate
}

// A Fate is what becomes of requests that a pool does not take.
type Fate int

// The fates.
const (
	Spilled   Fate = iota // they go on to the next pool
	Throttled             // they are refused with status 429
	Queued                // they wait
)

// Synchronous returns a pool of n units for requests whose callers wait. It takes n requests at a time and 10 n
// requests per second, and throttles the rest.
//
// Source: aws.SourceConcurrency, aws.SourceQuota, read 2026-11.
func Synchronous(n int64) Pool {
	return Pool{Units: n, RateRPS: Some(rateLimit(n)), PerEnvironment: 1, Refused: Throttled}
}

// Asynchronous returns a pool of n units for events. It takes n at a time, at any rate, and the rest waits.
//
// Source: aws.SourceConcurrency, aws.SourceAsync, read 2026-11.
func Asynchronous(n int64) Pool {
	return Pool{Units: n, PerEnvironment: 1, Refused: Queued}
}

// Provisioned returns a pool of n units of provisioned concurrency. In either mode it takes n requests at a time
// and 10 n requests per second, and the rest spills over to on-demand.
//
// Source: aws.SourceConcurrency, aws.SourceQuota, read 2026-11.
func Provisioned(n int64) Pool {
	return Pool{Units: n, RateRPS: Some(rateLimit(n)), PerEnvironment: 1, Refused: Spilled}
}

// rateLimit is the rate limit of n units, requests per second.
func rateLimit(n int64) float64 { return aws.RatePerUnit * float64(max(0, n)) }

// Pool returns a pool of n units for requests of the mode.
func (m Mode) Pool(n int64) Pool {
	if m.Queues() {
		return Asynchronous(n)
	}
	return Synchronous(n)
}

// without returns what is left of a pool beside a part of it that takes a rate of its own: the rate limit is that
// of the whole pool.
func (p Pool) without(units int64, rps float64) Pool {
	p.Units -= units
	if limit, ok := p.RateRPS.Get(); ok {
		p.RateRPS = Some(max(0, limit-rps))
	}
	return p
}

// atOnce returns how many requests the pool takes at a time.
func (p Pool) atOnce() float64 { return float64(max(0, p.Units) * p.PerEnvironment) }

// A Limit names which of the two limits of a pool binds.
type Limit string

// The two limits of a pool.
const (
	LimitRate        Limit = "rate"        // 10 requests per second per unit
	LimitConcurrency Limit = "concurrency" // units / duration
)

// A Ceiling is the highest rate that a pool takes, and the two limits of which it is the smaller. All rates are in
// requests per second.
type Ceiling struct {
	// RateRPS is the rate limit; absent where the pool has none.
	RateRPS Optional[float64] `json:"rate_ceiling_rps"`
	// ConcurrencyRPS is concurrency / duration; absent without a duration.
	ConcurrencyRPS Optional[float64] `json:"concurrency_ceiling_rps"`
	// RPS is the smaller of the two; absent where both are.
	RPS Optional[float64] `json:"ceiling_rps"`
	// Binding is the limit that determines RPS; absent where RPS is.
	Binding Optional[Limit] `json:"binding_limit"`
}

// Ceiling returns the highest rate that the pool takes, and which limit stops it.
//
//	C = min(10 n, n k/d)
//
// where
//
//	C = rate, requests per second
//	n = units of concurrency in the pool, n >= 0
//	k = requests that an environment takes at a time
//	d = mean duration, seconds: durationMS / 1000
//
// The 10 n applies only where the rate is limited. For k = 1 it binds below d = 0.1 s and concurrency binds above;
// at 0.1 s, within 1e-9, concurrency is named. Without a duration only the rate limit is known.
//
// A negative n counts as 0, a duration that is not positive as unknown.
//
// Source: aws.SourceConcurrency, aws.SourceQuota, read 2026-11.
func (p Pool) Ceiling(durationMS Optional[float64]) Ceiling {
	concurrency := math.Inf(1)
	if ms := durationMS.Or(0); ms > 0 {
		concurrency = p.atOnce() / (ms / 1000)
	}
	return newCeiling(p.RateRPS.Or(math.Inf(1)), concurrency)
}

// room is Ceiling for the split of a load: a pool without units takes nothing, even where the duration is not
// known.
func (p Pool) room(durationMS Optional[float64]) Ceiling {
	if p.Units == 0 {
		return newCeiling(p.RateRPS.Or(math.Inf(1)), 0)
	}
	return p.Ceiling(durationMS)
}

// newCeiling joins a rate limit and a concurrency limit, each +Inf where it does not exist or is not known.
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
		c.RPS, c.Binding = Some(math.Min(concurrency, rate)), Some(LimitConcurrency)
	default:
		c.RPS, c.Binding = Some(rate), Some(LimitRate)
	}
	return c
}

// takes returns the part of a rate that the pool takes, requests per second: min(λ, C), see Ceiling. A part, or a
// rest, below 1e-9 of the rate is nothing.
func (p Pool) takes(rate float64, durationMS Optional[float64]) float64 {
	if p.Units == 0 {
		return 0
	}
	part := math.Min(rate, p.RateRPS.Or(math.Inf(1)))
	if ms, ok := durationMS.Get(); ok {
		part = math.Min(part, p.atOnce()/(ms/1000))
	}
	return settle(part, rate)
}

// provisioned is the function's provisioned concurrency.
func (f *Function) provisioned() Pool { return Provisioned(f.Provisioned) }

// provisionedRPS is the part of the rate that provisioned concurrency takes, requests per second.
func (f *Function) provisionedRPS() float64 {
	return f.provisioned().takes(f.RPS.Or(0), f.DurationMS)
}

// onDemand is the pool behind the function's provisioned concurrency, when that takes a rate: the rest of the
// reservation, or the unreserved units.
func (f *Function) onDemand(unreserved int64, provisionedRPS float64) Pool {
	if reserved, ok := f.Reserved.Get(); ok {
		return f.Mode.Pool(reserved).without(f.Provisioned, provisionedRPS)
	}
	return f.Mode.Pool(unreserved)
}
