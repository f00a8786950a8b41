package traffic

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/calc/series"
)

// join makes the traces of all functions, ordered by name.
func (r *Recorder) join() (traces []*series.Trace) {
	for _, name := range slices.Sorted(maps.Keys(r.functions)) {
		f := r.functions[name]
		if whole, _, ok := strings.Cut(name, ":"); ok && whole != "" && r.functions[whole] != nil {
			r.Find(rule.OverlappingSeries, r.functions[whole],
				"its traffic and that of %s are both in the data: only its own counts, which has both", shown(name))
			continue
		}
		if err := calc.CheckName(name); name != "" && err != nil {
			r.faults.Add(check.Place{File: f.files()[0]}, "%s: %v", f.files()[0], err)
			continue
		}
		if t := f.trace(); t != nil {
			traces = append(traces, t)
		}
	}
	clear(r.functions) // the traces have what is needed
	if len(traces) == 0 && len(r.faults) == 0 && len(r.sources) > 0 {
		r.nothing()
	}
	return traces
}

// nothing reports that no file has traffic.
func (r *Recorder) nothing() {
	for _, s := range r.sources {
		message := fmt.Sprintf("%s: no requests in it; it was read as %s", s.name, s.format.what)
		if !r.options.Between.All() {
			message = fmt.Sprintf("%s: no requests in the time of --between", s.name)
			if first, last := s.outside[0], s.outside[1]; first > 0 {
				message += fmt.Sprintf("; it has %s to %s", shownTime(first), shownTime(last))
			}
		}
		r.faults.Add(check.Place{File: s.name}, "%s", message)
	}
}

// fault reports something wrong with the data of the function as a whole.
func (f *function) fault(format string, args ...any) {
	name := shown(f.name)
	if name == "" {
		name = strings.Join(f.files(), ", ")
	}
	f.r.faults.Add(check.Place{File: f.files()[0]}, "%s: %s", name, fmt.Sprintf(format, args...))
}

// parts are the columns of a function's traffic, on one grid.
type parts struct {
	series.Columns
	grid    grid
	lengthS int64 // of the steps, if it is known; else it follows from the distances
	whole   bool  // a step without a number has no requests: it is not missing
}

// trace joins the data of the function. It returns nil if there is none.
func (f *function) trace() *series.Trace {
	t := &series.Trace{
		Function: f.name, Files: f.files(), ThrottlesKnown: f.throttlesKnown, ClientRPS: f.rateRPS,
		UntimedRequests: f.untimed, StepS: 60, Dated: f.dated,
	}
	defer func() { t.DurationSource = strings.Join(slices.Sorted(maps.Keys(f.told)), ", ") }() // metrics tell theirs below
	if f.untimed > 0 {
		t.UntimedMS = f.untimedMS / f.untimed
	}
	if f.dated && f.undated {
		f.fault("some of its times are dates, and some are distances from the start of a test; give the files apart")
		return nil
	}
	if f.undated && !f.r.options.Between.All() {
		f.fault("its times are distances from the start, and --between needs dates")
		return nil
	}
	counted := f.counted()
	if len(counted) > 1 {
		f.fault("its requests are given twice, as %s; give one of them", strings.Join(counted, " and as "))
		return nil
	}
	if len(counted) == 0 {
		if slices.ContainsFunc(f.metrics, func(m *metric) bool { return m.grid.used }) {
			f.fault("no numbers of requests; expected the Sum of Invocations, or the SampleCount of Duration")
		}
		if f.untimed == 0 {
			return nil
		}
		return t
	}
	p, ok := f.parts()
	if !ok {
		return nil
	}
	t.Calls = f.calls.sorted()
	if !f.steps(t, p) {
		return nil
	}
	if rate := f.calls.rate(); rate > 0 && t.ClientRPS == 0 {
		t.ClientRPS, t.Start = rate, f.calls.first/secondNS
	}
	f.findings(t)
	return t
}

// counted lists the ways in which the numbers of requests are given.
func (f *function) counted() (ways []string) {
	if f.calls.n > 0 {
		ways = append(ways, "single requests")
	}
	if f.sums.grid.used {
		ways = append(ways, "sums over time")
	}
	if f.requests() != nil {
		ways = append(ways, "metrics")
	}
	return ways
}

// requests returns the metric that has the numbers of invocations, or nil.
func (f *function) requests() *metric {
	for _, m := range []*metric{f.has(invocations, sum), f.has(duration, sampleCount), f.has(invocations, sampleCount)} {
		if m != nil && m.grid.used {
			return m
		}
	}
	return nil
}

// steps puts the steps of the parts into a trace. It reports whether they have one period.
func (f *function) steps(t *series.Trace, p *parts) bool {
	first, last, ok := p.Offered.Bounds()
	if !ok {
		return false
	}
	period, ok := f.period(p, first, last)
	if !ok {
		return false
	}
	t.Start, t.StepS = p.grid.time(first), int64(period)*p.grid.stepS
	if period == 1 {
		t.SetSteps(p.Columns, first, last)
		return true
	}
	every := func(c *series.Column) series.Column {
		made := f.r.spool.Column()
		for i, x := range c.All() {
			if i >= first && i <= last && (i-first)%period == 0 {
				made.Set((i-first)/period, x)
			}
		}
		return made
	}
	t.SetSteps(series.Columns{Offered: every(&p.Offered), Throttled: every(&p.Throttled),
		DurationMS: every(&p.DurationMS), Maximum: every(&p.Maximum)}, 0, (last-first)/period)
	return true
}

func hasStep(c *series.Column, i int) bool {
	_, ok := c.At(i)
	return ok
}

// period returns the distance of the steps, in steps of the grid. It is the most frequent distance of neighbours, of
// which all others must be multiples. Where requests are rare, few steps have neighbours, so whole minutes that divide
// all distances are accepted, too.
func (f *function) period(p *parts, first, last int) (period int, ok bool) {
	if p.whole {
		return 1, true
	}
	if length := int(p.lengthS / p.grid.stepS); length > 0 && first == last {
		return length, true
	}
	found := p.Offered.Distances()
	period = mostFrequent(found)
	all := 0
	for d := range found {
		all = int(gcd(int64(all), int64(d)))
	}
	if length := int(p.lengthS / p.grid.stepS); length > 0 && all%length == 0 {
		return length, true
	}
	if len(found) == 0 { // a single step
		return max(1, int(60/p.grid.stepS)), true
	}
	values := neighbours(found) + 1
	seconds := int64(all) * p.grid.stepS
	if steps := (last-first)/all + 1; steps > mostSparse && values < steps/100 {
		f.fault("it has data for %s of %s steps of %s; expected sums by the minute", quantity.FormatCount(int64(values)),
			quantity.FormatCount(int64(steps)), quantity.FormatSeconds(float64(seconds)))
		return 0, false
	}
	switch usual := slices.Contains(usualPeriods, seconds); {
	case seconds > 60 && seconds%60 == 0 && !usual && values <= fewNeighbours:
		return int(60 / p.grid.stepS), true // minutes with few requests
	case all == period, seconds%60 == 0:
		return all, true
	}
	f.fault("its times are mostly %s apart, and some are not a multiple of that; "+
		"expected sums over periods of equal length", quantity.FormatSeconds(float64(int64(period)*p.grid.stepS)))
	return 0, false
}

// mostSparse is how many steps there may be if hardly any has data: more take long to replay, and their unit is
// probably wrong. Minutes are fewer.
const mostSparse = 1_000_000

// usualPeriods are the periods over a minute that people ask CloudWatch for, seconds. Where few values are, other
// distances mean that requests are rare.
var usualPeriods = []int64{300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400}

const fewNeighbours = 30

// neighbours returns the number of pairs of neighbours whose distances were counted.
func neighbours(counted map[int]int) (n int) {
	for _, k := range counted {
		n += k
	}
	return n
}

// mostFrequent returns the distance that is counted most often, the least of several; 0 if there is none.
func mostFrequent(counted map[int]int) (distance int) {
	for d, n := range counted {
		if most := counted[distance]; n > most || n == most && d < distance {
			distance = d
		}
	}
	return distance
}

// stem returns the name of a file without folder and extensions.
func stem(path string) string {
	name := filepath.Base(filepath.ToSlash(path))
	if short := strings.TrimSuffix(name, ".gz"); short != "" {
		name = short
	}
	if ext := filepath.Ext(name); ext != name {
		name = strings.TrimSuffix(name, ext)
	}
	return name
}
