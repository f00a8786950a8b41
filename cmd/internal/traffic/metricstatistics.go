package traffic

import (
	"errors"
)

func claimsStatistics(h *head) bool {
	return h.has("Datapoints") && (h.has("Label") || !h.whole)
}

// A point is what an answer of get-metric-statistics says about a time.
type point struct {
	time   stamp
	timed  bool
	unit   string
	values []statValue
}

type statValue struct {
	stat string
	x    float64
}

// readStatistics reads answers of get-metric-statistics. The label is the name of the metric, and may come behind the
// points.
func readStatistics(s *source, r *Recorder) error {
	j := s.json()
	s.show = itemOf("Datapoints")
	return j.documents(func(n int) error {
		var points []point
		name := ""
		err := j.object(func(key string) error {
			switch key {
			case "Label":
				text, err := j.string()
				name = string(text)
				return err
			case "Datapoints":
				return j.array(func() error {
					p, err := readPoint(j, r, int64(n)<<32|int64(len(points)))
					points = append(points, p)
					return errors.Join(err, r.Stop())
				})
			}
			return j.skip()
		})
		if err != nil {
			return err
		}
		return recordPoints(r, name, points, int64(n)<<32)
	})
}

// readPoint reads a point.
func readPoint(j *jsonFile, r *Recorder, at int64) (p point, err error) {
	err = j.object(func(key string) error {
		switch key {
		case "Timestamp":
			text, err := j.string()
			if p.time, p.timed = parseTime(text); !p.timed && err == nil {
				r.Fault(at, "%q is not a time; expected such as 2026-11-24T12:59:00Z", shown(string(text)))
			}
			return err
		case "Unit":
			text, err := j.string()
			p.unit = string(text)
			return err
		case "ExtendedStatistics":
			return j.object(func(key string) error { return p.readValue(j, r, key, at) })
		}
		return p.readValue(j, r, key, at)
	})
	return p, err
}

func (p *point) readValue(j *jsonFile, r *Recorder, key string, at int64) error {
	stat := knownStat(key)
	if stat == "" {
		return j.skip()
	}
	x, ok, err := j.number()
	if !ok && err == nil {
		r.Fault(at, "%s is not a number", key)
	}
	p.values = append(p.values, statValue{stat, x})
	return err
}

// unitMS returns a unit of durations of CloudWatch, in milliseconds.
func unitMS(unit string) (float64, bool) {
	switch unit {
	case "", "None", "Milliseconds":
		return 1, true
	case "Seconds":
		return 1000, true
	case "Microseconds":
		return 0.001, true
	}
	return 0, false
}

// isCount reports whether a unit is that of a number of requests.
func isCount(unit string) bool { return unit == "" || unit == "None" || unit == "Count" }

// recordPoints records the points of an answer.
func recordPoints(r *Recorder, name string, points []point, at int64) error {
	r.use("metric", name)
	metricName := knownMetric(r.options.Metric[name])
	if metricName == "" {
		metricName = knownMetric(name)
	}
	switch {
	case metricName == "":
		r.Fault(at, "the label %q is not a metric of Lambda; say which it is: --metric %s=Invocations", shown(name),
			shown(name))
		return nil
	case !isRead(metricName):
		return nil
	}
	f := r.Function("")
	for i, p := range points {
		unit, known := unitMS(p.unit)
		if metricName == duration && !known {
			r.Fault(at+int64(i), "a duration in %q; expected Milliseconds", shown(p.unit))
			continue
		}
		if metricName != duration && !isCount(p.unit) {
			r.Fault(at+int64(i), "%s in %q; expected Count", metricName, shown(p.unit))
			continue
		}
		if !p.timed {
			continue
		}
		ns := r.Zone(p.time, false)
		for _, v := range p.values {
			if metricName == duration && v.stat != sampleCount {
				v.x *= unit
			}
			f.Metric(metricName, v.stat).Set(ns, v.x, at+int64(i))
		}
	}
	return nil
}
