// Package document holds the types of lambdacap's machine-readable answers, as printed by -o json and -o yaml. A
// document is plain data. A saved document can be read back, and every other format can be produced from it.
package document

import (
	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/advice"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// SchemaVersion is the version of the documents. A new key does not change it. Any other change does.
const SchemaVersion = 1

// A Document is the machine-readable answer of a command.
type Document[R, F any] struct {
	// SchemaVersion is the version of the document's schema.
	SchemaVersion int `json:"schema_version"`
	// Kind is the command that produced the answer.
	Kind string `json:"kind"`
	// Summary is the answer in one line: the verdict in capitals, two spaces, and a sentence with the numbers.
	Summary string `json:"summary"`
	// Inputs are the inputs on which the answer is based.
	Inputs Inputs `json:"inputs"`
	// Result is the answer.
	Result R `json:"result"`
	// Findings are what a reader of the numbers should know.
	Findings []F `json:"findings"`
	// Failed lists the conditions of --fail-on that hold, with the reason; absent if none does.
	Failed []string `json:"failed,omitempty"`
	// Explain lists the steps of the calculation; absent without --explain.
	Explain []calc.Step `json:"explain,omitempty"`
}

// The documents of the commands.
type (
	Limits    = Document[calc.LimitsResult, calc.Finding]
	Spillover = Document[calc.SpillResult, calc.Finding]
	Plan      = Document[PlanResult, calc.Finding]
	Check     = Document[check.Result, check.Finding]
)

// NewLimits returns the document of limits. Findings about files come before those of the result.
func NewLimits(in Inputs, r calc.LimitsResult, files []calc.Finding) Limits {
	found := append(files, r.Findings...)
	r.Findings = nil
	return Limits{SchemaVersion: SchemaVersion, Kind: "limits", Summary: summarizeLimits(in, r),
		Inputs: in, Result: r, Findings: found}
}

// NewSpillover returns the document of a split. Findings about files come before those of the result.
func NewSpillover(in Inputs, r calc.SpillResult, files []calc.Finding) Spillover {
	found := append(files, r.Findings...)
	r.Findings = nil
	return Spillover{SchemaVersion: SchemaVersion, Kind: "spillover", Summary: summarizeSpillover(in, r),
		Inputs: in, Result: r, Findings: found}
}

// NewPlan returns the document of a plan, with its changes in words. Findings about files come before those of the
// result.
func NewPlan(in Inputs, r calc.PlanResult, files []calc.Finding) Plan {
	advice.CompleteSchedules(r.Planned, r.Functions)
	for i := range r.Sweep {
		advice.CompleteSchedules(r.Planned, r.Sweep[i].Functions)
	}
	return Plan{SchemaVersion: SchemaVersion, Kind: "plan", Summary: summarizePlan(in, r),
		Inputs: in, Findings: append(files, r.Findings...),
		Result: PlanResult{r.Account, r.Functions, r.Regions, advice.Actions(r.Planned, r.Changes), r.Sweep,
			r.Growth, r.Baseline, r.Removed}}
}

// NewCheck returns the document of a check.
func NewCheck(in Inputs, r check.Result) Check {
	summary, found := summarizeCheck(in, r), r.Findings
	r.Findings = nil
	return Check{SchemaVersion: SchemaVersion, Kind: "check", Summary: summary, Inputs: in, Result: r, Findings: found}
}

// PlanResult is a calc.PlanResult with its changes in words.
type PlanResult struct {
	// Account is the account's row.
	Account calc.PlanAccount `json:"account"`
	// Functions are the functions, in the order of the account.
	Functions []calc.FunctionPlan `json:"functions"`
	// Regions are the Regions, if a function of Lambda@Edge runs in several.
	Regions []calc.RegionResult `json:"regions,omitempty"`
	// Actions are the changes to make, in the order in which AWS accepts them.
	Actions []advice.Action `json:"actions"`
	// Sweep is the plan at every point of a sweep; absent without --sweep.
	Sweep []calc.Swept[calc.PlanAccount, calc.FunctionPlan] `json:"sweep,omitempty"`
	// Growth is what happens as the load grows, with the current settings, if a scale is requested.
	calc.Growth
	// Baseline compares the cost of the recommendation with an earlier one; absent if no baseline is given.
	Baseline calc.Optional[calc.Comparison] `json:"baseline,omitzero"`
	// Removed lists the functions of the baseline that no longer exist, by name.
	Removed []calc.Removed `json:"removed,omitempty"`
}

// Now returns the split with the current settings, function by function.
func (r PlanResult) Now() []calc.FunctionSpill {
	return calc.PlanResult{Functions: r.Functions}.Now()
}

// Rules is the document of rules.
type Rules struct {
	// SchemaVersion is the version of the document's schema.
	SchemaVersion int `json:"schema_version"`
	// Kind is rules.
	Kind string `json:"kind"`
	// Summary is the answer in one line: the rule with its name, or how many there are.
	Summary string `json:"summary"`
	// Rules are the rules.
	Rules []Rule `json:"rules"`
}

// A Rule is a rule of Rules.
type Rule struct {
	// ID is the stable id: a number such as LC014, or a word if the rule has no number.
	ID rule.ID `json:"id"`
	// Name says in a few words what is found.
	Name string `json:"name"`
	// Level is how much its findings matter.
	Level rule.Level `json:"level"`
	// Text says in one sentence when the rule applies.
	Text string `json:"text"`
	// Why says what happens if you ignore it, or what to do about it.
	Why string `json:"why"`
	// AWSMessage is what AWS answers; absent if it accepts the setting.
	AWSMessage calc.Optional[string] `json:"aws_message"`
	// Source is the page or recording on which the rule is based.
	Source aws.Source `json:"source"`
	// Word is its id in the findings of a calculation; absent if only check looks for it.
	Word calc.Optional[rule.ID] `json:"word,omitzero"`
}

// IsChecked reports whether check looks for the rule, so that its findings can be accepted.
func (r Rule) IsChecked() bool { return r.Word != calc.Some(r.ID) }

// NewRules returns the document of rules.
func NewRules(rules []rule.Rule) Rules {
	d := Rules{SchemaVersion: SchemaVersion, Kind: "rules", Summary: summarizeRules(rules),
		Rules: make([]Rule, len(rules))}
	for i, r := range rules {
		d.Rules[i] = Rule{ID: r.ID(), Name: r.Name, Level: r.Level, Text: r.Text, Why: r.Why, Source: r.Source}
		if r.AWS != "" {
			d.Rules[i].AWSMessage = calc.Some(r.AWS)
		}
		if r.Word != "" {
			d.Rules[i].Word = calc.Some(r.Word)
		}
	}
	return d
}
