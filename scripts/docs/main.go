// Command docs writes the generated part of the documentation:
//
//	docs/reference  the commands, the settings, the rules and findings, and the glossary, in Markdown
//	docs/man        the commands, as manual pages
//	docs/schema     the documents of -o json and -o yaml, as JSON Schema
//
// Run it at the top of the repository: go run ./scripts/docs. Its output is committed. A test fails if the committed
// files are out of date.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// folders lists the folders of docs that contain only generated files. docs/reference also has
// the generated pages rules.md, glossary.md and settings.md, and pages that people write.
func folders() []string { return []string{"reference/commands", "man", "schema"} }

func main() {
	if err := Generate(".", "docs"); err != nil {
		fmt.Fprintf(os.Stderr, "docs: error: %v\n", err)
		os.Exit(1)
	}
}

// Generate writes all generated files below dir. It first deletes the files of an earlier run, so that no page of a
// removed command remains. root is the top of the repository, where it reads the comments of the Go types.
func Generate(root, dir string) error {
	files := map[string][]byte{}
	if err := reference(files); err != nil {
		return err
	}
	if err := schemas(root, files); err != nil {
		return err
	}
	rules(files)
	terms(files)
	settings(files)
	for _, folder := range folders() {
		if err := os.RemoveAll(filepath.Join(dir, folder)); err != nil {
			return err
		}
	}
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
