package render

import (
	"io"
	"slices"

	"golang.org/x/net/html"
)

// write writes a node as a file.
func write(w io.Writer, n *html.Node) error {
	if err := html.Render(w, n); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// listed are the elements that have each of what is in them on a line of its own, which people and diff can read.
var listed = []string{"html", "head", "body", "main", "section", "div", "table", "tbody", "ul"}

// element returns an element of HTML or SVG with what is in it.
func element(name string, attributes []html.Attribute, inside ...*html.Node) *html.Node {
	e := &html.Node{Type: html.ElementNode, Data: name, Attr: attributes}
	for _, n := range inside {
		if slices.Contains(listed, name) {
			e.AppendChild(text("\n"))
		}
		e.AppendChild(n)
	}
	return e
}

// text returns a text, which is escaped where it is written.
func text(s string) *html.Node { return &html.Node{Type: html.TextNode, Data: s} }

// pairs returns attributes, given as keys and values in turn, without those that have no value.
func pairs(keysAndValues ...string) (list []html.Attribute) {
	for i := 0; i < len(keysAndValues); i += 2 {
		if keysAndValues[i+1] != "" {
			list = append(list, html.Attribute{Key: keysAndValues[i], Val: keysAndValues[i+1]})
		}
	}
	return list
}
