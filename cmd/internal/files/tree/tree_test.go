package tree

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc/check"
)

// parse parses a text that must be valid.
func parse(t *testing.T, text string) *Document {
	t.Helper()
	d, err := Parse("t.yaml", []byte(text), "anything")
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestParseRefuses checks that text that is neither YAML nor JSON is rejected with its place.
func TestParseRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"Resources: {F: {Type: \xff}}":              "t.yaml:1: this is not a text file; expected text in UTF-8",
		"a: 1\nResources: {F: {Type: \x00}}":        "t.yaml:2: this is not a text file; expected text in UTF-8",
		"\xff\xfeR\x00":                             "UTF-16",
		"{\"Resources\": {\"F\": ":                  "t.yaml:1: the JSON is cut off",
		"{\"Resources\": {}} x":                     "t.yaml:1: there is more text after the JSON value",
		"{\"a\": 1,\n\"a\": 2} {}":                  `t.yaml:2: duplicate key "a"`,
		"Resources:\n\tF: 1":                        "t.yaml:2: this is not YAML",
		"":                                          "the file is empty; expected anything",
		"a: 1\n---\nb: 2":                           "t.yaml:2: a second YAML document starts here",
		"a: &a [*a]":                                "t.yaml:1: the alias refers to itself",
		strings.Repeat("[", 20_000):                 "t.yaml:1: this is not JSON",
		"Resources: " + strings.Repeat("[", 20_000): "t.yaml:1: this is not YAML",
		"# " + strings.Repeat("x", 5<<20):           "t.yaml: the YAML file has 5 MB; expected at most 4 MB",
		"a: &a [1]\nb: {c: 1,\n c: *a}":             "",
		"{\"format_version\": 1}\nDone.":            "",
		"Running\n{\"format_version\": 1}\nOK":      "",
		"{\"format_version\": \"1.2\", \"values\": {}}\n\n {\"format_version\"": "t.yaml:3: there is more text after the " +
			"JSON value",
	} {
		_, err := Parse("t.yaml", []byte(text), "anything")
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%.40q: %v, want %q", text, err, want)
		}
	}
}

// TestAliases checks that aliases cannot expand a small document into a large one.
func TestAliases(t *testing.T) {
	text := "a0: &a0 [x, x]\n"
	for i := 1; i < 30; i++ {
		text += fmt.Sprintf("a%d: &a%d [*a%d, *a%d]\n", i, i, i-1, i-1)
	}
	_, err := Parse("t.yaml", []byte(text), "")
	if err == nil || !strings.Contains(err.Error(), "aliases expand this to more than 1000000 values") {
		t.Error(err)
	}
}

// TestKeepLastKeys checks that the last of several equal keys counts, in JSON too. All but the first are listed; merged
// keys are not repeated.
func TestKeepLastKeys(t *testing.T) {
	for _, text := range []string{"a: 1\nb: {c: 1,\n c: 2, d: [{e: 1,\n e: 2}]}\na: 3\na: 4",
		"{\"a\": 1,\n\"b\": {\"c\": 1, \"c\": 2, \"d\": [\n{\"e\": 1, \"e\": 2}]},\n\"a\": 3, \"a\": 4}"} {
		d, err := Parse("t.yaml", []byte(text), "")
		if err != nil {
			t.Fatal(err)
		}
		if err := d.CheckKeys(); err == nil || !strings.Contains(err.Error(), ": duplicate key ") {
			t.Errorf("%s: %v", text, err)
		}
		got := fmt.Sprint(d.KeepLastKeys())
		want := "[{c t.yaml:3 t.yaml:2} {e t.yaml:4 t.yaml:3} {a t.yaml:5 t.yaml:1} {a t.yaml:6 t.yaml:5}]"
		if text[0] == '{' {
			want = "[{c t.yaml:2 t.yaml:2} {e t.yaml:3 t.yaml:3} {a t.yaml:4 t.yaml:1} {a t.yaml:4 t.yaml:4}]"
		}
		b := d.Top.Get("b")
		if got != want || d.Top.Get("a").Scalar() != "4" || len(d.Top.Members()) != 2 || b.Get("c").Scalar() != "2" ||
			b.Get("d").First().Get("e").Scalar() != "2" || len(d.KeepLastKeys()) > 0 {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	d, err := Parse("t.yaml", []byte("a: &a {c: 1}\nb: {<<: *a, <<: *a, c: 2}"), "")
	if repeated := d.KeepLastKeys(); err != nil || len(repeated) > 0 || d.Top.Get("b").Get("c").Scalar() != "2" {
		t.Errorf("%v %v", err, repeated)
	}
}

// TestCheckKeys checks for duplicate keys. More keys are equal under the rules of YAML 1.1.
func TestCheckKeys(t *testing.T) {
	d := parse(t, "On: 1\n'true': 2")
	if err := d.CheckKeys(); err != nil {
		t.Error(err)
	}
	d.YAML11 = true
	if err := d.CheckKeys(); err == nil || err.Error() != `t.yaml:2: duplicate key "true", first in line 1` {
		t.Error(err)
	}
}

// shape formats a value with the line of each of its parts.
func shape(n Node) string {
	switch n.Kind() {
	case Missing:
		return "missing"
	case Null:
		return fmt.Sprintf("null@%d", n.Place().Line)
	case List:
		var items []string
		for _, item := range n.Items() {
			items = append(items, shape(item))
		}
		return "[" + strings.Join(items, " ") + "]"
	case Mapping:
		var members []string
		for _, m := range n.Members() {
			members = append(members, m.Key.Scalar()+":"+shape(m.Value))
		}
		return "{" + strings.Join(members, " ") + "}"
	}
	return fmt.Sprintf("%s@%d", n.Scalar(), n.Place().Line)
}

// TestNodes checks that YAML and JSON are read alike.
func TestNodes(t *testing.T) {
	const want = "{a:1@1 b:[true@2 null@2 {}] c:{d:x\"y@3}}"
	for _, text := range []string{
		"a: 1\nb: [true, null, {}]\nc: {d: 'x\"y'}",
		"{\"a\": 1,\n\"b\": [true, null, {}],\n\"c\": {\"d\": \"x\\\"y\"}}",
	} {
		top := parse(t, text).Top
		if got := shape(top); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
		if got := shape(top.Get("b").First()); got != "true@2" {
			t.Errorf("%s: the first is %s", text, got)
		}
		if m, ok := top.Get("c").Only(); !ok || m.Key.Scalar() != "d" {
			t.Errorf("%s: the only one is %v, %t", text, m, ok)
		}
		if _, ok := top.Only(); ok {
			t.Errorf("%s: there is only one", text)
		}
		if got := string(top.Path("c", "d").Bytes()); got != `x"y` {
			t.Errorf("%s: the bytes are %s", text, got)
		}
		if n := top.Get("none"); n.Exists() || n.HasValue() || n.Place().Known() || n.First().Exists() || n.Written() != "" {
			t.Errorf("%s: there is %v", text, n)
		}
	}
}

// TestMerged checks that a YAML mapping has the members of the mappings it merges, unless it sets them itself.
func TestMerged(t *testing.T) {
	d := parse(t, "x: &x {a: 1, b: 2}\ny: &y {b: 3, c: 4}\nz: {<<: [*x, *y], a: 5}")
	if got, want := shape(d.Top.Get("z")), "{a:5@3 b:2@1 c:4@2}"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestWalk checks that a walk skips values that are not read, and continues after a loop that ends early.
func TestWalk(t *testing.T) {
	d := parse(t, `{"skipped": [1, {"a": 2}], "inner": {"first": 1, "second": 2}, "list": [3, 4], "last": 5}`)
	var got []string
	w := d.Top.Walk()
	for key := range w.Members() {
		switch string(key.Bytes()) {
		case "inner":
			for inner := range w.Members() {
				got = append(got, inner.Scalar())
				break
			}
		case "list":
			for range w.Items() {
				got = append(got, w.Value().Scalar())
			}
		case "last":
			got = append(got, w.Value().Scalar())
		}
	}
	if want := []string{"first", "3", "4", "5"}; !reflect.DeepEqual(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if walk := parse(t, "a: 1").Top.Walk(); walk != nil {
		t.Error("YAML can be walked")
	}
}

// TestComments checks that a comment is about its own line, or about the next line that is not a comment.
func TestComments(t *testing.T) {
	at := func(line int) check.Place { return check.Place{File: "t.yaml", Line: line} }
	d := parse(t, `a: 1 # mark behind
# mark above

# another
b: "# mark in quotes"
c: |
  # mark in a block
d: '# mark # mark' # mark at last
e: 'it''s # mark'
f: x# mark no comment
`)
	want := []Comment{
		{" behind", at(1), at(1)},
		{" above", at(5), at(2)},
		{" at last", at(8), at(8)},
	}
	if got := d.Comments("mark"); !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := parse(t, `{"a": "# mark"}`).Comments("mark"); got != nil {
		t.Errorf("JSON has comments: %v", got)
	}
}

func TestShown(t *testing.T) {
	for text, want := range map[string]string{
		"plain":                       "plain",
		strings.Repeat("x", 80):       strings.Repeat("x", 80),
		strings.Repeat("x", 81):       strings.Repeat("x", 80) + "...",
		strings.Repeat("x", 79) + "é": strings.Repeat("x", 79) + "...",
	} {
		if got := Shown(text); got != want {
			t.Errorf("%q is shown as %q, want %q", text, got, want)
		}
	}
}
