package replay_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/replay"
	"github.com/lambdacap/lambdacap/calc/scaling"
	"github.com/lambdacap/lambdacap/calc/series"
)

// TestConstant checks that traffic that does not change gives the split, the chances and the cost of its rate.
func TestConstant(t *testing.T) {
	for _, a := range []calc.Account{
		{Concurrency: 1000, Region: "us-east-1", Functions: []calc.Function{
			{Name: "f", RPS: calc.Some(200.0), DurationMS: calc.Some(120.0), Provisioned: 20, MemoryMB: calc.Some[int64](512),
				InitMS: calc.Some(800.0)}}},
		{Concurrency: 100, Functions: []calc.Function{
			{Name: "f", RPS: calc.Some(900.0), DurationMS: calc.Some(120.0), Provisioned: 20, Peakedness: calc.Some(3.0)}}},
		{Concurrency: 100, Functions: []calc.Function{
			{Name: "f", RPS: calc.Some(900.0), DurationMS: calc.Some(40.0), Provisioned: 20},
			{Name: "g", RPS: calc.Some(400.0), DurationMS: calc.Some(90.0), Mode: calc.Async},
			{Name: "h", RPS: calc.Some(100.0), DurationMS: calc.Some(150.0), Provisioned: 3, Reserved: calc.Some[int64](12)},
			{Name: "i", RPS: calc.Some(20.0), DurationMS: calc.Some(2000.0), Provisioned: 3, Mode: calc.Async},
		}},
		{Concurrency: 1000, Functions: []calc.Function{{Name: "f", RPS: calc.Some(900.0), Provisioned: 20}}},
	} {
		cost := prices(t)
		want, err := calc.Spill(a, calc.SpillOptions{Chance: true, Cost: cost})
		if err != nil {
			t.Fatal(err)
		}
		var traces []*series.Trace
		var of []int
		given := a
		given.Functions = append([]calc.Function(nil), a.Functions...)
		for i, f := range a.Functions {
			trace := &series.Trace{Function: f.Name, Dated: true, StepS: 60}
			for range 1500 {
				trace.Append(series.Step{Offered: f.RPS.Or(0) * 60, DurationMS: f.DurationMS.Or(0)})
			}
			traces, of = append(traces, trace), append(of, i)
			given.Functions[i].RPS, given.Functions[i].DurationMS = calc.Optional[float64]{}, calc.Optional[float64]{}
		}
		r, err := replay.Replay([]replay.Setting{{Account: given}}, traces, of, replay.Options{Scale: 1, Cost: cost})
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range want.Functions {
			f := r.Functions[i]
			const seconds = 90000.0
			near(t, "provisioned", f.ProvisionedRequests, row.ProvisionedRPS*seconds, 1e-9)
			near(t, "on demand", f.OnDemandRequests, row.OnDemandRPS*seconds, 1e-9)
			near(t, "throttled", f.ThrottledRequests, row.ThrottledRPS*seconds, 1e-9)
			near(t, "queued", f.QueuedRequests, row.QueuedRPS*seconds, 1e-9)
			near(t, "busy", f.BusyMean.Or(0), row.Busy(), 1e-9)
			if f.Verdict != row.Verdict || f.VerdictRandom != row.VerdictRandom {
				t.Errorf("%s: %s, %v, want %s, %v", row.Name, f.Verdict, f.VerdictRandom, row.Verdict, row.VerdictRandom)
			}
			own, usd := f.Cost.Or(replay.Cost{}).Total, row.Cost.Or(calc.Cost{}).Total
			if f.Chance.Known() != row.Chance.Known() || own.Known() != usd.Known() {
				t.Errorf("%s: the chances or the cost are missing", row.Name)
			}
			x, c := row.Chance.Or(calc.Chance{}), f.Chance.Or(replay.Chance{})
			near(t, "spilled by chance", c.SpilloverRatio, x.SpilloverRatio.Or(0), 1e-9)
			near(t, "throttled by chance", c.ThrottledRatio, x.ThrottledRatio.Or(0), 1e-9)
			near(t, "queued by chance", c.QueuedRatio, x.QueuedRatio.Or(0), 1e-9)
			near(t, "cold starts", c.ColdStartRatio.Or(-1), x.ColdStartRatio.Or(-1), 1e-9)
			near(t, "cost", f.Cost.Or(replay.Cost{}).TotalMonth.Or(0), row.Cost.Or(calc.Cost{}).Total.Or(0), 1e-9)
			if row.Name == "f" && row.Chance.Known() && f.ConcurrencyP99.Or(0) != x.ConcurrencyP99 {
				t.Errorf("p99 is %d, want %d", f.ConcurrencyP99.Or(0), x.ConcurrencyP99)
			}
		}
		near(t, "all", r.Settings[0].SpilloverRatio, want.Account.SpilloverRatio, 1e-9)
	}
}

// random draws an account and traffic of all kinds.
func random(r *rand.Rand) (s replay.Setting, traces []*series.Trace, of []int) {
	s.Account = calc.Account{Concurrency: 10000}
	for i := range 1 + r.IntN(4) {
		f := calc.Function{Name: fmt.Sprint("f", i), Mode: []calc.Mode{calc.Sync, calc.Async}[r.IntN(2)]}
		if r.IntN(2) == 0 {
			f.Provisioned = int64(r.IntN(30))
		}
		if r.IntN(3) == 0 {
			f.Reserved = calc.Some(f.Provisioned + int64(r.IntN(20)))
		}
		s.Account.Functions = append(s.Account.Functions, f)
		s.Changes = append(s.Changes, nil)
		if r.IntN(8) == 0 {
			continue
		}
		trace := &series.Trace{Function: f.Name, Dated: r.IntN(4) > 0, StepS: []int64{1, 60, 300}[r.IntN(3)]}
		trace.Start = midnight + int64(r.IntN(5))*30
		for range 1 + r.IntN(300) {
			x := series.Step{Offered: float64(r.IntN(1000)) * r.Float64(), DurationMS: math.Exp(r.Float64() * 7)}
			x.Missing = r.IntN(20) == 0
			if x.Missing {
				x = series.Step{Missing: true}
			}
			trace.Append(x)
		}
		traces, of = append(traces, trace), append(of, i)
		at := 0.0
		for range r.IntN(5) {
			at += r.Float64() * 5 * float64(trace.StepS)
			s.Changes[i] = append(s.Changes[i], scaling.Change{AtS: at, Units: int64(r.IntN(int(f.Reserved.Or(40)) + 1))})
		}
	}
	return s, traces, of
}

// FuzzReplay checks the properties of what replays of all kinds give.
func FuzzReplay(f *testing.F) {
	for seed := range uint64(40) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		s, traces, of := random(rand.New(rand.NewPCG(seed, 1)))
		if len(traces) == 0 {
			return
		}
		o := replay.Options{Scale: 1, Minutes: true, EstimatePeakedness: seed%2 == 0, SkipGaps: seed%3 == 0}
		r, err := replay.Replay([]replay.Setting{s, more(s)}, traces, of, o)
		if err != nil {
			t.Fatal(err)
		}
		finite(t, "result", reflect.ValueOf(r))
		offered := 0.0
		for _, x := range r.Traffic {
			offered += x.Requests
		}
		all := append(append(append([]replay.Sums(nil), r.Settings...), sumsOf(r.Functions)...), sumsOf(r.Compared)...)
		for _, x := range all {
			sum := x.ProvisionedRequests + x.OnDemandRequests + x.ThrottledRequests + x.QueuedRequests
			near(t, "the sum of the parts", sum, x.Requests, 1e-14)
			if x.SpilloverRequests > x.OnDemandRequests || x.BusyUnitHours.Or(0) > x.ProvisionedUnitHours*(1+1e-12) {
				t.Errorf("a part is more than the whole: %+v", x)
			}
		}
		near(t, "requests", r.Settings[0].Requests, offered, 1e-9)
		less, plenty := r.Settings[0], r.Settings[1]
		if plenty.ProvisionedRequests < less.ProvisionedRequests*(1-1e-12) {
			t.Errorf("more units serve less: %+v, %+v", less, plenty)
		}
		perMinute := 0.0
		for i, m := range r.Minutes {
			perMinute += m.ProvisionedRPS + m.OnDemandRPS + m.ThrottledRPS + m.QueuedRPS - m.RPS
			if i > 0 && m.Function == r.Minutes[i-1].Function && m.AtS <= r.Minutes[i-1].AtS {
				t.Fatalf("minutes are not in order: %+v", r.Minutes[i-1:i+1])
			}
		}
		if math.Abs(perMinute) > 1e-6*(1+offered) {
			t.Error("the parts of the minutes do not add up", perMinute)
		}
	})
}

func sumsOf(rows []replay.Function) (list []replay.Sums) {
	for _, r := range rows {
		list = append(list, r.Sums)
	}
	return list
}

// more returns a setting with more units everywhere.
func more(s replay.Setting) replay.Setting {
	x := replay.Setting{Name: "more", Account: s.Account}
	x.Account.Functions = append([]calc.Function(nil), s.Account.Functions...)
	for i := range x.Account.Functions {
		f := &x.Account.Functions[i]
		f.Provisioned += 50
		if f.Reserved.Known() {
			f.Reserved = calc.Some(f.Reserved.Or(0) + 50)
		}
		var own []scaling.Change
		for _, c := range s.Changes[i] {
			c.Units += 50
			own = append(own, c)
		}
		x.Changes = append(x.Changes, own)
	}
	return x
}

// finite checks that every number is finite and not negative.
func finite(t *testing.T, path string, v reflect.Value) {
	t.Helper()
	switch v.Kind() {
	case reflect.Float64:
		if x := v.Float(); math.IsNaN(x) || math.IsInf(x, 0) || x < 0 {
			t.Errorf("%s is %v", path, x)
		}
	case reflect.Pointer:
		if !v.IsNil() {
			finite(t, path, v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			finite(t, path+"."+v.Type().Field(i).Name, v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			finite(t, fmt.Sprintf("%s[%d]", path, i), v.Index(i))
		}
	}
}

// TestProcessors checks that the number of processors changes nothing.
func TestProcessors(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for seed := range uint64(12) {
		var first replay.Result
		for i, n := range []int{1, 2, 7} {
			runtime.GOMAXPROCS(n)
			s, traces, of := random(rand.New(rand.NewPCG(seed, 2)))
			if len(traces) == 0 {
				break
			}
			o := replay.Options{Scale: 1, Minutes: true, EstimatePeakedness: true}
			r, err := replay.Replay([]replay.Setting{s}, traces, of, o)
			if err != nil {
				t.Fatal(err)
			}
			if i == 0 {
				first = r
			} else if !reflect.DeepEqual(r, first) {
				t.Fatalf("seed %d: another result with %d processors", seed, n)
			}
		}
	}
}
