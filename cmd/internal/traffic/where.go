package traffic

import (
	"fmt"
	"slices"
	"strings"
)

// filtered are the formats whose requests --where chooses from.
var filtered = []string{"alb", "api-gateway", "clf", "cloudfront"}

// noFilter returns an error if there are conditions, and a format has nothing that they may be about.
func noFilter(where []Condition, f *format) error {
	if len(where) == 0 || slices.Contains(filtered, f.name) {
		return nil
	}
	return fmt.Errorf("--where %s=%s chooses from an access log, and this is %s", where[0].Key, where[0].Pattern, f.what)
}

// A filter says which requests count.
type filter []Condition

// newFilter returns the filter of a format that knows keys. It reports conditions with others, as they cannot hold.
func newFilter(r *Recorder, keys ...string) (f filter) {
	for _, c := range r.options.Where {
		c.Key = strings.ReplaceAll(strings.ToLower(c.Key), "-", "_")
		if !slices.Contains(keys, c.Key) {
			r.Fault(1, "--where %s: no such key in %s; %s", shown(c.Key), r.current.format.what,
				meant(c.Key, keys, strings.Join(keys, ", ")))
			continue
		}
		f = append(f, c)
	}
	return f
}

// takes reports whether a request counts: the values of all keys match.
func (f filter) takes(value func(key string) []byte) bool {
	for _, c := range f {
		if !matches(c.Pattern, value(c.Key)) {
			return false
		}
	}
	return true
}

// matches reports whether text is like a pattern, in which * stands for any text.
func matches(pattern string, text []byte) bool {
	part, rest, star := strings.Cut(pattern, "*")
	if !star {
		return string(text) == pattern
	}
	if len(text) < len(part) || string(text[:len(part)]) != part {
		return false
	}
	text = text[len(part):]
	for {
		part, rest, star = strings.Cut(rest, "*")
		if !star { // the end
			return len(text) >= len(part) && string(text[len(text)-len(part):]) == part
		}
		at := strings.Index(string(text), part)
		if at < 0 {
			return false
		}
		text = text[at+len(part):]
	}
}
