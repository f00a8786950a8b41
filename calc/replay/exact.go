package replay

import (
	"math"
	"slices"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/series"
)

// chooseExact chooses the tracks whose invocations are replayed one by one: those with the times of all requests.
// Tracks that share the unreserved units are chosen together or not at all.
func (e *engine) chooseExact() {
	single := func(t *track) bool {
		return !e.options.noCalls && len(t.calls) > 0 && t.scale == 1 && t.missing == 0 && !t.givenMS.Known() &&
			math.Abs(t.offered-float64(len(t.calls))) < 0.5 && !e.account.Functions[t.function].Polls()
	}
	shared := true
	for _, t := range e.tracks {
		if !e.account.Functions[t.function].Reserved.Known() && t.offered > 0 {
			shared = shared && single(t)
		}
	}
	for _, t := range e.tracks {
		t.exact = single(t) && (shared || e.account.Functions[t.function].Reserved.Known())
	}
}

// A heap holds the times at which environments are free again, the earliest first.
type heap []int64

// push adds a time.
func (h *heap) push(x int64) {
	list := append(*h, x)
	i := len(list) - 1
	for up := (i - 1) / 2; i > 0 && list[up] > x; i, up = up, (up-1)/2 {
		list[i] = list[up]
	}
	list[i] = x
	*h = list
}

// free removes the times up to now.
func (h *heap) free(now int64) {
	for len(*h) > 0 && (*h)[0] <= now {
		h.pop()
	}
}

// pop removes the earliest time.
func (h *heap) pop() {
	list := *h
	n := len(list) - 1
	x := list[n]
	list = list[:n]
	*h = list
	i := 0
	for n > 0 {
		down := 2*i + 1
		if down >= n {
			break
		}
		if down+1 < n && list[down+1] < list[down] {
			down++
		}
		if list[down] >= x {
			break
		}
		list[i] = list[down]
		i = down
	}
	if n > 0 {
		list[i] = x
	}
}

// An environments is a pool: environments that are busy, and a limiter of the requests in each second of the clock.
type environments struct {
	busy   heap
	second int64
	taken  float64
}

// takes lets a request in, if there is room for it: fewer than units are busy, and fewer than perSecond have come in
// this second.
func (p *environments) takes(c series.Call, units int64, perSecond float64) bool {
	p.busy.free(c.StartNS)
	if second := floorSecond(c.StartNS); second != p.second {
		p.second, p.taken = second, 0
	}
	if int64(len(p.busy)) >= units || p.taken >= perSecond {
		return false
	}
	p.taken++
	p.busy.push(c.EndNS())
	return true
}

// floorSecond returns the second of the clock.
func floorSecond(ns int64) int64 {
	s, _ := series.FloorDiv(ns, 1e9)
	return s
}

// A single is a function whose invocations are replayed one by one.
type single struct {
	*track
	f           *calc.Function
	provisioned environments
	onDemand    *environments
	next        int     // the next invocation
	steps       []calls // by step
	sums        callSums
}

// calls counts the invocations of a step, by what happens to them.
type calls struct{ provisioned, onDemand, refused, ms float64 }

// callSums are durations, seconds: in use and billed, on provisioned concurrency and on demand.
type callSums struct{ warm, cold, warmBilled, coldBilled float64 }

// exactly replays the tracks whose invocations are replayed one by one. A request goes to a provisioned environment if
// one is free, else on demand; an environment whose request ends as another starts is free for it.
func (r *run) exactly() {
	account := r.setting.Account
	account.Functions = slices.Clone(account.Functions)
	var shared []*single
	pool := &environments{}
	for _, t := range r.tracks {
		if !t.exact {
			continue
		}
		s := &single{track: t, f: &account.Functions[t.function], onDemand: pool, steps: make([]calls, t.n)}
		if s.f.Reserved.Known() {
			s.onDemand = &environments{}
			r.simulate(account, []*single{s})
			r.settle(s)
			continue
		}
		shared = append(shared, s)
	}
	r.simulate(account, shared)
	for _, s := range shared {
		r.settle(s)
	}
}

// simulate replays the invocations of functions that share units, by their starts.
func (r *run) simulate(account calc.Account, functions []*single) {
	for i := range account.Functions {
		account.Functions[i].Provisioned = r.setting.Account.Functions[i].Provisioned
	}
	changes, unreserved := r.changes, account.Unreserved()
	for {
		var s *single
		for _, other := range functions {
			if other.next < len(other.calls) && (s == nil || other.calls[other.next].StartNS < s.calls[s.next].StartNS) {
				s = other
			}
		}
		if s == nil {
			return
		}
		at := float64(s.calls[s.next].StartNS-r.originNS(s.track)) / 1e9
		for ; len(changes) > 0 && changes[0].at <= at; changes = changes[1:] {
			account.Functions[changes[0].function].Provisioned = changes[0].units
			unreserved = account.Unreserved()
		}
		s.step(at, unreserved, r.classes)
	}
}

// originNS returns the start of the replay on the clock of a track, nanoseconds.
func (e *engine) originNS(t *track) int64 {
	if t.trace.Dated {
		return e.start * 1e9
	}
	return 0
}

// step decides what happens to the next invocation.
func (s *single) step(at float64, unreserved int64, classes []class) {
	c := s.calls[s.next]
	s.next++
	k := min(max(0, int(math.Floor((at-s.phase(classes))/s.stepS))), s.n-1)
	own := &s.steps[k]
	seconds := float64(c.EndNS()-c.StartNS) / 1e9
	own.ms += float64(seconds * 1000)
	billed := float64(calc.CeilUnits(float64(c.DurationUS)/1000+float64(c.InitUS)/1000)) / 1000
	units, rate := unreserved, math.Inf(1)
	if reserved, ok := s.f.Reserved.Get(); ok {
		units = reserved - s.f.Provisioned
	}
	if s.f.Mode.RateLimited() {
		rate = s.f.Mode.Pool(units).RateRPS
	}
	switch {
	case s.provisioned.takes(c, s.f.Provisioned, calc.Provisioned(s.f.Provisioned).RateRPS):
		own.provisioned++
		s.sums.warm += seconds
		s.sums.warmBilled += billed
	case s.onDemand.takes(c, units, rate):
		own.onDemand++
		s.sums.cold += seconds
		s.sums.coldBilled += billed
	default:
		own.refused++
	}
}

// settle turns what happened to the invocations into sums.
func (r *run) settle(s *single) {
	t := &r.totals[s.function]
	queues := s.f.Mode.Queues() && !s.f.Off()
	t.wantMinutes = r.first && r.options.Minutes
	phase := s.phase(r.classes)
	most := s.sweep(r.originNS(s.track), r.spanS, phase)
	var drawn *curve
	if r.first && r.curves[s.function] {
		drawn = newCurve(r.columnS, 0, r.spanS)
	}
	for k, c := range s.steps {
		from := phase + float64(float64(k)*s.stepS)
		p := piece{from: from, to: from + s.stepS, starts: from, bursty: true, queues: queues,
			units: r.unitsAt(s.function, from)}
		if n := c.provisioned + c.onDemand + c.refused; n > 0 {
			p.step = step{rps: n / s.stepS, ms: c.ms / n}
		}
		p.parts = calc.Parts{ProvisionedRPS: c.provisioned / s.stepS, OnDemandRPS: c.onDemand / s.stepS}
		if queues {
			p.parts.QueuedRPS = c.refused / s.stepS
		} else {
			p.parts.ThrottledRPS = c.refused / s.stepS
		}
		t.piece(&p)
		if drawn != nil {
			drawn.add(p.from, p.to, most[k], float64(p.units), p.spill(), c.refused/s.stepS)
		}
	}
	t.curve = drawn
	t.unitS = r.unitSeconds(s.function)
	t.unitBusyS, t.busyS = math.Min(s.sums.warm, t.unitS), s.sums.warm+s.sums.cold
	t.warmS, t.coldS = s.sums.warmBilled, s.sums.coldBilled
	t.episodes.finish()
}

// spill returns the rate of a piece that spills.
func (p *piece) spill() float64 {
	if p.units == 0 {
		return 0
	}
	return p.parts.OnDemandRPS
}

// unitsAt returns the provisioned concurrency of a function at a time.
func (r *run) unitsAt(function int, at float64) int64 {
	units := r.setting.Account.Functions[function].Provisioned
	for _, c := range r.changes {
		if c.at > at {
			break
		}
		if c.function == function {
			units = c.units
		}
	}
	return units
}

// unitSeconds returns the provisioned concurrency of a function times the time that it is on.
func (r *run) unitSeconds(function int) float64 {
	sum, since, units := 0.0, 0.0, r.setting.Account.Functions[function].Provisioned
	for _, c := range r.changes {
		if c.function == function {
			at := math.Min(math.Max(0, c.at), r.spanS)
			sum += float64(float64(units) * (at - since))
			since, units = at, c.units
		}
	}
	return sum + float64(float64(units)*(r.spanS-since))
}

// sweep finds how many environments the invocations keep busy, each as long as in the data, and sets the quantiles. It
// returns the most in each step.
func (s *single) sweep(originNS int64, spanS, phase float64) []float64 {
	most := make([]float64, s.n)
	var busy heap
	var dwell []float64 // seconds with that many busy
	now := 0.0
	pass := func(until float64) {
		for len(dwell) <= len(busy) {
			dwell = append(dwell, 0)
		}
		if until = math.Min(until, spanS); until > now {
			dwell[len(busy)] += until - now
			now = until
		}
	}
	peak := 0
	for _, c := range s.calls {
		for len(busy) > 0 && busy[0] <= c.StartNS {
			pass(float64(busy[0]-originNS) / 1e9)
			busy.pop()
		}
		at := float64(c.StartNS-originNS) / 1e9
		pass(at)
		busy.push(c.EndNS())
		peak = max(peak, len(busy))
		k := min(max(0, int(math.Floor((at-phase)/s.stepS))), s.n-1)
		most[k] = math.Max(most[k], float64(len(busy)))
	}
	for len(busy) > 0 {
		pass(float64(busy[0]-originNS) / 1e9)
		busy.pop()
	}
	pass(spanS)
	for i, share := range quantileShares {
		sum, n := 0.0, 0
		for ; n < len(dwell); n++ {
			if sum += dwell[n]; sum >= share*spanS*(1-1e-12) {
				break
			}
		}
		s.quantiles[i] = int64(n)
	}
	s.max = int64(peak)
	return most
}

// levels returns what other numbers of provisioned units spill: one less, the same, and one more, with nothing else in
// the unreserved units.
func (r *run) levels(t *track) (list []Level) {
	f := r.setting.Account.Functions[t.function]
	if len(r.changes) > 0 || len(r.account.Functions) > 1 {
		return nil
	}
	first := max(1, f.Provisioned-1)
	for n := first; n < first+3 && n <= f.Reserved.Or(n+r.setting.Account.Unreserved()); n++ {
		account := r.setting.Account
		f.Provisioned = n
		account.Functions = []calc.Function{f}
		other := *r
		other.setting.Account = account
		s := &single{track: t, f: &account.Functions[0], onDemand: &environments{}, steps: make([]calls, t.n)}
		other.simulate(account, []*single{s})
		spilled := 0.0
		for _, c := range s.steps {
			spilled += c.onDemand
		}
		list = append(list, Level{n, spilled})
	}
	return list
}
