// Package fault collects what is wrong with the inputs of a run, so that all of it can be reported at once.
package fault

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/exit"
	"github.com/lambdacap/lambdacap/format/safe"
)

// Shown is how many faults of one file, or of the command line, are reported: a file with more is the wrong file. The
// limit is of each, so that none hides what is wrong with the others.
const Shown = 100

// A Fault is one thing that is wrong.
type Fault struct {
	// Place is where it is in a file; not known for what is on the command line.
	Place check.Place
	// Message names the place, the value, what is wrong with it, and what is legal.
	Message string
}

// Line returns the message in one line that is safe to show: it quotes names, values and errors of libraries.
func (f Fault) Line() string { return safe.Text(f.Message) }

// A List is everything that is wrong.
type List []Fault

// Add adds what is wrong at a place.
func (l *List) Add(place check.Place, format string, args ...any) {
	*l = append(*l, Fault{place, fmt.Sprintf(format, args...)})
}

// OnCommandLine reports whether anything is wrong on the command line itself.
func (l List) OnCommandLine() bool {
	return slices.ContainsFunc(l, func(f Fault) bool { return !f.Place.Known() })
}

// Sort puts flags first, then one file after the other, each ordered by line.
func (l List) Sort() {
	order := map[string]int{"": -1}
	for _, f := range l {
		if _, known := order[f.Place.File]; !known {
			order[f.Place.File] = len(order)
		}
	}
	slices.SortStableFunc(l, func(x, y Fault) int {
		return cmp.Or(cmp.Compare(order[x.Place.File], order[y.Place.File]), cmp.Compare(x.Place.Line, y.Place.Line))
	})
}

// Lines returns what to say in one line each, by file: the first faults of a file, and how many more it has. The file
// is empty for the command line. It sorts the list.
func (l List) Lines() iter.Seq2[string, string] {
	return func(yield func(file, line string) bool) {
		l.Sort()
		for len(l) > 0 {
			file := l[0].Place.File
			n := slices.IndexFunc(l, func(f Fault) bool { return f.Place.File != file })
			if n < 0 {
				n = len(l)
			}
			for _, f := range l[:min(n, Shown)] {
				if !yield(file, f.Line()) {
					return
				}
			}
			if n > Shown && !yield(file, more(file, n-Shown)) {
				return
			}
			l = l[n:]
		}
	}
}

// more says how many faults are not shown.
func more(file string, n int) string {
	text := fmt.Sprintf("and %d more faults", n)
	if file != "" {
		text += " in " + safe.Text(file)
	}
	return text
}

// Err returns one error with a line for each fault that is shown, or nil if there is none.
func (l List) Err() error {
	if len(l) == 0 {
		return nil
	}
	var messages []string
	for _, line := range l.Lines() {
		messages = append(messages, line)
	}
	return &exit.Error{Code: exit.Usage, Message: strings.Join(messages, "\n")}
}
