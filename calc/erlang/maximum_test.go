package erlang_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/lambdacap/lambdacap/calc/erlang"
)

// TestPeakednessOf checks the worked values, and that the peakedness of a maximum is the one whose maximum it is.
func TestPeakednessOf(t *testing.T) {
	for _, c := range []struct{ load, seconds, maximum, want float64 }{
		{24, 0.12, 55, 2.1808670099946257}, {100, 1, 131, 1}, {100, 1, 156, 2.9741198607834414}, // worked in the design
		{24, 0.12, 24, 1}, {24, 0.12, 0, 1}, {0, 0.12, 9, 1},
	} {
		if got := erlang.PeakednessOf(c.maximum, c.load, 60/c.seconds); !(math.Abs(got-c.want) <= 1e-7*c.want) {
			t.Errorf("peakedness of %+v is %v", c, got)
		}
	}
	for _, load := range []float64{1, 10, 300, 1e5} {
		for _, size := range []float64{1, 1.2, 4, 20} {
			maximum := erlang.MedianMaximum(load, size, 600)
			if c := erlang.Upcrossings(maximum, load, size, 600); !(math.Abs(c-math.Ln2) < 1e-6) && maximum > size+1e-9 {
				t.Errorf("load %v, size %v: %v upcrossings of %v", load, size, c, maximum)
			}
			if got := erlang.PeakednessOf(maximum, load, 600); !(math.Abs(got-size) <= 1e-6*size) && maximum > size+1e-9 {
				t.Errorf("load %v, size %v: %v", load, size, got)
			}
		}
	}
}

// TestMedianMaximum checks the median of simulated maxima.
func TestMedianMaximum(t *testing.T) {
	const load, times, runs = 24.0, 500.0, 400
	r := rand.New(rand.NewPCG(5, 6))
	level := erlang.MedianMaximum(load, 1, times)
	passed, reached := 0, 0
	for range runs {
		busy, most := float64(erlang.Quantile(load, r.Float64())), 0.0
		for now := 0.0; ; {
			now += r.ExpFloat64() / (load + busy)
			if now > times {
				break
			}
			if r.Float64()*(load+busy) < load {
				busy++
			} else {
				busy--
			}
			most = math.Max(most, busy)
		}
		if most > level {
			passed++
		}
		if most > level-1 {
			reached++
		}
	}
	if passed > 0.55*runs || reached < 0.45*runs {
		t.Errorf("of %v runs, %v pass %v, and %v reach it", runs, passed, level, reached)
	}
}
