package document

import (
	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/glossary"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// Glossary is the document of terms, and of everything that can be explained.
type Glossary struct {
	// SchemaVersion is the version of the document's schema.
	SchemaVersion int `json:"schema_version"`
	// Kind is glossary.
	Kind string `json:"kind"`
	// Summary is the answer in one line: the term with its meaning, or how many there are.
	Summary string `json:"summary"`
	// Terms are AWS's reasons for a throttled request, and the words of lambdacap.
	Terms []Term `json:"terms"`
	// Rules are the rules; empty where a single term is explained.
	Rules []Rule `json:"rules"`
}

// A Term is a term of Glossary.
type Term struct {
	// Name is the term, as lambdacap or AWS writes it.
	Name string `json:"name"`
	// Kind says whether it is a reason of AWS or a word of lambdacap.
	Kind glossary.Kind `json:"kind"`
	// Meaning says in one sentence what it is.
	Meaning string `json:"meaning"`
	// AWS lists AWS's words and metrics for it.
	AWS []string `json:"aws"`
	// Also lists other words that find it.
	Also []string `json:"also"`
	// Do says what to do about it; absent if there is nothing to do.
	Do calc.Optional[string] `json:"do"`
	// Command is a command line that shows it; absent if none does.
	Command calc.Optional[string] `json:"command"`
	// Source is the page or the paper that defines it.
	Source aws.Source `json:"source"`
}

// NewGlossary returns the document of terms and rules.
func NewGlossary(terms []glossary.Term, rules []rule.Rule) Glossary {
	d := Glossary{SchemaVersion: SchemaVersion, Kind: "glossary", Summary: summarizeTerms(terms),
		Terms: make([]Term, len(terms)), Rules: NewRules(rules).Rules}
	for i, t := range terms {
		d.Terms[i] = Term{Name: t.Name, Kind: t.Kind, Meaning: t.Meaning, Source: t.Source,
			AWS: append([]string{}, t.AWS...), Also: append([]string{}, t.Also...)}
		if t.Do != "" {
			d.Terms[i].Do = calc.Some(t.Do)
		}
		if t.Command != "" {
			d.Terms[i].Command = calc.Some(t.Command)
		}
	}
	return d
}

// A Topic is something that can be explained, as a row of CSV.
type Topic struct {
	// Name is what explain takes.
	Name string `json:"name"`
	// Kind is reason, word or rule.
	Kind string `json:"kind"`
	// Meaning says what it is, or what the rule finds.
	Meaning string `json:"meaning"`
}

// Topics lists everything in the document that can be explained.
func (d Glossary) Topics() (topics []Topic) {
	for _, t := range d.Terms {
		topics = append(topics, Topic{t.Name, string(t.Kind), t.Meaning})
	}
	for _, r := range d.Rules {
		topics = append(topics, Topic{string(r.ID), "rule", r.Name})
	}
	return topics
}
