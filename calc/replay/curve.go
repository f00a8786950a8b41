package replay

import (
	"math"

	"github.com/lambdacap/lambdacap/calc"
)

// A curve is what a function does over time, column by column.
type curve struct {
	first   int // the number of the first column
	columnS float64
	columns []column
}

// A column is a time of a curve: the highest of all but provisioned concurrency, which is the lowest.
type column struct{ busy, provisioned, spill, refused float64 }

// newCurve returns the columns that a time touches.
func newCurve(columnS, from, to float64) *curve {
	c := &curve{first: int(math.Floor(from / columnS)), columnS: columnS}
	c.columns = make([]column, max(1, int(math.Ceil(to/columnS))-c.first))
	for i := range c.columns {
		c.columns[i].provisioned = math.Inf(1)
	}
	return c
}

// add adds a time in which nothing changes.
func (c *curve) add(from, to, busy, provisioned, spill, refused float64) {
	first := max(0, int(math.Floor(from/c.columnS))-c.first)
	for i := first; i < len(c.columns) && float64(float64(c.first+i)*c.columnS) < to; i++ {
		c.columns[i].add(column{busy, provisioned, spill, refused})
	}
}

func (c *column) add(d column) {
	c.busy = math.Max(c.busy, d.busy)
	c.provisioned = math.Min(c.provisioned, d.provisioned)
	c.spill = math.Max(c.spill, d.spill)
	c.refused = math.Max(c.refused, d.refused)
}

// join adds the curve of the time that follows, and returns the sum.
func (c *curve) join(next *curve) *curve {
	if c == nil || next == nil {
		return next
	}
	for i, d := range next.columns {
		if at := next.first - c.first + i; at < len(c.columns) {
			c.columns[at].add(d)
		} else {
			c.columns = append(c.columns, d)
		}
	}
	return c
}

// result returns the curve for people.
func (c *curve) result() *Curve {
	if c == nil {
		return nil
	}
	n := len(c.columns)
	r := &Curve{ColumnS: c.columnS, Busy: make([]float64, n), Provisioned: make([]float64, n),
		SpilloverRPS: make([]float64, n), ThrottledRPS: make([]float64, n)}
	for i, d := range c.columns {
		if math.IsInf(d.provisioned, 1) { // a time that is left out
			d.provisioned = 0
		}
		r.Busy[i], r.Provisioned[i], r.SpilloverRPS[i], r.ThrottledRPS[i] = d.busy, d.provisioned, d.spill, d.refused
	}
	return r
}

// A minute is a step of a function. Its pieces are added up.
type minute struct {
	starts, seconds                                      float64
	step                                                 step
	units, busy, provisioned, onDemand, throttled, queue float64 // times seconds
}

// minute adds a piece to the step that it is a part of.
func (s *sums) minute(p *piece, busy float64) {
	n := len(s.minutes)
	if n == 0 || s.minutes[n-1].starts != p.starts {
		s.minutes = append(s.minutes, minute{starts: p.starts, step: p.step})
		n++
	}
	m, seconds := &s.minutes[n-1], p.to-p.from
	m.seconds += seconds
	m.units += float64(float64(p.units) * seconds)
	m.busy += float64(busy * seconds)
	m.provisioned += float64(p.parts.ProvisionedRPS * seconds)
	m.onDemand += float64(p.parts.OnDemandRPS * seconds)
	m.throttled += float64(p.parts.ThrottledRPS * seconds)
	m.queue += float64(p.parts.QueuedRPS * seconds)
}

// joinMinutes adds the steps that follow. The first of them may continue the last one.
func (s *sums) joinMinutes(next []minute) {
	if n := len(s.minutes); n > 0 && len(next) > 0 && s.minutes[n-1].starts == next[0].starts {
		m, x := &s.minutes[n-1], next[0]
		m.seconds += x.seconds
		m.units += x.units
		m.busy += x.busy
		m.provisioned += x.provisioned
		m.onDemand += x.onDemand
		m.throttled += x.throttled
		m.queue += x.queue
		next = next[1:]
	}
	s.minutes = append(s.minutes, next...)
}

// minutes returns every step of every function that has traffic.
func (r *run) minutes() (list []Minute) {
	for i := range r.totals {
		t := r.of[i]
		if t == nil {
			continue
		}
		for _, m := range r.totals[i].minutes {
			row := Minute{Function: r.account.Functions[i].Name, Time: r.time(m.starts), RPS: m.step.rps,
				Provisioned: m.units / m.seconds, ProvisionedRPS: m.provisioned / m.seconds,
				OnDemandRPS: m.onDemand / m.seconds, ThrottledRPS: m.throttled / m.seconds, QueuedRPS: m.queue / m.seconds}
			if m.step.ms > 0 {
				row.DurationMS = calc.Some(m.step.ms)
				row.Load = calc.Some(m.step.rps * m.step.ms / 1000)
				if m.units > 0 {
					row.UtilizationRatio = calc.Some(math.Min(1, m.busy/m.units))
				}
			}
			list = append(list, row)
		}
	}
	return list
}
