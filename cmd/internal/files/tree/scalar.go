package tree

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// plain returns the kind and the text of a YAML scalar. The kind depends on its style, its tag and the YAML version.
// In the text, booleans are lower case and YAML 1.1 integers are decimal.
func (n Node) plain() (Kind, string) {
	const quoted = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle
	value := n.yaml.Value
	n.Spend(entryWork + len(value))
	if n.yaml.Style&quoted != 0 || n.Tag() != "" {
		return Text, value
	}
	if n.doc.YAML11 {
		switch value {
		case "yes", "Yes", "YES", "on", "On", "ON":
			return Boolean, "true"
		case "no", "No", "NO", "off", "Off", "OFF":
			return Boolean, "false"
		}
		if whole, ok := yaml11Integer(value); ok {
			return Number, whole
		}
	}
	switch n.yaml.ShortTag() {
	case "!!null":
		return Null, ""
	case "!!bool":
		return Boolean, strings.ToLower(value)
	case "!!int", "!!float":
		return Number, value
	}
	return Text, value
}

// yaml11Integer parses a YAML 1.1 integer: 010 is 8, 1_000 is 1000, and 1:30 is 90.
func yaml11Integer(value string) (string, bool) {
	digits := strings.ReplaceAll(value, "_", "")
	if !strings.ContainsAny(digits[:min(len(digits), 2)], "0123456789") || strings.HasPrefix(digits, "0o") {
		return "", false
	}
	if x, err := strconv.ParseInt(digits, 0, 64); err == nil {
		return strconv.FormatInt(x, 10), true
	}
	parts := strings.Split(digits, ":")
	if len(parts) == 1 || strings.HasPrefix(digits, "0") {
		return "", false
	}
	var sum int64
	for i, part := range parts {
		x, err := strconv.ParseUint(part, 10, 16)
		if err != nil || i > 0 && x > 59 || i > 4 {
			return "", false
		}
		sum = 60*sum + int64(x)
	}
	return strconv.FormatInt(sum, 10), true
}

// Tag returns the tag of an intrinsic function such as !Ref, without the exclamation mark.
func (n Node) Tag() string {
	if n.yaml == nil || !strings.HasPrefix(n.yaml.Tag, "!") || strings.HasPrefix(n.yaml.Tag, "!!") {
		return ""
	}
	return n.yaml.Tag[1:]
}

// Untagged returns the value without its tag. The value must have a tag.
func (n Node) Untagged() Node {
	bare := *n.yaml
	bare.Tag = ""
	n.yaml = &bare
	return n
}
