package render

import (
	"bytes"
	"slices"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/pkg/twwidth"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"

	"github.com/lambdacap/lambdacap/format/page"
)

// A style is how tables are drawn.
type style struct {
	renderer func() tw.Renderer
	bar      string                 // before, between and after the cells
	shown    func(page.Cell) string // the text of a cell
	ruled    bool                   // a rule stands above the total
}

// textTable is for a terminal: no frame, and a rule under the header.
var textTable = style{bar: "", shown: func(c page.Cell) string { return c.Text }, ruled: true,
	renderer: func() tw.Renderer {
		return renderer.NewBlueprint(tw.Rendition{
			Borders: tw.BorderNone,
			Symbols: tw.NewSymbols(tw.StyleLight),
			Settings: tw.Settings{
				Separators: tw.Separators{BetweenColumns: tw.Off, BetweenRows: tw.Off},
				Lines:      tw.Lines{ShowHeaderLine: tw.On, ShowTop: tw.Off, ShowBottom: tw.Off},
			},
		})
	}}

// fewRows is how many rows the library draws. It takes 50 us for each, and a hundred times the memory of its text.
const fewRows = 500

// table draws a table. Of a long one, the library draws the first rows, in columns wide enough for the others.
func (c canvas) table(t *page.Table, how style) error {
	if how.ruled && !c.Whole {
		t = fit(t, c.columns(), c.ellipsis())
	}
	rows := t.Rows
	if t.Total != nil {
		rows = append(rows[:len(rows):len(rows)], t.Total)
	}
	var widest []string
	few := rows
	widths := columnWidths(t, how)
	if len(rows) > fewRows {
		few, widest = rows[:fewRows], make([]string, len(widths))
		for i, n := range widths {
			widest[i] = strings.Repeat("x", n)
		}
	}
	lines, err := drawRows(t.Columns, few, widest, c.painter, how)
	if err != nil {
		return err
	}
	if widest != nil {
		lines = lines[:len(lines)-1]
	}
	rule := lines[len(lines)-len(few)-1]
	if how.ruled {
		rule = c.rule(widths)
		lines[len(lines)-len(few)-1] = rule
	}
	last := len(rows) - 1
	row := func(i int, line []byte) {
		if i == last && t.Total != nil && how.ruled {
			c.writeLine(rule)
		}
		c.writeLine(line)
	}
	for i, line := range lines {
		row(i-(len(lines)-len(few)), line)
	}
	for i, cells := range rows[len(few):] {
		row(len(few)+i, how.drawRow(t.Columns, cells, widths, c.painter))
	}
	return nil
}

// writeLine writes a line without the spaces at its end.
func (c canvas) writeLine(line []byte) {
	c.Write(bytes.TrimRight(line, " \n"))
	c.WriteByte('\n')
}

// rule draws the line under a header, as wide as the columns.
func (c canvas) rule(widths []int) []byte {
	n := -1 // no space behind the last column
	for _, width := range widths {
		n += width + 2
	}
	if c.ASCII {
		return bytes.Repeat([]byte("-"), n)
	}
	return bytes.Repeat([]byte("─"), n)
}

// ellipsis stands for the middle of a name.
func (c canvas) ellipsis() string {
	if c.ASCII {
		return "..."
	}
	return "…"
}

// leastName is the minimum width of a shortened name, columns.
const leastName = 12

// leastHeader is how much of a header stays, columns.
const leastHeader = 8

// fit makes a table fit into a width. It drops columns, then shortens names, then drops the columns with the lowest
// Drop, and shortens headers.
func fit(t *page.Table, width int, ellipsis string) *page.Table {
	over := func() int {
		n := -width - 1 // no space behind the last column
		for _, column := range columnWidths(t, textTable) {
			n += column + 2
		}
		return n
	}
	if over() <= 0 {
		return t
	}
	t = t.Clone()
	for over() > 0 && t.DropColumn(false) {
	}
	// Names are shortened from what they were, since they have more room once a column is gone.
	whole := t
	for {
		t = whole.Clone()
		for i, column := range t.Columns {
			if excess := over(); column.Name && excess > 0 {
				room := max(leastName, columnWidths(t, textTable)[i]-excess)
				for _, row := range t.Rows {
					row[i].Text = shortened(row[i].Text, room, ellipsis)
				}
			}
		}
		excess := over()
		if excess > 0 && whole.DropColumn(true) {
			continue
		}
		shortenHeaders(t, excess, ellipsis)
		return t
	}
}

// shortenHeaders shortens headers that are wider than the cells below them, the widest first, until the table is
// narrower by an excess.
func shortenHeaders(t *page.Table, excess int, ellipsis string) {
	bare := &page.Table{Columns: make([]page.Column, len(t.Columns)), Rows: t.Rows, Total: t.Total}
	cells := columnWidths(bare, textTable)
	for excess > 0 {
		widest, spare := 0, 0
		for i, c := range t.Columns {
			n := textWidth(c.Header) - max(cells[i], leastHeader)
			if n > spare && !strings.Contains(c.Header, "\n") {
				widest, spare = i, n
			}
		}
		if spare == 0 {
			return
		}
		c := &t.Columns[widest]
		before := textWidth(c.Header)
		c.Header = shortened(c.Header, before-min(spare, excess), ellipsis)
		excess -= before - textWidth(c.Header)
	}
}

// shortened leaves out the middle of a name, so that it fits into a number of columns.
func shortened(name string, room int, ellipsis string) string {
	if textWidth(name) <= room {
		return name
	}
	runes := []rune(name)
	room -= textWidth(ellipsis)
	head, tail := 0, len(runes)
	for used := 0; head < tail; {
		wide := textWidth(string(runes[tail-1]))
		atHead := textWidth(string(runes[:head])) <= textWidth(string(runes[tail:]))
		if atHead {
			wide = textWidth(string(runes[head]))
		}
		if used += wide; used > room {
			break
		}
		if atHead {
			head++
		} else {
			tail--
		}
	}
	return string(runes[:head]) + ellipsis + string(runes[tail:])
}

// columnWidths returns how wide each column is, columns of a terminal.
func columnWidths(t *page.Table, how style) []int {
	widths := make([]int, len(t.Columns))
	for i, c := range t.Columns {
		for line := range strings.SplitSeq(c.Header, "\n") {
			widths[i] = max(widths[i], textWidth(line))
		}
	}
	for _, row := range t.Rows {
		for i, c := range row {
			widths[i] = max(widths[i], textWidth(how.shown(c)))
		}
	}
	for i, c := range t.Total {
		widths[i] = max(widths[i], textWidth(how.shown(c)))
	}
	return widths
}

// textWidth is how wide a text is, columns of a terminal.
func textWidth(text string) int {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return twwidth.WidthNoCache(text)
		}
	}
	return len(text)
}

// drawRow draws a row as the library does, in columns of given widths.
func (how style) drawRow(columns []page.Column, row []page.Cell, widths []int, p painter) []byte {
	line := []byte(how.bar)
	for i, c := range row {
		text := how.shown(c)
		space := strings.Repeat(" ", widths[i]-textWidth(text))
		text = p.paint(text, c.Tone)
		if columns[i].Left {
			text += space
		} else {
			text = space + text
		}
		line = append(line, " "+text+" "+how.bar...)
	}
	return line
}

// drawRows draws rows under their header, and widest below them if it is not nil. It returns the lines. The library
// drops write errors, so it gets a buffer to write to. It also folds and trims unless told not to.
func drawRows(
	columns []page.Column, rows [][]page.Cell, widest []string, p painter, how style,
) (lines [][]byte, err error) {
	alignment := make(tw.Alignment, len(columns))
	header := make([]any, len(columns))
	for i, c := range columns {
		alignment[i] = tw.AlignRight
		if c.Left {
			alignment[i] = tw.AlignLeft
		}
		header[i] = c.Header
	}
	var out bytes.Buffer
	w := tablewriter.NewTable(&out,
		tablewriter.WithRenderer(how.renderer()),
		tablewriter.WithEastAsian(false),
		tablewriter.WithTrimSpace(tw.Off),
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithHeaderAutoWrap(tw.WrapNone),
		tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithAlignment(alignment),
	)
	w.Header(header...)
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, c := range row {
			cells[i] = p.paint(how.shown(c), c.Tone)
		}
		if err := w.Append(cells); err != nil {
			return nil, err
		}
	}
	if widest != nil {
		if err := w.Append(widest); err != nil {
			return nil, err
		}
	}
	if err := w.Render(); err != nil {
		return nil, err
	}
	return slices.Collect(bytes.Lines(out.Bytes())), nil
}
