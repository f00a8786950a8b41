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

// Sizing says how a plan sizes settings.
type Sizing struct {
	// Headroom is added to what the load requires, a ratio, 0 to 10. AWS recommends aws.AdvisedHeadroom.
	Headroom float64 `json:"headroom_ratio"`
	// TargetHeadroom replaces Headroom for sizes that a target determines, 0 to 10, since a target already says how much
	// is enough.
	TargetHeadroom float64 `json:"target_headroom_ratio"`
	// TargetSpillover is the share of random arrivals, 0 to 1, that may find provisioned concurrency full.
	TargetSpillover Optional[float64] `json:"target_spillover_ratio"`
	// TargetThrottle is the share of random arrivals at a synchronous function, 0 to 1, that may be throttled.
	TargetThrottle Optional[float64] `json:"target_throttle_ratio"`
	// Objective is what to optimize for; empty means Fit.
	Objective Objective `json:"objective"`
	// SpillPenalty is the cost of a request served on demand in addition to its price, US dollars, 0 to 1e6. Only the
	// objective Cheapest uses it.
	SpillPenalty float64 `json:"spill_penalty_usd"`
	// Segments is the maximum number of levels in a schedule, 1 to 24; 0 means DefaultSegments.
	Segments int `json:"segments"`
	// MinSegment is the minimum length of a level, 1 to 24 hours; 0 means 1.
	MinSegment int `json:"min_segment_hours"`
	// Wrap allows the last level of a schedule to continue past midnight.
	Wrap bool `json:"wrap"`
}

// DefaultSizing returns the sizing that AWS recommends.
func DefaultSizing() Sizing {
	return Sizing{Headroom: aws.AdvisedHeadroom, Objective: Fit, Segments: DefaultSegments, MinSegment: 1}
}

// faults returns what is wrong with the options.
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
		if o.Objective.OfTraffic() {
			faults.note(AccountFault, "optimize", "%s needs recorded traffic; expected it with --traffic FILE", o.Objective)
		}
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

// targeted reports whether there is any target.
func (s Sizing) targeted() bool { return s.TargetSpillover.Known() || s.TargetThrottle.Known() }

// HeadroomFor returns the headroom to add to a size, a ratio: TargetHeadroom if a target determines the size, that is,
// if target is known, and Headroom otherwise.
func (s Sizing) HeadroomFor(target Optional[int64]) float64 {
	if target.Known() {
		return s.TargetHeadroom
	}
	return s.Headroom
}

// withoutHeadroom returns the sizing without any headroom.
func (s Sizing) withoutHeadroom() Sizing {
	s.Headroom, s.TargetHeadroom = 0, 0
	return s
}

// FunctionPlan is what one function needs for its load.
type FunctionPlan struct {
	// Name is the function's name.
	Name string `json:"name"`
	// Verdict is what happens to the load now, in the steady state.
	Verdict Verdict `json:"verdict"`
	// VerdictRandom is what happens to a significant share of random arrivals now, see FunctionSpill.VerdictRandom; absent
	// if it is not known.
	VerdictRandom Optional[Verdict] `json:"verdict_random"`
	// RequiredConcurrency is the average number of environments that the load keeps busy, rounded up: ceil(rps x
	// duration); absent without a duration.
	RequiredConcurrency Optional[int64] `json:"required_concurrency"`
	// RequiredUnits is the number of units that the function's pool needs: the larger of RequiredConcurrency and, if
	// synchronous, ceil(rps/10). Absent for an asynchronous function without a duration.
	RequiredUnits Optional[int64] `json:"required_units"`
	// RequiredProvisioned is the smallest provisioned concurrency that spills nothing, units.
	RequiredProvisioned int64 `json:"required_provisioned"`
	// RecommendedProvisioned is RequiredProvisioned or, with a target, what the target requires, each with headroom. A
	// change may set more, for random arrivals.
	RecommendedProvisioned int64 `json:"recommended_provisioned"`
	// RecommendedReserved is RequiredUnits or, with a target, what the target requires, each with headroom. It is at least
	// RecommendedProvisioned if anything is provisioned. Absent if nothing is reserved, or if the requirement is not
	// known. Without a load it is 0: the load needs no reservation, which does not mean that the function should be
	// switched off.
	RecommendedReserved Optional[int64] `json:"recommended_reserved"`
	// RequiredProvisionedForTarget is the smallest provisioned concurrency at which at most the target share of random
	// arrivals spills, units; absent without a target or a duration, and if no number of units meets the target.
	RequiredProvisionedForTarget Optional[int64] `json:"required_provisioned_for_target"`
	// RequiredUnitsForTarget is the smallest number of units, provisioned and on demand together, at which at most the
	// target share of random arrivals is throttled; absent without a target or a duration, for an asynchronous function,
	// and if no number of units meets the target. If a function has no reservation, all units beyond its provisioned
	// concurrency are units of the unreserved pool.
	RequiredUnitsForTarget Optional[int64] `json:"required_units_for_target"`
	// RequiredProvisionedForRandom is the smallest provisioned concurrency at which at most 1 % of random arrivals spills,
	// units; absent if there is a target for that, without a duration, and if random arrivals are not requested.
	RequiredProvisionedForRandom Optional[int64] `json:"required_provisioned_for_random"`
	// RequiredUnitsForRandom is the smallest reservation at which at most 0.1 % of random requests is throttled, or 1 % of
	// random events waits; absent if there is a target for that, without a reservation or a duration, and if random
	// arrivals are not requested.
	RequiredUnitsForRandom Optional[int64] `json:"required_units_for_random"`
	// Driver is the limit or the target that requires the most units; absent without a load.
	Driver Optional[Driver] `json:"driver"`
	// Neighbours are the shares beyond provisioned concurrency at RequiredProvisionedForTarget, and at one unit fewer and
	// one unit more.
	Neighbours []Neighbour `json:"neighbours"`
	// Cost is the monthly cost of the steady split with everything set as recommended; absent if no Region, memory or
	// duration is given.
	Cost Optional[Cost] `json:"cost"`
	// Traffic describes the recorded traffic of the function; absent without any. Everything above and Now are then about
	// its busiest step.
	Traffic Optional[Traffic] `json:"traffic,omitzero"`
	// Present is what the present settings would have done with the traffic; absent without any, or if nothing is
	// provisioned.
	Present Optional[Way] `json:"present,omitzero"`
	// Ways are the ways to provide concurrency for the traffic; absent without any.
	Ways []Way `json:"ways,omitempty"`
	// Baseline compares the cost with the current settings with an earlier cost, if one is given.
	Baseline Optional[Comparison] `json:"baseline,omitzero"`
	// Optimize is the cost curve if the objective is cost; absent if no cost is known.
	Optimize Optional[Optimization] `json:"optimize"`
	// Now is the split with the current settings.
	Now FunctionSpill `json:"now"`
}

// PlanAccount is the account's row of a plan.
type PlanAccount struct {
	SpillAccount
	// RecommendedConcurrency is the quota that can handle the load with every function set as recommended. It includes
	// headroom on what each pool needs, and never goes below the current reservations or provisioned concurrency.
	RecommendedConcurrency int64 `json:"recommended_concurrency"`
	// NowCost is the combined cost of all functions with the current settings; Cost is that of the recommendation.
	NowCost Optional[AccountCost] `json:"now_cost"`
	// Accepted reports whether AWS accepts the current settings, see Account.Accepted. If it does not, the verdict is
	// Refused, and the split shows what would happen to the load with no unreserved units.
	Accepted bool `json:"accepted"`
}

// PlanResult is the result of Plan.
type PlanResult struct {
	// Planned is the account that the plan is about. If a function lacks the rate or the duration that a sweep varies, it
	// gets the highest value of the sweep.
	Planned Account
	// Account is the account's row.
	Account PlanAccount
	// Functions are the functions, in the order of the account.
	Functions []FunctionPlan
	// Regions are the Regions, if a function of Lambda@Edge runs in several.
	Regions []RegionResult
	// Changes are the recommended changes, in an order that AWS accepts; never nil.
	Changes []Change
	// Sweep is the plan at every point, if a sweep is requested.
	Sweep []Swept[PlanAccount, FunctionPlan]
	// Growth is what happens as the load grows, with the current settings, if a scale is requested.
	Growth
	// Baseline compares the cost with the current settings with an earlier cost, if one is given.
	Baseline Optional[Comparison]
	// Removed lists the functions of the baseline that no longer exist, by name.
	Removed []Removed
	// Findings are facts that a reader should know; never nil.
	Findings []Finding
}

// Plan returns whether the account's load fits, the smallest settings with which it does, and the changes that lead
// there.
//
//	required provisioned = max(ceil(λ d), ceil(λ/10))
//	required units       = max(ceil(λ d), ceil(λ/10))   synchronous
//	                     = ceil(λ d)                    asynchronous
//	recommended          = ceil(required (1 + h))
//	                     = ceil(required for the target (1 + h'))   with a target
//
// where
//
//	λ = offered rate, requests per second
//	d = mean duration, seconds; without it, terms with d are omitted
//	h = headroom, a ratio; h' is the headroom for targets
//
// A target requires the smallest number of units at which the share of random arrivals, see Chance, is at most the
// target. It replaces the requirement of the steady state, even if it allows more requests to be turned away. Without a
// target, the changes still lead to sizes at which no significant share of random arrivals is turned away, see
// FunctionSpill.VerdictRandom, and lower nothing below them.
//
// AWS may refuse the current settings because they set too much aside. The plan then says how to make them fit.
//
// Plan returns Faults if the account is otherwise not valid, no function has a rate, an option is out of range, or a
// point of the sweep is not valid.
//
// Source: aws.SourceConcurrency, aws.SourceProvisioned, read 2026-11.
func Plan(a Account, o PlanOptions) (PlanResult, error) {
	a, points, err := a.swept(o.Sweep, requested)
	faults := append(faultsOf(err), o.faults()...)
	if o.Objective == Cheapest && (a.Region == "" || o.Cost == nil) && len(faults) == 0 {
		faults.note(AccountFault, "optimize",
			"the cost is unknown; expected fit, or a Region, memory and a duration")
	}
	if len(faults) == 0 {
		faults = a.scaleFaults(o.SpillOptions, requested)
	}
	if err := faults.err(); err != nil {
		return PlanResult{}, err
	}
	p := a.planFor(o)
	r := PlanResult{Planned: a.perRegion(), Account: p.total, Functions: p.plans, Regions: p.regions, Changes: p.changes,
		Findings: p.findings}
	r.Baseline, r.Removed = o.Baseline.compare(r.Account.NowCost, len(r.Functions), func(i int) priced {
		f := &r.Functions[i]
		return priced{f.Name, f.Now.Cost, &f.Baseline}
	})
	r.Growth = a.scale(o.SpillOptions, o.Sizing)
	a.planScale(r.Scale, o)
	if !r.Account.Accepted {
		for i := range r.Scale {
			refuse(&r.Scale[i].Verdict, &r.Scale[i].VerdictRandom)
		}
	}
	r.Sweep = sweep(points, func(a Account) (PlanAccount, []FunctionPlan) {
		at := a.planFor(o)
		return at.total, at.plans
	})
	return r, nil
}

// A planner builds a plan, and holds the intermediate results that its stages share.
type planner struct {
	account Account    // with the event sources as planned
	before  Account    // with those that there are
	raised  [][]Change // of event sources, by function, so that they take what arrives
	options PlanOptions
	now     []FunctionSpill // the split with the current settings
	plans   []FunctionPlan
	// provisions reports, for each function, whether the plan sets its provisioned concurrency: if it already has some, if
	// it is the only function and has a spillover target, or if provisioning is cheaper.
	provisions []bool
	attempts   []float64 // for each function, how many attempts a request may take, see provisionForRetries
	changed    []Change  // the changes of the functions
	planned    settings  // the account after all of them
	needed     settings  // the account after the required ones
	// lowersNothing reports whether to keep the provisioned concurrency of functions that share a pool, see settle.
	lowersNothing bool
	leastReserved []int64             // by function: the reservation with the least provisioned concurrency, see optimize
	shared        bool                // several loads share the unreserved units
	savings       []Optional[float64] // savings by changes of provisioned concurrency, by function, US dollars a month
	total         PlanAccount
	costs         costNotes
}

// newPlanner sizes each function and the account.
func newPlanner(a Account, o PlanOptions) *planner {
	split := a.spill(o.SpillOptions)
	split.judge(o.Sizing)
	before := a.inPools()
	a, raised := a.withSources(o.Headroom)
	a = a.inPools()
	p := &planner{account: a, before: before, raised: raised, options: o, plans: make([]FunctionPlan, len(a.Functions)),
		provisions: make([]bool, len(a.Functions)), leastReserved: make([]int64, len(a.Functions)),
		now: split.Functions, costs: split.costs,
		savings: make([]Optional[float64], len(a.Functions))}
	for i := range a.Functions {
		p.plans[i] = a.Functions[i].required(split.Functions[i])
		f := &a.Functions[i]
		targeted := len(a.Functions) == 1 && o.TargetSpillover.Known() && f.canProvision()
		p.provisions[i] = f.Provisioned > 0 || targeted
	}
	p.meetTargets()
	if o.Objective == Cheapest && o.Cost != nil && a.Region != "" {
		p.optimize(&split)
	} else {
		p.size()
	}
	p.total = PlanAccount{
		SpillAccount:           split.Account,
		RecommendedConcurrency: p.recommendedQuota(),
		NowCost:                split.Account.Cost,
		Accepted:               a.Accepted(),
	}
	if !p.total.Accepted {
		refuse(&p.total.Verdict, &p.total.VerdictRandom)
	}
	if o.Cost != nil && a.Region != "" {
		p.price(&split.steady)
	}
	return p
}

// size adds headroom to what the load and the targets require, and collects the changes.
func (p *planner) size() {
	for i := range p.plans {
		p.recommend(i)
		p.plans[i].RequiredUnitsForRandom = p.reservedForRandom(i)
	}
	p.settle()
}

// after returns the account after all changes.
func (p *planner) after() Account {
	a := p.planned.Account
	a.Concurrency = max(a.Concurrency, p.quotaTo())
	return a
}

// required computes what the load requires in the steady state.
func (f *Function) required(now FunctionSpill) FunctionPlan {
	p := FunctionPlan{
		Name:                f.Name,
		Verdict:             now.Verdict,
		VerdictRandom:       now.VerdictRandom,
		RequiredProvisioned: now.RequiredProvisioned,
		Now:                 now,
	}
	if m, ok := now.Managed.Get(); ok {
		if load, ok := m.Concurrency.Get(); ok {
			p.RequiredConcurrency = Some(CeilUnits(orLeast(load, now.RPS > 0)))
		}
		return p
	}
	p.RequiredUnits = f.requiredUnits()
	p.RequiredProvisioned = f.requiredProvisioned() // now, sources may let less through
	if d, ok := f.seconds(); ok {
		p.RequiredConcurrency = Some(CeilUnits(orLeast(now.RPS*d, now.RPS > 0)))
	}
	return p
}

// recommend sets the recommended sizes: what the load and the targets require, with headroom.
func (p *planner) recommend(i int) {
	plan := &p.plans[i]
	plan.RecommendedProvisioned = plan.provisionedWith(p.options.Sizing)
	if x, ok := plan.Optimize.Get(); ok {
		plan.RecommendedProvisioned = x.cheapest()
	}
	if p.account.Functions[i].Reserved.Known() {
		plan.RecommendedReserved = p.reservation(i, p.options.Sizing)
	}
}

// ProvisionTo is the provisioned concurrency that suits the load, units: what is recommended, and what random arrivals
// need unless the cheapest number is asked for. A plan of an account that has it set recommends no more.
func (p *FunctionPlan) ProvisionTo() int64 {
	if p.Optimize.Known() {
		return p.RecommendedProvisioned
	}
	return max(p.RecommendedProvisioned, p.RequiredProvisionedForRandom.Or(0))
}

// ReserveTo is the reservation that suits the load, units, likewise; 0 if nothing is known to be needed.
func (p *FunctionPlan) ReserveTo() int64 {
	return max(p.RecommendedReserved.Or(0), p.RequiredUnitsForRandom.Or(0))
}

// provisionTo returns the provisioned concurrency that a change sets.
func (p *planner) provisionTo(i int) int64 {
	f, plan := &p.account.Functions[i], &p.plans[i]
	n := plan.ProvisionTo()
	if p.lowersNothing && !f.Reserved.Known() && !plan.Optimize.Known() {
		n = max(n, f.Provisioned)
	}
	return n
}

// reserveTo returns the reservation that a change sets, likewise; 0 if nothing is known to be needed. The cheapest
// provisioned concurrency never lowers it.
func (p *planner) reserveTo(i int) int64 {
	n := p.plans[i].ReserveTo()
	if p.provisions[i] {
		n = max(n, p.provisionTo(i))
	}
	return max(n, p.leastReserved[i], p.leastForSources(i))
}

// reservation returns the reservation that a function needs, with headroom: enough for its units and for its
// provisioned concurrency, if any. It is absent if neither is known.
func (p *planner) reservation(i int, s Sizing) Optional[int64] {
	f, plan := p.account.Functions[i], &p.plans[i]
	n, ok := plan.RequiredUnitsForAll().Get()
	provisioned := int64(0)
	switch x, optimized := plan.Optimize.Get(); {
	case optimized:
		provisioned = x.cheapest()
	case p.provisions[i]:
		provisioned = plan.provisionedWith(s)
	}
	if provisioned > 0 && !plan.RequiredUnitsForTarget.Known() { // the new number may turn away more than the current one
		f.Provisioned = provisioned
		n = max(n, f.requiredUnits().Or(0))
	}
	n = max(withHeadroom(n, s.HeadroomFor(plan.RequiredUnitsForTarget)), withHeadroom(f.TenantUnits(), s.Headroom))
	if !ok && !p.provisions[i] && !plan.Optimize.Known() {
		return Optional[int64]{}
	}
	return Some(max(n, provisioned))
}

// RequiredForAll returns the provisioned concurrency that spills no more random arrivals than the target allows or,
// without a target, spills nothing in the steady state, units.
func (p *FunctionPlan) RequiredForAll() int64 {
	return p.RequiredProvisionedForTarget.Or(p.RequiredProvisioned)
}

// RequiredUnitsForAll returns the size of the pool that throttles no more random arrivals than the target allows or,
// without a target, handles the load in the steady state, units. It is absent if neither is known.
func (p *FunctionPlan) RequiredUnitsForAll() Optional[int64] {
	return p.RequiredUnitsForTarget.Else(p.RequiredUnits)
}

// provisionedWith returns RequiredForAll with headroom.
func (p *FunctionPlan) provisionedWith(s Sizing) int64 {
	return withHeadroom(p.RequiredForAll(), s.HeadroomFor(p.RequiredProvisionedForTarget))
}

// withProvisioned returns the account with the recommended provisioned concurrency for those functions for which the
// plan sets it.
func (p *planner) withProvisioned() Account {
	a := p.account
	a.Functions = slices.Clone(a.Functions)
	for i := range a.Functions {
		a.Functions[i].Provisioned = p.provisionedAfter(i, p.options.Sizing)
		if p.provisions[i] && !p.plans[i].Optimize.Known() {
			a.Functions[i].Provisioned = max(a.Functions[i].Provisioned, p.plans[i].RequiredProvisionedForRandom.Or(0))
		}
	}
	return a
}

// provisionedAfter returns the provisioned concurrency of a function as the plan recommends it. Only a plan for the
// least cost counts on the units that other changes give back. With a schedule, it is the highest level.
func (p *planner) provisionedAfter(i int, s Sizing) int64 {
	f, plan := &p.account.Functions[i], &p.plans[i]
	x, optimized := plan.Optimize.Get()
	switch n := plan.provisionedWith(s); {
	case plan.scheduled():
		return plan.peakLevel()
	case optimized:
		return x.cheapest()
	case !p.provisions[i]:
		return f.Provisioned
	case p.options.Objective == Cheapest:
		return max(n, plan.RequiredProvisionedForRandom.Or(0))
	default:
		return max(f.Provisioned, n)
	}
}

// price computes the cost of the recommendation, and the savings by changes of provisioned concurrency. now is the bill
// with the current settings.
func (p *planner) price(now *bill) {
	a := p.after()
	a.Functions = slices.Clone(a.Functions)
	for i := range a.Functions {
		if p.plans[i].scheduled() { // the schedule's commands set it, not a change
			a.Functions[i].Provisioned = p.plans[i].RecommendedProvisioned
		}
	}
	// Random arrivals affect the steady cost only through billed cold starts.
	billed := slices.ContainsFunc(a.Functions, func(f Function) bool { return f.InitMS.Known() })
	planned := a.spill(SpillOptions{Chance: p.options.Chance && billed, Cost: p.options.Cost})
	p.total.Cost = planned.Account.Cost
	for i := range p.plans {
		plan := &p.plans[i]
		plan.Cost = planned.Functions[i].Cost
		p.savings[i] = now.saving(i, &planned.steady)
	}
}
