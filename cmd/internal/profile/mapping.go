package profile

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"

	"github.com/lambdacap/lambdacap/cmd/internal/setting"
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
			hint = ", perhaps without a space after a colon"
		}
		r.fault(node.Line, path, "is %s%s; expected keys with values, such as %s: ...", kind(node), hint, legal[0])
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
			r.fault(key.Line, path, "a key is %s; expected a word, such as %s", kind(key), legal[0])
		case !slices.Contains(legal, key.Value):
			r.fault(key.Line, shown(label()), "unknown key; %s", meant(key.Value, legal))
		case repeated:
			r.fault(key.Line, label(), "repeats line %d; expected each key once", line)
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

// mostListed is how long a list of keys may be for a message to have all of them, bytes.
const mostListed = 60

// meant suggests the key that was probably meant by an unknown one, or says where to find the known ones.
func meant(key string, legal []string) string {
	for _, mapping := range setting.Mappings() {
		if slices.Contains(legal, mapping) && setting.ByKey(mapping+"."+key) != nil {
			return fmt.Sprintf("it belongs to %[1]s, as in %[1]s: {%[2]s: ...}", mapping, key)
		}
	}
	if s := setting.ByKey(key); s != nil && s.Group == setting.Account && slices.Contains(legal, accountKey) {
		return fmt.Sprintf("it belongs to %[1]s, as in %[1]s: {%[2]s: ...}", accountKey, key)
	}
	otherwise := "see lambdacap help profile"
	if list := strings.Join(legal, ", "); len(list) <= mostListed {
		otherwise = "expected " + list
	}
	return suggest.Or(key[:min(len(key), maxKey)], legal, otherwise)
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
