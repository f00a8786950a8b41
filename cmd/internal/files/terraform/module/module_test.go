package module

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record/recordtest"
)

// write writes files into a new folder, and makes it the current one. A name may contain a folder.
func write(t testing.TB, contents map[string]string) {
	t.Helper()
	path := t.TempDir()
	for name, text := range contents {
		file := filepath.Join(path, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if test, ok := t.(interface{ Chdir(string) }); ok {
		test.Chdir(path)
	}
}

// outline reads the sources in the current folder.
func outline(o record.Options) string {
	r := record.NewRecorder(".", "terraform", o)
	if err := Read(".", r); err != nil {
		return err.Error()
	}
	return strings.TrimSpace(recordtest.Outline(r.File))
}

// value evaluates an expression, as the name of a function. Its text is a part of the name, so that it can be any.
func value(t *testing.T, expression, more string) string {
	t.Helper()
	write(t, map[string]string{"main.tf": fmt.Sprintf("resource \"aws_lambda_function\" \"f\" {\n"+
		"  function_name = \"v-${%s}-\"\n}\n%s", expression, more), "inside.txt": "inside", "t.tpl": "<${a}>"})
	got := outline(record.Options{})
	if name, ok := strings.CutPrefix(got, "v-"); ok {
		name, _, _ = strings.Cut(name, "- ")
		return name
	}
	_, why, ok := strings.Cut(got, "unknown function_name of aws_lambda_function.f: ")
	if !ok {
		return got
	}
	return "unknown: " + why
}
