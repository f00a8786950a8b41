package ramp

import "math"

// A step is a time in which environments and tokens move in straight lines, too.
type step struct {
	t0, t1     float64
	want, have [2]float64 // units that are demanded, and environments, at the start and the end
	tokens     [2]float64 // the tokens saved, which stop at burst
	slope      float64    // of the tokens, units per second
}

// A shaper follows the environments of a function: the state of the token bucket, and what was in use lately.
type shaper struct {
	t      float64
	have   float64 // environments
	tokens float64 // how many more could start at once
	used   window
	short  float64      // the most units that were demanded and not there
	emit   func(s step) // takes every step; may be nil
}

// newShaper returns a shaper at time 0, with some environments and a full bucket.
func newShaper(warm, keepS float64, emit func(step)) *shaper {
	return &shaper{have: warm, tokens: burst, used: newWindow(warm, keepS), emit: emit}
}

// run follows the stretches until a time, and from then on until nothing more is refused. It returns when that is.
func (s *shaper) run(stretches []stretch, until float64) float64 {
	for i := range stretches {
		st := &stretches[i]
		if st.t0 >= until && st.units[0] <= s.have+s.tokens && s.have >= st.units[0] {
			return s.t
		}
		s.jump(st.units[0])
		want := line{st.t0, st.t1, st.units[0], st.units[1]}
		for s.t < st.t1 {
			if s.advance(want) && s.t >= until {
				return s.t
			}
		}
	}
	return s.t
}

// jump starts what the demand needs at once, as far as there are tokens.
func (s *shaper) jump(want float64) {
	missing := want - s.have
	switch {
	case missing <= 0:
	case missing <= s.tokens*(1+tolerance):
		s.tokens, s.have = math.Max(0, s.tokens-missing), want
	default:
		s.have += s.tokens
		s.tokens = 0
	}
	s.used.rise(s.t, math.Min(want, s.have))
}

// advance goes on to the next time at which something changes its course, and reports whether the environments are
// enough there.
func (s *shaper) advance(want line) bool {
	d, g := want.at(s.t), (want.y1-want.y0)/(want.t1-want.t0)
	next, meets := want.t1, false
	at := func(t float64) {
		if t < next {
			next, meets = t, true
		}
	}
	st := step{t0: s.t}
	st.want[0], st.have[0], st.tokens[0] = d, s.have, s.tokens
	switch {
	case d > s.have || d == s.have && s.tokens == 0 && g > refill: // refused
		if g < refill {
			at(s.t + (d-s.have)/(refill-g))
		}
		have := want.at(next)
		if !meets {
			have = math.Min(have, s.have+float64(refill*(next-s.t)))
		}
		s.have, s.tokens = have, 0
	case d == s.have && g > 0: // follows
		st.slope = refill - g
		if g > refill {
			at(s.t + s.tokens/(g-refill))
		}
		s.have = want.at(next)
		s.tokens = math.Min(burst, s.tokens+float64(st.slope*(next-s.t)))
		if g > refill && meets {
			s.tokens = 0
		}
	default: // more than enough
		st.slope = refill
		level, slope, until := s.used.at(s.t)
		level = math.Max(level, d)
		if until < next {
			next = until
		}
		if g > 0 && g > slope {
			at(s.t + (level-d)/(g-slope))
		}
		st.have[0] = level
		s.tokens = math.Min(burst, s.tokens+float64(refill*(next-s.t)))
		s.have = math.Max(want.at(next), level+float64(slope*(next-s.t)))
		if meets {
			s.have = want.at(next)
		}
	}
	d = want.at(next)
	st.t1, s.t = next, next
	st.want[1], st.have[1], st.tokens[1] = d, s.have, s.tokens
	s.short = math.Max(s.short, math.Max(st.want[0]-st.have[0], d-s.have))
	if s.emit != nil {
		s.emit(st)
	}
	s.used.add(st.t0, next, math.Min(st.want[0], st.have[0]), math.Min(d, s.have))
	if s.have > d {
		level, _, _ := s.used.at(next)
		s.have = math.Max(d, math.Min(s.have, level))
	}
	return s.have >= d
}

// A window knows the highest number of environments in use within the keep-alive time.
type window struct {
	keepS float64
	tops  []line // for each earlier time, the highest number since then; never rising
}

// newWindow returns a window in which some environments were in use until time 0.
func newWindow(used, keepS float64) window {
	return window{keepS: keepS, tops: append(make([]line, 0, 8), line{math.Inf(-1), 0, used, used})}
}

// at returns the highest number in use within the keep-alive time before t, how fast it moves, and until when it does
// so.
func (w *window) at(t float64) (level, slope, until float64) {
	for len(w.tops) > 1 && w.tops[0].t1+w.keepS <= t {
		w.tops = w.tops[1:]
	}
	if len(w.tops) == 0 {
		return 0, 0, math.Inf(1)
	}
	top := w.tops[0]
	if until = top.t1 + w.keepS; until <= t { // only rounding can be the reason
		until = math.Inf(1)
	}
	if top.y0 != top.y1 {
		slope = (top.y1 - top.y0) / (top.t1 - top.t0)
	}
	return top.at(math.Min(top.t1, math.Max(top.t0, t-w.keepS))), slope, until
}

// rise notes that a number is in use at a time.
func (w *window) rise(t, used float64) {
	from := t
	for n := len(w.tops); n > 0; n = len(w.tops) {
		last := &w.tops[n-1]
		if last.y1 > used {
			break
		}
		if x, ok := last.crossing(used); ok {
			last.t1, last.y1 = x, used
			from = x
			break
		}
		if last.y0 > used {
			break
		}
		from = last.t0
		w.tops = w.tops[:n-1]
	}
	w.tops = append(w.tops, line{from, t, used, used})
}

// add notes what is in use from one time to another.
func (w *window) add(t0, t1, used0, used1 float64) {
	if used1 >= used0 {
		w.rise(t1, used1)
		return
	}
	w.rise(t0, used0)
	w.tops = append(w.tops, line{t0, t1, used0, used1})
}
