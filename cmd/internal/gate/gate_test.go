package gate_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/drain"
	"github.com/lambdacap/lambdacap/calc/ramp"
	"github.com/lambdacap/lambdacap/calc/replay"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/cmd/internal/exit"
	"github.com/lambdacap/lambdacap/cmd/internal/gate"
)

// answer is about two functions, of which the second is worse in everything.
func answer() gate.Answer {
	row := func(name string, share float64) calc.FunctionSpill {
		some := calc.Some(share)
		return calc.FunctionSpill{
			Name: name, Mode: calc.Sync, ThrottledRatio: share, QueuedRatio: share, SpilloverRatio: share,
			Provisioned: calc.Some[int64](10), ProvisionedUtilizationRatio: some, HeadroomRatio: calc.Some(1 - share),
			ProvisionedHeadroomRatio: calc.Some((1 - share) / 4),
			Chance: calc.Some(calc.Chance{
				ThrottledRatio: some, SpilloverRatio: some, ColdStartRatio: some, QueuedRatio: some}),
			ChanceDay: calc.Some(calc.DayChance{ThrottledRatio: some, SpilloverRatio: some, QueuedRatio: some}),
		}
	}
	cost := calc.AccountCost{Cost: calc.Cost{Total: calc.Some(600.0)}}
	return gate.Answer{
		Functions: []calc.FunctionSpill{row("a", 0.1), row("b", 0.9)},
		Costs:     []calc.Optional[calc.AccountCost]{calc.Some(cost)},
		Compared:  true,
		Baseline:  calc.Some(calc.Compare(500, 600)),
		Differences: []calc.Difference{
			difference("", calc.KeySpillover, 0.1, 0.5), difference("a", calc.KeySpillover, 0, 0.1),
			difference("b", calc.KeySpillover, 0.1, 0.9), difference("b", calc.KeyThrottled, 0, 0.9),
			{Function: calc.Some("new"), Key: calc.KeySpillover, After: calc.Some(0.2)},
			{Function: calc.Some("old"), Key: calc.KeySpillover, Before: calc.Some(0.2)},
		},
	}
}

// difference is a share before and after; that of the account if the function is empty.
func difference(function string, key calc.FigureKey, before, after float64) calc.Difference {
	d := calc.Difference{Key: key, Before: calc.Some(before), After: calc.Some(after)}
	if function != "" {
		d.Function = calc.Some(function)
	}
	return d
}

// judge puts one condition into a gate, and returns what the gate says about an answer.
func judge(t *testing.T, a gate.Answer, condition string) (string, error) {
	t.Helper()
	var g gate.Gate
	if err := g.Add("--fail-on", condition, nil); err != nil {
		t.Fatal(err)
	}
	if !g.Conditional() {
		t.Fatal("the condition is not counted as one")
	}
	holding, err := g.Judge(a)
	return strings.Join(gate.Texts(holding, gate.Holding.String), "; "), err
}

// ramps is the answer of a ramp with two functions. Only the second has refused requests.
func ramps() gate.Answer {
	return gate.OfRamp(ramp.Result{Functions: []ramp.Function{
		{Name: "a", Requests: 10},
		{Name: "b", Requests: 10, ThrottledRequests: 1, ThrottledRatio: 0.1, WorstSecondRatio: 0.5},
		{Name: "c", Requests: 10, QueuedRequests: 3, QueuedRatio: 0.3, WorstSecondRatio: 0.9},
	}})
}

// TestRamp checks which conditions hold for a ramp, and that those that it does not have are refused.
func TestRamp(t *testing.T) {
	for condition, want := range map[string]string{
		"throttled":             "throttled of b is 10%",
		"throttled>10%":         "",
		"throttled-second>49%":  "throttled-second of b is 50%",
		"throttled-second>=51%": "",
		"queued>20%":            "queued of c is 30%",
	} {
		holds, err := judge(t, ramps(), condition)
		if err != nil || (holds == "") != (want == "") || !strings.HasSuffix(holds, want) {
			t.Errorf("%s: %q, %v; want %q", condition, holds, err, want)
		}
	}
	for _, condition := range []string{"spillover>1%", "cost>5", "headroom<5%"} {
		if _, err := judge(t, ramps(), condition); err == nil || !strings.Contains(err.Error(), "throttled-second") {
			t.Errorf("%s: %v", condition, err)
		}
	}
	if _, err := judge(t, answer(), "throttled-second>0"); err == nil || !strings.Contains(err.Error(), "lambdacap ramp") {
		t.Errorf("without a ramp: %v", err)
	}
}

// TestExamples checks that every measure has an example, and that it holds for an answer in which everything is bad.
func TestExamples(t *testing.T) {
	for _, example := range gate.Examples() {
		a := answer()
		if strings.HasPrefix(example, "throttled-second") {
			a = ramps()
		}
		if name, _, _ := strings.Cut(example, ">"); slices.Contains([]string{"drain", "age", "dlq"}, name) {
			a = gate.OfDrain(drain.Result{Functions: []drain.Function{
				{Name: "a", DrainS: calc.Some(60.0), OldestAgeS: calc.Some(60.0), DLQRatio: calc.Some(0.0)},
				{Name: "b", DLQRatio: calc.Some(0.5)},
			}})
		}
		if name, _, _ := strings.Cut(example, ">"); slices.Contains([]string{"peak-spillover", "idle", "unit-hours"}, name) {
			a = gate.OfReplay("", replay.Result{
				Settings: []replay.Sums{{ProvisionedUnitHours: 720}},
				Functions: []replay.Function{{
					Name: "b", Sums: replay.Sums{PeakSpilloverRatio: 0.9, IdleRatio: calc.Some(0.6)},
				}},
			})
		}
		holds, err := judge(t, a, example)
		if err != nil || !strings.HasPrefix(holds, `--fail-on "`+example+`" holds: `) {
			t.Errorf("%s: %q, %v", example, holds, err)
		}
		if strings.Contains(holds, " of a ") {
			t.Errorf("%s names the better function: %s", example, holds)
		}
	}
}

// TestHolds checks which conditions hold, also exactly at their bound, and what they say.
func TestHolds(t *testing.T) {
	for condition, want := range map[string]string{
		"provisioned-headroom<5%": "provisioned-headroom of b is 2.5%",
		"throttled>0.5":           "throttled of b is 90%",
		"headroom<=90%":           "headroom of b is 10%",
		"headroom<5%":             "",
		"utilization >= 90%":      "utilization of b is 90%",
		"utilization>90%":         "",
		"spillover<20%":           "spillover of a is 10%",
		"spillover":               "spillover of b is 90%",
		" queued ":                "queued of b is 90%",
		"throttled":               "throttled of b is 90%",
		"cost>500":                "the cost is $600 a month",
		"cost>600":                "",
		"cost>=600":               "the cost is $600 a month",
		"cost>599.6":              "the cost is $600 a month, just above the bound",
		"cost<600.4":              "the cost is $600 a month, just below the bound",
		"cost<1000":               "the cost is $600 a month",
		"cost-delta>10%":          "the cost went from $500 to $600 a month (+20%)",
		"cost-delta>20%":          "",
		"spillover-delta>5%":      "spillover of b went from 10% to 90%",
		"spillover-delta>80%":     "",
		"spillover-delta<15%":     "spillover of a went from 0% to 10%",
		"throttled-delta>0":       "throttled of b went from 0% to 90%",
	} {
		holds, err := judge(t, answer(), condition)
		if err != nil || (want == "") != (holds == "") || !strings.HasSuffix(holds, want) {
			t.Errorf("%s: %q, %v", condition, holds, err)
		}
	}
}

// TestUnnamed checks that messages do not call a function by the name that stands in for one.
func TestUnnamed(t *testing.T) {
	one := answer()
	one.Functions, one.Costs = one.Functions[1:], []calc.Optional[calc.AccountCost]{{}}
	one.CostLacks = "memory (function b)"
	one.Functions[0].Chance = calc.Optional[calc.Chance]{}
	for condition, want := range map[string]string{
		"throttled>0":             "the throttled share is 90%",
		"spillover>=90%":          "the spillover share is 90%",
		"headroom<20%":            "the headroom is 10%",
		"provisioned-headroom<5%": "the headroom of provisioned concurrency is 2.5%",
		"chance-throttled>1%":     "the chance-throttled share is unknown without a duration; give it, or drop the condition",
		"cost>5":                  "the cost is unknown without memory; give it, or drop the condition",
	} {
		g := gate.Gate{Unnamed: true}
		if err := g.Add("--fail-on", condition, nil); err != nil {
			t.Fatal(err)
		}
		holding, err := g.Judge(one)
		got := ""
		for _, h := range holding {
			got += h.String()
		}
		if err != nil {
			got = err.Error()
		}
		if !strings.HasSuffix(got, want) {
			t.Errorf("%s: %s, want %s", condition, got, want)
		}
	}
}

// TestUndecided checks that a condition without anything to compare is a usage error, and does not pass.
func TestUndecided(t *testing.T) {
	about := func(f calc.FunctionSpill) gate.Answer {
		f.Name = "f"
		return gate.Answer{Functions: []calc.FunctionSpill{f}}
	}
	bare := about(calc.FunctionSpill{Mode: calc.Sync})
	bare.CostLacks = "a Region"
	queue := about(calc.FunctionSpill{Mode: calc.Async})
	bursty := about(calc.FunctionSpill{Chance: calc.Some(calc.Chance{Arrivals: calc.Bursty})})
	provisioned := about(calc.FunctionSpill{Provisioned: calc.Some[int64](1)})
	unpriced := gate.Answer{Costs: make([]calc.Optional[calc.AccountCost], 1), CostLacks: "memory"}
	free := gate.Answer{Compared: true, Baseline: calc.Some(calc.Compare(0, 5))}
	peak := about(calc.FunctionSpill{Mode: calc.Sync, Provisioned: calc.Some[int64](1),
		Chance: calc.Some(calc.Chance{SpilloverRatio: calc.Some(0.1)})})
	minutely := about(calc.FunctionSpill{Chance: calc.Some(calc.Chance{OnTheMinute: calc.Some(calc.OnTheMinute{})})})
	incomparable := gate.Answer{Compared: true, CostLacks: "memory"}
	variants := gate.Answer{Differences: []calc.Difference{difference("", calc.KeySpillover, 0, 0)}}
	for _, c := range []struct {
		answer          gate.Answer
		condition, want string
	}{
		{bare, "headroom<20%", `--fail-on "headroom<20%": the headroom of f is unknown without a duration; ` +
			`give it, or drop the condition`},
		{bare, "utilization>80%", "nothing is provisioned, so utilization is unknown; " +
			"set --provisioned, or drop the condition"},
		{bare, "provisioned-headroom<5%", "nothing is provisioned, so provisioned-headroom is unknown"},
		{provisioned, "utilization>80%", "the utilization of f is unknown without a duration"},
		{provisioned, "chance-spillover>1%", "the chance-spillover of f is unknown without a duration"},
		{queue, "chance-throttled>1%", "no function is synchronous, so chance-throttled is unknown; " +
			"set --mode sync, or drop"},
		{bare, "chance-queued>5%", "no function is asynchronous, so chance-queued is unknown; " +
			"set --mode async, or drop"},
		{queue, "chance-queued>5%", "the chance-queued of f is unknown without a duration"},
		{bare, "chance-throttled>1%", "the chance-throttled of f is unknown without a duration"},
		{peak, "day-spillover>1%", "the day-spillover of f is unknown without the rates of a day"},
		{peak, "day-queued>1%", "no function is asynchronous, so day-queued is unknown"},
		{bare, "day-throttled>1%", "the day-throttled of f is unknown without a duration"},
		{minutely, "cold-start>1%", "the cold-start of f is unknown without an even rate within the minute"},
		{bursty, "cold-start>1%", "the cold-start of f is unknown without a peakedness of 1"},
		{bare, "cost>5", "the cost is unknown without a Region; give it, or drop the condition"},
		{unpriced, "cost>5", "the cost is unknown without memory"},
		{bare, "cost-delta>5%", "there is nothing to compare with; give --baseline FILE, or drop the condition"},
		{free, "cost-delta>5%", "what it is compared with costs nothing; give another one, or drop the condition"},
		{incomparable, "throttled>0", "--baseline: the cost is unknown without memory; " +
			"give it, or no baseline"},
		{incomparable, "cost-delta>5%", `"cost-delta>5%": the cost is unknown without memory`},
		{bare, "spillover-delta>1%", "there is nothing to compare with; expected lambdacap compare, or drop the condition"},
		{variants, "cost-delta>1%", "the cost of one of the variants is unknown; " +
			"give a Region, memory and a duration for each, or drop the condition"},
	} {
		holds, err := judge(t, c.answer, c.condition)
		var usage *exit.Error
		if !errors.As(err, &usage) || usage.Code != exit.Usage || !strings.Contains(usage.Message, c.want) || holds != "" {
			t.Errorf("%s: %q, %v, want %s", c.condition, holds, err, c.want)
		}
	}
}

// TestParse checks that a text that is not a condition is rejected, with what was probably meant.
func TestParse(t *testing.T) {
	var g gate.Gate
	for text, want := range map[string]string{
		"throttle": `"throttle" is not a condition, did you mean throttled?; expected a condition such as 'spillover>1%'`,
		"headroom": `"headroom" compares with nothing; expected a condition such as 'headroom<20%', in quotes: ` +
			`without them the shell takes < and > for itself`,
		"cost":             `such as 'cost>500'`,
		"throtled>0":       "has an unknown measure, did you mean throttled?",
		"x>0":              "has an unknown measure; expected",
		"throttled>1":      "can never hold, a share is from 0% to 100%",
		"headroom<0":       "can never hold",
		"throttled>y":      `"throttled>y": "y" is not a number`,
		"spillover>>=1":    "spillover>>=1",
		"cost>much":        "does not compare with an amount",
		"cost>-1":          "does not compare with an amount",
		"cost>Inf":         "does not compare with an amount",
		"cost-delta>1001%": "is too large",
	} {
		if err := g.Add("--fail-on", text, nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if g.Conditional() || len(g.Levels()) > 0 {
		t.Errorf("%+v", g)
	}
	err := g.Add("--fail-on", " warning", rule.Levels())
	if err != nil || !slices.Equal(g.Levels(), []rule.Level{rule.Warning}) || g.Conditional() {
		t.Errorf("%+v, %v", g, err)
	}
	err = g.Add("--fail-on", "info", []rule.Level{rule.Warning, gate.Refused})
	if err == nil || !strings.HasSuffix(err.Error(), "expected a condition such as 'spillover>1%', warning or refused") {
		t.Errorf("a level that is not allowed: %v", err)
	}
	err = g.Add("--fail-on", "warnings", []rule.Level{rule.Warning, gate.Refused})
	if err == nil || !strings.Contains(err.Error(), "did you mean warning?") {
		t.Errorf("a level with a typing mistake: %v", err)
	}
}

// TestRounding checks that a difference that is only one of rounding decides nothing: 1 - 0.8 is 0.19999999999999996.
func TestRounding(t *testing.T) {
	eight := 0.8
	a := gate.Answer{Functions: []calc.FunctionSpill{{Name: "f",
		HeadroomRatio: calc.Some(1 - eight), ThrottledRatio: 0.1 + 0.2, SpilloverRatio: 1e-12}}}
	for condition, want := range map[string]bool{
		"headroom<20%": false, "headroom<=20%": true, "headroom>=20%": true, "headroom>20%": false, "headroom<20.001%": true,
		"throttled>30%": false, "throttled<=30%": true, "throttled<30%": false, "throttled>=30%": true,
		"spillover>0": true, "spillover<=0": false,
	} {
		holds, err := judge(t, a, condition)
		if err != nil || (holds != "") != want {
			t.Errorf("%s: %q, %v", condition, holds, err)
		}
	}
}

// TestLevels checks what holds for the levels of findings, and for settings that AWS refuses.
func TestLevels(t *testing.T) {
	finding := func(r rule.Rule) calc.Finding { return calc.NewFinding(r, calc.Optional[string]{}, "") }
	unknown, ok := rule.Find(check.Rules(), "value-unknown")
	if !ok {
		t.Fatal("no rule value-unknown")
	}
	blind, off := finding(rule.TrackingBlind), finding(rule.SwitchedOff)
	granted := calc.AccountResult{Concurrency: 1000, Unreserved: 100, UnreservedFloor: 100}
	refused := calc.AccountResult{Concurrency: 1000, Unreserved: 0, UnreservedFloor: 100, Overclaimed: 50}
	unused := calc.AccountResult{Concurrency: 10, Unreserved: 10, UnreservedFloor: 100}
	const says = "1,050 of 1,000 units are set aside, and AWS accepts at most 900"
	for _, c := range []struct {
		level    rule.Level
		findings []calc.Finding
		account  calc.AccountResult
		want     string
	}{
		{rule.Warning, []calc.Finding{blind, off, blind}, granted, "tracking-blind (2), switched-off"},
		{rule.Error, []calc.Finding{blind, off}, granted, "switched-off"},
		{rule.Error, []calc.Finding{blind}, granted, ""},
		{rule.Unknown, []calc.Finding{blind, finding(unknown)}, granted, "value-unknown"},
		{rule.Unknown, []calc.Finding{blind}, granted, ""},
		{gate.Refused, []calc.Finding{blind}, granted, ""},
		{gate.Refused, nil, refused, says},
		{gate.Refused, nil, unused, ""},
	} {
		var g gate.Gate
		if err := g.Add("LAMBDACAP_FAIL_ON", string(c.level), append(rule.Levels(), gate.Refused)); err != nil {
			t.Error(err)
		}
		holding := g.JudgeLevels(gate.Answer{Findings: c.findings, Accounts: []calc.AccountResult{c.account}})
		got := strings.Join(gate.Texts(holding, gate.Holding.String), "; ")
		want := ""
		if c.want != "" {
			want = `LAMBDACAP_FAIL_ON "` + string(c.level) + `" holds: ` + c.want
		}
		if got != want {
			t.Errorf("%s: %q, want %q", c.level, got, want)
		}
	}
}

// TestOfSweep checks that the points of a sweep count, and not the current settings.
func TestOfSweep(t *testing.T) {
	account := calc.Account{Concurrency: 1000, Functions: []calc.Function{
		{Name: "f", RPS: calc.Some(1500.0), Provisioned: 150},
	}}
	sweep := calc.Sweep{Axis: calc.AxisProvisioned, Values: []float64{50, 100}}
	spill, err := calc.Spill(account, calc.SpillOptions{Sweep: &sweep})
	if err != nil {
		t.Fatal(err)
	}
	plan, err := calc.Plan(account, calc.PlanOptions{SpillOptions: calc.SpillOptions{Sweep: &sweep}})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range []gate.Answer{gate.Of("", spill), gate.Of("", plan.Split())} {
		if len(a.Functions) != 2 || a.Functions[0].SpilloverRatio == 0 ||
			len(a.Costs) != 2 || !strings.HasPrefix(a.CostLacks, "a Region") {
			t.Errorf("%+v", a)
		}
	}
	priced := account
	priced.Region = "us-east-1"
	spill, err = calc.Spill(priced, calc.SpillOptions{Cost: &calc.CostOptions{Billing: calc.Billing{Hours: 730}}})
	if err != nil {
		t.Fatal(err)
	}
	a := gate.Of(priced.Region, spill)
	if a.CostLacks != "prices of us-east-1 on x86_64 (function f)" || len(a.Functions) != 1 {
		t.Errorf("%q", a.CostLacks)
	}
	if a := gate.Of("us-east-1", calc.SpillResult{}); !strings.HasPrefix(a.CostLacks, "the cold starts") {
		t.Errorf("%q", a.CostLacks)
	}
}

// TestErr checks that conditions that hold make a run fail.
func TestErr(t *testing.T) {
	if err := gate.Err(nil); err != nil {
		t.Error(err)
	}
	var failed *exit.Error
	err := gate.Err([]gate.Holding{{"--fail-on", "a>1", "a is 2"}, {"X", "b", "c"}})
	if !errors.As(err, &failed) || failed.Code != exit.Failed ||
		failed.Message != "--fail-on \"a>1\" holds: a is 2\nX \"b\" holds: c" {
		t.Error(err)
	}
}

// TestOfVariant checks that conditions are about the last variant, and compare it with the first.
func TestOfVariant(t *testing.T) {
	list := make([]calc.PlannedVariant, 3)
	for i, provisioned := range []int64{300, 200, 100} {
		f := calc.Function{Name: "f", RPS: calc.Some(1500.0), Provisioned: provisioned}
		plan, err := calc.Plan(calc.Account{Concurrency: 1000, Functions: []calc.Function{f}}, calc.PlanOptions{})
		if err != nil {
			t.Fatal(err)
		}
		list[i] = calc.PlannedVariant{Name: string(rune('a' + i)), Plan: plan}
	}
	a := gate.OfVariant(list[2].Plan, calc.CompareVariants(list))
	for condition, want := range map[string]string{
		"spillover>30%": "spillover of f is 33.3%", "spillover-delta>30%": "went from 0% to 33.3%", "spillover-delta>34%": "",
		"throttled-delta>0": "",
	} {
		holds, err := judge(t, a, condition)
		if err != nil || (want == "") != (holds == "") || !strings.HasSuffix(holds, want) {
			t.Errorf("%s: %q, %v", condition, holds, err)
		}
	}
	other := func(d calc.Difference) bool { return d.Variant != "c" }
	if len(a.Differences) == 0 || slices.ContainsFunc(a.Differences, other) {
		t.Errorf("%+v", a.Differences)
	}
	if _, err := judge(t, a, "cost-delta>0"); err == nil {
		t.Error("a cost that is not known is compared")
	}
}
