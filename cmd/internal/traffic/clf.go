package traffic

import (
	"bytes"
	"strings"
)

func claimsCLF(h *head) bool {
	return h.lines(func(line []byte) bool {
		_, _, ok := clfLine(line)
		return ok
	})
}

const monthNames = "JanFebMarAprMayJunJulAugSepOctNovDec"

// parseCLF reads a time such as 24/Nov/2026:02:59:00 +0000.
func parseCLF(b []byte) (t stamp, ok bool) {
	if len(b) < 20 || len(b) > 40 || b[2] != '/' || b[6] != '/' || b[11] != ':' {
		return stamp{}, false
	}
	month := strings.Index(monthNames, string(b[3:6]))
	if month < 0 || month%3 != 0 {
		return stamp{}, false
	}
	month = month/3 + 1
	var buffer [48]byte
	iso := append(buffer[:0], b[7:11]...)
	iso = append(iso, '-', byte('0'+month/10), byte('0'+month%10), '-', b[0], b[1], 'T')
	iso = append(iso, b[12:]...)
	t, n := parseStamp(iso)
	return t, n > 0 && n == len(iso)
}

// readCLF reads an access log in the Common Log Format, perhaps with more behind it. It has times in whole seconds, and
// no durations.
func readCLF(s *source, r *Recorder) error {
	c := newClient(s, r, "the server")
	keys := newFilter(r, "path", "method", "status")
	fields := make([][]byte, 0, 3)
	value := func(key string) []byte {
		method, path := requestOf(fields[0])
		switch key {
		case "method":
			return method
		case "path":
			return path
		}
		return fields[1]
	}
	requests := 0
	for {
		line, ok, err := s.next()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		if len(line) == 0 || line[0] == '#' || !s.good(line) {
			continue
		}
		at, rest, found := clfLine(line)
		if !found {
			if s.unfinished() {
				s.cut = true
				break
			}
			s.badLines++
			continue
		}
		for fields = splitLog(fields[:0], rest, 2); len(fields) < 2; {
			fields = append(fields, dash)
		}
		if !keys.takes(value) {
			continue
		}
		requests++
		throttled := parseStatus(fields[1]) == tooManyRequests
		c.f.Call(call{StartNS: r.Zone(at, false), DurationMS: -1, Throttled: throttled, Whole: true}, s.line)
		if err := r.Stop(); err != nil {
			return err
		}
	}
	if requests > 0 {
		c.inWholeSeconds()
	}
	return nil
}

// clfLine returns the time of a line, and what is behind it: the request, the status and more.
func clfLine(line []byte) (at stamp, rest []byte, ok bool) {
	for {
		_, after, found := bytes.Cut(line, []byte("["))
		if !found {
			return stamp{}, nil, false
		}
		if text, rest, found := bytes.Cut(after, []byte("]")); found {
			if at, ok := parseCLF(text); ok {
				return at, rest, true
			}
		}
		line = after
	}
}
