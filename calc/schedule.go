package calc

import (
	"cmp"
	"math"
	"slices"

	"github.com/lambdacap/lambdacap/calc/quantity"
)

// An HourlyLevel is the cheapest provisioned concurrency for one hour on its own.
type HourlyLevel struct {
	// Hour is the hour of the day, from 0 to 23, in the account's time zone.
	Hour int `json:"hour"`
	// Provisioned is the provisioned concurrency, units.
	Provisioned int64 `json:"provisioned"`
}

// A Segment is a part of the day with one level of provisioned concurrency.
type Segment struct {
	// From is the hour at which the segment starts, from 0 to 23, in the account's time zone.
	From int `json:"from"`
	// To is the hour at which the segment ends, 1 to 24; it is less than From if the segment crosses midnight.
	To int `json:"to"`
	// Provisioned is the provisioned concurrency, units.
	Provisioned int64 `json:"provisioned"`
}

// A Schedule is the cheapest way to cover the day with few levels.
type Schedule struct {
	// Segments are the levels, in order of the day; never nil.
	Segments []Segment `json:"segments"`
	// TotalMonth is the monthly cost, including the penalty.
	TotalMonth float64 `json:"total_usd_month"`
	// TotalDay is the daily cost.
	TotalDay float64 `json:"total_usd_day"`
	// SpilloverRatio is the share of the served requests that are served on demand, 0 to 1.
	SpilloverRatio float64 `json:"spillover_ratio"`
	// Commands are the AWS CLI commands that create the schedule; empty for a single level. They contain ALIAS in place of
	// the version or alias. Increases start early enough for the units to be ready in time. Package advice fills in the
	// commands.
	Commands []string `json:"commands"`
}

// steps returns how many steps the segment lasts in a day of the given number of steps.
func (s Segment) steps(day int) int {
	if s.To > s.From {
		return s.To - s.From
	}
	return day - s.From + s.To
}

// peakLevel returns the highest level of a schedule, units.
func peakLevel(segments []Segment) (most int64) {
	for _, s := range segments {
		most = max(most, s.Provisioned)
	}
	return most
}

// dayOptions limits a schedule.
type dayOptions struct {
	levels int  // maximum number of levels in a day
	least  int  // minimum number of steps in a level
	wrap   bool // the last level may continue past midnight
}

// A day holds the cost of each step of a day, by provisioned concurrency.
type day struct {
	cost  func(step int, units int64) float64
	floor []int64 // units that the target requires in each step
	most  int64
	slope float64             // cost of a unit of capacity in a step, see cheapestUnits; 0 if the costs are convex
	seen  []map[int64]float64 // costs computed so far, by step and units
	spans map[[2]int]level    // levels computed so far, by first step and length
}

// A level is a provisioned concurrency for some steps, and its cost.
type level struct {
	units int64
	cost  float64
}

func newDay(steps int, cost func(step int, units int64) float64, floor []int64, most int64) *day {
	d := &day{cost: cost, floor: floor, most: most, seen: make([]map[int64]float64, steps), spans: map[[2]int]level{}}
	for i := range d.seen {
		d.seen[i] = map[int64]float64{}
	}
	return d
}

func (d *day) at(step int, units int64) float64 {
	x, ok := d.seen[step][units]
	if !ok {
		x = d.cost(step, units)
		d.seen[step][units] = x
	}
	return x
}

// cheapestUnits finds the cheapest number of units from low to high, and its cost.
//
// A slope of 0 means that the costs are convex. The minimum is then where they turn, and the search for it starts at
// the guess. With any other slope, the cost is slope x units plus a part that falls with the units, but not smoothly. A
// range then costs at least slope x its lowest number of units plus that part at its highest number. The search bisects
// the ranges that could contain something cheaper.
func cheapestUnits(low, high, guess int64, slope float64, cost func(units int64) float64) (best int64, least float64) {
	best = min(high, max(low, fewestUnits(max(low, min(guess, high)), func(n int64) bool {
		return n >= high || n >= low && cost(n+1) >= cost(n)
	}).Or(high)))
	least = cost(best)
	if slope == 0 {
		return best, least
	}
	type span struct {
		low, high int64
		left      float64 // cost at high without slope x units
	}
	consider := func(n int64) (left float64) {
		c := cost(n)
		if c < least {
			best, least = n, c
		}
		return c - float64(slope*float64(n))
	}
	consider(low)
	spans := []span{{low, high, consider(high)}}
	for len(spans) > 0 {
		s := spans[len(spans)-1]
		spans = spans[:len(spans)-1]
		if s.high-s.low <= 1 || float64(slope*float64(s.low+1))+s.left >= least*(1-tolerance/1000) {
			continue
		}
		mid := s.low + (s.high-s.low)/2
		spans = append(spans, span{mid, s.high, s.left}, span{s.low, mid, consider(mid)})
	}
	return best, least
}

// level finds the cheapest single level for a set of steps.
func (d *day) level(steps []int, guess int64) (l level) {
	total := func(n int64) (sum float64) {
		for _, step := range steps {
			sum += d.at(step, n)
		}
		return sum
	}
	var floor int64
	for _, step := range steps {
		floor = max(floor, d.floor[step])
	}
	floor = min(floor, d.most)
	l.units, l.cost = cheapestUnits(floor, d.most, guess, d.slope*float64(len(steps)), total)
	return l
}

// span finds the cheapest level for a range of steps, which may cross midnight.
func (d *day) span(from, length int) level {
	n := len(d.seen)
	key := [2]int{from % n, length}
	if l, ok := d.spans[key]; ok {
		return l
	}
	steps := make([]int, length)
	for i := range steps {
		steps[i] = (from + i) % n
	}
	d.spans[key] = d.level(steps, d.spans[[2]int{from % n, length - 1}].units)
	return d.spans[key]
}

// schedule finds the cheapest segments:
//
//	f_k(j) = min over i of f_{k-1}(i) + w(i, j)
//
// where w(i, j) is the cost of the steps from i to j at their best level. With wrap, every step is tried as the first.
func (d *day) schedule(o dayOptions) (best []Segment, cost float64) {
	n := len(d.seen)
	cost = math.Inf(1)
	starts := 1
	if o.wrap {
		starts = n
	}
	for start := range starts {
		least, cut := d.cuts(start, o)
		for k := 1; k <= o.levels; k++ {
			// An additional level must save something.
			if !(least[k][n] < cost*(1-tolerance)) {
				continue
			}
			cost, best = least[k][n], nil
			for j, left := n, k; j > 0; left-- {
				i := cut[left][j]
				best = append(best, Segment{From: (start + i) % n, To: (start+j-1)%n + 1, Provisioned: d.span(start+i, j-i).units})
				j = i
			}
			slices.Reverse(best)
		}
	}
	return merged(best, n, o.wrap), cost
}

// cuts returns two tables for a day that starts at the step start: least[k][j] is the lowest cost of its first j steps
// in k segments, and cut[k][j] is where the last of these segments starts.
func (d *day) cuts(start int, o dayOptions) (least [][]float64, cut [][]int) {
	n := len(d.seen)
	least, cut = make([][]float64, o.levels+1), make([][]int, o.levels+1)
	for k := range least {
		least[k], cut[k] = make([]float64, n+1), make([]int, n+1)
		for j := range least[k] {
			least[k][j] = math.Inf(1)
		}
	}
	least[0][0] = 0
	for k := 1; k <= o.levels; k++ {
		for j := o.least; j <= n; j++ {
			for i := 0; i <= j-o.least; i++ {
				if math.IsInf(least[k-1][i], 1) {
					continue
				}
				if c := least[k-1][i] + d.span(start+i, j-i).cost; c < least[k][j] {
					least[k][j], cut[k][j] = c, i
				}
			}
		}
	}
	return least, cut
}

// merged joins adjacent segments with the same level, and sorts the segments by time of day.
func merged(segments []Segment, steps int, wrap bool) []Segment {
	var list []Segment
	for _, s := range segments {
		if last := len(list) - 1; last >= 0 && list[last].Provisioned == s.Provisioned {
			list[last].To = s.To
			continue
		}
		list = append(list, s)
	}
	if last := len(list) - 1; last > 0 && list[last].Provisioned == list[0].Provisioned && wrap {
		list[0].From = list[last].From // joins across the hour at which the day was cut
		list = list[:last]
	}
	if len(list) == 1 {
		list[0].From, list[0].To = 0, steps
	}
	slices.SortFunc(list, func(s, t Segment) int { return s.From - t.From })
	return list
}

// day finds the cheapest level for each step, and the cheapest schedule: the one of the price tier with the lowest
// bill, see cheapest. flat is the cheapest single level.
func (c *costCurve) day(o Sizing, floor []int64, most, flat int64) (levels []HourlyLevel, segments []Segment) {
	rates := c.f.Day.Values
	load := func(rate float64) float64 { return rate * c.f.DurationMS.Or(0) / 1000 }
	parts := float64(len(rates))
	segments = []Segment{{0, len(rates), flat}}
	least := c.accountCost(flat)
	chosen := c.selectionCurve()
	for _, price := range c.tiers(CeilUnits(load(c.f.Day.Peak()))) {
		costs := newDay(len(rates), func(step int, units int64) float64 {
			u := chosen.slot(rates[step], units, parts)
			u.units /= parts // this step's share of the month
			return chosen.linearCost(u, price)
		}, floor, most)
		costs.slope = chosen.slope() / parts
		cut, _ := costs.schedule(dayOptions{
			levels: cmp.Or(o.Segments, DefaultSegments),
			least:  cmp.Or(o.MinSegment, 1),
			wrap:   o.Wrap,
		})
		u, penalty := c.usageOf(cut)
		if total := c.bill.totalWith(c.index, u) + penalty; total < least*(1-tolerance) {
			segments, least = cut, total
		} else if levels != nil {
			continue
		}
		levels = make([]HourlyLevel, len(rates))
		for step := range rates {
			levels[step] = HourlyLevel{step, costs.level([]int{step}, int64(load(rates[step]))).units}
		}
	}
	return levels, segments
}

// schedule prices the segments of a day.
func (c *costCurve) schedule(segments []Segment) Schedule {
	u, penalty := c.usageOf(segments)
	s := Schedule{Segments: segments, Commands: []string{}, TotalMonth: c.bill.costWith(c.index, u).Total.Or(0) + penalty}
	s.TotalDay = s.TotalMonth / (c.bill.o.Hours / quantity.HoursPerDay)
	if served := u.provisioned + u.onDemand; served > 0 {
		s.SpilloverRatio = u.onDemand / served
	}
	return s
}

// usageOf returns the function's monthly usage and penalty with a schedule.
func (c *costCurve) usageOf(segments []Segment) (sum usage, penalty float64) {
	day := c.f.Day
	parts := float64(day.Len())
	for i, s := range segments {
		for k := range s.steps(day.Len()) {
			u := c.slot(day.At(s.From+k), s.Provisioned, parts)
			penalty += float64(c.penalty * u.onDemand)
			if i == 0 && k == 0 {
				sum = u
				sum.units, sum.busy = 0, 0
				sum.provisioned, sum.onDemand, sum.cold = 0, 0, Optional[float64]{}
			}
			sum.units += u.units / parts
			sum.busy += u.busy / parts
			sum.provisioned += u.provisioned
			sum.onDemand += u.onDemand
			if x, ok := u.cold.Get(); ok {
				sum.cold = Some(sum.cold.Or(0) + x)
			}
		}
	}
	return sum, penalty
}
