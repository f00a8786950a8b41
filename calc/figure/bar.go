package figure

import (
	"math"

	"github.com/lambdacap/lambdacap/calc"
)

// A Part names a destination of a function's requests.
type Part string

// The parts, in the order in which requests reach them. Room is what is left of the ceiling.
const (
	Provisioned Part = "provisioned"
	OnDemand    Part = "on-demand"
	Waiting     Part = "queued"
	Turned      Part = "throttled"
	Room        Part = "room"
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
		if b.RPS <= nothing*math.Max(1, whole) {
			continue
		}
		b.From, b.To = at/whole, math.Min(1, (at+b.RPS)/whole)
		at += b.RPS
		bars = append(bars, b)
	}
	return bars
}

// randomParts splits a function's rate into parts with random arrivals.
func randomParts(f *calc.FunctionSpill) (p calc.Parts) {
	x := f.Chance.Or(calc.Chance{})
	p.ThrottledRPS = float64(f.RPS * x.ThrottledRatio.Or(0))
	p.QueuedRPS = float64(f.RPS * x.QueuedRatio.Or(0))
	rest := f.RPS - p.ThrottledRPS - p.QueuedRPS
	p.OnDemandRPS = rest
	if f.Provisioned.Known() {
		p.OnDemandRPS = math.Min(rest, float64(f.RPS*x.SpilloverRatio.Or(0)))
	}
	p.ProvisionedRPS = rest - p.OnDemandRPS
	return p
}
