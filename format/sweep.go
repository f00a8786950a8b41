package format

import (
	"math"
	"slices"
	"strings"

	"github.com/guptarohit/asciigraph"

	"github.com/lambdacap/lambdacap/calc"
)

// A sweptRow is the swept function at one point.
type sweptRow struct {
	at          float64
	label       string
	row         *calc.FunctionSpill
	recommended calc.Optional[int64] // in plans
}

// A spillPoint and a planPoint are the swept function at one point, as a line of
// csv.
type (
	spillPoint struct {
		Point calc.SweepPoint `json:"point"`
		calc.FunctionSpill
	}
	planPoint struct {
		Point calc.SweepPoint `json:"point"`
		calc.FunctionPlan
	}
)

// swept is the index of the function that is swept.
func (in Inputs) swept() int {
	return slices.IndexFunc(in.Functions, func(f InputFunction) bool { return f.Name == in.Sweep.Function })
}

func newSweptRow(p calc.SweepPoint, f *calc.FunctionSpill) sweptRow {
	r := sweptRow{row: f}
	show := func(o calc.Optional[float64], text func(float64) string) {
		if x, ok := o.Get(); ok {
			r.at, r.label = x, text(x)
		}
	}
	units := func(o calc.Optional[int64]) {
		if n, ok := o.Get(); ok {
			r.at, r.label = float64(n), calc.FormatCount(n)
		}
	}
	show(p.RPS, calc.FormatNumber)
	show(p.DurationMS, calc.FormatDuration)
	units(p.Reserved)
	units(p.Provisioned)
	return r
}

// sweepSections show a sweep: a table with a row for each point, and a plot of
// the ratio that matters most.
func sweepSections(in *InputSweep, rows []sweptRow) []section {
	setting, _, _ := strings.Cut(in.Setting, "=")
	header := map[string]string{
		string(calc.FieldRPS):         "Rate\nreq/s",
		string(calc.FieldDuration):    "Duration\nmean",
		string(calc.FieldReserved):    "Reserved\nunits",
		string(calc.FieldProvisioned): "Provisioned\nunits",
	}[setting]
	t := &table{columns: append([]column{{header, false}, {"Verdict", true}}, chanceColumns()...)}
	planned := rows[0].recommended.Known()
	if planned {
		t.columns = append(t.columns, column{"Recommended\nprovisioned", false})
	} else {
		t.columns = append(t.columns, column{"Cold\nstarts", false})
	}
	for _, r := range rows {
		cells := append([]cell{word(r.label), verdict(r.row.Verdict)}, chanceCells(r.row)...)
		if planned {
			cells = append(cells, maybe(r.recommended, count))
		} else {
			cells = append(cells, maybe(r.row.Chance.Or(calc.Chance{}).ColdStartRatio, chance))
		}
		t.add(cells...)
	}
	random := slices.ContainsFunc(rows, func(r sweptRow) bool { return r.row.Chance.Known() })
	t.keep(func(i int) bool { return random || i != 3 && i != 5 && (i != 6 || planned) })
	functions := make([]calc.FunctionSpill, len(rows))
	for i, r := range rows {
		functions[i] = *r.row
	}
	plotted := plotSweep(setting, rows)
	if random {
		plotted.lines = assumptions(functions)
	}
	return []section{{title: "Sweep of " + setting + " of " + in.Function, table: t}, plotted}
}

// A measure is a ratio that a plot shows: in the steady state and by chance.
type measure struct {
	title  string
	steady func(f *calc.FunctionSpill) float64
	chance func(x *calc.Chance) calc.Optional[float64]
}

// plottedMeasure is what there is to see: what goes past provisioned
// concurrency where there is any, or else what is throttled, or queued.
func plottedMeasure(rows []sweptRow) measure {
	for _, r := range rows {
		if r.row.Provisioned.Known() {
			return measure{"Requests beyond provisioned concurrency",
				func(f *calc.FunctionSpill) float64 {
					if f.RPS == 0 {
						return 0
					}
					return 1 - f.ProvisionedRPS/f.RPS
				},
				func(x *calc.Chance) calc.Optional[float64] {
					if !x.BeyondProvisionedRatio.Known() {
						return calc.Some(1.0) // nothing is provisioned at this point
					}
					return x.BeyondProvisionedRatio
				}}
		}
	}
	if rows[0].row.Mode == calc.Async {
		return measure{"Requests queued", func(f *calc.FunctionSpill) float64 { return f.QueuedRatio },
			func(*calc.Chance) calc.Optional[float64] { return calc.Optional[float64]{} }}
	}
	return measure{"Requests throttled", func(f *calc.FunctionSpill) float64 { return f.ThrottledRatio },
		func(x *calc.Chance) calc.Optional[float64] { return x.ThrottledRatio }}
}

// The size of a plot, in characters: with its labels it fits 80 columns.
const plotWidth, plotHeight = 60, 10

// plotSweep draws the measure over the setting.
func plotSweep(setting string, rows []sweptRow) section {
	from, to := rows[0].at, rows[len(rows)-1].at
	if from == to {
		return section{}
	}
	m := plottedMeasure(rows)
	steady, chances := make([]float64, len(rows)), make([]float64, len(rows))
	known := false
	for i, r := range rows {
		steady[i], chances[i] = m.steady(r.row), math.NaN()
		if x, ok := r.row.Chance.Get(); ok {
			chances[i] = m.chance(&x).Or(math.NaN())
			known = known || !math.IsNaN(chances[i])
		}
	}
	highest := 0.0
	for i := range rows {
		highest = math.Max(highest, steady[i])
		if !math.IsNaN(chances[i]) {
			highest = math.Max(highest, chances[i])
		}
	}
	title := m.title + ": · steady"
	series := [][]float64{even(rows, steady)}
	if known {
		title = m.title + ": ─ by chance, · steady"
		series = append(series, even(rows, chances)) // drawn last, over the other
	}
	text := asciigraph.PlotMany(series,
		asciigraph.Height(plotHeight),
		asciigraph.LowerBound(0), asciigraph.UpperBound(roundUp(highest)),
		asciigraph.SeriesChars(asciigraph.CreateCharSet("·"), asciigraph.DefaultCharSet),
		asciigraph.YAxisValueFormatter(calc.FormatChance),
		asciigraph.XAxisRange(from, to), asciigraph.XAxisTickCount(5),
		asciigraph.XAxisValueFormatter(func(x float64) string {
			if setting == string(calc.FieldDuration) {
				return calc.FormatDuration(x)
			}
			return calc.FormatNumber(x)
		}))
	return section{title: title, plot: strings.Split(text, "\n")}
}

// even reads a curve at plotWidth even steps, since the last point of a sweep
// may be nearer than the others.
func even(rows []sweptRow, values []float64) []float64 {
	from, to := rows[0].at, rows[len(rows)-1].at
	curve := make([]float64, plotWidth)
	at := 0
	for i := range curve {
		x := from + (to-from)*float64(i)/(plotWidth-1)
		for at < len(rows)-2 && rows[at+1].at < x {
			at++
		}
		share := math.Min(1, (x-rows[at].at)/(rows[at+1].at-rows[at].at))
		curve[i] = values[at]*(1-share) + values[at+1]*share
	}
	return curve
}

// roundUp returns the next round number, as the top of an axis; at most 1.
func roundUp(x float64) float64 {
	if x <= 1e-9 {
		return 1e-9
	}
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, step := range []float64{1, 2, 3, 4, 5, 6, 8, 10} {
		if step*power >= x*(1-1e-9) {
			return math.Min(1, step*power)
		}
	}
	return 1
}
