package tree

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// maxExpanded is the limit on the number of values in a YAML document with its aliases expanded.
const maxExpanded = 1_000_000

// mergeKey is the key that merges the members of another mapping into this one.
const mergeKey = "<<"

// AsYAML returns the outermost value as a node of the YAML library. JSON is valid YAML, so it is parsed again.
func (d *Document) AsYAML() (*yaml.Node, error) {
	if d.Top.yaml == nil {
		if err := d.parseYAML(d.data, ""); err != nil {
			return nil, err
		}
	}
	return d.Top.yaml, nil
}

// parseYAML parses a single YAML document.
func (d *Document) parseYAML(data []byte, expected string) error {
	if len(data) > MaxYAMLBytes {
		size := quantity.FormatNumber(float64(len(data)) / (1 << 20))
		return fmt.Errorf("%s: the YAML file has %s MB; expected at most %d MB", d.Name, size, MaxYAMLBytes>>20)
	}
	if line := denseAt(data); line > 0 {
		return StoppedAt(check.Place{File: d.Name, Line: line}, tooDense)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var first, second yaml.Node
	err := decoder.Decode(&first)
	if err == nil {
		d.Top = Node{doc: d, yaml: first.Content[0]}
		if err = decoder.Decode(&second); err == nil {
			return fmt.Errorf("%s:%d: a second YAML document starts here; expected only one", d.Name, second.Line)
		}
	} else if err == io.EOF {
		return fmt.Errorf("%s: the file is empty; expected %s", d.Name, expected)
	}
	if err != io.EOF {
		// The library says "yaml: line 3: ..."; our errors start with the place.
		message := strings.TrimPrefix(err.Error(), "yaml: ")
		if line, rest, ok := strings.Cut(message, ": "); ok && strings.HasPrefix(line, "line ") {
			number, _ := strconv.Atoi(strings.TrimPrefix(line, "line "))
			number = faultLine(data, number, rest)
			return fmt.Errorf("%s:%d: this is not YAML: %s%s", d.Name, number, rest, likely(data, number, rest))
		}
		return fmt.Errorf("%s: this is not YAML: %s", check.Place{File: d.Name, Line: deepestLine(data)}, message)
	}
	if long := longNode(d.Top.yaml); long != nil {
		return StoppedAt(check.Place{File: d.Name, Line: long.Line}, tooMany)
	}
	if bytes.IndexByte(data, '*') < 0 { // no aliases
		return nil
	}
	_, err = d.expandedSize(d.Top.yaml, map[*yaml.Node]int{})
	return err
}

// likely says what probably is behind a message of the library about a line, in brackets; empty if that is not clear.
func likely(data []byte, number int, message string) string {
	lines := bytes.Split(data, []byte("\n"))
	line := bytes.TrimLeft(lines[min(max(number, 1), len(lines))-1], " ")
	switch {
	case message == "found character that cannot start any token" && bytes.HasPrefix(line, []byte("\t")):
		return " (a tab; indent with spaces)"
	case message == "did not find expected '-' indicator":
		return " (the line is indented less than the item it belongs to)"
	case message == "found unexpected end of stream":
		return " (a quote is not closed)"
	}
	return ""
}

// deepestLine returns the line with the deepest bracket nesting. The library rejects deep nesting without
// naming a line.
func deepestLine(data []byte) (at int) {
	line, depth, most := 1, 0, -1
	for _, c := range data {
		switch c {
		case '\n':
			line++
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		}
		if depth > most {
			at, most = line, depth
		}
	}
	return at
}

// CheckKeys rejects keys that their mapping already has.
func (d *Document) CheckKeys() error {
	if d.repeatedInJSON != nil {
		return d.repeatedInJSON
	}
	for at := range d.repeated(d.Top.yaml) {
		return fmt.Errorf("%s: duplicate key %q, first in line %d", at.At, at.Key, at.First.Line)
	}
	return nil
}

// KeepLastKeys keeps the last of several equal keys of a mapping. It returns those keys.
func (d *Document) KeepLastKeys() []check.Repeated {
	all := slices.Collect(d.repeated(d.Top.yaml))
	if len(all) > 0 {
		d.dropRepeated(d.Top.yaml)
	}
	return all
}

// keyOf returns the key at an index of a mapping's content. ok is false for anything but a key, and for a key that may
// be repeated.
func (d *Document) keyOf(n *yaml.Node, i int) (key string, ok bool) {
	part := n.Content[i]
	if n.Kind != yaml.MappingNode || i%2 != 0 || part.Kind != yaml.ScalarNode {
		return "", false
	}
	key = Node{doc: d, yaml: part}.Scalar()
	return key, key != mergeKey
}

// repeated iterates over the keys that their mapping already has.
func (d *Document) repeated(n *yaml.Node) iter.Seq[check.Repeated] {
	return func(yield func(check.Repeated) bool) { d.yieldRepeated(n, yield) }
}

// yieldRepeated yields the repeated keys of a value and of its parts. It reports whether to continue.
func (d *Document) yieldRepeated(n *yaml.Node, yield func(check.Repeated) bool) bool {
	if n == nil {
		return true
	}
	var seen map[string]int // line by key
	if n.Kind == yaml.MappingNode {
		seen = make(map[string]int, len(n.Content)/2)
	}
	for i, part := range n.Content {
		if !d.yieldRepeated(part, yield) {
			return false
		}
		key, ok := d.keyOf(n, i)
		if !ok {
			continue
		}
		if line, twice := seen[key]; twice && !yield(check.Repeated{Key: Shown(key),
			At: check.Place{File: d.Name, Line: part.Line}, First: check.Place{File: d.Name, Line: line}}) {
			return false
		}
		seen[key] = part.Line
	}
	return true
}

// dropRepeated removes the keys that appear again later in their mapping, and their values.
func (d *Document) dropRepeated(n *yaml.Node) {
	last := map[string]int{} // index by key
	for i, part := range n.Content {
		d.dropRepeated(part)
		if key, ok := d.keyOf(n, i); ok {
			last[key] = i
		}
	}
	kept := n.Content[:0:0]
	for i, part := range n.Content {
		at := i - i%2 // of the key, in a mapping
		if key, ok := d.keyOf(n, at); ok && last[key] != at {
			continue
		}
		kept = append(kept, part)
	}
	n.Content = kept
}

// expandedSize counts the values of a node with its aliases expanded. It rejects cyclic aliases, and
// aliases that expand to too many values.
func (d *Document) expandedSize(n *yaml.Node, sizes map[*yaml.Node]int) (int, error) {
	const counting = -1
	size, known := sizes[n]
	switch {
	case size == counting:
		return 0, fmt.Errorf("%s:%d: the alias refers to itself", d.Name, n.Line)
	case known:
		return size, nil
	}
	sizes[n] = counting
	size = 1
	add := func(part *yaml.Node) error {
		more, err := d.expandedSize(part, sizes)
		if size += more; err == nil && size > maxExpanded {
			err = fmt.Errorf("%s:%d: aliases expand this to more than %d values", d.Name, n.Line, maxExpanded)
		}
		return err
	}
	if n.Kind == yaml.AliasNode {
		if err := add(n.Alias); err != nil {
			return 0, err
		}
	}
	for _, part := range n.Content {
		if err := add(part); err != nil {
			return 0, err
		}
	}
	sizes[n] = size
	return size, nil
}

// faultLine finds the line of a fault in the indentation: the library names the line where the list or the mapping
// begins, but the first line with which the text fails in the same way is the one to correct. It returns the line that
// the library names for other faults.
func faultLine(data []byte, named int, message string) int {
	if message != "did not find expected '-' indicator" && message != "did not find expected key" {
		return named
	}
	lines := bytes.SplitAfter(data, []byte("\n"))
	at := func(n int) bool {
		var node yaml.Node
		err := yaml.NewDecoder(bytes.NewReader(bytes.Join(lines[:n], nil))).Decode(&node)
		return err != nil && strings.HasSuffix(err.Error(), message)
	}
	low, high := 0, len(lines) // high fails in this way
	for high-low > 1 {
		if mid := (low + high) / 2; at(mid) {
			high = mid
		} else {
			low = mid
		}
	}
	return max(named, high)
}
