package scaling

import "math"

// A Goal is what advised target tracking must reach.
type Goal struct {
	// SpillRatio is the share of the requests that may spill, 0 to 1.
	SpillRatio float64
	// Most is the most units that may be provisioned, 1 or more.
	Most int64
	// SpillRPS is the rate of requests of a step that so many units do not serve, requests per second; it may not rise
	// with the units. nil is that of evenly spaced requests.
	SpillRPS func(s Step, units int64) float64
	// WorthS is what it is worth that a request of a step does not spill, unit-seconds, 0 or more; nil means nothing. The
	// advice then has the least unit-seconds together with what is lost by spilled requests.
	WorthS func(s Step) float64
	// Delays are how long changes take.
	Delays Delays
}

// An Advice is advised target tracking.
type Advice struct {
	// Tracking is the target and the bounds. Its Max is the least one that changes nothing.
	Tracking Tracking
	// Course is what it does with the load. It starts with the minimum.
	Course Course
	// UnitS are the units times the time that they are on, unit-seconds.
	UnitS float64
	// LostS is what the spilled requests are worth, unit-seconds, see Goal.
	LostS float64
	// SpillRatio is the share of the requests that spill, 0 to 1.
	SpillRatio float64
}

// mostMinima is the number of minima that are tried at a time.
const mostMinima = 60

// advisedTargets are the targets that are tried.
var advisedTargets = [...]float64{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9}

// Advise finds the target, 10 % to 90 % in steps of ten, and the minimum with which target tracking reaches a goal with
// the least unit-seconds, including those that spilled requests are worth. Up to 60 units it tries every minimum that
// can be the best. Beyond, it tries 60 that are evenly spaced, and then those around the best of them. ok is false if
// nothing reaches the goal.
func (l *Load) Advise(g Goal) (best Advice, ok bool) {
	a := advisor{load: l, goal: g, spilled: map[int64][]loss{}, requests: l.requests(), least: math.Inf(1)}
	flat, reached := a.flat()
	if !reached {
		return Advice{}, false
	}
	least, most := int64(1), flat
	for {
		step := (most - least + mostMinima) / mostMinima
		a.try(least, most, step)
		if step == 1 || !a.found {
			break
		}
		middle := a.best.Tracking.Min
		least, most = max(1, middle-step+1), min(flat, middle+step-1)
	}
	if !a.found { // the grid may have left out the one that always reaches it
		a.try(flat, flat, 1)
	}
	return a.best, a.found
}

// An advisor looks for the best target tracking.
type advisor struct {
	load     *Load
	goal     Goal
	requests float64
	spilled  map[int64][]loss // by units: what spills before each step
	policy   Policy
	best     Advice
	least    float64 // unit-seconds of the best, with what its spilled requests are worth
	found    bool
}

// A loss is what spills: a number of requests, and what they are worth, unit-seconds.
type loss struct{ requests, worthS float64 }

// add adds what spills in some seconds of a step.
func (a *advisor) add(to loss, s Step, units int64, seconds float64) loss {
	requests := float64(a.spillRPS(s, units) * seconds)
	to.requests += requests
	if a.goal.WorthS != nil && requests > 0 {
		to.worthS += float64(requests * a.goal.WorthS(s))
	}
	return to
}

// flat returns the constant number of units that reaches the goal at the least cost.
func (a *advisor) flat() (units int64, ok bool) {
	lost := func(units int64) loss { return a.sums(units)[len(a.load.Steps)] }
	reaches := func(units int64) bool {
		at := lost(units)
		if above(at.requests, a.goal.SpillRatio*a.requests) {
			return false
		}
		return a.goal.WorthS == nil || units >= a.goal.Most || at.worthS-lost(units+1).worthS <= a.load.SpanS
	}
	low, high := int64(0), int64(1)
	for !reaches(high) {
		if high >= a.goal.Most {
			return 0, false
		}
		low, high = high, min(a.goal.Most, high*2)
	}
	for high-low > 1 {
		if mid := low + (high-low)/2; reaches(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	return high, true
}

func (a *advisor) spillRPS(s Step, units int64) float64 {
	if a.goal.SpillRPS == nil || s.RPS == 0 {
		return s.SpillRPS(units)
	}
	return a.goal.SpillRPS(s, units)
}

// try tries all targets with some minima.
func (a *advisor) try(least, most, step int64) {
	for units := least; units <= most; units += step {
		if float64(float64(units)*a.load.SpanS) >= a.least {
			return // it costs at least that
		}
		for _, target := range advisedTargets {
			a.one(Tracking{Target: target, Min: units, Max: a.goal.Most})
		}
	}
}

// one tries one target and minimum.
func (a *advisor) one(t Tracking) {
	a.policy = Policy{Tracking: t, Units: Unset, Delays: a.goal.Delays}
	course := a.load.Follow(&a.policy)
	unitS := course.UnitS(a.load.SpanS)
	if !(unitS < a.least) {
		return
	}
	lost := loss{}
	course.each(a.load.SpanS, func(from, to float64, units int64) {
		x := a.between(from, to, units)
		lost = loss{lost.requests + x.requests, lost.worthS + x.worthS}
	})
	if above(lost.requests, a.goal.SpillRatio*a.requests) || !(unitS+lost.worthS < a.least) {
		return
	}
	t.Max = course.Most()
	a.least, a.found = unitS+lost.worthS, true
	a.best = Advice{Tracking: t, Course: course, UnitS: unitS, LostS: lost.worthS}
	if a.requests > 0 {
		a.best.SpillRatio = math.Min(1, lost.requests/a.requests)
	}
}

// sums returns what spills before each step, and before the end, with so many units.
func (a *advisor) sums(units int64) []loss {
	sums, ok := a.spilled[units]
	if !ok {
		sums = make([]loss, len(a.load.Steps)+1)
		for i, s := range a.load.Steps {
			sums[i+1] = a.add(sums[i], s, units, a.load.StepS)
		}
		a.spilled[units] = sums
	}
	return sums
}

// between returns what spills in a time with so many units.
func (a *advisor) between(from, to float64, units int64) loss {
	l, sums := a.load, a.sums(units)
	until := func(at float64) loss {
		at = (at - l.FirstS) / l.StepS
		i := int(math.Max(0, math.Min(math.Floor(at), float64(len(l.Steps)))))
		if i == len(l.Steps) {
			return sums[i]
		}
		x, part := sums[i], math.Max(0, at-float64(i))
		next := sums[i+1]
		return loss{x.requests + float64((next.requests-x.requests)*part), x.worthS + float64((next.worthS-x.worthS)*part)}
	}
	start, end := until(from), until(to)
	return loss{end.requests - start.requests, end.worthS - start.worthS}
}
