package output_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/files"
	"github.com/lambdacap/lambdacap/cmd/internal/output"
	"github.com/lambdacap/lambdacap/format"
	"github.com/lambdacap/lambdacap/format/document"
)

// TestParse checks that everything after the first = is the file.
func TestParse(t *testing.T) {
	legal := format.Names(format.None)
	for text, want := range map[string]output.Output{
		"json":              {Options: format.Options{Format: "json"}},
		"json=a,b.json":     {Options: format.Options{Format: "json"}, Path: "a,b.json"},
		"csv=dir/a=b,c=d":   {Options: format.Options{Format: "csv"}, Path: "dir/a=b,c=d"},
		"table=-":           {Options: format.Options{Format: "table"}},
		"yaml=x y\nz.yaml ": {Options: format.Options{Format: "yaml"}, Path: "x y\nz.yaml "},
	} {
		if got, err := output.Parse(text, legal); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %+v, %v", text, got, err)
		}
	}
	for text, want := range map[string]string{
		"":            `"" is not known; expected table, `,
		"JSON":        `"JSON" is not known; did you mean json?`,
		"json,csv":    `"json,csv" is not known`,
		"json=":       `"json=" names no file; expected json=FILE`,
		"sarif=x":     `"sarif" is not known`,
		"table,csv=a": `"table,csv" is not known`,
	} {
		out, err := output.Parse(text, legal)
		if _, path, _ := strings.Cut(text, "="); err == nil || !strings.HasPrefix(err.Error(), want) || out.Path != path {
			t.Errorf("%q: %+v, %v", text, out, err)
		}
	}
}

// locate returns outputs to paths, as JSON.
func locate(t *testing.T, paths ...string) (list []output.Output) {
	t.Helper()
	for _, path := range paths {
		out := output.Output{Options: format.Options{Format: "json"}, Path: path}
		if err := out.Locate(files.Location{}, false); err != nil {
			t.Error(err)
		}
		list = append(list, out)
	}
	return list
}

// TestCheck checks that at most one answer goes to standard output, and that each of the others has a file of its own,
// by whatever path.
func TestCheck(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := errors.Join(os.WriteFile("a", nil, 0o600), os.Link("a", "hard"), os.Symlink("a", "soft"),
		os.Symlink("new", "dangling"), os.Mkdir("folder", 0o700), os.Symlink("folder", "way")); err != nil {
		t.Skip(err)
	}
	absolute, err := filepath.Abs("a")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		outputs []string
		want    int
	}{
		{[]string{""}, 0}, {[]string{"", "a", "b"}, 0}, {[]string{"a"}, 0},
		{[]string{"", ""}, 1}, {[]string{"a", "b", "a"}, 1}, {[]string{"a", "a", "", ""}, 2},
		{[]string{"a", "./a"}, 1}, {[]string{"new", "./new"}, 1}, {[]string{"a", absolute}, 1},
		{[]string{"a", "hard"}, 1}, {[]string{"soft", "hard"}, 1}, {[]string{"dangling", "new"}, 1},
		{[]string{"folder/x", "way/x"}, 1}, {[]string{"way/../a", "a"}, 1}, {[]string{"folder/x", "x"}, 0},
		{[]string{"no/x", "no/x"}, 1},
	} {
		if problems := output.Check(locate(t, c.outputs...), "x,y"); len(problems) != c.want {
			t.Errorf("%q: %v", c.outputs, problems)
		}
	}
}

// TestConfined checks that a link out of the folder is not followed where links are not trusted, and that one in it is.
func TestConfined(t *testing.T) {
	root := t.TempDir()
	outside := filepath.Join(root, "outside")
	if err := errors.Join(os.Mkdir(outside, 0o700), os.MkdirAll(filepath.Join(root, "inside/sub"), 0o700)); err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Join(root, "inside"))
	if err := errors.Join(os.Symlink("sub/a", "inner"), os.Symlink("../outside/a", "outer"), os.Symlink(outside, "way"),
		os.Symlink("outer", "chain"), os.Symlink("a", filepath.Join(outside, "link")),
		os.Symlink("../inside/a", filepath.Join(outside, "back"))); err != nil {
		t.Skip(err)
	}
	for path, want := range map[string]bool{
		"a": true, "sub/a": true, "inner": true, "sub/../a": true, "no/a": true, os.DevNull: true,
		"outer": false, "chain": false, "way/a": false, "way/../outside/a": false,
		filepath.Join(root, "inside", "way", "a"): false, filepath.Join(root, "inside", "inner"): true,
		// What the user names is no link.
		"../outside/a": true, filepath.Join(outside, "a"): true, "../outside/link": true, "../outside/back": false,
	} {
		out := output.Output{Path: path}
		if err := out.Locate(files.Location{}, true); (err == nil) != want {
			t.Errorf("%s: %v", path, err)
		}
		if err := out.Locate(files.Location{}, false); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// TestStandardOutput checks that what leads to standard output is standard output.
func TestStandardOutput(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	stdout := files.LocateStream(file)
	for path, want := range map[string]bool{
		"": true, path: true, path + "2": false, os.DevNull: false,
		"/dev/stdout": runtime.GOOS != "windows", "/dev/fd/1": runtime.GOOS != "windows", "/dev/stderr": false,
	} {
		out := output.Output{Path: path}
		if err := out.Locate(stdout, true); err != nil || out.IsPrinted() != want {
			t.Errorf("%q: %v, %v", path, out.IsPrinted(), err)
		}
	}
}

var report = format.Rules(document.NewRules(check.Numbered()[:1]))

// write writes a report to paths, and returns what is printed.
func write(t *testing.T, paths ...string) (printed string, err error) {
	t.Helper()
	var stdout bytes.Buffer
	err = output.Write(&stdout, report, locate(t, paths...), &output.Parts{})
	return stdout.String(), err
}

// names lists the files in the working folder.
func names(t *testing.T) (list []string) {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}

// TestWrite checks that all outputs are written, that what is there keeps its permissions and links, and that new files
// have those of any other program.
func TestWrite(t *testing.T) {
	t.Chdir(t.TempDir())
	other, err := os.Create("other")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if err := errors.Join(os.WriteFile("kept.json", []byte("old"), 0o600), os.Chmod("kept.json", 0o640),
		os.Symlink("kept.json", "link"), os.Symlink("new.json", "dangling")); err != nil {
		t.Skip(err)
	}
	printed, err := write(t, "a,b.json", "", "link", "dangling")
	if err != nil {
		t.Error(err)
	}
	for _, name := range []string{"kept.json", "link", "a,b.json", "new.json"} {
		if text, err := os.ReadFile(name); err != nil || string(text) != printed {
			t.Errorf("%s: %v\n%s", name, err, text)
		}
	}
	for _, name := range []string{"link", "dangling"} {
		if info, err := os.Lstat(name); err != nil || info.Mode()&os.ModeSymlink == 0 {
			t.Errorf("%s is replaced by a file", name)
		}
	}
	like, err := other.Stat()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]os.FileMode{"kept.json": 0o640, "a,b.json": like.Mode().Perm()} {
		info, err := os.Stat(name)
		if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != want {
			t.Errorf("the mode of %s is %v, %v", name, info.Mode(), err)
		}
	}
	want := []string{"a,b.json", "dangling", "kept.json", "link", "new.json", "other"}
	if got := names(t); !slices.Equal(got, want) {
		t.Error(got)
	}
	err = output.Write(broken{}, report, locate(t, ""), &output.Parts{})
	if err == nil || err.Error() != "cannot write to standard output: closed" {
		t.Error(err)
	}
}

// TestWriteAllOrNone checks that nothing is written if one of the files cannot be.
func TestWriteAllOrNone(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := errors.Join(os.WriteFile("old", []byte("old"), 0o600), os.WriteFile("locked", nil, 0o400),
		os.Mkdir("folder", 0o700), os.Symlink("no/such", "astray"), os.Symlink("circle", "circle")); err != nil {
		t.Skip(err)
	}
	before := names(t)
	for path, want := range map[string]string{
		"no/such": "no such file or directory", "astray": "no such file or directory", "folder": "it is a folder",
		"folder/": "it is a folder", "new/": "it is a folder", "locked": "the file is read-only",
		"circle": "too many links", "old/x": "not a directory",
	} {
		printed, err := write(t, "old", "", path, "new")
		if err == nil || runtime.GOOS != "windows" && err.Error() != "cannot write "+path+": "+want || printed != "" {
			t.Errorf("%s: %v, printed %q", path, err, printed)
		}
		if text, err := os.ReadFile("old"); err != nil || string(text) != "old" || !slices.Equal(names(t), before) {
			t.Errorf("%s: %v, %s, %q", path, err, text, names(t))
		}
	}
}

// TestRemove checks that nothing is written once the run is over, as after a signal.
func TestRemove(t *testing.T) {
	t.Chdir(t.TempDir())
	parts := &output.Parts{}
	parts.Remove()
	err := output.Write(&bytes.Buffer{}, report, locate(t, "new"), parts)
	if err == nil || len(names(t)) > 0 {
		t.Errorf("%v, %q", err, names(t))
	}
}

// broken fails at every write.
type broken struct{}

func (broken) Write([]byte) (int, error) {
	return 0, &os.PathError{Op: "write", Path: "x", Err: errors.New("closed")}
}
