package traffic

import "bytes"

// claimsJMeter reports whether a file is a JTL of JMeter: CSV with a row for each sample.
func claimsJMeter(h *head) bool {
	header := headerOf(splitCSV(nil, bytes.Clone(h.firstLine()), ','))
	return header.at("timestamp") >= 0 && header.at("elapsed") >= 0
}

// transactionMark begins the message of a sample that has other samples in it, which have rows of their own.
var transactionMark = []byte("Number of samples in transaction")

// readJMeter reads a JTL: milliseconds since 1970 for the start of each sample, and its milliseconds.
func readJMeter(s *source, r *Recorder) error {
	c := newClient(s, r, "JMeter")
	in := csvFile{s: s, delim: ','}
	header, err := in.first()
	if err != nil {
		return err
	}
	time, elapsed := header.at("timestamp"), header.at("elapsed")
	code, message := header.at("responsecode"), header.at("responsemessage")
	for {
		record, err := in.next()
		if err != nil {
			return err
		}
		if record == nil {
			break
		}
		if bytes.HasPrefix(cell(record, message), transactionMark) {
			continue
		}
		start, timed := parseTime(cell(record, time))
		if !timed {
			start, timed = parseDate(cell(record, time))
		}
		ms, measured := parseNumber(cell(record, elapsed))
		switch {
		case (len(record) < len(header) || !timed || !measured) && s.unfinished():
			s.cut = true
		case !timed:
			r.Fault(in.line, "timeStamp %q is not a time; expected milliseconds since 1970", shown(string(cell(record, time))))
		case !measured:
			r.Fault(in.line, "elapsed %q is not a number of milliseconds", shown(string(cell(record, elapsed))))
		default:
			c.count(start)
			made := call{StartNS: r.Zone(start, false), DurationMS: ms, Whole: start.whole}
			c.call(made, jmeterStatus(cell(record, code)), in.line)
		}
		if err := r.Stop(); err != nil {
			return err
		}
	}
	c.end()
	return nil
}

// jmeterStatus reads the status of a sample. A sample of another protocol than HTTP was served.
func jmeterStatus(text []byte) int {
	if bytes.HasPrefix(text, []byte("Non HTTP")) { // no answer
		return 0
	}
	if status := parseStatus(text); status > 0 {
		return status
	}
	return 200
}
