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
	queueConcurrency rule.ID = "LC008"
	minOverMax       rule.ID = "LC009"
	fixedAndScaled   rule.ID = "LC010"
)

// scalingRules lists the rules of this file that only a check looks for.
func scalingRules() []rule.Rule {
	return []rule.Rule{
		{Number: queueConcurrency, Level: rule.Error,
			Name: "SQS maximum concurrency",
			Text: fmt.Sprintf("the maximum concurrency of an SQS event source is outside %d to %s, or more than the reservation",
				aws.MinQueueConcurrency, quantity.FormatCount(aws.MaxQueueConcurrency)),
			Why: "AWS refuses values out of range; above the reservation the queue's messages are throttled, " +
				"and end in the dead-letter queue.",
			Source: aws.SourceSQS},
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

// poller checks the maximum concurrency of an event source mapping.
func (c *checker) poller(f *Function, p Poller) {
	most := p.MaximumConcurrency
	reserved, isReserved := f.Reserved.Get()
	switch {
	case p.Text != "" || most < aws.MinQueueConcurrency || most > aws.MaxQueueConcurrency:
		message := fmt.Sprintf("the SQS maximum concurrency of %s is out of range", quantity.FormatCount(most))
		allowed := int64(aws.MaxQueueConcurrency)
		if isReserved {
			allowed = min(allowed, reserved)
		}
		remedy := fmt.Sprintf("give %d to %s", aws.MinQueueConcurrency, quantity.FormatCount(allowed))
		if allowed <= aws.MinQueueConcurrency {
			remedy = fmt.Sprintf("give %d", aws.MinQueueConcurrency)
		}
		if allowed < aws.MinQueueConcurrency {
			remedy += fmt.Sprintf(", and reserve at least %d%s",
				aws.MinQueueConcurrency, c.quotaRemedy(aws.MinQueueConcurrency-reserved))
		}
		if p.Text != "" {
			message = fmt.Sprintf("the SQS maximum concurrency %q is no whole number", p.Text)
		}
		c.add(queueConcurrency, report{function: f, place: p.Place, message: message, remedy: remedy})
	case isReserved && most > reserved:
		remedy := fmt.Sprintf("reserve at least %s%s", quantity.FormatCount(most), c.quotaRemedy(most-reserved))
		if reserved >= aws.MinQueueConcurrency {
			remedy = fmt.Sprintf("lower it to %s, or %s", quantity.FormatCount(reserved), remedy)
		}
		c.add(queueConcurrency, report{function: f, place: p.Place,
			message: fmt.Sprintf("the SQS maximum concurrency of %s is more than the reservation of %s: "+
				"messages are throttled", quantity.FormatCount(most), quantity.FormatCount(reserved)),
			remedy: remedy})
	}
}
