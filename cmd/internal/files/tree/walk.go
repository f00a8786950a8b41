package tree

import (
	"bytes"
	"iter"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/lambdacap/lambdacap/calc/check"
)

// A Walk reads a JSON value once, from start to end. Reading through Nodes scans each level again, which
// would dominate the time for a plan.
type Walk struct {
	of      Node
	decoder jsontext.Decoder
	input   bytes.Buffer // the decoder's input
	paid    int64        // the offset up to which the work has been counted
}

// Walk starts a walk. It returns nil for a node that is not JSON, or after reading has stopped. A nil walk has no
// members or items. A plan takes about 10,000 walks, so a new walk reuses the decoder of a finished one.
func (n Node) Walk() *Walk {
	if !n.IsJSON() || n.doc.stopped {
		return nil
	}
	var w *Walk
	if last := len(n.doc.idleWalks) - 1; last >= 0 {
		w, n.doc.idleWalks = n.doc.idleWalks[last], n.doc.idleWalks[:last]
	} else {
		w = &Walk{}
	}
	w.of, w.paid, w.input = n, 0, *bytes.NewBuffer(n.json())
	// Parse has already validated the document.
	w.decoder.Reset(&w.input, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	return w
}

// Members iterates over a mapping. It stops before each value and yields the value's key.
func (w *Walk) Members() iter.Seq[Node] { return w.inside('{', '}') }

// Items iterates over a list. It stops before each value and yields the zero Node.
func (w *Walk) Items() iter.Seq[Node] { return w.inside('[', ']') }

// inside iterates over the values between two brackets. It skips values that the loop body does not read, and the
// remaining ones if the loop ends early. The walk ends at the outermost closing bracket.
func (w *Walk) inside(begin, end jsontext.Kind) iter.Seq[Node] {
	return func(yield func(key Node) bool) {
		if w == nil || w.decoder.PeekKind() != begin {
			return
		}
		_, _ = w.decoder.ReadToken()
		outermost := w.decoder.StackDepth() == 1
		entries := 0
		for more := true; w.decoder.PeekKind() != end && (more || !outermost) && !w.of.doc.stopped; entries++ {
			w.of.CountEntry(entries)
			var key Node
			if begin == '{' {
				key = w.Value()
			}
			from := w.decoder.InputOffset()
			more = more && yield(key)
			if w.decoder.InputOffset() == from {
				_ = w.decoder.SkipValue()
			}
			to := w.decoder.InputOffset()
			w.of.Spend(int(to - w.paid))
			w.paid = to
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

// Place is the current position of the walk.
func (w *Walk) Place() check.Place {
	return w.of.doc.placeAt(int(w.of.span.from) + int(w.decoder.InputOffset()))
}
