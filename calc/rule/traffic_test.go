package rule_test

import (
	"slices"
	"testing"

	"github.com/lambdacap/lambdacap/calc/rule"
)

// TestTrafficRules checks that the rules about traffic are complete and listed once, worst first, and that none is an
// error: data that cannot be used is refused instead.
func TestTrafficRules(t *testing.T) {
	seen := map[rule.ID]bool{}
	last := -1
	for _, r := range rule.TrafficRules() {
		if r.Word == "" || r.Name == "" || r.Text == "" || r.Why == "" || r.Source == "" || r.Number != "" {
			t.Errorf("%s is not complete: %+v", r.Word, r)
		}
		if seen[r.Word] {
			t.Errorf("%s is listed twice", r.Word)
		}
		seen[r.Word] = true
		at := slices.Index(rule.Levels(), r.Level)
		if at < last || r.Level != rule.Warning && r.Level != rule.Info {
			t.Errorf("%s is of level %s, after a better one", r.Word, r.Level)
		}
		last = at
	}
	if len(seen) != 20 {
		t.Errorf("%d rules", len(seen))
	}
}
