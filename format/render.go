package format

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/fatih/color"
	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// width is how many columns sentences and tables use at most.
const width = 80

// A painter colours text by its tone, or leaves it alone.
type painter struct {
	tones [dim + 1]*color.Color
	title *color.Color
}

// newPainter decides for its own colours: the library's global switch looks at
// standard output, which may not be where the text goes.
func newPainter(on bool) painter {
	p := painter{title: color.New(color.Bold)}
	p.tones[good] = color.New(color.FgGreen, color.Bold)
	p.tones[warn] = color.New(color.FgYellow, color.Bold)
	p.tones[bad] = color.New(color.FgRed, color.Bold)
	p.tones[dim] = color.New(color.Faint)
	for _, c := range append(p.tones[good:], p.title) {
		if on {
			c.EnableColor()
		} else {
			c.DisableColor()
		}
	}
	return p
}

func (p painter) paint(text string, t tone) string {
	if t == plain || text == "" {
		return text
	}
	return p.tones[t].Sprint(text)
}

// writeText shows a page for a terminal.
func writeText(w io.Writer, pg page, colored bool) error {
	p := newPainter(colored)
	var b bytes.Buffer
	p.line(&b, pg.headline)
	for _, s := range pg.sections {
		if s.table == nil && len(s.lines) == 0 {
			continue
		}
		b.WriteByte('\n')
		if s.title != "" {
			b.WriteString(p.title.Sprint(s.title) + "\n")
		}
		if s.table != nil {
			if err := writeTable(&b, s.table, p, textTable()); err != nil {
				return err
			}
		}
		for _, l := range s.lines {
			p.line(&b, l)
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

// line writes a mark and a sentence, folded under itself, and below it what is
// meant to be copied, which is never folded.
func (p painter) line(b *bytes.Buffer, l line) {
	const indent = "  "
	mark := l.mark
	if mark != "" {
		mark += " "
	}
	for i, folded := range fold(mark+l.text, width, indent) {
		if i == 0 {
			folded = p.paint(l.mark, l.tone) + strings.TrimPrefix(folded, l.mark)
		}
		b.WriteString(strings.TrimRight(folded, " ") + "\n")
	}
	for _, code := range l.code {
		b.WriteString(indent + code + "\n")
	}
	for _, item := range l.list {
		b.WriteString(indent + indent + item + "\n")
	}
}

// fold breaks a sentence into lines at spaces, and indents all but the first.
// A word that is longer than a line stands alone.
func fold(text string, width int, indent string) []string {
	var lines []string
	line, used := "", 0
	for word := range strings.FieldsSeq(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case used == 0: // the first word of the text
			line, used = word, n
		case used+1+n > width:
			lines = append(lines, line)
			line, used = indent+word, len(indent)+n
		default:
			line += " " + word
			used += 1 + n
		}
	}
	return append(lines, line)
}

// textTable draws a table for a terminal: no frame, a rule under the header.
func textTable() tw.Renderer {
	return renderer.NewBlueprint(tw.Rendition{
		Borders: tw.BorderNone,
		Symbols: tw.NewSymbols(tw.StyleLight),
		Settings: tw.Settings{
			Separators: tw.Separators{BetweenColumns: tw.Off, BetweenRows: tw.Off},
			Lines:      tw.Lines{ShowHeaderLine: tw.On, ShowTop: tw.Off, ShowBottom: tw.Off},
		},
	})
}

// writeTable renders a table value. The library drops write errors, so it gets
// a buffer, and folds and trims by itself unless told not to.
func writeTable(b *bytes.Buffer, t *table, p painter, how tw.Renderer) error {
	alignment := make(tw.Alignment, len(t.columns))
	header := make([]any, len(t.columns))
	for i, c := range t.columns {
		alignment[i] = tw.AlignRight
		if c.left {
			alignment[i] = tw.AlignLeft
		}
		header[i] = c.header
	}
	var out bytes.Buffer
	w := tablewriter.NewTable(&out,
		tablewriter.WithRenderer(how),
		tablewriter.WithEastAsian(false),
		tablewriter.WithTrimSpace(tw.Off),
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithHeaderAutoWrap(tw.WrapNone),
		tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithAlignment(alignment),
	)
	w.Header(header...)
	for _, row := range t.rows {
		cells := make([]string, len(row))
		for i, c := range row {
			cells[i] = p.paint(c.text, c.tone)
		}
		if err := w.Append(cells); err != nil {
			return err
		}
	}
	if err := w.Render(); err != nil {
		return err
	}
	for line := range bytes.Lines(out.Bytes()) {
		b.Write(bytes.TrimRight(line, " \n"))
		b.WriteByte('\n')
	}
	return nil
}

// writeMarkdown shows a page for a pull request or a document.
func writeMarkdown(w io.Writer, pg page) error {
	p := newPainter(false)
	var b bytes.Buffer
	b.WriteString(markdownLine(pg.headline) + "\n")
	for _, s := range pg.sections {
		if s.table == nil && len(s.lines) == 0 {
			continue
		}
		b.WriteByte('\n')
		if s.title != "" {
			b.WriteString("### " + escape(s.title) + "\n\n")
		}
		if s.table != nil {
			if err := writeTable(&b, escaped(s.table), p, renderer.NewMarkdown()); err != nil {
				return err
			}
		}
		for _, l := range s.lines {
			b.WriteString("- " + markdownLine(l) + "\n")
			for _, item := range l.list {
				b.WriteString("  - " + escape(item) + "\n")
			}
			for _, code := range l.code {
				b.WriteString("\n  ```sh\n  " + code + "\n  ```\n")
			}
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

func markdownLine(l line) string {
	if l.mark == "" {
		return escape(l.text)
	}
	return "**" + escape(l.mark) + "** " + escape(l.text)
}

// escaped is a table whose cells Markdown shows as they are, on one line each.
func escaped(t *table) *table {
	e := &table{columns: make([]column, len(t.columns))}
	for i, c := range t.columns {
		e.columns[i] = column{escape(strings.ReplaceAll(c.header, "\n", " ")), c.left}
	}
	for _, row := range t.rows {
		cells := make([]cell, len(row))
		for i, c := range row {
			cells[i] = word(escape(strings.ReplaceAll(c.text, "\n", "")))
		}
		e.add(cells...)
	}
	return e
}

var escape = strings.NewReplacer(`\`, `\\`, `|`, `\|`, `*`, `\*`, `_`, `\_`, "`", "\\`", `<`, `&lt;`, `[`, `\[`).Replace
