package render

import (
	"bytes"
	"io"
	"strings"

	"github.com/olekukonko/tablewriter/renderer"

	"github.com/lambdacap/lambdacap/format/page"
)

// Markdown draws a page for a pull request or a document.
func Markdown(w io.Writer, pg page.Page) error {
	p := newPainter(false)
	var b bytes.Buffer
	b.WriteString(markdownLine(pg.Headline) + "\n")
	for _, s := range pg.Sections {
		if s.Empty() {
			continue
		}
		b.WriteByte('\n')
		if s.Title != "" {
			b.WriteString("### " + escape(title(s)) + "\n\n")
		}
		if s.Table != nil {
			if err := writeTable(&b, escaped(s.Table), p, renderer.NewMarkdown()); err != nil {
				return err
			}
		}
		if s.Plot != nil {
			b.WriteString("```text\n" + strings.Join(plot(s.Plot), "\n") + "\n```\n")
		}
		if len(s.Lines) > 0 && (s.Table != nil || s.Plot != nil) {
			b.WriteByte('\n')
		}
		for _, l := range s.Lines {
			writeItem(&b, l)
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

// writeItem writes a line as an item of a list, with what belongs below it.
func writeItem(b *bytes.Buffer, l page.Line) {
	b.WriteString("- " + markdownLine(l) + "\n")
	for _, code := range l.Code {
		b.WriteString("\n  ```sh\n  " + code + "\n  ```\n")
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
	if l.Mark == "" {
		return escape(l.Text)
	}
	return "**" + escape(l.Mark) + "** " + escape(l.Text)
}

// escaped returns a copy of a table whose cells Markdown shows as they are, each on one line.
func escaped(t *page.Table) *page.Table {
	e := &page.Table{Columns: make([]page.Column, len(t.Columns)), Rows: make([][]page.Cell, len(t.Rows))}
	for i, c := range t.Columns {
		e.Columns[i] = page.Column{Header: escape(strings.ReplaceAll(c.Header, "\n", " ")), Left: c.Left}
	}
	for r, row := range t.Rows {
		e.Rows[r] = make([]page.Cell, len(row))
		for i, c := range row {
			e.Rows[r][i] = page.Cell{Text: escape(strings.ReplaceAll(c.Text, "\n", ""))}
		}
	}
	return e
}

// escape escapes a text so that Markdown shows it as it is.
func escape(text string) string {
	return strings.NewReplacer(`\`, `\\`, `|`, `\|`, `*`, `\*`, `_`, `\_`, "`", "\\`",
		`&`, `&amp;`, `<`, `&lt;`, `[`, `\[`, `~`, `\~`).Replace(text)
}
