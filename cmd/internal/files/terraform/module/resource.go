package module

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/terraform"
)

// A resource is an instance of a resource.
type resource struct {
	*block
	scope    *scope
	address  string
	settings *settings // nil until they are needed
}

// settings are the attributes and blocks of a block, evaluated.
type settings struct {
	place  check.Place
	values map[string]setting
}

// A setting is the value of an attribute, or the blocks of a type.
type setting struct {
	place  check.Place
	value  cty.Value
	blocks []*settings // nil for an attribute
}

// defaultsOf returns the values that the provider plans for the attributes of a type without one.
//
// Source: plans of hashicorp/aws 5.100.0.
func defaultsOf(kind string) map[string]cty.Value {
	switch kind {
	case "aws_lambda_function":
		return map[string]cty.Value{"memory_size": cty.NumberIntVal(128), "timeout": cty.NumberIntVal(3),
			"reserved_concurrent_executions": cty.NumberIntVal(-1), "publish": cty.False}
	case "aws_lambda_event_source_mapping":
		return map[string]cty.Value{"enabled": cty.True}
	case "aws_sqs_queue":
		return map[string]cty.Value{"visibility_timeout_seconds": cty.NumberIntVal(30), "fifo_queue": cty.False,
			"message_retention_seconds": cty.NumberIntVal(4 * 24 * 3600), "delay_seconds": cty.Zero}
	case "aws_kinesis_stream":
		return map[string]cty.Value{"retention_period": cty.NumberIntVal(24)}
	}
	return nil
}

// planned are other types whose attributes a plan has as the sources have them. Of the rest, the provider may change
// what is written, so their attributes are unknown.
var planned = []string{"aws_sns_topic", "aws_iam_role", "aws_cloudwatch_log_group", "aws_s3_bucket", "terraform_data"}

func isPlanned(kind string) bool { return terraform.Reads(kind) || slices.Contains(planned, kind) }

// resources returns the instances of a resource.
func (in *instance) resources(b *block) *expanded[*resource] {
	name := b.named()
	if x := in.found[name]; x != nil {
		return x
	}
	x := &expanded[*resource]{}
	in.once(name, b.place, func() cty.Value {
		var scopes []*scope
		x.form, scopes, x.why = in.repeat(b)
		begin := in.address
		if begin != "" {
			begin += "."
		}
		for _, s := range scopes {
			x.keys = append(x.keys, s.keyOf(x.form))
			x.list = append(x.list, &resource{block: b, scope: s, address: begin + name + s.suffix(x.form)})
		}
		in.found[name] = x
		return cty.True
	})
	if in.found[name] == nil {
		o := reasonOf(unknown(name+" depends on itself", "remove the circle"))
		return &expanded[*resource]{why: &o}
	}
	return x
}

// resourceValue returns the value of type.name with as much of the rest of a reference as it takes.
func (in *instance) resourceValue(kind, name string, rest hcl.Traversal) (cty.Value, hcl.Traversal) {
	full := kind + "." + name
	b := in.module.resources[full]
	if b == nil {
		return unknown("there is no "+full, "define it"), rest
	}
	x := in.resources(b)
	if x.why != nil {
		return unknown("how many instances "+full+" has is not known: "+x.why.Why, x.why.Remedy), rest
	}
	if one, after, ok := x.pick(rest); ok && len(after) > 0 {
		if step, ok := after[0].(hcl.TraverseAttr); ok {
			return one.attribute(step.Name), after[1:]
		}
	}
	return x.value(func(one *resource) cty.Value {
		if !isPlanned(kind) {
			return one.later("")
		}
		if !in.work.spend(len(in.names)) {
			return in.work.exhausted()
		}
		object := map[string]cty.Value{openAttribute: cty.DynamicVal}
		for name := range in.names {
			object[name] = one.attribute(name)
		}
		return cty.ObjectVal(object)
	}), rest
}

// later is the value of an attribute that is known only after apply.
func (res *resource) later(name string) cty.Value {
	return unknown(strings.TrimSuffix(res.address+"."+name, ".")+" is known only after apply", planRemedy)
}

// attribute returns an attribute for references to it. Blocks cannot be referred to, because a plan has more in them.
func (res *resource) attribute(name string) cty.Value {
	a := res.attributes[name]
	if !isPlanned(res.labels[0]) || slices.Contains(arguments, name) {
		return res.later(name)
	}
	if a == nil {
		if v, ok := defaultsOf(res.labels[0])[name]; ok {
			return v
		}
		return res.later(name)
	}
	v := res.scope.in.once(strings.TrimPrefix(res.address, res.scope.in.address)+"."+name, a.place, func() cty.Value {
		return res.scope.evaluate(a, res.scope.context())
	})
	if v.IsNull() {
		return res.later(name)
	}
	return v
}

// arguments are the attributes of a block that belong to Terraform.
var arguments = []string{"count", "for_each", "provider", "depends_on", "lifecycle", "provisioner", "connection"}

// evaluated returns the settings of a resource.
func (res *resource) evaluated() *settings {
	if res.settings != nil {
		return res.settings
	}
	res.settings = res.scope.settingsOf(res.block.only(terraform.Settings(res.labels[0])), res.scope.context())
	for name, v := range defaultsOf(res.labels[0]) {
		if s, ok := res.settings.values[name]; !ok || s.blocks == nil && s.value.IsNull() {
			res.settings.values[name] = setting{place: res.settings.place, value: v}
		}
	}
	if _, ok := res.settings.values["region"]; !ok {
		if region, at := res.scope.in.region(res.block); text(region) != "" {
			res.settings.values["region"] = setting{place: at, value: region}
		}
	}
	return res.settings
}

// only returns a block with some of its attributes and blocks.
func (b *block) only(names []string) *block {
	some := *b
	some.attributes = make(map[string]*attribute, len(names))
	for _, name := range names {
		if a := b.attributes[name]; a != nil {
			some.attributes[name] = a
		}
	}
	some.blocks = slices.DeleteFunc(slices.Clone(b.blocks), func(inner *block) bool {
		return !slices.Contains(names, inner.shape())
	})
	return &some
}

// settingsOf evaluates the attributes and blocks of a block.
func (s *scope) settingsOf(b *block, context *hcl.EvalContext) *settings {
	found := &settings{place: s.in.blockPlace(b), values: map[string]setting{}}
	for _, name := range slices.Sorted(maps.Keys(b.attributes)) {
		a := b.attributes[name]
		found.values[name] = setting{place: s.placeOf(a), value: s.evaluate(a, context)}
	}
	for _, inner := range b.blocks {
		if inner.kind == dynamicBlock {
			s.repeatBlock(found, inner, context)
			continue
		}
		found.add(inner.kind, s.settingsOf(inner, context))
	}
	return found
}

// add adds a block.
func (found *settings) add(kind string, inner *settings) {
	before := found.values[kind]
	if before.blocks == nil {
		before = setting{place: inner.place}
	}
	before.blocks = append(before.blocks, inner)
	found.values[kind] = before
}

// repeatBlock adds the blocks that a dynamic block makes. If their number is unknown, all blocks of the type are.
func (s *scope) repeatBlock(found *settings, b *block, context *hcl.EvalContext) {
	a := b.attributes["for_each"]
	if a == nil || len(b.labels) != 1 {
		return
	}
	kind := b.labels[0]
	v := s.evaluate(a, context)
	items, _ := v.Unmark()
	ty := items.Type()
	switch {
	case !items.IsKnown():
		found.values[kind] = setting{place: s.placeOf(a), value: v}
		return
	case items.IsNull() || !(ty.IsCollectionType() || ty.IsTupleType() || ty.IsObjectType()):
		found.values[kind] = setting{place: s.placeOf(a), value: unknown("for_each has no items", "correct it")}
		return
	}
	name := kind
	if x := b.attributes["iterator"]; x != nil {
		name = hcl.ExprAsKeyword(x.raw)
	}
	const share = 10 // to make a block takes so many times the work of a value
	for it := items.ElementIterator(); it.Next(); {
		if !s.in.work.spend(share) {
			found.values[kind] = setting{place: s.placeOf(a), value: s.in.work.exhausted()}
			return
		}
		key, value := it.Element()
		if ty.IsSetType() {
			key = value
		}
		inside := context.NewChild()
		inside.Variables = map[string]cty.Value{name: cty.ObjectVal(map[string]cty.Value{"key": key, "value": value})}
		for _, content := range b.blocks {
			if content.kind == "content" && found.values[kind].value == cty.NilVal {
				found.add(kind, s.settingsOf(content, inside))
			}
		}
	}
}
