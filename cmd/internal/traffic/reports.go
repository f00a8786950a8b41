package traffic

import (
	"bytes"
	"strconv"

	"github.com/lambdacap/lambdacap/calc/rule"
)

// reportMark is in every line that Lambda logs after an invocation.
var reportMark = []byte("REPORT RequestId: ")

// claimsReports reports whether a file is a log of functions.
func claimsReports(h *head) bool {
	return h.lines(func(line []byte) bool { return bytes.Contains(line, reportMark) })
}

// A report is what a REPORT line says. Numbers are in milliseconds.
type report struct {
	id                          []byte
	durationMS, initMS, restore float64
	whole                       bool // the line is not cut off
}

// parseReport reads a REPORT line behind reportMark.
func parseReport(b []byte) (rep report, ok bool) {
	end := bytes.IndexAny(b, "\t ")
	if end < 0 {
		return report{}, false
	}
	rep.id = b[:end]
	b = b[end:]
	rep.durationMS, ok = after(b, durationMark)
	rep.initMS, _ = after(b, initMark)
	rep.restore, _ = after(b, restoreMark)
	return rep, ok
}

var (
	durationMark = []byte("Duration: ")
	initMark     = []byte("Init Duration: ")
	restoreMark  = []byte("Restore Duration: ")
)

// after returns the number after a mark.
func after(b, mark []byte) (float64, bool) {
	at := bytes.Index(b, mark)
	if at < 0 {
		return 0, false
	}
	b = b[at+len(mark):]
	end := 0
	for end < len(b) && (b[end] >= '0' && b[end] <= '9' || b[end] == '.') {
		end++
	}
	x, err := strconv.ParseFloat(string(b[:end]), 64)
	return x, err == nil
}

// readReports reads a log of functions line by line.
func readReports(s *source, r *Recorder) error {
	f := r.Function("")
	for {
		line, ok, err := s.next()
		if err != nil || !ok {
			return err
		}
		at := bytes.Index(line, reportMark)
		if at < 0 {
			continue
		}
		rep, ok := parseReport(line[at+len(reportMark):])
		if !ok {
			continue
		}
		t, n := parseStamp(line)
		if n == 0 {
			f.Untimed(rep.durationMS, s.line)
			continue
		}
		end := r.Zone(t, true)
		f.Call(call{StartNS: end - int64((rep.durationMS+rep.initMS)*1e6), DurationMS: rep.durationMS,
			InitMS: rep.initMS}, s.line)
		r.Find(rule.ThrottlesNotLogged, f, "throttled requests leave no line in a log")
		if err := r.Stop(); err != nil {
			return err
		}
	}
}
