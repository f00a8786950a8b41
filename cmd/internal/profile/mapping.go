package profile

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"

	"github.com/lambdacap/lambdacap/cmd/internal/suggest"
)

// mapping calls use for every legal key of a mapping, once for each. It reports the other keys as faults.
func (r *reader) mapping(node *yaml.Node, path string, legal []string, use func(key string, at, value *yaml.Node)) {
	if !r.plain(node, path) {
		return
	}
	if node.Kind != yaml.MappingNode {
		hint := ""
		if node.Kind == yaml.ScalarNode && strings.Contains(node.Value, ":") {
			hint = ", perhaps for want of a space behind a colon"
		}
		r.fault(node.Line, path, "is %s%s; expected a mapping with the keys %s", kind(node), hint, strings.Join(legal, ", "))
		return
	}
	seen := make(map[string]int, len(node.Content)/2)
	for i := 0; i+1 < len(node.Content); i += 2 {
		key, value := node.Content[i], node.Content[i+1]
		if !r.plain(key, path) {
			continue
		}
		label := func() string {
			if path == "" {
				return key.Value
			}
			return path + "." + key.Value
		}
		line, repeated := seen[key.Value]
		switch {
		case key.Kind != yaml.ScalarNode:
			r.fault(key.Line, path, "a key is %s; expected %s", kind(key), strings.Join(legal, ", "))
		case !slices.Contains(legal, key.Value):
			r.fault(key.Line, shown(label()), "unknown key%s; expected %s", meant(key.Value, legal), strings.Join(legal, ", "))
		case repeated:
			r.fault(key.Line, label(), "stands in line %d already; expected each key once", line)
		default:
			use(key.Value, key, value)
		}
		seen[key.Value] = key.Line
	}
}

// plain rejects what profiles do not support: anchors, aliases and tags. It reports whether there is none of them.
func (r *reader) plain(node *yaml.Node, path string) bool {
	switch {
	case node.Kind == yaml.AliasNode || node.Anchor != "":
		r.fault(node.Line, path, "anchors and aliases are not supported; expected the value itself")
	case node.Style&yaml.TaggedStyle != 0:
		r.fault(node.Line, path, "the tag %s is not supported; expected the value alone", shown(node.Tag))
	default:
		return true
	}
	return false
}

// maxKey is how much of an unknown key is compared with the known ones, bytes.
const maxKey = 40

// meant suggests the key that was probably meant by an unknown one.
func meant(key string, legal []string) string {
	if lower := strings.ToLower(key); lower != key && slices.Contains(legal, lower) {
		return ", keys are lower case"
	}
	return suggest.Meant(key[:min(len(key), maxKey)], legal)
}

// shown makes a key safe to print.
func shown(key string) string {
	if len(key) <= 80 && !strings.ContainsFunc(key, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return key
	}
	return fmt.Sprintf("%.80q", key)
}

// kind says what a node is.
func kind(node *yaml.Node) string {
	switch {
	case node.Kind == yaml.MappingNode:
		return "a mapping"
	case node.Kind == yaml.SequenceNode:
		return "a list"
	case node.Tag == nullTag:
		return "empty"
	}
	return "a single value"
}
