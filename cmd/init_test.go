package cmd_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// settingsOf returns what a check of some files says of the account and of its functions, by name; nil if the files
// cannot be read. Where a value comes from is left out.
func settingsOf(t *testing.T, stdin string, args ...string) (code int, settings map[string]any, hasProfile bool) {
	t.Helper()
	code, stdout, _ := run(stdin, append([]string{"check", "-o", "json"}, args...)...)
	if code == 2 {
		return code, nil, false
	}
	var d struct {
		Inputs struct {
			Account, Check map[string]any
			Functions      []map[string]any
		}
	}
	if err := json.Unmarshal([]byte(stdout), &d); err != nil {
		t.Fatalf("%v: %v", args, err)
	}
	delete(d.Inputs.Account, "origin")
	delete(d.Inputs.Check, "origin")
	settings = map[string]any{"account": d.Inputs.Account, "asked": d.Inputs.Check}
	for _, f := range d.Inputs.Functions {
		delete(f, "origin")
		for _, part := range []string{"source", "managed", "special"} {
			if of, ok := f[part].(map[string]any); ok {
				delete(of, "origin")
			}
		}
		if f["managed"] != nil { // init says that it leaves them out
			f["provisioned"], f["reserved"] = nil, nil
		}
		settings["function "+f["name"].(string)] = f
	}
	return code, settings, strings.Contains(stdout, `"format": "profile"`)
}

var leftOut = regexp.MustCompile(`(?m)^# left out: (.*), which runs on Managed Instances`)

// filledIn returns a profile with a rate and a duration for each function.
func filledIn(profile string) string {
	profile = strings.ReplaceAll(profile, "# rps: ?", "rps: 6k/min")
	return strings.ReplaceAll(profile, "# duration: ?", "duration: 80ms")
}

// roundTrips checks that init writes a profile of some files from which check reads the same settings, and with which
// plan answers once it is filled in, alone and beside the files. It reports whether the files can be read.
func roundTrips(t *testing.T, files ...string) bool {
	t.Helper()
	code, want, hasProfile := settingsOf(t, "", files...)
	if want == nil {
		return false
	}
	wrote, profile, stderr := run("", append([]string{"init"}, files...)...)
	if wrote != 0 || stderr != "" {
		t.Errorf("%v: init exits %d: %s", files, wrote, stderr)
		return true
	}
	unwrapped := strings.ReplaceAll(profile, "\n#   ", " ")
	for _, match := range leftOut.FindAllStringSubmatch(unwrapped, -1) {
		delete(want, "function "+match[1])
	}
	_, got, _ := settingsOf(t, profile, "-")
	if of := want["account"].(map[string]any); got != nil && of["region"] == nil { // a check does not ask files for it
		of["region"] = got["account"].(map[string]any)["region"]
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v: read back as %v\nwant %v\n%s", files, got, want, profile)
		return true
	}
	_, again, _ := run(profile, "init", "-")
	if _, got, _ = settingsOf(t, again, "-"); !reflect.DeepEqual(got, want) {
		t.Errorf("%v: read back the second time\n%s", files, again)
	}
	if code != 0 || len(want) == 2 {
		return true // AWS would not take the settings, or there is no function
	}
	profile = filledIn(profile)
	path := filepath.Join(t.TempDir(), "lambdacap.yaml")
	if err := os.WriteFile(path, []byte(profile), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"plan", path}, append([]string{"plan", path}, files...)} {
		if len(args) > 2 && hasProfile {
			continue // of which there may be one
		}
		if code, _, stderr := run("", args...); code != 0 {
			t.Errorf("%v: exit %d: %s\n%s", args, code, stderr, profile)
		}
	}
	return true
}

// TestInitRoundTrips checks init with real files, and with profiles.
func TestInitRoundTrips(t *testing.T) {
	skipShort(t)
	read := 0
	for _, pattern := range []string{"internal/files/testdata/*/*", "testdata/field/*", "../configs/*.yaml"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) < 4 {
			t.Fatal(names, err)
		}
		for _, name := range names {
			if roundTrips(t, name) {
				read++
			}
		}
	}
	if read < 50 {
		t.Errorf("only %d files can be read", read)
	}
}

// TestInitJoins checks init with several files that make one account.
func TestInitJoins(t *testing.T) {
	for _, files := range []map[string]string{
		{"a.yaml": "Resources: {api: {Type: AWS::Lambda::Function, Properties: {MemorySize: 512}}}",
			"b.yaml": "Resources: {api: {Type: AWS::Lambda::Function, Properties: {ReservedConcurrentExecutions: 50}}}"},
		{"t.yaml": "Resources: {F: {Type: AWS::Lambda::Function, Properties: {FunctionName: f, MemorySize: 512}}}",
			"c.json": `{"FunctionName": "f", "ReservedConcurrentExecutions": 40, "MemorySize": 256}`,
			"p.yaml": "headroom: 20%\naccept: [{rule: LC007, reason: \"on: purpose\"}]\naccount: {unreserved_floor: 50, " +
				"keep_alive: 5m, concurrency: 2000}"},
		{"t.yaml": "Resources: {F: {Type: AWS::Lambda::Function, Properties: {FunctionName: f, MemorySize: 512}}}",
			"s.json": `{"AccountLimit": {"ConcurrentExecutions": 3000, "UnreservedConcurrentExecutions": 3000}}`,
			"p.yaml": "functions:\n- {name: F, rps: '1" + strings.Repeat(",20", 23) +
				"', arch: arm64, accept: [{rule: LC008, reason: x}]}\n" +
				"- {name: g, provisioned: 5, schedule: [{from: 0, to: 24, rps: 5}], event_source: 'API Gateway: a'}\n" +
				"- {name: h, reserved: 0, rps: [1" + strings.Repeat(", 2k/min", 23) + "]}"},
	} {
		dir := t.TempDir()
		var names []string
		for name, text := range files {
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
			names = append(names, path)
		}
		slices.Sort(names)
		if !roundTrips(t, names...) {
			t.Errorf("%v cannot be read", names)
		}
	}
}

// TestInitNames checks that names of every kind come back as they are, or are left out with a word.
func TestInitNames(t *testing.T) {
	for _, name := range slices.Concat(hostile, []string{
		"api", "null", "yes", "1e3", "0x10", "2001-01-01", "f:live", "arn:aws:lambda:eu-west-1:123456789012:function:f",
		"${AWS::StackName}-api", "${größe}-x", `m["a: b # c"].f`, "a in b: c.yaml", "a in #1.yaml", "on", "1_000", "-", "_",
	}) {
		quoted, err := json.Marshal(name)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "f.json")
		text := `{"FunctionName": ` + string(quoted) + `, "MemorySize": 512, "ReservedConcurrentExecutions": 40}`
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if roundTrips(t, path) {
			continue
		}
		code, profile, stderr := run("", "init", path)
		if code == 2 && strings.Contains(stderr, "error") && profile == "" {
			continue // the file is not one that can be read
		}
		if code != 0 || !strings.Contains(profile, "\nfunctions: []\n") || !strings.Contains(profile, "# left out: ") {
			t.Errorf("%q: exit %d: %s%s", name, code, stderr, profile)
		}
		if code, _, stderr := run(profile, "check", "-"); code != 0 {
			t.Errorf("%q: exit %d: %s\n%s", name, code, stderr, profile)
		}
	}
}

// TestInitHostile gives init hostile texts in every place of a file: it writes nothing that is not safe to show, and
// what it writes can be read.
func TestInitHostile(t *testing.T) {
	skipShort(t)
	wrote := 0
	for _, text := range hostile {
		quoted, _ := json.Marshal(text)
		for _, place := range places {
			if place.args != nil {
				continue
			}
			fill := strings.NewReplacer("%r", text)
			if strings.HasPrefix(place.file, "{") {
				fill = strings.NewReplacer("@", string(quoted))
			}
			code, profile, stderr := run(fill.Replace(place.file), "init", "-")
			shown(t, profile, false)
			shown(t, stderr, false)
			if code != 0 {
				continue
			}
			wrote++
			if code, _, stderr := run(profile, "check", "-"); code == 2 {
				t.Errorf("%s, %q: %s\n%s", place.name, text, stderr, profile)
			}
		}
	}
	if wrote < 100 {
		t.Errorf("only %d profiles", wrote)
	}
}
