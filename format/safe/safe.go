// Package safe makes text that others wrote safe to show. Names, reasons, names of files and arguments come from
// strangers: a check reads the files of a pull request, and what it prints is read by people, terminals and CI systems.
//
// What may not be shown as it is, is shown by an escape, as in Go: \n, \x1b, \u202e, \U000e0001.
package safe

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// brailleBlank is a letter without dots: nothing but a space to the eye, though Unicode counts it among the symbols.
const brailleBlank = '\u2800'

// Raw reports whether a character may be shown as it is behind the text before it. It may not if it cannot be seen
// (controls, line breaks, spaces other than the ordinary one, what changes the direction of text, what has no width),
// or if it would begin a workflow command: GitHub obeys ##[command] anywhere in a line, and ::command:: at its start,
// spaces aside. Other CI systems obey ##vso[command] and the like.
//
// Source: ActionCommand.cs of github.com/actions/runner, read 2026-11.
func Raw(before string, r rune) bool {
	switch {
	case r == '#':
		return !strings.HasSuffix(before, "#")
	case r == ':':
		rest, second := strings.CutSuffix(before, ":")
		return !second || rest != "" && !strings.HasSuffix(rest, " ")
	case r < utf8.RuneSelf:
		return r >= ' ' && r <= '~'
	}
	return unicode.IsPrint(r) && r != brailleBlank &&
		!unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// Escape returns the escape of a character.
func Escape(r rune) string {
	if r >= ' ' && r <= '~' {
		return fmt.Sprintf(`\x%02x`, r)
	}
	return strings.Trim(strconv.QuoteRuneToASCII(r), "'")
}

// Text returns a text in one line that is safe to show.
func Text(s string) string {
	at := 0
	for at < len(s) && s[at] >= ' ' && s[at] <= '~' && Raw(s[:at], rune(s[at])) {
		at++
	}
	if at == len(s) { // as nearly all texts
		return s
	}
	var b strings.Builder
	b.WriteString(s[:at])
	for at < len(s) {
		r, size := utf8.DecodeRuneInString(s[at:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[at])
		case Raw(s[:at], r):
			b.WriteRune(r)
		default:
			b.WriteString(Escape(r))
		}
		at += size
	}
	return b.String()
}

// Lines is Text for a text whose line breaks are meant.
func Lines(s string) string {
	if !strings.Contains(s, "\n") {
		return Text(s)
	}
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = Text(line)
	}
	return strings.Join(lines, "\n")
}
