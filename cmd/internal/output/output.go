// Package output writes an answer to standard output and to files.
package output

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/cmd/internal/exit"
	"github.com/lambdacap/lambdacap/cmd/internal/files"
	"github.com/lambdacap/lambdacap/cmd/internal/suggest"
	"github.com/lambdacap/lambdacap/format"
	"github.com/lambdacap/lambdacap/format/safe"
)

// An Output says how to show the answer, and where to write it.
type Output struct {
	format.Options
	// Path is the file; empty for standard output.
	Path string
}

// Parse reads FORMAT or FORMAT=FILE. The file - is standard output. With an error, the output has only its path, so
// that Check can still compare it with the others.
func Parse(text string, legal []string) (Output, error) {
	name, path, toFile := strings.Cut(text, "=")
	out := Output{Path: path}
	if path == "-" {
		out.Path = ""
	}
	switch {
	case !slices.Contains(legal, name):
		return out, fmt.Errorf("%q %s; legal: %s", name, suggest.Unknown(name, legal), strings.Join(legal, ", "))
	case toFile && path == "":
		return out, fmt.Errorf("%q names no file; legal: %s=FILE", text, name)
	}
	out.Format = name
	return out, nil
}

// Check returns what is wrong with the combination of several outputs. text is how they were given.
func Check(outputs []Output, text string) (problems []error) {
	printed := 0
	for i, out := range outputs {
		if out.Path == "" {
			printed++
		} else if slices.ContainsFunc(outputs[:i], func(other Output) bool { return out.Path == other.Path }) {
			problems = append(problems, fmt.Errorf("%q is written twice; legal: a file of its own for each", out.Path))
		}
	}
	if printed > 1 {
		problem := fmt.Errorf("%q is more than one answer for standard output; legal: FORMAT=FILE for the others", text)
		problems = append([]error{problem}, problems...)
	}
	return problems
}

// Write writes the report to all outputs. One that cannot be written does not stop the others.
func Write(stdout io.Writer, report format.Report, outputs []Output) error {
	var failed []string
	for _, out := range outputs {
		if out.Path == "" {
			if err := report.Write(stdout, out.Options); err != nil {
				failed = append(failed, Failed(err).Error())
			}
			continue
		}
		var text bytes.Buffer
		err := report.Write(&text, out.Options)
		if err == nil {
			err = replace(out.Path, text.Bytes())
		}
		if err != nil {
			failed = append(failed, fmt.Sprintf("cannot write %s: %v", safe.Text(out.Path), files.Cause(err)))
		}
	}
	if len(failed) > 0 {
		return &exit.Error{Code: exit.Trouble, Message: strings.Join(failed, "\n")}
	}
	return nil
}

// Failed returns the error of a run that could not write to standard output.
func Failed(err error) error {
	return &exit.Error{Code: exit.Trouble, Message: fmt.Sprintf("cannot write to standard output: %v", files.Cause(err))}
}

// replace writes a file in one step, so that a reader never sees half of it. An existing file keeps its mode, and for a
// link the file that it leads to is replaced. Anything that is not a regular file, such as /dev/stderr, is written in
// place.
func replace(path string, text []byte) error {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	info, missing := os.Stat(path)
	if missing == nil && !info.Mode().IsRegular() {
		return os.WriteFile(path, text, 0o666)
	}
	part := fmt.Sprintf("%s.%d.part", path, os.Getpid())
	err := os.WriteFile(part, text, 0o666)
	if err == nil && missing == nil {
		err = os.Chmod(part, info.Mode().Perm())
	}
	if err == nil {
		err = os.Rename(part, path)
	}
	if err != nil {
		_ = os.Remove(part)
	}
	return err
}
