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

// function makes a function with the given claim.
func function(name string, reserved, provisioned int64) check.Function {
	f := check.Function{
		Function:   calc.Function{Name: name, Provisioned: provisioned},
		Deployment: &check.Deployment{},
	}
	if reserved >= 0 {
		f.Reserved = some(reserved)
	}
	return f
}

// account makes an account with the given functions.
func account(concurrency int64, functions ...check.Function) check.Account {
	a := check.Account{Functions: functions}
	a.Concurrency = concurrency
	return a
}

const none = -1 // no reservation

// ids lists the rule and the function of each finding.
func ids(found []check.Finding) string {
	var list []string
	for _, f := range found {
		list = append(list, strings.TrimSpace(string(f.ID)+" "+f.Function.Or("")))
	}
	return strings.Join(list, ", ")
}

// TestSorted checks that accepted and known findings are left out, that the worst come first, and that an acceptance
// without a finding is itself a finding.
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
	if got := ids(first.Findings); got != "LC001, LC007 stopped, LC020 all, LC021" {
		t.Error(got)
	}
	counts := check.Counts{Error: 2, Warning: 1, Unknown: 1, Accepted: 1}
	if len(first.Accepted) != 1 || first.Accepted[0].Reason != "winter" || first.Counts != counts {
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
	byFunction := check.Run(a, check.Options{Accept: []check.Acceptance{
		{Rule: "LC007", Reason: "all of it", Function: calc.Some("stopped")},
	}})
	if len(byFunction.Accepted) != 1 || byFunction.Accepted[0].Function.Or("") != "stopped" {
		t.Errorf("%+v", byFunction.Accepted)
	}
}

// FuzzRun checks that the rules about the account agree with its arithmetic, whatever the functions.
func FuzzRun(f *testing.F) {
	f.Add(int64(1000), int64(0), int64(500), int64(0), int64(300), int64(-1), int64(200), int64(-1), 100.0, 80.0)
	f.Add(int64(50), int64(0), int64(1), int64(0), int64(0), int64(0), int64(0), int64(5), 0.0, 0.0)
	f.Fuzz(func(t *testing.T, quota, elsewhere, reserved, provisioned, current, reserved2, provisioned2, current2 int64,
		rps, ms float64) {
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
		claimed := sums.ReservedTotal+sums.ProvisionedUnreservedTotal > 0
		short := sums.Unreserved-sums.Overclaimed < sums.UnreservedFloor && claimed
		refused := slices.ContainsFunc(r.Findings, refusesClaim)
		unsure := slices.ContainsFunc(r.Findings, func(f check.Finding) bool {
			return f.ID == "LC001" && f.Level == rule.Unknown
		})
		if refused && !short || short && !refused && !unsure {
			t.Errorf("unreserved %d, floor %d: %s", sums.Unreserved, sums.UnreservedFloor, ids(r.Findings))
		}
		checkRemedies(t, a, r)
		over := slices.ContainsFunc(r.Findings, func(f check.Finding) bool { return f.ID == "LC002" })
		if invalid := a.Capacity().Validate() != nil; invalid && !refused && !unsure && !over && claimed {
			t.Errorf("%v and no finding", a.Capacity().Validate())
		}
		for _, f := range r.Findings {
			if f.Message == "" || f.Remedy == "" || strings.Contains(f.Message+f.Remedy, "%!") ||
				strings.Contains(f.Message, "NaN") {
				t.Errorf("%+v", f)
			}
		}
	})
}

// refusesClaim reports whether a finding says that the account has no room for what functions claim.
func refusesClaim(f check.Finding) bool {
	return (f.ID == "LC001" || f.ID == "LC003") && f.Level != rule.Unknown
}

// checkRemedies applies the remedies of all refused claims at once, and checks that AWS would then grant the claims. It
// does the same with the quota in the remedies.
func checkRemedies(t *testing.T, a check.Account, r check.Result) {
	t.Helper()
	raised, canLower := a, true
	a.Functions = slices.Clone(a.Functions)
	for _, f := range r.Findings {
		if !refusesClaim(f) {
			continue
		}
		remedy := strings.ReplaceAll(f.Remedy, ",", "")
		_, quota, _ := strings.Cut(remedy, "a quota of ")
		if _, err := fmt.Sscan(quota, &raised.Concurrency); err != nil {
			t.Fatal(f.Remedy, err)
		}
		if strings.HasPrefix(f.Remedy, "request") { // the load needs the claimed units
			canLower = false
			continue
		}
		var less int64
		if n, _ := fmt.Sscanf(remedy, "set %d less aside", &less); n == 1 {
			elsewhere := a.ClaimedElsewhere
			for i := range a.Functions {
				less -= lowerBy(&a.Functions[i], less, &elsewhere)
			}
			continue
		}
		for i := range a.Functions {
			if g := &a.Functions[i]; g.Name == f.Function.Or("") {
				lower(g, remedy)
			}
		}
	}
	ways := []check.Account{raised}
	if canLower {
		ways = append(ways, a)
	}
	for _, remedied := range ways {
		for _, f := range check.Run(remedied, check.Options{}).Findings {
			sameBefore := func(g check.Finding) bool { return g.ID == "LC002" && g.Function == f.Function }
			over := f.ID == "LC002" && !slices.ContainsFunc(r.Findings, sameBefore)
			if f.AWSMessage.Known() && (refusesClaim(f) || over) {
				t.Errorf("%+v: after the remedies of %s: %s (%s)", a, ids(r.Findings), f.Message, f.Remedy)
			}
		}
	}
}

// lowerBy sets aside fewer units for a function, by at most most and only out of those that it asks for, and returns
// how many. Units that may be among those claimed elsewhere are not asked for.
func lowerBy(f *check.Function, most int64, elsewhere *int64) (less int64) {
	asked := f.Claim().Units()
	if was, ok := f.Deployment.Current.Get(); ok {
		asked -= was.Units()
	} else {
		had := min(asked, *elsewhere)
		*elsewhere -= had
		asked -= had
	}
	if less = min(most, max(0, asked)); !f.Reserved.Known() {
		f.Provisioned -= less
		return less
	}
	f.Reserved = some(f.Reserved.Or(0) - less)
	f.Provisioned = min(f.Provisioned, f.Reserved.Or(0))
	return less
}

// lower lowers what a function claims as a remedy says.
func lower(f *check.Function, remedy string) {
	f.Provisioned = 0
	_, _ = fmt.Sscanf(remedy, "provision at most %d", &f.Provisioned)
}

// TestOverflowOnce checks that what a function is told to provision does not also count as its overflow: it needs 1,529
// units, so that 1 % of random arrivals spill (Erlang's formula for 1,500 busy), and the floor of 100, and not an
// overflow of 1,000 as well.
func TestOverflowOnce(t *testing.T) {
	r := check.Run(account(1000, rated(function("f", none, 500), 1500, 1000)), check.Options{})
	for _, f := range r.Findings {
		if want := "provision at least 1,529, and request a quota of 1,629"; f.ID == "LC016" && f.Remedy != want {
			t.Errorf("%q, want %q", f.Remedy, want)
		}
	}
	if got := ids(r.Findings); got != "LC015 f, LC016 f" {
		t.Error(got)
	}
}

// TestWorded checks that every rule with a word is among those that findings of calculations are looked up in.
func TestWorded(t *testing.T) {
	for _, r := range check.Rules()[len(slices.Collect(check.Worded())):] {
		if r.Word != "" {
			t.Errorf("%s has the word %s", r.Number, r.Word)
		}
	}
}
