package cloudformation

import (
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record/recordtest"
)

// oneFunction is a template up to the properties of its only function.
const oneFunction = "Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties: "

// askProcessed is the end of every message about macros.
const askProcessed = ", " + remedyProcessed

// templateCases are details of templates, with the expected summary.
var templateCases = []struct{ name, text, want string }{
	{"reservation by a dynamic reference", oneFunction + "{ReservedConcurrentExecutions: '{{resolve:ssm:/units:1}}'}",
		"F: \nunknown F.ReservedConcurrentExecutions line 4: a dynamic reference is known only at deployment, " +
			"use the value itself, or a parameter"},
	{"name with a dynamic reference", oneFunction + "{FunctionName: 'a-{{resolve:ssm:/stage}}'}\n" +
		"  A: {Type: AWS::Lambda::Alias, Properties: {Name: live, FunctionName: !Ref F, " +
		"ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 3}}}",
		`F: "live"=3; alias live of ""` +
			"\nunknown F.FunctionName line 4: a dynamic reference is known only at deployment, " +
			"use the value itself, or a parameter"},
	{"name that is a logical id after it",
		"Resources:\n  B: {Type: AWS::Lambda::Function, Properties: {FunctionName: x, ReservedConcurrentExecutions: 4}}\n" +
			"  x: {Type: AWS::Lambda::Function, Properties: {ReservedConcurrentExecutions: 5}}",
		"x: reserved 4\nResources.x: reserved 5"},
	{"name that is a logical id before it",
		"Resources:\n  x: {Type: AWS::Lambda::Function, Properties: {ReservedConcurrentExecutions: 5}}\n" +
			"  B: {Type: AWS::Lambda::Function, Properties: {FunctionName: x, ReservedConcurrentExecutions: 4}}",
		"Resources.x: reserved 5\nx: reserved 4"},
	{"name in an ARN", oneFunction + "{FunctionName: shop, ReservedConcurrentExecutions: 9}\n" +
		"  P: {Type: AWS::Lambda::EventSourceMapping, Properties: {ScalingConfig: {MaximumConcurrency: 7}, " +
		"FunctionName: !Sub 'arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:shop:live'}}",
		"shop: reserved 9; poller 7"},
	{"alias that SAM makes", `Resources:
  F: {Type: AWS::Serverless::Function, Properties: {AutoPublishAlias: my-alias_x, ` +
		`ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 2}}}
  T:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties: {MinCapacity: 2, MaxCapacity: 9, ServiceNamespace: lambda, ResourceId: !Sub ["function:${n}", ` +
		`{n: !Join [":", [!Select [6, !Split [":", !Ref FAliasmyDaliasUx]], my-alias_x]]}]}`,
		`F: "my-alias_x"=2; alias my-alias_x of "new version F"; target "my-alias_x" 2 to 9`},
	{"target tracking with a schedule", `Parameters: {Zone: {Type: String, Default: Europe/Berlin}}
Resources:
  F: {Type: AWS::Lambda::Function, Properties: {FunctionName: f}}
  T:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties: {MinCapacity: 2, MaxCapacity: 60, ServiceNamespace: lambda, ResourceId: 'function:f:live', ` +
		`SuspendedState: {DynamicScalingInSuspended: true, ScheduledScalingSuspended: false}, ` +
		`ScheduledActions: [{ScheduledActionName: morning, Schedule: "cron(55 8 ? * MON-FRI *)", Timezone: !Ref Zone, ` +
		`StartTime: '2026-01-01T00:00:00Z', ScalableTargetAction: {MinCapacity: 36}}]}
  P:
    Type: AWS::ApplicationAutoScaling::ScalingPolicy
    Properties: {ScalingTargetId: !Ref T, TargetTrackingScalingPolicyConfiguration: {TargetValue: 0.7, ` +
		`ScaleInCooldown: 120, DisableScaleIn: true, CustomizedMetricSpecification: ` +
		`{MetricName: ProvisionedConcurrencyUtilization, Statistic: Maximum}}}`,
		`f: target "live" 2 to 60; DynamicScalingInSuspended; at 0.7 maximum in 120s never in; ` +
			`scheduled "live" 36 to ? cron(55 8 ? * MON-FRI *) Europe/Berlin from 2026-01-01T00:00:00Z`},
	{"provisioned or not", `Parameters: {Hot: {Type: String}}
Conditions: {Hot: !Equals [!Ref Hot, yes]}
Resources:
  F: {Type: AWS::Serverless::Function, Properties: {AutoPublishAlias: live, ProvisionedConcurrencyConfig: !If [Hot, ` +
		`{ProvisionedConcurrentExecutions: 2}, !Ref AWS::NoValue]}}`,
		`F: possibly "live"=?; alias live of "new version F"` +
			"\nunknown F.ProvisionedConcurrentExecutions line 4: the parameter Hot has no default, pass --param Hot=VALUE"},
	{"without Globals", "Globals: {Function: {ReservedConcurrentExecutions: 5, MemorySize: 256}}\nResources:\n" +
		"  F: {Type: AWS::Serverless::Function, IgnoreGlobals: '*'}\n  G: {Type: AWS::Serverless::Function, " +
		"IgnoreGlobals: [MemorySize]}\n  H: {Type: AWS::Serverless::Function}",
		"F: \nG: reserved 5\nH: reserved 5; memory 256"},
	{"answer of get-template",
		"{\"TemplateBody\": {\n\"Resources\": {\"F\": {\"Type\": \"AWS::Lambda::Function\", " +
			"\"Properties\": {\"ReservedConcurrentExecutions\": 5}}}}, \"StagesAvailable\": [\"Original\"]}",
		"F: reserved 5"},
	{"no resources", "AWSTemplateFormatVersion: 2010-09-09\nResources:", ""},
	{"resources of macros", "Resources:\n  Fn::Transform: {Name: M}\n  F:\n    Type: AWS::Lambda::Function\n" +
		"    Properties:\n      Fn::Transform: {Name: Include}",
		"F: \nunknown .Fn::Transform line 2: lambdacap does not expand it" + askProcessed +
			"\nunknown .F line 6: Fn::Transform adds settings that are known only at deployment" + askProcessed},
	{"events of macros", "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      Events:\n" +
		"        Fn::Transform: {Name: M}",
		"F: direct\nunknown F.Fn::Transform line 6: lambdacap does not expand it" + askProcessed},
}

func TestTemplates(t *testing.T) {
	for _, c := range templateCases {
		file, err := read("t.yaml", c.text, record.Options{})
		if got := recordtest.Summary(file); err != nil || got != c.want {
			t.Errorf("%s: %v\n%s\nwant\n%s", c.name, err, got, c.want)
		}
		if !claims(t, c.text) {
			t.Errorf("%s: it is not detected", c.name)
		}
	}
	_, err := read("t.json", `{"TemplateBody": "x"}`, record.Options{})
	if err == nil || !strings.Contains(err.Error(), "TemplateBody is not a mapping") {
		t.Errorf("a template that is text: %v", err)
	}
}
