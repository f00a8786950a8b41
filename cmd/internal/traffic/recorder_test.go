package traffic

import (
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
		"a:6: a duration of -1 ms", "a:7: a duration of 100000000 ms", "a:8: -1 is not a number of requests",
	}
	for i, fault := range r.faults {
		if i >= len(want) || !strings.HasPrefix(fault.Message, want[i]) {
			t.Errorf("got %s", fault.Message)
		}
	}
	if len(r.faults) != len(want) || r.Stop() != nil {
		t.Errorf("%d faults", len(r.faults))
	}
	for i := range maxFaults {
		r.Fault(9, "wrong %d", i)
		r.Fault(9, "wrong %d", i) // the same, which is told once
	}
	if r.Stop() == nil || len(r.faults) != maxFaults+1 {
		t.Errorf("%d faults and no stop", len(r.faults))
	}
}

// TestMixedDates checks that dates and distances from a start are not joined.
func TestMixedDates(t *testing.T) {
	r := recorder()
	f := r.Function("")
	f.Sum(span{StartS: noon / secondNS, Offered: 1}, 1)
	f.Sum(span{StartS: 5, Offered: 1, Undated: true}, 2)
	if traces := r.join(); len(traces) != 0 || len(r.faults) == 0 {
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
		if got, want := m.place((noon+minute*minuteNS)/secondNS),
			m.f.r.sources[0].place(int64(100+2*i)); got != want {
			t.Errorf("minute %d: got %s, want %s", minute, got, want)
		}
	}
	if got := m.place(noon/secondNS + 90); got != "a:777" {
		t.Errorf("got %s", got)
	}
	if got := m.place(noon/secondNS + 5940); got != "another place" {
		t.Errorf("got %s", got)
	}
}

// TestDefaultName checks what a function is called that the data does not name.
func TestDefaultName(t *testing.T) {
	for want, trace := range map[string]series.Trace{
		"shop":     {Function: "shop", Files: []string{"a.json"}},
		"a":        {Files: []string{"x/a.json"}},
		"log":      {Files: []string{"log.txt.gz"}},
		".gz":      {Files: []string{".gz"}},
		"function": {Files: []string{"a.json", "b.json"}},
	} {
		if got := DefaultName(&trace); got != want {
			t.Errorf("%v: got %s, want %s", trace.Files, got, want)
		}
	}
}
