package calc_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/series"
)

// dayRates are the rates of a typical day, from midnight on.
var dayRates = []float64{
	10, 8, 6, 5, 5, 8, 20, 50, 90, 120, 130, 130, 125, 130, 135, 130, 120, 100, 80, 70, 50, 35, 20, 12,
}

// flatDay is a day with one rate of 50.
func flatDay() []float64 {
	flat := make([]float64, 24)
	for i := range flat {
		flat[i] = 50
	}
	return flat
}

// dayAccount is an account with one function. Its rates over the day may be nil.
func dayAccount(day []float64, peak float64) calc.Account {
	return inVirginia(calc.Function{Name: "f", RPS: rps(peak), Day: series.Day(day), DurationMS: ms(200),
		MemoryMB: units(1024), Provisioned: 20})
}

// scheduleOf returns the optimization of the first function, and its schedule.
func scheduleOf(r calc.PlanResult) (calc.Optimization, calc.Schedule) {
	x := r.Functions[0].Optimize.Or(calc.Optimization{})
	return x, x.Schedule.Or(calc.Schedule{})
}

// TestDayFlat checks that a day with one rate costs what that rate costs.
func TestDayFlat(t *testing.T) {
	one := optimized(t, dayAccount(nil, 50), calc.Sizing{}, calc.Billing{})
	same := optimized(t, dayAccount(flatDay(), 50), calc.Sizing{}, calc.Billing{})
	total := func(r calc.PlanResult) calc.Optional[float64] {
		return r.Account.NowCost.Or(calc.AccountCost{}).Total
	}
	near(t, "a flat day", total(same).Or(0), total(one).Or(-1), 1e-12)
	best := point(t, one, calc.PointCheapest)
	near(t, "the cheapest of a flat day", point(t, same, calc.PointCheapest).Total, best.Total, 1e-12)
	_, schedule := scheduleOf(same)
	equal(t, "its schedule", fmt.Sprint(schedule.Segments), fmt.Sprintf("[{0 24 %d}]", best.Provisioned))
	near(t, "its day", schedule.TotalDay*730/24, schedule.TotalMonth, 1e-12)
	if x, _ := scheduleOf(one); len(x.Hourly) != 0 {
		t.Error("hourly levels of a rate that is not hourly")
	}
}

// TestDayLevels checks that one level is the cheapest point, and that more levels cost less.
func TestDayLevels(t *testing.T) {
	last := math.Inf(1)
	for levels := 1; levels <= 5; levels++ {
		r := optimized(t, dayAccount(dayRates, 135), calc.Sizing{Segments: levels}, calc.Billing{})
		x, schedule := scheduleOf(r)
		if schedule.TotalMonth > last*(1+1e-12) || len(schedule.Segments) > levels || len(x.Hourly) != 24 {
			t.Errorf("%d levels: %+v", levels, schedule)
		}
		last = schedule.TotalMonth
		if levels == 1 {
			near(t, "one level", schedule.TotalMonth, point(t, r, calc.PointCheapest).Total, 1e-12)
			now := costByChance(r.Functions[0].Now).Total.Or(0)
			near(t, "now", point(t, r, calc.PointNow).Total, now, 1e-12)
		}
	}
}

// TestDayTarget checks that the target is met in every hour.
func TestDayTarget(t *testing.T) {
	sizing := calc.Sizing{TargetSpillover: calc.Some(0.01), Wrap: true, MinSegment: 4}
	x, schedule := scheduleOf(optimized(t, dayAccount(dayRates, 135), sizing, calc.Billing{}))
	at := func(hour int) int64 {
		for _, s := range schedule.Segments {
			if s.From < s.To && hour >= s.From && hour < s.To || s.From >= s.To && (hour >= s.From || hour < s.To) {
				return s.Provisioned
			}
		}
		t.Fatalf("no level at %d h: %v", hour, schedule.Segments)
		return 0
	}
	for hour, rate := range dayRates {
		a := dayAccount(nil, rate)
		a.Functions[0].Provisioned = at(hour)
		if beyond := known(t, "beyond", chanceOf(t, a).BeyondProvisionedRatio); beyond > 0.01 {
			t.Errorf("at %d h %d units let %v past", hour, at(hour), beyond)
		}
		if x.Hourly[hour].Provisioned > at(hour) {
			t.Errorf("at %d h the hour alone needs %d, the schedule has %d", hour, x.Hourly[hour].Provisioned, at(hour))
		}
	}
}

// TestDayRefused checks that a day must have enough hours, no negative rate, and none above the peak.
func TestDayRefused(t *testing.T) {
	rest := flatDay()[1:]
	for _, day := range [][]float64{
		{1}, append([]float64{-1}, rest...), append([]float64{51}, rest...), append([]float64{math.NaN()}, rest...),
	} {
		if err := dayAccount(day, 50).Validate(); !errors.Is(err, quantity.ErrInvalid) {
			t.Errorf("%v: %v", day, err)
		}
	}
}

// TestDayTiers checks that a schedule costs no more than a single level, whichever tier the bill reaches.
func TestDayTiers(t *testing.T) {
	for _, load := range []float64{1, 100, 1000, 3000, 1e5} {
		day := make([]float64, 24)
		for hour := range day {
			day[hour] = load * (1 + float64(hour/8))
		}
		a := inVirginia(calc.Function{
			Name: "f", RPS: rps(3 * load), Day: series.Day(day), DurationMS: ms(1000), MemoryMB: units(2048),
		})
		a.Concurrency = 1e6
		r := optimized(t, a, calc.Sizing{}, calc.Billing{})
		_, schedule := scheduleOf(r)
		if flat := point(t, r, calc.PointCheapest); schedule.TotalMonth > flat.Total*(1+1e-12) {
			t.Errorf("load %v: %+v, but %+v", load, schedule, flat)
		}
	}
}
