package page

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/format/document"
)

// mostEchoed is how many functions have their inputs listed.
const mostEchoed = 100

// inputs lists what an answer was given, and where it comes from, if the format draws. title says of what.
func (v View) inputs(title string, in document.Inputs) Section {
	if !v.Drawn {
		return Section{}
	}
	listed := in
	listed.Functions = in.Functions[:min(len(in.Functions), mostEchoed)]
	s := Section{Title: title, Table: inputsTable(listed), Detail: true,
		Lines: []Line{{Text: "Everything else has its default.", Aside: true}}}
	if more := len(in.Functions) - len(listed.Functions); more > 0 {
		text := fmt.Sprintf("-o json has the inputs of %s.", quantity.FormatCountOf(more, "more function"))
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

// inputsTable has a row for each input. Those of several functions share a row, with the place of the first.
func inputsTable(in document.Inputs) *Table {
	t := &Table{Columns: []Column{names("Of"), left("Input"), names("From")}}
	var row []Cell // of the function before
	before := ""
	for _, e := range in.Echoes() {
		text := e.Name + " " + e.Value
		switch {
		case e.Function == "" || len(in.Functions) == 1:
			from := Cell{Text: e.Place}
			t.add(word(cmp.Or(e.Function, "account")), word(text), from.in(Dim, e.Place == document.OriginDefault))
		case row == nil || e.Function != before: // the first is its name
			before, row = e.Function, []Cell{word(e.Function), {}, word(e.Place)}
			t.Rows = append(t.Rows, row)
		default:
			row[1].Text = strings.TrimPrefix(row[1].Text+", "+text, ", ")
		}
	}
	if len(in.Functions) == 1 {
		t.keep(func(i int) bool { return i > 0 })
	}
	return t
}
