// Package erlang calculates what a pool of servers loses when requests arrive at random.
//
// # Model
//
// Requests arrive as a Poisson process, and each holds one of N servers for a random time. The offered load a is rate x
// mean time, in erlangs: the mean number of servers that would be busy if there were enough. A request that finds all
// servers busy is lost to the pool. The results hold for any distribution of the holding time, except where a function
// says that it assumes exponential holding times. The Batch functions are for requests that arrive several at a time.
//
// # Arguments
//
// Loads and means are from 0 to 1e9, numbers of servers from 0 to 2e9, probabilities from 0 to 1. An argument outside
// its range is replaced by the nearest value inside it, and NaN by the lowest, so no result is NaN or infinite.
//
// # Precision
//
// Relative errors stay below 1e-12 up to 1e5 servers and below 1e-10 up to 1e7. An evaluation takes O(sqrt(a)) steps
// and does not allocate.
package erlang

import (
	"math"

	"github.com/lambdacap/lambdacap/calc/elementary"
)

const (
	// maxLoad and maxServers limit the arguments. maxServers is large enough to carry maxLoad at any loss.
	maxLoad    = 1e9
	maxServers = 2e9
	// negligible is the relative size at which the remainder of a sum is left out: less than the sum's rounding error.
	negligible = 1e-17
	// smallestLoad is the load below which Load returns 0. Only a fraction of a server has such a low load.
	smallestLoad = 1e-300
	// directLoad is the load up to which the complement of the upper tail keeps all its digits for any number of servers,
	// because it is at least exp(-a).
	directLoad = 2
)

// clamp limits x to the range from low to high. NaN becomes low.
func clamp(x, low, high float64) float64 {
	if !(x > low) {
		return low
	}
	return math.Min(x, high)
}

// B returns the Erlang loss probability: the share of requests that find all servers busy.
//
//	B(N, a) = (a^N / N!) / sum_{k=0..N} a^k / k!
//
// where
//
//	N = servers, 0 to 2e9; any real number, by the continuation below
//	a = offered load, erlangs, 0 to 1e9
//
// For a real number of servers it is a^N exp(-a) / Γ(N+1, a), where Γ is the upper incomplete gamma function. B(0, a)
// is 1; B(N, 0) is 0 for N > 0. A result below the smallest float64 is 0; LogB still returns its logarithm.
//
// Source: D. L. Jagerman, "Some properties of the Erlang loss function", Bell System Technical Journal 53 (1974),
// 525-551.
func B(servers, load float64) float64 {
	servers, load = clamp(servers, 0, maxServers), clamp(load, 0, maxLoad)
	switch {
	case servers == 0:
		return 1
	case load == 0:
		return 0
	case servers < load && load > directLoad:
		return 1 / inverse(servers, load)
	}
	term := elementary.Exp(logTerm(servers, load))
	return term / (1 - float64(term*upper(servers, load)))
}

// LogB returns the natural logarithm of B(servers, load), even if B itself is too small for a float64. With a load of
// 0, where B is 0, it returns -math.MaxFloat64.
func LogB(servers, load float64) float64 {
	servers, load = clamp(servers, 0, maxServers), clamp(load, 0, maxLoad)
	switch {
	case servers == 0:
		return 0
	case load == 0:
		return -math.MaxFloat64
	case servers < load && load > directLoad:
		return -elementary.Log(inverse(servers, load))
	}
	log := logTerm(servers, load)
	return log - elementary.Log1p(-elementary.Exp(log)*upper(servers, load))
}

// inverse returns 1/B(x, a) for x < a, by
//
//	1/B(x) = 1 + (x/a) / B(x-1) = 1 + x/a + x (x-1)/a^2 + ...
//
// All terms are positive and fall faster than (x/a)^k. The sum ends when the remainder is negligible, or at the
// fractional part of x, whose term is computed with the continued fraction.
func inverse(x, a float64) float64 {
	sum, term := 1.0, 1.0
	scale := 1 / a
	for x >= 1 {
		ratio := float64(x * scale)
		term = float64(term * ratio)
		sum += term
		x--
		if term*ratio <= negligible*sum*(1-ratio) {
			return sum
		}
	}
	if x == 0 {
		return sum
	}
	return sum + float64(term*(1/fraction(x, a)-1))
}

// fraction returns B(y, a) for -1 < y < 1 and a > directLoad, by Legendre's continued fraction of the incomplete gamma
// function,
//
//	Γ(s, a) = exp(-a) a^s / (a + 1 - s - 1 (1-s)/(a + 3 - s - 2 (2-s)/(a + 5 - s - ...)))
//
// with s = y + 1, evaluated forward by Lentz's method.
func fraction(y, a float64) float64 {
	s := y + 1
	b := a + 1 - s
	const tiny = 1e-300
	if b == 0 {
		b = tiny
	}
	c, d := 1/tiny, 1/b
	h := d
	for i := 1.0; i < 500; i++ {
		numerator := -i * (i - s)
		b += 2
		d = 1 / (float64(numerator*d) + b)
		c = b + numerator/c
		step := float64(c * d)
		h *= step
		if math.Abs(step-1) < 1e-16 {
			break
		}
	}
	return 1 / (a * h)
}

// upper returns the upper tail of the Poisson distribution beyond x, divided by its term at x:
//
//	a/(x+1) + a^2/((x+1)(x+2)) + ...
//
// All terms are positive. If x >= a, they decrease from the first on.
func upper(x, a float64) float64 {
	sum, term := 0.0, 1.0
	for {
		x++
		ratio := a / x
		term = float64(term * ratio)
		sum += term
		if ratio < 1 && term*ratio <= negligible*sum*(1-ratio) {
			return sum
		}
	}
}

// logTerm returns ln(a^x exp(-a) / Γ(x+1)), the logarithm of the Poisson probability of x, for x > 0 and a > 0.
//
// Subtracting terms as large as x ln x would cancel the digits that matter. Stirling's series and the deviance keep
// them:
//
//	-ln sqrt(2 π x) - δ(x) - (x ln(x/a) + a - x)
//
// Source: C. Loader, "Fast and accurate computation of binomial probabilities" (2000).
func logTerm(x, a float64) float64 { return logTermDiff(x, a, float64(x)-float64(a)) }

// logTermDiff is logTerm for a caller that knows the difference x - a to more digits than x and a have.
func logTermDiff(x, a, diff float64) float64 {
	if x < 16 {
		return float64(x*elementary.Log(a)) - a - logFactorial(x)
	}
	return float64(-0.5*elementary.Log(2*math.Pi*x)) - stirling(x) - deviance(x, a, diff)
}

// logFactorial returns ln Γ(x+1) for 0 <= x <= 16, from the value at the first x + k >= 16, dividing out the factors in
// between.
func logFactorial(x float64) float64 {
	factors := 1.0
	for x < 16 {
		x++
		factors *= x
	}
	return float64((x+0.5)*elementary.Log(x)) - x + logRootTwoPi + stirling(x) - elementary.Log(factors)
}

// logRootTwoPi is ln sqrt(2 π).
const logRootTwoPi = 0.918938533204672741780329736406

// stirling returns δ(x), the error of Stirling's formula for ln Γ(x+1), for x >= 16. From there on, its asymptotic
// series is exact to float64 precision.
func stirling(x float64) float64 {
	y := 1 / (x * x)
	sum := 0.0
	for _, c := range [...]float64{-691.0 / 360360, 1.0 / 1188, -1.0 / 1680, 1.0 / 1260, -1.0 / 360} {
		sum = float64((sum + c) * y)
	}
	return (1.0/12 + sum) / x
}

// deviance returns x ln(x/a) + a - x without cancellation near x = a. The argument diff is x - a.
func deviance(x, a, diff float64) float64 {
	v := diff / (x + a)
	switch {
	case a < 1e-200: // x/a may overflow
		return float64(x*(elementary.Log(x)-elementary.Log(a))) - diff
	case math.Abs(v) > 0.1:
		return float64(x*elementary.Log(x/a)) - diff
	}
	// ln(x/a) = 2 (v + v^3/3 + v^5/5 + ...), whose first terms cancel against a - x.
	sum := diff * v
	term := 2 * x * v
	v2 := v * v
	for k := 3.0; ; k += 2 {
		term = float64(term * v2)
		next := sum + term/k
		if next == sum {
			return sum
		}
		sum = next
	}
}

// Servers returns the smallest whole number of servers that loses at most the target share of the requests: the
// smallest N with B(N, a) <= target.
//
// load is in erlangs, 0 to 1e9. target is 0 to 1. A target below 1e-300 is treated as 1e-300, since every finite number
// of servers loses something.
func Servers(load, target float64) int64 {
	load, target = clamp(load, 0, maxLoad), clamp(target, 1e-300, 1)
	if target == 1 {
		return 0
	}
	if load == 0 {
		return 1
	}
	logTarget := elementary.Log(target)
	loses := func(n float64) bool { return LogB(n, load) > logTarget }
	// B falls with N, from 1 at N = 0. Since N servers carry less than N, about load x (1 - target) of them are needed.
	// Search from there with doubling steps.
	low := math.Floor(load * (1 - target))
	for step := 1 + math.Sqrt(load); low > 0 && !loses(low); step *= 2 {
		low = math.Max(0, math.Floor(low-step))
	}
	high := low + 1
	for step := 1 + math.Sqrt(load); loses(high); step *= 2 {
		low, high = high, math.Floor(high+step)
	}
	for high-low > 1 {
		if mid := math.Floor((low + high) / 2); loses(mid) {
			low = mid
		} else {
			high = mid
		}
	}
	return int64(high)
}

// Load returns the highest offered load, in erlangs, at which a given number of servers loses at most the target share:
// the a with B(N, a) = target. It is the inverse of B in its second argument.
//
// servers is 0 to 2e9, target 0 to 1. With a target of 1 there is no highest load, and Load returns 1e9. With a target
// of 0, or without servers, it returns 0.
func Load(servers, target float64) float64 {
	servers, target = clamp(servers, 0, maxServers), clamp(target, 0, 1)
	switch {
	case target == 1:
		return maxLoad
	case target == 0 || servers == 0:
		return 0
	}
	logTarget := elementary.Log(target)
	// ln B rises with ln a; its derivative is N - a + a B. The carried load is less than N, so a (1 - target) < N.
	low, high := elementary.Log(smallestLoad), elementary.Log(math.Min(maxLoad, servers/(1-target)+1))
	if LogB(servers, smallestLoad) >= logTarget {
		return 0
	}
	x := math.Min(high, elementary.Log(servers))
	for range 200 {
		a := elementary.Exp(x)
		log := LogB(servers, a)
		if log > logTarget {
			high = x
		} else {
			low = x
		}
		next := x - (log-logTarget)/(servers-a+float64(a*elementary.Exp(log)))
		if !(next > low && next < high) { // Newton left the bracket
			next = low + float64((high-low)/2)
		}
		if math.Abs(next-x) <= 1e-15*math.Max(1, math.Abs(x)) {
			break
		}
		x = next
	}
	return elementary.Exp(x)
}

// Overflow returns the mean and the variance of the number of servers that the requests lost by a pool would keep busy
// in a second pool without a limit.
//
//	m = a B(N, a)
//	v = m (1 - m + a/(N + 1 - a + m))
//
// where N is the number of servers, 0 to 2e9, any real number, and a is the offered load, erlangs, 0 to 1e9. v/m is the
// peakedness of the overflow. For every N > 0 it is above 1: the overflow is burstier than Poisson arrivals. Holding
// times are exponential.
//
// Source: L. Kosten (1937) and J. Riordan, in R. I. Wilkinson, "Theories for toll traffic engineering in the U.S.A.",
// Bell System Technical Journal 35 (1956), 421-514.
func Overflow(servers, load float64) (mean, variance float64) {
	servers, load = clamp(servers, 0, maxServers), clamp(load, 0, maxLoad)
	mean = load * B(servers, load)
	return mean, math.Max(0, mean*overflowPeakedness(servers, load, mean))
}

// overflowPeakedness returns the peakedness of an overflow, given its mean.
func overflowPeakedness(servers, load, mean float64) float64 {
	free := servers - load + mean // idle servers of the first pool
	if servers < load {
		free = idle(servers, load)
	}
	// This is the formula with the carried load, N - free, in place of a - m: for N << a, the difference of two numbers as
	// large as a would cancel.
	return 1 + (servers-free-float64(mean*free))/(free+1)
}

// idle returns the mean number of idle servers, N - a + a B(N, a), for N < a as a quotient of positive sums. With the
// terms t_k of 1/B, it is
//
//	sum k t_k / sum t_k
//
// For the last fraction of a server, the remainders of the two sums are computed from 1/B and from W/B, where W = N - a
// + a B.
func idle(servers, load float64) float64 {
	sum, weighted, term := 1.0, 0.0, 1.0
	x, k := servers, 1.0
	for ; x >= 1; x, k = x-1, k+1 {
		ratio := x / load
		term = float64(term * ratio)
		sum += term
		part := float64(k * term)
		weighted += part
		if growth := ratio * (k + 1) / k; growth < 1 && part*growth <= negligible*weighted*(1-growth) {
			return weighted / sum
		}
	}
	if x > 0 { // sum already contains the term of k-1
		rest, own := 1/B(x, load), 0.0 // 1/B and W/B at the fraction of a server that is left
		if load > directLoad {
			// W/B(x) = x/a (W/B(x-1) + 1/B(x-1)) keeps the digits that the difference W would lose.
			less := 1 / fraction(x-1, load)
			own = x / load * (float64((x-1-load)*less) + load + less)
		} else {
			own = float64((x-load)*rest) + load
		}
		last := k - 1
		sum += float64(term * (rest - 1))
		weighted += float64(term * (float64(last*(rest-1)) + own))
	}
	return weighted / sum
}

// Lost returns how much of an overflow a second pool of servers loses: the mean number of servers that the lost
// requests would keep busy.
//
// mean and variance are those of the overflow, or the sums over several overflows that share the second pool; each of
// these then loses in proportion to its variance. Both are 0 to 1e9, and a variance below the mean is treated as the
// mean. servers is the size of the second pool, 0 to 2e9.
//
// The overflow is treated as the overflow of one equivalent pool (Rapp's approximation):
//
//	z    = v/m
//	a*   = v + 3 z (z - 1)
//	N*   = a* (m + z)/(m + z - 1) - m - 1
//	lost = a* B(N* + servers, a*)
//
// The result is within a few percent if more than 0.1 % is lost, and has the right order of magnitude below that.
//
// Source: Y. Rapp, "Planning of junction network in a multi-exchange area", Ericsson Technics 20 (1964); A. A.
// Fredericks, "Congestion in blocking systems", Bell System Technical Journal 59 (1980), 805-827.
func Lost(mean, variance, servers float64) float64 {
	mean, servers = clamp(mean, 0, maxLoad), clamp(servers, 0, maxServers)
	switch {
	case mean == 0:
		return 0
	case servers == 0:
		return mean
	}
	z := clamp(variance/mean, 1, 1e9) // far above any real peakedness
	load := float64(z*mean) + float64(3*z*(z-1))
	first := math.Max(0, load*(mean+z)/(mean+z-1)-mean-1)
	return math.Min(mean, load*B(first+servers, load))
}
