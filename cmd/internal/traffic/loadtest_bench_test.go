package traffic_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/lambdacap/lambdacap/cmd/internal/traffic"
)

// k6Metrics are the metrics of one request in the output of k6 beside those that are read.
var k6Metrics = []string{"http_req_blocked", "http_req_connecting", "http_req_tls_handshaking", "http_req_sending",
	"http_req_waiting", "http_req_receiving", "http_req_failed", "checks", "data_sent", "data_received",
	"iteration_duration", "iterations", "vus", "vus_max"}

// k6Of returns about n bytes of the JSON output of k6.
func k6Of(n int) []byte {
	var b bytes.Buffer
	start := time.Date(2026, 11, 24, 14, 0, 0, 0, time.UTC)
	for i := 0; b.Len() < n; i++ {
		at := start.Add(time.Duration(i) * time.Millisecond).Format("2006-01-02T15:04:05.000000-07:00")
		for k, name := range append([]string{"http_reqs", "http_req_duration"}, k6Metrics...) {
			value := 1.0
			if k > 0 {
				value = float64(100+i%100) / 7
			}
			fmt.Fprintf(&b, `{"metric":%q,"type":"Point","data":{"time":%q,"value":%v,"tags":{"expected_response":"true",`+
				`"group":"","method":"POST","name":"https://shop.example.com/checkout","proto":"HTTP/2.0","scenario":"default",`+
				`"status":"200","tls_version":"tls1.3","url":"https://shop.example.com/checkout"}}}`+"\n", name, at, value)
		}
	}
	return b.Bytes()
}

// tableOf returns about n bytes of a table by the second.
func tableOf(n int) []byte {
	var b bytes.Buffer
	b.WriteString("timestamp,invocations,duration_ms,throttles\n")
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, "%s,%d,%d.5,0\n", start.Add(time.Duration(i)*time.Second).Format(time.RFC3339), 600+i%977, 100+i%50)
	}
	return b.Bytes()
}

// readCSV is the yardstick for tables: encoding/csv without what the cells mean.
func readCSV(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	in := csv.NewReader(file)
	in.ReuseRecord = true
	for {
		if _, err := in.Read(); errors.Is(err, io.EOF) {
			return file.Close()
		} else if err != nil {
			return errors.Join(err, file.Close())
		}
	}
}

// readLines is the yardstick for logs: it counts the line breaks.
func readLines(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	buffer := make([]byte, 256<<10)
	for lines := 0; ; {
		n, err := file.Read(buffer)
		lines += bytes.Count(buffer[:n], []byte("\n"))
		if errors.Is(err, io.EOF) {
			return file.Close()
		} else if err != nil {
			return errors.Join(err, file.Close())
		}
	}
}

func benchmarkFormat(b *testing.B, data []byte, yardstick func(path string) error) {
	path := write(b, "data", data)
	b.Run("yardstick", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			if err := yardstick(path); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("read", func(b *testing.B) { benchmarkRead(b, path, int64(len(data))) })
}

// BenchmarkPlain reads a table. The target is 100 MB/s, which is at most three times the time of the
// yardstick.
func BenchmarkPlain(b *testing.B) { benchmarkFormat(b, tableOf(64<<20), readCSV) }

// BenchmarkK6 reads the JSON output of k6, of which one line in eight counts.
func BenchmarkK6(b *testing.B) { benchmarkFormat(b, k6Of(64<<20), readLines) }

// BenchmarkVegeta reads results of vegeta with bodies of a megabyte, and others without.
func BenchmarkVegeta(b *testing.B) {
	line := func(i int, body string) string {
		return fmt.Sprintf(`{"attack":"","seq":%d,"code":200,"timestamp":"2026-11-24T14:00:%02d.%03dZ","latency":140000000,`+
			`"bytes_out":0,"bytes_in":1834,"error":"","body":%q,"method":"POST","url":"https://shop.example.com/checkout",`+
			`"headers":{"Content-Type":["application/json"]}}`+"\n", i, i%60, i%1000, body)
	}
	var small, large strings.Builder
	for i := range 100_000 {
		small.WriteString(line(i, "e30="))
	}
	body := strings.Repeat("QUJD", 300_000)
	for i := range 50 {
		large.WriteString(line(i, body))
	}
	b.Run("small", func(b *testing.B) { benchmarkFormat(b, []byte(small.String()), readLines) })
	b.Run("large", func(b *testing.B) { benchmarkFormat(b, []byte(large.String()), readLines) })
}

// BenchmarkALB reads an access log.
func BenchmarkALB(b *testing.B) {
	const line = `https 2026-11-24T02:%02d:%02d.442000Z app/checkout/50dc6c495c0c9188 203.0.113.3:40003 - 0.001 0.141 ` +
		`0.000 200 200 421 1834 "POST https://shop.example.com:443/checkout HTTP/1.1" "curl/8.9.1" ` +
		`ECDHE-RSA-AES128-GCM-SHA256 ` +
		`TLSv1.2 arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/checkout/73e2d6bc24d8a067 "Root=1-67" ` +
		`"shop.example.com" "arn:aws:acm:eu-west-1:123456789012:certificate/12345678" 0 2026-11-24T02:%02d:%02d.300000Z ` +
		`"forward" "-" "-" "-" "-" "-" "-" TID_00000000000000000000000000000003` + "\n"
	var log strings.Builder
	for i := range 50_000 {
		fmt.Fprintf(&log, line, i/60%60, i%60, i/60%60, i%60)
	}
	benchmarkFormat(b, []byte(log.String()), readLines)
}

// TestAllocations checks that lines need no memory of their own.
func TestAllocations(t *testing.T) {
	for name, make := range map[string]func(n int) []byte{"a table": tableOf, "k6": k6Of} {
		var used [2]float64
		for i, n := range []int{100 << 10, 1 << 20} {
			path := write(t, "data", make(n))
			used[i] = testing.AllocsPerRun(1, func() {
				if _, err := traffic.Read([]string{path}, traffic.Options{Now: now}); err != nil {
					t.Fatal(err)
				}
			})
		}
		if used[1]-used[0] > 200 {
			t.Errorf("%s: %v allocations for 1 MB, %v for 100 KB", name, used[1], used[0])
		}
	}
}
