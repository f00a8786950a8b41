package document_test

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/format/document"
)

// TestOrigin checks that an origin is an object whose keys keep their order.
func TestOrigin(t *testing.T) {
	o := document.NewOrigin([]string{"rps", "name"}, []string{`a "file":3`, "flag"})
	text, err := json.Marshal(o)
	if err != nil || string(text) != `{"rps":"a \"file\":3","name":"flag"}` {
		t.Errorf("%s, %v", text, err)
	}
	var back document.Origin
	if err := json.Unmarshal(text, &back); err != nil || !reflect.DeepEqual(o, back) {
		t.Errorf("%v, %v", back, err)
	}
	if o.Of("name") != "flag" || o.Of("none") != "" || len(maps.Collect(o.Members())) != 2 {
		t.Errorf("%v", o)
	}
	for range o.Members() {
		break // the iterator must support this
	}
	for _, wrong := range []string{`["a"]`, `{"a": 1}`, `"a"`, `{"a": {}}`, `null`} {
		if err := json.Unmarshal([]byte(wrong), &back); err == nil && wrong != "null" {
			t.Errorf("%s is read", wrong)
		}
	}
	if _, err := json.Marshal(document.NewOrigin([]string{"\xff"}, []string{""})); err == nil {
		t.Error("a key that is not UTF-8 is written")
	}
}

// TestKeys checks that the keys of each part of the inputs are those of its JSON, including embedded ones.
func TestKeys(t *testing.T) {
	for _, part := range []any{
		document.InputAccount{}, document.InputFunction{}, document.InputPlan{}, document.InputLimits{},
		document.InputCost{}, document.InputCheck{}, document.InputSweep{}, document.InputScale{},
	} {
		text, err := json.Marshal(part)
		if err != nil {
			t.Fatal(err)
		}
		var object map[string]any
		if err := json.Unmarshal(text, &object); err != nil {
			t.Fatal(err)
		}
		omitted := func(key string) bool { // empty
			return slices.Contains([]string{"hourly_rps", "on_the_minute", "steady", "source", "managed",
				"durable", "special", "sources"}, key)
		}
		keys := slices.DeleteFunc(document.Keys(part), omitted)
		if want := slices.Sorted(maps.Keys(object)); !slices.Equal(slices.Sorted(slices.Values(keys)), want) {
			t.Errorf("%T has the keys %q, its JSON %q", part, keys, want)
		}
	}
}

// TestByFile checks that findings are grouped by file, in the order of the files and of their lines, and that findings
// without a file come last.
func TestByFile(t *testing.T) {
	at := func(id, file string, line int) check.Finding {
		f := check.Finding{ID: "LC001", Message: id}
		if file != "" {
			f.File, f.Line = calc.Some(file), calc.Some(line)
		}
		return f
	}
	d := document.Check{Findings: []check.Finding{
		at("1", "b", 9), at("2", "", 0), at("3", "other", 1), at("4", "b", 2), at("5", "b", 9),
	}}
	d.Inputs.Files = []document.InputFile{{Name: "a", Problem: calc.Some("broken")}, {Name: "b"}}
	var got []string
	for _, file := range document.ByFile(d) {
		got = append(got, file.Name+":")
		for _, f := range file.Findings {
			got = append(got, f.Message)
		}
	}
	if want := []string{"a:", "b:", "4", "1", "5", "other:", "3", ":", "2"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if unread := d.Inputs.Unread(); len(unread) != 1 || unread[0].Name != "a" {
		t.Errorf("%v", unread)
	}
	d.Result.Accepted = []check.Accepted{{Finding: at("6", "a", 1), Reason: "meant"}}
	if rows := document.CheckRows(d); len(rows) != 6 || rows[0].Reason != "" || rows[5].Reason != "meant" {
		t.Errorf("%v", rows)
	}
}

// TestNew checks that a document lists the findings of files before those of the result, which it moves out of the
// result, and that a plan's changes are in words.
func TestNew(t *testing.T) {
	function := calc.Function{Name: "f", Mode: calc.Async, RPS: calc.Some(1500.0), DurationMS: calc.Some(50.0),
		Provisioned: 100, EventSource: "S3"}
	account := calc.Account{Concurrency: 1000, Region: "eu-west-1", Functions: []calc.Function{function}}
	f := document.NewInputFunction(function, calc.Some[int64](100), document.Origin{})
	if f.Mode != calc.Some(calc.Async) || f.EventSource != calc.Some("S3") || f.EphemeralMB != 512 || f.Peakedness != 1 {
		t.Errorf("%+v", f)
	}
	in := document.Inputs{
		Account:   document.NewInputAccount(account, document.Origin{}),
		Functions: []document.InputFunction{f},
	}
	if a := in.Account; a.Region != calc.Some("eu-west-1") || a.UnreservedFloor != 100 || a.KeepAliveS != 600 {
		t.Errorf("%+v", a)
	}
	files := []calc.Finding{{ID: "files-differ"}}
	sweep := calc.Sweep{Axis: calc.AxisRPS, Values: []float64{1, 2}}
	options := calc.SpillOptions{Sweep: &sweep}
	in.Sweep = &document.InputSweep{Function: "f"}

	limits, err := calc.Limits(account, calc.LimitsOptions{})
	if err != nil {
		t.Fatal(err)
	}
	checkFindings(t, "limits", document.NewLimits(in, limits, files).Findings)
	spill, err := calc.Spill(account, options)
	if err != nil {
		t.Fatal(err)
	}
	s := document.NewSpillover(in, spill, files)
	checkFindings(t, "spillover", s.Findings)
	if points := document.SpillPoints(s); s.Result.Findings != nil || len(points) != 2 || points[1].RPS != 2 {
		t.Errorf("%+v", points)
	}
	plan, err := calc.Plan(account, calc.PlanOptions{SpillOptions: options})
	if err != nil {
		t.Fatal(err)
	}
	p := document.NewPlan(in, plan, files)
	checkFindings(t, "plan", p.Findings)
	if a := p.Result.Actions; len(a) != 1 || a[0].Message != "raise provisioned concurrency from 100 to 150" {
		t.Errorf("%+v", a)
	}
	if points, now := document.PlanPoints(p), p.Result.Now(); len(points) != 2 || len(now) != 1 || now[0].RPS != 1500 {
		t.Errorf("%+v, %+v", points, now)
	}
	result := check.Run(check.Account{Account: calc.Account{Concurrency: 10}}, check.Options{Empty: []string{"a"}})
	if c := document.NewCheck(in, result); c.Kind != "check" || len(c.Findings) != 1 || c.Result.Findings != nil {
		t.Errorf("%+v", c)
	}
	in.Sweep.Function = "gone"
	if in.Swept() != 0 {
		t.Error("an unknown function of a sweep is not replaced by the first")
	}
}

func checkFindings(t *testing.T, kind string, found []calc.Finding) {
	t.Helper()
	if len(found) < 2 || found[0].ID != "files-differ" {
		t.Errorf("%s has the findings %v", kind, found)
	}
}

// TestRules checks that the id of a rule is its number, or its word if it has none.
func TestRules(t *testing.T) {
	d := document.NewRules(check.Rules())
	numbers, both := 0, map[rule.ID]rule.ID{}
	for _, r := range d.Rules {
		if r.IsChecked() {
			numbers++
		}
		if word, ok := r.Word.Get(); ok && word != r.ID {
			both[r.ID] = word
		}
		if r.ID == "LC001" && (r.Word.Or("") != "below-floor" || !r.AWSMessage.Known()) {
			t.Errorf("%+v", r)
		}
	}
	want := map[rule.ID]rule.ID{ // ids never change, so a new rule only adds to them
		"LC001": "below-floor", "LC007": "switched-off", "LC009": "scheduled-min-over-max", "LC014": "tracking-blind",
		"LC020": "no-on-demand-room",
		"LC021": "value-unknown", "LC022": "files-differ", "LC037": "duration-over-limit",
		"LC038": "memory-out-of-range", "LC039": "key-repeated", "LC040": "managed-instances",
		"LC042": "visibility-short", "LC043": "receives-few", "LC045": "tenant-limit",
	}
	if numbers != len(check.Numbered()) || !maps.Equal(both, want) {
		t.Errorf("%d rules have a number, and these both ids: %v", numbers, both)
	}
}
