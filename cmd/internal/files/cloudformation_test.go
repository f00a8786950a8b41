package files

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/lambdacap/lambdacap/calc"
)

// parsed reads a text and joins it to an account.
func parsed(t *testing.T, text string, o Options) calc.Account {
	t.Helper()
	c, err := parsedFile("t.yaml", []byte(text), o)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := Join([]Contents{c}, nil, "")
	return a
}

// TestIntrinsics resolves one value in every way that a template can say it.
func TestIntrinsics(t *testing.T) {
	const frame = `
Parameters:
  Ten: {Type: Number, Default: 10}
  None: {Type: Number}
  Secret: {Type: "AWS::SSM::Parameter::Value<String>", Default: /path}
  List: {Type: CommaDelimitedList, Default: "5,6,7"}
  Spaced: {Type: CommaDelimitedList, Default: "5, 8 "}
  Stage: {Type: String, Default: prod}
  Off: {Type: String, Default: No}
Mappings:
  Sizes: {prod: {Units: 40}, dev: {Units: 4}, eu-west-1: {Units: 30}}
Conditions:
  Prod: !Equals [!Ref Stage, prod]
  Dev: !Not [!Condition Prod]
  Both: !And [!Condition Prod, {Condition: Dev}]
  Any: !Or [!Condition Prod, !Condition Open]
  Open: !Equals [!Ref None, 1]
  Shut: !And [!Condition Open, !Condition Dev]
  On: !Equals [!Ref Off, 'false']
  Loop: !Not [!Condition Loop]
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties:
      ReservedConcurrentExecutions: `
	const open = -1 // not known
	const none = -2 // not set
	for value, want := range map[string]int64{
		"100": 100, `"100"`: 100, "100.0": 100, "010": 8, "1_000": 1000, "0x10": 16, "1:30": 90,
		"!Ref Ten": 10, "{Ref: Ten}": 10, "!Ref AWS::NoValue": none, "null": none,
		"!Ref None": open, "!Ref Secret": open, "!Ref Missing": open, "!Ref AWS::AccountId": open,
		"!If [Prod, 1, 2]": 1, "!If [Dev, 1, 2]": 2, "{'Fn::If': [Both, 1, 2]}": 2, "!If [Any, 1, 2]": 1,
		"!If [Open, 1, 2]": open, "!If [Open, 3, 3]": 3, "!If [Shut, 1, 2]": 2, "!If [On, 1, 2]": 1, "!If [Loop, 1, 2]": open,
		"!If [Prod, !Ref AWS::NoValue, 2]": none, "!If [Missing, 1, 2]": open, "!If [Prod, 1]": open,
		"!FindInMap [Sizes, !Ref Stage, Units]": 40, "!FindInMap [Sizes, dev, Units]": 4, "!FindInMap [Sizes, test, Units]": open,
		"!FindInMap [Sizes, !Ref AWS::Region, Units]": 30, "!FindInMap [Sizes, test, Units, {DefaultValue: 9}]": 9,
		"!Select [1, !Ref List]": 6, "!Select [1, [1, 2, 3]]": 2, "!Select [3, [1, 2, 3]]": open, "!Select [1, !Split ['-', a-8-c]]": 8,
		"!Select [1, !Ref Spaced]":    8,
		"!Select [0, [1, !Ref None]]": 1, "!Select [1, [1, !Ref None]]": open,
		`!Sub "${Ten}0"`: 100, `!Sub ["${A}${B}", {A: 1, B: !Ref Ten}]`: 110, `!Sub "${None}"`: open, `!Join ["", [1, !Ref Ten]]`: 110,
		`!Join ["", !Split ["-", 1-2]]`: 12, "!ImportValue X": open, "{'Fn::Transform': {Name: X}}": open,
		"!If [Prod, !If [Dev, 1, !If [On, !Ref Ten, 2]], 3]": 10,
	} {
		a := parsed(t, frame+value, Options{Region: "eu-west-1"})
		if len(a.Functions) != 1 {
			t.Fatalf("%s: %d functions", value, len(a.Functions))
		}
		got := a.Functions[0].Reserved.Or(none)
		if len(a.Unknown) > 0 {
			got = open
			if u := a.Unknown[0]; u.Place.Line != 25 || u.Why == "" || u.Remedy == "" || u.What != "ReservedConcurrentExecutions" {
				t.Errorf("%s: %+v", value, u)
			}
		}
		if got != want {
			t.Errorf("%s: %d, want %d", value, got, want)
		}
	}
}

// TestResources: versions, aliases, targets, policies and queues find their
// functions, however they name them.
func TestResources(t *testing.T) {
	a := parsed(t, `
Resources:
  Policy:
    Type: AWS::ApplicationAutoScaling::ScalingPolicy
    Properties:
      ScalingTargetId: !Ref Target
      TargetTrackingScalingPolicyConfiguration: {TargetValue: 0.5}
  Target:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties:
      MinCapacity: 3
      MaxCapacity: 9
      ServiceNamespace: lambda
      ResourceId: !Sub
        - "function:${Name}:${Alias}"
        - {Name: !Select [6, !Split [":", !Ref Live]], Alias: live}
      ScheduledActions:
        - ScalableTargetAction: {MinCapacity: 8}
  Table:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties: {MinCapacity: 30, MaxCapacity: 9, ServiceNamespace: dynamodb, ResourceId: table/x}
  Live:
    Type: AWS::Lambda::Alias
    Properties:
      Name: live
      FunctionName: !Ref F
      FunctionVersion: !GetAtt V.Version
  V:
    Type: AWS::Lambda::Version
    Properties:
      FunctionName: !GetAtt F.Arn
      ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 4}
  Latest:
    Type: AWS::Lambda::Alias
    Properties: {Name: latest, FunctionName: named, FunctionVersion: $LATEST}
  F:
    Type: AWS::Lambda::Function
    Properties: {FunctionName: named, MemorySize: 1024, Architectures: [arm64]}
  Queue:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {FunctionName: !GetAtt F.Arn, ScalingConfig: {MaximumConcurrency: 1}}
  Other:
    Type: AWS::Lambda::Function
    Condition: Never
Conditions:
  Never: !Equals [1, 2]
`, Options{})
	if len(a.Functions) != 1 || len(a.Unknown) > 0 {
		t.Fatalf("%+v %+v", a.Functions, a.Unknown)
	}
	f, d := a.Functions[0], a.Functions[0].Deployment
	if f.Name != "named" || f.MemoryMB.Or(0) != 1024 || f.Arch != calc.ARM || f.Provisioned != 7 {
		t.Errorf("%+v", f)
	}
	at := func(line int) calc.Place { return calc.Place{File: "t.yaml", Line: line} }
	want := calc.Deployment{
		Place:       at(36),
		Allocations: []calc.Allocation{{Qualifier: published("V"), Version: true, Units: calc.Some[int64](4), Place: at(32)}},
		Aliases:     []calc.Alias{{Name: "live", Version: published("V"), Place: at(22)}, {Name: "latest", Version: "$LATEST", Place: at(33)}},
		Targets: []calc.ScalableTarget{
			{Qualifier: "live", Min: calc.Some[int64](3), Max: calc.Some[int64](9), Tracking: []calc.Tracking{{Target: 0.5, Place: at(7)}}, Place: at(11)},
			{Qualifier: "live", Min: calc.Some[int64](8), Scheduled: true, Place: at(18)},
		},
		Pollers: []calc.Poller{{MaximumConcurrency: 1, Place: at(41)}},
	}
	if !reflect.DeepEqual(*d, want) {
		t.Errorf("got  %+v\nwant %+v", *d, want)
	}
}

// TestCDK reads what the CDK synthesizes: the name of the function hides in a
// Join over a Select over a Split over a Ref.
func TestCDK(t *testing.T) {
	a := read(t, "testdata/cfn/generated.cdk.CapacityStack.template.json", nil)
	if len(a.Functions) != 1 || len(a.Unknown) > 0 {
		t.Fatalf("%+v %+v", a.Functions, a.Unknown)
	}
	f := a.Functions[0]
	if targets := f.Deployment.Targets; f.Reserved.Or(0) != 300 || f.Provisioned != 25 || len(targets) != 2 ||
		targets[0].Qualifier != "live" || len(targets[0].Tracking) != 1 || targets[1].Min.Or(0) != 80 {
		t.Errorf("%+v", f.Deployment)
	}
}

// TestManaged: capacity of managed instances, and pollers, are no provisioned
// concurrency.
func TestManaged(t *testing.T) {
	a := read(t, "testdata/cfn/serverless-patterns.sqs-lambda-lmi-esm-provisioned.template.yaml", map[string]string{"AWS::StackName": "s"})
	if len(a.Functions) != 1 || a.Functions[0].Name != "s-processor" || a.Functions[0].Provisioned != 0 || len(a.Unknown) > 0 {
		t.Errorf("%+v %+v", a.Functions, a.Unknown)
	}
}

// TestHostile: what is no template is refused with its place, and what never
// ends, ends.
func TestHostile(t *testing.T) {
	deep := strings.Repeat("{Fn::Not: [", 2000)
	for text, want := range map[string]string{
		`{"version": 4, "serial": 1, "lineage": "x"}`:  "t.yaml:1: this is Terraform's own state file; legal: what terraform show -json prints",
		"Resources:\n  F: 1":                           `t.yaml:2: the resource F is "1"`,
		"Resources:\n  F: {Properties: [1]}":           `t.yaml:2: the Properties of F are "[...]"`,
		"Conditions: {Yes: 1,\n On: 2}\nResources: {}": `t.yaml:2: the key "true" stands in line 1 already`,
		"{\"Functions\": {}}":                          `t.yaml:1: Functions is "{...}"; legal: a list`,
		"Resources: [1]":                               "t.yaml:1: Resources: is no mapping",
		"Resources: {F: {Type: \xff}}":                 "t.yaml:1: this is not a text file; legal: text in UTF-8",
		"a: 1\nResources: {F: {Type: \x00}}":           "t.yaml:2: this is not a text file; legal: text in UTF-8",
		"\xff\xfeR\x00":                                "UTF-16",
		"{\"Resources\": {\"F\": ":                     "t.yaml:1: the JSON is cut off",
		"{\"format_version\": \"1.2\", \"values\": {}}\n\n {\"format_version\"": "t.yaml:3: there is more behind the JSON value",
		"{\"Resources\": {}} x":     "t.yaml:1: there is more behind the JSON value",
		"Resources:\n\tF: 1":        "t.yaml:2: this is not YAML",
		"":                          "the file is empty",
		strings.Repeat("[", 20_000): "t.yaml:1: this is not JSON",
		"Resources: " + strings.Repeat("[", 20000): "t.yaml:1: this is not YAML",
	} {
		_, err := parsedFile("t.yaml", []byte(text), Options{})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want %q", text, err, want)
		}
	}
	for _, text := range []string{
		"Resources: {F: {Type: AWS::Lambda::Function, Properties: {FunctionName: !Ref F}}}",
		"Resources: {F: {Type: AWS::Lambda::Function, Properties: {FunctionName: !Sub '${F}${F}'}}}",
		"Resources: {A: {Type: AWS::Lambda::Alias, Properties: {Name: !Ref A, FunctionName: !Ref A}}}",
		"Resources: {F: {Type: AWS::Lambda::Function, Condition: C}}\nConditions: {C: " + deep + strings.Repeat("]}", 2000) + "}",
		"Resources: {F: null, H: {Type: {}}, I: {Type: AWS::Lambda::Function, Properties: null}, J: {Type: AWS::Lambda::Alias}}",
		"Resources: {F: {Type: AWS::Serverless::Function, Properties: {Events: [1], SnapStart: 3, ProvisionedConcurrencyConfig: x}}}",
	} {
		if _, err := parsedFile("t.yaml", []byte(text), Options{}); err != nil {
			t.Errorf("%.60q: %v", text, err)
		}
	}
}

// FuzzCloudFormation: no template, however wrong, stops the reader, and it says
// the same twice.
func FuzzCloudFormation(f *testing.F) {
	f.Add([]byte(`Resources: {F: {Type: AWS::Lambda::Function, Properties: {FunctionName: !Sub "${F.Arn}${F.Arn}"}}}`))
	for _, pattern := range []string{"testdata/cfn/*", "testdata/sam-golden/*"} {
		names, _ := filepath.Glob(pattern)
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		o := Options{Format: cloudFormation{}.Name(), Params: map[string]string{"Ten": "1"}}
		first, err := parsedFile("f", data, o)
		again, other := parsedFile("f", data, o)
		if (err == nil) != (other == nil) || !reflect.DeepEqual(first.Functions, again.Functions) || !reflect.DeepEqual(first.Unknown, again.Unknown) {
			t.Fatal("it reads differently")
		}
		for _, fn := range first.Functions {
			if fn.Name == "" || fn.Deployment == nil {
				t.Errorf("%+v", fn)
			}
		}
		Join([]Contents{first, again}, nil, "")
	})
}

// TestConditionOpen: of a resource that may be there or not nothing is judged,
// but that this is not known.
func TestConditionOpen(t *testing.T) {
	a := parsed(t, `
Parameters: {Stage: {Type: String}}
Conditions: {Prod: !Equals [!Ref Stage, prod], Dev: !Not [!Condition Prod]}
Resources:
  P: {Type: AWS::Lambda::Function, Condition: Prod, Properties: {FunctionName: p, ReservedConcurrentExecutions: 800}}
  D: {Type: AWS::Lambda::Function, Condition: Dev,  Properties: {FunctionName: d, ReservedConcurrentExecutions: 200}}
`, Options{})
	if len(a.Functions) != 0 || len(a.Unknown) != 2 || a.Unknown[0].Function.Or("") != "p" || a.Unknown[0].Why != "the parameter Stage has no default" {
		t.Errorf("%+v %+v", a.Functions, a.Unknown)
	}
}

// TestTemplates: details of templates, and what they say.
func TestTemplates(t *testing.T) {
	const function = "Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties: "
	const processed = ", check the expanded template: aws cloudformation get-template --template-stage Processed"
	for _, c := range []struct{ name, text, want string }{
		{"reservation by a dynamic reference", function + "{ReservedConcurrentExecutions: '{{resolve:ssm:/units:1}}'}",
			"F: \nunknown F.ReservedConcurrentExecutions line 4: a dynamic reference is known only when the stack is deployed, give the value itself, or a parameter"},
		{"name with a dynamic reference", function + "{FunctionName: 'a-{{resolve:ssm:/stage}}'}\n" +
			"  A: {Type: AWS::Lambda::Alias, Properties: {Name: live, FunctionName: !Ref F, ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 3}}}",
			`F: "live"=3; alias live of ""` + "\nunknown F.FunctionName line 4: a dynamic reference is known only when the stack is deployed, give the value itself, or a parameter"},
		{"name that is a logical id after it", "Resources:\n  B: {Type: AWS::Lambda::Function, Properties: {FunctionName: x, ReservedConcurrentExecutions: 4}}\n  x: {Type: AWS::Lambda::Function, Properties: {ReservedConcurrentExecutions: 5}}",
			"x: reserved 4\nResources.x: reserved 5"},
		{"name that is a logical id before it", "Resources:\n  x: {Type: AWS::Lambda::Function, Properties: {ReservedConcurrentExecutions: 5}}\n  B: {Type: AWS::Lambda::Function, Properties: {FunctionName: x, ReservedConcurrentExecutions: 4}}",
			"Resources.x: reserved 5\nx: reserved 4"},
		{"name in an ARN", function + "{FunctionName: shop, ReservedConcurrentExecutions: 9}\n" +
			"  P: {Type: AWS::Lambda::EventSourceMapping, Properties: {ScalingConfig: {MaximumConcurrency: 7}, FunctionName: !Sub 'arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:shop:live'}}",
			"shop: reserved 9; poller 7"},
		{"alias that SAM makes", `Resources:
  F: {Type: AWS::Serverless::Function, Properties: {AutoPublishAlias: my-alias_x, ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 2}}}
  T:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties: {MinCapacity: 2, MaxCapacity: 9, ServiceNamespace: lambda, ResourceId: !Sub ["function:${n}", {n: !Join [":", [!Select [6, !Split [":", !Ref FAliasmyDaliasUx]], my-alias_x]]}]}`,
			`F: "my-alias_x"=2; alias my-alias_x of "new version F"; target "my-alias_x" 2 to 9`},
		{"provisioned or not", `Parameters: {Hot: {Type: String}}
Conditions: {Hot: !Equals [!Ref Hot, yes]}
Resources:
  F: {Type: AWS::Serverless::Function, Properties: {AutoPublishAlias: live, ProvisionedConcurrencyConfig: !If [Hot, {ProvisionedConcurrentExecutions: 2}, !Ref AWS::NoValue]}}`,
			`F: possibly "live"=?; alias live of "new version F"` + "\nunknown F.ProvisionedConcurrentExecutions line 4: the parameter Hot has no default, give --param Hot=VALUE"},
		{"without Globals", "Globals: {Function: {ReservedConcurrentExecutions: 5, MemorySize: 256}}\nResources:\n" +
			"  F: {Type: AWS::Serverless::Function, IgnoreGlobals: '*'}\n  G: {Type: AWS::Serverless::Function, IgnoreGlobals: [MemorySize]}\n  H: {Type: AWS::Serverless::Function}",
			"F: \nG: reserved 5\nH: reserved 5; memory 256"},
		{"answer of get-template", "{\"TemplateBody\": {\n\"Resources\": {\"F\": {\"Type\": \"AWS::Lambda::Function\", \"Properties\": {\"ReservedConcurrentExecutions\": 5}}}}, \"StagesAvailable\": [\"Original\"]}",
			"F: reserved 5"},
		{"no resources", "AWSTemplateFormatVersion: 2010-09-09\nResources:", ""},
		{"resources of macros", "Resources:\n  Fn::Transform: {Name: M}\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Fn::Transform: {Name: Include}",
			"F: \nunknown .Fn::Transform line 2: lambdacap does not expand it" + processed +
				"\nunknown .F line 6: Fn::Transform adds what is known only when the stack is deployed" + processed},
		{"events of macros", "Resources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      Events:\n        Fn::ForEach::Q: [N, [a], {}]",
			"F: \nunknown F.Fn::ForEach::Q line 6: lambdacap does not expand it" + processed},
		{"conditions of macros", "Conditions:\n  Fn::ForEach::C: [N, [a], {}]\nResources:\n  F: {Type: AWS::Lambda::Function, Condition: aOn}",
			"unknown F.Condition line 4: a condition that Fn::ForEach makes is not known: lambdacap does not expand it" + processed},
	} {
		contents, err := parsedFile("t.yaml", []byte(c.text), Options{})
		if got := summary(contents); err != nil || got != c.want || contents.Format != "cloudformation" {
			t.Errorf("%s: %v, %s\n%s\nwant\n%s", c.name, err, contents.Format, got, c.want)
		}
	}
	if _, err := parsedFile("t.json", []byte(`{"TemplateBody": "x"}`), Options{}); err == nil || !strings.Contains(err.Error(), "TemplateBody is no mapping") {
		t.Errorf("a template that is text: %v", err)
	}
}

// TestNested: a nested stack is known if its template is among the files.
func TestNested(t *testing.T) {
	const (
		root   = "Resources: {S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./stacks/child.yaml}}}"
		sam    = "Resources: {S: {Type: AWS::Serverless::Application, Properties: {Location: stacks/child.yaml}}}"
		cdk    = `{"Resources": {"S": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": {"Ref": "Asset"}}, "Metadata": {"aws:asset:path": "child.nested.template.json"}}}}`
		remote = "Resources: {S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: 'https://s3.amazonaws.com/b/child.yaml'}}}"
		child  = "Parameters: {Units: {Type: Number, Default: 7}, Other: {Type: Number, Default: 7}}\nResources: {F: {Type: AWS::Lambda::Function, Properties: {ReservedConcurrentExecutions: !Ref Units}}}"
	)
	given := func(units string) string {
		return "Resources: {S: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./stacks/child.yaml, Parameters: {Units: " + units + "}}}}"
	}
	for _, c := range []struct{ root, text, child, remedy string }{
		{"app/t.yaml", root, "app/stacks/child.yaml", ""},
		{"t.yaml", root, "stacks/child.yaml", ""},
		{"app/t.yaml", sam, "app/stacks/child.yaml", ""},
		{"cdk.out/t.json", cdk, "cdk.out/child.nested.template.json", ""},
		{"t.yaml", given("7"), "stacks/child.yaml", ""},
		{"t.yaml", given("8"), "stacks/child.yaml", "give --param Units=8"},
		{"t.yaml", given("!GetAtt Vpc.Id"), "stacks/child.yaml", "give --param Units=VALUE"},
		{"t.yaml", given("7, Other: 5"), "stacks/child.yaml", ""},
		{"t.yaml", root + "\nConditions: {}", "stacks/child.yaml", ""},
		{"t.yaml", "Resources: {S: &s {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: ./stacks/child.yaml}}, T: *s}", "stacks/child.yaml", "check the two apart"},
		{"app/t.yaml", root, "app/child.yaml", "check ./stacks/child.yaml together with this one"},
		{"t.yaml", remote, "child.yaml", "check that template together with this one"},
	} {
		var all []Contents
		for name, text := range map[string]string{c.root: c.text, c.child: child} {
			contents, err := parsedFile(name, []byte(text), Options{})
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, contents)
		}
		a, _ := Join(all, nil, "")
		got := ""
		if len(a.Unknown) > 0 {
			got = a.Unknown[0].Remedy
		}
		if got != c.remedy || len(a.Functions) != 1 {
			t.Errorf("%s and %s: %q, want %q; %d functions", c.root, c.child, got, c.remedy, len(a.Functions))
		}
	}
}

// TestNames: two resources with one name are two functions, and an alias without
// a name is none.
func TestNames(t *testing.T) {
	a := parsed(t, `
Resources:
  A: {Type: AWS::Lambda::Function, Properties: {FunctionName: x, ReservedConcurrentExecutions: 10}}
  B: {Type: AWS::Lambda::Function, Properties: {FunctionName: x, ReservedConcurrentExecutions: 900}}
  C:
    Type: AWS::Serverless::Function
    Properties: {AutoPublishAlias: "", ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 1}}
  T:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties: {MinCapacity: 7, MaxCapacity: 9, ServiceNamespace: lambda, ResourceId: !ImportValue Elsewhere}
`, Options{})
	if len(a.Functions) != 4 || a.Functions[1].Name != "B" || a.Functions[1].Reserved.Or(0) != 900 || len(a.Unknown) != 2 {
		t.Fatalf("%+v %+v", a.Functions, a.Unknown)
	}
	if !a.Functions[2].Deployment.Unaliased.Known() {
		t.Error("an empty alias counts as one")
	}
	if adrift := a.Functions[3]; !adrift.Deployment.Adrift || adrift.Provisioned != 0 {
		t.Errorf("%+v", adrift)
	}
}

// TestShapes: a value of the wrong shape is refused or not known, and never
// dropped.
func TestShapes(t *testing.T) {
	for _, properties := range []string{
		"ReservedConcurrentExecutions: []", "ReservedConcurrentExecutions: {a: 1, b: 2}", "ReservedConcurrentExecutions: 1.5",
		"AutoPublishAlias: live, ProvisionedConcurrencyConfig: 20", "AutoPublishAlias: live, ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: [20]}",
	} {
		a := parsed(t, "Resources: {F: {Type: AWS::Serverless::Function, Properties: {"+properties+"}}}", Options{})
		if len(a.Functions) != 1 || len(a.Functions[0].Deployment.Refused)+len(a.Unknown) != 1 {
			t.Errorf("%s: %+v", properties, a.Functions[0].Deployment)
		}
	}
	a := parsed(t, `
Resources:
  T:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties: {MinCapacity: abc, MaxCapacity: [1], ServiceNamespace: lambda, ResourceId: "function:f:live"}
`, Options{})
	if len(a.Unknown) != 2 {
		t.Errorf("%+v", a.Unknown)
	}
}

// TestBounded: what doubles at each step ends.
func TestBounded(t *testing.T) {
	nested := `x`
	for range 45 {
		nested = `!Sub ["${a}${a}", {a: ` + nested + `}]`
	}
	maps := ""
	for i := range 45 {
		maps += "\n    k" + strings.Repeat("i", i+1) + `: !Join ["", [!FindInMap [M, a, k` + strings.Repeat("i", i) + `], !FindInMap [M, a, k` + strings.Repeat("i", i) + `]]]`
	}
	for i, text := range []string{
		`Resources: {F: {Type: AWS::Lambda::Function, Properties: {FunctionName: !Sub "${F.Arn}${F.Arn}"}}}`,
		`Resources: {F: {Type: AWS::Lambda::Function, Properties: {FunctionName: ` + nested + `}}}`,
		"Mappings:\n  M:\n   a:\n    k: x" + maps + "\nResources: {F: {Type: AWS::Lambda::Function, Properties: {FunctionName: !FindInMap [M, a, k" + strings.Repeat("i", 45) + "]}}}",
	} {
		start := time.Now()
		c, err := parsedFile("t.yaml", []byte(text), Options{})
		if err != nil || len(c.Unknown) != 1 && i > 0 || len(c.Functions) != 1 {
			t.Errorf("%.60q: %v %+v", text, err, c)
		}
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%.60q takes %v", text, took)
		}
	}
}
