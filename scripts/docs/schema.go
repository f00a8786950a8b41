package main

import (
	"encoding/json"
	"errors"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/invopop/jsonschema"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/format/document"
)

// module is the path of the module, with a slash behind it.
const module = "github.com/lambdacap/lambdacap/"

// schemaBase is where the schemas are found.
const schemaBase = "https://github.com/lambdacap/lambdacap/docs/schema/"

// schemas adds the schema of every kind of document.
func schemas(root string, files map[string][]byte) error {
	s := schemaMaker{root: root, sources: map[string]source{}, nullable: map[string]reflect.Type{}}
	for kind, t := range map[string]reflect.Type{
		"limits":    reflect.TypeFor[document.Limits](),
		"spillover": reflect.TypeFor[document.Spillover](),
		"plan":      reflect.TypeFor[document.Plan](),
		"check":     reflect.TypeFor[document.Check](),
		"rules":     reflect.TypeFor[document.Rules](),
	} {
		clear(s.nullable)
		schema := s.schema(kind, t)
		if s.err != nil {
			return s.err
		}
		text, err := json.MarshalIndent(schema, "", "  ")
		if err != nil {
			return err
		}
		files["schema/"+kind+".json"] = append(text, '\n')
	}
	return nil
}

// schemaMaker makes schemas of Go types.
type schemaMaker struct {
	root     string
	sources  map[string]source       // by import path, once they are read
	nullable map[string]reflect.Type // objects of which a calc.Optional was met
	err      error
}

// source reads the comments and constants of the package of a type.
func (m *schemaMaker) source(t reflect.Type) source {
	path := t.PkgPath()
	if !strings.HasPrefix(path, module) {
		return source{}
	}
	if _, ok := m.sources[path]; !ok {
		var err error
		m.sources[path], err = readSource(filepath.Join(m.root, filepath.FromSlash(strings.TrimPrefix(path, module))))
		m.err = errors.Join(m.err, err)
	}
	return m.sources[path]
}

func (m *schemaMaker) schema(kind string, t reflect.Type) *jsonschema.Schema {
	reflector := jsonschema.Reflector{
		Anonymous:                 true, // the id is set below
		AllowAdditionalProperties: true, // a new key is a compatible change
		ExpandedStruct:            true,
		Mapper:                    m.mapped,
		LookupComment:             m.comment,
		Namer: func(t reflect.Type) string {
			name, _, _ := strings.Cut(t.Name(), "[") // each document has one of a generic type
			return name
		},
	}
	s := reflector.ReflectFromType(t)
	reflector.ExpandedStruct = false
	for known := 0; known < len(m.nullable); { // an object may have optional objects of its own
		known = len(m.nullable)
		for _, name := range slices.Sorted(maps.Keys(m.nullable)) {
			maps.Copy(s.Definitions, reflector.ReflectFromType(m.nullable[name]).Definitions)
		}
	}
	s.ID = jsonschema.ID(schemaBase + kind + ".json")
	s.Title = "lambdacap " + kind
	s.Description = "The answer of lambdacap " + kind + " with -o json or -o yaml. " +
		"All keys that a description calls absent are there, with null."
	property(s, "schema_version").Const = document.SchemaVersion
	property(s, "kind").Const = kind

	for _, definition := range s.Definitions {
		bound(definition)
	}
	if kind == "rules" {
		ids(s.Definitions["Rule"], "word", wordOf)
		return s
	}
	ids(s.Definitions["Finding"], "rule", numberOf)
	ids(s.Definitions["Finding"], "id", wordOf)
	if kind == "check" {
		ids(s.Definitions["Finding"], "id", numberOf)
		ids(s.Definitions["Accepted"], "id", numberOf)
		ids(s.Definitions["Accepted"], "rule", numberOf)
	}
	property(s.Definitions["InputCheck"], "skip").Items.Enum = idValues(numberOf)
	for _, p := range []*jsonschema.Schema{property(s.Definitions["InputPlan"], "headroom_ratio"),
		property(s.Definitions["InputPlan"], "target_headroom_ratio"), property(s.Definitions["InputCheck"], "headroom_ratio")} {
		p.Maximum = "10" // as quantity.ParseHeadroom has it
	}
	if kind == "check" { // which shows what AWS refuses: more set aside than there is
		property(s.Definitions["AccountResult"], "unreserved").Minimum = ""
	}
	inputs := s.Definitions["Inputs"]
	if _, own := inputs.Properties.Get(kind); own { // what the command alone takes is there
		inputs.Required = append(inputs.Required, kind)
	}
	return s
}

func numberOf(r rule.Rule) rule.ID { return r.Number }
func wordOf(r rule.Rule) rule.ID   { return r.Word }

// ids lists the ids that a key of an object may have: those of one kind.
func ids(object *jsonschema.Schema, key string, of func(rule.Rule) rule.ID) {
	p := property(object, key)
	p.Enum = idValues(of)
	if types, ok := p.Extras["type"].([]string); ok && slices.Contains(types, "null") {
		p.Enum = append(p.Enum, nil)
	}
}

func idValues(of func(rule.Rule) rule.ID) (values []any) {
	for _, r := range check.Rules() {
		if id := of(r); id != "" {
			values = append(values, string(id))
		}
	}
	return values
}

// mapped returns the schema of a type that is written as a single value, or as
// an object or null. Other types it leaves to the reflector, with nil.
func (m *schemaMaker) mapped(t reflect.Type) *jsonschema.Schema {
	if t == reflect.TypeFor[document.Origin]() {
		return &jsonschema.Schema{Type: "object", AdditionalProperties: &jsonschema.Schema{Type: "string"}}
	}
	if value, nullable := optional(t); nullable && value.Kind() == reflect.Struct {
		m.nullable[value.Name()] = value
		return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{{Ref: "#/$defs/" + value.Name()}, {Type: "null"}}}
	}
	return m.scalar(t)
}

// scalar returns the schema of a single value.
func (m *schemaMaker) scalar(t reflect.Type) *jsonschema.Schema {
	value, nullable := optional(t)
	var s jsonschema.Schema
	switch value.Kind() {
	case reflect.String:
		s.Type = "string"
	case reflect.Float64:
		s.Type = "number"
	case reflect.Int, reflect.Int64:
		s.Type = "integer"
	default:
		return nil
	}
	for _, text := range m.enum(value) {
		s.Enum = append(s.Enum, text)
	}
	if nullable {
		s.Extras = map[string]any{"type": []string{s.Type, "null"}} // the library knows single types only
		s.Type = ""
		if s.Enum != nil {
			s.Enum = append(s.Enum, nil)
		}
	}
	return &s
}

// optional returns the type inside a calc.Optional and true, or any other type
// itself.
func optional(t reflect.Type) (reflect.Type, bool) {
	if t.Kind() == reflect.Struct {
		if get, ok := t.MethodByName("Get"); ok && strings.HasPrefix(t.Name(), "Optional[") {
			return get.Type.Out(0), true
		}
	}
	return t, false
}

// enum returns the values of a type that has a fixed list of them. The list of
// sources is none: AWS moves its pages.
func (m *schemaMaker) enum(t reflect.Type) []string {
	switch t {
	case reflect.TypeFor[aws.Source]():
		return nil
	case reflect.TypeFor[rule.ID]():
		return nil // see ids
	}
	return m.source(t).values[t.Name()]
}

// comment describes a type or a field. A field without a comment is described
// by its type, where that has a list of values.
func (m *schemaMaker) comment(t reflect.Type, name string) string {
	text := m.source(t).description(t, name)
	if text != "" || name == "" {
		return text
	}
	field, _ := t.FieldByName(name)
	if value, _ := optional(field.Type); m.enum(value) != nil {
		return m.source(value).description(value, "")
	}
	return ""
}

// bound gives the numbers of an object their range: none is negative, and
// ratios go up to 1.
func bound(s *jsonschema.Schema) {
	if s.Properties == nil {
		return
	}
	for p := s.Properties.Oldest(); p != nil; p = p.Next() {
		number := p.Value.Type
		if types, ok := p.Value.Extras["type"].([]string); ok {
			number = types[0]
		}
		if number != "number" && number != "integer" {
			continue
		}
		if strings.HasPrefix(p.Key, "delta") { // what changed may be less
			continue
		}
		p.Value.Minimum = "0"
		if strings.HasSuffix(p.Key, "_ratio") {
			p.Value.Maximum = "1"
		}
	}
}

func property(s *jsonschema.Schema, key string) *jsonschema.Schema {
	p, _ := s.Properties.Get(key)
	return p
}
