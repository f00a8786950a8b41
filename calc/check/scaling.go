package check

import (
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/calc/scaling"
)

// The rules of this file.
const (
	fixedAndScaled rule.ID = "LC010"
	misdirected    rule.ID = "LC033"
	noSchedule     rule.ID = "LC041"
)

// scalingRules lists the rules of this file that only a check has.
func scalingRules() []rule.Rule {
	return []rule.Rule{
		{Number: fixedAndScaled, Level: rule.Warning,
			Name:   "fixed and scaled",
			Text:   "a version or alias has both a fixed provisioned concurrency and a scalable target",
			Why:    "Each deployment resets it to the fixed value and undoes what scaling has reached. Remove the fixed value.",
			Source: aws.SourceProvisioned},
		{Number: misdirected, Level: rule.Error,
			Name: "wrong scaling target",
			Text: "a scalable target, an action or a policy for Lambda names a dimension other than " +
				"lambda:function:ProvisionedConcurrency, or a resource other than function:NAME:ALIAS",
			Why:    "Application Auto Scaling rejects it, and nothing is provisioned. Correct the name.",
			Source: aws.SourceScalableTarget},
		{Number: noSchedule, Level: rule.Error,
			Name:   "wrong schedule",
			Text:   "a scheduled action has a schedule or a time zone that Application Auto Scaling does not know",
			Why:    "Application Auto Scaling rejects it, and the stack rolls back. Correct the schedule.",
			Source: aws.SourceScheduledScaling},
	}
}

// schedule checks when a scheduled action runs.
func (c *checker) schedule(f *Function, what string, t *ScalableTarget) {
	if schedule := t.Timing.Schedule; schedule != "" { // else it is not known
		if _, err := scaling.ParseSchedule(schedule); err != nil {
			c.add(noSchedule, report{function: f, place: t.Place, message: fmt.Sprintf("%s: %v", what, err),
				remedy: "correct the schedule: six fields of a cron expression, a rate, or a time"})
		}
	}
	if zone := t.Timing.Zone; zone != "" && c.options.KnowsZone != nil && !c.options.KnowsZone(zone) {
		c.add(noSchedule, report{function: f, place: t.Place,
			message: fmt.Sprintf("%s: %q is not a time zone", what, zone),
			remedy:  "set the name of a time zone, such as Europe/Berlin"})
	}
}

// misdirected reports scaling resources that refer to something that Lambda does not scale.
func (c *checker) misdirected(f *Function, d *Deployment) {
	for _, m := range d.Misdirected {
		c.add(misdirected, report{function: f, place: m.Place, message: "scaling of provisioned concurrency " + m.Wrong,
			remedy: m.Remedy})
	}
}

// targets checks the capacities that Application Auto Scaling may set.
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
		if t.Scheduled { // an action keeps the bounds that it does not set
			what = "a scheduled action"
			least, most = least.Else(bases[t.Qualifier].Min), most.Else(bases[t.Qualifier].Max)
		}
		what = strings.TrimSuffix(what+" of "+t.Qualifier, " of ")
		if t.Scheduled {
			c.schedule(f, what, &t)
		}
		switch {
		case least.Or(0) < 0 || most.Or(0) < 0:
			c.add(rule.MinOverMax.Number, report{function: f, place: t.Place,
				message: fmt.Sprintf("%s has a negative capacity, %s",
					what, quantity.FormatCount(min(least.Or(0), most.Or(0)))),
				remedy: "set 0 or more"})
		case least.Known() && most.Known() && least.Or(0) > most.Or(0):
			c.add(rule.MinOverMax.Number, report{function: f, place: t.Place,
				message: fmt.Sprintf("%s has a minimum capacity of %s, above its maximum of %s",
					what, quantity.FormatCount(least.Or(0)), quantity.FormatCount(most.Or(0))),
				remedy: "raise the maximum, or lower the minimum"})
		}
		if units, ok := fixed[t.Qualifier]; ok && !t.Scheduled {
			framework := "set it to the minimum capacity"
			if units == t.Min {
				framework = "accept the finding with a reason"
			}
			c.add(fixedAndScaled, report{function: f, place: t.Place,
				message: fmt.Sprintf("%s has both a fixed provisioned concurrency and a scalable target: "+
					"each deployment resets it to the fixed value", t.Qualifier),
				remedy: "remove the fixed value, which the minimum capacity replaces; " +
					"if your framework needs one, " + framework})
		}
	}
}
