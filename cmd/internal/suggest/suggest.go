// Package suggest helps with words: it finds the one that was probably meant, and lists those to choose from.
package suggest

import (
	"strings"

	"github.com/spf13/cobra"
)

// Nearest returns the known word that is most similar to a typed one, or an empty string. It finds words of any kind in
// the way in which cobra finds the command that was meant.
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

// Or returns a hint at the word that was probably meant, or else another hint.
func Or(typed string, known []string, otherwise string) string {
	if name := Nearest(typed, known); name != "" {
		return "did you mean " + name + "?"
	}
	return otherwise
}

// OneOf lists words to choose from: a, b or c.
func OneOf(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
