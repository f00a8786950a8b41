package series

// A Trace is the traffic of one function over time, in steps of equal length from the first that has data to the last.
type Trace struct {
	// Function is the function's name in the data; empty if the data names none.
	Function string
	// Files are the names of the files that the traffic comes from.
	Files []string
	// Start is when the first step starts: seconds since 1970-01-01 00:00 UTC, or 0 if Dated is false.
	Start int64
	// Dated reports whether the data says when it was. Otherwise only the distances of its times are known.
	Dated bool
	// StepS is the length of a step, seconds, more than 0.
	StepS int64
	// Calls are the single invocations, sorted by their start; nil if the data has only sums.
	Calls []Call
	// ThrottlesKnown reports whether the data would show throttled requests.
	ThrottlesKnown bool
	// DurationSource says where the durations come from, such as "CloudWatch Average"; empty if there are none.
	DurationSource string
	// ClientRPS is the rate of the whole, requests per second, where it is better known than from the steps: a load test
	// reports it, or single requests cover less than a step. 0 if it is not.
	ClientRPS float64

	// UntimedRequests is the number of requests whose times are not in the data, and UntimedMS their mean duration,
	// milliseconds. The steps do not have them.
	UntimedRequests, UntimedMS float64

	columns Columns
	first   int // the number of the first step in the columns
	length  int
}

// Columns are the numbers of a Trace, by step. A step without a number of offered requests is missing; other numbers
// that are absent are unknown.
type Columns struct{ Offered, Throttled, DurationMS, Maximum Column }

// SetSteps makes the steps of columns, from the first to the last, those of the trace. The columns must not change
// afterwards.
func (t *Trace) SetSteps(c Columns, first, last int) {
	t.columns, t.first, t.length = c, first, last-first+1
}

// A Step is the traffic in one step of a Trace.
type Step struct {
	// Offered is the number of requests that arrived, served and throttled; 0 or more.
	Offered float64
	// Throttled is how many of these were throttled when the data was recorded; 0 if unknown.
	Throttled float64
	// DurationMS is the mean duration of the served requests, milliseconds; 0 if unknown.
	DurationMS float64
	// Maximum is the highest concurrency in the step; 0 if unknown.
	Maximum float64
	// Missing reports whether the data has nothing about the step.
	Missing bool
}

// A Call is a single invocation.
type Call struct {
	// StartNS is when it started: nanoseconds since 1970-01-01 00:00 UTC, or since the start of an undated trace.
	StartNS int64
	// DurationUS is its duration without the init time, microseconds.
	DurationUS uint32
	// InitUS is its init time, microseconds; 0 if it started no environment. The environment is busy for both.
	InitUS uint32
}

// EndNS returns when the environment is free again, nanoseconds.
func (c Call) EndNS() int64 { return c.StartNS + (int64(c.DurationUS)+int64(c.InitUS))*1000 }

// Len returns the number of steps.
func (t *Trace) Len() int { return t.length }

// At returns a step.
func (t *Trace) At(i int) (s Step) {
	i += t.first
	offered, ok := t.columns.Offered.At(i)
	s.Offered, s.Missing = offered, !ok
	s.Throttled, _ = t.columns.Throttled.At(i)
	s.DurationMS, _ = t.columns.DurationMS.At(i)
	s.Maximum, _ = t.columns.Maximum.At(i)
	return s
}

// Load returns the load of a step, see Step.
func (t *Trace) Load(i int) (offered, durationMS float64, missing bool) {
	i += t.first
	offered, ok := t.columns.Offered.At(i)
	durationMS, _ = t.columns.DurationMS.At(i)
	return offered, durationMS, !ok
}

// Append adds a step at the end.
func (t *Trace) Append(s Step) {
	i := t.first + t.length
	t.length++
	if !s.Missing {
		t.columns.Offered.Set(i, s.Offered)
	}
	set(&t.columns.Throttled, i, s.Throttled)
	set(&t.columns.DurationMS, i, s.DurationMS)
	set(&t.columns.Maximum, i, s.Maximum)
}

// set sets a number that is 0 if it is unknown.
func set(c *Column, i int, x float64) {
	if x != 0 {
		c.Set(i, x)
	}
}
