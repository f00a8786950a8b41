package calc

import (
	"slices"

	"github.com/lambdacap/lambdacap/calc/series"
)

// A DayChance is what happens to random arrivals over the whole day: the shares of Chance in each hour, at the rate of
// the hour, weighted by its requests. In each hour the whole account has the rates of the hour, so that functions with
// other busy hours leave each other room. Chance is that of all the peaks at once.
//
// Sizes and verdicts are for the peak: who calls in the busiest hour is not helped by a quiet night.
type DayChance struct {
	// SpilloverRatio is the share of the day's requests served on demand because provisioned concurrency is full; absent
	// if nothing is provisioned.
	SpilloverRatio Optional[float64] `json:"spillover_ratio"`
	// ThrottledRatio is the share of the day's requests that find everything full; absent for an asynchronous function,
	// unless it is switched off.
	ThrottledRatio Optional[float64] `json:"throttled_ratio"`
	// QueuedRatio is the share of the day's events that find everything full and must wait; absent for a synchronous
	// function.
	QueuedRatio Optional[float64] `json:"queued_ratio"`
	// ColdStartRatio is the share of the day's requests that start a new on-demand environment; absent where Chance has
	// none.
	ColdStartRatio Optional[float64] `json:"cold_start_ratio"`
}

// A monthSplit is an account split at each step of a month: at the hours of a day, or at the mean rates.
type monthSplit []spillDetails

// overMonth splits the account at every step of the month, each on its own. The result is empty if every function has
// a single rate.
func (a Account) overMonth(o SpillOptions) monthSplit {
	count, ofDay := a.stepsOfDay()
	if !ofDay && !slices.ContainsFunc(a.Functions, func(f Function) bool { return f.AverageRPS.Known() }) {
		return nil
	}
	m := make(monthSplit, count)
	each(len(m), func(step int) {
		b := a
		b.Functions = slices.Clone(a.Functions)
		for i := range b.Functions {
			f := &b.Functions[i]
			if f.polled != nil {
				*f = *f.polled.whole
			}
			rps := f.AverageRPS.Else(f.RPS)
			if !f.Day.Empty() {
				rps, f.Day = Some(f.Day.At(step)), series.Series{}
			}
			if f.AverageRPS = (Optional[float64]{}); rps.Known() {
				*f = f.atRate(rps.Or(0))
			}
		}
		m[step] = b.spill(SpillOptions{Chance: o.Chance})
	})
	return m
}

// stepsOfDay returns the number of steps of the day, 1 if no function has rates over the day, and whether one has.
func (a Account) stepsOfDay() (steps int, ofDay bool) {
	i := slices.IndexFunc(a.Functions, func(f Function) bool { return !f.Day.Empty() })
	if i < 0 {
		return 1, false
	}
	return a.Functions[i].Day.Len(), true
}

// served replaces the rates served at the peak with their means over the steps, if there are any.
func (m monthSplit) served(a Account, evenly, randomly []served) {
	if len(m) == 0 {
		return
	}
	count := float64(len(m))
	mean := func(i int, of func(row *FunctionSpill) served) (mean served) {
		cold, known := 0.0, true
		for step := range m {
			row := &m[step].Functions[i]
			s := of(row)
			mean.provisioned += s.provisioned / count
			mean.onDemand += s.onDemand / count
			share, ok := s.cold.Get()
			cold += share * ratio(row.RPS, a.Functions[i].RPS.Or(0)) / count // as a share of the peak rate
			known = known && ok
		}
		if known {
			mean.cold = Some(cold)
		}
		return mean
	}
	for i := range a.Functions {
		evenly[i], randomly[i] = mean(i, (*FunctionSpill).steady), mean(i, (*FunctionSpill).random)
	}
}

// chance returns what happens to a function's random arrivals over the steps. It is absent if that is not known for one
// of them.
func (m monthSplit) chance(i int) Optional[DayChance] {
	for step := range m {
		if !m[step].Functions[i].Chance.Known() {
			return Optional[DayChance]{}
		}
	}
	requests := 0.0
	for step := range m {
		requests += m[step].Functions[i].RPS
	}
	mean := func(of func(x *Chance) Optional[float64]) Optional[float64] {
		sum := 0.0
		for step := range m {
			row := &m[step].Functions[i]
			x := row.Chance.Or(Chance{})
			share, ok := of(&x).Get()
			if !ok {
				return Optional[float64]{}
			}
			sum += float64(share * ratio(row.RPS, requests))
		}
		return Some(min(1, sum))
	}
	return Some(DayChance{
		SpilloverRatio: mean(func(x *Chance) Optional[float64] { return x.SpilloverRatio }),
		ThrottledRatio: mean(func(x *Chance) Optional[float64] { return x.ThrottledRatio }),
		QueuedRatio:    mean(func(x *Chance) Optional[float64] { return x.QueuedRatio }),
		ColdStartRatio: mean(func(x *Chance) Optional[float64] { return x.ColdStartRatio }),
	})
}
