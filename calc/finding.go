package calc

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// A Level says how much a finding matters.
type Level string

// The levels, from grave to slight.
const (
	LevelError   Level = "error"   // cannot work as it stands
	LevelWarning Level = "warning" // works, and surprises
	LevelInfo    Level = "info"    // what a figure rests on, or why one is absent
	LevelUnknown Level = "unknown" // cannot be judged, because a value is not known
)

// A FindingID is the stable name of a kind of finding.
type FindingID string

// The findings, see Rules for what each means.
const (
	FindingDuration      FindingID = "duration-over-limit"
	FindingSwitchedOff   FindingID = "switched-off"
	FindingBelowFloor    FindingID = "below-floor"
	FindingRateBound     FindingID = "rate-bound"
	FindingTrackingBlind FindingID = "tracking-blind"
	FindingNoRoom        FindingID = "no-on-demand-room"
	FindingByChance      FindingID = "full-by-chance"
	FindingUnreachable   FindingID = "target-unreachable"
	FindingNoTarget      FindingID = "target-not-computed"
	FindingNoChance      FindingID = "chance-not-computed"
	FindingIdle          FindingID = "idle-provisioned"
	FindingNoRate        FindingID = "no-rate"
	FindingNoDuration    FindingID = "no-duration"
	FindingNoLoad        FindingID = "no-load"
	FindingNoRateLimit   FindingID = "no-rate-limit"
	FindingMixed         FindingID = "durations-differ"
	FindingUnprovisioned FindingID = "nothing-provisioned"
	FindingNoCost        FindingID = "cost-not-computed"
	FindingNotOptimized  FindingID = "not-optimized"
	FindingTier          FindingID = "beyond-first-tier"
	FindingUnknown       FindingID = "value-unknown"
	FindingConflict      FindingID = "files-differ"
)

// A Rule describes a kind of finding.
type Rule struct {
	ID     FindingID // the name of the kind
	Level  Level     // how much its findings matter
	Text   string    // when it is found and what it means, one sentence
	Source Source    // the page that says so
}

// Rules lists every kind of finding, grave ones first.
func Rules() []Rule {
	return []Rule{
		{FindingDuration, LevelError, fmt.Sprintf("the mean duration is above %d minutes, the longest an invocation may run", MaxDurationMS/60_000), SourceQuota},
		{FindingSwitchedOff, LevelError, "a reserved concurrency of 0 switches the function off: every request is refused, every event dropped", SourceReserved},
		{FindingBelowFloor, LevelError, "less than the floor is left unreserved: AWS refuses such a reservation or provisioned concurrency", SourceConcurrency},
		{FindingUnknown, LevelWarning, "a value of a file cannot be resolved, so it counts as not given", SourceDerived},
		{FindingConflict, LevelWarning, "two files give a setting different values; the later one counts", SourceDerived},
		{FindingRateBound, LevelWarning, fmt.Sprintf("requests go past provisioned concurrency or are throttled by the limit of %d requests per second per unit, while environments are idle", RatePerUnit), SourceConcurrency},
		{FindingTrackingBlind, LevelWarning, fmt.Sprintf("the duration is below %s, so provisioned concurrency is full by rate before target tracking at %s utilization sees it", FormatDuration(trackingBlindMS), FormatPercent(TrackingTarget)), SourceDerived},
		{FindingNoRoom, LevelWarning, "provisioned equals reserved concurrency: nothing is left for on-demand, the excess is not spilled, and $LATEST is throttled", SourceConcurrency},
		{FindingByChance, LevelWarning, fmt.Sprintf("requests arrive at random, and so more of them find provisioned concurrency, or everything, full than in the steady state, by more than %s", FormatPercent(byChanceAbove)), SourceErlang},
		{FindingUnreachable, LevelWarning, "no setting under the account's quota meets the target", SourceErlang},
		{FindingNoTarget, LevelWarning, "a target is not computed, because an input that it rests on is missing or out of range", SourceDerived},
		{FindingNoChance, LevelWarning, fmt.Sprintf("the offered load is above %s environments, for which chances are not computed", FormatCount(maxChanceLoad)), SourceDerived},
		{FindingNotOptimized, LevelWarning, "the cheapest setting is asked for and not sought, because the cost of random arrivals is not known", SourceDerived},
		{FindingIdle, LevelWarning, fmt.Sprintf("less than %s of the provisioned environments are busy; idle ones are paid for", FormatPercent(idleBelow)), SourceProvisioned},
		{FindingNoRate, LevelWarning, "a function of the profile has no rate and counts as 0 requests/s", SourceDerived},
		{FindingNoDuration, LevelInfo, fmt.Sprintf("no duration is given, so only rate limits are known; for synchronous requests they hold for durations up to %s", FormatDuration(rateBindsMS)), SourceConcurrency},
		{FindingNoLoad, LevelInfo, "no function has a rate, so the required concurrency is absent", SourceDerived},
		{FindingNoRateLimit, LevelInfo, "asynchronous requests have no rate limit, only concurrency limits them", SourceQuota},
		{FindingMixed, LevelInfo, "functions that share a pool have different durations, or none shares it, so the pool has no one concurrency / duration", SourceDerived},
		{FindingNoCost, LevelInfo, "a cost, or its amounts in US dollars, are absent, because an input or a price that they rest on is not known", SourcePricing},
		{FindingTier, LevelInfo, "on-demand duration is beyond the first tier of the month, while the break-even is of the first", SourcePricing},
		{FindingUnprovisioned, LevelInfo, "nothing is provisioned, so figures of provisioned concurrency are absent", SourceDerived},
	}
}

// A Finding is a fact that a reader of a result should know.
type Finding struct {
	// ID is the stable name of the kind, see docs/findings.md.
	ID FindingID `json:"id"`
	// Level says how much it matters.
	Level Level `json:"level"`
	// Function is the function's name; absent where the account is meant.
	Function Optional[string] `json:"function"`
	// Message says what is the case, with the numbers.
	Message string `json:"message"`
}

// idleBelow is the utilization below which provisioned units count as idle.
// Derived: half of the 60 % that they must reach to pay off in us-east-1.
const idleBelow = 0.3

// byChanceAbove is the share of requests by which chance must exceed the steady
// state to be worth a finding.
const byChanceAbove = 0.01

// findings collects findings with the levels that Rules gives them.
type findings struct {
	levels map[FindingID]Level
	list   []Finding
}

func newFindings() *findings {
	levels := make(map[FindingID]Level)
	for _, rule := range Rules() {
		levels[rule.ID] = rule.Level
	}
	return &findings{levels: levels, list: []Finding{}}
}

func (c *findings) account(id FindingID, format string, args ...any) {
	c.add(id, Optional[string]{}, format, args)
}

func (c *findings) function(id FindingID, f *Function, format string, args ...any) {
	c.add(id, Some(f.Name), format, args)
}

func (c *findings) add(id FindingID, function Optional[string], message string, args []any) {
	if len(args) > 0 {
		message = fmt.Sprintf(message, args...)
	}
	c.list = append(c.list, Finding{id, c.levels[id], function, message})
}

// files finds what the files leave open, and where they differ.
func (c *findings) files(a Account) {
	for _, u := range a.Unknown {
		c.add(FindingUnknown, u.Function, "%s is not known: %s (%s); %s", []any{u.What, u.Why, u.Place, u.Remedy})
	}
	for _, x := range a.Conflicts {
		c.add(FindingConflict, x.Function, "%s is %s (%s) and %s (%s): the second counts", []any{x.What, x.First, x.At, x.Second, x.By})
	}
}

// settings finds what follows from the settings alone, whatever the load.
func (c *findings) settings(a Account) {
	c.files(a)
	unreserved, floor := a.Unreserved(), a.Floor()
	if aside := a.Concurrency - unreserved; aside > 0 && unreserved < floor {
		c.account(FindingBelowFloor, "%s of %s units are set aside, which leaves %s unreserved: AWS refuses to leave less than %s; at most %s can be set aside",
			FormatCount(aside), FormatCount(a.Concurrency), FormatCount(unreserved), FormatCount(floor), FormatCount(max(0, a.Concurrency-floor)))
	}
	for i := range a.Functions {
		f := &a.Functions[i]
		ms, timed := f.DurationMS.Get()
		if timed && ms > MaxDurationMS {
			c.function(FindingDuration, f, "a mean duration of %s is impossible: an invocation ends after %s at the latest",
				FormatDuration(ms), FormatDuration(MaxDurationMS))
		}
		if f.off() {
			c.function(FindingSwitchedOff, f, "reserved concurrency 0 switches the function off: requests are refused and events dropped")
		}
		if f.Provisioned > 0 && f.Reserved.Or(0) == f.Provisioned {
			c.function(FindingNoRoom, f, "provisioned = reserved = %s leaves no on-demand room: what does not fit is refused or queued, not spilled, and $LATEST is throttled",
				FormatCount(f.Provisioned))
		}
		if f.Provisioned > 0 && timed && ms < trackingBlindMS {
			c.function(FindingTrackingBlind, f, "at %s provisioned concurrency is full by rate at %s utilization, so target tracking at %s never scales it out",
				FormatDuration(ms), FormatPercent(RatePerUnit*ms/1000), FormatPercent(TrackingTarget))
		}
	}
}

// trackingBlindMS is the duration below which a pool of provisioned
// concurrency reaches its rate limit before target tracking's default target:
// T/10 seconds, since utilization at the rate limit is 10 d. Derived.
const trackingBlindMS = TrackingTarget / RatePerUnit * 1000

// rateBindsMS is the duration below which the rate limit of a pool is lower than
// its concurrency limit: 10 N < N/d. Derived.
const rateBindsMS = 1000.0 / RatePerUnit

// noDuration is what a missing duration leaves open for synchronous requests.
func noDuration() string {
	return "no duration is given: only the rate limits are known, which hold for durations up to " + FormatDuration(rateBindsMS)
}

// missing explains, per function, what is not known without a duration.
func (c *findings) missing(a Account) {
	for i := range a.Functions {
		f := &a.Functions[i]
		switch {
		case f.DurationMS.Known():
		case f.Mode == Async:
			c.function(FindingNoDuration, f, "no duration is given: asynchronous requests are limited by concurrency only, so their ceiling is not known")
		default:
			c.function(FindingNoDuration, f, noDuration())
		}
	}
}

// loadFindings finds what follows from the settings and the load.
func (a Account) loadFindings(r SpillResult, chance bool) []Finding {
	rows := r.Functions
	c := newFindings()
	c.settings(a)
	unprovisioned, unreserved := 0, a.Unreserved()
	for i := range a.Functions {
		f, row := &a.Functions[i], &rows[i]
		c.rateBound(unreserved, f, row)
		if u, ok := row.ProvisionedUtilizationRatio.Get(); ok && u < idleBelow && f.RPS.Known() {
			if row.RequiredProvisioned < f.Provisioned {
				c.function(FindingIdle, f, "%s of %s provisioned environments are busy (%s); %s would carry this rate, the others are paid for while idle",
					FormatNumber(row.ProvisionedBusy.Or(0)), FormatCount(f.Provisioned), FormatPercent(u), FormatCount(row.RequiredProvisioned))
			} else {
				c.function(FindingIdle, f, "%s of %s provisioned environments are busy (%s); the rate limit needs the others, which are paid for while idle",
					FormatNumber(row.ProvisionedBusy.Or(0)), FormatCount(f.Provisioned), FormatPercent(u))
			}
		}
		if chance {
			c.byChance(f, row)
		}
		if !f.RPS.Known() {
			c.function(FindingNoRate, f, "no rate is given, so it counts as 0 requests/s")
		}
		if f.Provisioned == 0 {
			unprovisioned++
		}
	}
	if unprovisioned > 0 {
		c.account(FindingUnprovisioned, "%d of %d functions have nothing provisioned, so their provisioned ceiling and utilization are absent",
			unprovisioned, len(a.Functions))
	}
	c.missing(a)
	c.costs(a, r.costs)
	return c.list
}

// costs finds what there is to say about costs.
func (c *findings) costs(a Account, notes costNotes) {
	for _, m := range notes.missing {
		c.function(FindingNoCost, &a.Functions[m.function], "no cost without %s", m.what)
	}
	if len(notes.tiers) > 0 {
		assumed := ""
		if notes.assumed {
			assumed = "; where the tiers begin was not read for " + a.Region + ", and is assumed to be as in us-east-1"
		}
		c.account(FindingTier, "on-demand duration is beyond the first tier (%s), so one more GB-second costs less than the break-even assumes%s",
			strings.Join(notes.tiers, ", "), assumed)
	}
}

// byChance finds what the steady state does not show.
func (c *findings) byChance(f *Function, row *FunctionSpill) {
	t, timed := f.traffic()
	if timed && t.load() > maxChanceLoad {
		c.function(FindingNoChance, f, "rate x duration is %s environments: chances are computed for at most %s, and hardly count beyond",
			FormatCount(CeilUnits(t.load())), FormatCount(maxChanceLoad))
		return
	}
	x := row.Chance.Or(Chance{})
	steady := ratio(row.RPS-row.ProvisionedRPS, row.RPS)
	beyond, throttled := x.BeyondProvisionedRatio.Or(0), x.ThrottledRatio.Or(0)
	switch {
	case throttled > row.ThrottledRatio+byChanceAbove:
		c.function(FindingByChance, f, "%s of the requests find everything full and are throttled, %s in the steady state: they arrive at random",
			FormatChance(throttled), FormatPercent(row.ThrottledRatio))
	case beyond > steady+byChanceAbove:
		c.function(FindingByChance, f, "%s of the requests find provisioned concurrency full, %s in the steady state: they arrive at random",
			FormatChance(beyond), FormatPercent(steady))
	}
}

// rateBound finds load that the rate limit turns away while environments are
// idle: the trap that REPOST question QUcokiH6lITPSP5SxILk1VKg fell into, with
// 500 provisioned units full at 5,000 requests/s and 28.5 % utilization.
func (c *findings) rateBound(unreserved int64, f *Function, row *FunctionSpill) {
	ms, timed := f.DurationMS.Get()
	idle := "at any utilization"
	if row.ProvisionedBindingLimit.Or("") == LimitRate && row.ProvisionedRPS < row.RPS {
		if u, ok := row.ProvisionedUtilizationRatio.Get(); ok {
			idle = fmt.Sprintf("at %s utilization", FormatPercent(u))
		}
		c.function(FindingRateBound, f, "%s of %s requests/s go past provisioned concurrency %s: it takes %s = %s requests/s",
			FormatNumber(row.RPS-row.ProvisionedRPS), FormatNumber(row.RPS), idle, rateTimes(f.Provisioned), FormatNumber(row.ProvisionedRPS))
		return
	}
	reason := row.ThrottleReason.Or("")
	if reason != ReasonReservedRate && reason != ReasonSharedRate {
		return
	}
	if timed {
		idle = fmt.Sprintf("by rate and not by concurrency, at a duration of %s", FormatDuration(ms))
	} else {
		idle = "by rate, at any duration"
	}
	pool, units := "the reservation", f.Reserved.Or(0)
	if reason == ReasonSharedRate {
		pool, units = "the unreserved pool", unreserved
	}
	c.function(FindingRateBound, f, "%s of %s requests/s are throttled, %s: %s takes %s = %s synchronous requests/s",
		FormatNumber(row.ThrottledRPS), FormatNumber(row.RPS), idle, pool, rateTimes(units), FormatCount(RatePerUnit*units))
}

// planFindings finds what follows from the settings, the load and the targets.
func (a Account) planFindings(r PlanResult, o PlanOptions) []Finding {
	c := findings{newFindings().levels, a.loadFindings(SpillResult{Functions: r.Now(), costs: r.costs}, o.Chance)}
	if o.TargetSpillover.Known() { // which says how much is too much
		c.list = slices.DeleteFunc(c.list, func(f Finding) bool { return f.ID == FindingByChance })
	}
	room := max(0, a.Unreserved()-a.Floor()) // what could still be set aside
	planned := a.withProvisioned(r.Functions, o)
	shared := planned.crowd().pool(max(0, planned.Unreserved()))
	reachable := len(c.list)
	for i := range a.Functions {
		f, p := &a.Functions[i], &r.Functions[i]
		if o.Objective == Cheapest && !p.Optimize.Known() {
			c.function(FindingNotOptimized, f, "the cheapest setting is not sought, because the cost of random arrivals is not known; what is recommended is what fits")
		}
		t, timed := f.traffic()
		if !timed || t.load() > maxChanceLoad {
			c.noTarget(f, timed, o)
			continue
		}
		most := f.Reserved.Or(f.Provisioned) + room
		if target, ok := o.TargetSpillover.Get(); ok {
			c.unreachable(f, "spillover", target, p.RequiredProvisionedForTarget, "provisioned", most, t.loss(most, true))
		}
		switch target, ok := o.TargetThrottle.Get(); {
		case !ok:
		case f.mode() == Async:
			c.function(FindingNoTarget, f, "asynchronous requests wait and are not throttled, so there is nothing to compute for the throttle target")
		default:
			closest := t.loss(most, true)
			if g := &planned.Functions[i]; !f.Reserved.Known() {
				most, closest = g.Provisioned+shared.units, shared.loss(g, t)
			}
			c.unreachable(f, "throttle", target, p.RequiredUnitsForTarget, "units", most, closest)
		}
	}
	// Each function alone may find room that it has not beside the others.
	reachable -= len(c.list)
	if together := a.plannedQuota(r.Functions, o.bare()).units(); reachable == 0 && together > a.Concurrency && a.required() <= a.Concurrency &&
		(o.TargetSpillover.Known() || o.TargetThrottle.Known()) {
		c.account(FindingUnreachable, "the targets cannot be met together under the account's quota: they need %s units, the quota is %s",
			FormatCount(together), FormatCount(a.Concurrency))
	}
	return c.list
}

// noTarget finds a target that cannot be computed for a function.
func (c *findings) noTarget(f *Function, timed bool, o PlanOptions) {
	switch {
	case !o.TargetSpillover.Known() && !o.TargetThrottle.Known():
	case !timed:
		c.function(FindingNoTarget, f, "no duration is given, without which a target cannot be computed")
	default:
		c.function(FindingNoTarget, f, "the load is too large for chances, so the target is not computed")
	}
}

// unreachable finds a target that needs more units than the function can get
// under the quota, and says how close these come.
func (c *findings) unreachable(f *Function, what string, target float64, needed Optional[int64], units string, most int64, closest float64) {
	n, ok := needed.Get()
	if ok && closest <= target {
		return
	}
	needs := fmt.Sprintf("it needs %s %s", FormatCount(n), units)
	if !ok {
		needs = "no number of units meets it"
		closest = math.Max(closest, math.SmallestNonzeroFloat64) // chance leaves some in any pool
	}
	c.function(FindingUnreachable, f, "the %s target of %s cannot be met under the account's quota: %s, the most there can be is %s, and that gives %s",
		what, FormatChance(target), needs, FormatCount(most), FormatChance(closest))
}
