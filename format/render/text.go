// Package render draws pages: as text for a terminal, and as Markdown. It is the only package that knows the libraries
// for tables, plots and colours.
package render

import (
	"bufio"
	"bytes"
	"io"
	"strings"

	"github.com/fatih/color"

	"github.com/lambdacap/lambdacap/format/page"
)

// The widths of text, columns.
const (
	usualWidth  = 80 // where there is no terminal
	leastWidth  = 60
	mostWidth   = 120
	narrowExtra = 6 // how many more lines a page may have if it is narrower than usual
)

// indent begins every line that continues another.
const indent = "  "

// Options say how to draw a page as text.
type Options struct {
	// Color asks for colours.
	Color bool
	// Width is the width of the terminal, columns; 0 if there is none.
	Width int
	// ASCII asks for characters that every terminal has.
	ASCII bool
	// Whole asks for all columns of a table, and for whole names.
	Whole bool
}

// columns returns how wide tables, bars and commands may be.
func (o Options) columns() int {
	if o.Width == 0 {
		return usualWidth
	}
	return min(max(o.Width, leastWidth), mostWidth)
}

// sentences returns how wide sentences may be: any width without a terminal, so that each is on one line.
func (o Options) sentences() int {
	if o.Width == 0 {
		return 1 << 30
	}
	return o.columns()
}

// A painter colours text by its tone, or leaves it alone.
type painter struct {
	tones [page.Dim + 1]*color.Color
	title *color.Color
}

// The colours of the tones, from the palette of 256, whose colours no theme changes. Each is readable on black and on
// white: its contrast to either is 3:1 or more.
const (
	green  = 28
	orange = 136
	red    = 160
)

// newPainter returns a painter whose colours are on or off. It does not use the library's global switch, which looks at
// standard output: the text may go elsewhere.
func newPainter(on bool) painter {
	bold := func(of color.Attribute) *color.Color { return color.New(38, 5, of, color.Bold) }
	p := painter{title: color.New(color.Bold)}
	p.tones[page.Good], p.tones[page.Warn], p.tones[page.Bad] = bold(green), bold(orange), bold(red)
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

// A canvas is where text is drawn.
type canvas struct {
	Options
	painter
	*bufio.Writer // it keeps the first error for Flush
}

// A ruler is where text is drawn to learn how many lines it takes.
type ruler struct {
	canvas
	lines int
}

func (r *ruler) Write(text []byte) (int, error) {
	r.lines += bytes.Count(text, []byte("\n"))
	return len(text), nil
}

func newRuler(o Options) *ruler {
	r := &ruler{}
	r.canvas = canvas{o, newPainter(false), bufio.NewWriter(r)}
	return r
}

// linesOf returns how many lines a function draws.
func (r *ruler) linesOf(draw func(canvas)) int {
	before := r.lines
	draw(r.canvas)
	_ = r.Flush() // Write takes all of it
	return r.lines - before
}

// Text draws a page for a terminal.
func Text(w io.Writer, pg page.Page, o Options) error {
	makeSafe(&pg, o.ASCII)
	c := canvas{o, newPainter(o.Color), bufio.NewWriter(w)}
	newRuler(o).shorten(&pg)
	c.answer(&pg)
	for i := range pg.Sections {
		if err := c.section(&pg.Sections[i]); err != nil {
			return err
		}
	}
	return c.Flush()
}

// answer draws the lines of the answer.
func (c canvas) answer(pg *page.Page) {
	c.line(pg.Headline)
	for _, l := range pg.Under {
		c.line(l)
	}
}

// shorten cuts sections, the last ones first, until the answer has no more lines than it may have. What is shown on
// demand does not count: each of its sections has room of its own.
func (r *ruler) shorten(pg *page.Page) {
	if pg.Most == 0 || r.Whole {
		return
	}
	extra := 0
	if r.columns() < usualWidth {
		extra = narrowExtra
	}
	over := r.linesOf(func(c canvas) { c.answer(pg) }) - pg.Most - extra
	for i := range pg.Sections {
		s := &pg.Sections[i]
		if n := len(s.Rest); n > 0 && n < items(s) {
			cut(s, n-1)
		}
		if s.Detail {
			r.trim(s, r.height(s)-pg.MostOfDetail-extra)
		} else {
			over += r.height(s)
		}
	}
	for i := len(pg.Sections) - 1; i >= 0; i-- {
		s := &pg.Sections[i]
		if s.Detail {
			continue
		}
		over = r.trim(s, over)
		if last := below(pg.Sections[i+1:]); last != nil && s.Table == nil && len(s.Lines) == 0 && s.More != "" {
			last.Lines = append([]page.Line{{Text: s.More, Aside: true}}, last.Lines...)
			s.More = ""
			over--
		}
		over = r.lower(s, over)
	}
}

// below returns the only section that is shown of some, if it is nothing but lines that matter less: what else there
// is.
func below(sections []page.Section) (only *page.Section) {
	for i := range sections {
		if s := &sections[i]; !s.Empty() {
			if only != nil || s.Table != nil || s.Title != "" || len(s.Lines) != 1 || !s.Lines[0].Aside {
				return nil
			}
			only = s
		}
	}
	return only
}

// trim cuts rows or lines of a section as long as there are lines over what there is room for, and it may be cut. It
// returns how many are still over.
func (r *ruler) trim(s *page.Section, over int) int {
	if over <= 0 {
		return over
	}
	before := r.height(s)
	most := before - over
	for n := items(s) - 1; before > most && n >= 0 && n < len(s.Rest) && s.Rest[n] != ""; n-- {
		cut(s, n)
		before = r.height(s)
	}
	return before - most
}

// lower lowers the plot of a section as long as there are lines over, if it may be, or leaves it out.
func (r *ruler) lower(s *page.Section, over int) int {
	if over <= 0 || s.Plot == nil || s.Plot.Least == 0 {
		return over
	}
	short := *s.Plot
	less := min(over, s.Plot.Rows-s.Plot.Least)
	short.Rows -= less
	if s.Plot = &short; less == over {
		return 0
	}
	before := r.height(s)
	*s = page.Section{More: "Plot: -o wide"}
	return over - less + r.height(s) - before
}

// items returns how many rows or, without a table, lines a section has.
func items(s *page.Section) int {
	if s.Table != nil {
		return len(s.Table.Rows)
	}
	return len(s.Lines)
}

// cut keeps the first n rows or lines of a section, and says what is left out.
func cut(s *page.Section, n int) {
	s.More = s.Rest[n]
	if s.Table == nil {
		s.Lines = s.Lines[:n]
		return
	}
	short := *s.Table
	short.Rows = short.Rows[:n]
	s.Table = &short
}

// height returns how many lines a section takes.
func (r *ruler) height(s *page.Section) (lines int) {
	if s.Empty() {
		return 0
	}
	lines = 1 + len(s.Bars) + r.linesOf(func(c canvas) { c.lines(s) })
	if s.Title != "" {
		lines += 1 + strings.Count(r.heading(s), "\n")
	}
	if s.Table != nil {
		lines += s.Table.Height()
	}
	if s.Plot != nil {
		lines += plotLines(s.Plot)
	}
	return lines
}

// heading returns the title of a section as it is drawn.
func (c canvas) heading(s *page.Section) string { return fold(title(s, c.ASCII), c.sentences(), 0) }

// section draws a section below a blank line.
func (c canvas) section(s *page.Section) error {
	if s.Empty() {
		return nil
	}
	c.WriteByte('\n')
	if s.Title != "" {
		c.WriteString(c.title.Sprint(c.heading(s)) + "\n")
	}
	c.bars(s.Bars)
	if s.Table != nil {
		if err := c.table(s.Table, textTable); err != nil {
			return err
		}
	}
	if s.Plot != nil {
		for _, row := range c.plot(s.Plot) {
			c.WriteString(strings.TrimRight(row, " ") + "\n")
		}
	}
	c.lines(s)
	return nil
}

// lines draws the sentences of a section, and what is left out of it.
func (c canvas) lines(s *page.Section) {
	if s.More != "" && s.Table != nil {
		c.line(page.Line{Text: s.More, Aside: true})
	}
	lines := s.Sentences()
	if len(lines) > 0 && len(s.Bars) > 0 {
		c.WriteByte('\n')
	}
	for _, l := range lines {
		c.line(l)
	}
	if s.More != "" && s.Table == nil {
		c.line(page.Line{Text: s.More, Aside: true})
	}
}

// line writes a mark and a sentence, which is folded. Below them it writes what is meant to be copied, which is only
// continued between options, and the further sentences.
func (c canvas) line(l page.Line) {
	text := fold(l.Text+l.Link, c.sentences(), textWidth(l.Mark))
	if l.Aside {
		text = c.paint(text, page.Dim)
	}
	c.WriteString(c.paint(l.Mark, l.Tone) + text + "\n")
	for _, code := range l.Code {
		c.WriteString(indent + continued(code, c.columns()-len(indent), "\n"+indent+indent) + "\n")
	}
	for _, item := range l.List {
		c.WriteString(indent + indent + item + "\n")
	}
	for _, below := range l.More {
		text := fold(below.Text+below.Link, c.sentences()-len(indent), textWidth(below.Mark))
		c.WriteString(indent + c.paint(below.Mark, below.Tone) + strings.ReplaceAll(text, "\n", "\n"+indent) + "\n")
	}
}

// fold breaks a sentence into lines at spaces, and indents all lines except the first. Some columns of the first are
// used already. A word that is longer than a line gets a line of its own, and so do an option and its value, which stay
// together. Spaces behind a mark stay.
func fold(text string, width, used int) string {
	var b strings.Builder
	gap := len(text) - len(strings.TrimLeft(text, " "))
	for i, word := range words(text) {
		n := textWidth(word)
		switch {
		case used == 0:
		case used+1+n > width:
			b.WriteString("\n" + indent)
			used = len(indent)
		case i == 0 && gap > 1: // behind a mark
			b.WriteString(strings.Repeat(" ", gap))
			used += gap
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(word)
		used += n
	}
	return b.String()
}

// words splits a sentence at spaces, but not between an option and its value.
func words(text string) (list []string) {
	for _, word := range strings.Fields(text) {
		if last := len(list) - 1; last >= 0 && takes(list[last], word) {
			list[last] += " " + word
			continue
		}
		list = append(list, word)
	}
	return list
}

// takes reports whether the word after an option is its value: any word after --show and -o, and a list after another.
func takes(option, word string) bool {
	switch {
	case option == "--show", option == "-o":
		return true
	case !strings.HasPrefix(option, "--") || strings.ContainsAny(option, " ;,.)"):
		return false
	}
	return !strings.HasPrefix(word, "-") && strings.Contains(word, ",")
}

// continued breaks a command into lines before its options, which a shell reads as one. next begins each line but the
// first.
func continued(command string, width int, next string) string {
	var b strings.Builder
	used := 0
	for i, option := range options(command) {
		n := textWidth(option)
		switch {
		case i == 0:
		case used+1+n+len(` \`) > width:
			b.WriteString(` \` + next)
			used = len(next) - 1
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(option)
		used += n
	}
	return b.String()
}

// options splits a command before each option that stands outside of quotes.
func options(command string) (parts []string) {
	quote, start := byte(0), 0
	for i := range len(command) {
		switch c := command[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == ' ' && strings.HasPrefix(command[i+1:], "--"):
			parts = append(parts, command[start:i])
			start = i + 1
		}
	}
	return append(parts, command[start:])
}
