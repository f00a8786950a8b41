package module

import (
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/zclconf/go-cty/cty"
	"go.yaml.in/yaml/v3"
)

// maxYAMLBytes limits the text that yamldecode reads, bytes.
const maxYAMLBytes = 256 << 10

// decodeYAML returns the value of YAML, by the rules of Terraform's library. What only that library knows, such as
// times, is unknown.
func decodeYAML(data string) (cty.Value, error) {
	if len(data) > maxYAMLBytes {
		return unknown("the YAML is too large", planRemedy), nil
	}
	var top, more yaml.Node
	d := yaml.NewDecoder(strings.NewReader(data))
	if err := d.Decode(&top); err != nil || len(top.Content) != 1 {
		return cty.NilVal, errors.New("it is not YAML")
	}
	if !errors.Is(d.Decode(&more), io.EOF) {
		return cty.NilVal, errors.New("it has more than one document")
	}
	y := yamlValues{left: maxSize, inside: map[*yaml.Node]bool{}}
	return y.value(top.Content[0])
}

// yamlValues makes values of nodes.
type yamlValues struct {
	left   int // nodes
	inside map[*yaml.Node]bool
}

// other is the value of YAML that lambdacap does not evaluate.
func other() cty.Value { return unknown("the YAML has tags, times or merged keys", planRemedy) }

func (y *yamlValues) value(n *yaml.Node) (cty.Value, error) {
	if y.left--; y.left < 0 {
		return unknown("the YAML is too large", planRemedy), nil
	}
	switch n.Kind {
	case yaml.ScalarNode:
		return scalar(n), nil
	case yaml.AliasNode:
		if y.inside[n.Alias] {
			return cty.NilVal, errors.New("it contains itself")
		}
		return y.value(n.Alias)
	}
	y.inside[n] = true
	defer delete(y.inside, n)
	list := make([]cty.Value, len(n.Content))
	for i, part := range n.Content {
		v, err := y.value(part)
		if err != nil {
			return v, err
		}
		list[i] = v
	}
	switch {
	case n.Style&yaml.TaggedStyle != 0:
		return other(), nil
	case n.Kind == yaml.SequenceNode:
		return cty.TupleVal(list), nil
	}
	object := map[string]cty.Value{}
	for i := 0; i+1 < len(list); i += 2 {
		key := list[i]
		if bare(key).IsKnown() && (key.IsNull() || key.CanIterateElements()) {
			return cty.NilVal, errors.New("it has keys that are not text")
		}
		if !key.IsKnown() || n.Content[i].Value == "<<" {
			return other(), nil
		}
		object[keyOf(key)] = list[i+1]
	}
	return cty.ObjectVal(object), nil
}

// keyOf returns a scalar as the key of an object.
func keyOf(v cty.Value) string {
	switch v.Type() {
	case cty.Number:
		return v.AsBigFloat().Text('f', -1)
	case cty.Bool:
		return strconv.FormatBool(v.True())
	}
	return v.AsString()
}

var (
	yamlNumber = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$`)
	})
	yamlBits = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^0(?:o[0-7]+|x[0-9a-fA-F]+)$`) })
	// yamlOther matches what is a time, infinite or no number.
	yamlOther = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(?:[0-9]{4}-[0-9]|[-+]?\.(?i:inf|nan)$)`)
	})
)

// scalar returns the value of a scalar. Terraform's library knows the booleans of YAML 1.1, and the numbers of 1.2.
//
// Source: terraform console 1.11.4.
func scalar(n *yaml.Node) cty.Value {
	text := n.Value
	switch {
	case n.Style&yaml.TaggedStyle != 0 && n.Tag == "!!str", n.Style != 0 && n.Style&yaml.TaggedStyle == 0:
		return cty.StringVal(text)
	case n.Style != 0:
		return other()
	case slices.Contains([]string{"", "~", "null", "Null", "NULL"}, text):
		return cty.NullVal(cty.DynamicPseudoType)
	case isWord(text, "y", "yes", "true", "on"):
		return cty.True
	case isWord(text, "n", "no", "false", "off"):
		return cty.False
	case yamlBits().MatchString(text):
		if number, err := strconv.ParseInt(text, 0, 64); err == nil {
			return cty.NumberIntVal(number)
		}
		return other()
	case yamlNumber().MatchString(text):
		if v, err := cty.ParseNumberVal(text); err == nil && !tooWide(v) {
			return v
		}
		return other()
	case yamlOther().MatchString(text):
		return other()
	}
	return cty.StringVal(text)
}

// isWord reports whether a text is one of several words: small, with a capital, or in capitals.
func isWord(text string, words ...string) bool {
	return slices.ContainsFunc(words, func(word string) bool {
		capital := strings.ToUpper(word)
		return text == word || text == capital || text == capital[:1]+word[1:]
	})
}
