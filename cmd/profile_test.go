package cmd_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzProfile: for any profile, the program either prints valid JSON or says what is wrong and where. It never crashes,
// and never does both.
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
	for _, text := range []string{
		"", "rps: 5", "rps: [", "a: &a [*a]", "rps: !!int 5", "? {a: b}\n: c", "rps: 5\n---\n", "<<: x", "rps: |\n  5",
		"\xff", "\x00",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, profile string) {
		for _, command := range []string{"limits", "plan"} {
			answersOrRefuses(t, profile, command, "--profile", "-", "-o", "json")
		}
	})
}

// TestCaps: a profile with hundreds of faults or functions does not flood the user with messages.
func TestCaps(t *testing.T) {
	var keys, functions strings.Builder
	functions.WriteString("functions:\n")
	for i := range 300 {
		fmt.Fprintf(&keys, "key%d: 1\n", i)
		fmt.Fprintf(&functions, "  - { name: f%d, rps: 1500, provisioned: 1, duration: 10ms }\n", i)
	}
	_, _, stderr := run(keys.String(), "plan", "--profile", "-")
	if n := strings.Count(stderr, "\n"); n != 101 || !strings.Contains(stderr, "and 200 more faults") {
		t.Errorf("%d lines, the last %q", n, stderr[max(0, len(stderr)-60):])
	}
	_, _, stderr = run(functions.String(), "plan", "--profile", "-", "--function", "nobody")
	if !strings.HasSuffix(stderr, "f3, f4, ...\n") {
		t.Errorf("%q", stderr)
	}
	_, stdout, _ := run(functions.String(), "spillover", "--profile", "-")
	if n := strings.Count(stdout, "\n"); n > 23 || !strings.Contains(stdout, "\nand 287 more throttle\n") {
		t.Errorf("%d lines by default: %s", n, stdout)
	}
	_, stdout, _ = run(functions.String(), "spillover", "--profile", "-", "--show", "findings")
	const more = "rate-bound at 295 more functions; -o json lists them all"
	if n := strings.Count(stdout, "[rate-bound]"); n != 5 || !strings.Contains(stdout, more) {
		t.Errorf("%d findings of one kind are shown", n)
	}
}

// TestUnreadable: files that cannot be profiles are refused before they are parsed.
func TestUnreadable(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret.yaml")
	if err := os.WriteFile(secret, []byte("rps: 5\n"), 0o000); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, path, stdin, want string
		skip                    bool
	}{
		{"too large", "-", strings.Repeat("# comment\n", 5_000_000),
			"stdin: the YAML file has 47.68 MB; expected at most 4 MB", false},
		{"binary", "-", "rps: 5\x00", "stdin:1: this is not a text file", false},
		{"directory", t.TempDir(), "", "cannot be read: ", false},
		{"no permission", secret, "", "secret.yaml: cannot be read: permission denied",
			os.Geteuid() <= 0}, // root may read any file, and Windows has no such permissions
	} {
		if c.skip {
			continue
		}
		code, stdout, stderr := run(c.stdin, "plan", "--profile", c.path)
		if code != 2 || stdout != "" || !strings.Contains(stderr, c.want) || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%s: exit %d, %q, %q", c.name, code, stdout, stderr)
		}
	}
}

// FuzzFlags: the same for any values of the flags.
func FuzzFlags(f *testing.F) {
	f.Add("1500", "80ms", "100", "400", "sync", "throttled>0", "10%", "checkout", "us-east-1")
	f.Add("5.4M/h", "1.2s", "0", "", "async", "headroom<20%", "0.1", "a b", "")
	f.Add("-1", "NaN", "1e308", "512.9", "Sync", "spillover>>=1", "10", "\x1b", "EU")
	f.Fuzz(func(t *testing.T, rate, duration, provisioned, reserved, mode, condition, headroom, name, region string) {
		args := []string{
			"plan", "-o", "json", "--rps=" + rate, "--duration=" + duration, "--provisioned=" + provisioned,
			"--fail-on=" + condition, "--headroom=" + headroom, "--function=" + name,
		}
		for flag, value := range map[string]string{"--reserved=": reserved, "--mode=": mode, "--region=": region} {
			if value != "" {
				args = append(args, flag+value)
			}
		}
		answersOrRefuses(t, "", args...)
	})
}

// answersOrRefuses runs a command line, which must print either a JSON document or nothing but what is wrong.
func answersOrRefuses(t *testing.T, stdin string, args ...string) {
	t.Helper()
	code, stdout, stderr := run(stdin, args...)
	switch code {
	case 0, 1:
		if !json.Valid([]byte(stdout)) || (stderr == "") != (code == 0) {
			t.Errorf("exit %d with %q and %q", code, stdout, stderr)
		}
	case 2:
		if stdout != "" || stderr == "" {
			t.Errorf("exit 2 with %q and %q", stdout, stderr)
		}
	default:
		t.Errorf("exit %d: %s", code, stderr)
	}
	for line := range strings.Lines(stderr) {
		if !strings.HasPrefix(line, "lambdacap: ") || strings.ContainsAny(line, "\x1b\x00\r") {
			t.Errorf("a line not fit to print: %q", line)
		}
	}
}
