package traffic

import (
	"slices"
	"time"

	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/calc/series"
)

// coldStartsFrom is the number of invocations from which on a log with more cold starts than not is taken for filtered.
const coldStartsFrom = 100

// findings reports what a trace does not have, and what was assumed.
func (f *function) findings(t *series.Trace) {
	var g gaps
	var offered, throttled float64
	if t.Missing() || t.Throttles() {
		for i, s := range t.All() {
			g.add(i, s.Missing)
			offered += s.Offered
			throttled += s.Throttled
		}
	}
	f.gaps(t, g)
	if t.StepS > 60 && t.Dated {
		f.r.Find(rule.CoarsePeriod, f, "sums over %s: peaks inside them are averaged away",
			quantity.FormatDuration(float64(t.StepS*1000)))
	}
	if !f.mixed(t) {
		f.oldData(t)
	}
	if throttled > 0 {
		f.r.Find(rule.ThrottlesCounted, f,
			"the data counts %s among its %s; callers that retried are counted twice",
			quantity.FormatWholeOf(throttled, "throttled request"), quantity.FormatWhole(offered))
	}
	if f.calls.n >= coldStartsFrom && f.calls.inits > f.calls.n/2 {
		f.r.Find(rule.OnlyColdStarts, f, "%s of %s invocations have an init duration: the log is probably filtered",
			quantity.FormatWhole(f.calls.inits), quantity.FormatWhole(f.calls.n))
	}
}

// gaps are the times without data.
type gaps struct {
	missing, n    int // steps, and how often some follow each other
	run           int // the last steps
	longest, from int // the longest gap, and its first step
}

// add adds a step.
func (g *gaps) add(i int, missing bool) {
	if !missing {
		g.run = 0
		return
	}
	g.missing++
	if g.run++; g.run == 1 {
		g.n++
	}
	if g.run > g.longest {
		g.longest, g.from = g.run, i+1-g.run
	}
}

// gaps reports the steps without data.
func (f *function) gaps(t *series.Trace, g gaps) {
	if g.missing == 0 {
		return
	}
	instead := "counted as no requests"
	if f.r.options.SkipGaps {
		instead = "left out"
	}
	first, last := stepTime(t, g.from), stepTime(t, g.from+g.longest-1)
	switch {
	case g.missing == 1:
		f.r.Find(rule.Gaps, f, "no data at %s: %s", first, instead)
		return
	case g.n == 1:
		f.r.Find(rule.Gaps, f, "no data from %s to %s: %s", first, last, instead)
		return
	}
	f.r.Find(rule.Gaps, f, "no data for %s in %s, the longest from %s to %s: %s",
		quantity.FormatDuration(float64(int64(g.missing)*t.StepS*1000)), quantity.FormatCountOf(g.n, "gap"),
		first, last, instead)
}

// stepTime writes the start of a step, with the date unless all steps are of one day.
func stepTime(t *series.Trace, i int) string {
	at := t.Start + int64(i)*t.StepS
	if !t.Dated {
		return quantity.FormatDuration(float64(at * 1000))
	}
	layout := "15:04"
	if t.StepS%60 != 0 {
		layout = "15:04:05"
	}
	if t.Start/series.SecondsPerDay != (t.Start+int64(t.Len()-1)*t.StepS)/series.SecondsPerDay {
		layout = "2006-01-02 " + layout
	}
	return time.Unix(at, 0).UTC().Format(layout)
}

// CloudWatch keeps values by the minute for 15 days, and then only those of 5 minutes. At least oldSteps values are
// needed to tell that from requests that are rare.
const (
	minuteDays = 15
	coarseS    = 300
	oldSteps   = 12
)

// mixed reports files whose sums are over longer times than those of another file of the function.
func (f *function) mixed(t *series.Trace) (found bool) {
	var finest *source
	for _, i := range f.sources {
		if s := f.r.sources[i]; s.distances > 0 && (finest == nil || s.stepS < finest.stepS) {
			finest = s
		}
	}
	for _, i := range f.sources {
		s := f.r.sources[i]
		if s.distances < oldSteps || s.stepS == finest.stepS || s.stepS == t.StepS ||
			!slices.Contains(usualPeriods, s.stepS) {
			continue
		}
		each := quantity.FormatDuration(float64(s.stepS * 1000))
		f.r.Find(rule.CoarsePeriod, f, "%s seems to have sums over %s, and %s over %s: the former look like a peak "+
			"every %s; give the files apart", s.name, each, finest.name,
			quantity.FormatDuration(float64(finest.stepS*1000)), each)
		found = true
	}
	return found
}

// oldData reports data of CloudWatch whose older part has sums of 5 minutes, and the rest sums of one.
func (f *function) oldData(t *series.Trace) {
	end := f.r.options.Now.AddDate(0, 0, -minuteDays).Unix()
	if len(f.metrics) == 0 || t.StepS != 60 || t.Start >= end {
		return
	}
	n := 0
	for i, s := range t.All() {
		at := t.Start + int64(i)*t.StepS
		switch {
		case at >= end:
			if n >= oldSteps {
				f.r.Find(rule.CoarsePeriod, f, "until %s the data has sums of 5 minutes, and then of one: the older part "+
					"looks like a peak every 5 minutes; give the parts apart", stepTime(t, i))
			}
			return
		case s.Missing:
		case at%coarseS != 0:
			return
		default:
			n++
		}
	}
}
