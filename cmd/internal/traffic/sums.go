package traffic

import (
	"math"

	"github.com/lambdacap/lambdacap/calc/series"
)

// A span is what a file says about all requests in a span of time.
type span struct {
	// StartS is when it starts: seconds since 1970-01-01 00:00 UTC, or since the start of undated data.
	StartS int64
	// LengthS is its length, seconds; 0 if the file does not say it.
	LengthS int64
	// Offered is the number of requests, with the throttled ones.
	Offered float64
	// Throttled is how many of these were throttled.
	Throttled float64
	// DurationSumMS is the sum of the durations of DurationCount requests, milliseconds; 0 of 0 if they are not known.
	DurationSumMS, DurationCount float64
	// Maximum is the highest concurrency; 0 if it is not known.
	Maximum float64
	// Undated says that the start is a distance from the start of the data.
	Undated bool
}

// sums are sums over spans of time. Those of the same time add up.
type sums struct {
	grid                                      grid
	offered, throttled, ms, measured, maximum series.Column
	length                                    int64 // of the spans, seconds, if the file says it
}

// newSums returns the sums of no spans.
func newSums(r *Recorder) sums {
	column := r.spool.Column
	return sums{offered: column(), throttled: column(), ms: column(), measured: column(), maximum: column()}
}

// Sum records what a file says about all requests in a span of time. Spans of the same time add up. at is the place,
// for what is wrong with it.
func (f *function) Sum(s span, at int64) {
	r := f.r
	if s.Undated {
		if s.StartS < 0 || s.StartS > maxSpanS {
			r.Fault(at, "an offset of %d s; expected 0 or more, at most 400 days", s.StartS)
			return
		}
	} else if ns := min(s.StartS, math.MaxInt64/secondNS) * secondNS; !r.Stamp(ns, at) || !r.within(ns) {
		return
	}
	for _, x := range []float64{s.Offered, s.Throttled, s.DurationCount, s.Maximum} {
		if !r.Count(x, at) {
			return
		}
	}
	if s.Throttled > s.Offered {
		r.Fault(at, "%s throttled requests of %s; expected at most all", shownNumber(s.Throttled), shownNumber(s.Offered))
		return
	}
	if s.DurationCount > 0 && !r.Duration(s.DurationSumMS/s.DurationCount, at) {
		return
	}
	if !f.when(!s.Undated) {
		return
	}
	f.sums.length = max(f.sums.length, s.LengthS)
	f.sums.add(r, s, at)
}

// add adds a span. It reports whether there was room.
func (s *sums) add(r *Recorder, p span, at int64) bool {
	if !s.grid.used {
		s.grid.stepS = gcd(60, p.LengthS)
	}
	finer, ok := s.grid.take(r, p.StartS, at)
	s.refine(r, finer)
	if !ok {
		return false
	}
	if p.LengthS > 0 && p.LengthS%s.grid.stepS != 0 {
		s.refine(r, s.grid.divide(gcd(p.LengthS, s.grid.stepS)))
	}
	i := s.grid.step(p.StartS)
	plus(r, &s.offered, i, p.Offered, true)
	plus(r, &s.throttled, i, p.Throttled, false)
	plus(r, &s.ms, i, p.DurationSumMS, p.DurationCount > 0)
	plus(r, &s.measured, i, p.DurationCount, false)
	if old, _ := s.maximum.At(i); p.Maximum > old {
		r.grew(s.maximum.Set(i, p.Maximum))
	}
	return true
}

// refine follows a grid that became finer.
func (s *sums) refine(r *Recorder, f finer) {
	if f.times > 1 {
		for _, c := range s.columns() {
			*c = f.column(r, c)
		}
	}
}

func (s *sums) columns() []*series.Column {
	return []*series.Column{&s.offered, &s.throttled, &s.ms, &s.measured, &s.maximum}
}

// plus adds to a number of a column. 0 is only written if it means something.
func plus(r *Recorder, c *series.Column, i int, x float64, even0 bool) {
	if x == 0 && !even0 {
		return
	}
	old, _ := c.At(i)
	r.grew(c.Set(i, old+x))
}

// grew counts the blocks of all columns, and ends the run when they are too many.
func (r *Recorder) grew(yes bool) {
	if !yes {
		return
	}
	const fewer = "give fewer files at a time, or fewer functions"
	switch r.blocks++; {
	case r.full:
	case r.spool.Err() != nil:
		r.full = true
	case r.blocks-r.spool.Dense() > r.maxBlocks:
		r.full = true
		r.Fault(r.current.line, "more than 50 million steps of time, most of them without data: too many to keep; "+fewer)
	case r.blocks > r.maxDense:
		r.full = true
		r.Fault(r.current.line, "more than 600 million steps of time: too many to keep; "+fewer)
	}
}

// A grid numbers the times of a column. It starts with steps of a minute, or with shorter ones where the spans are
// known to be shorter, and becomes finer when times need it.
type grid struct {
	used        bool
	stepS       int64   // seconds
	phase       int64   // the time of step 0, less than a step
	first, last int64   // the first and the last time, seconds
	before      int64   // the time that was taken last, seconds
	source      int     // the file that it is from
	told        *source // the last file of which a time was reported
}

// A finer says how the numbers of the steps of a grid changed: new = old * times + plus.
type finer struct{ times, plus int }

// column returns a column with the new numbers of its steps.
func (f finer) column(r *Recorder, c *series.Column) (made series.Column) {
	made = r.spool.Column()
	for i, x := range c.All() {
		r.grew(made.Set(i*f.times+f.plus, x))
	}
	return made
}

// take makes room for a time, for which the grid may become finer. If ok is false, the time has no step; what is wrong
// was reported.
func (g *grid) take(r *Recorder, t, at int64) (f finer, ok bool) {
	f.times = 1
	if g.used && g.source == r.current.index {
		r.current.distance(t-g.before, 1)
	}
	g.before, g.source = t, r.current.index
	switch {
	case !g.used:
		if g.used, g.first, g.last = true, t, t; g.stepS == 0 {
			g.stepS = 60
		}
		g.phase = t % g.stepS
		return f, true
	case t == g.last+g.stepS && t-g.first <= maxSpanS: // as usual
		g.last = t
		return f, true
	case t == g.first-g.stepS && g.last-t <= maxSpanS: // as usual in answers of CloudWatch, from the newest on
		g.first = t
		return f, true
	case max(t, g.last)-min(t, g.first) > maxSpanS:
		if g.told != r.current { // one of its times is enough
			g.told = r.current
			r.Fault(at, "the traffic spans more than 400 days, from %s to %s; is the unit of the times right?",
				shownTime(min(t, g.first)*secondNS), shownTime(max(t, g.last)*secondNS))
		}
		return f, false
	}
	g.first, g.last = min(g.first, t), max(g.last, t)
	if off := t - g.phase; off%g.stepS != 0 {
		f = g.divide(gcd(g.stepS, off))
	}
	return f, true
}

// extend makes room for n times in a file: from one on, every so many seconds. If they may not be after all others, or
// may need shorter steps, it reports that, and makes none.
func (g *grid) extend(s *source, from, every int64, n int) bool {
	to := from + int64(n-1)*every
	if !g.used || from <= g.last || (from-g.phase)%g.stepS != 0 || every%g.stepS != 0 || to-g.first > maxSpanS {
		return false
	}
	if g.source == s.index {
		s.distance(from-g.before, 1)
	}
	s.distance(every, n-1)
	g.last, g.before, g.source = to, to, s.index
	return true
}

// divide makes the steps of a grid shorter, by a whole factor.
func (g *grid) divide(stepS int64) (f finer) {
	f = finer{int(g.stepS / stepS), int((g.phase - g.phase%stepS) / stepS)}
	g.stepS = stepS
	g.phase %= stepS
	return f
}

// step returns the number of the step of a time that was taken.
func (g *grid) step(t int64) int { return int((t - g.phase) / g.stepS) }

// time returns the time of a step.
func (g *grid) time(step int) int64 { return g.phase + int64(step)*g.stepS }

func gcd(a, b int64) int64 {
	if a, b = abs(a), abs(b); b == 0 {
		return a
	}
	return gcd(b, a%b)
}

func abs(x int64) int64 { return max(x, -x) }
