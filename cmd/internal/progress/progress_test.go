package progress_test

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lambdacap/lambdacap/cmd/internal/progress"
)

// TestLine checks that nothing is shown in the first second, that lines are at least 0.2 s apart, and that the last one
// is erased.
func TestLine(t *testing.T) {
	var out bytes.Buffer
	now := time.Unix(0, 0)
	l := progress.New(&out, progress.Auto, func() time.Time { return now })
	l.Show("dir/metric-data.json", 0, 400e6)
	now = now.Add(900 * time.Millisecond)
	l.Show("dir/metric-data.json", 90e6, 400e6)
	if out.Len() > 0 {
		t.Errorf("shown too early: %q", out.String())
	}
	now = now.Add(100 * time.Millisecond)
	l.Show("dir/metric-data.json", 100e6, 400e6)
	l.Show("dir/metric-data.json", 200e6, 400e6)
	if got, want := out.String(), "\r\x1b[Kreading metric-data.json  25%  100 MB/s  4s left"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	now = now.Add(200 * time.Millisecond)
	l.Show("stdin\x1b[2J", 7e6, -1)
	if got := out.String(); !strings.HasSuffix(got, `  7 MB`) || strings.Contains(got, "\x1b[2J") {
		t.Errorf("%q", got)
	}
	l.Erase()
	l.Erase()
	if got := out.String(); !strings.HasSuffix(got, "7 MB\r\x1b[K") {
		t.Errorf("not erased once: %q", got)
	}
}

// TestCount checks that a count is shown like the reading of files, and that several may count.
func TestCount(t *testing.T) {
	var out bytes.Buffer
	now := time.Unix(0, 0)
	l := progress.New(&out, progress.Auto, func() time.Time { return now })
	count := l.Count("sizing ways", 60)
	var wait sync.WaitGroup
	for range 2 {
		wait.Go(func() { count(1) })
	}
	wait.Wait()
	now = now.Add(time.Second)
	count(0)
	count(1)
	l.Erase()
	if got, want := out.String(), "\r\x1b[Ksizing ways  2 of 60\r\x1b[K"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	progress.New(&out, progress.Never, nil).Count("ways", 1)(1)
}

// TestNever checks that nothing is shown where nothing should be.
func TestNever(t *testing.T) {
	var out bytes.Buffer
	l := progress.New(&out, progress.Never, time.Now)
	l.Show("a", 1, 2)
	l.Erase()
	l = progress.New(&out, progress.Always, nil)
	l.Show("a", 1, 2)
	if out.Len() > 0 {
		t.Errorf("%q", out.String())
	}
}
