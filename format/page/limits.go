package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/format/document"
)

// Limits shows the ceilings of every pool, or compares Regions.
func Limits(d document.Limits) Page {
	if len(d.Result.Regions) > 0 {
		return regions(d.Result.Regions).withErrors(d.Findings, d.Explain)
	}
	asked := cmp.Or(d.Inputs.Limits, &document.InputLimits{}).LimitsOptions
	scaling := d.Result.Scaling
	gain := fmt.Sprintf("Each function gains up to %s environments or %s requests/s every %d s.",
		quantity.FormatCount(scaling.Environments), quantity.FormatCount(scaling.RPS), scaling.PeriodS)
	p := Page{
		Headline: limitsHeadline(d.Result.Pools, len(d.Inputs.Functions) == 1, asked),
		Sections: []Section{
			{Title: "Ceilings", Table: ceilingTable(d.Result.Pools, asked), Lines: inverseLines(asked)},
			sharing(d.Inputs.Functions),
			{Title: "Concurrency", Table: accountTable(d.Result.Account)},
			{Title: "Scaling", Lines: []Line{{Text: gain}}},
		},
	}
	return p.withFindings(d.Findings, d.Explain)
}

// ceilingTable shows the ceilings of pools. If an inverse question is asked, it shows the answer in place of the two
// limits.
func ceilingTable(pools []calc.PoolLimits, asked calc.LimitsOptions) *Table {
	t := &Table{Columns: []Column{
		left("Pool"), left("Mode"), right("Units"),
		right("Rate\nreq/s"), right("Concurrency\nreq/s"), right("Ceiling\nreq/s"), left("Bound by"),
		right("Within target\nreq/s"), right("Longest\nduration"),
	}}
	const rateColumn, concurrencyColumn, targetColumn, longestColumn = 3, 4, 7, 8
	timed := false
	for i := range pools {
		p := &pools[i]
		timed = timed || p.ConcurrencyRPS.Known()
		label := poolName(p)
		if i > 0 && pools[i-1].Pool == p.Pool && pools[i-1].Function == p.Function {
			label = Cell{} // the other mode of the pool above
		} else if function, ok := p.Function.Get(); ok && pools[i-1].Function != p.Function {
			row := make([]Cell, len(t.Columns))
			row[0] = name(function, 12)
			t.add(row...)
		}
		ceiling := optional(p.RPS, number)
		if !p.RPS.Known() {
			ceiling = Cell{"not known", Dim}
		}
		t.add(label, word(string(p.Mode)), count(p.Concurrency), optional(p.RateRPS, number),
			optional(p.ConcurrencyRPS, number), ceiling, optional(p.Binding, limit),
			optional(p.TargetRPS, number), optional(p.MaxDurationMS, duration))
	}
	targeted, timing := asked.TargetSpillover.Known(), asked.MaxDurationAt.Known()
	t.keep(func(i int) bool {
		switch i {
		case rateColumn:
			return !targeted && !timing
		case concurrencyColumn:
			return timed && !targeted && !timing
		case targetColumn:
			return targeted
		case longestColumn:
			return timing
		}
		return true
	})
	return t
}

func duration(ms float64) Cell { return word(quantity.FormatDuration(ms)) }

// accountTable shows where the units of the account go.
func accountTable(a calc.AccountResult) *Table {
	t := &Table{Columns: []Column{left("Account"), right("Units")}}
	t.add(word("concurrency quota"), count(a.Concurrency))
	t.add(word("reserved"), count(a.ReservedTotal))
	t.add(word("provisioned without a reservation"), count(a.ProvisionedUnreservedTotal))
	if a.ClaimedElsewhere != 0 {
		t.add(word("claimed by functions that are not listed"), count(a.ClaimedElsewhere))
	}
	t.add(word("unreserved, shared by the others"), count(a.Unreserved).in(Bad, a.BelowFloor()))
	t.add(word("kept by AWS, a part of the unreserved"), count(a.UnreservedFloor))
	t.add(word("can still be set aside"), count(a.Reservable).in(Warn, a.Reservable == 0))
	return t
}

// inverseLines explains the answers to the inverse questions.
func inverseLines(asked calc.LimitsOptions) (lines []Line) {
	target, targeted := asked.TargetSpillover.Get()
	if targeted {
		lines = append(lines, Line{Text: fmt.Sprintf("Within target: the highest rate of random arrivals "+
			"of which the pool, by itself, turns away at most %s; that part counts, so it may be above the ceiling.",
			quantity.FormatChance(target))})
	}
	if rps, ok := asked.MaxDurationAt.Get(); ok {
		how := "that come evenly"
		if targeted {
			how = "that come at random, and turns away at most " + quantity.FormatChance(target)
		}
		lines = append(lines, Line{Text: fmt.Sprintf("Longest duration: "+
			"the mean with which the pool carries %s requests/s %s; - where it does so at none.",
			quantity.FormatNumber(rps), how)})
	}
	return lines
}

// sharing lists the functions that have no pool of their own.
func sharing(functions []document.InputFunction) Section {
	var names []string
	for i := range functions {
		if f := &functions[i]; !f.Reserved.Known() && f.Provisioned.Or(0) == 0 {
			names = append(names, f.Name)
		}
	}
	if len(names) == 0 {
		return Section{}
	}
	if more := len(names) - shownFindings; more > 0 {
		names = append(names[:shownFindings], fmt.Sprintf("%d more", more))
	}
	return Section{Lines: []Line{{Text: "In the unreserved pool alone: " + strings.Join(names, ", ")}}}
}

// limitsHeadline says how much the account as a whole carries. For a single function, the answer to an inverse question
// is about what is set for that function: its provisioned concurrency, or else its reservation.
func limitsHeadline(pools []calc.PoolLimits, single bool, asked calc.LimitsOptions) Line {
	l := Line{Mark: "LIMITS"}
	own := ownPool(pools, single)
	kind := map[calc.PoolKind]string{
		calc.PoolAccount: "a quota of ", calc.PoolFunction: "reserved ", calc.PoolProvisioned: "provisioned ",
	}[own.Pool]
	carries := func(rps float64) string {
		return fmt.Sprintf("%s%s carries %s %s requests/s",
			kind, quantity.FormatCount(own.Concurrency), quantity.FormatNumber(rps), modeName(own.Mode))
	}
	within := ""
	if target, ok := asked.TargetSpillover.Get(); ok {
		within = " that come at random, with at most " + quantity.FormatChance(target) + " turned away"
	}
	if rate, ok := asked.MaxDurationAt.Get(); ok {
		longest := ", at no duration"
		if ms, ok := own.MaxDurationMS.Get(); ok {
			longest = ", up to a mean duration of " + quantity.FormatDuration(ms)
		}
		l.Text = carries(rate) + within + longest
		return l
	}
	if rps, ok := own.TargetRPS.Get(); ok {
		l.Text = carries(rps) + within
		return l
	}
	account := pools[0]
	quota := quantity.FormatCount(account.Concurrency)
	l.Text = fmt.Sprintf("the quota of %s carries what the duration allows, which is not given", quota)
	if rps, ok := account.RPS.Get(); ok {
		l.Text = fmt.Sprintf("a quota of %s carries %s %s requests/s (%s limit)",
			quota, quantity.FormatNumber(rps), modeName(account.Mode), account.Binding.Or(""))
	}
	return l
}

// ownPool returns the pool that a question is about: that of the only function, or else the account.
func ownPool(pools []calc.PoolLimits, single bool) calc.PoolLimits {
	if single {
		for _, kind := range []calc.PoolKind{calc.PoolProvisioned, calc.PoolFunction} {
			if i := slices.IndexFunc(pools, func(p calc.PoolLimits) bool { return p.Pool == kind }); i >= 0 {
				return pools[i]
			}
		}
	}
	return pools[0]
}

func modeName(m calc.Mode) string {
	if m == calc.Async {
		return "asynchronous"
	}
	return "synchronous"
}

// poolName names a pool. The pools of a function are indented under its name.
func poolName(p *calc.PoolLimits) Cell {
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

// regions compares Regions, without what they have in common.
func regions(list []calc.RegionBreakEven) Page {
	pays, known := 0, 0
	for _, x := range list {
		if x.Known() {
			known++
		}
		if x.BreakEvenUtilizationRatio.Known() {
			pays++
		}
	}
	headline := fmt.Sprintf("provisioned concurrency pays off in %d of %d Regions and instruction sets "+
		"whose prices are known", pays, known)
	const breakEven = "Break-even: the busy share of a provisioned environment above which it costs less " +
		"than the same seconds on demand; never: at no share."
	return Page{
		Headline: Line{Mark: "LIMITS", Text: headline},
		Sections: []Section{{
			Title: "Break-even of provisioned concurrency, first tier",
			Table: regionTable(list),
			Lines: []Line{{Text: breakEven}},
		}},
	}
}

func regionTable(list []calc.RegionBreakEven) *Table {
	t := &Table{Columns: []Column{
		left("Region"), left("Set"), right("Break-even\nutilization"), right("On-demand\n/M GB-s"),
		right("Provisioned\n/M GB-s"), right("Its duration\n/M GB-s"),
	}}
	million := func(price float64) Cell { return word(quantity.FormatUSDPerMillion(price)) }
	for _, r := range list {
		even := Cell{"not known", Dim}
		if ratio, ok := r.BreakEvenUtilizationRatio.Get(); ok {
			even = percent(ratio)
		} else if r.Known() {
			even = Cell{"never", Warn}
		}
		region := r.Region
		if r.Currency != "USD" { // and nothing where it is not known
			region = strings.TrimSpace(region + " " + r.Currency)
		}
		t.add(word(region), word(string(r.Arch)), even, optional(r.OnDemandDuration, million),
			optional(r.Provisioned, million), optional(r.ProvisionedDuration, million))
	}
	return t
}
