package module

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
)

// An evaluator evaluates a root module.
type evaluator struct {
	*loader
	work      work
	options   record.Options
	given     map[string]given // values of the root module's variables
	instances int              // of resources and modules
	err       error            // what Terraform would refuse: a value that depends on itself
	waiting   []string         // the values that need each other, outermost first
	scopes    cty.Type         // of scopes as values, so that contexts can hold them
}

// An instance is a module with its inputs.
type instance struct {
	*evaluator
	module  *module
	parent  *instance // nil for the root module
	call    *call
	scope   *scope // of the call, in the parent
	address string // module.a["x"]; empty for the root module
	called  *check.Call
	values  map[string]cty.Value
	found   map[string]*expanded[*resource]
	inner   map[string]*expanded[*instance]
}

// A scope is where an expression is evaluated.
type scope struct {
	in *instance
	// key, value and index are those of the instance of the resource or the module; NilVal without them.
	key, value, index cty.Value
}

// context returns the context for expressions in the scope.
func (s *scope) context() *hcl.EvalContext {
	return &hcl.EvalContext{Functions: s.in.work.functions,
		Variables: map[string]cty.Value{scopeKey: cty.CapsuleVal(s.in.scopes, s)}}
}

// evaluate evaluates an attribute. What cannot be evaluated is unknown.
func (s *scope) evaluate(a *attribute, context *hcl.EvalContext) (v cty.Value) {
	e := s.in.evaluator
	defer func() {
		if recover() != nil { // a fault of the library, on input that is not Terraform's
			v = unknown(fmt.Sprintf("it cannot be evaluated (%s)", a.place), planRemedy)
		}
	}()
	outer := e.work.seen
	e.work.seen = nil
	v, diagnostics := a.expression(&e.work).Value(context)
	if !v.IsKnown() && len(v.Marks()) == 0 && e.work.seen != nil {
		v = v.Mark(e.work.seen)
	}
	if e.work.seen = outer; diagnostics.HasErrors() {
		return explain(diagnostics, a.place)
	}
	return v
}

// once computes a named value when it is first needed. A value that depends on itself is an error.
func (in *instance) once(name string, at check.Place, compute func() cty.Value) cty.Value {
	if v, ok := in.values[name]; ok {
		return v
	}
	full := strings.TrimPrefix(in.address+"."+name, ".")
	for i, before := range in.waiting {
		if before != full {
			continue
		}
		if in.err == nil {
			in.err = fmt.Errorf("%s: %s depends on itself: %s", at, full,
				strings.Join(append(in.waiting[i:len(in.waiting):len(in.waiting)], full), " needs "))
		}
		return unknown(full+" depends on itself", "remove the circle")
	}
	if len(in.waiting) > maxWaiting {
		return unknown("values depend on each other more than "+fmt.Sprint(maxWaiting)+" deep", planRemedy)
	}
	in.waiting = append(in.waiting, full)
	v := compute()
	in.waiting = in.waiting[:len(in.waiting)-1]
	if size := weigh(v, maxSize); size > maxSize {
		v = unknown(full+" has more than lambdacap reads of one value", planRemedy)
	} else {
		in.work.spend(size)
	}
	in.values[name] = v
	return v
}

// maxWaiting limits how many named values may need each other in a row.
const maxWaiting = 1000

// local returns a local value.
func (in *instance) local(name string) cty.Value {
	a := in.module.locals[name]
	if a == nil {
		return unknown("there is no local."+name, "define it")
	}
	return in.once("local."+name, a.place, func() cty.Value {
		s := scope{in: in}
		return s.evaluate(a, s.context())
	})
}

// output returns an output of the module.
func (in *instance) output(name string) cty.Value {
	b := in.module.outputs[name]
	if b == nil || b.attributes["value"] == nil {
		return unknown(in.address+"."+name+" is known only after apply", planRemedy)
	}
	return in.once("output."+name, b.place, func() cty.Value {
		s := scope{in: in}
		return s.evaluate(b.attributes["value"], s.context())
	})
}

// resolve returns the value of a reference.
func (s *scope) resolve(t hcl.Traversal) (cty.Value, hcl.Diagnostics) {
	root := t.RootName()
	name := nameOf(t)
	var v cty.Value
	var rest hcl.Traversal
	if len(t) > 1 {
		rest = t[2:]
	}
	switch root {
	case "var":
		v = s.in.variable(name)
	case "local":
		v = s.in.local(name)
	case "module":
		v, rest = s.in.moduleValue(name, rest)
	case "path":
		v = s.in.path(name)
	case "terraform":
		v = s.in.workspace(name)
	case "each", "count":
		v = s.own(root + "." + name)
	case "self", "data", "ephemeral":
		if v = s.in.dataRegion(t); v != cty.NilVal {
			return v, nil
		}
		v = unknown(shownReference(t)+" is known only to Terraform", planRemedy)
	default:
		v, rest = s.in.resourceValue(root, name, rest)
	}
	out, diagnostics := rest.TraverseRel(v)
	if !diagnostics.HasErrors() && !out.IsKnown() && len(out.Marks()) == 0 {
		out = out.WithSameMarks(v)
	}
	return out, diagnostics
}

// dataRegion returns the Region that a reference to data of the type aws_region means, which is that of the provider;
// NilVal for other references, or if the sources do not say.
func (in *instance) dataRegion(t hcl.Traversal) cty.Value {
	if len(t) < 4 || nameOf(t) != "aws_region" {
		return cty.NilVal
	}
	name, _ := t[2].(hcl.TraverseAttr)
	b := in.module.data["aws_region."+name.Name]
	last, _ := t[len(t)-1].(hcl.TraverseAttr)
	if b == nil || !slices.Contains([]string{"name", "id", "region"}, last.Name) {
		return cty.NilVal
	}
	for _, other := range []string{"name", "region", "endpoint"} {
		if b.attributes[other] != nil { // it looks another Region up
			return cty.NilVal
		}
	}
	v, _ := in.region(b)
	return v
}

// own returns what the instance of the resource or the module has of its own.
func (s *scope) own(name string) cty.Value {
	v, ok := map[string]cty.Value{"each.key": s.key, "each.value": s.value, "count.index": s.index}[name]
	if !ok || v == cty.NilVal {
		return unknown(name+" has no meaning here", "correct the reference")
	}
	return v
}

// path returns path.module, path.root or path.cwd.
func (in *instance) path(name string) cty.Value {
	switch name {
	case "module":
		return cty.StringVal(slashed(in.module.folder))
	case "root":
		return cty.StringVal(".")
	}
	return unknown("path."+name+" depends on the machine", planRemedy)
}

// workspace returns terraform.workspace.
func (e *evaluator) workspace(name string) cty.Value {
	if name != "workspace" {
		return unknown("terraform."+name+" is known only to Terraform", planRemedy)
	}
	if e.options.LookupEnv != nil {
		if chosen, _ := e.options.LookupEnv("TF_WORKSPACE"); chosen != "" {
			return cty.StringVal(chosen)
		}
	}
	return cty.StringVal("default")
}

// moduleValue returns the value of module.name with as much of the rest of a reference as it takes.
func (in *instance) moduleValue(name string, rest hcl.Traversal) (cty.Value, hcl.Traversal) {
	c := in.module.calls[name]
	if c == nil {
		return unknown("there is no module "+name, "define it"), rest
	}
	if c.of == nil {
		return unknown("module."+name+" is not read: "+c.why, fetchRemedy), rest
	}
	x := in.expand(c)
	if x.why != nil {
		return unknown("how many instances module."+name+" has is not known: "+x.why.Why, x.why.Remedy), rest
	}
	if m, after, ok := x.pick(rest); ok && len(after) > 0 {
		if step, ok := after[0].(hcl.TraverseAttr); ok {
			return m.output(step.Name), after[1:]
		}
	}
	return x.value(func(m *instance) cty.Value {
		if !in.work.spend(len(m.module.outputs)) {
			return in.work.exhausted()
		}
		outputs := map[string]cty.Value{}
		for name := range m.module.outputs {
			outputs[name] = m.output(name)
		}
		for name := range in.names {
			if m.module.known && outputs[name] == cty.NilVal {
				outputs[name] = m.output(name)
			}
		}
		return cty.ObjectVal(outputs)
	}), rest
}

// fetchRemedy helps against modules that are not on this machine.
const fetchRemedy = "run terraform init, or " + planRemedy
