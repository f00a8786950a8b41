package page

import (
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/figure"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/format/document"
)

// managedFacts says what the headline does not say about the only function of an answer, which is on Managed Instances:
// its environments and instances, what they cost, and what other ways cost.
func managedFacts(f *calc.FunctionSpill, m calc.ManagedSpill, in document.Inputs) (lines []Line) {
	say := func(text string) { lines = append(lines, Line{Text: text}) }
	text := fmt.Sprintf("An environment has %s MB and %s", quantity.FormatCount(m.EnvironmentMB),
		quantity.FormatCountOf(int(m.EnvironmentVCPU), "vCPU"))
	if n, ok := m.Instances.Get(); ok {
		text += fmt.Sprintf("; %s fit on an instance: %s", quantity.FormatCount(m.PerInstance.Or(0)),
			quantity.FormatCountOf(int(n), "instance"))
		if u, ok := m.UtilizationRatio.Get(); ok {
			text += fmt.Sprintf(", %s of their room used", quantity.FormatShare(u))
		}
	}
	say(text + ".")
	if total, ok := m.Total.Get(); ok {
		basis := fmt.Sprintf("if %s req/s ran all month", quantity.FormatNumber(f.RPS))
		if of := f.Cost.Or(calc.Cost{}).Basis; of != calc.BasisRate {
			basis = basisWords(of)
		}
		say(fmt.Sprintf("%s a month %s: instances %s, fee %s, requests %s.", quantity.FormatDollars(total), basis,
			quantity.FormatDollars(m.EC2.Or(0)), quantity.FormatDollars(m.Fee.Or(0)), quantity.FormatDollars(m.Requests.Or(0))))
	} else if usd, ok := m.EC2.Get(); ok {
		say(fmt.Sprintf("%s a month for the instances, and %s fee; requests are not priced without a rate.",
			quantity.FormatDollars(usd), quantity.FormatDollars(m.Fee.Or(0))))
	}
	if text := otherWays(m); text != "" {
		say(text)
	} else if m.Total.Known() {
		say("With a Region, request_memory and a duration there is a comparison with ordinary functions.")
	}
	text = fmt.Sprintf("The load may double every %s", quantity.FormatSeconds(float64(m.DoublesInS)))
	if s, ok := m.GrowthS.Get(); ok {
		text += fmt.Sprintf(", so it takes %s or more to grow to the %s req/s", quantity.FormatSeconds(s),
			quantity.FormatNumber(m.CeilingRPS.Or(0)))
	}
	say(text + "; faster growth may be throttled.")
	return lines
}

// otherWays says what ordinary functions would cost for the same load, and from which rate on they cost more.
func otherWays(m calc.ManagedSpill) string {
	if !m.Total.Known() {
		return ""
	}
	names := map[calc.Hosting]string{calc.HostOnDemand: "on demand", calc.HostProvisioned: "all provisioned"}
	var parts []string
	for _, c := range m.Compared {
		usd, ok := c.Total.Get()
		if !ok || names[c.Way] == "" {
			continue
		}
		above := "never costs more"
		if rps, ok := c.PaysOffAboveRPS.Get(); ok {
			above = "costs more above " + quantity.FormatNumber(rps) + " req/s"
		}
		parts = append(parts, fmt.Sprintf("%s %s (%s)", names[c.Way], quantity.FormatDollars(usd), above))
	}
	if len(parts) == 0 {
		return ""
	}
	return fmt.Sprintf("An ordinary function of %s MB on %s: %s.", quantity.FormatCount(m.OrdinaryMB.Or(0)),
		m.OrdinaryArch, strings.Join(parts, ", "))
}

// managedCosts shows, for each function on Managed Instances, what each way costs at other rates. The cheapest is good.
func managedCosts(rows []calc.FunctionSpill) (sections []Section) {
	for i := range rows {
		m, ok := rows[i].Managed.Get()
		if !ok || len(m.AtRates) == 0 {
			continue
		}
		t := &Table{Columns: append([]Column{right("Rate\nreq/s"), right("Instances")}, wayColumns()...)}
		for _, at := range m.AtRates {
			t.add(append([]Cell{number(at.RPS), optional(at.Instances, count)}, wayCells(at.Compared)...)...)
		}
		s := Section{Title: "Where each way pays off", Table: t}
		if len(rows) > 1 {
			s.Title += ": " + rows[i].Name
		}
		if u, ok := m.BreakEvenUtilizationRatio.Get(); ok {
			s.Lines = append(s.Lines, Line{Text: fmt.Sprintf("Instances of which more than %s is used cost less than on demand.",
				quantity.FormatShare(u))})
		}
		sections = append(sections, s, managedAverages(m, rows[i].RPS))
	}
	return sections
}

// managedAverages shows what each way costs if the mean rate is below the peak. The cheapest is good.
func managedAverages(m calc.ManagedSpill, rps float64) Section {
	t := &Table{Columns: append([]Column{right("Average\nof peak")}, wayColumns()...)}
	for _, at := range m.AtAverages {
		t.add(append([]Cell{percent(at.AverageRatio)}, wayCells(at.Compared)...)...)
	}
	if len(t.Rows) == 0 {
		return Section{}
	}
	return Section{Title: "At a peak of " + quantity.FormatNumber(rps) + " req/s and other averages", Table: t}
}

// wayColumns are the columns of what each way costs, and of the cheapest.
func wayColumns() []Column {
	return []Column{right("Managed\nUSD/month"), right("On demand\nUSD/month"), right("Provisioned\nUSD/month"),
		left("Cheapest")}
}

// wayCells are their cells. The cheapest is good.
func wayCells(ways []calc.WayCost) (cells []Cell) {
	cheapest := figure.Cheapest(ways)
	for _, c := range ways {
		cells = append(cells, optional(c.Total, usd).in(Good, c.Way == cheapest))
	}
	return append(cells, word(strings.ReplaceAll(string(cheapest), "_", " ")))
}

// waySections shows, for each function on Managed Instances, what each way costs in every variant.
func waySections(r calc.CompareResult) (sections []Section) {
	setting, labels := variantLabels(r.Variants)
	for i, first := range r.Variants[0].Functions {
		t := &Table{Columns: append([]Column{left(setting), right("Room\nused")}, wayColumns()...)}
		for j, v := range r.Variants {
			if i < len(v.Functions) && v.Functions[i].Name == first.Name && len(v.Functions[i].Ways) > 0 {
				f := &v.Functions[i]
				t.add(append([]Cell{word(labels[j]), optional(f.UtilizationRatio, percent)}, wayCells(f.Ways)...)...)
			}
		}
		if len(t.Rows) > 1 {
			s := Section{Title: "What each way costs", Table: t, Rest: rest(len(t.Rows), 1, moreOf("row", "-o wide"))}
			if len(r.Variants[0].Functions) > 1 {
				s.Title += ": " + first.Name
			}
			sections = append(sections, s)
		}
	}
	return sections
}

// managedLimit names what limits a function on Managed Instances that throttles or queues.
func managedLimit(m calc.ManagedSpill) string {
	return "environments " + quantity.FormatCount(m.Max.Or(0))
}
