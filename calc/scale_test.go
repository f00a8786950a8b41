package calc_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/series"
)

// TestParseScale checks how factors are written, and what is wrong with invalid ones.
func TestParseScale(t *testing.T) {
	for text, want := range map[string][]float64{
		"2":           {2},
		"2x":          {2},
		"0.5,2, 1.5x": {0.5, 1.5, 2},
		"1:4:0.5":     {1, 1.5, 2, 2.5, 3, 3.5, 4},
		"1:2:0.6":     {1, 1.6, 2},
		"1:2:1,2,8":   {1, 2, 8},
		"100":         {100},
		"150%,50%":    {0.5, 1.5},
	} {
		got, err := calc.ParseScale(strings.Split(text, ","))
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v, want %v", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"":        `"" is not a factor; expected factors above 0, up to 100`,
		"two":     "is not a factor",
		"150x%":   "is not a factor",
		"1:2":     "is not a factor",
		"1:2:3:4": "is not a factor",
		"0":       "is out of range",
		"-1":      "is out of range",
		"101":     "is out of range",
		"NaN":     "is out of range",
		"1:2:0":   "is out of range",
		"2:1:1":   "ends before it begins",
		"1:2:.01": "has more than 100 points",
	} {
		if got, err := calc.ParseScale([]string{text}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v, want %s", text, got, err, want)
		}
	}
}

// scaled returns a split with a scale.
func scaled(t *testing.T, a calc.Account, factors ...float64) calc.SpillResult {
	t.Helper()
	return spillWith(t, a, calc.SpillOptions{Scale: factors})
}

// TestBreaksAt checks at which factor loads break, against the ceilings of their pools.
func TestBreaksAt(t *testing.T) {
	free := calc.Optional[int64]{}
	for _, c := range []struct {
		name    string
		f       calc.Function
		factor  float64 // -1: it does not break
		verdict calc.Verdict
	}{
		{"10 x 1,000 of 4,000", calc.Function{RPS: rps(4000)}, 2.51, calc.Throttles},
		{"1,000 / 1 s of 300", calc.Function{RPS: rps(300), DurationMS: ms(1000)}, 3.34, calc.Throttles},
		{"now", calc.Function{RPS: rps(300), DurationMS: ms(1000), Reserved: units(200)}, 0.667, calc.Throttles},
		{"events", calc.Function{RPS: rps(300), DurationMS: ms(1000), Reserved: units(600), Mode: calc.Async}, 2.01,
			calc.Queues},
		{"exactly full now", calc.Function{RPS: rps(10000), Reserved: free}, 1.01, calc.Throttles},
		{"99 x", calc.Function{RPS: rps(101), Reserved: free}, 99.1, calc.Throttles},
		{"100 x is just full", calc.Function{RPS: rps(100), Reserved: free}, -1, ""},
		{"switched off", calc.Function{RPS: rps(1), Reserved: units(0)}, 0, calc.Throttles},
		{"no load", calc.Function{RPS: rps(0), Reserved: units(0)}, -1, ""},
		{"spilling is no break", calc.Function{RPS: rps(500), Provisioned: 1}, 20.1, calc.Throttles},
	} {
		c.f.Name = "f"
		got, ok := scaled(t, ordinary(c.f), 1).BreaksAt.Get()
		if !ok {
			got.Factor = -1
		}
		if got.Factor != c.factor || got.Verdict != c.verdict || ok && got.Function != "f" {
			t.Errorf("%s: %+v, want %v %s", c.name, got, c.factor, c.verdict)
		}
	}
	a := ordinary(calc.Function{Name: "a", RPS: rps(100)}, calc.Function{Name: "b", RPS: rps(100), Reserved: units(30)},
		calc.Function{Name: "c", RPS: rps(200), DurationMS: ms(100), Reserved: units(60), Mode: calc.Async})
	got := scaled(t, a, 1).BreaksAt.Or(calc.Break{})
	equal(t, "of three functions", got, calc.Break{Factor: 3.01, Function: "b", Verdict: calc.Throttles})
	equal(t, "without a scale", spill(t, a).BreaksAt.Known(), false)
}

// TestScale checks the points of a scale, of a split and of a plan: each is the result for the account with those
// rates.
func TestScale(t *testing.T) {
	f := calc.Function{Name: "f", RPS: rps(800), DurationMS: ms(150), Provisioned: 120, AverageRPS: rps(400)}
	o := calc.SpillOptions{Chance: true, Scale: []float64{0.5, 1, 2, 10}}
	r := spillWith(t, ordinary(f), o)
	for i, want := range []struct{ steady, random calc.Verdict }{
		{calc.Fits, calc.Fits}, {calc.Fits, calc.Spills}, {calc.Spills, calc.Spills}, {calc.Throttles, calc.Throttles},
	} {
		p := r.Scale[i]
		equal(t, "verdict", p.Verdict, want.steady)
		equal(t, "verdict_random", p.VerdictRandom, calc.Some(want.random))
		g := f
		g.RPS, g.AverageRPS = rps(800*p.Factor), rps(400*p.Factor)
		alone := spillWith(t, ordinary(g), calc.SpillOptions{Chance: true}).Account
		equal(t, "spilled", p.SpilloverRatio, alone.SpilloverRatio)
		equal(t, "throttled", p.ThrottledRatio, alone.ThrottledRatio)
		equal(t, "queued", p.QueuedRatio, alone.QueuedRatio)
	}
	equal(t, "the answer itself", r.Functions[0].RPS, 800)

	planned := calc.PlanOptions{SpillOptions: o, Sizing: calc.DefaultSizing()}
	planned.TargetSpillover = calc.Some(0.6)
	plan := planWith(t, ordinary(f), planned)
	equal(t, "with a target", plan.Scale[2].VerdictRandom, calc.Some(calc.Fits))
	equal(t, "break", plan.BreaksAt, r.BreaksAt)
	refused := ordinary(f)
	refused.ClaimedElsewhere = 900
	equal(t, "refused", planWith(t, refused, planned).Scale[0].Verdict, calc.Refused)

	day := f
	day.AverageRPS, day.Day = none, series.Day(slices.Repeat([]float64{800, 400}, 12))
	spillWith(t, ordinary(day), o)
	if day.Day.At(0) != 800 {
		t.Error("the scale changed the rates of the account")
	}
}

// TestScaleVerdicts checks on random accounts that the points, which leave out what no verdict needs, have the verdicts
// of the whole answer.
func TestScaleVerdicts(t *testing.T) {
	random := rand.New(rand.NewPCG(13, 3))
	seen := map[calc.Verdict]int{}
	for range 300 {
		a := usual(random)
		o := calc.SpillOptions{Chance: true, Scale: []float64{1}}
		r, err := calc.Spill(a, o)
		if err != nil {
			continue
		}
		p := r.Scale[0]
		if p.Verdict != r.Account.Verdict || p.VerdictRandom != r.Account.VerdictRandom {
			t.Fatalf("%+v: %+v, want %+v", a, p, r.Account)
		}
		seen[p.VerdictRandom.Or("")]++
	}
	for _, v := range []calc.Verdict{calc.Fits, calc.Spills, calc.Queues, calc.Throttles} {
		if seen[v] == 0 {
			t.Errorf("none %s: %v", v, seen)
		}
	}
}

// TestScaleWork checks that a large account can be scaled by as many factors as there may be, and that a scale which
// would take too long is refused with a number of points that is not.
func TestScaleWork(t *testing.T) {
	o := calc.SpillOptions{Chance: true}
	for factor := range 100 {
		o.Scale = append(o.Scale, float64(factor+1))
	}
	if r := spillWith(t, scaledFunctions(), o); len(r.Scale) != 100 {
		t.Errorf("%d points", len(r.Scale))
	}
	a := calc.Account{Concurrency: 1_000_000}
	for i := range 500 {
		a.Functions = append(a.Functions, calc.Function{Name: fmt.Sprint("f", i), RPS: rps(9e6), DurationMS: ms(0.001)})
	}
	_, err := calc.Spill(a, o)
	const want = "scale: 100 points of 500 functions take too long at these loads; expected at most 6"
	if err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	o.Scale = o.Scale[len(o.Scale)-6:]
	spillWith(t, a, o)
}

// TestScaleFaults checks which scales are not valid.
func TestScaleFaults(t *testing.T) {
	f := calc.Function{Name: "f", RPS: rps(5e8)}
	swept := calc.Sweep{Axis: calc.AxisRPS, Values: []float64{1}}
	for _, c := range []struct {
		o    calc.SpillOptions
		want string
	}{
		{calc.SpillOptions{Scale: []float64{0}}, "0 is out of range"},
		{calc.SpillOptions{Scale: []float64{101}}, "101 is out of range"},
		{calc.SpillOptions{Scale: slices.Repeat([]float64{1}, 101)}, "has 101 points; expected at most 100"},
		{calc.SpillOptions{Scale: []float64{1, 3}}, "at 3x: rps: "},
		{calc.SpillOptions{Scale: []float64{1}, Sweep: &swept}, "with a sweep"},
	} {
		_, err := calc.Spill(ordinary(f), c.o)
		_, planErr := calc.Plan(ordinary(f), calc.PlanOptions{SpillOptions: c.o})
		for _, err := range []error{err, planErr} {
			if err == nil || !strings.HasPrefix(err.Error(), "scale: ") || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
		}
	}
}

// TestBreaksAtIsFirst checks on random accounts that the load breaks at the factor, and not at the three-digit number
// before it.
func TestBreaksAtIsFirst(t *testing.T) {
	random := rand.New(rand.NewPCG(12, 7))
	broken := 0
	for range 400 {
		a := usual(random)
		r, err := calc.Spill(a, calc.SpillOptions{Scale: []float64{1}})
		if err != nil {
			continue
		}
		b, ok := r.BreaksAt.Get()
		if !ok || b.Factor == 0 {
			continue
		}
		broken++
		step := 0.01
		for x := b.Factor; x < 1; x *= 10 {
			step /= 10
		}
		for x := b.Factor; x >= 10; x /= 10 {
			step *= 10
		}
		at, before := scaled(t, a, b.Factor).Scale[0], scaled(t, a, b.Factor-step).Scale[0]
		breaks := func(p calc.ScalePoint) bool { return p.ThrottledRatio > 0 || p.QueuedRatio > 0 }
		if !breaks(at) || breaks(before) {
			t.Errorf("%+v: %+v, but %+v and before %+v", a, b, at, before)
		}
	}
	if broken < 200 {
		t.Errorf("only %d break", broken)
	}
}

// TestGrowth checks where an account begins to spill and where it breaks with random arrivals: the answer at the factor
// differs from that just below it, and a plan names what to set at each factor.
func TestGrowth(t *testing.T) {
	a := ordinary(
		calc.Function{Name: "small", RPS: rps(100), DurationMS: ms(100), Provisioned: 30},
		calc.Function{Name: "large", RPS: rps(400), DurationMS: ms(100), Reserved: units(120)})
	o := calc.SpillOptions{Chance: true, Scale: []float64{1, 2, 3}}
	r := spillWith(t, a, o)
	at := func(factor float64) calc.SpillResult {
		b := a
		b.Functions = slices.Clone(a.Functions)
		for i := range b.Functions {
			b.Functions[i].RPS = rps(a.Functions[i].RPS.Or(0) * factor)
		}
		return spillWith(t, b, calc.SpillOptions{Chance: true})
	}
	for i, p := range r.Scale {
		alone := at(p.Factor)
		equal(t, "headline", p.Headline(), alone.Account.Headline())
		sum := 0.0
		for _, f := range alone.Functions {
			sum += f.Chance.Or(calc.Chance{}).ThrottledRatio.Or(0) * f.RPS
		}
		near(t, "throttled at random", known(t, "throttled", r.Scale[i].Chance.Or(calc.VariantChance{}).ThrottledRatio),
			sum/alone.Account.RPS, 1e-12)
	}
	spills, breaks := r.SpillsAt.Or(calc.Break{}), r.BreaksAtRandom.Or(calc.Break{})
	equal(t, "spills", spills.Function+" "+string(spills.Verdict), "small spills")
	equal(t, "breaks", breaks.Function+" "+string(breaks.Verdict), "large throttles")
	equal(t, "at the first", at(spills.Factor).Account.Headline(), calc.Spills)
	equal(t, "before it", at(spills.Factor-0.01).Account.Headline(), calc.Fits)
	equal(t, "at the second", at(breaks.Factor).Account.Headline(), calc.Throttles)
	equal(t, "before that", at(breaks.Factor-0.01).Account.Headline(), calc.Spills)
	if steady := r.BreaksAt.Or(calc.Break{}).Factor; steady <= breaks.Factor {
		t.Errorf("breaks at %v in the steady state, and at %v with random arrivals", steady, breaks.Factor)
	}

	planned := calc.PlanOptions{SpillOptions: o, Sizing: calc.DefaultSizing()}
	for _, p := range planWith(t, a, planned).Scale {
		set, ok := p.Set.Get()
		b := a
		b.Concurrency, b.Functions = set.Concurrency, slices.Clone(a.Functions)
		for i := range b.Functions {
			b.Functions[i].RPS = rps(a.Functions[i].RPS.Or(0) * p.Factor)
		}
		b.Functions[0].Provisioned, b.Functions[1].Reserved = set.ProvisionedTotal, units(set.ReservedTotal)
		after := planWith(t, b, calc.PlanOptions{SpillOptions: calc.SpillOptions{Chance: true}, Sizing: planned.Sizing})
		if !ok || after.Account.Headline() != calc.Fits || len(after.Changes) > 0 {
			t.Errorf("with %+v for %vx: %s, changes %+v", set, p.Factor, after.Account.Headline(), after.Changes)
		}
	}
	if s := spillWith(t, a, calc.SpillOptions{Scale: []float64{1}}); s.BreaksAtRandom.Known() || s.Scale[0].Set.Known() {
		t.Errorf("without random arrivals: %+v", s.Growth)
	}
}
