package erlang

import (
	"math"
	"math/cmplx"
)

// talbotNodes is how many points of the contour invert the transform: enough
// for ten digits, and few enough that exp(2/5 nodes) costs none of them.
const talbotNodes = 16

// ColdStarts returns the share of the requests that start a new server, where a
// server that has been idle for a while goes, and the one that became idle last
// is used first.
//
//	sum_{k>=from} π_k G_k(T)
//
// where
//
//	π_k = Poisson probability of k busy servers, with the mean a
//	G_k = probability that the passage from k to k+1 busy servers takes longer
//	      than T: then the server that would be needed has gone
//	a   = offered load, erlangs, 0 to 1e8
//	T   = time that an idle server stays, in mean holding times, more than 0
//	from = servers that always stay, a whole number; with any the result is an
//	      upper bound
//
// The passage times have the transforms φ_0 = a/(a+s) and
// φ_k = a/(a + s + k (1 - φ_{k-1})) with the mean holding time as the unit of
// time; (1 - φ_k)/s is inverted by the fixed Talbot method, carrying 1 - φ_k.
// The result is exact for exponential holding times. A T of 0 or less means
// that no server stays: every request from the given number on starts one.
//
// Source: J. Abate and W. Whitt, "A unified framework for numerically inverting
// Laplace transforms", INFORMS Journal on Computing 18 (2006), 408-421.
func ColdStarts(load, keepAlive, from float64) float64 {
	load, from = clamp(load, 0, maxArgument), math.Floor(clamp(from, 0, maxArgument))
	if load == 0 {
		return 0
	}
	all := 1.0 // the share that finds at least the servers that always stay busy
	if from > 0 {
		all = Survival(load, from-1)
	}
	if !(keepAlive > 0) {
		return all
	}
	t := math.Min(keepAlive, 1e12)
	r := 2 * talbotNodes / (5 * t)
	sum := 0.5 * math.Exp(r*t) * real(passages(complex(r, 0), load, from))
	for k := 1; k < talbotNodes; k++ {
		theta := float64(k) * math.Pi / talbotNodes
		cot := 1 / math.Tan(theta)
		s := complex(r*theta*cot, r*theta)
		sigma := theta + (theta*cot-1)*cot
		sum += real(cmplx.Exp(s*complex(t, 0)) * passages(s, load, from) * complex(1, sigma))
	}
	return clamp(sum*r/talbotNodes, 0, all)
}

// passages returns sum_{k>=from} π_k (1 - φ_k(s))/s.
//
// The weights matter within some ten standard deviations of the load only. The
// recursion for 1 - φ_k forgets where it began by a factor k/a each step, so it
// may begin forty deviations below, at its fixed point.
func passages(s complex128, load, from float64) complex128 {
	a := complex(load, 0)
	deviation := math.Sqrt(load)
	first := math.Max(from, math.Floor(load-10*deviation))
	k := math.Floor(load - 40*deviation)
	psi := s / (a + s) // 1 - φ_0
	if k > 0 {
		// k ψ² + (a + s - k) ψ - s = 0, the root that goes to 0 with s.
		b := a + s - complex(k, 0)
		psi = 2 * s / (b + cmplx.Sqrt(b*b+4*complex(k, 0)*s))
	} else {
		k = 0
	}
	var sum complex128
	weight := 0.0
	for ; ; k++ {
		if k >= first {
			if k == first {
				weight = math.Exp(logProbability(load, k))
			}
			sum += complex(weight, 0) * psi
			next := load / (k + 1)
			if next < 1 && weight*next <= negligible*(1-next) {
				return sum / s
			}
			weight *= next
		}
		up := complex(k+1, 0) * psi
		psi = (s + up) / (a + s + up)
	}
}
