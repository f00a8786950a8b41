// Package rule defines what a rule is: a fact that lambdacap looks for, and that a finding reports.
//
// The rules themselves stand beside the code that finds them, in package calc and package calc/check. check.Rules
// lists them all.
package rule

import (
	"slices"

	"github.com/lambdacap/lambdacap/calc/aws"
)

// An ID names a rule. It is a word such as rate-bound in the findings of a calculation, and a number such as LC014
// in those of a check. IDs never change.
type ID string

// A Level says how much a finding matters.
type Level string

// The levels.
const (
	Error   Level = "error"   // cannot work as it stands
	Warning Level = "warning" // works, and surprises
	Unknown Level = "unknown" // cannot be judged, because a value is not known
	Info    Level = "info"    // what a figure rests on, or why it is absent
)

// Levels lists the levels, worst first. What is unknown may turn out to be an error, so it comes before notes.
func Levels() []Level { return []Level{Error, Warning, Unknown, Info} }

// Noun is what people call a finding of the level.
func (l Level) Noun() string {
	if l == Info {
		return "note"
	}
	return string(l)
}

// A Rule is one thing that lambdacap looks for.
type Rule struct {
	Word   ID         // its id in a calculation; empty where only a check looks for it
	Number ID         // its id in a check; empty where a check does not look for it
	Level  Level      // how much its findings matter
	Aside  bool       // its findings only say why a figure is absent, which a page shows as it is
	Name   string     // what is found, in a few words
	Text   string     // when it is found: what follows "Found when"
	Why    string     // what happens if you ignore it, or what to do about it
	AWS    string     // what AWS answers; empty where it accepts the setting
	Source aws.Source // the page or the paper that says so
}

// ID is the number of the rule, or its word where it has none.
func (r Rule) ID() ID {
	if r.Number != "" {
		return r.Number
	}
	return r.Word
}

// IDs are the number of the rule and its word, as far as it has them.
func (r Rule) IDs() (ids []ID) {
	for _, id := range []ID{r.Number, r.Word} {
		if id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

// Is reports whether the rule has an id.
func (r Rule) Is(id ID) bool { return id != "" && (r.Word == id || r.Number == id) }

// LevelInCalculation is the level of its findings in a calculation. There an unknown value simply counts as not
// given, which is a warning.
func (r Rule) LevelInCalculation() Level {
	if r.Level == Unknown {
		return Warning
	}
	return r.Level
}

// Find returns the rule that has an id.
func Find(rules []Rule, id ID) (Rule, bool) {
	i := slices.IndexFunc(rules, func(r Rule) bool { return r.Is(id) })
	if i < 0 {
		return Rule{}, false
	}
	return rules[i], true
}
