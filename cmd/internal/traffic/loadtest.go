package traffic

import (
	"math"

	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// A client records requests as something in front of a function saw them: a load test, a load balancer, API Gateway.
type client struct {
	s *source
	r *Recorder
	f *function
	// name is what messages call it: k6.
	name string
	precision
}

// newClient returns a client with data that shows which requests were throttled.
func newClient(s *source, r *Recorder, name string) *client {
	c := newReporter(s, r, name)
	c.f.Throttles()
	return c
}

// newReporter returns a client with data that may not show it.
func newReporter(s *source, r *Recorder, name string) *client {
	return &client{s: s, r: r, f: r.Function(""), name: name}
}

// tooManyRequests is the status of a throttled request.
const tooManyRequests = 429

// call records a request with its status. A request without an answer has status 0: it was sent, and its duration is
// not known. Other statuses than 429 are answers of the function, with durations that count.
func (c *client) call(q call, status int, at int64) {
	switch status {
	case tooManyRequests:
		q.Throttled = true
	case 0:
		q.DurationMS = -1
	}
	c.f.Call(q, at)
}

// end reports what the data of a client does not have.
func (c *client) end() {
	if c.coarse() {
		c.inWholeSeconds()
	}
	c.measured("")
}

// wholeSecondsText is what messages say about a file with times in whole seconds.
const wholeSecondsText = "%s: times in whole seconds are too coarse to replay each request: only its rates are"

// inWholeSeconds says that times have no fractions of seconds.
func (c *client) inWholeSeconds() {
	c.r.Find(rule.WholeSeconds, c.f, wholeSecondsText, c.s.name)
}

// measured says that durations are those that the client measured; also is what else is in them.
func (c *client) measured(also string) {
	c.f.DurationSource(c.name)
	if !c.r.options.DurationGiven {
		c.r.Find(rule.ClientLatency, c.f, "durations were measured by %s, outside the function%s", c.name, also)
	}
}

// A summary is what the report of a whole load test says.
type summary struct {
	startNS          int64 // when it started, if dated
	dated            bool
	requests         float64
	throttled        float64
	throttlesKnown   bool
	rate             float64 // requests per second
	meanMS           float64
	measured         bool
	place            int64
	requestsExpected string // where the report has the number of requests
	rateExpected     string
}

// summary records the report of a whole load test: requests that came evenly.
func (c *client) summary(t summary) {
	switch {
	case t.requests <= 0:
		c.r.Fault(t.place, "no requests; expected %s of at least 1", t.requestsExpected)
		return
	case t.rate <= 0 || math.IsInf(t.requests/t.rate, 0):
		c.r.Fault(t.place, "no rate; expected %s above 0", t.rateExpected)
		return
	case !t.measured && !c.r.options.DurationGiven:
		c.r.Fault(t.place, "no mean duration; give it with --duration")
		return
	case t.requests/t.rate > maxSpanS:
		c.r.Fault(t.place, "%s requests at %s/s take more than 400 days; is the rate right?", shownNumber(t.requests),
			shownNumber(t.rate))
		return
	}
	s := span{
		Undated: !t.dated, StartS: t.startNS / secondNS, LengthS: max(1, int64(math.Round(t.requests/t.rate))),
		Offered: t.requests, Throttled: min(t.throttled, t.requests),
	}
	if t.throttlesKnown {
		c.f.Throttles()
	}
	also := ""
	if t.measured {
		s.DurationSumMS, s.DurationCount = t.meanMS*t.requests, t.requests
		if t.throttled > 0 {
			also = "; their mean includes " + quantity.FormatCountOf(int(t.throttled), "throttled request")
		} else if !t.throttlesKnown {
			also = "; their mean includes any throttled requests"
		}
	}
	c.f.Sum(s, t.place)
	c.f.Rate(t.rate, t.place)
	c.measured(also)
}

// parseStatus reads a status of HTTP; 0 for another text.
func parseStatus(text []byte) int {
	if len(text) != 3 {
		return 0
	}
	return max(0, digits(text, 3))
}
