package files

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/lambdacap/lambdacap/calc"
)

// planOutline writes what a file says, without the places: a line for each function,
// for each value that is not known, and for each function that goes.
func planOutline(c Contents) string {
	var b strings.Builder
	number := func(o calc.Optional[int64]) string {
		if n, ok := o.Get(); ok {
			return fmt.Sprint(n)
		}
		return "?"
	}
	for _, f := range c.Functions {
		b.WriteString(f.Name)
		add := func(set bool, format string, values ...any) {
			if set {
				fmt.Fprintf(&b, " "+format, values...)
			}
		}
		add(f.Reserved.Known(), "reserved=%s", number(f.Reserved))
		add(f.Unreserved, "unreserved")
		add(len(f.Unprovisioned) > 0, "unprovisioned")
		add(f.Deployed, "deployed")
		add(f.MemoryMB.Known(), "memory=%s", number(f.MemoryMB))
		add(f.Arch != "", "%s", f.Arch)
		add(f.EphemeralMB.Known(), "ephemeral=%s", number(f.EphemeralMB))
		d := f.Deployment
		add(d.SnapStart.Known(), "snapstart")
		for _, a := range d.Aliases {
			add(true, "alias(%s=%q)", a.Name, a.Version)
		}
		for _, a := range d.Allocations {
			add(true, "allocation(%s=%s)", a.Qualifier, number(a.Units))
		}
		for _, t := range d.Targets {
			kind := "target"
			if t.Scheduled {
				kind = "scheduled"
			}
			add(true, "%s(%s=%s..%s", kind, t.Qualifier, number(t.Min), number(t.Max))
			for _, tracking := range t.Tracking {
				add(true, "tracking %g", tracking.Target)
			}
			b.WriteString(")")
		}
		for _, p := range d.Pollers {
			add(true, "poller(%d)", p.MaximumConcurrency)
		}
		for _, r := range d.Refused {
			add(true, "refused(%s=%q)", r.Field, r.Text)
		}
		if was, ok := d.Current.Get(); ok {
			add(true, "was(%s,%d)", number(was.Reserved), was.Provisioned)
		}
		b.WriteString("\n")
	}
	for _, u := range c.Unknown {
		fmt.Fprintf(&b, "unknown %s of %s: %s\n", u.What, u.Function.Or("the account"), u.Why)
	}
	for _, g := range c.Gone {
		fmt.Fprintf(&b, "gone %s(%s,%d)\n", g.Name, number(g.Claimed.Reserved), g.Claimed.Provisioned)
	}
	return b.String()
}

func wantPlanOutline(t *testing.T, c Contents, want string) {
	t.Helper()
	if got := planOutline(c); got != strings.TrimPrefix(want, "\n") {
		t.Errorf("the file says\n%s\nwant\n%s", got, strings.TrimPrefix(want, "\n"))
	}
}

func TestRungTerraformPlans(t *testing.T) {
	const same = "\nunknown function_name of aws_lambda_function.%s: another function of the file has this name"
	infracost := []string{"lambda_arm memory=128 arm64", "lambda_duration_11B_arm memory=1024 arm64", "lambda_duration_15B memory=2048",
		"lambda_duration_18B_arm memory=2048 arm64", "lambda_duration_6B memory=512", "lambda_duration_75B_arm memory=512 arm64",
		"lambda_duration_9B memory=1024", "lambda_withUsage memory=128", "lambda_withUsage512Mem memory=512",
		"lambda_withUsage512Mem_arm memory=512 arm64", "lambda_withUsage_arm memory=128 arm64"}
	twelve := "lambda_function_name unreserved memory=128 was(?,0)"
	for _, f := range infracost {
		name, rest, _ := strings.Cut(f, " ")
		twelve += "\naws_lambda_function." + name + " unreserved " + rest
	}
	for _, f := range infracost {
		name, _, _ := strings.Cut(f, " ")
		twelve += fmt.Sprintf(same, name)
	}
	created := `
api unreserved memory=512 alias(live="new version aws_lambda_function.f[\"api\"]") allocation(live=50) target(live=5..100 tracking 0.7) was(?,0)
worker reserved=200 memory=1024 poller(50) was(?,0)
`
	for name, want := range map[string]string{
		"generated.create.tf1.11.4-aws5.100.0.plan.json":                         created,
		"generated.from-infracost.lambda_function.tf1.11.4-aws5.100.0.plan.json": twelve + "\n",
		"generated.from-infracost.lambda_provisioned_concurrency.tf1.11.4-aws5.100.0.plan.json": `
lambda_function_name allocation(1=50) allocation(1=100)
`,
		"generated.state.tf1.11.4-aws5.100.0.json": `
api unreserved deployed memory=512 x86_64 ephemeral=512 alias(live="1")
worker reserved=200 deployed memory=1024 x86_64 ephemeral=512
`,
		"infracost.example_plan.tf1.0.5.plan.json": `
hello_world unreserved memory=1024 was(?,0)
aws_lambda_function.zero_cost_lambda unreserved memory=1024` + fmt.Sprintf(same, "zero_cost_lambda") + "\n",
		"infracost.examples-terraform.tf1.0.2.plan.json": `
hello_world unreserved memory=1024 was(?,0)
`,
		"infracost.plan_with_terraform_wrapper.json": `
hello_world unreserved memory=1024 was(?,0)
`,
		"terraform-compliance.must_not_be_in-pass.tf1.0.7.plan.json": `
lambda_function_name_a unreserved memory=128 was(?,0)
lambda_function_name_b unreserved memory=128 was(?,0)
lambda_function_name_c unreserved memory=128 was(?,0)
lambda_function_name_d unreserved memory=128 was(?,0)
`,
	} {
		t.Run(name, func(t *testing.T) {
			data := planSample(t, name)
			c, err := parsedFile(name, data, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if c.Format != "terraform" {
				t.Errorf("read as %s", c.Format)
			}
			wantPlanOutline(t, c, want)
		})
	}
}

func planSample(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "plans", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// The places are those of the values, in the file as a person would format it.
func TestTerraformPlaces(t *testing.T) {
	var formatted bytes.Buffer
	if err := json.Indent(&formatted, planSample(t, "generated.create.tf1.11.4-aws5.100.0.plan.json"), "", "  "); err != nil {
		t.Fatal(err)
	}
	c, err := parsedFile("plan.json", formatted.Bytes(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(formatted.String(), "\n")
	api, worker := c.Functions[0], c.Functions[1]
	for _, check := range []struct {
		what string
		at   calc.Place
		want string
	}{
		{"api", api.Deployment.Place, `"address": "aws_lambda_function.f[\"api\"]"`},
		{"memory", api.Origins.Of(calc.FieldMemory), `"memory_size": 512`},
		{"alias", api.Deployment.Aliases[0].Place, `"address": "aws_lambda_alias.live"`},
		{"allocation", api.Deployment.Allocations[0].Place, `"provisioned_concurrent_executions": 50`},
		{"target", api.Deployment.Targets[0].Place, `"address": "aws_appautoscaling_target.t"`},
		{"tracking", api.Deployment.Targets[0].Tracking[0].Place, `"target_value": 0.7`},
		{"reserved", worker.Origins.Of(calc.FieldReserved), `"reserved_concurrent_executions": 200`},
		{"poller", worker.Deployment.Pollers[0].Place, `"maximum_concurrency": 50`},
	} {
		if check.at.Line < 1 || check.at.Line > len(lines) || !strings.Contains(lines[check.at.Line-1], check.want) {
			t.Errorf("%s is at %v, want a line with %s", check.what, check.at, check.want)
		}
	}
}

// plannedResource is a resource of planned_values.
func plannedResource(address, values string) string {
	_, rest := cutModule(addressSteps(address))
	return fmt.Sprintf(`{"address":%q,"mode":"managed","type":%q,"values":{%s}}`, address, rest[0], values)
}

// changedResource is a resource of resource_changes.
func changedResource(address, actions, before, unknown string) string {
	_, rest := cutModule(addressSteps(address))
	return fmt.Sprintf(`{"address":%q,"mode":"managed","type":%q,"change":{"actions":[%s],"before":%s,"after_unknown":{%s}}}`,
		address, rest[0], actions, before, unknown)
}

// planDocument is a plan with these resources in its root module.
func planDocument(resources, changes, configuration string) string {
	return `{"format_version":"1.2","planned_values":{"root_module":{"resources":[` + resources + `]}},"resource_changes":[` + changes +
		`],"configuration":{"root_module":{` + configuration + `}}}`
}

const (
	actionCreate = `"create"`
	actionUpdate = `"update"`
	actionKeep   = `"no-op"`
	actionDelete = `"delete"`
)

// deposed makes a change that of an object which a replacement has left behind.
func deposed(change string) string {
	return strings.Replace(change, `"mode"`, `"deposed":"ab12","mode"`, 1)
}

func TestTerraformReads(t *testing.T) {
	all := func(parts ...string) string { return strings.Join(parts, ",") }
	for _, test := range []struct{ name, document, want string }{
		{"an empty state", `{"format_version":"1.0"}`, ""},
		{"a destroyed plan", `{"format_version":"1.2","planned_values":{"root_module":{}},"resource_changes":[` +
			changedResource("aws_lambda_function.f", actionDelete, `{"function_name":"f","reserved_concurrent_executions":30}`, "") + `]}`, `
gone f(30,0)
`},
		{"changes only", `{"format_version":"1.2","resource_changes":[` + changedResource("aws_lambda_function.f", actionCreate, "null", "") +
			"," + changedResource("aws_lambda_function.g", actionUpdate, `{"function_name":"g"}`, "") + `]}`, ""},
		{"reservations", planDocument(all(
			plannedResource("aws_lambda_function.a", `"function_name":"a","reserved_concurrent_executions":-1`),
			plannedResource("aws_lambda_function.b", `"function_name":"b","reserved_concurrent_executions":0`),
			plannedResource("aws_lambda_function.c", `"function_name":"c","reserved_concurrent_executions":null`),
			plannedResource("aws_lambda_function.d", `"function_name":"d"`),
			plannedResource("aws_lambda_function.e", `"function_name":"e","reserved_concurrent_executions":-2`),
			plannedResource("aws_lambda_function.f", `"function_name":"f","reserved_concurrent_executions":1.5`),
			plannedResource("aws_lambda_function.g", `"function_name":"g","reserved_concurrent_executions":100.0`),
			plannedResource("aws_lambda_function.h", `"function_name":"h","reserved_concurrent_executions":true`),
		), "", ""), `
a unreserved
b reserved=0
c unreserved
d unreserved
e refused(reserved="-2")
f refused(reserved="1.5")
g reserved=100
h refused(reserved="true")
`},
		{"what only the calculations use", planDocument(all(
			plannedResource("aws_lambda_function.a", `"function_name":"a","memory_size":256,"architectures":["arm64"],"ephemeral_storage":[{"size":1024}],"snap_start":[{"apply_on":"PublishedVersions","optimization_status":"Off"}]`),
			plannedResource("aws_lambda_function.b", `"function_name":"b","memory_size":1,"architectures":[],"ephemeral_storage":[],"snap_start":[{"apply_on":"None"}]`),
		), "", ""), `
a unreserved memory=256 arm64 ephemeral=1024 snapstart
b unreserved
`},
		{"names of functions", planDocument(all(
			plannedResource("aws_lambda_provisioned_concurrency_config.a", `"function_name":"arn:aws:lambda:us-east-1:123456789012:function:a","qualifier":"$LATEST","provisioned_concurrent_executions":1`),
			plannedResource("aws_lambda_provisioned_concurrency_config.b", `"function_name":"123456789012:function:a:9","qualifier":"1","provisioned_concurrent_executions":2`),
			plannedResource("aws_lambda_provisioned_concurrency_config.c", `"function_name":"a:live","qualifier":"live","provisioned_concurrent_executions":1.5`),
			plannedResource("aws_lambda_event_source_mapping.d", `"function_name":null,"function_arn":"arn:aws:lambda:us-east-1:123456789012:function:a:live","scaling_config":[{"maximum_concurrency":2}]`),
			plannedResource("aws_lambda_event_source_mapping.e", `"function_name":"nobody","scaling_config":[]`),
			plannedResource("aws_lambda_event_source_mapping.g", `"function_name":"nobody","scaling_config":[{"maximum_concurrency":null}]`),
			plannedResource("aws_lambda_event_source_mapping.h", `"function_name":"nobody","scaling_config":[{"maximum_concurrency":0}]`),
			plannedResource("aws_lambda_function.f", `"function_name":"a"`),
		), "", ""), `
a unreserved allocation($LATEST=1) allocation(1=2) poller(2) refused(provisioned="1.5")
`},
		{"declared elsewhere", planDocument(plannedResource("aws_lambda_alias.a", `"name":"live","function_name":"b","function_version":"7"`), "", ""), `
b alias(live="7")
`},
		{"scaling", planDocument(all(
			plannedResource("aws_appautoscaling_policy.p", `"resource_id":"function:a:live","service_namespace":"lambda","target_tracking_scaling_policy_configuration":[{"target_value":0.7,"customized_metric_specification":[{"metric_name":"ProvisionedConcurrencyUtilization"}]}]`),
			plannedResource("aws_appautoscaling_policy.q", `"resource_id":"function:a:live","service_namespace":"lambda","target_tracking_scaling_policy_configuration":[{"target_value":100,"customized_metric_specification":[{"metric_name":"Invocations"}]}]`),
			plannedResource("aws_appautoscaling_policy.r", `"resource_id":"function:elsewhere:live","service_namespace":"lambda","target_tracking_scaling_policy_configuration":[{"target_value":0.5}]`),
			plannedResource("aws_appautoscaling_policy.s", `"resource_id":"function:a:live","service_namespace":"lambda","step_scaling_policy_configuration":[{}]`),
			plannedResource("aws_appautoscaling_scheduled_action.a", `"resource_id":"function:a:live","service_namespace":"lambda","scalable_target_action":[{"min_capacity":"10","max_capacity":"20"}]`),
			plannedResource("aws_appautoscaling_scheduled_action.b", `"resource_id":"function:a:live","service_namespace":"lambda","scalable_target_action":[{"min_capacity":-1,"max_capacity":""}]`),
			plannedResource("aws_appautoscaling_scheduled_action.c", `"resource_id":"function:a:live","service_namespace":"lambda","scalable_target_action":[{"min_capacity":null,"max_capacity":30}]`),
			plannedResource("aws_appautoscaling_target.t", `"resource_id":"function:a:live","scalable_dimension":"lambda:function:ProvisionedConcurrency","min_capacity":5,"max_capacity":100`),
			plannedResource("aws_appautoscaling_target.u", `"resource_id":"service/cluster/name","service_namespace":"ecs","min_capacity":1,"max_capacity":2`),
			plannedResource("aws_appautoscaling_target.v", `"resource_id":"function:a","service_namespace":"lambda","min_capacity":1,"max_capacity":2`),
		), "", ""), `
a scheduled(live=10..20) scheduled(live=?..?) scheduled(live=?..30) target(live=5..100 tracking 0.7) target(aws_appautoscaling_target.v=1..2) was(?,6)
unknown resource_id of a: the value is not of the form that AWS takes
`},
		{"numbers that are not known", planDocument(all(
			plannedResource("aws_lambda_function.f", `"function_name":"f"`),
			plannedResource("aws_lambda_provisioned_concurrency_config.p", `"function_name":"f","qualifier":"live"`),
			plannedResource("aws_appautoscaling_target.t", `"resource_id":"function:f:live","service_namespace":"lambda","max_capacity":9`),
			plannedResource("aws_appautoscaling_scheduled_action.s", `"resource_id":"function:f:live","service_namespace":"lambda","scalable_target_action":[{}]`),
			plannedResource("aws_lambda_event_source_mapping.e", `"function_name":"f","scaling_config":[{}]`),
			plannedResource("aws_lambda_event_source_mapping.g", `"function_name":"f"`),
		), all(
			changedResource("aws_lambda_function.f", actionCreate, "null", `"reserved_concurrent_executions":true,"memory_size":false`),
			changedResource("aws_lambda_provisioned_concurrency_config.p", actionCreate, "null", `"provisioned_concurrent_executions":true`),
			changedResource("aws_appautoscaling_target.t", actionCreate, "null", `"min_capacity":true`),
			changedResource("aws_appautoscaling_scheduled_action.s", actionCreate, "null", `"scalable_target_action":[{"max_capacity":true}]`),
			changedResource("aws_lambda_event_source_mapping.e", actionCreate, "null", `"scaling_config":[{"maximum_concurrency":true}]`),
			changedResource("aws_lambda_event_source_mapping.g", actionCreate, "null", `"scaling_config":true`),
		), ""), `
f allocation(live=?) target(live=?..9) scheduled(live=?..?) was(?,0)
unknown reserved_concurrent_executions of f: known only after apply
unknown provisioned_concurrent_executions of f: known only after apply
unknown min_capacity of f: known only after apply
unknown max_capacity of f: known only after apply
unknown maximum_concurrency of f: known only after apply
unknown maximum_concurrency of f: known only after apply
`},
		{"names that are not known", planDocument(all(
			plannedResource("aws_lambda_function.f", `"reserved_concurrent_executions":5`),
			plannedResource("aws_lambda_alias.a", `"function_version":"1"`),
			plannedResource("aws_lambda_provisioned_concurrency_config.p", `"provisioned_concurrent_executions":7`),
			plannedResource("aws_appautoscaling_target.t", `"service_namespace":"lambda","min_capacity":1,"max_capacity":2`),
			plannedResource("aws_lambda_event_source_mapping.e", `"scaling_config":[{"maximum_concurrency":3}]`),
		), all(
			changedResource("aws_lambda_function.f", actionCreate, "null", `"function_name":true`),
			changedResource("aws_lambda_provisioned_concurrency_config.p", actionCreate, "null", `"function_name":true,"qualifier":true`),
		), ""), `
aws_lambda_function.f reserved=5 was(?,0)
aws_lambda_alias.a alias(aws_lambda_alias.a="1")
aws_lambda_provisioned_concurrency_config.p allocation(aws_lambda_provisioned_concurrency_config.p=7)
aws_appautoscaling_target.t target(aws_appautoscaling_target.t=1..2)
aws_lambda_event_source_mapping.e poller(3)
unknown function_name of aws_lambda_function.f: known only after apply
unknown function_name of aws_lambda_alias.a: not in the file
unknown name of aws_lambda_alias.a: not in the file
unknown function_name of aws_lambda_provisioned_concurrency_config.p: known only after apply
unknown qualifier of aws_lambda_provisioned_concurrency_config.p: known only after apply
unknown resource_id of aws_appautoscaling_target.t: not in the file
unknown function_name of aws_lambda_event_source_mapping.e: not in the file
`},
		{"claims before", planDocument(all(
			plannedResource("aws_lambda_function.a", `"function_name":"a","reserved_concurrent_executions":20`),
			plannedResource("aws_lambda_function.b", `"function_name":"b"`),
			plannedResource("aws_lambda_function.c", `"function_name":"c"`),
			plannedResource("aws_lambda_function.d", `"function_name":"d"`),
			plannedResource("aws_lambda_function.e[0]", `"function_name":"moved"`),
			plannedResource("aws_lambda_function.f", `"function_name":"renamed"`),
			plannedResource("aws_lambda_provisioned_concurrency_config.a", `"function_name":"a","qualifier":"live","provisioned_concurrent_executions":9`),
			plannedResource("aws_lambda_provisioned_concurrency_config.b", `"function_name":"b","qualifier":"still","provisioned_concurrent_executions":4`),
			plannedResource("aws_lambda_provisioned_concurrency_config.x", `"function_name":"elsewhere","qualifier":"1","provisioned_concurrent_executions":8`),
		), all(
			changedResource("aws_lambda_function.a", actionUpdate, `{"function_name":"a","reserved_concurrent_executions":10}`, ""),
			changedResource("aws_lambda_function.b", actionKeep, `{"function_name":"b","reserved_concurrent_executions":-1}`, ""),
			changedResource("aws_lambda_function.c", actionCreate, "null", ""),
			changedResource("aws_lambda_function.e", actionDelete, `{"function_name":"moved","reserved_concurrent_executions":3}`, ""),
			changedResource("aws_lambda_function.e[0]", actionCreate, "null", ""),
			changedResource("aws_lambda_function.f", all(actionDelete, actionCreate), `{"function_name":"old","reserved_concurrent_executions":6}`, ""),
			changedResource("aws_lambda_function.g", actionDelete, `{"function_name":"g","reserved_concurrent_executions":-1}`, ""),
			changedResource("aws_lambda_function.h", `"forget"`, `{"function_name":"h","reserved_concurrent_executions":50}`, ""),
			deposed(changedResource("aws_lambda_function.a", actionDelete, `{"function_name":"left","reserved_concurrent_executions":8}`, "")),
			deposed(changedResource("aws_lambda_function.a", actionDelete, `{"function_name":"a","reserved_concurrent_executions":999}`, `"reserved_concurrent_executions":true`)),
			changedResource("aws_lambda_provisioned_concurrency_config.k", `"forget"`, `{"function_name":"c","qualifier":"kept","provisioned_concurrent_executions":70}`, ""),
			changedResource("aws_lambda_provisioned_concurrency_config.a", actionUpdate, `{"function_name":"a","qualifier":"live","provisioned_concurrent_executions":5}`, ""),
			changedResource("aws_lambda_provisioned_concurrency_config.g", actionDelete, `{"function_name":"arn:aws:lambda:us-east-1:1:function:g","qualifier":"live","provisioned_concurrent_executions":2}`, ""),
			changedResource("aws_appautoscaling_target.g", actionDelete, `{"resource_id":"function:g:live","service_namespace":"lambda","min_capacity":7}`, ""),
			changedResource("aws_appautoscaling_target.h", actionDelete, `{"resource_id":"function:g:other","service_namespace":"lambda","min_capacity":1}`, ""),
			changedResource("aws_appautoscaling_target.i", actionDelete, `{"resource_id":"function:g:ecs","service_namespace":"ecs","min_capacity":1}`, ""),
			changedResource("aws_lambda_provisioned_concurrency_config.c", actionDelete, `{"function_name":"c","qualifier":"live","provisioned_concurrent_executions":1}`, ""),
			changedResource("aws_lambda_provisioned_concurrency_config.x", actionUpdate, `{"function_name":"elsewhere","qualifier":"1","provisioned_concurrent_executions":3}`, ""),
		), ""), `
a reserved=20 allocation(live=9) was(10,5)
b unreserved allocation(still=4) was(?,4)
c unreserved unprovisioned was(?,1)
d unreserved
moved unreserved was(3,0)
renamed unreserved was(?,0)
elsewhere allocation(1=8) was(?,3)
gone old(6,0)
gone g(?,3)
gone left(8,0)
`},
		{"a state", `{"format_version":"1.0","values":{"root_module":{"resources":[` + all(
			plannedResource("aws_lambda_function.a", `"function_name":"a","reserved_concurrent_executions":4`),
			plannedResource("aws_lambda_provisioned_concurrency_config.p", `"function_name":"b","qualifier":"2","provisioned_concurrent_executions":1`)) + `]}}}`, `
a reserved=4 deployed
b deployed allocation(2=1)
`},
		{"other resources", planDocument(all(
			strings.Replace(plannedResource("aws_lambda_function.d", `"function_name":"data"`), "managed", "data", 1),
			plannedResource("aws_lambda_layer_version.l", `"function_name":"no"`),
		), "", ""), ""},
		{"sorted keys", `{"format_version":"1.2","configuration":{},"planned_values":{"root_module":{"resources":[{"address":"aws_lambda_function.a","type":"aws_lambda_function","values":{"function_name":"a"}}]}},
			"resource_changes":[{"address":"aws_lambda_function.a","change":{"actions":["no-op"],"before":{"function_name":"a","reserved_concurrent_executions":2}},"mode":"managed","type":"aws_lambda_function"}]}`, `
a unreserved was(2,0)
`},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, err := parsedFile("plan.json", []byte(test.document), Options{})
			if err != nil {
				t.Fatal(err)
			}
			wantPlanOutline(t, c, test.want)
		})
	}
}

// configuredResource is a resource of the configuration; references are given as
// setting=reference,reference.
func configuredResource(address string, settings ...string) string {
	kind, _, _ := strings.Cut(address, ".")
	return fmt.Sprintf(`{"address":%q,"mode":"managed","type":%q,"expressions":{%s}}`, address, kind, planExpressions(settings))
}

func planExpressions(settings []string) string {
	for i, s := range settings {
		name, references, _ := strings.Cut(s, "=")
		list, _ := json.Marshal(strings.Split(references, ","))
		settings[i] = fmt.Sprintf(`%q:{"references":%s}`, name, list)
	}
	return strings.Join(settings, ",")
}

func TestTerraformReferences(t *testing.T) {
	all := func(parts ...string) string { return strings.Join(parts, ",") }
	poller := func(address string) string {
		return plannedResource(address, `"scaling_config":[{"maximum_concurrency":5}]`)
	}
	function := func(address, name string) string { return plannedResource(address, `"function_name":"`+name+`"`) }
	mapping := func(reference string) string {
		return `"resources":[` + configuredResource("aws_lambda_event_source_mapping.e", "function_name="+reference) + `]`
	}
	const unresolved = "unknown function_name of aws_lambda_event_source_mapping.e: not in the file\n"
	for _, test := range []struct{ name, document, want string }{
		{"an instance", planDocument(all(function(`aws_lambda_function.f["a.b]c"]`, "a"), function(`aws_lambda_function.f["b"]`, "b"), poller("aws_lambda_event_source_mapping.e")), "",
			mapping(`aws_lambda_function.f["a.b]c"].arn,aws_lambda_function.f["a.b]c"],aws_lambda_function.f`)), `
a unreserved poller(5)
b unreserved
`},
		{"an escaped key", planDocument(all(function(`aws_lambda_function.f["a\"]b"]`, "a"), function(`aws_lambda_function.f["b"]`, "b"), poller("aws_lambda_event_source_mapping.e")), "",
			mapping(`aws_lambda_function.f["a\"]b"].arn`)), `
a unreserved poller(5)
b unreserved
`},
		{"the only instance", planDocument(all(function(`aws_lambda_function.f[0]`, "a"), poller("aws_lambda_event_source_mapping.e")), "", mapping(`aws_lambda_function.f,count.index`)), `
a unreserved poller(5)
`},
		{"the same key", planDocument(all(function(`aws_lambda_function.f["a"]`, "a"), function(`aws_lambda_function.f["b"]`, "b"), poller(`aws_lambda_event_source_mapping.e["b"]`)), "", mapping(`aws_lambda_function.f,each.key`)), `
a unreserved
b unreserved poller(5)
`},
		{"one of several", planDocument(all(function(`aws_lambda_function.f[0]`, "a"), function(`aws_lambda_function.f[1]`, "b"), poller(`aws_lambda_event_source_mapping.e`)), "", mapping(`aws_lambda_function.f`)), `
a unreserved
b unreserved
aws_lambda_event_source_mapping.e poller(5)
` + unresolved},
		{"not a name", planDocument(all(function(`aws_lambda_function.f`, "a"), poller(`aws_lambda_event_source_mapping.e`)), "", mapping(`aws_lambda_function.f.memory_size,aws_lambda_function.f,local.x,data.aws_lambda_function.d.arn,self`)), `
a unreserved
aws_lambda_event_source_mapping.e poller(5)
` + unresolved},
		{"through an alias", planDocument(all(
			plannedResource("aws_lambda_alias.a", `"name":"live","function_name":"a"`), poller("aws_lambda_event_source_mapping.e")), "", mapping(`aws_lambda_alias.a.arn,aws_lambda_alias.a`)), `
a alias(live="") poller(5)
`},
		{"through an alias whose function is not known either", planDocument(all(
			plannedResource("aws_lambda_alias.a", `"name":"live"`), plannedResource("aws_lambda_function.f", ""), poller("aws_lambda_event_source_mapping.e")), "",
			`"resources":[`+all(configuredResource("aws_lambda_alias.a", "function_name=aws_lambda_function.f.arn", "function_version=aws_lambda_function.f.version"),
				configuredResource("aws_lambda_event_source_mapping.e", "function_name=aws_lambda_alias.a.arn,aws_lambda_alias.a"))+`]`), `
aws_lambda_function.f unreserved alias(live="new version aws_lambda_function.f") poller(5)
unknown function_name of aws_lambda_function.f: not in the file
`},
		{"qualifiers", planDocument(all(
			plannedResource("aws_lambda_function.f", `"function_name":"f"`),
			plannedResource("aws_lambda_function.g", `"function_name":"g","version":"12"`),
			plannedResource("aws_lambda_alias.a", `"function_name":"f","name":"live"`),
			plannedResource("aws_lambda_alias.b", `"function_name":"f","name":"next"`),
			plannedResource("aws_lambda_alias.c", `"function_name":"f"`),
			plannedResource("aws_lambda_provisioned_concurrency_config.a", `"function_name":"f","provisioned_concurrent_executions":1`),
			plannedResource("aws_lambda_provisioned_concurrency_config.b", `"function_name":"f","provisioned_concurrent_executions":2`),
			plannedResource("aws_lambda_provisioned_concurrency_config.c", `"function_name":"f","provisioned_concurrent_executions":3`),
			plannedResource("aws_lambda_provisioned_concurrency_config.d", `"function_name":"f","provisioned_concurrent_executions":4`),
			plannedResource("aws_lambda_provisioned_concurrency_config.e", `"function_name":"g","provisioned_concurrent_executions":5`),
			plannedResource("aws_appautoscaling_target.t", `"service_namespace":"lambda","min_capacity":1,"max_capacity":2`),
			plannedResource("aws_appautoscaling_target.u", `"service_namespace":"lambda","min_capacity":3,"max_capacity":4`),
			plannedResource("aws_appautoscaling_policy.p", `"service_namespace":"lambda","target_tracking_scaling_policy_configuration":[{"target_value":0.6}]`),
		), all(
			changedResource("aws_lambda_alias.a", actionCreate, "null", `"function_version":true`),
			changedResource("aws_lambda_alias.c", actionCreate, "null", `"name":true`),
		), `"resources":[`+all(
			configuredResource("aws_lambda_alias.a", "function_version=aws_lambda_function.f.version,aws_lambda_function.f"),
			configuredResource("aws_lambda_alias.b", "function_version=aws_lambda_alias.a.function_version,aws_lambda_alias.a"),
			configuredResource("aws_lambda_alias.c", "function_version=local.version"),
			configuredResource("aws_lambda_provisioned_concurrency_config.a", "qualifier=aws_lambda_alias.a.name,aws_lambda_alias.a"),
			configuredResource("aws_lambda_provisioned_concurrency_config.b", "qualifier=aws_lambda_function.f,each.key"),
			configuredResource("aws_lambda_provisioned_concurrency_config.c", "qualifier=aws_lambda_provisioned_concurrency_config.b.qualifier"),
			configuredResource("aws_lambda_provisioned_concurrency_config.d", "qualifier=aws_lambda_alias.c.name"),
			configuredResource("aws_lambda_provisioned_concurrency_config.e", "qualifier=aws_lambda_function.g.version"),
			configuredResource("aws_appautoscaling_target.t", "resource_id=aws_lambda_function.f.function_name,aws_lambda_function.f,aws_lambda_alias.a.name,aws_lambda_alias.a"),
			configuredResource("aws_appautoscaling_target.u", "resource_id=aws_lambda_function.f,each.key,aws_lambda_alias.b,each.key"),
			configuredResource("aws_appautoscaling_policy.p", "resource_id=aws_appautoscaling_target.u.resource_id,aws_appautoscaling_target.u"),
		)+`]`), `
f unreserved alias(live="new version aws_lambda_function.f") alias(next="new version aws_lambda_function.f") alias(aws_lambda_alias.c="") allocation(live=1) allocation(new version aws_lambda_function.f=2) allocation(new version aws_lambda_function.f=3) allocation(aws_lambda_alias.c=4) target(live=1..2) target(next=3..4 tracking 0.6)
g unreserved allocation(12=5)
unknown name of f: known only after apply
`},
		{"in rounds", planDocument(all(plannedResource("aws_lambda_alias.a", `"name":"a"`), plannedResource("aws_lambda_alias.b", `"name":"b"`), poller("aws_lambda_event_source_mapping.e")), "",
			`"resources":[`+all(configuredResource("aws_lambda_alias.a", "function_name=aws_lambda_alias.b.arn,aws_lambda_alias.b.arn", "function_version=aws_lambda_alias.b.function_version"),
				configuredResource("aws_lambda_alias.b", "function_name=aws_lambda_alias.a.arn,aws_lambda_alias.a.arn", "function_version=aws_lambda_alias.a.function_version"),
				configuredResource("aws_lambda_event_source_mapping.e", "function_name=var.x,aws_lambda_event_source_mapping.e.arn,module.m.o"))+
				`],"module_calls":{"m":{"expressions":{`+planExpressions([]string{"x=module.m.o,module.m.o"})+`},"module":{"outputs":{"o":{"expression":{"references":["var.x","var.x"]}}}}}}`), `
aws_lambda_alias.a alias(a="")
aws_lambda_alias.b alias(b="")
aws_lambda_event_source_mapping.e poller(5)
unknown function_name of aws_lambda_alias.a: not in the file
unknown function_name of aws_lambda_alias.b: not in the file
` + unresolved},
		{"through modules", `{"format_version":"1.2","planned_values":{"root_module":{
			"resources":[` + poller("aws_lambda_event_source_mapping.e") + `],
			"child_modules":[
				{"resources":[` + function("module.fn.aws_lambda_function.this[0]", "main") + `],"address":"module.fn"},
				{"resources":[` + function(`module.many["x"].aws_lambda_function.this[0]`, "x") + `],"address":"module.many[\"x\"]"},
				{"resources":[` + function(`module.many["y"].aws_lambda_function.this[0]`, "y") + `],"address":"module.many[\"y\"]"},
				{"resources":[` + poller(`module.queue["y"].aws_lambda_event_source_mapping.e`) + `],"address":"module.queue[\"y\"]",
				 "child_modules":[{"resources":[` + all(poller(`module.queue["y"].module.inner.aws_lambda_event_source_mapping.e[0]`),
			function(`module.queue["y"].module.inner.aws_lambda_function.own`, "own"), poller(`module.queue["y"].aws_lambda_event_source_mapping.own`)) + `]}]}]}},
			"configuration":{"root_module":{
				"resources":[` + configuredResource("aws_lambda_event_source_mapping.e", "function_name=module.fn.arn,module.fn") + `],
				"module_calls":{
					"fn":{"module":{"outputs":{"arn":{"expression":{"references":["aws_lambda_function.this[0].arn","aws_lambda_function.this[0]","aws_lambda_function.this"]}}}}},
					"many":{"for_each_expression":{},"module":{"outputs":{"arn":{"expression":{"references":["local.none","aws_lambda_function.this"]}}}}},
					"queue":{"expressions":{` + planExpressions([]string{`target=module.many["y"].arn,module.many["y"],module.many`}) + `},"module":{
						"resources":[` + all(configuredResource("aws_lambda_event_source_mapping.e", "function_name=var.target"),
			configuredResource("aws_lambda_event_source_mapping.own", "function_name=module.inner.own,module.inner")) + `],
						"module_calls":{"inner":{"expressions":{` + planExpressions([]string{"to=var.target"}) + `},"module":{
							"outputs":{"own":{"expression":{"references":["aws_lambda_function.own.arn"]}}},
							"resources":[` + configuredResource("aws_lambda_event_source_mapping.e", "function_name=var.to,count.index") + `]}}}}}}}}}`, `
main unreserved poller(5)
x unreserved
y unreserved poller(5) poller(5)
own unreserved poller(5)
`},
		{"the key of the call", `{"format_version":"1.2","planned_values":{"root_module":{
			"resources":[` + all(function(`aws_lambda_function.f["x"]`, "x"), function(`aws_lambda_function.f["y"]`, "y")) + `],
			"child_modules":[{"resources":[` + poller(`module.queue["y"].aws_lambda_event_source_mapping.e[0]`) + `]}]}},
			"configuration":{"root_module":{"module_calls":{"queue":{"expressions":{` + planExpressions([]string{"target=aws_lambda_function.f,each.key"}) + `},"module":{
				"resources":[` + configuredResource("aws_lambda_event_source_mapping.e", "function_name=var.target") + `]}}}}}}`, `
x unreserved
y unreserved poller(5)
`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if !json.Valid([]byte(test.document)) {
				t.Fatalf("the test is no JSON: %s", test.document)
			}
			c, err := parsedFile("plan.json", []byte(test.document), Options{})
			if err != nil {
				t.Fatal(err)
			}
			wantPlanOutline(t, c, test.want)
		})
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
		if _, err := parsedFile("plan.json", []byte(make(maxModules)), Options{}); err != nil {
			t.Errorf("%d levels: %v", maxModules, err)
		}
		for _, levels := range []int{maxModules + 1, 2000} {
			_, err := parsedFile("plan.json", []byte(make(levels)), Options{})
			if want := "plan.json:1: modules are nested deeper than 64"; err == nil || err.Error() != want {
				t.Errorf("%d levels: %v, want %s", levels, err, want)
			}
		}
	}
}

// Nothing in a document of wrong types is a reason to fail.
func TestTerraformWrongTypes(t *testing.T) {
	function := plannedResource("aws_lambda_function.f", `"function_name":"f"`)
	whole := planDocument(strings.Join([]string{function,
		plannedResource("aws_lambda_provisioned_concurrency_config.p", `"function_name":"f","qualifier":"live","provisioned_concurrent_executions":3`),
		plannedResource("aws_appautoscaling_target.t", `"resource_id":"function:f:live","service_namespace":"lambda","min_capacity":1,"max_capacity":2`),
		plannedResource("aws_appautoscaling_policy.p", `"resource_id":"function:f:live","service_namespace":"lambda","target_tracking_scaling_policy_configuration":[{"target_value":0.7}]`),
		plannedResource("aws_appautoscaling_scheduled_action.s", `"resource_id":"function:f:live","service_namespace":"lambda","scalable_target_action":[{"min_capacity":"1"}]`),
		plannedResource("aws_lambda_event_source_mapping.e", `"scaling_config":[{"maximum_concurrency":5}]`),
	}, ","), changedResource("aws_lambda_function.f", actionUpdate, `{"function_name":"f"}`, `"memory_size":true`),
		`"resources":[`+configuredResource("aws_lambda_event_source_mapping.e", "function_name=module.m.o")+`],"module_calls":{"m":{"module":{"outputs":{"o":{"expression":{"references":["var.x"]}}}}}}`)
	var document any
	if err := json.Unmarshal([]byte(whole), &document); err != nil {
		t.Fatal(err)
	}
	wrong := []any{nil, true, -7.5, "text", "a\u0001b ::c", "", []any{}, []any{nil, 1.0, "x", []any{[]any{}}, map[string]any{}}, map[string]any{}, map[string]any{"": nil, "references": "x", "type": 1.0}}
	var walk func(value any, set func(any))
	walk = func(value any, set func(any)) {
		for _, w := range wrong {
			set(w)
			data, err := json.Marshal(document)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := parsedFile("plan.json", data, Options{Format: "terraform"}); err != nil && !strings.HasPrefix(err.Error(), "plan.json:1: planned_values is ") {
				t.Errorf("%v in %s", err, data)
			}
		}
		set(value)
		planParts(value, walk)
	}
	planParts(document, walk)
}

// planParts visits the values in a list or a mapping, each with what replaces it.
func planParts(value any, visit func(part any, set func(any))) {
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

func TestTerraformClaims(t *testing.T) {
	for _, test := range []struct{ document, want string }{
		{"format_version: 1.2\nplanned_values: {}\n", "plan.json:1: this is not a file that lambdacap knows, its keys are format_version, planned_values; legal: " + legal(Options{})},
		{`{"planned_values":{}}`, "plan.json:1: this is not a file that lambdacap knows, its keys are planned_values; legal: " + legal(Options{})},
	} {
		c, err := parsedFile("plan.json", []byte(test.document), Options{})
		if err == nil || err.Error() != test.want {
			t.Errorf("%s: read as %s, %v, want %s", test.document, c.Format, err, test.want)
		}
	}
	_, err := parsedFile("plan.json", []byte("planned_values: {}\n"), Options{Format: "terraform"})
	if want := "plan.json:1: this is not JSON; legal: what terraform show -json prints"; err == nil || err.Error() != want {
		t.Errorf("YAML: %v, want %s", err, want)
	}
}

func FuzzTerraform(f *testing.F) {
	names, err := filepath.Glob(filepath.Join("testdata", "plans", "*"))
	if err != nil || len(names) == 0 {
		f.Fatal(names, err)
	}
	for _, name := range names {
		f.Add(planSample(f, filepath.Base(name)))
	}
	f.Add([]byte(planDocument(plannedResource("aws_lambda_function.f", `"function_name":"a\u0001b"`), changedResource("aws_lambda_function.f", actionCreate, "null", `"arn":true`), "")))
	f.Add([]byte(planDocument(plannedResource("aws_lambda_alias.a", `"name":"a"`), changedResource("aws_lambda_alias.a", actionCreate, "null", `"function_name":true`),
		`"resources":[`+configuredResource("aws_lambda_alias.a", `function_name=module.m["x"].o,var.y`, "function_version=each.key")+`],"module_calls":{"m":{"expressions":{},"module":{"outputs":{}}}}`)))
	f.Fuzz(func(t *testing.T, data []byte) {
		options := Options{Format: "terraform"}
		first, err := parsedFile("plan.json", data, options)
		second, again := parsedFile("plan.json", data, options)
		if !reflect.DeepEqual(first, second) || fmt.Sprint(err) != fmt.Sprint(again) {
			t.Fatalf("read twice, it says\n%s%v\nthen\n%s%v", planOutline(first), err, planOutline(second), again)
		}
		for _, function := range first.Functions {
			if function.Name == "" || function.Deployment == nil {
				t.Fatalf("a function without a name or a deployment: %+v", function)
			}
		}
	})
}

// TestRungTerraformLive lets the real Terraform plan the sample, where it is
// installed and has the provider: terraform init -plugin-dir or a mirror of
// providers is for TF_CLI_ARGS_init and TF_CLI_CONFIG_FILE to say.
func TestRungTerraformLive(t *testing.T) {
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
		command.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_INPUT=0", "TF_CLI_ARGS=-no-color",
			"AWS_EC2_METADATA_DISABLED=true", "TF_DATA_DIR="+filepath.Join(dir, ".terraform"))
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
	live, err := parsedFile("live.json", data, Options{})
	if err != nil {
		t.Fatal(err)
	}
	name := "generated.create.tf1.11.4-aws5.100.0.plan.json"
	committed, err := parsedFile(name, planSample(t, name), Options{})
	if err != nil {
		t.Fatal(err)
	}
	wantPlanOutline(t, live, planOutline(committed))
}

// plan5MB is a plan of some 2,800 resources, made of copies of the sample's.
func plan5MB(tb testing.TB) []byte {
	var plan map[string]any
	if err := json.Unmarshal(planSample(tb, "generated.create.tf1.11.4-aws5.100.0.plan.json"), &plan); err != nil {
		tb.Fatal(err)
	}
	copies := func(list any) (all []any) {
		text, err := json.Marshal(list)
		if err != nil {
			tb.Fatal(err)
		}
		for i := range 350 {
			number := fmt.Sprint(i)
			var more []any
			renamed := strings.NewReplacer(`"api"`, `"api`+number+`"`, `\"api\"`, `\"api`+number+`\"`, `:api:`, `:api`+number+`:`,
				`"worker"`, `"worker`+number+`"`, `\"worker\"`, `\"worker`+number+`\"`,
				`.live"`, `.live[`+number+`]"`, `.pc"`, `.pc[`+number+`]"`, `.sqs"`, `.sqs[`+number+`]"`, `.t"`, `.t[`+number+`]"`, `.p"`, `.p[`+number+`]"`).Replace(string(text))
			if err := json.Unmarshal([]byte(renamed), &more); err != nil {
				tb.Fatal(err)
			}
			all = append(all, more...)
		}
		return all
	}
	module := plan["planned_values"].(map[string]any)["root_module"].(map[string]any)
	module["resources"] = copies(module["resources"])
	plan["resource_changes"] = copies(plan["resource_changes"])
	data, err := json.Marshal(plan)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// The whole file counts in what is allocated, not the number of its objects.
func TestTerraformAllocates(t *testing.T) {
	data := plan5MB(t)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	c, err := parsedFile("plan.json", data, Options{})
	runtime.ReadMemStats(&after)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Functions) < 700 {
		t.Errorf("%d functions, want at least 700", len(c.Functions))
	}
	if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 3*uint64(len(data)) {
		t.Errorf("reading %d bytes allocates %d, want at most three times as much", len(data), allocated)
	}
}

func BenchmarkTerraform5MB(b *testing.B) {
	data := plan5MB(b)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := parsedFile("plan.json", data, Options{}); err != nil {
			b.Fatal(err)
		}
	}
	read := b.Elapsed() / time.Duration(b.N)
	const rounds = 10
	begin := time.Now()
	for range rounds {
		if !json.Valid(data) {
			b.Fatal("the plan is no JSON")
		}
	}
	yardstick := time.Since(begin) / rounds
	b.ReportMetric(float64(read)/float64(len(data)), "ns/byte")
	b.ReportMetric(float64(read)/float64(yardstick), "×json.Valid")
}

// TestTerraformEach: each.value leads to the instance of the resource that there
// is one for each of, and a function that publishes nothing has $LATEST alone.
func TestTerraformEach(t *testing.T) {
	const plan = `{"format_version":"1.2","planned_values":{"root_module":{"resources":[
		{"address":"aws_lambda_function.f","mode":"managed","type":"aws_lambda_function","name":"f","values":{"reserved_concurrent_executions":850,"publish":false}},
		{"address":"aws_lambda_alias.a[\"x\"]","mode":"managed","type":"aws_lambda_alias","name":"a","index":"x","values":{"name":"x"}},
		{"address":"aws_lambda_provisioned_concurrency_config.p[\"x\"]","mode":"managed","type":"aws_lambda_provisioned_concurrency_config","name":"p","index":"x","values":{"provisioned_concurrent_executions":60}},
		{"address":"aws_lambda_provisioned_concurrency_config.q","mode":"managed","type":"aws_lambda_provisioned_concurrency_config","name":"q","values":{"provisioned_concurrent_executions":70,"qualifier":"1"}}]}},
		"resource_changes":[
		{"address":"aws_lambda_function.f","mode":"managed","type":"aws_lambda_function","change":{"actions":["create"],"before":null,"after":{},"after_unknown":{"function_name":true,"version":true}}},
		{"address":"aws_lambda_provisioned_concurrency_config.q","mode":"managed","type":"aws_lambda_provisioned_concurrency_config","change":{"actions":["create"],"before":null,"after":{},"after_unknown":{"function_name":true}}}],
		"configuration":{"root_module":{"resources":[
		{"address":"aws_lambda_alias.a","mode":"managed","type":"aws_lambda_alias","name":"a","expressions":{"function_name":{"references":["aws_lambda_function.f.function_name","aws_lambda_function.f"]},"function_version":{"references":["aws_lambda_function.f.version","aws_lambda_function.f"]}}},
		{"address":"aws_lambda_provisioned_concurrency_config.p","mode":"managed","type":"aws_lambda_provisioned_concurrency_config","name":"p","for_each_expression":{"references":["aws_lambda_alias.a"]},
		 "expressions":{"function_name":{"references":["each.value.function_name","each.value"]},"qualifier":{"references":["each.value.name","each.value"]}}},
		{"address":"aws_lambda_provisioned_concurrency_config.q","mode":"managed","type":"aws_lambda_provisioned_concurrency_config","name":"q","expressions":{"function_name":{"references":["local.name"]}}}]}}}`
	c, err := parsedFile("plan.json", []byte(plan), Options{})
	if err != nil {
		t.Fatal(err)
	}
	a, _ := Join([]Contents{c}, nil, "")
	if len(a.Functions) != 2 || a.Functions[0].Reserved.Or(0) != 850 || a.Functions[0].Provisioned != 60 || a.Functions[1].Provisioned != 0 {
		t.Fatalf("%+v", a.Functions)
	}
	d := a.Functions[0].Deployment
	if len(d.Allocations) != 1 || d.Allocations[0].Qualifier != "x" || len(d.Aliases) != 1 || d.Aliases[0].Version != calc.Latest {
		t.Errorf("%+v", d)
	}
	if !a.Functions[1].Deployment.Adrift {
		t.Error("units of a function that is not known count as those of another")
	}
}
