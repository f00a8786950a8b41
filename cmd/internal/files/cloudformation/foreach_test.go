package cloudformation

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record/recordtest"
)

// loopHead is a template up to its resources.
const loopHead = `Parameters:
  Names: {Type: CommaDelimitedList, Default: "Red, Blue"}
  Given: {Type: CommaDelimitedList}
  One: {Type: String, Default: Red}
Mappings: {Units: {Red: {N: 4}, Blue: {N: 5}}}
Resources:
`

// loopCases are loops with the expected summary. AWS::LanguageExtensions expands them in this way.
var loopCases = []struct{ name, text, want string }{
	{"over literal texts", loopHead + `
  Fn::ForEach::Workers:
    - Name
    - [Red, !Ref One, Blue]
    - Worker${Name}:
        Type: AWS::Lambda::Function
        Properties: {ReservedConcurrentExecutions: !FindInMap [Units, !Ref Name, N]}
      Queue${Name}:
        Type: AWS::Lambda::EventSourceMapping
        Properties: {FunctionName: !Ref "Worker${Name}", ScalingConfig: {MaximumConcurrency: 7}}`,
		"WorkerRed: reserved 4; poller 7; poller 7\nWorkerBlue: reserved 5; poller 7"},
	{"over a parameter's default", loopHead + `
  Fn::ForEach::F: [N, !Ref Names, {"F${N}": {Type: AWS::Lambda::Function, Properties: {FunctionName: !Sub "x-${N}"}}}]`,
		"x-Red: \nx-Blue: "},
	{"over a parameter that is given", loopHead + `
  Fn::ForEach::F: [N, !Ref Given, {"F${N}": {Type: AWS::Lambda::Function}}]`, "F1: \nF2: "},
	{"nested", loopHead + `
  Fn::ForEach::Outer:
    - A
    - [x, y]
    - Fn::ForEach::Inner:
        - B
        - ["1", "2"]
        - F${A}${B}:
            Type: AWS::Lambda::Function
            Properties: {ReservedConcurrentExecutions: "${B}0", FunctionName: !Join ["-", [!Ref A, {Ref: B}]]}
      G${A}: {Type: AWS::Lambda::Function}`,
		"x-1: reserved 10\nx-2: reserved 20\nGx: \ny-1: reserved 10\ny-2: reserved 20\nGy: "},
	{"over an outer variable", loopHead + `
  Fn::ForEach::Outer: [A, [x, y], {"Fn::ForEach::Inner": [B, [!Ref A, z], {"F${A}${B}": {Type: AWS::Lambda::Function}}]
  }]`,
		"Fxx: \nFxz: \nFyy: \nFyz: "},
	{"letters and digits", loopHead + `
  Fn::ForEach::F:
    - Path
    - [api/v1, api.v2]
    - F&{Path}: {Type: AWS::Lambda::Function, Properties: {FunctionName: !Sub "${Path}"}}
      A&{Path}: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref "F&{Path}", Name: "&{Path}"}}`,
		"api/v1: alias apiv1 of \"\"\napi.v2: alias apiv2 of \"\""},
	{"in properties and conditions", strings.Replace(loopHead, "Resources:", `Conditions:
  Fn::ForEach::C: [S, [prod, dev], {"Is${S}": !Equals [!Ref One, "${S}"]}]
Resources:`, 1) + `
  F:
    Type: AWS::Serverless::Function
    Condition: Isdev
  G:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Fn::ForEach::Q:
          - N
          - [a, b]
          - E${N}: {Type: SQS, Properties: {Queue: "arn:aws:sqs:r:1:${N}", ScalingConfig: {MaximumConcurrency: 3}}}
      Fn::ForEach::P: [K, [ReservedConcurrentExecutions], {"${K}": 9}]`,
		"G: reserved 9; poller 3; poller 3"},
	{"other texts stay", loopHead + `
  Fn::ForEach::F: [N, [a], {F: {Type: AWS::Lambda::Function, Properties: {FunctionName: !Sub "${!N}${M}&{M}$N${N}"}}}]`,
		"F: \nunknown F.FunctionName line 8: the template has no parameter or resource M, correct the name"},
	{"of nothing", loopHead + "  Fn::ForEach::F: [N, [], {\"F${N}\": {Type: AWS::Lambda::Function}}]", ""},
	{"over a list that is not known", strings.Replace(loopHead, "Given", "Missing", 1) + `
  Fn::ForEach::F: [N, !Ref Missing, {"F${N}": {Type: AWS::Lambda::Function}}]`,
		"unknown .Fn::ForEach::F line 8: the parameter Missing has no default, pass --param Missing=VALUE"},
	{"over a text that is not known", loopHead + `
  Fn::ForEach::F: [N, [a, !ImportValue X], {"F${N}": {Type: AWS::Lambda::Function}}]`,
		"unknown .Fn::ForEach::F line 8: Fn::ImportValue is known only at deployment, " +
			"use the value itself, or a parameter"},
	{"not a loop", loopHead + "  Fn::ForEach::F: [N, [a]]\n  Fn::ForEach::G: {N: a}\n  Fn::ForEach::H: [[N], [a], {}]",
		"unknown .Fn::ForEach::F line 7: Fn::ForEach needs a variable, a list and a mapping, correct it\n" +
			"unknown .Fn::ForEach::G line 8: Fn::ForEach needs a variable, a list and a mapping, correct it\n" +
			"unknown .Fn::ForEach::H line 9: Fn::ForEach needs a variable, a list and a mapping, correct it"},
	{"over a list that is not known, in another loop", loopHead + `
  Fn::ForEach::A: [N, [a, b], {"F${N}": {Type: AWS::Lambda::Function}, "Fn::ForEach::B": [M, !ImportValue X, {}]}]`,
		"Fa: \nFb: " + noImport(".Fn::ForEach::B", 8)},
	{"settings of a loop that is not known", loopHead + `
  F:
    Type: AWS::Serverless::Function
    Properties:
      Fn::ForEach::P: [K, !ImportValue X, {"${K}": 9}]
      AutoPublishAlias: live
      ProvisionedConcurrencyConfig: {"Fn::ForEach::P": [K, !ImportValue X, {"${K}": 9}]}
      Events: {"Fn::ForEach::E": [K, !ImportValue X, {"${K}": {}}]}`,
		`F: direct; possibly "live"=?; alias live of "new version F"` + noImport(".F", 11) +
			noImport("F.ProvisionedConcurrentExecutions", 13) + noImport("F.Fn::ForEach::E", 14)},
	{"conditions of a loop that is not known", strings.Replace(loopHead, "Resources:",
		"Conditions: {\"Fn::ForEach::C\": [N, !ImportValue X, {}]}\nResources:", 1) +
		"  F: {Type: AWS::Lambda::Function, Condition: aOn}", strings.TrimPrefix(noImport("F.Condition", 8), "\n")},
	{"with an alias of YAML", loopHead + `
  Fn::ForEach::F: [N, &list [a, b], {"F${N}": &f {Type: AWS::Lambda::Function, Properties: {MemorySize: 256}}}]
  Fn::ForEach::G: [N, *list, {"G${N}": {<<: *f, DependsOn: "F${N}"}}]`,
		"Fa: memory 256\nFb: memory 256\nGa: memory 256\nGb: memory 256"},
	{"in JSON", `{"Resources": {"Fn::ForEach::F": ["N", ["a", "b"],
 {"F${N}": {"Type": "AWS::Lambda::Function", "Properties": {"ReservedConcurrentExecutions": 5}}}]}}`,
		"Fa: reserved 5\nFb: reserved 5"},
}

// noImport returns the end of a summary whose unknown value is imported.
func noImport(what string, line int) string {
	return fmt.Sprintf("\nunknown %s line %d: Fn::ImportValue is known only at deployment, "+
		"use the value itself, or a parameter", what, line)
}

func TestLoops(t *testing.T) {
	for _, c := range loopCases {
		file := mustRead(t, c.text, record.Options{Params: map[string]string{"Given": "1,2"}})
		if got := recordtest.Summary(file); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

// TestLoopsBounded checks that nested loops with a huge product stop early, and that the summary says so.
func TestLoopsBounded(t *testing.T) {
	ten, body := "[a,b,c,d,e,f,g,h,i,j]", "{}"
	empty := "{}"
	for i := range 9 {
		v := fmt.Sprint("V", i)
		body = fmt.Sprintf("{'Fn::ForEach::L%d': [%s, %s, %s]}", i, v, ten, body)
		empty = fmt.Sprintf("{'Fn::ForEach::L%d': [%s, !Ref P, %s]}", i, v, empty)
	}
	long := "{'Fn::ForEach::L': [V, [" + strings.Repeat(strings.Repeat("x", 4000)+",", 400) + "x], " +
		"{K: '" + strings.Repeat("${V}", 1000) + "'}]}"
	many := "Parameters: {P: {Type: CommaDelimitedList, Default: '" + strings.Repeat("a,", 2000) + "a'}}\n"
	for _, text := range []string{"Resources: " + body, many + "Resources: " + empty, "Resources: " + long} {
		start := time.Now()
		c := mustRead(t, text, record.Options{})
		if len(c.Unknown) == 0 || !strings.Contains(recordtest.Summary(c), "it expands to more than CloudFormation accepts") {
			t.Errorf("%.60q: %.300s", text, recordtest.Summary(c))
		}
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%.60q takes %v", text, took)
		}
	}
}
