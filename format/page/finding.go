package page

import (
	"fmt"
	"slices"
	"strings"

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

// notes lists the findings that the answer does not say already. Errors come first, and are never cut. only is the name
// of the function that the answer is about, or empty.
func (v View) notes(found []calc.Finding, only string) Section {
	if v.shows(ShowFindings) {
		return Section{}
	}
	lines := findingLines(found, only, func(f calc.Finding) bool {
		said := saidOfAll
		if f.Function.Or(only) == only {
			said = saidOfOne
		}
		return v.about(f) && !slices.Contains(said, f.ID)
	})
	errors := 0
	for errors < len(lines) && lines[errors].Tone == Bad {
		errors++
	}
	return Section{Lines: lines, Rest: rest(len(lines), errors, func(n, others int) string {
		if n == 0 {
			return countLevels(findingLines(found, only, v.about)) + ": --show findings"
		}
		return moreOf("finding", "--show findings")(n, others)
	})}
}

// countLevels counts findings by their level: 1 warning, 2 notes.
func countLevels(lines []Line) string {
	var parts []string
	for _, level := range rule.Levels() {
		n, mark := 0, level.Noun()+":"
		for _, l := range lines {
			if l.Mark == mark {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, quantity.FormatCountOf(n, level.Noun()))
		}
	}
	return strings.Join(parts, ", ")
}

// about reports whether a finding is about the account or a function that is shown.
func (v View) about(f calc.Finding) bool {
	name, ok := f.Function.Get()
	return !ok || !v.hides(name)
}

// findingsDetail lists all findings about what is shown.
func (v View) findingsDetail(found []calc.Finding, only string) detail {
	return detail{name: ShowFindings, exists: len(found) > 0, minor: true, lines: "finding", sections: func() []Section {
		return []Section{{Title: "Findings", Lines: findingLines(found, only, v.about)}}
	}}
}

// findingLines lists some findings in the order of the catalogue, the worst first. The name of the only function is
// left out.
func findingLines(found []calc.Finding, only string, listed func(calc.Finding) bool) (lines []Line) {
	byID := map[rule.ID][]calc.Finding{}
	for _, f := range found {
		if listed(f) {
			byID[f.ID] = append(byID[f.ID], f)
		}
	}
	if len(byID) == 0 {
		return nil
	}
	for r := range check.Worded() {
		list := byID[r.Word]
		if r.Aside || len(list) == 0 {
			continue
		}
		mark, tone := levelMark(r.LevelInCalculation())
		for _, f := range list[:min(len(list), shownFindings)] {
			text := f.Message
			if function, ok := f.Function.Get(); ok && function != only {
				text = function + ": " + text
			}
			lines = append(lines, Line{Mark: mark, Tone: tone, Text: fmt.Sprintf("%s [%s]", text, f.ID)})
		}
		if more := len(list) - shownFindings; more > 0 {
			text := fmt.Sprintf("%s at %s; -o json lists them all", r.Word, quantity.FormatCountOf(more, "more function"))
			lines = append(lines, Line{Mark: mark, Tone: tone, Text: text})
		}
	}
	return lines
}

// onlyName returns the name of the function that an answer is about, or nothing if there are several.
func onlyName(rows []calc.FunctionSpill) string {
	if len(rows) == 1 {
		return rows[0].Name
	}
	return ""
}

// errorLines lists the errors alone: other findings are about the settings as given, and not about the points of a
// sweep.
func errorLines(found []calc.Finding) []Line {
	return findingLines(found, "", func(f calc.Finding) bool { return f.Level == rule.Error })
}

// levelMark returns the mark of the findings of a level, and its tone.
func levelMark(level rule.Level) (string, Tone) { return level.Noun() + ":", levelTone(level) }

// explanation lists formulas with their numbers, and the pages that they are based on.
func explanation(steps []calc.Step) []Section {
	how := Section{Title: "How", Detail: true}
	from := Section{Title: "Sources", Detail: true}
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

// explained returns the steps of the account, and of the functions that are shown.
func (v View) explained(steps []calc.Step) []calc.Step {
	return slices.DeleteFunc(slices.Clone(steps), func(s calc.Step) bool {
		name, ok := s.Function.Get()
		return ok && v.hides(name)
	})
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
