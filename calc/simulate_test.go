package calc_test

import (
	"container/heap"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
)

// This file simulates accounts event by event, without any formula of the model, and compares the shares that it counts
// with the chances.

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

// peakedness is that of interrupted Poisson arrivals with exponential durations, with all times in mean durations:
//
//	z = 1 + λ γ / ((ω + γ)(1 + ω + γ))
//
// where λ is the rate in a burst, 1/γ the mean burst and 1/ω the mean pause.
//
// Source: A. Kuczura, "The interrupted Poisson process as an overflow process", Bell System Technical Journal 52
// (1973), 437-448.
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

// An occupancy is an environment that is busy until a point in time.
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

// A tally counts the requests of a function in a batch.
type tally struct{ all, beyond, throttled float64 }

const batches = 50 // of a simulation

// A simulation runs requests through the provisioned concurrency of their function, and through on-demand units that
// all functions share. With rate limits, windows of one second let 10 requests through for each unit: of a function's
// provisioned concurrency, and of all units together.
type simulation struct {
	random      *rand.Rand
	functions   []simulated
	onDemand    int // units that all functions share
	units       int // of all functions, provisioned and on demand
	rateLimited bool

	next    []float64 // when each function's next request arrives
	burst   []float64 // when each function's burst ends
	leaving occupancies

	busy         []int // provisioned units of each function
	busyOnDemand int

	window float64 // the current second
	counts []int   // requests let through to each function's provisioned concurrency in the window
	total  int     // requests let through in the window
}

func newSimulation(functions []simulated, onDemand int, rateLimited bool) *simulation {
	n := len(functions)
	s := &simulation{
		random: rand.New(rand.NewPCG(2026, 11)), functions: functions,
		onDemand: onDemand, units: onDemand, rateLimited: rateLimited,
		next: make([]float64, n), burst: make([]float64, n), busy: make([]int, n), counts: make([]int, n),
	}
	for i, f := range functions {
		s.units += f.provisioned
		s.advance(i)
	}
	return s
}

// advance draws when a function's next request arrives.
func (s *simulation) advance(i int) {
	f := &s.functions[i]
	s.next[i] += s.random.ExpFloat64() / f.burstRate()
	for f.on > 0 && s.next[i] > s.burst[i] { // a pause begins, and arrivals start afresh after it
		begin := s.burst[i] + s.random.ExpFloat64()*f.off
		s.burst[i] = begin + s.random.ExpFloat64()*f.on
		s.next[i] = begin + s.random.ExpFloat64()/f.burstRate()
	}
}

// step takes the next request. It returns its function, whether it went past provisioned concurrency, and whether it
// was throttled.
func (s *simulation) step() (i int, past, throttled bool) {
	for j := range s.next {
		if s.next[j] < s.next[i] {
			i = j
		}
	}
	now := s.next[i]
	s.advance(i)
	s.release(now)
	past, throttled = s.serve(i, now)
	return i, past, throttled
}

// release frees the environments that are no longer busy.
func (s *simulation) release(now float64) {
	for len(s.leaving) > 0 && s.leaving[0].until <= now {
		left := heap.Pop(&s.leaving).(occupancy)
		if left.onDemand {
			s.busyOnDemand--
		} else {
			s.busy[left.function]--
		}
	}
}

// serve finds an environment for a request of a function.
func (s *simulation) serve(i int, now float64) (past, throttled bool) {
	f := &s.functions[i]
	if w := math.Floor(now); w != s.window {
		s.window, s.total = w, 0
		clear(s.counts)
	}
	if s.rateLimited && s.total >= 10*s.units {
		return true, true
	}
	if s.busy[i] < f.provisioned && !(s.rateLimited && s.counts[i] >= 10*f.provisioned) {
		s.busy[i]++
		s.counts[i]++
		s.total++
		heap.Push(&s.leaving, occupancy{now + f.seconds*f.law(s.random), i, false})
		return false, false
	}
	if s.busyOnDemand < s.onDemand {
		s.busyOnDemand++
		s.total++
		heap.Push(&s.leaving, occupancy{now + f.seconds*f.law(s.random), i, true})
		return true, false
	}
	return true, true
}

// run simulates a number of requests after a tenth as many to warm up. It returns, for each function, the share beyond
// provisioned concurrency and the share throttled.
func (s *simulation) run(requests int) (beyond, throttled []estimate) {
	n := len(s.functions)
	tallies := make([][batches]tally, n)
	for done := -requests / 10; done < requests; done++ {
		i, past, refused := s.step()
		if done < 0 {
			continue
		}
		t := &tallies[i][done*batches/requests]
		t.all++
		if past {
			t.beyond++
		}
		if refused {
			t.throttled++
		}
	}
	beyond, throttled = make([]estimate, n), make([]estimate, n)
	for i := range s.functions {
		var past, refused []float64
		for _, t := range tallies[i] {
			past, refused = append(past, t.beyond/t.all), append(refused, t.throttled/t.all)
		}
		beyond[i], throttled[i] = estimated(past), estimated(refused)
	}
	return beyond, throttled
}

// chances computes the same functions with the model: alone in a reservation, or together in an account that is theirs.
func chances(t *testing.T, functions []simulated, onDemand int) []calc.Chance {
	t.Helper()
	a := calc.Account{UnreservedFloor: units(0), Concurrency: int64(onDemand)}
	for i, f := range functions {
		function := calc.Function{
			Name: string(rune('a' + i)), RPS: rps(f.rate), DurationMS: ms(f.seconds * 1000),
			Provisioned: int64(f.provisioned), Peakedness: calc.Some(f.peakedness()),
		}
		if len(functions) == 1 {
			function.Reserved = units(int64(f.provisioned + onDemand))
		}
		a.Concurrency += int64(f.provisioned)
		a.Functions = append(a.Functions, function)
	}
	r := spillWith(t, a, calc.SpillOptions{Chance: true})
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

// A simulatedCase is an account that is simulated and calculated.
type simulatedCase struct {
	name        string
	functions   []simulated
	onDemand    int
	granted     float64 // relative error of an approximation
	rateLimited bool
	lower       bool // the calculation is a lower bound of what is throttled
}

var simulatedCases = []simulatedCase{
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
	{"full by rate, shared",
		[]simulated{{800, 0.05, exponential, 70, 0, 0}, {80, 0.05, exponential, 0, 0, 0}}, 25, 0.05, true, true},
	{"two functions share",
		[]simulated{{90, 0.1, exponential, 10, 0, 0}, {25, 0.2, exponential, 6, 0, 0}}, 8, 0.1, false, false},
	{"three functions share",
		[]simulated{{90, 0.1, constant, 6, 0, 0}, {20, 0.2, exponential, 6, 0, 0}, {40, 0.1, exponential, 0, 0, 0}},
		12, 0.25, false, false},
	{"bursts", []simulated{{300, 0.1, exponential, 36, 0.02, 0.02}}, 8, 0.45, false, false},
	{"more bursts", []simulated{{600, 0.1, exponential, 60, 0.03, 0.01}}, 15, 0.25, false, false},
}

// TestSimulation compares the chances with an event simulation. Where the model is exact, they agree within four
// standard errors. Where it approximates, a relative error is granted on top. Where provisioned concurrency is full by
// rate, throttling is only a lower bound (docs/chance.md).
func TestSimulation(t *testing.T) {
	for _, c := range simulatedCases {
		t.Run(c.name, func(t *testing.T) {
			beyond, throttled := newSimulation(c.functions, c.onDemand, c.rateLimited).run(400_000)
			for i, x := range chances(t, c.functions, c.onDemand) {
				check := func(what string, got calc.Optional[float64], want estimate, lower bool) {
					y, ok := got.Get()
					if !ok {
						return
					}
					granted := 4*want.deviation + c.granted*want.mean + 1e-9
					if y > want.mean+granted || !lower && y < want.mean-granted {
						t.Errorf("function %d, %s: calculated %.6f, simulated %.6f ± %.6f",
							i, what, y, want.mean, want.deviation)
					}
					t.Logf("function %d, %s: %.6f, simulated %.6f ± %.6f", i, what, y, want.mean, want.deviation)
				}
				check("beyond provisioned", x.BeyondProvisionedRatio, beyond[i], false)
				check("throttled", x.ThrottledRatio, throttled[i], c.lower)
			}
		})
	}
}
