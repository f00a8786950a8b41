package ramp

import (
	"math"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/scaling"
)

// How long a ramp is looked at, seconds.
const (
	UsualSpanS = 60  // unless more is requested, the rate moves longer, or requests are still refused
	MostSpanS  = 900 // at most
)

// What a function can gain, in units: both halves of the rule are the same if a unit is what one environment carries,
// but at most 10 requests per second.
const (
	burst  = aws.ScalingEnvironments                      // units at once
	refill = aws.ScalingEnvironments / aws.ScalingPeriodS // units per second
)

// tolerance is the relative error that counts as nothing, as in package calc.
const tolerance = 1e-9

// A Point is the rate at one moment.
type Point struct {
	// TS is the time since the start, seconds, 0 to MostSpanS.
	TS float64 `json:"t_s"`
	// RPS is the rate, requests per second, 0 to 1e9.
	RPS float64 `json:"rps"`
}

// A Load is how the rate of a function moves. The zero Load is a step from nothing to the rate of the function; if
// another function of the account has a Load, the zero Load is a steady rate.
type Load struct {
	// Shape is the rate over time: straight lines between the points, in the order of their times, and the last rate from
	// then on. Two points at the same time are a jump. Empty means a ramp of the other fields.
	Shape []Point
	// Before is the rate at the start, requests per second, 0 to 1e9; absent means 0.
	Before calc.Optional[float64]
	// To is the rate to which it goes, requests per second, 0 to 1e9; absent means that of the function.
	To calc.Optional[float64]
	// OverS is the time that it takes, seconds, 0 to MostSpanS; absent means 0, a step.
	OverS calc.Optional[float64]
	// Polled reports whether something polls for the function, such as a queue, that its Sources do not fully describe.
	Polled bool
	// Warm is the number of on-demand environments that are warm at the start, 0 to 1e8. Absent means what the first rate
	// keeps busy beyond provisioned concurrency.
	Warm calc.Optional[int64]
}

// Given reports whether anything is known about how the rate moves.
func (l *Load) Given() bool {
	return len(l.Shape) > 0 || l.Before.Known() || l.To.Known() || l.OverS.Known()
}

// Options say how the rates move, and how far to look.
type Options struct {
	// Loads are the loads of the functions, in the order of the account. Those that are missing are zero.
	Loads []Load
	// ForS is how long to look, seconds, more than 0, up to MostSpanS; absent means UsualSpanS. It is longer if a shape
	// is, by UsualSpanS if the shape then ends with a jump, and, unless the size of the pool refuses requests for good,
	// until all is served.
	ForS calc.Optional[float64]
	// AllocationDelayS is the time from the request for provisioned concurrency until it can be used, seconds, 0 or more.
	// Absent means the usual time, see ReadyS.
	AllocationDelayS calc.Optional[float64]
}

// A Verdict says what happens to the requests of a ramp.
type Verdict string

// The verdicts, best first.
const (
	Survives  Verdict = "survives"  // none is refused
	Queues    Verdict = "queues"    // events must wait
	Throttles Verdict = "throttles" // requests are refused
)

// A Function is what happens to one function. Requests and events that are refused are throttled if the function is
// synchronous, and queued if it is asynchronous.
type Function struct {
	// Name is the function's name.
	Name string `json:"name"`
	// Mode is how the function is invoked.
	Mode calc.Mode `json:"mode"`
	// DurationMS is the mean duration, milliseconds; absent if not given, and then the answer holds up to 100 ms.
	DurationMS calc.Optional[float64] `json:"duration_ms"`
	// InitMS is the init time that lengthens the first use of an environment, milliseconds; absent if not given.
	InitMS calc.Optional[float64] `json:"init_ms"`
	// Provisioned is the provisioned concurrency, units; absent if it is 0.
	Provisioned calc.Optional[int64] `json:"provisioned"`
	// WarmEnvironments is the number of on-demand environments that are warm at the start, units.
	WarmEnvironments float64 `json:"warm_environments"`
	// Requests is the number of requests that are offered.
	Requests float64 `json:"requests"`
	// ThrottledRequests is the most that can be throttled, requests: all of a synchronous function that are refused.
	ThrottledRequests float64 `json:"throttled_requests"`
	// ThrottledLowRequests is how many are refused if durations vary as exponential ones do, requests. It is never above
	// the sum of the two causes below; absent below 100 ms, without a duration and with an init time.
	ThrottledLowRequests calc.Optional[float64] `json:"throttled_low_requests"`
	// ThrottledScalingRequests are refused because the function cannot gain environments fast enough, in either mode.
	ThrottledScalingRequests float64 `json:"throttled_scaling_requests"`
	// ThrottledCapacityRequests are refused because the pool has no more units, in either mode.
	ThrottledCapacityRequests float64 `json:"throttled_capacity_requests"`
	// ThrottledRatio is ThrottledRequests / Requests, 0 to 1.
	ThrottledRatio float64 `json:"throttled_ratio"`
	// QueuedRatio is QueuedRequests / Requests, 0 to 1.
	QueuedRatio float64 `json:"queued_ratio"`
	// FirstThrottleS and LastThrottleS are when the first and the last request is refused, seconds; absent if none is. If
	// requests are still refused at the end, LastThrottleS is the end.
	FirstThrottleS calc.Optional[float64] `json:"first_throttle_s"`
	LastThrottleS  calc.Optional[float64] `json:"last_throttle_s"`
	// WorstSecondS is the second with the greatest share of refused requests, seconds; absent if none is refused.
	WorstSecondS calc.Optional[float64] `json:"worst_second_s"`
	// WorstSecondRatio is that share, 0 to 1.
	WorstSecondRatio float64 `json:"worst_second_ratio"`
	// DemandUnits is the highest demand: the environments, or the units by the rate limit, that the highest rate needs.
	DemandUnits float64 `json:"demand_units"`
	// RequiredProvisioned is the smallest provisioned concurrency with which nothing is refused, units; absent if the
	// size of the pool refuses requests.
	RequiredProvisioned calc.Optional[int64] `json:"required_provisioned"`
	// GentlestOverS is the shortest time for the whole rise in a straight line with which nothing is refused, beside the
	// provisioned concurrency that is set, seconds; absent if there is none.
	GentlestOverS calc.Optional[float64] `json:"gentlest_over_s"`
	// ProvisionedReadyS is the time from the request for RequiredProvisioned until it can be used, seconds; absent if none
	// is required.
	ProvisionedReadyS calc.Optional[float64] `json:"provisioned_ready_s"`
	// Verdict is what happens to the requests.
	Verdict Verdict `json:"verdict"`
	// Shape is the rate over time.
	Shape []Point `json:"shape"`
	// Seconds are the seconds, from the start to the end of what is looked at.
	Seconds []Second `json:"seconds"`
	// QueuedRequests is the most that have to wait, events: all of an asynchronous function that are refused.
	QueuedRequests float64 `json:"queued_requests"`
	// ServedAgainS is when everything is served again, seconds; absent if that is never so within what is looked at, and
	// if nothing is refused.
	ServedAgainS calc.Optional[float64] `json:"served_again_s"`
	// ReachUnits is the number of units that the function can use: provisioned concurrency and the pool behind it.
	ReachUnits int64 `json:"reach_units"`
}

// Refused is the most that is refused, throttled or queued, requests.
func (f *Function) Refused() float64 { return f.ThrottledRequests + f.QueuedRequests }

// RefusedRatio is Refused / Requests, 0 to 1.
func (f *Function) RefusedRatio() float64 { return share(f.Refused(), f.Requests) }

// ThrottledSecond is the greatest share of throttled requests in any second, 0 to 1.
func (f *Function) ThrottledSecond() float64 {
	if f.ThrottledRequests == 0 {
		return 0
	}
	return f.WorstSecondRatio
}

// FirstUseMS is how long a new environment is busy at first, milliseconds: with its init time and the request that
// started it. It is absent without an init time.
func (f *Function) FirstUseMS() calc.Optional[float64] {
	if !f.InitMS.Known() {
		return f.InitMS
	}
	return calc.Some(f.InitMS.Or(0) + f.DurationMS.Or(0))
}

// LacksRoom reports whether the pool is too small however slowly the rate grows, and not only while environments start.
func (f *Function) LacksRoom() bool {
	return f.ThrottledCapacityRequests > 0 && !f.GentlestOverS.Known() && !f.RequiredProvisioned.Known()
}

// OnDemandUnits returns the units that the function can reach beyond its provisioned concurrency.
func (f *Function) OnDemandUnits() int64 { return f.ReachUnits - f.Provisioned.Or(0) }

// Crowds reports whether the pool is too small only while environments start.
func (f *Function) Crowds() bool { return f.ThrottledCapacityRequests > 0 && !f.LacksRoom() }

// A Second is one second of a ramp. The last one may be shorter.
type Second struct {
	// TS is when it starts, seconds.
	TS float64 `json:"t_s"`
	// OfferedRequests are the requests that arrive; the four parts below add up to them.
	OfferedRequests float64 `json:"offered_requests"`
	// ProvisionedRequests are served by provisioned concurrency, requests.
	ProvisionedRequests float64 `json:"provisioned_requests"`
	// OnDemandRequests are served by on-demand environments, requests.
	OnDemandRequests float64 `json:"on_demand_requests"`
	// ThrottledRequests are refused, requests.
	ThrottledRequests float64 `json:"throttled_requests"`
	// Environments is the number of on-demand environments at the end of the second, units.
	Environments float64 `json:"environments"`
	// Tokens is how many more could start at once at its end, units, 0 to 1000.
	Tokens float64 `json:"tokens"`
	// QueuedRequests have to wait, events.
	QueuedRequests float64 `json:"queued_requests"`
}

// A Result is the answer.
type Result struct {
	// Account is the account's row, for the highest rate of every function.
	Account calc.AccountResult `json:"account"`
	// Functions are the functions, in the order of the account.
	Functions []Function `json:"functions"`
	// Findings are facts that a reader should know; never nil.
	Findings []calc.Finding `json:"-"`
}

// Of follows the rates of an account second by second.
//
// A function gains up to b = 1000 environments at once and r = 100 a second, or b and r times 10 requests per second.
// In units both are one rule:
//
//	κ = min(1/d, 10)                                      requests/s of a unit; 1/d if asynchronous
//	D(t) = min(U, max(0, λ(t)/κ - P))                     demand on demand, units
//	W(t) = min(D(t), inf over s <= t of max(D(s), W0) + b + r (t - s))    while demand only rises
//	refused by scaling  = κ ∫ max(0, D - W) dt
//	refused by the pool = κ ∫ max(0, λ/κ - P - U) dt
//
// where
//
//	λ = rate, requests per second
//	d = mean duration, seconds; 0.1 or less if not given
//	P = provisioned concurrency, units
//	U = on-demand units that the function can reach: R - P with a reservation, otherwise its part of the unreserved pool
//	W = environments, units; W0 at the start
//
// All of it is integrated piece by piece, without a time step. An environment stays for the keep-alive time after its
// last use. Functions that share the unreserved pool get the parts of it that Spill gives them at every moment at which
// a rate changes its course or the pool fills, and parts in between that move in a straight line.
//
// Where pollers invoke a function, U is at most what its event sources use. They have a pace of their own, which is not
// followed, and what they do not start waits at its source.
//
// With an init time, the first use of an environment takes that much longer. The answer is then the greater of two: the
// one above, and that of a fluid in which a new environment is busy for exactly i + d, see cold. A quota that is only
// assumed (Account.DefaultQuota) does not limit the environments that start; a finding says where it would.
//
// The error is calc.Faults if an input is not valid. At least one function must have a rate.
//
// Source: aws.SourceScaling, read 2026-11.
func Of(account calc.Account, o Options) (Result, error) {
	account = account.Sourced()
	loads := completed(account, o)
	faults := o.faults(account, loads)
	peaks := account
	peaks.Functions = make([]calc.Function, len(account.Functions))
	for i, f := range account.Functions {
		peaks.Functions[i] = atRate(f, loads[i].highest().Else(f.RPS))
	}
	spill, err := calc.Spill(peaks, calc.SpillOptions{})
	if err = faults.join(err); err != nil {
		return Result{}, err
	}
	span := o.span(loads)
	courses := newCourses(account, loads, span)
	r := Result{Account: spill.Account.AccountResult, Functions: make([]Function, len(courses)),
		Findings: []calc.Finding{}}
	for i := range courses {
		r.Functions[i] = courses[i].function(o)
	}
	r.find(account, courses, o)
	r.fillsPool(peaks)
	return r, nil
}

// atRate returns a function with another rate.
func atRate(f calc.Function, rps calc.Optional[float64]) calc.Function {
	f.RPS, f.Day.Values, f.AverageRPS = rps, nil, calc.Optional[float64]{}
	return f
}

// ReadyS returns the time from the request for a number of provisioned units until they can be used, seconds, see
// scaling.DefaultDelays. None can be used until all are ready.
func ReadyS(units int64) float64 { return scaling.DefaultDelays().Allocation(units) }

// share returns part / whole, at most 1; 0 if whole is 0.
func share(part, whole float64) float64 {
	if whole == 0 {
		return 0
	}
	return math.Min(1, part/whole)
}

// reportable rounds what the model cannot tell from nothing.
func reportable(x, whole float64) float64 {
	if x <= float64(tolerance*whole) {
		return 0
	}
	return x
}
