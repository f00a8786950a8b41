package calc_test

import (
	"slices"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/series"
)

// nightRates are busy when dayRates are quiet.
func nightRates() []float64 {
	rates := make([]float64, len(dayRates))
	for hour := range rates {
		rates[hour] = dayRates[(hour+12)%len(rates)]
	}
	return rates
}

// dayOf is an account with functions by day and by night that share a pool, one that waits and one with a reservation.
func dayOf() calc.Account {
	function := func(name string, day []float64, change func(f *calc.Function)) calc.Function {
		f := calc.Function{Name: name, RPS: rps(slices.Max(day)), Day: series.Day(day), DurationMS: ms(200), Provisioned: 20}
		change(&f)
		return f
	}
	a := ordinary(
		function("day", dayRates, func(*calc.Function) {}),
		function("night", nightRates(), func(f *calc.Function) { f.Provisioned = 0 }),
		function("events", nightRates(), func(f *calc.Function) { f.Mode = calc.Async }),
		function("reserved", dayRates, func(f *calc.Function) { f.Reserved = units(30) }),
		calc.Function{Name: "flat", RPS: rps(50), DurationMS: ms(1000)},
	)
	a.Concurrency = 160
	return a
}

// TestDayChance checks the shares of the day against an account of its own for every hour.
func TestDayChance(t *testing.T) {
	a := dayOf()
	r := spillWith(t, a, calc.SpillOptions{Chance: true})
	for i := range a.Functions {
		var want [4]calc.Optional[float64]
		requests := 0.0
		for hour := range dayRates {
			at := a
			at.Functions = slices.Clone(a.Functions)
			for j := range at.Functions {
				if f := &at.Functions[j]; !f.Day.Empty() {
					f.RPS, f.Day = rps(f.Day.At(hour)), series.Series{}
				}
			}
			row := spillWith(t, at, calc.SpillOptions{Chance: true}).Functions[i]
			requests += row.RPS
			for k, share := range sharesOf(row.Chance.Or(calc.Chance{})) {
				if x, ok := share.Get(); ok {
					want[k] = calc.Some(want[k].Or(0) + x*row.RPS)
				}
			}
		}
		x, ok := r.Functions[i].ChanceDay.Get()
		if !ok {
			t.Fatalf("%s has no chances of the day", a.Functions[i].Name)
		}
		for k, got := range [4]calc.Optional[float64]{x.SpilloverRatio, x.ThrottledRatio, x.QueuedRatio, x.ColdStartRatio} {
			equal(t, a.Functions[i].Name+": known", got.Known(), want[k].Known())
			near(t, a.Functions[i].Name, got.Or(0), want[k].Or(0)/requests, 1e-12)
		}
	}
	day, peak := r.Functions[0].ChanceDay.Or(calc.DayChance{}), r.Functions[0].Chance.Or(calc.Chance{})
	if share := day.SpilloverRatio.Or(0); !(share > 0 && share < 0.9*peak.SpilloverRatio.Or(0)) {
		t.Errorf("over the day %v spill, at the peak %v", share, peak.SpilloverRatio)
	}
	day, peak = r.Functions[1].ChanceDay.Or(calc.DayChance{}), r.Functions[1].Chance.Or(calc.Chance{})
	if share := day.ThrottledRatio.Or(1); !(share < peak.ThrottledRatio.Or(0)/2) {
		t.Errorf("over the day %v are throttled, with all peaks at once %v", share, peak.ThrottledRatio)
	}
}

// sharesOf lists the shares of which a day has the means.
func sharesOf(x calc.Chance) [4]calc.Optional[float64] {
	return [4]calc.Optional[float64]{x.SpilloverRatio, x.ThrottledRatio, x.QueuedRatio, x.ColdStartRatio}
}

// TestDayChanceAbsent checks when there are no shares of the day, and that a flat day has those of its rate.
func TestDayChanceAbsent(t *testing.T) {
	with := calc.SpillOptions{Chance: true}
	equal(t, "without a day", spillWith(t, dayAccount(nil, 50), with).Functions[0].ChanceDay.Known(), false)
	equal(t, "unasked", spill(t, dayAccount(dayRates, 135)).Functions[0].ChanceDay.Known(), false)
	average := dayAccount(nil, 50)
	average.Functions[0].AverageRPS = rps(20)
	average.Functions[0].Provisioned = 0
	equal(t, "of an average", spillWith(t, average, with).Functions[0].ChanceDay.Known(), false)
	flat := spillWith(t, dayAccount(flatDay(), 50), with).Functions[0]
	day := flat.ChanceDay.Or(calc.DayChance{})
	near(t, "a flat day", day.SpilloverRatio.Or(-1), flat.Chance.Or(calc.Chance{}).SpilloverRatio.Or(0), 1e-12)
	idle := spillWith(t, calc.Account{Concurrency: 1000, Functions: []calc.Function{
		{Name: "f", RPS: rps(0), Day: series.Day(make([]float64, 24)), DurationMS: ms(100), Provisioned: 5},
	}}, with).Functions[0].ChanceDay.Or(calc.DayChance{})
	equal(t, "without requests", idle.SpilloverRatio, calc.Some(0.0))
	long := dayAccount(flatDay(), 50)
	long.Functions[0].DurationMS = none
	equal(t, "without a duration", spillWith(t, long, with).Functions[0].ChanceDay.Known(), false)
}

// TestDayChanceOnce checks that costs and shares come from the same split of the hours.
func TestDayChanceOnce(t *testing.T) {
	a := dayAccount(dayRates, 135)
	plain := spillWith(t, a, calc.SpillOptions{Chance: true}).Functions[0]
	priced := spillWith(t, a, calc.SpillOptions{Chance: true, Cost: &calc.CostOptions{
		Billing: calc.Billing{Hours: 730}, Prices: prices(t)}}).Functions[0]
	equal(t, "the day's chances with costs", priced.ChanceDay, plain.ChanceDay)
	x := priced.ChanceDay.Or(calc.DayChance{})
	cost := priced.Chance.Or(calc.Chance{}).Cost.Or(calc.Cost{})
	requests := 0.0
	for _, rate := range dayRates {
		requests += rate * 3600 * 730 / 24
	}
	warm := cost.ProvisionedDuration.Or(0) / (0.0000097222 * 0.2) // us-east-1, x86_64, 1 GB
	near(t, "requests served on provisioned concurrency", warm/requests,
		1-x.SpilloverRatio.Or(0)-x.ThrottledRatio.Or(0), 1e-9)
}
