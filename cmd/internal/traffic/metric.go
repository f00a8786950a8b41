package traffic

import (
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/series"
)

// The metrics of Lambda that are read. Others are left out.
const (
	invocations = "Invocations"
	throttles   = "Throttles"
	duration    = "Duration"
	concurrency = "ConcurrentExecutions"
)

// The statistics of CloudWatch that are read; a percentile is written as CloudWatch does: p99, p99.9.
const (
	sum         = "Sum"
	average     = "Average"
	maximum     = "Maximum"
	minimum     = "Minimum"
	sampleCount = "SampleCount"
)

// A metric is one statistic of one metric of a function, as a file states it: the same time has one value, whichever
// file says it.
type metric struct {
	f          *function
	name, stat string
	grid       grid
	values     series.Column
	lengthS    int64   // of the periods, if the file says it
	perSecond  float64 // not 0: the values are rates, and this many requests per second are 1
	places     places  // of the values that are not of gathered rows
}

// Metric returns a statistic of a metric of the function.
func (f *function) Metric(name, stat string) *metric {
	if m := f.has(name, stat); m != nil {
		return m
	}
	m := &metric{f: f, name: name, stat: stat, values: f.r.spool.Column()}
	f.metrics = append(f.metrics, m)
	if name == throttles {
		f.throttlesKnown = true
	}
	return m
}

// has returns a statistic of a metric, or nil if the files do not have it.
func (f *function) has(name, stat string) *metric {
	for _, m := range f.metrics {
		if m.name == name && m.stat == stat {
			return m
		}
	}
	return nil
}

// Set records the value at a time, nanoseconds since 1970. at is its place. The same value again is the same; another
// is an error.
func (m *metric) Set(ns int64, x float64, at int64) {
	if !m.f.r.Stamp(ns, at) || !m.f.r.within(ns) {
		return
	}
	if m.f.when(true) {
		m.set(ns/secondNS, x, at)
	}
}

// SetAfter records the value at a distance from the start of undated data, seconds.
func (m *metric) SetAfter(s int64, x float64, at int64) {
	if s < 0 || s > maxSpanS {
		m.f.r.Fault(at, "an offset of %d s; expected 0 or more, at most 400 days", s)
		return
	}
	if m.f.when(false) {
		m.set(s, x, at)
	}
}

// set records the value at a time, seconds.
func (m *metric) set(t int64, x float64, at int64) {
	r := m.f.r
	if m.name == duration && m.stat != sum && m.stat != sampleCount {
		if !r.Duration(x, at) {
			return
		}
	} else if !r.Count(x, at) {
		return
	}
	if m.put(t, x, at) {
		m.places.note(r.current, t, at)
	}
}

// put records a value that is in range. It reports whether its time had none.
func (m *metric) put(t int64, x float64, at int64) bool {
	r := m.f.r
	finer, ok := m.grid.take(r, t, at)
	if finer.times > 1 {
		m.refine(finer)
	}
	if !ok {
		return false
	}
	old, has, grew := m.values.Fill(m.grid.step(t), x)
	if has && old != x {
		m.contradicts(t, x, old, at)
	}
	r.grew(grew)
	return !has
}

// contradicts reports that a time, seconds, has another value already.
func (m *metric) contradicts(t int64, x, old float64, at int64) {
	r, when := m.f.r, shownTime(t*secondNS)
	if m.f.undated {
		when = quantity.FormatSeconds(float64(t))
	}
	other, place := m.place(t)
	advice := ""
	if other != nil && other != r.current {
		advice = "; give one of the two files"
	}
	r.fault(other, at, "%s at %s is %s here and %s in %s%s", m, when, shownNumber(x), shownNumber(old), place, advice)
}

// String names the metric in messages.
func (m *metric) String() string {
	name := m.name + " (" + m.stat + ")"
	if m.f.name != "" {
		name = m.f.name + ": " + name
	}
	return shown(name)
}

// putAll records values of a file that are in range: from a time on, every so many seconds. It records none, and
// reports it, if they may not be after all others.
func (m *metric) putAll(s *source, from, every int64, values []float64) bool {
	if !m.grid.extend(s, from, every, len(values)) {
		return false
	}
	for range m.values.SetAll(m.grid.step(from), int(every/m.grid.stepS), values) {
		m.f.r.grew(true)
	}
	return true
}

// place returns the file that has the value of a time, and where; nil and "another place" if that is not known.
func (m *metric) place(t int64) (in *source, where string) {
	for _, p := range append([]*places{&m.places}, m.f.rows...) {
		if source, at, ok := p.find(t); ok {
			in = m.f.r.sources[source]
			return in, in.place(at)
		}
	}
	return nil, "another place"
}

// refine makes the grid finer.
func (m *metric) refine(f finer) { m.values = f.column(m.f.r, &m.values) }

// before reports whether all values are before a time, seconds.
func (m *metric) before(t int64) bool { return m == nil || !m.grid.used || m.grid.last < t }

// known reports whether a time, seconds, has a value.
func (m *metric) known(t int64) bool {
	if !m.grid.used || t < m.grid.first || t > m.grid.last || (t-m.grid.phase)%m.grid.stepS != 0 {
		return false
	}
	return hasStep(&m.values, m.grid.step(t))
}

// counts makes numbers of requests of rates. It reports whether the rates have one period.
func (m *metric) counts() bool {
	if m == nil || m.perSecond == 0 || !m.grid.used {
		return true
	}
	p := &parts{grid: m.grid, lengthS: m.lengthS}
	p.Offered = m.values
	first, last, ok := p.Offered.Bounds()
	if !ok {
		return true
	}
	period, ok := m.f.period(p, first, last)
	if !ok {
		return false
	}
	times := m.perSecond * float64(int64(period)*m.grid.stepS)
	for i, x := range m.values.All() {
		m.values.Set(i, x*times)
	}
	m.perSecond = 0
	return true
}
