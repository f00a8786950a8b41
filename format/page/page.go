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
	// Subject names what the page is about; empty if nobody named it. Formats whose answers stand alone show it.
	Subject string
	// Headline is the answer in one sentence, with its verdict as the mark.
	Headline Line
	// Under are further lines of the answer, right below the headline.
	Under []Line
	// Sections follow. Empty ones are not shown.
	Sections []Section
	// Most is the maximum number of lines, of 80 columns each; 0 means any number. Sections with a Rest are cut until the
	// page fits.
	Most int
	// MostOfDetail is the same for each section that is shown on demand.
	MostOfDetail int
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
	// Splits are bars of several loads, for formats that draw them.
	Splits []Split
	Table  *Table
	Plot   *Plot
	Lines  []Line
	// Stars says what the stars in the cells of the table mean.
	Stars string
	// Rest allows the rows of the table or, without a table, the lines to be cut: Rest[n] says what is left out if only
	// the first n are shown. It is empty where n would be too few.
	Rest []string
	// More says what is left out.
	More string
	// Detail marks a section that is shown on demand. A format that can fold sections folds it.
	Detail bool
}

// Empty reports whether there is nothing to show.
func (s Section) Empty() bool {
	return len(s.Bars) == 0 && len(s.Splits) == 0 && s.Table == nil && s.Plot == nil && len(s.Lines) == 0 && s.More == ""
}

// Sentences returns the lines below the table. If a cell that is shown has a star, the first says what it means.
func (s Section) Sentences() []Line {
	if s.Stars == "" || s.Table == nil || !s.Table.starred() {
		return s.Lines
	}
	return append([]Line{{Text: "* " + s.Stars, Aside: true}}, s.Lines...)
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

// A Line is a sentence after a mark, with what is shown below it.
type Line struct {
	Mark string
	Tone Tone // of the mark
	Text string
	// Aside marks a line that matters less than others.
	Aside bool
	// Link is a web page at the end of the line. It is one of ours: links in Text are not made clickable.
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
	// From and To are where the bar starts and ends, as shares of the whole, 0 to 1.
	From, To float64
	// Room marks capacity that is not used.
	Room  bool
	Value string
}

// A Split shows one of several loads, and its parts in one bar.
type Split struct {
	// Label names the load.
	Label string
	// Mark is its verdict.
	Mark string
	Tone Tone // of the mark
	// Parts follow each other.
	Parts []Bar
	// Value is the size of the load, and what is in excess.
	Value string
}

// A Table is rows and columns.
type Table struct {
	Columns []Column
	Rows    [][]Cell // each row has a cell for each column
	// Total is the last row, below a rule. It is never cut; nil if there is none.
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

// starred reports whether a cell has a star. Names may have one for another reason.
func (t *Table) starred() bool {
	for _, row := range t.Rows {
		for i, c := range row {
			if !t.Columns[i].Name && strings.Contains(c.Text, "*") {
				return true
			}
		}
	}
	return false
}

// lastDrop is the Drop of the columns that are dropped last.
const lastDrop = 1

// DropColumn drops the column with the highest Drop, one with lastDrop only if last is true. It reports whether it
// dropped one.
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

// Height returns the number of lines that the table takes; every cell is on one line.
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
	// Name says that the cells are names. If there is no room for them, their middle is left out.
	Name bool
	// Drop says which columns are dropped if there is no room: those with the highest number first. Those with lastDrop
	// are dropped only if there is no room even with shortened names, those with 0 never.
	Drop int
}

// left returns a column of text, aligned left.
func left(header string) Column { return Column{Header: header, Left: true} }

// perFunction is the header of the column with the functions' names.
const perFunction = "Function"

// names returns a column of names, such as those of the functions.
func names(header string) Column { return Column{Header: header, Left: true, Name: true} }

// right returns a column of numbers, aligned right.
func right(header string) Column { return Column{Header: header} }

// drop returns the column with a Drop.
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

// keep drops the columns for which the function returns false.
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

// dropSilent drops the columns that say nothing, whose cells are all empty, 0 or absent. The first column stays.
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

// kept returns the items of a list that stay.
func kept[T any](list []T, stays []bool) []T {
	var short []T
	for i, x := range list {
		if stays[i] {
			short = append(short, x)
		}
	}
	return short
}

// A Plot shows curves over a setting, or over time.
type Plot struct {
	// Axis is the setting, or Time.
	Axis calc.Axis
	// At holds the values of the setting, ascending, in its unit, or times in seconds. At least two of them differ.
	At []float64
	// Unit is what the values of the curves are.
	Unit Unit
	// Rows is the height of the plot, lines without those of the axis; 0 for the usual height.
	Rows int
	// Least is the height that is left if there is no room for Rows, or else nothing of the plot; 0 keeps Rows.
	Least int
	// Load says that the last curve is a load over time, which characters draw as an area: what is within the capacity,
	// if there is one, and what exceeds it.
	Load bool
	// Refused marks the points at which not all of the load is served, and RefusedName says what happens to the rest.
	Refused     []bool
	RefusedName string
	// Curves are drawn one over the other: a later curve over an earlier one.
	Curves []Curve
	// Gap names what lies between the first curve and the last, above it, and is lost; empty if that is nothing.
	Gap string
	// ColumnS is how long each point lasts if that is longer than what is known, seconds; 0 if it is not.
	ColumnS float64
}

// The axes of a plot over time: seconds since its start, and since 1970-01-01 00:00 UTC.
const (
	Time  calc.Axis = "time"
	Clock calc.Axis = "clock"
)

// A Unit is what the values of a curve are.
type Unit int

// The units.
const (
	Ratio Unit = iota // 0 to 1
	Rate              // requests per second
)

// A Curve is a quantity at every point of a plot; absent if it is not known there.
type Curve struct {
	Name   string
	Values []calc.Optional[float64]
	// Capacity says that the least of several values is what matters; of a load, the greatest is.
	Capacity bool
	// Tone is what the values mean; Plain for loads.
	Tone Tone
}
