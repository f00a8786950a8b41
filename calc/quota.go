package calc

import "github.com/lambdacap/lambdacap/calc/aws"

// AccountResult is the part of every result that describes the account as a whole.
type AccountResult struct {
	// Concurrency is the quota, units.
	Concurrency int64 `json:"concurrency"`
	// UnreservedFloor is the concurrency that AWS keeps unreserved, units.
	UnreservedFloor int64 `json:"unreserved_floor"`
	// ReservedTotal is the sum of the reservations, units.
	ReservedTotal int64 `json:"reserved_total"`
	// ProvisionedUnreservedTotal is the provisioned concurrency of functions without a reservation, units.
	ProvisionedUnreservedTotal int64 `json:"provisioned_unreserved_total"`
	// ClaimedElsewhere is the concurrency reserved or provisioned by functions that are not listed, units; known from
	// get-account-settings.
	ClaimedElsewhere int64 `json:"claimed_elsewhere"`
	// Unreserved is the concurrency that functions without a reservation share, units; 0 if more is set aside than the
	// quota.
	Unreserved int64 `json:"unreserved"`
	// Overclaimed is the number of units set aside beyond the quota; 0 if they fit.
	Overclaimed int64 `json:"overclaimed"`
	// Reservable is how much more could be reserved or provisioned, units: max(0, Unreserved - UnreservedFloor).
	Reservable int64 `json:"reservable"`
	// RateCeilingRPS is 10 x Concurrency, requests per second.
	RateCeilingRPS int64 `json:"rate_ceiling_rps"`
	// OfferedSyncRPS is the combined offered rate of all synchronous functions, requests per second.
	OfferedSyncRPS float64 `json:"offered_sync_rps"`
	// RequiredConcurrency is the smallest quota that can handle the load with the current settings, units; absent if no
	// function has a rate. Functions without a duration are left out.
	RequiredConcurrency Optional[int64] `json:"required_concurrency"`
}

// Result computes the account's part of a result.
func (a Account) Result() AccountResult {
	a = a.inPools()
	r := AccountResult{
		Concurrency:                a.Concurrency,
		UnreservedFloor:            a.Floor(),
		ReservedTotal:              a.reserved(),
		ProvisionedUnreservedTotal: a.provisionedUnreserved(),
		ClaimedElsewhere:           a.ClaimedElsewhere,
		Unreserved:                 a.Unreserved(),
		Overclaimed:                max(0, a.Claimed()-a.Concurrency),
		RateCeilingRPS:             int64(rateLimit(a.Concurrency)),
	}
	r.Reservable = max(0, r.Unreserved-r.UnreservedFloor)
	rated := false
	for i := range a.Functions {
		f := &a.Functions[i]
		rated = rated || f.RPS.Known()
		if f.Mode.RateLimited() {
			r.OfferedSyncRPS += f.RPS.Or(0)
		}
	}
	if rated {
		r.RequiredConcurrency = Some(a.required())
	}
	return r
}

// required returns the smallest quota with which the account can handle its load with the current provisioned
// concurrency, and with reservations of the required size:
//
//	S + max(F if S > 0, need of U)
//	S = C + sum(max(R, required units of the function)) + sum(P without R)
//
// where
//
//	C         = units claimed by functions that are not listed
//	F         = unreserved floor of that quota, see sharedUnits
//	need of U = what the rates beyond provisioned concurrency need
//
// Functions without a reservation may need more for the environments of their tenants, see TenantUnits.
//
// Derived from aws.SourceConcurrency.
func (a Account) required() int64 {
	aside := a.ClaimedElsewhere + a.provisionedUnreserved()
	for i := range a.Functions {
		f := &a.Functions[i]
		if reserved, ok := f.Reserved.Get(); ok {
			aside += max(reserved, f.requiredUnits().Or(0))
		}
	}
	return max(aside+a.sharedUnits(aside, a.unreservedNeed().units()), a.tenantQuota())
}

// leastUnreserved returns the units that stay unreserved in every quota that allows anything to be set aside.
func (a Account) leastUnreserved() int64 { return a.UnreservedFloor.Or(aws.OrdinaryFloor) }

// sharedUnits returns the unreserved units of the smallest quota that grants what is set aside and leaves what the
// sharing functions need. If anything is set aside, AWS insists on the floor of that quota. Unless the floor is given,
// it is aws.OrdinaryFloor: in a smaller quota the floor is the whole quota, so nothing can be set aside.
func (a Account) sharedUnits(aside, need int64) int64 {
	if aside > 0 {
		return max(a.leastUnreserved(), need)
	}
	return need
}

// unreservedNeed returns what the functions without a reservation need from the unreserved pool.
func (a Account) unreservedNeed() sharedNeed {
	var need sharedNeed
	for i := range a.Functions {
		f := &a.Functions[i]
		if !f.Reserved.Known() {
			need.add(f, f.RPS.Or(0)-f.provisionedRPS())
		}
	}
	return need
}

// sharedNeed adds up what functions need from a shared pool:
//
//	max(ceil(sum(e d)), ceil(sum(e of sync)/10))
//
// where e is the rate beyond provisioned concurrency, requests per second. Derived from aws.SourceConcurrency.
type sharedNeed struct {
	load    float64 // environments
	syncRPS float64 // requests per second
}

// add adds the rate of a function beyond its provisioned concurrency.
func (n *sharedNeed) add(f *Function, excess float64) {
	if f.Mode.RateLimited() {
		n.syncRPS += excess
	}
	if d, ok := f.seconds(); ok {
		n.load += orLeast(float64(excess*d), excess > 0)
	}
}

// units returns the need in units.
func (n sharedNeed) units() int64 {
	return max(CeilUnits(n.load), unitsForRate(n.syncRPS))
}
