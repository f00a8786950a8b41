package erlang_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/lambdacap/lambdacap/calc/erlang"
)

// exact returns 1/B(n, a) = sum_k n!/((n-k)! a^k), to 200 bits.
func exact(n int, a float64) *big.Float {
	number := func(x float64) *big.Float { return new(big.Float).SetPrec(200).SetFloat64(x) }
	load := number(a)
	sum, term := number(1), number(1)
	factor := number(0)
	for k := n; k > 0; k-- {
		term.Quo(term.Mul(term, factor.SetInt64(int64(k))), load)
		sum.Add(sum, term)
		if term.MantExp(nil) < sum.MantExp(nil)-150 && float64(k) < a { // the remainder is below 1e-40
			break
		}
	}
	return sum
}

// TestPrecision compares with the sum in 200-bit numbers.
func TestPrecision(t *testing.T) {
	type precisionCase struct {
		n         int
		a         float64
		tolerance float64
	}
	cases := []precisionCase{
		{1, 1e-3, 1e-12}, {1, 1e8, 1e-12},
		{100_000, 100_000, 1e-12}, {100_000, 99_000, 1e-12}, {100_000, 101_000, 1e-12}, {99_999, 1e5 + 0.5, 1e-12},
		{1_000_000, 1_000_000, 1e-10}, {990_099, 1e6, 1e-10},
		{10_000_000, 1e7, 1e-10}, {10_004_000, 1e7, 1e-10}, {9_990_000, 1e7, 1e-10},
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		a := math.Exp(random.Float64() * math.Log(2e4))
		n := int(a + (random.Float64()*16-8)*math.Sqrt(a))
		if n > 0 {
			cases = append(cases, precisionCase{n, a, 1e-12})
		}
	}
	worst := 0.0
	for _, c := range cases {
		inverse := exact(c.n, c.a)
		want, _ := new(big.Float).Quo(big.NewFloat(1), inverse).Float64()
		got := erlang.B(float64(c.n), c.a)
		if !near(got, want, c.tolerance) {
			t.Errorf("B(%d, %v) = %v, want %v", c.n, c.a, got, want)
		}
		if want > 0 {
			worst = math.Max(worst, math.Abs(got/want-1))
		}
	}
	t.Logf("largest relative error %.2g", worst)
}

// TestOverflow compares with the formula in 200-bit numbers, where cancellation with few servers does no harm.
func TestOverflow(t *testing.T) {
	for _, c := range []struct {
		n int
		a float64
	}{
		{1, 1}, {1, 1e-3}, {3, 672_000}, {10, 1e6}, {100, 90}, {90, 100},
		{1000, 1e5}, {5000, 5000}, {20_000, 21_000}, {100_000, 99_500},
	} {
		number := func(x float64) *big.Float { return new(big.Float).SetPrec(200).SetFloat64(x) }
		load := number(c.a)
		m := number(0).Quo(load, exact(c.n, c.a))
		idle := number(float64(c.n) + 1)
		idle.Add(idle.Sub(idle, load), m)
		v := number(0).Quo(load, idle)
		v.Mul(v.Add(v.Sub(v, m), number(1)), m)
		wantMean, _ := m.Float64()
		wantVariance, _ := v.Float64()
		mean, variance := erlang.Overflow(float64(c.n), c.a)
		if !near(mean, wantMean, 1e-12) || !near(variance, wantVariance, 1e-10) {
			t.Errorf("Overflow(%d, %v) = %v, %v, want %v, %v", c.n, c.a, mean, variance, wantMean, wantVariance)
		}
	}
}

// TestOverflowReal checks that the moments follow the same formula between whole numbers of servers. The formula is
// precise enough as long as few servers are idle.
func TestOverflowReal(t *testing.T) {
	for _, c := range [][2]float64{
		{0.4, 1.5}, {0.5, 3}, {2.5, 4}, {10.25, 12}, {37.5, 45}, {62.75, 60}, {250.1, 240}, {1000.5, 1040},
	} {
		n, a := c[0], c[1]
		m := a * erlang.B(n, a)
		v := m * (1 - m + a/(n+1-a+m))
		if mean, variance := erlang.Overflow(n, a); !near(mean, m, 1e-12) || !near(variance, v, 1e-9) {
			t.Errorf("Overflow(%v, %v) = %v, %v, want %v, %v", n, a, mean, variance, m, v)
		}
	}
}

// TestOverflowFraction checks that, with far too few servers for the load, nearly all of it overflows and stays
// Poisson. The expected values were computed to 40 digits.
func TestOverflowFraction(t *testing.T) {
	for _, c := range []struct{ n, a, peakedness float64 }{
		{0.3, 240000, 1.0000012499807295},
		{0.5, 1e7, 1.0000000499999825},
		{0.9, 3, 1.1347116708085229},
		{2.7, 1e6, 1.00000269999649},
		{0.01, 50, 1.0001853350495952},
	} {
		if mean, variance := erlang.Overflow(c.n, c.a); !near(variance/mean, c.peakedness, 1e-9) {
			t.Errorf("Overflow(%v, %v): peakedness %v, want %v", c.n, c.a, variance/mean, c.peakedness)
		}
	}
}

// TestLost compares two functions that overflow into one pool with the exact solution of their Markov chain, and simple
// cases with simple formulas.
func TestLost(t *testing.T) {
	m1, v1 := erlang.Overflow(10, 9)
	m2, v2 := erlang.Overflow(6, 5)
	lost := erlang.Lost(m1+m2, v1+v2, 8)
	// shared-exact-10-6-8 in ../testdata/probability-values.json
	for what, pair := range map[string][2]float64{
		"first":   {lost * v1 / (v1 + v2) / 9, 0.007568138193526079},
		"second":  {lost * v2 / (v1 + v2) / 5, 0.006319919041653266},
		"overall": {lost / 14, 0.007122345639285789},
	} {
		if !near(pair[0], pair[1], 0.1) {
			t.Errorf("%s loses %v, exactly %v", what, pair[0], pair[1])
		}
	}
	// A single overflow has an exact solution: the two pools act as one.
	mean, variance := erlang.Overflow(100, 120)
	if got, want := erlang.Lost(mean, variance, 50), 120*erlang.B(150, 120); !near(got, want, 0.06) {
		t.Errorf("a single overflow loses %v, exactly %v", got, want)
	}
	// Poisson traffic needs no equivalent pool.
	if got, want := erlang.Lost(20, 20, 25), 20*erlang.B(25, 20); !near(got, want, 1e-12) {
		t.Errorf("Poisson traffic loses %v, want %v", got, want)
	}
	if got := erlang.Lost(0, 0, 5); got != 0 {
		t.Errorf("nothing loses %v", got)
	}
	if got := erlang.Lost(3, 5, 0); got != 3 {
		t.Errorf("without servers %v of 3 are lost", got)
	}
}

// TestReal checks that the recursion holds for real numbers of servers, and that B passes through its values at whole
// numbers.
func TestReal(t *testing.T) {
	for _, a := range []float64{0.01, 0.5, 1.9, 2.1, 8.7, 100, 1234.5, 1e5} {
		for _, share := range []float64{0.001, 0.3, 0.9, 0.999, 1, 1.001, 1.2, 3} {
			for _, x := range []float64{share * a, math.Floor(share*a) + 0.5, math.Floor(share*a) + 1 - 1e-9} {
				if x < 1 {
					continue
				}
				left := 1 / erlang.B(x, a)
				right := 1 + x/(a*erlang.B(x-1, a))
				if !math.IsInf(left, 0) && !near(left, right, 1e-11) {
					t.Errorf("1/B(%v, %v) = %v, by the recursion %v", x, a, left, right)
				}
			}
		}
	}
	for _, n := range []float64{1, 5, 16, 40, 1000} {
		for _, a := range []float64{0.5, 3, 40, 900} {
			below, at, above := erlang.B(n-1e-7, a), erlang.B(n, a), erlang.B(n+1e-7, a)
			if !(below >= at && at >= above && near(below, above, 1e-5)) {
				t.Errorf("B around %v servers at load %v: %v, %v, %v", n, a, below, at, above)
			}
		}
	}
}

// TestExtremes checks that nothing overflows, underflows to a wrong value or is NaN.
func TestExtremes(t *testing.T) {
	for _, n := range []float64{math.Inf(-1), -1, 0, 1e-300, 0.5, 1, 1e8, 1e300, math.Inf(1), math.NaN()} {
		for _, a := range []float64{math.Inf(-1), -1, 0, 1e-300, 1e-5, 1, 2, 1e4, 1e8, math.Inf(1), math.NaN()} {
			mean, variance := erlang.Overflow(n, a)
			whole := math.Floor(n)
			for name, x := range map[string]float64{
				"B": erlang.B(n, a), "LogB": erlang.LogB(n, a), "mean": mean, "variance": variance,
				"Load": erlang.Load(n, 0.01), "Lost": erlang.Lost(a, n, 5),
				"Survival": erlang.Survival(a, whole), "Excess": erlang.Excess(a, whole),
				"LimiterLoss": erlang.LimiterLoss(a, whole),
			} {
				if math.IsNaN(x) || math.IsInf(x, 0) || x < 0 && name != "LogB" {
					t.Errorf("%s(%v, %v) = %v", name, n, a, x)
				}
			}
		}
	}
	if got := erlang.B(2000, 100); got != 0 {
		t.Errorf("B(2000, 100) = %v", got)
	}
	if got := erlang.LogB(2000, 100); !(got < -3900 && got > -4100) {
		t.Errorf("LogB(2000, 100) = %v", got)
	}
	for _, p := range []float64{-1, 0, 1, 2, math.NaN()} {
		if n := erlang.Quantile(50, p); n < 0 || n > 200 {
			t.Errorf("Quantile(50, %v) = %v", p, n)
		}
		if n := erlang.Servers(50, p); n < 0 || n > 1000 {
			t.Errorf("Servers(50, %v) = %v", p, n)
		}
	}
}

// FuzzInverses checks that the inverses are exact for whole numbers, and that B falls with its first argument and rises
// with its second.
func FuzzInverses(f *testing.F) {
	f.Add(100.0, 90.0, 0.01)
	f.Add(0.5, 1e-3, 1e-9)
	f.Add(1e6, 1e6, 0.5)
	f.Add(3.0, 4000.0, 0.999)
	f.Fuzz(func(t *testing.T, servers, load, target float64) {
		if !(servers >= 1e-3 && servers <= 1e6 && load >= 1e-3 && load <= 1e6 && target >= 1e-12 && target <= 0.9999) {
			return
		}
		checkServers(t, load, target)
		checkLoad(t, servers, target)
		checkB(t, servers, load)
		if mean, variance := erlang.Overflow(servers, load); mean > 1e-6 && variance < mean*(1-1e-6) {
			t.Errorf("Overflow(%v, %v): mean %v, variance %v", servers, load, mean, variance)
		}
		checkQuantile(t, load, target)
	})
}

// checkServers checks that Servers loses at most the target, and that one server fewer loses more.
func checkServers(t *testing.T, load, target float64) {
	t.Helper()
	n := float64(erlang.Servers(load, target))
	lost, lostBelow := erlang.B(n, load), erlang.B(n-1, load)
	if lost > target*(1+1e-9) || n > 0 && lostBelow <= target*(1-1e-9) {
		t.Errorf("Servers(%v, %v) = %v, but B is %v there and %v below", load, target, n, lost, lostBelow)
	}
}

// checkLoad checks that exactly the target share is lost at Load.
func checkLoad(t *testing.T, servers, target float64) {
	t.Helper()
	a := erlang.Load(servers, target)
	if a == 0 {
		if erlang.B(servers, 1e-300) < target {
			t.Errorf("Load(%v, %v) = 0", servers, target)
		}
		return
	}
	b := erlang.B(servers, a)
	if !near(erlang.LogB(servers, a), math.Log(target), 1e-8) && math.Abs(b-target) > 1e-10*target {
		t.Errorf("Load(%v, %v) = %v, but B is %v there", servers, target, a, b)
	}
}

// checkB checks that B is a share, falls with the servers, rises with the load, and agrees with LogB.
func checkB(t *testing.T, servers, load float64) {
	t.Helper()
	b := erlang.B(servers, load)
	if more := erlang.B(servers+1, load); more > b {
		t.Errorf("B(%v, %v) = %v, with one server more %v", servers, load, b, more)
	}
	if more := erlang.B(servers, load*1.01); more < b {
		t.Errorf("B(%v, %v) = %v, with more load %v", servers, load, b, more)
	}
	got, want := erlang.LogB(servers, load), math.Log(b)
	if !(b >= 0 && b <= 1) || b > 1e-290 && !near(got, want, 1e-9) && math.Abs(got-want) > 1e-11 {
		t.Errorf("B(%v, %v) = %v, LogB %v", servers, load, b, got)
	}
}

// checkQuantile checks that Quantile is the smallest number that is exceeded with at most the given probability.
func checkQuantile(t *testing.T, load, target float64) {
	t.Helper()
	q := erlang.Quantile(load, 1-target)
	exceeded := func(n int64) float64 { return erlang.Survival(load, float64(n)) }
	if exceeded(q) > target*(1+1e-9)+1e-15 || q > 0 && exceeded(q-1) <= target*(1-1e-9)-1e-15 {
		t.Errorf("Quantile(%v, %v) = %d", load, 1-target, q)
	}
}
