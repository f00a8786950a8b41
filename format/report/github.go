package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/format/document"
	"github.com/lambdacap/lambdacap/format/page"
	"github.com/lambdacap/lambdacap/format/safe"
)

// maxAnnotations is the number of annotations that GitHub shows for a step.
const maxAnnotations = 10

// The escapes of workflow commands.
var (
	dataEscapes     = strings.NewReplacer("%", "%25", "\n", "%0A")
	propertyEscapes = strings.NewReplacer("%", "%25", "\n", "%0A", ":", "%3A", ",", "%2C")
)

func githubData(text string) string     { return dataEscapes.Replace(safe.Lines(text)) }
func githubProperty(text string) string { return propertyEscapes.Replace(safe.Text(text)) }

// githubCommand returns the workflow command for a finding of a level.
func githubCommand(level rule.Level) string {
	switch level {
	case rule.Error:
		return "error"
	case rule.Warning:
		return "warning"
	case rule.Unknown, rule.Info:
		return "notice"
	}
	return ""
}

// GitHub writes annotations for GitHub. It writes only the worst ten, because GitHub silently drops the rest, and a
// line that counts them all.
//
// Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions, read 2026-11.
func GitHub(w io.Writer, d document.Check) error {
	var b strings.Builder
	unread, accepted := d.Inputs.Unread(), d.Result.Accepted
	left := maxAnnotations
	for _, file := range unread[:min(len(unread), left)] {
		left--
		annotate(&b, "error", "not read", file.ProblemAt(), file.Problem.Or(""))
	}
	shown := d.Findings[:min(len(d.Findings), left)]
	for _, f := range shown {
		text := page.About(f, f.Message)
		if call, ok := f.Call.Get(); ok {
			text += " (" + call.String() + ")"
		}
		text += ". " + sentenceCase(f.Remedy)
		annotate(&b, githubCommand(f.Level), string(f.ID), f.Place(), safe.Text(text))
	}
	for _, a := range accepted[:min(len(accepted), left-len(shown))] {
		annotate(&b, "notice", string(a.ID)+" accepted", a.Place(), safe.Text(page.About(a.Finding, a.Reason)))
	}
	more := ""
	if len(unread) > 0 {
		more = "; " + quantity.FormatCountOf(len(unread), "file") + " not read"
	}
	if n := len(d.Findings) + len(unread) - maxAnnotations; n > 0 {
		more += fmt.Sprintf("; %s not annotated", quantity.FormatCount(int64(n)))
	}
	fmt.Fprintf(&b, "lambdacap check %s: %s%s\n", d.Result.Verdict, document.Counts(d.Result.Counts), more)
	_, err := io.WriteString(w, b.String())
	return err
}

// annotate writes an annotation at a place, if that is known.
func annotate(b *strings.Builder, command, title string, at check.Place, text string) {
	fmt.Fprintf(b, "::%s ", command)
	if at.Known() {
		fmt.Fprintf(b, "file=%s,", githubProperty(at.File))
	}
	if at.Line > 0 {
		fmt.Fprintf(b, "line=%d,", at.Line)
	}
	fmt.Fprintf(b, "title=%s::%s\n", githubProperty(title), githubData(text))
}
