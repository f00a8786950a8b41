// Package safe makes text that others wrote safe to show. Names, reasons, file names and arguments are untrusted: a
// check reads the files of a pull request, and people, terminals and CI systems read its output.
//
// Characters that are not safe are written as Go escapes: \n, \x1b, \u202e, \U000e0001.
package safe

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// brailleBlank is a Braille cell without dots. It looks like a space, although Unicode classifies it as a symbol.
const brailleBlank = '\u2800'

// Raw reports whether a character may be shown unescaped after the text before it. It may not if it is invisible:
// controls, line breaks, unusual spaces, direction marks, characters without width. It may not if it would begin a
// workflow command either. GitHub obeys ##[command] anywhere in a line, and ::command:: at its start after any spaces.
// Other CI systems obey ##vso[command] and the like.
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
	if at == len(s) { // nearly all texts end here
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

// Lines is Text for a text whose line breaks are kept.
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
