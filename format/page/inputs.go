package page

import (
	"fmt"

	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/format/document"
)

// mostEchoed is how many functions have their inputs listed.
const mostEchoed = 40

// inputs lists what an answer was given, and where it comes from, if the format draws. title says of what.
func (v View) inputs(title string, in document.Inputs) Section {
	if !v.Drawn {
		return Section{}
	}
	listed := in
	listed.Functions = in.Functions[:min(len(in.Functions), mostEchoed)]
	t := &Table{Columns: []Column{names("Function"), left("Setting"), left("Value"), left("From")}}
	for _, e := range listed.Echoes() {
		from := Cell{Text: e.Place}
		t.add(word(e.Function), word(e.Name), word(e.Value), from.in(Dim, e.Place == document.OriginDefault))
	}
	if len(in.Functions) == 1 {
		t.keep(func(i int) bool { return i > 0 })
	}
	s := Section{Title: title, Table: t, Lines: []Line{{Text: "Everything else has its default.", Aside: true}}}
	if more := len(in.Functions) - len(listed.Functions); more > 0 {
		text := fmt.Sprintf("The inputs of %s: -o json.", quantity.FormatCountOf(more, "more function"))
		s.Lines = append(s.Lines, Line{Text: text, Aside: true})
	}
	for _, f := range in.Files {
		text := f.Name
		if format, ok := f.Format.Get(); ok {
			text += ", " + format
		}
		if problem, ok := f.Problem.Get(); ok {
			text += ": " + problem
		}
		s.Lines = append(s.Lines, Line{Mark: "File:", Text: text})
	}
	return s
}
