package files

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
)

// recordedSteps returns recorded AWS responses by test and step.
func recordedSteps(t *testing.T) map[string]json.RawMessage {
	t.Helper()
	data, err := os.ReadFile("testdata/api/localstack.recorded-aws.lambda.snapshot.subset.json")
	if err != nil {
		t.Fatal(err)
	}
	var file map[string]struct {
		Content map[string]json.RawMessage `json:"recorded-content"`
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	steps := map[string]json.RawMessage{}
	for test, recording := range file {
		for step, answer := range recording.Content {
			steps[test[strings.LastIndex(test, ":")+1:]+"/"+step] = answer
		}
	}
	return steps
}

// A recordedCase holds the settings for which AWS gave a recorded response.
type recordedCase struct {
	step string
	set  check.Deployment
	// reserved is the reserved concurrency, units.
	reserved calc.Optional[int64]
	id       rule.ID // empty if AWS accepts the settings
	fill     string  // the value for the placeholder in the recording
}

// The rules whose message must match that of AWS.
const (
	belowFloor     rule.ID = "LC001"
	overUnreserved rule.ID = "LC003"
	onLatest       rule.ID = "LC004"
	belowOne       rule.ID = "LC018"
	versionTaken   rule.ID = "LC019"
)

// recordedCases returns the cases.
func recordedCases() []recordedCase {
	on := func(qualifier string, units int64) check.Allocation {
		return check.Allocation{Qualifier: qualifier, Version: record.IsVersion(qualifier), Units: calc.Some(units)}
	}
	aliased := func(allocations ...check.Allocation) check.Deployment {
		return check.Deployment{Allocations: allocations, Aliases: []check.Alias{{Name: "live", Version: "1"}}}
	}
	const (
		limits    = "test_function_concurrency_limits/put_function_concurrency_"
		pcLimits  = "test_provisioned_concurrency_limits/put_provisioned_concurrency_"
		invalid   = "test_provisioned_concurrency_exceptions/put_provisioned_"
		lifecycle = "test_lambda_provisioned_lifecycle/put_provisioned_on_"
	)
	return []recordedCase{
		{step: limits + "account_limit_exceeded", reserved: calc.Some[int64](1001), id: belowFloor, fill: "100"},
		{step: limits + "below_unreserved_min_value", reserved: calc.Some[int64](901), id: belowFloor, fill: "100"},
		{step: pcLimits + "account_limit_exceeded", set: aliased(on("live", 1001)), id: overUnreserved, fill: "1000"},
		{step: pcLimits + "below_unreserved_min_value", set: aliased(on("live", 901)), id: belowFloor, fill: "100"},
		{step: invalid + "invalid_param_0", set: aliased(on("live", 0)), id: belowOne},
		{step: invalid + "latest", id: onLatest,
			set: check.Deployment{Allocations: []check.Allocation{on(check.Latest, 1)}}},
		{step: lifecycle + "alias_versionconflict", set: aliased(on("1", 1), on("live", 1)), id: versionTaken},
		{step: lifecycle + "version_conflict", set: aliased(on("live", 1), on("1", 1)), id: versionTaken},
		{step: lifecycle + "alias", set: aliased(on("live", 1))},
		{step: lifecycle + "version", set: aliased(on("1", 1))},
		{step: "test_function_concurrency/put_function_concurrency_with_reserved_1", reserved: calc.Some[int64](1)},
	}
}

// TestRungRecorded checks settings for which AWS's response is recorded. The rules must quote AWS's exact message,
// and must find no error if AWS accepted the settings.
func TestRungRecorded(t *testing.T) {
	steps := recordedSteps(t)
	for _, c := range recordedCases() {
		t.Run(c.step, func(t *testing.T) {
			step, ok := steps[c.step]
			if !ok {
				t.Fatal("the record has no such step")
			}
			var answer struct {
				Error struct{ Message string }
			}
			if err := json.Unmarshal(step, &answer); err != nil {
				t.Fatal(err)
			}
			words := answer.Error.Message
			if from, to := strings.Index(words, "<"), strings.Index(words, ">"); from >= 0 && to > from {
				words = words[:from] + c.fill + words[to+1:]
			}
			f := check.Function{Deployment: &c.set}
			f.Name, f.Reserved, f.Provisioned = "f", c.reserved, c.set.Provisioned()
			a := check.Account{Functions: []check.Function{f}}
			a.Concurrency = 1000
			r := check.Run(a, check.Options{})
			if c.id == "" {
				if words != "" || r.Counts.Error > 0 {
					t.Errorf("AWS says %q, the findings are %v", words, r.Findings)
				}
				return
			}
			if r.Counts.Error != 1 || r.Findings[0].ID != c.id || r.Findings[0].AWSMessage.Or("") != words {
				t.Errorf("AWS says %q, the findings are %v", words, r.Findings)
			}
		})
	}
}
