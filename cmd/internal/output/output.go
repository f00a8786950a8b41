// Package output writes an answer to standard output and to files.
package output

import (
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
	// Path is the file as it was given; empty for standard output.
	Path string

	at      files.Location
	missing error // why it is not known where the path leads
	stdout  bool  // the path leads to standard output
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
		return out, fmt.Errorf("%q is not known; %s", name, suggest.Or(name, legal, "expected "+strings.Join(legal, ", ")))
	case toFile && path == "":
		return out, fmt.Errorf("%q names no file; expected %s=FILE", text, name)
	}
	out.Format = name
	return out, nil
}

// Locate finds the file of the output. stdout is the file behind standard output: a path that leads there, such as
// /dev/stdout, means standard output. With confined, links may not lead out of the folder.
func (o *Output) Locate(stdout files.Location, confined bool) error {
	if o.Path == "" {
		return nil
	}
	o.at, o.missing = files.Locate(o.Path)
	number, isOpen := o.at.Descriptor()
	o.stdout = isOpen && number == 1 || o.at.Is(stdout)
	if !confined || isOpen || o.missing != nil {
		return nil
	}
	if folder := o.folder(); !isWithin(folder, o.at.Path) {
		return fmt.Errorf("%q is a link to %q, outside of %q, which is not followed in CI; expected a file there, "+
			"or the file that it leads to by its own name", o.Path, o.at.Path, folder)
	}
	return nil
}

// folder returns the folder that links may not leave: the working folder for a path in it, whose folders may be links
// as well, or else the folder that the path names.
func (o *Output) folder() string {
	named := filepath.Dir(o.Path)
	if working, err := os.Getwd(); err == nil && (filepath.IsLocal(o.Path) || isWithin(working, o.Path)) {
		named = working
	}
	folder, _ := files.Locate(named)
	return folder.Path
}

// isWithin reports whether a path is in a folder or below.
func isWithin(folder, path string) bool {
	below, err := filepath.Rel(folder, path)
	return err == nil && filepath.IsLocal(below)
}

// IsPrinted reports whether the output goes to standard output.
func (o *Output) IsPrinted() bool { return o.Path == "" || o.stdout }

// Is reports whether the output is written to a file.
func (o *Output) Is(file files.Location) bool { return o.Path != "" && o.at.Is(file) }

// Check returns what is wrong with the combination of several outputs. text is how they were given.
func Check(outputs []Output, text string) (problems []error) {
	printed := 0
	for i, out := range outputs {
		same := slices.IndexFunc(outputs[:i], func(other Output) bool { return other.Is(out.at) })
		switch {
		case out.IsPrinted():
			printed++
		case same < 0:
		case out.Path == outputs[same].Path:
			problems = append(problems, fmt.Errorf("%q is written twice; expected a file of its own for each", out.Path))
		default:
			problems = append(problems, fmt.Errorf("%q is %q, which is written already; expected a file of its own for each",
				out.Path, outputs[same].Path))
		}
	}
	if printed > 1 {
		problem := fmt.Errorf("%q is more than one answer for standard output; expected FORMAT=FILE for the others", text)
		problems = append([]error{problem}, problems...)
	}
	return problems
}

// An Answer is what is written.
type Answer interface {
	// Write shows the answer. It returns an error if the writer fails.
	Write(w io.Writer, o format.Options) error
}

// Exists reports whether the output is a file that exists already.
func (o *Output) Exists() bool { return !o.IsPrinted() && o.at.IsRegular() }

// Write writes the answer to all outputs. Files come first, and they are written all or none: if one of them cannot be
// written, nothing is. Standard output comes last, since a reader that goes away ends the program.
func Write(stdout io.Writer, answer Answer, outputs []Output, parts *Parts) error {
	var failed []string
	fail := func(out Output, err error) {
		failed = append(failed, fmt.Sprintf("cannot write %s: %v", safe.Text(out.Path), files.Cause(err)))
	}
	var ready []staged
	var inPlace []Output
	for _, out := range outputs {
		if out.IsPrinted() {
			continue
		}
		switch part, err := out.stage(answer, parts); {
		case err != nil:
			fail(out, err)
		case part == "":
			inPlace = append(inPlace, out)
		default:
			ready = append(ready, staged{out, part})
		}
	}
	if len(failed) > 0 {
		parts.Remove()
		return trouble(failed, len(outputs))
	}
	inPlace = append(inPlace, parts.replace(ready, fail)...)
	for _, out := range inPlace {
		if err := out.writeInPlace(answer); err != nil {
			fail(out, err)
		}
	}
	for _, out := range outputs {
		if !out.IsPrinted() {
			continue
		}
		if err := answer.Write(stdout, out.Options); err != nil {
			failed = append(failed, Failed(err).Error())
		}
	}
	if len(failed) > 0 {
		return trouble(failed, 1)
	}
	return nil
}

// trouble returns the error of a run that could not write some of its outputs.
func trouble(failed []string, outputs int) error {
	err := &exit.Error{Code: exit.Trouble, Message: strings.Join(failed, "\n")}
	if len(failed) < outputs {
		err.Hint = "nothing is written unless all of it can be"
	}
	return err
}

// Failed returns the error of a run that could not write to standard output.
func Failed(err error) error {
	return &exit.Error{Code: exit.Trouble, Message: fmt.Sprintf("cannot write to standard output: %v", files.Cause(err))}
}
