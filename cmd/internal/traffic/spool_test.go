package traffic

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/replay"
	"github.com/lambdacap/lambdacap/calc/series"
	"github.com/lambdacap/lambdacap/cmd/internal/exit"
)

// rowsOf returns the rows of a table of functions by time, of so many days, ordered by function.
func rowsOf(random *rand.Rand, functions, days, stepS int) (rows []string) {
	start := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	for f := range functions {
		for i := range days * 86_400 / stepS {
			if random.IntN(9) == 0 {
				continue
			}
			duration := float64(random.IntN(30_000)) / 100
			if f == 1 {
				duration = 300 * random.Float64()
			}
			offered := 1000 + random.IntN(500)
			rows = append(rows, fmt.Sprintf("f%d,%s,%d,%v,%d", f,
				start.Add(time.Duration(i*stepS)*time.Second).Format(time.RFC3339), offered, duration, random.IntN(3)))
		}
	}
	return rows
}

// byTime orders rows by their second column.
func byTime(rows []string) []string {
	when := func(row string) string { return strings.Split(row, ",")[1] }
	return slices.SortedStableFunc(slices.Values(rows), func(x, y string) int { return strings.Compare(when(x), when(y)) })
}

// metricsText returns what the rows of a function have as CloudWatch states it: durations of five minutes, and maxima.
func metricsText(rows []string) string {
	var metrics []string
	for _, metric := range []struct {
		name          string
		column, every int
	}{{invocations, 2, 1}, {duration, 3, 5}, {concurrency, 2, 1}, {throttles, 4, 1}} {
		var times, values []string
		for _, row := range rows {
			cells := strings.Split(row, ",")
			if minute := cells[1][14:16]; cells[0] == "f0" && (metric.every == 1 || minute[1] == '0' || minute[1] == '5') {
				times, values = append(times, fmt.Sprintf("%q", cells[1])), append(values, cells[metric.column])
			}
		}
		metrics = append(metrics, fmt.Sprintf(`{"Id":"m%d","Label":"f0 %s","Timestamps":[%s],"Values":[%s]}`, len(metrics),
			metric.name, strings.Join(times, ","), strings.Join(values, ",")))
	}
	return `{"MetricDataResults":[` + strings.Join(metrics, ",") + `]}`
}

// logText returns logs in which each row of a function is an invocation.
func logText(rows []string) (files [][]string) {
	for _, f := range []string{"f0", "f1"} {
		var lines []string
		for i, row := range rows {
			if cells := strings.Split(row, ","); cells[0] == f {
				lines = append(lines, fmt.Sprintf("%s 2026/11/24/[$LATEST]4f0d2a9b7c1e4b6f9d3a5c7e8b1a2d3c REPORT RequestId: "+
					"8f5e6c1a-0000-4000-8000-%012d\tDuration: %s ms\tBilled Duration: 301 ms\tMemory Size: 128 MB\t", cells[1], i,
					cells[3]))
			}
		}
		files = append(files, lines)
	}
	return files
}

// TestSpooled checks that it makes no difference whether the numbers of a traffic are in memory, for rows in any order,
// steps that become shorter, rates, and maxima.
func TestSpooled(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	minutes := rowsOf(random, 3, 3, 60)
	shuffled := slices.Clone(minutes)
	random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	header, rates := "function,time,requests,duration_ms,throttled", "function,time,rps,duration_ms,throttled_per_s"
	finer := slices.DeleteFunc(rowsOf(random, 2, 3, 30), func(row string) bool {
		return strings.Contains(row, "-01T") && strings.Contains(row, ":30Z")
	})
	for name, files := range map[string][][]string{
		"grouped":  {append([]string{header}, minutes...)},
		"by time":  {append([]string{header}, byTime(minutes)...)},
		"shuffled": {append([]string{header}, shuffled...)},
		"rates":    {append([]string{rates}, minutes...)},
		"finer":    {append([]string{header}, finer...)},
		"hours":    {append([]string{header}, rowsOf(random, 2, 30, 3600)...)},
		"metrics":  {{metricsText(minutes)}},
		"log":      logText(minutes),
	} {
		var paths []string
		for i, rows := range files {
			path := filepath.Join(t.TempDir(), fmt.Sprint(i, ".csv"))
			if err := os.WriteFile(path, []byte(strings.Join(rows, "\n")+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			paths = append(paths, path)
		}
		answer := func(most int) (traces map[string][]series.Step, answer replay.Result, text string) {
			r := newRecorder(Options{})
			opened := false
			r.spool = series.NewSpool(most, func() (series.Store, error) {
				opened = true
				return openSpool()
			})
			result, err := r.read(paths)
			if err != nil {
				return nil, answer, err.Error()
			}
			traces = map[string][]series.Step{}
			for _, trace := range result.Traces {
				for _, s := range trace.All() {
					traces[trace.Function] = append(traces[trace.Function], *s)
				}
			}
			account, of := replay.Match(calc.Account{Concurrency: 30}, result.Traces)
			answer, err = replay.Replay([]replay.Setting{{Account: account}}, result.Traces, of, replay.Options{Scale: 1})
			if err != nil || result.Err() != nil || opened != (most < 1000) {
				t.Errorf("%s: %v, %v, opened %v", name, err, result.Err(), opened)
			}
			return traces, answer, fmt.Sprint(result.Findings)
		}
		steps, want, text := answer(1000)
		for _, most := range []int{1, 7} {
			if gotSteps, got, gotText := answer(most); !reflect.DeepEqual(gotSteps, steps) || !reflect.DeepEqual(got, want) ||
				gotText != text {
				t.Errorf("%s: other answers with %d units in memory: %s; want %s", name, most, gotText, text)
			}
		}
		if steps == nil {
			t.Errorf("%s: %s", name, text)
		}
	}
}

// TestSpoolFile checks that nobody else sees the temporary file, and that a folder that takes none ends the run.
func TestSpoolFile(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	t.Setenv("TMP", folder)
	store, err := openSpool()
	if err != nil {
		t.Fatal(err)
	}
	file := store.(*os.File) //nolint:errcheck // a panic is a failure
	if left, _ := os.ReadDir(folder); len(left) > 0 && os.PathSeparator == '/' {
		t.Errorf("%v is left", left)
	}
	if _, err := file.WriteAt([]byte("text"), 1000); err != nil {
		t.Error(err)
	}
	if err := file.Close(); err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(folder); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}

// full is a store on a full disk.
type full struct{ series.Store }

var errFull = errors.New("no space left on device")

func (full) WriteAt([]byte, int64) (int, error) { return 0, errFull }

// unreadable is a store that cannot be read.
type unreadable struct{ series.Store }

func (unreadable) ReadAt([]byte, int64) (int, error) { return 0, errors.New("input/output error") }

// TestSpoolFails checks that a run ends with an error, and not with other numbers, if the temporary file fails.
func TestSpoolFails(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	rows := append([]string{"function,time,requests,duration_ms,throttled"}, rowsOf(random, 3, 2, 60)...)
	path := filepath.Join(t.TempDir(), "a.csv")
	if err := os.WriteFile(path, []byte(strings.Join(rows, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	for what, wrap := range map[string]func(series.Store) (series.Store, error){
		"no such folder":          func(series.Store) (series.Store, error) { return nil, errors.New("no such folder") },
		"no space left on device": func(s series.Store) (series.Store, error) { return full{s}, nil },
		"input/output error":      func(s series.Store) (series.Store, error) { return unreadable{s}, nil },
	} {
		r := newRecorder(Options{})
		r.spool = series.NewSpool(4, func() (series.Store, error) {
			store, err := openSpool()
			if err != nil {
				return nil, err
			}
			return wrap(store)
		})
		result, err := r.read([]string{path})
		var failed *exit.Error
		if !errors.As(err, &failed) || failed.Code != exit.Trouble || !strings.HasSuffix(failed.Message, what) ||
			result.Traces != nil || !errors.As(result.Err(), &failed) {
			t.Errorf("%s: %v, %+v", what, err, result)
		}
	}
}

// TestTooManyDense checks that data without gaps may be longer than other data, but not of any length.
func TestTooManyDense(t *testing.T) {
	r := recorder()
	r.spool = series.NewSpool(10, openSpool)
	r.maxBlocks, r.maxDense = 30, 200
	fill := func(name string, days, every int) {
		m := r.Function(name).Metric(invocations, sum)
		for i := 0; i < days*1440 && r.Stop() == nil; i += every {
			m.Set(noon-int64(i)*minuteNS, 1, 1)
		}
	}
	fill("dense", 100, 1)
	if r.Stop() != nil {
		t.Fatal(r.faults)
	}
	fill("sparse", 50, 1440)
	if r.Stop() == nil || !strings.Contains(r.faults[0].Message, "most of them without data") {
		t.Errorf("%v", r.faults)
	}
	r.full, r.faults, r.blocks = false, nil, 100
	fill("more", 150, 1)
	if r.Stop() == nil || !strings.Contains(r.faults[0].Message, "600 million") {
		t.Errorf("%v", r.faults)
	}
}

// BenchmarkSpooled reads a table that moves to a temporary file, nearly all of it. The target is at most 1.4 times the
// yardstick, which keeps all of it in memory.
func BenchmarkSpooled(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	rows := append([]string{"function,time,requests,duration_ms,throttled"}, rowsOf(random, 50, 10, 60)...)
	text := strings.Join(rows, "\n")
	path := filepath.Join(b.TempDir(), "a.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	for _, run := range []struct {
		name string
		most int
	}{{"yardstick", 1 << 20}, {"spooled", 100}} {
		b.Run(run.name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				r := newRecorder(Options{})
				r.spool = series.NewSpool(run.most, openSpool)
				if _, err := r.read([]string{path}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
