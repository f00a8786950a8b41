package tree

import (
	"bytes"
	"fmt"

	"go.yaml.in/yaml/v3"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// The limits on reading a document are far above what the tools of AWS and Terraform write. Within them, no file takes
// more than a few seconds.
const (
	// MaxEntries limits the entries of one list or mapping.
	MaxEntries = 100_000
	// workPerByte and workAlways are the work that a document may cost: per byte, and regardless of its size.
	workPerByte = 8
	workAlways  = 64 << 20
	// maxDepth is far above what the parser accepts, which is 10,000.
	maxDepth = 20_000
	// entryWork is the cost of a value in addition to its text.
	entryWork = 32
	// maxParts limits the lists and mappings of a JSON document, because the parser takes 10 ns for each, every time.
	maxParts = 4_000_000
)

// tooMany is the reason why reading stops at a list or a mapping that is too long.
var tooMany = "more than " + quantity.FormatCount(MaxEntries) + " entries in one list or mapping"

// work is how much of a document may still be touched while it is read, in bytes. Readers pay for each byte and each
// value every time they look at it. So no small file can take long.
type work struct {
	left    int
	stopped bool
	at      check.Place // where reading stopped
	why     string
}

// Spend deducts work from the budget of the node's document. Once the budget is used up, the document has no more
// members and items, so all reading ends, and Stopped returns the error.
func (n Node) Spend(bytes int) {
	if n.doc == nil {
		return
	}
	if n.doc.left -= bytes; n.doc.left < 0 {
		n.stop("this takes more work than lambdacap does for a file of this size; expected a simpler file")
	}
}

// CountEntry ends the reading if a list or a mapping has more than MaxEntries entries.
func (n Node) CountEntry(entries int) {
	n.Spend(entryWork)
	if entries > MaxEntries {
		n.stop(tooMany)
	}
}

func (n Node) stop(why string) {
	if d := n.doc; d != nil && !d.stopped {
		d.Stop(n.Place(), why)
	}
}

// Stop ends the reading of the document at a place, as Node.Spend does when the budget is used up.
func (d *Document) Stop(at check.Place, why string) {
	if !d.stopped {
		d.stopped, d.at, d.why = true, at, why
	}
}

// Stopped returns the error of a document that was not read to its end, or nil. What was read must not be used then,
// because the rest may change it.
func (d *Document) Stopped() error {
	if !d.stopped {
		return nil
	}
	at := d.at
	if !at.Known() {
		at = check.Place{File: d.Name, Line: 1}
	}
	return StoppedAt(at, d.why)
}

// StoppedAt returns the error for a file that is not read to its end.
func StoppedAt(at check.Place, why string) error {
	return fmt.Errorf("%s: reading stopped: %s", at, why)
}

// tooDense is the reason why reading stops in a document that is little more than structure.
const tooDense = "the file has more values, lists or comments than lambdacap reads; expected a simpler file"

// longMapping returns the offset of the first member over the limit of its mapping, or of the first list or mapping
// over the limit of the document, and why reading stops there. It returns -1 if there is none. It looks at the bytes
// before the JSON is parsed, because the parser keeps the names of each mapping, which would take ten times the size of
// the file.
func longMapping(data []byte) (at int, why string) {
	var members []int32 // of each enclosing list or mapping
	quoted, parts := false, 0
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if len(members) > maxDepth {
				return -1, "" // the parser rejects it
			}
			if parts++; parts > maxParts {
				return i, tooDense
			}
			members = append(members, 0)
		case (c == '}' || c == ']') && len(members) > 0:
			members = members[:len(members)-1]
		case c == ':' && len(members) > 0:
			if members[len(members)-1]++; members[len(members)-1] > MaxEntries {
				return i, tooMany
			}
		}
	}
	return -1, ""
}

// maxNodes limits the nodes of a YAML document. The parser takes 200 bytes for a node that two bytes of text may
// define.
const maxNodes = 1_550_000

// denseAt returns the line at which YAML has too many nodes, or 0. It looks at the bytes before they are parsed, and
// counts whatever may begin a value or a comment. A document has hardly more nodes than that.
func denseAt(data []byte) int {
	nodes, line := 0, 1
	var before byte
	for i, c := range data {
		ends := i+1 == len(data) || bytes.IndexByte([]byte(" \t\r\n,[]{}"), data[i+1]) >= 0
		switch {
		case c == '\n':
			line++
		case c == ',' && (before == '}' || before == ']'): // the brackets have counted their contents
		case c == '-' && ends:
			nodes++
		case c == '#': // the parser keeps comments in several ways
			nodes += 4
		case c == '{': // with a key and its value
			nodes += 3
		case c == '[' || c == ',' || (c == ':' || c == '?') && (ends || before == '"' || before == '\''):
			nodes += 2 // a key and its value
		}
		if nodes > maxNodes {
			return line
		}
		before = c
	}
	return 0
}

// longNode returns a YAML list or mapping that has too many entries, or nil.
func longNode(n *yaml.Node) *yaml.Node {
	entries := len(n.Content)
	if n.Kind == yaml.MappingNode {
		entries /= 2
	}
	if entries > MaxEntries {
		return n
	}
	for _, part := range n.Content {
		if long := longNode(part); long != nil {
			return long
		}
	}
	return nil
}
