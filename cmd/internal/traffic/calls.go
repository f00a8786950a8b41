package traffic

import (
	"cmp"
	"math"
	"slices"

	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/calc/series"
)

// A call is a single request.
type call struct {
	// StartNS is when it started: nanoseconds since 1970-01-01 00:00 UTC, or since the start of undated data.
	StartNS int64
	// DurationMS is its duration without the init time, milliseconds; less than 0 if it is not known.
	DurationMS float64
	// InitMS is its init time, milliseconds; 0 if it started no environment.
	InitMS float64
	// Throttled says that Lambda refused it. Its duration does not count.
	Throttled bool
	// Undated says that its start is a distance from the start of the data.
	Undated bool
	// Whole says that its start is known only to the second.
	Whole bool
}

// calls are the single requests of a function: each of them as long as they are few, and sums by the minute.
type calls struct {
	list      []series.Call // those that ran
	inexact   bool          // there are others: too many, or of unknown duration
	throttled float64
	n         float64 // all, with those that were throttled
	inits     float64
	whole     float64 // with starts that are known only to the second
	minutes   sums
	first     int64 // the first and the last start, nanoseconds
	last      int64
	edges     [2]second // those of the first and of the last start
}

// A second counts the calls that start in a second.
type second struct {
	at int64
	n  float64
}

// Call records a single request. at is its place, for what is wrong with it.
func (f *function) Call(c call, at int64) {
	r := f.r
	if c.Undated {
		if c.StartNS < 0 || c.StartNS > maxSpanS*secondNS {
			r.Fault(at, "an offset of %s s; expected 0 or more, at most 400 days", shownNumber(float64(c.StartNS)/1e9))
			return
		}
	} else if !r.Stamp(c.StartNS, at) || !r.within(c.StartNS) {
		return
	}
	if !f.when(!c.Undated) {
		return
	}
	s := span{StartS: c.StartNS / minuteNS * 60, LengthS: 60, Offered: 1}
	switch {
	case c.Throttled:
		s.Throttled = 1
		f.calls.throttled++
	case c.DurationMS < 0: // not known
		f.calls.inexact = true
	default:
		if !r.Duration(c.DurationMS, at) || !r.Duration(c.InitMS, at) {
			return
		}
		s.DurationSumMS, s.DurationCount = math.Round(c.DurationMS*1000)/1000, 1
		f.keep(c)
	}
	if !f.calls.minutes.add(f.r, s, at) {
		return
	}
	if f.calls.n == 0 || c.StartNS < f.calls.first {
		f.calls.first = c.StartNS
	}
	if f.calls.n == 0 || c.StartNS > f.calls.last {
		f.calls.last = c.StartNS
	}
	for i, before := range []bool{true, false} {
		f.calls.edges[i].count(c.StartNS/secondNS, before, f.calls.n == 0)
	}
	f.calls.n++
	if c.Whole {
		f.calls.whole++
	}
	if c.InitMS > 0 {
		f.calls.inits++
	}
}

// count counts a call that starts in the second at, if it is that of s or beyond it: before or after; or the first.
func (s *second) count(at int64, before, first bool) {
	if first || at != s.at && (at < s.at) == before {
		s.at, s.n = at, 0
	}
	if at == s.at {
		s.n++
	}
}

// keep keeps a call that ran, as long as calls are few and short enough.
func (f *function) keep(c call) {
	if f.calls.inexact {
		return
	}
	us, init := math.Round(c.DurationMS*1000), math.Round(c.InitMS*1000)
	if len(f.calls.list) >= f.r.maxCalls || us+init > maxCallUS {
		many := len(f.calls.list) >= f.r.maxCalls
		f.calls.inexact, f.calls.list = true, nil
		if many {
			f.r.Find(rule.MinutesHideBursts, f, "more than %s invocations: sums by the minute were kept, and not each of them",
				quantity.FormatCount(int64(f.r.maxCalls)))
		}
		return
	}
	f.calls.list = append(f.calls.list, series.Call{StartNS: c.StartNS, DurationUS: uint32(us), InitUS: uint32(init)})
}

// inWholeSeconds reports whether times are in whole seconds. A few may be so by chance.
func inWholeSeconds(whole, all float64) bool { return whole > 0.1*all }

// A precision counts times in whole seconds, and exact ones.
type precision struct{ whole, exact int }

// count counts a time.
func (p *precision) count(t stamp) {
	if t.whole {
		p.whole++
	} else {
		p.exact++
	}
}

// coarse reports whether the times are in whole seconds.
func (p *precision) coarse() bool { return inWholeSeconds(float64(p.whole), float64(p.whole+p.exact)) }

// coarse reports whether the starts are known only to the second: replayed one by one, all calls of a second would come
// at once.
func (c *calls) coarse() bool { return inWholeSeconds(c.whole, c.n) }

// sorted returns the calls by their start, or nil if they are not all known.
func (c *calls) sorted() []series.Call {
	if c.inexact || c.coarse() {
		return nil
	}
	slices.SortFunc(c.list, func(x, y series.Call) int {
		return cmp.Or(cmp.Compare(x.StartNS, y.StartNS), cmp.Compare(x.DurationUS, y.DurationUS),
			cmp.Compare(x.InitUS, y.InitUS))
	})
	return c.list
}

// rate returns the rate of calls that cover less than a minute, requests per second, from their distances; 0 for
// others. Those of whole seconds cover the seconds.
func (c *calls) rate() float64 {
	if c.n < 2 || c.last == c.first || c.last-c.first >= minuteNS {
		return 0
	}
	if c.coarse() {
		return c.n / c.seconds()
	}
	return (c.n - 1) / (float64(c.last-c.first) / 1e9)
}

// seconds returns how long calls with starts in whole seconds take to arrive, seconds. The first and the last second
// count as far as they are filled, which the rate between them shows. Fewer than one a second arrive at distances.
func (c *calls) seconds() float64 {
	from, to := c.edges[0], c.edges[1]
	between := float64(to.at - from.at - 1)
	if between < 1 {
		return between + 2
	}
	inner := (c.n - from.n - to.n) / between
	if inner < 1 {
		return (between + 1) * c.n / (c.n - 1)
	}
	return between + min(1, from.n/inner) + min(1, to.n/inner)
}
