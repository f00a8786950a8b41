package ramp

import (
	"math"

	"github.com/lambdacap/lambdacap/calc"
)

// A recorder adds up what happens in each second.
type recorder struct {
	refused []float64 // requests
	after   []state   // at the end of each second
	total   float64   // of refused
	first   calc.Optional[float64]
	last    float64
}

// A state is what a function has at one moment: environments, and tokens for more.
type state struct{ environments, tokens float64 }

// refuse adds requests per second that are refused.
func (r *recorder) refuse(l line) {
	if l.y0+l.y1 <= 0 || l.t1 <= l.t0 {
		return
	}
	if !r.first.Known() {
		r.first = calc.Some(l.t0)
	}
	r.last = l.t1
	r.total += spread(&r.refused, l)
}

// state notes the state at the end of a step; it fills the seconds that end in it.
func (r *recorder) state(t0, t1, environments, tokens float64) {
	for s := len(r.after) + 1; float64(s) <= t1; s++ {
		if float64(s) > t0 {
			r.after = append(r.after, state{environments, tokens})
		}
	}
}

// step takes a step of the shaper. carries are the requests per second of a unit.
func (r *recorder) step(st step, carries float64) {
	missing := line{st.t0, st.t1, math.Max(0, st.want[0]-st.have[0]), math.Max(0, st.want[1]-st.have[1])}
	missing.y0 *= carries
	missing.y1 *= carries
	r.refuse(missing)
	have := line{st.t0, st.t1, st.have[0], st.have[1]}
	for s := len(r.after) + 1; float64(s) <= st.t1; s++ {
		t := float64(s)
		r.after = append(r.after, state{have.at(t), math.Min(burst, st.tokens[0]+float64(st.slope*(t-st.t0)))})
	}
}

// spread adds a quantity per second to the seconds that it falls into, and returns its sum.
func spread(to *[]float64, l line) (sum float64) {
	for t := l.t0; t < l.t1; {
		second := math.Floor(t)
		next := math.Min(l.t1, second+1)
		x := float64((l.at(t) + l.at(next)) / 2 * (next - t))
		for len(*to) <= int(second) {
			*to = append(*to, 0)
		}
		(*to)[int(second)] += x
		sum += x
		t = next
	}
	return sum
}

// refusals returns what the scaling rate refuses, what the size of the pool refuses while environments start, and until
// when to look.
func (c *course) refusals() (scaling, capacity *recorder, end float64) {
	r := &recorder{refused: make([]float64, 0, UsualSpanS), after: make([]state, 0, UsualSpanS)}
	capacity = &recorder{}
	stretches := c.looked()
	s := newShaper(c.warm, c.keepS, func(st step) { r.step(st, c.carries) })
	end = s.run(stretches, c.span)
	if s.short <= float64(tolerance*c.peak()/c.carries) {
		r.forget()
	}
	r.after = append(r.after, state{s.have, s.tokens})
	if _, ok := c.firstUse(); !ok {
		return r, capacity, end
	}
	started, crowded := &recorder{}, &recorder{}
	k := c.newCold(stretches, c.warm)
	k.record, k.crowded = started, crowded
	k.run(stretches, c.span, math.Inf(1))
	c.most = k.most
	if k.short <= float64(tolerance*c.peak()) || started.total+crowded.total <= r.total {
		return r, capacity, end
	}
	started.after = append(started.after, state{k.ready + k.starting(), k.tokens})
	return started, crowded, math.Max(c.span, k.last)
}

// forget removes what is only an error of rounding.
func (r *recorder) forget() {
	r.refused, r.total, r.first, r.last = nil, 0, calc.Optional[float64]{}, 0
}

// function returns the answer for a function.
func (c *course) function(o Options) Function {
	scaling, capacity, end := c.refusals()
	fn := c.fn
	f := Function{
		Name: fn.Name, Mode: fn.Mode, DurationMS: fn.DurationMS, InitMS: fn.InitMS,
		WarmEnvironments: c.warm, DemandUnits: c.peak() / c.carries, Verdict: Survives,
		Shape: c.load.Shape, ReachUnits: c.reach, ThrottledScalingRequests: scaling.total,
	}
	if f.Mode == "" {
		f.Mode = calc.Sync
	}
	if f.Shape == nil {
		f.Shape = []Point{}
	}
	if fn.Provisioned > 0 {
		f.Provisioned = calc.Some(fn.Provisioned)
	}
	f.Seconds = c.seconds(scaling, capacity, end)
	f.ThrottledCapacityRequests = capacity.total
	for i := range f.Seconds {
		f.Requests += f.Seconds[i].OfferedRequests
	}
	c.refused(&f, scaling, capacity, end)
	c.advise(&f, o)
	return f
}

// refused fills in how much is refused, and when.
func (c *course) refused(f *Function, scaling, capacity *recorder, end float64) {
	total := scaling.total + capacity.total
	if c.queues() {
		f.QueuedRequests = total
	} else {
		f.ThrottledRequests = total
	}
	f.ThrottledRatio, f.QueuedRatio = share(f.ThrottledRequests, f.Requests), share(f.QueuedRequests, f.Requests)
	if c.fn.DurationMS.Or(0) >= briefMS && !c.fn.InitMS.Known() {
		f.ThrottledLowRequests = calc.Some(math.Min(scaling.total, c.lowScaling(scaling, end)) + capacity.total)
	}
	if total == 0 {
		return
	}
	f.Verdict = Throttles
	if f.QueuedRequests > 0 {
		f.Verdict = Queues
	}
	f.FirstThrottleS = earlier(scaling.first, capacity.first)
	last := math.Max(scaling.last, capacity.last)
	f.LastThrottleS = calc.Some(last)
	final := c.final()
	if final.lost[1] == 0 && (last < MostSpanS || last < end) {
		f.ServedAgainS = f.LastThrottleS
	}
	for i := range f.Seconds {
		s := &f.Seconds[i]
		if x := share(s.ThrottledRequests+s.QueuedRequests, s.OfferedRequests); x > f.WorstSecondRatio {
			f.WorstSecondRatio, f.WorstSecondS = x, calc.Some(s.TS)
		}
	}
}

// briefMS is the duration below which the rate limit binds, and with it the low figure is unknown, milliseconds.
const briefMS = calc.RateBindsMS

// lowScaling is low, if there is anything that it could be lower than.
func (c *course) lowScaling(scaling *recorder, end float64) float64 {
	if scaling.total == 0 {
		return 0
	}
	return c.low(end)
}

// final is the last stretch, with the rate that stays.
func (c *course) final() *stretch { return &c.stretches[len(c.stretches)-1] }

// queues reports whether what is refused has to wait.
func (c *course) queues() bool { return c.fn.Polls() || c.fn.Mode.Queues() && !c.fn.Off() }

// earlier returns the lower of two times.
func earlier(x, y calc.Optional[float64]) calc.Optional[float64] {
	if !x.Known() || y.Known() && y.Or(0) < x.Or(0) {
		return y
	}
	return x
}

// seconds returns the rows until a time, and adds what the size of the pool refuses to capacity.
func (c *course) seconds(scaling, capacity *recorder, end float64) []Second {
	n := int(math.Ceil(end))
	rows := make([]Second, n)
	offered, served := make([]float64, 0, n), make([]float64, 0, n)
	for i := range c.stretches {
		s := &c.stretches[i]
		if s.t0 >= end {
			break
		}
		to := math.Min(s.t1, end)
		cut := func(y [2]float64) line { return line{s.t0, to, y[0], line{s.t0, s.t1, y[0], y[1]}.at(to)} }
		spread(&offered, cut(s.rate))
		spread(&served, cut(s.served))
		capacity.refuse(cut(s.lost))
	}
	for i := range rows {
		row := &rows[i]
		row.TS, row.OfferedRequests, row.ProvisionedRequests = float64(i), offered[i], served[i]
		refused := of(scaling.refused, i) + of(capacity.refused, i)
		row.OnDemandRequests = reportable(row.OfferedRequests-row.ProvisionedRequests-refused, row.OfferedRequests)
		if c.queues() {
			row.QueuedRequests = refused
		} else {
			row.ThrottledRequests = refused
		}
		at := scaling.after[min(i, len(scaling.after)-1)]
		row.Environments, row.Tokens = at.environments, at.tokens
	}
	return rows
}

// of returns an amount of a list, or 0 beyond its end.
func of(list []float64, i int) float64 {
	if i >= len(list) {
		return 0
	}
	return list[i]
}
