package terraform

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record/recordtest"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// read reads a plan from memory.
func read(data []byte) (record.File, error) {
	const name = "plan.json"
	d, err := tree.Parse(name, data, "")
	if err != nil {
		return record.File{}, err
	}
	r := record.NewRecorder(name, Format{}.Name(), record.Options{})
	err = Format{}.Read(d, r)
	return r.File, err
}

// wantCase checks the outline of a document.
func wantCase(t *testing.T, c planCase) {
	t.Helper()
	file, err := read([]byte(c.document))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := recordtest.Outline(file), strings.TrimPrefix(c.want, "\n"); got != want {
		t.Errorf("the file says\n%s\nwant\n%s", got, want)
	}
}

// all joins the elements of a list.
func all(parts ...string) string { return strings.Join(parts, ",") }

func planSample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "testdata", "plans", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// planned returns a resource of planned_values.
func planned(address, values string) string {
	_, rest := cutModule(splitAddress(address))
	return fmt.Sprintf(`{"address":%q,"mode":"managed","type":%q,"values":{%s}}`, address, rest[0], values)
}

// changed returns a resource of resource_changes.
func changed(address, actions, before, unknown string) string {
	_, rest := cutModule(splitAddress(address))
	change := fmt.Sprintf(`{"actions":[%s],"before":%s,"after_unknown":{%s}}`, actions, before, unknown)
	return fmt.Sprintf(`{"address":%q,"mode":"managed","type":%q,"change":%s}`, address, rest[0], change)
}

// planOf returns a plan with these resources in its root module.
func planOf(resources, changes, configuration string) string {
	return `{"format_version":"1.2","planned_values":{"root_module":{"resources":[` + resources + `]}},` +
		`"resource_changes":[` + changes + `],"configuration":{"root_module":{` + configuration + `}}}`
}

const (
	actionCreate = `"create"`
	actionUpdate = `"update"`
	actionKeep   = `"no-op"`
	actionDelete = `"delete"`
)

// deposed turns a change into one of a deposed object, which a replacement has left behind.
func deposed(change string) string {
	return strings.Replace(change, `"mode"`, `"deposed":"ab12","mode"`, 1)
}

// TestTerraformPlaces checks that places are those of the values, in a file that is pretty-printed.
func TestTerraformPlaces(t *testing.T) {
	var formatted bytes.Buffer
	sample := planSample(t, "generated.create.tf1.11.4-aws5.100.0.plan.json")
	if err := json.Indent(&formatted, sample, "", "  "); err != nil {
		t.Fatal(err)
	}
	c, err := read(formatted.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(formatted.String(), "\n")
	api, worker := c.Functions[0], c.Functions[1]
	for _, c := range []struct {
		what string
		at   check.Place
		want string
	}{
		{"api", api.Deployment.Place, `"address": "aws_lambda_function.f[\"api\"]"`},
		{"memory", api.Places.Of(record.KeyMemory), `"memory_size": 512`},
		{"alias", api.Deployment.Aliases[0].Place, `"address": "aws_lambda_alias.live"`},
		{"allocation", api.Deployment.Allocations[0].Place, `"provisioned_concurrent_executions": 50`},
		{"target", api.Deployment.Targets[0].Place, `"address": "aws_appautoscaling_target.t"`},
		{"tracking", api.Deployment.Targets[0].Tracking[0].Place, `"target_value": 0.7`},
		{"reserved", worker.Places.Of(record.KeyReserved), `"reserved_concurrent_executions": 200`},
		{"poller", worker.Deployment.Pollers[0].Places.Of(record.KeyMaximum), `"maximum_concurrency": 50`},
	} {
		if c.at.Line < 1 || c.at.Line > len(lines) || !strings.Contains(lines[c.at.Line-1], c.want) {
			t.Errorf("%s is at %v, want a line with %s", c.what, c.at, c.want)
		}
	}
}

func TestTerraformDeepModules(t *testing.T) {
	values := func(levels int) string {
		return `{"format_version":"1.2","planned_values":{"root_module":{"child_modules":` +
			strings.Repeat(`[{"child_modules":`, levels) + "[]" + strings.Repeat("}]", levels) + `}}}`
	}
	configuration := func(levels int) string {
		return `{"format_version":"1.2","configuration":{"root_module":` +
			strings.Repeat(`{"module_calls":{"m":{"module":`, levels) + "{}" + strings.Repeat("}}}", levels) + `}}`
	}
	for _, make := range []func(int) string{values, configuration} {
		if _, err := read([]byte(make(maxModules))); err != nil {
			t.Errorf("%d levels: %v", maxModules, err)
		}
		for _, levels := range []int{maxModules + 1, 2000} {
			_, err := read([]byte(make(levels)))
			if want := "plan.json:1: modules are nested deeper than 64"; err == nil || err.Error() != want {
				t.Errorf("%d levels: %v, want %s", levels, err, want)
			}
		}
	}
}

// TestTerraformWrongTypes checks that no wrong type inside a document causes an error.
func TestTerraformWrongTypes(t *testing.T) {
	whole := planOf(all(planned("aws_lambda_function.f", `"function_name":"f"`),
		planned("aws_lambda_provisioned_concurrency_config.p",
			`"function_name":"f","qualifier":"live","provisioned_concurrent_executions":3`),
		planned("aws_appautoscaling_target.t",
			`"resource_id":"function:f:live","service_namespace":"lambda","min_capacity":1,"max_capacity":2`),
		planned("aws_appautoscaling_policy.p",
			`"resource_id":"function:f:live","service_namespace":"lambda",`+
				`"target_tracking_scaling_policy_configuration":[{"target_value":0.7}]`),
		planned("aws_appautoscaling_scheduled_action.s",
			`"resource_id":"function:f:live","service_namespace":"lambda","scalable_target_action":[{"min_capacity":"1"}]`),
		planned("aws_lambda_event_source_mapping.e", `"scaling_config":[{"maximum_concurrency":5}]`),
	), changed("aws_lambda_function.f", actionUpdate, `{"function_name":"f"}`, `"memory_size":true`),
		mapping("module.m.o")+`,"module_calls":{"m":{"module":{"outputs":{"o":{"expression":{"references":["var.x"]}}}}}}`)
	var document any
	if err := json.Unmarshal([]byte(whole), &document); err != nil {
		t.Fatal(err)
	}
	type list = []any
	type object = map[string]any
	wrong := list{nil, true, -7.5, "text", "a\u0001b ::c", "", list{}, list{nil, 1.0, "x", list{list{}}, object{}},
		object{}, object{"": nil, "references": "x", "type": 1.0}}
	var walk func(value any, set func(any))
	walk = func(value any, set func(any)) {
		for _, w := range wrong {
			set(w)
			data, err := json.Marshal(document)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := read(data); err != nil && !strings.HasPrefix(err.Error(), "plan.json:1: planned_values is ") {
				t.Errorf("%v in %s", err, data)
			}
		}
		set(value)
		visitParts(value, walk)
	}
	visitParts(document, walk)
}

// visitParts visits the values in a list or a mapping. It passes each one with a function that replaces it.
func visitParts(value any, visit func(part any, set func(any))) {
	switch value := value.(type) {
	case map[string]any:
		for key, part := range value {
			visit(part, func(v any) { value[key] = v })
		}
	case []any:
		for i, part := range value {
			visit(part, func(v any) { value[i] = v })
		}
	}
}

// FuzzTerraform checks that no plan crashes the reader, and that reading is deterministic.
func FuzzTerraform(f *testing.F) {
	names, err := filepath.Glob(filepath.Join("..", "testdata", "plans", "*"))
	if err != nil || len(names) == 0 {
		f.Fatal(names, err)
	}
	for _, name := range names {
		f.Add(planSample(f, filepath.Base(name)))
	}
	f.Add([]byte(planOf(planned("aws_lambda_function.f", `"function_name":"a\u0001b"`),
		changed("aws_lambda_function.f", actionCreate, "null", `"arn":true`), "")))
	f.Add([]byte(planOf(planned("aws_lambda_alias.a", `"name":"a"`),
		changed("aws_lambda_alias.a", actionCreate, "null", `"function_name":true`),
		`"resources":[`+configured("aws_lambda_alias.a", `function_name=module.m["x"].o,var.y`,
			"function_version=each.key")+`],"module_calls":{"m":{"expressions":{},"module":{"outputs":{}}}}`)))
	f.Fuzz(func(t *testing.T, data []byte) {
		first, err := read(data)
		second, again := read(data)
		if !reflect.DeepEqual(first, second) || fmt.Sprint(err) != fmt.Sprint(again) {
			t.Fatalf("read twice, it says\n%s%v\nthen\n%s%v",
				recordtest.Outline(first), err, recordtest.Outline(second), again)
		}
		for _, function := range first.Functions {
			if function.Name == "" || function.Deployment == nil {
				t.Fatalf("a function without a name or a deployment: %+v", function)
			}
		}
	})
}

// eachPlan has an alias and a provisioned concurrency config with for_each.
const eachPlan = `{"format_version":"1.2","planned_values":{"root_module":{"resources":[
		{"address":"aws_lambda_function.f","mode":"managed","type":"aws_lambda_function","name":"f",` +
	`"values":{"reserved_concurrent_executions":850,"publish":false}},
		{"address":"aws_lambda_alias.a[\"x\"]","mode":"managed","type":"aws_lambda_alias","name":"a","index":"x",` +
	`"values":{"name":"x"}},
		{"address":"aws_lambda_provisioned_concurrency_config.p[\"x\"]","mode":"managed",` +
	`"type":"aws_lambda_provisioned_concurrency_config","name":"p","index":"x",` +
	`"values":{"provisioned_concurrent_executions":60}},
		{"address":"aws_lambda_provisioned_concurrency_config.q","mode":"managed",` +
	`"type":"aws_lambda_provisioned_concurrency_config","name":"q","values":{"provisioned_concurrent_executions":70,` +
	`"qualifier":"1"}}]}},
		"resource_changes":[
		{"address":"aws_lambda_function.f","mode":"managed","type":"aws_lambda_function","change":{"actions":["create"],` +
	`"before":null,"after":{},"after_unknown":{"function_name":true,"version":true}}},
		{"address":"aws_lambda_provisioned_concurrency_config.q","mode":"managed",` +
	`"type":"aws_lambda_provisioned_concurrency_config","change":{"actions":["create"],"before":null,"after":{},` +
	`"after_unknown":{"function_name":true}}}],
		"configuration":{"root_module":{"resources":[
		{"address":"aws_lambda_alias.a","mode":"managed","type":"aws_lambda_alias","name":"a",` +
	`"expressions":{"function_name":{"references":["aws_lambda_function.f.function_name","aws_lambda_function.f"]},` +
	`"function_version":{"references":["aws_lambda_function.f.version","aws_lambda_function.f"]}}},
		{"address":"aws_lambda_provisioned_concurrency_config.p","mode":"managed",` +
	`"type":"aws_lambda_provisioned_concurrency_config","name":"p",` +
	`"for_each_expression":{"references":["aws_lambda_alias.a"]},
		 "expressions":{"function_name":{"references":["each.value.function_name","each.value"]},` +
	`"qualifier":{"references":["each.value.name","each.value"]}}},
		{"address":"aws_lambda_provisioned_concurrency_config.q","mode":"managed",` +
	`"type":"aws_lambda_provisioned_concurrency_config","name":"q",` +
	`"expressions":{"function_name":{"references":["local.name"]}}}]}}}`

// TestTerraformEach checks that each.value leads to the matching instance of the resource that for_each refers to. A
// function that publishes no version has only $LATEST.
func TestTerraformEach(t *testing.T) {
	c, err := read([]byte(eachPlan))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Functions) != 1 || len(c.Unowned) != 1 {
		t.Fatalf("%+v %+v", c.Functions, c.Unowned)
	}
	f, d, unowned := c.Functions[0], c.Functions[0].Deployment, c.Unowned[0].Deployment
	if f.Reserved.Or(0) != 850 || d.Provisioned() != 60 || unowned.Provisioned() != 0 {
		t.Fatalf("%+v", c.Functions)
	}
	if len(d.Allocations) != 1 || d.Allocations[0].Qualifier != "x" ||
		len(d.Aliases) != 1 || d.Aliases[0].Version != check.Latest {
		t.Errorf("%+v", d)
	}
	if !unowned.UnknownOwner {
		t.Error("units of a function that is not known count as those of another")
	}
}

// TestTerraformManySources reads a state with many mappings that each poll a stream. The work must stay within the
// limit for its size, and each mapping must have the shards of its own stream.
func TestTerraformManySources(t *testing.T) {
	const many = 3_000
	resources := []string{planned("aws_lambda_function.f", `"function_name":"f"`)}
	for i := range many {
		arn := fmt.Sprintf("arn:aws:kinesis:eu-west-1:123456789012:stream/s%d", i)
		resources = append(resources,
			planned("aws_kinesis_stream.s", fmt.Sprintf(`"arn":%q,"shard_count":%d`, arn, i+1)),
			planned("aws_lambda_event_source_mapping.m", fmt.Sprintf(`"event_source_arn":%q,"function_name":"f"`, arn)))
	}
	const name = "state.json"
	state := `{"format_version":"1.0","values":{"root_module":{"resources":[` + all(resources...) + `]}}}`
	d, err := tree.Parse(name, []byte(state), "")
	if err != nil {
		t.Fatal(err)
	}
	r := record.NewRecorder(name, Format{}.Name(), record.Options{})
	if err := errors.Join(Format{}.Read(d, r), d.Stopped()); err != nil {
		t.Fatal(err)
	}
	pollers := r.Functions[0].Deployment.Pollers
	if last := pollers[len(pollers)-1]; len(pollers) != many || last.Shards.Or(0) != many {
		t.Errorf("%d mappings, the last of %v shards; want %d of both", len(pollers), last.Shards, many)
	}
}
