package traffic_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/cmd/internal/traffic"
)

// where returns options with conditions such as path=/a*.
func where(list ...string) (o traffic.Options) {
	for _, text := range list {
		key, pattern, _ := strings.Cut(text, "=")
		o.Where = append(o.Where, traffic.Condition{Key: key, Pattern: pattern})
	}
	return o
}

// albLine is a line of the log of an Application Load Balancer, which starts at a second of 02:59.
func albLine(second int, seconds, status, target, path, group, reason string) string {
	return fmt.Sprintf(`h2 2026-11-24T02:59:59.900000Z app/a/50dc 203.0.113.3:40003 - 0.001 %s 0.000 %s %s 421 1834 `+
		`"GET https://shop.example.com:443%s HTTP/2.0" "curl \"x\" y" ECDHE TLSv1.2 %s "Root=1" "shop.example.com" `+
		`"arn:aws:acm:x" 0 2026-11-24T02:59:%02d.000000Z "forward" "-" "%s" "-" "-"`+"\n", seconds, status, target, path,
		group, second, reason)
}

const group = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop/73e2"

func TestALB(t *testing.T) {
	line := func(second int, seconds, status, target, reason string) string {
		return albLine(second, seconds, status, target, "/a?b=c", group, reason)
	}
	good := line(1, "0.100", "200", "200", "-")
	both := albLine(1, "0.100", "200", "200", "/cart/1?x=/b", group, "-") +
		albLine(2, "0.300", "200", "200", "/list", strings.Replace(group, "shop", "search", 1), "-")
	const first, second = "=1/100", "=1/300"
	check(t, map[string]trap{
		"out of order": {text: line(9, "0.300", "200", "200", "-") + good, want: "=2/200 @0.125",
			words: "client-latency"},
		"throttled": {text: good + line(3, "0.000", "503", "-", "LambdaThrottling"), want: "=2!1/100 @0.5",
			words: "client-latency throttles-counted"},
		"an error": {text: line(3, "0.300", "502", "-", "LambdaUnhandled"), want: "=1/300",
			words: "client-latency"},
		"no known time": {text: line(3, "-1", "502", "-", "LambdaInvalidResponse"), want: "=1",
			words: "client-latency"},
		"a client that left": {text: good + line(3, "0.300", "460", "-", "-"), want: "=1/100", words: "client-latency"},
		"not reached":        {text: good + line(3, "-1", "503", "-", "-"), want: "=1/100", words: "client-latency"},
		"redirected": {text: good + albLine(3, "-1", "301", "-", "/a", "-", "-"), want: "=1/100",
			words: "client-latency"},
		"more columns": {text: strings.TrimSuffix(good, "\n") + ` TID_1 "x y" z` + "\n", want: "=1/100",
			words: "client-latency"},
		"a path":            {o: where("path=/cart*"), text: both, want: first, words: "client-latency"},
		"a path exactly":    {o: where("path=/list"), text: both, want: second, words: "client-latency"},
		"not all of a path": {o: where("path=/cart"), text: both, err: "a: no requests in it"},
		"in the middle":     {o: where("path=*art*1"), text: both, want: first, words: "client-latency"},
		"a target group":    {o: where("target-group=search"), text: both, want: second, words: "client-latency"},
		"two conditions": {o: where("host=shop.*", "method=GET", "status=200", "target_group=shop"), text: both,
			want: first, words: "client-latency"},
		"no such key": {o: where("paht=/a"), text: both,
			err: "a:1: --where paht: no such key in an access log of an Application Load Balancer; did you mean path?"},
		"no such log": {o: where("path=/a"), text: "timestamp,requests\n",
			err: "a: --where path=/a chooses from an access log, and this is a CSV file"},
		"cut":             {text: good + good[:90], want: "=1/100", words: "client-latency truncated"},
		"too few columns": {text: good + good[:90] + "\n", err: "a:2: 11 columns; expected 25 or more"},
		"a strange duration": {text: good + line(3, "fast", "200", "200", "-"),
			err: `a:2: the target processing time "fast" is not a number of seconds`},
		"a strange time": {text: good + strings.Replace(good, "02:59:01", "2:59:01", 1),
			err: `a:2: the request creation time "2026-11-24T2:59:01.000000Z" is not a time`},
		"a classic one": {text: `2026-11-24T02:59:00.442000Z my-elb 203.0.113.3:40003 10.0.0.1:80 0.001 0.141 0.000 ` +
			`200 200 0 29 "GET http://a:80/ HTTP/1.1" "curl" - -` + "\n",
			err: "a: this is the log of a Classic Load Balancer, which cannot invoke functions"},
	})
}

func TestAPIGateway(t *testing.T) {
	line := func(text string) string { return "{" + text + `,"requestId":"x"}` + "\n" }
	at := func(second int) string { return fmt.Sprintf(`"requestTimeEpoch":"17954891%02d000"`, second) }
	full := at(40) + `,"status":"200","integrationStatus":"200","integrationLatency":"100","path":"/a"`
	fields := traffic.Options{Field: map[string]string{"time": "ts", "duration": "lat", "status": "st"}}
	check(t, map[string]trap{
		"usual names": {text: line(full), want: "=1/100", words: "client-latency"},
		"numbers": {text: line(`"request_time_epoch":1795489140000,"status":200,"integration.latency":100`),
			want: "=1/100", words: "client-latency"},
		"objects": {text: line(`"$context":{"requestTimeEpoch":1795489140000,"integration":{"latency":100}}`),
			want: "=1/100", words: "client-latency"},
		"a day": {text: line(`"requestTime":"24/Nov/2026:02:59:00 +0000","integrationLatency":"100"`),
			want: "=1/100", words: "client-latency whole-seconds"},
		"both times": {text: line(`"requestTime":"24/Nov/2026:02:59:00 +0000","requestTimeEpoch":"1795489141500",`+
			`"integrationLatency":"100"`) + line(at(42)+`,"integrationLatency":"100"`), want: "=2/100 @2",
			words: "client-latency"},
		"its own throttle": {text: line(full) +
			line(at(41)+`,"status":"429","integrationStatus":"-","integrationLatency":"-"`), want: "=1/100",
			words: "client-latency"},
		"Lambda's throttle": {text: line(full) +
			line(at(41)+`,"status":"500","integrationStatus":"429","integrationLatency":"3"`), want: "=2!1/100 @1",
			words: "client-latency throttles-counted"},
		"throttled by whom": {text: line(full) + line(at(41)+`,"status":"429","path":"/a"`), want: "=2!1/100 @1",
			words: "client-latency throttles-counted"},
		"not authorized": {text: line(full) + line(at(41)+`,"status":"403","integrationLatency":"-"`),
			want: "=1/100", words: "client-latency"},
		"no durations": {text: line(at(41) + `,"status":"200"`), want: "=1"},
		"other names": {o: fields, text: line(`"ts":"1795489140500","lat":"100","st":"200"`) +
			line(`"ts":"1795489141500","lat":"-","st":"429"`), want: "=1/100", words: "client-latency"},
		"given names win": {o: fields,
			text: line(`"ts":"1795489140500","requestTimeEpoch":"0","lat":"100","integrationLatency":"9","st":"200"`),
			want: "=1/100", words: "client-latency"},
		"a path": {o: where("path=/a"), text: line(full) + line(strings.Replace(full, "/a", "/b", 1)),
			want: "=1/100", words: "client-latency"},
		"something else": {text: line(full) + `{"message":"hello"}` + "\n", want: "=1/100", words: "client-latency"},
		"not JSON":       {text: line(full) + "hello\n" + line(full), want: "=2/100", words: "client-latency bad-lines"},
		"cut":            {text: line(full) + line(full)[:50], want: "=1/100", words: "client-latency truncated"},
		"no time": {text: line(full) + line(strings.Replace(full, "1795", "x795", 1)),
			err: `a:2: the time of the request "x795489140000" is not a time`},
		"no latency": {text: line(full) + line(strings.Replace(full, `"100"`, `"slow"`, 1)),
			err: `a:2: the integration latency "slow" is not a number of milliseconds`},
		"deep": {text: line(full) + `{"a":` + strings.Repeat("[", 200) + "\n", want: "=1/100",
			words: "client-latency bad-lines"},
	})
}

func TestCLF(t *testing.T) {
	const line = `203.0.113.3 - [x] [24/Nov/2026:02:59:%02d +0100] "GET /a?b HTTP/1.1" %d 1834 "-" "a \"b\" [c]"` + "\n"
	check(t, map[string]trap{
		"counts": {text: fmt.Sprintf(line, 0, 200) + fmt.Sprintf(line, 10, 500), want: "=2 @0.1",
			words: "whole-seconds"},
		"throttled": {text: fmt.Sprintf(line, 0, 200) + fmt.Sprintf(line, 1, 429), want: "=2!1 @1",
			words: "throttles-counted whole-seconds"},
		"a status": {o: where("status=2*"), text: fmt.Sprintf(line, 0, 200) + fmt.Sprintf(line, 10, 404),
			want: "=1", words: "whole-seconds"},
		"a path": {o: where("path=/a", "method=GET"), text: fmt.Sprintf(line, 0, 200), want: "=1",
			words: "whole-seconds"},
		"another path": {o: where("path=/a/*"), text: fmt.Sprintf(line, 0, 200), err: "no requests in it"},
		"other lines": {text: fmt.Sprintf(line, 0, 200) + "hello\n" + fmt.Sprintf(line, 0, 200), want: "=2",
			words: "whole-seconds bad-lines"},
		"cut": {text: fmt.Sprintf(line, 0, 200) + fmt.Sprintf(line, 0, 200)[:30], want: "=1",
			words: "truncated whole-seconds"},
		"no month": {text: fmt.Sprintf(line, 0, 200) + strings.Replace(fmt.Sprintf(line, 0, 200), "Nov", "ovD", 1),
			want: "=1", words: "whole-seconds bad-lines"},
		"a future": {text: strings.Replace(fmt.Sprintf(line, 0, 200), "2026", "2036", 1),
			err: "a:1: 2036-11-24 01:59:00 is in the future"},
	})
}

func TestCloudFront(t *testing.T) {
	const header = "#Version: 1.0\n#Fields: date time x-edge-location cs-method x-host-header cs-uri-stem sc-status " +
		"x-edge-result-type\n"
	row := func(second int, path string, status int, result string) string {
		return fmt.Sprintf("2026-11-24\t02:59:%02d\tFRA1\tGET\tshop.example.com\t%s\t%d\t%s\n", second, path, status, result)
	}
	miss := row(0, "/a", 200, "Miss")
	check(t, map[string]trap{
		"counts": {text: header + miss + row(10, "/a", 502, "Error"), want: "=2 @0.1", words: "whole-seconds"},
		"from a cache": {text: header + miss + row(10, "/a", 200, "Hit") + row(20, "/a", 200, "RefreshHit"),
			want: "=2 @0.05", words: "whole-seconds"},
		"a path": {o: where("path=/b*", "host=shop.*", "method=GET", "status=200"),
			text: header + miss + row(10, "/b/c", 200, "Miss"), want: "=1", words: "whole-seconds"},
		"two headers": {text: header + miss + header + miss, want: "=2", words: "whole-seconds"},
		"cut":         {text: header + miss + miss[:20], want: "=1", words: "truncated whole-seconds"},
		"no time": {text: header + strings.Replace(miss, "02:59", "259", 1),
			err: "a:3: no time; expected date and time, such as 2026-11-24 and 12:59:00"},
	})
}
