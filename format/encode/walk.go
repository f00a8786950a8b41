// Package encode writes documents as JSON, as YAML, and as rows of CSV. One walk over the value feeds JSON and YAML, so
// both have the same keys in the same order with the same values.
package encode

import (
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"
)

// A sink takes a value piece by piece and writes it in a format.
type sink interface {
	beginObject()
	key(name string)
	endObject()
	beginArray()
	endArray()
	item() // begins an item of an array
	text(s string)
	number(x float64)
	integer(n int64)
	boolean(b bool)
	null()
}

// An object is a value whose keys are not those of a struct.
type object interface {
	Members() iter.Seq2[string, string]
}

// A walker walks over values. They consist of structs, slices, pointers, calc.Optional, objects and scalars; anything
// else is an error.
type walker struct {
	shapes map[reflect.Type]shape
	err    error
}

func newWalker() *walker { return &walker{shapes: map[reflect.Type]shape{}} }

// A shape is what a walker has to know about the type of a struct.
type shape struct {
	optional bool
	object   bool
	fields   []field // if it is neither optional nor an object
}

// A field is a field of a struct, or of a struct embedded in it.
type field struct {
	name      string
	index     []int
	omitEmpty bool
}

var (
	knownType  = reflect.TypeFor[interface{ Known() bool }]()
	objectType = reflect.TypeFor[object]()
)

// shape returns the shape of a struct type, which is found only once.
func (w *walker) shape(t reflect.Type) shape {
	s, ok := w.shapes[t]
	if !ok {
		s = shape{optional: isOptional(t), object: t.Implements(objectType)}
		if !s.optional && !s.object {
			s.fields = fieldsOf(t, nil, nil)
		}
		w.shapes[t] = s
	}
	return s
}

// isOptional reports whether a type is a calc.Optional: its first field is the value, and its second says whether there
// is one.
func isOptional(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t.NumField() == 2 && t.Implements(knownType)
}

func fieldsOf(t reflect.Type, at []int, fields []field) []field {
	for i := range t.NumField() {
		f := t.Field(i)
		index := append(slices.Clone(at), i)
		key, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous:
			fields = fieldsOf(f.Type, index, fields)
		case key != "-" && f.IsExported():
			fields = append(fields, field{key, index, options == "omitempty" || options == "omitzero"})
		}
	}
	return fields
}

// value looks through pointers and optionals, and reports whether there is a value behind them.
func (w *walker) value(v reflect.Value) (reflect.Value, bool) {
	for {
		switch {
		case v.Kind() == reflect.Pointer:
			v = v.Elem()
		case v.Kind() == reflect.Struct && w.shape(v.Type()).optional:
			if !v.Field(1).Bool() {
				return v, false
			}
			v = v.Field(0)
		default:
			return v, v.IsValid()
		}
	}
}

// walk feeds a value to a sink.
func (w *walker) walk(v reflect.Value, to sink) {
	v, ok := w.value(v)
	if !ok {
		to.null()
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		to.beginObject()
		w.members(v, to)
		to.endObject()
	case reflect.Slice:
		to.beginArray()
		for i := range v.Len() {
			to.item()
			w.walk(v.Index(i), to)
		}
		to.endArray()
	case reflect.String:
		to.text(v.String())
	case reflect.Float64:
		to.number(v.Float())
	case reflect.Int, reflect.Int64:
		to.integer(v.Int())
	case reflect.Bool:
		to.boolean(v.Bool())
	default:
		w.err = fmt.Errorf("no encoding for a %s", v.Type())
		to.null()
	}
}

// members feeds the members of a struct or an object to a sink.
func (w *walker) members(v reflect.Value, to sink) {
	s := w.shape(v.Type())
	if s.object {
		for key, value := range v.Interface().(object).Members() {
			to.key(key)
			to.text(value)
		}
		return
	}
	for i := range s.fields {
		f := &s.fields[i]
		member := v
		for _, at := range f.index {
			member = member.Field(at)
		}
		if f.omitEmpty && (member.IsZero() || member.Kind() == reflect.Slice && member.Len() == 0) {
			continue
		}
		to.key(f.name)
		w.walk(member, to)
	}
}
