package traffic_test

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/lambdacap/lambdacap/calc/series"
	"github.com/lambdacap/lambdacap/cmd/internal/traffic"
)

// readTexts reads texts as the files a, b, c and so on.
func readTexts(t testing.TB, o traffic.Options, texts ...string) (traffic.Result, error) {
	t.Helper()
	folder, err := os.MkdirTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for i, text := range texts {
		path := folder + "/" + string(rune('a'+i))
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	o.Now = now
	result, err := traffic.Read(paths, o)
	if err != nil {
		err = fmt.Errorf("%s", strings.ReplaceAll(err.Error(), folder+"/", ""))
	}
	return result, err
}

// data returns an answer of get-metric-data. Each series is "id label" and then values, "-" for none, by the minute
// from 12:00.
func data(list ...string) string {
	var entries []string
	for _, text := range list {
		head, rest, _ := strings.Cut(text, ": ")
		id, label, _ := strings.Cut(head, " ")
		var times, values []string
		for i, value := range strings.Fields(rest) {
			if value != "-" {
				times = append(times, fmt.Sprintf(`"2026-11-24T12:%02d:00Z"`, i))
				values = append(values, value)
			}
		}
		entries = append(entries, fmt.Sprintf(`{"Id":%q,"Label":%q,"Timestamps":[%s],"Values":[%s],"StatusCode":"Complete"}`,
			id, label, strings.Join(times, ","), strings.Join(values, ",")))
	}
	return `{"MetricDataResults":[` + strings.Join(entries, ",") + `],"Messages":[]}`
}

// stamped returns an answer of get-metric-data with one invocation at each of the times.
func stamped(times string) string {
	ones := strings.TrimSuffix(strings.Repeat("1,", strings.Count(times, ",")+1), ",")
	return `{"MetricDataResults":[{"Id":"m1","Label":"Invocations","Timestamps":[` + times + `],"Values":[` + ones + `]}]}`
}

// reportLine returns a line of a log at a second of 02:59.
func reportLine(second, n int) string {
	return fmt.Sprintf("2026-11-24T02:59:%02d.%03dZ REPORT RequestId: id%d\tDuration: 100.00 ms\tBilled "+
		"Duration: 100 ms\n",
		second, n%1000, n)
}

// steps writes the steps of a trace: offered, throttled if any, duration if known, maximum if known; - for missing.
func steps(t *series.Trace) string {
	var words []string
	for i := range t.Len() {
		s := t.At(i)
		word := fmt.Sprint(s.Offered)
		if s.Missing {
			word = "-"
		}
		if s.Throttled > 0 {
			word += fmt.Sprintf("!%v", s.Throttled)
		}
		if s.DurationMS > 0 {
			word += fmt.Sprintf("/%v", s.DurationMS)
		}
		if s.Maximum > 0 {
			word += fmt.Sprintf("^%v", s.Maximum)
		}
		words = append(words, word)
	}
	return strings.Join(words, " ")
}

// TestJoin checks how the data of files is joined. Want lists the functions and their steps. It is long because there
// are many ways.
func TestJoin(t *testing.T) {
	for name, test := range map[string]struct {
		o     traffic.Options
		texts []string
		want  string
		words string
	}{
		"one file": {texts: []string{data("m1 Invocations: 5 6", "m2 Throttles: 0 2", "m3 Duration Average: 100 110",
			"m4 ConcurrentExecutions: 3 4")}, want: "=5/100^3 8!2/110^4", words: "throttles-counted"},
		"the same value twice": {texts: []string{data("m1 Invocations: 5 6"), data("m1 Invocations: 5 6 7")},
			want: "=5 6 7"},
		"throttled minutes without invocations": {texts: []string{data("m1 Invocations: 5 - 6", "m2 Throttles: 0 9 0")},
			want: "=5 9!9 6", words: "throttles-counted"},
		"gaps": {texts: []string{data("m1 Invocations: 5 - - 6 - 6")}, want: "=5 - - 6 - 6", words: "gaps"},
		"two functions": {texts: []string{data("m1 shop Invocations: 5 6", "m2 cart Invocations: 7 8")},
			want: "cart=7 8; shop=5 6"},
		"an alias": {texts: []string{data("m1 shop Invocations: 5 6", "m2 shop shop:live Invocations: 4 4",
			"m3 shop shop Invocations: 1 2")}, want: "shop=5 6", words: "overlapping-series"},
		"only aliases": {texts: []string{data("m1 shop shop:live Invocations: 5 6", "m2 shop shop:old Invocations: 1 2")},
			want: "shop:live=5 6; shop:old=1 2"},
		"a label and no more": {texts: []string{data("inv shop: 5 6", "dur shop: 100 100")},
			want: "shop=5/100 6/100", words: "statistic-assumed"},
		"named by option": {o: traffic.Options{Function: "shop"}, texts: []string{data("m1 Invocations: 5")},
			want: "shop=5"},
		"a metric by option": {o: traffic.Options{Metric: map[string]string{"m1": "invocations"}},
			texts: []string{data("m1 shop: 5 6")}, want: "shop=5 6"},
		"a statistic by option": {o: traffic.Options{Stat: map[string]string{"m2": "average"}},
			texts: []string{data("m1 Invocations: 5", "m2 Duration: 100")}, want: "=5/100"},
		"a pattern": {o: traffic.Options{FunctionLabel: regexp.MustCompile(`^eu/(\w+)`)},
			texts: []string{data("m1 eu/shop Invocations: 5")}, want: "shop=5"},
		"sum and sample count": {texts: []string{data("m1 Duration Sum: 500 720", "m2 Duration SampleCount: 5 6")},
			want: "=5/100 6/120"},
		"a mean beside a percentile": {texts: []string{data("m1 Invocations: 5", "m2 Duration p99: 480",
			"m3 Duration Average: 100")}, want: "=5/100", words: "percentile-not-mean"},
		"a percentile and a duration elsewhere": {o: traffic.Options{DurationGiven: true},
			texts: []string{data("m1 Invocations: 5", "m2 Duration p99: 480")}, want: "=5"},
		"other metrics": {texts: []string{data("m1 Invocations: 5", "m2 Errors: 1",
			"m3 ProvisionedConcurrencySpilloverInvocations: 3", "m4 UnreservedConcurrentExecutions: 9")}, want: "=5"},
		"a mean of five minutes": {texts: []string{data("m1 Invocations: 1 2 3 4 5 6 7 8 - 9",
			"m2 Duration Average: 100 - - - - 200")},
			want: "=1/100 2/100 3/100 4/100 5/100 6/200 7/200 8/200 - 9/200", words: "gaps"},
		"rare requests": {texts: []string{data("m1 Invocations: 1 - 1 - - 1")}, want: "=1 - 1 - - 1", words: "gaps"},
		"every five minutes": {texts: []string{data("m1 Invocations: 10 - - - - 20 - - - - 30")}, want: "=10 20 30",
			words: "coarse-period"},
		"a part": {o: traffic.Options{Between: between(t, "2026-11-24T12:01..12:03")},
			texts: []string{data("m1 Invocations: 1 2 3 4 5")}, want: "=2 3"},
		"several answers in one file": {texts: []string{data("m1 Invocations: 1 2") + "\n" + data("m1 Invocations: - - 3")},
			want: "=1 2 3"},
		"answers in an array": {texts: []string{"[" + data("m1 Invocations: 1 2") + ",\n" +
			data("m1 Invocations: - - 3") + "]"}, want: "=1 2 3"},
		"entries alone": {texts: []string{strings.TrimSuffix(strings.TrimPrefix(
			data("m1 shop Invocations: 1 2", "m2 shop Duration avg: 7 8"), `{"MetricDataResults":`), `,"Messages":[]}`)},
			want: "shop=1/7 2/8"},
		"labels of dashboards": {texts: []string{data("m1 shop Invocations [sum 30]: 1 2")}, want: "shop=1 2"},
		"a byte order mark":    {texts: []string{"\ufeff" + data("m1 Invocations: 1 2")}, want: "=1 2"},
		"a log and throttles": {texts: []string{reportLine(3, 1) + reportLine(4, 2),
			`{"MetricDataResults":[{"Id":"m1","Label":"Throttles","Timestamps":[1795489140],"Values":[7]}]}`},
			want: "=9!7/100", words: "throttles-counted throttles-not-logged"},
		"a log given twice": {texts: []string{reportLine(3, 1) + reportLine(4, 2), reportLine(4, 2) + reportLine(5, 3)},
			want: "=3/100", words: "throttles-not-logged"},
	} {
		result, err := readTexts(t, test.o, test.texts...)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got []string
		for _, trace := range result.Traces {
			got = append(got, trace.Function+"="+steps(trace))
		}
		if got := strings.Join(got, "; "); got != test.want {
			t.Errorf("%s: got %s, want %s", name, got, test.want)
		}
		if got := words(result); got != test.words {
			t.Errorf("%s: findings %s, want %s", name, got, test.words)
		}
	}
}

func between(t testing.TB, text string) traffic.Between {
	t.Helper()
	b, err := traffic.ParseBetween(text, nil)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestWrong checks the errors about files that cannot be read, or that cannot be right: each names the place.
// It is long because there are many.
func TestWrong(t *testing.T) {
	nested := strings.Repeat("[", 200) + strings.Repeat("]", 200)
	for name, test := range map[string]struct {
		texts []string
		want  string
	}{
		"empty": {[]string{" \n"}, "a: the file is empty; expected an answer of CloudWatch"},
		"nothing known": {[]string{"hello\nworld\n"}, "a: no traffic that lambdacap knows; it looks like text " +
			"that begins with hello"},
		"a number of Go": {[]string{"time,count\n2026-11-24T12:00Z,1_000\n"}, `a:2: "1_000" is not a number`},
		"a few seconds of a year": {[]string{"time,count\n2025-11-24T12:00:00Z,1\n2025-11-24T12:00:01Z,1\n" +
			"2026-11-20T12:00:00Z,1\n"}, "a: it has data for 3 of 31,190,401 steps of 1s; expected sums by the minute"},
		"the year 9999": {[]string{strings.Replace(reportLine(3, 1), "2026-11-24T02:59:03", "9999-11-24T02:59:03", 1)},
			"a:1: "},
		"a rate in statistics": {[]string{`{"Label":"Invocations","Datapoints":[{"Timestamp":"2026-11-24T12:00:00Z",` +
			`"Sum":10,"Unit":"Count/Second"}]}`}, `a: /Datapoints/0: Invocations in "Count/Second"; expected Count`},
		"other JSON":  {[]string{`{"b":1,"a":{"c":1}}`}, "it looks like JSON with the keys a, b"},
		"no keys yet": {[]string{`{"latencies":{"mean":1},"bytes_in":{"to`}, "the JSON ends in the middle"},
		"binary":      {[]string{"\x00\x01\x02"}, "it looks like a binary file"},
		"zstd":        {[]string{"\x28\xb5\x2f\xfd0000"}, "a: this is packed with zstd; unpack it first: zstd -d a"},
		"UTF-16":      {[]string{"\xff\xfe{\x00"}, "a: this is UTF-16"},
		"not gzip":    {[]string{"\x1f\x8b00000000000"}, "a: cannot be unpacked"},
		"the same twice": {[]string{data("m1 Invocations: 5"), data("m1 Invocations: 5")},
			"b: the same content as a; give it once"},
		"different": {[]string{data("m1 Invocations: 4 5"), data("m1 Invocations: 4 6")},
			"b: /MetricDataResults/0/Values/1: Invocations (Sum) at 2026-11-24 12:01:00 is 6 here and 5 in a: " +
				"/MetricDataResults/0/Values/1"},
		"entries alone, different": {[]string{`[{"Id":"m1","Label":"Invocations","Timestamps":[1795489140,1795489140],` +
			`"Values":[1,2]}]`}, "a: /0/Values/1: Invocations (Sum) at 2026-11-24 02:59:00 is 2 here and 1 in a: /0/Values/0"},
		"no counts": {[]string{data("m1 Duration Average: 100")},
			"a: no numbers of requests; expected the Sum of Invocations, or the SampleCount of Duration"},
		"a p99 alone": {[]string{data("m1 Invocations: 5", "m2 Duration p99: 480")},
			"a: p99 is the only duration, and a mean is needed"},
		"a metric": {[]string{data("m1 shop: 5")}, "a: /MetricDataResults/0: no metric known for " +
			"m1 (shop); say it: --metric m1=Invocations"},
		"negative": {[]string{data("m1 Invocations: 5 -1")},
			"a: /MetricDataResults/0/Values/1: -1 is not a number of requests; expected 0 or more"},
		"huge":           {[]string{data("m1 Invocations: 1e300")}, "1e+300 is not a number of requests"},
		"beyond numbers": {[]string{data("m1 Invocations: 1e999")}, "not a number"},
		"not a number":   {[]string{data(`m1 Invocations: "NaN"`)}, "not a number"},
		"long": {[]string{data("m1 Invocations: 5", "m2 Duration Average: 1e9")},
			"a duration of 1000000000 ms; expected at most 90m"},
		"seconds": {[]string{data("m1 Invocations: 5 5", "m2 Duration in sec: 0.12 0.2")},
			"look like seconds; expected milliseconds"},
		"lists": {[]string{`{"MetricDataResults":[{"Id":"m1","Label":"Invocations",` +
			`"Timestamps":["2026-11-24T12:00:00Z"],"Values":[1,2]}]}`},
			"m1 (Invocations) has 1 times and 2 values; expected as many"},
		"no time": {[]string{stamped(`"yesterday"`)}, `a: /MetricDataResults/0/Timestamps/0: "yesterday" ` +
			`is not a time`},
		"too early":       {[]string{stamped(`"2004-11-24T12:00:00Z"`)}, "2004-11-24 12:00:00 is before Lambda existed"},
		"too late":        {[]string{stamped(`"2026-12-24T12:00:00Z"`)}, "2026-12-24 12:00:00 is in the future"},
		"beyond all time": {[]string{stamped(`"9999-12-24T12:00:00Z"`)}, "the time is in the future"},
		"years": {[]string{stamped(`"2020-11-24T12:00:00Z","2026-11-24T12:00:00Z"`)},
			"the traffic spans more than 400 days, from 2020-11-24 12:00:00 to 2026-11-24 12:00:00"},
		"uneven": {[]string{stamped(`"2026-11-24T12:00:00Z","2026-11-24T12:01:00Z","2026-11-24T12:02:00Z",` +
			`"2026-11-24T12:02:07Z"`)}, "a: its times are mostly 1m apart, and some are not a multiple of that"},
		"cut JSON": {[]string{data("m1 Invocations: 5 6 7")[:150]},
			"a: at byte 150 (/MetricDataResults/0/Values/0): the JSON ends here, in the middle"},
		"broken JSON": {[]string{`{"MetricDataResults":[{"Id":"m1",,}]}`},
			"a: at byte 33 (/MetricDataResults/0/Id): not valid JSON"},
		"nested": {[]string{`{"MetricDataResults":` + nested + `}`}, "nested more than 100 deep"},
		"a long value": {[]string{`{"MetricDataResults":[],"x":"` + strings.Repeat("x", 17<<20) + `"}`},
			"a single value is longer than 16 MB"},
		"no requests": {[]string{`{"MetricDataResults":[],"Messages":[]}`},
			"a: no requests in it; it was read as an answer of aws cloudwatch get-metric-data"},
		"given twice": {[]string{reportLine(3, 1), data("m1 Invocations: 5")},
			"a, b: its requests are given twice, as single requests and as metrics; give one of them"},
		"a unit": {[]string{`{"Label":"Duration","Datapoints":[{"Timestamp":"2026-11-24T12:00:00Z",` +
			`"Average":5,"Unit":"Bytes"}]}`}, `a: /Datapoints/0: a duration in "Bytes"; expected Milliseconds`},
		"a label": {[]string{`{"Label":"CPU","Datapoints":[]}`}, `the label "CPU" is not a metric of Lambda`},
		"insights": {[]string{`{"results":[[{"field":"bin(1m)","value":"noon"}]],"status":"Complete"}`},
			`a: /results/0: bin(1m) "noon" is not a time`},
		"two files wrong": {[]string{"x", "y"}, "\nb: no traffic"},
	} {
		_, err := readTexts(t, traffic.Options{}, test.texts...)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %s", name, err, test.want)
		}
	}
}

// TestPacked checks files packed with gzip: several members, cut off, and far larger inside than outside.
func TestPacked(t *testing.T) {
	one, two := reportLine(3, 1)+reportLine(4, 2), reportLine(5, 3)+reportLine(6, 4)
	result, err := readTexts(t, traffic.Options{}, string(packed([]byte(one)))+string(packed([]byte(two))))
	if err != nil || steps(result.Traces[0]) != "4/100" {
		t.Errorf("two members: %v, %v", result.Traces, err)
	}
	long := ""
	for i := range 2000 {
		long += reportLine(i%60, i*7919)
	}
	if result, err = readTexts(t, traffic.Options{}, string(packed(packed([]byte(long))))); err != nil ||
		sumOf(result.Traces[0]).requests != 2000 {
		t.Fatalf("packed twice: %v", err)
	}
	gz := packed([]byte(long))
	result, err = readTexts(t, traffic.Options{}, string(gz[:len(gz)/2]))
	if err != nil || words(result) != "truncated throttles-not-logged" {
		t.Fatalf("cut off: %s, %v", words(result), err)
	}
	if got := sumOf(result.Traces[0]); got.requests < 500 || got.requests > 1500 {
		t.Errorf("cut off: %+v", got)
	}
	bomb := packed(append([]byte(one), bytes.Repeat([]byte("x"), 64<<20)...))
	if _, err = readTexts(t, traffic.Options{}, string(bomb)); err == nil ||
		!strings.Contains(err.Error(), "a: unpacks to more than 1,000 times its size") {
		t.Errorf("a bomb: %v", err)
	}
	if _, err = readTexts(t, traffic.Options{MaxBytes: 1000}, string(packed([]byte(long)))); err == nil ||
		!strings.Contains(err.Error(), "unpacks to more than the 1,000 bytes of --max-size") {
		t.Errorf("a limit: %v", err)
	}
	if _, err = readTexts(t, traffic.Options{MaxBytes: 1 << 30}, string(bomb)); err != nil {
		t.Errorf("a bomb that is wanted: %v", err)
	}
}

// TestLines checks what is said about lines of a log that cannot be read.
func TestLines(t *testing.T) {
	good := reportLine(3, 1) + reportLine(4, 2)
	third := reportLine(5, 3)
	for name, test := range map[string]struct{ text, steps, words string }{
		"nul":           {good + strings.Replace(third, "Billed", "\x00", 1), "2/100", "throttles-not-logged bad-lines"},
		"invalid UTF-8": {good + strings.Replace(third, "Billed", "\xff", 1), "2/100", "throttles-not-logged bad-lines"},
		"no duration": {good + "2026-11-24T02:59:05Z REPORT RequestId: x\tDuration: NaN ms\n", "2/100",
			"throttles-not-logged bad-lines"},
		"billed alone": {good + "2026-11-24T02:59:05Z REPORT RequestId: x\tBilled Duration: 5 ms\n", "2/100",
			"throttles-not-logged bad-lines"},
		"long": {good + strings.Repeat("x", 2<<20) + third + third, "3/100", "throttles-not-logged long-lines"},
		"a long report": {good + strings.TrimSuffix(third, "\n") + strings.Repeat(" ", 600<<10) + "\n", "3/100",
			"throttles-not-logged"},
		"two in a line": {good + strings.TrimSuffix(third, "\n") + reportLine(6, 4), "2/100",
			"throttles-not-logged bad-lines"},
		"cut off":       {good + third[:50], "2/100", "truncated throttles-not-logged"},
		"no last break": {good + strings.TrimSuffix(third, "\n"), "3/100", "throttles-not-logged"},
		"another mark":  {good + "the REPORT is late, RequestId: 5\n", "2/100", "throttles-not-logged"},
		"CRLF":          {strings.ReplaceAll(good, "\n", "\r\n"), "2/100", "throttles-not-logged"},
		"no times": {"REPORT RequestId: a\tDuration: 100.00 ms\nREPORT RequestId: b\tDuration: 200.00 ms\n", "",
			"throttles-not-logged no-times"},
	} {
		result, err := readTexts(t, traffic.Options{}, test.text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := steps(result.Traces[0]); got != test.steps {
			t.Errorf("%s: got %s, want %s", name, got, test.steps)
		}
		if got := words(result); got != test.words {
			t.Errorf("%s: findings %s, want %s", name, got, test.words)
		}
	}
}

// TestFilteredLog checks that a log of cold starts alone is recognised.
func TestFilteredLog(t *testing.T) {
	for inits, want := range map[int]string{50: "throttles-not-logged", 51: "only-cold-starts throttles-not-logged"} {
		var text strings.Builder
		for i := range 100 {
			line := reportLine(i%60, i)
			if i < inits {
				line = strings.TrimSuffix(line, "\n") + "\tInit Duration: 300.00 ms\n"
			}
			text.WriteString(line)
		}
		result, err := readTexts(t, traffic.Options{}, text.String())
		if err != nil || words(result) != want {
			t.Errorf("%d inits: %s, %v", inits, words(result), err)
		}
	}
}

// TestStdin checks that standard input is read, and that progress is reported with its size unknown.
func TestStdin(t *testing.T) {
	var calls []string
	o := traffic.Options{Now: now, Stdin: strings.NewReader(reportLine(3, 1)),
		Progress: func(name string, done, size int64) { calls = append(calls, fmt.Sprint(name, " ", done, " ", size)) }}
	result, err := traffic.Read([]string{"-"}, o)
	if err != nil || steps(result.Traces[0]) != "1/100" || traffic.DefaultName(result.Traces[0]) != "function" {
		t.Errorf("%v, %v", result.Traces, err)
	}
	if want := fmt.Sprintf("stdin %d -1", len(reportLine(3, 1))); len(calls) == 0 || calls[0] != want {
		t.Errorf("progress: %q, want %s", calls, want)
	}
}

// TestSettings checks that files with settings are recognised, and not taken for traffic.
func TestSettings(t *testing.T) {
	paths := []string{"testdata/describe-scalable-targets.json", "testdata/describe-scheduled-actions.json",
		"testdata/describe-scaling-activities.json", "testdata/queue-attributes.json", "testdata/metric-data-hour.json"}
	result, err := traffic.Read(paths, traffic.Options{Now: now})
	if err != nil || len(result.Settings) != 4 || len(result.Traces) != 1 {
		t.Errorf("%v, %v", result, err)
	}
	result, err = readTexts(t, traffic.Options{}, "Resources:\n  F:\n    Type: AWS::Serverless::Function\n"+
		"    Properties: {Runtime: go, Handler: h}\n")
	if err != nil || len(result.Settings) != 1 {
		t.Errorf("a template: %v, %v", result, err)
	}
}

// TestGaps checks what is said about steps without data.
func TestGaps(t *testing.T) {
	for text, want := range map[string]string{
		data("m1 Invocations: 5 - - 6"): "no data from 12:01 to 12:02: counted as no requests",
		data("m1 Invocations: 5 - 5 - - 6"): "no data for 3m in 2 gaps, the longest from 12:03 to 12:04: counted " +
			"as no requests",
		data("m1 Invocations: 5 - - - 5 - 6"): "no data for 4m in 2 gaps, the longest from 12:01 to 12:03: counted " +
			"as no requests",
	} {
		result, err := readTexts(t, traffic.Options{}, text)
		if err != nil || len(result.Findings) != 1 || result.Findings[0].Message != want {
			t.Errorf("got %+v, %v; want %s", result.Findings, err, want)
		}
	}
	result, err := readTexts(t, traffic.Options{SkipGaps: true}, data("m1 Invocations: 5 - - 6"))
	if err != nil || result.Findings[0].Message != "no data from 12:01 to 12:02: left out" {
		t.Errorf("%+v, %v", result.Findings, err)
	}
}

// TestLongGap checks data with nothing for months between.
func TestLongGap(t *testing.T) {
	result, err := readTexts(t, traffic.Options{}, stamped(`"2026-01-05T08:00:00Z","2026-01-05T08:01:00Z",`+
		`"2026-11-24T12:00:00Z","2026-11-24T12:01:00Z"`))
	if err != nil {
		t.Fatal(err)
	}
	const minutes = 323*1440 + 240 + 2
	got := sumOf(result.Traces[0])
	if got.minutes != minutes || got.missing != minutes-4 || got.requests != 4 || words(result) != "gaps" {
		t.Errorf("got %+v, %s", got, words(result))
	}
	want := "no data from 2026-01-05 08:02 to 2026-11-24 11:59: counted as no requests"
	if result.Findings[0].Message != want {
		t.Errorf("got %s, want %s", result.Findings[0].Message, want)
	}
}

// TestZone checks times without a zone.
func TestZone(t *testing.T) {
	text := stamped(`"2026-11-24T12:00:00"`)
	result, err := readTexts(t, traffic.Options{}, text)
	if err != nil || result.Traces[0].Start != 1_795_521_600 || words(result) != "time-zone-assumed" {
		t.Errorf("%d, %s, %v", result.Traces[0].Start, words(result), err)
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("no time zones here:", err)
	}
	result, err = readTexts(t, traffic.Options{TimeZone: berlin}, text)
	if err != nil || result.Traces[0].Start != 1_795_521_600-3600 || words(result) != "" {
		t.Errorf("%d, %s, %v", result.Traces[0].Start, words(result), err)
	}
}

// TestPartial checks that answers which are only a part are reported.
func TestPartial(t *testing.T) {
	rows := func(n int) string {
		var list []string
		for i := range n {
			list = append(list, fmt.Sprintf(`[{"field":"bin(1m)","value":"2026-11-%02d %02d:%02d:00.000"},`+
				`{"field":"count(*)","value":"7"}]`, 1+i/1440, i/60%24, i%60))
		}
		return `{"results":[` + strings.Join(list, ",") + `],"status":"Complete"}`
	}
	page := data("m1 Invocations: 5 6")
	message := strings.ReplaceAll(strings.TrimSpace(reportLine(3, 1)), "\t", `\t`)
	for name, test := range map[string]struct{ text, want string }{
		"a next page": {strings.TrimSuffix(page, "}") + `,"NextToken":"x"}`, "partial-data"},
		"a status":    {strings.Replace(page, "Complete", "PartialData", 1), "partial-data"},
		"a message": {strings.Replace(page, `"Messages":[]`, `"Messages":[{"Code":"MaxMetricsExceeded"}]`, 1),
			"partial-data"},
		"more events": {`{"events":[{"timestamp":1795489140430,"message":"` + message + `"}],"nextToken":"x"}`,
			"partial-data throttles-not-logged"},
		"1,000 rows":    {rows(1000), "row-cap throttles-not-logged"},
		"999 rows":      {rows(999), "throttles-not-logged"},
		"10,000 rows":   {rows(10_000), "row-cap throttles-not-logged"},
		"still running": {strings.Replace(rows(3), "Complete", "Running", 1), "partial-data throttles-not-logged"},
	} {
		result, err := readTexts(t, traffic.Options{}, test.text)
		if err != nil || words(result) != test.want {
			t.Errorf("%s: %s, %v; want %s", name, words(result), err, test.want)
		}
	}
}

// TestFarApart: files that are years apart are one fault, and not one for each of their times.
func TestFarApart(t *testing.T) {
	var texts []string
	for _, year := range []string{"2026", "2016"} {
		text := "timestamp,invocations\n"
		for minute := range 5 {
			text += fmt.Sprintf("%s-11-24T00:%02d:00Z,5\n", year, minute)
		}
		texts = append(texts, text)
	}
	if _, err := readTexts(t, traffic.Options{}, texts...); err == nil || strings.Count(err.Error(), "spans more") != 1 {
		t.Error(err)
	}
}
