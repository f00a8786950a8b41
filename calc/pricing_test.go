package calc_test

import (
	"encoding/json"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
)

// A pricedCase is a worked case.
type pricedCase struct {
	ID     string
	Kind   string
	Inputs struct {
		Region       string
		Architecture calc.Arch
		MemoryMB     int64  `json:"memory_mb"`
		EphemeralMB  *int64 `json:"ephemeral_storage_mb"`
		FreeTier     bool   `json:"free_tier"`
		Provisioned  []struct {
			Concurrency  int64
			EnabledHours float64 `json:"enabled_hours"`
			Requests     float64
			DurationMS   float64 `json:"duration_ms"`
		}
		OnDemand []struct {
			Requests   float64
			DurationMS float64 `json:"duration_ms"`
		} `json:"on_demand"`
	}
	Expected     map[string]any
	ToleranceUSD string `json:"tolerance_usd"`
}

// options returns the cost options of the case.
func (c pricedCase) options(t *testing.T) *calc.CostOptions {
	t.Helper()
	o := monthly(t)
	o.FreeTier = c.Inputs.FreeTier
	if list := c.Inputs.Provisioned; len(list) > 0 && list[0].EnabledHours <= aws.MaxMonthHours {
		o.EnabledHours = calc.Some(list[0].EnabledHours)
	}
	return o
}

// account is the account of the case. Provisioned and on-demand usage are two functions, since the free tier treats
// them so.
func (c pricedCase) account() calc.Account {
	const month = aws.MonthHours * 3600
	in := c.Inputs
	a := calc.Account{Concurrency: 100_000, Region: in.Region}
	add := func(requests, durationMS float64, provisioned int64) {
		f := calc.Function{
			Name: "f" + strconv.Itoa(len(a.Functions)), RPS: rps(requests / month), DurationMS: ms(math.Max(1, durationMS)),
			MemoryMB: units(in.MemoryMB), Arch: in.Architecture, Provisioned: provisioned,
		}
		if in.MemoryMB == 0 {
			f.MemoryMB = units(1024)
		}
		if in.EphemeralMB != nil {
			f.EphemeralMB = units(*in.EphemeralMB)
		}
		a.Functions = append(a.Functions, f)
	}
	for _, x := range in.Provisioned {
		add(x.Requests, x.DurationMS, x.Concurrency)
	}
	for _, x := range in.OnDemand {
		add(x.Requests, x.DurationMS, 0)
	}
	if len(a.Functions) == 0 {
		add(1, 1, 1)
	}
	return a
}

// compare compares the amounts of a result with those of the case, and returns how many it compared.
func (c pricedCase) compare(t *testing.T, r calc.SpillResult) (compared int) {
	t.Helper()
	cost := r.Account.Cost.Or(calc.AccountCost{}).Cost
	amounts := map[string]calc.Optional[float64]{
		"total":                   cost.Total,
		"requests":                cost.Requests,
		"compute":                 cost.OnDemandDuration,
		"on_demand_duration":      cost.OnDemandDuration,
		"ephemeral":               cost.Ephemeral,
		"provisioned_concurrency": cost.ProvisionedCapacity,
		"provisioned_duration":    cost.ProvisionedDuration,
		"break_even_utilization":  r.Functions[0].Cost.Or(calc.Cost{}).BreakEvenUtilizationRatio,
	}
	tolerance, _ := strconv.ParseFloat(c.ToleranceUSD, 64)
	tiers := 0.0
	for key, value := range c.Expected {
		text, ok := value.(string)
		if !ok {
			continue // an intermediate quantity
		}
		want, err := strconv.ParseFloat(text, 64)
		if err != nil {
			t.Fatal(err)
		}
		if key == "tier1" || key == "tier2" { // compared together
			tiers += want
			continue
		}
		got, ok := amounts[key]
		if !ok {
			t.Errorf("nothing to compare with %s", key)
			continue
		}
		compared++
		if x, ok := got.Get(); !ok || math.Abs(x-want) > tolerance {
			t.Errorf("%s = %v, want %s", key, got, text)
		}
	}
	if tiers > 0 {
		compared++
		if x, ok := cost.OnDemandDuration.Get(); !ok || math.Abs(x-tiers) > tolerance {
			t.Errorf("tiers = %v, want %v", cost.OnDemandDuration, tiers)
		}
	}
	return compared
}

// TestPricingCases prices the worked cases of AWS's pricing page, of the Pricing Calculator and of cost tools to the
// printed cent. testdata/pricing-worked-cases.json names the source of each.
func TestPricingCases(t *testing.T) {
	data, err := os.ReadFile("testdata/pricing-worked-cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []pricedCase
	if err := json.Unmarshal(data, &cases); err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, c := range cases {
		t.Run(c.ID, func(t *testing.T) {
			compared += c.compare(t, spillWith(t, c.account(), calc.SpillOptions{Cost: c.options(t)}))
		})
	}
	if compared < 20 {
		t.Errorf("only %d amounts compared", compared)
	}
}
