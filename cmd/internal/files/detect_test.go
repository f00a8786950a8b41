package files

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record/recordtest"
)

// TestDetect checks that the format of a file is detected from its content.
func TestDetect(t *testing.T) {
	for pattern, want := range map[string]string{
		"testdata/api/[ab]*.json":              "aws",
		"testdata/cfn/*":                       "cloudformation",
		"testdata/plans/*":                     "terraform",
		"testdata/sam-golden/*.input.yaml":     "cloudformation",
		"testdata/sam-golden/[fg]*output.json": "cloudformation",
	} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			t.Fatal(pattern, names, err)
		}
		for _, name := range names {
			if got := Open(name, nil, record.Options{}).Format(); got != want {
				t.Errorf("%s is %q, want %q", name, got, want)
			}
		}
	}
	keys := []string{"concurrency", "name", "functions"}
	for text, want := range map[string]string{
		`{}`:                                     "aws",
		`{"Functions": []}`:                      "aws",
		"service: s\nfunctions:":                 "serverless",
		"service: s\nprovider: aws\nAliases: []": "serverless",
		"service: s\nAliases: []":                "aws",
		"Resources:":                             "cloudformation",
		"service: s\nprovider: aws\nResources:":  "cloudformation",
		`{"format_version": "1.0"}`:              "terraform",
		"concurrency: 5":                         "profile",
		"functions: []\nname: f":                 "profile",
		"name: f":                                "",
	} {
		if got := open("t", []byte(text), record.Options{ProfileKeys: keys}).Format(); got != want {
			t.Errorf("%s: it is %q, want %q", text, got, want)
		}
	}
}

// TestDetectRefuses checks that files of no known format are rejected with their place.
func TestDetectRefuses(t *testing.T) {
	unknown := "t.yaml:1: this is not a file that lambdacap knows"
	for _, c := range []struct{ text, format, want string }{
		{`{"version": 4, "serial": 1, "lineage": "x"}`, "",
			"t.yaml:1: this is Terraform's own state file; legal: what terraform show -json prints"},
		{"Conditions: {Yes: 1,\n On: 2}\nResources: {}", "",
			`t.yaml:2: the key "true" stands in line 1 already; legal: each key once`},
		{"format_version: 1.2\nplanned_values: {}\n", "",
			unknown + ", its keys are format_version, planned_values; legal: " + anyFile},
		{`{"planned_values":{}}`, "", unknown + ", its keys are planned_values; legal: " + anyFile},
		{"[1]", "", unknown + "; legal: " + anyFile},
		{"planned_values: {}\n", "terraform", "t.yaml:1: this is not JSON; legal: what terraform show -json prints"},
		{"a: 1", "cloudformation", "t.yaml:1: this is no cloudformation file, its keys are a"},
		{"a: 1", "serverless", "t.yaml:1: this is no serverless file, its keys are a"},
		{"", "profile", "t.yaml: the file is empty; legal: account, functions, or the keys of one function"},
	} {
		_, err := parsedFile("t.yaml", []byte(c.text), record.Options{Format: c.format})
		if err == nil || err.Error() != c.want {
			t.Errorf("%q as %q: %v, want %s", c.text, c.format, err, c.want)
		}
	}
}

// TestEmptyAnswer checks empty files: the AWS CLI prints nothing if nothing is set.
func TestEmptyAnswer(t *testing.T) {
	c, err := parsedFile("a.json", nil, record.Options{Format: "aws"})
	if got := recordtest.Summary(c); err != nil || got != "function: nameless; unreserved" {
		t.Errorf("%v, %s", err, got)
	}
	if _, err := parsedFile("a.json", nil, record.Options{}); err == nil || !strings.Contains(err.Error(), "is empty") {
		t.Errorf("without a format: %v", err)
	}
}
