package traffic_test

import (
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/lambdacap/lambdacap/calc/series"
	"github.com/lambdacap/lambdacap/cmd/internal/traffic"
)

// rateOf returns the rate of all of a trace, requests per second.
func rateOf(t *series.Trace) float64 {
	if t.ClientRPS > 0 {
		return t.ClientRPS
	}
	return sumOf(t).requests / float64(int64(t.Len())*t.StepS)
}

// TestLoadTests checks that every sample of a load test, of an access log and of CSV gives the totals of the story:
// testdata/totals.json. It is long because of its table.
func TestLoadTests(t *testing.T) {
	const test, night, noon = "2026-11-24T14:00:00Z", "2026-11-24T02:59:00Z", "2026-11-24T12:00:00Z"
	const clientWords = "client-latency throttles-counted"
	for _, test := range []struct {
		file                       string
		from                       string // empty: without dates
		stepS                      int64
		requests, throttled        float64
		meanMS, rate, within       float64
		calls                      int
		words                      string
		untimed, untimedMS         float64
		functions, missing, length int
	}{
		{file: "k6-summary-export.json", stepS: 30, requests: 600, meanMS: 147.4, rate: 20, words: "client-latency"},
		{file: "k6-summary-v1.json", stepS: 30, requests: 600, meanMS: 147.4, rate: 20, words: "client-latency"},
		{file: "k6-out.json.gz", from: test, stepS: 60, requests: 600, throttled: 12, meanMS: 150, rate: 20, calls: 588,
			words: clientWords},
		{file: "k6-out.csv", from: test, stepS: 60, requests: 60, meanMS: 150, rate: 20, within: 0.5,
			words: "client-latency whole-seconds"},
		{file: "vegeta-report.json", from: test, stepS: 30, requests: 600, throttled: 12, meanMS: 147.4, rate: 600 / 29.95,
			words: clientWords},
		{file: "vegeta-results.jsonl", from: test, stepS: 60, requests: 600, throttled: 12, meanMS: 150, rate: 20,
			calls: 588, words: clientWords},
		{file: "vegeta-results.csv", from: test, stepS: 60, requests: 600, throttled: 12, meanMS: 150, rate: 20,
			calls: 588, words: clientWords},
		{file: "vegeta-results-9col.csv", from: test, stepS: 60, requests: 60, meanMS: 150, rate: 20, calls: 60,
			words: "client-latency"},
		{file: "hey.csv", stepS: 60, requests: 600, throttled: 12, meanMS: 150, rate: 20, calls: 588, words: clientWords},
		{file: "hey.txt", stepS: 30, requests: 600, throttled: 12, meanMS: 147.4, rate: 19.9402, words: clientWords},
		{file: "artillery.json", from: test, stepS: 1, requests: 600, throttled: 12, meanMS: 147.4, rate: 20, length: 30,
			words: clientWords},
		{file: "locust_stats_history.csv", from: test, stepS: 1, requests: 600, meanMS: 147.4, rate: 20, length: 30,
			words: "client-latency"},
		{file: "locust_stats.csv", stepS: 30, requests: 600, meanMS: 147.4, rate: 20, words: "client-latency"},
		{file: "alb-access.log.gz", from: night, stepS: 60, requests: 601, throttled: 1, rate: 10, meanMS: 135, within: 0.1,
			calls: 600, words: clientWords},
		{file: "apigateway-access.jsonl", from: night, stepS: 60, requests: 600, rate: 10, meanMS: 135, within: 0.1,
			calls: 600, words: "client-latency"},
		{file: "apigateway-access-clf.log", from: night, stepS: 60, requests: 60, rate: 10,
			words: "whole-seconds"},
		{file: "day.csv", from: "2026-11-24T00:00:00Z", stepS: 60, requests: 9_000_000, throttled: 3000,
			meanMS: 1_104_000_000. / 9_000_000, rate: 9_000_000. / 86_400, length: 1440, missing: 30,
			words: "throttles-counted gaps"},
		{file: "german.csv", from: noon, stepS: 60, requests: 90_000, meanMS: 120, rate: 300, length: 5,
			words: "time-zone-assumed"},
		{file: "seconds.csv", stepS: 1, requests: 300 + 3000*50 + (570+2730)*9/2, rate: 2750, within: 500, length: 60},
	} {
		trace, result := read(t, traffic.Options{}, test.file)
		got := sumOf(trace)
		near := func(what string, got, want float64) {
			if within := max(test.within, 1e-9*want); !(math.Abs(got-want) <= within) {
				t.Errorf("%s: %s: got %v, want %v", test.file, what, got, want)
			}
		}
		near("the mean duration", got.meanMS, test.meanMS)
		near("the rate", rateOf(trace), test.rate)
		if math.Abs(got.requests-test.requests) > 1e-6 || math.Abs(got.throttled-test.throttled) > 1e-6 ||
			len(trace.Calls) != test.calls {
			t.Errorf("%s: got %v requests, %v throttled, %d calls", test.file, got.requests, got.throttled, len(trace.Calls))
		}
		from := ""
		if trace.Dated {
			from = time.Unix(trace.Start, 0).UTC().Format(time.RFC3339)
		}
		if from != test.from || trace.StepS != test.stepS || trace.Len() != max(1, test.length) ||
			int(got.missing) != test.missing {
			t.Errorf("%s: from %s, %d steps of %d s, %v missing", test.file, from, trace.Len(), trace.StepS, got.missing)
		}
		if got := words(result); got != test.words {
			t.Errorf("%s: findings %s, want %s", test.file, got, test.words)
		}
	}
}

// TestGob checks that the binary results of vegeta are refused with the command that converts them.
func TestGob(t *testing.T) {
	text, err := os.ReadFile("testdata/vegeta-results.gob")
	if err != nil {
		t.Fatal(err)
	}
	const want = "a: this is vegeta's own binary format; convert it first: vegeta encode -to csv a"
	if _, err := readTexts(t, traffic.Options{}, string(text)); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v", err)
	}
}
