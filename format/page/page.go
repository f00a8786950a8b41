// Package page lays answers out for people: what goes into which table, plot or sentence, and what it means. A page is
// data; package render draws it. A view turns a document into its page and computes nothing.
package page

import (
	"github.com/lambdacap/lambdacap/calc"
)

// A Page is everything that a person sees, in order.
type Page struct {
	// Headline is the answer in one sentence.
	Headline Line
	// Sections follow the headline. Empty ones are not shown.
	Sections []Section
}

// A Section is a title with a table, a plot or lines, or any combination of them.
type Section struct {
	Title string
	Table *Table
	Plot  *Plot
	Lines []Line
}

// Empty reports whether there is nothing to show.
func (s Section) Empty() bool { return s.Table == nil && s.Plot == nil && len(s.Lines) == 0 }

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
	// Link is a web page that the line ends with. It is one of ours: a link in a text does not come alive.
	Link string
	// Code holds commands to copy.
	Code []string
	// List holds items to copy.
	List []string
	// More holds further sentences.
	More []Line
}

// A Table is rows and columns.
type Table struct {
	Columns []Column
	Rows    [][]Cell // each row has a cell for each column
}

// A Column has a header, which may have several lines, and an alignment.
type Column struct {
	Header string
	Left   bool // aligned left, as text is; numbers are aligned right
}

// left returns a column of text, aligned left.
func left(header string) Column { return Column{Header: header, Left: true} }

// right returns a column of numbers, aligned right.
func right(header string) Column { return Column{Header: header} }

// A Cell is one field of a table. Its text may have several lines.
type Cell struct {
	Text string
	Tone Tone
}

// add appends a row.
func (t *Table) add(cells ...Cell) { t.Rows = append(t.Rows, cells) }

// keep keeps the columns for which the function returns true, and drops the others.
func (t *Table) keep(keep func(i int) bool) {
	t.Columns = kept(t.Columns, keep)
	for r, row := range t.Rows {
		t.Rows[r] = kept(row, keep)
	}
}

func kept[T any](list []T, keep func(i int) bool) []T {
	var short []T
	for i, x := range list {
		if keep(i) {
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
