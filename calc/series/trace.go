package series

// A Trace is the traffic of one function over time, in steps of equal length from the first that has data to the last.
type Trace struct {
	// Function is the function's name in the data; empty if the data names none.
	Function string
	// Files are the names of the files that the traffic comes from.
	Files []string
	// Start is when the first step starts: seconds since 1970-01-01 00:00 UTC, or 0 if Dated is false.
	Start int64
	// Dated reports whether the data has dates. Otherwise only the distances between its times are known.
	Dated bool
	// StepS is the length of a step, seconds, more than 0.
	StepS int64
	// Calls are the single invocations, sorted by their start; nil if the data has only sums.
	Calls []Call
	// ThrottlesKnown reports whether the data would show throttled requests.
	ThrottlesKnown bool
	// DurationSource says where the durations come from, such as "CloudWatch Average"; empty if there are none.
	DurationSource string
	// ClientRPS is the rate that a load test reports for the whole of it, requests per second; 0 if it reports none.
	ClientRPS float64

	blocks []*block
	length int
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

// blockSteps is the number of steps in a block. A trace grows by blocks, because growing a long slice copies it and
// leaves up to a quarter of it unused.
const blockSteps = 1440

// A block holds consecutive steps, column by column. Columns that the data does not have are nil.
type block struct {
	offered    [blockSteps]float64 // -1 where missing
	durationMS *[blockSteps]float64
	throttled  *[blockSteps]float64
	maximum    *[blockSteps]float64
}

// Len returns the number of steps.
func (t *Trace) Len() int { return t.length }

// At returns a step.
func (t *Trace) At(i int) (s Step) {
	b, k := t.blocks[i/blockSteps], i%blockSteps
	if b.offered[k] < 0 {
		s.Missing = true
	} else {
		s.Offered = b.offered[k]
	}
	if b.durationMS != nil {
		s.DurationMS = b.durationMS[k]
	}
	if b.throttled != nil {
		s.Throttled = b.throttled[k]
	}
	if b.maximum != nil {
		s.Maximum = b.maximum[k]
	}
	return s
}

// Append adds a step at the end.
func (t *Trace) Append(s Step) {
	k := t.length % blockSteps
	if k == 0 {
		t.blocks = append(t.blocks, &block{})
	}
	b := t.blocks[len(t.blocks)-1]
	t.length++
	b.offered[k] = s.Offered
	if s.Missing {
		b.offered[k] = -1
	}
	set(&b.durationMS, k, s.DurationMS)
	set(&b.throttled, k, s.Throttled)
	set(&b.maximum, k, s.Maximum)
}

// set sets a value of a column, which exists only once a value is not 0.
func set(column **[blockSteps]float64, k int, x float64) {
	if x == 0 && *column == nil {
		return
	}
	if *column == nil {
		*column = new([blockSteps]float64)
	}
	(*column)[k] = x
}
