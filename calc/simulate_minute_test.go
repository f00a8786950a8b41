package calc_test

import (
	"testing"

	"github.com/lambdacap/lambdacap/calc/internal/simulation"
)

// minutely is a function with a share of its requests in the first seconds of every minute.
func minutely(rate, seconds float64, provisioned, reserved int, share, within float64) simulation.Function {
	return simulation.Function{Rate: rate, Seconds: seconds, Law: simulation.Exponential, Provisioned: provisioned,
		Reserved: reserved, Minute: simulation.Minute{Share: share, Within: within}}
}

// TestSimulatedMinute checks requests on the minute. For requests that last a tenth of the burst, the approximation is
// at most 15 % below what is simulated. The longer requests last, the less a pool forgets that it was full a moment
// ago, and the more it loses: from half of the burst on, up to 5 times the share.
func TestSimulatedMinute(t *testing.T) {
	short := margins{beyond: margin{below: 0.15}, refused: margin{below: 0.15}, spilled: within(0.05)}
	long := margins{beyond: margin{below: 0.8}, refused: margin{below: 0.8}, spilled: margin{below: 0.8, above: 0.5}}
	const requests = 2_000_000
	simulate(t, []simulated{
		{"10 % in 1 s", alone(minutely(100, 0.2, 30, 30, 0.1, 1)), requests, short},
		{"30 % in 2 s", alone(minutely(100, 0.2, 30, 30, 0.3, 2)), requests, short},
		{"50 % in 5 s", alone(minutely(100, 0.2, 30, 30, 0.5, 5)), requests, short},
		{"more on demand", alone(minutely(100, 0.2, 30, 120, 0.3, 2)), requests, short},
		{"sized for 1 %", alone(minutely(100, 0.2, 198, 221, 0.3, 2)), requests, short},
		{"as long as the burst", alone(minutely(20, 2, 60, 80, 0.3, 2)), requests, long},
		{"as long, sized for 1 %", alone(minutely(20, 2, 220, 262, 0.3, 2)), requests, long},
		{"longer than the burst", alone(minutely(10, 10, 225, 260, 0.4, 5)), requests, long},
		{"longer than a minute", alone(minutely(1, 120, 143, 158, 0.5, 2)), requests, long},
	})
}

// TestSimulatedMinuteEvents checks events on the minute, whose refused attempts come back evenly over the minute. The
// simulation counts first attempts. Of all attempts fewer are refused, since those that come back rarely meet a burst.
func TestSimulatedMinuteEvents(t *testing.T) {
	f := event(minutely(100, 0.2, 0, 40, 0.3, 2))
	a := alone(f)
	a.Retry = simulation.Delayed(100)
	simulate(t, []simulated{{"40 units", a, 2_000_000,
		margins{refused: margin{below: 0.25}}}})
}

// TestSimulatedMinuteShort checks requests below 100 ms, whose rate limit counts whole seconds.
func TestSimulatedMinuteShort(t *testing.T) {
	limited := func(f simulation.Function) simulation.Account {
		a := alone(f)
		a.Limiter = simulation.Window
		return a
	}
	near := margins{beyond: within(0.15), refused: within(0.15)}
	simulate(t, []simulated{
		{"whole seconds", limited(minutely(200, 0.02, 60, 60, 0.3, 2)), 2_000_000, near},
		{"half a second", limited(minutely(200, 0.005, 60, 60, 0.2, 0.5)), 2_000_000, near},
		{"one and a half", limited(minutely(200, 0.01, 60, 60, 0.3, 1.5)), 2_000_000, near},
	})
}

// TestSimulatedMinuteShared checks that two functions with the same full minute share a pool as they do in fact.
func TestSimulatedMinuteShared(t *testing.T) {
	a := simulation.Account{Unreserved: 90, Functions: []simulation.Function{
		minutely(60, 0.2, 20, 0, 0.3, 2), minutely(40, 0.3, 0, 0, 0.2, 3), minutely(50, 0.4, 0, 0, 0, 0),
	}}
	near := margins{beyond: within(0.15), refused: within(0.25), spilled: within(0.15)}
	simulate(t, []simulated{{"three functions", a, 3_000_000, near}})
}
