package main

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/invopop/jsonschema"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/format"
)

// module is the path of the module, with a slash behind it.
const module = "github.com/lambdacap/lambdacap/"

// schemaBase is where the schemas are found.
const schemaBase = "https://github.com/lambdacap/lambdacap/docs/schema/"

// schemas adds the schema of every kind of document.
func schemas(root string, files map[string][]byte) error {
	s := schemaMaker{sources: map[string]source{}, nullable: map[string]reflect.Type{}}
	for _, t := range []reflect.Type{reflect.TypeFor[calc.Account](), reflect.TypeFor[check.Result](), reflect.TypeFor[format.Inputs]()} {
		var err error
		if s.sources[t.PkgPath()], err = readSource(filepath.Join(root, filepath.FromSlash(strings.TrimPrefix(t.PkgPath(), module)))); err != nil {
			return err
		}
	}
	for kind, t := range map[string]reflect.Type{
		"limits":    reflect.TypeFor[format.Document[calc.LimitsResult, calc.Finding]](),
		"spillover": reflect.TypeFor[format.Document[calc.SpillResult, calc.Finding]](),
		"plan":      reflect.TypeFor[format.Document[calc.PlanResult, calc.Finding]](),
		"check":     reflect.TypeFor[format.Document[check.Result, check.Finding]](),
		"rules":     reflect.TypeFor[format.RulesDocument](),
	} {
		clear(s.nullable)
		text, err := json.MarshalIndent(s.schema(kind, t), "", "  ")
		if err != nil {
			return err
		}
		files["schema/"+kind+".json"] = append(text, '\n')
	}
	return nil
}

// schemaMaker makes schemas of Go types.
type schemaMaker struct {
	sources  map[string]source       // by import path
	nullable map[string]reflect.Type // objects of which a calc.Optional was met
}

func (m schemaMaker) schema(kind string, t reflect.Type) *jsonschema.Schema {
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
	property(s, "schema_version").Const = format.SchemaVersion
	property(s, "kind").Const = kind

	for _, definition := range s.Definitions {
		bound(definition)
	}
	if kind == "rules" {
		return s
	}
	for _, p := range []*jsonschema.Schema{property(s.Definitions["InputPlan"], "headroom_ratio"),
		property(s.Definitions["InputPlan"], "target_headroom_ratio"), property(s.Definitions["InputCheck"], "headroom_ratio")} {
		p.Maximum = "10" // as calc.ParseHeadroom has it
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

// mapped returns the schema of a type that is written as a single value, or as
// an object or null. Other types it leaves to the reflector, with nil.
func (m schemaMaker) mapped(t reflect.Type) *jsonschema.Schema {
	if value, nullable := optional(t); nullable && value.Kind() == reflect.Struct {
		m.nullable[value.Name()] = value
		return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{{Ref: "#/$defs/" + value.Name()}, {Type: "null"}}}
	}
	return m.scalar(t)
}

// scalar returns the schema of a single value.
func (m schemaMaker) scalar(t reflect.Type) *jsonschema.Schema {
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
func (m schemaMaker) enum(t reflect.Type) []string {
	if t == reflect.TypeFor[calc.Source]() {
		return nil
	}
	return m.sources[t.PkgPath()].values[t.Name()]
}

// comment describes a type or a field. A field without a comment is described
// by its type, where that has a list of values.
func (m schemaMaker) comment(t reflect.Type, name string) string {
	text := m.sources[t.PkgPath()].description(t, name)
	if text != "" || name == "" {
		return text
	}
	field, _ := t.FieldByName(name)
	if value, _ := optional(field.Type); m.enum(value) != nil {
		return m.sources[value.PkgPath()].description(value, "")
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
