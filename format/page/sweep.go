package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/figure"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/format/document"
)

// A point is the swept function at one point of a sweep.
type point struct {
	at          calc.SweepPoint
	row         *calc.FunctionSpill
	recommended calc.Optional[int64] // provisioned concurrency; in plans only
	met         calc.Optional[bool]  // whether it meets the targets, if there are any
}

func spillPoints(d document.Spillover) []point {
	points := make([]point, len(d.Result.Sweep))
	for i, at := range d.Result.Sweep {
		points[i] = point{at: at.Point, row: &at.Functions[d.Inputs.Swept()]}
	}
	return points
}

func planPoints(d document.Plan) []point {
	sizing := cmp.Or(d.Inputs.Plan, &document.InputPlan{}).Sizing
	points := make([]point, len(d.Result.Sweep))
	for i, at := range d.Result.Sweep {
		f := &at.Functions[d.Inputs.Swept()]
		points[i] = point{at: at.Point, row: &f.Now, recommended: calc.Some(f.RecommendedProvisioned)}
		if misses, known := sizing.Misses(&f.Now); known {
			points[i].met = calc.Some(len(misses) == 0)
		}
	}
	return points
}

// label returns the value of the setting as text.
func (p point) label() string {
	axis, value := p.at.Axis()
	switch axis {
	case calc.AxisDuration:
		return quantity.FormatDuration(value)
	case calc.AxisRPS:
		return quantity.FormatNumber(value)
	}
	return quantity.FormatCount(p.at.Provisioned.Else(p.at.Reserved).Or(0))
}

// sweepPage shows a sweep: a table with a row for each point, and a plot of the ratio that matters most. The headline
// counts the verdicts of the points.
func sweepPage(in document.Inputs, points []point) Page {
	axis, _ := points[0].at.Axis()
	rows := make([]*calc.FunctionSpill, len(points))
	for i := range points {
		rows[i] = points[i].row
	}
	random := slices.ContainsFunc(points, func(p point) bool { return p.row.Chance.Known() })
	title := "Sweep of " + string(axis)
	if in.Sweep.Function != "function" { // the name of a function that was given none
		title += ", " + in.Sweep.Function
	}
	columns := sweepColumns(axis, points)
	plot := plotSection(axis, points, rows)
	if random {
		functions := make([]calc.FunctionSpill, len(rows))
		for i, row := range rows {
			functions[i] = *row
		}
		plot.Lines = append(plot.Lines, assumptions(functions, columns.coldStarts)...)
	}
	table := sweepTable(axis, points, columns)
	return Page{Headline: sweepHeadline(axis, points), Sections: []Section{{Title: title, Table: table}, plot}}
}

// sweepHeadline counts the verdicts of the points, the worst first.
func sweepHeadline(axis calc.Axis, points []point) Line {
	counts := map[calc.Verdict]int{}
	for _, p := range points {
		counts[p.row.Verdict]++
	}
	var l Line
	for _, v := range calc.Verdicts() {
		switch n := counts[v]; {
		case n == 0:
		case l.Mark == "":
			text := fmt.Sprintf("at %d of %d points of %s", n, len(points), axis)
			l = Line{Mark: strings.ToUpper(string(v)), Tone: verdictTone(v), Text: text}
		default:
			l.Text += fmt.Sprintf(", %s at %d", v, n)
		}
	}
	return l
}

// shownColumns says which columns the table of a sweep has. It has to fit 80 columns of text, so only the figure that
// matters most comes last: cold starts, the target, the recommendation or the cost.
type shownColumns struct {
	spilled, spilledRandom, refusedRandom bool
	coldStarts, target, recommended, cost bool
}

func sweepColumns(axis calc.Axis, points []point) (c shownColumns) {
	some := func(is func(p point) bool) bool { return slices.ContainsFunc(points, is) }
	random := some(func(p point) bool { return p.row.Chance.Known() })
	spills := some(func(p point) bool { return p.row.Provisioned.Known() })
	priced := some(func(p point) bool { return p.row.Cost.Known() })
	targeted := some(func(p point) bool { return p.met.Known() })
	sized := points[0].recommended.Known() && (axis == calc.AxisRPS || axis == calc.AxisDuration)
	return shownColumns{
		spilled: spills, spilledRandom: spills && random,
		refusedRandom: random,
		coldStarts:    random && !targeted && !sized && !priced,
		target:        targeted && !sized, recommended: sized, cost: priced && !sized,
	}
}

func sweepTable(axis calc.Axis, points []point, c shownColumns) *Table {
	header := map[calc.Axis]string{
		calc.AxisRPS: "Rate\nreq/s", calc.AxisDuration: "Duration\nmean",
		calc.AxisReserved: "Reserved\nunits", calc.AxisProvisioned: "Provisioned\nunits",
	}[axis]
	async := points[0].row.Mode == calc.Async
	shares := randomColumns(refusedWord(!async, async))
	t := &Table{Columns: slices.Concat([]Column{right(header), left("Verdict")}, shares, []Column{
		right("Cold\nstarts"), left("Target\nby chance"),
		right("Recommended\nprovisioned"), right("Cost\nUSD/month"),
	})}
	for _, p := range points {
		x := p.row.Chance.Or(calc.Chance{})
		cost := x.Cost.Else(p.row.Cost).Or(calc.Cost{}).Total
		t.add(slices.Concat([]Cell{word(p.label()), verdict(p.row.Verdict)}, randomCells(p.row), []Cell{
			optional(x.ColdStartRatio, chance), optional(p.met, metWord),
			optional(p.recommended, count), optional(cost, usd),
		})...)
	}
	shown := []bool{
		true, true, c.spilled, c.spilledRandom, true, c.refusedRandom,
		c.coldStarts, c.target, c.recommended, c.cost,
	}
	t.keep(func(i int) bool { return shown[i] })
	return t
}

func metWord(met bool) Cell {
	if met {
		return Cell{"met", Good}
	}
	return Cell{"missed", Warn}
}

// plotSection plots the ratio that changes most over the setting, or says that there is nothing to see.
func plotSection(axis calc.Axis, points []point, rows []*calc.FunctionSpill) Section {
	at := make([]float64, len(points))
	for i, p := range points {
		_, at[i] = p.at.Axis()
	}
	if at[0] == at[len(at)-1] {
		return Section{}
	}
	c := figure.Widest(rows)
	if c.Flat() {
		return Section{Lines: []Line{{Text: "Nothing spills, is throttled or waits at any point."}}}
	}
	steady := make([]calc.Optional[float64], len(c.Steady))
	for i, x := range c.Steady {
		steady[i] = calc.Some(x)
	}
	plot := &Plot{Axis: axis, At: at, Curves: []Curve{{"steady", steady}}}
	if c.HasRandom() {
		plot.Curves = append(plot.Curves, Curve{"by chance", c.Random})
	}
	return Section{Title: "Requests " + string(c.Measure), Plot: plot}
}
