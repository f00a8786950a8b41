package ramp_test

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/ramp"
)

// large is an account whose quota does not matter.
const large = 1_000_000

// function is a function that has not started anything.
func function(durationMS float64) calc.Function {
	return calc.Function{Name: "f", DurationMS: calc.Some(durationMS)}
}

// of follows the load of a single function, which is not given a rate of its own.
func of(t testing.TB, quota int64, f calc.Function, l ramp.Load, forS float64) ramp.Function {
	t.Helper()
	o := ramp.Options{Loads: []ramp.Load{l}}
	if forS > 0 {
		o.ForS = calc.Some(forS)
	}
	if !f.RPS.Known() {
		f.RPS = l.To
	}
	r, err := ramp.Of(calc.Account{Concurrency: quota, Functions: []calc.Function{f}}, o)
	if err != nil {
		t.Fatal(err)
	}
	return r.Functions[0]
}

// step is a jump from one rate to another, straight is a straight line.
func step(from, to float64) ramp.Load { return straight(from, to, 0) }
func straight(from, to, over float64) ramp.Load {
	return ramp.Load{Before: calc.Some(from), To: calc.Some(to), OverS: calc.Some(over)}
}

// near reports a figure that is off by more than a relative tolerance.
func near(t testing.TB, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*math.Abs(want)) && got != want {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// TestValues checks the worked values of ramps in testdata/time-values.json, which were computed in rational arithmetic
// or by integration in steps of 2 ms. It is long because each kind of value has a case.
func TestValues(t *testing.T) {
	text, err := os.ReadFile("testdata/time-values.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Values []struct {
			ID        string
			Inputs    map[string]json.RawMessage
			Expected  map[string]json.RawMessage
			Tolerance struct{ Value float64 }
		}
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, v := range file.Values {
		number := func(from map[string]json.RawMessage, key string) (x float64) {
			if err := json.Unmarshal(from[key], &x); err != nil {
				t.Fatalf("%s: %s: %v", v.ID, key, err)
			}
			return x
		}
		in := func(key string) float64 { return number(v.Inputs, key) }
		check := func(key string, got float64) {
			t.Helper()
			near(t, v.ID+": "+key, got, number(v.Expected, key), v.Tolerance.Value)
		}
		perSecond := func(got ramp.Function) {
			var want []float64
			if err := json.Unmarshal(v.Expected["per_second"], &want); err != nil {
				t.Fatal(err)
			}
			for i, x := range want {
				if math.Abs(got.Seconds[i].ThrottledRequests-x) > 1e-9*math.Max(1, x) {
					t.Errorf("%s: second %d refuses %v, want %v", v.ID, i, got.Seconds[i].ThrottledRequests, x)
				}
			}
			check("total", got.ThrottledRequests)
			check("last_throttle_s", got.LastThrottleS.Or(-1))
		}
		checked++
		switch {
		case v.ID == "step-rps-30000-20ms":
			got := of(t, large, function(in("d_s")*1000), step(0, in("rps")), 0)
			check("throttled_requests", got.ThrottledRequests)
			check("time_s", got.LastThrottleS.Or(-1))
		case strings.HasPrefix(v.ID, "step-low-"):
			d := in("d_s")
			got := of(t, large, function(d*1000), step(in("c0")/d, in("c1")/d), 0)
			check("throttled_requests", got.ThrottledLowRequests.Or(-1))
		case strings.HasPrefix(v.ID, "step-constant-"):
			d := in("d_s")
			near(t, v.ID, constantStep(in("D"), d), number(v.Expected, "throttled_requests"), v.Tolerance.Value)
			got := of(t, large, function(d*1000), step(0, in("D")/d), 0)
			if x := constantStep(in("D"), d); x > got.ThrottledRequests || x < got.ThrottledLowRequests.Or(math.Inf(1)) {
				t.Errorf("%s: %v is not between %v and %v", v.ID, x, got.ThrottledLowRequests, got.ThrottledRequests)
			}
		case strings.HasPrefix(v.ID, "step-"):
			d := in("d_s")
			got := of(t, large, function(d*1000), step(in("c0")/d, in("c1")/d), 0)
			check("throttled_requests", got.ThrottledRequests)
			check("time_s", got.LastThrottleS.Or(-1))
		case strings.HasPrefix(v.ID, "linear-"):
			d := in("d_s")
			got := of(t, large, function(d*1000), straight(0, in("D")/d, in("D")/in("g_per_s")), 0)
			check("throttled_requests", got.ThrottledRequests)
			if string(v.Expected["first_throttle_s"]) == "null" == got.FirstThrottleS.Known() {
				t.Errorf("%s: first refused at %v", v.ID, got.FirstThrottleS)
			}
		case v.ID == "seconds-300-3000-10s-1200ms":
			got := of(t, 5000, function(1200), straight(300, 3000, 10), 0)
			perSecond(got)
			check("first_throttle_s", got.FirstThrottleS.Or(-1))
			near(t, "warm", got.WarmEnvironments, in("warm"), 1e-12)
		case v.ID == "seconds-low-300-3000-10s-1200ms":
			got := of(t, 5000, function(1200), straight(300, 3000, 10), 0)
			check("total", got.ThrottledLowRequests.Or(-1))
		case v.ID == "seconds-1000-12000-1s-250ms":
			perSecond(of(t, large, function(250), straight(1000, 12000, 1), 0))
		case strings.HasPrefix(v.ID, "gentlest-"):
			got := of(t, large, function(in("d_s")*1000), step(in("from_rps"), in("to_rps")), 0)
			check("over_s", got.GentlestOverS.Or(-1))
		case strings.HasPrefix(v.ID, "coldstep-"):
			f := function(in("d_s") * 1000)
			f.InitMS = calc.Some(in("init_s") * 1000)
			got := of(t, large, f, step(0, in("rps")), 0)
			check("throttled_requests", got.ThrottledRequests)
			check("first_throttle_s", got.FirstThrottleS.Or(-1))
			near(t, v.ID+": last", got.LastThrottleS.Or(-1), in("d_s")+in("init_s"), 1e-9)
		default:
			checked--
		}
	}
	if checked != 15 {
		t.Errorf("%d values were checked", checked)
	}
}

// constantStep is what a step from nothing to D units refuses if all durations are d seconds: the sum of what is
// missing at the start of each period.
func constantStep(units, d float64) (sum float64) {
	for n := 1.0; ; n++ {
		missing := units - 1000 - 100*n*d
		if missing <= 0 {
			return sum
		}
		sum += missing
	}
}

// TestAcceptance checks the stories of ramps: the figures are closed forms, see the comments.
func TestAcceptance(t *testing.T) {
	t.Run("step", func(t *testing.T) {
		f := of(t, 10_000, function(200), step(0, 25_000), 0)
		near(t, "refused", f.ThrottledRequests, 400_000, 1e-9) // (5000-1000)²/200 x 5
		near(t, "in between", f.ThrottledLowRequests.Or(-1), 395_117.926, 1e-8)
		near(t, "served again", f.ServedAgainS.Or(-1), 40, 1e-9)
		near(t, "provisioned", float64(f.RequiredProvisioned.Or(-1)), 4000, 0) // 5000 - 1000
		near(t, "ready", f.ProvisionedReadyS.Or(-1), 160, 1e-12)               // 120 + 4000/100
	})
	t.Run("rate", func(t *testing.T) {
		f := of(t, 5000, function(20), step(0, 30_000), 0)
		near(t, "refused", f.ThrottledRequests, 200_000, 1e-9) // (3000-1000)²/200 x 10
		near(t, "served again", f.ServedAgainS.Or(-1), 20, 1e-9)
		if f.ThrottledLowRequests.Known() {
			t.Errorf("below 100 ms there is a low figure: %v", f.ThrottledLowRequests)
		}
	})
	t.Run("launch", func(t *testing.T) {
		f := of(t, 5000, function(1200), straight(300, 3000, 10), 0)
		near(t, "requests", f.Requests, 166_500, 1e-12)
		near(t, "provisioned", float64(f.RequiredProvisioned.Or(-1)), 2154, 0) // 3600 - 1000 x 324/224, rounded up
		near(t, "gentlest", f.GentlestOverS.Or(-1), 22.4, 1e-9)
		near(t, "ready", f.ProvisionedReadyS.Or(-1), 141.54, 1e-9)
		near(t, "worst", f.WorstSecondRatio, 991.6666666666666/3000, 1e-9)
		near(t, "worst second", f.WorstSecondS.Or(-1), 10, 0)
		kept := ramp.Load{To: calc.Some(3000.0), Shape: []ramp.Point{{0, 300}, {10, 3000}}}
		kept.Warm = calc.Some[int64](720) // 360 more than the rate before keeps busy
		f = of(t, 5000, function(1200), kept, 0)
		near(t, "provisioned beside 360 that are kept warm", float64(f.RequiredProvisioned.Or(-1)), 1794, 0)
	})
	t.Run("two causes", func(t *testing.T) {
		f := of(t, 2000, function(300), straight(500, 9000, 10), 120)
		near(t, "by rate", f.ThrottledScalingRequests, 425.07, 1e-5)
		near(t, "by size", f.ThrottledCapacityRequests, 259_869.28, 1e-7)
		if f.RequiredProvisioned.Known() || f.GentlestOverS.Known() || f.ServedAgainS.Known() {
			t.Errorf("there is a remedy for the size of the pool: %+v", f)
		}
	})
	t.Run("init", func(t *testing.T) {
		f := function(100)
		got := of(t, 10_000, f, step(0, 1000), 0)
		if got.Verdict != ramp.Survives {
			t.Errorf("without an init time: %+v", got)
		}
		f.InitMS = calc.Some(2000.0)
		got = of(t, 10_000, f, step(0, 1000), 0)
		near(t, "refused", got.ThrottledRequests, 890, 1e-9)
		near(t, "first", got.FirstThrottleS.Or(-1), 1000.0/900, 1e-9)
		near(t, "provisioned", float64(got.RequiredProvisioned.Or(-1)), 43, 0) // 0.1 (1000 - 1000/2.1 - 100)
		if got.ThrottledLowRequests.Known() {
			t.Errorf("with an init time there is a low figure: %v", got.ThrottledLowRequests)
		}
	})
}

// TestLooked checks how long a ramp is looked at whose last rate needs more than the pool of 1,000 units: the minute,
// or to the end of the shape, and a minute longer if the shape ends with a jump, which would otherwise go unseen.
func TestLooked(t *testing.T) {
	for _, test := range []struct {
		shape     []ramp.Point
		requests  float64
		throttled float64
	}{
		{[]ramp.Point{{TS: 0, RPS: 300}, {TS: 50, RPS: 300}, {TS: 50, RPS: 1100}}, 26_000, 10 * 100},
		{[]ramp.Point{{TS: 0, RPS: 300}, {TS: 60, RPS: 300}, {TS: 60, RPS: 1100}}, 84_000, 60 * 100},
		{[]ramp.Point{{TS: 0, RPS: 300}, {TS: 65, RPS: 300}, {TS: 65, RPS: 1100}}, 85_500, 60 * 100},
		// From 50 s on all units are busy, and up to 500 requests more arrive each second.
		{[]ramp.Point{{TS: 0, RPS: 500}, {TS: 100, RPS: 1500}}, 100_000, 50 * 500 / 2},
	} {
		a := calc.Account{Concurrency: 1000, Functions: []calc.Function{rated(function(1000))}}
		r, err := ramp.Of(a, ramp.Options{Loads: []ramp.Load{{Shape: test.shape}}})
		if err != nil {
			t.Fatal(err)
		}
		f := r.Functions[0]
		if math.Abs(f.Requests-test.requests) > 1e-6 || math.Abs(f.ThrottledRequests-test.throttled) > 1e-6 {
			t.Errorf("%v: %v of %v requests throttled, want %v of %v", test.shape, f.ThrottledRequests, f.Requests,
				test.throttled, test.requests)
		}
	}
}

// TestFillsPool checks that a ramp that nothing refuses is told apart from one whose highest rate random arrivals
// cannot keep up, by the share that a split of that rate gives.
func TestFillsPool(t *testing.T) {
	for rps, want := range map[float64]bool{4000: false, 4650: false, 4990: true, 5000: true} {
		a := calc.Account{Concurrency: 1000, Functions: []calc.Function{
			{Name: "f", RPS: calc.Some(rps), DurationMS: calc.Some(200.0)}}}
		r, err := ramp.Of(a, ramp.Options{Loads: []ramp.Load{{OverS: calc.Some(30.0)}}})
		if err != nil {
			t.Fatal(err)
		}
		found := slices.IndexFunc(r.Findings, func(f calc.Finding) bool { return f.ID == "ramp-full" })
		if r.Functions[0].Verdict != ramp.Survives || found >= 0 != want {
			t.Errorf("%g: %s, %v", rps, r.Functions[0].Verdict, r.Findings)
		}
		if split, _ := calc.Spill(a, calc.SpillOptions{Chance: true}); found >= 0 {
			share, _ := split.Functions[0].HeadlineRatio()
			if !strings.Contains(r.Findings[found].Message, quantity.FormatShare(share)+" of random arrivals") {
				t.Errorf("%g: %s, a split says %g", rps, r.Findings[found].Message, share)
			}
		}
	}
}
