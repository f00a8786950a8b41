package calc

// A PoolKind is where concurrency is taken from.
type PoolKind string

// The pools.
const (
	PoolAccount     PoolKind = "account"     // the whole quota
	PoolFunction    PoolKind = "function"    // a function's reservation
	PoolProvisioned PoolKind = "provisioned" // a function's provisioned concurrency
	PoolOnDemand    PoolKind = "on_demand"   // the room beside it, or the unreserved pool
)

// A Pool is the ceiling of one pool in one mode.
type Pool struct {
	// Pool is where the concurrency is taken from.
	Pool PoolKind `json:"pool"`
	// Function is the function's name; absent for the account and for the
	// unreserved pool.
	Function Optional[string] `json:"function"`
	// Mode is the mode of invocation that the ceiling is for.
	Mode Mode `json:"mode"`
	// Concurrency is the units in the pool.
	Concurrency int64 `json:"concurrency"`
	// DurationMS is the mean duration that the ceiling rests on, milliseconds.
	DurationMS Optional[float64] `json:"duration_ms"`
	Ceiling
	// TargetRPS is the highest rate of random arrivals of which the pool turns
	// away at most the target; absent without a target or a duration, with a
	// target of 100 %, and where the functions that use the pool differ in
	// peakedness.
	TargetRPS Optional[float64] `json:"target_rps"`
	// MaxDurationMS is the longest mean duration with which the pool carries the
	// rate asked for, at most the 15 minutes that an invocation may run,
	// milliseconds; absent where no rate is asked for, and where its
	// rate limit alone refuses that rate.
	MaxDurationMS Optional[float64] `json:"max_duration_ms"`
}

// LimitsOptions says what to compute beside the ceilings.
type LimitsOptions struct {
	// TargetSpillover is the share of the requests, 0 to 1, that a pool may
	// turn away by chance.
	TargetSpillover Optional[float64]
	// MaxDurationAt is a rate, requests per second, 0 to 1e9.
	MaxDurationAt Optional[float64]
	// Regions are price rows to compare; nil asks for no comparison.
	Regions []Price
}

// Scaling is how fast one function gains capacity.
type Scaling struct {
	// Environments is how many it may gain in each period.
	Environments int64 `json:"environments"`
	// RPS is the rate it may gain in each period, requests per second.
	RPS int64 `json:"rps"`
	// PeriodS is the period, seconds.
	PeriodS int64 `json:"period_s"`
}

// LimitsResult is the answer of Limits.
type LimitsResult struct {
	// Account is what there is to say of the account as a whole.
	Account AccountResult `json:"account"`
	// Pools are the ceilings: the account's pools, then each function's.
	Pools []Pool `json:"pools"`
	// Scaling is how fast one function gains capacity.
	Scaling Scaling `json:"scaling"`
	// Regions are the break-evens of all Regions, where they are asked for, the
	// lowest first, then those where provisioned concurrency never pays off,
	// then those whose prices are not known.
	Regions []RegionBreakEven `json:"regions,omitempty"`
	// Findings are what a reader should know; never nil.
	Findings []Finding `json:"-"`

	options LimitsOptions
}

// Limits returns the ceilings of every pool of the account: the quota, the
// unreserved pool, and for each function its reservation, its provisioned
// concurrency and the room between the two. See PoolCeiling for the formula.
//
// A function that states its mode is listed for that mode, any other for both.
// Pools of the account are listed for both modes, unless the account has a
// single function and that states its mode. Their concurrency / duration is
// known only where the functions that use them have one duration: all of them
// for the quota, those without a reservation for the unreserved pool.
//
// With a target, every pool is taken by itself, with random arrivals: the
// highest rate is the largest λ with a loss of at most the target, the longest
// mean duration likewise the largest d; see Chance for the loss. Without one,
// the longest duration is n/λ for a pool of n units.
//
// It returns Faults where the account or an option is not valid.
//
// Source: SourceConcurrency, SourceQuota, SourceScaling, read 2026-11.
func Limits(a Account, o LimitsOptions) (LimitsResult, error) {
	faults, _ := a.Validate().(Faults)
	faults = append(faults, targetFaults(FieldTargetSpillover, o.TargetSpillover)...)
	if rps, ok := o.MaxDurationAt.Get(); ok && !(rps >= 0 && rps <= maxRate) {
		faults.note(AccountFault, FieldMaxDurationAt, "%g is out of range; legal: %s", rps, legalRate)
	}
	if len(faults) > 0 {
		return LimitsResult{}, faults
	}
	r := LimitsResult{
		Account: a.Result(),
		Scaling: Scaling{ScalingEnvironments, ScalingRPS, ScalingPeriodS},
		Pools:   make([]Pool, 0, 4+6*len(a.Functions)),
		options: o,
	}
	add := func(kind PoolKind, name Optional[string], modes []Mode, units int64, durationMS, peakedness Optional[float64]) {
		for _, mode := range modes {
			limited := mode == Sync || kind == PoolProvisioned
			p := Pool{Pool: kind, Function: name, Mode: mode, Concurrency: units, DurationMS: durationMS, Ceiling: PoolCeiling(units, durationMS, limited)}
			p.invert(o, peakedness, limited)
			r.Pools = append(r.Pools, p)
		}
	}

	shared := []Mode{Sync, Async}
	if len(a.Functions) == 1 {
		shared = a.Functions[0].modes()
	}
	duration := func(f *Function) Optional[float64] { return f.DurationMS }
	peakedness := func(f *Function) Optional[float64] { return Some(f.Peakedness.Or(1)) }
	arrivals := func(uses func(*Function) bool) Optional[float64] {
		for i := range a.Functions {
			if uses(&a.Functions[i]) {
				return a.common(peakedness, uses)
			}
		}
		return Some(1.0) // of a pool that nobody uses yet
	}
	everyone := func(*Function) bool { return true }
	sharing := func(f *Function) bool { return !f.Reserved.Known() }
	var none Optional[string]
	add(PoolAccount, none, shared, a.Concurrency, a.common(duration, everyone), arrivals(everyone))
	add(PoolOnDemand, none, shared, a.Unreserved(), a.common(duration, sharing), arrivals(sharing))
	for i := range a.Functions {
		f := &a.Functions[i]
		name, modes := Some(f.Name), f.modes()
		if reserved, ok := f.Reserved.Get(); ok {
			add(PoolFunction, name, modes, reserved, f.DurationMS, peakedness(f))
		}
		if f.Provisioned > 0 {
			add(PoolProvisioned, name, modes, f.Provisioned, f.DurationMS, peakedness(f))
		}
		if reserved, ok := f.Reserved.Get(); ok {
			add(PoolOnDemand, name, modes, reserved-f.Provisioned, f.DurationMS, peakedness(f))
		}
	}
	r.Regions = breakEvens(o.Regions)
	r.Findings = a.limitsFindings(r.Pools, o)
	return r, nil
}

// modes returns the modes to list for a function.
func (f *Function) modes() []Mode {
	if f.Mode == "" {
		return []Mode{Sync, Async}
	}
	return []Mode{f.Mode}
}

// common returns the figure that all functions that use a pool have in common;
// absent where they differ, where one is unknown, or where there are none.
func (a Account) common(figure func(*Function) Optional[float64], uses func(*Function) bool) Optional[float64] {
	var common Optional[float64]
	first := true
	for i := range a.Functions {
		f := &a.Functions[i]
		if !uses(f) {
			continue
		}
		if !first && figure(f) != common {
			return Optional[float64]{}
		}
		common, first = figure(f), false
	}
	return common
}

// invert answers the inverse questions: which rate the pool carries within a
// target, and which duration at a rate.
func (p *Pool) invert(o LimitsOptions, peakedness Optional[float64], rateLimited bool) {
	z, ok := peakedness.Get()
	if target, targeted := o.TargetSpillover.Get(); targeted && ok && p.DurationMS.Known() {
		t := traffic{seconds: p.DurationMS.Or(0) / 1000, peakedness: z}
		p.TargetRPS = t.highestRate(p.Concurrency, rateLimited, target)
	}
	if rps, asked := o.MaxDurationAt.Get(); asked && (ok || !o.TargetSpillover.Known()) {
		t := traffic{rate: rps, peakedness: z}
		p.MaxDurationMS = t.longestMS(p.Concurrency, rateLimited, o.TargetSpillover)
	}
}

func (a Account) limitsFindings(pools []Pool, o LimitsOptions) []Finding {
	c := newFindings()
	c.settings(a)
	if target, ok := o.TargetSpillover.Get(); ok && target < 1 {
		for i := range pools {
			p := &pools[i]
			switch {
			case p.TargetRPS.Known():
				continue
			case !p.DurationMS.Known():
				c.account(FindingNoTarget, "no duration is given, or functions that share a pool have different ones, without which the rate within the target is not known")
			default:
				c.account(FindingNoTarget, "functions that share a pool have a different peakedness, so the rate within the target is not known there")
			}
			break
		}
	}
	if len(a.Functions) == 0 {
		c.account(FindingNoDuration, noDuration())
	}
	c.missing(a)
	rated, timed, sharing := false, false, false
	for i := range a.Functions {
		f := &a.Functions[i]
		rated = rated || f.RPS.Known()
		timed = timed || f.DurationMS.Known()
		sharing = sharing || !f.Reserved.Known()
	}
	for i := range a.Functions {
		if a.Functions[i].DurationMS != a.Functions[0].DurationMS {
			c.account(FindingMixed, "the functions have different durations, so the pools they share have no one concurrency / duration")
			break
		}
	}
	if timed && !sharing {
		c.account(FindingMixed, "every function has a reservation, so the duration of what runs in the unreserved pool is not known")
	}
	if !rated {
		c.account(FindingNoLoad, "no rate is given, so the required concurrency is absent")
	}
	for i := range pools {
		if p := &pools[i]; p.Mode == Async && !p.RateRPS.Known() {
			c.account(FindingNoRateLimit, "asynchronous requests have no rate limit: only concurrency limits them")
			break
		}
	}
	return c.list
}
