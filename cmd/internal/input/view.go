package input

import (
	"slices"
	"strconv"
	"strings"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/figure"
	"github.com/lambdacap/lambdacap/cmd/internal/fault"
	"github.com/lambdacap/lambdacap/cmd/internal/output"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
	"github.com/lambdacap/lambdacap/cmd/internal/suggest"
	"github.com/lambdacap/lambdacap/format"
	"github.com/lambdacap/lambdacap/format/page"
)

// width returns the width of the terminal, columns; 0 if there is none.
func (w World) width() int {
	const usual = 80
	if w.Terminal && w.Width == 0 {
		return usual
	}
	return w.Width
}

// ascii reports whether the locale has no more than ASCII: the first that is set of LC_ALL, LC_CTYPE and LANG is C or
// POSIX.
func (w World) ascii() bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale, _ := w.LookupEnv(name); locale != "" {
			return locale == "C" || locale == "POSIX"
		}
	}
	return false
}

// readView reads which part of the answer to show, and which columns of csv.
func (in *Input) readView() (view page.View, columns []string) {
	if v := in.chosen[setting.ShowFlag]; v.Given() {
		sections := setting.Sections(in.parts)
		for _, name := range v.Items() {
			switch {
			case !slices.Contains(page.Details(), name):
				in.oneOf(v, name, sections)
			case v.Origin == setting.Flag && !slices.Contains(sections, name): // a variable is for every command
				in.Fault("%s: %q is a section of other commands; expected %s", v.Path, name, strings.Join(sections, ", "))
			}
		}
		view.Show = v.Items()
	}
	if v := in.chosen[setting.SortFlag]; v.Given() {
		in.oneOf(v, v.Text, setting.Orders())
		view.Sort = figure.Order(v.Text)
	}
	view.Quiet = in.switched(setting.QuietFlag)
	if v := in.chosen[setting.OnlyFlag]; v.Given() {
		view.Only = v.Items()
	}
	if v := in.chosen[setting.ColumnsFlag]; v.Given() {
		columns = v.Items()
	}
	return view, columns
}

// oneOf reports a value that is not one of a few words.
func (in *Input) oneOf(v setting.Value, text string, words []string) {
	if !slices.Contains(words, text) {
		in.Fault("%s: %q is not known%s; expected %s", v.Path, text, suggest.Meant(text, words), strings.Join(words, ", "))
	}
}

// switched reports whether a flag without a value is given.
func (in *Input) switched(flag string) bool {
	v := in.chosen[flag]
	if !v.Given() {
		return false
	}
	on, err := strconv.ParseBool(v.Text)
	if err != nil {
		in.Fault("%s: %q is not known; expected true, false", v.Path, v.Text)
	}
	return on
}

// CheckView returns an error if the answer does not have a column of --columns, or the function of --only. columns
// lists the columns of the answer; it is only called if some are chosen.
func (in *Input) CheckView(columns func() []string) error {
	var wrong fault.List
	if v := in.chosen[setting.ColumnsFlag]; v.Given() {
		isCSV := func(out output.Output) bool { return format.HasColumns(out.Format) }
		if !slices.ContainsFunc(in.Outputs, isCSV) {
			wrong.Add(check.Place{}, "%s: only csv has columns to choose; expected with --%s csv", v.Path, setting.OutputFlag)
		}
		known := columns()
		for _, key := range v.Items() {
			if !slices.Contains(known, key) {
				wrong.Add(check.Place{}, "%s: no column is called %q%s", v.Path, key, suggest.Containing(key, known))
			}
		}
	}
	if v := in.chosen[setting.OnlyFlag]; v.Given() {
		var names []string
		for i := range in.Account.Functions {
			f := &in.Account.Functions[i]
			names = append(names, f.Name)
			for _, r := range f.Regions {
				names = append(names, f.Name+"@"+r.Region)
			}
		}
		for _, name := range v.Items() {
			if !slices.Contains(names, name) {
				wrong.Add(check.Place{}, "%s: no function is called %q%s", v.Path, name, suggest.Meant(name, names))
			}
		}
	}
	return wrong.Err()
}
