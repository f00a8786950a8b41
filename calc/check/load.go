package check

import (
	"fmt"
	"slices"

	"github.com/lambdacap/lambdacap/calc"
)

// A load is what becomes of the rates of an account that AWS may refuse: with
// the settings as far as they can be.
type load struct {
	judged []bool // by function; what rests on settings that cannot be is not
	// plan is without targets, and targets with them: nil where there are none.
	plan    calc.PlanResult
	targets *calc.PlanResult
	ahead   []calc.FunctionSpill // with the headroom on top of all rates
	// need is what the load asks of the unreserved units, with the settings as
	// they are: now, and with the headroom.
	need, needAhead int64
}

// needed is how many units the rate of a function needs.
func (l *load) needed(i int) int64 {
	if l == nil {
		return 0
	}
	needed := l.plan.Functions[i].RequiredUnits.Or(0)
	if l.targets != nil {
		needed = max(needed, l.targets.Functions[i].RequiredUnitsForTarget.Or(0))
	}
	return needed
}

// judge looks whether the settings carry the rates.
func (c *checker) judge(err error) {
	l := c.load
	for i := range c.account.Functions {
		c.tracking(&c.account.Functions[i])
	}
	if err != nil {
		c.add(UnknownValue, report{place: c.largest(), message: "the load is not judged: " + err.Error(), remedy: "correct the settings first"})
	}
	if l == nil {
		return
	}
	if l.ahead == nil {
		c.add(UnknownValue, report{place: c.largest(), message: "the headroom is not judged, because the rates with it are beyond what is calculated",
			remedy: "ask for less headroom"})
	}
	for i := range c.account.Functions {
		switch f := &c.account.Functions[i]; {
		case !f.RPS.Known():
		case open(f):
			c.add(UnknownValue, report{function: f, place: c.place(f, calc.FieldRPS), message: "the load is not judged, because the settings are not known",
				remedy: "make them known"})
		case !l.judged[i]:
			c.add(UnknownValue, report{function: f, place: c.place(f, calc.FieldProvisioned, calc.FieldReserved, calc.FieldRPS),
				message: "the load is not judged, because AWS refuses the settings it would meet", remedy: "correct the errors first"})
		default:
			c.throttled(f, i, l)
			c.spilling(f, i, l)
			c.headroom(f, i, l)
		}
	}
}

// open tells whether the units of a function are not known.
func open(f *calc.Function) bool {
	d := f.Deployment
	return d != nil && (d.Open || slices.ContainsFunc(d.Provided(), func(a calc.Allocation) bool { return !a.Units.Known() }))
}

// newLoad splits the rates. What AWS refuses must not hide what becomes of the
// others: provisioned concurrency counts as far as the reservation goes, and a
// quota that is too small only spoils the pool that functions share.
func (c *checker) newLoad() (*load, error) {
	if !slices.ContainsFunc(c.account.Functions, func(f calc.Function) bool { return f.RPS.Known() }) {
		return nil, nil
	}
	a := c.account
	a.Functions = slices.Clone(a.Functions)
	l := &load{judged: make([]bool, len(a.Functions))}
	for i := range a.Functions {
		f := &a.Functions[i]
		l.judged[i] = !open(f) && f.Provisioned <= f.Reserved.Or(f.Provisioned) && (f.Reserved.Known() || c.sums.Unreserved >= 0)
		f.Provisioned = min(f.Provisioned, f.Reserved.Or(f.Provisioned))
	}
	a.Concurrency = max(a.Concurrency, a.Concurrency-c.sums.Unreserved)
	options := calc.PlanOptions{Headroom: c.options.Headroom}
	options.Chance = true
	var err error
	if l.plan, err = calc.Plan(a, options); err != nil {
		return nil, err
	}
	if c.options.TargetSpillover.Known() || c.options.TargetThrottle.Known() {
		options.TargetSpillover, options.TargetThrottle = c.options.TargetSpillover, c.options.TargetThrottle
		targets, err := calc.Plan(a, options)
		if err != nil {
			return nil, err
		}
		l.targets = &targets
	}
	l.need = l.plan.Account.RequiredUnreserved
	if target, ok := c.options.TargetThrottle.Get(); ok {
		byChance, err := calc.UnreservedFor(a, target)
		if err != nil {
			return nil, err
		}
		l.need = max(l.need, byChance)
	}
	for i := range a.Functions {
		f := &a.Functions[i]
		f.HourlyRPS, f.AverageRPS = nil, calc.Optional[float64]{} // only the peak matters
		if rps, ok := f.RPS.Get(); ok {
			f.RPS = calc.Some(rps * (1 + c.options.Headroom))
		}
	}
	ahead, _ := calc.Spill(a, calc.SpillOptions{})
	l.ahead = ahead.Functions // none where the rates go beyond what is calculated
	l.needAhead = max(l.need, ahead.Account.RequiredUnreserved)
	return l, nil
}

// tracking looks for target tracking that never sees the load: utilization is
// at most 10 d when provisioned concurrency is full by rate.
func (c *checker) tracking(f *calc.Function) {
	ms, timed := f.DurationMS.Get()
	if !timed || f.Provisioned == 0 {
		return
	}
	target, place, verb := calc.TrackingTarget, calc.Place{}, "would never fire"
	if d := f.Deployment; d != nil {
		for _, t := range d.Targets {
			for _, tracking := range t.Tracking {
				if !place.Known() || tracking.Target > target {
					target, place, verb = tracking.Target, tracking.Place, "never fires"
				}
			}
		}
	}
	full := calc.RatePerUnit * ms / 1000
	if full >= target {
		return
	}
	if !place.Known() {
		place = c.place(f, calc.FieldProvisioned)
	}
	c.add(TrackingBlind, report{function: f, place: place,
		message: fmt.Sprintf("at %s provisioned concurrency is full by rate at %s utilization, so target tracking at %s %s",
			calc.FormatDuration(ms), calc.FormatPercent(full), calc.FormatPercent(target), verb),
		remedy: fmt.Sprintf("track a target below %s, schedule the capacity, or size it by rate", calc.FormatPercent(full))})
}

// throttled looks for requests that are refused.
func (c *checker) throttled(f *calc.Function, i int, l *load) {
	p := &l.plan.Functions[i]
	now := &p.Now
	if off, ok := f.Reserved.Get(); ok && off == 0 {
		if _, ok := c.accepted(c.finding(SwitchedOff, report{function: f, place: c.place(f, calc.FieldReserved)})); ok {
			return // it is meant to
		}
	}
	target, targeted := c.options.TargetThrottle.Get()
	byChance, computed := now.Chance.Or(calc.Chance{}).ThrottledRatio.Get()
	r := report{function: f, place: c.place(f, calc.FieldReserved, calc.FieldProvisioned, calc.FieldRPS)}
	switch {
	case now.ThrottledRPS > 0:
		r.message = fmt.Sprintf("%s of %s requests/s are throttled (%s): %s", calc.FormatNumber(now.ThrottledRPS), calc.FormatNumber(now.RPS),
			calc.FormatPercent(now.ThrottledRatio), c.refusal(f, now))
	case targeted && computed && byChance > target:
		r.message = fmt.Sprintf("%s of the requests find everything full and are throttled, the target is %s", calc.FormatChance(byChance), calc.FormatChance(target))
	default:
		return
	}
	r.remedy = c.reserveOrRaise(f, l.needed(i), l.need)
	c.add(Throttled, r)
}

// refusal says which pool refuses requests, with AWS's name for it.
func (c *checker) refusal(f *calc.Function, now *calc.FunctionSpill) string {
	pool := "the unreserved pool of " + calc.FormatCount(c.sums.Unreserved)
	if reserved, ok := f.Reserved.Get(); ok {
		pool = "the reservation of " + calc.FormatCount(reserved)
	}
	return fmt.Sprintf("%s takes no more (%s)", pool, now.ThrottleReason.Or(""))
}

// poolNeed is what the load asks of the unreserved units.
func (c *checker) poolNeed() int64 {
	if c.load == nil {
		return 0
	}
	return c.load.need
}

// reserveOrRaise is what gives a function more units: its reservation, or else
// the quota, with which the shared pool has the units that it needs.
func (c *checker) reserveOrRaise(f *calc.Function, needed, shared int64) string {
	if !f.Reserved.Known() {
		return "have the quota raised to " + calc.FormatCount(c.quota(0, shared))
	}
	return fmt.Sprintf("reserve at least %s", calc.FormatCount(needed)) + c.raised(needed-f.Reserved.Or(0))
}

// raised completes a remedy that takes more units from the account than it has
// to give: the floor stays, and what the load of the shared pool needs.
func (c *checker) raised(more int64) string {
	if more <= max(0, c.sums.Unreserved-max(c.account.Floor(), c.poolNeed())) {
		return ""
	}
	return ", and have the quota raised to " + calc.FormatCount(c.quota(more, c.poolNeed()))
}

// spilling looks for requests that go past provisioned concurrency.
func (c *checker) spilling(f *calc.Function, i int, l *load) {
	p := &l.plan.Functions[i]
	now, needed := &p.Now, p.RequiredProvisioned
	if f.Provisioned == 0 {
		return
	}
	target, targeted := c.options.TargetSpillover.Get()
	share := now.SpilloverRatio
	message := fmt.Sprintf("%s of the requests spill past the %s provisioned units", calc.FormatChance(share), calc.FormatCount(f.Provisioned))
	if byChance, ok := now.Chance.Or(calc.Chance{}).BeyondProvisionedRatio.Get(); ok && targeted {
		share, needed = byChance, l.targets.Functions[i].RequiredProvisionedForTarget.Or(needed)
		message = fmt.Sprintf("%s of the requests find the %s provisioned units full", calc.FormatChance(share), calc.FormatCount(f.Provisioned))
	}
	if share <= target {
		return
	}
	if targeted {
		message += fmt.Sprintf(", the target is %s", calc.FormatChance(target))
	}
	if u, ok := now.ProvisionedUtilizationRatio.Get(); ok && now.ProvisionedBindingLimit.Or("") == calc.LimitRate {
		message += fmt.Sprintf(", which are full by rate at %s utilization", calc.FormatPercent(u))
	}
	remedy := fmt.Sprintf("provision at least %s", calc.FormatCount(needed))
	switch reserved, ok := f.Reserved.Get(); {
	case !ok:
		remedy += c.raised(needed - f.Provisioned)
	case needed > reserved:
		remedy += ", and reserve as much" + c.raised(needed-reserved)
	}
	c.add(Spilling, report{function: f, place: c.place(f, calc.FieldProvisioned, calc.FieldRPS), message: message, remedy: remedy})
}

// headroom looks whether a little more load would still fit: of all functions
// at once, since some share a pool.
func (c *checker) headroom(f *calc.Function, i int, l *load) {
	p := &l.plan.Functions[i]
	now := &p.Now
	var message string
	switch {
	case now.ThrottledRPS > 0 || now.RPS == 0:
		return
	case now.QueuedRPS > 0:
		message = fmt.Sprintf("%s of %s requests/s wait in the queue", calc.FormatNumber(now.QueuedRPS), calc.FormatNumber(now.RPS))
	case l.ahead != nil && l.ahead[i].ThrottledRPS > 0:
		message = fmt.Sprintf("with %s more load everywhere, %s of its %s requests/s are throttled", calc.FormatPercent(c.options.Headroom),
			calc.FormatNumber(l.ahead[i].ThrottledRPS), calc.FormatNumber(l.ahead[i].RPS))
	case l.ahead != nil && l.ahead[i].QueuedRPS > 0:
		message = fmt.Sprintf("with %s more load everywhere, %s of its %s requests/s wait in the queue", calc.FormatPercent(c.options.Headroom),
			calc.FormatNumber(l.ahead[i].QueuedRPS), calc.FormatNumber(l.ahead[i].RPS))
	default:
		return
	}
	c.add(Headroom, report{function: f, place: c.place(f, calc.FieldReserved, calc.FieldProvisioned, calc.FieldRPS), message: message,
		remedy: c.reserveOrRaise(f, p.RecommendedReserved.Or(0), l.needAhead)})
}
