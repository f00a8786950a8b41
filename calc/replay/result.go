package replay

import (
	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/scaling"
)

// A Result is what the settings would have done with the traffic.
type Result struct {
	// Traffic describes the data, by function, in its order.
	Traffic []Traffic `json:"traffic"`
	// Settings are the sums over all functions, of the settings replayed and of those to compare with.
	Settings []Sums `json:"settings"`
	// Functions are the functions with the settings replayed, in the order of the account, followed by those that only the
	// traffic has.
	Functions []Function `json:"functions"`
	// Compared are the functions with the settings to compare with, setting by setting; never nil.
	Compared []Function `json:"compared"`
	// Minutes are the steps of the functions, if requested.
	Minutes []Minute `json:"minutes,omitempty"`
	// Findings are facts that a reader should know; never nil.
	Findings []calc.Finding `json:"-"`
}

// A Traffic describes the data about one function.
type Traffic = calc.Traffic

// Sums are what a setting does with requests, over the whole time.
type Sums struct {
	// Setting is what provides concurrency.
	Setting string `json:"setting"`
	// Requests is the number of requests that arrive.
	Requests float64 `json:"requests"`
	// ProvisionedRequests are served by provisioned concurrency. Added in their order, this and the next three parts give
	// Requests.
	ProvisionedRequests float64 `json:"provisioned_requests"`
	// OnDemandRequests are served by on-demand environments.
	OnDemandRequests float64 `json:"on_demand_requests"`
	// ThrottledRequests are refused with status 429.
	ThrottledRequests float64 `json:"throttled_requests"`
	// QueuedRequests are asynchronous and wait, or are never taken from the event source of their function.
	QueuedRequests float64 `json:"queued_requests"`
	// SpilloverRequests are served on demand because provisioned concurrency is full; 0 where nothing is provisioned.
	SpilloverRequests float64 `json:"spillover_requests"`
	// SpilloverRatio is SpilloverRequests / Requests, 0 to 1.
	SpilloverRatio float64 `json:"spillover_ratio"`
	// ThrottledRatio is ThrottledRequests / Requests, 0 to 1.
	ThrottledRatio float64 `json:"throttled_ratio"`
	// QueuedRatio is QueuedRequests / Requests, 0 to 1.
	QueuedRatio float64 `json:"queued_ratio"`
	// Chance is what random arrivals lose; absent without durations, and for single invocations.
	Chance calc.Optional[Chance] `json:"chance"`
	// BusyMean is the mean number of environments in use; absent without durations.
	BusyMean calc.Optional[float64] `json:"busy_mean"`
	// ProvisionedUnitHours is the provisioned concurrency times the time that it is on.
	ProvisionedUnitHours float64 `json:"provisioned_unit_hours"`
	// BusyUnitHours is the part of it that is in use; absent without durations.
	BusyUnitHours calc.Optional[float64] `json:"busy_unit_hours"`
	// IdleRatio is the part of it that is not in use, 0 to 1; absent if unknown or nothing is provisioned.
	IdleRatio calc.Optional[float64] `json:"idle_ratio"`
	// PeakSpilloverRatio is the highest share of the requests of a step that spills, 0 to 1.
	PeakSpilloverRatio float64 `json:"peak_spillover_ratio"`
	// ChangesCount is how often the provisioned concurrency changes.
	ChangesCount int `json:"changes_count"`
	// Cost is what the time costs; absent without a Region.
	Cost calc.Optional[Cost] `json:"cost"`
	// Verdict is what happens to evenly spaced requests; the worst part determines it.
	Verdict calc.Verdict `json:"verdict"`
	// VerdictRandom is what happens to a significant share of random arrivals, and never better than Verdict; absent if
	// Chance is.
	VerdictRandom calc.Optional[calc.Verdict] `json:"verdict_random"`
}

// Headline is the verdict that a headline shows: the worse of the two.
func (x *Sums) Headline() calc.Verdict { return x.VerdictRandom.Or(x.Verdict) }

// A Chance is what random arrivals lose, see calc.Chance, as shares of the requests of the whole time.
type Chance struct {
	// SpilloverRatio is the share that is served on demand because provisioned concurrency is full.
	SpilloverRatio float64 `json:"spillover_ratio"`
	// ThrottledRatio is the share that finds everything full; of events, only those that are dropped.
	ThrottledRatio float64 `json:"throttled_ratio"`
	// QueuedRatio is the share of events that must wait.
	QueuedRatio float64 `json:"queued_ratio"`
	// ColdStartRatio is the share that starts an on-demand environment; absent for bursty arrivals.
	ColdStartRatio calc.Optional[float64] `json:"cold_start_ratio"`
}

// A Cost is what a time costs, in US dollars. An amount is absent if a price or an input that it depends on is unknown.
// Price tiers and the free tier are those of a month that goes on like the time.
type Cost struct {
	// ProvisionedCapacity is the cost of provisioned concurrency while it is on, whether busy or idle.
	ProvisionedCapacity calc.Optional[float64] `json:"provisioned_capacity_usd"`
	// ProvisionedDuration is the cost of the duration served on provisioned concurrency.
	ProvisionedDuration calc.Optional[float64] `json:"provisioned_duration_usd"`
	// OnDemandDuration is the cost of the duration served on demand, including spilled requests.
	OnDemandDuration calc.Optional[float64] `json:"on_demand_duration_usd"`
	// Requests is the cost of the requests that are served.
	Requests calc.Optional[float64] `json:"requests_usd"`
	// Ephemeral is the cost of storage above 512 MB.
	Ephemeral calc.Optional[float64] `json:"ephemeral_usd"`
	// Init is the cost of the init time of cold starts; 0 if no init time is given.
	Init calc.Optional[float64] `json:"init_usd"`
	// AllOnDemand is the cost of serving the same requests without provisioned concurrency.
	AllOnDemand calc.Optional[float64] `json:"all_on_demand_usd"`
	// Idle is the part of the capacity cost that is paid for idle units.
	Idle calc.Optional[float64] `json:"idle_usd"`
	// SpanH is the length of the time, hours.
	SpanH float64 `json:"span_h"`
	// Total is the total cost of the time.
	Total calc.Optional[float64] `json:"total_usd"`
	// TotalMonth is the cost of a month that goes on like the time.
	TotalMonth calc.Optional[float64] `json:"total_usd_month"`
}

// A Function is what a setting does with the requests of one function.
type Function struct {
	// Name is the function's name.
	Name string `json:"name"`
	Sums
	// ConcurrencyP50 is the number of environments that the requests need at most half of the time, P99 that for 99 %, and
	// P999 that for 99.9 % of the time, up to what the function can have; absent without durations.
	ConcurrencyP50  calc.Optional[int64] `json:"concurrency_p50"`
	ConcurrencyP99  calc.Optional[int64] `json:"concurrency_p99"`
	ConcurrencyP999 calc.Optional[int64] `json:"concurrency_p999"`
	// ConcurrencyMax is the highest number of environments in use: that of the single invocations, or else the number that
	// the busiest step passes with a probability of one half.
	ConcurrencyMax calc.Optional[int64] `json:"concurrency_max"`
	// Worst is the step in which most requests spill or are refused; absent if none does.
	Worst calc.Optional[Worst] `json:"worst"`
	// Episodes are the worst times without a step in which none spills or is refused, worst first, at most 8; never nil.
	Episodes []Episode `json:"episodes"`
	// Changes are the changes of provisioned concurrency; never nil.
	Changes []Change `json:"changes"`
	// Scaling is how target tracking follows the load; absent without it.
	Scaling calc.Optional[Scaling] `json:"scaling"`
	// Curve is the function over time, for at most 20 functions of the settings replayed, those with the most requests.
	Curve *Curve `json:"curve,omitempty"`
	// Exact reports whether single invocations were replayed one by one.
	Exact bool `json:"exact"`
	// Levels says what other numbers of provisioned units spill, for single invocations.
	Levels []Level `json:"levels,omitempty"`
	// Source is what the event source of the function made of its traffic; absent without one, and for single
	// invocations.
	Source calc.Optional[Backlog] `json:"source,omitzero"`
}

// A Scaling is how target tracking follows the load.
type Scaling struct {
	// Policy names the policy in a few words.
	Policy string `json:"policy"`
	// Rises is how often evenly spaced requests begin to spill, and FollowedRises how often target tracking brings units
	// before they end.
	Rises         int `json:"rises"`
	FollowedRises int `json:"followed_rises"`
	// HelpS is the longest time from the start of a rise until target tracking brings units because of it, EnoughS until
	// it brings the last of these, seconds; absent if it never does.
	HelpS   calc.Optional[float64] `json:"help_s"`
	EnoughS calc.Optional[float64] `json:"enough_s"`
	// HelpedRises is how often target tracking brings units because of a rise, before it ends or later.
	HelpedRises int `json:"helped_rises"`
}

// A Level is a number of provisioned units and what it spills.
type Level struct {
	// Provisioned are the units.
	Provisioned int64 `json:"provisioned"`
	// SpilloverRequests are what they spill.
	SpilloverRequests float64 `json:"spillover_requests"`
}

// A Time is a moment of the traffic.
type Time struct {
	// T is the time, RFC 3339, UTC; absent if the data has no times.
	T calc.Optional[string] `json:"t"`
	// AtS is the time since the start of the traffic, seconds.
	AtS float64 `json:"t_s"`
}

// A Worst is the step in which most requests spill or are refused.
type Worst struct {
	Time
	// RPS is the rate, requests per second.
	RPS float64 `json:"rps"`
	// Load is the number of environments that the rate needs; absent without a duration.
	Load calc.Optional[float64] `json:"load"`
	// SpilloverRPS is the part that spills, requests per second.
	SpilloverRPS float64 `json:"spillover_rps"`
	// ThrottledRPS is the part that is refused or waits, requests per second.
	ThrottledRPS float64 `json:"throttled_rps"`
}

// An Episode is a time in which every step spills or refuses requests.
type Episode struct {
	// Worst is its worst step.
	Worst
	// FromS and ToS are when it starts and ends, seconds since the start of the traffic.
	FromS float64 `json:"from_s"`
	ToS   float64 `json:"to_s"`
	// SpilloverRequests are those that spill in it.
	SpilloverRequests float64 `json:"spillover_requests"`
	// ThrottledRequests are those that are refused or wait.
	ThrottledRequests float64 `json:"throttled_requests"`
}

// A Change is a change of provisioned concurrency.
type Change struct {
	// Time is when the units are usable.
	Time
	// Provisioned are the units from then on.
	Provisioned int64 `json:"provisioned"`
	// Cause is what made the change.
	Cause scaling.Cause `json:"cause"`
	// DelayS is the time from the decision until the units are usable, seconds.
	DelayS float64 `json:"delay_s"`
}

// A Minute is a step of a function.
type Minute struct {
	// Function is the function's name.
	Function string `json:"function"`
	// Time is when it starts.
	Time
	// RPS is the rate, requests per second.
	RPS float64 `json:"rps"`
	// DurationMS is the mean duration, milliseconds; absent if unknown.
	DurationMS calc.Optional[float64] `json:"duration_ms"`
	// Load is the number of environments that the rate needs; absent without a duration.
	Load calc.Optional[float64] `json:"load"`
	// Provisioned is the mean provisioned concurrency, units.
	Provisioned float64 `json:"provisioned"`
	// UtilizationRatio is the busy share of it, 0 to 1; absent without a duration, or without any.
	UtilizationRatio calc.Optional[float64] `json:"utilization_ratio"`
	// ProvisionedRPS, OnDemandRPS, ThrottledRPS and QueuedRPS are the parts of the rate, requests per second.
	ProvisionedRPS float64 `json:"provisioned_rps"`
	OnDemandRPS    float64 `json:"on_demand_rps"`
	ThrottledRPS   float64 `json:"throttled_rps"`
	QueuedRPS      float64 `json:"queued_rps"`
}

// A Curve is a function over time, in at most 360 columns of equal length.
type Curve = calc.Curve
