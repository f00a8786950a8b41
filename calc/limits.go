package calc

import (
	"math"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// A PoolKind is the kind of pool that concurrency comes from.
type PoolKind string

// The kinds of pools.
const (
	PoolAccount     PoolKind = "account"     // the whole quota
	PoolFunction    PoolKind = "function"    // a function's reservation
	PoolProvisioned PoolKind = "provisioned" // a function's provisioned concurrency
	PoolOnDemand    PoolKind = "on_demand"   // the rest of the reservation, or the unreserved pool
	PoolTenants     PoolKind = "tenants"     // the most environments of tenants, busy or idle
	PoolManaged     PoolKind = "managed"     // the most environments of a function on Managed Instances
	PoolSource      PoolKind = "source"      // the batches at a time of an event source
)

// PoolLimits is what one pool can handle in one mode.
type PoolLimits struct {
	// Pool is where the concurrency comes from.
	Pool PoolKind `json:"pool"`
	// Function is the function's name; absent for the account and for the unreserved pool.
	Function Optional[string] `json:"function"`
	// Region is the Region of the pool, if it is another than the account's.
	Region Optional[string] `json:"region,omitzero"`
	// Mode is the invocation mode that the ceiling applies to.
	Mode Mode `json:"mode"`
	// Concurrency is the number of units in the pool; of PoolManaged, the requests that it handles at a time; of
	// PoolTenants, environments.
	Concurrency int64 `json:"concurrency"`
	// DurationMS is the mean duration that the ceiling is based on, milliseconds.
	DurationMS Optional[float64] `json:"duration_ms"`
	Ceiling
	// TargetRPS is the highest rate of random arrivals at which the pool turns away at most the target share, or lets at
	// most that share wait. Absent without a target or a duration, with a target of 100 %, and if the functions that use
	// the pool differ in peakedness.
	TargetRPS Optional[float64] `json:"target_rps"`
	// MaxDurationMS is the longest mean duration at which the pool handles the given rate, milliseconds. It is at most the
	// 30 minutes that an invocation may run where AWS has raised the limit of 15. Absent if no rate is given, or if the
	// pool's rate limit alone refuses that rate.
	MaxDurationMS Optional[float64] `json:"max_duration_ms"`
	// Source describes the event source of PoolSource; absent for other pools. Its BoundBy is what limits it in any case.
	Source Optional[SourceSpill] `json:"source,omitzero"`
}

// LimitsOptions says what to compute in addition to the ceilings.
type LimitsOptions struct {
	// TargetSpillover is the share of random arrivals, 0 to 1, that a pool may turn away.
	TargetSpillover Optional[float64] `json:"target_spillover_ratio"`
	// MaxDurationAt is the rate for which to find the longest duration, requests per second, 0 to 1e9.
	MaxDurationAt Optional[float64] `json:"max_duration_at_rps"`
	// Regions are the price rows to compare; nil means no comparison.
	Regions []Price `json:"-"`
}

// faults returns what is wrong with the options.
func (o LimitsOptions) faults() (faults Faults) {
	withinIf(&faults, AccountFault, "target_spillover", o.TargetSpillover, quantity.Shares)
	withinIf(&faults, AccountFault, "max_duration_at", o.MaxDurationAt, quantity.Rates)
	return faults
}

// Scaling is how fast one function gains capacity.
type Scaling struct {
	// Environments is how many environments it can gain in each period.
	Environments int64 `json:"environments"`
	// RPS is the rate it can gain in each period, requests per second.
	RPS int64 `json:"rps"`
	// PeriodS is the period, seconds.
	PeriodS int64 `json:"period_s"`
}

// LimitsResult is the result of Limits.
type LimitsResult struct {
	// Account is the account as a whole.
	Account AccountResult `json:"account"`
	// Pools has the ceilings: first those of the account, at least one, then those of each function.
	Pools []PoolLimits `json:"pools"`
	// Scaling is how fast one function gains capacity.
	Scaling Scaling `json:"scaling"`
	// Regions are the break-evens of all Regions, if requested: lowest first, then Regions in which provisioned
	// concurrency never pays off, then Regions with unknown prices.
	Regions []RegionBreakEven `json:"regions,omitempty"`
	// Findings are facts that a reader should know; never nil.
	Findings []Finding `json:"-"`
}

// Limits returns the ceilings of every pool of the account: the quota, the unreserved pool, and for each function its
// reservation, its provisioned concurrency and the difference between the two. See Pool.Ceiling for the formula.
//
// A function with a mode is listed for that mode, any other for both. The account's pools are listed for both modes,
// unless the account has a single function that has a mode. Their concurrency / duration is known only if all functions
// that use them have the same duration: all functions for the quota, those without a reservation for the unreserved
// pool.
//
// With a target, each pool is considered on its own, with random arrivals. The highest rate is the largest λ with a
// loss of at most the target, and the longest mean duration is the largest such d; see Chance for the loss. For events
// that wait, the target ε is the share of attempts that find the pool full: attempts at λ/(1 - ε) lose ε. Without a
// target, the longest duration of a pool of n units is n/λ.
//
// Limits returns Faults if the account or an option is not valid.
//
// Source: aws.SourceConcurrency, aws.SourceQuota, aws.SourceScaling, read 2026-11.
func Limits(a Account, o LimitsOptions) (LimitsResult, error) {
	faults := append(faultsOf(a.Validate()), o.faults()...)
	if err := faults.err(); err != nil {
		return LimitsResult{}, err
	}
	whole, parts := a, a.regions()
	a = a.home(parts).inPools()
	pools := poolList{options: o, list: make([]PoolLimits, 0, 4+6*len(a.Functions))}
	pools.shared(a)
	for i := range a.Functions {
		if f := &a.Functions[i]; f.managed != nil {
			pools.managed(f.managed)
		} else {
			pools.function(f)
			pools.sources(f, a.Unreserved())
			pools.tenants(a, f)
		}
	}
	pools.edge(parts)
	r := LimitsResult{
		Account:  a.Result(),
		Pools:    pools.list,
		Scaling:  Scaling{aws.ScalingEnvironments, aws.ScalingRPS, aws.ScalingPeriodS},
		Regions:  breakEvens(o.Regions),
		Findings: a.limitsFindings(pools.list, o),
	}
	r.join(whole, parts)
	return r, nil
}

// A poolList collects the ceilings of pools.
type poolList struct {
	options LimitsOptions
	list    []PoolLimits
}

// users holds the common mean duration and peakedness of the functions that use a pool, since its ceiling depends on
// them. Each is absent if the functions differ.
type users struct {
	durationMS, peakedness Optional[float64]
}

// add adds the ceilings of a pool, one for each mode that uses it.
func (l *poolList) add(kind PoolKind, name Optional[string], modes []Mode, units int64, by users) {
	for _, mode := range modes {
		pool := mode.Pool(units)
		if kind == PoolProvisioned {
			pool = Provisioned(units)
		}
		row := PoolLimits{Pool: kind, Function: name, Mode: mode, Concurrency: units, DurationMS: by.durationMS,
			Ceiling: pool.Ceiling(by.durationMS)}
		row.invert(l.options, by, pool)
		l.list = append(l.list, row)
	}
}

// shared adds the pools that functions share.
func (l *poolList) shared(a Account) {
	modes := []Mode{Sync, Async}
	if len(a.Functions) == 1 {
		modes = a.Functions[0].modes()
	}
	none := Optional[string]{}
	l.add(PoolAccount, none, modes, a.Concurrency, a.users(func(*Function) bool { return true }))
	l.add(PoolOnDemand, none, modes, a.Unreserved(), a.users(func(f *Function) bool { return !f.Reserved.Known() }))
}

// function adds the pools of one function.
func (l *poolList) function(f *Function) {
	name, modes, by := Some(f.Name), f.modes(), users{f.DurationMS, Some(f.Peakedness.Or(1))}
	reserved, isReserved := f.Reserved.Get()
	if isReserved {
		l.add(PoolFunction, name, modes, reserved, by)
	}
	if f.Provisioned > 0 {
		l.add(PoolProvisioned, name, modes, f.Provisioned, by)
	}
	if isReserved {
		l.add(PoolOnDemand, name, modes, reserved-f.Provisioned, by)
	}
}

// managed adds the ceiling of a function on Managed Instances: the requests that its most environments handle at a
// time, at any rate. Without a limit there is none.
func (l *poolList) managed(f *Function) {
	m := f.sizedManaged()
	requests, ok := m.Capacity.Get()
	if !ok {
		return
	}
	for _, mode := range f.modes() {
		ceiling := newCeiling(math.Inf(1), m.CeilingRPS.Or(math.Inf(1)))
		l.list = append(l.list, PoolLimits{Pool: PoolManaged, Function: Some(f.Name), Mode: mode, Concurrency: requests,
			DurationMS: f.DurationMS, Ceiling: ceiling})
	}
}

// sources adds what the event sources of a function take.
func (l *poolList) sources(f *Function, unreserved int64) {
	if f.polled == nil {
		return
	}
	room := f.sourceRoom(unreserved)
	for i, row := range f.polled.describe(room, 0, "") {
		s := f.Sources[i].Completed()
		pace := s.Pace(room)
		row.BoundBy = Some(pace.ConcurrencyBoundBy)
		p := PoolLimits{Pool: PoolSource, Function: Some(f.Name), Mode: f.mode(), Concurrency: row.Concurrency,
			DurationMS: f.DurationMS}
		if top, ok := row.TopMessagesRPS.Get(); ok {
			byConcurrency := pace.Concurrency / room.DurationS
			p.ConcurrencyRPS, p.RPS, p.Binding = Some(byConcurrency), Some(s.InvocationsRPS(top)), Some(LimitConcurrency)
			if row.BoundBy = Some(pace.BoundBy); p.RPS.Or(0) < byConcurrency*(1-tolerance) {
				p.Binding = Some(LimitRate)
			}
		}
		p.Source = Some(row)
		l.list = append(l.list, p)
	}
}

// modes returns the modes to list for the function.
func (f *Function) modes() []Mode {
	if f.Mode == "" {
		return []Mode{Sync, Async}
	}
	return []Mode{f.Mode}
}

// users returns what the functions that use a pool have in common. A pool without users is assumed to have Poisson
// arrivals.
func (a Account) users(use func(*Function) bool) users {
	common := users{peakedness: Some(1.0)}
	first := true
	for i := range a.Functions {
		f := &a.Functions[i]
		if f.managed != nil || !use(f) {
			continue
		}
		z := Some(f.Peakedness.Or(1))
		if first {
			common, first = users{f.DurationMS, z}, false
			continue
		}
		if common.durationMS != f.DurationMS {
			common.durationMS = Optional[float64]{}
		}
		if common.peakedness != z {
			common.peakedness = Optional[float64]{}
		}
	}
	return common
}

// invert computes the highest rate within a target, and the longest duration at a given rate.
func (p *PoolLimits) invert(o LimitsOptions, by users, pool Pool) {
	z, ok := by.peakedness.Get()
	if target, targeted := o.TargetSpillover.Get(); targeted && ok && p.DurationMS.Known() {
		t := traffic{seconds: p.DurationMS.Or(0) / 1000, peakedness: z}
		p.TargetRPS = t.highestRate(pool, target)
	}
	if rps, asked := o.MaxDurationAt.Get(); asked && (ok || !o.TargetSpillover.Known()) {
		t := traffic{rate: rps, peakedness: z}
		p.MaxDurationMS = t.longestMS(pool, o.TargetSpillover)
	}
}
