// Package suggest finds the word that was probably meant.
package suggest

import (
	"strings"

	"github.com/spf13/cobra"
)

// Nearest returns the known word that is most like a typed one, or nothing. It is how cobra finds the command that was
// meant, for any words.
func Nearest(typed string, known []string) string {
	parent := &cobra.Command{}
	for _, name := range known {
		if strings.EqualFold(name, typed) {
			return name
		}
		parent.AddCommand(&cobra.Command{Use: name, Run: func(*cobra.Command, []string) {}})
	}
	for distance := 1; distance <= 2 && typed != ""; distance++ {
		parent.SuggestionsMinimumDistance = distance
		if near := parent.SuggestionsFor(typed); len(near) > 0 {
			return near[0]
		}
	}
	return ""
}

// Or is a hint at the word that was probably meant, or else another hint.
func Or(typed string, known []string, otherwise string) string {
	if name := Nearest(typed, known); name != "" {
		return "did you mean " + name + "?"
	}
	return otherwise
}
