package scaling

import "math"

// A Rise is a time without a break in which the provisioned units do not serve all evenly spaced requests.
type Rise struct {
	// FromS and ToS are when it starts and ends, seconds since the start.
	FromS, ToS float64
	// Spilled are the requests that the provisioned units do not serve.
	Spilled float64
	// Units are provisioned when it starts.
	Units int64
	// HelpS is the time from its start until target tracking brings more units because of it, and EnoughS until it brings
	// the last of these, seconds; 0 if it does not.
	HelpS, EnoughS float64
	// Scheduled reports whether it ends when units of a scheduled action come.
	Scheduled bool
}

// Followed reports whether target tracking brings units before the rise is over.
func (r *Rise) Followed() bool { return r.HelpS > 0 && r.FromS+r.HelpS <= r.ToS }

// Rises returns the times in which the provisioned units do not serve all requests, and what the policy that the course
// follows does about them.
func (c *Course) Rises(l *Load, p *Policy) (rises []Rise) {
	c.each(l.SpanS, func(from, to float64, units int64) {
		l.pieces(from, to, func(s Step, starts, seconds float64) {
			spill := s.SpillRPS(units)
			if spill == 0 {
				return
			}
			if n := len(rises); n == 0 || starts-rises[n-1].ToS > 1e-6 {
				rises = append(rises, Rise{FromS: starts, Units: units})
			}
			last := &rises[len(rises)-1]
			last.ToS = starts + seconds
			last.Spilled += float64(spill * seconds)
		})
	})
	for i := range rises {
		next := math.Inf(1)
		if i+1 < len(rises) {
			next = rises[i+1].FromS
		}
		rises[i].follow(c.Changes, p.Delays.AlarmS, next)
	}
	return rises
}

// follow finds the changes that come because of the rise: they are decided before the next one starts, and the minutes
// above the target that bring each of them begin before the rise is over, or right after the change before.
func (r *Rise) follow(changes []Change, alarmS, next float64) {
	const observed = minutesToScaleOut * secondsPerMinute
	until := r.ToS
	for _, x := range changes {
		r.Scheduled = r.Scheduled || x.Cause == Scheduled && math.Abs(x.AtS-r.ToS) < 1e-6
		decided := x.AtS - x.DelayS
		if x.Cause != AlarmHigh || decided < r.FromS || decided >= next ||
			decided-alarmS-observed > until+secondsPerMinute {
			continue
		}
		if r.EnoughS = x.AtS - r.FromS; r.HelpS == 0 {
			r.HelpS = r.EnoughS
		}
		until = math.Max(until, x.AtS)
	}
}

// A Lateness is what scheduled actions miss because they run when their units are needed, and not before.
type Lateness struct {
	// Times is how often that happens.
	Times int
	// Requests are those that the units would have served at once.
	Requests float64
	// DelayS is the longest time until the units are usable, seconds.
	DelayS float64
}

// Late returns what scheduled actions miss.
func (c *Course) Late(l *Load) (late Lateness) {
	for i, x := range c.Changes {
		if x.Cause != Scheduled || x.DelayS == 0 {
			continue
		}
		before := c.Start
		if i > 0 {
			before = c.Changes[i-1].Units
		}
		missed := 0.0
		l.pieces(max(0, x.AtS-x.DelayS), x.AtS, func(s Step, _, seconds float64) {
			missed += float64((s.SpillRPS(before) - s.SpillRPS(x.Units)) * seconds)
		})
		if missed > 0 {
			late.Times++
			late.Requests += missed
			late.DelayS = max(late.DelayS, x.DelayS)
		}
	}
	return late
}
