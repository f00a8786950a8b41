package cloudformation

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record/recordtest"
)

// symbolic is a template in which every resource names its function by a text: %s is the name, alone, in a Sub, in a
// Join, and inside longer texts.
const symbolic = `
Parameters: {Name: {Type: String}, Other: {Type: String}, List: {Type: CommaDelimitedList}}
Conditions: {Prod: !Equals [!Ref Other, prod]}
Resources:
  A:
    Type: AWS::Lambda::Alias
    Properties:
      FunctionName: %s
      Name: live
      FunctionVersion: !GetAtt V.Version
      ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 50}
  V: {Type: AWS::Lambda::Version, Properties: {FunctionName: %s}}
  P: {Type: AWS::Lambda::EventSourceMapping, Properties: {FunctionName: %s, ScalingConfig: {MaximumConcurrency: 5}}}
  T:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties: {ServiceNamespace: lambda, MinCapacity: 2, MaxCapacity: 9, ResourceId: !Join [":", [function, %s, new]]}
  S:
    Type: AWS::ApplicationAutoScaling::ScalingPolicy
    Properties:
      ResourceId: !Join ["", ["function:", %s, ":new"]]
      TargetTrackingScalingPolicyConfiguration: {TargetValue: 0.5}
  F: {Type: AWS::Lambda::Function, Properties: {FunctionName: %s, ReservedConcurrentExecutions: 10}}
`

// TestEqualNames checks that two unknown names are equal if they consist of the same parts, however they are written.
// All resources then belong to one function.
func TestEqualNames(t *testing.T) {
	const want = `F: reserved 10; "live"=50; alias live of "new version V"; target "new" 2 to 9; at 0.5; poller 5`
	for _, names := range [][]string{
		{`!Sub "${AWS::StackName}-api"`, `!Join ["", [!Ref AWS::StackName, "-api"]]`, `!Join [-, [!Ref AWS::StackName, api]]`,
			`!Sub ["${N}-api", {N: !Ref AWS::StackName}]`, `{Fn::Sub: "${AWS::StackName}-api"}`},
		{`!Ref Name`, `!Sub "${Name}"`, `!Join ["", [!Ref Name]]`, `!Select [1, [x, !Ref Name]]`, `{Ref: Name}`},
		{`!ImportValue api`, `{"Fn::ImportValue": api}`, `!ImportValue {Fn::Sub: api}`},
		{`!ImportValue {Fn::Sub: "${AWS::StackName}-api"}`, `!ImportValue {Fn::Join: [-, [!Ref AWS::StackName, api]]}`},
		{`!GetAtt Table.Name`, `!Sub "${Table.Name}"`, `{Fn::GetAtt: [Table, Name]}`},
		{`"{{resolve:ssm:/api}}"`, `!Sub "{{resolve:ssm:/api}}"`},
		{`!If [Prod, !Ref Name, api]`, `!If [Prod, !Sub "${Name}", api]`},
		{`!If [Prod, !Ref Name, !Sub "${Name}"]`, `!Ref Name`},
		{`!FindInMap [M, !Ref Name, K]`, `!FindInMap [M, !Sub "${Name}", K]`},
	} {
		for i := range names {
			c := mustRead(t, fmt.Sprintf(symbolic, use(names, i)...), record.Options{})
			if len(c.Unknown) != 1 || c.Unknown[0].Name != record.FunctionName || c.Unknown[0].What != "FunctionName" {
				t.Errorf("%s: %+v", names[i], c.Unknown)
			}
			c.Unknown = nil
			if got := recordtest.Summary(c); got != want {
				t.Errorf("%s:\n%s\nwant\n%s", names[i], got, want)
			}
		}
	}
}

// use returns six of the names in turn, starting at one of them.
func use(names []string, from int) (six []any) {
	for i := range 6 {
		six = append(six, names[(from+i)%len(names)])
	}
	return six
}

// TestOtherNames checks that two names that may differ are not treated as equal.
func TestOtherNames(t *testing.T) {
	long := strings.Repeat("a", record.MaxText)
	for _, names := range [][2]string{
		{`!Ref Name`, `!Ref Other`},
		{`!Ref Name`, `!Sub "${Name}-a"`},
		{`!Ref Name`, `!FindInMap [M, !Ref Name, K]`},
		{`!Ref Name`, `!Select [!Ref Name, [a, b]]`},
		{`!Ref Name`, `!Select [0, !Split ["-", !Ref Name]]`},
		{`!Sub "a${Name}"`, `!Join ["", !Split ["-", !Sub "a-${Name}"]]`},
		{`!Join ["-", !Ref List]`, `!Join ["", !Ref List]`},
		{`!Ref Name`, `!If [Prod, !Ref Name, api]`},
		{`!ImportValue a`, `!ImportValue b`},
		{`!GetAtt T.A`, `!GetAtt T.B`},
		{`!Sub "` + long + `${Name}a"`, `!Sub "` + long + `${Name}b"`},
		{`!Ref Name`, `"` + record.Symbol("Name") + `"`},
		{`!Sub "${Name}"`, `!Sub "${!Name}"`},
		{`!Ref ` + long, `!Ref ` + long}, // too long to be compared
	} {
		other, own := names[1], names[0]
		c := mustRead(t, fmt.Sprintf(symbolic, other, other, other, other, other, own), record.Options{})
		if f := c.Functions[0]; f.Name != "F" && f.Name != "${Name}" || len(f.Deployment.Provided()) > 0 {
			t.Errorf("%.80s are treated as equal: %s", names, recordtest.Summary(c))
		}
	}
}

// TestStrangers checks that resources of the same unnamed function are grouped, and do not declare a function.
func TestStrangers(t *testing.T) {
	name := `!ImportValue api`
	c := mustRead(t, fmt.Sprintf(symbolic, name, name, name, name, name, "api"), record.Options{})
	const want = `api: reserved 10
unowned A: "live"=50; alias live of "new version V"; target "new" 2 to 9; at 0.5; poller 5
unknown A.FunctionName line 5: Fn::ImportValue is known only at deployment, ` +
		`use the value itself, or a parameter`
	if got := recordtest.Summary(c); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// TestAliasNames checks that an unknown alias name matters only next to another version or alias, or another file.
func TestAliasNames(t *testing.T) {
	const head = "Parameters: {Stage: {Type: String}}\nResources:\n  F: {Type: AWS::Serverless::Function, " +
		"Properties: {AutoPublishAlias: !Ref Stage, ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 3}}}\n"
	const target = "  T: {Type: AWS::ApplicationAutoScaling::ScalableTarget, Properties: {MinCapacity: 3, " +
		"MaxCapacity: 9, ServiceNamespace: lambda, ResourceId: !Sub 'function:${F}:"
	for text, want := range map[string]string{
		head: `F: "${Stage}"=3; alias ${Stage} of "new version F"` + "\nAutoPublishAlias 2",
		head + target + "${Stage}'}}": `F: "${Stage}"=3; alias ${Stage} of "new version F"; target "${Stage}" 3 to 9` +
			"\nAutoPublishAlias 2\nResourceId 2",
		head + target + "live'}}": `F: "${Stage}"=3; alias ${Stage} of "new version F"; target "live" 3 to 9` +
			"\nAutoPublishAlias 0",
	} {
		c := mustRead(t, text, record.Options{})
		unknown := c.Unknown
		c.Unknown = nil
		got := recordtest.Summary(c)
		for _, u := range unknown {
			got += fmt.Sprintf("\n%s %d", u.What, u.Name)
		}
		if got != want {
			t.Errorf("%s\n%s\nwant\n%s", text, got, want)
		}
	}
}
