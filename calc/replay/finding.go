package replay

import (
	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// burstsFrom is the peakedness from which on bursts inside minutes matter.
const burstsFrom = 1.5

// findings returns what a reader should know about how the traffic arrives.
func (e *engine) findings() (found []calc.Finding) {
	for _, t := range e.tracks {
		message := ""
		switch {
		case t.exact || t.offered == 0:
			continue
		case t.givenMS.Or(t.meanMS) == 0:
			found = append(found, calc.NewFinding(calc.NoDuration, calc.Some(e.account.Functions[t.function].Name),
				"the traffic has no durations, so only rate limits are known; give --duration"))
			continue
		case e.account.Functions[t.function].Polls(): // a queue evens out how messages arrive
			continue
		case t.zSource == calc.PeakednessUnknown && e.options.EstimatePeakedness:
			message = "nothing shows whether requests came in bursts inside a step: random arrivals assume none"
		case t.zSource == calc.PeakednessFromMaximum && t.z >= burstsFrom:
			message = "requests came in bursts inside minutes: peakedness " + quantity.FormatNumber(t.z) +
				", by the Maximum of ConcurrentExecutions"
		default:
			continue
		}
		name := calc.Some(e.account.Functions[t.function].Name)
		found = append(found, calc.NewFinding(rule.MinutesHideBursts, name, message))
	}
	return found
}
