package page

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc/glossary"
	"github.com/lambdacap/lambdacap/format/document"
)

// Glossary says all there is to say about one term, or lists everything that can be explained.
func Glossary(d document.Glossary) Page {
	if len(d.Rules) == 0 && len(d.Terms) == 1 {
		return term(d.Terms[0])
	}
	var reasons []Line
	var words, findings []string
	for _, t := range d.Terms {
		if t.Kind == glossary.Reason {
			reasons = append(reasons, Line{Text: t.Name})
		} else {
			words = append(words, t.Name)
		}
	}
	var numbers []string
	for _, r := range d.Rules {
		if r.IsChecked() {
			numbers = append(numbers, string(r.ID))
		}
		if word, ok := r.Word.Get(); ok {
			findings = append(findings, string(word))
		}
	}
	headline := Line{Text: "lambdacap explain NAME explains any of these. Case does not matter."}
	p := Page{Headline: headline, Sections: []Section{
		{Title: "Why AWS throttled a request: the Reason in the error", Lines: reasons},
		{Title: "Findings of limits, spillover and plan", Lines: []Line{{Text: strings.Join(findings, ", ")}}},
	}}
	if len(numbers) > 0 {
		text := fmt.Sprintf("%s to %s; lambdacap check --list-rules has a line for each",
			slices.Min(numbers), slices.Max(numbers))
		p.Sections = append(p.Sections, Section{Title: "Rules of check", Lines: []Line{{Text: text}}})
	}
	p.Sections = append(p.Sections, Section{Title: "Words", Lines: []Line{{Text: strings.Join(words, ", ")}}})
	return p
}

// term says all there is to say about one term.
func term(t document.Term) Page {
	var lines []Line
	if len(t.AWS) > 0 {
		lines = append(lines, Line{Mark: "In AWS:", Text: strings.Join(t.AWS, ", ")})
	}
	if do, ok := t.Do.Get(); ok {
		mark := "Good to know:"
		if t.Kind == glossary.Reason {
			mark = "What to do:"
		}
		lines = append(lines, Line{Mark: mark, Text: do})
	}
	if command, ok := t.Command.Get(); ok {
		lines = append(lines, Line{Mark: "Try:", Code: []string{command}})
	}
	lines = append(lines, Line{Mark: "Source:", Link: string(t.Source)})
	return Page{Headline: Line{Mark: t.Name + ":", Text: t.Meaning}, Sections: []Section{{Lines: lines}}}
}
