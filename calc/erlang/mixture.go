package erlang

import (
	"math"
	"slices"

	"github.com/lambdacap/lambdacap/calc/elementary"
)

// A Mixture is the distribution of the number of busy servers of a pool without a limit whose load changes slowly: at
// each time it is that of the load at the time, see BatchQuantile. Add the loads, then ask for Quantiles.
type Mixture struct {
	size  float64
	parts []part // by the square root of the load, in steps of partWidth
	total float64
}

// partWidth is how far apart the square roots of the loads of a part are at most. The standard deviation of a Poisson
// variable is that square root, so that the distributions of a part hardly differ.
const partWidth = 1.0 / 64

// A part sums up loads that are close together.
type part struct {
	load    float64 // one of the loads
	seconds float64
	mean    float64 // of load less the one, times seconds
	square  float64 // of the squares of that, times seconds
}

// NewMixture returns a mixture for arrivals with a peakedness, 1 to 1e4.
func NewMixture(size float64) *Mixture { return &Mixture{size: clampSize(size)} }

// Reset makes the mixture that of no loads, for arrivals with a peakedness, and keeps its memory.
func (m *Mixture) Reset(size float64) {
	clear(m.parts)
	m.size, m.parts, m.total = clampSize(size), m.parts[:0], 0
}

// Add adds a time, seconds, in which the load is a number of erlangs, 0 to 1e9.
func (m *Mixture) Add(load, seconds float64) {
	load = clamp(load, 0, maxLoad)
	i := int(math.Sqrt(load) / partWidth)
	if n := i + 1 - len(m.parts); n > 0 {
		m.parts = slices.Grow(m.parts, n)[:i+1]
	}
	p := &m.parts[i]
	if p.seconds == 0 {
		p.load = load
	}
	apart := load - p.load
	p.seconds += seconds
	p.mean += float64(apart * seconds)
	p.square += float64(apart * apart * seconds)
	m.total += seconds
}

// Quantiles returns the smallest n that the number of busy servers does not exceed a share of the time, for each share,
// 0 to 1 - 1e-9, from the lowest to the highest. exactly gives the loads once more, each with its seconds: it is used
// only if the parts do not decide, which is rare.
//
// With F(n; a) the probability of at most n busy servers with the load a, a part counts as F(n; mean load). What that
// leaves out is half of the variance v of its loads times the second derivative of F, which is below 1/max(1, a). With a
// peakedness of 1 the derivative is π(n; a) - π(n - 1; a) and is added; what that leaves out is at most v times the
// difference w of the highest and the lowest load, / 6, times the third derivative, which is below 2/max(1, a^1.5).
func (m *Mixture) Quantiles(shares []float64, exactly func(add func(load, seconds float64))) []int64 {
	quantiles := make([]int64, len(shares))
	if m.total == 0 {
		return quantiles
	}
	least, most := math.Inf(1), 0.0
	doubt := 1e-12
	for i := range m.parts {
		if p := &m.parts[i]; p.seconds > 0 {
			mean := p.mean / p.seconds
			least, most = math.Min(least, p.load+mean), math.Max(most, p.load+mean)
			variance := math.Max(0, p.square-float64(mean*p.mean))
			if m.size == 1 {
				width := partWidth * (2*math.Sqrt(p.load) + 2*partWidth)
				doubt += variance * width / 3 / math.Max(1, p.load*math.Sqrt(p.load)) / m.total
			} else {
				doubt += variance / 2 / math.Max(1, p.load) / m.total
			}
		}
	}
	first := int64(math.Max(0, float64(BatchQuantile(least, m.size, 1e-12))-1))
	last := BatchQuantile(most, m.size, 1-1e-12) + 1
	below := m.distribution(first, last)
	for i, share := range shares {
		at := func(n int64) float64 { return below[n-first] }
		n := first + int64(searchFrom(below, share-doubt))
		for ; n < last && math.Abs(at(n)-share) <= doubt && m.exceeds(n, share, exactly); n++ {
		}
		quantiles[i] = n
	}
	return quantiles
}

// searchFrom returns the first index at which a rising list reaches a value; the last one if it never does.
func searchFrom(list []float64, value float64) int {
	i, _ := slices.BinarySearch(list, value)
	return min(i, len(list)-1)
}

// distribution returns the probability of at most n busy servers, for each n from first to last.
func (m *Mixture) distribution(first, last int64) []float64 {
	sums := make([]float64, last-first+1) // of probabilities of n; the first of at most that many
	// What is added to the probability of at most n: half the variance of the loads times π(n) - π(n - 1).
	bends := make([]float64, last-first+1)
	for i := range m.parts {
		p := &m.parts[i]
		if p.seconds == 0 {
			continue
		}
		load, share := p.load+p.mean/p.seconds, p.seconds/m.total
		if load == 0 {
			sums[0] += share
			continue
		}
		b := batches{load, m.size}
		peak := min(last, max(first, int64(load)))
		at := share * b.probability(float64(peak))
		half := 0.0
		if m.size == 1 {
			half = math.Max(0, p.square/p.seconds-float64(p.mean/p.seconds*(p.mean/p.seconds))) / 2
		}
		for n, term := peak, at; n <= last && term > negligible*share; n++ {
			sums[n-first] += term
			bends[n-first] += float64(half * term)
			term = float64(term * b.up(float64(n)))
		}
		for n, term := peak, at; n > 0 && term > negligible*share; n-- {
			term = float64(term * b.down(float64(n)))
			sums[max(n-1, first)-first] += term
			if n-1 >= first {
				bends[n-1-first] += float64(half * term)
			}
		}
	}
	for i := 1; i < len(sums); i++ {
		sums[i] += sums[i-1]
	}
	for i := len(sums) - 1; i > 0; i-- {
		sums[i] += bends[i] - bends[i-1]
	}
	return sums
}

// probability returns π(n) in a pool without a limit.
func (b batches) probability(n float64) float64 {
	if b.size == 1 {
		return elementary.Exp(logProbability(b.load, n))
	}
	return elementary.Exp(b.logAt(n))
}

// exceeds reports whether more than n servers are busy for more than the rest of the time.
func (m *Mixture) exceeds(n int64, share float64, exactly func(add func(load, seconds float64))) bool {
	sum := 0.0
	exactly(func(load, seconds float64) {
		if load = clamp(load, 0, maxLoad); load > 0 {
			sum += float64(seconds * BatchSurvival(load, m.size, n))
		}
	})
	return sum > float64((1-share)*m.total)
}

// BatchSurvival returns the probability of more than n busy servers in a pool without a limit when requests arrive in
// batches as in BatchLoss. With a size of 1 it is Survival.
func BatchSurvival(load, size float64, n int64) float64 {
	load = clamp(load, 0, maxLoad)
	b := batches{load, clampSize(size)}
	if b.size == 1 || load == 0 {
		return Survival(load, float64(n))
	}
	return b.survival(math.Max(0, float64(n)))
}
