package module

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/netip"
	"net/url"
	"path"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"go.yaml.in/yaml/v3"
)

// addTexts adds functions of texts.
func addTexts(all map[string]function.Function) {
	one := func(name string, of func(text string) string) {
		all[name] = texts(func(args []string) (string, error) { return of(args[0]), nil }, "text")
	}
	sum := func(text string) []byte { s := sha256.Sum256([]byte(text)); return s[:] }
	long := func(text string) []byte { s := sha512.Sum512([]byte(text)); return s[:] }
	one("md5", func(text string) string { s := md5.Sum([]byte(text)); return hex.EncodeToString(s[:]) })
	one("sha1", func(text string) string { s := sha1.Sum([]byte(text)); return hex.EncodeToString(s[:]) })
	one("sha256", func(text string) string { return hex.EncodeToString(sum(text)) })
	one("sha512", func(text string) string { return hex.EncodeToString(long(text)) })
	one("base64sha256", func(text string) string { return base64.StdEncoding.EncodeToString(sum(text)) })
	one("base64sha512", func(text string) string { return base64.StdEncoding.EncodeToString(long(text)) })
	one("base64encode", func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) })
	one("urlencode", url.QueryEscape)
	one("basename", path.Base)
	one("dirname", path.Dir)
	all["base64decode"] = texts(func(args []string) (string, error) {
		data, err := base64.StdEncoding.DecodeString(args[0])
		if err != nil || !utf8.Valid(data) {
			return "", errors.New("it is not base64 of text")
		}
		return string(data), nil
	}, "text")
	all["startswith"] = truth(func(args []string) bool { return strings.HasPrefix(args[0], args[1]) }, "text", "prefix")
	all["endswith"] = truth(func(args []string) bool { return strings.HasSuffix(args[0], args[1]) }, "text", "suffix")
	all["strcontains"] = truth(func(args []string) bool { return strings.Contains(args[0], args[1]) }, "text", "part")
	all["replace"] = texts(func(args []string) (string, error) {
		pattern := args[1]
		if len(pattern) < 2 || pattern[0] != '/' || pattern[len(pattern)-1] != '/' {
			if len(args[0])*max(len(args[2]), 1) > maxFileBytes {
				return "", errors.New("the text would be too long")
			}
			return strings.ReplaceAll(args[0], pattern, args[2]), nil
		}
		x, err := regexp.Compile(pattern[1 : len(pattern)-1])
		if err != nil || len(args[0])*max(len(args[2]), 1) > maxFileBytes {
			return "", errors.New("the pattern is not valid")
		}
		return x.ReplaceAllString(args[0], args[2]), nil
	}, "text", "old", "new")
	all["yamldecode"] = anything(func(args []cty.Value) (cty.Value, error) { return decodeYAML(text(args[0])) }, "text")
}

// decodeYAML returns the value of YAML that is plain: of text, numbers, lists and mappings.
func decodeYAML(data string) (cty.Value, error) {
	var top yaml.Node
	if len(data) > maxFileBytes/16 {
		return cty.NilVal, errors.New("the YAML is too large")
	}
	if err := yaml.Unmarshal([]byte(data), &top); err != nil || len(top.Content) != 1 {
		return cty.NilVal, errors.New("it is not YAML")
	}
	return fromYAML(top.Content[0])
}

func fromYAML(n *yaml.Node) (cty.Value, error) {
	switch {
	case n.Kind == yaml.ScalarNode:
		switch n.ShortTag() {
		case "!!null":
			return cty.NullVal(cty.DynamicPseudoType), nil
		case "!!bool":
			return cty.BoolVal(strings.EqualFold(n.Value, "true")), nil
		case "!!int", "!!float":
			if v, err := cty.ParseNumberVal(n.Value); err == nil {
				return v, nil
			}
			return cty.DynamicVal, nil // another way to write numbers
		case "!!str":
			return cty.StringVal(n.Value), nil
		}
	case n.Kind == yaml.SequenceNode:
		list := make([]cty.Value, len(n.Content))
		for i, part := range n.Content {
			v, err := fromYAML(part)
			if err != nil {
				return v, err
			}
			list[i] = v
		}
		return cty.TupleVal(list), nil
	case n.Kind == yaml.MappingNode:
		object := map[string]cty.Value{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			v, err := fromYAML(n.Content[i+1])
			if err != nil {
				return v, err
			}
			if n.Content[i].Kind != yaml.ScalarNode || n.Content[i].ShortTag() == "!!merge" {
				return cty.NilVal, errors.New("it has keys that are not text")
			}
			object[n.Content[i].Value] = v
		}
		return cty.ObjectVal(object), nil
	}
	return cty.NilVal, errors.New("it has aliases, or values of other types")
}

// addNetworks adds the functions of network addresses that names and counts are made of.
func addNetworks(all map[string]function.Function) {
	all["cidrnetmask"] = texts(func(args []string) (string, error) {
		prefix, err := netip.ParsePrefix(args[0])
		if err != nil || !prefix.Addr().Is4() {
			return "", errors.New("it is not a network")
		}
		mask := ^uint32(0) << (32 - prefix.Bits())
		if prefix.Bits() == 0 {
			mask = 0
		}
		return netip.AddrFrom4([4]byte{byte(mask >> 24), byte(mask >> 16), byte(mask >> 8), byte(mask)}).String(), nil
	}, "prefix")
}
