package serverless

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// readFunctions reads a mapping of functions.
func (s *service) readFunctions(all setting) error {
	if s.isKnown(nil, "functions", all) && all.node.HasValue() && all.node.Kind() != tree.Mapping {
		return fmt.Errorf("%s: functions is %q; expected functions by their names",
			all.place, tree.Shown(all.node.Written()))
	}
	for _, m := range all.node.Members() {
		if err := s.readFunction(m.Key, s.find(m.Value, all)); err != nil {
			return err
		}
	}
	return nil
}

// readFunction reads one function. Null means a function without settings.
func (s *service) readFunction(key tree.Node, own setting) error {
	id := key.Scalar()
	if own.node.HasValue() && own.node.Kind() != tree.Mapping {
		return fmt.Errorf("%s: the function %q is %q; expected its settings",
			key.Place(), tree.Shown(id), tree.Shown(own.node.Written()))
	}
	if other := s.made[id]; other != nil {
		return fmt.Errorf("%s: duplicate function %q, first at %s",
			key.Place(), tree.Shown(id), other.Deployment.Place)
	}
	given := s.getScalar(own, "name")
	f := s.declare(id, given.node.Scalar(), key.Place())
	if !s.isKnown(f, "functions."+tree.Shown(id), own) {
		return nil
	}
	switch {
	case given.missing != nil:
		s.r.NoteName(record.FunctionName, f, given.place, "name", given.missing)
	case given.node.HasValue() && given.node.Scalar() == "":
		s.r.Refuse("", given.place)
	case !given.node.HasValue() && s.prefix != "":
		f.Also = []string{s.prefix + id}
	}
	switch v := s.getScalar(own, reservedKey); {
	case !s.isKnown(f, reservedKey, v):
	case v.isEmpty():
		f.Unreserved = true
	case v.isFalse():
		f.Reserve("0", v.place) // as the framework does
	default:
		f.Reserve(v.node.Written(), v.place)
	}
	if s.readProvisioned(f, id, own) && s.hasScaler {
		s.readScaling(f, own)
	}
	if v := s.get(own, "snapStart"); s.isKnown(f, "snapStart", v) && v.node.Scalar() == "true" {
		f.Deployment.SnapStart = calc.Some(v.place)
	} else {
		f.NoSnapStart = v.isFalse()
	}
	s.readKind(f, own)
	s.readMemory(f, own)
	s.readEvents(f, own)
	return nil
}

// declare adds a function. A function without a name is called by its key, although the framework prefixes
// the key with service and stage.
func (s *service) declare(key, name string, place check.Place) *record.Function {
	made := "functions." + key
	if s.prefix != "" {
		made = s.prefix + key
	}
	other := s.r.Find(cmp.Or(name, key))
	var f *record.Function
	switch {
	case other == nil:
		f = s.r.Function(cmp.Or(name, key), place)
	case name == "":
		f = s.r.Function(made, place)
	case s.keyed[other]: // the other function's key is not its real name
		s.r.Rename(other, cmp.Or(strings.Join(other.Also, ""), "functions."+other.Name))
		f = s.r.Function(name, place)
	default:
		f = s.r.Function("functions."+key, place)
		s.r.NoteUnknown(f, place, "name", fmt.Sprintf("the function at %s has the same name", other.Deployment.Place),
			"give each function its own name")
	}
	s.made[key], s.keyed[f], f.Declared = f, name == "", true
	return f
}

// readMemory reads the settings that do not concern units, if they are known. Settings missing in the function come
// from the provider.
func (s *service) readMemory(f *record.Function, own setting) {
	for _, setting := range []struct{ name, key string }{
		{"memorySize", record.KeyMemory}, {"architecture", record.KeyArch}, {"ephemeralStorageSize", record.KeyEphemeral},
		{"timeout", record.KeyTimeout}, {"runtime", record.KeyRuntime},
	} {
		v := s.getScalar(own, setting.name)
		if v.missing == nil && !v.node.HasValue() {
			v = s.getScalar(s.provider, setting.name)
		}
		if setting.key == record.KeyRuntime {
			f.KeepManagedNode(setting.key, v.node)
		} else if v.node.HasValue() && v.node.Scalar() != "" {
			f.Keep(setting.key, v.node.Scalar(), v.place)
		}
	}
}
