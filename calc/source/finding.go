package source

import (
	"fmt"
	"math"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/optional"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// Rules lists the rules about sources, worst first.
func Rules() []rule.Rule {
	return []rule.Rule{dlqRisk, fallsBehind, retentionLoss, rule.VisibilityShort, rule.ReceivesFew, partialBatches}
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
	Name: "stream falls behind",
	Text: "more records arrive than the function can take, so that the iterator gets older and older",
	Why: "In the end records are lost. Raise what binds: the parallelization factor, the shards, the batch, or the " +
		"units.",
	Source: aws.SourceKinesis,
}

var retentionLoss = rule.Rule{
	Word: "retention-loss", Level: rule.Error,
	Name:   "messages get too old",
	Text:   "messages wait for longer than they are kept",
	Why:    "They are deleted, and nothing tells you. Take them faster, or keep them longer.",
	Source: aws.SourceSQSConfigure,
}

var partialBatches = rule.Rule{
	Word: "partial-batches", Level: rule.Info,
	Name:   "partial batches",
	Text:   "messages arrive too slowly to fill batches once the backlog is gone",
	Why:    "There are more invocations than messages / batch. A longer window fills the batches.",
	Source: aws.SourceDerived,
}

// A Load is a source with what arrives, and with the function that it invokes.
type Load struct {
	Source // completed
	Room   Room
	Pace   Pace
	// RPS is how many messages arrive, per second.
	RPS float64
	// Queued is how many messages wait at the start.
	Queued float64
	// TimeoutMS is the timeout of the function, milliseconds; absent if not given.
	TimeoutMS optional.Optional[float64]
}

// Grows reports whether as much arrives as is taken at most, or more, and there is anything at all.
func (l *Load) Grows() bool {
	return l.RPS >= l.Pace.TopRPS-float64(tolerance*l.Pace.TopRPS) && l.RPS+l.Queued > 0
}

// Exceeds reports whether more arrives than is taken at most.
func (l *Load) Exceeds() bool { return l.RPS > l.Pace.TopRPS+float64(tolerance*l.Pace.TopRPS) }

// AgeGrowthRatio is how much the age of the oldest message grows at last, seconds per second, 0 to 1.
func (l *Load) AgeGrowthRatio() float64 {
	if l.Exceeds() {
		return 1 - l.Pace.TopRPS/l.RPS
	}
	return 0
}

// KeptWords says how long messages are kept.
func (l *Load) KeptWords() string {
	kept, ok := l.Retention().Get()
	if !ok {
		return ""
	}
	text := "the retention of " + quantity.FormatSpan(kept)
	if !l.RetentionS.Known() {
		text += ", the default"
	}
	return text
}

// Find calls add for everything that a reader should know of the source. lost says what is lost, and is empty if
// nothing is.
func (l *Load) Find(lost string, add func(r rule.Rule, format string, args ...any)) {
	l.deadLetters(add)
	noun := l.Type.Noun()
	switch {
	case l.Type.IsStream() && l.Exceeds():
		text := fmt.Sprintf("%s %ss/s arrive and %s are taken: the iterator gets %s older each hour",
			quantity.FormatNumber(l.RPS), noun, quantity.FormatNumber(l.Pace.TopRPS),
			quantity.FormatTime(l.AgeGrowthRatio()*3600))
		if lost != "" {
			text += "; " + lost
		}
		add(fallsBehind, "%s", text)
	case lost != "":
		add(retentionLoss, "%s", lost)
	}
	l.visibility(add)
	if l.FewReceives(l.Room.Reserved) {
		add(rule.ReceivesFew, "%s until a message goes to the dead-letter queue; AWS recommends at least %d",
			quantity.FormatCountOf(int(l.MaxReceive.Or(0)), "receive"), aws.AdvisedReceives)
	}
	l.partial(add)
}

// FewReceives reports whether messages go to the dead-letter queue after fewer receives than AWS advises, and something
// throttles batches: a reservation, or a maximum concurrency.
func (s *Source) FewReceives(reserved bool) bool {
	n, ok := s.MaxReceive.Get()
	return ok && n < aws.AdvisedReceives && (reserved || s.MaximumConcurrency.Known())
}

// partial says how many invocations there are if batches are not full.
func (l *Load) partial(add func(rule.Rule, string, ...any)) {
	// Not fewer messages than arrive while all batches run.
	size := math.Max(l.BatchAt(l.RPS), l.RPS*l.Room.DurationS/math.Max(1, l.Pace.Concurrency))
	batch := l.Batch.Or(1)
	if size >= float64(batch)-tolerance || l.RPS == 0 || l.Grows() {
		return
	}
	when := ""
	if l.Queued > 0 {
		when = "once it is empty, "
	}
	add(partialBatches, "%sbatches have about %s of %s: up to %s invocations/s, and not %s", when,
		quantity.FormatWholeOf(size, l.Type.Noun()), quantity.FormatCount(batch), quantity.FormatNumber(l.RPS/size),
		quantity.FormatNumber(l.InvocationsRPS(l.RPS)))
}

// deadLetters says how many messages may reach the dead-letter queue by throttling.
func (l *Load) deadLetters(add func(rule.Rule, string, ...any)) {
	_, share := l.DeadLetters(l.Room)
	if share.Or(0) <= worthDLQ {
		return
	}
	have := "no unit"
	if l.Room.Units > 0 {
		have = quantity.FormatCountOf(int(l.Room.Units), "unit")
	}
	add(dlqRisk, "at most %s of the messages reach the dead-letter queue by throttling alone: "+
		"%s batches in hand share %s, visibility %s, %s", quantity.FormatChance(share.Or(0)),
		quantity.FormatNumber(l.InHand()), have, quantity.FormatSpan(l.VisibilityS.Or(0)),
		quantity.FormatCountOf(int(l.MaxReceive.Or(0)), "receive"))
}

// timeout returns the timeout of the function, milliseconds, and what it is: without one that is given, it is the
// default, and at least the mean duration.
func (l *Load) timeout() (ms float64, what string) {
	if timeout, ok := l.TimeoutMS.Get(); ok {
		return timeout, "timeout"
	}
	if ms := l.Room.DurationS * 1000; ms > aws.DefaultTimeoutS*1000 {
		return ms, "duration"
	}
	return aws.DefaultTimeoutS * 1000, "default timeout"
}

// ShortVisibility returns the visibility timeout that AWS advises for the function of a queue, seconds, and whether
// that of the queue is shorter.
func (l *Load) ShortVisibility() (advisedS float64, short bool) {
	timeout, _ := l.timeout()
	advised := float64(aws.VisibilityTimeouts*timeout/1000) + l.WindowS.Or(0)
	return math.Ceil(advised), l.Type.IsQueue() && l.VisibilityS.Or(0) < advised-float64(tolerance*advised)
}

// visibility says whether a queue hides messages for long enough.
func (l *Load) visibility(add func(rule.Rule, string, ...any)) {
	advised, short := l.ShortVisibility()
	if !short {
		return
	}
	timeout, what := l.timeout()
	add(rule.VisibilityShort, "the visibility timeout of %s is below %d times the %s of %s; expected %s or more",
		quantity.FormatSpan(l.VisibilityS.Or(0)), aws.VisibilityTimeouts, what, quantity.FormatDuration(timeout),
		quantity.FormatSpan(advised))
}
