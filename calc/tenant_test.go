package calc

import (
	"math"
	"testing"

	"github.com/lambdacap/lambdacap/calc/source"
)

// TestTenants checks the environments of tenants against AWS's words: 2,500, busy or idle, for each 1,000 of the
// function's concurrency. Beyond that, requests are throttled; that all environments get the same rate is assumed.
func TestTenants(t *testing.T) {
	for _, c := range []struct {
		reserved       Optional[int64]
		quota, tenants int64
		limit          int64
		throttled      float64
		quotaTo        int64 // the required one
	}{
		{Optional[int64]{}, 1000, 2500, 2500, 0, 1000},
		{Optional[int64]{}, 1000, 3125, 2500, 0.2, 1250},
		{Some[int64](400), 1000, 1000, 1000, 0, 500},
		{Some[int64](400), 1000, 1250, 1000, 0.2, 600},
		{Some[int64](3), 1000, 7, 7, 0, 103},
		{Some[int64](3), 1000, 8, 7, 0.125, 104},
	} {
		a := Account{Concurrency: c.quota, Functions: []Function{{Name: "f", RPS: Some(10.0), DurationMS: Some(1.0),
			Reserved: c.reserved, Tenants: Some(c.tenants)}}}
		plan, err := Plan(a, PlanOptions{SpillOptions: SpillOptions{Chance: true}, Sizing: DefaultSizing()})
		if err != nil {
			t.Fatal(err)
		}
		f := plan.Functions[0]
		if f.Now.TenantLimit != Some(c.limit) || math.Abs(f.Now.ThrottledRatio-c.throttled) > 1e-9 ||
			plan.Account.RequiredConcurrency != Some(c.quotaTo) {
			t.Errorf("%+v: limit %v, throttled %v, quota %v", c, f.Now.TenantLimit, f.Now.ThrottledRatio,
				plan.Account.RequiredConcurrency)
		}
		if over := c.throttled > 0; f.Now.LacksTenants() != over || (f.Now.Verdict == Throttles) != over {
			t.Errorf("%+v: %v", c, f.Now.Verdict)
		}
		if f.RecommendedProvisioned > 0 || f.RequiredProvisionedForRandom.Known() {
			t.Errorf("%+v: provisioned concurrency is recommended", c)
		}
	}
}

// TestTenantSources checks that asynchronous events of tenants without an environment wait, beside what their source
// says, and that nothing that polls is accepted.
func TestTenantSources(t *testing.T) {
	f := Function{Name: "f", RPS: Some(100.0), DurationMS: Some(500.0), Tenants: Some[int64](3000),
		Sources: []source.Source{{Type: source.Async}}}
	a := Account{Concurrency: 1000, Functions: []Function{f}}
	spill, err := Spill(a, SpillOptions{})
	if err != nil {
		t.Fatal(err)
	}
	row := spill.Functions[0]
	want := 100.0 * 500 / 3000 // 2,500 of 3,000 environments
	if math.Abs(row.QueuedRPS-want) > 1e-9 || row.ThrottledRPS != 0 || row.Verdict != Queues {
		t.Errorf("%+v", row.Parts)
	}
	if s := row.Source.Or(SourceSpill{}); math.Abs(s.BehindMessagesRPS.Or(0)-want) > 1e-9 || s.BoundBy.Known() {
		t.Errorf("%+v", s)
	}
	plan, err := Plan(a, PlanOptions{})
	if err != nil || plan.Account.RequiredConcurrency.Or(0) != 1200 {
		t.Errorf("%+v %v", plan.Account, err)
	}
	a.Functions[0].Sources = []source.Source{{Type: source.SQS}}
	if _, err := Spill(a, SpillOptions{}); err == nil {
		t.Error("a queue has no tenants")
	}
}

// FuzzTenants checks that the parts of a rate still give the rate, that more tenants are never served more, and a
// higher quota never less, and that what a plan sets is enough.
func FuzzTenants(f *testing.F) {
	f.Add(100.0, 80.0, int64(3000), int64(1000), int64(0), false)
	f.Add(5000.0, 400.0, int64(1), int64(10), int64(7), true)
	f.Add(1e6, 1.0, int64(1e8), int64(1e8), int64(1), false)
	f.Fuzz(func(t *testing.T, rps, ms float64, tenants, quota, reserved int64, async bool) {
		fn := Function{Name: "f", RPS: Some(rps), DurationMS: Some(ms), Tenants: Some(tenants)}
		if async {
			fn.Mode = Async
		}
		if reserved > 0 {
			fn.Reserved = Some(reserved)
		}
		a := Account{Concurrency: quota, Functions: []Function{fn, {Name: "g", RPS: Some(3.0), DurationMS: Some(10.0)}}}
		served := func(a Account) (rps float64, ok bool) {
			r, err := Spill(a, SpillOptions{})
			if err != nil {
				return 0, false
			}
			row := &r.Functions[0]
			sum := row.ProvisionedRPS + row.OnDemandRPS + row.ThrottledRPS + row.QueuedRPS
			if math.Abs(sum-row.RPS) > 1e-9*row.RPS || min(row.OnDemandRPS, row.ThrottledRPS, row.QueuedRPS) < 0 {
				t.Fatalf("%+v does not add up", row.Parts)
			}
			return row.OnDemandRPS, true
		}
		least, ok := served(a)
		if !ok {
			return
		}
		a.Concurrency = min(1e8, a.Concurrency+1)
		if more, _ := served(a); more < least*(1-1e-9) {
			t.Errorf("a higher quota serves %v instead of %v", more, least)
		}
		a.Concurrency, a.Functions[0].Tenants = quota, Some(tenants/2)
		if more, _ := served(a); more < least*(1-1e-9) {
			t.Errorf("fewer tenants are served %v instead of %v", more, least)
		}
		a.Functions[0].Tenants = Some(tenants)
		plan, err := Plan(a, PlanOptions{Sizing: DefaultSizing()})
		if err != nil || rps == 0 { // a plan changes nothing for a function without a load
			return
		}
		for _, c := range plan.Changes {
			switch {
			case c.Setting == SettingAccount:
				a.Concurrency = c.To.Or(0)
			case c.Setting == SettingReserved && c.Function.Or("") == "f":
				a.Functions[0].Reserved = c.To
			case c.Setting == SettingReserved:
				a.Functions[1].Reserved = c.To
			}
		}
		if r, err := Spill(a, SpillOptions{}); err == nil && r.Functions[0].LacksTenants() {
			t.Errorf("after the plan, %d tenants still exceed %d", tenants, r.Functions[0].TenantLimit.Or(0))
		}
	})
}
