package calc_test

import (
	"errors"
	"fmt"
	"reflect"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// TestPlan pins what functions need, and the changes that follow.
func TestPlan(t *testing.T) {
	a := calc.Account{Concurrency: 3000, Region: "us-east-1", Functions: []calc.Function{
		{Name: "checkout", RPS: rps(2500), DurationMS: ms(60), Reserved: units(400), Provisioned: 150},
		{Name: "search", RPS: rps(1800), DurationMS: ms(120), Provisioned: 200},
		{Name: "orders", Mode: calc.Async, RPS: rps(1500), DurationMS: ms(1200), Reserved: units(1500)},
		{Name: "webhooks", RPS: rps(3000), DurationMS: ms(40)},
		{Name: "mail", Mode: calc.Async, RPS: rps(5)},
	}}
	r := plan(t, a, 0.1)
	type row struct{ concurrency, units, provisioned, recommended, reserved int64 }
	for i, want := range []row{ // -1 for absent
		{150, 250, 250, 275, 275},
		{216, 216, 216, 238, -1},
		{1800, 1800, 1800, 1980, 1980},
		{120, 300, 300, 330, -1},
		{-1, -1, 1, 2, -1},
	} {
		f := r.Functions[i]
		equal(t, f.Name, row{f.RequiredConcurrency.Or(-1), f.RequiredUnits.Or(-1), f.RequiredProvisioned,
			f.RecommendedProvisioned, f.RecommendedReserved.Or(-1)}, want)
	}
	// Set aside 400 + 238 + 1,980; shared max(100, ceil(300 x 1.1)).
	equal(t, "recommended quota", r.Account.RecommendedConcurrency, 400+238+1980+330)

	type change struct {
		function string
		setting  calc.Setting
		to       int64
		required bool
	}
	var got []change
	for _, x := range r.Changes {
		got = append(got, change{x.Function.Or(""), x.Setting, x.To.Or(-1), x.Required})
	}
	want := []change{
		{"checkout", calc.SettingProvisioned, 275, true},
		{"search", calc.SettingProvisioned, 238, true},
		{"orders", calc.SettingReserved, 1980, true},
	}
	if len(got) != len(want) {
		t.Fatalf("changes %+v, want %+v", got, want)
	}
	for i := range want {
		equal(t, "change", got[i], want[i])
	}
}

// TestPlanSplit checks that a plan says the same of the current settings as a split, in every part of it.
func TestPlanSplit(t *testing.T) {
	a := calc.Account{Concurrency: 3000, Region: "us-east-1", Functions: []calc.Function{
		{Name: "checkout", RPS: rps(2500), DurationMS: ms(60), MemoryMB: units(512), Provisioned: 150},
		{Name: "orders", Mode: calc.Async, RPS: rps(1500), DurationMS: ms(1200), MemoryMB: units(1024),
			Reserved: units(1500)},
	}}
	sweep := calc.Sweep{Axis: calc.AxisProvisioned, Function: 0, Values: []float64{0, 250}}
	for name, o := range map[string]calc.SpillOptions{
		"sweep": {Chance: true, Cost: monthly(t), Sweep: &sweep},
		"scale": {Cost: monthly(t), Scale: []float64{1, 2},
			Baseline: &calc.Baseline{Total: 100, Functions: map[string]float64{"gone": 100}}},
	} {
		split, err := calc.Spill(a, o)
		if err != nil {
			t.Fatal(err)
		}
		plan, err := calc.Plan(a, calc.PlanOptions{SpillOptions: o, Sizing: calc.DefaultSizing()})
		if err != nil {
			t.Fatal(err)
		}
		got := plan.Split()
		if len(got.Findings) == 0 || len(got.Findings) != len(plan.Findings) {
			t.Errorf("%s: findings %v", name, got.Findings)
		}
		got.Findings, split.Findings = nil, nil // a plan has more
		if !reflect.DeepEqual(got, split) {
			t.Errorf("%s: the plan has\n%+v\nthe split\n%+v", name, got, split)
		}
	}
}

// TestQuotaChange checks that the quota comes first, and that it is not required if it is only for headroom.
func TestQuotaChange(t *testing.T) {
	r := plan(t, ordinary(
		calc.Function{Name: "api", RPS: rps(20000), DurationMS: ms(50)},
		calc.Function{Name: "s3", Mode: calc.Async, RPS: rps(10000), DurationMS: ms(200), Reserved: units(10)},
		calc.Function{Name: "idle"}), 0)
	first := r.Changes[0]
	equal(t, "setting", first.Setting, calc.SettingAccount)
	equal(t, "required", first.Required, true)
	equal(t, "quota", first.To, units(2000+2000))

	r = plan(t, ordinary(calc.Function{Name: "f", RPS: rps(9500)}), 0.1)
	equal(t, "only for headroom", r.Changes[0].Required, false)
}

// TestDependentChanges checks that a change is required if a required change depends on it, and that the quota is not
// raised if idle units make the room.
func TestDependentChanges(t *testing.T) {
	r := plan(t, ordinary(calc.Function{Name: "f", RPS: rps(2000), DurationMS: ms(80), Provisioned: 150,
		Reserved: units(200)}), 0.1)
	equal(t, "changes", len(r.Changes), 2)
	equal(t, "reservation", r.Changes[0].Setting, calc.SettingReserved)
	equal(t, "reservation required", r.Changes[0].Required, true) // 220 provisioned do not fit 200 reserved

	a := ordinary(calc.Function{Name: "f", Mode: calc.Async, RPS: rps(1500), DurationMS: ms(1200), Reserved: units(900)})
	a.Concurrency = 2000
	r = plan(t, a, 0.1)
	equal(t, "quota", r.Changes[0].Setting, calc.SettingAccount)
	equal(t, "quota required", r.Changes[0].Required, true) // 1,980 reserved leave 20

	r = plan(t, ordinary(calc.Function{Name: "f", RPS: rps(3000), DurationMS: ms(45), Provisioned: 950}), 0.1)
	equal(t, "changes", len(r.Changes), 1)
	equal(t, "lowered to", r.Changes[0].To, units(330))
	equal(t, "lowering required", r.Changes[0].Required, true) // 50 units unreserved are below the floor

	// What a required change needs with its headroom is also required.
	r = plan(t, ordinary(calc.Function{Name: "f", RPS: rps(8500), DurationMS: ms(100), Provisioned: 800}), 0.1)
	equal(t, "quota", r.Changes[0].To, units(1035))
	equal(t, "quota required", r.Changes[0].Required, true) // 935 provisioned leave 65

	// Units are freed before others need them, so the quota need not grow.
	a = ordinary(
		calc.Function{Name: "busy", RPS: rps(1000), DurationMS: ms(100), Provisioned: 50},
		calc.Function{Name: "idle", RPS: rps(100), DurationMS: ms(100), Provisioned: 800})
	r = plan(t, a, 0.1)
	equal(t, "changes", len(r.Changes), 2)
	equal(t, "first", r.Changes[0].Function, calc.Some("idle"))

	// A quota that AWS insists on is required even if the load fits.
	r = plan(t, ordinary(calc.Function{Name: "f", RPS: rps(1000), DurationMS: ms(100), Reserved: units(1000)}), 0)
	equal(t, "quota required", r.Changes[0].Required, true)
}

// TestFewestReductions checks that reductions are required only as far as they make room for required changes, largest
// first.
func TestFewestReductions(t *testing.T) {
	for _, c := range []struct {
		quota int64
		idle  []int64  // provisioned for a load that needs 1, or 2 with headroom
		want  []string // required
	}{
		{300, []int64{7, 76}, []string{"busy"}},           // 110 + 83 + 100
		{292, []int64{7, 76}, []string{"b", "busy"}},      // one unit is missing; 5 are enough, but not fewer changes
		{219, []int64{7, 76}, []string{"b", "busy"}},      // 110 + 7 + 2 + 100
		{218, []int64{7, 76}, []string{"a", "b", "busy"}}, // one less
		{250, []int64{40, 7, 30}, []string{"a", "busy"}},  // 110 + 2 + 7 + 30 + 100 = 249
		{248, []int64{40, 7, 30}, []string{"a", "c", "busy"}},
	} {
		a := calc.Account{Concurrency: c.quota, Functions: []calc.Function{
			{Name: "busy", RPS: rps(1000), DurationMS: ms(100), Provisioned: 50}}}
		for i, n := range c.idle {
			a.Functions = append(a.Functions,
				calc.Function{Name: string(rune('a' + i)), RPS: rps(10), DurationMS: ms(100), Provisioned: n})
		}
		r := plan(t, a, 0.1)
		equal(t, "changes", len(r.Changes), 1+len(c.idle))
		var got []string
		for _, x := range r.Changes {
			if x.Required {
				got = append(got, x.Function.Or("the account"))
			}
		}
		equal(t, fmt.Sprint("required with a quota of ", c.quota), fmt.Sprint(got), fmt.Sprint(c.want))
	}
}

// TestReservationChanges checks reservations of asynchronous functions, and of functions about which little is known.
func TestReservationChanges(t *testing.T) {
	// Provisioned concurrency fits in its reservation even if other needs are not known.
	r := plan(t, ordinary(calc.Function{Name: "f", Mode: calc.Async, RPS: rps(2000), Reserved: units(100),
		Provisioned: 50}), 0.1)
	equal(t, "reservation", r.Changes[0].To, units(220))
	equal(t, "reservation required", r.Changes[0].Required, true)

	// Short asynchronous requests need more provisioned units than environments.
	r = plan(t, ordinary(calc.Function{Name: "f", Mode: calc.Async, RPS: rps(2000), DurationMS: ms(10),
		Reserved: units(30), Provisioned: 25}), 0)
	equal(t, "reservation", r.Functions[0].RecommendedReserved, units(200))

	// A function that is off can be switched on, even if its needs are not known.
	r = plan(t, ordinary(calc.Function{Name: "f", Mode: calc.Async, RPS: rps(10), Reserved: units(0)}), 0.1)
	equal(t, "to", r.Changes[0].To.Known(), false)
}

// TestChangesAtRest checks that nothing is recommended if nothing needs a change, and that idle units are given back.
func TestChangesAtRest(t *testing.T) {
	of := func(f calc.Function) calc.PlanResult {
		f.Name = "f"
		return plan(t, ordinary(f), 0.1)
	}
	r := of(calc.Function{RPS: rps(100), DurationMS: ms(100), Provisioned: 11})
	equal(t, "changes", len(r.Changes), 0)
	r = of(calc.Function{RPS: rps(0), Provisioned: 11})
	equal(t, "changes without load", len(r.Changes), 0)
	r = of(calc.Function{RPS: rps(100), DurationMS: ms(100), Provisioned: 100})
	equal(t, "idle units", r.Changes[0].To, units(11))
	equal(t, "idle units", r.Changes[0].Required, false)
	r = of(calc.Function{RPS: rps(300), DurationMS: ms(100), Provisioned: 100})
	equal(t, "units at 30 % utilization", r.Changes[0].To, units(33))
	equal(t, "units at 30 % utilization", r.Changes[0].Required, false)
	r = of(calc.Function{RPS: rps(1000), DurationMS: ms(100), Provisioned: 100})
	equal(t, "headroom only", r.Changes[0].Required, false)
	r = of(calc.Function{RPS: rps(1000), DurationMS: ms(100), Reserved: units(100)})
	equal(t, "headroom only", r.Changes[0].Required, false)
	r = of(calc.Function{RPS: rps(0), Reserved: units(400)})
	equal(t, "nothing needed", r.Functions[0].RecommendedReserved, units(0))
	equal(t, "changes", len(r.Changes), 0)
	r = of(calc.Function{RPS: rps(100), DurationMS: ms(100), Reserved: units(0)})
	equal(t, "switched on", r.Changes[0].From, units(0))
}

// TestValidate checks that all faults are found at once, each with its field.
func TestValidate(t *testing.T) {
	a := calc.Account{Concurrency: 0, UnreservedFloor: units(-1), Region: "EU", Functions: []calc.Function{
		{Name: "", Mode: "event", Arch: "mips", RPS: rps(-1), AverageRPS: rps(2e9), DurationMS: ms(-1),
			MemoryMB: units(1), Reserved: units(-1), Provisioned: -1, EventSource: "\x1b"},
		{Name: "a", RPS: rps(1), AverageRPS: rps(2), Reserved: units(1), Provisioned: 2},
		{Name: "a"},
	}}
	err := a.Validate()
	var faults calc.Faults
	if !errors.As(err, &faults) || !errors.Is(err, quantity.ErrInvalid) {
		t.Fatal(err)
	}
	type place struct {
		function int
		field    string
	}
	got := map[place]bool{}
	for _, f := range faults {
		got[place{f.Function, f.Field}] = true
		if f.Message == "" {
			t.Errorf("no message for %v", f)
		}
	}
	for _, want := range []place{
		{calc.AccountFault, "concurrency"}, {calc.AccountFault, "unreserved_floor"}, {calc.AccountFault, "region"},
		{0, "name"}, {0, "mode"}, {0, "arch"}, {0, "rps"}, {0, "average_rps"}, {0, "duration"},
		{0, "memory"}, {0, "reserved"}, {0, "provisioned"}, {0, "event_source"},
		{1, "average_rps"}, {1, "provisioned"}, {2, "name"},
	} {
		if !got[want] {
			t.Errorf("no fault at %v in:\n%v", want, err)
		}
		delete(got, want)
	}
	for place := range got {
		t.Errorf("unexpected fault at %v", place)
	}
}

// TestValidateTogether checks faults of functions that are valid on their own, and of options.
func TestValidateTogether(t *testing.T) {
	heavy := calc.Account{Concurrency: 1000}
	for _, name := range []string{"a", "b", "c", "d"} {
		f := calc.Function{Name: name, RPS: rps(1e9), DurationMS: ms(365 * 86400e3)}
		heavy.Functions = append(heavy.Functions, f)
	}
	for name, a := range map[string]calc.Account{
		"more set aside than there is": ordinary(
			calc.Function{Name: "a", Reserved: units(600)}, calc.Function{Name: "b", Provisioned: 401}),
		"more load than can be summed": heavy,
	} {
		if err := a.Validate(); !errors.Is(err, quantity.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err := calc.Plan(ordinary(calc.Function{Name: "f"}), calc.PlanOptions{Sizing: calc.Sizing{Headroom: -1}})
	if err == nil || len(err.(calc.Faults)) != 2 {
		t.Errorf("no rate and a bad headroom: %v", err)
	}
}
