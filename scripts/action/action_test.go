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
	"runtime"
	"strings"
	"sync"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/lambdacap/lambdacap/cmd"
)

// TestMain lets the test binary act as the program: if it is named lambdacap, it runs lambdacap.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == "lambdacap" {
		os.Exit(cmd.Main(os.Args[1:]))
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
			for _, tag := range []string{"v1", "v1.2.3", "v1.2.2", "v1.10.0-rc.1", "v2.0.0"} {
				_, _ = fmt.Fprintf(w, "%s\trefs/tags/%s\n", strings.Repeat("1", 40), tag)
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

// TestRun checks the annotations, the summary, the SARIF file, and the exit code.
func TestRun(t *testing.T) {
	releases := "LAMBDACAP_RELEASES=" + release(t, func(sum string) string { return sum })
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "template.yaml"), []byte(template), 0o600); err != nil {
		t.Fatal(err)
	}
	summary, sarif := filepath.Join(folder, "summary"), filepath.Join(folder, "out.sarif")
	code, out := run(t, folder, releases, "INPUT_FILES=*.yaml", "INPUT_SARIF=out.sarif", "INPUT_VERSION=main",
		"GITHUB_STEP_SUMMARY="+summary)
	if code != 1 || !strings.Contains(out, "::error file=template.yaml,line=4,title=LC007::") {
		t.Errorf("code %d: %s", code, out)
	}
	for name, want := range map[string]string{summary: "**FAILS** 1 error", sarif: `"ruleId": "LC007"`} {
		if text, err := os.ReadFile(name); err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: %v %s", name, err, text)
		}
	}
	for _, c := range []struct {
		version, args string
		code          int
		want          string
	}{
		{"v1.2.3", "--skip LC007", 0, ""},
		{"v1", "--skip LC007", 0, ""},
		{"v1.2", "--skip LC007", 0, ""},
		{"v3", "", 3, "there is no release of v3"},
		{"v9.9.9", "", 3, "::error title=lambdacap::cannot fetch"},
	} {
		code, out := run(t, folder, releases, "INPUT_FILES=template.yaml", "INPUT_ARGS="+c.args, "INPUT_VERSION="+c.version)
		if code != c.code || !strings.Contains(out, c.want) {
			t.Errorf("%s: code %d: %s", c.version, code, out)
		}
	}
}

// TestChecksum checks that an archive with the wrong checksum is not run.
func TestChecksum(t *testing.T) {
	releases := "LAMBDACAP_RELEASES=" + release(t, func(sum string) string { return strings.Repeat("0", len(sum)) })
	code, out := run(t, t.TempDir(), releases, "INPUT_FILES=template.yaml")
	if code != 3 || !strings.Contains(out, "checksum") {
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
	var hooks []struct{ ID, Name, Entry, Language, Files string }
	decode(t, "../../.pre-commit-hooks.yaml", &hooks)
	if len(hooks) != 1 || hooks[0].Entry != "lambdacap check" || hooks[0].Language != "golang" || hooks[0].Files == "" {
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
