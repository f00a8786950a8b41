package check

import (
	"fmt"
	"slices"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// The rules of this file.
const (
	unknownValue    rule.ID = "LC021"
	filesDiffer     rule.ID = "LC022"
	noFunctions     rule.ID = "LC024"
	staleAcceptance rule.ID = "LC025"
	onlyInProfile   rule.ID = "LC026"
	repeatedKey     rule.ID = "LC039"
)

// The rules of this file that calculations also report, see Findings.
var (
	unknownValueRule = rule.Rule{
		Word: "value-unknown", Number: unknownValue, Level: rule.Unknown,
		Name:   "unknown value",
		Text:   "a value in a file cannot be resolved",
		Why:    "What depends on it is not checked. The fix says how to give it; --fail-on unknown makes check fail.",
		Source: aws.SourceDerived,
	}
	filesDifferRule = rule.Rule{
		Word: "files-differ", Number: filesDiffer, Level: rule.Warning,
		Name:   "files disagree",
		Text:   "a setting has two different values, usually in two files",
		Why:    "The later one counts here; in AWS, the one that is deployed last does. Keep one of them.",
		Source: aws.SourceDerived,
	}
	repeatedKeyRule = rule.Rule{
		Word: "key-repeated", Number: repeatedKey, Level: rule.Warning,
		Name:   "duplicate key",
		Text:   "a mapping in a template has the same key twice",
		Why:    "CloudFormation uses the last one and silently drops the others, with everything in them. Keep one of them.",
		Source: aws.SourceDerived,
	}
)

// fileRules lists the rules of this file that only a check has.
func fileRules() []rule.Rule {
	return []rule.Rule{
		{Number: noFunctions, Level: rule.Info,
			Name:   "no functions in a file",
			Text:   "a file can be read, but has no functions",
			Why:    "It may be the wrong file.",
			Source: aws.SourceDerived},
		{Number: staleAcceptance, Level: rule.Info,
			Name:   "unused acceptance",
			Text:   "a file accepts a finding that does not occur",
			Why:    "The problem may be fixed. If it came back, nobody would notice. Remove the acceptance.",
			Source: aws.SourceDerived},
		{Number: onlyInProfile, Level: rule.Error,
			Name:   "function only in the profile",
			Text:   "the profile has traffic but no settings for a function, and no other file has that function",
			Why:    "Its name may be misspelled; its traffic would then not be checked against its settings. Correct the name.",
			Source: aws.SourceDerived},
	}
}

// Findings returns what a calculation reports about the files behind an account: unknown values, units that are assumed
// to be set already (see Account.counted), sizes that AWS refuses, functions that are not modelled, settings on which
// files disagree, and duplicate keys.
func (a Account) Findings() (found []calc.Finding) {
	for _, u := range a.Unknown {
		message := fmt.Sprintf("%s is not known: %s (%s); %s", u.What, u.Why, u.Place, u.Remedy)
		found = append(found, calc.NewFinding(unknownValueRule, u.Function, message))
	}
	if a.counted() > 0 {
		found = append(found, calc.NewFinding(unknownValueRule, calc.Optional[string]{},
			fmt.Sprintf("it is not known what was set before this change (%s); "+
				"these units count as part of what the account has set aside already",
				listed(a.claims(undetermined), claimed.String))))
	}
	for _, f := range slices.Concat(a.Functions, a.Managed) {
		for _, r := range f.wrongSizes() {
			found = append(found, calc.NewFinding(memoryRule, calc.Some(f.Name),
				fmt.Sprintf("%s (%s); %s", r.message, r.place, r.remedy)))
		}
	}
	for _, f := range a.Managed {
		found = append(found, calc.NewFinding(managedRule, calc.Some(f.Name), notModeled+at(f.ManagedAt())))
	}
	for _, x := range a.Conflicts {
		message := fmt.Sprintf("%s is %s (%s) and %s (%s); the second one counts", x.What, x.First, x.At, x.Second, x.By)
		found = append(found, calc.NewFinding(filesDifferRule, x.Function, message))
	}
	for _, k := range a.Repeated {
		message := fmt.Sprintf("%s (%s)", k.message(), k.At)
		found = append(found, calc.NewFinding(repeatedKeyRule, calc.Optional[string]{}, message))
	}
	return found
}

// at shows a place in parentheses; empty if it is not known.
func at(place Place) string {
	if !place.Known() {
		return ""
	}
	return fmt.Sprintf(" (%s)", place)
}

// message says which key is a duplicate.
func (k Repeated) message() string {
	return fmt.Sprintf("the key %q is also in line %d; CloudFormation uses only the last one", k.Key, k.First.Line)
}

// files reports unknown values, files without functions, names that only a profile has, settings on which files
// disagree, and duplicate keys.
func (c *checker) files() {
	for _, u := range c.account.Unknown {
		c.unknown(u)
	}
	for _, name := range c.options.Empty {
		f := c.finding(noFunctions, report{message: "this file has no functions",
			remedy: "check that it is the file you meant"})
		f.File = calc.Some(name)
		c.findings = append(c.findings, f)
	}
	for _, u := range c.options.Unmatched {
		c.add(onlyInProfile, report{function: nameOnly(calc.Some(u.Function)), place: u.Place,
			message: "no file has a function of this name, and the profile has no settings for it",
			remedy:  fmt.Sprintf("correct the name (%s), or add its settings: provisioned: 0 if it has none", u.Instead)})
	}
	for _, x := range c.account.Conflicts {
		c.add(filesDiffer, report{function: nameOnly(x.Function), place: x.By,
			message: fmt.Sprintf("%s is %s here and %s in %s", x.What, x.Second, x.First, x.At),
			remedy:  "make the files agree, or leave out the one that does not count"})
	}
	for _, k := range c.account.Repeated {
		c.add(repeatedKey, report{place: k.At, message: k.message(), remedy: "keep one of them"})
	}
}

// unknown reports an unknown value.
func (c *checker) unknown(u Unknown) {
	c.add(unknownValue, report{function: nameOnly(u.Function), place: u.Place,
		message: fmt.Sprintf("%s is not known: %s", u.What, u.Why), remedy: u.Remedy})
}

// nameOnly returns a function that has only a name; nil if there is no name.
func nameOnly(name calc.Optional[string]) *Function {
	if name, ok := name.Get(); ok {
		return &Function{Function: calc.Function{Name: name}}
	}
	return nil
}

// stale reports acceptances that match no finding. It reports none if something could not be read or judged, since the
// finding may be there.
func (c *checker) stale() {
	open := c.options.Incomplete
	for _, f := range c.findings {
		c.accepted(f) // marks the acceptances that match
		open = open || f.Level == rule.Unknown
	}
	for i, a := range c.options.Accept {
		if open || c.used[i] || c.options.skips(a.Rule) {
			continue
		}
		c.add(staleAcceptance, report{function: nameOnly(a.Function), place: a.At,
			message: fmt.Sprintf("%s is accepted here, but there is no such finding", a.Rule), remedy: "remove the acceptance"})
	}
}
