package calc

import (
	"fmt"
	"math"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// randomRules lists the rules about random arrivals and their targets.
func randomRules() []rule.Rule {
	return []rule.Rule{fullByChance, queueGrows, targetUnreachable, targetNotComputed, chanceNotComputed, longOnTheMinute}
}

// byChanceAbove is the share of requests by which random arrivals must exceed the steady state to cause a finding.
const byChanceAbove = 0.01

var fullByChance = rule.Rule{
	Word: "full-by-chance", Level: rule.Warning,
	Name: "full by chance",
	Text: fmt.Sprintf("the steady load fits, but requests arrive at random: more than %s of them find provisioned "+
		"concurrency full or wait, or more than %s are throttled",
		quantity.FormatPercent(byChanceAbove), quantity.FormatPercent(ThrottledMatters)),
	Why: "Run plan: it sizes for random arrivals, or for a target. docs/explanation/random-arrivals.md explains the " +
		"figures.",
	Source: aws.SourceErlang,
}

var chanceNotComputed = rule.Rule{
	Word: "chance-not-computed", Level: rule.Warning,
	Name: "random arrivals not computed",
	Text: fmt.Sprintf("the offered load exceeds %s environments, the most for which random arrivals are computed",
		quantity.FormatCount(maxChanceLoad)),
	Why:    "At that size, random arrivals change a load by less than 0.1 %.",
	Source: aws.SourceDerived,
}

// fullByChance reports losses that the steady state does not show. If the steady state shows a significant loss, units
// are missing, and other findings say which. A target decides how much loss is too much.
func (c *findings) fullByChance(f *Function, row *FunctionSpill, by Sizing) {
	t, timed := f.traffic()
	if timed && t.load() > maxChanceLoad {
		c.function(chanceNotComputed, f, "the load is %s environments; "+
			"random arrivals are computed up to %s and hardly matter beyond",
			quantity.FormatCount(CeilUnits(t.load())), quantity.FormatCount(maxChanceLoad))
		return
	}
	x := row.Chance.Or(Chance{})
	steady := 0.0
	if f.Provisioned > 0 {
		steady = ratio(row.RPS-row.ProvisionedRPS, row.RPS)
	}
	if max(steady, row.ThrottledRatio, row.QueuedRatio) >= byChanceAbove {
		return
	}
	beyond, throttled, queued := x.BeyondProvisionedRatio.Or(0), x.ThrottledRatio.Or(0), x.QueuedRatio.Or(0)
	switch {
	case queued == 1: // the queue grows, which has its own finding
	case queued > row.QueuedRatio+byChanceAbove:
		c.function(fullByChance, f, "%s of the events wait, %s if evenly spaced: %s",
			quantity.FormatChance(queued), quantity.FormatPercent(row.QueuedRatio), x.cause("events"))
	case !by.TargetThrottle.Known() && throttled > row.ThrottledRatio+ThrottledMatters:
		c.function(fullByChance, f, "%s of the requests are throttled, %s if evenly spaced: %s",
			quantity.FormatChance(throttled), quantity.FormatPercent(row.ThrottledRatio), x.cause("requests"))
	case !by.TargetSpillover.Known() && beyond > steady+byChanceAbove:
		c.function(fullByChance, f, "%s of the requests find provisioned concurrency full, %s if evenly spaced: %s",
			quantity.FormatChance(beyond), quantity.FormatPercent(steady), x.cause("requests"))
	}
}

var queueGrows = rule.Rule{
	Word: "queue-grows", Level: rule.Warning,
	Name: "growing queue",
	Text: "the events of an asynchronous function need at least all the environments it can have, " +
		"so they wait longer and longer",
	Why: "Lambda retries an event for up to six hours and then drops it. Give the function more concurrency, " +
		"or shorten its invocations.",
	Source: aws.SourceAsync,
}

// queueGrows reports events that arrive as fast as they can be served, or faster.
func (c *findings) queueGrows(f *Function, row *FunctionSpill, unreserved int64) {
	if row.Chance.Or(Chance{}).QueuedRatio.Or(0) < 1 || row.RPS == 0 {
		return
	}
	t, _ := f.traffic()
	have := quantity.FormatCount(f.Reserved.Or(f.Provisioned+unreserved)) + " units"
	if !f.Reserved.Known() {
		have += " (" + quantity.FormatCount(unreserved) + " unreserved)"
	}
	c.function(queueGrows, f, "the queue grows and events are dropped after six hours: they need %s environments, "+
		"the function has %s", quantity.FormatNumber(t.load()), have)
}

var targetNotComputed = rule.Rule{
	Word: "target-not-computed", Level: rule.Warning,
	Name: "target not computed",
	Text: "a target could not be computed, because an input is missing or out of range",
	Why: "Give the duration; for a shared pool, the same duration and peakedness for all its functions. " +
		"Asynchronous events wait and are not throttled, so a throttle target does not apply to them.",
	Source: aws.SourceDerived,
}

// poolTargets reports a target that cannot be computed for a pool.
func (c *findings) poolTargets(pools []PoolLimits, o LimitsOptions) {
	if target, ok := o.TargetSpillover.Get(); !ok || target >= 1 {
		return
	}
	for i := range pools {
		switch p := &pools[i]; {
		case p.TargetRPS.Known():
		case !p.DurationMS.Known():
			c.account(targetNotComputed, "the rate within the target is unknown: "+
				"no duration given, or functions sharing a pool have different ones")
			return
		default:
			c.account(targetNotComputed, "the rate within the target is unknown: "+
				"functions sharing a pool differ in peakedness")
			return
		}
	}
}

var targetUnreachable = rule.Rule{
	Word: "target-unreachable", Level: rule.Warning,
	Name: "target out of reach",
	Text: "no setting within the account's quota meets the target",
	Why: "The message says how many units the target requires, and how close the quota comes. " +
		"Request a higher quota, free units that other functions have set aside, or relax the target.",
	Source: aws.SourceErlang,
}

// targets reports targets that cannot be met or computed, and functions that are not optimized.
func (c *findings) targets(p *planner) {
	room := max(0, p.account.Unreserved()-p.account.Floor()) // units that can still be set aside
	planned := p.withProvisioned()
	shared := planned.sharedOverflow().pool(max(0, planned.Unreserved()))
	before := len(c.list)
	for i := range p.plans {
		f, plan := &p.account.Functions[i], &p.plans[i]
		if p.options.Objective == Cheapest && !plan.Optimize.Known() {
			c.function(notOptimized, f, "the cost of random arrivals is unknown: "+
				"the plan recommends what fits, not what is cheapest")
		}
		t, ok := f.random()
		if !ok {
			c.noTarget(f, p.options.Sizing)
			continue
		}
		most := f.Reserved.Or(f.Provisioned) + room
		if attempts, target, ok := p.forTarget(i); ok {
			c.unreachable(f, targetReach{"spillover", target, plan.RequiredProvisionedForTarget, "provisioned",
				most, attempts.loss(Provisioned(most))})
		}
		switch target, ok := p.options.TargetThrottle.Get(); {
		case !ok:
		case f.Mode.Queues():
			c.function(targetNotComputed, f, "the throttle target does not apply: "+
				"asynchronous events wait and are not throttled")
		case f.Reserved.Known():
			c.unreachable(f, targetReach{"throttle", target, plan.RequiredUnitsForTarget, "units",
				most, t.loss(Synchronous(most))})
		default:
			g := &planned.Functions[i]
			c.unreachable(f, targetReach{"throttle", target, plan.RequiredUnitsForTarget, "units",
				g.Provisioned + shared.units, shared.loss(g, &t)})
		}
	}
	if reachable := len(c.list) == before; reachable && p.options.targeted() {
		c.jointTargets(p)
	}
}

// jointTargets reports targets that each function can meet on its own, but not all of them together.
func (c *findings) jointTargets(p *planner) {
	quota := p.account.Concurrency
	if needed := p.quota(p.options.withoutHeadroom()).units(); needed > quota && p.account.required() <= quota {
		c.account(targetUnreachable, "the quota of %[2]s is too small for the targets of all functions together, "+
			"which require %[1]s", quantity.FormatCount(needed), quantity.FormatCount(quota))
	}
}

// noTarget reports a target that cannot be computed for a function.
func (c *findings) noTarget(f *Function, s Sizing) {
	switch {
	case !s.targeted():
	case f.Polls():
		c.function(targetNotComputed, f, "the target does not apply: messages wait in a queue until pollers take them")
	case !f.DurationMS.Known():
		c.function(targetNotComputed, f, "no duration given: the target cannot be computed")
	default:
		c.function(targetNotComputed, f, "the load is too large to compute random arrivals and the target")
	}
}

// A targetReach is a target of a function, and how close the function can get within the quota.
type targetReach struct {
	name    string
	target  float64
	needed  Optional[int64] // units that meet the target
	units   string          // what the needed units are
	most    int64           // units that the function can get
	closest float64         // the share that is turned away with the most units
}

// unreachable reports a target that needs more units than the function can get, and how close those come.
func (c *findings) unreachable(f *Function, r targetReach) {
	n, ok := r.needed.Get()
	if ok && r.closest <= r.target {
		return
	}
	needs := fmt.Sprintf("requires %s %s", quantity.FormatCount(n), r.units)
	if !ok {
		needs = "cannot be met by any number of units"
		r.closest = math.Max(r.closest, math.SmallestNonzeroFloat64) // any pool occasionally turns a request away
	}
	c.function(targetUnreachable, f, "the %s target of %s %s; the quota allows %s, which gives %s",
		r.name, quantity.FormatChance(r.target), needs, quantity.FormatCount(r.most), quantity.FormatChance(r.closest))
}
