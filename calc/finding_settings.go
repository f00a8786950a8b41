package calc

import (
	"fmt"
	"slices"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// settingRules lists the rules about settings and pools, regardless of the load.
func settingRules() []rule.Rule {
	return []rule.Rule{rule.LongDuration, rule.SwitchedOff, rule.BelowFloor, rateBound, rule.TrackingBlind,
		rule.NoOnDemandRoom, NoDuration, rateUnknown, noLoad, noRateLimit, durationsDiffer}
}

// settings adds the findings that follow from the settings alone.
func (c *findings) settings(a Account) {
	unreserved, floor := a.Unreserved(), a.Floor()
	if !a.Accepted() {
		quota := quantity.FormatCount(a.Concurrency)
		if a.DefaultQuota {
			quota = "the default quota of " + quota
		}
		c.account(rule.BelowFloor, "%s of %s units are set aside, which leaves %s unreserved; "+
			"AWS requires %s, so at most %s can be set aside",
			quantity.FormatCount(a.Claimed()), quota, quantity.FormatCount(unreserved),
			quantity.FormatCount(floor), quantity.FormatCount(max(0, a.Concurrency-floor)))
	}
	for i := range a.Functions {
		f := &a.Functions[i]
		ms, timed := f.DurationMS.Get()
		if timed && ms > aws.SureDurationMS && !f.Durable {
			c.function(rule.LongDuration, f, "a mean duration of %s is %s",
				quantity.FormatLongDuration(ms), rule.WhereRaised)
		}
		if f.Off() {
			c.function(rule.SwitchedOff, f, "reserved concurrency 0 switches the function off: "+
				"requests are throttled and events dropped")
		}
		if f.Provisioned > 0 && f.Reserved.Or(0) == f.Provisioned {
			c.function(rule.NoOnDemandRoom, f, "all %s reserved units are provisioned, so nothing can spill: "+
				"excess requests are throttled, excess events wait, and $LATEST is throttled",
				quantity.FormatCount(f.Provisioned))
		}
		if f.Provisioned > 0 && timed && ms < aws.TrackingBlindMS {
			full := quantity.FormatPercent(aws.RatePerUnit * ms / 1000)
			c.function(rule.TrackingBlind, f, "at %s, provisioned concurrency hits its rate limit at %s utilization, "+
				"so target tracking at %s never scales out",
				quantity.FormatDuration(ms), full, quantity.FormatPercent(aws.TrackingTarget))
		}
	}
}

// longestDurations reports, once for all pools, a longest duration that AWS may or may not accept.
func (c *findings) longestDurations(pools []PoolLimits) {
	most := 0.0
	for _, p := range pools {
		most = max(most, p.MaxDurationMS.Or(0))
	}
	if most > aws.SureDurationMS {
		c.account(rule.LongDuration, "the longest duration of a pool, %s, is %s",
			quantity.FormatDuration(most), rule.WhereRaised)
	}
}

var rateBound = rule.Rule{
	Word: "rate-bound", Level: rule.Warning,
	Name: "bound by rate",
	Text: fmt.Sprintf("the rate limit of a pool, %d requests per second times its units, spills or throttles requests "+
		"while environments are idle", aws.RatePerUnit),
	Why: fmt.Sprintf("Below %v ms, utilization never reaches 100 %%, so concurrency seems sufficient. ", RateBindsMS) +
		"More units help; shorter invocations do not.",
	Source: aws.SourceConcurrency,
}

// rateBound reports load that the rate limit refuses while environments are idle. AWS re:Post question
// QUcokiH6lITPSP5SxILk1VKg describes this trap: 500 provisioned units were full at 5,000 requests/s and 28.5 %
// utilization.
func (c *findings) rateBound(unreserved int64, f *Function, row *FunctionSpill) {
	if rps := f.RPS.Or(0); row.ProvisionedBindingLimit.Or("") == LimitRate && row.ProvisionedRPS < rps {
		at := ""
		if u, ok := row.ProvisionedUtilizationRatio.Get(); ok {
			at = fmt.Sprintf(", reached at %s utilization", quantity.FormatPercent(u))
		}
		c.function(rateBound, f, "%s of %s requests/s exceed the rate limit of provisioned concurrency, %s = %s%s",
			quantity.FormatNumber(rps-row.ProvisionedRPS), quantity.FormatNumber(rps), rateTimes(f.Provisioned),
			quantity.FormatNumber(row.ProvisionedRPS), at)
		return
	}
	reason := row.ThrottleReason.Or("")
	if reason != aws.ReasonReservedRate && reason != aws.ReasonSharedRate {
		return
	}
	pool, units := "the reservation", f.Reserved.Or(0)
	if reason == aws.ReasonSharedRate {
		pool, units = "the unreserved pool", unreserved
	}
	c.function(rateBound, f, "%s of %s requests/s are throttled by the rate limit of %s, %s = %s",
		quantity.FormatNumber(row.ThrottledRPS), quantity.FormatNumber(row.RPS), pool, rateTimes(units),
		quantity.FormatCount(aws.RatePerUnit*units))
}

// NoDuration is found if a load has no duration.
var NoDuration = rule.Rule{
	Word: "no-duration", Level: rule.Info,
	Name: "no duration",
	Text: fmt.Sprintf("no duration is given, so only rate limits are known; "+
		"for synchronous requests they apply up to %s", quantity.FormatDuration(RateBindsMS)),
	Why: "Asynchronous events have no rate limit, so their ceiling is unknown. " +
		"Figures that depend on the duration are missing.",
	Source: aws.SourceConcurrency,
}

var rateUnknown = rule.Rule{
	Word: "rate-unknown", Level: rule.Info,
	Name: "rate unknown",
	Text: "only the concurrency of the load is known, so it is taken as that many requests of one second each",
	Why: "Read each request per second as one busy environment. Below " + quantity.FormatDuration(RateBindsMS) +
		" the rate limit binds first, which takes a rate or a duration to see.",
	Source: aws.SourceDerived,
}

// withoutDuration says what is unknown about synchronous requests without a duration.
func withoutDuration() string {
	return "no duration given: only rate limits are known, valid up to " + quantity.FormatDuration(RateBindsMS)
}

// missing explains, for each function, what is unknown without a duration.
func (c *findings) missing(a Account) {
	for i := range a.Functions {
		f := &a.Functions[i]
		switch {
		case f.managed != nil:
		case f.RateUnknown:
			c.function(rateUnknown, f, "only the concurrency is known: read each req/s as one busy environment; "+
				"--duration adds the rate and its limit")
		case f.DurationMS.Known():
		case f.Polls():
			c.function(NoDuration, f, "no duration of a batch given: it is not known how much its source takes")
		case f.Mode.Queues():
			c.function(NoDuration, f, "no duration given: the ceiling of asynchronous events is unknown")
		default:
			c.function(NoDuration, f, "%s", withoutDuration())
		}
	}
}

var durationsDiffer = rule.Rule{
	Word: "durations-differ", Level: rule.Info,
	Name: "durations differ",
	Text: "the functions sharing a pool have different durations, or no function shares it, " +
		"so its concurrency / duration is unknown",
	Why:    "The pool has no concurrency_ceiling_rps.",
	Source: aws.SourceDerived,
}

// durations compares the durations of the functions that share pools.
func (c *findings) durations(a Account) {
	if len(a.Functions) == 0 {
		c.account(NoDuration, "%s", withoutDuration())
	}
	c.missing(a)
	a.Functions = a.pooled()
	timed := slices.ContainsFunc(a.Functions, func(f Function) bool { return f.DurationMS.Known() })
	sharing := slices.ContainsFunc(a.Functions, func(f Function) bool { return !f.Reserved.Known() })
	if slices.ContainsFunc(a.Functions, func(f Function) bool { return f.DurationMS != a.Functions[0].DurationMS }) {
		c.account(durationsDiffer, "the functions have different durations, "+
			"so shared pools have no single ceiling by concurrency")
	}
	if timed && !sharing && len(a.Functions) > 0 {
		all := "every function has a reservation"
		if len(a.Functions) == 1 {
			all = "the only function has a reservation"
		}
		c.account(durationsDiffer, "%s, so the ceiling of the unreserved pool is unknown", all)
	}
}

var noLoad = rule.Rule{
	Word: "no-load", Level: rule.Info, Aside: true,
	Name:   "no load",
	Text:   "no function has a rate, so the required concurrency is unknown",
	Why:    "Give a rate to see what the load requires.",
	Source: aws.SourceDerived,
}

var noRateLimit = rule.Rule{
	Word: "no-rate-limit", Level: rule.Info, Aside: true,
	Name:   "no rate limit",
	Text:   "asynchronous events have no rate limit; only concurrency limits them",
	Why:    "The pool has no rate_ceiling_rps.",
	Source: aws.SourceQuota,
}

// rateless reports what is unknown without a rate, and which pools have no rate limit.
func (c *findings) rateless(a Account, pools []PoolLimits) {
	isRated := func(f Function) bool { return f.RPS.Known() || f.managed != nil && f.managed.RPS.Known() }
	if !slices.ContainsFunc(a.Functions, isRated) {
		c.account(noLoad, "no rate given: the required concurrency is unknown")
	}
	if slices.ContainsFunc(pools, func(p PoolLimits) bool { return p.Mode.Queues() && !p.RateRPS.Known() }) {
		c.account(noRateLimit, "asynchronous events have no rate limit; only concurrency limits them")
	}
}
