package page

import (
	"fmt"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// shownFindings is how many findings of one kind a page shows; an account of a thousand functions would bury the
// others. Other lists of functions have the same limit.
const shownFindings = 5

// withFindings adds the findings of a calculation to its page, and the formulas if they are asked for. Errors come
// before the figures, which cannot be right then. The other findings come after them.
func (p Page) withFindings(found []calc.Finding, explain []calc.Step) Page {
	sections := append([]Section{findingLines(found, rule.Error)}, p.Sections...)
	sections = append(sections, findingLines(found, rule.Warning, rule.Info))
	p.Sections = append(sections, explanation(explain)...)
	return p
}

// withErrors does the same for a page about many points, but adds only the errors: the other findings are about the
// settings as given, and not about any of the points.
func (p Page) withErrors(found []calc.Finding, explain []calc.Step) Page {
	sections := append([]Section{findingLines(found, rule.Error)}, p.Sections...)
	p.Sections = append(sections, explanation(explain)...)
	return p
}

// findingLines lists the findings of some levels in the order of the catalogue.
func findingLines(found []calc.Finding, levels ...rule.Level) Section {
	var s Section
	byID := map[rule.ID][]calc.Finding{}
	for _, f := range found {
		byID[f.ID] = append(byID[f.ID], f)
	}
	for _, level := range levels {
		mark, tone := levelMark(level)
		for _, r := range check.Rules() {
			list := byID[r.Word]
			if r.LevelInCalculation() != level || r.Aside || len(list) == 0 {
				continue
			}
			for _, f := range list[:min(len(list), shownFindings)] {
				text := f.Message
				if function, ok := f.Function.Get(); ok {
					text = function + ": " + text
				}
				s.Lines = append(s.Lines, Line{Mark: mark, Tone: tone, Text: fmt.Sprintf("%s [%s]", text, f.ID)})
			}
			if more := len(list) - shownFindings; more > 0 {
				text := fmt.Sprintf("%s of %d more, -o json lists them all", r.Word, more)
				s.Lines = append(s.Lines, Line{Mark: mark, Tone: tone, Text: text})
			}
		}
	}
	return s
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
			how.Lines = append(how.Lines, Line{Mark: of.Or(accountRow) + ":"})
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
