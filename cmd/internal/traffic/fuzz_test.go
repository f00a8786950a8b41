package traffic_test

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc/series"
	"github.com/lambdacap/lambdacap/cmd/internal/traffic"
)

// sound fails if a trace cannot be true: all numbers are finite and 0 or more, calls are sorted and fit the steps.
func sound(t *testing.T, trace *series.Trace) {
	t.Helper()
	number := func(what string, x, most float64) {
		if !(x >= 0 && x <= most) {
			t.Fatalf("%s is %v", what, x)
		}
	}
	offered := 0.0
	for i := range trace.Len() {
		s := trace.At(i)
		number("offered", s.Offered, math.MaxFloat64)
		number("throttled", s.Throttled, s.Offered)
		number("the duration", s.DurationMS, 5.4e6)
		number("the maximum", s.Maximum, 1e15)
		offered += s.Offered
		if s.Missing && s.Offered > 0 {
			t.Fatal("a missing step has requests")
		}
	}
	number("the untimed duration", trace.UntimedMS, 5.4e6)
	number("the rate", trace.ClientRPS, math.MaxFloat64)
	if trace.StepS <= 0 || trace.Len() > 0 && trace.At(0).Missing && trace.At(trace.Len()-1).Missing {
		t.Fatalf("steps of %d s", trace.StepS)
	}
	if !slices.IsSortedFunc(trace.Calls, func(x, y series.Call) int { return int(max(-1, min(1, x.StartNS-y.StartNS))) }) {
		t.Fatal("calls are not sorted")
	}
	if float64(len(trace.Calls)) > offered {
		t.Fatalf("%d calls of %v requests", len(trace.Calls), offered)
	}
}

// fuzz reads what a fuzzer makes of samples, as one format or as any.
func fuzz(f *testing.F, format string, samples ...string) {
	f.Helper()
	for _, name := range samples {
		text, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text[:min(len(text), 3000)]))
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, format := range []string{format, ""} {
			o := traffic.Options{Now: now, Stdin: strings.NewReader(text), Format: format, MaxBytes: 1 << 24}
			result, err := traffic.Read([]string{"-"}, o)
			if err != nil && len(result.Traces) > 0 {
				t.Fatal("traffic beside an error")
			}
			for _, trace := range result.Traces {
				sound(t, trace)
			}
		}
	})
}

func FuzzMetricData(f *testing.F) {
	f.Add(data("m1 Invocations: 5 6", "m2 shop Duration p99: 1 2"))
	f.Add(data("m1 Invocations: 5 - 6", "m2 Throttles: 1 2", "m3 Duration Sum: 500 - 7", "m4 Duration SampleCount: 1 2"))
	fuzz(f, "metric-data", "metric-data-labels.json", "metric-data-page1.json")
}

// FuzzWhole checks that an answer that is in memory as a whole gives the same as one that is read by tokens, since it
// is longer, and says the same about what is wrong.
func FuzzWhole(f *testing.F) {
	f.Add(data("m1 Invocations: 5 6", "m2 Duration: 1 2", "m3 Throttles: - 1"))
	for _, lists := range []string{
		`"Timestamps":["2026-11-24T12:00:00Z"," 2026-11-24T12:01:00Z" ],"Values":[ 1 ,"2"]`,
		`"Timestamps":["2026-11-24T12:00:00Z","2026-11-24T12:01:00\u005a"],"Values":[1,null]`,
		`"Timestamps":["2026-11-24T12:00:00Z","a]b"],"Values":[1,[2]]`,
		`"Timestamps":[],"Values":[]`, `"Timestamps":[1764000000],"Values":[1e2]`,
		`"Timestamps":["a" "b"],"Values":[1,]`,
		`"Timestamps":["2026-11-24T12:00:00Z"],"Timestamps":["2026-11-24T12:01:00Z"],"Values":[1,2]`,
		`"Timestamps":["2026-11-24T12:00:00Z"],"Values":[1],"Values":{"a":[1]}`, `"Timestamps":["2026-11-24T12:00`,
	} {
		f.Add(`{"MetricDataResults":[{"Id":"m1","Label":"Invocations",` + lists + `},` +
			`{"Id":"m2","Label":"Throttles",` + lists + `}]}`)
	}
	long := strings.Repeat(" ", 256<<10)
	f.Fuzz(func(t *testing.T, text string) {
		var got [2]string
		for i, text := range []string{text, text + long} {
			o := traffic.Options{Now: now, Stdin: strings.NewReader(text), Format: "metric-data"}
			result, err := traffic.Read([]string{"-"}, o)
			if err != nil && strings.Contains(err.Error(), "JSON") {
				err = errors.New("not valid JSON") // what the library says depends on where its buffer ends
			}
			got[i] = fmt.Sprint(traces(result), result.Findings, err)
		}
		if got[0] != got[1] {
			t.Errorf("%s\nin memory, and by tokens\n%s", got[0], got[1])
		}
	})
}

func FuzzMetricStatistics(f *testing.F) {
	fuzz(f, "metric-statistics", "metric-statistics-duration-p99.json", "metric-statistics-invocations.json")
}

func FuzzLogEvents(f *testing.F) { fuzz(f, "log-events", "filter-log-events.json") }

func FuzzInsights(f *testing.F) { fuzz(f, "insights", "insights-results.json", "insights-rows.json") }

func FuzzInsightsCSV(f *testing.F) {
	f.Add("bin(1m),count(*),avg(@duration)\n2026-11-24 12:00:00.000,5,120\n")
	f.Add("@timestamp,@message\n2026-11-24 02:59:00.510,\"REPORT RequestId: a\tDuration: 1.00 ms\n\"\n")
	fuzz(f, "insights-csv")
}

// FuzzReports also checks that a log gives the same when its lines are in two files, or in another order.
func FuzzReports(f *testing.F) {
	for _, name := range []string{"reports-tail.log", "reports-sam-logs.log", "platform-report.jsonl",
		"console-log-export.csv", "reports-tail-short.log", "reports-bare.log"} {
		text, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text[:2500]), uint64(7))
	}
	f.Fuzz(func(t *testing.T, text string, seed uint64) {
		whole, err := readTexts(t, traffic.Options{Format: "reports"}, text)
		if err != nil {
			return
		}
		for _, trace := range whole.Traces {
			sound(t, trace)
		}
		lines := strings.SplitAfter(text, "\n")
		if slices.ContainsFunc(lines, func(line string) bool { return strings.TrimSpace(line) == "{" }) ||
			strings.Count(text, "REPORT RequestId: ")+strings.Count(text, "platform.report") > len(lines) ||
			!strings.HasSuffix(text, "\n") {
			return // objects over several lines belong together
		}
		random := rand.New(rand.NewPCG(seed, 1))
		random.Shuffle(len(lines), func(i, k int) { lines[i], lines[k] = lines[k], lines[i] })
		at := random.IntN(len(lines) + 1)
		parts := []string{strings.Join(lines[:at], ""), strings.Join(lines[at:], "")}
		split, err := readTexts(t, traffic.Options{Format: "reports"}, parts...)
		if err != nil { // one is empty, or is the same as the other
			return
		}
		if got, want := traces(split), traces(whole); got != want {
			t.Errorf("in two files: %s, in one: %s", got, want)
		}
	})
}

// traces writes all that is in traces.
func traces(result traffic.Result) string {
	var b strings.Builder
	for _, trace := range result.Traces {
		fmt.Fprintln(&b, trace.Function, trace.Start, trace.StepS, steps(trace), trace.Calls, trace.UntimedRequests,
			math.Round(trace.UntimedMS*1e6), trace.ClientRPS)
	}
	return b.String()
}

// TestOrder checks that the lines of a log, and the answers of CloudWatch, may come in any order and in any number of
// files.
func TestOrder(t *testing.T) {
	text, err := os.ReadFile("testdata/reports-tail.log")
	if err != nil {
		t.Fatal(err)
	}
	whole, err := readTexts(t, traffic.Options{}, string(text))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(strings.TrimSuffix(string(text), "\n"), "\n")
	lines[len(lines)-1] += "\n"
	random := rand.New(rand.NewPCG(1, 2))
	for range 5 {
		random.Shuffle(len(lines), func(i, k int) { lines[i], lines[k] = lines[k], lines[i] })
		a, b := random.IntN(300), 300+random.IntN(200)
		split, err := readTexts(t, traffic.Options{}, strings.Join(lines[b:], ""), strings.Join(lines[:a], ""),
			strings.Join(lines[a:b], ""))
		if err != nil || traces(split) != traces(whole) {
			t.Fatalf("another order gives another trace, %v", err)
		}
	}
	one, err := readTexts(t, traffic.Options{}, data("m1 Invocations: 5 6 7 8", "m2 Duration Average: 1 2 3 4"))
	if err != nil {
		t.Fatal(err)
	}
	parts, err := readTexts(t, traffic.Options{}, data("m2 Duration Average: - - 3 4"), data("m1 Invocations: - 6 - 8"),
		data("m2 Duration Average: 1 2"), data("m1 Invocations: 5 - 7"))
	if err != nil || traces(parts) != traces(one) {
		t.Errorf("got %s, %v; want %s", traces(parts), err, traces(one))
	}
}
