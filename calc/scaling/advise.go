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
	// SpillRatio is the share of the requests that spill, 0 to 1.
	SpillRatio float64
}

// mostMinima is the number of minima that are tried at a time.
const mostMinima = 60

// advisedTargets are the targets that are tried.
var advisedTargets = [...]float64{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9}

// Advise finds the target, 10 % to 90 % in steps of ten, and the minimum with which target tracking reaches a goal with
// the least unit-seconds. Up to 60 units it tries every minimum that can be the best. Beyond, it tries 60 that are
// evenly spaced, and then those around the best of them. ok is false if nothing reaches the goal.
func (l *Load) Advise(g Goal) (best Advice, ok bool) {
	a := advisor{load: l, goal: g, spilled: map[int64][]float64{}, requests: l.requests()}
	flat, reached := a.flat()
	if !reached {
		return Advice{}, false
	}
	a.best.UnitS = math.Inf(1)
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
	spilled  map[int64][]float64 // by units: the requests that spill before each step
	policy   Policy
	best     Advice
	found    bool
}

// flat returns the least constant number of units that reaches the goal.
func (a *advisor) flat() (units int64, ok bool) {
	reaches := func(units int64) bool {
		sum := 0.0
		for _, s := range a.load.Steps {
			sum += float64(a.spillRPS(s, units) * a.load.StepS)
		}
		return !above(sum, a.goal.SpillRatio*a.requests)
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
		if float64(float64(units)*a.load.SpanS) >= a.best.UnitS {
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
	if !(unitS < a.best.UnitS) {
		return
	}
	spilled := 0.0
	course.each(a.load.SpanS, func(from, to float64, units int64) { spilled += a.between(from, to, units) })
	if above(spilled, a.goal.SpillRatio*a.requests) {
		return
	}
	t.Max = course.Most()
	a.best, a.found = Advice{Tracking: t, Course: course, UnitS: unitS}, true
	if a.requests > 0 {
		a.best.SpillRatio = math.Min(1, spilled/a.requests)
	}
}

// between returns the number of requests that spill in a time with so many units.
func (a *advisor) between(from, to float64, units int64) float64 {
	l := a.load
	sums, ok := a.spilled[units]
	if !ok {
		sums = make([]float64, len(l.Steps)+1)
		for i, s := range l.Steps {
			sums[i+1] = sums[i] + float64(a.spillRPS(s, units)*l.StepS)
		}
		a.spilled[units] = sums
	}
	until := func(at float64) float64 {
		at = (at - l.FirstS) / l.StepS
		i := int(math.Max(0, math.Min(math.Floor(at), float64(len(l.Steps)))))
		if i == len(l.Steps) {
			return sums[i]
		}
		return sums[i] + float64((sums[i+1]-sums[i])*math.Max(0, at-float64(i)))
	}
	return until(to) - until(from)
}
