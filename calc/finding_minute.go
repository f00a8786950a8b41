package calc

import (
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// cause says why more requests, or events, find everything full than if they were evenly spaced.
func (x *Chance) cause(requests string) string {
	if m, ok := x.OnTheMinute.Get(); ok {
		return m.String() + ", and at random"
	}
	return requests + " arrive at random"
}

var longOnTheMinute = rule.Rule{
	Word: "long-on-the-minute", Level: rule.Warning,
	Name: "long requests on the minute",
	Text: "a part of the requests comes on the minute, and requests last at least half as long as that takes: " +
		"up to five times as many as shown may find everything full",
	Why: "The approximation follows the load as if a pool forgot at once that it was full. That holds for requests " +
		"much shorter than the burst. Provision for the highest load of the minute, or spread the schedule.",
	Source: aws.SourceJagerman,
}

// longFrom is the share of requests that find everything full from which it matters that more of them may.
const longFrom = 1e-4

// longOnTheMinute reports requests for which the approximation of OnTheMinute is poor.
func (c *findings) longOnTheMinute(f *Function, row *FunctionSpill) {
	x := row.Chance.Or(Chance{})
	m, ok := x.OnTheMinute.Get()
	d, _ := f.seconds()
	if !ok || 2*d < m.WithinS || max(x.BeyondProvisionedRatio.Or(0), x.refused()) < longFrom {
		return
	}
	t, _ := f.traffic()
	peak := t.at(m.WithinS)
	c.function(longOnTheMinute, f, "requests of %s, %s: up to five times as many as shown may find everything full; "+
		"the load is %s environments at %s of the minute, %s on average",
		quantity.FormatDuration(d*1000), m, quantity.FormatNumber(peak.load()),
		quantity.FormatDuration(m.WithinS*1000), quantity.FormatNumber(t.load()))
}
