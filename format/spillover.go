package format

import (
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
)

// Spillover reports where the requests of a load end up.
func Spillover(in Inputs, r calc.SpillResult) Report {
	return newReport("spillover", in, r, r.Findings, r.Functions, func() page {
		return page{
			headline: splitHeadline(r.Account, r.Functions),
			sections: []section{
				{title: "Split", table: splitTable(r.Account, r.Functions)},
				{title: "Limits", table: roomTable(r.Functions)},
			},
		}
	})
}

// accountRow is how tables name the sum of the functions.
const accountRow = "account"

// splitTable shows the parts of every function's rate, and their sums.
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
	add(word(accountRow), a.Verdict, a.RPS, a.Parts, a.SpilloverRPS)

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
// and the room on demand beside it.
func roomTable(functions []calc.FunctionSpill) *table {
	t := &table{columns: []column{
		{"Function", true}, {"Pool", true}, {"Load\nreq/s", false}, {"Ceiling\nreq/s", false},
		{"Bound by", true}, {"Busy\nenvs", false}, {"Spills nothing\nfrom, units", false},
	}}
	for i := range functions {
		f := &functions[i]
		label := name(f.Name, 18)
		if units, ok := f.Provisioned.Get(); ok {
			pool := word("provisioned " + calc.FormatCount(units))
			needed := cell{text: calc.FormatCount(f.RequiredProvisioned)}
			if f.RequiredProvisioned > units {
				needed.tone = warn
			}
			busy := maybe(f.ProvisionedBusy, number)
			if u, ok := f.ProvisionedUtilizationRatio.Get(); ok {
				busy.text += " (" + calc.FormatPercent(u) + ")"
			}
			t.add(label, pool, number(f.ProvisionedRPS), maybe(f.ProvisionedCeilingRPS, number), maybe(f.ProvisionedBindingLimit, limit), busy, needed)
			label = cell{}
		}
		needed := cell{}
		if !f.Provisioned.Known() {
			needed = count(f.RequiredProvisioned)
		}
		pool := "unreserved"
		if f.Reserved.Known() {
			pool = "in reservation"
		}
		t.add(label, word(pool), number(f.OnDemandRPS), maybe(f.OnDemandCeilingRPS, number),
			maybe(f.OnDemandBindingLimit, limit), maybe(f.OnDemandBusy, number), needed)
	}
	return t
}

// splitHeadline is the verdict in a sentence: of the function, or of the
// account with the functions that are worst.
func splitHeadline(a calc.SpillAccount, functions []calc.FunctionSpill) line {
	v := verdict(a.Verdict)
	l := line{mark: v.text, tone: v.tone}
	if len(functions) == 1 {
		l.text = sentence(&functions[0])
		return l
	}
	counts := map[calc.Verdict]int{}
	var worst *calc.FunctionSpill
	for i := range functions {
		f := &functions[i]
		counts[f.Verdict]++
		if f.Verdict == a.Verdict && (worst == nil || lost(f) > lost(worst)) {
			worst = f
		}
	}
	if a.Verdict == calc.Fits {
		l.text = fmt.Sprintf("%s requests/s of %d functions", calc.FormatNumber(a.RPS), len(functions))
		return l
	}
	var parts []string
	for _, v := range []calc.Verdict{calc.Throttles, calc.Queues, calc.Spills, calc.Fits} {
		if n := counts[v]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, plural(v, n)))
		}
	}
	l.text = fmt.Sprintf("of %d functions %s; most of all %s: %s", len(functions), strings.Join(parts, ", "), worst.Name, sentence(worst))
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
		return f.QueuedRPS / f.RPS
	}
	return f.SpilloverRatio
}

// sentence says what becomes of a function's rate, and why.
func sentence(f *calc.FunctionSpill) string {
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
		return fmt.Sprintf("%s of %s requests/s (%s): %s", calc.FormatNumber(f.ThrottledRPS), rate, share, f.ThrottleReason.Or(""))
	case calc.Queues:
		return fmt.Sprintf("%s of %s requests/s (%s) wait: the function reaches %s", calc.FormatNumber(f.QueuedRPS), rate, share,
			maybe(f.CeilingRPS, number).text)
	}
	if headroom, ok := f.HeadroomRatio.Get(); ok {
		return fmt.Sprintf("%s of %s requests/s, %s headroom", rate, maybe(f.CeilingRPS, number).text, calc.FormatPercent(headroom))
	}
	return rate + " requests/s, no limit is known"
}

// ceilingWords writes how a ceiling comes about: 10 x 500 = 5,000 (rate).
func ceilingWords(units int64, rps calc.Optional[float64], binding calc.Optional[calc.Limit], durationMS calc.Optional[float64]) string {
	n := calc.FormatCount(units)
	if binding.Or("") == calc.LimitRate {
		return fmt.Sprintf("10 x %s = %s (rate limit)", n, calc.FormatNumber(rps.Or(0)))
	}
	return fmt.Sprintf("%s / %s = %s (concurrency limit)", n, calc.FormatDuration(durationMS.Or(0)), calc.FormatNumber(rps.Or(0)))
}
