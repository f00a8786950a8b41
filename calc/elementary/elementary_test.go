package elementary_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/lambdacap/lambdacap/calc/elementary"
)

// ulps returns the distance between two numbers, in units in the last place of the second.
func ulps(got, want float64) float64 {
	if got == want || got != got && want != want {
		return 0
	}
	unit := math.Nextafter(math.Abs(want), math.Inf(1)) - math.Abs(want)
	return math.Abs(got-want) / unit
}

// TestAgainstMath compares each function with its counterpart in package math, which is itself within one unit in the
// last place.
func TestAgainstMath(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	within := func(low, high float64) func() float64 {
		return func() float64 { return low + (high-low)*random.Float64() }
	}
	sizes := func() float64 { return math.Exp(within(-700, 700)()) }
	tests := []struct {
		name      string
		got, want func(float64) float64
		x         func() float64
		most      float64 // units in the last place
	}{
		{"Exp", elementary.Exp, math.Exp, within(-745, 709), 2},
		{"Exp near 0", elementary.Exp, math.Exp, within(-1, 1), 2},
		{"Log", elementary.Log, math.Log, sizes, 2},
		{"Log near 1", elementary.Log, math.Log, within(0.5, 2), 2},
		{"Log1p", elementary.Log1p, math.Log1p, sizes, 5},
		{"Log1p below 0", elementary.Log1p, math.Log1p, within(-1, 0), 5},
		{"Log1p near 0", elementary.Log1p, math.Log1p, func() float64 { return -1 / sizes() }, 5},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for range 200_000 {
				x := test.x()
				if got, want := test.got(x), test.want(x); ulps(got, want) > test.most {
					t.Fatalf("%s(%v) = %v, want %v: %.1f units apart", test.name, x, got, want, ulps(got, want))
				}
			}
		})
	}
}

func TestSincos(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for i := range 200_000 {
		x := math.Ldexp(2*random.Float64()-1, i%21)
		sin, cos := elementary.Sincos(x)
		wantSin, wantCos := math.Sincos(x)
		if math.Abs(sin-wantSin) > 1e-15 || math.Abs(cos-wantCos) > 1e-15 {
			t.Fatalf("Sincos(%v) = %v, %v; want %v, %v", x, sin, cos, wantSin, wantCos)
		}
	}
}

// TestEdges covers the values at which the formulas end. Package math cannot be the reference here: its assembly for
// amd64 returns the logarithm of a normal number for a subnormal one.
func TestEdges(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	tests := []struct {
		name    string
		f       func(float64) float64
		x, want float64
	}{
		{"Exp", elementary.Exp, 0, 1},
		{"Exp", elementary.Exp, inf, inf},
		{"Exp", elementary.Exp, -inf, 0},
		{"Exp", elementary.Exp, nan, nan},
		{"Exp", elementary.Exp, 709.782712893384, 1.797693134862273e308},
		{"Exp", elementary.Exp, 709.7827128933841, inf},
		{"Exp", elementary.Exp, -745.1332191019411, math.SmallestNonzeroFloat64},
		{"Exp", elementary.Exp, -745.1332191019412, 0},
		{"Exp", elementary.Exp, -0x1p-54, 1},
		{"Log", elementary.Log, 0, -inf},
		{"Log", elementary.Log, 1, 0},
		{"Log", elementary.Log, -1, nan},
		{"Log", elementary.Log, inf, inf},
		{"Log", elementary.Log, nan, nan},
		{"Log", elementary.Log, math.MaxFloat64, 709.782712893384},
		{"Log", elementary.Log, math.SmallestNonzeroFloat64, -744.4400719213812},
		{"Log1p", elementary.Log1p, 0, 0},
		{"Log1p", elementary.Log1p, -1, -inf},
		{"Log1p", elementary.Log1p, -2, nan},
		{"Log1p", elementary.Log1p, inf, inf},
		{"Log1p", elementary.Log1p, nan, nan},
		{"Log1p", elementary.Log1p, math.MaxFloat64, 709.782712893384},
		{"Log1p", elementary.Log1p, 0x1p-54, 0x1p-54},
		{"Log1p", elementary.Log1p, math.SmallestNonzeroFloat64, math.SmallestNonzeroFloat64},
	}
	for _, test := range tests {
		got := test.f(test.x)
		if got != test.want && !(got != got && test.want != test.want) && !(math.Abs(got/test.want-1) < 4e-16) {
			t.Errorf("%s(%v) = %v, want %v", test.name, test.x, got, test.want)
		}
	}
	if sin, cos := elementary.Sincos(inf); sin == sin || cos == cos {
		t.Errorf("Sincos(+Inf) = %v, %v, want NaN", sin, cos)
	}
}

func BenchmarkExp(b *testing.B) {
	for b.Loop() {
		elementary.Exp(-12.345)
	}
}

func BenchmarkExpOfMath(b *testing.B) {
	for b.Loop() {
		math.Exp(-12.345)
	}
}

func BenchmarkLog(b *testing.B) {
	for b.Loop() {
		elementary.Log(12.345)
	}
}

func BenchmarkLogOfMath(b *testing.B) {
	for b.Loop() {
		math.Log(12.345)
	}
}
