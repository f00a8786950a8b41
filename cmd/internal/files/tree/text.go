package tree

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxShown is the length limit of a text in a message, bytes.
const maxShown = 80

// Shown truncates a text from a file to the length limit of messages and makes it printable.
func Shown(s string) string {
	if len(s) <= maxShown {
		return Printable(s)
	}
	return Printable(strings.ToValidUTF8(s[:maxShown], "")) + "..."
}

// Printable replaces the characters that would let a text from a file control a terminal or a report.
func Printable(s string) string {
	s = strings.ReplaceAll(s, " ::", " : :") // if folded here, the next line would start with a GitHub command
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return utf8.RuneError
		}
		return r
	}, s)
}
