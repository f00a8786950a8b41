package traffic

import (
	"bytes"

	"github.com/lambdacap/lambdacap/cmd/internal/lazyregexp"
)

var (
	albLine     = lazyregexp.Regexp{Text: `^(http|https|h2|grpcs|ws|wss) \d{4}-\d\d-\d\dT\S+ \S+ \S+ \S+ -?[0-9.]+ `}
	classicLine = lazyregexp.Regexp{Text: `^\d{4}-\d\d-\d\dT[0-9:.]+Z \S+ [0-9.]+:\d+ \S+ -?[0-9.]+ -?[0-9.]+ -?[0-9.]+ `}
)

func claimsALB(h *head) bool { return albLine.Get().Match(h.firstLine()) }

// isClassic reports whether a file is the log of a Classic Load Balancer, which cannot have functions behind it.
func isClassic(h *head) bool {
	line := h.firstLine()
	return len(line) > 0 && line[0] >= '0' && line[0] <= '9' && classicLine.Get().Match(line)
}

// The columns of the log of an Application Load Balancer that are read.
const (
	albTarget       = 4
	albTargetTime   = 6 // seconds, -1 if the target was not reached
	albStatus       = 8
	albTargetStatus = 9
	albRequest      = 12
	albGroup        = 16
	albDomain       = 18
	albCreated      = 21 // when the request started
	albError        = 24
	albColumns      = 25
)

// readALB reads the log of an Application Load Balancer. Only requests that were forwarded count; the first time of a
// line is that of the answer, so the start is the time when the request was created.
func readALB(s *source, r *Recorder) error {
	c := newClient(s, r, "the load balancer")
	keys := newFilter(r, "path", "host", "method", "target_group", "status")
	fields := make([][]byte, 0, albColumns)
	value := func(key string) []byte { return albValue(fields, key) }
	for {
		line, ok, err := s.next()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		if len(line) == 0 || !s.good(line) {
			continue
		}
		fields = splitLog(fields[:0], line, albColumns)
		switch {
		case len(fields) < albColumns && s.unfinished():
			s.cut = true
		case len(fields) < albColumns:
			r.Fault(s.line, "%d columns; expected %d or more", len(fields), albColumns)
		case keys.takes(value):
			c.alb(fields)
		}
		if err := r.Stop(); err != nil {
			return err
		}
	}
	c.end()
	return nil
}

// alb records a request.
func (c *client) alb(fields [][]byte) {
	code := fields[albError]
	throttled := bytes.Equal(code, []byte("LambdaThrottling"))
	seconds, ok := parseNumber(bytes.TrimPrefix(fields[albTargetTime], []byte("-")))
	if !ok {
		c.r.Fault(c.s.line, "the target processing time %q is not a number of seconds",
			shown(string(fields[albTargetTime])))
		return
	}
	reached := fields[albTargetTime][0] != '-' && fields[albTargetStatus][0] != '-' ||
		bytes.HasPrefix(code, []byte("Lambda"))
	if fields[albTargetTime][0] == '-' {
		seconds = -1 // not known
	}
	if !reached || fields[albGroup][0] == '-' {
		return
	}
	start, ok := parseTime(fields[albCreated])
	if !ok {
		c.r.Fault(c.s.line, "the request creation time %q is not a time", shown(string(fields[albCreated])))
		return
	}
	c.count(start)
	c.f.Call(call{StartNS: c.r.Zone(start, true), DurationMS: seconds * 1000, Throttled: throttled,
		Whole: start.whole}, c.s.line)
}

// albValue returns what a condition is about.
func albValue(fields [][]byte, key string) []byte {
	switch key {
	case "host":
		return fields[albDomain]
	case "status":
		return fields[albStatus]
	case "target_group": // its name in the ARN: targetgroup/NAME/ID
		_, name, _ := bytes.Cut(fields[albGroup], []byte("targetgroup/"))
		name, _, _ = bytes.Cut(name, []byte("/"))
		return name
	}
	method, path := requestOf(fields[albRequest])
	if key == "method" {
		return method
	}
	return path
}

// requestOf returns the method and the path of a request such as POST https://example.com:443/checkout?x=1 HTTP/1.1.
func requestOf(request []byte) (method, path []byte) {
	method, path, _ = bytes.Cut(request, []byte(" "))
	path, _, _ = bytes.Cut(path, []byte(" "))
	if at := bytes.Index(path, []byte("://")); at >= 0 {
		path = path[at+3:]
		if at = bytes.IndexByte(path, '/'); at < 0 {
			return method, []byte("/")
		}
		path = path[at:]
	}
	path, _, _ = bytes.Cut(path, []byte("?"))
	return method, path
}

// splitLog appends the fields of a line, which spaces divide, at most so many. A field may be in quotes or brackets,
// which are removed.
func splitLog(fields [][]byte, line []byte, most int) [][]byte {
	for len(fields) < most {
		line = bytes.TrimLeft(line, " \t")
		if len(line) == 0 {
			break
		}
		end, skip := byte(' '), 0
		switch line[0] {
		case '"':
			end, skip = '"', 1
		case '[':
			end, skip = ']', 1
		}
		at := bytes.IndexByte(line[skip:], end)
		for at > 0 && end == '"' && line[skip+at-1] == '\\' {
			more := bytes.IndexByte(line[skip+at+1:], end)
			if more < 0 {
				at = -1
				break
			}
			at += more + 1
		}
		if at < 0 {
			return append(fields, line[skip:])
		}
		if field := line[skip : skip+at]; len(field) > 0 {
			fields = append(fields, field)
		} else {
			fields = append(fields, dash)
		}
		line = line[skip+at+1:]
	}
	return fields
}

// dash is what logs have where there is nothing.
var dash = []byte("-")
