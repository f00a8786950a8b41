package files

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
)

// What AWS accepts is proven against the parts of others, rung by rung: the
// committed output of the SAM translator, the translator itself where it is
// installed, plans of Terraform, Terraform itself where it is installed, and
// answers recorded from AWS. A rung that is not there says so and is skipped.

// goldens are the inputs of the SAM translator's own tests.
func goldens(t *testing.T) []string {
	t.Helper()
	inputs, err := filepath.Glob("testdata/sam-golden/*.input.yaml")
	if err != nil || len(inputs) == 0 {
		t.Fatal(inputs, err)
	}
	return inputs
}

// read joins one file to an account.
func read(t *testing.T, path string, params map[string]string) calc.Account {
	t.Helper()
	c, err := Open(path, nil, Options{}).Read(Options{Params: params})
	if err != nil {
		t.Fatal(err)
	}
	a, _ := Join([]Contents{c}, nil, "")
	return a
}

// TestRungSAMGolden reads what SAM reads, and what it made of that: both must
// come to the same account.
func TestRungSAMGolden(t *testing.T) {
	params := map[string]string{"Concurrency": "7", "FnName": "fn", "ProvisionedConcurrency": "10"}
	for _, input := range goldens(t) {
		t.Run(filepath.Base(input), func(t *testing.T) {
			output := strings.Replace(input, ".input.yaml", ".output.json", 1)
			data, err := os.ReadFile(output)
			if err != nil {
				t.Fatal(err)
			}
			sameAsSAM(t, read(t, input, params), output, data, params)
		})
	}
}

// sameAsSAM compares an account with what SAM made of its template: a template
// of CloudFormation, or an error.
func sameAsSAM(t *testing.T, a calc.Account, name string, output []byte, params map[string]string) {
	t.Helper()
	var refusal struct {
		Message string `json:"errorMessage"`
	}
	if err := json.Unmarshal(output, &refusal); err != nil {
		t.Fatal(err)
	}
	if refusal.Message != "" {
		found := check.Run(a, check.Options{}).Findings
		if !slices.ContainsFunc(found, func(f check.Finding) bool {
			return f.ID == check.Unaliased && strings.HasSuffix(refusal.Message, f.AWSMessage.Or("no message"))
		}) {
			t.Errorf("SAM says %q, the findings are %v", refusal.Message, found)
		}
		return
	}
	c, err := parsedFile(name, output, Options{Params: params})
	if err != nil {
		t.Fatal(err)
	}
	b, _ := Join([]Contents{c}, nil, "")
	if got, want := settings(a), settings(b); got != want {
		t.Errorf("the template says\n%s\nSAM makes of it\n%s", got, want)
	}
}

// settings shows what counts of an account. The versions of the two have other
// names.
func settings(a calc.Account) string {
	var lines []string
	for _, f := range a.Functions {
		line := fmt.Sprint(f.Name, " reserved ", f.Reserved, " provisioned ", f.Provisioned, " memory ", f.MemoryMB.Or(128), " arch ", f.Arch,
			" storage ", f.EphemeralMB, " snap start ", f.Deployment.SnapStart.Known())
		for _, x := range f.Deployment.Allocations {
			line += fmt.Sprint(" allocation ", x.Qualifier, " ", x.Units)
		}
		for _, x := range f.Deployment.Aliases {
			line += fmt.Sprint(" alias ", x.Name, " new ", strings.HasPrefix(x.Version, publishedPrefix))
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// translate makes what the SAM translator does of templates, in Python: starting
// it takes longer than all of them.
const translate = `
import json, sys
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse
from samtranslator.model.exceptions import InvalidDocumentException
params = json.loads(sys.argv[1])
for name in sys.argv[2:]:
    try:
        made = Translator({}, Parser()).translate(yaml_parse(open(name).read()), dict(params))
    except InvalidDocumentException as e:
        made = {"errorMessage": e.message + " " + " ".join(c.message for c in e.causes)}
    print(json.dumps(made))
`

// TestRungSAMLive asks the translator itself, also about templates that nobody
// wrote.
func TestRungSAMLive(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	if err := exec.CommandContext(ctx, "python3", "-c", "import samtranslator").Run(); err != nil {
		t.Skip("rung skipped: the SAM translator is not installed (pip install aws-sam-translator)")
	}
	params := map[string]string{"Concurrency": "7", "FnName": "fn", "ProvisionedConcurrency": "10"}
	given, _ := json.Marshal(params)
	inputs, random := goldens(t), rand.New(rand.NewPCG(1, 2))
	for i := range 150 {
		template, _ := json.Marshal(randomSAM(random))
		name := filepath.Join(t.TempDir(), fmt.Sprintf("random%d.json", i))
		if err := os.WriteFile(name, template, 0o600); err != nil {
			t.Fatal(err)
		}
		inputs = append(inputs, name)
	}
	command := exec.CommandContext(ctx, "python3", append([]string{"-c", translate, string(given)}, inputs...)...)
	command.Env = append(os.Environ(), "AWS_DEFAULT_REGION=us-east-1")
	output, err := command.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, command.Stderr)
	}
	made := bytes.Split(bytes.TrimSpace(output), []byte("\n"))
	if len(made) != len(inputs) {
		t.Fatalf("%d answers to %d templates", len(made), len(inputs))
	}
	for i, input := range inputs {
		sameAsSAM(t, read(t, input, params), input, made[i], params)
		if t.Failed() {
			template, _ := os.ReadFile(input)
			t.Fatalf("%s\n%s", input, template)
		}
	}
}

// randomSAM makes a template with the properties that count, in Globals and in
// functions, as numbers, parameters and conditions.
func randomSAM(r *rand.Rand) map[string]any {
	type object = map[string]any
	value := func(number any) any {
		switch r.IntN(5) {
		case 0:
			return object{"Ref": "ProvisionedConcurrency"}
		case 1:
			return object{"Fn::If": []any{"Small", number, object{"Ref": "Number"}}}
		case 2:
			return object{"Fn::FindInMap": []any{"Sizes", object{"Ref": "Size"}, "Units"}}
		}
		return number
	}
	maybe := func(o object, key string, make func() any) {
		if r.IntN(2) == 0 {
			o[key] = make()
		}
	}
	properties := func() object {
		o := object{}
		maybe(o, "ReservedConcurrentExecutions", func() any { return value(r.IntN(300)) })
		maybe(o, "MemorySize", func() any { return value(128 + r.IntN(2000)) })
		maybe(o, "Architectures", func() any { return []any{[]string{"arm64", "x86_64"}[r.IntN(2)]} })
		maybe(o, "EphemeralStorage", func() any { return object{"Size": 512 + r.IntN(1000)} })
		maybe(o, "SnapStart", func() any { return object{"ApplyOn": []string{"PublishedVersions", "None"}[r.IntN(2)]} })
		maybe(o, "AutoPublishAlias", func() any {
			if r.IntN(3) == 0 {
				return object{"Ref": "FnName"}
			}
			return "live"
		})
		maybe(o, "ProvisionedConcurrencyConfig", func() any {
			config := object{"ProvisionedConcurrentExecutions": value(1 + r.IntN(100))}
			if r.IntN(3) == 0 {
				return object{"Fn::If": []any{"Small", config, object{"Ref": "AWS::NoValue"}}}
			}
			return config
		})
		return o
	}
	resources := object{}
	for i := range 1 + r.IntN(3) {
		p := properties()
		p["CodeUri"], p["Handler"], p["Runtime"] = "s3://bucket/key.zip", "a.b", "python3.12"
		maybe(p, "FunctionName", func() any { return fmt.Sprintf("named-%d", i) })
		f := object{"Type": "AWS::Serverless::Function", "Properties": p}
		if r.IntN(4) == 0 {
			f["Condition"] = []string{"Small", "Large"}[r.IntN(2)]
		}
		resources[fmt.Sprintf("Function%c", 'A'+i)] = f
	}
	small := object{"Fn::Equals": []any{object{"Ref": "Size"}, "small"}}
	t := object{
		"Transform":  "AWS::Serverless-2016-10-31",
		"Parameters": object{"ProvisionedConcurrency": object{"Type": "Number"}, "FnName": object{"Type": "String"}, "Number": object{"Type": "Number", "Default": 30 + r.IntN(9)}, "Size": object{"Type": "String", "Default": []string{"small", "large"}[r.IntN(2)]}},
		"Conditions": object{"Small": small, "Large": object{"Fn::Not": []any{object{"Condition": "Small"}}}},
		"Mappings":   object{"Sizes": object{"small": object{"Units": 3}, "large": object{"Units": 40}}},
		"Resources":  resources,
	}
	if r.IntN(2) == 0 {
		globals := properties()
		t["Globals"] = object{"Function": globals}
		for _, id := range slices.Sorted(maps.Keys(resources)) {
			switch f := resources[id].(object); r.IntN(6) {
			case 0:
				f["IgnoreGlobals"] = "*"
			case 1:
				f["IgnoreGlobals"] = slices.Sorted(maps.Keys(globals))[:r.IntN(len(globals)+1)]
			}
		}
	}
	return t
}

// recordedSteps are answers of AWS by test and step.
func recordedSteps(t *testing.T) map[string]json.RawMessage {
	t.Helper()
	data, err := os.ReadFile("testdata/api/localstack.recorded-aws.lambda.snapshot.subset.json")
	if err != nil {
		t.Fatal(err)
	}
	var file map[string]struct {
		Content map[string]json.RawMessage `json:"recorded-content"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	steps := map[string]json.RawMessage{}
	for test, record := range file {
		for step, answer := range record.Content {
			steps[test[strings.LastIndex(test, ":")+1:]+"/"+step] = answer
		}
	}
	return steps
}

// TestRungRecorded sets what was set when AWS answered: the rules must give its
// very words, and nothing where it accepted.
func TestRungRecorded(t *testing.T) {
	steps := recordedSteps(t)
	type setting struct {
		reserved    calc.Optional[int64]
		allocations []calc.Allocation
		aliases     []calc.Alias
	}
	one := calc.Some[int64](1)
	on := func(qualifier string, units int64) calc.Allocation {
		return calc.Allocation{Qualifier: qualifier, Version: isVersion(qualifier), Units: calc.Some(units)}
	}
	live := []calc.Alias{{Name: "live", Version: "1"}}
	for _, c := range []struct {
		step string
		set  setting
		id   check.RuleID // none where AWS accepts it
		fill string       // what the record replaced by a placeholder
	}{
		{"test_function_concurrency_limits/put_function_concurrency_account_limit_exceeded", setting{reserved: calc.Some[int64](1001)}, check.Floor, "100"},
		{"test_function_concurrency_limits/put_function_concurrency_below_unreserved_min_value", setting{reserved: calc.Some[int64](901)}, check.Floor, "100"},
		{"test_provisioned_concurrency_limits/put_provisioned_concurrency_account_limit_exceeded", setting{allocations: []calc.Allocation{on("live", 1001)}, aliases: live}, check.OverUnreserved, "1000"},
		{"test_provisioned_concurrency_limits/put_provisioned_concurrency_below_unreserved_min_value", setting{allocations: []calc.Allocation{on("live", 901)}, aliases: live}, check.Floor, "100"},
		{"test_provisioned_concurrency_exceptions/put_provisioned_invalid_param_0", setting{allocations: []calc.Allocation{on("live", 0)}, aliases: live}, check.BelowOne, ""},
		{"test_provisioned_concurrency_exceptions/put_provisioned_latest", setting{allocations: []calc.Allocation{on(calc.Latest, 1)}}, check.OnLatest, ""},
		{"test_lambda_provisioned_lifecycle/put_provisioned_on_alias_versionconflict", setting{allocations: []calc.Allocation{on("1", 1), on("live", 1)}, aliases: live}, check.VersionTaken, ""},
		{"test_lambda_provisioned_lifecycle/put_provisioned_on_version_conflict", setting{allocations: []calc.Allocation{on("live", 1), on("1", 1)}, aliases: live}, check.VersionTaken, ""},
		{"test_lambda_provisioned_lifecycle/put_provisioned_on_alias", setting{allocations: []calc.Allocation{on("live", 1)}, aliases: live}, "", ""},
		{"test_lambda_provisioned_lifecycle/put_provisioned_on_version", setting{allocations: []calc.Allocation{on("1", 1)}, aliases: live}, "", ""},
		{"test_function_concurrency/put_function_concurrency_with_reserved_1", setting{reserved: one}, "", ""},
	} {
		t.Run(c.step, func(t *testing.T) {
			answer, ok := steps[c.step]
			if !ok {
				t.Fatal("the record has no such step")
			}
			var aws struct {
				Error struct{ Message string }
			}
			if err := json.Unmarshal(answer, &aws); err != nil {
				t.Fatal(err)
			}
			words := aws.Error.Message
			if from, to := strings.Index(words, "<"), strings.Index(words, ">"); from >= 0 && to > from {
				words = words[:from] + c.fill + words[to+1:]
			}
			f := calc.Function{Name: "f", Reserved: c.set.reserved, Deployment: &calc.Deployment{Allocations: c.set.allocations, Aliases: c.set.aliases}}
			f.Provisioned = f.Deployment.Provisioned()
			r := check.Run(calc.Account{Concurrency: 1000, Functions: []calc.Function{f}}, check.Options{})
			if c.id == "" {
				if words != "" || r.Counts.Error > 0 {
					t.Errorf("AWS says %q, the findings are %v", words, r.Findings)
				}
				return
			}
			if r.Counts.Error != 1 || r.Findings[0].ID != c.id || r.Findings[0].AWSMessage.Or("") != words {
				t.Errorf("AWS says %q, the findings are %v", words, r.Findings)
			}
		})
	}
}
