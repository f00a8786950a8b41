package cmd_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/lambdacap/lambdacap/cmd"
)

// samples lists real files of every format.
func samples(t testing.TB) []string {
	t.Helper()
	var all []string
	for _, pattern := range []string{
		"cfn/*", "sam-golden/*.input.yaml", "sam-golden/[fg]*.output.json", "plans/*", "api/botocore*", "api/awscli*",
	} {
		names, err := filepath.Glob("internal/files/testdata/" + pattern)
		if err != nil || len(names) == 0 {
			t.Fatal(pattern, err)
		}
		all = append(all, names...)
	}
	return all
}

// checkDocument is the part of a check's JSON that the tests read.
type checkDocument struct {
	Inputs struct {
		Files []struct{ Problem *string }
	}
	Result struct {
		Counts   struct{ Error, Warning, Info, Unknown, Accepted int }
		Accepted []any
	}
	Findings []struct {
		ID, Level, Message, Remedy string
		Function, File             *string
		Line                       *int
		AWSMessage                 *string `json:"aws_message"`
	}
}

// TestCheckSamples checks real files, each alone and all together. Every output format must agree on the findings and
// the exit code, and SARIF must be valid against the schema of OASIS.
func TestCheckSamples(t *testing.T) {
	compiler := jsonschema.NewCompiler()
	schema, err := compiler.Compile("testdata/sarif/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	files := samples(t)
	runs := [][]string{files, {"--reserved", "0"}, {files[0], "missing file, 100%.yaml"}}
	for _, file := range files {
		runs = append(runs, []string{file}, []string{file, "--account-concurrency", "120", "--during-deploy"})
	}
	for _, args := range runs {
		t.Run(strings.Join(args[:1], " "), func(t *testing.T) {
			code, out, errors := run("", append([]string{"check", "-o", "json"}, args...)...)
			var d checkDocument
			if err := json.Unmarshal([]byte(out), &d); err != nil {
				t.Fatalf("%v: %s %s", err, out, errors)
			}
			want := map[bool]int{true: 1, false: 0}[d.Result.Counts.Error > 0]
			if strings.HasPrefix(args[len(args)-1], "missing") {
				want = 2
			}
			if code != want {
				t.Errorf("code %d with %d errors: %s", code, d.Result.Counts.Error, errors)
			}
			for _, f := range d.Findings {
				if f.ID == "" || f.Message == "" || f.Remedy == "" || (f.File == nil) != (f.Line == nil) && f.ID != "LC024" {
					t.Errorf("%+v", f)
				}
			}
			output := func(format string) string {
				again, text, _ := run("", append([]string{"check", "-o", format}, args...)...)
				if again != code {
					t.Errorf("%s: code %d, json %d", format, again, code)
				}
				return text
			}
			checkSARIF(t, output("sarif"), schema)
			checkJUnit(t, output("junit"), d)
			checkAnnotations(t, output("github"), d)
			for _, format := range []string{"table", "markdown", "csv", "yaml"} {
				if text := output(format); d.Result.Counts.Error > 0 && !strings.Contains(text, "LC0") {
					t.Errorf("%s: %s", format, text)
				}
			}
			for _, width := range widths {
				_, text, _ := onTerminal(width, append([]string{"check"}, args...)...)
				checkWidth(t, text, width)
			}
		})
	}
}

// checkSARIF validates SARIF against a schema.
func checkSARIF(t *testing.T, text string, schema *jsonschema.Schema) {
	t.Helper()
	instance, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(instance); err != nil {
		t.Error(err)
	}
}

// checkJUnit compares JUnit XML with the JSON document. Every failure must say how to fix it.
func checkJUnit(t *testing.T, text string, d checkDocument) {
	t.Helper()
	var suites struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Suites   []struct {
			Cases []struct {
				Failure *struct {
					Body string `xml:",chardata"`
				} `xml:"failure"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal([]byte(text), &suites); err != nil {
		t.Fatal(err)
	}
	counts := d.Result.Counts
	if suites.Failures != counts.Error || suites.Tests < len(d.Findings)+counts.Accepted {
		t.Errorf("%+v, the document has %+v", suites, counts)
	}
	for _, s := range suites.Suites {
		for _, c := range s.Cases {
			if c.Failure != nil && !strings.Contains(c.Failure.Body, "fix: ") {
				t.Errorf("no remedy in %q", c.Failure.Body)
			}
		}
	}
}

// checkAnnotations counts the GitHub annotations: one for each finding and each unreadable file, at most 10 in all. One
// more line sums them up.
func checkAnnotations(t *testing.T, text string, d checkDocument) {
	t.Helper()
	unread := 0
	for _, file := range d.Inputs.Files {
		if file.Problem != nil {
			unread++
		}
	}
	n := strings.Count(text, "\n::") + strings.Count(text[:2], "::")
	if n != min(len(d.Findings)+unread, 10) || strings.Count(text, "\n") != n+1 {
		t.Errorf("%d annotations of %d findings:\n%s", n, len(d.Findings), text)
	}
}

// checkWidth: no line of a table is wider than the terminal, unless its first word alone is too long.
func checkWidth(t *testing.T, table string, width int) {
	t.Helper()
	for line := range strings.Lines(table) {
		words := strings.Fields(line)
		if len(words) < 2 {
			continue // a name that is wider than the table has a line of its own
		}
		if n := len([]rune(strings.TrimRight(line, "\n"))); n > max(width, len(words[0])+len(" warning LC000")) {
			t.Errorf("%d columns, more than %d: %s", n, width, line)
		}
	}
}

// largePlan returns a Terraform plan of about 5 MB, little of which is about Lambda.
func largePlan() []byte {
	var b bytes.Buffer
	b.WriteString(`{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{"root_module":{"resources":[`)
	for i := 0; b.Len() < 2_000_000; i++ {
		if i > 0 {
			b.WriteByte(',')
		}
		kind := "aws_iam_role"
		values := `"name":"role","assume_role_policy":"{\"Version\":\"2012-10-17\"}","tags":{"team":"a"},"path":"/"`
		if i%4 == 0 {
			kind = "aws_lambda_function"
			values = fmt.Sprintf(`"function_name":"f%d","memory_size":512,"reserved_concurrent_executions":%d,`+
				`"runtime":"python3.12","timeout":30`, i, i%5-1)
		}
		fmt.Fprintf(&b, `{"address":"%s.r[%d]","mode":"managed","type":"%s","name":"r","provider_name":"aws",`+
			`"schema_version":0,"values":{%s},"sensitive_values":{"tags":{}}}`, kind, i, kind, values)
	}
	b.WriteString(`]}},"resource_changes":[`)
	for i := 0; b.Len() < 5_000_000; i++ {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"address":"aws_iam_role.r[%d]","mode":"managed","type":"aws_iam_role","name":"r",`+
			`"change":{"actions":["create"],"before":null,"after":{"name":"role","path":"/"},`+
			`"after_unknown":{"arn":true,"id":true}}}`, i)
	}
	b.WriteString(`]}`)
	return b.Bytes()
}

// TestCheckMemory: a check of a large plan allocates at most 6 times the size of the file in total, including what is
// freed along the way.
func TestCheckMemory(t *testing.T) {
	plan := largePlan()
	path := filepath.Join(t.TempDir(), "plan.json")
	if err := os.WriteFile(path, plan, 0o600); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var out, errs bytes.Buffer
	code := cmd.Run([]string{"check", path, "-o", "github"}, cmd.Env{
		Out: &out, Err: &errs, LookupEnv: func(string) (string, bool) { return "", false },
	})
	runtime.ReadMemStats(&after)
	if code != 1 {
		t.Fatal(code, errs.String())
	}
	if ratio := float64(after.TotalAlloc-before.TotalAlloc) / float64(len(plan)); ratio > 6 {
		t.Errorf("%.1f times the file", ratio)
	} else {
		t.Logf("%.1f times the file", ratio)
	}
}

// BenchmarkCheck5MB checks a large plan. Compare it with BenchmarkValid5MB.
func BenchmarkCheck5MB(b *testing.B) {
	plan := largePlan()
	path := filepath.Join(b.TempDir(), "plan.json")
	if err := os.WriteFile(path, plan, 0o600); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(plan)))
	for b.Loop() {
		if code, _, stderr := run("", "check", path); code != 1 {
			b.Fatal(stderr)
		}
	}
}

// BenchmarkValid5MB is the yardstick for BenchmarkCheck5MB: how long encoding/json takes to validate the same plan.
func BenchmarkValid5MB(b *testing.B) {
	plan := largePlan()
	b.SetBytes(int64(len(plan)))
	for b.Loop() {
		if !json.Valid(plan) {
			b.Fatal("no JSON")
		}
	}
}
