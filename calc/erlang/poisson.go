package erlang

import (
	"math"

	"github.com/lambdacap/lambdacap/calc/elementary"
)

// Survival returns the probability that a Poisson variable X exceeds k.
//
//	P(X > k) = sum_{j>k} m^j exp(-m) / j!
//
// m is the mean, 0 to 1e9; k is a whole number, 0 to 2e9. For k >= m the upper tail is summed directly rather than
// computed as a complement, so it keeps its digits however small it is.
func Survival(mean, k float64) float64 {
	mean, k = clamp(mean, 0, maxLoad), clamp(k, 0, maxServers)
	if mean == 0 {
		return 0
	}
	if k >= mean {
		return elementary.Exp(logProbability(mean, k)) * upper(k, mean)
	}
	return math.Max(0, 1-float64(elementary.Exp(logProbability(mean, k))*lower(k, mean)))
}

// logProbability returns the logarithm of the Poisson probability of k.
func logProbability(mean, k float64) float64 {
	if k == 0 {
		return -mean
	}
	return logTerm(k, mean)
}

// lower returns P(X <= k) divided by P(X = k) for k < m; it is 1/B(k, m).
func lower(k, mean float64) float64 { return 1 / B(k, mean) }

// Quantile returns the smallest n with P(X <= n) >= p for a Poisson variable X: the number of servers that is enough
// for a share p of the time.
//
// The mean is 0 to 1e9, p is 0 to 1; a p above 1 - 1e-15 is treated as 1 - 1e-15. The result applies to the number of
// busy servers in an unlimited pool with Poisson arrivals, for any distribution of the holding time.
func Quantile(mean, p float64) int64 {
	mean = clamp(mean, 0, maxLoad)
	rest := math.Max(1e-15, 1-clamp(p, 0, 1))
	if mean == 0 {
		return 0
	}
	// The Cornish-Fisher expansion is at most a few steps off. Each step then adds or subtracts one probability.
	z := normalQuantile(rest)
	n := math.Max(0, math.Floor(mean+float64(z*math.Sqrt(mean))+(float64(z*z)-1)/6))
	above := Survival(mean, n)
	if above > rest {
		for above > rest {
			n++
			above -= elementary.Exp(logProbability(mean, n))
		}
		return int64(n)
	}
	for n > 0 {
		above += elementary.Exp(logProbability(mean, n))
		if above > rest {
			break
		}
		n--
	}
	return int64(n)
}

// normalQuantile approximates the x that a standard normal variable exceeds with probability p. It is within 5e-4,
// which is good enough to start a search. p is limited to the range from 1e-15 to 1 - 1e-15.
//
// Source: C. Hastings, "Approximations for Digital Computers" (1955), in M. Abramowitz and I. A. Stegun, "Handbook of
// Mathematical Functions" (1964), 26.2.23.
func normalQuantile(p float64) float64 {
	if p = clamp(p, 1e-15, 1-1e-15); p > 0.5 {
		return -normalQuantile(1 - p)
	}
	t := math.Sqrt(-2 * elementary.Log(p))
	above := 2.515517 + float64(t*(0.802853+float64(t*0.010328)))
	below := 1 + float64(t*(1.432788+float64(t*(0.189269+float64(t*0.001308)))))
	return t - above/below
}

// Excess returns the mean amount by which a Poisson variable X exceeds k.
//
//	E(X - k)+ = sum_{j>k} (j - k) m^j exp(-m) / j!
//
// m is the mean, 0 to 1e9; k is a whole number, 0 to 2e9. The textbook form m P(X >= k) - k P(X > k) suffers from
// cancellation; all terms of this sum are positive.
func Excess(mean, k float64) float64 {
	mean, k = clamp(mean, 0, maxLoad), clamp(k, 0, maxServers)
	switch {
	case mean == 0:
		return 0
	case k == 0:
		return mean
	case k >= mean:
		return elementary.Exp(logTerm(k, mean)) * above(k, mean)
	}
	// E(X-k)+ = m - k + E(k-X)+, and neither part is negative.
	return mean - k + float64(elementary.Exp(logTerm(k, mean))*below(k, mean))
}

// above returns sum_{i>=1} i P(X = k+i) / P(X = k) for k >= m.
func above(k, mean float64) float64 {
	sum, term := 0.0, 1.0
	for i := 1.0; ; i++ {
		ratio := mean / (k + i)
		term = float64(term * ratio)
		part := float64(i * term)
		sum += part
		// Beyond the largest part, the remainder falls at least as fast as the ratio of the next two parts.
		if growth := ratio * (i + 1) / i; growth < 1 && part*growth <= negligible*sum*(1-growth) {
			return sum
		}
	}
}

// below returns sum_{i>=1} i P(X = k-i) / P(X = k) for k < m.
func below(k, mean float64) float64 {
	sum, term := 0.0, 1.0
	for i := 1.0; i <= k; i++ {
		ratio := (k - i + 1) / mean
		term = float64(term * ratio)
		part := float64(i * term)
		sum += part
		if growth := ratio * (i + 1) / i; growth < 1 && part*growth <= negligible*sum*(1-growth) {
			break
		}
	}
	return sum
}

// LimiterLoss returns the share of Poisson arrivals that a rate limiter refuses if it accepts k requests in each window
// of one second.
//
//	L = E(X - k)+ / λ,  X ~ Poisson(λ)
//
// λ is the rate, requests per second, 0 to 1e9; k is a whole number, 0 to 2e9. The formula is derived; AWS does not
// publish the window of its limiter.
func LimiterLoss(rate, k float64) float64 {
	rate = clamp(rate, 0, maxLoad)
	if rate == 0 {
		return 0
	}
	return math.Min(1, Excess(rate, k)/rate)
}
