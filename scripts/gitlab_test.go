package scripts_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestGitLab runs the lines of the job for GitLab, with the program of this repository in place of an installed one.
func TestGitLab(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil || runtime.GOOS == "windows" {
		t.Skip("the job is for a POSIX shell")
	}
	data, err := os.ReadFile("gitlab/lambdacap.yml")
	if err != nil {
		t.Fatal(err)
	}
	var header struct {
		Spec struct {
			Inputs map[string]struct{ Default *string }
		}
	}
	var job struct {
		Lambdacap struct {
			Script    []string
			Artifacts struct{ Reports struct{ JUnit string } }
		}
	}
	documents := yaml.NewDecoder(bytes.NewReader(data))
	for _, into := range []any{&header, &job} {
		if err := documents.Decode(into); err != nil {
			t.Fatal(err)
		}
	}
	tools, repository := t.TempDir(), t.TempDir()
	build := exec.Command("go", "build", "-o", filepath.Join(tools, "lambdacap"), "..")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if err := os.WriteFile(filepath.Join(tools, "go"), []byte("#!/bin/sh\necho \"$*\"\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", tools+string(filepath.ListSeparator)+os.Getenv("PATH"))
	template, err := os.ReadFile("../docs/examples/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(repository, "template.yaml"), template, 0o666); err != nil {
		t.Fatal(err)
	}
	run := func(inputs map[string]string) (string, int) {
		script := strings.Join(job.Lambdacap.Script, "\n")
		for name, input := range header.Spec.Inputs {
			value := inputs[name]
			if value == "" && input.Default != nil {
				value = *input.Default
			}
			script = strings.ReplaceAll(script, "$[[ inputs."+name+" ]]", value)
		}
		sh := exec.Command("sh", "-ec", script)
		sh.Dir = repository
		out, _ := sh.CombinedOutput() // findings make it fail
		return string(out), sh.ProcessState.ExitCode()
	}
	out, code := run(nil)
	if code != 1 || !strings.Contains(out, "install github.com/lambdacap/lambdacap@latest") ||
		!strings.Contains(out, "template.yaml:43: error LC008") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
	if report, err := os.ReadFile(filepath.Join(repository, job.Lambdacap.Artifacts.Reports.JUnit)); err != nil ||
		!bytes.Contains(report, []byte("LC008")) {
		t.Errorf("the report: %v\n%s", err, report)
	}
	out, code = run(map[string]string{"files": "template.yaml", "args": "--skip LC008", "version": "v1.0.0"})
	if code != 0 || !strings.Contains(out, "lambdacap@v1.0.0") {
		t.Errorf("exit code %d:\n%s", code, out)
	}
}
