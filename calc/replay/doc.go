// Package replay answers what settings would have done with recorded traffic, step by step.
//
// In each step the account has the rates and durations of the step and the provisioned concurrency in force, see
// calc.Moments: the steady split, and what random arrivals lose. A step in which provisioned concurrency changes is
// divided where it does. Sums are weighted by requests or by time. Where the data has single invocations with their own
// times, these go through the settings one by one instead.
package replay
