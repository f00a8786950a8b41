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

// usualParts is for how many more parts there is room at least, so that they are seldom moved: loads up to 256.
const usualParts = 16 / partWidth

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
		m.parts = slices.Grow(m.parts, max(n, usualParts))[:i+1]
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
// A part counts as two loads that have its mean and its variance v. With F(n; a) the probability of at most n busy
// servers with the load a, what that leaves out is at most v times the difference w of the highest and the lowest load,
// / 3, times the third derivative of F in a, which is below 2/max(1, a^1.5): with a peakedness of 1, the first one is
// -π(n; a), so that the third one is a second difference of π. With a peakedness of z, the number of busy servers is a
// sum of a Poisson number of variables with the mean κ a, κ = ln z/(z - 1), so that F is a mean of such F(m; κ a), and
// its third derivative is κ^3 times a mean of theirs.
func (m *Mixture) Quantiles(shares []float64, exactly func(add func(load, seconds float64))) []int64 {
	quantiles := make([]int64, len(shares))
	if m.total == 0 {
		return quantiles
	}
	points := make([]point, 0, 64)
	least, most := math.Inf(1), 0.0
	doubt := 1e-12
	kappa := 1.0
	if m.size > 1 {
		kappa = elementary.Log1p(m.size-1) / (m.size - 1)
	}
	for i := range m.parts {
		p := &m.parts[i]
		if p.seconds == 0 {
			continue
		}
		root := float64(float64(i) * partWidth)
		low, width := float64(root*root), partWidth*(float64(2*root)+partWidth)
		a, b := p.points(m.total)
		third := 2 * kappa * kappa * kappa / math.Max(1, kappa*low*math.Sqrt(kappa*low))
		doubt += float64(p.variance() * width / 3 * third * (p.seconds / m.total))
		least, most = math.Min(least, a.load), math.Max(most, math.Max(a.load, b.load))
		points = append(points, a, b)
	}
	first := int64(math.Max(0, float64(BatchQuantile(least, m.size, 1e-12))-1))
	last := BatchQuantile(most, m.size, 1-1e-12) + 1
	below := m.distribution(points, first, last)
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

// A point is a load and the share of the time in which it counts.
type point struct{ load, share float64 }

// variance returns the variance of the loads of a part.
func (p *part) variance() float64 {
	mean := p.mean / p.seconds
	return math.Max(0, p.square/p.seconds-float64(mean*mean))
}

// points returns two loads that have the mean and the variance of a part. Neither is below 0, or outside of the part by
// more than the part is wide.
func (p *part) points(total float64) (low, high point) {
	mean, variance, share := p.load+p.mean/p.seconds, p.variance(), p.seconds/total
	down := math.Min(mean, math.Sqrt(variance))
	if down == 0 {
		return point{mean, share}, point{}
	}
	up := variance / down
	return point{mean - down, share * (up / (down + up))}, point{mean + up, share * (down / (down + up))}
}

// distribution returns the probability of at most n busy servers, for each n from first to last.
func (m *Mixture) distribution(points []point, first, last int64) []float64 {
	sums := make([]float64, last-first+1) // of probabilities of n; the first of at most that many
	for _, p := range points {
		if p.load == 0 {
			sums[0] += p.share
			continue
		}
		b := batches{p.load, m.size}
		peak := min(last, max(first, int64(p.load)))
		at := p.share * b.probability(float64(peak))
		for n, term := peak, at; n <= last && term > negligible*p.share; n++ {
			sums[n-first] += term
			term = float64(term * b.up(float64(n)))
		}
		for n, term := peak, at; n > 0 && term > negligible*p.share; n-- {
			term = float64(term * b.down(float64(n)))
			sums[max(n-1, first)-first] += term
		}
	}
	for i := 1; i < len(sums); i++ {
		sums[i] += sums[i-1]
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
