package calc

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// randomDay is a day of costs: capacity that is paid, and what spills. They are
// convex, with a slope of 0, or bent by the rate limit of brief requests.
func randomDay(random *rand.Rand, hours int) (cost func(hour int, units int64) float64, floor []int64, most int64, slope float64) {
	loads := make([]float64, hours)
	floor = make([]int64, hours)
	for i := range loads {
		loads[i] = random.Float64() * 30
		if random.IntN(3) == 0 {
			floor[i] = int64(random.IntN(12))
		}
	}
	price, seconds := 0.3+random.Float64(), 1.0
	if random.IntN(2) == 0 {
		slope, seconds = price, 0.05+0.05*random.Float64()
	}
	return func(hour int, units int64) float64 {
		t := traffic{rate: loads[hour] / seconds, seconds: seconds, peakedness: 1}
		return price*float64(units) + 1.5*loads[hour]*t.loss(Provisioned(units))
	}, floor, int64(20 + random.IntN(30)), slope
}

// TestScheduleBruteForce compares with all sets of cuts, and all levels.
func TestScheduleBruteForce(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 5))
	for round := range 40 {
		hours := 5 + random.IntN(8)
		cost, floor, most, slope := randomDay(random, hours)
		for levels := 1; levels <= 3; levels++ {
			for _, least := range []int{1, 2} {
				for _, wrap := range []bool{false, true} {
					d := newDay(hours, cost, floor, most)
					d.slope = slope
					segments, got := d.schedule(dayOptions{levels, least, wrap})
					want := bruteForce(hours, cost, floor, most, levels, least, wrap)
					name := fmt.Sprintf("round %d, %d hours, %d levels, %d at least, wrap %v", round, hours, levels, least, wrap)
					if math.Abs(got-want) > 1e-9*want {
						t.Errorf("%s: %v costs %v, the best %v", name, segments, got, want)
					}
					checkSegments(t, name, segments, hours, levels, wrap, got, cost, floor, most)
				}
			}
		}
	}
}

// TestCheapestUnits compares with all units, where costs fall by steps.
func TestCheapestUnits(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 11))
	for range 2000 {
		low, count := int64(random.IntN(5)), 1+random.IntN(200)
		slope := 0.1 + random.Float64()
		costs := make([]float64, count)
		left := 100 * random.Float64()
		best, least := int64(0), math.Inf(1)
		for i := range costs {
			if random.IntN(4) == 0 {
				left *= random.Float64()
			}
			costs[i] = slope*float64(i) + left
			if costs[i] < least {
				best, least = low+int64(i), costs[i]
			}
		}
		n, got := cheapestUnits(low, low+int64(count)-1, int64(random.IntN(300)), slope, func(n int64) float64 { return costs[n-low] })
		if math.Abs(got-least) > 1e-9*least {
			t.Fatalf("from %d, %v: %d for %v, the best %d for %v", low, costs, n, got, best, least)
		}
	}
}

// checkSegments: the segments cover the day once, meet the floor, and cost what
// is said.
func checkSegments(t *testing.T, name string, segments []Segment, hours, levels int, wrap bool, want float64, cost func(int, int64) float64, floor []int64, most int64) {
	t.Helper()
	covered := make([]int, hours)
	sum := 0.0
	for _, s := range segments {
		to := s.To
		if to <= s.From {
			if !wrap {
				t.Errorf("%s: %+v runs over midnight", name, s)
			}
			to += hours
		}
		for hour := s.From; hour < to; hour++ {
			covered[hour%hours]++
			sum += cost(hour%hours, s.Provisioned)
			if s.Provisioned < min(floor[hour%hours], most) {
				t.Errorf("%s: %+v is below the floor %v", name, s, floor)
			}
		}
	}
	for _, n := range covered {
		if n != 1 {
			t.Errorf("%s: %v covers the hours %v times", name, segments, covered)
			break
		}
	}
	if len(segments) > levels || math.Abs(sum-want) > 1e-9*want {
		t.Errorf("%s: %v costs %v, not %v", name, segments, sum, want)
	}
}

// bruteForce tries every set of cuts, and every level between them.
func bruteForce(hours int, cost func(int, int64) float64, floor []int64, most int64, levels, least int, wrap bool) float64 {
	level := func(from, to int) float64 {
		best := math.Inf(1)
		for n := range most + 1 {
			sum := 0.0
			for hour := from; hour < to; hour++ {
				if n < min(floor[hour%hours], most) {
					sum = math.Inf(1)
				}
				sum += cost(hour%hours, n)
			}
			best = math.Min(best, sum)
		}
		return best
	}
	memo := map[[2]int]float64{}
	span := func(from, to int) float64 {
		key := [2]int{from, to}
		if _, ok := memo[key]; !ok {
			memo[key] = level(from, to)
		}
		return memo[key]
	}
	best := math.Inf(1)
	var walk func(start, at, left int, sum float64)
	walk = func(start, at, left int, sum float64) {
		end := start + hours
		if at == end {
			best = math.Min(best, sum)
			return
		}
		if left == 0 {
			return
		}
		for to := at + least; to <= end; to++ {
			walk(start, to, left-1, sum+span(at, to))
		}
	}
	starts := 1
	if wrap {
		starts = hours
	}
	for start := range starts {
		walk(start, start, levels, 0)
	}
	return best
}

// BenchmarkYear finds the cheapest level of each of the 8,760 hours of a year.
func BenchmarkYear(b *testing.B) {
	const hours = 8760
	cost := func(hour int, units int64) float64 {
		load := 60 + 50*math.Sin(float64(hour)/24*2*math.Pi) + float64(hour%7)
		t := traffic{rate: load, seconds: 1, peakedness: 1}
		return 4.1667*float64(units) + 6.9445*load*t.loss(Provisioned(units))
	}
	for b.Loop() {
		d := newDay(hours, cost, make([]int64, hours), 1000)
		for hour := range hours {
			d.level([]int{hour}, 60)
		}
	}
}

// BenchmarkDay finds the cheapest day of three levels that may run over midnight.
func BenchmarkDay(b *testing.B) {
	cost := func(hour int, units int64) float64 {
		load := 60 + 50*math.Sin(float64(hour)/24*2*math.Pi)
		t := traffic{rate: load, seconds: 1, peakedness: 1}
		return 4.1667*float64(units) + 6.9445*load*t.loss(Provisioned(units))
	}
	for b.Loop() {
		newDay(24, cost, make([]int64, 24), 1000).schedule(dayOptions{3, 1, true})
	}
}
