package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
)

// rules adds the page of the rules of check, one section each: reports link to
// them by id.
func rules(files map[string][]byte) {
	var page bytes.Buffer
	page.WriteString("# Rules of check\n\nWhat `lambdacap check` looks for. `lambdacap explain LC001` prints the same.\n\n| Rule | Level | Finds |\n|---|---|---|\n")
	for _, rule := range check.Rules() {
		fmt.Fprintf(&page, "| [%s](#%s) | %s | %s |\n", rule.ID, strings.ToLower(string(rule.ID)), rule.Level, rule.Name)
	}
	for _, rule := range check.Rules() {
		fmt.Fprintf(&page, "\n## %s\n\n%s: %s. Found when %s.\n\n%s\n", rule.ID, capital(string(rule.Level)), rule.Name, rule.Text, rule.Why)
		if aws, ok := rule.AWSMessage.Get(); ok {
			fmt.Fprintf(&page, "\nAWS: `%s`\n", aws)
		}
		if rule.Source == calc.SourceDerived {
			page.WriteString("\nSource: derived.\n")
		} else {
			fmt.Fprintf(&page, "\nSource: <%s>\n", rule.Source)
		}
	}
	files["reference/rules.md"] = page.Bytes()
}

func capital(word string) string { return strings.ToUpper(word[:1]) + word[1:] }
