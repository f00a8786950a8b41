package tree

import "strings"

// maxShown is the length limit of a text in a message, bytes.
const maxShown = 80

// Shown truncates a text from a file to the length limit of messages.
func Shown(s string) string {
	if len(s) <= maxShown {
		return s
	}
	return strings.ToValidUTF8(s[:maxShown], "") + "..."
}
