package tree

import (
	"bytes"
	"iter"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/lambdacap/lambdacap/calc/check"
)

// A Walk goes through a JSON value once, from its beginning to its end. Nodes walk each of their levels again, and
// in a plan that would take most of the time.
type Walk struct {
	of      Node
	decoder jsontext.Decoder
	input   bytes.Buffer // of the decoder
}

// Walk begins a walk. The walk of a node that is not JSON is nil and has nothing inside. A plan takes some ten
// thousand walks, so a new walk reuses the decoder of one that has ended.
func (n Node) Walk() *Walk {
	if !n.IsJSON() {
		return nil
	}
	var w *Walk
	if last := len(n.doc.idleWalks) - 1; last >= 0 {
		w, n.doc.idleWalks = n.doc.idleWalks[last], n.doc.idleWalks[:last]
	} else {
		w = &Walk{}
	}
	w.of, w.input = n, *bytes.NewBuffer(n.json())
	// Parse has checked the document already.
	w.decoder.Reset(&w.input, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	return w
}

// Members stops at each value of a mapping and yields its key.
func (w *Walk) Members() iter.Seq[Node] { return w.inside('{', '}') }

// Items stops at each value of a list and yields the zero Node.
func (w *Walk) Items() iter.Seq[Node] { return w.inside('[', ']') }

// inside stops at each value between brackets. It skips a value that the body of the loop does not read, and all
// that are left when the loop ends. The walk ends with the outermost brackets.
func (w *Walk) inside(begin, end jsontext.Kind) iter.Seq[Node] {
	return func(yield func(key Node) bool) {
		if w == nil || w.decoder.PeekKind() != begin {
			return
		}
		_, _ = w.decoder.ReadToken()
		outermost := w.decoder.StackDepth() == 1
		for more := true; w.decoder.PeekKind() != end && (more || !outermost); {
			var key Node
			if begin == '{' {
				key = w.Value()
			}
			from := w.decoder.InputOffset()
			more = more && yield(key)
			if w.decoder.InputOffset() == from {
				_ = w.decoder.SkipValue()
			}
		}
		if outermost {
			w.of.doc.idleWalks = append(w.of.doc.idleWalks, w)
			return
		}
		_, _ = w.decoder.ReadToken()
	}
}

// Value reads the next value.
func (w *Walk) Value() Node {
	value, _ := w.decoder.ReadValue()
	end := w.of.span.from + int32(w.decoder.InputOffset())
	return Node{doc: w.of.doc, span: Span{end - int32(len(value)), end}}
}

// Place is where the walk has come to.
func (w *Walk) Place() check.Place {
	return check.Place{File: w.of.doc.Name, Line: w.of.doc.line(int(w.of.span.from) + int(w.decoder.InputOffset()))}
}
