package replay_test

import (
	"math/rand/v2"
	"testing"

	"github.com/lambdacap/lambdacap/calc/replay"
)

// TestSimulated compares the share of random arrivals that spills with that of events: Poisson arrivals at the rate of
// each minute, exponential durations with its mean, and a count of busy provisioned environments.
func TestSimulated(t *testing.T) {
	if testing.Short() { // it shares nothing between goroutines, and takes long with the race detector
		t.Skip("a long simulation")
	}
	const units = 30
	r := rand.New(rand.NewPCG(11, 12))
	day := story()
	arrived, spilled := 0.0, 0.0
	busy := 0.0
	for m := range day.Len() {
		s := day.At(m)
		if s.Offered == 0 {
			busy = 0
			continue
		}
		rate, leave := s.Offered/60, 1000/s.DurationMS
		for now := 0.0; ; {
			all := rate + busy*leave
			if now += r.ExpFloat64() / all; now > 60 {
				break
			}
			if r.Float64()*all >= rate {
				busy--
				continue
			}
			if arrived++; busy < units {
				busy++
			} else {
				spilled++
			}
		}
	}
	f, _ := run(t, checkout(units), day, replay.Options{})
	near(t, "the simulated share", spilled/arrived, f.Chance.Or(replay.Chance{}).SpilloverRatio, 0.01)
}
