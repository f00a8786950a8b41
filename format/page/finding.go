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
// others.
const shownFindings = 5

// withFindings adds the findings of a calculation to its page, and the formulas where they are asked for: errors before
// figures that cannot be, the others below.
func (p Page) withFindings(found []calc.Finding, explain []calc.Step) Page {
	sections := append([]Section{findingLines(found, rule.Error)}, p.Sections...)
	sections = append(sections, findingLines(found, rule.Warning, rule.Info))
	p.Sections = append(sections, explanation(explain)...)
	return p
}

// withErrors does the same for a page about many points: the other findings are about the settings as given, and not
// about a point.
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
				s.Lines = append(s.Lines, Line{Mark: mark, Tone: tone,
					Text: fmt.Sprintf("%s of %d more, -o json lists them all", r.Word, more)})
			}
		}
	}
	return s
}

// levelMark is how a finding of a level begins.
func levelMark(level rule.Level) (string, Tone) {
	switch level {
	case rule.Error:
		return "error:", Bad
	case rule.Warning:
		return "warning:", Warn
	}
	return "note:", Dim
}

// explanation lists formulas with their numbers, and the pages that they rest on.
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
				from.Lines = append(from.Lines, Line{Mark: fmt.Sprintf("[%d]", len(marks)), Text: string(step.Source)})
			}
			mark = fmt.Sprint(marks[step.Source])
		}
		how.Lines = append(how.Lines, Line{Mark: step.Quantity,
			Text: fmt.Sprintf("= %s = %s = %s [%s]", step.Formula, step.Numbers, stepValue(step), mark)})
	}
	return []Section{how, from}
}

// stepValue is the result of a step, with its unit.
func stepValue(step calc.Step) string {
	switch step.Unit {
	case calc.UnitRatio:
		return quantity.FormatChance(step.Value)
	case calc.UnitUSD:
		return quantity.FormatUSD(step.Value) + " USD"
	}
	return quantity.FormatNumber(step.Value) + " " + step.Unit
}
