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
		if s.empty() {
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
		for _, row := range s.plot {
			b.WriteString(strings.TrimRight(row, " ") + "\n")
		}
		if len(s.plot) > 0 && len(s.lines) > 0 {
			b.WriteByte('\n')
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
	b.WriteString(p.paint(l.mark, l.tone))
	b.WriteString(fold(l.text, width, utf8.RuneCountInString(l.mark)))
	b.WriteByte('\n')
	for _, code := range l.code {
		b.WriteString(indent + code + "\n")
	}
	for _, item := range l.list {
		b.WriteString(indent + indent + item + "\n")
	}
	for _, below := range l.more {
		text := fold(below.text, width-len(indent), utf8.RuneCountInString(below.mark))
		b.WriteString(indent + p.paint(below.mark, below.tone) + strings.ReplaceAll(text, "\n", "\n"+indent) + "\n")
	}
}

// indent stands before every line that continues another.
const indent = "  "

// fold breaks a sentence into lines at spaces, indented but for the first,
// which has used some columns already. A word that is longer than a line stands
// alone.
func fold(text string, width, used int) string {
	var b strings.Builder
	for word := range strings.FieldsSeq(text) {
		n := utf8.RuneCountInString(word)
		switch {
		case used == 0:
		case used+1+n > width:
			b.WriteString("\n" + indent)
			used = len(indent)
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += n
	}
	return b.String()
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
		if s.empty() {
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
		if len(s.plot) > 0 {
			b.WriteString("```text\n" + strings.Join(s.plot, "\n") + "\n```\n")
		}
		if len(s.lines) > 0 && (s.table != nil || len(s.plot) > 0) {
			b.WriteByte('\n')
		}
		for _, l := range s.lines {
			b.WriteString("- " + markdownLine(l) + "\n")
			for _, code := range l.code {
				b.WriteString("\n  ```sh\n  " + code + "\n  ```\n")
			}
			for i, item := range l.list {
				if i == 0 {
					b.WriteByte('\n')
				}
				b.WriteString("  - " + escape(item) + "\n")
			}
			for _, below := range l.more {
				b.WriteString("  - " + markdownLine(below) + "\n")
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

// escape makes Markdown show a text as it is.
func escape(text string) string {
	return strings.NewReplacer(`\`, `\\`, `|`, `\|`, `*`, `\*`, `_`, `\_`, "`", "\\`",
		`&`, `&amp;`, `<`, `&lt;`, `[`, `\[`, `~`, `\~`).Replace(text)
}
