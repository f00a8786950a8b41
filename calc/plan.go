package calc

import (
	"slices"
)

// PlanOptions says how to plan.
type PlanOptions struct {
	SpillOptions
	// Headroom is added to what the load requires, as a ratio, 0 to 10; AWS
	// advises AdvisedHeadroom.
	Headroom float64
	// TargetHeadroom takes its place where a target sets the size, 0 to 10: a
	// target says how much is enough.
	TargetHeadroom float64
	// Objective is what to size for; empty is Fit.
	Objective Objective
	// SpillPenalty is what a request that is served on demand costs beside its
	// price, US dollars, 0 to 1e6; it only serves Cheapest.
	SpillPenalty float64
	// Segments is how many levels a schedule has at most, 1 to 24; absent is
	// DefaultSegments.
	Segments Optional[int]
	// MinSegment is how many hours a level lasts at least, 1 to 24; absent is 1.
	MinSegment Optional[int]
	// Wrap lets the last level of a schedule run over midnight.
	Wrap bool
	// TargetSpillover is the share of a function's requests, 0 to 1, that may
	// by chance find its provisioned concurrency full.
	TargetSpillover Optional[float64]
	// TargetThrottle is the share of a synchronous function's requests, 0 to 1,
	// that may by chance be throttled.
	TargetThrottle Optional[float64]
}

// FunctionPlan is what one function needs for its load.
type FunctionPlan struct {
	// Name is the function's name.
	Name string `json:"name"`
	// Verdict is what becomes of the load now.
	Verdict Verdict `json:"verdict"`
	// RequiredConcurrency is the environments the load keeps busy on average,
	// rounded up: ceil(rps x duration); absent without a duration.
	RequiredConcurrency Optional[int64] `json:"required_concurrency"`
	// RequiredUnits is what the function's pool needs: the larger of
	// RequiredConcurrency and, if synchronous, ceil(rps/10). Absent for an
	// asynchronous function without a duration.
	RequiredUnits Optional[int64] `json:"required_units"`
	// RequiredProvisioned is the smallest provisioned concurrency that spills
	// nothing, units.
	RequiredProvisioned int64 `json:"required_provisioned"`
	// RecommendedProvisioned is RequiredProvisioned, or what the target asks for
	// where that is more, with headroom.
	RecommendedProvisioned int64 `json:"recommended_provisioned"`
	// RecommendedReserved is RequiredUnits, or what the target asks for where
	// that is more, with headroom, and at least RecommendedProvisioned where
	// anything is provisioned; absent where nothing is reserved, or what is
	// needed is not known. Without a load it is 0: the load asks for no
	// reservation, which is not to say switch it off.
	RecommendedReserved Optional[int64] `json:"recommended_reserved"`
	// RequiredProvisionedForTarget is the smallest provisioned concurrency of
	// which chance spills at most the target, units; absent without a target or
	// a duration, and where no number of units meets it.
	RequiredProvisionedForTarget Optional[int64] `json:"required_provisioned_for_target"`
	// RequiredUnitsForTarget is the smallest number of units, provisioned and
	// on demand together, with which chance throttles at most the target; absent
	// without a target or a duration, for an asynchronous function, and where
	// no number of units meets it. For a function without a reservation all but
	// its provisioned concurrency are units of the unreserved pool.
	RequiredUnitsForTarget Optional[int64] `json:"required_units_for_target"`
	// Driver is the rule or the target that asks for the most units; absent
	// without a load.
	Driver Optional[Driver] `json:"driver"`
	// Neighbours are the shares that go beyond provisioned concurrency at
	// RequiredProvisionedForTarget, and at one unit less and more.
	Neighbours []Neighbour `json:"neighbours"`
	// Cost is what the steady split costs in a month when everything is set as
	// recommended; absent where no Region, no memory or no duration is given.
	Cost Optional[Cost] `json:"cost"`
	// Baseline sets the cost against an earlier one, where one is given.
	Baseline Optional[Comparison] `json:"baseline,omitzero"`
	// Optimize is the curve of costs, with the objective cost; absent where no
	// cost is known.
	Optimize Optional[Optimization] `json:"optimize"`
	// Now is the split with the settings as they are.
	Now FunctionSpill `json:"now"`

	// provisions tells whether the plan sets provisioned concurrency: where
	// there is some, for a function alone with a target for it, and where it is
	// cheaper.
	provisions bool
}

// PlanAccount is the account's row of a plan.
type PlanAccount struct {
	SpillAccount
	// RecommendedConcurrency is the quota that carries the load when every
	// function is set as recommended, with headroom on what each pool needs,
	// and never under a reservation or provisioned concurrency that is set.
	RecommendedConcurrency int64 `json:"recommended_concurrency"`
	// NowCost is what all functions cost together with the settings as they
	// are; Cost is that of the recommendation.
	NowCost Optional[AccountCost] `json:"now_cost"`
}

// PlanResult is the answer of Plan.
type PlanResult struct {
	// Account is the account's row.
	Account PlanAccount `json:"account"`
	// Functions are the functions, in the order of the account.
	Functions []FunctionPlan `json:"functions"`
	// Actions are the changes to make, in the order in which AWS accepts them.
	Actions []Action `json:"actions"`
	// Sweep is the plan at every point, where a sweep is asked for.
	Sweep []Swept[PlanAccount, FunctionPlan] `json:"sweep,omitempty"`
	// Baseline sets the cost of the recommendation against an earlier one, where
	// one is given.
	Baseline Optional[Comparison] `json:"baseline,omitzero"`
	// Removed are the functions of the baseline that are gone, by name.
	Removed []Removed `json:"removed,omitempty"`
	// Findings are what a reader should know; never nil.
	Findings []Finding `json:"-"`

	options     PlanOptions
	costs       costNotes
	recommended quotaNeed
}

// quotaNeed is the concurrency that an account needs, by where it goes.
type quotaNeed struct {
	elsewhere   int64 // claimed by functions that are not listed
	reserved    int64
	provisioned int64 // of functions without a reservation
	shared      int64
}

func (n quotaNeed) units() int64 { return n.elsewhere + n.reserved + n.provisioned + n.shared }

// Now returns the split with the settings as they are, function by function.
func (r PlanResult) Now() []FunctionSpill {
	now := make([]FunctionSpill, len(r.Functions))
	for i := range r.Functions {
		now[i] = r.Functions[i].Now
	}
	return now
}

// Plan returns whether the load of the account fits, the smallest settings
// with which it does, and the changes that lead there.
//
//	required provisioned = max(ceil(λ d), ceil(λ/10))
//	required units       = max(ceil(λ d), ceil(λ/10))   synchronous
//	                     = ceil(λ d)                    asynchronous
//	recommended          = ceil(required (1 + h))
//	                     = ceil(max(required, required for the target) (1 + h'))   with a target
//
// where
//
//	λ = offered rate, requests per second
//	d = mean duration, seconds; without it the terms with d are left out
//	h = headroom, a ratio; h' that of targets
//
// What a target requires is the smallest number of units with which the chance,
// see Chance, is at most the target.
//
// It returns Faults where the account is not valid, no function has a rate, an
// option is out of its range, or a point of the sweep is not valid.
//
// Source: SourceConcurrency, SourceProvisioned, read 2026-11.
func Plan(a Account, o PlanOptions) (PlanResult, error) {
	a, points, err := a.swept(o.Sweep)
	faults, _ := err.(Faults)
	faults = append(faults, o.faults()...)
	if o.Objective == Cheapest && (a.Region == "" || o.Cost == nil) && len(faults) == 0 {
		faults.note(AccountFault, FieldOptimize, "the cost is not known without a Region; legal: fit, or a Region, memory and a duration")
	}
	if len(faults) > 0 {
		return PlanResult{}, faults
	}
	r := a.plan(o)
	r.Baseline, r.Removed = o.Baseline.compare(r.Account.Cost, len(r.Functions), func(i int) (string, Optional[Cost], func(Optional[Comparison])) {
		p := &r.Functions[i]
		return p.Name, p.Cost, func(c Optional[Comparison]) { p.Baseline = c }
	})
	r.Findings = a.planFindings(r, o)
	r.Actions = a.actions(r)
	r.Sweep = make([]Swept[PlanAccount, FunctionPlan], len(points))
	each(len(points), func(i int) {
		at := points[i].account.plan(o)
		r.Sweep[i] = Swept[PlanAccount, FunctionPlan]{points[i].SweepPoint, at.Account, at.Functions}
	})
	return r, nil
}

// faults says what is wrong with the options, if anything.
func (o PlanOptions) faults() (faults Faults) {
	for _, headroom := range []float64{o.Headroom, o.TargetHeadroom} {
		if !(headroom >= 0 && headroom <= maxHeadroom) {
			faults.note(AccountFault, FieldHeadroom, "%g is out of range; legal: %s", headroom, legalHeadroom)
			break
		}
	}
	faults = append(faults, o.Cost.faults()...)
	if o.Objective != "" && o.Objective != Fit && o.Objective != Cheapest {
		faults.note(AccountFault, FieldOptimize, "%s is not known; legal: %s", quote(string(o.Objective)), legalObjective)
	}
	if n := o.Segments.Or(1); n < 1 || n > HoursPerDay {
		faults.note(AccountFault, FieldSegments, "%d is out of range; legal: %s", n, legalSegments)
	}
	if n := o.MinSegment.Or(1); n < 1 || n > HoursPerDay {
		faults.note(AccountFault, FieldMinSegment, "%d is out of range; legal: %s", n, legalMinimum)
	}
	if !(o.SpillPenalty >= 0 && o.SpillPenalty <= maxPenalty) {
		faults.note(AccountFault, FieldSpillPenalty, "%g is out of range; legal: %s", o.SpillPenalty, legalPenalty)
	}
	faults = append(faults, targetFaults(FieldTargetSpillover, o.TargetSpillover)...)
	faults = append(faults, targetFaults(FieldTargetThrottle, o.TargetThrottle)...)
	return faults
}

// plan sizes every function, and the account.
func (a Account) plan(o PlanOptions) PlanResult {
	split := a.spill(o.SpillOptions)
	r := PlanResult{Functions: make([]FunctionPlan, len(a.Functions)), options: o}
	for i := range a.Functions {
		r.Functions[i] = a.Functions[i].plan(split.Functions[i])
		r.Functions[i].provisions = a.Functions[i].Provisioned > 0 || len(a.Functions) == 1 && o.TargetSpillover.Known()
	}
	a.meetTargets(r.Functions, o)
	if o.Objective == Cheapest && o.Cost != nil && a.Region != "" {
		a.optimize(r.Functions, o, &split.random)
		for i := range r.Functions {
			p := &r.Functions[i]
			p.provisions = p.provisions || p.Optimize.Or(Optimization{}).cheapest() > 0
		}
	}
	for i := range a.Functions {
		a.Functions[i].recommend(&r.Functions[i], o)
	}
	r.recommended = a.plannedQuota(r.Functions, o)
	r.Account = PlanAccount{SpillAccount: split.Account, RecommendedConcurrency: r.recommended.units(), NowCost: split.Account.Cost}
	r.costs = split.costs
	if o.Cost != nil && a.Region != "" {
		// Chance matters to a steady cost by the cold starts that are billed.
		billed := slices.ContainsFunc(a.Functions, func(f Function) bool { return f.InitMS.Known() })
		planned := a.recommended(r).spill(SpillOptions{Chance: o.Chance && billed, Cost: o.Cost})
		r.Account.Cost = planned.Account.Cost
		for i := range r.Functions {
			r.Functions[i].Cost = planned.Functions[i].Cost
		}
	}
	return r
}

// recommended returns the account with everything set as a plan recommends.
func (a Account) recommended(r PlanResult) Account {
	functions := slices.Clone(a.Functions)
	for i := range functions {
		f, p := &functions[i], &r.Functions[i]
		if p.provisions {
			f.Provisioned = p.RecommendedProvisioned
		}
		if reserved, ok := f.Reserved.Get(); ok {
			f.Reserved = Some(max(reserved, p.RecommendedReserved.Or(0), f.Provisioned))
		}
	}
	a.Functions = functions
	a.Concurrency = max(a.Concurrency, r.Account.RecommendedConcurrency)
	return a
}

// plan finds what the load requires in the steady state.
func (f *Function) plan(now FunctionSpill) FunctionPlan {
	p := FunctionPlan{
		Name:                f.Name,
		Verdict:             now.Verdict,
		RequiredUnits:       f.requiredUnits(now.RPS),
		RequiredProvisioned: now.RequiredProvisioned,
		Now:                 now,
	}
	if d, ok := f.seconds(); ok {
		p.RequiredConcurrency = Some(CeilUnits(now.RPS * d))
	}
	return p
}

// recommend adds headroom to what the load and the targets require.
func (f *Function) recommend(p *FunctionPlan, o PlanOptions) {
	p.RecommendedProvisioned = p.provisionedWith(o)
	if x, ok := p.Optimize.Get(); ok {
		p.RecommendedProvisioned = x.cheapest()
	}
	if f.Reserved.Known() {
		p.RecommendedReserved = f.reservation(p, o)
	}
}

// reservation returns the reservation that a function needs, with headroom:
// room for its units and, where anything is provisioned, for that. It is absent
// where neither is known.
func (f *Function) reservation(p *FunctionPlan, o PlanOptions) Optional[int64] {
	n, ok := p.unitsWith(o).Get()
	switch x, optimized := p.Optimize.Get(); {
	case optimized:
		n, ok = max(n, x.cheapest()), true
	case p.provisions:
		n, ok = max(n, p.provisionedWith(o)), true
	}
	if !ok {
		return Optional[int64]{}
	}
	return Some(n)
}

// plannedQuota returns what the account needs once every function is set to
// what it requires, with headroom on what each pool needs. What is set already
// is not lowered.
func (a Account) plannedQuota(plans []FunctionPlan, o PlanOptions) quotaNeed {
	n := quotaNeed{elsewhere: a.ClaimedElsewhere}
	var need sharedNeed
	for i := range a.Functions {
		f, p := &a.Functions[i], &plans[i]
		reserved, isReserved := f.Reserved.Get()
		switch {
		case isReserved:
			n.reserved += max(reserved, f.reservation(p, o).Or(0))
		case p.provisions && p.Optimize.Known():
			g := *f
			g.Provisioned = p.Optimize.Or(Optimization{}).cheapest()
			n.provisioned += g.Provisioned
			need.add(&g, p.Now.RPS-g.provisionedRPS()) // what it leaves over
		case p.provisions:
			n.provisioned += max(f.Provisioned, p.provisionedWith(o))
		default:
			need.add(f, p.Now.RPS)
		}
	}
	shared := need.units(o.Headroom)
	if least, ok := a.sharedForTarget(plans, o).Get(); ok {
		shared = max(need.units(o.TargetHeadroom), withHeadroom(least, o.TargetHeadroom))
	}
	n.shared = a.sharedUnits(n.units(), shared)
	return n
}

// sharedForTarget returns the unreserved units that the targets ask for when
// every function is set to what it requires; absent where they ask nothing of
// them.
func (a Account) sharedForTarget(plans []FunctionPlan, o PlanOptions) (most Optional[int64]) {
	for i := range a.Functions {
		f, p := &a.Functions[i], &plans[i]
		n, ok := p.RequiredUnitsForTarget.Get()
		if !ok || f.Reserved.Known() {
			continue
		}
		if p.provisions {
			n -= max(f.Provisioned, p.provisionedWith(o))
		}
		most = Some(max(most.Or(0), n))
	}
	return most
}
