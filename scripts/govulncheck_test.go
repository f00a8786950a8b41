// Package scripts_test tests the scripts of this folder.
package scripts_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestGovulncheck checks how the script handles each outcome of govulncheck. Vulnerabilities and errors fail. An
// unreachable database does not.
func TestGovulncheck(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil || runtime.GOOS == "windows" {
		t.Skip("the script needs bash")
	}
	for _, c := range []struct {
		name, install, answer string // what the fake tools do
		code                  int
		want                  string
	}{
		{"clean", "exit 0", "echo No vulnerabilities found.", 0, "No vulnerabilities found."},
		{"found", "exit 0", "echo 'Vulnerability #1: GO-2026-0001'; exit 3", 3, "Vulnerability #1"},
		{"no packages", "exit 0", "echo 'govulncheck: loading packages: no Go files' >&2; exit 1", 1, "no Go files"},
		{"no network", "exit 0", "echo 'govulncheck: fetching vulnerabilities: Get: no such host' >&2; exit 1", 0,
			"skipped: the vulnerability database cannot be reached"},
		{"silent network", "exit 0", "exit 124", 0, "skipped: the vulnerability database does not answer"},
		{"no tool", "exit 1", "", 0, "cannot be installed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			tools := t.TempDir()
			for name, script := range map[string]string{
				"go": fmt.Sprintf("cat >\"$GOBIN/govulncheck\" <<'END'\n#!/bin/sh\n%s\nEND\n"+
					"chmod +x \"$GOBIN/govulncheck\"\n%s", c.answer, c.install),
				"timeout": `shift; "$@"`,
			} {
				if err := os.WriteFile(filepath.Join(tools, name), []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			t.Setenv("PATH", tools+string(filepath.ListSeparator)+os.Getenv("PATH"))
			command := exec.Command("bash", "govulncheck.sh")
			out, _ := command.CombinedOutput()
			if code := command.ProcessState.ExitCode(); code != c.code || !strings.Contains(string(out), c.want) {
				t.Errorf("exit code %d: %s", code, out)
			}
		})
	}
}
