package drain

import (
	"fmt"
	"math"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// Rules lists the rules that only Of looks for, worst first.
func Rules() []rule.Rule {
	return []rule.Rule{dlqRisk, fallsBehind, retentionLoss, visibilityShort, receivesFew, partialBatches}
}

// worthDLQ is the share of messages in the dead-letter queue from which it is worth a finding, a ratio.
const worthDLQ = 0.0001

var dlqRisk = rule.Rule{
	Word: "dlq-risk", Level: rule.Error,
	Name: "dead letters by throttling",
	Text: "pollers have more batches in hand than the function can run, and more than 0.01% of the messages may be " +
		"throttled until they reach the dead-letter queue",
	Why: "Nothing is wrong with these messages. Set a maximum concurrency of at most the reservation, or raise the " +
		"reservation, the visibility timeout or the receives.",
	Source: aws.SourceSQSErrors,
}

var fallsBehind = rule.Rule{
	Word: "stream-falls-behind", Level: rule.Error,
	Name:   "stream falls behind",
	Text:   "more records arrive than the function can take, so that the iterator gets older and older",
	Why:    "At last records are lost. Raise what binds: the parallelization factor, the shards, the batch, or the units.",
	Source: aws.SourceKinesis,
}

var retentionLoss = rule.Rule{
	Word: "retention-loss", Level: rule.Error,
	Name:   "messages get too old",
	Text:   "messages wait for longer than they are kept",
	Why:    "They are deleted, and nothing tells you. Take them faster, or keep them longer.",
	Source: aws.SourceSQSConfigure,
}

var visibilityShort = rule.Rule{
	Word: "visibility-short", Level: rule.Warning,
	Name: "short visibility timeout",
	Text: fmt.Sprintf("the visibility timeout of a queue is below %d times the timeout of the function, and the window",
		aws.VisibilityTimeouts),
	Why: "A batch that is throttled or takes long comes back while it is still being worked on, and is processed twice. " +
		"Below the timeout itself, AWS rejects the mapping.",
	Source: aws.SourceSQSConfigure,
}

var receivesFew = rule.Rule{
	Word: "receives-few", Level: rule.Warning,
	Name: "few receives",
	Text: fmt.Sprintf("maxReceiveCount is below %d, and a reservation or a maximum concurrency throttles batches",
		aws.AdvisedReceives),
	Why:    "Each throttled receive counts. Allow more of them before a message goes to the dead-letter queue.",
	Source: aws.SourceSQSConfigure,
}

var partialBatches = rule.Rule{
	Word: "partial-batches", Level: rule.Info,
	Name:   "partial batches",
	Text:   "messages arrive too slowly to fill batches once the backlog is gone",
	Why:    "There are more invocations than messages / batch. A longer window fills the batches.",
	Source: aws.SourceDerived,
}

// find adds the findings about a function.
func (r *Result) find(d *drainer, f *Function) {
	add := func(rule rule.Rule, format string, args ...any) {
		r.Findings = append(r.Findings, calc.NewFinding(rule, calc.Some(f.Name), fmt.Sprintf(format, args...)))
	}
	d.deadLetters(f, add)
	noun, lost := f.Source.Noun(), ""
	if after, ok := f.LossAfterS.Get(); ok {
		lost = fmt.Sprintf("the first %s is lost after %s, at the retention of %s", noun, quantity.FormatTime(after),
			quantity.FormatSpan(f.RetentionS.Or(0)))
		if !d.source.RetentionS.Known() {
			lost += ", the default"
		}
	}
	switch {
	case f.Source.IsStream() && d.exceeds():
		text := fmt.Sprintf("%s %ss/s arrive and %s are taken: the iterator gets %s older each hour",
			quantity.FormatNumber(d.rps), noun, quantity.FormatNumber(d.pace.TopRPS),
			quantity.FormatTime(f.AgeGrowthRatio*3600))
		if lost != "" {
			text += "; " + lost
		}
		add(fallsBehind, "%s", text)
	case lost != "":
		add(retentionLoss, "%s", lost)
	}
	d.visibility(f, add)
	if n, ok := d.source.MaxReceive.Get(); ok && n < aws.AdvisedReceives &&
		(d.room.Reserved || d.source.MaximumConcurrency.Known()) {
		add(receivesFew, "%s until a message goes to the dead-letter queue; AWS recommends at least %d",
			quantity.FormatCountOf(int(n), "receive"), aws.AdvisedReceives)
	}
	if size := d.smallBatch(); size < float64(f.Batch)-tolerance && d.rps > 0 && !d.grows() {
		add(partialBatches, "once it is empty, batches have about %s of %s: up to %s invocations/s, and not %s",
			quantity.FormatWholeOf(size, noun), quantity.FormatCount(f.Batch), quantity.FormatNumber(d.rps/size),
			quantity.FormatNumber(d.source.InvocationsRPS(d.rps)))
	}
	if s, ok := f.DrainS.Get(); ok && s > MostMinutes*minute {
		add(rule.Truncated, "%s minutes are listed, of %s", quantity.FormatCount(MostMinutes),
			quantity.FormatNumber(math.Ceil(s/minute)))
	}
}

// smallBatch is the size of batches where pollers wait for messages: not fewer than arrive while all batches run.
func (d *drainer) smallBatch() float64 {
	return math.Max(d.source.BatchAt(d.rps), d.rps*d.room.DurationS/math.Max(1, d.pace.Concurrency))
}

// deadLetters says how many messages may reach the dead-letter queue by throttling.
func (d *drainer) deadLetters(f *Function, add func(rule.Rule, string, ...any)) {
	share, ok := f.DLQRatio.Get()
	if !ok || share <= worthDLQ {
		return
	}
	have := "no unit"
	if d.room.Units > 0 {
		have = quantity.FormatCountOf(int(d.room.Units), "unit")
	}
	add(dlqRisk, "at most %s of the messages reach the dead-letter queue by throttling alone: "+
		"%s batches in hand share %s, visibility %s, %s", quantity.FormatChance(share),
		quantity.FormatNumber(d.source.InHand()), have, quantity.FormatSpan(d.source.VisibilityS.Or(0)),
		quantity.FormatCountOf(int(d.source.MaxReceive.Or(0)), "receive"))
}

// visibility says whether a queue hides messages for long enough. Without a timeout of the function, that is at least
// the mean duration.
func (d *drainer) visibility(f *Function, add func(rule.Rule, string, ...any)) {
	if !f.Source.IsQueue() {
		return
	}
	timeout, given := d.fn.TimeoutMS.Get()
	what := "timeout"
	if !given {
		timeout, what = math.Max(f.DurationMS, aws.DefaultTimeoutS*1000), "default timeout"
		if f.DurationMS > aws.DefaultTimeoutS*1000 {
			what = "duration"
		}
	}
	advised := float64(aws.VisibilityTimeouts*timeout/1000) + d.source.WindowS.Or(0)
	if visible := d.source.VisibilityS.Or(0); visible < advised-float64(tolerance*advised) {
		add(visibilityShort, "the visibility timeout of %s is below %d times the %s of %s; expected %s or more",
			quantity.FormatSpan(visible), aws.VisibilityTimeouts, what, quantity.FormatDuration(timeout),
			quantity.FormatSpan(math.Ceil(advised)))
	}
}
