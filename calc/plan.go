package calc

import (
	"slices"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// PlanOptions says how to plan.
type PlanOptions struct {
	SpillOptions
	Sizing
}

// Sizing says how large a plan makes things.
type Sizing struct {
	// Headroom is added to what the load requires, as a ratio, 0 to 10; AWS recommends aws.AdvisedHeadroom.
	Headroom float64 `json:"headroom_ratio"`
	// TargetHeadroom takes its place where a target determines the size, 0 to 10: a target says how much is enough.
	TargetHeadroom float64 `json:"target_headroom_ratio"`
	// TargetSpillover is the share of random arrivals, 0 to 1, that may find provisioned concurrency full.
	TargetSpillover Optional[float64] `json:"target_spillover_ratio"`
	// TargetThrottle is the share of random arrivals at a synchronous function, 0 to 1, that may be throttled.
	TargetThrottle Optional[float64] `json:"target_throttle_ratio"`
	// Objective is what to size for; empty is Fit.
	Objective Objective `json:"objective"`
	// SpillPenalty is what a request that is served on demand costs beside its price, US dollars, 0 to 1e6; only
	// Cheapest uses it.
	SpillPenalty float64 `json:"spill_penalty_usd"`
	// Segments is how many levels a schedule has at most, 1 to 24; 0 stands for DefaultSegments.
	Segments int `json:"segments"`
	// MinSegment is how many hours a level lasts at least, 1 to 24; 0 stands for 1.
	MinSegment int `json:"min_segment_hours"`
	// Wrap lets the last level of a schedule run over midnight.
	Wrap bool `json:"wrap"`
}

// DefaultSizing returns the sizing that AWS recommends.
func DefaultSizing() Sizing {
	return Sizing{Headroom: aws.AdvisedHeadroom, Objective: Fit, Segments: DefaultSegments, MinSegment: 1}
}

// faults says what is wrong with the options.
func (o PlanOptions) faults() (faults Faults) {
	for _, headroom := range []float64{o.Headroom, o.TargetHeadroom} {
		if err := quantity.Headrooms.Check(headroom); err != nil {
			faults.check(AccountFault, "headroom", err)
			break
		}
	}
	faults = append(faults, o.Cost.faults()...)
	if o.Objective != "" {
		_, err := ParseObjective(string(o.Objective))
		faults.check(AccountFault, "optimize", err)
	}
	if o.Segments != 0 {
		within(&faults, AccountFault, "segments", o.Segments, quantity.Segments)
	}
	if o.MinSegment != 0 {
		within(&faults, AccountFault, "min_segment", o.MinSegment, quantity.SegmentHours)
	}
	within(&faults, AccountFault, "spill_penalty", o.SpillPenalty, quantity.Penalties)
	return append(faults, o.targetFaults()...)
}

func (s Sizing) targetFaults() (faults Faults) {
	withinIf(&faults, AccountFault, "target_spillover", s.TargetSpillover, quantity.Shares)
	withinIf(&faults, AccountFault, "target_throttle", s.TargetThrottle, quantity.Shares)
	return faults
}

// targeted reports whether there is a target at all.
func (s Sizing) targeted() bool { return s.TargetSpillover.Known() || s.TargetThrottle.Known() }

// headroom is the one for a size: that of targets where a target has a say.
func (s Sizing) headroom(target Optional[int64]) float64 {
	if target.Known() {
		return s.TargetHeadroom
	}
	return s.Headroom
}

// bare is the sizing without any headroom.
func (s Sizing) bare() Sizing {
	s.Headroom, s.TargetHeadroom = 0, 0
	return s
}

// FunctionPlan is what one function needs for its load.
type FunctionPlan struct {
	// Name is the function's name.
	Name string `json:"name"`
	// Verdict is what becomes of the load now.
	Verdict Verdict `json:"verdict"`
	// RequiredConcurrency is the environments that the load keeps busy on average, rounded up: ceil(rps x duration);
	// absent without a duration.
	RequiredConcurrency Optional[int64] `json:"required_concurrency"`
	// RequiredUnits is what the function's pool needs: the larger of RequiredConcurrency and, if synchronous,
	// ceil(rps/10). Absent for an asynchronous function without a duration.
	RequiredUnits Optional[int64] `json:"required_units"`
	// RequiredProvisioned is the smallest provisioned concurrency that spills nothing, units.
	RequiredProvisioned int64 `json:"required_provisioned"`
	// RecommendedProvisioned is RequiredProvisioned, or what the target asks for where that is more, with headroom.
	RecommendedProvisioned int64 `json:"recommended_provisioned"`
	// RecommendedReserved is RequiredUnits, or what the target asks for where that is more, with headroom, and at
	// least RecommendedProvisioned where anything is provisioned; absent where nothing is reserved, or what is needed
	// is not known. Without a load it is 0: the load asks for no reservation, which is not to say switch it off.
	RecommendedReserved Optional[int64] `json:"recommended_reserved"`
	// RequiredProvisionedForTarget is the smallest provisioned concurrency of which random arrivals spill at most the
	// target, units; absent without a target or a duration, and where no number of units meets it.
	RequiredProvisionedForTarget Optional[int64] `json:"required_provisioned_for_target"`
	// RequiredUnitsForTarget is the smallest number of units, provisioned and on demand together, with which at most
	// the target of random arrivals is throttled; absent without a target or a duration, for an asynchronous
	// function, and where no number of units meets it. For a function without a reservation all but its provisioned
	// concurrency are units of the unreserved pool.
	RequiredUnitsForTarget Optional[int64] `json:"required_units_for_target"`
	// Driver is the rule or the target that asks for the most units; absent without a load.
	Driver Optional[Driver] `json:"driver"`
	// Neighbours are the shares that go beyond provisioned concurrency at RequiredProvisionedForTarget, and at one
	// unit less and more.
	Neighbours []Neighbour `json:"neighbours"`
	// Cost is what the steady split costs in a month when everything is set as recommended; absent where no Region,
	// no memory or no duration is given.
	Cost Optional[Cost] `json:"cost"`
	// Baseline compares the cost with an earlier one, where one is given.
	Baseline Optional[Comparison] `json:"baseline,omitzero"`
	// Optimize is the curve of costs, with the objective cost; absent where no cost is known.
	Optimize Optional[Optimization] `json:"optimize"`
	// Now is the split with the settings as they are.
	Now FunctionSpill `json:"now"`
}

// PlanAccount is the account's row of a plan.
type PlanAccount struct {
	SpillAccount
	// RecommendedConcurrency is the quota that carries the load when every function is set as recommended, with
	// headroom on what each pool needs, and never under a reservation or provisioned concurrency that is set.
	RecommendedConcurrency int64 `json:"recommended_concurrency"`
	// NowCost is what all functions cost together with the settings as they are; Cost is that of the recommendation.
	NowCost Optional[AccountCost] `json:"now_cost"`
}

// PlanResult is the answer of Plan.
type PlanResult struct {
	// Planned is the account that the plan is about. A function without the rate or the duration that a sweep varies has
	// the highest one of the sweep.
	Planned Account
	// Account is the account's row.
	Account PlanAccount
	// Functions are the functions, in the order of the account.
	Functions []FunctionPlan
	// Changes are the changes to make, in the order in which AWS accepts them; never nil.
	Changes []Change
	// Sweep is the plan at every point, where a sweep is asked for.
	Sweep []Swept[PlanAccount, FunctionPlan]
	// Baseline compares the cost of the recommendation with an earlier one, where one is given.
	Baseline Optional[Comparison]
	// Removed are the functions of the baseline that are gone, by name.
	Removed []Removed
	// Findings are what a reader should know; never nil.
	Findings []Finding
}

// Plan returns whether the load of the account fits, the smallest settings with which it does, and the changes that
// lead there.
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
// What a target requires is the smallest number of units with which the share of random arrivals, see Chance, is at
// most the target.
//
// It returns Faults where the account is not valid, no function has a rate, an option is out of its range, or a point
// of the sweep is not valid.
//
// Source: aws.SourceConcurrency, aws.SourceProvisioned, read 2026-11.
func Plan(a Account, o PlanOptions) (PlanResult, error) {
	a, points, err := a.swept(o.Sweep)
	faults := append(faultsOf(err), o.faults()...)
	if o.Objective == Cheapest && (a.Region == "" || o.Cost == nil) && len(faults) == 0 {
		faults.note(AccountFault, "optimize", "the cost is not known without a Region; legal: fit, or a Region, memory and a duration")
	}
	if err := faults.or(); err != nil {
		return PlanResult{}, err
	}
	p := newPlanning(a, o)
	r := PlanResult{Planned: a, Account: p.total, Functions: p.plans, Changes: p.changes(), Findings: p.findings()}
	r.Baseline, r.Removed = o.Baseline.compare(r.Account.Cost, len(r.Functions), func(i int) priced {
		f := &r.Functions[i]
		return priced{f.Name, f.Cost, &f.Baseline}
	})
	r.Sweep = sweep(points, func(a Account) (PlanAccount, []FunctionPlan) {
		at := newPlanning(a, o)
		return at.total, at.plans
	})
	return r, nil
}

// Now returns the split with the settings as they are, function by function.
func (r PlanResult) Now() []FunctionSpill { return now(r.Functions) }

func now(plans []FunctionPlan) []FunctionSpill {
	rows := make([]FunctionSpill, len(plans))
	for i := range plans {
		rows[i] = plans[i].Now
	}
	return rows
}

// A planning is a plan in the making, and what the steps of it leave for each other.
type planning struct {
	account Account
	options PlanOptions
	plans   []FunctionPlan
	// provisions reports, by function, whether the plan sets provisioned concurrency: where there is some, for a
	// function alone with a target for it, and where it is cheaper.
	provisions []bool
	total      PlanAccount
	costs      costNotes
}

// newPlanning sizes every function, and the account.
func newPlanning(a Account, o PlanOptions) *planning {
	split := a.spill(o.SpillOptions)
	p := &planning{account: a, options: o, plans: make([]FunctionPlan, len(a.Functions)),
		provisions: make([]bool, len(a.Functions)), costs: split.costs}
	for i := range a.Functions {
		p.plans[i] = a.Functions[i].required(split.Functions[i])
		p.provisions[i] = a.Functions[i].Provisioned > 0 || len(a.Functions) == 1 && o.TargetSpillover.Known()
	}
	p.meetTargets()
	if o.Objective == Cheapest && o.Cost != nil && a.Region != "" {
		p.optimize(&split.random)
		for i := range p.plans {
			p.provisions[i] = p.provisions[i] || p.plans[i].Optimize.Or(Optimization{}).cheapest() > 0
		}
	}
	for i := range p.plans {
		p.recommend(i)
	}
	p.total = PlanAccount{SpillAccount: split.Account, RecommendedConcurrency: p.quota(o.Sizing).units(), NowCost: split.Account.Cost}
	if o.Cost != nil && a.Region != "" {
		p.price()
	}
	return p
}

// required finds what the load requires in the steady state.
func (f *Function) required(now FunctionSpill) FunctionPlan {
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
func (p *planning) recommend(i int) {
	plan := &p.plans[i]
	plan.RecommendedProvisioned = plan.provisionedWith(p.options.Sizing)
	if x, ok := plan.Optimize.Get(); ok {
		plan.RecommendedProvisioned = x.cheapest()
	}
	if p.account.Functions[i].Reserved.Known() {
		plan.RecommendedReserved = p.reservation(i, p.options.Sizing)
	}
}

// reservation returns the reservation that a function needs, with headroom: room for its units and, where anything is
// provisioned, for that. It is absent where neither is known.
func (p *planning) reservation(i int, s Sizing) Optional[int64] {
	plan := &p.plans[i]
	n, ok := plan.unitsWith(s).Get()
	switch x, optimized := plan.Optimize.Get(); {
	case optimized:
		n, ok = max(n, x.cheapest()), true
	case p.provisions[i]:
		n, ok = max(n, plan.provisionedWith(s)), true
	}
	if !ok {
		return Optional[int64]{}
	}
	return Some(n)
}

// RequiredForAll is the provisioned concurrency that spills nothing in the steady state, and of random arrivals no
// more than the target allows, units.
func (p *FunctionPlan) RequiredForAll() int64 {
	return max(p.RequiredProvisioned, p.RequiredProvisionedForTarget.Or(0))
}

// RequiredUnitsForAll is the pool that carries the load in the steady state, and throttles no more random arrivals
// than the target allows, units. It is absent where neither is known.
func (p *FunctionPlan) RequiredUnitsForAll() Optional[int64] {
	n, ok := p.RequiredUnits.Get()
	m, targeted := p.RequiredUnitsForTarget.Get()
	if !ok && !targeted {
		return Optional[int64]{}
	}
	return Some(max(n, m))
}

// provisionedWith is RequiredForAll with headroom.
func (p *FunctionPlan) provisionedWith(s Sizing) int64 {
	return withHeadroom(p.RequiredForAll(), s.headroom(p.RequiredProvisionedForTarget))
}

// unitsWith is RequiredUnitsForAll with headroom.
func (p *FunctionPlan) unitsWith(s Sizing) Optional[int64] {
	n, ok := p.RequiredUnitsForAll().Get()
	if !ok {
		return Optional[int64]{}
	}
	return Some(withHeadroom(n, s.headroom(p.RequiredUnitsForTarget)))
}

// quotaNeed is the concurrency that an account needs, by where it goes, units.
type quotaNeed struct {
	elsewhere   int64 // claimed by functions that are not listed
	reserved    int64
	provisioned int64 // of functions without a reservation
	shared      int64
}

func (n quotaNeed) units() int64 { return n.elsewhere + n.reserved + n.provisioned + n.shared }

// quota returns what the account needs once every function is set to what it requires, with headroom on what each
// pool needs. What is set already is not lowered.
func (p *planning) quota(s Sizing) quotaNeed {
	n := quotaNeed{elsewhere: p.account.ClaimedElsewhere}
	var need sharedNeed
	for i := range p.plans {
		f, plan := &p.account.Functions[i], &p.plans[i]
		reserved, isReserved := f.Reserved.Get()
		switch {
		case isReserved:
			n.reserved += max(reserved, p.reservation(i, s).Or(0))
		case p.provisions[i] && plan.Optimize.Known():
			g := *f
			g.Provisioned = plan.Optimize.Or(Optimization{}).cheapest()
			n.provisioned += g.Provisioned
			need.add(&g, plan.Now.RPS-g.provisionedRPS()) // what it leaves over
		case p.provisions[i]:
			n.provisioned += max(f.Provisioned, plan.provisionedWith(s))
		default:
			need.add(f, plan.Now.RPS)
		}
	}
	shared := withHeadroom(need.units(), s.Headroom)
	if least, ok := p.sharedForTarget(s).Get(); ok {
		shared = max(withHeadroom(need.units(), s.TargetHeadroom), withHeadroom(least, s.TargetHeadroom))
	}
	n.shared = p.account.sharedUnits(n.units(), shared)
	return n
}

// sharedForTarget returns the unreserved units that the targets ask for when every function is set to what it
// requires; absent where they ask nothing of them.
func (p *planning) sharedForTarget(s Sizing) (most Optional[int64]) {
	for i := range p.plans {
		f, plan := &p.account.Functions[i], &p.plans[i]
		n, ok := plan.RequiredUnitsForTarget.Get()
		if !ok || f.Reserved.Known() {
			continue
		}
		if p.provisions[i] {
			n -= max(f.Provisioned, plan.provisionedWith(s))
		}
		most = Some(max(most.Or(0), n))
	}
	return most
}

// withProvisioned returns the account with the provisioned concurrency that the plan recommends, where it sets any.
func (p *planning) withProvisioned() Account {
	a := p.account
	a.Functions = slices.Clone(a.Functions)
	for i := range a.Functions {
		if f := &a.Functions[i]; p.provisions[i] {
			f.Provisioned = max(f.Provisioned, p.plans[i].provisionedWith(p.options.Sizing))
		}
	}
	return a
}

// recommended returns the account with everything set as the plan recommends.
func (p *planning) recommended() Account {
	a := p.account
	a.Functions = slices.Clone(a.Functions)
	for i := range a.Functions {
		f, plan := &a.Functions[i], &p.plans[i]
		if p.provisions[i] {
			f.Provisioned = plan.RecommendedProvisioned
		}
		if reserved, ok := f.Reserved.Get(); ok {
			f.Reserved = Some(max(reserved, plan.RecommendedReserved.Or(0), f.Provisioned))
		}
	}
	a.Concurrency = max(a.Concurrency, p.total.RecommendedConcurrency)
	return a
}

// price finds what the recommendation costs.
func (p *planning) price() {
	// Random arrivals matter to a steady cost by the cold starts that are billed.
	billed := slices.ContainsFunc(p.account.Functions, func(f Function) bool { return f.InitMS.Known() })
	planned := p.recommended().spill(SpillOptions{Chance: p.options.Chance && billed, Cost: p.options.Cost})
	p.total.Cost = planned.Account.Cost
	for i := range p.plans {
		p.plans[i].Cost = planned.Functions[i].Cost
	}
}
