package traffic

import "bytes"

// A lineScanner goes through the scalar values of a JSON object on one line. It checks only as much of the syntax as it
// needs, and needs no memory for each line.
type lineScanner struct {
	rest []byte
	// path has the keys down to the value, joined by dots. An array adds nothing to it.
	path []byte
	// value is the value: a text without its quotes and with its escapes, or a number, true, false or null.
	value []byte
	ends  [maxNesting]int // the length of the path of each open object or array
	depth int
	wrong bool
}

// start starts with a line.
func (l *lineScanner) start(line []byte) {
	l.rest, l.path, l.value, l.depth, l.wrong = line, l.path[:0], nil, 0, false
	l.space()
	if len(l.rest) == 0 || l.rest[0] != '{' {
		l.wrong = true
		return
	}
	l.rest = l.rest[1:]
	l.depth = 1
}

// next goes to the next scalar value. It returns false at the end of the object, and where the line is not JSON, which
// sets wrong.
func (l *lineScanner) next() bool {
	for !l.wrong && l.depth > 0 {
		l.path = l.path[:l.ends[l.depth-1]]
		l.space()
		if len(l.rest) == 0 {
			l.wrong = true
			return false
		}
		switch c := l.rest[0]; c {
		case ',':
			l.rest = l.rest[1:]
		case '}', ']':
			l.rest = l.rest[1:]
			l.depth--
		case '{', '[':
			l.open()
		case '"':
			text, ok := l.text()
			if !ok {
				return false
			}
			if l.space(); len(l.rest) == 0 || l.rest[0] != ':' { // in an array
				l.value = text
				return true
			}
			l.rest = l.rest[1:]
			if l.member(text) {
				return true
			}
		default:
			l.plain()
			return !l.wrong
		}
	}
	return false
}

// member reads the value of a key. It reports whether that is a scalar.
func (l *lineScanner) member(key []byte) bool {
	if len(l.path) > 0 {
		l.path = append(l.path, '.')
	}
	l.path = append(l.path, key...)
	l.space()
	switch {
	case len(l.rest) == 0:
		l.wrong = true
	case l.rest[0] == '{' || l.rest[0] == '[':
		l.open()
	case l.rest[0] == '"':
		var ok bool
		l.value, ok = l.text()
		return ok
	default:
		l.plain()
		return !l.wrong
	}
	return false
}

func (l *lineScanner) open() {
	if l.rest = l.rest[1:]; l.depth == maxNesting {
		l.wrong = true
		return
	}
	l.ends[l.depth] = len(l.path)
	l.depth++
}

// space skips white space.
func (l *lineScanner) space() {
	for len(l.rest) > 0 && (l.rest[0] == ' ' || l.rest[0] == '\t' || l.rest[0] == '\r') {
		l.rest = l.rest[1:]
	}
}

// text reads a text.
func (l *lineScanner) text() (text []byte, ok bool) {
	b := l.rest[1:]
	for at := 0; ; {
		end := bytes.IndexByte(b[at:], '"')
		if end < 0 {
			l.wrong = true
			return nil, false
		}
		at += end
		back := 0
		for back < at && b[at-1-back] == '\\' {
			back++
		}
		if back%2 == 0 {
			l.rest = b[at+1:]
			return b[:at], true
		}
		at++
	}
}

// plain reads a number, true, false or null.
func (l *lineScanner) plain() {
	end := 0
	for end < len(l.rest) && l.rest[end] > ' ' && l.rest[end] != ',' && l.rest[end] != '}' && l.rest[end] != ']' {
		end++
	}
	l.value, l.rest = l.rest[:end], l.rest[end:]
	l.wrong = end == 0
}
