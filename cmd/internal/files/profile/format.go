// Package profile recognizes the profiles of lambdacap itself. It leaves the values unread, because flags and
// variables take precedence over them: the reader of --profile reads them once those are known.
package profile

import (
	"slices"

	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// Name is the name of the format.
const Name = "profile"

// Format is the format of profiles.
type Format struct{}

// Name is what --format and messages call the format.
func (Format) Name() string { return Name }

// maxMisspelt is how many more keys of a profile may be unknown than known.
const maxMisspelt = 4

// Claims reports whether a document is a profile: it has a key of profiles beside a name, and not mostly others.
func (Format) Claims(top tree.Node, o record.Options) bool {
	known, others := 0, 0
	for _, m := range top.Members() {
		switch name := m.Key.Scalar(); {
		case !slices.Contains(o.ProfileKeys, name):
			others++
		case name != "name": // too many files have one
			known++
		}
	}
	return known > 0 && others <= known+maxMisspelt
}

// Read records the document.
func (Format) Read(d *tree.Document, r *record.Recorder) (err error) {
	r.Profile, err = d.AsYAML()
	return err
}
