// Package simulation runs requests through an account one by one. It implements AWS's rules and none of the model's
// formulas, so tests can compare the two.
package simulation

import (
	"math"
	"math/rand/v2"
)

// Account is an account with no other load.
type Account struct {
	Functions  []Function
	Unreserved int         // units that functions without a reservation share
	Limiter    LimiterKind // the limit is 10 requests per second for each unit
	KeepAlive  float64     // seconds that idle on-demand environments are kept; the last used is reused first
	Retry      Retry       // when refused events are retried
}

// A Retry returns after how many seconds an event that has been refused a number of times is retried.
type Retry func(r *rand.Rand, refused int) float64

// Delayed retries events after exponential delays with the given mean.
func Delayed(seconds float64) Retry {
	return func(r *rand.Rand, _ int) float64 { return seconds * r.ExpFloat64() }
}

// Backoff retries events as Lambda does: after one second, then after twice the delay each time, up to five minutes.
func Backoff(_ *rand.Rand, refused int) float64 {
	return math.Min(300, math.Ldexp(1, min(refused, 10)-1))
}

// A run is the state of a simulation.
type run struct {
	account   *Account
	random    *rand.Rand
	events    events
	functions []worker
	shared    pool
	begin     float64 // when counting begins
	part      float64 // seconds of each batch
	batch     int     // negative before counting begins
}

// A pool is a number of on-demand units with a limiter for synchronous requests.
type pool struct {
	busy, units int
	limiter     limiter
}

// A worker is the state of a function.
type worker struct {
	*Function
	arrivals    arrivals
	provisioned pool
	own         pool // the reserved units that are not provisioned, with the limiter of the reservation
	onDemand    *pool
	busy        int       // environments in use
	changed     float64   // when busy changed
	idle        []float64 // when each idle on-demand environment became idle, latest last
	gone        int       // number of entries of idle that were removed
	tally       tally
}

// Run simulates a number of requests of all functions together, after a warm-up of a tenth as many. The same account
// and seed give the same counts.
func Run(a Account, seed uint64, requests int) []Counts {
	r := run{
		account: &a, random: rand.New(rand.NewPCG(seed, 11)), functions: make([]worker, len(a.Functions)), batch: -1,
		shared: pool{units: a.Unreserved, limiter: newLimiter(a.Limiter, 10*a.Unreserved)},
	}
	rate := 0.0
	for i := range r.functions {
		f := &a.Functions[i]
		rate += f.Rate
		r.functions[i] = worker{
			Function: f, arrivals: f.arrivals(), onDemand: &r.shared,
			provisioned: pool{units: f.Provisioned, limiter: newLimiter(a.Limiter, 10*f.Provisioned)},
		}
		w := &r.functions[i]
		if f.Reserved > 0 {
			w.own = pool{units: f.Reserved - f.Provisioned, limiter: newLimiter(a.Limiter, 10*f.Reserved)}
			w.onDemand = &w.own
		}
		r.events.push(event{at: w.arrivals.next(r.random, 0), function: int32(i), kind: arrival})
	}
	seconds := float64(requests) / rate
	r.begin, r.part = seconds/10, seconds/batches
	r.work()
	counts := make([]Counts, len(r.functions))
	for i := range counts {
		counts[i] = r.functions[i].tally.counts()
	}
	return counts
}

// work handles one event after another until all batches are done.
func (r *run) work() {
	next := r.begin // when the next batch begins
	for {
		e := r.events.pop()
		for e.at >= next {
			for i := range r.functions {
				r.change(&r.functions[i], next, 0)
			}
			if r.batch++; r.batch == batches {
				return
			}
			next = r.begin + float64(r.batch+1)*r.part
		}
		w := &r.functions[e.function]
		switch e.kind {
		case arrival:
			for range w.arrivals.batch.draw(r.random) {
				r.arrive(w, e)
			}
			e.at = w.arrivals.next(r.random, e.at)
			r.events.push(e)
		case retry:
			r.serve(w, e)
		case leftProvisioned:
			w.provisioned.busy--
			r.change(w, e.at, -1)
		case leftOnDemand:
			w.onDemand.busy--
			r.change(w, e.at, -1)
			w.idle = append(w.idle, e.at)
		}
	}
}

// change adds to the number of environments that a function has in use.
func (r *run) change(w *worker, now float64, by int) {
	if r.batch >= 0 {
		w.tally.occupied(r.batch, w.busy, now-w.changed)
	}
	w.busy += by
	w.changed = now
}

// arrive counts the first attempt of a request.
func (r *run) arrive(w *worker, e event) {
	beyond, refused := r.serve(w, e)
	if r.batch < 0 {
		return
	}
	w.tally.arrived[r.batch]++
	if beyond {
		w.tally.beyond[r.batch]++
	}
	if refused {
		w.tally.refused[r.batch]++
	}
}

// serve finds an environment for a request. It reports whether provisioned concurrency is full, and whether everything
// is.
func (r *run) serve(w *worker, e event) (beyond, refused bool) {
	limited := !w.Async && !w.onDemand.limiter.open(e.at)
	if !(limited && w.Reserved > 0) && w.provisioned.take(e.at) {
		if !w.Async && w.Reserved > 0 {
			w.onDemand.limiter.pass(e.at)
		}
		r.start(w, e, leftProvisioned, w.Seconds*w.Law(r.random))
		return false, false
	}
	if limited || w.onDemand.busy >= w.onDemand.units {
		if w.Async {
			e.attempt = min(e.attempt+1, 200)
			e.at += r.account.Retry(r.random, int(e.attempt))
			e.kind = retry
			r.events.push(e)
		}
		return true, true
	}
	w.onDemand.busy++
	if !w.Async {
		w.onDemand.limiter.pass(e.at)
	}
	seconds := w.Seconds * w.Law(r.random)
	if r.cold(w, e.at) {
		seconds += w.Init
	}
	if r.batch >= 0 {
		w.tally.spilled[r.batch]++
	}
	r.start(w, e, leftOnDemand, seconds)
	return true, false
}

// take occupies a unit of provisioned concurrency if one is free.
func (p *pool) take(now float64) bool {
	if p.busy >= p.units || !p.limiter.open(now) {
		return false
	}
	p.limiter.pass(now)
	p.busy++
	return true
}

// start starts a request in an environment.
func (r *run) start(w *worker, e event, left eventKind, seconds float64) {
	r.change(w, e.at, 1)
	r.events.push(event{at: e.at + seconds, function: e.function, kind: left})
}

// cold takes the on-demand environment that was used last. It reports whether none is left, so that a new one must
// start.
func (r *run) cold(w *worker, now float64) bool {
	for w.gone < len(w.idle) && w.idle[w.gone] < now-r.account.KeepAlive {
		w.gone++
	}
	if w.gone == len(w.idle) {
		w.idle, w.gone = w.idle[:0], 0
		if r.batch >= 0 {
			w.tally.cold[r.batch]++
		}
		return true
	}
	w.idle = w.idle[:len(w.idle)-1]
	return false
}
