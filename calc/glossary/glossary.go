// Package glossary defines the words of lambdacap, with AWS's word beside each, and the reasons that AWS gives for a
// throttled request.
package glossary

import (
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc/aws"
)

// A Kind says what a term is.
type Kind string

// The kinds.
const (
	Reason Kind = "reason" // why AWS throttled a request
	Word   Kind = "word"   // a word of lambdacap
)

// A Term is a word of lambdacap, or a reason that AWS gives for a throttled request.
type Term struct {
	Name    string     // as lambdacap or AWS writes it
	Kind    Kind       // what it is
	Meaning string     // one sentence
	AWS     []string   // AWS's words and metrics for it, most often used first
	Also    []string   // other words that people look for
	Do      string     // what to do about it, or to know about it; may be empty
	Command string     // a command line that shows it; may be empty
	Source  aws.Source // the page or the paper that defines it
}

// Terms lists all terms: the reasons, then the words in the order of the alphabet.
func Terms() []Term {
	terms := slices.Concat(settingWords(), trafficWords(), sourceWords(), verdictWords(),
		screenWords(), costWords(), fileWords())
	slices.SortFunc(terms, func(x, y Term) int {
		return strings.Compare(strings.ToLower(x.Name), strings.ToLower(y.Name))
	})
	return append(reasons(), terms...)
}

// Find returns the term that has a name, a word of AWS or another word, and reports whether there is one. Case,
// spaces, hyphens and underscores do not count, nor does the plural: ColdStarts finds cold start.
func Find(word string) (Term, bool) {
	terms, typed := Terms(), plain(word)
	tries := []string{typed}
	for _, ending := range []struct{ plural, singular string }{{"s", ""}, {"es", ""}, {"ies", "y"}} {
		if stem, ok := strings.CutSuffix(typed, ending.plural); ok {
			tries = append(tries, stem+ending.singular)
		}
	}
	for _, try := range tries {
		i := slices.IndexFunc(terms, func(t Term) bool {
			return slices.ContainsFunc(t.Words(), func(name string) bool { return plain(name) == try })
		})
		if i >= 0 && try != "" {
			return terms[i], true
		}
	}
	return Term{}, false
}

// Words lists every word that finds the term, its name first.
func (t Term) Words() []string {
	return slices.Concat([]string{t.Name}, t.AWS, t.Also)
}

// plain returns a word without what does not count in it.
func plain(word string) string {
	return strings.NewReplacer(" ", "", "-", "", "_", "").Replace(strings.ToLower(word))
}
