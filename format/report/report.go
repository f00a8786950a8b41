// Package report writes the findings of a check for the tools that read them: JUnit for CI systems, SARIF for code
// scanning, annotations for GitHub.
package report

import "strings"

// sentenceCase returns a text with its first letter, which must be ASCII, in upper case.
func sentenceCase(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
