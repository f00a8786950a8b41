package format

import (
	"fmt"
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

// sweepPage shows a sweep: a table with a row for each point, and a plot of the
// ratio that matters most. Its headline is the worst verdict of a point.
func sweepPage(in *InputSweep, rows []sweptRow, met func(f *calc.FunctionSpill) calc.Optional[bool]) page {
	setting, _, _ := strings.Cut(in.Setting, "=")
	return page{headline: sweepHeadline(setting, rows), sections: sweepSections(setting, in.Function, rows, met), swept: true}
}

// sweepHeadline counts the verdicts of the points, the worst first.
func sweepHeadline(setting string, rows []sweptRow) line {
	counts := map[calc.Verdict]int{}
	for _, r := range rows {
		counts[r.row.Verdict]++
	}
	var l line
	for _, v := range []calc.Verdict{calc.Throttles, calc.Queues, calc.Spills, calc.Fits} {
		switch n := counts[v]; {
		case n == 0:
		case l.mark == "":
			l = line{mark: strings.ToUpper(string(v)), tone: verdictTone(v), text: fmt.Sprintf("at %d of %d points of %s", n, len(rows), setting)}
		default:
			l.text += fmt.Sprintf(", %s at %d", v, n)
		}
	}
	return l
}

func sweepSections(setting, function string, rows []sweptRow, met func(f *calc.FunctionSpill) calc.Optional[bool]) []section {
	header := map[string]string{
		string(calc.FieldRPS):         "Rate\nreq/s",
		string(calc.FieldDuration):    "Duration\nmean",
		string(calc.FieldReserved):    "Reserved\nunits",
		string(calc.FieldProvisioned): "Provisioned\nunits",
	}[setting]
	some := func(is func(r sweptRow) bool) bool { return slices.ContainsFunc(rows, is) }
	random := some(func(r sweptRow) bool { return r.row.Chance.Known() })
	spills := some(func(r sweptRow) bool { return r.row.Provisioned.Known() })
	async := rows[0].row.Mode == calc.Async
	priced := some(func(r sweptRow) bool { return r.row.Cost.Known() })
	targeted := some(func(r sweptRow) bool { return met(r.row).Known() })
	sized := rows[0].recommended.Known() && (setting == string(calc.FieldRPS) || setting == string(calc.FieldDuration))

	t := &table{columns: append(append([]column{{header, false}, {"Verdict", true}}, chanceColumns()...),
		column{"Queued\nsteady", false}, column{"Cold\nstarts", false}, column{"Target\nby chance", true}, column{"Recommended\nprovisioned", false}, column{"Cost\nUSD/month", false})}
	for _, r := range rows {
		target := cell{absent, dim}
		if yes, ok := met(r.row).Get(); ok && yes {
			target = cell{"met", good}
		} else if ok {
			target = cell{"missed", warn}
		}
		cells := append([]cell{word(r.label), verdict(r.row.Verdict)}, chanceCells(r.row)...)
		t.add(append(cells, percent(r.row.QueuedRatio), maybe(r.row.Chance.Or(calc.Chance{}).ColdStartRatio, chance), target, maybe(r.recommended, count),
			maybe(r.row.Chance.Or(calc.Chance{}).Cost.Or(r.row.Cost.Or(calc.Cost{})).Total, usd))...)
	}
	t.keep(func(i int) bool {
		switch i {
		case 2:
			return spills
		case 3:
			return spills && random
		case 4:
			return !async
		case 5:
			return !async && random
		case 6:
			return async
		case 7:
			return random && !targeted && !sized && !priced
		case 10:
			return priced && !sized
		case 8:
			return targeted && !sized
		case 9:
			return sized
		}
		return true
	})
	functions := make([]calc.FunctionSpill, len(rows))
	for i, r := range rows {
		functions[i] = *r.row
	}
	plotted := plotSweep(setting, rows)
	if random {
		plotted.lines = append(plotted.lines, assumptions(functions, !targeted && !sized && !priced)...)
	}
	title := "Sweep of " + setting
	if function != "function" { // the name of the only one, where none is given
		title += ", " + function
	}
	return []section{{title: title, table: t}, plotted}
}

// A measure is a ratio that a plot shows: in the steady state and by chance.
type measure struct {
	title  string
	steady func(f *calc.FunctionSpill) float64
	chance func(x *calc.Chance) calc.Optional[float64]
}

// plottedMeasure is what there is to see: the ratio that changes most from point
// to point, of what goes past provisioned concurrency, is throttled, or waits.
func plottedMeasure(rows []sweptRow) (m measure, steady, chances []float64) {
	widest := -1.0
	for _, candidate := range []measure{
		{"Requests beyond provisioned concurrency",
			func(f *calc.FunctionSpill) float64 {
				if f.RPS == 0 {
					return 0
				}
				return 1 - f.ProvisionedRPS/f.RPS
			},
			func(x *calc.Chance) calc.Optional[float64] {
				return calc.Some(x.BeyondProvisionedRatio.Or(1)) // where nothing is provisioned
			}},
		{"Requests throttled", func(f *calc.FunctionSpill) float64 { return f.ThrottledRatio },
			func(x *calc.Chance) calc.Optional[float64] { return x.ThrottledRatio }},
		{"Requests queued", func(f *calc.FunctionSpill) float64 { return f.QueuedRatio },
			func(*calc.Chance) calc.Optional[float64] { return calc.Optional[float64]{} }},
	} {
		s, c := make([]float64, len(rows)), make([]float64, len(rows))
		low, high := math.Inf(1), math.Inf(-1)
		for i, r := range rows {
			s[i], c[i] = candidate.steady(r.row), math.NaN()
			if x, ok := r.row.Chance.Get(); ok {
				c[i] = candidate.chance(&x).Or(math.NaN())
			}
			at := s[i]
			if !math.IsNaN(c[i]) {
				at = c[i]
			}
			low, high = math.Min(low, at), math.Max(high, at)
		}
		if high-low > widest {
			widest, m, steady, chances = high-low, candidate, s, c
		}
	}
	return m, steady, chances
}

// The size of a plot, in characters: with its labels it fits 80 columns.
const plotWidth, plotHeight = 60, 10

// plotFrom is the ratio below which a curve is nothing to look at.
const plotFrom = 1e-6

// plotSweep draws the measure over the setting.
func plotSweep(setting string, rows []sweptRow) section {
	from, to := rows[0].at, rows[len(rows)-1].at
	if from == to {
		return section{}
	}
	m, steady, chances := plottedMeasure(rows)
	known := slices.ContainsFunc(chances, func(x float64) bool { return !math.IsNaN(x) })
	highest := 0.0
	for i := range rows {
		highest = math.Max(highest, steady[i])
		if !math.IsNaN(chances[i]) {
			highest = math.Max(highest, chances[i])
		}
	}
	if highest < plotFrom {
		return section{lines: []line{{text: "Nothing spills, is throttled or waits at any point."}}}
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
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, step := range []float64{1, 2, 3, 4, 5, 6, 8, 10} {
		if step*power >= x*(1-1e-9) {
			return math.Min(1, step*power)
		}
	}
	return 1
}
