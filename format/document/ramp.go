package document

import (
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/advice"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/figure"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/ramp"
)

// Ramp is the answer of ramp.
type Ramp = Document[RampResult, calc.Finding]

// RampResult is a ramp.Result with its changes in words.
type RampResult struct {
	// Account is the account's row, for the highest rate of every function.
	Account calc.AccountResult `json:"account"`
	// Functions are the functions, in the order of the account.
	Functions []ramp.Function `json:"functions"`
	// Actions are the changes with which nothing is refused.
	Actions []advice.Action `json:"actions"`
}

// InputRamp holds the inputs that only ramp has.
type InputRamp struct {
	// ForS is how long to look, seconds; absent for the usual time.
	ForS calc.Optional[float64] `json:"for_s"`
	// AllocationDelayS is the time until provisioned concurrency can be used, seconds; absent for the usual time.
	AllocationDelayS calc.Optional[float64] `json:"allocation_delay_s"`
	// Loads are how the rates of the functions move.
	Loads []InputLoad `json:"loads"`
	// Origin says where each value comes from.
	Origin Origin `json:"origin"`
}

// InputLoad is how the rate of a function moves.
type InputLoad struct {
	// Name is the function's name.
	Name string `json:"name"`
	// RPSBefore is the rate before, requests per second.
	RPSBefore calc.Optional[float64] `json:"rps_before"`
	// RPSAfter is the rate to which it goes, if it is not that of the function, requests per second.
	RPSAfter calc.Optional[float64] `json:"rps_after"`
	// OverS is the time that it takes, seconds.
	OverS calc.Optional[float64] `json:"over_s"`
	// Shape is the rate over time, if it is given.
	Shape []ramp.Point `json:"shape"`
	// Warm is the number of on-demand environments that are warm before, units.
	Warm calc.Optional[int64] `json:"warm"`
	// Origin says where each value comes from.
	Origin Origin `json:"origin"`
}

// NewInputLoad echoes the load of a function.
func NewInputLoad(name string, l ramp.Load, origin Origin) InputLoad {
	in := InputLoad{Name: name, RPSBefore: l.Before, RPSAfter: l.To, OverS: l.OverS, Shape: l.Shape, Warm: l.Warm,
		Origin: origin}
	if in.Shape == nil {
		in.Shape = []ramp.Point{}
	}
	return in
}

// NewRamp returns the document of a ramp of an account. Findings about files come before those of the result.
func NewRamp(in Inputs, account calc.Account, r ramp.Result, files []calc.Finding) Ramp {
	return Ramp{SchemaVersion: SchemaVersion, Kind: "ramp", Summary: summarizeRamp(r.Functions), Inputs: in,
		Result:   RampResult{r.Account, r.Functions, advice.Actions(account, r.Changes(account))},
		Findings: append(files, r.Findings...)}
}

// summarizeRamp says how much is refused, and when: of the only function, or of all of them with the worst.
func summarizeRamp(rows []ramp.Function) string {
	total := figure.SumRamp(rows)
	worst := &rows[figure.SortRamp(rows, figure.ByWorst)[0]]
	verdict := string(worst.Verdict)
	requests := quantity.FormatWholeOf(total.Requests, "request")
	of := fmt.Sprintf("at most %s of %s (%s)", quantity.FormatWhole(total.Refused), requests,
		quantity.FormatShare(total.Ratio()))
	switch {
	case len(rows) == 1 && worst.Verdict == ramp.Survives:
		start := "units of demand start in time"
		units := quantity.FormatNumber(worst.DemandUnits)
		if units == "1" {
			start = "unit of demand starts in time"
		}
		return summarize(verdict, fmt.Sprintf("all of %s are served: %s %s", requests, units, start))
	case len(rows) == 1:
		return summarize(verdict, of+whenRefused(worst)+": "+whyRefused(worst))
	case worst.Verdict == ramp.Survives:
		return summarize(verdict, fmt.Sprintf("all of %s of %d functions are served", requests, len(rows)))
	}
	var parts []string
	for _, v := range []ramp.Verdict{ramp.Throttles, ramp.Queues, ramp.Survives} {
		if n := total.Counts[v]; n > 0 && v != worst.Verdict {
			parts = append(parts, fmt.Sprintf("%d %s", n, rampVerb(v, n)))
		}
	}
	text := fmt.Sprintf("%d of %s", total.Counts[worst.Verdict], quantity.FormatCountOf(len(rows), "function"))
	if len(parts) > 0 {
		text += "; " + strings.Join(parts, ", ")
	}
	return summarize(verdict, fmt.Sprintf("%s; %s: at most %s of %s (%s)%s", text, worst.Name,
		quantity.FormatWhole(worst.Refused()), quantity.FormatWholeOf(worst.Requests, "request"),
		quantity.FormatShare(worst.RefusedRatio()), whenRefused(worst)))
}

// rampVerb says what a number of functions do.
func rampVerb(v ramp.Verdict, n int) string {
	if n == 1 {
		return string(v)
	}
	return strings.TrimSuffix(string(v), "s")
}

// whenRefused says from when to when requests are refused.
func whenRefused(f *ramp.Function) string {
	from := ", from " + quantity.FormatTime(f.FirstThrottleS.Or(0))
	if again, ok := f.ServedAgainS.Get(); ok {
		return from + " to " + quantity.FormatTime(again)
	}
	return from + " on"
}

// whyRefused says what refuses requests.
func whyRefused(f *ramp.Function) string {
	rate := fmt.Sprintf("the function gains %s environments at once and %d a second",
		quantity.FormatCount(aws.ScalingEnvironments), aws.ScalingEnvironments/aws.ScalingPeriodS)
	if first, ok := f.FirstUseMS().Get(); ok {
		rate += fmt.Sprintf(", each busy for %s at first", quantity.FormatDuration(first))
	}
	size := fmt.Sprintf("it needs %s units and can reach %s", quantity.FormatNumber(f.DemandUnits),
		quantity.FormatCount(f.ReachUnits))
	switch {
	case f.Crowds() && f.ThrottledScalingRequests == 0:
		return fmt.Sprintf("it can have %s environments, each busy for %s at first",
			quantity.FormatCount(f.OnDemandUnits()), quantity.FormatDuration(f.FirstUseMS().Or(0)))
	case f.Crowds():
		return rate + ", and can have " + quantity.FormatCount(f.OnDemandUnits())
	case !f.LacksRoom():
		return rate
	case f.ThrottledScalingRequests == 0:
		return size
	}
	return size + "; before, " + rate
}

// A RampSecond is a row of ramp: one second of a function.
type RampSecond struct {
	// Function is the function's name.
	Function string `json:"function"`
	ramp.Second
}

// RampRows lists the seconds of all functions.
func RampRows(d Ramp) []RampSecond {
	rows := []RampSecond{}
	for i := range d.Result.Functions {
		f := &d.Result.Functions[i]
		for _, s := range f.Seconds {
			rows = append(rows, RampSecond{f.Name, s})
		}
	}
	return rows
}
