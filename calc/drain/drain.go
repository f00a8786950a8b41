package drain

import (
	"math"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/source"
)

const minute = 60 // seconds

// How many minutes are listed.
const (
	MostMinutes  = 7*24*60 + 1 // a week, and a row more
	UsualMinutes = 60          // if it is never empty
)

// tolerance is the relative error that counts as nothing, as in package calc.
const tolerance = 1e-9

// A Verdict says what becomes of a queue.
type Verdict string

// The verdicts, best first.
const (
	Drains Verdict = "drains" // it gets empty, and nothing is lost
	Grows  Verdict = "grows"  // as much arrives as is taken, or more
	Loses  Verdict = "loses"  // messages get older than the retention that is given
)

// A Function is what happens to the queue or stream of one function.
type Function struct {
	// Name is the function's name.
	Name string `json:"name"`
	// Source is the type of the source.
	Source source.Type `json:"source"`
	// DurationMS is the mean duration of a batch, milliseconds.
	DurationMS float64 `json:"duration_ms"`
	// Batch is the most messages of a batch.
	Batch int64 `json:"batch"`
	// Concurrency is the most batches at a time.
	Concurrency float64 `json:"concurrency"`
	// ConcurrencyBoundBy is what determines it.
	ConcurrencyBoundBy source.Bound `json:"concurrency_bound_by"`
	// TopMessagesRPS is the most messages that are taken, per second.
	TopMessagesRPS float64 `json:"top_messages_rps"`
	// BoundBy is what determines it.
	BoundBy source.Bound `json:"bound_by"`
	// ArrivalsMessagesRPS is how many messages arrive, per second.
	ArrivalsMessagesRPS float64 `json:"arrivals_messages_rps"`
	// NeededConcurrency is the number of batches at a time that what arrives keeps busy, rounded up.
	NeededConcurrency int64 `json:"needed_concurrency"`
	// BacklogMessages is how many messages wait at the start.
	BacklogMessages float64 `json:"backlog_messages"`
	// DrainS is when the queue is empty, seconds; absent if it never is.
	DrainS calc.Optional[float64] `json:"drain_s"`
	// DrainSteppedS is the same if pollers grow once a minute instead of all the time, seconds.
	DrainSteppedS calc.Optional[float64] `json:"drain_stepped_s"`
	// BacklogPeakMessages is the most messages that wait at a time; absent if there are ever more.
	BacklogPeakMessages calc.Optional[float64] `json:"backlog_peak_messages"`
	// OldestAgeS is how long the last message of the backlog waits if nothing changes: the backlog divided by the most
	// that are taken, seconds; absent if nothing is taken.
	OldestAgeS calc.Optional[float64] `json:"oldest_age_s"`
	// AgeGrowthRatio is how much the age of the oldest message grows at last, seconds per second, 0 to 1.
	AgeGrowthRatio float64 `json:"age_growth_ratio"`
	// RetentionS is how long messages are kept, seconds; absent if that is not known.
	RetentionS calc.Optional[float64] `json:"retention_s"`
	// LossAfterS is when the first message gets too old, seconds; absent if none does.
	LossAfterS calc.Optional[float64] `json:"loss_after_s"`
	// DLQRatio is the most of the messages that reach the dead-letter queue by throttling alone, 0 to 1; absent if there
	// is none.
	DLQRatio calc.Optional[float64] `json:"dlq_ratio"`
	// RefusedPerReceiveRatio is the most of the receives that end with throttling, 0 to 1; absent if the source is not
	// SQS.
	RefusedPerReceiveRatio calc.Optional[float64] `json:"refused_per_receive_ratio"`
	// LostMessages are the messages that get too old within the minutes below.
	LostMessages float64 `json:"lost_messages"`
	// Verdict is what becomes of it.
	Verdict Verdict `json:"verdict"`
	// WhatIf is what other settings would do; never nil.
	WhatIf []WhatIf `json:"what_if"`
	// Minutes are the minutes until it is empty, or else an hour.
	Minutes []Minute `json:"minutes"`
	// LongestWaitS is how long the message that waits longest waits, seconds, while pollers grow to their number; absent
	// if the wait grows for ever.
	LongestWaitS calc.Optional[float64] `json:"longest_wait_s,omitzero"`
	// FullAfterS is how long pollers grow until Concurrency batches run at a time, seconds.
	FullAfterS float64 `json:"full_after_s"`
}

// Waits is how long a message waits at most, seconds: LongestWaitS, and +Inf if the queue grows.
func (f *Function) Waits() float64 {
	if f.ArrivalsMessagesRPS > 0 && f.AgeGrowthRatio > 0 {
		return math.Inf(1)
	}
	return f.LongestWaitS.Or(f.OldestAgeS.Or(math.Inf(1)))
}

// A Minute is one minute of a queue. What waits before and arrives is what is taken, lost and waits after.
type Minute struct {
	// TS is when it ends, seconds.
	TS float64 `json:"t_s"`
	// Concurrency is the number of batches at a time at its end.
	Concurrency float64 `json:"concurrency"`
	// BacklogMessages is how many messages wait at its end.
	BacklogMessages float64 `json:"backlog_messages"`
	// ArrivedMessages arrive.
	ArrivedMessages float64 `json:"arrived_messages"`
	// TakenMessages are taken.
	TakenMessages float64 `json:"taken_messages"`
	// LostMessages get too old.
	LostMessages float64 `json:"lost_messages"`
	// OldestAgeS is the age of the oldest message at its end, seconds: as if the backlog had arrived at the start, or,
	// for a source that is behind by a time, evenly over that time.
	OldestAgeS float64 `json:"oldest_age_s"`
}

// A Result is the answer.
type Result struct {
	// Functions are the functions that have a source, in the order of the account.
	Functions []Function `json:"functions"`
	// Findings are facts that a reader should know; never nil.
	Findings []calc.Finding `json:"-"`
}

// Of follows the queues and streams of an account until they are empty. If no function has a source and there is only
// one function, it reads a standard queue of SQS.
//
//	Q(t) = Q0 + λ t - S(t)         S(t) = ∫ μ(t) dt
//	drain: Q(t) = 0                peak of Q where μ(t) = λ
//	age growth = max(0, 1 - μ/λ)
//	first loss: Q0 + λ (t - T) = S(t)
//
// where
//
//	Q0 = messages that wait at the start
//	λ  = rate at which they arrive, messages per second
//	μ  = rate at which they are taken, see source.Pace
//	T  = retention, seconds
//
// It is a fluid: everything is a closed form, without a time step. Messages leave in the order in which they came.
// Those of the backlog are as old as the start, unless the source is behind by a time. The simulations of the tests are
// within 2 % and the duration of a batch of it.
//
// The error is calc.Faults if an input is not valid.
//
// Source: derived from aws.SourceSQS, aws.SourceKinesis, aws.SourceAsync, read 2026-11.
func Of(account calc.Account) (Result, error) {
	account.Functions = withSource(account.Functions)
	if err := validate(account); err != nil {
		return Result{}, err
	}
	r := Result{Functions: []Function{}, Findings: []calc.Finding{}}
	for i := range account.Functions {
		f := &account.Functions[i]
		if len(f.Sources) == 0 {
			continue
		}
		d := newDrainer(account, f)
		r.Functions = append(r.Functions, d.function())
		r.find(&d, &r.Functions[len(r.Functions)-1])
	}
	return r, nil
}

// A drainer follows one queue.
type drainer struct {
	source.Load
	fn      *calc.Function
	account calc.Account
	behindS float64 // how old its oldest message is at the start
	keptS   float64 // T; +Inf if messages are kept for ever
}

func newDrainer(account calc.Account, f *calc.Function) drainer {
	s := f.Sources[0].Completed()
	rps := s.MessagesRPS.Or(float64(f.RPS.Or(0) * float64(s.Batch.Or(1))))
	room := account.Room(f)
	return drainer{
		Load: source.Load{Source: s, Room: room, Pace: s.Pace(room), RPS: rps, Queued: s.Waiting(rps),
			TimeoutMS: f.TimeoutMS},
		fn: f, account: account, behindS: s.BehindS.Or(0), keptS: s.Retention().Or(math.Inf(1)),
	}
}

// function answers for the function.
func (d *drainer) function() Function {
	c := d.follow(smooth(d.Pace))
	f := Function{Name: d.fn.Name, Source: d.Type, DurationMS: d.fn.DurationMS.Or(0),
		Batch: d.Batch.Or(1), Concurrency: d.Pace.Concurrency, ConcurrencyBoundBy: d.Pace.ConcurrencyBoundBy,
		TopMessagesRPS: d.Pace.TopRPS, BoundBy: d.Pace.BoundBy, ArrivalsMessagesRPS: d.RPS, BacklogMessages: d.Queued,
		NeededConcurrency: calc.CeilUnits(d.InvocationsRPS(d.RPS) * d.Room.DurationS),
		DrainS:            known(c.drained), DrainSteppedS: known(d.follow(stepped(d.Pace)).drained),
		AgeGrowthRatio: d.AgeGrowthRatio(), RetentionS: d.Retention(), LossAfterS: known(c.lossAfter)}
	if !d.Grows() {
		f.BacklogPeakMessages = calc.Some(d.Queued - c.net(math.Min(c.turns, c.lossAfter), d.RPS))
	}
	if d.Pace.TopRPS > 0 {
		f.OldestAgeS = calc.Some(d.Queued / d.Pace.TopRPS)
	}
	f.LongestWaitS, f.FullAfterS = known(d.longestWait(c)), c.curve[len(c.curve)-1].t
	f.RefusedPerReceiveRatio, f.DLQRatio = d.DeadLetters(d.Room)
	f.Verdict = d.verdict(c)
	f.Minutes = d.minutes(c)
	for _, m := range f.Minutes {
		f.LostMessages += m.LostMessages
	}
	f.WhatIf = d.whatIf()
	return f
}

// longestWait returns how long the message that waits longest waits, seconds: the last of the backlog or, if more
// arrive than are taken even then, the one that is taken when as much is taken as arrives. It is +Inf if the wait
// grows for ever. None waits longer than the retention.
func (d *drainer) longestWait(c course) float64 {
	if d.Grows() {
		return math.Inf(1)
	}
	wait := c.rises(0, 0, d.Queued)
	if c.turns > wait && !math.IsInf(c.turns, 1) {
		wait = math.Max(wait, d.age(c.turns, c.taken(c.turns)))
	}
	return math.Min(wait, d.keptS)
}

// known makes a time that never comes absent.
func known(t float64) calc.Optional[float64] {
	if math.IsInf(t, 1) {
		return calc.Optional[float64]{}
	}
	return calc.Some(t)
}

func (d *drainer) verdict(c course) Verdict {
	switch {
	case !math.IsInf(c.lossAfter, 1) && d.RetentionS.Known():
		return Loses
	case d.Grows():
		return Grows
	}
	return Drains
}
