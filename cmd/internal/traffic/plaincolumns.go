package traffic

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/lambdacap/lambdacap/cmd/internal/lazyregexp"
	"github.com/lambdacap/lambdacap/cmd/internal/suggest"
)

// plainColumns says which column of a table has what; -1 if none has.
type plainColumns struct {
	delim  byte
	header columns // nil if there is none
	names  []string

	time, count, duration, throttled, function int

	timeUnit           float64 // how many seconds a small number in the column of times counts
	perSecond          float64 // not 0: the column of counts has rates, and this many requests per second are 1
	throttledPerSecond float64 // the same for throttled requests
	durationMS         float64 // a duration of 1, milliseconds; 0 if the name does not say it
	percentiles        string  // a column with another statistic of the duration
	doubts             []string
	spare              string // a column that is not read
}

// A role is what a column may have. Its words are in the names of such columns, and the others are not.
type role struct {
	name  string
	words []string
	not   []string
}

var (
	timeRole = role{"time", []string{"time", "timestamp", "date", "datetime", "t", "minute", "zeit"},
		[]string{"response", "duration", "latency", "elapsed", "processing", "up", "zone", "per", "requests", "count"}}
	countRole = role{"count", []string{"count", "requests", "invocations", "rps", "rate", "anfragen"},
		[]string{"error", "errors", "failed", "failure", "failures", "bytes", "user", "users", "cold", "max", "min", "median",
			"throttle", "throttles", "throttled", "concurrent", "duration", "latency"}}
	durationRole = role{"duration", []string{"duration", "latency", "avg", "ms", "dauer"}, []string{"init", "billed"}}
	throttleRole = role{"throttles", []string{"throttles", "throttled"}, nil}
	functionRole = role{"function", []string{"function", "name"}, []string{"host", "user", "metric"}}
)

// statWord matches words of columns that have another statistic of a duration than the mean.
var statWord = lazyregexp.Regexp{
	Text: `^(p\d{1,2}|p\d{3,4}|max|maximum|min|minimum|median|med|percentile|pct|stddev|std)$`,
}

// plainUnitMS returns a unit that a column's name may end with, in milliseconds; 0 for other words.
func plainUnitMS(word string) float64 {
	switch word {
	case "ms", "msec", "millis", "milliseconds":
		return 1
	case "s", "sec", "secs", "seconds":
		return 1000
	case "us", "µs", "micros", "microseconds":
		return 0.001
	case "ns", "nanoseconds":
		return 1e-6
	}
	return 0
}

// wordsOf splits the name of a column.
func wordsOf(name string) []string {
	divides := func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }
	return strings.FieldsFunc(strings.ToLower(name), divides)
}

// fits says how well a name fits a role: 2 if it is one of its words, perhaps with a unit, 1 if it has one, else 0.
func (o role) fits(words []string) int {
	if slices.ContainsFunc(words, func(w string) bool { return slices.Contains(o.not, w) }) {
		return 0
	}
	has := func(w string) bool { return slices.Contains(o.words, w) }
	if len(words) > 1 && plainUnitMS(words[len(words)-1]) > 0 && has(words[0]) && len(words) == 2 ||
		len(words) == 1 && has(words[0]) {
		return 2
	}
	if slices.ContainsFunc(words, has) {
		return 1
	}
	return 0
}

// find returns the column of a role: the one that the user gave, or the one whose name fits best.
func (p *plainColumns) find(o role, given map[string]string, taken ...int) int {
	if name := given[o.name]; name != "" {
		if at := p.header.at(strings.ToLower(name)); at >= 0 {
			return at
		}
		doubt := fmt.Sprintf("no column %s (--field %s)", shown(name), o.name)
		if near := suggest.Nearest(name, p.names); near != "" {
			doubt += "; did you mean " + shown(near) + "?"
		}
		p.doubts = append(p.doubts, doubt)
		return -1
	}
	best, at, also := 0, -1, -1
	for i, name := range p.header {
		fit := o.fits(wordsOf(name))
		switch {
		case fit == 0 || slices.Contains(taken, i):
		case fit > best:
			best, at, also = fit, i, -1
		case fit == best:
			also = i
		}
	}
	if also >= 0 {
		p.doubts = append(p.doubts, fmt.Sprintf("the %s may be %s or %s; say which: --field %s=%s", o.name,
			shown(p.names[at]), shown(p.names[also]), o.name, shown(p.names[at])))
	}
	return at
}

// delimiterOf returns what divides the columns of a line: the one of comma, semicolon and tab that gives most.
func delimiterOf(line []byte) (delim byte, fields [][]byte) {
	for _, c := range []byte(",;\t") {
		if found := splitCSV(nil, bytes.Clone(line), c); len(found) > len(fields) {
			delim, fields = c, found
		}
	}
	return delim, fields
}

// plainHeader finds the columns of a table by its first line. ok is false if that has no names of columns.
func plainHeader(line []byte, given map[string]string) (p plainColumns, ok bool) {
	delim, fields := delimiterOf(line)
	p.delim, p.header = delim, headerOf(fields)
	for _, field := range fields {
		p.names = append(p.names, string(bytes.TrimSpace(field)))
	}
	p.time = p.find(timeRole, given)
	p.count = p.find(countRole, given, p.time)
	p.throttled = p.find(throttleRole, given, p.time, p.count)
	p.function = p.find(functionRole, given, p.time, p.count)
	p.duration = p.findDuration(given)
	p.units()
	for i, name := range p.names {
		if !slices.Contains([]int{p.time, p.count, p.throttled, p.function, p.duration}, i) && p.spare == "" {
			p.spare = name
		}
	}
	certain := func(at int, o role) bool {
		return at >= 0 && (o.fits(wordsOf(p.header[at])) == 2 || given[o.name] != "")
	}
	if len(fields) < 2 || !(p.time >= 0 && p.count >= 0 || certain(p.time, timeRole) || certain(p.count, countRole)) {
		return p, false
	}
	_, err := parsePlain(fields[0], &Options{}, 1)
	return p, err != nil
}

// findDuration returns the column of the mean duration: by its name, or else by a unit at its end.
func (p *plainColumns) findDuration(given map[string]string) int {
	taken := []int{p.time, p.count, p.throttled, p.function}
	if given["duration"] != "" {
		return p.find(durationRole, given)
	}
	unit := -1
	for i, name := range p.header {
		words := wordsOf(name)
		timed := len(words) > 0 && (durationRole.fits(words) > 0 || len(words) > 1 && plainUnitMS(words[len(words)-1]) > 0)
		switch {
		case !timed || slices.Contains(taken, i):
		case slices.ContainsFunc(words, statWord.Get().MatchString):
			p.percentiles = p.names[i]
			taken = append(taken, i)
		case unit < 0 && !slices.ContainsFunc(words, func(w string) bool { return slices.Contains(durationRole.not, w) }):
			unit = i
		}
	}
	if at := p.find(durationRole, given, taken...); at >= 0 {
		return at
	}
	return unit
}

// units reads the units at the ends of names.
func (p *plainColumns) units() {
	p.timeUnit = 1
	if p.time >= 0 {
		words := wordsOf(p.header[p.time])
		switch last := words[max(0, len(words)-1):]; {
		case slices.Contains(words, "minute") || slices.Contains(words, "minutes"):
			p.timeUnit = 60
		case len(last) > 0 && plainUnitMS(last[0]) > 0:
			p.timeUnit = plainUnitMS(last[0]) / 1000
		}
	}
	p.perSecond, p.throttledPerSecond = p.rateOf(p.count), p.rateOf(p.throttled)
	if p.duration >= 0 {
		if words := wordsOf(p.header[p.duration]); len(words) > 0 {
			p.durationMS = plainUnitMS(words[len(words)-1])
		}
	}
}

// rateOf returns how many requests per second 1 is in a column of rates; 0 for a column of numbers of requests.
func (p *plainColumns) rateOf(column int) float64 {
	if column < 0 {
		return 0
	}
	words := wordsOf(p.header[column])
	has := func(list ...string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(list, w) })
	}
	last := ""
	if len(words) > 1 {
		last = words[len(words)-1]
	}
	switch last {
	case "s", "sec", "second":
		return 1
	case "min", "minute":
		return 1. / 60
	}
	if has("rps", "rate") {
		return 1
	}
	return 0
}
