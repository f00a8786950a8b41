package cmd

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files"
)

// A text is a value as the user wrote it, and where.
type text struct {
	value  string
	origin string // flag, environment or file; empty for a value nobody wrote
	// name is what messages call it: --rps, LAMBDACAP_RPS; in a profile the
	// path of the mapping that it stands in: functions[0].
	name  string
	place calc.Place // in a file
}

// A fault is one thing that is wrong, and where in a file it stands: nowhere for
// what stands on the command line.
type fault struct {
	place   calc.Place
	message string
}

// The origins of values. Of one in a file inputs echo the place.
const (
	originFlag        = "flag"
	originEnvironment = "environment"
	originFile        = "file"
	originDefault     = "default"
)

// given tells a text apart from a value nobody wrote.
func (t text) given() bool { return t.origin != "" }

// label is how messages name the text: --rps, LAMBDACAP_RPS, or
// file:12: functions[0].rps.
func (t text) label(field calc.Field) string {
	if t.origin != originFile {
		return t.name
	}
	return t.place.String() + ": " + t.name + string(field)
}

// from is the origin that inputs echo.
func (t text) from() string {
	switch t.origin {
	case "":
		return originDefault
	case originFile:
		return t.place.String()
	}
	return t.origin
}

// rank orders the origins: a flag goes before a variable, and that before a profile.
func (t text) rank() int {
	return slices.Index([]string{originEnvironment, originFlag}, t.origin)
}

// profileFunction is a function of a profile, as text. One that only other files
// speak of has none.
type profileFunction struct {
	values map[calc.Field]text
	label  string     // functions[0]
	place  calc.Place // in the profile
	flawed bool       // a part of it could not be read
	accept []check.Acceptance
}

// A profile is a YAML profile as text: nothing is converted yet, so that no
// library can read 512.9 as 512 or 30 as 30 nanoseconds.
type profile struct {
	account   map[calc.Field]text
	run       map[calc.Field]text
	functions []profileFunction
	listed    bool // functions: was used
	accept    []check.Acceptance
}

// readProfile reads the profile at path, or from stdin where that is -. It
// returns what it could read, and what is wrong with the rest.
func readProfile(path string, stdin io.Reader) (profile, []fault) {
	contents, err := files.Open(path, stdin, files.Options{Format: formatProfile}).Read(files.Options{})
	if err != nil {
		return profile{}, []fault{fileFault(contents.File, err)}
	}
	return profileOf(contents)
}

// profileOf is readProfile for a file that is read.
func profileOf(c files.Contents) (profile, []fault) {
	r := profileReader{name: c.File}
	r.top(c.Profile)
	return r.profile, r.faults
}

// fileFault is what is wrong with a whole file.
func fileFault(name string, err error) fault {
	return fault{calc.Place{File: name}, err.Error()}
}

// reason is an error without the path, which the message has already.
func reason(err error) string {
	return "cannot read it: " + files.Cause(err).Error()
}

// profileReader turns YAML nodes into text with its place.
type profileReader struct {
	name    string
	profile profile
	faults  []fault
}

func (r *profileReader) fault(line int, key, format string, args ...any) {
	place := calc.Place{File: r.name, Line: line}
	message := place.String() + ": "
	if key != "" {
		message += key + ": "
	}
	r.faults = append(r.faults, fault{place, message + fmt.Sprintf(format, args...)})
}

func fieldsOf(scope scope) []calc.Field {
	var fields []calc.Field
	if scope == scopeFunction {
		fields = append(fields, calc.FieldName)
	}
	for _, s := range settings() {
		if s.scope == scope {
			fields = append(fields, s.field)
		}
	}
	return fields
}

const (
	keyAccount   = "account"
	keyFunctions = "functions"
	keyAccept    = "accept"
)

// profileKeys are the keys at the top of a profile.
func profileKeys() []calc.Field {
	return slices.Concat([]calc.Field{keyAccount, keyFunctions, keyAccept}, fieldsOf(scopeRun), fieldsOf(scopeFunction))
}

// top reads the document: account, functions, what the commands are asked, and the keys of
// a single function.
func (r *profileReader) top(node *yaml.Node) {
	accountFields, functionFields, runFields := fieldsOf(scopeAccount), append(fieldsOf(scopeFunction), keyAccept), fieldsOf(scopeRun)
	var single []*yaml.Node
	only := profileFunction{values: map[calc.Field]text{}}
	r.profile.account, r.profile.run = map[calc.Field]text{}, map[calc.Field]text{}
	r.mapping(node, "", profileKeys(), func(field calc.Field, key, value *yaml.Node) {
		switch {
		case field == keyAccount:
			r.mapping(value, keyAccount, accountFields, func(field calc.Field, _, value *yaml.Node) {
				r.scalar(r.profile.account, field, keyAccount+".", value)
			})
		case field == keyFunctions:
			r.profile.listed = true
			r.list(value, functionFields)
		case field == keyAccept:
			r.profile.accept = r.accept(value, "")
		case slices.Contains(runFields, field):
			r.scalar(r.profile.run, field, "", value)
		default:
			single = append(single, key)
			r.scalar(only.values, field, "", value)
		}
	})
	if len(single) == 0 {
		return
	}
	if r.profile.listed {
		for _, key := range single {
			r.fault(key.Line, key.Value, "stands beside functions; legal: a function's keys at the top level, or a list of functions")
		}
		return
	}
	r.profile.functions = []profileFunction{only}
}

func (r *profileReader) list(node *yaml.Node, legal []calc.Field) {
	if !r.plain(node, "", keyFunctions) {
		return
	}
	if node.Kind != yaml.SequenceNode {
		r.fault(node.Line, keyFunctions, "is %s; legal: a list of functions", kind(node))
		return
	}
	r.profile.functions = make([]profileFunction, len(node.Content))
	for i, item := range node.Content {
		path := fmt.Sprintf("%s[%d]", keyFunctions, i)
		prefix := path + "."
		before := len(r.faults)
		f := profileFunction{values: make(map[calc.Field]text, 8), label: path, place: calc.Place{File: r.name, Line: item.Line}}
		r.mapping(item, path, legal, func(field calc.Field, _, value *yaml.Node) {
			if field == keyAccept {
				f.accept = r.accept(value, prefix)
				return
			}
			r.scalar(f.values, field, prefix, value)
		})
		f.flawed = len(r.faults) > before
		r.profile.functions[i] = f
	}
}

// accept reads the findings that somebody accepts: a list of rule and reason.
func (r *profileReader) accept(node *yaml.Node, path string) (accepted []check.Acceptance) {
	const rule, reason = calc.Field("rule"), calc.Field("reason")
	if !r.plain(node, path, keyAccept) {
		return nil
	}
	if node.Kind != yaml.SequenceNode {
		r.fault(node.Line, path+keyAccept, "is %s; legal: a list of rule and reason", kind(node))
		return nil
	}
	for i, item := range node.Content {
		where := fmt.Sprintf("%s%s[%d]", path, keyAccept, i)
		values := map[calc.Field]text{}
		before := len(r.faults)
		r.mapping(item, where, []calc.Field{rule, reason}, func(field calc.Field, _, value *yaml.Node) {
			r.scalar(values, field, where+".", value)
		})
		id, why := values[rule], values[reason]
		switch {
		case len(r.faults) > before:
		case !id.given() || strings.TrimSpace(why.value) == "":
			r.fault(item.Line, where, "lacks a key; legal: rule and reason")
		default:
			if problem := ruleProblem(id.value); problem != "" {
				r.fault(id.place.Line, where+"."+string(rule), "%s", problem)
				continue
			}
			accepted = append(accepted, check.Acceptance{Rule: check.RuleID(id.value), Reason: why.value, At: calc.Place{File: r.name, Line: item.Line}})
		}
	}
	return accepted
}

// mapping hands every key of a mapping to use, once, and names the others.
func (r *profileReader) mapping(node *yaml.Node, path string, legal []calc.Field, use func(field calc.Field, key, value *yaml.Node)) {
	if !r.plain(node, path, "") {
		return
	}
	if node.Kind != yaml.MappingNode {
		hint := ""
		if node.Kind == yaml.ScalarNode && strings.Contains(node.Value, ":") {
			hint = ", perhaps for want of a space behind a colon"
		}
		r.fault(node.Line, path, "is %s%s; legal: a mapping with the keys %s", kind(node), hint, join(legal))
		return
	}
	seen := make(map[string]int, len(node.Content)/2)
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		if !r.plain(key, path, "") {
			continue
		}
		where := func() string {
			if path == "" {
				return key.Value
			}
			return path + "." + key.Value
		}
		line, repeated := seen[key.Value]
		switch {
		case key.Kind != yaml.ScalarNode:
			r.fault(key.Line, path, "a key is %s; legal: %s", kind(key), join(legal))
		case !slices.Contains(legal, calc.Field(key.Value)):
			r.fault(key.Line, shown(where()), "unknown key%s; legal: %s", probably(key.Value, legal), join(legal))
		case repeated:
			r.fault(key.Line, where(), "stands in line %d already; legal: each key once", line)
		default:
			use(calc.Field(key.Value), key, value)
		}
		seen[key.Value] = key.Line
	}
}

// probably names the key that was meant by an unknown one.
func probably(key string, legal []calc.Field) string {
	names := make([]string, len(legal))
	for i, field := range legal {
		names[i] = string(field)
	}
	if lower := strings.ToLower(key); lower != key && slices.Contains(names, lower) {
		return ", keys are lower case"
	}
	if name := nearest(key[:min(len(key), maxKey)], names); name != "" {
		return ", did you mean " + name + "?"
	}
	return ""
}

// maxKey is the longest key that is compared with the known ones, bytes.
const maxKey = 40

// shown makes a key safe to print.
func shown(key string) string {
	if len(key) <= 80 && !strings.ContainsFunc(key, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return key
	}
	return fmt.Sprintf("%.80q", key)
}

// scalar keeps one value as text; path is that of the mapping it stands in. A
// list of rates, and a schedule, become the text that a flag would have.
func (r *profileReader) scalar(into map[calc.Field]text, field calc.Field, path string, node *yaml.Node) {
	switch key := string(field); {
	case !r.plain(node, path, key):
	case field == calc.FieldRPS && node.Kind == yaml.SequenceNode:
		r.day(into, field, path, node)
	case field == calc.FieldSchedule && node.Kind == yaml.SequenceNode:
		r.schedule(into, field, path, node)
	case node.Kind != yaml.ScalarNode:
		legal := "a single value"
		switch field {
		case calc.FieldRPS:
			legal = "a rate, or a list of 24"
		case calc.FieldSchedule:
			legal = "a list of from, to and rps"
		}
		r.fault(node.Line, path+key, "is %s; legal: %s", kind(node), legal)
	case node.Tag == "!!null":
		r.fault(node.Line, path+key, "has no value; legal: a value, or leave the key out")
	default:
		into[field] = r.text(node.Value, path, node)
	}
}

// day joins the rates of a list.
func (r *profileReader) day(into map[calc.Field]text, field calc.Field, path string, node *yaml.Node) {
	var rates []string
	for i, item := range node.Content {
		where := fmt.Sprintf("%s[%d]", field, i)
		values := map[calc.Field]text{}
		if item.Kind == yaml.SequenceNode {
			r.fault(item.Line, path+where, "is a list; legal: a rate")
			return
		}
		r.scalar(values, calc.Field(where), path, item)
		t, ok := values[calc.Field(where)]
		if !ok || !r.single(t, path+where) {
			return // a fault that is noted
		}
		rates = append(rates, t.value)
	}
	into[field] = r.text(strings.Join(rates, " "), path, node)
}

// schedule joins the entries of a list: from, to and rps.
func (r *profileReader) schedule(into map[calc.Field]text, field calc.Field, path string, node *yaml.Node) {
	const from, to = calc.Field("from"), calc.Field("to")
	var entries []string
	for i, item := range node.Content {
		where := fmt.Sprintf("%s%s[%d]", path, field, i)
		values := map[calc.Field]text{}
		before := len(r.faults)
		r.mapping(item, where, []calc.Field{from, to, calc.FieldRPS}, func(field calc.Field, _, value *yaml.Node) {
			r.scalar(values, field, where+".", value)
		})
		if len(r.faults) == before && len(values) != 3 {
			r.fault(item.Line, where, "lacks a key; legal: from, to and rps")
		}
		for _, field := range []calc.Field{from, to, calc.FieldRPS} {
			r.single(values[field], where+"."+string(field))
		}
		if len(r.faults) > before {
			return
		}
		entries = append(entries, values[from].value+"-"+values[to].value+"="+values[calc.FieldRPS].value)
	}
	into[field] = r.text(strings.Join(entries, " "), path, node)
}

// single refuses an item of a list that would become several.
func (r *profileReader) single(t text, where string) bool {
	if strings.ContainsAny(t.value, " ,=") {
		r.fault(t.place.Line, where, "%q has several; legal: a single value", t.value)
		return false
	}
	return true
}

// text is a value with where it stands.
func (r *profileReader) text(value, path string, node *yaml.Node) text {
	return text{value: value, origin: originFile, name: path, place: calc.Place{File: r.name, Line: node.Line}}
}

// plain refuses what a profile has no use for: anchors, aliases and tags.
func (r *profileReader) plain(node *yaml.Node, path, key string) bool {
	switch {
	case node.Kind == yaml.AliasNode || node.Anchor != "":
		r.fault(node.Line, path+key, "anchors and aliases are not supported; legal: the value itself")
	case node.Style&yaml.TaggedStyle != 0:
		r.fault(node.Line, path+key, "the tag %s is not supported; legal: the value alone", shown(node.Tag))
	default:
		return true
	}
	return false
}

func kind(node *yaml.Node) string {
	switch {
	case node.Kind == yaml.MappingNode:
		return "a mapping"
	case node.Kind == yaml.SequenceNode:
		return "a list"
	case node.Tag == "!!null":
		return "empty"
	}
	return "a single value"
}

func join(fields []calc.Field) string {
	words := make([]string, len(fields))
	for i, f := range fields {
		words[i] = string(f)
	}
	return strings.Join(words, ", ")
}
