package module

import (
	"fmt"
	"path/filepath"
	"strconv"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
)

const (
	// maxInstances limits the instances of one resource or module, and maxAll those of a root module.
	maxInstances = 10_000
	maxAll       = 20_000
	// maxRefused is how many instances of modules end the reading.
	maxRefused = maxAll
)

// A form is how a resource or a module is repeated.
type form int

const (
	single form = iota
	counting
	keyed
)

// An expanded holds the instances of a resource or of a module call.
type expanded[T any] struct {
	form form
	keys []cty.Value // numbers or texts; empty for a single instance
	list []T
	why  *record.Obstacle // why the number of instances is not known; there is one instance then, for its settings
}

// pick returns the instance that a reference means, and the rest of the reference.
func (x *expanded[T]) pick(rest hcl.Traversal) (one T, after hcl.Traversal, ok bool) {
	if x.form == single {
		return x.list[0], rest, true
	}
	if len(rest) == 0 {
		return one, rest, false
	}
	step, ok := rest[0].(hcl.TraverseIndex)
	if !ok {
		return one, rest, false
	}
	for i, key := range x.keys {
		if key.Type() == step.Key.Type() && key.RawEquals(step.Key) {
			return x.list[i], rest[1:], true
		}
	}
	return one, rest, false
}

// value returns the value of all instances.
func (x *expanded[T]) value(of func(T) cty.Value) cty.Value {
	switch x.form {
	case single:
		return of(x.list[0])
	case counting:
		list := make([]cty.Value, len(x.list))
		for i, one := range x.list {
			list[i] = of(one)
		}
		return cty.TupleVal(list)
	}
	object := make(map[string]cty.Value, len(x.list))
	for i, one := range x.list {
		object[x.keys[i].AsString()] = of(one)
	}
	return cty.ObjectVal(object)
}

// repeat evaluates count and for_each of a block, and returns the scopes of its instances. If their number is unknown,
// it returns one scope and why.
func (in *instance) repeat(b *block) (f form, scopes []*scope, why *record.Obstacle) {
	outer := &scope{in: in}
	if a := b.attributes["count"]; a != nil {
		return in.repeatCount(outer.evaluate(a, outer.context()))
	}
	if a := b.attributes["for_each"]; a != nil {
		return in.repeatEach(outer.evaluate(a, outer.context()))
	}
	return single, []*scope{outer}, nil
}

// someInstance stands for the instances of a block whose number is not known.
func (in *instance) someInstance(o record.Obstacle) (form, []*scope, *record.Obstacle) {
	open := unknown("the number of instances is not known: "+o.Why, o.Remedy)
	return single, []*scope{{in: in, key: open, value: open, index: open}}, &o
}

func (in *instance) repeatCount(v cty.Value) (form, []*scope, *record.Obstacle) {
	n, err := convert.Convert(bare(v), cty.Number)
	if !v.IsKnown() || err != nil || n.IsNull() {
		return in.someInstance(reasonOf(v))
	}
	most, accuracy := n.AsBigFloat().Int64()
	if accuracy != 0 || most < 0 {
		return in.someInstance(record.Obstacle{Why: "count is not a whole number", Remedy: "correct it"})
	}
	if o := in.tooMany(most); o != nil {
		return in.someInstance(*o)
	}
	scopes := make([]*scope, most)
	for i := range scopes {
		scopes[i] = &scope{in: in, index: cty.NumberIntVal(int64(i))}
	}
	return counting, scopes, nil
}

// tooMany returns why a number of instances is not expanded, or nil.
func (in *instance) tooMany(n int64) *record.Obstacle {
	if n <= maxInstances && int64(in.instances)+n <= maxAll {
		in.instances += int(n)
		return nil
	}
	return &record.Obstacle{Remedy: planRemedy, Why: fmt.Sprintf("there are %s instances; lambdacap expands %s of one "+
		"block and %s in all", quantity.FormatCount(n), quantity.FormatCount(maxInstances), quantity.FormatCount(maxAll))}
}

func (in *instance) repeatEach(v cty.Value) (form, []*scope, *record.Obstacle) {
	items, _ := v.Unmark()
	switch ty := items.Type(); {
	case !items.IsKnown():
		return in.someInstance(reasonOf(v))
	case items.IsNull() || !(ty.IsMapType() || ty.IsObjectType() || ty.IsSetType()):
		return in.someInstance(record.Obstacle{Why: "for_each is neither a map nor a set", Remedy: "correct it"})
	}
	if o := in.tooMany(int64(items.LengthInt())); o != nil {
		return in.someInstance(*o)
	}
	var scopes []*scope
	for it := items.ElementIterator(); it.Next(); {
		key, value := it.Element()
		if items.Type().IsSetType() {
			key = value
		}
		key = bare(key)
		if !key.IsKnown() || key.IsNull() || key.Type() != cty.String {
			return in.someInstance(reasonOf(v))
		}
		scopes = append(scopes, &scope{in: in, key: key, value: value})
	}
	return keyed, scopes, nil
}

// suffix returns what an instance adds to the address of its resource or module.
func (s *scope) suffix(f form) string {
	switch f {
	case counting:
		n, _ := s.index.AsBigFloat().Int64()
		return "[" + strconv.FormatInt(n, 10) + "]"
	case keyed:
		return "[" + quote(s.key.AsString()) + "]"
	}
	return ""
}

// keyOf returns the key of an instance.
func (s *scope) keyOf(f form) cty.Value {
	if f == counting {
		return s.index
	}
	return s.key
}

// expand returns the instances of a module call.
func (in *instance) expand(c *call) *expanded[*instance] {
	name := "module." + c.named()
	if x := in.inner[name]; x != nil {
		return x
	}
	x := &expanded[*instance]{}
	if in.instances++; in.instances > maxRefused && in.err == nil {
		in.err = fmt.Errorf("%s: the modules have more than %s instances", c.place, quantity.FormatCount(maxRefused))
	}
	if in.err != nil {
		return &expanded[*instance]{why: &record.Obstacle{Why: "reading stopped", Remedy: planRemedy}}
	}
	// While the instances are computed, a reference to them is a reference to itself.
	in.once(name, c.place, func() cty.Value {
		var scopes []*scope
		x.form, scopes, x.why = in.repeat(c.block)
		for _, s := range scopes {
			address := in.address
			if address != "" {
				address += "."
			}
			x.keys = append(x.keys, s.keyOf(x.form))
			x.list = append(x.list, &instance{evaluator: in.evaluator, module: c.of, parent: in, call: c, scope: s,
				address: address + name + s.suffix(x.form), values: map[string]cty.Value{},
				found: map[string]*expanded[*resource]{}, inner: map[string]*expanded[*instance]{}})
		}
		in.inner[name] = x
		return cty.True
	})
	if in.inner[name] == nil {
		return &expanded[*instance]{why: &record.Obstacle{Why: name + " depends on itself", Remedy: "remove the circle"}}
	}
	return x
}

// slashed returns a path as Terraform writes it.
func slashed(path string) string { return filepath.ToSlash(path) }
