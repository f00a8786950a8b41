package page

import (
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/format/document"
)

// shownInPage is how many findings of a check a page shows: nobody reads more.
const shownInPage = 100

// Check shows the findings of a check, grouped by file and in the order of the lines.
func Check(d document.Check) Page {
	p := Page{Headline: checkHeadline(d)}
	unread := Section{Title: "Not read"}
	for _, file := range d.Inputs.Unread() {
		for line := range strings.SplitSeq(file.Problem.Or(""), "\n") {
			unread.Lines = append(unread.Lines, Line{Text: line})
		}
	}
	p.Sections = append(p.Sections, unread)
	shown := 0
	for _, file := range document.ByFile(d) {
		s := Section{Title: file.Name}
		if file.Name == "" {
			s.Title = "Account"
		}
		for _, f := range file.Findings {
			if shown++; shown <= shownInPage {
				s.Lines = append(s.Lines, Finding(f))
			}
		}
		p.Sections = append(p.Sections, s)
	}
	if more := shown - shownInPage; more > 0 {
		text := quantity.FormatCountOf(more, "finding") + " more, -o json lists them all"
		p.Sections = append(p.Sections, Section{Lines: []Line{{Mark: "note:", Tone: Dim, Text: text}}})
	}
	accepted := Section{Title: "Accepted"}
	for _, a := range d.Result.Accepted {
		mark := strings.TrimSpace(position(a.Finding) + " " + string(a.ID))
		accepted.Lines = append(accepted.Lines, Line{Mark: mark, Tone: Dim, Text: About(a.Finding, a.Reason)})
	}
	p.Sections = append(p.Sections, accepted)
	if len(d.Result.Functions) > 0 {
		p.Sections = append(p.Sections, Section{Title: "Concurrency", Table: accountTable(d.Result.Account)})
	}
	return p
}

// checkHeadline gives the verdict and the numbers of findings.
func checkHeadline(d document.Check) Line {
	tones := map[check.Verdict]Tone{check.Passes: Good, check.Fails: Bad, check.Incomplete: Warn}
	r, files := d.Result, d.Inputs.Files
	l := Line{Mark: strings.ToUpper(string(r.Verdict)), Tone: tones[r.Verdict]}
	l.Text = Counts(r.Counts) + ": " + quantity.FormatCountOf(len(r.Functions), "function")
	if len(files) > 0 {
		l.Text += " in " + quantity.FormatCountOf(len(files), "file")
	}
	if unread := len(d.Inputs.Unread()); unread > 0 {
		l.Text += fmt.Sprintf(", %d of which cannot be read", unread)
	}
	if r.Counts.Known > 0 {
		l.Text += fmt.Sprintf("; %s in the baseline already", quantity.FormatCountOf(r.Counts.Known, "finding"))
	}
	return l
}

// Counts says how many findings there are of each level: 1 error, 2 warnings.
func Counts(c check.Counts) string {
	var parts []string
	for _, level := range rule.Levels() {
		if n := c.Of(level); n > 0 || level == rule.Error {
			parts = append(parts, quantity.FormatCountOf(n, level.Noun()))
		}
	}
	if c.Accepted > 0 {
		parts = append(parts, fmt.Sprintf("%d accepted", c.Accepted))
	}
	return strings.Join(parts, ", ")
}

// Finding shows a finding of a check, with AWS's answer and the remedy below it.
func Finding(f check.Finding) Line {
	mark := strings.TrimSpace(fmt.Sprintf("%s %s %s", position(f), f.Level.Noun(), f.ID))
	l := Line{Mark: mark, Tone: levelTone(f.Level), Text: About(f, f.Message)}
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

// About puts the name of a finding's function, if it has one, in front of a sentence about it.
func About(f check.Finding, sentence string) string {
	if name, ok := f.Function.Get(); ok {
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
