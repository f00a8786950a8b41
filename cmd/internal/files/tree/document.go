// Package tree reads YAML and JSON documents as nodes that know their places.
package tree

import (
	"bytes"
	"fmt"
	"slices"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/lambdacap/lambdacap/calc/check"
)

const (
	// MaxBytes is the size of the largest file that is read. A plan of that size has some thirty thousand resources.
	MaxBytes = 64 << 20
	// MaxYAMLBytes is the size of the largest YAML file that is read. People write YAML by hand, and CloudFormation
	// accepts templates of up to 1 MB.
	MaxYAMLBytes = 4 << 20
)

// PlanKey is the key by which the JSON of terraform show is known.
const PlanKey = "format_version"

// A Document is a parsed file. YAML becomes nodes. JSON is only checked and is walked where it lies: a plan is
// large, and little of it matters.
type Document struct {
	// Name is the name of the file, as the user gave it.
	Name string
	// Top is the outermost value.
	Top Node
	// YAML11 selects the rules of YAML 1.1 for plain scalars: yes is a boolean, and 010 is 8.
	YAML11 bool

	data      []byte
	lines     []int32 // offsets at which lines begin; only for JSON
	idleWalks []*Walk // have ended; the next walks reuse them
}

// Parse reads a document. The error says where it is wrong. The text legal says what a file may hold.
func Parse(name string, data []byte, legal string) (*Document, error) {
	d := &Document{Name: name, data: data}
	body := bytes.TrimPrefix(data, []byte("\ufeff"))
	from := len(data) - len(body)
	if bytes.HasPrefix(body, []byte("\xff\xfe")) || bytes.HasPrefix(body, []byte("\xfe\xff")) {
		return nil, fmt.Errorf("%s: this is UTF-16; legal: UTF-8 (in PowerShell: | Out-File -Encoding utf8)", name)
	}
	if at := invalidByte(body); at >= 0 {
		place := check.Place{File: name, Line: 1 + bytes.Count(body[:at], []byte("\n"))}
		return nil, fmt.Errorf("%s: this is not a text file; legal: text in UTF-8", place)
	}
	if start := jsonStart(body); start >= 0 {
		err := d.parseJSON(from + start)
		if err != nil && d.parseYAML(body, legal) == nil && d.CheckKeys() == nil {
			return d, nil // braces are YAML, too
		}
		return d, err
	}
	return d, d.parseYAML(body, legal)
}

// invalidByte returns the offset of the first byte that is not text, or -1.
func invalidByte(data []byte) int {
	if at := bytes.IndexByte(data, 0); at >= 0 {
		return at
	}
	if utf8.Valid(data) {
		return -1
	}
	for at := 0; ; {
		r, size := utf8.DecodeRune(data[at:])
		if r == utf8.RuneError && size <= 1 {
			return at
		}
		at += size
	}
}

// line returns the line of an offset.
func (d *Document) line(at int) int {
	if d.lines == nil {
		d.lines = make([]int32, 1, 1+bytes.Count(d.data, []byte("\n")))
		for i, b := range d.data {
			if b == '\n' {
				d.lines = append(d.lines, int32(i+1))
			}
		}
	}
	n, found := slices.BinarySearch(d.lines, int32(at))
	if found {
		return n + 1
	}
	return n
}

// Node returns the value of a span, and the zero Node for the zero Span.
func (d *Document) Node(s Span) Node {
	if s == (Span{}) {
		return Node{}
	}
	return Node{doc: d, span: s}
}

// TextNode makes a text that is to count as standing in a line of the document.
func (d *Document) TextNode(value string, line int) Node {
	return Node{doc: d, yaml: &yaml.Node{Kind: yaml.ScalarNode, Value: value, Style: yaml.SingleQuotedStyle, Line: line}}
}

// PlainNode is TextNode for a scalar without quotes: YAML decides whether it is a number, a boolean, null or a
// text.
func (d *Document) PlainNode(value string, line int) Node {
	return Node{doc: d, yaml: &yaml.Node{Kind: yaml.ScalarNode, Value: value, Line: line}}
}
