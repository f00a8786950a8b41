package encode

import (
	"io"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// YAML writes a document as YAML in block style. A YAML library would first build a tree of nodes, which takes many times
// as long for a large account.
func YAML(w io.Writer, document any) error {
	walker := newWalker()
	to := yamlSink{out: w}
	walker.walk(reflect.ValueOf(document), &to)
	to.written = append(to.written, '\n')
	to.flush()
	if walker.err != nil {
		return walker.err
	}
	return to.err
}

// A yamlSink writes YAML. It keeps the first error.
type yamlSink struct {
	out     io.Writer
	written []byte // not yet flushed
	err     error
	open    []yamlLevel // the objects and arrays around the next piece
}

// A yamlLevel is an object or an array that is being written.
type yamlLevel struct {
	array   bool
	members int
}

// flushAt is how much text is gathered before it is written, bytes.
const flushAt = 64 << 10

func (s *yamlSink) flush() {
	if s.err == nil {
		_, s.err = s.out.Write(s.written)
	}
	s.written = s.written[:0]
}

func (s *yamlSink) write(text string) { s.written = append(s.written, text...) }

// line begins a line of a member of the innermost level.
func (s *yamlSink) line() {
	if len(s.written) >= flushAt {
		s.flush()
	}
	s.write("\n")
	for range len(s.open) - 1 {
		s.write("  ")
	}
}

// innermost returns the level around the next piece; nil for the document itself.
func (s *yamlSink) innermost() *yamlLevel {
	if len(s.open) == 0 {
		return nil
	}
	return &s.open[len(s.open)-1]
}

// item begins an item where the next piece is one of an array.
func (s *yamlSink) item() {
	if level := s.innermost(); level != nil && level.array {
		level.members++
		s.line()
		s.write("- ")
	}
}

// inline begins a value that stands on the line of its key or hyphen.
func (s *yamlSink) inline(text string) {
	s.item()
	if level := s.innermost(); level != nil && !level.array {
		s.write(" ")
	}
	s.write(text)
}

func (s *yamlSink) beginObject() {
	s.item()
	s.open = append(s.open, yamlLevel{})
}

// key begins a line, unless it is the first one of the document or of an item.
func (s *yamlSink) key(name string) {
	level := s.innermost()
	level.members++
	first := level.members == 1 && (len(s.open) == 1 || s.open[len(s.open)-2].array)
	if !first {
		s.line()
	}
	s.write(name + ":")
}

func (s *yamlSink) endObject() { s.end("{}") }

func (s *yamlSink) beginArray() {
	s.item()
	s.open = append(s.open, yamlLevel{array: true})
}

func (s *yamlSink) endArray() { s.end("[]") }

// end closes a level. Without members it is written in one piece.
func (s *yamlSink) end(empty string) {
	level := *s.innermost()
	s.open = s.open[:len(s.open)-1]
	if level.members > 0 {
		return
	}
	if around := s.innermost(); around != nil && !around.array {
		s.write(" ")
	}
	s.write(empty)
}

func (s *yamlSink) text(text string) {
	if isPlainYAML(text) {
		s.inline(text)
		return
	}
	s.inline(quoted(text))
}

func (s *yamlSink) number(x float64) { s.inline(jsontext.Float(x).String()) }
func (s *yamlSink) integer(n int64)  { s.inline(strconv.FormatInt(n, 10)) }
func (s *yamlSink) boolean(b bool)   { s.inline(strconv.FormatBool(b)) }
func (s *yamlSink) null()            { s.inline("null") }

// quoted returns a text as a JSON string, which is a YAML string as well.
func quoted(text string) string {
	quoted, _ := jsontext.AppendQuote(nil, text)
	escaped, err := jsontext.AppendFormat(nil, quoted, append(asEncodingJSON, jsontext.PreserveRawStrings(false))...)
	if err != nil { // cannot be: it is a string
		return string(quoted)
	}
	return string(escaped)
}

// isPlainYAML reports whether YAML reads a text without quotes as that text. It says yes only where that is beyond doubt.
func isPlainYAML(s string) bool {
	letter := func(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
	if s == "" || !letter(s[0]) {
		return false
	}
	for i := range len(s) {
		if c := s[i]; !letter(c) && (c < '0' || c > '9') && !strings.ContainsRune("_./-", rune(c)) &&
			!(c == ':' && i+1 < len(s) && s[i+1] != ' ') {
			return false
		}
	}
	switch strings.ToLower(s) {
	case "true", "false", "yes", "no", "on", "off", "y", "n", "null":
		return false
	}
	return true
}
