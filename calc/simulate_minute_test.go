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

// TestSimulatedMinute checks requests on the minute. The approximation is at most 5 % below what is simulated if
// requests are much shorter than the burst, and at most 15 % off otherwise: a pool that has turned requests away has
// fewer of them left than one without a limit.
func TestSimulatedMinute(t *testing.T) {
	short := margins{beyond: margin{below: 0.05}, refused: margin{below: 0.05}, spilled: within(0.05)}
	long := margins{beyond: within(0.15), refused: within(0.15), spilled: within(0.15)}
	const requests = 3_000_000
	simulate(t, []simulated{
		{"10 % in 1 s", alone(minutely(100, 0.2, 30, 30, 0.1, 1)), requests, short},
		{"30 % in 2 s", alone(minutely(100, 0.2, 30, 30, 0.3, 2)), requests, short},
		{"50 % in 5 s", alone(minutely(100, 0.2, 30, 30, 0.5, 5)), requests, short},
		{"more on demand", alone(minutely(100, 0.2, 30, 120, 0.3, 2)), requests, short},
		{"as long as the burst", alone(minutely(20, 2, 60, 80, 0.3, 2)), requests, long},
		{"longer than the burst", alone(minutely(10, 10, 120, 140, 0.4, 5)), requests, long},
		{"longer than a minute", alone(minutely(1, 120, 125, 130, 0.5, 2)), requests, long},
	})
}
