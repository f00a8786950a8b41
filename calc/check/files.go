package check

import (
	"fmt"
	"slices"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// Rules of this file.
const (
	unknownValue    rule.ID = "LC021"
	filesDiffer     rule.ID = "LC022"
	noFunctions     rule.ID = "LC024"
	staleAcceptance rule.ID = "LC025"
	onlyInProfile   rule.ID = "LC026"
	repeatedKey     rule.ID = "LC039"
)

// The rules of this file that calculations report as well, see Findings.
var (
	unknownValueRule = rule.Rule{
		Word: "value-unknown", Number: unknownValue, Level: rule.Unknown,
		Name:   "unknown value",
		Text:   "a value of a file cannot be resolved",
		Why:    "What rests on it is not judged. --fail-on unknown makes it fail.",
		Source: aws.SourceDerived,
	}
	filesDifferRule = rule.Rule{
		Word: "files-differ", Number: filesDiffer, Level: rule.Warning,
		Name:   "files differ",
		Text:   "one setting is given two different values, most often by two files",
		Why:    "The later one counts here; which one AWS gets depends on what is deployed last.",
		Source: aws.SourceDerived,
	}
	repeatedKeyRule = rule.Rule{
		Word: "key-repeated", Number: repeatedKey, Level: rule.Warning,
		Name:   "key given twice",
		Text:   "a mapping of a template has the same key twice",
		Why:    "CloudFormation uses the last one and drops the others without a word, with everything in them.",
		Source: aws.SourceDerived,
	}
)

// fileRules lists the rules of this file that only a check looks for.
func fileRules() []rule.Rule {
	return []rule.Rule{
		{Number: noFunctions, Level: rule.Info,
			Name:   "file without functions",
			Text:   "a file can be read and has no function in it",
			Why:    "It may be the wrong one.",
			Source: aws.SourceDerived},
		{Number: staleAcceptance, Level: rule.Info,
			Name:   "acceptance without a finding",
			Text:   "a finding is accepted that is not there",
			Why:    "It may be mended, and would be accepted when it comes back.",
			Source: aws.SourceDerived},
		{Number: onlyInProfile, Level: rule.Error,
			Name:   "function in the profile alone",
			Text:   "the profile has no settings of a function, and none of the other files has the function",
			Why:    "Its name may be misspelt, and then its rate is not judged with its settings.",
			Source: aws.SourceDerived},
	}
}

// Findings returns what a calculation reports about the files behind an account: values that are not known, units that
// are taken to be set already (see Account.counted), sizes that AWS refuses, functions that are not modelled, settings
// for which files disagree, and keys that are given twice.
func (a Account) Findings() (found []calc.Finding) {
	for _, u := range a.Unknown {
		message := fmt.Sprintf("%s is not known: %s (%s); %s", u.What, u.Why, u.Place, u.Remedy)
		found = append(found, calc.NewFinding(unknownValueRule, u.Function, message))
	}
	if a.counted() > 0 {
		found = append(found, calc.NewFinding(unknownValueRule, calc.Optional[string]{},
			fmt.Sprintf("what was set before the change is not known of %s: this counts as set already, "+
				"and not beside what the account has claimed", listed(a.claims(undetermined), claimed.String, ", "))))
	}
	for _, f := range slices.Concat(a.Functions, a.Managed) {
		for _, r := range f.wrongSizes() {
			found = append(found, calc.NewFinding(memoryRule, calc.Some(f.Name),
				fmt.Sprintf("%s (%s); %s", r.message, r.place, r.remedy)))
		}
		if f.Managed() {
			found = append(found, calc.NewFinding(managedRule, calc.Some(f.Name),
				fmt.Sprintf("%s (%s)", notModeled, f.Deployment.Managed.Or(Place{}))))
		}
	}
	for _, x := range a.Conflicts {
		message := fmt.Sprintf("%s is %s (%s) and %s (%s): the second counts", x.What, x.First, x.At, x.Second, x.By)
		found = append(found, calc.NewFinding(filesDifferRule, x.Function, message))
	}
	for _, k := range a.Repeated {
		message := fmt.Sprintf("%s (%s)", k.message(), k.At)
		found = append(found, calc.NewFinding(repeatedKeyRule, calc.Optional[string]{}, message))
	}
	return found
}

// message says which key is given twice.
func (k Repeated) message() string {
	return fmt.Sprintf("the key %q stands in line %d already: the last one counts", k.Key, k.First.Line)
}

// files reports values that are not known, files without functions, names that only a profile has, settings for which
// files disagree, and keys that are given twice.
func (c *checker) files() {
	for _, u := range c.account.Unknown {
		c.unknown(u)
	}
	for _, name := range c.options.Empty {
		f := c.finding(noFunctions, report{message: "there is no function in it",
			remedy: "look whether it is the file that was meant"})
		f.File = calc.Some(name)
		c.findings = append(c.findings, f)
	}
	for _, u := range c.options.Unmatched {
		c.add(onlyInProfile, report{function: nameOnly(calc.Some(u.Function)), place: u.Place,
			message: "no file has a function of this name, and the profile has no settings of it",
			remedy:  fmt.Sprintf("correct the name (%s), or give its settings: provisioned: 0 if it has none", u.Instead)})
	}
	for _, x := range c.account.Conflicts {
		c.add(filesDiffer, report{function: nameOnly(x.Function), place: x.By,
			message: fmt.Sprintf("%s is %s here and %s in %s", x.What, x.Second, x.First, x.At),
			remedy:  "let the files agree, or give the one that counts"})
	}
	for _, k := range c.account.Repeated {
		c.add(repeatedKey, report{place: k.At, message: k.message(), remedy: "keep one of them"})
	}
}

// unknown reports a value that is not known.
func (c *checker) unknown(u Unknown) {
	c.add(unknownValue, report{function: nameOnly(u.Function), place: u.Place,
		message: fmt.Sprintf("%s is not known: %s", u.What, u.Why), remedy: u.Remedy})
}

// nameOnly returns a function with nothing but a name; nil if there is no name.
func nameOnly(name calc.Optional[string]) *Function {
	if name, ok := name.Get(); ok {
		return &Function{Function: calc.Function{Name: name}}
	}
	return nil
}

// stale reports acceptances without a finding. If not everything could be read or judged, the finding may be in the
// rest.
func (c *checker) stale() {
	open := c.options.Incomplete
	for _, f := range c.findings {
		c.accepted(f) // marks the acceptances that are used
		open = open || f.Level == rule.Unknown
	}
	for i, a := range c.options.Accept {
		if open || c.used[i] || c.options.skips(a.Rule) {
			continue
		}
		c.add(staleAcceptance, report{function: nameOnly(a.Function), place: a.At,
			message: fmt.Sprintf("%s is accepted, and there is no such finding", a.Rule), remedy: "take the acceptance away"})
	}
}
