// Package scaling follows provisioned concurrency over time: target tracking and scheduled actions of Application Auto
// Scaling, and levels by the time of day.
package scaling

// A Change is a new number of provisioned units.
type Change struct {
	// AtS is when the units are usable, seconds since the start of the traffic. Fewer units are in force at once.
	AtS float64
	// Units are the provisioned units from then on, 0 or more.
	Units int64
	// Cause is what made the change.
	Cause Cause
	// DelayS is the time from the decision until the units are usable, seconds.
	DelayS float64
}

// A Cause is what makes a Change.
type Cause string

// The causes.
const (
	AlarmHigh Cause = "alarm_high" // target tracking: the utilization was above the target
	AlarmLow  Cause = "alarm_low"  // target tracking: the utilization was far below the target
	Scheduled Cause = "scheduled"  // a scheduled action, or a level of the day
)
