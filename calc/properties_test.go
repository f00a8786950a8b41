package calc_test

import (
	"fmt"
	"math"
	"reflect"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
)

// dice draws inputs from a fuzzer's bytes, and only zeros when these are used up.
type dice struct{ data []byte }

func (d *dice) roll(n int) int {
	if len(d.data) == 0 {
		return 0
	}
	b := d.data[0]
	d.data = d.data[1:]
	return int(b) % n
}

// magnitude draws a number over many powers of ten, sometimes a round one.
func (d *dice) magnitude(low, high int) float64 {
	x := math.Pow(10, float64(low+d.roll(high-low)))
	if d.roll(3) == 0 {
		return x
	}
	return x * (1 + float64(d.roll(256))/28.4)
}

// account draws a valid account of one to five functions.
func (d *dice) account() calc.Account {
	a := calc.Account{}
	setAside := int64(0)
	for i := range 1 + d.roll(5) {
		f := calc.Function{Name: fmt.Sprint("f", i), Mode: []calc.Mode{"", calc.Sync, calc.Async}[d.roll(3)]}
		switch d.roll(7) {
		case 0: // no rate
		case 1:
			f.RPS = calc.Some(0.0)
		case 2: // down to the smallest float64
			f.RPS = calc.Some(d.magnitude(-324, -3))
		default:
			f.RPS = calc.Some(math.Min(1e9, d.magnitude(-3, 7)))
		}
		if d.roll(4) > 0 {
			f.DurationMS = calc.Some(d.magnitude(-1, 6))
		}
		if d.roll(5) == 0 {
			f.Peakedness = calc.Some(1 + float64(d.roll(40))/8)
		}
		if d.roll(2) > 0 {
			f.Provisioned = int64(d.magnitude(0, 4))
		}
		switch d.roll(4) {
		case 0:
			f.Reserved = calc.Some(f.Provisioned)
		case 1:
			f.Reserved = calc.Some(f.Provisioned + int64(d.magnitude(0, 4)))
		}
		setAside += f.Reserved.Or(f.Provisioned)
		a.Functions = append(a.Functions, f)
	}
	a.Concurrency = max(1, setAside)
	if d.roll(4) > 0 {
		a.Concurrency += int64(d.magnitude(0, 6))
	}
	if !a.Functions[0].RPS.Known() {
		a.Functions[0].RPS = calc.Some(1.0)
	}
	return a
}

// FuzzAccount checks the properties of limits, splits, chances, costs and plans for accounts of all kinds.
func FuzzAccount(f *testing.F) {
	for seed := range 64 {
		data := make([]byte, 60)
		for i := range data {
			data[i] = byte(seed*7 + i*(seed+31) + i*i)
		}
		f.Add(data)
	}
	f.Add([]byte("00A\x01")) // the lowest rate
	f.Fuzz(func(t *testing.T, data []byte) {
		d := dice{data}
		a := d.account()
		if err := a.Validate(); err != nil {
			t.Fatalf("%+v: %v", a, err)
		}
		r, l := spill(t, a), limits(t, a)
		sizing := calc.Sizing{Headroom: float64(d.roll(20)) / 20}
		plan := planWith(t, a, calc.PlanOptions{Sizing: sizing})
		checkFinite(t, "limits", reflect.ValueOf(l))
		checkFinite(t, "spill", reflect.ValueOf(r))
		checkFinite(t, "plan", reflect.ValueOf(plan))
		for i, row := range r.Functions {
			checkSplit(t, i, row)
		}
		for _, steps := range [][]calc.Step{r.Explain(), plan.Explain(sizing), l.Explain(calc.LimitsOptions{})} {
			checkFinite(t, "explain", reflect.ValueOf(steps))
		}

		checkAgainstExact(t, a, r)
		checkMoreQuota(t, a, r)
		checkMoreProvisioned(t, a, r, d.roll(len(a.Functions)))
		checkScaled(t, a, r, float64(2+d.roll(9)))
		checkSmallest(t, a, d.roll(len(a.Functions)))
		checkPlan(t, a, plan)
		checkRequired(t, a, plan)
		checkRandom(t, a, d.roll(len(a.Functions)))
		checkTarget(t, a, calc.PlanOptions{
			SpillOptions: calc.SpillOptions{Chance: true},
			Sizing: calc.Sizing{
				Headroom:        float64(d.roll(3)) / 20,
				TargetSpillover: calc.Some(d.magnitude(-6, 0) / 10),
				TargetThrottle:  calc.Some(d.magnitude(-6, 0) / 10),
			},
		})
	})
}

// checkFinite walks over a result and finds numbers that are negative, NaN or infinite.
func checkFinite(t *testing.T, path string, v reflect.Value) {
	switch v.Kind() {
	case reflect.Float64:
		if x := v.Float(); math.IsNaN(x) || math.IsInf(x, 0) || x < 0 {
			t.Errorf("%s = %v", path, x)
		}
	case reflect.Int64:
		if v.Int() < 0 {
			t.Errorf("%s = %d", path, v.Int())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			checkFinite(t, path+"."+v.Type().Field(i).Name, v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			checkFinite(t, fmt.Sprintf("%s[%d]", path, i), v.Index(i))
		}
	}
}

// checkSplit checks that the parts of a rate add up to it, that ratios are at most 1, and that the reason and the
// verdict match what is throttled.
func checkSplit(t *testing.T, i int, row calc.FunctionSpill) {
	t.Helper()
	checkParts(t, row.RPS, row.Parts)
	for _, ratio := range []float64{
		row.SpilloverRatio, row.ThrottledRatio, row.HeadroomRatio.Or(0), row.ProvisionedUtilizationRatio.Or(0),
	} {
		if ratio > 1 {
			t.Errorf("function %d: a ratio is %v", i, ratio)
		}
	}
	throttled := row.ThrottledRPS > 0
	if throttled != row.ThrottleReason.Known() || throttled != (row.Verdict == calc.Throttles) {
		t.Errorf("function %d: throttled %v, reason %v, verdict %v", i, row.ThrottledRPS, row.ThrottleReason, row.Verdict)
	}
}

func checkParts(t *testing.T, rate float64, p calc.Parts) {
	t.Helper()
	sum := p.ProvisionedRPS + p.OnDemandRPS + p.ThrottledRPS + p.QueuedRPS
	if ulp := math.Nextafter(rate, math.Inf(1)) - rate; math.Abs(sum-rate) > ulp {
		t.Errorf("the parts of %v sum to %v: %+v", rate, sum, p)
	}
	for _, part := range []float64{p.ProvisionedRPS, p.OnDemandRPS, p.ThrottledRPS, p.QueuedRPS} {
		if part != 0 && part < 1e-9*rate {
			t.Errorf("a part of %v is %v, which should be nothing", rate, part)
		}
	}
}

// accuracy is a relative error: each part may be off by the tolerance.
const accuracy = 3e-9

// served is what is neither throttled nor queued.
func served(r calc.SpillResult) float64 { return r.Account.ProvisionedRPS + r.Account.OnDemandRPS }

// room returns how many more units can be provisioned for a function.
func room(a calc.Account, i int) int64 {
	f := a.Functions[i]
	if reserved, ok := f.Reserved.Get(); ok {
		return reserved - f.Provisioned
	}
	return a.Unreserved()
}

// checkMoreQuota checks that a higher quota never serves less.
func checkMoreQuota(t *testing.T, a calc.Account, r calc.SpillResult) {
	t.Helper()
	a.Concurrency += 1 + a.Concurrency/7
	if more := spill(t, a); served(more) < served(r)*(1-accuracy) {
		t.Errorf("with %d units %v is served, with fewer %v", a.Concurrency, served(more), served(r))
	}
}

// checkMoreProvisioned checks that more provisioned concurrency never spills more.
func checkMoreProvisioned(t *testing.T, a calc.Account, r calc.SpillResult, i int) {
	t.Helper()
	a.Functions = append([]calc.Function(nil), a.Functions...)
	f, room := &a.Functions[i], room(a, i)
	if f.Provisioned == 0 || room == 0 {
		return
	}
	f.Provisioned += 1 + room/3
	before, after := r.Functions[i], spill(t, a).Functions[i]
	if after.SpilloverRPS > before.SpilloverRPS+accuracy*before.RPS {
		t.Errorf("%d provisioned units spill %v, fewer %v", f.Provisioned, after.SpilloverRPS, before.SpilloverRPS)
	}
}

// checkScaled checks that k times the rates and k times the units give k times the parts.
func checkScaled(t *testing.T, a calc.Account, r calc.SpillResult, k float64) {
	t.Helper()
	a.Functions = append([]calc.Function(nil), a.Functions...)
	a.Concurrency *= int64(k)
	for i := range a.Functions {
		f := &a.Functions[i]
		f.Provisioned *= int64(k)
		if n, ok := f.Reserved.Get(); ok {
			f.Reserved = calc.Some(n * int64(k))
		}
		if rate, ok := f.RPS.Get(); ok {
			if rate*k > 1e9 {
				return
			}
			f.RPS = calc.Some(rate * k)
		}
	}
	if a.Validate() != nil {
		return
	}
	more := spill(t, a)
	for i, row := range r.Functions {
		scaled := more.Functions[i]
		for j, pair := range [][2]float64{
			{row.ProvisionedRPS, scaled.ProvisionedRPS}, {row.OnDemandRPS, scaled.OnDemandRPS},
			{row.ThrottledRPS, scaled.ThrottledRPS}, {row.QueuedRPS, scaled.QueuedRPS},
		} {
			if math.Abs(pair[0]*k-pair[1]) > accuracy*k*row.RPS {
				t.Errorf("function %d part %d: %v, scaled by %v %v", i, j, pair[0], k, pair[1])
			}
		}
	}
}

// checkSmallest checks that the required provisioned concurrency spills nothing, and that one unit fewer spills.
func checkSmallest(t *testing.T, a calc.Account, i int) {
	t.Helper()
	f := a.Functions[i]
	f.Reserved = calc.Optional[int64]{}
	if f.RPS.Or(0) == 0 {
		return
	}
	alone := calc.Account{Concurrency: 1e8, Functions: []calc.Function{f}}
	need := spill(t, alone).Functions[0].RequiredProvisioned
	if need > 1e8 {
		return
	}
	for units, fits := range map[int64]bool{need: true, need - 1: false} {
		if units == 0 {
			continue
		}
		alone.Functions[0].Provisioned = units
		if row := spill(t, alone).Functions[0]; (row.ProvisionedRPS == row.RPS) != fits {
			t.Errorf("%d of %d required units take %v of %v", units, need, row.ProvisionedRPS, row.RPS)
		}
	}
}
