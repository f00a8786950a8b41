package ramp

import (
	"math"

	"github.com/lambdacap/lambdacap/calc/elementary"
)

// low returns how many requests the scaling rate refuses, at least, if durations vary as exponential ones do. A step of
// the rate is not a step of the demand: requests in progress build up over d, and each new environment serves the
// request that started it.
//
//	B' = admitted - B/d
//	admitted = min(λ, idle + tokens + B/d)
//
// where
//
//	B = busy environments, provisioned ones included
//	λ = the rate that the size of the pool admits, requests per second
//	d = mean duration, seconds
//
// It is exact for this fluid: between the times at which something changes its course, B is a sum of a straight line
// and an exponential. After the keep-alive time the highest B is read from points half a duration apart.
//
// Source: derived. The simulation in the tests agrees within 4 %.
func (c *course) low(end float64) float64 {
	d := c.fn.DurationMS.Or(0) / 1000
	floor := float64(c.fn.Provisioned)
	busy := math.Min(c.first()*d, floor+c.warm)
	f := fluid{d: d, busy: busy, all: floor + c.warm, floor: floor, tokens: burst}
	if c.keepS < end {
		f.drops, f.used = true, newWindow(floor+c.warm, c.keepS)
	}
	for i := range c.stretches {
		s := &c.stretches[i]
		if s.t0 >= end {
			break
		}
		load := line{s.t0, s.t1, 0, 0}
		load.y0 = float64(s.served[0]*d) + s.units[0]
		load.y1 = float64(s.served[1]*d) + s.units[1]
		for f.t = s.t0; math.Min(s.t1, end)-f.t > 1e-12*end; {
			f.advance(load, math.Min(s.t1, end))
		}
	}
	return f.refused
}

// A fluid is the state of low.
type fluid struct {
	d       float64
	t       float64
	busy    float64
	all     float64 // environments, provisioned ones included
	floor   float64 // of these, provisioned
	tokens  float64
	refused float64
	drops   bool // environments may go cold
	used    window
}

// advance goes on to the next time at which something changes its course, at most to a time. load is λd.
func (f *fluid) advance(load line, until float64) {
	q, g := load.at(f.t), (load.y1-load.y0)/(load.t1-load.t0)
	rise := (q - f.busy) / f.d // B'
	most := until - f.t
	if f.drops {
		most = math.Min(most, f.d/2)
	}
	before, from := f.busy, f.t
	near := float64(1e-9 * (refill + q/f.d)) // what rounding can do to B'
	switch {
	case f.busy < f.all || rise < 0 || rise == 0 && g <= 0:
		f.idle(q, g, rise, most)
	case f.tokens == 0 && (rise > refill+near || rise > refill-near && g > refill):
		f.refuse(q, g, rise, most)
	default:
		f.follow(q, g, rise, most)
	}
	if f.drops {
		f.used.add(from, f.t, before, f.busy)
		level, _, _ := f.used.at(f.t)
		f.all = math.Max(f.busy, math.Max(f.floor, math.Min(f.all, level)))
	}
}

// after returns B after some seconds while all of a load is admitted that is q now and moves by g a second.
func (f *fluid) after(q, g, s float64) float64 {
	base := q - float64(g*f.d)
	return base + float64(g*s) + float64((f.busy-base)*elementary.Exp(-s/f.d))
}

// turns returns after how many seconds B' passes a value, if it does so within some.
func (f *fluid) turns(g, rise, to, within float64) float64 {
	if (rise-to)*(g-to) >= 0 { // B' goes from rise to g
		return within
	}
	s := float64(f.d * elementary.Log((rise-g)/(to-g)))
	if s <= float64(1e-9*f.d) {
		return within
	}
	return math.Min(within, s)
}

// atLeast makes steps so long that rounding cannot repeat them without end.
func (f *fluid) atLeast(s, most float64) float64 {
	return math.Max(s, math.Min(most, float64(1e-9*f.d)+float64(1e-12*f.t)))
}

// idle goes on while there are idle environments.
func (f *fluid) idle(q, g, rise, most float64) {
	s := f.turns(g, rise, 0, most) // so far B moves in one direction
	busy := f.after(q, g, s)
	if busy >= f.all && (rise > 0 || rise == 0 && g > 0) {
		s = f.atLeast(search(s, func(s float64) bool { return f.after(q, g, s) < f.all }), most)
		busy = f.all
	}
	f.tokens = math.Min(burst, f.tokens+float64(refill*s))
	f.busy, f.t = math.Min(busy, f.all), f.t+s
}

// follow goes on while every request that finds no idle environment starts one.
func (f *fluid) follow(q, g, rise, most float64) {
	s := f.turns(g, rise, 0, f.turns(g, rise, refill, most)) // so far the tokens move in one direction
	left := func(s float64) float64 { return f.tokens + float64(refill*s) - (f.after(q, g, s) - f.busy) }
	tokens := math.Min(burst, left(s))
	if tokens < 0 {
		s = f.atLeast(search(s, func(s float64) bool { return left(s) > 0 }), most)
		tokens = 0
	}
	busy := math.Max(f.busy, f.after(q, g, s))
	f.busy, f.all, f.tokens, f.t = busy, busy, tokens, f.t+s
}

// refuse goes on while requests are refused. B then rises by the tokens alone.
func (f *fluid) refuse(q, g, rise, most float64) {
	s := most
	excess := math.Max(0, rise-refill)
	if g < refill {
		s = f.atLeast(math.Min(s, excess*f.d/(refill-g)), most)
	}
	last := math.Max(0, excess+float64((g-refill)/f.d*s))
	f.refused += float64((excess + last) / 2 * s)
	f.busy += float64(refill * s)
	f.all, f.t = f.busy, f.t+s
}

// search returns where a condition that holds at 0 ceases to hold, at most at s.
func search(s float64, holds func(float64) bool) float64 {
	low, high := 0.0, s
	for range 60 {
		middle := low + float64((high-low)/2)
		if middle == low || middle == high {
			break
		}
		if holds(middle) {
			low = middle
		} else {
			high = middle
		}
	}
	return high
}
