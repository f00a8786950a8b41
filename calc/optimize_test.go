package calc_test

import (
	"errors"
	"math"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
)

// optimized plans for the least cost.
func optimized(t *testing.T, a calc.Account, o calc.PlanOptions, cost calc.CostOptions) calc.PlanResult {
	t.Helper()
	cost.Hours = calc.MonthHours
	if cost.Prices == nil {
		cost.Prices = prices(t)
	}
	o.SpillOptions = calc.SpillOptions{Chance: true, Cost: &cost}
	o.Objective = calc.Cheapest
	r, err := calc.Plan(a, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// point returns a point of the first function's curve.
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

// TestOptimize: the cheapest setting of the worked cases newsvendor-10 and -100
// (testdata/probability-values.json), and what moves it.
func TestOptimize(t *testing.T) {
	account := func(load float64, region string) calc.Account {
		a := ordinary(calc.Function{Name: "f", RPS: rps(load), DurationMS: ms(1000), MemoryMB: units(1024), Provisioned: 5})
		a.Region = region
		return a
	}
	r := optimized(t, account(10, "us-east-1"), calc.PlanOptions{}, calc.CostOptions{})
	equal(t, "cheapest for 10", point(t, r, calc.PointCheapest).Provisioned, 9)
	equal(t, "advised", r.Functions[0].RecommendedProvisioned, 9)
	now := point(t, r, calc.PointNow)
	equal(t, "now", now.Provisioned, 5)
	near(t, "now, as chance.cost has it", now.Total, known(t, "total", r.Functions[0].Now.Chance.Or(calc.Chance{}).Cost.Or(calc.Cost{}).Total), 1e-12)
	near(t, "spilled now", known(t, "spilled", now.SpilloverRatio), known(t, "spilled", r.Functions[0].Now.Chance.Or(calc.Chance{}).SpilloverRatio), 1e-12)

	r = optimized(t, account(100, "us-east-1"), calc.PlanOptions{}, calc.CostOptions{})
	equal(t, "cheapest for 100", point(t, r, calc.PointCheapest).Provisioned, 100)

	r = optimized(t, account(10, "us-east-1"), calc.PlanOptions{TargetSpillover: calc.Some(0.01)}, calc.CostOptions{})
	equal(t, "under a target", point(t, r, calc.PointCheapest).Provisioned, 18)
	equal(t, "the target", point(t, r, calc.PointTarget).Provisioned, 18)
	equal(t, "advised under a target", r.Functions[0].RecommendedProvisioned, 18)

	r = optimized(t, account(10, "us-east-1"), calc.PlanOptions{SpillPenalty: 0.0001}, calc.CostOptions{})
	dear := point(t, r, calc.PointCheapest)
	if dear.Provisioned <= 9 || dear.Penalty <= 0 {
		t.Errorf("with a penalty: %+v", dear)
	}

	r = optimized(t, account(10, "eu-central-1"), calc.PlanOptions{}, calc.CostOptions{})
	equal(t, "where it never pays", point(t, r, calc.PointCheapest).Provisioned, 0)
	if len(r.Actions) != 1 || r.Actions[0].Required || r.Actions[0].Command != "aws lambda delete-provisioned-concurrency-config --function-name f --qualifier ALIAS --region eu-central-1" {
		t.Errorf("actions %+v", r.Actions)
	}
	for _, o := range []calc.PlanOptions{{Objective: calc.Cheapest}, {Objective: "least"}, {SpillPenalty: -1}, {SpillPenalty: math.NaN()}} {
		if _, err := calc.Plan(account(10, ""), o); !errors.Is(err, calc.ErrInvalid) {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

// TestOptimizeExhaustive compares with every setting there is.
func TestOptimizeExhaustive(t *testing.T) {
	for _, load := range []float64{0.3, 17, 40} {
		for _, duration := range []float64{20, 400} {
			for _, z := range []float64{1, 3} {
				for _, o := range []calc.CostOptions{{}, {FreeTier: true}, {SavingsPlan: 0.12, EnabledHours: calc.Some(300.0)}} {
					a := calc.Account{Concurrency: 320, Region: "us-east-1", Functions: []calc.Function{
						{Name: "f", RPS: rps(load * 1000 / duration), DurationMS: ms(duration), MemoryMB: units(512), Peakedness: calc.Some(z), Arch: calc.ARM},
						{Name: "g", RPS: rps(3), DurationMS: ms(100), MemoryMB: units(512)},
					}}
					const most = 220 // beside the floor
					var totals, onDemand []float64
					for n := range int64(most + 1) {
						b := a
						b.Functions = append([]calc.Function(nil), a.Functions...)
						b.Functions[0].Provisioned = n
						cost := o
						cost.Hours, cost.Prices = calc.MonthHours, prices(t)
						r, err := calc.Spill(b, calc.SpillOptions{Chance: true, Cost: &cost})
						if err != nil {
							t.Fatal(err)
						}
						x := r.Functions[0].Chance.Or(calc.Chance{})
						spilled := 1.0
						if n > 0 {
							spilled = x.SpilloverRatio.Or(0)
						}
						totals = append(totals, known(t, "total", x.Cost.Or(calc.Cost{}).Total))
						onDemand = append(onDemand, spilled*b.Functions[0].RPS.Or(0)*calc.MonthHours*3600)
					}
					for _, penalty := range []float64{0, 1e-6} {
						got := point(t, optimized(t, a, calc.PlanOptions{SpillPenalty: penalty}, o), calc.PointCheapest)
						best, least := 0, math.Inf(1)
						for n := range totals {
							if total := totals[n] + penalty*onDemand[n]; total < least {
								best, least = n, total
							}
						}
						// What is throttled is taken as it is now, which is little here.
						if math.Abs(got.Total-least) > 1e-6*least {
							t.Errorf("load %v, %v ms, z %v, %+v, penalty %v: %d for %v, but %d for %v", load, duration, z, o.FreeTier, penalty, got.Provisioned, got.Total, best, least)
						}
					}
				}
			}
		}
	}
}
