package render

import (
	"bytes"

	"github.com/olekukonko/tablewriter"
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

// writeTable draws a table. The library drops write errors, so it gets a buffer to write to. It also folds and trims
// unless told not to.
func writeTable(b *bytes.Buffer, t *page.Table, p painter, how tw.Renderer) error {
	alignment := make(tw.Alignment, len(t.Columns))
	header := make([]any, len(t.Columns))
	for i, c := range t.Columns {
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
	for _, row := range t.Rows {
		cells := make([]string, len(row))
		for i, c := range row {
			cells[i] = p.paint(c.Text, c.Tone)
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
