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
		work += own
	}
	return work
}

// legalScale describes the factors in messages.
const legalScale = "factors above 0, up to 100, such as 2, 1:4:0.5 or 1,1.5,2"

// ParseScale reads the factors of a scale: single ones, such as 2 or 2x, and ranges FROM:TO:STEP, in which TO is always
// a point. The result is sorted and has no duplicates.
func ParseScale(texts []string) (factors []float64, err error) {
	for _, text := range texts {
		fail := func(problem string) ([]float64, error) {
			return nil, &quantity.ValueError{Text: text, Problem: problem, Legal: legalScale}
		}
		numbers := strings.Split(text, ":")
		values := make([]float64, len(numbers))
		for i, number := range numbers {
			x, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(number), "x"), 64)
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
}

// A Break is the growth at which an account no longer serves all of its load.
type Break struct {
	// Factor is the smallest factor, to three digits, at which something is throttled or queued in the steady state. It is
	// below 1 if that is already so now, and 0 if it is so for any load.
	Factor float64 `json:"factor"`
	// Function is the function that breaks. Among several, it is the one with the worst verdict and then the highest rate.
	Function string `json:"function"`
	// Verdict is what happens to its load at the factor: throttles or queues.
	Verdict Verdict `json:"verdict"`
}

// scaled returns the account with the rate of every function multiplied by a factor.
func (a Account) scaled(factor float64) Account {
	a.Functions = slices.Clone(a.Functions)
	for i := range a.Functions {
		f := &a.Functions[i]
		for _, rate := range []*Optional[float64]{&f.RPS, &f.AverageRPS} {
			if rps, ok := rate.Get(); ok {
				*rate = Some(rps * factor)
			}
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
func (a Account) scale(o SpillOptions, by Sizing) (list []ScalePoint, breaksAt Optional[Break]) {
	if len(o.Scale) == 0 {
		return nil, breaksAt
	}
	list = make([]ScalePoint, len(o.Scale))
	each(len(list), func(i int) {
		s := a.scaled(o.Scale[i]).spill(SpillOptions{Chance: o.Chance, verdicts: true})
		s.judge(by)
		t := &s.Account
		list[i] = ScalePoint{o.Scale[i], t.Verdict, t.VerdictRandom, t.SpilloverRatio, t.ThrottledRatio, t.QueuedRatio}
	})
	return list, a.breaksAt()
}

// breaksAt finds the smallest factor at which something is throttled or queued in the steady state; absent if nothing
// is, up to maxFactor.
func (a Account) breaksAt() Optional[Break] {
	unreserved := a.Unreserved()
	// A higher rate never turns less away, so bisection finds the first factor that breaks the account.
	worst := func(factor float64) (worst *FunctionSpill) {
		rows := make([]FunctionSpill, len(a.Functions))
		a.scaled(factor).split(rows, unreserved)
		for i := range rows {
			f := &rows[i]
			if f.ThrottledRPS == 0 && f.QueuedRPS == 0 {
				continue
			}
			if worst == nil || f.Verdict.worse(worst.Verdict) || f.Verdict == worst.Verdict && f.RPS > worst.RPS {
				worst = f
			}
		}
		return worst
	}
	low, high := -1, lastFactor // low does not break, high does
	if worst(threeDigits(high)) == nil {
		return Optional[Break]{}
	}
	for high-low > 1 {
		if mid := (low + high) / 2; worst(threeDigits(mid)) != nil {
			high = mid
		} else {
			low = mid
		}
	}
	broken := worst(threeDigits(high))
	x := Break{threeDigits(high), broken.Name, broken.Verdict}
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
