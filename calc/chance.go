package calc

import (
	"math"

	"github.com/lambdacap/lambdacap/calc/erlang"
)

// Arrivals says how requests are taken to arrive.
type Arrivals string

// The arrivals. Poisson ones come from many independent callers; peakedness
// above 1 makes them bursty.
const (
	Poisson Arrivals = "poisson"
	Bursty  Arrivals = "bursty"
)

// A Chance is what becomes of a function's load when its requests arrive at
// random. The steady split is what would become of it if they came evenly.
//
// With the offered load a = λ d, provisioned concurrency P, and L = P + the
// on-demand units that the function can reach:
//
//	beyond provisioned = B(P, a)
//	throttled          = B(L, a)
//	spillover          = B(P, a) - B(L, a)
//	concurrency        = quantiles of the Poisson law with the mean a, at most L
//	cold starts        = sum_{k=P..L-1} π_k G_k(T), see erlang.ColdStarts
//
// where B is the Erlang loss probability, erlang.B. It holds for any law of the
// duration; the cold starts are exact for exponential ones.
//
// Below 100 ms the rate limit comes first: a limiter that lets K requests a
// second through stands in front of the pool, K = 10 P for provisioned
// concurrency, and K = 10 L for all of a synchronous function. It refuses
// Lr = erlang.LimiterLoss(λ, K), so that
//
//	beyond provisioned = Lr + (1 - Lr) B(P, (1 - Lr) a)
//
// and likewise for L. Arrivals of the peakedness z > 1 are beyond N units with
// B(N/z, a/z) (Hayward's approximation); the quantiles are those of the normal
// law with the mean a and the variance a z.
//
// Functions that share the unreserved pool throw their overflows together: the
// moments m = a B and v of each, see erlang.Overflow, are added, erlang.Lost
// says how much of the sum is lost, and a function bears of it the share v has
// of the sum. Where only one of them has a load, the formulas above hold.
//
// Source: SourceErlang, SourceRapp, SourceTalbot; the limiter's window of one
// second is an assumption.
type Chance struct {
	// Arrivals is how requests are taken to arrive.
	Arrivals Arrivals `json:"arrivals"`
	// Peakedness is the variance of the concurrency over its mean, 1 or more.
	Peakedness float64 `json:"peakedness"`
	// BeyondProvisionedRatio is the share of the requests that finds
	// provisioned concurrency full; absent where nothing is provisioned.
	BeyondProvisionedRatio Optional[float64] `json:"beyond_provisioned_ratio"`
	// SpilloverRatio is the part of it that is served on demand at once.
	SpilloverRatio Optional[float64] `json:"spillover_ratio"`
	// ThrottledRatio is the share that finds everything full; absent for an
	// asynchronous function, whose events wait.
	ThrottledRatio Optional[float64] `json:"throttled_ratio"`
	// ConcurrencyP50 is the environments that suffice half of the time.
	ConcurrencyP50 int64 `json:"concurrency_p50"`
	// ConcurrencyP99 is the environments that suffice 99 % of the time.
	ConcurrencyP99 int64 `json:"concurrency_p99"`
	// ConcurrencyP999 is the environments that suffice 99.9 % of the time.
	ConcurrencyP999 int64 `json:"concurrency_p999"`
	// ColdStartRatio is the share of the requests that start a new on-demand
	// environment; absent for bursty arrivals. A request that spills is not by
	// itself one of them.
	ColdStartRatio Optional[float64] `json:"cold_start_ratio"`
	// KeepAliveS is how long Lambda is taken to keep an idle environment,
	// seconds. AWS does not publish it.
	KeepAliveS float64 `json:"keep_alive_s"`
	// Cost is what random arrivals cost in a month; absent where no Region or
	// no memory is given.
	Cost Optional[Cost] `json:"cost"`
}

// traffic is what arrives at a pool.
type traffic struct {
	rate       float64 // requests per second
	seconds    float64 // mean duration, more than 0
	peakedness float64 // 1 or more
}

// traffic returns what arrives at the function; there is none without a
// duration.
func (f *Function) traffic() (t traffic, timed bool) {
	d, timed := f.seconds()
	return traffic{f.RPS.Or(0), d, f.Peakedness.Or(1)}, timed
}

func (t traffic) load() float64 { return t.rate * t.seconds }

// brief tells durations at which the rate limit of a pool is below its
// concurrency limit.
func (t traffic) brief() bool { return t.seconds < rateBindsMS/1000 }

// lossByRate is the share that a rate limit of n units refuses.
func (t traffic) lossByRate(units int64, rateLimited bool) float64 {
	if !rateLimited || !t.brief() {
		return 0
	}
	return t.lossByPassing(RatePerUnit * float64(units))
}

// lossByPassing is the share that a limiter refuses which lets a number of
// requests through in a second.
func (t traffic) lossByPassing(passes float64) float64 {
	if t.rate > maxRate { // more than any pool passes, by far
		return math.Max(0, 1-passes/t.rate)
	}
	return erlang.LimiterLoss(t.rate, math.Floor(passes))
}

// loss is the share that finds a pool of n units full.
func (t traffic) loss(units int64, rateLimited bool) float64 {
	switch {
	case t.rate == 0:
		return 0
	case units <= 0:
		return 1
	}
	refused := t.lossByRate(units, rateLimited)
	passed := (1 - refused) * t.load()
	if passed > crowdedLoad {
		return refused + (1-refused)*math.Max(0, 1-float64(units)/passed)
	}
	return refused + (1-refused)*erlang.B(float64(units)/t.peakedness, passed/t.peakedness)
}

// overflow returns the concurrency that a pool of n rate limited units leaves to
// the next pool. What the limiter refuses keeps the peakedness of the arrivals.
func (t traffic) overflow(units int64) moments {
	z := t.peakedness
	if units <= 0 {
		return moments{t.load(), z * t.load()}
	}
	refused := t.lossByRate(units, true)
	mean, variance := erlang.Overflow(float64(units)/z, (1-refused)*t.load()/z)
	rest := refused * t.load()
	return moments{z*mean + rest, z*z*variance + z*rest}
}

// moments are the mean and the variance of a concurrency that nothing limits.
type moments struct{ mean, variance float64 }

func (m *moments) add(n moments) {
	m.mean += n.mean
	m.variance += n.variance
}

// thinned returns the moments when only a share of the requests passes, each by
// chance: what the variance has above the mean falls with the square.
func (m moments) thinned(share float64) moments {
	mean := share * m.mean
	return moments{mean, mean + share*share*math.Max(0, m.variance-m.mean)}
}

// quantile returns the environments that suffice the share p of the time.
func (t traffic) quantile(p float64) int64 {
	a := t.load()
	if t.peakedness == 1 {
		return erlang.Quantile(a, p)
	}
	return CeilUnits(a + erlang.NormalQuantile(p)*math.Sqrt(a*t.peakedness))
}

// maxChanceLoad is the highest offered load of a function for which chances are
// computed: up to it the digits are proven, and beyond it chance hardly counts.
const maxChanceLoad = 1e7

// crowdedLoad is far above the units of any pool: of a load beyond it all that
// the units do not hold is lost, and chance does not count.
const crowdedLoad = 5 * maxUnits

// crowd is the functions that share the unreserved pool, as their overflows add
// up there.
type crowd struct {
	loaded  int     // functions with a load
	sync    moments // of the overflows
	async   moments
	syncRPS float64 // overflow of the synchronous functions, requests per second
	// What arrives at the synchronous functions, and what of it provisioned
	// concurrency passes at most, requests per second.
	arriving, passing float64
}

// crowd adds up the overflows of the functions without a reservation. A function
// without a duration takes no part.
func (a Account) crowd() crowd {
	var c crowd
	for i := range a.Functions {
		f := &a.Functions[i]
		if t, timed := f.traffic(); timed && !f.Reserved.Known() && t.rate > 0 {
			c.loaded++
		}
	}
	if c.loaded < 2 {
		return c // whose chances are known exactly
	}
	for i := range a.Functions {
		f := &a.Functions[i]
		t, timed := f.traffic()
		switch {
		case !timed || f.Reserved.Known() || t.rate == 0:
		case f.mode() == Sync:
			own := t.overflow(f.Provisioned)
			c.sync.add(own)
			c.syncRPS += own.mean / t.seconds
			c.arriving += t.rate
			c.passing += math.Min(t.rate, RatePerUnit*float64(f.Provisioned))
		default:
			c.async.add(t.overflow(f.Provisioned))
		}
	}
	return c
}

// A crowdedPool is what a number of unreserved units does with the overflows of a
// crowd.
type crowdedPool struct {
	crowd
	units   int64
	refused float64 // share of the synchronous overflow that the rate limit refuses
	lost    float64 // of the concurrency that passes, per unit of its variance
}

// pool lets the crowd into a number of unreserved units.
func (c crowd) pool(units int64) crowdedPool {
	p := crowdedPool{crowd: c, units: units}
	if c.loaded < 2 || units <= 0 {
		return p
	}
	// The rate limit meets the synchronous part, where that is brief: of all that
	// arrives as much passes as provisioned concurrency and the pool let through.
	// What it refuses is part of the overflow.
	if c.sync.mean < c.syncRPS*rateBindsMS/1000 {
		all := traffic{rate: c.arriving}
		p.refused = math.Min(1, c.arriving*all.lossByPassing(c.passing+RatePerUnit*float64(units))/c.syncRPS)
	}
	all := c.sync.thinned(1 - p.refused)
	all.add(c.async)
	if all.variance == 0 {
		return p
	}
	lost := all.mean - float64(units)
	if all.mean <= crowdedLoad {
		lost = erlang.Lost(all.mean, all.variance, float64(units))
	}
	p.lost = lost / all.variance
	return p
}

// loss is the share of a function's requests that finds provisioned concurrency
// and the unreserved units full.
func (p crowdedPool) loss(f *Function, t traffic) float64 {
	switch {
	case t.rate == 0:
		return 0
	case p.loaded < 2:
		return t.loss(f.Provisioned+p.units, f.mode() == Sync)
	}
	own := t.overflow(f.Provisioned)
	beyond := math.Min(1, own.mean/t.load())
	if beyond == 0 || p.units <= 0 {
		return beyond
	}
	refused := p.refused
	if f.mode() == Async {
		refused = 0
	}
	lost := p.lost * own.thinned(1-refused).variance
	return beyond * math.Min(1, refused+lost/own.mean)
}

// chance computes what becomes of a function's load by chance. It is absent
// without a duration, and for a load that is out of range.
func (a Account) chance(f *Function, shared crowdedPool) Optional[Chance] {
	t, timed := f.traffic()
	if !timed || t.load() > maxChanceLoad {
		return Optional[Chance]{}
	}
	units := f.Reserved.Or(f.Provisioned + shared.units)
	keepAlive := a.KeepAliveMS.Or(DefaultKeepAliveMS) / 1000
	x := Chance{
		Arrivals:        Poisson,
		Peakedness:      t.peakedness,
		ConcurrencyP50:  min(units, t.quantile(0.5)),
		ConcurrencyP99:  min(units, t.quantile(0.99)),
		ConcurrencyP999: min(units, t.quantile(0.999)),
		KeepAliveS:      keepAlive,
	}
	var lost float64
	if f.Reserved.Known() {
		lost = t.loss(units, f.mode() == Sync)
	} else {
		lost = shared.loss(f, t)
	}
	if f.mode() == Sync {
		x.ThrottledRatio = Some(lost)
	}
	if f.Provisioned > 0 {
		beyond := t.loss(f.Provisioned, true)
		x.BeyondProvisionedRatio = Some(beyond)
		x.SpilloverRatio = Some(0.0)
		if units > f.Provisioned {
			x.SpilloverRatio = Some(math.Max(0, beyond-lost))
		}
	}
	if t.peakedness > 1 {
		x.Arrivals = Bursty
	} else {
		x.ColdStartRatio = Some(erlang.ColdStarts(t.load(), keepAlive/t.seconds, float64(f.Provisioned), float64(units)))
	}
	return Some(x)
}
