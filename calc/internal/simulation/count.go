package simulation

import "math"

// batches is the number of equal parts of a run. The variation between them gives the standard errors.
const batches = 50

// An Estimate is a share with its standard error.
type Estimate struct{ Mean, Deviation float64 }

// Counts are shares of the requests of one function, as counted in a run.
type Counts struct {
	Beyond    Estimate // found provisioned concurrency full when they arrived
	Refused   Estimate // found everything full when they arrived
	Spilled   Estimate // were served on demand, at once or later
	Cold      Estimate // started an environment
	occupancy [batches][]float64
}

// Above returns the share of time in which the function had more than n environments in use.
func (c *Counts) Above(n int64) Estimate {
	var above, all [batches]float64
	for i, times := range c.occupancy {
		for busy, seconds := range times {
			all[i] += seconds
			if int64(busy) > n {
				above[i] += seconds
			}
		}
	}
	return share(&above, &all, 0)
}

// A tally counts a function's requests in each part of a run.
type tally struct {
	arrived, beyond, refused, spilled, cold [batches]float64
	occupancy                               [batches][]float64
}

func (t *tally) counts() Counts {
	return Counts{
		Beyond:    share(&t.beyond, &t.arrived, 1),
		Refused:   share(&t.refused, &t.arrived, 1),
		Spilled:   share(&t.spilled, &t.arrived, 1),
		Cold:      share(&t.cold, &t.arrived, 1),
		occupancy: t.occupancy,
	}
}

// occupied adds an interval with the given number of busy environments.
func (t *tally) occupied(batch, busy int, seconds float64) {
	times := t.occupancy[batch]
	for len(times) <= busy {
		times = append(times, 0)
	}
	times[busy] += seconds
	t.occupancy[batch] = times
}

// share estimates a ratio of sums. The numerator is uncertain by at least least: an event that was never counted may
// still be possible.
func share(some, all *[batches]float64, least float64) (e Estimate) {
	sum, total := 0.0, 0.0
	for i := range some {
		sum, total = sum+some[i], total+all[i]
	}
	if total == 0 {
		return e
	}
	e.Mean = sum / total
	for i := range some {
		x := some[i] - e.Mean*all[i]
		e.Deviation += x * x
	}
	e.Deviation = math.Max(math.Sqrt(e.Deviation*batches/(batches-1)), least) / total
	return e
}
