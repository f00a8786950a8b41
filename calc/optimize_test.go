package calc_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// optimized plans for the lowest cost.
func optimized(t *testing.T, a calc.Account, sizing calc.Sizing, billing calc.Billing) calc.PlanResult {
	t.Helper()
	billing.Hours = aws.MonthHours
	sizing.Objective = calc.Cheapest
	return planWith(t, a, calc.PlanOptions{
		SpillOptions: calc.SpillOptions{
			Chance: true,
			Cost:   &calc.CostOptions{Billing: billing, Prices: prices(t)},
		},
		Sizing: sizing,
	})
}

// point returns a point of the first function's cost curve.
func point(t *testing.T, r calc.PlanResult, name calc.PointName) calc.CostPoint {
	t.Helper()
	x, _ := r.Functions[0].Optimize.Get()
	for _, p := range x.Points {
		if p.Name == name {
			return p
		}
	}
	t.Fatalf("no point %s: %+v", name, x)
	return calc.CostPoint{}
}

// cheapest returns the cheapest point of the first function's cost curve.
func cheapest(t *testing.T, a calc.Account, sizing calc.Sizing, billing calc.Billing) calc.CostPoint {
	t.Helper()
	return point(t, optimized(t, a, sizing, billing), calc.PointCheapest)
}

// costWith returns the cost of random arrivals with a given provisioned concurrency of the first function.
func costWith(t *testing.T, a calc.Account, provisioned int64, billing calc.Billing) calc.SpillResult {
	t.Helper()
	a.Functions = append([]calc.Function(nil), a.Functions...)
	a.Functions[0].Provisioned = provisioned
	cost := monthly(t)
	billing.Hours = cost.Hours
	cost.Billing = billing
	return spillWith(t, a, calc.SpillOptions{Chance: true, Cost: cost})
}

// TestOptimize pins the cheapest settings of the worked cases newsvendor-10 and newsvendor-100
// (testdata/probability-values.json), and what changes them.
func TestOptimize(t *testing.T) {
	account := func(load float64, region string) calc.Account {
		a := ordinary(calc.Function{Name: "f", RPS: rps(load), DurationMS: ms(1000), MemoryMB: units(1024), Provisioned: 5})
		a.Region = region
		return a
	}
	r := optimized(t, account(10, "us-east-1"), calc.Sizing{}, calc.Billing{})
	equal(t, "cheapest for 10", point(t, r, calc.PointCheapest).Provisioned, 9)
	equal(t, "advised", r.Functions[0].RecommendedProvisioned, 9)
	now := point(t, r, calc.PointNow)
	equal(t, "now", now.Provisioned, 5)
	before := r.Functions[0].Now
	near(t, "now, as chance.cost has it", now.Total, known(t, "total", costByChance(before).Total), 1e-12)
	spilled := known(t, "spilled", before.Chance.Or(calc.Chance{}).SpilloverRatio)
	near(t, "spilled now", known(t, "spilled", now.SpilloverRatio), spilled, 1e-12)

	of100 := cheapest(t, account(100, "us-east-1"), calc.Sizing{}, calc.Billing{})
	equal(t, "cheapest for 100", of100.Provisioned, 100)

	r = optimized(t, account(10, "us-east-1"), calc.Sizing{TargetSpillover: calc.Some(0.01)}, calc.Billing{})
	equal(t, "under a target", point(t, r, calc.PointCheapest).Provisioned, 18)
	equal(t, "the target", point(t, r, calc.PointTarget).Provisioned, 18)
	equal(t, "advised under a target", r.Functions[0].RecommendedProvisioned, 18)

	penalized := cheapest(t, account(10, "us-east-1"), calc.Sizing{SpillPenalty: 0.0001}, calc.Billing{})
	if penalized.Provisioned <= 9 || penalized.Penalty <= 0 {
		t.Errorf("with a penalty: %+v", penalized)
	}

	r = optimized(t, account(10, "eu-central-1"), calc.Sizing{}, calc.Billing{})
	equal(t, "where it never pays", point(t, r, calc.PointCheapest).Provisioned, 0)
	if len(r.Changes) != 1 || r.Changes[0].Required || r.Changes[0].To != units(0) ||
		r.Changes[0].Cause != calc.CauseCheaper {
		t.Errorf("changes %+v", r.Changes)
	}
	for _, o := range []calc.Sizing{
		{Objective: calc.Cheapest}, {Objective: "least"}, {SpillPenalty: -1}, {SpillPenalty: math.NaN()},
	} {
		if _, err := calc.Plan(account(10, ""), calc.PlanOptions{Sizing: o}); !errors.Is(err, quantity.ErrInvalid) {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

// TestOptimizeExhaustive compares with every possible setting of one function, while the other one is as planned.
func TestOptimizeExhaustive(t *testing.T) {
	for _, load := range []float64{0.3, 17, 40} {
		for _, duration := range []float64{20, 95, 400} {
			for _, z := range []float64{1, 3} {
				a := calc.Account{Concurrency: 320, Region: "us-east-1", Functions: []calc.Function{
					{Name: "f", RPS: rps(load * 1000 / duration), DurationMS: ms(duration), MemoryMB: units(512),
						Peakedness: calc.Some(z), Arch: calc.ARM},
					{Name: "g", RPS: rps(3), DurationMS: ms(100), MemoryMB: units(512)},
				}}
				for _, billing := range []calc.Billing{
					{}, {FreeTier: true}, {SavingsPlan: 0.12, EnabledHours: calc.Some(300.0)},
				} {
					checkCheapest(t, a, billing)
				}
			}
		}
	}
}

// checkCheapest compares the cheapest setting of the first function with every possible setting, without and with a
// penalty.
func checkCheapest(t *testing.T, a calc.Account, billing calc.Billing) {
	t.Helper()
	const most = 220 // the quota without the floor
	f := a.Functions[0]
	for _, penalty := range []float64{0, 1e-6} {
		r := optimized(t, a, calc.Sizing{SpillPenalty: penalty}, billing)
		got := point(t, r, calc.PointCheapest)
		best, least := 0, math.Inf(1)
		for n := range int64(most + 1) {
			row := costWith(t, withCheapest(a, r), n, billing).Functions[0]
			spilled := 1.0
			if n > 0 {
				spilled = row.Chance.Or(calc.Chance{}).SpilloverRatio.Or(0)
			}
			total := known(t, "total", costByChance(row).Total) + penalty*spilled*f.RPS.Or(0)*aws.MonthHours*3600
			if total < least {
				best, least = int(n), total
			}
		}
		if math.Abs(got.Total-least) > 1e-6*least {
			t.Errorf("%v requests/s, %v ms, z %v, free tier %v, penalty %v: %d for %v, but %d for %v",
				f.RPS.Or(0), f.DurationMS.Or(0), f.Peakedness.Or(1), billing.FreeTier, penalty,
				got.Provisioned, got.Total, best, least)
		}
	}
}

// withCheapest returns the account with the cheapest provisioned concurrency of every function.
func withCheapest(a calc.Account, r calc.PlanResult) calc.Account {
	a.Functions = slices.Clone(a.Functions)
	for i, p := range r.Functions {
		a.Functions[i].Provisioned = p.RecommendedProvisioned
	}
	return a
}

// TestOptimizeAccount checks that, where two functions share tiers or the free tier, the bill of both is the least of
// all possible settings of one, while the other one is as planned.
func TestOptimizeAccount(t *testing.T) {
	function := func(name string, rate float64, memory int64) calc.Function {
		return calc.Function{Name: name, RPS: rps(rate), DurationMS: ms(1000), MemoryMB: units(memory)}
	}
	tiers := inVirginia(function("f", 400, 10240), function("g", 350, 10240))
	tiers.Concurrency = 3000
	reserved := function("f", 20, 512)
	reserved.Reserved, reserved.Provisioned = units(60), 3
	for name, c := range map[string]struct {
		account calc.Account
		billing calc.Billing
	}{
		"tiers":     {tiers, calc.Billing{}},
		"free tier": {inVirginia(function("f", 4, 512), function("g", 0.4, 512)), calc.Billing{FreeTier: true}},
		"reserved":  {inVirginia(reserved, function("g", 0.2, 512)), calc.Billing{}},
	} {
		r := optimized(t, c.account, calc.Sizing{}, c.billing)
		a := withCheapest(c.account, r)
		bill := func(n int64) (sum float64) {
			for _, f := range costWith(t, a, n, c.billing).Functions {
				sum += known(t, "total", costByChance(f).Total)
			}
			return sum
		}
		if reserved, ok := r.Functions[0].RecommendedReserved.Get(); ok {
			a.Functions[0].Reserved = calc.Some(max(reserved, a.Functions[0].Reserved.Or(0)))
		}
		got := point(t, r, calc.PointCheapest)
		most := a.Functions[0].Reserved.Or(500)
		best, least := int64(0), math.Inf(1)
		for n := range most + 1 {
			if b := bill(n); b < least {
				best, least = n, b
			}
		}
		if math.Abs(bill(got.Provisioned)-least) > 1e-9*least {
			t.Errorf("%s: %d for %v, but %d for %v", name, got.Provisioned, bill(got.Provisioned), best, least)
		}
	}
}

// TestOptimizeInit checks the cheapest setting where cold starts bend the cost curve, so that it may fall, rise and
// fall again.
func TestOptimizeInit(t *testing.T) {
	for _, c := range []struct{ rate, duration, init, keep float64 }{
		{60, 5, 8000, 1000}, {5, 3000, 10_000, 10_000}, {20, 200, 3_600_000, 600_000}, {40, 200, 10_000, 10_000},
		{3, 50, 500, 60_000},
	} {
		a := inVirginia(calc.Function{
			Name: "f", RPS: rps(c.rate), DurationMS: ms(c.duration), MemoryMB: units(1024), InitMS: ms(c.init),
		})
		a.Concurrency, a.KeepAliveMS = 300, calc.Some(c.keep)
		best, least := int64(0), math.Inf(1)
		for n := range int64(200 + 1) {
			row := costWith(t, a, n, calc.Billing{}).Functions[0]
			if total := known(t, "total", costByChance(row).Total); total < least {
				best, least = n, total
			}
		}
		got := cheapest(t, a, calc.Sizing{}, calc.Billing{})
		if math.Abs(got.Total-least) > 1e-9*least {
			t.Errorf("%+v: %d for %v, but %d for %v", c, got.Provisioned, got.Total, best, least)
		}
	}
}

// TestOptimizeSharedInit checks that the cost curve counts the cold starts of a shared pool as the split does, without
// an upper limit.
func TestOptimizeSharedInit(t *testing.T) {
	f := calc.Function{Name: "f", RPS: rps(90), DurationMS: ms(100), Provisioned: 10, MemoryMB: units(1024)}
	f.InitMS = ms(2000)
	g := calc.Function{Name: "g", RPS: rps(25), DurationMS: ms(200), Provisioned: 6}
	a := inVirginia(f, g)
	a.Concurrency, a.UnreservedFloor, a.KeepAliveMS = 24, units(0), ms(10_000)
	r := optimized(t, a, calc.Sizing{}, calc.Billing{})
	total := known(t, "total", costByChance(r.Functions[0].Now).Total)
	near(t, "now, as chance.cost has it", point(t, r, calc.PointNow).Total, total, 1e-12)
	init := known(t, "init", costByChance(r.Functions[0].Now).Init)
	near(t, "init time of cold starts", init, 90*0.001561*2*730*3600*0.0000166667, 0.05) // without init times in d
}

// TestNotOptimized checks that a finding says so if the cheapest setting is not computed.
func TestNotOptimized(t *testing.T) {
	a := inVirginia(calc.Function{Name: "f", RPS: rps(5), DurationMS: ms(1000)})
	r := optimized(t, a, calc.Sizing{}, calc.Billing{})
	if r.Functions[0].Optimize.Known() || !has(r.Findings, "not-optimized") {
		t.Errorf("without memory: %+v", r.Findings)
	}
	a.Functions[0].MemoryMB = units(512)
	r = optimized(t, a, calc.Sizing{}, calc.Billing{})
	if !r.Functions[0].Optimize.Known() || has(r.Findings, "not-optimized") {
		t.Errorf("with memory: %+v", r.Findings)
	}
	if c := calc.Compare(1e-310, 500); c.DeltaRatio.Known() {
		t.Errorf("a ratio beyond all numbers: %+v", c)
	}
}

// TestOptimizeWithinRoom checks that the least cost is no reason to ask for a larger reservation or a higher quota than
// the load needs, and that less is provisioned if there is less room. The brief events in a reservation would cost less
// if a part of them were not served: 105 provisioned units take 1,050 of the 2,449 a second. Without a limit, 94 units
// are the cheapest for f and for g, and a lower quota leaves less beside the floor.
func TestOptimizeWithinRoom(t *testing.T) {
	a := inVirginia(calc.Function{
		Name: "f", Mode: calc.Async, RPS: rps(2449), DurationMS: ms(19.6), MemoryMB: units(1024), Reserved: units(105),
	})
	r := optimized(t, a, calc.Sizing{}, calc.Billing{})
	if len(r.Changes) > 0 || r.Account.Verdict != calc.Fits {
		t.Errorf("%s: %+v", r.Account.Verdict, r.Changes)
	}

	f := calc.Function{Name: "f", RPS: rps(94), DurationMS: ms(1000), MemoryMB: units(1024)}
	g := f
	g.Name = "g"
	a = inVirginia(f, g)
	for _, c := range []struct{ quota, each int64 }{{1000, 94}, {300, 94}, {280, 90}, {240, 70}} {
		a.Concurrency = c.quota
		r := optimized(t, a, calc.Sizing{}, calc.Billing{})
		for i := range r.Functions {
			equal(t, fmt.Sprintf("%d of %d", i, c.quota), r.Functions[i].RecommendedProvisioned, c.each)
		}
		if len(r.Changes) != 2 {
			t.Errorf("%d: %+v", c.quota, r.Changes)
		}
	}
}
