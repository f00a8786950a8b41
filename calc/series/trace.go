package series

import "iter"

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

// MaximaKnown reports whether the highest concurrency of a step is known.
func (t *Trace) MaximaKnown() bool { return t.columns.Maximum.blocks != nil }

// Throttles reports whether throttled requests were recorded.
func (t *Trace) Throttles() bool { return t.columns.Throttled.blocks != nil }

// Missing reports whether a step is missing.
func (t *Trace) Missing() bool { return t.columns.Offered.count(t.first, t.first+t.length) < t.length }

// At returns a step.
func (t *Trace) At(i int) (s Step) {
	var offered bool
	s.Offered, offered = t.columns.Offered.At(t.first + i)
	s.Throttled, _ = t.columns.Throttled.At(t.first + i)
	s.DurationMS, _ = t.columns.DurationMS.At(t.first + i)
	s.Maximum, _ = t.columns.Maximum.At(t.first + i)
	s.Missing = !offered
	return s
}

// All returns all steps, with their numbers. Each is valid until the next one.
func (t *Trace) All() iter.Seq2[int, *Step] {
	return func(yield func(int, *Step) bool) {
		var offered, throttled, durations, maxima [BlockSteps]float64
		for from := 0; from < t.length; {
			first := t.first + from
			n := min(BlockSteps-first%BlockSteps, t.length-from)
			t.columns.Offered.Read(first, offered[:n])
			t.columns.Throttled.Read(first, throttled[:n])
			t.columns.DurationMS.Read(first, durations[:n])
			t.columns.Maximum.Read(first, maxima[:n])
			for k, x := range offered[:n] {
				s := Step{Offered: known(x), Throttled: known(throttled[k]), DurationMS: known(durations[k]),
					Maximum: known(maxima[k]), Missing: x != x}
				if !yield(from+k, &s) {
					return
				}
			}
			from += n
		}
	}
}

// Loads copies the numbers of offered requests and the durations of the steps from one on; NaN if there is none.
func (t *Trace) Loads(from int, offered, durationMS []float64) {
	t.columns.Offered.Read(t.first+from, offered)
	t.columns.DurationMS.Read(t.first+from, durationMS)
}

// known returns 0 for NaN, which stands for no number.
func known(x float64) float64 {
	if x != x {
		return 0
	}
	return x
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
