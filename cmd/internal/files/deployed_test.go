package files

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc/check"
)

// TestDeployed: what is stays, where the files of what shall be do not speak of
// it. The files count the same in any order.
func TestDeployed(t *testing.T) {
	account := func(unreserved int) string {
		return fmt.Sprintf(`{"AccountLimit": {"ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": %d}}`, unreserved)
	}
	configs := func(of ...string) string {
		var list []string
		for _, one := range of {
			qualifier, units, _ := strings.Cut(one, "=")
			list = append(list, fmt.Sprintf(`{"FunctionArn": "arn:aws:lambda:eu-west-1:123456789012:function:F:%s", "RequestedProvisionedConcurrentExecutions": %s}`, qualifier, units))
		}
		return `{"ProvisionedConcurrencyConfigs": [` + strings.Join(list, ", ") + `]}`
	}
	target := func(least, most int) string {
		return fmt.Sprintf(`{"ScalableTargets": [{"ServiceNamespace": "lambda", "ResourceId": "function:F:live", "MinCapacity": %d, "MaxCapacity": %d}]}`, least, most)
	}
	sam := func(properties, more string) string {
		return "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties: {FunctionName: F, AutoPublishAlias: live" + properties + "}\n" + more
	}
	const (
		fixed   = ", ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 100}"
		other   = "  G: {Type: AWS::Lambda::Function, Properties: {FunctionName: G, ReservedConcurrentExecutions: 650}}\n"
		scaled  = "  T: {Type: AWS::ApplicationAutoScaling::ScalableTarget, Properties: {ServiceNamespace: lambda, ResourceId: 'function:F:live', MinCapacity: 100, MaxCapacity: 500}}\n"
		queue   = `{"EventSourceMappings": [{"FunctionArn": "arn:aws:lambda:r:1:function:F", "EventSourceArn": "q", "ScalingConfig": {"MaximumConcurrency": 50}}]}`
		snapped = `{"Functions": [{"FunctionName": "F", "Version": "$LATEST", "SnapStart": {"ApplyOn": "PublishedVersions"}}]}`
		aliases = `{"Aliases": [{"AliasArn": "arn:aws:lambda:r:1:function:F:live", "Name": "live", "FunctionVersion": "3"}]}`
		getF    = `{"Configuration": {"FunctionName": "F"}, "Concurrency": {"ReservedConcurrentExecutions": 300}}`
	)
	plan := func(changes ...string) string {
		var values []string
		for _, change := range changes {
			if _, value, ok := strings.Cut(change, "=>"); ok {
				values = append(values, value)
			}
		}
		for i := range changes {
			changes[i], _, _ = strings.Cut(changes[i], "=>")
		}
		return `{"format_version": "1.2", "planned_values": {"root_module": {"resources": [` + strings.Join(values, ", ") + `]}}, "resource_changes": [` + strings.Join(changes, ", ") + `]}`
	}
	resource := func(kind, name, values string) string {
		return fmt.Sprintf(`{"address": "%s.%s", "mode": "managed", "type": "%s", "name": "%s", "values": {%s}}`, kind, name, kind, name, values)
	}
	change := func(kind, name, actions, before string) string {
		return fmt.Sprintf(`{"address": "%s.%s", "mode": "managed", "type": "%s", "name": "%s", "change": {"actions": [%s], "before": %s, "after_unknown": {}}}`, kind, name, kind, name, actions, before)
	}
	const function, config = "aws_lambda_function", "aws_lambda_provisioned_concurrency_config"
	reserved := func(name string, units int) string {
		return fmt.Sprintf(`"function_name": "%s", "reserved_concurrent_executions": %d`, name, units)
	}
	for _, c := range []struct {
		name  string
		files []string
		want  string
	}{
		{"an orphan beside an alias", []string{sam(", ReservedConcurrentExecutions: 120"+fixed, ""), configs("3=50")}, "LC002 LC011"},
		{"what is beside an alias is claimed", []string{sam(fixed, other), configs("live=100", "3=500"), account(400)}, "LC001 LC011"},
		{"what an alias has is replaced", []string{sam(fixed, other), configs("live=200"), account(800)}, ""},
		{"a target that is", []string{sam(fixed, ""), target(60, 50)}, "LC009 LC010"},
		{"a target that shall be another", []string{sam("", scaled), target(60, 50)}, ""},
		{"a target that shall be off", []string{"service: s\nprovider: aws\nfunctions:\n  F: {name: F, provisionedConcurrency: {executions: 10, alias: live}, concurrencyAutoscaling: {enabled: false, alias: live}}", target(30, 40)}, ""},
		{"a queue that is", []string{sam(", ReservedConcurrentExecutions: 10", ""), queue}, "LC008"},
		{"a queue beside others", []string{sam(", ReservedConcurrentExecutions: 10, Events: {Q: {Type: SQS, Properties: {Queue: 'arn:aws:sqs:r:1:p', ScalingConfig: {MaximumConcurrency: 5}}}}", ""), queue}, "LC008"},
		{"a queue that shall be bound otherwise", []string{sam(", ReservedConcurrentExecutions: 10, Events: {Q: {Type: SQS, Properties: {Queue: !Sub 'arn:aws:sqs:${AWS::Region}:1:q', ScalingConfig: {MaximumConcurrency: 5}}}}", ""), queue}, ""},
		{"a queue that may be bound otherwise", []string{sam(", ReservedConcurrentExecutions: 10, Events: {Q: {Type: SQS, Properties: {Queue: !GetAtt Q.Arn}}}", ""), queue}, ""},
		{"a queue that shall be unbound", []string{sam(", ReservedConcurrentExecutions: 10, Events: {Q: {Type: SQS, Properties: {Queue: q}}}", ""), queue}, ""},
		{"SnapStart that is", []string{sam(fixed, ""), snapped}, "LC006"},
		{"SnapStart of a version that is", []string{sam(fixed, ""), strings.ReplaceAll(snapped, "$LATEST", "3")}, ""},
		{"SnapStart after a version that is", []string{sam(", SnapStart: {ApplyOn: PublishedVersions}", ""), configs("3=5"), aliases}, ""},
		{"SnapStart before the next version", []string{sam(", SnapStart: {ApplyOn: PublishedVersions}", ""), configs("live=5"), aliases}, "LC006"},
		{"SnapStart that shall be off", []string{sam(fixed+", SnapStart: {ApplyOn: None}", ""), snapped}, ""},
		{"the alias's version", []string{plan(change(config, "c", `"create"`, "null") + "=>" + resource(config, "c", `"function_name": "F", "qualifier": "live", "provisioned_concurrent_executions": 5`)),
			aliases, configs("3=5")}, "LC019"},
		{"what scaling holds", []string{sam("", scaled+other), configs("live=300"), account(600)}, "LC001"},
		{"what scaling will raise", []string{sam("", scaled+other), configs("live=30"), account(950)}, ""},
		{"a new version in place of the old one", []string{"Resources:\n  F: {Type: AWS::Lambda::Function, Properties: {FunctionName: F}}\n" +
			"  V: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref F, ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 500}}}\n" +
			"  A: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref F, Name: live, FunctionVersion: !GetAtt V.Version}}\n", configs("7=500"), account(500)}, ""},
		{"deleted, and still in an answer", []string{plan(change(function, "f", `"delete"`, "{"+reserved("F", 300)+"}"), change(function, "g", `"create"`, "null")+"=>"+resource(function, "g", reserved("G", 900))),
			getF, account(700)}, ""},
		{"deleted", []string{plan(change(function, "f", `"delete"`, "{"+reserved("F", 300)+"}"), change(function, "g", `"create"`, "null")+"=>"+resource(function, "g", reserved("G", 900))),
			account(700)}, ""},
		{"the new one first", []string{plan(change(function, "f", `"create", "delete"`, "{"+reserved("F", 300)+"}") + "=>" + resource(function, "f", reserved("F2", 300))), account(300)}, "LC001"},
		{"the old one first", []string{plan(change(function, "f", `"delete", "create"`, "{"+reserved("F", 300)+"}") + "=>" + resource(function, "f", reserved("F2", 300))), account(300)}, ""},
		{"two Regions", []string{plan(change(function, "f", `"create"`, "null")+"=>"+resource(function, "f", `"region": "us-east-1", `+reserved("F", 500)),
			change(function, "g", `"no-op"`, "{"+reserved("G", 500)+"}")+"=>"+resource(function, "g", `"arn": "arn:aws:lambda:eu-west-1:123456789012:function:G", `+reserved("G", 500)))}, "LC021"},
		{"one Region", []string{plan(change(function, "f", `"create"`, "null")+"=>"+resource(function, "f", `"region": "eu-west-1", `+reserved("F", 500)),
			change(function, "g", `"no-op"`, "{"+reserved("G", 500)+"}")+"=>"+resource(function, "g", `"arn": "arn:aws:lambda:eu-west-1:123456789012:function:G", `+reserved("G", 500)))}, "LC001"},
		{"one name in two Regions", []string{plan(change(function, "f", `"no-op"`, `{"arn": "arn:aws:lambda:us-east-1:123456789012:function:F", `+reserved("F", 100)+"}")+
			"=>"+resource(function, "f", `"arn": "arn:aws:lambda:us-east-1:123456789012:function:F", `+reserved("F", 100)),
			change(function, "g", `"no-op"`, `{"arn": "arn:aws:lambda:eu-west-1:123456789012:function:F", `+reserved("F", 400)+"}")+"=>"+resource(function, "g", `"arn": "arn:aws:lambda:eu-west-1:123456789012:function:F", `+reserved("F", 400)),
			change(function, "h", `"update"`, `{"arn": "arn:aws:lambda:eu-west-1:123456789012:function:H", "function_name": "H"}`)+"=>"+resource(function, "h", `"region": "eu-west-1", `+reserved("H", 300)),
			change(config, "c", `"no-op"`, `{"function_name": "F", "qualifier": "live", "provisioned_concurrent_executions": 300}`)+"=>"+resource(config, "c", `"function_name": "F", "qualifier": "live", "provisioned_concurrent_executions": 300`)),
			account(600)}, "LC021 LC021"},
		{"provisioned in another Region", []string{plan(change(function, "f", `"no-op"`, `{"arn": "arn:aws:lambda:us-east-1:123456789012:function:F", "function_name": "F"}`)+
			"=>"+resource(function, "f", `"arn": "arn:aws:lambda:us-east-1:123456789012:function:F", `+reserved("F", 700)),
			change(function, "g", `"delete"`, `{"arn": "arn:aws:lambda:eu-west-1:123456789012:function:G", "function_name": "G"}`),
			change(config, "c", `"delete"`, `{"function_name": "G", "qualifier": "live", "provisioned_concurrent_executions": 300}`)), account(600)}, "LC001"},
		{"two plans of a reservation", []string{plan(change(function, "f", `"no-op"`, "{"+reserved("F", 600)+"}") + "=>" + resource(function, "f", reserved("F", 600))),
			plan(change(config, "c", `"no-op"`, `{"function_name": "F", "qualifier": "live", "provisioned_concurrent_executions": 200}`) + "=>" + resource(config, "c", `"function_name": "F", "qualifier": "live", "provisioned_concurrent_executions": 200`)), account(400)}, ""},
		{"two plans without a reservation", []string{plan(change(function, "f", `"no-op"`, `{"function_name": "F"}`) + "=>" + resource(function, "f", `"function_name": "F"`)),
			plan(change(config, "c", `"no-op"`, `{"function_name": "F", "qualifier": "live", "provisioned_concurrent_executions": 500}`) + "=>" + resource(config, "c", `"function_name": "F", "qualifier": "live", "provisioned_concurrent_executions": 500`)), account(500)}, ""},
		{"a queue that is deleted", []string{plan(change(function, "f", `"no-op"`, "{"+reserved("F", 20)+"}")+"=>"+resource(function, "f", reserved("F", 20)),
			change("aws_lambda_event_source_mapping", "m", `"delete"`, `{"function_name": "F", "event_source_arn": "arn:aws:sqs:r:1:q", "scaling_config": [{"maximum_concurrency": 50}]}`)), queue}, ""},
		{"SnapStart after the version of an alias", []string{snapped, aliases, configs("live=5")}, ""},
		{"two aliases, of which it may be one", []string{"Parameters: {Stage: {Type: String}}\n" + strings.Replace(sam(", ReservedConcurrentExecutions: 350"+fixed, ""), "live", "!Ref Stage", 1), configs("live=300", "beta=300")}, "LC002 LC021"},
		{"which of two has that", []string{sam(", ReservedConcurrentExecutions: 600", strings.Replace(other, "650", "50", 1)), `{"ReservedConcurrentExecutions": 300}`, account(700)}, "LC021"},
		{"a qualifier that may be that of the target", []string{plan(change(function, "f", `"no-op"`, "{"+reserved("F", 400)+"}")+"=>"+resource(function, "f", reserved("F", 400)),
			change(config, "c", `"create"`, "null")+"=>"+resource(config, "c", `"function_name": "F", "provisioned_concurrent_executions": 300`),
			change("aws_appautoscaling_target", "t", `"create"`, "null")+"=>"+resource("aws_appautoscaling_target", "t", `"service_namespace": "lambda", "resource_id": "function:F:live", "min_capacity": 310, "max_capacity": 400`))}, "LC021"},
		{"no more provisioned elsewhere", []string{plan(change(config, "c", `"delete"`, `{"function_name": "F", "qualifier": "live", "provisioned_concurrent_executions": 500}`),
			change(function, "g", `"update"`, `{"function_name": "G"}`)+"=>"+resource(function, "g", reserved("G", 700))), account(500)}, ""},
		{"no more provisioned, as an answer has it", []string{plan(change(config, "c", `"delete"`, `{"function_name": "F", "qualifier": "live", "provisioned_concurrent_executions": 500}`),
			change(function, "g", `"update"`, `{"function_name": "G"}`)+"=>"+resource(function, "g", reserved("G", 700))), configs("live=500"), account(500)}, ""},
		{"an alias that may be that", []string{"Parameters: {Stage: {Type: String}}\n" + strings.Replace(sam(", ReservedConcurrentExecutions: 120"+fixed, ""), "live", "!Sub 'live-${Stage}'", 1), configs("live=100")}, "LC021"},
		{"an alias resource that may be that", []string{"Parameters: {Stage: {Type: String}}\nResources:\n  F: {Type: AWS::Lambda::Function, Properties: {FunctionName: F, ReservedConcurrentExecutions: 120}}\n" +
			"  A: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref F, Name: !Ref Stage, FunctionVersion: '1', ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 100}}}", configs("live=100")}, "LC021"},
		{"a qualifier that may be that", []string{plan(change(function, "f", `"no-op"`, "{"+reserved("F", 120)+"}")+"=>"+resource(function, "f", reserved("F", 120)),
			change(config, "c", `"create"`, "null")+"=>"+resource(config, "c", `"function_name": "F", "provisioned_concurrent_executions": 100`)), configs("live=100")}, "LC021"},
		{"no more provisioned", []string{plan(change(function, "f", `"no-op"`, "{"+reserved("F", 100)+"}")+"=>"+resource(function, "f", reserved("F", 100)),
			change(config, "c", `"delete"`, `{"function_name": "F", "qualifier": "live", "provisioned_concurrent_executions": 150}`)), configs("live=150")}, ""},
	} {
		for order := range 2 {
			var all []Contents
			for i := range c.files {
				if order == 1 {
					i = len(c.files) - 1 - i
				}
				contents, err := parsedFile(fmt.Sprintf("f%d", i), []byte(c.files[i]), Options{})
				if err != nil {
					t.Fatal(c.name, err)
				}
				all = append(all, contents)
			}
			var got []string
			a, _ := Join(all, nil, "")
			if a.Concurrency == 0 {
				a.Concurrency = 1000
			}
			r := check.Run(a, check.Options{})
			for _, f := range r.Findings {
				got = append(got, string(f.ID))
			}
			if found := strings.Join(got, " "); found != c.want {
				t.Errorf("%s, order %d: %q, want %q\n%+v", c.name, order, found, c.want, r.Findings)
			}
		}
	}
}
