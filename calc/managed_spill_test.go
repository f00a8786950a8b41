package calc_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/managed"
	"github.com/lambdacap/lambdacap/configs"
)

// onInstances returns AWS's own case: Python, 512 MB and 25 % of a vCPU for each of 100 requests at a time, and 1
// million requests in a month.
func onInstances() calc.Function {
	return calc.Function{Name: "scorer", Compute: calc.OnManaged, RPS: calc.Some(500.0), DurationMS: calc.Some(200.0),
		AverageRPS: calc.Some(1e6 / (aws.MonthHours * 3600.0)),
		Managed: calc.Managed{Runtime: managed.Python, CPUShare: calc.Some(0.25), RequestMB: calc.Some[int64](512),
			Instance: "c7g.xlarge"}}
}

func spillManaged(t *testing.T, f calc.Function, region string) (calc.SpillResult, calc.ManagedSpill) {
	t.Helper()
	prices, err := configs.Prices()
	if err != nil {
		t.Fatal(err)
	}
	ordinary := calc.Function{Name: "api", RPS: calc.Some(10.0), DurationMS: calc.Some(1000.0)}
	a := calc.Account{Concurrency: 1000, Region: region, Functions: []calc.Function{f, ordinary}}
	r, err := calc.Spill(a, calc.SpillOptions{Chance: true, Cost: &calc.CostOptions{Billing: calc.Billing{Hours: 730},
		Prices: prices}})
	if err != nil {
		t.Fatal(err)
	}
	m, _ := r.Functions[0].Managed.Get()
	return r, m
}

// TestManagedWorked compares AWS's own case with the answer, to the printed digit, and checks that it takes nothing
// from the account.
func TestManagedWorked(t *testing.T) {
	r, m := spillManaged(t, onInstances(), "us-east-1")
	got := fmt.Sprintf("%d %d %d %.3f %.3f %.3f %.3f", m.Required.Or(0), m.PerInstance.Or(0), m.Instances.Or(0),
		m.EC2.Or(0), m.Fee.Or(0), m.Requests.Or(0), m.Total.Or(0))
	if want := "25 3 14 1481.900 222.285 0.200 1704.385"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	f := r.Functions[0]
	if f.Verdict != calc.Fits || f.Chance.Known() || f.CeilingRPS.Known() || f.Cost.Or(calc.Cost{}).Total != m.Total {
		t.Errorf("%+v", f)
	}
	if a := r.Account; a.OfferedSyncRPS != 10 || a.RequiredConcurrency.Or(0) != 10 || a.Unreserved != 1000 {
		t.Errorf("%+v", a)
	}
}

// TestManagedBounds covers what the most environments do: 20 of 4 requests of 0.2 s take 400 requests per second.
func TestManagedBounds(t *testing.T) {
	for _, c := range []struct {
		most                       int64
		mode                       calc.Mode
		served, throttled, waiting float64
		verdict                    calc.Verdict
	}{
		{20, calc.Sync, 400, 100, 0, calc.Throttles}, {20, calc.Async, 400, 0, 100, calc.Queues},
		{25, calc.Sync, 500, 0, 0, calc.Fits}, {0, calc.Sync, 0, 500, 0, calc.Throttles},
		{0, calc.Async, 0, 500, 0, calc.Throttles},
	} {
		f := onInstances()
		f.Mode, f.Managed.Max = c.mode, calc.Some(c.most)
		r, m := spillManaged(t, f, "")
		row := r.Functions[0]
		if row.OnDemandRPS != c.served || row.ThrottledRPS != c.throttled || row.QueuedRPS != c.waiting ||
			row.Verdict != c.verdict || m.CeilingRPS.Or(0) != float64(c.most)*20 {
			t.Errorf("at most %d, %s: %+v, %+v", c.most, c.mode, row, m)
		}
		plan, err := calc.Plan(calc.Account{Concurrency: 1000, Functions: []calc.Function{f}},
			calc.PlanOptions{Sizing: calc.DefaultSizing()})
		raised := len(plan.Changes) == 1 && plan.Changes[0].To.Or(0) == 28
		if err != nil || raised != (c.verdict != calc.Fits) {
			t.Errorf("%v: %+v", err, plan.Changes)
		}
	}
}

// TestManagedOrdinary checks the costs of ordinary functions against those of a plan of one, and that a price of
// another Region is not taken for this one's.
func TestManagedOrdinary(t *testing.T) {
	f := onInstances()
	f.AverageRPS = calc.Optional[float64]{}
	_, m := spillManaged(t, f, "us-east-1")
	ordinary := calc.Function{Name: "scorer", RPS: f.RPS, DurationMS: f.DurationMS, MemoryMB: f.Managed.RequestMB,
		Arch: calc.ARM}
	r, _ := spillManaged(t, ordinary, "us-east-1")
	if got, want := m.Compared[1].Total, r.Functions[0].Cost.Or(calc.Cost{}).Total; got != want {
		t.Errorf("on demand %v, want %v", got, want)
	}
	ordinary.Provisioned = 110
	r, _ = spillManaged(t, ordinary, "us-east-1")
	if got, want := m.Compared[2].Total, r.Functions[0].Cost.Or(calc.Cost{}).Total; got != want {
		t.Errorf("provisioned %v, want %v", got, want)
	}
	if _, m = spillManaged(t, f, "eu-west-1"); m.Instances.Or(0) != 14 || m.EC2.Known() || m.Total.Known() {
		t.Errorf("%+v", m)
	}
}

// FuzzManaged checks any function on Managed Instances: parts that sum to the rate, and no figure that is negative, not
// a number or infinite.
func FuzzManaged(f *testing.F) {
	f.Add(500.0, 200.0, 0.25, int64(512), int64(40), int64(0), 0.3)
	f.Add(1e9, 5.4e6, 0.0001, int64(32_768), int64(15_000), int64(1600), 1.0)
	f.Add(0.0, 1e-6, 1.0, int64(1), int64(0), int64(1), 0.0)
	f.Fuzz(func(t *testing.T, rps, ms, share float64, mb, most, per int64, discount float64) {
		fn := calc.Function{Name: "f", Compute: calc.OnManaged, RPS: calc.Some(rps), DurationMS: calc.Some(ms),
			Managed: calc.Managed{CPUShare: calc.Some(share), RequestMB: calc.Some(mb), Max: calc.Some(most),
				Discount: calc.Some(discount), InstanceVCPU: calc.Some[int64](64), InstanceMB: calc.Some[int64](262_144),
				InstanceUSD: calc.Some(2.1)}}
		if per > 0 {
			fn.Managed.PerEnvironment = calc.Some(per)
		}
		if (calc.Account{Concurrency: 1, Functions: []calc.Function{fn}}).Validate() != nil {
			return
		}
		r, m := spillManaged(t, fn, "us-east-1")
		row := r.Functions[0]
		if sum := row.OnDemandRPS + row.ThrottledRPS + row.QueuedRPS; math.Abs(sum-rps) > 1e-12*rps {
			t.Errorf("%+v", row.Parts)
		}
		for _, x := range []float64{row.OnDemandRPS, row.ThrottledRPS, m.CeilingRPS.Or(0), m.Total.Or(0), m.EC2.Or(0),
			m.PaysOffAboveRPS.Or(0), m.UtilizationRatio.Or(0), m.Compared[1].Total.Or(0), m.Compared[2].Total.Or(0)} {
			if math.IsNaN(x) || math.IsInf(x, 0) || x < 0 {
				t.Errorf("%+v", m)
			}
		}
	})
}
