package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/figure"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/format/document"
)

// A View says which part of an answer to show, and in which order.
type View struct {
	// Show names what to show besides the answer: some of Details, or All.
	Show []string
	// Quiet asks for the verdict line alone, and what Show names.
	Quiet bool
	// Sort is the order of the functions; empty means that of the worst.
	Sort figure.Order
	// Only names the functions to show; empty means all of them.
	Only []string
	// Whole asks for all rows.
	Whole bool
	// Folded asks for everything: the format folds the details.
	Folded bool
	// Drawn asks for what a report that is kept needs besides: a bar for each of several loads, commands where the
	// changes are, and the inputs.
	Drawn bool
}

// The names of what is shown on demand.
const (
	ShowSplit       = "split"
	ShowTraffic     = "traffic"
	ShowWays        = "ways"
	ShowWorst       = "worst"
	ShowChanges     = "changes"
	ShowLimits      = "limits"
	ShowRandom      = "random"
	ShowCost        = "cost"
	ShowCommands    = "commands"
	ShowSettings    = "settings"
	ShowFindings    = "findings"
	ShowAssumptions = "assumptions"
	ShowAll         = "all"
)

// Details lists what is shown on demand, in the order of the page.
func Details() []string {
	return []string{
		ShowSplit, ShowLimits, ShowRandom, ShowCost, ShowCommands, ShowSettings, ShowFindings, ShowAssumptions,
		ShowTraffic, ShowWays, ShowWorst, ShowChanges, ShowAll,
	}
}

// The maximum number of lines by default: of an answer about a single function, of one about any number, and of each
// section that is shown on demand, which fits a screen together with the verdict.
const (
	mostOfOne    = 20
	mostOfAll    = 23
	mostOfDetail = 21
)

// shows reports whether a detail is asked for.
func (v View) shows(name string) bool {
	return v.Folded && !v.Quiet || slices.Contains(v.Show, name) || slices.Contains(v.Show, ShowAll)
}

// shown returns the indices of the functions to show, in the order of the view.
func (v View) shown(rows []calc.FunctionSpill) []int {
	by := v.Sort
	if by == "" {
		by = figure.ByWorst
	}
	indices := figure.Sort(rows, by)
	return slices.DeleteFunc(indices, func(i int) bool { return v.hides(rows[i].Name) })
}

// hides reports whether a function is not shown. One of Lambda@Edge has a row for each Region.
func (v View) hides(name string) bool {
	function, _, _ := strings.Cut(name, "@")
	return len(v.Only) > 0 && !slices.Contains(v.Only, name) && !slices.Contains(v.Only, function)
}

// picked returns the items of a list at some indices.
func picked[T any](list []T, indices []int) []T {
	short := make([]T, len(indices))
	for i, at := range indices {
		short[i] = list[at]
	}
	return short
}

// top returns how many of n functions may have a row.
func (v View) top(n int) int {
	if v.Whole || v.Folded {
		return n
	}
	return min(n, mostOfAll+1) // one more than has room, so that the others are counted
}

// A detail is a part of the answer that is shown on demand.
type detail struct {
	name     string
	exists   bool   // there is something to show
	minor    bool   // the last line of the answer does not offer it
	lines    string // what its lines are, such as finding
	sections func() []Section
}

// An answer holds the parts of a page, before the view decides which of them to show.
type answer struct {
	summary string
	under   []Line // further lines of the answer, below the summary
	body    []Section
	details []detail
	notes   Section // the findings
	assumes string  // what the answer assumes, in a few words
	explain []calc.Step
	inputs  document.Inputs
	single  bool // it is about a single function
	scaled  bool // it shows how the load grows
}

// lackedBy names the inputs without which there may be nothing to show of a detail; empty if it needs none.
func lackedBy(detail string) string {
	switch detail {
	case ShowRandom, ShowAssumptions:
		return "--duration"
	case ShowCost:
		return "--region, --memory and --duration"
	}
	return ""
}

// page lays out an answer.
func (v View) page(a answer) Page {
	p := Page{Headline: headline(a.summary), Most: mostOfAll, MostOfDetail: mostOfDetail}
	if a.single && !a.scaled {
		p.Most = mostOfOne
	}
	if !v.Quiet {
		p.Under, p.Sections = a.under, append(a.body, a.notes)
		for i := range p.Sections {
			a.withoutName(&p.Sections[i])
		}
	}
	p.Subject = strings.Join(v.Only, ", ")
	if only := a.inputs.Functions; len(only) == 1 && !only[0].Unnamed {
		p.Subject = only[0].Name
	}
	if v.Drawn {
		slices.SortStableFunc(a.details, func(a, b detail) int {
			return cmp.Compare(reportOrder(a.name), reportOrder(b.name))
		})
	}
	details, more := v.details(a)
	p.Sections = append(append(p.Sections, details...), explanation(v.explained(a.explain))...)
	p.Sections = append(p.Sections, v.inputs("Inputs", a.inputs))
	if !v.Quiet {
		p.Sections = append(p.Sections, last(a.assumes, a.inputs.Defaults(), more))
	}
	return p
}

// reportOrder orders the details in a report that is kept: what to know and to do comes before the figures.
func reportOrder(name string) int {
	if i := slices.Index([]string{ShowWorst, ShowChanges, ShowFindings, ShowCommands}, name); i >= 0 {
		return i
	}
	return len(Details())
}

// details returns the sections of the details that are asked for, and the names of the others that the last line of
// the answer offers.
func (v View) details(a answer) (sections []Section, more []string) {
	for _, d := range a.details {
		nothing := d.name + ": nothing to show"
		if lackedBy(d.name) == "" { // the answer may have it already
			nothing = d.name + ": nothing more to show"
		}
		switch {
		case d.exists && v.shows(d.name):
			for _, s := range d.sections() {
				s.Detail = !v.Drawn || reportOrder(d.name) == len(Details())
				a.withoutName(&s)
				if !v.shows(ShowAll) && !v.Whole {
					s.Rest = d.rest(&s)
				}
				if !s.Empty() {
					sections, nothing = append(sections, s), ""
				}
			}
		case d.exists && !d.minor:
			more = append(more, d.name)
		case lackedBy(d.name) != "":
			nothing += " without " + lackedBy(d.name)
		}
		if nothing != "" && slices.Contains(v.Show, d.name) {
			sections = append(sections, Section{Lines: []Line{{Text: nothing, Aside: true}}})
		}
	}
	return sections, more
}

// rest returns the Rest of one of the sections.
func (d *detail) rest(s *Section) []string {
	if s.Table != nil {
		return rest(len(s.Table.Rows), 1, moreOf("row", "-o wide"))
	}
	return rest(len(s.Lines), 1, moreOf(cmp.Or(d.lines, "line"), "-o wide"))
}

// withoutName drops the column with the function's name from the table of a single function.
func (a *answer) withoutName(s *Section) {
	if s.Table != nil && a.single {
		s.Table.keep(func(i int) bool { c := s.Table.Columns[i]; return !c.Name || c.Header != perFunction })
		if len(s.Table.Columns) == 0 { // nothing arrives
			s.Table = nil
		}
	}
}

// last returns the last line of an answer: what it and the defaults of templates assume, and what else can be shown.
func last(assumes, defaults string, more []string) Section {
	text := ""
	if both := strings.Trim(assumes+", "+defaults, ", "); both != "" {
		text = "Assumes " + both + "."
	}
	if len(more) > 0 {
		text = strings.TrimLeft(text+" More: --show "+strings.Join(more, ","), " ")
	}
	if text == "" {
		return Section{}
	}
	return Section{Lines: []Line{{Text: text, Aside: true}}}
}

// ofOnly returns the summary of the only function that is shown of several, or that of the account.
func (v View) ofOnly(summary string, rows []calc.FunctionSpill, all int, a calc.SpillAccount) string {
	if len(rows) != 1 || all == 1 {
		return summary
	}
	return document.OfFunction(&rows[0], a.Unreserved)
}

// headline turns a summary into the first line of its page.
func headline(summary string) Line {
	verdict, sentence := document.Verdict(summary)
	return Line{Mark: verdict, Tone: toneOf(verdict), Text: "  " + sentence}
}

// toneOf returns the tone of a verdict, which is written in capitals.
func toneOf(verdict string) Tone {
	switch verdict {
	case "FITS", "PASSES", "SURVIVES", "DRAINS":
		return Good
	case "SPILLS", "QUEUES", "INCOMPLETE", "GROWS":
		return Warn
	case "THROTTLES", "LOSES", "REFUSED", "FAILS":
		return Bad
	}
	return Plain
}

// anyRandom reports whether the figures of random arrivals are known for any function.
func anyRandom(rows []calc.FunctionSpill) bool {
	return slices.ContainsFunc(rows, func(f calc.FunctionSpill) bool { return f.Chance.Known() })
}

// rest returns the Rest of a section with a number of items: for each n from least up, what left says if only the
// first n are shown.
func rest(items, least int, left func(n, others int) string) []string {
	list := make([]string, min(items, mostOfAll))
	for n := least; n < len(list); n++ {
		list[n] = left(n, items-n)
	}
	return list
}

// moreOf returns a function for rest that counts the others, which are of a kind, and names the flag that shows them.
func moreOf(kind, shownBy string) func(n, others int) string {
	return func(_, others int) string {
		return "and " + quantity.FormatCountOf(others, "more "+kind) + ": " + shownBy
	}
}

// restOf returns the Rest of an overview: "and 7 more fit", or "and 12 more: 3 spill, 9 fit".
func restOf(rows []calc.FunctionSpill) []string {
	return rest(len(rows), 1, func(n, others int) string {
		counts := map[calc.Verdict]int{}
		for i := n; i < len(rows); i++ {
			counts[rows[i].Headline()]++
		}
		var parts []string
		for _, v := range calc.Verdicts() {
			switch count := counts[v]; {
			case count == others:
				return fmt.Sprintf("and %s more %s", quantity.FormatCount(int64(count)), v.Verb(count))
			case count > 0:
				parts = append(parts, quantity.FormatCount(int64(count))+" "+v.Verb(count))
			}
		}
		return fmt.Sprintf("and %s more: %s", quantity.FormatCount(int64(others)), strings.Join(parts, ", "))
	})
}
