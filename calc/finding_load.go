package calc

import (
	"fmt"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// loadRules lists the rules about capacity that the load leaves idle or takes from others, and about what is not known
// without a load.
func loadRules() []rule.Rule {
	return []rule.Rule{idleProvisioned, retriesCrowdOut, noRate, nothingProvisioned}
}

// idleBelow is the utilization below which provisioned units count as idle. Derived: it is half of the 60 % that they
// must reach to pay off in us-east-1.
const idleBelow = 0.3

var idleProvisioned = rule.Rule{
	Word: "idle-provisioned", Level: rule.Warning,
	Name: "idle provisioned concurrency",
	Text: fmt.Sprintf("less than %s of the provisioned environments are busy; idle ones are paid for",
		quantity.FormatPercent(idleBelow)),
	Why:    "Either fewer would carry the rate, or the rate limit needs them; the message says which.",
	Source: aws.SourceProvisioned,
}

// idle reports provisioned concurrency that is paid for and hardly used.
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
		c.function(idleProvisioned, f, "%s of %s provisioned environments are busy (%s); "+
			"%s would carry this rate, the others are paid for while idle",
			busy, units, quantity.FormatPercent(u), quantity.FormatCount(enough))
		return
	}
	c.function(idleProvisioned, f, "%s of %s provisioned environments are busy (%s); "+
		"the rate limit needs the others, which are paid for while idle", busy, units, quantity.FormatPercent(u))
}

var retriesCrowdOut = rule.Rule{
	Word: "retries-crowd-out", Level: rule.Warning,
	Name: "crowded out by retries",
	Text: "asynchronous events share a full unreserved pool with synchronous requests: refused events come back, " +
		"so in the long run they take the room of requests, which do not",
	Why: "The steady split refuses both in equal shares, and the events wait. The message says what is throttled " +
		"in the long run. Reserve concurrency for either, or have the quota raised.",
	Source: aws.SourceAsync,
}

// crowdedOut reports synchronous requests whose room in the unreserved pool is taken by events that come back.
func (c *findings) crowdedOut(a Account) {
	steady, longRun := a.syncLoss()
	if longRun <= steady+tolerance {
		return
	}
	c.account(retriesCrowdOut, "%s of the synchronous requests that need unreserved units are throttled "+
		"in the long run, %s in the steady split: asynchronous events share the %s units, "+
		"and those that are refused come back until they are served",
		quantity.FormatPercent(longRun), quantity.FormatPercent(steady), quantity.FormatCount(a.Unreserved()))
}

var noRate = rule.Rule{
	Word: "no-rate", Level: rule.Warning,
	Name:   "no rate",
	Text:   "a function of the profile has no rate and counts as 0 requests/s",
	Why:    "What it takes from the others is not seen. Give it a rate.",
	Source: aws.SourceDerived,
}

var nothingProvisioned = rule.Rule{
	Word: "nothing-provisioned", Level: rule.Info, Aside: true,
	Name:   "nothing provisioned",
	Text:   "nothing is provisioned, so figures of provisioned concurrency are absent",
	Why:    "Set provisioned concurrency to see them.",
	Source: aws.SourceDerived,
}
