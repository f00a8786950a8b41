package calc

import (
	"cmp"
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
	// Saving is how much lower the account's bill is after a change that gives units back, as long as no other function
	// uses them, US dollars a month; absent for other changes, and if a cost is not known.
	Saving Optional[float64]
	// Unnamed reports whether the function has no name, see Function.Unnamed.
	Unnamed bool
	index   int // of the function
}

// A Cause says why a change is recommended, apart from the load.
type Cause int

// The causes.
const (
	CauseLoad    Cause = iota // the load requires it, and there is no further reason
	CauseRoom                 // a quota: it makes room for the other changes
	CauseNoSpill              // a reservation: all of it is provisioned, so nothing can spill
	CauseCheaper              // provisioned concurrency: on-demand costs less
	CauseIdle                 // provisioned concurrency: the units to remove are idle, since fewer carry the load
	CauseRandom               // random arrivals need more than what is recommended for the steady state
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

// settings is an account after some changes.
type settings struct {
	Account
	// forTarget is the number of unreserved units that the throttle target requires; absent if it requires none.
	forTarget Optional[int64]
	// forRandom is the number of unreserved units that random arrivals need without a target, 0 if that is not asked for.
	forRandom int64
}

// quota returns the smallest quota that grants the settings, carries the load and meets the throttle target, with
// headroom.
func (x settings) quota(s Sizing) int64 {
	aside := x.claimed()
	return aside + x.sharedUnits(aside, max(x.forRandom, x.sharedWith(s, x.unreservedNeed().units(), x.forTarget)))
}

// with returns the settings after those of the function changes that a filter selects.
func (p *planner) with(selected func(Change) bool) settings {
	x := settings{Account: p.account}
	x.Functions = slices.Clone(p.account.Functions)
	for _, c := range p.changed {
		if selected(c) {
			c.apply(&x.Functions[c.index])
		}
	}
	for i := range p.plans {
		if f := &x.Functions[i]; p.plans[i].scheduled() && f.Provisioned < p.plans[i].peakLevel() {
			c := Change{Setting: SettingProvisioned, From: Some(f.Provisioned), To: Some(p.plans[i].peakLevel()), index: i}
			if selected(c) { // no change, but the schedule sets it
				c.apply(f)
			}
		}
	}
	target, ok := p.options.TargetThrottle.Get()
	if !ok {
		return x
	}
	same := func(f, g Function) bool { return f.Reserved.Known() || f.Provisioned == g.Provisioned }
	if slices.EqualFunc(x.Functions, p.withProvisioned().Functions, same) { // RequiredUnitsForTarget is for these
		x.forTarget = p.sharedForTarget(func(i int) int64 { return x.Functions[i].Provisioned })
	} else {
		x.forTarget = x.unreservedFor(throttleLimit(target))
	}
	return x
}

// settle collects the changes of the functions. Sizes are found together: the provisioned concurrency of functions that
// share a pool is lowered only if what shares the pool then needs no higher quota than without.
func (p *planner) settle() {
	p.collect()
	if !p.options.TargetThrottle.Known() && !p.options.Chance || !slices.ContainsFunc(p.changed, Change.frees) {
		return
	}
	lowered := p.planned.quota(p.options.Sizing)
	if lowered <= max(p.account.Concurrency, p.quota(p.options.Sizing).units()) {
		return
	}
	p.lowersNothing = true
	if p.collect(); p.planned.quota(p.options.Sizing) >= lowered {
		p.lowersNothing = false
		p.collect()
		return
	}
	for i := range p.plans {
		f, plan := &p.account.Functions[i], &p.plans[i]
		if p.options.TargetThrottle.Known() && p.provisions[i] && !f.Reserved.Known() && !plan.Optimize.Known() {
			plan.RecommendedProvisioned = max(plan.RecommendedProvisioned, f.Provisioned)
		}
	}
}

// collect lists the changes of the functions, and the settings after them.
func (p *planner) collect() {
	p.changed = nil
	for i := range p.account.Functions {
		p.changed = append(p.changed, p.changesOf(i)...)
	}
	p.planned = p.with(func(Change) bool { return true })
	p.planned.forRandom = p.unreservedForRandom()
	p.needed = p.with(func(c Change) bool { return c.Required })
}

// unreservedForRandom returns the unreserved units that random arrivals need after all changes; 0 if those suffice that
// the quota leaves anyway.
func (p *planner) unreservedForRandom() int64 {
	if !p.options.Chance {
		return 0
	}
	a := p.planned.Account
	left := max(a.Concurrency, p.quota(p.options.Sizing).units()) - a.claimed()
	if a.sufficient(p.randomLimit, left) {
		return 0
	}
	return a.unreservedFor(p.randomLimit).Or(0)
}

// recommendedQuota returns the recommended quota. It also meets the throttle target if only the required changes are
// made.
func (p *planner) recommendedQuota() int64 {
	n := p.quota(p.options.Sizing).units()
	if p.options.TargetThrottle.Known() {
		n = max(n, p.planned.quota(p.options.Sizing), p.needed.quota(p.options.withoutHeadroom()))
	}
	return n
}

// quotaTo returns the quota that a change sets: what is recommended, what random arrivals need after all other changes,
// and what the required ones need alone.
func (p *planner) quotaTo() int64 {
	return max(p.recommendedQuota(), p.planned.quota(p.options.Sizing), p.needed.quota(p.options.withoutHeadroom()))
}

// changes lists the changes. The quota comes first, since AWS refuses the others without it; then changes that free
// units before those that need them, and a reservation before the concurrency provisioned within it. A change that a
// required one depends on is itself required, see makeRoom.
func (p *planner) changes() []Change {
	a := p.account
	for i := range p.changed {
		if c := &p.changed[i]; c.Setting == SettingProvisioned && c.frees() {
			c.Saving = p.savings[c.index]
		}
	}
	bare, to := p.options.withoutHeadroom(), p.quotaTo()
	short := p.needed.quota(bare) > a.Concurrency
	raise := to > a.Concurrency && p.planned.quota(p.options.Sizing) > a.Concurrency
	if short && !raise {
		p.makeRoom()
	}
	changes := append([]Change{}, p.changed...)
	slices.SortStableFunc(changes, func(x, y Change) int { return x.order() - y.order() })
	if raise {
		change := a.quotaChange(to, short, p.needed.forTarget.Known())
		if to > p.total.RecommendedConcurrency && !short {
			change.Cause = CauseRandom
		}
		changes = append([]Change{change}, changes...)
	}
	return changes
}

// makeRoom marks as required the fewest changes that give units back without which there is no room for the required
// changes: those that give the most back. If not even all of them make room, as the targets need the units that other
// changes add, these are required, too.
func (p *planner) makeRoom() {
	mostFirst := slices.DeleteFunc(slices.Clone(p.changed), func(c Change) bool { return p.unitsFreed(c) == 0 })
	slices.SortStableFunc(mostFirst, func(x, y Change) int { return cmp.Compare(p.unitsFreed(y), p.unitsFreed(x)) })
	rank := map[int]int{} // by function: no other change of it gives units back
	for i, c := range mostFirst {
		rank[c.index] = i
	}
	addsUnits := false                          // the changes that add units are required, too
	requires := func(n int) func(Change) bool { // with the first n that give units back
		return func(c Change) bool {
			return c.Required || addsUnits && !c.frees() || p.unitsFreed(c) > 0 && rank[c.index] < n
		}
	}
	enough := func(n int) bool {
		return p.with(requires(n)).quota(p.options.withoutHeadroom()) <= p.account.Concurrency
	}
	all := len(mostFirst)
	addsUnits = !enough(all)
	fewest := fewestUnits(0, func(n int64) bool { return n >= int64(all) || enough(int(n)) })
	required := requires(int(fewest.Or(0)))
	for i, c := range p.changed {
		p.changed[i].Required = required(c)
	}
}

// unitsFreed returns how many units an optional change gives back to the account. What is provisioned in a reservation
// stays in it.
func (p *planner) unitsFreed(c Change) int64 {
	if !c.frees() || c.Required || p.account.Functions[c.index].Reserved.Known() {
		return 0
	}
	return c.From.Or(0) - c.To.Or(0)
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
	for i := range changes {
		changes[i].Unnamed = f.Unnamed
	}
	return changes
}

// reservedChange returns the change of a reservation, and reports whether one is needed.
func (p *planner) reservedChange(i int) (c Change, made bool) {
	f, plan := &p.account.Functions[i], &p.plans[i]
	now, ok := f.Reserved.Get()
	to := p.reserveTo(i)
	c = Change{Function: Some(f.Name), Setting: SettingReserved, From: f.Reserved, index: i}
	switch {
	case f.off() && to == 0: // delete the reservation
		c.Required = true
		return c, true
	case !ok || to <= now:
		return Change{}, false
	}
	c.To = Some(to)
	required := p.reservation(i, p.options.withoutHeadroom())
	if plan.Optimize.Known() { // the cheapest provisioned concurrency is optional, and so is the room for it
		required = plan.RequiredUnitsForAll()
	}
	c.Required = required.Or(0) > now
	switch {
	case p.provisions[i] && to == p.provisionTo(i):
		c.Cause = CauseNoSpill
	case to > plan.RecommendedReserved.Or(0):
		c.Cause = CauseRandom
	}
	return c, true
}

// provisionedChange returns the change of the provisioned concurrency, and reports whether one is needed.
func (p *planner) provisionedChange(i int) (c Change, made bool) {
	f, plan := &p.account.Functions[i], &p.plans[i]
	now, to := f.Provisioned, p.provisionTo(i)
	cheaper := plan.Optimize.Known()
	c = Change{Function: Some(f.Name), Setting: SettingProvisioned, From: Some(now), To: Some(to),
		Required: plan.RequiredForAll() > now, index: i}
	if cheaper { // only a target can require more than the cheapest number
		c.Required = plan.RequiredProvisionedForTarget.Or(0) > now
	}
	if plan.scheduled() { // which sets the provisioned concurrency, so this only gives back what no level needs
		to = min(now, plan.peakLevel())
		c.To = Some(to)
	}
	switch {
	case !p.provisions[i] || to == now:
		return Change{}, false
	case to > now:
		if to > plan.RecommendedProvisioned {
			c.Cause = CauseRandom
		}
	case cheaper:
		c.Cause = CauseCheaper
	default:
		c.Cause = CauseIdle
	}
	return c, true
}
