package cmd_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/format"
)

// allocated returns what a command line allocates, bytes, and how it ends.
func allocated(t *testing.T, args ...string) (bytes uint64, code int, stderr string) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	code, _, stderr = run("", args...)
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc, code, stderr
}

// TestHostileWork checks that small files that ask for the same many times over cost no more than their size allows.
func TestHostileWork(t *testing.T) {
	const function = `"F":{"Type":"AWS::Lambda::Function","Properties":{"FunctionName":`
	nested := func(padding int) string { // ten references, nine deep
		name := `"` + strings.Repeat("x", padding) + `"`
		for range 9 {
			name = `{"Fn::Sub":["` + strings.Repeat("${a}", 10) + `",{"a":` + name + `}]}`
		}
		return `{"Resources":{` + function + name + `}}}}`
	}
	for name, text := range map[string]string{
		"Sub, 10 kB": nested(10_000),
		"Sub, 40 kB": nested(40_000),
		"Select": `{"Parameters":{"L":{"Type":"CommaDelimitedList","Default":"` + strings.Repeat("a,", 4_000) + `a"}},` +
			`"Resources":{` + function + `{"Fn::Join":["",[` +
			strings.Repeat(`{"Fn::Select":["0",{"Ref":"L"}]},`, 1_000) + `"a"]]}}}}}`,
		"braces": `{"Resources":{` + function + `{"Fn::Sub":"` + strings.Repeat("${AWS::Region}", 4_000) + `"}}}}}`,
		"accept": "Resources:\n  F: {Type: AWS::Lambda::Function}\n" + strings.Repeat("# lambdacap:accept x\n", 20_000),
	} {
		path := filepath.Join(t.TempDir(), "f.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		// The budget is 64 MB of text, which is read and may be copied twice.
		const most = 200 << 20
		if bytes, code, stderr := allocated(t, "check", path, "-o", "json"); bytes > most || code > 2 {
			t.Errorf("%s: %d MB for a file of %d kB, exit %d %.100s", name, bytes>>20, len(text)>>10, code, stderr)
		} else {
			t.Logf("%s: %d MB for a file of %d kB, exit %d %.100s", name, bytes>>20, len(text)>>10, code, stderr)
		}
	}
}

// TestFormatsAllocate checks that no format needs more than twice the memory of JSON, for many functions.
func TestFormatsAllocate(t *testing.T) {
	skipShort(t)
	const most = 2
	var b strings.Builder
	b.WriteString("account: {concurrency: 1000000}\nfunctions:\n")
	for i := range 2_000 {
		fmt.Fprintf(&b, "- {name: function-%d, rps: 9, duration: 1s, reserved: 1}\n", i)
	}
	path := filepath.Join(t.TempDir(), "profile.yaml")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	formatsAllocate(t, most, []string{"check", path}, format.Names(format.Findings))
	formatsAllocate(t, most, []string{"spillover", "--profile", path}, format.Names(format.None))
	formatsAllocate(t, most, []string{"plan", "--profile", path}, format.Names(format.None))
}

func formatsAllocate(t *testing.T, most float64, args, formats []string) {
	t.Helper()
	asJSON, _, _ := allocated(t, append(args, "-o", "json")...)
	for _, name := range formats {
		bytes, code, stderr := allocated(t, append(args, "-o", name)...)
		ratio := float64(bytes) / float64(asJSON)
		if t.Logf("%s -o %s: %.2f times JSON", args[0], name, ratio); ratio > most || code > 1 {
			t.Errorf("%s -o %s allocates %.2f times what JSON does, exit %d %.100s", args[0], name, ratio, code, stderr)
		}
	}
}

// TestManyFunctions checks that a file of a stranger with very many functions is refused, and that the profile which
// the user chose for a calculation is not.
func TestManyFunctions(t *testing.T) {
	skipShort(t)
	path := filepath.Join(t.TempDir(), "f.yaml")
	var functions, mappings strings.Builder
	for i := range 20_001 {
		fmt.Fprintf(&functions, "- {name: f%d,rps: 0}\n", i)
		mappings.WriteString("    - sqs: {arn: a}\n")
	}
	for text, what := range map[string]string{
		"functions:\n" + functions.String():                                                   ":20002: reading stopped",
		"service: s\nprovider: {name: aws}\nfunctions:\n f:\n  events:\n" + mappings.String(): ":4: reading stopped",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if code, _, stderr := run("", "check", path); code != 2 || !strings.Contains(stderr, path+what) {
			t.Errorf("check ends with %d %.200s, want %s", code, stderr, what)
		}
	}
	if err := os.WriteFile(path, []byte("functions:\n"+functions.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, stderr := run("", "spillover", "--profile", path, "-o", "csv"); code != 0 {
		t.Errorf("spillover ends with %d %.200s", code, stderr)
	}
}
