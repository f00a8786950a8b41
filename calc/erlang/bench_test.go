package erlang_test

import (
	"testing"

	"github.com/lambdacap/lambdacap/calc/erlang"
)

func BenchmarkB100000(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		erlang.B(1e5, 1e5)
	}
}

// recursion is the textbook method: O(N) steps of B(n) = a B(n-1)/(n + a B(n-1)).
func recursion(n int, a float64) float64 {
	b := 1.0
	for k := 1; k <= n; k++ {
		b = a * b / (float64(k) + a*b)
	}
	return b
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

// smallestStep is the yardstick of BenchmarkServers1000000: the textbook recursion, adding one server at a time.
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

func BenchmarkFixedTalbot700(b *testing.B) {
	for b.Loop() {
		fixedTalbot(700, 6000)
	}
}
