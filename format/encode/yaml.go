package encode

import (
	"bytes"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc/quantity"
)

// YAML writes a document as YAML in block style. Readers of YAML 1.1 and of 1.2 get the values of the JSON. A YAML
// library would first build a tree of nodes, which takes many times as long for a large account.
func YAML(w io.Writer, document any) error {
	walker := newWalker()
	to := yamlSink{writer: writer{out: w, yaml: true}}
	v := reflect.ValueOf(document)
	walker.walk(walker.shape(v.Type()), v, &to)
	return to.finish(walker.err)
}

// A yamlSink writes YAML.
type yamlSink struct {
	writer
	open []yamlLevel // the objects and arrays that contain the next piece
}

// A yamlLevel is an object or an array that is being written.
type yamlLevel struct {
	array   bool
	members int
}

// innermost returns the level that contains the next piece, or nil for the document itself.
func (s *yamlSink) innermost() *yamlLevel {
	if len(s.open) == 0 {
		return nil
	}
	return &s.open[len(s.open)-1]
}

// item starts the line of an item with its hyphen.
func (s *yamlSink) item() {
	s.innermost().members++
	s.line(len(s.open) - 1)
	s.write("- ")
}

// space separates a key from a value on its line.
func (s *yamlSink) space() {
	if level := s.innermost(); level != nil && !level.array {
		s.write(" ")
	}
}

func (s *yamlSink) beginObject() { s.open = append(s.open, yamlLevel{}) }
func (s *yamlSink) beginArray()  { s.open = append(s.open, yamlLevel{array: true}) }
func (s *yamlSink) endObject()   { s.end("{}") }
func (s *yamlSink) endArray()    { s.end("[]") }

// key writes a key. It starts a new line, except for the first key of the document or of an item.
func (s *yamlSink) key(name string) {
	level := s.innermost()
	level.members++
	if first := level.members == 1 && (len(s.open) == 1 || s.open[len(s.open)-2].array); !first {
		s.line(len(s.open) - 1)
	}
	s.write(name)
	s.write(":")
}

// end closes a level. A level without members is written on the line of its key.
func (s *yamlSink) end(empty string) {
	level := *s.innermost()
	s.open = s.open[:len(s.open)-1]
	if level.members == 0 {
		s.space()
		s.write(empty)
	}
}

func (s *yamlSink) text(text string) {
	s.space()
	if isPlainYAML(text) {
		s.write(text)
		return
	}
	s.quote(text)
}

// number writes a number. YAML 1.1 reads 1e-9 as text, because there a number with an exponent needs a point.
func (s *yamlSink) number(x float64) {
	s.space()
	text := quantity.AppendNumber(nil, x)
	if e := bytes.IndexByte(text, 'e'); e >= 0 && bytes.IndexByte(text, '.') < 0 {
		text = slices.Insert(text, e, '.', '0')
	}
	s.written = append(s.written, text...)
}

func (s *yamlSink) integer(n int64) { s.space(); s.writer.integer(n) }
func (s *yamlSink) boolean(on bool) { s.space(); s.writer.boolean(on) }
func (s *yamlSink) null()           { s.space(); s.writer.null() }

// isPlainYAML reports whether YAML reads a text without quotes as that same text. It returns true only if that is
// certain.
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
