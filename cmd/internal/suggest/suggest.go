// Package suggest helps with words: it finds the one that was probably meant, and lists those to choose from.
package suggest

import (
	"slices"
	"strings"
)

// maxDistance is how many letters a word may differ from the one that was meant.
const maxDistance = 2

// mostShort is how many letters a word has of which only one may differ.
const mostShort = 3

// headed returns the key behind a word that people read in the header of a table; empty for other words.
func headed(word string) string {
	switch word {
	case "rate":
		return "rps"
	case "function":
		return "name"
	case "excess":
		return "spillover_ratio"
	case "set":
		return "recommended_provisioned"
	}
	return ""
}

// Nearest returns the known word that is most similar to a typed one, or an empty string: the first that differs in one
// letter, in two letters that are swapped, or that begins with what was typed, the shortest of several; else the first
// that differs in two, if the word is not short. Case does not count.
func Nearest(typed string, known []string) string {
	if typed == "" {
		return ""
	}
	word := strings.ToLower(typed)
	if key := headed(word); slices.Contains(known, key) && !slices.Contains(known, word) {
		return key
	}
	best, least := "", maxDistance+1
	for _, name := range known {
		lower := strings.ToLower(name)
		if lower == word {
			return name
		}
		d := maxDistance + 1
		begins := strings.HasPrefix(lower, word)
		if begins {
			d = 1
		} else if more := len(word) - len(lower); more >= -maxDistance && more <= maxDistance {
			d = distance(word, lower)
		}
		if swapped(word, lower) {
			d = 1
		}
		if begins && d == least && strings.HasPrefix(strings.ToLower(best), lower) {
			best = name
		}
		if d < least && (d < maxDistance || len(word) > mostShort) {
			best, least = name, d
		}
	}
	return best
}

// swapped reports whether two words differ only in the order of two neighbouring letters.
func swapped(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

// distance returns how many letters must be added, dropped or replaced to turn one word into another; at least
// maxDistance+1 if it is more than maxDistance. It looks only at the letters that near words can have in common.
func distance(a, b string) int {
	const far = maxDistance + 1
	row := make([]int, len(b)+1) // the distances of a[:i] from b[:j]
	for j := range row {
		row[j] = min(j, far)
	}
	for i := range len(a) {
		from, to := max(1, i+1-maxDistance), min(len(b), i+1+maxDistance)
		diagonal := row[from-1]
		row[from-1] = min(i+1, far)
		if from > 1 {
			row[from-1] = far
		}
		least := row[from-1]
		for j := from; j <= to; j++ {
			above := row[j]
			if i+1+maxDistance == j {
				above = far
			}
			cost := diagonal
			if a[i] != b[j-1] {
				cost = 1 + min(diagonal, above, row[j-1])
			}
			diagonal, row[j] = row[j], min(cost, far)
			least = min(least, row[j])
		}
		if least == far {
			return far
		}
	}
	return row[len(b)]
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

// mostContaining is how many words Containing names.
const mostContaining = 4

// Containing returns what a message adds about the words that contain a typed one, the shortest first: "; near: a.b,
// a.bc". If the typed one ends a dotted word, or if none contains it, it is as Meant.
func Containing(typed string, known []string) string {
	if key := headed(strings.ToLower(typed)); key != "" {
		typed = key
	}
	var near []string
	for _, name := range known {
		if typed != "" && strings.Contains(strings.ToLower(name), strings.ToLower(typed)) {
			near = append(near, name)
		}
	}
	slices.SortStableFunc(near, func(a, b string) int { return len(a) - len(b) })
	switch {
	case len(near) == 0:
		return Meant(typed, known)
	case len(near) == 1 || strings.HasSuffix(near[0], "."+strings.ToLower(typed)):
		return ", did you mean " + near[0] + "?"
	}
	return "; near: " + strings.Join(near[:min(len(near), mostContaining)], ", ")
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
