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
	Text: "the cheapest setting is asked for and not sought, because the cost of random arrivals is not known",
	Why: "An input is missing, the load is above 10,000,000 environments, or it comes in bursts and an init time is " +
		"given. The recommendation is what fits.",
	Source: aws.SourceDerived,
}

var costNotComputed = rule.Rule{
	Word: "cost-not-computed", Level: rule.Info,
	Name:   "cost not computed",
	Text:   "a cost, or its amounts in US dollars, are absent, because an input or a price that they rest on is not known",
	Why:    "The message names the missing input, the price that is not known, or the currency of the Region.",
	Source: aws.SourcePricing,
}

var beyondFirstTier = rule.Rule{
	Word: "beyond-first-tier", Level: rule.Info,
	Name:   "beyond the first tier",
	Text:   "on-demand duration is beyond the first tier of the month, while the break-even is of the first",
	Why:    "One more GB-second costs less than the break-even assumes.",
	Source: aws.SourcePricing,
}

// costPrefix is the start of the message about a cost that is not computed.
const costPrefix = "no cost without "

// CostLacks returns what the cost of a function lacks, according to the first costNotComputed finding, and the name of
// the function; both are empty if there is no such finding.
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
			assumed = "; where the tiers begin was not read for " + a.Region + ", and is assumed to be as in us-east-1"
		}
		c.account(beyondFirstTier, "on-demand duration is beyond the first tier (%s), "+
			"so one more GB-second costs less than the break-even assumes%s", strings.Join(notes.tiers, ", "), assumed)
	}
}
