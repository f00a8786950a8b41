package page

import (
	"fmt"
	"slices"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// shownFindings is how many findings of one kind a page shows: an account of a thousand functions would bury the
// others. Other lists of functions have the same limit.
const shownFindings = 5

// The findings that the page says already: of a single function in the headline or in a sentence, of several in the
// table.
var (
	saidOfOne = []rule.ID{"rate-bound", "full-by-chance", "no-duration"}
	saidOfAll = []rule.ID{"full-by-chance"}
)

// notes lists the findings that the answer does not say already. Errors come first, and are never cut.
func (v View) notes(found []calc.Finding, single bool) Section {
	if v.shows(ShowFindings) {
		return Section{}
	}
	said := saidOfAll
	if single {
		said = saidOfOne
	}
	lines := findingLines(found, single, func(f calc.Finding) bool { return !slices.Contains(said, f.ID) })
	errors := 0
	for errors < len(lines) && lines[errors].Tone == Bad {
		errors++
	}
	return Section{Lines: lines, Rest: rest(len(lines), errors, func(n, others int) string {
		if n == 0 {
			return quantity.FormatCountOf(others, "finding") + ": --show findings"
		}
		return moreOf("finding", "--show findings")(n, others)
	})}
}

// findingSections lists all findings.
func findingSections(found []calc.Finding, single bool) []Section {
	return []Section{{Title: "Findings", Lines: findingLines(found, single, func(calc.Finding) bool { return true })}}
}

// findingLines lists some findings in the order of the catalogue, the worst first. single leaves out the name of the only
// function.
func findingLines(found []calc.Finding, single bool, listed func(calc.Finding) bool) (lines []Line) {
	byID := map[rule.ID][]calc.Finding{}
	for _, f := range found {
		if listed(f) {
			byID[f.ID] = append(byID[f.ID], f)
		}
	}
	for _, level := range rule.Levels() {
		mark, tone := levelMark(level)
		for _, r := range check.Rules() {
			list := byID[r.Word]
			if r.LevelInCalculation() != level || r.Aside || len(list) == 0 {
				continue
			}
			for _, f := range list[:min(len(list), shownFindings)] {
				text := f.Message
				if function, ok := f.Function.Get(); ok && !single {
					text = function + ": " + text
				}
				lines = append(lines, Line{Mark: mark, Tone: tone, Text: fmt.Sprintf("%s [%s]", text, f.ID)})
			}
			if more := len(list) - shownFindings; more > 0 {
				text := fmt.Sprintf("%s at %s; -o json lists them all", r.Word, quantity.FormatCountOf(more, "more function"))
				lines = append(lines, Line{Mark: mark, Tone: tone, Text: text})
			}
		}
	}
	return lines
}

// errorLines lists the errors alone: other findings are about the settings as given, and not about the points of a sweep.
func errorLines(found []calc.Finding) []Line {
	return findingLines(found, false, func(f calc.Finding) bool { return f.Level == rule.Error })
}

// levelMark returns the mark of the findings of a level, and its tone.
func levelMark(level rule.Level) (string, Tone) {
	switch level {
	case rule.Error:
		return "error:", Bad
	case rule.Warning:
		return "warning:", Warn
	}
	return "note:", Dim
}

// explanation lists formulas with their numbers, and the pages that they are based on.
func explanation(steps []calc.Step) []Section {
	how := Section{Title: "How"}
	from := Section{Title: "Sources"}
	marks := map[aws.Source]int{}
	var of calc.Optional[string]
	for _, step := range steps {
		if step.Function != of {
			of = step.Function
			how.Lines = append(how.Lines, Line{Mark: of.Or("account") + ":"})
		}
		mark := "derived"
		if step.Source != aws.SourceDerived {
			if marks[step.Source] == 0 {
				marks[step.Source] = len(marks) + 1
				from.Lines = append(from.Lines, Line{Mark: fmt.Sprintf("[%d]", len(marks)), Link: string(step.Source)})
			}
			mark = fmt.Sprint(marks[step.Source])
		}
		text := fmt.Sprintf("= %s = %s = %s [%s]", step.Formula, step.Numbers, stepValue(step), mark)
		how.Lines = append(how.Lines, Line{Mark: step.Quantity, Text: text})
	}
	return []Section{how, from}
}

// stepValue returns the result of a step with its unit.
func stepValue(step calc.Step) string {
	switch step.Unit {
	case calc.UnitRatio:
		return quantity.FormatChance(step.Value)
	case calc.UnitUSD:
		return quantity.FormatUSD(step.Value) + " USD"
	}
	return quantity.FormatNumber(step.Value) + " " + step.Unit
}
