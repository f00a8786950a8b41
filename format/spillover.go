package format

import (
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
)

// Spillover reports where the requests of a load end up.
func Spillover(in Inputs, r calc.SpillResult) Report {
	if in.Sweep != nil {
		points := make([]spillPoint, len(r.Sweep))
		rows := make([]sweptRow, len(r.Sweep))
		for i, at := range r.Sweep {
			points[i] = spillPoint{at.Point, at.Functions[in.swept()]}
			rows[i] = newSweptRow(at.Point, &points[i].FunctionSpill)
		}
		return newReport("spillover", in, r, r.Findings, points, func() page {
			return sweepPage(in.Sweep, rows, func(*calc.FunctionSpill) calc.Optional[bool] { return calc.Optional[bool]{} })
		})
	}
	return newReport("spillover", in, r, r.Findings, r.Functions, func() page {
		return page{
			headline: splitHeadline(r.Account, r.Functions),
			sections: []section{
				{title: "Split", table: splitTable(r.Account, r.Functions)},
				{title: "Limits, each function by itself", table: roomTable(r.Account, r.Functions)},
				refusals(r.Account, r.Functions),
				chanceSection(r.Functions),
				costSection(in.Cost, r.Account.Cost, r.Functions, nil, calc.Optional[calc.AccountCost]{}),
				baselineSection(r.Baseline, r.Removed, len(r.Functions), func(i int) (string, calc.Optional[calc.Comparison]) {
					return r.Functions[i].Name, r.Functions[i].Baseline
				}),
			},
		}
	})
}

// accountRow is how tables name the sum of the functions.
const accountRow = "account"

// splitTable shows the parts of every function's rate, and their sums in a row
// for the account.
func splitTable(a calc.SpillAccount, functions []calc.FunctionSpill) *table {
	t := &table{columns: []column{
		{"Function", true}, {"Verdict", true}, {"Rate\nreq/s", false}, {"Provisioned\nreq/s", false},
		{"On-demand\nreq/s", false}, {"Throttled\nreq/s", false}, {"Queued\nreq/s", false},
	}}
	const throttledColumn, queuedColumn = 5, 6
	sync, async := a.ThrottledRPS > 0, false
	add := func(label cell, v calc.Verdict, rps float64, p calc.Parts, spilled float64) {
		onDemand := number(p.OnDemandRPS)
		if spilled > 0 {
			onDemand.tone = warn
		}
		t.add(label, verdict(v), number(rps), number(p.ProvisionedRPS), onDemand, nonzero(p.ThrottledRPS, bad), nonzero(p.QueuedRPS, warn))
	}
	for i := range functions {
		f := &functions[i]
		sync, async = sync || f.Mode == calc.Sync, async || f.Mode == calc.Async
		add(cell{text: f.Name}, f.Verdict, f.RPS, f.Parts, f.SpilloverRPS)
	}
	if len(functions) > 1 { // else it would say the same again
		add(word(accountRow), a.Verdict, a.RPS, a.Parts, a.SpilloverRPS)
	}

	broken := nameWidth
	if sync && async {
		broken = 14
	}
	for i := range functions {
		t.rows[i][0] = name(functions[i].Name, broken)
	}
	t.keep(func(i int) bool { return (i != throttledColumn || sync) && (i != queuedColumn || async) })
	return t
}

// roomTable shows what each function could take: its provisioned concurrency,
// and the room on demand beside it. Where functions share the unreserved pool,
// the last row sets what they need together against what there is.
func roomTable(a calc.SpillAccount, functions []calc.FunctionSpill) *table {
	t := &table{columns: []column{
		{"Pool", true}, {"Load\nreq/s", false}, {"Ceiling\nreq/s", false}, {"Bound by", true},
		{"Busy\nenvironments", false}, {"Required\nunits", false},
	}}
	sharing := 0
	for i := range functions {
		f := &functions[i]
		t.add(name(f.Name, nameWidth), cell{}, cell{}, cell{}, cell{}, cell{})
		busy := maybe(f.ProvisionedBusy, number)
		if u, ok := f.ProvisionedUtilizationRatio.Get(); ok {
			busy.text += " (" + calc.FormatPercent(u) + ")"
		}
		label := word("  provisioned " + count(f.Provisioned.Or(0)).text)
		if !f.Provisioned.Known() {
			label, busy = cell{"  provisioned, if any", dim}, cell{absent, dim}
		}
		needed := short(f.RequiredProvisioned, f.Provisioned.Or(f.RequiredProvisioned))
		if !f.Provisioned.Known() {
			needed.tone = dim
		}
		t.add(label, number(f.ProvisionedRPS), maybe(f.ProvisionedCeilingRPS, number), maybe(f.ProvisionedBindingLimit, limit), busy, needed)
		label = word("  on-demand, shared")
		room := a.Unreserved
		if reserved, ok := f.Reserved.Get(); ok {
			room = reserved - f.Provisioned.Or(0)
			label = word("  on-demand " + count(room).text)
		} else {
			sharing++
		}
		t.add(label, number(f.OnDemandRPS), maybe(f.OnDemandCeilingRPS, number), maybe(f.OnDemandBindingLimit, limit),
			maybe(f.OnDemandBusy, number), maybe(f.RequiredOnDemand, func(n int64) cell { return short(n, room) }))
	}
	if sharing > 1 {
		t.add(word("unreserved "+count(a.Unreserved).text), cell{}, cell{}, cell{}, cell{}, short(a.RequiredUnreserved, a.Unreserved))
	}
	return t
}

// short is a need that stands out where there are fewer units.
func short(required, units int64) cell {
	c := count(required)
	if required > units {
		c.tone = warn
	}
	return c
}

// refusals names, for every function that is throttled, AWS's reason; that of a
// single function stands in the headline.
func refusals(a calc.SpillAccount, functions []calc.FunctionSpill) section {
	s := section{title: "Refusals"}
	if len(functions) == 1 {
		return s
	}
	for i := range functions {
		if f := &functions[i]; f.ThrottledRPS > 0 {
			s.lines = append(s.lines, line{mark: f.Name + ":", text: sentence(f, a.Unreserved)})
		}
	}
	return s
}

// splitHeadline is the verdict in a sentence: of the function, or of the
// account with the functions that are worst.
func splitHeadline(a calc.SpillAccount, functions []calc.FunctionSpill) line {
	v := verdict(a.Verdict)
	l := line{mark: v.text, tone: v.tone}
	if len(functions) == 1 {
		l.text = sentence(&functions[0], a.Unreserved)
		return l
	}
	counts := map[calc.Verdict]int{}
	var worst *calc.FunctionSpill
	for i := range functions {
		f := &functions[i]
		counts[f.Verdict]++
		if f.Verdict == a.Verdict && (worst == nil || worse(f, worst)) {
			worst = f
		}
	}
	if a.Verdict == calc.Fits {
		l.text = fmt.Sprintf("%s requests/s of %d functions", calc.FormatNumber(a.RPS), len(functions))
		return l
	}
	var others []string
	for _, v := range []calc.Verdict{calc.Queues, calc.Spills, calc.Fits} {
		if n := counts[v]; n > 0 && v != a.Verdict {
			others = append(others, fmt.Sprintf("%d %s", n, plural(v, n)))
		}
	}
	rest := ""
	if len(others) > 0 {
		rest = " (" + strings.Join(others, ", ") + ")"
	}
	l.text = fmt.Sprintf("%d of %d functions%s; worst is %s: %s", counts[a.Verdict], len(functions), rest, worst.Name, sentence(worst, a.Unreserved))
	return l
}

// plural is a verdict as a verb of n functions.
func plural(v calc.Verdict, n int) string {
	if n == 1 {
		return string(v)
	}
	return strings.TrimSuffix(string(v), "s")
}

// lost is the share of a function's rate that its verdict is about.
func lost(f *calc.FunctionSpill) float64 {
	switch f.Verdict {
	case calc.Throttles:
		return f.ThrottledRatio
	case calc.Queues:
		return f.QueuedRatio
	}
	return f.SpilloverRatio
}

// worse tells whether a function loses a larger share than another; between
// shares that differ by rounding only, the larger rate counts.
func worse(f, g *calc.FunctionSpill) bool {
	const rounding = 1e-9
	if difference := lost(f) - lost(g); difference > rounding || difference < -rounding {
		return difference > 0
	}
	return f.RPS > g.RPS
}

// sentence says what becomes of a function's rate, and why. unreserved is the
// units of the pool that functions without a reservation share.
func sentence(f *calc.FunctionSpill, unreserved int64) string {
	rate := calc.FormatNumber(f.RPS)
	share := calc.FormatPercent(lost(f))
	switch f.Verdict {
	case calc.Spills:
		at := ""
		if u, ok := f.ProvisionedUtilizationRatio.Get(); ok {
			at = " at " + calc.FormatPercent(u) + " utilization"
		}
		return fmt.Sprintf("%s of %s requests/s (%s)%s: provisioned %s takes %s", calc.FormatNumber(f.SpilloverRPS), rate, share, at,
			calc.FormatCount(f.Provisioned.Or(0)), ceilingWords(f.Provisioned.Or(0), f.ProvisionedCeilingRPS, f.ProvisionedBindingLimit, f.DurationMS))
	case calc.Throttles:
		return fmt.Sprintf("%s of %s requests/s (%s): %s; AWS's reason is %s", calc.FormatNumber(f.ThrottledRPS), rate, share,
			refusalWords(f, unreserved), f.ThrottleReason.Or(""))
	case calc.Queues:
		return fmt.Sprintf("%s of %s requests/s (%s) wait", calc.FormatNumber(f.QueuedRPS), rate, share)
	}
	if headroom, ok := f.HeadroomRatio.Get(); ok {
		return fmt.Sprintf("%s of %s requests/s, %s headroom", rate, maybe(f.CeilingRPS, number).text, calc.FormatPercent(headroom))
	}
	return rate + " requests/s, the ceiling is not known without a duration"
}

// ceilingWords writes how a ceiling comes about: 10 x 500 = 5,000 (rate limit).
func ceilingWords(units int64, rps calc.Optional[float64], binding calc.Optional[calc.Limit], durationMS calc.Optional[float64]) string {
	n := calc.FormatCount(units)
	if binding.Or("") == calc.LimitRate {
		return fmt.Sprintf("%d x %s = %s (rate limit)", calc.RatePerUnit, n, calc.FormatNumber(rps.Or(0)))
	}
	return fmt.Sprintf("%s / %s = %s (concurrency limit)", n, calc.FormatDuration(durationMS.Or(0)), calc.FormatNumber(rps.Or(0)))
}

// refusalWords says which limit refuses, with its size.
func refusalWords(f *calc.FunctionSpill, unreserved int64) string {
	pool, units := "the unreserved pool", unreserved
	if reserved, ok := f.Reserved.Get(); ok {
		pool, units = "the reservation", reserved
		switch f.Provisioned.Or(0) {
		case 0:
			if reserved == 0 {
				return "reserved 0 switches the function off"
			}
		case reserved:
			return fmt.Sprintf("provisioned = reserved = %s takes %s and nothing can spill", calc.FormatCount(reserved),
				ceilingWords(reserved, f.ProvisionedCeilingRPS, f.ProvisionedBindingLimit, f.DurationMS))
		}
	}
	switch f.ThrottleReason.Or("") {
	case calc.ReasonReservedRate, calc.ReasonSharedRate:
		return fmt.Sprintf("%s takes %d x %s = %s (rate limit)", pool, calc.RatePerUnit, calc.FormatCount(units), calc.FormatCount(calc.RatePerUnit*units))
	}
	return fmt.Sprintf("%s of %s is full (concurrency limit)", pool, calc.FormatCount(units))
}
