package calc_test

import (
	"math"
	"sync"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/configs"
)

// none is a rate, a duration or a target that is not given.
var none calc.Optional[float64]

func rps(x float64) calc.Optional[float64] { return calc.Some(x) }
func ms(x float64) calc.Optional[float64]  { return calc.Some(x) }
func units(n int64) calc.Optional[int64]   { return calc.Some(n) }

// ordinary is an account with the default quota.
func ordinary(functions ...calc.Function) calc.Account {
	return calc.Account{Concurrency: aws.DefaultConcurrency, Functions: functions}
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

// near compares two numbers to a relative error.
func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*math.Abs(want)) {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

// known returns a number that must not be absent.
func known(t *testing.T, what string, o calc.Optional[float64]) float64 {
	t.Helper()
	x, ok := o.Get()
	if !ok {
		t.Errorf("%s is absent", what)
	}
	return x
}

// has reports whether there is a finding with the given id.
func has(found []calc.Finding, id rule.ID) bool {
	for _, f := range found {
		if f.ID == id {
			return true
		}
	}
	return false
}

func limits(t *testing.T, a calc.Account) calc.LimitsResult {
	t.Helper()
	r, err := calc.Limits(a, calc.LimitsOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// pool returns the pool of a kind, a function ("" for the account's) and a mode.
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

func spill(t *testing.T, a calc.Account) calc.SpillResult {
	t.Helper()
	return spillWith(t, a, calc.SpillOptions{})
}

func spillWith(t *testing.T, a calc.Account, o calc.SpillOptions) calc.SpillResult {
	t.Helper()
	r, err := calc.Spill(a, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func plan(t *testing.T, a calc.Account, headroom float64) calc.PlanResult {
	t.Helper()
	return planWith(t, a, calc.PlanOptions{Sizing: calc.Sizing{Headroom: headroom}})
}

func planWith(t *testing.T, a calc.Account, o calc.PlanOptions) calc.PlanResult {
	t.Helper()
	r, err := calc.Plan(a, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// chanceOf returns the chance of the first function of an account.
func chanceOf(t *testing.T, a calc.Account) calc.Chance {
	t.Helper()
	r := spillWith(t, a, calc.SpillOptions{Chance: true})
	x, ok := r.Functions[0].Chance.Get()
	if !ok {
		t.Fatalf("no chance: %+v", r.Functions[0])
	}
	return x
}

// costByChance returns the cost with random arrivals.
func costByChance(f calc.FunctionSpill) calc.Cost {
	return f.Chance.Or(calc.Chance{}).Cost.Or(calc.Cost{})
}

// readPrices reads the price rows once for all tests.
var readPrices = sync.OnceValues(configs.Prices)

func prices(t *testing.T) []calc.Price {
	t.Helper()
	list, err := readPrices()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// monthly prices a month of 730 hours.
func monthly(t *testing.T) *calc.CostOptions {
	t.Helper()
	return &calc.CostOptions{Billing: calc.Billing{Hours: aws.MonthHours}, Prices: prices(t)}
}

// examplePrice is a price row with round numbers.
func examplePrice(arch calc.Arch) calc.Price {
	return calc.Price{Region: "us-east-1", Arch: arch, Currency: "USD", Request: calc.Some(2e-7),
		OnDemandDuration: []float64{16e-6, 15e-6, 13e-6}, TierBounds: []float64{6e9, 15e9},
		Provisioned: calc.Some(4e-6), ProvisionedDuration: calc.Some(9e-6), Ephemeral: calc.Some(3e-8)}
}
