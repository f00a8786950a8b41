package erlang

import (
	"math"

	"github.com/lambdacap/lambdacap/calc/elementary"
)

// ln2 is the number of expected upcrossings of a level that is passed with probability 1/2.
const ln2 = 0.693147180559945309417232121458

// Upcrossings returns how often the number of busy servers of a pool without a limit rises above a level on average.
//
//	c = s/d a/z π(k/z - 1; a/z) (1 - a/k),  π(x; m) = m^x exp(-m) / Γ(x+1)
//
// where
//
//	k   = the level, servers, at least the peakedness and more than a; below, the result is +Inf
//	a   = offered load, erlangs, 0 to 1e9
//	z   = peakedness of the arrivals, 1 to 1e4
//	s/d = length of the time looked at, in mean holding times
//
// Rises above a high level are rare and nearly independent, so the level is not passed with probability exp(-c). This
// is an approximation; peaks of arrivals with a peakedness count as those of batches of equal size.
//
// Source: the rate of upcrossings of M/G/∞, derived.
func Upcrossings(level, load, size, times float64) float64 {
	load, size = clamp(load, 0, maxLoad), clamp(size, 1, maxSize)
	switch {
	case load == 0:
		return 0
	case !(level > load) || level < size:
		return math.Inf(1)
	}
	log := -load / size
	if x := level/size - 1; x > 0 {
		log = logTerm(x, load/size)
	}
	return float64(times*load/size) * elementary.Exp(log) * (1 - load/level)
}

// MedianMaximum returns the level that the number of busy servers of a pool without a limit passes with probability
// 1/2 in a time, see Upcrossings; at least the load.
func MedianMaximum(load, size, times float64) float64 {
	load, size = clamp(load, 0, maxLoad), clamp(size, 1, maxSize)
	if load == 0 || !(times > 0) {
		return load
	}
	passed := func(level float64) bool { return Upcrossings(level, load, size, times) > ln2 }
	low := math.Max(load, size)
	high := low
	for step := size + math.Sqrt(load*size); passed(high) || high == low; step *= 2 {
		low, high = high, high+step
	}
	// Upcrossings rise with the level close to the load, where a time is so short that none is likely.
	for range 100 {
		mid := low + float64((high-low)/2)
		if mid == low || mid == high {
			break
		}
		if passed(mid) {
			low = mid
		} else {
			high = mid
		}
	}
	return high
}

// PeakednessOf returns the peakedness with which a maximum that was observed is the MedianMaximum of a load: 1 at
// least. The maximum is a number of servers; the load is in erlangs, more than 0; times is as in Upcrossings.
func PeakednessOf(maximum, load, times float64) float64 {
	if !(load > 0) || !(maximum > load) || Upcrossings(maximum, load, 1, times) >= ln2 {
		return 1
	}
	low, high := 1.0, clamp(maximum, 1, maxSize)
	below := elementary.Log(Upcrossings(maximum, load, low, times) / ln2)
	above := elementary.Log(Upcrossings(maximum, load, high, times) / ln2)
	if !(above > 0) {
		return high
	}
	// Regula falsi on the logarithms, where an end that stays put twice counts half (the Illinois method).
	for side := 0; high-low > 1e-9*high; {
		z := low + float64((high-low)*(below/(below-above)))
		if !(z > low && z < high) {
			z = low + float64((high-low)/2)
		}
		switch y := elementary.Log(Upcrossings(maximum, load, z, times) / ln2); {
		case y < 0:
			if low, below = z, math.Max(y, -1e300); side < 0 {
				above /= 2
			}
			side = -1
		case y > 0:
			if high, above = z, y; side > 0 {
				below /= 2
			}
			side = 1
		default:
			return z
		}
	}
	return low
}
