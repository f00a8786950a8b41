// Package format shows the documents of answers in every format: as data (json, yaml), as rows (csv), as a page for
// people (table, markdown), or as a report for other tools (junit, sarif, github). It computes nothing.
//
// A format is an entry of the list below. A document that is saved as JSON and read back is shown exactly as it was the
// first time.
package format

import (
	"fmt"
	"io"
	"slices"

	"github.com/lambdacap/lambdacap/format/document"
	"github.com/lambdacap/lambdacap/format/encode"
	"github.com/lambdacap/lambdacap/format/page"
	"github.com/lambdacap/lambdacap/format/render"
	"github.com/lambdacap/lambdacap/format/report"
)

// A kind is what a format shows of an answer.
type kind int

const (
	asDocument kind = iota // all of it, as data
	asRows                 // its figures, one line for each function or pool
	asPage                 // what a person should see
	asFindings             // the findings of a check
)

// formats lists the formats, in the order of the help.
var formats = []struct {
	name  string
	kind  kind
	write func(w io.Writer, r Report, o Options) error
}{
	{"table", asPage, func(w io.Writer, r Report, o Options) error { return render.Text(w, r.page(), o.Color) }},
	{"json", asDocument, func(w io.Writer, r Report, _ Options) error { return encode.JSON(w, r.document) }},
	{"yaml", asDocument, func(w io.Writer, r Report, _ Options) error { return encode.YAML(w, r.document) }},
	{"csv", asRows, func(w io.Writer, r Report, _ Options) error { return encode.CSV(w, r.rows) }},
	{"markdown", asPage, func(w io.Writer, r Report, _ Options) error { return render.Markdown(w, r.whole()) }},
	{"junit", asFindings, func(w io.Writer, r Report, _ Options) error { return report.JUnit(w, *r.check) }},
	{"sarif", asFindings, func(w io.Writer, r Report, o Options) error { return report.SARIF(w, *r.check, o.Version) }},
	{"github", asFindings, func(w io.Writer, r Report, _ Options) error { return report.GitHub(w, *r.check) }},
}

// Names lists the formats of a calculation, or those of a check.
func Names(check bool) (names []string) {
	for _, f := range formats {
		if check || f.kind != asFindings {
			names = append(names, f.name)
		}
	}
	return names
}

// ShowsInputs reports whether a format shows what the answer was given.
func ShowsInputs(name string) bool { return isOf(name, asDocument) }

// ShowsFormulas reports whether a format has a place for formulas.
func ShowsFormulas(name string) bool { return isOf(name, asDocument, asPage) }

func isOf(name string, kinds ...kind) bool {
	for _, f := range formats {
		if f.name == name {
			return slices.Contains(kinds, f.kind)
		}
	}
	return false
}

// Options says how to show a report.
type Options struct {
	Format  string // one of Names
	Color   bool   // colour a table
	Version string // of the program
}

// A Report is an answer that can be shown.
type Report struct {
	document any
	rows     any // a slice of structs, one for each line of csv
	page     func() page.Page
	long     func() page.Page // where length does not matter; nil if that is the same page
	check    *document.Check  // nil except for a check
}

// whole returns the page for a document, which may be longer than a screen.
func (r Report) whole() page.Page {
	if r.long != nil {
		return r.long()
	}
	return r.page()
}

// Write shows the report. It returns an error if the report does not have the format, or if the writer fails.
func (r Report) Write(w io.Writer, o Options) error {
	for _, f := range formats {
		if f.name == o.Format && (r.check != nil || f.kind != asFindings) {
			return f.write(w, r, o)
		}
	}
	return fmt.Errorf("unknown format %q", o.Format)
}

// Limits returns the report of limits.
func Limits(d document.Limits) Report {
	r := Report{document: d, rows: d.Result.Pools, page: func() page.Page { return page.Limits(d) }}
	if len(d.Result.Regions) > 0 {
		r.rows = d.Result.Regions
	}
	return r
}

// Spillover returns the report of spillover.
func Spillover(d document.Spillover) Report {
	r := Report{document: d, rows: d.Result.Functions, page: func() page.Page { return page.Spillover(d) }}
	if d.Inputs.Sweep != nil {
		r.rows = document.SpillPoints(d)
	}
	return r
}

// Plan returns the report of plan.
func Plan(d document.Plan) Report {
	r := Report{document: d, rows: d.Result.Functions, page: func() page.Page { return page.Plan(d) }}
	if d.Inputs.Sweep != nil {
		r.rows = document.PlanPoints(d)
	}
	return r
}

// Compare returns the report of compare.
func Compare(d document.Compare) Report {
	return Report{document: d, rows: document.CompareRows(d), page: func() page.Page { return page.Compare(d) },
		long: func() page.Page { return page.CompareWhole(d) }}
}

// Check returns the report of check. Its rows are the findings, then the accepted ones with their reasons.
func Check(d document.Check) Report {
	return Report{document: d, rows: document.CheckRows(d), page: func() page.Page { return page.Check(d) }, check: &d}
}

// Rules returns the report of a list of rules.
func Rules(d document.Rules) Report {
	return Report{document: d, rows: d.Rules, page: func() page.Page { return page.Rules(d) }}
}

// Explanation returns the report that says everything about one rule, the only one in the document.
func Explanation(d document.Rules) Report {
	return Report{document: d, rows: d.Rules, page: func() page.Page { return page.Rule(d.Rules[0]) }}
}
