package files

import "slices"

// profile is a YAML profile of lambdacap itself. Flags and variables go before
// its values, so it stays text until they are known: its reader is that of
// --profile.
type profile struct{}

// Name implements Format.
func (profile) Name() string { return "profile" }

// Claims implements Format: a profile has one of its own keys beside a name.
func (profile) Claims(top node, o Options) bool {
	for _, m := range top.members() {
		if name := m.key.scalar(); name != "name" && slices.Contains(o.ProfileKeys, name) { // too many files have a name
			return true
		}
	}
	return false
}

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
