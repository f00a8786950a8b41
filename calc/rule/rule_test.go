package rule_test

import (
	"slices"
	"testing"

	"github.com/lambdacap/lambdacap/calc/rule"
)

// TestIDs checks that a rule is found by either of its ids, and that a missing id finds nothing.
func TestIDs(t *testing.T) {
	rules := []rule.Rule{
		{Word: "rate-bound", Level: rule.Warning},
		{Number: "LC004", Level: rule.Error},
		{Word: "tracking-blind", Number: "LC014", Level: rule.Warning},
	}
	for i, r := range rules {
		for _, id := range r.IDs() {
			if found, ok := rule.Find(rules, id); !ok || found != rules[i] {
				t.Errorf("%s finds %+v, %v", id, found, ok)
			}
		}
	}
	for _, id := range []rule.ID{"lc014", "Tracking-Blind"} {
		if found, ok := rule.Find(rules, id); !ok || found != rules[2] {
			t.Errorf("%s finds %+v, %v", id, found, ok)
		}
	}
	if found, ok := rule.Find(rules, ""); ok {
		t.Errorf("no id finds %+v", found)
	}
	if ids := rules[2].IDs(); !slices.Equal(ids, []rule.ID{"LC014", "tracking-blind"}) || rules[2].ID() != "LC014" {
		t.Errorf("%v, %s", ids, rules[2].ID())
	}
	if rules[0].ID() != "rate-bound" {
		t.Errorf("the id of a rule without a number is %q", rules[0].ID())
	}
}

// TestLevelInCalculation checks that a calculation reports warnings in place of errors and unknown values.
func TestLevelInCalculation(t *testing.T) {
	for _, level := range rule.Levels() {
		want := level
		if level == rule.Unknown || level == rule.Error {
			want = rule.Warning
		}
		if got := (rule.Rule{Level: level}).LevelInCalculation(); got != want {
			t.Errorf("%s is %s in a calculation, want %s", level, got, want)
		}
	}
}
