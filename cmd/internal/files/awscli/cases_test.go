package awscli

import (
	"fmt"
	"testing"

	"github.com/lambdacap/lambdacap/cmd/internal/files/record/recordtest"
)

// awsCases are handwritten responses with the expected summary.
var awsCases = []struct{ name, text, want string }{
	{"nothing", `{}`, "function: nameless; unreserved"},
	{"nothing in YAML", "{}\n", "function: nameless; unreserved"},
	{"null reservation", `{"ReservedConcurrentExecutions": null}`, "function: nameless; unreserved"},
	{"YAML", "AccountLimit:\n  ConcurrentExecutions: 1000\n  UnreservedConcurrentExecutions: 933\n",
		"account 1000 claimed 67"},
	{"cut down", `{"ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": 900}`, "account 1000 claimed 100"},
	{"no unreserved", `{"AccountLimit": {"ConcurrentExecutions": 10}}`, "account 10 claimed ?"},
	{"unreserved only", `{"AccountLimit": {"UnreservedConcurrentExecutions": 10}}`,
		"unknown .ConcurrentExecutions line 1: the output does not include it, use the complete output"},
	{"no limits", `{"AccountLimit": {}}`,
		"unknown .ConcurrentExecutions line 1: the output does not include it, use the complete output"},
	{"reservation with a name", `{"FunctionName": "a", "ReservedConcurrentExecutions": 5}`, "a: reserved 5"},
	{"no whole number", `{"ReservedConcurrentExecutions": 5.5}`, `function: nameless; refused reserved "5.5" line 1`},
	{"no number", "{\n\"ReservedConcurrentExecutions\": [1]}", `function: nameless; refused reserved "[...]" line 2`},
	{"negative", `{"ReservedConcurrentExecutions": -1}`, `function: nameless; refused reserved "-1" line 1`},
	{"provisioned by no number", `{"RequestedProvisionedConcurrentExecutions": {}}`,
		`function: nameless; refused provisioned "{...}" line 1`},
	{"get-function", `{"Configuration": {"FunctionName": "a", "FunctionArn": "arn:aws:lambda:r:1:function:a:7", ` +
		`"Version": "7", "MemorySize": 512,
		"CapacityProviderConfig": {"LambdaManagedInstancesCapacityProviderConfig": ` +
		`{"PerExecutionEnvironmentMaxConcurrency": 10}}},
		"Concurrency": {"ReservedConcurrentExecutions": 20}}`, "a: managed; reserved 20; memory 512"},
	{"get-function without a reservation", `{"Configuration": {"FunctionArn": "arn:aws:lambda:r:1:function:a"}}`,
		"a: unreserved"},
	{"reservation of get-function", `{"Concurrency": {"ReservedConcurrentExecutions": 0}}`,
		"function: nameless; reserved 0"},
	{"SnapStart of a version",
		`{"Functions": [{"FunctionName": "a", "Version": "$LATEST", "SnapStart": {"ApplyOn": "None"}},
		{"FunctionName": "b", "Version": "2", "MemorySize": 128},
		{"FunctionName": "a", "Version": "2", "MemorySize": 128, "SnapStart": {"ApplyOn": "PublishedVersions"}}]}`, "a: "},
	{"SnapStart of the next version",
		`{"Functions": [{"FunctionName": "a", "Version": "1", "SnapStart": {"ApplyOn": "None"}},
		{"FunctionName": "a", "Version": "$LATEST", "SnapStart": {"ApplyOn": "PublishedVersions"}}]}`, "a: snapstart"},
	{"versions", `{"Versions": [{"FunctionArn": "arn:aws:lambda:r:1:function:a:$LATEST", "Version": "$LATEST", ` +
		`"MemorySize": 128, "Architectures": ["arm64"]},
		{"FunctionArn": "arn:aws:lambda:r:1:function:a:1", "Version": "1", "MemorySize": 256}]}`, "a: memory 128; arm64"},
	{"provisioned", `{"ProvisionedConcurrencyConfigs": [{"FunctionArn": "arn:aws:lambda:r:1:function:a:live", ` +
		`"RequestedProvisionedConcurrentExecutions": 5},
		{"FunctionArn": "arn:aws:lambda:r:1:function:a:3", "RequestedProvisionedConcurrentExecutions": 7.0}]}`,
		`a: "live"=5; "3"=7`},
	{"provisioned without units", `{"ProvisionedConcurrencyConfigs": [{"FunctionArn": "a:live"}]}`,
		"a: \"live\"=?\nunknown a.RequestedProvisionedConcurrentExecutions line 1: the output does not include it, " +
			"use the complete output"},
	{"provisioned of nobody", `{"ProvisionedConcurrencyConfigs": [{"RequestedProvisionedConcurrentExecutions": 5}]}`,
		`function: nameless; ""=5`},
	{"aliases", `{"Aliases": [{"AliasArn": "arn:aws:lambda:r:1:function:a:live", "Name": "live", "FunctionVersion": "3",
		"RoutingConfig": {"AdditionalVersionWeights": {"4": 0.1}}}, {"AliasArn": "arn:aws:lambda:r:1:function:a:old", ` +
		`"FunctionVersion": "1", "RoutingConfig": null}]}`,
		`a: alias live of "3"; alias live of "4" weighted; alias old of "1"`},
	{"alias", `{"AliasArn": "arn:aws:lambda:r:1:function:a:live", "Name": "live", "FunctionVersion": "3"}`,
		`a: alias live of "3"`},
	{"targets", `{"ScalableTargets": [{"ServiceNamespace": "lambda", "ResourceId": "function:a:live", "MinCapacity": 3, ` +
		`"MaxCapacity": 50},
		{"ResourceId": "table/x", "ServiceNamespace": "dynamodb", "MinCapacity": 1}, {"ScalableDimension": ` +
		`"lambda:function:ProvisionedConcurrency", "MinCapacity": "x"}]}`,
		"a: target \"live\" 3 to 50\nfunction: nameless; target \"\" ? to ?\n" +
			"unknown function.MinCapacity line 2: \"x\" is not a whole number, use a whole number"},
	{"policies", `{"ScalingPolicies": [{"ResourceId": "function:a:live", "TargetTrackingScalingPolicyConfiguration": ` +
		`{"TargetValue": 0.7}},
		{"ResourceId": "function:a:live", "TargetTrackingScalingPolicyConfiguration": {"TargetValue": 0.8,
			"CustomizedMetricSpecification": {"MetricName": "ProvisionedConcurrencyUtilization"}}},
		{"ResourceId": "function:a:live", "TargetTrackingScalingPolicyConfiguration": {"TargetValue": 30, ` +
		`"CustomizedMetricSpecification": {"MetricName": "Mine"}}},
		{"ResourceId": "function:a:live", "StepScalingPolicyConfiguration": {}}]}`,
		`a: target "live" ? to ?; at 0.7; at 0.8`},
	{"target and policy", `{"ScalingPolicies": [{"ResourceId": "function:a:live", ` +
		`"TargetTrackingScalingPolicyConfiguration": {"TargetValue": 0.7}}],
		"ScalableTargets": [{"ResourceId": "function:a:live", "MinCapacity": 1, "MaxCapacity": 2}]}`,
		`a: target "live" 1 to 2; at 0.7`},
	{"policy without a number",
		`{"ScalingPolicies": [{"ResourceId": "function:a:live", "TargetTrackingScalingPolicyConfiguration": ` +
			`{"TargetValue": "NaN"}}]}`,
		"a: \nunknown a.TargetValue line 1: \"NaN\" is not a number, use a number"},
	{"scheduled", `{"ScheduledActions": [{"ServiceNamespace": "lambda", "ResourceId": "function:a:live", ` +
		`"ScalableTargetAction": {"MinCapacity": 5}}]}`,
		`a: scheduled "live" 5 to ?`},
	{"pollers", `{"EventSourceMappings": [{"FunctionArn": "arn:aws:lambda:r:1:function:a:live", "EventSourceArn": "q", ` +
		`"ScalingConfig": {"MaximumConcurrency": 20}},
		{"FunctionArn": "arn:aws:lambda:r:1:function:b", "EventSourceArn": "q"}]}`, "a: poller 20\nb: called"},
	{"poller", `{"UUID": "1", "EventSourceArn": "q", "FunctionArn": "arn:aws:lambda:r:1:function:a", ` +
		`"ScalingConfig": {"MaximumConcurrency": 2}}`, "a: poller 2"},
	{"poller without a bound", `{"UUID": "1", "EventSourceArn": "q", "FunctionArn": "arn:aws:lambda:r:1:function:a"}`,
		"a: called"},
	{"pollers of a queue", `{"UUID": "1", "EventSourceArn": "arn:aws:sqs:r:1:q", ` +
		`"FunctionArn": "arn:aws:lambda:r:1:function:a", ` +
		`"ProvisionedPollerConfig": {"MinimumPollers": 2, "MaximumPollers": 5}}`, "a: poller ? sqs 2..5"},
	{"pollers alone", `{"FunctionArn": "arn:aws:lambda:r:1:function:a", ` +
		`"ProvisionedPollerConfig": {"MaximumPollers": 5}}`, "a: poller ?  ?..5"},
	{"batches of a shard", `{"UUID": "1", "EventSourceArn": "arn:aws:kinesis:r:1:stream/s", ` +
		`"FunctionArn": "arn:aws:lambda:r:1:function:a", "ParallelizationFactor": 10}`, "a: called; poller ? kinesis ? x 10"},
	{"tenants", `{"Functions": [{"FunctionName": "a", "Version": "$LATEST", "Timeout": 1200, "MemorySize": 10241,
		"TenancyConfig": {"TenantIsolationMode": "PER_TENANT"}, "FileSystemConfigs": [{"Arn": "x"}]}]}`,
		`a: tenancy; file system; timeout 1200; refused memory "10241" line 1`},
	{"URLs", `{"FunctionUrlConfigs": [{"FunctionUrl": "https://x", "FunctionArn": "arn:aws:lambda:r:1:function:a"}]}`,
		"a: url"},
	{"URL", `{"FunctionUrl": "https://x", "FunctionArn": "arn:aws:lambda:r:1:function:a", "AuthType": "NONE"}`, "a: url"},
	{"weights", `{"AliasArn": "arn:aws:lambda:r:1:function:a:live", "Name": "live", "FunctionVersion": "1", ` +
		`"RoutingConfig": {"AdditionalVersionWeights": {"2": 0.1}}}`, `a: alias live of "1"; alias live of "2" weighted`},
	{"a target of a function", `{"ScalableTargets": [{"ServiceNamespace": "lambda", "ResourceId": "function:a", ` +
		`"ScalableDimension": "lambda:function:ProvisionedConcurrency", "MinCapacity": 1, "MaxCapacity": 2}]}`,
		`a: names the resource "function:a"`},
	{"target tracking and schedules", `{"ScalingPolicies": [{"ServiceNamespace": "lambda", "ResourceId": ` +
		`"function:a:live", ` +
		`"TargetTrackingScalingPolicyConfiguration": {"TargetValue": 0.6, "ScaleOutCooldown": 60, "DisableScaleIn": true, ` +
		`"CustomizedMetricSpecification": {"MetricName": "ProvisionedConcurrencyUtilization", "Statistic": "Maximum"}}}],
		"ScheduledActions": [{"ServiceNamespace": "lambda", "ResourceId": "function:a:live", "Timezone": "Europe/Berlin", ` +
		`"Schedule": "cron(55 8 ? * MON-FRI *)", "EndTime": "2027-01-01T00:00:00+00:00", ` +
		`"ScalableTargetAction": {"MinCapacity": 36}}]}`,
		`a: target "live" ? to ?; at 0.6 maximum out 60s never in; scheduled "live" 36 to ? cron(55 8 ? * MON-FRI *) ` +
			`Europe/Berlin to 2027-01-01T00:00:00+00:00`},
	{"scaling activities", `{"ScalingActivities": [` + activity("monitor alarm x-AlarmLow-1 in state ALARM", 5, 300, 301,
		"Successful") +
		activity("monitor alarm x-AlarmHigh-1 in state ALARM", 13, 100, 201.5, "Successful") +
		activity("scheduled action name a was triggered", 20, 220, 330, "Successful") +
		activity("monitor alarm x-AlarmHigh-1 in state ALARM", 30, 400, 410, "Failed") +
		activity("monitor alarm x-AlarmHigh-1 in state ALARM", 30, 500, 400, "Successful") +
		activity("monitor alarm x-AlarmHigh-1 in state ALARM", 30, 600, 0, "InProgress") + `{}]}`,
		"a: allocations [101.5 110]s; 2 unmeasured"},
	{"suspended", `{"ScalableTargets": [{"ServiceNamespace": "lambda", "ResourceId": "function:a:live", ` +
		`"MinCapacity": 1, "MaxCapacity": 2, "SuspendedState": {"DynamicScalingInSuspended": false, ` +
		`"DynamicScalingOutSuspended": true, ` +
		`"ScheduledScalingSuspended": true}}]}`,
		`a: target "live" 1 to 2; DynamicScalingOutSuspended ScheduledScalingSuspended`},
	{"quota", `{"Quota": {"ServiceCode": "lambda", "QuotaCode": "L-B99A9384", "Value": 1000.0}}`,
		"account 1000 claimed ?"},
	{"quotas", `{"NextToken": "x", "Quotas": [{"QuotaCode": "L-2", "Value": 5}, {"QuotaCode": "L-B99A9384", ` +
		`"Value": 3000}]}`, "account 3000 claimed ?"},
	{"quotas without ours so far", `{"NextToken": "x", "Quotas": [{"QuotaCode": "L-2", "Value": 5}]}`,
		"unknown .NextToken line 1: this is only the first part of the list, run the command without --max-items / " +
			"--no-paginate"},
	{"quota of another service", `{"Quota": {"ServiceCode": "ec2", "QuotaCode": "L-B99A9384", "Value": 7}}`, ""},
	{"wrong types", `{"Functions": [1], "Versions": [1, null, "x"], "Configuration": 5, "Concurrency": [], ` +
		`"Aliases": [[]], "ScalingConfig": 1, "Quota": "x", "AccountLimit": []}`,
		"unknown .ConcurrentExecutions line 1: the output does not include it, use the complete output"},
}

// activity returns a scaling activity that sets a number of units, with its times in seconds, and a comma.
func activity(cause string, units int, start, end float64, status string) string {
	return fmt.Sprintf(`{"ResourceId": "function:a:live", "Description": "Setting desired concurrency to %d.", `+
		`"Cause": %q, "StartTime": %g, "EndTime": %g, "StatusCode": %q}, `, units, cause, start, end, status)
}

func TestAWSCases(t *testing.T) {
	for _, c := range awsCases {
		file, err := read("a.json", []byte(c.text))
		if got := recordtest.Summary(file); err != nil || got != c.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", c.name, err, got, c.want)
		}
		if !claims(t, c.text) {
			t.Errorf("%s: it is not detected", c.name)
		}
	}
}
