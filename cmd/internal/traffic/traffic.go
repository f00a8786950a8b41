// Package traffic reads traffic over time from files: answers of CloudWatch, logs, results of load tests, access logs,
// CSV. Every format becomes the same traces, one for each function.
//
// A format is a line in the table of formats.go, and a file with its reader. A reader says what the file has to a
// Recorder, which joins the data of all files.
package traffic

import (
	"cmp"
	"errors"
	"io"
	"os"
	"regexp"
	"slices"
	"time"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/calc/check"
	"github.com/lambdacap/lambdacap/calc/series"
	"github.com/lambdacap/lambdacap/cmd/internal/files"
)

// Options say how files are read where they do not say it themselves. The zero Options are the defaults, except for
// Now.
type Options struct {
	// Format is the name of the format of all files; empty to detect it from the content of each.
	Format string
	// Function is the name of the function whose traffic the files have, where they name none.
	Function string
	// Stat gives the statistic of an answer of CloudWatch by its id, such as Average; Metric gives the metric.
	Stat, Metric map[string]string
	// Field gives the name of the column or key for time, count, duration, status, throttles or function.
	Field map[string]string
	// FunctionLabel finds the name of the function in a label: its first group, or all of it if it has none.
	FunctionLabel *regexp.Regexp
	// Where lists the conditions that requests of an access log must meet.
	Where []Condition
	// DurationGiven says that the duration is given elsewhere, so that files need none.
	DurationGiven bool
	// TimeZone is the zone of times that do not say theirs; nil for UTC.
	TimeZone *time.Location
	// TimeFormat is the layout of times in a table, as package time has it and CheckTimeFormat allows it; empty to detect
	// it.
	TimeFormat string
	// Between is the part of the time that counts.
	Between Between
	// SkipGaps says that steps without data do not count; otherwise they are steps without requests.
	SkipGaps bool
	// MaxBytes is the largest size that compressed data may unpack to, bytes; 0 for 10 GB and at most 1,000 times the
	// packed size.
	MaxBytes int64
	// Now is the time of the run: later times are wrong.
	Now time.Time
	// Stdin is read for the path -.
	Stdin io.Reader
	// ProfileKeys are the top-level keys of a profile, by which it is recognized.
	ProfileKeys []string
	// Progress, if it is not nil, is called now and then with the name of the file that is being read, the bytes of it
	// that are done, and its size, or -1 if that is not known.
	Progress func(name string, done, size int64)
}

// A Condition holds for requests whose value of a key matches a pattern, in which * stands for any text.
type Condition struct{ Key, Pattern string }

// A Result is the traffic of all files.
type Result struct {
	// Traces are the traffic of each function, ordered by name.
	Traces []*series.Trace
	// Findings say what the files do not have, and what was assumed.
	Findings []calc.Finding
	// Files are the paths of the files that have traffic, in the order given. A folder is its files.
	Files []string
	// Settings are the paths of files and folders that have settings, in the order given.
	Settings []string

	spool *series.Spool
}

// Err returns the error of a run that failed to keep or to read the traffic, in a temporary file: at the end of the
// calculation, what it has computed is wrong then.
func (r *Result) Err() error { return spoolError(r.spool) }

// Read reads files, the files with traffic of folders, and standard input for the path -. The error lists everything
// that is wrong with them, as far as it was read.
func Read(paths []string, o Options) (Result, error) {
	if o.Format != "" && formatNamed(o.Format) == nil {
		return Result{}, unknownFormat(o.Format)
	}
	if err := o.wrong(); err != nil {
		return Result{}, err
	}
	return newRecorder(o).read(paths)
}

func (r *Recorder) read(paths []string) (Result, error) {
	result := Result{spool: r.spool}
	r.several = len(paths) > 1
	for i, path := range paths {
		if path == "-" && slices.Contains(paths[:i], path) {
			r.faults.Add(check.Place{File: files.DisplayName(path)}, "stdin: given twice; expected - once")
			continue
		}
		members := []string{path}
		if path != "-" && files.IsFolder(path) {
			found, settings, err := Folder(path, r.options)
			if err != nil {
				r.faults.Add(check.Place{File: path}, "%s", err)
			}
			if settings || len(found) == 0 {
				result.Settings = append(result.Settings, path)
			}
			members = found
			r.several = true
		}
		for _, file := range members {
			setting, err := r.readPath(file)
			switch {
			case errors.Is(err, errTooMany):
				return Result{spool: r.spool}, cmp.Or(result.Err(), r.err())
			case err != nil:
				r.faults.Add(check.Place{File: files.DisplayName(file)}, "%s", err)
			case setting:
				result.Settings = append(result.Settings, file)
			default:
				result.Files = append(result.Files, file)
			}
		}
	}
	if err := r.err(); err != nil {
		return Result{}, err
	}
	if err := r.unused(); err != nil {
		return Result{}, err
	}
	result.Traces = r.join()
	if err := cmp.Or(result.Err(), r.err()); err != nil {
		return Result{spool: r.spool}, err
	}
	result.Findings = r.sortedFindings()
	return result, nil
}

// Folder returns the files of a folder that have traffic, and reports whether others have settings.
func Folder(path string, o Options) (found []string, settings bool, err error) {
	list, err := files.List(path)
	for _, file := range list {
		switch kind, err := newRecorder(o).detect(file); {
		case err != nil: // it is something else
		case kind == nil:
			settings = true
		default:
			found = append(found, file)
		}
	}
	return found, settings, err
}

// detect finds the format of a file; nil if it has settings.
func (r *Recorder) detect(path string) (*format, error) {
	s, err := r.open(path)
	if err != nil {
		return nil, err
	}
	defer s.close()
	return detect(newHead(s), path, r.options)
}

// HasSettings reports whether a path is a file or a folder with settings and not traffic. It looks only at files that
// can be read again.
func HasSettings(path string, o Options) bool {
	info, err := os.Stat(path)
	switch {
	case path == "-" || err != nil:
		return false
	case !info.Mode().IsRegular():
		return info.IsDir()
	}
	f, err := newRecorder(o).detect(path)
	return f == nil && err == nil
}

// readPath reads one file. It reports whether the file has settings and not traffic.
func (r *Recorder) readPath(path string) (settings bool, err error) {
	s, err := r.open(path)
	if err != nil {
		return false, err
	}
	defer s.close()
	h := newHead(s)
	f, err := detect(h, path, r.options)
	if err != nil || f == nil {
		return f == nil && err == nil, err
	}
	if err := noFilter(r.options.Where, f); err != nil {
		return false, s.explain(err)
	}
	r.begin(s, f)
	if err := f.read(s, r); err != nil {
		return false, s.explain(err)
	}
	return false, s.end(r)
}
