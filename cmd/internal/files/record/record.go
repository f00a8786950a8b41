// Package record holds the contents of a file, independent of its format. A Recorder collects them while
// the file is read.
package record

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/advice"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// Options are the inputs for reading a file, other than the file itself.
type Options struct {
	// Format is the name of the format. If empty, the format is detected from the content.
	Format string
	// Chosen means that the user named the file as the profile of a calculation. Such a profile may be large.
	Chosen bool
	// ProfileKeys are the top-level keys of a profile.
	ProfileKeys []string
	// Params are values for the parameters of templates.
	Params map[string]string
	// Region is the Region that templates refer to; empty if unknown.
	Region string
	// VarFiles are files with values for the variables of Terraform sources. Of two values, the later one counts.
	VarFiles []string
	// ConfigEnvironment is the environment of the SAM CLI's configuration whose values count; empty for the default one.
	ConfigEnvironment string
	// LookupEnv returns the value of an environment variable; nil if there are none.
	LookupEnv func(name string) (string, bool)
}

// A File holds the contents of one file.
type File struct {
	Name   string // as given by the user
	Format string // empty if unknown
	// Separate means that the file is deployed by itself: a function in another such file is another function, even if it
	// has the same name.
	Separate bool
	// Functions are the functions that the file declares or refers to.
	Functions []*Function
	// Gone are the functions that a plan deletes.
	Gone []Gone
	// Concurrency is the quota of the account, units; absent if the file does not say.
	Concurrency calc.Optional[int64]
	// Claimed is the part of the quota that all functions of the account have claimed, units; absent if the
	// file does not say.
	Claimed calc.Optional[int64]
	// ConcurrencyPlace is the place of the quota.
	ConcurrencyPlace check.Place
	// Region is the Region of the file's functions, and RegionPlace its place. It is empty if the file does not say. Only
	// drafts of profiles use it.
	Region      string
	RegionPlace check.Place
	// Unowned are settings of functions that the file does not name, such as an alias of an imported function.
	Unowned []*Function
	// Misnamed are invalid function names. Their functions are left out.
	Misnamed []Misnamed
	// Unknown are the values that cannot be resolved.
	Unknown []Unknown
	// Repeated are the keys whose earlier occurrences do not count.
	Repeated []check.Repeated
	// Nested are the nested stacks whose templates are separate files.
	Nested []Nested
	// Params are the parameters that the file uses.
	Params []string
	// Defaults are the default values that affect the result, by the names of the parameters that were not given.
	Defaults map[string]string
	// Configured are the values of parameters that the configuration of the SAM CLI gives, and ConfiguredBy is that file.
	Configured   map[string]string
	ConfiguredBy string
	// Acceptances are the comments that accept findings.
	Acceptances []Acceptance
	// Polled are the queues and streams that the file describes without saying which function polls them.
	Polled []check.Poller
	// None means that the file is a response that contains nothing of the requested kind.
	None bool
	// Profile is the document of a profile. Flags and variables take precedence over its values.
	Profile *yaml.Node
	// Counted is how much of the profile's claimed_elsewhere an earlier answer took to be claimed by its functions, units.
	Counted int64
}

// Empty reports whether the file contains nothing relevant. It may be the wrong file.
func (f *File) Empty() bool {
	entries := len(f.Functions) + len(f.Unowned) + len(f.Gone) + len(f.Unknown) + len(f.Nested) + len(f.Polled)
	return !f.None && entries == 0 && !f.Concurrency.Known() && !f.Claimed.Known() && f.Profile == nil
}

// An Unknown is a value that cannot be resolved.
type Unknown struct {
	check.Unknown
	// Name says that the value is only a name, on which nothing in the file depends.
	Name NameKind
}

// A NameKind is the kind of thing that a name belongs to.
type NameKind int

// The kinds of names.
const (
	NoName       NameKind = iota
	FunctionName          // matters if something may be about the function without being known to be
	AliasName             // matters if another file mentions the function, and so may mention the alias
)

// A Gone is a function that a plan deletes.
type Gone struct {
	Name    string
	Claimed check.Claim // before the change
}

// A Misnamed is an invalid name of a function.
type Misnamed struct {
	Place check.Place
	Err   error // what is wrong with it
}

// A Nested is a nested stack in a template.
type Nested struct {
	// Template is the path of its template, relative to the template that contains the stack; empty if unknown.
	Template string
	// Given are the parameters that the stack passes. An unknown value is absent.
	Given map[string]calc.Optional[string]
	// Unknown describes what is unknown if the file of its template is missing.
	Unknown check.Unknown
}

// An Acceptance is a comment that accepts a finding: lambdacap:accept RULE REASON.
type Acceptance struct {
	Rule   string      // empty if missing
	Reason string      // empty if missing
	Place  check.Place // the line that the acceptance applies to: its own, or the one below
	At     check.Place // the comment itself
}

// AcceptMark starts a comment that accepts a finding.
const AcceptMark = "lambdacap:accept"

// Acceptances finds the comments in a document that accept findings.
func Acceptances(d *tree.Document) (found []Acceptance) {
	for _, c := range d.Comments(AcceptMark) {
		found = append(found, Accept(c.Text, c.About, c.At))
	}
	return found
}

// Accept returns what a comment accepts, from the text after its mark.
func Accept(text string, about, at check.Place) Acceptance {
	rule, reason, _ := strings.Cut(strings.TrimSpace(text), " ")
	return Acceptance{Rule: rule, Reason: strings.Join(strings.Fields(reason), " "), Place: about, At: at}
}

// An Obstacle is the reason why a value is unknown.
type Obstacle struct {
	Why    string // the reason
	Remedy string // how to make the value known
	// Absent means that the source has no value, so the next source applies.
	Absent bool
}

// GiveParam is the remedy for a value that a parameter makes known.
func GiveParam(name, value string) string {
	return "pass " + advice.Option("--param", tree.Shown(name)+"="+tree.Shown(value))
}
