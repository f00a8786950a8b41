package erlang_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/lambdacap/lambdacap/calc/erlang"
)

// TestMixture checks quantiles against those of the exact distribution.
func TestMixture(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	shares := []float64{0.1, 0.5, 0.9, 0.99, 0.999, 0.99999}
	m := erlang.NewMixture(2)
	for _, size := range []float64{1, 1.5, 6} {
		for range 40 {
			loads := make([]float64, 1+r.IntN(200))
			scale := math.Pow(10, r.Float64()*5-2)
			for i := range loads {
				loads[i] = scale * r.Float64()
				if r.IntN(10) == 0 {
					loads[i] = 0
				}
			}
			m.Reset(size)
			exactly := func(add func(load, seconds float64)) {
				for i, load := range loads {
					add(load, float64(1+i%3))
				}
			}
			exactly(m.Add)
			for i, n := range m.Quantiles(shares, exactly) {
				if !enough(exactly, size, n, shares[i]) || n > 0 && enough(exactly, size, n-1, shares[i]) {
					t.Errorf("%d servers are not the fewest for %v of the time, size %v, loads %v", n, shares[i], size, loads)
				}
			}
		}
	}
	if n := erlang.NewMixture(1).Quantiles([]float64{0.5}, nil); n[0] != 0 {
		t.Errorf("without any load %v", n)
	}
}

// enough reports whether n servers are enough a share of the time.
func enough(exactly func(add func(load, seconds float64)), size float64, n int64, share float64) bool {
	sum, total := 0.0, 0.0
	exactly(func(load, seconds float64) {
		sum += seconds * erlang.BatchSurvival(load, size, n)
		total += seconds
	})
	return sum <= (1-share)*total
}

// TestMixtureOfOne checks that a constant load has the quantiles of its own distribution.
func TestMixtureOfOne(t *testing.T) {
	for _, size := range []float64{1, 3} {
		for _, load := range []float64{0.01, 1, 24, 200, 12345.6} {
			m := erlang.NewMixture(size)
			m.Add(load, 60)
			for i, n := range m.Quantiles([]float64{0.5, 0.99, 0.999}, func(add func(load, seconds float64)) { add(load, 60) }) {
				if want := erlang.BatchQuantile(load, size, []float64{0.5, 0.99, 0.999}[i]); n != want {
					t.Errorf("load %v, size %v: %d, want %d", load, size, n, want)
				}
			}
		}
	}
}

// BenchmarkMixture asks for the quantiles of 19 days of minutes that all differ.
func BenchmarkMixture(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	loads := make([]float64, 27360)
	for i := range loads {
		loads[i] = 100 * r.Float64()
	}
	exactly := func(add func(load, seconds float64)) {
		for _, load := range loads {
			add(load, 60)
		}
	}
	for b.Loop() {
		m := erlang.NewMixture(1)
		exactly(m.Add)
		m.Quantiles([]float64{0.5, 0.99, 0.999}, exactly)
	}
}

// BenchmarkMixtureLoss is the yardstick of BenchmarkMixture: one loss for each minute.
func BenchmarkMixtureLoss(b *testing.B) {
	for b.Loop() {
		for i := range 27360 {
			erlang.B(60, float64(i)/273.6)
		}
	}
}

// TestMixtureDecides checks that the parts nearly always decide, so that the loads are not needed once more.
func TestMixtureDecides(t *testing.T) {
	for _, size := range []float64{1, 2.5} {
		r := rand.New(rand.NewPCG(7, 7))
		asked := 0
		for range 300 {
			m := erlang.NewMixture(size)
			scale := 1 + 100*r.Float64()
			for range 1500 {
				m.Add(scale*(0.1+r.Float64()), 60)
			}
			m.Quantiles([]float64{0.5, 0.99, 0.999}, func(func(load, seconds float64)) { asked++ })
		}
		if asked > 9 {
			t.Errorf("size %v: the loads were needed for %d of 900 quantiles", size, asked)
		}
	}
}
