// Package suggest helps with words: it finds the one that was probably meant, and lists those to choose from.
package suggest

import (
	"slices"
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

// Meant returns what a message adds about the word that was probably meant: ", did you mean plan?", or nothing.
func Meant(typed string, known []string) string {
	if name := Nearest(typed, known); name != "" {
		return ", did you mean " + name + "?"
	}
	return ""
}

// Unknown says that a word is not one of the legal ones, and whether only its case is wrong.
func Unknown(typed string, legal []string) string {
	if slices.Contains(legal, strings.ToLower(typed)) {
		return "is not known, the values are lower case"
	}
	return "is not known"
}

// OneOf lists words to choose from: a, b or c.
func OneOf(words []string) string { return list(words, "or") }

// All lists words: a, b and c.
func All(words []string) string { return list(words, "and") }

func list(words []string, last string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	n := len(words) - 1
	return strings.Join(words[:n], ", ") + " " + last + " " + words[n]
}
