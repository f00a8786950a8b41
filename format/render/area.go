package render

import (
	"fmt"
	"math"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/format/page"
)

// areaRows is the usual height of an area, rows.
const areaRows = 6

// The cells of an area: what is in use, what is in use beyond the capacity, the capacity, and what is refused.
const (
	beyondBlock, beyondASCII     = "▒", "%"
	capacityDash, capacityASCII  = "╌", "-"
	refusedCross, refusedASCII   = "×", "x"
	peakArrow, peakArrowASCII    = "↑", "^"
	axisTick, axisTickASCII      = "┬", "+"
	axisRule, axisRuleASCII      = "─", "-"
	axisCorner, axisCornerASCII  = "└", "+"
	axisUpright, axisUprightRule = "┤", "|"
)

// eighths are blocks of one to eight eighths of a cell. Where a terminal has no such characters, less than half of a
// cell is a dot.
var eighths = []rune("▁▂▃▄▅▆▇█")

// An area is a load over time while it is drawn with characters.
type area struct {
	canvas
	*page.Plot
	load, capacity []float64 // of each column; the capacity is NaN if there is none
	refused        []bool    // of each column
	rows           int
	top, end       float64 // of the axes
	isCut          bool    // something is higher than top
}

// area draws the load of a plot as an area, and returns its lines.
func (c canvas) area(p *page.Plot) []string {
	a := area{canvas: c, Plot: p, rows: areaRows}
	if p.Rows != 0 {
		a.rows = p.Rows
	}
	n := len(p.At)
	a.end = p.At[n-1] + (p.At[n-1] - p.At[n-2]) // the last value holds as long as the one before
	// The scale depends on the columns, and the room for columns on its labels, whose width hardly changes.
	a.columns(c.columns() - plotLabels/2)
	a.top, a.isCut = timeScale(a.load, a.capacity)
	labels := a.labels()
	width := 0
	for _, label := range labels {
		width = max(width, textWidth(label))
	}
	a.columns(c.columns() - len(indent) - width - len(" |"))
	lines := make([]string, 0, a.rows+2)
	for r, row := range a.cells() {
		margin := indent + strings.Repeat(" ", width-textWidth(labels[r])) + labels[r] + " "
		lines = append(lines, margin+a.either(axisUpright, axisUprightRule)+strings.TrimRight(row, " "))
	}
	margin := strings.Repeat(" ", len(indent)+width+len(" "))
	return append(lines, a.axis(margin)...)
}

// either returns a character, or the one that every terminal has.
func (a *area) either(char, ascii string) string {
	if a.ASCII {
		return ascii
	}
	return char
}

// columns gathers the points in as many columns as there is room for: the highest load that each touches, and the
// lowest capacity.
func (a *area) columns(width int) {
	load := a.Curves[len(a.Curves)-1].Values
	var capacity []calc.Optional[float64]
	for _, curve := range a.Curves {
		if curve.Capacity {
			capacity = curve.Values
		}
	}
	a.load, a.capacity, a.refused = make([]float64, width), make([]float64, width), make([]bool, width)
	step := (a.end - a.At[0]) / float64(width)
	from := 0
	for i := range a.load {
		a.capacity[i] = math.NaN()
		starts := a.At[0] + float64(float64(i)*step)
		for from+1 < len(a.At) && a.At[from+1] <= starts+float64(step*1e-6) {
			from++
		}
		for k := from; k < len(a.At) && (k == from || a.At[k] < starts+float64(step*(1-1e-6))); k++ {
			a.load[i] = math.Max(a.load[i], load[k].Or(0))
			if capacity != nil {
				a.capacity[i] = math.Min(capacity[k].Or(0), notNaN(a.capacity[i], math.Inf(1)))
			}
			a.refused[i] = a.refused[i] || a.Refused != nil && a.Refused[k]
		}
	}
}

// notNaN returns x, or y if it is none.
func notNaN(x, y float64) float64 {
	if math.IsNaN(x) {
		return y
	}
	return x
}

// cell returns the row that a value above 0 reaches, from the bottom, and how many eighths of its cell it fills.
func (a *area) cell(value float64) (row, filled int) {
	n := int(math.Round(value / a.top * float64(8*a.rows)))
	n = min(max(n, 1), 8*a.rows)
	return (n - 1) / 8, (n-1)%8 + 1
}

// labels returns the label of each row, the highest first: the top of the axis, the capacity if it is always the same,
// otherwise the half, and nothing below.
func (a *area) labels() []string {
	labels := make([]string, a.rows)
	most, least := math.Inf(-1), math.Inf(1)
	for _, c := range a.capacity {
		most, least = math.Max(most, c), math.Min(least, c)
	}
	middle := a.top / 2
	if most == least && most > 0 && most < a.top {
		middle = most
	}
	row, _ := a.cell(middle)
	labels[a.rows-1-row] = quantity.FormatNumber(middle)
	labels[0] = quantity.FormatNumber(a.top)
	return labels
}

// cells draws the rows, the highest first.
func (a *area) cells() []string {
	type cell struct {
		text string
		tone page.Tone
	}
	grid := make([][]cell, a.rows)
	for r := range grid {
		grid[r] = make([]cell, len(a.load))
	}
	for i, load := range a.load {
		line := -1 // the row of the capacity
		if a.capacity[i] > 0 {
			line, _ = a.cell(a.capacity[i])
		}
		reached, filled := -1, 0
		if load > 0 {
			reached, filled = a.cell(load)
		}
		exceeds := load > a.capacity[i]
		for r := range a.rows {
			x := &grid[a.rows-1-r][i]
			switch {
			case r <= reached && exceeds && (r > line || r == reached):
				*x = cell{a.either(beyondBlock, beyondASCII), page.Warn}
			case r < reached:
				*x = cell{a.either(fullBlock, fullASCII), page.Good}
			case r == reached:
				*x = cell{a.part(filled), page.Good}
			case r == line:
				*x = cell{a.either(capacityDash, capacityASCII), page.Plain}
			default:
				*x = cell{" ", page.Plain}
			}
		}
		if a.refused[i] {
			grid[a.rows-1-min(reached+1, a.rows-1)][i] = cell{a.either(refusedCross, refusedASCII), page.Bad}
		}
	}
	if at, text := a.peak(); text != "" {
		for i, char := range []rune(text) {
			grid[0][at+i] = cell{string(char), page.Plain}
		}
	}
	rows := make([]string, a.rows)
	var text, run strings.Builder
	for r, row := range grid {
		text.Reset()
		for from := 0; from < len(row); {
			to := from
			run.Reset()
			for ; to < len(row) && row[to].tone == row[from].tone; to++ {
				run.WriteString(row[to].text)
			}
			text.WriteString(a.paint(run.String(), row[from].tone))
			from = to
		}
		rows[r] = text.String()
	}
	return rows
}

// part returns the block of some eighths of a cell.
func (a *area) part(filled int) string {
	switch {
	case !a.ASCII:
		return string(eighths[filled-1])
	case filled < 4:
		return lightASCII
	}
	return fullASCII
}

// peak returns the height of the highest peak that is cut, and the column of the top row to write it at: beside the
// peak, where it hides nothing.
func (a *area) peak() (at int, text string) {
	if !a.isCut {
		return 0, ""
	}
	highest := 0
	for i, load := range a.load {
		if load > a.load[highest] {
			highest = i
		}
	}
	text = a.either(peakArrow, peakArrowASCII) + quantity.FormatNumber(a.load[highest])
	n := textWidth(text)
	fits := func(from int) bool {
		for i := from; i < from+n; i++ {
			if i < 0 || i >= len(a.load) {
				return false
			}
			if row, _ := a.cell(math.Max(a.load[i], notNaN(a.capacity[i], 0))); row == a.rows-1 {
				return false
			}
		}
		return true
	}
	for distance := 1; distance < len(a.load); distance++ {
		if from := highest + distance; fits(from) {
			return from, text
		}
		if from := highest - distance - n + 1; fits(from) {
			return from, text
		}
	}
	return 0, ""
}

// axis draws the axis below, with its labels at round times.
func (a *area) axis(margin string) []string {
	rule := []rune(strings.Repeat(a.either(axisRule, axisRuleASCII), len(a.load)))
	labels := []rune(strings.Repeat(" ", len(margin)+1+len(a.load)))
	const between = 12 // columns from one label to the next, at least
	span := a.end - a.At[0]
	step := tickStep(float64(span*between)/float64(len(a.load)), true)
	used := 0
	for k := math.Ceil(a.At[0]/step - 1e-9); k*step <= a.end+float64(step*1e-9); k++ {
		at := float64(k * step)
		i := int(math.Round((at - a.At[0]) / span * float64(len(a.load))))
		if i < len(rule) {
			rule[i] = []rune(a.either(axisTick, axisTickASCII))[0]
		}
		text := []rune(timeLabel(a.Axis, at, span))
		start := min(len(margin)+1+i-len(text)/2, len(labels)-len(text))
		if start < used {
			continue
		}
		copy(labels[start:], text)
		used = start + len(text) + 1
	}
	return []string{margin + a.either(axisCorner, axisCornerASCII) + string(rule), strings.TrimRight(string(labels), " ")}
}

// timeLabel returns the label of a time on an axis that spans some seconds.
func timeLabel(axis calc.Axis, at, span float64) string {
	if axis == page.Clock {
		return clock(at, span)
	}
	return quantity.FormatTime(at)
}

// areaTitle returns the title of an area with its legend.
func areaTitle(title string, p *page.Plot, ascii bool) string {
	a := area{canvas: canvas{Options: Options{ASCII: ascii}}}
	load := p.Curves[len(p.Curves)-1].Name
	text := fmt.Sprintf("%s: %s %s", title, a.either(fullBlock, fullASCII), load)
	for _, curve := range p.Curves {
		if curve.Capacity {
			text += fmt.Sprintf(", %s beyond %s %s", a.either(beyondBlock, beyondASCII),
				a.either(capacityDash, capacityASCII), curve.Name)
		}
	}
	if p.RefusedName != "" {
		text += fmt.Sprintf(", %s %s", a.either(refusedCross, refusedASCII), p.RefusedName)
	}
	return text
}
