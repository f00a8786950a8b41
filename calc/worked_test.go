package calc_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// A workedCase is an example that AWS works out in its own documentation.
type workedCase struct {
	ID       string
	Source   string
	Inputs   map[string]any
	Expected map[string]any
}

// number returns an input or an expected value; the test fails without it.
func number(t *testing.T, values map[string]any, key string) float64 {
	t.Helper()
	x, ok := values[key].(float64)
	if !ok {
		t.Fatalf("the case has no number %q", key)
	}
	return x
}

func truth(t *testing.T, values map[string]any, key string) bool {
	t.Helper()
	b, ok := values[key].(bool)
	if !ok {
		t.Fatalf("the case has no truth value %q", key)
	}
	return b
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

func spill(t *testing.T, a calc.Account) calc.SpillResult {
	t.Helper()
	r, err := calc.Spill(a, calc.SpillOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func limits(t *testing.T, a calc.Account) calc.LimitsResult {
	t.Helper()
	r, err := calc.Limits(a, calc.LimitsOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// pool returns the one pool of a kind, a function ("" for the account's) and a mode.
func pool(t *testing.T, r calc.LimitsResult, kind calc.PoolKind, function string, mode calc.Mode) calc.PoolLimits {
	t.Helper()
	for _, p := range r.Pools {
		if p.Pool == kind && p.Function.Or("") == function && p.Mode == mode {
			return p
		}
	}
	t.Fatalf("no %s pool of %q for %s", kind, function, mode)
	return calc.PoolLimits{}
}

// ordinary is an account with the default quota.
func ordinary(functions ...calc.Function) calc.Account {
	return calc.Account{Concurrency: aws.DefaultConcurrency, Functions: functions}
}

// servedUpTo finds, by the model alone, the highest whole rate of one-second
// requests that the function serves without throttling: its concurrency.
func servedUpTo(t *testing.T, a calc.Account, i int) float64 {
	t.Helper()
	served := 0.0
	for rate := 1.0; rate <= 2000; rate++ {
		f := &a.Functions[i]
		f.RPS, f.DurationMS = calc.Some(rate), calc.Some(1000.0)
		if spill(t, a).Functions[i].ThrottledRPS > 0 {
			break
		}
		served = rate
	}
	return served
}

// TestWorkedCases reproduces every example of testdata/aws-worked-cases.json,
// each with the address of the page it stands on.
func TestWorkedCases(t *testing.T) {
	concurrency := func(t *testing.T, c workedCase) {
		f := calc.Function{Name: "f", RPS: calc.Some(number(t, c.Inputs, "rps")), DurationMS: calc.Some(number(t, c.Inputs, "duration_ms"))}
		plan, err := calc.Plan(ordinary(f), calc.PlanOptions{})
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "required concurrency", float64(plan.Functions[0].RequiredConcurrency.Or(-1)), number(t, c.Expected, "concurrency"))
	}
	checks := map[string]func(*testing.T, workedCase){
		"conc-100rps-1s":    concurrency,
		"conc-200rps-250ms": concurrency,
		"rps-account-default": func(t *testing.T, c workedCase) {
			r := limits(t, calc.Account{Concurrency: int64(number(t, c.Inputs, "account_concurrency"))})
			p := pool(t, r, calc.PoolAccount, "", calc.Sync)
			equal(t, "account ceiling", p.RPS.Or(-1), number(t, c.Expected, "account_rps_limit"))
		},
		"rps-20000-50ms": func(t *testing.T, c workedCase) {
			a := ordinary(calc.Function{Name: "f", RPS: calc.Some(number(t, c.Inputs, "rps")), DurationMS: calc.Some(number(t, c.Inputs, "duration_ms"))})
			a.Concurrency = int64(number(t, c.Inputs, "account_concurrency"))
			plan, err := calc.Plan(a, calc.PlanOptions{})
			if err != nil {
				t.Fatal(err)
			}
			f := plan.Functions[0]
			equal(t, "concurrency", float64(f.RequiredConcurrency.Or(-1)), number(t, c.Expected, "concurrency"))
			equal(t, "served", f.Now.OnDemandRPS, number(t, c.Expected, "served_rps"))
			equal(t, "throttled", f.Now.ThrottledRPS > 0, truth(t, c.Expected, "throttled"))
			equal(t, "throttled rps", f.Now.ThrottledRPS, 10000) // the page: only 10,000 of the 20,000
			equal(t, "binding limit", f.Now.OnDemandBindingLimit.Or(""), calc.LimitRate)
			equal(t, "required quota", float64(plan.Account.RecommendedConcurrency), number(t, c.Expected, "required_account_concurrency"))
			a.Concurrency = plan.Account.RecommendedConcurrency
			equal(t, "ceiling after the increase", float64(limits(t, a).Account.RateCeilingRPS), number(t, c.Expected, "account_rps_limit_after_increase"))
		},
		"pc-spill-10": func(t *testing.T, c workedCase) {
			units := int64(number(t, c.Inputs, "provisioned_concurrency"))
			byRate := calc.Synchronous(units).Ceiling(calc.Optional[float64]{})
			equal(t, "spills at rps", byRate.RPS.Or(-1), number(t, c.Expected, "spill_at_rps"))
			byConcurrency := calc.Synchronous(units).Ceiling(calc.Some(1000.0))
			equal(t, "spills at concurrency", byConcurrency.RPS.Or(-1), number(t, c.Expected, "spill_at_concurrency"))
		},
		"reservable-1000": func(t *testing.T, c workedCase) {
			r := limits(t, calc.Account{Concurrency: int64(number(t, c.Inputs, "account_concurrency"))})
			equal(t, "reservable", float64(r.Account.Reservable), number(t, c.Expected, "max_total_reserved"))
		},
		"rc-two-functions": func(t *testing.T, c workedCase) {
			a := ordinary(
				calc.Function{Name: "function-blue", Reserved: calc.Some(int64(400))},
				calc.Function{Name: "function-orange", Reserved: calc.Some(int64(400))},
				calc.Function{Name: "other"})
			equal(t, "unreserved", float64(limits(t, a).Account.Unreserved), number(t, c.Expected, "unreserved_for_others"))
			equal(t, "orange throttles above", servedUpTo(t, a, 1), number(t, c.Expected, "function-orange_throttles_above"))
			equal(t, "others throttle above", servedUpTo(t, a, 2), number(t, c.Expected, "others_throttle_above"))
		},
		"pc200-rc400": func(t *testing.T, c workedCase) {
			a := ordinary(calc.Function{Name: "function-orange", Provisioned: 200, Reserved: calc.Some(int64(400))})
			r := limits(t, a)
			equal(t, "warm up to", float64(pool(t, r, calc.PoolProvisioned, "function-orange", calc.Sync).Concurrency), number(t, c.Expected, "warm_up_to"))
			equal(t, "on demand within reserved", float64(pool(t, r, calc.PoolOnDemand, "function-orange", calc.Sync).Concurrency), number(t, c.Expected, "on_demand_within_reserved"))
			equal(t, "unreserved", float64(r.Account.Unreserved), number(t, c.Expected, "unreserved_for_others"))
			above := servedUpTo(t, a, 0)
			equal(t, "throttles above", above, number(t, c.Expected, "throttle_above"))
			equal(t, "may use unreserved", above > 400, truth(t, c.Expected, "orange_may_use_unreserved"))
		},
		"pc-equals-rc": func(t *testing.T, c workedCase) {
			a := ordinary(calc.Function{Name: "f", RPS: calc.Some(1e6), DurationMS: calc.Some(50.0),
				Provisioned: int64(number(t, c.Inputs, "provisioned_total")), Reserved: calc.Some(int64(number(t, c.Inputs, "reserved")))})
			equal(t, "on-demand units", float64(pool(t, limits(t, a), calc.PoolOnDemand, "f", calc.Sync).Concurrency), number(t, c.Expected, "on_demand_units"))
			r := spill(t, a)
			equal(t, "spillover possible", r.Functions[0].SpilloverRPS > 0, truth(t, c.Expected, "spillover_possible"))
			equal(t, "$LATEST throttled", has(r.Findings, "no-on-demand-room"), truth(t, c.Expected, "latest_throttled"))
		},
		"pc-max-single-function": func(t *testing.T, c workedCase) {
			r := limits(t, calc.Account{Concurrency: int64(number(t, c.Inputs, "account_concurrency"))})
			equal(t, "most provisioned", float64(r.Account.Reservable), number(t, c.Expected, "max_provisioned"))
		},
		"pc-100-leaves-900": func(t *testing.T, c workedCase) {
			r := limits(t, ordinary(calc.Function{Name: "function-a", Provisioned: 100}))
			equal(t, "left for others", float64(r.Account.Unreserved), number(t, c.Expected, "available_to_others"))
		},
		"pc-buffer-10pct": func(t *testing.T, c workedCase) {
			f := calc.Function{Name: "f", RPS: calc.Some(number(t, c.Inputs, "peak_concurrency")), DurationMS: calc.Some(1000.0), Provisioned: 1}
			plan, err := calc.Plan(ordinary(f), calc.PlanOptions{Sizing: calc.Sizing{Headroom: number(t, c.Inputs, "buffer_percent") / 100}})
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "provisioned", float64(plan.Functions[0].RecommendedProvisioned), number(t, c.Expected, "provisioned"))
		},
		"aas-70-63": func(t *testing.T, c workedCase) {
			equal(t, "target", number(t, c.Inputs, "target_utilization"), aws.TrackingTarget)
			equal(t, "scales out above", number(t, c.Expected, "scale_out_above"), aws.TrackingTarget)
			// At 10 d = 0.7 the pool is full by rate before the target is passed.
			for ms, blind := range map[float64]bool{69.9: true, 70: false} {
				r := limits(t, ordinary(calc.Function{Name: "f", Provisioned: 10, DurationMS: calc.Some(ms)}))
				equal(t, "tracking blind", has(r.Findings, "tracking-blind"), blind)
			}
		},
		"util-7-of-10": func(t *testing.T, c workedCase) {
			f := calc.Function{Name: "f", RPS: calc.Some(number(t, c.Inputs, "max_busy")), DurationMS: calc.Some(1000.0),
				Provisioned: int64(number(t, c.Inputs, "provisioned"))}
			u := spill(t, ordinary(f)).Functions[0].ProvisionedUtilizationRatio.Or(-1)
			equal(t, "utilization", u, number(t, c.Expected, "ProvisionedConcurrencyUtilization"))
		},
		"repost-pc500-cap": func(t *testing.T, c workedCase) {
			units := int64(number(t, c.Inputs, "provisioned_concurrency"))
			equal(t, "ceiling", calc.Synchronous(units).Ceiling(calc.Optional[float64]{}).RPS.Or(-1), number(t, c.Expected, "pc_rps_limit"))
		},
	}

	data, err := os.ReadFile("testdata/aws-worked-cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []workedCase
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) != len(checks) {
		t.Errorf("%d cases, %d checks", len(cases), len(checks))
	}
	for _, c := range cases {
		t.Run(c.ID, func(t *testing.T) {
			check, ok := checks[c.ID]
			if !ok {
				t.Fatal("no check for this case")
			}
			t.Log(c.Source)
			check(t, c)
		})
	}
}

func has(found []calc.Finding, id rule.ID) bool {
	for _, f := range found {
		if f.ID == id {
			return true
		}
	}
	return false
}

// TestRepost reproduces the public load test at
// repost.aws/questions/QUcokiH6lITPSP5SxILk1VKg: 7,128 requests/s on 500
// provisioned units, of which about 5,000 were served there, at a utilization
// of 28.5 %.
func TestRepost(t *testing.T) {
	const utilization = 0.285
	r := spill(t, ordinary(calc.Function{Name: "f", RPS: calc.Some(7128.0), DurationMS: calc.Some(utilization * 100), Provisioned: 500}))
	f := r.Functions[0]
	equal(t, "provisioned", f.ProvisionedRPS, 5000)
	equal(t, "spilled", f.SpilloverRPS, 2128)
	if u := f.ProvisionedUtilizationRatio.Or(-1); math.Abs(u-utilization) > 1e-12 {
		t.Errorf("utilization = %v, want %v", u, utilization)
	}
	equal(t, "verdict", f.Verdict, calc.Spills)
	equal(t, "finding", has(r.Findings, "rate-bound"), true)
	equal(t, "finding", has(r.Findings, "idle-provisioned"), true)
}
