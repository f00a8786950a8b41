package figure

import (
	"cmp"
	"math"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/ramp"
)

// RampTotal is the sum over the functions of a ramp.
type RampTotal struct {
	Requests, Refused float64 // requests
	// Low is the sum of the low figures; absent if that of any function that refuses something is.
	Low calc.Optional[float64]
	// Counts are the functions of each verdict.
	Counts map[ramp.Verdict]int
}

// Ratio is the share of the requests that are refused, 0 to 1.
func (t RampTotal) Ratio() float64 {
	if t.Requests == 0 {
		return 0
	}
	return math.Min(1, t.Refused/t.Requests)
}

// SumRamp adds up the functions of a ramp.
func SumRamp(rows []ramp.Function) RampTotal {
	t := RampTotal{Low: calc.Some(0.0), Counts: map[ramp.Verdict]int{}}
	for i := range rows {
		f := &rows[i]
		t.Requests += f.Requests
		t.Refused += f.Refused()
		t.Counts[f.Verdict]++
		low, known := f.ThrottledLowRequests.Get()
		switch sum, ok := t.Low.Get(); {
		case ok && known:
			t.Low = calc.Some(sum + low)
		case f.Refused() > 0:
			t.Low = calc.Optional[float64]{}
		}
	}
	return t
}

// RampGap reports whether the low figure says something that the most does not: it is known and lower.
func RampGap(f *ramp.Function) bool {
	low, ok := f.ThrottledLowRequests.Get()
	return ok && low < 0.995*f.Refused()
}

// SortRamp returns the indices of the functions of a ramp in an order: by default the greatest share of refused
// requests first.
func SortRamp(rows []ramp.Function, by Order) []int {
	return sorted(len(rows), func(i, j int) int {
		x, y := &rows[i], &rows[j]
		switch by {
		case ByName:
			return strings.Compare(x.Name, y.Name)
		case ByFile:
			return 0
		}
		return cmp.Or(cmp.Compare(y.RefusedRatio(), x.RefusedRatio()), cmp.Compare(y.DemandUnits, x.DemandUnits))
	})
}

// RampCurves returns what arrives and what is served in each second, requests per second. It ends when all is served
// and as much time again has passed, or with the ramp. It has a whole number of four seconds.
func RampCurves(f *ramp.Function) (at, offered, served []float64) {
	last := float64(len(f.Seconds))
	if again, ok := f.ServedAgainS.Get(); ok {
		last = math.Min(last, 1.5*math.Max(again, lastMove(f.Shape)))
	}
	const ticks = 4 // the times at the axis are whole if it is a multiple
	end := ticks * int(math.Ceil(math.Max(ticks, last)/ticks))
	whole := len(f.Seconds) // the last second may be shorter
	if whole > 1 && f.LastThrottleS.Or(0) > float64(whole-1) {
		whole--
	}
	for t := range end + 1 {
		s := &f.Seconds[min(t, whole-1)]
		at = append(at, float64(t))
		offered = append(offered, s.OfferedRequests)
		served = append(served, s.ProvisionedRequests+s.OnDemandRequests)
	}
	return at, offered, served
}

// UpToTenth rounds seconds up to tenths, for a time that is enough.
func UpToTenth(s float64) float64 { return math.Ceil(s*10*(1-1e-9)) / 10 }

// lastMove is when the rate stops moving, seconds.
func lastMove(shape []ramp.Point) float64 {
	if len(shape) == 0 {
		return 0
	}
	return shape[len(shape)-1].TS
}
