package format

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"reflect"
	"strconv"
	"strings"
)

// writeJSON writes a document, indented by two spaces.
//
// The bytes are those of encoding/json, which a test compares. That package
// encodes first and indents the whole text in a second pass; for an account of
// ten thousand functions, some 26 MB, that takes many times as long as writing
// the indented text at once, which is all that this encoder does.
func writeJSON(w io.Writer, document any) error {
	e := newEncoder(w)
	e.json(reflect.ValueOf(document), 0)
	return e.finish()
}

// writeYAML writes a document in block style: the same keys, in the same order,
// with the same numbers. The YAML library builds a tree of nodes first, which
// takes ten seconds where this takes a third of one.
func writeYAML(w io.Writer, document any) error {
	e := newEncoder(w)
	e.yaml(reflect.ValueOf(document), 0)
	return e.finish()
}

// A jsonStruct is what there is to know of a struct type.
type jsonStruct struct {
	optional bool // a calc.Optional
	fields   []jsonField
}

// A jsonField is a field of a struct, embedded ones among them.
type jsonField struct {
	name      string
	index     []int
	omitEmpty bool
}

// An encoder writes values of our own result types. They consist of structs,
// slices, calc.Optional and scalars; for anything else there is an error.
type encoder struct {
	out     io.Writer
	text    []byte // not yet written
	err     error
	structs map[reflect.Type]jsonStruct
}

func newEncoder(w io.Writer) *encoder {
	return &encoder{out: w, structs: map[reflect.Type]jsonStruct{}}
}

// chunk is how much text is gathered before it is written.
const chunk = 64 << 10

func (e *encoder) flush() {
	if e.err == nil {
		_, e.err = e.out.Write(e.text)
	}
	e.text = e.text[:0]
}

func (e *encoder) finish() error {
	e.text = append(e.text, '\n')
	e.flush()
	return e.err
}

// line begins a line at a depth.
func (e *encoder) line(depth int) {
	e.text = append(e.text, '\n')
	for range depth {
		e.text = append(e.text, "  "...)
	}
}

// structure returns what there is to know of a struct.
func (e *encoder) structure(t reflect.Type) jsonStruct {
	s, ok := e.structs[t]
	if !ok {
		s = jsonStruct{optional: optional(t)}
		if !s.optional {
			s.fields = fieldsOf(t, nil, nil)
		}
		e.structs[t] = s
	}
	return s
}

// value looks through pointers and optionals; it reports whether there is a
// value behind them.
func (e *encoder) value(v reflect.Value) (reflect.Value, bool) {
	for {
		switch {
		case v.Kind() == reflect.Pointer:
			v = v.Elem()
		case v.Kind() == reflect.Struct && e.structure(v.Type()).optional:
			if !v.Field(1).Bool() {
				return v, false
			}
			v = v.Field(0)
		default:
			return v, true
		}
	}
}

// members returns the fields of a struct that are to be written.
func (e *encoder) members(v reflect.Value, yield func(f *jsonField, field reflect.Value)) {
	fields := e.structure(v.Type()).fields
	for i := range fields {
		f := &fields[i]
		field := v
		for _, at := range f.index {
			field = field.Field(at)
		}
		if f.omitEmpty && (field.IsZero() || field.Kind() == reflect.Slice && field.Len() == 0) {
			continue
		}
		yield(f, field)
	}
}

func (e *encoder) json(v reflect.Value, depth int) {
	v, ok := e.value(v)
	switch {
	case !ok:
		e.text = append(e.text, "null"...)
	case v.Kind() == reflect.Struct:
		e.text = append(e.text, '{')
		separator := ""
		e.members(v, func(f *jsonField, field reflect.Value) {
			e.text = append(e.text, separator...)
			separator = ","
			e.line(depth + 1)
			e.text = append(append(append(e.text, '"'), f.name...), `": `...)
			e.json(field, depth+1)
		})
		e.line(depth)
		e.text = append(e.text, '}')
	case v.Kind() == reflect.Slice && v.Len() > 0:
		e.text = append(e.text, '[')
		for i := range v.Len() {
			if i > 0 {
				e.text = append(e.text, ',')
			}
			e.line(depth + 1)
			e.json(v.Index(i), depth+1)
			if len(e.text) >= chunk {
				e.flush()
			}
		}
		e.line(depth)
		e.text = append(e.text, ']')
	case v.Kind() == reflect.String:
		e.quoted(v.String())
	default:
		e.scalar(v)
	}
}

// yaml writes a value at the end of a line that has its key or its hyphen.
func (e *encoder) yaml(v reflect.Value, depth int) {
	v, ok := e.value(v)
	switch {
	case !ok:
		e.text = append(e.text, "null"...)
	case v.Kind() == reflect.Struct:
		first := true
		e.members(v, func(f *jsonField, field reflect.Value) {
			if !first {
				e.line(depth)
			}
			first = false
			e.text = append(append(e.text, f.name...), ':')
			switch inner, ok := e.value(field); {
			case ok && inner.Kind() == reflect.Struct:
				e.line(depth + 1)
				e.yaml(inner, depth+1)
			case ok && inner.Kind() == reflect.Slice && inner.Len() > 0:
				for i := range inner.Len() {
					e.line(depth + 1)
					e.text = append(e.text, "- "...)
					e.yaml(inner.Index(i), depth+2)
					if len(e.text) >= chunk {
						e.flush()
					}
				}
			default:
				e.text = append(e.text, ' ')
				e.yaml(field, depth)
			}
		})
	case v.Kind() == reflect.String && plainYAML(v.String()):
		e.text = append(e.text, v.String()...)
	case v.Kind() == reflect.String:
		e.quoted(v.String()) // a JSON string is a YAML string
	default:
		e.scalar(v)
	}
}

// plainYAML tells whether YAML reads a text without quotes as that text. It
// says yes only where that is beyond doubt.
func plainYAML(s string) bool {
	letter := func(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
	if s == "" || !letter(s[0]) {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !letter(c) && (c < '0' || c > '9') && !strings.ContainsRune("_./-", rune(c)) &&
			!(c == ':' && i+1 < len(s) && s[i+1] != ' ') {
			return false
		}
	}
	switch strings.ToLower(s) {
	case "true", "false", "yes", "no", "on", "off", "y", "n", "null":
		return false
	}
	return true
}

// scalar writes what JSON and YAML spell the same.
func (e *encoder) scalar(v reflect.Value) {
	switch v.Kind() {
	case reflect.Slice: // an empty one
		e.text = append(e.text, "[]"...)
	case reflect.Float64:
		e.number(v.Float())
	case reflect.Int, reflect.Int64:
		e.text = strconv.AppendInt(e.text, v.Int(), 10)
	case reflect.Bool:
		e.text = strconv.AppendBool(e.text, v.Bool())
	default:
		e.err = fmt.Errorf("no encoding for a %s", v.Type())
	}
}

// optional tells a calc.Optional, whose first field is the value and whose
// second tells whether there is one.
func optional(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t.NumField() == 2 && t.Implements(known)
}

var known = reflect.TypeFor[interface{ Known() bool }]()

func fieldsOf(t reflect.Type, at []int, fields []jsonField) []jsonField {
	for i := range t.NumField() {
		field := t.Field(i)
		index := append(append([]int(nil), at...), i)
		key, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case field.Anonymous:
			fields = fieldsOf(field.Type, index, fields)
		case key != "-" && field.IsExported():
			fields = append(fields, jsonField{key, index, options == "omitempty" || options == "omitzero"})
		}
	}
	return fields
}

// quoted writes a JSON string.
func (e *encoder) quoted(s string) {
	if !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' }) {
		e.text = append(append(append(e.text, '"'), s...), '"')
		return
	}
	var b bytes.Buffer
	library := json.NewEncoder(&b)
	library.SetEscapeHTML(false)
	if err := library.Encode(s); err != nil {
		e.err = err
	}
	e.text = append(e.text, bytes.TrimSuffix(b.Bytes(), []byte("\n"))...)
}

// number writes a float as ECMAScript does, with an exponent only where the
// digits alone would be long.
func (e *encoder) number(x float64) {
	if magnitude := math.Abs(x); magnitude == 0 || magnitude >= 1e-6 && magnitude < 1e21 {
		e.text = strconv.AppendFloat(e.text, x, 'f', -1, 64)
		return
	}
	e.text = strconv.AppendFloat(e.text, x, 'e', -1, 64)
	if n := len(e.text); n >= 4 && e.text[n-4] == 'e' && e.text[n-2] == '0' { // e-09 is e-9
		e.text[n-2] = e.text[n-1]
		e.text = e.text[:n-1]
	}
}
