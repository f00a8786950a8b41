package calc

import (
	"math"
	"slices"
	"testing"
)

// TestRegions checks a function of Lambda@Edge in two Regions by hand: 18,000 and 12,000 requests/s of 60 ms, each
// against a quota of 1,000, which takes 10,000 requests/s. The first Region is the account's, and shared.
func TestRegions(t *testing.T) {
	edge := Function{Name: "auth", RPS: Some(30_000.0), DurationMS: Some(60.0),
		Regions: []RegionShare{{"us-east-1", 0.6}, {"eu-west-1", 0.4}}}
	a := Account{Concurrency: 1000, Region: "us-east-1",
		Functions: []Function{edge, {Name: "api", RPS: Some(2000.0), DurationMS: Some(100.0)}}}
	plan, err := Plan(a, PlanOptions{Sizing: DefaultSizing()})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct {
		name, region string
		throttled    float64 // equal shares of 20,000 at home, and the rest of 12,000 abroad
		abroad       bool
	}{
		{"auth@us-east-1", "us-east-1", 9000, false}, {"auth@eu-west-1", "eu-west-1", 2000, true}, {"api", "", 1000, false},
	} {
		f := plan.Functions[i].Now
		if f.Name != want.name || f.Region.Or("") != want.region || math.Abs(f.ThrottledRPS-want.throttled) > 1e-6 ||
			f.RegionUnreserved.Known() != want.abroad || want.region != "" && f.FunctionName() != "auth" {
			t.Errorf("%+v, want %+v", f, want)
		}
	}
	quotas := map[string]int64{}
	for _, c := range plan.Changes {
		quotas[c.Region.Or("")] = c.To.Or(0)
	}
	if len(quotas) != 2 || quotas[""] != 2200 || quotas["eu-west-1"] != 1320 {
		t.Errorf("quotas are raised to %v", quotas)
	}
	if n := plan.Account.RequiredConcurrency; n != Some[int64](2000) || plan.Account.RecommendedConcurrency != 2200 {
		t.Errorf("%v is required, %d recommended", n, plan.Account.RecommendedConcurrency)
	}
	if len(plan.Regions) != 2 || !plan.Regions[0].Own || plan.Regions[1].RequiredConcurrency != Some[int64](1200) {
		t.Errorf("%+v", plan.Regions)
	}
	a.Quotas = []RegionQuota{{"eu-west-1", 1200}}
	split, err := Spill(a, SpillOptions{Chance: true})
	if err != nil || split.Functions[1].Verdict != Fits || split.Functions[1].RegionUnreserved != Some[int64](1200) {
		t.Errorf("%v, %+v", err, split.Functions[1])
	}
	if home := a.AtHome(); len(home.Functions) != 2 || home.Functions[0].RPS != Some(18_000.0) {
		t.Errorf("%+v", home.Functions)
	}
}

// TestRegionFaults: every fault is found at once.
func TestRegionFaults(t *testing.T) {
	a := Account{Concurrency: 1000, Region: "us-east-1", Quotas: []RegionQuota{{"us-east-1", 5}, {"ap-south-1", 0}},
		Functions: []Function{{Name: "f", RPS: Some(1.0), Mode: Async, Reserved: Some[int64](5), Provisioned: 3, Arch: ARM,
			DurationMS: Some(31_000.0), Regions: []RegionShare{{"us-east-1", 0.5}, {"us-east-1", 0.3}, {"EU", 0}}}}}
	var keys []string
	for _, f := range faultsOf(a.Validate()) {
		keys = append(keys, f.Field)
	}
	want := []string{"regions", "regions", "regions", "regions", "reserved", "provisioned", "mode", "arch", "duration",
		"region_concurrency", "region_concurrency", "region_concurrency"}
	if !slices.Equal(keys, want) {
		t.Errorf("faults of %q, want %q", keys, want)
	}
}

// FuzzRegions checks that the rows of Regions add up to the load, that one Region with everything is an ordinary
// function there, and that after the quotas of a plan nothing is throttled.
func FuzzRegions(f *testing.F) {
	f.Add(30_000.0, 60.0, 0.6, int64(1000), int64(1000), true)
	f.Add(5.0, 30_000.0, 1e-3, int64(10), int64(1), false)
	f.Add(1e9, 1e-3, 0.5, int64(1e8), int64(3), true)
	f.Fuzz(func(t *testing.T, rps, ms, share float64, quota, other int64, own bool) {
		a := Account{Concurrency: quota, Functions: []Function{
			{Name: "g", RPS: Some(7.0), DurationMS: Some(200.0)},
			{Name: "f", RPS: Some(rps), DurationMS: Some(ms),
				Regions: []RegionShare{{"us-east-1", share}, {"eu-west-1", 1 - share}}},
		}, Quotas: []RegionQuota{{"eu-west-1", other}}}
		if own {
			a.Region = "us-east-1"
		}
		r, err := Spill(a, SpillOptions{})
		if err != nil {
			return
		}
		sum := 0.0
		for i := range r.Functions[1:] {
			x := &r.Functions[i+1]
			sum += x.RPS
			if parts := x.ProvisionedRPS + x.OnDemandRPS + x.ThrottledRPS + x.QueuedRPS; math.Abs(parts-x.RPS) > 1e-9*x.RPS {
				t.Fatalf("%+v does not add up", x.Parts)
			}
		}
		if math.Abs(sum-rps) > 1e-9*rps || math.Abs(r.Account.RPS-(rps+7)) > 1e-9*(rps+7) {
			t.Fatalf("%v and %v of %v", sum, r.Account.RPS, rps)
		}
		plan, err := Plan(a, PlanOptions{Sizing: DefaultSizing()})
		if err != nil {
			return
		}
		quotas := map[string]int64{}
		for _, c := range plan.Changes {
			quotas[c.Region.Or("")] = c.To.Or(0)
		}
		a.Concurrency = max(a.Concurrency, quotas[""], quotas["us-east-1"])
		a.Quotas = []RegionQuota{{"eu-west-1", max(other, quotas["eu-west-1"])}}
		if r, err := Spill(a, SpillOptions{}); err == nil && r.Account.ThrottledRPS > 1e-6*r.Account.RPS {
			t.Errorf("after the plan %v of %v are throttled", r.Account.ThrottledRPS, r.Account.RPS)
		}
		whole := a
		whole.Functions = slices.Clone(a.Functions)
		whole.Region, whole.Quotas, whole.Functions[1].Regions = "us-east-1", nil, []RegionShare{{"us-east-1", 1}}
		alone := whole
		alone.Functions = slices.Clone(whole.Functions)
		alone.Functions[1].Regions, alone.Functions[1].Mode = nil, Sync
		x, err := Spill(whole, SpillOptions{})
		y, _ := Spill(alone, SpillOptions{})
		if err == nil && x.Account.Parts != y.Account.Parts {
			t.Errorf("%+v in one Region, %+v for an ordinary function", x.Account.Parts, y.Account.Parts)
		}
	})
}
