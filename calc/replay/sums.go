package replay

import (
	"cmp"
	"math"
	"slices"

	"github.com/lambdacap/lambdacap/calc"
)

// A piece is a time in which nothing changes.
type piece struct {
	from, to float64
	starts   float64 // when its step starts
	step     step
	parts    calc.Parts
	lost     calc.Losses
	units    int64
	several  bool // other functions with a load share the unreserved units
	bursty   bool
	queues   bool
	off      bool // a reservation of 0 drops events
}

// sums adds up what happens to a function in a time.
type sums struct {
	offered, provisioned, onDemand, throttled, queued, spilled float64 // requests
	unitS, unitBusyS, busyS                                    float64
	warmS, coldS                                               float64 // billed, on provisioned concurrency and on demand
	untimed                                                    float64 // requests without a duration
	chance                                                     struct{ spilled, throttled, queued float64 }
	peakSpill                                                  float64
	starts                                                     coldCells
	episodes                                                   episodes
	curve                                                      *curve
	minutes                                                    []minute
	wantMinutes                                                bool
}

// newSums returns the sums of all functions for a chunk of time, in the memory of spare ones if there are any.
func (w *worker) newSums(spare []sums, from, to float64) []sums {
	own := spare
	if own == nil {
		own = make([]sums, len(w.account.Functions))
	}
	for i := range own {
		own[i].clear()
		if w.first && w.curves[i] {
			own[i].curve = newCurve(w.columnS, from, to)
		}
		own[i].episodes.from, own[i].episodes.to = from, to
		own[i].wantMinutes = w.first && w.options.Minutes
	}
	return own
}

// clear makes the sums those of no time, and keeps their memory.
func (s *sums) clear() {
	starts, list := s.starts, s.episodes.list
	starts.clear()
	*s = sums{starts: starts, episodes: episodes{list: list[:0]}}
}

// piece adds a time.
func (s *sums) piece(p *piece) {
	seconds := p.to - p.from
	rate := p.step.rps
	s.unitS += float64(float64(p.units) * seconds)
	spill := 0.0
	if p.units > 0 {
		spill = p.parts.OnDemandRPS
	}
	requests := float64(rate * seconds)
	refused := p.parts.ThrottledRPS + p.parts.QueuedRPS
	busy, provisioned := 0.0, 0.0
	if rate > 0 {
		s.offered += requests
		s.provisioned += float64(p.parts.ProvisionedRPS * seconds)
		s.onDemand += float64(p.parts.OnDemandRPS * seconds)
		s.throttled += float64(p.parts.ThrottledRPS * seconds)
		s.queued += float64(p.parts.QueuedRPS * seconds)
		s.spilled += float64(spill * seconds)
		s.peakSpill = max(s.peakSpill, spill/rate)
		if p.step.ms > 0 {
			d := p.step.ms / 1000
			provisioned = min(float64(p.units), p.parts.ProvisionedRPS*d)
			busy = provisioned + float64(p.parts.OnDemandRPS*d)
			s.unitBusyS += float64(provisioned * seconds)
			s.busyS += float64(busy * seconds)
			billed := float64(calc.CeilUnits(p.step.ms)) / 1000
			s.warmS += float64(p.parts.ProvisionedRPS * seconds * billed)
			s.coldS += float64(p.parts.OnDemandRPS * seconds * billed)
			s.random(p, requests)
		} else {
			s.untimed += requests
		}
	}
	if s.curve != nil {
		s.curve.add(p.from, p.to, busy, float64(p.units), spill, refused)
	}
	s.episodes.add(p, spill, refused)
	if s.wantMinutes {
		s.minute(p, provisioned)
	}
}

// random adds what random arrivals lose.
func (s *sums) random(p *piece, requests float64) {
	s.chance.spilled += float64(p.lost.SpilloverRatio * requests)
	if p.queues && !p.off {
		s.chance.queued += float64(p.lost.RefusedRatio * requests)
	} else {
		s.chance.throttled += float64(p.lost.RefusedRatio * requests)
	}
	if !p.bursty {
		s.starts.add(p, requests)
	}
}

// idle adds a time without traffic.
func (s *sums) idle(from, to float64, units int64) {
	s.unitS += float64(float64(units) * (to - from))
	if s.curve != nil {
		s.curve.add(from, to, 0, float64(units), 0, 0)
	}
}

// finish ends a chunk.
func (s *sums) finish() { s.episodes.finish() }

// add adds the sums of the time that follows.
func (s *sums) add(next *sums) {
	s.offered += next.offered
	s.provisioned += next.provisioned
	s.onDemand += next.onDemand
	s.throttled += next.throttled
	s.queued += next.queued
	s.spilled += next.spilled
	s.unitS += next.unitS
	s.unitBusyS += next.unitBusyS
	s.busyS += next.busyS
	s.warmS += next.warmS
	s.coldS += next.coldS
	s.untimed += next.untimed
	s.chance.spilled += next.chance.spilled
	s.chance.throttled += next.chance.throttled
	s.chance.queued += next.chance.queued
	s.peakSpill = max(s.peakSpill, next.peakSpill)
	s.starts.join(&next.starts)
	s.episodes.join(&next.episodes)
	s.curve = s.curve.join(next.curve)
	s.joinMinutes(next.minutes)
}

// coldCells group the times of a function by its load, its duration and its provisioned concurrency. Cold starts take
// far longer to compute than losses and change slowly with all of these, so they are computed once for each group, at
// its mean.
type coldCells struct {
	list  []coldCell
	slots []int32 // a hash table of the numbers in the list, from 1
	last  int     // in the list, the group found last: steps that follow each other are often alike
}

// clear removes all groups, and keeps their memory.
func (c *coldCells) clear() {
	c.list, c.last = c.list[:0], 0
	clear(c.slots)
}

// A coldKey tells groups apart. From the highest bits to the lowest, it has the units, whether others share the
// unreserved units, and the leading bits of load and duration.
type coldKey uint64

// The leading bits of a float64 that a group has in common: its exponent, and these bits of its fraction, so that the
// values of a group are at most 12 % apart in load, and 25 % in duration.
const (
	loadBits     = 3
	durationBits = 2
)

// Where the parts of a coldKey begin. The 11 bits of an exponent come before those of a fraction.
const (
	loadFrom    = 11 + durationBits
	severalFrom = loadFrom + 11 + loadBits
	unitsFrom   = severalFrom + 1
)

// coldKeyOf returns the key of a piece.
func coldKeyOf(p *piece) coldKey {
	load, duration := leading(p.step.rps*p.step.ms, loadBits), leading(p.step.ms, durationBits)
	key := coldKey(uint64(p.units)<<unitsFrom | load<<loadFrom | duration)
	if p.several {
		key |= 1 << severalFrom
	}
	return key
}

// units returns the provisioned concurrency of a group.
func (k coldKey) units() int64 { return int64(k >> unitsFrom) }

// several reports whether others share the unreserved units.
func (k coldKey) several() bool { return k>>severalFrom&1 == 1 }

// leading returns the exponent and some bits of the fraction of a number that is not negative.
func leading(x float64, bits int) uint64 { return math.Float64bits(x) >> (52 - bits) }

// A coldCell is a group, with sums that are weighted by requests.
type coldCell struct {
	key                         coldKey
	requests, rate, ms, refused float64
}

// add adds the requests of a time.
func (c *coldCells) add(p *piece, requests float64) {
	c.find(coldKeyOf(p)).sum(
		requests, float64(p.step.rps*requests), float64(p.step.ms*requests), float64(p.lost.RefusedRatio*requests))
}

// sum adds weighted values.
func (c *coldCell) sum(requests, rate, ms, refused float64) {
	c.requests += requests
	c.rate += rate
	c.ms += ms
	c.refused += refused
}

// find returns a group, which may be new.
func (c *coldCells) find(key coldKey) *coldCell {
	if c.last < len(c.list) && c.list[c.last].key == key {
		return &c.list[c.last]
	}
	if 2*len(c.list) >= len(c.slots) {
		c.slots = make([]int32, max(16, 2*len(c.slots)))
		for i := range c.list {
			*c.slot(c.list[i].key) = int32(i + 1)
		}
	}
	slot := c.slot(key)
	if *slot == 0 {
		c.list = append(c.list, coldCell{key: key})
		*slot = int32(len(c.list))
	}
	c.last = int(*slot - 1)
	return &c.list[c.last]
}

// slot returns the place of a key in the hash table, which is empty for a new one.
func (c *coldCells) slot(key coldKey) *int32 {
	hash := uint64(key) * 0x9e3779b97f4a7c15
	for at := int(hash >> 40); ; at++ {
		at &= len(c.slots) - 1
		if n := c.slots[at]; n == 0 || c.list[n-1].key == key {
			return &c.slots[at]
		}
	}
}

// join adds the groups of the time that follows.
func (c *coldCells) join(next *coldCells) {
	for _, cell := range next.list {
		c.find(cell.key).sum(cell.requests, cell.rate, cell.ms, cell.refused)
	}
}

// ratio returns the share of the requests that starts an environment. others is what others leave of the quota.
func (c *coldCells) ratio(m *calc.Moments, function int, others int64) float64 {
	requests, cold := 0.0, 0.0
	f := &m.Functions[function]
	for _, cell := range c.list {
		n := cell.requests
		f.RPS, f.DurationMS, f.Provisioned = calc.Some(cell.rate/n), calc.Some(cell.ms/n), cell.key.units()
		requests += n
		units := f.Reserved.Or(max(cell.key.units(), others))
		cold += float64(n * m.ColdStartRatio(function, math.Min(1, cell.refused/n), units, cell.key.several()))
	}
	if requests == 0 {
		return 0
	}
	return math.Min(1, cold/requests)
}

// mostEpisodes is the number of episodes that are kept.
const mostEpisodes = 8

// episodes are the times in which every step spills or refuses requests, of a chunk or of all chunks so far. Those that
// touch an end may go on beyond it.
type episodes struct {
	from, to float64
	list     []episode // by time
	open     bool      // the last one goes on
}

// An episode is one of them.
type episode struct {
	from, to         float64
	worst            lossy
	worstRate        float64
	spilled, refused float64 // requests
}

// A lossy is a step of which requests spill or are refused, each per second.
type lossy struct{ starts, rps, ms, spill, refused float64 }

// add adds a time.
func (e *episodes) add(p *piece, spill, refused float64) {
	lost := spill + refused
	if lost == 0 {
		e.open = false
		return
	}
	if !e.open || e.list[len(e.list)-1].to != p.from { // a time may be left out
		e.trim()
		e.list = append(e.list, episode{from: p.from, worstRate: -1})
		e.open = true
	}
	last := &e.list[len(e.list)-1]
	last.to = p.to
	last.spilled += float64(spill * (p.to - p.from))
	last.refused += float64(refused * (p.to - p.from))
	if lost > last.worstRate*(1+1e-9) {
		last.worst, last.worstRate = lossy{p.starts, p.step.rps, p.step.ms, spill, refused}, lost
	}
}

// finish ends a chunk.
func (e *episodes) finish() { e.trim() }

// trim drops all but the worst episodes that touch neither end, once there are many.
func (e *episodes) trim() {
	if len(e.list) < 4*mostEpisodes {
		return
	}
	from, to := 0, len(e.list)
	if e.list[0].from == e.from {
		from++
	}
	if e.list[to-1].to == e.to {
		to--
	}
	inner := e.list[from:to]
	slices.SortStableFunc(inner, worse)
	kept := inner[:min(len(inner), mostEpisodes)]
	slices.SortFunc(kept, func(x, y episode) int { return cmp.Compare(x.from, y.from) })
	e.list = append(e.list[:from+len(kept)], e.list[to:]...)
}

// worse orders episodes by what their worst step loses, then by time.
func worse(x, y episode) int {
	switch {
	case x.worstRate > y.worstRate*(1+1e-9):
		return -1
	case y.worstRate > x.worstRate*(1+1e-9):
		return 1
	case x.from < y.from:
		return -1
	}
	return 1
}

// join adds the episodes of the time that follows.
func (e *episodes) join(next *episodes) {
	list := next.list
	if len(e.list) > 0 && len(list) > 0 {
		if last := &e.list[len(e.list)-1]; last.to == next.from && list[0].from == next.from {
			first := list[0]
			list = list[1:]
			last.to = first.to
			last.spilled += first.spilled
			last.refused += first.refused
			if first.worstRate > last.worstRate*(1+1e-9) {
				last.worst, last.worstRate = first.worst, first.worstRate
			}
		}
	}
	e.list = append(e.list, list...)
	e.to = next.to
	e.trim()
}
