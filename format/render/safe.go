package render

import (
	"strings"

	"github.com/lambdacap/lambdacap/format/page"
	"github.com/lambdacap/lambdacap/format/safe"
)

// makeSafe makes every text of a page safe to show, before anything is drawn. It changes the page, which is drawn once.
func makeSafe(pg *page.Page, ascii bool) {
	s := sanitizer{ascii}
	pg.Subject = s.text(pg.Subject)
	s.line(&pg.Headline)
	s.lines(pg.Under)
	for i := range pg.Sections {
		section := &pg.Sections[i]
		section.Title, section.Stars, section.More = s.text(section.Title), s.text(section.Stars), s.text(section.More)
		section.Rest = s.texts(section.Rest)
		s.lines(section.Lines)
		for j := range section.Bars {
			bar := &section.Bars[j]
			bar.Label, bar.Value = s.text(bar.Label), s.text(bar.Value)
		}
		for j := range section.Splits {
			split := &section.Splits[j]
			split.Label, split.Mark, split.Value = s.text(split.Label), s.text(split.Mark), s.text(split.Value)
			for k := range split.Parts {
				split.Parts[k].Label = s.text(split.Parts[k].Label)
			}
		}
		if section.Table == nil {
			continue
		}
		for j := range section.Table.Columns {
			c := &section.Table.Columns[j]
			c.Header = strings.Join(s.texts(strings.Split(c.Header, "\n")), "\n")
		}
		for _, row := range section.Table.Rows {
			s.cells(row)
		}
		s.cells(section.Table.Total)
	}
}

// A sanitizer makes texts safe to show.
type sanitizer struct{ ascii bool }

// ours are the characters that our own sentences have beside ASCII.
var ours = strings.NewReplacer("→", "->", "…", "...", "×", "x", "≥", ">=", "≤", "<=")

func (s sanitizer) text(text string) string {
	if s.ascii {
		text = ours.Replace(text)
	}
	return safe.Text(text)
}

func (s sanitizer) line(l *page.Line) {
	l.Mark, l.Text = s.text(l.Mark), s.text(l.Text)
	l.Code, l.List = s.texts(l.Code), s.texts(l.List)
	s.lines(l.More)
}

func (s sanitizer) lines(lines []page.Line) {
	for i := range lines {
		s.line(&lines[i])
	}
}

func (s sanitizer) cells(cells []page.Cell) {
	for i := range cells {
		cells[i].Text = s.text(cells[i].Text)
	}
}

// texts returns a copy: the texts belong to the document.
func (s sanitizer) texts(texts []string) []string {
	shown := make([]string, len(texts))
	for i, text := range texts {
		shown[i] = s.text(text)
	}
	return shown
}
