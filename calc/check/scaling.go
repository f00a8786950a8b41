package check

import (
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// Rules of this file.
const (
	minOverMax     rule.ID = "LC009"
	fixedAndScaled rule.ID = "LC010"
	misdirected    rule.ID = "LC033"
)

// scalingRules lists the rules of this file that only a check looks for.
func scalingRules() []rule.Rule {
	return []rule.Rule{
		{Number: minOverMax, Level: rule.Error,
			Name:   "scalable target min over max",
			Text:   "the least capacity of a scalable target, or of a scheduled action, is more than the greatest, or below 0",
			Why:    "Application Auto Scaling refuses it.",
			Source: aws.SourceScalableTarget},
		{Number: fixedAndScaled, Level: rule.Warning,
			Name:   "fixed and scaled",
			Text:   "a version or alias has a fixed provisioned concurrency and a scalable target",
			Why:    "Each deployment sets the fixed value again, and throws away what scaling had reached.",
			Source: aws.SourceProvisioned},
		{Number: misdirected, Level: rule.Error,
			Name: "nothing to scale",
			Text: "a scalable target, an action or a policy of Lambda names another dimension than " +
				"lambda:function:ProvisionedConcurrency, or another resource than function:NAME:ALIAS",
			Why:    "Application Auto Scaling refuses it, and nothing is provisioned.",
			Source: aws.SourceScalableTarget},
	}
}

// misdirected reports scaling of what Lambda does not scale, whatever the function is.
func (c *checker) misdirected(f *Function, d *Deployment) {
	for _, m := range d.Misdirected {
		c.add(misdirected, report{function: f, place: m.Place, message: "scaling of provisioned concurrency " + m.Wrong,
			remedy: m.Remedy})
	}
}

// targets checks what Application Auto Scaling may set.
func (c *checker) targets(f *Function, d *Deployment) {
	fixed, bases := map[string]calc.Optional[int64]{}, map[string]ScalableTarget{}
	for _, a := range d.Allocations {
		if !a.Observed && !a.Possible {
			fixed[a.Qualifier] = a.Units
		}
	}
	for _, t := range d.Targets {
		if !t.Scheduled {
			bases[t.Qualifier] = t
		}
	}
	for _, t := range d.Targets {
		least, most := t.Min, t.Max
		what := "the scalable target"
		if t.Scheduled { // an action does not change what it does not name
			what = "a scheduled action"
			least, most = least.Else(bases[t.Qualifier].Min), most.Else(bases[t.Qualifier].Max)
		}
		what = strings.TrimSuffix(what+" of "+t.Qualifier, " of ")
		switch {
		case least.Or(0) < 0 || most.Or(0) < 0:
			c.add(minOverMax, report{function: f, place: t.Place,
				message: fmt.Sprintf("%s has a capacity of %s, below 0",
					what, quantity.FormatCount(min(least.Or(0), most.Or(0)))),
				remedy: "give 0 or more"})
		case least.Known() && most.Known() && least.Or(0) > most.Or(0):
			c.add(minOverMax, report{function: f, place: t.Place,
				message: fmt.Sprintf("%s has a least capacity of %s above its greatest, %s",
					what, quantity.FormatCount(least.Or(0)), quantity.FormatCount(most.Or(0))),
				remedy: "raise the greatest, or lower the least"})
		}
		if units, ok := fixed[t.Qualifier]; ok && !t.Scheduled {
			framework := "let it be that"
			if units == t.Min {
				framework = "accept it with a reason"
			}
			c.add(fixedAndScaled, report{function: f, place: t.Place,
				message: fmt.Sprintf("%s has a fixed provisioned concurrency and a scalable target: "+
					"each deployment sets the fixed value again", t.Qualifier),
				remedy: "leave the fixed value out, since the least capacity takes its place; " +
					"where a framework needs one, " + framework})
		}
	}
}
