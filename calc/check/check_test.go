package check_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/rule"
)

func some(n int64) calc.Optional[int64] { return calc.Some(n) }

// function makes a function with what it claims.
func function(name string, reserved, provisioned int64) check.Function {
	f := check.Function{Function: calc.Function{Name: name, Provisioned: provisioned}, Deployment: &check.Deployment{}}
	if reserved >= 0 {
		f.Reserved = some(reserved)
	}
	return f
}

// account makes an account of functions.
func account(concurrency int64, functions ...check.Function) check.Account {
	a := check.Account{Functions: functions}
	a.Concurrency = concurrency
	return a
}

const none = -1 // no reservation

// ids lists the rules of findings with the functions.
func ids(found []check.Finding) string {
	var list []string
	for _, f := range found {
		list = append(list, strings.TrimSpace(string(f.ID)+" "+f.Function.Or("")))
	}
	return strings.Join(list, ", ")
}

// TestRules: what each rule finds, right at its edge and one step before it.
func TestRules(t *testing.T) {
	with := func(f check.Function, change func(*check.Function)) check.Function { change(&f); return f }
	on := func(qualifier string, version bool, units int64) check.Allocation {
		return check.Allocation{Qualifier: qualifier, Version: version, Units: some(units)}
	}
	deployed := func(d check.Deployment) check.Function {
		f := check.Function{Function: calc.Function{Name: "f"}, Deployment: &d}
		f.Provisioned = d.Provisioned()
		return f
	}
	rated := func(f check.Function, rps, ms float64) check.Function {
		f.RPS, f.DurationMS = calc.Some(rps), calc.Some(ms)
		return f
	}
	async := func(f check.Function) check.Function { f.Mode = calc.Async; return f }
	live := []check.Alias{{Name: "live", Version: "1"}}
	now := func(f check.Function, reserved, provisioned int64) check.Function {
		before := function("", reserved, provisioned)
		f.Deployment.Current = calc.Some(before.Claim())
		return f
	}
	for _, c := range []struct {
		name      string
		account   int64 // 1000 where 0
		elsewhere int64
		functions []check.Function
		options   check.Options
		want      string
	}{
		{name: "nothing"},
		{name: "reserved to the floor", functions: []check.Function{function("f", 900, 0)}},
		{name: "reserved below the floor", functions: []check.Function{function("f", 901, 0)}, want: "LC001 f"},
		{name: "a small account has a small floor", account: 50, functions: []check.Function{function("f", 1, 0)}, want: "LC001 f"},
		{name: "claimed elsewhere", elsewhere: 500, functions: []check.Function{function("f", 401, 0)}, want: "LC001 f"},
		{name: "the second does not fit", functions: []check.Function{function("a", 500, 0), function("b", 500, 0), function("c", 300, 0)}, want: "LC001 b"},
		{name: "what is claimed stays", elsewhere: 400, functions: []check.Function{now(function("f", 500, 0), 500, 0)}},
		{name: "what is given back is free", functions: []check.Function{function("a", 400, 0), now(function("b", 500, 0), 800, 0)}},
		{name: "raised beyond", elsewhere: 400, functions: []check.Function{now(function("f", 501, 0), 300, 0)}, want: "LC001 f"},
		{name: "below the floor already", functions: []check.Function{now(function("f", 950, 0), 950, 0)}, want: "LC001"},
		{name: "provisioned to the floor", functions: []check.Function{function("f", none, 900)}},
		{name: "provisioned below the floor", functions: []check.Function{function("f", none, 901)}, want: "LC001 f"},
		{name: "provisioned to the pool", functions: []check.Function{function("f", none, 1000)}, want: "LC001 f"},
		{name: "provisioned over the pool", functions: []check.Function{function("f", none, 1001)}, want: "LC003 f"},
		{name: "provisioned over reserved", functions: []check.Function{function("f", 50, 51)}, want: "LC002 f"},
		{name: "provisioned equals reserved", functions: []check.Function{function("f", 50, 50)}, want: "LC020 f"},
		{name: "sum over aliases", functions: []check.Function{with(deployed(check.Deployment{Allocations: []check.Allocation{on("a", false, 30), on("b", false, 21)}}), func(f *check.Function) { f.Reserved = some(50) })}, want: "LC002 f"},
		{name: "switched off", functions: []check.Function{function("f", 0, 0)}, want: "LC007 f"},
		{name: "on $LATEST", functions: []check.Function{deployed(check.Deployment{Allocations: []check.Allocation{on(check.Latest, true, 1)}})}, want: "LC004 f"},
		{name: "on an alias of $LATEST", functions: []check.Function{deployed(check.Deployment{Allocations: []check.Allocation{on("live", false, 1)}, Aliases: []check.Alias{{Name: "live", Version: check.Latest}}})}, want: "LC004 f"},
		{name: "scaled on $LATEST", functions: []check.Function{deployed(check.Deployment{Targets: []check.ScalableTarget{{Qualifier: check.Latest, Version: true, Min: some(1), Max: some(2)}}})}, want: "LC004 f"},
		{name: "without AutoPublishAlias", functions: []check.Function{deployed(check.Deployment{Unaliased: calc.Some(check.Place{File: "t", Line: 3})})}, want: "LC005 f"},
		{name: "with SnapStart", functions: []check.Function{deployed(check.Deployment{Allocations: []check.Allocation{on("live", false, 1)}, Aliases: live, SnapStart: calc.Some(check.Place{})})}, want: "LC006 f"},
		{name: "SnapStart alone", functions: []check.Function{deployed(check.Deployment{SnapStart: calc.Some(check.Place{})})}},
		{name: "queue of 1", functions: []check.Function{deployed(check.Deployment{Pollers: []check.Poller{{MaximumConcurrency: 1}}})}, want: "LC008 f"},
		{name: "queue of 2 and 1000", functions: []check.Function{deployed(check.Deployment{Pollers: []check.Poller{{MaximumConcurrency: 2}, {MaximumConcurrency: 1000}}})}},
		{name: "queue of 1001", functions: []check.Function{deployed(check.Deployment{Pollers: []check.Poller{{MaximumConcurrency: 1001}}})}, want: "LC008 f"},
		{name: "queue of no number", functions: []check.Function{deployed(check.Deployment{Pollers: []check.Poller{{Text: "many"}}})}, want: "LC008 f"},
		{name: "queue over reserved", functions: []check.Function{with(deployed(check.Deployment{Pollers: []check.Poller{{MaximumConcurrency: 11}}}), func(f *check.Function) { f.Reserved = some(10) })}, want: "LC008 f"},
		{name: "min over max", functions: []check.Function{deployed(check.Deployment{Targets: []check.ScalableTarget{{Qualifier: "live", Min: some(3), Max: some(2)}}})}, want: "LC009 f"},
		{name: "min below 0", functions: []check.Function{deployed(check.Deployment{Targets: []check.ScalableTarget{{Qualifier: "live", Min: some(-1), Max: some(2)}}})}, want: "LC009 f"},
		{name: "an action takes the target's max", functions: []check.Function{deployed(check.Deployment{Targets: []check.ScalableTarget{{Qualifier: "live", Min: some(1), Max: some(9)}, {Qualifier: "live", Min: some(10), Scheduled: true}}})}, want: "LC009 f"},
		{name: "fixed and scaled", functions: []check.Function{deployed(check.Deployment{Allocations: []check.Allocation{on("live", false, 5)}, Aliases: live, Targets: []check.ScalableTarget{{Qualifier: "live", Min: some(1), Max: some(9)}}})}, want: "LC010 f"},
		{name: "scaled alone counts", functions: []check.Function{with(deployed(check.Deployment{Targets: []check.ScalableTarget{{Qualifier: "live", Min: some(51), Max: some(90)}}}), func(f *check.Function) { f.Reserved = some(50) })}, want: "LC002 f"},
		{name: "orphaned version", functions: []check.Function{deployed(check.Deployment{Allocations: []check.Allocation{on("2", true, 5)}, Aliases: live})}, want: "LC011 f"},
		{name: "version with an alias", functions: []check.Function{deployed(check.Deployment{Allocations: []check.Allocation{on("1", true, 5)}, Aliases: live})}},
		{name: "alias and its version", functions: []check.Function{deployed(check.Deployment{Allocations: []check.Allocation{on("1", true, 5), on("live", false, 5)}, Aliases: live})}, want: "LC019 f"},
		{name: "two aliases of a version", functions: []check.Function{deployed(check.Deployment{Allocations: []check.Allocation{on("live", false, 5), on("blue", false, 5)}, Aliases: append([]check.Alias{{Name: "blue", Version: "1"}}, live...)})}, want: "LC019 f"},
		{name: "below 1", functions: []check.Function{deployed(check.Deployment{Allocations: []check.Allocation{on("live", false, 0)}})}, want: "LC018 f"},
		{name: "no number", functions: []check.Function{deployed(check.Deployment{Refused: []check.Refused{{Field: "reserved", Text: "-5"}, {Field: "provisioned", Text: "x"}}})}, want: "LC023 f, LC018 f"},
		{name: "room for two versions", functions: []check.Function{function("f", 99, 50)}, options: check.Options{Question: check.Question{DuringDeploy: true}}, want: "LC012 f"},
		{name: "enough room for two versions", functions: []check.Function{function("f", 100, 50)}, options: check.Options{Question: check.Question{DuringDeploy: true}}},
		{name: "room above the floor", functions: []check.Function{function("f", none, 451)}, options: check.Options{Question: check.Question{DuringDeploy: true}}, want: "LC012 f"},
		{name: "a new function needs none", functions: []check.Function{now(function("f", none, 451), none, 0)}, options: check.Options{Question: check.Question{DuringDeploy: true}}},
		{name: "connections", functions: []check.Function{function("f", 101, 0)}, options: check.Options{Question: check.Question{ConnectionsPerEnv: some(2), MaxConnections: some(201)}}, want: "LC013 f"},
		{name: "enough connections", functions: []check.Function{function("f", 100, 0)}, options: check.Options{Question: check.Question{ConnectionsPerEnv: some(2), MaxConnections: some(201)}}},
		{name: "connections of the pool", functions: []check.Function{function("f", none, 0)}, options: check.Options{Question: check.Question{ConnectionsPerEnv: some(1), MaxConnections: some(999)}}, want: "LC013 f"},
		{name: "connections of who knows how many", functions: []check.Function{function("f", 60, 0), with(function("g", none, 0), func(f *check.Function) { f.Deployment.Open = true })},
			options: check.Options{Question: check.Question{ConnectionsPerEnv: some(1), MaxConnections: some(100)}}, want: "LC021 g"},
		{name: "too many connections without who knows how many", functions: []check.Function{function("f", 101, 0), with(function("g", none, 0), func(f *check.Function) { f.Deployment.Open = true })},
			options: check.Options{Question: check.Question{ConnectionsPerEnv: some(1), MaxConnections: some(100)}}, want: "LC013 f"},
		{name: "tracking", functions: []check.Function{with(function("f", none, 10), func(f *check.Function) { f.DurationMS = calc.Some(69.9) })}, want: "LC014 f"},
		{name: "tracking that fires", functions: []check.Function{with(function("f", none, 10), func(f *check.Function) { f.DurationMS = calc.Some(70.0) })}},
		{name: "a lower target fires", functions: []check.Function{with(deployed(check.Deployment{Targets: []check.ScalableTarget{{Qualifier: "live", Min: some(1), Max: some(9), Tracking: []check.Tracking{{Target: 0.5, Place: check.Place{File: "t", Line: 1}}}}}}), func(f *check.Function) { f.DurationMS = calc.Some(50.0) })}},
		{name: "throttled by rate", functions: []check.Function{rated(function("f", 100, 0), 1001, 10)}, want: "LC015 f"},
		{name: "spills by rate", functions: []check.Function{rated(function("f", none, 100), 1100, 90)}, want: "LC016 f"},
		{name: "within the target by chance", functions: []check.Function{rated(function("f", none, 132), 800, 150)}, options: check.Options{Question: check.Question{TargetSpillover: calc.Some(0.05)}}},
		{name: "over the target by chance", functions: []check.Function{rated(function("f", none, 132), 800, 150)}, options: check.Options{Question: check.Question{TargetSpillover: calc.Some(0.01)}}, want: "LC016 f"},
		{name: "headroom as advised", functions: []check.Function{rated(function("f", 220, 0), 2000, 10)}, options: check.Options{Question: check.Question{Headroom: 0.1}}},
		{name: "less headroom", functions: []check.Function{rated(function("f", 219, 0), 2000, 10)}, options: check.Options{Question: check.Question{Headroom: 0.1}}, want: "LC017 f"},
		{name: "not judged", functions: []check.Function{rated(function("f", 50, 60), 10, 10)}, want: "LC002 f, LC014 f, LC021 f"},
		{name: "two that share", functions: []check.Function{rated(function("a", none, 0), 2450, 200), rated(function("b", none, 0), 2450, 200)}, options: check.Options{Question: check.Question{Headroom: 0.1}}, want: "LC017 a, LC017 b"},
		{name: "two that wait", functions: []check.Function{async(rated(function("a", none, 0), 4000, 200)), async(rated(function("b", none, 0), 4000, 200))}, want: "LC017 a, LC017 b"},
		{name: "what is refused hides nobody", functions: []check.Function{function("bad", 10, 20), rated(function("busy", 50, 0), 20000, 100)}, want: "LC002 bad, LC015 busy"},
		{name: "a quota that is too small hides the pool", functions: []check.Function{function("big", 2000, 0), rated(function("own", 10, 0), 200, 100), rated(function("pool", none, 0), 10, 100)},
			want: "LC001 big, LC015 own, LC021 pool"},
		{name: "two targets of one version", functions: []check.Function{deployed(check.Deployment{Aliases: append([]check.Alias{{Name: "blue", Version: "1"}}, live...),
			Targets: []check.ScalableTarget{{Qualifier: "live", Min: some(1), Max: some(2)}, {Qualifier: "blue", Min: some(1), Max: some(2)}}})}, want: "LC019 f"},
		{name: "what scaling has set", functions: []check.Function{deployed(check.Deployment{Aliases: live, Allocations: []check.Allocation{{Qualifier: "live", Units: some(5), Observed: true}},
			Targets: []check.ScalableTarget{{Qualifier: "live", Min: some(1), Max: some(9)}}})}},
		{name: "nothing of ours below the floor", elsewhere: 950, functions: []check.Function{function("f", none, 0)}},
		{name: "an unknown reservation", functions: []check.Function{with(rated(function("f", none, 0), 20000, 100), func(f *check.Function) { f.Deployment.Open = true })}, want: "LC021 f"},
		{name: "an alias set twice", functions: []check.Function{with(deployed(check.Deployment{Aliases: live, Allocations: []check.Allocation{on("live", false, 6), on("live", false, 7)}}), func(f *check.Function) { f.Reserved = some(8) })}, want: "LC022 f"},
		{name: "a target of 0 is no setting below 1", functions: []check.Function{with(deployed(check.Deployment{Aliases: live, Allocations: []check.Allocation{on("live", false, 6), on("live", false, 6)},
			Targets: []check.ScalableTarget{{Qualifier: "blue", Min: some(0), Max: some(2)}}}), func(f *check.Function) { f.Reserved = some(8) })}},
		{name: "an alias that may be provisioned, and its version that is", functions: []check.Function{deployed(check.Deployment{Aliases: live,
			Allocations: []check.Allocation{on("1", true, 5), {Qualifier: "live", Possible: true}}})}},
		{name: "SnapStart, and provisioned or not", functions: []check.Function{deployed(check.Deployment{Aliases: live, SnapStart: calc.Some(check.Place{}),
			Allocations: []check.Allocation{{Qualifier: "live", Possible: true}}})}},
		{name: "SnapStart, and a target of who knows what", functions: []check.Function{deployed(check.Deployment{Aliases: live, SnapStart: calc.Some(check.Place{}),
			Targets: []check.ScalableTarget{{Qualifier: "live", Max: some(9)}}})}},
		{name: "SnapStart, and provisioned by who knows how many", functions: []check.Function{deployed(check.Deployment{Aliases: live, SnapStart: calc.Some(check.Place{}),
			Allocations: []check.Allocation{{Qualifier: "live"}}})}, want: "LC006 f"},
		{name: "scaled, and fixed or not", functions: []check.Function{deployed(check.Deployment{Aliases: live, Allocations: []check.Allocation{{Qualifier: "live", Possible: true}},
			Targets: []check.ScalableTarget{{Qualifier: "live", Min: some(1), Max: some(9)}}})}},
		{name: "room for two deployments at once", functions: []check.Function{function("a", none, 250), function("b", none, 250)}, options: check.Options{Question: check.Question{DuringDeploy: true}}, want: "LC012 b"},
		{name: "skipped", functions: []check.Function{function("f", 950, 0)}, options: check.Options{Question: check.Question{Skip: []rule.ID{"LC001"}}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.account == 0 {
				c.account = 1000
			}
			a := account(c.account, c.functions...)
			a.ClaimedElsewhere = c.elsewhere
			r := check.Run(a, c.options)
			if got := ids(r.Findings); got != c.want {
				t.Errorf("found %q, want %q: %+v", got, c.want, r.Findings)
			}
			for _, f := range r.Findings {
				found, _ := rule.Find(check.Rules(), f.ID)
				if f.Rule != f.ID || f.Level != found.Level || f.Message == "" || f.Remedy == "" || f.AWSMessage.Known() && found.AWS == "" {
					t.Errorf("%+v", f)
				}
			}
			if fails := r.Counts.Error > 0; fails != (r.Verdict == check.Fails) {
				t.Errorf("%s with %d errors", r.Verdict, r.Counts.Error)
			}
		})
	}
}

// TestSorted: accepted and known findings are no findings, the worst come first,
// and what is accepted in vain is one.
func TestSorted(t *testing.T) {
	at := check.Place{File: "t.yaml", Line: 7}
	off := function("off", 0, 0)
	off.Places.Set("reserved", at)
	a := account(1000, function("all", 20, 20), function("big", 950, 0), off, function("stopped", 0, 0))
	a.Unknown = []check.Unknown{{What: "x", Why: "y", Remedy: "z"}}
	first := check.Run(a, check.Options{Accept: []check.Acceptance{
		{Rule: "LC007", Reason: "winter", Place: at},
		{Rule: "LC001", Reason: "of another rule", Place: at},
	}})
	if got := ids(first.Findings); got != "LC001 big, LC007 stopped, LC020 all, LC021" {
		t.Error(got)
	}
	if len(first.Accepted) != 1 || first.Accepted[0].Reason != "winter" || first.Counts != (check.Counts{Error: 2, Warning: 1, Unknown: 1, Accepted: 1}) {
		t.Errorf("%+v", first)
	}
	again := check.Run(a, check.Options{Known: first.Findings})
	if got := ids(again.Findings); got != "LC007 off" && got != "LC007 stopped" || again.Counts.Known != 4 {
		t.Error(got, again.Counts)
	}
	vain := check.Run(account(1000, function("f", 1, 0)),
		check.Options{Accept: []check.Acceptance{{Rule: "LC007", Reason: "winter", At: at}}})
	if len(vain.Findings) != 1 || vain.Findings[0].ID != "LC025" || vain.Findings[0].Place() != at {
		t.Errorf("%+v", vain.Findings)
	}
	byFunction := check.Run(a, check.Options{Accept: []check.Acceptance{{Rule: "LC007", Reason: "all of it", Function: calc.Some("stopped")}}})
	if len(byFunction.Accepted) != 1 || byFunction.Accepted[0].Function.Or("") != "stopped" {
		t.Errorf("%+v", byFunction.Accepted)
	}
}

// FuzzRun: the rules of the account agree with its arithmetic, whatever the
// functions.
func FuzzRun(f *testing.F) {
	f.Add(int64(1000), int64(0), int64(500), int64(0), int64(300), int64(-1), int64(200), int64(-1), 100.0, 80.0)
	f.Add(int64(50), int64(0), int64(1), int64(0), int64(0), int64(0), int64(0), int64(5), 0.0, 0.0)
	f.Fuzz(func(t *testing.T, quota, elsewhere, reserved, provisioned, current, reserved2, provisioned2, current2 int64, rps, ms float64) {
		bound := func(n, least, most int64) int64 { return least + (n%most+most)%most }
		a := account(bound(quota, 1, 5000))
		a.ClaimedElsewhere = bound(elsewhere, 0, 500)
		for i, n := range [][3]int64{{reserved, provisioned, current}, {reserved2, provisioned2, current2}} {
			x := function(fmt.Sprint("f", i), bound(n[0], -1, 3000), bound(n[1], 0, 3000))
			if n[2] >= 0 {
				x.Deployment.Current = calc.Some(check.Claim{Reserved: some(bound(n[2], 0, 2000))})
			}
			if rps >= 0 && rps <= 1e6 && ms >= 0.001 && ms <= 1e6 {
				x.RPS, x.DurationMS = calc.Some(rps), calc.Some(ms)
			}
			a.Functions = append(a.Functions, x)
		}
		r := check.Run(a, check.Options{Question: check.Question{Headroom: 0.1}})
		sums := r.Account
		short := sums.Unreserved < sums.UnreservedFloor && sums.ReservedTotal+sums.ProvisionedUnreservedTotal > 0
		refused := slices.ContainsFunc(r.Findings, func(f check.Finding) bool { return f.ID == "LC001" || f.ID == "LC003" })
		if short != refused {
			t.Errorf("unreserved %d, floor %d: %s", sums.Unreserved, sums.UnreservedFloor, ids(r.Findings))
		}
		remedied(t, a, r)
		over := slices.ContainsFunc(r.Findings, func(f check.Finding) bool { return f.ID == "LC002" })
		if invalid := a.Capacity().Validate() != nil; invalid && !refused && !over && sums.ReservedTotal+sums.ProvisionedUnreservedTotal > 0 {
			t.Errorf("%v and no finding", a.Capacity().Validate())
		}
		for _, f := range r.Findings {
			if f.Message == "" || f.Remedy == "" || strings.Contains(f.Message+f.Remedy, "%!") || strings.Contains(f.Message, "NaN") {
				t.Errorf("%+v", f)
			}
		}
	})
}

// remedied follows the remedies of all refused claims at once: then AWS grants
// them. So it does with the quota that they name.
func remedied(t *testing.T, a check.Account, r check.Result) {
	t.Helper()
	raised, lowered := a, true
	a.Functions = slices.Clone(a.Functions)
	for _, f := range r.Findings {
		if f.ID != "LC001" && f.ID != "LC003" {
			continue
		}
		_, quota, _ := strings.Cut(strings.ReplaceAll(f.Remedy, ",", ""), "raised to ")
		if _, err := fmt.Sscan(quota, &raised.Concurrency); err != nil {
			t.Fatal(f.Remedy, err)
		}
		if strings.HasPrefix(f.Remedy, "have") { // the load needs what is claimed
			lowered = false
			continue
		}
		for i := range a.Functions {
			g := &a.Functions[i]
			if g.Name != f.Function.Or("") {
				continue
			}
			var most int64
			_, _ = fmt.Sscanf(strings.ReplaceAll(f.Remedy, ",", ""), "reserve at most %d", &most)
			_, _ = fmt.Sscanf(strings.ReplaceAll(f.Remedy, ",", ""), "provision at most %d", &most)
			if strings.HasPrefix(f.Remedy, "neither") {
				g.Provisioned = 0
			}
			if n, _ := fmt.Sscanf(strings.ReplaceAll(f.Remedy, ",", ""), "reserve and provision at most %d", &most); n == 1 {
				g.Provisioned = min(g.Provisioned, most)
			}
			if g.Reserved.Known() && most > 0 {
				g.Reserved = some(most)
			} else if g.Reserved.Known() {
				g.Reserved = calc.Optional[int64]{}
			} else {
				g.Provisioned = most
			}
		}
	}
	ways := []check.Account{raised}
	if lowered {
		ways = append(ways, a)
	}
	for _, mended := range ways {
		for _, f := range check.Run(mended, check.Options{}).Findings {
			over := f.ID == "LC002" && !slices.ContainsFunc(r.Findings, func(g check.Finding) bool { return g.ID == "LC002" && g.Function == f.Function })
			if f.Function.Known() && (f.ID == "LC001" || f.ID == "LC003" || over) {
				t.Errorf("%+v: after the remedies of %s: %s (%s)", a, ids(r.Findings), f.Message, f.Remedy)
			}
		}
	}
}
