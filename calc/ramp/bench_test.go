package ramp_test

import (
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/ramp"
)

// The target is 10,000 shapes a second in process: 100 µs each.
func benchmark(b *testing.B, f calc.Function, l ramp.Load) {
	f.RPS = l.To
	a := calc.Account{Concurrency: 5000, Functions: []calc.Function{f}}
	o := ramp.Options{Loads: []ramp.Load{l}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ramp.Of(a, o); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkStraight(b *testing.B) { benchmark(b, function(1200), straight(300, 3000, 10)) }

func BenchmarkSurvives(b *testing.B) { benchmark(b, function(120), straight(300, 3000, 10)) }

func BenchmarkInit(b *testing.B) {
	f := function(100)
	f.InitMS = calc.Some(2000.0)
	benchmark(b, f, step(0, 1000))
}
