package traffic_test

import (
	"strings"
	"testing"
	"time"

	"github.com/lambdacap/lambdacap/cmd/internal/traffic"
)

func field(list ...string) (o traffic.Options) {
	o.Field = map[string]string{}
	for _, text := range list {
		name, column, _ := strings.Cut(text, "=")
		o.Field[name] = column
	}
	return o
}

// rows returns a table: times by the minute from 12:00 in front of the rest of each row.
func rows(header string, rest ...string) string {
	lines := []string{header}
	for i, text := range rest {
		lines = append(lines, time.Date(2026, 11, 24, 12, i, 0, 0, time.UTC).Format(time.RFC3339)+text)
	}
	return strings.Join(lines, "\n") + "\n"
}

// TestPlainColumns checks names of columns and the cells under them. It is long because of its table.
func TestPlainColumns(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("no time zones here:", err)
	}
	check(t, map[string]trap{
		"names": {text: rows("TIME,Requests,Duration ms,Throttled", ",5,100,1", ",6,200,0"),
			want: "=6!1/100 6/200", words: "throttles-counted"},
		"seconds":            {text: rows("timestamp,count,latency_s", ",5,0.1"), want: "=5/100"},
		"microseconds":       {text: rows("timestamp,count,avg (us)", ",5,100000"), want: "=5/100"},
		"a unit and no more": {text: rows("timestamp,count,ms", ",5,100"), want: "=5/100"},
		"a unit at the end":  {text: rows("timestamp,count,answer_s", ",5,0.1"), want: "=5/100"},
		"no unit": {text: rows("timestamp,count,duration", ",5,100"),
			err: "a:1: the name duration does not say the unit of the duration; expected a name such as duration_ms or " +
				"duration_s, or --duration"},
		"a duration elsewhere": {o: given, text: rows("timestamp,count,duration", ",5,100"), want: "=5"},
		"a percentile": {text: rows("timestamp,count,p99_ms", ",5,100"),
			err: "a:1: p99_ms is the only duration, and a mean is needed"},
		"a percentile beside a mean": {text: rows("timestamp,count,p99_ms,avg_ms", ",5,100,50"), want: "=5/50"},
		"a rate":                     {text: rows("timestamp,rps", ",5", ",6"), want: "=300 360"},
		"a rate by words":            {text: rows("timestamp,requests/s", ",5", ",6"), want: "=300 360"},
		"a rate by minutes":          {text: rows("timestamp,requests_per_minute", ",60", ",120"), want: "=60 120"},
		"a rate and throttles": {text: rows("timestamp,rps,throttled_per_s", ",5,1", ",6,0"),
			want: "=360!60 360", words: "throttles-counted"},
		"a rate by 5 minutes": {text: "timestamp,rps\n2026-11-24T12:00:00Z,1\n2026-11-24T12:05:00Z,2\n",
			want: "=300 600", words: "coarse-period"},
		"functions": {text: rows("minute,function,count,avg_ms", ",a,1,10", ",b,2,20", ",a,3,30"),
			want: "a=1/10 - 3/30; b=2/20", words: "gaps"},
		"semicolons": {text: rows("Zeit;Anfragen;Dauer ms", ";1.234,5;120,25"), want: "=1234.5/120.25"},
		"tabs":       {text: rows("time\tcount\tavg_ms", "\t5\t1.5"), want: "=5/1.5"},
		"quotes": {text: rows(`"time","count","note, or not","avg_ms"`, `,"5","a ""b"", c","1.5"`),
			want: "=5/1.5"},
		"a line break in quotes": {text: rows(`"time","count","note"`, ",5,\"a\nb\"", ",6,"), want: "=5 6"},
		"empty cells": {text: rows("time,count,avg_ms", ",5,100", ",,", ",7,"), want: "=5/100 - 7",
			words: "gaps"},
		"a quote inside a cell":  {text: rows("time,count,note", `,5,3" disk`, ",6,"), want: "=5 6"},
		"quotes that do not end": {text: rows("time,count,note", ",5,", `,6,"a`, ",7,"), want: "=5", words: "truncated"},
		"quotes over a megabyte": {text: rows("time,count,note", `,5,"a`) +
			strings.Repeat(strings.Repeat("x", 999)+"\n", 1100),
			err: "a: line 2: quotes begin that do not end within 1 MB"},
		"errors are no requests": {text: rows("time,requests,error count,bytes", ",5,1,9"), want: "=5"},
		"the time of answers":    {text: rows("time,requests,response time (ms)", ",5,100"), want: "=5/100"},
		"two counts": {text: rows("time,requests,count", ",5,1"),
			err: "a:1: the count may be requests or count; say which: --field count=requests"},
		"one of two": {o: field("count=COUNT"), text: rows("time,requests,count", ",5,1"), want: "=1"},
		"own names": {o: field("time=a", "count=b", "duration=c_ms", "throttles=d", "function=e"),
			text: rows("a,b,c_ms,d,e", ",5,100,1,shop"), want: "shop=6!1/100", words: "throttles-counted"},
		"no such name": {o: field("count=request"), text: rows("time,requests,b", ",5,1"),
			err: "a:1: no column request (--field count); did you mean requests?"},
		"no count": {text: rows("time,foo", ",5"),
			err: "a:1: no column of numbers of requests; expected a name such as requests or rps"},
		"no time": {text: "requests,foo\n5,1\n",
			err: "a:1: no column of times; expected a name such as timestamp"},
		"no header":            {text: rows("2026-11-24T11:59:00Z,4", ",5", ",6"), want: "=4 5 6"},
		"no header in seconds": {text: "0;4\n60;5\n", want: "=4 5"},
		"a byte order mark":    {text: "\ufeff" + rows("time,count", ",5"), want: "=5"},
		"CRLF": {text: strings.ReplaceAll(rows("time,count", ",5", ",6"), "\n", "\r\n"),
			want: "=5 6"},
		"comments":       {text: rows("time,count", ",5") + "# end\n,99\n", want: "=5"},
		"the same twice": {text: rows("time,count", ",5") + "2026-11-24T12:00:00Z,5\n", want: "=5"},
		"by region": {text: rows("time,count,region", ",5,eu") + "2026-11-24T12:00:00Z,5,us\n",
			err: "a:3: another row for 2026-11-24T12:00:00Z; expected one for each time and function, and the column region"},
		"different": {text: rows("time,count", ",5") + "2026-11-24T12:00:00Z,6\n",
			err: "a:3: Invocations (Sum) at 2026-11-24 12:00:00 is 6 here and 5 in"},
		"not a number": {text: rows("time,count", ",five") + "\n", err: `a:2: "five" is not a number`},
		"NaN":          {text: rows("time,count", ",NaN"), err: `a:2: "NaN" is not a number`},
		"negative": {text: rows("time,count", ",-5"),
			err: "a:2: -5 is not a number of requests; expected 0 or more"},
		"thousands": {text: rows("time,count", `,"18,000"`),
			err: `a:2: "18,000" is not a number; expected such as 18000`},
		"a point of what": {text: rows("time;count", ";18.000"),
			err: `a:2: "18.000": is the point for thousands or for decimals?`},
		"too many columns": {text: rows("time,count", ",5,6"),
			err: "a:2: 3 columns; expected 2, as the first line has"},
		"a long duration": {text: rows("time,count,avg_s", ",5,100000"),
			err: "a:2: a duration of 100000000 ms; expected at most 90m"},
		"cut": {text: strings.TrimSuffix(rows("time,count", ",5", ",6"), "Z,6\n"), want: "=5",
			words: "truncated"},
		"bad lines": {text: rows("time,count", ",5", ",6\x00", ",7\xff", ",8"), want: "=5 - - 8",
			words: "gaps bad-lines"},
		"nothing": {text: "time,count\n", err: "a: no requests in it; it was read as a CSV file"},
		"a zone": {o: traffic.Options{TimeZone: berlin, Between: between(t,
			"2026-11-24T11:00..11:01")}, text: "time,count\n2026-11-24 12:00,5\n2026-11-24 12:01,6\n", want: "=5"},
	})
}

// TestPlainTimes checks the shapes of times. Want is the time of the first row and the length of a step.
func TestPlainTimes(t *testing.T) {
	for _, test := range []struct{ header, first, second, form, want string }{
		{"time", "2026-11-24T12:00:00Z", "2026-11-24T12:01:00Z", "", "2026-11-24T12:00:00Z 1m0s"},
		{"time", "2026-11-24T13:00:00.5+01:00", "2026-11-24T12:01:00Z", "", "2026-11-24T12:00:00Z 1m0s"},
		{"time", "2026-11-24 12:00", "2026-11-24 12:01", "", "2026-11-24T12:00:00Z 1m0s"},
		{"time", "2026-11-24 12:00:07", "2026-11-24 12:00:08", "", "2026-11-24T12:00:07Z 1s"},
		{"time", "2026/11/24 12:00:00", "2026/11/24 12:05:00", "", "2026-11-24T12:00:00Z 5m0s"},
		{"time", "24.11.2026 12:00", "24.11.2026 13:00", "", "2026-11-24T12:00:00Z 1h0m0s"},
		{"time", "24.11.2026 12:00:30", "24.11.2026 12:01:30", "", "2026-11-24T12:00:30Z 1m0s"},
		{"date", "2026-11-23", "2026-11-24", "", "2026-11-23T00:00:00Z 24h0m0s"},
		{"date", "23.11.2026", "24.11.2026", "", "2026-11-23T00:00:00Z 24h0m0s"},
		{"t", "1795521600", "1795521660", "", "2026-11-24T12:00:00Z 1m0s"},
		{"t", "1795521600000", "1795521660000", "", "2026-11-24T12:00:00Z 1m0s"},
		{"t", "1795521600000000", "1795521660000000", "", "2026-11-24T12:00:00Z 1m0s"},
		{"t", "1795521600000000000", "1795521660000000000", "", "2026-11-24T12:00:00Z 1m0s"},
		{"t", "0", "1", "", "0s 1s"},
		{"t", "10.0", "20.0", "", "10s 10s"},
		{"minute", "0", "1", "", "0s 1m0s"},
		{"time_ms", "2000", "3000", "", "2s 1s"},
		{"time", "12:00", "12:01", "", "12h0m0s 1m0s"},
		{"time", "12:00:00", "12:00:10", "", "12h0m0s 10s"},
		{"time", "11/24/2026 12:00", "11/24/2026 12:01", "01/02/2006 15:04", "2026-11-24T12:00:00Z 1m0s"},
		{"time", "24/11/2026 12:00", "24/11/2026 12:01", "02/01/2006 15:04", "2026-11-24T12:00:00Z 1m0s"},
		{"time", "24 Nov 26 13:00 +0100", "24 Nov 26 13:01 +0100", "02 Jan 06 15:04 -0700", "2026-11-24T12:00:00Z 1m0s"},
		{"time", "11/24/2026 12:00", "", "",
			`a:2: "11/24/2026 12:00": is the month or the day first? Say it with --time-format`},
		{"", "11/24/2026 12:00", "", "",
			`a:1: "11/24/2026 12:00": is the month or the day first? Say it with --time-format`},
		{"time", "11/24/2026 12:00", "", "2006-01-02",
			`a:2: "11/24/2026 12:00" is not a time of the form "2006-01-02" (--time-format)`},
		{"time", "24 11 2026", "", "", `a:2: "24 11 2026" is not a time; expected such as 2026-11-24T12:00:00Z`},
		{"time", "2026-02-30 12:00", "", "", `a:2: "2026-02-30 12:00" is not a time`},
		{"time", "31.02.2026 12:00", "", "", `a:2: "31.02.2026 12:00" is not a time`},
		{"time", "24 Nov 2026 12:00 EST", "", "02 Jan 2006 15:04 MST",
			`a:2: "24 Nov 2026 12:00 EST": what is the time in EST?`},
		{"time", "99999999", "", "", `a:2: "99999999" is not a time; expected a time since 1970, or a distance of at ` +
			`most 400 days`},
		{"time", "-5", "", "", `a:2: "-5" is not a time`},
		{"t", "0.5", "", "", "a:2: a time of 0.5 s; expected whole seconds from the start"},
		{"time", "24.11.2014 12:00", "24.11.2026 12:00", "", "the traffic spans more than 400 days"},
		{"time", "24.11.2013 12:00", "", "", "a:2: 2013-11-24 12:00:00 is before Lambda existed"},
		{"time", "24.11.2036 12:00", "", "", "a:2: 2036-11-24 12:00:00 is in the future"},
	} {
		var lines []string
		if test.header != "" {
			lines = append(lines, test.header+",count")
		}
		lines = append(lines, test.first+",1")
		if test.second != "" {
			lines = append(lines, test.second+",2")
		}
		result, err := readTexts(t, traffic.Options{TimeFormat: test.form}, strings.Join(lines, "\n")+"\n")
		if err != nil {
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s: got %v, want %s", test.first, err, test.want)
			}
			continue
		}
		trace := result.Traces[0]
		got := time.Unix(trace.Start, 0).UTC().Format(time.RFC3339)
		if !trace.Dated {
			got = (time.Duration(trace.Start) * time.Second).String()
		}
		if got += " " + (time.Duration(trace.StepS) * time.Second).String(); got != test.want || steps(trace) != "1 2" {
			t.Errorf("%s: got %s, %s; want %s", test.first, got, steps(trace), test.want)
		}
	}
}

// TestConsole checks files that the console of CloudWatch downloads. There is no public sample, so many forms are read.
func TestConsole(t *testing.T) {
	const values = "2026/11/24 12:00:00,5,100.5\n2026/11/24 12:01:00,,\n2026/11/24 12:02:00,6,110\n"
	const want, zone = "5/100.5 - 6/110", "gaps time-zone-assumed"
	metric := func(id string) traffic.Options {
		return traffic.Options{Metric: map[string]string{id: "Invocations", "m2": "Duration"}}
	}
	check(t, map[string]trap{
		"labels": {text: "Label,Invocations,Duration\nUnit,Count,Milliseconds\nId,m1,m2\n" + values,
			want: "=" + want, words: zone + " statistic-assumed"},
		"rows of labels": {text: "\"Full label\",\"shop Invocations\",\"shop Duration\"\n\"Namespace\",\"AWS/Lambda\"," +
			"\"AWS/Lambda\"\n\"MetricName\",\"Invocations\",\"Duration\"\n\"Statistic\",\"Sum\",\"Average\"\n\"Period\"," +
			"60,60\n" + values, want: "shop=" + want, words: zone},
		"a zone": {text: "Label,Invocations,Duration Average\n" +
			strings.ReplaceAll(values, ":00,", ":00Z,"), want: "=" + want, words: "gaps"},
		"ISO times": {text: "Label,Invocations,Duration Average\n" +
			strings.NewReplacer("/", "-", ":00,", ":00Z,").Replace(values), want: "=" + want, words: "gaps"},
		"seconds": {text: "Label,Invocations,Duration Average\nUnit,Count,Seconds\n" +
			strings.NewReplacer(":00,", ":00Z,", "100.5", "0.1005", "110", "0.11").Replace(values), want: "=" + want,
			words: "gaps"},
		"by ids": {o: metric("m1"), text: "Label,shop,shop\nId,m1,m2\nStat,Sum,Average\n" + values,
			want: "shop=" + want, words: zone},
		"an unknown metric": {text: "Label,shop,Duration Average\nId,m1,m2\n" + values,
			err: "a:3: no metric known for column 2 (m1); say it: --metric 'm1=Invocations'"},
		"a known metric": {o: metric("m1"), text: "Label,shop,shop Duration Average\nId,m1,m2\n" + values,
			want: "shop=" + want, words: zone},
		"functions": {text: "Label,shop Invocations,cart Invocations\n" + values,
			want: "cart=100.5 - 110; shop=5 - 6", words: zone},
		"another unit": {text: "Label,Invocations,Duration\nUnit,Count,Bytes\n" + values,
			err: `a:3: a duration in "Bytes"; expected Milliseconds`},
		"a strange row": {text: "Label,Invocations,Duration Average\n" + values + "sum,11,1\n",
			err: `a:5: "sum" is not a time; expected such as 2026/11/24 12:00:00`},
		"not a number": {text: "Label,Invocations,Duration Average\n" + values + "2026/11/24 12:03:00,many,1\n",
			err: `a:5: "many" is not a number`},
		"too many columns": {text: "Label,Invocations,Duration Average\n" + values + "2026/11/24 12:03:00,1,1,1\n",
			err: "a:5: 4 columns; expected 3, as the labels have"},
		"a metric of no use": {text: "Label,Invocations,Errors\n" + values, want: "=5 - 6", words: zone},
	})
}
