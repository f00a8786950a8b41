package scaling

import (
	"cmp"
	"math"
	"slices"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/series"
)

// A Course is what a policy does over time.
type Course struct {
	// Start are the provisioned units at the start.
	Start int64
	// Changes are the changes by time, until the end of the load.
	Changes []Change
	// Refused are the actions, by their index in the policy, that AWS refuses because the minimum would be above the
	// maximum; each once.
	Refused []int
	// Idle is the longest time in which target tracking took nothing away because minutes had no request, and Stuck the
	// longest in which it took nothing away because the units are so few that one less would bring them above the target.
	Idle, Stuck Quiet
}

// A Quiet is a time in which target tracking does not scale in, although little is used.
type Quiet struct {
	// FromS and ToS are when it starts and ends, seconds since the start. Both are 0 if there is no such time.
	FromS, ToS float64
	// Units are provisioned, above the minimum, Least.
	Units, Least int64
	// Utilization is that of its last minute with requests, a ratio.
	Utilization float64
}

// Seconds returns its length.
func (q Quiet) Seconds() float64 { return q.ToS - q.FromS }

// End returns the provisioned units at the end.
func (c *Course) End() int64 {
	if n := len(c.Changes); n > 0 {
		return c.Changes[n-1].Units
	}
	return c.Start
}

// Most returns the most provisioned units at any time.
func (c *Course) Most() int64 {
	most := c.Start
	for _, x := range c.Changes {
		most = max(most, x.Units)
	}
	return most
}

// each calls a function for each time in which the provisioned units stay the same.
func (c *Course) each(spanS float64, call func(from, to float64, units int64)) {
	from, units := 0.0, c.Start
	for _, x := range c.Changes {
		if x.AtS > from {
			call(from, x.AtS, units)
			from = x.AtS
		}
		units = x.Units
	}
	if spanS > from {
		call(from, spanS, units)
	}
}

// UnitS returns the provisioned units times the time that they are on, unit-seconds.
func (c *Course) UnitS(spanS float64) (sum float64) {
	c.each(spanS, func(from, to float64, units int64) { sum += float64(float64(units) * (to - from)) })
	return sum
}

// Spilled returns the number of evenly spaced requests of a load that the provisioned units do not serve.
func (c *Course) Spilled(l *Load) (sum float64) {
	c.each(l.SpanS, func(from, to float64, units int64) {
		l.pieces(from, to, func(s Step, _, seconds float64) { sum += float64(s.SpillRPS(units) * seconds) })
	})
	return sum
}

// Follow follows a policy minute by minute. Minutes are those of the clock.
//
// A minute is hot if the utilization of the provisioned units is above the target, cold if it is below 0.9 of the
// target, and neither if it has no request:
//
//	u = Σ w min(1, 10 d, a/N)   over the pieces w of the minute: N may change inside
//
// where a is the load in erlangs, d the duration in seconds and N the units usable. At the end of the minute and the
// delay of the alarm, if no change is under way:
//
//	3 minutes hot:   N becomes min(max, ceil(N u/target)), if that is more, usable after the allocation
//	15 minutes cold: N becomes max(min, ceil(N u/target)), if that is less, at once
//
// Minutes count from the last decision on. Scheduled actions come first. The step is an assumption, the only simple one
// that agrees with all that AWS says: capacity follows the metric in proportion, rounded up; and nothing is taken away
// if that would bring the metric above the target.
//
// What is suspended does nothing: scaling out or in by alarms, or scheduled actions.
//
// Before the start, each action has run when it last should have.
func (l *Load) Follow(p *Policy) Course {
	if p.Levels != nil {
		return l.levels(p)
	}
	f := follower{load: l, policy: p, target: p.Tracking.Target, bounds: p.start(), counts: math.Inf(-1),
		outFrom: math.Inf(-1), inFrom: math.Inf(-1)}
	f.before()
	f.units = f.bounds.clamp(p.Units)
	switch {
	case p.Units != Unset:
	case p.Continues && f.target > 0 && len(l.Steps) > 0:
		f.units = f.kept(l.Steps[0])
	default:
		f.units = f.bounds.least
	}
	f.course.Start, f.wanted = f.units, f.units
	f.run()
	return f.course
}

// A follower follows a policy.
type follower struct {
	load   *Load
	policy *Policy
	target float64
	course Course
	bounds bounds
	units  int64 // usable
	wanted int64 // the units that were asked for, and are usable at pending
	// pending is the change that is under way; it has no cause if there is none.
	pending Change
	// next are the times at which the actions run next, +Inf if never, and due is the least of them.
	next []float64
	due  float64

	hot, cold int
	quiet     int     // minutes that are cold or have no request
	lastU     float64 // of the last minute with requests
	counts    float64 // minutes from this time on count
	outFrom   float64 // when the cooldown after scaling out ends
	inFrom    float64 // when the cooldown after scaling in ends
	added     int64   // units that the last decision to scale out added

	minutes []float64 // utilization of each minute; -1 without requests
	decided int       // how many of them have been decided on
	first   float64   // when the next of them starts
	at      int       // the step up to which the minute is summed
	ends    float64   // when that step ends
	sum     float64   // of the utilization of the current minute, over the seconds so far
	seen    float64   // seconds of it with data
	until   float64   // to where it is summed
}

// before lets the actions run that came last before the start.
func (f *follower) before() {
	type past struct {
		at    int64
		index int
	}
	var list []past
	start := f.load.StartS
	f.due = math.Inf(1)
	if f.policy.Suspended.Scheduled {
		return
	}
	f.next = make([]float64, len(f.policy.Actions))
	for i := range f.policy.Actions {
		if at, ok := f.policy.Actions[i].last(start, start); ok {
			list = append(list, past{at, i})
		}
		f.schedule(i, start)
	}
	slices.SortStableFunc(list, func(x, y past) int { return cmp.Compare(x.at, y.at) })
	for _, x := range list {
		f.bound(x.index)
	}
	f.soonest()
}

// schedule finds when an action runs next.
func (f *follower) schedule(i int, from int64) {
	f.next[i] = math.Inf(1)
	end := f.load.StartS + int64(math.Ceil(f.load.SpanS))
	if at, ok := f.policy.Actions[i].next(from, end, f.load.StartS); ok {
		f.next[i] = float64(at - f.load.StartS)
	}
}

func (f *follower) soonest() {
	f.due = math.Inf(1)
	for _, t := range f.next {
		f.due = min(f.due, t)
	}
}

// bound sets the bounds of an action.
func (f *follower) bound(i int) {
	set, ok := f.bounds.with(&f.policy.Actions[i])
	if ok {
		f.bounds = set
	} else if !slices.Contains(f.course.Refused, i) {
		f.course.Refused = append(f.course.Refused, i)
	}
}

// run goes from event to event: the end of a minute, an alarm, an action, or units that become usable.
func (f *follower) run() {
	span := f.load.SpanS
	_, second := series.FloorDiv(f.load.StartS, secondsPerMinute)
	minute := -float64(second) // when the current one starts
	f.first = minute
	f.until = 0
	f.minutes = make([]float64, 0, int(span/secondsPerMinute)+2)
	f.at = f.load.step(0)
	f.ends = f.load.FirstS + float64(float64(f.at+1)*f.load.StepS)
	for now := 0.0; now < span; {
		ends := minute + secondsPerMinute
		until := min(ends, f.due, f.alarm())
		if f.pending.Cause != "" {
			until = min(until, f.pending.AtS)
		}
		if until >= span {
			return
		}
		f.measure(until)
		now = until
		if now == ends {
			f.close()
			minute = ends
		}
		if f.pending.Cause != "" && f.pending.AtS <= now {
			f.use()
		}
		if f.due <= now {
			f.act(now)
		}
		for f.alarm() <= now {
			f.decide(now)
		}
	}
}

// alarm returns when the next alarm acts.
func (f *follower) alarm() float64 {
	if f.decided == len(f.minutes) {
		return math.Inf(1)
	}
	return f.first + secondsPerMinute + f.policy.Delays.AlarmS
}

// measure sums up the utilization up to a time, with the units in use.
func (f *follower) measure(to float64) {
	from := f.until
	f.until = to
	if f.target == 0 || f.units == 0 {
		return
	}
	for {
		for f.ends <= from {
			f.at++
			f.ends = f.load.FirstS + float64(float64(f.at+1)*f.load.StepS)
		}
		if f.ends >= to {
			f.add(from, to)
			return
		}
		f.add(from, f.ends)
		from = f.ends
	}
}

// add adds a part of a step to the utilization of the minute.
func (f *follower) add(from, to float64) {
	seconds := to - from
	f.seen += seconds
	if f.at < 0 || f.at >= len(f.load.Steps) || f.load.Steps[f.at].RPS == 0 {
		return
	}
	s := f.load.Steps[f.at]
	f.sum += float64(s.busy(f.units, f.concurrency(s)) * seconds)
}

// concurrency returns the environments that a step needs, by the statistic of target tracking.
func (f *follower) concurrency(s Step) float64 {
	if f.policy.Tracking.Statistic == Maximum {
		return f.load.Maximum(s)
	}
	return s.RPS * s.DurationMS / 1000
}

// kept returns the units that target tracking keeps for a step: with them, the utilization is the target. If requests
// are so short that it never reaches the target, that is the minimum.
func (f *follower) kept(s Step) int64 {
	if s.RPS == 0 || aws.RatePerUnit*s.DurationMS/1000 < f.target {
		return f.bounds.least
	}
	return f.bounds.clamp(quantity.CeilUnits(f.concurrency(s) / f.target))
}

// close ends a minute.
func (f *follower) close() {
	if f.target == 0 {
		return
	}
	u := -1.0
	if f.sum > 0 {
		u = f.sum / f.seen
	}
	f.minutes = append(f.minutes, u)
	f.sum, f.seen = 0, 0
}

// use makes the units usable that were under way.
func (f *follower) use() {
	if f.pending.Units != f.units {
		f.course.Changes = append(f.course.Changes, f.pending)
	}
	f.units = f.pending.Units
	f.pending = Change{}
}

// change changes the units: fewer at once, more after the allocation. It replaces a change that is under way.
func (f *follower) change(now float64, units int64, cause Cause) {
	f.wanted = units
	f.pending = Change{AtS: now, Units: units, Cause: cause}
	if units > f.units {
		f.pending.DelayS = f.policy.Delays.Allocation(units)
		f.pending.AtS = now + f.pending.DelayS
	}
	if f.pending.AtS <= now {
		f.use()
	}
}

// act runs the actions that are due.
func (f *follower) act(now float64) {
	for i, at := range f.next {
		if at <= now {
			f.bound(i)
			f.schedule(i, f.load.StartS+int64(at)+1)
		}
	}
	f.soonest()
	if units := f.bounds.clamp(f.wanted); units != f.wanted {
		f.change(now, units, Scheduled)
	}
}

// decide lets the alarms of the oldest minute act.
func (f *follower) decide(now float64) {
	u, starts := f.minutes[f.decided], f.first
	f.decided++
	f.first += secondsPerMinute
	if starts < f.counts {
		return
	}
	f.count(u)
	u = max(u, 0)
	if f.pending.Cause != "" {
		return
	}
	if f.quiet >= minutesToScaleIn && f.cold < minutesToScaleIn && !f.policy.Suspended.In {
		f.stays(&f.course.Idle, f.quiet)
	}
	if f.hot < minutesToScaleOut && f.cold < minutesToScaleIn {
		return
	}
	units := f.bounds.clamp(quantity.CeilUnits(float64(f.units) * u / f.target))
	switch {
	case f.hot > 0 && f.policy.Suspended.Out, f.cold > 0 && (f.policy.Suspended.In || f.policy.Tracking.NoScaleIn):
	case f.hot > 0 && units > f.units && (now >= f.outFrom || units-f.units > f.added):
		f.added, f.outFrom = units-f.units, now+f.policy.Tracking.OutCooldownS
		f.inFrom = math.Inf(-1) // scaling out ends the cooldown of scaling in
		f.counted(now)
		f.change(now, units, AlarmHigh)
	case f.cold > 0 && units < f.units && now >= f.inFrom:
		f.inFrom = now + f.policy.Tracking.InCooldownS
		f.counted(now)
		f.change(now, units, AlarmLow)
	case f.cold > 0 && units == f.units:
		f.stays(&f.course.Stuck, f.cold)
	}
}

// count counts a minute with its utilization, -1 without requests.
func (f *follower) count(u float64) {
	if u >= 0 {
		f.lastU = u
	} else if f.policy.Tracking.Missing == Breaching {
		u = 0
	}
	f.quiet++
	switch {
	case u < 0:
		f.hot, f.cold = 0, 0
	case above(u, f.target):
		f.hot, f.cold, f.quiet = f.hot+1, 0, 0
	case above(lowRatio*f.target, u):
		f.hot, f.cold = 0, f.cold+1
	default:
		f.hot, f.cold, f.quiet = 0, 0, 0
	}
}

// counted restarts the counters after a decision.
func (f *follower) counted(now float64) { f.hot, f.cold, f.quiet, f.counts = 0, 0, 0, now }

// stays records that the units stay above the minimum, although so many minutes were quiet.
func (f *follower) stays(longest *Quiet, minutes int) {
	length := float64(minutes * secondsPerMinute)
	if f.units > f.bounds.least && length > longest.Seconds() {
		*longest = Quiet{FromS: f.first - length, ToS: f.first, Units: f.units, Least: f.bounds.least, Utilization: f.lastU}
	}
}

// levels follows the levels of a day.
func (l *Load) levels(p *Policy) Course {
	start, all := DailyLevels(p.Levels, l.StartS, l.SpanS)
	c := Course{Start: start}
	for _, x := range all {
		if x.Units != c.End() {
			c.Changes = append(c.Changes, x)
		}
	}
	return c
}
