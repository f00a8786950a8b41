package files

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
)

// account returns the response of get-account-settings for a quota of 1,000.
func account(unreserved int) string {
	return fmt.Sprintf(`{"AccountLimit": {"ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": %d}}`,
		unreserved)
}

// configs returns the response of list-provisioned-concurrency-configs for entries of the form qualifier=units.
func configs(of ...string) string {
	var list []string
	for _, one := range of {
		qualifier, units, _ := strings.Cut(one, "=")
		list = append(list, fmt.Sprintf(`{"FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:F:%s", `+
			`"RequestedProvisionedConcurrentExecutions": %s}`, qualifier, units))
	}
	return `{"ProvisionedConcurrencyConfigs": [` + strings.Join(list, ", ") + `]}`
}

// target returns the response of describe-scalable-targets.
func target(least, most int) string {
	return fmt.Sprintf(`{"ScalableTargets": [{"ServiceNamespace": "lambda", "ResourceId": "function:F:live", `+
		`"MinCapacity": %d, "MaxCapacity": %d}]}`, least, most)
}

// sam returns a template with the function F.
func sam(properties, more string) string {
	return "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties: {FunctionName: F, " +
		"AutoPublishAlias: live" +
		properties + "}\n" + more
}

// Parts of templates, and AWS CLI responses.
const (
	fixed  = ", ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 100}"
	other  = "  G: {Type: AWS::Lambda::Function, Properties: {FunctionName: G, ReservedConcurrentExecutions: 650}}\n"
	scaled = "  T: {Type: AWS::ApplicationAutoScaling::ScalableTarget, Properties: {ServiceNamespace: lambda, " +
		"ResourceId: 'function:F:live', MinCapacity: 100, MaxCapacity: 500}}\n"
	queue = `{"EventSourceMappings": [{"FunctionArn": "arn:aws:lambda:r:1:function:F", "EventSourceArn": "q", ` +
		`"ScalingConfig": {"MaximumConcurrency": 50}}]}`
	snapped = `{"Functions": [{"FunctionName": "F", "Version": "$LATEST", "SnapStart": {"ApplyOn": "PublishedVersions"}}]}`
	aliases = `{"Aliases": [{"AliasArn": "arn:aws:lambda:r:1:function:F:live", "Name": "live", "FunctionVersion": "3"}]}`
	getF    = `{"Configuration": {"FunctionName": "F"}, "Concurrency": {"ReservedConcurrentExecutions": 300}}`
)

// The resource types.
const (
	function = "aws_lambda_function"
	config   = "aws_lambda_provisioned_concurrency_config"
	mapping  = "aws_lambda_event_source_mapping"
	scaling  = "aws_appautoscaling_target"
)

// plan returns a plan with the given changes. The planned values of a change come after an arrow.
func plan(changes ...string) string {
	var values []string
	for i, change := range changes {
		var value string
		var ok bool
		if changes[i], value, ok = strings.Cut(change, "=>"); ok {
			values = append(values, value)
		}
	}
	return `{"format_version": "1.2", "planned_values": {"root_module": {"resources": [` + strings.Join(values, ", ") +
		`]}}, "resource_changes": [` + strings.Join(changes, ", ") + `]}`
}

func resource(kind, name, values string) string {
	return fmt.Sprintf(`{"address": "%s.%s", "mode": "managed", "type": "%s", "name": "%s", "values": {%s}}`,
		kind, name, kind, name, values)
}

func change(kind, name, actions, before string) string {
	return fmt.Sprintf(`{"address": "%s.%s", "mode": "managed", "type": "%s", "name": "%s", `+
		`"change": {"actions": [%s], "before": %s, "after_unknown": {}}}`, kind, name, kind, name, actions, before)
}

func created(kind, name, values string) string {
	return change(kind, name, `"create"`, "null") + "=>" + resource(kind, name, values)
}

func changed(kind, name, actions, before, after string) string {
	return change(kind, name, actions, "{"+before+"}") + "=>" + resource(kind, name, after)
}

func kept(kind, name, values string) string { return changed(kind, name, `"no-op"`, values, values) }

func deleted(kind, name, before string) string { return change(kind, name, `"delete"`, "{"+before+"}") }

func named(name string) string { return fmt.Sprintf(`"function_name": "%s"`, name) }

func reserved(name string, units int) string {
	return fmt.Sprintf(`"function_name": "%s", "reserved_concurrent_executions": %d`, name, units)
}

func provisioned(name, qualifier string, units int) string {
	return fmt.Sprintf(`"function_name": "%s", "qualifier": "%s", "provisioned_concurrent_executions": %d`,
		name, qualifier, units)
}

func inRegion(region, name string) string {
	return fmt.Sprintf(`"arn": "arn:aws:lambda:%s:123456789012:function:%s", `, region, name)
}

// A deployedCase has files with deployed and desired settings, and the rules that should find something in them.
type deployedCase struct {
	name  string
	files []string
	want  string
}

// templateCases combine templates with AWS CLI responses.
var templateCases = []deployedCase{
	{"an orphan beside an alias", []string{sam(", ReservedConcurrentExecutions: 120"+fixed, ""), configs("3=50")},
		"LC002 LC011"},
	{"what is beside an alias is claimed", []string{sam(fixed, other), configs("live=100", "3=500"), account(400)},
		"LC001 LC011"},
	{"what an alias has is replaced", []string{sam(fixed, other), configs("live=200"), account(800)}, ""},
	{"a target that is", []string{sam(fixed, ""), target(60, 50)}, "LC009 LC010"},
	{"a target that shall be another", []string{sam("", scaled), target(60, 50)}, ""},
	{"a target that shall be off",
		[]string{"service: s\nprovider: aws\nfunctions:\n  F: {name: F, provisionedConcurrency: {executions: 10, " +
			"alias: live}, concurrencyAutoscaling: {enabled: false, alias: live}}", target(30, 40)}, ""},
	{"a queue that is", []string{sam(", ReservedConcurrentExecutions: 10", ""), queue}, "LC008"},
	{"a queue beside others",
		[]string{sam(", ReservedConcurrentExecutions: 10, Events: {Q: {Type: SQS, Properties: {Queue: 'arn:aws:sqs:r:1:p', "+
			"ScalingConfig: {MaximumConcurrency: 5}}}}", ""), queue}, "LC008"},
	{"a queue that shall be bound otherwise",
		[]string{sam(", ReservedConcurrentExecutions: 10, Events: {Q: {Type: SQS, Properties: {Queue: !Sub "+
			"'arn:aws:sqs:${AWS::Region}:1:q', ScalingConfig: {MaximumConcurrency: 5}}}}", ""), queue}, ""},
	{"a queue that shall be unbound",
		[]string{sam(", ReservedConcurrentExecutions: 10, Events: {Q: {Type: SQS, Properties: {Queue: q}}}", ""), queue},
		"LC035"},
	{"SnapStart that is", []string{sam(fixed, ""), snapped}, "LC006"},
	{"SnapStart of a version that is", []string{sam(fixed, ""), strings.ReplaceAll(snapped, "$LATEST", "3")}, ""},
	{"SnapStart after a version that is",
		[]string{sam(", SnapStart: {ApplyOn: PublishedVersions}", ""), configs("3=5"), aliases}, ""},
	{"SnapStart before the next version",
		[]string{sam(", SnapStart: {ApplyOn: PublishedVersions}", ""), configs("live=5"), aliases}, "LC006"},
	{"SnapStart that shall be off", []string{sam(fixed+", SnapStart: {ApplyOn: None}", ""), snapped}, ""},
	{"what scaling holds", []string{sam("", scaled+other), configs("live=300"), account(600)}, "LC001"},
	{"what scaling will raise", []string{sam("", scaled+other), configs("live=30"), account(950)}, ""},
	{"a new version in place of the old one",
		[]string{"Resources:\n  F: {Type: AWS::Lambda::Function, Properties: {FunctionName: F}}\n" +
			"  V: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref F, ProvisionedConcurrencyConfig: " +
			"{ProvisionedConcurrentExecutions: 500}}}\n" +
			"  A: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref F, Name: live, " +
			"FunctionVersion: !GetAtt V.Version}}\n", configs("7=500"), account(500)}, ""},
	{"SnapStart after the version of an alias", []string{snapped, aliases, configs("live=5")}, ""},
}

// planCases are plans, most of them combined with AWS CLI responses.
var planCases = []deployedCase{
	{"the alias's version", []string{plan(created(config, "c", provisioned("F", "live", 5))), aliases, configs("3=5")},
		"LC019"},
	{"deleted, and still in an answer",
		[]string{plan(deleted(function, "f", reserved("F", 300)), created(function, "g", reserved("G", 900))), getF,
			account(700)}, ""},
	{"deleted", []string{plan(deleted(function, "f", reserved("F", 300)), created(function, "g", reserved("G", 900))),
		account(700)}, ""},
	{"the new one first", []string{plan(changed(function, "f", `"create", "delete"`, reserved("F", 300),
		reserved("F2", 300))), account(300)}, "LC001"},
	{"the old one first", []string{plan(changed(function, "f", `"delete", "create"`, reserved("F", 300),
		reserved("F2", 300))), account(300)}, ""},
	{"two Regions", []string{plan(created(function, "f", `"region": "us-east-1", `+reserved("F", 500)),
		changed(function, "g", `"no-op"`, reserved("G", 500), inRegion("eu-west-1", "G")+reserved("G", 500)))}, "LC021"},
	{"one Region", []string{plan(created(function, "f", `"region": "eu-west-1", `+reserved("F", 500)),
		changed(function, "g", `"no-op"`, reserved("G", 500), inRegion("eu-west-1", "G")+reserved("G", 500)))}, "LC001"},
	{"one name in two Regions",
		[]string{plan(kept(function, "f", inRegion("us-east-1", "F")+reserved("F", 100)),
			kept(function, "g", inRegion("eu-west-1", "F")+reserved("F", 400)),
			changed(function, "h", `"update"`, inRegion("eu-west-1", "H")+named("H"),
				`"region": "eu-west-1", `+reserved("H", 300)), kept(config, "c", provisioned("F", "live", 300))), account(600)},
		"LC021 LC021"},
	{"provisioned in another Region",
		[]string{plan(changed(function, "f", `"no-op"`, inRegion("us-east-1", "F")+named("F"),
			inRegion("us-east-1", "F")+reserved("F", 700)), deleted(function, "g", inRegion("eu-west-1", "G")+named("G")),
			deleted(config, "c", provisioned("G", "live", 300))), account(600)}, "LC001"},
	{"two plans of a reservation",
		[]string{plan(kept(function, "f", reserved("F", 600))), plan(kept(config, "c", provisioned("F", "live", 200))),
			account(400)}, ""},
	{"two plans without a reservation",
		[]string{plan(kept(function, "f", named("F"))), plan(kept(config, "c", provisioned("F", "live", 500))), account(500)},
		""},
	{"a queue that is deleted",
		[]string{plan(kept(function, "f", reserved("F", 20)),
			deleted(mapping, "m", `"function_name": "F", "event_source_arn": "arn:aws:sqs:r:1:q", `+
				`"scaling_config": [{"maximum_concurrency": 50}]`)), queue}, ""},
	{"no more provisioned elsewhere",
		[]string{plan(deleted(config, "c", provisioned("F", "live", 500)),
			changed(function, "g", `"update"`, named("G"), reserved("G", 700))), account(500)}, ""},
	{"no more provisioned, as an answer has it",
		[]string{plan(deleted(config, "c", provisioned("F", "live", 500)),
			changed(function, "g", `"update"`, named("G"), reserved("G", 700))), configs("live=500"), account(500)}, ""},
	{"no more provisioned", []string{plan(kept(function, "f", reserved("F", 100)),
		deleted(config, "c", provisioned("F", "live", 150))), configs("live=150")}, ""},
}

// openCases are files with an unknown name, which may refer to something in a response.
var openCases = []deployedCase{
	{"a queue that may be bound otherwise",
		[]string{sam(", ReservedConcurrentExecutions: 10, Events: {Q: {Type: SQS, Properties: {Queue: !GetAtt Q.Arn}}}", ""),
			queue}, "LC035"},
	{"an unknown name that may be either of two aliases",
		[]string{"Parameters: {Stage: {Type: String}}\n" +
			strings.Replace(sam(", ReservedConcurrentExecutions: 350"+fixed, ""), "live", "!Ref Stage", 1),
			configs("live=300", "beta=300")}, "LC002 LC021"},
	{"which of two has that",
		[]string{sam(", ReservedConcurrentExecutions: 600", strings.Replace(other, "650", "50", 1)),
			`{"ReservedConcurrentExecutions": 300}`, account(700)}, "LC021"},
	{"a qualifier that may be that of the target",
		[]string{plan(kept(function, "f", reserved("F", 400)),
			created(config, "c", `"function_name": "F", "provisioned_concurrent_executions": 300`),
			created(scaling, "t", `"service_namespace": "lambda", "resource_id": "function:F:live", "min_capacity": 310, `+
				`"max_capacity": 400`))}, "LC021"},
	{"an alias that may be that",
		[]string{"Parameters: {Stage: {Type: String}}\n" +
			strings.Replace(sam(", ReservedConcurrentExecutions: 120"+fixed, ""), "live", "!Sub 'live-${Stage}'", 1),
			configs("live=100")}, "LC021"},
	{"an alias resource that may be that",
		[]string{"Parameters: {Stage: {Type: String}}\nResources:\n  F: {Type: AWS::Lambda::Function, " +
			"Properties: {FunctionName: F, ReservedConcurrentExecutions: 120}}\n" +
			"  A: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref F, Name: !Ref Stage, FunctionVersion: '1', " +
			"ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 100}}}", configs("live=100")}, "LC021"},
	{"a qualifier that may be that",
		[]string{plan(kept(function, "f", reserved("F", 120)),
			created(config, "c", `"function_name": "F", "provisioned_concurrent_executions": 100`)), configs("live=100")},
		"LC021"},
}

// TestDeployed checks that deployed settings stay unless the files with the desired settings mention them.
// The order of the files must not matter.
func TestDeployed(t *testing.T) {
	for _, c := range slices.Concat(templateCases, planCases, openCases) {
		for order := range 2 {
			var contents []record.File
			for i := range c.files {
				if order == 1 {
					i = len(c.files) - 1 - i
				}
				file, err := parsedFile(fmt.Sprintf("f%d", i), []byte(c.files[i]), record.Options{})
				if err != nil {
					t.Fatal(c.name, err)
				}
				contents = append(contents, file)
			}
			a, _ := Join(contents, nil, "", false)
			if a.Concurrency == 0 {
				a.Concurrency = 1000
			}
			r := check.Run(a, check.Options{})
			var got []string
			for _, f := range r.Findings {
				got = append(got, string(f.ID))
			}
			if found := strings.Join(got, " "); found != c.want {
				t.Errorf("%s, order %d: %q, want %q\n%+v", c.name, order, found, c.want, r.Findings)
			}
		}
	}
}
