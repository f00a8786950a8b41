package traffic

import "fmt"

// claimsK6Summary reports whether a file is a summary of k6: of --summary-export, of handleSummary, or the one that k6
// writes since version 1.
func claimsK6Summary(h *head) bool {
	return h.has("metrics.http_reqs") || h.has("results.metrics.[].name") && h.has("config")
}

// k6Metric is a metric of a summary. Thresholds are not numbers, and are left out.
type k6Metric map[string]float64

// readK6Summary reads the summary of a test: it has the number, the rate and the mean duration of all requests.
func readK6Summary(s *source, r *Recorder) error {
	j := s.json()
	s.show = answerAt
	c := newReporter(s, r, "k6")
	return j.documents(func(n int) error {
		metrics := map[string]k6Metric{}
		seconds := 0.0 // how long the test ran, if the summary says it
		err := j.object(func(key string) error {
			switch key {
			case "metrics":
				return readK6Metrics(j, metrics)
			case "results":
				return j.object(func(key string) error {
					if key == "metrics" {
						return readK6Metrics(j, metrics)
					}
					return j.skip()
				})
			case "config", "state":
				return j.object(func(key string) error {
					x, ok, err := j.number()
					switch {
					case ok && key == "duration":
						seconds = x
					case ok && key == "testRunDurationMs":
						seconds = x / 1000
					}
					return err
				})
			}
			return j.skip()
		})
		if err != nil {
			return err
		}
		t := summary{place: int64(n), requestsExpected: "http_reqs.count", rateExpected: "http_reqs.rate or config.duration"}
		t.requests = metrics[k6Requests]["count"]
		rated := false
		if t.rate, rated = metrics[k6Requests]["rate"]; !rated && seconds > 0 {
			t.rate = t.requests / seconds
		}
		t.meanMS, t.measured = metrics[k6Duration]["avg"]
		c.summary(t)
		return r.Stop()
	})
}

// readK6Metrics reads the metrics of requests, from an object with their names as keys or from an array.
func readK6Metrics(j *jsonFile, to map[string]k6Metric) error {
	if j.kind() == '{' {
		return j.object(func(key string) error {
			if key != k6Requests && key != k6Duration {
				return j.skip()
			}
			to[key] = k6Metric{}
			_, err := readK6Metric(j, to[key])
			return err
		})
	}
	return j.array(func() error {
		m := k6Metric{}
		name, err := readK6Metric(j, m)
		if name == k6Requests || name == k6Duration {
			to[name] = m
		}
		return err
	})
}

// readK6Metric reads the values of a metric, which are its own or inside values.
func readK6Metric(j *jsonFile, m k6Metric) (name string, err error) {
	err = j.object(func(key string) error {
		switch key {
		case "name":
			text, err := j.string()
			name = string(text)
			return err
		case "values":
			_, err := readK6Metric(j, m)
			return err
		case "count", "rate", "avg":
			text, err := j.string()
			if x, ok := parseNumber(text); ok {
				m[key] = x
			} else if len(text) > 0 {
				return fmt.Errorf("at byte %d (%s): %q is not a number", j.d.InputOffset(), shown(string(j.d.StackPointer())),
					shown(string(text)))
			}
			return err
		}
		return j.skip()
	})
	return name, err
}
