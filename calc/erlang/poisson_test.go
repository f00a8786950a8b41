package erlang_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/lambdacap/lambdacap/calc/erlang"
)

// TestPoisson compares with sums in 200-bit numbers.
func TestPoisson(t *testing.T) {
	for _, mean := range []float64{0.1, 1, 7.5, 100, 950, 3000} {
		for _, k := range []int{0, 1, 3, 10, 90, 100, 130, 949, 950, 1000, 1100, 3200} {
			wantSurvival, wantExcess := exactPoisson(mean, k)
			got := erlang.Survival(mean, float64(k))
			if !near(got, wantSurvival, 1e-11) && math.Abs(got-wantSurvival) > 1e-300 {
				t.Errorf("Survival(%v, %d) = %v, want %v", mean, k, got, wantSurvival)
			}
			got = erlang.Excess(mean, float64(k))
			if !near(got, wantExcess, 1e-11) && math.Abs(got-wantExcess) > 1e-300 {
				t.Errorf("Excess(%v, %d) = %v, want %v", mean, k, got, wantExcess)
			}
		}
	}
}

// exactPoisson returns P(X > k) and the mean of max(0, X-k) of a Poisson variable X. It sums the terms relative to the
// term at k, and divides by the sum of all terms.
func exactPoisson(mean float64, k int) (survival, excess float64) {
	number := func(x float64) *big.Float { return new(big.Float).SetPrec(200).SetFloat64(x) }
	whole := func(n int) *big.Float { return new(big.Float).SetInt64(int64(n)) }
	load := number(mean)
	above, beyond := number(0), number(0) // the numerators of the survival and the excess
	term, sum := number(1), number(1)
	last := k + int(mean) + 40*int(math.Sqrt(mean)) + 60
	for j := k + 1; j <= last; j++ {
		term.Quo(term.Mul(term, load), whole(j))
		above.Add(above, term)
		beyond.Add(beyond, number(0).Mul(term, whole(j-k)))
		sum.Add(sum, term)
	}
	term.SetInt64(1)
	for j := k; j > 0; j-- {
		term.Quo(term.Mul(term, whole(j)), load)
		sum.Add(sum, term)
	}
	survival, _ = above.Quo(above, sum).Float64()
	excess, _ = beyond.Quo(beyond, sum).Float64()
	return survival, excess
}
