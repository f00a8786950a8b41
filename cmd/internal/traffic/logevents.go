package traffic

import (
	"bytes"

	"github.com/lambdacap/lambdacap/calc/rule"
)

func claimsLogEvents(h *head) bool {
	return h.has("events.[].message") || h.list() && h.has("message", "timestamp")
}

// readLogEvents reads answers of aws logs filter-log-events and get-log-events, or the events that --query picked from
// one.
func readLogEvents(s *source, r *Recorder) error {
	l := newLogReader(s, r)
	l.f = r.Function("")
	j := s.json()
	s.show = itemOf("events")
	more := false
	err := j.documents(func(n int) error {
		at := int64(n) << 32
		more = false
		var alone event
		err := j.object(func(key string) error {
			switch key {
			case "timestamp", "message":
				return alone.member(key, j)
			case "nextToken":
				token, err := j.string()
				more = len(token) > 0
				return err
			case "events":
				return j.array(func() error {
					err := l.readEvent(j, at)
					at++
					return err
				})
			}
			return j.skip()
		})
		if err != nil {
			return err
		}
		return l.event(&alone, at)
	})
	if more {
		r.Find(rule.PartialData, nil, "%s: the last answer has a nextToken: more pages exist", s.name)
	}
	l.end()
	return err
}

// An event is an event of CloudWatch Logs.
type event struct {
	time    stamp
	timed   bool
	message []byte
}

// member reads a member of an event.
func (e *event) member(key string, j *jsonFile) error {
	text, err := j.string()
	switch key {
	case "timestamp":
		e.time, e.timed = parseTime(text)
	case "message":
		e.message = append(e.message[:0], text...)
	}
	return err
}

// readEvent reads an event of a list.
func (l *logReader) readEvent(j *jsonFile, at int64) error {
	e := event{message: l.plain[:0]}
	err := j.object(func(key string) error { return e.member(key, j) })
	l.plain = e.message
	if err != nil {
		return err
	}
	return l.event(&e, at)
}

// event records the report in an event.
func (l *logReader) event(e *event, at int64) error {
	if !bytes.Contains(e.message, reportMark) && !bytes.Contains(e.message, platformMark) || !l.s.good(e.message) {
		return nil
	}
	o := logObject{message: e.message, time: e.time, timed: e.timed}
	if bytes.IndexByte(o.message, 0x1b) >= 0 {
		o.message = withoutColours(nil, o.message)
	}
	if p, ok := o.wrapped(); ok {
		l.record(p, at)
	} else if bytes.HasPrefix(o.message, reportMark) {
		l.s.badLines++
	}
	return l.r.Stop()
}
