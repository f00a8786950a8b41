package traffic_test

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lambdacap/lambdacap/calc/series"
	"github.com/lambdacap/lambdacap/cmd/internal/traffic"
)

// now is the time of all runs in the tests, after the last sample.
var now = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// A sum is what a trace amounts to.
type sum struct {
	minutes, missing, requests, throttled float64
	meanMS                                float64 // by request
	peak, inits                           int
}

// sumOf adds up a trace.
func sumOf(t *series.Trace) (s sum) {
	var ms, measured float64
	for i := range t.Len() {
		step := t.At(i)
		s.minutes++
		if step.Missing {
			s.missing++
		}
		s.requests += step.Offered
		s.throttled += step.Throttled
		if step.DurationMS > 0 {
			ms += step.DurationMS * step.Offered
			measured += step.Offered
		}
	}
	if measured > 0 {
		s.meanMS = ms / measured
	}
	s.peak, s.inits = peak(t.Calls)
	return s
}

// peak returns the highest number of calls at a time, and how many have an init. A call that ends when another
// starts has made room for it.
func peak(calls []series.Call) (most, inits int) {
	type event struct {
		at    int64
		delta int
	}
	var events []event
	for _, c := range calls {
		events = append(events, event{c.StartNS, 1}, event{c.EndNS(), -1})
		if c.InitUS > 0 {
			inits++
		}
	}
	slices.SortFunc(events, func(x, y event) int { return cmp.Or(cmp.Compare(x.at, y.at), x.delta-y.delta) })
	busy := 0
	for _, e := range events {
		busy += e.delta
		most = max(most, busy)
	}
	return most, inits
}

// read reads files that have the traffic of one function.
func read(t *testing.T, o traffic.Options, names ...string) (*series.Trace, traffic.Result) {
	t.Helper()
	o.Now = now
	for i, name := range names {
		names[i] = "testdata/" + name
	}
	result, err := traffic.Read(names, o)
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Traces) != 1 {
		t.Fatalf("%v: got %d traces", names, len(result.Traces))
	}
	return result.Traces[0], result
}

// words lists the rules of the findings.
func words(result traffic.Result) string {
	var ids []string
	for _, f := range result.Findings {
		if id := string(f.ID); !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return strings.Join(ids, " ")
}

// TestSamples checks that every sample gives the totals of the story behind all of them: testdata/totals.json, which an
// independent reader agrees with.
func TestSamples(t *testing.T) {
	const hour = "2026-11-24T12:00:00Z"
	minute := sum{minutes: 1, requests: 600, meanMS: 120, peak: 5, inits: 6}
	tenth := sum{minutes: 1, requests: 60, meanMS: 120, peak: 5, inits: 3}
	noon := sum{minutes: 60, requests: 1_080_000, meanMS: 120}
	for _, test := range []struct {
		files []string
		want  sum
		from  string
		stepS int64
		words string
	}{
		{[]string{"reports-tail.log"}, minute, "2026-11-24T02:59:00Z", 60, "throttles-not-logged"},
		{[]string{"reports-sam-logs.log"}, tenth, "2026-11-24T02:59:00Z", 60, "throttles-not-logged"},
		{[]string{"filter-log-events.json"}, tenth, "2026-11-24T02:59:00Z", 60, "throttles-not-logged"},
		{[]string{"console-log-export.csv"}, tenth, "2026-11-24T02:59:00Z", 60, "throttles-not-logged"},
		{[]string{"insights-rows.json"}, tenth, "2026-11-24T02:59:00Z", 60, "throttles-not-logged"},
		{[]string{"platform-report.jsonl"}, minute, "2026-11-24T02:59:00Z", 60, "throttles-not-logged"},
		{[]string{"metric-data-day.json"},
			sum{minutes: 1440, missing: 30, requests: 9_000_000, throttled: 3000, meanMS: 1_104_000_000. / 9_000_000},
			"2026-11-24T00:00:00Z", 60, "throttles-counted gaps statistic-assumed"},
		{[]string{"metric-data-5min.json"}, sum{minutes: 288, missing: 6, requests: 8_997_000, meanMS: 0},
			"2026-11-24T00:00:00Z", 300, "coarse-period gaps statistic-assumed"},
		{[]string{"metric-data-hour.json"}, noon, hour, 60, "statistic-assumed"},
		{[]string{"metric-data-page1.json", "metric-data-page2.json"},
			sum{minutes: 60, requests: 630_000, throttled: 3000}, "2026-11-24T20:00:00Z", 60,
			"throttles-counted statistic-assumed"},
		{[]string{"metric-data-page2.json", "metric-data-page1.json"},
			sum{minutes: 60, requests: 630_000, throttled: 3000}, "2026-11-24T20:00:00Z", 60,
			"throttles-counted statistic-assumed"},
		{[]string{"metric-statistics-invocations.json", "metric-statistics-duration.json"}, noon, hour, 60, ""},
		{[]string{"metric-statistics-duration-p99.json"}, noon, hour, 60, "percentile-not-mean"},
		{[]string{"insights-results.json"}, noon, hour, 60, "percentile-not-mean throttles-not-logged"},
	} {
		trace, result := read(t, traffic.Options{}, slices.Clone(test.files)...)
		got := sumOf(trace)
		if test.want.meanMS == 0 {
			got.meanMS = 0
		}
		if math.Abs(got.meanMS-test.want.meanMS) < 1e-9*test.want.meanMS {
			got.meanMS = test.want.meanMS
		}
		if got != test.want {
			t.Errorf("%v: got %+v, want %+v", test.files, got, test.want)
		}
		if from := time.Unix(trace.Start, 0).UTC().Format(time.RFC3339); from != test.from || trace.StepS != test.stepS {
			t.Errorf("%v: from %s in steps of %d s, want %s, %d", test.files, from, trace.StepS, test.from, test.stepS)
		}
		if got := words(result); got != test.words {
			t.Errorf("%v: findings %s, want %s", test.files, got, test.words)
		}
	}
}

// TestDurationSource checks that a trace says where its durations come from, metrics of CloudWatch included.
func TestDurationSource(t *testing.T) {
	for name, want := range map[string]string{
		"metric-data-day.json": "CloudWatch Average", "day.csv": "CSV", "reports-tail.log": "REPORT lines",
	} {
		if trace, _ := read(t, traffic.Options{}, name); trace.DurationSource != want {
			t.Errorf("%s: durations of %q, want %q", name, trace.DurationSource, want)
		}
	}
}
