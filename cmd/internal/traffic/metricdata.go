package traffic

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc/rule"
)

func claimsMetricData(h *head) bool {
	return h.has("MetricDataResults") || h.list() && h.has("Label", "Timestamps") || h.has("Id", "Label", "Timestamps")
}

// A metricDatum is one entry of an answer of get-metric-data.
type metricDatum struct {
	id, label, status string
	times             []int64 // nanoseconds
	values            []float64
	single            bool // it stands alone
	wrong             bool // a time or a value was reported

	// last are the times of an entry before: most metrics of a function have the same.
	last struct {
		list  []byte // as the file writes them
		times []int64
	}
}

// pages collects what the answers of CloudWatch say about more answers.
type pages struct {
	last, more int             // answers without and with a NextToken
	partial    map[string]bool // by id and label: no answer has all of its data
	complete   map[string]bool
}

// readMetricData reads answers of get-metric-data, one after the other, or the entries that --query picked from one.
// Times and values are two lists.
func readMetricData(s *source, r *Recorder) error {
	j := s.json()
	bare := false // the entries stand alone
	s.empty = true
	s.show = func(at int64) string {
		item := ""
		switch k := at & 0x7fff_ffff; {
		case at&timesMark != 0:
			item = fmt.Sprintf("/Timestamps/%d", k)
		case k != wholeEntry:
			item = fmt.Sprintf("/Values/%d", k)
		}
		pointer := fmt.Sprintf("/MetricDataResults/%d%s", at>>32&0xffff, item)
		n := at >> 48
		if bare {
			return fmt.Sprintf("/%d%s", n, item)
		}
		if n > 0 {
			return answerAt(n) + ", " + pointer
		}
		return pointer
	}
	var d metricDatum
	return j.documents(func(n int) error {
		entry, more := int64(0), false
		d.clear()
		err := j.object(func(key string) error {
			switch key {
			case "Id", "Label", "StatusCode", "Timestamps", "Values":
				bare, d.single = true, true
				return d.member(key, j, s, r, int64(n)<<48)
			case "NextToken":
				token, err := j.string()
				more = len(token) > 0
				return err
			case "Messages":
				return readMessages(j, s, r)
			case "MetricDataResults":
				return j.array(func() error {
					at := int64(n)<<48 | entry<<32
					entry++
					if err := d.read(j, s, r, at); err != nil {
						return err
					}
					s.empty = s.empty && len(d.times) == 0
					d.record(r, at)
					return r.Stop()
				})
			}
			return j.skip()
		})
		if d.single && err == nil {
			s.empty = false
			d.check(r, int64(n)<<48)
			d.record(r, int64(n)<<48)
			return r.Stop()
		}
		r.pages.answer(more)
		return err
	})
}

// usualTimes is how many times an entry often has: a day of minutes.
const usualTimes = 1440

// wholeEntry stands for the item of a place that is an entry as a whole.
const wholeEntry = 0x7fff_ffff

// timesMark says that a place is in the list of times.
const timesMark = 1 << 31

// answer counts an answer.
func (p *pages) answer(more bool) {
	if more {
		p.more++
	} else {
		p.last++
	}
}

// readMessages reports what CloudWatch says beside the data.
func readMessages(j *jsonFile, s *source, r *Recorder) error {
	return j.array(func() error {
		var code, value string
		err := j.object(func(key string) error {
			text, err := j.string()
			switch key {
			case "Code":
				code = shown(string(text))
			case "Value":
				value = shown(string(text))
			}
			return err
		})
		if code != "" && code != "MultipleUnits" {
			r.Find(rule.PartialData, nil, "%s: CloudWatch says %s: %s", s.name, code, value)
		}
		return err
	})
}

// read reads an entry.
func (d *metricDatum) read(j *jsonFile, s *source, r *Recorder, at int64) error {
	d.clear()
	err := j.object(func(key string) error { return d.member(key, j, s, r, at) })
	if err == nil {
		d.check(r, at)
	}
	return err
}

func (d *metricDatum) clear() {
	*d = metricDatum{times: d.times[:0], values: d.values[:0], last: d.last}
}

// member reads a member of an entry.
func (d *metricDatum) member(key string, j *jsonFile, s *source, r *Recorder, at int64) error {
	switch key {
	case "Id", "Label", "StatusCode":
		text, err := j.string()
		switch key {
		case "Id":
			d.id = string(text)
		case "Label":
			d.label = string(text)
		default:
			d.status = string(text)
		}
		return err
	case "Messages":
		return readMessages(j, s, r)
	case "Timestamps":
		return d.readTimes(j, r, at)
	case "Values":
		d.values = slices.Grow(d.values, usualTimes)
		return j.texts(func(text []byte) error {
			x, ok := parseNumber(text)
			if !ok {
				r.Fault(at|int64(len(d.values)), "not a number; expected one value for each time")
				d.wrong = true
			}
			d.values = append(d.values, x)
			return nil
		})
	}
	return j.skip()
}

// check reports lists of different lengths. Of an entry with something wrong nothing counts.
func (d *metricDatum) check(r *Recorder, at int64) {
	if d.wrong {
		d.times = nil
		return
	}
	if len(d.times) != len(d.values) {
		r.Fault(at|wholeEntry, "%s has %d times and %d values; expected as many", shown(d.name()), len(d.times),
			len(d.values))
		d.times = nil
	}
}

// readTimes reads the times of an entry.
func (d *metricDatum) readTimes(j *jsonFile, r *Recorder, at int64) error {
	before := len(d.times)
	d.times = slices.Grow(d.times, usualTimes)
	each := func(text []byte) error {
		d.readTime(text, r, at)
		return nil
	}
	list := j.plainList()
	switch {
	case list == nil:
		return j.texts(each)
	case bytes.Equal(list, d.last.list):
		d.times = append(d.times, d.last.times...)
		return nil
	}
	if err := j.split(list, each); err != nil || d.wrong {
		return err
	}
	d.last.list, d.last.times = list, append(d.last.times[:0], d.times[before:]...)
	return nil
}

func (d *metricDatum) readTime(text []byte, r *Recorder, at int64) {
	t, ok := parseTime(text)
	if !ok {
		r.Fault(at|timesMark|int64(len(d.times)), "%q is not a time; expected such as 2026-11-24T12:59:00Z",
			shown(string(text)))
		d.wrong = true
	}
	d.times = append(d.times, r.Zone(t, false))
}

// name names an entry in messages.
func (d *metricDatum) name() string {
	if d.label == "" || d.label == d.id {
		return d.id
	}
	return fmt.Sprintf("%s (%s)", d.id, d.label)
}

// record records the values of an entry.
func (d *metricDatum) record(r *Recorder, at int64) {
	r.pages.status(d)
	l := r.label(d.label, d.id)
	switch {
	case l.metric == "":
		r.Fault(at|wholeEntry, "no metric known for %s; say it: --metric %s=Invocations, or =Duration, =Throttles, "+
			"=ConcurrentExecutions", shown(d.name()), shown(d.id))
		return
	case !isRead(l.metric) || len(d.times) == 0:
		return
	}
	f := r.Function(l.function)
	if l.stat == "" {
		if l.stat = usualStat(l.metric); l.metric == duration {
			r.Find(rule.StatisticAssumed, f, "%s is taken as the Average", shown(d.name()))
		}
	}
	if l.metric == duration && d.inSeconds() {
		r.Fault(at|wholeEntry, "the values of %s look like seconds; expected milliseconds", shown(d.name()))
		return
	}
	m := f.Metric(l.metric, l.stat)
	for i, t := range d.times {
		m.Set(t, d.values[i], at|int64(i))
	}
}

// inSeconds reports whether durations are probably in seconds: the label says so, and all are short for milliseconds.
func (d *metricDatum) inSeconds() bool {
	return strings.Contains(strings.ToLower(d.label), "sec") &&
		!strings.Contains(strings.ToLower(d.label), "millisec") && slices.Max(d.values) < 0.5
}

// status notes whether all data of an entry has come.
func (p *pages) status(d *metricDatum) {
	if p.partial == nil {
		p.partial, p.complete = map[string]bool{}, map[string]bool{}
	}
	switch name := d.name(); d.status {
	case "", "Complete":
		p.complete[name] = true
	default:
		p.partial[name] = true
	}
}

// find reports that there is more data than the files have.
func (p *pages) find(r *Recorder) {
	for name := range p.complete {
		delete(p.partial, name)
	}
	switch {
	case p.more > 0 && p.last == 0:
		r.Find(rule.PartialData, nil, "the last answer of CloudWatch has a NextToken: more pages exist")
	case len(p.partial) > 0:
		names := make([]string, 0, len(p.partial))
		for name := range p.partial {
			names = append(names, shown(name))
		}
		slices.Sort(names)
		r.Find(rule.PartialData, nil, "CloudWatch did not answer all of %s",
			strings.Join(names[:min(len(names), 5)], ", "))
	}
}
