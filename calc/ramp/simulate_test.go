package ramp_test

import (
	"container/heap"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/ramp"
)

// ends are the times at which environments become free.
type ends []float64

func (e ends) Len() int           { return len(e) }
func (e ends) Less(i, j int) bool { return e[i] < e[j] }
func (e ends) Swap(i, j int)      { e[i], e[j] = e[j], e[i] }
func (e *ends) Push(x any)        { *e = append(*e, x.(float64)) }
func (e *ends) Pop() any {
	last := (*e)[len(*e)-1]
	*e = (*e)[:len(*e)-1]
	return last
}

// simulated returns how many requests are refused, request by request: Poisson arrivals, a token bucket, environments
// that are busy or idle, at most some of them busy. It knows none of the formulas. warm environments are busy at the
// start with what the first rate keeps busy.
func simulated(random *rand.Rand, shape []ramp.Point, d, initS, end float64, exponential bool,
	warm, most int) (refused float64) {
	rateAt := func(t float64) float64 {
		rate := shape[len(shape)-1].RPS
		for i := 1; i < len(shape); i++ {
			if p, q := shape[i-1], shape[i]; t >= p.TS && t < q.TS {
				rate = p.RPS + (q.RPS-p.RPS)*(t-p.TS)/(q.TS-p.TS)
			}
		}
		return rate
	}
	highest := 0.0
	for _, p := range shape {
		highest = math.Max(highest, p.RPS)
	}
	length := func() float64 {
		if exponential {
			return d * random.ExpFloat64()
		}
		return d
	}
	var busy ends
	idle := warm
	for range min(warm, int(shape[0].RPS*d)) {
		idle--
		x := d * random.Float64()
		if exponential {
			x = length()
		}
		heap.Push(&busy, x)
	}
	tokens, last := 1000.0, 0.0
	for t := random.ExpFloat64() / highest; t < end; t += random.ExpFloat64() / highest {
		if random.Float64() >= rateAt(t)/highest {
			continue
		}
		for len(busy) > 0 && busy[0] <= t {
			heap.Pop(&busy)
			idle++
		}
		tokens = math.Min(1000, tokens+100*(t-last))
		last = t
		switch {
		case len(busy) == most:
			refused++
		case idle > 0:
			idle--
			heap.Push(&busy, t+length())
		case tokens >= 1:
			tokens--
			heap.Push(&busy, t+initS+length())
		default:
			refused++
		}
	}
	return refused
}

// TestSimulated compares the low figure with a simulation of exponential durations, and checks that constant ones
// refuse something between the low figure and the most. The low figure is within 4 %, but for a step of which it keeps
// half of the most: there the chance of arrivals adds 8 %.
func TestSimulated(t *testing.T) {
	if testing.Short() { // it shares nothing between goroutines, and takes long with the race detector
		t.Skip("a long simulation")
	}
	tests := []struct {
		name     string
		d        float64
		shape    []ramp.Point
		accurate float64
	}{
		{"0 to 5000 units", 0.2, []ramp.Point{{0, 0}, {0, 25_000}}, 0.04},
		{"0 to 3000 units", 1, []ramp.Point{{0, 0}, {0, 3000}}, 0.04},
		{"0 to 6000 units", 3, []ramp.Point{{0, 0}, {0, 2000}}, 0.04},
		{"500 to 2500 units", 1.5, []ramp.Point{{0, 500.0 / 1.5}, {0, 2500.0 / 1.5}}, 0.1},
		{"a launch", 1.2, []ramp.Point{{0, 300}, {10, 3000}}, 0.04},
		{"two spikes", 1, []ramp.Point{{0, 100}, {2, 2500}, {6, 2500}, {8, 100}, {20, 100}, {20, 4000}}, 0.04},
	}
	random := rand.New(rand.NewPCG(13, 5))
	for _, test := range tests {
		f := rated(function(test.d * 1000))
		got := of(t, large, f, ramp.Load{Shape: test.shape}, 60)
		warm := int(got.WarmEnvironments)
		sum, constant := 0.0, 0.0
		const runs = 3
		for range runs {
			sum += simulated(random, test.shape, test.d, 0, 60, true, warm, unlimited) / runs
			constant += simulated(random, test.shape, test.d, 0, 60, false, warm, unlimited) / runs
		}
		low := got.ThrottledLowRequests.Or(-1)
		if math.Abs(low-sum) > test.accurate*sum {
			t.Errorf("%s: at least %v, simulated %v", test.name, low, sum)
		}
		if constant < low || constant > got.ThrottledRequests*1.01 {
			t.Errorf("%s: constant durations refuse %v, not from %v to %v", test.name, constant, low, got.ThrottledRequests)
		}
	}
}

// unlimited is more than any pool has.
const unlimited = math.MaxInt

// TestSimulatedInit compares the figure with an init time with a simulation. A reservation limits the environments that
// start, too. It is at most 4 % below it, and up to 25 % above it, where the durations of the simulation vary and
// those of the first use do not.
func TestSimulatedInit(t *testing.T) {
	if testing.Short() { // it shares nothing between goroutines, and takes long with the race detector
		t.Skip("a long simulation")
	}
	tests := []struct {
		name     string
		d, i     float64
		shape    []ramp.Point
		safe     float64 // by how much it may be above
		reserved int     // 0 for none
	}{
		{"a step", 0.1, 2, []ramp.Point{{0, 0}, {0, 1000}}, 0.04, 0},
		{"a slow init", 0.25, 3, []ramp.Point{{0, 0}, {0, 800}}, 0.12, 0},
		{"a line", 0.25, 4, []ramp.Point{{0, 50}, {3, 900}}, 0.06, 0},
		{"a step beside a base", 0.5, 2, []ramp.Point{{0, 400}, {0, 1500}}, 0.25, 0},
		{"a short init", 1, 0.2, []ramp.Point{{0, 0}, {0, 3000}}, 0.25, 0},
		{"a full reservation", 0.2, 2, []ramp.Point{{0, 0}, {0, 300}}, 0.04, 100},
		{"a full reservation beside a base", 0.2, 2, []ramp.Point{{0, 300}, {0, 3000}}, 0.06, 1000},
		{"both causes", 0.25, 3, []ramp.Point{{0, 0}, {0, 2000}}, 0.12, 1100},
	}
	random := rand.New(rand.NewPCG(13, 6))
	for _, test := range tests {
		f := rated(function(test.d * 1000))
		f.InitMS = calc.Some(test.i * 1000)
		most := unlimited
		if test.reserved > 0 {
			most, f.Reserved = test.reserved, calc.Some(int64(test.reserved))
		}
		got := of(t, large, f, ramp.Load{Shape: test.shape}, 60)
		sum := 0.0
		const runs = 5
		for range runs {
			sum += simulated(random, test.shape, test.d, test.i, 60, true, int(got.WarmEnvironments), most) / runs
		}
		if got.ThrottledRequests < 0.96*sum || got.ThrottledRequests > (1+test.safe)*sum {
			t.Errorf("%s: %v refused, simulated %v", test.name, got.ThrottledRequests, sum)
		}
	}
}
