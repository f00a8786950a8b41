// Package format shows the documents of answers in every format: as data (json, yaml), as rows (csv), as a page for
// people (table, markdown), as a report or a picture to keep (html, svg), or as a report for other tools (junit, sarif,
// github). It computes nothing.
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
	asReport               // all that a person may want to see of a load, to keep
	asPicture              // its drawings
)

// formats lists the formats, in the order of the help.
var formats = []struct {
	name  string
	kind  kind
	write func(w io.Writer, r Report, o Options) error
}{
	{"table", asPage, func(w io.Writer, r Report, o Options) error { return render.Text(w, r.page(o.View), o.Text) }},
	{"wide", asPage, func(w io.Writer, r Report, o Options) error {
		o.Text.Whole, o.View.Whole = true, true
		return render.Text(w, r.page(o.View), o.Text)
	}},
	{"json", asDocument, func(w io.Writer, r Report, _ Options) error { return encode.JSON(w, r.document) }},
	{"yaml", asDocument, func(w io.Writer, r Report, _ Options) error { return encode.YAML(w, r.document) }},
	{"csv", asRows, func(w io.Writer, r Report, o Options) error {
		return encode.CSV(w, r.rows, o.Columns)
	}},
	{"markdown", asPage, func(w io.Writer, r Report, o Options) error {
		o.View.Folded = true
		return render.Markdown(w, r.page(o.View))
	}},
	{"html", asReport, func(w io.Writer, r Report, o Options) error {
		o.View.Folded, o.View.Drawn = true, true
		return render.HTML(w, r.page(o.View), o.Version)
	}},
	{"svg", asPicture, func(w io.Writer, r Report, o Options) error {
		o.View.Drawn = true
		return render.SVG(w, r.page(o.View))
	}},
	{"junit", asFindings, func(w io.Writer, r Report, _ Options) error { return report.JUnit(w, *r.check) }},
	{"sarif", asFindings, func(w io.Writer, r Report, o Options) error { return report.SARIF(w, *r.check, o.Version) }},
	{"github", asFindings, func(w io.Writer, r Report, _ Options) error { return report.GitHub(w, *r.check) }},
}

// An Extra is a group of formats that not every answer has.
type Extra int

// The extras.
const (
	None     Extra = iota
	Findings       // the formats for findings, of a check
	Pictures       // the report and the picture to keep, of a load
)

// extra returns the group that a kind of format is in.
func (k kind) extra() Extra {
	switch k {
	case asFindings:
		return Findings
	case asReport, asPicture:
		return Pictures
	}
	return None
}

// Names lists the formats of an answer with an extra.
func Names(of Extra) (names []string) {
	for _, f := range formats {
		if x := f.kind.extra(); x == None || x == of {
			names = append(names, f.name)
		}
	}
	return names
}

// ShowsInputs reports whether a format shows what the answer was given.
func ShowsInputs(name string) bool { return isOf(name, asDocument) }

// HasColumns reports whether a format has columns to choose from.
func HasColumns(name string) bool { return isOf(name, asRows) }

// ShowsFormulas reports whether a format has a place for formulas.
func ShowsFormulas(name string) bool { return isOf(name, asDocument, asPage, asReport) }

// IsPicture reports whether a format is a report or a picture to keep, which a terminal cannot show.
func IsPicture(name string) bool { return isOf(name, asReport, asPicture) }

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
	Version string // of the program
	// View is what a page shows.
	View page.View
	// Text is how a page is drawn as text.
	Text render.Options
	// Columns are the columns of csv; empty means all.
	Columns []string
}

// A Report is an answer that can be shown.
type Report struct {
	document any
	rows     any // a slice of structs, one for each line of csv
	page     func(page.View) page.Page
	check    *document.Check               // nil except for a check
	extra    Extra                         // what else it can be shown as
	failed   func(holding []string) Report // nil for an answer that nothing judges
}

// Failed returns the report with the conditions that hold, if any does.
func (r Report) Failed(holding []string) Report {
	if len(holding) == 0 || r.failed == nil {
		return r
	}
	return r.failed(holding)
}

// Columns lists the columns that csv can have.
func (r Report) Columns() []string { return encode.Columns(r.rows) }

// Write shows the report. It returns an error if the report does not have the format, or if the writer fails.
func (r Report) Write(w io.Writer, o Options) error {
	for _, f := range formats {
		if x := f.kind.extra(); f.name == o.Format && (x == None || x == r.extra) {
			return f.write(w, r, o)
		}
	}
	return fmt.Errorf("unknown format %q", o.Format)
}

// judged returns what makes the report of a document again, with the conditions that hold.
func judged[D any](d *D, failed *[]string, report func(D) Report) func(holding []string) Report {
	return func(holding []string) Report {
		*failed = holding
		return report(*d)
	}
}

// Limits returns the report of limits.
func Limits(d document.Limits) Report {
	r := Report{document: d, rows: d.Result.Pools,
		page:   func(v page.View) page.Page { return page.Limits(d, v).Failed(d.Failed, v) },
		failed: judged(&d, &d.Failed, Limits)}
	if len(d.Result.Regions) > 0 {
		r.rows = d.Result.Regions
	}
	return r
}

// Spillover returns the report of spillover.
func Spillover(d document.Spillover) Report {
	r := Report{document: d, rows: d.Result.Functions, extra: Pictures,
		page:   func(v page.View) page.Page { return page.Spillover(d, v).Failed(d.Failed, v) },
		failed: judged(&d, &d.Failed, Spillover)}
	if d.Inputs.Sweep != nil {
		r.rows = document.SpillPoints(d)
	}
	return r
}

// Plan returns the report of plan.
func Plan(d document.Plan) Report {
	r := Report{document: d, rows: d.Result.Functions, extra: Pictures,
		page:   func(v page.View) page.Page { return page.Plan(d, v).Failed(d.Failed, v) },
		failed: judged(&d, &d.Failed, Plan)}
	if d.Inputs.Sweep != nil {
		r.rows = document.PlanPoints(d)
	}
	if document.IsRecorded(d) {
		r.rows = document.WayRows(d.Result.Functions)
	}
	return r
}

// Replay returns the report of replay. Its rows are the functions, or every minute if there are minutes.
func Replay(d document.Replay) Report {
	r := Report{document: d, rows: document.ReplayRows(d), extra: Pictures,
		page:   func(v page.View) page.Page { return page.Replay(d, v).Failed(d.Failed, v) },
		failed: judged(&d, &d.Failed, Replay)}
	if d.Result.Minutes != nil {
		r.rows = d.Result.Minutes
	}
	return r
}

// Compare returns the report of compare.
func Compare(d document.Compare) Report {
	return Report{document: d, rows: document.CompareRows(d), extra: Pictures,
		page:   func(v page.View) page.Page { return page.Compare(d, v).Failed(d.Failed, v) },
		failed: judged(&d, &d.Failed, Compare)}
}

// Ramp returns the report of ramp. Its rows are the seconds.
func Ramp(d document.Ramp) Report {
	return Report{document: d, rows: document.RampRows(d), extra: Pictures,
		page:   func(v page.View) page.Page { return page.Ramp(d, v).Failed(d.Failed, v) },
		failed: judged(&d, &d.Failed, Ramp)}
}

// Drain returns the report of drain. Its rows are the minutes.
func Drain(d document.Drain) Report {
	return Report{document: d, rows: document.DrainRows(d), extra: Pictures,
		page: func(v page.View) page.Page { return page.Drain(d, v).Failed(d.Failed, v) },
		failed: func(holding []string) Report {
			d.Failed = holding
			return Drain(d)
		}}
}

// Check returns the report of check. Its rows are the findings, then the accepted ones with their reasons.
func Check(d document.Check) Report {
	return Report{document: d, rows: document.CheckRows(d), check: &d, extra: Findings,
		page:   func(v page.View) page.Page { return page.Check(d, v).Failed(d.Failed, v) },
		failed: judged(&d, &d.Failed, Check)}
}

// Rules returns the report of a list of rules.
func Rules(d document.Rules) Report {
	return Report{document: d, rows: d.Rules, page: func(page.View) page.Page { return page.Rules(d) }}
}

// Explanation returns the report that says everything about one rule, the only one in the document.
func Explanation(d document.Rules) Report {
	return Report{document: d, rows: d.Rules, page: func(page.View) page.Page { return page.Rule(d.Rules[0]) }}
}

// Glossary returns the report that explains one term, or that lists everything that can be explained.
func Glossary(d document.Glossary) Report {
	r := Report{document: d, rows: d.Terms, page: func(page.View) page.Page { return page.Glossary(d) }}
	if len(d.Rules) > 0 {
		r.rows = d.Topics()
	}
	return r
}
