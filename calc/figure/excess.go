package figure

import "github.com/lambdacap/lambdacap/calc"

// An Excess is the part of a load that does not go where it should.
type Excess struct {
	// Verdict says what happens to it: it is throttled, it waits, or it spills.
	Verdict calc.Verdict
	// RPS is the part in the steady state, requests per second.
	RPS float64
	// Ratio is its share of the load in the steady state, 0 to 1.
	Ratio float64
	// Random is its share with random arrivals, 0 to 1; absent if it is not known.
	Random calc.Optional[float64]
}

// ExcessOf returns the excess that a function's headline names. If everything fits, it is what spills with random
// arrivals.
func ExcessOf(f *calc.FunctionSpill) Excess {
	x := f.Chance.Or(calc.Chance{})
	switch v := f.Headline(); {
	case v == calc.Throttles:
		return Excess{v, f.ThrottledRPS, f.ThrottledRatio, x.ThrottledRatio}
	case v == calc.Queues && f.QueuedRPS != 0: // the queue grows, so every event waits sooner or later
		return Excess{Verdict: v, RPS: f.QueuedRPS, Ratio: f.QueuedRatio}
	case v == calc.Queues:
		return Excess{Verdict: v, Random: x.QueuedRatio}
	}
	return Excess{calc.Spills, f.SpilloverRPS, f.SpilloverRatio, x.SpilloverRatio}
}

// Excesses lists each kind of excess of a compared load, the worst first.
func Excesses(x *calc.Figures) []Excess {
	random := x.Chance.Or(calc.VariantChance{})
	if x.QueuedRatio > 0 { // every event of a queue that grows waits
		random.QueuedRatio = calc.Optional[float64]{}
	}
	return []Excess{
		{calc.Throttles, x.RPS * x.ThrottledRatio, x.ThrottledRatio, random.ThrottledRatio},
		{calc.Queues, x.RPS * x.QueuedRatio, x.QueuedRatio, random.QueuedRatio},
		{calc.Spills, x.RPS * x.SpilloverRatio, x.SpilloverRatio, random.SpilloverRatio},
	}
}

// ExcessesOf lists each kind of excess at a point of a scale, likewise. Their rates are not known.
func ExcessesOf(p *calc.ScalePoint) []Excess {
	return Excesses(&calc.Figures{ThrottledRatio: p.ThrottledRatio, QueuedRatio: p.QueuedRatio,
		SpilloverRatio: p.SpilloverRatio, Chance: p.Chance})
}

// Share returns the share in the steady state or, if that is nothing, the share with random arrivals, if that is large
// enough to be shown.
func (x Excess) Share() (ratio float64, random bool) {
	if x.Ratio == 0 && x.MoreAtRandom() {
		return x.Random.Or(0), true
	}
	return x.Ratio, false
}

// MoreAtRandom reports whether the share with random arrivals is large enough to be shown, and larger than in the
// steady state.
func (x Excess) MoreAtRandom() bool { return MoreAtRandom(x.Ratio, x.Random.Or(0)) }

// MoreAtRandom is Excess.MoreAtRandom for the two shares.
func MoreAtRandom(steady, random float64) bool { return Visible(random) && random > steady }
