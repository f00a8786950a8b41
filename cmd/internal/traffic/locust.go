package traffic

import (
	"bytes"
	"cmp"
	"maps"
	"slices"

	"github.com/lambdacap/lambdacap/calc/quantity"
)

func claimsLocustHistory(h *head) bool {
	header := headerOf(splitCSV(nil, bytes.Clone(h.firstLine()), ','))
	return len(header) > 4 && header[0] == "timestamp" && header[1] == "user count"
}

func claimsLocustStats(h *head) bool {
	header := headerOf(splitCSV(nil, bytes.Clone(h.firstLine()), ','))
	return len(header) > 4 && header[0] == "type" && header[1] == "name" && header.at("request count", "# requests") == 2
}

// A locustRow is what a row of the history says about the test until its time.
type locustRow struct {
	seconds  int64
	line     int64
	requests float64
	meanMS   float64
	maxMS    float64
	measured bool
}

// locustTotals are the names of the rows of all requests. Rows of single names are only read where there is none,
// because they have the same requests.
var locustTotals = []string{"Aggregated", "Total"}

// longestLocustGap is the longest time between rows over which requests are spread, seconds.
const longestLocustGap = 600

// A locustReader reads rows of Locust, which all have the same columns.
type locustReader struct {
	client
	in                            csvFile
	name, time, requests, mean    int
	most, rate                    int
	series                        map[string][]locustRow
	totals                        bool
	sumRequests, sumMS, sumOfRate float64
}

func newLocustReader(s *source, r *Recorder) *locustReader {
	return &locustReader{
		client: *newReporter(s, r, "Locust"), in: csvFile{s: s, delim: ','}, series: map[string][]locustRow{},
	}
}

// readLocustHistory reads FILE_stats_history.csv: how many requests there were until each second. The rate in it is a
// mean of ten seconds, so the numbers of requests are differences.
func readLocustHistory(s *source, r *Recorder) error {
	l := newLocustReader(s, r)
	header, err := l.in.first()
	if err != nil {
		return err
	}
	l.time, l.name = header.at("timestamp"), header.at("name")
	l.requests, l.mean = header.at("total request count"), header.at("total average response time")
	l.most = header.at("total max response time")
	if l.requests < 0 {
		r.Fault(l.in.line, "no column Total Request Count; expected the history of Locust 1.0 or later")
		return nil
	}
	for {
		record, err := l.in.next()
		if err != nil {
			return err
		}
		if record == nil {
			break
		}
		l.historyRow(record)
		if err := r.Stop(); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(l.series)) {
		l.differences(l.series[name])
	}
	l.measured("; their mean includes any throttled requests")
	return nil
}

// historyRow keeps a row.
func (l *locustReader) historyRow(record [][]byte) {
	name := cell(record, l.name)
	total := slices.Contains(locustTotals, string(name))
	if l.totals && !total {
		return
	}
	at, timed := parseTime(cell(record, l.time))
	row := locustRow{seconds: at.ns / secondNS, line: l.in.line}
	var counted bool
	row.requests, counted = parseNumber(cell(record, l.requests))
	row.meanMS, row.measured = parseNumber(cell(record, l.mean))
	row.maxMS, _ = parseNumber(cell(record, l.most))
	switch {
	case (!timed || !counted) && l.s.unfinished():
		l.s.cut = true
	case !timed:
		l.r.Fault(l.in.line, "Timestamp %q is not a time; expected seconds since 1970", shown(string(cell(record, l.time))))
	case !counted:
		l.r.Fault(l.in.line, "Total Request Count %q is not a number", shown(string(cell(record, l.requests))))
	case l.r.Stamp(at.ns, l.in.line) && l.r.Count(row.requests, l.in.line):
		if total && !l.totals {
			l.totals = true
			clear(l.series)
		}
		l.series[string(name)] = append(l.series[string(name)], row)
	}
}

// differences records the requests between rows, evenly over the seconds between them.
func (l *locustReader) differences(rows []locustRow) {
	slices.SortStableFunc(rows, func(x, y locustRow) int {
		return cmp.Or(cmp.Compare(x.seconds, y.seconds), cmp.Compare(x.requests, y.requests))
	})
	before := locustRow{seconds: rows[0].seconds - 1}
	if rows[0].requests == 0 { // the start of the test
		before, rows = rows[0], rows[1:]
	}
	for _, row := range rows {
		if row.requests < before.requests { // --reset-stats
			before.requests, before.meanMS = 0, 0
		}
		n := row.requests - before.requests
		length := row.seconds - before.seconds
		if length == 0 { // two rows in a second
			length, before.seconds = 1, row.seconds-1
		}
		if length > longestLocustGap && n > 0 {
			l.r.Fault(row.line, "the row before it is %s earlier: when its %s came is not known",
				quantity.FormatSeconds(float64(length)), quantity.FormatCountOf(int(n), "request"))
			return
		}
		ms := float64(row.requests*row.meanMS) - float64(before.requests*before.meanMS)
		if row.measured && n > 0 && !(ms >= 0 && ms <= n*row.maxMS) { // means that were rounded
			ms = n * row.meanMS
		}
		for t := row.seconds - min(length, longestLocustGap); t < row.seconds; t++ {
			s := span{StartS: t, LengthS: 1, Offered: n / float64(length)}
			if row.measured && n > 0 {
				s.DurationSumMS, s.DurationCount = ms/float64(length), n/float64(length)
			}
			l.f.Sum(s, row.line)
		}
		before = row
	}
}

// readLocustStats reads FILE_stats.csv: one row for the whole test.
func readLocustStats(s *source, r *Recorder) error {
	l := newLocustReader(s, r)
	header, err := l.in.first()
	if err != nil {
		return err
	}
	l.name, l.requests = header.at("name"), header.at("request count", "# requests")
	l.mean, l.rate = header.at("average response time"), header.at("requests/s")
	t := summary{place: 1, requestsExpected: "a Request Count", rateExpected: "Requests/s"}
	for {
		record, err := l.in.next()
		if err != nil {
			return err
		}
		if record == nil {
			break
		}
		total := slices.Contains(locustTotals, string(cell(record, l.name)))
		if l.totals {
			continue
		}
		requests, counted := parseNumber(cell(record, l.requests))
		rate, rated := parseNumber(cell(record, l.rate))
		mean, measured := parseNumber(cell(record, l.mean))
		switch {
		case (!counted || !rated) && s.unfinished():
			s.cut = true
			continue
		case !counted:
			r.Fault(l.in.line, "Request Count %q is not a number", shown(string(cell(record, l.requests))))
			continue
		case !rated:
			r.Fault(l.in.line, "Requests/s %q is not a number", shown(string(cell(record, l.rate))))
			continue
		}
		if total {
			l.totals, l.sumRequests, l.sumMS, l.sumOfRate = true, 0, 0, 0
		}
		l.sumRequests, l.sumMS, l.sumOfRate = l.sumRequests+requests, l.sumMS+float64(requests*mean), l.sumOfRate+rate
		t.place, t.measured = l.in.line, measured
	}
	t.requests, t.rate = l.sumRequests, l.sumOfRate
	if t.measured && t.requests > 0 {
		t.meanMS = l.sumMS / t.requests
	}
	if len(r.faults) == 0 {
		l.summary(t)
	}
	return nil
}
