// Package rule defines a rule: something that lambdacap looks for and reports as a finding.
//
// A rule is defined next to the code that looks for it, in package calc or package calc/check. Rules that both packages
// look for are here. check.Rules lists them all.
package rule

import (
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc/aws"
)

// An ID names a rule. It is a word such as rate-bound in the findings of a calculation, and a number such as LC014 in
// those of a check. IDs never change.
type ID string

// A Level says how much a finding matters.
type Level string

// The levels.
const (
	Error   Level = "error"   // cannot work as configured
	Warning Level = "warning" // works, with surprising effects
	Unknown Level = "unknown" // cannot be judged, because a value is not known
	Info    Level = "info"    // what a figure is based on, or why it is missing
)

// Levels lists the levels, worst first. Unknown comes before Info, since something unknown may turn out to be an error.
func Levels() []Level { return []Level{Error, Warning, Unknown, Info} }

// Noun returns the noun for a finding of the level.
func (l Level) Noun() string {
	if l == Info {
		return "note"
	}
	return string(l)
}

// A Rule is one thing that lambdacap looks for.
type Rule struct {
	Word   ID         // its id in a calculation; empty if only a check has the rule
	Number ID         // its id in a check; empty if only a calculation has the rule
	Level  Level      // how much its findings matter
	Aside  bool       // its findings only explain a missing figure, which the page shows anyway
	Name   string     // what is found, in a few words
	Text   string     // when it is found: completes the sentence "Found when ..."
	Why    string     // what happens if you ignore it, or what to do about it
	AWS    string     // AWS's error message; empty if it accepts the setting
	Source aws.Source // the page or paper behind the rule
}

// ID returns the rule's number, or its word if it has no number.
func (r Rule) ID() ID {
	if r.Number != "" {
		return r.Number
	}
	return r.Word
}

// IDs returns the rule's number and word, leaving out an empty one.
func (r Rule) IDs() (ids []ID) {
	for _, id := range []ID{r.Number, r.Word} {
		if id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

// Is reports whether id is one of the rule's ids, ignoring case.
func (r Rule) Is(id ID) bool {
	return id != "" && (strings.EqualFold(string(r.Word), string(id)) || strings.EqualFold(string(r.Number), string(id)))
}

// LevelInCalculation returns the level of the rule's findings in a calculation. There, an Error is only a Warning,
// since the calculation answers anyway, and so is an Unknown, since an unknown value counts as not given.
func (r Rule) LevelInCalculation() Level {
	if r.Level == Error || r.Level == Unknown {
		return Warning
	}
	return r.Level
}

// Find returns the rule with the given id, and reports whether there is one.
func Find(rules []Rule, id ID) (Rule, bool) {
	i := slices.IndexFunc(rules, func(r Rule) bool { return r.Is(id) })
	if i < 0 {
		return Rule{}, false
	}
	return rules[i], true
}
