package calc

import "fmt"

// PlanOptions says how to plan.
type PlanOptions struct {
	// Headroom is added to what the load requires, as a ratio, 0 to 10; AWS
	// advises AdvisedHeadroom.
	Headroom float64
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
	// RecommendedProvisioned is RequiredProvisioned with headroom.
	RecommendedProvisioned int64 `json:"recommended_provisioned"`
	// RecommendedReserved is RequiredUnits with headroom, and at least
	// RecommendedProvisioned where anything is provisioned; absent where
	// nothing is reserved, or what is needed is not known. Without a load it is
	// 0: the load asks for no reservation, which is not to say switch it off.
	RecommendedReserved Optional[int64] `json:"recommended_reserved"`
	// Now is the split with the settings as they are.
	Now FunctionSpill `json:"now"`
}

// PlanAccount is the account's row of a plan.
type PlanAccount struct {
	SpillAccount
	// RecommendedConcurrency is the quota that carries the load when every
	// function is set as recommended, with headroom on what each pool needs,
	// and never under a reservation or provisioned concurrency that is set.
	RecommendedConcurrency int64 `json:"recommended_concurrency"`
}

// PlanResult is the answer of Plan.
type PlanResult struct {
	// Account is the account's row.
	Account PlanAccount `json:"account"`
	// Functions are the functions, in the order of the account.
	Functions []FunctionPlan `json:"functions"`
	// Actions are the changes to make, in the order in which AWS accepts them.
	Actions []Action `json:"actions"`
	// Findings are what a reader should know; never nil.
	Findings []Finding `json:"-"`

	headroom    float64
	recommended quotaNeed
}

// quotaNeed is the concurrency that an account needs, by where it goes.
type quotaNeed struct {
	reserved    int64
	provisioned int64 // of functions without a reservation
	shared      int64
}

func (n quotaNeed) units() int64 { return n.reserved + n.provisioned + n.shared }

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
//
// where
//
//	λ = offered rate, requests per second
//	d = mean duration, seconds; without it the terms with d are left out
//	h = headroom, a ratio
//
// It returns Faults where the account is not valid, no function has a rate or
// the headroom is out of its range.
//
// Source: SourceConcurrency, SourceProvisioned, read 2026-11.
func Plan(a Account, o PlanOptions) (PlanResult, error) {
	err := validRated(a)
	if !(o.Headroom >= 0 && o.Headroom <= maxHeadroom) {
		faults, _ := err.(Faults)
		return PlanResult{}, append(faults, Fault{AccountFault, FieldHeadroom,
			fmt.Sprintf("%g is out of range; legal: %s", o.Headroom, legalHeadroom)})
	}
	if err != nil {
		return PlanResult{}, err
	}
	split := a.spill()
	r := PlanResult{
		Functions: make([]FunctionPlan, len(a.Functions)),
		Findings:  a.loadFindings(split.Functions),
		headroom:  o.Headroom,
	}
	for i := range a.Functions {
		r.Functions[i] = a.Functions[i].plan(split.Functions[i], o.Headroom)
	}
	r.recommended = a.plannedQuota(r.Functions, o.Headroom)
	r.Account = PlanAccount{split.Account, r.recommended.units()}
	r.Actions = a.actions(r)
	return r, nil
}

func (f *Function) plan(now FunctionSpill, headroom float64) FunctionPlan {
	p := FunctionPlan{
		Name:                   f.Name,
		Verdict:                now.Verdict,
		RequiredProvisioned:    now.RequiredProvisioned,
		RecommendedProvisioned: withHeadroom(now.RequiredProvisioned, headroom),
		Now:                    now,
	}
	if d, ok := f.seconds(); ok {
		p.RequiredConcurrency = Some(CeilUnits(now.RPS * d))
	}
	p.RequiredUnits = f.requiredUnits(now.RPS)
	if f.Reserved.Known() {
		p.RecommendedReserved = f.reservation(p.RequiredUnits, p.RequiredProvisioned, headroom)
	}
	return p
}

// reservation returns the reservation that a function needs, with headroom:
// room for its units and, where anything is provisioned, for that. It is absent
// where neither is known.
func (f *Function) reservation(units Optional[int64], provisioned int64, headroom float64) Optional[int64] {
	n, ok := units.Get()
	if f.Provisioned > 0 {
		n, ok = max(n, provisioned), true
	}
	if !ok {
		return Optional[int64]{}
	}
	return Some(withHeadroom(n, headroom))
}

// plannedQuota returns what the account needs once every function is set to
// what it requires, with a headroom on what each pool needs. What is set
// already is not lowered.
func (a Account) plannedQuota(plans []FunctionPlan, headroom float64) quotaNeed {
	var n quotaNeed
	var need sharedNeed
	for i := range a.Functions {
		f, p := &a.Functions[i], &plans[i]
		reserved, isReserved := f.Reserved.Get()
		switch {
		case isReserved:
			n.reserved += max(reserved, f.reservation(p.RequiredUnits, p.RequiredProvisioned, headroom).Or(0))
		case f.Provisioned > 0:
			n.provisioned += max(f.Provisioned, withHeadroom(p.RequiredProvisioned, headroom))
		default:
			need.add(f, p.Now.RPS)
		}
	}
	n.shared = a.sharedUnits(n.reserved+n.provisioned, need.units(headroom))
	return n
}
