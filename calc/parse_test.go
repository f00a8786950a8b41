package calc_test

import (
	"math"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
)

// TestParseWords checks that words are lower case, and that an error lists the allowed ones.
func TestParseWords(t *testing.T) {
	for _, c := range []struct {
		parse func(string) (string, error)
		text  string
		err   string
	}{
		{parseMode, "sync", ""},
		{parseMode, "async", ""},
		{parseMode, "Sync", `"Sync" is not known; did you mean sync?`},
		{parseMode, "event", "not known; expected sync, async"},
		{parseArch, "arm64", ""},
		{parseArch, "x86_64", ""},
		{parseArch, "ARM64", `did you mean arm64?`},
		{parseArch, "x86", "not known; expected x86_64, arm64"},
		{parseObjective, "fit", ""},
		{parseObjective, "cost", ""},
		{parseObjective, "money", "not known; expected fit, cost"},
	} {
		got, err := c.parse(c.text)
		switch {
		case c.err == "" && (err != nil || got != c.text):
			t.Errorf("%q is read as %q: %v", c.text, got, err)
		case c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)):
			t.Errorf("%q: error %v, want one with %q", c.text, err, c.err)
		}
	}
}

func parseMode(text string) (string, error) { m, err := calc.ParseMode(text); return string(m), err }
func parseArch(text string) (string, error) { a, err := calc.ParseArch(text); return string(a), err }
func parseObjective(text string) (string, error) {
	o, err := calc.ParseObjective(text)
	return string(o), err
}

func TestCeilUnits(t *testing.T) {
	for _, c := range []struct {
		x    float64
		want int64
	}{
		{200 * 1.1, 220}, {0.05 * 20000, 1000}, {300 * 0.07, 21},
		{0, 0}, {1e-12, 1}, {0.5, 1}, {1, 1}, {1.0001, 2}, {20.999999999999996, 21}, {21.000000000000004, 21},
		{-1, 0}, {math.NaN(), 0}, {math.Inf(1), math.MaxInt64}, {1e30, math.MaxInt64},
	} {
		equal(t, "CeilUnits", calc.CeilUnits(c.x), c.want)
	}
}
