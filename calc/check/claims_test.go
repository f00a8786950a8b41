package check_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// TestBestAndWorst compares the verdict on claims with brute force over what functions of unknown history had: each may
// have had its units, which are then among the units claimed elsewhere, or not. Errors are refused in every case,
// unknowns in some.
func TestBestAndWorst(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 7))
	found := map[rule.Level]int{}
	for range 15_000 {
		a := account(1 + random.Int64N(40))
		a.UnreservedFloor = some(random.Int64N(6))
		a.ClaimedElsewhere = random.Int64N(a.Concurrency)
		for i := range 1 + random.IntN(4) {
			f := function(fmt.Sprint("f", i), none, random.Int64N(12))
			if random.IntN(2) == 0 {
				f = function(f.Name, random.Int64N(12), 0)
			}
			switch random.IntN(3) {
			case 0:
				f = currently(f, random.Int64N(12)-1, random.Int64N(3))
			case 1:
				f = partly(currently(f, none, random.Int64N(6)))
			}
			a.Functions = append(a.Functions, f)
		}
		refused, granted := false, false
		for history := range 1 << len(a.Functions) {
			if refuses(a, history) {
				refused = true
			} else {
				granted = true
			}
		}
		want := rule.Level("")
		switch {
		case refused && !granted:
			want = rule.Error
		case refused:
			want = rule.Unknown
		}
		got := rule.Level("")
		for _, f := range check.Run(a, check.Options{}).Findings {
			if (f.ID == "LC001" || f.ID == "LC003") && f.Level != rule.Warning {
				got = f.Level
				break
			}
		}
		if found[want]++; got != want {
			t.Fatalf("%q, want %q: %+v", got, want, a)
		}
	}
	if len(found) != 3 || slices.Min([]int{found[""], found[rule.Error], found[rule.Unknown]}) < 500 {
		t.Error(found)
	}
}

// refuses deploys the functions of an account one by one, as AWS would, and reports whether AWS refuses any. The bits
// of history say which functions already had what they claim now, where no file says.
func refuses(a check.Account, history int) bool {
	elsewhere := a.ClaimedElsewhere
	had := make([]int64, len(a.Functions))
	for i := range a.Functions {
		f := &a.Functions[i]
		before, known := f.Deployment.Current.Get()
		had[i] = before.Units()
		if (!known || before.Partial) && history>>i&1 == 1 {
			more := min(max(0, f.Claim().Units()-had[i]), elsewhere)
			had[i] += more
			elsewhere -= more
		}
	}
	unreserved := a.Concurrency - elsewhere
	for _, units := range had {
		unreserved -= units
	}
	for i := range a.Functions { // units that are given back are free first
		if back := had[i] - a.Functions[i].Claim().Units(); back > 0 {
			unreserved += back
		}
	}
	for i := range a.Functions {
		f := &a.Functions[i]
		more := f.Claim().Units() - had[i]
		if more <= 0 {
			continue
		}
		if overPool := !f.Reserved.Known() && more > unreserved; overPool || unreserved-more < a.Floor() {
			return true
		}
		unreserved -= more
	}
	return false
}

// TestDefaultQuota checks that a default quota causes no errors.
func TestDefaultQuota(t *testing.T) {
	for _, c := range []struct {
		function check.Function
		options  check.Options
		want     string
	}{
		{function("f", 901, 0), check.Options{}, "LC001"},
		{function("f", none, 1001), check.Options{}, "LC003 f"},
		{rated(function("f", none, 0), 20_000, 100), check.Options{}, "LC015 f"},
		{function("f", none, 0), connections(1, 999), "LC013 f"},
	} {
		a := account(1000, c.function)
		given := check.Run(a, c.options)
		a.DefaultQuota = true
		assumed := check.Run(a, c.options)
		if ids(given.Findings) != c.want || given.Counts.Error != 1 ||
			ids(assumed.Findings) != c.want || assumed.Counts.Error != 0 || assumed.Counts.Warning != 1 {
			t.Errorf("%s %+v, %s %+v, want %s", ids(given.Findings), given.Counts, ids(assumed.Findings),
				assumed.Counts, c.want)
		}
		if message := assumed.Findings[0].Message; strings.HasPrefix(c.want, "LC00") &&
			!strings.Contains(message, "1,000 (the default quota)") {
			t.Error(message)
		}
	}
	own := account(1000, rated(function("f", 10, 0), 20_000, 100)) // its reservation is too small, whatever the quota
	own.DefaultQuota = true
	if r := check.Run(own, check.Options{}); r.Counts.Error != 1 {
		t.Errorf("%+v", r.Findings)
	}
}

// TestClaimsListed checks how claims are listed: largest first, a limited number, and commands that a shell passes on
// unchanged.
func TestClaimsListed(t *testing.T) {
	a := account(1000)
	for i := range int64(7) {
		a.Functions = append(a.Functions, function(fmt.Sprint("f", i), 200+i, 0))
	}
	found := check.Run(a, check.Options{}).Findings
	if len(found) != 1 || found[0].Function.Known() || found[0].Message !=
		"1,421 reserved is 421 more than the quota of 1,000, and AWS keeps 100 unreserved "+
			"(f6 206, f5 205, f4 204, f3 203, f2 202, and 2 more)" ||
		found[0].Remedy != "set 521 less aside, or request a quota of 1,521" {
		t.Errorf("%+v", found)
	}
	mine := account(1000, function("it's", 400, 0), function("p", none, 100))
	mine.ClaimedElsewhere, mine.Region = 500, "eu-west-1"
	found = check.Run(mine, check.Options{}).Findings
	if len(found) != 1 || found[0].Level != rule.Unknown || found[0].Message !=
		"it is not known what was set before this change (it's 400, p 100); if nothing was, 400 reserved + 100 provisioned "+
			"without a reservation + 500 reserved by functions not in these files (what those provision is not known) "+
			"leaves 0 of 1,000 unreserved; AWS requires 100" ||
		found[0].Remedy != "add the answers of aws lambda get-function and list-provisioned-concurrency-configs "+
			"for these functions as files" {
		t.Errorf("%+v", found)
	}
	if r := check.Run(mine, check.Options{Question: check.Question{Skip: []rule.ID{"LC001"}}}); r.LookUps != nil {
		t.Errorf("%q settle nothing", r.LookUps)
	}
	lookUps := strings.Join(check.Run(mine, check.Options{}).LookUps, "; ")
	if lookUps != `aws lambda get-function `+
		`--function-name 'it'\''s' --region eu-west-1; aws lambda get-function --function-name p --region eu-west-1; `+
		`aws lambda list-provisioned-concurrency-configs --function-name p --region eu-west-1` {
		t.Error(lookUps)
	}
}

// TestLookUps checks that the commands ask for what is not known about a function, under the name that AWS uses.
func TestLookUps(t *testing.T) {
	const of = "aws lambda get-function --function-name "
	template := deployed(check.Deployment{LogicalID: "Api"})
	for _, c := range []struct {
		name string
		f    check.Function
		want string
	}{
		{"a reservation", function("f", 500, 0), of + "f"},
		{"provisioned", function("f", none, 500),
			of + "f; aws lambda list-provisioned-concurrency-configs --function-name f"},
		{"provisioned, with a list of it given", partly(currently(function("f", none, 500), none, 1)), of + "f"},
		{"a name that another file has, too", function("f in b.yaml", 500, 0), of + "f"},
		{"a name that CloudFormation makes", reserving(500, template),
			`aws lambda get-function --function-name "$(aws cloudformation describe-stack-resource ` +
				`--stack-name STACK --logical-resource-id Api --query StackResourceDetail.PhysicalResourceId --output text)"`},
	} {
		a := account(1000, c.f)
		a.ClaimedElsewhere = 500
		r := check.Run(a, check.Options{})
		if len(r.Findings) != 1 || strings.Join(r.LookUps, "; ") != c.want {
			t.Errorf("%s: %+v, %q", c.name, r.Findings, r.LookUps)
		}
	}
}

// TestRefusedPlace checks that the place and the quote are those of the setting with which the sum passes what AWS
// grants, in the order of the file, whichever of the units some functions already have.
func TestRefusedPlace(t *testing.T) {
	at := func(f check.Function, field string, line int) check.Function {
		f.Places.Set(field, check.Place{File: "t.yaml", Line: line})
		return f
	}
	checkout := at(function("checkout", 400, 150), "reserved", 15)
	search := at(function("search", none, 250), "provisioned", 26)
	orders, login := at(function("orders", 200, 0), "reserved", 32), at(function("login", none, 60), "provisioned", 50)
	cart := at(function("cart", 35, 0), "reserved", 61)
	all := []check.Function{checkout, search, orders, login, cart}
	byName := []check.Function{cart, checkout, login, orders, search}
	const reserved, provisioned, over = "Specified ReservedConcurrentExecutions", "UnreservedConcurrentExecution below",
		"greater than account's unreserved concurrency [500]"
	for _, c := range []struct {
		functions []check.Function
		elsewhere int64
		line      int
		quote     string
	}{
		{all, 0, 50, provisioned}, {all, 200, 50, provisioned}, {all, 700, 50, provisioned},
		{byName, 0, 50, provisioned}, {byName, 35, 50, provisioned}, {byName, 700, 50, provisioned},
		{[]check.Function{search, checkout, at(function("late", 300, 0), "reserved", 70)}, 0, 70, reserved},
		{[]check.Function{at(function("a", 500, 0), "reserved", 7), at(function("b", none, 450), "provisioned", 14)}, 0, 14,
			provisioned},
		{[]check.Function{at(function("a", 500, 0), "reserved", 7), at(function("b", none, 600), "provisioned", 14)}, 0, 14,
			over},
	} {
		a := account(1000, c.functions...)
		a.ClaimedElsewhere = c.elsewhere
		f := check.Run(a, check.Options{}).Findings[0]
		quote := f.AWSMessage.Or("")
		if f.ID != "LC001" || f.Line.Or(0) != c.line || !strings.Contains(quote, c.quote) ||
			strings.Contains(quote, reserved) != (c.quote == reserved) {
			t.Errorf("%+v: %s %d %s", c, f.ID, f.Line.Or(0), quote)
		}
	}
}

// TestRedeployed checks that deploying the same settings again has no findings, whether or not files say what is
// deployed.
func TestRedeployed(t *testing.T) {
	random := rand.New(rand.NewPCG(11, 8))
	for range 5000 {
		a := account(200 + random.Int64N(2000))
		left := a.Concurrency - a.Floor()
		for i := range 1 + random.IntN(5) {
			f := function(fmt.Sprint("f", i), random.Int64N(left+1), 0)
			left -= f.Reserved.Or(0)
			if f.Reserved.Or(0) > 0 {
				a.Functions = append(a.Functions, f)
			}
		}
		a.ClaimedElsewhere = random.Int64N(left + 1)
		all := a // AWS's answer about the account counts all of them
		known := a
		known.Functions = slices.Clone(a.Functions)
		for i := range a.Functions {
			all.ClaimedElsewhere += a.Functions[i].Claim().Units()
			f := a.Functions[i]
			f.Deployment = &check.Deployment{Current: calc.Some(f.Claim())}
			known.Functions[i] = f
		}
		r := check.Run(all, check.Options{})
		if r.Counts.Error+r.Counts.Warning > 0 || r.Account != known.Capacity().Result() {
			t.Fatalf("%+v: %+v", all, r)
		}
		if r := check.Run(known, check.Options{}); len(r.Findings) > 0 {
			t.Fatalf("%+v: %+v", known, r)
		}
	}
}

// TestStatedElsewhere checks that units claimed elsewhere are not counted as claims of the account's functions if the
// given number excludes these, and that no more of them are counted than in an earlier answer.
func TestStatedElsewhere(t *testing.T) {
	for _, c := range []struct {
		name              string
		reserved, counted calc.Optional[int64]
		level             rule.Level
		elsewhere         int64
	}{
		{"AWS's count", some(401), calc.Optional[int64]{}, rule.Unknown, 99},
		{"stated", some(401), some(0), rule.Error, 500},
		{"stated, and it fits", some(400), some(0), "", 500},
		{"an answer that counted 300", some(401), some(300), rule.Unknown, 200},
		{"an answer that counted more", some(401), some(450), rule.Unknown, 99},
	} {
		f := function("f", 0, 0)
		f.Reserved = c.reserved
		a := account(1000, f)
		a.ClaimedElsewhere, a.MostCounted = 500, c.counted
		r := check.Run(a, check.Options{})
		var level rule.Level
		if len(r.Findings) > 0 {
			level = r.Findings[0].Level
		}
		looksUp := r.LookUps != nil
		if level != c.level || r.Account.ClaimedElsewhere != c.elsewhere || looksUp != (c.level == rule.Unknown) {
			t.Errorf("%s: %+v", c.name, r)
		}
		if told := len(a.Findings()) > 0; told != (c.elsewhere < 500) {
			t.Errorf("%s: a calculation says %v", c.name, a.Findings())
		}
	}
}

// TestWorstLoad checks the load against a pool that may be smaller, since AWS's answer about the account may not count
// what the functions have.
func TestWorstLoad(t *testing.T) {
	for _, c := range []struct {
		rate float64 // requests of 1 s; the pool has 500 units in the best case and 300 in the worst
		want string
	}{{300, ""}, {301, "LC015 pool unknown"}, {500, "LC015 pool unknown"}, {501, "LC015 pool error"}} {
		a := account(1000, function("own", 200, 0), rated(function("pool", none, 0), c.rate, 1000))
		a.ClaimedElsewhere = 500
		got := ""
		for _, f := range check.Run(a, check.Options{}).Findings {
			got = strings.TrimSpace(ids([]check.Finding{f}) + " " + string(f.Level))
		}
		if got != c.want {
			t.Errorf("%v requests/s: %q, want %q", c.rate, got, c.want)
		}
	}
}

// TestKnownLevel checks that a baseline hides the same finding, but not an error that it has turned into.
func TestKnownLevel(t *testing.T) {
	a := account(1000, function("f", 500, 0))
	a.ClaimedElsewhere = 500
	before := check.Run(a, check.Options{})
	again := check.Run(a, check.Options{Known: before.Findings})
	if before.Counts.Unknown != 1 || again.Counts.Known != 1 {
		t.Errorf("%+v, %+v", before, again)
	}
	a.Functions[0].Reserved = some(950)
	if worse := check.Run(a, check.Options{Known: before.Findings}); worse.Counts.Error != 1 {
		t.Errorf("%+v", worse)
	}
}
