package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// rulesIntroduction comes before the sections of the rules. Apostrophes in the literal become backquotes.
var rulesIntroduction = strings.ReplaceAll(`# Findings and rules

'check' looks for the rules that have a number. 'limits', 'spillover' and 'plan' report findings, which have a word.
A rule that both look for has both ids. In JSON, every finding has the number under 'rule', or null if it has none.
'lambdacap explain LC001' and 'lambdacap explain below-floor' print the same text. Ids never change.

| Level | Meaning |
|---|---|
| error | cannot work as it is |
| warning | works, but not as most people expect |
| unknown | cannot be judged, because a value is not known; 'limits', 'spillover' and 'plan' report a warning |
| info | a note: what a figure is based on, or why it is missing |

An error that 'check' finds makes it exit with 1. A finding of 'limits', 'spillover' or 'plan' does not, unless
'--fail-on' says so.

| Number | Word | Level | Finds |
|---|---|---|---|
`, "'", "`")

// rules adds the page of all rules, with a section for each. Reports link to a section by the rule's
// number, but its word works as an anchor too.
func rules(files map[string][]byte) {
	var page bytes.Buffer
	page.WriteString(rulesIntroduction)
	catalogue := append(check.Numbered(), worded()...)
	for _, r := range catalogue {
		fmt.Fprintf(&page, "| %s | %s | %s | %s |\n", link(r.Number), link(r.Word), r.Level, r.Name)
	}
	for _, r := range catalogue {
		fmt.Fprintf(&page, "\n## %s\n\n", r.ID())
		if r.Number != "" && r.Word != "" {
			fmt.Fprintf(&page, "<a id=\"%s\"></a>In `limits`, `spillover` and `plan`: `%s`.\n\n", r.Word, r.Word)
		}
		fmt.Fprintf(&page, "%s: %s. Found when %s.\n\n%s\n", capital(string(r.Level)), r.Name, r.Text, r.Why)
		if r.AWS != "" {
			fmt.Fprintf(&page, "\nAWS: `%s`\n", r.AWS)
		}
		fmt.Fprintf(&page, "\nSource: %s\n", sourceText(r.Source))
	}
	files["reference/rules.md"] = page.Bytes()
}

// worded lists the rules without a number. Only limits, spillover and plan look for them; check does not.
func worded() (rules []rule.Rule) {
	for _, r := range check.Rules() {
		if r.Number == "" {
			rules = append(rules, r)
		}
	}
	return rules
}

// link returns a Markdown link to the section of an id, or an empty string for an empty id.
func link(id rule.ID) string {
	if id == "" {
		return ""
	}
	return fmt.Sprintf("[%s](#%s)", id, strings.ToLower(string(id)))
}

func capital(word string) string { return strings.ToUpper(word[:1]) + word[1:] }
