package traffic

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
	"math"
	"slices"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
)

// What Lambda logs after an invocation: a line of text, or a JSON object if the function logs JSON.
var (
	reportMark   = []byte("REPORT RequestId: ")
	platformMark = []byte("platform.report")
)

// claimsReports reports whether a file is a log of functions.
func claimsReports(h *head) bool {
	return h.lines(func(line []byte) bool {
		return bytes.Contains(line, reportMark) || bytes.Contains(line, platformMark)
	})
}

// A report is what Lambda says about an invocation.
type report struct {
	id         []byte
	durationMS float64
	initMS     float64 // of a start or of a restore; 0 if the environment was there
	end        stamp   // if timed
	timed      bool
}

var (
	durationMark = []byte("Duration: ")
	initMark     = []byte("Init Duration: ")
	restoreMark  = []byte("Restore Duration: ")
)

// parseReport reads a REPORT line behind reportMark. Tabs may have become spaces.
func parseReport(b []byte) (p report, ok bool) {
	end := bytes.IndexAny(b[:min(len(b), 100)], "\t ")
	if end <= 0 {
		return report{}, false
	}
	p.id, b = b[:end], b[end:]
	if at := bytes.Index(b, durationMark); at < 0 || bytes.HasSuffix(b[:at], []byte("Billed ")) {
		return report{}, false
	}
	if p.durationMS, b, ok = numberAfter(b, durationMark); !ok {
		return report{}, false
	}
	if init, _, found := numberAfter(b, initMark); found {
		p.initMS = init
	}
	if restore, _, found := numberAfter(b, restoreMark); found {
		p.initMS += restore
	}
	return p, true
}

// numberAfter returns the number of milliseconds after a mark, and what is behind it.
func numberAfter(b, mark []byte) (x float64, rest []byte, ok bool) {
	at := bytes.Index(b, mark)
	if at < 0 {
		return 0, b, false
	}
	b = b[at+len(mark):]
	end := 0
	for end < len(b) && (b[end] >= '0' && b[end] <= '9' || b[end] == '.') {
		end++
	}
	x, ok = parseNumber(b[:end])
	return x, b[end:], ok && bytes.HasPrefix(b[end:], []byte(" ms"))
}

// A logReader reads what Lambda logs, in any wrapping.
type logReader struct {
	s         *source
	r         *Recorder
	f         *function    // whose log it is
	seen      []*function  // whose reports were read
	line      bytes.Reader // of one line, for objects
	d         *jsontext.Decoder
	plain     []byte // a line without colours or quotes
	object    []byte // an object over several lines
	untimed   int
	precision // of the times of reports
}

func newLogReader(s *source, r *Recorder) *logReader {
	l := &logReader{s: s, r: r}
	l.d = jsontext.NewDecoder(&l.line, jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	return l
}

// record records a report, unless it was recorded before: exports that overlap have the same line. An asynchronous
// event keeps its id when it is retried, a minute later or more, and in the rare case that it is delivered twice. So a
// line is the same if the second of its end and its milliseconds are, too: some exports have no fractions of a second,
// and some fewer digits of the duration. at is its place.
func (l *logReader) record(p report, at int64) {
	if len(p.id) > 0 {
		var key [16]byte
		binary.LittleEndian.PutUint64(key[:], uint64(secondOf(p.end.ns)))
		binary.LittleEndian.PutUint64(key[8:], uint64(math.Round(p.durationMS)))
		if l.r.ids.add(maphash.Bytes(l.r.seed, p.id) ^ maphash.Bytes(l.r.seed, key[:])) {
			return
		}
	}
	l.keep(p, at)
}

func (l *logReader) keep(p report, at int64) {
	if n := len(l.seen); n == 0 || l.seen[n-1] != l.f && !slices.Contains(l.seen, l.f) {
		l.seen = append(l.seen, l.f)
		l.f.DurationSource("REPORT lines")
	}
	if !p.timed {
		l.untimed++
		l.f.Untimed(p.durationMS, at)
		return
	}
	l.count(p.end)
	end := l.r.Zone(p.end, true)
	busy := int64((p.durationMS + p.initMS) * 1e6)
	l.f.Call(call{StartNS: p.end.middle(end) - busy, DurationMS: p.durationMS, InitMS: p.initMS, Whole: p.end.whole}, at)
}

// end reports what the log does not have.
func (l *logReader) end() {
	if l.untimed > 0 {
		l.r.Find(rule.NoTimes, nil, "%s: %s without times; only their durations are read", l.s.name,
			quantity.FormatCountOf(l.untimed, "log line"))
	}
	if l.coarse() {
		l.r.Find(rule.WholeSeconds, nil, wholeSecondsText, l.s.name)
	}
	for _, f := range l.seen {
		l.r.Find(rule.ThrottlesNotLogged, f, "throttled requests leave no line in a log")
	}
}

// readReports reads a log of functions line by line.
func readReports(s *source, r *Recorder) error {
	l := newLogReader(s, r)
	l.f = r.Function("")
	for {
		line, ok, err := s.next()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		if err := l.read(line); err != nil {
			return err
		}
	}
	l.end()
	return nil
}

// read reads a line of a log.
func (l *logReader) read(line []byte) error {
	if len(l.object) > 0 || len(line) == 1 && line[0] == '{' {
		if line = l.gather(line); line == nil {
			return nil
		}
	}
	at := bytes.Index(line, reportMark)
	isObject := false
	if at < 0 {
		if !bytes.Contains(line, platformMark) {
			return nil
		}
		isObject = true
	}
	if !l.s.good(line) {
		return l.r.Stop()
	}
	if bytes.IndexByte(line, 0x1b) >= 0 {
		l.plain = withoutColours(l.plain[:0], line)
		line = l.plain
		at = bytes.Index(line, reportMark)
	}
	if isObject || at > 0 && bytes.IndexByte(line[:at], '{') >= 0 {
		l.readObject(line)
		return l.r.Stop()
	}
	p, ok := report{}, false
	if at >= 0 {
		rest := line[at+len(reportMark):]
		p, ok = parseReport(rest)
		ok = ok && !bytes.Contains(rest, reportMark) // several lines that lost their ends
	}
	if !ok {
		l.unreadable()
		return l.r.Stop()
	}
	p.end, p.timed = timeBefore(line[:at])
	l.record(p, l.s.line)
	return l.r.Stop()
}

// unreadable counts a line that should have a report.
func (l *logReader) unreadable() {
	if l.s.unfinished() {
		l.s.cut = true
		return
	}
	l.s.badLines++
}

// gather collects an object that is written over several lines, and returns it when it is whole; nil before.
func (l *logReader) gather(line []byte) []byte {
	if len(l.object)+len(line) > maxLine { // it is no object of Lambda
		l.object = l.object[:0]
		return nil
	}
	l.object = append(l.object, line...)
	if len(line) > 0 && line[0] == '}' {
		whole := l.object
		l.object = l.object[:0]
		return whole
	}
	return nil
}

// timeBefore finds the time in what is before a report: at the start, or behind the name of a log stream. It may be a
// number of milliseconds, with a comma or a tab behind it.
func timeBefore(b []byte) (t stamp, ok bool) {
	for range 8 { // words
		b = bytes.TrimLeft(b, " \t\",[]")
		if len(b) == 0 {
			return stamp{}, false
		}
		if t, n := parseStamp(b); n > 0 {
			return t, true
		}
		end := bytes.IndexAny(b, " \t,]\"")
		if end < 0 {
			end = len(b)
		}
		if end >= 10 && end <= 19 && areDigits(b[:end]) {
			if t, ok := parseTime(b[:end]); ok {
				return t, true
			}
		}
		b = b[end:]
	}
	return stamp{}, false
}

// withoutColours appends a line without the escape sequences of terminals.
func withoutColours(to, line []byte) []byte {
	for len(line) > 0 {
		at := bytes.IndexByte(line, 0x1b)
		if at < 0 {
			break
		}
		to = append(to, line[:at]...)
		line = line[at+1:]
		if len(line) > 0 && line[0] == '[' {
			end := 1
			for end < len(line) && (line[end] < 0x40 || line[end] > 0x7e) {
				end++
			}
			line = line[min(end+1, len(line)):]
		}
	}
	return append(to, line...)
}

// readObject reads a line that is a JSON object, or has one behind a time and the name of a log stream.
func (l *logReader) readObject(line []byte) {
	at := bytes.IndexByte(line, '{')
	if at < 0 {
		l.unreadable()
		return
	}
	before, object := line[:at], line[at:]
	if bytes.Contains(object, []byte(`""`+"type"+`""`)) || bytes.HasPrefix(object, []byte(`{""`)) { // quoted for CSV
		l.object = append(l.object[:0], bytes.ReplaceAll(object, []byte(`""`), []byte(`"`))...)
		object = l.object
		l.object = l.object[:0]
	}
	l.line.Reset(object)
	l.d.Reset(&l.line)
	var o logObject
	if err := o.read(l.d, 0); err != nil {
		l.unreadable()
		return
	}
	p, ok := o.report()
	if !ok {
		return // another object, which only mentions a report
	}
	if !p.timed {
		p.end, p.timed = timeBefore(before)
	}
	l.record(p, l.s.line)
}
