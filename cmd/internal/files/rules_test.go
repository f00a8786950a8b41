package files

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
)

// found returns the rules that a check of files finds, in the order of the findings.
func found(t *testing.T, texts ...string) string {
	t.Helper()
	return foundWith(t, func(f check.Finding) string { return string(f.ID) }, texts...)
}

// foundLevels returns the rules that a check of files finds, with the levels.
func foundLevels(t *testing.T, texts ...string) string {
	t.Helper()
	return foundWith(t, func(f check.Finding) string { return string(f.ID) + " " + string(f.Level) }, texts...)
}

func foundWith(t *testing.T, of func(check.Finding) string, texts ...string) string {
	t.Helper()
	var contents []record.File
	for i, text := range texts {
		file, err := parsedFile(fmt.Sprintf("f%d", i), []byte(text), record.Options{})
		if err != nil {
			t.Fatal(err)
		}
		contents = append(contents, file)
	}
	a, _ := Join(contents, nil, "", false)
	if a.Concurrency == 0 {
		a.Concurrency = 1000
	}
	var ids []string
	for _, f := range check.Run(a, check.Options{}).Findings {
		ids = append(ids, of(f))
	}
	return strings.Join(ids, " ")
}

// service is a serverless.yml with the function f.
func service(settings string) string {
	return "service: s\nprovider: {name: aws}\nfunctions:\n  f: {" + settings + "}\n"
}

// template is a CloudFormation template with the function F and its alias live.
func template(function, alias, more string) string {
	return "Resources:\n  F: {Type: AWS::Lambda::Function, Properties: {FunctionName: F" + function + "}}\n" +
		"  V: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref F}}\n" +
		"  A: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref F, Name: live, " +
		"FunctionVersion: !GetAtt V.Version" + alias + "}}\n" + more
}

// scalable is a scalable target of a template.
func scalable(resource, dimension string) string {
	return "  T: {Type: AWS::ApplicationAutoScaling::ScalableTarget, Properties: {ServiceNamespace: lambda, ResourceId: " +
		resource + ", ScalableDimension: 'lambda:function:" + dimension + "', MinCapacity: 5, MaxCapacity: 50}}\n"
}

// tfMapping is an event source mapping of the function F in a plan.
func tfMapping(values string) string {
	return created(mapping, "m", named("F")+`, "event_source_arn": "arn:aws:sqs:us-east-1:123456789012:q", `+values)
}

const (
	provisionedFive = ", ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 5}"
	capacity        = ", CapacityProviderConfig: {Arn: 'arn:aws:lambda:us-east-1:123456789012:capacity-provider:cp'}"
	tfCapacity      = `, "capacity_provider_config": [{"lambda_managed_instances_capacity_provider_config": ` +
		`[{"capacity_provider_arn": "cp"}]}]`
	pollersOver = "ProvisionedPollerConfig: {MinimumPollers: 20, MaximumPollers: 5}"
	tfURL       = "aws_lambda_function_url"
	tfAlias     = "aws_lambda_alias"
	tfTarget    = "aws_appautoscaling_target"
)

// version is a parameter and a condition without values.
const version = "Parameters: {Old: {Type: String}}\nConditions: {Canary: !Equals [!Ref Old, x]}\n"

// weighted is a plan with a provisioned alias, and more values of the alias.
func weighted(more string) string {
	return plan(created(function, "f", named("F")),
		created(config, "c", named("F")+`, "qualifier": "live", "provisioned_concurrent_executions": 5`),
		created(tfAlias, "a", named("F")+`, "name": "live", "function_version": "1"`+more))
}

// afterApply lists the values of a plan's last resource that are known only after apply.
func afterApply(unknown, plan string) string {
	const none = `"after_unknown": {`
	i := strings.LastIndex(plan, none) + len(none)
	return plan[:i] + unknown + plan[i:]
}

// formatCases are the same mistakes in every format that can express them.
var formatCases = []struct{ name, text, want string }{
	{"tenants: SAM", sam(fixed+", TenancyConfig: {TenantIsolationMode: PER_TENANT}", ""), "LC027"},
	{"tenants: CloudFormation",
		template(", TenancyConfig: {TenantIsolationMode: PER_TENANT}", provisionedFive, ""), "LC027"},
	{"tenants and a URL: SAM",
		sam(", FunctionUrlConfig: {AuthType: NONE}, TenancyConfig: {TenantIsolationMode: PER_TENANT}", ""), "LC027"},
	{"tenants and a URL: CloudFormation", template(", TenancyConfig: {TenantIsolationMode: PER_TENANT}", "",
		"  U: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: !Ref F, AuthType: NONE}}\n"), "LC027"},
	{"tenants: Terraform", plan(
		created(function, "f", named("F")+`, "tenancy_config": [{"tenant_isolation_mode": "PER_TENANT"}]`),
		created(config, "c", named("F")+`, "qualifier": "live", "provisioned_concurrent_executions": 5`)), "LC027"},
	{"no tenants: Terraform", plan(created(function, "f", named("F")+`, "tenancy_config": []`),
		created(config, "c", named("F")+`, "qualifier": "live", "provisioned_concurrent_executions": 5`)), ""},
	{"tenants and a URL: Terraform", plan(
		created(function, "f", named("F")+`, "tenancy_config": [{"tenant_isolation_mode": "PER_TENANT"}]`),
		created(tfURL, "u", named("F"))), "LC027"},

	{"provider: SAM", sam(fixed+capacity, ""), "LC028 LC040"},
	{"provider without an alias: SAM", strings.Replace(sam(fixed+capacity, ""), "AutoPublishAlias: live, ", "", 1),
		"LC028 LC040"},
	{"provider of Globals", "Globals: {Function: {" + capacity[2:] + "}}\n" + sam("", ""), "LC040"},
	{"no provider", sam(", CapacityProviderConfig: !Ref AWS::NoValue", ""), ""},
	{"provider: CloudFormation", template(capacity+", ReservedConcurrentExecutions: 950", "", ""), "LC040"},
	{"provider: Terraform", plan(created(function, "f", reserved("F", 950)+tfCapacity)), "LC040"},
	{"no provider: Terraform", plan(created(function, "f", named("F")+`, "capacity_provider_config": []`)), ""},
	{"provider: serverless", service("capacityProvider: default, reservedConcurrency: 950"), "LC040"},
	{"provider by name: serverless", service("capacityProvider: {name: large, maxConcurrency: 10}"), "LC040"},
	{"provider and provisioned: serverless", service("capacityProvider: cp, provisionedConcurrency: 5"), "LC028 LC040"},
	{"provider by an extension: serverless", service("reservedConcurrency: 950") +
		"resources: {extensions: {FLambdaFunction: {Properties: {CapacityProviderConfig: {Arn: cp}, Timeout: 5401}}}}\n",
		"LC037 LC040"},
	{"tenants by an extension: serverless", service("provisionedConcurrency: 5") +
		"resources: {extensions: {FLambdaFunction: {Properties: {TenancyConfig: {TenantIsolationMode: PER_TENANT}}}}}\n",
		"LC027"},
	{"provider: a state", `{"format_version": "1.0", "values": {"root_module": {"resources": [` +
		resource(function, "f", reserved("F", 950)+tfCapacity) + `]}}}`, "LC040"},
	{"provider: list-functions", `{"Functions": [{"FunctionName": "F", "CapacityProviderConfig": ` +
		`{"LambdaManagedInstancesCapacityProviderConfig": {"CapacityProviderArn": "cp"}}}]}`, "LC040"},
	{"provider: get-function", `{"Configuration": {"FunctionName": "F", "CapacityProviderConfig": ` +
		`{"LambdaManagedInstancesCapacityProviderConfig": {"CapacityProviderArn": "cp"}}}, ` +
		`"Concurrency": {"ReservedConcurrentExecutions": 950}}`, "LC040"},

	{"weights: CloudFormation", template("", provisionedFive+
		", RoutingConfig: {AdditionalVersionWeights: [{FunctionVersion: '7', FunctionWeight: 0.1}]}", ""), "LC029"},
	{"no weights", template("", provisionedFive+", RoutingConfig: {AdditionalVersionWeights: []}", ""), ""},
	{"weights: Terraform", plan(created(function, "f", named("F")),
		created(tfAlias, "a", named("F")+`, "name": "live", "function_version": "1", `+
			`"routing_config": [{"additional_version_weights": {"2": 0.5}}]`),
		created(config, "c", named("F")+`, "qualifier": "live", "provisioned_concurrent_executions": 5`)), "LC029"},
	{"weights of a version that is not known", version + template("", provisionedFive+
		", RoutingConfig: {AdditionalVersionWeights: [{FunctionVersion: !Ref Old, FunctionWeight: 0.1}]}", ""), "LC029"},
	{"weights that are not known: CloudFormation", version + template("", provisionedFive+
		", RoutingConfig: !If [Canary, {AdditionalVersionWeights: [{FunctionVersion: 1}]}, !Ref AWS::NoValue]", ""), "LC021"},
	{"a list of weights that is not known", version + template("", provisionedFive+
		", RoutingConfig: {AdditionalVersionWeights: !If [Canary, [{FunctionVersion: 1}], []]}", ""), "LC021"},
	{"one of the weights that is not known", version + template("", provisionedFive+
		", RoutingConfig: {AdditionalVersionWeights: [!If [Canary, {FunctionVersion: 1}, !Ref AWS::NoValue]]}", ""), "LC021"},
	{"weights that are no list", template("", provisionedFive+
		", RoutingConfig: {AdditionalVersionWeights: 0.1}", ""), "LC021"},
	{"weights that are not known, and nothing provisioned", version + template("",
		", RoutingConfig: !If [Canary, {AdditionalVersionWeights: [{FunctionVersion: 1}]}, !Ref AWS::NoValue]", ""), ""},
	{"weights that are not known: Terraform", afterApply(`"routing_config": true`, weighted("")), "LC021"},
	{"weights that are not known, in a block", afterApply(`"routing_config": [{"additional_version_weights": true}]`,
		weighted(`, "routing_config": [{}]`)), "LC021"},
	{"weights whose values are not known", afterApply(`"routing_config": [{"additional_version_weights": {"2": true}}]`,
		weighted(`, "routing_config": [{"additional_version_weights": {}}]`)), "LC029"},

	{"tenants or not", version + template(", TenancyConfig: !If [Canary, {TenantIsolationMode: PER_TENANT}, "+
		"!Ref AWS::NoValue]", provisionedFive, ""), "LC021"},
	{"SnapStart, and EFS or not", version + sam(", SnapStart: {ApplyOn: PublishedVersions}, "+
		"FileSystemConfigs: !If [Canary, [{Arn: x}], !Ref AWS::NoValue]", ""), "LC021"},
	{"EFS or not", version + sam(", FileSystemConfigs: !If [Canary, [{Arn: x}], !Ref AWS::NoValue]", ""), ""},
	{"tenants, and a URL or not", version + sam(", TenancyConfig: {TenantIsolationMode: PER_TENANT}, "+
		"FunctionUrlConfig: !If [Canary, {AuthType: NONE}, !Ref AWS::NoValue]", ""), "LC021"},
	{"tenants, and a URL resource or not", version + template(", TenancyConfig: {TenantIsolationMode: PER_TENANT}", "",
		"  U: {Type: AWS::Lambda::Url, Condition: Canary, Properties: {TargetFunctionArn: !Ref F}}\n"), "LC021"},
	{"a URL resource or not", version + template("", "",
		"  U: {Type: AWS::Lambda::Url, Condition: Canary, Properties: {TargetFunctionArn: !Ref F}}\n"), ""},
	{"tenants or not: Terraform",
		afterApply(`"tenancy_config": true`, plan(created(function, "f", named("F")))), "LC021"},

	{"SnapStart and storage: SAM",
		sam(", SnapStart: {ApplyOn: PublishedVersions}, EphemeralStorage: {Size: 1024}", ""), "LC030"},
	{"SnapStart and EFS: SAM",
		sam(", SnapStart: {ApplyOn: PublishedVersions}, FileSystemConfigs: [{Arn: x, LocalMountPath: /mnt/x}]", ""), "LC030"},
	{"SnapStart and both: Terraform", plan(created(function, "f", named("F")+
		`, "snap_start": [{"apply_on": "PublishedVersions"}], "ephemeral_storage": [{"size": 1024}], `+
		`"file_system_config": [{"arn": "x"}]`)), "LC030 LC030"},
	{"SnapStart and both: serverless", service("snapStart: true, ephemeralStorageSize: 1024, " +
		"fileSystemConfig: {arn: x, localMountPath: /mnt/x}"), "LC030 LC030"},

	{"pollers: SAM", sam(", Events: {E: {Type: SQS, Properties: {Queue: q, "+pollersOver+"}}}", ""), "LC032"},
	{"pollers of Kafka: SAM", sam(", Events: {E: {Type: MSK, Properties: {Stream: s, "+
		"ProvisionedPollerConfig: {MinimumPollers: 1, MaximumPollers: 2001}}}}", ""), "LC032"},
	{"pollers beside a maximum: CloudFormation", template("", "",
		"  M: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: !Ref F, EventSourceArn: !GetAtt Q.Arn, "+
			"ScalingConfig: {MaximumConcurrency: 20}, "+
			"ProvisionedPollerConfig: {MinimumPollers: 2, MaximumPollers: 100}}}\n  Q: {Type: AWS::SQS::Queue}\n"), "LC031"},
	{"pollers: Terraform", plan(created(function, "f", reserved("F", 50)), tfMapping(
		`"provisioned_poller_config": [{"minimum_pollers": 1, "maximum_pollers": 100}], `+
			`"scaling_config": [{"maximum_concurrency": 20}]`)), "LC031 LC032 LC036"},
	{"pollers: serverless", service("reservedConcurrency: 50, events: [sqs: {arn: 'arn:aws:sqs:r:1:q', " +
		"maximumConcurrency: 20, provisionedPollers: {min: 2, max: 100}}]"), "LC031 LC036"},
	{"pollers: get-event-source-mapping", `{"UUID": "1", "FunctionArn": "arn:aws:lambda:r:1:function:F", ` +
		`"EventSourceArn": "arn:aws:sqs:r:1:q", "ProvisionedPollerConfig": {"MinimumPollers": 2, "MaximumPollers": 101}}`,
		"LC036"},

	{"no maximum: SAM", sam(", ReservedConcurrentExecutions: 2, Events: {E: {Type: SQS, "+
		"Properties: {Queue: !GetAtt Q.Arn}}}", "  Q: {Type: AWS::SQS::Queue}\n"), "LC035"},
	{"a maximum that a parameter gives: SAM", "Parameters: {Most: {Type: Number}}\n" +
		sam(", ReservedConcurrentExecutions: 2, Events: {E: {Type: SQS, Properties: {Queue: q, "+
			"ScalingConfig: {MaximumConcurrency: !Ref Most}}}}", ""), "LC021"},
	{"no maximum, disabled: SAM", sam(", ReservedConcurrentExecutions: 2, Events: {E: {Type: SQS, "+
		"Properties: {Queue: q, Enabled: false}}}", ""), ""},
	{"no maximum: Terraform", plan(created(function, "f", reserved("F", 2)), tfMapping(`"scaling_config": []`)), "LC035"},
	{"no maximum: serverless", service("reservedConcurrency: 2, events: [sqs: 'arn:aws:sqs:r:1:q']"), "LC035"},

	{"shards: SAM", sam(", ReservedConcurrentExecutions: 50, Events: {E: {Type: Kinesis, Properties: {"+
		"Stream: !GetAtt S.Arn, StartingPosition: LATEST, ParallelizationFactor: 10}}}",
		"  S: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 100}}\n"), "LC036"},
	{"shards within: SAM", sam(", ReservedConcurrentExecutions: 1000, Events: {E: {Type: Kinesis, Properties: {"+
		"Stream: !GetAtt S.Arn, StartingPosition: LATEST, ParallelizationFactor: 10}}}",
		"  S: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 100}}\n"), "LC001"},

	{"dimension: CloudFormation", template("", "", scalable("'function:F:live'", "ProvisionedConcurrencyUtilization")),
		"LC033"},
	{"no alias: CloudFormation", template("", "", scalable("'function:F'", "ProvisionedConcurrency")), "LC033"},
	{"no prefix: CloudFormation", template("", "", scalable("F", "ProvisionedConcurrency")), "LC033"},
	{"an ARN: CloudFormation",
		template("", "", scalable("'arn:aws:lambda:r:1:function:F:live'", "ProvisionedConcurrency")), "LC033"},
	{"no id of a function: CloudFormation",
		template("", "", scalable("function/F/live", "ProvisionedConcurrency")), "LC033"},
	{"no id of a function: answer", `{"ScalableTargets": [{"ServiceNamespace": "lambda", "ResourceId": ` +
		`"table/my table", "ScalableDimension": "lambda:function:ProvisionedConcurrency"}]}`, "LC033"},
	{"a target: CloudFormation", template("", "", scalable("'function:F:live'", "ProvisionedConcurrency")), ""},
	{"dimension: Terraform", plan(created(function, "f", named("F")),
		created(tfTarget, "t", `"service_namespace": "lambda", "resource_id": "function:F:live", `+
			`"scalable_dimension": "lambda:function:Concurrency", "min_capacity": 5, "max_capacity": 50`)), "LC033"},
	{"no alias: Terraform", plan(created(function, "f", named("F")),
		created(tfTarget, "t", `"service_namespace": "lambda", "resource_id": "function:F", `+
			`"scalable_dimension": "lambda:function:ProvisionedConcurrency", "min_capacity": 5, "max_capacity": 50`)), "LC033"},

	{"no id of a function: Terraform", plan(created(function, "f", named("F")),
		created(tfTarget, "t", `"service_namespace": "lambda", "resource_id": "function/F/live", `+
			`"scalable_dimension": "lambda:function:ProvisionedConcurrency", "min_capacity": 5, "max_capacity": 50`)), "LC033"},

	{"a type that is none", template("", "", "  P: {Type: AWS::Lambda::ProvisionedConcurrencyConfig, "+
		"Properties: {FunctionName: !Ref F, Qualifier: $LATEST, ProvisionedConcurrentExecutions: 50}}\n"), "LC034"},

	{"timeout: SAM", sam(", Timeout: 901", ""), "LC037"},
	{"timeout of Globals", "Globals: {Function: {Timeout: 1801}}\n" + sam("", ""), "LC037"},
	{"timeout: Terraform", plan(created(function, "f", named("F")+`, "timeout": 901`)), "LC037"},
	{"timeout: serverless", service("timeout: 901"), "LC037"},
	{"timeout of the provider: serverless",
		"service: s\nprovider: {name: aws, timeout: 901}\nfunctions:\n  f: {}\n  g: {timeout: 900}\n", "LC037"},
	{"timeout: list-functions", `{"Functions": [{"FunctionName": "F", "Timeout": 901}]}`, "LC037"},
	{"timeout of Managed Instances", sam(", Timeout: 5400"+capacity, ""), "LC040"},

	{"memory: SAM", sam(", MemorySize: 10241", ""), "LC038"},
	{"memory: Terraform", plan(created(function, "f", named("F")+`, "memory_size": 10241`)), "LC038"},
	{"memory: serverless", service("memorySize: 10241"), "LC038"},
	{"memory by CloudFormation: serverless", service("memorySize: !Ref Memory"), ""},
	{"memory: list-functions", `{"Functions": [{"FunctionName": "F", "MemorySize": 10241}]}`, "LC038"},
	{"memory of Managed Instances", sam(", MemorySize: 32768"+capacity, ""), "LC040"},
	{"too little memory of Managed Instances", sam(", MemorySize: 1024"+capacity, ""), "LC038 LC040"},
}

// TestFormats checks that each format provides what the rules need.
func TestFormats(t *testing.T) {
	for _, c := range formatCases {
		if got := found(t, c.text); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestDeployedKinds checks that a function keeps the kind it is deployed with.
func TestDeployedKinds(t *testing.T) {
	managed := `{"Configuration": {"FunctionName": "F", "Timeout": 1000, "CapacityProviderConfig": ` +
		`{"LambdaManagedInstancesCapacityProviderConfig": {"CapacityProviderArn": "cp"}}}}`
	if got := found(t, sam(", ReservedConcurrentExecutions: 950", ""), managed); got != "LC040" {
		t.Errorf("a capacity provider: %q", got)
	}
	tenants := `{"FunctionName": "F", "Timeout": 1000, "TenancyConfig": {"TenantIsolationMode": "PER_TENANT"}}`
	if got := found(t, sam(fixed, ""), tenants); got != "LC027 LC037" && got != "LC037 LC027" {
		t.Errorf("tenants: %q", got)
	}
	weights := `{"Aliases": [{"AliasArn": "arn:aws:lambda:r:1:function:F:live", "Name": "live", "FunctionVersion": "1", ` +
		`"RoutingConfig": {"AdditionalVersionWeights": {"2": 0.1}}}]}`
	if got := found(t, template("", provisionedFive, ""), weights); got != "" {
		t.Errorf("weights that the deployment removes: %q", got)
	}
	provisioned := `{"ProvisionedConcurrencyConfigs": [{"FunctionArn": "arn:aws:lambda:r:1:function:F:live", ` +
		`"RequestedProvisionedConcurrentExecutions": 5}]}`
	if got := found(t, weights, provisioned); got != "LC029" {
		t.Errorf("weights: %q", got)
	}
	url := `{"FunctionUrl": "https://x", "FunctionArn": "arn:aws:lambda:r:1:function:F"}`
	if got := found(t, sam(", Timeout: 900, TenancyConfig: {TenantIsolationMode: PER_TENANT}", ""), url); got != "LC027" {
		t.Errorf("a URL: %q", got)
	}
}

// TestURLElsewhere checks that a function URL counts for a function that another file declares, but does not declare
// one by itself.
func TestURLElsewhere(t *testing.T) {
	isolated := template(", TenancyConfig: {TenantIsolationMode: PER_TENANT}", "", "")
	for name, url := range map[string]string{
		"CloudFormation": "Resources: {U: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: F, AuthType: NONE}}}\n",
		"Terraform":      plan(created(tfURL, "u", named("F"))),
	} {
		if got := found(t, isolated, url); got != "LC027" {
			t.Errorf("%s: %q", name, got)
		}
		file, err := parsedFile("f", []byte(url), record.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if a, _ := Join([]record.File{file}, nil, "", false); len(a.Functions) > 0 {
			t.Errorf("%s alone: %+v", name, a.Functions)
		}
	}
	// A setting that follows the URL declares the function.
	both := "Resources:\n  U: {Type: AWS::Lambda::Url, Properties: {TargetFunctionArn: F}}\n" +
		"  A: {Type: AWS::Lambda::Alias, Properties: {FunctionName: F, Name: live, FunctionVersion: 1" +
		provisionedFive + "}}\n"
	if got := found(t, both, `{"FunctionName": "F", "Timeout": 1801}`); got != "LC037" {
		t.Errorf("an alias after the URL: %q", got)
	}
}

// TestMappingAnswers checks that an event source mapping in AWS CLI output counts for a function that another file
// declares, but does not declare one by itself.
func TestMappingAnswers(t *testing.T) {
	mappings := `{"EventSourceMappings": [{"FunctionArn": "arn:aws:lambda:r:1:function:F", "EventSourceArn": ` +
		`"arn:aws:sqs:r:1:q"}, {"FunctionArn": "arn:aws:lambda:r:1:function:G", "EventSourceArn": "arn:aws:sqs:r:1:q"}]}`
	if got := found(t, sam(", ReservedConcurrentExecutions: 2", ""), mappings); got != "LC035" {
		t.Errorf("with a template: %q", got)
	}
	file, err := parsedFile("f", []byte(mappings), record.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if a, _ := Join([]record.File{file}, nil, "", false); len(a.Functions) > 0 {
		t.Errorf("alone: %+v", a.Functions)
	}
}

// TestPolled checks that a plan finds the polled source through references. Before the first apply it has nothing else.
func TestPolled(t *testing.T) {
	resources := `{"address": "aws_lambda_function.f", "mode": "managed", "type": "aws_lambda_function", ` +
		`"values": {"function_name": "F", "reserved_concurrent_executions": 50}}, ` +
		`{"address": "aws_kinesis_stream.s", "mode": "managed", "type": "aws_kinesis_stream", ` +
		`"values": {"shard_count": 100}}, ` +
		`{"address": "aws_sqs_queue.q", "mode": "managed", "type": "aws_sqs_queue", "values": {"name": "q"}}, ` +
		`{"address": "aws_lambda_event_source_mapping.m", "mode": "managed", "type": "aws_lambda_event_source_mapping", ` +
		`"values": {"parallelization_factor": 10}}`
	for source, want := range map[string]string{
		"aws_kinesis_stream.s": "LC036",       // 100 shards x 10 over 50
		"aws_sqs_queue.q":      "LC044 LC035", // which has no such factor
		"aws_s3_bucket.b":      "",
	} {
		text := `{"format_version": "1.2", "planned_values": {"root_module": {"resources": [` + resources + `]}}, ` +
			`"configuration": {"root_module": {"resources": [{"address": "aws_lambda_event_source_mapping.m", ` +
			`"mode": "managed", "type": "aws_lambda_event_source_mapping", "expressions": {` +
			`"function_name": {"references": ["aws_lambda_function.f.arn", "aws_lambda_function.f"]}, ` +
			`"event_source_arn": {"references": ["` + source + `.arn", "` + source + `"]}}}]}}}`
		if got := found(t, text); got != want {
			t.Errorf("%s: %q, want %q", source, got, want)
		}
	}
	state := `{"format_version": "1.0", "values": {"root_module": {"resources": [` + strings.NewReplacer(
		`"shard_count": 100`, `"shard_count": 100, "arn": "arn:aws:kinesis:r:1:stream/s"`,
		`"parallelization_factor"`, `"function_name": "F", "event_source_arn": "arn:aws:kinesis:r:1:stream/s", `+
			`"parallelization_factor"`).Replace(resources) + `]}}}`
	if got := found(t, state); got != "LC036" {
		t.Errorf("state: %q", got)
	}
}
