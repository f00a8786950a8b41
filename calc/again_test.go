package calc_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/source"
)

// TestPlanAgain applies plans for random accounts and plans again: the second plan has nothing to change, AWS accepts
// the settings, and the load fits and meets the targets. So it does with only the required changes.
func TestPlanAgain(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 5))
	planAgain(t, 2000, 8000, func() (calc.Account, calc.PlanOptions) { return planned(t, random) })
}

// TestPlanSourcesAgain does the same for accounts with event sources.
func TestPlanSourcesAgain(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 17))
	planAgain(t, 1000, 4000, func() (calc.Account, calc.PlanOptions) {
		a, o := planned(t, random)
		for i := range a.Functions {
			if i == 0 || random.IntN(4) == 0 {
				addSources(random, &a.Functions[i])
			}
		}
		return a, o
	})
}

// planAgain plans for some accounts, many of which need changes, and plans again.
func planAgain(t *testing.T, many, accounts int, next func() (calc.Account, calc.PlanOptions)) {
	t.Helper()
	changed := 0
	for range accounts {
		a, o := next()
		if !quick(a) {
			continue
		}
		plan, err := calc.Plan(a, o)
		if err != nil {
			continue
		}
		after := a
		after.Functions = slices.Clone(a.Functions)
		for _, c := range plan.Changes {
			apply(&after, c)
		}
		if after.Concurrency > 1e8 {
			continue
		}
		again, err := calc.Plan(after, o)
		if err != nil {
			t.Errorf("%+v: %v after %+v", a, err, plan.Changes)
			continue
		}
		if len(plan.Changes) > 0 {
			changed++
		}
		tooLong := func(f calc.Function) bool { return f.DurationMS.Or(0) > 900_000 } // nothing is recommended for these
		if !again.Account.Accepted && !slices.ContainsFunc(a.Functions, tooLong) {
			t.Errorf("%+v: not accepted after %+v", a, plan.Changes)
		}
		if accepted := plan.Account.Verdict != calc.Refused; accepted != a.Accepted() || accepted != plan.Account.Accepted {
			t.Errorf("%+v: %s, and then %s", a, plan.Account.Verdict, again.Account.Verdict)
		}
		if len(again.Changes) > 0 {
			t.Errorf("%+v, %+v: %+v, and then %+v", a, o.Sizing, plan.Changes, again.Changes)
		}
		checkMet(t, after, o, plan)
		if headline := again.Account.Headline(); o.Chance && headline != calc.Fits && !unsized(again) &&
			!slices.ContainsFunc(again.Now(), atMost) {
			t.Errorf("%+v, %+v: %s after %+v", a, o.Sizing, headline, plan.Changes)
		}
		needed := a
		needed.Functions = slices.Clone(a.Functions)
		for _, c := range plan.Changes {
			if c.Required {
				apply(&needed, c)
			}
		}
		if needed.Accepted() {
			checkMet(t, needed, o, plan)
		} else if !slices.ContainsFunc(a.Functions, tooLong) {
			t.Errorf("%+v: not accepted after the required changes of %+v", a, plan.Changes)
		}
	}
	if changed < many {
		t.Errorf("only %d plans have changes", changed)
	}
}

// TestTargetTogether pins accounts in which provisioned concurrency was lowered although the target was then missed.
// They were found by brute force over small accounts with the version of 2026-11-28.
func TestTargetTogether(t *testing.T) {
	for _, c := range []struct {
		quota  int64
		target float64
		own    calc.Function // synchronous
		other  calc.Function // asynchronous
	}{
		{477, 1e-4, calc.Function{RPS: rps(40), DurationMS: ms(5), Provisioned: 9},
			calc.Function{RPS: rps(936), DurationMS: ms(500)}},
		{1015, 1e-4, calc.Function{RPS: rps(342), DurationMS: ms(50), Provisioned: 63, Peakedness: calc.Some(4.877)},
			calc.Function{RPS: rps(476), DurationMS: ms(2000)}},
		{520, 1e-3, calc.Function{RPS: rps(95), DurationMS: ms(10), Provisioned: 23, Peakedness: calc.Some(4.958)},
			calc.Function{RPS: rps(995), DurationMS: ms(500)}},
	} {
		c.own.Name, c.other.Name, c.other.Mode = "own", "other", calc.Async
		a := calc.Account{Concurrency: c.quota, Functions: []calc.Function{c.own, c.other}}
		o := calc.PlanOptions{Sizing: calc.DefaultSizing()}
		o.TargetThrottle = calc.Some(c.target)
		plan := planWith(t, a, o)
		for _, change := range plan.Changes {
			apply(&a, change)
		}
		checkMet(t, a, o, plan)
	}
}

// TestRequired checks that the account's requirement includes those of its functions and the floor of the requested
// quota. The first case is from a message of check, the others are from the formula of Account.required.
func TestRequired(t *testing.T) {
	function := func(f calc.Function) []calc.Function { f.Name = "f"; return []calc.Function{f} }
	for _, c := range []struct {
		quota                 int64
		f                     calc.Function
		required, recommended int64
	}{
		{10, calc.Function{RPS: rps(1), DurationMS: ms(100), Reserved: units(5)}, 105, 105},
		{105, calc.Function{RPS: rps(1), DurationMS: ms(100), Reserved: units(5)}, 105, 105},
		{10, calc.Function{RPS: rps(150), DurationMS: ms(1000), Provisioned: 5}, 150, 265},
		{5000, calc.Function{RPS: rps(20000), DurationMS: ms(50), Reserved: units(1200)}, 2100, 2300},
		{1000, calc.Function{RPS: rps(0), Reserved: units(0)}, 0, 0},
		{1000, calc.Function{RPS: rps(0), Reserved: units(50)}, 150, 150},
		{1000, calc.Function{RPS: rps(100), DurationMS: ms(500), Reserved: units(0)}, 150, 155},
		{1000, calc.Function{Mode: calc.Async, RPS: rps(1000), DurationMS: ms(50), Provisioned: 50, Reserved: units(50)},
			175, 210},
	} {
		a := calc.Account{Concurrency: c.quota, Functions: function(c.f)}
		plan, err := calc.Plan(a, calc.PlanOptions{Sizing: calc.DefaultSizing()})
		if err != nil {
			t.Error(err)
			continue
		}
		got := plan.Account
		if got.RequiredConcurrency.Or(0) != c.required || got.RecommendedConcurrency != c.recommended {
			t.Errorf("%+v: %v, %d, want %d, %d", c.f, got.RequiredConcurrency, got.RecommendedConcurrency,
				c.required, c.recommended)
		}
	}
}

// TestRequiredExplained checks that the explained numbers of the account's requirement add up to it.
func TestRequiredExplained(t *testing.T) {
	a := calc.Account{Concurrency: 5000, Functions: []calc.Function{
		{Name: "f", RPS: rps(20000), DurationMS: ms(50), Reserved: units(1200)},
		{Name: "g", RPS: rps(10), DurationMS: ms(1000)}}}
	for _, step := range spill(t, a).Explain() {
		if want := "2,000 + 0 + max(100, 10)"; step.Quantity == "required_concurrency" &&
			(step.Numbers != want || step.Value != 2100) {
			t.Errorf("%s = %v, want %s = 2,100", step.Numbers, step.Value, want)
		}
	}
}

// planned returns an account of some kind, and the options of its plan.
func planned(t *testing.T, random *rand.Rand) (a calc.Account, o calc.PlanOptions) {
	t.Helper()
	bytes := make([]byte, 64)
	for i := range bytes {
		bytes[i] = byte(random.Uint32())
	}
	d := &dice{bytes}
	a = d.account()
	if random.IntN(3) == 0 {
		a.Concurrency = max(1, min(a.Concurrency, 10+random.Int64N(90)))
	}
	switch random.IntN(4) {
	case 0, 1:
		a = usual(random)
	case 2:
		a = crowded(t, random)
	}
	if random.IntN(8) == 0 { // more than AWS accepts
		a.ClaimedElsewhere = a.Concurrency - random.Int64N(a.Concurrency)/4
	}
	o.Sizing = calc.DefaultSizing()
	o.Chance = random.IntN(2) == 0
	if random.IntN(3) == 0 {
		o.TargetSpillover = calc.Some([]float64{0.1, 0.01, 0.001}[random.IntN(3)])
	}
	if random.IntN(3) == 0 {
		o.TargetThrottle = calc.Some([]float64{0.01, 0.001, 0.0001}[random.IntN(3)])
	}
	return a, o
}

// addSources gives a function event sources that send about as much as its rate.
func addSources(random *rand.Rand, f *calc.Function) {
	rate := f.RPS.Or(0)
	if f.Compute == calc.OnManaged || rate > 1e6 || !f.Day.Empty() || f.AverageRPS.Known() {
		return
	}
	f.Mode, f.Sources = "", make([]source.Source, 1+random.IntN(2))
	for j := range f.Sources {
		s := &f.Sources[j]
		for *s = sourceOfAny(random); s.Type == source.Async; {
			*s = sourceOfAny(random)
		}
		if s.Type.IsQueue() && random.IntN(2) == 0 {
			s.VisibilityS, s.MaxReceive = calc.Some(random.Float64()*300), calc.Some(1+random.Int64N(8))
		}
		if s.Type == source.SQS && random.IntN(2) == 0 {
			s.MaximumConcurrency = calc.Optional[int64]{}
		}
		s.MessagesRPS = calc.Some(rate * float64(s.Completed().Batch.Or(1)) / float64(len(f.Sources)))
	}
	if f.RPS = none; random.IntN(4) == 0 && len(f.Sources) == 1 {
		f.RPS, f.Sources[0].MessagesRPS = calc.Some(rate), none
	}
}

// atMost reports whether a plan cannot let the sources of a function take more.
func atMost(row calc.FunctionSpill) bool {
	one := row.Source.Or(calc.SourceSpill{})
	for _, s := range row.Sources.Or([]calc.SourceSpill{one}) {
		bound, ok := s.BoundBy.Get()
		switch {
		case !ok:
		case bound == source.Groups, bound == source.Partitions, s.Type == source.ActiveMQ, s.Type == source.RabbitMQ,
			bound == source.Maximum && s.Concurrency >= 1000, bound == source.Shards && s.Type == source.DynamoDB,
			bound == source.Pollers && s.Concurrency >= 10_000:
			return true
		}
	}
	return false
}

// unsized reports whether a plan could not size a function because no number is known to be enough.
func unsized(plan calc.PlanResult) bool {
	return slices.ContainsFunc(plan.Functions, func(p calc.FunctionPlan) bool {
		return p.Now.Mode == calc.Async && !p.Now.DurationMS.Known() && p.Now.RPS > 0
	})
}

// checkMet checks that the load fits, and that the targets are met.
func checkMet(t *testing.T, a calc.Account, o calc.PlanOptions, plan calc.PlanResult) {
	t.Helper()
	for _, f := range a.Functions {
		if f.Mode == calc.Async && !f.DurationMS.Known() {
			return
		}
	}
	r, err := calc.Spill(a, calc.SpillOptions{Chance: true})
	if err != nil {
		t.Error(err)
		return
	}
	for i, row := range r.Functions {
		x := row.Chance.Or(calc.Chance{})
		p := plan.Functions[i]
		spills := p.RequiredProvisionedForTarget.Known() && a.Functions[i].Provisioned > 0 &&
			x.BeyondProvisionedRatio.Or(0) > o.TargetSpillover.Or(1)*(1+1e-9)
		throttles := x.ThrottledRatio.Or(0) > o.TargetThrottle.Or(1)*(1+1e-9)
		if !suits(row, p) || spills || throttles {
			t.Errorf("%s, %v beyond provisioned, %v throttled: %+v with %+v after %+v",
				row.Verdict, x.BeyondProvisionedRatio, x.ThrottledRatio, a, o.Sizing, plan.Changes)
		}
	}
}

// crowded returns an account whose shared pool is about as large as the throttle target requires, with functions that
// have more provisioned than they need. Lowering that may miss the target.
func crowded(t *testing.T, r *rand.Rand) calc.Account {
	t.Helper()
	a := calc.Account{Concurrency: 100_000}
	for i := range 1 + r.IntN(3) {
		f := calc.Function{Name: string(rune('a' + i)), Mode: []calc.Mode{calc.Sync, calc.Sync, calc.Async}[r.IntN(3)]}
		rate, ms := 20+r.Float64()*600, []float64{5, 20, 50, 100, 500, 2000}[r.IntN(6)]
		f.RPS, f.DurationMS = calc.Some(rate), calc.Some(ms)
		if r.IntN(3) > 0 {
			f.Provisioned = int64(rate * max(ms/1000, 0.1) * (0.5 + 2*r.Float64()))
		}
		if r.IntN(3) == 0 {
			f.Peakedness = calc.Some(1 + 4*r.Float64())
		}
		a.Functions = append(a.Functions, f)
	}
	o := calc.PlanOptions{Sizing: calc.DefaultSizing()}
	o.TargetThrottle = calc.Some([]float64{0.01, 0.001, 0.0001}[r.IntN(3)])
	a.Concurrency = max(1, planWith(t, a, o).Account.RecommendedConcurrency+r.Int64N(5)-2)
	return a
}

// usual returns an account with moderate loads.
func usual(r *rand.Rand) calc.Account {
	a := calc.Account{Concurrency: []int64{10, 40, 99, 100, 150, 400, 1000}[r.IntN(7)]}
	left := a.Concurrency - a.Floor()
	for i := range 1 + r.IntN(4) {
		f := calc.Function{Name: string(rune('a' + i)), Mode: []calc.Mode{calc.Sync, calc.Sync, calc.Async}[r.IntN(3)]}
		ms := []float64{5, 30, 60, 90, 100, 150, 400, 1000, 5000}[r.IntN(9)]
		load := r.Float64() * []float64{1, 10, 60, 200}[r.IntN(4)]
		f.DurationMS, f.RPS = calc.Some(ms), calc.Some(load/ms*1000)
		if r.IntN(3) > 0 && left > 0 {
			f.Provisioned = min(left, int64(load*(0.3+2*r.Float64())))
		}
		claim := f.Provisioned
		if r.IntN(3) == 0 && left > 0 {
			claim = min(left, f.Provisioned+int64(load*r.Float64()*1.5))
			f.Reserved = calc.Some(claim)
		}
		if r.IntN(5) == 0 {
			f.Peakedness = calc.Some(1 + 4*r.Float64())
		}
		left -= claim
		a.Functions = append(a.Functions, f)
	}
	return a
}

// TestTargetBesideBursts checks pools with bursty events, which crowd the pool and lose less for their variance the
// more of them are retried. So the loss falls as attempts are added, and a size must not be ruled out by the loss
// without them.
func TestTargetBesideBursts(t *testing.T) {
	f := func(name string, mode calc.Mode, rate, duration, peakedness float64) calc.Function {
		return calc.Function{Name: name, Mode: mode, RPS: rps(rate), DurationMS: ms(duration),
			Peakedness: calc.Some(peakedness)}
	}
	guarded := f("guarded", calc.Sync, 4.603, 300, 1)
	guarded.Provisioned = 3
	a := calc.Account{Concurrency: 200, Functions: []calc.Function{guarded,
		f("a", calc.Async, 5.416, 1000, 4), f("b", calc.Async, 2.449, 300, 1), f("c", calc.Sync, 19.03, 1000, 1),
		f("d", calc.Async, 8.849, 120, 1), f("e", calc.Sync, 47.463, 120, 2), f("g", calc.Async, 141.096, 120, 1),
		f("h", calc.Async, 0.33, 1000, 1), f("i", calc.Async, 9.38, 120, 4), f("j", calc.Sync, 12.246, 120, 1),
	}}
	r := planWith(t, a, calc.PlanOptions{Sizing: calc.Sizing{Headroom: 0.1, TargetThrottle: calc.Some(0.05)}})
	n := r.Functions[0].RequiredUnitsForTarget.Or(0)
	throttled := func(total int64) float64 {
		b := a
		b.UnreservedFloor, b.Concurrency = units(0), total
		x := spillWith(t, b, calc.SpillOptions{Chance: true}).Functions[0].Chance.Or(calc.Chance{})
		return x.ThrottledRatio.Or(-1)
	}
	if !(throttled(n) <= 0.05 && throttled(n-1) > 0.05) {
		t.Errorf("%d units throttle %v, one less %v, want the fewest with 5 %%", n, throttled(n), throttled(n-1))
	}
}

// TestTargetFewest checks that, next to retried events, the units for a throttle target are the fewest that meet it, as
// the throttled share with these units shows.
func TestTargetFewest(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 7))
	checked := 0
	for range 300 {
		a := calc.Account{Concurrency: 1_000_000, UnreservedFloor: units(0)}
		for i := range 3 + random.IntN(12) {
			f := calc.Function{Name: string(rune('a' + i)), Mode: []calc.Mode{calc.Sync, calc.Async}[i%2]}
			duration := []float64{20, 60, 90, 100, 500, 2000}[random.IntN(6)]
			load := []float64{0.3, 5, 40}[random.IntN(3)] * random.Float64()
			f.RPS, f.DurationMS = rps(load/duration*1000), ms(duration)
			if random.IntN(3) > 0 {
				f.Provisioned = int64(load * (0.5 + random.Float64()))
			}
			if random.IntN(2) == 0 {
				f.Peakedness = calc.Some(1 + random.Float64()*[]float64{1, 20}[random.IntN(2)])
			}
			a.Functions = append(a.Functions, f)
		}
		target := []float64{0.1, 0.01, 0.001, 1e-5}[random.IntN(4)]
		n, err := calc.UnreservedFor(a, target)
		if err != nil {
			t.Fatal(err)
		}
		throttled := func(n int64) (most float64) {
			b := a
			b.Concurrency = n
			for _, f := range a.Functions {
				b.Concurrency += f.Provisioned
			}
			for _, row := range spillWith(t, b, calc.SpillOptions{Chance: true}).Functions {
				most = max(most, row.Chance.Or(calc.Chance{}).ThrottledRatio.Or(0))
			}
			return most
		}
		if n < 2 {
			continue
		}
		checked++
		if at, less := throttled(n), throttled(n-1); !(at <= target && less > target) {
			t.Errorf("%+v: %d units throttle %v, one less %v, target %v", a, n, at, less, target)
		}
	}
	if checked < 200 {
		t.Errorf("only %d accounts checked", checked)
	}
}
