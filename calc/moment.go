package calc

import (
	"math"

	"github.com/lambdacap/lambdacap/calc/erlang"
)

// A Moment is an account at one moment of many, for callers that follow it over time: it gives the same shares as
// Spill, but builds no rows, remembers the losses that it has computed, and takes losses below about 1e-20 as none. The
// caller sets the rates, durations and provisioned concurrency of Functions before each call. A Moment is not safe for
// concurrent use.
type Moment struct {
	// Functions are the functions at the moment. Their number, names, modes and reservations do not change.
	Functions []Function
	account   Account
	memo      memo
}

// NewMoment returns a moment of an account, which must be one that Account.Validate accepts. The account keeps its
// functions: the moment has copies. The rate of a moment does not change, so their OnTheMinute does not count.
func NewMoment(a Account) *Moment {
	m := &Moment{account: a}
	m.account.Functions = append([]Function(nil), a.Functions...)
	for i := range m.account.Functions {
		m.account.Functions[i].OnTheMinute = Optional[OnTheMinute]{}
	}
	m.Functions = m.account.Functions
	return m
}

// Unreserved returns the units that functions without a reservation share at the moment.
func (m *Moment) Unreserved() int64 { return m.account.Unreserved() }

// Split divides the rate of every function, see Spill. parts has one item for each function; unreserved is Unreserved,
// which changes only with the provisioned concurrency.
func (m *Moment) Split(parts []Parts, unreserved int64) { m.account.divide(parts, unreserved) }

// Losses returns what random arrivals lose, see Chance. parts is the split, and lost has one item for each function.
// Functions without a duration lose nothing; neither does a load for which Spill computes no chances.
func (m *Moment) Losses(parts []Parts, lost []Losses, unreserved int64) {
	shared := m.account.overflowWith(&m.memo).pool(unreserved)
	for i := range m.Functions {
		f := &m.Functions[i]
		t, timed := f.traffic()
		t.memo = &m.memo
		lost[i] = Losses{}
		if timed && t.rate > 0 && t.load() <= maxChanceLoad {
			lost[i] = f.losses(t, parts[i], &shared)
		}
	}
}

// ColdStartRatio returns the share of a function's requests that starts an on-demand environment, see Chance.
// refused is the share of its attempts that finds everything full, units is all that it can have, and several says
// whether other functions share the unreserved units with it.
func (m *Moment) ColdStartRatio(i int, refused float64, units int64, several bool) float64 {
	f := &m.Functions[i]
	return f.coldStarts(refused, m.account.KeepAliveS(), f.busiest(units, several))
}

// A memo keeps the losses of pools. Its nil value keeps none.
type memo struct{ entries [memoSize]memoEntry }

// memoSize is the number of losses that a memo keeps, a power of 2.
const memoSize = 1 << 10

// A memoEntry is what a pool of a number of units makes of a load.
type memoEntry struct {
	units            int64
	load, peakedness float64
	known            [2]bool
	loss             float64
	over             moments
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
	if !e.known[0] {
		e.loss, e.known[0] = erlang.BatchLoss(n, load, z), true
	}
	return e.loss
}

// overflow is erlang.BatchOverflow.
func (m *memo) overflow(units int64, load, z float64) moments {
	n := float64(units)
	if negligible(n, load, n*z) {
		return moments{}
	}
	e := m.find(units, load, z)
	if !e.known[1] {
		e.over.mean, e.over.variance = erlang.BatchOverflow(n, load, z)
		e.known[1] = true
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
func (m moments) negligible(units int64) bool {
	n := float64(units)
	return m.mean == 0 || negligible(n, m.mean, m.variance) && n-m.mean > 50*m.variance/m.mean
}
