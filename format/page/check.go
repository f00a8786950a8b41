package page

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/format/document"
)

// Check shows the findings of a check, grouped by file and in the order of the lines. Errors always stay; warnings and
// notes are counted where there are too many.
func Check(d document.Check, v View) Page {
	a := answer{summary: d.Summary, inputs: d.Inputs}
	unread := Section{Title: "Not read"}
	for _, file := range d.Inputs.Unread() {
		for line := range strings.SplitSeq(file.Problem.Or(""), "\n") {
			unread.Lines = append(unread.Lines, Line{Text: line})
		}
	}
	whole := v.Folded || v.shows(ShowFindings)
	a.body = append([]Section{unread}, v.checkSections(d, whole)...)
	if len(d.Result.LookUps) > 0 {
		a.body = append(a.body, Section{Lines: []Line{{
			Text: "These commands show what was set before; save each answer in a file:", Code: lookUps(d.Result.LookUps, whole),
		}}})
	}
	a.details = []detail{
		// The body lists the findings already.
		{name: ShowFindings, exists: len(d.Findings) > 0, minor: true, sections: func() []Section { return nil }},
		{name: ShowSettings, exists: true, sections: func() []Section {
			s := Section{Title: "Accepted"}
			for _, a := range d.Result.Accepted {
				mark := strings.TrimSpace(position(a.Finding) + " " + string(a.ID))
				s.Lines = append(s.Lines, Line{Mark: mark, Tone: Dim, Text: About(a.Finding, a.Reason)})
			}
			if len(d.Result.Functions) == 0 {
				return []Section{s}
			}
			return []Section{s, {Title: "Concurrency", Table: accountTable(d.Result.Account), Lines: setBefore(d.Result)}}
		}},
	}
	p := v.page(a)
	if whole {
		p.Most = 0
	}
	return p
}

// setBefore says on which assumption about what was set before the change the units of the account rest.
func setBefore(r check.Result) []Line {
	if r.AssumedUnits == 0 {
		return nil
	}
	units := quantity.FormatCount(r.AssumedUnits)
	return []Line{{Text: fmt.Sprintf("It is not known what was set before this change. %s of these units count as part "+
		"of what the account has set aside already; if nothing was set, %s fewer are unreserved.", units, units)}}
}

// shownLookUps is how many commands are shown where not all details are.
const shownLookUps = 6

// lookUps returns the commands to show. The last says how many others there are, as a comment.
func lookUps(commands []string, whole bool) []string {
	if whole || len(commands) <= shownLookUps {
		return commands
	}
	more := fmt.Sprintf("# and %d more: --show findings", len(commands)-shownLookUps)
	return append(slices.Clone(commands[:shownLookUps]), more)
}

// checkSections lists the findings: first the errors, then what can be cut where there is no room for it. only names
// the function to show; empty means all.
func (v View) checkSections(d document.Check, whole bool) []Section {
	var errors, others Section
	for _, file := range document.ByFile(d) {
		for _, f := range file.Findings {
			switch {
			case v.hides(f.Function.Or("")):
			case f.Level == rule.Error:
				errors.Lines = append(errors.Lines, Finding(f))
			default:
				others.Lines = append(others.Lines, Finding(f))
			}
		}
	}
	if whole {
		return []Section{errors, others}
	}
	others.Rest = rest(len(others.Lines), 0, moreOf("finding", "--show findings"))
	return []Section{errors, others}
}

// Finding shows a finding of a check, with AWS's answer and the remedy below it.
func Finding(f check.Finding) Line {
	mark := strings.TrimSpace(fmt.Sprintf("%s %s %s", position(f), f.Level.Noun(), f.ID))
	l := Line{Mark: mark, Tone: levelTone(f.Level), Text: About(f, f.Message)}
	if call, ok := f.Call.Get(); ok {
		l.More = append(l.More, Line{Mark: "in:", Tone: Dim, Text: call.String()})
	}
	if aws, ok := f.AWSMessage.Get(); ok {
		l.More = append(l.More, Line{Mark: "AWS:", Tone: Dim, Text: aws})
	}
	l.More = append(l.More, Line{Mark: "fix:", Text: f.Remedy})
	return l
}

// position says where a finding is, in the form that editors can jump to.
func position(f check.Finding) string {
	switch line, ok := f.Line.Get(); {
	case ok:
		return fmt.Sprintf("%s:%d:", f.File.Or(""), line)
	case f.File.Known():
		return f.File.Or("") + ":"
	}
	return ""
}

// About puts the name of a finding's function, if somebody named it, in front of a sentence about it.
func About(f check.Finding, sentence string) string {
	if name, ok := f.Function.Get(); ok && !f.Unnamed {
		return name + ": " + sentence
	}
	return sentence
}

func levelTone(level rule.Level) Tone {
	switch level {
	case rule.Error:
		return Bad
	case rule.Info:
		return Dim
	}
	return Warn
}

// Rules lists rules in a table.
func Rules(d document.Rules) Page {
	t := &Table{Columns: []Column{left("Rule"), left("Level"), left("Finds")}}
	for _, r := range d.Rules {
		t.add(word(string(r.ID)), Cell{string(r.Level), levelTone(r.Level)}, word(r.Name))
	}
	hint := Line{Text: "lambdacap explain LC001 tells more about a rule."}
	return Page{Headline: hint, Sections: []Section{{Table: t}}}
}

// Rule says all there is to say about one rule.
func Rule(r document.Rule) Page {
	var lines []Line
	if word, ok := r.Word.Get(); ok && word != r.ID {
		lines = append(lines, Line{Mark: "Its id in limits, spillover and plan:", Text: string(word)})
	}
	lines = append(lines, Line{Mark: "Found when:", Text: r.Text + "."}, Line{Mark: "Why:", Text: r.Why})
	if aws, ok := r.AWSMessage.Get(); ok {
		lines = append(lines, Line{Mark: "AWS says:", Text: aws})
	}
	lines = append(lines, Line{Mark: "Source:", Link: string(r.Source)})
	if r.IsChecked() {
		how := fmt.Sprintf("# lambdacap:accept %s REASON, on the line or above it; "+
			"in a profile accept: [{rule: %s, reason: ...}]", r.ID, r.ID)
		lines = append(lines, Line{Mark: "Accept it:", Text: how})
	}
	headline := Line{Mark: string(r.ID) + " " + string(r.Level), Tone: levelTone(r.Level), Text: r.Name}
	return Page{Headline: headline, Sections: []Section{{Lines: lines}}}
}
