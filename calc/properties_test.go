package calc_test

import (
	"fmt"
	"math"
	"math/big"
	"reflect"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
)

// dice draws inputs from the bytes of a fuzzer, or nothing but zeros when they
// are used up.
type dice struct{ data []byte }

func (d *dice) roll(n int) int {
	if len(d.data) == 0 {
		return 0
	}
	b := d.data[0]
	d.data = d.data[1:]
	return int(b) % n
}

// magnitude draws a number over many powers of ten, now and then a round one.
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
	aside := int64(0)
	for i := range 1 + d.roll(5) {
		f := calc.Function{Name: fmt.Sprint("f", i), Mode: []calc.Mode{"", calc.Sync, calc.Async}[d.roll(3)]}
		switch d.roll(6) {
		case 0: // no rate
		case 1:
			f.RPS = calc.Some(0.0)
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
		aside += f.Reserved.Or(f.Provisioned)
		a.Functions = append(a.Functions, f)
	}
	a.Concurrency = max(1, aside)
	if d.roll(4) > 0 {
		a.Concurrency += int64(d.magnitude(0, 6))
	}
	if !a.Functions[0].RPS.Known() {
		a.Functions[0].RPS = calc.Some(1.0)
	}
	return a
}

// finite walks a result and finds numbers that are negative, NaN or infinite.
func finite(t *testing.T, path string, v reflect.Value) {
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
			finite(t, path+"."+v.Type().Field(i).Name, v.Field(i))
		}
	case reflect.Slice:
		for i := range v.Len() {
			finite(t, fmt.Sprintf("%s[%d]", path, i), v.Index(i))
		}
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

// served is what is not throttled and does not wait.
func served(r calc.SpillResult) float64 { return r.Account.ProvisionedRPS + r.Account.OnDemandRPS }

const close = 3e-9 // relative: each part may be off by the tolerance

func FuzzAccount(f *testing.F) {
	for seed := range 64 {
		data := make([]byte, 60)
		for i := range data {
			data[i] = byte(seed*7 + i*(seed+31) + i*i)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d := dice{data}
		a := d.account()
		if err := a.Validate(); err != nil {
			t.Fatalf("%+v: %v", a, err)
		}
		r := spill(t, a)
		sizing := calc.Sizing{Headroom: float64(d.roll(20)) / 20}
		plan, err := calc.Plan(a, calc.PlanOptions{Sizing: sizing})
		if err != nil {
			t.Fatal(err)
		}
		finite(t, "limits", reflect.ValueOf(limits(t, a)))
		finite(t, "spill", reflect.ValueOf(r))
		finite(t, "plan", reflect.ValueOf(plan))
		for i, row := range r.Functions {
			checkParts(t, row.RPS, row.Parts)
			for _, ratio := range []float64{row.SpilloverRatio, row.ThrottledRatio, row.HeadroomRatio.Or(0), row.ProvisionedUtilizationRatio.Or(0)} {
				if ratio > 1 {
					t.Errorf("function %d: a ratio is %v", i, ratio)
				}
			}
			if (row.ThrottledRPS > 0) != row.ThrottleReason.Known() || (row.ThrottledRPS > 0) != (row.Verdict == calc.Throttles) {
				t.Errorf("function %d: throttled %v, reason %v, verdict %v", i, row.ThrottledRPS, row.ThrottleReason, row.Verdict)
			}
		}
		for _, steps := range [][]calc.Step{r.Explain(), plan.Explain(sizing), limits(t, a).Explain(calc.LimitsOptions{})} {
			finite(t, "explain", reflect.ValueOf(steps))
		}

		againstExact(t, a, r)
		moreQuota(t, a, r)
		moreProvisioned(t, a, r, d.roll(len(a.Functions)))
		scaled(t, a, r, float64(2+d.roll(9)))
		smallest(t, a, d.roll(len(a.Functions)))
		planHolds(t, a, plan)
		requiredSuffices(t, a, plan)
		random(t, a, d.roll(len(a.Functions)))
		targetHolds(t, a, calc.PlanOptions{
			SpillOptions: calc.SpillOptions{Chance: true},
			Sizing: calc.Sizing{
				Headroom:        float64(d.roll(3)) / 20,
				TargetSpillover: calc.Some(d.magnitude(-6, 0) / 10),
				TargetThrottle:  calc.Some(d.magnitude(-6, 0) / 10),
			},
		})
	})
}

// bySteady is more than a function may offer for its chances to be computed
// within a fuzzer's patience.
const bySteady = 1e5

func patient(a calc.Account) bool {
	for _, f := range a.Functions {
		if rate := f.RPS.Or(0); rate > bySteady || rate*f.DurationMS.Or(0)/1000 > bySteady {
			return false
		}
	}
	return true
}

// random: chances are shares, the part beyond provisioned concurrency is what
// spills and what is throttled, and more provisioned concurrency lets less past
// it.
func random(t *testing.T, a calc.Account, i int) {
	if !patient(a) {
		return
	}
	priced(t, a)
	r, err := calc.Spill(a, calc.SpillOptions{Chance: true})
	if err != nil {
		t.Fatal(err)
	}
	finite(t, "random", reflect.ValueOf(r))
	finite(t, "random explained", reflect.ValueOf(r.Explain()))
	for j, row := range r.Functions {
		x, ok := row.Chance.Get()
		if ok != row.DurationMS.Known() {
			t.Errorf("function %d: chance %v with duration %v", j, ok, row.DurationMS)
		}
		for _, ratio := range []float64{x.BeyondProvisionedRatio.Or(0), x.SpilloverRatio.Or(0), x.ThrottledRatio.Or(0), x.ColdStartRatio.Or(0)} {
			if ratio > 1+1e-12 {
				t.Errorf("function %d: a chance is %v", j, ratio)
			}
		}
		if x.SpilloverRatio.Or(0) > x.BeyondProvisionedRatio.Or(0) {
			t.Errorf("function %d: spilled %v of %v beyond", j, x.SpilloverRatio, x.BeyondProvisionedRatio)
		}
		if x.ConcurrencyP50 > x.ConcurrencyP99 || x.ConcurrencyP99 > x.ConcurrencyP999 {
			t.Errorf("function %d: quantiles %d, %d, %d", j, x.ConcurrencyP50, x.ConcurrencyP99, x.ConcurrencyP999)
		}
	}
	a.Functions = append([]calc.Function(nil), a.Functions...)
	f := &a.Functions[i]
	room := a.Unreserved()
	if reserved, ok := f.Reserved.Get(); ok {
		room = reserved - f.Provisioned
	}
	before, ok := r.Functions[i].Chance.Or(calc.Chance{}).BeyondProvisionedRatio.Get()
	if !ok || room == 0 {
		return
	}
	f.Provisioned += 1 + (room-1)/3
	r, err = calc.Spill(a, calc.SpillOptions{Chance: true})
	if err != nil {
		t.Fatal(err)
	}
	if after := r.Functions[i].Chance.Or(calc.Chance{}).BeyondProvisionedRatio.Or(0); after > before*(1+1e-9) {
		t.Errorf("%d units let %v past, fewer %v", f.Provisioned, after, before)
	}
}

// priced: amounts add up, for a function and over the account.
func priced(t *testing.T, a calc.Account) {
	a.Region = "us-east-1"
	a.Functions = append([]calc.Function(nil), a.Functions...)
	for i := range a.Functions {
		a.Functions[i].MemoryMB = calc.Some(int64(128 << (i % 7)))
		a.Functions[i].Arch = []calc.Arch{calc.X86, calc.ARM}[i%2]
	}
	r, err := calc.Plan(a, calc.PlanOptions{SpillOptions: calc.SpillOptions{Chance: true, Cost: &calc.CostOptions{Billing: calc.Billing{Hours: 700, FreeTier: true}, Prices: []calc.Price{examplePrice(calc.X86), examplePrice(calc.ARM)}}}})
	if err != nil {
		t.Fatal(err)
	}
	finite(t, "priced", reflect.ValueOf(r))
	total, all := 0.0, true
	for i := range r.Functions {
		for _, o := range []calc.Optional[calc.Cost]{r.Functions[i].Now.Cost, r.Functions[i].Cost, r.Functions[i].Now.Chance.Or(calc.Chance{}).Cost} {
			x, ok := o.Get()
			if !ok {
				continue
			}
			sum := x.ProvisionedCapacity.Or(0) + x.ProvisionedDuration.Or(0) + x.OnDemandDuration.Or(0) + x.Requests.Or(0) + x.Ephemeral.Or(0) + x.Init.Or(0)
			if math.Abs(sum-x.Total.Or(-1)) > 1e-9*sum {
				t.Errorf("function %d: parts of %v, total %v", i, sum, x.Total)
			}
			if x.Idle.Or(0) > x.ProvisionedCapacity.Or(0)*(1+1e-12) {
				t.Errorf("function %d: %v of %v idle", i, x.Idle, x.ProvisionedCapacity)
			}
		}
		x, ok := r.Functions[i].Now.Cost.Get()
		total += x.Total.Or(0)
		all = all && ok
	}
	now := r.Account.NowCost.Or(calc.AccountCost{})
	if x, ok := now.Total.Get(); ok != all || ok && math.Abs(x-total) > 1e-9*total {
		t.Errorf("the account costs %v, its functions %v", now.Total, total)
	}
}

// examplePrice is a row with round numbers.
func examplePrice(arch calc.Arch) calc.Price {
	return calc.Price{Region: "us-east-1", Arch: arch, Currency: "USD", Request: calc.Some(2e-7), OnDemandDuration: []float64{16e-6, 15e-6, 13e-6},
		TierBounds: []float64{6e9, 15e9}, Provisioned: calc.Some(4e-6), ProvisionedDuration: calc.Some(9e-6), Ephemeral: calc.Some(3e-8)}
}

// targetHolds: with all changes that a plan advises for a target, it is met, in a
// valid account; with the required ones, too. One unit less misses it.
func targetHolds(t *testing.T, a calc.Account, o calc.PlanOptions) {
	if !patient(a) {
		return
	}
	plan, err := calc.Plan(a, o)
	if err != nil {
		t.Fatal(err)
	}
	finite(t, "target", reflect.ValueOf(plan))
	planHolds(t, a, plan)
	target := o.TargetSpillover.Or(1)
	for i, p := range plan.Functions {
		n, ok := p.RequiredProvisionedForTarget.Get()
		if ok != a.Functions[i].DurationMS.Known() {
			t.Errorf("function %d: the target needs %v", i, p.RequiredProvisionedForTarget)
		}
		for _, near := range p.Neighbours {
			if meets := near.BeyondProvisionedRatio <= target; meets != (near.Provisioned >= n) {
				t.Errorf("function %d: %d for %v, but %d come to %v", i, n, target, near.Provisioned, near.BeyondProvisionedRatio)
			}
		}
	}
	for _, f := range a.Functions {
		if f.DurationMS.Or(0) > aws.MaxDurationMS {
			return // nothing is advised
		}
	}
	for _, onlyRequired := range []bool{false, true} {
		changed := a
		changed.UnreservedFloor = calc.Some(a.Floor())
		changed.Functions = append([]calc.Function(nil), a.Functions...)
		for _, change := range plan.Changes {
			if onlyRequired && !change.Required {
				continue
			}
			carryOut(&changed, change)
		}
		if changed.Concurrency > 1e8 {
			return
		}
		r, err := calc.Spill(changed, calc.SpillOptions{Chance: true})
		if err != nil {
			t.Errorf("after %+v: %v", plan.Changes, err)
			return
		}
		for i, row := range r.Functions {
			x := row.Chance.Or(calc.Chance{})
			f := changed.Functions[i]
			if f.RPS.Or(0) == 0 {
				continue
			}
			if x.BeyondProvisionedRatio.Or(0) > target*(1+1e-9) {
				t.Errorf("function %d, with only the required changes %v: %v beyond provisioned, target %v: %+v", i, onlyRequired, x.BeyondProvisionedRatio, target, plan.Changes)
			}
			if x.ThrottledRatio.Or(0) > o.TargetThrottle.Or(1)*(1+1e-9) {
				t.Errorf("function %d, with only the required changes %v: %v throttled, target %v: %+v", i, onlyRequired, x.ThrottledRatio, o.TargetThrottle, plan.Changes)
			}
		}
	}
}

// moreQuota: a higher quota never serves less.
func moreQuota(t *testing.T, a calc.Account, r calc.SpillResult) {
	a.Concurrency += 1 + a.Concurrency/7
	if more := spill(t, a); served(more) < served(r)*(1-close) {
		t.Errorf("with %d units %v is served, with fewer %v", a.Concurrency, served(more), served(r))
	}
}

// moreProvisioned: more provisioned concurrency never spills more.
func moreProvisioned(t *testing.T, a calc.Account, r calc.SpillResult, i int) {
	a.Functions = append([]calc.Function(nil), a.Functions...)
	f := &a.Functions[i]
	room := a.Unreserved()
	if reserved, ok := f.Reserved.Get(); ok {
		room = reserved - f.Provisioned
	}
	if f.Provisioned == 0 || room == 0 {
		return
	}
	f.Provisioned += 1 + room/3
	if more := spill(t, a); more.Functions[i].SpilloverRPS > r.Functions[i].SpilloverRPS+close*r.Functions[i].RPS {
		t.Errorf("%d provisioned units spill %v, fewer %v", f.Provisioned, more.Functions[i].SpilloverRPS, r.Functions[i].SpilloverRPS)
	}
}

// scaled: k times the rates and k times the units give k times the parts.
func scaled(t *testing.T, a calc.Account, r calc.SpillResult, k float64) {
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
		for j, pair := range [][2]float64{
			{row.ProvisionedRPS, more.Functions[i].ProvisionedRPS}, {row.OnDemandRPS, more.Functions[i].OnDemandRPS},
			{row.ThrottledRPS, more.Functions[i].ThrottledRPS}, {row.QueuedRPS, more.Functions[i].QueuedRPS},
		} {
			if math.Abs(pair[0]*k-pair[1]) > close*k*row.RPS {
				t.Errorf("function %d part %d: %v, scaled by %v %v", i, j, pair[0], k, pair[1])
			}
		}
	}
}

// smallest: the required provisioned concurrency spills nothing, one unit less
// spills.
func smallest(t *testing.T, a calc.Account, i int) {
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

// planHolds: with everything set as recommended, AWS accepts the account and
// the load fits.
func planHolds(t *testing.T, a calc.Account, plan calc.PlanResult) {
	a.Functions = append([]calc.Function(nil), a.Functions...)
	a.UnreservedFloor = calc.Some(a.Floor()) // a plan takes the floor as given
	for i := range a.Functions {
		f, p := &a.Functions[i], plan.Functions[i]
		if f.Provisioned > 0 {
			f.Provisioned = max(f.Provisioned, p.RecommendedProvisioned)
		}
		if reserved, ok := f.Reserved.Get(); ok {
			f.Reserved = calc.Some(max(reserved, p.RecommendedReserved.Or(0)))
			if f.Provisioned > f.Reserved.Or(0) {
				t.Errorf("function %d: %d provisioned in %d reserved", i, f.Provisioned, f.Reserved.Or(0))
			}
		}
	}
	a.Concurrency = max(a.Concurrency, plan.Account.RecommendedConcurrency)
	if a.Concurrency > 1e8 || a.Validate() != nil {
		return // more than the ranges allow
	}
	r := spill(t, a)
	if has(r.Findings, "below-floor") && a.Concurrency == plan.Account.RecommendedConcurrency {
		t.Errorf("the recommended quota of %d leaves too little unreserved", a.Concurrency)
	}
	for i, row := range r.Functions {
		if a.Functions[i].Mode == calc.Async && !a.Functions[i].DurationMS.Known() {
			continue
		}
		if row.Verdict != calc.Fits {
			t.Errorf("function %d of the recommended account %s: %+v", i, row.Verdict, row)
		}
	}
}

// requiredSuffices: the required changes alone, in their order, never set aside
// more than AWS accepts, and with them the load fits.
func requiredSuffices(t *testing.T, a calc.Account, plan calc.PlanResult) {
	for _, f := range a.Functions {
		if f.DurationMS.Or(0) > aws.MaxDurationMS || f.Mode == calc.Async && !f.DurationMS.Known() {
			return // nothing is advised, or nobody knows what is needed
		}
	}
	a.Functions = append([]calc.Function(nil), a.Functions...)
	a.UnreservedFloor = calc.Some(a.Floor())
	changed := false
	for _, change := range plan.Changes {
		if !change.Required {
			continue
		}
		changed = true
		carryOut(&a, change)
		if a.Concurrency > 1e8 {
			return // more than the ranges allow
		}
		if err := a.Validate(); err != nil {
			t.Errorf("after %+v: %v", change, err)
			return
		}
	}
	r := spill(t, a)
	if changed && has(r.Findings, "below-floor") {
		t.Errorf("the required changes leave too little unreserved: %+v", plan.Changes)
	}
	for i, row := range r.Functions {
		if row.Verdict != calc.Fits {
			t.Errorf("with the required changes function %d %s: %+v", i, row.Verdict, plan.Changes)
		}
	}
}

// carryOut makes a change to an account.
func carryOut(a *calc.Account, change calc.Change) {
	if change.Setting == calc.SettingAccount {
		a.Concurrency = change.To.Or(0)
	}
	for i := range a.Functions {
		f := &a.Functions[i]
		switch {
		case f.Name != change.Function.Or(""):
		case change.Setting == calc.SettingReserved:
			f.Reserved = change.To
		case change.Setting == calc.SettingProvisioned:
			f.Provisioned = change.To.Or(0)
		}
	}
}

// againstExact compares the split with one in rational numbers, written from
// the definition and not from the code.
func againstExact(t *testing.T, a calc.Account, r calc.SpillResult) {
	rat := func(x float64) *big.Rat { return new(big.Rat).SetFloat64(x) }
	units := func(n int64) *big.Rat { return new(big.Rat).SetInt64(n) }
	ten := units(10)
	least := func(x, y *big.Rat) *big.Rat {
		if x.Cmp(y) < 0 {
			return x
		}
		return y
	}
	mul := func(x, y *big.Rat) *big.Rat { return new(big.Rat).Mul(x, y) }
	quo := func(x, y *big.Rat) *big.Rat { return new(big.Rat).Quo(x, y) }
	sub := func(x, y *big.Rat) *big.Rat { return new(big.Rat).Sub(x, y) }

	shared := units(a.Concurrency)
	n := len(a.Functions)
	provisioned, excess, onDemand, d := make([]*big.Rat, n), make([]*big.Rat, n), make([]*big.Rat, n), make([]*big.Rat, n)
	syncSum := new(big.Rat)
	for i, f := range a.Functions {
		rate := rat(f.RPS.Or(0))
		provisioned[i] = least(rate, mul(ten, units(f.Provisioned)))
		if ms, ok := f.DurationMS.Get(); ok {
			d[i] = quo(rat(ms), units(1000))
			provisioned[i] = least(provisioned[i], quo(units(f.Provisioned), d[i]))
		}
		excess[i] = sub(rate, provisioned[i])
		if reserved, ok := f.Reserved.Get(); ok {
			shared.Sub(shared, units(reserved))
			onDemand[i] = excess[i]
			if f.Mode != calc.Async {
				onDemand[i] = least(onDemand[i], sub(mul(ten, units(reserved)), provisioned[i]))
			}
			if d[i] != nil {
				onDemand[i] = least(onDemand[i], quo(units(reserved-f.Provisioned), d[i]))
			} else if reserved == f.Provisioned {
				onDemand[i] = new(big.Rat)
			}
			continue
		}
		shared.Sub(shared, units(f.Provisioned))
		if f.Mode != calc.Async {
			syncSum.Add(syncSum, excess[i])
		}
	}
	rateShare, loadSum := units(1), new(big.Rat)
	if syncSum.Sign() > 0 {
		rateShare = least(rateShare, quo(mul(ten, shared), syncSum))
	}
	for i, f := range a.Functions {
		if f.Reserved.Known() {
			continue
		}
		onDemand[i] = excess[i]
		if f.Mode != calc.Async {
			onDemand[i] = mul(excess[i], rateShare)
		}
		if d[i] != nil {
			loadSum.Add(loadSum, mul(onDemand[i], d[i]))
		}
	}
	loadShare := units(1)
	if loadSum.Sign() > 0 {
		loadShare = least(loadShare, quo(shared, loadSum))
	}
	for i, f := range a.Functions {
		if !f.Reserved.Known() && (d[i] != nil || shared.Sign() == 0) {
			onDemand[i] = mul(onDemand[i], loadShare)
			if shared.Sign() == 0 {
				onDemand[i] = new(big.Rat)
			}
		}
		row := r.Functions[i]
		for what, pair := range map[string]struct {
			exact *big.Rat
			got   float64
		}{"provisioned": {provisioned[i], row.ProvisionedRPS}, "on demand": {onDemand[i], row.OnDemandRPS}} {
			want, _ := pair.exact.Float64()
			if math.Abs(want-pair.got) > close*row.RPS {
				t.Errorf("function %d %s: %v, exactly %v", i, what, pair.got, want)
			}
		}
	}
}
