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

// terminal is a terminal of the usual width.
var terminal = render.Options{Width: 80}

func text(t *testing.T, p page.Page, o render.Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := render.Text(&b, p, o); err != nil {
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
					{{Text: "long-name"}, {Text: "1,500", Tone: page.Bad}},
					{{Text: "a|b"}, {Text: "-", Tone: page.Dim}},
				},
				Total: []page.Cell{{Text: "Total"}, {Text: "1,500"}},
			}},
			{Title: "Bars", Detail: true, Bars: []page.Bar{
				{Label: "provisioned", Tone: page.Good, To: 0.6, Value: "600 req/s"},
				{Label: "room", Tone: page.Dim, From: 0.6, To: 1, Room: true, Value: "400 req/s"},
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
	got := text(t, everything(), terminal)
	want := `SPILLS a_b of *all*

Table
 Name        Rate
            req/s
─────────────────
 long-name  1,500
 a|b            -
─────────────────
 Total      1,500

Bars
  provisioned  ████████████████████████████████                       600 req/s
  room                                         ░░░░░░░░░░░░░░░░░░░░░░ 400 req/s

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

// TestPipe checks that without a terminal a sentence is one line, and a command fits 80 columns.
func TestPipe(t *testing.T) {
	p := page.Page{Headline: page.Line{Mark: "FITS", Text: "  " + strings.Repeat("word ", 40), Code: []string{
		"aws lambda put-function-concurrency --function-name 'a --b' --reserved-concurrent-executions 100 --region eu-west-1",
	}}}
	want := "FITS  " + strings.TrimSpace(strings.Repeat("word ", 40)) + `
  aws lambda put-function-concurrency --function-name 'a --b' \
    --reserved-concurrent-executions 100 --region eu-west-1
`
	if got := text(t, p, render.Options{}); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestWidth checks that a table fits the terminal: columns go first, then names lose their middle; and that nothing is
// lost where all is asked for.
func TestWidth(t *testing.T) {
	const name = "payments-service-0-prod"
	p := func() page.Page {
		return page.Page{Sections: []page.Section{{Table: &page.Table{
			Columns: []page.Column{{Header: "Function", Left: true, Name: true}, {Header: strings.Repeat("x", 30)},
				{Header: "first", Drop: 2}, {Header: "second", Drop: 1}, {Header: strings.Repeat("y", 12)}},
			Rows: [][]page.Cell{{{Text: name}, {Text: "1"}, {Text: "2"}, {Text: "3"}, {Text: "4"}}},
		}}}}
	}
	for _, c := range []struct {
		o             render.Options
		first, second bool
		name          string
	}{
		{render.Options{Width: 200}, true, true, name},
		{render.Options{Width: 79}, false, true, name},
		{render.Options{}, false, true, name},
		{render.Options{Width: 60}, false, false, "paymen…0-prod"},
		{render.Options{Width: 10, ASCII: true}, false, false, "payme...-prod"},
		{render.Options{Width: 60, Whole: true}, true, true, name},
	} {
		got := text(t, p(), c.o)
		if strings.Contains(got, "first") != c.first || strings.Contains(got, "second") != c.second ||
			!strings.Contains(got, c.name) {
			t.Errorf("at %+v it is\n%s", c.o, got)
		}
	}
}

// TestShorten checks that a page is cut to its lines, the last section first, and that it says what is left out.
func TestShorten(t *testing.T) {
	table := &page.Table{Columns: []page.Column{{Header: "Function", Left: true}}}
	rest := make([]string, 30)
	var lines []page.Line
	for i := range 40 {
		table.Rows = append(table.Rows, []page.Cell{{Text: fmt.Sprintf("row%02d", i)}})
		lines = append(lines, page.Line{Text: fmt.Sprintf("line%02d", i)})
	}
	for n := 1; n < len(rest); n++ {
		rest[n] = fmt.Sprintf("and %d more", 40-n)
	}
	p := func() page.Page {
		return page.Page{Headline: page.Line{Mark: "FITS"}, Most: 23, Sections: []page.Section{
			{Table: table, Rest: rest}, {Lines: lines, Rest: append([]string{"all 40"}, rest[1:]...)},
			{Lines: []page.Line{{Text: "last"}}},
		}}
	}
	for _, o := range []render.Options{{}, {Width: 80}, {Width: 60}} {
		most := 23
		if o.Width == 60 {
			most = 29
		}
		got := text(t, p(), o)
		if n := strings.Count(got, "\n"); n != most || !strings.Contains(got, "row00\n") ||
			!strings.Contains(got, "all 40\n") || !strings.Contains(got, "\nlast\n") {
			t.Errorf("at %+v it has %d lines:\n%s", o, n, got)
		}
	}
	if got := text(t, p(), render.Options{Whole: true}); strings.Count(got, "row") != 40 {
		t.Errorf("all of it is\n%s", got)
	}
}

// TestShortenDetails checks that each section that is shown on demand has room of its own, beside that of the answer.
func TestShortenDetails(t *testing.T) {
	table, rest := &page.Table{Columns: []page.Column{{Header: "A"}}}, []string{}
	for i := range 40 {
		table.Rows = append(table.Rows, []page.Cell{{Text: fmt.Sprintf("row%02d", i)}})
		rest = append(rest, fmt.Sprintf("and %d more", 40-i))
	}
	rest[0] = ""
	p := func() page.Page {
		detail := page.Section{Title: "Detail", Table: table, Rest: rest, Detail: true}
		return page.Page{Headline: page.Line{Mark: "FITS"}, Most: 3, MostOfDetail: 10, Sections: []page.Section{
			{Lines: []page.Line{{Text: "last"}}}, detail, detail, {Detail: true, Table: table},
		}}
	}
	// A blank line, the title, the header, its rule and what is left out are 5 of the lines.
	for width, rows := range map[int]int{0: 5, 80: 5, 60: 11} {
		got := text(t, p(), render.Options{Width: width})
		more := fmt.Sprintf("row%02d\nand %d more\n", rows-1, 40-rows)
		if strings.Count(got, more) != 2 || strings.Count(got, "row") != 2*rows+40 {
			t.Errorf("at width %d there is not %q twice:\n%s", width, more, got)
		}
	}
}

// TestStars checks that stars are explained where a cell that is shown has one. One in a name means nothing.
func TestStars(t *testing.T) {
	table := &page.Table{Columns: []page.Column{{Header: "Name", Name: true}, {Header: "Share"}}, Rows: [][]page.Cell{
		{{Text: "a*"}, {Text: "1%"}}, {{Text: "b"}, {Text: "2% (3%*)"}},
	}}
	for rows, want := range map[int]bool{1: false, 2: true} {
		short := *table
		short.Rows = table.Rows[:rows]
		p := page.Page{Sections: []page.Section{{
			Table: &short, Stars: "at random", Lines: []page.Line{{Text: "below"}},
		}}}
		got := text(t, p, render.Options{})
		if strings.Contains(got, "\n* at random\nbelow\n") != want {
			t.Errorf("with %d rows it is\n%s", rows, got)
		}
		if got := markdown(t, p); strings.Contains(got, "\n\n\\* at random\n- below\n") != want {
			t.Errorf("with %d rows the Markdown is\n%s", rows, got)
		}
	}
	p := page.Page{Sections: []page.Section{{Table: table, Rest: []string{"", "and b"}, Stars: "at random"}}, Most: 5}
	if got := text(t, p, render.Options{}); !strings.HasSuffix(got, "and b\n") {
		t.Errorf("a row with a star is cut, the star is explained:\n%s", got)
	}
}

// TestOptionsStay checks that a line is not broken between an option and its value.
func TestOptionsStay(t *testing.T) {
	filler := strings.Repeat("word ", 10) // 50 columns
	for _, options := range []string{"--show commands", "-o wide", "--show random,cost", "--only a,b"} {
		p := page.Page{Headline: page.Line{Text: filler + "words " + options}}
		got := text(t, p, render.Options{Width: 60})
		if !strings.Contains(strings.ReplaceAll(got, "\n  ", "\n"), options) {
			t.Errorf("%q is broken:\n%s", options, got)
		}
	}
}

// TestASCII checks that bars, rules, plots, arrows and ellipses have only ASCII where that is asked for.
func TestASCII(t *testing.T) {
	some := calc.Some[float64]
	p := everything()
	p.Sections = append(p.Sections, page.Section{Title: "Plot", Plot: &page.Plot{At: []float64{0, 1}, Curves: []page.Curve{
		{Name: "steady", Values: []calc.Optional[float64]{some(0), some(1)}},
		{Name: "random", Values: []calc.Optional[float64]{some(0.1), some(1)}},
	}}, Lines: []page.Line{{Text: "150 → 275 …"}}})
	got := text(t, p, render.Options{ASCII: true})
	if i := strings.IndexFunc(got, func(r rune) bool { return r > '~' }); i >= 0 {
		t.Errorf("%q in\n%s", []rune(got[i:])[0], got)
	}
	for _, want := range []string{"#####", ".....", "-----", "150 -> 275 ..."} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

// TestColor checks that colour adds only escape sequences, and that no colour extends past the end of its line.
func TestColor(t *testing.T) {
	colored := text(t, everything(), render.Options{Width: 80, Color: true})
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
	if want := text(t, everything(), terminal); plain.String() != want {
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
		"| a\\|b      |          - |\n" +
		"| Total     |      1,500 |\n" +
		"\n<details><summary>Bars</summary>\n\n```text\n" +
		"  provisioned  ████████████████████████████████                       600 req/s\n" +
		"  room                                         ░░░░░░░░░░░░░░░░░░░░░░ 400 req/s\n" +
		"```\n\n</details>\n" +
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
			{Name: "steady", Values: []calc.Optional[float64]{some(0), some(0), some(0.4)}},
			{Name: "by chance", Values: []calc.Optional[float64]{{}, some(0.1), some(0.47)}},
		},
	}, Lines: []page.Line{{Text: "below"}}}}}
	got := text(t, p, terminal)
	for _, want := range []string{"Requests spilled: ─ by chance, · steady\n", "50% ┤", "500ms", "1s", "\nbelow\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if !strings.Contains(markdown(t, p), "```text\n 50% ┤") {
		t.Errorf("no plot in\n%s", markdown(t, p))
	}
	p.Sections[0].Plot.Axis, p.Sections[0].Plot.Curves = calc.AxisRPS, p.Sections[0].Plot.Curves[:1]
	got = text(t, p, terminal)
	if !strings.Contains(got, "Requests spilled: ─ steady\n") || !strings.Contains(got, "1,000") {
		t.Errorf("in requests/s it is\n%s", got)
	}
}

// TestTop checks that an axis ends at the next round number.
func TestTop(t *testing.T) {
	for highest, top := range map[float64]string{
		1: "100%", 0.99: "100%", 0.61: "80%", 0.3: "30%", 0.0104: "2%", 0.00011: "0.02%",
	} {
		curve := page.Curve{Name: "x", Values: []calc.Optional[float64]{calc.Some(0.0), calc.Some(highest)}}
		plot := &page.Plot{At: []float64{0, 1}, Curves: []page.Curve{curve}}
		p := page.Page{Sections: []page.Section{{Plot: plot}}}
		if got := text(t, p, terminal); !strings.Contains(got, fmt.Sprintf("%s ┤", top)) {
			t.Errorf("%g: no %s in\n%s", highest, top, got)
		}
	}
}
