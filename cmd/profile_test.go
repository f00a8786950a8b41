package cmd_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzProfile: whatever a profile holds, the program answers with valid JSON or
// says what is wrong and where; it never crashes and never does both.
func FuzzProfile(f *testing.F) {
	examples, err := filepath.Glob("../configs/*.yaml")
	if err != nil || len(examples) == 0 {
		f.Fatal(examples, err)
	}
	for _, name := range examples {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data))
	}
	for _, text := range []string{"", "rps: 5", "rps: [", "a: &a [*a]", "rps: !!int 5", "? {a: b}\n: c", "rps: 5\n---\n", "<<: x", "rps: |\n  5", "\xff", "\x00"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, profile string) {
		for _, command := range []string{"limits", "plan"} {
			code, stdout, stderr := run(profile, command, "--profile", "-", "-o", "json")
			switch code {
			case 0:
				if !json.Valid([]byte(stdout)) || stderr != "" {
					t.Errorf("exit 0 with %q and %q", stdout, stderr)
				}
			case 2:
				if stdout != "" || stderr == "" {
					t.Errorf("exit 2 with %q and %q", stdout, stderr)
				}
				for line := range strings.Lines(stderr) {
					if !strings.HasPrefix(line, "lambdacap: ") || strings.ContainsAny(line, "\x1b\x00\r") {
						t.Errorf("a line not fit to print: %q", line)
					}
				}
			default:
				t.Errorf("exit %d: %s", code, stderr)
			}
		}
	})
}
