package check

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/calc/source"
)

// refusedSource is the rule of this file that only a check has.
const refusedSource rule.ID = "LC044"

// sourceRules lists the rules of this file that only a check has.
func sourceRules() []rule.Rule {
	return []rule.Rule{
		{Number: refusedSource, Level: rule.Error,
			Name: "invalid event source",
			Text: fmt.Sprintf("a setting of an event source is out of range, or its type has no such setting; for SQS also "+
				"a batch of more than %d without a window of %d s or more, for a FIFO queue a batch of more than %d",
				aws.LargeBatch, aws.MinLargeWindowS, aws.MaxFIFOBatch),
			Why:    "AWS rejects the mapping. Correct the setting.",
			Source: aws.SourceSQSMapping},
	}
}

// sourceName returns what messages call a setting of an event source; empty for other keys.
func sourceName(key string) string {
	switch key {
	case "batch":
		return "batch size"
	case keyWindow:
		return "batching window"
	case "parallelization":
		return "parallelization factor"
	case "shards":
		return "number of shards"
	case keyVisibility:
		return "visibility timeout"
	case keyMaxReceive:
		return "maxReceiveCount"
	case "retention":
		return "retention"
	case keyMaximum:
		return "maximum concurrency"
	}
	return ""
}

// pollers returns the event sources of the function that rules are about: those of files, or else those that
// calculations see.
func (f *Function) pollers() []Poller {
	isPolled := func(p Poller) bool { return p.Type != source.Async }
	if d := f.Deployment; d != nil && (len(f.Sources) == 0 || slices.ContainsFunc(d.Pollers, isPolled)) {
		return d.Pollers
	}
	list := make([]Poller, len(f.Sources))
	for i, s := range f.Sources {
		p := &list[i]
		full := s.Completed()
		if s.Type = full.Type; full.WindowS.Or(0) > 0 { // some types have no window
			s.WindowS = full.WindowS
		}
		p.Merge(s)
		prefix := "source."
		if len(f.Sources) > 1 {
			prefix = fmt.Sprintf("sources[%d].", i)
		}
		p.Places = f.Places.Moved(prefix, "")
		if p.Place = p.Places.Of("type"); !p.Place.Known() && len(p.Places) > 0 {
			p.Place = p.Places[0].place
		}
		if !p.Place.Known() {
			p.Place = f.Places.Of("sources")
		}
	}
	return list
}

// timeoutMS returns the timeout of the function, milliseconds; absent if it is not known.
func (f *Function) timeoutMS() calc.Optional[float64] {
	if f.Deployment != nil && !f.TimeoutMS.Known() {
		if s, ok := f.Deployment.TimeoutS.Get(); ok && s > 0 {
			return calc.Some(float64(s) * 1000)
		}
	}
	return f.TimeoutMS
}

// sourceSettings checks those settings of an event source that are not about its concurrency.
func (c *checker) sourceSettings(f *Function, p *Poller) {
	c.refusedSettings(f, p)
	if p.Disabled || !p.Type.IsQueue() {
		return
	}
	c.visibility(f, p)
	throttles := f.Reserved.Or(0) > 0 && !f.RunsManaged() || p.MaximumConcurrency.Known()
	if n, ok := p.MaxReceive.Get(); ok && n > 0 && n < aws.AdvisedReceives && throttles {
		c.add(rule.ReceivesFew.Number, report{function: f, place: p.at(keyMaxReceive),
			message: fmt.Sprintf("%s until a message goes to the dead-letter queue, and throttled ones count",
				quantity.FormatCountOf(int(n), "receive")),
			remedy: fmt.Sprintf("set a maxReceiveCount of at least %d", aws.AdvisedReceives)})
	}
}

// visibility checks whether a queue hides messages for as long as the function may work on them.
func (c *checker) visibility(f *Function, p *Poller) {
	timeout, known := f.timeoutMS().Get()
	visible, given := p.VisibilityS.Get()
	if !known || !given || visible < 0 || visible > aws.MaxVisibilityS {
		return
	}
	advised := math.Ceil(float64(aws.VisibilityTimeouts*timeout/1000) + p.WindowS.Or(0))
	r := report{function: f, place: p.at(keyVisibility),
		remedy: fmt.Sprintf("set a visibility timeout of %s or more", quantity.FormatSpan(advised))}
	if advised > aws.MaxVisibilityS {
		r.remedy = "lower the timeout of the function"
	}
	switch {
	case visible*1000 < timeout:
		r.level = rule.Error
		r.aws = fmt.Sprintf(aws.VisibilityMessage, int64(visible), int64(timeout/1000))
		r.message = fmt.Sprintf("the visibility timeout of %s is below the timeout of %s",
			quantity.FormatSpan(visible), quantity.FormatDuration(timeout))
	case visible < advised:
		r.message = fmt.Sprintf("the visibility timeout of %s is below %d times the timeout of %s: "+
			"a batch that is throttled may be processed twice",
			quantity.FormatSpan(visible), aws.VisibilityTimeouts, quantity.FormatDuration(timeout))
		if window := p.WindowS.Or(0); window > 0 {
			r.message = strings.Replace(r.message, ":", " and the window of "+quantity.FormatSpan(window)+":", 1)
		}
	default:
		return
	}
	c.add(rule.VisibilityShort.Number, r)
}

// refusedSettings reports settings that AWS does not accept for the type of an event source, except those that have
// rules of their own.
func (c *checker) refusedSettings(f *Function, p *Poller) {
	for _, r := range p.Refused {
		if name := sourceName(r.Field); name != "" && !(r.Field == keyMaximum) {
			c.add(refusedSource, report{function: f, place: r.Place,
				message: fmt.Sprintf("the %s of an event source is %q; expected a whole number", name, r.Text),
				remedy:  "set a whole number"})
		}
	}
	if p.Type == "" {
		return
	}
	s := p.Full()
	if pollers := s.PollersMin.Known() || s.PollersMax.Known(); pollers && !p.Provisioned && s.Type != source.KafkaQueue {
		c.add(refusedSource, report{function: f, place: p.at("pollers", "pollers_min", "pollers_max"),
			message: fmt.Sprintf("an event source of type %s has no provisioned pollers", s.Type),
			remedy:  "remove the pollers, or name the type with them, such as sqs-provisioned"})
	}
	s.PollersMin, s.PollersMax = calc.Optional[int64]{}, calc.Optional[int64]{}
	if s.Type.IsQueue() {
		s.MaximumConcurrency = calc.Optional[int64]{}
	}
	if _, refused := p.refused(keyWindow); s.Type != source.SQSFIFO && s.Type.IsQueue() && !refused &&
		!s.WindowS.Known() && !slices.Contains(p.Open, keyWindow) {
		s.WindowS = calc.Some(0.0) // what AWS takes for granted
	}
	for _, fault := range s.Refused() {
		if sourceName(fault.Field) == "" { // a question of a calculation, not a setting of AWS
			continue
		}
		message, legal, _ := strings.Cut(fault.Message, "; expected ")
		remedy := "set " + legal
		switch {
		case strings.HasPrefix(legal, "the type"):
			remedy = "remove the setting"
		case legal == "": // a large batch
			remedy = fmt.Sprintf("set a window of %d s or more, or a batch of at most %d", aws.MinLargeWindowS, aws.LargeBatch)
		}
		c.add(refusedSource, report{function: f, place: p.at(fault.Field), remedy: remedy,
			message: fmt.Sprintf("the %s of an event source: %s", sourceName(fault.Field), message)})
	}
}
