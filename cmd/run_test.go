package cmd_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"github.com/lambdacap/lambdacap/cmd"
	"github.com/lambdacap/lambdacap/cmd/internal/setting"
	"github.com/lambdacap/lambdacap/format/page"
)

// TestColor: what decides whether the output has colour, and what takes precedence.
func TestColor(t *testing.T) {
	for _, c := range []struct {
		name     string
		terminal bool
		env      map[string]string
		args     []string
		want     bool
	}{
		{"terminal", true, nil, nil, true},
		{"pipe", false, nil, nil, false},
		{"NO_COLOR", true, map[string]string{"NO_COLOR": "1"}, nil, false},
		{"an empty NO_COLOR is none", true, map[string]string{"NO_COLOR": ""}, nil, true},
		{"dumb terminal", true, map[string]string{"TERM": "dumb"}, nil, false},
		{"always, into a pipe", false, map[string]string{"NO_COLOR": "1"}, []string{"--color", "always"}, true},
		{"never, on a terminal", true, nil, []string{"--color", "never"}, false},
		{"by variable", false, map[string]string{"LAMBDACAP_COLOR": "always"}, nil, true},
		{"json has none", true, nil, []string{"-o", "json"}, false},
		{"markdown has none", true, nil, []string{"-o", "markdown"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out, errs bytes.Buffer
			code := cmd.Run(append([]string{"plan", "--rps", "1500", "--provisioned", "100"}, c.args...), cmd.Env{
				Out: &out, Err: &errs, Terminal: c.terminal,
				LookupEnv: func(name string) (string, bool) { value, ok := c.env[name]; return value, ok },
			})
			if code != 0 {
				t.Fatal(errs.String())
			}
			if got := strings.Contains(out.String(), "\x1b["); got != c.want {
				t.Errorf("colour %v, want %v", got, c.want)
			}
		})
	}
}

// TestRedirected: a shell that took the > of a condition is noticed by the file that it wrote to.
func TestRedirected(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, c := range []struct {
		file, condition string
		told            bool
	}{
		{"0", "throttled", true},
		{"=1%", "spillover", true},
		{"0.1%", "queued", true},
		{"answer.txt", "throttled", false},
		{"0", "throttled>0", false},
		{"0", "error", false},
	} {
		out, err := os.Create(c.file)
		if err != nil {
			t.Fatal(err)
		}
		var errs bytes.Buffer
		code := cmd.Run([]string{"plan", "--rps", "5", "--fail-on", c.condition}, cmd.Env{
			Out: out, Err: &errs, LookupEnv: func(string) (string, bool) { return "", false },
		})
		if err := out.Close(); err != nil || code != 0 {
			t.Error(code, err, errs.String())
		}
		want := ""
		if c.told {
			want = "lambdacap: note: --fail-on " + c.condition + " means " + c.condition + ">0; " +
				"did the shell take the > of it, " +
				"and write the answer to the file " + c.file + "? quote it\n"
		}
		if errs.String() != want {
			t.Errorf("%s into %s: %q, want %q", c.condition, c.file, errs.String(), want)
		}
	}
}

// onTerminal runs a command line without input on a terminal of a width, columns, without colour.
func onTerminal(width int, args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = cmd.Run(args, cmd.Env{In: strings.NewReader(""), Out: &out, Err: &err, Terminal: true, Width: width,
		LookupEnv: func(name string) (string, bool) { return "never", name == "LAMBDACAP_COLOR" }})
	return code, out.String(), err.String()
}

// widths are those of small, usual and large terminals, columns.
var widths = []int{60, 80, 120}

// TestWidth: no line is wider than the terminal, except for commands and addresses that are meant to be copied. A pipe
// gets each sentence on one line.
func TestWidth(t *testing.T) {
	for _, args := range [][]string{
		{"limits"},
		{"limits", "--profile", "../configs/account.yaml", "--explain"},
		{"spillover", "--profile", "../configs/account.yaml", "--explain"},
		{"plan", "--profile", "../configs/account.yaml", "--explain"},
		{"plan", "--profile", "../configs/account.yaml", "--set", "orders.reserved=1800", "--show", "all"},
		{"spillover", "--profile", "../configs/account.yaml", "--set", "orders.rps=100M", "--show", "all"},
		{"plan", "--rps", "1G", "--duration", "15m", "--provisioned", "90000000", "--reserved", "99999999",
			"--account-concurrency", "100000000", "--function", "a-function-with-quite-a-long-name-for-production", "--explain"},
		{"limits", "--function", "checkout-service-production-eu-west-1", "--account-concurrency", "12345",
			"--reserved", "5000", "--duration", "80ms"},
		{"plan", "--function", "checkout-service-production-eu-west-1-handler-with-a-long-name-64", "--rps", "1500",
			"--provisioned", "100", "--explain"},
		{"plan", "--function", "checkout-service-production-eu-west-1", "--rps", "98765", "--duration", "150ms",
			"--provisioned", "12345", "--reserved", "20000", "--account-concurrency", "90000",
			"--target-spillover", "0.0123%", "--target-throttle", "0.0012%", "--explain"},
		{"plan", "--profile", "../configs/account.yaml", "--target-spillover", "1%", "--target-throttle", "1%"},
		{"limits", "--function", "checkout-service-production-eu-west-1", "--account-concurrency", "123456",
			"--reserved", "50000", "--provisioned", "12345", "--duration", "80ms",
			"--target-spillover", "1%", "--max-duration-at", "12345", "--explain"},
		{"spillover", "--rps", "9876", "--duration", "1.234s", "--peakedness", "2", "--provisioned", "12345",
			"--account-concurrency", "99999", "--mode", "async"},
		{"plan", "--rps", "98765", "--duration", "150ms", "--account-concurrency", "30000",
			"--sweep", "provisioned=10000:20000:2000", "--target-spillover", "1%", "--explain"},
		{"spillover", "--duration", "150ms", "--provisioned", "1000", "--sweep", "rps=10000:20000:2000"},
		{"spillover", "--rps", "999999", "--duration", "899s", "--provisioned", "999999",
			"--account-concurrency", "9999999", "--mode", "async"},
		{"spillover", "--rps", "5e-324", "--duration", "99.999ms", "--provisioned", "1",
			"--account-concurrency", "12345678", "--mode", "async", "--explain"},
		{"plan", "--rps", "5e-324", "--duration", "1.234s", "--provisioned", "99999900", "--reserved", "99999900",
			"--account-concurrency", "100000000", "--memory", "10240", "--region", "us-east-1", "--explain"},
		{"plan", "--rps", "999999999.99", "--duration", "1.2345s", "--provisioned", "12345678", "--reserved", "12345678",
			"--account-concurrency", "100000000", "--mode", "async", "--memory", "10240", "--region", "us-east-1"},
	} {
		for _, width := range widths {
			code, stdout, stderr := onTerminal(width, args...)
			if code != 0 {
				t.Fatal(stderr)
			}
			for line := range strings.Lines(stdout) {
				copied := strings.HasPrefix(line, "  aws ") || strings.HasPrefix(line, "    --") ||
					strings.HasPrefix(line, "    Invocation type: ") || strings.HasPrefix(line, "  https://") ||
					len(strings.Fields(line)) == 1 // a name is not broken
				if n := len([]rune(strings.TrimRight(line, "\n"))); n > width && !copied {
					t.Errorf("%v: %d columns, more than %d: %s", args, n, width, line)
				}
			}
		}
	}
}

// TestCompareHeight: a comparison fits a screen, whatever the number of functions that change and variants that AWS
// refuses.
func TestCompareHeight(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, n := range []int{2, 9, 12, 200} {
		for _, name := range []string{"old", "new"} {
			text := "account: {concurrency: 1000}\nfunctions:\n"
			for i := range n {
				text += fmt.Sprintf("  - {name: payments-service-%d-%s, rps: 900, duration: 1s, provisioned: 400}\n", i, name)
			}
			if err := os.WriteFile(name+".yaml", []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		for _, args := range [][]string{
			{"compare", "old.yaml", "new.yaml"},
			{"compare", "--rps", "5000", "--reserved", "2500", "--provisioned", "0:300:50"},
		} {
			for width, most := range map[int]int{60: 29, 80: 23, 120: 23} {
				code, stdout, stderr := onTerminal(width, args...)
				if lines := strings.Count(stdout, "\n"); code != 0 || lines > most {
					t.Errorf("%d functions, %d columns: %d lines, more than %d\n%s%s", n, width, lines, most, stdout, stderr)
				}
			}
		}
	}
}

// TestVersion: the module version and the commit, as the go command records them.
func TestVersion(t *testing.T) {
	build := &debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}, Settings: []debug.BuildSetting{
		{Key: "vcs.revision", Value: "0123abc"}, {Key: "vcs.modified", Value: "true"}}}
	var out bytes.Buffer
	env := cmd.Env{Out: &out, Build: func() (*debug.BuildInfo, bool) { return build, true }}
	if code := cmd.Run([]string{"version"}, env); code != 0 ||
		!strings.HasPrefix(out.String(), "lambdacap v1.2.3\ncommit 0123abc (modified)\n") {
		t.Errorf("exit %d: %s", code, out.String())
	}
	out.Reset()
	if code := cmd.Run([]string{"--version"}, env); code != 0 || out.String() != "lambdacap v1.2.3\n" {
		t.Errorf("exit %d: %s", code, out.String())
	}
}

// broken is a reader and a writer that always fail.
type broken struct{}

func (broken) Read([]byte) (int, error)  { return 0, errors.New("the line is dead") }
func (broken) Write([]byte) (int, error) { return 0, errors.New("the line is dead") }

// TestTrouble: streams that fail, and faults in the program itself.
func TestTrouble(t *testing.T) {
	none := func(string) (string, bool) { return "", false }
	var errs bytes.Buffer
	unreadable := cmd.Env{In: broken{}, Out: &bytes.Buffer{}, Err: &errs, LookupEnv: none}
	if code := cmd.Run([]string{"plan", "--profile", "-"}, unreadable); code != 2 ||
		!strings.Contains(errs.String(), "stdin: cannot be read: the line is dead") {
		t.Errorf("exit %d: %s", code, errs.String())
	}
	errs.Reset()
	if code := cmd.Run([]string{"limits"}, cmd.Env{Out: broken{}, Err: &errs, LookupEnv: none}); code != 3 ||
		errs.String() != "lambdacap: error: cannot write to standard output: the line is dead\n" {
		t.Errorf("exit %d: %s", code, errs.String())
	}
	errs.Reset()
	if code := cmd.Run([]string{"limits"}, cmd.Env{Out: &bytes.Buffer{}, Err: &errs}); code != 3 || // without LookupEnv
		!strings.Contains(errs.String(), "internal fault") || strings.Contains(errs.String(), "goroutine") {
		t.Errorf("exit %d: %s", code, errs.String())
	}
	if code := cmd.Run([]string{"plan"}, cmd.Env{Out: &bytes.Buffer{}, Err: broken{}, LookupEnv: none}); code != 2 {
		t.Errorf("exit %d", code)
	}
}

// TestTemporaryFile checks a run that needs a temporary file: nothing of it is left. A folder that takes none ends the
// run.
func TestTemporaryFile(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the file is there until the program ends")
	}
	rows := []byte("function,time,requests,duration_ms\n")
	for f := range 40 {
		for day := range 300 { // the numbers of a function take 6 kB a day
			at := time.Date(2026, 1, 1+day, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
			rows = fmt.Appendf(rows, "f%d,%sT00:00:00Z,1000,120\n", f, at)
		}
	}
	for code, folder := range map[int]string{0: t.TempDir(), 3: filepath.Join(t.TempDir(), "missing")} {
		t.Setenv("TMPDIR", folder)
		var out, errs bytes.Buffer
		now := func() time.Time { return time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC) }
		env := cmd.Env{In: bytes.NewReader(rows), Out: &out, Err: &errs, Clock: now,
			LookupEnv: func(string) (string, bool) { return "", false }}
		if got := cmd.Run([]string{"replay", "-"}, env); got != code || (out.Len() > 0) != (code == 0) ||
			strings.Contains(errs.String(), "a temporary file in "+folder+" failed") != (code == 3) {
			t.Errorf("exit %d: %s%s", got, out.String(), errs.String())
		}
		if left, _ := os.ReadDir(folder); len(left) > 0 {
			t.Errorf("%v is left", left)
		}
	}
}

// TestFlagsAreSettings checks that every flag is a setting: only those have a variable, and are read with all others.
func TestFlagsAreSettings(t *testing.T) {
	for _, c := range cmd.NewRoot(cmd.Env{}).Commands() {
		c.Flags().VisitAll(func(flag *pflag.Flag) {
			if _, ok := setting.Named(flag.Name); !ok {
				t.Errorf("--%s of %s is not in the table of cmd/internal/setting", flag.Name, c.Name())
			}
		})
	}
}

// TestSections checks that --show takes every section that an answer has: a variable, which is for every command, shows
// no section that the flag rejects.
func TestSections(t *testing.T) {
	const account, day = "../configs/account.yaml", "internal/traffic/testdata/metric-data-day.json"
	for _, line := range [][]string{
		{"limits", account}, {"plan", account, "--region", "us-east-1"}, {"plan", "--traffic", day},
		{"spillover", account, "--region", "us-east-1"}, {"check", account}, {"ramp", account},
		{"replay", day, "--autoscale", "target=70%,min=2,max=60", "--memory", "1024", "--region", "us-east-1"},
		{"drain", "--source", "sqs", "--backlog", "1M", "--duration", "1s"},
	} {
		answer := func(section string, args ...string) (string, int) {
			var out, err bytes.Buffer
			code := cmd.Run(args, cmd.Env{Out: &out, Err: &err, LookupEnv: func(name string) (string, bool) {
				return section, name == "LAMBDACAP_SHOW" && section != ""
			}})
			return out.String(), code
		}
		plain, _ := answer("", line...)
		for _, section := range page.Details() {
			shown, _ := answer(section, line...)
			if _, code := answer("", append(line, "--show", section)...); code == 2 && shown != plain || plain == "" {
				t.Errorf("%s has %s, which --show rejects", line, section)
			}
		}
	}
}
