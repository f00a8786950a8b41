package replay

import (
	"slices"

	"github.com/lambdacap/lambdacap/calc/erlang"
	"github.com/lambdacap/lambdacap/calc/series"
)

// The peakedness of a trace is estimated from minutes in which at least leastLoad environments are busy, and only from
// leastMinutes of them. Below, the highest concurrency of a minute says little.
const (
	leastLoad    = 1.0
	leastMinutes = 30
)

// fromMaxima estimates the peakedness from the highest concurrency of each minute: the median, over the busiest quarter
// of the minutes, of the peakedness with which that maximum is the median one, see erlang.PeakednessOf. Minutes that
// throttled are left out, because their maximum is cut off. ok is false if there are too few minutes.
//
// In simulations of four hours the estimate is 12 % too low to 11 % too high for batches of equal size, on average
// right to 5 %, and 5 % too low to 39 % too high for batches of geometric size, on average 0 to 28 % too high. It
// counts a rate that moves within the minute as bursts.
func (t *track) fromMaxima() (z float64, ok bool) {
	if t.flatRPS > 0 || !t.trace.MaximaKnown() {
		return 1, false
	}
	type minute struct{ load, times, maximum float64 }
	day := min(t.trace.Len(), 1440)
	minutes, loads := make([]minute, 0, day), make([]float64, 0, day)
	for _, s := range t.trace.All() {
		if ms := t.givenMS.Or(s.DurationMS); s.Maximum > 0 && s.Throttled == 0 && ms > 0 {
			if load := s.Offered / t.stepS * ms / 1000; load >= leastLoad {
				minutes = append(minutes, minute{load, t.stepS / ms * 1000, s.Maximum})
				loads = append(loads, load)
			}
		}
	}
	if len(loads) < leastMinutes {
		return 1, false
	}
	slices.Sort(loads)
	quarter := loads[len(loads)-(len(loads)+3)/4:]
	least := quarter[0]
	estimates := loads[:0] // which are not needed any more
	single := 0
	for i, m := range minutes {
		switch {
		case m.load < least:
		case erlang.Upcrossings(m.maximum, m.load, 1, m.times) >= 0.7: // more than ln 2: no bursts are needed
			single++
			estimates = append(estimates, 1)
		default:
			estimates = append(estimates, -float64(i)) // to be computed, if it matters
		}
	}
	if single > len(estimates)/2 {
		return 1, true
	}
	for i, x := range estimates {
		if x <= 0 {
			m := minutes[int(-x)]
			estimates[i] = erlang.PeakednessOf(m.maximum, m.load, m.times)
		}
	}
	slices.Sort(estimates)
	middle := len(estimates) / 2
	if len(estimates)%2 == 0 {
		return (estimates[middle-1] + estimates[middle]) / 2, true
	}
	return estimates[middle], true
}

// dispersion returns the variance of the number of invocations that start in a window, divided by its mean; 0 if there
// are fewer than 30 windows. The windows follow one another from the first invocation to the last.
func dispersion(calls []series.Call, windowNS int64) float64 {
	const leastWindows = 30
	if len(calls) == 0 {
		return 0
	}
	first := calls[0].StartNS
	windows := (calls[len(calls)-1].StartNS - first) / windowNS // the last one is not complete
	if windows < leastWindows {
		return 0
	}
	count, squares, own, at := 0.0, 0.0, 0.0, int64(0)
	for _, c := range calls {
		w := (c.StartNS - first) / windowNS
		if w >= windows {
			break
		}
		if w != at {
			squares += float64(own * own)
			own, at = 0, w
		}
		own++
		count++
	}
	squares += float64(own * own)
	n := float64(windows)
	mean := count / n
	return (squares/n - float64(mean*mean)) / mean
}
