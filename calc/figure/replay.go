package figure

import (
	"cmp"
	"math"
	"slices"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/replay"
)

// ReplayLoss returns the requests that the verdict names, and their share with random arrivals.
func ReplayLoss(s *replay.Sums) (requests, chance float64) {
	x := s.Chance.Or(replay.Chance{})
	switch s.Headline() {
	case calc.Throttles:
		return s.ThrottledRequests, x.ThrottledRatio
	case calc.Queues:
		return s.QueuedRequests, x.QueuedRatio
	case calc.Spills:
		return s.SpilloverRequests, x.SpilloverRatio
	}
	return 0, 0
}

// AllExact reports whether all requests were replayed one by one.
func AllExact(r replay.Result) bool {
	for i := range r.Functions {
		if f := &r.Functions[i]; f.Requests > 0 && !f.Exact {
			return false
		}
	}
	return len(r.Functions) > 0
}

// WorstStep returns the step in which most requests of a function spill or are refused, and the function.
func WorstStep(r replay.Result) (function string, worst replay.Worst, ok bool) {
	for i := range r.Functions {
		w, known := r.Functions[i].Worst.Get()
		if known && (!ok || w.SpilloverRPS+w.ThrottledRPS > worst.SpilloverRPS+worst.ThrottledRPS) {
			function, worst, ok = r.Functions[i].Name, w, true
		}
	}
	return function, worst, ok
}

// SortReplay returns the indices of the functions of a replay, the worst first: by verdict, by the requests that it
// names, and by all of their requests.
func SortReplay(rows []replay.Function) []int {
	indices := make([]int, len(rows))
	for i := range indices {
		indices[i] = i
	}
	slices.SortStableFunc(indices, func(i, j int) int {
		x, y := &rows[i], &rows[j]
		if a, b := x.Headline(), y.Headline(); a != b {
			if calc.Worse(a, b) == a {
				return -1
			}
			return 1
		}
		a, _ := ReplayLoss(&x.Sums)
		b, _ := ReplayLoss(&y.Sums)
		return cmp.Or(cmp.Compare(b, a), cmp.Compare(y.Requests, x.Requests))
	})
	return indices
}

// A ReplayEpisode is an episode of a function.
type ReplayEpisode struct {
	Function string
	replay.Episode
}

// WorstEpisodes returns the worst episodes of all functions, at most so many.
func WorstEpisodes(rows []replay.Function, most int) (list []ReplayEpisode) {
	for i := range rows {
		for _, e := range rows[i].Episodes {
			list = append(list, ReplayEpisode{rows[i].Name, e})
		}
	}
	slices.SortStableFunc(list, func(x, y ReplayEpisode) int {
		return cmp.Compare(y.SpilloverRPS+y.ThrottledRPS, x.SpilloverRPS+x.ThrottledRPS)
	})
	return list[:min(most, len(list))]
}

// Fewer returns a curve in at most so many columns: the highest of all but provisioned concurrency, which is the lowest.
func Fewer(c *replay.Curve, columns int) *replay.Curve {
	n := len(c.Busy)
	if n <= columns {
		return c
	}
	each := (n + columns - 1) / columns
	short := &replay.Curve{ColumnS: c.ColumnS * float64(each)}
	for from := 0; from < n; from += each {
		to := min(n, from+each)
		short.Busy = append(short.Busy, slices.Max(c.Busy[from:to]))
		short.Provisioned = append(short.Provisioned, slices.Min(c.Provisioned[from:to]))
		short.SpilloverRPS = append(short.SpilloverRPS, slices.Max(c.SpilloverRPS[from:to]))
		short.ThrottledRPS = append(short.ThrottledRPS, slices.Max(c.ThrottledRPS[from:to]))
	}
	return short
}

// PeakLoad returns the highest number of environments of a curve.
func PeakLoad(c *replay.Curve) float64 {
	peak := 0.0
	for i := range c.Busy {
		peak = math.Max(peak, math.Max(c.Busy[i], c.Provisioned[i]))
	}
	return peak
}
