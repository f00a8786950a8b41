package cmd

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/cmd/internal/setting"
)

// TestGuesses checks that what people guess is not a flag of a command that has the one that they are told instead, and
// that this is one.
func TestGuesses(t *testing.T) {
	seen := map[string]bool{}
	for _, g := range guesses() {
		if _, ok := setting.Named(g.flag); !ok {
			t.Errorf("--%s is told for %s, and is not a flag", g.flag, g.words)
		}
		for word := range strings.FieldsSeq(g.words) {
			if s, ok := setting.Named(word); ok && s.Part&setting.Loads != 0 || seen[word] {
				t.Errorf("--%s is a flag, or is listed twice", word)
			}
			seen[word] = true
		}
	}
	for _, c := range wrongCommands() {
		for word := range strings.FieldsSeq(c.words) {
			if slices.ContainsFunc(commands(), func(known command) bool { return known.name == word }) || seen["command "+word] {
				t.Errorf("%s is a command, or is listed twice", word)
			}
			seen["command "+word] = true
		}
	}
}

// TestGuessed checks what people are told for the flags and commands that they guess.
func TestGuessed(t *testing.T) {
	for line, want := range map[string]string{
		"plan --p99 800ms": "the Average statistic of the metric Duration; " +
			"if p99 is all you have, as --duration it is on the safe side",
		"plan --growth 2":     "did you mean --scale?",
		"plan --double":       "did you mean --scale 2?",
		"plan --async":        "did you mean --mode async?",
		"plan --sync":         "did you mean --mode sync?",
		"plan --account a":    "a file is an argument, and the quota is --account-concurrency",
		"diff a.yaml b.yaml":  "did you mean compare?",
		"diff --fail-on x":    "did you mean compare?",
		"quota":               "the text of a quota request is in lambdacap plan --show commands",
		"cost --rps 5":        "the cost is in lambdacap plan --show cost",
		"help diff":           "did you mean compare?",
		"completion diff":     "see lambdacap completion --help",
		"limits --factor 1.5": "see lambdacap limits --help",
	} {
		var out, errs bytes.Buffer
		env := Env{Out: &out, Err: &errs, LookupEnv: func(string) (string, bool) { return "", false }}
		code := Run(strings.Fields(line), env)
		if code != 2 || out.Len() > 0 || !strings.HasSuffix(errs.String(), want+"\n") {
			t.Errorf("%s: exit %d, %s%s", line, code, &out, &errs)
		}
	}
}
