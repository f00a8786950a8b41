// Package house_test enforces the structure of the repository: which package may import which, how long lines,
// functions and files may be, and that answers are computed in one place.
package house_test

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/lambdacap/lambdacap/cmd"
)

const (
	root   = "../.."
	module = "github.com/lambdacap/lambdacap"
)

// order lists the packages from the bottom up: each may import only those listed before it.
var order = []string{
	// The model.
	"calc/internal/parallel", "calc/internal/simulation",
	"calc/aws", "calc/optional", "calc/elementary", "calc/erlang", "calc/series", "calc/quantity", "calc/scaling",
	"calc/managed",
	"calc/glossary", "calc/rule", "calc/source",
	"calc", "calc/ramp", "calc/drain", "calc/replay", "calc/figure", "calc/advice", "calc/check", "configs",
	// Output.
	"format/safe", "format/document", "format/encode", "format/page", "format/render", "format/report", "format",
	// Input files.
	"cmd/internal/suggest", "cmd/internal/lazyregexp",
	"cmd/internal/files/tree", "cmd/internal/files/record", "cmd/internal/files/record/recordtest",
	"cmd/internal/files/awscli", "cmd/internal/files/cloudformation", "cmd/internal/files/profile",
	"cmd/internal/files/samconfig", "cmd/internal/files/serverless", "cmd/internal/files/terraform",
	"cmd/internal/files/terraform/module",
	"cmd/internal/files",
	// Command line.
	"cmd/internal/stack", "cmd/internal/exit", "cmd/internal/fault", "cmd/internal/progress", "cmd/internal/collect",
	"cmd/internal/traffic",
	"cmd/internal/gate", "cmd/internal/setting", "cmd/internal/profile", "cmd/internal/output", "cmd/internal/input",
	"cmd", "",
	// Generators.
	"scripts/docs", "scripts/prices",
}

// A source is a Go file of this repository.
type source struct {
	path string // relative to the root, with slashes
	text []byte
	file *ast.File
	fset *token.FileSet
}

// sources parses every Go file.
func sources(t *testing.T) (list []source) {
	t.Helper()
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && name != root:
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(name, ".go"):
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		below, err := filepath.Rel(root, name)
		list = append(list, source{filepath.ToSlash(below), text, file, fset})
		return err
	})
	if err != nil || len(list) < 100 {
		t.Fatal(len(list), err)
	}
	return list
}

func (s source) test() bool { return strings.HasSuffix(s.path, "_test.go") }

func (s source) at(pos token.Pos) string {
	return s.path + ":" + strconv.Itoa(s.fset.Position(pos).Line)
}

// TestImports checks that packages import only those below them in the order above.
func TestImports(t *testing.T) {
	found := map[string]bool{}
	for _, s := range sources(t) {
		if s.test() {
			continue
		}
		folder := strings.TrimPrefix(path.Dir(s.path), ".")
		found[folder] = true
		own := slices.Index(order, folder)
		if own < 0 {
			t.Errorf("%s has no place in the order at the top of this test", folder)
			continue
		}
		for _, spec := range s.file.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			below, ours := strings.CutPrefix(imported, module+"/")
			if !ours {
				continue
			}
			if at := slices.Index(order, below); at < 0 || at >= own {
				t.Errorf("%s imports %s, which is not below it", s.path, below)
			}
		}
	}
	for _, folder := range order {
		if !found[folder] {
			t.Errorf("there is no package %q", folder)
		}
	}
}

// TestMap checks that the map in CONTRIBUTING.md has every package, and that every file it names exists.
func TestMap(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "CONTRIBUTING.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, tree, _ := strings.Cut(string(text), "```\n")
	tree, table, _ := strings.Cut(tree, "```\n")
	places := map[string]int{} // how many packages have a name
	for _, folder := range order {
		if folder != "" && !strings.HasPrefix(folder, "scripts/") {
			places[path.Base(folder)]++
		}
	}
	for name, want := range places {
		if got := len(regexp.MustCompile(`(?m)(^| )`+name+"/").FindAllString(tree, -1)); got != want {
			t.Errorf("the map in CONTRIBUTING.md has %d packages %s, want %d", got, name, want)
		}
	}
	named := regexp.MustCompile("`([a-z]+/[a-z/_]+(\\.go|\\.csv)?)`").FindAllStringSubmatch(table, -1)
	for _, match := range named {
		if _, err := os.Stat(filepath.Join(root, match[1])); err != nil && !slices.Contains(toCome, match[1]) {
			t.Errorf("CONTRIBUTING.md names %s: %v", match[1], err)
		}
	}
	if len(named) < 20 {
		t.Errorf("CONTRIBUTING.md names %d files", len(named))
	}
}

// toCome are the files in the map that do not exist yet.
var toCome = []string{"cmd/internal/traffic"}

// TestSizes checks that lines, files and functions are short enough to read easily. The first comment of a
// longer file or function says that it "is long because".
func TestSizes(t *testing.T) {
	const columns, fileLines, functionLines = 120, 500, 70
	excused := func(comment *ast.CommentGroup) bool {
		return comment != nil && strings.Contains(comment.Text(), "is long because")
	}
	for _, s := range sources(t) {
		lines := bytes.Split(s.text, []byte("\n"))
		for i, line := range lines {
			if n := utf8.RuneCount(line); n > columns {
				t.Errorf("%s:%d has %d columns, more than %d", s.path, i+1, n, columns)
			}
		}
		if len(lines)-1 > fileLines && !(len(s.file.Comments) > 0 && excused(s.file.Comments[0])) {
			t.Errorf("%s has %d lines, and its first comment does not say why it is so long", s.path, len(lines)-1)
		}
		for _, declaration := range s.file.Decls {
			f, ok := declaration.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if n := s.fset.Position(f.End()).Line - s.fset.Position(f.Pos()).Line + 1; n > functionLines && !excused(f.Doc) {
				t.Errorf("%s: %s has %d lines, and its comment does not say why it is so long", s.at(f.Pos()), f.Name.Name, n)
			}
		}
	}
}

// TestCommandNames checks that no code depends on the name of a command, except in that command's own file.
func TestCommandNames(t *testing.T) {
	var commands []string
	for _, c := range cmd.NewRoot(cmd.Env{}).Commands() {
		commands = append(commands, c.Name())
	}
	for _, s := range sources(t) {
		if s.test() || !strings.HasPrefix(s.path, "cmd/") && !strings.HasPrefix(s.path, "format/") {
			continue
		}
		compared := func(expressions ...ast.Expr) {
			for _, e := range expressions {
				literal, ok := e.(*ast.BasicLit)
				if !ok || literal.Kind != token.STRING {
					continue
				}
				name, _ := strconv.Unquote(literal.Value)
				if slices.Contains(commands, name) && s.path != "cmd/"+name+".go" {
					t.Errorf("%s compares with the command %s", s.at(e.Pos()), name)
				}
			}
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.BinaryExpr:
				if n.Op == token.EQL || n.Op == token.NEQ {
					compared(n.X, n.Y)
				}
			case *ast.CaseClause:
				compared(n.List...)
			case *ast.IndexExpr:
				compared(n.Index)
			case *ast.KeyValueExpr:
				compared(n.Key)
			}
			return true
		})
	}
}

// TestManuals checks that the cask of Homebrew names every manual page; it needs all of them by name.
func TestManuals(t *testing.T) {
	config, err := os.ReadFile(filepath.Join(root, ".goreleaser.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob(filepath.Join(root, "docs/man/*.1"))
	if err != nil || len(pages) == 0 {
		t.Fatal("no manual pages", err)
	}
	for _, page := range pages {
		if name := "      - man/" + filepath.Base(page) + "\n"; !bytes.Contains(config, []byte(name)) {
			t.Errorf(".goreleaser.yaml: the cask lacks %s", strings.TrimSpace(name))
		}
	}
}

// TestFormatComputesNothing checks that package format and the packages below it neither calculate with quantities
// nor compare them. Only drawings may, because they have geometry.
func TestFormatComputesNothing(t *testing.T) {
	geometry := []string{"format/render/plot.go", "format/render/bars.go", "format/render/drawing.go",
		"format/render/chart.go", "format/render/area.go", "format/render/svg.go"}
	operators := []token.Token{
		token.ADD, token.SUB, token.MUL, token.QUO, token.REM, token.LSS, token.LEQ, token.GTR, token.GEQ,
		token.ADD_ASSIGN, token.SUB_ASSIGN, token.MUL_ASSIGN, token.QUO_ASSIGN, token.REM_ASSIGN,
	}
	checked, computed := 0, 0
	for _, p := range typed(t, "./format/...") {
		quantity := func(e ast.Expr) bool {
			basic, ok := p.info.TypeOf(e).Underlying().(*types.Basic)
			return ok && (basic.Info()&types.IsFloat != 0 || basic.Kind() == types.Int64) // row counts are ints
		}
		for _, file := range p.files {
			at := p.fset.Position(file.Pos()).Filename
			name, err := filepath.Rel(p.root, at)
			if err != nil {
				t.Fatal(err)
			}
			name = filepath.ToSlash(name)
			checked++
			flag := func(pos token.Pos, what string) {
				computed++
				if !slices.Contains(geometry, name) {
					t.Errorf("%s:%d %s", name, p.fset.Position(pos).Line, what)
				}
			}
			for _, spec := range file.Imports {
				if imported, _ := strconv.Unquote(spec.Path.Value); imported == "math" {
					flag(spec.Pos(), "imports math")
				}
			}
			ast.Inspect(file, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.BinaryExpr:
					if slices.Contains(operators, n.Op) && quantity(n.X) {
						flag(n.Pos(), "computes with "+n.Op.String())
					}
				case *ast.AssignStmt:
					if slices.Contains(operators, n.Tok) && quantity(n.Lhs[0]) {
						flag(n.Pos(), "computes with "+n.Tok.String())
					}
				case *ast.IncDecStmt:
					if quantity(n.X) {
						flag(n.Pos(), "counts a quantity")
					}
				case *ast.CallExpr:
					if f, ok := n.Fun.(*ast.Ident); ok && (f.Name == "min" || f.Name == "max") && quantity(n) {
						flag(n.Pos(), "computes with "+f.Name)
					}
				}
				return true
			})
		}
	}
	if checked < 20 || computed == 0 {
		t.Errorf("%d files, and no geometry of a plot found", checked)
	}
}

// A typedPackage is a package with the types of its expressions.
type typedPackage struct {
	root  string
	fset  *token.FileSet
	files []*ast.File
	info  *types.Info
}

// typed type-checks the packages that match a pattern. It reads the compiler's export data for their imports.
func typed(t *testing.T, pattern string) (packages []typedPackage) {
	t.Helper()
	list := exec.Command("go", "list", "-export", "-deps", "-json=Dir,ImportPath,Export,GoFiles,DepOnly,Module", pattern)
	list.Dir = root
	output, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	type listed struct {
		Dir, ImportPath, Export string
		GoFiles                 []string
		DepOnly                 bool
		Module                  *struct{ Dir string }
	}
	exports := map[string]string{}
	var own []listed
	decoder := json.NewDecoder(bytes.NewReader(output))
	for decoder.More() {
		var p listed
		if err := decoder.Decode(&p); err != nil {
			t.Fatal(err)
		}
		exports[p.ImportPath] = p.Export
		if !p.DepOnly {
			own = append(own, p)
		}
	}
	for _, p := range own {
		x := typedPackage{root: p.Module.Dir, fset: token.NewFileSet(), info: &types.Info{
			Types: map[ast.Expr]types.TypeAndValue{},
			Uses:  map[*ast.Ident]types.Object{},
			Defs:  map[*ast.Ident]types.Object{},
		}}
		for _, name := range p.GoFiles {
			file, err := parser.ParseFile(x.fset, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			x.files = append(x.files, file)
		}
		open := func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) }
		imports := importer.ForCompiler(x.fset, "gc", open)
		if _, err := (&types.Config{Importer: imports}).Check(p.ImportPath, x.fset, x.files, x.info); err != nil {
			t.Fatal(err)
		}
		packages = append(packages, x)
	}
	return packages
}
