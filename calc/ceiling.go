package calc

import "math"

// A Limit names which of the two limits of a pool binds.
type Limit string

// The two limits of a pool.
const (
	LimitRate        Limit = "rate"        // 10 requests per second per unit
	LimitConcurrency Limit = "concurrency" // units / duration
)

// A Ceiling is the highest rate a pool carries, and the two limits it is the
// smaller of. All rates are requests per second.
type Ceiling struct {
	// RateRPS is the rate limit; absent where the pool has none.
	RateRPS Optional[float64] `json:"rate_ceiling_rps"`
	// ConcurrencyRPS is concurrency / duration; absent without a duration.
	ConcurrencyRPS Optional[float64] `json:"concurrency_ceiling_rps"`
	// RPS is the smaller of the two; absent where both are.
	RPS Optional[float64] `json:"ceiling_rps"`
	// Binding is the limit that gives RPS; absent where RPS is.
	Binding Optional[Limit] `json:"binding_limit"`
}

// PoolCeiling returns the highest rate that a pool of n units of concurrency
// carries, and which limit stops it.
//
//	C = min(10 n, n/d)
//
// where
//
//	C = rate, requests per second
//	n = units of concurrency in the pool, n >= 0
//	d = mean duration, seconds: durationMS / 1000
//
// The 10 n stands only where the pool is rate limited: for synchronous
// requests, and for provisioned concurrency in either mode. Below d = 0.1 s it
// binds, above it concurrency does; at 0.1 s, within 1e-9, concurrency is
// named. Without a duration only the rate half is known.
//
// A negative n is taken as 0, a duration that is not positive as unknown.
//
// Source: SourceConcurrency, SourceQuota, read 2026-11.
func PoolCeiling(n int64, durationMS Optional[float64], rateLimited bool) Ceiling {
	units := float64(max(0, n))
	rate, concurrency := math.Inf(1), math.Inf(1)
	if rateLimited {
		rate = RatePerUnit * units
	}
	if ms := durationMS.Or(0); ms > 0 {
		concurrency = units / (ms / 1000)
	}
	return newCeiling(rate, concurrency)
}

// newCeiling joins a rate limit and a concurrency limit, each +Inf where it
// does not exist or is not known.
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

// provisionedCeiling is what the provisioned concurrency of the function takes.
func (f *Function) provisionedCeiling() Ceiling {
	return PoolCeiling(f.Provisioned, f.DurationMS, true)
}

// provisionedRPS is the part of the rate that provisioned concurrency takes:
//
//	min(λ, 10 P, P/d)
//
// A part, or a rest, below 1e-9 of the rate is nothing.
func (f *Function) provisionedRPS() float64 {
	rate := f.RPS.Or(0)
	if f.Provisioned == 0 {
		return 0
	}
	part := math.Min(rate, RatePerUnit*float64(f.Provisioned))
	if d, ok := f.seconds(); ok {
		part = math.Min(part, float64(f.Provisioned)/d)
	}
	return settle(part, rate)
}

// settle makes a part of a rate exact: nothing where it is below 1e-9 of the
// rate, and the whole rate where what it leaves over is.
func settle(part, rate float64) float64 {
	switch {
	case rate-part < tolerance*rate:
		return rate
	case part < tolerance*rate:
		return 0
	}
	return part
}
