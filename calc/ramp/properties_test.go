package ramp_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/ramp"
)

// anyone returns a random function with a load that makes it refuse something most of the time.
func anyone(random *rand.Rand) (calc.Function, ramp.Load) {
	f := function(math.Exp(3 + 6*random.Float64())) // 20 ms to 8 s
	carries := math.Min(10, 1000/f.DurationMS.Or(1))
	f.Provisioned = random.Int64N(2) * random.Int64N(1500)
	if random.IntN(3) == 0 {
		f.Reserved = calc.Some(f.Provisioned + random.Int64N(4400))
	}
	if random.IntN(4) == 0 {
		f.Mode = calc.Async
	}
	var l ramp.Load
	at := 0.0
	for range 1 + random.IntN(5) {
		l.Shape = append(l.Shape, ramp.Point{TS: at, RPS: carries * 4000 * random.Float64()})
		at += 20 * random.Float64() * float64(random.IntN(3)) / 2
	}
	if random.IntN(3) == 0 {
		l.Warm = calc.Some(random.Int64N(2000))
	}
	return rated(f), l
}

// TestProperties checks what holds for every ramp.
func TestProperties(t *testing.T) {
	random := rand.New(rand.NewPCG(13, 3))
	for range 1500 {
		f, l := anyone(random)
		got := of(t, 6000, f, l, 0)
		consistent(t, got)

		if n, ok := got.RequiredProvisioned.Get(); ok {
			try := f
			try.Provisioned = n
			if l.Warm.Known() {
				continue // warm environments are then beside another base
			}
			if with := of(t, 6000, try, l, 0); with.Refused() > 0 {
				t.Fatalf("%+v %v: %d provisioned still refuse %v", f, l.Shape, n, with.Refused())
			}
			try.Provisioned--
			if less := of(t, 6000, atLeastNone(try), l, 0); n > 0 && less.Refused() == 0 {
				t.Fatalf("%+v %v: one less than %d provisioned refuses nothing", f, l.Shape, n)
			}
		}

		more := f
		more.Provisioned += 1 + random.Int64N(500)
		brief := f.Mode == calc.Async && f.DurationMS.Or(0) < 100 // a provisioned unit then takes less than another
		if more.Provisioned <= got.ReachUnits && !l.Warm.Known() && !brief {
			if with := of(t, 6000, more, l, 0); with.Refused() > got.Refused()*(1+1e-9)+1e-6 {
				t.Fatalf("%+v %v: %d provisioned refuse %v, %d refuse %v", f, l.Shape,
					f.Provisioned, got.Refused(), more.Provisioned, with.Refused())
			}
		}

		higher := l
		higher.Shape = nil
		factor := 1 + random.Float64()
		for _, p := range l.Shape {
			higher.Shape = append(higher.Shape, ramp.Point{TS: p.TS, RPS: p.RPS * factor})
		}
		same, raised := l, higher
		same.Warm, raised.Warm = calc.Some[int64](100), calc.Some[int64](100)
		low, high := of(t, 6000, f, same, 0), of(t, 6000, f, raised, 0)
		if high.Refused() < low.Refused()*(1-1e-9)-1e-6 {
			t.Fatalf("%+v %v: %v refused, but %v at %v times the rate", f, l.Shape, low.Refused(), high.Refused(), factor)
		}
	}
}

// atLeastNone returns a function without negative provisioned concurrency.
func atLeastNone(f calc.Function) calc.Function {
	f.Provisioned = max(0, f.Provisioned)
	return f
}

// consistent checks an answer in itself.
func consistent(t *testing.T, f ramp.Function) {
	t.Helper()
	if _, err := json.Marshal(f); err != nil { // which rejects infinities and NaN
		t.Fatalf("%+v: %v", f, err)
	}
	offered, refused := 0.0, 0.0
	for i, s := range f.Seconds {
		parts := s.ProvisionedRequests + s.OnDemandRequests + s.ThrottledRequests + s.QueuedRequests
		if math.Abs(parts-s.OfferedRequests) > 1e-9*s.OfferedRequests+1e-9 || s.OnDemandRequests < 0 ||
			s.ProvisionedRequests < 0 || s.ThrottledRequests < 0 || s.QueuedRequests < 0 ||
			s.Environments < 0 || s.Tokens < 0 || s.Tokens > 1000 || s.TS != float64(i) {
			t.Fatalf("second %d of %+v: %+v", i, f.Shape, s)
		}
		offered += s.OfferedRequests
		refused += s.ThrottledRequests + s.QueuedRequests
	}
	near(t, "requests", f.Requests, offered, 1e-9)
	causes := f.ThrottledScalingRequests + f.ThrottledCapacityRequests
	if math.Abs(refused-f.Refused()) > 1e-9*offered || math.Abs(causes-f.Refused()) > 1e-9*offered {
		t.Fatalf("%v: %v by cause, %v by second, %v in all", f.Shape, causes, refused, f.Refused())
	}
	if low, ok := f.ThrottledLowRequests.Get(); ok && (low > f.Refused()*(1+1e-12) || low < 0) {
		t.Fatalf("%v: at least %v, at most %v", f.Shape, low, f.Refused())
	}
	if (f.Refused() > 0) != (f.Verdict != ramp.Survives) || f.FirstThrottleS.Known() != (f.Refused() > 0) {
		t.Fatalf("%v: %v refused, %s, first at %v", f.Shape, f.Refused(), f.Verdict, f.FirstThrottleS)
	}
	if first, last := f.FirstThrottleS.Or(0), f.LastThrottleS.Or(0); last < first || last > float64(len(f.Seconds)) {
		t.Fatalf("%v: from %v to %v", f.Shape, first, last)
	}
}

// TestGentlest checks that the gentlest ramp refuses nothing, and that one that is 3 % shorter does.
func TestGentlest(t *testing.T) {
	random := rand.New(rand.NewPCG(13, 4))
	for range 400 {
		f := function(100 + 3000*random.Float64())
		f.Provisioned = random.Int64N(1500)
		if random.IntN(8) == 0 {
			f.InitMS = calc.Some(3000 * random.Float64())
		}
		l := step(random.Float64()*500, 500+random.Float64()*4000)
		if random.IntN(2) == 0 {
			l.Warm = calc.Some(random.Int64N(2000))
		}
		over, ok := of(t, large, f, l, 0).GentlestOverS.Get()
		if !ok || over > ramp.MostSpanS {
			continue
		}
		l.OverS = calc.Some(over * (1 + 1e-9))
		if got := of(t, large, f, l, 0); got.Refused() > 0 {
			t.Fatalf("%+v %+v: over %v s still refuses %v", f, l, over, got.Refused())
		}
		l.OverS = calc.Some(over * 0.97)
		if got := of(t, large, f, l, 0); over > 0 && got.Refused() == 0 {
			t.Fatalf("%+v %+v: less than %v s refuses nothing", f, l, over)
		}
	}
}

// FuzzOf looks for anything that makes an answer inconsistent.
func FuzzOf(f *testing.F) {
	f.Add(1200.0, 300.0, 3000.0, 10.0, 100.0, 20.0, int64(0), int64(-1), 0.0, false)
	f.Add(20.0, 0.0, 30_000.0, 0.0, 0.0, 0.0, int64(10), int64(500), 2000.0, true)
	f.Fuzz(func(t *testing.T, durationMS, a, b, at, c, then float64, provisioned, reserved int64, initMS float64,
		async bool) {
		fn := rated(function(durationMS))
		fn.Provisioned = provisioned
		if reserved >= 0 {
			fn.Reserved = calc.Some(reserved)
		}
		if initMS > 0 {
			fn.InitMS = calc.Some(initMS)
		}
		if async {
			fn.Mode = calc.Async
		}
		l := ramp.Load{Shape: []ramp.Point{{TS: 0, RPS: a}, {TS: at, RPS: b}, {TS: then, RPS: c}}}
		r, err := ramp.Of(calc.Account{Concurrency: 10_000, Functions: []calc.Function{fn}},
			ramp.Options{Loads: []ramp.Load{l}})
		if err != nil {
			if _, ok := err.(calc.Faults); !ok {
				t.Fatal(err)
			}
			return
		}
		consistent(t, r.Functions[0])
	})
}

// TestShared checks that functions share the unreserved pool: what all of them get is what there is, each is refused
// what Spill refuses it while rates are steady, and a function with a reservation is as if it were alone.
func TestShared(t *testing.T) {
	account := calc.Account{Concurrency: 3000}
	var o ramp.Options
	for _, f := range []struct {
		name       string
		durationMS float64
		from, to   float64
		reserved   int64
		mode       calc.Mode
	}{
		{"a", 1000, 200, 1500, 0, calc.Sync},
		{"b", 20, 1000, 12_000, 0, calc.Sync},
		{"c", 500, 1000, 1800, 0, calc.Async},
		{"d", 1000, 100, 700, 600, calc.Sync},
	} {
		fn := calc.Function{Name: f.name, Mode: f.mode, DurationMS: calc.Some(f.durationMS), RPS: calc.Some(f.to)}
		if f.reserved > 0 {
			fn.Reserved = calc.Some(f.reserved)
		}
		account.Functions = append(account.Functions, fn)
		o.Loads = append(o.Loads, straight(f.from, f.to, 20))
	}
	r, err := ramp.Of(account, o)
	if err != nil {
		t.Fatal(err)
	}
	steady, err := calc.Spill(account, calc.SpillOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range r.Functions {
		consistent(t, f)
		last := f.Seconds[len(f.Seconds)-1]
		s := steady.Functions[i]
		near(t, f.Name+" refused", last.ThrottledRequests+last.QueuedRequests, s.ThrottledRPS+s.QueuedRPS, 1e-9)
		near(t, f.Name+" on demand", last.OnDemandRequests, s.OnDemandRPS, 1e-9)
	}
	for i := range r.Functions[0].Seconds {
		busy := 0.0
		for _, f := range r.Functions[:3] {
			if i < len(f.Seconds) {
				busy += f.Seconds[i].OnDemandRequests * math.Max(0.001, f.DurationMS.Or(0)/1000)
			}
		}
		if busy > 2400*(1+1e-9) {
			t.Fatalf("second %d keeps %v environments of 2400 busy", i, busy)
		}
	}
	alone := of(t, 3000, account.Functions[3], straight(100, 700, 20), 0)
	near(t, "reserved", r.Functions[3].Refused(), alone.Refused(), 1e-12)
}

// TestSteady checks that a function whose rate does not move is steady beside one whose rate does, and starts from
// nothing where none does.
func TestSteady(t *testing.T) {
	a := calc.Account{Concurrency: 10_000, Functions: []calc.Function{function(1000), function(1000)}}
	a.Functions[0].RPS, a.Functions[1].RPS, a.Functions[1].Name = calc.Some(2000.0), calc.Some(2000.0), "g"
	r, err := ramp.Of(a, ramp.Options{Loads: []ramp.Load{{Before: calc.Some(500.0)}}})
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Functions[0].ThrottledRequests; math.Abs(got-1250) > 1e-6 { // (1500 - 1000)²/200
		t.Errorf("the one that moves refuses %v", got)
	}
	if r.Functions[1].Refused() > 0 {
		t.Errorf("the steady one refuses %v", r.Functions[1].Refused())
	}
	if r, err = ramp.Of(a, ramp.Options{}); err != nil || r.Functions[1].Refused() != 5000 { // 1000²/200
		t.Errorf("from nothing: %v, %v", r.Functions[1].Refused(), err)
	}
}

// TestFaults checks that each fault names its field.
func TestFaults(t *testing.T) {
	shape := func(points ...ramp.Point) ramp.Options { return ramp.Options{Loads: []ramp.Load{{Shape: points}}} }
	tests := []struct {
		options ramp.Options
		field   string
	}{
		{shape(ramp.Point{TS: 5, RPS: 1}, ramp.Point{TS: 4, RPS: 1}), "ramp.shape"},
		{shape(ramp.Point{TS: 901, RPS: 1}), "ramp.shape"},
		{shape(ramp.Point{TS: 900, RPS: 1}, ramp.Point{TS: 900, RPS: 9}), "ramp.shape"},
		{shape(ramp.Point{TS: math.NaN(), RPS: 1}), "ramp.shape"},
		{shape(ramp.Point{TS: 0, RPS: -1}), "ramp.shape"},
		{ramp.Options{Loads: []ramp.Load{straight(0, 1, 901)}}, "ramp.over"},
		{ramp.Options{Loads: []ramp.Load{straight(-1, 1, 9)}}, "ramp.rps_before"},
		{ramp.Options{Loads: []ramp.Load{{To: calc.Some(1.0), Warm: calc.Some[int64](-1)}}}, "warm"},
		{ramp.Options{ForS: calc.Some(0.0)}, "for"},
		{ramp.Options{ForS: calc.Some(901.0)}, "for"},
		{ramp.Options{AllocationDelayS: calc.Some(-1.0)}, "allocation_delay"},
		{ramp.Options{Loads: []ramp.Load{{Before: calc.Some(1.0), Shape: []ramp.Point{{}}}}}, "ramp.shape"},
	}
	for _, test := range tests {
		_, err := ramp.Of(calc.Account{Concurrency: 1000, Functions: []calc.Function{rated(function(100))}}, test.options)
		faults, ok := err.(calc.Faults)
		if !ok || len(faults) != 1 || faults[0].Field != test.field {
			t.Errorf("%+v: %v, want a fault of %s", test.options, err, test.field)
		}
	}
	async := calc.Function{Name: "f", Mode: calc.Async, RPS: calc.Some(10.0)}
	_, err := ramp.Of(calc.Account{Concurrency: 1000, Functions: []calc.Function{async}}, ramp.Options{})
	if faults, ok := err.(calc.Faults); !ok || faults[0].Field != "duration" {
		t.Errorf("events without a duration: %v", err)
	}
	none := calc.Function{Name: "f", DurationMS: calc.Some(100.0)}
	_, err = ramp.Of(calc.Account{Concurrency: 1000, Functions: []calc.Function{none}}, ramp.Options{})
	if faults, ok := err.(calc.Faults); !ok || faults[0].Field != "rps" {
		t.Errorf("no rate: %v", err)
	}
}

// TestParse checks how times and points of a shape are written.
func TestParse(t *testing.T) {
	for text, want := range map[string]ramp.Point{
		"0s=300": {TS: 0, RPS: 300}, "0=3k": {TS: 0, RPS: 3000}, "2m=90k/min": {TS: 120, RPS: 1500},
		"500ms=0": {TS: 0.5, RPS: 0}, "15m=1": {TS: 900, RPS: 1},
	} {
		if got, err := ramp.ParsePoint(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "10s", "=3", "10=3000", "10s=", "16m=1", "-1s=1"} {
		if got, err := ramp.ParsePoint(text); err == nil {
			t.Errorf("%q is taken for %v", text, got)
		}
	}
	if got := ramp.ReadyS(5000); got != 170 || quantity.FormatTime(got) != "2m50s" { // AWS: 6,000 a minute after two
		t.Errorf("5000 units are ready after %v s", got)
	}
}
