package format

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
)

// Check reports what the rules found. version is that of the program.
func Check(in Inputs, r check.Result, version string) Report {
	rows := make([]check.Accepted, 0, len(r.Findings)+len(r.Accepted))
	for _, f := range r.Findings {
		rows = append(rows, check.Accepted{Finding: f}) // for no reason
	}
	rows = append(rows, r.Accepted...)
	return Report{
		document: func(bool) any {
			return Document[check.Result, check.Finding]{SchemaVersion: SchemaVersion, Kind: "check", Inputs: in, Result: r, Findings: r.Findings}
		},
		rows: rows,
		page: func(bool) page { return checkPage(in, r) },
		forms: map[string]func(io.Writer) error{
			"junit":  func(w io.Writer) error { return writeJUnit(w, in, r) },
			"sarif":  func(w io.Writer) error { return writeJSON(w, newSARIF(in, r, version)) },
			"github": func(w io.Writer) error { return writeGitHub(w, in, r) },
		},
	}
}

// checkPage shows the findings by file, those of a file in the order of its
// lines.
func checkPage(in Inputs, r check.Result) page {
	p := page{headline: checkHeadline(in, r)}
	unread := section{title: "Not read"}
	for _, file := range in.Files {
		if problem, ok := file.Problem.Get(); ok {
			for one := range strings.SplitSeq(problem, "\n") {
				unread.lines = append(unread.lines, line{text: one})
			}
		}
	}
	p.sections = append(p.sections, unread)
	shown := 0
	for _, name := range placesOf(in, r.Findings) {
		s := section{title: name}
		if name == "" {
			s.title = "Account"
		}
		for _, f := range byLine(r.Findings, name) {
			if shown++; shown <= shownInPage {
				s.lines = append(s.lines, findingLine(*f))
			}
		}
		p.sections = append(p.sections, s)
	}
	if more := shown - shownInPage; more > 0 {
		p.sections = append(p.sections, section{lines: []line{{mark: "note:", tone: dim, text: fmt.Sprintf("%s more, -o json lists them all", Count(more, "finding"))}}})
	}
	accepted := section{title: "Accepted"}
	for _, a := range r.Accepted {
		accepted.lines = append(accepted.lines, line{mark: strings.TrimSpace(mark(a.Finding) + " " + string(a.ID)), tone: dim, text: about(a.Finding, a.Reason)})
	}
	p.sections = append(p.sections, accepted)
	if len(r.Functions) > 0 {
		p.sections = append(p.sections, section{title: "Concurrency", table: accountTable(r.Account)})
	}
	return p
}

// shownInPage is how many findings a page shows: nobody reads more.
const shownInPage = 100

// checkHeadline is the verdict with the numbers of findings.
func checkHeadline(in Inputs, r check.Result) line {
	tones := map[check.Verdict]tone{check.Passes: good, check.Fails: bad, check.Incomplete: warn}
	l := line{mark: strings.ToUpper(string(r.Verdict)), tone: tones[r.Verdict]}
	l.text = counted(r.Counts) + ": " + Count(len(r.Functions), "function")
	if len(in.Files) > 0 {
		l.text += " in " + Count(len(in.Files), "file")
	}
	unread := 0
	for _, file := range in.Files {
		if file.Problem.Known() {
			unread++
		}
	}
	if unread > 0 {
		l.text += fmt.Sprintf(", %d of which cannot be read", unread)
	}
	if r.Counts.Known > 0 {
		l.text += fmt.Sprintf("; %s in the baseline already", Count(r.Counts.Known, "finding"))
	}
	return l
}

// counted says how many findings there are of each level.
func counted(c check.Counts) string {
	var parts []string
	for _, level := range check.Levels() {
		if n := c.Of(level); n > 0 || level == calc.LevelError {
			parts = append(parts, Count(n, LevelWord(level)))
		}
	}
	if c.Accepted > 0 {
		parts = append(parts, fmt.Sprintf("%d accepted", c.Accepted))
	}
	return strings.Join(parts, ", ")
}

// Count is a number with what is counted: 1 error, 2 errors.
func Count(n int, what string) string {
	if n != 1 && what != "unknown" {
		what += "s"
	}
	return calc.FormatCount(int64(n)) + " " + what
}

// LevelWord is what people call a level.
func LevelWord(level calc.Level) string {
	if level == calc.LevelInfo {
		return "note"
	}
	return string(level)
}

// placesOf lists the files of findings: as they were given, then others, and
// last no file.
func placesOf(in Inputs, found []check.Finding) (names []string) {
	for _, file := range in.Files {
		names = append(names, file.Name)
	}
	for _, f := range found {
		if name := f.File.Or(""); name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return append(names, "")
}

// byLine returns the findings of a file by their lines.
func byLine(found []check.Finding, name string) (list []*check.Finding) {
	for i := range found {
		if f := &found[i]; f.File.Or("") == name {
			list = append(list, f)
		}
	}
	slices.SortStableFunc(list, func(a, b *check.Finding) int { return a.Line.Or(0) - b.Line.Or(0) })
	return list
}

// mark is where a finding stands, in the form that editors follow.
func mark(f check.Finding) string {
	switch line, ok := f.Line.Get(); {
	case ok:
		return fmt.Sprintf("%s:%d:", f.File.Or(""), line)
	case f.File.Known():
		return f.File.Or("") + ":"
	}
	return ""
}

// about is a sentence about the function of a finding.
func about(f check.Finding, sentence string) string {
	if name, ok := f.Function.Get(); ok {
		return name + ": " + sentence
	}
	return sentence
}

func findingLine(f check.Finding) line {

	l := line{mark: strings.TrimSpace(fmt.Sprintf("%s %s %s", mark(f), LevelWord(f.Level), f.ID)), tone: levelTone(f.Level), text: about(f, f.Message)}
	if aws, ok := f.AWSMessage.Get(); ok {
		l.more = append(l.more, line{mark: "AWS:", tone: dim, text: aws})
	}
	l.more = append(l.more, line{mark: "fix:", text: f.Remedy})
	return l
}

// writeGitHub writes annotations for GitHub: the worst ten, since it drops what
// is beyond without a word, and a line that counts them all.
//
// Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions,
// read 2026-11.
func writeGitHub(w io.Writer, in Inputs, r check.Result) error {
	commands := map[calc.Level]string{calc.LevelError: "error", calc.LevelWarning: "warning", calc.LevelUnknown: "notice", calc.LevelInfo: "notice"}
	data := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	var b strings.Builder
	left := annotations
	for _, file := range in.Files {
		if problem, ok := file.Problem.Get(); ok && left > 0 {
			left--
			fmt.Fprintf(&b, "::error file=%s,title=not read::%s\n", property.Replace(file.Name), data.Replace(problem))
		}
	}
	annotate := func(command, title string, f check.Finding, text string) {
		fmt.Fprintf(&b, "::%s ", command)
		if name, ok := f.File.Get(); ok {
			fmt.Fprintf(&b, "file=%s,", property.Replace(name))
		}
		if line, ok := f.Line.Get(); ok {
			fmt.Fprintf(&b, "line=%d,", line)
		}
		fmt.Fprintf(&b, "title=%s::%s\n", property.Replace(title), data.Replace(text))
	}
	shown := r.Findings[:min(len(r.Findings), left)]
	for _, f := range shown {
		annotate(commands[f.Level], string(f.ID), f, about(f, f.Message)+". "+sentenceCase(f.Remedy))
	}
	for _, a := range r.Accepted[:min(len(r.Accepted), left-len(shown))] {
		annotate("notice", string(a.ID)+" accepted", a.Finding, about(a.Finding, a.Reason))
	}
	unread, more := 0, ""
	for _, file := range in.Files {
		if file.Problem.Known() {
			unread++
		}
	}
	if unread > 0 {
		more = "; " + Count(unread, "file") + " not read"
	}
	if n := len(r.Findings) + unread - annotations; n > 0 {
		more += fmt.Sprintf("; %s not annotated", calc.FormatCount(int64(n)))
	}
	fmt.Fprintf(&b, "lambdacap check %s: %s%s\n", r.Verdict, counted(r.Counts), more)
	_, err := io.WriteString(w, b.String())
	return err
}

// annotations is how many GitHub shows for a step.
const annotations = 10

func sentenceCase(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// RulesDocument is the machine-readable list of rules.
type RulesDocument struct {
	// SchemaVersion is the version of the document's form.
	SchemaVersion int `json:"schema_version"`
	// Kind is rules.
	Kind string `json:"kind"`
	// Rules are the rules in the order of their ids.
	Rules []check.Rule `json:"rules"`
}

// Rules reports the rules of check.
func Rules(rules []check.Rule) Report {
	return Report{
		document: func(bool) any { return RulesDocument{SchemaVersion, "rules", rules} },
		rows:     rules,
		page: func(bool) page {
			t := &table{columns: []column{{"Rule", true}, {"Level", true}, {"Finds", true}}}
			for _, rule := range rules {
				t.add(word(string(rule.ID)), cell{string(rule.Level), levelTone(rule.Level)}, word(rule.Name))
			}
			return page{headline: line{text: "lambdacap explain LC001 tells more about a rule."}, sections: []section{{table: t}}}
		},
	}
}

// Explain reports one rule.
func Explain(rule check.Rule) Report {
	return Report{
		document: func(bool) any { return RulesDocument{SchemaVersion, "rules", []check.Rule{rule}} },
		rows:     []check.Rule{rule},
		page: func(bool) page {
			lines := []line{
				{mark: "Found when:", text: rule.Text + "."},
				{mark: "Why:", text: rule.Why},
			}
			if aws, ok := rule.AWSMessage.Get(); ok {
				lines = append(lines, line{mark: "AWS says:", text: aws})
			}
			lines = append(lines, line{mark: "Source:", text: string(rule.Source)},
				line{mark: "Accept it:", text: fmt.Sprintf("# lambdacap:accept %s REASON, on the line or above it; in a profile accept: [{rule: %s, reason: ...}]", rule.ID, rule.ID)})
			return page{headline: line{mark: string(rule.ID) + " " + string(rule.Level), tone: levelTone(rule.Level), text: rule.Name},
				sections: []section{{lines: lines}}}
		},
	}
}

func levelTone(level calc.Level) tone {
	switch level {
	case calc.LevelError:
		return bad
	case calc.LevelInfo:
		return dim
	}
	return warn
}
