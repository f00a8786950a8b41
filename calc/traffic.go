package calc

import (
	"cmp"

	"github.com/lambdacap/lambdacap/calc/quantity"
)

// A Traffic describes the recorded traffic of one function.
type Traffic struct {
	// Function is the function's name.
	Function string `json:"function"`
	// Files are the files that the data comes from.
	Files []string `json:"files"`
	// From and To are when the traffic replayed starts and ends, RFC 3339, UTC; absent if the data has no times.
	From Optional[string] `json:"from"`
	To   Optional[string] `json:"to"`
	// ResolutionS is the length of a step, seconds.
	ResolutionS float64 `json:"resolution_s"`
	// Minutes is the length of the traffic, minutes.
	Minutes float64 `json:"minutes"`
	// MissingMinutes is how much of that the data has nothing about, minutes.
	MissingMinutes float64 `json:"missing_minutes"`
	// Requests is the number of requests that arrived, times the scale.
	Requests float64 `json:"requests"`
	// ThrottlesObserved is how many of them were throttled when the data was recorded; absent if it does not show them.
	ThrottlesObserved Optional[float64] `json:"throttles_observed"`
	// DurationMeanMS is the mean duration of a request, milliseconds; absent if unknown.
	DurationMeanMS Optional[float64] `json:"duration_mean_ms"`
	// DurationSource says where the durations come from.
	DurationSource string `json:"duration_source"`
	// Peakedness is how bursty the requests arrive, 1 or more.
	Peakedness float64 `json:"peakedness"`
	// PeakednessSource says where it comes from.
	PeakednessSource PeakednessSource `json:"peakedness_source"`
	// Exact reports whether the data has single invocations, which are replayed one by one.
	Exact bool `json:"exact"`
	// DispersionRatio is the variance of the requests in a second divided by their mean, 1 for random arrivals; absent
	// without single invocations.
	DispersionRatio Optional[float64] `json:"dispersion_ratio"`
	// Inits is the number of invocations that started an environment; absent without single invocations.
	Inits Optional[int64] `json:"inits"`
}

// A PeakednessSource says where a peakedness comes from.
type PeakednessSource string

// The sources of a peakedness.
const (
	PeakednessFromMaximum PeakednessSource = "maximum" // the highest concurrency of each minute
	PeakednessFromStamps  PeakednessSource = "stamps"  // the times of single invocations
	PeakednessGiven       PeakednessSource = "given"   // the user
	PeakednessUnknown     PeakednessSource = "none"    // nothing shows it: 1 is assumed
)

// A WayKind is a kind of Way.
type WayKind string

// The ways.
const (
	WayFlat      WayKind = "flat"      // one number of units at all times
	WayAutoscale WayKind = "autoscale" // target tracking
	WaySchedule  WayKind = "schedule"  // a level for each part of the day
)

// A Way is a way to provide concurrency for the traffic of a function, and what it would have done with it. The
// settings of the other functions are those that there are.
type Way struct {
	// Way is the kind.
	Way WayKind `json:"way"`
	// Provisioned is the provisioned concurrency of a flat way, units; absent for others.
	Provisioned Optional[int64] `json:"provisioned"`
	// Min and Max are the bounds of target tracking, or the lowest and the highest level of a schedule, units; absent for
	// a flat way.
	Min Optional[int64] `json:"min"`
	Max Optional[int64] `json:"max"`
	// TargetRatio is the utilization that target tracking keeps, 0.1 to 0.9; absent for other ways.
	TargetRatio Optional[float64] `json:"target_ratio"`
	// Segments are the levels of a schedule; never nil, and empty for other ways.
	Segments []Segment `json:"segments"`
	// SpilloverRatio is the share of the requests that is served on demand because provisioned concurrency is full, if
	// requests are evenly spaced inside each step, 0 to 1.
	SpilloverRatio float64 `json:"spillover_ratio"`
	// ChanceSpilloverRatio is that share of random arrivals.
	ChanceSpilloverRatio float64 `json:"chance_spillover_ratio"`
	// WorstHourRatio is the highest share of the requests of an hour that finds provisioned concurrency full, 0 to 1. It
	// is that of random arrivals, unless the ways are sized by evenly spaced ones.
	WorstHourRatio float64 `json:"worst_hour_ratio"`
	// UnitHours is the provisioned concurrency times the time that it is on.
	UnitHours float64 `json:"unit_hours"`
	// Total is what the time costs, US dollars; absent without a Region, a memory size or a price.
	Total Optional[float64] `json:"total_usd"`
	// Meets reports whether the share of the requests that finds provisioned concurrency full is within the target; true
	// if there is none.
	Meets bool `json:"meets"`
	// Chosen marks the way that is advised; none is if no way meets the target.
	Chosen bool `json:"chosen"`
	// Commands are the AWS CLI commands that set it. They contain ALIAS in place of the version or alias. Package advice
	// fills them in.
	Commands []string `json:"commands"`
	// Curve is the function over time; only of the way that is advised, or of the first one if none is, and only of the
	// 20 functions with the most requests.
	Curve *Curve `json:"curve,omitempty"`
}

// A Curve is a function over time, in at most 360 columns of equal length.
type Curve struct {
	// ColumnS is the length of a column, seconds.
	ColumnS float64 `json:"column_s"`
	// Busy is the highest number of environments in use in each column.
	Busy []float64 `json:"busy"`
	// Provisioned is the lowest provisioned concurrency in each column, units.
	Provisioned []float64 `json:"provisioned"`
	// SpilloverRPS is the highest rate that spills in each column, requests per second.
	SpilloverRPS []float64 `json:"spillover_rps"`
	// ThrottledRPS is the highest rate that is refused or waits in each column, requests per second.
	ThrottledRPS []float64 `json:"throttled_rps"`
}

// LeastCostLevels returns the levels of the day with the least cost, in order of the day. cost is that of an hour with
// a number of units from 0 to most; it must be convex in the units. Of the sizing, the limits of a schedule count.
func (s Sizing) LeastCostLevels(most int64, cost func(hour int, units int64) float64) []Segment {
	d := newDay(quantity.HoursPerDay, cost, make([]int64, quantity.HoursPerDay), most)
	levels, _ := d.schedule(dayOptions{
		levels: cmp.Or(s.Segments, DefaultSegments), least: cmp.Or(s.MinSegment, 1), wrap: s.Wrap,
	})
	return levels
}
