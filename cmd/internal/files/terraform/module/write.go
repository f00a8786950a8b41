package module

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/terraform"
	"github.com/lambdacap/lambdacap/cmd/internal/files/tree"
)

// A writer writes what the evaluation finds as a plan in JSON, with the place of each value in the sources.
type writer struct {
	*evaluator
	data      []byte
	marks     []tree.Mark
	obstacles map[string]obstacle // by address and setting
	record    *record.Recorder
	useful    map[*module]int // see matters
}

// An obstacle is why a setting is unknown, and where it is.
type obstacle struct {
	record.Obstacle
	at check.Place
}

// quote writes a text as JSON does.
func quote(text string) string {
	quoted, err := jsontext.AppendQuote(nil, strings.ToValidUTF8(text, "\uFFFD"))
	if err != nil {
		return `""`
	}
	return string(quoted)
}

// print adds text to the JSON.
func (w *writer) print(parts ...string) {
	for _, part := range parts {
		w.data = append(w.data, part...)
	}
	if len(w.data) > tree.MaxBytes && w.err == nil {
		w.err = fmt.Errorf("%s: the resources of the module are larger than %d MB", w.name, tree.MaxBytes>>20)
	}
}

// from marks that the next values come from a place.
func (w *writer) from(at check.Place) {
	w.marks = append(w.marks, tree.Mark{Offset: len(w.data), Place: at})
}

// members writes the members of a JSON object in order. one writes a value and reports whether there was one.
func members[T any](w *writer, of map[string]T, one func(value T) bool) {
	w.print("{")
	begin := len(w.data)
	for _, name := range slices.Sorted(maps.Keys(of)) {
		before := len(w.data)
		if before > begin {
			w.print(",")
		}
		w.print(quote(name), ":")
		if !one(of[name]) {
			w.data = w.data[:before]
		}
	}
	w.print("}")
}

// list writes a JSON list.
func list[T any](w *writer, of []T, one func(T)) {
	w.print("[")
	for i, item := range of {
		if i > 0 {
			w.print(",")
		}
		one(item)
	}
	w.print("]")
}

// plan writes the whole plan.
func (w *writer) plan(root *instance) {
	var all []*resource
	w.collect(root, &all)
	w.print(`{"format_version":"1.2","planned_values":{"root_module":{"resources":`)
	list(w, all, func(res *resource) {
		w.head(res.address, res.labels[0], res.evaluated().place)
		w.print(`"values":`)
		w.settings(res.evaluated())
		w.print("}")
	})
	// What was there before is not known, so there are no actions.
	w.print(`}},"resource_changes":`)
	list(w, all, func(res *resource) {
		w.head(res.address, res.labels[0], res.evaluated().place)
		w.print(`"change":{"actions":[],"after_unknown":`)
		w.unknowns(res, res.evaluated())
		w.print("}}")
	})
	w.print(`,"configuration":{"root_module":`)
	w.configuration(root.module)
	w.print("}}")
}

func (w *writer) head(address, kind string, at check.Place) {
	w.from(at)
	w.print(`{"address":`, quote(address), `,"type":`, quote(kind), ",")
}

// collect collects the resources of a module and of the modules that it calls, in the order of a plan.
func (w *writer) collect(in *instance, all *[]*resource) {
	for _, name := range slices.Sorted(maps.Keys(in.module.resources)) {
		b := in.module.resources[name]
		if w.err != nil || !terraform.Reads(b.labels[0]) {
			continue
		}
		x := in.resources(b)
		if x.why != nil && !terraform.Invokes(b.labels[0]) {
			w.record.NoteUnknown(nil, in.repeatPlace(b), "how many "+strings.TrimPrefix(in.address+"."+name, ".")+" there are",
				x.why.Why, x.why.Remedy)
		}
		*all = append(*all, x.list...)
	}
	for _, name := range slices.Sorted(maps.Keys(in.module.calls)) {
		c := in.module.calls[name]
		full := strings.TrimPrefix(in.address+".module."+name, ".")
		if c.of == nil {
			w.record.NoteUnknown(nil, in.blockPlace(c.block), "what "+full+" has", c.why, fetchRemedy)
			continue
		}
		if w.err != nil || w.matters(c.of) == readsNothing {
			continue
		}
		x := in.expand(c)
		if x.why != nil && w.err == nil && w.matters(c.of) == readsSettings {
			w.record.NoteUnknown(nil, in.repeatPlace(c.block), "how many "+full+" there are", x.why.Why, x.why.Remedy)
		}
		for _, inner := range x.list {
			w.collect(inner, all)
		}
	}
}

// How much of a module is read.
const (
	readsNothing  = iota
	readsInvokers // only what invokes functions
	readsSettings
)

// matters returns how much is read of a module and of those that it calls.
func (w *writer) matters(m *module) (how int) {
	if known, ok := w.useful[m]; ok {
		return known
	}
	for _, b := range m.resources {
		switch kind := b.labels[0]; {
		case terraform.Invokes(kind):
			how = max(how, readsInvokers)
		case terraform.Reads(kind):
			how = readsSettings
		}
	}
	for _, c := range m.calls {
		if c.of == nil {
			how = readsSettings
		} else {
			how = max(how, w.matters(c.of))
		}
	}
	w.useful[m] = how
	return how
}

// repeatPlace returns the place of count or for_each of a block.
func (in *instance) repeatPlace(b *block) check.Place {
	for _, name := range []string{"count", "for_each"} {
		if a := b.attributes[name]; a != nil {
			s := scope{in: in}
			return s.placeOf(a)
		}
	}
	return in.blockPlace(b)
}

// settings writes the known settings of a block.
func (w *writer) settings(of *settings) {
	members(w, of.values, func(s setting) bool {
		if s.blocks != nil {
			w.from(s.place)
			list(w, s.blocks, func(inner *settings) {
				w.from(inner.place)
				w.settings(inner)
			})
			return true
		}
		v := bare(s.value)
		if !v.IsKnown() || v.IsNull() {
			return false
		}
		w.from(s.place)
		w.value(v)
		return true
	})
}

// value writes a known value. Unknown parts of it are null.
func (w *writer) value(v cty.Value) {
	switch ty := v.Type(); {
	case !v.IsKnown() || v.IsNull() || ty.IsCapsuleType():
		w.print("null")
	case ty == cty.String:
		w.print(quote(v.AsString()))
	case ty == cty.Bool:
		w.print(fmt.Sprint(v.True()))
	case ty == cty.Number && v.AsBigFloat().IsInf():
		w.print("null")
	case ty == cty.Number:
		if n, accuracy := v.AsBigFloat().Int64(); accuracy == big.Exact { // the usual case, which is written much faster
			w.data = strconv.AppendInt(w.data, n, 10)
		} else {
			w.print(v.AsBigFloat().Text('f', -1))
		}
	case ty.IsObjectType() || ty.IsMapType():
		members(w, v.AsValueMap(), func(v cty.Value) bool {
			w.value(v)
			return true
		})
	default:
		list(w, v.AsValueSlice(), w.value)
	}
}

// unknowns writes which settings of a block are unknown, and keeps their reasons.
func (w *writer) unknowns(res *resource, of *settings) {
	names := map[string]string{} // to tell the setting that is written
	for name := range of.values {
		names[name] = name
	}
	members(w, names, func(name string) bool {
		s := of.values[name]
		if s.blocks != nil {
			list(w, s.blocks, func(inner *settings) { w.unknowns(res, inner) })
			return true
		}
		v := bare(s.value)
		if v.IsWhollyKnown() {
			return false
		}
		key := res.address + "." + name
		if _, ok := w.obstacles[key]; !ok {
			w.obstacles[key] = obstacle{reasonOf(s.value), s.place}
		}
		w.unknownValue(v)
		return true
	})
}

func (w *writer) unknownValue(v cty.Value) {
	switch ty := v.Type(); {
	case !v.IsKnown():
		w.print("true")
	case v.IsNull() || v.IsWhollyKnown():
		w.print("false")
	case ty.IsObjectType() || ty.IsMapType():
		members(w, v.AsValueMap(), func(v cty.Value) bool {
			w.unknownValue(v)
			return true
		})
	default:
		list(w, v.AsValueSlice(), w.unknownValue)
	}
}

// configuration writes which expressions of a module refer to what.
func (w *writer) configuration(m *module) {
	if w.err != nil {
		w.print("{}")
		return
	}
	w.print(`{"resources":`)
	var read []*block
	for _, name := range slices.Sorted(maps.Keys(m.resources)) {
		if b := m.resources[name]; terraform.Reads(b.labels[0]) {
			read = append(read, b)
		}
	}
	list(w, read, func(b *block) {
		w.head(b.named(), b.labels[0], b.place)
		w.print(`"for_each_expression":`)
		w.references(m, b.attributes["for_each"])
		w.print(`,"expressions":`)
		read := b.only(terraform.Settings(b.labels[0]))
		w.expressions(m, read.attributes, read.blocks)
		w.print("}")
	})
	w.print(`,"outputs":`)
	members(w, m.outputs, func(b *block) bool {
		w.print(`{"expression":`)
		w.references(m, b.attributes["value"])
		w.print("}")
		return true
	})
	w.print(`,"module_calls":`)
	members(w, m.calls, func(c *call) bool {
		if c.of == nil || w.matters(c.of) == readsNothing {
			return false
		}
		w.print(`{"expressions":`)
		w.expressions(m, c.attributes, nil)
		w.print(`,"module":`)
		w.configuration(c.of)
		w.print("}")
		return true
	})
	w.print("}")
}

// expressions writes what attributes, and those of blocks, refer to.
func (w *writer) expressions(m *module, attributes map[string]*attribute, blocks []*block) {
	parts := make(map[string]func(), len(attributes))
	for name, a := range attributes {
		parts[name] = func() { w.references(m, a) }
	}
	of := map[string][]*block{}
	for _, b := range blocks {
		of[b.kind] = append(of[b.kind], b)
	}
	for kind, blocks := range of {
		parts[kind] = func() { list(w, blocks, func(b *block) { w.expressions(m, b.attributes, nil) }) }
	}
	members(w, parts, func(write func()) bool {
		write()
		return true
	})
}

// references writes what an expression refers to.
func (w *writer) references(m *module, a *attribute) {
	var names []string
	if a != nil {
		w.refer(m, a, &names, map[string]bool{})
	}
	w.print(`{"references":`)
	list(w, names, func(name string) { w.print(quote(name)) })
	w.print("}")
}

// maxReferences limits the references of one expression.
const maxReferences = 64

// refer collects what an expression refers to. A local value stands for what it refers to itself.
func (w *writer) refer(m *module, a *attribute, names *[]string, followed map[string]bool) {
	for _, t := range hclsyntax.Variables(a.expression(&w.work)) {
		if len(*names) >= maxReferences || !w.work.spend(1) {
			return
		}
		name := shownReference(t)
		if local, ok := strings.CutPrefix(name, "local."); ok {
			local = strings.FieldsFunc(local, func(c rune) bool { return c == '.' || c == '[' })[0]
			if next := m.locals[local]; next != nil && !followed[local] {
				followed[local] = true
				w.refer(m, next, names, followed)
			}
			continue
		}
		*names = append(*names, name)
	}
}

// shownReference writes a reference as Terraform does.
func shownReference(t hcl.Traversal) string {
	name := t.RootName()
	for _, step := range t[1:] {
		switch step := step.(type) {
		case hcl.TraverseAttr:
			name += "." + step.Name
		case hcl.TraverseIndex:
			key := bare(step.Key)
			switch {
			case !key.IsKnown() || key.IsNull():
			case key.Type() == cty.String:
				name += "[" + quote(key.AsString()) + "]"
			case key.Type() == cty.Number:
				name += "[" + key.AsBigFloat().Text('f', -1) + "]"
			}
		}
	}
	return name
}
