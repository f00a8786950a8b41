package module

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/url"
	"path"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
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
	all["replace"] = wrapped(all["replace"], func(args []cty.Value) string {
		if pattern := text(args[1]); len(pattern) > 2 && pattern[0] == '/' {
			return searches(strings.Trim(pattern, "/"), text(args[0]))
		}
		return ""
	})
	all["timecmp"] = anything(func(args []cty.Value) (cty.Value, error) {
		first, err := time.Parse(time.RFC3339, text(args[0]))
		second, wrong := time.Parse(time.RFC3339, text(args[1]))
		if err != nil || wrong != nil {
			return cty.NilVal, errors.New("it is not a time")
		}
		return cty.NumberIntVal(int64(first.Compare(second))), nil
	}, "first", "second")
	all["uuidv5"] = texts(func(args []string) (string, error) { return nameUUID(args[0], args[1]) }, "namespace", "name")
	all["yamldecode"] = anything(func(args []cty.Value) (cty.Value, error) { return decodeYAML(text(args[0])) }, "text")
}

// nameUUID returns the UUID of a name: the SHA-1 sum of the namespace and the name.
//
// Source: RFC 9562, sections 5.5 and 6.6.
func nameUUID(namespace, name string) (string, error) {
	known := map[string]string{"dns": "6ba7b810", "url": "6ba7b811", "oid": "6ba7b812", "x500": "6ba7b814"}
	if first, ok := known[namespace]; ok {
		namespace = first + "-9dad-11d1-80b4-00c04fd430c8"
	}
	const length, version, variant = 36, 0x50, 0x80
	space, err := hex.DecodeString(strings.ReplaceAll(namespace, "-", ""))
	if err != nil || len(namespace) != length || len(space) != 16 {
		return "", errors.New("it is not a UUID")
	}
	sum := sha1.Sum(append(space, name...))
	id := sum[:16]
	id[6], id[8] = id[6]&0x0f|version, id[8]&0x3f|variant
	x := hex.EncodeToString(id)
	return x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:], nil
}
