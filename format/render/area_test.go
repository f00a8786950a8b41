package render

import (
	"bytes"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/format/page"
)

// loadPlot returns a plot with a load and a capacity in every hour of a day.
func loadPlot(load, capacity func(hour int) float64) *page.Plot {
	p := &page.Plot{Axis: page.Clock, Unit: page.Rate, Rows: 4, Load: true, Refused: make([]bool, 24)}
	units, busy := page.Curve{Name: "provisioned", Capacity: true}, page.Curve{Name: "in use"}
	for h := range 24 {
		p.At = append(p.At, float64(h*3600))
		busy.Values = append(busy.Values, calc.Some(load(h)))
		units.Values = append(units.Values, calc.Some(capacity(h)))
	}
	p.Curves = []page.Curve{units, busy}
	return p
}

func constant(x float64) func(int) float64 { return func(int) float64 { return x } }

// drawArea draws a plot in 60 columns.
func drawArea(p *page.Plot, ascii bool) string {
	var text bytes.Buffer
	pg := page.Page{Sections: []page.Section{{Title: "Environments", Plot: p}}}
	if err := Text(&text, pg, Options{Width: 60, ASCII: ascii}); err != nil {
		panic(err)
	}
	return strings.TrimLeft(text.String(), "\n")
}

// TestArea checks what an area shows: the load, what of it exceeds the capacity, the capacity where it is free, where
// requests are refused, and the height of a peak that is cut.
func TestArea(t *testing.T) {
	steps := func(h int) float64 { return []float64{0, 10, 30, 20}[h/6] }
	refused := loadPlot(steps, constant(20))
	refused.Refused[13], refused.RefusedName = true, "throttled"
	peak := loadPlot(func(h int) float64 {
		if h == 20 {
			return 200
		}
		return 5
	}, constant(10))
	for _, c := range []struct {
		name  string
		plot  *page.Plot
		ascii bool
		want  string
	}{
		{"a capacity", refused, false, `
Environments: █ in use, ▒ beyond ╌ provisioned, × throttled
  30 ┤                           ▒▒×××▒▒▒▒▒▒▒▒▒
  20 ┤╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌██████████████▅▅▅▅▅▅▅▅▅▅▅▅▅
     ┤             ▃▃▃▃▃▃▃▃▃▃▃▃▃▃███████████████████████████
     ┤             █████████████████████████████████████████
     └┬─────────────┬────────────┬─────────────┬────────────
    00:00         06:00        12:00         18:00     00:00
`},
		{"in ASCII", refused, true, `
Environments: # in use, % beyond - provisioned, x throttled
  30 |                           %%xxx%%%%%%%%%
  20 |---------------------------###########################
     |             ..............###########################
     |             #########################################
     ++-------------+------------+-------------+------------
    00:00         06:00        12:00         18:00     00:00
`},
		{"a peak", peak, false, `
Environments: █ in use, ▒ beyond ╌ provisioned
  20 ┤                                         ↑200▒▒▒
     ┤                                             ▒▒▒
  10 ┤╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌███╌╌╌╌╌╌
     ┤██████████████████████████████████████████████████████
     └┬─────────────┬────────────┬─────────────┬────────────
    00:00         06:00        12:00         18:00     00:00
`},
	} {
		want := strings.TrimLeft(c.want, "\n")
		if got := drawArea(c.plot, c.ascii); got != want {
			t.Errorf("%s is drawn as\n%s\nwant\n%s", c.name, got, want)
		}
	}
}

// TestPlotLines checks that plots are as high as the page reckons, with and without a load, and where all is zero.
func TestPlotLines(t *testing.T) {
	for _, level := range []float64{0, 0.003, 7, 12345} {
		for _, rows := range []int{0, 2, 5} {
			for _, load := range []bool{false, true} {
				p := loadPlot(constant(level), constant(level/2))
				p.Rows, p.Load = rows, load
				if drawn := strings.Count(drawArea(p, false), "\n") - 1; drawn != plotLines(p) { // below the title
					t.Errorf("%v, %d rows, of a load: %v: %d lines, want %d", level, rows, load, drawn, plotLines(p))
				}
			}
		}
	}
}
