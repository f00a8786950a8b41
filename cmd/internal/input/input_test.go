package input_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/cmd/internal/input"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
	"github.com/lambdacap/lambdacap/format/document"
)

// A run is what a command is given.
type run struct {
	parts     setting.Part
	flags     []string
	variables map[string]string
	stdin     string   // of the file -
	paths     []string // besides those of flags
}

// read reads what a run is given.
func (r run) read(t *testing.T) *input.Input {
	t.Helper()
	cmd := &cobra.Command{}
	setting.AddFlags(cmd, r.parts)
	if err := cmd.ParseFlags(r.flags); err != nil {
		t.Fatal(err)
	}
	return input.Read(cmd.Flags(), r.parts, input.World{
		Stdin:     strings.NewReader(r.stdin),
		LookupEnv: func(name string) (string, bool) { text, ok := r.variables[name]; return text, ok },
		Version:   func() string { return "test" },
	}, r.paths...)
}

// file writes a file, and returns its path.
func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const template = `Resources:
  Api:
    Type: AWS::Lambda::Function
    Properties: {FunctionName: api, ReservedConcurrentExecutions: 50, MemorySize: 512}
  Worker:
    Type: AWS::Lambda::Function
    Properties: {FunctionName: worker, ReservedConcurrentExecutions: 60}
`

// TestPrecedence checks which value counts, and that the echo says where it comes from.
func TestPrecedence(t *testing.T) {
	path := file(t, "t.yaml", template)
	const profile = "functions: [{name: api, reserved: 40, rps: 7}]\n"
	from := []string{"--from", path}
	for _, c := range []struct {
		run    run
		want   int64
		origin string
	}{
		{run{flags: from}, 50, path + ":4"},
		{run{flags: append(from, "--profile", "-"), stdin: profile}, 40, "stdin:1"},
		{run{flags: append(from, "--profile", "-", "--function", "api"), stdin: profile,
			variables: map[string]string{"LAMBDACAP_RESERVED": "30"}}, 30, "environment"},
		{run{flags: append(from, "--profile", "-", "--function", "api", "--reserved", "20"), stdin: profile,
			variables: map[string]string{"LAMBDACAP_RESERVED": "30"}}, 20, "flag"},
		{run{flags: append(from, "--function", "api"), variables: map[string]string{"LAMBDACAP_RESERVED": ""}},
			50, path + ":4"},
	} {
		c.run.parts = setting.Loads
		in := c.run.read(t)
		if err := in.Err(nil); err != nil {
			t.Errorf("%+v: %v", c.run, err)
			continue
		}
		i := slices.IndexFunc(in.Echo.Functions, func(f document.InputFunction) bool { return f.Name == "api" })
		f := in.Account.Functions[i]
		if got, _ := f.Reserved.Get(); got != c.want || in.Echo.Functions[i].Origin.Of("reserved") != c.origin {
			t.Errorf("%+v: %d from %s", c.run, got, in.Echo.Functions[i].Origin.Of("reserved"))
		}
	}
}

// TestFunctions checks which functions files and profiles give together, and which one the flags describe.
func TestFunctions(t *testing.T) {
	path := file(t, "t.yaml", template)
	for _, c := range []struct {
		run  run
		want string // the names, with the rates that are known; or the fault
	}{
		{run{}, ""},
		{run{flags: []string{"--rps", "5"}}, "function=5"},
		{run{flags: []string{"--rps", "5", "--function", "api"}}, "api=5"},
		{run{flags: []string{"--from", path}}, "api worker"},
		{run{flags: []string{"--from", path, "--function", "worker", "--rps", "5"}}, "api worker=5"},
		{run{flags: []string{"--from", path, "--rps", "5"}}, "--rps: the files have 2 functions; expected --function NAME"},
		{run{flags: []string{"--from", path, "--function", "wroker"}},
			`--function: the files have no function "wroker"; did you mean worker?`},
		{run{flags: []string{"--profile", "-", "--from", path},
			stdin: "functions: [{name: worker, rps: 8}, {name: new, provisioned: 0}]"}, "worker=8 new api"},
		{run{flags: []string{"--profile", "-", "--from", path}, stdin: "functions: [{name: new, rps: 8}]"},
			`stdin:1: no file has the function "new"; the files have api, worker; expected `},
		{run{flags: []string{"--profile", "-"}, stdin: "rps: 8"}, "function=8"},
		{run{flags: []string{"--profile", "-", "--function", "api"}, stdin: "rps: 8"}, "api=8"},
		{run{flags: []string{"--profile", "-", "--from", path}, stdin: "rps: 8"},
			"stdin:1: the files have 2 functions; expected a list of functions with their names"},
		{run{flags: []string{"--profile", "-", "--from", path}, stdin: "functions: [{}]"},
			"stdin:1: the files have 2 functions"},
		{run{flags: []string{"--profile", "-"}, stdin: "functions: [{rps: 1}, {name: b}]"},
			"stdin:1: functions[0]: has no name"},
		{run{flags: []string{"--profile", "-", "--rps", "5"}, stdin: "functions: [{name: a}, {name: b}]"},
			"--rps: the profile has 2 functions"},
		{run{flags: []string{"--from", path, "--from", path}, paths: []string{path}}, "api worker"},
	} {
		c.run.parts = setting.Loads
		in := c.run.read(t)
		var got []string
		for _, f := range in.Account.Functions {
			name := f.Name
			if rps, ok := f.RPS.Get(); ok {
				name += "=" + quantity.FormatNumber(rps)
			}
			got = append(got, name)
		}
		if err := in.Err(nil); err != nil {
			if !strings.Contains(err.Error(), c.want) || c.want == "" {
				t.Errorf("%q: %v", c.run.flags, err)
			}
		} else if strings.Join(got, " ") != c.want {
			t.Errorf("%q with %q: %q, want %q", c.run.flags, c.run.stdin, got, c.want)
		}
	}
}

// TestFollows checks that a fault is not reported when it is only the consequence of another one.
func TestFollows(t *testing.T) {
	for _, c := range []struct {
		flags []string
		want  []string // the beginnings of the lines
	}{
		{[]string{"--rps", "x"}, []string{`--rps: "x" is not a number`}},
		{[]string{"--schedule", "x"}, []string{`--schedule: "x" is not a FROM-TO=RATE`}},
		{[]string{"--duration", "1s"}, []string{"--rps: no rate given"}},
		{[]string{"--rps", "5", "--reserved", "x", "--provisioned", "2000"}, []string{`--reserved: "x"`}},
		{[]string{"--rps", "5", "--reserved", "5", "--provisioned", "9"}, []string{"--provisioned: 9 exceeds"}},
		{[]string{"--sweep", "nothing=1:2:1"}, []string{"--sweep: "}},
		{[]string{"--rps", "5", "--average-rps", "y"}, []string{`--average-rps: "y" is not a number`}},
		{[]string{"--rps", "x", "--mode", "y", "--memory", "z"},
			[]string{`--mode: "y"`, `--rps: "x"`, `--memory: "z"`}},
	} {
		in := run{parts: setting.Loads | setting.Details | setting.Sizes, flags: c.flags}.read(t)
		_, calculated := calc.Spill(in.Account.Capacity(), in.SpillOptions("spillover"))
		err := in.Err(calculated)
		if err == nil {
			t.Errorf("%q is right", c.flags)
			continue
		}
		lines := strings.Split(err.Error(), "\n")
		if len(lines) != len(c.want) {
			t.Errorf("%q: %q", c.flags, lines)
			continue
		}
		for _, want := range c.want {
			if !slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, want) }) {
				t.Errorf("%q: %q, want %s", c.flags, lines, want)
			}
		}
	}
}
