package figure_test

import (
	"slices"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/figure"
	"github.com/lambdacap/lambdacap/calc/replay"
)

// row is a function at one point of a sweep.
func row(provisioned, throttled, queued float64, chance calc.Optional[calc.Chance]) *calc.FunctionSpill {
	return &calc.FunctionSpill{
		RPS: 100, Parts: calc.Parts{ProvisionedRPS: provisioned},
		ThrottledRatio: throttled, QueuedRatio: queued, Chance: chance,
	}
}

// TestWidest checks that a sweep shows the share that changes most.
func TestWidest(t *testing.T) {
	none := calc.Optional[calc.Chance]{}
	random := func(beyond, throttled float64) calc.Optional[calc.Chance] {
		return calc.Some(calc.Chance{BeyondProvisionedRatio: calc.Some(beyond), ThrottledRatio: calc.Some(throttled)})
	}
	unprovisioned := calc.Some(calc.Chance{ThrottledRatio: calc.Some(0.2)})
	for name, c := range map[string]struct {
		first, last *calc.FunctionSpill
		want        figure.Measure
	}{
		"what spills":           {row(100, 0, 0, none), row(50, 0.1, 0, none), figure.Beyond},
		"what is throttled":     {row(0, 0, 0, none), row(0, 0.1, 0, none), figure.Throttled},
		"what waits":            {row(0, 0, 0, none), row(0, 0, 0.1, none), figure.Queued},
		"random arrivals first": {row(100, 0, 0, random(0.5, 0)), row(0, 0, 0, random(0.5, 0.1)), figure.Throttled},
		"nothing provisioned":   {row(0, 0, 0, unprovisioned), row(0, 0, 0.1, unprovisioned), figure.Queued},
	} {
		curve := figure.Widest([]*calc.FunctionSpill{c.first, c.last})
		if curve.Measure != c.want || len(curve.Steady) != 2 || len(curve.Random) != 2 || curve.Flat() {
			t.Errorf("%s: %+v", name, curve)
		}
	}
	flat := figure.Widest([]*calc.FunctionSpill{row(100, 0, 0, random(1e-7, 0)), row(100, 0, 0, none)})
	if !flat.Flat() || !flat.HasRandom() || flat.Measure != figure.Beyond {
		t.Errorf("%+v", flat)
	}
	if idle := figure.Widest([]*calc.FunctionSpill{{}, {}}); !idle.Flat() || idle.HasRandom() {
		t.Errorf("%+v", idle)
	}
}

// TestSums checks that a sum is absent if one of its terms is.
func TestSums(t *testing.T) {
	cost := func(usd float64) calc.FunctionSpill {
		return calc.FunctionSpill{Chance: calc.Some(calc.Chance{Cost: calc.Some(calc.Cost{Total: calc.Some(usd)})})}
	}
	if sum := figure.RandomTotal([]calc.FunctionSpill{cost(1), cost(2.5)}); sum != calc.Some(3.5) {
		t.Errorf("%v", sum)
	}
	if sum := figure.RandomTotal([]calc.FunctionSpill{cost(1), {}}); sum.Known() {
		t.Errorf("%v", sum)
	}
	c := figure.CompareRemoved(calc.Removed{Name: "a", Before: 2}, calc.Removed{Name: "b", Before: 3})
	if c.Before != 5 || c.After != 0 || c.Delta != -5 || c.DeltaRatio != calc.Some(-1.0) {
		t.Errorf("%+v", c)
	}
	if figure.Short(5, 5) || !figure.Short(6, 5) {
		t.Error("a pool is short only if it has fewer units than it needs")
	}
}

// TestBarsWithoutNothing checks that a bar has no section for a rate that is nothing but rounding.
func TestBarsWithoutNothing(t *testing.T) {
	f := calc.FunctionSpill{RPS: 100, Verdict: calc.Fits, VerdictRandom: calc.Some(calc.Spills),
		Provisioned: calc.Some(int64(5)),
		Chance:      calc.Some(calc.Chance{SpilloverRatio: calc.Some(0.02), ThrottledRatio: calc.Some(1e-15)})}
	var parts []figure.Part
	for _, b := range figure.Bars(&f) {
		parts = append(parts, b.Part)
	}
	if want := []figure.Part{figure.PartProvisioned, figure.PartOnDemand}; !slices.Equal(parts, want) {
		t.Errorf("%v, want %v", parts, want)
	}
}

// TestSortByLoad checks the orders of the busiest and of the highest rate; a function without a duration comes last.
func TestSortByLoad(t *testing.T) {
	busy := func(x float64) calc.Optional[float64] { return calc.Some(x) }
	rows := []calc.FunctionSpill{
		{Name: "fast", RPS: 900, DurationMS: busy(10), OnDemandBusy: busy(9)},
		{Name: "slow", RPS: 20, DurationMS: busy(1000), OnDemandBusy: busy(20)},
		{Name: "unknown", RPS: 100},
	}
	if got := figure.Sort(rows, figure.ByBusy); !slices.Equal(got, []int{1, 0, 2}) {
		t.Errorf("busy: %v", got)
	}
	if got := figure.Sort(rows, figure.ByRPS); !slices.Equal(got, []int{0, 2, 1}) {
		t.Errorf("rps: %v", got)
	}
}

// TestLimitedByRate checks when a step loses requests because each unit takes only 10 a second.
func TestLimitedByRate(t *testing.T) {
	for _, c := range []struct {
		worst replay.Worst
		want  bool
	}{
		{replay.Worst{RPS: 750, Load: calc.Some(16.8), SpilloverRPS: 150}, true},
		{replay.Worst{RPS: 750, Load: calc.Some(16.8)}, false},
		{replay.Worst{RPS: 750, Load: calc.Some(75.0), SpilloverRPS: 150}, false},
		{replay.Worst{RPS: 750, SpilloverRPS: 150}, false},
		{replay.Worst{}, false},
	} {
		if got := figure.LimitedByRate(c.worst); got != c.want {
			t.Errorf("%+v: got %v", c.worst, got)
		}
	}
}
