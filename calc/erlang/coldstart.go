package erlang

import (
	"math"

	"github.com/lambdacap/lambdacap/calc/elementary"
)

// talbotNodes is the number of nodes on the contour that inverts the transform. The error falls as 3.89^(-2
// talbotNodes), here to 2e-12 of the share.
const talbotNodes = 10

// ColdStarts returns the share of requests that start a new server, in a pool that removes a server after it has been
// idle for a given time and always uses the server that became idle last.
//
//	sum_{k=from..below-1} π_k G_k(T)
//
// where
//
//	π_k = probability of k busy servers: the Poisson distribution with mean a, truncated above the limit
//	G_k = probability that the passage from k to k+1 busy servers takes longer than T: by then the server that would be
//	      needed has been removed
//	a   = offered load, erlangs, 0 to 1e9
//	T   = how long an idle server is kept, in mean holding times, 1e-9 to 1e12
//	from  = servers that are always kept, a whole number; if more than 0, the result is an upper bound
//	below = limit of busy servers, a whole number; requests beyond it are lost and start nothing
//
// With the mean holding time as the unit of time, the passage times have the transforms φ_0 = a/(a+s) and φ_k = a/(a +
// s + k (1 - φ_{k-1})). (1 - φ_k)/s is inverted on Talbot's contour, and the recursion computes 1 - φ_k directly to
// keep its digits. The result is exact if holding times are exponential and no servers are always kept.
//
// Source: A. Talbot, "The accurate numerical inversion of Laplace transforms", IMA Journal of Applied Mathematics 23
// (1979), 97-120, with the contour of L. N. Trefethen, J. A. C. Weideman and T. Schmelzer, "Talbot quadratures and
// rational approximations", BIT 46 (2006), 653-670, which needs half as many nodes as the fixed Talbot method for the
// same number of digits.
func ColdStarts(load, keepAlive, from, below float64) float64 {
	load = clamp(load, 0, maxLoad)
	from, below = math.Floor(clamp(from, 0, maxServers)), math.Floor(clamp(below, 0, maxServers))
	if load == 0 || from >= below || from > 0 && Survival(load, from-1) < negligible {
		return 0
	}

	var p passages
	t := clamp(keepAlive, 1e-9, 1e12)
	var weight [talbotNodes]complex128
	for i := range talbotNodes {
		const n = 2 * talbotNodes
		theta := math.Pi * float64(2*i+1) / n
		const cotangent, offset, stretch, slope = 0.5017, 0.6122, 0.6407, 0.2645
		sine, cosine := elementary.Sincos(stretch * theta)
		z := complex(n*(cotangent*theta*cosine/sine-offset), n*slope*theta)
		dz := complex(n*cotangent*(cosine/sine-stretch*theta/(sine*sine)), n*slope)
		p.node[i] = divided(z, complex(t, 0))
		// The two halves of the contour are conjugate, so the integral is twice the imaginary part of z' exp(z) F(z/t)/t,
		// over n.
		sine, cosine = elementary.Sincos(imag(z))
		power := complex(cosine, sine) // the phase of exp(z); its magnitude is in scale
		scale := elementary.Exp(real(z)) / (t / 2 * n)
		weight[i] = times(times(dz, power), complex(scale, 0))
	}
	p.sum(load, from, below)
	share := 0.0
	for i, w := range weight {
		share += imag(times(w, p.result[i]))
	}
	return clamp(share, 0, 1)
}

// passages holds sum_{k=from..below-1} π_k (1 - φ_k(s))/s for every node s of the contour.
type passages struct {
	node, result [talbotNodes]complex128
}

// sum steps through the numbers of busy servers. It handles all nodes in each step, so that their divisions can run in
// parallel.
//
// Only weights within about eight standard deviations of the load matter, and all but 1e-12 of the weight is above
// minus seven. In each step, the recursion for 1 - φ_k reduces the influence of its starting value by a factor of k/a,
// so it can start there, at its fixed point.
func (p *passages) sum(load, from, below float64) {
	deviation := math.Sqrt(load)
	center := math.Min(load, below)
	k := math.Max(0, math.Floor(center-float64(7*deviation)))
	var sr, si, ur, ui, tr, ti [talbotNodes]float64 // s, 1 - φ_k, and the sums
	for i, s := range p.node {
		psi := divided(s, complex(load, 0)+s) // 1 - φ_0
		if k > 0 {
			// The root of k ψ² + (a + s - k) ψ - s = 0 that tends to 0 with s.
			b := complex(load-k, 0) + s
			psi = divided(times(2, s), b+root(times(b, b)+times(complex(4*k, 0), s)))
		}
		sr[i], si[i], ur[i], ui[i] = real(s), imag(s), real(psi), imag(psi)
	}
	first := math.Max(from, k)
	norm := logWithin(load, below)
	weight := 0.0
	for ; k < below; k++ {
		if k >= first {
			if weight < 1e-290 { // the first weight, or the load is far above the limit
				weight = elementary.Exp(logProbability(load, k) - norm)
			}
			for i := range talbotNodes {
				tr[i] += float64(weight * ur[i])
				ti[i] += float64(weight * ui[i])
			}
			next := load / (k + 1)
			if next < 1 && weight*next <= negligible*(1-next) {
				break
			}
			weight *= next
		}
		n := k + 1
		for i := range talbotNodes {
			// ψ = (s + n ψ)/(a + s + n ψ)
			x, y := sr[i]+float64(n*ur[i]), si[i]+float64(n*ui[i])
			d := load + x
			square := float64(y * y)
			scale := 1 / (float64(d*d) + square)
			ur[i], ui[i] = (float64(x*d)+square)*scale, load*y*scale
		}
	}
	for i, s := range p.node {
		p.result[i] = divided(complex(tr[i], ti[i]), s)
	}
}

// times returns x y with the same bits on every machine, which the operator does not guarantee.
func times(x, y complex128) complex128 {
	return complex(float64(real(x)*real(y))-float64(imag(x)*imag(y)), float64(real(x)*imag(y))+float64(imag(x)*real(y)))
}

// divided returns x/y with the same bits on every machine. Neither may be near the largest or the smallest float64.
func divided(x, y complex128) complex128 {
	square := float64(real(y)*real(y)) + float64(imag(y)*imag(y))
	z := times(x, complex(real(y), -imag(y)))
	return complex(real(z)/square, imag(z)/square)
}

// root returns the square root of z with a nonnegative real part, with the same bits on every machine.
func root(z complex128) complex128 {
	size := math.Sqrt(float64(real(z)*real(z)) + float64(imag(z)*imag(z)))
	if size == 0 {
		return 0
	}
	larger := math.Sqrt((size + math.Abs(real(z))) / 2)
	smaller := math.Abs(imag(z)) / (2 * larger)
	if real(z) < 0 {
		larger, smaller = smaller, larger
	}
	return complex(larger, math.Copysign(smaller, imag(z)))
}

// logWithin returns the logarithm of P(X <= k) for a Poisson variable X. For k < mean it uses B, which is the
// probability of k in the distribution truncated above k.
func logWithin(mean, k float64) float64 {
	if k >= mean {
		return elementary.Log1p(-Survival(mean, k))
	}
	return logProbability(mean, k) - LogB(k, mean)
}
