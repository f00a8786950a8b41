package calc

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// A randomDay is a day of costs: paid capacity, and what spills. The costs are convex, with a slope of 0, or bent by
// the rate limit of brief requests.
type randomDay struct {
	hours int
	cost  func(hour int, units int64) float64
	floor []int64
	most  int64
	slope float64
}

func newRandomDay(random *rand.Rand) randomDay {
	d := randomDay{hours: 5 + random.IntN(8)}
	loads := make([]float64, d.hours)
	d.floor = make([]int64, d.hours)
	for i := range loads {
		loads[i] = random.Float64() * 30
		if random.IntN(3) == 0 {
			d.floor[i] = int64(random.IntN(12))
		}
	}
	price, seconds := 0.3+random.Float64(), 1.0
	if random.IntN(2) == 0 {
		d.slope, seconds = price, 0.05+0.05*random.Float64()
	}
	d.cost = func(hour int, units int64) float64 {
		t := traffic{rate: loads[hour] / seconds, seconds: seconds, peakedness: 1}
		return price*float64(units) + 1.5*loads[hour]*t.loss(Provisioned(units))
	}
	d.most = int64(20 + random.IntN(30))
	return d
}

// floorAt is the fewest units that an hour may have.
func (r randomDay) floorAt(hour int) int64 { return min(r.floor[hour%r.hours], r.most) }

// TestScheduleBruteForce compares with all sets of cuts, and all levels.
func TestScheduleBruteForce(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 5))
	for round := range 40 {
		r := newRandomDay(random)
		for levels := 1; levels <= 3; levels++ {
			for _, least := range []int{1, 2} {
				for _, wrap := range []bool{false, true} {
					o := dayOptions{levels, least, wrap}
					d := newDay(r.hours, r.cost, r.floor, r.most)
					d.slope = r.slope
					segments, got := d.schedule(o)
					want := r.bruteForce(o)
					name := fmt.Sprintf("round %d, %d hours, %d levels, %d at least, wrap %v",
						round, r.hours, levels, least, wrap)
					if math.Abs(got-want) > 1e-9*want {
						t.Errorf("%s: %v costs %v, the best %v", name, segments, got, want)
					}
					r.checkSegments(t, name, segments, o, got)
				}
			}
		}
	}
}

// checkSegments checks that the segments cover the day once, are not below the floor, and cost what is reported.
func (r randomDay) checkSegments(t *testing.T, name string, segments []Segment, o dayOptions, want float64) {
	t.Helper()
	covered := make([]int, r.hours)
	sum := 0.0
	for _, s := range segments {
		to := s.To
		if to <= s.From {
			if !o.wrap {
				t.Errorf("%s: %+v runs over midnight", name, s)
			}
			to += r.hours
		}
		for hour := s.From; hour < to; hour++ {
			covered[hour%r.hours]++
			sum += r.cost(hour%r.hours, s.Provisioned)
			if s.Provisioned < r.floorAt(hour) {
				t.Errorf("%s: %+v is below the floor %v", name, s, r.floor)
			}
		}
	}
	for _, n := range covered {
		if n != 1 {
			t.Errorf("%s: %v covers the hours %v times", name, segments, covered)
			break
		}
	}
	if len(segments) > o.levels || math.Abs(sum-want) > 1e-9*want {
		t.Errorf("%s: %v costs %v, not %v", name, segments, sum, want)
	}
}

// bruteForce returns the lowest cost over every set of cuts, and every level between them.
func (r randomDay) bruteForce(o dayOptions) float64 {
	spans := map[[2]int]float64{}
	span := func(from, to int) float64 {
		key := [2]int{from, to}
		if _, ok := spans[key]; !ok {
			spans[key] = r.bestLevel(from, to)
		}
		return spans[key]
	}
	best := math.Inf(1)
	var walk func(start, at, left int, sum float64)
	walk = func(start, at, left int, sum float64) {
		end := start + r.hours
		if at == end {
			best = math.Min(best, sum)
			return
		}
		if left == 0 {
			return
		}
		for to := at + o.least; to <= end; to++ {
			walk(start, to, left-1, sum+span(at, to))
		}
	}
	starts := 1
	if o.wrap {
		starts = r.hours
	}
	for start := range starts {
		walk(start, start, o.levels, 0)
	}
	return best
}

// bestLevel returns the lowest cost of a range of hours with a single level.
func (r randomDay) bestLevel(from, to int) float64 {
	best := math.Inf(1)
	for n := range r.most + 1 {
		sum := 0.0
		for hour := from; hour < to; hour++ {
			if n < r.floorAt(hour) {
				sum = math.Inf(1)
			}
			sum += r.cost(hour%r.hours, n)
		}
		best = math.Min(best, sum)
	}
	return best
}

// TestCheapestUnits compares with all numbers of units, where costs fall in steps.
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
		cost := func(n int64) float64 { return costs[n-low] }
		n, got := cheapestUnits(low, low+int64(count)-1, int64(random.IntN(300)), slope, cost)
		if math.Abs(got-least) > 1e-9*least {
			t.Fatalf("from %d, %v: %d for %v, the best %d for %v", low, costs, n, got, best, least)
		}
	}
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

// BenchmarkDay finds the cheapest day with three levels that may continue past midnight.
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
