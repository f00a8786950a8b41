package traffic

import (
	"bytes"
	"fmt"

	"github.com/lambdacap/lambdacap/calc/rule"
)

func claimsLogEvents(h *head) bool { return h.has("events") && h.has("events.[].message") }

// readLogEvents reads answers of aws logs filter-log-events and get-log-events.
func readLogEvents(s *source, r *Recorder) error {
	l := newLogReader(s, r)
	j := s.json()
	s.show = func(at int64) string {
		pointer := fmt.Sprintf("/events/%d", at&0xffff_ffff)
		if n := at >> 32; n > 0 {
			return fmt.Sprintf("answer %d, %s", n+1, pointer)
		}
		return pointer
	}
	more := false
	err := j.documents(func(n int) error {
		at := int64(n) << 32
		more = false
		return j.object(func(key string) error {
			switch key {
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
	})
	if more {
		r.Find(rule.PartialData, nil, "%s: the last answer has a nextToken: more pages exist", s.name)
	}
	l.end()
	return err
}

// readEvent reads an event.
func (l *logReader) readEvent(j *jsonFile, at int64) error {
	var o logObject
	message := l.plain[:0]
	err := j.object(func(key string) error {
		text, err := j.string()
		switch key {
		case "timestamp":
			o.time, o.timed = parseTime(text)
		case "message":
			message = append(message, text...)
		}
		return err
	})
	l.plain = message
	if err != nil {
		return err
	}
	if !bytes.Contains(message, reportMark) && !bytes.Contains(message, platformMark) {
		return nil
	}
	if !l.s.good(message) {
		return nil
	}
	if bytes.IndexByte(message, 0x1b) >= 0 {
		message = withoutColours(nil, message)
	}
	o.message = message
	if p, ok := o.wrapped(); ok {
		l.record(p, at)
	} else if bytes.HasPrefix(message, reportMark) {
		l.s.badLines++
	}
	return l.r.Stop()
}
