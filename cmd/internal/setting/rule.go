package setting

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/cmd/internal/suggest"
)

// ParseRule reads the id of a rule that check looks for: its number or its word, in any case. It returns the number.
func ParseRule(id string) (rule.ID, error) {
	r, known := rule.Find(check.Rules(), rule.ID(id))
	switch {
	case known && r.Number != "":
		return r.Number, nil
	case known:
		return "", fmt.Errorf("check does not look for %q; expected %s", id, numbers())
	}
	var ids []string
	for _, r := range check.Numbered() {
		ids = append(ids, string(r.Number))
	}
	for _, r := range check.Numbered() {
		if r.Word != "" {
			ids = append(ids, string(r.Word))
		}
	}
	hint := cmp.Or(NumberHint(id), suggest.Or(id, ids, "expected "+numbers()))
	return "", fmt.Errorf("unknown rule %q; %s", id, hint)
}

// NumberHint says which number of a rule was probably meant by one that none has, or which there are; empty for a text
// that is not a number.
func NumberHint(id string) string {
	n, err := strconv.Atoi(strings.TrimPrefix(strings.ToUpper(id), "LC"))
	if err != nil {
		return ""
	}
	padded := fmt.Sprintf("LC%03d", n)
	if _, ok := rule.Find(check.Numbered(), rule.ID(padded)); ok {
		return "did you mean " + padded + "?"
	}
	return "expected " + numbers()
}

// numbers names the numbers of all rules.
func numbers() string {
	numbered := check.Numbered()
	return string(numbered[0].Number) + " to " + string(numbered[len(numbered)-1].Number)
}
