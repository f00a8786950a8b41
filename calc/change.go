package calc

import (
	"slices"
)

// A Setting names what a Change changes.
type Setting string

// The settings that a plan can change.
const (
	SettingAccount     Setting = "account_concurrency"
	SettingReserved    Setting = "reserved"
	SettingProvisioned Setting = "provisioned"
)

// A Change is one change that a plan recommends. Package advice describes it in words and as an AWS CLI command.
type Change struct {
	// Function is the function's name; absent if the change is to the account.
	Function Optional[string]
	// Setting is what to change.
	Setting Setting
	// From is the current number of units.
	From Optional[int64]
	// To is the number of units to set; absent if a reservation is to be deleted.
	To Optional[int64]
	// Required reports whether, without the change, the load does not fit, a target is missed or AWS refuses the
	// settings. Other changes provide headroom or remove idle units.
	Required bool
	// Cause gives a further reason for the change.
	Cause Cause
}

// A Cause says why a change is recommended, apart from the load.
type Cause int

// The causes.
const (
	CauseLoad    Cause = iota // the load requires it, and there is no further reason
	CauseRoom                 // a quota: it makes room for the other changes
	CauseNoSpill              // a reservation: all of it is provisioned, so nothing can spill
	CauseCheaper              // provisioned concurrency: on-demand costs less
	CauseIdle                 // provisioned concurrency: the units to remove are idle
)

// apply applies the change to a function.
func (c Change) apply(f *Function) {
	if c.Setting == SettingReserved {
		f.Reserved = c.To
	} else {
		f.Provisioned = c.To.Or(0)
	}
}

// frees reports whether the change gives units back.
func (c Change) frees() bool {
	to, ok := c.To.Get()
	return ok && to < c.From.Or(0)
}

// order sorts changes that free units before those that need them.
func (c Change) order() int {
	if c.frees() {
		return 0
	}
	return 1
}

// changes lists the changes. The quota comes first, since AWS refuses the others without it; then changes that free
// units before those that need them, and a reservation before the concurrency provisioned within it. A change that a
// required one depends on is itself required.
func (p *planner) changes() []Change {
	a := p.account
	changes := []Change{}
	planned, needed := a, a // the account after all changes, and after the required ones
	planned.Functions, needed.Functions = slices.Clone(a.Functions), slices.Clone(a.Functions)
	for i := range a.Functions {
		for _, c := range p.changesOf(i) {
			changes = append(changes, c)
			c.apply(&planned.Functions[i])
			if c.Required {
				c.apply(&needed.Functions[i])
			}
		}
	}
	slices.SortStableFunc(changes, func(x, y Change) int { return x.order() - y.order() })

	forTarget, targeted := p.sharedForTarget(p.options.Sizing).Get()
	headroom := p.options.Headroom
	if targeted {
		headroom = p.options.TargetHeadroom
	}
	to := p.total.RecommendedConcurrency
	short := needed.claims(0, forTarget) > a.Concurrency
	switch {
	case to > a.Concurrency && planned.claims(headroom, forTarget) > a.Concurrency:
		return append([]Change{a.quotaChange(to, short, targeted)}, changes...)
	case short: // giving idle units back makes room for the required changes
		for i := range changes {
			changes[i].Required = changes[i].Required || changes[i].frees()
		}
	}
	return changes
}

// quotaChange raises the account's quota.
func (a Account) quotaChange(to int64, required, targeted bool) Change {
	c := Change{Setting: SettingAccount, From: Some(a.Concurrency), To: Some(to), Required: required}
	if required && a.required() <= a.Concurrency && !targeted {
		c.Cause = CauseRoom
	}
	return c
}

// changesOf returns the changes of one function; none without a load.
func (p *planner) changesOf(i int) (changes []Change) {
	f := &p.account.Functions[i]
	if f.RPS.Or(0) == 0 {
		return nil
	}
	reserve, reserving := p.reservedChange(i)
	provision, provisioning := p.provisionedChange(i)
	if reserving {
		if provisioning && provision.Required && provision.To.Or(0) > f.Reserved.Or(0) {
			reserve.Required = true
		}
		changes = append(changes, reserve)
	}
	if provisioning {
		changes = append(changes, provision)
	}
	return changes
}

// reservedChange returns the change of a reservation, and reports whether one is needed.
func (p *planner) reservedChange(i int) (c Change, made bool) {
	f, plan := &p.account.Functions[i], &p.plans[i]
	now, ok := f.Reserved.Get()
	to := plan.RecommendedReserved.Or(0)
	c = Change{Function: Some(f.Name), Setting: SettingReserved, From: f.Reserved}
	switch {
	case f.off() && to == 0: // delete the reservation
		c.Required = true
		return c, true
	case !ok || to <= now:
		return Change{}, false
	}
	c.To = Some(to)
	c.Required = p.reservation(i, p.options.withoutHeadroom()).Or(0) > now
	if p.provisions[i] && to == plan.RecommendedProvisioned {
		c.Cause = CauseNoSpill
	}
	return c, true
}

// provisionedChange returns the change of the provisioned concurrency, and reports whether one is needed.
func (p *planner) provisionedChange(i int) (c Change, made bool) {
	f, plan := &p.account.Functions[i], &p.plans[i]
	now, to := f.Provisioned, plan.RecommendedProvisioned
	optimized, cheaper := plan.Optimize.Get()
	c = Change{Function: Some(f.Name), Setting: SettingProvisioned, From: Some(now), To: Some(to),
		Required: plan.RequiredForAll() > now}
	if cheaper { // only a target can require more than the cheapest number
		c.Required = plan.RequiredProvisionedForTarget.Or(0) > now
	}
	switch {
	case !p.provisions[i] || to == now:
		return Change{}, false
	case len(optimized.Schedule.Or(Schedule{}).Segments) > 1:
		return Change{}, false // the schedule sets the provisioned concurrency
	case to > now:
	case cheaper:
		c.Cause = CauseCheaper
	case to > 0 && plan.Now.ProvisionedUtilizationRatio.Or(1) < idleBelow:
		c.Cause = CauseIdle
	default:
		return Change{}, false
	}
	return c, true
}
