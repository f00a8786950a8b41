package gate

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/drain"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/ramp"
	"github.com/lambdacap/lambdacap/cmd/internal/suggest"
)

// A measure is a figure that a condition compares with a bound. This file says everything about each of them.
type measure struct {
	name    string
	example string // a condition that compares it
	// bound reads the number of a condition.
	bound func(text string) (float64, error)
	// bare says that the name alone is a condition: more than 0.
	bare bool
	// isShare says that the measure is from 0 to 1, so that some conditions can never hold.
	isShare bool
	// replay says that only a replay has it, steady that only other answers do.
	replay, steady bool
	// figures lists the figures of an answer.
	figures func(Answer) []figure
	// ramp returns the share of a function of a ramp; nil if a ramp does not have the measure.
	ramp func(f *ramp.Function) float64
	// drain returns the figure of a queue; nil if queues do not have the measure.
	drain func(f *drain.Function) figure
	// holds names the figure for which a condition with a bound holds.
	holds func(x figure, bound float64) string
	// none says why an answer has no figure at all, and how to get one. If it is empty, that is no problem.
	none string
}

// of lists the figures of an answer: of a ramp or of queues, if it is one.
func (m measure) of(a Answer) (list []figure) {
	switch {
	case a.Drains != nil:
		return m.ofQueues(a)
	case a.Ramps == nil:
		return m.figures(a)
	case m.ramp == nil:
		return notOf("a ramp", func(m measure) bool { return m.ramp != nil })
	}
	for i := range a.Ramps {
		x := figure{function: a.Ramps[i].Name, value: calc.Some(m.ramp(&a.Ramps[i]))}
		if a.unnamed {
			x.function = ""
		}
		list = append(list, x)
	}
	return list
}

// ofQueues lists the figures of queues.
func (m measure) ofQueues(a Answer) (list []figure) {
	if m.drain == nil {
		return notOf("a queue", func(m measure) bool { return m.drain != nil })
	}
	for i := range a.Drains {
		x := m.drain(&a.Drains[i])
		if !a.unnamed {
			x.says = a.Drains[i].Name + ": " + x.says
		}
		list = append(list, x)
	}
	return list
}

// notOf says which measures an answer has, in place of one that it does not have.
func notOf(what string, has func(measure) bool) []figure {
	var have []string
	for _, other := range measures() {
		if has(other) {
			have = append(have, other.name)
		}
	}
	return []figure{{undecided: what + " has no such measure; expected " + suggest.OneOf(have)}}
}

// A figure is a measure of a function, or of the account.
type figure struct {
	function string // empty for the account, and for a function without a name
	value    calc.Optional[float64]
	// undecided says why the value is not known. If it is empty, there is no such figure.
	undecided string
	// says is what holds says, if the value alone does not say it.
	says string
}

const (
	nothingProvisioned = "nothing is provisioned, so %s is unknown; set --provisioned"
	nothingSync        = "no function is synchronous, so %s is unknown; set --mode sync"
	nothingAsync       = "no function is asynchronous, so %s is unknown; set --mode async"
)

// measures lists the measures, in the order of the help. To add one, copy a row: a share of each function, or a figure
// of the account.
func measures() []measure {
	list := []measure{
		functionShare{
			name: "throttled", bare: true, example: "throttled>0",
			value: func(f *calc.FunctionSpill) optionalRatio { return calc.Some(f.ThrottledRatio) },
			ramp:  func(f *ramp.Function) float64 { return f.ThrottledRatio },
		}.measure(),
		functionShare{
			name: "queued", bare: true, example: "queued>0",
			value: func(f *calc.FunctionSpill) optionalRatio { return calc.Some(f.QueuedRatio) },
			ramp:  func(f *ramp.Function) float64 { return f.QueuedRatio },
		}.measure(),
		functionShare{
			name: "throttled-second", noun: "throttled share of the worst second", bare: true, example: "throttled-second>5%",
			steady: true,
			value:  func(*calc.FunctionSpill) optionalRatio { return optionalRatio{} },
			needs:  func(*calc.FunctionSpill) string { return "lambdacap ramp" },
			ramp:   (*ramp.Function).ThrottledSecond,
		}.measure(),
		functionShare{
			name: "spillover", bare: true, example: "spillover>1%",
			value: func(f *calc.FunctionSpill) optionalRatio { return calc.Some(f.SpilloverRatio) },
		}.measure(),
		functionShare{
			name: "utilization", noun: "utilization", example: "utilization>80%",
			value: func(f *calc.FunctionSpill) optionalRatio { return f.ProvisionedUtilizationRatio },
			needs: durationIfProvisioned, none: nothingProvisioned,
		}.measure(),
		functionShare{
			name: "headroom", noun: "headroom", example: "headroom<20%", steady: true,
			value: func(f *calc.FunctionSpill) optionalRatio { return f.HeadroomRatio },
			needs: duration,
		}.measure(),
		functionShare{
			name: "provisioned-headroom", noun: "headroom of provisioned concurrency", example: "provisioned-headroom<5%",
			steady: true,
			value:  func(f *calc.FunctionSpill) optionalRatio { return f.ProvisionedHeadroomRatio },
			none:   nothingProvisioned,
		}.measure(),
		functionShare{
			name: "chance-throttled", example: "chance-throttled>0.1%",
			value: func(f *calc.FunctionSpill) optionalRatio { return chance(f).ThrottledRatio },
			needs: durationIfSync, none: nothingSync,
		}.measure(),
		functionShare{
			name: "chance-queued", example: "chance-queued>5%",
			value: func(f *calc.FunctionSpill) optionalRatio { return chance(f).QueuedRatio },
			needs: durationIfAsync, none: nothingAsync,
		}.measure(),
		functionShare{
			name: "chance-spillover", example: "chance-spillover>1%",
			value: func(f *calc.FunctionSpill) optionalRatio { return chance(f).SpilloverRatio },
			needs: durationIfProvisioned, none: nothingProvisioned,
		}.measure(),
		functionShare{
			name: "cold-start", example: "cold-start>1%",
			value: func(f *calc.FunctionSpill) optionalRatio { return chance(f).ColdStartRatio },
			needs: poissonDuration,
		}.measure(),
	}
	return slices.Concat(list, dayMeasures(), accountMeasures(), replayMeasures(), drainMeasures())
}

// dayMeasures lists the shares of random arrivals over the day.
func dayMeasures() []measure {
	return []measure{
		functionShare{
			name: "day-throttled", example: "day-throttled>0.1%", steady: true,
			value: func(f *calc.FunctionSpill) optionalRatio { return day(f).ThrottledRatio },
			needs: dayIf(durationIfSync), none: nothingSync,
		}.measure(),
		functionShare{
			name: "day-queued", example: "day-queued>5%", steady: true,
			value: func(f *calc.FunctionSpill) optionalRatio { return day(f).QueuedRatio },
			needs: dayIf(durationIfAsync), none: nothingAsync,
		}.measure(),
		functionShare{
			name: "day-spillover", example: "day-spillover>1%", steady: true,
			value: func(f *calc.FunctionSpill) optionalRatio { return day(f).SpilloverRatio },
			needs: dayIf(durationIfProvisioned), none: nothingProvisioned,
		}.measure(),
	}
}

// accountMeasures lists the measures of the account, and those of differences.
func accountMeasures() []measure {
	return []measure{
		{
			name: "cost", example: "cost>500",
			bound:   parseAmount,
			figures: costs,
			holds:   costWords,
		},
		{
			name: "cost-delta", example: "cost-delta>10%",
			bound:   quantity.ParseHeadroom,
			figures: costDelta,
			holds:   saysItself,
		},
		shareDelta("spillover-delta", "spillover-delta>1%", calc.KeySpillover),
		shareDelta("throttled-delta", "throttled-delta>0", calc.KeyThrottled),
	}
}

type optionalRatio = calc.Optional[float64]

// A functionShare is a measure of each function, a share from 0 to 1.
type functionShare struct {
	name    string
	example string // a condition that compares it
	bare    bool   // the name alone is a condition: more than 0
	steady  bool   // recorded traffic does not have it
	noun    string // what messages call it if no function is named; by default the name and share
	value   func(f *calc.FunctionSpill) optionalRatio
	// ramp returns the share of a function of a ramp; nil if a ramp does not have it.
	ramp func(f *ramp.Function) float64
	// needs names the input without which a function has no value. It is empty for a function that has no such share,
	// and nil if all functions have one.
	needs func(f *calc.FunctionSpill) string
	// none says why no function has the share, with %s for its name.
	none string
}

// measure returns the share as a measure.
func (s functionShare) measure() measure {
	m := measure{
		name: s.name, example: s.example, bare: s.bare, steady: s.steady, isShare: true,
		bound: quantity.ParsePercent, figures: s.figures, ramp: s.ramp, holds: s.holds,
	}
	if s.none != "" {
		m.none = fmt.Sprintf(s.none, s.name)
	}
	return m
}

// figures lists the share of each function.
func (s functionShare) figures(a Answer) []figure {
	list := make([]figure, len(a.Functions))
	for i := range a.Functions {
		f := &a.Functions[i]
		list[i] = figure{function: f.Name, value: s.value(f)}
		if a.unnamed {
			list[i].function = ""
		}
		if s.needs == nil || list[i].value.Known() {
			continue
		}
		if r := a.Replayed; r != nil && r.Functions[i].Exact {
			instead := "drop the condition"
			if other, ok := strings.CutPrefix(s.name, "chance-"); ok {
				instead = "compare " + other + " instead"
			}
			list[i].undecided = fmt.Sprintf("there is no %s: each invocation was replayed with its own times; %s",
				strings.TrimPrefix(s.of(list[i].function), "the "), instead)
			continue
		}
		if input := s.needs(f); input != "" {
			list[i].undecided = fmt.Sprintf("the %s is unknown without %s; give it, or drop the condition",
				strings.TrimPrefix(s.of(list[i].function), "the "), input)
		}
	}
	return list
}

// holds names the share of a function for which a condition holds.
func (s functionShare) holds(x figure, _ float64) string {
	return s.of(x.function) + " is " + quantity.FormatChance(x.value.Or(0))
}

// of names the share of a function, or that of the only one, which has no name.
func (s functionShare) of(function string) string {
	if function != "" {
		return s.name + " of " + function
	}
	return "the " + cmp.Or(s.noun, s.name+" share")
}

// chance returns the figures of random arrivals at a function; empty if they are not known.
func chance(f *calc.FunctionSpill) calc.Chance { return f.Chance.Or(calc.Chance{}) }

// day returns the figures of random arrivals over the day; empty if they are not known.
func day(f *calc.FunctionSpill) calc.DayChance { return f.ChanceDay.Or(calc.DayChance{}) }

// dayIf returns what a share of the day needs where a share of the peak needs something: rates over the day, too.
func dayIf(needs func(f *calc.FunctionSpill) string) func(f *calc.FunctionSpill) string {
	return func(f *calc.FunctionSpill) string {
		if needs(f) == "" || !f.Chance.Known() {
			return needs(f)
		}
		return "the rates of a day"
	}
}

// The inputs that a share of a function may need.

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

func durationIfAsync(f *calc.FunctionSpill) string {
	if f.Mode.Queues() && f.Reserved != calc.Some(int64(0)) {
		return "a duration"
	}
	return ""
}

func poissonDuration(f *calc.FunctionSpill) string {
	switch {
	case chance(f).Arrivals == calc.Bursty:
		return "a peakedness of 1"
	case chance(f).OnTheMinute.Known():
		return "an even rate within the minute"
	}
	return "a duration"
}

// parseAmount reads an amount in US dollars.
func parseAmount(text string) (float64, error) {
	amount, err := strconv.ParseFloat(text, 64)
	if err != nil || !(amount >= 0) || math.IsInf(amount, 1) {
		return 0, errNoAmount
	}
	return amount, nil
}

// unknownCost says which inputs the cost lacks.
func unknownCost(lacks string) string {
	return "the cost is unknown without " + lacks + "; give it, or drop the condition"
}

// saysItself returns what a figure says.
func saysItself(x figure, _ float64) string { return x.says }

// costWords names the cost for which a condition holds. Without cents it may read as the bound itself.
func costWords(x figure, bound float64) string {
	if x.says != "" {
		return x.says
	}
	cost := x.value.Or(0)
	text := "the cost is " + quantity.FormatDollars(cost) + " a month"
	switch reads := quantity.FormatDollars(cost) == quantity.FormatDollars(bound); {
	case reads && calc.Exceeds(cost, bound):
		text += ", just above the bound"
	case reads && calc.Exceeds(bound, cost):
		text += ", just below the bound"
	}
	return text
}

// costs lists the costs of the account, one for each point of a sweep.
func costs(a Answer) []figure {
	if len(a.Costs) == 0 {
		return []figure{{undecided: unknownCost(a.CostLacks)}}
	}
	list := make([]figure, len(a.Costs))
	for i, x := range a.Costs {
		list[i].value = x.Or(calc.AccountCost{}).Total
		if usd, ok := list[i].value.Get(); ok && a.Replayed != nil {
			list[i].says = "the cost of the traffic is " + quantity.FormatDollars(usd)
		}
		if !list[i].value.Known() {
			list[i].undecided = unknownCost(a.CostLacks)
		}
	}
	return list
}

// costDelta returns how much more the account costs than the baseline, as a ratio.
func costDelta(a Answer) []figure {
	x, ok := a.Baseline.Get()
	switch {
	case a.Differences != nil && !ok:
		return []figure{{undecided: "the cost of one of the variants is unknown; " +
			"give a Region, memory and a duration for each, or drop the condition"}}
	case !a.Compared:
		return []figure{{undecided: "there is nothing to compare with; give --baseline FILE, or drop the condition"}}
	case !ok:
		return []figure{{undecided: unknownCost(a.CostLacks)}}
	case !x.DeltaRatio.Known():
		return []figure{{undecided: "what it is compared with costs nothing; give another one, or drop the condition"}}
	}
	says := fmt.Sprintf("the cost went from %s to %s a month (%s)",
		quantity.FormatDollars(x.Before), quantity.FormatDollars(x.After), quantity.FormatPercentChange(x.DeltaRatio.Or(0)))
	return []figure{{value: x.DeltaRatio, says: says}}
}

// shareDelta returns the measure of how much higher a share is than in the first variant: that of the account, and that
// of each function. A function that the first variant does not have is compared with 0.
func shareDelta(name, example string, key calc.FigureKey) measure {
	return measure{
		name: name, example: example, bound: quantity.ParsePercent,
		figures: func(a Answer) (list []figure) {
			if a.Differences == nil {
				undecided := "there is nothing to compare with; expected lambdacap compare, or drop the condition"
				return []figure{{undecided: undecided}}
			}
			for _, d := range a.Differences {
				after, ok := d.After.Get()
				if d.Key != key || !ok {
					continue
				}
				before, of := d.Before.Or(0), "the account"
				if function, ok := d.Function.Get(); ok {
					of = function
				}
				says := fmt.Sprintf("%s of %s went from %s to %s", strings.TrimSuffix(name, "-delta"), of,
					quantity.FormatPercent(before), quantity.FormatPercent(after))
				list = append(list, figure{value: calc.Some(after - before), says: says})
			}
			return list
		},
		holds: saysItself,
	}
}
