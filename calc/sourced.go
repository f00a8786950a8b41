package calc

import (
	"math"
	"slices"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/source"
)

// A SourceSpill is what an event source offers to a function, and what it takes of it. Messages that are not taken wait
// in the queue or stream, and are not throttled.
type SourceSpill struct {
	// Type is the type of the source.
	Type source.Type `json:"type"`
	// Concurrency is the most batches at a time: that of the source, or what the function can have, if no other function
	// takes anything.
	Concurrency int64 `json:"concurrency"`
	// BoundBy is what limits the source; absent if it can take more than arrives, or if that is not known.
	BoundBy Optional[source.Bound] `json:"bound_by"`
	// TopMessagesRPS is the most messages that it takes, per second; absent without a duration.
	TopMessagesRPS Optional[float64] `json:"top_messages_rps"`
	// MessagesRPS is how many messages arrive, per second; absent if only the rate of the function is known, and it has
	// several sources.
	MessagesRPS Optional[float64] `json:"messages_rps"`
	// NeededConcurrency is the number of batches at a time that what arrives keeps busy, rounded up; absent likewise, and
	// without a duration.
	NeededConcurrency Optional[int64] `json:"needed_concurrency"`
	// BehindMessagesRPS is how many messages arrive and are not taken, per second; absent if MessagesRPS is.
	BehindMessagesRPS Optional[float64] `json:"behind_messages_rps"`
	// InvocationsRPS is the part of the rate of the function that the source lets through to Lambda, requests per second.
	InvocationsRPS float64 `json:"invocations_rps"`
}

// Room returns what the function can have for its batches if no other function takes anything: its reservation, or the
// unreserved units and its provisioned concurrency.
func (a Account) Room(f *Function) source.Room { return f.sourceRoom(a.Unreserved()) }

// sourceRoom is Account.Room for a number of unreserved units.
func (f *Function) sourceRoom(unreserved int64) source.Room {
	return source.Room{Units: f.Reserved.Or(unreserved + f.Provisioned), Reserved: f.Reserved.Known(),
		DurationS: f.DurationMS.Or(0) / 1000}
}

// TakenMessagesRPS is how many of the messages that arrive are taken, per second.
func (s SourceSpill) TakenMessagesRPS() float64 {
	return s.MessagesRPS.Or(0) - s.BehindMessagesRPS.Or(0)
}

// polled is what is behind the description of a function with event sources in the pools, see Account.inPools.
type polled struct {
	whole   *Function // with all that its sources offer
	offered float64   // invocations per second that they ask for
	inlets  []inlet
}

// An inlet is a source as the function sees it: invocations, and not messages.
type inlet struct {
	share float64 // of the invocations of the function
	full  float64 // the invocations that full batches take, of those that there are; a ratio
	top   float64 // the most that the source makes, per second; +Inf if that is not known
}

// at returns the invocations per second that the source asks for and that it makes, of the rate of the function. Where
// pollers cannot make more, batches are fuller instead, until they are full.
func (x inlet) at(rps float64) (offered, taken float64) {
	own := rps * x.share
	offered = math.Min(own, math.Max(own*x.full, x.top))
	if taken = math.Min(offered, x.top); offered-taken < tolerance*offered {
		taken = offered
	}
	return offered, taken
}

// at adds up what all sources ask for and make.
func (p *polled) at(rps float64) (offered, taken float64) {
	for _, x := range p.inlets {
		o, t := x.at(rps)
		offered += o
		taken += t
	}
	return offered, taken
}

// reachingRPS is the part of RPS that reaches Lambda: all of it, or what event sources let through.
func (f *FunctionSpill) reachingRPS() float64 {
	if s, ok := f.Source.Get(); ok {
		return s.InvocationsRPS
	}
	return f.RPS
}

// Polls reports whether the function has event sources whose pollers invoke it and wait for the answer. What it cannot
// take then waits in their queues.
func (f *Function) Polls() bool { return len(f.Sources) > 0 && f.Mode != Async }

// SourcesTopRPS returns the most invocations per second that the event sources of the function make within its
// reservation, if it has one, and with any number of units otherwise; +Inf without a duration, or without sources.
func (f *Function) SourcesTopRPS() float64 {
	d, timed := f.seconds()
	if !timed || len(f.Sources) == 0 {
		return math.Inf(1)
	}
	top := (&polled{inlets: f.inlets()}).top()
	if reserved, ok := f.Reserved.Get(); ok {
		top = math.Min(top, math.Min(float64(reserved)/d, rateLimit(reserved)))
	}
	return top
}

// fullBatches returns the invocations per second that the messages of all sources take in full batches; absent if the
// messages of one are not known.
func (f *Function) fullBatches() (rps Optional[float64]) {
	sum := 0.0
	for i := range f.Sources {
		messages, ok := f.Sources[i].MessagesRPS.Get()
		if !ok {
			return Optional[float64]{}
		}
		sum += f.Sources[i].InvocationsRPS(messages)
	}
	if len(f.Sources) == 0 {
		return Optional[float64]{}
	}
	return Some(sum)
}

// Rated reports whether the rate of the function is known: it is given, or follows from the messages of its event
// sources.
func (f *Function) Rated() bool { return f.RPS.Known() || f.fullBatches().Known() }

// Sourced returns the account with the modes and the rates that follow from the event sources of its functions. Sources
// that are not valid change nothing.
func (a Account) Sourced() Account {
	invalid := func(s source.Source) bool { return len(s.Validate()) > 0 }
	open := func(f Function) bool { return len(f.Sources) > 0 && (f.Mode == "" || !f.RPS.Known()) }
	if !slices.ContainsFunc(a.Functions, open) {
		return a
	}
	a.Functions = slices.Clone(a.Functions)
	for i := range a.Functions {
		f := &a.Functions[i]
		if !open(*f) || slices.ContainsFunc(f.Sources, invalid) {
			continue
		}
		if f.Mode == "" {
			f.Mode = Sync
			if f.Sources[0].Type == source.Async {
				f.Mode = Async
			}
		}
		f.RPS = f.RPS.Else(f.fullBatches())
	}
	return a
}

// inPool returns the function as the pools see it: with what its sources let through.
func (f Function) inPool() Function {
	whole := f
	p := &polled{whole: &whole, inlets: whole.inlets()}
	f.polled = p
	if rps, ok := f.RPS.Get(); ok {
		var taken float64
		p.offered, taken = p.at(rps)
		f.RPS = Some(taken)
	}
	if rps, ok := f.AverageRPS.Get(); ok {
		_, taken := p.at(rps)
		f.AverageRPS = Some(taken)
	}
	f.Day.Values = slices.Clone(f.Day.Values)
	for hour, rps := range f.Day.Values {
		_, f.Day.Values[hour] = p.at(rps)
	}
	if f.Polls() { // a queue evens out how messages arrive
		f.Peakedness, f.OnTheMinute = Optional[float64]{}, Optional[OnTheMinute]{}
	}
	return f
}

// inlets returns the sources of the function as it sees them. If the messages of several sources are not known, each
// has a share by what it takes at most.
func (f *Function) inlets() []inlet {
	list := make([]inlet, len(f.Sources))
	d, timed := f.seconds()
	tops := 0.0
	for i := range list {
		x := &list[i]
		x.full, x.top = 1, math.Inf(1)
		if s := &f.Sources[i]; timed {
			x.top = s.InvocationsRPS(s.Alone(d).TopRPS)
		}
		tops += x.top
	}
	full, known := f.fullBatches().Get()
	for i := range list {
		x, s := &list[i], &f.Sources[i]
		switch {
		case len(list) == 1:
			x.share = 1
		case known && full > 0:
			x.share = s.InvocationsRPS(s.MessagesRPS.Or(0)) / full
		case timed && tops < math.Inf(1):
			x.share = x.top / tops
		default:
			x.share = 1 / float64(len(list))
		}
		if rps := f.RPS.Or(0); known && rps > 0 {
			x.full = min(1, full/rps)
		}
	}
	return list
}

// atRate returns the function with another rate, and with the messages of its sources in proportion.
func (f Function) atRate(rps float64) Function {
	before := f.RPS.Or(0)
	f.RPS, f.Sources = Some(rps), slices.Clone(f.Sources)
	for i := range f.Sources {
		s := &f.Sources[i]
		switch messages, ok := s.MessagesRPS.Get(); {
		case !ok:
		case before > 0:
			s.MessagesRPS = Some(float64(messages * (rps / before)))
		default:
			s.MessagesRPS = Optional[float64]{}
		}
	}
	return f
}

// addSources adds to the split of what the sources of a function let through what they do not, and describes them. full
// is what limits the units of the function.
func (f *Function) addSources(row *FunctionSpill, unreserved int64, full source.Bound) {
	p := f.polled
	taken, lost := f.RPS.Or(0), row.ThrottledRPS+row.QueuedRPS
	row.RPS = p.offered
	row.QueuedRPS += p.offered - taken
	row.SpilloverRatio, row.QueuedRatio = ratio(row.SpilloverRPS, row.RPS), ratio(row.QueuedRPS, row.RPS)
	row.ThrottledRatio = ratio(row.ThrottledRPS, row.RPS)
	row.Verdict = row.Parts.verdict(f.Provisioned)
	if top := p.top(); !math.IsInf(top, 1) {
		row.CeilingRPS = Some(math.Min(top, row.CeilingRPS.Or(top)))
		row.HeadroomRatio = headroom(row.RPS, row.CeilingRPS)
	}
	if lost == 0 {
		full = ""
	}
	list := p.describe(f.sourceRoom(unreserved), ratio(lost, taken), full)
	row.Source = Some(list[0])
	if len(list) > 1 {
		row.Source, row.Sources = Some(p.together(list, f.sourceRoom(unreserved), full)), Some(list)
	}
}

// top is the most invocations per second that all sources make.
func (p *polled) top() (rps float64) {
	for _, x := range p.inlets {
		rps += x.top
	}
	return rps
}

// describe describes each source of the function. lost is the share of what they let through that the units of the
// function do not take, and full is what limits these; empty if nothing does.
func (p *polled) describe(room source.Room, lost float64, full source.Bound) []SourceSpill {
	list := make([]SourceSpill, len(p.whole.Sources))
	rps := p.whole.RPS.Or(0)
	_, isTimed := p.whole.seconds()
	for i := range list {
		s, row := p.whole.Sources[i].Completed(), &list[i]
		pace := s.Pace(room)
		*row = SourceSpill{Type: s.Type, Concurrency: int64(pace.Concurrency)}
		if isTimed {
			row.TopMessagesRPS = Some(pace.TopRPS)
		}
		offered, taken := p.inlets[i].at(rps)
		row.InvocationsRPS = taken
		messages, ok := s.MessagesRPS.Get()
		if !ok && len(list) == 1 && p.whole.RPS.Known() {
			messages, ok = rps*float64(s.Batch.Or(1)), true
		}
		if !ok {
			continue
		}
		behind := ratio(offered-float64(taken*(1-lost)), offered)
		row.MessagesRPS, row.BehindMessagesRPS = Some(messages), Some(messages*behind)
		if isTimed {
			row.NeededConcurrency = Some(CeilUnits(orLeast(offered*room.DurationS, offered > 0)))
		}
		switch {
		case isTimed && messages > 0 && messages >= pace.TopRPS*(1-tolerance):
			row.BoundBy = Some(pace.BoundBy)
		case full != "":
			row.BoundBy = Some(full)
		}
	}
	return list
}

// together describes several sources of a function as one: their batches at a time add up, as far as the function has
// units. Its type is that of the source that is limited, or of the first.
func (p *polled) together(list []SourceSpill, room source.Room, full source.Bound) SourceSpill {
	all := SourceSpill{Type: list[0].Type}
	top, needed, concurrency := 0.0, 0.0, 0.0
	all.MessagesRPS, all.BehindMessagesRPS = Some(0.0), Some(0.0)
	for i := range list {
		x := &list[i]
		pace := p.whole.Sources[i].Alone(room.DurationS)
		top, concurrency = top+pace.TopRPS, concurrency+pace.Concurrency
		offered, _ := p.inlets[i].at(p.whole.RPS.Or(0))
		needed += float64(offered * room.DurationS)
		all.InvocationsRPS += x.InvocationsRPS
		all.MessagesRPS = sumOf(all.MessagesRPS, x.MessagesRPS)
		all.BehindMessagesRPS = sumOf(all.BehindMessagesRPS, x.BehindMessagesRPS)
		if x.BoundBy.Known() && !all.BoundBy.Known() {
			all.BoundBy, all.Type = x.BoundBy, x.Type
		}
	}
	units := float64(room.Units)
	all.Concurrency = int64(math.Min(concurrency, units))
	if _, timed := p.whole.seconds(); timed {
		byUnits, byRate := ratio(units, concurrency), ratio(aws.RatePerUnit*units, p.top())
		all.TopMessagesRPS = Some(top * math.Min(1, math.Min(byUnits, byRate)))
		if all.MessagesRPS.Known() {
			all.NeededConcurrency = Some(CeilUnits(orLeast(needed, needed > 0)))
		}
	}
	if full != "" {
		all.BoundBy = all.BoundBy.Else(Some(full))
	}
	return all
}

// boundBy returns what limits a source whose function has too few units, by AWS's name for the limit of these.
func boundBy(reason aws.Reason) source.Bound {
	switch reason {
	case aws.ReasonReservedConcurrency:
		return source.Reserved
	case aws.ReasonSharedConcurrency:
		return source.Unreserved
	}
	return source.Rate
}
