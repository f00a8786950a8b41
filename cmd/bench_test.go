package cmd_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lambdacap/lambdacap/cmd"
)

// run runs a command line in this process, without environment variables, and returns its exit code and output.
func run(stdin string, args ...string) (code int, stdout, stderr string) {
	var out, err bytes.Buffer
	code = cmd.Run(args, cmd.Env{In: strings.NewReader(stdin), Out: &out, Err: &err,
		LookupEnv: func(string) (string, bool) { return "", false },
		Clock:     func() time.Time { return time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC) }})
	return code, out.String(), err.String()
}

// BenchmarkStartup runs an empty Go program and command lines of lambdacap in turn, and reports the median wall time of
// each, which is what a user waits for. The targets are three times the empty program for a plan, twice and 1 ms for a
// ramp, and 10 ms for a day of one function.
func BenchmarkStartup(b *testing.B) {
	dir := b.TempDir()
	build := func(name, source string) string {
		binary := filepath.Join(dir, name)
		build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, source)
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
		// An installed program is a copy, which starts a fifth faster than the file that the linker has just written.
		data, err := os.ReadFile(binary)
		if err != nil {
			b.Fatal(err)
		}
		installed := binary + "-installed"
		if err := os.WriteFile(installed, data, 0o777); err != nil {
			b.Fatal(err)
		}
		return installed
	}
	empty := filepath.Join(dir, "empty.go")
	if err := os.WriteFile(empty, []byte("package main\n\nfunc main() {}\n"), 0o666); err != nil {
		b.Fatal(err)
	}
	lambdacap := build("lambdacap", "..")
	programs := []struct {
		name string
		line []string
		took []time.Duration
	}{
		{name: "empty", line: []string{build("empty", empty)}},
		{name: "plan", line: []string{lambdacap, "plan", "--provisioned", "100", "--rps", "1500"}},
		{name: "ramp", line: []string{lambdacap, "ramp", "--rps-before", "300", "--rps", "3000", "--over", "10s",
			"--duration", "1.2s", "--account-concurrency", "5000"}},
		{name: "day", line: []string{lambdacap, "replay", "internal/traffic/testdata/metric-data-day.json",
			"--provisioned", "30"}},
	}
	for b.Loop() {
		for i := range programs {
			p := &programs[i]
			start := time.Now()
			if err := exec.Command(p.line[0], p.line[1:]...).Run(); err != nil {
				b.Fatal(err)
			}
			p.took = append(p.took, time.Since(start))
		}
	}
	for _, p := range programs {
		slices.Sort(p.took)
		b.ReportMetric(float64(p.took[len(p.took)/2].Microseconds())/1000, "ms/"+p.name)
	}
	info, err := os.Stat(lambdacap)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(info.Size()), "bytes/binary")
}

// BenchmarkPlan runs the same command inside this process: the part that our code can speed up.
func BenchmarkPlan(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if code, _, stderr := run("", "plan", "--provisioned", "100", "--rps", "1500"); code != 0 {
			b.Fatal(stderr)
		}
	}
}

// BenchmarkProfile10000 reads a profile of 10,000 functions, plans, and writes JSON.
func BenchmarkProfile10000(b *testing.B) {
	var profile strings.Builder
	profile.WriteString("account:\n  concurrency: 10000000\nfunctions:\n")
	for i := range 10_000 {
		fmt.Fprintf(&profile, "  - name: function-%d\n    rps: %d\n    duration: %dms\n    memory: 1024\n",
			i, 1+i%5000, 5+i%2000)
		switch i % 3 {
		case 0:
			fmt.Fprintf(&profile, "    reserved: %d\n    provisioned: %d\n", 100+i%400, i%100)
		case 1:
			profile.WriteString("    mode: async\n")
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		code := cmd.Run([]string{"plan", "--profile", "-", "-o", "json"}, cmd.Env{
			In: strings.NewReader(profile.String()), Out: io.Discard, Err: os.Stderr,
			LookupEnv: func(string) (string, bool) { return "", false }})
		if code != 0 {
			b.Fatal(code)
		}
	}
}
