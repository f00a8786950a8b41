package replay_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/erlang"
	"github.com/lambdacap/lambdacap/calc/replay"
	"github.com/lambdacap/lambdacap/calc/series"
)

// busy is traffic of a number of minutes that all differ.
func busy(name string, minutes int, seed uint64) *series.Trace {
	r := rand.New(rand.NewPCG(seed, 1))
	t := &series.Trace{Function: name, Start: midnight, Dated: true, StepS: 60}
	for m := range minutes {
		rate := 6000 * (1.2 - math.Cos(2*math.Pi*float64(m)/1440)) * (0.8 + 0.4*r.Float64())
		s := series.Step{Offered: math.Round(rate), DurationMS: 100 + 40*r.Float64()}
		s.Maximum = math.Round(s.Offered / 60 * s.DurationMS / 1000 * 1.6)
		t.Append(s)
	}
	return t
}

// BenchmarkReplay27360 replays 19 days of one function, with everything.
func BenchmarkReplay27360(b *testing.B) {
	trace, o := busy("checkout", 27360, 1), replay.Options{EstimatePeakedness: true, Cost: prices(b)}
	b.ReportAllocs()
	for b.Loop() {
		run(b, checkout(20), trace, o)
	}
}

// BenchmarkLosses27360 is the yardstick of BenchmarkReplay27360: the loss of each minute, and nothing else.
func BenchmarkLosses27360(b *testing.B) {
	trace := busy("checkout", 27360, 1)
	for b.Loop() {
		for i := range trace.Len() {
			s := trace.At(i)
			erlang.B(20, s.Offered/60*s.DurationMS/1000)
		}
	}
}

// many is an account with traffic for each of its functions.
func many(functions, minutes int) (a calc.Account, traces []*series.Trace, of []int) {
	a = calc.Account{Concurrency: 100_000, Region: "us-east-1"}
	for i := range functions {
		f := calc.Function{Name: fmt.Sprint("f", i), Mode: calc.Sync, MemoryMB: calc.Some[int64](1024)}
		if i%3 == 0 {
			f.Provisioned = 20
		}
		a.Functions = append(a.Functions, f)
		traces, of = append(traces, busy(f.Name, minutes, uint64(i))), append(of, i)
	}
	return a, traces, of
}

// BenchmarkReplay1000 replays a day of 1,000 functions that share the unreserved units.
func BenchmarkReplay1000(b *testing.B) {
	a, traces, of := many(1000, 1440)
	o := replay.Options{Scale: 1, EstimatePeakedness: true, Cost: prices(b)}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := replay.Replay([]replay.Setting{{Account: a}}, traces, of, o); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLosses1000 is the yardstick of BenchmarkReplay1000.
func BenchmarkLosses1000(b *testing.B) {
	_, traces, _ := many(1000, 1440)
	for b.Loop() {
		for _, t := range traces {
			for i := range t.Len() {
				s := t.At(i)
				erlang.B(20, s.Offered/60*s.DurationMS/1000)
			}
		}
	}
}

// BenchmarkReplaySpooled replays the traffic of BenchmarkReplay1000 with only a fifth of it in memory. The target is
// at most 1.3 times BenchmarkReplay1000.
func BenchmarkReplaySpooled(b *testing.B) {
	a, traces, of := many(1000, 1440)
	file, err := os.Create(filepath.Join(b.TempDir(), "spool"))
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close() //nolint:errcheck // nobody needs it
	spool := series.NewSpool(1000, func() (series.Store, error) { return file, nil })
	for _, t := range traces {
		c := series.Columns{Offered: spool.Column(), DurationMS: spool.Column(), Maximum: spool.Column()}
		for i, s := range t.All() {
			c.Offered.Set(i, s.Offered)
			c.DurationMS.Set(i, s.DurationMS)
			c.Maximum.Set(i, s.Maximum)
		}
		t.SetSteps(c, 0, t.Len()-1)
	}
	o := replay.Options{Scale: 1, EstimatePeakedness: true, Cost: prices(b)}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := replay.Replay([]replay.Setting{{Account: a}}, traces, of, o); err != nil || spool.Err() != nil {
			b.Fatal(err, spool.Err())
		}
	}
}
