// Package render draws pages: as text for a terminal, and as Markdown. It is the only package that knows the libraries
// for tables, plots and colours.
package render

import (
	"bufio"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/fatih/color"

	"github.com/lambdacap/lambdacap/format/page"
)

// width is the maximum width of sentences and tables, columns.
const width = 80

// indent begins every line that continues another.
const indent = "  "

// A painter colours text by its tone, or leaves it alone.
type painter struct {
	tones [page.Dim + 1]*color.Color
	title *color.Color
}

// newPainter returns a painter whose colours are on or off. It does not use the library's global switch, which looks at
// standard output: the text may go elsewhere.
func newPainter(on bool) painter {
	p := painter{title: color.New(color.Bold)}
	p.tones[page.Good] = color.New(color.FgGreen, color.Bold)
	p.tones[page.Warn] = color.New(color.FgYellow, color.Bold)
	p.tones[page.Bad] = color.New(color.FgRed, color.Bold)
	p.tones[page.Dim] = color.New(color.Faint)
	for _, c := range append(p.tones[page.Good:], p.title) {
		if on {
			c.EnableColor()
		} else {
			c.DisableColor()
		}
	}
	return p
}

func (p painter) paint(text string, t page.Tone) string {
	if t == page.Plain || text == "" {
		return text
	}
	return p.tones[t].Sprint(text)
}

// Text draws a page for a terminal.
func Text(w io.Writer, pg page.Page, colored bool) error {
	makeSafe(&pg)
	p := newPainter(colored)
	b := bufio.NewWriter(w) // it keeps the first error for Flush
	p.line(b, pg.Headline)
	for _, s := range pg.Sections {
		if s.Empty() {
			continue
		}
		b.WriteByte('\n')
		if s.Title != "" {
			b.WriteString(p.title.Sprint(title(s)) + "\n")
		}
		if s.Table != nil {
			if err := writeTable(b, s.Table, p, textTable); err != nil {
				return err
			}
		}
		if s.Plot != nil {
			for _, row := range plot(s.Plot) {
				b.WriteString(strings.TrimRight(row, " ") + "\n")
			}
			if len(s.Lines) > 0 {
				b.WriteByte('\n')
			}
		}
		for _, l := range s.Lines {
			p.line(b, l)
		}
	}
	return b.Flush()
}

// line writes a mark and a sentence, which is folded. Below them it writes what is meant to be copied, which is never
// folded, and the further sentences.
func (p painter) line(b *bufio.Writer, l page.Line) {
	b.WriteString(p.paint(l.Mark, l.Tone))
	b.WriteString(fold(l.Text+l.Link, width, utf8.RuneCountInString(l.Mark)))
	b.WriteByte('\n')
	for _, code := range l.Code {
		b.WriteString(indent + code + "\n")
	}
	for _, item := range l.List {
		b.WriteString(indent + indent + item + "\n")
	}
	for _, below := range l.More {
		text := fold(below.Text+below.Link, width-len(indent), utf8.RuneCountInString(below.Mark))
		b.WriteString(indent + p.paint(below.Mark, below.Tone) + strings.ReplaceAll(text, "\n", "\n"+indent) + "\n")
	}
}

// fold breaks a sentence into lines at spaces, and indents all lines except the first, of which some columns are used
// already. A word that is longer than a line gets a line of its own.
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
