package page

import (
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
	// Only is the function to show; empty means all of them.
	Only string
	// Whole says that there is room for all rows.
	Whole bool
	// Folded says that a format shows everything, with the details folded.
	Folded bool
}

// The names of what is shown on demand.
const (
	ShowSplit       = "split"
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
		ShowSplit, ShowLimits, ShowRandom, ShowCost, ShowCommands, ShowSettings, ShowFindings, ShowAssumptions, ShowAll,
	}
}

// The most lines of an answer by default: of a single function, and of any number.
const (
	mostOfOne = 20
	mostOfAll = 23
)

// shows reports whether a detail is asked for.
func (v View) shows(name string) bool {
	return v.Folded || slices.Contains(v.Show, name) || slices.Contains(v.Show, ShowAll)
}

// shown returns the indices of the functions to show, in their order.
func (v View) shown(rows []calc.FunctionSpill) []int {
	by := v.Sort
	if by == "" {
		by = figure.ByWorst
	}
	indices := figure.Sort(rows, by)
	if v.Only != "" {
		indices = slices.DeleteFunc(indices, func(i int) bool { return rows[i].Name != v.Only })
	}
	return indices
}

// picked returns some items of a list.
func picked[T any](list []T, indices []int) []T {
	short := make([]T, len(indices))
	for i, at := range indices {
		short[i] = list[at]
	}
	return short
}

// top returns the first functions, those that may have a row.
func (v View) top(rows []calc.FunctionSpill) []calc.FunctionSpill {
	if v.Whole || v.Folded || len(rows) <= mostOfAll {
		return rows
	}
	return rows[:mostOfAll+1] // one more than has room, so that the others are counted
}

// A detail is what is shown on demand.
type detail struct {
	name     string
	exists   bool // there is something to show
	minor    bool // the last line of the answer does not name it
	sections func() []Section
}

// An answer is what a page is made of.
type answer struct {
	summary string
	under   []Line
	body    []Section
	details []detail
	notes   Section // the findings
	assumes string  // what the answer assumes, in a few words
	explain []calc.Step
	single  bool
}

// needs says what a detail needs that has nothing to show.
var needs = map[string]string{
	ShowRandom: "--duration", ShowAssumptions: "--duration", ShowCost: "--region, --memory and --duration",
}

// page lays an answer out.
func (v View) page(a answer) Page {
	p := Page{Headline: headline(a.summary), Most: mostOfAll}
	if a.single {
		p.Most = mostOfOne
	}
	if !v.Quiet {
		p.Under, p.Sections = a.under, append(a.body, a.notes)
		for i := range p.Sections {
			a.withoutName(&p.Sections[i])
		}
	}
	var more []string
	for _, d := range a.details {
		switch {
		case !d.exists && slices.Contains(v.Show, d.name):
			text := d.name + ": nothing to show"
			if input, ok := needs[d.name]; ok {
				text += " without " + input
			}
			p.Sections = append(p.Sections, Section{Lines: []Line{{Text: text, Aside: true}}})
		case !d.exists:
		case v.shows(d.name):
			says := false
			for _, s := range d.sections() {
				s.Detail = true
				a.withoutName(&s)
				p.Sections = append(p.Sections, s)
				says = says || !s.Empty()
			}
			if !says && slices.Contains(v.Show, d.name) {
				p.Sections = append(p.Sections, Section{Lines: []Line{{Text: d.name + ": nothing to show", Aside: true}}})
			}
		case !d.minor:
			more = append(more, d.name)
		}
	}
	for _, s := range explanation(a.explain) {
		s.Detail = true
		p.Sections = append(p.Sections, s)
	}
	if !v.Quiet {
		p.Sections = append(p.Sections, last(a.assumes, more))
	}
	return p
}

// withoutName drops the name from a table about a single function.
func (a *answer) withoutName(s *Section) {
	if s.Table != nil && a.single {
		s.Table.keep(func(i int) bool { return !s.Table.Columns[i].Name })
		if len(s.Table.Columns) == 0 { // nothing arrives
			s.Table = nil
		}
	}
}

// last returns the last line of an answer: what it assumes, and what else can be shown.
func last(assumes string, more []string) Section {
	text := ""
	if assumes != "" {
		text = "Assumes " + assumes + "."
	}
	if len(more) > 0 {
		text = strings.TrimLeft(text+" More: --show "+strings.Join(more, ","), " ")
	}
	if text == "" {
		return Section{}
	}
	return Section{Lines: []Line{{Text: text, Aside: true}}}
}

// headline makes the first line of a page of a summary.
func headline(summary string) Line {
	verdict, sentence := document.Verdict(summary)
	return Line{Mark: verdict, Tone: tones[verdict], Text: "  " + sentence}
}

// tones are the tones of the verdicts.
var tones = map[string]Tone{
	"FITS": Good, "PASSES": Good,
	"SPILLS": Warn, "QUEUES": Warn, "INCOMPLETE": Warn,
	"THROTTLES": Bad, "REFUSED": Bad, "FAILS": Bad,
}

// anyRandom reports whether what random arrivals do is known for any function.
func anyRandom(rows []calc.FunctionSpill) bool {
	return slices.ContainsFunc(rows, func(f calc.FunctionSpill) bool { return f.Chance.Known() })
}

// rest lists what a section says if only its first n items are shown, for n below their number; nothing for less than
// the least that stay. left says it of the number of the others.
func rest(items, least int, left func(n, others int) string) []string {
	list := make([]string, min(items, mostOfAll))
	for n := least; n < len(list); n++ {
		list[n] = left(n, items-n)
	}
	return list
}

// moreOf returns how rest says that there are more of a kind, and what shows them.
func moreOf(kind, shownBy string) func(n, others int) string {
	return func(_, others int) string {
		return "and " + quantity.FormatCountOf(others, "more "+kind) + ": " + shownBy
	}
}

// restOf says which functions are not shown: and 7 more fit, or and 12 more: 3 spill, 9 fit.
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
