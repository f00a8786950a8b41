package setting

import (
	"errors"
	"strconv"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/cmd/internal/suggest"
)

// ParseRule reads the id of a rule that a check looks for, which is its number or its word. It returns the number.
func ParseRule(id string) (rule.ID, error) {
	r, err := FindRule(id, check.Numbered())
	return r.Number, err
}

// FindRule finds the rule with an id, which is its number or its word, among some rules.
func FindRule(id string, rules []rule.Rule) (rule.Rule, error) {
	r, ok := rule.Find(rules, rule.ID(id))
	if ok {
		return r, nil
	}
	problem := strconv.Quote(id) + " is no rule"
	var ids []string
	for _, r := range rules {
		ids = append(ids, string(r.Number), string(r.Word))
	}
	if near := suggest.Nearest(id, ids); near != "" {
		problem += ", did you mean " + near + "?"
	}
	numbered := check.Numbered()
	first, last := numbered[0].Number, numbered[len(numbered)-1].Number
	return r, errors.New(problem + "; legal: " + string(first) + " to " + string(last))
}
