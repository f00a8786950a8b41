package tree

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"

	"github.com/lambdacap/lambdacap/calc/check"
)

// A Kind is the type of a value.
type Kind int

// The kinds. Their order matters: the scalars that have a value are between Null and List.
const (
	Missing Kind = iota
	Null
	Boolean
	Number
	Text
	List
	Mapping
)

// A Node is a value of a document. A key that does not exist has the zero Node, whose kind is Missing.
//
// Nodes are small, because readers pass many of them around. Equal Nodes are the same value of the same document.
type Node struct {
	doc  *Document
	yaml *yaml.Node
	span Span // JSON only
}

// A Span is the range of a JSON value in its file. The zero Span is no range.
type Span struct{ from, to int32 }

// Span returns the range of a JSON value, or the zero Span for any other value.
func (n Node) Span() Span { return n.span }

// IsJSON reports whether the value comes from JSON.
func (n Node) IsJSON() bool { return n.span.to > 0 }

// json returns the text of a JSON value; empty for a YAML value.
func (n Node) json() []byte {
	if !n.IsJSON() {
		return nil
	}
	return n.doc.data[n.span.from:n.span.to]
}

// Exists reports whether the node has a value. Null is a value.
func (n Node) Exists() bool { return n.Kind() != Missing }

// HasValue reports whether the node has a value other than null.
func (n Node) HasValue() bool { return n.Kind() > Null }

// IsScalar reports whether the value is a text, a number or a boolean.
func (n Node) IsScalar() bool {
	kind := n.Kind()
	return kind > Null && kind < List
}

// Unalias returns the value that a YAML alias refers to. It returns any other value unchanged.
func (n Node) Unalias() Node {
	for n.yaml != nil && n.yaml.Kind == yaml.AliasNode {
		n.yaml = n.yaml.Alias
	}
	return n
}

// Kind returns the type of the value.
func (n Node) Kind() Kind {
	n = n.Unalias()
	switch {
	case n.IsJSON():
		switch n.doc.data[n.span.from] {
		case '{':
			return Mapping
		case '[':
			return List
		case '"':
			return Text
		case 't', 'f':
			return Boolean
		case 'n':
			return Null
		}
		return Number
	case n.yaml == nil:
		return Missing
	case n.yaml.Kind == yaml.MappingNode:
		return Mapping
	case n.yaml.Kind == yaml.SequenceNode:
		return List
	}
	kind, _ := n.plain()
	return kind
}

// Scalar returns a text, a number or a boolean as written, or an empty string for other kinds.
func (n Node) Scalar() string {
	n = n.Unalias()
	switch {
	case n.IsJSON() && n.Kind() == Text:
		n.Spend(entryWork + n.Size())
		plain, _ := jsontext.AppendUnquote(nil, n.json()) // Parse has validated it
		return string(plain)
	case n.IsJSON() && n.Kind() >= Boolean && n.Kind() <= Number:
		return string(n.json())
	case n.yaml != nil && n.yaml.Kind == yaml.ScalarNode:
		_, value := n.plain()
		return value
	}
	return ""
}

// Bytes is Scalar without a copy if the text has no escapes. A plan has too many keys to copy each one.
func (n Node) Bytes() []byte {
	written := n.json()
	if n.Kind() != Text || !n.IsJSON() || bytes.IndexByte(written, '\\') >= 0 {
		return []byte(n.Scalar())
	}
	return written[1 : len(written)-1]
}

// Written returns the value as messages show it. A list or a mapping is shown as a pair of brackets.
func (n Node) Written() string {
	switch n.Kind() {
	case List:
		return "[...]"
	case Mapping:
		return "{...}"
	}
	return n.Scalar()
}

// Size is the approximate length of a scalar in the file, bytes.
func (n Node) Size() int {
	if n.yaml != nil {
		return len(n.yaml.Value)
	}
	return int(n.span.to - n.span.from)
}

// Place returns the start of the value.
func (n Node) Place() check.Place {
	switch {
	case n.yaml != nil:
		return check.Place{File: n.doc.Name, Line: n.yaml.Line}
	case n.IsJSON():
		return n.doc.placeAt(int(n.span.from))
	}
	return check.Place{}
}

// A Member is a key of a mapping and its value.
type Member struct{ Key, Value Node }

// Members lists the keys and values of a mapping. It is empty for values of other kinds.
func (n Node) Members() (list []Member) {
	n = n.Unalias()
	switch {
	case n.Kind() != Mapping:
		return nil
	case !n.IsJSON():
		return n.yamlMembers()
	}
	w := n.Walk()
	for key := range w.Members() {
		list = append(list, Member{key, w.Value()})
	}
	return n.unlessStopped(list)
}

// yamlMembers lists the members of a mapping, followed by those of merged mappings that add new keys.
func (n Node) yamlMembers() (list []Member) {
	own := map[string]bool{}
	var merged []Node
	content := n.yaml.Content
	for i := 0; i+1 < len(content) && !n.doc.stopped; i += 2 {
		n.CountEntry(i / 2)
		key, value := Node{doc: n.doc, yaml: content[i]}, Node{doc: n.doc, yaml: content[i+1]}
		if content[i].Value == mergeKey && content[i].Style == 0 {
			merged = append(merged, value.Unalias())
			continue
		}
		own[key.Scalar()] = true
		list = append(list, Member{key, value})
	}
	for i := 0; i < len(merged) && !n.doc.stopped; i++ {
		merged = append(merged, merged[i].Items()...)
		for _, m := range merged[i].Members() {
			if name := m.Key.Scalar(); !own[name] {
				own[name] = true
				list = append(list, m)
			}
		}
	}
	n.CountEntry(len(list))
	return n.unlessStopped(list)
}

// unlessStopped returns the members of a mapping, or none if reading has stopped.
func (n Node) unlessStopped(list []Member) []Member {
	if n.doc.stopped {
		return nil
	}
	return list
}

// Only returns the only member of a mapping. It returns false if the mapping does not have exactly one.
func (n Node) Only() (Member, bool) {
	n = n.Unalias()
	switch {
	case n.Kind() != Mapping || !n.IsJSON() && len(n.yaml.Content) != 2:
		return Member{}, false
	case !n.IsJSON():
		if members := n.yamlMembers(); len(members) == 1 {
			return members[0], true
		}
		return Member{}, false
	}
	var found Member
	count := 0
	w := n.Walk()
	for key := range w.Members() {
		if count++; count > 1 {
			break
		}
		found = Member{key, w.Value()}
	}
	return found, count == 1
}

// Fields returns the values of a mapping by key. It scans the mapping once, while Get scans it for each key.
func (n Node) Fields() map[string]Node {
	found := map[string]Node{}
	for _, m := range n.Members() {
		found[m.Key.Scalar()] = m.Value
	}
	return found
}

// Get returns the value of a key, or the zero Node if the key does not exist.
func (n Node) Get(key string) Node {
	for _, m := range n.Members() {
		if m.Key.Scalar() == key {
			return m.Value
		}
	}
	return Node{}
}

// Path follows a sequence of keys. A list on the way stands for its first item, as in Terraform blocks.
func (n Node) Path(keys ...string) Node {
	for _, key := range keys {
		if n.Kind() == List {
			n = n.First()
		}
		n = n.Get(key)
	}
	return n
}

// Items lists the values of a list. It is empty for values of other kinds.
func (n Node) Items() (values []Node) {
	n = n.Unalias()
	switch {
	case n.Kind() != List:
		return nil
	case n.IsJSON():
		w := n.Walk()
		for range w.Items() {
			values = append(values, w.Value())
		}
	default:
		for i, part := range n.yaml.Content {
			n.CountEntry(i)
			values = append(values, Node{doc: n.doc, yaml: part})
		}
	}
	if n.doc.stopped {
		return nil
	}
	return values
}

// First returns the first value of a list, or the zero Node if there is none.
func (n Node) First() Node {
	n = n.Unalias()
	switch {
	case n.Kind() != List:
		return Node{}
	case !n.IsJSON() && len(n.yaml.Content) > 0:
		return Node{doc: n.doc, yaml: n.yaml.Content[0]}
	}
	w := n.Walk()
	for range w.Items() {
		return w.Value()
	}
	return Node{}
}
