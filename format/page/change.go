package page

import (
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/figure"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// changedFunctions is how many of the functions that change are listed.
const changedFunctions = 8

// changeLines lists the functions that differ between the first and the last variant, worst first. It is empty for
// accounts of a single function, of which the table says everything.
func changeLines(r calc.CompareResult) (s Section) {
	first, last := &r.Variants[0], &r.Variants[len(r.Variants)-1]
	changed, same := figure.Changed(r)
	if len(first.Functions) <= 1 && len(last.Functions) <= 1 || len(changed) == 0 {
		return s
	}
	s.Title = fmt.Sprintf("Functions, %s against %s", shortName(last.Name, 24), shortName(first.Name, 24))
	for i, c := range changed {
		if i == changedFunctions {
			s.Lines = append(s.Lines, Line{Text: fmt.Sprintf("and %d more change; -o json lists all", len(changed)-i)})
			break
		}
		s.Lines = append(s.Lines, changeLine(c))
	}
	if text := asBefore(same); text != "" {
		s.Lines = append(s.Lines, Line{Mark: "as before:", Tone: Dim, Text: text})
	}
	return s
}

// asBefore names the functions that do not change and do not fit, and counts the others.
func asBefore(same []calc.FunctionChange) string {
	var words []string
	fit := 0
	for _, c := range same {
		if loses := lossWords(&c.After.Figures); loses == "" {
			fit++
		} else if len(words) < shownFindings {
			words = append(words, shortName(c.Name, 40)+" "+loses)
		}
	}
	if fit > 0 {
		words = append(words, quantity.FormatCountOf(fit, "function")+" "+plural(calc.Fits, fit))
	}
	return strings.Join(words, "; ")
}

// changeLine says how a function changes.
func changeLine(c calc.FunctionChange) Line {
	l := Line{Mark: shortName(c.Name, 40) + ":"}
	if c.After == nil {
		l.Text, l.Tone = "gone", Dim
		if usd, ok := c.Before.TotalUSD.Get(); ok {
			l.Text += "; it cost " + dollars(usd) + " a month"
		}
		return l
	}
	v := c.After.Headline()
	l.Tone = verdictTone(v)
	words := []string{string(v)}
	if c.Before == nil {
		words[0] = "new, " + words[0]
		if loses := lossWords(&c.After.Figures); loses != "" {
			words = append(words, loses)
		}
		if usd, ok := c.After.TotalUSD.Get(); ok {
			words = append(words, "costs "+dollars(usd)+" a month")
		}
	} else {
		if old := c.Before.Headline(); old != v {
			words[0] = string(old) + " → " + string(v)
		}
		words = append(words, settingWords(c.Before, c.After)...)
		words = append(words, changeWords(&c.Before.Figures, &c.After.Figures)...)
	}
	l.Text = strings.Join(words, "; ")
	return l
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
