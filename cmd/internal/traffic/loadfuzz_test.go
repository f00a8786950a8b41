package traffic_test

import (
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/lambdacap/lambdacap/calc/series"
	"github.com/lambdacap/lambdacap/cmd/internal/traffic"
)

// nearly reports whether two results have the same traces, but for the rounding of sums in another order.
func nearly(x, y traffic.Result) bool {
	near := func(a, b float64) bool { return math.Abs(a-b) <= 1e-9*max(math.Abs(a), math.Abs(b), 1) }
	return slices.EqualFunc(x.Traces, y.Traces, func(a, b *series.Trace) bool {
		same := a.Function == b.Function && a.Start == b.Start && a.StepS == b.StepS && a.Len() == b.Len() &&
			slices.Equal(a.Calls, b.Calls) && near(a.ClientRPS, b.ClientRPS) &&
			a.UntimedRequests == b.UntimedRequests && near(a.UntimedMS, b.UntimedMS)
		for i := 0; same && i < a.Len(); i++ {
			s, u := a.At(i), b.At(i)
			same = near(s.Offered, u.Offered) && near(s.Throttled, u.Throttled) && near(s.DurationMS, u.DurationMS) &&
				s.Missing == u.Missing
		}
		return same
	})
}

// shuffled returns lines in another order, after a header.
func shuffled(text string, header int, seed uint64) string {
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	lines := strings.SplitAfter(text, "\n")
	lines = lines[:len(lines)-1]
	rest := lines[min(header, len(lines)):]
	random := rand.New(rand.NewPCG(seed, 1))
	random.Shuffle(len(rest), func(i, k int) { rest[i], rest[k] = rest[k], rest[i] })
	return strings.Join(lines, "")
}

// TestLoadOrder checks that the lines of samples may come in any order.
func TestLoadOrder(t *testing.T) {
	for name, header := range map[string]int{
		"k6-out.csv": 1, "vegeta-results.jsonl": 0, "vegeta-results.csv": 0, "hey.csv": 1, "locust_stats_history.csv": 1,
		"locust_stats.csv": 1, "apigateway-access.jsonl": 0, "apigateway-access-clf.log": 0, "day.csv": 1, "german.csv": 1,
		"seconds.csv": 1,
	} {
		text, err := os.ReadFile("testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		whole, err := readTexts(t, traffic.Options{}, string(text))
		if err != nil {
			t.Fatal(err)
		}
		for seed := range uint64(3) {
			other, err := readTexts(t, traffic.Options{}, shuffled(string(text), header, seed))
			if err != nil || !nearly(whole, other) {
				t.Errorf("%s: another order gives another trace, %v", name, err)
			}
		}
	}
}

// fuzzLines reads what a fuzzer makes of a format, also with its lines in another order.
func fuzzLines(f *testing.F, format string, header int, texts ...string) {
	f.Helper()
	for _, text := range texts {
		if name, ok := strings.CutPrefix(text, "file:"); ok {
			data, err := os.ReadFile("testdata/" + name)
			if err != nil {
				f.Fatal(err)
			}
			text = string(data[:min(len(data), 3000)])
		}
		f.Add(text, uint64(1))
	}
	f.Fuzz(func(t *testing.T, text string, seed uint64) {
		if !strings.HasSuffix(text, "\n") {
			text += "\n"
		}
		read := func(text string) (traffic.Result, error) {
			o := traffic.Options{Now: now, Stdin: strings.NewReader(text), Format: format, MaxBytes: 1 << 24}
			return traffic.Read([]string{"-"}, o)
		}
		whole, err := read(text)
		if err != nil {
			return
		}
		for _, trace := range whole.Traces {
			sound(t, trace)
		}
		if header < 0 || strings.Contains(text, `"`) && format != "vegeta-json" && format != "k6-json" {
			return // values with line breaks
		}
		other, err := read(shuffled(text, header, seed))
		if err == nil && !nearly(whole, other) {
			t.Errorf("another order gives %s, and %s before", traces(other), traces(whole))
		}
	})
}

func FuzzK6Summary(f *testing.F) {
	fuzz(f, "k6-summary", "k6-summary-export.json", "k6-summary-v1.json")
}

func FuzzK6JSON(f *testing.F) {
	fuzzLines(f, "k6-json", 0, k6Point("http_reqs", "00:01.5Z", 1, "200")+k6Point("http_req_duration", "00:01.5Z",
		100, "429"),
		k6Point("http_reqs", "00:01.5Z", 1, "200")+k6Point("vus", "00:01.5Z", 100, ""))
}

func FuzzK6CSV(f *testing.F) { fuzzLines(f, "k6-csv", 1, "file:k6-out.csv") }

func FuzzVegetaReport(f *testing.F) { fuzz(f, "vegeta-report", "vegeta-report.json") }

func FuzzVegetaJSON(f *testing.F) { fuzzLines(f, "vegeta-json", 0, "file:vegeta-results.jsonl") }

func FuzzVegetaCSV(f *testing.F) {
	fuzzLines(f, "vegeta-csv", 0, "file:vegeta-results.csv", "file:vegeta-results-9col.csv")
}

func FuzzHeyCSV(f *testing.F) { fuzzLines(f, "hey-csv", 1, "file:hey.csv") }

func FuzzHeyText(f *testing.F) { fuzz(f, "hey", "hey.txt") }

func FuzzArtillery(f *testing.F) { fuzz(f, "artillery", "artillery.json") }

func FuzzLocust(f *testing.F) { fuzz(f, "locust", "locust_stats.csv") }

func FuzzLocustHistory(f *testing.F) {
	fuzzLines(f, "locust-history", 1, "file:locust_stats_history.csv")
}

func FuzzJMeter(f *testing.F) {
	fuzzLines(f, "jmeter", 1, "timeStamp,elapsed,responseCode\n1795528800000,150,200\n1795528800500,20,429\n")
}

func FuzzALB(f *testing.F) {
	f.Add(albLine(1, "0.1", "200", "200", "/a", group, "-") +
		albLine(2, "-1", "503", "-", "/a", group, "LambdaThrottling"))
	fuzz(f, "alb")
}

func FuzzAPIGateway(f *testing.F) { fuzzLines(f, "api-gateway", 0, "file:apigateway-access.jsonl") }

func FuzzCLF(f *testing.F) { fuzzLines(f, "clf", 0, "file:apigateway-access-clf.log") }

func FuzzCloudFront(f *testing.F) {
	f.Add("#Version: 1.0\n#Fields: date time x-edge-result-type sc-status\n2026-11-24\t02:59:00\tMiss\t200\n")
	fuzz(f, "cloudfront")
}

func FuzzPlain(f *testing.F) {
	fuzzLines(f, "csv", 1, "file:day.csv", "file:german.csv", "file:seconds.csv", "t;rps\n0;1,5\n",
		"minute,function,requests/s,avg_ms,throttled\n2026-11-24 12:00,a,5,1,0\n2026-11-24 12:01,b,5,1,1\n")
}

func FuzzConsole(f *testing.F) {
	f.Add("Label,Invocations,shop Duration\nUnit,Count,Seconds\nId,m1,m2\n2026/11/24 12:00:00,5,100.5\n2026/11/24 " +
		"12:01:00,,\n")
	fuzz(f, "cloudwatch-csv")
}
