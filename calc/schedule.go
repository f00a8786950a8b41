package calc

import (
	"cmp"
	"math"
	"slices"

	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/series"
)

// overTheDay replaces what is served at the peak by the mean over the steps of the day, each of which is a split of its
// own. It does nothing where no function has rates over the day.
func (a Account) overTheDay(o SpillOptions, evenly, randomly []served) {
	at := slices.IndexFunc(a.Functions, func(f Function) bool { return !f.Day.Empty() })
	if at < 0 {
		return
	}
	steps := make([]splitting, a.Functions[at].Day.Len())
	each(len(steps), func(step int) {
		b := a
		b.Functions = slices.Clone(a.Functions)
		for i := range b.Functions {
			if f := &b.Functions[i]; !f.Day.Empty() {
				f.RPS, f.Day = Some(f.Day.At(step)), series.Series{}
			}
		}
		steps[step] = b.spill(SpillOptions{Chance: o.Chance})
	})
	count := float64(len(steps))
	mean := func(i int, of func(row *FunctionSpill) served) (mean served) {
		cold, known := 0.0, true
		for step := range steps {
			row := &steps[step].Functions[i]
			s := of(row)
			mean.provisioned += s.provisioned / count
			mean.onDemand += s.onDemand / count
			share, ok := s.cold.Get()
			cold += share * ratio(row.RPS, a.Functions[i].RPS.Or(0)) / count // of the requests at the peak
			known = known && ok
		}
		if known {
			mean.cold = Some(cold)
		}
		return mean
	}
	for i := range a.Functions {
		evenly[i], randomly[i] = mean(i, (*FunctionSpill).steady), mean(i, (*FunctionSpill).random)
	}
}

// An HourlyLevel is the cheapest provisioned concurrency of one hour by itself.
type HourlyLevel struct {
	// Hour is the hour of the day, UTC, from 0 to 23.
	Hour int `json:"hour"`
	// Provisioned is the provisioned concurrency, units.
	Provisioned int64 `json:"provisioned"`
}

// A Segment is a part of the day with one provisioned concurrency.
type Segment struct {
	// From is the hour at which it begins, UTC, from 0 to 23.
	From int `json:"from"`
	// To is the hour at which it ends, 1 to 24; less than From where it runs over midnight.
	To int `json:"to"`
	// Provisioned is the provisioned concurrency, units.
	Provisioned int64 `json:"provisioned"`
}

// A Schedule is the cheapest way through the day with few levels.
type Schedule struct {
	// Segments are the levels, in the order of the day; never nil.
	Segments []Segment `json:"segments"`
	// TotalMonth is what it costs in a month, the penalty included.
	TotalMonth float64 `json:"total_usd_month"`
	// TotalDay is what it costs in a day.
	TotalDay float64 `json:"total_usd_day"`
	// Commands are the AWS CLI lines that make it; none for a single level. ALIAS stands for the version or alias. An
	// increase begins earlier, by the time in which the units appear. Package advice fills them in.
	Commands []string `json:"commands"`
}

// steps is how many of a number of steps a segment lasts.
func (s Segment) steps(day int) int {
	if s.To > s.From {
		return s.To - s.From
	}
	return day - s.From + s.To
}

// dayOptions bounds a schedule.
type dayOptions struct {
	levels int  // how many in a day at most
	least  int  // steps that one lasts at least
	wrap   bool // the last one may run over midnight
}

// A day is the costs of the steps of a day, by provisioned concurrency.
type day struct {
	cost  func(step int, units int64) float64
	floor []int64 // what the target requires in each step
	most  int64
	slope float64             // of the capacity in a step, see cheapestUnits; 0 where the costs are convex
	seen  []map[int64]float64 // of the costs, by step
	spans map[[2]int]level    // of all ranges so far, by their first step and their length
}

// A level is a provisioned concurrency for some steps, and what it costs.
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

// cheapestUnits finds the units from low to high that cost least, and what they cost. A slope of 0 says that the costs
// are convex: then the least is where they turn, which is sought from a guess. With another slope they are the sum of
// slope x units and of something that falls with the units, but not steadily: then no range of units costs less than
// its least units and what is left at its most, and ranges that could hold something cheaper are halved.
func cheapestUnits(low, high, guess int64, slope float64, cost func(units int64) float64) (best int64, least float64) {
	best = min(high, max(low, fewest(max(low, min(guess, high)), func(n int64) bool {
		return n >= high || n >= low && cost(n+1) >= cost(n)
	}).Or(high)))
	least = cost(best)
	if slope == 0 {
		return best, least
	}
	type span struct {
		low, high int64
		left      float64 // at high, beside the slope
	}
	consider := func(n int64) (left float64) {
		c := cost(n)
		if c < least {
			best, least = n, c
		}
		return c - slope*float64(n)
	}
	consider(low)
	spans := []span{{low, high, consider(high)}}
	for len(spans) > 0 {
		s := spans[len(spans)-1]
		spans = spans[:len(spans)-1]
		if s.high-s.low <= 1 || slope*float64(s.low+1)+s.left >= least*(1-tolerance/1000) {
			continue
		}
		mid := s.low + (s.high-s.low)/2
		spans = append(spans, span{mid, s.high, s.left}, span{s.low, mid, consider(mid)})
	}
	return best, least
}

// level finds the cheapest level of some steps together.
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

// span finds the cheapest level of a range of steps, which may run over midnight.
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

// schedule finds the segments that cost least:
//
//	f_k(j) = min over i of f_{k-1}(i) + w(i, j)
//
// where w(i, j) is what the steps from i to j cost at their best level. With a wrap every step is tried as the first
// one.
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
			// A further level must save something.
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

// cuts returns, for a day that begins at a step, least[k][j], the least cost of its first j steps in k segments, and
// cut[k][j], where the last of these segments begins.
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

// merged joins neighbours of one level, and puts the segments in the order of the day.
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
		list[0].From = list[last].From // over the hour where the day was cut
		list = list[:last]
	}
	if len(list) == 1 {
		list[0].From, list[0].To = 0, steps
	}
	slices.SortFunc(list, func(s, t Segment) int { return s.From - t.From })
	return list
}

// day finds the cheapest levels of the steps, and the cheapest schedule: that of the tier whose bill is the least, see
// cheapest. flat is the cheapest single level.
func (c *costCurve) day(o Sizing, floor []int64, most, flat int64) ([]HourlyLevel, Schedule) {
	rates := c.f.Day.Values
	load := func(rate float64) float64 { return rate * c.f.DurationMS.Or(0) / 1000 }
	parts := float64(len(rates))
	segments := []Segment{{0, len(rates), flat}}
	least := c.weight(flat)
	var levels []HourlyLevel
	chosen := c.chooser()
	for _, price := range c.tiers(CeilUnits(load(c.f.Day.Peak()))) {
		costs := newDay(len(rates), func(step int, units int64) float64 {
			u := chosen.slot(rates[step], units, parts)
			u.units /= parts // of the month, for this step of the day
			return chosen.linear(u, price)
		}, floor, most)
		costs.slope = chosen.slope() / parts
		cut, _ := costs.schedule(dayOptions{levels: cmp.Or(o.Segments, DefaultSegments), least: cmp.Or(o.MinSegment, 1), wrap: o.Wrap})
		u, penalty := c.usageOf(cut)
		if weight := c.bill.totalWith(c.index, u) + penalty; weight < least*(1-tolerance) {
			segments, least = cut, weight
		} else if levels != nil {
			continue
		}
		levels = make([]HourlyLevel, len(rates))
		for step := range rates {
			levels[step] = HourlyLevel{step, costs.level([]int{step}, int64(load(rates[step]))).units}
		}
	}
	u, penalty := c.usageOf(segments)
	s := Schedule{Segments: segments, Commands: []string{}, TotalMonth: c.bill.with(c.index, u).Total.Or(0) + penalty}
	s.TotalDay = s.TotalMonth / (c.bill.o.Hours / quantity.HoursPerDay)
	return levels, s
}

// usageOf is what the function uses in the month with a schedule, and the penalty.
func (c *costCurve) usageOf(segments []Segment) (sum usage, penalty float64) {
	day := c.f.Day
	parts := float64(day.Len())
	for i, s := range segments {
		for k := range s.steps(day.Len()) {
			u := c.slot(day.At(s.From+k), s.Provisioned, parts)
			penalty += c.penalty * u.onDemand
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
