package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/format/document"
	"github.com/lambdacap/lambdacap/format/report"
)

// sample returns a check with findings of every level, an accepted finding, an unreadable file, and a file without
// findings. Its texts contain the special characters of every format.
func sample() document.Check {
	finding := func(id rule.ID, level rule.Level, file string, line int) check.Finding {
		f := check.Finding{
			ID: id, Rule: id, Level: level, Function: calc.Some(`a<"&>,:%`),
			Message: "line 1\nline 2 \x1b]]>", Remedy: "fix: 100 %",
		}
		if file != "" {
			f.File, f.Line = calc.Some(file), calc.Some(line)
		}
		return f
	}
	d := document.Check{Findings: []check.Finding{
		finding("LC001", rule.Error, "b, c.yaml", 7), finding("LC014", rule.Warning, "b, c.yaml", 3),
		finding("LC021", rule.Unknown, "", 0), finding("LC024", rule.Info, "b, c.yaml", 9),
	}}
	d.Findings[0].AWSMessage = calc.Some("Refused: <it>.")
	d.Inputs.Files = []document.InputFile{
		{Name: "b, c.yaml"}, {Name: "cut.json", Problem: calc.Some("cut.json: cut off")}, {Name: "fine.yaml"},
	}
	d.Result.Verdict = check.Fails
	d.Result.Counts = check.Counts{Error: 1, Warning: 1, Unknown: 1, Info: 1, Accepted: 1}
	d.Result.Accepted = []check.Accepted{{Finding: finding("LC007", rule.Error, "b, c.yaml", 1), Reason: "winter"}}
	return d
}

func write(t *testing.T, to func(b *bytes.Buffer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := to(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestJUnit checks that errors are failures, accepted findings are skipped, unreadable files are errors, and everything
// else passes.
func TestJUnit(t *testing.T) {
	text := write(t, func(b *bytes.Buffer) error { return report.JUnit(b, sample()) })
	var suites struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
		Suites   []struct {
			Name    string `xml:"name,attr"`
			Tests   int    `xml:"tests,attr"`
			Skipped int    `xml:"skipped,attr"`
			Cases   []struct {
				Name    string `xml:"name,attr"`
				Line    int    `xml:"line,attr"`
				Failure *struct {
					Message string `xml:"message,attr"`
					Rule    string `xml:"type,attr"`
					Body    string `xml:",chardata"`
				} `xml:"failure"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal([]byte(text), &suites); err != nil {
		t.Fatal(err)
	}
	if suites.Tests != 7 || suites.Failures != 1 || suites.Errors != 1 || len(suites.Suites) != 4 {
		t.Errorf("%+v", suites)
	}
	first := suites.Suites[0]
	if first.Name != "b, c.yaml" || first.Tests != 4 || first.Skipped != 1 || first.Cases[0].Name != `LC014 a<"&>,:%` {
		t.Errorf("%+v", first)
	}
	failure := first.Cases[1].Failure
	if failure == nil || first.Cases[1].Line != 7 || failure.Rule != "LC001" ||
		!strings.HasPrefix(failure.Message, `line 1\nline 2 \x1b`) ||
		!strings.Contains(failure.Body, "AWS: Refused: <it>.\nfix: fix: 100 %") {
		t.Errorf("%+v", failure)
	}
	if last := suites.Suites[3]; last.Name != "account" || len(last.Cases) != 1 {
		t.Errorf("%+v", last)
	}
	if fine := suites.Suites[2]; fine.Cases[0].Name != "no findings" {
		t.Errorf("%+v", fine)
	}
}

// TestSARIF checks that every finding has a location and a rule from the list, and that accepted findings are
// suppressed.
func TestSARIF(t *testing.T) {
	text := write(t, func(b *bytes.Buffer) error { return report.SARIF(b, sample(), "v1.2.3") })
	var d struct {
		Runs []struct {
			Tool struct {
				Driver struct {
					Version string
					Rules   []struct{ ID, HelpURI string }
				}
			}
			Invocations []struct{ ExecutionSuccessful bool }
			Results     []struct {
				RuleID    string
				RuleIndex int
				Level     string
				Message   struct{ Text string }
				Locations []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
						Region           struct{ StartLine int }
					}
				}
				Suppressions []struct{ Kind, Justification string }
			}
		}
	}
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		t.Fatal(err)
	}
	run := d.Runs[0]
	rules := run.Tool.Driver.Rules
	if run.Tool.Driver.Version != "v1.2.3" || len(rules) != len(check.Numbered()) ||
		run.Invocations[0].ExecutionSuccessful {
		t.Errorf("%+v", run)
	}
	levels := ""
	for _, r := range run.Results {
		named := rules[r.RuleIndex]
		if named.ID != r.RuleID || !strings.HasSuffix(named.HelpURI, "rules.md#"+strings.ToLower(r.RuleID)) {
			t.Errorf("%s has the rule %+v", r.RuleID, named)
		}
		if at := r.Locations[0].PhysicalLocation; at.ArtifactLocation.URI != "b,%20c.yaml" || at.Region.StartLine == 0 {
			t.Errorf("%+v", at)
		}
		levels += r.Level + " "
	}
	if levels != "error warning note note error " {
		t.Error(levels)
	}
	want := "a<\"&>,:%: line 1\nline 2 \x1b]]>. AWS: Refused: <it>. Fix: fix: 100 %."
	if text := run.Results[0].Message.Text; text != want {
		t.Errorf("%q", text)
	}
	if s := run.Results[4].Suppressions; len(s) != 1 || s[0].Justification != "winter" {
		t.Errorf("%+v", s)
	}
	absolute := sample()
	root, err := filepath.Abs("a b.yaml")
	if err != nil {
		t.Fatal(err)
	}
	absolute.Findings[0].File = calc.Some(root)
	text = write(t, func(b *bytes.Buffer) error { return report.SARIF(b, absolute, "") })
	if !strings.Contains(text, `"uri": "file:///`) {
		t.Error("an absolute path is not a file URI")
	}
}

// TestProblemPlace checks that a file that cannot be read has its place: in a folder, that of the file in it, with its
// line.
func TestProblemPlace(t *testing.T) {
	var d document.Check
	d.Inputs.Files = []document.InputFile{
		{Name: "infra", Problem: calc.Some("infra/main.tf:3: this is not valid Terraform: unclosed: block")},
		{Name: "b", Problem: calc.Some("b: cannot be read: b:2: no such file")},
	}
	for _, c := range []struct {
		to   func(b *bytes.Buffer) error
		want []string
	}{
		{func(b *bytes.Buffer) error { return report.GitHub(b, d) },
			[]string{"::error file=infra/main.tf,line=3,title=not read::infra/main.tf:3", "::error file=b,title=not read::b: "}},
		{func(b *bytes.Buffer) error { return report.JUnit(b, d) },
			[]string{`file="infra/main.tf" line="3"`, `classname="b" file="b">`}},
		{func(b *bytes.Buffer) error { return report.SARIF(b, d, "") },
			[]string{`"uri": "infra/main.tf"`, `"startLine": 3`, `"uri": "b"`}},
	} {
		text := write(t, c.to)
		for _, want := range c.want {
			if !strings.Contains(text, want) {
				t.Errorf("%s is not in:\n%s", want, text)
			}
		}
	}
}

// TestSARIFLink checks that untrusted text cannot become a link.
func TestSARIFLink(t *testing.T) {
	d := sample()
	d.Findings[0].Message = "memory of \"[a](https://example.org)\""
	text := write(t, func(b *bytes.Buffer) error { return report.SARIF(b, d, "") })
	if !strings.Contains(text, `memory of \"[a] (https://example.org)\"`) {
		t.Error(text)
	}
}

// TestGitHub checks that there are at most ten annotations, the worst first, and a line that counts all findings.
func TestGitHub(t *testing.T) {
	text := write(t, func(b *bytes.Buffer) error { return report.GitHub(b, sample()) })
	want := `::error file=cut.json,title=not read::cut.json: cut off
::error file=b%2C c.yaml,line=7,title=LC001::a<"&>,:%25: line 1\nline 2 \x1b]]>. Fix: 100 %25
`
	if !strings.HasPrefix(text, want) {
		t.Errorf("%s", text)
	}
	accepted := "::notice file=b%2C c.yaml,line=1,title=LC007 accepted::a<\"&>,:%25: winter\n"
	if !strings.Contains(text, accepted) {
		t.Errorf("%s", text)
	}
	counts := "lambdacap check fails: 1 error, 1 warning, 1 unknown, 1 note, 1 accepted; 1 file not read\n"
	if !strings.HasSuffix(text, counts) {
		t.Errorf("%s", text)
	}
	many := sample()
	for i := range 30 {
		many.Findings = append(many.Findings, check.Finding{ID: "LC014", Level: rule.Warning, Message: fmt.Sprint(i)})
	}
	text = write(t, func(b *bytes.Buffer) error { return report.GitHub(b, many) })
	n := strings.Count(text, "::warning ") + strings.Count(text, "::error ") + strings.Count(text, "::notice ")
	if n != 10 || !strings.Contains(text, "; 25 not annotated\n") {
		t.Errorf("%d annotations:\n%s", n, text)
	}
}
