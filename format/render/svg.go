package render

import (
	"cmp"
	"io"
	"strings"

	"golang.org/x/net/html"

	"github.com/lambdacap/lambdacap/format/page"
)

// A poster is a picture with the answer and all drawings of a page, one below the other.
type poster struct {
	label  string
	parts  []*html.Node
	bottom float64
}

// margin is the white space around a picture, pixels.
const margin = 24.0

// place adds a drawing at the left, some pixels below what is there.
func (p *poster) place(d *drawing, x, below float64) {
	place := pairs("transform", "translate("+px(x)+" "+px(p.bottom+below)+")")
	p.parts = append(p.parts, text("\n"), element("g", place, d.nodes()...))
	p.bottom += below + d.height
}

// SVG draws the answer of a page and its bars and plots, one below the other.
func SVG(w io.Writer, pg page.Page) error {
	makeSafe(&pg, false)
	p := &poster{label: sentence(pg.Headline)}
	if pg.Subject != "" {
		p.label = pg.Subject + ": " + p.label
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
	return write(w, p.node())
}

// node is the picture, with white paper below it.
func (p *poster) node() *html.Node {
	const width = drawingWidth + 2*margin
	height := p.bottom + 2*margin
	paper := &drawing{Label: p.label}
	paper.rectangle(-margin, -margin, width, height, "#ffffff")
	return picture(p.label, -margin, width, height, append(paper.nodes(), append(p.parts, text("\n"))...))
}

// picture returns an element of SVG whose upper left corner has both coordinates at corner, pixels.
func picture(label string, corner, width, height float64, inside []*html.Node) *html.Node {
	return element("svg", pairs("xmlns", "http://www.w3.org/2000/svg", "role", "img", "aria-label", label,
		"width", px(width), "height", px(height),
		"viewBox", strings.Join([]string{px(corner), px(corner), px(width), px(height)}, " "),
		"font-family", "Helvetica,Arial,DejaVu Sans Condensed,sans-serif", "font-size", px(fontSize)), inside...)
}

// node is a drawing that stands in a text.
func (d *drawing) node() *html.Node {
	return picture(d.Label, 0, cmp.Or(d.width, drawingWidth), d.height, d.nodes())
}

// nodes are the label of a drawing and its shapes.
func (d *drawing) nodes() (nodes []*html.Node) {
	if d.Label != "" {
		nodes = append(nodes, element("title", nil, text(d.Label)))
	}
	for i := range d.Shapes {
		nodes = append(nodes, d.Shapes[i].node())
	}
	return nodes
}

func (s *shape) node() *html.Node {
	if s.Text == "" {
		return element("path", pairs("d", s.Path, "fill", s.Fill, "fill-opacity", s.Opacity,
			"stroke", s.Stroke, "stroke-width", s.Width, "stroke-dasharray", s.Dash))
	}
	anchor := s.Anchor
	if anchor == "start" { // is what is meant without it
		anchor = ""
	}
	return element("text", pairs("x", s.X, "y", s.Y, "text-anchor", anchor, "fill", s.Fill,
		"font-size", s.Size, "font-weight", s.Weight), text(s.Text))
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
