package calc

import (
	"math"
	"slices"

	"github.com/lambdacap/lambdacap/calc/erlang"
)

// Moments are an account at several moments of many, for callers that follow it over time: they give the same shares
// as Spill, but build no rows, remember the losses that they have computed, and take losses below about 1e-20 as none.
// They are not safe for concurrent use.
//
// Each function is looked at for all moments before the next one, since its traffic lies together in memory.
type Moments struct {
	// Functions are the functions. Their number, names, modes and reservations do not change. The caller sets the rate,
	// the duration and the provisioned concurrency of a function at a moment.
	Functions []Function
	account   Account
	sharing   []int // the functions without a reservation
	shared    []sharedMoment
	overflows []overflow // of each function, at each moment
	memo      memo
}

// A sharedMoment is what the functions without a reservation share at a moment.
type sharedMoment struct {
	demand
	sharedPool
	loaded               int     // functions with a load
	rateShare, loadShare float64 // see demand
	lossless             bool    // the units refuse none of the synchronous requests, also if several functions share them
}

// NewMoments returns the moments of an account, which must be one that Account.Validate accepts. The account keeps its
// functions: the moments have copies. The rate of a moment does not change, so their OnTheMinute does not count.
func NewMoments(a Account) *Moments {
	m := &Moments{account: a}
	m.account.Functions = slices.Clone(a.Functions)
	for i := range m.account.Functions {
		m.account.Functions[i].OnTheMinute = Optional[OnTheMinute]{}
	}
	m.Functions = m.account.Functions
	for i := range m.Functions {
		if !m.Functions[i].Reserved.Known() {
			m.sharing = append(m.sharing, i)
		}
	}
	return m
}

// Share finds what the functions leave each other at some moments. unreserved has what Account.Unreserved is at each of
// them. set gives a function what it has at a moment; it is called a few times for each, from the first moment to the
// last.
func (m *Moments) Share(unreserved []int64, set func(function, moment int)) {
	m.begin(unreserved)
	several := len(m.sharing) > 1
	t := traffic{memo: &m.memo}
	for _, i := range m.sharing {
		f := &m.Functions[i]
		for k := range m.shared {
			set(i, k)
			s, excess := &m.shared[k], f.RPS.Or(0)-f.provisionedRPS()
			s.addSync(f, excess)
			s.addLoad(f, excess, 1)
			if several && f.shares() {
				f.arrives(&t)
				m.overflows[i*len(m.shared)+k] = s.add(f, &t)
				s.loaded++
			}
		}
	}
	m.limitRates(set)
	for k := range m.shared {
		s := &m.shared[k]
		s.several = s.loaded > 1
		s.loadShare = s.demand.loadShare(s.units)
		s.sharedPool = s.pool(s.units)
		s.lossless = s.lost == 0 && s.lossByRate(0) == 0
	}
}

// limitRates computes the loads once more at moments at which the rate limit refuses requests.
func (m *Moments) limitRates(set func(function, moment int)) {
	limited := false
	for k := range m.shared {
		s := &m.shared[k]
		if s.rateShare = s.demand.rateShare(s.units); s.rateShare < 1 {
			s.demand.load, limited = 0, true
		}
	}
	for n := 0; limited && n < len(m.sharing); n++ {
		f := &m.Functions[m.sharing[n]]
		for k := range m.shared {
			set(m.sharing[n], k)
			if s := &m.shared[k]; s.rateShare < 1 {
				s.addLoad(f, f.RPS.Or(0)-f.provisionedRPS(), s.rateShare)
			}
		}
	}
}

// begin makes room for some moments, at which nothing is shared yet.
func (m *Moments) begin(unreserved []int64) {
	n := len(unreserved)
	m.shared = slices.Grow(m.shared[:0], n)[:n]
	m.overflows = slices.Grow(m.overflows[:0], n*len(m.Functions))[:n*len(m.Functions)]
	for k, units := range unreserved {
		events := m.shared[k].async[:0]
		m.shared[k] = sharedMoment{sharedPool: sharedPool{
			sharedOverflow: sharedOverflow{async: events, memo: &m.memo}, units: units,
		}}
	}
}

// Several reports whether several functions have a load and share the unreserved units at a moment, see Share.
func (m *Moments) Several(moment int) bool { return m.shared[moment].several }

// At returns the parts of a function's rate at a moment, see Spill, and what random arrivals lose, see Chance. The
// function is set as it was for Share. Without a duration it loses nothing; neither does a load for which Spill
// computes no chances.
func (m *Moments) At(function, moment int) (parts Parts, lost Losses) {
	f, s := &m.Functions[function], &m.shared[moment]
	parts = f.divided(f.provisionedRPS(), s.units, s.rateShare, s.loadShare)
	several := s.several && f.shares() && !f.Mode.Queues()
	if several && s.lossless && f.Provisioned == 0 {
		return parts, lost
	}
	t := traffic{memo: &m.memo}
	if !f.arrives(&t) || t.rate == 0 || !f.arrivesAtRandom(&t) {
		return parts, lost
	}
	refused := 0.0
	if several {
		refused = s.lossAt(&t, m.overflows[function*len(m.shared)+moment])
	} else {
		refused = s.lossOf(f, &t)
	}
	return parts, f.losses(&t, parts, &s.sharedPool, refused)
}

// ColdStartRatio returns the share of a function's requests that starts an on-demand environment, see Chance.
// refused is the share of its attempts that finds everything full, units is all that it can have, and several says
// whether other functions share the unreserved units with it.
func (m *Moments) ColdStartRatio(i int, refused float64, units int64, several bool) float64 {
	f := &m.Functions[i]
	return f.coldStarts(refused, m.account.KeepAliveS(), f.busiest(units, several))
}

// A Solitary is a function that has the unreserved units to itself, more than it needs, at moments as those of Moments.
// It is not safe for concurrent use.
type Solitary struct {
	function Function
	memo     memo
}

// NewSolitary returns a function alone. What it has reserved does not count.
func NewSolitary(f Function) *Solitary {
	f.Reserved, f.OnTheMinute = Optional[int64]{}, Optional[OnTheMinute]{}
	return &Solitary{function: f}
}

// BeyondProvisionedRatio is Losses.BeyondProvisionedRatio with a rate, requests per second, a duration, milliseconds,
// and so many provisioned units, more than 0.
func (s *Solitary) BeyondProvisionedRatio(rps, durationMS float64, units int64) float64 {
	s.function.RPS, s.function.DurationMS = Some(rps), Some(durationMS)
	t, _ := s.function.traffic()
	if t.rate == 0 || t.load() > maxChanceLoad {
		return 0
	}
	t.memo = &s.memo
	return t.loss(Provisioned(units))
}

// A memo keeps the losses of pools. Its nil value keeps none.
type memo struct{ entries [memoSize]memoEntry }

// memoSize is the number of losses that a memo keeps, a power of 2.
const memoSize = 1 << 10

// A memoEntry is what a pool of a number of units makes of a load.
type memoEntry struct {
	units            int64
	load, peakedness float64
	hasLoss, hasOver bool // whether the two are known
	loss             float64
	over             overflow
}

// find returns the entry of a pool and a load, which replaces another one if it is new.
func (m *memo) find(units int64, load, z float64) *memoEntry {
	hash := math.Float64bits(load)*0x9e3779b97f4a7c15 ^ uint64(units)*0xc2b2ae3d27d4eb4f ^ math.Float64bits(z)
	hash ^= hash >> 32
	e := &m.entries[hash*0x9e3779b97f4a7c15>>54&(memoSize-1)]
	if e.units != units || e.load != load || e.peakedness != z {
		*e = memoEntry{units: units, load: load, peakedness: z}
	}
	return e
}

// loss is erlang.BatchLoss.
func (m *memo) loss(units int64, load, z float64) float64 {
	n := float64(units)
	if negligible(n, load, n*z) {
		return 0
	}
	e := m.find(units, load, z)
	if !e.hasLoss {
		e.loss, e.hasLoss = erlang.BatchLoss(n, load, z), true
	}
	return e.loss
}

// overflow is erlang.BatchOverflow.
func (m *memo) overflow(units int64, load, z float64) overflow {
	n := float64(units)
	if negligible(n, load, n*z) {
		return overflow{}
	}
	e := m.find(units, load, z)
	if !e.hasOver {
		e.over.mean, e.over.variance = erlang.BatchOverflow(n, load, z)
		e.hasOver = true
	}
	return e.over
}

// negligible reports whether what a number of units loses is below about exp(-50): the number is ten standard
// deviations above the mean.
func negligible(units, mean, variance float64) bool {
	apart := units - mean
	return apart > 0 && apart*apart > 100*variance
}

// negligible reports whether a number of units loses next to nothing of the overflow. The tail of an overflow falls by
// its peakedness, v/m, where that is more than its deviation.
func (m overflow) negligible(units int64) bool {
	n := float64(units)
	return m.mean == 0 || negligible(n, m.mean, m.variance) && n-m.mean > 50*m.variance/m.mean
}
