package replay

import (
	"math"
	"slices"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/elementary"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/scaling"
	"github.com/lambdacap/lambdacap/calc/series"
)

// A sizer sizes the ways to provide concurrency for one function.
type sizer struct {
	engine  *engine
	track   *track
	index   int // of the function
	options WayOptions
	load    *scaling.Load
	share   float64 // of the requests that may find provisioned concurrency full
	most    int64   // units that the function can have
	needed  int64   // units where these are not enough
	worth   worth   // of a request that does not spill; zero unless costs count

	alone   *calc.Solitary
	spilled map[int64][]float64 // by units, and by step: spillRPS; NaN where that was not asked for

	unscheduled string     // why the traffic has no days
	hours       [][]int    // the steps of each hour of the day; of all hours without days
	onS         []float64  // how long each hour of the day lasts in the time, seconds
	known       []hourLoss // by hour: what spills with a number of units
	requests    float64
	calls       int64 // of spillRPS
}

// An hourLoss is what spills in an hour of the day, by units.
type hourLoss map[int64]loss

// A loss is what spills: a number of requests, and what they are worth, unit-seconds.
type loss struct{ requests, worthS float64 }

// A worth is what it is worth that a request does not spill, unit-seconds: for each, and for each second that it takes.
type worth struct{ perRequest, perSecond float64 }

func (w worth) of(s scaling.Step) float64 {
	return w.perRequest + float64(w.perSecond*s.DurationMS/1000)
}

// newSizer returns the sizer of the only function of an engine. index is that of the function among all.
func newSizer(e *engine, index int, w WayOptions) *sizer {
	f := e.account.Functions[0]
	s := &sizer{engine: e, track: e.tracks[0], index: index, options: w, share: 1, spilled: map[int64][]float64{}}
	if share, ok := w.Target(); ok {
		s.share = share
	}
	free := e.account
	free.Functions = nil
	s.most = f.Reserved.Or(max(0, free.Unreserved()-free.Floor()))
	s.load = e.load(0)
	for _, x := range s.load.Steps {
		s.requests += float64(x.RPS * s.load.StepS)
	}
	s.alone = calc.NewSolitary(f)
	s.days()
	return s
}

// spillRPS returns the rate of requests of a step that find so many provisioned units full, requests per second.
func (s *sizer) spillRPS(x scaling.Step, units int64) float64 {
	const often = 4096
	if s.calls++; s.calls%often == 0 {
		s.options.sized(0)
	}
	switch {
	case x.RPS == 0 || units == 0:
		return x.RPS
	case s.options.Steady:
		return x.SpillRPS(units)
	}
	return x.RPS * s.alone.BeyondProvisionedRatio(x.RPS, x.DurationMS, units)
}

// spill returns spillRPS of a step, by its index. It computes it once.
func (s *sizer) spill(units int64) func(step int) float64 {
	known := s.spilled[units]
	if known == nil {
		known = slices.Repeat([]float64{math.NaN()}, len(s.load.Steps))
		s.spilled[units] = known
	}
	return func(step int) float64 {
		if math.IsNaN(known[step]) {
			known[step] = s.spillRPS(s.load.Steps[step], units)
		}
		return known[step]
	}
}

// days finds the hour of the day of each step.
func (s *sizer) days() {
	l, e := s.load, s.engine
	reason := func(text string) {
		s.unscheduled = text
		all := make([]int, len(l.Steps))
		for k := range all {
			all[k] = k
		}
		s.hours, s.onS = [][]int{all}, []float64{l.SpanS}
	}
	s.hours, s.onS = make([][]int, quantity.HoursPerDay), make([]float64, quantity.HoursPerDay)
	for k, step := range s.track.steps() {
		if !step.missing {
			h := s.hour(l.FirstS + float64(float64(k)*l.StepS))
			s.hours[h] = append(s.hours[h], k)
		}
	}
	s.quarters(func(hour int, from, to float64) { s.onS[hour] += to - from })
	switch {
	case !e.dated:
		reason("the traffic has no times of the day")
	case l.StepS > 3600:
		reason("the traffic has less than a figure an hour")
	case !s.wholeDay():
		reason("the traffic does not have every hour of the day")
	}
	s.known = make([]hourLoss, len(s.hours))
	for h := range s.known {
		s.known[h] = hourLoss{}
	}
}

// wholeDay reports whether the traffic has data about each hour of the day.
func (s *sizer) wholeDay() bool {
	for h := range s.hours {
		if len(s.hours[h]) == 0 {
			return false
		}
	}
	return true
}

// hour returns the hour of the day at a time, seconds since the start.
func (s *sizer) hour(at float64) int {
	wall := s.options.Zone.Wall(s.engine.start + int64(math.Floor(at)))
	_, second := series.FloorDiv(wall, series.SecondsPerDay)
	return int(second / 3600)
}

// quarters calls a function for each quarter of an hour, in which the hour of the day stays the same in every zone, or
// for the part of it that is in the time.
func (s *sizer) quarters(call func(hour int, from, to float64)) {
	const quarter = 900
	_, past := series.FloorDiv(s.engine.start, quarter)
	for from := -float64(past); from < s.load.SpanS; from += quarter {
		if start, end := math.Max(0, from), math.Min(s.load.SpanS, from+quarter); end > start {
			call(s.hour(start), start, end)
		}
	}
}

// in returns what spills in an hour of the day with so many units.
func (s *sizer) in(hour int, units int64) loss {
	x, ok := s.known[hour][units]
	if ok {
		return x
	}
	spillRPS := s.spill(units)
	for _, k := range s.hours[hour] {
		requests := float64(spillRPS(k) * s.load.StepS)
		x.requests += requests
		x.worthS += float64(requests * s.worth.of(s.load.Steps[k]))
	}
	s.known[hour][units] = x
	return x
}

// all returns what spills in all hours.
func (s *sizer) all(units func(hour int) int64) (sum loss) {
	for h := range s.hours {
		x := s.in(h, units(h))
		sum.requests += x.requests
		sum.worthS += x.worthS
	}
	return sum
}

// meets reports whether so many requests may spill.
func (s *sizer) meets(spilled float64) bool {
	bound := float64(s.share * s.requests)
	return spilled <= bound+float64(1e-9*bound)
}

// flat returns the number of units that meets the target at the least cost. If none does, it is all that the function
// can have, and ok is false.
func (s *sizer) flat() (units int64, ok bool) {
	with := func(n int64) loss { return s.all(func(int) int64 { return n }) }
	enough := func(n int64) bool {
		x := with(n)
		if !s.meets(x.requests) {
			return false
		}
		return s.worth == worth{} || n >= s.most || x.worthS-with(n+1).worthS <= s.load.SpanS
	}
	low, high := int64(-1), int64(0)
	for !enough(high) {
		if high >= s.most {
			return s.most, false
		}
		low, high = high, min(s.most, max(1, high*2))
	}
	for high-low > 1 {
		if mid := low + (high-low)/2; enough(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	return high, true
}

// schedule returns the levels of the day that meet the target at the least cost. flat is the number of units that does
// at all times.
//
// A price of spilled requests leads to levels that no others beat with as many of them. The lowest price is taken whose
// levels meet the target; then levels are lowered as long as they do, those first that save most for a request.
func (s *sizer) schedule(flat int64) []calc.Segment {
	at := func(price float64) (levels []calc.Segment, spilled float64) {
		levels = s.options.LeastCostLevels(s.most, func(hour int, units int64) float64 {
			x := s.in(hour, units)
			return float64(float64(units)*s.onS[hour]) + x.worthS + float64(price*x.requests)
		})
		return levels, s.all(func(h int) int64 { return unitsAt(levels, h) }).requests
	}
	levels, spilled := at(0)
	if s.meets(spilled) {
		return levels
	}
	const cheap, dear = 1e-6, 1e9 // unit-seconds a request
	low, high := elementary.Log(cheap), elementary.Log(dear)
	levels, spilled = at(dear)
	if !s.meets(spilled) {
		return []calc.Segment{{From: 0, To: quantity.HoursPerDay, Provisioned: flat}}
	}
	for high-low > 1e-3 {
		mid := (low + high) / 2
		if x, spilled := at(elementary.Exp(mid)); s.meets(spilled) {
			high, levels = mid, x
		} else {
			low = mid
		}
	}
	s.lower(levels)
	return levels
}

// lower takes units from levels while the target is met and that costs less, those first that save most for each
// request that spills without them.
func (s *sizer) lower(levels []calc.Segment) {
	spilled := s.all(func(h int) int64 { return unitsAt(levels, h) }).requests
	for {
		best, gain, more := -1, 0.0, 0.0
		for i, x := range levels {
			if x.Provisioned == 0 {
				continue
			}
			saved, lost := 0.0, 0.0
			for h := range s.hours {
				if within(x, h) {
					fewer, now := s.in(h, x.Provisioned-1), s.in(h, x.Provisioned)
					saved += s.onS[h] - (fewer.worthS - now.worthS)
					lost += fewer.requests - now.requests
				}
			}
			if g := saved / math.Max(lost, 1e-12); s.meets(spilled+lost) && g > gain {
				best, gain, more = i, g, lost
			}
		}
		if best < 0 {
			return
		}
		levels[best].Provisioned--
		spilled += more
	}
}

// within reports whether an hour is in a segment, which may cross midnight.
func within(s calc.Segment, hour int) bool {
	if s.To > s.From {
		return hour >= s.From && hour < s.To
	}
	return hour >= s.From || hour < s.To
}

// unitsAt returns the level of an hour.
func unitsAt(levels []calc.Segment, hour int) int64 {
	for _, x := range levels {
		if within(x, hour) {
			return x.Provisioned
		}
	}
	return 0
}

// course returns what a schedule does over the time. Its units are there when a level begins: they are asked for
// earlier, by the delay.
func (s *sizer) course(levels []calc.Segment) (c scaling.Course) {
	first := true
	s.quarters(func(hour int, from, _ float64) {
		units := unitsAt(levels, hour)
		if first {
			c.Start, first = units, false
		} else if units != c.End() {
			c.Changes = append(c.Changes, scaling.Change{AtS: from, Units: units, Cause: scaling.Scheduled})
		}
	})
	return c
}

// beyond returns the share of the requests that finds provisioned concurrency full, and that of the worst hour of the
// clock.
func (s *sizer) beyond(c scaling.Course) (all, worst float64) {
	const hour = 3600
	l := s.load
	_, past := series.FloorDiv(s.engine.start, hour)
	phase := float64(past)
	spilled, offered := map[int]float64{}, map[int]float64{}
	sum, changes, units := 0.0, c.Changes, c.Start
	for k, x := range l.Steps {
		from, end := l.FirstS+float64(float64(k)*l.StepS), l.FirstS+float64(float64(k+1)*l.StepS)
		for from < end {
			for len(changes) > 0 && changes[0].AtS <= from {
				units, changes = changes[0].Units, changes[1:]
			}
			number := math.Floor((from + phase) / hour)
			to := math.Min(end, float64((number+1)*hour)-phase)
			if len(changes) > 0 {
				to = math.Min(to, changes[0].AtS)
			}
			lost := float64(s.spillRPS(x, units) * (to - from))
			sum += lost
			spilled[int(number)] += lost
			offered[int(number)] += float64(x.RPS * (to - from))
			from = to
		}
	}
	for n, requests := range offered {
		if requests > 0 {
			worst = math.Max(worst, math.Min(1, spilled[n]/requests))
		}
	}
	return math.Min(1, sum/s.requests), worst
}
