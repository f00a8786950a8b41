// Package page lays answers out for people: what goes into which table, bar, plot or sentence, and what it means. A
// page is data; package render draws it. A view turns a document into its page and computes nothing.
package page

import (
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
)

// A Page is everything that a person sees, in order.
type Page struct {
	// Headline is the answer in one sentence, with its verdict as the mark.
	Headline Line
	// Under are further lines of the answer, right below the headline.
	Under []Line
	// Sections follow. Empty ones are not shown.
	Sections []Section
	// Most is how many lines of 80 columns the page may have; 0 means any number. Sections with a Rest are shortened to
	// it.
	Most int
}

// Failed returns the page with the conditions that made the run fail, right below the headline.
func (p Page) Failed(conditions []string, v View) Page {
	if v.Quiet {
		return p
	}
	var lines []Line
	for _, text := range conditions {
		lines = append(lines, Line{Mark: "FAILED", Tone: Bad, Text: "  " + text})
	}
	p.Under = append(lines, p.Under...)
	return p
}

// A Section is a title with bars, a table, a plot or lines, or any combination of them.
type Section struct {
	Title string
	Bars  []Bar
	Table *Table
	Plot  *Plot
	Lines []Line
	// Rest lets the rows of the table or, without a table, the lines be cut short: Rest[n] says what is left out if
	// only the first n are shown. It is empty where so few would not do.
	Rest []string
	// More says what is left out.
	More string
	// Detail says that the section is shown on demand: a format that can fold it does.
	Detail bool
}

// Empty reports whether there is nothing to show.
func (s Section) Empty() bool {
	return len(s.Bars) == 0 && s.Table == nil && s.Plot == nil && len(s.Lines) == 0 && s.More == ""
}

// A Tone is what a text means to the reader. A renderer may turn it into a colour; the text says the same without one.
type Tone int

// The tones.
const (
	Plain Tone = iota
	Good
	Warn
	Bad
	Dim
)

// A Line is a sentence with a mark in front of it, and what is shown below it.
type Line struct {
	Mark string
	Tone Tone // of the mark
	Text string
	// Aside says that the whole line matters less than others.
	Aside bool
	// Link is a web page that the line ends with. It is one of ours: a link in a text does not come alive.
	Link string
	// Code holds commands to copy.
	Code []string
	// List holds items to copy.
	List []string
	// More holds further sentences.
	More []Line
}

// A Bar shows a part of a whole as a bar.
type Bar struct {
	Label string
	Tone  Tone
	// From and To are where the bar begins and ends, shares of the whole, 0 to 1.
	From, To float64
	// Room says that the part is not used.
	Room  bool
	Value string
}

// A Table is rows and columns.
type Table struct {
	Columns []Column
	Rows    [][]Cell // each row has a cell for each column
	// Total is a last row below a rule, which is always shown; nil if there is none.
	Total []Cell
}

// Clone returns a copy whose columns and cells can be changed.
func (t *Table) Clone() *Table {
	c := &Table{Columns: slices.Clone(t.Columns), Rows: make([][]Cell, len(t.Rows)), Total: slices.Clone(t.Total)}
	for i, row := range t.Rows {
		c.Rows[i] = slices.Clone(row)
	}
	return c
}

// lastDrop is the Drop of a column that goes last.
const lastDrop = 1

// DropColumn drops the column that goes first. With last, it may be one that goes last. It reports whether there was
// one.
func (t *Table) DropColumn(last bool) bool {
	first := 0
	for i, c := range t.Columns {
		if c.Drop > t.Columns[first].Drop {
			first = i
		}
	}
	if drop := t.Columns[first].Drop; drop == 0 || drop == lastDrop && !last {
		return false
	}
	t.keep(func(i int) bool { return i != first })
	return true
}

// Height returns how many lines the table takes, if all its cells have one line.
func (t *Table) Height() int {
	header := 0
	for _, c := range t.Columns {
		header = max(header, 1+strings.Count(c.Header, "\n"))
	}
	lines := header + 1 + len(t.Rows) // with the rule
	if t.Total != nil {
		lines += 2
	}
	return lines
}

// A Column has a header, which may have several lines, and an alignment.
type Column struct {
	Header string
	Left   bool // aligned left, as text is; numbers are aligned right
	// Name says that the cells are names: where there is no room for them, they lose their middle.
	Name bool
	// Drop says which columns go first where there is no room: those with the highest number. One with 1 only goes if
	// there is not even room for shortened names, one with 0 stays.
	Drop int
}

// left returns a column of text, aligned left.
func left(header string) Column { return Column{Header: header, Left: true} }

// names returns the column of the functions' names.
func names(header string) Column { return Column{Header: header, Left: true, Name: true} }

// right returns a column of numbers, aligned right.
func right(header string) Column { return Column{Header: header} }

// drop returns the column as one that goes where there is no room, the sooner the higher the order.
func (c Column) drop(order int) Column {
	c.Drop = order
	return c
}

// A Cell is one field of a table.
type Cell struct {
	Text string
	Tone Tone
}

// add appends a row.
func (t *Table) add(cells ...Cell) { t.Rows = append(t.Rows, cells) }

// totalLast makes the last row the total.
func (t *Table) totalLast() {
	last := len(t.Rows) - 1
	t.Rows, t.Total = t.Rows[:last], t.Rows[last]
}

// keep keeps the columns for which the function returns true, and drops the others.
func (t *Table) keep(keep func(i int) bool) {
	stays := make([]bool, len(t.Columns))
	for i := range stays {
		stays[i] = keep(i)
	}
	t.Columns = kept(t.Columns, stays)
	for r, row := range t.Rows {
		t.Rows[r] = kept(row, stays)
	}
	if t.Total != nil {
		t.Total = kept(t.Total, stays)
	}
}

// dropSilent drops the columns that say nothing: all their cells are empty, 0 or absent. The first column stays.
func (t *Table) dropSilent() {
	t.keep(func(i int) bool {
		says := func(row []Cell) bool {
			return !slices.Contains([]string{"", absent, "0", "0%", "0.00"}, row[i].Text)
		}
		return i == 0 || slices.ContainsFunc(t.Rows, says)
	})
}

// dropEqual drops the columns with the same cells as the one with the given header.
func (t *Table) dropEqual(header string) {
	to := slices.IndexFunc(t.Columns, func(c Column) bool { return c.Header == header })
	if to < 0 {
		return
	}
	t.keep(func(i int) bool {
		differs := func(row []Cell) bool { return row[i].Text != row[to].Text }
		return i == to || slices.ContainsFunc(t.Rows, differs)
	})
}

func kept[T any](list []T, stays []bool) []T {
	var short []T
	for i, x := range list {
		if stays[i] {
			short = append(short, x)
		}
	}
	return short
}

// A Plot shows curves over a setting.
type Plot struct {
	// Axis is the setting.
	Axis calc.Axis
	// At holds the values of the setting, ascending, in its unit. At least two of them differ.
	At []float64
	// Curves are ratios, 0 to 1. A later curve is drawn over an earlier one.
	Curves []Curve
}

// A Curve is a ratio at every value of the setting; absent if it is not known there.
type Curve struct {
	Name   string
	Ratios []calc.Optional[float64]
}
