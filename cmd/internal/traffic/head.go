package traffic

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/lambdacap/lambdacap/cmd/internal/files"
	"github.com/lambdacap/lambdacap/cmd/internal/files/record"
)

// A head is the beginning of a file, unpacked, from which its format is detected.
type head struct {
	// text is the beginning, without a byte order mark and white space before it.
	text []byte
	// whole reports whether text is the whole file.
	whole bool
	// json has the paths of the keys of the first JSON value that were found so far, if the file begins with one:
	// "metrics", "metrics.http_reqs", "events.[].message". They go keyDepth deep. Those of an array of objects are the
	// keys of the objects.
	json map[string]bool
	// decoder reads that value, with path, the key of each open object or array. It is nil when all is read.
	decoder *jsontext.Decoder
	path    []string
	// cut reports whether that value ends in the middle, with the file.
	cut bool
	// field has the names of columns and keys that the user gave.
	field map[string]string
	// err is why no more could be read.
	err error
}

const (
	keyDepth  = 4
	headLines = 1000 // detection looks at the first lines only
)

// newHead looks at the beginning of a file without consuming it.
func newHead(s *source) *head {
	h := &head{}
	text, err := s.in.Peek(bufferBytes)
	h.whole = err != nil
	if err != nil && !errors.Is(err, io.EOF) && !damaged(err) {
		h.err = s.explain(err)
	}
	mark := len(text) - len(bytes.TrimPrefix(text, []byte("\ufeff")))
	_, _ = s.in.Discard(mark) // it is in the buffer
	h.text = bytes.TrimLeft(text[mark:], " \t\r\n")
	if len(h.text) > 0 && (h.text[0] == '{' || h.text[0] == '[') {
		h.json = map[string]bool{}
		h.decoder = jsontext.NewDecoder(bytes.NewBuffer(h.text), jsontext.AllowDuplicateNames(true),
			jsontext.AllowInvalidUTF8(true))
	}
	return h
}

// next reads on until another key of the first JSON value is found, as far as the value is in the text. It reports
// whether there is one.
func (h *head) next() bool {
	for d := h.decoder; d != nil; {
		if depth := d.StackDepth(); depth >= keyDepth || depth == keyDepth-1 && d.PeekKind() == '[' {
			// What is here has no keys that count, and may be long: the values of a metric.
			if k := d.PeekKind(); k == '[' || k == '{' {
				if err := d.SkipValue(); err != nil {
					h.ends(err)
					break
				}
				continue
			}
		}
		token, err := d.ReadToken()
		depth := d.StackDepth()
		if err != nil || depth == 0 {
			h.ends(err)
			break
		}
		if kind, n := d.StackIndex(depth); kind == '{' && n%2 == 1 { // a key was read
			h.path = append(h.path[:min(len(h.path), depth-1)], token.String())
			h.json[strings.TrimPrefix(strings.Join(h.path, "."), "[].")] = true
			return true
		} else if k := token.Kind(); k == '[' || k == '{' && kind == '{' {
			for len(h.path) < depth {
				h.path = append(h.path, "[]")
			}
		}
	}
	h.decoder = nil
	return false
}

// ends notes an error at which the first JSON value ends.
func (h *head) ends(err error) { h.cut = h.whole && errors.Is(err, io.ErrUnexpectedEOF) }

// keys returns the keys of the first JSON value, as far as it is in the text; nil if the file does not begin with one.
func (h *head) keys() map[string]bool {
	for h.next() {
	}
	return h.json
}

// has reports whether the first JSON value has all the keys. It reads no further than it must.
func (h *head) has(keys ...string) bool {
	return h.json != nil && !slices.ContainsFunc(keys, func(key string) bool {
		for !h.json[key] {
			if !h.next() {
				return true
			}
		}
		return false
	})
}

// list reports whether the file begins with an array: what --query picks from an answer of AWS, or jq -s collects.
func (h *head) list() bool { return h.json != nil && h.text[0] == '[' }

// lines calls f with the first lines, until it returns true, and reports whether it did.
func (h *head) lines(f func(line []byte) bool) bool {
	rest := h.text
	for range headLines {
		line, after, more := bytes.Cut(rest, []byte("\n"))
		if !more && !h.whole || len(rest) == 0 {
			return false // the last line is not whole
		}
		if f(bytes.TrimSuffix(line, []byte("\r"))) {
			return true
		}
		rest = after
	}
	return false
}

// firstLine returns the first line.
func (h *head) firstLine() []byte {
	line, _, _ := bytes.Cut(h.text, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r"))
}

// settingKeys are keys of answers of AWS that have settings, and that no other package recognizes.
var settingKeys = []string{"ScalableTargets", "ScalingPolicies", "ScheduledActions", "ScalingActivities",
	"Attributes.QueueArn", "Attributes.VisibilityTimeout", "EventSourceMappings", "AccountLimit"}

// detect returns the format of a file, or nil if the file has settings and not traffic.
func detect(h *head, path string, o Options) (*format, error) {
	name := files.DisplayName(path)
	h.field = o.Field
	switch {
	case h.err != nil:
		return nil, h.err
	case len(h.text) == 0:
		return nil, fmt.Errorf("%s: the file is empty; expected %s", name, expected)
	}
	if err := refused(h, name); err != nil {
		return nil, err
	}
	if o.Format == "" && claimsMetricData(h) { // which its first keys tell, where the rest may be long
		return formatNamed("metric-data"), nil
	}
	if slices.ContainsFunc(settingKeys, func(key string) bool { return h.has(key) }) {
		return nil, settingsFromStdin(path)
	}
	if o.Format != "" {
		return formatNamed(o.Format), nil
	}
	for i := range formats {
		if formats[i].claims(h) {
			return &formats[i], nil
		}
	}
	if path != "-" && files.Open(path, nil, record.Options{ProfileKeys: o.ProfileKeys}).Format() != "" {
		return nil, nil
	}
	looks := h.looks()
	if h.cut {
		return nil, fmt.Errorf("%s: the JSON ends in the middle; fetch the file again", name)
	}
	return nil, fmt.Errorf("%s: no traffic that lambdacap knows; it looks like %s; expected %s (--format NAME)",
		name, looks, expected)
}

// expected is what messages say a file may contain.
const expected = "an answer of CloudWatch or Logs Insights, REPORT lines, results of a load test, an access log, or CSV"

func settingsFromStdin(path string) error {
	if path == "-" {
		return errors.New("stdin: these are settings and not traffic; pass them with --from")
	}
	return nil
}

// refused returns an error for files that are recognized and not read.
func refused(h *head, name string) error {
	begin := h.text[:min(len(h.text), 16)]
	switch {
	case bytes.HasPrefix(begin, []byte("\x28\xb5\x2f\xfd")):
		return fmt.Errorf("%s: this is packed with zstd; unpack it first: zstd -d %s", name, name)
	case bytes.Contains(h.text[:min(len(h.text), 24)], []byte("\x7f\x03\x01\x01\x06Result")):
		return fmt.Errorf("%s: this is vegeta's own binary format; convert it first: vegeta encode -to csv %s", name, name)
	case bytes.HasPrefix(begin, []byte("\xff\xfe")) || bytes.HasPrefix(begin, []byte("\xfe\xff")):
		return fmt.Errorf("%s: this is UTF-16; expected UTF-8 (in PowerShell: | Out-File -Encoding utf8)", name)
	case bytes.HasPrefix(begin, []byte("PK\x03\x04")):
		return fmt.Errorf("%s: this is a zip archive; unpack it first", name)
	case isClassic(h):
		return fmt.Errorf("%s: this is the log of a Classic Load Balancer, which cannot invoke functions; "+
			"expected that of an Application Load Balancer", name)
	case bytes.HasPrefix(begin, []byte("PAR1")):
		return fmt.Errorf("%s: this is Parquet, which lambdacap does not read; expected %s", name, expected)
	}
	return nil
}

// looks says what the file looks like.
func (h *head) looks() string {
	switch {
	case len(h.keys()) > 0:
		keys := make([]string, 0, len(h.json))
		for key := range h.json {
			if !strings.Contains(key, ".") {
				keys = append(keys, shown(key))
			}
		}
		slices.Sort(keys)
		return "JSON with the keys " + strings.Join(keys[:min(len(keys), 5)], ", ")
	case h.json != nil:
		return "JSON without keys"
	case bytes.IndexByte(h.text, 0) >= 0:
		return "a binary file"
	}
	return "text that begins with " + shown(string(h.firstLine()))
}
