package calc_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/series"
)

// optimized plans for the least cost.
func optimized(t *testing.T, a calc.Account, o calc.PlanOptions, cost calc.CostOptions) calc.PlanResult {
	t.Helper()
	cost.Hours = aws.MonthHours
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

	r = optimized(t, account(10, "us-east-1"), calc.PlanOptions{Sizing: calc.Sizing{TargetSpillover: calc.Some(0.01)}}, calc.CostOptions{})
	equal(t, "under a target", point(t, r, calc.PointCheapest).Provisioned, 18)
	equal(t, "the target", point(t, r, calc.PointTarget).Provisioned, 18)
	equal(t, "advised under a target", r.Functions[0].RecommendedProvisioned, 18)

	r = optimized(t, account(10, "us-east-1"), calc.PlanOptions{Sizing: calc.Sizing{SpillPenalty: 0.0001}}, calc.CostOptions{})
	dear := point(t, r, calc.PointCheapest)
	if dear.Provisioned <= 9 || dear.Penalty <= 0 {
		t.Errorf("with a penalty: %+v", dear)
	}

	r = optimized(t, account(10, "eu-central-1"), calc.PlanOptions{}, calc.CostOptions{})
	equal(t, "where it never pays", point(t, r, calc.PointCheapest).Provisioned, 0)
	if len(r.Changes) != 1 || r.Changes[0].Required || r.Changes[0].To != units(0) || r.Changes[0].Cause != calc.CauseCheaper {
		t.Errorf("changes %+v", r.Changes)
	}
	for _, o := range []calc.Sizing{{Objective: calc.Cheapest}, {Objective: "least"}, {SpillPenalty: -1}, {SpillPenalty: math.NaN()}} {
		if _, err := calc.Plan(account(10, ""), calc.PlanOptions{Sizing: o}); !errors.Is(err, quantity.ErrInvalid) {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

// TestOptimizeExhaustive compares with every setting there is.
func TestOptimizeExhaustive(t *testing.T) {
	for _, load := range []float64{0.3, 17, 40} {
		for _, duration := range []float64{20, 95, 400} {
			for _, z := range []float64{1, 3} {
				for _, o := range []calc.CostOptions{{}, {Billing: calc.Billing{FreeTier: true}}, {Billing: calc.Billing{SavingsPlan: 0.12, EnabledHours: calc.Some(300.0)}}} {
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
						cost.Hours, cost.Prices = aws.MonthHours, prices(t)
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
						onDemand = append(onDemand, spilled*b.Functions[0].RPS.Or(0)*aws.MonthHours*3600)
					}
					for _, penalty := range []float64{0, 1e-6} {
						got := point(t, optimized(t, a, calc.PlanOptions{Sizing: calc.Sizing{SpillPenalty: penalty}}, o), calc.PointCheapest)
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

// TestOptimizeAccount: where two functions share tiers or the free tier, it is
// the bill of both that is the least of every setting there is.
func TestOptimizeAccount(t *testing.T) {
	for name, c := range map[string]struct {
		a calc.Account
		o calc.CostOptions
	}{
		"tiers": {calc.Account{Concurrency: 3000, Region: "us-east-1", Functions: []calc.Function{
			{Name: "f", RPS: rps(400), DurationMS: ms(1000), MemoryMB: units(10240)},
			{Name: "g", RPS: rps(350), DurationMS: ms(1000), MemoryMB: units(10240)},
		}}, calc.CostOptions{}},
		"free tier": {calc.Account{Concurrency: 1000, Region: "us-east-1", Functions: []calc.Function{
			{Name: "f", RPS: rps(4), DurationMS: ms(1000), MemoryMB: units(512)},
			{Name: "g", RPS: rps(0.4), DurationMS: ms(1000), MemoryMB: units(512)},
		}}, calc.CostOptions{Billing: calc.Billing{FreeTier: true}}},
		"reserved": {calc.Account{Concurrency: 1000, Region: "us-east-1", Functions: []calc.Function{
			{Name: "f", RPS: rps(20), DurationMS: ms(1000), MemoryMB: units(512), Reserved: units(60), Provisioned: 3},
			{Name: "g", RPS: rps(0.2), DurationMS: ms(1000), MemoryMB: units(512)},
		}}, calc.CostOptions{}},
	} {
		cost := c.o
		cost.Hours, cost.Prices = aws.MonthHours, prices(t)
		bill := func(n int64) (sum float64) {
			a := c.a
			a.Functions = append([]calc.Function(nil), c.a.Functions...)
			a.Functions[0].Provisioned = n
			r, err := calc.Spill(a, calc.SpillOptions{Chance: true, Cost: &cost})
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range r.Functions {
				sum += known(t, "total", f.Chance.Or(calc.Chance{}).Cost.Or(calc.Cost{}).Total)
			}
			return sum
		}
		r := optimized(t, c.a, calc.PlanOptions{}, c.o)
		if reserved, ok := r.Functions[0].RecommendedReserved.Get(); ok { // the one that is advised
			c.a.Functions[0].Reserved = calc.Some(max(reserved, c.a.Functions[0].Reserved.Or(0)))
		}
		got := point(t, r, calc.PointCheapest)
		most := c.a.Functions[0].Reserved.Or(500)
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

// TestDayTiers: a schedule is not dearer than a single level, wherever in the
// tiers the bill ends.
func TestDayTiers(t *testing.T) {
	for _, load := range []float64{1, 100, 1000, 3000, 1e5} {
		day := make([]float64, 24)
		for hour := range day {
			day[hour] = load * (1 + float64(hour/8))
		}
		a := calc.Account{Concurrency: 1e6, Region: "us-east-1", Functions: []calc.Function{
			{Name: "f", RPS: rps(3 * load), Day: series.Day(day), DurationMS: ms(1000), MemoryMB: units(2048)},
		}}
		r := optimized(t, a, calc.PlanOptions{}, calc.CostOptions{})
		schedule, _ := r.Functions[0].Optimize.Or(calc.Optimization{}).Schedule.Get()
		if flat := point(t, r, calc.PointCheapest); schedule.TotalMonth > flat.Total*(1+1e-12) {
			t.Errorf("load %v: %+v, but %+v", load, schedule, flat)
		}
	}
}

// TestOptimizeInit: cold starts bend the curve of costs, so that it may fall, rise
// and fall again; the cheapest is still that of all settings.
func TestOptimizeInit(t *testing.T) {
	for _, c := range []struct{ rate, duration, init, keep float64 }{
		{60, 5, 8000, 1000}, {5, 3000, 10_000, 10_000}, {20, 200, 3_600_000, 600_000}, {40, 200, 10_000, 10_000}, {3, 50, 500, 60_000},
	} {
		a := calc.Account{Concurrency: 300, Region: "us-east-1", KeepAliveMS: calc.Some(c.keep), Functions: []calc.Function{
			{Name: "f", RPS: rps(c.rate), DurationMS: ms(c.duration), MemoryMB: units(1024), InitMS: ms(c.init)},
		}}
		best, least := int64(0), math.Inf(1)
		for n := range int64(200 + 1) {
			b := a
			b.Functions = []calc.Function{a.Functions[0]}
			b.Functions[0].Provisioned = n
			r, err := calc.Spill(b, calc.SpillOptions{Chance: true, Cost: &calc.CostOptions{Billing: calc.Billing{Hours: aws.MonthHours}, Prices: prices(t)}})
			if err != nil {
				t.Fatal(err)
			}
			if total := known(t, "total", r.Functions[0].Chance.Or(calc.Chance{}).Cost.Or(calc.Cost{}).Total); total < least {
				best, least = n, total
			}
		}
		got := point(t, optimized(t, a, calc.PlanOptions{}, calc.CostOptions{}), calc.PointCheapest)
		if math.Abs(got.Total-least) > 1e-9*least {
			t.Errorf("%+v: %d for %v, but %d for %v", c, got.Provisioned, got.Total, best, least)
		}
	}
}

// TestNotOptimized: where the cheapest is not sought, a finding says so.
func TestNotOptimized(t *testing.T) {
	a := ordinary(calc.Function{Name: "f", RPS: rps(5), DurationMS: ms(1000)})
	a.Region = "us-east-1"
	if r := optimized(t, a, calc.PlanOptions{}, calc.CostOptions{}); r.Functions[0].Optimize.Known() || !has(r.Findings, "not-optimized") {
		t.Errorf("without memory: %+v", r.Findings)
	}
	a.Functions[0].MemoryMB = units(512)
	if r := optimized(t, a, calc.PlanOptions{}, calc.CostOptions{}); !r.Functions[0].Optimize.Known() || has(r.Findings, "not-optimized") {
		t.Errorf("with memory: %+v", r.Findings)
	}
	if c := calc.Compare(1e-310, 500); c.DeltaRatio.Known() {
		t.Errorf("a ratio beyond all numbers: %+v", c)
	}
}

// TestDay: a day of one rate is that rate, one level is the cheapest point, more
// levels cost less, and the target is a floor in every hour.
func TestDay(t *testing.T) {
	rates := []float64{10, 8, 6, 5, 5, 8, 20, 50, 90, 120, 130, 130, 125, 130, 135, 130, 120, 100, 80, 70, 50, 35, 20, 12}
	account := func(day []float64, peak float64) calc.Account {
		a := ordinary(calc.Function{Name: "f", RPS: rps(peak), Day: series.Day(day), DurationMS: ms(200), MemoryMB: units(1024), Provisioned: 20})
		a.Region = "us-east-1"
		return a
	}
	flat := make([]float64, 24)
	for i := range flat {
		flat[i] = 50
	}
	one, same := optimized(t, account(nil, 50), calc.PlanOptions{}, calc.CostOptions{}), optimized(t, account(flat, 50), calc.PlanOptions{}, calc.CostOptions{})
	near(t, "a flat day", same.Account.NowCost.Or(calc.AccountCost{}).Total.Or(0), one.Account.NowCost.Or(calc.AccountCost{}).Total.Or(-1), 1e-12)
	near(t, "the cheapest of a flat day", point(t, same, calc.PointCheapest).Total, point(t, one, calc.PointCheapest).Total, 1e-12)
	schedule, _ := same.Functions[0].Optimize.Or(calc.Optimization{}).Schedule.Get()
	equal(t, "its schedule", fmt.Sprint(schedule.Segments), fmt.Sprintf("[{0 24 %d}]", point(t, one, calc.PointCheapest).Provisioned))
	near(t, "its day", schedule.TotalDay*730/24, schedule.TotalMonth, 1e-12)
	if len(one.Functions[0].Optimize.Or(calc.Optimization{}).Hourly) != 0 {
		t.Error("hourly levels of a rate that is not hourly")
	}

	last := math.Inf(1)
	for levels := 1; levels <= 5; levels++ {
		r := optimized(t, account(rates, 135), calc.PlanOptions{Sizing: calc.Sizing{Segments: levels}}, calc.CostOptions{})
		x, _ := r.Functions[0].Optimize.Get()
		schedule, _ := x.Schedule.Get()
		if schedule.TotalMonth > last*(1+1e-12) || len(schedule.Segments) > levels || len(x.Hourly) != 24 {
			t.Errorf("%d levels: %+v", levels, schedule)
		}
		last = schedule.TotalMonth
		if levels == 1 {
			near(t, "one level", schedule.TotalMonth, point(t, r, calc.PointCheapest).Total, 1e-12)
			near(t, "now", point(t, r, calc.PointNow).Total, r.Functions[0].Now.Chance.Or(calc.Chance{}).Cost.Or(calc.Cost{}).Total.Or(0), 1e-12)
		}
	}

	r := optimized(t, account(rates, 135), calc.PlanOptions{Sizing: calc.Sizing{TargetSpillover: calc.Some(0.01), Wrap: true, MinSegment: 4}}, calc.CostOptions{})
	x, _ := r.Functions[0].Optimize.Get()
	schedule, _ = x.Schedule.Get()
	at := func(hour int) int64 {
		for _, s := range schedule.Segments {
			if s.From < s.To && hour >= s.From && hour < s.To || s.From >= s.To && (hour >= s.From || hour < s.To) {
				return s.Provisioned
			}
		}
		t.Fatalf("no level at %d h: %v", hour, schedule.Segments)
		return 0
	}
	for hour, rate := range rates {
		f := account(nil, rate)
		f.Functions[0].Provisioned = at(hour)
		if beyond := known(t, "beyond", chanceOf(t, f).BeyondProvisionedRatio); beyond > 0.01 {
			t.Errorf("at %d h %d units let %v past", hour, at(hour), beyond)
		}
		if x.Hourly[hour].Provisioned > at(hour) {
			t.Errorf("at %d h the hour alone needs %d, the schedule has %d", hour, x.Hourly[hour].Provisioned, at(hour))
		}
	}
	for _, day := range [][]float64{{1}, append([]float64{-1}, flat[1:]...), append([]float64{51}, flat[1:]...), append([]float64{math.NaN()}, flat[1:]...)} {
		if err := account(day, 50).Validate(); !errors.Is(err, quantity.ErrInvalid) {
			t.Errorf("%v: %v", day, err)
		}
	}
}
