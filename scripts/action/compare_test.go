package action

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// profile is a function with some provisioned concurrency.
func profile(provisioned int) string {
	return fmt.Sprintf("rps: 1500\nduration: 60ms\nprovisioned: %d\n", provisioned)
}

// repository returns a Git repository with two commits: a profile with 165 provisioned units, then one with 100, as a
// pull request would merge it.
func repository(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	git := func(args ...string) {
		t.Helper()
		command := exec.Command("git", args...)
		command.Dir = folder
		command.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v: %s", args, err, out)
		}
	}
	commit := func(provisioned int) {
		t.Helper()
		put(t, filepath.Join(folder, "api.yaml"), profile(provisioned))
		git("add", ".")
		git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "-m", "a change")
	}
	git("init", "-q")
	commit(165)
	commit(100)
	return folder
}

func put(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// comments puts a gh first in PATH that accepts every signature, lists the comments of a pull request, and writes one.
// It returns the folder to which gh writes its arguments and the comment.
func comments(t *testing.T, existing string, allowed bool) string {
	t.Helper()
	folder, code := t.TempDir(), 1
	if allowed {
		code = 0
	}
	script := fmt.Sprintf(`#!/bin/sh
[ "$1" = api ] || exit 0
echo "$@" >>%[1]q/asked
case "$*" in
*--paginate*) echo %[2]q ;;
*) for arg; do case $arg in body=@*) cp "${arg#body=@}" %[1]q/comment ;; esac; done; exit %[3]d ;;
esac
`, folder, existing, code)
	if err := os.WriteFile(filepath.Join(folder, "gh"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", folder+string(filepath.ListSeparator)+os.Getenv("PATH"))
	return folder
}

func read(t *testing.T, folder, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return string(text)
}

const spills = "**SPILLS** api.yaml: spills 33% instead of 0%"

// TestCompare checks that the file of a pull request is compared with that of its base branch. The answer must be in
// the log and in the summary, and a condition must set the exit code.
func TestCompare(t *testing.T) {
	releases := "INPUT_RELEASES=" + release(t, unchanged)
	asked := comments(t, "", true)
	folder := repository(t)
	compare := func(env ...string) (int, string) {
		return run(t, folder, append([]string{releases, "INPUT_COMMAND=compare", "INPUT_FILES=api.yaml",
			"GITHUB_STEP_SUMMARY=" + filepath.Join(folder, "summary"), "GITHUB_REPOSITORY=o/r",
			"GITHUB_REF=refs/pull/7/merge"}, env...)...)
	}
	code, out := compare("INPUT_ARGS=--fail-on spillover-delta>1%")
	if code != 1 || !strings.Contains(out, "SPILLS  api.yaml: spills 33% instead of 0%") ||
		!strings.Contains(out, "went from 0% to 33.3%") {
		t.Errorf("code %d: %s", code, out)
	}
	if text := read(t, folder, "summary"); !strings.HasPrefix(text, spills) || !strings.Contains(text, "base/api.yaml") {
		t.Errorf("summary: %s", text)
	}
	if text := read(t, asked, "asked"); text != "" {
		t.Errorf("a comment that nobody wants: %s", text)
	}
	put(t, filepath.Join(folder, "deployed.yaml"), profile(100))
	if code, out := compare("INPUT_BASE=deployed.yaml"); code != 0 || !strings.Contains(out, "nothing changes") {
		t.Errorf("another base: code %d: %s", code, out)
	}
	put(t, filepath.Join(folder, "new%0A.yaml"), profile(100))
	code, out = compare("INPUT_FILES=./new%0A.yaml")
	if code != 0 || lastLine(out) != "::notice title=lambdacap::there is nothing to compare: new%250A.yaml is new" {
		t.Errorf("a new file: code %d: %s", code, out)
	}
}

// TestComment checks that the answer is posted under the pull request and replaces the previous one. Missing permission
// is not an error.
func TestComment(t *testing.T) {
	releases := "INPUT_RELEASES=" + release(t, unchanged)
	for name, c := range map[string]struct {
		existing string
		allowed  bool
		ref      string
		asked    string // the last arguments of gh
		says     string
	}{
		"first":     {"", true, "refs/pull/7/merge", "api --silent -X POST repos/o/r/issues/7/comments -F body=@", ""},
		"second":    {"42", true, "refs/pull/7/merge", "api --silent -X PATCH repos/o/r/issues/comments/42 -F body=@", ""},
		"forbidden": {"", false, "refs/pull/7/merge", "api --silent -X POST", "::notice title=lambdacap::the answer is in"},
		"no pull":   {"", true, "refs/heads/main", "", "::notice title=lambdacap::this run does not belong"},
	} {
		t.Run(name, func(t *testing.T) {
			asked := comments(t, c.existing, c.allowed)
			code, out := run(t, repository(t), releases, "INPUT_COMMAND=compare", "INPUT_FILES=api.yaml",
				"INPUT_COMMENT=true", "GITHUB_REPOSITORY=o/r", "GITHUB_REF="+c.ref)
			if code != 0 || !strings.Contains(out, c.says) || c.says == "" && strings.Contains(out, "::notice") {
				t.Errorf("code %d: %s", code, out)
			}
			if last := lastLine(read(t, asked, "asked")); !strings.HasPrefix(last, c.asked) || (last == "") != (c.asked == "") {
				t.Errorf("asked: %s", last)
			}
			const mark = "<!-- lambdacap api.yaml -->\n"
			if text := read(t, asked, "comment"); c.asked != "" && !strings.HasPrefix(text, mark+spills) {
				t.Errorf("comment: %s", text)
			}
		})
	}
}

// TestNotCompared checks what the action rejects.
func TestNotCompared(t *testing.T) {
	releases := "INPUT_RELEASES=" + release(t, unchanged)
	comments(t, "", true)
	folder := repository(t)
	alone := write(t, "template.yaml") // without a repository
	for want, c := range map[string]struct {
		folder string
		env    []string
	}{
		"the action has no command plan; expected check or compare": {folder, []string{"INPUT_COMMAND=plan"}},
		"compare takes one file, not 2":                             {folder, []string{"INPUT_FILES=api.yaml rates.yaml"}},
		"compare has no findings for a SARIF file":                  {folder, []string{"INPUT_SARIF=out.sarif"}},
		"/api.yaml is not relative to the working folder":           {folder, []string{"INPUT_FILES=/api.yaml"}},
		"the commit before is not here; expected fetch-depth: 2":    {alone, nil},
	} {
		env := append([]string{releases, "INPUT_COMMAND=compare", "INPUT_FILES=api.yaml"}, c.env...)
		code, out := run(t, c.folder, env...)
		if code != 3 || !strings.HasPrefix(lastLine(out), "::error title=lambdacap::"+want) {
			t.Errorf("code %d: %s", code, out)
		}
	}
}
