package traffic

import "bytes"

func claimsVegetaReport(h *head) bool { return h.has("latencies", "status_codes") }

func claimsVegetaJSON(h *head) bool { return h.has("seq", "latency", "timestamp") }

// claimsVegetaCSV reports whether a file is what vegeta encode -to csv writes. It has no header: a time in nanoseconds,
// a status, a latency and six or nine more columns. The body of a response may be longer than what is looked at, and an
// error may have line breaks.
func claimsVegetaCSV(h *head) bool {
	line := h.firstLine()
	fields := splitCSV(nil, bytes.Clone(line), ',')
	whole := (bytes.IndexByte(h.text, '\n') >= 0 || h.whole) && !endsInside(line, ',', false)
	if len(fields) < 6 || whole && len(fields) != 9 && len(fields) != 12 {
		return false
	}
	return len(fields[0]) == 19 && fields[0][0] != '0' && areDigits(fields[0]) && areDigits(fields[1]) &&
		areDigits(fields[2])
}

// readVegetaReport reads what vegeta report -type json writes. The rate is that between the first and the last request.
func readVegetaReport(s *source, r *Recorder) error {
	j := s.json()
	s.show = answerAt
	c := newReporter(s, r, "vegeta")
	return j.documents(func(n int) error {
		t := summary{
			place: int64(n), requestsExpected: "requests", rateExpected: "2 requests or more, and a rate", throttlesKnown: true,
		}
		err := j.object(func(key string) (err error) {
			ok := false
			switch key {
			case "latencies":
				return j.object(func(key string) error {
					if key != "mean" {
						return j.skip()
					}
					ns, ok, err := j.number()
					t.meanMS, t.measured = ns/1e6, ok
					return err
				})
			case "requests":
				t.requests, _, err = j.number()
			case "rate":
				t.rate, _, err = j.number()
			case "status_codes":
				return j.object(func(key string) error {
					x, _, err := j.number()
					if key == "429" {
						t.throttled = x
					}
					return err
				})
			case "earliest":
				var text []byte
				var at stamp
				text, err = j.string()
				if at, ok = parseTime(text); ok && at.ns > birthNS {
					t.startNS, t.dated = r.Zone(at, false), true
				}
			default:
				return j.skip()
			}
			return err
		})
		if err != nil {
			return err
		}
		if t.requests == 1 {
			t.rate = 0 // it has no distance
		}
		c.summary(t)
		return r.Stop()
	})
}

// readVegetaJSON reads what vegeta encode -to json writes. The time of a request is its start.
func readVegetaJSON(s *source, r *Recorder) error {
	s.squeeze = true
	c := newClient(s, r, "vegeta")
	var l lineScanner
	for {
		line, ok, err := s.next()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		if len(line) > 0 && s.good(line) {
			c.vegetaLine(&l, line)
		}
		if err := r.Stop(); err != nil {
			return err
		}
	}
	c.end()
	return nil
}

func (c *client) vegetaLine(l *lineScanner, line []byte) {
	var start stamp
	var ns float64
	var text []byte
	status := 0
	timed, measured := false, false
	l.start(line)
	for l.next() {
		switch string(l.path) {
		case "timestamp":
			text = l.value
			start, timed = parseTime(l.value)
		case "latency":
			ns, measured = parseNumber(l.value)
		case "code":
			status = parseStatus(l.value)
		}
	}
	switch {
	case l.wrong && c.s.unfinished():
		c.s.cut = true
	case l.wrong:
		c.s.badLines++
	case !timed:
		c.r.Fault(c.s.line, "timestamp %q is not a time; expected such as 2026-11-24T14:00:00.05Z", shown(string(text)))
	case !measured:
		c.r.Fault(c.s.line, "latency is not a number; expected nanoseconds")
	default:
		c.call(call{StartNS: c.r.Zone(start, false), DurationMS: ns / 1e6}, status, c.s.line)
	}
}

// readVegetaCSV reads what vegeta encode -to csv writes. Only its first three columns are needed.
func readVegetaCSV(s *source, r *Recorder) error {
	s.squeeze = true
	c := newClient(s, r, "vegeta")
	in := csvFile{s: s, delim: ','}
	for {
		record, err := in.next()
		if err != nil {
			return err
		}
		if record == nil {
			break
		}
		start, timed := parseTime(cell(record, 0))
		ns, measured := parseNumber(cell(record, 2))
		switch {
		case (len(record) < 9 || !timed || !measured) && s.unfinished():
			s.cut = true
		case len(record) < 9:
			r.Fault(in.line, "%d columns; expected 9 or 12", len(record))
		case !timed:
			r.Fault(in.line, "%q is not a time; expected nanoseconds since 1970", shown(string(cell(record, 0))))
		case !measured:
			r.Fault(in.line, "%q is not a latency; expected nanoseconds", shown(string(cell(record, 2))))
		default:
			c.call(call{StartNS: start.ns, DurationMS: ns / 1e6}, parseStatus(cell(record, 1)), in.line)
		}
		if err := r.Stop(); err != nil {
			return err
		}
	}
	c.end()
	return nil
}
