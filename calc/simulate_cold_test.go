package calc_test

import (
	"math"
	"testing"

	"github.com/lambdacap/lambdacap/calc/internal/simulation"
)

// cold is a function with requests of a second, whose idle environments are kept for a number of mean durations.
func cold(load, keep float64, f simulation.Function) simulation.Account {
	f.Rate, f.Seconds = load, 1
	if f.Law == nil {
		f.Law = simulation.Exponential
	}
	a := alone(f)
	a.KeepAlive = keep
	return a
}

// TestSimulatedColdStarts checks cold starts. They are exact for exponential durations of a function that is alone, and
// an upper bound with provisioned concurrency. If environments are kept for thirty durations or more, constant
// durations start up to 7 % fewer, lognormal ones up to 4 % more (sigma 1) or up to 18 % more (sigma 2).
func TestSimulatedColdStarts(t *testing.T) {
	constant, narrow, wide := simulation.Law(simulation.Constant), simulation.Lognormal(1), simulation.Lognormal(2)
	simulate(t, []simulated{
		{name: "short", account: cold(10, 5, simulation.Function{Reserved: 1000})},
		{name: "kept long", account: cold(10, 300, simulation.Function{Reserved: 1000}), requests: 2_000_000},
		{name: "rare", account: cold(0.1, 30, simulation.Function{Reserved: 1000})},
		{name: "limited", account: cold(10, 5, simulation.Function{Reserved: 12})},
		{name: "beside 8", account: cold(10, 5, simulation.Function{Provisioned: 8, Reserved: 1000}),
			margins: margins{cold: margin{above: 0.05}}},
		{name: "beside 12", account: cold(10, 2, simulation.Function{Provisioned: 12, Reserved: 1000}),
			margins: margins{cold: margin{above: 0.5}}},
		{name: "constant", account: cold(10, 30, simulation.Function{Reserved: 1000, Law: constant}),
			margins: margins{cold: margin{above: 0.07}}},
		{name: "sigma 1", account: cold(10, 30, simulation.Function{Reserved: 1000, Law: narrow}),
			margins: margins{cold: margin{below: 0.04}}},
		{name: "sigma 2", account: cold(10, 100, simulation.Function{Reserved: 1000, Law: wide}),
			requests: 1_000_000, margins: margins{cold: margin{below: 0.18}}},
	})
}

// TestSimulatedInit checks init times. One as long as a request or longer gives up to a quarter more cold starts than
// calculated, a short one up to 7 %.
func TestSimulatedInit(t *testing.T) {
	simulate(t, []simulated{
		{name: "short", account: cold(10, 10, simulation.Function{Reserved: 1000, Init: 0.3}),
			margins: margins{cold: margin{below: 0.07}}},
		{name: "as long", account: cold(10, 10, simulation.Function{Reserved: 1000, Init: 1}),
			margins: margins{cold: margin{below: 0.15}}},
		{name: "longer", account: cold(10, 10, simulation.Function{Reserved: 1000, Init: 10}),
			margins: margins{cold: margin{below: 0.25}}},
		{name: "rare", account: cold(0.1, 10, simulation.Function{Reserved: 1000, Init: 3}),
			margins: margins{cold: margin{below: 0.02}}},
	})
}

// TestInitLengthensRequests checks a load that is mostly busy with init times. Without the longer requests the share
// would be 13 % off.
func TestInitLengthensRequests(t *testing.T) {
	without := cold(0.1, 10, simulation.Function{Reserved: 1000})
	with := cold(0.1, 10, simulation.Function{Reserved: 1000, Init: 10})
	_, before := both(t, without, 1)
	counted, after := both(t, with, 0)
	x, y := known(t, "cold", before[0].ColdStartRatio), known(t, "cold", after[0].ColdStartRatio)
	if want := counted[0].Cold.Mean; math.Abs(y-want) > 0.03*want || x > 0.87*want {
		t.Errorf("%v with init times, %v without, simulated %v", y, x, want)
	}
}

// TestSimulatedSharedColdStarts checks shared pools. What others leave of a pool varies, so the sum without an upper
// limit is an upper bound: 1 to 3 times the simulated share where up to 1 % is refused, up to 5 times at 5 %.
func TestSimulatedSharedColdStarts(t *testing.T) {
	beside := func(load, other float64, unreserved int) simulation.Account {
		f := simulation.Function{Rate: load, Seconds: 1, Law: simulation.Exponential}
		g := f
		g.Rate = other
		return simulation.Account{KeepAlive: 60, Unreserved: unreserved, Functions: []simulation.Function{f, g}}
	}
	few := simulation.Account{KeepAlive: 10, Unreserved: 8, Functions: []simulation.Function{
		{Rate: 90, Seconds: 0.1, Law: simulation.Exponential, Provisioned: 10},
		{Rate: 25, Seconds: 0.2, Law: simulation.Exponential, Provisioned: 6},
	}}
	simulate(t, []simulated{
		{name: "room", account: beside(5, 5, 20), margins: margins{refused: within(0.05), cold: margin{above: 0.3}}},
		{name: "1 %", account: beside(20, 100, 145), requests: 1_000_000,
			margins: margins{refused: within(0.05), cold: margin{above: 0.7}}},
		{name: "5 %", account: beside(1, 5, 10), margins: margins{refused: within(0.05), cold: margin{above: 4}}},
		{name: "beside provisioned", account: few, requests: 4_000_000,
			margins: margins{refused: within(0.25), spilled: within(0.01), cold: margin{above: 2}}},
	})
}
