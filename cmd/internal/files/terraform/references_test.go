package terraform

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// configured returns a resource of the configuration. References have the form setting=reference,reference.
func configured(address string, settings ...string) string {
	kind, _, _ := strings.Cut(address, ".")
	return fmt.Sprintf(`{"address":%q,"mode":"managed","type":%q,"expressions":{%s}}`,
		address, kind, expressions(settings))
}

func expressions(settings []string) string {
	for i, s := range settings {
		name, references, _ := strings.Cut(s, "=")
		list, _ := json.Marshal(strings.Split(references, ","))
		settings[i] = fmt.Sprintf(`%q:{"references":%s}`, name, list)
	}
	return strings.Join(settings, ",")
}

func poller(address string) string {
	return planned(address, `"scaling_config":[{"maximum_concurrency":5}]`)
}

func function(address, name string) string { return planned(address, `"function_name":"`+name+`"`) }

// mapping returns a configuration in which the event source mapping e refers to its function.
func mapping(reference string) string {
	return `"resources":[` + configured("aws_lambda_event_source_mapping.e", "function_name="+reference) + `]`
}

const unresolvedMapping = "unknown function_name of aws_lambda_event_source_mapping.e: not in the file\n"

// instanceCases are references to instances of resources.
var instanceCases = []planCase{
	{"an instance", planOf(all(function(`aws_lambda_function.f["a.b]c"]`, "a"),
		function(`aws_lambda_function.f["b"]`, "b"), poller("aws_lambda_event_source_mapping.e")), "",
		mapping(`aws_lambda_function.f["a.b]c"].arn,aws_lambda_function.f["a.b]c"],aws_lambda_function.f`)), `
a unreserved poller(5)
b unreserved
`},
	{"an escaped key", planOf(all(function(`aws_lambda_function.f["a\"]b"]`, "a"),
		function(`aws_lambda_function.f["b"]`, "b"), poller("aws_lambda_event_source_mapping.e")), "",
		mapping(`aws_lambda_function.f["a\"]b"].arn`)), `
a unreserved poller(5)
b unreserved
`},
	{"the only instance", planOf(all(function(`aws_lambda_function.f[0]`, "a"),
		poller("aws_lambda_event_source_mapping.e")), "", mapping(`aws_lambda_function.f,count.index`)), `
a unreserved poller(5)
`},
	{"the same key", planOf(all(function(`aws_lambda_function.f["a"]`, "a"), function(`aws_lambda_function.f["b"]`, "b"),
		poller(`aws_lambda_event_source_mapping.e["b"]`)), "", mapping(`aws_lambda_function.f,each.key`)), `
a unreserved
b unreserved poller(5)
`},
	{"one of several", planOf(all(function(`aws_lambda_function.f[0]`, "a"), function(`aws_lambda_function.f[1]`, "b"),
		poller(`aws_lambda_event_source_mapping.e`)), "", mapping(`aws_lambda_function.f`)), `
a unreserved
b unreserved
unowned aws_lambda_event_source_mapping.e poller(5)
` + unresolvedMapping},
	{"not a name", planOf(all(function(`aws_lambda_function.f`, "a"), poller(`aws_lambda_event_source_mapping.e`)), "",
		mapping(`aws_lambda_function.f.memory_size,aws_lambda_function.f,local.x,data.aws_lambda_function.d.arn,self`)), `
a unreserved
unowned aws_lambda_event_source_mapping.e poller(5)
` + unresolvedMapping},
}

// indirectCases are references to functions by way of other resources.
var indirectCases = []planCase{
	{"through an alias", planOf(all(
		planned("aws_lambda_alias.a", `"name":"live","function_name":"a"`), poller("aws_lambda_event_source_mapping.e")), "",
		mapping(`aws_lambda_alias.a.arn,aws_lambda_alias.a`)), `
a alias(live="") poller(5)
`},
	{"through an alias whose function is not known either", planOf(all(
		planned("aws_lambda_alias.a", `"name":"live"`), planned("aws_lambda_function.f", ""),
		poller("aws_lambda_event_source_mapping.e")), "",
		`"resources":[`+all(configured("aws_lambda_alias.a", "function_name=aws_lambda_function.f.arn",
			"function_version=aws_lambda_function.f.version"),
			configured("aws_lambda_event_source_mapping.e", "function_name=aws_lambda_alias.a.arn,aws_lambda_alias.a"))+`]`), `
aws_lambda_function.f unreserved alias(live="new version aws_lambda_function.f") poller(5)
unknown function_name of aws_lambda_function.f: not in the file
`},
	{"in rounds", planOf(all(planned("aws_lambda_alias.a", `"name":"a"`), planned("aws_lambda_alias.b", `"name":"b"`),
		poller("aws_lambda_event_source_mapping.e")), "",
		`"resources":[`+all(configured("aws_lambda_alias.a", "function_name=aws_lambda_alias.b.arn,aws_lambda_alias.b.arn",
			"function_version=aws_lambda_alias.b.function_version"),
			configured("aws_lambda_alias.b", "function_name=aws_lambda_alias.a.arn,aws_lambda_alias.a.arn",
				"function_version=aws_lambda_alias.a.function_version"),
			configured("aws_lambda_event_source_mapping.e",
				"function_name=var.x,aws_lambda_event_source_mapping.e.arn,module.m.o"))+
			`],"module_calls":{"m":{"expressions":{`+expressions([]string{"x=module.m.o,module.m.o"})+`},`+
			`"module":{"outputs":{"o":{"expression":{"references":["var.x","var.x"]}}}}}}`), `
unowned aws_lambda_alias.a alias(a="")
unowned aws_lambda_alias.b alias(b="")
unowned aws_lambda_event_source_mapping.e poller(5)
unknown function_name of aws_lambda_alias.a: not in the file
unknown function_name of aws_lambda_alias.b: not in the file
` + unresolvedMapping},
	{"qualifiers", planOf(all(
		planned("aws_lambda_function.f", `"function_name":"f"`),
		planned("aws_lambda_function.g", `"function_name":"g","version":"12"`),
		planned("aws_lambda_alias.a", `"function_name":"f","name":"live"`),
		planned("aws_lambda_alias.b", `"function_name":"f","name":"next"`),
		planned("aws_lambda_alias.c", `"function_name":"f"`),
		planned("aws_lambda_provisioned_concurrency_config.a", `"function_name":"f","provisioned_concurrent_executions":1`),
		planned("aws_lambda_provisioned_concurrency_config.b", `"function_name":"f","provisioned_concurrent_executions":2`),
		planned("aws_lambda_provisioned_concurrency_config.c", `"function_name":"f","provisioned_concurrent_executions":3`),
		planned("aws_lambda_provisioned_concurrency_config.d", `"function_name":"f","provisioned_concurrent_executions":4`),
		planned("aws_lambda_provisioned_concurrency_config.e", `"function_name":"g","provisioned_concurrent_executions":5`),
		planned("aws_appautoscaling_target.t", `"service_namespace":"lambda","min_capacity":1,"max_capacity":2`),
		planned("aws_appautoscaling_target.u", `"service_namespace":"lambda","min_capacity":3,"max_capacity":4`),
		planned("aws_appautoscaling_policy.p",
			`"service_namespace":"lambda","target_tracking_scaling_policy_configuration":[{"target_value":0.6}]`),
	), all(
		changed("aws_lambda_alias.a", actionCreate, "null", `"function_version":true`),
		changed("aws_lambda_alias.c", actionCreate, "null", `"name":true`),
	), `"resources":[`+all(
		configured("aws_lambda_alias.a", "function_version=aws_lambda_function.f.version,aws_lambda_function.f"),
		configured("aws_lambda_alias.b", "function_version=aws_lambda_alias.a.function_version,aws_lambda_alias.a"),
		configured("aws_lambda_alias.c", "function_version=local.version"),
		configured("aws_lambda_provisioned_concurrency_config.a", "qualifier=aws_lambda_alias.a.name,aws_lambda_alias.a"),
		configured("aws_lambda_provisioned_concurrency_config.b", "qualifier=aws_lambda_function.f,each.key"),
		configured("aws_lambda_provisioned_concurrency_config.c",
			"qualifier=aws_lambda_provisioned_concurrency_config.b.qualifier"),
		configured("aws_lambda_provisioned_concurrency_config.d", "qualifier=aws_lambda_alias.c.name"),
		configured("aws_lambda_provisioned_concurrency_config.e", "qualifier=aws_lambda_function.g.version"),
		configured("aws_appautoscaling_target.t",
			"resource_id=aws_lambda_function.f.function_name,aws_lambda_function.f,aws_lambda_alias.a.name,aws_lambda_alias.a"),
		configured("aws_appautoscaling_target.u", "resource_id=aws_lambda_function.f,each.key,aws_lambda_alias.b,each.key"),
		configured("aws_appautoscaling_policy.p",
			"resource_id=aws_appautoscaling_target.u.resource_id,aws_appautoscaling_target.u"),
	)+`]`), `
f unreserved alias(live="new version aws_lambda_function.f") alias(next="new version aws_lambda_function.f") ` +
		`alias(aws_lambda_alias.c="") allocation(live=1) allocation(new version aws_lambda_function.f=2) allocation(new ` +
		`version aws_lambda_function.f=3) allocation(aws_lambda_alias.c=4) target(live=1..2) target(next=3..4 tracking 0.6)
g unreserved allocation(12=5)
unknown name of f: known only after apply
`},
}

// moduleCases are references through modules.
var moduleCases = []planCase{
	{"through modules", `{"format_version":"1.2","planned_values":{"root_module":{
		"resources":[` + poller("aws_lambda_event_source_mapping.e") + `],
		"child_modules":[
			{"resources":[` + function("module.fn.aws_lambda_function.this[0]", "main") + `],"address":"module.fn"},
			{"resources":[` + function(`module.many["x"].aws_lambda_function.this[0]`, "x") + `],"address":"module.many[\"x\"]"},
			{"resources":[` + function(`module.many["y"].aws_lambda_function.this[0]`, "y") + `],"address":"module.many[\"y\"]"},
			{"resources":[` + poller(`module.queue["y"].aws_lambda_event_source_mapping.e`) + `],"address":"module.queue[\"y\"]",
			 "child_modules":[{"resources":[` +
		all(poller(`module.queue["y"].module.inner.aws_lambda_event_source_mapping.e[0]`),
			function(`module.queue["y"].module.inner.aws_lambda_function.own`, "own"),
			poller(`module.queue["y"].aws_lambda_event_source_mapping.own`)) + `]}]}]}},
		"configuration":{"root_module":{
			"resources":[` + configured("aws_lambda_event_source_mapping.e", "function_name=module.fn.arn,module.fn") + `],
			"module_calls":{
				"fn":{"module":{"outputs":{"arn":{"expression":{"references":["aws_lambda_function.this[0].arn",` +
		`"aws_lambda_function.this[0]","aws_lambda_function.this"]}}}}},
				"many":{"for_each_expression":{},"module":{"outputs":{"arn":{"expression":{"references":["local.none",` +
		`"aws_lambda_function.this"]}}}}},
				"queue":{"expressions":{` + expressions([]string{`target=module.many["y"].arn,module.many["y"],module.many`}) +
		`},"module":{
					"resources":[` + all(configured("aws_lambda_event_source_mapping.e", "function_name=var.target"),
		configured("aws_lambda_event_source_mapping.own", "function_name=module.inner.own,module.inner")) + `],
					"module_calls":{"inner":{"expressions":{` + expressions([]string{"to=var.target"}) + `},"module":{
						"outputs":{"own":{"expression":{"references":["aws_lambda_function.own.arn"]}}},
						"resources":[` + configured("aws_lambda_event_source_mapping.e", "function_name=var.to,count.index") +
		`]}}}}}}}}}`, `
main unreserved poller(5)
x unreserved
y unreserved poller(5) poller(5)
own unreserved poller(5)
`},
	{"the key of the call", `{"format_version":"1.2","planned_values":{"root_module":{
		"resources":[` + all(function(`aws_lambda_function.f["x"]`, "x"), function(`aws_lambda_function.f["y"]`, "y")) + `],
		"child_modules":[{"resources":[` + poller(`module.queue["y"].aws_lambda_event_source_mapping.e[0]`) + `]}]}},
		"configuration":{"root_module":{"module_calls":{"queue":{"expressions":{` +
		expressions([]string{"target=aws_lambda_function.f,each.key"}) + `},"module":{
			"resources":[` + configured("aws_lambda_event_source_mapping.e", "function_name=var.target") + `]}}}}}}`, `
x unreserved
y unreserved poller(5)
`},
}

func TestTerraformReferences(t *testing.T) {
	for _, c := range slices.Concat(instanceCases, indirectCases, moduleCases) {
		t.Run(c.name, func(t *testing.T) {
			if !json.Valid([]byte(c.document)) {
				t.Fatalf("the test is not JSON: %s", c.document)
			}
			wantCase(t, c)
		})
	}
}
