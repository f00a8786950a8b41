package cloudformation

import (
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
)

// frame is a template up to the tested value.
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
  Same: !Equals [!Ref None, !Sub "${None}"]
  Loop: !Not [!Condition Loop]
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties:
      ReservedConcurrentExecutions: `

// Results other than a number.
const (
	notKnown = -1
	notSet   = -2
)

// intrinsics maps ways to write a value to the result.
var intrinsics = map[string]int64{
	"100":   100,
	`"100"`: 100,
	"100.0": 100,
	"010":   8,
	"1_000": 1000,
	"0x10":  16,
	"1:30":  90,
	"null":  notSet,

	"!Ref Ten":            10,
	"{Ref: Ten}":          10,
	"!Ref AWS::NoValue":   notSet,
	"!Ref None":           notKnown,
	"!Ref Secret":         notKnown,
	"!Ref Missing":        notKnown,
	"!Ref AWS::AccountId": notKnown,

	"!If [Prod, 1, 2]":                 1,
	"!If [Dev, 1, 2]":                  2,
	"{'Fn::If': [Both, 1, 2]}":         2,
	"!If [Any, 1, 2]":                  1,
	"!If [Open, 1, 2]":                 notKnown,
	"!If [Open, 3, 3]":                 3,
	"!If [Shut, 1, 2]":                 2,
	"!If [On, 1, 2]":                   1,
	"!If [Same, 1, 2]":                 1,
	"!If [Loop, 1, 2]":                 notKnown,
	"!If [Prod, !Ref AWS::NoValue, 2]": notSet,
	"!If [Missing, 1, 2]":              notKnown,
	"!If [Prod, 1]":                    notKnown,
	"!If [Prod, !If [Dev, 1, !If [On, !Ref Ten, 2]], 3]": 10,

	"!FindInMap [Sizes, !Ref Stage, Units]":              40,
	"!FindInMap [Sizes, dev, Units]":                     4,
	"!FindInMap [Sizes, test, Units]":                    notKnown,
	"!FindInMap [Sizes, !Ref AWS::Region, Units]":        30,
	"!FindInMap [Sizes, test, Units, {DefaultValue: 9}]": 9,

	"!Select [1, !Ref List]":           6,
	"!Select [1, [1, 2, 3]]":           2,
	"!Select [3, [1, 2, 3]]":           notKnown,
	"!Select [1, !Split ['-', a-8-c]]": 8,
	"!Select [1, !Ref Spaced]":         8,
	"!Select [0, [1, !Ref None]]":      1,
	"!Select [1, [1, !Ref None]]":      notKnown,

	`!Sub "${Ten}0"`:                         100,
	`!Sub ["${A}${B}", {A: 1, B: !Ref Ten}]`: 110,
	`!Sub "${None}"`:                         notKnown,
	`!Join ["", [1, !Ref Ten]]`:              110,
	`!Join ["", !Split ["-", 1-2]]`:          12,

	// CloudFormation rejects these, so they stay unknown
	"{Ref: !Sub Ten}":                        notKnown,
	"{Ref: {Ref: Ten}}":                      notKnown,
	"{Ref: [Ten]}":                           notKnown,
	"{'Fn::Sub': !Ref Ten}":                  notKnown,
	"{'Fn::Sub': !Sub '10'}":                 notKnown,
	"{'Fn::Sub': {Ref: Ten}}":                notKnown,
	"!Join [!Sub '', ['1', '0']]":            notKnown,
	"!Join [{Ref: Ten}, '10']":               notKnown,
	"!Join ['', '10']":                       notKnown,
	"!Select [0, '10']":                      notKnown,
	"!Select [0, !Split [!Sub '-', '10-1']]": notKnown,
	"{'Fn::GetAtt': {Ref: Ten}}":             notKnown,
	"{'Fn::If': [!Sub Prod, 1, 2]}":          notKnown,
	"{'Fn::If': [{Condition: Prod}, 1, 2]}":  notKnown,

	"!ImportValue X":               notKnown,
	"{'Fn::Transform': {Name: X}}": notKnown,
}

// TestIntrinsics resolves one value, written in every way a template allows.
func TestIntrinsics(t *testing.T) {
	const setting = "ReservedConcurrentExecutions"
	for value, want := range intrinsics {
		a := mustRead(t, frame+value, record.Options{Region: "eu-west-1"})
		if len(a.Functions) != 1 {
			t.Fatalf("%s: %d functions", value, len(a.Functions))
		}
		got := a.Functions[0].Reserved.Or(notSet)
		if len(a.Unknown) > 0 {
			got = notKnown
			if u := a.Unknown[0]; u.Place.Line != 26 || u.Why == "" || u.Remedy == "" || u.What != setting {
				t.Errorf("%s: %+v", value, u)
			}
		}
		if got != want {
			t.Errorf("%s: %d, want %d", value, got, want)
		}
	}
}

// TestExtended checks that AWS::LanguageExtensions lets Ref and Fn::GetAtt compute their argument, and that it counts
// the items of lists.
func TestExtended(t *testing.T) {
	for value, want := range map[string]int64{
		"{Ref: !Sub '${Tens}'}":  10,
		"{Ref: !Sub '${None}'}":  notKnown,
		"{Ref: !If [Dev, X, Y]}": notKnown,

		"!Length [a, !Ref Ten, c]":              3,
		"!Length [a, !Ref AWS::NoValue]":        1,
		"{Fn::Length: !Ref List}":               3,
		"{Fn::Length: !Split ['|', 'a|b']}":     2,
		"{Fn::Length: !If [Prod, [a, b], [c]]}": 2,
		"{Fn::Length: !Ref None}":               notKnown,
		"{Fn::Length: !GetAZs ''}":              notKnown,
	} {
		text := strings.Replace(frame, "Parameters:", "Transform: [AWS::LanguageExtensions]\nParameters:\n"+
			"  Tens: {Type: String, Default: Ten}", 1)
		a := mustRead(t, text+value, record.Options{})
		if got := a.Functions[0].Reserved.Or(notKnown); got != want || (want == notKnown) != (len(a.Unknown) == 1) {
			t.Errorf("%s: %d, want %d: %+v", value, got, want, a.Unknown)
		}
	}
}
