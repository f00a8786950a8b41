package scaling

import "math"

// A Goal is what advised target tracking must reach.
type Goal struct {
	// SpillRatio is the share of the requests that may spill, 0 to 1.
	SpillRatio float64
	// Most is the most units that may be provisioned, 1 or more.
	Most int64
	// SpillRPS returns the rate of requests of a step, by its index, that so many units do not serve, requests per second;
	// it may not rise with the units. It is asked often for the same. nil is that of evenly spaced requests.
	SpillRPS func(units int64) func(step int) float64
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
	a := advisor{load: l, goal: g, requests: l.requests(), least: math.Inf(1)}
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
	policy   Policy
	best     Advice
	least    float64 // unit-seconds of the best, with what its spilled requests are worth
	found    bool
}

// A loss is what spills: a number of requests, and what they are worth, unit-seconds.
type loss struct{ requests, worthS float64 }

// flat returns the constant number of units that reaches the goal at the least cost.
func (a *advisor) flat() (units int64, ok bool) {
	lost := func(units int64) loss { return a.between(0, a.load.SpanS, units) }
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
	lost, good := loss{}, true
	course.each(a.load.SpanS, func(from, to float64, units int64) {
		if !good {
			return // the rest only adds to what spills
		}
		x := a.between(from, to, units)
		lost = loss{lost.requests + x.requests, lost.worthS + x.worthS}
		good = !above(lost.requests, a.goal.SpillRatio*a.requests) && unitS+lost.worthS < a.least
	})
	if !good {
		return
	}
	t.Max = course.Most()
	a.least, a.found = unitS+lost.worthS, true
	a.best = Advice{Tracking: t, Course: course, UnitS: unitS, LostS: lost.worthS}
	if a.requests > 0 {
		a.best.SpillRatio = math.Min(1, lost.requests/a.requests)
	}
}

// between returns what spills in a time with so many units.
func (a *advisor) between(from, to float64, units int64) (sum loss) {
	l := a.load
	spillRPS := func(step int) float64 { return l.Steps[step].SpillRPS(units) }
	if a.goal.SpillRPS != nil {
		spillRPS = a.goal.SpillRPS(units)
	}
	for i := max(0, l.step(from)); i < len(l.Steps); i++ {
		starts := l.FirstS + float64(float64(i)*l.StepS)
		if starts >= to {
			break
		}
		rate := spillRPS(i)
		if rate == 0 {
			continue
		}
		requests := float64(rate * (min(to, starts+l.StepS) - max(from, starts)))
		sum.requests += requests
		if a.goal.WorthS != nil {
			sum.worthS += float64(requests * a.goal.WorthS(l.Steps[i]))
		}
	}
	return sum
}
