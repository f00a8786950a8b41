package render

import (
	"cmp"
	"math"
	"strings"

	"github.com/guptarohit/asciigraph"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/elementary"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/series"
	"github.com/lambdacap/lambdacap/format/page"
)

// plotHeight is the height of a plot, rows: with the sentences around it, it fits a screen.
const plotHeight = 10

// plotLabels is the room for the labels of a plot, columns.
const plotLabels = 16

// The characters that the curves of a plot are drawn with, and that stand for them in its legend: first that of the
// last curve, which is drawn over the others, and whose points are marked.
var curveMarks = []string{"─", "·"}

const pointMark = "●"

// plainly replaces the characters of a plot by those that every terminal has.
var plainly = strings.NewReplacer("─", "-", "·", ".", pointMark, "o", "│", "|", "┤", "|", "┼", "+", "┬", "+", "└", "+",
	"╭", "-", "╮", "-", "╰", "-", "╯", "-", "╴", "-", "╶", "-")

// title returns the title of a section, with the legend of its plot if it has one.
func title(s *page.Section, ascii bool) string {
	if s.Plot == nil {
		return s.Title
	}
	if s.Plot.Load {
		return areaTitle(s.Title, s.Plot, ascii)
	}
	var legend []string
	for i := range s.Plot.Curves {
		legend = append(legend, curveMarks[i]+" "+s.Plot.Curves[len(s.Plot.Curves)-1-i].Name)
	}
	text := s.Title + ": " + strings.Join(legend, ", ")
	if ascii {
		return plainly.Replace(text)
	}
	return text
}

// plot draws a plot with characters, and returns its lines.
func (c canvas) plot(p *page.Plot) []string {
	if p.Load {
		return c.area(p)
	}
	return plot(p, c.columns(), c.ASCII)
}

// plotLines returns how many lines a plot takes, with those of the axis below it.
func plotLines(p *page.Plot) int {
	if p.Load {
		return cmp.Or(p.Rows, areaRows) + 2
	}
	return cmp.Or(p.Rows, plotHeight) + 3 // the top and the bottom of the scale have a row each
}

// plot draws the curves of a plot with characters in some columns, and returns its lines.
func plot(p *page.Plot, columns int, ascii bool) []string {
	width := columns - plotLabels
	highest := 0.0
	var curves [][]float64
	var marks []asciigraph.CharSet
	for i, c := range p.Curves {
		curves = append(curves, resample(p.At, c.Values, width))
		marks = append(marks, asciigraph.CreateCharSet(curveMarks[len(p.Curves)-1-i]))
		for _, ratio := range c.Values {
			highest = max(highest, ratio.Or(0))
		}
	}
	marks[len(marks)-1] = asciigraph.DefaultCharSet
	overTime := p.Axis == page.Time || p.Axis == page.Clock
	if most := width / 2; len(p.At) <= most && !overTime { // else the marks would hide the curve
		curves = append(curves, points(p.At, p.Curves[len(p.Curves)-1].Values, width))
		marks = append(marks, asciigraph.CreateCharSet(pointMark))
	}
	top, label := math.Min(1, roundUp(highest)), quantity.FormatChance
	if p.Unit == page.Rate {
		top, label = roundUp(highest), func(x float64) string { return quantity.FormatNumber(math.Max(0, x)) }
	}
	if top == 0 { // a scale needs two ends
		top = 1
	}
	text := asciigraph.PlotMany(curves,
		asciigraph.Height(cmp.Or(p.Rows, plotHeight)),
		asciigraph.LowerBound(0), asciigraph.UpperBound(top),
		asciigraph.SeriesChars(marks...),
		asciigraph.YAxisValueFormatter(label),
		asciigraph.XAxisRange(p.At[0], p.At[len(p.At)-1]), asciigraph.XAxisTickCount(5),
		asciigraph.XAxisValueFormatter(func(x float64) string {
			switch p.Axis {
			case calc.AxisDuration:
				return quantity.FormatDuration(x)
			case page.Time, page.Clock:
				return timeLabel(p.Axis, x, p.At[len(p.At)-1]-p.At[0])
			}
			return quantity.FormatNumber(x)
		}))
	if ascii {
		text = plainly.Replace(text)
	}
	return strings.Split(text, "\n")
}

// clock returns the label of a time, seconds since 1970: the day where days are shown, otherwise the time of the day,
// with seconds where only minutes are.
func clock(x, span float64) string {
	const days, minutes = 2 * series.SecondsPerDay, 5 * 60
	if span > 0 && span <= minutes {
		return series.Stamp(int64(x + 0.5))[len("2026-11-24T"):len("2026-11-24T20:00:00")]
	}
	stamp := series.Stamp(int64(x+30) / 60 * 60)
	if span > days {
		return stamp[len("2026-"):len("2026-11-24")]
	}
	return stamp[len("2026-11-24T"):len("2026-11-24T20:00")]
}

// points returns a curve that is known only at the points of a plot, at as many even steps as the plot is wide.
func points(at []float64, values []calc.Optional[float64], width int) []float64 {
	from, to := at[0], at[len(at)-1]
	curve := make([]float64, width)
	for i := range curve {
		curve[i] = math.NaN()
	}
	for i, x := range at {
		curve[int(float64((x-from)/(to-from)*float64(width-1))+0.5)] = values[i].Or(math.NaN())
	}
	return curve
}

// resample reads a curve at as many even steps as the plot is wide, since its points may be at any distance from each
// other. The result is NaN where the curve is not known, which leaves a gap.
func resample(at []float64, values []calc.Optional[float64], width int) []float64 {
	from, to := at[0], at[len(at)-1]
	curve := make([]float64, width)
	left := 0
	for i := range curve {
		x := from + (to-from)*float64(i)/float64(width-1)
		for left < len(at)-2 && at[left+1] < x {
			left++
		}
		share := math.Min(1, (x-at[left])/(at[left+1]-at[left]))
		curve[i] = float64(values[left].Or(math.NaN())*(1-share)) + float64(values[left+1].Or(math.NaN())*share)
	}
	return curve
}

// roundUp returns the next round number as the top of an axis; 1 for 0.
func roundUp(x float64) float64 {
	power := math.Pow10(int(math.Floor(elementary.Log(x) / math.Ln10)))
	for _, step := range []float64{1, 2, 3, 4, 5, 6, 8, 10} {
		if step*power >= x*(1-1e-9) {
			return step * power
		}
	}
	return 1
}
