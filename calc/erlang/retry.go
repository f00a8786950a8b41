package erlang

import "math"

// minServed is the smallest share of served attempts that is distinguished from 0.
const minServed = 1e-9

// Retrying returns the share of attempts that is refused when every refused request is retried until it is served: the
// smallest b with
//
//	b = loss(b)
//
// loss(b) returns the share that is refused when the load consists of all attempts and a share b of them is refused, so
// that a request takes 1/(1-b) attempts. It must not fall as b rises. For a pool used by one function, with N servers
// and the load a, it is B(N, a/(1-b)).
//
// If there is no such b below 1 - 1e-9, ok is false and the share is 1: the queue of waiting requests grows without
// limit.
//
// Attempts are assumed to be random. The longer a request waits before its next attempt, the better that holds.
func Retrying(loss func(refused float64) float64) (refused float64, ok bool) {
	low, above := 0.0, loss(0) // above is loss(low) - low, never negative
	if above <= 0 {
		return 0, true
	}
	// No root is below loss(0), nor below loss(loss(0)). With a light load, that value is already the root.
	high, below := low, above // below is loss(high) - high, which has to become negative
	for range 2 {
		if high = low + above; high >= 1-minServed {
			return 1, false
		}
		if below = loss(high) - high; below <= 1e-15*high {
			break
		}
		low, above = high, below
	}
	if math.Abs(below) <= 1e-15*high {
		return high, true
	}
	for below >= 0 {
		if low, above = high, below; 1-high < 8*minServed {
			return 1, false
		}
		high = 1 - float64((1-high)/8)
		below = loss(high) - high
	}
	// Regula falsi: an end that stays twice in a row counts half (the Illinois method).
	side := 0
	for i := 0; i < 200 && high-low > 1e-14*high; i++ {
		x := low + (high-low)*above/(above-below)
		if !(x > low && x < high) {
			x = low + float64((high-low)/2)
		}
		y := loss(x) - x
		switch {
		case y > 0:
			if low, above = x, y; side > 0 {
				below /= 2
			}
			side = 1
		case y < -1e-15*x:
			if high, below = x, y; side < 0 {
				above /= 2
			}
			side = -1
		default:
			return x, true
		}
	}
	return low, true
}
