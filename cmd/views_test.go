package cmd_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/lambdacap/lambdacap/format"
)

// exitCode is the name of the exit code in the files of TestViews.
const exitCode = "exit"

// TestViews runs the command lines in format/testdata in every format, and compares what they print with the files
// there. The tests of package format draw the same output from the JSON alone. Each file begins with a comment and a
// command line. Then come the files that the command reads, its exit code, and its output in each format, under the
// name of the format.
func TestViews(t *testing.T) {
	paths, err := filepath.Glob("../format/testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal(paths, err)
	}
	for _, path := range paths {
		path, err := filepath.Abs(path)
		if err != nil {
			t.Fatal(err)
		}
		configs, err := filepath.Abs("../configs")
		if err != nil {
			t.Fatal(err)
		}
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			t.Chdir(t.TempDir())
			if err := os.CopyFS("configs", os.DirFS(configs)); err != nil {
				t.Fatal(err)
			}
			_, line, _ := strings.Cut(string(archive.Comment), "\nlambdacap ")
			args := splitWords(strings.TrimSpace(line))
			names := formatsOf(args)
			for _, file := range archive.Files { // reports and pictures are long: only some files have them
				if format.IsPicture(file.Name) {
					names = append(names, file.Name)
				}
			}
			shown := &txtar.Archive{Comment: archive.Comment}
			for _, file := range archive.Files {
				if file.Name == exitCode || slices.Contains(names, file.Name) {
					continue
				}
				shown.Files = append(shown.Files, file)
				if err := writeFile(file.Name, file.Data); err != nil {
					t.Fatal(err)
				}
			}
			code, _, stderr := run("", args...)
			shown.Files = append(shown.Files, txtar.File{Name: exitCode, Data: []byte(fmt.Sprintln(code))})
			for _, name := range names {
				again, stdout, also := run("", append(args, "-o", name)...)
				if again != code || stdout == "" {
					t.Fatalf("%s: code %d instead of %d: %s%s", name, again, code, stderr, also)
				}
				shown.Files = append(shown.Files, txtar.File{Name: name, Data: []byte(stdout)})
			}
			got := txtar.Format(shown)
			if bytes.Equal(got, txtar.Format(archive)) {
				return
			}
			if *update {
				if err := os.WriteFile(path, got, 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			t.Errorf("%s is stale, run go test ./cmd -update: %s", filepath.Base(path),
				firstDifference(string(txtar.Format(archive)), string(got)))
		})
	}
}

// formatsOf lists the formats that a command line supports, besides reports and pictures. Formulas do not exist in
// rows, and a list of rules does not
// exist in the formats for findings.
func formatsOf(args []string) []string {
	names := format.Names(format.None)
	if args[0] == "check" && !slices.Contains(args, "--list-rules") {
		names = format.Names(format.Findings)
	}
	if slices.Contains(args, "--explain") {
		names = slices.DeleteFunc(names, func(name string) bool { return !format.ShowsFormulas(name) })
	}
	return names
}

// splitWords splits a command line at spaces, but not inside single quotes.
func splitWords(line string) (words []string) {
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			words = append(words, part)
			continue
		}
		words = append(words, strings.Fields(part)...)
	}
	return words
}

// writeFile writes a file, and the folder that it is in.
func writeFile(name string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o666)
}
