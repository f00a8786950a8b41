package traffic

import (
	"fmt"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/cmd/internal/suggest"
)

// A mistake is what faults of a file have in common: a wrong unit makes every value wrong, and is one thing to mend.
type mistake struct {
	file    int
	message string  // without its values
	other   *source // the file that the values contradict; nil for none
}

// alike are faults of one mistake. The first one is reported, with the places of the others.
type alike struct {
	fault int     // the number of the first one
	last  int64   // the place of the last one
	more  int     // after the first one
	lines []int64 // of some of these; none if the places are not lines
}

// shownLines is how many lines with faults of one mistake are named beside that of the first one.
const shownLines = 3

// Fault reports that something is wrong at a place of the current file: a line, or what the source's show says.
func (r *Recorder) Fault(at int64, format string, args ...any) { r.fault(nil, at, format, args...) }

// fault reports that something is wrong at a place of the current file. other is the file that it contradicts, if any.
func (r *Recorder) fault(other *source, at int64, format string, args ...any) {
	of := mistake{r.current.index, format, other}
	if a := r.alike[of]; a != nil {
		r.again(a, at)
		return
	}
	if len(r.faults) >= maxFaults {
		return
	}
	place := check.Place{File: r.current.name}
	if r.current.show == nil {
		place.Line = int(at)
	}
	r.alike[of] = &alike{fault: len(r.faults), last: at}
	r.faults.Add(place, "%s: %s", r.current.place(at), fmt.Sprintf(format, args...))
	if len(r.faults) == maxFaults {
		r.faults.Add(place, "%s: reading stopped here, after %d faults", r.current.name, maxFaults)
	}
}

// again notes one more fault of a mistake. Two of one place, such as two values of a row at a wrong time, are one.
func (r *Recorder) again(a *alike, at int64) {
	if at == a.last || r.full {
		return
	}
	a.more, a.last = a.more+1, at
	if r.current.show == nil && len(a.lines) < shownLines {
		a.lines = append(a.lines, at)
	}
	if a.more >= maxAlike {
		r.full = true
	}
}

// err returns everything that is wrong, with the places of what is alike.
func (r *Recorder) err() error {
	for _, a := range r.alike {
		r.faults[a.fault].Message += a.others()
	}
	clear(r.alike)
	return r.faults.Err()
}

// others writes where the faults after the first one are.
func (a *alike) others() string {
	if a.more == 0 {
		return ""
	}
	end := ""
	if a.more >= maxAlike {
		end = "; reading stopped there"
	}
	if len(a.lines) == 0 {
		return fmt.Sprintf(" (and %s more like it%s)", quantity.FormatCount(int64(a.more)), end)
	}
	var lines []string
	for _, line := range a.lines {
		lines = append(lines, fmt.Sprint(line))
	}
	if hidden := a.more - len(a.lines); hidden > 0 {
		lines = append(lines, quantity.FormatCount(int64(hidden))+" more")
	}
	word := "line"
	if a.more > 1 {
		word = "lines"
	}
	return fmt.Sprintf(" (also in %s %s%s)", word, suggest.All(lines), end)
}
