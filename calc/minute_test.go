package calc_test

import (
	"math"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/series"
)

// onMinute says that a share of each minute's requests comes within some seconds.
func onMinute(share, within float64) calc.Optional[calc.OnTheMinute] {
	return calc.Some(calc.OnTheMinute{Share: share, WithinS: within})
}

// cron is the function of the values: 100 requests/s of 200 ms and 30 units.
func cron(share, within float64) calc.Function {
	return calc.Function{Name: "f", RPS: rps(100), DurationMS: ms(200), Provisioned: 30, Reserved: units(30),
		OnTheMinute: onMinute(share, within)}
}

// TestMinuteValues checks the approximation against sums of 60,000 steps of the minute by the recursion of B, which
// leave an error of 1e-9.
func TestMinuteValues(t *testing.T) {
	for _, c := range []struct{ share, within, want float64 }{
		{0.1, 1, 0.08704536616}, {0.3, 2, 0.26547909599}, {0.5, 5, 0.40957819100},
	} {
		x := chanceOf(t, ordinary(cron(c.share, c.within)))
		beyond := known(t, "beyond", x.BeyondProvisionedRatio)
		near(t, "beyond", beyond, c.want, 1e-6)
		equal(t, "throttled", x.ThrottledRatio.Or(0), beyond)
		equal(t, "cold starts", x.ColdStartRatio.Known(), false)
		equal(t, "what was given", x.OnTheMinute, onMinute(c.share, c.within))
	}
	even := chanceOf(t, ordinary(cron(0, 2)))
	equal(t, "evenly", even.OnTheMinute.Known(), false)
	if mean := known(t, "the mean", even.BeyondProvisionedRatio); mean > 0.01 {
		t.Errorf("at an even rate %v spill, which is less than 1 %%", mean)
	}
}

// TestMinuteEven checks that no share at the start, and one within the whole minute, change nothing.
func TestMinuteEven(t *testing.T) {
	for _, change := range []func(f *calc.Function){
		func(*calc.Function) {},
		func(f *calc.Function) { f.Reserved = calc.Optional[int64]{} },
		func(f *calc.Function) { f.Mode, f.Reserved = calc.Async, units(33) },
		func(f *calc.Function) { f.DurationMS, f.Peakedness = ms(20), calc.Some(3.0) },
	} {
		function := func(minute calc.Optional[calc.OnTheMinute]) calc.Account {
			f := cron(0, 1)
			change(&f)
			f.OnTheMinute = minute
			return ordinary(f, calc.Function{Name: "g", RPS: rps(20), DurationMS: ms(500)})
		}
		want := chanceOf(t, function(calc.Optional[calc.OnTheMinute]{}))
		equal(t, "no share", chanceOf(t, function(onMinute(0, 2))), want)
		equal(t, "within the minute", chanceOf(t, function(onMinute(0.7, 60))), want)
		nearly := chanceOf(t, function(onMinute(0.9, 60*(1-1e-9))))
		tiny := chanceOf(t, function(onMinute(1e-9, 1)))
		for k, share := range sharesOf(want) {
			if share.Known() && k < 3 {
				near(t, "nearly the minute", sharesOf(nearly)[k].Or(-1), share.Or(0), 1e-5)
				near(t, "a tiny share", sharesOf(tiny)[k].Or(-1), share.Or(0), 1e-5)
			}
		}
		equal(t, "p99", nearly.ConcurrencyP99, want.ConcurrencyP99)
	}
}

// TestMinuteMonotone checks that more units never turn more away, and that a larger or shorter burst never turns less
// away.
func TestMinuteMonotone(t *testing.T) {
	lost := func(f calc.Function) float64 {
		return known(t, "beyond", chanceOf(t, ordinary(f)).BeyondProvisionedRatio)
	}
	for _, d := range []float64{5, 80, 200, 3000, 200_000} {
		for _, z := range []float64{1, 3} {
			last := math.Inf(1)
			for n := int64(1); n <= 300; n = n*5/4 + 1 {
				f := cron(0.4, 2.5)
				f.DurationMS, f.RPS, f.Peakedness, f.Provisioned = ms(d), rps(2e4/d), calc.Some(z), n
				f.Reserved = units(n)
				x := lost(f)
				if !(x <= last*(1+1e-6)) || x < 0 || x > 1 {
					t.Errorf("%v ms, z %v: %d units lose %v, fewer %v", d, z, n, x, last)
				}
				last = x
			}
		}
		for i, step := range []func(f *calc.Function, k float64){
			func(f *calc.Function, k float64) { f.OnTheMinute = onMinute(k/10, 2) },
			func(f *calc.Function, k float64) { f.OnTheMinute = onMinute(0.3, 60/(1+k*k)) },
		} {
			last := 0.0
			for k := 0.0; k <= 10; k++ {
				f := cron(0, 1)
				f.DurationMS, f.RPS = ms(d), rps(2e4/d)
				step(&f, k)
				x := lost(f)
				rounding := 1e-6
				if d < calc.RateBindsMS && i == 1 {
					rounding = 0.02 // within less than a second, the limiter counts the requests of the whole one
				}
				if !(x >= last*(1-rounding)) {
					t.Errorf("%v ms, step %v: %v after %v", d, k, x, last)
				}
				last = x
			}
		}
	}
}

// TestMinuteExtremes checks that extreme inputs give shares from 0 to 1.
func TestMinuteExtremes(t *testing.T) {
	for _, rate := range []float64{0, 1e-12, 1, 1e6, 1e9} {
		for _, d := range []float64{1e-6, 1, 5000, 900_000} {
			for _, share := range []float64{1e-12, 0.5, 1} {
				for _, within := range []float64{0.001, 1, 59.999} {
					f := calc.Function{Name: "f", RPS: rps(rate), DurationMS: ms(d), Provisioned: 40,
						OnTheMinute: onMinute(share, within)}
					r := spillWith(t, ordinary(f), calc.SpillOptions{Chance: true})
					x, ok := r.Functions[0].Chance.Get()
					for _, share := range sharesOf(x) {
						if y := share.Or(0); !(y >= 0 && y <= 1) {
							t.Errorf("%+v: %v", f, x)
						}
					}
					if ok != (rate*d/1000 <= 1e7) {
						t.Errorf("%v requests/s of %v ms are computed: %v", rate, d, ok)
					}
				}
			}
		}
	}
}

// TestMinuteSizes checks that a plan sizes for the burst: with the sizes that it requires, the shares are below the
// limits, and with one unit fewer they are not.
func TestMinuteSizes(t *testing.T) {
	beyond := func(f calc.Function, n int64) float64 {
		f.Provisioned, f.Reserved = n, units(n)
		return known(t, "beyond", chanceOf(t, calc.Account{Concurrency: 100_000, Functions: []calc.Function{f}}).
			BeyondProvisionedRatio)
	}
	for _, d := range []float64{20, 200, 4000} {
		f := cron(0.3, 2)
		f.DurationMS, f.Reserved = ms(d), calc.Optional[int64]{}
		a := calc.Account{Concurrency: 100_000, Functions: []calc.Function{f}}
		options := calc.PlanOptions{SpillOptions: calc.SpillOptions{Chance: true}}
		random := planWith(t, a, options).Functions[0].RequiredProvisionedForRandom.Or(-1)
		options.TargetSpillover = calc.Some(0.002)
		target := planWith(t, a, options).Functions[0].RequiredProvisionedForTarget.Or(-1)
		for n, limit := range map[int64]float64{random: 0.01, target: 0.002} {
			if with, without := beyond(f, n), beyond(f, n-1); with > limit || without <= limit {
				t.Errorf("%v ms: %d units lose %v, one fewer %v; the limit is %v", d, n, with, without, limit)
			}
		}
		options = calc.PlanOptions{SpillOptions: calc.SpillOptions{Chance: true}}
		options.TargetThrottle = calc.Some(0.001)
		f.Provisioned, f.Reserved = 0, units(20)
		a.Functions[0] = f
		all := planWith(t, a, options).Functions[0].RequiredUnitsForTarget.Or(-1)
		if with, without := beyond(f, all), beyond(f, all-1); with > 0.001 || without <= 0.001 {
			t.Errorf("%v ms: %d units throttle %v, one fewer %v", d, all, with, without)
		}
	}
}

// TestMinuteShared checks a shared pool against a pool of one's own, and that it is sized for the burst.
func TestMinuteShared(t *testing.T) {
	f := cron(0.3, 2)
	f.Reserved, f.Provisioned = calc.Optional[int64]{}, 20
	tiny := calc.Function{Name: "g", RPS: rps(1e-9), DurationMS: ms(200)}
	own, shared := ordinary(f), ordinary(f, tiny)
	own.Concurrency, shared.Concurrency = 60, 60
	near(t, "with a tiny neighbour", chanceOf(t, shared).ThrottledRatio.Or(0), // by Rapp's approximation
		chanceOf(t, own).ThrottledRatio.Or(-1), 0.08)
	near(t, "beyond", chanceOf(t, shared).BeyondProvisionedRatio.Or(0),
		chanceOf(t, own).BeyondProvisionedRatio.Or(-1), 1e-5)
	events := calc.Function{Name: "e", Mode: calc.Async, RPS: rps(30), DurationMS: ms(500), OnTheMinute: onMinute(0.5, 1)}
	a := ordinary(f, events, calc.Function{Name: "h", RPS: rps(50), DurationMS: ms(20)})
	for _, target := range []float64{0.05, 0.001} {
		n, err := calc.UnreservedFor(a, target)
		if err != nil {
			t.Fatal(err)
		}
		lost := func(n int64) (most float64) {
			a.Concurrency = n + f.Provisioned
			for _, row := range spillWith(t, a, calc.SpillOptions{Chance: true}).Functions {
				most = math.Max(most, row.Chance.Or(calc.Chance{}).ThrottledRatio.Or(0))
			}
			return most
		}
		if with, without := lost(n), lost(n-1); with > target || without <= target {
			t.Errorf("%d unreserved units throttle %v, one fewer %v; the target is %v", n, with, without, target)
		}
	}
}

// TestMinuteRefused checks the ranges.
func TestMinuteRefused(t *testing.T) {
	for _, m := range []calc.OnTheMinute{{-0.1, 1}, {1.1, 1}, {math.NaN(), 1}, {0.5, 0}, {0.5, 61}, {0.5, math.NaN()}} {
		f := cron(m.Share, m.WithinS)
		if err := ordinary(f).Validate(); err == nil {
			t.Errorf("%+v is accepted", m)
		}
	}
}

// TestMinuteFindings checks what is said about requests on the minute, and how it is explained.
func TestMinuteFindings(t *testing.T) {
	find := func(f calc.Function) []calc.Finding {
		return spillWith(t, ordinary(f), calc.SpillOptions{Chance: true}).Findings
	}
	short := cron(0.3, 2)
	message := ""
	for _, f := range find(short) {
		if f.ID == "full-by-chance" {
			message = f.Message
		}
	}
	equal(t, "cause", message,
		"26.5% of the requests are throttled, 0% if evenly spaced: 30% within 2s of the full minute, and at random")
	equal(t, "short", has(find(short), "long-on-the-minute"), false)
	long := short
	long.DurationMS = ms(1000)
	equal(t, "long", has(find(long), "long-on-the-minute"), true)
	enough := long
	enough.Provisioned, enough.Reserved = 900, units(900)
	equal(t, "long, with room", has(find(enough), "long-on-the-minute"), false)
	long.OnTheMinute = onMinute(0.3, 60)
	equal(t, "long, but even", has(find(long), "long-on-the-minute"), false)

	a := ordinary(short)
	a.Functions[0].Day = series.Day(flatHours(100))
	r := spillWith(t, a, calc.SpillOptions{Chance: true})
	steps := map[string]calc.Step{}
	for _, s := range r.Explain() {
		steps[s.Quantity] = s
	}
	equal(t, "formula", steps["chance.throttled_ratio"].Formula, "mean over the minute of B(L, m(t))")
	equal(t, "numbers", steps["chance.throttled_ratio"].Numbers, "30 units, a = 20, 30% within 2s of the full minute")
	equal(t, "law", steps["chance.concurrency_p99"].Formula,
		"quantile of the minute's mixture of Poisson(m(t)), at most L")
	near(t, "the day", steps["chance_day.throttled_ratio"].Value, steps["chance.throttled_ratio"].Value, 1e-12)
}

// flatHours are 24 hours of one rate.
func flatHours(rate float64) []float64 {
	hours := make([]float64, 24)
	for i := range hours {
		hours[i] = rate
	}
	return hours
}

// TestMinuteParse checks how a share on the minute is written.
func TestMinuteParse(t *testing.T) {
	m, err := calc.ParseOnTheMinute("30%:2s")
	if err != nil || m != (calc.OnTheMinute{Share: 0.3, WithinS: 2}) {
		t.Errorf("%+v, %v", m, err)
	}
	for text, want := range map[string]string{
		"30%":     `"30%" is not a SHARE:DURATION; expected a share and the time in which it comes, such as 30%:2s`,
		"130%:2s": `"130%" is too large; expected 0% to 100%, or 0 to 1`,
		"30%:2":   `"2" has no unit; did you mean 2s?`,
		"30%:2m":  `"2m" is out of range; expected 1ms to 60s, such as 2s`,
	} {
		if _, err := calc.ParseOnTheMinute(text); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
