package document

import (
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/figure"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/replay"
)

// Replay is the answer of replay.
type Replay = Document[replay.Result, calc.Finding]

// NewReplay returns the document of a replay. Findings about files come before those of the result.
func NewReplay(in Inputs, r replay.Result, files []calc.Finding) Replay {
	found := append(files, r.Findings...)
	if found == nil {
		found = []calc.Finding{}
	}
	r.Findings = nil
	return Replay{SchemaVersion: SchemaVersion, Kind: "replay", Summary: summarizeReplay(r), Inputs: in, Result: r,
		Findings: found}
}

// ReplayRows lists the functions of a replay, with the settings replayed and then with those to compare with.
func ReplayRows(d Replay) []replay.Function {
	return append(append([]replay.Function(nil), d.Result.Functions...), d.Result.Compared...)
}

// summarizeReplay says what happens to the requests, how much random arrivals change, and when it is worst.
func summarizeReplay(r replay.Result) string {
	all := &r.Settings[0]
	v := all.Headline()
	loses, chance := figure.ReplayLoss(all)
	requests := quantity.FormatWhole(all.Requests)
	text := requests + " requests"
	if v != calc.Fits && loses > 0 {
		text = fmt.Sprintf("%s of %s (%s)", quantity.FormatWhole(loses), text, quantity.FormatShare(loses/all.Requests))
	}
	switch exact := figure.AllExact(r); {
	case exact:
		text += "; each invocation with its own times: exact"
	case v != calc.Fits && loses == 0:
		text = fmt.Sprintf("%s of %s by chance", quantity.FormatShare(chance), text)
	case v != calc.Fits && figure.Visible(chance) && chance > loses/all.Requests:
		text += "; by chance " + quantity.FormatShare(chance)
	case v == calc.Fits:
		if busy, ok := all.BusyMean.Get(); ok {
			text += ": " + quantity.FormatNumber(busy) + " environments busy on average"
		}
	}
	if name, w, ok := figure.WorstStep(r); ok {
		of := ""
		if len(r.Functions) > 1 {
			of = " (" + name + ")"
		}
		text += fmt.Sprintf("; worst %s%s: %s of %s requests/s", When(w.Time), of,
			quantity.FormatWhole(w.SpilloverRPS+w.ThrottledRPS), quantity.FormatWhole(w.RPS))
	}
	return summarize(string(v), text)
}

// When says when a moment is: at 20:00, or after 5m.
func When(t replay.Time) string {
	if stamp, ok := t.T.Get(); ok {
		return "at " + Clock(stamp)
	}
	return "after " + quantity.FormatDuration(t.AtS*1000)
}

// Clock returns the time of the day of an RFC 3339 time, without seconds if they are 0.
func Clock(stamp string) string {
	_, clock, _ := strings.Cut(strings.TrimSuffix(stamp, "Z"), "T")
	return strings.TrimSuffix(clock, ":00")
}
