package encode

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/format/safe"
)

// A writer buffers text and holds what the JSON and YAML sinks have in common. It keeps the first error.
type writer struct {
	out     io.Writer // nil to keep everything in written
	written []byte    // not yet flushed
	yaml    bool      // write escapes as YAML reads them
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

// quote writes a text in quotes, in a form that both JSON and YAML can read. It escapes unsafe characters, so that
// parsers restore them but no terminal sees them raw. It replaces invalid UTF-8.
func (w *writer) quote(s string) {
	w.write(`"`)
	if isPlain(s) {
		w.write(s)
	} else {
		for i, r := range s {
			switch {
			case r == '"' || r == '\\':
				w.written = append(w.written, '\\', byte(r))
			case safe.Raw(s[:i], r):
				w.written = utf8.AppendRune(w.written, r)
			default:
				w.escape(r)
			}
		}
	}
	w.write(`"`)
}

// escape writes the escape of a character. Beyond U+FFFF, JSON needs two surrogates, which YAML rejects.
func (w *writer) escape(r rune) {
	short := strings.IndexRune("\b\f\n\r\t", r)
	switch high, low := utf16.EncodeRune(r); {
	case short >= 0:
		w.written = append(w.written, '\\', "bfnrt"[short])
	case r <= 0xffff:
		w.written = fmt.Appendf(w.written, `\u%04x`, r)
	case w.yaml:
		w.written = fmt.Appendf(w.written, `\U%08x`, r)
	default:
		w.written = fmt.Appendf(w.written, `\u%04x\u%04x`, high, low)
	}
}

// isPlain reports whether a text needs no escapes, which is the case for nearly all texts.
func isPlain(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
		if (c == ':' || c == '#') && i > 0 && s[i-1] == c && !safe.Raw(s[:i], rune(c)) {
			return false
		}
	}
	return true
}

func (w *writer) number(x float64) { w.written = quantity.AppendNumber(w.written, x) }
func (w *writer) integer(n int64)  { w.written = strconv.AppendInt(w.written, n, 10) }
func (w *writer) boolean(on bool)  { w.written = strconv.AppendBool(w.written, on) }
func (w *writer) null()            { w.write("null") }
