// Package record holds what one file says, in whatever format it is written. A Recorder collects it while the file
// is read.
package record

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// Options are what reading a file depends on beside the file.
type Options struct {
	// Format is the name of the format. Empty means that the content decides.
	Format string
	// ProfileKeys are the keys at the top of a profile.
	ProfileKeys []string
	// Params are values for the parameters of templates.
	Params map[string]string
	// Region is the Region that templates ask for; empty where it is not known.
	Region string
}

// A File is what one file says.
type File struct {
	Name   string // as the user gave it
	Format string // empty where it is not known
	// Functions are the functions that the file declares or mentions.
	Functions []*Function
	// Gone are the functions that a plan deletes.
	Gone []Gone
	// Concurrency is the quota of the account, units; absent where the file does not say.
	Concurrency calc.Optional[int64]
	// Claimed is what all functions of the account have set aside of the quota, units; absent where the file does not
	// say.
	Claimed calc.Optional[int64]
	// ConcurrencyPlace is where the quota stands.
	ConcurrencyPlace check.Place
	// Unknown are the values that cannot be resolved.
	Unknown []check.Unknown
	// Nested are the stacks whose templates are files of their own.
	Nested []Nested
	// Params are the parameters that the file uses.
	Params []string
	// Defaults are the default values that decide something, by the parameters that are not given.
	Defaults map[string]string
	// Acceptances are the comments that accept findings.
	Acceptances []Acceptance
	// Profile is the document of a profile. Flags and variables take precedence over its values.
	Profile *yaml.Node
}

// Empty reports whether the file says nothing. It may be the wrong one.
func (f *File) Empty() bool {
	return len(f.Functions)+len(f.Gone)+len(f.Unknown)+len(f.Nested) == 0 &&
		!f.Concurrency.Known() && !f.Claimed.Known() && f.Profile == nil
}

// A Gone is a function that a plan deletes.
type Gone struct {
	Name    string
	Claimed check.Claim // until now
}

// A Nested is a stack inside a template.
type Nested struct {
	// Template is the file of its template, relative to the template it is in; empty where it is not known.
	Template string
	// Given are the parameters that the stack gets. A value that is not known is absent.
	Given map[string]calc.Optional[string]
	// Unknown is what is not known without the file of its template.
	Unknown check.Unknown
}

// An Acceptance is a comment that accepts a finding: lambdacap:accept RULE REASON.
type Acceptance struct {
	Rule   string      // empty where it is missing
	Reason string      // empty where it is missing
	Place  check.Place // what it accepts: its own line, or the one below
	At     check.Place // the comment itself
}

// acceptMark begins a comment that accepts a finding.
const acceptMark = "lambdacap:accept"

// Acceptances finds the comments of a document that accept findings.
func Acceptances(d *tree.Document) (found []Acceptance) {
	for _, c := range d.Comments(acceptMark) {
		rule, reason, _ := strings.Cut(strings.TrimSpace(c.Text), " ")
		found = append(found, Acceptance{Rule: tree.Printable(rule),
			Reason: tree.Printable(strings.Join(strings.Fields(reason), " ")), Place: c.About, At: c.At})
	}
	return found
}

// An Obstacle is why a value is not known.
type Obstacle struct {
	Why    string // what is missing
	Remedy string // how to make the value known
	// Absent says that the source has no value, so that the next source counts.
	Absent bool
}
