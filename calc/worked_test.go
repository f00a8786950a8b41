package calc_test

import (
	"encoding/json"
	"math"
	"os"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
)

// A workedCase is an example that AWS works out in its own documentation.
type workedCase struct {
	ID       string
	Source   string
	Inputs   map[string]any
	Expected map[string]any
}

// in returns an input; the test fails without it.
func (c workedCase) in(t *testing.T, key string) float64 {
	t.Helper()
	return number(t, c.Inputs, key)
}

// want returns an expected number, wantBool an expected boolean; the test fails without them.
func (c workedCase) want(t *testing.T, key string) float64 {
	t.Helper()
	return number(t, c.Expected, key)
}

func (c workedCase) wantBool(t *testing.T, key string) bool {
	t.Helper()
	b, ok := c.Expected[key].(bool)
	if !ok {
		t.Fatalf("the case has no truth value %q", key)
	}
	return b
}

func number(t *testing.T, values map[string]any, key string) float64 {
	t.Helper()
	x, ok := values[key].(float64)
	if !ok {
		t.Fatalf("the case has no number %q", key)
	}
	return x
}

// loaded is a function with the rate and the duration of a case.
func (c workedCase) loaded(t *testing.T) calc.Function {
	t.Helper()
	return calc.Function{Name: "f", RPS: rps(c.in(t, "rps")), DurationMS: ms(c.in(t, "duration_ms"))}
}

// empty is an account with the quota of a case and no functions.
func (c workedCase) empty(t *testing.T) calc.Account {
	t.Helper()
	return calc.Account{Concurrency: int64(c.in(t, "account_concurrency"))}
}

// servedUpTo finds, with the model alone, the highest whole rate of one-second requests that the function serves
// without throttling: its concurrency.
func servedUpTo(t *testing.T, a calc.Account, i int) float64 {
	t.Helper()
	served := 0.0
	for rate := 1.0; rate <= 2000; rate++ {
		f := &a.Functions[i]
		f.RPS, f.DurationMS = rps(rate), ms(1000)
		if spill(t, a).Functions[i].ThrottledRPS > 0 {
			break
		}
		served = rate
	}
	return served
}

// workedChecks reproduce the cases, by their ids.
var workedChecks = map[string]func(*testing.T, workedCase){
	"conc-100rps-1s":    checkConcurrency,
	"conc-200rps-250ms": checkConcurrency,
	"rps-20000-50ms":    checkQuotaIncrease,
	"pc-spill-10":       checkProvisionedSpill,
	"rc-two-functions":  checkTwoReservations,
	"pc200-rc400":       checkProvisionedInReserved,
	"pc-equals-rc":      checkProvisionedEqualsReserved,
	"aas-70-63":         checkTracking,
	"rps-account-default": func(t *testing.T, c workedCase) {
		p := pool(t, limits(t, c.empty(t)), calc.PoolAccount, "", calc.Sync)
		equal(t, "account ceiling", p.RPS.Or(-1), c.want(t, "account_rps_limit"))
	},
	"reservable-1000": func(t *testing.T, c workedCase) {
		r := limits(t, c.empty(t))
		equal(t, "reservable", float64(r.Account.Reservable), c.want(t, "max_total_reserved"))
	},
	"pc-max-single-function": func(t *testing.T, c workedCase) {
		r := limits(t, c.empty(t))
		equal(t, "most provisioned", float64(r.Account.Reservable), c.want(t, "max_provisioned"))
	},
	"pc-100-leaves-900": func(t *testing.T, c workedCase) {
		r := limits(t, ordinary(calc.Function{Name: "function-a", Provisioned: 100}))
		equal(t, "left for others", float64(r.Account.Unreserved), c.want(t, "available_to_others"))
	},
	"pc-buffer-10pct": func(t *testing.T, c workedCase) {
		f := calc.Function{Name: "f", RPS: rps(c.in(t, "peak_concurrency")), DurationMS: ms(1000), Provisioned: 1}
		p := plan(t, ordinary(f), c.in(t, "buffer_percent")/100).Functions[0]
		equal(t, "provisioned", float64(p.RecommendedProvisioned), c.want(t, "provisioned"))
	},
	"util-7-of-10": func(t *testing.T, c workedCase) {
		f := calc.Function{Name: "f", RPS: rps(c.in(t, "max_busy")), DurationMS: ms(1000),
			Provisioned: int64(c.in(t, "provisioned"))}
		u := spill(t, ordinary(f)).Functions[0].ProvisionedUtilizationRatio.Or(-1)
		equal(t, "utilization", u, c.want(t, "ProvisionedConcurrencyUtilization"))
	},
	"repost-pc500-cap": func(t *testing.T, c workedCase) {
		provisioned := calc.Synchronous(int64(c.in(t, "provisioned_concurrency")))
		equal(t, "ceiling", provisioned.Ceiling(none).RPS.Or(-1), c.want(t, "pc_rps_limit"))
	},
}

func checkConcurrency(t *testing.T, c workedCase) {
	p := plan(t, ordinary(c.loaded(t)), 0).Functions[0]
	equal(t, "required concurrency", float64(p.RequiredConcurrency.Or(-1)), c.want(t, "concurrency"))
}

func checkQuotaIncrease(t *testing.T, c workedCase) {
	a := c.empty(t)
	a.Functions = []calc.Function{c.loaded(t)}
	r := plan(t, a, 0)
	f, recommended := r.Functions[0], r.Account.RecommendedConcurrency
	equal(t, "concurrency", float64(f.RequiredConcurrency.Or(-1)), c.want(t, "concurrency"))
	equal(t, "served", f.Now.OnDemandRPS, c.want(t, "served_rps"))
	equal(t, "throttled", f.Now.ThrottledRPS > 0, c.wantBool(t, "throttled"))
	equal(t, "throttled rps", f.Now.ThrottledRPS, 10000) // the page: only 10,000 of the 20,000
	equal(t, "binding limit", f.Now.OnDemandBindingLimit.Or(""), calc.LimitRate)
	equal(t, "required quota", float64(recommended), c.want(t, "required_account_concurrency"))
	a.Concurrency = recommended
	ceiling := float64(limits(t, a).Account.RateCeilingRPS)
	equal(t, "ceiling after the increase", ceiling, c.want(t, "account_rps_limit_after_increase"))
}

func checkProvisionedSpill(t *testing.T, c workedCase) {
	provisioned := calc.Synchronous(int64(c.in(t, "provisioned_concurrency")))
	equal(t, "spills at rps", provisioned.Ceiling(none).RPS.Or(-1), c.want(t, "spill_at_rps"))
	byConcurrency := provisioned.Ceiling(ms(1000))
	equal(t, "spills at concurrency", byConcurrency.RPS.Or(-1), c.want(t, "spill_at_concurrency"))
}

func checkTwoReservations(t *testing.T, c workedCase) {
	a := ordinary(
		calc.Function{Name: "function-blue", Reserved: units(400)},
		calc.Function{Name: "function-orange", Reserved: units(400)},
		calc.Function{Name: "other"})
	equal(t, "unreserved", float64(limits(t, a).Account.Unreserved), c.want(t, "unreserved_for_others"))
	equal(t, "orange throttles above", servedUpTo(t, a, 1), c.want(t, "function-orange_throttles_above"))
	equal(t, "others throttle above", servedUpTo(t, a, 2), c.want(t, "others_throttle_above"))
}

func checkProvisionedInReserved(t *testing.T, c workedCase) {
	const name = "function-orange"
	a := ordinary(calc.Function{Name: name, Provisioned: 200, Reserved: units(400)})
	r := limits(t, a)
	warm := pool(t, r, calc.PoolProvisioned, name, calc.Sync).Concurrency
	equal(t, "warm up to", float64(warm), c.want(t, "warm_up_to"))
	onDemand := pool(t, r, calc.PoolOnDemand, name, calc.Sync).Concurrency
	equal(t, "on demand within reserved", float64(onDemand), c.want(t, "on_demand_within_reserved"))
	equal(t, "unreserved", float64(r.Account.Unreserved), c.want(t, "unreserved_for_others"))
	above := servedUpTo(t, a, 0)
	equal(t, "throttles above", above, c.want(t, "throttle_above"))
	equal(t, "may use unreserved", above > 400, c.wantBool(t, "orange_may_use_unreserved"))
}

func checkProvisionedEqualsReserved(t *testing.T, c workedCase) {
	a := ordinary(calc.Function{Name: "f", RPS: rps(1e6), DurationMS: ms(50),
		Provisioned: int64(c.in(t, "provisioned_total")), Reserved: units(int64(c.in(t, "reserved")))})
	onDemand := pool(t, limits(t, a), calc.PoolOnDemand, "f", calc.Sync).Concurrency
	equal(t, "on-demand units", float64(onDemand), c.want(t, "on_demand_units"))
	r := spill(t, a)
	equal(t, "spillover possible", r.Functions[0].SpilloverRPS > 0, c.wantBool(t, "spillover_possible"))
	equal(t, "$LATEST throttled", has(r.Findings, "no-on-demand-room"), c.wantBool(t, "latest_throttled"))
}

func checkTracking(t *testing.T, c workedCase) {
	equal(t, "target", c.in(t, "target_utilization"), aws.TrackingTarget)
	equal(t, "scales out above", c.want(t, "scale_out_above"), aws.TrackingTarget)
	// At 10 d = 0.7 the pool is full by rate before the target is passed.
	for duration, blind := range map[float64]bool{69.9: true, 70: false} {
		r := limits(t, ordinary(calc.Function{Name: "f", Provisioned: 10, DurationMS: ms(duration)}))
		equal(t, "tracking blind", has(r.Findings, "tracking-blind"), blind)
	}
}

// TestWorkedCases reproduces every example of testdata/aws-worked-cases.json, each with the address of its page.
func TestWorkedCases(t *testing.T) {
	data, err := os.ReadFile("testdata/aws-worked-cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []workedCase
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	if len(cases) != len(workedChecks) {
		t.Errorf("%d cases, %d checks", len(cases), len(workedChecks))
	}
	for _, c := range cases {
		t.Run(c.ID, func(t *testing.T) {
			check, ok := workedChecks[c.ID]
			if !ok {
				t.Fatal("no check for this case")
			}
			t.Log(c.Source)
			check(t, c)
		})
	}
}

// TestRepost reproduces the public load test at repost.aws/questions/QUcokiH6lITPSP5SxILk1VKg: 7,128 requests/s on 500
// provisioned units, which served about 5,000 of them at a utilization of 28.5%.
func TestRepost(t *testing.T) {
	const utilization = 0.285
	r := spill(t, ordinary(calc.Function{Name: "f", RPS: rps(7128), DurationMS: ms(utilization * 100), Provisioned: 500}))
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
