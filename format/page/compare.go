package page

import (
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/figure"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/format/document"
	"github.com/lambdacap/lambdacap/format/safe"
)

const (
	// wideVariants is how many variants have a wide column each.
	wideVariants = 3
	// columnVariants is how many variants have a column each; more have a row each.
	columnVariants = 4
	// rowVariants is how many rows there are at most.
	rowVariants = 12
)

// Compare shows accounts beside each other.
func Compare(d document.Compare, v View) Page {
	p := Page{Headline: headline(d.Summary), Most: mostOfOne}
	if v.Quiet {
		return p
	}
	table := compareTable(d.Result, v.Folded || v.Whole)
	p.Sections = append(p.Sections, variantErrors(d), v.variantSplits(d.Result), table)
	p.Sections = append(p.Sections, waySections(d.Result)...)
	if changes := changeSections(d.Result, v.Folded); len(changes) > 0 {
		p.Most = mostOfAll
		p.Sections = append(p.Sections, changes...)
	}
	p.Sections = append(p.Sections, last(sameDurations(d.Inputs.Variants), "", nil))
	for _, variant := range d.Inputs.Variants[:min(len(d.Inputs.Variants), columnVariants)] {
		p.Sections = append(p.Sections, v.inputs("Inputs of "+variant.Name, variant.Inputs))
	}
	return p
}

// sameDurations says what keeps its duration although that may change, between the first variant and the last.
func sameDurations(variants []document.InputVariant) string {
	first, other := map[string]*document.InputFunction{}, ""
	for i := range variants[0].Inputs.Functions {
		f := &variants[0].Inputs.Functions[i]
		first[f.Name] = f
	}
	functions := variants[len(variants)-1].Inputs.Functions
	for i := range functions {
		after := &functions[i]
		before, ok := first[after.Name]
		switch {
		case !ok || !after.DurationMS.Known() || before.DurationMS != after.DurationMS:
		case before.Arch != after.Arch:
			other = "another architecture"
		case before.MemoryMB != after.MemoryMB && other == "":
			other = "more or less memory"
		}
	}
	if other == "" {
		return ""
	}
	return "the same mean duration with " + other
}

// variantErrors lists the findings that are errors, and those that say why AWS refuses a variant.
func variantErrors(d document.Compare) (s Section) {
	refused := map[string]bool{}
	for _, v := range d.Result.Variants {
		refused[v.Name] = !v.Accepted
	}
	for _, f := range d.Findings {
		function, ofFunction := f.Function.Get()
		why := refused[f.Variant] && !ofFunction && f.Level == rule.Warning
		if f.Level != rule.Error && !why || len(s.Lines) == shownFindings {
			continue
		}
		text := f.Variant + ": "
		if ofFunction {
			text += function + ": "
		}
		mark, tone := levelMark(f.Level)
		s.Lines = append(s.Lines, Line{Mark: mark, Tone: tone, Text: text + f.Message})
	}
	s.Rest = rest(len(s.Lines), 1, moreOf("finding", "-o wide"))
	return s
}

// A tableLine is a figure of all variants.
type tableLine struct {
	label string
	left  bool // aligned left, if it is a column
	drop  int  // as of a column
	cells []Cell
}

// compareTable shows the figures of the variants: one column for each of a few, or one row for each of many. If there
// are very many, it shows the most important ones, unless all are asked for.
func compareTable(r calc.CompareResult, all bool) (s Section) {
	inRows := len(r.Variants) > columnVariants
	list := compareLines(r)
	s.Stars = atRandom
	setting, labels := variantLabels(r.Variants)
	if !inRows {
		s.Table = &Table{Columns: []Column{left(setting)}}
		for _, name := range labels {
			s.Table.Columns = append(s.Table.Columns, right(name))
		}
		for _, l := range list {
			s.Table.add(append([]Cell{word(l.label)}, l.cells...)...)
		}
		return s
	}
	s.Table = &Table{Columns: []Column{names(setting)}}
	for _, l := range list {
		s.Table.Columns = append(s.Table.Columns, Column{Header: l.label, Left: l.left, Drop: l.drop})
	}
	shown := shownVariants(r.Variants)
	for i := range r.Variants {
		if !shown[i] && !all {
			continue
		}
		row := []Cell{word(labels[i])}
		for _, l := range list {
			row = append(row, l.cells[i])
		}
		s.Table.add(row...)
	}
	if more := len(r.Variants) - len(s.Table.Rows); more > 0 {
		s.Lines = append(s.Lines, Line{Text: fmt.Sprintf("%d more variants: -o wide", more), Aside: true})
	}
	return s
}

// variantLabels returns the names of the variants. If they are values of one setting, it returns the setting and the
// values. They may be headers, which renderers take to be ours, so they are safe to show.
func variantLabels(variants []calc.ComparedVariant) (setting string, names []string) {
	setting, _, isList := strings.Cut(variants[0].Name, "=")
	for i := range variants {
		isList = isList && strings.HasPrefix(variants[i].Name, setting+"=")
		names = append(names, variants[i].Name)
	}
	for i, name := range names {
		if isList {
			name = strings.TrimPrefix(name, setting+"=")
		}
		names[i] = safe.Text(name)
	}
	if !isList {
		setting = ""
	}
	return safe.Text(setting), names
}

// shownVariants chooses the variants that have a row: the first and the last, those that are marked, those beside
// which the verdict changes, and as many others as there is room for.
func shownVariants(variants []calc.ComparedVariant) []bool {
	shown, n := make([]bool, len(variants)), 0
	most := rowVariants
	if len(variants) == most+1 { // to say that there is one more would take as many lines
		most++
	}
	show := func(i int) {
		if i >= 0 && i < len(variants) && !shown[i] && n < most {
			shown[i] = true
			n++
		}
	}
	show(0)
	show(len(variants) - 1)
	for i := range variants {
		if v := &variants[i]; v.SmallestThatFits || v.CheapestThatFits {
			show(i)
		}
	}
	for i := range variants {
		if i > 0 && variants[i].Headline() != variants[i-1].Headline() {
			show(i - 1)
			show(i)
		}
	}
	for i := range variants {
		show(i)
	}
	return shown
}

// compareLines lists the figures that say something, the shorter the more variants there are.
func compareLines(r calc.CompareResult) (list []tableLine) {
	narrow, inRows := len(r.Variants) > wideVariants, len(r.Variants) > columnVariants
	add := func(label string, cell func(v *calc.ComparedVariant) Cell) *tableLine {
		l := tableLine{label: label, cells: make([]Cell, len(r.Variants))}
		says := false
		for i := range r.Variants {
			l.cells[i] = cell(&r.Variants[i])
			says = says || l.cells[i].Text != "" && l.cells[i].Tone != Dim
		}
		if says {
			list = append(list, l)
			return &list[len(list)-1]
		}
		return &l
	}
	setting, _ := variantLabels(r.Variants)
	for _, s := range []struct {
		label string
		key   calc.FigureKey
		cell  func(v *calc.ComparedVariant) Cell
	}{
		{"Rate, req/s", calc.KeyRPS, func(v *calc.ComparedVariant) Cell { return number(v.RPS) }},
		{"Quota", calc.KeyConcurrency, func(v *calc.ComparedVariant) Cell { return count(v.Concurrency) }},
		{"Provisioned", calc.KeyProvisioned, func(v *calc.ComparedVariant) Cell { return count(v.Provisioned) }},
		{"Reserved", calc.KeyReservedTotal, func(v *calc.ComparedVariant) Cell { return count(v.ReservedTotal) }},
		{"Duration", calc.KeyDuration, func(v *calc.ComparedVariant) Cell {
			return optional(v.Functions[0].DurationMS, duration)
		}},
		{"Memory, MB", calc.KeyMemory, func(v *calc.ComparedVariant) Cell {
			return optional(v.Functions[0].MemoryMB, count)
		}},
	} {
		_, key, isSet := strings.Cut(setting, "account.")
		if !isSet {
			key = strings.TrimPrefix(setting, "account-")
		}
		named := key != "" && strings.HasPrefix(string(s.key), key)
		if figure.Differs(r, s.key) && !named {
			add(s.label, s.cell)
		}
	}
	add("Verdict", func(v *calc.ComparedVariant) Cell { return verdict(v.Headline()) }).left = true
	for i, label := range []string{"Throttled", "Queued", "Spilled"} {
		add(label, func(v *calc.ComparedVariant) Cell { return shareCell(figure.Excesses(&v.Figures)[i], inRows) })
	}
	if figure.Differs(r, calc.KeyBusy) {
		add("Busy", func(v *calc.ComparedVariant) Cell { return optional(v.Busy, number) }).drop = 3
	}
	add("USD/month", func(v *calc.ComparedVariant) Cell { return optional(v.TotalUSD, usd) }).drop = lastDrop
	add("Difference", func(v *calc.ComparedVariant) Cell { return costDifference(r, v.Name, narrow) }).drop = 2
	add("Of those that fit", func(v *calc.ComparedVariant) Cell { return markCell(r, v) }).left = true
	return list
}

// costDifference shows how much more a variant costs than the first; empty for the first itself.
func costDifference(r calc.CompareResult, name string, brief bool) Cell {
	d := figure.AccountDifference(r, name, calc.KeyTotalUSD)
	before, known := d.Before.Get()
	if !known || !d.Delta.Known() {
		return Cell{}
	}
	after, _ := d.After.Get()
	c := usdChange(calc.Compare(before, after))
	if ratio, ok := d.DeltaRatio.Get(); ok && c.Tone != Dim {
		if brief {
			c.Text = quantity.FormatPercentChange(ratio)
		} else {
			c.Text += " (" + quantity.FormatPercentChange(ratio) + ")"
		}
	}
	return c
}

// markCell names what a variant is the best of.
func markCell(r calc.CompareResult, v *calc.ComparedVariant) Cell {
	smallest, cheapest := figure.Marked(r.Variants)
	var words []string
	if smallest != nil && smallest.Name == v.Name {
		words = append(words, "smallest")
	}
	if cheapest != nil && cheapest.Name == v.Name {
		words = append(words, "cheapest")
	}
	return Cell{strings.Join(words, ", "), Good}
}

// shareCell shows the share of an excess in the steady state and, with a star, the share with random arrivals if that
// is larger; briefly, only the latter.
func shareCell(x figure.Excess, brief bool) Cell {
	c := word(quantity.FormatShare(x.Ratio)).in(Dim, x.Ratio == 0)
	text := quantity.FormatShare(x.Random.Or(0))
	switch {
	case !x.MoreAtRandom() || text == c.Text:
		return c
	case brief || x.Ratio == 0:
		return word(text + "*")
	}
	return word(c.Text + ", " + text + "*")
}
