package calc_test

import (
	"fmt"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
)

func BenchmarkSplit(b *testing.B) {
	f := calc.Function{Name: "f", RPS: rps(2500), DurationMS: ms(60), Provisioned: 150}
	b.ReportAllocs()
	for b.Loop() {
		calc.Split(f, 850)
	}
}

// manyFunctions is an account with 10,000 functions of all kinds.
func manyFunctions() calc.Account {
	a := calc.Account{Concurrency: 10_000_000}
	for i := range 10_000 {
		f := calc.Function{Name: fmt.Sprint("f", i), RPS: rps(float64(1 + i%5000)), DurationMS: ms(float64(5 + i%2000))}
		switch i % 3 {
		case 0:
			f.Reserved, f.Provisioned = units(int64(100+i%400)), int64(i%100)
		case 1:
			f.Mode = calc.Async
		}
		a.Functions = append(a.Functions, f)
	}
	return a
}

func BenchmarkSpill10000(b *testing.B) {
	a := manyFunctions()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := calc.Spill(a, calc.SpillOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkChance10000(b *testing.B) {
	a := manyFunctions()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := calc.Spill(a, calc.SpillOptions{Chance: true}); err != nil {
			b.Fatal(err)
		}
	}
}

// benchmarkTarget plans 3,000 functions with provisioned concurrency for a throttle target. Every second one has the
// given mode.
func benchmarkTarget(b *testing.B, second calc.Mode) {
	b.Helper()
	a := calc.Account{Concurrency: 1_000_000}
	for i := range 3000 {
		f := calc.Function{Name: fmt.Sprint("f", i), RPS: rps(float64(1 + i*7919%2000)), DurationMS: ms(100)}
		f.Provisioned = int64(1 + f.RPS.Or(0)/10*float64(5+i*104729%10)/10)
		if i%2 == 1 {
			f.Mode = second
		}
		a.Functions = append(a.Functions, f)
	}
	o := calc.PlanOptions{Sizing: calc.DefaultSizing()}
	o.TargetThrottle = calc.Some(0.001)
	for b.Loop() {
		if _, err := calc.Plan(a, o); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkTarget3000 sizes functions next to asynchronous ones, whose events are retried.
func BenchmarkTarget3000(b *testing.B) { benchmarkTarget(b, calc.Async) }

// BenchmarkSyncTarget3000 is the yardstick of BenchmarkTarget3000: nothing is retried.
func BenchmarkSyncTarget3000(b *testing.B) { benchmarkTarget(b, calc.Sync) }

// BenchmarkChance computes the chance of one function at an offered load of 100.
func BenchmarkChance(b *testing.B) {
	a := ordinary(calc.Function{Name: "f", RPS: rps(1000), DurationMS: ms(100), Provisioned: 100})
	for b.Loop() {
		if _, err := calc.Spill(a, calc.SpillOptions{Chance: true}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSweep1000 sweeps over a thousand points at an offered load of 100.
func BenchmarkSweep1000(b *testing.B) {
	a := ordinary(calc.Function{Name: "f", RPS: rps(1000), DurationMS: ms(100)})
	a.Concurrency = 2000
	sweep, err := calc.ParseSweep("provisioned=1:1000:1")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := calc.Spill(a, calc.SpillOptions{Chance: true, Sweep: &sweep}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSweepRates1000 sweeps the rate around the same load, and plans for a target at each point.
func BenchmarkSweepRates1000(b *testing.B) {
	a := ordinary(calc.Function{Name: "f", DurationMS: ms(100), Provisioned: 100})
	a.Concurrency = 2000
	sweep, err := calc.ParseSweep("rps=501:1500:1")
	if err != nil {
		b.Fatal(err)
	}
	o := calc.PlanOptions{
		SpillOptions: calc.SpillOptions{Chance: true, Sweep: &sweep},
		Sizing:       calc.Sizing{TargetSpillover: calc.Some(0.01)},
	}
	for b.Loop() {
		if _, err := calc.Plan(a, o); err != nil {
			b.Fatal(err)
		}
	}
}

// pricedAccount is an account with one function, in a Region with prices.
func pricedAccount(provisioned int64) calc.Account {
	a := ordinary(calc.Function{Name: "f", RPS: rps(1000), DurationMS: ms(100), Provisioned: provisioned,
		MemoryMB: units(1024)})
	a.Region = "us-east-1"
	return a
}

// pricedOptions requests random arrivals and costs.
func pricedOptions() calc.SpillOptions {
	return calc.SpillOptions{Chance: true, Cost: &calc.CostOptions{
		Billing: calc.Billing{Hours: 730},
		Prices:  []calc.Price{examplePrice(calc.X86)},
	}}
}

// BenchmarkPriced computes the chance of one function with its costs.
func BenchmarkPriced(b *testing.B) {
	a, o := pricedAccount(100), pricedOptions()
	for b.Loop() {
		if _, err := calc.Spill(a, o); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOptimize plans one function for the lowest cost.
func BenchmarkOptimize(b *testing.B) {
	a := pricedAccount(20)
	o := calc.PlanOptions{SpillOptions: pricedOptions(), Sizing: calc.Sizing{Objective: calc.Cheapest}}
	for b.Loop() {
		if _, err := calc.Plan(a, o); err != nil {
			b.Fatal(err)
		}
	}
}

// scaledFunctions is an account of 3,000 functions as teams have them: most are small, a few are busy, some have
// concurrency of their own, and every tenth is asynchronous.
func scaledFunctions() calc.Account {
	a := calc.Account{Concurrency: 200_000}
	for i := range 3000 {
		f := calc.Function{Name: fmt.Sprint("f", i), DurationMS: ms([]float64{20, 80, 150, 400, 1200}[i*7%5])}
		f.RPS = rps([]float64{0.1, 1, 5, 20, 100, 300}[i*5%6])
		if i%5 == 0 {
			f.Provisioned = int64(1 + i%10)
		}
		if i%7 == 0 {
			f.Reserved = units(int64(20 + i%80))
		}
		if i%10 == 3 {
			f.Mode = calc.Async
		}
		a.Functions = append(a.Functions, f)
	}
	return a
}

// BenchmarkScale100x3000 computes the verdicts of 3,000 functions at 100 points.
func BenchmarkScale100x3000(b *testing.B) {
	a, o := scaledFunctions(), calc.SpillOptions{Chance: true}
	for factor := range 100 {
		o.Scale = append(o.Scale, float64(factor+1))
	}
	for b.Loop() {
		if _, err := calc.Spill(a, o); err != nil {
			b.Fatal(err)
		}
	}
}
