package traffic

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/calc/series"
)

// recorder returns a Recorder that reads a file a.
func recorder() *Recorder {
	r := newRecorder(Options{Now: time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)})
	r.begin(&source{name: "a", index: 0}, &formats[0])
	return r
}

// noon is 2026-11-24 12:00 UTC, nanoseconds since 1970.
const noon = 1_795_521_600_000_000_000

// TestManyCalls checks that single calls beyond the limit are counted by the minute, and that a finding says so.
func TestManyCalls(t *testing.T) {
	r := recorder()
	r.maxCalls = 50_000
	f := r.Function("")
	for i := range int64(r.maxCalls + 1) {
		f.Call(call{StartNS: noon + i*int64(time.Millisecond), DurationMS: 100}, i)
	}
	trace := r.join()[0]
	offered := 0.0
	for i := range trace.Len() {
		offered += trace.At(i).Offered
	}
	if trace.Calls != nil || offered != 50_001 || trace.At(0).DurationMS != 100 {
		t.Errorf("%d calls, %v requests, %+v", len(trace.Calls), offered, trace.At(0))
	}
	if len(r.findings) != 1 || r.findings[0].ID != rule.MinutesHideBursts.Word {
		t.Errorf("%+v", r.findings)
	}
}

// TestCalls checks single requests: those of unknown duration, throttled ones, and the rate of less than a minute.
func TestCalls(t *testing.T) {
	r := recorder()
	f := r.Function("shop")
	for i := range int64(5) {
		f.Call(call{StartNS: noon + i*secondNS/2, DurationMS: 100, InitMS: float64(i) * 10}, i)
	}
	f.Call(call{StartNS: noon + 70*secondNS, Throttled: true, DurationMS: 20}, 6)
	f.Call(call{StartNS: noon + 190*secondNS, DurationMS: -1}, 7)
	trace := r.join()[0]
	want := []series.Step{{Offered: 5, DurationMS: 100}, {Offered: 1, Throttled: 1}, {}, {Offered: 1}}
	for i, step := range want {
		if got := trace.At(i); got != step {
			t.Errorf("minute %d: got %+v, want %+v", i, got, step)
		}
	}
	if trace.Calls != nil || trace.ClientRPS != 0 || trace.Len() != len(want) || !trace.Dated {
		t.Errorf("%+v", trace)
	}
	r = recorder()
	f = r.Function("")
	for _, second := range []int64{9, 3, 5} {
		f.Call(call{StartNS: second * secondNS, DurationMS: 100, Undated: true}, 1)
	}
	trace = r.join()[0]
	if trace.Dated || len(trace.Calls) != 3 || trace.Calls[0].StartNS != 3*secondNS || trace.ClientRPS != 2./6 {
		t.Errorf("undated: %+v", trace)
	}
}

// TestSums checks sums over spans: they add up, means are weighted by count, and the grid becomes finer as needed.
func TestSums(t *testing.T) {
	r := recorder()
	f := r.Function("")
	const at = noon / secondNS
	f.Sum(span{StartS: at, LengthS: 10, Offered: 4, Throttled: 1, DurationSumMS: 300, DurationCount: 3, Maximum: 2}, 1)
	f.Sum(span{StartS: at + 20, LengthS: 10, Offered: 1, DurationSumMS: 400, DurationCount: 1}, 2)
	f.Sum(span{StartS: at, LengthS: 10, Offered: 1, DurationSumMS: 500, DurationCount: 1, Maximum: 3}, 3)
	f.Rate(2, 4)
	trace := r.join()[0]
	want := []series.Step{{Offered: 5, Throttled: 1, DurationMS: 200, Maximum: 3}, {Missing: true},
		{Offered: 1, DurationMS: 400}}
	for i, step := range want {
		if got := trace.At(i); got != step {
			t.Errorf("step %d: got %+v, want %+v", i, got, step)
		}
	}
	if trace.StepS != 10 || trace.Start != at || trace.ClientRPS != 2 {
		t.Errorf("%+v", trace)
	}
}

// TestWrongValues checks that impossible values are reported with their line.
func TestWrongValues(t *testing.T) {
	r := recorder()
	f := r.Function("")
	f.Sum(span{StartS: noon / secondNS, Offered: 1, Throttled: 2}, 1)
	f.Sum(span{StartS: 1 << 62, Offered: 1}, 2)
	f.Sum(span{StartS: -1, Offered: 1, Undated: true}, 3)
	f.Call(call{StartNS: -1, Undated: true}, 4)
	f.Call(call{StartNS: noon, DurationMS: 1e8}, 5)
	f.Call(call{StartNS: noon, DurationMS: 1, InitMS: -1}, 6)
	f.Untimed(1e8, 7)
	f.Rate(-1, 8)
	want := []string{
		"a:1: 2 throttled requests of 1; expected at most all", "a:2: 2262-04-11 23:47:16 is in the future",
		"a:3: an offset of -1 s; expected 0 or more", "a:4: an offset of -1e-09 s", "a:5: a duration of 100000000 ms",
		"a:8: -1 is not a number of requests",
	}
	got := strings.Split(r.err().Error(), "\n")
	for i, line := range got {
		if i >= len(want) || !strings.HasPrefix(line, want[i]) {
			t.Errorf("got %s", line)
		}
	}
	if len(got) != len(want) || !strings.HasSuffix(got[4], " (also in lines 6 and 7)") || r.Stop() != nil {
		t.Errorf("%d faults: %s", len(got), got[4])
	}
	for i := range maxFaults {
		r.fault(&source{index: i}, 9, "wrong") // each contradicts another file
	}
	if r.Stop() == nil || len(r.faults) != maxFaults+1 {
		t.Errorf("%d faults and no stop", len(r.faults))
	}
}

// TestAlike checks that faults of one mistake are one, with the places of the others.
func TestAlike(t *testing.T) {
	for want, places := range map[string][]int64{
		"a:2: no":                                    {2},
		"a:2: no (also in line 5)":                   {2, 2, 5},
		"a:2: no (also in lines 3, 4 and 5)":         {2, 3, 4, 5},
		"a:2: no (also in lines 3, 4, 5 and 2 more)": {2, 3, 4, 5, 6, 6, 7},
	} {
		r := recorder()
		for _, at := range places {
			r.Fault(at, "no")
		}
		if err := r.err(); err == nil || err.Error() != want || r.Stop() != nil {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	r := recorder()
	r.current.show = func(at int64) string { return fmt.Sprint("/", at) }
	for at := int64(0); r.Stop() == nil; at++ {
		r.Fault(at, "no %d", at)
	}
	if got, want := r.err().Error(), "a: /0: no 0 (and 1,000 more like it; reading stopped there)"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestContradictions checks that two files that contradict each other are one fault.
func TestContradictions(t *testing.T) {
	r := recorder()
	m, undated := r.Function("").Metric(invocations, sum), r.Function("f").Metric(invocations, sum)
	m.Set(noon, 1, 7)
	m.Set(noon+minuteNS, 1, 8)
	undated.SetAfter(120, 3, 9)
	r.begin(&source{name: "b", index: 1}, r.current.format)
	m.Set(noon, 2, 30)
	m.Set(noon+minuteNS, 2, 31)
	r.begin(&source{name: "c", index: 2}, r.current.format)
	undated.SetAfter(120, 5, 1)
	want := "b:30: Invocations (Sum) at 2026-11-24 12:00:00 is 2 here and 1 in a:7; give one of the two files " +
		"(also in line 31)\nc:1: f: Invocations (Sum) at 2m is 5 here and 3 in a:9; give one of the two files"
	if err := r.err(); err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// TestMixedDates checks that dates and distances from a start are not joined.
func TestMixedDates(t *testing.T) {
	r := recorder()
	f := r.Function("")
	f.Sum(span{StartS: noon / secondNS, Offered: 1}, 1)
	f.Sum(span{StartS: 5, Offered: 1, Undated: true}, 2)
	if traces := r.join(); len(traces) != 0 || len(r.faults) != 1 {
		t.Errorf("%v, %v", traces, r.faults)
	}
	r = recorder()
	r.options.Between = Between{noon, noon + minuteNS}
	f = r.Function("")
	f.Sum(span{StartS: 5, Offered: 1, Undated: true}, 2)
	if traces := r.join(); len(traces) != 0 || len(r.faults) == 0 {
		t.Errorf("--between without dates: %v, %v", traces, r.faults)
	}
}

// TestTooManySteps checks that memory is bounded: steps far apart need a block each.
func TestTooManySteps(t *testing.T) {
	r := recorder()
	r.maxBlocks = 1000
	for i := 0; r.Stop() == nil && i < 100_000; i++ {
		f := r.Function(string(rune('a' + i%7)))
		f.Sum(span{StartS: noon/secondNS - int64(i)*100_003%(399*86_400), Offered: 1}, int64(i))
		if r.blocks > r.maxBlocks+100 {
			t.Fatal("no end")
		}
	}
	if r.Stop() == nil {
		t.Fatal("steps far apart are kept")
	}
}

// TestPlaces checks that the place of each of many values is known, in whatever order they come.
func TestPlaces(t *testing.T) {
	r := recorder()
	m := r.Function("").Metric(invocations, sum)
	order := []int64{9, 8, 7, 3, 2, 1, 4, 6, 30, 40, 50}
	for i, minute := range order {
		m.Set(noon+minute*minuteNS, 1, int64(100+2*i))
	}
	m.Set(noon+90*secondNS, 1, 777) // the grid becomes finer
	for i, minute := range order {
		if _, got := m.place((noon + minute*minuteNS) / secondNS); got != r.sources[0].place(int64(100+2*i)) {
			t.Errorf("minute %d: got %s", minute, got)
		}
	}
	if _, got := m.place(noon/secondNS + 90); got != "a:777" {
		t.Errorf("got %s", got)
	}
	if _, got := m.place(noon/secondNS + 5940); got != "another place" {
		t.Errorf("got %s", got)
	}
}

// TestDefaultName checks what a function is called that the data does not name.
func TestDefaultName(t *testing.T) {
	for _, c := range []struct {
		want  string
		trace series.Trace
	}{
		{"shop", series.Trace{Function: "shop", Files: []string{"a.json"}}},
		{"a", series.Trace{Files: []string{"x/a.json"}}},
		{"log", series.Trace{Files: []string{"log.txt.gz"}}},
		{".gz", series.Trace{Files: []string{".gz"}}},
		{"function", series.Trace{Files: []string{"a.json", "b.json"}}},
		{"function", series.Trace{Files: []string{"x/metric-data (1).json"}}},
		{"function", series.Trace{Files: []string{"métrique.json"}}},
	} {
		if got := DefaultName(&c.trace); got != c.want {
			t.Errorf("%v: got %s, want %s", c.trace.Files, got, c.want)
		}
	}
}
