package encode

import (
	"bytes"
	"io"
	"reflect"

	"github.com/go-json-experiment/json/jsontext"
)

// asEncodingJSON makes jsontext write what encoding/json writes without its escapes for HTML.
var asEncodingJSON = []jsontext.Options{
	jsontext.AllowDuplicateNames(true), // ours do not repeat, and looking costs time
	jsontext.AllowInvalidUTF8(true),
	jsontext.EscapeForJS(true),
}

// JSON writes a document as JSON, indented by two spaces.
func JSON(w io.Writer, document any) error {
	walker := newWalker()
	to := jsonSink{encoder: jsontext.NewEncoder(w, append(asEncodingJSON, jsontext.WithIndent("  "))...)}
	walker.walk(reflect.ValueOf(document), &to)
	if walker.err != nil {
		return walker.err
	}
	return to.err
}

// compact returns a value as JSON on one line.
func (w *walker) compact(v reflect.Value) string {
	var b bytes.Buffer
	to := jsonSink{encoder: jsontext.NewEncoder(&b, asEncodingJSON...)}
	w.walk(v, &to)
	if w.err == nil {
		w.err = to.err
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
}

// A jsonSink writes JSON. It keeps the first error.
type jsonSink struct {
	encoder *jsontext.Encoder
	err     error
}

func (s *jsonSink) token(t jsontext.Token) {
	if s.err == nil {
		s.err = s.encoder.WriteToken(t)
	}
}

func (s *jsonSink) beginObject()     { s.token(jsontext.BeginObject) }
func (s *jsonSink) key(name string)  { s.token(jsontext.String(name)) }
func (s *jsonSink) endObject()       { s.token(jsontext.EndObject) }
func (s *jsonSink) beginArray()      { s.token(jsontext.BeginArray) }
func (s *jsonSink) endArray()        { s.token(jsontext.EndArray) }
func (s *jsonSink) text(text string) { s.token(jsontext.String(text)) }
func (s *jsonSink) number(x float64) { s.token(jsontext.Float(x)) }
func (s *jsonSink) integer(n int64)  { s.token(jsontext.Int(n)) }
func (s *jsonSink) boolean(b bool)   { s.token(jsontext.Bool(b)) }
func (s *jsonSink) null()            { s.token(jsontext.Null) }
