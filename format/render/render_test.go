package render_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/format/page"
	"github.com/lambdacap/lambdacap/format/render"
)

func text(t *testing.T, p page.Page, colored bool) string {
	t.Helper()
	var b bytes.Buffer
	if err := render.Text(&b, p, colored); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func markdown(t *testing.T, p page.Page) string {
	t.Helper()
	var b bytes.Buffer
	if err := render.Markdown(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// everything is a page with one part of every kind.
func everything() page.Page {
	return page.Page{
		Headline: page.Line{Mark: "SPILLS", Tone: page.Warn, Text: "a_b of *all*"},
		Sections: []page.Section{
			{Title: "nothing"},
			{Title: "Table", Table: &page.Table{
				Columns: []page.Column{{Header: "Name", Left: true}, {Header: "Rate\nreq/s"}},
				Rows: [][]page.Cell{
					{{Text: "long-\nname"}, {Text: "1,500", Tone: page.Bad}},
					{{Text: "  a|b"}, {Text: "-", Tone: page.Dim}},
				},
			}},
			{Title: "Lines", Lines: []page.Line{
				{Mark: "1.", Text: "set it", Code: []string{"aws lambda x --name '*'"}, List: []string{"Average: 5"}},
				{Mark: "fix:", Tone: page.Good, Text: strings.Repeat("word ", 30),
					More: []page.Line{{Mark: "AWS:", Text: strings.Repeat("no ", 40)}}},
			}},
		},
	}
}

// TestText checks that text wraps at 80 columns with a hanging indent, and that what is meant to be copied does not.
func TestText(t *testing.T) {
	got := text(t, everything(), false)
	want := `SPILLS a_b of *all*

Table
 Name    Rate
        req/s
──────────────
 long-  1,500
 name
   a|b      -

Lines
1. set it
  aws lambda x --name '*'
    Average: 5
fix: word word word word word word word word word word word word word word word
  word word word word word word word word word word word word word word word
  AWS: no no no no no no no no no no no no no no no no no no no no no no no no
    no no no no no no no no no no no no no no no no
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestColor checks that colour adds only escape sequences, and that no colour extends past the end of its line.
func TestColor(t *testing.T) {
	colored := text(t, everything(), true)
	if strings.Count(colored, "\x1b[") < 10 {
		t.Errorf("little colour in %q", colored)
	}
	var plain strings.Builder
	for i, part := range strings.Split(colored, "\x1b[") {
		if i > 0 {
			_, part, _ = strings.Cut(part, "m")
		}
		plain.WriteString(part)
	}
	if want := text(t, everything(), false); plain.String() != want {
		t.Errorf("without its colors it is\n%s\nnot\n%s", plain.String(), want)
	}
	for _, line := range strings.Split(colored, "\n") {
		at := strings.LastIndex(line, "\x1b[")
		if at >= 0 && !strings.HasPrefix(line[at:], "\x1b[0") && !strings.HasPrefix(line[at:], "\x1b[22") {
			t.Errorf("a colour is not reset in %q", line)
		}
	}
}

// TestMarkdown checks that Markdown shows every text as it is.
func TestMarkdown(t *testing.T) {
	got := markdown(t, everything())
	want := "**SPILLS** a\\_b of \\*all\\*\n" +
		"\n### Table\n\n" +
		"| Name      | Rate req/s |\n" +
		"|:----------|-----------:|\n" +
		"| long-name |      1,500 |\n" +
		"|   a\\|b    |          - |\n" +
		"\n### Lines\n\n" +
		"- **1.** set it\n\n  ```sh\n  aws lambda x --name '*'\n  ```\n\n  - Average: 5\n" +
		"- **fix:** " + strings.Repeat("word ", 30) + "\n  - **AWS:** " + strings.Repeat("no ", 40) + "\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestMarkdownText checks that Markdown shows text of others as text. What GitHub finds in words (mentions, references,
// links, formulas, emoji) it does not look for in code; what begins a block does not at the start of an item.
func TestMarkdownText(t *testing.T) {
	for text, want := range map[string]string{
		"ask @bob about #1":           "ask `@bob` about `#1`",
		"a@example.org, GH-12":        "`a@example.org,` `GH-12`",
		"see https://example.org/a|b": "see `https://example.org/a`\\|b",
		"www.example.org":             "`www.example.org`",
		"${AWS::StackName}-a_b":       "`${AWS::StackName}-a_b`",
		"$x^2$ :tada: f.yaml:3: a":    "`$x^2$` `:tada:` f.yaml:3: a",
		"f:100: :1234: :8ball: f:12:": "`f:100:` `:1234:` `:8ball:` f:12:",
		"<img src=x> &lt; ``@a``":     "&lt;img src=x> &amp;lt; &#96;&#96;`@a`&#96;&#96;",
		"[a](b) *c* ~d~ AWS::Region":  "\\[a](b) \\*c\\* \\~d\\~ AWS::Region",
		"# PASSES":                    "\\# PASSES",
		"    code":                    "code",
		"> a":                         "\\> a",
		"12. a":                       "12\\. a",
		"- a":                         "\\- a",
		"===":                         "\\===",
		"a\n# PASSES\x1b":             "a\\\\n# PASSES\\\\x1b",
		"::error::a ##[b]":            ":\\\\x3aerror::a #\\\\x23\\[b]",
	} {
		p := page.Page{Sections: []page.Section{{Lines: []page.Line{{Text: text}}}}}
		if _, got, _ := strings.Cut(markdown(t, p), "\n- "); got != want+"\n" {
			t.Errorf("%q is shown as %q, want %q", text, got, want)
		}
	}
	p := page.Page{Headline: page.Line{Mark: "Source:", Link: "https://docs.aws.amazon.com/lambda/a_b"}}
	if got := markdown(t, p); got != "**Source:** https://docs.aws.amazon.com/lambda/a_b\n" {
		t.Errorf("our own link is %q", got)
	}
}

// TestPlot checks that a plot names its curves, starting with the one drawn last, and that it spans its axis.
func TestPlot(t *testing.T) {
	some := calc.Some[float64]
	p := page.Page{Sections: []page.Section{{Title: "Requests spilled", Plot: &page.Plot{
		Axis: calc.AxisDuration, At: []float64{0, 100, 1000},
		Curves: []page.Curve{
			{Name: "steady", Ratios: []calc.Optional[float64]{some(0), some(0), some(0.4)}},
			{Name: "by chance", Ratios: []calc.Optional[float64]{{}, some(0.1), some(0.47)}},
		},
	}, Lines: []page.Line{{Text: "below"}}}}}
	got := text(t, p, false)
	for _, want := range []string{"Requests spilled: ─ by chance, · steady\n", "50% ┤", "500ms", "1s", "\n\nbelow\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if !strings.Contains(markdown(t, p), "```text\n 50% ┤") {
		t.Errorf("no plot in\n%s", markdown(t, p))
	}
	p.Sections[0].Plot.Axis, p.Sections[0].Plot.Curves = calc.AxisRPS, p.Sections[0].Plot.Curves[:1]
	got = text(t, p, false)
	if !strings.Contains(got, "Requests spilled: · steady\n") || !strings.Contains(got, "1,000") {
		t.Errorf("in requests/s it is\n%s", got)
	}
}

// TestTop checks that an axis ends at the next round number.
func TestTop(t *testing.T) {
	for highest, top := range map[float64]string{
		1: "100%", 0.99: "100%", 0.61: "80%", 0.3: "30%", 0.0104: "2%", 0.00011: "0.02%",
	} {
		curve := page.Curve{Name: "x", Ratios: []calc.Optional[float64]{calc.Some(0.0), calc.Some(highest)}}
		plot := &page.Plot{At: []float64{0, 1}, Curves: []page.Curve{curve}}
		p := page.Page{Sections: []page.Section{{Plot: plot}}}
		if got := text(t, p, false); !strings.Contains(got, fmt.Sprintf("%s ┤", top)) {
			t.Errorf("%g: no %s in\n%s", highest, top, got)
		}
	}
}
