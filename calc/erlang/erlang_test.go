package erlang_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"math/cmplx"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc/erlang"
)

// near tells whether two numbers agree to a relative error.
func near(got, want, tolerance float64) bool {
	return math.Abs(got-want) <= tolerance*math.Abs(want)
}

// TestValues compares with values that were computed to 50 digits, see
// how_computed in ../testdata/probability-values.json.
func TestValues(t *testing.T) {
	data, err := os.ReadFile("../testdata/probability-values.json")
	if err != nil {
		t.Fatal(err)
	}
	var values []struct {
		ID        string
		Inputs    map[string]any
		Expected  any
		Tolerance struct{ Value float64 }
	}
	if err := json.Unmarshal(data, &values); err != nil {
		t.Fatal(err)
	}
	compute := map[string]func(in func(string) float64) any{
		"erlb": func(in func(string) float64) any {
			return erlang.B(in("N"), in("a_erlang"))
		},
		"erlb-real": func(in func(string) float64) any {
			return erlang.B(in("x"), in("a_erlang"))
		},
		"lnerlb": func(in func(string) float64) any {
			return erlang.LogB(in("N"), in("a_erlang"))
		},
		"inverlb": func(in func(string) float64) any {
			return float64(erlang.Servers(in("a_erlang"), in("eps")))
		},
		"maxload": func(in func(string) float64) any {
			return erlang.Load(in("N"), in("eps"))
		},
		"overflow": func(in func(string) float64) any {
			mean, variance := erlang.Overflow(in("N"), in("a_erlang"))
			return map[string]any{"mean": mean, "variance": variance, "peakedness": variance / mean}
		},
		"split": func(in func(string) float64) any {
			first, all := erlang.B(in("N"), in("a_erlang")), erlang.B(in("L"), in("a_erlang"))
			return map[string]any{"pc": 1 - first, "on_demand": first - all, "throttled": all, "spillover_incl_throttled": first}
		},
		"poisq": func(in func(string) float64) any {
			return float64(erlang.Quantile(in("a_erlang"), in("p")))
		},
		"cold": func(in func(string) float64) any {
			return erlang.ColdStarts(in("rate")*in("service_mean_s"), in("T_s")/in("service_mean_s"), in("N"), 1e9)
		},
		"ratecap": func(in func(string) float64) any {
			return erlang.LimiterLoss(in("rps"), in("K_per_window"))
		},
	}
	seen := map[string]bool{}
	for _, v := range values {
		kind, rest, _ := strings.Cut(v.ID, "-")
		if kind == "erlb" && strings.HasPrefix(rest, "real") {
			kind = "erlb-real"
		}
		calculate, ok := compute[kind]
		if !ok {
			continue // a value of another package
		}
		seen[kind] = true
		t.Run(v.ID, func(t *testing.T) {
			got := calculate(func(key string) float64 {
				x, ok := v.Inputs[key].(float64)
				if !ok && !(kind == "cold" && key == "N") { // nothing always stays
					t.Fatalf("no input %q", key)
				}
				return x
			})
			if object, ok := v.Expected.(map[string]any); ok && kind == "cold" {
				compare(t, "", got, object["p_cold"], v.Tolerance.Value)
				return
			}
			compare(t, "", got, v.Expected, v.Tolerance.Value)
		})
	}
	if len(seen) != len(compute) {
		t.Errorf("only %v were found in the file", seen)
	}
}

func compare(t *testing.T, path string, got, want any, tolerance float64) {
	t.Helper()
	if object, ok := want.(map[string]any); ok {
		for key, value := range object {
			compare(t, path+"."+key, got.(map[string]any)[key], value, tolerance)
		}
		return
	}
	if !near(got.(float64), want.(float64), tolerance) {
		t.Errorf("%s = %v, want %v within %v", path, got, want, tolerance)
	}
}

// exact returns 1/B(n, a) = sum_k n!/((n-k)! a^k), to 200 bits.
func exact(n int, a float64) *big.Float {
	number := func(x float64) *big.Float { return new(big.Float).SetPrec(200).SetFloat64(x) }
	load := number(a)
	sum, term := number(1), number(1)
	factor := number(0)
	for k := n; k > 0; k-- {
		term.Quo(term.Mul(term, factor.SetInt64(int64(k))), load)
		sum.Add(sum, term)
		if term.MantExp(nil) < sum.MantExp(nil)-150 && float64(k) < a { // the rest is below 1e-40
			break
		}
	}
	return sum
}

// TestPrecision compares with the sum in numbers of 200 bits.
func TestPrecision(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	cases := []struct {
		n         int
		a         float64
		tolerance float64
	}{{1, 1e-3, 1e-12}, {1, 1e8, 1e-12}, {100_000, 100_000, 1e-12}, {100_000, 99_000, 1e-12}, {100_000, 101_000, 1e-12},
		{99_999, 1e5 + 0.5, 1e-12}, {1_000_000, 1_000_000, 1e-10}, {990_099, 1e6, 1e-10},
		{10_000_000, 1e7, 1e-10}, {10_004_000, 1e7, 1e-10}, {9_990_000, 1e7, 1e-10}}
	for range 300 {
		a := math.Exp(random.Float64() * math.Log(2e4))
		n := int(a + (random.Float64()*16-8)*math.Sqrt(a))
		if n > 0 {
			cases = append(cases, struct {
				n         int
				a         float64
				tolerance float64
			}{n, a, 1e-12})
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

// TestOverflow compares with the formula in numbers of 200 bits, where the
// cancellation for few servers does no harm.
func TestOverflow(t *testing.T) {
	for _, c := range []struct {
		n int
		a float64
	}{{1, 1}, {1, 1e-3}, {3, 672_000}, {10, 1e6}, {100, 90}, {90, 100}, {1000, 1e5}, {5000, 5000}, {20_000, 21_000}, {100_000, 99_500}} {
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

// TestOverflowReal: between whole numbers of servers the moments follow the same
// formula, which has digits enough where few servers are idle.
func TestOverflowReal(t *testing.T) {
	for _, c := range [][2]float64{{0.4, 1.5}, {0.5, 3}, {2.5, 4}, {10.25, 12}, {37.5, 45}, {62.75, 60}, {250.1, 240}, {1000.5, 1040}} {
		n, a := c[0], c[1]
		m := a * erlang.B(n, a)
		v := m * (1 - m + a/(n+1-a+m))
		if mean, variance := erlang.Overflow(n, a); !near(mean, m, 1e-12) || !near(variance, v, 1e-9) {
			t.Errorf("Overflow(%v, %v) = %v, %v, want %v, %v", n, a, mean, variance, m, v)
		}
	}
}

// TestOverflowFraction: with less than one server nearly everything overflows, as
// Poisson as it came. The figures were computed to 40 digits.
func TestOverflowFraction(t *testing.T) {
	for _, c := range [][3]float64{{0.3, 240000, 1.0000012499807295}, {0.5, 1e7, 1.0000000499999825}, {0.9, 3, 1.1347116708085229}, {2.7, 1e6, 1.00000269999649}, {0.01, 50, 1.0001853350495952}} {
		if mean, variance := erlang.Overflow(c[0], c[1]); !near(variance/mean, c[2], 1e-9) {
			t.Errorf("Overflow(%v, %v): peakedness %v, want %v", c[0], c[1], variance/mean, c[2])
		}
	}
}

// TestLost compares two functions that overflow into one pool with the exact
// solution of their Markov chain, and the plain cases with plain formulas.
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
	// A single overflow is known exactly: the two pools are one.
	mean, variance := erlang.Overflow(100, 120)
	if got, want := erlang.Lost(mean, variance, 50), 120*erlang.B(150, 120); !near(got, want, 0.06) {
		t.Errorf("a single overflow loses %v, exactly %v", got, want)
	}
	// Poisson traffic needs no equivalent.
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

// TestReal: for real numbers of servers the recursion holds, and B passes
// through its values at whole numbers.
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

// TestExtremes: nothing overflows, underflows to a wrong value or is NaN.
func TestExtremes(t *testing.T) {
	for _, n := range []float64{math.Inf(-1), -1, 0, 1e-300, 0.5, 1, 1e8, 1e300, math.Inf(1), math.NaN()} {
		for _, a := range []float64{math.Inf(-1), -1, 0, 1e-300, 1e-5, 1, 2, 1e4, 1e8, math.Inf(1), math.NaN()} {
			mean, variance := erlang.Overflow(n, a)
			for name, x := range map[string]float64{
				"B": erlang.B(n, a), "LogB": erlang.LogB(n, a), "mean": mean, "variance": variance, "Load": erlang.Load(n, 0.01),
				"Survival": erlang.Survival(a, math.Floor(n)), "Excess": erlang.Excess(a, math.Floor(n)), "LimiterLoss": erlang.LimiterLoss(a, math.Floor(n)),
				"Lost": erlang.Lost(a, n, 5),
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

// TestPoisson compares with sums in numbers of 200 bits.
func TestPoisson(t *testing.T) {
	for _, mean := range []float64{0.1, 1, 7.5, 100, 950, 3000} {
		for _, k := range []int{0, 1, 3, 10, 90, 100, 130, 949, 950, 1000, 1100, 3200} {
			survival, excess := big.NewFloat(0).SetPrec(200), big.NewFloat(0).SetPrec(200)
			load := new(big.Float).SetPrec(200).SetFloat64(mean)
			// Terms relative to that at k, and their sum from 0 for the norm.
			term := big.NewFloat(1).SetPrec(200)
			sum := big.NewFloat(1).SetPrec(200)
			last := k + int(mean) + 40*int(math.Sqrt(mean)) + 60
			for j := k + 1; j <= last; j++ {
				term.Quo(term.Mul(term, load), new(big.Float).SetInt64(int64(j)))
				survival.Add(survival, term)
				excess.Add(excess, new(big.Float).SetPrec(200).Mul(term, new(big.Float).SetInt64(int64(j-k))))
				sum.Add(sum, term)
			}
			term.SetInt64(1)
			for j := k; j > 0; j-- {
				term.Quo(term.Mul(term, new(big.Float).SetInt64(int64(j))), load)
				sum.Add(sum, term)
			}
			wantSurvival, _ := survival.Quo(survival, sum).Float64()
			wantExcess, _ := excess.Quo(excess, sum).Float64()
			if got := erlang.Survival(mean, float64(k)); !near(got, wantSurvival, 1e-11) && math.Abs(got-wantSurvival) > 1e-300 {
				t.Errorf("Survival(%v, %d) = %v, want %v", mean, k, got, wantSurvival)
			}
			if got := erlang.Excess(mean, float64(k)); !near(got, wantExcess, 1e-11) && math.Abs(got-wantExcess) > 1e-300 {
				t.Errorf("Excess(%v, %d) = %v, want %v", mean, k, got, wantExcess)
			}
		}
	}
}

// FuzzInverses: the inverses are exact for whole numbers, and B falls in its
// first argument and rises in its second.
func FuzzInverses(f *testing.F) {
	f.Add(100.0, 90.0, 0.01)
	f.Add(0.5, 1e-3, 1e-9)
	f.Add(1e6, 1e6, 0.5)
	f.Add(3.0, 4000.0, 0.999)
	f.Fuzz(func(t *testing.T, servers, load, target float64) {
		if !(servers >= 1e-3 && servers <= 1e6 && load >= 1e-3 && load <= 1e6 && target >= 1e-12 && target <= 0.9999) {
			return
		}
		n := float64(erlang.Servers(load, target))
		if erlang.B(n, load) > target*(1+1e-9) || n > 0 && erlang.B(n-1, load) <= target*(1-1e-9) {
			t.Errorf("Servers(%v, %v) = %v, but B is %v there and %v below", load, target, n, erlang.B(n, load), erlang.B(n-1, load))
		}
		if a := erlang.Load(servers, target); a == 0 {
			if erlang.B(servers, 1e-300) < target {
				t.Errorf("Load(%v, %v) = 0", servers, target)
			}
		} else if !near(erlang.LogB(servers, a), math.Log(target), 1e-8) && math.Abs(erlang.B(servers, a)-target) > 1e-10*target {
			t.Errorf("Load(%v, %v) = %v, but B is %v there", servers, target, a, erlang.B(servers, a))
		}
		b := erlang.B(servers, load)
		if more := erlang.B(servers+1, load); more > b {
			t.Errorf("B(%v, %v) = %v, with one server more %v", servers, load, b, more)
		}
		if more := erlang.B(servers, load*1.01); more < b {
			t.Errorf("B(%v, %v) = %v, with more load %v", servers, load, b, more)
		}
		if !(b >= 0 && b <= 1) || b > 1e-290 && !near(erlang.LogB(servers, load), math.Log(b), 1e-9) && math.Abs(erlang.LogB(servers, load)-math.Log(b)) > 1e-11 {
			t.Errorf("B(%v, %v) = %v, LogB %v", servers, load, b, erlang.LogB(servers, load))
		}
		if mean, variance := erlang.Overflow(servers, load); mean > 1e-6 && variance < mean*(1-1e-6) {
			t.Errorf("Overflow(%v, %v): mean %v, variance %v", servers, load, mean, variance)
		}
		q := erlang.Quantile(load, 1-target)
		if erlang.Survival(load, float64(q)) > target*(1+1e-9)+1e-15 || q > 0 && erlang.Survival(load, float64(q-1)) <= target*(1-1e-9)-1e-15 {
			t.Errorf("Quantile(%v, %v) = %d", load, 1-target, q)
		}
	})
}

// recursion is the textbook way: O(N) steps of B(n) = a B(n-1)/(n + a B(n-1)).
func recursion(n int, a float64) float64 {
	b := 1.0
	for k := 1; k <= n; k++ {
		b = a * b / (float64(k) + a*b)
	}
	return b
}

func BenchmarkB100000(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		erlang.B(1e5, 1e5)
	}
}

// BenchmarkRecursion100000 is the yardstick of BenchmarkB100000.
func BenchmarkRecursion100000(b *testing.B) {
	for b.Loop() {
		recursion(1e5, 1e5)
	}
}

func BenchmarkServers1000000(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		erlang.Servers(1e6, 0.01)
	}
}

// fixedTalbot is the yardstick of BenchmarkColdStarts700: the textbook way, with
// sixteen nodes of complex numbers one after the other, from the empty pool up.
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

// TestFixedTalbot: the yardstick measures the same.
func TestFixedTalbot(t *testing.T) {
	for _, load := range []float64{1, 30, 600} {
		if got, want := erlang.ColdStarts(load, 100, 0, 1e9), fixedTalbot(load, 100); !near(got, want, 1e-6) {
			t.Errorf("load %v: %v, by the textbook %v", load, got, want)
		}
	}
}

func BenchmarkFixedTalbot700(b *testing.B) {
	for b.Loop() {
		fixedTalbot(700, 6000)
	}
}

// smallestStep is the yardstick of BenchmarkServers1000000: one server after the
// other with the textbook recursion.
func smallestStep(load, target float64) (n int64) {
	for b := 1.0; b > target; {
		n++
		b = load * b / (float64(n) + load*b)
	}
	return n
}

func BenchmarkSmallestStep1000000(b *testing.B) {
	if got, want := erlang.Servers(1e6, 0.01), smallestStep(1e6, 0.01); got != want {
		b.Fatal(got, want)
	}
	for b.Loop() {
		smallestStep(1e6, 0.01)
	}
}

func BenchmarkColdStarts700(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		erlang.ColdStarts(700, 6000, 0, 1e9)
	}
}

// TestColdStarts: the result is a share, falls with the time that servers stay
// and with the servers that always do, and an event simulation agrees.
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
	}{{1, 2, 0, 1000}, {10, 5, 0, 1000}, {10, 30, 0, 1000}, {10, 5, 0, 12}, {3, 1, 0, 3}, {10, 2, 8, 1000}, {10, 2, 12, 16}} {
		share, deviation := simulateColdStarts(c.load, c.keep, c.stay, c.limit, 400_000)
		want := erlang.ColdStarts(c.load, c.keep, float64(c.stay), float64(c.limit))
		if share > want+4*deviation || c.stay == 0 && share < want-4*deviation { // with servers that stay it is an upper bound
			t.Errorf("load %v, kept for %v, %d of %d servers stay: simulated %v ± %v, calculated %v", c.load, c.keep, c.stay, c.limit, share, deviation, want)
		}
	}
}

// TestColdStartsLimited: with a limit the chances of the number of busy servers
// are those of the cut-off Poisson law. Where no server stays, every request
// that is not lost starts one.
func TestColdStartsLimited(t *testing.T) {
	for _, load := range []float64{0.01, 0.9, 12, 100, 5000, 1e6} {
		for _, limit := range []float64{1, 3, 12, 90, 100, 130, 5000, 9.9e5, 1.01e6} {
			if got, want := erlang.ColdStarts(load, 1e-9, 0, limit), 1-erlang.B(limit, load); math.Abs(got-want) > 1e-11+1.1e-9*load*want {
				t.Errorf("load %v, limit %v: %v, want %v", load, limit, got, want)
			}
		}
		if all, got := erlang.ColdStarts(load, 100, 0, 1e9), erlang.ColdStarts(load, 100, 0, math.Ceil(load+20*math.Sqrt(load)+20)); !near(got, all, 1e-9) {
			t.Errorf("load %v: %v with a limit out of reach, %v without", load, got, all)
		}
	}
	if got := erlang.ColdStarts(10, 5, 7, 7); got != 0 {
		t.Errorf("%v cold starts where all servers always stay", got)
	}
}

// simulateColdStarts runs requests through servers that go when idle for too
// long, the one that became idle last being used first, after those that always
// stay. Beyond the limit of busy servers requests are lost. It returns the share
// of the requests that started a server, and its standard error over batches.
func simulateColdStarts(load, keep float64, stay, limit, requests int) (share, deviation float64) {
	random := rand.New(rand.NewPCG(7, 11))
	const batches = 40
	type server struct {
		until float64
		stays bool
	}
	var free []float64 // when idle servers became idle, the latest last
	var busy []server
	var shares [batches]float64
	now, staying := 0.0, 0 // of those that always stay, so many are busy
	for i := -requests / 10; i < requests; i++ {
		now += random.ExpFloat64() / load
		for {
			first := -1
			for j := range busy {
				if busy[j].until <= now && (first < 0 || busy[j].until < busy[first].until) {
					first = j
				}
			}
			if first < 0 {
				break
			}
			if busy[first].stays {
				staying--
			} else {
				free = append(free, busy[first].until)
			}
			busy = append(busy[:first], busy[first+1:]...)
		}
		for len(free) > 0 && free[0] < now-keep {
			free = free[1:]
		}
		switch {
		case staying < stay:
			staying++
			busy = append(busy, server{now + random.ExpFloat64(), true})
			continue
		case len(busy) >= limit:
			continue
		case len(free) > 0:
			free = free[:len(free)-1]
		case i >= 0:
			shares[i*batches/requests] += float64(batches) / float64(requests)
		}
		busy = append(busy, server{now + random.ExpFloat64(), false})
	}
	for _, x := range shares {
		share += x / batches
	}
	for _, x := range shares {
		deviation += (x - share) * (x - share) / (batches * (batches - 1))
	}
	return share, math.Sqrt(deviation)
}

func ExampleColdStarts() {
	// Ten busy environments on average, kept for five minutes, requests of a second.
	fmt.Printf("%.1e\n", erlang.ColdStarts(10, 300, 0, 1e9))
	// Output: 4.4e-04
}

func ExampleB() {
	// A pool sized for the average of 150 loses a part of its requests.
	fmt.Printf("%.1f%%\n", 100*erlang.B(150, 150))
	// Output: 6.2%
}

func ExampleServers() {
	fmt.Println(erlang.Servers(150, 0.01))
	// Output: 170
}

func ExampleLoad() {
	fmt.Printf("%.2f\n", erlang.Load(100, 0.01))
	// Output: 84.06
}

func ExampleOverflow() {
	mean, variance := erlang.Overflow(100, 90)
	fmt.Printf("mean %.3f, peakedness %.3f\n", mean, variance/mean)
	// Output: mean 2.426, peakedness 5.277
}

func ExampleQuantile() {
	fmt.Println(erlang.Quantile(100, 0.99))
	// Output: 124
}

func ExampleLimiterLoss() {
	fmt.Printf("%.4f%%\n", 100*erlang.LimiterLoss(950, 1000))
	// Output: 0.0746%
}
