package page

import (
	"fmt"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/figure"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// mostSplits is how many loads are drawn beside each other: as many as one sheet of paper has room for.
const mostSplits = 36

// splits draws where the requests of each function go, if the format draws.
func (v View) splits(rows []calc.FunctionSpill) Section {
	if !v.Drawn {
		return Section{}
	}
	s := Section{Title: "Where the requests go", Lines: others(len(rows), "function")}
	for i := range rows[:min(len(rows), mostSplits)] {
		f := &rows[i]
		value := quantity.FormatNumber(f.RPS) + " req/s"
		if excess := figure.ExcessOf(f).RPS; excess != 0 {
			value = quantity.FormatWhole(excess) + " of " + value
		}
		mark, list := verdict(f.Headline()), bars(f)
		for j := range list { // on demand is a spill for some functions and all that others have
			switch label := &list[j].Label; {
			case list[j].Tone == Good:
				*label = string(figure.PartServed)
			case *label == string(figure.PartOnDemand):
				*label = string(figure.PartSpilled)
			}
		}
		s.Splits = append(s.Splits, Split{f.Name, mark.Text, mark.Tone, list, value})
	}
	return s
}

// variantSplits draws where the requests of each variant go, if the format draws.
func (v View) variantSplits(r calc.CompareResult) Section {
	if !v.Drawn {
		return Section{}
	}
	s := Section{Title: "Where the requests go", Lines: others(len(r.Variants), "variant")}
	setting, labels := variantLabels(r.Variants)
	for i := range r.Variants[:min(len(r.Variants), mostSplits)] {
		x := &r.Variants[i]
		value := quantity.FormatNumber(x.RPS) + " req/s"
		if total, ok := x.TotalUSD.Get(); ok {
			value = quantity.FormatDollars(total) + " a month"
		}
		label := labels[i]
		if setting != "" {
			label = setting + " " + label
		}
		mark := verdict(x.Headline())
		bars := parts(figure.VariantBars(&x.Figures), true, " req/s")
		s.Splits = append(s.Splits, Split{label, mark.Text, mark.Tone, bars, value})
	}
	return s
}

// mostPlots is how many functions have their curves drawn.
const mostPlots = 12

// plotsOf draws the curves of each of several functions, the first mostPlots, if the format draws.
func plotsOf[F any](v View, rows []F, plot func(*F) Section, name func(*F) string) (list []Section) {
	if !v.Drawn {
		return nil
	}
	for i := range rows[:min(len(rows), mostPlots)] {
		s := plot(&rows[i])
		s.Title = name(&rows[i]) + ": " + s.Title
		list = append(list, s)
	}
	return append(list, notDrawn(len(rows)-mostPlots)...)
}

// overTime draws what happens to each of a number of functions over time, the first mostPlots, if the format draws.
// plots returns the name of a function and its plots.
func (v View) overTime(functions int, plots func(i int) (name string, list []Section)) (list []Section) {
	if !v.Drawn {
		return nil
	}
	for i := range min(functions, mostPlots) {
		name, sections := plots(i)
		for j := range sections {
			if functions > 1 {
				sections[j].Title = name + ": " + sections[j].Title
			}
		}
		list = append(list, sections...)
	}
	return append(list, notDrawn(functions-mostPlots)...)
}

// notDrawn says how many functions have no plot, if any.
func notDrawn(functions int) []Section {
	if functions <= 0 {
		return nil
	}
	text := fmt.Sprintf("%s not drawn; --only NAME draws one.", quantity.FormatCountOf(functions, "more function"))
	return []Section{{Lines: []Line{{Text: text, Aside: true}}}}
}

// others says how many of some loads are not drawn.
func others(loads int, kind string) []Line {
	if loads <= mostSplits {
		return nil
	}
	text := fmt.Sprintf("Drawn are %d of %s; the table below has all.", mostSplits, quantity.FormatCountOf(loads, kind))
	return []Line{{Text: text, Aside: true}}
}
