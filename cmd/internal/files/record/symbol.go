package record

import (
	"strings"
	"unicode/utf8"
)

// A symbol replaces an unknown part of a text that has a name, such as a parameter without a value. Two texts with the
// same symbols are equal, whatever values the parts turn out to have. A Hole replaces a part without a name.
//
// A symbol consists of private-use characters, one for each byte of the name and one at the end. So a separator in its
// name does not split the text.
const (
	symbolByte = '\U000F0000'
	symbolEnd  = '\U000F0100'
	symbolLead = "\xf3\xb0" // the first bytes of each in UTF-8
	// maxSymbol limits the names of symbols, bytes. It is far above what people write by hand.
	maxSymbol = 256
)

// Symbol returns the symbol of a name. It returns a Hole if the name is empty, has unknown parts or is too long.
func Symbol(name string) string {
	if name = showSymbols(name); name == "" || len(name) > maxSymbol || strings.Contains(name, Hole) {
		return Hole
	}
	var symbol strings.Builder
	for i := range len(name) {
		symbol.WriteRune(symbolByte + rune(name[i]))
	}
	symbol.WriteRune(symbolEnd)
	return symbol.String()
}

// IsWhole reports whether a text has neither holes nor symbols.
func IsWhole(text string) bool {
	return !strings.Contains(text, Hole) && !strings.Contains(text, symbolLead)
}

// Nameless returns a text with a Hole for each symbol. Two such texts may differ even if they look the same.
func Nameless(text string) string {
	if !strings.Contains(text, symbolLead) {
		return text
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= symbolByte && r < symbolEnd:
			return -1
		case r == symbolEnd:
			return utf8.RuneError
		}
		return r
	}, text)
}

// showSymbols writes the symbols in a text the way people do: ${Stage}.
func showSymbols(text string) string {
	if !strings.Contains(text, symbolLead) {
		return text
	}
	var shown strings.Builder
	inside := false
	for _, r := range text {
		isByte := r >= symbolByte && r < symbolEnd
		if isByte && !inside {
			shown.WriteString("${")
		}
		switch inside = isByte; {
		case isByte:
			shown.WriteByte(byte(r - symbolByte))
		case r == symbolEnd:
			shown.WriteByte('}')
		default:
			shown.WriteRune(r)
		}
	}
	return shown.String()
}
