package traffic

import "bytes"

func claimsCloudFront(h *head) bool {
	return bytes.HasPrefix(h.firstLine(), []byte("#Version:")) && h.lines(func(line []byte) bool {
		fields, ok := bytes.CutPrefix(line, []byte("#Fields:"))
		return ok && bytes.Contains(fields, []byte("x-edge-"))
	})
}

// answeredByEdge reports whether CloudFront answered a request itself.
func answeredByEdge(result []byte) bool {
	switch string(result) {
	case "Hit", "OriginShieldHit", "Redirect", "LimitExceeded", "CapacityExceeded":
		return true
	}
	return false
}

// edgeColumn returns the column that a condition is about; empty for other keys.
func edgeColumn(key string) string {
	switch key {
	case "path":
		return "cs-uri-stem"
	case "host":
		return "x-host-header"
	case "method":
		return "cs-method"
	case "status":
		return "sc-status"
	}
	return ""
}

// readCloudFront reads a standard log of CloudFront. It has the times of answers in whole seconds, in UTC, and no
// durations of a function. Requests that CloudFront answered itself did not reach one.
func readCloudFront(s *source, r *Recorder) error {
	c := newClient(s, r, "CloudFront")
	keys := newFilter(r, "path", "host", "method", "status")
	var header columns
	fields := make([][]byte, 0, 40)
	value := func(key string) []byte { return cell(fields, header.at(edgeColumn(key))) }
	date, clock, result, status, requests := -1, -1, -1, -1, 0
	for {
		line, ok, err := s.next()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		if names, ok := bytes.CutPrefix(line, []byte("#Fields:")); ok {
			header = headerOf(bytes.Fields(names))
			date, clock = header.at("date"), header.at("time")
			result, status = header.at("x-edge-result-type"), header.at("sc-status")
			continue
		}
		if len(line) == 0 || line[0] == '#' || !s.good(line) {
			continue
		}
		fields = splitCSV(fields[:0], line, '\t')
		at, ok := edgeTime(cell(fields, date), cell(fields, clock))
		switch {
		case (!ok || len(fields) < len(header)) && s.unfinished():
			s.cut = true
		case !ok:
			r.Fault(s.line, "no time; expected date and time, such as 2026-11-24 and 12:59:00")
		case answeredByEdge(cell(fields, result)) || !keys.takes(value):
		default:
			requests++
			throttled := parseStatus(cell(fields, status)) == tooManyRequests
			c.f.Call(call{StartNS: at.ns, DurationMS: -1, Throttled: throttled, Whole: true}, s.line)
		}
		if err := r.Stop(); err != nil {
			return err
		}
	}
	if requests > 0 {
		c.inWholeSeconds()
	}
	return nil
}

// edgeTime joins a date and a time of day.
func edgeTime(date, clock []byte) (t stamp, ok bool) {
	if len(date) != 10 || len(clock) != 8 {
		return stamp{}, false
	}
	var buffer [24]byte
	text := append(append(append(buffer[:0], date...), 'T'), clock...)
	t, n := parseStamp(text)
	return t, n > 0 && n == len(text)
}
