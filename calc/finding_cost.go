package calc

import (
	"strings"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// costRules lists the rules about costs.
func costRules() []rule.Rule { return []rule.Rule{notOptimized, costNotComputed, beyondFirstTier} }

var notOptimized = rule.Rule{
	Word: "not-optimized", Level: rule.Warning,
	Name: "not optimized",
	Text: "the cheapest setting was requested but not computed, because the cost of random arrivals is unknown",
	Why: "An input is missing, the load is above 10,000,000 environments, or it comes in bursts and an init time is " +
		"given. The plan recommends what fits instead.",
	Source: aws.SourceDerived,
}

var costNotComputed = rule.Rule{
	Word: "cost-not-computed", Level: rule.Info,
	Name:   "cost not computed",
	Text:   "a cost, or its amount in US dollars, is missing because an input or a price is unknown",
	Why:    "The message names the missing input, the unknown price, or the currency of the Region.",
	Source: aws.SourcePricing,
}

var beyondFirstTier = rule.Rule{
	Word: "beyond-first-tier", Level: rule.Info,
	Name:   "beyond the first tier",
	Text:   "on-demand duration exceeds the first price tier of the month, but the break-even uses the first-tier price",
	Why:    "Each additional GB-second costs less than the break-even assumes.",
	Source: aws.SourcePricing,
}

// costPrefix is the start of the message about a cost that is not computed.
const costPrefix = "no cost without "

// CostLacks returns what is missing for the cost of a function, according to the first costNotComputed finding, and the
// function's name. Both are empty if there is no such finding.
func CostLacks(found []Finding) (what, function string) {
	for _, f := range found {
		if f.ID == costNotComputed.Word {
			return strings.TrimPrefix(f.Message, costPrefix), f.Function.Or("")
		}
	}
	return "", ""
}

// costs adds the findings about costs.
func (c *findings) costs(a Account, notes costNotes) {
	for _, m := range notes.missing {
		c.function(costNotComputed, &a.Functions[m.function], "%s", costPrefix+m.what)
	}
	if len(notes.tiers) > 0 {
		assumed := ""
		if notes.assumed {
			assumed = "; the tier limits of " + a.Region + " are unknown, those of us-east-1 are assumed"
		}
		c.account(beyondFirstTier, "on-demand duration exceeds the first price tier (%s), "+
			"so additional GB-seconds cost less than the break-even assumes%s", strings.Join(notes.tiers, ", "), assumed)
	}
}
