package traffic

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/cmd/internal/exit"
	"github.com/lambdacap/lambdacap/cmd/internal/fault"
	"github.com/lambdacap/lambdacap/cmd/internal/suggest"
)

// wrong returns an error for metrics and statistics that do not exist.
func (o Options) wrong() error {
	var faults fault.List
	for _, id := range slices.Sorted(maps.Keys(o.Metric)) {
		if name := o.Metric[id]; knownMetric(name) == "" {
			faults.Add(check.Place{}, "--metric %s=%s: not a metric of Lambda; %s", id, name, meant(name, metricNames,
				"Invocations, Throttles, Duration or ConcurrentExecutions"))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(o.Stat)) {
		if name := o.Stat[id]; knownStat(name) == "" {
			faults.Add(check.Place{}, "--stat %s=%s: not a statistic of CloudWatch; %s", id, name,
				meant(name, []string{sum, average, maximum, minimum, sampleCount}, "Average, Sum, Maximum, SampleCount or p99"))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(o.Field)) {
		if !slices.Contains(fieldNames, name) {
			faults.Add(check.Place{}, "--field %s=%s: unknown field; %s", name, o.Field[name],
				meant(name, fieldNames, strings.Join(fieldNames, ", ")))
		}
	}
	return faults.Err()
}

// fieldNames are what --field names a column for.
var fieldNames = []string{"time", "count", "duration", "status", "throttles", "function"}

// use notes that a file has what a value of a flag names.
func (r *Recorder) use(flag, key string) { r.used[[2]string{flag, key}] = true }

// unused returns an error for values of flags that match nothing in any file: a typing error would go unnoticed.
func (r *Recorder) unused() error {
	var faults fault.List
	o := &r.options
	for _, flag := range []struct {
		name   string
		values map[string]string
	}{{"stat", o.Stat}, {"metric", o.Metric}, {"field", o.Field}} {
		for _, key := range slices.Sorted(maps.Keys(flag.values)) {
			if r.used[[2]string{flag.name, key}] {
				continue
			}
			if flag.name == "field" {
				faults.Add(check.Place{}, "--field %s=%s: no file has such a column", key, flag.values[key])
				continue
			}
			known := r.usedOf(flag.name)
			faults.Add(check.Place{}, "--%s %s=%s: no file has such an id; %s", flag.name, key, flag.values[key],
				meant(key, known, strings.Join(known[:min(len(known), 5)], ", ")))
		}
	}
	if o.TimeFormat != "" && !r.used[[2]string{"time-format"}] {
		faults.Add(check.Place{}, "--time-format %s: no CSV file has times that it could apply to", o.TimeFormat)
	}
	return faults.Err()
}

// usedOf lists what the files have that a flag may name.
func (r *Recorder) usedOf(flag string) (keys []string) {
	for key := range r.used {
		if key[0] == flag {
			keys = append(keys, shown(key[1]))
		}
	}
	slices.Sort(keys)
	return keys
}

// CheckTimeFormat returns an error for a layout of times from which no date can be read, or no sure time.
func CheckTimeFormat(layout string) error {
	example := time.Date(2031, 10, 22, 17, 38, 0, 0, time.UTC)
	at, err := time.ParseInLocation(layout, example.Format(layout), time.UTC)
	if err != nil || !at.Equal(example) && !at.Equal(example.Truncate(24*time.Hour)) {
		return errors.New("not a form of times; expected 2 January 2006, 15:04 as the file would write it, " +
			"such as 02/01/2006 15:04")
	}
	return nil
}

// meant suggests the nearest of the known names, or else says what is expected.
func meant(typed string, known []string, expected string) string {
	if near := suggest.Nearest(typed, known); near != "" {
		return "did you mean " + near + "?"
	}
	return "expected " + expected
}

// unknownFormat is the error for a format that does not exist.
func unknownFormat(name string) error {
	message := fmt.Sprintf("--format %s: unknown format of traffic; %s", name,
		meant(name, Names(), "one of "+strings.Join(Names(), ", ")))
	return &exit.Error{Code: exit.Usage, Message: message}
}
