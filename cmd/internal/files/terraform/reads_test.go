package terraform

import (
	"slices"
	"strings"
	"testing"
)

// A planCase is a document and the expected outline.
type planCase struct{ name, document, want string }

// settingCases cover the settings of functions, and the ways in which resources name them.
var settingCases = []planCase{
	{"an empty state", `{"format_version":"1.0"}`, ""},
	{"a state", `{"format_version":"1.0","values":{"root_module":{"resources":[` + all(
		planned("aws_lambda_function.a", `"function_name":"a","reserved_concurrent_executions":4`),
		planned("aws_lambda_provisioned_concurrency_config.p",
			`"function_name":"b","qualifier":"2","provisioned_concurrent_executions":1`)) + `]}}}`, `
a reserved=4 deployed
b deployed allocation(2=1)
`},
	{"other resources", planOf(all(
		strings.Replace(planned("aws_lambda_function.d", `"function_name":"data"`), "managed", "data", 1),
		planned("aws_lambda_layer_version.l", `"function_name":"no"`),
	), "", ""), ""},
	{"sorted keys", `{"format_version":"1.2","configuration":{},` +
		`"planned_values":{"root_module":{"resources":[{"address":"aws_lambda_function.a","type":"aws_lambda_function",` +
		`"values":{"function_name":"a"}}]}},
		"resource_changes":[{"address":"aws_lambda_function.a","change":{"actions":["no-op"],"before":{"function_name":"a",` +
		`"reserved_concurrent_executions":2}},"mode":"managed","type":"aws_lambda_function"}]}`, `
a unreserved was(2,0)
`},
	{"reservations", planOf(all(
		planned("aws_lambda_function.a", `"function_name":"a","reserved_concurrent_executions":-1`),
		planned("aws_lambda_function.b", `"function_name":"b","reserved_concurrent_executions":0`),
		planned("aws_lambda_function.c", `"function_name":"c","reserved_concurrent_executions":null`),
		planned("aws_lambda_function.d", `"function_name":"d"`),
		planned("aws_lambda_function.e", `"function_name":"e","reserved_concurrent_executions":-2`),
		planned("aws_lambda_function.f", `"function_name":"f","reserved_concurrent_executions":1.5`),
		planned("aws_lambda_function.g", `"function_name":"g","reserved_concurrent_executions":100.0`),
		planned("aws_lambda_function.h", `"function_name":"h","reserved_concurrent_executions":true`),
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
	{"what only the calculations use", planOf(all(
		planned("aws_lambda_function.a",
			`"function_name":"a","memory_size":256,"architectures":["arm64"],"ephemeral_storage":[{"size":1024}],`+
				`"snap_start":[{"apply_on":"PublishedVersions","optimization_status":"Off"}]`),
		planned("aws_lambda_function.b",
			`"function_name":"b","memory_size":1,"architectures":[],"ephemeral_storage":[],"snap_start":[{"apply_on":"None"}]`),
	), "", ""), `
a unreserved memory=256 arm64 ephemeral=1024 snapstart
b unreserved refused(memory="1")
`},
	{"names of functions", planOf(all(
		planned("aws_lambda_provisioned_concurrency_config.a",
			`"function_name":"arn:aws:lambda:us-east-1:123456789012:function:a","qualifier":"$LATEST",`+
				`"provisioned_concurrent_executions":1`),
		planned("aws_lambda_provisioned_concurrency_config.b",
			`"function_name":"123456789012:function:a:9","qualifier":"1","provisioned_concurrent_executions":2`),
		planned("aws_lambda_provisioned_concurrency_config.c",
			`"function_name":"a:live","qualifier":"live","provisioned_concurrent_executions":1.5`),
		planned("aws_lambda_event_source_mapping.d",
			`"function_name":null,"function_arn":"arn:aws:lambda:us-east-1:123456789012:function:a:live",`+
				`"scaling_config":[{"maximum_concurrency":2}]`),
		planned("aws_lambda_event_source_mapping.e", `"function_name":"nobody","scaling_config":[]`),
		planned("aws_lambda_event_source_mapping.g",
			`"function_name":"nobody","scaling_config":[{"maximum_concurrency":null}]`),
		planned("aws_lambda_event_source_mapping.h", `"function_name":"nobody","scaling_config":[{"maximum_concurrency":0}]`),
		planned("aws_lambda_function.f", `"function_name":"a"`),
	), "", ""), `
a unreserved allocation($LATEST=1) allocation(1=2) poller(2) refused(provisioned="1.5")
`},
	{"declared elsewhere", planOf(planned("aws_lambda_alias.a",
		`"name":"live","function_name":"b","function_version":"7"`), "", ""), `
b alias(live="7")
`},
	{"scaling", planOf(all(
		planned("aws_appautoscaling_policy.p",
			`"resource_id":"function:a:live","service_namespace":"lambda",`+
				`"target_tracking_scaling_policy_configuration":[{"target_value":0.7,`+
				`"scale_in_cooldown":120,"scale_out_cooldown":0,"disable_scale_in":false,`+
				`"customized_metric_specification":[{"metric_name":"ProvisionedConcurrencyUtilization","statistic":"Maximum"}]}]`),
		planned("aws_appautoscaling_policy.q",
			`"resource_id":"function:a:live","service_namespace":"lambda",`+
				`"target_tracking_scaling_policy_configuration":[{"target_value":100,`+
				`"customized_metric_specification":[{"metric_name":"Invocations"}]}]`),
		planned("aws_appautoscaling_policy.r",
			`"resource_id":"function:elsewhere:live","service_namespace":"lambda",`+
				`"target_tracking_scaling_policy_configuration":[{"target_value":0.5}]`),
		planned("aws_appautoscaling_policy.s",
			`"resource_id":"function:a:live","service_namespace":"lambda","step_scaling_policy_configuration":[{}]`),
		planned("aws_appautoscaling_scheduled_action.a",
			`"resource_id":"function:a:live","service_namespace":"lambda",`+
				`"scalable_target_action":[{"min_capacity":"10","max_capacity":"20"}]`),
		planned("aws_appautoscaling_scheduled_action.z",
			`"resource_id":"function:a:live","service_namespace":"lambda","schedule":"cron(55 8 ? * MON-FRI *)",`+
				`"timezone":"Europe/Berlin","start_time":"2026-01-01T00:00:00Z","end_time":"2027-01-01T00:00:00Z",`+
				`"scalable_target_action":[{"min_capacity":36,"max_capacity":60}]`),
		planned("aws_appautoscaling_scheduled_action.b",
			`"resource_id":"function:a:live","service_namespace":"lambda",`+
				`"scalable_target_action":[{"min_capacity":-1,"max_capacity":""}]`),
		planned("aws_appautoscaling_scheduled_action.c",
			`"resource_id":"function:a:live","service_namespace":"lambda",`+
				`"scalable_target_action":[{"min_capacity":null,"max_capacity":30}]`),
		planned("aws_appautoscaling_target.t",
			`"resource_id":"function:a:live","scalable_dimension":"lambda:function:ProvisionedConcurrency","min_capacity":5,`+
				`"max_capacity":100,"suspended_state":[{"dynamic_scaling_in_suspended":false,`+
				`"dynamic_scaling_out_suspended":true,"scheduled_scaling_suspended":true}]`),
		planned("aws_appautoscaling_target.u",
			`"resource_id":"service/cluster/name","service_namespace":"ecs","min_capacity":1,"max_capacity":2`),
		planned("aws_appautoscaling_target.v",
			`"resource_id":"function:a","service_namespace":"lambda","min_capacity":1,"max_capacity":2`),
	), "", ""), `
a names the resource "function:a" scheduled(live=10..20) scheduled(live=36..60 cron(55 8 ? * MON-FRI *) ` +
		`Europe/Berlin from 2026-01-01T00:00:00Z to 2027-01-01T00:00:00Z) scheduled(live=?..?) scheduled(live=?..30) ` +
		`target(live=5..100 tracking 0.7 maximum in 120s DynamicScalingOutSuspended ScheduledScalingSuspended) was(?,6)
`},
}

// unknownCases are plans with unknown values.
var unknownCases = []planCase{
	{"numbers that are not known", planOf(all(
		planned("aws_lambda_function.f", `"function_name":"f"`),
		planned("aws_lambda_provisioned_concurrency_config.p", `"function_name":"f","qualifier":"live"`),
		planned("aws_appautoscaling_target.t",
			`"resource_id":"function:f:live","service_namespace":"lambda","max_capacity":9`),
		planned("aws_appautoscaling_scheduled_action.s",
			`"resource_id":"function:f:live","service_namespace":"lambda","scalable_target_action":[{}]`),
		planned("aws_lambda_event_source_mapping.e", `"function_name":"f","scaling_config":[{}]`),
		planned("aws_lambda_event_source_mapping.g", `"function_name":"f"`),
	), all(
		changed("aws_lambda_function.f", actionCreate, "null", `"reserved_concurrent_executions":true,"memory_size":false`),
		changed("aws_lambda_provisioned_concurrency_config.p", actionCreate, "null",
			`"provisioned_concurrent_executions":true`),
		changed("aws_appautoscaling_target.t", actionCreate, "null", `"min_capacity":true`),
		changed("aws_appautoscaling_scheduled_action.s", actionCreate, "null",
			`"scalable_target_action":[{"max_capacity":true}]`),
		changed("aws_lambda_event_source_mapping.e", actionCreate, "null", `"scaling_config":[{"maximum_concurrency":true}]`),
		changed("aws_lambda_event_source_mapping.g", actionCreate, "null", `"scaling_config":true`),
	), ""), `
f allocation(live=?) target(live=?..9) scheduled(live=?..?) was(?,0)
unknown reserved_concurrent_executions of f: known only after apply
unknown provisioned_concurrent_executions of f: known only after apply
unknown min_capacity of f: known only after apply
unknown max_capacity of f: known only after apply
unknown maximum_concurrency of f: known only after apply
unknown maximum_concurrency of f: known only after apply
`},
	{"names that are not known", planOf(all(
		planned("aws_lambda_function.f", `"reserved_concurrent_executions":5`),
		planned("aws_lambda_alias.a", `"function_version":"1"`),
		planned("aws_lambda_provisioned_concurrency_config.p", `"provisioned_concurrent_executions":7`),
		planned("aws_appautoscaling_target.t", `"service_namespace":"lambda","min_capacity":1,"max_capacity":2`),
		planned("aws_lambda_event_source_mapping.e", `"scaling_config":[{"maximum_concurrency":3}]`),
	), all(
		changed("aws_lambda_function.f", actionCreate, "null", `"function_name":true`),
		changed("aws_lambda_provisioned_concurrency_config.p", actionCreate, "null", `"function_name":true,"qualifier":true`),
	), ""), `
aws_lambda_function.f reserved=5 was(?,0)
unowned aws_lambda_alias.a alias(aws_lambda_alias.a="1")
unowned aws_lambda_provisioned_concurrency_config.p allocation(aws_lambda_provisioned_concurrency_config.p=7)
unowned aws_appautoscaling_target.t target(aws_appautoscaling_target.t=1..2)
unowned aws_lambda_event_source_mapping.e poller(3)
unknown function_name of aws_lambda_function.f: known only after apply
unknown function_name of aws_lambda_alias.a: not in the file
unknown name of aws_lambda_alias.a: not in the file
unknown function_name of aws_lambda_provisioned_concurrency_config.p: known only after apply
unknown qualifier of aws_lambda_provisioned_concurrency_config.p: known only after apply
unknown resource_id of aws_appautoscaling_target.t: not in the file
unknown function_name of aws_lambda_event_source_mapping.e: not in the file
`},
}

// pastCases are plans with the settings before the change.
var pastCases = []planCase{
	{"a destroyed plan", `{"format_version":"1.2","planned_values":{"root_module":{}},"resource_changes":[` +
		changed("aws_lambda_function.f", actionDelete, `{"function_name":"f","reserved_concurrent_executions":30}`, "") +
		`]}`, `
gone f(30,0)
`},
	{"changes only", `{"format_version":"1.2","resource_changes":[` +
		changed("aws_lambda_function.f", actionCreate, "null", "") +
		"," + changed("aws_lambda_function.g", actionUpdate, `{"function_name":"g"}`, "") + `]}`, ""},
	{"claims before", planOf(all(
		planned("aws_lambda_function.a", `"function_name":"a","reserved_concurrent_executions":20`),
		planned("aws_lambda_function.b", `"function_name":"b"`),
		planned("aws_lambda_function.c", `"function_name":"c"`),
		planned("aws_lambda_function.d", `"function_name":"d"`),
		planned("aws_lambda_function.e[0]", `"function_name":"moved"`),
		planned("aws_lambda_function.f", `"function_name":"renamed"`),
		planned("aws_lambda_provisioned_concurrency_config.a",
			`"function_name":"a","qualifier":"live","provisioned_concurrent_executions":9`),
		planned("aws_lambda_provisioned_concurrency_config.b",
			`"function_name":"b","qualifier":"still","provisioned_concurrent_executions":4`),
		planned("aws_lambda_provisioned_concurrency_config.x",
			`"function_name":"elsewhere","qualifier":"1","provisioned_concurrent_executions":8`),
	), all(
		changed("aws_lambda_function.a", actionUpdate, `{"function_name":"a","reserved_concurrent_executions":10}`, ""),
		changed("aws_lambda_function.b", actionKeep, `{"function_name":"b","reserved_concurrent_executions":-1}`, ""),
		changed("aws_lambda_function.c", actionCreate, "null", ""),
		changed("aws_lambda_function.e", actionDelete, `{"function_name":"moved","reserved_concurrent_executions":3}`, ""),
		changed("aws_lambda_function.e[0]", actionCreate, "null", ""),
		changed("aws_lambda_function.f", all(actionDelete, actionCreate),
			`{"function_name":"old","reserved_concurrent_executions":6}`, ""),
		changed("aws_lambda_function.g", actionDelete, `{"function_name":"g","reserved_concurrent_executions":-1}`, ""),
		changed("aws_lambda_function.h", `"forget"`, `{"function_name":"h","reserved_concurrent_executions":50}`, ""),
		deposed(changed("aws_lambda_function.a", actionDelete,
			`{"function_name":"left","reserved_concurrent_executions":8}`, "")),
		deposed(changed("aws_lambda_function.a", actionDelete,
			`{"function_name":"a","reserved_concurrent_executions":999}`, `"reserved_concurrent_executions":true`)),
		changed("aws_lambda_provisioned_concurrency_config.k", `"forget"`,
			`{"function_name":"c","qualifier":"kept","provisioned_concurrent_executions":70}`, ""),
		changed("aws_lambda_provisioned_concurrency_config.a", actionUpdate,
			`{"function_name":"a","qualifier":"live","provisioned_concurrent_executions":5}`, ""),
		changed("aws_lambda_provisioned_concurrency_config.g", actionDelete,
			`{"function_name":"arn:aws:lambda:us-east-1:1:function:g","qualifier":"live",`+
				`"provisioned_concurrent_executions":2}`, ""),
		changed("aws_appautoscaling_target.g", actionDelete,
			`{"resource_id":"function:g:live","service_namespace":"lambda","min_capacity":7}`, ""),
		changed("aws_appautoscaling_target.h", actionDelete,
			`{"resource_id":"function:g:other","service_namespace":"lambda","min_capacity":1}`, ""),
		changed("aws_appautoscaling_target.i", actionDelete,
			`{"resource_id":"function:g:ecs","service_namespace":"ecs","min_capacity":1}`, ""),
		changed("aws_lambda_provisioned_concurrency_config.c", actionDelete,
			`{"function_name":"c","qualifier":"live","provisioned_concurrent_executions":1}`, ""),
		changed("aws_lambda_provisioned_concurrency_config.x", actionUpdate,
			`{"function_name":"elsewhere","qualifier":"1","provisioned_concurrent_executions":3}`, ""),
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
}

func TestTerraformReads(t *testing.T) {
	for _, c := range slices.Concat(settingCases, unknownCases, pastCases) {
		t.Run(c.name, func(t *testing.T) { wantCase(t, c) })
	}
}
