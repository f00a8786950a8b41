package output_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/output"
	"github.com/lambdacap/lambdacap/format"
	"github.com/lambdacap/lambdacap/format/document"
)

// TestParse checks that everything after the first = is the file.
func TestParse(t *testing.T) {
	legal := format.Names(false)
	for text, want := range map[string]output.Output{
		"json":              {Options: format.Options{Format: "json"}},
		"json=a,b.json":     {Options: format.Options{Format: "json"}, Path: "a,b.json"},
		"csv=dir/a=b,c=d":   {Options: format.Options{Format: "csv"}, Path: "dir/a=b,c=d"},
		"table=-":           {Options: format.Options{Format: "table"}},
		"yaml=x y\nz.yaml ": {Options: format.Options{Format: "yaml"}, Path: "x y\nz.yaml "},
	} {
		if got, err := output.Parse(text, legal); err != nil || got != want {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
	for text, want := range map[string]string{
		"":            `"" is not known; legal: table, json, yaml, csv, markdown`,
		"JSON":        `"JSON" is not known, the values are lower case`,
		"json,csv":    `"json,csv" is not known`,
		"json=":       `"json=" names no file; legal: json=FILE`,
		"sarif=x":     `"sarif" is not known`,
		"table,csv=a": `"table,csv" is not known`,
	} {
		out, err := output.Parse(text, legal)
		if _, path, _ := strings.Cut(text, "="); err == nil || !strings.HasPrefix(err.Error(), want) || out.Path != path {
			t.Errorf("%q: %+v, %v", text, out, err)
		}
	}
}

// TestCheck checks that at most one answer goes to standard output, and that each of the others has a file of its own.
func TestCheck(t *testing.T) {
	out := func(paths ...string) (list []output.Output) {
		for _, path := range paths {
			list = append(list, output.Output{Path: path})
		}
		return list
	}
	for _, c := range []struct {
		outputs []output.Output
		want    int
	}{
		{out(""), 0}, {out("", "a", "b"), 0}, {out("a"), 0},
		{out("", ""), 1}, {out("a", "b", "a"), 1}, {out("a", "a", "", ""), 2},
	} {
		if problems := output.Check(c.outputs, "x,y"); len(problems) != c.want {
			t.Errorf("%v: %v", c.outputs, problems)
		}
	}
}

// TestWrite checks that an answer is written in all its formats, and that the others are written even if one of them
// cannot be.
func TestWrite(t *testing.T) {
	report := format.Rules(document.NewRules(check.Numbered()[:1]))
	folder := t.TempDir()
	kept := filepath.Join(folder, "kept.json")
	if err := os.WriteFile(kept, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(folder, "link.json")
	if err := os.Symlink(kept, link); err != nil {
		t.Skip(err)
	}
	json := func(path string) output.Output {
		return output.Output{Options: format.Options{Format: "json"}, Path: path}
	}
	var stdout bytes.Buffer
	missing, comma := filepath.Join(folder, "no", "such"), filepath.Join(folder, "a,b.json")
	err := output.Write(&stdout, report, []output.Output{json(missing), json(""), json(link), json(comma)})
	if err == nil || !strings.Contains(err.Error(), "cannot write "+missing+": ") {
		t.Error(err)
	}
	for _, name := range []string{"kept.json", "link.json", "a,b.json"} {
		if text, err := os.ReadFile(filepath.Join(folder, name)); err != nil || string(text) != stdout.String() {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Error("the link is replaced by a file")
	}
	if info, err := os.Stat(kept); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the mode is %v, %v", info.Mode(), err)
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 3 {
		t.Errorf("%v, %v", entries, err)
	}
	err = output.Write(broken{}, report, []output.Output{json("")})
	if err == nil || err.Error() != "cannot write to standard output: closed" {
		t.Error(err)
	}
}

// broken fails at every write.
type broken struct{}

func (broken) Write([]byte) (int, error) {
	return 0, &os.PathError{Op: "write", Path: "x", Err: errors.New("closed")}
}
