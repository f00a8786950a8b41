// Package report writes the findings of a check for the tools that read them: JUnit for CI systems, SARIF for code
// scanning, annotations for GitHub.
package report

import "strings"

// sentenceCase begins a text with a capital.
func sentenceCase(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
