package render

import (
	"html/template"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/lambdacap/lambdacap/format/page"
)

// looks is the style of a report. Where it is dropped, tables and drawings still stand: they have their own attributes.
const looks = `
:root{color-scheme:light only}
body{box-sizing:border-box;max-width:752px;margin:0 auto;padding:32px 16px 48px;background:#fff;color:#1f2328;
font:15px/1.5 Helvetica,Arial,sans-serif}
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

// report is the template of a page.
const report = `{{define "report" -}}
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light only">
<title>{{with .Subject}}{{.}}: {{end}}{{sentence .Headline}}</title>
<style>` + looks + `</style>
</head>
<body>
<main>
{{with .Subject}}<p class="dim subject">{{.}}</p>
{{end}}<h1>{{with .Badge}}{{template "drawing" .}} {{end}}{{trim .Headline.Text}}</h1>
{{template "lines" .Under}}
{{- range .Sections}}{{template "section" .}}{{end}}
{{- with .More}}
<div class="more">
{{- range .}}{{template "section" .}}{{end}}
</div>
{{- end}}
</main>
<footer>lambdacap{{with .Version}} {{.}}{{end}}</footer>
</body>
</html>
{{end}}

{{- define "drawing" -}}
<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{{.Label}}" width="{{.Width}}" height="{{.Height}}"
{{- /**/}} viewBox="0 0 {{.Width}} {{.Height}}" font-family="Helvetica,Arial,sans-serif" font-size="12">
<title>{{.Label}}</title>{{template "shapes" .Shapes}}</svg>
{{- end}}

{{- define "section"}}
<section>
{{- with .Title}}
<h2>{{.}}</h2>
{{- end}}
{{- range .Drawings}}
{{template "drawing" .}}
{{- end}}
{{- with .Table}}{{template "table" .}}{{end}}
{{- template "lines" .Lines}}
</section>
{{- end}}

{{- define "table"}}{{$columns := .Columns}}
<table width="720" cellpadding="4" cellspacing="0" border="1" frame="void" rules="rows">
<thead><tr>
{{- range .Columns}}<th align="{{align .}}"{{if long .Header}} class="name"{{end}}>
{{- range $i, $line := split .Header}}{{if $i}}<br>{{end}}{{$line}}{{end}}</th>{{end}}</tr></thead>
<tbody>
{{- range .Rows}}
<tr>{{template "cells" pair $columns .}}</tr>
{{- end}}
</tbody>
{{- with .Total}}
<tfoot><tr>{{template "cells" pair $columns .}}</tr></tfoot>
{{- end}}
</table>
{{- end}}

{{- define "cells"}}{{range .}}
{{- /**/}}<td align="{{align .Column}}"{{with class .}} class="{{.}}"{{end}}>{{.Text}}</td>{{end}}{{end}}

{{- define "lines"}}
{{- range .}}
<p{{if .Aside}} class="dim"{{end}}>{{template "line" .}}</p>
{{- range .Code}}
<pre><code>{{code .}}</code></pre>
{{- end}}
{{- if or .List .More}}
<ul>
{{- range .List}}<li>{{.}}</li>{{end}}
{{- range .More}}<li>{{template "line" .}}</li>{{end -}}
</ul>
{{- end}}
{{- end}}
{{- end}}

{{- define "line"}}{{if .Mark -}}
<b{{with tone .Tone}} class="{{.}}"{{end}}>{{.Mark}}</b> {{end}}{{trim .Text}}{{.Link}}{{end}}`

// longWord is how long a word of a header may be before it is broken, columns of text.
const longWord = 16

// A field is a cell with its column.
type field struct {
	page.Column
	page.Cell
}

// htmlTemplate is parsed when the first report is drawn: most runs draw none.
var htmlTemplate = sync.OnceValue(func() *template.Template {
	classes := [...]string{page.Plain: "", page.Good: "good", page.Warn: "warn", page.Bad: "bad", page.Dim: "dim"}
	return template.Must(template.New("html").Funcs(template.FuncMap{
		"trim": strings.TrimSpace, "sentence": sentence,
		"tone":  func(t page.Tone) string { return classes[t] },
		"split": func(header string) []string { return strings.Split(header, "\n") },
		"code":  func(command string) string { return continued(command, usualWidth, "\n"+indent+indent) },
		"align": func(c page.Column) string {
			if c.Left {
				return "left"
			}
			return "right"
		},
		"long": func(header string) bool { // as the name of a file may be
			return slices.ContainsFunc(strings.Fields(header), func(word string) bool { return textWidth(word) > longWord })
		},
		"class": func(f field) string {
			if f.Name {
				return strings.TrimSpace("name " + classes[f.Tone])
			}
			return classes[f.Tone]
		},
		"pair": func(columns []page.Column, cells []page.Cell) []field {
			row := make([]field, len(cells))
			for i, c := range cells {
				row[i] = field{columns[i], c}
			}
			return row
		},
	}).Parse(shapes + report))
})

// A sheet is a page with its drawings.
type sheet struct {
	Subject  string
	Headline page.Line
	Badge    *drawing
	Under    []page.Line
	Sections []block
	More     []block // details
	Version  string
}

// A block is a section with its drawings.
type block struct {
	Title    string
	Drawings []*drawing
	Table    *page.Table
	Lines    []page.Line
}

// HTML draws a page as a report in one file, without anything that a browser would have to fetch or to run. version is
// that of the program; it may be empty.
func HTML(w io.Writer, pg page.Page, version string) error {
	makeSafe(&pg, false)
	s := sheet{Subject: pg.Subject, Headline: pg.Headline, Under: pg.Under, Version: version}
	if pg.Headline.Mark != "" {
		s.Badge = badge(pg.Headline.Mark, pg.Headline.Tone)
	}
	for i := range pg.Sections {
		section := &pg.Sections[i]
		if section.Empty() {
			continue
		}
		b := block{section.Title, drawings(section), section.Table, section.Sentences()}
		if section.Detail {
			s.More = append(s.More, b)
		} else {
			s.Sections = append(s.Sections, b)
		}
	}
	return htmlTemplate().ExecuteTemplate(w, "report", s)
}
