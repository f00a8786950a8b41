package figure

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc/drain"
)

// DrainVerdicts lists the verdicts of queues, worst first.
func DrainVerdicts() []drain.Verdict { return []drain.Verdict{drain.Loses, drain.Grows, drain.Drains} }

// SortDrain returns the indices of queues in an order: by default the worst verdict first, then what takes longest.
func SortDrain(rows []drain.Function, by Order) []int {
	indices := make([]int, len(rows))
	for i := range indices {
		indices[i] = i
	}
	rank := func(f *drain.Function) int { return slices.Index(DrainVerdicts(), f.Verdict) }
	slices.SortStableFunc(indices, func(i, j int) int {
		x, y := &rows[i], &rows[j]
		switch by {
		case ByName:
			return strings.Compare(x.Name, y.Name)
		case ByFile:
			return 0
		}
		return cmp.Or(cmp.Compare(rank(x), rank(y)), cmp.Compare(y.DrainS.Or(math.Inf(1)), x.DrainS.Or(math.Inf(1))),
			cmp.Compare(y.AgeGrowthRatio, x.AgeGrowthRatio))
	})
	return indices
}

// CountDrain counts the queues of each verdict.
func CountDrain(rows []drain.Function) map[drain.Verdict]int {
	counts := map[drain.Verdict]int{}
	for i := range rows {
		counts[rows[i].Verdict]++
	}
	return counts
}

// DrainCurve returns how many messages wait over time, at most at 361 points: of several minutes the most. The last
// point is when the queue is empty, if that is listed.
func DrainCurve(f *drain.Function) (at, waiting []float64) {
	const most = 360
	at, waiting = []float64{0}, []float64{f.BacklogMessages}
	step := (len(f.Minutes) + most - 1) / most
	empty := f.DrainS.Or(math.Inf(1))
	for i := 0; i < len(f.Minutes); i += step {
		group := f.Minutes[i:min(i+step, len(f.Minutes))]
		highest := 0.0
		for _, m := range group {
			highest = math.Max(highest, m.BacklogMessages)
		}
		end := group[len(group)-1].TS
		if empty > 0 && empty <= end {
			return append(at, empty), append(waiting, 0)
		}
		at, waiting = append(at, end), append(waiting, highest)
	}
	return at, waiting
}

// GrowsPerS is how many more messages wait each second at last; 0 if there are not ever more.
func GrowsPerS(f *drain.Function) float64 {
	return math.Max(0, f.ArrivalsMessagesRPS-f.TopMessagesRPS)
}

// AgesPerHour is how much older the oldest message gets each hour at last, seconds.
func AgesPerHour(f *drain.Function) float64 { return f.AgeGrowthRatio * 3600 }

// SlowPollers returns when a queue is empty if pollers grow once a minute, if that is another time, seconds.
func SlowPollers(f *drain.Function) (s float64, ok bool) {
	s, ok = f.DrainSteppedS.Get()
	return s, ok && s > 1.001*f.DrainS.Or(0)
}

// HigherPeak returns the most messages that wait, if that is more than at the start.
func HigherPeak(f *drain.Function) (messages float64, ok bool) {
	messages, ok = f.BacklogPeakMessages.Get()
	return messages, ok && messages > 1.001*f.BacklogMessages
}

// EmptyFirst reports whether a queue is empty before its pollers have grown to their number.
func EmptyFirst(f *drain.Function) bool {
	empty, drains := f.DrainS.Get()
	return drains && f.FullAfterS > empty
}
