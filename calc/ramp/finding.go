package ramp

import (
	"fmt"
	"math"
	"slices"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// Rules lists the rules that only Of looks for, worst first.
func Rules() []rule.Rule {
	return []rule.Rule{tooFast, tooLarge, initAmplifies, initOverQuota, fullAtRandom, ofSource}
}

var tooFast = rule.Rule{
	Word: "ramp-rate", Level: rule.Warning,
	Name: "demand grows faster than Lambda",
	Text: fmt.Sprintf("the rate grows so fast that requests are refused: a function gains %s environments, or %s "+
		"requests per second, at once, and as many every %d seconds", quantity.FormatCount(burst),
		quantity.FormatCount(aws.ScalingRPS), aws.ScalingPeriodS),
	Why: "The quota does not matter here, and AWS does not raise this limit. Ramp more slowly, or provision concurrency " +
		"before it begins.",
	Source: aws.SourceScaling,
}

var tooLarge = rule.Rule{
	Word: "ramp-capacity", Level: rule.Warning,
	Name:   "demand exceeds the pool",
	Text:   "the rate needs more units than the function can reach, so requests are refused however slowly it grows",
	Why:    "Raise the reservation or the quota. Provisioned concurrency does not help, because it is part of the pool.",
	Source: aws.SourceConcurrency,
}

var initAmplifies = rule.Rule{
	Word: "init-amplifies", Level: rule.Warning,
	Name: "init time multiplies the demand",
	Text: "requests are refused because new environments are busy with their init time, and not only with the request",
	Why: "Until the first environments are ready, every request needs one of its own. Shorten the init time, use " +
		"SnapStart, or provision concurrency before it begins.",
	Source: aws.SourceDerived,
}

var initOverQuota = rule.Rule{
	Word: "init-over-quota", Level: rule.Warning,
	Name: "new environments would fill the assumed quota",
	Text: "no quota is given, and while environments start, more of them are busy at once than the default quota allows",
	Why: "An environment counts as concurrency while it starts, so more requests are refused if the quota is the " +
		"default one. Give the quota of the account (--account-concurrency).",
	Source: aws.SourceScaling,
}

var fullAtRandom = rule.Rule{
	Word: "ramp-full", Level: rule.Warning,
	Name: "the highest rate fills the pool",
	Text: "no request is refused on the way up, but the highest rate lasts, and random arrivals then find the pool full",
	Why: "A ramp takes requests as evenly spaced, and random ones need some room. lambdacap plan says how much to " +
		"reserve, or which quota to ask for.",
	Source: aws.SourceDerived,
}

var ofSource = rule.Rule{
	Word: "ramp-source", Level: rule.Warning,
	Name: "ramp of a function that pollers invoke",
	Text: "a queue or a stream invokes the function, and its pollers are not followed",
	Why: "Pollers grow at a pace of their own, and what they do not start waits at its source. lambdacap drain follows " +
		"them, and lambdacap plan says what they need.",
	Source: aws.SourceSQS,
}

// nearlyFull is the share of the units from which on random arrivals may find them full.
const nearlyFull = 0.5

// fillsPool adds a finding for each function that survives, but whose pool random arrivals at its highest rate find
// full. peaks is the account at its highest rates.
func (r *Result) fillsPool(peaks calc.Account) {
	full := func(f Function) bool {
		return f.Verdict == Survives && f.DurationMS.Known() && f.DemandUnits > float64(nearlyFull*float64(f.ReachUnits))
	}
	if !slices.ContainsFunc(r.Functions, full) {
		return
	}
	spill, err := calc.Spill(peaks, calc.SpillOptions{Chance: true})
	if err != nil {
		return // the same account was split without an error before
	}
	for i := range spill.Functions {
		f := &spill.Functions[i]
		share, random := f.HeadlineRatio()
		verb, refused := map[calc.Verdict]string{calc.Throttles: "throttled", calc.Queues: "left to wait"}[f.Headline()]
		if !random || !refused || !full(r.Functions[i]) {
			continue
		}
		r.Findings = append(r.Findings, calc.NewFinding(fullAtRandom, calc.Some(f.Name), fmt.Sprintf(
			"%s req/s need %s of %s units on average: %s of random arrivals are %s; lambdacap plan says what to set",
			quantity.FormatNumber(f.RPS), units(r.Functions[i].DemandUnits), quantity.FormatCount(r.Functions[i].ReachUnits),
			quantity.FormatShare(share), verb)))
	}
}

// find adds the findings.
func (r *Result) find(account calc.Account, courses []course, o Options) {
	assumes := ""
	for i := range courses {
		c, f := &courses[i], &r.Functions[i]
		add := func(of rule.Rule, format string, args ...any) {
			r.Findings = append(r.Findings, calc.NewFinding(of, calc.Some(f.Name), fmt.Sprintf(format, args...)))
		}
		switch {
		case c.fn.Polls():
			add(ofSource, "pollers invoke it: the limits of their source count here, but not how they grow. What they do not "+
				"start waits at its source; lambdacap drain follows it")
		case c.load.Polled:
			add(ofSource, "pollers invoke it, but not enough is known of their source, or something else invokes it, too: the "+
				"whole rate is taken as that of callers")
		}
		_, cold := c.firstUse()
		switch {
		case f.ThrottledScalingRequests == 0 && !f.Crowds():
		case cold && c.survivesWarm():
			have := ""
			if f.Crowds() {
				have = ", and it can have " + quantity.FormatCount(c.reach)
			}
			add(initAmplifies, "with an init time of %s, %s units are wanted at once where %s would do%s",
				quantity.FormatDuration(f.InitMS.Or(0)), units(c.wanted()), units(f.DemandUnits), have)
		default:
			add(tooFast, "%s; Lambda gives %s at once and %d a second", c.growth(),
				quantity.FormatCount(burst), int(refill))
		}
		if room := float64(c.reach - c.fn.Provisioned); c.assumed && c.most > room*(1+tolerance) {
			add(initOverQuota, "while environments start, %s are busy at once, and the default quota has room for %s: "+
				"give --account-concurrency, and what the quota refuses then counts, too", units(c.most), units(room))
		}
		if f.LacksRoom() {
			reached := fmt.Sprintf("and it can have %s", quantity.FormatCount(c.reach))
			if c.together {
				reached = fmt.Sprintf("and it shares %s unreserved ones with others", quantity.FormatCount(account.Unreserved()))
			}
			add(tooLarge, "demand reaches %s units, %s", units(f.DemandUnits), reached)
		}
		if f.ProvisionedReadyS.Known() && f.Refused() > 0 && !o.AllocationDelayS.Known() {
			assumes = "provisioned concurrency is usable 2 min and 1 min per 6,000 units after the request"
		}
		if f.LastThrottleS.Or(c.span) > c.keepS && !account.KeepAliveMS.Known() && f.DemandUnits > 0 {
			if assumes != "" {
				assumes += ", and "
			}
			assumes += "idle environments are kept for " + quantity.FormatSeconds(c.keepS)
			account.KeepAliveMS = calc.Some(c.keepS * 1000) // say it once
		}
	}
	if assumes != "" {
		r.Findings = append(r.Findings, calc.NewFinding(rule.DelayAssumed, calc.Optional[string]{}, "assumed: "+assumes))
	}
}

// survivesWarm reports whether nothing would be refused without the init time.
func (c *course) survivesWarm() bool {
	s := newShaper(c.warm, c.keepS, nil)
	s.run(c.stretches, c.span)
	return s.short <= float64(tolerance*c.peak()/c.carries)
}

// wanted is the number of environments that the highest rate asks for while all of them are new, units.
func (c *course) wanted() float64 {
	first, _ := c.firstUse()
	return c.peak() * first
}

// growth says how fast the demand grows where it grows fastest.
func (c *course) growth() string {
	jump, slope := 0.0, 0.0
	for i := range c.stretches {
		s := &c.stretches[i]
		if i > 0 {
			jump = math.Max(jump, s.units[0]-c.stretches[i-1].units[1])
		} else {
			jump = math.Max(jump, s.units[0]-c.warm)
		}
		slope = math.Max(slope, (s.units[1]-s.units[0])/(s.t1-s.t0))
	}
	if jump > burst/10 {
		return "demand jumps by " + units(jump) + " units"
	}
	return "demand grows by " + units(slope) + " units a second"
}

// units writes a number of units.
func units(x float64) string { return quantity.FormatNumber(math.Round(x)) }
