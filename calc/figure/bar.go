package figure

import (
	"math"

	"github.com/lambdacap/lambdacap/calc"
)

// A Part names where a part of a function's rate goes.
type Part string

// The parts, in the order in which requests reach them, and what is left of the ceiling.
const (
	Provisioned Part = "provisioned"
	OnDemand    Part = "on-demand"
	Waiting     Part = "queued"
	Turned      Part = "throttled"
	Room        Part = "room"
)

// A Bar is a part of a function's rate, as a stretch of the whole.
type Bar struct {
	// Part names it.
	Part Part
	// RPS is the rate of the part, requests per second.
	RPS float64
	// From and To are where it starts and ends, as shares of the whole, 0 to 1.
	From, To float64
}

// Bars returns the parts of a function's rate that are not 0, one after the other, and what is left of its ceiling if
// everything fits. If the headline is about random arrivals, so are the parts.
func Bars(f *calc.FunctionSpill) []Bar {
	p := f.Parts
	if _, random := f.HeadlineRatio(); random {
		p = randomParts(f)
	}
	parts := []Bar{
		{Part: Provisioned, RPS: p.ProvisionedRPS}, {Part: OnDemand, RPS: p.OnDemandRPS},
		{Part: Waiting, RPS: p.QueuedRPS}, {Part: Turned, RPS: p.ThrottledRPS},
	}
	whole := f.RPS
	if ceiling, ok := f.CeilingRPS.Get(); ok && f.Headline() == calc.Fits && ceiling > f.RPS {
		parts = append(parts, Bar{Part: Room, RPS: ceiling - f.RPS})
		whole = ceiling
	}
	bars, at := []Bar{}, 0.0
	for _, b := range parts {
		if b.RPS <= 0 || whole <= 0 {
			continue
		}
		b.From, b.To = at/whole, math.Min(1, (at+b.RPS)/whole)
		at += b.RPS
		bars = append(bars, b)
	}
	return bars
}

// randomParts returns the parts of a function's rate when requests arrive at random. Shares of about 0 are left out,
// since every share is above 0 then.
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
