package cmd

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/format"
)

// A measure is a ratio of a function that a condition can name.
type measure struct {
	name  string
	ratio func(f *calc.FunctionSpill) calc.Optional[float64]
	// missing tells what the ratio lacks where it is absent; an empty text
	// means that the function has no such ratio.
	missing func(f *calc.FunctionSpill) string
	// none says why no function at all has the ratio.
	none string
}

func measures() []measure {
	nothing := func(*calc.FunctionSpill) string { return "" }
	duration := func(*calc.FunctionSpill) string { return "a duration" }
	provisioned := func(f *calc.FunctionSpill) string {
		if f.Provisioned.Known() {
			return "a duration"
		}
		return ""
	}
	const unprovisioned = "nothing is provisioned, so there is no %s to compare; legal: set --provisioned"
	random := func(f *calc.FunctionSpill) calc.Chance { return f.Chance.Or(calc.Chance{}) }
	return []measure{
		{"throttled", func(f *calc.FunctionSpill) calc.Optional[float64] { return calc.Some(f.ThrottledRatio) }, nothing, ""},
		{"queued", func(f *calc.FunctionSpill) calc.Optional[float64] { return calc.Some(f.QueuedRatio) }, nothing, ""},
		{"spillover", func(f *calc.FunctionSpill) calc.Optional[float64] { return calc.Some(f.SpilloverRatio) }, nothing, ""},
		{"utilization", func(f *calc.FunctionSpill) calc.Optional[float64] { return f.ProvisionedUtilizationRatio }, provisioned, unprovisioned},
		{"headroom", func(f *calc.FunctionSpill) calc.Optional[float64] { return f.HeadroomRatio }, duration, ""},
		{"chance-throttled", func(f *calc.FunctionSpill) calc.Optional[float64] { return random(f).ThrottledRatio },
			func(f *calc.FunctionSpill) string {
				if f.Mode == calc.Async {
					return ""
				}
				return "a duration"
			}, "no function is synchronous, so there is no %s to compare; legal: --mode sync"},
		{"chance-spillover", func(f *calc.FunctionSpill) calc.Optional[float64] { return random(f).SpilloverRatio }, provisioned, unprovisioned},
		{"cold-start", func(f *calc.FunctionSpill) calc.Optional[float64] { return random(f).ColdStartRatio },
			func(f *calc.FunctionSpill) string {
				if random(f).Arrivals == calc.Bursty {
					return "a peakedness of 1"
				}
				return "a duration"
			}, ""},
	}
}

// The measures of the account: its cost, US dollars a month, and how much more
// that is than the baseline, a ratio.
const (
	measureCost      = "cost"
	measureCostDelta = "cost-delta"
)

// A condition compares a measure of the worst function with a bound.
type condition struct {
	label   string // where it was given: --fail-on, or the variable
	text    string
	measure measure
	account string // a measure of the account instead
	sign    string
	bound   float64
}

func legalCondition() string {
	return "MEASURE > < >= or <= RATIO, the measures are " + strings.Join(measureNames(), ", ") + "; for " + measureCost + " a number of US dollars a month"
}

func measureNames() (names []string) {
	for _, measure := range measures() {
		names = append(names, measure.name)
	}
	return append(names, measureCost, measureCostDelta)
}

// failExamples are values that --fail-on takes: levels, and some conditions.
func failExamples(command string) (examples []string) {
	for _, level := range failLevels(command) {
		examples = append(examples, string(level))
	}
	return append(examples, "throttled>0", "queued>0", "spillover>1%", "utilization>80%", "headroom<20%", "chance-throttled>0.1%", "chance-spillover>1%", "cold-start>1%", "cost>500", "cost-delta>10%")
}

func parseCondition(label, text string) (condition, error) {
	invalid := func(problem string) error {
		return &calc.ValueError{Text: text, Problem: problem, Legal: legalCondition()}
	}
	at := strings.IndexAny(text, "<>")
	if at < 0 {
		return condition{}, invalid("is not a condition")
	}
	name, sign, value := text[:at], text[at:at+1], text[at+1:]
	if strings.HasPrefix(value, "=") {
		sign, value = sign+"=", value[1:]
	}
	if strings.TrimSpace(name) == measureCost {
		bound, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil || !(bound >= 0) || math.IsInf(bound, 1) {
			return condition{}, invalid("does not compare with an amount")
		}
		return condition{label: label, text: strings.TrimSpace(text), account: measureCost, sign: sign, bound: bound}, nil
	}
	if strings.TrimSpace(name) == measureCostDelta {
		bound, err := calc.ParseHeadroom(strings.TrimSpace(value))
		if err != nil {
			return condition{}, fmt.Errorf("%q: %w", text, err)
		}
		return condition{label: label, text: strings.TrimSpace(text), account: measureCostDelta, sign: sign, bound: bound}, nil
	}
	for _, measure := range measures() {
		if measure.name != strings.TrimSpace(name) {
			continue
		}
		bound, err := calc.ParsePercent(strings.TrimSpace(value))
		if err != nil {
			return condition{}, fmt.Errorf("%q: %w", text, err)
		}
		if sign == ">" && bound >= 1 || sign == "<" && bound <= 0 {
			return condition{}, invalid("can never hold, a share is from 0% to 100%")
		}
		return condition{label: label, text: strings.TrimSpace(text), measure: measure, sign: sign, bound: bound}, nil
	}
	problem := "has an unknown measure"
	if near := nearest(strings.TrimSpace(name), measureNames()); near != "" {
		problem += ", did you mean " + near + "?"
	}
	return condition{}, invalid(problem)
}

func (c condition) holds(ratio float64) bool {
	switch c.sign {
	case ">":
		return ratio > c.bound
	case ">=":
		return ratio >= c.bound
	case "<":
		return ratio < c.bound
	default:
		return ratio <= c.bound
	}
}

// judge evaluates the conditions: it returns those that hold, and an error where
// some cannot be decided. That is wrong usage and not a pass: a gate that
// compares nothing guards nothing.
//
// account is what the conditions on the account compare.
func judge(conditions []condition, functions []calc.FunctionSpill, account accountMeasures) (holding []string, err error) {
	var undecided []string
	if account.compared && !account.baseline.Known() {
		undecided = append(undecided, fmt.Sprintf("--%s: the cost is not known without %s; legal: give it, or no baseline", flagBaseline, account.missing))
	}
	for _, c := range conditions {
		if c.account != "" {
			holds, problem := account.judge(c)
			if holds != "" {
				holding = append(holding, holds)
			}
			if problem != "" {
				undecided = append(undecided, problem)
			}
			continue
		}
		worst, value := "", 0.0
		applies, lacking, missing := false, "", ""
		for i := range functions {
			f := &functions[i]
			ratio, ok := c.measure.ratio(f).Get()
			if !ok {
				if what := c.measure.missing(f); what != "" && missing == "" {
					missing, lacking = what, f.Name
				}
				continue
			}
			applies = true
			if c.holds(ratio) && (worst == "" || c.sign[0] == '>' && ratio > value || c.sign[0] == '<' && ratio < value) {
				worst, value = f.Name, ratio
			}
		}
		switch {
		case worst != "":
			holding = append(holding, fmt.Sprintf("%s %q holds: %s of %s is %s", c.label, c.text, c.measure.name, worst, calc.FormatChance(value)))
		case missing != "":
			undecided = append(undecided, fmt.Sprintf("%s %q: the %s of %s is not known without %s; legal: give it, or drop the condition",
				c.label, c.text, c.measure.name, lacking, missing))
		case !applies:
			undecided = append(undecided, fmt.Sprintf("%s %q: "+c.measure.none+", or drop the condition", c.label, c.text, c.measure.name))
		}
	}
	if len(undecided) > 0 {
		return nil, &exitError{code: exitUsage, message: strings.Join(undecided, "\n")}
	}
	return holding, nil
}

// exitWith is the error that a run ends with which is judged so.
func exitWith(holding []string, undecided error) error {
	if len(holding) == 0 {
		return undecided
	}
	return &exitError{code: exitFailed, message: strings.Join(holding, "\n")}
}

// accountMeasures are the figures of the account that conditions compare.
type accountMeasures struct {
	costs    []calc.Optional[calc.AccountCost] // one for each answer of a sweep
	missing  string                            // what a cost lacks
	baseline calc.Optional[calc.Comparison]
	compared bool // a baseline is given
}

// judge evaluates a condition on the account.
func (m accountMeasures) judge(c condition) (holds, problem string) {
	if c.account == measureCostDelta {
		x, ok := m.baseline.Get()
		ratio, known := x.DeltaRatio.Get()
		switch {
		case !m.compared:
			return "", fmt.Sprintf("%s %q: there is nothing to compare with; legal: --baseline FILE, or drop the condition", c.label, c.text)
		case !ok:
			return "", fmt.Sprintf("%s %q: the cost is not known without %s; legal: give it, or drop the condition", c.label, c.text, m.missing)
		case !known:
			return "", fmt.Sprintf("%s %q: the baseline costs nothing; legal: another one, or drop the condition", c.label, c.text)
		case c.holds(ratio):
			return fmt.Sprintf("%s %q holds: the cost went from %s to %s US dollars a month (%s)", c.label, c.text,
				calc.FormatUSD(x.Before), calc.FormatUSD(x.After), format.Signed(ratio)), ""
		}
		return "", ""
	}
	worst, unknown := -1.0, len(m.costs) == 0
	for _, x := range m.costs {
		total, ok := x.Or(calc.AccountCost{}).Total.Get()
		unknown = unknown || !ok
		if ok && c.holds(total) && (worst < 0 || c.sign[0] == '>' && total > worst || c.sign[0] == '<' && total < worst) {
			worst = total
		}
	}
	switch {
	case worst >= 0:
		return fmt.Sprintf("%s %q holds: the cost is %s US dollars a month", c.label, c.text, calc.FormatUSD(worst)), ""
	case unknown:
		return "", fmt.Sprintf("%s %q: the cost is not known without %s; legal: give it, or drop the condition", c.label, c.text, m.missing)
	}
	return "", ""
}

// lacking names what the cost of an account lacks.
func lacking(region string, found []calc.Finding) string {
	if region == "" {
		return "a Region (--region), memory and a duration"
	}
	for _, f := range found {
		if f.ID == calc.FindingNoCost {
			what := strings.TrimPrefix(f.Message, "no cost without ")
			return fmt.Sprintf("%s (function %s)", what, f.Function.Or(""))
		}
	}
	return "the cold starts, which are not computed for bursts" // an init time is given
}
