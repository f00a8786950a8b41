package render

import (
	"html/template"
	"io"
	"strings"
	"sync"

	"github.com/lambdacap/lambdacap/format/page"
)

// shapes is the template of the shapes of a drawing.
const shapes = `{{define "shapes"}}{{range .}}{{if .Text -}}
<text x="{{.X}}" y="{{.Y}}"{{if ne .Anchor "start"}} text-anchor="{{.Anchor}}"{{end}} fill="{{.Fill}}"
{{- if .Size}} font-size="{{.Size}}"{{end}}{{if .Weight}} font-weight="{{.Weight}}"{{end}}>{{.Text}}</text>
{{- else -}}
<path d="{{.Path}}" fill="{{.Fill}}"{{if .Opacity}} fill-opacity="{{.Opacity}}"{{end}}
{{- if .Stroke}} stroke="{{.Stroke}}" stroke-width="{{.Width}}"{{end}}
{{- if .Dash}} stroke-dasharray="{{.Dash}}"{{end}}/>
{{- end}}{{end}}{{end}}`

// picture is the template of a picture that stands alone.
const picture = `{{define "picture" -}}
<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{{.Label}}" width="768" height="{{.Height}}"
{{- /**/}} viewBox="-24 -24 768 {{.Height}}" font-family="Helvetica,Arial,sans-serif" font-size="12">
<title>{{.Label}}</title>
<path d="M-24 -24H744V{{.Height}}H-24Z" fill="#ffffff"/>
{{range .Parts}}<g transform="translate({{.X}} {{.Y}})">
{{- if .Label}}<title>{{.Label}}</title>{{end}}{{template "shapes" .Shapes}}</g>
{{end}}</svg>
{{end}}`

// A placed drawing is a part of a picture.
type placed struct {
	X, Y string
	*drawing
}

// A poster is a picture with the answer and all drawings of a page, one below the other.
type poster struct {
	Label  string
	Parts  []placed
	bottom float64
}

// margin is the white space around a picture, pixels.
const margin = 24.0

// Height is the height of the picture with its margins, as an attribute.
func (p *poster) Height() string { return px(p.bottom + 2*margin) }

// place adds a drawing at the left, some pixels below what is there.
func (p *poster) place(d *drawing, x, below float64) {
	p.Parts = append(p.Parts, placed{px(x), px(p.bottom + below), d})
	p.bottom += below + d.height
}

// svgTemplate is parsed when the first picture is drawn: most runs draw none.
var svgTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("svg").Parse(shapes + picture))
})

// SVG draws the answer of a page and its bars and plots, one below the other.
func SVG(w io.Writer, pg page.Page) error {
	makeSafe(&pg, false)
	p := &poster{Label: sentence(pg.Headline)}
	if pg.Subject != "" {
		p.Label = pg.Subject + ": " + p.Label
		p.place(paragraph(pg.Subject, 0, 12), 0, 0)
		p.bottom += 6
	}
	mark := badge(pg.Headline.Mark, pg.Headline.Tone)
	p.place(mark, 0, 0)
	p.bottom -= mark.height
	answer := paragraph(strings.TrimSpace(pg.Headline.Text), textLength(pg.Headline.Mark, 14)+22+12, 16)
	p.place(answer, 0, 0)
	for i := range pg.Sections {
		s := &pg.Sections[i]
		pictures := drawings(s)
		if len(pictures) == 0 {
			continue
		}
		below := 22.0
		if s.Title != "" {
			p.place(heading(s.Title), 0, below)
			below = 10
		}
		for _, d := range pictures {
			p.place(d, 0, below)
			below = 16
		}
		if s.Plot == nil && len(s.Bars) > 0 {
			continue
		}
		for _, l := range s.Sentences() {
			note := paragraph(sentence(l), 0, 12)
			p.place(note, 0, 8)
		}
	}
	return svgTemplate().ExecuteTemplate(w, "picture", p)
}

// drawings draws what a section has to draw.
func drawings(s *page.Section) (list []*drawing) {
	if len(s.Bars) > 0 {
		list = append(list, drawBars(s.Title, s.Bars))
	}
	if len(s.Splits) > 0 {
		list = append(list, drawSplits(s.Title, s.Splits))
	}
	if s.Plot != nil {
		list = append(list, drawPlot(s.Title, s.Plot))
	}
	return list
}

// sentence returns a line as plain text.
func sentence(l page.Line) string {
	return strings.TrimSpace(l.Mark + " " + strings.TrimSpace(l.Text) + l.Link)
}

// heading draws the title of a section.
func heading(title string) *drawing {
	d := &drawing{height: 18}
	word := d.text(0, 14, "start", ink, title)
	word.Size = "14"
	word.bold()
	return d
}

// paragraph draws a text, folded to the width of a drawing, whose first line begins after some pixels.
func paragraph(text string, indent, size float64) *drawing {
	d := &drawing{}
	line, at, x := "", float64(size*1.15), indent
	end := func() {
		if line != "" {
			t := d.text(x, at, "start", ink, line)
			t.Size = px(size)
		}
	}
	for _, word := range words(text) {
		word = shortenedTo(word, drawingWidth-indent, size)
		longer := strings.TrimPrefix(line+" "+word, " ")
		if line != "" && x+textLength(longer, size) > drawingWidth {
			end()
			line, x, longer = "", 0, word
			at += float64(size * 1.45)
		}
		line = longer
	}
	end()
	d.height = at + float64(size*0.4)
	return d
}
