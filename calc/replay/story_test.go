package replay_test

import (
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/erlang"
	"github.com/lambdacap/lambdacap/calc/replay"
	"github.com/lambdacap/lambdacap/calc/scaling"
	"github.com/lambdacap/lambdacap/calc/series"
	"github.com/lambdacap/lambdacap/configs"
)

// midnight is 2026-11-24 00:00 UTC.
const midnight = 1795478400

// story is the day of one function that all samples of traffic show.
func story() *series.Trace {
	t := &series.Trace{Function: "checkout", Start: midnight, Dated: true, StepS: 60, ThrottlesKnown: true}
	for m := range 1440 {
		s := series.Step{Offered: 600, DurationMS: 120}
		switch h := m / 60; {
		case m >= 20*60 && m < 20*60+5:
			s = series.Step{Offered: 60000, DurationMS: 200}
			if m == 20*60 {
				s.Throttled = 3000
			}
		case m >= 180 && m < 210:
			s = series.Step{Missing: true}
		case h >= 12 && h < 13:
			s.Offered = 18000
		case h >= 9 && h < 17:
			s.Offered = 12000
		case h >= 17 && h < 22:
			s.Offered = 6000
		case h >= 6 && h < 9:
			s.Offered = 3000
		}
		if !s.Missing {
			z := 1.0
			if m/60 == 9 {
				z = 4
			}
			load := s.Offered / 60 * s.DurationMS / 1000
			s.Maximum = math.Round(erlang.MedianMaximum(load, z, 60/s.DurationMS*1000))
		}
		t.Append(s)
	}
	return t
}

// checkout is the function of the story.
func checkout(provisioned int64) calc.Account {
	return calc.Account{Concurrency: 1000, Region: "us-east-1", Functions: []calc.Function{
		{Name: "checkout", Mode: calc.Sync, Provisioned: provisioned, MemoryMB: calc.Some[int64](1024)},
	}}
}

// prices are the embedded price rows.
func prices(t testing.TB) *calc.CostOptions {
	t.Helper()
	rows, err := configs.Prices()
	if err != nil {
		t.Fatal(err)
	}
	return &calc.CostOptions{Billing: calc.Billing{Hours: 730}, Prices: rows}
}

// run replays one trace of one function.
func run(t testing.TB, a calc.Account, trace *series.Trace, o replay.Options, changes ...scaling.Change) (
	replay.Function, replay.Result,
) {
	t.Helper()
	if o.Scale == 0 {
		o.Scale = 1
	}
	s := replay.Setting{Name: "as set", Account: a}
	if changes != nil {
		s.Changes = [][]scaling.Change{changes}
	}
	r, err := replay.Replay([]replay.Setting{s}, []*series.Trace{trace}, []int{0}, o)
	if err != nil {
		t.Fatal(err)
	}
	return r.Functions[0], r
}

// near checks a number.
func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*math.Max(1e-300, math.Abs(want))) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// A worked value of the design.
type worked struct {
	ID     string
	Inputs struct {
		Provisioned, Units, Count, P, Target float64
		DS                                   float64 `json:"d_s"`
		Levels                               [][2]float64
		Load, Maximum                        float64
	}
	Expected map[string]any
}

// values reads the worked values whose id has a prefix.
func values(t *testing.T, prefix string) (list []worked) {
	t.Helper()
	data, err := os.ReadFile("../testdata/time-values.json")
	if err != nil {
		t.Fatal(err)
	}
	var all struct{ Values []json.RawMessage }
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	for _, raw := range all.Values {
		var id struct{ ID string }
		if err := json.Unmarshal(raw, &id); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(id.ID, prefix) {
			continue
		}
		var w worked
		if err := json.Unmarshal(raw, &w); err != nil {
			t.Fatal(id.ID, err)
		}
		list = append(list, w)
	}
	if len(list) == 0 {
		t.Fatal("no values of", prefix)
	}
	return list
}

// want returns an expected number.
func (w worked) want(key string) float64 { x, _ := w.Expected[key].(float64); return x }

// levels turns minutes and units into changes, after the first.
func levels(pairs [][2]float64) (first int64, changes []scaling.Change) {
	for _, p := range pairs[1:] {
		changes = append(changes, scaling.Change{AtS: p[0] * 60, Units: int64(p[1]), Cause: scaling.Scheduled})
	}
	return int64(pairs[0][1]), changes
}

// TestStory checks the day with flat levels and with a schedule.
func TestStory(t *testing.T) {
	for _, w := range append(values(t, "story-pc-"), values(t, "story-schedule")...) {
		first, changes := int64(w.Inputs.Provisioned), []scaling.Change(nil)
		if w.Inputs.Levels != nil {
			first, changes = levels(w.Inputs.Levels)
		}
		f, _ := run(t, checkout(first), story(), replay.Options{}, changes...)
		near(t, w.ID+" provisioned", f.ProvisionedRequests, w.want("provisioned"), 1e-9)
		near(t, w.ID+" on demand", f.OnDemandRequests, w.want("on_demand"), 1e-9)
		near(t, w.ID+" throttled", f.ThrottledRequests, w.want("throttled"), 1e-9)
		x := f.Chance.Or(replay.Chance{})
		near(t, w.ID+" by chance", x.SpilloverRatio+x.ThrottledRatio, w.want("beyond_chance_ratio"), 1e-9)
		idle := (f.ProvisionedUnitHours - f.BusyUnitHours.Or(0)) * 60
		near(t, w.ID+" idle", idle, w.want("idle_unit_min"), 1e-9)
		if paid := w.want("paid_unit_min"); paid > 0 {
			near(t, w.ID+" paid", f.ProvisionedUnitHours*60, paid, 1e-12)
		} else {
			near(t, w.ID+" p99", float64(f.ConcurrencyP99.Or(0)), w.want("concurrency_p99"), 0)
			worst := f.Worst.Or(replay.Worst{})
			near(t, w.ID+" peak", worst.Load.Or(0), w.want("peak_load"), 1e-12)
			near(t, w.ID+" minute", worst.AtS/60, w.want("peak_minute"), 0)
		}
	}
}

// TestStoryCost checks what the day costs.
func TestStoryCost(t *testing.T) {
	for _, w := range values(t, "story-cost-") {
		first, changes := int64(w.Inputs.Provisioned), []scaling.Change(nil)
		if w.ID == "story-cost-schedule" {
			first, changes = levels(values(t, "story-schedule")[0].Inputs.Levels)
		}
		f, r := run(t, checkout(first), story(), replay.Options{Cost: prices(t)}, changes...)
		c := f.Cost.Or(replay.Cost{})
		near(t, w.ID, c.Total.Or(0), w.want("usd"), 1e-9)
		near(t, w.ID+" in all", r.Settings[0].Cost.Or(replay.Cost{}).Total.Or(0), w.want("usd"), 1e-9)
		near(t, w.ID+" of a month", c.TotalMonth.Or(0), w.want("usd")*730/24, 1e-9)
		if _, ok := w.Expected["capacity_usd"]; ok {
			near(t, w.ID+" capacity", c.ProvisionedCapacity.Or(-1), w.want("capacity_usd"), 1e-9)
			near(t, w.ID+" idle", c.Idle.Or(-1), w.want("idle_usd"), 1e-9)
		}
	}
}

// TestAcceptance checks the cases of the design that are not among the values: 30 units, a reservation, and bursts.
func TestAcceptance(t *testing.T) {
	f, _ := run(t, checkout(30), story(), replay.Options{Cost: prices(t)})
	near(t, "provisioned", f.ProvisionedRequests, 8_565_000, 1e-9)
	near(t, "spilled", f.SpilloverRequests, 435_000, 1e-9)
	near(t, "by chance", f.Chance.Or(replay.Chance{}).SpilloverRatio, 0.079224, 1e-5)
	near(t, "p99", float64(f.ConcurrencyP99.Or(0)), 42, 0)
	near(t, "idle", (f.ProvisionedUnitHours-f.BusyUnitHours.Or(0))*60, 26_010, 1e-9)
	near(t, "cost", f.Cost.Or(replay.Cost{}).Total.Or(0), 23.8376, 1e-5)
	near(t, "busy", f.BusyMean.Or(0), 1_104_000.0/86_400, 1e-9)
	if f.Verdict != calc.Spills || len(f.Episodes) != 2 || f.Episodes[0].FromS != 72_000 || f.Episodes[0].ToS != 72_300 ||
		f.Episodes[1].FromS != 43_200 || f.Episodes[1].ToS != 46_800 ||
		f.Worst.Or(replay.Worst{}).T.Or("") != "2026-11-24T20:00:00Z" {
		t.Errorf("the worst times are %+v", f.Episodes)
	}
	near(t, "the episode at noon", f.Episodes[1].SpilloverRequests, 3600*50, 1e-9)

	a := checkout(30)
	a.Functions[0].Reserved = calc.Some[int64](130)
	f, _ = run(t, a, story(), replay.Options{})
	near(t, "throttled by a reservation", f.ThrottledRequests, 105_000, 1e-9)
	if f.Verdict != calc.Throttles {
		t.Error(f.Verdict)
	}

	a = checkout(30)
	a.Functions[0].Peakedness = calc.Some(2.0)
	f, r := run(t, a, story(), replay.Options{EstimatePeakedness: true})
	near(t, "bursts", f.Chance.Or(replay.Chance{}).SpilloverRatio, 0.114767, 1e-5)
	if r.Traffic[0].PeakednessSource != calc.PeakednessGiven {
		t.Error(r.Traffic[0].PeakednessSource)
	}
	for _, w := range values(t, "story-concurrency-") {
		shares := map[float64]calc.Optional[int64]{0.5: f.ConcurrencyP50, 0.99: f.ConcurrencyP99, 0.999: f.ConcurrencyP999}
		f, _ = run(t, checkout(0), story(), replay.Options{})
		shares = map[float64]calc.Optional[int64]{0.5: f.ConcurrencyP50, 0.99: f.ConcurrencyP99, 0.999: f.ConcurrencyP999}
		if n, ok := shares[w.Inputs.P]; ok {
			near(t, w.ID, float64(n.Or(0)), w.want("concurrency"), 0)
		}
	}
}

// TestPeakedness checks that bursts are seen in the hour that has them, and none elsewhere.
func TestPeakedness(t *testing.T) {
	for _, c := range []struct {
		from, to    int
		least, most float64
	}{{9, 10, 3.74, 4.34}, {11, 12, 1, 1.001}} {
		hour, day := &series.Trace{Dated: true, Start: midnight + int64(c.from)*3600, StepS: 60}, story()
		for m := c.from * 60; m < c.to*60; m++ {
			hour.Append(day.At(m))
		}
		_, r := run(t, checkout(30), hour, replay.Options{EstimatePeakedness: true})
		x := r.Traffic[0]
		if x.Peakedness < c.least || x.Peakedness > c.most || x.PeakednessSource != calc.PeakednessFromMaximum ||
			x.Minutes != 60 {
			t.Errorf("%d to %d h: %+v", c.from, c.to, x)
		}
	}
	// Minutes that throttled show less than there was; a maximum that is missing shows nothing.
	trace := &series.Trace{Dated: true, StepS: 60}
	for range 60 {
		trace.Append(series.Step{Offered: 12000, DurationMS: 120, Throttled: 1, Maximum: 80})
	}
	_, r := run(t, checkout(30), trace, replay.Options{EstimatePeakedness: true})
	if x := r.Traffic[0]; x.Peakedness != 1 || x.PeakednessSource != calc.PeakednessUnknown {
		t.Errorf("throttled minutes count: %+v", x)
	}
}

// TestMinute checks single minutes whose rate limit matters.
func TestMinute(t *testing.T) {
	for _, w := range values(t, "minute-") {
		if _, ok := w.Expected["provisioned"]; !ok {
			continue
		}
		trace := &series.Trace{StepS: 60}
		trace.Append(series.Step{Offered: w.Inputs.Count, DurationMS: w.Inputs.DS * 1000})
		a := calc.Account{Concurrency: int64(w.Inputs.Provisioned + w.Inputs.Units),
			Functions: []calc.Function{{Name: "f", Mode: calc.Sync, Provisioned: int64(w.Inputs.Provisioned)}}}
		if strings.Contains(w.ID, "async") {
			a.Functions[0].Mode = calc.Async
		}
		f, _ := run(t, a, trace, replay.Options{})
		near(t, w.ID+" provisioned", f.ProvisionedRequests, w.want("provisioned"), 1e-9)
		near(t, w.ID+" on demand", f.OnDemandRequests, w.want("on_demand"), 1e-9)
		near(t, w.ID+" throttled", f.ThrottledRequests, w.want("throttled"), 1e-9)
		near(t, w.ID+" queued", f.QueuedRequests, w.want("queued"), 1e-9)
	}
}

// reports are the single invocations of the minute 02:59 of the story: one each 100 ms, of 110 and 130 ms in turn.
func reports() *series.Trace {
	t := &series.Trace{Function: "checkout", Start: midnight + 179*60, Dated: true, StepS: 60}
	for i := range 600 {
		c := series.Call{StartNS: t.Start*1e9 + int64(i)*1e8, DurationUS: 110_000}
		if i%2 == 1 {
			c.DurationUS = 130_000
		}
		switch i {
		case 0, 1, 2, 200, 400, 401:
			c.InitUS = 400_000
		}
		t.Calls = append(t.Calls, c)
	}
	t.Append(series.Step{Offered: 600, DurationMS: 120})
	return t
}

// TestReports checks single invocations, one by one.
func TestReports(t *testing.T) {
	for _, w := range values(t, "report-replay-") {
		f, r := run(t, checkout(int64(w.Inputs.Provisioned)), reports(), replay.Options{})
		near(t, w.ID+" provisioned", f.ProvisionedRequests, w.want("provisioned"), 0)
		near(t, w.ID+" on demand", f.OnDemandRequests, w.want("on_demand"), 0)
		if !f.Exact || !r.Traffic[0].Exact || f.Chance.Known() {
			t.Errorf("%s is not exact: %+v", w.ID, f)
		}
	}
	w := values(t, "report-sweep")[0]
	f, r := run(t, checkout(2), reports(), replay.Options{})
	near(t, "peak", float64(f.ConcurrencyMax.Or(0)), w.want("peak_concurrency"), 0)
	near(t, "busy", f.BusyMean.Or(0)*60, w.want("busy_s"), 1e-12)
	near(t, "requests", f.Requests, w.want("invocations"), 0)
	if r.Traffic[0].Inits.Or(0) != 6 || r.Traffic[0].DurationMeanMS.Or(0) != 120 {
		t.Errorf("%+v", r.Traffic[0])
	}
	if len(f.Levels) != 3 || f.Levels[0] != (replay.Level{Provisioned: 1, SpilloverRequests: 306}) ||
		f.Levels[1] != (replay.Level{Provisioned: 2, SpilloverRequests: 10}) ||
		f.Levels[2] != (replay.Level{Provisioned: 3, SpilloverRequests: 5}) {
		t.Errorf("levels: %+v", f.Levels)
	}
	// Twice as much traffic has no times of its own.
	f, r = run(t, checkout(2), reports(), replay.Options{Scale: 2})
	if f.Exact || f.Requests != 1200 || !f.Chance.Known() {
		t.Errorf("scaled: %+v", f)
	}
}
