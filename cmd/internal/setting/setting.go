// Package setting has the table of everything that a user can set: the flag, its variable and its key in a profile, how
// it is read, where it goes, how it is echoed, and what help says about it.
package setting

import (
	"strings"
	"sync"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/ramp"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/calc/scaling"
)

// A Setting is one thing that a user can set.
type Setting struct {
	// Flag is the name of the flag, without the leading hyphens; empty if only a profile has the setting. The name of
	// the environment variable is made from it.
	Flag string
	// Short is the one-letter form of the flag.
	Short string
	// Key is the key in a profile; empty if a profile does not have the setting.
	Key string
	// Group is the part of a profile that the setting belongs to, and its heading in help.
	Group Group
	// Part is what a command must do to take the flag; 0 for a flag that all commands take.
	Part Part
	// Value is what help calls the value; empty for a flag without one.
	Value string
	// Usage is what help says about the flag.
	Usage string
	// UsageFor has what help says instead to a command that does a part. A command does at most one of these parts.
	UsageFor []usageFor
	// UsageOf returns what help says to a command that does some parts; nil if Usage and UsageFor are all.
	UsageOf func(parts Part) string
	// Values are the legal values, if there are few.
	Values []string
	// Common says that people use the flag most: the short help of a command with many flags has only those.
	Common bool
	// CommonTo are the parts of the commands to which Common applies; 0 for all.
	CommonTo Part
	// Switch says that the flag without a value means true.
	Switch bool
	// Repeat says whether the flag may be repeated, and how a variable separates several values.
	Repeat Repeat
	// List describes the list that may be given instead of a single value; nil if it may not. A profile may have a YAML
	// list; in a text, also in that of a profile, commas or spaces separate the items.
	List *List
	// Mapping describes the mapping that a profile may have in place of the text, or of each text of a list if the setting
	// may be repeated; nil if it may not.
	Mapping *Mapping
	// Within is the key of the setting whose value may contain this one, as MIN:MAX contains both; empty if none does.
	Within string
	// Echo is the JSON key under which inputs echo the value.
	Echo string
	// OfFunction says that the setting is about one function, although it is at the top of a profile.
	OfFunction bool
	// Everywhere says that a comparison gives the value to every function if none is named.
	Everywhere bool
	// OfCheapest says that the setting only has a meaning with --optimize cost.
	OfCheapest bool
	// Reader reads a value and puts it where it goes; nil for settings that Target has no room for.
	Reader Reader
	// Complete offers values to the shell, for a command that takes some parts.
	Complete func(Part) []string
	// Extensions are the file names that the shell completes; a single empty one stands for any.
	Extensions []string
}

// A usageFor is what help says to a command that does a part.
type usageFor struct {
	part  Part
	usage string
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

// A Part is something that commands do, with settings of its own. Parts can be combined.
type Part uint

// The parts.
const (
	Ceilings Part = 1 << iota // show the ceilings of pools
	Loads                     // split a load, and price it
	Sizes                     // size to a load
	Judges                    // judge settings as AWS does
	Details                   // show all of one account
	Compares                  // compare accounts
	Drafts                    // write a profile to fill in
	Replays                   // replay traffic
	Ramps                     // follow a rate that grows
	Records                   // plan for recorded traffic
	Drains                    // follow a queue until it is empty
	Sources                   // take the event sources of functions into account
	Collects                  // write a script that fetches files
)

// Has reports whether p includes any of some other parts.
func (p Part) Has(any Part) bool { return p&any != 0 }

// A Repeat says how several values are given.
type Repeat int

// The ways to repeat.
const (
	Once    Repeat = iota
	ByLine         // one value for each flag; a variable separates them by line breaks
	ByComma        // both separate them by commas
)

// A List describes a list that a setting may have as its value.
type List struct {
	// Legal says what is legal as the value.
	Legal string
	// Keys returns the keys of each item; nil for a list of single values.
	Keys func() []string
	// Partial says that an item may leave keys out.
	Partial bool
	// Item says what is legal as an item.
	Item string
}

// A Mapping describes a mapping that stands for a text.
type Mapping struct {
	// Legal says what is legal as the value.
	Legal string
	// Keys returns the keys of the mapping; nil for any.
	Keys func() []string
	// Text returns the text that some values of the keys stand for.
	Text func(Values) string
}

// A Target is where values go.
type Target struct {
	Account  *calc.Account
	Function *calc.Function
	Scaling  *Scaling
	Load     *ramp.Load
	Asked    *Asked
}

// A Scaling says how the provisioned concurrency of a function changes over time.
type Scaling struct {
	// Levels are the levels of a day; nil if there are none.
	Levels []scaling.Level
	// Tracking is target tracking; absent if there is none.
	Tracking calc.Optional[scaling.Tracking]
	// Actions are the scheduled actions.
	Actions []scaling.Action
}

// Asked is what a run is asked about the account.
type Asked struct {
	Sizing  calc.Sizing
	Limits  calc.LimitsOptions
	Billing calc.Billing
	Check   check.Question
	Sweep   calc.Optional[calc.Sweep]
	Scale   []float64
	// Steady sizes for recorded traffic by the steady share.
	Steady bool
	// ForS and AllocationDelayS are how long a ramp is looked at, and how long provisioned concurrency takes, seconds.
	ForS, AllocationDelayS calc.Optional[float64]
	// AlarmDelayS is the time from the end of a minute until its alarm acts, seconds.
	AlarmDelayS calc.Optional[float64]
}

// DefaultAsked returns the defaults.
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
	for _, s := range All() {
		if s.Flag == flag && flag != "" {
			return s, true
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

// byKey returns the settings by their keys.
var byKey = sync.OnceValue(func() map[string]*Setting {
	all := All()
	settings := make(map[string]*Setting, len(all))
	for _, s := range all {
		settings[s.Key] = s
	}
	return settings
})

// ByKey returns the setting that has a key in a profile; nil if there is none.
func ByKey(key string) *Setting { return byKey()[key] }

// Variable returns the name of the environment variable of a flag.
func Variable(flag string) string {
	return "LAMBDACAP_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// Listable reports whether a comparison of accounts may have several values of the setting.
func (s *Setting) Listable() bool {
	return s.Flag != "" && s.Key != "" && s.Value != "" && s.Repeat == Once && (s.List == nil || s.List.Keys == nil) &&
		!s.isOpen()
}

// isOpen reports whether the value is a mapping with any keys, whose text has commas.
func (s *Setting) isOpen() bool { return s.Mapping != nil && s.Mapping.Keys == nil }

// HasSeveral reports whether a text has several values of a setting that may have them: separated by commas, or
// FROM:TO:STEP. The 24 rates of a day are one value, and so is a number with commas.
func (s *Setting) HasSeveral(text string) bool {
	n := strings.Count(text, ",")
	if s.List == nil || n == 0 {
		return n > 0 || strings.Count(text, ":") == 2
	}
	_, err := quantity.ParseRate(text)
	return err != nil && n != quantity.HoursPerDay-1
}

// takes reports whether a command that does some parts takes the flag.
func (s *Setting) takes(parts Part) bool {
	return s.Flag != "" && (s.Part == 0 || s.Part.Has(parts))
}

// UsageIn returns what help says about the flag, for a command that does some parts.
func (s *Setting) UsageIn(parts Part) string {
	if s.UsageOf != nil {
		return s.UsageOf(parts)
	}
	for _, x := range s.UsageFor {
		if parts.Has(x.part) {
			return x.usage
		}
	}
	return s.Usage
}

// WithText gives a value its text. If the setting may be a list, commas or spaces separate several items.
func (s *Setting) WithText(v Value, text string) Value {
	v.Text = text
	if s == nil || s.List == nil || !strings.ContainsAny(text, ", ") {
		return v
	}
	var items []string
	space := func(r rune) bool { return r == ' ' }
	for part := range strings.SplitSeq(text, ",") {
		words := strings.FieldsFunc(part, space)
		if len(words) == 0 {
			words = []string{""}
		}
		items = append(items, words...)
	}
	return v.withItems(items)
}

// Split splits the text of a variable into values.
func (s *Setting) Split(text string) []string {
	switch s.Repeat {
	case ByLine:
		return strings.Split(text, "\n")
	case ByComma:
		return strings.Split(text, ",")
	}
	return []string{text}
}
