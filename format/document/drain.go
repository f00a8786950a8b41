package document

import (
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/drain"
	"github.com/lambdacap/lambdacap/calc/figure"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/source"
)

// Drain is the answer of drain.
type Drain = Document[drain.Result, calc.Finding]

// NewDrain returns the document of the queues of an account. Findings about files come before those of the result.
func NewDrain(in Inputs, r drain.Result, files []calc.Finding) Drain {
	return Drain{SchemaVersion: SchemaVersion, Kind: "drain", Summary: summarizeDrain(r.Functions), Inputs: in, Result: r,
		Findings: append(files, r.Findings...)}
}

// summarizeDrain says when the only queue is empty, or how many are, with the worst.
func summarizeDrain(rows []drain.Function) string {
	worst := &rows[figure.SortDrain(rows, figure.ByWorst)[0]]
	if len(rows) == 1 {
		return summarize(string(worst.Verdict), DrainWords(worst))
	}
	counts := figure.CountDrain(rows)
	if worst.Verdict == drain.Drains {
		return summarize(string(worst.Verdict), fmt.Sprintf("all of %d functions; %s last, %s", len(rows), worst.Name,
			DrainWords(worst)))
	}
	var parts []string
	for _, v := range figure.DrainVerdicts() {
		if n := counts[v]; n > 0 && v != worst.Verdict {
			verb := string(v)
			if n > 1 {
				verb = strings.TrimSuffix(verb, "s")
			}
			parts = append(parts, fmt.Sprintf("%d %s", n, verb))
		}
	}
	text := fmt.Sprintf("%d of %s", counts[worst.Verdict], quantity.FormatCountOf(len(rows), "function"))
	if len(parts) > 0 {
		text += "; " + strings.Join(parts, ", ")
	}
	return summarize(string(worst.Verdict), text+"; "+worst.Name+": "+DrainWords(worst))
}

// DrainWords says what becomes of a queue, and why.
func DrainWords(f *drain.Function) string {
	noun := f.Source.Noun() + "s"
	what := "nothing waits"
	after, loses := f.LossAfterS.Get()
	empty, drains := f.DrainS.Get()
	switch {
	case f.Verdict == drain.Loses && loses:
		what = fmt.Sprintf("%s from %s on, which are kept for %s", noun, quantity.FormatTime(after),
			quantity.FormatSpan(f.RetentionS.Or(0)))
	case drains && empty != 0:
		what = "in " + quantity.FormatTime(empty)
	case f.Verdict == drain.Grows && figure.GrowsPerS(f) != 0:
		what = fmt.Sprintf("by %s %s/s", quantity.FormatNumber(figure.GrowsPerS(f)), noun)
	case f.Verdict == drain.Grows:
		what = "or stays, and is never empty"
	}
	return fmt.Sprintf("%s: %s %s %s %s/s, %s arrive", what, AtATime(f), takes(f), quantity.FormatNumber(f.TopMessagesRPS),
		noun, quantity.FormatNumber(f.ArrivalsMessagesRPS))
}

// AtATime says how many batches run at a time.
func AtATime(f *drain.Function) string {
	n := quantity.FormatNumber(f.Concurrency)
	switch {
	case f.Source == source.Async && f.Concurrency == 1:
		return n + " environment"
	case f.Source == source.Async:
		return n + " environments"
	case f.Concurrency == 1:
		return n + " batch at a time"
	}
	return n + " batches at a time"
}

func takes(f *drain.Function) string {
	if f.Concurrency == 1 {
		return "takes"
	}
	return "take"
}

// A DrainMinute is a row of drain: one minute of a function.
type DrainMinute struct {
	// Function is the function's name.
	Function string `json:"function"`
	drain.Minute
}

// DrainRows lists the minutes of all functions.
func DrainRows(d Drain) []DrainMinute {
	rows := []DrainMinute{}
	for i := range d.Result.Functions {
		f := &d.Result.Functions[i]
		for _, m := range f.Minutes {
			rows = append(rows, DrainMinute{f.Name, m})
		}
	}
	return rows
}
