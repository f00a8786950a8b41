package ramp

import (
	"math"
	"slices"
	"sort"

	"github.com/lambdacap/lambdacap/calc"
)

// advise fills in what would refuse nothing.
func (c *course) advise(f *Function, o Options) {
	if overfull(c.stretches) {
		return
	}
	f.GentlestOverS = c.gentlest()
	units, ok := c.leastProvisioned(f)
	if !ok {
		return
	}
	f.RequiredProvisioned = calc.Some(units)
	if units > 0 {
		f.ProvisionedReadyS = o.AllocationDelayS.Else(calc.Some(ReadyS(units)))
	}
}

// overfull reports whether the demand is at some time above what the function can have, even if all of it is warm.
func overfull(stretches []stretch) bool {
	return slices.ContainsFunc(stretches, func(s stretch) bool { return s.lost[0]+s.lost[1] > 0 })
}

// leastProvisioned returns the smallest provisioned concurrency with which nothing is refused, units. More of it never
// refuses more, so it is found by halving: what is refused falls in P.
//
//	a step:              P = D1 - W0 - b
//	a line from nothing: P = D1 - b g/(g - r)
//
// where D0, D1 are the demands before and after, in units, and g is how fast it grows, units per second. Environments
// that the rate before keeps busy on demand do not count: provisioned concurrency takes their requests, and they go
// cold.
func (c *course) leastProvisioned(f *Function) (int64, bool) {
	if f.Refused() == 0 && !f.Provisioned.Known() {
		return 0, true
	}
	most := min(c.reach, calc.CeilUnits(c.peak()/c.takes))
	var buffer []stretch
	enough := func(units int) bool {
		buffer = c.alone(buffer[:0], c.rates, int64(units))
		return c.survives(buffer, c.warmAt(int64(units)), c.span)
	}
	if !enough(int(most)) {
		return 0, false
	}
	least := sort.Search(int(most), enough)
	return int64(least), true
}

// survives reports whether stretches refuse nothing.
func (c *course) survives(stretches []stretch, warm, until float64) bool {
	if overfull(stretches) {
		return false
	}
	allowed := tolerance * c.peak()
	s := newShaper(warm, c.keepS, nil)
	s.run(stretches, until)
	if s.short > allowed/c.carries {
		return false
	}
	if _, ok := c.firstUse(); !ok {
		return true
	}
	k := c.newCold(stretches, warm)
	k.run(stretches, until, allowed)
	return k.short <= allowed
}

// gentlest returns the shortest time in which the rate can rise from the first to the highest in a straight line, with
// nothing refused, seconds; absent if there is none. It starts with the environments that are warm.
//
//	T = (D1 - D0) (x - b) / (x r)        where x = D1 - max(D0, P + W0) > b
//	T = 0                                where x <= b
//
// With nothing warm beyond D0 it is (D1 - D0 - b)/r. With an init time, the time is found by halving.
//
// Source: derived from aws.SourceScaling.
func (c *course) gentlest() calc.Optional[float64] {
	from, to := c.first()/c.carries, c.peak()/c.carries
	served := float64(c.fn.Provisioned) * c.takes / c.carries
	tokens := burst - math.Max(0, from-served-c.warm) // what the first rate itself does not need
	x := to - math.Max(from, served+c.warm)
	time := 0.0
	switch {
	case tokens < 0:
		return calc.Optional[float64]{}
	case x > tokens:
		time = (to - from) * (x - tokens) / (float64(x) * refill)
	}
	if _, ok := c.firstUse(); !ok || to <= from {
		return calc.Some(time)
	}
	return c.gentlestCold(time)
}

// gentlestCold is gentlest with an init time, given the time without one. The error is up to 0.2 %, on the safe side.
func (c *course) gentlestCold(least float64) calc.Optional[float64] {
	enough := func(over float64) bool {
		rise := lines([]Point{{0, c.first()}, {over, c.peak()}}, math.Max(over, c.span))
		return c.survives(c.alone(nil, rise, c.fn.Provisioned), c.warm, math.Max(over, c.span))
	}
	switch {
	case enough(least):
		return calc.Some(least)
	case !enough(MostSpanS):
		return calc.Optional[float64]{}
	}
	low, high := least, math.Max(1, 2*least)
	for high < MostSpanS && !enough(high) {
		low, high = high, 2*high
	}
	high = math.Min(high, MostSpanS)
	for high-low > 1e-3*high {
		if middle := (low + high) / 2; enough(middle) {
			high = middle
		} else {
			low = middle
		}
	}
	return calc.Some(high * 1.001)
}

// Changes lists the provisioned concurrency to set so that nothing is refused, for the functions that lack it.
func (r *Result) Changes(account calc.Account) (changes []calc.Change) {
	for i := range r.Functions {
		f := &r.Functions[i]
		units, ok := f.RequiredProvisioned.Get()
		if !ok || f.Refused() == 0 || units <= f.Provisioned.Or(0) {
			continue
		}
		changes = append(changes, calc.Change{Function: calc.Some(f.Name), Unnamed: account.Functions[i].Unnamed,
			Setting: calc.SettingProvisioned, From: calc.Some(f.Provisioned.Or(0)), To: calc.Some(units), Required: true})
	}
	return changes
}
