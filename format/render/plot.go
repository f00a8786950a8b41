package render

import (
	"math"
	"strings"

	"github.com/guptarohit/asciigraph"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/elementary"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/format/page"
)

// The size of a plot, in characters: with its labels it fits 80 columns.
const plotWidth, plotHeight = 60, 10

// curveMarks are the characters that the curves of a plot are drawn with, and that stand for them in its legend.
var curveMarks = []string{"·", "─"}

// title returns the title of a section, with the legend of its plot if it has one. The legend begins with the curve
// that is drawn last, over the others.
func title(s page.Section) string {
	if s.Plot == nil {
		return s.Title
	}
	var legend []string
	for i, c := range s.Plot.Curves {
		legend = append([]string{curveMarks[i] + " " + c.Name}, legend...)
	}
	return s.Title + ": " + strings.Join(legend, ", ")
}

// plot draws a plot with characters and returns its lines.
func plot(p *page.Plot) []string {
	highest := 0.0
	curves := make([][]float64, len(p.Curves))
	for i, c := range p.Curves {
		curves[i] = resample(p.At, c.Ratios)
		for _, ratio := range c.Ratios {
			highest = max(highest, ratio.Or(0))
		}
	}
	text := asciigraph.PlotMany(curves,
		asciigraph.Height(plotHeight),
		asciigraph.LowerBound(0), asciigraph.UpperBound(roundUp(highest)),
		asciigraph.SeriesChars(asciigraph.CreateCharSet(curveMarks[0]), asciigraph.DefaultCharSet),
		asciigraph.YAxisValueFormatter(quantity.FormatChance),
		asciigraph.XAxisRange(p.At[0], p.At[len(p.At)-1]), asciigraph.XAxisTickCount(5),
		asciigraph.XAxisValueFormatter(func(x float64) string {
			if p.Axis == calc.AxisDuration {
				return quantity.FormatDuration(x)
			}
			return quantity.FormatNumber(x)
		}))
	return strings.Split(text, "\n")
}

// resample reads a curve at plotWidth even steps, since its points may be at any distance from each other. The result
// is NaN where the curve is not known, which leaves a gap.
func resample(at []float64, ratios []calc.Optional[float64]) []float64 {
	from, to := at[0], at[len(at)-1]
	curve := make([]float64, plotWidth)
	left := 0
	for i := range curve {
		x := from + (to-from)*float64(i)/(plotWidth-1)
		for left < len(at)-2 && at[left+1] < x {
			left++
		}
		share := math.Min(1, (x-at[left])/(at[left+1]-at[left]))
		curve[i] = float64(ratios[left].Or(math.NaN())*(1-share)) + float64(ratios[left+1].Or(math.NaN())*share)
	}
	return curve
}

// roundUp returns the next round number, at most 1, as the top of an axis.
func roundUp(x float64) float64 {
	power := math.Pow10(int(math.Floor(elementary.Log(x) / math.Ln10)))
	for _, step := range []float64{1, 2, 3, 4, 5, 6, 8, 10} {
		if step*power >= x*(1-1e-9) {
			return math.Min(1, step*power)
		}
	}
	return 1
}
