package format

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
)

// A tone is what a text means to the reader. The renderer makes colour of it,
// and the text says the same without.
type tone int

const (
	plain tone = iota
	good
	warn
	bad
	dim
)

// A cell is one field of a table.
type cell struct {
	text string
	tone tone
}

// A column has a header, which may have several lines, and an alignment.
type column struct {
	header string
	left   bool // text; numbers stand right
}

// A table is what to show in rows and columns, without a word on how.
type table struct {
	columns []column
	rows    [][]cell
}

// add appends a row; it must have a cell for each column.
func (t *table) add(cells ...cell) { t.rows = append(t.rows, cells) }

// keep drops the columns for which keep says no.
func (t *table) keep(keep func(i int) bool) {
	pick := func(n int, move func(to, from int)) int {
		kept := 0
		for i := range n {
			if keep(i) {
				move(kept, i)
				kept++
			}
		}
		return kept
	}
	for r, row := range t.rows {
		t.rows[r] = row[:pick(len(row), func(to, from int) { row[to] = row[from] })]
	}
	t.columns = t.columns[:pick(len(t.columns), func(to, from int) { t.columns[to] = t.columns[from] })]
}

// A line is a sentence with a mark in front of it, and lines to copy below.
type line struct {
	mark string
	tone tone
	text string
	code []string
	list []string
	more []line // sentences below it
}

// A section is a title with a table, a plot or lines, or several of them.
type section struct {
	title string
	table *table
	plot  []string
	lines []line
}

func (s section) empty() bool { return s.table == nil && len(s.plot) == 0 && len(s.lines) == 0 }

// A page is everything that a person gets to see, in its order.
type page struct {
	headline line
	sections []section
	swept    bool // findings on the load would be about the settings as given, and not about a point
}

// absent is shown for a value that there is none of.
const absent = "-"

func number(x float64) cell { return cell{text: calc.FormatNumber(x)} }
func word(text string) cell { return cell{text: text} }

// count is a number of units, to the last digit where a column has room.
func count(n int64) cell {
	if n >= 10_000_000 {
		return number(float64(n))
	}
	return cell{text: calc.FormatCount(n)}
}

// nonzero is a number that stands out, in a tone, unless it is zero.
func nonzero(x float64, t tone) cell {
	if x == 0 {
		return cell{"0", dim}
	}
	return cell{calc.FormatNumber(x), t}
}

// maybe shows an optional value.
func maybe[T any](o calc.Optional[T], show func(T) cell) cell {
	if v, ok := o.Get(); ok {
		return show(v)
	}
	return cell{absent, dim}
}

func limit(l calc.Limit) cell { return word(string(l)) }

// verdict is the word that a reader looks for first.
func verdict(v calc.Verdict) cell {
	return cell{strings.ToUpper(string(v)), verdictTone(v)}
}

func verdictTone(v calc.Verdict) tone {
	switch v {
	case calc.Fits:
		return good
	case calc.Throttles:
		return bad
	}
	return warn
}

// nameWidth is where names are broken in a table, so that it fits 80 columns.
const nameWidth = 22

// name is a function's name, broken into lines where it is long, after a
// hyphen or underscore where there is one.
func name(text string, width int) cell {
	var lines []string
	rest := []rune(text)
	for len(rest) > width {
		at := width
		for i := width; i > width/2; i-- {
			if strings.ContainsRune("-_.:/ ", rest[i-1]) {
				at = i
				break
			}
		}
		lines, rest = append(lines, string(rest[:at])), rest[at:]
	}
	return word(strings.Join(append(lines, string(rest)), "\n"))
}

// shownFindings is how many findings of one kind a page shows; an account of
// a thousand functions would bury the others.
const shownFindings = 5

// findingLines lists the findings of some levels in the order of calc.Rules. Of
// the notes it shows those about durations and costs: the others say why a figure of a
// document is null, and a page shows that as it is.
func findingLines(found []calc.Finding, levels ...calc.Level) section {
	var s section
	for _, rule := range calc.Rules() {
		if !slices.Contains(levels, rule.Level) || rule.Level == calc.LevelInfo && !slices.Contains([]calc.FindingID{calc.FindingNoDuration, calc.FindingMixed, calc.FindingNoCost, calc.FindingTier}, rule.ID) {
			continue
		}
		mark, tone := levelMark(rule.Level)
		shown := 0
		for _, f := range found {
			if f.ID != rule.ID {
				continue
			}
			if shown++; shown > shownFindings {
				continue
			}
			text := f.Message
			if function, ok := f.Function.Get(); ok {
				text = function + ": " + text
			}
			s.lines = append(s.lines, line{mark: mark, tone: tone, text: fmt.Sprintf("%s [%s]", text, f.ID)})
		}
		if more := shown - shownFindings; more > 0 {
			s.lines = append(s.lines, line{mark: mark, tone: tone,
				text: fmt.Sprintf("%s of %d more, -o json lists them all", rule.ID, more)})
		}
	}
	return s
}

// levelMark is how a finding of a level begins.
func levelMark(level calc.Level) (string, tone) {
	switch level {
	case calc.LevelError:
		return "error:", bad
	case calc.LevelWarning:
		return "warning:", warn
	}
	return "note:", dim
}

// explanation lists the steps, and the pages they rest on.
func explanation(steps []calc.Step) []section {
	how := section{title: "How"}
	from := section{title: "Sources"}
	marks := map[calc.Source]int{}
	var of calc.Optional[string]
	for _, step := range steps {
		if step.Function != of {
			of = step.Function
			how.lines = append(how.lines, line{mark: of.Or(accountRow) + ":"})
		}
		value := calc.FormatNumber(step.Value) + " " + step.Unit
		switch step.Unit {
		case "ratio":
			value = calc.FormatChance(step.Value)
		case "USD":
			value = calc.FormatUSD(step.Value) + " USD"
		}
		mark := "derived"
		if step.Source != calc.SourceDerived {
			if marks[step.Source] == 0 {
				marks[step.Source] = len(marks) + 1
				from.lines = append(from.lines, line{mark: fmt.Sprintf("[%d]", len(marks)), text: string(step.Source)})
			}
			mark = fmt.Sprint(marks[step.Source])
		}
		how.lines = append(how.lines, line{mark: step.Quantity, text: fmt.Sprintf("= %s = %s = %s [%s]", step.Formula, step.Numbers, value, mark)})
	}
	return []section{how, from}
}
