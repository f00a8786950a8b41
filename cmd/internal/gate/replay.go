package gate

import (
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/replay"
)

// replayMeasures lists the measures that only a replay has.
func replayMeasures() []measure {
	return []measure{
		replayShare("peak-spillover", "peak-spillover>5%", "the highest share of a minute that spills",
			func(s *replay.Sums) optionalRatio { return calc.Some(s.PeakSpilloverRatio) }, ""),
		replayShare("idle", "idle>50%", "the idle share of provisioned concurrency",
			func(s *replay.Sums) optionalRatio { return s.IdleRatio }, fmt.Sprintf(nothingProvisioned, "idle")),
		{
			name: "unit-hours", example: "unit-hours>500", bound: parseAmount, replay: true,
			figures: func(a Answer) []figure {
				return []figure{{value: calc.Some(a.Replayed.Settings[0].ProvisionedUnitHours)}}
			},
			holds: func(x figure, _ float64) string {
				return quantity.FormatNumber(x.value.Or(0)) + " unit-hours are provisioned"
			},
		},
	}
}

// replayShare returns a measure of each function of a replay, a share from 0 to 1.
func replayShare(name, example, noun string, of func(*replay.Sums) optionalRatio, none string) measure {
	return measure{
		name: name, example: example, isShare: true, replay: true, bound: quantity.ParsePercent, none: none,
		figures: func(a Answer) (list []figure) {
			for i := range a.Replayed.Functions {
				f := &a.Replayed.Functions[i]
				x := figure{value: of(&f.Sums), says: noun}
				if !a.unnamed {
					x.says = name + " of " + f.Name
				}
				if f.ProvisionedUnitHours > 0 && !x.value.Known() {
					x.undecided = strings.TrimPrefix(x.says, "the ") + " is unknown without a duration; give it, or drop the condition"
				}
				list = append(list, x)
			}
			return list
		},
		holds: func(x figure, _ float64) string { return x.says + " is " + quantity.FormatChance(x.value.Or(0)) },
	}
}

// arrivals returns what the random arrivals of a replay are: only bursty ones have no cold starts.
func arrivals(x replay.Chance) calc.Arrivals {
	if x.ColdStartRatio.Known() {
		return calc.Poisson
	}
	return calc.Bursty
}

// OfReplay returns what conditions compare of a replay: the settings replayed, over the whole time.
func OfReplay(region string, r replay.Result) Answer {
	a := Answer{Replayed: &r, CostLacks: costLacks(region, r.Findings)}
	for i := range r.Functions {
		f := &r.Functions[i]
		row := calc.FunctionSpill{Name: f.Name, RPS: f.Requests, SpilloverRatio: f.SpilloverRatio,
			ThrottledRatio: f.ThrottledRatio, QueuedRatio: f.QueuedRatio}
		if f.ProvisionedUnitHours > 0 {
			row.Provisioned = calc.Some[int64](1) // any: what counts is that there is some
			if idle, ok := f.IdleRatio.Get(); ok {
				row.ProvisionedUtilizationRatio = calc.Some(1 - idle)
			}
		}
		if x, ok := f.Chance.Get(); ok {
			row.Chance = calc.Some(calc.Chance{SpilloverRatio: calc.Some(x.SpilloverRatio),
				ThrottledRatio: calc.Some(x.ThrottledRatio), QueuedRatio: calc.Some(x.QueuedRatio),
				ColdStartRatio: x.ColdStartRatio, Arrivals: arrivals(x)})
		}
		a.Functions = append(a.Functions, row)
	}
	cost := calc.Optional[calc.AccountCost]{}
	if c, ok := r.Settings[0].Cost.Get(); ok {
		cost = calc.Some(calc.AccountCost{Cost: calc.Cost{Total: c.Total}})
	}
	a.Costs = append(a.Costs, cost)
	return a
}
