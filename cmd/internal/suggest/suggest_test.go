package suggest_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/cmd/internal/suggest"
)

func TestNearest(t *testing.T) {
	known := []string{"limits", "spillover", "plan"}
	for typed, want := range map[string]string{
		"plna": "plan", "PLAN": "plan", "pl4n": "plan", "imits": "limits", "xxan": "plan", "xin": "",
		"spill": "spillover", "checkout": "", "": "",
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

// TestNearestDistance compares the distances of words with those of a table of all their beginnings.
func TestNearestDistance(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	word := func() string {
		letters := make([]byte, 1+random.IntN(7))
		for i := range letters {
			letters[i] = "abc"[random.IntN(3)]
		}
		return string(letters)
	}
	for range 20_000 {
		a, b := word(), word()
		row := make([]int, len(b)+1)
		for j := range row {
			row[j] = j
		}
		for i := range len(a) {
			diagonal := row[0]
			row[0] = i + 1
			for j := 1; j <= len(b); j++ {
				cost := 1 + min(row[j], row[j-1], diagonal)
				if a[i] == b[j-1] {
					cost = diagonal
				}
				diagonal, row[j] = row[j], cost
			}
		}
		want := ""
		d := row[len(b)]
		for i := range len(a) - 1 {
			if a[:i]+a[i+1:i+2]+a[i:i+1]+a[i+2:] == b {
				d = 1
			}
		}
		if d <= 1 || d == 2 && len(a) > 3 || strings.HasPrefix(b, a) {
			want = b
		}
		if got := suggest.Nearest(a, []string{b}); got != want {
			t.Errorf("%q is near to %q, want %q: the distance of %q is %d", a, got, want, b, row[len(b)])
		}
	}
}

func TestWords(t *testing.T) {
	known := []string{"limits", "plan"}
	for want, got := range map[string]string{
		", did you mean plan?": suggest.Meant("plna", known),
		"":                     suggest.Meant("checkout", known),
		"a, b and c":           suggest.All([]string{"a", "b", "c"}),
		"a":                    suggest.All([]string{"a"}),
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

// TestContaining checks the words that are named because they contain the typed one.
func TestContaining(t *testing.T) {
	known := []string{"name", "now.rps", "now.throttled_rps", "now.throttled_ratio", "a.busy_one", "a.busy", "verdict"}
	for typed, want := range map[string]string{
		"throttled": "; near: now.throttled_rps, now.throttled_ratio",
		"rps":       ", did you mean now.rps?",
		"rate":      ", did you mean now.rps?",
		"function":  ", did you mean name?",
		"verdit":    ", did you mean verdict?",
		"zzz":       "",
		"":          "",
	} {
		if got := suggest.Containing(typed, known); got != want {
			t.Errorf("%q: %q, want %q", typed, got, want)
		}
	}
}
