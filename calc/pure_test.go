package calc_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestPure checks the imports of the package and of those below it. The model does no input or output, and uses only
// the standard library. Package runtime gives the number of processors, which changes how long an answer takes, but not
// the answer.
func TestPure(t *testing.T) {
	allowed := []string{
		"bytes", "cmp", "encoding/json", "errors", "fmt", "iter", "maps", "math", "math/bits", "math/cmplx", "runtime",
		"slices", "sort", "strconv", "strings", "sync", "unicode", "unicode/utf8", "github.com/lambdacap/lambdacap/calc",
	}
	files, err := fs.Glob(os.DirFS("."), "*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	below, err := fs.Glob(os.DirFS("."), "*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, below...)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			path, _ := strconv.Unquote(spec.Path.Value)
			if !slices.Contains(allowed, path) && !strings.HasPrefix(path, "github.com/lambdacap/lambdacap/calc/") {
				t.Errorf("%s imports %s", name, path)
			}
		}
	}
}
