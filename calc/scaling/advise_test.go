package scaling_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/lambdacap/lambdacap/calc/scaling"
)

// TestAdvise checks the advice of the story: a spill of at most 3.5 %, with at most 60 units.
func TestAdvise(t *testing.T) {
	goal := scaling.Goal{SpillRatio: 0.035, Most: 60, Delays: scaling.DefaultDelays()}
	got, ok := story().Advise(goal)
	if !ok || got.Tracking.Min != 17 || got.Tracking.Target != 0.8 {
		t.Fatalf("%+v, %v; want a minimum of 17 and a target of 80%%", got.Tracking, ok)
	}
	near(t, "unit-minutes", got.UnitS/60, 32148.81, 1e-6)
	near(t, "the spill", got.SpillRatio, 0.0349, 2e-3)
	p := &scaling.Policy{Tracking: got.Tracking, Units: scaling.Unset, Delays: goal.Delays}
	if again := story().Follow(p); fmt.Sprint(again.Changes) != fmt.Sprint(got.Course.Changes) {
		t.Errorf("the maximum of %d changes something: %v", got.Tracking.Max, again.Changes)
	}
	p.Tracking.Max--
	if again := story().Follow(p); fmt.Sprint(again.Changes) == fmt.Sprint(got.Course.Changes) {
		t.Errorf("a maximum of %d changes nothing, either", p.Tracking.Max)
	}
}

// TestAdviseAll compares the advice with every target and minimum.
func TestAdviseAll(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 1))
	for range 30 {
		l := random(r, 300, 30)
		goal := scaling.Goal{SpillRatio: 0.2 * r.Float64(), Most: 100, Delays: scaling.DefaultDelays()}
		best := math.Inf(1)
		for least := int64(1); least <= goal.Most; least++ {
			for tenth := 1; tenth <= 9; tenth++ {
				p := tracking(float64(tenth)/10, least, goal.Most, scaling.Unset)
				p.Delays = goal.Delays
				c := l.Follow(p)
				if c.Spilled(l) <= goal.SpillRatio*sum(l)*(1+1e-9) {
					best = min(best, c.UnitS(l.SpanS))
				}
			}
		}
		got, ok := l.Advise(goal)
		if ok != !math.IsInf(best, 1) || ok && math.Abs(got.UnitS-best) > 1e-6*best {
			t.Errorf("%v unit-seconds, want %v", got.UnitS, best)
		}
	}
}

// TestAdviseLarge checks that a load of thousands of units gets an advice that no neighbour beats, and that a goal that
// the units cannot reach gets none.
func TestAdviseLarge(t *testing.T) {
	l := random(rand.New(rand.NewPCG(4, 1)), 600, 5000)
	goal := scaling.Goal{SpillRatio: 0.05, Most: 20_000, Delays: scaling.DefaultDelays()}
	got, ok := l.Advise(goal)
	if !ok {
		t.Fatal("no advice")
	}
	for _, more := range []int64{-1, 1} {
		for tenth := 1; tenth <= 9; tenth++ {
			p := tracking(float64(tenth)/10, got.Tracking.Min+more, goal.Most, scaling.Unset)
			p.Delays = goal.Delays
			c := l.Follow(p)
			if c.Spilled(l) <= goal.SpillRatio*sum(l) && c.UnitS(l.SpanS) < got.UnitS*(1-1e-9) {
				t.Errorf("%+v with %v unit-seconds, but %+v with %v", got.Tracking, got.UnitS, p.Tracking, c.UnitS(l.SpanS))
			}
		}
	}
	goal.Most = 10
	if got, ok := l.Advise(goal); ok {
		t.Errorf("10 units reach the goal: %+v", got)
	}
}

// TestAdviseSpill checks that the advice uses the spill that it is given.
func TestAdviseSpill(t *testing.T) {
	goal := scaling.Goal{SpillRatio: 0.05, Most: 60, Delays: scaling.DefaultDelays()}
	load := story()
	steady, _ := load.Advise(goal)
	goal.SpillRPS = func(units int64) func(int) float64 {
		return func(step int) float64 { return load.Steps[step].SpillRPS(units * 9 / 10) }
	}
	random, ok := load.Advise(goal)
	if !ok || random.UnitS <= steady.UnitS {
		t.Errorf("%v unit-seconds where a tenth does not count, %v where it does", random.UnitS, steady.UnitS)
	}
}

// random makes a load whose rate wanders.
func random(r *rand.Rand, steps int, most float64) *scaling.Load {
	l := &scaling.Load{StepS: 60, SpanS: float64(steps) * 60}
	rate := most * r.Float64()
	for range steps {
		switch r.IntN(20) {
		case 0:
			rate = most * r.Float64()
		case 1:
			rate = 0
		}
		l.Steps = append(l.Steps, scaling.Step{RPS: rate * (0.9 + 0.2*r.Float64()), DurationMS: 1000})
	}
	return l
}

// week is a week of minutes that all differ.
func week() *scaling.Load {
	r := rand.New(rand.NewPCG(5, 1))
	l := &scaling.Load{StepS: 60, SpanS: 7 * 86400, StartS: midnight}
	for m := range 7 * 1440 {
		rate := 100 * (1.2 - math.Cos(2*math.Pi*float64(m)/1440)) * (0.8 + 0.4*r.Float64())
		l.Steps = append(l.Steps, scaling.Step{RPS: rate, DurationMS: 100 + 40*r.Float64()})
	}
	return l
}

// BenchmarkFollowWeek follows target tracking for a week: less than 1 ms.
func BenchmarkFollowWeek(b *testing.B) {
	l, p := week(), tracking(0.7, 2, 200, scaling.Unset)
	p.Delays = scaling.DefaultDelays()
	for b.Loop() {
		l.Follow(p)
	}
}

// BenchmarkAdviseWeek looks for the best of 9 targets and 60 minima: less than 1 s.
func BenchmarkAdviseWeek(b *testing.B) {
	l, goal := week(), scaling.Goal{SpillRatio: 0.01, Most: 200, Delays: scaling.DefaultDelays()}
	for b.Loop() {
		if _, ok := l.Advise(goal); !ok {
			b.Fatal("no advice")
		}
	}
}

// BenchmarkMinutesWeek is the yardstick of the others: the utilization of each minute of a week, and nothing else.
func BenchmarkMinutesWeek(b *testing.B) {
	l := week()
	for b.Loop() {
		most := 0.0
		for _, s := range l.Steps {
			most = max(most, min(1, s.RPS*s.DurationMS/1000/20))
		}
		if most == 0 {
			b.Fatal("no load")
		}
	}
}
