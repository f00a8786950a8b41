package traffic_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/lambdacap/lambdacap/cmd/internal/traffic"
)

// TestWrappings checks one invocation, of 110 ms and with an init of 400 ms, in everything that tools print around it.
// It is long because there are many.
// The lines are those of aws logs tail (awscli/customizations/logs/tail.py), sam logs (cw_log_formatters.py), the
// console, and exports to S3.
func TestWrappings(t *testing.T) {
	const (
		stream = "2026/11/24/[$LATEST]4f0d2a9b7c1e4b6f9d3a5c7e8b1a2d3c"
		report = "REPORT RequestId: 8f5e\tDuration: 110.00 ms\tBilled Duration: 510 ms\tMemory Size: 1024 " +
			"MB\tMax Memory Used: 180 MB\tInit Duration: 400.00 ms\t"
		restore = "REPORT RequestId: 8f5e\tDuration: 110.00 ms\tBilled Duration: 510 ms\tMemory Size: 1024 " +
			"MB\tMax Memory Used: 180 MB\tRestore Duration: 400.00 ms\tBilled Restore Duration: 76 ms\t\nXRAY " +
			"TraceId: 1-5-6\tSegmentId: 7\tSampled: true\t"
		timeout = "REPORT RequestId: 8f5e\tDuration: 110.00 ms\tBilled Duration: 510 ms\tMemory Size: 1024 " +
			"MB\tMax Memory Used: 180 MB\tInit Duration: 400.00 ms\tStatus: timeout"
		platform = `{"time":"2026-11-24T02:59:00.510Z","type":"platform.report","record":{"requestId":"8f5e",` +
			`"status":"success","metrics":{"durationMs":110.0,"billedDurationMs":110,"initDurationMs":400.0}}}`
		snap = `{"time":"2026-11-24T02:59:00.510Z","type":"platform.report","record":{"requestId":"8f5e",` +
			`"status":"success","metrics":{"durationMs":110.0,"restoreDurationMs":400.0}}}`
		phase = `{"time":"2026-11-24T02:59:00.400Z","type":"platform.initReport","record":{"phase":"init",` +
			`"metrics":{"durationMs":400.0}}}`
	)
	escaped := strings.NewReplacer("\t", `\t`, "\n", `\n`, `"`, `\"`)
	pretty := "{\n  \"time\": \"2026-11-24T02:59:00.510Z\",\n  \"type\": \"platform.report\",\n  \"record\": {\n" +
		"    \"requestId\": \"8f5e\",\n    \"metrics\": {\n      \"durationMs\": 110.0,\n      \"initDurationMs\": " +
		"400.0\n    }\n  }\n}\n"
	for name, text := range map[string]string{
		"aws logs tail":           "2026-11-24T02:59:00.510000+00:00 " + stream + " " + report,
		"aws logs tail, coloured": "\x1b[32m2026-11-24T02:59:00.510000+00:00\x1b[0m \x1b[36m" + stream + "\x1b[0m " + report,
		"aws logs tail, zone":     "2026-11-24T03:59:00.510000+01:00 " + stream + " " + report,
		"aws logs tail, restored": "2026-11-24T02:59:00.510000+00:00 " + stream + " " + restore,
		"aws logs tail, timeout":  "2026-11-24T02:59:00.510000+00:00 " + stream + " " + timeout,
		"aws logs tail, spaces": "2026-11-24T02:59:00.510000+00:00 " + stream + " " + strings.ReplaceAll(report,
			"\t", "  "),
		"aws logs tail, JSON":   "2026-11-24T02:59:00.510000+00:00 " + stream + " " + platform,
		"aws logs tail, pretty": "2026-11-24T02:59:00.510000+00:00 " + stream + " \n" + pretty,
		"sam logs":              stream + " 2026-11-24T02:59:00.510000 " + report,
		"sam logs, coloured":    "\x1b[36m" + stream + "\x1b[0m \x1b[32m2026-11-24T02:59:00.510000\x1b[0m " + report,
		"an export to S3":       "2026-11-24T02:59:00.510Z " + report,
		"JSON lines":            phase + "\n" + `{"level":"INFO","message":"platform.report is a word"}` + "\n" + platform,
		"JSON lines, restored":  snap,
		"text in JSON lines":    `{"timestamp":"2026-11-24T02:59:00.510Z","message":"` + escaped.Replace(report) + `"}`,
		"events as lines": `{"eventId":"1","timestamp":1795489140510,"message":"` + escaped.Replace(report) +
			`\n"}`,
		"JSON in JSON lines":    `{"timestamp":1795489140510,"message":"` + escaped.Replace(platform) + `"}`,
		"objects in JSON lines": `{"@timestamp":"2026-11-24T02:59:00.510Z","message":` + platform + `}`,
		"the console":           "timestamp,message\n1795489140510,\"" + report + "\n\"\n",
		"the console, JSON": "timestamp,message\n1795489140510,\"" + strings.ReplaceAll(platform, `"`, `""`) +
			"\n\"\n",
		"the console of Insights": "@timestamp,@message\n2026-11-24 02:59:00.510,\"" + report + "\n\"\n",
		"rows of Insights": `{"results":[[{"field":"@timestamp","value":"2026-11-24 02:59:00.510"},` +
			`{"field":"@message","value":"` + escaped.Replace(report) + `"}]],"status":"Complete"}`,
		"fields of Insights": "@timestamp,@requestId,@duration,@initDuration\n2026-11-24 02:59:00.510,8f5e," +
			"110.0,400.0\n",
		"events": `{"events":[{"timestamp":1795489140510,"message":"` + escaped.Replace(report) + `\n"}]}`,
		"events, message first": `{"nextForwardToken":"f/1","events":[{"message":"` + escaped.Replace(report) +
			`\n","timestamp":1795489140510}]}`,
		"events with JSON":  `{"events":[{"timestamp":1795489140510,"message":"` + escaped.Replace(platform) + `"}]}`,
		"events of a query": `[{"timestamp":1795489140510,"message":"` + escaped.Replace(report) + `\n"}]`,
		"events of a query, pretty": "[\n {\n  \"message\": \"" + escaped.Replace(report) + "\",\n  \"timestamp\": " +
			"1795489140510\n }\n]",
		"answers in an array": `[{"events":[{"timestamp":1795489140510,"message":"` + escaped.Replace(report) +
			`\n"}]},{"events":[]}]`,
		"rows of a query": `[[{"field":"@timestamp","value":"2026-11-24 02:59:00.510"},` +
			`{"field":"@message","value":"` + escaped.Replace(report) + `"}]]`,
		"a log with other contents": "2026-11-24T02:59:00.009Z START RequestId: 8f5e Version: " +
			"$LATEST\n2026-11-24T02:59:00.510Z " + report + "\n{\nnot an object\n",
	} {
		result, err := readTexts(t, traffic.Options{}, text)
		if err != nil || len(result.Traces) != 1 {
			t.Errorf("%s: %v, %v", name, result.Traces, err)
			continue
		}
		trace := result.Traces[0]
		if len(trace.Calls) != 1 {
			t.Errorf("%s: got %d calls", name, len(trace.Calls))
			continue
		}
		call := trace.Calls[0]
		start := time.Unix(0, call.StartNS).UTC().Format("15:04:05.000")
		if got := fmt.Sprint(start, " ", call.DurationUS, " ", call.InitUS); got != "02:59:00.000 110000 400000" {
			t.Errorf("%s: got %s", name, got)
		}
		if got := words(result); got != "throttles-not-logged" {
			t.Errorf("%s: findings %s", name, got)
		}
	}
}

// TestShortTail checks lines with times in whole seconds, as aws logs tail --format short prints them.
func TestShortTail(t *testing.T) {
	trace, result := read(t, traffic.Options{}, "reports-tail-short.log")
	if got := sumOf(trace); got.requests != 60 || got.meanMS != 120 || len(trace.Calls) > 0 {
		t.Errorf("got %+v and %d calls: all calls of a second would come at once", got, len(trace.Calls))
	}
	if got := rateOf(trace); math.Abs(got-10) > 1 {
		t.Errorf("got %v requests/s, want 10", got)
	}
	if got := words(result); got != "throttles-not-logged whole-seconds" {
		t.Errorf("findings %s", got)
	}
	if got := time.Unix(trace.Start, 0).UTC(); got.Format(time.TimeOnly) != "02:58:59" { // 10 ms before the minute
		t.Errorf("it starts at %s: the second of the first request is known, and not only its minute", got)
	}
}

// TestBareReports checks lines without times, of which only the durations count.
func TestBareReports(t *testing.T) {
	trace, result := read(t, traffic.Options{}, "reports-bare.log")
	if trace.UntimedRequests != 60 || trace.UntimedMS != 120 || trace.Len() != 0 || trace.Dated {
		t.Errorf("%v requests of %v ms, %d steps", trace.UntimedRequests, trace.UntimedMS, trace.Len())
	}
	if got := words(result); got != "throttles-not-logged no-times" {
		t.Errorf("findings %s", got)
	}
}

// TestRetries checks that an asynchronous event that is retried or delivered twice, which keeps its id, counts as often
// as it ran, and that the same line in several exports counts once, however they write its time and its duration.
func TestRetries(t *testing.T) {
	line := func(at, ms string) string {
		return strings.TrimLeft(at+" REPORT RequestId: 8f5e\tDuration: "+ms+" ms\n", " ")
	}
	const whole, exact, other = "2026-11-24T02:59:00", "2026-11-24T02:59:00.510Z", "2026-11-24T02:59:00.510000+00:00"
	const later = "2026-11-24T03:00:01Z"
	event := `{"events":[{"timestamp":1795489140510,"message":"REPORT RequestId: 8f5e\tDuration: 100.00 ms"}]}`
	row := "@timestamp,@requestId,@duration\n2026-11-24 02:59:00.510,8f5e,100\n"
	for name, c := range map[string]struct {
		texts []string
		want  string
	}{
		"the same line":          {[]string{line(exact, "100.00") + line(exact, "100.00"), line(other, "100.00")}, "1/100"},
		"exports of all kinds":   {[]string{event, row, line(whole, "100.00"), line(exact, "100.00")}, "1/100"},
		"a retry after a minute": {[]string{line(exact, "100.00") + line(later, "100.00")}, "1/100 1/100"},
		"in overlapping exports": {[]string{line(exact, "9") + line(later, "9"), line(later, "9")}, "1/9 1/9"},
		"delivered twice":        {[]string{line(exact, "100.00") + line(exact, "140.00")}, "2/120"},
		"without times":          {[]string{line(exact, "1") + line("", "100") + line("", "140") + line("", "140")}, "1/1"},
	} {
		result, err := readTexts(t, traffic.Options{}, c.texts...)
		if err != nil || len(result.Traces) != 1 || steps(result.Traces[0]) != c.want {
			t.Errorf("%s: %v, %v", name, result.Traces, err)
			continue
		}
		if n := result.Traces[0].UntimedRequests; strings.HasPrefix(name, "without") != (n == 2) {
			t.Errorf("%s: %g without times", name, n)
		}
	}
}

// TestLogGroups checks rows of single invocations of several functions, as a query over several log groups gives them.
func TestLogGroups(t *testing.T) {
	result, err := readTexts(t, traffic.Options{}, "@timestamp,@log,@requestId,@duration\n"+
		"2026-11-24 02:59:01.000,123456789012:/aws/lambda/shop,a,100\n"+
		"2026-11-24 02:59:02.000,123456789012:/aws/lambda/cart,b,200\n"+
		"2026-11-24 02:59:03.000,123456789012:/aws/lambda/shop,c,300\n")
	if err != nil || len(result.Traces) != 2 || len(result.Findings) != 2 {
		t.Fatalf("%v, %v", result, err)
	}
	for i, want := range []string{"cart=1/200 REPORT lines", "shop=2/200 REPORT lines"} {
		trace := result.Traces[i]
		if got := fmt.Sprint(trace.Function, "=", steps(trace), " ", trace.DurationSource); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestBins checks the fields that people name in queries of Logs Insights.
func TestBins(t *testing.T) {
	row := func(pairs ...string) string {
		var fields []string
		for i := 0; i < len(pairs); i += 2 {
			fields = append(fields, fmt.Sprintf(`{"field":%q,"value":%q}`, pairs[i], pairs[i+1]))
		}
		return `{"results":[[` + strings.Join(fields, ",") + `]],"status":"Complete"}`
	}
	const at = "2026-11-24 12:00:00.000"
	for text, want := range map[string]string{
		row("bin(1m)", at, "count(*)", "18000", "avg(@duration)", "120.5"):                        "=18000/120.5 60",
		row("bin(5m)", at, "invocations", "90000", "mean_ms", "120"):                              "=90000/120 300",
		row("bin(1h)", at, "count(@requestId)", "5", "sum(@duration)", "600"):                     "=5/120 3600",
		row("minute", at, "requests", "5", "avgDuration", "120", "p99(@duration)", "300"):         "=5/120 60",
		row("bin(1m)", at, "calls", "5", "throttles", "1"):                                        "=6!1 60",
		row("@log", "123456789012:/aws/lambda/checkout", "bin(1m)", at, "count(@duration)", "5"):  "checkout=5 60",
		row("bin(1m)", at, "count(*)", "5", "pct(@duration, 99)", "", "avg(@memorySize)", "1024"): "=5 60",
	} {
		result, err := readTexts(t, traffic.Options{}, text)
		if err != nil || len(result.Traces) != 1 {
			t.Errorf("%s: %v, %v", text, result.Traces, err)
			continue
		}
		trace := result.Traces[0]
		if got := fmt.Sprint(trace.Function, "=", steps(trace), " ", trace.StepS); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}
