package traffic

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc/rule"
)

func claimsArtillery(h *head) bool {
	return h.has("aggregate") && (h.has("intermediate") || !h.whole || h.has("aggregate.counters"))
}

// artilleryPeriodS is how long a period of a report is, seconds.
const artilleryPeriodS = 10

// An artilleryPeriod is what a report says about a period.
type artilleryPeriod struct {
	at              int64 // its place
	start           stamp // of the period
	timed           bool
	ended           bool  // the time is that of its end, as in version 1
	first, last     stamp // of what was counted in it
	bounded         bool
	requests        float64
	requestsKnown   bool
	completed       float64
	completedKnown  bool
	throttled       float64
	mean, meanCount float64
	measured        bool
	percentiles     bool
}

// readArtillery reads what artillery run --output writes: sums over periods of 10 seconds.
func readArtillery(s *source, r *Recorder) error {
	j := s.json()
	s.show = itemOf("intermediate")
	c := newClient(s, r, "Artillery")
	return j.documents(func(n int) error {
		var list []artilleryPeriod
		found := false
		err := j.object(func(key string) error {
			if key != "intermediate" {
				return j.skip()
			}
			found = true
			return j.array(func() error {
				p := artilleryPeriod{at: int64(n)<<32 | int64(len(list))}
				err := p.read(j)
				list = append(list, p)
				return err
			})
		})
		if err != nil {
			return err
		}
		if !found {
			return errors.New("no intermediate; expected the whole report of artillery run --output")
		}
		c.artillery(list)
		return r.Stop()
	})
}

// read reads a period, of version 1 or 2 of Artillery.
func (p *artilleryPeriod) read(j *jsonFile) error {
	return j.object(func(key string) (err error) {
		switch key {
		case "counters", "codes":
			return j.object(func(code string) error { return p.counter(j, code) })
		case "summaries":
			return j.object(func(name string) error {
				if name != "http.response_time" {
					return j.skip()
				}
				return p.summary(j)
			})
		case "latency":
			return p.summary(j)
		case "latencies":
			return p.latencies(j)
		case "rps":
			return j.object(func(key string) error {
				if key != "count" {
					return j.skip()
				}
				p.requests, p.requestsKnown, err = j.number()
				return err
			})
		case "requestsCompleted":
			p.completed, p.completedKnown, err = j.number()
		case "period", "timestamp":
			if key == "timestamp" && p.timed {
				return j.skip()
			}
			text, err := j.string()
			p.start, p.timed = parseTime(text)
			p.ended = key == "timestamp"
			return err
		case "firstCounterAt":
			text, err := j.string()
			p.first, p.bounded = parseTime(text)
			return err
		case "lastCounterAt":
			text, err := j.string()
			p.last, _ = parseTime(text)
			return err
		default:
			return j.skip()
		}
		return err
	})
}

// counter reads the number of requests or of answers with a status. In version 1 the status is the whole name.
func (p *artilleryPeriod) counter(j *jsonFile, name string) error {
	x, ok, err := j.number()
	switch {
	case !ok:
	case name == "http.requests":
		p.requests, p.requestsKnown = x, true
	case strings.TrimPrefix(name, "http.codes.") == "429":
		p.throttled += x
	}
	return err
}

// latencies reads the requests of a period, which version 1 lists: when each was answered, its id, its nanoseconds and
// its status.
func (p *artilleryPeriod) latencies(j *jsonFile) error {
	total, n := 0.0, 0.0
	err := j.array(func() error {
		at := 0
		var ns, status float64
		err := j.array(func() (err error) {
			switch at++; at {
			case 3:
				ns, _, err = j.number()
			case 4:
				status, _, err = j.number()
			default:
				err = j.skip()
			}
			return err
		})
		if at == 4 && status != tooManyRequests {
			total, n = total+ns/1e6, n+1
		}
		return err
	})
	if n > 0 {
		p.mean, p.meanCount, p.measured = total/n, n, true
	}
	return err
}

// summary reads the durations. Version 1 has no mean, but for its list of requests.
func (p *artilleryPeriod) summary(j *jsonFile) error {
	return j.object(func(key string) error {
		x, ok, err := j.number()
		switch {
		case !ok:
		case key == "mean":
			p.mean, p.measured = x, true
		case key == "count":
			p.meanCount = x
		default:
			p.percentiles = true
		}
		return err
	})
}

// artillery records periods. The first and the last one are shorter than others, as the times of what was counted in
// them say, so their requests are spread over their part only.
func (c *client) artillery(list []artilleryPeriod) {
	slices.SortStableFunc(list, func(x, y artilleryPeriod) int { return cmp.Compare(x.start.ns, y.start.ns) })
	means, percentiles, throttled := false, false, false
	before := int64(math.MinInt64) // the end of the period before
	for i, p := range list {
		if !p.requestsKnown {
			p.requests, p.requestsKnown = p.completed, p.completedKnown
		}
		switch {
		case !p.timed:
			c.r.Fault(p.at, "no time; expected period or timestamp")
			continue
		case !p.requestsKnown:
			continue // other things than requests over HTTP, or nothing
		}
		from := secondOf(c.r.Zone(p.start, false))
		if p.ended {
			from -= artilleryPeriodS
		}
		to := from + artilleryPeriodS
		if p.ended && before < to && max(from-before, before-from) < artilleryPeriodS/2 {
			from = before // its clock is a little late
		}
		before = to
		if p.bounded && i == 0 {
			from = min(max(from, secondOf(p.first.ns)), to-1)
		}
		if p.bounded && i == len(list)-1 {
			to = max(from+1, min(to, secondOf(p.last.ns+secondNS-1)))
		}
		c.spread(p, from, to)
		means = means || p.measured
		percentiles = percentiles || p.percentiles
		throttled = throttled || p.throttled > 0
	}
	switch {
	case means:
		also := ""
		if throttled {
			also = "; the mean includes throttled requests"
		}
		c.measured(also)
	case percentiles:
		c.r.Find(rule.PercentileNotMean, c.f, "the report has only percentiles of the response time: a mean is needed")
		if !c.r.options.DurationGiven {
			c.r.Fault(0, "only percentiles of the response time, and a mean is needed; give it with --duration")
		}
	}
}

// spread records the requests of a period evenly over seconds.
func (c *client) spread(p artilleryPeriod, from, to int64) {
	n := float64(to - from)
	for t := from; t < to; t++ {
		s := span{StartS: t, LengthS: 1, Offered: p.requests / n, Throttled: min(p.throttled, p.requests) / n}
		if p.measured && p.requests > 0 {
			count := p.meanCount
			if count == 0 {
				count = p.requests
			}
			s.DurationSumMS, s.DurationCount = p.mean*count/n, count/n
		}
		c.f.Sum(s, p.at)
	}
}
