package calc_test

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/configs"
)

func prices(t *testing.T) []calc.Price {
	t.Helper()
	list, err := configs.Prices()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

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

// TestPricingCases prices the worked cases of AWS's page, of the Pricing
// Calculator and of cost tools, see the source of each in
// testdata/pricing-worked-cases.json, to the printed cent. What runs on
// provisioned concurrency and what runs on demand are two functions, since the
// free tier looks at them so.
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
			in := c.Inputs
			o := &calc.CostOptions{Billing: calc.Billing{Hours: aws.MonthHours, FreeTier: in.FreeTier}, Prices: prices(t)}
			if len(in.Provisioned) > 0 && in.Provisioned[0].EnabledHours <= aws.MaxMonthHours {
				o.EnabledHours = calc.Some(in.Provisioned[0].EnabledHours)
			}
			month := o.Hours * 3600
			a := calc.Account{Concurrency: 100_000, Region: in.Region}
			function := func(requests, durationMS float64, units int64) {
				f := calc.Function{Name: "f" + strconv.Itoa(len(a.Functions)), RPS: calc.Some(requests / month), DurationMS: calc.Some(math.Max(1, durationMS)),
					MemoryMB: calc.Some(in.MemoryMB), Arch: in.Architecture, Provisioned: units}
				if in.MemoryMB == 0 {
					f.MemoryMB = calc.Some(int64(1024))
				}
				if in.EphemeralMB != nil {
					f.EphemeralMB = calc.Some(*in.EphemeralMB)
				}
				a.Functions = append(a.Functions, f)
			}
			for _, x := range in.Provisioned {
				function(x.Requests, x.DurationMS, x.Concurrency)
			}
			for _, x := range in.OnDemand {
				function(x.Requests, x.DurationMS, 0)
			}
			if len(a.Functions) == 0 {
				function(1, 1, 1)
			}
			r, err := calc.Spill(a, calc.SpillOptions{Cost: o})
			if err != nil {
				t.Fatal(err)
			}
			cost := r.Account.Cost.Or(calc.AccountCost{}).Cost
			tolerance, _ := strconv.ParseFloat(c.ToleranceUSD, 64)
			tiers := 0.0
			for key, value := range c.Expected {
				text, ok := value.(string)
				if !ok {
					continue // a quantity on the way
				}
				want, err := strconv.ParseFloat(text, 64)
				if err != nil {
					t.Fatal(err)
				}
				var got calc.Optional[float64]
				switch key {
				case "total":
					got = cost.Total
				case "requests":
					got = cost.Requests
				case "compute", "on_demand_duration":
					got = cost.OnDemandDuration
				case "ephemeral":
					got = cost.Ephemeral
				case "provisioned_concurrency":
					got = cost.ProvisionedCapacity
				case "provisioned_duration":
					got = cost.ProvisionedDuration
				case "break_even_utilization":
					got = r.Functions[0].Cost.Or(calc.Cost{}).BreakEvenUtilizationRatio
				case "tier1", "tier2": // together
					tiers += want
					continue
				default:
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
		})
	}
	if compared < 20 {
		t.Errorf("only %d amounts compared", compared)
	}
}

// costs returns the costs of the functions, and of the account.
func costs(t *testing.T, a calc.Account, o calc.CostOptions) ([]calc.Cost, calc.AccountCost) {
	t.Helper()
	if o.Hours == 0 {
		o.Hours = aws.MonthHours
	}
	if o.Prices == nil {
		o.Prices = prices(t)
	}
	r, err := calc.Spill(a, calc.SpillOptions{Chance: true, Cost: &o})
	if err != nil {
		t.Fatal(err)
	}
	var list []calc.Cost
	for _, f := range r.Functions {
		list = append(list, f.Cost.Or(calc.Cost{}))
	}
	return list, r.Account.Cost.Or(calc.AccountCost{})
}

// TestCostRules pins one rule of the bill each.
func TestCostRules(t *testing.T) {
	base := calc.Function{Name: "f", RPS: rps(100), DurationMS: ms(200), MemoryMB: units(2048)}
	account := func(functions ...calc.Function) calc.Account {
		a := ordinary(functions...)
		a.Region = "us-east-1"
		return a
	}
	const month = 730 * 3600.0
	duration := 100 * month * 0.2 * 2 * 0.0000166667

	x, sum := costs(t, account(base), calc.CostOptions{})
	near(t, "on demand", known(t, "on demand", x[0].OnDemandDuration), duration, 1e-12)
	near(t, "requests", known(t, "requests", x[0].Requests), 100*month*2e-7, 1e-12)
	near(t, "total", known(t, "total", sum.Total), duration+100*month*2e-7, 1e-12)
	near(t, "all on demand", known(t, "all on demand", sum.AllOnDemand), sum.Total.Or(0), 1e-12)

	fraction := base
	fraction.DurationMS = ms(199.2)
	x, _ = costs(t, account(fraction), calc.CostOptions{})
	near(t, "rounded up to 1 ms", known(t, "on demand", x[0].OnDemandDuration), duration, 1e-12)

	provisioned := base
	provisioned.Provisioned = 10 // 50 requests/s of it
	x, _ = costs(t, account(provisioned), calc.CostOptions{})
	near(t, "capacity", known(t, "capacity", x[0].ProvisionedCapacity), 10*2*month*0.0000041667, 1e-12)
	near(t, "duration on it", known(t, "duration", x[0].ProvisionedDuration), duration/2/0.0000166667*0.0000097222, 1e-12)
	near(t, "spilled", known(t, "spilled", x[0].OnDemandDuration), duration/2, 1e-12)
	near(t, "break-even", known(t, "break-even", x[0].BreakEvenUtilizationRatio), 0.6, 1e-4)
	equal(t, "utilization", x[0].UtilizationRatio, calc.Some(1.0))
	equal(t, "idle", x[0].Idle, calc.Some(0.0))
	near(t, "all on demand", known(t, "all on demand", x[0].AllOnDemand), duration+100*month*2e-7, 1e-12)

	provisioned.Provisioned = 40
	x, _ = costs(t, account(provisioned), calc.CostOptions{Billing: calc.Billing{EnabledHours: calc.Some(100.01), SavingsPlan: 0.12}})
	capacity := 40 * 2 * (100*3600 + 300) * 0.0000041667 * 0.88
	near(t, "enabled for 100.01 h, rounded up to 5 minutes", known(t, "capacity", x[0].ProvisionedCapacity), capacity, 1e-12)
	near(t, "half of it idle", known(t, "idle", x[0].Idle), capacity/2, 1e-12)
	near(t, "requests have no savings plan", known(t, "requests", x[0].Requests), 100*month*2e-7, 1e-12)

	storage := base
	storage.EphemeralMB = units(1536)
	x, _ = costs(t, account(storage), calc.CostOptions{})
	near(t, "1 GB above 512 MB, without the memory", known(t, "storage", x[0].Ephemeral), 100*month*0.2*0.0000000309, 1e-12)

	throttled := base
	throttled.Reserved = units(10)
	x, _ = costs(t, account(throttled), calc.CostOptions{})
	near(t, "half is throttled and free", known(t, "total", x[0].Total), (duration+100*month*2e-7)/2, 1e-12)

	cold := base
	cold.InitMS = ms(1000)
	r, err := calc.Spill(account(cold), calc.SpillOptions{Chance: true, Cost: &calc.CostOptions{Billing: calc.Billing{Hours: 730}, Prices: prices(t)}})
	if err != nil {
		t.Fatal(err)
	}
	share := known(t, "cold", r.Functions[0].Chance.Or(calc.Chance{}).ColdStartRatio)
	near(t, "init", known(t, "init", r.Functions[0].Cost.Or(calc.Cost{}).Init), share*100*month*2*0.0000166667, 1e-12)
	cold.Peakedness = calc.Some(3.0)
	x, sum = costs(t, account(cold), calc.CostOptions{})
	if x[0].Init.Known() || x[0].Total.Known() || sum.Total.Known() {
		t.Errorf("init time of cold starts that nobody knows: %+v", x[0])
	}

	// The free tier: x86_64 first, arm64 what is left, nothing with provisioned concurrency.
	small := calc.Function{Name: "x86", RPS: rps(0.1), DurationMS: ms(1000), MemoryMB: units(1024)} // 262,800 GB-s
	arm := small
	arm.Name, arm.Arch, arm.RPS = "arm", calc.ARM, rps(0.2)
	busy := small
	busy.Name, busy.Provisioned = "busy", 1
	x, _ = costs(t, account(arm, small, busy), calc.CostOptions{Billing: calc.Billing{FreeTier: true}})
	equal(t, "free on x86_64", x[1].Total, calc.Some(0.0))
	near(t, "the rest on arm64", known(t, "arm", x[0].OnDemandDuration), (525_600-137_200)*0.0000133334, 1e-12)
	near(t, "nothing free beside provisioned concurrency", known(t, "busy", x[2].Requests), 262_800*2e-7, 1e-12)

	// Tiers are counted over all functions, and shared by GB-seconds.
	large := calc.Function{Name: "large", RPS: rps(2000), DurationMS: ms(1000), MemoryMB: units(1024)}
	other := large
	other.Name, other.RPS = "other", rps(1000)
	a := account(large, other)
	a.Concurrency = 10_000
	x, sum = costs(t, a, calc.CostOptions{})
	all := 3000 * month
	want := 6e9*0.0000166667 + (all-6e9)*0.000015
	near(t, "two tiers", known(t, "two tiers", sum.OnDemandDuration), want, 1e-12)
	near(t, "a third of it", known(t, "a third", x[1].OnDemandDuration), want/3, 1e-12)
	r, err = calc.Spill(a, calc.SpillOptions{Cost: &calc.CostOptions{Billing: calc.Billing{Hours: 730}, Prices: prices(t)}})
	if err != nil || !has(r.Findings, "beyond-first-tier") {
		t.Errorf("no finding on the tier: %v, %v", r.Findings, err)
	}
}

// TestCostByChance: random arrivals cost what they are served, and the cheapest
// provisioned concurrency of the worked cases is the cheapest.
func TestCostByChance(t *testing.T) {
	for _, c := range []struct {
		load     float64
		cheapest int64
		perHour  float64
	}{{10, 9, 0.5533028123797312}, {100, 100, 5.189256645786206}} { // newsvendor-10, newsvendor-100 in testdata/probability-values.json
		best, least := int64(-1), math.Inf(1)
		for n := c.cheapest - 3; n <= c.cheapest+3; n++ {
			a := ordinary(calc.Function{Name: "f", RPS: rps(c.load), DurationMS: ms(1000), MemoryMB: units(1024), Provisioned: n})
			a.Region = "us-east-1"
			r, err := calc.Spill(a, calc.SpillOptions{Chance: true, Cost: &calc.CostOptions{Billing: calc.Billing{Hours: 730}, Prices: prices(t)}})
			if err != nil {
				t.Fatal(err)
			}
			x := r.Functions[0].Chance.Or(calc.Chance{}).Cost.Or(calc.Cost{})
			if hour := (known(t, "total", x.Total) - known(t, "requests", x.Requests)) / 730; hour < least {
				best, least = n, hour
			}
		}
		equal(t, "cheapest", best, c.cheapest)
		near(t, "an hour of it", least, c.perHour, 1e-9)
	}
}

// TestCostAbsent: what is missing is named, and nothing is guessed.
func TestCostAbsent(t *testing.T) {
	f := calc.Function{Name: "f", RPS: rps(100), DurationMS: ms(200), MemoryMB: units(2048), Provisioned: 5}
	for name, change := range map[string]func(a *calc.Account){
		"memory":              func(a *calc.Account) { a.Functions[0].MemoryMB = calc.Optional[int64]{} },
		"a duration":          func(a *calc.Account) { a.Functions[0].DurationMS = calc.Optional[float64]{} },
		"prices of xx-yyyy-9": func(a *calc.Account) { a.Region = "xx-yyyy-9" },
		"charges CNY":         func(a *calc.Account) { a.Region = "cn-north-1" },
	} {
		a := ordinary(f)
		a.Region = "us-east-1"
		change(&a)
		r, err := calc.Spill(a, calc.SpillOptions{Cost: &calc.CostOptions{Billing: calc.Billing{Hours: 730}, Prices: prices(t)}})
		if err != nil {
			t.Fatal(err)
		}
		named := false
		for _, found := range r.Findings {
			named = named || found.ID == "cost-not-computed" && strings.Contains(found.Message, name)
		}
		if !named || r.Account.Cost.Or(calc.AccountCost{}).Total.Known() || r.Functions[0].Cost.Or(calc.Cost{}).Total.Known() {
			t.Errorf("%s: %v, %+v", name, r.Findings, r.Account.Cost)
		}
	}
	// Without a Region nobody asks.
	r, err := calc.Spill(ordinary(f), calc.SpillOptions{Cost: &calc.CostOptions{Billing: calc.Billing{Hours: 730}, Prices: prices(t)}})
	if err != nil || r.Account.Cost.Known() || has(r.Findings, "cost-not-computed") {
		t.Errorf("without a Region: %+v, %v", r.Account.Cost, err)
	}
	_, err = calc.Spill(ordinary(f), calc.SpillOptions{Cost: &calc.CostOptions{Billing: calc.Billing{Hours: 745, EnabledHours: calc.Some(-1.0), SavingsPlan: 2}}})
	if faults, ok := err.(calc.Faults); !ok || len(faults) != 3 || !errors.Is(err, quantity.ErrInvalid) {
		t.Errorf("bad options: %v", err)
	}
}

// TestBreakEven: where the rule of 60 % holds, and where it does not.
func TestBreakEven(t *testing.T) {
	r, err := calc.Limits(ordinary(), calc.LimitsOptions{Regions: prices(t)})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]float64{}
	last := 0.0
	for _, x := range r.Regions {
		ratio, ok := x.BreakEvenUtilizationRatio.Get()
		if !ok {
			ratio = 2
			if !x.Known() {
				ratio = 3
			}
		}
		if ratio < last {
			t.Errorf("%s on %s is not in its order", x.Region, x.Arch)
		}
		last = ratio
		found[x.Region+" "+string(x.Arch)] = math.Round(100*ratio) / 100
	}
	for key, want := range map[string]float64{"us-east-1 x86_64": 0.6, "eu-west-1 x86_64": 0.8, "ap-northeast-1 x86_64": 2, "eu-central-1 x86_64": 2,
		"sa-east-1 x86_64": 2, "ap-southeast-1 x86_64": 2, "ap-southeast-2 x86_64": 2, "cn-north-1 x86_64": 3} {
		equal(t, key, found[key], want)
	}
}
