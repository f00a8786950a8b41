package traffic

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// A logObject is what matters of a JSON object in a log: a report of a function that logs JSON, or the envelope of a
// line of text.
type logObject struct {
	kind              string // platform.report
	time              stamp
	timed             bool
	message           []byte
	id                []byte
	durationMS        float64
	measured          bool
	initMS, restoreMS float64
}

// read reads an object, and those inside it.
func (o *logObject) read(d *jsontext.Decoder, depth int) error {
	if _, err := d.ReadToken(); err != nil {
		return err
	}
	for d.PeekKind() == '"' {
		token, err := d.ReadToken()
		if err != nil {
			return err
		}
		key := token.String()
		switch d.PeekKind() {
		case '{':
			if depth < 3 && (key == "record" || key == "metrics" || key == "message") {
				err = o.read(d, depth+1)
			} else {
				err = d.SkipValue()
			}
		case '[':
			err = d.SkipValue()
		default:
			var value jsontext.Value
			if value, err = d.ReadValue(); err == nil {
				o.set(key, value)
			}
		}
		if err != nil {
			return err
		}
	}
	_, err := d.ReadToken()
	return err
}

// set sets what a key says.
func (o *logObject) set(key string, value jsontext.Value) {
	text := []byte(value)
	if value.Kind() == '"' {
		if text = value[1 : len(value)-1]; bytes.IndexByte(text, '\\') >= 0 {
			text, _ = jsontext.AppendUnquote(nil, value)
		}
	}
	switch key {
	case "type":
		o.kind = string(text)
	case "time", "timestamp", "@timestamp", "Timestamp":
		if t, ok := parseTime(text); ok && (!o.timed || key == "time") {
			o.time, o.timed = t, true
		}
	case "message", "@message", "log":
		o.message = bytes.Clone(text)
	case "requestId":
		o.id = bytes.Clone(text)
	case "durationMs":
		o.durationMS, o.measured = parseNumber(text)
	case "initDurationMs":
		o.initMS, _ = parseNumber(text)
	case "restoreDurationMs":
		o.restoreMS, _ = parseNumber(text)
	}
}

// report returns the report in an object, and whether it has one.
func (o *logObject) report() (p report, ok bool) {
	switch {
	case o.kind == string(platformMark) && o.measured:
		p = report{id: o.id, durationMS: o.durationMS, initMS: o.initMS + o.restoreMS}
	case len(o.message) > 0:
		return o.wrapped()
	default:
		return report{}, false
	}
	p.end, p.timed = o.time, o.timed
	return p, true
}

// wrapped returns the report in the message of an object.
func (o *logObject) wrapped() (p report, ok bool) {
	if at := bytes.Index(o.message, reportMark); at >= 0 {
		p, ok = parseReport(o.message[at+len(reportMark):])
		if p.end, p.timed = o.time, o.timed; !p.timed {
			p.end, p.timed = timeBefore(o.message[:at])
		}
		return p, ok
	}
	if at := bytes.IndexByte(o.message, '{'); at >= 0 && bytes.Contains(o.message, platformMark) {
		var inner logObject
		d := jsontext.NewDecoder(bytes.NewReader(o.message[at:]), jsontext.AllowDuplicateNames(true))
		if inner.read(d, 0) != nil || inner.kind != string(platformMark) {
			return report{}, false
		}
		if !inner.timed {
			inner.time, inner.timed = o.time, o.timed
		}
		return inner.report()
	}
	return report{}, false
}
