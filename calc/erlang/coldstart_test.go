package erlang_test

import (
	"math"
	"math/cmplx"
	"testing"

	"github.com/lambdacap/lambdacap/calc/erlang"
	"github.com/lambdacap/lambdacap/calc/internal/simulation"
)

// TestColdStarts checks that the result is a share, that it falls with the keep-alive time and with the number of
// servers that are always kept, and that it agrees with an event simulation.
func TestColdStarts(t *testing.T) {
	for _, load := range []float64{1e-3, 0.5, 1, 10, 99, 1700, 1e5} {
		last := 1.0
		for _, keep := range []float64{0, 1e-6, 0.1, 1, 30, 1000, 1e5, 1e9} {
			share := erlang.ColdStarts(load, keep, 0, 1e9)
			if !(share >= 0 && share <= last*(1+1e-7)+1e-10) {
				t.Errorf("load %v: %v for %v, %v for less", load, share, keep, last)
			}
			if more := erlang.ColdStarts(load, keep, math.Ceil(load), 1e9); more > share*(1+1e-7)+1e-10 {
				t.Errorf("load %v, %v: %v with servers that stay, %v without", load, keep, more, share)
			}
			last = share
		}
	}
	for _, c := range []struct {
		load, keep  float64
		stay, limit int
	}{
		{1, 2, 0, 1000}, {10, 5, 0, 1000}, {10, 30, 0, 1000}, {10, 5, 0, 12}, {3, 1, 0, 3}, {10, 2, 8, 1000}, {10, 2, 12, 16},
	} {
		cold := simulation.Run(simulation.Account{KeepAlive: c.keep, Functions: []simulation.Function{{
			Rate: c.load, Seconds: 1, Law: simulation.Exponential, Provisioned: c.stay, Reserved: c.limit,
		}}}, 7, 400_000)[0].Cold
		want := erlang.ColdStarts(c.load, c.keep, float64(c.stay), float64(c.limit))
		// With servers that are always kept, the calculation is an upper bound.
		if low := want - 4*cold.Deviation; cold.Mean > want+4*cold.Deviation || c.stay == 0 && cold.Mean < low {
			t.Errorf("load %v, kept for %v, %d of %d servers stay: simulated %v ± %v, calculated %v",
				c.load, c.keep, c.stay, c.limit, cold.Mean, cold.Deviation, want)
		}
	}
}

// TestColdStartsLimited checks that, with a limit, the number of busy servers follows the truncated Poisson
// distribution. If idle servers are not kept at all, every request that is not lost starts one.
func TestColdStartsLimited(t *testing.T) {
	for _, load := range []float64{0.01, 0.9, 12, 100, 5000, 1e6} {
		for _, limit := range []float64{1, 3, 12, 90, 100, 130, 5000, 9.9e5, 1.01e6} {
			got, want := erlang.ColdStarts(load, 1e-9, 0, limit), 1-erlang.B(limit, load)
			if math.Abs(got-want) > 1e-11+1.1e-9*load*want {
				t.Errorf("load %v, limit %v: %v, want %v", load, limit, got, want)
			}
		}
		outOfReach := math.Ceil(load + 20*math.Sqrt(load) + 20)
		all, got := erlang.ColdStarts(load, 100, 0, 1e9), erlang.ColdStarts(load, 100, 0, outOfReach)
		if !near(got, all, 1e-9) {
			t.Errorf("load %v: %v with a limit out of reach, %v without", load, got, all)
		}
	}
	if got := erlang.ColdStarts(10, 5, 7, 7); got != 0 {
		t.Errorf("%v cold starts where all servers always stay", got)
	}
}

// TestContour compares with the chain of busy servers itself, as sums of positive terms, and with the textbook method:
// sixteen nodes of the fixed Talbot contour are less precise than the ten nodes used here.
func TestContour(t *testing.T) {
	worst, textbook := 0.0, 0.0
	for _, c := range []struct{ load, keep float64 }{
		{0.001, 1000}, {0.01, 1}, {0.5, 300}, {1, 2}, {1, 100}, {10, 0.1}, {10, 5}, {10, 30}, {30, 10},
	} {
		want := chain(c.load, c.keep)
		worst = math.Max(worst, math.Abs(erlang.ColdStarts(c.load, c.keep, 0, 1e9)-want))
		textbook = math.Max(textbook, math.Abs(fixedTalbot(c.load, c.keep)-want))
	}
	if !(worst <= 5e-12 && textbook > worst) {
		t.Errorf("off by up to %v, the textbook method by %v", worst, textbook)
	}
}

// chain computes the cold starts without a limit from the survival of the passage from k to k+1 busy servers, which is
//
//	sum_n Poisson(n; q T) (probability that the walk is still in 0..k after n steps)
//
// for a walk that steps up with probability a/q and from j down with probability j/q, where q = a + k
// ("uniformization").
func chain(load, keep float64) (share float64) {
	weight := math.Exp(-load)
	for k := 0; float64(k) < load || weight > 1e-16; k++ {
		q := load + float64(k)
		walk, next := make([]float64, k+1), make([]float64, k+1)
		walk[k] = 1
		last := q*keep + 12*math.Sqrt(q*keep) + 40
		survival := 0.0
		for n := 0.0; n <= last; n++ {
			left := 0.0
			for _, p := range walk {
				left += p
			}
			lgamma, _ := math.Lgamma(n + 1)
			survival += left * math.Exp(n*math.Log(q*keep)-q*keep-lgamma)
			clear(next)
			for j, p := range walk {
				down := float64(j)
				if j > 0 {
					next[j-1] += p * down / q
				}
				if j < k {
					next[j+1] += p * load / q
				}
				next[j] += p * (q - load - down) / q
			}
			walk, next = next, walk
		}
		share += weight * survival
		weight *= load / float64(k+1)
	}
	return share
}

// TestFixedTalbot checks that the yardstick of BenchmarkColdStarts700 computes the same quantity.
func TestFixedTalbot(t *testing.T) {
	for _, load := range []float64{1, 30, 600} {
		if got, want := erlang.ColdStarts(load, 100, 0, 1e9), fixedTalbot(load, 100); !near(got, want, 1e-6) {
			t.Errorf("load %v: %v, by the textbook %v", load, got, want)
		}
	}
}

// fixedTalbot is the yardstick of BenchmarkColdStarts700: the textbook method with sixteen complex nodes, computed one
// after another, starting from the empty pool.
func fixedTalbot(load, keepAlive float64) float64 {
	const nodes = 16
	r := 2 * nodes / (5 * keepAlive)
	transform := func(s complex128) complex128 {
		a, psi := complex(load, 0), s/(complex(load, 0)+s)
		weight, sum := math.Exp(-load), complex128(0)
		for k := 0.0; k < load+12*math.Sqrt(load); k++ {
			sum += complex(weight, 0) * psi
			weight *= load / (k + 1)
			up := complex(k+1, 0) * psi
			psi = (s + up) / (a + s + up)
		}
		return sum / s
	}
	share := 0.5 * math.Exp(r*keepAlive) * real(transform(complex(r, 0)))
	for k := 1; k < nodes; k++ {
		theta := float64(k) * math.Pi / nodes
		cot := 1 / math.Tan(theta)
		s := complex(r*theta*cot, r*theta)
		share += real(cmplx.Exp(s*complex(keepAlive, 0)) * transform(s) * complex(1, theta+(theta*cot-1)*cot))
	}
	return share * r / nodes
}
