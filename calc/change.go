package calc

import (
	"cmp"
	"slices"

	"github.com/lambdacap/lambdacap/calc/source"
)

// A Setting names what a Change changes.
type Setting string

// The settings that a plan can change.
const (
	SettingAccount     Setting = "account_concurrency"
	SettingReserved    Setting = "reserved"
	SettingProvisioned Setting = "provisioned"
	// SettingEnvironments is the most environments of a function on Managed Instances.
	SettingEnvironments Setting = "environments_max"
	// The settings of an event source: batches at a time, pollers, batches at a time of each shard, shards, seconds, and
	// receives.
	SettingMaximumConcurrency Setting = "maximum_concurrency"
	SettingPollers            Setting = "pollers_max"
	SettingParallelization    Setting = "parallelization"
	SettingShards             Setting = "shards"
	SettingVisibility         Setting = "visibility_timeout"
	SettingMaxReceive         Setting = "max_receive_count"
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
	// Required reports whether the change is needed: without it, the load does not fit, a target is missed or AWS refuses
	// the settings. Other changes provide headroom or remove idle units.
	Required bool
	// Cause is the reason for the change, if there is one apart from the load.
	Cause Cause
	// Saving is how much a change that gives units back lowers the account's bill, US dollars a month, as long as no other
	// function uses those units; absent for other changes, and if a cost is not known.
	Saving Optional[float64]
	// Least is the least environments or pollers, which stay as they are, for SettingEnvironments and SettingPollers.
	Least int64
	// SourceIndex is the event source of the function, for the settings of one. Source is its type; absent if it is the
	// only one.
	SourceIndex int
	Source      Optional[source.Type]
	// Region is the Region of the quota; absent for that of the account.
	Region Optional[string]
	// Unnamed reports whether the function has no name, see Function.Unnamed.
	Unnamed bool
	// Qualifier is the version or alias of the function, see Function.Qualifier.
	Qualifier string
	index     int // of the function
}

// A Cause says why a change is recommended, if for another reason than the load.
type Cause int

// The causes.
const (
	CauseLoad     Cause = iota // the load requires it, and there is no further reason
	CauseRoom                  // a quota: it makes room for the other changes
	CauseNoSpill               // a reservation: all of it is provisioned, so nothing can spill
	CauseCheaper               // provisioned concurrency: on-demand costs less
	CauseIdle                  // provisioned concurrency: the units to remove are idle, since fewer can handle the load
	CauseRandom                // random arrivals need more than what is recommended for the steady state
	CauseReserved              // the maximum of a source: with more, its pollers are throttled by the reservation
)

// apply applies the change to a function.
func (c Change) apply(f *Function) {
	switch {
	case c.Setting.OfSource(): // a planner has the sources as planned, see withSources
	case c.Setting == SettingReserved:
		f.Reserved = c.To
	case c.Setting == SettingEnvironments:
		whole := *f.managed
		whole.Managed.Max = c.To
		f.managed = &whole
	default:
		f.Provisioned = c.To.Or(0)
	}
}

// frees reports whether the change gives units back.
func (c Change) frees() bool {
	to, ok := c.To.Get()
	return ok && to < c.From.Or(0) && !c.Setting.OfSource()
}

// order sorts changes that free units before those that need them.
func (c Change) order() int {
	if c.frees() {
		return 0
	}
	return 1
}

// settings is an account after some of the changes.
type settings struct {
	Account
	// forTarget is the number of unreserved units that the throttle target requires; absent if it requires none.
	forTarget Optional[int64]
	// forRandom is the number of unreserved units that random arrivals need without a target; 0 if not requested.
	forRandom int64
}

// quota returns the smallest quota that grants the settings, handles the load and meets the throttle target, with
// headroom.
func (x settings) quota(s Sizing) int64 {
	aside := x.Claimed()
	shared := x.sharedUnits(aside, max(x.forRandom, x.sharedWith(s, x.unreservedNeed().units(), x.forTarget)))
	return max(aside+shared, withHeadroom(x.tenantQuota(), s.Headroom))
}

// with returns the account after those changes of functions that a filter selects.
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
	if slices.EqualFunc(x.Functions, p.withProvisioned().Functions, same) { // RequiredUnitsForTarget assumes these
		x.forTarget = p.sharedForTarget(func(i int) int64 { return x.Functions[i].Provisioned })
	} else {
		x.forTarget = x.unreservedFor(throttleLimit(target))
	}
	return x
}

// settle collects the changes of the functions. It sizes them together: it lowers the provisioned concurrency of
// functions that share a pool only if that does not raise the quota that the pool needs.
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

// unreservedForRandom returns the unreserved units that random arrivals need after all changes; 0 if the quota leaves
// enough anyway: the present one, or the recommended one if it is raised for another reason.
func (p *planner) unreservedForRandom() int64 {
	if !p.options.Chance {
		return 0
	}
	a := p.planned.Account
	quota := a.Concurrency
	if p.planned.quota(p.options.Sizing) > quota {
		quota = max(quota, p.quota(p.options.Sizing).units())
	}
	if a.sufficient(p.randomLimit, quota-a.Claimed()) {
		return 0
	}
	return a.unreservedFor(p.randomLimit).Or(0)
}

// recommendedQuota returns the recommended quota. It also meets the throttle target if only the required changes are
// made.
func (p *planner) recommendedQuota() int64 {
	n := max(p.quota(p.options.Sizing).units(), withHeadroom(p.account.tenantQuota(), p.options.Headroom))
	if p.options.TargetThrottle.Known() {
		n = max(n, p.planned.quota(p.options.Sizing), p.needed.quota(p.options.withoutHeadroom()))
	}
	return n
}

// quotaTo returns the quota that a change sets. It is enough for the recommendation, for random arrivals after all
// other changes, and for the required changes alone.
func (p *planner) quotaTo() int64 {
	return max(p.recommendedQuota(), p.planned.quota(p.options.Sizing), p.needed.quota(p.options.withoutHeadroom()))
}

// changes lists the changes. The quota comes first, since AWS refuses the others without it. Then come changes that
// free units before those that need them, and a reservation before the concurrency provisioned in it. A change that a
// required change depends on is also required, see makeRoom.
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

// makeRoom marks more changes as required if the required ones do not fit without them: the fewest changes that give
// units back, largest first. If even all of them do not make room because the targets need units that other changes
// add, those changes become required too.
func (p *planner) makeRoom() {
	mostFirst := slices.DeleteFunc(slices.Clone(p.changed), func(c Change) bool { return p.unitsFreed(c) == 0 })
	slices.SortStableFunc(mostFirst, func(x, y Change) int { return cmp.Compare(p.unitsFreed(y), p.unitsFreed(x)) })
	rank := map[int]int{} // by function, which has only one change that gives units back
	for i, c := range mostFirst {
		rank[c.index] = i
	}
	addsUnits := false                          // whether changes that add units are also required
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

// unitsFreed returns how many units an optional change gives back to the account. Units provisioned in a reservation
// stay in it.
func (p *planner) unitsFreed(c Change) int64 {
	if !c.frees() || c.Required || p.account.Functions[c.index].Reserved.Known() {
		return 0
	}
	return c.From.Or(0) - c.To.Or(0)
}

// quotaChange returns the change that raises the account's quota.
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
	if f.managed != nil {
		return p.environmentsChange(i)
	}
	if f.RPS.Or(0) == 0 {
		return nil
	}
	reserve, reserving := p.reservedChange(i)
	provision, provisioning := p.provisionedChange(i)
	reserved := f.Reserved
	if reserving {
		reserved = reserve.To
		if provisioning && provision.Required && provision.To.Or(0) > f.Reserved.Or(0) {
			reserve.Required = true
		}
		changes = append(changes, reserve)
	}
	if provisioning {
		changes = append(changes, provision)
	}
	for i := range changes {
		changes[i].Unnamed, changes[i].Qualifier = f.Unnamed, f.Qualifier
	}
	if f.polled != nil {
		changes = append(changes, p.sourceChanges(i, reserved)...)
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
	case f.Off() && to == 0: // delete the reservation
		c.Required = true
		return c, true
	case !ok || to <= now:
		return Change{}, false
	}
	c.To = Some(to)
	required := p.reservation(i, p.options.withoutHeadroom())
	if plan.Optimize.Known() { // the cheapest provisioned concurrency is optional, and so is its room
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
