package erlang_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/lambdacap/lambdacap/calc/erlang"
)

// number returns a 200-bit number.
func number(x float64) *big.Float { return new(big.Float).SetPrec(200).SetFloat64(x) }

// exactBatchLoss follows the flows between n and n+1 busy servers in 200-bit numbers: u(n) = q u(n-1) + (a/z) π(n) and
// π(n+1) = u(n)/(n + 1). It returns z u(N)/a divided by the sum of all π.
func exactBatchLoss(n int, load, size float64) float64 {
	z := number(size)
	batches := number(0).Quo(number(load), z)
	q := number(0).Sub(number(1), number(0).Quo(number(1), z))
	state, flow, sum := number(1), number(0), number(0)
	for k := 0; ; k++ {
		sum.Add(sum, state)
		flow.Add(number(0).Mul(q, flow), number(0).Mul(batches, state))
		if k == n {
			break
		}
		state = number(0).Quo(flow, number(float64(k+1)))
	}
	lost := number(0).Quo(flow.Mul(flow, z), sum.Mul(sum, number(load)))
	x, _ := lost.Float64()
	return x
}

// TestBatchLoss compares with a recursion over all states in 200-bit numbers.
func TestBatchLoss(t *testing.T) {
	type batchCase struct {
		n          int
		load, size float64
	}
	cases := []batchCase{
		{1, 1e-9, 2}, {5, 1e-200, 3}, {10, 9, 2}, {60, 30, 2}, {36, 30, 2.4}, {3, 0.5, 1000}, {2000, 5, 1000},
		{20_000, 20_000, 30}, {20_500, 20_000, 5}, {19_000, 20_000, 5}, {10, 1e8, 7}, {30_000, 1000, 200},
		{20_000, 20_000, 1 + 1e-9}, {100, 90, 1 + 1e-11}, {100, 90, 1 + 1e-7}, {150, 90, 1.0001},
	}
	random := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		load := math.Exp(random.Float64()*14 - 4)
		size := 1 + math.Exp(random.Float64()*12-6)
		n := int(load + (random.Float64()*12-5)*math.Sqrt(load*size))
		if n > 0 {
			cases = append(cases, batchCase{n, load, size})
		}
	}
	worst := 0.0
	for _, c := range cases {
		got, want := erlang.BatchLoss(float64(c.n), c.load, c.size), exactBatchLoss(c.n, c.load, c.size)
		if !near(got, want, 3e-12) {
			t.Errorf("BatchLoss(%d, %v, %v) = %v, want %v: off by %.2g", c.n, c.load, c.size, got, want, got/want-1)
		}
		if want > 0 {
			worst = math.Max(worst, math.Abs(got/want-1))
		}
	}
	t.Logf("largest relative error %.2g", worst)
	// Without servers the mean of the overflow is the load, and its variance is a z.
	if mean, variance := erlang.BatchOverflow(0, 30, 4); mean != 30 || variance != 120 {
		t.Errorf("without servers an overflow of %v, %v", mean, variance)
	}
}

// TestBatchQuantile compares with a sum of all probabilities: π(n+1) = (a/z + q n)/(n + 1) π(n), starting at (1/z)^r.
func TestBatchQuantile(t *testing.T) {
	for _, load := range []float64{0.01, 0.7, 10, 120, 500} {
		for _, size := range []float64{1.001, 1.5, 4, 37, 1000} {
			for _, p := range []float64{0.01, 0.5, 0.99, 0.999, 1 - 1e-9} {
				q := 1 - 1/size
				probability := math.Exp(-load / (size - 1) * math.Log(size))
				sum, want := probability, int64(0)
				for ; sum < p; want++ {
					probability *= (load/size + q*float64(want)) / float64(want+1)
					sum += probability
				}
				if got := erlang.BatchQuantile(load, size, p); got != want {
					t.Errorf("BatchQuantile(%v, %v, %v) = %d, want %d", load, size, p, got, want)
				}
			}
		}
	}
}

// exactBatchLimiterLoss sums the distribution of the number of requests in a window, in 200-bit numbers, with Panjer's
// recursion from 0 up: n P(n) = λ/z sum_j j g(j) P(n-j), where g(j) = (1/z) q^(j-1) is the probability of a batch of j.
func exactBatchLimiterLoss(rate float64, k int, size float64) float64 {
	z := number(size)
	step := number(0).Quo(number(rate), number(0).Mul(z, z)) // λ/z times 1/z
	q := number(0).Sub(number(1), number(0).Quo(number(1), z))
	state, first, second := number(1), number(0), number(0) // sums of q^(j-1) P(n-j), and of j q^(j-1) P(n-j)
	sum, excess := number(1), number(0)
	last := k + int(rate) + int(60*math.Sqrt(rate*(2*size-1))) + int(100*size)
	for n := 1; n <= last; n++ {
		first.Add(first.Mul(first, q), state)
		second.Add(second.Mul(second, q), first)
		state = number(0).Quo(number(0).Mul(step, second), number(float64(n)))
		sum.Add(sum, state)
		if n > k {
			excess.Add(excess, number(0).Mul(state, number(float64(n-k))))
		}
	}
	x, _ := excess.Quo(excess, sum.Mul(sum, number(rate))).Float64()
	return x
}

// TestBatchLimiterLoss compares with a sum over all request counts in 200-bit numbers.
func TestBatchLimiterLoss(t *testing.T) {
	type windowCase struct {
		rate float64
		k    int
		size float64
	}
	cases := []windowCase{
		{950, 1000, 3}, {1000, 1000, 3}, {1100, 1000, 3}, {10, 10, 1.5}, {0.01, 3, 100}, {5, 400, 50}, {50, 1, 2},
		{950, 1000, 1 + 1e-9}, {950, 1000, 1.001}, {3000, 100, 40}, {300, 1000, 1.2}, {300, 2500, 10},
	}
	random := rand.New(rand.NewPCG(5, 6))
	for range 100 {
		rate := math.Exp(random.Float64()*10 - 3)
		size := 1 + math.Exp(random.Float64()*9-5)
		k := int(rate + (random.Float64()*14-6)*math.Sqrt(rate*(2*size-1)))
		if k > 0 {
			cases = append(cases, windowCase{rate, k, size})
		}
	}
	worst := 0.0
	for _, c := range cases {
		got, want := erlang.BatchLimiterLoss(c.rate, float64(c.k), c.size), exactBatchLimiterLoss(c.rate, c.k, c.size)
		if !near(got, want, 1e-11) {
			t.Errorf("BatchLimiterLoss(%v, %d, %v) = %v, want %v: off by %.2g",
				c.rate, c.k, c.size, got, want, got/want-1)
		}
		if want > 0 {
			worst = math.Max(worst, math.Abs(got/want-1))
		}
	}
	t.Logf("largest relative error %.2g", worst)
}

// TestBatchExtremes checks that nothing overflows, underflows to a wrong value or is NaN, and that batches of size 1
// behave like single requests.
func TestBatchExtremes(t *testing.T) {
	for _, n := range []float64{math.Inf(-1), 0, 1, 50, 1e5, 1e8, math.Inf(1), math.NaN()} {
		for _, a := range []float64{-1, 0, 1e-300, 1e-5, 1, 40, 1e5, 1e7, math.Inf(1), math.NaN()} {
			if got, want := erlang.BatchLoss(n, a, 1), erlang.B(n, a); got != want {
				t.Errorf("BatchLoss(%v, %v, 1) = %v, want %v", n, a, got, want)
			}
			if got, want := erlang.BatchLimiterLoss(a, n, 1), erlang.LimiterLoss(a, n); got != want {
				t.Errorf("BatchLimiterLoss(%v, %v, 1) = %v, want %v", a, n, got, want)
			}
			for _, z := range []float64{0, 1 + 1e-15, 1 + 1e-11, 1.5, 1000, math.Inf(1), math.NaN()} {
				mean, variance := erlang.BatchOverflow(n, a, z)
				for name, x := range map[string]float64{
					"BatchLoss": erlang.BatchLoss(n, a, z), "BatchLimiterLoss": erlang.BatchLimiterLoss(a, n, z),
					"mean": mean, "variance": variance,
				} {
					if math.IsNaN(x) || math.IsInf(x, 0) || x < 0 || x > 1 && name[0] == 'B' {
						t.Errorf("%s(%v, %v, %v) = %v", name, n, a, z, x)
					}
				}
			}
		}
	}
	for _, p := range []float64{-1, 0, 0.5, 1, math.NaN()} {
		if n := erlang.BatchQuantile(50, 30, p); n < 0 || n > 4000 {
			t.Errorf("BatchQuantile(50, 30, %v) = %d", p, n)
		}
	}
	if got, want := erlang.BatchQuantile(100, 1, 0.99), erlang.Quantile(100, 0.99); got != want {
		t.Errorf("batches of one: %d, want %d", got, want)
	}
}
