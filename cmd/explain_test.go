package cmd_test

import (
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc/glossary"
)

// TestGlossaryCommands runs the command line of every term. A word of a verdict is shown by an answer with that
// verdict, and a throttle reason by one that names it.
func TestGlossaryCommands(t *testing.T) {
	for _, term := range glossary.Terms() {
		if term.Command == "" {
			continue
		}
		args := strings.Fields(strings.TrimPrefix(term.Command, "lambdacap "))
		code, stdout, stderr := run("", append(args, "-o", "json")...)
		if code != 0 {
			t.Errorf("%s: code %d: %s", term.Command, code, stderr)
		}
		want := map[string]string{"fits": `"verdict": "fits"`, "spill": `"verdict": "spills"`,
			"throttled": `"verdict": "throttles"`, "queued": `"verdict": "queues"`}[term.Name]
		if term.Kind == glossary.Reason {
			want = `"throttle_reason": "` + term.Name + `"`
		}
		if !strings.Contains(stdout, want) {
			t.Errorf("%s does not show %s", term.Command, want)
		}
	}
}
