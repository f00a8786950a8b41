package files

import "slices"

// profile is a YAML profile of lambdacap itself. Flags and variables go before
// its values, so it stays text until they are known: its reader is that of
// --profile.
type profile struct{}

// Name implements Format.
func (profile) Name() string { return "profile" }

// Claims implements Format: a profile has one of its own keys beside a name, and
// not mostly others.
func (profile) Claims(top node, o Options) bool {
	known, others := 0, 0
	for _, m := range top.members() {
		switch name := m.key.scalar(); {
		case !slices.Contains(o.ProfileKeys, name):
			others++
		case name != "name": // too many files have one
			known++
		}
	}
	return known > 0 && others <= known+maxMisspelt
}

// maxMisspelt is how many keys a profile may have that are none.
const maxMisspelt = 4

// Read implements Format.
func (profile) Read(d *document, r *reading) error {
	if d.top.yaml == nil { // a profile in JSON is YAML, too
		if err := d.parseYAML(d.data, ""); err != nil {
			return err
		}
	}
	r.Profile = d.top.yaml
	return nil
}
