package gate

import (
	"fmt"
	"math"
	"strconv"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// A measure is a figure that a condition compares with a bound. This file has all there is to say about each.
type measure struct {
	name    string
	example string // a condition that compares it
	// bound reads the number of a condition.
	bound func(text string) (float64, error)
	// share says that it is from 0 to 1, so that some conditions can never hold.
	share bool
	// figures lists what an answer has of it.
	figures func(Answer) []figure
	// holds says the figure for which a condition holds.
	holds func(figure) string
	// none says why an answer has no figure at all, and what would give it one.
	none string
}

// A figure is a measure of a function, or of the account.
type figure struct {
	function string // empty for the account
	value    calc.Optional[float64]
	// undecided says why the value is not known. Without it there is no such figure.
	undecided string
	// says is what holds says, where the value alone does not.
	says string
}

const (
	needsProvisioned = "nothing is provisioned, so there is no %s to compare; legal: set --provisioned"
	needsSync        = "no function is synchronous, so there is no %s to compare; legal: --mode sync"
)

// measures lists the measures, in the order of the help.
func measures() []measure {
	return []measure{
		ratio("throttled", "throttled>0", func(f *calc.FunctionSpill) calc.Optional[float64] { return calc.Some(f.ThrottledRatio) }, nil, ""),
		ratio("queued", "queued>0", func(f *calc.FunctionSpill) calc.Optional[float64] { return calc.Some(f.QueuedRatio) }, nil, ""),
		ratio("spillover", "spillover>1%", func(f *calc.FunctionSpill) calc.Optional[float64] { return calc.Some(f.SpilloverRatio) }, nil, ""),
		ratio("utilization", "utilization>80%", func(f *calc.FunctionSpill) calc.Optional[float64] { return f.ProvisionedUtilizationRatio },
			durationIfProvisioned, needsProvisioned),
		ratio("headroom", "headroom<20%", func(f *calc.FunctionSpill) calc.Optional[float64] { return f.HeadroomRatio }, duration, ""),
		ratio("chance-throttled", "chance-throttled>0.1%", func(f *calc.FunctionSpill) calc.Optional[float64] { return chance(f).ThrottledRatio },
			durationIfSync, needsSync),
		ratio("chance-spillover", "chance-spillover>1%", func(f *calc.FunctionSpill) calc.Optional[float64] { return chance(f).SpilloverRatio },
			durationIfProvisioned, needsProvisioned),
		ratio("cold-start", "cold-start>1%", func(f *calc.FunctionSpill) calc.Optional[float64] { return chance(f).ColdStartRatio },
			poissonDuration, ""),
		{name: "cost", example: "cost>500", bound: parseAmount, figures: costs,
			holds: func(x figure) string {
				return "the cost is " + quantity.FormatUSD(x.value.Or(0)) + " US dollars a month"
			}},
		{name: "cost-delta", example: "cost-delta>10%", bound: quantity.ParseHeadroom, figures: costDelta,
			holds: func(x figure) string { return x.says }},
	}
}

// ratio is a measure of each function, a share from 0 to 1. lacks names the input without which a function has no value,
// and is empty for a function that has no such figure; none says why no function has one.
func ratio(name, example string, value func(f *calc.FunctionSpill) calc.Optional[float64],
	lacks func(f *calc.FunctionSpill) string, none string) measure {
	m := measure{name: name, example: example, share: true, bound: quantity.ParsePercent}
	if none != "" {
		m.none = fmt.Sprintf(none, name)
	}
	m.figures = func(a Answer) []figure {
		list := make([]figure, len(a.Functions))
		for i := range a.Functions {
			f := &a.Functions[i]
			list[i] = figure{function: f.Name, value: value(f)}
			if lacks == nil || list[i].value.Known() {
				continue
			}
			if what := lacks(f); what != "" {
				list[i].undecided = fmt.Sprintf("the %s of %s is not known without %s; legal: give it, or drop the condition", name, f.Name, what)
			}
		}
		return list
	}
	m.holds = func(x figure) string {
		return fmt.Sprintf("%s of %s is %s", name, x.function, quantity.FormatChance(x.value.Or(0)))
	}
	return m
}

func chance(f *calc.FunctionSpill) calc.Chance { return f.Chance.Or(calc.Chance{}) }

func duration(*calc.FunctionSpill) string { return "a duration" }

func durationIfProvisioned(f *calc.FunctionSpill) string {
	if f.Provisioned.Known() {
		return "a duration"
	}
	return ""
}

func durationIfSync(f *calc.FunctionSpill) string {
	if f.Mode.Queues() {
		return ""
	}
	return "a duration"
}

func poissonDuration(f *calc.FunctionSpill) string {
	if chance(f).Arrivals == calc.Bursty {
		return "a peakedness of 1"
	}
	return "a duration"
}

// parseAmount reads US dollars.
func parseAmount(text string) (float64, error) {
	amount, err := strconv.ParseFloat(text, 64)
	if err != nil || !(amount >= 0) || math.IsInf(amount, 1) {
		return 0, errNoAmount
	}
	return amount, nil
}

func unknownCost(lacks string) string {
	return "the cost is not known without " + lacks + "; legal: give it, or drop the condition"
}

// costs are the costs of the account, one for each point of a sweep.
func costs(a Answer) []figure {
	if len(a.Costs) == 0 {
		return []figure{{undecided: unknownCost(a.CostLacks)}}
	}
	list := make([]figure, len(a.Costs))
	for i, x := range a.Costs {
		list[i].value = x.Or(calc.AccountCost{}).Total
		if !list[i].value.Known() {
			list[i].undecided = unknownCost(a.CostLacks)
		}
	}
	return list
}

// costDelta is how much more the account costs than the baseline, a ratio.
func costDelta(a Answer) []figure {
	x, ok := a.Baseline.Get()
	switch {
	case !a.Compared:
		return []figure{{undecided: "there is nothing to compare with; legal: --baseline FILE, or drop the condition"}}
	case !ok:
		return []figure{{undecided: unknownCost(a.CostLacks)}}
	case !x.DeltaRatio.Known():
		return []figure{{undecided: "the baseline costs nothing; legal: another one, or drop the condition"}}
	}
	return []figure{{value: x.DeltaRatio, says: fmt.Sprintf("the cost went from %s to %s US dollars a month (%s)",
		quantity.FormatUSD(x.Before), quantity.FormatUSD(x.After), quantity.FormatPercentChange(x.DeltaRatio.Or(0)))}}
}
