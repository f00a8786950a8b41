package figure

import (
	"math"

	"github.com/lambdacap/lambdacap/calc"
)

// A Part names a destination of a function's requests.
type Part string

// The parts, in the order in which requests reach them. Served and spilled are those of loads where it does not matter
// what serves the rest. Room is what is left of the ceiling.
const (
	PartServed      Part = "served"
	PartSpilled     Part = "spilled"
	PartProvisioned Part = "provisioned"
	PartOnDemand    Part = "on-demand"
	PartQueued      Part = "queued"
	PartThrottled   Part = "throttled"
	PartRoom        Part = "room"
)

// A Bar is one part of a function's rate, as a section of a bar for the whole rate.
type Bar struct {
	// Part names the section.
	Part Part
	// RPS is the rate of the part, requests per second.
	RPS float64
	// From and To are where the section starts and ends, as shares of the whole, 0 to 1.
	From, To float64
}

// nothing is the rate that is too low to be shown, requests per second, and the share of a rate that is.
const nothing = 1e-9

// Bars returns the nonzero parts of a function's rate, one after the other, and the room up to its ceiling if
// everything fits. The parts are those of random arrivals if the headline is.
func Bars(f *calc.FunctionSpill) []Bar {
	p := f.Parts
	if _, random := f.HeadlineRatio(); random {
		p = randomParts(f)
	}
	parts := []Bar{
		{Part: PartProvisioned, RPS: p.ProvisionedRPS}, {Part: PartOnDemand, RPS: p.OnDemandRPS},
		{Part: PartQueued, RPS: p.QueuedRPS}, {Part: PartThrottled, RPS: p.ThrottledRPS},
	}
	if f.Managed.Known() {
		parts[1].Part = PartServed
	}
	whole := f.RPS
	if ceiling, ok := f.CeilingRPS.Get(); ok && f.Headline() == calc.Fits && ceiling > f.RPS {
		parts = append(parts, Bar{Part: PartRoom, RPS: ceiling - f.RPS})
		whole = ceiling
	}
	return inLine(parts, whole)
}

// inLine places the nonzero parts of a whole one after the other.
func inLine(parts []Bar, whole float64) []Bar {
	bars, at := []Bar{}, 0.0
	for _, b := range parts {
		if b.RPS <= nothing*math.Max(1, whole) {
			continue
		}
		b.From, b.To = at/whole, math.Min(1, (at+b.RPS)/whole)
		at += b.RPS
		bars = append(bars, b)
	}
	return bars
}

// VariantBars returns the nonzero parts of the rate of a compared account, one after the other. An excess is that with
// random arrivals if it is larger than in the steady state, and large enough to be shown.
func VariantBars(x *calc.Figures) []Bar {
	rest := x.RPS
	parts := map[calc.Verdict]float64{}
	for _, e := range Excesses(x) {
		share := e.Ratio
		if e.MoreAtRandom() {
			share = e.Random.Or(0)
		}
		parts[e.Verdict] = math.Min(rest, float64(x.RPS*share))
		rest -= parts[e.Verdict]
	}
	return inLine([]Bar{
		{Part: PartServed, RPS: rest}, {Part: PartSpilled, RPS: parts[calc.Spills]},
		{Part: PartQueued, RPS: parts[calc.Queues]}, {Part: PartThrottled, RPS: parts[calc.Throttles]},
	}, x.RPS)
}

// randomParts splits a function's rate into parts with random arrivals. Parts that would show as about 0 are left out:
// with random arrivals no part is exactly 0.
func randomParts(f *calc.FunctionSpill) (p calc.Parts) {
	x := f.Chance.Or(calc.Chance{})
	of := func(share calc.Optional[float64]) float64 {
		if x := share.Or(0); Visible(x) {
			return float64(f.RPS * x)
		}
		return 0
	}
	p.ThrottledRPS, p.QueuedRPS = of(x.ThrottledRatio), of(x.QueuedRatio)
	rest := f.RPS - p.ThrottledRPS - p.QueuedRPS
	p.OnDemandRPS = rest
	if f.Provisioned.Known() {
		p.OnDemandRPS = math.Min(rest, of(x.SpilloverRatio))
	}
	p.ProvisionedRPS = rest - p.OnDemandRPS
	return p
}
