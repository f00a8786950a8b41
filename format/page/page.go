// Package page lays answers out for people: what stands in which table, plot or sentence, and what it means. A page is
// data; package render draws it. A view turns a document into its page and computes nothing.
package page

import (
	"github.com/lambdacap/lambdacap/calc"
)

// A Page is everything that a person sees, in its order.
type Page struct {
	// Headline is the answer in one sentence.
	Headline Line
	// Sections follow it. Empty ones are not shown.
	Sections []Section
}

// A Section is a title with a table, a plot or lines, or several of them.
type Section struct {
	Title string
	Table *Table
	Plot  *Plot
	Lines []Line
}

// Empty reports whether there is nothing to show.
func (s Section) Empty() bool { return s.Table == nil && s.Plot == nil && len(s.Lines) == 0 }

// A Tone is what a text means to the reader. A renderer may make colour of it, and the text says the same without.
type Tone int

// The tones.
const (
	Plain Tone = iota
	Good
	Warn
	Bad
	Dim
)

// A Line is a sentence with a mark in front of it, and what stands below it.
type Line struct {
	Mark string
	Tone Tone // of the mark
	Text string
	// Code are commands to copy.
	Code []string
	// List are items to copy.
	List []string
	// More are further sentences.
	More []Line
}

// A Table is rows and columns.
type Table struct {
	Columns []Column
	Rows    [][]Cell // each has a cell for each column
}

// A Column has a header, which may have several lines, and an alignment.
type Column struct {
	Header string
	Left   bool // text; numbers stand right
}

// A Cell is one field of a table. Its text may have several lines.
type Cell struct {
	Text string
	Tone Tone
}

// add appends a row.
func (t *Table) add(cells ...Cell) { t.Rows = append(t.Rows, cells) }

// keep drops the columns for which keep says no.
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

// A Plot is curves over a setting.
type Plot struct {
	// Axis is the setting.
	Axis calc.Axis
	// At are the values of the setting, ascending, in its unit; at least two different ones.
	At []float64
	// Curves are ratios, 0 to 1. A later one is drawn over an earlier one.
	Curves []Curve
}

// A Curve is a ratio at every value of the setting; absent where it is not known.
type Curve struct {
	Name   string
	Ratios []calc.Optional[float64]
}
