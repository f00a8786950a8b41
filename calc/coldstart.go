package calc

import (
	"math"

	"github.com/lambdacap/lambdacap/calc/erlang"
)

// coldStarts returns the share of requests that start a new on-demand environment, see erlang.ColdStarts. refused is
// the share of attempts that find everything full, keepAlive is how long idle environments are kept, in seconds, and
// busiest is how many environments can be busy at once.
//
// A refused event is retried, so each event stands for 1/(1-refused) attempts. Without an upper limit nothing is
// refused, and each event is one attempt.
//
// A cold start makes a request longer by the init time, so with a share c of cold starts the mean duration is d + c
// init. c is the fixed point: the share that this longer mean produces.
func (f *Function) coldStarts(refused, keepAlive, busiest float64) float64 {
	t, _ := f.traffic()
	init := f.InitMS.Or(0) / 1000
	attempts := 1.0 // of each request
	if f.Mode.Queues() && !math.IsInf(busiest, 1) {
		if refused == 1 {
			return 0 // no environment is ever idle
		}
		attempts = 1 / (1 - refused)
	}
	share := func(cold float64) float64 {
		seconds := t.seconds + float64(cold*init)
		load := attempts * t.rate * seconds
		return float64(attempts * erlang.ColdStarts(load, keepAlive/seconds, float64(f.Provisioned), busiest))
	}
	cold := share(0)
	if init == 0 {
		return cold
	}
	// share(x) - x is not negative at 0 and not positive at 1. The secant method finds the zero; a step that leaves the
	// bracket is replaced by a bisection.
	low, high := 0.0, 1.0
	last, lastExcess := 0.0, cold
	for range 100 {
		excess := share(cold) - cold
		if math.Abs(excess) <= 1e-12+float64(1e-10*cold) {
			break
		}
		if excess > 0 {
			low = cold
		} else {
			high = cold
		}
		next := cold - excess*(cold-last)/(excess-lastExcess)
		if !(next > low && next < high) {
			next = low + float64((high-low)/2)
		}
		last, lastExcess, cold = cold, excess, next
	}
	return cold
}

// busiest returns how many environments of a function can be busy at once: all of its units. In a pool that others use
// too, what they leave varies, so there is no such limit.
func (f *Function) busiest(units int64, shared bool) float64 {
	if shared && !f.Reserved.Known() {
		return math.Inf(1)
	}
	return float64(units)
}
