package calc

import (
	"cmp"
	"math"
	"slices"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/optional"
	"github.com/lambdacap/lambdacap/calc/source"
)

// OfSource reports whether the setting is one of an event source, and not of a pool.
func (s Setting) OfSource() bool {
	return slices.Contains([]Setting{SettingMaximumConcurrency, SettingPollers, SettingParallelization, SettingShards,
		SettingVisibility, SettingMaxReceive}, s)
}

// change returns a change of the j-th source of a function.
func (f *Function) change(j int, setting Setting, from, to Optional[int64], required bool) Change {
	c := Change{Function: Some(f.Name), Setting: setting, From: from, To: to, Required: required, Unnamed: f.Unnamed,
		SourceIndex: j}
	if len(f.Sources) > 1 {
		c.Source = Some(cmp.Or(f.Sources[j].Type, source.SQS))
	}
	return c
}

// A sourcePlan plans the settings of one event source.
type sourcePlan struct {
	source.Source // as planned so far
	fn            *Function
	index         int
	seconds       float64 // duration of a batch
	rps           float64 // messages that arrive, per second
	headroom      float64
	changes       []Change
}

// takes reports whether a source can take all that arrives if the function has the units for it.
func (p *sourcePlan) takes(s source.Source) bool {
	return s.Alone(p.seconds).TopRPS >= p.rps*(1-tolerance)
}

// raise raises a setting to the smallest value with which the source takes all that arrives, with headroom, at most to
// most. It does nothing if a higher value takes no more, and reports whether the value is enough.
func (p *sourcePlan) raise(setting Setting, most int64, to func(*source.Source) *optional.Optional[int64]) bool {
	with := func(n int64) source.Source {
		s := p.Source
		*to(&s) = Some(n)
		return s
	}
	top := func(n int64) float64 { return with(n).Alone(p.seconds).TopRPS }
	now, possible := to(&p.Source).Or(1), math.Min(p.rps, top(most))
	required := fewestUnits(now, func(n int64) bool { return top(n) >= possible*(1-tolerance) }).Or(most)
	n := required
	switch {
	case !p.takes(with(required)):
	case setting == SettingMaximumConcurrency: // these are units, as those of the reservation beside it
		n = min(most, withHeadroom(required, p.headroom))
	default: // each step may be much of what arrives
		spare := math.Min(p.rps*(1+p.headroom), top(most))
		n = fewestUnits(required, func(n int64) bool { return top(n) >= spare*(1-tolerance) }).Or(most)
	}
	if n > now && top(n) > top(now)*(1+tolerance) {
		p.changes = append(p.changes, p.fn.change(p.index, setting, Some(now), Some(n), required > now))
		p.Source = with(n)
	}
	return p.takes(p.Source)
}

func maximumOf(s *source.Source) *optional.Optional[int64]         { return &s.MaximumConcurrency }
func pollersOf(s *source.Source) *optional.Optional[int64]         { return &s.PollersMax }
func shardsOf(s *source.Source) *optional.Optional[int64]          { return &s.Shards }
func parallelizationOf(s *source.Source) *optional.Optional[int64] { return &s.Parallelization }

// plan plans the settings that determine how much the source takes.
func (p *sourcePlan) plan() {
	switch p.Type {
	case source.SQS, source.SQSFIFO:
		if p.MaximumConcurrency.Known() {
			p.raise(SettingMaximumConcurrency, aws.MaxQueueConcurrency, maximumOf)
		}
	case source.SQSProvisioned:
		p.raise(SettingPollers, aws.MostQueuePollers, pollersOf)
	case source.KafkaProvisioned, source.KafkaQueue:
		p.raise(SettingPollers, aws.MostKafkaPollers, pollersOf)
	case source.Kinesis, source.DynamoDB:
		p.planStream()
	}
	for i := range p.changes {
		if p.changes[i].Setting == SettingPollers {
			p.changes[i].Least = p.PollersMin.Or(0)
		}
	}
}

// planStream raises the parallelization factor, as far as that helps, and only then the number of shards, which cost
// something. More shards do not help the hottest one.
func (p *sourcePlan) planStream() {
	most := int64(1)
	for most < aws.MaxParallelization {
		now, more := p.Source, p.Source
		now.Parallelization, more.Parallelization = Some(most), Some(most+1)
		if more.Alone(p.seconds).TopRPS <= now.Alone(p.seconds).TopRPS*(1+tolerance) {
			break
		}
		most++
	}
	if !p.raise(SettingParallelization, most, parallelizationOf) && p.Type == source.Kinesis && !p.HottestShard.Known() {
		p.raise(SettingShards, mostShards, shardsOf)
	}
}

// mostShards is the largest number of shards that a plan advises.
const mostShards = 100_000_000

// withSources returns the account with the event sources that can take all that arrives, and the changes that lead
// there, by function.
func (a Account) withSources(headroom float64) (Account, [][]Change) {
	changes := make([][]Change, len(a.Functions))
	if !slices.ContainsFunc(a.Functions, func(f Function) bool { return len(f.Sources) > 0 }) {
		return a, changes
	}
	a.Functions = slices.Clone(a.Functions)
	for i := range a.Functions {
		f := &a.Functions[i]
		f.Sources = slices.Clone(f.Sources)
		for j := range f.Sources {
			if p, ok := f.sourcePlan(j, headroom); ok {
				p.plan()
				f.Sources[j], changes[i] = p.Source, append(changes[i], p.changes...)
			}
		}
	}
	return a, changes
}

// sourcePlan begins the plan of a source, if it is known what arrives and how long a batch takes.
func (f *Function) sourcePlan(j int, headroom float64) (p sourcePlan, ok bool) {
	s := f.Sources[j].Completed()
	d, timed := f.seconds()
	rps, ok := s.MessagesRPS.Get()
	if !ok && len(f.Sources) == 1 && f.RPS.Known() {
		rps, ok = f.RPS.Or(0)*float64(s.Batch.Or(1)), true
	}
	p = sourcePlan{Source: s, fn: f, index: j, seconds: d, rps: rps, headroom: headroom}
	return p, ok && timed && f.RPS.Or(0) > 0 && !f.IsManaged()
}

// A capped is a source whose mapping can have a maximum concurrency that is at most the reservation.
type capped struct {
	index int
	own   int64           // batches at a time as planned
	need  Optional[int64] // what arrives needs, with headroom; absent if that is not known
}

// capped lists the sources of a function that have a maximum concurrency, or could have one.
func (p *planner) capped(i int) (list []capped) {
	f := &p.account.Functions[i]
	if f.polled == nil || f.RPS.Or(0) == 0 {
		return nil
	}
	for j := range f.Sources {
		s := f.Sources[j].Completed()
		if s.Type != source.SQS && s.Type != source.SQSFIFO {
			continue
		}
		x := capped{index: j, own: int64(s.Alone(1).Concurrency)}
		if q, ok := f.polled.whole.sourcePlan(j, 0); ok {
			batches := CeilUnits(orLeast(s.InvocationsRPS(q.rps)*q.seconds, q.rps > 0))
			x.need = Some(min(x.own, aws.MaxQueueConcurrency,
				max(aws.MinQueueConcurrency, withHeadroom(batches, p.options.Headroom))))
		}
		list = append(list, x)
	}
	return list
}

// leastForSources returns the smallest reservation that the maxima of the sources of a function fit into. The maximum
// of one source may be lowered to the reservation, those of several to what they need.
func (p *planner) leastForSources(i int) (units int64) {
	list := p.capped(i)
	for _, x := range list {
		if len(list) == 1 {
			return min(x.own, aws.MinQueueConcurrency)
		}
		units += x.need.Or(0)
	}
	return units
}

// maximumChanges returns changes that keep the maximum concurrency of the sources within the reservation, so that
// pollers are not throttled.
func (p *planner) maximumChanges(i int, reserved int64) (changes []Change) {
	f, list, sum := &p.account.Functions[i], p.capped(i), int64(0)
	for _, x := range list {
		sum += x.own
	}
	if sum <= reserved {
		return nil
	}
	for _, x := range list {
		to := max(aws.MinQueueConcurrency, min(reserved, aws.MaxQueueConcurrency))
		if len(list) > 1 {
			to = x.need.Or(x.own)
		}
		now := f.Sources[x.index].MaximumConcurrency
		if to < x.own && (!now.Known() || to < now.Or(0)) {
			c := f.change(x.index, SettingMaximumConcurrency, now, Some(to), false)
			c.Cause = CauseReserved
			changes = append(changes, c)
		}
	}
	return changes
}

// queueChanges returns changes of the queues of a function: how long they hide messages, and how often these are
// received. maxima are the changes of the maximum concurrency.
func (p *planner) queueChanges(i int, reserved bool, maxima []Change) (changes []Change) {
	f := &p.account.Functions[i]
	d, timed := f.seconds()
	for j := range f.Sources {
		s := f.Sources[j].Completed()
		if !s.Type.IsQueue() || !timed {
			continue
		}
		isOwn := func(c Change) bool { return c.SourceIndex == j }
		if k := slices.IndexFunc(maxima, isOwn); k >= 0 {
			s.MaximumConcurrency = maxima[k].To
		}
		l := source.Load{Source: s, Room: source.Room{DurationS: d}, TimeoutMS: f.TimeoutMS}
		advised, short := l.ShortVisibility()
		now, to := s.VisibilityS.Or(0), math.Min(advised, aws.MaxVisibilityS)
		if short && to > now {
			changes = append(changes, f.change(j, SettingVisibility, Some(int64(now)), Some(int64(to)),
				now < f.TimeoutMS.Or(0)/1000))
		}
		if s.FewReceives(reserved) {
			changes = append(changes, f.change(j, SettingMaxReceive, s.MaxReceive, Some(int64(aws.AdvisedReceives)), false))
		}
	}
	return changes
}

// sourceChanges returns all changes of the sources of a function, given its reservation after the plan: those that let
// it take what arrives, combined with those that keep it within the reservation.
func (p *planner) sourceChanges(i int, reserved Optional[int64]) (changes []Change) {
	changes = slices.Clone(p.raised[i])
	var maxima []Change
	if n, ok := reserved.Get(); ok {
		maxima = p.maximumChanges(i, n)
	}
	for _, c := range maxima {
		isSame := func(x Change) bool { return x.Setting == c.Setting && x.SourceIndex == c.SourceIndex }
		k := slices.IndexFunc(changes, isSame)
		if k < 0 {
			changes = append(changes, c)
		} else {
			changes[k].To = c.To
		}
	}
	changes = append(changes, p.queueChanges(i, reserved.Known(), maxima)...)
	changes = slices.DeleteFunc(changes, func(c Change) bool { return c.From == c.To })
	for k := range changes {
		changes[k].index = i
	}
	return changes
}
