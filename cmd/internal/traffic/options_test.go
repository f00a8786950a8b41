package traffic_test

import (
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/cmd/internal/traffic"
)

// TestWrongOptions checks the errors about options.
func TestWrongOptions(t *testing.T) {
	for want, o := range map[string]traffic.Options{
		"--format metricdata: unknown format of traffic; did you mean metric-data?": {Format: "metricdata"},
		"--format x: unknown format of traffic; expected one of metric-data,":       {Format: "x"},
		"--metric m1=Invocation: not a metric of Lambda; did you mean Invocations?": {
			Metric: map[string]string{"m1": "Invocation"}},
		"--metric m9=Invocations: no file has such an id; did you mean m1?": {
			Metric: map[string]string{"m9": "Invocations"}},
		"--stat invocations=Sum: no file has such an id; expected m1": {Stat: map[string]string{"invocations": "Sum"}},
		"--field when=a: unknown field; expected time, count":         {Field: map[string]string{"when": "a"}},
		"--field time=a: no file has such a column":                   {Field: map[string]string{"time": "a"}},
		"--time-format 2006: no CSV file has times that it could":     {TimeFormat: "2006"},
		"--stat m1=p999999: not a statistic of CloudWatch; expected Average, Sum": {
			Stat: map[string]string{"m1": "p999999"}},
	} {
		if _, err := readTexts(t, o, data("m1 Invocations: 5")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
