package replay_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/replay"
	"github.com/lambdacap/lambdacap/calc/series"
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

// TestPeakednessSimulated compares the peakedness that the maxima of minutes show with that of simulated arrivals, over
// a few runs of four hours: without batches it is 1; batches of equal size are estimated within some percent, and those
// of geometric size too high.
func TestPeakednessSimulated(t *testing.T) {
	if testing.Short() {
		t.Skip("a long simulation")
	}
	const runs = 3
	for _, c := range []struct{ z, load, ms float64 }{
		{1, 24, 120}, {1, 10, 500}, {2, 24, 120}, {4, 24, 120}, {3, 100, 1000}, {3, 10, 500},
	} {
		equal := 2*c.z - 1 // z = 1 + (E[B²] / E[B] - 1) / 2 for batches of size B and exponential durations
		same, geometric := 0.0, 0.0
		for seed := range uint64(runs) {
			r := rand.New(rand.NewPCG(seed, uint64(c.z*c.load)))
			same += estimated(t, r, c.load, c.ms, equal, func() float64 { return equal }) / runs
			geometric += estimated(t, r, c.load, c.ms, c.z, func() float64 {
				return 1 + math.Floor(math.Log(1-r.Float64())/math.Log(1-1/c.z))
			}) / runs
		}
		if !(same >= 0.93*c.z && same <= 1.08*c.z) || !(geometric >= 0.99*c.z && geometric <= 1.31*c.z) {
			t.Errorf("z %g, load %g, %g ms: estimated %g for batches of equal size, %g for geometric ones",
				c.z, c.load, c.ms, same, geometric)
		}
	}
}

// estimated returns the peakedness estimated from four hours of arrivals in batches of a mean size, with exponential
// durations.
func estimated(t *testing.T, r *rand.Rand, load, ms, mean float64, size func() float64) float64 {
	trace := &series.Trace{Start: midnight, Dated: true, StepS: 60}
	leave, busy := 1000/ms, load
	batches := load * leave / mean // a second
	for range 240 {
		step := series.Step{DurationMS: ms, Maximum: busy}
		for now := 0.0; ; {
			all := batches + busy*leave
			if now += r.ExpFloat64() / all; now > 60 {
				break
			}
			if r.Float64()*all >= batches {
				busy--
				continue
			}
			n := size()
			busy, step.Offered = busy+n, step.Offered+n
			step.Maximum = math.Max(step.Maximum, busy)
		}
		trace.Append(step)
	}
	_, result := run(t, checkout(1), trace, replay.Options{EstimatePeakedness: true})
	x := result.Traffic[0]
	if x.PeakednessSource != calc.PeakednessFromMaximum {
		t.Fatalf("the peakedness is %s", x.PeakednessSource)
	}
	return x.Peakedness
}
