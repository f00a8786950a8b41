package tree

import (
	"fmt"

	"github.com/lambdacap/lambdacap/calc/check"
)

// The limits on reading a document are far above what the tools of AWS and Terraform write. Within them, no file takes
// more than some seconds.
const (
	// MaxEntries limits the entries of one list or mapping, and the functions of one file.
	MaxEntries = 100_000
	// workPerByte and workAlways are the work that a document may cost: for each of its bytes, and whatever its size.
	workPerByte = 8
	workAlways  = 64 << 20
	// entryWork is the cost of a value in addition to its text.
	entryWork = 32
)

// work is what may still be touched while a document is read, counted in bytes. Whatever reads a document pays: for each
// byte and each value that it looks at, as often as it does. A file cannot be written so that little of it costs much.
type work struct {
	left    int
	stopped bool
	at      Node // where it stopped
	why     string
}

// Spend takes work from what the document of the node may cost. When there is none left, the document has no more
// members, items and texts, so that all reading ends, and Stopped says so.
func (n Node) Spend(bytes int) {
	if n.doc == nil {
		return
	}
	if n.doc.left -= bytes; n.doc.left < 0 {
		n.stop("what stands here makes more work than lambdacap does for a file of this size; legal: a simpler file")
	}
}

// CountEntry ends the reading if a list or a mapping has more entries than MaxEntries.
func (n Node) CountEntry(entries int) {
	n.Spend(entryWork)
	if entries > MaxEntries {
		n.stop(fmt.Sprintf("there are more than %d entries; legal: at most that", MaxEntries))
	}
}

func (n Node) stop(why string) {
	if d := n.doc; d != nil && !d.stopped {
		d.stopped, d.at, d.why = true, n, why
	}
}

// Stopped returns the error of a document that was not read to its end; nil if nothing stopped. What was read of it
// does not count then: what is missing may change it.
func (d *Document) Stopped() error {
	if !d.stopped {
		return nil
	}
	at := d.at.Place()
	if !at.Known() {
		at = check.Place{File: d.Name, Line: 1}
	}
	return fmt.Errorf("%s: the reading stopped: %s", at, d.why)
}
