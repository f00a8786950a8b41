package calc_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// costs returns the costs of the functions, and of the account.
func costs(t *testing.T, a calc.Account, o calc.CostOptions) ([]calc.Cost, calc.AccountCost) {
	t.Helper()
	if o.Hours == 0 {
		o.Hours = aws.MonthHours
	}
	if o.Prices == nil {
		o.Prices = prices(t)
	}
	r := spillWith(t, a, calc.SpillOptions{Chance: true, Cost: &o})
	var list []calc.Cost
	for _, f := range r.Functions {
		list = append(list, f.Cost.Or(calc.Cost{}))
	}
	return list, r.Account.Cost.Or(calc.AccountCost{})
}

// inVirginia is an account with the default quota in us-east-1.
func inVirginia(functions ...calc.Function) calc.Account {
	a := ordinary(functions...)
	a.Region = "us-east-1"
	return a
}

const (
	monthS         = 730 * 3600.0 // seconds
	billedDuration = 100 * monthS * 0.2 * 2 * 0.0000166667
	billedRequests = 100 * monthS * 2e-7
)

// billed is the function for tests of single billing rules: 100 requests/s of 200 ms with 2 GB. The constants are its
// costs in a month if everything is served on demand, in dollars.
func billed() calc.Function {
	return calc.Function{Name: "f", RPS: rps(100), DurationMS: ms(200), MemoryMB: units(2048)}
}

// TestCostOnDemand pins the bill of a function without provisioned concurrency.
func TestCostOnDemand(t *testing.T) {
	x, sum := costs(t, inVirginia(billed()), calc.CostOptions{})
	near(t, "on demand", known(t, "on demand", x[0].OnDemandDuration), billedDuration, 1e-12)
	near(t, "requests", known(t, "requests", x[0].Requests), billedRequests, 1e-12)
	near(t, "total", known(t, "total", sum.Total), billedDuration+billedRequests, 1e-12)
	near(t, "all on demand", known(t, "all on demand", sum.AllOnDemand), sum.Total.Or(0), 1e-12)

	fraction := billed()
	fraction.DurationMS = ms(199.2)
	x, _ = costs(t, inVirginia(fraction), calc.CostOptions{})
	near(t, "rounded up to 1 ms", known(t, "on demand", x[0].OnDemandDuration), billedDuration, 1e-12)

	storage := billed()
	storage.EphemeralMB = units(1536)
	x, _ = costs(t, inVirginia(storage), calc.CostOptions{})
	want := 100 * monthS * 0.2 * 0.0000000309
	near(t, "1 GB above 512 MB, without the memory", known(t, "storage", x[0].Ephemeral), want, 1e-12)

	throttled := billed()
	throttled.Reserved = units(10)
	x, _ = costs(t, inVirginia(throttled), calc.CostOptions{})
	near(t, "half is throttled and free", known(t, "total", x[0].Total), (billedDuration+billedRequests)/2, 1e-12)
}

// TestCostProvisioned pins the bill of provisioned concurrency.
func TestCostProvisioned(t *testing.T) {
	provisioned := billed()
	provisioned.Provisioned = 10 // serves 50 requests/s
	x, _ := costs(t, inVirginia(provisioned), calc.CostOptions{})
	near(t, "capacity", known(t, "capacity", x[0].ProvisionedCapacity), 10*2*monthS*0.0000041667, 1e-12)
	served := billedDuration / 2 / 0.0000166667 * 0.0000097222
	near(t, "duration on it", known(t, "duration", x[0].ProvisionedDuration), served, 1e-12)
	near(t, "spilled", known(t, "spilled", x[0].OnDemandDuration), billedDuration/2, 1e-12)
	near(t, "break-even", known(t, "break-even", x[0].BreakEvenUtilizationRatio), 0.6, 1e-4)
	equal(t, "utilization", x[0].UtilizationRatio, calc.Some(1.0))
	equal(t, "idle", x[0].Idle, calc.Some(0.0))
	near(t, "all on demand", known(t, "all on demand", x[0].AllOnDemand), billedDuration+billedRequests, 1e-12)

	provisioned.Provisioned = 40
	x, _ = costs(t, inVirginia(provisioned), calc.CostOptions{
		Billing: calc.Billing{EnabledHours: calc.Some(100.01), SavingsPlan: 0.12},
	})
	capacity := 40 * 2 * (100*3600 + 300) * 0.0000041667 * 0.88
	paid := known(t, "capacity", x[0].ProvisionedCapacity)
	near(t, "enabled for 100.01 h, rounded up to 5 minutes", paid, capacity, 1e-12)
	near(t, "half of it idle", known(t, "idle", x[0].Idle), capacity/2, 1e-12)
	near(t, "requests have no savings plan", known(t, "requests", x[0].Requests), billedRequests, 1e-12)
}

// TestCostColdStarts pins the price of the init time of cold starts.
func TestCostColdStarts(t *testing.T) {
	cold := billed()
	cold.InitMS = ms(1000)
	r := spillWith(t, inVirginia(cold), calc.SpillOptions{Chance: true, Cost: monthly(t)})
	f := r.Functions[0]
	share := known(t, "cold", f.Chance.Or(calc.Chance{}).ColdStartRatio)
	paid := known(t, "init", f.Cost.Or(calc.Cost{}).Init)
	near(t, "init", paid, share*100*monthS*2*0.0000166667, 1e-12)
	cold.Peakedness = calc.Some(3.0)
	x, sum := costs(t, inVirginia(cold), calc.CostOptions{})
	if x[0].Init.Known() || x[0].Total.Known() || sum.Total.Known() {
		t.Errorf("init time of an unknown number of cold starts: %+v", x[0])
	}
}

// TestCostFreeTier checks that the free tier goes to x86_64 first, then to arm64 as far as it lasts, and not to
// functions with provisioned concurrency.
func TestCostFreeTier(t *testing.T) {
	small := calc.Function{Name: "x86", RPS: rps(0.1), DurationMS: ms(1000), MemoryMB: units(1024)} // 262,800 GB-s
	arm := small
	arm.Name, arm.Arch, arm.RPS = "arm", calc.ARM, rps(0.2)
	busy := small
	busy.Name, busy.Provisioned = "busy", 1
	x, _ := costs(t, inVirginia(arm, small, busy), calc.CostOptions{Billing: calc.Billing{FreeTier: true}})
	equal(t, "free on x86_64", x[1].Total, calc.Some(0.0))
	rest := (525_600 - 137_200) * 0.0000133334
	near(t, "the rest on arm64", known(t, "arm", x[0].OnDemandDuration), rest, 1e-12)
	near(t, "nothing free beside provisioned concurrency", known(t, "busy", x[2].Requests), 262_800*2e-7, 1e-12)
}

// TestCostTiers checks that tiers apply to the sum of all functions, and are shared in proportion to GB-seconds.
func TestCostTiers(t *testing.T) {
	large := calc.Function{Name: "large", RPS: rps(2000), DurationMS: ms(1000), MemoryMB: units(1024)}
	other := large
	other.Name, other.RPS = "other", rps(1000)
	a := inVirginia(large, other)
	a.Concurrency = 10_000
	x, sum := costs(t, a, calc.CostOptions{})
	all := 3000 * monthS
	want := 6e9*0.0000166667 + (all-6e9)*0.000015
	near(t, "two tiers", known(t, "two tiers", sum.OnDemandDuration), want, 1e-12)
	near(t, "a third of it", known(t, "a third", x[1].OnDemandDuration), want/3, 1e-12)
	r := spillWith(t, a, calc.SpillOptions{Cost: monthly(t)})
	if !has(r.Findings, "beyond-first-tier") {
		t.Errorf("no finding on the tier: %v", r.Findings)
	}
}

// TestCostByChance checks that the cost with random arrivals is that of what is served, and that the cheapest
// provisioned concurrency of the worked cases is the cheapest: newsvendor-10 and newsvendor-100 in
// testdata/probability-values.json.
func TestCostByChance(t *testing.T) {
	for _, c := range []struct {
		load     float64
		cheapest int64
		perHour  float64
	}{{10, 9, 0.5533028123797312}, {100, 100, 5.189256645786206}} {
		best, least := int64(-1), math.Inf(1)
		for n := c.cheapest - 3; n <= c.cheapest+3; n++ {
			a := inVirginia(calc.Function{Name: "f", RPS: rps(c.load), DurationMS: ms(1000), MemoryMB: units(1024),
				Provisioned: n})
			r := spillWith(t, a, calc.SpillOptions{Chance: true, Cost: monthly(t)})
			x := costByChance(r.Functions[0])
			if hour := (known(t, "total", x.Total) - known(t, "requests", x.Requests)) / 730; hour < least {
				best, least = n, hour
			}
		}
		equal(t, "cheapest", best, c.cheapest)
		near(t, "an hour of it", least, c.perHour, 1e-9)
	}
}

// TestCostAbsent checks that missing inputs are named, and that nothing is guessed.
func TestCostAbsent(t *testing.T) {
	f := billed()
	f.Provisioned = 5
	for name, change := range map[string]func(a *calc.Account){
		"memory":              func(a *calc.Account) { a.Functions[0].MemoryMB = calc.Optional[int64]{} },
		"a duration":          func(a *calc.Account) { a.Functions[0].DurationMS = none },
		"prices of xx-yyyy-9": func(a *calc.Account) { a.Region = "xx-yyyy-9" },
		"prices of me-west-1, which is a Region of AWS": func(a *calc.Account) { a.Region = "me-west-1" },
		"charges CNY": func(a *calc.Account) { a.Region = "cn-north-1" },
	} {
		a := inVirginia(f)
		change(&a)
		r := spillWith(t, a, calc.SpillOptions{Cost: monthly(t)})
		named := false
		for _, found := range r.Findings {
			named = named || found.ID == "cost-not-computed" && strings.Contains(found.Message, name)
		}
		if !named || r.Account.Cost.Or(calc.AccountCost{}).Total.Known() ||
			r.Functions[0].Cost.Or(calc.Cost{}).Total.Known() {
			t.Errorf("%s: %v, %+v", name, r.Findings, r.Account.Cost)
		}
	}
	// Without a Region no costs are requested.
	r := spillWith(t, ordinary(f), calc.SpillOptions{Cost: monthly(t)})
	if r.Account.Cost.Known() || has(r.Findings, "cost-not-computed") {
		t.Errorf("without a Region: %+v", r.Account.Cost)
	}
	wrong := calc.Billing{Hours: 745, EnabledHours: calc.Some(-1.0), SavingsPlan: 2}
	_, err := calc.Spill(ordinary(f), calc.SpillOptions{Cost: &calc.CostOptions{Billing: wrong}})
	if faults, ok := err.(calc.Faults); !ok || len(faults) != 3 || !errors.Is(err, quantity.ErrInvalid) {
		t.Errorf("bad options: %v", err)
	}
}

// TestBreakEven checks in which Regions the 60 % rule holds, and the order of the Regions.
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
	for key, want := range map[string]float64{ // 2 where provisioned concurrency never pays, 3 where prices are missing
		"us-east-1 x86_64": 0.6, "eu-west-1 x86_64": 0.8, "ap-northeast-1 x86_64": 2, "eu-central-1 x86_64": 2,
		"sa-east-1 x86_64": 2, "ap-southeast-1 x86_64": 2, "ap-southeast-2 x86_64": 2, "cn-north-1 x86_64": 3,
	} {
		equal(t, key, found[key], want)
	}
}
