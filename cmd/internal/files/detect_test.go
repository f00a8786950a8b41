package files

import (
	"fmt"
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
	unknown := "t.yaml:1: lambdacap does not know this kind of file"
	for _, c := range []struct{ text, format, want string }{
		{"service: s\nfunctions: {f: {},\n f: {}}", "",
			`t.yaml:3: duplicate key "f", first in line 2`},
		{`{"Functions": [], "Functions": []}`, "", `t.yaml:1: duplicate key "Functions"`},
		{`{"format_version": "1", "format_version": "2"}`, "",
			`t.yaml:1: duplicate key "format_version"`},
		{`{"format_version": "1", "format_version": "2"}`, "terraform",
			`t.yaml:1: duplicate key "format_version"`},
		{"format_version: 1.2\nplanned_values: {}\n", "",
			unknown + " (its keys are format_version, planned_values); expected " + anyFile},
		{`{"planned_values":{}}`, "", unknown + " (its keys are planned_values); expected " + anyFile},
		{"[1]", "", unknown + "; expected " + anyFile},
		{"rsp: 5\nduratoin: 80ms\nname: f\nx: 1\n", "", "t.yaml:1: unknown keys rsp, duratoin; did you mean rps, duration?"},
		{"rsp: 5\n", "", "t.yaml:1: unknown key rsp; did you mean rps?"},
		{"name: f\n", "", unknown + " (its keys are name); expected " + anyFile},
		{"du: 5\n", "", unknown + " (its keys are du); expected " + anyFile},
		{"rsp: 5\nkind: x\nspec: y\n", "", unknown + " (its keys are rsp, kind, spec); expected " + anyFile},
		{"planned_values: {}\n", "terraform", "t.yaml:1: this is not JSON; expected the output of terraform show -json"},
		{"a: 1", "cloudformation", "t.yaml:1: this is not a cloudformation file, its keys are a"},
		{"a: 1", "serverless", "t.yaml:1: this is not a serverless file, its keys are a"},
		{"", "profile", "t.yaml: the file is empty; expected account, functions, or the keys of one function"},
	} {
		_, err := parsedFile("t.yaml", []byte(c.text),
			record.Options{Format: c.format, ProfileKeys: []string{"name", "rps", "duration"}})
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

// TestRepeated checks that the last of several equal keys of a template counts, as for CloudFormation, with its place.
func TestRepeated(t *testing.T) {
	for text, want := range map[string]string{
		"Resources:\n  F: {Type: AWS::Lambda::Function}\n  F: {Type: AWS::Lambda::Function, " +
			"Properties: {ReservedConcurrentExecutions: 5}}": "F: reserved 5 [{F t:3 t:2}]",
		`{"Resources": {"F": {}, "F": {"Type": "AWS::Lambda::Function"}}}`: "F:  [{F t:1 t:1}]",
		// Both are true in YAML 1.1.
		"Conditions: {Yes: 1,\n On: 2}\nResources: {}": " [{true t:2 t:1}]",
		"Resources: {}": " []",
	} {
		c, err := parsedFile("t", []byte(text), record.Options{})
		if got := recordtest.Summary(c) + fmt.Sprint(" ", c.Repeated); err != nil || got != want {
			t.Errorf("%q: %v %s, want %s", text, err, got, want)
		}
	}
}

// TestNearby checks that the errors for related but unreadable files name the next step. The name, the content and a
// chosen format may all point to such a file.
func TestNearby(t *testing.T) {
	plan := "the plan in JSON, from terraform plan -out FILE and terraform show -json FILE"
	source := "Terraform source; expected the folder that it is in, for example lambdacap check ., or " + plan
	app := "; expected the templates next to it, cdk.out/*.template.json"
	zip := "PK\x03\x04" + strings.Repeat("\x00\xff", 13)
	block := "resource \"aws_lambda_function\" \"f\" {\n  function_name = \"f\"\n}\n"
	for _, c := range []struct{ name, text, want string }{
		{"main.tf", block, source},
		{"MAIN.TF", "locals {}", source},
		{"p/a.tofu", "", source},
		{"a.tfvars", "n = 5\n", "a file of values for Terraform variables; expected it as --var-file, " +
			"with the folder of the sources"},
		{"stdin", "# ours\n" + block, source},
		{"stdin", "terraform {\n}\n", source},
		{"main.tf.json", `{"resource": {}}`, source},
		{"stdin", `{"provider": {}, "resource": {}}`, source},
		{"terragrunt.hcl", "inputs = { a = 5 }\n", "the configuration of Terragrunt; expected the plan in JSON, " +
			"from terragrunt plan -out FILE and terragrunt show -json FILE"},
		{"plan.out", zip + "tfplan" + zip, "a binary plan of Terraform; expected the plan in JSON, " +
			"from terraform show -json and this file"},
		{"plan.txt", "\nTerraform used the selected providers to generate:\n  a: b: c",
			"a plan of Terraform as text; expected " + plan},
		{"plan.json", "{\"@level\":\"info\",\"@message\":\"x\"}\n{\"@level\":\"info\",\"@message\":\"y\"}\n",
			"the log of terraform plan -json; expected " + plan},
		{"terraform.tfstate", `{"version": 4, "serial": 1, "lineage": "x"}`,
			"Terraform's own state file; expected the output of terraform show -json"},
		{"manifest.json", `{"version": "36.0.0", "artifacts": {}}`, "the manifest of cdk synth" + app},
		{"tree.json", `{"version": "tree-0.1", "tree": {}}`, "the construct tree of cdk synth" + app},
		{"S.assets.json", `{"version": "36.0.0", "files": {}, "dockerImages": {}}`, "an asset list of cdk synth" + app},
		{"p.json", `{"config": {}, "steps": [], "duration": 1, "changeSummary": {}}`, "the output of " +
			"pulumi preview --json, which lambdacap does not read; expected a profile with the settings, or AWS CLI output"},
		{"samconfig.toml", "version = 0.1\n[default]\n", "the configuration of the SAM CLI; expected the folder that it is " +
			"in, for example lambdacap check ., or the template with --param KEY=VALUE"},
		{"serverless-state.json", `{"service": {}, "package": {}}`, "the state of serverless package; expected " +
			"the template next to it, .serverless/cloudformation-template-update-stack.json"},
	} {
		for _, format := range []string{"", "terraform"} {
			if format != "" && strings.HasPrefix(c.text, "{") {
				continue // the reader of the format reports the error
			}
			o := record.Options{Format: format, ProfileKeys: []string{"rps", "duration"}}
			_, err := parsedFile(c.name, []byte(c.text), o)
			if want := c.name + ":1: this is " + c.want; err == nil || err.Error() != want {
				t.Errorf("%s as %q: %v, want %s", c.name, format, err, want)
			}
		}
	}
	for _, text := range []string{zip + "index.js", "resource: {}\n", `{"artifacts": {}}`, "resources {\n"} {
		_, err := parsedFile("t.yaml", []byte(text), record.Options{})
		if err == nil || !strings.Contains(err.Error(), "does not know this kind") &&
			!strings.Contains(err.Error(), "this is not a text file") {
			t.Errorf("%q: %v", text, err)
		}
	}
}
