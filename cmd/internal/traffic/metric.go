package traffic

import (
	"slices"

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
	runs       []run
	last       run // after them
}

// A run says where values of consecutive steps are in the files. Values that follow each other in a file usually do so
// in time, so that few runs say where each of millions of values is.
type run struct {
	source, n    int32
	step, stride int32 // there are fewer seconds since 1970 than an int32 counts
	at, atStride int64
}

// maxRuns is how many runs one metric has. Where values beyond them are is not known.
const maxRuns = 1000

// Metric returns a statistic of a metric of the function.
func (f *function) Metric(name, stat string) *metric {
	if m := f.has(name, stat); m != nil {
		return m
	}
	m := &metric{f: f, name: name, stat: stat}
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
	if !m.f.r.Stamp(ns, at) || !m.f.r.options.Between.Has(ns) {
		return
	}
	m.f.dated = true
	m.set(ns/secondNS, x, at)
}

// SetAfter records the value at a distance from the start of undated data, seconds.
func (m *metric) SetAfter(s int64, x float64, at int64) {
	if s < 0 || s > maxSpanS {
		m.f.r.Fault(at, "an offset of %d s; expected 0 or more, at most 400 days", s)
		return
	}
	m.f.undated = true
	m.set(s, x, at)
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
	finer, ok := m.grid.take(r, t, at)
	if finer.times > 1 {
		m.refine(finer)
	}
	if !ok {
		return
	}
	i := m.grid.step(t)
	old, has, grew := m.values.Fill(i, x)
	switch {
	case !has:
		r.grew(grew)
		m.note(i, at)
	case old != x:
		when := shownTime(t * secondNS)
		if m.f.undated {
			when = quantity.FormatSeconds(float64(t))
		}
		r.Fault(at, "%s at %s is %s here and %s in %s", m, when, shownNumber(x), shownNumber(old), m.place(i))
	}
}

// String names the metric in messages.
func (m *metric) String() string {
	name := m.name + " (" + m.stat + ")"
	if m.f.name != "" {
		name = m.f.name + ": " + name
	}
	return shown(name)
}

// refine makes the grid finer.
func (m *metric) refine(f finer) {
	m.values = f.column(m.f.r, &m.values)
	finer := func(r *run) {
		r.step = r.step*int32(f.times) + int32(f.plus)
		r.stride *= int32(f.times)
	}
	for i := range m.runs {
		finer(&m.runs[i])
	}
	finer(&m.last)
}

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
	first, last, ok := bounds(&p.Offered)
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

// note notes where the value of a step is.
func (m *metric) note(i int, at int64) {
	source, step, last := int32(m.f.r.current.index), int32(i), &m.last
	if last.source == source && last.n == 1 {
		last.stride, last.atStride = step-last.step, at-last.at
	}
	switch {
	case last.n > 0 && last.source == source && step == last.step+last.n*last.stride &&
		at == last.at+int64(last.n)*last.atStride:
		last.n++
		return
	case len(m.runs) == maxRuns-1:
		return
	case last.n > 0:
		m.runs = append(m.runs, *last)
	}
	*last = run{source: source, step: step, at: at, n: 1}
}

// place writes where the value of a step is.
func (m *metric) place(i int) string {
	step := int32(i)
	for _, run := range append(slices.Clip(m.runs), m.last) {
		k := int32(0)
		if run.stride != 0 {
			k = (step - run.step) / run.stride
		}
		if k >= 0 && k < run.n && run.step+k*run.stride == step {
			return m.f.r.sources[run.source].place(run.at + int64(k)*run.atStride)
		}
	}
	return "another place"
}
