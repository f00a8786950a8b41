package drain

import "math"

// A course is what happens to a queue over time.
type course struct {
	curve
	turns     float64 // when as much is taken as arrives, seconds; +Inf if never
	drained   float64 // when it is empty for good, seconds; +Inf if never
	lossAfter float64 // when the first message gets too old, seconds; +Inf if none does
	lossEnds  float64 // when the last one does, seconds; +Inf if there is no last one
}

// follow follows the queue with what pollers take.
//
// Messages leave in their order. Up to t, those must have left that arrived before t - T: E(t) = Q0 + λ (t - T). What
// was lost is the most by which that ever exceeded what was taken:
//
//	L(t) = max(0, max over u <= t of E(u) - S(u))
//
// The difference grows until as much is taken as arrives, and it begins when the oldest message of the backlog is T
// old.
func (d *drainer) follow(c curve) course {
	r := course{curve: c, turns: math.Inf(1), drained: math.Inf(1), lossAfter: math.Inf(1), lossEnds: math.Inf(1)}
	if !d.Grows() {
		r.turns = c.reaches(d.RPS)
		r.drained = c.rises(r.turns, d.RPS, d.Queued)
	}
	begins := math.Max(0, d.keptS-d.behindS)
	if math.IsInf(begins, 1) || begins >= r.drained {
		return r
	}
	if d.Exceeds() {
		r.lossAfter = c.falls(begins, d.RPS, d.level())
		return r
	}
	ends := math.Max(begins, math.Min(r.turns, c[len(c)-1].t))
	if d.level()-c.net(ends, d.RPS) <= float64(tolerance*math.Max(d.Queued, float64(d.RPS*d.keptS))) {
		return r
	}
	r.lossAfter, r.lossEnds = c.falls(begins, d.RPS, d.level()), ends
	if !d.Grows() || d.RPS == 0 { // where nothing is taken, it is empty when all is lost
		r.drained = c.rises(ends, d.RPS, d.Queued-d.lost(r, ends))
	}
	return r
}

// level is what is taken less what arrives when those leave that are as old as the retention.
func (d *drainer) level() float64 { return d.Queued - float64(d.RPS*d.keptS) }

// lost returns how many messages got too old up to a time.
func (d *drainer) lost(c course, t float64) float64 {
	if t < c.lossAfter {
		return 0
	}
	return math.Max(0, d.level()-c.net(math.Min(t, c.lossEnds), d.RPS))
}

// minutes lists the minutes until the queue is empty, or an hour.
func (d *drainer) minutes(c course) []Minute {
	n := float64(UsualMinutes)
	if !math.IsInf(c.drained, 1) {
		n = math.Min(MostMinutes, math.Max(1, math.Ceil(c.drained/minute)))
	}
	rows := make([]Minute, int(n))
	taken, lost := 0.0, 0.0
	for i := range rows {
		row := &rows[i]
		row.TS = float64(i+1) * minute
		arrived := float64(d.RPS * row.TS)
		lostNow, takenNow := d.lost(c, math.Min(row.TS, c.drained)), 0.0
		if row.TS < c.drained {
			takenNow = c.taken(row.TS)
			row.BacklogMessages = math.Max(0, d.Queued+arrived-takenNow-lostNow)
			row.OldestAgeS = d.age(row.TS, takenNow+lostNow)
			row.Concurrency = math.Min(d.Pace.Concurrency, c.rate(row.TS)*d.perMessageS())
		} else {
			takenNow = d.Queued + arrived - lostNow
			row.Concurrency = math.Min(d.Pace.Concurrency, d.RPS*d.perMessageS())
		}
		row.ArrivedMessages = d.RPS * minute
		row.TakenMessages, row.LostMessages = math.Max(0, takenNow-taken), math.Max(0, lostNow-lost)
		taken, lost = takenNow, lostNow
	}
	return rows
}

// perMessageS is how long a message of a full batch keeps a unit busy, seconds.
func (d *drainer) perMessageS() float64 { return d.Room.DurationS / float64(d.Batch.Or(1)) }

// age returns the age of the oldest message at a time, if so many have left.
func (d *drainer) age(t, left float64) float64 {
	since := left - d.Queued // that arrived since the start have left
	if d.RPS == 0 || since <= 0 && d.behindS == 0 {
		return t + d.behindS
	}
	return math.Max(0, math.Min(t+d.behindS, t-since/d.RPS))
}
