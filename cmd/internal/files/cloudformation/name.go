package cloudformation

import (
	"strings"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// nameOf returns the name of a function: its FunctionName, or its logical id if that is not known.
func (t *template) nameOf(s *resource) string {
	if s.name == "" {
		s.name = s.id // a name that refers to itself resolves to this
		if v := t.resolve(s.property("FunctionName")); v.state == scalar && v.text != "" {
			s.name, _ = record.SplitName(v.text)
			s.hasGivenName = true
		}
	}
	return s.name
}

// functionName returns the name of the function that a text is about: the text itself, or the name in an ARN whose
// other parts may be unknown. ok reports whether the name is known. If not, the name has symbols or holes.
func (t *template) functionName(v value) (name string, ok bool) {
	name, _ = record.SplitName(v.text)
	if !record.IsWhole(name) {
		return t.alike(name)
	}
	return name, name != "" && (v.state == scalar || v.state == unresolved && strings.Contains(v.text, ":function:"))
}

// alike returns the name of the function whose FunctionName has the same symbols, or else the text.
func (t *template) alike(text string) (name string, ok bool) {
	if s := t.withSameName(text); s != nil {
		return t.nameOf(s), true
	}
	return text, false
}

// withSameName returns the first function with the same symbolic FunctionName, or nil.
func (t *template) withSameName(text string) *resource {
	if t.symbolic == nil {
		t.symbolic = map[string][]*resource{}
		for _, s := range t.functions {
			if v := t.resolve(s.property("FunctionName")); v.state == unresolved && !strings.Contains(v.text, record.Hole) {
				t.symbolic[v.text] = append(t.symbolic[v.text], s)
			}
		}
	}
	for _, s := range t.symbolic[text] {
		if t.resources[s.id] == s { // its condition is not false
			return s
		}
	}
	return nil
}

// owner returns the function that a resource belongs to.
func (t *template) owner(s *resource) *record.Function {
	const property = "FunctionName"
	v := t.resolve(s.properties[property])
	name, ok := t.functionName(v)
	if ok {
		return t.r.Function(name, s.key.Place())
	}
	if v.missing == nil {
		v.missing = &record.Obstacle{Why: "it is not a function name", Remedy: "correct it"}
	}
	return t.stranger(s, name, property, s.key.Place(), v.missing)
}

// stranger returns the function of a resource whose property does not give the function's name. Resources whose texts
// have the same symbols belong to the same function. missing is nil if there is nothing to note.
func (t *template) stranger(
	s *resource, text, property string, at check.Place, missing *record.Obstacle,
) *record.Function {
	if f := t.strangers[text]; f != nil {
		return f
	}
	f := t.r.Unowned(s.id, s.key.Place())
	if !record.IsWhole(text) && !strings.Contains(text, record.Hole) {
		t.strangers[text] = f
	}
	if missing != nil {
		t.r.NoteObstacle(f, at, property, missing)
	}
	return f
}

// A qualifierNote is a note that the name of an alias is unknown.
type qualifierNote struct {
	f         *record.Function
	qualifier string
	at        tree.Node
	what      string
	missing   *record.Obstacle
}

// noteQualifier remembers that the name of an alias is unknown. The note is made once the template has been read.
func (t *template) noteQualifier(f *record.Function, qualifier string, v value, what string) {
	t.qualifiers = append(t.qualifiers, qualifierNote{f, record.ShowHoles(qualifier), v.node, what, v.missing})
}

// noteQualifiers notes the unknown names of aliases. Such a name matters if the function has settings of another
// version or alias in the template, because the two may be the same.
func (t *template) noteQualifiers() {
	provided := map[*record.Function]map[string]bool{} // their qualifiers
	for _, q := range t.qualifiers {
		if provided[q.f] == nil {
			provided[q.f] = map[string]bool{}
			for _, a := range q.f.Deployment.Provided() {
				provided[q.f][a.Qualifier] = true
			}
		}
		kind := record.AliasName
		if all := provided[q.f]; len(all) > 1 || len(all) == 1 && !all[q.qualifier] {
			kind = record.NoName
		}
		t.r.NoteName(kind, q.f, q.at.Place(), q.what, q.missing)
	}
}
