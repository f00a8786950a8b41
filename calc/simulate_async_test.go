package calc_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/lambdacap/lambdacap/calc/internal/simulation"
)

// event is an asynchronous function with exponential durations.
func event(f simulation.Function) simulation.Function {
	f.Law, f.Async = simulation.Exponential, true
	return f
}

// TestSimulatedQueue checks events that are retried. The shares are nearly exact if the retries are random, after many
// durations. Lambda retries after one second, two, four and so on; then up to a fifth more must wait.
func TestSimulatedQueue(t *testing.T) {
	delayed := func(load float64, provisioned, reserved int) simulation.Account {
		a := alone(event(simulation.Function{Rate: load, Seconds: 1, Provisioned: provisioned, Reserved: reserved}))
		a.Retry = simulation.Delayed(100)
		return a
	}
	backoff := func(load float64, provisioned, reserved int) simulation.Account {
		a := delayed(load, provisioned, reserved)
		a.Retry = simulation.Backoff
		return a
	}
	short := alone(event(simulation.Function{Rate: 90, Seconds: 0.1, Provisioned: 8, Reserved: 10}))
	short.Retry = simulation.Backoff
	near := margins{beyond: within(0.01), refused: within(0.02), spilled: within(0.01)}
	low := margins{beyond: margin{below: 0.07}, refused: margin{below: 0.21}, spilled: within(0.02)}
	simulate(t, []simulated{
		{name: "9 of 10", account: delayed(9, 8, 10), margins: near},
		{name: "7 of 10", account: delayed(7, 5, 10), margins: near},
		{name: "2 of 5", account: delayed(2, 1, 5), margins: near},
		{name: "no provisioned", account: delayed(0.5, 0, 1), margins: near},
		{name: "45 of 50", account: delayed(45, 40, 50), requests: 1_000_000, margins: near},
		{name: "9 of 10, as Lambda", account: backoff(9, 8, 10), margins: low},
		{name: "2 of 5, as Lambda", account: backoff(2, 1, 5), margins: low},
		{name: "45 of 50, as Lambda", account: backoff(45, 40, 50), requests: 1_000_000, margins: low},
		{name: "100 ms, as Lambda", account: short, margins: low},
	})
}

// TestSimulatedQueueCold checks the cold starts of events, counted once per event even if it is tried several times. In
// a shared pool they are an upper bound, as are those of the synchronous function next to them.
func TestSimulatedQueueCold(t *testing.T) {
	a := alone(event(simulation.Function{Rate: 8, Seconds: 1, Reserved: 10}))
	a.Retry, a.KeepAlive = simulation.Delayed(100), 3
	shared := simulation.Account{Unreserved: 30, KeepAlive: 10, Retry: simulation.Delayed(100),
		Functions: []simulation.Function{
			{Rate: 10, Seconds: 1, Law: simulation.Exponential}, event(simulation.Function{Rate: 10, Seconds: 1}),
		}}
	simulate(t, []simulated{
		{name: "8 of 10", account: a, margins: margins{refused: within(0.02), cold: within(0.02)}},
		{name: "shared", account: shared, margins: margins{refused: within(0.06), cold: margin{above: 0.5}}},
	})
}

// TestSimulatedNeighbours checks how retried events take room from synchronous callers.
func TestSimulatedNeighbours(t *testing.T) {
	pool := func(unreserved int, sync, async simulation.Function) simulation.Account {
		sync.Seconds, async.Seconds, sync.Law = 1, 1, simulation.Exponential
		return simulation.Account{
			Unreserved: unreserved, Functions: []simulation.Function{sync, event(async)}, Retry: simulation.Delayed(100),
		}
	}
	rate := func(x float64) simulation.Function { return simulation.Function{Rate: x} }
	near := margins{refused: within(0.06)}
	simulate(t, []simulated{
		{name: "20 beside 25", account: pool(50, rate(20), rate(25)), requests: 1_000_000, margins: near},
		{name: "20 beside 29", account: pool(50, rate(20), rate(29)), requests: 1_000_000, margins: near},
		{name: "20 beside 36", account: pool(50, rate(20), rate(36)), requests: 1_000_000, margins: near},
	})
}

// TestSimulatedRandomNeighbours does the same with random functions, some of them with provisioned concurrency.
func TestSimulatedRandomNeighbours(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for n := range 12 {
		a := randomShared(r)
		a.Retry = simulation.Delayed(60)
		for i := range a.Functions {
			a.Functions[i].Async = i%2 > 0
		}
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			counted, calculated := both(t, a, 600_000)
			for i, x := range calculated {
				what := fmt.Sprintf("function %d", i)
				if counted[i].Refused.Mean >= 0.001 {
					compare(t, what+", throttled", x.ThrottledRatio, counted[i].Refused, within(0.25))
					compare(t, what+", queued", x.QueuedRatio, counted[i].Refused, within(0.4))
				}
			}
		})
	}
}
