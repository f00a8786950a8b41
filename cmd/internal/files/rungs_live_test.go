package files

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record/recordtest"
)

// skipUnlessAsked skips a slow rung that runs another tool, unless it is requested.
func skipUnlessAsked(t *testing.T) {
	t.Helper()
	if os.Getenv("LAMBDACAP_RUNGS") == "" {
		t.Skip("rung skipped: set LAMBDACAP_RUNGS=1 to run it")
	}
}

// translate is a Python program that runs the SAM translator on many templates, because starting the
// translator takes longer than translating.
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

// TestRungSAMLive compares the rules with the SAM translator itself, also on random templates.
func TestRungSAMLive(t *testing.T) {
	skipUnlessAsked(t)
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

// An object is a JSON object.
type object = map[string]any

// maybe sets a key with a probability of one half.
func maybe(r *rand.Rand, o object, key string, value func() any) {
	if r.IntN(2) == 0 {
		o[key] = value()
	}
}

// randomValue returns a number, either as is or inside an intrinsic function.
func randomValue(r *rand.Rand, number any) any {
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

// randomProperties returns properties of a function or of Globals.
func randomProperties(r *rand.Rand) object {
	o := object{}
	set := func(key string, value func() any) { maybe(r, o, key, value) }
	set("ReservedConcurrentExecutions", func() any { return randomValue(r, r.IntN(300)) })
	set("MemorySize", func() any { return randomValue(r, 128+r.IntN(2000)) })
	set("Architectures", func() any { return []any{[]string{"arm64", "x86_64"}[r.IntN(2)]} })
	set("EphemeralStorage", func() any { return object{"Size": 512 + r.IntN(1000)} })
	set("SnapStart", func() any { return object{"ApplyOn": []string{"PublishedVersions", "None"}[r.IntN(2)]} })
	set("AutoPublishAlias", func() any {
		if r.IntN(3) == 0 {
			return object{"Ref": "FnName"}
		}
		return "live"
	})
	set("ProvisionedConcurrencyConfig", func() any {
		config := object{"ProvisionedConcurrentExecutions": randomValue(r, 1+r.IntN(100))}
		if r.IntN(3) == 0 {
			return object{"Fn::If": []any{"Small", config, object{"Ref": "AWS::NoValue"}}}
		}
		return config
	})
	return o
}

// randomSAM returns a template that sets the relevant properties in Globals and in functions, as numbers,
// parameters and conditions.
func randomSAM(r *rand.Rand) object {
	resources := object{}
	for i := range 1 + r.IntN(3) {
		p := randomProperties(r)
		p["CodeUri"], p["Handler"], p["Runtime"] = "s3://bucket/key.zip", "a.b", "python3.12"
		maybe(r, p, "FunctionName", func() any { return fmt.Sprintf("named-%d", i) })
		f := object{"Type": "AWS::Serverless::Function", "Properties": p}
		if r.IntN(4) == 0 {
			f["Condition"] = []string{"Small", "Large"}[r.IntN(2)]
		}
		resources[fmt.Sprintf("Function%c", 'A'+i)] = f
	}
	small := object{"Fn::Equals": []any{object{"Ref": "Size"}, "small"}}
	t := object{
		"Transform": "AWS::Serverless-2016-10-31",
		"Parameters": object{
			"ProvisionedConcurrency": object{"Type": "Number"},
			"FnName":                 object{"Type": "String"},
			"Number":                 object{"Type": "Number", "Default": 30 + r.IntN(9)},
			"Size":                   object{"Type": "String", "Default": []string{"small", "large"}[r.IntN(2)]},
		},
		"Conditions": object{"Small": small, "Large": object{"Fn::Not": []any{object{"Condition": "Small"}}}},
		"Mappings":   object{"Sizes": object{"small": object{"Units": 3}, "large": object{"Units": 40}}},
		"Resources":  resources,
	}
	if r.IntN(2) == 0 {
		globals := randomProperties(r)
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

// TestRungTerraformLive plans the sample with the real Terraform, if it and the provider are installed.
// TF_CLI_ARGS_init and TF_CLI_CONFIG_FILE can point to a folder or a mirror of providers.
func TestRungTerraformLive(t *testing.T) {
	skipUnlessAsked(t)
	program, err := exec.LookPath("terraform")
	if err != nil {
		t.Skip("rung skipped: terraform is not installed")
	}
	dir := t.TempDir()
	source, err := os.ReadFile(filepath.Join("testdata", "terraform", "generated.capacity.main.tf"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), source, 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(limit time.Duration, arguments ...string) ([]byte, error) {
		ctx, stop := context.WithTimeout(t.Context(), limit)
		defer stop()
		command := exec.CommandContext(ctx, program, arguments...)
		command.Dir = dir
		command.WaitDelay = time.Second
		command.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_INPUT=0",
			"TF_CLI_ARGS=-no-color", "AWS_EC2_METADATA_DISABLED=true", "TF_DATA_DIR="+filepath.Join(dir, ".terraform"))
		output, err := command.Output()
		var failed *exec.ExitError
		if errors.As(err, &failed) {
			err = fmt.Errorf("%w: %s", err, bytes.Join(bytes.Fields(failed.Stderr), []byte(" ")))
		}
		return output, err
	}
	if _, err := run(time.Minute, "init", "-backend=false"); err != nil {
		t.Skipf("rung skipped: terraform init fails, so that the AWS provider is not here: %v", err)
	}
	if _, err := run(2*time.Minute, "plan", "-refresh=false", "-lock=false", "-out=plan.bin"); err != nil {
		t.Fatal(err)
	}
	data, err := run(time.Minute, "show", "-json", "plan.bin")
	if err != nil {
		t.Fatal(err)
	}
	planned, err := parsedFile("live.json", data, record.Options{})
	if err != nil {
		t.Fatal(err)
	}
	name := "generated.create.tf1.11.4-aws5.100.0.plan.json"
	committed, err := parsedFile(name, planSample(t, name), record.Options{})
	if err != nil {
		t.Fatal(err)
	}
	wantOutline(t, planned, recordtest.Outline(committed))
}
