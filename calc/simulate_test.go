package calc_test

import (
	"container/heap"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
)

// This file simulates accounts, event by event and without a formula of the
// model, and compares the shares that it counts with the chances.

// A law draws durations with the mean 1.
type law func(r *rand.Rand) float64

func exponential(r *rand.Rand) float64 { return r.ExpFloat64() }
func constant(*rand.Rand) float64      { return 1 }

// simulated is one function in a simulation.
type simulated struct {
	rate, seconds float64
	law           law
	provisioned   int
	on, off       float64 // mean times of bursts and of the pauses between them, seconds; 0 without
}

// peakedness is that of interrupted Poisson arrivals with exponential durations,
// with all times in mean durations:
//
//	z = 1 + λ γ / ((ω + γ)(1 + ω + γ))
//
// where λ is the rate in a burst, 1/γ the mean burst and 1/ω the mean pause.
//
// Source: A. Kuczura, "The interrupted Poisson process as an overflow process",
// Bell System Technical Journal 52 (1973), 437-448.
func (f simulated) peakedness() float64 {
	if f.on == 0 {
		return 1
	}
	gamma, omega := f.seconds/f.on, f.seconds/f.off
	return 1 + f.burstRate()*f.seconds*gamma/((omega+gamma)*(1+omega+gamma))
}

// burstRate is the rate while requests arrive.
func (f simulated) burstRate() float64 {
	if f.on == 0 {
		return f.rate
	}
	return f.rate * (f.on + f.off) / f.on
}

// An occupancy is an environment that is busy until some time.
type occupancy struct {
	until    float64
	function int
	onDemand bool
}

type occupancies []occupancy

func (o occupancies) Len() int           { return len(o) }
func (o occupancies) Less(i, j int) bool { return o[i].until < o[j].until }
func (o occupancies) Swap(i, j int)      { o[i], o[j] = o[j], o[i] }
func (o *occupancies) Push(x any)        { *o = append(*o, x.(occupancy)) }
func (o *occupancies) Pop() any {
	last := (*o)[len(*o)-1]
	*o = (*o)[:len(*o)-1]
	return last
}

// An estimate is a mean over batches with its standard error.
type estimate struct{ mean, deviation float64 }

func estimated(shares []float64) (e estimate) {
	n := float64(len(shares))
	for _, x := range shares {
		e.mean += x / n
	}
	for _, x := range shares {
		e.deviation += (x - e.mean) * (x - e.mean) / (n * (n - 1))
	}
	e.deviation = math.Sqrt(e.deviation)
	return e
}

// simulate runs requests through the provisioned concurrency of their function
// and a number of on-demand units that all share. With rate limits, windows of
// one second let 10 requests through for each unit: of a function's provisioned
// concurrency, and of all units together. It returns, for each function, the
// share beyond provisioned concurrency and the share throttled.
func simulate(functions []simulated, onDemand int, rateLimited bool, requests int) (beyond, throttled []estimate) {
	random := rand.New(rand.NewPCG(2026, 11))
	const batches = 50
	n := len(functions)
	next := make([]float64, n)  // when each function's next request arrives
	burst := make([]float64, n) // until when its burst lasts
	advance := func(i int) {
		f := &functions[i]
		next[i] += random.ExpFloat64() / f.burstRate()
		for f.on > 0 && next[i] > burst[i] { // a pause begins, and the clock of arrivals anew behind it
			begin := burst[i] + random.ExpFloat64()*f.off
			burst[i] = begin + random.ExpFloat64()*f.on
			next[i] = begin + random.ExpFloat64()/f.burstRate()
		}
	}
	for i := range functions {
		advance(i)
	}
	busy := make([]int, n)
	counts := make([]int, n) // let through to provisioned concurrency in this window
	total, busyOnDemand, window := 0, 0, 0.0
	units := onDemand
	for _, f := range functions {
		units += f.provisioned
	}
	var leaving occupancies
	type tally struct{ all, beyond, throttled float64 }
	tallies := make([][batches]tally, n)
	serve := func(i int, now float64) (past, refused bool) {
		f := &functions[i]
		if w := math.Floor(now); w != window {
			window, total = w, 0
			clear(counts)
		}
		if rateLimited && total >= 10*units {
			return true, true
		}
		if busy[i] < f.provisioned && !(rateLimited && counts[i] >= 10*f.provisioned) {
			busy[i]++
			counts[i]++
			total++
			heap.Push(&leaving, occupancy{now + f.seconds*f.law(random), i, false})
			return false, false
		}
		if busyOnDemand < onDemand {
			busyOnDemand++
			total++
			heap.Push(&leaving, occupancy{now + f.seconds*f.law(random), i, true})
			return true, false
		}
		return true, true
	}
	for done := -requests / 10; done < requests; done++ {
		i := 0
		for j := range next {
			if next[j] < next[i] {
				i = j
			}
		}
		now := next[i]
		advance(i)
		for len(leaving) > 0 && leaving[0].until <= now {
			left := heap.Pop(&leaving).(occupancy)
			if left.onDemand {
				busyOnDemand--
			} else {
				busy[left.function]--
			}
		}
		past, refused := serve(i, now)
		if done >= 0 {
			t := &tallies[i][done*batches/requests]
			t.all++
			if past {
				t.beyond++
			}
			if refused {
				t.throttled++
			}
		}
	}
	beyond, throttled = make([]estimate, n), make([]estimate, n)
	for i := range functions {
		var past, refused []float64
		for _, t := range tallies[i] {
			past, refused = append(past, t.beyond/t.all), append(refused, t.throttled/t.all)
		}
		beyond[i], throttled[i] = estimated(past), estimated(refused)
	}
	return beyond, throttled
}

// chances computes the same functions with the model: alone in a reservation, or
// together in an account that is theirs.
func chances(t *testing.T, functions []simulated, onDemand int) []calc.Chance {
	t.Helper()
	a := calc.Account{UnreservedFloor: calc.Some(int64(0)), Concurrency: int64(onDemand)}
	for i, f := range functions {
		function := calc.Function{Name: string(rune('a' + i)), RPS: calc.Some(f.rate), DurationMS: calc.Some(f.seconds * 1000), Provisioned: int64(f.provisioned)}
		function.Peakedness = calc.Some(f.peakedness())
		if len(functions) == 1 {
			function.Reserved = calc.Some(int64(f.provisioned + onDemand))
		}
		a.Concurrency += int64(f.provisioned)
		a.Functions = append(a.Functions, function)
	}
	r, err := calc.Spill(a, calc.SpillOptions{Chance: true})
	if err != nil {
		t.Fatal(err)
	}
	var list []calc.Chance
	for i := range r.Functions {
		x, ok := r.Functions[i].Chance.Get()
		if !ok {
			t.Fatalf("function %d has no chance", i)
		}
		list = append(list, x)
	}
	return list
}

// TestSimulation compares the chances with an event simulation. Where the model
// is exact they agree within four standard errors; where it approximates, a
// relative error is granted on top; where provisioned concurrency is full by rate,
// throttling is only a lower bound (docs/chance.md).
func TestSimulation(t *testing.T) {
	for _, c := range []struct {
		name        string
		functions   []simulated
		onDemand    int
		granted     float64
		rateLimited bool
		lower       bool // what is throttled is at least what is calculated
	}{
		{"exponential durations", []simulated{{100, 0.12, exponential, 10, 0, 0}}, 6, 0, false, false},
		{"constant durations", []simulated{{100, 0.12, constant, 10, 0, 0}}, 6, 0, false, false},
		{"a small pool", []simulated{{4, 0.5, exponential, 1, 0, 0}}, 2, 0, false, false},
		{"provisioned = reserved", []simulated{{200, 0.1, constant, 20, 0, 0}}, 0, 0, false, false},
		{"the limiter alone", []simulated{{38, 0.002, exponential, 4, 0, 0}}, 4, 0, true, false},
		{"the limiter, overloaded", []simulated{{90, 0.002, constant, 5, 0, 0}}, 4, 0, true, false},
		{"the limiter and concurrency", []simulated{{95, 0.08, exponential, 10, 0, 0}}, 0, 0.15, true, false},
		{"full by rate", []simulated{{800, 0.05, exponential, 70, 0, 0}}, 11, 0.05, true, true},
		{"full by rate, with room", []simulated{{800, 0.05, exponential, 70, 0, 0}}, 60, 0.05, true, true},
		{"full by both", []simulated{{95, 0.08, exponential, 8, 0, 0}}, 4, 0.3, true, true},
		{"full by rate, shared", []simulated{{800, 0.05, exponential, 70, 0, 0}, {80, 0.05, exponential, 0, 0, 0}}, 25, 0.05, true, true},
		{"two functions share", []simulated{{90, 0.1, exponential, 10, 0, 0}, {25, 0.2, exponential, 6, 0, 0}}, 8, 0.1, false, false},
		{"three functions share", []simulated{{90, 0.1, constant, 6, 0, 0}, {20, 0.2, exponential, 6, 0, 0}, {40, 0.1, exponential, 0, 0, 0}}, 12, 0.25, false, false},
		{"bursts", []simulated{{300, 0.1, exponential, 36, 0.02, 0.02}}, 8, 0.2, false, false},
		{"more bursts", []simulated{{600, 0.1, exponential, 60, 0.03, 0.01}}, 15, 0.25, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			beyond, throttled := simulate(c.functions, c.onDemand, c.rateLimited, 400_000)
			for i, x := range chances(t, c.functions, c.onDemand) {
				check := func(what string, got calc.Optional[float64], want estimate, lower bool) {
					y, ok := got.Get()
					if !ok {
						return
					}
					granted := 4*want.deviation + c.granted*want.mean + 1e-9
					if y > want.mean+granted || !lower && y < want.mean-granted {
						t.Errorf("function %d, %s: calculated %.6f, simulated %.6f ± %.6f", i, what, y, want.mean, want.deviation)
					}
					t.Logf("function %d, %s: %.6f, simulated %.6f ± %.6f", i, what, y, want.mean, want.deviation)
				}
				check("beyond provisioned", x.BeyondProvisionedRatio, beyond[i], false)
				check("throttled", x.ThrottledRatio, throttled[i], c.lower)
			}
		})
	}
}
