package traffic

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/lambdacap/lambdacap/calc/rule"
)

// claimsPlain reports whether a file is a table: its first line names a column of times or of numbers of requests, or
// it has no names and two columns, times and numbers.
func claimsPlain(h *head) bool {
	if _, ok := plainHeader(h.firstLine(), h.field); ok {
		return true
	}
	_, ok := plainWithoutHeader(h.firstLine())
	return ok
}

// plainWithoutHeader finds the columns of a table without names.
func plainWithoutHeader(line []byte) (p plainColumns, ok bool) {
	delim, fields := delimiterOf(line)
	if len(fields) != 2 {
		return p, false
	}
	_, err := parsePlain(bytes.TrimSpace(fields[0]), &Options{}, 1)
	_, number := plainNumber(bytes.TrimSpace(fields[1]), delim)
	p = plainColumns{delim: delim, time: 0, count: 1, duration: -1, throttled: -1, function: -1, timeUnit: 1}
	return p, number && (err == nil || slashed(bytes.TrimSpace(fields[0])))
}

// plainNumber reads a number of a table. It may have a decimal comma where semicolons divide the columns.
func plainNumber(b []byte, delim byte) (x float64, ok bool) {
	if delim != ';' || bytes.IndexByte(b, ',') < 0 {
		return parseNumber(b)
	}
	var buffer [40]byte
	plain := buffer[:0]
	for _, c := range b {
		switch {
		case c == ',':
			plain = append(plain, '.')
		case c == '.': // a separator of thousands, which the comma shows
		default:
			plain = append(plain, c)
		}
	}
	return parseNumber(plain)
}

// grouped reports whether a number may have a separator of thousands or a decimal point: 18.000.
func groupedByPoints(b []byte) bool {
	at := bytes.IndexByte(b, '.')
	if at < 1 || at > 3 {
		return false
	}
	for rest := b[at:]; len(rest) > 0; rest = rest[4:] {
		if len(rest) < 4 || rest[0] != '.' || digits(rest[1:], 3) < 0 {
			return false
		}
	}
	return true
}

// A plainReader reads a table.
type plainReader struct {
	plainColumns
	s      *source
	r      *Recorder
	in     csvFile
	series map[string]*plainSeries
	now    *plainSeries // of the row before
	cells  []int        // what each column has, see cellsOf
	text   []byte       // the time of the row before, if it is simple
	second int64        // that time
	minute int          // the minute of its hour
}

// plainSeries are the metrics of one function in a table.
type plainSeries struct {
	gathered
	name                       string
	next                       *plainSeries // of the row that followed the last one
	simple                     bool         // the name needs no quotes
	f                          *function
	count, duration, throttled *metric
	own                        bool // no other file has them
}

// readPlain reads a table with a row for each time, or for each time and function.
func readPlain(s *source, r *Recorder) error {
	p := &plainReader{s: s, r: r, series: map[string]*plainSeries{}}
	start, err := s.in.Peek(bufferBytes)
	if err != nil && len(start) == 0 {
		return nil //nolint:nilerr // whoever reads the file sees the error
	}
	h := head{text: bytes.TrimLeft(start, " \t\r\n")}
	ok := false
	first := h.firstLine()
	if p.plainColumns, ok = plainHeader(first, r.options.Field); !ok {
		var without plainColumns
		if without, ok = plainWithoutHeader(first); ok {
			p.plainColumns = without
		}
	}
	p.in = csvFile{s: s, delim: p.delim}
	r.use("time-format", "")
	if p.header != nil {
		for _, o := range []role{timeRole, countRole, durationRole, throttleRole, functionRole} {
			r.use("field", o.name) // a missing column is a doubt
		}
		if _, err := p.in.first(); err != nil {
			return err
		}
	}
	if !p.complete() {
		return r.Stop()
	}
	if p.header != nil && r.options.TimeFormat == "" {
		p.cells = p.cellsOf()
	}
	err = p.rows()
	for _, s := range p.series {
		p.record(s)
		s.f.dated = s.f.dated || s.places.last.n > 0
	}
	return err
}

// rows reads the rows.
func (p *plainReader) rows() error {
	for {
		record, err := p.in.next()
		if err != nil || record == nil {
			return err
		}
		p.row(record)
		if err := p.r.Stop(); err != nil {
			return err
		}
		if p.cells != nil && p.now != nil {
			if err := p.simple(); err != nil {
				return err
			}
		}
	}
}

// complete reports whether the columns are known; else it reports what is missing.
func (p *plainReader) complete() bool {
	ok := true
	fault := func(format string, args ...any) {
		p.r.Fault(max(1, p.in.line), format, args...)
		ok = false
	}
	for _, doubt := range p.doubts {
		fault("%s", doubt)
	}
	if len(p.doubts) > 0 {
		return false
	}
	if p.time < 0 {
		fault("no column of times; expected a name such as timestamp, or --field time=COLUMN")
	}
	if p.count < 0 {
		fault("no column of numbers of requests; expected a name such as requests or rps, or --field count=COLUMN")
	}
	switch given := p.r.options.DurationGiven; {
	case given && p.durationMS == 0: // of an unknown unit, or none
		p.duration = -1
	case given: // perhaps for another function
	case p.duration >= 0 && p.durationMS == 0:
		name := p.names[p.duration]
		fault("the name %s does not say the unit of the duration; expected a name such as %s_ms or %s_s, or --duration",
			shown(name), shown(name), shown(name))
	case p.duration < 0 && p.percentiles != "":
		p.r.Find(rule.PercentileNotMean, nil, "%s: %s is not used: a mean is needed", p.s.name, shown(p.percentiles))
		fault("%s is the only duration, and a mean is needed: add a column with it, or give --duration",
			shown(p.percentiles))
	}
	return ok
}

// row reads a row.
func (p *plainReader) row(record [][]byte) {
	at := p.in.line
	text := cell(record, p.time)
	t, err := parsePlain(text, &p.r.options, p.timeUnit)
	switch {
	case p.s.unfinished() && (err != nil || len(record) < len(p.header)):
		p.s.cut = true
		return
	case err != nil && (len(text) == 0 || text[0] == '#'):
		return // a comment, or a row of sums
	case err != nil:
		p.r.Fault(at, "%s", err)
		return
	case p.header != nil && len(record) > len(p.header):
		p.r.Fault(at, "%d columns; expected %d, as the first line has", len(record), len(p.header))
		return
	}
	s := p.of(cell(record, p.function))
	if p.spare != "" && s.own && p.has(s, p.seconds(t)) {
		p.r.Fault(at, "another row for %s; expected one for each time and function, and the column %s is not read",
			shown(string(text)), shown(p.spare))
		return
	}
	if p.gatherRow(s, t, record) {
		return
	}
	p.record(s)
	p.set(s.count, t, cell(record, p.count), 1, at)
	if s.throttled != nil {
		p.set(s.throttled, t, cell(record, p.throttled), 1, at)
	}
	if s.duration != nil {
		p.set(s.duration, t, cell(record, p.duration), p.durationMS, at)
	}
}

// seconds returns a time as metrics have it.
func (p *plainReader) seconds(t plainTime) int64 {
	if t.undated {
		return int64(t.seconds)
	}
	return secondOf(p.r.Zone(t.at, false))
}

// of returns the metrics of a function.
func (p *plainReader) of(name []byte) *plainSeries {
	s := p.series[string(name)]
	if s == nil {
		f := p.r.Function(string(name))
		if s = p.series[f.name]; s == nil {
			s = p.add(f)
			p.series[f.name] = s
		}
		p.series[string(name)] = s
	}
	p.follow(s)
	return s
}

// add returns the metrics of a function whose first row it is.
func (p *plainReader) add(f *function) *plainSeries {
	s := &plainSeries{name: f.name, f: f, count: f.Metric(invocations, sum)}
	f.rows = append(f.rows, &s.places)
	s.simple = !strings.ContainsAny(f.name, "\"\n\r"+string(p.delim))
	s.own = !s.count.grid.used
	if p.throttled >= 0 {
		s.throttled = f.Metric(throttles, sum)
		s.throttled.perSecond = p.throttledPerSecond
	}
	if p.duration >= 0 {
		f.DurationSource("CSV")
		s.duration = f.Metric(duration, average)
	}
	if old := s.count; old.grid.used && old.perSecond != p.perSecond {
		p.r.Fault(p.in.line, "%s has requests per second here and numbers of requests in another file; give one of them",
			p.names[p.count])
	}
	s.count.perSecond = p.perSecond
	return s
}

// set records a number. An empty cell has none.
func (p *plainReader) set(m *metric, t plainTime, text []byte, unit float64, at int64) {
	if len(text) == 0 {
		return
	}
	x, ok := plainNumber(text, p.delim)
	switch {
	case !ok && p.s.unfinished():
		p.s.cut = true
		return
	case !ok:
		p.r.Fault(at, "%q is not a number%s", shown(string(text)), p.hint(text))
		return
	case p.delim == ';' && groupedByPoints(text):
		p.r.Fault(at, "%q: is the point for thousands or for decimals? Write it without thousands, or with a comma",
			shown(string(text)))
		return
	}
	x *= unit
	if !t.undated {
		m.Set(p.r.Zone(t.at, false), x, at)
		return
	}
	seconds, whole := wholeSeconds(t.seconds)
	if !whole {
		p.r.Fault(at, "a time of %s s; expected whole seconds from the start", shownNumber(t.seconds))
		return
	}
	m.SetAfter(seconds, x, at)
}

// hint says what may be wrong with a number.
func (p *plainReader) hint(text []byte) string {
	if p.delim != ';' && bytes.IndexByte(text, ',') >= 0 {
		return fmt.Sprintf("; expected such as %s", bytes.ReplaceAll(text, []byte(","), nil))
	}
	return ""
}
