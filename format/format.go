// Package format shows the documents of answers in every format: as data (json, yaml), as rows (csv), as a page for
// people (table, markdown), or as a report for other tools (junit, sarif, github). It computes nothing.
//
// A format is an entry of the list below. A document that was saved as JSON, and is read back, is shown the same as at
// once.
package format

import (
	"fmt"
	"io"

	"github.com/lambdacap/lambdacap/format/document"
	"github.com/lambdacap/lambdacap/format/encode"
	"github.com/lambdacap/lambdacap/format/page"
	"github.com/lambdacap/lambdacap/format/render"
	"github.com/lambdacap/lambdacap/format/report"
)

// formats lists the formats, in the order of the help.
var formats = []struct {
	name string
	// checks says that only the answer of a check has the format.
	checks bool
	write  func(w io.Writer, r Report, o Options) error
}{
	{"table", false, func(w io.Writer, r Report, o Options) error { return render.Text(w, r.page(), o.Color) }},
	{"json", false, func(w io.Writer, r Report, _ Options) error { return encode.JSON(w, r.document) }},
	{"yaml", false, func(w io.Writer, r Report, _ Options) error { return encode.YAML(w, r.document) }},
	{"csv", false, func(w io.Writer, r Report, _ Options) error { return encode.CSV(w, r.rows) }},
	{"markdown", false, func(w io.Writer, r Report, _ Options) error { return render.Markdown(w, r.page()) }},
	{"junit", true, func(w io.Writer, r Report, _ Options) error { return report.JUnit(w, *r.check) }},
	{"sarif", true, func(w io.Writer, r Report, o Options) error { return report.SARIF(w, *r.check, o.Version) }},
	{"github", true, func(w io.Writer, r Report, _ Options) error { return report.GitHub(w, *r.check) }},
}

// Names lists the formats of a calculation, or those of a check.
func Names(check bool) (names []string) {
	for _, f := range formats {
		if check || !f.checks {
			names = append(names, f.name)
		}
	}
	return names
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
	check    *document.Check // of a check alone
}

// Write shows the report. It returns an error for a format that the report does not have, or where the writer fails.
func (r Report) Write(w io.Writer, o Options) error {
	for _, f := range formats {
		if f.name == o.Format && (r.check != nil || !f.checks) {
			return f.write(w, r, o)
		}
	}
	return fmt.Errorf("unknown format %q", o.Format)
}

// Limits shows the answer of limits.
func Limits(d document.Limits) Report {
	r := Report{document: d, rows: d.Result.Pools, page: func() page.Page { return page.Limits(d) }}
	if len(d.Result.Regions) > 0 {
		r.rows = d.Result.Regions
	}
	return r
}

// Spillover shows the answer of spillover.
func Spillover(d document.Spillover) Report {
	r := Report{document: d, rows: d.Result.Functions, page: func() page.Page { return page.Spillover(d) }}
	if d.Inputs.Sweep != nil {
		r.rows = document.SpillPoints(d)
	}
	return r
}

// Plan shows the answer of plan.
func Plan(d document.Plan) Report {
	r := Report{document: d, rows: d.Result.Functions, page: func() page.Page { return page.Plan(d) }}
	if d.Inputs.Sweep != nil {
		r.rows = document.PlanPoints(d)
	}
	return r
}

// Check shows the answer of check. The rows are its findings, then the accepted ones with their reasons.
func Check(d document.Check) Report {
	return Report{document: d, rows: document.CheckRows(d), page: func() page.Page { return page.Check(d) }, check: &d}
}

// Rules shows a list of rules.
func Rules(d document.Rules) Report {
	return Report{document: d, rows: d.Rules, page: func() page.Page { return page.Rules(d) }}
}

// Explanation shows all there is to say about the rule of a list of one.
func Explanation(d document.Rules) Report {
	return Report{document: d, rows: d.Rules, page: func() page.Page { return page.Rule(d.Rules[0]) }}
}
