package calc

import (
	"github.com/lambdacap/lambdacap/calc/aws"
)

// FunctionSpill is what happens to one function's load.
type FunctionSpill struct {
	// Name is the function's name.
	Name string `json:"name"`
	// Mode is how the function is invoked.
	Mode Mode `json:"mode"`
	// RPS is the offered rate, requests per second.
	RPS float64 `json:"rps"`
	// DurationMS is the mean duration, milliseconds; absent if not given.
	DurationMS Optional[float64] `json:"duration_ms"`
	// Reserved is the reserved concurrency, units; absent without one.
	Reserved Optional[int64] `json:"reserved"`
	// Provisioned is the provisioned concurrency, units; absent if it is 0.
	Provisioned Optional[int64] `json:"provisioned"`
	Parts
	// SpilloverRPS is the part served on demand because provisioned concurrency is full, requests per second; 0 if nothing
	// is provisioned.
	SpilloverRPS float64 `json:"spillover_rps"`
	// SpilloverRatio is SpilloverRPS / RPS, 0 to 1.
	SpilloverRatio float64 `json:"spillover_ratio"`
	// ThrottledRatio is ThrottledRPS / RPS, 0 to 1.
	ThrottledRatio float64 `json:"throttled_ratio"`
	// QueuedRatio is QueuedRPS / RPS, 0 to 1.
	QueuedRatio float64 `json:"queued_ratio"`
	// ProvisionedCeilingRPS is min(10 P, P/d), requests per second; absent without provisioned concurrency.
	ProvisionedCeilingRPS Optional[float64] `json:"provisioned_ceiling_rps"`
	// ProvisionedBindingLimit names the limit that determines ProvisionedCeilingRPS.
	ProvisionedBindingLimit Optional[Limit] `json:"provisioned_binding_limit"`
	// OnDemandCeilingRPS is the highest rate that can be served on demand, given what provisioned concurrency serves now,
	// requests per second: in the reservation or, without one, in the whole unreserved pool. Absent if no limit is known.
	OnDemandCeilingRPS Optional[float64] `json:"on_demand_ceiling_rps"`
	// OnDemandBindingLimit names the limit that determines OnDemandCeilingRPS.
	OnDemandBindingLimit Optional[Limit] `json:"on_demand_binding_limit"`
	// ProvisionedBusy is the average number of provisioned environments in use; absent without a duration, 0 if nothing is
	// provisioned.
	ProvisionedBusy Optional[float64] `json:"provisioned_busy"`
	// OnDemandBusy is the average number of on-demand environments in use; absent without a duration.
	OnDemandBusy Optional[float64] `json:"on_demand_busy"`
	// ProvisionedUtilizationRatio is ProvisionedBusy / Provisioned, 0 to 1.
	ProvisionedUtilizationRatio Optional[float64] `json:"provisioned_utilization_ratio"`
	// ProvisionedHeadroomRatio is 1 - RPS/ProvisionedCeilingRPS, and 0 at or above the ceiling; absent without provisioned
	// concurrency.
	ProvisionedHeadroomRatio Optional[float64] `json:"provisioned_headroom_ratio"`
	// RequiredProvisioned is the smallest provisioned concurrency that spills nothing, units; 0 for a function that cannot
	// have any.
	RequiredProvisioned int64 `json:"required_provisioned"`
	// RequiredOnDemand is the number of units that the rate beyond provisioned concurrency needs now, by concurrency or by
	// the rate limit; absent for an asynchronous function without a duration.
	RequiredOnDemand Optional[int64] `json:"required_on_demand"`
	// ThrottleReason is AWS's name for the limit that throttles; absent if nothing is throttled.
	ThrottleReason Optional[aws.Reason] `json:"throttle_reason"`
	// CeilingRPS is the highest rate that the function can reach with all its concurrency, requests per second; absent if
	// no limit is known.
	CeilingRPS Optional[float64] `json:"ceiling_rps"`
	// HeadroomRatio is 1 - RPS/CeilingRPS, and 0 at or above the ceiling; absent without a ceiling.
	HeadroomRatio Optional[float64] `json:"headroom_ratio"`
	// Verdict is what happens to the load in the steady state. The worst part determines it.
	Verdict Verdict `json:"verdict"`
	// VerdictRandom is what happens to a significant share of random arrivals. A share is significant if more than 1 %
	// spills, more than 1 % queues or more than 0.1 % is throttled, or if it is above the target, if one is given. The
	// verdict is never better than Verdict, unless a target allows what Verdict names. Absent if Chance is.
	VerdictRandom Optional[Verdict] `json:"verdict_random"`
	// Chance is what happens to the load with random arrivals; absent without a duration, if not requested, and beyond 1e7
	// environments.
	Chance Optional[Chance] `json:"chance"`
	// ChanceDay is what happens to random arrivals over the whole day; absent if no function has rates over the day, where
	// Chance is absent, and at the points of a sweep.
	ChanceDay Optional[DayChance] `json:"chance_day,omitzero"`
	// Cost is the monthly cost of the steady split; absent if no Region, memory or duration is given.
	Cost Optional[Cost] `json:"cost"`
	// Managed is what a function on Managed Instances needs, can handle and costs; absent for other functions. Its
	// requests are among OnDemandRPS, and it has no figures of pools, of provisioned concurrency or of random arrivals.
	Managed Optional[ManagedSpill] `json:"managed,omitzero"`
	// RateUnknown reports whether only the concurrency of the load is known: each request per second then stands for one
	// busy environment.
	RateUnknown bool `json:"rate_unknown,omitempty"`
	// Source is what the event source of the function offers and takes, or all of them together; absent without one.
	Source Optional[SourceSpill] `json:"source,omitzero"`
	// Sources are the event sources one by one; absent unless there are several.
	Sources Optional[[]SourceSpill] `json:"sources,omitzero"`
	// Tenants is how many environments the tenants of a function with tenant isolation have; absent if not given.
	Tenants Optional[int64] `json:"tenants,omitzero"`
	// TenantLimit is the most environments that they may have, see Account.TenantLimit; absent without tenant isolation.
	TenantLimit Optional[int64] `json:"tenant_environments_limit,omitzero"`
	// Region is the Region of this part of a function of Lambda@Edge, whose name then ends with @ and the Region; absent
	// for other functions.
	Region Optional[string] `json:"region,omitzero"`
	// RegionUnreserved is the concurrency that functions share in that Region, units; absent in the account's own Region.
	RegionUnreserved Optional[int64] `json:"region_unreserved,omitzero"`
	// Baseline compares the cost with an earlier cost, if one is given.
	Baseline Optional[Comparison] `json:"baseline,omitzero"`
	// initMS is the init time of a cold start, for Explain.
	initMS Optional[float64]
}

// SpillAccount is the account's row of a split, with sums over the functions.
type SpillAccount struct {
	AccountResult
	// RPS is the combined offered rate of all functions, requests per second.
	RPS float64 `json:"rps"`
	Parts
	// SpilloverRPS is the part served on demand because provisioned concurrency is full, requests per second.
	SpilloverRPS float64 `json:"spillover_rps"`
	// SpilloverRatio is SpilloverRPS / RPS, 0 to 1.
	SpilloverRatio float64 `json:"spillover_ratio"`
	// ThrottledRatio is ThrottledRPS / RPS, 0 to 1.
	ThrottledRatio float64 `json:"throttled_ratio"`
	// QueuedRatio is QueuedRPS / RPS, 0 to 1.
	QueuedRatio float64 `json:"queued_ratio"`
	// RequiredUnreserved is the number of unreserved units that functions without a reservation need beyond their
	// provisioned concurrency. Functions without a duration are left out.
	RequiredUnreserved int64 `json:"required_unreserved"`
	// Verdict is the worst verdict of any function.
	Verdict Verdict `json:"verdict"`
	// VerdictRandom is the worst verdict of any function with random arrivals. A function without one counts with its
	// steady verdict. Absent if no function has one.
	VerdictRandom Optional[Verdict] `json:"verdict_random"`
	// Cost is the combined cost of all functions; absent if no Region is given. In a plan it is the cost of the
	// recommendation.
	Cost Optional[AccountCost] `json:"cost"`
}

// SpillResult is the result of Spill.
type SpillResult struct {
	// Account is the account's row.
	Account SpillAccount `json:"account"`
	// Functions are the functions, in the order of the account.
	Functions []FunctionSpill `json:"functions"`
	// Regions are the Regions, if a function of Lambda@Edge runs in several.
	Regions []RegionResult `json:"regions,omitempty"`
	// Sweep is the split at every point, if a sweep is requested.
	Sweep []Swept[SpillAccount, FunctionSpill] `json:"sweep,omitempty"`
	// Growth is what happens as the load grows, if a scale is requested.
	Growth
	// Baseline compares the account's cost with an earlier cost, if one is given.
	Baseline Optional[Comparison] `json:"baseline,omitzero"`
	// Removed lists the functions of the baseline that no longer exist, by name.
	Removed []Removed `json:"removed,omitempty"`
	// Findings are facts that a reader should know; never nil.
	Findings []Finding `json:"-"`
}

// SpillOptions says what to compute in addition to the steady split.
type SpillOptions struct {
	// Chance requests what happens to each function's load with random arrivals. It takes about a thousand times as long
	// as the steady split, and the time grows with the square root of the load.
	Chance bool
	// Sweep requests the split at other values of one setting as well.
	Sweep *Sweep
	// Scale requests the verdicts with the rate of every function multiplied by each factor, more than 0, up to 100. At
	// most 100 factors are allowed.
	Scale []float64
	// Cost requests the cost, if the account has a Region.
	Cost *CostOptions
	// Baseline is the earlier cost to compare with.
	Baseline *Baseline

	// verdicts asks of the chance only for the shares that verdicts need.
	verdicts bool
	// peakOnly leaves out ChanceDay.
	peakOnly bool
}

// Spill divides the rate of each function in the steady state into the parts that are served by provisioned
// concurrency, served on demand, throttled and queued.
//
// A function with a reservation has its units to itself, see Split. The others share the U unreserved units, and those
// that use them are reduced by the same share: first each synchronous excess e by min(1, 10 U / sum(e)), then each
// excess of known duration d by min(1, U / sum(what is left x d)). The equal shares are derived: a limiter that does
// not distinguish callers treats them alike. A function of Lambda@Edge has a row for each of its Regions, each of which
// has a quota of its own.
//
// Spill returns Faults if the account is not valid, no function has a rate, or a point of the sweep is not valid.
//
// Source: aws.SourceConcurrency, aws.SourceReserved, read 2026-11.
func Spill(a Account, o SpillOptions) (SpillResult, error) {
	a, points, err := a.swept(o.Sweep, granted)
	faults := append(faultsOf(err), o.Cost.faults()...)
	if len(faults) == 0 {
		faults = a.scaleFaults(o, granted)
	}
	if err := faults.err(); err != nil {
		return SpillResult{}, err
	}
	r := a.answer(o, Sizing{}, true)
	r.Baseline, r.Removed = o.Baseline.compare(r.Account.Cost, len(r.Functions), func(i int) priced {
		f := &r.Functions[i]
		return priced{f.Name, f.Cost, &f.Baseline}
	})
	r.Growth = a.scale(o, Sizing{})
	ofPoint := o
	ofPoint.peakOnly = true
	r.Sweep = sweep(points, func(a Account) (SpillAccount, []FunctionSpill) {
		at := a.spill(ofPoint)
		at.judge(Sizing{})
		return at.Account, at.Functions
	})
	return r, nil
}

// spillDetails is a split with intermediate results that other calculations need.
type spillDetails struct {
	SpillResult
	costs  costNotes
	steady bill // the bill for evenly spaced arrivals
	random bill // the bill for random arrivals
}

func (a Account) spill(o SpillOptions) spillDetails {
	a = a.inPools()
	unreserved := a.Unreserved()
	s := spillDetails{SpillResult: SpillResult{Functions: make([]FunctionSpill, len(a.Functions))}}
	a.split(s.Functions, unreserved)
	total := &s.Account
	total.AccountResult = a.Result()
	total.RequiredUnreserved = a.unreservedNeed().units()
	total.Verdict = Fits
	for i := range s.Functions {
		total.add(&s.Functions[i])
	}
	total.SpilloverRatio = ratio(total.SpilloverRPS, total.RPS)
	total.ThrottledRatio = ratio(total.ThrottledRPS, total.RPS)
	total.QueuedRatio = ratio(total.QueuedRPS, total.RPS)
	if o.Chance {
		shared := a.sharedOverflow().pool(unreserved)
		each(len(a.Functions), func(i int) {
			f, row := &a.Functions[i], &s.Functions[i]
			if f.managed != nil {
				return
			}
			if !o.verdicts {
				row.Chance = a.chance(f, row, shared)
			} else if x, _, ok := f.chanceShares(row, shared); ok {
				row.Chance = Some(x)
			}
		})
	}
	managed := s.priceManaged(a, o)
	priced := o.Cost != nil && a.Region != ""
	_, ofDay := a.stepsOfDay()
	ofDay = ofDay && o.Chance && !o.verdicts && !o.peakOnly
	if !priced && !ofDay {
		s.costs.missing = managed
		return s
	}
	month := a.overMonth(o)
	for i := range s.Functions {
		if ofDay {
			s.Functions[i].ChanceDay = month.chance(i)
		}
	}
	if priced {
		s.price(a, o, month)
		s.costs.missing = append(s.costs.missing, managed...)
	}
	return s
}

// split fills in the rows of the functions. Functions without a reservation share the unreserved units.
func (a Account) split(rows []FunctionSpill, unreserved int64) {
	a = a.inPools()
	parts := make([]Parts, len(rows))
	full := a.divide(parts, unreserved)
	for i := range a.Functions {
		f, row := &a.Functions[i], &rows[i]
		if f.managed != nil {
			*row = f.managed.spillManaged()
			continue
		}
		room := f.onDemand(unreserved, parts[i].ProvisionedRPS).room(f.DurationMS)
		tenantsBind := a.isolate(f, &parts[i])
		*row = f.row(parts[i], room)
		reason := f.reason(room, unreserved == 0 || full && f.DurationMS.Known())
		if parts[i].ThrottledRPS > 0 {
			row.ThrottleReason = Some(reason)
		}
		if f.polled != nil {
			bound := boundBy(reason)
			if tenantsBind {
				bound = "" // AWS names none
			}
			f.addSources(row, unreserved, bound)
		}
		a.describeTenants(f, row)
	}
}

// reason returns AWS's name for the limit that throttles the function. shared reports whether it is concurrency that
// throttles the functions in the unreserved pool.
func (f *Function) reason(room Ceiling, shared bool) aws.Reason {
	switch {
	case f.Reserved.Known() && room.Binding.Or(LimitConcurrency) == LimitConcurrency:
		return aws.ReasonReservedConcurrency
	case f.Reserved.Known():
		return aws.ReasonReservedRate
	case shared:
		return aws.ReasonSharedConcurrency
	}
	return aws.ReasonSharedRate
}

// row describes one function's split.
func (f *Function) row(parts Parts, room Ceiling) FunctionSpill {
	row := FunctionSpill{
		Name:                 f.Name,
		Mode:                 f.mode(),
		RPS:                  f.RPS.Or(0),
		DurationMS:           f.DurationMS,
		Reserved:             f.Reserved,
		Parts:                parts,
		ThrottledRatio:       ratio(parts.ThrottledRPS, f.RPS.Or(0)),
		QueuedRatio:          ratio(parts.QueuedRPS, f.RPS.Or(0)),
		OnDemandCeilingRPS:   room.RPS,
		OnDemandBindingLimit: room.Binding,
		ProvisionedBusy:      Some(0.0),
		RequiredProvisioned:  f.requiredProvisioned(),
		RequiredOnDemand:     f.requiredOnDemand(f.RPS.Or(0) - parts.ProvisionedRPS),
		Verdict:              parts.verdict(f.Provisioned),
		RateUnknown:          f.RateUnknown,
		initMS:               f.InitMS,
	}
	d, timed := f.seconds()
	if timed {
		row.OnDemandBusy = Some(parts.OnDemandRPS * d)
	}
	provisionedCeiling := 0.0
	if f.Provisioned > 0 {
		units := float64(f.Provisioned)
		ceiling := f.provisioned().Ceiling(f.DurationMS)
		provisionedCeiling = ceiling.RPS.Or(0)
		row.Provisioned = Some(f.Provisioned)
		row.ProvisionedCeilingRPS, row.ProvisionedBindingLimit = ceiling.RPS, ceiling.Binding
		row.SpilloverRPS = parts.OnDemandRPS
		row.SpilloverRatio = ratio(row.SpilloverRPS, row.RPS)
		row.ProvisionedBusy = Optional[float64]{}
		if timed {
			busy := min(units, parts.ProvisionedRPS*d)
			row.ProvisionedBusy = Some(busy)
			row.ProvisionedUtilizationRatio = Some(busy / units)
		}
	}
	row.ProvisionedHeadroomRatio = headroom(row.RPS, row.ProvisionedCeilingRPS)
	row.CeilingRPS = f.reach(provisionedCeiling, room)
	row.HeadroomRatio = headroom(row.RPS, row.CeilingRPS)
	return row
}

// headroom returns 1 - rate/ceiling, and 0 at or above the ceiling; absent without a ceiling.
func headroom(rps float64, ceiling Optional[float64]) Optional[float64] {
	most, ok := ceiling.Get()
	switch {
	case !ok:
		return Optional[float64]{}
	case rps >= most*(1-tolerance):
		return Some(0.0)
	}
	return Some(1 - rps/most)
}

// reach returns the highest rate that the function can reach: the given ceiling of its provisioned concurrency plus the
// room on demand. shared is the room of a function without a reservation.
func (f *Function) reach(provisioned float64, shared Ceiling) Optional[float64] {
	room := shared
	if f.Reserved.Known() {
		room = f.onDemand(0, provisioned).room(f.DurationMS)
	}
	rps, ok := room.RPS.Get()
	if !ok {
		return Optional[float64]{}
	}
	return Some(provisioned + rps)
}

// requiredOnDemand returns the units of a pool that a rate of the function needs on demand, see Pool.unitsFor. It is
// absent for an asynchronous function without a duration.
func (f *Function) requiredOnDemand(rps float64) Optional[int64] {
	if !f.DurationMS.Known() && !f.Mode.RateLimited() {
		return Optional[int64]{}
	}
	return Some(f.Mode.Pool(1).unitsFor(rps, f.DurationMS))
}

// requiredUnits returns the units that the function needs for its rate, provisioned and on demand together:
//
//	max(ceil(λ d), ceil(λ/10))   synchronous
//	ceil(λ d)                    asynchronous
//
// With a reservation, an asynchronous function needs P + ceil((λ - min(λ, 10 P, P/d)) d) if that is more: the requests
// that the rate limit of provisioned concurrency turns away need other units. For a synchronous function that is never
// more. The environments of tenants may need more, too.
func (f *Function) requiredUnits() Optional[int64] {
	rate := f.RPS.Or(0)
	n, ok := f.requiredOnDemand(rate).Get()
	if !ok {
		return Optional[int64]{}
	}
	if f.Reserved.Known() && f.Provisioned > 0 {
		rest, _ := f.requiredOnDemand(rate - f.provisionedRPS()).Get()
		if !f.Mode.RateLimited() && rest > 0 {
			n = max(n, f.Provisioned+rest)
		}
	}
	if f.Reserved.Known() {
		n = max(n, f.TenantUnits())
	}
	return Some(n)
}

// add adds a function's row to the account's.
func (t *SpillAccount) add(row *FunctionSpill) {
	t.RPS += row.RPS
	t.ProvisionedRPS += row.ProvisionedRPS
	t.OnDemandRPS += row.OnDemandRPS
	t.ThrottledRPS += row.ThrottledRPS
	t.QueuedRPS += row.QueuedRPS
	t.SpilloverRPS += row.SpilloverRPS
	if row.Verdict.worse(t.Verdict) {
		t.Verdict = row.Verdict
	}
}
