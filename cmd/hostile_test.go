package cmd_test

import (
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"go.yaml.in/yaml/v3"

	"github.com/lambdacap/lambdacap/format"
)

// hostile are texts that a stranger can put wherever a text can stand: control characters, what turns or hides text,
// line breaks, workflow commands, markup, formulas, options, and what a shell would run.
var hostile = []string{
	"a\x1b[31m\x1b]52;c;eA==\x07", "a\u009b31mb\u0085c", "\u202ea\u2066b", "a\u200bb\ufeff\u3164", "a\n# PASSES",
	"a\r\n\tb", "a\u2028b\u2029", "::add-mask::e", "x ::stop-commands::t", "a  ::error file=b::c",
	"x ##[stop-commands]tok", "##[add-mask]e", "a\n::warning::b", "##vso[task.complete]", "=HYPERLINK(1)", "+1", "-x",
	"--help", "@bob closes #1", "https://example.org", `<img src=x>|b`, "`a`", "x;touch pwned;#", "$(touch pwned)", "\xff",
	"", "aaaaaaaaaaaaaaaaa ::b", "${a}", "${\u202ea}", "m[\"::b\"]", "a in ::b", strings.Repeat("a", 171), "1:30", "~",
}

// places are the files and the arguments in which a hostile text can stand. The argument %s is the file; a text in a
// file is written as JSON, which is YAML as well.
var places = []struct {
	name, file string
	args       []string
}{
	{"logical id", `{"Resources": {@: {"Type": "AWS::Lambda::Function", "Properties":
		{"ReservedConcurrentExecutions": 2000}}}}`, nil},
	{"function name", `{"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties":
		{"FunctionName": @, "ReservedConcurrentExecutions": {"Ref": "Units"}}}}}`, nil},
	{"alias", `{"Resources": {"A": {"Type": "AWS::Lambda::Alias", "Properties": {"FunctionName": "f", "Name": @,
		"FunctionVersion": @, "ProvisionedConcurrencyConfig": {"ProvisionedConcurrentExecutions": 2000}}}}}`, nil},
	{"values", `{"Resources": {"F": {"Type": "AWS::Serverless::Function", "Properties":
		{"ReservedConcurrentExecutions": @, "MemorySize": @, "ProvisionedConcurrencyConfig":
		{"ProvisionedConcurrentExecutions": @}, "Events": {"E": {"Type": "SQS", "Properties":
		{"Queue": @, "ScalingConfig": {"MaximumConcurrency": @}}}}}}}}`, nil},
	{"parameter", `{"Parameters": {@: {"Type": "Number"}}, "Resources": {"F": {"Type": "AWS::Lambda::Function",
		"Condition": @, "Properties": {"ReservedConcurrentExecutions": {"Ref": @}}},
		"G": {"Type": "AWS::Lambda::Function", "Properties": {"ReservedConcurrentExecutions": {"Ref": @}}}}}`, nil},
	{"nested stack", `{"Resources": {@: {"Type": "AWS::CloudFormation::Stack", "Properties":
		{"TemplateURL": @, "Parameters": {@: @}}}, "F": {"Type": "AWS::Lambda::Function"}}}`, nil},
	{"resource id", `{"Resources": {@: {"Type": "AWS::ApplicationAutoScaling::ScalableTarget", "Properties":
		{"ServiceNamespace": "lambda", "ResourceId": {"Fn::Join": ["", ["function:", @, ":", @]]},
		"MinCapacity": @}}}}`, nil},
	{"list", `{"Resources": {@: @}}`, nil},
	{"keys", `{@: @, "a": 1}`, nil},
	{"profile", `{"functions": [{"name": @, "rps": 20000, "provisioned": 10, "event_source": @}, {"name": "g", "rps": 1}],
		"accept": [{"rule": "LC001", "reason": @}]}`, nil},
	{"one function", `{"name": @, "rps": 20000, "duration": "1s", "provisioned": 1}`, nil},
	{"faults of a profile", `{"functions": [{"name": "f", "rps": @, "mode": @, @: 1}],
		"account": {"region": @, @: 1}}`, nil},
	{"serverless", `{"service": @, "provider": {"name": "aws"}, "functions": {@: {"reservedConcurrency": 2000},
		"g": {"name": @, "memorySize": @, "provisionedConcurrency": "${self:custom.x}", "events": [{"sqs": {"arn": @,
		"maximumConcurrency": @}}]}}}`, nil},
	{"answer", `{"Functions": [{"FunctionName": @, "FunctionArn": @, "MemorySize": 128}], "NextMarker": @}`, nil},
	{"reservation", `{"ReservedConcurrentExecutions": @}`, []string{"--function", "@"}},
	{"plan", `{"format_version": "1.2", "planned_values": {"root_module": {"resources": [{"address": @, "mode": "managed",
		"type": "aws_lambda_function", "values": {"function_name": @, "reserved_concurrent_executions": 2000}},
		{"address": "a.b", "mode": "managed", "type": "aws_lambda_provisioned_concurrency_config", "values":
		{"function_name": @, "qualifier": @, "provisioned_concurrent_executions": @}}]}}}`, nil},
	{"earlier answer", `{"schema_version": 1, "kind": @, "inputs": {"account": {"concurrency": 1000, "region": @,
		"origin": {"region": "flag"}}, "functions": [{"name": @, "rps": 1, "mode": @, "event_source": @,
		"origin": {"rps": "flag", "mode": @, "event_source": "flag"}}]}, "result": {"functions": [{"name": @}]}}`, nil},
	{"reason", "Resources:\n  F: # lambdacap:accept LC001 %r\n    Type: AWS::Lambda::Function\n" +
		"    Properties: {ReservedConcurrentExecutions: 2000}\n", nil},
	{"no reason", "Resources:\n  F: {Type: AWS::Lambda::Function} # lambdacap:accept %r\n", nil},
	{"not YAML", "a: %r\n\t[%r", nil},
	{"text", "%r", nil},
	{"flags", `{"rps": 1}`, []string{"--function", "@", "--rps", "1", "--region", "@", "--mode", "@", "--sweep", "@",
		"--fail-on", "@", "--param", "@=1", "--param", "@", "--skip", "@", "--format", "@", "--profile", "@",
		"--baseline", "@", "--color", "@"}},
	{"function flag", `{"rps": 1}`, []string{"--function", "@"}},
	{"parameter flag", `{"Resources": {"F": {"Type": "AWS::Lambda::Function"}}}`, []string{"--param", "@=@"}},
	{"files", `{"rps": 1}`, []string{"--from", "@", "--from", "./@"}},
	{"output", `{"rps": 1}`, []string{"-o", "@"}},
	{"output file", `{"rps": 1}`, []string{"-o", "json=missing/@"}},
	{"unknown flag", `{"rps": 1}`, []string{"--no@"}},
	{"short flag", `{"rps": 1}`, []string{"-@"}},
}

// commands are what a stranger's file can be given to, with the formats of each.
var commands = []struct {
	args    []string
	formats []string
}{
	{[]string{"check"}, format.Names(format.Findings)},
	{[]string{"limits", "--from"}, format.Names(format.None)},
	{[]string{"spillover", "--rps", "1", "--from"}, format.Names(format.None)},
	{[]string{"plan", "--rps", "20000", "--duration", "1s", "--target-spillover", "1%", "--from"},
		format.Names(format.None)},
	{[]string{"compare", "other.yaml"}, format.Names(format.None)},
}

// TestHostile gives every command hostile texts in every place, and checks what it prints and writes in every format:
// nothing that is not printed, no workflow command but our own annotations, and data that reads back. A check gets
// every text in every place; the calculations, which read files in the same way, share them out.
func TestHostile(t *testing.T) {
	skipShort(t)
	t.Chdir(t.TempDir())
	if err := os.WriteFile("other.yaml", []byte("rps: 1"), 0o666); err != nil {
		t.Fatal(err)
	}
	for i, text := range hostile {
		quoted, _ := json.Marshal(text)
		for j, place := range places {
			fill := strings.NewReplacer("%r", text)
			if strings.HasPrefix(place.file, "{") {
				fill = strings.NewReplacer("@", string(quoted))
			}
			if err := os.WriteFile("f.yaml", []byte(fill.Replace(place.file)), 0o666); err != nil {
				t.Fatal(err)
			}
			for k, c := range commands {
				if k > 0 && (i+j)%(len(commands)-1) != k-1 {
					continue
				}
				args := append(slices.Clone(c.args), "f.yaml")
				for _, arg := range place.args {
					args = append(args, strings.ReplaceAll(arg, "@", text))
				}
				t.Run(c.args[0]+"/"+place.name+"/"+strconv.Itoa(i), func(t *testing.T) { runHostile(t, args, c.formats) })
			}
		}
	}
}

// TestHostileNames does the same with names of files, which are given, missing or unreadable, and with words for
// commands, topics and rules.
func TestHostileNames(t *testing.T) {
	t.Chdir(t.TempDir())
	const template = `{"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties":
		{"ReservedConcurrentExecutions": 2000}}}}`
	if err := os.WriteFile("other.yaml", []byte(template), 0o666); err != nil {
		t.Fatal(err)
	}
	for i, text := range hostile {
		name := strings.ReplaceAll(text, "/", "_") + ".yaml"
		for _, contents := range []string{template, "functions: 5", "{", ""} {
			if err := os.WriteFile(name, []byte(contents), 0o666); err != nil {
				t.Skipf("%q: %v", name, err) // a file system without such names
			}
			for _, c := range commands {
				args := slices.Concat(c.args[:len(c.args)-1], []string{"--from", name, "--from", "other.yaml"})
				switch c.args[0] {
				case "check":
					args = []string{"check", "other.yaml", "--from", name}
				case "compare":
					args = []string{"compare", "./" + name, "other.yaml", "--function", "F", "--rps", "1"}
				}
				t.Run(c.args[0]+"/"+strconv.Itoa(i), func(t *testing.T) { runHostile(t, args, c.formats) })
			}
		}
		for _, args := range [][]string{
			{text}, {"help", text}, {"explain", text}, {"limits", text}, {"check", "--", text}, {"completion", text},
			{"check", "other.yaml", "--from", text}, {"plan", "--profile", text}, {"plan", "--prices", text},
			{"check", "--list-rules", text}, {"limits", "--baseline", text},
		} {
			_, stdout, stderr := run("", args...)
			shown(t, stdout, false)
			shown(t, stderr, false)
		}
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
}

// runHostile runs a command line with an output in every format, and checks them.
func runHostile(t *testing.T, args, formats []string) {
	t.Helper()
	for _, name := range formats {
		_ = os.Remove(name)
		if name != "table" {
			args = append(args, "-o", name+"="+name)
		}
	}
	code, stdout, stderr := run("", append(args, "-o", "table")...)
	if code == 3 && !strings.Contains(stderr, "missing") {
		t.Errorf("%q: %s", args, stderr)
	}
	shown(t, stdout, false)
	shown(t, stderr, false)
	for line := range strings.Lines(stderr) {
		if !strings.HasPrefix(line, "lambdacap: ") {
			t.Errorf("%q: a line of an error is %q", args, line)
		}
	}
	var asJSON, asYAML any
	for _, name := range formats {
		data, err := os.ReadFile(name)
		if err != nil {
			continue // the command line is wrong
		}
		text := string(data)
		shown(t, text, name == "github")
		switch name {
		case "json", "sarif":
			err = json.Unmarshal(data, &asJSON)
		case "yaml":
			err = yaml.Unmarshal(data, &asYAML)
		case "junit":
			err = readXML(text)
		case "csv":
			err = readCSV(t, text)
		}
		if err != nil {
			t.Errorf("%q: %s: %v in\n%s", args, name, err, text)
		}
		if name == "yaml" && !reflect.DeepEqual(floats(asJSON), floats(asYAML)) {
			t.Errorf("%q: YAML and JSON differ:\n%s", args, text)
		}
	}
}

// workflowCommand matches what runners obey: GitHub's in both of its forms, and those of Azure Pipelines.
var workflowCommand = regexp.MustCompile(`##\w*\[|(?m:^|\s)::\w`)

// ours matches the beginning of an annotation of -o github.
var ours = regexp.MustCompile(`(?m)^::(error|warning|notice) `)

// shown checks that a text has nothing in it that is not printed, and no workflow command but our own.
func shown(t *testing.T, text string, annotations bool) {
	t.Helper()
	for _, r := range text {
		invisible := unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
		if r != '\n' && !unicode.IsPrint(r) || invisible {
			t.Errorf("%U in %q", r, text)
			return
		}
	}
	if annotations {
		text = ours.ReplaceAllString(text, "")
	}
	if found := workflowCommand.FindString(text); found != "" {
		t.Errorf("%q is live in %q", found, text)
	}
}

func readXML(text string) error {
	d := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := d.Token(); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
	}
}

// readCSV reads rows, and checks that no cell begins a formula. A number is none.
func readCSV(t *testing.T, text string) error {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	for _, cell := range slices.Concat(rows...) {
		if _, notNumber := strconv.ParseFloat(cell, 64); notNumber != nil && strings.IndexAny(cell, "=+-@\t\r") == 0 {
			t.Errorf("the cell %q is a formula", cell)
		}
	}
	return err
}

// floats converts whole numbers to floats, because YAML distinguishes the two and JSON does not.
func floats(v any) any {
	switch v := v.(type) {
	case int:
		return float64(v)
	case map[string]any:
		for k := range v {
			v[k] = floats(v[k])
		}
	case []any:
		for i := range v {
			v[i] = floats(v[i])
		}
	}
	return v
}

// TestOneBadFile checks that a file with a bad name is named with its place, and hides neither what is found in its
// other parts and in other files, nor any output.
func TestOneBadFile(t *testing.T) {
	t.Chdir(t.TempDir())
	const good = "Resources: {Good: {Type: AWS::Lambda::Function, Properties: {ReservedConcurrentExecutions: 2000}}}"
	if err := os.WriteFile("good.yaml", []byte(good), 0o666); err != nil {
		t.Fatal(err)
	}
	const (
		function = ": {Type: AWS::Lambda::Function, Properties: {"
		service  = "service: s\nprovider: {name: aws}\nfunctions:\n"
		empty    = `"" is not a function name`
	)
	for text, place := range map[string]string{
		"Resources:\n  ''" + function + "}}\n":                        "bad:2: " + empty,
		"Resources:\n  '::add-mask::e'" + function + "}}\n":           `bad:2: "::add-mask::e" is not a`,
		"Resources:\n  F" + function + "\n    FunctionName: ''}}\n":   "bad:3: " + empty,
		"Resources:\n  F" + function + "\n    FunctionName: a b}}\n":  `bad:2: "a b" is not a`,
		"Resources:\n  F" + function + "\n    FunctionName: ':a'}}\n": "bad:2: " + empty,
		service + "  '': {}\n":                                        "bad:4: " + empty,
		service + "  f:\n    name: ''\n":                              "bad:5: " + empty,
		"functions:\n  - {rps: 1,\n     name: \"a\\e\"}\n":            `bad:3: functions[0].name: "a\x1b" is not a`,
		"functions:\n  - {name: a}\n  - rps: 1\n    name: ''\n":       "bad:4: functions[1].name: " + empty,
		`{"Functions": [{"FunctionName": "a b"}]}`:                    `bad:1: "a b" is not a`,
	} {
		if err := os.WriteFile("bad", []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		args := []string{"check", "bad", "good.yaml", "-o", "table"}
		for _, name := range format.Names(format.Findings)[1:] {
			_ = os.Remove(name)
			args = append(args, "-o", name+"="+name)
		}
		code, stdout, stderr := run("", args...)
		if code != 2 || !strings.Contains(stderr, place) || !strings.Contains(stdout, "LC001 2,000 reserved") {
			t.Errorf("%q: %d, want %s, and LC001:\n%s%s", text, code, place, stderr, stdout)
		}
		for _, name := range format.Names(format.Findings)[1:] {
			data, err := os.ReadFile(filepath.Clean(name))
			if err != nil || !strings.Contains(string(data), "LC001") {
				t.Errorf("%q: %s is not written: %v", text, name, err)
			}
		}
		code, _, refused := run("", "plan", "--rps", "1", "--function", "Good", "--from", "bad", "--from", "good.yaml")
		if code != 2 || !strings.Contains(refused, place) {
			t.Errorf("%q: plan says %d %s", text, code, refused)
		}
	}
}

// TestManyFaults checks that a file with many faults does not hide that others cannot be read.
func TestManyFaults(t *testing.T) {
	t.Chdir(t.TempDir())
	var many strings.Builder
	many.WriteString("Resources:\n")
	for i := range 300 {
		fmt.Fprintf(&many, "  'a b%d': {Type: AWS::Lambda::Function}\n", i)
	}
	if err := errors.Join(os.WriteFile("many.yaml", []byte(many.String()), 0o666),
		os.WriteFile("cut.yaml", []byte("a: ["), 0o666)); err != nil {
		t.Fatal(err)
	}
	for _, name := range format.Names(format.Findings) {
		if name == "csv" { // it has a row for each finding
			continue
		}
		_, stdout, stderr := run("", "check", "many.yaml", "cut.yaml", "-o", name)
		if !strings.Contains(stdout, "cut.yaml:1: this is not YAML") || !strings.Contains(stderr, "cut.yaml:1: this is") {
			t.Errorf("%s hides cut.yaml:\n%s%s", name, stdout, stderr)
		}
	}
}
