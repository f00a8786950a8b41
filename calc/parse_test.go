package calc_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// TestParseWords: words are lower case, and others are refused with those that are legal.
func TestParseWords(t *testing.T) {
	for _, c := range []struct {
		parse func(string) (string, error)
		text  string
		err   string
	}{
		{mode, "sync", ""}, {mode, "async", ""}, {mode, "Sync", "lower case; legal: sync, async"}, {mode, "event", "not known; legal: sync, async"},
		{arch, "arm64", ""}, {arch, "x86_64", ""}, {arch, "ARM64", "lower case"}, {arch, "x86", "not known; legal: x86_64, arm64"},
		{objective, "fit", ""}, {objective, "cost", ""}, {objective, "money", "not known; legal: fit, cost"},
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

func mode(text string) (string, error) { m, err := calc.ParseMode(text); return string(m), err }
func arch(text string) (string, error) { a, err := calc.ParseArch(text); return string(a), err }
func objective(text string) (string, error) {
	o, err := calc.ParseObjective(text)
	return string(o), err
}

func TestCeilUnits(t *testing.T) {
	for _, c := range []struct {
		x    float64
		want int64
	}{
		{200 * 1.1, 220}, {0.05 * 20000, 1000}, {300 * 0.07, 21}, {0, 0}, {1e-12, 1}, {0.5, 1}, {1, 1}, {1.0001, 2},
		{20.999999999999996, 21}, {21.000000000000004, 21}, {-1, 0}, {math.NaN(), 0}, {math.Inf(1), math.MaxInt64}, {1e30, math.MaxInt64},
	} {
		equal(t, "CeilUnits", calc.CeilUnits(c.x), c.want)
	}
}

// FuzzParseSweep: a sweep is refused with a reason, or its points are in the range of the setting.
func FuzzParseSweep(f *testing.F) {
	for _, text := range []string{"provisioned=0:300:25", "duration=10ms:1s:0.1ms", "rps=0:1e9:0.001", "reserved=0:1e8:1", "rps=1:2", "=::", "sync"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		sweep, err := calc.ParseSweep(text)
		if err != nil {
			if !errors.Is(err, quantity.ErrInvalid) || len(err.Error()) > 600 || strings.ContainsAny(err.Error(), "\n\x1b") {
				t.Errorf("ParseSweep(%q): a message not fit to print: %q", text, err)
			}
			return
		}
		if n := len(sweep.Values); n < 1 || n > 10_000 {
			t.Errorf("ParseSweep(%q): %d points", text, n)
		}
		for _, value := range sweep.Values {
			if !(value >= 0 && value <= 365*86400e3) {
				t.Errorf("ParseSweep(%q): the point %v", text, value)
			}
		}
		_, _ = calc.ParseMode(text)
		_, _ = calc.ParseArch(text)
		_, _ = calc.ParseObjective(text)
	})
}
