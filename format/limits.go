package format

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
)

// Limits reports the ceilings of every pool.
func Limits(in Inputs, r calc.LimitsResult) Report {
	if len(r.Regions) > 0 {
		return newReport("limits", in, r, r.Findings, r.Regions, func() page { return regionsPage(r) })
	}
	return newReport("limits", in, r, r.Findings, r.Pools, func() page { return limitsPage(in, r) })
}

// regionsPage compares the Regions, and leaves out what they have in common.
func regionsPage(r calc.LimitsResult) page {
	pays, known := 0, 0
	for _, x := range r.Regions {
		if x.Known() {
			known++
		}
		if x.BreakEvenUtilizationRatio.Known() {
			pays++
		}
	}
	return page{
		headline: line{mark: "LIMITS", text: fmt.Sprintf("provisioned concurrency pays off in %d of %d Regions and instruction sets whose prices are known",
			pays, known)},
		sections: []section{{title: "Break-even of provisioned concurrency, first tier", table: regionTable(r.Regions), lines: []line{{
			text: "Break-even: the busy share of a provisioned environment above which it costs less than the same seconds on demand; never: at no share."}}}},
		swept: true,
	}
}

func limitsPage(in Inputs, r calc.LimitsResult) page {
	t := &table{columns: []column{
		{"Pool", true}, {"Mode", true}, {"Units", false},
		{"Rate\nreq/s", false}, {"Concurrency\nreq/s", false}, {"Ceiling\nreq/s", false}, {"Bound by", true},
		{"Within target\nreq/s", false}, {"Longest\nduration", false},
	}}
	const rateColumn, durationColumn, targetColumn, longestColumn = 3, 4, 7, 8
	questions := cmp.Or(in.Limits, &InputLimits{})
	targeted, asked := questions.TargetSpilloverRatio.Known(), questions.MaxDurationAtRPS.Known()
	timed := false
	for i := range r.Pools {
		p := &r.Pools[i]
		timed = timed || p.ConcurrencyRPS.Known()
		label := poolName(p)
		if i > 0 && r.Pools[i-1].Pool == p.Pool && r.Pools[i-1].Function == p.Function {
			label = cell{} // the other mode of the pool above
		} else if function, ok := p.Function.Get(); ok && r.Pools[i-1].Function != p.Function {
			row := make([]cell, len(t.columns))
			row[0] = name(function, 12)
			t.add(row...)
		}
		ceiling := maybe(p.RPS, number)
		if !p.RPS.Known() {
			ceiling = cell{"not known", dim}
		}
		t.add(label, word(string(p.Mode)), count(p.Concurrency), maybe(p.RateRPS, number),
			maybe(p.ConcurrencyRPS, number), ceiling, maybe(p.Binding, limit),
			maybe(p.TargetRPS, number), maybe(p.MaxDurationMS, func(ms float64) cell { return word(calc.FormatDuration(ms)) }))
	}
	t.keep(func(i int) bool {
		switch i {
		case rateColumn:
			return !targeted && !asked
		case durationColumn:
			return timed && !targeted && !asked
		case targetColumn:
			return targeted
		case longestColumn:
			return asked
		}
		return true
	})

	return page{
		headline: limitsHeadline(r, in),
		sections: []section{
			{title: "Ceilings", table: t, lines: inverseLines(questions)},
			sharing(in),
			{title: "Concurrency", table: accountTable(r.Account)},
			{title: "Scaling", lines: []line{{text: fmt.Sprintf(
				"Each function gains up to %s environments or %s requests/s every %d s.",
				calc.FormatCount(r.Scaling.Environments), calc.FormatCount(r.Scaling.RPS), r.Scaling.PeriodS)}}},
		},
	}
}

// accountTable shows where the units of the account go.
func accountTable(a calc.AccountResult) *table {
	t := &table{columns: []column{
		{"Account", true}, {"Units", false},
	}}
	t.add(word("concurrency quota"), count(a.Concurrency))
	t.add(word("reserved"), count(a.ReservedTotal))
	t.add(word("provisioned without a reservation"), count(a.ProvisionedUnreservedTotal))
	if a.ClaimedElsewhere > 0 {
		t.add(word("claimed by functions that are not listed"), count(a.ClaimedElsewhere))
	}
	unreserved := count(a.Unreserved)
	if a.Unreserved < a.UnreservedFloor {
		unreserved.tone = bad
	}
	t.add(word("unreserved, shared by the others"), unreserved)
	t.add(word("kept by AWS, a part of the unreserved"), count(a.UnreservedFloor))
	reservable := count(a.Reservable)
	if a.Reservable == 0 {
		reservable.tone = warn
	}
	t.add(word("can still be set aside"), reservable)
	return t
}

// inverseLines says what the answers to the inverse questions mean.
func inverseLines(in *InputLimits) (lines []line) {
	target, targeted := in.TargetSpilloverRatio.Get()
	if targeted {
		lines = append(lines, line{text: fmt.Sprintf("Within target: the highest rate of random arrivals of which the pool, by itself, turns away at most %s; that part counts, so it may be above the ceiling.",
			calc.FormatChance(target))})
	}
	if rps, ok := in.MaxDurationAtRPS.Get(); ok {
		how := "that come evenly"
		if targeted {
			how = fmt.Sprintf("that come at random, and turns away at most %s", calc.FormatChance(target))
		}
		lines = append(lines, line{text: fmt.Sprintf("Longest duration: the mean with which the pool carries %s requests/s %s; - where it does so at none.",
			calc.FormatNumber(rps), how)})
	}
	return lines
}

// sharing names the functions that have no pool of their own.
func sharing(in Inputs) section {
	var names []string
	for i := range in.Functions {
		if f := &in.Functions[i]; !f.Reserved.Known() && f.Provisioned.Or(0) == 0 {
			names = append(names, f.Name)
		}
	}
	if len(names) == 0 {
		return section{}
	}
	if more := len(names) - shownFindings; more > 0 {
		names = append(names[:shownFindings], fmt.Sprintf("%d more", more))
	}
	return section{lines: []line{{text: "In the unreserved pool alone: " + strings.Join(names, ", ")}}}
}

// limitsHeadline says what the account as a whole carries. Where a question was
// asked about a single function, it is the answer for what is set for that: its
// provisioned concurrency, or else its reservation.
func limitsHeadline(r calc.LimitsResult, in Inputs) line {
	asked := cmp.Or(in.Limits, &InputLimits{})
	p := r.Pools[0]
	if len(in.Functions) == 1 {
		for _, kind := range []calc.PoolKind{calc.PoolProvisioned, calc.PoolFunction} {
			if i := slices.IndexFunc(r.Pools, func(p calc.Pool) bool { return p.Pool == kind }); i >= 0 {
				p = r.Pools[i]
				break
			}
		}
	}
	of := map[calc.PoolKind]string{calc.PoolAccount: "a quota of ", calc.PoolFunction: "reserved ", calc.PoolProvisioned: "provisioned "}[p.Pool] +
		calc.FormatCount(p.Concurrency)
	l := line{mark: "LIMITS"}
	target, targeted := asked.TargetSpilloverRatio.Get()
	within := ""
	if targeted {
		within = fmt.Sprintf(" that come at random, with at most %s turned away", calc.FormatChance(target))
	}
	if rate, ok := asked.MaxDurationAtRPS.Get(); ok {
		l.text = fmt.Sprintf("%s carries %s %s requests/s%s, at no duration", of, calc.FormatNumber(rate), modeName(p.Mode), within)
		if ms, ok := p.MaxDurationMS.Get(); ok {
			l.text = fmt.Sprintf("%s carries %s %s requests/s%s, up to a mean duration of %s", of, calc.FormatNumber(rate), modeName(p.Mode), within, calc.FormatDuration(ms))
		}
		return l
	}
	if rps, ok := p.TargetRPS.Get(); ok {
		l.text = fmt.Sprintf("%s carries %s %s requests/s%s", of, calc.FormatNumber(rps), modeName(p.Mode), within)
		return l
	}
	p = r.Pools[0]
	if rps, ok := p.RPS.Get(); ok {
		l.text = fmt.Sprintf("a quota of %s carries %s %s requests/s (%s limit)",
			calc.FormatCount(p.Concurrency), calc.FormatNumber(rps), modeName(p.Mode), p.Binding.Or(""))
		return l
	}
	l.text = fmt.Sprintf("the quota of %s carries what the duration allows, which is not given", calc.FormatCount(p.Concurrency))
	return l
}

func modeName(m calc.Mode) string {
	if m == calc.Async {
		return "asynchronous"
	}
	return "synchronous"
}

// poolName is a pool in words; a function's pools stand under its name.
func poolName(p *calc.Pool) cell {
	switch p.Pool {
	case calc.PoolAccount:
		return word("account")
	case calc.PoolFunction:
		return word("  reserved")
	case calc.PoolProvisioned:
		return word("  provisioned")
	}
	if p.Function.Known() {
		return word("  on-demand")
	}
	return word("unreserved")
}
