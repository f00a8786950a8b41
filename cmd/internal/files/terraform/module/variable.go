package module

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
	"github.com/lambdacap/lambdacap/cmd/internal/suggest"
)

// A given is the value of a variable of the root module.
type given struct {
	attribute *attribute // from a file; nil if it is a text
	text      string
	from      string // what messages call its origin
}

// variable returns the value of a variable.
func (in *instance) variable(name string) cty.Value {
	b := in.module.variables[name]
	if b == nil {
		return unknown("there is no var."+name, "define it")
	}
	return in.once("var."+name, b.place, func() cty.Value { return in.declared(name, b) })
}

// declared computes the value of a variable as its block says: with its type, and the defaults for parts of it.
func (in *instance) declared(name string, b *block) cty.Value {
	ty, defaults := cty.DynamicPseudoType, (*typeexpr.Defaults)(nil)
	if a := b.attributes["type"]; a != nil {
		var diagnostics hcl.Diagnostics
		if ty, defaults, diagnostics = typeexpr.TypeConstraintWithDefaults(a.raw); diagnostics.HasErrors() {
			return explain(diagnostics, a.place)
		}
	}
	v := in.input(name, b, ty)
	if v == cty.NilVal || v.IsNull() && !in.nullable(b) {
		a := b.attributes["default"]
		if a == nil {
			return in.missing(name)
		}
		s := scope{in: in}
		v = s.evaluate(a, s.context())
	}
	return in.work.conform(v, ty, defaults, "var."+name)
}

// nullable reports whether null is a value of a variable, rather than none.
func (in *instance) nullable(b *block) bool {
	a := b.attributes["nullable"]
	if a == nil {
		return true
	}
	v, _ := a.raw.Value(nil)
	return !v.RawEquals(cty.False)
}

// missing is the value of a variable that has none.
func (in *instance) missing(name string) cty.Value {
	if in.parent == nil {
		return unknown("var."+name+" has no value", record.GiveParam(name, "VALUE"))
	}
	return unknown(fmt.Sprintf("%s (%s) does not set %s", in.address, in.call.place, name), "set it")
}

// conform converts a value to a type, with the defaults for parts of it.
func (w *work) conform(v cty.Value, ty cty.Type, defaults *typeexpr.Defaults, name string) cty.Value {
	if ty == cty.DynamicPseudoType {
		return v
	}
	w.weigh(v, true) // its parts get one type
	size := typeSize(ty)
	if v.CanIterateElements() && ty.IsCollectionType() {
		size *= 1 + v.LengthInt()
	}
	if !w.spend(size) {
		return w.exhausted()
	}
	v, paths := v.UnmarkDeepWithPaths()
	if defaults != nil && !v.IsNull() {
		v = defaults.Apply(v)
	}
	converted, err := convert.Convert(v, ty)
	if err != nil {
		return unknown(name+" does not have its type: "+tree.Shown(err.Error()), "correct the value")
	}
	return converted.MarkWithPaths(paths)
}

// input returns the value that the caller of the module gives to a variable; NilVal if it gives none.
func (in *instance) input(name string, b *block, ty cty.Type) cty.Value {
	if in.parent != nil {
		if a := in.call.attributes[name]; a != nil {
			return in.scope.evaluate(a, in.scope.context())
		}
		return cty.NilVal
	}
	g, ok := in.given[name]
	if value, isSet := in.options.Params[name]; isSet {
		g, ok = given{text: value, from: "--param " + name}, true
	}
	if !ok && in.options.LookupEnv != nil {
		if value, isSet := in.options.LookupEnv("TF_VAR_" + name); isSet {
			g, ok = given{text: value, from: "TF_VAR_" + name}, true
		}
	}
	switch {
	case !ok:
		return cty.NilVal
	case g.attribute != nil && strings.HasSuffix(g.from, ".json"): // its texts are no templates
		v, _ := g.attribute.raw.Value(nil)
		return v
	case g.attribute != nil:
		s := scope{in: in}
		return s.evaluate(g.attribute, &hcl.EvalContext{})
	case ty.IsPrimitiveType() || b.attributes["type"] == nil:
		return cty.StringVal(g.text)
	}
	if line, why := tooComplex([]byte(g.text), false); line > 0 {
		return unknown(g.from+": "+why, "give a simpler value")
	}
	x, diagnostics := hclsyntax.ParseExpression([]byte(g.text), g.from, hcl.InitialPos)
	if diagnostics.HasErrors() {
		return explain(diagnostics, check.Place{File: g.from})
	}
	s := scope{in: in}
	return s.evaluate(&attribute{raw: x, place: check.Place{File: g.from}}, &hcl.EvalContext{})
}

// readGiven reads the files with values of the root module's variables. Later values count.
func (e *evaluator) readGiven() error {
	names, err := e.list(".")
	if err != nil {
		return fmt.Errorf("%s: cannot be read: %w", e.name, err)
	}
	values := []string{"terraform.tfvars", "terraform.tfvars.json"}
	values = slices.DeleteFunc(values, func(name string) bool { return !slices.Contains(names, name) })
	for _, name := range names {
		if strings.HasSuffix(name, ".auto.tfvars") || strings.HasSuffix(name, ".auto.tfvars.json") {
			values = append(values, name)
		}
	}
	e.given = map[string]given{}
	for _, name := range values {
		data, err := e.read(name)
		if err != nil {
			return fmt.Errorf("%s: cannot be read: %w", e.shown(name), err)
		}
		if err := e.addGiven(e.shown(name), data); err != nil {
			return err
		}
	}
	for _, path := range e.options.VarFiles {
		data, err := readNamed(path)
		if err != nil {
			near := ""
			if errors.Is(err, fs.ErrNotExist) {
				near = e.meant(path, names)
			}
			return fmt.Errorf("%s: cannot be read: %w%s", path, cause(err), near)
		}
		if err := e.addGiven(path, data); err != nil {
			return err
		}
	}
	return nil
}

// meant suggests which file with values was meant by a path that does not exist: one of the root module, which names
// lists, or one beside it.
func (e *evaluator) meant(path string, names []string) string {
	nearest := func(names []string) string {
		names = slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !IsValues(name) })
		return suggest.Nearest(filepath.Base(path), names)
	}
	if near := nearest(names); near != "" {
		return "; did you mean " + e.shown(near) + "?"
	}
	entries, _ := os.ReadDir(filepath.Dir(path)) // without a folder there is nothing to suggest
	var beside []string
	for _, entry := range entries {
		beside = append(beside, entry.Name())
	}
	if near := nearest(beside); near != "" {
		return "; did you mean " + filepath.Join(filepath.Dir(path), near) + "?"
	}
	return ""
}

// readNamed reads a file that the user named.
func readNamed(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case info.Size() > maxFileBytes:
		return nil, fmt.Errorf("the file is larger than %d MB", maxFileBytes>>20)
	}
	return os.ReadFile(filepath.Clean(path))
}

// addGiven adds the values of a file.
func (e *evaluator) addGiven(name string, data []byte) error {
	isJSON := strings.HasSuffix(name, ".json")
	if line, why := tooComplex(data, isJSON); line > 0 {
		return fmt.Errorf("%s:%d: %s", name, line, why)
	}
	attributes, diagnostics := parseValues(name, data, isJSON)
	if d := firstError(diagnostics); d != nil {
		return fmt.Errorf("%s:%d: this is not a file of values for variables: %s", name, lineOf(d), shownFault(d))
	}
	for _, variable := range slices.Sorted(maps.Keys(attributes)) {
		a := attributes[variable]
		e.given[variable] = given{from: name, attribute: &attribute{raw: a.Expr, place: placeOf(name, a.NameRange)}}
	}
	return nil
}
