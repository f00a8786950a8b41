// Package progress shows on a terminal how much of a file is read, and how much of a long calculation is done.
package progress

import (
	"fmt"
	"io"
	"path/filepath"
	"sync"
	"time"

	"github.com/lambdacap/lambdacap/format/safe"
)

// When says when progress is shown.
type When int

// The times.
const (
	Never  When = iota
	Auto        // once a second has passed
	Always      // from the start
)

const (
	patience = time.Second            // before anything is shown
	interval = 200 * time.Millisecond // between two lines
)

// A Line is a line of a terminal that shows the progress of a file. It is written again and again, and erased at the
// end.
type Line struct {
	out         io.Writer
	when        When
	now         func() time.Time
	start, last time.Time // of the run, and of the last line
	file        string    // the one that is shown
	since       time.Time // when its reading began
	from        int64     // and what was done of it
	written     bool
	counting    sync.Mutex
}

// New returns a line on a writer. now is the clock; nil for none, which shows nothing.
func New(out io.Writer, when When, now func() time.Time) *Line {
	l := &Line{out: out, when: when, now: now}
	if out == nil || now == nil {
		l.when = Never
		return l
	}
	l.start = now()
	return l
}

// Show shows how many bytes of a file are done, of its size, which is -1 if it is not known.
func (l *Line) Show(name string, done, size int64) {
	if l.when == Never {
		return
	}
	now := l.now()
	if name != l.file {
		l.file, l.since, l.from = name, now, done
	}
	if l.due(now) {
		l.write(now, "reading "+l.text(now, done, size))
	}
}

// Count returns a function that counts what is done of a number of things, and shows it. Several goroutines may call
// it, also with 0 to say that they are at work.
func (l *Line) Count(what string, all int) func(more int) {
	done := 0
	return func(more int) {
		if l.when == Never {
			return
		}
		l.counting.Lock()
		defer l.counting.Unlock()
		done += more
		if now := l.now(); l.due(now) {
			l.write(now, fmt.Sprintf("%s  %d of %d", what, done, all))
		}
	}
}

// due reports whether it is time to show something.
func (l *Line) due(now time.Time) bool {
	early := l.when == Auto && now.Sub(l.start) < patience
	return !early && !(l.written && now.Sub(l.last) < interval)
}

// write shows a text instead of the last one.
func (l *Line) write(now time.Time, text string) {
	l.last, l.written = now, true
	_, _ = fmt.Fprint(l.out, "\r\x1b[K"+text) // nobody can do anything about an error
}

// text says how far a file is, how fast it is read, and how long the rest takes.
func (l *Line) text(now time.Time, done, size int64) string {
	const mega, longest = 1e6, 40
	name := []rune(safe.Text(filepath.Base(l.file)))
	if len(name) > longest {
		name = append(name[:longest-1], '…')
	}
	text := string(name)
	if size > 0 {
		text += fmt.Sprintf("  %d%%", min(100, 100*done/size))
	} else {
		text += fmt.Sprintf("  %d MB", int64(float64(done)/mega))
	}
	seconds := now.Sub(l.since).Seconds()
	if seconds <= 0 || done <= l.from {
		return text
	}
	speed := float64(done-l.from) / seconds
	text += fmt.Sprintf("  %.0f MB/s", speed/mega)
	if size > done {
		text += fmt.Sprintf("  %.0fs left", float64(size-done)/speed+0.5)
	}
	return text
}

// Erase removes the line, if there is one.
func (l *Line) Erase() {
	if l.written {
		_, _ = fmt.Fprint(l.out, "\r\x1b[K")
		l.written = false
	}
}
