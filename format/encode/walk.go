// Package encode writes documents as JSON, as YAML, and as rows of CSV. A single walk over the value feeds both JSON
// and YAML, so both have the same keys in the same order with the same values.
package encode

import (
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc/quantity"
)

// A sink receives a value piece by piece and writes it in a format.
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

// An object is a value whose keys are not the fields of a struct.
type object interface {
	Members() iter.Seq2[string, string]
}

// A shape is what a walk needs to know about a type: its kind and its contents.
type shape struct {
	kind   kind
	inside *shape  // of a pointer, an optional, or the items of a list
	fields []field // of a struct
}

// A kind is the role of a value in a walk.
type kind int

const (
	unknown  kind = iota // a type that no document contains
	pointer              // to a value that may be absent
	optional             // a calc.Optional
	members              // an object
	fields               // a struct
	items                // a slice
	text
	number
	integer
	boolean
)

// A field is a field of a struct, or of a struct embedded in it.
type field struct {
	name      string
	index     []int
	omitEmpty bool
	shape     *shape
}

var (
	knownType  = reflect.TypeFor[interface{ Known() bool }]()
	objectType = reflect.TypeFor[object]()
)

// A walker walks over values. It examines each type only once.
type walker struct {
	shapes map[reflect.Type]*shape
	err    error
}

func newWalker() *walker { return &walker{shapes: map[reflect.Type]*shape{}} }

// shape returns the shape of a type.
func (w *walker) shape(t reflect.Type) *shape {
	if s, ok := w.shapes[t]; ok {
		return s
	}
	s := &shape{kind: kindOf(t)}
	w.shapes[t] = s
	switch s.kind {
	case pointer, items:
		s.inside = w.shape(t.Elem())
	case optional:
		s.inside = w.shape(t.Field(0).Type)
	case fields:
		s.fields = w.fields(t, nil, nil)
	}
	return s
}

func kindOf(t reflect.Type) kind {
	switch t.Kind() {
	case reflect.Pointer:
		return pointer
	case reflect.Struct:
		switch {
		case isOptional(t):
			return optional
		case t.Implements(objectType):
			return members
		}
		return fields
	case reflect.Slice:
		return items
	case reflect.String:
		return text
	case reflect.Float64:
		return number
	case reflect.Int, reflect.Int64:
		return integer
	case reflect.Bool:
		return boolean
	}
	return unknown
}

// isOptional reports whether a type is a calc.Optional: its first field is the value, and its second says
// whether the value is present.
func isOptional(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t.NumField() == 2 && t.Implements(knownType)
}

// fields appends the fields of a struct. at is the index of the struct if it is embedded in another.
func (w *walker) fields(t reflect.Type, at []int, list []field) []field {
	for i := range t.NumField() {
		f := t.Field(i)
		index := append(slices.Clone(at), i)
		key, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous:
			list = w.fields(f.Type, index, list)
		case key != "-" && f.IsExported():
			omitEmpty := options == "omitempty" || options == "omitzero"
			list = append(list, field{key, index, omitEmpty, w.shape(f.Type)})
		}
	}
	return list
}

// value looks through pointers and optionals. It reports whether they contain a value.
func value(s *shape, v reflect.Value) (*shape, reflect.Value, bool) {
	for {
		switch s.kind {
		case pointer:
			if v.IsNil() {
				return s, v, false
			}
			s, v = s.inside, v.Elem()
		case optional:
			if !v.Field(1).Bool() {
				return s, v, false
			}
			s, v = s.inside, v.Field(0)
		default:
			return s, v, true
		}
	}
}

// walk feeds a value to a sink.
func (w *walker) walk(s *shape, v reflect.Value, to sink) {
	s, v, ok := value(s, v)
	if !ok {
		to.null()
		return
	}
	switch s.kind {
	case fields:
		to.beginObject()
		w.walkFields(s, v, to)
		to.endObject()
	case members:
		to.beginObject()
		for key, value := range v.Interface().(object).Members() {
			to.key(key)
			to.text(value)
		}
		to.endObject()
	case items:
		to.beginArray()
		for i := range v.Len() {
			to.item()
			w.walk(s.inside, v.Index(i), to)
		}
		to.endArray()
	case text:
		to.text(v.String())
	case number:
		to.number(w.finite(v.Float()))
	case integer:
		to.integer(v.Int())
	case boolean:
		to.boolean(v.Bool())
	default:
		w.err = fmt.Errorf("no encoding for a %s", v.Type())
		to.null()
	}
}

// finite returns a number that JSON can represent. NaN and infinities are errors, because no figure may be one.
func (w *walker) finite(x float64) float64 {
	if !quantity.Finite(x) {
		w.err = fmt.Errorf("no encoding for %v", x)
		return 0
	}
	return x
}

// walkFields feeds the fields of a struct to a sink.
func (w *walker) walkFields(s *shape, v reflect.Value, to sink) {
	for i := range s.fields {
		f := &s.fields[i]
		member := v
		for _, at := range f.index {
			member = member.Field(at)
		}
		if f.omitEmpty && (member.IsZero() || f.shape.kind == items && member.Len() == 0) {
			continue
		}
		to.key(f.name)
		w.walk(f.shape, member, to)
	}
}
