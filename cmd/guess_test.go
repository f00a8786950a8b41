package cmd

import (
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/cmd/internal/setting"
)

// TestGuesses checks that what people guess is not a flag, and that what they are told instead is one.
func TestGuesses(t *testing.T) {
	seen := map[string]bool{}
	for _, g := range guesses() {
		if _, ok := setting.Named(g.flag); !ok {
			t.Errorf("--%s is told for %s, and is not a flag", g.flag, g.words)
		}
		for word := range strings.FieldsSeq(g.words) {
			if _, ok := setting.Named(word); ok || seen[word] {
				t.Errorf("--%s is a flag, or is listed twice", word)
			}
			seen[word] = true
		}
	}
}
