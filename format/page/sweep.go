package page

import (
	"cmp"
	"slices"

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
		points[i] = point{at: at.Point, row: &f.Now, recommended: calc.Some(f.ProvisionTo())}
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

// fewPoints is how many points of a sweep are shown as rows; more are plotted.
const fewPoints = 3

// sweep shows a sweep: a plot of the ratio that matters most, or a row for each of few points.
func (v View) sweep(
	summary string, in document.Inputs, points []point, found []calc.Finding, explain []calc.Step,
) Page {
	axis, _ := points[0].at.Axis()
	rows := make([]*calc.FunctionSpill, len(points))
	functions := make([]calc.FunctionSpill, len(points))
	for i := range points {
		rows[i], functions[i] = points[i].row, *points[i].row
	}
	table := Section{Title: "Points"}
	plot := Section{}
	if points[0].row.Managed.Known() { // which has no provisioned concurrency
		table.Table = managedSweep(axis, points)
	} else {
		table.Table, plot = sweepTable(axis, points, sweepColumns(axis, points)), plotSection(axis, points, rows)
	}
	a := answer{summary: summary, explain: explain, inputs: in, notes: Section{Lines: errorLines(found)}}
	shown := table
	if plot.Plot != nil && len(points) > fewPoints {
		shown = plot
		a.details = append(a.details, detail{name: ShowSplit, exists: true, sections: func() []Section {
			return []Section{table}
		}})
	} else {
		shown.Title = ""
	}
	at := make([]calc.SweepPoint, len(points))
	for i := range points {
		at[i] = points[i].at
	}
	if document.SweepEdges(at, rows) == "" { // the headline says it
		shown.Lines = append(shown.Lines, fitting(axis, points)...)
	}
	a.body = []Section{shown}
	a.details = append(a.details, assumptionsDetail(functions[:1]))
	a.assumes = assumed(functions[:1], in, calc.Optional[calc.AccountCost]{})
	return v.page(a)
}

// fitting says which of the points fit: loads up to a point, or the range of the largest sizes that fit. A smaller size
// may fit where a larger one does not: without provisioned concurrency nothing spills.
func fitting(axis calc.Axis, points []point) []Line {
	label := func(p point) string {
		switch axis {
		case calc.AxisRPS:
			return p.label() + " req/s"
		case calc.AxisDuration:
			return p.label()
		}
		return string(axis) + " " + p.label()
	}
	fits := func(p point) bool { return p.row.Headline() == calc.Fits }
	first := slices.IndexFunc(points, fits)
	if first < 0 {
		return []Line{{Text: "No point fits."}}
	}
	if axis == calc.AxisRPS || axis == calc.AxisDuration {
		last := first
		for last+1 < len(points) && fits(points[last+1]) {
			last++
		}
		return []Line{{Text: "Fits up to " + label(points[last]) + "."}}
	}
	last := len(points) - 1
	for !fits(points[last]) {
		last--
	}
	from, to := last, last
	for from > 0 && fits(points[from-1]) {
		from--
	}
	switch {
	case to == len(points)-1:
		return []Line{{Text: "Fits from " + label(points[from]) + "."}}
	case from == to:
		return []Line{{Text: "Fits at " + label(points[from]) + "."}}
	}
	return []Line{{Text: "Fits from " + label(points[from]) + " to " + points[to].label() + "."}}
}

// shownColumns says which columns the table of a sweep has. To fit into 80 columns of text, it has only one of the last
// four: the one that matters most.
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

// axisHeader is the header of the values of a setting.
func axisHeader(axis calc.Axis) string {
	return map[calc.Axis]string{
		calc.AxisRPS: "Rate\nreq/s", calc.AxisDuration: "Duration\nmean",
		calc.AxisReserved: "Reserved\nunits", calc.AxisProvisioned: "Provisioned\nunits",
	}[axis]
}

// managedSweep shows, for a function on Managed Instances, what it needs at each point, and what each way costs.
func managedSweep(axis calc.Axis, points []point) *Table {
	costs := wayColumns()
	for i := range costs[:len(costs)-1] {
		costs[i] = costs[i].drop(lastDrop + 1 + i)
	}
	t := &Table{Columns: append([]Column{right(axisHeader(axis)), left("Verdict"), right("Environments"),
		right("Instances").drop(lastDrop + 1 + len(costs))}, costs...)}
	for _, p := range points {
		m := p.row.Managed.Or(calc.ManagedSpill{})
		t.add(append([]Cell{word(p.label()), verdict(p.row.Headline()), optional(m.Required, count),
			optional(m.Instances, count)}, wayCells(m.Compared)...)...)
	}
	t.dropSilent()
	return t
}

func sweepTable(axis calc.Axis, points []point, c shownColumns) *Table {
	header := axisHeader(axis)
	async := points[0].row.Mode == calc.Async
	shares := randomColumns(refusedWord(!async, async))
	t := &Table{Columns: slices.Concat([]Column{right(header), left("Verdict")}, shares, []Column{
		right("Cold\nstarts"), left("Target\nat random"),
		right("Recommended\nprovisioned"), right("Cost\nUSD/month"),
	})}
	for _, p := range points {
		x := p.row.Chance.Or(calc.Chance{})
		cost := p.row.Cost.Else(x.Cost).Or(calc.Cost{}).Total
		t.add(slices.Concat([]Cell{word(p.label()), verdict(p.row.Headline())}, randomCells(p.row), []Cell{
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
		return Section{}
	}
	steady := make([]calc.Optional[float64], len(c.Steady))
	for i, x := range c.Steady {
		steady[i] = calc.Some(x)
	}
	plot := &Plot{Axis: axis, At: at, Curves: []Curve{{Name: "steady", Values: steady}}}
	if c.HasRandom() {
		plot.Curves = append(plot.Curves, Curve{Name: "random", Values: c.Random})
	}
	return Section{Title: "Requests " + string(c.Measure), Plot: plot}
}
