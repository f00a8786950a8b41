// Package action tests the GitHub Action as a runner would run it.
package action

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// release serves a release as GitHub does, with a program built from this tree.
func release(t *testing.T, checksum func(sum string) string) string {
	t.Helper()
	for _, tool := range []string{"bash", "curl", "git", "tar", "sha256sum"} {
		if _, err := exec.LookPath(tool); err != nil || runtime.GOOS == "windows" {
			t.Skip("the action needs " + tool)
		}
	}
	binary := filepath.Join(t.TempDir(), "lambdacap")
	build := exec.Command("go", "build", "-buildvcs=false", "-o", binary, "../..")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	program, err := os.ReadFile(binary)
	if err != nil {
		t.Fatal(err)
	}
	var archive strings.Builder
	zipped := gzip.NewWriter(&archive)
	files := tar.NewWriter(zipped)
	if err := files.WriteHeader(&tar.Header{Name: "lambdacap", Mode: 0o755, Size: int64(len(program))}); err != nil {
		t.Fatal(err)
	}
	_, _ = files.Write(program)
	_ = files.Close()
	_ = zipped.Close()

	name := fmt.Sprintf("lambdacap_1.2.3_%s_%s.tar.gz", runtime.GOOS, runtime.GOARCH)
	sum := checksum(fmt.Sprintf("%x", sha256.Sum256([]byte(archive.String()))))
	sums := fmt.Sprintf("%s  %s\n%s  %s.sbom.json\n", sum, name, strings.Repeat("1", len(sum)), name) // a release has more files
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/info/refs": // what git asks a plain server for
			for _, tag := range []string{"v1", "v1.2.3", "v1.2.2", "v1.10.0-rc.1", "v2.0.0"} {
				_, _ = fmt.Fprintf(w, "%s\trefs/tags/%s\n", strings.Repeat("1", 40), tag)
			}
		case "/releases/latest":
			http.Redirect(w, r, "/releases/tag/v1.2.3", http.StatusFound)
		case "/releases/tag/v1.2.3":
		case "/releases/download/v1.2.3/" + name:
			_, _ = w.Write([]byte(archive.String()))
		case "/releases/download/v1.2.3/checksums.txt":
			_, _ = w.Write([]byte(sums))
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL + "/releases"
}

// run runs the action in a folder and returns its exit code and output.
func run(t *testing.T, folder string, env ...string) (int, string) {
	t.Helper()
	script, err := filepath.Abs("run.sh")
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command("bash", script)
	command.Dir = folder
	command.Env = append(os.Environ(), env...)
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

// TestRun: annotations, the summary, the SARIF file, and the exit code.
func TestRun(t *testing.T) {
	releases := "LAMBDACAP_RELEASES=" + release(t, func(sum string) string { return sum })
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "template.yaml"), []byte(template), 0o600); err != nil {
		t.Fatal(err)
	}
	summary := filepath.Join(folder, "summary")
	code, out := run(t, folder, releases, "INPUT_FILES=*.yaml", "INPUT_SARIF=out.sarif", "INPUT_VERSION=main", "GITHUB_STEP_SUMMARY="+summary)
	if code != 1 || !strings.Contains(out, "::error file=template.yaml,line=4,title=LC007::") {
		t.Errorf("code %d: %s", code, out)
	}
	for name, want := range map[string]string{summary: "**FAILS** 1 error", filepath.Join(folder, "out.sarif"): `"ruleId": "LC007"`} {
		if text, err := os.ReadFile(name); err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: %v %s", name, err, text)
		}
	}
	if code, out = run(t, folder, releases, "INPUT_FILES=template.yaml", "INPUT_ARGS=--skip LC007", "INPUT_VERSION=v1.2.3"); code != 0 {
		t.Errorf("code %d: %s", code, out)
	}
	for _, version := range []string{"v1", "v1.2"} {
		if code, out = run(t, folder, releases, "INPUT_FILES=template.yaml", "INPUT_ARGS=--skip LC007", "INPUT_VERSION="+version); code != 0 {
			t.Errorf("%s: code %d: %s", version, code, out)
		}
	}
	if code, out = run(t, folder, releases, "INPUT_FILES=template.yaml", "INPUT_VERSION=v3"); code != 3 || !strings.Contains(out, "there is no release of v3") {
		t.Errorf("code %d: %s", code, out)
	}
	if code, out = run(t, folder, releases, "INPUT_FILES=template.yaml", "INPUT_VERSION=v9.9.9"); code != 3 || !strings.Contains(out, "::error title=lambdacap::cannot fetch") {
		t.Errorf("code %d: %s", code, out)
	}
}

// TestChecksum: what is not the release is not run.
func TestChecksum(t *testing.T) {
	releases := "LAMBDACAP_RELEASES=" + release(t, func(sum string) string { return strings.Repeat("0", len(sum)) })
	if code, out := run(t, t.TempDir(), releases, "INPUT_FILES=template.yaml"); code != 3 || !strings.Contains(out, "checksum") {
		t.Errorf("code %d: %s", code, out)
	}
}

// TestFiles: action.yml and the hook are what GitHub and pre-commit take, and
// every input reaches the script.
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
	for name, input := range action.Inputs {
		variable := "INPUT_" + strings.ToUpper(name)
		if input.Description == "" || !strings.Contains(action.Runs.Steps[0].Env[variable], "inputs."+name) || !strings.Contains(string(script), variable) {
			t.Errorf("the input %s does not reach the script", name)
		}
	}
	if step := action.Runs.Steps[0]; step.Shell != "bash" || !strings.HasSuffix(step.Run, `scripts/action/run.sh"`) {
		t.Errorf("%+v", step)
	}
	var hooks []struct{ ID, Name, Entry, Language, Files string }
	decode(t, "../../.pre-commit-hooks.yaml", &hooks)
	if len(hooks) != 1 || hooks[0].Entry != "lambdacap check" || !slices.Contains([]string{"golang"}, hooks[0].Language) || hooks[0].Files == "" {
		t.Errorf("%+v", hooks)
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
