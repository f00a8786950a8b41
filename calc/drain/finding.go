package drain

import (
	"fmt"
	"math"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// find adds the findings about a function.
func (r *Result) find(d *drainer, f *Function) {
	add := func(rule rule.Rule, format string, args ...any) {
		r.Findings = append(r.Findings, calc.NewFinding(rule, calc.Some(f.Name), fmt.Sprintf(format, args...)))
	}
	lost := ""
	if after, ok := f.LossAfterS.Get(); ok {
		lost = fmt.Sprintf("the first %s is lost after %s, at %s", f.Source.Noun(), quantity.FormatTime(after),
			d.KeptWords())
	}
	d.Find(lost, add)
	if s, ok := f.DrainS.Get(); ok && s > MostMinutes*minute {
		add(rule.Truncated, "%s minutes are listed, of %s", quantity.FormatCount(MostMinutes),
			quantity.FormatNumber(math.Ceil(s/minute)))
	}
}
