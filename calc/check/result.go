package check

import (
	"slices"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// A Finding is what a rule found.
type Finding struct {
	// ID is the number of the rule.
	ID rule.ID `json:"id"`
	// Level says how much it matters.
	Level rule.Level `json:"level"`
	// Function is the function's name; absent if the finding is about the account.
	Function calc.Optional[string] `json:"function"`
	// File is the file with the setting; absent if no file has it.
	File calc.Optional[string] `json:"file"`
	// Line is the line of the setting, from 1.
	Line calc.Optional[int] `json:"line"`
	// Call is the call of the module that the file is part of; absent if no other file calls it.
	Call calc.Optional[Call] `json:"call,omitzero"`
	// Message describes the situation, with its numbers.
	Message string `json:"message"`
	// AWSMessage is AWS's error message; absent if AWS accepts the setting.
	AWSMessage calc.Optional[string] `json:"aws_message"`
	// Rule is the number of the rule, like ID. Findings of calculations use the same key.
	Rule rule.ID `json:"rule"`
	// Remedy says what to change.
	Remedy string `json:"remedy"`
	// Unnamed reports whether nobody named the function, so that Function is only a stand-in, which people do not see.
	Unnamed bool `json:"unnamed,omitempty"`
}

// Place returns the position of the setting.
func (f Finding) Place() Place { return Place{File: f.File.Or(""), Line: f.Line.Or(0)} }

// key identifies what a finding is about. It leaves out lines and numbers, which change with every edit. It includes
// the level, since an unknown may turn out to be an error. BelowFloor is about the account, whichever file shows it.
func (f Finding) key() string {
	about := f.Function.Or(f.File.Or(""))
	if f.ID == rule.BelowFloor.Number {
		about = ""
	}
	return string(f.ID) + " " + string(f.Level) + " " + about
}

// An Accepted is an accepted finding with the reason.
type Accepted struct {
	Finding
	// Reason is why the finding is accepted.
	Reason string `json:"reason"`
}

// A Verdict is the outcome of a check.
type Verdict string

// The verdicts.
const (
	Passes     Verdict = "passes"     // nothing fails the check
	Fails      Verdict = "fails"      // an error, or something else that fails the check
	Incomplete Verdict = "incomplete" // passes, but not everything could be read
)

// A Result is what a check found.
type Result struct {
	// Verdict says whether the check fails, and whether everything could be read.
	Verdict Verdict `json:"verdict"`
	// Account is the account with everything that the files claim from it.
	Account calc.AccountResult `json:"account"`
	// AssumedUnits is how many units the functions are assumed to have had before the change, as part of what AWS counts
	// as set aside, because no file says; absent if none. If nothing was set, as many fewer are unreserved.
	AssumedUnits int64 `json:"assumed_units,omitempty"`
	// Functions are the functions with their settings.
	Functions []FunctionResult `json:"functions"`
	// Counts are the numbers of findings.
	Counts Counts `json:"counts"`
	// Accepted are the accepted findings.
	Accepted []Accepted `json:"accepted"`
	// Known are the findings that are already in the baseline.
	Known []Finding `json:"known"`
	// LookUps are the AWS CLI commands whose answers, added as files, determine what was set before the change; absent if
	// no finding depends on that.
	LookUps []string `json:"look_ups,omitempty"`
	// Findings are all other findings, worst first.
	Findings []Finding `json:"-"`
}

// RefusesClaims reports whether a finding says that AWS refuses what the functions claim from the quota.
func (r Result) RefusesClaims() bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool {
		return (f.ID == rule.BelowFloor.Number || f.ID == overUnreserved) && f.AWSMessage.Known()
	})
}

// A FunctionResult is a function of a Result.
type FunctionResult struct {
	// Name is the function's name.
	Name string `json:"name"`
	// File is the file that declares the function; absent if no file does.
	File calc.Optional[string] `json:"file"`
	// Line is the line of the declaration, from 1.
	Line calc.Optional[int] `json:"line"`
	// Reserved is the reserved concurrency, units; absent without one.
	Reserved calc.Optional[int64] `json:"reserved"`
	// Provisioned is the combined provisioned concurrency of all versions and aliases, units.
	Provisioned int64 `json:"provisioned"`
	// Claimed is what the function takes from the account, units.
	Claimed int64 `json:"claimed"`
	// ClaimedBefore is what the function took before the change, units; absent if no file says.
	ClaimedBefore calc.Optional[int64] `json:"claimed_before"`
	// RPS is the offered rate at its peak, requests per second.
	RPS calc.Optional[float64] `json:"rps"`
	// Verdict is what happens to the rate; absent without a rate, and if AWS refuses the settings.
	Verdict calc.Optional[calc.Verdict] `json:"verdict"`
	// HeadroomRatio is the unused share of what the function can handle, 0 to 1; absent without a verdict or a ceiling.
	HeadroomRatio calc.Optional[float64] `json:"headroom_ratio"`
}

// Counts are numbers of findings.
type Counts struct {
	// Error is the number of errors.
	Error int `json:"error"`
	// Warning is the number of warnings.
	Warning int `json:"warning"`
	// Info is the number of notes.
	Info int `json:"info"`
	// Unknown is the number of findings about unknown values.
	Unknown int `json:"unknown"`
	// Accepted is the number of accepted findings.
	Accepted int `json:"accepted"`
	// Known is the number of findings that are already in the baseline.
	Known int `json:"known"`
}

// Of returns the number of findings of a level.
func (c Counts) Of(level rule.Level) int { return *c.of(level) }

func (c *Counts) of(level rule.Level) *int {
	switch level {
	case rule.Error:
		return &c.Error
	case rule.Warning:
		return &c.Warning
	case rule.Unknown:
		return &c.Unknown
	}
	return &c.Info
}

// result sorts the findings into skipped, accepted, known and other findings.
func (c *checker) result() Result {
	r := Result{Verdict: Passes, Account: c.sums, AssumedUnits: c.counted, Functions: c.functions(),
		Accepted: []Accepted{}, Known: []Finding{}, Findings: []Finding{}}
	known := map[string]int{}
	for _, f := range c.options.Known {
		known[f.key()]++
	}
	var left []Finding
	for _, f := range c.findings {
		reason, accepted := c.accepted(f)
		switch {
		case c.options.skips(f.ID):
		case accepted:
			r.Accepted = append(r.Accepted, Accepted{f, reason})
		case known[f.key()] > 0:
			known[f.key()]--
			r.Known = append(r.Known, f)
		default:
			left = append(left, f)
			*r.Counts.of(f.Level)++
		}
	}
	for _, level := range rule.Levels() {
		for _, f := range left {
			if f.Level == level {
				r.Findings = append(r.Findings, f)
			}
		}
	}
	if c.lookUps != nil && slices.ContainsFunc(left, func(f Finding) bool { return f.Remedy == c.settle() }) {
		r.LookUps = c.lookUps
	}
	if c.options.Incomplete {
		r.Verdict = Incomplete
	}
	fails := func(level rule.Level) bool { return r.Counts.Of(level) > 0 && c.options.Fails(level) }
	if c.options.Failed || slices.ContainsFunc(rule.Levels(), fails) {
		r.Verdict = Fails
	}
	r.Counts.Accepted, r.Counts.Known = len(r.Accepted), len(r.Known)
	return r
}

// functions lists the functions with their settings and verdicts.
func (c *checker) functions() []FunctionResult {
	rows := make([]FunctionResult, len(c.account.Functions))
	for i := range rows {
		f := &c.account.Functions[i]
		rows[i] = FunctionResult{Name: f.Name, Reserved: f.Reserved, Provisioned: f.Provisioned,
			Claimed: f.Claim().Units(), RPS: f.RPS}
		if place := f.place(); place.Known() {
			rows[i].File, rows[i].Line = calc.Some(place.File), calc.Some(place.Line)
		}
		if d := f.Deployment; d != nil {
			if before, ok := d.Current.Get(); ok {
				rows[i].ClaimedBefore = calc.Some(before.Units())
			}
		}
		if now, ok := c.onManaged[f.Name]; ok {
			rows[i].RPS, rows[i].Verdict, rows[i].HeadroomRatio = calc.Some(now.RPS), calc.Some(now.Verdict), now.HeadroomRatio
		}
		if l := c.load; l != nil && l.judged[i] && f.Rated() {
			now := &l.plan.Functions[i].Now
			rows[i].Verdict, rows[i].HeadroomRatio = calc.Some(now.Verdict), now.HeadroomRatio
		}
	}
	return rows
}
