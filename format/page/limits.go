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
func Limits(d document.Limits, v View) Page {
	if len(d.Result.Regions) > 0 {
		return v.page(answer{summary: d.Summary, body: []Section{regions(d.Result.Regions)}, explain: d.Explain,
			notes: Section{Lines: errorLines(d.Findings)}})
	}
	asked := cmp.Or(d.Inputs.Limits, &document.InputLimits{}).LimitsOptions
	single, only := len(d.Inputs.Functions) <= 1, ""
	if len(d.Inputs.Functions) == 1 {
		only = d.Inputs.Functions[0].Name
	}
	table := v.ceilingTable(d.Result.Pools, asked, single)
	return v.page(answer{
		summary: d.Summary, single: single,
		body: []Section{
			{Table: table, Rest: rest(len(table.Rows), 1, moreOf("row", "-o wide"))},
			{Lines: append(inverseLines(asked), limitLines(d)...)},
		},
		details: []detail{
			{name: ShowSettings, exists: true, sections: func() []Section {
				return []Section{{Title: "Concurrency", Table: accountTable(d.Result.Account)}}
			}},
			v.findingsDetail(d.Findings, only),
		},
		notes: v.notes(d.Findings, only), assumes: quotaWords(d.Inputs.Account), explain: d.Explain,
	})
}

// limitLines says what the table of ceilings does not show.
func limitLines(d document.Limits) (lines []Line) {
	scaling, a := d.Result.Scaling, d.Result.Account
	text := fmt.Sprintf("%s units can still be reserved or provisioned; AWS keeps %s unreserved.",
		quantity.FormatCount(a.Reservable), quantity.FormatCount(a.UnreservedFloor))
	lines = append(lines, Line{Text: text}, Line{Text: fmt.Sprintf(
		"A function gains up to %s environments or %s req/s every %d s.", quantity.FormatCount(scaling.Environments),
		quantity.FormatCount(scaling.RPS), scaling.PeriodS)})
	timed := func(f document.InputFunction) bool { return f.DurationMS.Known() }
	if !slices.ContainsFunc(d.Inputs.Functions, timed) {
		lines = append(lines, Line{Text: fmt.Sprintf("Valid up to a mean duration of %s; "+
			"--duration adds the concurrency limit.", quantity.FormatDuration(calc.RateBindsMS))})
	}
	for i := range d.Result.Pools {
		if s, ok := d.Result.Pools[i].Source.Get(); ok && len(d.Inputs.Functions) == 1 {
			lines = append(lines, Line{Text: document.SourceSentence(s)})
		}
	}
	return append(lines, sharing(d.Inputs.Functions)...)
}

// ceilingTable shows the ceilings of pools in both modes, and the answers to inverse questions. only names the function
// whose pools are shown; empty means all.
func (v View) ceilingTable(pools []calc.PoolLimits, asked calc.LimitsOptions, single bool) *Table {
	t := &Table{Columns: []Column{
		names(perFunction), left("Pool"), right("Units"), right("Sync\nreq/s"), left("Bound by").drop(2),
		right("Async\nreq/s").drop(3), left("Bound by").drop(4), right("Sync\nin target"), right("Async\nin target").drop(3),
		right("Sync, longest\nduration"), right("Async, longest\nduration").drop(3),
	}}
	for i := 0; i < len(pools); i++ {
		p := &pools[i]
		name := p.Function
		if i > 0 && pools[i-1].Function == p.Function {
			name = calc.Optional[string]{}
		}
		cells := []Cell{word(name.Or("")), poolName(p), count(p.Concurrency)}
		rest := make([]Cell, len(t.Columns)-len(cells))
		fill := func(p *calc.PoolLimits) {
			at := 0
			if p.Mode.Queues() {
				at = 1
			}
			rest[2*at], rest[2*at+1] = optional(p.RPS, number), optional(p.Binding, limit)
			rest[4+at], rest[6+at] = optional(p.TargetRPS, number), optional(p.MaxDurationMS, duration)
		}
		fill(p)
		if s, ok := p.Source.Get(); ok {
			rest[1] = word(string(s.BoundBy.Or("")))
		}
		if i+1 < len(pools) && pools[i+1].Pool == p.Pool && pools[i+1].Function == p.Function &&
			pools[i+1].Region == p.Region && pools[i+1].Mode != p.Mode {
			i++ // the other mode of the same pool
			fill(&pools[i])
		}
		same := p.Pool == calc.PoolOnDemand && i > 0 && pools[i-1].Pool == calc.PoolFunction // nothing is provisioned
		if !same && (!p.Function.Known() || !v.hides(p.Function.Or(""))) {
			t.add(append(cells, rest...)...)
		}
	}
	targeted, timing := asked.TargetSpillover.Known(), asked.MaxDurationAt.Known()
	t.keep(func(i int) bool {
		switch i {
		case 0:
			return !single
		case 7, 8:
			return targeted
		case 9, 10:
			return timing
		}
		return true
	})
	t.dropSilent()
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
		t.add(word("used by functions not in these files"), count(a.ClaimedElsewhere))
	}
	t.add(word("unreserved, shared by the others"), count(a.Unreserved).in(Bad, a.BelowFloor()))
	t.add(word("kept unreserved by AWS"), count(a.UnreservedFloor))
	t.add(word("can still be reserved or provisioned"), count(a.Reservable).in(Warn, a.Reservable == 0))
	return t
}

// inverseLines explains the columns with the answers to inverse questions.
func inverseLines(asked calc.LimitsOptions) (lines []Line) {
	target, targeted := asked.TargetSpillover.Get()
	if targeted {
		lines = append(lines, Line{Text: fmt.Sprintf("In target: the highest rate of random arrivals "+
			"at which the pool alone turns away at most %s. It includes what is turned away.",
			quantity.FormatChance(target))})
	}
	if rps, ok := asked.MaxDurationAt.Get(); ok {
		how := "evenly spaced"
		if targeted {
			how = "of random arrivals and turns away at most " + quantity.FormatChance(target)
		}
		lines = append(lines, Line{Text: fmt.Sprintf("Longest duration: "+
			"the longest mean at which the pool handles %s req/s %s; - where there is none.",
			quantity.FormatNumber(rps), how)})
	}
	return lines
}

// sharing lists the functions that have no pool of their own.
func sharing(functions []document.InputFunction) []Line {
	var names []string
	for i := range functions {
		if f := &functions[i]; f.Managed == nil && !f.Reserved.Known() && f.Provisioned.Or(0) == 0 {
			names = append(names, f.Name)
		}
	}
	if len(names) == 0 || len(functions) == 1 {
		return nil
	}
	if more := len(names) - shownFindings; more > 0 {
		names = append(names[:shownFindings], fmt.Sprintf("%d more", more))
	}
	return []Line{{Text: "In the unreserved pool only: " + strings.Join(names, ", ") + "."}}
}

// poolName names a pool, with its Region if that is another than the account's.
func poolName(p *calc.PoolLimits) Cell {
	if region, ok := p.Region.Get(); ok {
		return word(string(map[calc.PoolKind]string{calc.PoolAccount: "account", calc.PoolOnDemand: "unreserved"}[p.Pool]) +
			", " + region)
	}
	switch p.Pool {
	case calc.PoolAccount:
		return word("account")
	case calc.PoolFunction:
		return word("reserved")
	case calc.PoolProvisioned:
		return word("provisioned")
	case calc.PoolManaged:
		return word("managed, requests")
	case calc.PoolSource:
		return word("source " + string(p.Source.Or(calc.SourceSpill{}).Type))
	case calc.PoolTenants:
		return word("tenants, environments")
	}
	if p.Function.Known() {
		return word("on-demand")
	}
	return word("unreserved")
}

// regions compares Regions, without what they have in common.
func regions(list []calc.RegionBreakEven) Section {
	const breakEven = "Break-even: the utilization above which provisioned concurrency costs less than on-demand " +
		"(first tier); never: at none."
	return Section{Table: regionTable(list), Lines: []Line{{Text: breakEven}}}
}

func regionTable(list []calc.RegionBreakEven) *Table {
	t := &Table{Columns: []Column{
		left("Region"), left("Set"), right("Break-even\nutilization"), right("On-demand\n/M GB-s").drop(2),
		right("Provisioned\n/M GB-s").drop(3), right("Its duration\n/M GB-s").drop(4),
	}}
	million := func(price float64) Cell { return word(quantity.FormatPerMillion(price)) }
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
