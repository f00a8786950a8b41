package figure_test

import (
	"slices"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/figure"
)

// TestExcess checks that the excess is the part that the headline names, and when random arrivals increase it.
func TestExcess(t *testing.T) {
	random := calc.Some(calc.Chance{
		SpilloverRatio: calc.Some(0.2), ThrottledRatio: calc.Some(0.05), QueuedRatio: calc.Some(0.3),
	})
	for name, c := range map[string]struct {
		verdict calc.Verdict
		want    figure.Excess
		more    bool
	}{
		"fits":      {calc.Fits, figure.Excess{calc.Spills, 10, 0.1, calc.Some(0.2)}, true},
		"spills":    {calc.Spills, figure.Excess{calc.Spills, 10, 0.1, calc.Some(0.2)}, true},
		"throttles": {calc.Throttles, figure.Excess{calc.Throttles, 20, 0.2, calc.Some(0.05)}, false},
		// every event waits sooner or later
		"queues": {calc.Queues, figure.Excess{calc.Queues, 30, 0.3, calc.Optional[float64]{}}, false},
	} {
		f := calc.FunctionSpill{RPS: 100, Verdict: c.verdict, Chance: random, SpilloverRPS: 10, SpilloverRatio: 0.1,
			Parts: calc.Parts{ThrottledRPS: 20, QueuedRPS: 30}, ThrottledRatio: 0.2, QueuedRatio: 0.3}
		if x := figure.ExcessOf(&f); x != c.want || x.MoreAtRandom() != c.more {
			t.Errorf("%s: %+v", name, x)
		}
	}
	waits := calc.FunctionSpill{RPS: 100, Verdict: calc.Queues, Chance: random}
	if x := figure.ExcessOf(&waits); x != (figure.Excess{Verdict: calc.Queues, Random: calc.Some(0.3)}) {
		t.Errorf("random events: %+v", x)
	}
}

// TestExcessShare checks that a share is that of the steady state, and that of random arrivals only where that is
// nothing and the other can be seen.
func TestExcessShare(t *testing.T) {
	for _, c := range []struct {
		steady float64
		random calc.Optional[float64]
		share  float64
		at     bool
	}{
		{0.1, calc.Some(0.2), 0.1, false},
		{0, calc.Some(0.2), 0.2, true},
		{0, calc.Some(0.00009), 0, false},
		{0, calc.Optional[float64]{}, 0, false},
	} {
		share, random := figure.Excess{Ratio: c.steady, Random: c.random}.Share()
		if share != c.share || random != c.at {
			t.Errorf("%v, %v: %v, %v", c.steady, c.random, share, random)
		}
	}
}

// TestExcesses checks that a compared load has every kind of excess, the worst first.
func TestExcesses(t *testing.T) {
	got := figure.Excesses(&calc.Figures{
		RPS: 100, ThrottledRatio: 0.25, QueuedRatio: 0.125, SpilloverRatio: 0.5,
		Chance: calc.Some(calc.VariantChance{SpilloverRatio: calc.Some(0.75)}),
	})
	want := []figure.Excess{
		{Verdict: calc.Throttles, RPS: 25, Ratio: 0.25}, {Verdict: calc.Queues, RPS: 12.5, Ratio: 0.125},
		{Verdict: calc.Spills, RPS: 50, Ratio: 0.5, Random: calc.Some(0.75)},
	}
	if !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
}

// TestBars checks that bars are the parts that can be seen, one after the other.
func TestBars(t *testing.T) {
	parts := func(f calc.FunctionSpill) (names []figure.Part) {
		at := 0.0
		for _, b := range figure.Bars(&f) {
			if b.From != at || b.To <= b.From {
				t.Errorf("%s is from %v to %v, want from %v", b.Part, b.From, b.To, at)
			}
			names, at = append(names, b.Part), b.To
		}
		return names
	}
	spills := calc.FunctionSpill{
		RPS: 100, Parts: calc.Parts{ProvisionedRPS: 100}, Provisioned: calc.Some[int64](10),
		Verdict: calc.Fits, VerdictRandom: calc.Some(calc.Spills),
		Chance: calc.Some(calc.Chance{SpilloverRatio: calc.Some(0.1), ThrottledRatio: calc.Some(1e-9)}),
	}
	throttles := calc.FunctionSpill{RPS: 100, Verdict: calc.Throttles,
		Parts: calc.Parts{ProvisionedRPS: 50, OnDemandRPS: 49.999, ThrottledRPS: 0.001}}
	fits := calc.FunctionSpill{RPS: 100, Verdict: calc.Fits, CeilingRPS: calc.Some(200.0),
		Parts: calc.Parts{OnDemandRPS: 100}}
	for _, c := range []struct {
		f    calc.FunctionSpill
		want []figure.Part
	}{
		{spills, []figure.Part{figure.PartProvisioned, figure.PartOnDemand}},
		{throttles, []figure.Part{figure.PartProvisioned, figure.PartOnDemand, figure.PartThrottled}},
		{fits, []figure.Part{figure.PartOnDemand, figure.PartRoom}},
	} {
		if got := parts(c.f); !slices.Equal(got, c.want) {
			t.Errorf("%v, want %v", got, c.want)
		}
	}
}
