package traffic

import (
	"regexp"
	"slices"
	"strings"
)

// A label is what the label and the id of an entry say.
type label struct{ function, metric, stat string }

// usualStat returns the statistic of a metric whose statistic is not told; empty for one that is not read.
func usualStat(metric string) string {
	switch metric {
	case invocations, throttles:
		return sum
	case duration:
		return average
	case concurrency:
		return maximum
	}
	return ""
}

// isRead reports whether a metric is read. Other metrics of Lambda are left out.
func isRead(name string) bool { return usualStat(name) != "" }

// metricNames are the metrics of Lambda, those first whose names have others in them.
var metricNames = []string{
	"ProvisionedConcurrencySpilloverInvocations", "ProvisionedConcurrencyInvocations",
	"ProvisionedConcurrencyUtilization", "ProvisionedConcurrentExecutions", "UnreservedConcurrentExecutions",
	"ClaimedAccountConcurrency", "AsyncEventsReceived", "AsyncEventsDropped", "AsyncEventAge", "DeadLetterErrors",
	"DestinationDeliveryFailures", "IteratorAge", "OffsetLag", "PostRuntimeExtensionsDuration",
	"RecursiveInvocationsDropped", "OversizedRecordCount", "SignatureValidationErrors", "UrlRequestCount",
	"UrlRequestLatency", "Errors", concurrency, invocations, throttles, duration,
}

// idWords are what ids of metrics usually begin with.
var idWords = []struct{ word, metric string }{
	{"inv", invocations}, {"req", invocations}, {"thr", throttles}, {"dur", duration}, {"lat", duration},
	{"conc", concurrency}, {"err", "Errors"},
}

// label is parseLabel for an entry that is read.
func (r *Recorder) label(text, id string) label {
	r.use("metric", id)
	r.use("stat", id)
	return parseLabel(text, id, r.options)
}

// parseLabel finds the function, the metric and the statistic of an entry.
func parseLabel(text, id string, o Options) (l label) {
	words := strings.Fields(withoutBrackets(text))
	l.metric = knownMetric(o.Metric[id])
	l.stat = knownStat(o.Stat[id])
	rest := make([]string, 0, len(words))
	for i := len(words) - 1; i >= 0; i-- { // the metric is behind the name of the function
		word := strings.Trim(words[i], `()[]{}:,;|"'-`)
		switch name, stat := knownMetric(word), knownStat(word); {
		case word == "":
		case name != "" && (l.metric == "" || strings.EqualFold(name, l.metric)):
			l.metric = name
		case stat != "" && (l.stat == "" || l.stat == stat):
			l.stat = stat
		default:
			rest = append(rest, word)
		}
	}
	slices.Reverse(rest)
	if l.metric == "" {
		rest = l.within(rest)
	}
	if l.metric == "" {
		lower := strings.ToLower(id)
		for _, w := range idWords {
			if strings.Contains(lower, w.word) {
				l.metric = w.metric
				break
			}
		}
	}
	if l.stat == "" {
		for _, part := range strings.FieldsFunc(id, func(c rune) bool { return c == '_' || c == '-' }) {
			if stat := knownStat(part); stat != "" {
				l.stat = stat
			}
		}
	}
	l.function = functionOf(text, rest, o.FunctionLabel)
	return l
}

// lowerASCII returns a text with its letters A to Z in lower case. Every byte keeps its place, unlike in
// strings.ToLower, so an index into the result is one into the text.
func lowerASCII(text string) string {
	lower := []byte(text)
	for i, c := range lower {
		if c >= 'A' && c <= 'Z' {
			lower[i] = c + 'a' - 'A'
		}
	}
	return string(lower)
}

// within finds a metric as a part of a word, such as checkout_invocations or DurationAverage, and returns the words
// without it.
func (l *label) within(words []string) []string {
	for i, word := range words {
		lower := lowerASCII(word)
		for _, name := range metricNames {
			at := strings.Index(lower, strings.ToLower(name))
			if at < 0 {
				continue
			}
			l.metric = name
			rest := slices.Clone(words[:i])
			for _, part := range []string{word[:at], word[at+len(name):]} {
				part = strings.Trim(part, "_-.:/")
				if stat := knownStat(part); stat != "" && l.stat == "" {
					l.stat = stat
				} else if part != "" {
					rest = append(rest, part)
				}
			}
			return append(rest, words[i+1:]...)
		}
	}
	return words
}

// functionOf returns the name of the function in a label. Without a pattern it is what is left of the label: the name,
// or the name and that of an alias as CloudWatch writes a resource: checkout checkout:live.
func functionOf(text string, rest []string, pattern *regexp.Regexp) string {
	if pattern != nil {
		found := pattern.FindStringSubmatch(text)
		switch {
		case len(found) > 1:
			return found[1]
		case len(found) == 1:
			return found[0]
		}
		return ""
	}
	if len(rest) == 2 {
		switch {
		case strings.HasPrefix(rest[1], rest[0]+":"):
			return rest[1]
		case strings.HasPrefix(rest[0], rest[1]+":"):
			return rest[0]
		case rest[0] == rest[1]: // a resource without an alias
			return rest[0] + ":$LATEST"
		}
	}
	return strings.Join(rest, " ")
}

// knownMetric returns a metric of Lambda as CloudWatch writes it, or an empty text.
func knownMetric(word string) string {
	i := slices.IndexFunc(metricNames, func(name string) bool { return strings.EqualFold(name, word) })
	if i < 0 {
		return ""
	}
	return metricNames[i]
}

// withoutBrackets leaves out what dashboards append to labels in brackets: Throttles [sum: 3000].
func withoutBrackets(text string) string {
	for {
		before, rest, opened := strings.Cut(text, "[")
		_, after, closed := strings.Cut(rest, "]")
		if !opened || !closed {
			return text
		}
		text = before + " " + after
	}
}

// isPercentile reports whether a word in lower case is a statistic of CloudWatch about a part of the values: a
// percentile such as p99 or p99.9, a trimmed mean or the like.
func isPercentile(word string) bool {
	digits := func(text string) bool { return text != "" && strings.Trim(text, "0123456789") == "" }
	for _, prefix := range []string{"p", "tm", "wm", "ts", "tc", "pr"} {
		whole, part, dotted := strings.Cut(strings.TrimPrefix(word, prefix), ".")
		if strings.HasPrefix(word, prefix) && len(whole) <= 2 && digits(whole) && (!dotted || digits(part)) {
			return true
		}
	}
	return word == "p100" || word == "iqm"
}

// knownStat returns a statistic as CloudWatch writes it, or an empty text.
func knownStat(word string) string {
	switch lower := strings.ToLower(word); lower {
	case "sum":
		return sum
	case "average", "avg", "mean":
		return average
	case "maximum", "max":
		return maximum
	case "minimum", "min":
		return minimum
	case "samplecount":
		return sampleCount
	default:
		if isPercentile(lower) {
			return lower
		}
	}
	return ""
}
