package traffic

import (
	"bytes"
	"math"

	"github.com/lambdacap/lambdacap/calc/rule"
)

// heyRows is how many rows hey keeps at most.
const heyRows = 1_000_000

func claimsHeyCSV(h *head) bool {
	return bytes.HasPrefix(h.firstLine(), []byte("response-time,DNS+dialup"))
}

// claimsHeyText reports whether a file is what hey prints.
func claimsHeyText(h *head) bool {
	rate, total := false, false
	h.lines(func(line []byte) bool {
		name, _, _ := bytes.Cut(bytes.TrimSpace(line), []byte(":"))
		rate = rate || string(name) == "Requests/sec"
		total = total || string(name) == "Total"
		return rate && total
	})
	return rate && total
}

// readHeyCSV reads what hey -o csv writes: seconds from the start of the test. Older versions have neither status nor
// offset, so that only durations are known.
func readHeyCSV(s *source, r *Recorder) error {
	c := newClient(s, r, "hey")
	in := csvFile{s: s, delim: ','}
	header, err := in.first()
	if err != nil {
		return err
	}
	elapsed, status, offset := header.at("response-time"), header.at("status-code"), header.at("offset")
	rows := 0
	for {
		record, err := in.next()
		if err != nil {
			return err
		}
		if record == nil {
			break
		}
		rows++
		seconds, measured := parseNumber(cell(record, elapsed))
		start, timed := parseNumber(cell(record, offset))
		switch {
		case (len(record) < len(header) || !measured || !timed && offset >= 0) && s.unfinished():
			s.cut = true
		case !measured:
			r.Fault(in.line, "response-time %q is not a number of seconds", shown(string(cell(record, elapsed))))
		case offset < 0:
			c.f.Untimed(seconds*1000, in.line)
		case !timed || start < 0 || start > maxSpanS:
			r.Fault(in.line, "offset %q; expected seconds from the start of the test", shown(string(cell(record, offset))))
		default:
			q := call{StartNS: int64(math.Round(start * 1e9)), DurationMS: seconds * 1000, Undated: true}
			c.call(q, parseStatus(cell(record, status)), in.line)
		}
		if err := r.Stop(); err != nil {
			return err
		}
	}
	if offset < 0 && rows > 0 {
		r.Find(rule.NoTimes, c.f, "%s: rows without an offset: only their durations are read", s.name)
	}
	if rows >= heyRows {
		r.Find(rule.RowCap, c.f, "%s has %d rows, as many as hey keeps: the others are missing", s.name, rows)
	}
	c.end()
	return nil
}

// readHeyText reads what hey prints: the rate, the mean duration, and the number of responses by status.
func readHeyText(s *source, r *Recorder) error {
	c := newReporter(s, r, "hey")
	t := summary{
		place: 1, requestsExpected: "a status code distribution", rateExpected: "Requests/sec", throttlesKnown: true,
	}
	seconds, section := 0.0, ""
	for {
		line, ok, err := s.next()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		if !s.good(line) {
			continue
		}
		words := bytes.Fields(line)
		switch {
		case len(words) == 0:
			continue
		case line[0] > ' ':
			section = string(words[0])
		case section == "Status" && len(words) >= 2:
			n, ok := parseNumber(words[1])
			if !ok {
				r.Fault(s.line, "%q is not a number of responses", shown(string(words[1])))
			}
			t.requests += n
			if string(words[0]) == "[429]" {
				t.throttled += n
			}
		case section == "Error" && words[0][0] == '[': // requests without an answer
			n, _ := parseNumber(bytes.Trim(words[0], "[]"))
			t.requests += n
		case section == "Summary:" && len(words) >= 2:
			t.heyValue(&seconds, string(words[0]), words[1], s.line)
		}
	}
	if t.requests == 0 { // without the statuses nothing says how many were throttled
		t.requests, t.throttlesKnown = math.Round(t.rate*seconds), false
	}
	c.summary(t)
	return nil
}

// heyValue reads a line of the summary.
func (t *summary) heyValue(seconds *float64, name string, text []byte, line int64) {
	x, ok := parseNumber(text)
	switch {
	case !ok:
	case name == "Total:":
		*seconds = x
	case name == "Average:":
		t.meanMS, t.measured = x*1000, true
	case name == "Requests/sec:":
		t.rate, t.place = x, line
	}
}
