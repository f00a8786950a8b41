package replay

import (
	"math"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/source"
)

// A Backlog is what the event sources of a function made of its traffic: invocations beyond what they take in a step
// wait for the next steps. Recorded invocations count as full batches; a backlog that fills batches needs fewer.
type Backlog struct {
	// Type is the type of the source; of several, that of the first.
	Type source.Type `json:"type"`
	// LateRequests were not taken in the step in which they came, but later.
	LateRequests float64 `json:"late_requests"`
	// PeakRequests is the most that waited at the end of a step.
	PeakRequests float64 `json:"peak_requests"`
	// LongestWaitS is how long those that were taken waited at most, seconds, to a step.
	LongestWaitS float64 `json:"longest_wait_s"`
	// WaitingRequests wait at the end. They are among the QueuedRequests.
	WaitingRequests float64 `json:"waiting_requests"`
	// LostRequests waited for longer than messages are kept. They are among the QueuedRequests, too.
	LostRequests float64 `json:"lost_requests"`
}

// A shape is the traffic of a function as its event sources let it through.
type shape struct {
	Backlog
	rps  []float64 // of each step of its track
	busy int64     // the most environments that it keeps busy, rounded up
}

// shape returns what the sources of a function let through of a track; nil without sources whose pollers wait, or if
// their invocations are replayed one by one.
func (e *engine) shape(f *calc.Function, t *track) *shape {
	if t == nil || t.exact || !f.Polls() {
		return nil
	}
	x := &shape{Backlog: Backlog{Type: f.Sources[0].Completed().Type}, rps: make([]float64, t.n)}
	kept := math.Inf(1)
	for i := range f.Sources {
		kept = math.Min(kept, f.Sources[i].Retention().Or(kept))
	}
	var q backlog
	now := 0.0
	for k, s := range t.steps() {
		if s.missing && e.options.SkipGaps {
			continue
		}
		x.LostRequests += q.drop(now - kept)
		q.add(now, float64(s.rps*t.stepS))
		of := *f
		of.DurationMS = calc.Optional[float64]{}
		if s.ms > 0 {
			of.DurationMS = calc.Some(s.ms)
		}
		taken, late, since := q.take(of.SourcesTopRPS()*t.stepS, now)
		x.rps[k] = taken / t.stepS
		x.busy = max(x.busy, calc.CeilUnits(x.rps[k]*s.ms/1000))
		x.LateRequests += late
		x.LongestWaitS = math.Max(x.LongestWaitS, now-since)
		x.PeakRequests = math.Max(x.PeakRequests, q.sum)
		now += t.stepS
	}
	x.WaitingRequests = q.sum
	return x
}

// A backlog has what waits, in the order in which it came.
type backlog struct {
	list []waits
	sum  float64
}

// A waits is what came in a step.
type waits struct{ at, requests float64 }

// least is the share of a step below which nothing waits.
const least = 1e-9

// add adds what comes in a step.
func (q *backlog) add(at, requests float64) {
	if requests > 0 {
		q.list = append(q.list, waits{at, requests})
		q.sum += requests
	}
}

// drop removes what came before a time, and returns how much that is.
func (q *backlog) drop(before float64) (lost float64) {
	for len(q.list) > 0 && q.list[0].at < before {
		lost += q.pop()
	}
	return lost
}

// pop removes the oldest step.
func (q *backlog) pop() float64 {
	n := q.list[0].requests
	q.list = q.list[1:]
	if q.sum -= n; len(q.list) == 0 {
		q.sum = 0
	}
	return n
}

// take removes the oldest requests, up to a number. late are those that came before now, and since is when the oldest
// of them came.
func (q *backlog) take(most, now float64) (taken, late, since float64) {
	for since = now; len(q.list) > 0; {
		x := &q.list[0]
		n := math.Min(x.requests, most-taken)
		if n <= 0 {
			break
		}
		if x.at < now {
			late += n
			since = math.Min(since, x.at)
		}
		taken += n
		if x.requests-n > least*x.requests {
			x.requests -= n
			q.sum -= n
			break
		}
		q.pop()
	}
	return taken, late, since
}
