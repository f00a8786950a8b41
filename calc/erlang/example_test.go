package erlang_test

import (
	"fmt"

	"github.com/lambdacap/lambdacap/calc/erlang"
)

func ExampleColdStarts() {
	// Ten environments are busy on average and kept for five minutes; requests take a second.
	fmt.Printf("%.1e\n", erlang.ColdStarts(10, 300, 0, 1e9))
	// Output: 4.4e-04
}

func ExampleB() {
	// A pool sized for the average of 150 loses some of its requests.
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

func ExampleBatchLoss() {
	// The same load in batches of three on average loses more.
	fmt.Printf("%.1f%% %.1f%%\n", 100*erlang.B(36, 30), 100*erlang.BatchLoss(36, 30, 3))
	// Output: 4.3% 13.2%
}

func ExampleRetrying() {
	// Events that keep nine of ten servers busy are retried until they are served.
	waiting, _ := erlang.Retrying(func(refused float64) float64 { return erlang.B(10, 9/(1-refused)) })
	fmt.Printf("%.3f\n", waiting)
	// Output: 0.455
}
