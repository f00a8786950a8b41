package calc

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/lambdacap/lambdacap/calc/quantity"
)

// Limits of a scale.
const (
	maxFactor  = 100 // times the load
	maxFactors = 100 // points
)

// maxScaleWork limits the work of a scale, as measured by Account.verdictWork, to some seconds on one processor. Unit:
// microseconds.
const maxScaleWork = 5e6

// verdictWork estimates how long the verdicts on an account take to compute, microseconds. Random arrivals take longer
// at higher and burstier loads. Events that overflow provisioned concurrency into a shared pool depend on what all of
// them lose there, so they are computed many times.
func (a Account) verdictWork() (work float64) {
	const each, perRoot, again = 5, 0.05, 20
	for i := range a.Functions {
		f := &a.Functions[i]
		t, _ := f.traffic()
		own := each + float64(perRoot*math.Sqrt(t.peakedness*math.Max(t.rate, math.Min(t.load(), saturatingLoad))))
		if f.Mode.Queues() && f.Provisioned > 0 && !f.Reserved.Known() {
			own *= again
		}
		if t.minute.uneven() {
			own *= minuteWork
		}
		work += own
	}
	return work
}

// legalScale describes the factors in messages.
const legalScale = "factors above 0, up to 100, such as 2, 150%, 1:4:0.5 or 1,1.5,2"

// ParseScale reads the factors of a scale: single ones, such as 2, 2x or 200%, and ranges FROM:TO:STEP, in which TO is
// always a point. The result is sorted and has no duplicates.
func ParseScale(texts []string) (factors []float64, err error) {
	for _, text := range texts {
		fail := func(problem string) ([]float64, error) {
			return nil, &quantity.ValueError{Text: text, Problem: problem, Legal: legalScale}
		}
		numbers := strings.Split(text, ":")
		values := make([]float64, len(numbers))
		for i, number := range numbers {
			number, isPercent := strings.CutSuffix(strings.TrimSpace(number), "%")
			if !isPercent {
				number = strings.TrimSuffix(number, "x")
			}
			x, err := strconv.ParseFloat(number, 64)
			if isPercent {
				x /= 100
			}
			switch {
			case err != nil || len(numbers) != 1 && len(numbers) != 3:
				return fail("is not a factor")
			case !(x > 0 && x <= maxFactor):
				return fail("is out of range")
			}
			values[i] = x
		}
		if len(values) == 1 {
			factors = append(factors, values...)
			continue
		}
		from, to, step := values[0], values[1], values[2]
		switch {
		case to < from:
			return fail("ends before it begins")
		case (to-from)/step > maxFactors-1:
			return fail(fmt.Sprintf("has more than %d points", maxFactors))
		}
		factors = append(factors, points(from, to, step)...)
	}
	slices.Sort(factors)
	return slices.Compact(factors), nil
}

// A ScalePoint is what happens to the whole account if the rate of every function is multiplied by a factor.
type ScalePoint struct {
	// Factor is the factor, more than 0, up to 100.
	Factor float64 `json:"factor"`
	// Verdict is the account's verdict in the steady state.
	Verdict Verdict `json:"verdict"`
	// VerdictRandom is the account's verdict with random arrivals; absent if it is not known.
	VerdictRandom Optional[Verdict] `json:"verdict_random"`
	// SpilloverRatio is the share of all requests served on demand because provisioned concurrency is full.
	SpilloverRatio float64 `json:"spillover_ratio"`
	// ThrottledRatio is the share of all requests that are throttled.
	ThrottledRatio float64 `json:"throttled_ratio"`
	// QueuedRatio is the share of all requests that wait.
	QueuedRatio float64 `json:"queued_ratio"`
	// Chance holds the shares for random arrivals; absent if those of a function with a load are not known.
	Chance Optional[VariantChance] `json:"chance"`
	// Set is what a plan would set at the factor; absent without a plan, if that looks for the least cost, and if it takes
	// too long.
	Set Optional[ScaleSettings] `json:"set,omitzero"`
}

// Headline is the verdict that a headline shows, see FunctionSpill.Headline.
func (p *ScalePoint) Headline() Verdict { return p.VerdictRandom.Or(p.Verdict) }

// ScaleSettings are the settings of an account after the changes that a plan recommends.
type ScaleSettings struct {
	// Concurrency is the quota, units; the highest of several Regions.
	Concurrency int64 `json:"concurrency"`
	// ReservedTotal is the sum of the reservations, units.
	ReservedTotal int64 `json:"reserved_total"`
	// ProvisionedTotal is the provisioned concurrency of all functions, units.
	ProvisionedTotal int64 `json:"provisioned_total"`
}

// A Growth says what happens as the load of an account grows. It is empty if no scale is requested.
type Growth struct {
	// Scale is the account at every factor with the current settings. Everything else is about the load as it is.
	Scale []ScalePoint `json:"scale,omitempty"`
	// BreaksAt is where the account breaks in the steady state; absent if it does not up to 100 times the load, and
	// without a scale.
	BreaksAt Optional[Break] `json:"breaks_at"`
	// BreaksAtRandom is where the account breaks with random arrivals; absent likewise, and if that is not known.
	BreaksAtRandom Optional[Break] `json:"breaks_at_random,omitzero"`
	// SpillsAt is where provisioned concurrency begins to spill, with random arrivals if they are known; absent if
	// nothing spills before the account breaks.
	SpillsAt Optional[Break] `json:"spills_at,omitzero"`
	// ThrottlesAt is where requests begin to be throttled, likewise, if events of another function wait before; else
	// absent.
	ThrottlesAt Optional[Break] `json:"throttles_at,omitzero"`
}

// A Break is the growth at which an account no longer serves all of its load.
type Break struct {
	// Factor is the smallest factor, to three digits, at which something is throttled or queued (or spills, of SpillsAt).
	// It is below 1 if that is so now, and 0 if it is so for any load.
	Factor float64 `json:"factor"`
	// Function is the function that breaks. Among several, it is the one with the worst verdict and then the highest rate.
	Function string `json:"function"`
	// Verdict is what happens to its load at the factor.
	Verdict Verdict `json:"verdict"`
}

// scaled returns the account with the rate of every function multiplied by a factor.
func (a Account) scaled(factor float64) Account {
	a.Functions = slices.Clone(a.Functions)
	for i := range a.Functions {
		f := &a.Functions[i]
		if rps, ok := f.RPS.Get(); ok {
			*f = f.atRate(rps * factor)
		}
		if rps, ok := f.AverageRPS.Get(); ok {
			f.AverageRPS = Some(rps * factor)
		}
		f.Day.Values = slices.Clone(f.Day.Values)
		for hour := range f.Day.Values {
			f.Day.Values[hour] *= factor
		}
	}
	return a
}

// scaleFaults returns what is wrong with the factors, and with the loads at these factors.
func (a Account) scaleFaults(o SpillOptions, by standing) (faults Faults) {
	switch n := len(o.Scale); {
	case n == 0:
		return nil
	case n > maxFactors:
		faults.note(AccountFault, "scale", "has %d points; expected at most %d", n, maxFactors)
		return faults
	case o.Sweep != nil:
		faults.note(AccountFault, "scale", "cannot be combined with a sweep; expected one of the two")
		return faults
	}
	work, most := 0.0, 0.0
	for _, factor := range o.Scale {
		if !(factor > 0 && factor <= maxFactor) {
			faults.note(AccountFault, "scale", "%v is out of range; expected %s", factor, legalScale)
			return faults
		}
		scaled := a.scaled(factor)
		if found := faultsOf(scaled.validate(by)); len(found) > 0 {
			faults.note(AccountFault, "scale", "at %sx: %s: %s", quantity.FormatNumber(factor), found[0].Field, found[0].Message)
			return faults
		}
		own := scaled.verdictWork()
		work, most = work+own, math.Max(most, own)
	}
	if fit := max(1, int(maxScaleWork/most)); work > maxScaleWork && len(o.Scale) > fit {
		faults.note(AccountFault, "scale", "%d points of %s take too long at these loads; expected at most %d",
			len(o.Scale), quantity.FormatCountOf(len(a.Functions), "function"), fit)
	}
	return faults
}

// scale computes the points of a scale, and where the account breaks; nothing without factors.
func (a Account) scale(o SpillOptions, by Sizing) (g Growth) {
	if len(o.Scale) == 0 {
		return g
	}
	g.Scale = make([]ScalePoint, len(o.Scale))
	each(len(g.Scale), func(i int) {
		s := a.scaled(o.Scale[i]).answer(SpillOptions{Chance: o.Chance, verdicts: true}, by, false)
		t := &s.Account
		var chance chanceSum
		for j := range s.Functions {
			chance.addSpill(&s.Functions[j])
		}
		g.Scale[i] = ScalePoint{Factor: o.Scale[i], Verdict: t.Verdict, VerdictRandom: t.VerdictRandom,
			SpilloverRatio: t.SpilloverRatio, ThrottledRatio: t.ThrottledRatio, QueuedRatio: t.QueuedRatio,
			Chance: chance.of(t.RPS)}
	})
	steady := func(than Verdict) Optional[Break] {
		return firstFactor(func(factor float64) *FunctionSpill {
			return worstBelow(a.scaled(factor).steadyRows(), than, func(f *FunctionSpill) Verdict { return f.Verdict })
		}, func(f *FunctionSpill) Verdict { return f.Verdict })
	}
	if g.BreaksAt = steady(Spills); g.BreaksAt.Or(Break{}).Verdict == Queues {
		g.ThrottlesAt = steady(Queues)
	}
	a.growAtRandom(&g, o, by)
	return g
}

// planScale fills in what a plan would set at every factor.
func (a Account) planScale(scale []ScalePoint, o PlanOptions) {
	work := 0.0
	for i := range scale {
		work += a.scaled(scale[i].Factor).work()
	}
	if o.Objective == Cheapest || work > maxWork/2 {
		return // it takes too long
	}
	o.SpillOptions = SpillOptions{Chance: o.Chance, verdicts: true}
	each(len(scale), func(i int) {
		scale[i].Set = Some(a.scaled(scale[i].Factor).planFor(o).set)
	})
}

// growAtRandom finds where the account begins to spill, and where it breaks with random arrivals, unless that takes too
// long.
func (a Account) growAtRandom(g *Growth, o SpillOptions, by Sizing) {
	const tries = 2 * 14 // firstFactor halves lastFactor; a third search is rare
	if o.Chance && a.scaled(maxFactor).verdictWork()*tries > maxScaleWork/5 {
		return
	}
	at := func(than Verdict) func(factor float64) *FunctionSpill {
		return func(factor float64) *FunctionSpill {
			s := a.scaled(factor).answer(SpillOptions{Chance: o.Chance, verdicts: true}, by, false)
			return worstBelow(s.Functions, than, (*FunctionSpill).Headline)
		}
	}
	breaks := g.BreaksAt
	if o.Chance && slices.ContainsFunc(g.Scale, func(p ScalePoint) bool { return p.VerdictRandom.Known() }) {
		g.BreaksAtRandom = firstFactor(at(Spills), (*FunctionSpill).Headline)
		breaks, g.ThrottlesAt = g.BreaksAtRandom, Optional[Break]{}
		if breaks.Or(Break{}).Verdict == Queues {
			g.ThrottlesAt = firstFactor(at(Queues), (*FunctionSpill).Headline)
		}
	}
	if !slices.ContainsFunc(a.Functions, func(f Function) bool { return f.Provisioned > 0 }) {
		return
	}
	spills := firstFactor(at(Fits), (*FunctionSpill).Headline)
	if b, ok := spills.Get(); ok && b.Verdict == Spills && b.Factor < breaks.Or(Break{Factor: b.Factor + 1}).Factor {
		g.SpillsAt = spills
	}
}

// worstBelow returns the function with the worst verdict of those that are worse than a verdict; of several, the one
// with the highest rate. It is nil if there is none.
func worstBelow(rows []FunctionSpill, than Verdict, verdict func(f *FunctionSpill) Verdict) (worst *FunctionSpill) {
	for i := range rows {
		f := &rows[i]
		if v := verdict(f); v.worse(than) && (worst == nil || v.worse(verdict(worst)) ||
			v == verdict(worst) && f.RPS > worst.RPS) {
			worst = f
		}
	}
	return worst
}

// firstFactor finds the smallest factor at which a function is in trouble; absent if none is at maxFactor. A higher
// rate never turns less away, so the first factor is found by halving.
func firstFactor(trouble func(factor float64) *FunctionSpill, verdict func(*FunctionSpill) Verdict) Optional[Break] {
	low, high := -1, lastFactor // low is not in trouble, high is
	found := trouble(threeDigits(high))
	if found == nil {
		return Optional[Break]{}
	}
	for high-low > 1 {
		mid := (low + high) / 2
		if f := trouble(threeDigits(mid)); f != nil {
			high, found = mid, f
		} else {
			low = mid
		}
	}
	x := Break{threeDigits(high), found.Name, verdict(found)}
	if high == 0 {
		x.Factor = 0
	}
	return Some(x)
}

// lastFactor is the index of maxFactor among the three-digit numbers from 0.00000100 on.
const lastFactor = 8 * 900

// threeDigits returns the three-digit number with the given index, in ascending order from 0.00000100 on.
func threeDigits(place int) float64 {
	x, _ := strconv.ParseFloat(fmt.Sprintf("%de%d", 100+place%900, place/900-8), 64)
	return x
}
