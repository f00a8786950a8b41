package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/lambdacap/lambdacap/cmd"
)

// An outputCase is a command line to run for several kinds of document. The kinds are separated by spaces.
type outputCase struct{ kinds, args, stdin string }

func outputCases() []outputCase {
	const (
		several = `{account: {concurrency: 3000, region: eu-west-1}, functions: [` +
			`{name: a, rps: 2500, duration: 60ms, reserved: 400, provisioned: 150}, ` +
			`{name: b, mode: async, rps: 90000/min, duration: 1.2s, memory: 1GB, arch: arm64}, {name: "no-rate"}]}`
		empty = `{account: {concurrency: 10}, functions: []}`
		files = "../../cmd/internal/files/testdata/"
	)
	return []outputCase{
		{"limits", "", ""},
		{"limits", "--account-concurrency 3000 --duration 50ms", ""},
		{"limits", "--reserved 400 --provisioned 100 --mode sync", ""},
		{"limits", "--reserved 400 --provisioned 400 --mode async --explain", ""},
		{"limits", "--profile ../../configs/default.yaml --explain", ""},
		{"limits", "--profile -", empty},
		{"limits spillover plan", "--profile ../../configs/account.yaml", ""},
		{"limits spillover plan", "--profile ../../configs/api.yaml --explain", ""},
		{"limits spillover plan", "--profile ../../configs/worker.yaml", ""},
		{"limits spillover plan", "--profile - --function a --memory 512", several},
		{"spillover plan", "--rps 7128 --duration 57ms --provisioned 500 --explain", ""},
		{"spillover plan", "--rps 1500 --provisioned 100", ""},
		{"spillover plan", "--rps 0", ""},
		{"spillover plan", "--rps 100 --reserved 0", ""},
		{"spillover plan", "--rps 100 --reserved 0 --mode async --explain", ""},
		{"spillover plan", "--rps 90000/min --duration 1.2s --mode async --reserved 900", ""},
		{"spillover plan", "--rps 100 --mode async --reserved 10 --provisioned 10", ""},
		{"spillover plan", "--rps 1e9 --duration 20m --account-concurrency 100000000", ""},
		{"spillover plan", "--rps 0.0000001 --duration 1ms --provisioned 950 --explain", ""},
		{"spillover plan", "--rps 12000 --duration 20ms --function ${\"<é>\"&:}", ""},
		{"limits", "--reserved 400 --provisioned 100 --duration 80ms --target-spillover 1% " +
			"--max-duration-at 3000 --explain", ""},
		{"limits", "--region all", ""},
		{"spillover plan", "--rps 800 --duration 150ms --provisioned 20 --memory 1GB --region eu-west-1 --free-tier " +
			"--savings-plan 12% --init 2s --ephemeral-storage 2GB --explain", ""},
		{"spillover plan", "--rps 800 --duration 150ms --provisioned 20 --memory 1GB --region cn-north-1", ""},
		{"plan", "--rps 50 --duration 150ms --provisioned 20 --memory 1GB --region us-east-1 " +
			"--optimize cost --spill-penalty 0.0001 --target-spillover 1%", ""},
		{"limits", "--duration 80ms --target-spillover 100% --max-duration-at 1e9", ""},
		{"spillover plan", "--rps 800 --duration 150ms --sweep provisioned=0:100:50", ""},
		{"spillover plan", "--duration 150ms --sweep rps=0:1k:500 --peakedness 4 --keep-alive 1m --explain", ""},
		{"spillover plan", "--rps 1e9 --duration 15m", ""},
		{"plan", "--rps 800 --duration 50ms --provisioned 120 --target-spillover 1% --target-throttle 0.1% --explain", ""},
		{"plan", "--rps 800 --duration 50ms --provisioned 120 --target-spillover 0", ""},
		{"plan", "--rps 20000 --duration 50ms --average-rps 5000 --memory 512 --region us-east-1 --headroom 1000%", ""},
		{"plan", "--rps 10 --duration 100ms --reserved 100 --provisioned 100 --headroom 0%", ""},
		{"check", "- --max-connections 500 --connections-per-env 2 --during-deploy --skip LC004", several},
		{"check", "../../configs/account.yaml " + files + "cfn/generated.cdk.CapacityStack.template.json", ""},
		{"compare", "--provisioned 0,100,165 --rps 1500 --duration 60ms --region us-east-1 --memory 1024", ""},
		{"compare", "--rps 1000:3000:1000 --provisioned 100", ""},
		{"compare", "../../configs/account.yaml -", several},
		{"compare", "../../configs/api.yaml ../../configs/worker.yaml --account-concurrency 150", ""},
		{"limits plan", "--from " + files + "plans/generated.create.tf1.11.4-aws5.100.0.plan.json " +
			"--function api --rps 100", ""},
	}
}

// TestOutput validates the program's output. The schemas allow additional keys but this test does not, so that no key
// can be missing from a schema. It also compares JSON with YAML.
func TestOutput(t *testing.T) {
	compiled := map[string]*jsonschema.Schema{}
	for _, kind := range []string{"limits", "spillover", "plan", "compare", "check"} {
		compiled[kind] = compile(t, kind, strict)
	}
	for _, c := range outputCases() {
		for kind := range strings.FieldsSeq(c.kinds) {
			t.Run(kind+" "+c.args, func(t *testing.T) {
				validate(t, compiled[kind], c.stdin, append([]string{kind}, strings.Fields(c.args)...))
			})
		}
	}
}

// TestExplained validates the documents of rules and terms.
func TestExplained(t *testing.T) {
	for _, c := range []struct {
		kind string
		args []string
	}{
		{"rules", []string{"check", "--list-rules"}},
		{"rules", []string{"explain", "rate-bound"}},
		{"glossary", []string{"explain"}},
		{"glossary", []string{"explain", "headroom"}},
		{"glossary", []string{"explain", "CallerRateLimitExceeded"}},
	} {
		validate(t, compile(t, c.kind, strict), "", c.args)
	}
}

// validate runs a command line, validates its JSON and its YAML, and compares the two.
func validate(t *testing.T, schema *jsonschema.Schema, stdin string, args []string) {
	t.Helper()
	document := run(t, stdin, append(args, "-o", "json")...)
	if err := schema.Validate(decode(t, document)); err != nil {
		t.Errorf("%v\n%s", err, document)
	}

	var fromYAML any
	if err := yaml.Unmarshal(run(t, stdin, append(args, "-o", "yaml")...), &fromYAML); err != nil {
		t.Fatal(err)
	}
	same, err := json.Marshal(fromYAML)
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(decode(t, same)); err != nil {
		t.Errorf("yaml: %v\n%s", err, same)
	}

	var fromJSON, again any
	if err := json.Unmarshal(document, &fromJSON); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(same, &again); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(fromJSON, again) {
		t.Errorf("yaml says %s, json %s", same, document)
	}
}

// TestRefused changes valid documents in every place, and checks that the schema rejects each change.
func TestRefused(t *testing.T) {
	for _, args := range [][]string{
		{"limits", "--reserved", "400", "--provisioned", "100", "--explain"},
		{"spillover", "--rps", "1500", "--provisioned", "100", "--duration", "80ms", "--explain"},
		{"plan", "--rps", "15000", "--provisioned", "100", "--duration", "80ms", "--explain"},
		{"compare", "--rps", "15000", "--provisioned", "100,200", "--duration", "80ms"},
	} {
		kind := args[0]
		schema := compile(t, kind, nil)
		document := decode(t, run(t, "", append(args, "-o", "json")...))
		refused := 0
		try := func(change string, wrong bool) {
			if err := schema.Validate(document); (err != nil) != wrong {
				t.Errorf("%s, %s: %v", kind, change, err)
			}
			if wrong {
				refused++
			}
		}
		each(document, kind, func(path string, object map[string]any, key string) {
			old := object[key]
			anyKeys := strings.Contains(path, ".origin.") // objects without fixed keys
			delete(object, key)
			try(path+" removed", key != "explain" && !anyKeys)
			object[key] = map[string]any{"no": "such"}
			_, isObject := old.(map[string]any)
			try(path+" an object", key != "origin") // may have any keys
			switch old.(type) {
			case json.Number:
				object[key] = -1
				change := strings.HasPrefix(key, "delta")
				try(path+" negative", !change)
				object[key] = "1"
				try(path+" a text", true)
				if strings.HasSuffix(key, "_ratio") && !change {
					object[key] = 10.5
					try(path+" above its range", true)
				}
			case []any:
				object[key] = nil
				try(path+" null", true)
			}
			if isObject {
				object[key] = nil
				try(path+" null", key != "chance") // null for a function without a duration
			}
			object[key] = old
			object["a_new_key"] = 1
			try(path+" with a new key beside it", anyKeys)
			delete(object, "a_new_key")
		})
		top := document.(map[string]any)
		for key, value := range map[string]any{"schema_version": 2, "kind": "answer"} {
			old := top[key]
			top[key] = value
			try(key+" changed", true)
			top[key] = old
		}
		account, _ := top["result"].(map[string]any)["account"].(map[string]any) // nil for a comparison
		if old, ok := account["verdict"]; ok {
			account["verdict"] = "unheard of"
			try("verdict changed", true)
			account["verdict"] = old
		}
		try("as it was", false)
		if refused < 100 {
			t.Errorf("%s: only %d changes", kind, refused)
		}
	}
}

// each calls use for every key of every object in a document. path is the path to the key.
func each(node any, path string, use func(path string, object map[string]any, key string)) {
	switch node := node.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(node)) {
			use(path+"."+key, node, key)
			each(node[key], path+"."+key, use)
		}
	case []any:
		for _, item := range node {
			each(item, path+"[]", use)
		}
	}
}

// run runs the program and returns its standard output. A check that finds errors exits with 1, but still
// prints its document.
func run(t *testing.T, stdin string, args ...string) []byte {
	t.Helper()
	var out, problems bytes.Buffer
	code := cmd.Run(args, cmd.Env{
		In: strings.NewReader(stdin), Out: &out, Err: &problems,
		LookupEnv: func(string) (string, bool) { return "", false },
	})
	if code != 0 && (args[0] != "check" || code != 1) {
		t.Fatalf("lambdacap %s: code %d: %s", strings.Join(args, " "), code, problems.String())
	}
	return out.Bytes()
}

func decode(t *testing.T, text []byte) any {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return value
}

// generated returns the schemas as they are generated now.
var generated = sync.OnceValues(func() (map[string][]byte, error) {
	files := map[string][]byte{}
	err := schemas(root, files)
	return files, err
})

// compile compiles the generated schema of a kind of document. If change is not nil, it alters the schema first.
func compile(t *testing.T, kind string, change func(schema any)) *jsonschema.Schema {
	t.Helper()
	files, err := generated()
	if err != nil {
		t.Fatal(err)
	}
	schema := decode(t, files["schema/"+kind+".json"])
	if change != nil {
		change(schema)
	}
	id := schemaBase + kind + ".json"
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(id, schema); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile(id)
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

// strict makes a schema reject unknown keys.
func strict(schema any) {
	object := schema.(map[string]any)
	object["additionalProperties"] = false
	if definitions, ok := object["$defs"].(map[string]any); ok {
		for _, definition := range definitions {
			strict(definition)
		}
	}
}
