// Package profile reads YAML profiles: an account, its functions, and what is asked about them. Values stay text, with
// their place in the file, so that no library can read 512.9 as 512 or 30 as 30 nanoseconds.
package profile

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/fault"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
	"github.com/lambdacap/lambdacap/cmd/internal/suggest"
)

// A Profile is what a profile says.
type Profile struct {
	// Account holds the values under account.
	Account setting.Values
	// Asked holds the values at the top level, except those of a single function.
	Asked setting.Values
	// Functions are the functions in the list, or the single function whose keys are at the top level.
	Functions []Function
	// Listed says that there is a list of functions.
	Listed bool
	// Accept holds the findings that are accepted for the account.
	Accept []check.Acceptance
	// Counted is how much of account.claimed_elsewhere the functions themselves may claim, units: 0, unless the profile is
	// an earlier answer that took them to.
	Counted int64
}

// A Function is a function of a profile. A function that is only in other files has no values.
type Function struct {
	// Values holds its values.
	Values setting.Values
	// Label is what messages call it: functions[0].
	Label string
	// Place is where it is in the file.
	Place check.Place
	// Flawed says that a part of it could not be read.
	Flawed bool
	// Accept holds the findings that are accepted for it.
	Accept []check.Acceptance
}

const (
	accountKey   = "account"
	functionsKey = "functions"
	acceptKey    = "accept"
	ruleKey      = "rule"
	reasonKey    = "reason"
)

// nullTag is the tag of a node without a value.
const nullTag = "!!null"

// Keys lists the keys at the top level of a profile.
func Keys() []string {
	own := []string{accountKey, functionsKey, acceptKey}
	return slices.Concat(own, setting.Mappings(), setting.Keys(setting.Question), setting.Keys(setting.Function))
}

// Read reads the YAML document of a profile. It returns what it could read, and what is wrong with the rest.
func Read(file string, document *yaml.Node) (Profile, fault.List) {
	r := reader{file: file}
	r.top(document)
	return r.profile, r.faults
}

// A reader turns the nodes of a profile into values with their places.
type reader struct {
	file    string
	profile Profile
	faults  fault.List
}

func (r *reader) place(line int) check.Place { return check.Place{File: r.file, Line: line} }

// fault adds what is wrong with a key in a line.
func (r *reader) fault(line int, key, format string, args ...any) {
	message := r.place(line).String() + ": "
	if key != "" {
		message += key + ": "
	}
	r.faults.Add(r.place(line), "%s", message+fmt.Sprintf(format, args...))
}

// top reads the document: account, functions, accept, what is asked, and the keys of a single function.
func (r *reader) top(node *yaml.Node) {
	accountKeys := setting.Keys(setting.Account)
	functionKeys := append(setting.Keys(setting.Function), acceptKey, setting.BusyKey)
	functionKeys = append(functionKeys, setting.Mappings()...)
	asked := setting.Keys(setting.Question)
	var single []*yaml.Node
	var only Function
	r.mapping(node, "", Keys(), func(key string, at, value *yaml.Node) {
		switch {
		case key == accountKey && value.Tag == nullTag: // all its lines may be comments
		case key == accountKey:
			r.mapping(value, accountKey, accountKeys, func(key string, _, value *yaml.Node) {
				r.value(&r.profile.Account, key, accountKey+".", value)
			})
		case key == functionsKey:
			r.profile.Listed = true
			r.functions(value, functionKeys)
		case key == acceptKey:
			r.profile.Accept = r.accept(value, "")
		case slices.Contains(asked, key):
			r.value(&r.profile.Asked, key, "", value)
		case slices.Contains(setting.Mappings(), key):
			single = append(single, at)
			r.nested(&only.Values, key, "", value)
		default:
			single = append(single, at)
			r.value(&only.Values, key, "", value)
		}
	})
	if len(single) == 0 {
		return
	}
	if r.profile.Listed {
		for _, key := range single {
			r.fault(key.Line, key.Value,
				"is beside a list of functions; expected it in one of them")
		}
		return
	}
	only.Place = r.place(single[0].Line)
	r.profile.Functions = []Function{only}
}

// functions reads the list of functions.
func (r *reader) functions(node *yaml.Node, legal []string) {
	if !r.plain(node, functionsKey) {
		return
	}
	if node.Kind != yaml.SequenceNode {
		r.fault(node.Line, functionsKey, "is %s; expected a list of functions", kind(node))
		return
	}
	r.profile.Functions = make([]Function, len(node.Content))
	for i, item := range node.Content {
		label := fmt.Sprintf("%s[%d]", functionsKey, i)
		path := label + "."
		before := len(r.faults)
		f := Function{Values: make(setting.Values, 0, len(item.Content)/2), Label: label, Place: r.place(item.Line)}
		r.mapping(item, label, legal, func(key string, _, value *yaml.Node) {
			if key == acceptKey {
				f.Accept = r.accept(value, path)
				return
			}
			if slices.Contains(setting.Mappings(), key) {
				r.nested(&f.Values, key, path, value)
				return
			}
			r.value(&f.Values, key, path, value)
		})
		f.Flawed = len(r.faults) > before
		r.profile.Functions[i] = f
	}
}

// accept reads the findings that are accepted: a list of items with a rule and a reason.
func (r *reader) accept(node *yaml.Node, path string) (accepted []check.Acceptance) {
	if !r.plain(node, path+acceptKey) {
		return nil
	}
	if node.Kind != yaml.SequenceNode {
		r.fault(node.Line, path+acceptKey, "is %s; expected a list of rule and reason", kind(node))
		return nil
	}
	for i, item := range node.Content {
		label := fmt.Sprintf("%s%s[%d]", path, acceptKey, i)
		var values setting.Values
		before := len(r.faults)
		r.mapping(item, label, []string{ruleKey, reasonKey}, func(key string, _, value *yaml.Node) {
			r.value(&values, key, label+".", value)
		})
		id, reason := values.Of(ruleKey), values.Of(reasonKey)
		switch {
		case len(r.faults) > before:
		case !id.Given() || strings.TrimSpace(reason.Text) == "":
			r.fault(item.Line, label, "is incomplete; expected rule and reason")
		default:
			number, err := setting.ParseRule(id.Text)
			if err != nil {
				r.fault(id.Place.Line, label+"."+ruleKey, "%v", err)
				continue
			}
			at := r.place(item.Line)
			accepted = append(accepted, check.Acceptance{Rule: number, Reason: reason.Text, At: at})
		}
	}
	return accepted
}

// nested keeps the values of a mapping under their whole keys.
func (r *reader) nested(into *setting.Values, mapping, path string, node *yaml.Node) {
	r.mapping(node, path+mapping, setting.Nested(mapping), func(key string, _, value *yaml.Node) {
		r.value(into, mapping+"."+key, path, value)
	})
}

// value keeps a value as it is written, also a placeholder. path is the path of the mapping that it is in.
func (r *reader) value(into *setting.Values, key, path string, node *yaml.Node) {
	if key != setting.NameKey && isOpen(node) {
		into.Set(setting.Value{Open: true, Origin: setting.File, Path: path, Key: key, Place: r.place(node.Line)})
		return
	}
	if v, ok := r.read(key, path, node); ok {
		into.Set(v)
	}
}

// isOpen reports whether a node is a placeholder.
func isOpen(node *yaml.Node) bool {
	return node.Kind == yaml.ScalarNode && node.Value == Unknown && node.Anchor == "" && node.Style&yaml.TaggedStyle == 0
}

// read reads a value: a text, or a list if the setting may have one. ok reports whether it could be read.
func (r *reader) read(key, path string, node *yaml.Node) (v setting.Value, ok bool) {
	v = setting.Value{Text: node.Value, Origin: setting.File, Path: path, Key: key, Place: r.place(node.Line)}
	s := setting.ByKey(key)
	var list *setting.List
	if s != nil {
		list = s.List
	}
	if s != nil && s.Mapping != nil && node.Kind != yaml.ScalarNode {
		return r.joined(s, v, path, node)
	}
	switch {
	case !r.plain(node, path+key):
	case list != nil && node.Kind == yaml.SequenceNode:
		before := len(r.faults)
		v.Text, v.List = "", r.list(list, path+key, node)
		v.Broken = len(r.faults) > before
		return v, true
	case node.Kind != yaml.ScalarNode:
		legal := "a single value"
		if list != nil {
			legal = list.Legal
		}
		r.fault(node.Line, path+key, "is %s; expected %s", kind(node), legal)
	case node.Tag == nullTag:
		r.fault(node.Line, path+key, "has no value; expected a value, or leave the key out")
	case node.Value == Unknown:
		r.fault(node.Line, path+key, "fill in a value in place of %s", Unknown)
	default:
		return s.WithText(v, v.Text), true
	}
	return v, false
}

// keysOf lists the keys of a mapping that may have any.
func keysOf(node *yaml.Node) (keys []string) {
	for i := 0; i+1 < len(node.Content); i += 2 {
		keys = append(keys, node.Content[i].Value)
	}
	return keys
}

// joined reads a mapping that stands for a text, or a list of them and of texts.
func (r *reader) joined(s *setting.Setting, v setting.Value, path string, node *yaml.Node) (setting.Value, bool) {
	text := func(label string, node *yaml.Node) (string, bool) {
		before := len(r.faults)
		var values setting.Values
		legal := keysOf(node)
		if s.Mapping.Keys != nil {
			legal = s.Mapping.Keys()
		}
		r.mapping(node, label, legal, func(key string, _, value *yaml.Node) {
			if v, ok := r.single(key, label+".", value); ok {
				values.Set(v)
			}
		})
		return s.Mapping.Text(values), len(r.faults) == before
	}
	switch {
	case !r.plain(node, path+v.Key):
		return v, false
	case node.Kind == yaml.MappingNode && s.Repeat == setting.Once:
		var ok bool
		v.Text, ok = text(path+v.Key, node)
		return v, ok
	case node.Kind != yaml.SequenceNode || s.Repeat == setting.Once:
		r.fault(node.Line, path+v.Key, "is %s; expected %s", kind(node), s.Mapping.Legal)
		return v, false
	}
	v.Text, v.List = "", make([]setting.Value, len(node.Content))
	for i, item := range node.Content {
		label := fmt.Sprintf("%s%s[%d]", path, v.Key, i)
		v.List[i] = setting.Value{Text: item.Value, Origin: setting.File, Path: label, Place: r.place(item.Line)}
		if item.Kind == yaml.MappingNode {
			var ok bool
			v.List[i].Text, ok = text(label, item)
			if !ok {
				v.List[i].Origin, v.Broken = setting.Default, true
			}
		} else if item.Kind != yaml.ScalarNode {
			r.fault(item.Line, label, "is %s; expected %s", kind(item), s.Mapping.Legal)
			v.Broken = true
		}
	}
	return v, true
}

// list reads a list of single values, or of mappings. An item that cannot be read counts as not given, so that the
// others are still read.
func (r *reader) list(list *setting.List, path string, node *yaml.Node) []setting.Value {
	items := make([]setting.Value, len(node.Content))
	for i, item := range node.Content {
		index := fmt.Sprintf("[%d]", i)
		if list.Keys == nil {
			if item.Kind == yaml.SequenceNode {
				r.fault(item.Line, path+index, "is a list; expected %s", list.Item)
				continue
			}
			if v, ok := r.read(index, path, item); ok {
				items[i] = v
			}
			continue
		}
		var values setting.Values
		flawed, keys := len(r.faults), list.Keys()
		r.mapping(item, path+index, keys, func(key string, _, value *yaml.Node) {
			if v, ok := r.single(key, path+index+".", value); ok {
				values.Set(v)
			}
		})
		if len(r.faults) == flawed && len(values) != len(keys) && !list.Partial {
			r.fault(item.Line, path+index, "is incomplete; expected %s", suggest.All(keys))
		}
		items[i] = setting.Value{List: values}
		if len(r.faults) == flawed {
			items[i].Origin = setting.File
		}
	}
	return items
}

// single reads a value that may not be a list.
func (r *reader) single(key, path string, node *yaml.Node) (v setting.Value, ok bool) {
	if node.Kind == yaml.SequenceNode {
		r.fault(node.Line, path+key, "is a list; expected a single value")
		return v, false
	}
	return r.read(key, path, node)
}
