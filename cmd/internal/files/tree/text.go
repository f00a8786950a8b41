package tree

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxShown is how much of a text a message shows, bytes.
const maxShown = 80

// Shown cuts a text of a file to the length that a message can show, and makes it printable.
func Shown(s string) string {
	if len(s) <= maxShown {
		return Printable(s)
	}
	return Printable(strings.ToValidUTF8(s[:maxShown], "")) + "..."
}

// Printable replaces the characters by which a text of a file could control a terminal or a report.
func Printable(s string) string {
	s = strings.ReplaceAll(s, " ::", " : :") // a line that is folded there would begin with a command of GitHub
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return utf8.RuneError
		}
		return r
	}, s)
}
