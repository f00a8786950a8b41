package calc_test

import (
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/internal/simulation"
)

// bursty is a function whose requests come in bursts and take a second each.
func bursty(load float64, provisioned, reserved int, f simulation.Function) simulation.Account {
	f.Rate, f.Seconds, f.Law, f.Provisioned, f.Reserved = load, 1, simulation.Exponential, provisioned, reserved
	return alone(f)
}

// TestSimulatedBatches checks geometric batches. They are the model of bursts, so exponential durations leave no error.
func TestSimulatedBatches(t *testing.T) {
	geometric := func(mean float64) simulation.Function {
		return simulation.Function{Batch: simulation.Geometric(mean)}
	}
	simulate(t, []simulated{
		{name: "2", account: bursty(10, 10, 16, geometric(2))},
		{name: "3.6", account: bursty(20, 24, 36, geometric(3.6))},
		{name: "10, a small pool", account: bursty(2, 3, 8, geometric(10))},
		{name: "one unit", account: bursty(0.5, 1, 2, geometric(4))},
		{name: "4, a large pool", account: bursty(120, 165, 180, geometric(4)), requests: 2_000_000},
	})
}

// TestSimulatedBursts checks other bursts of the same peakedness. Fixed batches are within 10 %. A switching rate gives
// at most 1.2 times the share (throttled: 1.4 times) if it switches faster than a request lasts, and at most 2 times (4
// times) if slower.
func TestSimulatedBursts(t *testing.T) {
	fixed := func(size int) simulation.Function { return simulation.Function{Batch: simulation.Fixed(size)} }
	near := margins{beyond: within(0.1), refused: within(0.1), spilled: within(0.1)}
	fast := margins{beyond: margin{above: 0.2}, refused: margin{above: 0.4}, spilled: within(0.1)}
	slow := margins{beyond: margin{above: 1}, refused: margin{above: 3}, spilled: margin{above: 0.5}}
	simulate(t, []simulated{
		{name: "batches of 3", account: bursty(10, 10, 16, fixed(3)), margins: near},
		{name: "batches of 10", account: bursty(40, 50, 70, fixed(10)), margins: near},
		{name: "on and off", account: bursty(30, 36, 44, simulation.Function{
			Modulate: simulation.Modulation{High: 1, HighSeconds: 0.2, LowSeconds: 0.2}}), margins: fast},
		{name: "high and low", account: bursty(60, 75, 90, simulation.Function{
			Modulate: simulation.Modulation{High: 2, Low: 1, HighSeconds: 3, LowSeconds: 3}}), margins: slow},
	})
}

// TestSimulatedQuantiles checks that the concurrency is above a quantile for the rest of the time, and above one unit
// fewer for longer.
func TestSimulatedQuantiles(t *testing.T) {
	for name, f := range map[string]simulation.Function{
		"Poisson": {}, "batches of 2": {Batch: simulation.Geometric(2)}, "batches of 6": {Batch: simulation.Geometric(6)},
	} {
		for _, load := range []float64{0.4, 10, 120} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				counted, calculated := both(t, bursty(load, 0, 2000, f), 1_000_000)
				quantile := func(p float64, n int64) {
					above, less := counted[0].Above(n), counted[0].Above(n-1)
					if above.Mean-4*above.Deviation > 1-p || n > 0 && less.Mean+4*less.Deviation < 1-p {
						t.Errorf("load %v: quantile %v is %d, but %v of the time is above, and %v above one less",
							load, p, n, above, less)
					}
				}
				quantile(0.5, calculated[0].ConcurrencyP50)
				quantile(0.99, calculated[0].ConcurrencyP99)
				quantile(0.999, calculated[0].ConcurrencyP999)
			})
		}
	}
}

// TestSimulatedShortBursts checks bursts below 100 ms, where the requests of a window also come in batches.
func TestSimulatedShortBursts(t *testing.T) {
	short := func(rate, seconds float64, provisioned int, mean float64) simulation.Account {
		a := alone(simulation.Function{Rate: rate, Seconds: seconds, Law: simulation.Exponential,
			Provisioned: provisioned, Reserved: provisioned, Batch: simulation.Geometric(mean)})
		a.Limiter = simulation.Window
		return a
	}
	near := margins{beyond: within(0.15), refused: within(0.15)}
	simulate(t, []simulated{
		{name: "the limiter", account: short(950, 0.002, 100, 2), margins: near},
		{name: "both", account: short(450, 0.08, 50, 3), margins: near},
	})
}

// TestSimulatedBurstQueue checks events that come in batches and wait.
func TestSimulatedBurstQueue(t *testing.T) {
	f := event(simulation.Function{Rate: 7, Seconds: 1, Provisioned: 6, Reserved: 12, Batch: simulation.Geometric(3)})
	a := alone(f)
	a.Retry = simulation.Delayed(100)
	x := calc.Bursty
	_, calculated := both(t, a, 1)
	equal(t, "arrivals", calculated[0].Arrivals, x)
	simulate(t, []simulated{{name: "7 of 12", account: a,
		margins: margins{beyond: within(0.2), refused: within(0.3), spilled: within(0.1)}}})
}
