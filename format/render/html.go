package render

import (
	"io"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"github.com/lambdacap/lambdacap/format/page"
)

// looks is the style of a report. Where it is dropped, tables and drawings still stand: they have their own attributes.
const looks = `
:root{color-scheme:light only}
body{box-sizing:border-box;max-width:752px;margin:0 auto;padding:32px 16px 48px;background:#fff;color:#1f2328;
font:15px/1.5 Helvetica,Arial,DejaVu Sans Condensed,sans-serif}
h1{font-size:21px;line-height:1.4;margin:0 0 14px;font-weight:600}
h1 svg{vertical-align:-6px;margin-right:4px}
h2{font-size:16px;line-height:1.3;margin:34px 0 10px}
.more h2{font-size:14px;margin-top:26px}
p{margin:6px 0}ul{margin:4px 0;padding-left:22px}
svg{max-width:100%;height:auto}section>svg{display:block;margin:12px 0}
table{width:100%;border:0;border-collapse:collapse;margin:8px 0;font-size:13px;line-height:1.4;
font-variant-numeric:tabular-nums}
th,td{border:0;border-bottom:1px solid #d8dee4;padding:4px 6px;vertical-align:top}
th{border-bottom:1px solid #59636e;color:#59636e;font-weight:600;vertical-align:bottom}
tfoot td{border-top:1px solid #59636e;font-weight:600}
th:first-child,td:first-child{padding-left:0}th:last-child,td:last-child{padding-right:0}
h1,h2,p,li,.name{overflow-wrap:anywhere}.name{min-width:9em}td[align=right]{white-space:nowrap}
pre{margin:8px 0;padding:10px 12px;background:#f6f8fa;border:1px solid #d8dee4;border-radius:6px;
font:13px/1.5 ui-monospace,Menlo,Consolas,monospace;white-space:pre-wrap;overflow-wrap:anywhere}
.good{color:#116329}.warn{color:#8a4600}.bad{color:#a8200d}.dim{color:#59636e}
b.good,b.warn,b.bad,td.good,td.warn,td.bad{font-weight:600}
.more{margin-top:40px;border-top:1px solid #59636e}
footer{margin-top:36px;color:#59636e;font-size:12px}
@page{size:A4 portrait;margin:14mm}
@media print{body{max-width:none;padding:0;font-size:12px}h1{font-size:17px}table{font-size:11px}pre{font-size:11px}
h1,h2{break-after:avoid}svg,table,pre,p,li,tr{break-inside:avoid}thead{display:table-header-group}}
`

// longWord is how long a word of a header may be before it is broken, columns of text.
const longWord = 16

// classes are the names that looks has for the tones.
var classes = [...]string{page.Plain: "", page.Good: "good", page.Warn: "warn", page.Bad: "bad", page.Dim: "dim"}

// HTML draws a page as a report in one file, without anything that a browser would have to fetch or to run. version is
// that of the program; it may be empty.
func HTML(w io.Writer, pg page.Page, version string) error {
	makeSafe(&pg, false)
	title := sentence(pg.Headline)
	if pg.Subject != "" {
		title = pg.Subject + ": " + title
	}
	root := element("html", pairs("lang", "en"),
		element("head", nil,
			element("meta", pairs("charset", "utf-8")),
			element("meta", pairs("http-equiv", "Content-Security-Policy",
				"content", "default-src 'none'; style-src 'unsafe-inline'")),
			element("meta", pairs("name", "viewport", "content", "width=device-width")),
			element("meta", pairs("name", "color-scheme", "content", "light only")),
			element("title", nil, text(title)),
			element("style", nil, text(looks))),
		element("body", nil,
			element("main", nil, mainNodes(&pg)...),
			element("footer", nil, text(strings.TrimSpace("lambdacap "+version)))))
	document := &html.Node{Type: html.DocumentNode}
	document.AppendChild(&html.Node{Type: html.DoctypeNode, Data: "html"})
	document.AppendChild(root)
	return write(w, document)
}

// mainNodes draws the answer, its sections, and after them those with details.
func mainNodes(pg *page.Page) (nodes []*html.Node) {
	if pg.Subject != "" {
		nodes = append(nodes, element("p", pairs("class", "dim subject"), text(pg.Subject)))
	}
	answer := element("h1", nil)
	if pg.Headline.Mark != "" {
		answer.AppendChild(badge(pg.Headline.Mark, pg.Headline.Tone).node())
		answer.AppendChild(text(" "))
	}
	answer.AppendChild(text(strings.TrimSpace(pg.Headline.Text)))
	nodes = append(nodes, answer)
	nodes = append(nodes, lineNodes(pg.Under)...)
	var details []*html.Node
	for i := range pg.Sections {
		switch s := &pg.Sections[i]; {
		case s.Empty():
		case s.Detail:
			details = append(details, sectionNode(s))
		default:
			nodes = append(nodes, sectionNode(s))
		}
	}
	if len(details) > 0 {
		nodes = append(nodes, element("div", pairs("class", "more"), details...))
	}
	return nodes
}

// sectionNode draws a section: its drawings, its table, and its sentences.
func sectionNode(s *page.Section) *html.Node {
	var nodes []*html.Node
	if s.Title != "" {
		nodes = append(nodes, element("h2", nil, text(s.Title)))
	}
	for _, d := range drawings(s) {
		nodes = append(nodes, d.node())
	}
	if s.Table != nil {
		nodes = append(nodes, tableNode(s.Table))
	}
	return element("section", nil, append(nodes, lineNodes(s.Sentences())...)...)
}

// tableNode draws a table. Its attributes keep it readable where the style is dropped.
func tableNode(t *page.Table) *html.Node {
	header := element("tr", nil)
	for _, c := range t.Columns {
		class := ""
		isLong := func(word string) bool { return textWidth(word) > longWord } // as the name of a file may be
		if slices.ContainsFunc(strings.Fields(c.Header), isLong) {
			class = "name"
		}
		cell := element("th", pairs("align", alignment(c), "class", class))
		for i, line := range strings.Split(c.Header, "\n") {
			if i > 0 {
				cell.AppendChild(element("br", nil))
			}
			cell.AppendChild(text(line))
		}
		header.AppendChild(cell)
	}
	var rows []*html.Node
	for _, cells := range t.Rows {
		rows = append(rows, rowNode(t.Columns, cells))
	}
	table := element("table", pairs("width", "720", "cellpadding", "4", "cellspacing", "0", "border", "1",
		"frame", "void", "rules", "rows"), element("thead", nil, header), element("tbody", nil, rows...))
	if t.Total != nil {
		table.AppendChild(element("tfoot", nil, rowNode(t.Columns, t.Total)))
	}
	return table
}

func rowNode(columns []page.Column, cells []page.Cell) *html.Node {
	row := element("tr", nil)
	for i, c := range cells {
		class := classes[c.Tone]
		if columns[i].Name {
			class = strings.TrimSpace("name " + class)
		}
		row.AppendChild(element("td", pairs("align", alignment(columns[i]), "class", class), text(c.Text)))
	}
	return row
}

func alignment(c page.Column) string {
	if c.Left {
		return "left"
	}
	return "right"
}

// lineNodes draws sentences, each with the commands and the list that belong to it.
func lineNodes(lines []page.Line) (nodes []*html.Node) {
	for _, l := range lines {
		class := ""
		if l.Aside {
			class = "dim"
		}
		nodes = append(nodes, element("p", pairs("class", class), sentenceNodes(l)...))
		for _, command := range l.Code {
			folded := continued(command, usualWidth, "\n"+indent+indent)
			nodes = append(nodes, element("pre", nil, element("code", nil, text(folded))))
		}
		var items []*html.Node
		for _, item := range l.List {
			items = append(items, element("li", nil, text(item)))
		}
		for _, more := range l.More {
			items = append(items, element("li", nil, sentenceNodes(more)...))
		}
		if len(items) > 0 {
			nodes = append(nodes, element("ul", nil, items...))
		}
	}
	return nodes
}

// sentenceNodes draws the text of a line after its mark.
func sentenceNodes(l page.Line) (nodes []*html.Node) {
	if l.Mark != "" {
		nodes = append(nodes, element("b", pairs("class", classes[l.Tone]), text(l.Mark)), text(" "))
	}
	return append(nodes, text(strings.TrimSpace(l.Text)+l.Link))
}
