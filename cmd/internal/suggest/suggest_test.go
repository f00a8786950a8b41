package suggest_test

import (
	"testing"

	"github.com/lambdacap/lambdacap/cmd/internal/suggest"
)

func TestNearest(t *testing.T) {
	known := []string{"limits", "spillover", "plan"}
	for typed, want := range map[string]string{
		"plna": "plan", "PLAN": "plan", "spill": "spillover", "checkout": "", "": "",
	} {
		if got := suggest.Nearest(typed, known); got != want {
			t.Errorf("%q is near to %q, want %q", typed, got, want)
		}
	}
	if hint := suggest.Or("limit", known, "see --help"); hint != "did you mean limits?" {
		t.Error(hint)
	}
	if hint := suggest.Or("x", known, "see --help"); hint != "see --help" {
		t.Error(hint)
	}
}

func TestWords(t *testing.T) {
	known := []string{"limits", "plan"}
	for want, got := range map[string]string{
		", did you mean plan?": suggest.Meant("plna", known),
		"":                     suggest.Meant("checkout", known),
		"is not known, the values are lower case": suggest.Unknown("PLAN", known),
		"is not known": suggest.Unknown("plna", known),
		"a, b and c":   suggest.All([]string{"a", "b", "c"}),
		"a":            suggest.All([]string{"a"}),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestOneOf(t *testing.T) {
	for want, words := range map[string][]string{"": nil, "a": {"a"}, "a or b": {"a", "b"}, "a, b or c": {"a", "b", "c"}} {
		if got := suggest.OneOf(words); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
