package traffic_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/lambdacap/lambdacap/cmd/internal/traffic"
)

// logOf returns a log of about n bytes, as aws logs tail prints it: one line in five is a REPORT line.
func logOf(n int) []byte {
	var b bytes.Buffer
	start := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	const stream = "2026/11/24/[$LATEST]4f0d2a9b7c1e4b6f9d3a5c7e8b1a2d3c"
	for i := 0; b.Len() < n; i++ {
		at := start.Add(time.Duration(i) * 5 * time.Millisecond).Format("2006-01-02T15:04:05.000000+00:00")
		id := fmt.Sprintf("8f5e6c1a-0000-4000-8000-%012d", i)
		fmt.Fprintf(&b, "%s %s START RequestId: %s Version: $LATEST\n", at, stream, id)
		fmt.Fprintf(&b, "%s %s INFO order %d accepted, payment %x\n", at, stream, i, i*7919)
		fmt.Fprintf(&b, "%s %s INFO stored in %d ms with key %x\n", at, stream, i%97, i*104729)
		fmt.Fprintf(&b, "%s %s END RequestId: %s\n", at, stream, id)
		fmt.Fprintf(&b, "%s %s REPORT RequestId: %s\tDuration: %d.%02d ms\tBilled Duration: %d ms\tMemory Size: 1024 MB\t"+
			"Max Memory Used: 180 MB\t\n", at, stream, id, 100+i%50, i%100, 101+i%50)
	}
	return b.Bytes()
}

func packed(data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(data) // into memory
	_ = w.Close()
	return b.Bytes()
}

// metricsOf returns an answer of get-metric-data with so many functions and days of minutes.
func metricsOf(functions, days int) []byte {
	var b bytes.Buffer
	b.WriteString(`{"MetricDataResults":[`)
	for f := range functions {
		for k, name := range []string{"Invocations", "Duration"} {
			if f+k > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, `{"Id":"m%d_%d","Label":"f%d %s","Timestamps":[`, f, k, f, name)
			last := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC).Add(time.Duration(days) * 24 * time.Hour)
			for i := range days * 1440 {
				if i > 0 {
					b.WriteByte(',')
				}
				b.WriteString(last.Add(-time.Duration(i+1) * time.Minute).Format(`"2006-01-02T15:04:05+00:00"`))
			}
			b.WriteString(`],"Values":[`)
			for i := range days * 1440 {
				if i > 0 {
					b.WriteByte(',')
				}
				if k == 0 {
					fmt.Fprintf(&b, "%d.0", 1000+i%977)
				} else {
					fmt.Fprintf(&b, "%.13f", 120+float64(i%100)/7)
				}
			}
			b.WriteString(`],"StatusCode":"Complete"}`)
		}
	}
	b.WriteString(`],"Messages":[]}`)
	return b.Bytes()
}

func write(b testing.TB, name string, data []byte) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		b.Fatal(err)
	}
	return path
}

// countLines is the yardstick for logs: what gzip -dc | wc -l does, in this process.
func countLines(data []byte) (int, error) {
	in, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return 0, err
	}
	lines := 0
	buffer := make([]byte, 256<<10)
	for {
		n, err := in.Read(buffer)
		lines += bytes.Count(buffer[:n], []byte("\n"))
		if err == io.EOF {
			return lines, nil
		} else if err != nil {
			return 0, err
		}
	}
}

// BenchmarkReports reads a log. The target is at most 3 times the yardstick for packed logs, which is the time of
// gzip -dc | wc -l.
func BenchmarkReports(b *testing.B) {
	data := logOf(64 << 20)
	gz := packed(data)
	plainPath, gzPath := write(b, "a.log", data), write(b, "a.log.gz", gz)
	b.Run("yardstick", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			if _, err := countLines(gz); err != nil {
				b.Fatal(err)
			}
		}
	})
	for name, path := range map[string]string{"plain": plainPath, "gz": gzPath} {
		b.Run(name, func(b *testing.B) { benchmarkRead(b, path, int64(len(data))) })
	}
}

func benchmarkRead(b *testing.B, path string, size int64) {
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := traffic.Read([]string{path}, traffic.Options{Now: now.AddDate(0, 1, 0)}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkMetricData reads an answer of CloudWatch: ten functions by the minute for 15 days. The target is 164 MB/s on
// one core. The yardstick reads the tokens and forgets them.
func BenchmarkMetricData(b *testing.B) {
	data := metricsOf(10, 15)
	path := write(b, "metrics.json", data)
	b.Run("yardstick", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		for b.Loop() {
			d := jsontext.NewDecoder(bytes.NewBuffer(slices.Clip(data)))
			for {
				if _, err := d.ReadToken(); err == io.EOF {
					break
				} else if err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	b.Run("read", func(b *testing.B) { benchmarkRead(b, path, int64(len(data))) })
}

// BenchmarkPlainByMinute reads a table of 1,000 functions, minute by minute. The target is 174 MB/s on one core.
func BenchmarkPlainByMinute(b *testing.B) {
	var text bytes.Buffer
	text.WriteString("timestamp,function,invocations,duration_ms\n")
	start := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	for i := range 600 {
		at := start.Add(time.Duration(i) * time.Minute).Format(time.RFC3339)
		for f := range 1000 {
			fmt.Fprintf(&text, "%s,shop-%d,%d,%v\n", at, f, (i+f)*f%977, 120+float64(i*f%1000)/7)
		}
	}
	benchmarkRead(b, write(b, "a.csv", text.Bytes()), int64(text.Len()))
}
