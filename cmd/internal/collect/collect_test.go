package collect

import (
	"encoding/json"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestPolicy checks that the policy has a permission for each call of the script, and no other but those for the tags
// and the attributes that the calls return.
func TestPolicy(t *testing.T) {
	var p policy
	if err := json.Unmarshal([]byte(Policy(Request{Region: "eu-west-1"})), &p); err != nil {
		t.Fatal(err)
	}
	var allowed []string
	for _, s := range p.Statement {
		allowed = append(allowed, s.Action...)
	}
	service := map[string]string{"service-quotas": "servicequotas"}
	var called []string
	call := regexp.MustCompile(`(?m)(?:fetch \S+|list) ([a-z-]+) ([a-z]+(?:-[a-z]+)+)`)
	for _, m := range call.FindAllStringSubmatch(steps, -1) {
		name := m[1]
		if service[name] != "" {
			name = service[name]
		}
		action := name + ":"
		for _, word := range strings.Split(m[2], "-") {
			action += strings.ToUpper(word[:1]) + word[1:]
		}
		called = append(called, action)
	}
	slices.Sort(called)
	called = slices.Compact(called)
	if len(called) < 14 {
		t.Fatalf("only %d calls found: %v", len(called), called)
	}
	for _, action := range called {
		if !slices.Contains(allowed, action) {
			t.Errorf("the script calls %s, which the policy does not allow", action)
		}
	}
	for _, action := range allowed {
		if !slices.Contains(called, action) && action != "lambda:ListTags" { // for the tags in get-function
			t.Errorf("the policy allows %s, which the script does not call", action)
		}
	}
}

// TestScript checks that a shell can parse the script, whatever the folder is called.
func TestScript(t *testing.T) {
	for _, folder := range []string{"data", "my data", "it's", "-x", "$(date)", "a\\b"} {
		script := Script(Request{Region: "eu-west-1", Functions: []string{"a", "b"}, Days: 14, Folder: folder})
		sh := exec.Command("sh", "-c", `eval "$(grep '^out=')" && printf %s "$out"`)
		sh.Stdin = strings.NewReader(script)
		out, err := sh.Output()
		if err != nil {
			t.Skip("no shell: ", err)
		}
		if want := strings.Replace(folder, "-x", "./-x", 1); string(out) != want {
			t.Errorf("the script writes to %q, want %q", out, want)
		}
		parse := exec.Command("sh", "-n")
		parse.Stdin = strings.NewReader(script)
		if out, err := parse.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", folder, err, out)
		}
	}
	if checker, err := exec.LookPath("shellcheck"); err == nil {
		check := exec.Command(checker, "-")
		check.Stdin = strings.NewReader(Script(Request{Region: "eu-west-1", Days: 14, Folder: UsualFolder}))
		if out, err := check.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	}
}
