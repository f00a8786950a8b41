// Package action tests the GitHub Action the way a runner runs it.
package action

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/lambdacap/lambdacap/cmd"
)

// TestMain lets the test binary act as the program: if it is named lambdacap, it runs lambdacap.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == "lambdacap" {
		os.Exit(cmd.Main(os.Args[1:], os.Exit))
	}
	os.Exit(m.Run())
}

// archive returns the archive of a release, which contains the test binary named lambdacap.
var archive = sync.OnceValues(func() ([]byte, error) {
	path, err := os.Executable()
	if err != nil {
		return nil, err
	}
	program, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var packed bytes.Buffer
	zipped, err := gzip.NewWriterLevel(&packed, gzip.NoCompression) // compression is not worth the time
	if err != nil {
		return nil, err
	}
	files := tar.NewWriter(zipped)
	if err := files.WriteHeader(&tar.Header{Name: "lambdacap", Mode: 0o755, Size: int64(len(program))}); err != nil {
		return nil, err
	}
	_, err = files.Write(program)
	err = errors.Join(err, files.Close(), zipped.Close())
	return packed.Bytes(), err
})

// The commits of releases, as GitHub and git know them.
var (
	released = strings.Repeat("1", 40) // the commit of v1.2.3
	tagged   = strings.Repeat("2", 40) // the annotated tag v1.2.2 itself
	earlier  = strings.Repeat("3", 40) // the commit that the tag marks
)

// release serves a release as GitHub does, and returns the URL of the releases. checksum maps the
// archive's checksum to the published one.
func release(t *testing.T, checksum func(sum string) string) string {
	t.Helper()
	for _, tool := range []string{"bash", "curl", "git", "tar", "sha256sum"} {
		if _, err := exec.LookPath(tool); err != nil || runtime.GOOS == "windows" {
			t.Skip("the action needs " + tool)
		}
	}
	packed, err := archive()
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("lambdacap_1.2.3_%s_%s.tar.gz", runtime.GOOS, runtime.GOARCH)
	sum := checksum(fmt.Sprintf("%x", sha256.Sum256(packed)))
	sums := fmt.Sprintf("%s  %s\n", sum, name) +
		fmt.Sprintf("%s  %s.sbom.json\n", strings.Repeat("1", len(sum)), name) // a release has other files too
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/info/refs": // what git requests from a plain HTTP server
			for _, tag := range [][2]string{
				{released, "v1"}, {released, "v1.2.3"}, {tagged, "v1.2.2"}, {earlier, "v1.2.2^{}"},
				{earlier, "v1.10.0-rc.1"}, {released, "v1.2.3-x/../../evil"}, {earlier, "v2.0.0"},
			} {
				_, _ = fmt.Fprintf(w, "%s\trefs/tags/%s\n", tag[0], tag[1])
			}
		case "/releases/latest":
			http.Redirect(w, r, "/releases/tag/v1.2.3", http.StatusFound)
		case "/releases/tag/v1.2.3":
		case "/releases/download/v1.2.3/" + name:
			_, _ = w.Write(packed)
		case "/releases/download/v1.2.3/checksums.txt":
			_, _ = w.Write([]byte(sums))
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL + "/releases"
}

// signed puts a gh first in PATH that accepts the signature of every archive, or of none. It returns the file to which
// gh writes its arguments.
func signed(t *testing.T, valid bool) string {
	t.Helper()
	folder := t.TempDir()
	asked, code := filepath.Join(folder, "asked"), 1
	if valid {
		code = 0
	}
	script := fmt.Sprintf("#!/bin/sh\necho \"$@\" >%q\n"+
		"printf 'no attestation\\n::stop-commands::x\\n' >&2\nexit %d\n", asked, code)
	if err := os.WriteFile(filepath.Join(folder, "gh"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", folder+string(filepath.ListSeparator)+os.Getenv("PATH"))
	return asked
}

// run runs the action in a folder, with its inputs and other variables, and returns its exit code and output.
func run(t *testing.T, folder string, env ...string) (int, string) {
	t.Helper()
	script, err := filepath.Abs("run.sh")
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command("bash", script)
	command.Dir = folder
	command.Env = append(os.Environ(), "LAMBDACAP_RELEASES=http://127.0.0.1:1/releases", // set by the job, so ignored
		"INPUT_FILES=template.yaml", "INPUT_ARGS=", "INPUT_SARIF=", "INPUT_VERSION=v1.2.3",
		"INPUT_COMMAND=check", "INPUT_BASE=", "INPUT_COMMENT=false")
	command.Env = append(command.Env, env...)
	out, err := command.CombinedOutput()
	if _, ok := err.(*exec.ExitError); err != nil && !ok {
		t.Fatal(err)
	}
	return command.ProcessState.ExitCode(), string(out)
}

const template = `Resources:
  Stopped:
    Type: AWS::Lambda::Function
    Properties: {ReservedConcurrentExecutions: 0}
`

// write writes files with the template into a folder, and returns the folder.
func write(t *testing.T, names ...string) string {
	t.Helper()
	folder := t.TempDir()
	for _, name := range names {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(template), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func unchanged(sum string) string { return sum }

// TestRun checks the annotations, the summary, the SARIF file, and the exit code.
func TestRun(t *testing.T) {
	releases := "INPUT_RELEASES=" + release(t, unchanged)
	signed(t, true)
	folder := write(t, "template.yaml")
	summary, sarif := filepath.Join(folder, "summary"), filepath.Join(folder, "out.sarif")
	code, out := run(t, folder, releases, "INPUT_FILES=*.yaml", "INPUT_SARIF=out.sarif", "GITHUB_STEP_SUMMARY="+summary)
	if code != 1 || !strings.Contains(out, "::error file=template.yaml,line=4,title=LC007::") {
		t.Errorf("code %d: %s", code, out)
	}
	if code, out := run(t, folder, releases, "INPUT_FILES=."); code != 1 || // as without files
		!strings.Contains(out, "::error file=template.yaml,line=4,title=LC007::") {
		t.Errorf("code %d: %s", code, out)
	}
	for name, want := range map[string]string{summary: "**FAILS** 1 error", sarif: `"ruleId": "LC007"`} {
		if text, err := os.ReadFile(name); err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: %v %s", name, err, text)
		}
	}
}

// TestVersion checks which release is used, and which provenance it must have.
func TestVersion(t *testing.T) {
	releases := "INPUT_RELEASES=" + release(t, unchanged)
	asked := signed(t, true)
	folder := write(t, "template.yaml")
	const proven = "--repo lambdacap/lambdacap --signer-workflow lambdacap/lambdacap/.github/workflows/release.yml " +
		"--deny-self-hosted-runners "
	for _, c := range []struct {
		version string
		want    string // the arguments of gh, or the error of the run
	}{
		{"v1.2.3", proven + "--source-ref refs/tags/v1.2.3"},
		{"v1", proven + "--source-ref refs/tags/v1.2.3"},
		{"v1.2", proven + "--source-ref refs/tags/v1.2.3"},
		{"latest", proven + "--source-ref refs/tags/v1.2.3"},
		{released, proven + "--source-digest " + released + " --source-ref refs/tags/v1.2.3"},
		{earlier, "cannot fetch lambdacap_2.0.0_"},
		{tagged, "cannot fetch lambdacap_1.2.2_"},
		{strings.Repeat("4", 40), "there is no release of 4444"},
		{"v3", "there is no release of v3"},
		{"v9.9.9", "cannot fetch lambdacap_9.9.9_"},
		{"main", "main does not name a release; expected version"},
		{"", "an empty version does not name a release"},
		{"v1.2.3/../../evil", "v1.2.3/../../evil does not name a release"},
		{"1.2.3", "1.2.3 does not name a release"},
		{"v1.2.3\n::stop-commands::x%0A", "v1.2.3%0A::stop-commands::x%250A does not name a release"},
	} {
		fails := !strings.HasPrefix(c.want, proven)
		code, out := run(t, folder, releases, "INPUT_ARGS=--skip LC007", "INPUT_VERSION="+c.version)
		if fails {
			if code != 3 || !strings.HasPrefix(lastLine(out), "::error title=lambdacap::"+c.want) {
				t.Errorf("%q: code %d: %s", c.version, code, out)
			}
			continue
		}
		question, err := os.ReadFile(asked)
		if err != nil || code != 0 || !strings.HasSuffix(string(question), ".tar.gz "+c.want+"\n") {
			t.Errorf("%q: code %d: %v: %s%s", c.version, code, err, question, out)
		}
	}
}

func lastLine(out string) string {
	lines := strings.Split(strings.TrimSpace(out), "\n")
	return lines[len(lines)-1]
}

// TestNotProven checks that an archive is not run if its checksum is wrong, it is not signed, or its signature cannot
// be checked.
func TestNotProven(t *testing.T) {
	wrong := "INPUT_RELEASES=" + release(t, func(sum string) string { return strings.Repeat("0", len(sum)) })
	right := "INPUT_RELEASES=" + release(t, unchanged)
	folder := write(t, "template.yaml")
	refuse := func(releases, want string) {
		t.Helper()
		code, out := run(t, folder, releases)
		if code != 3 || !strings.HasPrefix(lastLine(out), "::error title=lambdacap::") || !strings.Contains(out, want) {
			t.Errorf("code %d: %s", code, out)
		}
	}
	t.Run("checksum", func(t *testing.T) {
		signed(t, true)
		refuse(wrong, "the checksum of lambdacap_1.2.3_")
	})
	t.Run("signature", func(t *testing.T) {
		signed(t, false)
		refuse(right, " as v1.2.3: no attestation%0A::stop-commands::x\n")
	})
	t.Run("no gh", func(t *testing.T) {
		tools := t.TempDir()
		for _, tool := range strings.Fields("bash curl git tar gzip awk sed uname mktemp rm cat sha256sum") {
			path, err := exec.LookPath(tool)
			if err == nil {
				err = os.Symlink(path, filepath.Join(tools, tool))
			}
			if err != nil {
				t.Skip(err)
			}
		}
		t.Setenv("PATH", tools)
		refuse(right, "gh is not on this runner")
	})
}

// TestNames checks that a file name is never read as a flag, and that flags come only from the workflow.
func TestNames(t *testing.T) {
	releases := "INPUT_RELEASES=" + release(t, unchanged)
	signed(t, true)
	folder := write(t, "--help", "-", "-ojson=victim.yaml", "victim.yaml")
	code, out := run(t, folder, releases, "INPUT_FILES=*")
	for _, name := range []string{"./--help", "./-", "./-ojson=victim.yaml", "victim.yaml"} {
		if code != 1 || !strings.Contains(out, "::error file="+name+",line=4,title=LC007::") {
			t.Errorf("%s: code %d: %s", name, code, out)
		}
	}
	if text, err := os.ReadFile(filepath.Join(folder, "victim.yaml")); err != nil || string(text) != template {
		t.Errorf("%v: %s", err, text)
	}
	folder = write(t, "template.yaml", "LC007")
	if code, out := run(t, folder, releases, "INPUT_ARGS=--skip LC*"); code != 2 || !strings.Contains(out, `"LC*"`) {
		t.Errorf("code %d: %s", code, out)
	}
}

// TestFiles checks that action.yml and the hook are what GitHub and pre-commit expect, and that every
// input reaches the script.
func TestFiles(t *testing.T) {
	var action struct {
		Name, Description string
		Inputs            map[string]struct{ Description string }
		Runs              struct {
			Using string
			Steps []struct {
				Shell, Run string
				Env        map[string]string
			}
		}
	}
	decode(t, "../../action.yml", &action)
	if action.Name == "" || action.Description == "" || action.Runs.Using != "composite" || len(action.Runs.Steps) != 1 {
		t.Fatalf("%+v", action)
	}
	script, err := os.ReadFile("run.sh")
	if err != nil {
		t.Fatal(err)
	}
	step := action.Runs.Steps[0]
	if strings.Contains(string(script), "LAMBDACAP_") {
		t.Error("the script reads a variable that the job may set")
	}
	for name, input := range action.Inputs {
		variable := "INPUT_" + strings.ToUpper(name)
		passed := strings.Contains(step.Env[variable], "inputs."+name)
		if input.Description == "" || !passed || !strings.Contains(string(script), variable) {
			t.Errorf("the input %s does not reach the script", name)
		}
	}
	if step.Shell != "bash" || !strings.HasSuffix(step.Run, `scripts/action/run.sh"`) {
		t.Errorf("%+v", step)
	}
	var hooks []struct {
		ID, Name, Entry, Language, Files string
		Args                             []string
		PassFilenames                    *bool `yaml:"pass_filenames"`
	}
	decode(t, "../../.pre-commit-hooks.yaml", &hooks)
	if len(hooks) != 2 {
		t.Fatalf("%+v", hooks)
	}
	for i, c := range []struct {
		args              []string
		passes            bool // the names of the files that are committed
		matches, matches2 string
		not               string
	}{
		{[]string{"--"}, true, "app/template.yaml", "serverless.yml", "main.tf"},
		{[]string{"."}, false, "infra/main.tf", "prod.auto.tfvars.json", "template.yaml"},
	} {
		h := hooks[i]
		files := regexp.MustCompile(h.Files)
		if h.Entry != "lambdacap check" || h.Language != "golang" || !slices.Equal(h.Args, c.args) ||
			(h.PassFilenames == nil || *h.PassFilenames) != c.passes ||
			!files.MatchString(c.matches) || !files.MatchString(c.matches2) || files.MatchString(c.not) {
			t.Errorf("%+v", h)
		}
	}
}

// TestPinned checks that the actions in workflows and in the guide cannot change unnoticed: those of others are pinned
// to a commit with its version, ours to a release.
func TestPinned(t *testing.T) {
	names, err := filepath.Glob("../../.github/workflows/*.yml")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	used := regexp.MustCompile(`(?m)(?:uses: |go install |image: )(.*)$`)
	pinned := regexp.MustCompile(`^([\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+` +
		`|(github\.com/)?lambdacap/lambdacap@v\d+\.\d+\.\d+|golang:\d+\.\d+\.\d+)$`)
	for _, name := range append(names, "../../docs/how-to/ci.md", "../../docs/how-to/pull-request.md") {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		found := used.FindAllStringSubmatch(string(text), -1)
		for _, use := range found {
			if !pinned.MatchString(use[1]) {
				t.Errorf("%s: %s", name, use[1])
			}
		}
		if len(found) == 0 {
			t.Errorf("%s uses nothing", name)
		}
	}
	var release struct {
		Jobs map[string]struct{ Permissions map[string]string }
	}
	decode(t, "../../.github/workflows/release.yml", &release)
	if may := release.Jobs["release"].Permissions; may["id-token"] != "write" || may["attestations"] != "write" {
		t.Errorf("the release cannot be signed: %v", may)
	}
}

func decode(t *testing.T, name string, into any) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(data, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}
