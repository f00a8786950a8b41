package traffic

import (
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/calc/series"
)

// parts puts the data of a function on one grid. It reports whether that is possible.
func (f *function) parts() (*parts, bool) {
	var p *parts
	switch {
	case f.calls.n > 0:
		p = f.calls.minutes.parts()
		p.fill()
	case f.sums.grid.used:
		p = f.sums.parts()
	default:
		return f.stated()
	}
	if f.undated {
		return p, true
	}
	if throttled := used(f.has(throttles, sum)); throttled != nil {
		f.align(p, throttled)
		for i, x := range throttled.values.All() {
			plus(f.r, &p.Offered, i, x, false)
			plus(f.r, &p.Throttled, i, x, false)
		}
	}
	f.setMaximum(p)
	return p, true
}

// setMaximum gives parts the highest concurrency, if CloudWatch states it.
func (f *function) setMaximum(p *parts) {
	if maxima := used(f.has(concurrency, maximum)); maxima != nil {
		f.align(p, maxima)
		p.Maximum = maxima.values
	}
}

// used returns a metric, or nil if it has no values.
func used(m *metric) *metric {
	if m == nil || !m.grid.used {
		return nil
	}
	return m
}

// parts returns the sums as the columns of a trace.
func (s *sums) parts() *parts {
	p := &parts{grid: s.grid, lengthS: s.length}
	p.Offered, p.Throttled, p.Maximum, p.DurationMS = s.offered, s.throttled, s.maximum, s.ms
	for i, ms := range p.DurationMS.All() {
		if n, _ := s.measured.At(i); n > 0 {
			ms /= n
		}
		p.DurationMS.Set(i, ms)
	}
	s.measured = series.Column{}
	return p
}

// fill says that steps without a number had no requests: all requests are known.
func (p *parts) fill() {
	p.whole = true
	first, last := p.grid.step(p.grid.first), p.grid.step(p.grid.last)
	for i := first; i <= last; i++ {
		if !hasStep(&p.Offered, i) {
			p.Offered.Set(i, 0)
		}
	}
}

// align puts the values of a metric and the parts on the finer of their grids.
func (f *function) align(p *parts, m *metric) {
	stepS := gcd(gcd(p.grid.stepS, m.grid.stepS), p.grid.phase-m.grid.phase)
	if p.grid.stepS != stepS {
		finer := p.grid.divide(stepS)
		for _, c := range []*series.Column{&p.Offered, &p.Throttled, &p.DurationMS, &p.Maximum} {
			*c = finer.column(f.r, c)
		}
	}
	if m.grid.stepS != stepS {
		m.refine(m.grid.divide(stepS))
	}
}

// stated joins metrics as CloudWatch states them. It reports whether they have what is needed.
func (f *function) stated() (*parts, bool) {
	requests := f.requests()
	if !requests.counts() || !f.has(throttles, sum).counts() {
		return nil, false
	}
	p := &parts{grid: requests.grid, lengthS: requests.lengthS}
	p.Offered = requests.values
	lengthS := int64(0) // the period of the requests, if throttles may have another
	if throttled := used(f.has(throttles, sum)); throttled != nil {
		lengthS = requests.periodS()
		f.align(p, throttled)
		for i, x := range throttled.values.All() {
			plus(f.r, &p.Offered, i, x, true)
		}
		p.Throttled = throttled.values
	}
	f.setMaximum(p)
	mean, ok := f.mean()
	if !ok {
		return nil, false
	}
	if mean == nil {
		return p, true
	}
	first, last, ok := p.Offered.Bounds()
	if !ok {
		return p, true
	}
	own, ok := f.period(p, first, last)
	if !ok {
		return nil, false
	}
	ownS := int64(own) * p.grid.stepS
	if ownS < lengthS {
		if meanS := mean.periodS(); meanS > 0 && meanS < lengthS {
			f.fault("its requests come every %s, and their durations every %s; expected one period of all metrics",
				quantity.FormatSeconds(float64(lengthS)), quantity.FormatSeconds(float64(meanS)))
			return nil, false
		}
	}
	f.align(p, mean)
	p.DurationMS = mean.values
	f.hold(p, mean, int(ownS/p.grid.stepS))
	return p, true
}

// periodS returns the most frequent distance of the values of a metric, seconds; 0 if it has one or none.
func (m *metric) periodS() int64 { return int64(mostFrequent(m.values.Distances())) * m.grid.stepS }

// hold gives the mean duration of a long period to all of the shorter steps in it that have requests. own is the period
// of the requests, in steps.
func (f *function) hold(p *parts, mean *metric, own int) {
	length := mostFrequent(mean.values.Distances()) // the period of the mean, in steps
	if length <= own {
		return
	}
	held := f.r.spool.Column()
	for i, ms := range mean.values.All() {
		for k := i; k < i+length && (k == i || !hasStep(&mean.values, k)); k++ {
			if k == i || hasStep(&p.Offered, k) {
				f.r.grew(held.Set(k, ms))
			}
		}
	}
	p.DurationMS = held
}

// mean returns the metric with the mean durations, or nil if there are no durations. It reports whether durations that
// there are have a mean.
func (f *function) mean() (*metric, bool) {
	if total, n := used(f.has(duration, sum)), used(f.has(duration, sampleCount)); total != nil && n != nil {
		p := &parts{grid: n.grid}
		p.Offered = n.values
		f.align(p, total)
		mean := &metric{f: f, name: duration, stat: average, grid: total.grid, values: f.r.spool.Column()}
		for i, ms := range total.values.All() {
			if n, _ := p.Offered.At(i); n > 0 {
				f.r.grew(mean.values.Set(i, ms/n))
			}
		}
		if len(f.told) == 0 {
			f.DurationSource("CloudWatch Sum / SampleCount")
		}
		return mean, true
	}
	if mean := used(f.has(duration, average)); mean != nil {
		if len(f.told) == 0 {
			f.DurationSource("CloudWatch Average")
		}
		f.others("the mean is read from the Average")
		return mean, true
	}
	if f.r.options.DurationGiven {
		return nil, true
	}
	if other := f.others("a mean is needed"); other != nil {
		f.fault("%s is the only duration, and a mean is needed: give the Average of Duration, or --duration", other.stat)
		return nil, false
	}
	return nil, true
}

// others reports durations that are not means, and returns one of them, or nil.
func (f *function) others(instead string) (other *metric) {
	for _, m := range f.metrics {
		if m.name == duration && m.stat != average && m.stat != sum && m.stat != sampleCount {
			other = m
			f.r.Find(rule.PercentileNotMean, f, "%s of Duration is not used: %s", m.stat, instead)
		}
	}
	return other
}
