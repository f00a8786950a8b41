package calc_test

import (
	"math"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
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
		{0.1, 1, 0.087}, {0.3, 2, 0.2655}, {0.5, 5, 0.410},
	} {
		x := chanceOf(t, ordinary(cron(c.share, c.within)))
		beyond := known(t, "beyond", x.BeyondProvisionedRatio)
		t.Logf("%v in %v s: %.6f, p50 %d, p99 %d, p99.9 %d", c.share, c.within, beyond, x.ConcurrencyP50, x.ConcurrencyP99, x.ConcurrencyP999)
		if math.Abs(beyond-c.want) > 0.0005 {
			t.Errorf("%v in %v s: %v, want %v", c.share, c.within, beyond, c.want)
		}
		equal(t, "throttled", x.ThrottledRatio.Or(0), beyond)
		equal(t, "cold starts", x.ColdStartRatio.Known(), false)
	}
}
