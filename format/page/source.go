package page

import (
	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/format/document"
)

// sourceLines says what limits the event source of a function, and what it takes; of several, those that are limited,
// or else all together.
func sourceLines(f *calc.FunctionSpill) (lines []Line) {
	for _, s := range f.Sources.Or(nil) {
		if s.BoundBy.Known() {
			lines = append(lines, Line{Mark: string(s.Type) + ":", Text: document.SourceSentence(s)})
		}
	}
	s, ok := f.Source.Get()
	if text := document.SourceSentence(s); ok && text != "" && len(lines) == 0 {
		lines = append(lines, Line{Text: text})
	}
	return lines
}

// sourceSection shows the event sources of functions, one in each row.
func sourceSection(rows []calc.FunctionSpill) Section {
	t := &Table{Columns: []Column{
		names(perFunction), left("Source"), right("Batches\nat a time").drop(4), right("Batches\nneeded").drop(3),
		right("Takes at most\nmessages/s").drop(2), right("Arrive\nmessages/s"), right("Stay\nmessages/s"),
		left("Bound by").drop(lastDrop),
	}}
	for i := range rows {
		f := &rows[i]
		s, ok := f.Source.Get()
		if !ok {
			continue
		}
		for j, s := range f.Sources.Or([]calc.SourceSpill{s}) {
			label := word(f.Name)
			if j > 0 {
				label = Cell{}
			}
			stay := func(rps float64) Cell { return nonzero(rps, Warn) }
			t.add(label, word(string(s.Type)), count(s.Concurrency), optional(s.NeededConcurrency, count),
				optional(s.TopMessagesRPS, number), optional(s.MessagesRPS, number), optional(s.BehindMessagesRPS, stay),
				word(string(s.BoundBy.Or(""))))
		}
	}
	if len(t.Rows) == 0 {
		return Section{}
	}
	t.keep(func(i int) bool { return i != 0 || len(rows) > 1 })
	t.dropSilent()
	return Section{Title: "Event sources", Table: t}
}
