package scaling_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/lambdacap/lambdacap/calc/scaling"
)

// randomPolicy makes target tracking with random delays and cooldowns, and sometimes scheduled actions.
func randomPolicy(t *testing.T, r *rand.Rand) *scaling.Policy {
	p := tracking(0.1+0.8*r.Float64(), 1+r.Int64N(10), 0, scaling.Unset)
	p.Tracking.Max = p.Tracking.Min + r.Int64N(60)
	p.Delays = scaling.Delays{AlarmS: float64(r.IntN(150)), AllocationS: float64(r.IntN(300)), PerUnitS: 0.01}
	if r.IntN(3) == 0 {
		p.Tracking.OutCooldownS, p.Tracking.InCooldownS = float64(r.IntN(600)), float64(r.IntN(600))
	}
	if r.IntN(3) == 0 {
		p.Tracking.Missing = scaling.Breaching
	}
	if r.IntN(3) == 0 {
		least := p.Tracking.Min + r.Int64N(20)
		p.Actions = []scaling.Action{
			at(t, fmt.Sprintf("cron(%d 1 * * ? *)", r.IntN(60)), least, least+r.Int64N(30)),
			at(t, fmt.Sprintf("rate(%d minutes)", 2+r.IntN(200)), scaling.Unset, least+r.Int64N(30)),
		}
	}
	return p
}

// TestProperties checks what holds for every policy and load.
func TestProperties(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 1))
	for range 500 {
		l, p := random(r, 300, 30), randomPolicy(t, r)
		c := l.Follow(p)
		least, most := p.Tracking.Min, p.Tracking.Max
		for _, a := range p.Actions {
			least = min(least, max(0, a.Min))
			most = max(most, a.Max)
		}
		if c.Start < least || c.Start > most {
			t.Fatalf("starts with %d units, outside %d to %d", c.Start, least, most)
		}
		before := scaling.Change{Units: c.Start}
		for _, x := range c.Changes {
			rises := x.Units > before.Units
			switch {
			case x.Units < least || x.Units > most:
				t.Fatalf("%+v is outside %d to %d", x, least, most)
			case x.AtS < before.AtS || x.AtS >= l.SpanS || x.Units == before.Units:
				t.Fatalf("%+v follows %+v", x, before)
			case x.Cause == scaling.AlarmHigh && !rises || x.Cause == scaling.AlarmLow && rises:
				t.Fatalf("%+v follows %+v", x, before)
			case !rises && x.DelayS != 0 || rises && x.DelayS != p.Delays.AllocationS+float64(x.Units)*p.Delays.PerUnitS:
				t.Fatalf("the delay of %+v", x)
			}
			before = x
		}
	}
}

// TestMoreLoad checks that of two constant loads the higher one never ends with fewer units.
func TestMoreLoad(t *testing.T) {
	r := rand.New(rand.NewPCG(12, 1))
	for range 300 {
		p := randomPolicy(t, r)
		p.Actions = nil
		low := 40 * r.Float64()
		high := low * (1 + r.Float64())
		a, b := minutes(low, 600).Follow(p), minutes(high, 600).Follow(p)
		if a.End() > b.End() {
			t.Errorf("a load of %v ends with %d units, one of %v with %d: %+v", low, a.End(), high, b.End(), p)
		}
	}
}

// TestSplitSteps checks that a step may be divided into shorter ones.
func TestSplitSteps(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 1))
	for range 100 {
		l, p := random(r, 200, 30), randomPolicy(t, r)
		l.StartS = midnight
		fine := *l
		fine.StepS, fine.Steps = 12, nil
		for _, s := range l.Steps {
			fine.Steps = append(fine.Steps, slices.Repeat([]scaling.Step{s}, 5)...)
		}
		a, b := l.Follow(p), fine.Follow(p)
		if fmt.Sprint(a.Changes) != fmt.Sprint(b.Changes) {
			t.Errorf("in minutes %v, in steps of 12 s %v", a.Changes, b.Changes)
		}
		near(t, "spilled", b.Spilled(&fine), a.Spilled(l), 1e-9)
	}
}

// simple follows target tracking of units that are usable at once, minute by minute: the rule in its plainest form. It
// returns the share of the requests that spill.
func simple(loads []float64, target float64, units, least, most int) float64 {
	spilled, total := 0.0, 0.0
	hot, cold := 0, 0
	for _, load := range loads {
		u := math.Min(1, load/float64(units))
		total += load
		spilled += math.Max(0, load-float64(units))
		switch {
		case load == 0:
			hot, cold = 0, 0
		case u > target+1e-9:
			hot, cold = hot+1, 0
		case u < 0.9*target-1e-9:
			hot, cold = 0, cold+1
		default:
			hot, cold = 0, 0
		}
		wanted := int(math.Ceil(float64(units)*u/target - 1e-9))
		if hot >= 3 && min(most, wanted) > units {
			units, hot, cold = min(most, wanted), 0, 0
		} else if cold >= 15 && max(least, wanted) < units {
			units, hot, cold = max(least, wanted), 0, 0
		}
	}
	return spilled / total
}

// TestSimple compares target tracking with the rule in its plainest form.
func TestSimple(t *testing.T) {
	r := rand.New(rand.NewPCG(14, 1))
	for range 200 {
		l := random(r, 400, 30)
		var loads []float64
		for _, s := range l.Steps {
			loads = append(loads, s.RPS)
		}
		c := l.Follow(tracking(0.7, 3, 40, 5))
		near(t, "the share", c.Spilled(l)/sum(l), simple(loads, 0.7, 5, 3, 40), 1e-9)
	}
}

// TestRandomCounts simulates the step of 5, 100, 20 with random numbers of requests in each minute. The fluid spills
// 17.131 %; the mean of 200 days is 17.136 %, with a standard deviation of 0.064 %.
func TestRandomCounts(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	const runs = 200
	sums, squares := 0.0, 0.0
	for range runs {
		var loads []float64
		for _, s := range minutes(5, 10, 100, 60, 20, 60).Steps {
			mean := s.RPS * 60 // above 300: close to a normal distribution
			loads = append(loads, math.Max(0, math.Round(mean+math.Sqrt(mean)*r.NormFloat64()))/60)
		}
		share := simple(loads, 0.7, 10, 10, 200)
		sums += share
		squares += share * share
	}
	mean := sums / runs
	deviation := math.Sqrt(squares/runs - mean*mean)
	l := minutes(5, 10, 100, 60, 20, 60)
	c := l.Follow(tracking(0.7, 10, 200, 10))
	fluid := c.Spilled(l) / sum(l)
	near(t, "the fluid", fluid, 0.17131, 3e-5)
	if math.Abs(mean-0.17136) > 0.0002 || math.Abs(deviation-0.00064) > 0.0003 {
		t.Errorf("with random counts %.5f ± %.5f, by the fluid %.5f", mean, deviation, fluid)
	}
}
