// Package profile recognizes lambdacap's own profiles. It does not parse the values, because flags and variables take
// precedence over them. The reader of --profile parses them once those are known.
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

// maxMisspelt is how many more unknown keys than known ones a profile may have.
const maxMisspelt = 4

// sharedKeys are profile keys that also occur in other programs' files. They do not make a file a profile.
var sharedKeys = []string{"name", "duration", "schedule", "mode", "memory", "init", "arch", "hours", "optimize", "wrap",
	"segments", "sweep", "accept"}

// Claims reports whether a document is a profile: it has a key that only profiles have, and not too many unknown keys.
func (Format) Claims(top tree.Node, o record.Options) bool {
	own, shared, others := 0, 0, 0
	for _, m := range top.Members() {
		switch name := m.Key.Scalar(); {
		case !slices.Contains(o.ProfileKeys, name):
			others++
		case slices.Contains(sharedKeys, name):
			shared++
		default:
			own++
		}
	}
	return own > 0 && others <= own+shared+maxMisspelt
}

// Read records the document.
func (Format) Read(d *tree.Document, r *record.Recorder) (err error) {
	if !r.Options.Chosen {
		r.Count(d.Top.Path("functions").Items())
	}
	r.Profile, err = d.AsYAML()
	return err
}
