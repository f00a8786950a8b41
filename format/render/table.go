package render

import (
	"bufio"
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
}

// textTable is for a terminal: no frame, and a rule under the header.
var textTable = style{bar: "", shown: func(c page.Cell) string { return c.Text }, renderer: func() tw.Renderer {
	return renderer.NewBlueprint(tw.Rendition{
		Borders: tw.BorderNone,
		Symbols: tw.NewSymbols(tw.StyleLight),
		Settings: tw.Settings{
			Separators: tw.Separators{BetweenColumns: tw.Off, BetweenRows: tw.Off},
			Lines:      tw.Lines{ShowHeaderLine: tw.On, ShowTop: tw.Off, ShowBottom: tw.Off},
		},
	})
}}

// fewRows is how many rows the library draws. It takes a hundred times the memory of their text, and 50 us for each.
const fewRows = 500

// writeTable draws a table. Of a long one, the library draws the first rows, in columns wide enough for the others.
func writeTable(b *bufio.Writer, t *page.Table, p painter, how style) error {
	if len(t.Rows) <= fewRows {
		lines, err := drawRows(t.Columns, t.Rows, nil, p, how)
		writeLines(b, lines)
		return err
	}
	widths := columnWidths(t, how)
	widest := make([]string, len(widths))
	for i, n := range widths {
		widest[i] = strings.Repeat("x", n)
	}
	lines, err := drawRows(t.Columns, t.Rows[:fewRows], widest, p, how)
	if err != nil {
		return err
	}
	writeLines(b, lines[:len(lines)-1]) // the last one is of widest
	for i, c := range t.Columns {       // a header may be wider than all cells
		for line := range strings.SplitSeq(c.Header, "\n") {
			widths[i] = max(widths[i], textWidth(line))
		}
	}
	for _, row := range t.Rows[fewRows:] {
		writeLines(b, how.drawRow(t.Columns, row, widths, p))
	}
	return nil
}

// writeLines writes lines without the spaces at their ends.
func writeLines(b *bufio.Writer, lines [][]byte) {
	for _, line := range lines {
		b.Write(bytes.TrimRight(line, " \n"))
		b.WriteByte('\n')
	}
}

// columnWidths returns how wide the cells of each column are, columns of a terminal.
func columnWidths(t *page.Table, how style) []int {
	widths := make([]int, len(t.Columns))
	for _, row := range t.Rows {
		for i, c := range row {
			for line := range strings.SplitSeq(how.shown(c), "\n") {
				widths[i] = max(widths[i], textWidth(line))
			}
		}
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
func (how style) drawRow(columns []page.Column, row []page.Cell, widths []int, p painter) (lines [][]byte) {
	texts := make([][]string, len(row))
	height := 1
	for i, c := range row {
		texts[i] = strings.Split(how.shown(c), "\n")
		height = max(height, len(texts[i]))
	}
	for at := range height {
		line := []byte(how.bar)
		for i, c := range row {
			text := ""
			if at < len(texts[i]) {
				text = texts[i][at]
			}
			space := strings.Repeat(" ", widths[i]-textWidth(text))
			text = p.paint(text, c.Tone)
			if columns[i].Left {
				text += space
			} else {
				text = space + text
			}
			line = append(line, " "+text+" "+how.bar...)
		}
		lines = append(lines, line)
	}
	return lines
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
