package render

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/elementary"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/format/page"
)

// mostColumns is how many values of a curve are drawn: two pixels for each.
const mostColumns = 360

// The place of the curves in a drawing, pixels.
const (
	plotLeft, plotRight = 58.0, drawingWidth - 12
	plotTop, plotBottom = 30.0, 246.0
)

// A pen is how a curve is drawn: they differ in colour and in their dashes.
type pen struct{ stroke, width, dash string }

// The pens of curves: first that of the last curve, which is drawn over the others. capacityPen is that of capacities.
var (
	pens = []pen{
		{"#1f6fb4", "2", ""}, {"#b3541e", "1.8", "6 4"}, {"#6e4aa5", "1.8", "2 3"}, {"#59636e", "1.8", "10 3 2 3"},
	}

	capacityPen = pen{ink, "1.8", "6 3"}
)

// A chart is a plot while it is drawn.
type chart struct {
	*drawing
	*page.Plot
	at     []float64   // of each column
	values [][]float64 // of each curve, in each column; NaN where it is not known
	bundle int         // how many values a column stands for
	top    float64     // of the axis
	cut    bool        // something is higher
	steps  bool        // a value holds until the next
	end    float64     // of the axis below
}

// drawPlot draws curves over a setting or over time.
func drawPlot(title string, p *page.Plot) *drawing {
	c := chart{drawing: &drawing{}, Plot: p, steps: p.Axis == page.Time || p.Axis == page.Clock}
	var names []string
	for _, curve := range p.Curves {
		names = append(names, curve.Name)
	}
	c.Label = strings.TrimPrefix(title+": ", ": ") + strings.Join(names, ", ")
	c.columns()
	c.scale()
	c.grid()
	if p.Gap != "" {
		c.gap()
	}
	for i := range p.Curves {
		c.curve(i)
	}
	c.legend()
	c.peaks()
	c.below()
	return c.drawing
}

// columns gathers the values of a curve in columns: the greatest of each, or the least if it is a capacity. Means would
// hide the second that matters.
func (c *chart) columns() {
	n := len(c.At)
	c.bundle = (n + mostColumns - 1) / mostColumns
	for i := 0; i < n; i += c.bundle {
		c.at = append(c.at, c.At[i])
	}
	for _, curve := range c.Curves {
		values := make([]float64, len(c.at))
		for i := range values {
			values[i] = math.NaN()
			for _, x := range curve.Values[i*c.bundle : min(n, (i+1)*c.bundle)] {
				x, known := x.Get()
				if known && (math.IsNaN(values[i]) || (x > values[i]) != curve.Capacity) {
					values[i] = x
				}
			}
		}
		c.values = append(c.values, values)
	}
	c.end = c.At[n-1]
	if c.steps { // the last value holds as long as the one before
		c.end += c.At[n-1] - c.At[n-2]
	}
}

// A peak is cut if it is higher than peakHeight times nearly all other values that are not 0. It may be no more than
// peakShare of them.
const peakHeight, peakShare = 2.5, 0.03

// scale chooses the top of the axis. A peak over time that would flatten everything else is cut.
func (c *chart) scale() {
	c.top, c.cut = timeScale(c.values...)
	if !c.steps || c.Unit == page.Ratio {
		c.top, c.cut = axisTop(highest(c.values)), false
	}
	if c.Unit == page.Ratio {
		c.top = math.Min(1, c.top)
	}
}

// highest returns the greatest of all values that are known, at least 0.
func highest(curves [][]float64) (most float64) {
	for _, values := range curves {
		for _, x := range values {
			if x > most {
				most = x
			}
		}
	}
	return most
}

// timeScale returns the top of the axis of curves over time, and whether it cuts a peak that would flatten everything
// else.
func timeScale(curves ...[]float64) (top float64, isCut bool) {
	var all []float64
	for _, values := range curves {
		for _, x := range values {
			if x > 0 {
				all = append(all, x)
			}
		}
	}
	most := highest(curves)
	if len(all) == 0 {
		return axisTop(most), false
	}
	slices.Sort(all)
	if usual := all[int((1-peakShare)*float64(len(all)-1))]; most > peakHeight*usual {
		return axisTop(1.25 * usual), true
	}
	return axisTop(most), false
}

// axisTop returns a round number that is not less, and 1 for 0.
func axisTop(x float64) float64 {
	if x <= 0 {
		return 1
	}
	return roundUp(x)
}

// x and y are where a value is drawn, pixels.
func (c *chart) x(at float64) float64 {
	share := float64((at - c.At[0]) / (c.end - c.At[0]))
	return plotLeft + float64(share*(plotRight-plotLeft))
}

func (c *chart) y(value float64) float64 {
	return plotBottom - float64(math.Min(1, value/c.top)*(plotBottom-plotTop))
}

// value writes a value of a curve.
func (c *chart) value(x float64) string {
	if c.Unit == page.Ratio {
		return quantity.FormatChance(x)
	}
	return quantity.FormatNumber(x)
}

// position writes a value of the setting, or a time.
func (c *chart) position(x float64) string {
	switch c.Axis {
	case calc.AxisDuration:
		return quantity.FormatDuration(x)
	case page.Time, page.Clock:
		return timeLabel(c.Axis, x, c.end-c.At[0])
	}
	return quantity.FormatNumber(x)
}

// moment writes a time with the time of the day.
func (c *chart) moment(at float64) string {
	text := c.position(at)
	if at := clock(at, 0); c.Axis == page.Clock && at != text {
		return text + " " + at
	}
	return text
}

// grid draws the lines behind the curves, and says what they stand for.
func (c *chart) grid() {
	parts := 4
	switch digit := leadingDigit(c.top); digit {
	case 1, 5:
		parts = 5
	case 3, 6:
		parts = 3
	}
	for i := range parts + 1 {
		value := c.top * float64(i) / float64(parts)
		y := c.y(value)
		c.line(plotLeft, y, plotRight, y, hair, 1, "")
		c.text(plotLeft-8, y+4, "end", faint, c.value(value))
	}
	from, step := c.At[0], tickStep((c.end-c.At[0])/6, c.steps)
	before := math.Inf(-1)
	for i := math.Ceil(from/step-1e-9) + 0; i*step <= c.end+float64(step*1e-9); i++ { // 0 and not -0
		at := float64(i * step)
		x, text := c.x(at), c.position(at)
		half := float64(textLength(text, fontSize) / 2)
		if x-half < before+8 {
			continue
		}
		c.line(x, plotBottom, x, plotBottom+5, faint, 1, "")
		c.text(math.Min(x, drawingWidth-half), plotBottom+19, "middle", faint, text)
		before = x + half
	}
	c.line(plotLeft, plotBottom, plotRight, plotBottom, faint, 1, "")
	c.height = plotBottom + 24
}

// leadingDigit returns the first digit of a number.
func leadingDigit(x float64) int {
	for x >= 10-1e-9 {
		x /= 10
	}
	for x < 1-1e-9 {
		x *= 10
	}
	return int(x + 0.5)
}

// tickStep returns a round distance that is not less than x: of times in seconds, or of other numbers.
func tickStep(x float64, time bool) float64 {
	if time {
		for _, step := range []float64{1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 14400, 21600,
			43200, 86400} {
			if step >= x {
				return step
			}
		}
		return 86400 * math.Ceil(x/86400)
	}
	power := math.Pow10(int(math.Floor(elementary.Log(x) / math.Ln10)))
	for _, step := range []float64{1, 2, 5} {
		if step*power >= x*(1-1e-9) {
			return step * power
		}
	}
	return 10 * power
}

// pen returns the pen of a curve.
func (c *chart) pen(i int) pen {
	if c.Curves[i].Capacity {
		return capacityPen
	}
	loads := 0 // that are drawn over this one
	for _, curve := range c.Curves[i+1:] {
		if !curve.Capacity {
			loads++
		}
	}
	p := pens[min(loads, len(pens)-1)]
	if tone := c.Curves[i].Tone; tone != page.Plain {
		p.stroke = inks[tone]
	}
	return p
}

// curve draws a curve, with the area below the one that is drawn last. It has gaps where it is not known.
func (c *chart) curve(i int) {
	var path, area, marks strings.Builder
	values, ink := c.values[i], c.pen(i)
	marked := !c.steps && len(c.at) <= mostColumns/9
	for j := 0; j < len(values); {
		if math.IsNaN(values[j]) {
			j++
			continue
		}
		first := j
		start := px(c.x(c.at[j])) + " " + px(c.y(values[j]))
		path.WriteString("M" + start)
		area.WriteString("M" + px(c.x(c.at[j])) + " " + px(plotBottom) + "L" + start)
		last := ""
		for ; j < len(values) && !math.IsNaN(values[j]); j++ {
			x, y := px(c.x(c.at[j])), px(c.y(values[j]))
			step := "L" + x + " " + y
			if c.steps {
				next := c.end
				if j+1 < len(c.at) {
					next = c.at[j+1]
				}
				step = "V" + y + "H" + px(c.x(next))
			}
			if j > first || c.steps {
				path.WriteString(step)
				area.WriteString(step)
			}
			last = c.last(j)
			if marked || j == first && (j+1 == len(values) || math.IsNaN(values[j+1])) {
				marks.WriteString(dot(c.x(c.at[j]), c.y(values[j])))
			}
		}
		area.WriteString("L" + last + " " + px(plotBottom) + "Z")
	}
	if ink.dash == pens[0].dash && c.Gap == "" {
		c.Shapes = append(c.Shapes, shape{Path: area.String(), Fill: ink.stroke, Opacity: "0.14"})
	}
	c.Shapes = append(c.Shapes,
		shape{Path: path.String(), Fill: "none", Stroke: ink.stroke, Width: ink.width, Dash: ink.dash})
	if marks.Len() > 0 {
		c.Shapes = append(c.Shapes, shape{Path: marks.String(), Fill: ink.stroke})
	}
}

// gap hatches what lies between the first curve and the last.
func (c *chart) gap() {
	const step = 5.0
	below, above := c.values[0], c.values[len(c.values)-1]
	var area, hatch strings.Builder
	for j := range c.at {
		next := c.end
		if j+1 < len(c.at) {
			next = c.at[j+1]
		}
		if !(above[j] > below[j]) {
			continue
		}
		from, to, top, bottom := c.x(c.at[j]), c.x(next), c.y(above[j]), c.y(below[j])
		area.WriteString("M" + px(from) + " " + px(top) + "H" + px(to) + "V" + px(bottom) + "H" + px(from) + "Z")
		for x := step * math.Ceil(from/step); x < to; x += step {
			hatch.WriteString("M" + px(x) + " " + px(top) + "V" + px(bottom))
		}
	}
	c.Shapes = append(c.Shapes, shape{Path: area.String(), Fill: fillBad, Opacity: "0.3"},
		shape{Path: hatch.String(), Fill: "none", Stroke: fillBad, Width: "1.5"})
}

// last returns where the area below a curve ends whose last known column is j.
func (c *chart) last(j int) string {
	switch {
	case !c.steps:
		return px(c.x(c.at[j]))
	case j+1 < len(c.at):
		return px(c.x(c.at[j+1]))
	}
	return px(c.x(c.end))
}

// dot returns the path of a point.
func dot(x, y float64) string {
	const r = 3.0
	arc := "a" + px(r) + " " + px(r) + " 0 1 0 "
	return "M" + px(x-r) + " " + px(y) + arc + px(2*r) + " 0" + arc + px(-2*r) + " 0Z"
}

// legend names the curves: first the one that is drawn last.
func (c *chart) legend() {
	x := plotLeft
	for i := len(c.Curves) - 1; i >= 0; i-- {
		ink, name := c.pen(i), c.Curves[i].Name
		c.Shapes = append(c.Shapes, shape{Path: "M" + px(x) + " 11H" + px(x+30), Fill: "none",
			Stroke: ink.stroke, Width: cmp.Or(ink.width, "2"), Dash: ink.dash})
		c.text(x+37, 15, "start", ink.stroke, name).bold()
		x += 37 + float64(1.15*textLength(name, fontSize)) + 24
	}
	if c.Gap != "" {
		c.rectangle(x, 5, 30, 12, fillBad).Opacity = "0.3"
		for at := x + 2.5; at < x+30; at += 5 {
			c.line(at, 5, at, 17, fillBad, 1.5, "")
		}
		c.text(x+37, 15, "start", inkBad, c.Gap).bold()
	}
}

// mostPeaks is how many peaks that are cut have their value written.
const mostPeaks = 6

// peaks writes the values of the peaks that are cut.
func (c *chart) peaks() {
	if !c.cut {
		return
	}
	before, written := math.Inf(-1), 0
	for i := len(c.values) - 1; i >= 0; i-- {
		for j := 0; j < len(c.at); j++ {
			if !(c.values[i][j] > c.top) {
				continue
			}
			highest := j
			for ; j < len(c.at) && c.values[i][j] > c.top; j++ {
				if c.values[i][j] > c.values[i][highest] {
					highest = j
				}
			}
			text := fmt.Sprintf("%s at %s, cut", c.value(c.values[i][highest]), c.moment(c.at[highest]))
			x, length := c.x(c.at[highest])+10, textLength(text, fontSize)
			if x+length > drawingWidth {
				x = c.x(c.at[highest]) - 8 - length
			}
			if x > before && written < mostPeaks {
				c.rectangle(x-2, plotTop+1, length+4, 13, "#ffffff")
				c.text(x, plotTop+11, "start", ink, text).bold()
				before, written = x+length, written+1
			}
		}
	}
}

// below says what the axis below is, and what a column stands for.
func (c *chart) below() {
	unit := map[calc.Axis]string{calc.AxisRPS: "requests a second", calc.AxisDuration: "mean duration",
		calc.AxisProvisioned: "provisioned, units", calc.AxisReserved: "reserved, units"}[c.Axis]
	if unit != "" {
		c.height += 14
		c.text((plotLeft+plotRight)/2, c.height-3, "middle", faint, unit)
	}
	of := quantity.FormatCount(int64(c.bundle)) + " points"
	switch {
	case c.bundle == 1 && c.ColumnS == 0:
		return
	case c.steps:
		of = quantity.FormatSeconds(float64(float64(c.bundle) * math.Max(c.ColumnS, c.At[1]-c.At[0])))
	}
	text := "Each column is the maximum of " + of
	if slices.ContainsFunc(c.Curves, func(curve page.Curve) bool { return curve.Capacity }) {
		text += ", of a capacity the minimum"
	}
	c.height += 16
	c.text(plotLeft, c.height-3, "start", faint, text+".")
}
