package figure

import (
	"cmp"
	"math"
	"slices"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/replay"
	"github.com/lambdacap/lambdacap/calc/series"
)

// Lost returns the rate of a step that spills or is refused, requests per second.
func Lost(w replay.Worst) float64 { return w.SpilloverRPS + w.ThrottledRPS }

// SpanS returns the length of the time that a cost is of, seconds.
func SpanS(c replay.Cost) float64 { return math.Round(c.SpanH * 3600) }

// ReplayLoss returns the requests that the verdict names, their share of all, and the share with random arrivals.
func ReplayLoss(s *replay.Sums) (requests, steady, chance float64) {
	x := s.Chance.Or(replay.Chance{})
	switch s.Headline() {
	case calc.Throttles:
		return s.ThrottledRequests, s.ThrottledRatio, x.ThrottledRatio
	case calc.Queues:
		return s.QueuedRequests, s.QueuedRatio, x.QueuedRatio
	case calc.Spills:
		return s.SpilloverRequests, s.SpilloverRatio, x.SpilloverRatio
	}
	return 0, 0, 0
}

// AllExact reports whether all requests were replayed one by one.
func AllExact(r replay.Result) (exact bool) {
	for i := range r.Functions {
		if f := &r.Functions[i]; f.Requests > 0 && !f.Exact {
			return false
		} else if f.Exact {
			exact = true
		}
	}
	return exact
}

// WithoutDuration returns the number of functions with requests and without durations: only their rate limits are
// known.
func WithoutDuration(r replay.Result) (n int) {
	for i := range r.Functions {
		if f := &r.Functions[i]; f.Requests > 0 && !f.BusyMean.Known() {
			n++
		}
	}
	return n
}

// OneStep reports whether traffic is only one step.
func OneStep(t *replay.Traffic) bool { return t.ResolutionS >= t.Minutes*60*(1-1e-9) }

// Uneven reports whether the worst step of a function is worse than others, so that it matters when it was. spanS is
// the length of its traffic, seconds.
func Uneven(f *replay.Function, spanS float64) bool {
	w, known := f.Worst.Get()
	lost := f.SpilloverRequests + f.ThrottledRequests + f.QueuedRequests
	return known && Lost(w)*spanS > lost*(1+1e-6)
}

// TrafficS returns the length of the traffic of a function, seconds; 0 if it has none.
func TrafficS(traffic []replay.Traffic, function string) float64 {
	for i := range traffic {
		if traffic[i].Function == function {
			return traffic[i].Minutes * 60
		}
	}
	return 0
}

// WorstStep returns the step in which most requests of a function spill or are refused, and the function. Where all
// steps lose alike there is none.
func WorstStep(r replay.Result) (function string, worst replay.Worst, ok bool) {
	spans := make(map[string]float64, len(r.Traffic))
	for i := range r.Traffic {
		spans[r.Traffic[i].Function] = r.Traffic[i].Minutes * 60
	}
	for i := range r.Functions {
		f := &r.Functions[i]
		w, _ := f.Worst.Get()
		if Uneven(f, spans[f.Name]) && (!ok || Lost(w) > Lost(worst)) {
			function, worst, ok = r.Functions[i].Name, w, true
		}
	}
	return function, worst, ok
}

// LimitedByRate reports whether the rate limit, and not the concurrency, makes requests spill or be refused in a step:
// they are so short that units are not busy when they have taken as many as they may in a second.
func LimitedByRate(w replay.Worst) bool {
	load, ok := w.Load.Get()
	return ok && Lost(w) > 0 && load*1000 < float64(w.RPS*calc.RateBindsMS)
}

// Late returns how many rises are over before target tracking brings the units for them.
func Late(s replay.Scaling) int { return s.HelpedRises - s.FollowedRises }

// SortReplay returns the indices of the functions of a replay, the worst first: by verdict, by the requests that it
// names, and by all of their requests.
func SortReplay(rows []replay.Function) []int {
	return sorted(len(rows), func(i, j int) int {
		x, y := &rows[i], &rows[j]
		if a, b := x.Headline(), y.Headline(); a != b {
			if calc.Worse(a, b) == a {
				return -1
			}
			return 1
		}
		a, _, _ := ReplayLoss(&x.Sums)
		b, _, _ := ReplayLoss(&y.Sums)
		return cmp.Or(cmp.Compare(b, a), cmp.Compare(y.Requests, x.Requests))
	})
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
	slices.SortStableFunc(list, func(x, y ReplayEpisode) int { return cmp.Compare(Lost(y.Worst), Lost(x.Worst)) })
	return list[:min(most, len(list))]
}

// Whole returns a time in whole minutes for a quick read, rounded down; in seconds below one. Unit: seconds.
func Whole(seconds float64) float64 {
	if seconds < 60 {
		return math.Floor(seconds)
	}
	return math.Floor(seconds/60) * 60
}

// LongestS returns the length of the longest traffic, seconds.
func LongestS(traffic []replay.Traffic) float64 {
	longest := 0.0
	for i := range traffic {
		longest = math.Max(longest, math.Round(traffic[i].Minutes*60))
	}
	return longest
}

// MissingS returns the seconds about which the data of a function has nothing, of the function with the most.
func MissingS(traffic []replay.Traffic) float64 {
	most := 0.0
	for i := range traffic {
		most = math.Max(most, math.Round(traffic[i].MissingMinutes*60))
	}
	return most
}

// Times returns the start of each column of a curve: seconds since 1970-01-01 00:00 UTC if the traffic has times, and
// otherwise since its start.
func Times(c *replay.Curve, traffic []replay.Traffic) (at []float64, dated bool) {
	start := math.Inf(1)
	for i := range traffic {
		if from, ok := traffic[i].From.Get(); ok {
			if s, ok := series.ParseStamp(from); ok {
				start, dated = math.Min(start, float64(s)), true
			}
		}
	}
	if !dated {
		start = 0
	}
	at = make([]float64, len(c.Busy))
	for i := range at {
		at[i] = start + float64(float64(i)*c.ColumnS)
	}
	return at, dated
}

// EpisodeTimes returns when an episode starts and ends.
func EpisodeTimes(e replay.Episode) (from, to replay.Time) {
	from, to = replay.Time{AtS: e.FromS}, replay.Time{AtS: e.ToS}
	if stamp, ok := e.T.Get(); ok {
		if s, ok := series.ParseStamp(stamp); ok {
			start := float64(s) - e.AtS
			from.T = calc.Some(series.Stamp(int64(start + e.FromS)))
			to.T = calc.Some(series.Stamp(int64(start + e.ToS)))
		}
	}
	return from, to
}

// Chosen returns the way that is advised.
func Chosen(ways []calc.Way) (way calc.Way, ok bool) {
	i := slices.IndexFunc(ways, func(w calc.Way) bool { return w.Chosen })
	if i < 0 {
		return way, false
	}
	return ways[i], true
}

// ChosenFirst returns the ways, with the one that is advised first.
func ChosenFirst(ways []calc.Way) []calc.Way {
	rank := func(w calc.Way) int {
		if w.Chosen {
			return 0
		}
		return 1
	}
	list := slices.Clone(ways)
	slices.SortStableFunc(list, func(x, y calc.Way) int { return cmp.Compare(rank(x), rank(y)) })
	return list
}

// SortWays returns the indices of the functions that have ways, that first whose chosen way takes most unit-hours.
func SortWays(plans []calc.FunctionPlan) (indices []int) {
	for i := range plans {
		if len(plans[i].Ways) > 0 {
			indices = append(indices, i)
		}
	}
	hours := func(i int) float64 {
		w, _ := Chosen(plans[i].Ways)
		return w.UnitHours
	}
	slices.SortStableFunc(indices, func(i, k int) int { return cmp.Compare(hours(k), hours(i)) })
	return indices
}
