package encode

import (
	"bytes"
	"encoding/json"
	"io"
	"reflect"
)

// JSON writes a document as JSON, indented by two spaces. The bytes are those of encoding/json without HTML escapes,
// except in text: unsafe characters are escaped, and invalid UTF-8 becomes U+FFFD. Unlike encoding/json, it needs no
// second pass to indent the text.
func JSON(w io.Writer, document any) error {
	walker := newWalker()
	to := jsonSink{writer: writer{out: w}}
	v := reflect.ValueOf(document)
	walker.walk(walker.shape(v.Type()), v, &to)
	return to.finish(walker.err)
}

// compact returns a value as JSON on one line.
func (w *walker) compact(s *shape, v reflect.Value) string {
	var to jsonSink
	w.walk(s, v, &to)
	var line bytes.Buffer
	if err := json.Compact(&line, to.written); err != nil {
		w.err = err
	}
	return line.String()
}

// A jsonSink writes JSON.
type jsonSink struct {
	writer
	open []int // the number of members so far in each object or array around the next piece
}

// member starts a line for the next member of the innermost object or array.
func (s *jsonSink) member() {
	members := &s.open[len(s.open)-1]
	if *members > 0 {
		s.write(",")
	}
	*members++
	s.line(len(s.open))
}

// begin opens an object or array.
func (s *jsonSink) begin(bracket string) {
	s.write(bracket)
	s.open = append(s.open, 0)
}

// end closes an object or array, on a line of its own if it has members.
func (s *jsonSink) end(bracket string) {
	members := s.open[len(s.open)-1]
	s.open = s.open[:len(s.open)-1]
	if members > 0 {
		s.line(len(s.open))
	}
	s.write(bracket)
}

func (s *jsonSink) beginObject() { s.begin("{") }
func (s *jsonSink) endObject()   { s.end("}") }
func (s *jsonSink) beginArray()  { s.begin("[") }
func (s *jsonSink) endArray()    { s.end("]") }
func (s *jsonSink) item()        { s.member() }

func (s *jsonSink) key(name string) {
	s.member()
	s.quote(name)
	s.write(": ")
}

func (s *jsonSink) text(text string) { s.quote(text) }
