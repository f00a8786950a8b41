package calc

import "slices"

// quotaNeed is the concurrency that an account needs, by purpose, units.
type quotaNeed struct {
	elsewhere   int64 // claimed by functions that are not listed
	reserved    int64
	provisioned int64 // of functions without a reservation
	shared      int64
}

func (n quotaNeed) units() int64 { return n.elsewhere + n.reserved + n.provisioned + n.shared }

// quota returns what the account needs with every function set to what it requires, with headroom on what each pool
// needs. It lowers nothing that is already set.
func (p *planner) quota(s Sizing) quotaNeed {
	n := quotaNeed{elsewhere: p.account.ClaimedElsewhere}
	var need sharedNeed
	for i := range p.plans {
		f, plan := &p.account.Functions[i], &p.plans[i]
		reserved, isReserved := f.Reserved.Get()
		switch {
		case isReserved:
			n.reserved += max(reserved, p.reservation(i, s).Or(0))
		case p.provisions[i]:
			g := *f
			g.Provisioned = p.provisionedAfter(i, s)
			n.provisioned += g.Provisioned
			if plan.Optimize.Known() { // which may be less than the load needs
				need.add(&g, g.RPS.Or(0)-g.provisionedRPS())
			}
		default:
			need.add(f, f.RPS.Or(0))
		}
	}
	least := p.sharedForTarget(func(i int) int64 { return p.provisionedAfter(i, s) })
	n.shared = p.account.sharedUnits(n.units(), p.account.sharedWith(s, need.units(), least))
	return n
}

// sharedWith returns the unreserved units that the steady need and the throttle target require, with headroom. The
// target replaces the need if it applies to every function that shares the units.
func (a Account) sharedWith(s Sizing, need int64, forTarget Optional[int64]) int64 {
	least, targeted := forTarget.Get()
	switch {
	case !targeted:
		return withHeadroom(need, s.Headroom)
	case a.sharedByTargeted():
		need = 0
	}
	return withHeadroom(max(need, least), s.TargetHeadroom)
}

// sharedByTargeted reports whether a throttle target applies to every load that shares the unreserved units.
func (a Account) sharedByTargeted() bool {
	return !slices.ContainsFunc(a.Functions, func(f Function) bool {
		return !f.throttleKnown() && !f.Reserved.Known() && f.RPS.Or(0) > 0
	})
}

// sharedForTarget returns the unreserved units that the throttle target requires, given the provisioned concurrency of
// the functions for which the plan sets it; absent if it requires none.
func (p *planner) sharedForTarget(provisioned func(i int) int64) (most Optional[int64]) {
	for i := range p.plans {
		f, plan := &p.account.Functions[i], &p.plans[i]
		n, ok := plan.RequiredUnitsForTarget.Get()
		if !ok || f.Reserved.Known() {
			continue
		}
		if p.provisions[i] {
			n -= provisioned(i)
		}
		most = Some(max(most.Or(0), n))
	}
	return most
}
