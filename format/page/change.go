package page

import (
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/figure"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/format/document"
)

// foldedFunctions is from how many functions that change on they are folded where a format can.
const foldedFunctions = 10

// changeSections list the functions that differ between the first and the last variant, worst first, and what becomes
// of the others. They are nil for accounts of a single function: the table says everything about it. A format that
// folds details folds many functions.
func changeSections(r calc.CompareResult, folded bool) []Section {
	first, last := &r.Variants[0], &r.Variants[len(r.Variants)-1]
	changed, same := figure.Changed(r)
	if len(first.Functions) <= 1 && len(last.Functions) <= 1 || len(changed) == 0 {
		return nil
	}
	s := Section{
		Title:  fmt.Sprintf("Functions, %s against %s", last.Name, first.Name),
		Detail: folded && len(changed) >= foldedFunctions,
		Rest:   []string{""}, // one stays
	}
	for i, c := range changed {
		if i > 0 {
			s.Rest = append(s.Rest, fmt.Sprintf("and %d more change: -o wide", len(changed)-i))
		}
		s.Lines = append(s.Lines, changeLine(c))
	}
	return []Section{s, {Lines: asBefore(same)}}
}

// asBefore names the first of the functions that do not change and do not fit, and counts the others.
func asBefore(same []calc.FunctionChange) []Line {
	const most = 2
	var words []string
	fit, lose := 0, 0
	for _, c := range same {
		loses := document.ExcessWords(&c.After.Figures)
		switch {
		case loses == "":
			fit++
			continue
		case lose < most:
			words = append(words, c.Name+" "+loses)
		}
		lose++
	}
	if lose > most {
		words = append(words, fmt.Sprintf("%d more do not fit", lose-most))
	}
	if fit > 0 {
		words = append(words, fmt.Sprintf("%d %s", fit, calc.Fits.Verb(fit)))
	}
	if len(words) == 0 {
		return nil
	}
	return []Line{{Text: "As before: " + strings.Join(words, "; "), Aside: true}}
}

// changeLine says how a function changes: spills 40% → fits; provisioned 150 → 275; +$273.75.
func changeLine(c calc.FunctionChange) Line {
	l := Line{Mark: c.Name + ":"}
	var words []string
	switch {
	case c.After == nil:
		words, l.Tone = []string{"gone"}, Dim
	case c.Before == nil:
		words = []string{"new, " + standing(&c.After.Figures)}
	default:
		before, after := standing(&c.Before.Figures), standing(&c.After.Figures)
		if before != after {
			after = before + " → " + after
		}
		words = append([]string{after}, settingWords(c.Before, c.After)...)
	}
	if c.After != nil {
		l.Tone = verdictTone(c.After.Headline())
	}
	if x := figure.CostChange(c); x.Changed() {
		words = append(words, quantity.FormatDollarsChange(x.Delta))
	}
	l.Text = strings.Join(words, "; ")
	return l
}

// standing says what a load loses, or that it fits.
func standing(x *calc.Figures) string {
	if words := document.ExcessWords(x); words != "" {
		return words
	}
	return string(x.Headline())
}

// settingWords lists the settings that differ.
func settingWords(before, after *calc.ComparedFunction) (words []string) {
	units := func(n calc.Optional[int64]) string { return optional(n, count).Text }
	for _, s := range []struct{ name, before, after string }{
		{"rate", number(before.RPS).Text, number(after.RPS).Text},
		{"provisioned", count(before.Provisioned).Text, count(after.Provisioned).Text},
		{"reserved", units(before.Reserved), units(after.Reserved)},
		{"memory", units(before.MemoryMB), units(after.MemoryMB)},
		{"duration", optional(before.DurationMS, duration).Text, optional(after.DurationMS, duration).Text},
	} {
		if s.before != s.after {
			words = append(words, s.name+" "+s.before+" → "+s.after)
		}
	}
	return words
}
