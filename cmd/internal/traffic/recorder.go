package traffic

import (
	"errors"
	"fmt"
	"hash/maphash"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/calc/series"
	"github.com/lambdacap/lambdacap/cmd/internal/fault"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

const (
	maxFaults = 10                // files with more mistakes are the wrong files
	maxAlike  = 1000              // and so are files with more faults
	maxCount  = 1e15              // more requests in one value are a wrong unit
	maxSpanS  = 400 * 86_400      // a longer traffic has a wrong unit
	maxBlocks = 50_000_000 / 480  // of columns: 50 million steps with three numbers each
	maxDense  = 600_000_000 / 480 // the same with those that have numbers for at least half of their steps
	maxFuncs  = 100_000           // more functions are something else
	maxCalls  = 5_000_000         // so many single calls are kept, 16 bytes each
	maxCallUS = math.MaxUint32    // the longest call that is kept as one
)

// errTooMany ends the reading: there are enough faults.
var errTooMany = errors.New("too many faults")

// A Recorder is told everything that the files have, and joins it to traces. Its methods collect what is wrong; the
// readers need not stop.
type Recorder struct {
	options   Options
	faults    fault.List
	alike     map[mistake]*alike
	findings  []calc.Finding
	seed      maphash.Seed
	sources   []*source
	several   bool // there may be more than one
	current   *source
	functions map[string]*function
	spool     *series.Spool
	blocks    int // of columns, of all functions
	maxBlocks int
	maxDense  int
	maxCalls  int // of one function, each of which is kept
	ids       idSet
	pages     pages
	used      map[[2]string]bool // values of flags that files have something for: flag and key
	full      bool               // a limit was reported
	latestNS  int64              // later times are in the future
}

func newRecorder(o Options) *Recorder {
	r := &Recorder{options: o, seed: maphash.MakeSeed(), functions: map[string]*function{}, alike: map[mistake]*alike{},
		spool: series.NewSpool(spoolBytes/series.UnitBytes, openSpool),
		used:  map[[2]string]bool{}, maxBlocks: maxBlocks, maxDense: maxDense, maxCalls: maxCalls, ids: idSet{most: idsMost},
		latestNS: math.MaxInt64 - 1}
	if !o.Now.IsZero() {
		r.latestNS = o.Now.Add(24 * time.Hour).UnixNano()
	}
	return r
}

// begin starts the reading of a file.
func (r *Recorder) begin(s *source, f *format) {
	s.format = f
	r.current = s
	r.sources = append(r.sources, s)
}

// A function is the traffic of one function, while it is collected.
type function struct {
	name    string
	r       *Recorder
	sources []int // which files it comes from, in order
	dated   bool
	undated bool
	told    map[string]bool // where its durations come from

	metrics []*metric // as CloudWatch states them
	rows    []*places // of gathered rows of tables
	calls   calls     // single requests
	sums    sums      // sums over spans of time, which add up

	untimed   float64 // requests without a time, and the sum of their durations, milliseconds
	untimedMS float64

	throttlesKnown bool
	rateRPS        float64 // as load tests report it
}

// Function returns the function with a name; empty if the data names none.
func (r *Recorder) Function(name string) *function {
	if name == "" {
		name = r.options.Function
	}
	f := r.functions[name]
	if f == nil {
		if len(r.functions) >= maxFuncs && !r.full {
			r.full = true
			r.Fault(0, "more than %s functions; is the column of names right?", quantity.FormatCount(maxFuncs))
		}
		f = &function{name: name, r: r, told: map[string]bool{}, sums: newSums(r)}
		f.calls.minutes = newSums(r)
		r.functions[strings.Clone(name)] = f
	}
	if n := len(f.sources); n == 0 || f.sources[n-1] != r.current.index {
		f.sources = append(f.sources, r.current.index)
	}
	return f
}

// Stop reports whether so much is wrong that a reader should end; it then returns errTooMany.
func (r *Recorder) Stop() error {
	if r.full || len(r.faults) >= maxFaults {
		return errTooMany
	}
	return nil
}

// Find reports a finding, once. f is the function that it is about, or nil.
func (r *Recorder) Find(of rule.Rule, f *function, format string, args ...any) {
	var about calc.Optional[string]
	if f != nil && f.name != "" {
		about = calc.Some(f.name)
	}
	found := calc.NewFinding(of, about, fmt.Sprintf(format, args...))
	if !slices.Contains(r.findings, found) {
		r.findings = append(r.findings, found)
	}
}

// sortedFindings returns the findings, warnings first, otherwise in the order of their rules.
func (r *Recorder) sortedFindings() []calc.Finding {
	r.pages.find(r)
	order := map[rule.ID]int{}
	for i, of := range rule.TrafficRules() {
		order[of.Word] = i
	}
	slices.SortStableFunc(r.findings, func(x, y calc.Finding) int { return order[x.ID] - order[y.ID] })
	return r.findings
}

// Zone returns the time of a stamp, nanoseconds since 1970. known says that the format defines that times without a
// zone are in UTC; otherwise they are in the zone of --time-zone, and a finding says if that was not given.
func (r *Recorder) Zone(t stamp, known bool) int64 {
	if t.zoned || known && r.options.TimeZone == nil {
		return t.ns
	}
	if r.options.TimeZone == nil {
		r.current.assumeUTC(r)
		return t.ns
	}
	ns := t.in(r.options.TimeZone)
	if t.ns > 0 && t.ns < math.MaxInt64 {
		if problem := clockProblem(t.ns, ns, r.options.TimeZone); problem != "" {
			r.clockFault(shownTime(t.ns) + " " + problem + " on the clock of " + r.options.TimeZone.String())
		}
	}
	return ns
}

// clockFault reports a time that is not the one of a clock, at the line that is read, if the file has lines.
func (r *Recorder) clockFault(what string) {
	const expected = "; expected times in UTC, or with their offset, such as +01:00"
	if r.current.show == nil {
		r.Fault(r.current.line, "%s", what+expected)
	} else if len(r.faults) < maxFaults {
		r.faults.Add(check.Place{File: r.current.name}, "%s: %s", r.current.name, what+expected)
	}
}

func (s *source) assumeUTC(r *Recorder) {
	if !s.assumed {
		s.assumed = true
		r.Find(rule.TimeZoneAssumed, nil, "%s: times without a zone are taken as UTC", s.name)
	}
}

// Stamp reports whether a time, nanoseconds since 1970, is possible. If it is not, it is reported.
func (r *Recorder) Stamp(ns, at int64) bool {
	switch {
	case ns < birthNS:
		r.Fault(at, "%s is before Lambda existed; expected a time from 2014-11 to now", shownTime(ns))
	case ns > r.latestNS:
		r.Fault(at, "%s is in the future; expected a time from 2014-11 to now", shownTime(ns))
	default:
		return true
	}
	return false
}

// within reports whether a time, nanoseconds since 1970, counts. Those that --between leaves out are noted.
func (r *Recorder) within(ns int64) bool {
	if r.options.Between.Has(ns) {
		return true
	}
	out := &r.current.outside
	if out[0] == 0 || ns < out[0] {
		out[0] = ns
	}
	out[1] = max(out[1], ns)
	return false
}

// Count reports whether a number of requests is possible. If it is not, it is reported.
func (r *Recorder) Count(x float64, at int64) bool {
	if x >= 0 && x <= maxCount {
		return true
	}
	r.Fault(at, "%s is not a number of requests; expected 0 or more", shownNumber(x))
	return false
}

// Duration reports whether a duration, milliseconds, is possible. If it is not, it is reported.
func (r *Recorder) Duration(ms float64, at int64) bool {
	if ms >= 0 && ms <= aws.MaxManagedDurationMS {
		return true
	}
	r.Fault(at, "a duration of %s ms; expected at most %s", shownNumber(ms),
		quantity.FormatDuration(aws.MaxManagedDurationMS))
	return false
}

// DurationSource says where the durations of a function come from, such as "CloudWatch Average".
func (f *function) DurationSource(text string) { f.told[text] = true }

// Throttles says that the data would show throttled requests.
func (f *function) Throttles() { f.throttlesKnown = true }

// Rate says the rate of a whole load test, requests per second, as it reports it. Rates of several add up.
func (f *function) Rate(rps float64, at int64) {
	if f.r.Count(rps, at) {
		f.rateRPS += rps
	}
}

// Untimed records a request without a time.
func (f *function) Untimed(durationMS float64, at int64) {
	if f.r.Duration(durationMS, at) {
		f.untimed++
		f.untimedMS += float64(durationMS)
	}
}

// when notes whether a time is a date. It reports whether all are dates, or all are distances from a start: others are
// not comparable, and are reported when the data is joined.
func (f *function) when(dated bool) (comparable bool) {
	if dated {
		f.dated = true
	} else {
		f.undated = true
	}
	return f.dated != f.undated
}

// files returns the names of the files that a function's traffic comes from.
func (f *function) files() (names []string) {
	for _, i := range f.sources {
		if name := f.r.sources[i].name; !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// shown returns text of a file, cut if it is long. The error as a whole is made safe to show.
func shown(text string) string { return tree.Shown(text) }

// shownTime writes a time.
func shownTime(ns int64) string {
	if ns == math.MaxInt64 {
		return "the time"
	}
	return time.Unix(0, ns).UTC().Format("2006-01-02 15:04:05")
}

// shownNumber writes a number of a file.
func shownNumber(x float64) string { return fmt.Sprintf("%.15g", x) }

// DefaultName is what the function of a trace is called if the data names none: the name of its file without the
// extension, or "function" if it has several files, comes from standard input, or its file has a name that a function
// cannot have, such as "metric-data (1).json".
func DefaultName(t *series.Trace) string {
	if t.Function != "" {
		return t.Function
	}
	if len(t.Files) == 1 && t.Files[0] != "stdin" {
		if name := stem(t.Files[0]); calc.CheckName(name) == nil {
			return name
		}
	}
	return "function"
}
