package erlang

import "math"

// served is the least share of the attempts that is still told from none.
const served = 1e-9

// Retrying returns the share of the attempts that is refused when every refused request comes back until it is served:
// the smallest b with
//
//	b = loss(b)
//
// loss gives the share that is refused if the load is made of attempts of which the share b is refused, so that a
// request takes 1/(1-b) of them. It must not fall with b. For a pool of its own, with N servers and the load a, it is
// B(N, a/(1-b)).
//
// ok is false, and the share 1, if there is no such b below 1 - 1e-9: the requests that wait become more and more.
//
// The attempts are taken to be random. They are the more so, the longer a request waits before it comes back.
func Retrying(loss func(refused float64) float64) (refused float64, ok bool) {
	low, above := 0.0, loss(0) // above is loss(low) - low, which is not negative
	if above <= 0 {
		return 0, true
	}
	// No root is below loss(0), nor below loss of that. With a light load that is the root.
	high, below := low, above // loss(high) - high, to be negative
	for range 2 {
		if high = low + above; high >= 1-served {
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
		if low, above = high, below; 1-high < 8*served {
			return 1, false
		}
		high = 1 - float64((1-high)/8)
		below = loss(high) - high
	}
	// Regula falsi, where the end that stays put twice counts half (the Illinois method).
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
