package traffic

import (
	"bytes"
	"math"

	"github.com/lambdacap/lambdacap/calc/quantity"
)

// The metrics of requests in what k6 writes while a test runs. Each request has one value of both; others are skipped.
const (
	k6Requests = "http_reqs"
	k6Duration = "http_req_duration"
)

func claimsK6Points(h *head) bool { return h.has("type", "metric", "data") }

func claimsK6CSV(h *head) bool {
	return bytes.HasPrefix(h.firstLine(), []byte("metric_name,timestamp,metric_value"))
}

// k6Points collects the values of both metrics. Those of the duration are the requests; those of the count are needed
// only if there are no durations.
type k6Points struct {
	client
	durations int
	counts    map[int64]*[2]float64 // by the minute: requests, and throttled ones
	counted   float64
	last      int64 // the place of the last value
}

func newK6Points(s *source, r *Recorder) *k6Points {
	return &k6Points{client: *newClient(s, r, "k6"), counts: map[int64]*[2]float64{}}
}

// point records a value. end is when its request ended.
func (k *k6Points) point(requests bool, end stamp, value float64, status int, at int64) {
	ns := k.r.Zone(end, false)
	k.last = at
	if !requests {
		k.durations++
		k.count(end)
		// A stamp that cannot be is reported as it is written.
		if k.r.Stamp(ns, at) && k.r.Duration(value, at) {
			k.call(call{StartNS: end.middle(ns) - int64(math.Round(value*1e6)), DurationMS: value, Whole: end.whole}, status, at)
		}
		return
	}
	if k.counted += value; k.counted > maxCount {
		k.counted = maxCount
	}
	if ns < birthNS || !k.r.Count(value, at) {
		return
	}
	minute := ns / minuteNS * 60
	n := k.counts[minute]
	if n == nil {
		if len(k.counts) > maxSpanS/60 {
			return
		}
		n = new([2]float64)
		k.counts[minute] = n
	}
	n[0] += value
	if status == tooManyRequests {
		n[1] += value
	}
}

// end records the requests if there are no durations, and what the file does not have.
func (k *k6Points) end() {
	if k.durations > 0 {
		if missing := k.counted - float64(k.durations); missing > 0.05*k.counted && missing > 1 {
			k.r.Fault(k.last, "%s of http_reqs and %s of http_req_duration until here; expected both for each request",
				quantity.FormatWhole(k.counted), quantity.FormatCount(int64(k.durations)))
		}
		k.client.end()
		return
	}
	for minute, n := range k.counts {
		k.f.Sum(span{StartS: minute, LengthS: 60, Offered: n[0], Throttled: n[1]}, k.last)
	}
}

// readK6Points reads what k6 run --out json writes. The time of a value is when its request ended.
func readK6Points(s *source, r *Recorder) error {
	k := newK6Points(s, r)
	var l lineScanner
	for {
		line, ok, err := s.next()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		if k6Skips(line) {
			continue
		}
		if s.good(line) {
			k.line(&l, line)
		}
		if err := r.Stop(); err != nil {
			return err
		}
	}
	k.end()
	return nil
}

var (
	k6Start     = []byte(`{"metric":"`)
	k6Names     = [][]byte{[]byte(k6Requests), []byte(k6Duration)}
	k6HTTPStart = []byte("http_req")
)

// k6Skips reports whether a line certainly has another metric.
func k6Skips(line []byte) bool {
	if rest, ok := bytes.CutPrefix(line, k6Start); ok { // as k6 writes it
		if !bytes.HasPrefix(rest, k6HTTPStart) {
			return true
		}
		end := bytes.IndexByte(rest, '"')
		return end >= 0 && !bytes.Equal(rest[:end], k6Names[0]) && !bytes.Equal(rest[:end], k6Names[1])
	}
	return !bytes.Contains(line, k6Names[0]) && !bytes.Contains(line, k6Names[1])
}

// line reads a value.
func (k *k6Points) line(l *lineScanner, line []byte) {
	var end stamp
	var value float64
	var metric, status, text []byte
	timed, valued, point := false, false, false
	l.start(line)
	for l.next() {
		switch string(l.path) {
		case "metric":
			metric = l.value
		case "type":
			point = string(l.value) == "Point"
		case "data.time":
			text = l.value
			end, timed = parseTime(l.value)
		case "data.value":
			value, valued = parseNumber(l.value)
		case "data.tags.status":
			status = l.value
		}
	}
	requests := string(metric) == k6Requests
	switch {
	case l.wrong && k.s.unfinished():
		k.s.cut = true
	case l.wrong:
		k.s.badLines++
	case !point || !requests && string(metric) != k6Duration:
	case !timed:
		k.r.Fault(k.s.line, "data.time %q is not a time; expected such as 2026-11-24T14:00:00.16Z", shown(string(text)))
	case !valued:
		k.r.Fault(k.s.line, "data.value is not a number")
	default:
		k.point(requests, end, value, parseStatus(status), k.s.line)
	}
}

// readK6CSV reads what k6 run --out csv writes. The columns of the tags vary.
func readK6CSV(s *source, r *Recorder) error {
	k := newK6Points(s, r)
	in := csvFile{s: s, delim: ','}
	header, err := in.first()
	if err != nil {
		return err
	}
	status := header.at("status")
	for {
		record, err := in.next()
		if err != nil {
			return err
		}
		if record == nil {
			break
		}
		requests, short := bytes.Equal(record[0], k6Names[0]), len(record) < len(header)
		if !short && !requests && !bytes.Equal(record[0], k6Names[1]) {
			continue
		}
		end, timed := parseTime(cell(record, 1))
		value, valued := parseNumber(cell(record, 2))
		switch {
		case short && s.unfinished():
			s.cut = true
		case short:
			s.badLines++
		case !timed:
			r.Fault(in.line, "timestamp %q is not a time; expected seconds since 1970", shown(string(cell(record, 1))))
		case !valued:
			r.Fault(in.line, "metric_value %q is not a number", shown(string(cell(record, 2))))
		default:
			k.point(requests, end, value, parseStatus(cell(record, status)), in.line)
		}
		if err := r.Stop(); err != nil {
			return err
		}
	}
	k.end()
	return nil
}
