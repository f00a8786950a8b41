// Package setting has the table of everything that a user can set: the flag, its variable and its key in a profile, how it
// is read, where it goes, how it is echoed, and what help says about it.
package setting

import (
	"strings"
	"sync"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/cmd/internal/fault"
)

// A Setting is one thing that a user can set.
type Setting struct {
	// Flag is its flag, without hyphens; empty for a key of profiles alone. The variable has its name.
	Flag string
	// Short is the flag in one letter.
	Short string
	// Key is its key in a profile; empty for what a profile does not have.
	Key string
	// Group is the part of a profile that it belongs to, and the heading in help.
	Group Group
	// Part is what a command must do to take the flag; 0 for a flag that all commands take.
	Part Part
	// Value is what help calls the value; empty for a flag without one.
	Value string
	// Usage is what help says about it.
	Usage string
	// UsageFor is what help says instead, for commands that take a part.
	UsageFor map[Part]string
	// Values are the legal values, where they are few.
	Values []string
	// Switch says that the flag without a value means true.
	Switch bool
	// Repeat says whether the flag may be repeated, and how a variable separates several values.
	Repeat Repeat
	// List is the list that a profile may have instead of a single value; nil where it may not.
	List *List
	// Echo is the JSON key that inputs echo it under.
	Echo string
	// OfFunction says that it is about one function, although it stands at the top of a profile.
	OfFunction bool
	// OfCheapest says that only --optimize cost asks for it.
	OfCheapest bool
	// Read reads a value and puts it where it goes; nil for what Target has no room for.
	Read func(Target, Value) fault.List
	// Complete offers values to the shell, for a command that takes some parts.
	Complete func(Part) []string
	// Extensions are the file names that the shell completes; a single empty one stands for any.
	Extensions []string
}

// A Group is a part of a profile, and a heading in help.
type Group string

// The groups, in the order of help.
const (
	Function Group = "Function" // of each function
	Account  Group = "Account"  // under account:
	Question Group = "Question" // at the top level
	General  Group = "General"  // not in a profile
)

// Groups lists the groups in the order of help.
func Groups() []Group { return []Group{Function, Account, Question, General} }

// A Part is something that commands do, each with settings of its own. Parts add up.
type Part uint

// The parts.
const (
	Ceilings Part = 1 << iota // show the ceilings of pools
	Loads                     // split a load, and price it
	Sizes                     // size to a load
	Judges                    // judge settings as AWS does
)

// Has reports whether any of some parts is among them.
func (p Part) Has(any Part) bool { return p&any != 0 }

// A Repeat says how several values are given.
type Repeat int

// The ways to repeat.
const (
	Once    Repeat = iota
	ByLine         // one value for each flag; a variable separates them by line breaks
	ByComma        // both separate them by commas
)

// A List is the list that a setting of a profile may be.
type List struct {
	// Legal says what is legal in place of it.
	Legal string
	// Keys are the keys of each item, all of them required; nil for a list of single values.
	Keys []string
	// Item says what is legal as an item.
	Item string
}

// A Target is where values go.
type Target struct {
	Account  *calc.Account
	Function *calc.Function
	Asked    *Asked
}

// Asked is what a run is asked, beside the account.
type Asked struct {
	Sizing  calc.Sizing
	Limits  calc.LimitsOptions
	Billing calc.Billing
	Check   check.Question
	Sweep   calc.Optional[calc.Sweep]
}

// DefaultAsked is what counts where nobody says otherwise.
func DefaultAsked() Asked {
	return Asked{
		Sizing:  calc.DefaultSizing(),
		Billing: calc.Billing{Hours: aws.MonthHours},
		Check:   check.Question{Headroom: aws.AdvisedHeadroom, Skip: []rule.ID{}},
	}
}

// All lists the settings in the order of help.
var All = sync.OnceValue(table)

// Named returns the setting that has a flag.
func Named(flag string) (*Setting, bool) {
	all := All()
	for i := range all {
		if all[i].Flag == flag && flag != "" {
			return &all[i], true
		}
	}
	return nil, false
}

// Keys lists the keys of a group in a profile.
func Keys(group Group) (keys []string) {
	for _, s := range All() {
		if s.Group == group && s.Key != "" {
			keys = append(keys, s.Key)
		}
	}
	return keys
}

// byKey finds the settings by their keys.
var byKey = sync.OnceValue(func() map[string]*Setting {
	all := All()
	settings := make(map[string]*Setting, len(all))
	for i := range all {
		settings[all[i].Key] = &all[i]
	}
	return settings
})

// ByKey returns the setting with a key in a profile; nil where there is none.
func ByKey(key string) *Setting { return byKey()[key] }

// Variable is the environment variable of a flag.
func Variable(flag string) string {
	return "LAMBDACAP_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// takes reports whether a command that does some parts takes the flag.
func (s *Setting) takes(parts Part) bool {
	return s.Flag != "" && (s.Part == 0 || s.Part.Has(parts))
}

// usage is what help says about it to a command.
func (s *Setting) usage(parts Part) string {
	for part, usage := range s.UsageFor {
		if part.Has(parts) {
			return usage
		}
	}
	return s.Usage
}

// Split takes the text of a variable apart.
func (s *Setting) Split(text string) []string {
	switch s.Repeat {
	case ByLine:
		return strings.Split(text, "\n")
	case ByComma:
		return strings.Split(text, ",")
	}
	return []string{text}
}
