package scaling

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc/aws"
	"github.com/lambdacap/lambdacap/calc/quantity"
)

// A Tracking is a scalable target with target tracking of the utilization of provisioned concurrency.
type Tracking struct {
	// Target is the utilization to keep, a ratio from 0.1 to 0.9; 0 if nothing is tracked.
	Target float64
	// Min and Max are the bounds of the provisioned concurrency, units.
	Min, Max int64
	// Statistic is that of the alarms.
	Statistic Statistic
	// Missing says what the alarms make of a minute without data.
	Missing Missing
	// OutCooldownS and InCooldownS are how long a decision to scale out or in delays the next one of its kind, seconds, 0
	// or more.
	OutCooldownS, InCooldownS float64
	// NoScaleIn says that the policy never takes units away.
	NoScaleIn bool
}

// Tracks reports whether there is a target, and not only bounds.
func (t Tracking) Tracks() bool { return t.Target > 0 }

// A Statistic is the statistic of a metric over a minute.
type Statistic string

// The statistics.
const (
	Average Statistic = "average" // that of Application Auto Scaling, unless it is changed
	Maximum Statistic = "maximum"
)

// A Missing says how alarms treat missing data.
type Missing string

// The treatments of missing data.
const (
	Ignored   Missing = "missing"   // the alarms have insufficient data, and nothing happens
	Breaching Missing = "breaching" // the alarm for scaling in counts it as no utilization
)

// Delays are how long changes take.
type Delays struct {
	// AlarmS is the time from the end of a minute until its alarm acts, seconds.
	AlarmS float64
	// AllocationS is the time from the decision until more provisioned units are usable, and PerUnitS what each of them
	// adds, seconds.
	AllocationS, PerUnitS float64
	// AlarmAssumed and AllocationAssumed say that nobody gave or measured them.
	AlarmAssumed, AllocationAssumed bool
	// Measured is the number of scaling activities of which AllocationS is the median; 0 if it is not.
	Measured int
	// Unmeasured is the number of those that do not say how long they took: unfinished, or without times.
	Unmeasured int
}

// DefaultDelays returns the delays that are assumed: N units are usable 120 s + N/6000 min after the request.
//
// Source: aws.SourceProvisioned, read 2026-11: "a minute or two", then 6,000 a minute. The two minutes are assumed.
func DefaultDelays() Delays {
	return Delays{AlarmS: 60, AllocationS: 60 * aws.ProvisioningDelayMinutes, PerUnitS: 60.0 / aws.ProvisioningPerMinute,
		AlarmAssumed: true, AllocationAssumed: true}
}

// Measure sets the allocation to the median of measured times, seconds; there is at least one.
func (d *Delays) Measure(times []float64) {
	sorted := slices.Sorted(slices.Values(times))
	middle := len(sorted) / 2
	d.AllocationS = sorted[middle]
	if len(sorted)%2 == 0 {
		d.AllocationS = (sorted[middle-1] + sorted[middle]) / 2
	}
	d.PerUnitS, d.AllocationAssumed, d.Measured = 0, false, len(sorted)
}

// Give sets the allocation, seconds.
func (d *Delays) Give(seconds float64) {
	d.AllocationS, d.PerUnitS, d.AllocationAssumed, d.Measured = seconds, 0, false, 0
}

// Allocation returns the delay until so many units are usable, seconds.
func (d Delays) Allocation(units int64) float64 {
	return d.AllocationS + float64(float64(units)*d.PerUnitS)
}

// A Suspended says which scaling of a scalable target is suspended.
type Suspended struct {
	// In and Out are scaling in and out by target tracking, and Scheduled are the scheduled actions.
	In, Out, Scheduled bool
}

// Any reports whether something is suspended.
func (s Suspended) Any() bool { return s != Suspended{} }

// Or returns what is suspended by either.
func (s Suspended) Or(t Suspended) Suspended {
	return Suspended{s.In || t.In, s.Out || t.Out, s.Scheduled || t.Scheduled}
}

// Keys lists what is suspended, as AWS calls it.
func (s Suspended) Keys() []string {
	keys := []string{}
	for _, x := range []struct {
		on  bool
		key string
	}{
		{s.Out, "DynamicScalingOutSuspended"}, {s.In, "DynamicScalingInSuspended"},
		{s.Scheduled, "ScheduledScalingSuspended"},
	} {
		if x.on {
			keys = append(keys, x.key)
		}
	}
	return keys
}

// A Policy is everything that changes the provisioned concurrency of a function.
type Policy struct {
	// Tracking is its scalable target. Without one, Max is 0, and only the actions bound the units.
	Tracking Tracking
	// Actions are the scheduled actions.
	Actions []Action
	// Levels replace all of these by a number of units from each time of the day on.
	Levels []Level
	// Suspended says what of these does nothing.
	Suspended Suspended
	// Units are provisioned at the start, 0 or more; Unset means the minimum or, if Continues is set, as many as target
	// tracking keeps for the load of the first step.
	Units int64
	// Continues says that the load is a part of a longer one, whose start is left out.
	Continues bool
	// Delays are how long changes take.
	Delays Delays
}

// The alarms of target tracking, each over points of one minute.
const (
	minutesToScaleOut = 3
	minutesToScaleIn  = 15
	lowRatio          = 0.9 // of the target, below which the low alarm counts a minute
)

// MinTarget and MaxTarget are the bounds of the target, ratios.
const (
	MinTarget = 0.1
	MaxTarget = 0.9
)

// Validate returns an error if a bound is out of range.
func (t Tracking) Validate() error {
	switch {
	case !(t.Target >= MinTarget && t.Target <= MaxTarget):
		return fmt.Errorf("target %s is out of range; expected %s", quantity.FormatPercent(t.Target), legalTarget())
	case t.Min < 0 || t.Min > t.Max:
		return fmt.Errorf("min %s is above max %s", quantity.FormatCount(t.Min), quantity.FormatCount(t.Max))
	}
	return nil
}

// legalTarget describes targets in messages.
func legalTarget() string {
	return quantity.FormatPercent(MinTarget) + " to " + quantity.FormatPercent(MaxTarget)
}

// String writes the tracking in a few words: tracking 70%, 2 to 60.
func (t Tracking) String() string {
	text := fmt.Sprintf("%s to %s", quantity.FormatCount(t.Min), quantity.FormatCount(t.Max))
	if t.Tracks() {
		text = "tracking " + quantity.FormatPercent(t.Target) + ", " + text
	}
	if t.Statistic == Maximum {
		text += ", maximum"
	}
	return text
}

// String names the policy in a few words.
func (p *Policy) String() string {
	switch scheduled := quantity.FormatCountOf(len(p.Actions), "scheduled action"); {
	case p.Levels != nil:
		return levelsName(p.Levels)
	case !p.Tracking.Tracks():
		return scheduled
	case len(p.Actions) > 0:
		return p.Tracking.String() + ", " + scheduled
	}
	return p.Tracking.String()
}

// levelsName names levels in a few words: levels 2 13 36 13 2.
func levelsName(levels []Level) string {
	words := []string{"levels"}
	const most = 6 // of more than seven
	for i, l := range levels {
		if i == most && len(levels) > most+1 {
			words = append(words, "...")
			break
		}
		words = append(words, quantity.FormatCount(l.Units))
	}
	return strings.Join(words, " ")
}

// bounds are the least and the most provisioned units.
type bounds struct{ least, most int64 }

// start returns the bounds before any action.
func (p *Policy) start() bounds {
	if p.Tracking.Max > 0 {
		return bounds{p.Tracking.Min, p.Tracking.Max}
	}
	return bounds{0, math.MaxInt64}
}

// with returns the bounds that an action sets. ok is false if AWS refuses them, because the minimum is above the
// maximum.
func (b bounds) with(a *Action) (set bounds, ok bool) {
	if a.Min != Unset {
		b.least = a.Min
	}
	if a.Max != Unset {
		b.most = a.Max
	}
	return b, b.least <= b.most
}

func (b bounds) clamp(units int64) int64 { return max(b.least, min(b.most, units)) }
