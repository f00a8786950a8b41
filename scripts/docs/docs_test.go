package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/glossary"
	"github.com/lambdacap/lambdacap/cmd"
)

const (
	root   = "../.."
	update = "run go run ./scripts/docs"
)

// TestCommitted compares the generated files with the committed ones.
func TestCommitted(t *testing.T) {
	dir := t.TempDir()
	if err := Generate(root, dir); err != nil {
		t.Fatal(err)
	}
	want, got := tree(t, dir), tree(t, root+"/docs")
	for name, text := range want {
		switch committed, ok := got[name]; {
		case !ok:
			t.Errorf("docs/%s is missing: %s", name, update)
		case !bytes.Equal(committed, text):
			t.Errorf("docs/%s is stale: %s", name, update)
		}
	}
	for name := range got {
		if want[name] == nil {
			t.Errorf("docs/%s is of an older version: %s", name, update)
		}
	}
}

// TestRepeated checks that a second run writes the same bytes and removes files of an older version.
func TestRepeated(t *testing.T) {
	dir := t.TempDir()
	if err := Generate(root, dir); err != nil {
		t.Fatal(err)
	}
	first := tree(t, dir)
	if err := os.WriteFile(dir+"/reference/commands/lambdacap_gone.md", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Generate(root, dir); err != nil {
		t.Fatal(err)
	}
	second := tree(t, dir)
	if len(first) != len(second) {
		t.Errorf("%d files, then %d", len(first), len(second))
	}
	for name, text := range first {
		if !bytes.Equal(text, second[name]) {
			t.Errorf("%s differs", name)
		}
	}
}

// tree reads the files in the generated folders below dir.
func tree(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for _, folder := range folders() {
		below := os.DirFS(path.Join(dir, folder))
		err := fs.WalkDir(below, ".", func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			text, err := fs.ReadFile(below, name)
			files[path.Join(folder, name)] = text
			return err
		})
		if err != nil {
			t.Errorf("%v: %s", err, update)
		}
	}
	return files
}

// TestPages checks that commands and topics have pages, including content that the library's generators
// omit or mangle by default.
func TestPages(t *testing.T) {
	files := map[string][]byte{}
	if err := reference(files); err != nil {
		t.Fatal(err)
	}
	for name, texts := range map[string][]string{
		"reference/commands/lambdacap.md":         {"(lambdacap_plan.md)", "(lambdacap_profile.md)"},
		"reference/commands/lambdacap_limits.md":  {"--duration DURATION ", "  --explain   "},
		"reference/commands/lambdacap_profile.md": {"\n    lambdacap plan account.yaml\n", "\n    functions:\n"},
		"reference/commands/lambdacap_version.md": {"lambdacap version"},
		"man/lambdacap-plan.1":                    {`"Nov 2026" "lambdacap"`, `\fB--rps\fP=RATE`},
		"man/lambdacap-check.1":                   {"headroom<20%"},
		"man/lambdacap-profile.1":                 {"lambdacap plan account.yaml\n"},
		"man/lambdacap-spillover.1":               {"lambdacap-spillover"},
	} {
		for _, text := range texts {
			if !bytes.Contains(files[name], []byte(text)) {
				t.Errorf("%s has no %q", name, text)
			}
		}
	}
}

// TestValues checks that the values of every enumeration in a document are found in the source.
func TestValues(t *testing.T) {
	for folder, names := range map[string][]string{
		"calc":          {"Mode", "Arch", "Verdict", "Limit", "PoolKind", "Setting", "Objective"},
		"calc/rule":     {"Level"},
		"calc/aws":      {"Reason"},
		"calc/glossary": {"Kind"},
	} {
		s, err := readSource(root + "/" + folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if len(s.values[name]) < 2 {
				t.Errorf("%s has the values %q", name, s.values[name])
			}
		}
	}
}

// TestDependencies checks that docs/dependencies.md has a line about every direct dependency.
func TestDependencies(t *testing.T) {
	module, err := os.ReadFile(root + "/go.mod")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(root + "/docs/dependencies.md")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`(?m)^\t(\S+) v\S+$`).FindAllSubmatch(module, -1)
	if len(found) == 0 {
		t.Error("go.mod has no direct dependency")
	}
	for _, parts := range found {
		name := strings.TrimPrefix(string(parts[1]), "github.com/")
		if !bytes.Contains(page, []byte("\n| "+name+" |")) {
			t.Errorf("docs/dependencies.md has no line about %s", name)
		}
	}
}

// TestRules checks that every rule has one section, and that both of its ids link to it.
func TestRules(t *testing.T) {
	files := map[string][]byte{}
	rules(files)
	page := string(files["reference/rules.md"])
	for _, r := range check.Rules() {
		if n := strings.Count(page, "\n## "+string(r.ID())+"\n"); n != 1 {
			t.Errorf("%d sections of %s", n, r.ID())
		}
		if r.Number != "" && r.Word != "" && !strings.Contains(page, fmt.Sprintf("<a id=%q></a>", r.Word)) {
			t.Errorf("no link to %s", r.Word)
		}
	}
}

// TestGlossary checks that the glossary has every term, with AWS's words.
func TestGlossary(t *testing.T) {
	files := map[string][]byte{}
	terms(files)
	page := string(files["reference/glossary.md"])
	for _, term := range glossary.Terms() {
		heading := "\n### " + term.Name + "\n"
		if term.Kind == glossary.Word {
			heading = "\n| <a id=\"" + anchor(term.Name) + "\"></a>" + term.Name + " | "
		}
		if n := strings.Count(page, heading); n != 1 {
			t.Errorf("%s is there %d times", term.Name, n)
		}
		for _, word := range term.AWS {
			if !strings.Contains(page, word) {
				t.Errorf("%s is not there", word)
			}
		}
	}
}

// TestSettings checks that the settings page has every flag of every command and every key of a profile.
func TestSettings(t *testing.T) {
	files := map[string][]byte{}
	settings(files)
	page := string(files["reference/settings.md"])
	for _, c := range cmd.NewRoot(cmd.Env{}).Commands() {
		c.LocalFlags().VisitAll(func(flag *pflag.Flag) {
			if flag.Name != "help" && !regexp.MustCompile("`--"+flag.Name+"[` ]").MatchString(page) {
				t.Errorf("--%s of %s is not there", flag.Name, c.Name())
			}
		})
	}
	for _, s := range cmd.Settings() {
		if s.Usage == "" || s.Key != "" && !strings.Contains(page, "| `"+s.Key+"` |") {
			t.Errorf("no line about %s%s", s.Flag, s.Key)
		}
		if s.Flag != "" && len(s.Commands) == 0 {
			t.Errorf("no command has --%s", s.Flag)
		}
	}
}

// TestIncident checks that the page for incidents has each of AWS's throttle reasons, with a command.
func TestIncident(t *testing.T) {
	page, err := os.ReadFile(root + "/docs/how-to/incident.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, term := range glossary.Terms() {
		row := regexp.MustCompile(`(?m)^\| ` + "`" + term.Name + "`" + ` \| .* \| ` + "`lambdacap ")
		if term.Kind == glossary.Reason && !row.Match(page) {
			t.Errorf("no row about %s", term.Name)
		}
	}
}
