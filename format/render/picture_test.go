package render

import (
	"bytes"
	"cmp"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/format/page"
)

// day returns the plot of a day of minutes, whose load has one high minute and whose capacity one low one.
func day() *page.Plot {
	p := &page.Plot{Axis: page.Time, Unit: page.Rate}
	load, capacity := make([]calc.Optional[float64], 1440), make([]calc.Optional[float64], 1440)
	for i := range 1440 {
		p.At = append(p.At, float64(i*60))
		load[i], capacity[i] = calc.Some(20+10*math.Sin(float64(i)/200)), calc.Some(30.0)
	}
	load[1201], capacity[601] = calc.Some(200.0), calc.Some(7.0)
	p.Curves = []page.Curve{{Name: "provisioned", Values: capacity, Capacity: true}, {Name: "in use", Values: load}}
	return p
}

// TestColumns checks that a drawing has at most 360 columns, that each is the greatest of a load and the least of a
// capacity, whatever is next to it, and that a gap stays one.
func TestColumns(t *testing.T) {
	for _, n := range []int{2, 359, 360, 361, 1440, 27360} {
		values := make([]calc.Optional[float64], n)
		p := &page.Plot{Axis: page.Time, Curves: []page.Curve{{Values: values}, {Values: values, Capacity: true}}}
		for i := range n {
			p.At = append(p.At, float64(i))
			values[i] = calc.Some(float64((i * 7919) % 1000))
		}
		c := chart{drawing: &drawing{}, Plot: p}
		c.columns()
		if len(c.at) > mostColumns || n <= mostColumns && len(c.at) != n {
			t.Errorf("%d values are drawn in %d columns", n, len(c.at))
		}
		for j := range c.at {
			most, least := math.Inf(-1), math.Inf(1)
			for _, x := range values[j*c.bundle : min(n, (j+1)*c.bundle)] {
				most, least = math.Max(most, x.Or(0)), math.Min(least, x.Or(0))
			}
			if c.values[0][j] != most || c.values[1][j] != least {
				t.Errorf("column %d of %d values has %g and %g, not %g and %g", j, n, c.values[0][j], c.values[1][j], most, least)
			}
		}
	}
	p := day()
	for i := 400; i < 440; i++ {
		p.Curves[1].Values[i] = calc.Optional[float64]{}
	}
	gaps := -1
	for _, s := range drawPlot("Day", p).Shapes {
		if s.Stroke == pens[0].stroke && len(s.Path) > 100 { // not that of the legend
			gaps += strings.Count(s.Path, "M")
		}
	}
	if gaps != 1 {
		t.Errorf("%d gaps", gaps)
	}
}

// texts returns the texts of a drawing.
func texts(d *drawing) (list []string) {
	for _, s := range d.Shapes {
		if s.Text != "" {
			list = append(list, s.Text)
		}
	}
	return list
}

// TestPeak checks that a peak that would flatten everything else is cut with its value written, that a peak that would
// not is drawn whole, and that the drawing says what a column stands for.
func TestPeak(t *testing.T) {
	d := drawPlot("Day", day())
	all := strings.Join(texts(d), "|")
	for _, want := range []string{"200 at 20h", ", cut", "|in use|provisioned",
		"Each column is the maximum of 4m, of a capacity the minimum."} {
		if !strings.Contains(all, want) {
			t.Errorf("the drawing lacks %q: %s", want, all)
		}
	}
	if strings.Contains(all, "|200|") || !strings.Contains(all, "|40|") {
		t.Errorf("the axis is not that of the usual load: %s", all)
	}
	p := day()
	p.Curves[1].Values[1201] = calc.Some(45.0)
	if all = strings.Join(texts(drawPlot("Day", p)), "|"); strings.Contains(all, "cut") || !strings.Contains(all, "|50|") {
		t.Errorf("a peak that has room is cut: %s", all)
	}
	for i := range p.At { // nothing at all
		p.Curves[0].Values[i], p.Curves[1].Values[i] = calc.Some(0.0), calc.Optional[float64]{}
	}
	if all = strings.Join(texts(drawPlot("Day", p)), "|"); !strings.Contains(all, "|1|") {
		t.Errorf("a plot of nothing: %s", all)
	}
}

// TestWithin checks that nothing is drawn outside of the drawing, whatever the values and the names.
func TestWithin(t *testing.T) {
	long := strings.Repeat("very-long-name-", 30)
	var bars []page.Bar
	var splits []page.Split
	for i, tone := range []page.Tone{page.Good, page.Warn, page.Warn, page.Bad, page.Dim} {
		at := float64(i) / 5
		bars = append(bars, page.Bar{Label: fmt.Sprint("part ", i), Tone: tone, From: at, To: at + 0.2, Room: i == 4,
			Value: "1,000"})
		splits = append(splits, page.Split{Label: long, Mark: "THROTTLES", Tone: tone, Parts: bars, Value: long})
	}
	sweep := &page.Plot{Axis: calc.AxisRPS, At: []float64{1e-7, 3, 1e9}, Curves: []page.Curve{
		{Name: "steady", Values: []calc.Optional[float64]{calc.Some(0.0), {}, calc.Some(1.0)}}}}
	for name, d := range map[string]*drawing{
		"day": drawPlot(long, day()), "bars": drawBars(long, bars), "splits": drawSplits(long, splits),
		"sweep": drawPlot("", sweep), "badge": badge("THROTTLES", page.Bad), "text": paragraph(long+" "+long, 100, 16),
	} {
		width := cmp.Or(d.width, drawingWidth)
		for _, s := range d.Shapes {
			if x, _ := strconv.ParseFloat(s.X, 64); s.Text != "" {
				switch length := textLength(s.Text, fontSize) * 0.8; s.Anchor { // the estimate is generous
				case "middle":
					x -= length / 2
					fallthrough
				case "start":
					if x < -1 || x+length > width+1 {
						t.Errorf("%s: %q is outside", name, s.Text)
					}
				case "end":
					if x-length < -1 || x > width+1 {
						t.Errorf("%s: %q is outside", name, s.Text)
					}
				}
			}
			for _, match := range regexp.MustCompile(`[ML]([-0-9.]+) ([-0-9.]+)`).FindAllStringSubmatch(s.Path, -1) {
				x, _ := strconv.ParseFloat(match[1], 64)
				y, _ := strconv.ParseFloat(match[2], 64)
				if x < -1 || x > width+1 || y < -1 || y > d.height+1 {
					t.Errorf("%s: %s %s is outside of %g x %g", name, match[1], match[2], width, d.height)
				}
			}
			if strings.Contains(s.Path+s.X+s.Y, "NaN") || strings.Contains(s.Path+s.X+s.Y, "Inf") {
				t.Errorf("%s: %s", name, s.Path)
			}
		}
	}
}

// TestWithoutColour checks that all that differs in colour differs without it, too: the parts of a load in how they are
// filled, curves in their dashes, and all of them by a word.
func TestWithoutColour(t *testing.T) {
	kinds := map[string]string{}
	for i, bar := range []page.Bar{{Label: "served", Tone: page.Good}, {Label: "spilled", Tone: page.Warn},
		{Label: "queued", Tone: page.Warn}, {Label: "throttled", Tone: page.Bad},
		{Label: "room", Tone: page.Dim, Room: true}} {
		d := &drawing{}
		d.area(0, 0, 40, 16, bar, i == 2)
		look := fmt.Sprintf("%.0f", 10*grey(t, d.Shapes[0].Fill)) + d.Shapes[0].Dash
		for _, s := range d.Shapes[1:] {
			look += " " + s.Path
		}
		if other, ok := kinds[look]; ok {
			t.Errorf("%s looks like %s", bar.Label, other)
		}
		kinds[look] = bar.Label
	}
	dashes := map[string]bool{}
	for _, p := range append(pens, capacityPen) {
		if dashes[p.dash] {
			t.Errorf("two curves have the dashes %q", p.dash)
		}
		dashes[p.dash] = true
	}
	for _, ink := range append(inks[:], faint, pens[0].stroke, pens[1].stroke, pens[2].stroke, pens[3].stroke) {
		if contrast := 1.05 / (grey(t, ink) + 0.05); contrast < 4.5 {
			t.Errorf("words in %s have a contrast of %.1f on white", ink, contrast)
		}
	}
}

// grey returns the relative luminance of a colour.
//
// Source: https://www.w3.org/TR/WCAG21/#dfn-relative-luminance, read 2026-11.
func grey(t *testing.T, colour string) (luminance float64) {
	t.Helper()
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(colour[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(colour, err)
		}
		x := float64(n) / 255
		if x > 0.03928 {
			x = math.Pow((x+0.055)/1.055, 2.4)
		} else {
			x /= 12.92
		}
		luminance += weight * x
	}
	return luminance
}

// TestRepeatable checks that a page has the same bytes each time.
func TestRepeatable(t *testing.T) {
	draw := func() string {
		var b bytes.Buffer
		for _, err := range []error{HTML(&b, report1440(), "v1"), SVG(&b, report1440())} {
			if err != nil {
				t.Fatal(err)
			}
		}
		return b.String()
	}
	if first, second := draw(), draw(); first != second {
		t.Error("a report differs from itself")
	}
}

// report1440 returns the page of a day, with as much around its plots as a replay has.
func report1440() page.Page {
	table := &page.Table{Columns: []page.Column{{Header: "Minute", Left: true}}}
	for range 8 {
		table.Columns = append(table.Columns, page.Column{Header: "Rate\nreq/s"})
	}
	for i := range 60 {
		row := []page.Cell{{Text: fmt.Sprintf("%02d:00", i)}}
		for j := range 8 {
			row = append(row, page.Cell{Text: strconv.Itoa(i * j), Tone: page.Tone(j % 5)})
		}
		table.Rows = append(table.Rows, row)
	}
	return page.Page{Headline: page.Line{Mark: "SPILLS", Tone: page.Warn, Text: "  435,000 of 9,000,000 requests (4.8%)"},
		Sections: []page.Section{{Title: "Environments", Plot: day()}, {Title: "Spilled", Plot: day()},
			{Title: "Worst minutes", Table: table}, {Title: "Changes", Table: table, Detail: true}}}
}

// BenchmarkReport draws the report of a day of minutes. Its target is 20 ms for the whole page.
func BenchmarkReport(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		var out bytes.Buffer
		if err := HTML(&out, report1440(), "v1"); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(out.Len()), "bytes")
	}
}
