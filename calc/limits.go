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
	// Findings are what a reader should know; never nil.
	Findings []Finding `json:"-"`
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
// It returns Faults where the account is not valid.
//
// Source: SourceConcurrency, SourceQuota, SourceScaling, read 2026-11.
func Limits(a Account) (LimitsResult, error) {
	if err := a.Validate(); err != nil {
		return LimitsResult{}, err
	}
	r := LimitsResult{
		Account: a.result(),
		Scaling: Scaling{ScalingEnvironments, ScalingRPS, ScalingPeriodS},
		Pools:   make([]Pool, 0, 4+6*len(a.Functions)),
	}
	add := func(kind PoolKind, name Optional[string], modes []Mode, units int64, durationMS Optional[float64]) {
		for _, mode := range modes {
			limited := mode == Sync || kind == PoolProvisioned
			r.Pools = append(r.Pools, Pool{kind, name, mode, units, durationMS, PoolCeiling(units, durationMS, limited)})
		}
	}

	shared := []Mode{Sync, Async}
	if len(a.Functions) == 1 {
		shared = a.Functions[0].modes()
	}
	all := a.commonDuration(func(*Function) bool { return true })
	unreserved := a.commonDuration(func(f *Function) bool { return !f.Reserved.Known() })
	var none Optional[string]
	add(PoolAccount, none, shared, a.Concurrency, all)
	add(PoolOnDemand, none, shared, a.Unreserved(), unreserved)
	for i := range a.Functions {
		f := &a.Functions[i]
		name, modes := Some(f.Name), f.modes()
		if reserved, ok := f.Reserved.Get(); ok {
			add(PoolFunction, name, modes, reserved, f.DurationMS)
		}
		if f.Provisioned > 0 {
			add(PoolProvisioned, name, modes, f.Provisioned, f.DurationMS)
		}
		if reserved, ok := f.Reserved.Get(); ok {
			add(PoolOnDemand, name, modes, reserved-f.Provisioned, f.DurationMS)
		}
	}
	r.Findings = a.limitsFindings(r.Pools)
	return r, nil
}

// modes returns the modes to list for a function.
func (f *Function) modes() []Mode {
	if f.Mode == "" {
		return []Mode{Sync, Async}
	}
	return []Mode{f.Mode}
}

// commonDuration returns the duration that all functions that use a pool have;
// absent where they differ, where one is unknown, or where there are none.
func (a Account) commonDuration(uses func(*Function) bool) Optional[float64] {
	var common Optional[float64]
	first := true
	for i := range a.Functions {
		f := &a.Functions[i]
		if !uses(f) {
			continue
		}
		if !first && f.DurationMS != common {
			return Optional[float64]{}
		}
		common, first = f.DurationMS, false
	}
	return common
}

func (a Account) limitsFindings(pools []Pool) []Finding {
	c := newFindings()
	c.settings(a)
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
