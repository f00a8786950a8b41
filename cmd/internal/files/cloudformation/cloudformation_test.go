package cloudformation

import (
	"cmp"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/source"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// read reads a template from memory.
func read(name, text string, o record.Options) (record.File, error) {
	d, err := tree.Parse(name, []byte(text), "")
	if err != nil {
		return record.File{}, err
	}
	d.YAML11 = true
	r := record.NewRecorder(name, Format{}.Name(), o)
	err = Format{}.Read(d, r)
	return r.File, cmp.Or(d.Stopped(), err)
}

// claims reports whether a text is detected as a template.
func claims(t *testing.T, text string) bool {
	t.Helper()
	d, err := tree.Parse("t.yaml", []byte(text), "")
	if err != nil {
		t.Fatal(err)
	}
	return Format{}.Claims(d.Top, record.Options{})
}

// mustRead is read for a template that must be valid.
func mustRead(t *testing.T, text string, o record.Options) record.File {
	t.Helper()
	c, err := read("t.yaml", text, o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// readSample reads one of the sample templates.
func readSample(t *testing.T, name string, params map[string]string) record.File {
	t.Helper()
	data, err := os.ReadFile("../testdata/cfn/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return mustRead(t, string(data), record.Options{Params: params})
}

// linked has versions, aliases, targets, policies and queues that refer to their function in different ways.
const linked = `
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
`

// TestResources checks that resources find their functions, however they refer to them.
func TestResources(t *testing.T) {
	a := mustRead(t, linked, record.Options{})
	if len(a.Functions) != 1 || len(a.Unknown) > 0 {
		t.Fatalf("%+v %+v", a.Functions, a.Unknown)
	}
	f, d := a.Functions[0], a.Functions[0].Deployment
	if f.Name != "named" || f.MemoryMB.Or(0) != 1024 || f.Arch != calc.ARM || d.Provisioned() != 7 {
		t.Errorf("%+v", f)
	}
	at := func(line int) check.Place { return check.Place{File: "t.yaml", Line: line} }
	want := check.Deployment{
		Place: at(36),
		Allocations: []check.Allocation{
			{Qualifier: record.Published("V"), Version: true, Units: calc.Some[int64](4), Place: at(32)},
		},
		Aliases: []check.Alias{
			{Name: "live", Version: record.Published("V"), Place: at(22)},
			{Name: "latest", Version: "$LATEST", Place: at(33)},
		},
		Targets: []check.ScalableTarget{
			{Qualifier: "live", Min: calc.Some[int64](3), Max: calc.Some[int64](9),
				Tracking: []check.Tracking{{Target: 0.5, Place: at(7)}}, Place: at(11)},
			{Qualifier: "live", Min: calc.Some[int64](8), Scheduled: true, Place: at(18)},
		},
		Pollers: []check.Poller{{Source: source.Source{MaximumConcurrency: calc.Some[int64](1)}, Place: at(39)}},
	}
	want.Pollers[0].Places.Set(record.KeyMaximum, at(41))
	if !reflect.DeepEqual(*d, want) {
		t.Errorf("got  %+v\nwant %+v", *d, want)
	}
}

// TestCDK reads a template synthesized by the CDK. The name of the function is inside a Join over a Select
// over a Split over a Ref.
func TestCDK(t *testing.T) {
	a := readSample(t, "generated.cdk.CapacityStack.template.json", nil)
	if len(a.Functions) != 1 || len(a.Unknown) > 0 {
		t.Fatalf("%+v %+v", a.Functions, a.Unknown)
	}
	f, d := a.Functions[0], a.Functions[0].Deployment
	if f.Reserved.Or(0) != 300 || d.Provisioned() != 25 || len(d.Targets) != 2 || d.Targets[0].Qualifier != "live" ||
		len(d.Targets[0].Tracking) != 1 || d.Targets[1].Min.Or(0) != 80 {
		t.Errorf("%+v", d)
	}
}

// TestManaged checks that the capacity of managed instances and of pollers is not read as provisioned concurrency.
func TestManaged(t *testing.T) {
	a := readSample(t, "serverless-patterns.sqs-lambda-lmi-esm-provisioned.template.yaml",
		map[string]string{"AWS::StackName": "s"})
	if len(a.Functions) != 1 || a.Functions[0].Name != "s-processor" ||
		a.Functions[0].Deployment.Provisioned() != 0 || len(a.Unknown) > 0 {
		t.Errorf("%+v %+v", a.Functions, a.Unknown)
	}
}

// TestConditionOpen checks that a resource that may not exist is reported as unknown, and that its
// settings do not count.
func TestConditionOpen(t *testing.T) {
	a := mustRead(t, `
Parameters: {Stage: {Type: String}}
Conditions: {Prod: !Equals [!Ref Stage, prod], Dev: !Not [!Condition Prod]}
Resources:
  P: {Type: AWS::Lambda::Function, Condition: Prod, Properties: {FunctionName: p, ReservedConcurrentExecutions: 800}}
  D: {Type: AWS::Lambda::Function, Condition: Dev,  Properties: {FunctionName: d, ReservedConcurrentExecutions: 200}}
`, record.Options{})
	if len(a.Functions) != 0 || len(a.Unknown) != 2 || a.Unknown[0].Function.Or("") != "p" ||
		a.Unknown[0].Why != "the parameter Stage has no default" {
		t.Errorf("%+v %+v", a.Functions, a.Unknown)
	}
}

// TestNames checks that two resources with the same name are two functions, and that an alias without a
// name is ignored.
func TestNames(t *testing.T) {
	a := mustRead(t, `
Resources:
  A: {Type: AWS::Lambda::Function, Properties: {FunctionName: x, ReservedConcurrentExecutions: 10}}
  B: {Type: AWS::Lambda::Function, Properties: {FunctionName: x, ReservedConcurrentExecutions: 900}}
  C:
    Type: AWS::Serverless::Function
    Properties: {AutoPublishAlias: "", ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 1}}
  T:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties: {MinCapacity: 7, MaxCapacity: 9, ServiceNamespace: lambda, ResourceId: !ImportValue Elsewhere}
`, record.Options{})
	if len(a.Functions) != 3 || len(a.Unowned) != 1 || len(a.Unknown) != 2 {
		t.Fatalf("%+v %+v", a.Functions, a.Unknown)
	}
	if a.Functions[1].Name != "B" || a.Functions[1].Reserved.Or(0) != 900 {
		t.Errorf("%+v", a.Functions)
	}
	if !a.Functions[2].Deployment.Unaliased.Known() {
		t.Error("an empty alias counts as one")
	}
	if unowned := a.Unowned[0]; !unowned.Deployment.UnknownOwner || unowned.Deployment.Provisioned() != 0 {
		t.Errorf("%+v", unowned)
	}
}

// TestShapes checks that a value of the wrong shape is rejected or reported as unknown, and never dropped silently.
func TestShapes(t *testing.T) {
	for _, properties := range []string{
		"ReservedConcurrentExecutions: []",
		"ReservedConcurrentExecutions: {a: 1, b: 2}",
		"ReservedConcurrentExecutions: 1.5",
		"AutoPublishAlias: live, ProvisionedConcurrencyConfig: 20",
		"AutoPublishAlias: live, ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: [20]}",
	} {
		a := mustRead(t, "Resources: {F: {Type: AWS::Serverless::Function, Properties: {"+properties+"}}}", record.Options{})
		if len(a.Functions) != 1 || len(a.Functions[0].Deployment.Refused)+len(a.Unknown) != 1 {
			t.Errorf("%s: %+v", properties, a.Functions[0].Deployment)
		}
	}
	a := mustRead(t, `
Resources:
  T:
    Type: AWS::ApplicationAutoScaling::ScalableTarget
    Properties: {MinCapacity: abc, MaxCapacity: [1], ServiceNamespace: lambda, ResourceId: "function:f:live"}
`, record.Options{})
	if len(a.Unknown) != 2 {
		t.Errorf("%+v", a.Unknown)
	}
}

// TestHostile checks that invalid templates are rejected with their place, and that reading always terminates.
func TestHostile(t *testing.T) {
	for text, want := range map[string]string{
		"Resources:\n  F: 1":                 `t.yaml:2: the resource F is "1"`,
		"Resources:\n  F: {Properties: [1]}": `t.yaml:2: the Properties of F are "[...]"`,
		"Resources: [1]":                     "t.yaml:1: Resources: is not a mapping",
	} {
		if _, err := read("t.yaml", text, record.Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: %v, want %q", text, err, want)
		}
	}
	deep := strings.Repeat("{Fn::Not: [", 2000)
	for _, text := range []string{
		"Resources: {F: {Type: AWS::Lambda::Function, Properties: {FunctionName: !Ref F}}}",
		"Resources: {F: {Type: AWS::Lambda::Function, Properties: {FunctionName: !Sub '${F}${F}'}}}",
		"Resources: {A: {Type: AWS::Lambda::Alias, Properties: {Name: !Ref A, FunctionName: !Ref A}}}",
		"Resources: {F: {Type: AWS::Lambda::Function, Condition: C}}\n" +
			"Conditions: {C: " + deep + strings.Repeat("]}", 2000) + "}",
		"Resources: {F: null, H: {Type: {}}, I: {Type: AWS::Lambda::Function, Properties: null}, " +
			"J: {Type: AWS::Lambda::Alias}}",
		"Resources: {F: {Type: AWS::Serverless::Function, " +
			"Properties: {Events: [1], SnapStart: 3, ProvisionedConcurrencyConfig: x}}}",
	} {
		if _, err := read("t.yaml", text, record.Options{}); err != nil {
			t.Errorf("%.60q: %v", text, err)
		}
	}
}

// TestBounded checks that templates that double at each step do not take exponential time.
func TestBounded(t *testing.T) {
	nested := `x`
	for range 45 {
		nested = `!Sub ["${a}${a}", {a: ` + nested + `}]`
	}
	unknown, imported := "!Ref None", "!Ref None"
	for range 45 {
		unknown, imported = "!FindInMap [M, "+unknown+", K]", "!ImportValue {Fn::Sub: ['${a}', {a: "+imported+"}]}"
	}
	maps := ""
	for i := range 45 {
		before := "!FindInMap [M, a, k" + strings.Repeat("i", i) + "]"
		maps += "\n    k" + strings.Repeat("i", i+1) + `: !Join ["", [` + before + ", " + before + "]]"
	}
	for i, text := range []string{
		`Resources: {F: {Type: AWS::Lambda::Function, Properties: {FunctionName: !Sub "${F.Arn}${F.Arn}"}}}`,
		`Resources: {F: {Type: AWS::Lambda::Function, Properties: {FunctionName: ` + nested + `}}}`,
		`Resources: {F: {Type: AWS::Lambda::Function, Properties: {FunctionName: ` + unknown + `}}}`,
		`Resources: {F: {Type: AWS::Lambda::Function, Properties: {FunctionName: ` + imported + `}}}`,
		"Mappings:\n  M:\n   a:\n    k: x" + maps +
			"\nResources: {F: {Type: AWS::Lambda::Function, Properties: {FunctionName: !FindInMap [M, a, k" +
			strings.Repeat("i", 45) + "]}}}",
	} {
		start := time.Now()
		c, err := read("t.yaml", text, record.Options{})
		if err != nil || len(c.Unknown) != 1 && i > 0 || len(c.Functions) != 1 {
			t.Errorf("%.60q: %v %+v", text, err, c)
		}
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%.60q took %v", text, took)
		}
	}
}

// TestWork checks that a value that a template uses many times is resolved once. Otherwise each of these would exceed
// the work allowed for its size.
func TestWork(t *testing.T) {
	sub, padded := `""`, `"y"`
	for range 9 {
		sub = `{"Fn::Sub": ["` + strings.Repeat("${a}", 10) + strings.Repeat(" ", 100) + `", {"a": ` + sub + `}]}`
		padded = `{"Fn::Sub": ["` + strings.Repeat("${!z}", 200) + strings.Repeat("${a}", 10) + `", {"a": ` + padded + `}]}`
	}
	list := strings.TrimSuffix(strings.Repeat("x,", 1000), ",")
	const braces = 4000
	for _, name := range []string{
		sub, padded,
		`{"Fn::Sub": ["` + strings.Repeat("${a}", braces) + `", {"a": {"Fn::Select": ["1", {"Ref": "P"}]}}]}`,
		`{"Fn::Sub": ["` + strings.Repeat("${a}", braces) + `", {"a": {"Fn::Sub": "` +
			strings.Repeat("${AWS::Region}", braces) + `"}}]}`,
	} {
		text := `{"Parameters": {"P": {"Type": "CommaDelimitedList", "Default": "` + list + `"}}, "Resources": {"F": ` +
			`{"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": "f", "MemorySize": ` + name + `}}}}`
		start := time.Now()
		c, err := read("t.json", text, record.Options{})
		if took := time.Since(start); err != nil || len(c.Functions) != 1 || took > 5*time.Second {
			t.Errorf("%.40s: %v, %d functions in %v", name, err, len(c.Functions), took)
		}
	}
}
