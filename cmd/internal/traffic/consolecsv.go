package traffic

import (
	"bytes"
	"strings"

	"github.com/lambdacap/lambdacap/calc/rule"
)

// consoleLabels is how many lines of labels a file of the console has at most.
const consoleLabels = 50

// claimsConsole reports whether a file is what the console of CloudWatch downloads: some lines of labels, then rows of
// a time and a value for each metric.
func claimsConsole(h *head) bool {
	if p, _ := plainHeader(h.firstLine(), h.field); p.time >= 0 {
		return false // a table with names
	}
	lines, ok, labels := 0, false, false
	h.lines(func(line []byte) bool {
		fields := splitCSV(nil, bytes.Clone(line), ',')
		if len(fields) >= 2 && consoleTime(fields[0]) {
			ok = lines > 0
			return true
		}
		switch string(bytes.ToLower(bytes.TrimSpace(fields[0]))) {
		case "label", "full label", "id", "metricname", "metric name":
			labels = true
		}
		for _, field := range fields {
			labels = labels || parseLabel(string(field), "", Options{}).metric != ""
		}
		lines++
		return lines > consoleLabels || len(fields) < 2
	})
	return ok && labels
}

// consoleTime reports whether a cell has a date.
func consoleTime(cell []byte) bool {
	cell = bytes.TrimSpace(cell)
	if _, ok := parseDate(cell); ok {
		return true
	}
	_, ok := parseTime(cell)
	return ok
}

// A consoleColumn is what the labels above a column say.
type consoleColumn struct {
	label, id, unit, function string
	m                         *metric
	factor                    float64
}

// add adds the text of a row of labels. key is the first cell of that row, which says what the text is.
func (c *consoleColumn) add(key, text string) {
	switch key {
	case "label", "full label", "metric", "metricname", "metric name", "statistic", "stat", "", "time", "timestamp":
		c.label = strings.TrimSpace(c.label + " " + text)
	case "id":
		c.id = text
	case "unit":
		c.unit = text
	case "function", "functionname", "function name":
		c.function = text
	}
}

// readConsole reads what the console of CloudWatch downloads.
func readConsole(s *source, r *Recorder) error {
	in := csvFile{s: s, delim: ','}
	var list []consoleColumn
	started := false
	for {
		record, err := in.next()
		if err != nil || record == nil {
			return err
		}
		text := cell(record, 0)
		if !consoleTime(text) {
			if started {
				if !s.unfinished() {
					r.Fault(in.line, "%q is not a time; expected such as 2026/11/24 12:00:00", shown(string(text)))
				}
				continue
			}
			for len(list) < len(record) {
				list = append(list, consoleColumn{factor: 1})
			}
			for i := 1; i < len(record); i++ {
				list[i].add(strings.ToLower(string(text)), string(cell(record, i)))
			}
			continue
		}
		if !started {
			started = true
			if !consoleMetrics(s, r, list, in.line) {
				return r.Stop()
			}
		}
		consoleRow(r, list, record, in.line)
		if err := r.Stop(); err != nil {
			return err
		}
	}
}

// consoleMetrics finds the metric of each column. It reports whether all are known.
func consoleMetrics(s *source, r *Recorder, list []consoleColumn, line int64) bool {
	ok := true
	for i := range list[min(1, len(list)):] {
		c := &list[i+1]
		name := c.label
		if c.id != "" {
			name = c.id
		}
		l := r.label(withoutRepeats(c.label), name)
		if c.function != "" {
			l.function = c.function
		}
		unit, known := unitMS(c.unit)
		switch {
		case l.metric == "":
			r.Fault(line, "no metric known for column %d (%s); say it: --metric '%s=Invocations'", i+2, shown(name), shown(name))
			ok = false
		case !isRead(l.metric):
		case l.metric == duration && !known:
			r.Fault(line, "a duration in %q; expected Milliseconds", shown(c.unit))
			ok = false
		case l.metric != duration && !isCount(c.unit):
			r.Fault(line, "%s in %q; expected Count", l.metric, shown(c.unit))
			ok = false
		default:
			f := r.Function(l.function)
			if l.stat == "" {
				if l.stat = usualStat(l.metric); l.metric == duration {
					r.Find(rule.StatisticAssumed, f, "%s: %s is taken as the Average", s.name, shown(name))
				}
			}
			if c.m = f.Metric(l.metric, l.stat); l.metric == duration && l.stat != sampleCount {
				c.factor = unit
			}
		}
	}
	return ok
}

// withoutRepeats removes words that a label has twice, because several rows have them.
func withoutRepeats(label string) string {
	var words []string
	seen := map[string]bool{}
	for _, word := range strings.Fields(label) {
		if !seen[word] {
			words = append(words, word)
		}
		seen[word] = true
	}
	return strings.Join(words, " ")
}

// consoleRow records the values of a time. A cell without a value has no data.
func consoleRow(r *Recorder, list []consoleColumn, record [][]byte, line int64) {
	text := cell(record, 0)
	at, ok := parseDate(text)
	if !ok {
		at, _ = parseTime(text)
	}
	ns := r.Zone(at, false)
	for i := 1; i < len(record); i++ {
		value := cell(record, i)
		switch {
		case i >= len(list):
			r.Fault(line, "%d columns; expected %d, as the labels have", len(record), len(list))
			return
		case list[i].m == nil || len(value) == 0:
			continue
		}
		x, ok := parseNumber(value)
		if !ok {
			r.Fault(line, "%q is not a number", shown(string(value)))
			continue
		}
		list[i].m.Set(ns, x*list[i].factor, line)
	}
}
