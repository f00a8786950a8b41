package render

import (
	"github.com/lambdacap/lambdacap/format/page"
	"github.com/lambdacap/lambdacap/format/safe"
)

// makeSafe makes every text of a page safe to show, before anything is drawn. Only the lines of a cell stay lines. It
// changes the page, which is drawn once.
func makeSafe(pg *page.Page) {
	makeLineSafe(&pg.Headline)
	for i := range pg.Sections {
		s := &pg.Sections[i]
		s.Title = safe.Text(s.Title)
		for j := range s.Lines {
			makeLineSafe(&s.Lines[j])
		}
		if s.Table == nil {
			continue
		}
		for _, row := range s.Table.Rows {
			for j := range row {
				row[j].Text = safe.Lines(row[j].Text)
			}
		}
	}
}

func makeLineSafe(l *page.Line) {
	l.Mark, l.Text = safe.Text(l.Mark), safe.Text(l.Text)
	l.Code, l.List = safeTexts(l.Code), safeTexts(l.List)
	for i := range l.More {
		makeLineSafe(&l.More[i])
	}
}

// safeTexts returns a copy: the texts belong to the document.
func safeTexts(texts []string) []string {
	shown := make([]string, len(texts))
	for i, text := range texts {
		shown[i] = safe.Text(text)
	}
	return shown
}
