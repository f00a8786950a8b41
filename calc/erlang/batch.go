package erlang

import (
	"math"

	"github.com/lambdacap/lambdacap/calc/elementary"
)

// This file models requests that arrive in batches: a Poisson process of batches whose sizes are geometric with mean z.
// In a pool without a limit, the number of busy servers is then negative binomial, with mean a and variance a z, so z
// is the peakedness of the arrivals. With z = 1 every batch is a single request.

// maxSize is the largest mean batch size.
const maxSize = 1e4

// batches is the offered traffic of a pool, in batches.
type batches struct {
	load float64 // offered load a, erlangs, more than 0
	size float64 // mean batch size z, more than 1
}

// up returns π(n+1)/π(n) for the probabilities π of n busy servers: (a/z + q n)/(n + 1) with q = 1 - 1/z.
func (b batches) up(n float64) float64 { return (b.load + float64((b.size-1)*n)) / (b.size * (n + 1)) }

// down returns π(n-1)/π(n).
func (b batches) down(n float64) float64 { return b.size * n / (b.load + float64((b.size-1)*(n-1))) }

// above returns the probability of more than n busy servers in a pool without a limit, divided by π(n). All terms of
// the sum are positive, so no digits cancel.
func (b batches) above(n float64) float64 {
	sum, term := 0.0, 1.0
	for ; ; n++ {
		ratio := b.up(n)
		term = float64(term * ratio)
		sum += term
		// No later ratio exceeds the larger of this one and its limit q.
		if bound := math.Max(ratio, 1-1/b.size); bound < 1 && term*bound <= negligible*sum*(1-bound) {
			return sum
		}
	}
}

// below returns the probability of fewer than n busy servers, divided by π(n).
func (b batches) below(n float64) float64 {
	sum, term := 0.0, 1.0
	for ; n > 0; n-- {
		ratio := b.down(n)
		term = float64(term * ratio)
		sum += term
		if ratio < 1 && term*ratio <= negligible*sum*(1-ratio) {
			break
		}
	}
	return sum
}

// logBlocked returns the logarithm of π(n) (r + n)/r in a pool without a limit, with r = a/(z-1). This is
//
//	Γ(r+n+1) / (Γ(r+1) n!) (1/z)^r q^n
//
// and equals a product of Poisson probabilities with real arguments (see logTerm), p(r, (r+n)/z) p(n, (r+n) q) / p(r+n,
// r+n). In each factor the two arguments differ by ±(a - n)/z or 0. Computing that difference directly keeps its digits
// for any r.
func (b batches) logBlocked(n float64) float64 {
	r, diff := b.load/(b.size-1), (b.load-n)/b.size
	if n == 0 {
		return -r * elementary.Log(b.size)
	}
	return logTermDiff(r, r-diff, diff) + logTermDiff(n, n+diff, -diff) - logTermDiff(r+n, r+n, 0)
}

// logAt returns the logarithm of π(n) in a pool without a limit.
func (b batches) logAt(n float64) float64 {
	return b.logBlocked(n) - elementary.Log1p((b.size-1)*n/b.load)
}

// survival returns the probability of more than n busy servers in a pool without a limit.
func (b batches) survival(n float64) float64 {
	if n >= b.load {
		return math.Min(1, elementary.Exp(b.logAt(n))*b.above(n))
	}
	return math.Max(0, 1-float64(elementary.Exp(b.logAt(n))*(1+b.below(n))))
}

// BatchLoss returns the share of requests that find all servers busy when requests arrive in batches of geometric size.
// A batch occupies the free servers, and the rest of the batch is lost.
//
//	π(n+1) = (a/z + q n)/(n + 1) π(n),  q = 1 - 1/z
//	loss   = sum_{n=0..N} π(n) q^(N-n) = π(N) (r + N)/r,  r = a/(z - 1)
//
// where
//
//	N = servers, a whole number, 0 to 2e9
//	a = offered load, erlangs, 0 to 1e9
//	z = mean batch size, 1 to 1e4; any real number
//	π = probability of n busy servers, normalized over 0 to N
//
// With z = 1 the result is B. Even at a very low load, a share q^N of the requests is lost. Holding times are
// exponential. An evaluation takes O(sqrt(a z) + z) steps.
//
// Source: derived from the balance of flows between n and n+1 busy servers.
func BatchLoss(servers, load, size float64) float64 {
	servers, load = math.Floor(clamp(servers, 0, maxServers)), clamp(load, 0, maxLoad)
	b := batches{load, clampSize(size)}
	switch {
	case b.size == 1:
		return B(servers, load)
	case servers == 0:
		return 1
	case load == 0:
		return 0
	case servers < load:
		return math.Min(1, (1+(b.size-1)*servers/load)/(1+b.below(servers)))
	}
	blocked := b.logBlocked(servers)
	full := elementary.Exp(blocked - elementary.Log1p((b.size-1)*servers/load))
	if bound := math.Max(b.up(servers), 1-1/b.size); full*bound > negligible*(1-bound) {
		full *= b.above(servers)
	}
	return math.Min(1, elementary.Exp(blocked)/(1-full))
}

// clampSize limits the mean batch size to its range. A size within rounding error of 1 becomes 1.
func clampSize(size float64) float64 {
	if size = clamp(size, 1, maxSize); size-1 < 1e-12 {
		return 1
	}
	return size
}

// BatchOverflow is Overflow for requests that arrive in batches as in BatchLoss: the mean and the variance of the
// number of servers that the lost requests would keep busy in a second pool without a limit. The mean is exact. The
// variance is an estimate: the peakedness of the overflow of single requests, times the mean batch size.
func BatchOverflow(servers, load, size float64) (mean, variance float64) {
	size = clampSize(size)
	if size == 1 {
		return Overflow(servers, load)
	}
	servers, load = math.Floor(clamp(servers, 0, maxServers)), clamp(load, 0, maxLoad)
	mean = load * BatchLoss(servers, load, size)
	return mean, mean * size * overflowPeakedness(servers, load, load*B(servers, load))
}

// BatchQuantile returns the smallest n such that, with probability p, at most n servers of a pool without a limit are
// busy when requests arrive in batches as in BatchLoss. It is a quantile of the negative binomial distribution with
// mean a and variance a z. The ranges are those of Quantile, and so is the result for a size of 1.
func BatchQuantile(load, size, p float64) int64 {
	load = clamp(load, 0, maxLoad)
	b := batches{load, clampSize(size)}
	if b.size == 1 || load == 0 {
		return Quantile(load, p)
	}
	rest := math.Max(1e-15, 1-clamp(p, 0, 1))
	// Start from a normal quantile corrected for the skewness, (2z - 1)/sqrt(a z).
	x := normalQuantile(rest)
	n := math.Max(0, math.Floor(load+float64(x*math.Sqrt(load*b.size))+float64((float64(x*x)-1)*(float64(2*b.size)-1))/6))
	above, term := b.survival(n), elementary.Exp(b.logAt(n))
	for ; above > rest; n++ {
		term = float64(term * b.up(n))
		above -= term
	}
	for ; n > 0; n-- {
		if above += term; above > rest {
			break
		}
		term = float64(term * b.down(n))
	}
	return int64(n)
}

// BatchLimiterLoss is LimiterLoss for requests that arrive in batches as in BatchLoss.
//
//	L = E(X - k)+ / λ
//
// X is the number of requests in a window, a sum of a Poisson number of geometric batches, with mean λ and variance λ
// (2z - 1). Among the first k requests, M ~ Binomial(k, 1/z) complete a batch. The geometric distribution has no
// memory, so what remains of the current batch does not depend on how many of its requests have come already. With D ~
// Poisson(λ/z) batches this gives
//
//	L = E(D - M)+ / (λ/z)
//
// which takes O(sqrt(λ/z)) steps. λ is the rate, requests per second, 0 to 1e9; k is a whole number, 0 to 2e9; z is the
// mean batch size, 1 to 1e4.
func BatchLimiterLoss(rate, k, size float64) float64 {
	rate, k, size = clamp(rate, 0, maxLoad), math.Floor(clamp(k, 0, maxServers)), clampSize(size)
	switch {
	case size == 1:
		return LimiterLoss(rate, k)
	case rate == 0:
		return 0
	case k == 0:
		return 1
	}
	w := batchWindow{rate / size, k, size}
	switch {
	case w.mean < negligible: // two batches in one window are negligible
		return elementary.Exp(k * elementary.Log1p(-1/size))
	case k < rate:
		// E(D-M)+ = λ/z - k/z + E(M-D)+. With k < λ no term is negative.
		return clamp(1-k/rate+w.short()/w.mean, 0, 1)
	}
	return math.Min(1, w.excess()/w.mean)
}

// A batchWindow describes one second at a limiter that accepts k requests.
type batchWindow struct {
	mean float64 // mean of the Poisson number D of batches
	k    float64
	size float64
}

// logEnds returns the logarithm of the probability that m of k requests complete a batch: p(m, k/z) p(k-m, k q) / p(k,
// k), where p is the Poisson probability, see logTerm.
func (w batchWindow) logEnds(m float64) float64 {
	q := (w.size - 1) / w.size
	return logProbability(w.k/w.size, m) + logProbability(w.k*q, w.k-m) - logProbability(w.k, w.k)
}

// reach is how far a sum extends beyond its largest term, in standard deviations of the number of completed batches.
// The terms beyond that are negligible.
const reach = 10

// excess returns E(D - M)+. It sums over M from the top down, so E(D - m)+ and P(D >= m) grow by positive terms.
func (w batchWindow) excess() float64 {
	// The largest term is near the root m of (k - m) λ/z = m^2 (z - 1).
	s := w.size - 1
	peak := 2 * w.k * w.mean / (w.mean + math.Sqrt(float64(w.mean*w.mean)+float64(4*s*w.k*w.mean)))
	deviation := math.Sqrt(peak * math.Max(0, 1-peak/w.k))
	m := math.Min(w.k, math.Ceil(math.Max(peak, w.mean)+float64(reach*deviation)+30))
	log := w.logEnds(m) + logProbability(w.mean, m)
	if log < -1e5 {
		return 0 // every term underflows
	}
	// Everything is relative to P(M = m) and P(D = m): P(M = m), P(D = m), P(D > m) and E(D - m)+.
	ends, at, more, excess := 1.0, 1.0, upper(m, w.mean), above(m, w.mean)
	sum := excess
	for m > 0 {
		ends = float64(ends * (m * s / (w.k - m + 1)))
		more += at // P(D >= m)
		excess += more
		at = float64(at * (m / w.mean))
		m--
		part := float64(ends * excess)
		sum += part
		if m < peak-deviation && part <= negligible*sum {
			break
		}
		const large = 1e200
		if excess > large {
			at, more, excess, sum = at/large, more/large, excess/large, sum/large
			log += elementary.Log(large)
		}
	}
	return elementary.Exp(log + elementary.Log(sum))
}

// short returns E(M - D)+ in the same way, summing over M from the bottom up.
func (w batchWindow) short() float64 {
	center := w.k / w.size
	deviation := math.Sqrt(center * (w.size - 1) / w.size)
	m := math.Max(0, math.Floor(center-float64(reach*deviation)-30))
	// P(M = m) and P(D = m).
	ends, at := elementary.Exp(w.logEnds(m)), elementary.Exp(logProbability(w.mean, m))
	upTo, short := at*lower(m, w.mean), at*below(m, w.mean) // P(D <= m) and E(m - D)+
	sum := ends * short
	for m < w.k {
		ends = float64(ends * ((w.k - m) / ((m + 1) * (w.size - 1))))
		m++
		short += upTo
		at = float64(at * (w.mean / m))
		upTo += at
		part := float64(ends * short)
		sum += part
		if m > center && part <= negligible*sum {
			break
		}
	}
	return sum
}
