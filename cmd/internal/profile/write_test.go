package profile

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
)

// TestScalar checks which texts stand in quotes.
func TestScalar(t *testing.T) {
	for text, want := range map[string]string{
		"checkout":                   "checkout",
		"payments-service-0-prod":    "payments-service-0-prod",
		"API Gateway":                "API Gateway",
		"api in b.yaml":              "api in b.yaml",
		"x86_64":                     "x86_64",
		"90k/min":                    `90k/min`,
		"5.4M/h":                     `5.4M/h`,
		"80ms":                       `80ms`,
		"1024":                       `1024`,
		"":                           `""`,
		"90,000/min":                 `"90,000/min"`,
		"null":                       `"null"`,
		"~":                          `"~"`,
		"yes":                        `"yes"`,
		"Off":                        `"Off"`,
		"N":                          `"N"`,
		"TRUE":                       `"TRUE"`,
		"1e3":                        `"1e3"`,
		"0x1f":                       `"0x1f"`,
		"1_000":                      `"1_000"`,
		".inf":                       `".inf"`,
		"-x":                         `"-x"`,
		"a: b":                       `"a: b"`,
		"a #b":                       `"a #b"`,
		"f:live":                     `"f:live"`,
		"${AWS::StackName}-api":      `"${AWS::StackName}-api"`,
		`m["b"].f`:                   `"m[\"b\"].f"`,
		`a\b`:                        `"a\\b"`,
		"größe":                      `"größe"`,
		"a\tb\n\x1b\u2028\u202e\x7f": `"a\tb\n\x1b\u2028\u202e\x7f"`,
		"##[group]":                  `"#\x23[group]"`,
		"::add-mask::e":              `":\x3aadd-mask::e"`,
	} {
		if got := scalar(text, true); got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
	for text, want := range map[string]string{"123": `"123"`, "80ms": `"80ms"`, "2fa": `"2fa"`, "fa2": "fa2"} {
		if got := scalar(text, false); got != want {
			t.Errorf("the name %q is %s, want %s", text, got, want)
		}
	}
}

// FuzzScalar checks that YAML reads the same text, in a mapping and between brackets, and that a name is always a text.
func FuzzScalar(f *testing.F) {
	for _, text := range []string{
		"a", "null", "yes", "1e3", "a: b", "#", "- a", "[", "\u0085", "\U000e0041", "2001-01-01", "=", "<<",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			return // a file is never read with it
		}
		var read struct{ A, B []yaml.Node }
		for _, number := range []bool{false, true} {
			written := scalar(text, number)
			document := "a:\n  - " + written + "  # comment\nb: [{k: " + written + ", l: " + written + "}]\n"
			if err := yaml.Unmarshal([]byte(document), &read); err != nil {
				t.Fatalf("%q: %v", document, err)
			}
			nodes := append([]*yaml.Node{&read.A[0]}, read.B[0].Content[1], read.B[0].Content[3])
			for _, node := range nodes {
				if node.Value != text || !number && node.Tag != "!!str" {
					t.Errorf("%q is read as %s %q", text, node.Tag, node.Value)
				}
			}
			if strings.ContainsFunc(written, func(r rune) bool { return r < ' ' || r == 0x7f }) {
				t.Errorf("%q is not safe to show", written)
			}
		}
	})
}

// TestDraft checks the layout of a draft, and that a profile with only comments under account can be read.
func TestDraft(t *testing.T) {
	text := func(s string) setting.Value { return setting.Value{Text: s} }
	d := Draft{
		Head:    []string{"One.", "", "Two\nlines."},
		Account: []Entry{{Key: "concurrency", Value: text("1000"), Open: true, Comment: "the default"}, {Comment: "a note"}},
		Asked: []Entry{{Key: "headroom", Value: text("20%")},
			Accepted([]check.Acceptance{{Rule: "LC007", Reason: "stopped: on purpose"}})},
		Functions: [][]Entry{
			{{Key: "name", Value: text("yes"), Comment: "t.yaml:1"}, {Key: "rps", Value: text(Unknown), Open: true},
				{Key: "duration", Value: text("80ms"), Comment: "mean"}},
			{{Key: "name", Value: text("b")},
				{Key: "rps", Value: setting.Value{List: []setting.Value{{Text: "1"}, {Text: "2k/min"}}}},
				{Key: "schedule", Value: setting.Value{List: []setting.Value{
					{List: []setting.Value{{Key: "from", Text: "0"}, {Key: "to", Text: "24"}, {Key: "rps", Text: "5"}}}}}}},
		},
		Left: []string{"left out: c"},
	}
	const want = `# One.
#
# Two\nlines.

account:
  # concurrency: 1000  # the default
  # a note

headroom: 20%
accept: [{rule: LC007, reason: "stopped: on purpose"}]

functions:
  - name: "yes"     # t.yaml:1
    # rps: ?
    duration: 80ms  # mean

  - name: b
    rps: [1, 2k/min]
    schedule: [{from: 0, to: 24, rps: 5}]

# left out: c
`
	if got := string(d.Text()); got != want {
		t.Errorf("%s\nwant:\n%s", got, want)
	}
	if d.Count("rps") != 1 || d.Count("duration") != 0 {
		t.Errorf("%d rates and %d durations are open", d.Count("rps"), d.Count("duration"))
	}
	var document yaml.Node
	if err := yaml.Unmarshal(d.Text(), &document); err != nil {
		t.Fatal(err)
	}
	p, faults := Read("p", document.Content[0])
	if len(p.Functions) != 2 || len(p.Accept) != 1 || p.Accept[0].Reason != "stopped: on purpose" || len(p.Account) != 0 {
		t.Errorf("%+v", p)
	}
	for _, f := range faults { // a rate beside a schedule is found later
		t.Error(f.Message)
	}
	if text := (&Draft{}).Text(); !bytes.Equal(text, []byte("functions: []\n")) {
		t.Errorf("%q", text)
	}
}
