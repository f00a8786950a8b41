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

// module is the path of the module, with a trailing slash.
const module = "github.com/lambdacap/lambdacap/"

// schemaBase is the URL of the folder that holds the schemas.
const schemaBase = "https://github.com/lambdacap/lambdacap/docs/schema/"

// schemas adds the schema of every kind of document. root is the top of the repository.
func schemas(root string, files map[string][]byte) error {
	s := schemaMaker{root: root, sources: map[string]source{}, nullable: map[string]reflect.Type{}}
	for kind, t := range map[string]reflect.Type{
		"limits":    reflect.TypeFor[document.Limits](),
		"spillover": reflect.TypeFor[document.Spillover](),
		"plan":      reflect.TypeFor[document.Plan](),
		"ramp":      reflect.TypeFor[document.Ramp](),
		"drain":     reflect.TypeFor[document.Drain](),
		"compare":   reflect.TypeFor[document.Compare](),
		"replay":    reflect.TypeFor[document.Replay](),
		"check":     reflect.TypeFor[document.Check](),
		"rules":     reflect.TypeFor[document.Rules](),
		"glossary":  reflect.TypeFor[document.Glossary](),
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

// schemaMaker generates schemas from Go types.
type schemaMaker struct {
	root     string
	sources  map[string]source       // the packages read so far, by import path
	nullable map[string]reflect.Type // the structs found inside a calc.Optional, by name
	err      error
}

// source returns the comments and constants of the package that declares a type.
func (m *schemaMaker) source(t reflect.Type) source {
	path := t.PkgPath()
	if !strings.HasPrefix(path, module) {
		return source{}
	}
	if _, ok := m.sources[path]; !ok {
		var err error
		folder := filepath.FromSlash(strings.TrimPrefix(path, module))
		m.sources[path], err = readSource(filepath.Join(m.root, folder))
		m.err = errors.Join(m.err, err)
	}
	return m.sources[path]
}

// schema generates the schema of a kind of document from its type.
func (m *schemaMaker) schema(kind string, t reflect.Type) *jsonschema.Schema {
	reflector := jsonschema.Reflector{
		Anonymous:                 true, // the id is set below
		AllowAdditionalProperties: true, // a new key is a compatible change
		ExpandedStruct:            true,
		Mapper:                    m.mapped,
		LookupComment:             m.comment,
		Namer: func(t reflect.Type) string {
			name, _, _ := strings.Cut(t.Name(), "[") // a document has at most one instance of a generic type
			return name
		},
	}
	s := reflector.ReflectFromType(t)
	reflector.ExpandedStruct = false
	for known := 0; known < len(m.nullable); { // an optional object may contain others
		known = len(m.nullable)
		for _, name := range slices.Sorted(maps.Keys(m.nullable)) {
			maps.Copy(s.Definitions, reflector.ReflectFromType(m.nullable[name]).Definitions)
		}
	}
	s.ID = jsonschema.ID(schemaBase + kind + ".json")
	s.Title = "lambdacap " + kind
	s.Description = "The answer of lambdacap " + commandOf(kind) + " with -o json or -o yaml. " +
		"All keys that a description calls absent are there, with null."
	property(s, "schema_version").Const = document.SchemaVersion
	property(s, "kind").Const = kind

	for _, definition := range s.Definitions {
		bound(definition)
	}
	if kind == "rules" || kind == "glossary" {
		ids(s.Definitions["Rule"], "word", wordOf)
		return s
	}
	refine(kind, s.Definitions)
	return s
}

// commandOf returns the command that answers with a kind of document.
func commandOf(kind string) string {
	switch kind {
	case "rules":
		return "check --list-rules, or of lambdacap explain with a rule,"
	case "glossary":
		return "explain"
	}
	return kind
}

// refine adds constraints to the schema of a calculation or a check that its Go types do not express.
func refine(kind string, definitions jsonschema.Definitions) {
	finding, inputs := definitions["Finding"], definitions["Inputs"]
	if kind == "compare" {
		finding, inputs = definitions["VariantFinding"], definitions["InputVariant"]
		inputs.Required = append(inputs.Required, "plan") // with the targets
	}
	ids(finding, "rule", numberOf)
	ids(finding, "id", wordOf)
	if kind == "check" {
		ids(definitions["Finding"], "id", numberOf)
		ids(definitions["Accepted"], "id", numberOf)
		ids(definitions["Accepted"], "rule", numberOf)
	}
	property(definitions["InputCheck"], "skip").Items.Enum = idValues(numberOf)
	for _, headroom := range []*jsonschema.Schema{
		property(definitions["InputPlan"], "headroom_ratio"),
		property(definitions["InputPlan"], "target_headroom_ratio"),
		property(definitions["InputCheck"], "headroom_ratio"),
	} {
		headroom.Maximum = "10" // the maximum of quantity.ParseHeadroom
	}
	if kind == "plan" { // with billed cold starts, fewer units may cost more
		property(definitions["Action"], "saving_usd_month").Minimum = ""
	}
	if _, own := inputs.Properties.Get(kind); own { // the command's own inputs are always present
		inputs.Required = append(inputs.Required, kind)
	}
}

func numberOf(r rule.Rule) rule.ID { return r.Number }
func wordOf(r rule.Rule) rule.ID   { return r.Word }

// ids lists the values of a key that holds the id of a rule: all numbers or all words.
func ids(object *jsonschema.Schema, key string, of func(rule.Rule) rule.ID) {
	p := property(object, key)
	p.Enum = idValues(of)
	if types, ok := p.Extras["type"].([]string); ok && slices.Contains(types, "null") {
		p.Enum = append(p.Enum, nil)
	}
}

// idValues lists the numbers or the words of all rules.
func idValues(of func(rule.Rule) rule.ID) (values []any) {
	for _, r := range check.Rules() {
		if id := of(r); id != "" {
			values = append(values, string(id))
		}
	}
	return values
}

// mapped returns the schema of a type that is written as a single value, or as an object or null. For other types it
// returns nil, which leaves them to the reflector.
func (m *schemaMaker) mapped(t reflect.Type) *jsonschema.Schema {
	if t == reflect.TypeFor[document.Origin]() {
		return &jsonschema.Schema{Type: "object", AdditionalProperties: &jsonschema.Schema{Type: "string"}}
	}
	value, nullable := optional(t)
	switch {
	case nullable && value.Kind() == reflect.Slice: // of objects
		item := value.Elem()
		m.nullable[item.Name()] = item
		list := &jsonschema.Schema{Type: "array", Items: &jsonschema.Schema{Ref: "#/$defs/" + item.Name()}}
		return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{list, {Type: "null"}}}
	case nullable && value.Kind() == reflect.Struct:
		m.nullable[value.Name()] = value
		return &jsonschema.Schema{AnyOf: []*jsonschema.Schema{{Ref: "#/$defs/" + value.Name()}, {Type: "null"}}}
	}
	return m.scalar(t)
}

// scalar returns the schema of a string or a number, or of either with null. It returns nil for other types.
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
	case reflect.Bool:
		if !nullable { // the reflector's own will do
			return nil
		}
		s.Type = "boolean"
	default:
		return nil
	}
	for _, text := range m.enum(value) {
		s.Enum = append(s.Enum, text)
	}
	if nullable {
		s.Extras = map[string]any{"type": []string{s.Type, "null"}} // the library only supports a single type
		s.Type = ""
		if s.Enum != nil {
			s.Enum = append(s.Enum, nil)
		}
	}
	return &s
}

// optional returns the type inside a calc.Optional and true. For any other type, it returns the type
// itself and false.
func optional(t reflect.Type) (reflect.Type, bool) {
	if t.Kind() == reflect.Struct {
		if get, ok := t.MethodByName("Get"); ok && strings.HasPrefix(t.Name(), "Optional[") {
			return get.Type.Out(0), true
		}
	}
	return t, false
}

// enum returns the values of a type with a fixed list of them. Sources have none, because AWS moves its pages.
func (m *schemaMaker) enum(t reflect.Type) []string {
	switch t {
	case reflect.TypeFor[aws.Source]():
		return nil
	case reflect.TypeFor[rule.ID]():
		return nil // ids adds them
	}
	return m.source(t).values[t.Name()]
}

// comment returns the description of a type or a field. A field without a comment gets the description of its
// type, if the type has a fixed list of values.
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

// bound sets the range of the numbers in an object: 0 or more, and at most 1 for ratios. Differences may be negative.
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
		if strings.HasPrefix(p.Key, "delta") { // a difference
			continue
		}
		p.Value.Minimum = "0"
		if strings.HasSuffix(p.Key, "_ratio") {
			p.Value.Maximum = "1"
		}
	}
}

// property returns the schema of a key of an object. The key must exist.
func property(s *jsonschema.Schema, key string) *jsonschema.Schema {
	p, _ := s.Properties.Get(key)
	return p
}
