package render

import (
	"bufio"
	"html"
	"io"
	"regexp"
	"strings"
	"sync"

	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"

	"github.com/lambdacap/lambdacap/format/page"
)

// Markdown draws a page for a pull request or a document. What is shown on demand is folded.
func Markdown(w io.Writer, pg page.Page) error {
	makeSafe(&pg, false)
	c := canvas{Options{}, newPainter(false), bufio.NewWriter(w)}
	c.WriteString(markdownLine(pg.Headline) + "\n")
	for i, l := range pg.Under {
		if i == 0 {
			c.WriteByte('\n')
		}
		writeItem(c.Writer, l)
	}
	for i := range pg.Sections {
		s := &pg.Sections[i]
		if s.Empty() {
			continue
		}
		c.WriteByte('\n')
		if s.Detail {
			c.WriteString("<details><summary>" + html.EscapeString(title(s, false)) + "</summary>\n\n")
			s.Title = ""
		}
		if err := c.markdownSection(s); err != nil {
			return err
		}
		if s.Detail {
			c.WriteString("\n</details>\n")
		}
	}
	return c.Flush()
}

// markdownSection draws what is in a section.
func (c canvas) markdownSection(s *page.Section) error {
	if s.Title != "" {
		c.WriteString("### " + escape(title(s, false)) + "\n\n")
	}
	if len(s.Bars) > 0 {
		c.WriteString("```text\n")
		c.bars(s.Bars)
		c.WriteString("```\n")
	}
	if s.Table != nil {
		if err := c.table(escaped(s.Table), markdownTable); err != nil {
			return err
		}
	}
	if s.Plot != nil {
		c.WriteString("```text\n" + strings.Join(c.plot(s.Plot), "\n") + "\n```\n")
	}
	lines := s.Sentences()
	if len(lines) > 0 && (s.Table != nil || s.Plot != nil || len(s.Bars) > 0) {
		c.WriteByte('\n')
	}
	for _, l := range lines {
		writeItem(c.Writer, l)
	}
	return nil
}

// writeItem writes a line as an item of a list, with what belongs below it.
func writeItem(b *bufio.Writer, l page.Line) {
	if l.Aside {
		b.WriteString(markdownLine(l) + "\n")
		return
	}
	b.WriteString("- " + markdownLine(l) + "\n")
	for _, code := range l.Code {
		b.WriteString("\n  ```sh\n  " + continued(code, usualWidth-len(indent), "\n    ") + "\n  ```\n")
	}
	for i, item := range l.List {
		if i == 0 {
			b.WriteByte('\n')
		}
		b.WriteString("  - " + escape(item) + "\n")
	}
	for _, below := range l.More {
		b.WriteString("  - " + markdownLine(below) + "\n")
	}
}

func markdownLine(l page.Line) string {
	if l.Mark == "" || l.Mark == "-" { // the item has a bullet already
		return withoutBlock(escape(strings.TrimLeft(l.Text, " ")) + l.Link)
	}
	return "**" + escape(l.Mark) + "** " + escape(strings.TrimLeft(l.Text, " ")) + l.Link
}

// markdownTable is for Markdown, which shows the text of cells as it is, each on one line.
var markdownTable = style{bar: "|", renderer: func() tw.Renderer { return renderer.NewMarkdown() },
	shown: func(c page.Cell) string { return escape(c.Text) }}

// escaped returns a table with the same rows, and with headers that Markdown shows as they are, each on one line.
func escaped(t *page.Table) *page.Table {
	e := &page.Table{Columns: make([]page.Column, len(t.Columns)), Rows: t.Rows, Total: t.Total}
	for i, c := range t.Columns {
		e.Columns[i] = page.Column{Header: escape(strings.ReplaceAll(c.Header, "\n", " ")), Left: c.Left}
	}
	return e
}

// escape escapes a text so that Markdown shows it as it is. Words in which GitHub would find a mention, a reference, a
// link, a formula or an emoji become code: no escape of Markdown keeps GitHub from finding them.
func escape(text string) string {
	if plain(text) {
		return text
	}
	var b strings.Builder
	for text != "" {
		end := strings.IndexAny(text, " |`")
		switch {
		case end == 0:
			b.WriteString(markdownEscapes.Replace(text[:1]))
			text = text[1:]
			continue
		case end < 0:
			end = len(text)
		}
		switch word := text[:end]; {
		case plain(word):
			b.WriteString(word)
		case alive().MatchString(word):
			b.WriteString("`" + word + "`")
		default:
			b.WriteString(markdownEscapes.Replace(word))
		}
		text = text[end:]
	}
	return b.String()
}

// plain reports whether a short text clearly has nothing to escape and nothing alive, as nearly all cells and words.
func plain(text string) bool {
	if len(text) >= 40 { // it may have the hash of a commit
		return false
	}
	for i := range len(text) {
		switch c := text[i]; {
		case strings.IndexByte("\\|*_`&<[~@#$:", c) >= 0,
			(c == '.' || c == '-') && i > 0 && strings.IndexByte("wWhH", text[i-1]) >= 0: // www. and GH-
			return false
		}
	}
	return true
}

// A backtick is escaped as HTML, because it would count among those of code beside it.
var markdownEscapes = strings.NewReplacer(`\`, `\\`, `|`, `\|`, `*`, `\*`, `_`, `\_`, "`", "&#96;",
	`&`, `&amp;`, `<`, `&lt;`, `[`, `\[`, `~`, `\~`)

// alive matches words that GitHub turns into something else. :100: and :1234:, as in template.yaml:100:, are emoji.
//
// Source: https://docs.github.com/get-started/writing-on-github, read 2026-11.
var alive = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)@|#[0-9]|\bGH-[0-9]|://|\bwww\.|\$|\b[0-9a-f]{40}\b|` +
		`:(?:100|1234|[0-9]*[a-z+_-][0-9a-z_+-]*):`)
})

// withoutBlock keeps the first characters of a line from beginning a heading, a quotation, a list or a rule.
func withoutBlock(line string) string {
	at := len(line) - len(strings.TrimLeft(line, "0123456789"))
	if at < len(line) && (at == 0 && strings.IndexByte("#>+-=", line[0]) >= 0 ||
		at > 0 && strings.IndexByte(".)", line[at]) >= 0) {
		return line[:at] + `\` + line[at:]
	}
	return line
}
