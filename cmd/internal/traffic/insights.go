package traffic

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/lambdacap/lambdacap/calc/quantity"
	"github.com/lambdacap/lambdacap/calc/rule"
	"github.com/lambdacap/lambdacap/cmd/internal/lazyregexp"
)

func claimsInsights(h *head) bool {
	return h.has("results.[].[].field") || h.has("results", "statistics", "status") || h.list() && h.has("[].field")
}

// claimsInsightsCSV reports whether a file is what the console of Logs Insights exports.
func claimsInsightsCSV(h *head) bool {
	line := h.firstLine()
	return bytes.IndexByte(line, ',') > 0 && insightsHeader.Get().Match(line)
}

var insightsHeader = lazyregexp.Regexp{Text: `(^|,)"?(@timestamp|@duration|bin\(\d+\w+\))"?(,|$)`}

// rowCaps are how many rows a query returns without a limit clause, and at most.
var rowCaps = []int{1000, 10_000}

// A row is a row of an answer of Logs Insights: the names and the values of its fields, as text.
type row struct{ fields, values []string }

// An insightsReader reads rows. What a field means follows from its name, which is that of the query.
type insightsReader struct {
	s     *source
	r     *Recorder
	log   *logReader // for rows that are single invocations
	rows  int
	means map[string]meaning
}

// A meaning is what a field has.
type meaning int

// The meanings of fields.
const (
	ignored      meaning = iota
	eventTime            // of a single invocation: its end
	binTime              // the start of a bin
	eventMS              // the duration of a single invocation
	eventInitMS          // its init time
	eventID              // its id
	eventText            // the line of the log
	binCount             // the number of invocations
	binThrottles         // the number of throttled requests
	binMeanMS            // the mean duration
	binSumMS             // the sum of the durations
	binMaxMS             // a maximum, a minimum or a percentile of the durations
	functionName         // the function
	maybeTime            // the start of a bin, if it is a time
)

var (
	countWords    = lazyregexp.Regexp{Text: `(?i)count|invocations|requests|calls`}
	throttleWords = lazyregexp.Regexp{Text: `(?i)throttle`}
	durationWords = lazyregexp.Regexp{Text: `(?i)duration|latency|(^|_)ms$|millis`}
	meanWords     = lazyregexp.Regexp{Text: `(?i)avg|average|mean`}
	otherWords    = lazyregexp.Regexp{Text: `(?i)pct|percentile|p\d\d|max|min([^u]|$)|minimum|median|stddev`}
	sumWords      = lazyregexp.Regexp{Text: `(?i)sum|total`}
	functionWords = lazyregexp.Regexp{Text: `(?i)^(@log|function_?(name)?|name)$`}
)

// meaningOf returns what a field has.
func (i *insightsReader) meaningOf(field string) meaning {
	for name, m := range map[string]meaning{
		"time": binTime, "count": binCount, "duration": binMeanMS, "throttles": binThrottles, "function": functionName,
	} {
		if given := i.r.options.Field[name]; given != "" && given == field {
			i.r.use("field", name)
			return m
		}
	}
	switch lower := strings.ToLower(field); {
	case lower == "@timestamp":
		return eventTime
	case strings.HasPrefix(lower, "bin("):
		return binTime
	case lower == "@duration":
		return eventMS
	case lower == "@initduration":
		return eventInitMS
	case lower == "@requestid":
		return eventID
	case lower == "@message":
		return eventText
	case functionWords.Get().MatchString(field):
		return functionName
	case durationWords.Get().MatchString(field):
		return durationMeaning(field)
	case throttleWords.Get().MatchString(field):
		return binThrottles
	case countWords.Get().MatchString(field):
		return binCount
	case meanWords.Get().MatchString(field), otherWords.Get().MatchString(field), lower == "@ptr", lower == "@type":
		return ignored
	}
	return maybeTime
}

// durationMeaning returns what a field about durations has.
func durationMeaning(field string) meaning {
	switch {
	case strings.HasPrefix(strings.ToLower(field), "count("):
		return binCount
	case meanWords.Get().MatchString(field):
		return binMeanMS
	case otherWords.Get().MatchString(field):
		return binMaxMS
	case sumWords.Get().MatchString(field):
		return binSumMS
	}
	return binMeanMS
}

// readInsights reads answers of get-query-results.
func readInsights(s *source, r *Recorder) error {
	i := newInsightsReader(s, r)
	j := s.json()
	s.show = itemOf("results")
	var w row
	err := j.documents(func(n int) error {
		if j.kind() == '[' { // a row that --query picked from an answer
			err := w.read(j)
			i.row(w, int64(n))
			i.rows++
			return errors.Join(err, r.Stop())
		}
		i.rows = 0
		status := ""
		err := j.object(func(key string) error {
			switch key {
			case "status":
				text, err := j.string()
				status = string(text)
				return err
			case "results":
				return j.array(func() error {
					if err := w.read(j); err != nil {
						return err
					}
					i.row(w, int64(n)<<32|int64(i.rows))
					i.rows++
					return r.Stop()
				})
			}
			return j.skip()
		})
		if status != "" && status != "Complete" {
			r.Find(rule.PartialData, nil, "%s: the status of the query is %s", s.name, shown(status))
		}
		i.cap()
		i.rows = 0
		return err
	})
	i.cap()
	i.log.end()
	return err
}

func newInsightsReader(s *source, r *Recorder) *insightsReader {
	return &insightsReader{s: s, r: r, log: newLogReader(s, r), means: map[string]meaning{}}
}

// cap reports an answer that has as many rows as it may have.
func (i *insightsReader) cap() {
	for _, most := range rowCaps {
		if i.rows == most {
			i.r.Find(rule.RowCap, nil, "%s has exactly %s rows, a limit of Logs Insights: the others are missing",
				i.s.name, quantity.FormatCount(int64(most)))
		}
	}
}

// read reads the fields of a row.
func (w *row) read(j *jsonFile) error {
	w.fields, w.values = w.fields[:0], w.values[:0]
	return j.array(func() error {
		var field, value string
		err := j.object(func(key string) error {
			text, err := j.string()
			switch key {
			case "field":
				field = string(text)
			case "value":
				value = string(text)
			}
			return err
		})
		w.fields, w.values = append(w.fields, field), append(w.values, value)
		return err
	})
}

// readInsightsCSV reads what the console exports: the names of the fields, then rows.
func readInsightsCSV(s *source, r *Recorder) error {
	i := newInsightsReader(s, r)
	in := csv.NewReader(s.in)
	in.ReuseRecord, in.FieldsPerRecord, in.LazyQuotes = true, -1, true
	var w row
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if damaged(err) {
			s.cut = true
			break
		}
		if err != nil {
			return err
		}
		if w.fields == nil {
			w.fields = append([]string{}, record...)
			continue
		}
		line, _ := in.FieldPos(0)
		if len(record) > len(w.fields) {
			r.Fault(int64(line), "%d values; expected at most %d, as the header has", len(record), len(w.fields))
			continue
		}
		w.values = record
		i.row(w, int64(line))
		i.rows++
		if err := r.Stop(); err != nil {
			return err
		}
	}
	i.cap()
	i.log.end()
	return nil
}

// A bin is what a row says about the invocations in a span of time.
type bin struct {
	time     stamp
	timed    bool
	lengthS  int64
	function string
	p        report // of a single invocation
	text     string
	counts   [functionName]number
}

type number struct {
	x     float64
	known bool
}

// row records a row. at is its place.
func (i *insightsReader) row(w row, at int64) {
	var b bin
	for k, value := range w.values {
		field := w.fields[k]
		m, known := i.means[field]
		if !known {
			m = i.meaningOf(field)
			i.means[strings.Clone(field)] = m
		}
		if value == "" {
			continue
		}
		i.field(&b, m, field, value, at)
	}
	i.record(b, at)
}

// field reads a value.
func (i *insightsReader) field(b *bin, m meaning, field, value string, at int64) {
	switch m {
	case eventTime, binTime, maybeTime:
		t, ok := parseTime([]byte(value))
		if m == maybeTime && (!ok || b.timed) {
			return
		}
		if !ok {
			i.r.Fault(at, "%s %q is not a time; expected such as 2026-11-24 12:59:00.000", shown(field), shown(value))
			return
		}
		b.time, b.timed, b.lengthS = t, true, binLength(field)
		b.p.end, b.p.timed = t, true
	case eventText:
		b.text = value
	case eventID:
		b.p.id = []byte(value)
	case functionName:
		b.function = functionInLog(value)
	case ignored:
	default:
		x, ok := parseNumber([]byte(value))
		if !ok {
			i.r.Fault(at, "%s %q is not a number", shown(field), shown(value))
			return
		}
		b.counts[m] = number{x, true}
	}
}

// record records what a row says.
func (i *insightsReader) record(b bin, at int64) {
	f := i.r.Function(b.function)
	i.log.f = f
	if ms := b.counts[eventMS]; ms.known {
		b.p.durationMS, b.p.initMS = ms.x, b.counts[eventInitMS].x
		i.log.record(b.p, at)
		return
	}
	if b.text != "" {
		o := logObject{message: []byte(b.text), time: b.time, timed: b.timed}
		if p, ok := o.wrapped(); ok {
			i.log.record(p, at)
		}
		return
	}
	if !b.timed {
		i.r.Fault(at, "no time; expected a field such as bin(1m) or @timestamp")
		return
	}
	ns := i.r.Zone(b.time, true)
	set := func(m meaning, name, stat string) {
		if v := b.counts[m]; v.known {
			stated := f.Metric(name, stat)
			stated.lengthS = b.lengthS
			stated.Set(ns, v.x, at)
		}
	}
	set(binCount, invocations, sum)
	set(binThrottles, throttles, sum)
	set(binMeanMS, duration, average)
	if b.counts[binMeanMS].known || b.counts[binSumMS].known {
		f.DurationSource("Logs Insights")
	}
	set(binMaxMS, duration, "a percentile or maximum")
	if total, n := b.counts[binSumMS], b.counts[binCount]; total.known && n.x > 0 && !b.counts[binMeanMS].known {
		f.Metric(duration, average).Set(ns, total.x/n.x, at)
	}
	if !b.counts[binThrottles].known {
		i.r.Find(rule.ThrottlesNotLogged, f, "throttled requests leave no line in a log")
	}
}

// binLength returns the length of a bin from the name of its field, seconds; 0 if it does not say it.
func binLength(field string) int64 {
	match := binPattern.Get().FindStringSubmatch(field)
	if match == nil {
		return 0
	}
	n, err := strconv.ParseInt(match[1], 10, 32)
	if err != nil {
		return 0
	}
	return n * map[string]int64{"s": 1, "m": 60, "h": 3600, "d": 86_400}[strings.ToLower(match[2][:1])]
}

var binPattern = lazyregexp.Regexp{Text: `(?i)^bin\((\d+) ?(s|m|min|minutes?|h|hours?|d|days?|seconds?)\)$`}

// functionInLog returns the name of the function of a log group: 123456789012:/aws/lambda/checkout.
func functionInLog(name string) string {
	if _, after, ok := strings.Cut(name, "/aws/lambda/"); ok {
		return after
	}
	return name
}
