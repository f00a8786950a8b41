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

// textTable returns the renderer of tables for a terminal: no frame, and a rule under the header.
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

// partRows is how many rows the library gets at once: it needs a hundred times the memory of their text.
const partRows = 500

// writeTable draws a table. The rows of a long one are drawn in parts, whose columns have the same widths.
func writeTable(b *bufio.Writer, t *page.Table, p painter, how func() tw.Renderer, shown func(page.Cell) string) error {
	widest := widestRow(t, shown)
	for from := 0; from == 0 || from < len(t.Rows); from += partRows {
		rows := t.Rows[from:min(from+partRows, len(t.Rows))]
		drawn, err := drawRows(t.Columns, rows, widest, p, how(), shown)
		if err != nil {
			return err
		}
		if from > 0 {
			drawn = drawn[headerLines(t.Columns):]
		}
		if widest != nil {
			drawn = drawn[:len(drawn)-1]
		}
		for _, line := range drawn {
			b.Write(bytes.TrimRight(line, " \n"))
			b.WriteByte('\n')
		}
	}
	return nil
}

// headerLines returns how many lines the headers and the rule below them take.
func headerLines(columns []page.Column) int {
	most := 0
	for _, c := range columns {
		most = max(most, strings.Count(c.Header, "\n"))
	}
	return most + 2
}

// widestRow returns a row that makes each column as wide as all rows of the table do, or nil for a table that is drawn
// as one part.
func widestRow(t *page.Table, shown func(page.Cell) string) []string {
	if len(t.Rows) <= partRows {
		return nil
	}
	widths := make([]int, len(t.Columns))
	for _, row := range t.Rows {
		for i, c := range row {
			for line := range strings.SplitSeq(shown(c), "\n") {
				widths[i] = max(widths[i], twwidth.WidthNoCache(line))
			}
		}
	}
	widest := make([]string, len(widths))
	for i, n := range widths {
		widest[i] = strings.Repeat("x", n)
	}
	return widest
}

// drawRows draws rows under their header, and returns the lines. The library drops write errors, so it gets a buffer to
// write to. It also folds and trims unless told not to.
func drawRows(
	columns []page.Column, rows [][]page.Cell, widest []string, p painter, how tw.Renderer, shown func(page.Cell) string,
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
		tablewriter.WithRenderer(how),
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
			cells[i] = p.paint(shown(c), c.Tone)
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
