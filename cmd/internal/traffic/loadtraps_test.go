package traffic_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/cmd/internal/traffic"
)

// A trap is a file that is easily misread. Want is the function's steps, with "@" and the rate where it is known better
// than from them, or else what is wrong with the file.
type trap struct {
	o     traffic.Options
	text  string
	want  string
	words string
	err   string
}

func check(t *testing.T, traps map[string]trap) {
	t.Helper()
	for name, trap := range traps {
		result, err := readTexts(t, trap.o, trap.text)
		if trap.err != "" {
			if err == nil || !strings.Contains(err.Error(), trap.err) {
				t.Errorf("%s: got %v, want %s", name, err, trap.err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var list []string
		for _, trace := range result.Traces {
			word := trace.Function + "=" + steps(trace)
			if trace.ClientRPS > 0 {
				word += fmt.Sprintf(" @%.6g", trace.ClientRPS)
			}
			if trace.UntimedRequests > 0 {
				word += fmt.Sprintf(" untimed %v/%v", trace.UntimedRequests, trace.UntimedMS)
			}
			list = append(list, word)
		}
		if got := strings.Join(list, "; "); got != trap.want {
			t.Errorf("%s: got %s, want %s", name, got, trap.want)
		}
		if got := words(result); got != trap.words {
			t.Errorf("%s: findings %s, want %s", name, got, trap.words)
		}
	}
}

var given = traffic.Options{DurationGiven: true}

// k6Point is a line of the JSON output of k6.
func k6Point(metric, at string, value float64, status string) string {
	return fmt.Sprintf(`{"metric":%q,"type":"Point","data":{"time":"2026-11-24T14:%s","value":%v,`+
		`"tags":{"status":%q}}}`+"\n",
		metric, at, value, status)
}

func TestK6(t *testing.T) {
	point := k6Point
	reqs, dur := "http_reqs", "http_req_duration"
	const csv = "metric_name,timestamp,metric_value,method,status\n"
	check(t, map[string]trap{
		"a summary with thresholds": {text: `{"metrics":{"http_reqs":{"count":40,"rate":4,"thresholds":{"rate>5":true}},` +
			`"http_req_duration":{"avg":20,"p(95)":30,"thresholds":{"p(95)<1":false}},"checks":{"value":1}}}`,
			want: "=40/20 @4", words: "client-latency"},
		"handleSummary": {text: `{"metrics":{"http_reqs":{"type":"counter","values":{"count":40}},"http_req_duration":` +
			`{"type":"trend","values":{"avg":20}}},"state":{"testRunDurationMs":10000}}`, want: "=40/20 @4",
			words: "client-latency"},
		"a duration elsewhere": {o: given, text: `{"metrics":{"http_reqs":{"count":40,"rate":4}}}`, want: "=40 @4"},
		"no duration": {text: `{"metrics":{"http_reqs":{"count":40,"rate":4}}}`,
			err: "a: answer 1: no mean duration; give it with --duration"},
		"no requests": {text: `{"metrics":{"http_reqs":{"count":0,"rate":0},"http_req_duration":{"avg":0}}}`,
			err: "a: answer 1: no requests; expected http_reqs.count of at least 1"},
		"a text for a number": {text: `{"metrics":{"http_reqs":{"count":"x","rate":4},"http_req_duration":{"avg":20}}}`,
			err: `a: at byte 36 (/metrics/http_reqs/count): "x" is not a number`},
		"no rate": {text: `{"version":"1","config":{"script":"a"},"results":{"metrics":[{"name":"http_reqs",` +
			`"values":{"count":4}},` +
			`{"name":"http_req_duration","values":{"avg":5}}]}}`, err: "no rate; expected http_reqs.rate or config.duration"},
		"years": {text: `{"metrics":{"http_reqs":{"count":4e9,"rate":1},"http_req_duration":{"avg":1}}}`,
			err: "take more than 400 days"},
		"cut": {text: `{"metrics":{"http_reqs":{"count":40,"rate":4`,
			err: "a: at byte 44 (/metrics/http_reqs/rate): the JSON ends here"},

		"ends are not starts": {text: point(reqs, "01:00.5Z", 1, "200") + point(dur, "01:00.5Z", 1000, "200") +
			point("vus", "01:00.5Z", 7, ""), want: "=1/1000", words: "client-latency"},
		"two requests": {text: point(dur, "00:01.1Z", 100, "200") + point(dur, "00:00.6Z", 100, "200"),
			want: "=2/100 @2", words: "client-latency"},
		"a zone": {text: point(dur, "00:00.5+01:00", 100, "200"), want: "=1/100", words: "client-latency"},
		"throttled": {text: point(dur, "00:01.5Z", 100, "200") + point(dur, "00:01.5Z", 1, "429"),
			want: "=2!1/100 @10.101", words: "client-latency throttles-counted"},
		"errors are answers": {text: point(dur, "00:01.5Z", 300, "502"), want: "=1/300", words: "client-latency"},
		"no answer":          {text: point(dur, "00:01.5Z", 300, "0"), want: "=1", words: "client-latency"},
		"only counts": {text: point(reqs, "00:01.5Z", 2, "200") + point(reqs, "01:01.5Z", 3, "429"),
			want: "=2 3!3", words: "throttles-counted"},
		"durations are gone": {text: strings.Repeat(point(reqs, "00:01.5Z", 1, "200"), 5) +
			point(dur, "00:01.5Z", 9, "200"), err: "a:6: 5 of http_reqs and 1 of http_req_duration until here"},
		"another order": {text: `{"data":{"tags":{"status":"200"},"value":5,"time":"2026-11-24T14:00:00.5Z"},` +
			`"type":"Point","metric":"http_req_duration"}`, want: "=1/5", words: "client-latency"},
		"a sub-metric": {text: point(dur, "00:01.5Z", 100, "200") +
			point("http_req_duration{a:b}", "00:01.5Z", 100, "200"), want: "=1/100", words: "client-latency"},
		"not JSON": {text: point(dur, "00:01.5Z", 100, "200") + `{"metric":"http_reqs","type":` + "\n" +
			point(dur, "00:01.5Z", 100, "200"), want: "=2/100", words: "client-latency bad-lines"},
		"the last line cut": {text: point(dur, "00:01.5Z", 100, "200") + point(dur, "00:01.5Z", 100, "200")[:60],
			want: "=1/100", words: "client-latency truncated"},
		"not a time": {text: point(dur, "xx", 100, "200"), err: `a:1: data.time "2026-11-24T14:xx" is not a time`},
		"not a value": {text: strings.Replace(point(dur, "00:01Z", 100, "200"), ":100", `:"x"`, 1),
			err: "a:1: data.value is not a number"},
		"negative":        {text: point(dur, "00:01Z", -5, "200"), err: "a:1: a duration of -5 ms"},
		"a count of less": {text: point(reqs, "00:01Z", -5, "200"), err: "a:1: -5 is not a number of requests"},
		"1970": {text: strings.Replace(point(dur, "00:01Z", 5, "200"), "2026", "1970", 1),
			err: "a:1: 1970-11-24 14:00:01 is before Lambda existed"},
		"CSV, other columns": {text: csv +
			"vus,1795528800,1,,\nhttp_reqs,1795528801,1,POST,200\nhttp_req_duration,1795528801,500.0,POST,200\n",
			want: "=1/500", words: "client-latency whole-seconds"},
		"CSV in milliseconds": {text: csv +
			"http_req_duration,1795528801500,100,POST,429\nhttp_req_duration,1795528801500,100,POST,200",
			want: "=2!1/100", words: "client-latency throttles-counted"},
		"CSV with dates": {text: csv + "http_req_duration,2026-11-24T14:00:00.5Z,100,POST,200\n", want: "=1/100",
			words: "client-latency"},
		"CSV, not a time": {text: csv + "http_reqs,x,1,POST,200\n",
			err: `a:2: timestamp "x" is not a time; expected seconds since 1970`},
		"CSV, not a value": {text: csv + "http_reqs,1795528800,x,POST,200\n",
			err: `a:2: metric_value "x" is not a number`},
	})
}

// TestK6CutRows checks rows of CSV that are cut, in the middle of a file and at its end.
func TestK6CutRows(t *testing.T) {
	const header, rows = "metric_name,timestamp,metric_value,status\n",
		"http_reqs,1795528800,1,200\nhttp_req_duration,1795528800,50,200\n"
	check(t, map[string]trap{
		"cut":    {text: header + "http_req_dur\n" + rows, want: "=1/50", words: "client-latency whole-seconds bad-lines"},
		"a part": {text: header + rows + "http_re", want: "=1/50", words: "client-latency truncated whole-seconds"},
	})
}

func TestVegeta(t *testing.T) {
	const report = `{"latencies":{"mean":100000000,"99th":5},"earliest":"2026-11-24T15:00:00+01:00","requests":%s,` +
		`"rate":%s,` +
		`"status_codes":{"0":1,"200":5,"429":2}}`
	line := func(at string, code int, body string) string {
		return fmt.Sprintf(`{"attack":"","seq":0,"code":%d,"timestamp":"2026-11-24T14:00:%s","latency":150000000,`+
			`"error":"a \"b\", c",`+
			`"body":%q,"headers":{"A":["{","]"]}}`+"\n", code, at, body)
	}
	body := strings.Repeat("QUJD", 1<<20)
	const row = "17955288%02d000000000,%d,150000000,0,1834,,%s,,0"
	check(t, map[string]trap{
		"a report": {text: fmt.Sprintf(report, "8", "4"), want: "=8!2/100 @4",
			words: "client-latency throttles-counted"},
		"one request": {text: fmt.Sprintf(report, "1", "1"),
			err: "a: answer 1: no rate; expected 2 requests or more"},
		"results": {text: line("00.5Z", 200, "") + line("01.0Z", 429, "") + line("01.5Z", 500, "e30="),
			want: "=3!1/150 @2", words: "client-latency throttles-counted"},
		"a zone":    {text: line("00.5+01:00", 200, ""), want: "=1/150", words: "client-latency"},
		"no answer": {text: line("00.5Z", 0, ""), want: "=1", words: "client-latency"},
		"a body of 4 MB": {text: line("00.5Z", 200, body) + line("01.5Z", 200, "e30="), want: "=2/150 @1",
			words: "client-latency"},
		"a long other text": {text: line("00.5Z", 200, strings.Repeat("-", 2<<20)) + line("01.5Z", 200, ""),
			want: "=1/150", words: "client-latency long-lines"},
		"a line cut": {text: line("00.5Z", 200, "") + line("01.5Z", 200, "")[:70], want: "=1/150",
			words: "client-latency truncated"},
		"no latency": {text: strings.Replace(line("00.5Z", 200, ""), "150000000", "null", 1),
			err: "a:1: latency is not a number; expected nanoseconds"},
		"no time": {text: strings.Replace(line("00.5Z", 200, ""), "2026-", "26-", 1),
			err: `a:1: timestamp "26-11-24T14:00:00.5Z" is not a time`},
		"9 columns": {text: fmt.Sprintf(row+"\n"+row+"\n", 0, 200, "", 1, 429, "e30="), want: "=2!1/150 @1",
			words: "client-latency throttles-counted"},
		"12 columns": {text: fmt.Sprintf(row+",GET,https://a/?b=\"c\",e30=", 0, 200, ""), want: "=1/150",
			words: "client-latency"},
		"a body in CSV": {text: fmt.Sprintf(row+"\n"+row+"\n", 0, 200, body, 2, 200, body), want: "=2/150 @0.5",
			words: "client-latency"},
		"quoted errors": {text: strings.Replace(fmt.Sprintf(row, 0, 200, ""), ",,", ",\"dial, \"\"a\"\"\nnext\",",
			1) + "\n" + fmt.Sprintf(row, 1, 200, ""), want: "=2/150 @1", words: "client-latency"},
		"too few columns": {text: fmt.Sprintf(row, 0, 200, "") + "\n1795528800000000000,200\n",
			err: "a:2: 2 columns; expected 9 or 12"},
		"not a latency": {text: fmt.Sprintf(row, 0, 200, "") + "\n" +
			strings.Replace(fmt.Sprintf(row, 0, 200, ""), "150000000", "x", 1) + "\n",
			err: `a:2: "x" is not a latency; expected nanoseconds`},
	})
}

func TestHey(t *testing.T) {
	const header, old = "response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset\n",
		"response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read\n"
	const text = "\nSummary:\n  Total:\t10.0000 secs\n  Slowest:\t0.1600 secs\n  Average:\t0.1000 secs\n  " +
		"Requests/sec:\t20.0000\n%s"
	check(t, map[string]trap{
		"rows in any order": {text: header + "0.2,0,0,0,0.1,0,200,1.0\n0.1,0,0,0,0.1,0,503,0.0\n0.1,0,0,0,0.1,0,429,0.5",
			want: "=3!1/150 @2", words: "client-latency throttles-counted"},
		"6 columns": {text: old + "0.2,0,0,0,0.1,0\n0.1,0,0,0,0.1,0\n", want: "= untimed 2/150",
			words: "client-latency no-times"},
		"a part":    {text: header + "0.2,0,0,0,0.1,0,200,1.0\n0.1,0,0", want: "=1/200", words: "client-latency truncated"},
		"no number": {text: header + "x,0,0,0,0.1,0,200,1.0\n", err: `a:2: response-time "x" is not a number of seconds`},
		"no offset": {text: header + "0.1,0,0,0,0.1,0,200,-5\n",
			err: `a:2: offset "-5"; expected seconds from the start of the test`},
		"as text": {text: fmt.Sprintf(text, "\nStatus code distribution:\n  [200]\t150 responses\n  [429]\t40 responses\n"+
			"\nError distribution:\n  [10]\tGet \"http://a\": EOF\n"), want: "=200!40/100 @20",
			words: "client-latency throttles-counted"},
		"text without statuses": {text: fmt.Sprintf(text, ""), want: "=200/100 @20", words: "client-latency"},
	})
	for statuses, known := range map[string]bool{"": false, "\nStatus code distribution:\n  [200]\t9 responses\n": true} {
		result, err := readTexts(t, traffic.Options{}, fmt.Sprintf(text, statuses))
		if err != nil || result.Traces[0].ThrottlesKnown != known {
			t.Errorf("%q: %v: throttled requests are known: %v, want %v", statuses, err, !known, known)
		}
	}
	rows := header + strings.Repeat("0.2,0,0,0,0.1,0,200,1.0\n", 1_000_000)
	check(t, map[string]trap{"a million": {text: rows, want: "=1e+06/200", words: "row-cap client-latency"}})
}

func TestArtillery(t *testing.T) {
	report := func(list ...string) string {
		return `{"aggregate":{"counters":{"http.requests":1e9}},"intermediate":[` + strings.Join(list, ",") + `]}`
	}
	period := func(period string, requests int, mean float64, more string) string {
		return fmt.Sprintf(`{"counters":{"vusers.created":99,"http.requests":%d%s},"period":%s,`+
			`"summaries":{"http.response_time":{"p99":9,"mean":%v,"count":%d}}}`, requests, more, period, mean, requests)
	}
	const one = `{"timestamp":"2026-11-24T14:00:%s","requestsCompleted":%s,"rps":{"count":20,"mean":2},` +
		`"latency":{%s"p95":9},` +
		`"codes":{"200":15,"429":5}}`
	rate := func(n, times int) string { return strings.TrimSpace(strings.Repeat(fmt.Sprintf("%d/100 ", n), times)) }
	check(t, map[string]trap{
		"as text": {text: report(period(`"1795528800000"`, 20, 100, "")), want: "=" + rate(2, 10),
			words: "client-latency"},
		"as a number": {text: report(period(`1795528800000`, 20, 100, "")), want: "=" + rate(2, 10),
			words: "client-latency"},
		"in another order": {text: report(period(`1795528810000`, 30, 100, ""), period(`1795528800000`, 20, 100, "")),
			want: "=" + rate(2, 10) + " " + rate(3, 10), words: "client-latency"},
		"throttled": {text: report(period(`1795528800000`, 20, 100, `,"http.codes.429":10`)),
			want: "=" + strings.TrimSpace(strings.Repeat("2!1/100 ", 10)), words: "client-latency throttles-counted"},
		"begins late": {text: report(strings.Replace(period(`1795528800000`, 21, 100, ""), `"period"`,
			`"firstCounterAt":1795528806500,"lastCounterAt":1795528808200,"period"`, 1)),
			want: "=7/100 7/100 7/100", words: "client-latency"},
		"no requests": {text: report(`{"counters":{"vusers.created":5},"period":"1795528800000"}`),
			err: "a: no requests in it; it was read as a report of Artillery"},
		"no time": {text: report(`{"counters":{"http.requests":5}}`),
			err: "a: /intermediate/0: no time; expected period or timestamp"},
		"only the sum": {text: `{"aggregate":{"counters":{"http.requests":5}}}`,
			err: "a: no intermediate; expected the whole report"},
		"negative": {text: report(period(`1795528800000`, -20, 100, "")),
			err: "a: /intermediate/0: -2 is not a number of requests"},
		"version 1": {o: given, text: report(fmt.Sprintf(one, "10.123Z", "19", "")),
			want: "=" + strings.TrimSpace(strings.Repeat("2!0.5 ", 10)), words: "percentile-not-mean throttles-counted"},
		"a list of requests": {text: report(strings.Replace(fmt.Sprintf(one, "10.123Z", "19", ""), `"codes"`,
			`"latencies":[[1795528801000,"a",150000000,200],[1795528801000,"b",1000000,429],`+
				`[1795528802000,"c",50000000,200],7],"codes"`, 1)), want: "=" + strings.TrimSpace(strings.Repeat("2!0.5/100 ", 10)),
			words: "client-latency throttles-counted"},
		"no mean": {text: report(fmt.Sprintf(one, "10.123Z", "19", "")),
			err: "only percentiles of the response time, and a mean is needed; give it with --duration"},
		"a late clock": {o: given, text: report(fmt.Sprintf(one, "10.9Z", "1", ""), fmt.Sprintf(one, "21.1Z", "1",
			"")), want: "=" + strings.Repeat("2!0.5 ", 10) +
			strings.TrimSpace(strings.Repeat("1.8181818181818181!0.45454545454545453 ", 11)),
			words: "percentile-not-mean throttles-counted"},
		"cut": {text: report(period(`1795528800000`, 20, 100, ""))[:100],
			err: "the JSON ends here, in the middle"},
		"without the sum": {text: `{"aggregate":{"counters":{}},"intermediate":[` +
			period(`1795528800000`, 20, 100, "") + `]}`, want: "=" + rate(2, 10), words: "client-latency"},
	})
}

func TestLocust(t *testing.T) {
	const header = "Timestamp,User Count,Type,Name,Requests/s,Failures/s,50%,Total Request Count,Total Failure Count," +
		"Total Median Response Time,Total Average Response Time,Total Min Response Time,Total Max Response Time\r\n"
	row := func(second int, name string, n, mean int) string {
		return fmt.Sprintf("17955288%02d,4,,%s,9.9,0.0,N/A,%d,0,5,%d,1,900\r\n", second, name, n, mean)
	}
	const totals = "Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Requests/s,50%\n"
	check(t, map[string]trap{
		"differences": {text: header + row(0, "Aggregated", 0, 0) + row(1, "Aggregated", 10, 100) +
			row(2, "Aggregated", 30, 200), want: "=10/100 20/250", words: "client-latency"},
		"any order": {text: header + row(2, "Aggregated", 30, 200) + row(0, "Aggregated", 0, 0) +
			row(1, "Aggregated", 10, 100), want: "=10/100 20/250", words: "client-latency"},
		"full history": {text: header + row(1, "/a", 4, 100) + row(1, "/b", 6, 100) + row(1, "Aggregated", 10, 100) +
			row(2, "/a", 9, 100) + row(2, "Aggregated", 30, 200), want: "=10/100 20/250", words: "client-latency"},
		"no sum": {text: header + row(1, "/a", 4, 100) + row(1, "/b", 6, 100) + row(2, "/a", 8, 100),
			want: "=10/100 4/100", words: "client-latency"},
		"a second left": {text: header + row(1, "Aggregated", 10, 100) + row(3, "Aggregated", 30, 100),
			want: "=10/100 10/100 10/100", words: "client-latency"},
		"statistics new": {text: header + row(1, "Aggregated", 10, 100) + row(2, "Aggregated", 5, 50),
			want: "=10/100 5/50", words: "client-latency"},
		"rounded means": {text: header + row(1, "Aggregated", 1000, 100) + row(2, "Aggregated", 1001, 99),
			want: "=1000/100 1/99", words: "client-latency"},
		"a long gap": {text: header + row(1, "Aggregated", 10, 100) +
			strings.Replace(row(2, "Aggregated", 30, 100), "17955288", "17955388", 1),
			err: "a:3: the row before it is 10,001s earlier: when its 20 requests came is not known"},
		"old": {text: "Timestamp,User Count,Type,Name,Requests/s\n1795528801,4,,Total,9\n",
			err: "a:1: no column Total Request Count"},
		"a header alone": {text: totals, err: "a:1: no requests; expected a Request Count of at least 1"},
		"no count": {text: header + strings.Replace(row(1, "Aggregated", 10, 100), ",10,", ",ten,", 1),
			err: `a:2: Total Request Count "ten" is not a number`},
		"no time": {text: header + "now" + row(1, "Aggregated", 10, 100),
			err: `a:2: Timestamp "now1795528801" is not a time`},
		"totals": {text: totals +
			"POST,/a,30,0,5,100,3.0,5\nPOST,/b,10,0,5,200,1.0,5\n,Aggregated,40,0,5,125,4.0,5\n", want: "=40/125 @4",
			words: "client-latency"},
		"totals by name": {text: totals + "POST,/a,30,0,5,100,3.0,5\nPOST,/b,10,0,5,200,1.0,5\n", want: "=40/125 @4",
			words: "client-latency"},
		"no rate": {text: totals + ",Aggregated,40,0,5,125,N/A,5\n", err: `a:2: Requests/s "N/A" is not a number`},
	})
}

func TestJMeter(t *testing.T) {
	const header = "timeStamp,elapsed,label,responseCode,responseMessage,threadName,success,bytes,Latency,IdleTime," +
		"Connect\n"
	check(t, map[string]trap{
		"samples": {text: header + "1795528800000,150,a,200,OK,t,true,9,140,0,1\n1795528800500,20,a,429,Slow,t,false,9," +
			"20,0,1\n" +
			"1795528801000,250,a,OK,OK,t,true,9,140,0,1\n", want: "=3!1/200 @2", words: "client-latency throttles-counted"},
		"transactions": {text: header + "1795528800000,150,a,200,OK,t,true,9,140,0,1\n" +
			"1795528800000,150,all,200,\"Number of samples in transaction : 1, number of failing samples : 0\",t,true,9," +
			"140,0,1\n",
			want: "=1/150", words: "client-latency"},
		"no answer": {text: header + "1795528800000,150,a,Non HTTP response code: java.net.SocketException,x,t,false,9," +
			"0,0,1\n", want: "=1", words: "client-latency"},
		"dates": {text: header + "2026/11/24 14:00:00.500,150,a,200,OK,t,true,9,140,0,1\n", want: "=1/150",
			words: "client-latency time-zone-assumed"},
		"no time": {text: header + "x,150,a,200,OK,t,true,9,140,0,1\n",
			err: `a:2: timeStamp "x" is not a time; expected milliseconds since 1970`},
		"cut": {text: header + "1795528800000,150,a,200,OK,t,true,9,140,0,1\n179552", want: "=1/150",
			words: "client-latency truncated"},
	})
}
