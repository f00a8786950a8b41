package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/glossary"
)

// terms adds the glossary: a section for each throttle reason, and a table of the words.
func terms(files map[string][]byte) {
	var page, words bytes.Buffer
	page.WriteString("# Glossary\n\nThe words that lambdacap uses, with AWS's words beside them. " +
		"`lambdacap explain WORD` prints the same.\n\n" +
		"## Why AWS throttled a request\n\n" +
		"A throttled request fails with error 429, a `TooManyRequestsException`. Its `Reason` names the limit.\n")
	for _, t := range glossary.Terms() {
		if t.Kind == glossary.Word {
			meaning := t.Meaning
			if t.Do != "" {
				meaning += " " + t.Do
			}
			fmt.Fprintf(&words, "| <a id=%q></a>%s | %s | %s | %s |\n", anchor(t.Name), t.Name, strings.Join(t.AWS, ", "),
				meaning, sourceText(t.Source))
			continue
		}
		fmt.Fprintf(&page, "\n### %s\n\n%s %s\n", t.Name, t.Meaning, t.Do)
		if t.Command != "" {
			fmt.Fprintf(&page, "\nFor example:\n\n```sh\n%s\n```\n", t.Command)
		}
		fmt.Fprintf(&page, "\nSource: %s\n", sourceText(t.Source))
	}
	page.WriteString("\n## Words\n\n| Word | In AWS | Meaning | Source |\n|---|---|---|---|\n")
	page.Write(words.Bytes())
	files["reference/glossary.md"] = page.Bytes()
}

// anchor returns the anchor of a term in the page.
func anchor(name string) string { return strings.ToLower(strings.ReplaceAll(name, " ", "-")) }

// sourceText returns a source as Markdown.
func sourceText(s aws.Source) string {
	if strings.HasPrefix(string(s), "https://") {
		return "<" + string(s) + ">"
	}
	return string(s)
}
