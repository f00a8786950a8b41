package calc

import (
	"fmt"
	"math"
	"slices"
)

// overTheDay replaces what is served at the peak by the mean over the hours of the
// day, each of which is a split of its own.
func (a Account) overTheDay(o SpillOptions, evenly, randomly []served) {
	hours := make([]SpillResult, HoursPerDay)
	each(HoursPerDay, func(hour int) {
		b := a
		b.Functions = slices.Clone(a.Functions)
		for i := range b.Functions {
			if f := &b.Functions[i]; len(f.HourlyRPS) > 0 {
				f.RPS, f.HourlyRPS = Some(f.HourlyRPS[hour]), nil
			}
		}
		hours[hour] = b.spill(SpillOptions{Chance: o.Chance})
	})
	mean := func(i int, of func(row *FunctionSpill) served) (mean served) {
		cold, known := 0.0, true
		for hour := range hours {
			row := &hours[hour].Functions[i]
			s := of(row)
			mean.provisioned += s.provisioned / HoursPerDay
			mean.onDemand += s.onDemand / HoursPerDay
			share, ok := s.cold.Get()
			cold += share * ratio(row.RPS, a.Functions[i].RPS.Or(0)) / HoursPerDay // of the requests at the peak
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
	// From is the hour that it begins, UTC, from 0 to 23.
	From int `json:"from"`
	// To is the hour that it ends, 1 to 24; less than From where it runs over
	// midnight.
	To int `json:"to"`
	// Provisioned is the provisioned concurrency, units.
	Provisioned int64 `json:"provisioned"`
}

// A Schedule is the cheapest way through the day with few levels.
type Schedule struct {
	// Segments are the levels, in the order of the day; never nil.
	Segments []Segment `json:"segments"`
	// TotalMonth is what it costs in a month, the penalty among it.
	TotalMonth float64 `json:"total_usd_month"`
	// TotalDay is what it costs in a day.
	TotalDay float64 `json:"total_usd_day"`
	// Commands are the AWS CLI lines that make it; none for a single level.
	// ALIAS stands for the version or alias. An increase begins earlier, by the
	// time in which the units appear.
	Commands []string `json:"commands"`
}

// dayOptions bounds a schedule.
type dayOptions struct {
	levels int  // at most so many in a day
	least  int  // hours that one lasts at least
	wrap   bool // the last one may run over midnight
}

// A day is the costs of the hours, by provisioned concurrency.
type day struct {
	cost  func(hour int, units int64) float64
	floor []int64 // what the target requires in each hour
	most  int64
	slope float64             // of the capacity in an hour, see cheapestUnits; 0 where the costs are convex
	seen  []map[int64]float64 // of the costs, by hour
}

func newDay(hours int, cost func(hour int, units int64) float64, floor []int64, most int64) *day {
	d := &day{cost: cost, floor: floor, most: most, seen: make([]map[int64]float64, hours)}
	for i := range d.seen {
		d.seen[i] = map[int64]float64{}
	}
	return d
}

func (d *day) at(hour int, units int64) float64 {
	x, ok := d.seen[hour][units]
	if !ok {
		x = d.cost(hour, units)
		d.seen[hour][units] = x
	}
	return x
}

// cheapestUnits finds the units from low to high that cost least, and what they
// cost. A slope of 0 says that the costs are convex: then the least is where they
// turn, which is sought from a guess. With another slope they are the sum of slope
// units and of something that falls with the units, but not steadily: then no range of units costs less than its least units and what is left
// at its most, and ranges that could hold something cheaper are halved.
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

// level finds the cheapest level of some hours together, and what it costs.
func (d *day) level(hours []int, guess int64) (units int64, cost float64) {
	total := func(n int64) (sum float64) {
		for _, hour := range hours {
			sum += d.at(hour, n)
		}
		return sum
	}
	var floor int64
	for _, hour := range hours {
		floor = max(floor, d.floor[hour])
	}
	floor = min(floor, d.most)
	return cheapestUnits(floor, d.most, guess, d.slope*float64(len(hours)), total)
}

// schedule finds the segments that cost least:
//
//	f_k(j) = min over i of f_{k-1}(i) + w(i, j)
//
// where w(i, j) is what the hours from i to j cost at their best level. With a
// wrap every hour is tried as the first one.
func (d *day) schedule(o dayOptions) (best []Segment, cost float64) {
	n := len(d.seen)
	cost = math.Inf(1)
	starts := 1
	if o.wrap {
		starts = n
	}
	// The levels of all ranges, as they are met; ranges over midnight only with
	// a wrap.
	type span struct {
		units int64
		cost  float64
	}
	spans := map[[2]int]span{}
	width := func(from, hours int) span {
		key := [2]int{from % n, hours}
		s, ok := spans[key]
		if !ok {
			list := make([]int, hours)
			for i := range list {
				list[i] = (from + i) % n
			}
			guess := int64(0)
			if before, ok := spans[[2]int{from % n, hours - 1}]; ok {
				guess = before.units
			}
			s.units, s.cost = d.level(list, guess)
			spans[key] = s
		}
		return s
	}
	for start := range starts {
		// least[k][j] is the least cost of the first j hours in k segments.
		least := make([][]float64, o.levels+1)
		cut := make([][]int, o.levels+1)
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
					if c := least[k-1][i] + width(start+i, j-i).cost; c < least[k][j] {
						least[k][j], cut[k][j] = c, i
					}
				}
			}
		}
		for k := 1; k <= o.levels; k++ {
			// A further level must save something.
			if !(least[k][n] < cost*(1-tolerance)) {
				continue
			}
			cost, best = least[k][n], nil
			for j, left := n, k; j > 0; left-- {
				i := cut[left][j]
				best = append(best, Segment{From: (start + i) % n, To: (start+j-1)%n + 1, Provisioned: width(start+i, j-i).units})
				j = i
			}
			slices.Reverse(best)
		}
	}
	return merged(best, n, o.wrap), cost
}

// merged joins neighbours of one level, and puts the segments in the order of the
// day.
func merged(segments []Segment, hours int, wrap bool) []Segment {
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
		list[0].From, list[0].To = 0, hours
	}
	slices.SortFunc(list, func(s, t Segment) int { return s.From - t.From })
	return list
}

// hours is how long a segment lasts.
func (s Segment) hours() int {
	if s.To > s.From {
		return s.To - s.From
	}
	return HoursPerDay - s.From + s.To
}

// day finds the cheapest levels of the hours, and the cheapest schedule: that of
// the tier whose bill is the least, see cheapest. flat is the cheapest single level.
func (c *costCurve) day(o PlanOptions, floor []int64, most, flat int64) ([]HourlyLevel, Schedule) {
	rates := c.f.HourlyRPS
	segments := []Segment{{0, HoursPerDay, flat}}
	least := c.weight(flat)
	var levels []HourlyLevel
	peak := slices.Max(rates) * c.f.DurationMS.Or(0) / 1000
	chosen := c.chooser()
	for _, price := range c.tiers(CeilUnits(peak)) {
		costs := newDay(len(rates), func(hour int, units int64) float64 {
			u := chosen.slot(rates[hour], units, HoursPerDay)
			u.units /= HoursPerDay // of the month, for this hour of the day
			return chosen.linear(u, price)
		}, floor, most)
		costs.slope = chosen.slope() / HoursPerDay
		cut, _ := costs.schedule(dayOptions{levels: o.Segments.Or(DefaultSegments), least: o.MinSegment.Or(1), wrap: o.Wrap})
		u, penalty := c.usageOf(cut)
		if weight := c.bill.totalWith(c.index, u) + penalty; weight < least*(1-tolerance) {
			segments, least = cut, weight
		} else if levels != nil {
			continue
		}
		levels = make([]HourlyLevel, len(rates))
		for hour := range rates {
			n, _ := costs.level([]int{hour}, int64(rates[hour]*c.f.DurationMS.Or(0)/1000))
			levels[hour] = HourlyLevel{hour, n}
		}
	}
	s := Schedule{Segments: segments, Commands: []string{}}
	if len(segments) > 1 { // one level is no schedule
		s.Commands = c.account.commands(c.f, segments)
	}
	u, penalty := c.usageOf(segments)
	s.TotalMonth = c.bill.with(c.index, u).Total.Or(0) + penalty
	s.TotalDay = s.TotalMonth / (c.bill.o.Hours / HoursPerDay)
	return levels, s
}

// usageOf is what the function uses in the month with a schedule, and the
// penalty.
func (c *costCurve) usageOf(segments []Segment) (sum usage, penalty float64) {
	for i, s := range segments {
		for k := range s.hours() {
			u := c.slot(c.f.HourlyRPS[(s.From+k)%HoursPerDay], s.Provisioned, HoursPerDay)
			penalty += c.penalty * u.onDemand
			if i == 0 && k == 0 {
				sum = u
				sum.units, sum.busy = 0, 0
				sum.provisioned, sum.onDemand, sum.cold = 0, 0, Optional[float64]{}
			}
			sum.units += u.units / HoursPerDay
			sum.busy += u.busy / HoursPerDay
			sum.provisioned += u.provisioned
			sum.onDemand += u.onDemand
			if x, ok := u.cold.Get(); ok {
				sum.cold = Some(sum.cold.Or(0) + x)
			}
		}
	}
	return sum, penalty
}

// commands are the AWS CLI lines that make a schedule, which repeats every day.
func (a Account) commands(f *Function, segments []Segment) []string {
	name := shellQuoted(f.Name)
	resource := "--service-namespace lambda --resource-id function:" + name + ":ALIAS --scalable-dimension lambda:function:ProvisionedConcurrency"
	low, high := segments[0].Provisioned, segments[0].Provisioned
	for _, s := range segments {
		low, high = min(low, s.Provisioned), max(high, s.Provisioned)
	}
	list := []string{a.command(fmt.Sprintf("aws application-autoscaling register-scalable-target %s --min-capacity %d --max-capacity %d", resource, low, high))}
	for i, s := range segments {
		before := segments[(i+len(segments)-1)%len(segments)].Provisioned
		if s.Provisioned == before {
			continue // over midnight
		}
		minute := s.From * 60
		if s.Provisioned > before {
			minute -= ProvisioningDelayMinutes + int(math.Ceil(float64(s.Provisioned)/ProvisioningPerMinute))
		}
		minute = (minute + HoursPerDay*60) % (HoursPerDay * 60)
		list = append(list, a.command(fmt.Sprintf(
			"aws application-autoscaling put-scheduled-action %s --scheduled-action-name from-%02d --schedule 'cron(%d %d * * ? *)' --scalable-target-action MinCapacity=%d,MaxCapacity=%d",
			resource, s.From, minute%60, minute/60, s.Provisioned, s.Provisioned)))
	}
	return list
}
