package cmd_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/lambdacap/lambdacap/cmd"
)

// TestHelp checks that help fits a screen: no line is wider than 80 columns, the short one has the flags that people
// use most, and the long one all of them.
func TestHelp(t *testing.T) {
	const mostLines = 60
	for _, c := range cmd.NewRoot(cmd.Env{}).Commands() {
		if c.Name() == "completion" { // its help is that of a library
			continue
		}
		code, short, stderr := run("", c.Name(), "--help")
		if c.IsAdditionalHelpTopicCommand() {
			code, short, stderr = run("", "help", c.Name())
		}
		_, long, _ := run("", "help", c.Name(), "--all")
		if code != 0 || stderr != "" {
			t.Errorf("%s: exit %d, %s", c.Name(), code, stderr)
		}
		for line := range strings.Lines(long) {
			if n := len([]rune(strings.TrimRight(line, "\n"))); n > 80 {
				t.Errorf("help %s --all: %d columns: %s", c.Name(), n, line)
			}
		}
		if n := strings.Count(short, "\n"); n > mostLines && (c.Name() == "traffic" || !c.IsAdditionalHelpTopicCommand()) {
			t.Errorf("%s --help has %d lines", c.Name(), n)
		}
		hidden := 0
		c.Flags().VisitAll(func(flag *pflag.Flag) {
			if !hasFlag(long, flag.Name) {
				t.Errorf("help %s --all lacks --%s", c.Name(), flag.Name)
			}
			if !hasFlag(short, flag.Name) {
				hidden++
			}
		})
		if said := strings.Contains(short, "--help-all"); said != (hidden > 0) {
			t.Errorf("%s --help hides %d flags, and says so: %v", c.Name(), hidden, said)
		}
	}
	_, root, _ := run("", "--help")
	for line := range strings.Lines(root) {
		if n := len([]rune(strings.TrimRight(line, "\n"))); n > 80 {
			t.Errorf("--help: %d columns: %s", n, line)
		}
	}
	_, short, _ := run("", "plan", "--help")
	for _, name := range []string{"schedule", "scale", "mode", "quiet", "only", "concurrency"} {
		if !hasFlag(short, name) {
			t.Errorf("plan --help lacks --%s", name)
		}
	}
	_, long, _ := run("", "plan", "--help-all")
	if _, other, _ := run("", "help", "plan", "--all"); other != long || !hasFlag(long, "spill-penalty") {
		t.Error("lambdacap plan --help-all is not lambdacap help plan --all")
	}
	code, _, stderr := run("", "plan", "--rps", "5", "--", "--help-all")
	if code != 2 || !strings.Contains(stderr, "--help-all:") {
		t.Errorf("behind --, --help-all is a file: exit %d, %s", code, stderr)
	}
}

// TestTopicsAlone: help is for somebody who has nothing but the program. It names no file of the repository, and the
// profiles that it shows can be saved and run as it says.
func TestTopicsAlone(t *testing.T) {
	ran := 0
	for _, c := range cmd.NewRoot(cmd.Env{}).Commands() {
		_, text, _ := run("", "help", c.Name())
		for word := range strings.FieldsSeq(text) {
			folder := strings.Contains(word, "docs/") || strings.Contains(word, "configs/")
			if folder && !strings.HasPrefix(word, "https://") {
				t.Errorf("help %s names %s", c.Name(), word)
			}
		}
	}
	t.Chdir(t.TempDir())
	_, text, _ := run("", "help", "profile")
	saved := regexp.MustCompile(`(?m)^(\w+\.yaml) \(save it to try it\):\n\n((?:  .*\n|\n)+)`)
	parts := saved.FindAllStringSubmatch(text, -1)
	for _, part := range parts {
		profile := strings.ReplaceAll("\n"+part[2], "\n  ", "\n")
		if err := os.WriteFile(part[1], []byte(profile), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	commands := regexp.MustCompile(`(?m)^ *#? +lambdacap ((?:plan|spillover) \w+\.yaml)$`).FindAllStringSubmatch(text, -1)
	for _, line := range commands {
		if code, _, stderr := run("", strings.Fields(line[1])...); code != 0 {
			t.Errorf("lambdacap %s: exit %d, %s", line[1], code, stderr)
		}
		ran++
	}
	if len(parts) != 2 || ran != 3 {
		t.Errorf("%d profiles and %d commands", len(parts), ran)
	}
}

// TestMessagesNameFlags: a message names only flags that there are; one of the readers of traffic only those of replay.
func TestMessagesNameFlags(t *testing.T) {
	word := regexp.MustCompile(`(?:^|[^\w-])--([a-z][a-z-]*)`)
	commands := cmd.NewRoot(cmd.Env{}).Commands()
	for folder, of := range map[string]string{"traffic": "replay", "input": ""} {
		paths, _ := filepath.Glob(filepath.Join("internal", folder, "*.go"))
		named := 0
		for _, path := range paths {
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				text, ok := n.(*ast.BasicLit)
				if !ok || text.Kind != token.STRING || strings.HasSuffix(path, "_test.go") {
					return true
				}
				for _, found := range word.FindAllStringSubmatch(strings.Trim(text.Value, "\"`"), -1) {
					named++
					if !slices.ContainsFunc(commands, func(c *cobra.Command) bool {
						return (of == "" || c.Name() == of) && c.Flags().Lookup(found[1]) != nil
					}) {
						t.Errorf("%s names --%s, which is no flag", path, found[1])
					}
				}
				return true
			})
		}
		if named == 0 {
			t.Errorf("no message of %s names a flag", folder)
		}
	}
}

// hasFlag reports whether a help text lists a flag.
func hasFlag(help, name string) bool {
	return slices.ContainsFunc(strings.Split(help, "\n"), func(line string) bool {
		_, after, ok := strings.Cut(line, "--"+name)
		return ok && strings.HasPrefix(line, " ") && (after == "" || strings.IndexByte(" []=", after[0]) >= 0)
	})
}
