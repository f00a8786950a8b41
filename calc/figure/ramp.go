package figure

import (
	"cmp"
	"math"
	"slices"
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

// SortRamp returns the indices of the functions of a ramp, the greatest share of refused requests first. only names the
// function to keep; empty means all.
func SortRamp(rows []ramp.Function, by Order, only string) (indices []int) {
	for i := range rows {
		if only == "" || rows[i].Name == only {
			indices = append(indices, i)
		}
	}
	slices.SortStableFunc(indices, func(i, j int) int {
		x, y := &rows[i], &rows[j]
		switch by {
		case ByName:
			return strings.Compare(x.Name, y.Name)
		case ByFile:
			return 0
		}
		return cmp.Or(cmp.Compare(y.RefusedRatio(), x.RefusedRatio()), cmp.Compare(y.DemandUnits, x.DemandUnits))
	})
	return indices
}

// RampCurves returns what arrives and what is served at the middle of each second, requests per second. It ends when
// all is served and as much time again has passed, or with the ramp. There are at least two points.
func RampCurves(f *ramp.Function) (at, offered, served []float64) {
	last := len(f.Seconds)
	if again, ok := f.ServedAgainS.Get(); ok {
		last = min(last, int(math.Ceil(math.Max(again, lastMove(f.Shape))*1.5))+1)
	} else if f.Refused() == 0 {
		last = min(last, int(math.Ceil(lastMove(f.Shape)*1.5))+10)
	}
	for i := range f.Seconds[:max(1, last)] {
		s := &f.Seconds[i]
		at = append(at, s.TS)
		offered = append(offered, s.OfferedRequests)
		served = append(served, s.ProvisionedRequests+s.OnDemandRequests)
	}
	if n := len(at); n > 2 && len(f.Seconds) == n { // the last one may be shorter
		at, offered, served = at[:n-1], offered[:n-1], served[:n-1]
	}
	if len(at) == 1 {
		at, offered, served = append(at, 1), append(offered, offered[0]), append(served, served[0])
	}
	return at, offered, served
}

// lastMove is when the rate stops moving, seconds.
func lastMove(shape []ramp.Point) float64 {
	if len(shape) == 0 {
		return 0
	}
	return shape[len(shape)-1].TS
}

// LacksProvisioned returns the provisioned concurrency with which nothing is refused, if that is more than there is.
func LacksProvisioned(f *ramp.Function) (units int64, ok bool) {
	units, ok = f.RequiredProvisioned.Get()
	return units, ok && units > f.Provisioned.Or(0)
}
