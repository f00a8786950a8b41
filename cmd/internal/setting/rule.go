package setting

import (
	"fmt"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/cmd/internal/suggest"
)

// ParseRule reads the id of a rule that a check looks for, which is its number or its word. It returns the number.
func ParseRule(id string) (rule.ID, error) {
	r, known := rule.Find(check.Rules(), rule.ID(id))
	switch {
	case !known:
		return "", noRule(id, check.Numbered(), numbers())
	case r.Number == "":
		return "", fmt.Errorf("check does not look for the rule %q; expected %s", id, numbers())
	}
	return r.Number, nil
}

// FindRule finds the rule with an id, which is its number or its word.
func FindRule(id string) (rule.Rule, error) {
	r, ok := rule.Find(check.Rules(), rule.ID(id))
	if !ok {
		return r, noRule(id, check.Rules(), numbers()+", or a word such as rate-bound")
	}
	return r, nil
}

// numbers names the numbers of all rules.
func numbers() string {
	numbered := check.Numbered()
	return string(numbered[0].Number) + " to " + string(numbered[len(numbered)-1].Number)
}

// noRule says that none of some rules has an id, and which is near.
func noRule(id string, rules []rule.Rule, legal string) error {
	var ids []string
	for _, r := range check.Numbered() {
		ids = append(ids, string(r.Number))
	}
	for _, r := range rules {
		if r.Word != "" {
			ids = append(ids, string(r.Word))
		}
	}
	return fmt.Errorf("unknown rule %q; %s", id, suggest.Or(id, ids, "expected "+legal))
}
