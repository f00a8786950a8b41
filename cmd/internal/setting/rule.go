package setting

import (
	"fmt"
	"slices"
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
	if n, err := strconv.Atoi(strings.TrimPrefix(strings.ToUpper(id), "LC")); err == nil {
		if padded := fmt.Sprintf("LC%03d", n); slices.Contains(ids, padded) {
			return "", fmt.Errorf("unknown rule %q; did you mean %s?", id, padded)
		}
	}
	if near := suggest.Nearest(id, ids); near != "" {
		return "", fmt.Errorf("unknown rule %q; did you mean %s?", id, near)
	}
	return "", fmt.Errorf("unknown rule %q; expected %s", id, numbers())
}

// numbers names the numbers of all rules.
func numbers() string {
	numbered := check.Numbered()
	return string(numbered[0].Number) + " to " + string(numbered[len(numbered)-1].Number)
}
