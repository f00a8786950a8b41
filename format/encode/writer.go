package encode

import (
	"io"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// A writer buffers text and holds what the JSON and YAML sinks have in common. It keeps the first error.
type writer struct {
	out     io.Writer // nil to keep everything in written
	written []byte    // not yet flushed
	err     error
}

// indents is sliced to get the indent of a depth.
const indents = "                    "

// flushAt is the amount of text at which the buffer is written out, bytes.
const flushAt = 64 << 10

func (w *writer) flush() {
	if w.err == nil {
		_, w.err = w.out.Write(w.written)
	}
	w.written = w.written[:0]
}

// finish ends the text. An error of the walk takes precedence over one of the writer.
func (w *writer) finish(walked error) error {
	w.write("\n")
	w.flush()
	if walked != nil {
		return walked
	}
	return w.err
}

func (w *writer) write(s string) { w.written = append(w.written, s...) }

// line starts a line at a depth.
func (w *writer) line(depth int) {
	if len(w.written) >= flushAt && w.out != nil {
		w.flush()
	}
	w.write("\n")
	for ; depth > len(indents)/2; depth -= len(indents) / 2 {
		w.write(indents)
	}
	w.write(indents[:2*depth])
}

// quote writes a text in quotes, in a form that both JSON and YAML can read. It replaces invalid UTF-8.
func (w *writer) quote(s string) {
	if isPlain(s) {
		w.write(`"`)
		w.write(s)
		w.write(`"`)
		return
	}
	quoted, _ := jsontext.AppendQuote(nil, s)
	w.write(separators.Replace(string(quoted))) // YAML treats these as line breaks
}

// isPlain reports whether a text needs no escapes, which is the case for nearly all texts.
func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

var separators = strings.NewReplacer("\u2028", `\u2028`, "\u2029", `\u2029`)

func (w *writer) number(x float64) { w.written = quantity.AppendNumber(w.written, x) }
func (w *writer) integer(n int64)  { w.written = strconv.AppendInt(w.written, n, 10) }
func (w *writer) boolean(on bool)  { w.written = strconv.AppendBool(w.written, on) }
func (w *writer) null()            { w.write("null") }
