package main

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
)

// source holds the parts of a package's types that reflection does not provide.
type source struct {
	comments map[string]string   // by Type and Type.Field
	values   map[string][]string // by string type, its constants in the order of their declaration
}

// readSource reads the Go files in a folder, except for tests.
func readSource(folder string) (source, error) {
	paths, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return source{}, err
	}
	fset := token.NewFileSet()
	var files []*ast.File
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(fset, path, nil, parser.ParseComments)
		if err != nil {
			return source{}, err
		}
		files = append(files, file)
	}
	pkg, err := doc.NewFromFiles(fset, files, folder)
	if err != nil {
		return source{}, err
	}
	s := source{comments: map[string]string{}, values: map[string][]string{}}
	for _, t := range pkg.Types {
		s.comments[t.Name] = t.Doc
		for _, spec := range t.Decl.Specs {
			if structure, ok := spec.(*ast.TypeSpec).Type.(*ast.StructType); ok {
				for _, field := range structure.Fields.List {
					for _, name := range field.Names {
						s.comments[t.Name+"."+name.Name] = field.Doc.Text()
					}
				}
			}
		}
		s.values[t.Name] = textConstants(t)
	}
	return s, nil
}

// textConstants lists the constants of a string type. It returns nil for any other type, or if a constant
// is not a plain literal.
func textConstants(t *doc.Type) (values []string) {
	for _, group := range t.Consts {
		for _, spec := range group.Decl.Specs {
			for _, value := range spec.(*ast.ValueSpec).Values {
				literal, ok := value.(*ast.BasicLit)
				if !ok {
					return nil
				}
				text, err := strconv.Unquote(literal.Value)
				if err != nil { // a number
					return nil
				}
				values = append(values, text)
			}
		}
	}
	return values
}

// description returns the first paragraph of the comment on a type, or on one of its fields, as a single line. It
// replaces the names of Go fields with the keys of the document.
func (s source) description(t reflect.Type, field string) string {
	name, _, _ := strings.Cut(t.Name(), "[") // without type arguments
	if field != "" {
		name += "." + field
	}
	paragraph, _, _ := strings.Cut(s.comments[name], "\n\n")
	text := strings.Join(strings.Fields(paragraph), " ")
	if t.Kind() != reflect.Struct {
		return text
	}
	return words(text, func(word string) string {
		if field, ok := t.FieldByName(word); ok && !field.Anonymous {
			if key, _, _ := strings.Cut(field.Tag.Get("json"), ","); key != "" {
				return key
			}
		}
		return word
	})
}

// words calls replace for every word of a text that could be an identifier, and substitutes the result.
func words(text string, replace func(word string) string) string {
	letter := func(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }
	var b strings.Builder
	for text != "" {
		start := strings.IndexFunc(text, letter)
		if start < 0 {
			break
		}
		length := strings.IndexFunc(text[start:]+" ", func(r rune) bool { return !letter(r) && (r < '0' || r > '9') })
		end := start + length
		b.WriteString(text[:start] + replace(text[start:end]))
		text = text[end:]
	}
	return b.String() + text
}
