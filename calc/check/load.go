package check

import (
	"fmt"
	"slices"

	"github.com/lambdacap/lambdacap/calc"
)

// load looks whether the settings carry the rates, and returns the plan it rests
// on; nil where there is none.
func (c *checker) load() []calc.FunctionPlan {
	a := c.account
	for i := range a.Functions {
		c.tracking(&a.Functions[i])
	}
	if !slices.ContainsFunc(a.Functions, func(f calc.Function) bool { return f.RPS.Known() }) {
		return nil
	}
	options := calc.PlanOptions{Headroom: c.options.Headroom, TargetSpillover: c.options.TargetSpillover, TargetThrottle: c.options.TargetThrottle}
	options.Chance = true
	plan, err := calc.Plan(a, options)
	if err != nil {
		c.add(UnknownValue, report{place: c.largest(), message: "the load is not judged, because AWS refuses the settings",
			remedy: "correct the errors first"})
		return nil
	}
	for i := range plan.Functions {
		if f := &a.Functions[i]; f.RPS.Known() {
			c.throttled(f, &plan.Functions[i])
			c.spilling(f, &plan.Functions[i])
			c.headroom(f, &plan.Functions[i], plan.Account)
		}
	}
	return plan.Functions
}

// tracking looks for target tracking that never sees the load: utilization is
// at most 10 d when provisioned concurrency is full by rate.
func (c *checker) tracking(f *calc.Function) {
	ms, timed := f.DurationMS.Get()
	if !timed || f.Provisioned == 0 {
		return
	}
	target, place := calc.TrackingTarget, calc.Place{}
	if d := f.Deployment; d != nil {
		for _, t := range d.Targets {
			for _, tracking := range t.Tracking {
				if !place.Known() || tracking.Target > target {
					target, place = tracking.Target, tracking.Place
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
		message: fmt.Sprintf("at %s provisioned concurrency is full by rate at %s utilization, so target tracking at %s never fires",
			calc.FormatDuration(ms), calc.FormatPercent(full), calc.FormatPercent(target)),
		remedy: fmt.Sprintf("track a target below %s, schedule the capacity, or size it by rate", calc.FormatPercent(full))})
}

// throttled looks for requests that are refused.
func (c *checker) throttled(f *calc.Function, p *calc.FunctionPlan) {
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
			calc.FormatPercent(now.ThrottledRatio), now.ThrottleReason.Or(""))
	case targeted && computed && byChance > target:
		r.message = fmt.Sprintf("%s of the requests find everything full and are throttled, the target is %s", calc.FormatChance(byChance), calc.FormatChance(target))
	default:
		return
	}
	needed := max(p.RequiredUnits.Or(0), p.RequiredUnitsForTarget.Or(0))
	r.remedy = fmt.Sprintf("have the quota raised, or reserve at least %s for it: lambdacap plan shows what fits", calc.FormatCount(needed))
	if f.Reserved.Known() {
		r.remedy = fmt.Sprintf("reserve at least %s", calc.FormatCount(needed))
	}
	c.add(Throttled, r)
}

// spilling looks for requests that go past provisioned concurrency.
func (c *checker) spilling(f *calc.Function, p *calc.FunctionPlan) {
	now := &p.Now
	if f.Provisioned == 0 {
		return
	}
	target, targeted := c.options.TargetSpillover.Get()
	share := now.SpilloverRatio
	if byChance, ok := now.Chance.Or(calc.Chance{}).SpilloverRatio.Get(); ok && targeted {
		share = max(share, byChance)
	}
	if share <= target {
		return
	}
	message := fmt.Sprintf("%s of the requests spill past the %s provisioned units", calc.FormatChance(share), calc.FormatCount(f.Provisioned))
	if targeted {
		message += fmt.Sprintf(", the target is %s", calc.FormatChance(target))
	}
	if u, ok := now.ProvisionedUtilizationRatio.Get(); ok && now.ProvisionedBindingLimit.Or("") == calc.LimitRate {
		message += fmt.Sprintf(", which are full by rate at %s utilization", calc.FormatPercent(u))
	}
	c.add(Spilling, report{function: f, place: c.place(f, calc.FieldProvisioned, calc.FieldRPS), message: message,
		remedy: fmt.Sprintf("provision at least %s", calc.FormatCount(max(p.RequiredProvisioned, p.RequiredProvisionedForTarget.Or(0))))})
}

// headroom looks whether a little more load would still fit.
func (c *checker) headroom(f *calc.Function, p *calc.FunctionPlan, a calc.PlanAccount) {
	now := &p.Now
	ceiling, ok := now.CeilingRPS.Get()
	if !ok || now.ThrottledRPS > 0 || now.RPS == 0 || now.RPS*(1+c.options.Headroom) <= ceiling*(1+slack) {
		return
	}
	message := fmt.Sprintf("carries %s requests/s, and %s are offered: %s of headroom, %s is asked for", calc.FormatNumber(ceiling), calc.FormatNumber(now.RPS),
		calc.FormatPercent(max(0, ceiling/now.RPS-1)), calc.FormatPercent(c.options.Headroom))
	if now.QueuedRPS > 0 {
		message = fmt.Sprintf("carries %s requests/s, and %s are offered: %s wait in the queue", calc.FormatNumber(ceiling), calc.FormatNumber(now.RPS), calc.FormatNumber(now.QueuedRPS))
	}
	remedy := fmt.Sprintf("have the quota raised to %s", calc.FormatCount(a.RecommendedConcurrency))
	if n, ok := p.RecommendedReserved.Get(); ok && f.Reserved.Known() {
		remedy = fmt.Sprintf("reserve at least %s", calc.FormatCount(n))
	}
	c.add(Headroom, report{function: f, place: c.place(f, calc.FieldReserved, calc.FieldProvisioned, calc.FieldRPS), message: message, remedy: remedy})
}

// slack is the relative error that comparing rates forgives, as in
// calc.CeilUnits.
const slack = 1e-9
