package calc_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/lambdacap/lambdacap/calc/internal/simulation"
)

// limited is a function with only provisioned concurrency, behind a limiter.
func limited(kind simulation.LimiterKind, rate, seconds float64, units int) simulation.Account {
	a := alone(simulation.Function{
		Rate: rate, Seconds: seconds, Law: simulation.Exponential, Provisioned: units, Reserved: units,
	})
	a.Limiter = kind
	return a
}

// TestSimulatedShort runs 48 pools of short requests, from where concurrency binds to where the rate does, at 70 to 130
// % of the limit. The model, concurrency first and then the limiter, is 3 % off on average, and up to 10 %.
func TestSimulatedShort(t *testing.T) {
	if testing.Short() {
		t.Skip("48 pools")
	}
	var errors [48]float64 // NaN where the limiter hardly ever refuses, so that the error exceeds the share
	t.Run("pools", func(t *testing.T) {
		for i := range errors {
			units := []int{5, 10, 30, 100}[i/12]
			seconds := []float64{0.02, 0.05, 0.08, 0.095}[i/3%4]
			rate := []float64{0.7, 0.95, 1.3}[i%3] * 10 * float64(units)
			t.Run(fmt.Sprintf("%d units, %v requests/s of %v s", units, rate, seconds), func(t *testing.T) {
				t.Parallel()
				counted, calculated := both(t, limited(simulation.Window, rate, seconds, units), 0)
				x, want := calculated[0].BeyondProvisionedRatio, counted[0].Beyond
				errors[i] = math.NaN()
				if want.Mean >= 0.001 {
					compare(t, "beyond", x, want, within(0.1))
					compare(t, "throttled", calculated[0].ThrottledRatio, want, within(0.1))
					errors[i] = math.Abs(known(t, "beyond", x)/want.Mean - 1)
				}
			})
		}
	})
	sum, n := 0.0, 0.0
	for _, x := range errors {
		if !math.IsNaN(x) {
			sum, n = sum+x, n+1
		}
	}
	if sum > 0.03*n || n < 35 {
		t.Errorf("%.1f %% off on average of %v pools", 100*sum/n, n)
	}
}

// TestSimulatedLimiters compares kinds of limiters, since AWS does not publish how it counts. Where the model has 1 %
// or more beyond provisioned concurrency, a limiter over any second refuses up to 3 times as much, and a bucket of one
// second's tokens almost nothing.
func TestSimulatedLimiters(t *testing.T) {
	for _, c := range []struct {
		rate  float64
		units int
	}{{42.5, 5}, {47.5, 5}, {95, 10}, {315, 30}, {1050, 100}} {
		sliding, x := both(t, limited(simulation.Sliding, c.rate, 0.02, c.units), 0)
		model := known(t, "beyond", x[0].BeyondProvisionedRatio)
		bucket := simulation.Run(limited(simulation.Bucket, c.rate, 0.02, c.units), 2026, 400_000)
		more, less := sliding[0].Beyond.Mean/model, bucket[0].Beyond.Mean/model
		if model < 0.01 || more < 1.2 || more > 3.1 || less > 1 || c.rate < float64(10*c.units) && less > 0.15 {
			t.Errorf("%v requests/s on %d units: %v, %.2f times with a sliding window, %.2f with a bucket",
				c.rate, c.units, model, more, less)
		}
	}
}

// TestSimulatedShortThrottled checks reservations. Beyond provisioned concurrency, the limiter of a reservation is that
// of all its units. If provisioned concurrency is full by rate, the requests that its limiter turns away come in a rush
// at the end of each second, and the calculated throttling is a lower bound.
func TestSimulatedShortThrottled(t *testing.T) {
	pool := func(rate, seconds float64, provisioned, reserved int) simulation.Account {
		a := alone(simulation.Function{
			Rate: rate, Seconds: seconds, Law: simulation.Exponential, Provisioned: provisioned, Reserved: reserved,
		})
		a.Limiter = simulation.Window
		return a
	}
	lower := margins{beyond: within(0.1), refused: margin{below: 1, above: 0.1}, spilled: margin{below: 0.1, above: 2}}
	simulate(t, []simulated{
		{name: "very short", account: pool(38, 0.002, 4, 8), margins: margins{beyond: within(0.05), refused: ignored}},
		{name: "concurrency", account: pool(95, 0.09, 10, 14), margins: margins{
			beyond: within(0.05), refused: within(0.1), spilled: within(0.1)}},
		{name: "full by rate", account: pool(800, 0.05, 70, 81), margins: lower},
		{name: "full by rate, with room", account: pool(800, 0.05, 70, 130), margins: lower},
	})
}
