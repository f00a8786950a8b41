// Package tree parses YAML and JSON documents into nodes that know their place in the file.
package tree

import (
	"bytes"
	"errors"
	"fmt"
	"sort"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
	"go.yaml.in/yaml/v3"

	"github.com/lambdacap/lambdacap/calc/check"
)

const (
	// MaxBytes is the size limit of a file. A Terraform plan of that size has about 30,000 resources.
	MaxBytes = 64 << 20
	// MaxYAMLBytes is the size limit of a YAML file. YAML is mostly written by hand, and CloudFormation
	// accepts templates of up to 1 MB.
	MaxYAMLBytes = 4 << 20
)

// PlanKey is the key that identifies the output of terraform show -json.
const PlanKey = "format_version"

// A Document is a parsed file. YAML is parsed into nodes. JSON is only validated, and then read in place,
// because a plan is large and little of it matters.
type Document struct {
	// Name is the name of the file, as given by the user.
	Name string
	// Top is the outermost value.
	Top Node
	// YAML11 selects the YAML 1.1 rules for plain scalars: yes is a boolean, and 010 is 8.
	YAML11 bool

	repeatedInJSON error // if it is not nil, the JSON has a key twice in a mapping, and was read as YAML

	data      []byte
	marks     []Mark  // where the values come from; empty if from the data itself
	breaks    []int32 // the line breaks before each block of the data; JSON only
	idleWalks []*Walk // finished walks, for reuse
	work
}

// Parse parses a document. An error names the position of the problem. expected describes what the file may contain.
func Parse(name string, data []byte, expected string) (*Document, error) {
	d := &Document{Name: name, data: data, work: work{left: workAlways + workPerByte*len(data)}}
	body := bytes.TrimPrefix(data, []byte("\ufeff"))
	from := len(data) - len(body)
	if bytes.HasPrefix(body, []byte("\xff\xfe")) || bytes.HasPrefix(body, []byte("\xfe\xff")) {
		return nil, fmt.Errorf("%s: this is UTF-16; expected UTF-8 (in PowerShell: | Out-File -Encoding utf8)", name)
	}
	if at := invalidByte(body); at >= 0 {
		place := check.Place{File: name, Line: 1 + bytes.Count(body[:at], []byte("\n"))}
		return nil, fmt.Errorf("%s: this is not a text file; expected text in UTF-8", place)
	}
	if start := jsonStart(body); start >= 0 {
		err := d.parseJSON(from + start)
		if err == nil || d.parseYAML(body, expected) != nil {
			return d, err
		}
		if errors.Is(err, jsontext.ErrDuplicateName) {
			d.repeatedInJSON = err
			return d, nil
		}
		if d.CheckKeys() == nil {
			return d, nil // YAML can start with a brace too
		}
		return d, err
	}
	return d, d.parseYAML(body, expected)
}

// A Mark says where the values of an assembled document come from, from an offset up to the next mark.
type Mark struct {
	Offset int
	Place  check.Place
}

// Assemble returns the document of JSON that the program has put together from other files. The marks are in order of
// their offsets.
func Assemble(name string, data []byte, marks []Mark) (*Document, error) {
	d := &Document{Name: name, data: data, marks: marks, work: work{left: workAlways + workPerByte*len(data)}}
	return d, d.parseJSON(0)
}

// placeAt returns the place of an offset.
func (d *Document) placeAt(at int) check.Place {
	if len(d.marks) == 0 {
		return check.Place{File: d.Name, Line: d.line(at)}
	}
	next := sort.Search(len(d.marks), func(i int) bool { return d.marks[i].Offset > at })
	if next == 0 {
		return check.Place{File: d.Name}
	}
	return d.marks[next-1].Place
}

// invalidByte returns the offset of the first byte that is not valid text, or -1.
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

// lineBlock is the size of the blocks whose line breaks are counted once, bytes. There may be as many lines as bytes,
// so the lines themselves are not kept.
const lineBlock = 4096

// line returns the line number of an offset.
func (d *Document) line(at int) int {
	if d.breaks == nil {
		d.breaks = make([]int32, 1, 1+len(d.data)/lineBlock)
		for from := lineBlock; from <= len(d.data); from += lineBlock {
			before := d.breaks[len(d.breaks)-1]
			d.breaks = append(d.breaks, before+int32(bytes.Count(d.data[from-lineBlock:from], []byte("\n"))))
		}
	}
	at = min(at, len(d.data))
	block := at / lineBlock
	return 1 + int(d.breaks[block]) + bytes.Count(d.data[block*lineBlock:at], []byte("\n"))
}

// Node returns the value of a span, or the zero Node for the zero Span.
func (d *Document) Node(s Span) Node {
	if s == (Span{}) {
		return Node{}
	}
	return Node{doc: d, span: s}
}

// TextNode returns a text node with the given line as its place.
func (d *Document) TextNode(value string, line int) Node {
	return Node{doc: d, yaml: &yaml.Node{Kind: yaml.ScalarNode, Value: value, Style: yaml.SingleQuotedStyle, Line: line}}
}

// PlainNode is TextNode for an unquoted scalar: the rules of YAML decide whether it is a number, a
// boolean, null or a text.
func (d *Document) PlainNode(value string, line int) Node {
	return Node{doc: d, yaml: &yaml.Node{Kind: yaml.ScalarNode, Value: value, Line: line}}
}
