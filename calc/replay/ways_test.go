package replay_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/replay"
	"github.com/lambdacap/lambdacap/calc/scaling"
	"github.com/lambdacap/lambdacap/calc/series"
)

// sized are the ways for a share of spilled requests.
func sized(share float64, steady bool) replay.WayOptions {
	sizing := calc.Sizing{TargetSpillover: calc.Some(share), Objective: calc.Fit}
	return replay.WayOptions{Sizing: sizing, Steady: steady}
}

// planned plans for one trace of an account with one function.
func planned(t testing.TB, a calc.Account, trace *series.Trace, w replay.WayOptions) replay.Planned {
	t.Helper()
	p, err := replay.Ways(replay.Setting{Account: a}, []*series.Trace{trace}, []int{0},
		replay.Options{Scale: 1, Cost: prices(t)}, w)
	if err != nil {
		t.Fatal(err)
	}
	return p[0]
}

// closeTo compares figures.
func closeTo(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if !(math.Abs(got-want) <= within) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// TestWaysSteady checks the ways of the story for 3.5 % of evenly spaced requests: flat and target tracking have the
// worked values [story-advice-3.5]. The schedule of the story has 408 unit-hours; the best of five levels has less.
func TestWaysSteady(t *testing.T) {
	p := planned(t, checkout(0), story(), sized(0.035, true))
	if len(p.Ways) != 3 {
		t.Fatalf("%+v", p.Ways)
	}
	flat, tracking, schedule := p.Ways[0], p.Ways[1], p.Ways[2]
	if flat.Way != calc.WayFlat || flat.Provisioned != calc.Some[int64](34) || flat.UnitHours != 816 {
		t.Errorf("%+v", flat)
	}
	closeTo(t, "flat", flat.SpilloverRatio, 0.034333, 1e-6)
	closeTo(t, "worst hour, flat", flat.WorstHourRatio, 249000.0/630000, 1e-9)
	if tracking.Way != calc.WayAutoscale || tracking.Min != calc.Some[int64](17) ||
		tracking.TargetRatio != calc.Some(0.8) {
		t.Errorf("%+v", tracking)
	}
	closeTo(t, "unit-minutes of tracking", tracking.UnitHours*60, 32148.81, 0.01)
	closeTo(t, "tracking", tracking.SpilloverRatio, 0.0349, 1e-4)
	closeTo(t, "worst hour, tracking", tracking.WorstHourRatio, 0.436, 5e-4)
	if schedule.Way != calc.WaySchedule || !schedule.Chosen || !(schedule.UnitHours < 408) || len(schedule.Segments) > 5 {
		t.Errorf("%+v", schedule)
	}
	for _, x := range p.Ways {
		if !x.Meets || x.SpilloverRatio > 0.035 || x.ChanceSpilloverRatio <= x.SpilloverRatio {
			t.Errorf("%+v", x)
		}
	}
	if p.RPS != 1000 || p.DurationMS != calc.Some(200.0) || p.Traffic.Requests != 9e6 {
		t.Errorf("busiest step %v/s of %v ms, %v requests", p.RPS, p.DurationMS, p.Traffic.Requests)
	}
}

// TestWaysRandom checks that ways are sized for random arrivals: 40 flat units for 3.5 %, by the story.
func TestWaysRandom(t *testing.T) {
	p := planned(t, checkout(0), story(), sized(0.035, false))
	if p.Ways[0].Provisioned != calc.Some[int64](40) {
		t.Errorf("%+v", p.Ways[0])
	}
	for _, x := range p.Ways {
		if !x.Meets || x.ChanceSpilloverRatio > 0.035 || x.ChanceSpilloverRatio < 0.03 {
			t.Errorf("%+v", x)
		}
	}
	if p := planned(t, checkout(0), story(), replay.WayOptions{}); p.Ways[0].ChanceSpilloverRatio > 0.01 {
		t.Errorf("without a target: %+v", p.Ways[0])
	}
}

// TestWaysReplayed checks that a schedule, replayed, does what its way says.
func TestWaysReplayed(t *testing.T) {
	w := sized(0.02, false)
	schedule := planned(t, checkout(0), story(), w).Ways[2]
	var levels [][2]int64
	for _, s := range schedule.Segments {
		levels = append(levels, [2]int64{int64(s.From) * 60, s.Provisioned})
	}
	var changes []scaling.Change
	for _, l := range levels[1:] {
		changes = append(changes, scaling.Change{AtS: float64(l[0] * 60), Units: l[1], Cause: scaling.Scheduled})
	}
	f, _ := run(t, checkout(levels[0][1]), story(), replay.Options{Cost: prices(t)}, changes...)
	closeTo(t, "steady", schedule.SpilloverRatio, f.SpilloverRatio, 1e-12)
	closeTo(t, "random", schedule.ChanceSpilloverRatio, f.Chance.Or(replay.Chance{}).SpilloverRatio, 1e-12)
	closeTo(t, "unit-hours", schedule.UnitHours, f.ProvisionedUnitHours, 1e-9)
	closeTo(t, "cost", schedule.Total.Or(-1), f.Cost.Or(replay.Cost{}).Total.Or(0), 1e-9)
}

// TestWaysLeast checks that one unit less of a flat way, or of any level of a schedule, misses the target.
func TestWaysLeast(t *testing.T) {
	for _, steady := range []bool{false, true} {
		p := planned(t, checkout(0), story(), sized(0.02, steady))
		spills := func(changes ...scaling.Change) float64 {
			f, _ := run(t, checkout(changes[0].Units), story(), replay.Options{}, changes[1:]...)
			if steady {
				return f.SpilloverRatio
			}
			return f.Chance.Or(replay.Chance{}).SpilloverRatio
		}
		if n := p.Ways[0].Provisioned.Or(0); spills(scaling.Change{Units: n - 1}) <= 0.02 {
			t.Errorf("steady %v: %d units are enough", steady, n-1)
		}
		segments := p.Ways[2].Segments
		for i := range segments {
			var changes []scaling.Change
			for k, s := range segments {
				if k == i {
					s.Provisioned--
				}
				changes = append(changes, scaling.Change{AtS: float64(s.From) * 3600, Units: s.Provisioned})
			}
			if spills(changes...) <= 0.02 {
				t.Errorf("steady %v: level %d of %+v can be lower", steady, i, segments)
			}
		}
	}
}

// TestWaysCost checks that no neighbour of the cheapest flat way is cheaper, that freer ways cost no more, and that a
// penalty for spilled requests leads to more units.
func TestWaysCost(t *testing.T) {
	w := replay.WayOptions{Sizing: calc.Sizing{Objective: calc.Cheapest}}
	p := planned(t, checkout(0), story(), w)
	cost := func(n int64) float64 {
		f, _ := run(t, checkout(n), story(), replay.Options{Cost: prices(t)})
		return f.Cost.Or(replay.Cost{}).Total.Or(0)
	}
	flat := p.Ways[0]
	for n := int64(0); n < 40; n++ {
		if c := cost(n); c < flat.Total.Or(0)*0.995 { // a replay prices by evenly spaced requests
			t.Errorf("%d units cost %v, the way %v", n, c, flat.Total)
		}
	}
	schedule := p.Ways[2]
	if !(schedule.Total.Or(0) <= flat.Total.Or(0)*1.001) || !schedule.Meets {
		t.Errorf("%+v\n%+v", schedule, flat)
	}
	w.SpillPenalty = 0.01
	if dear := planned(t, checkout(0), story(), w).Ways[0]; dear.Provisioned.Or(0) <= flat.Provisioned.Or(0) {
		t.Errorf("with a penalty %v, without %v", dear.Provisioned, flat.Provisioned)
	}
	w.SpillPenalty = 0
	for _, share := range []float64{0.01, 0.02, 0.05, 0.1} { // that of a target that binds is no dearer than any other
		w.TargetSpillover = calc.Some(share)
		w.Objective = calc.Fit
		fit := planned(t, checkout(0), story(), w).Ways[2]
		w.Objective = calc.Cheapest
		cheap := planned(t, checkout(0), story(), w).Ways[2]
		if !cheap.Meets || cheap.Total.Or(0) > fit.Total.Or(0)*1.0001 {
			t.Errorf("%g: %v %v, with the least unit-hours %v", share, cheap.Meets, cheap.Total, fit.Total)
		}
	}
	a := checkout(0)
	a.Region = ""
	_, err := replay.Ways(replay.Setting{Account: a}, []*series.Trace{story()}, []int{0}, replay.Options{Scale: 1}, w)
	if err == nil || !strings.Contains(err.Error(), "expected --region and --memory") {
		t.Errorf("without a Region: %v", err)
	}
}

// TestWaysChosen checks which way is advised.
func TestWaysChosen(t *testing.T) {
	for objective, want := range map[calc.Objective]calc.WayKind{
		calc.Fit: calc.WaySchedule, calc.Autoscale: calc.WayAutoscale, calc.Scheduled: calc.WaySchedule,
	} {
		w := sized(0.05, true)
		w.Objective = objective
		count := 0
		for _, x := range planned(t, checkout(0), story(), w).Ways {
			if x.Chosen {
				count++
				if x.Way != want {
					t.Errorf("%s chooses %s", objective, x.Way)
				}
			}
		}
		if count != 1 {
			t.Errorf("%s chooses %d ways", objective, count)
		}
	}
}

// TestWaysAlone checks that each function has what the settings of the others leave, whatever their traffic.
func TestWaysAlone(t *testing.T) {
	a := checkout(0)
	a.Concurrency = 200
	want := planned(t, a, story(), sized(0.05, true)).Ways
	a.Functions = append(a.Functions, calc.Function{Name: "other", Mode: calc.Sync, MemoryMB: calc.Some[int64](1024)})
	other := story()
	other.Function = "other"
	both := func() []replay.Planned {
		p, err := replay.Ways(replay.Setting{Account: a}, []*series.Trace{story(), other}, []int{0, 1},
			replay.Options{Scale: 1, Cost: prices(t)}, sized(0.05, true))
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	for _, p := range both() {
		if !reflect.DeepEqual(p.Ways, want) {
			t.Errorf("got %v, want %v", p.Ways, want)
		}
	}
	a.Functions[1].Provisioned = 80 // leaves 120, 100 of them unreserved
	p := both()
	if x := p[0].Ways; len(x) != 1 || x[0].Provisioned != calc.Some[int64](20) || x[0].Meets || x[0].Chosen {
		t.Errorf("with 20 units: %+v", x)
	}
	if p[0].Needed != 30 || p[1].Needed != 0 {
		t.Errorf("needed: %d and %d", p[0].Needed, p[1].Needed)
	}
	if len(p[1].Ways) != 3 || p[1].Function != 1 {
		t.Errorf("the other: %+v", p[1])
	}
	a = checkout(0)
	a.Functions[0].Reserved = calc.Some[int64](32)
	if x := planned(t, a, story(), sized(0.03, true)).Ways; len(x) != 1 || x[0].Provisioned != calc.Some[int64](32) {
		t.Errorf("with a reservation of 32: %+v", x)
	}
}

// TestWaysWithout checks traffic that lacks something: days, times, durations, requests.
func TestWaysWithout(t *testing.T) {
	morning := &series.Trace{Function: "checkout", Dated: true, Start: midnight, StepS: 60}
	untimed := &series.Trace{Function: "checkout", Dated: true, Start: midnight, StepS: 60}
	none := &series.Trace{Function: "checkout", Dated: true, Start: midnight, StepS: 60}
	for m := range 300 {
		morning.Append(series.Step{Offered: 600 + float64(m), DurationMS: 100})
		untimed.Append(series.Step{Offered: 600})
		none.Append(series.Step{})
	}
	p := planned(t, checkout(0), morning, sized(0.05, false))
	if len(p.Ways) != 2 || !strings.Contains(p.Unscheduled, "every hour") {
		t.Errorf("a morning: %+v", p)
	}
	undated := story()
	undated.Dated = false
	p = planned(t, checkout(0), undated, sized(0.05, true))
	if len(p.Ways) != 2 || !strings.Contains(p.Unscheduled, "no times") {
		t.Errorf("without times: %+v", p)
	}
	if p := planned(t, checkout(0), none, sized(0.05, false)); len(p.Ways) != 0 || p.RPS != 0 {
		t.Errorf("without requests: %+v", p)
	}
	_, err := replay.Ways(replay.Setting{Account: checkout(0)}, []*series.Trace{untimed}, []int{0},
		replay.Options{Scale: 1}, sized(0.05, false))
	var faults calc.Faults
	if !errors.As(err, &faults) || faults[0].Field != "duration" {
		t.Errorf("without durations: %v", err)
	}
}

// TestWaysZone checks that the hours of a schedule are those of the zone: in one that is six hours ahead of UTC, the
// busiest hour of the story, 12:00 UTC, is that of 18:00.
func TestWaysZone(t *testing.T) {
	w := sized(0.032, true)
	w.Segments = 24
	utc := planned(t, checkout(0), story(), w).Ways[2]
	w.Zone = scaling.Zone{Name: "Asia/Almaty", OffsetS: func(int64) int64 { return 6 * 3600 }}
	there := planned(t, checkout(0), story(), w).Ways[2]
	peak := func(x calc.Way) (from int) {
		for _, s := range x.Segments {
			if s.Provisioned == x.Max.Or(0) {
				from = s.From
			}
		}
		return from
	}
	if peak(utc) != 12 || peak(there) != 18 {
		t.Errorf("%+v\n%+v", utc.Segments, there.Segments)
	}
	closeTo(t, "unit-hours", there.UnitHours, utc.UnitHours, 1e-9)
}

// noisy is the story with minutes that all differ.
func noisy() *series.Trace {
	r := rand.New(rand.NewPCG(7, 1))
	trace, clean := &series.Trace{Function: "checkout", Start: midnight, Dated: true, StepS: 60}, story()
	for i := range clean.Len() {
		s := clean.At(i)
		s.Offered *= 0.9 + 0.2*r.Float64()
		s.DurationMS *= 0.9 + 0.2*r.Float64()
		trace.Append(s)
	}
	return trace
}

// BenchmarkWays sizes the three ways for a day of minutes that all differ, and random arrivals: less than 1 s.
func BenchmarkWays(b *testing.B) {
	trace := noisy()
	for b.Loop() {
		planned(b, checkout(0), trace, sized(0.01, false))
	}
}

// BenchmarkWaysReplay is the yardstick of BenchmarkWays: one replay of the same day.
func BenchmarkWaysReplay(b *testing.B) {
	trace := noisy()
	for b.Loop() {
		run(b, checkout(30), trace, replay.Options{})
	}
}

// TestRecommended checks that the recommended settings do what the ways that are chosen do, for all functions at once.
func TestRecommended(t *testing.T) {
	a := checkout(30)
	a.Functions = append(a.Functions, a.Functions[0])
	a.Functions[1].Name = "search"
	quiet := story()
	quiet.Function = "search"
	own := replay.Setting{Account: a, Policies: make([]*scaling.Policy, 2)}
	traces, functions, o := []*series.Trace{story(), quiet}, []int{0, 1}, replay.Options{Scale: 1}
	for _, objective := range []calc.Objective{calc.Fit, calc.Autoscale, calc.Scheduled} {
		w := replay.WayOptions{Sizing: calc.Sizing{Objective: objective}}
		ways, err := replay.Ways(own, traces, functions, o, w)
		if err != nil {
			t.Fatal(err)
		}
		s, err := replay.Recommended(own, traces, functions, o, w)
		if err != nil {
			t.Fatal(err)
		}
		r, err := replay.Replay([]replay.Setting{own, s}, traces, functions, o)
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range r.Compared {
			for _, way := range ways[i].Ways {
				if way.Chosen && (f.ProvisionedUnitHours != way.UnitHours || f.SpilloverRatio != way.SpilloverRatio) {
					t.Errorf("%s, %s: got %v unit-hours and %v spilled, want %+v", objective, f.Name,
						f.ProvisionedUnitHours, f.SpilloverRatio, way)
				}
			}
		}
	}
}

// TestProgress checks that as many ways are counted as there may be, whether or not a function has them all.
func TestProgress(t *testing.T) {
	for _, reserved := range []calc.Optional[int64]{{}, calc.Some[int64](2)} {
		done := 0
		w := sized(0.035, true)
		w.Progress = func(more int) { done += more }
		a := checkout(0)
		a.Functions[0].Reserved = reserved
		if planned(t, a, story(), w); done != replay.MostWays {
			t.Errorf("%d ways are counted, want %d", done, replay.MostWays)
		}
	}
}
