// Package module evaluates the sources of a Terraform or OpenTofu root module, without Terraform, its providers or a
// network. It writes what it finds as the plan that Terraform would make, as far as the sources say, and package
// terraform reads that. What the sources do not say is unknown, with a reason.
package module

import (
	"reflect"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/terraform"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// Read records what the sources in a folder say.
func Read(folder string, r *record.Recorder) error {
	loader, err := newLoader(folder)
	if err != nil {
		return err
	}
	defer loader.close()
	loader.findInstalled()
	root, err := loader.load(".", "", 0)
	if err != nil {
		return err
	}
	e := &evaluator{loader: loader, work: work{left: loader.work()}, options: r.Options,
		scopes: cty.Capsule("scope", reflect.TypeFor[scope]())}
	if err := e.readGiven(); err != nil {
		return err
	}
	e.work.functions = e.table()
	top := &instance{evaluator: e, module: root, values: map[string]cty.Value{},
		found: map[string]*expanded[*resource]{}, inner: map[string]*expanded[*instance]{}}
	w := &writer{evaluator: e, obstacles: map[string]obstacle{}, record: r, useful: map[*module]int{}}
	w.plan(top)
	if e.err != nil {
		return e.err
	}
	for name := range root.variables {
		r.Params = append(r.Params, name)
	}
	r.Acceptances = append(r.Acceptances, loader.comments...)
	d, err := tree.Assemble(folder, w.data, w.marks)
	if err != nil {
		return err
	}
	return terraform.Read(d, r, func(address, setting string) (record.Obstacle, check.Place, bool) {
		o, ok := w.obstacles[address+"."+setting]
		return o.Obstacle, o.at, ok
	})
}

// placeOf returns the place of an attribute. For a module that is known by its inputs, that is the place of the input.
func (s *scope) placeOf(a *attribute) check.Place {
	if !s.in.module.known {
		return s.in.inside(a.place)
	}
	for _, t := range a.expression(&s.in.work).Variables() {
		if t.RootName() != "var" || len(t) < 2 {
			continue
		}
		if given := s.in.call.attributes[nameOf(t)]; given != nil {
			return s.in.parent.inside(given.place)
		}
	}
	return s.in.parent.inside(s.in.call.place)
}

// inside returns a place in the sources of a module, with the call of the module.
func (in *instance) inside(at check.Place) check.Place {
	if in.parent == nil {
		return at
	}
	if in.called == nil {
		in.called = &check.Call{Module: in.address, File: in.call.place.File, Line: in.call.place.Line}
	}
	at.Call = in.called
	return at
}

// blockPlace returns the place of a block. For a module that is known by its inputs, that is the place of the call.
func (in *instance) blockPlace(b *block) check.Place {
	if in.module.known {
		return in.parent.inside(in.call.place)
	}
	return in.inside(b.place)
}

// region returns the Region of a resource's provider, and its place; NilVal if the provider does not say.
func (in *instance) region(b *block) (cty.Value, check.Place) {
	name, _, _ := strings.Cut(b.labels[0], "_") // of a type
	if a := b.attributes["provider"]; a != nil {
		if name = providerName(a.raw); name == "" {
			return cty.NilVal, check.Place{}
		}
	}
	return in.providerRegion(name)
}

// providerRegion returns the Region of a provider by its name in the module.
func (in *instance) providerRegion(name string) (cty.Value, check.Place) {
	if b := in.module.providers[name]; b != nil {
		a := b.attributes["region"]
		if a == nil {
			return cty.NilVal, check.Place{}
		}
		s := scope{in: in}
		return in.once("provider."+name, a.place, func() cty.Value { return s.evaluate(a, s.context()) }), in.inside(a.place)
	}
	if in.parent == nil {
		return cty.NilVal, check.Place{}
	}
	if outer, ok := in.call.providers[name]; ok {
		return in.parent.providerRegion(outer)
	}
	if strings.Contains(name, ".") { // an alias
		return cty.NilVal, check.Place{}
	}
	return in.parent.providerRegion(name)
}

// providersOf returns the providers that a module call hands over.
func providersOf(b *block) map[string]string {
	a := b.attributes["providers"]
	if a == nil {
		return nil
	}
	names := map[string]string{}
	pairs, _ := hcl.ExprMap(a.raw)
	for _, pair := range pairs {
		if inner := providerName(pair.Key); inner != "" {
			names[inner] = providerName(pair.Value)
		}
	}
	return names
}

// providerName returns the name of a provider and its alias; empty if it is computed.
func providerName(x hcl.Expression) string {
	traversal, diagnostics := hcl.AbsTraversalForExpr(x)
	if diagnostics.HasErrors() {
		v, _ := x.Value(nil)
		return text(v)
	}
	name := traversal.RootName()
	for _, step := range traversal[1:] {
		attribute, ok := step.(hcl.TraverseAttr)
		if !ok {
			return ""
		}
		name += "." + attribute.Name
	}
	return name
}
