package calc_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
)

// TestVerdictRandom checks the verdict for random arrivals, without targets and with them. The shares are Erlang's
// B(120, 120) = 6.9 %, B(140, 120) = 0.7 %, B(150, 120) = 0.102 % and B(151, 120) = 0.08 %.
func TestVerdictRandom(t *testing.T) {
	busy := calc.Function{RPS: rps(800), DurationMS: ms(150)} // 120 environments on average
	with := func(change func(f *calc.Function)) calc.Function {
		f := busy
		change(&f)
		return f
	}
	provisioned := func(n int64) calc.Function { return with(func(f *calc.Function) { f.Provisioned = n }) }
	reserved := func(n int64) calc.Function { return with(func(f *calc.Function) { f.Reserved = units(n) }) }
	events := func(n int64) calc.Function {
		return with(func(f *calc.Function) { f.Reserved, f.Mode = units(n), calc.Async })
	}
	spillover := func(x float64) calc.Sizing { return calc.Sizing{TargetSpillover: calc.Some(x)} }
	throttle := func(x float64) calc.Sizing { return calc.Sizing{TargetThrottle: calc.Some(x)} }
	for _, c := range []struct {
		name           string
		f              calc.Function
		by             calc.Sizing
		steady, random calc.Verdict // random is empty if it is not known
	}{
		{"room for all", busy, calc.Sizing{}, calc.Fits, calc.Fits},
		{"provisioned for the average", provisioned(120), calc.Sizing{}, calc.Fits, calc.Spills},
		{"a target below", provisioned(120), spillover(0.05), calc.Fits, calc.Spills},
		{"a target above", provisioned(120), spillover(0.1), calc.Fits, calc.Fits},
		{"spilling less than 1 %", provisioned(140), calc.Sizing{}, calc.Fits, calc.Fits},
		{"and more than the target", provisioned(140), spillover(0.001), calc.Fits, calc.Spills},
		{"spilling in the steady state", provisioned(80), calc.Sizing{}, calc.Spills, calc.Spills},
		{"which the target allows", provisioned(80), spillover(0.5), calc.Spills, calc.Fits},
		{"which the other target does not", provisioned(80), throttle(0.5), calc.Spills, calc.Spills},
		{"reserved for the average", reserved(120), calc.Sizing{}, calc.Fits, calc.Throttles},
		{"throttling 0.102 %", reserved(150), calc.Sizing{}, calc.Fits, calc.Throttles},
		{"throttling 0.08 %", reserved(151), calc.Sizing{}, calc.Fits, calc.Fits},
		{"and more than the target", reserved(151), throttle(1e-4), calc.Fits, calc.Throttles},
		{"throttling in the steady state", reserved(100), calc.Sizing{}, calc.Throttles, calc.Throttles},
		{"which the target allows", reserved(100), throttle(0.3), calc.Throttles, calc.Fits},
		{"events beyond the average", events(125), calc.Sizing{}, calc.Fits, calc.Queues},
		{"with room", events(160), calc.Sizing{}, calc.Fits, calc.Fits},
		{"a growing queue, which no target is about", events(100), throttle(1), calc.Queues, calc.Queues},
		{"dropped events, which no target is about", events(0), throttle(1), calc.Throttles, calc.Throttles},
		{"no duration", calc.Function{RPS: rps(800)}, calc.Sizing{}, calc.Fits, ""},
	} {
		c.f.Name = "f"
		a := ordinary(c.f)
		plan, err := calc.Plan(a, calc.PlanOptions{SpillOptions: calc.SpillOptions{Chance: true}, Sizing: c.by})
		if err != nil {
			t.Error(err)
			continue
		}
		f := plan.Functions[0]
		equal(t, c.name+": verdict", f.Verdict, c.steady)
		equal(t, c.name+": verdict_random", f.VerdictRandom.Or(""), c.random)
		equal(t, c.name+": verdict_random now", f.Now.VerdictRandom, f.VerdictRandom)
		equal(t, c.name+": verdict_random of the account", plan.Account.VerdictRandom, f.VerdictRandom)
		headline := c.random
		if headline == "" {
			headline = c.steady
		}
		equal(t, c.name+": headline", f.Now.Headline(), headline)
		equal(t, c.name+": headline of the account", plan.Account.Headline(), headline)
		if c.by == (calc.Sizing{}) {
			r := spillWith(t, a, calc.SpillOptions{Chance: true})
			equal(t, c.name+": verdict_random of the split", r.Functions[0].VerdictRandom, f.VerdictRandom)
			equal(t, c.name+": without random arrivals", spill(t, a).Functions[0].VerdictRandom.Known(), false)
		}
	}
}

// TestVerdictRandomAccount checks the account's verdict for random arrivals if its functions differ.
func TestVerdictRandomAccount(t *testing.T) {
	fits := calc.Function{Name: "fits", RPS: rps(10), DurationMS: ms(150)}
	spills := calc.Function{Name: "spills", RPS: rps(800), DurationMS: ms(150), Provisioned: 120}
	untimed := calc.Function{Name: "untimed", RPS: rps(10)}
	throttles := calc.Function{Name: "throttles", RPS: rps(100), Reserved: units(1)} // no duration
	for _, c := range []struct {
		functions      []calc.Function
		steady, random calc.Verdict
		worst          string
	}{
		{[]calc.Function{fits, spills}, calc.Fits, calc.Spills, "spills"},
		{[]calc.Function{spills, untimed}, calc.Fits, calc.Spills, "spills"},
		{[]calc.Function{fits, spills, throttles}, calc.Throttles, calc.Throttles, "throttles"},
		{[]calc.Function{untimed, throttles}, calc.Throttles, "", "throttles"},
	} {
		r := spillWith(t, ordinary(c.functions...), calc.SpillOptions{Chance: true})
		equal(t, "verdict", r.Account.Verdict, c.steady)
		equal(t, "verdict_random", r.Account.VerdictRandom.Or(""), c.random)
		equal(t, "worst", calc.Worst(r.Functions).Name, c.worst)
	}
	refused := ordinary(spills)
	refused.ClaimedElsewhere = 900
	plan := planWith(t, refused, calc.PlanOptions{SpillOptions: calc.SpillOptions{Chance: true}})
	equal(t, "verdict_random of a refused account", plan.Account.VerdictRandom, calc.Some(calc.Refused))
	equal(t, "verdict_random with nothing left", plan.Functions[0].VerdictRandom, calc.Some(calc.Throttles))
}

// TestHeadlineRatio checks which share a headline names.
func TestHeadlineRatio(t *testing.T) {
	f := calc.Function{Name: "f", RPS: rps(800), DurationMS: ms(150), Provisioned: 120}
	row := spillWith(t, ordinary(f), calc.SpillOptions{Chance: true}).Functions[0]
	share, random := row.HeadlineRatio()
	equal(t, "random", random, true)
	near(t, "share", share, 0.069, 0.01) // B(120, 120)
	f.Provisioned = 60
	row = spillWith(t, ordinary(f), calc.SpillOptions{Chance: true}).Functions[0]
	share, random = row.HeadlineRatio()
	equal(t, "random", random, false)
	near(t, "share", share, 0.5, 1e-12)
}

// TestVerdictRandomIsNoBetter checks on random accounts that the verdict for random arrivals is never better than the
// steady one, and that the account's is the worst headline.
func TestVerdictRandomIsNoBetter(t *testing.T) {
	order := calc.Verdicts()
	random := rand.New(rand.NewPCG(12, 1))
	worse := 0
	for range 500 {
		a := usual(random)
		r, err := calc.Spill(a, calc.SpillOptions{Chance: true})
		if err != nil {
			continue
		}
		worst := len(order) - 1
		for _, f := range r.Functions {
			v, w := slices.Index(order, f.Verdict), slices.Index(order, f.Headline())
			if w > v {
				t.Errorf("%+v: %s at random, %s in the steady state", a, f.Headline(), f.Verdict)
			}
			if w < v {
				worse++
			}
			worst = min(worst, w)
		}
		equal(t, "account", r.Account.Headline(), order[worst])
	}
	if worse < 50 {
		t.Errorf("only %d are worse", worse)
	}
}

// TestProvisionedHeadroom checks the headroom of provisioned concurrency.
func TestProvisionedHeadroom(t *testing.T) {
	for _, c := range []struct {
		f    calc.Function
		want calc.Optional[float64]
	}{
		{calc.Function{RPS: rps(1500), Provisioned: 200}, calc.Some(0.25)},                     // 10 x 200
		{calc.Function{RPS: rps(250), DurationMS: ms(400), Provisioned: 200}, calc.Some(0.5)},  // 200 / 0.4
		{calc.Function{RPS: rps(500), DurationMS: ms(400), Provisioned: 200}, calc.Some(0.0)},  // full
		{calc.Function{RPS: rps(5000), DurationMS: ms(400), Provisioned: 200}, calc.Some(0.0)}, // beyond
		{calc.Function{RPS: rps(0), Provisioned: 200}, calc.Some(1.0)},
		{calc.Function{RPS: rps(1500)}, none},
	} {
		c.f.Name = "f"
		equal(t, "provisioned_headroom_ratio", spill(t, ordinary(c.f)).Functions[0].ProvisionedHeadroomRatio, c.want)
	}
}

// TestFullByChance checks that random arrivals are reported if the steady load fits, and not if units are missing.
func TestFullByChance(t *testing.T) {
	busy := calc.Function{RPS: rps(800), DurationMS: ms(150)} // 120 environments on average
	for _, c := range []struct {
		name        string
		provisioned int64
		reserved    calc.Optional[int64]
		mode        calc.Mode
		by          calc.Sizing
		want        string // the start of the message; empty if there is none
	}{
		{"the average fits", 120, calc.Optional[int64]{}, calc.Sync, calc.Sizing{}, "6.94%"},
		{"a little is missing", 119, calc.Optional[int64]{}, calc.Sync, calc.Sizing{}, "7.46%"},
		{"much is missing", 80, calc.Optional[int64]{}, calc.Sync, calc.Sizing{}, ""},
		{"there is room", 138, calc.Optional[int64]{}, calc.Sync, calc.Sizing{}, ""},
		{"a target for it", 120, calc.Optional[int64]{}, calc.Sync, calc.Sizing{TargetSpillover: calc.Some(0.05)}, ""},
		{"throttled", 0, units(148), calc.Sync, calc.Sizing{}, "0.158%"},
		{"a target for that", 0, units(148), calc.Sync, calc.Sizing{TargetThrottle: calc.Some(0.01)}, ""},
		{"a target for the other", 0, units(148), calc.Sync, calc.Sizing{TargetSpillover: calc.Some(0.01)}, "0.158%"},
		{"much is throttled", 0, units(100), calc.Sync, calc.Sizing{}, ""},
		{"events", 0, units(139), calc.Async, calc.Sizing{}, "1.03%"},
		{"events with room", 0, units(140), calc.Async, calc.Sizing{}, ""},
	} {
		f := busy
		f.Name, f.Provisioned, f.Reserved, f.Mode = "f", c.provisioned, c.reserved, c.mode
		r := planWith(t, ordinary(f), calc.PlanOptions{SpillOptions: calc.SpillOptions{Chance: true}, Sizing: c.by})
		got := ""
		for _, x := range r.Findings {
			if x.ID == "full-by-chance" {
				got = x.Message
			}
		}
		if (got == "") != (c.want == "") || !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
