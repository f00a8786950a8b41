package main

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	fence   = regexp.MustCompile("(?ms)^ *```.*?^ *```")
	quoted  = regexp.MustCompile("`[^`\n]*`")
	linked  = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	heading = regexp.MustCompile(`(?m)^#+ +(.*)$`)
	placed  = regexp.MustCompile(`<a id="([^"]+)">`)
	silent  = regexp.MustCompile(`[^\p{L}\p{N}\s_-]`)
)

// pages reads the Markdown documents by their path in the repository, without code blocks.
func pages(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	tree := os.DirFS(root)
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && !strings.HasPrefix(name, "docs"):
			return fs.SkipDir
		case path.Ext(name) != ".md":
			return nil
		}
		text, err := fs.ReadFile(tree, name)
		found[name] = fence.ReplaceAllString(string(text), "")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// anchors lists the places in a page that a link can lead to, as GitHub names them.
func anchors(page string) []string {
	var list []string
	for _, match := range heading.FindAllStringSubmatch(page, -1) {
		name := silent.ReplaceAllString(strings.ToLower(match[1]), "")
		name = strings.ReplaceAll(name, " ", "-")
		if slices.Contains(list, name) {
			name = fmt.Sprintf("%s-%d", name, slices.Index(list, name))
		}
		list = append(list, name)
	}
	for _, match := range placed.FindAllStringSubmatch(page, -1) {
		list = append(list, match[1])
	}
	return list
}

// TestLinks checks that every link from one page to another leads to a file, and to a heading in it.
func TestLinks(t *testing.T) {
	all := pages(t)
	checked := 0
	for name, page := range all {
		for _, match := range linked.FindAllStringSubmatch(quoted.ReplaceAllString(page, ""), -1) {
			if strings.Contains(match[1], "://") {
				continue
			}
			checked++
			file, anchor, _ := strings.Cut(match[1], "#")
			target := name
			if file != "" {
				target = path.Join(path.Dir(name), file)
			}
			if _, err := os.Stat(path.Join(root, target)); err != nil {
				t.Errorf("%s: %s leads nowhere", name, match[1])
			} else if anchor != "" && !slices.Contains(anchors(all[target]), anchor) {
				t.Errorf("%s: %s has no such heading", name, match[1])
			}
		}
	}
	if checked < 50 {
		t.Errorf("only %d links found", checked)
	}
}

// TestIndex checks that docs/README.md links to every page except those of single commands.
func TestIndex(t *testing.T) {
	all := pages(t)
	index := all["docs/README.md"]
	for name := range all {
		below, inDocs := strings.CutPrefix(name, "docs/")
		if !inDocs || below == "README.md" || strings.HasPrefix(below, "reference/commands/lambdacap_") {
			continue
		}
		if !strings.Contains(index, "]("+below+")") {
			t.Errorf("docs/README.md has no link to %s", below)
		}
	}
}

// TestShort checks that the README stays short enough to be read to the end.
func TestShort(t *testing.T) {
	text, err := os.ReadFile(root + "/README.md")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), "\n"); n > 130 {
		t.Errorf("README.md has %d lines, want at most 130", n)
	}
}
