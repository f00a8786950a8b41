package ramp

import (
	"math"
	"slices"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// A stretch is a time in which everything that does not depend on what has started moves in straight lines.
type stretch struct {
	t0, t1 float64
	rate   [2]float64 // offered at its start and its end, requests per second
	served [2]float64 // by provisioned concurrency, requests per second
	units  [2]float64 // demand beyond it, as far as the pool allows, units
	lost   [2]float64 // refused by the size of the pool, requests per second
	room   [2]float64 // the pool, without what others have in progress, units
}

// A course is everything about a function that the law needs.
type course struct {
	fn        *calc.Function
	load      *Load
	carries   float64 // requests per second of an on-demand unit: κ
	takes     float64 // requests per second of a provisioned unit
	reach     int64   // units that the function can use
	warm      float64 // units at the start
	extra     float64 // of these, units that do not come from the first rate
	keepS     float64 // how long an idle environment is kept
	span      float64 // how long to look at least
	stretches []stretch
	rates     []line
	assumed   bool    // the quota is not given, and does not limit the environments that start
	most      float64 // the most environments that are busy at once, if there is an init time
	together  bool    // the pool is shared with other loads, so stretches are not those of the function alone
}

// leastKeepS is the shortest keep-alive time that counts, seconds: AWS's is minutes, and steps may not become endless.
const leastKeepS = 1

// newCourses returns the courses of all functions.
func newCourses(account calc.Account, loads []Load, span float64) []course {
	courses := make([]course, len(loads))
	sharing := 0
	for i := range courses {
		c, fn := &courses[i], &account.Functions[i]
		*c = course{fn: fn, load: &loads[i], keepS: math.Max(leastKeepS, account.KeepAliveS()), span: span,
			rates: lines(loads[i].Shape, span)}
		c.takes = aws.RatePerUnit
		if ms, ok := fn.DurationMS.Get(); ok {
			c.carries = 1000 / ms
			c.takes = math.Min(c.takes, c.carries)
		}
		if fn.Mode.RateLimited() || c.carries == 0 {
			c.carries = c.takes
		}
		c.assumed = account.DefaultQuota && !fn.Reserved.Known()
		c.reach = fn.Reserved.Or(account.Unreserved() + fn.Provisioned)
		if fn.Polls() {
			c.reach = calc.CeilUnits(math.Min(float64(c.reach), fn.SourcesTopRPS()/c.carries))
		}
		usual := math.Max(0, (c.first()-float64(c.takes*float64(fn.Provisioned)))/c.carries)
		c.warm = usual
		if warm, ok := loads[i].Warm.Get(); ok {
			c.warm = float64(warm)
			c.extra = c.warm - usual
		}
		if !fn.Reserved.Known() && loads[i].highest().Or(0) > 0 {
			sharing++
		}
	}
	var shared []int
	for i := range courses {
		if sharing > 1 && !courses[i].fn.Reserved.Known() {
			shared = append(shared, i)
			continue
		}
		courses[i].stretches = courses[i].alone(nil, courses[i].rates, courses[i].fn.Provisioned)
	}
	if shared != nil {
		sharePool(account, courses, shared)
	}
	return courses
}

// first is the rate before the start, requests per second.
func (c *course) first() float64 {
	if len(c.load.Shape) == 0 {
		return 0
	}
	return c.load.Shape[0].RPS
}

// peak is the highest rate, requests per second.
func (c *course) peak() float64 { return c.load.highest().Or(0) }

// warmAt is the number of environments that are warm at the start with another provisioned concurrency: what the first
// rate keeps busy beyond it, and those that are kept warm otherwise.
func (c *course) warmAt(provisioned int64) float64 {
	usual := math.Max(0, (c.first()-float64(c.takes*float64(provisioned)))/c.carries)
	return math.Max(0, usual+c.extra)
}

// alone appends the stretches of a function that has its pool to itself, with a provisioned concurrency.
func (c *course) alone(to []stretch, rates []line, provisioned int64) []stretch {
	most := float64(c.takes * float64(provisioned))
	room := math.Max(0, float64(c.reach-provisioned))
	all := most + float64(c.carries*room)
	for _, l := range rates {
		from := l.t0
		for {
			next := l.t1
			for _, level := range [...]float64{most, all} {
				if t, ok := l.crossing(level); ok && t > from && t < next {
					next = t
				}
			}
			s := stretch{t0: from, t1: next, rate: [2]float64{l.at(from), l.at(next)}}
			s.room = [2]float64{c.startRoom(room), c.startRoom(room)}
			middle := (s.rate[0] + s.rate[1]) / 2 // which tells on which side of the levels the stretch is
			for end, rate := range s.rate {
				switch {
				case middle <= most:
					s.served[end] = rate
				case middle <= all*(1+tolerance):
					s.served[end] = most
					s.units[end] = math.Min(room, math.Max(0, rate-most)/c.carries)
				default:
					s.served[end], s.units[end] = most, room
					s.lost[end] = math.Max(0, rate-all)
				}
			}
			to = append(to, s)
			if from = next; next == l.t1 {
				break
			}
		}
	}
	return to
}

// looked returns the stretches to look at: all of them, or those of the span if the size of the pool refuses requests
// for good, since they are never all served again.
func (c *course) looked() []stretch {
	if c.final().lost[1] == 0 {
		return c.stretches
	}
	var list []stretch
	for _, s := range c.stretches {
		if s.t0 < c.span {
			list = append(list, s.until(c.span))
		}
	}
	return list
}

// until returns the part of a stretch before a time.
func (s stretch) until(t float64) stretch {
	if s.t1 <= t {
		return s
	}
	for _, pair := range []*[2]float64{&s.rate, &s.served, &s.units, &s.lost, &s.room} {
		pair[1] = line{s.t0, s.t1, pair[0], pair[1]}.at(t)
	}
	s.t1 = t
	return s
}

// startRoom returns how many of the units of a pool environments may fill while they start.
func (c *course) startRoom(units float64) float64 {
	if c.assumed {
		return quantity.Units.Most
	}
	return math.Max(0, units)
}

// sharePool sets the stretches of functions that share the unreserved pool. At each time at which a rate changes its
// course, or at which the pool begins or ceases to be full, each gets what calc.Spill gives it.
func sharePool(account calc.Account, courses []course, shared []int) {
	times := []float64{0, MostSpanS}
	for _, i := range shared {
		c := &courses[i]
		for _, l := range c.rates {
			times = append(times, l.t0)
			if t, ok := l.crossing(float64(c.takes * float64(c.fn.Provisioned))); ok {
				times = append(times, t)
			}
		}
		c.stretches, c.together = nil, true
	}
	slices.Sort(times)
	times = slices.Compact(times)
	units := float64(account.Unreserved())
	at := make([]int, len(courses)) // the line of each
	account.Functions = slices.Clone(account.Functions)
	for k := 1; k < len(times); k++ {
		from, to := times[k-1], times[k]
		total := [2]line{{t0: from, t1: to}, {t0: from, t1: to}} // requests per second by rate, load
		for _, i := range shared {
			c := &courses[i]
			for c.rates[at[i]].t1 <= from {
				at[i]++
			}
			beyond := func(t float64) float64 {
				return math.Max(0, c.rates[at[i]].at(t)-float64(c.takes*float64(c.fn.Provisioned)))
			}
			if c.fn.Mode.RateLimited() {
				total[0].y0 += beyond(from)
				total[0].y1 += beyond(to)
			}
			total[1].y0 += beyond(from) * c.fn.DurationMS.Or(0) / 1000
			total[1].y1 += beyond(to) * c.fn.DurationMS.Or(0) / 1000
		}
		cuts := []float64{from, to}
		for n, level := range [...]float64{aws.RatePerUnit * units, units} {
			if t, ok := total[n].crossing(level); ok {
				cuts = append(cuts, t)
			}
		}
		slices.Sort(cuts)
		for j := 1; j < len(cuts); j++ {
			splitAt(account, courses, shared, at, cuts[j-1], cuts[j])
		}
	}
}

// splitAt appends a stretch to each of the functions that share a pool. at are the lines of their rates.
func splitAt(account calc.Account, courses []course, shared, at []int, from, to float64) {
	if from == to {
		return
	}
	for _, i := range shared {
		courses[i].stretches = append(courses[i].stretches, stretch{t0: from, t1: to})
	}
	for end, t := range [...]float64{from, to} {
		for _, i := range shared {
			account.Functions[i] = atRate(account.Functions[i], calc.Some(courses[i].rates[at[i]].at(t)))
		}
		r, err := calc.Spill(account, calc.SpillOptions{})
		if err != nil { // the highest rates are valid, so these are
			continue
		}
		inProgress := func(i int) float64 {
			return r.Functions[i].OnDemandRPS * courses[i].fn.DurationMS.Or(0) / 1000
		}
		free := float64(account.Unreserved())
		for _, i := range shared {
			free -= inProgress(i)
		}
		for _, i := range shared {
			c, f := &courses[i], &r.Functions[i]
			s := &c.stretches[len(c.stretches)-1]
			s.rate[end], s.served[end] = f.RPS, f.ProvisionedRPS
			s.units[end] = f.OnDemandRPS / c.carries
			s.lost[end] = f.ThrottledRPS + f.QueuedRPS
			s.room[end] = c.startRoom(free + inProgress(i))
		}
	}
}
