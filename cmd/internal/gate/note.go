package gate

import (
	"fmt"
	"slices"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// A pair is a measure of the steady state, and the condition on random arrivals with the same verdict.
type pair struct {
	steady, random, example string
	verdict                 calc.Verdict
	what                    string
}

func pairs() []pair {
	return []pair{
		{"throttled", "chance-throttled", "chance-throttled>0.1%", calc.Throttles, "are throttled"},
		{"queued", "chance-queued", "chance-queued>1%", calc.Queues, "wait"},
		{"spillover", "chance-spillover", "chance-spillover>1%", calc.Spills, "spill"},
	}
}

// Notes says where an answer for which no condition holds shows a verdict that is due to random arrivals, if the
// conditions ask only about evenly spaced requests, or that is due to another load.
func (g *Gate) Notes(a Answer) (notes []string) {
	if a.Scaled && g.Conditional() {
		c := &g.conditions[0]
		notes = append(notes, fmt.Sprintf("%s %q is about the load as it is, and not about the points of --scale", c.label,
			c.text))
	}
	for _, p := range pairs() {
		compares := func(name string) int {
			return slices.IndexFunc(g.conditions, func(c condition) bool { return c.measure.name == name })
		}
		worst := worstAtRandom(a.Functions, p.verdict)
		i := compares(p.steady)
		if i < 0 || compares(p.random) >= 0 || worst == nil {
			continue
		}
		of := ""
		if !g.Unnamed {
			of = " of " + worst.Name
		}
		share, _ := worst.HeadlineRatio()
		c := &g.conditions[i]
		notes = append(notes, fmt.Sprintf("%s %q passes: it asks about evenly spaced requests; at random arrivals %s%s %s; "+
			"add '%s' to fail on that", c.label, c.text, quantity.FormatShare(share), of, p.what, p.example))
	}
	return notes
}

// worstAtRandom returns the worst function whose headline has the verdict because of random arrivals, or nil.
func worstAtRandom(functions []calc.FunctionSpill, v calc.Verdict) (worst *calc.FunctionSpill) {
	for i := range functions {
		f := &functions[i]
		if _, random := f.HeadlineRatio(); random && f.Headline() == v && (worst == nil || f.Worse(worst)) {
			worst = f
		}
	}
	return worst
}
