package document

import (
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
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

// A ReplayRow is a row of replay: a function with one of the settings, without its lists.
type ReplayRow struct {
	// Name is the function's name.
	Name string `json:"name"`
	replay.Sums
	// ConcurrencyP50 is the number of environments that is enough half of the time, and so on, see replay.Function.
	ConcurrencyP50  calc.Optional[int64] `json:"concurrency_p50"`
	ConcurrencyP99  calc.Optional[int64] `json:"concurrency_p99"`
	ConcurrencyP999 calc.Optional[int64] `json:"concurrency_p999"`
	ConcurrencyMax  calc.Optional[int64] `json:"concurrency_max"`
	// Worst is the worst step.
	Worst calc.Optional[replay.Worst] `json:"worst"`
	// Exact reports whether single invocations were replayed one by one.
	Exact bool `json:"exact"`
}

// ReplayRows lists the functions of a replay, with the settings replayed and then with those to compare with.
func ReplayRows(d Replay) (rows []ReplayRow) {
	for _, list := range [][]replay.Function{d.Result.Functions, d.Result.Compared} {
		for i := range list {
			f := &list[i]
			rows = append(rows, ReplayRow{f.Name, f.Sums, f.ConcurrencyP50, f.ConcurrencyP99, f.ConcurrencyP999,
				f.ConcurrencyMax, f.Worst, f.Exact})
		}
	}
	return rows
}

// summarizeReplay says what happens to the requests, how much random arrivals change, and when it is worst.
func summarizeReplay(r replay.Result) string {
	all := &r.Settings[0]
	v := all.Headline()
	loses, steady, chance := figure.ReplayLoss(all)
	text, share := quantity.FormatWholeOf(all.Requests, "request"), quantity.FormatShare(steady)
	exact := figure.AllExact(r)
	switch {
	case exact:
		share += ", exact"
	case figure.MoreAtRandom(steady, chance) && quantity.FormatShare(chance) != share:
		share += "; random arrivals " + quantity.FormatShare(chance)
	}
	short := len(r.Functions) == 1 && figure.LimitedByRate(r.Functions[0].Worst.Or(replay.Worst{}))
	switch {
	case v != calc.Fits && loses != 0 && short:
		text = fmt.Sprintf("%s of %s (%s): a unit takes %d req/s at most", quantity.FormatWhole(loses), text, share,
			aws.RatePerUnit)
	case v != calc.Fits && loses != 0:
		text = fmt.Sprintf("%s of %s (%s)", quantity.FormatWhole(loses), text, share)
	case v != calc.Fits:
		text = fmt.Sprintf("%s of %s at random arrivals", quantity.FormatShare(chance), text)
	}
	switch without := figure.WithoutDuration(r); {
	case without == 1 && len(r.Functions) == 1:
		text += " by rate limits alone: the traffic has no durations"
	case without > 0:
		text += "; " + quantity.FormatCountOf(without, "function") + " by rate limits alone, without durations"
	case v == calc.Fits:
		if busy, ok := all.BusyMean.Get(); ok && len(r.Functions) > 1 {
			text += ": " + quantity.FormatNumber(busy) + " environments busy on average"
		} else if ok {
			text += ": " + BusyWords(&r.Functions[0])
		}
	}
	if words := tracked(r); words != "" {
		return summarize(string(v), text+words)
	}
	if name, w, ok := figure.WorstStep(r); ok {
		text += "; worst " + When(w.Time)
		switch {
		case len(r.Functions) > 1 && figure.LimitedByRate(w):
			text += " (" + name + ", by the rate limit)"
		case len(r.Functions) > 1:
			text += " (" + name + ")"
		}
	}
	return summarize(string(v), text)
}

// BusyWords says how many environments of a function are in use; nothing if that is not known.
func BusyWords(f *replay.Function) string {
	busy, ok := f.BusyMean.Get()
	if !ok {
		return ""
	}
	text := quantity.FormatNumber(busy) + " environments busy on average"
	if n, ok := f.ConcurrencyP99.Get(); ok {
		if text += ", "; !f.Exact {
			text += "with random arrivals "
		}
		text += quantity.FormatCount(n) + " at p99"
	}
	if n, ok := f.ConcurrencyMax.Get(); ok {
		text += ", " + quantity.FormatCount(n) + " at most"
	}
	return text
}

// tracked says when target tracking comes to the help of the only function, if it has to.
func tracked(r replay.Result) string {
	if len(r.Functions) != 1 {
		return ""
	}
	s := r.Functions[0].Scaling.Or(replay.Scaling{})
	help, ok := s.HelpS.Get()
	if !ok {
		return ""
	}
	when, enough := quantity.FormatTime(figure.Whole(help)), quantity.FormatTime(figure.Whole(s.EnoughS.Or(0)))
	rises := quantity.FormatCount(int64(s.Rises)) + " rises"
	text := "; target tracking reacts " + when + " after "
	switch {
	case s.Rises == 1:
		text += "the load rises"
	case s.HelpedRises == s.Rises:
		text += "each of " + rises
	default:
		text += quantity.FormatCount(int64(s.HelpedRises)) + " of " + rises
	}
	switch late := figure.Late(s); {
	case s.FollowedRises == 0:
		return text + ", too late"
	case late > 0:
		text += fmt.Sprintf(", too late for %d", late)
	}
	if enough != when {
		text += ", catches up after " + enough
	}
	return text
}

// When says when a moment is: at 20:00, after 5m, or at the start.
func When(t replay.Time) string {
	switch stamp, ok := t.T.Get(); {
	case ok:
		return "at " + Clock(stamp)
	case t.AtS == 0:
		return "at the start"
	}
	return "after " + quantity.FormatTime(t.AtS)
}

// Clock returns the time of the day of an RFC 3339 time, without seconds if they are 0.
func Clock(stamp string) string {
	_, clock, _ := strings.Cut(strings.TrimSuffix(stamp, "Z"), "T")
	return strings.TrimSuffix(clock, ":00")
}
