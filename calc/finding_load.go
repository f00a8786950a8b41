package calc

import (
	"fmt"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// loadRules lists the rules about capacity that the load leaves idle or takes from others, and about what is unknown
// without a load.
func loadRules() []rule.Rule {
	return []rule.Rule{idleProvisioned, retriesCrowdOut, noRate, nothingProvisioned}
}

// idleBelow is the utilization below which provisioned units count as idle. Derived: half of the 60 % at which they pay
// off in us-east-1.
const idleBelow = 0.3

var idleProvisioned = rule.Rule{
	Word: "idle-provisioned", Level: rule.Warning,
	Name: "idle provisioned concurrency",
	Text: fmt.Sprintf("less than %s of the provisioned environments are busy; you also pay for idle ones",
		quantity.FormatPercent(idleBelow)),
	Why:    "Either fewer can handle the rate, or the rate limit requires them; the message says which.",
	Source: aws.SourceProvisioned,
}

// idle reports provisioned concurrency that is paid for but hardly used.
func (c *findings) idle(f *Function, row *FunctionSpill, random bool) {
	u, ok := row.ProvisionedUtilizationRatio.Get()
	if !ok || u >= idleBelow || !f.RPS.Known() {
		return
	}
	enough := row.RequiredProvisioned
	if n := f.provisionedForRandom().Or(0); random && n > enough {
		if enough = n; f.Provisioned <= enough {
			return // random arrivals need the idle ones
		}
	}
	busy, units := quantity.FormatNumber(row.ProvisionedBusy.Or(0)), quantity.FormatCount(f.Provisioned)
	if withHeadroom(enough, aws.AdvisedHeadroom) < f.Provisioned {
		c.function(idleProvisioned, f, "%s of %s provisioned environments are busy (%s); %s are enough",
			busy, units, quantity.FormatPercent(u), quantity.FormatCount(enough))
		return
	}
	c.function(idleProvisioned, f, "%s of %s provisioned environments are busy (%s); the rate limit requires the rest",
		busy, units, quantity.FormatPercent(u))
}

var retriesCrowdOut = rule.Rule{
	Word: "retries-crowd-out", Level: rule.Warning,
	Name: "crowded out by retries",
	Text: "asynchronous events share a full unreserved pool with synchronous requests: Lambda retries the events, " +
		"so over time they crowd out the requests",
	Why: "The steady split turns away equal shares of both, and the events wait. The message says how much is " +
		"throttled over time. Reserve concurrency for one of them, or request a higher quota.",
	Source: aws.SourceAsync,
}

// crowdedOut reports synchronous requests that retried events crowd out of the unreserved pool.
func (c *findings) crowdedOut(a Account) {
	steady, longRun := a.syncLoss()
	if longRun <= steady+tolerance {
		return
	}
	c.account(retriesCrowdOut, "retried events crowd out synchronous requests: over time %s of the requests "+
		"that need the %s unreserved units are throttled, not the %s of the steady split",
		quantity.FormatPercent(longRun), quantity.FormatCount(a.Unreserved()), quantity.FormatPercent(steady))
}

var noRate = rule.Rule{
	Word: "no-rate", Level: rule.Warning,
	Name:   "no rate",
	Text:   "a function in the profile has no rate and counts as 0 requests/s",
	Why:    "The concurrency it takes from the others is missing. Give it a rate.",
	Source: aws.SourceDerived,
}

var nothingProvisioned = rule.Rule{
	Word: "nothing-provisioned", Level: rule.Info, Aside: true,
	Name:   "nothing provisioned",
	Text:   "nothing is provisioned, so there are no figures for provisioned concurrency",
	Why:    "Set provisioned concurrency to see them.",
	Source: aws.SourceDerived,
}
