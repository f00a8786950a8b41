package calc_test

import (
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// A split is what happens to a load.
type split struct {
	parts   calc.Parts
	verdict calc.Verdict
	reason  aws.Reason
}

// A splitCase is a function alone in an account.
type splitCase struct {
	name  string
	f     calc.Function
	quota int64 // 0 means the default
	want  split
}

// splitCases are special cases of the definition, and one case for each limit.
var splitCases = []splitCase{
	{"binary fractions do not queue", // 21 units / 0.07 s is not 300 in binary
		calc.Function{Mode: calc.Async, RPS: rps(300), DurationMS: ms(70), Reserved: units(21)}, 0,
		split{calc.Parts{OnDemandRPS: 300}, calc.Fits, ""}},
	{"provisioned by rate",
		calc.Function{RPS: rps(1500), Provisioned: 100}, 0,
		split{calc.Parts{ProvisionedRPS: 1000, OnDemandRPS: 500}, calc.Spills, ""}},
	{"provisioned by concurrency",
		calc.Function{RPS: rps(1500), DurationMS: ms(200), Provisioned: 100}, 0,
		split{calc.Parts{ProvisionedRPS: 500, OnDemandRPS: 1000}, calc.Spills, ""}},
	{"provisioned limits asynchronous requests by rate too",
		calc.Function{Mode: calc.Async, RPS: rps(1500), DurationMS: ms(10), Provisioned: 100}, 0,
		split{calc.Parts{ProvisionedRPS: 1000, OnDemandRPS: 500}, calc.Spills, ""}},
	{"shared pool by rate",
		calc.Function{RPS: rps(20000), DurationMS: ms(20)}, 0,
		split{calc.Parts{OnDemandRPS: 10000, ThrottledRPS: 10000}, calc.Throttles, aws.ReasonSharedRate}},
	{"shared pool by concurrency",
		calc.Function{RPS: rps(4000), DurationMS: ms(500)}, 0,
		split{calc.Parts{OnDemandRPS: 2000, ThrottledRPS: 2000}, calc.Throttles, aws.ReasonSharedConcurrency}},
	{"shared pool, both limits cut",
		calc.Function{RPS: rps(40000), DurationMS: ms(500)}, 0,
		split{calc.Parts{OnDemandRPS: 2000, ThrottledRPS: 38000}, calc.Throttles, aws.ReasonSharedConcurrency}},
	{"shared pool, a tie at 100 ms names concurrency",
		calc.Function{RPS: rps(20000), DurationMS: ms(100)}, 0,
		split{calc.Parts{OnDemandRPS: 10000, ThrottledRPS: 10000}, calc.Throttles, aws.ReasonSharedConcurrency}},
	{"asynchronous requests have no rate limit",
		calc.Function{Mode: calc.Async, RPS: rps(40000), DurationMS: ms(20)}, 0,
		split{calc.Parts{OnDemandRPS: 40000}, calc.Fits, ""}},
	{"asynchronous requests queue, without a reason",
		calc.Function{Mode: calc.Async, RPS: rps(4000), DurationMS: ms(500)}, 0,
		split{calc.Parts{OnDemandRPS: 2000, QueuedRPS: 2000}, calc.Queues, ""}},
	{"reservation by rate",
		calc.Function{RPS: rps(1500), DurationMS: ms(20), Reserved: units(100)}, 0,
		split{calc.Parts{OnDemandRPS: 1000, ThrottledRPS: 500}, calc.Throttles, aws.ReasonReservedRate}},
	{"reservation by concurrency",
		calc.Function{RPS: rps(1500), DurationMS: ms(200), Reserved: units(100)}, 0,
		split{calc.Parts{OnDemandRPS: 500, ThrottledRPS: 1000}, calc.Throttles, aws.ReasonReservedConcurrency}},
	{"reservation, room beside provisioned, by rate",
		calc.Function{RPS: rps(5000), DurationMS: ms(50), Provisioned: 100, Reserved: units(300)}, 0,
		split{calc.Parts{ProvisionedRPS: 1000, OnDemandRPS: 2000, ThrottledRPS: 2000},
			calc.Throttles, aws.ReasonReservedRate}},
	{"provisioned = reserved: nothing spills",
		calc.Function{RPS: rps(1500), DurationMS: ms(50), Provisioned: 100, Reserved: units(100)}, 0,
		split{calc.Parts{ProvisionedRPS: 1000, ThrottledRPS: 500}, calc.Throttles, aws.ReasonReservedConcurrency}},
	{"reserved 0 refuses synchronous requests",
		calc.Function{RPS: rps(10), Reserved: units(0)}, 0,
		split{calc.Parts{ThrottledRPS: 10}, calc.Throttles, aws.ReasonReservedConcurrency}},
	{"reserved 0 drops asynchronous ones",
		calc.Function{Mode: calc.Async, RPS: rps(10), DurationMS: ms(5), Reserved: units(0)}, 0,
		split{calc.Parts{ThrottledRPS: 10}, calc.Throttles, aws.ReasonReservedConcurrency}},
	{"asynchronous without duration and without units: provisioned = reserved",
		calc.Function{Mode: calc.Async, RPS: rps(1500), Provisioned: 100, Reserved: units(100)}, 0,
		split{calc.Parts{ProvisionedRPS: 1000, QueuedRPS: 500}, calc.Queues, ""}},
	{"asynchronous without duration and without units: nothing unreserved",
		calc.Function{Mode: calc.Async, RPS: rps(1500), Provisioned: 100}, 100,
		split{calc.Parts{ProvisionedRPS: 1000, QueuedRPS: 500}, calc.Queues, ""}},
	{"asynchronous without duration and with units: all on demand",
		calc.Function{Mode: calc.Async, RPS: rps(1500), Provisioned: 100}, 101,
		split{calc.Parts{ProvisionedRPS: 1000, OnDemandRPS: 500}, calc.Spills, ""}},
	{"no units and no duration: concurrency is named",
		calc.Function{RPS: rps(1500), Provisioned: 100}, 100,
		split{calc.Parts{ProvisionedRPS: 1000, ThrottledRPS: 500}, calc.Throttles, aws.ReasonSharedConcurrency}},
	{"a part below 1e-9 is nothing: provisioned",
		calc.Function{RPS: rps(1e9), DurationMS: ms(1.8e6), Provisioned: 1, Reserved: units(100_000_000)}, 100_000_000,
		split{calc.Parts{OnDemandRPS: 99_999_999 / 1.8e3, ThrottledRPS: 1e9 - 99_999_999/1.8e3},
			calc.Throttles, aws.ReasonReservedConcurrency}},
	{"a part below 1e-9 is nothing: on demand",
		calc.Function{RPS: rps(1e9), DurationMS: ms(1.8e6), Reserved: units(1)}, 0,
		split{calc.Parts{ThrottledRPS: 1e9}, calc.Throttles, aws.ReasonReservedConcurrency}},
	{"no load",
		calc.Function{RPS: rps(0), Reserved: units(0)}, 0,
		split{calc.Parts{}, calc.Fits, ""}},
}

// TestSplit pins what happens to a load.
func TestSplit(t *testing.T) {
	for _, c := range splitCases {
		t.Run(c.name, func(t *testing.T) {
			c.f.Name = "f"
			a := ordinary(c.f)
			if c.quota > 0 {
				a.Concurrency = c.quota
			}
			r := spill(t, a)
			row := r.Functions[0]
			equal(t, "split", row.Parts, c.want.parts)
			equal(t, "verdict", row.Verdict, c.want.verdict)
			equal(t, "reason", row.ThrottleReason.Or(""), c.want.reason)
			equal(t, "reason known", row.ThrottleReason.Known(), c.want.reason != "")
			equal(t, "account verdict", r.Account.Verdict, c.want.verdict)
			equal(t, "Split alone", calc.Split(a.Functions[0], a.Unreserved()), c.want.parts)
		})
	}
}

// TestShare checks that functions that share the unreserved pool are reduced alike: first all synchronous ones by rate,
// then all with a known duration by concurrency.
func TestShare(t *testing.T) {
	r := spill(t, ordinary(
		calc.Function{Name: "sync", RPS: rps(16000), DurationMS: ms(50)},
		calc.Function{Name: "async", Mode: calc.Async, RPS: rps(1000), DurationMS: ms(500)},
		calc.Function{Name: "untimed", RPS: rps(4000)},
	))
	// Rate: 10,000 of 20,000, so half; then 8,000 x 0.05 + 500 = 900 environments fit.
	equal(t, "sync", r.Functions[0].Parts, calc.Parts{OnDemandRPS: 8000, ThrottledRPS: 8000})
	equal(t, "sync reason", r.Functions[0].ThrottleReason.Or(""), aws.ReasonSharedRate)
	equal(t, "async", r.Functions[1].Parts, calc.Parts{OnDemandRPS: 1000})
	equal(t, "untimed", r.Functions[2].Parts, calc.Parts{OnDemandRPS: 2000, ThrottledRPS: 2000})

	r = spill(t, ordinary(
		calc.Function{Name: "sync", RPS: rps(4000), DurationMS: ms(250)},
		calc.Function{Name: "async", Mode: calc.Async, RPS: rps(2000), DurationMS: ms(500)},
		calc.Function{Name: "untimed", RPS: rps(4000)},
	))
	// 2,000 environments for 1,000 units: half each, except for the function with an unknown duration.
	equal(t, "sync", r.Functions[0].Parts, calc.Parts{OnDemandRPS: 2000, ThrottledRPS: 2000})
	equal(t, "sync reason", r.Functions[0].ThrottleReason.Or(""), aws.ReasonSharedConcurrency)
	equal(t, "async", r.Functions[1].Parts, calc.Parts{OnDemandRPS: 1000, QueuedRPS: 1000})
	equal(t, "untimed", r.Functions[2].Parts, calc.Parts{OnDemandRPS: 4000})
	equal(t, "account", r.Account.Verdict, calc.Throttles)
	equal(t, "account ratio", r.Account.ThrottledRatio, 0.2)
}

// TestAbsent checks that figures that do not exist or are not known are absent, not zero.
func TestAbsent(t *testing.T) {
	row := spill(t, ordinary(calc.Function{Name: "f", RPS: rps(100)})).Functions[0]
	equal(t, "provisioned", row.Provisioned.Known(), false)
	equal(t, "provisioned ceiling", row.ProvisionedCeilingRPS.Known(), false)
	equal(t, "provisioned binding limit", row.ProvisionedBindingLimit.Known(), false)
	equal(t, "utilization", row.ProvisionedUtilizationRatio.Known(), false)
	equal(t, "provisioned busy", row.ProvisionedBusy, calc.Some(0.0))
	equal(t, "on-demand busy", row.OnDemandBusy.Known(), false)
	equal(t, "headroom", row.HeadroomRatio, calc.Some(0.99))

	row = spill(t, ordinary(calc.Function{Name: "f", Mode: calc.Async, RPS: rps(100), Provisioned: 5})).Functions[0]
	equal(t, "provisioned ceiling", row.ProvisionedCeilingRPS, calc.Some(50.0))
	equal(t, "provisioned busy", row.ProvisionedBusy.Known(), false)
	equal(t, "on-demand ceiling", row.OnDemandCeilingRPS.Known(), false)
	equal(t, "ceiling", row.CeilingRPS.Known(), false)
	equal(t, "headroom", row.HeadroomRatio.Known(), false)
	equal(t, "required provisioned", row.RequiredProvisioned, 10)
}

// TestCeilings pins the highest rate that a function can reach.
func TestCeilings(t *testing.T) {
	for _, c := range []struct {
		name              string
		f                 calc.Function
		onDemand, ceiling float64
		binding           calc.Limit
	}{
		{"inside the reservation, what provisioned leaves of the rate",
			calc.Function{RPS: rps(500), DurationMS: ms(80), Provisioned: 100, Reserved: units(400)},
			3500, 4000, calc.LimitRate},
		{"inside the reservation, by concurrency",
			calc.Function{RPS: rps(500), DurationMS: ms(200), Provisioned: 100, Reserved: units(400)},
			1500, 2000, calc.LimitConcurrency},
		{"the whole unreserved pool",
			calc.Function{RPS: rps(500), DurationMS: ms(50), Provisioned: 100},
			9000, 10000, calc.LimitRate},
		{"asynchronous",
			calc.Function{Mode: calc.Async, RPS: rps(500), DurationMS: ms(50), Provisioned: 100},
			18000, 19000, calc.LimitConcurrency},
		{"no room at all",
			calc.Function{RPS: rps(500), Reserved: units(100), Provisioned: 100},
			0, 1000, calc.LimitConcurrency},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.f.Name = "f"
			row := spill(t, ordinary(c.f)).Functions[0]
			equal(t, "on-demand ceiling", row.OnDemandCeilingRPS, calc.Some(c.onDemand))
			equal(t, "binding limit", row.OnDemandBindingLimit, calc.Some(c.binding))
			equal(t, "ceiling", row.CeilingRPS, calc.Some(c.ceiling))
		})
	}
}

// TestHeadroom checks that there is no headroom at the ceiling, within rounding.
func TestHeadroom(t *testing.T) {
	for rate, want := range map[float64]float64{0: 1, 5000: 0.5, 10000 * (1 - 1e-12): 0, 10000: 0, 20000: 0} {
		row := spill(t, ordinary(calc.Function{Name: "f", RPS: rps(rate), DurationMS: ms(10)})).Functions[0]
		equal(t, "headroom", row.HeadroomRatio, calc.Some(want))
	}
}

// TestRequiredConcurrency pins the account's sum.
func TestRequiredConcurrency(t *testing.T) {
	a := calc.Account{Concurrency: 3000, Functions: []calc.Function{
		{Name: "reserved", RPS: rps(1), Reserved: units(400), Provisioned: 150},
		{Name: "provisioned", RPS: rps(1800), DurationMS: ms(120), Provisioned: 200}, // 216 needed: 16 spill
		{Name: "shared", RPS: rps(3000), DurationMS: ms(40)},                         // 120
		{Name: "async", Mode: calc.Async, RPS: rps(200), DurationMS: ms(3000)},       // 600
	}}
	equal(t, "required", spill(t, a).Account.RequiredConcurrency, calc.Some(int64(400+200+736)))
	a.Functions = a.Functions[:1]
	equal(t, "at least the floor", spill(t, a).Account.RequiredConcurrency, calc.Some(int64(500)))
	a.Functions[0].RPS = none
	equal(t, "not without a rate", limits(t, a).Account.RequiredConcurrency.Known(), false)
	a.Functions = []calc.Function{{Name: "f", RPS: rps(7)}}
	equal(t, "no floor where nothing is set aside", spill(t, a).Account.RequiredConcurrency, calc.Some(int64(1)))
}

// TestSameDuration checks the concurrency limit of shared pools, which is known only if all durations are equal.
func TestSameDuration(t *testing.T) {
	a := ordinary(
		calc.Function{Name: "a", DurationMS: ms(200), Reserved: units(100)},
		calc.Function{Name: "b", DurationMS: ms(50)},
		calc.Function{Name: "c", DurationMS: ms(50), Mode: calc.Async})
	r := limits(t, a)
	equal(t, "account", pool(t, r, calc.PoolAccount, "", calc.Async).ConcurrencyRPS.Known(), false)
	equal(t, "unreserved", pool(t, r, calc.PoolOnDemand, "", calc.Async).ConcurrencyRPS, calc.Some(900/0.05))
	equal(t, "finding", has(r.Findings, "durations-differ"), true)
	for i := range a.Functions {
		a.Functions[i].DurationMS = ms(200)
	}
	r = limits(t, a)
	equal(t, "account", pool(t, r, calc.PoolAccount, "", calc.Sync).RPS, calc.Some(5000.0))
	equal(t, "finding", has(r.Findings, "durations-differ"), false)
}

// TestModes checks that a single function with a mode is listed only for that mode.
func TestModes(t *testing.T) {
	for mode, rows := range map[calc.Mode]int{"": 10, calc.Sync: 5, calc.Async: 5} {
		r := limits(t, ordinary(calc.Function{Name: "f", Mode: mode, Reserved: units(10), Provisioned: 5}))
		equal(t, "rows for "+string(mode), len(r.Pools), rows)
	}
	equal(t, "rows without functions", len(limits(t, ordinary()).Pools), 4)
}

// TestFindings checks that each finding occurs where it should, and nowhere else.
func TestFindings(t *testing.T) {
	find := func(f calc.Function) []calc.Finding {
		f.Name = "f"
		return spill(t, ordinary(f)).Findings
	}
	for _, c := range []struct {
		id   rule.ID
		f    calc.Function
		want bool
	}{
		{"rate-bound", calc.Function{RPS: rps(1500), DurationMS: ms(50), Provisioned: 100}, true},
		{"rate-bound", calc.Function{RPS: rps(1500), Provisioned: 100}, true},
		{"rate-bound", calc.Function{RPS: rps(1500), DurationMS: ms(100), Provisioned: 100}, false},
		{"rate-bound", calc.Function{RPS: rps(999), DurationMS: ms(50), Provisioned: 100}, false},
		{"rate-bound", calc.Function{RPS: rps(20000), DurationMS: ms(50)}, true},
		{"rate-bound", calc.Function{RPS: rps(20000), DurationMS: ms(500)}, false},
		{"tracking-blind", calc.Function{RPS: rps(1), DurationMS: ms(69.999), Provisioned: 1}, true},
		{"tracking-blind", calc.Function{RPS: rps(1), DurationMS: ms(70), Provisioned: 1}, false},
		{"tracking-blind", calc.Function{RPS: rps(1), DurationMS: ms(5)}, false},
		{"no-on-demand-room", calc.Function{RPS: rps(1), Provisioned: 5, Reserved: units(5)}, true},
		{"no-on-demand-room", calc.Function{RPS: rps(1), Provisioned: 5, Reserved: units(6)}, false},
		{"no-on-demand-room", calc.Function{RPS: rps(1), Reserved: units(0)}, false},
		{"switched-off", calc.Function{RPS: rps(1), Reserved: units(0)}, true},
		{"switched-off", calc.Function{RPS: rps(1)}, false},
		{"below-floor", calc.Function{RPS: rps(1), Reserved: units(901)}, true},
		{"below-floor", calc.Function{RPS: rps(1), Reserved: units(900)}, false},
		{"no-duration", calc.Function{RPS: rps(1)}, true},
		{"no-duration", calc.Function{RPS: rps(1), DurationMS: ms(5)}, false},
		{"idle-provisioned", calc.Function{RPS: rps(29), DurationMS: ms(1000), Provisioned: 100}, true},
		{"idle-provisioned", calc.Function{RPS: rps(30), DurationMS: ms(1000), Provisioned: 100}, false},
		{"duration-over-limit", calc.Function{RPS: rps(1), DurationMS: ms(900_001)}, true},
		{"duration-over-limit", calc.Function{RPS: rps(1), DurationMS: ms(900_000)}, false},
		{"nothing-provisioned", calc.Function{RPS: rps(1)}, true},
		{"nothing-provisioned", calc.Function{RPS: rps(1), Provisioned: 1}, false},
	} {
		if got := has(find(c.f), c.id); got != c.want {
			t.Errorf("%s for %+v: %v, want %v", c.id, c.f, got, c.want)
		}
	}
	r := spill(t, ordinary(calc.Function{Name: "f", RPS: rps(1)}, calc.Function{Name: "g"}))
	equal(t, "no rate", has(r.Findings, "no-rate"), true)
	r = spill(t, ordinary(
		calc.Function{Name: "f", RPS: rps(1)}, calc.Function{Name: "g", DurationMS: ms(100), Provisioned: 5}))
	equal(t, "idle without a rate", has(r.Findings, "idle-provisioned"), false)
	equal(t, "no rate limit", has(limits(t, ordinary()).Findings, "no-rate-limit"), true)
}
