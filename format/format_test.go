package format_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/glossary"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/format"
	"github.com/lambdacap/lambdacap/format/document"
	"github.com/lambdacap/lambdacap/format/page"
	"github.com/lambdacap/lambdacap/format/render"
)

// saved returns the files of testdata: what the program printed for each command line, by the name of the format. The
// tests of package cmd write them.
func saved(t *testing.T) map[string]map[string]string {
	t.Helper()
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) < 40 {
		t.Fatal(len(paths), err)
	}
	files := map[string]map[string]string{}
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		formats := map[string]string{}
		for _, file := range archive.Files {
			formats[file.Name] = string(file.Data)
		}
		files[strings.TrimSuffix(filepath.Base(path), ".txtar")] = formats
	}
	return files
}

// kind returns the kind of a saved document.
func kind(t *testing.T, text string) string {
	t.Helper()
	var header struct{ Kind string }
	if err := json.Unmarshal([]byte(text), &header); err != nil {
		t.Fatal(err)
	}
	return header.Kind
}

// report reads a saved document back. It rejects keys that the Go type does not have.
func report(t *testing.T, name, text string) format.Report {
	t.Helper()
	switch kind(t, text) {
	case "limits":
		return format.Limits(decode[document.Limits](t, text))
	case "spillover":
		return format.Spillover(decode[document.Spillover](t, text))
	case "plan":
		return format.Plan(decode[document.Plan](t, text))
	case "compare":
		return format.Compare(decode[document.Compare](t, text))
	case "replay":
		return format.Replay(decode[document.Replay](t, text))
	case "ramp":
		return format.Ramp(decode[document.Ramp](t, text))
	case "drain":
		return format.Drain(decode[document.Drain](t, text))
	case "check":
		return format.Check(decode[document.Check](t, text))
	case "glossary":
		return format.Glossary(decode[document.Glossary](t, text))
	case "rules":
		rules := decode[document.Rules](t, text)
		if strings.HasPrefix(name, "explain") {
			return format.Explanation(rules)
		}
		return format.Rules(rules)
	}
	t.Fatalf("%s is of no kind that can be drawn", name)
	return format.Report{}
}

// names lists the formats of a saved answer.
func names(t *testing.T, formats map[string]string) []string {
	t.Helper()
	switch kind(t, formats["json"]) {
	case "spillover", "plan", "compare", "ramp", "drain", "replay":
		return format.Names(format.Pictures)
	}
	if formats["junit"] != "" {
		return format.Names(format.Findings)
	}
	return format.Names(format.None)
}

func decode[D any](t *testing.T, text string) (document D) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&document); err != nil {
		t.Fatal(err)
	}
	return document
}

// TestReadBack reads every saved answer back, and draws it in every format, byte for byte as the program first did.
func TestReadBack(t *testing.T) {
	drawn := map[string]int{}
	for name, formats := range saved(t) {
		r := report(t, name, formats["json"])
		for _, form := range names(t, formats) {
			want, ok := formats[form]
			if !ok && (format.IsPicture(form) ||
				!format.ShowsFormulas(form) && strings.Contains(formats["json"], `"explain"`)) {
				continue
			}
			var got bytes.Buffer
			if err := r.Write(&got, format.Options{Format: form}); err != nil {
				t.Errorf("%s as %s: %v", name, form, err)
			}
			if got.String() != want {
				t.Errorf("%s as %s differs, run go test ./cmd -update: %s", name, form, firstDifference(want, got.String()))
			}
			drawn[form]++
		}
	}
	for _, form := range append(format.Names(format.Findings), "html", "svg") {
		if drawn[form] < 4 {
			t.Errorf("%s was drawn %d times", form, drawn[form])
		}
	}
}

// TestScreen checks that an answer fits a screen: 20 lines for a single function and 23 for any number, six more where
// the terminal is narrow; that no line is wider than the terminal; and that a check hides no error. Without a terminal
// no sentence is wrapped, and the page has no more lines.
func TestScreen(t *testing.T) {
	for name, formats := range saved(t) {
		text := formats["json"]
		k := kind(t, text)
		if strings.Contains(text, `"explain"`) || k == "rules" || k == "glossary" {
			continue
		}
		var d struct {
			Inputs struct {
				Functions []struct{ Name string }
				Sweep     *struct{}
			}
			Result   struct{ Functions []json.RawMessage }
			Findings []struct{ Level rule.Level }
		}
		if err := json.Unmarshal([]byte(text), &d); err != nil {
			t.Fatal(err)
		}
		errors := 0
		for _, f := range d.Findings {
			if f.Level == rule.Error {
				errors++
			}
		}
		for _, width := range []int{0, 60, 80, 120} {
			most := 23
			if len(d.Inputs.Functions) == 1 && len(d.Result.Functions) <= 1 && k != "check" {
				most = 20
			}
			if width == 60 {
				most += 6
			}
			got := draw(t, name, text, format.Options{Format: "table", Text: render.Options{Width: width}})
			if n := strings.Count(got, "\n"); n > most && errors == 0 {
				t.Errorf("%s has %d lines at width %d, more than %d:\n%s", name, n, width, most, got)
			}
			if k == "check" && strings.Count(got, ": error LC")+strings.Count(got, "\nerror LC") != errors {
				t.Errorf("%s does not show all of %d errors:\n%s", name, errors, got)
			}
			for line := range strings.Lines(got) {
				line = strings.TrimRight(line, "\n")
				if n := utf8.RuneCountInString(line); width > 0 && n > width && strings.Contains(strings.TrimSpace(line), " ") {
					t.Errorf("%s has %d columns at width %d: %s", name, n, width, line)
				}
			}
		}
	}
}

// TestCents checks that no page shows cents of 100 US dollars and more, in tables, sentences and formulas: rates and
// counts of that size have less than two decimals.
func TestCents(t *testing.T) {
	cents := regexp.MustCompile(`\b\d[\d,]{2,}\.\d\d\b`)
	for name, formats := range saved(t) {
		for _, form := range []string{"table", "wide", "markdown"} {
			o := format.Options{Format: form, View: page.View{Show: []string{page.ShowAll}}}
			if found := cents.FindAllString(draw(t, name, formats["json"], o), -1); found != nil {
				t.Errorf("%s as %s has %q", name, form, found)
			}
		}
	}
}

// draw draws a saved document.
func draw(t *testing.T, name, text string, o format.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := report(t, name, text).Write(&b, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestExplain checks that the formulas of a saved answer can be had from it again.
func TestExplain(t *testing.T) {
	explained := 0
	for name, formats := range saved(t) {
		var steps, again []calc.Step
		text := formats["json"]
		switch kind(t, text) {
		case "limits":
			d := decode[document.Limits](t, text)
			steps, again = d.Explain, d.Result.Explain(d.Inputs.Limits.LimitsOptions)
		case "spillover":
			d := decode[document.Spillover](t, text)
			steps, again = d.Explain, d.Result.Explain()
		case "plan":
			d := decode[document.Plan](t, text)
			r := calc.PlanResult{Account: d.Result.Account, Functions: d.Result.Functions}
			steps, again = d.Explain, r.Explain(d.Inputs.Plan.Sizing)
		}
		if steps == nil {
			continue
		}
		explained++
		if !reflect.DeepEqual(again, steps) {
			t.Errorf("%s is explained by %v, at first by %v", name, again, steps)
		}
	}
	if explained < 3 {
		t.Errorf("%d saved answers have formulas", explained)
	}
}

// TestFindings checks that each finding of a calculation is in a saved answer, except for two about files that a saved
// answer cannot have: a line of more than 1 MB, and a file that ends in the middle of a line. Their readers test them.
func TestFindings(t *testing.T) {
	shown := map[rule.ID]bool{}
	for _, formats := range saved(t) {
		var d struct {
			Findings []struct {
				ID rule.ID `json:"id"`
			} `json:"findings"`
		}
		if err := json.Unmarshal([]byte(formats["json"]), &d); err != nil {
			t.Fatal(err)
		}
		for _, f := range d.Findings {
			shown[f.ID] = true
		}
	}
	for _, r := range check.Rules() {
		if r.Word != "" && !shown[r.Word] && r != rule.LongLines && r != rule.Truncated {
			t.Errorf("no saved answer has the finding %s", r.Word)
		}
	}
}

func firstDifference(want, got string) string {
	wants, gots := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(wants), len(gots)) {
		if wants[i] != gots[i] {
			return fmt.Sprintf("line %d is %q, at first %q", i+1, gots[i], wants[i])
		}
	}
	return "one is longer"
}

// TestSameValue checks that an answer is read back as exactly the value that was written.
func TestSameValue(t *testing.T) {
	account := calc.Account{Concurrency: 5000, Region: "us-east-1", Functions: []calc.Function{
		{Name: "a", RPS: calc.Some(1500.0), DurationMS: calc.Some(80.0), Provisioned: 10, MemoryMB: calc.Some[int64](512)},
		{Name: "b", Mode: calc.Async, RPS: calc.Some(20000.0), DurationMS: calc.Some(500.0), Reserved: calc.Some[int64](400)},
		{Name: "c"},
	}}
	origin, none := document.NewOrigin([]string{"region"}, []string{"flag"}), document.NewOrigin(nil, nil)
	in := document.Inputs{Account: document.NewInputAccount(account, origin)}
	for _, f := range account.Functions {
		in.Functions = append(in.Functions, document.NewInputFunction(f, calc.Some(f.Provisioned), none))
	}
	sweep := calc.Sweep{Axis: calc.AxisProvisioned, Values: []float64{0, 3}}
	month := calc.CostOptions{Billing: calc.Billing{Hours: 730}}
	spillOptions := calc.SpillOptions{Chance: true, Sweep: &sweep, Cost: &month}

	limits, err := calc.Limits(account, calc.LimitsOptions{})
	if err != nil {
		t.Fatal(err)
	}
	d := document.NewLimits(in, limits, nil)
	d.Explain = limits.Explain(calc.LimitsOptions{})
	same(t, d, format.Limits(d))

	spill, err := calc.Spill(account, spillOptions)
	if err != nil {
		t.Fatal(err)
	}
	e := document.NewSpillover(in, spill, nil)
	e.Explain = spill.Explain()
	same(t, e, format.Spillover(e))

	plan, err := calc.Plan(account, calc.PlanOptions{SpillOptions: spillOptions, Sizing: calc.DefaultSizing()})
	if err != nil {
		t.Fatal(err)
	}
	f := document.NewPlan(in, plan, nil)
	f.Explain = plan.Explain(calc.DefaultSizing())
	same(t, f, format.Plan(f))

	variants := calc.CompareVariants([]calc.PlannedVariant{{Name: "a", Plan: plan}, {Name: "b", Plan: plan}})
	c := document.NewCompare(variants)
	c.Add("a", in, plan.Findings...)
	c.Add("b", in)
	same(t, c, format.Compare(c))

	checked := check.Account{Account: account, Functions: []check.Function{{Function: account.Functions[1]}}}
	g := document.NewCheck(in, check.Run(checked, check.Options{}))
	same(t, g, format.Check(g))
	h := document.NewRules(check.Rules())
	same(t, h, format.Rules(h))
	i := document.NewGlossary(glossary.Terms(), check.Rules())
	same(t, i, format.Glossary(i))
}

func same[D any](t *testing.T, d D, r format.Report) {
	t.Helper()
	var text bytes.Buffer
	if err := r.Write(&text, format.Options{Format: "json"}); err != nil {
		t.Fatal(err)
	}
	if back := decode[D](t, text.String()); !reflect.DeepEqual(d, back) {
		t.Errorf("%T is not read back as it was:\n%+v\n%+v", d, d, back)
	}
}

// fullDisk fails after a number of bytes.
type fullDisk struct{ room int }

func (d *fullDisk) Write(p []byte) (int, error) {
	if d.room -= len(p); d.room < 0 {
		return 0, errFull
	}
	return len(p), nil
}

var errFull = errors.New("no space")

// TestWriteErrors checks that no format loses the error of a failed write.
func TestWriteErrors(t *testing.T) {
	for name, formats := range saved(t) {
		r := report(t, name, formats["json"])
		for _, form := range names(t, formats) {
			whole := len(draw(t, name, formats["json"], format.Options{Format: form}))
			for _, room := range []int{0, 10, whole - 1} {
				err := r.Write(&fullDisk{room}, format.Options{Format: form})
				if whole > 0 && !errors.Is(err, errFull) {
					t.Errorf("%s as %s with room for %d of %d bytes: %v", name, form, room, whole, err)
				}
			}
		}
		if err := r.Write(&bytes.Buffer{}, format.Options{Format: "xml"}); err == nil {
			t.Error("an unknown format is written")
		}
	}
}
