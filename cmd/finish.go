package cmd

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/format"
)

// An output is a form of the answer, and where it goes: a file, or standard
// output where the path is empty.
type output struct {
	format.Options
	path string
}

// readOutputs reads the forms of the answer: FORMAT or FORMAT=FILE, several
// separated by commas.
func (in *input) readOutputs(t, explain text, o format.Options) {
	legal := outputFormats(in.command)
	printed := 0
	for one := range strings.SplitSeq(t.value, ",") {
		name, path, toFile := strings.Cut(one, "=")
		if !t.given() {
			name = legal[0]
		}
		switch {
		case !slices.Contains(legal, name):
			problem := "is not known"
			if slices.Contains(legal, strings.ToLower(name)) {
				problem += ", the values are lower case"
			}
			in.fault(0, "%s: %q %s; legal: %s", t.name, name, problem, strings.Join(legal, ", "))
		case toFile && path == "":
			in.fault(0, "%s: %q names no file; legal: %s=FILE", t.name, one, name)
		case name == "csv" && o.Explain:
			in.fault(0, "%s: csv has rows of figures and no place for formulas; legal: table, json, yaml or markdown with it", explain.name)
		}
		if path == "-" {
			path = ""
		}
		if path == "" {
			printed++
		}
		out := output{o, path}
		out.Format = name
		out.Color = o.Color && path == ""
		in.outputs = append(in.outputs, out)
	}
	if printed > 1 {
		in.fault(0, "%s: %q is more than one answer for standard output; legal: FORMAT=FILE for the others", t.name, t.value)
	}
}

// finish writes the report in all its forms and ends with the verdict. Where
// that could not be decided, nothing is written.
func (in *input) finish(env Env, report format.Report, verdict error) error {
	exit, failed := verdict.(*exitError)
	if failed && exit.code != exitFailed {
		return verdict
	}
	if n := len(in.account.Unknown); n > 0 && len(in.levels) > 0 {
		message := fmt.Sprintf("--%s %q holds: %s of the files", flagFailOn, calc.LevelUnknown, format.Count(n, "unknown value"))
		if failed {
			message = exit.message + "\n" + message
		}
		verdict = &exitError{code: exitFailed, message: message}
	}
	return in.write(env, report, verdict)
}

// write writes the report: files first, each at once or not at all.
func (in *input) write(env Env, report format.Report, verdict error) error {
	for _, out := range in.outputs {
		if out.path == "" {
			continue
		}
		var text bytes.Buffer
		err := report.Write(&text, out.Options)
		if err == nil {
			err = replace(out.path, text.Bytes())
		}
		if err != nil {
			return &exitError{code: exitTrouble, message: fmt.Sprintf("cannot write %s: %v", out.path, rootOf(err))}
		}
	}
	for _, out := range in.outputs {
		if out.path != "" {
			continue
		}
		if err := report.Write(env.Out, out.Options); err != nil {
			return writeError(err)
		}
	}
	return verdict
}

// replace writes a file at once, so that a reader never sees a half of it. What
// is no plain file, such as /dev/stderr, is written as it is.
func replace(path string, text []byte) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return os.WriteFile(path, text, 0o666)
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".lambdacap-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) // gone already where all went well
	_, err = file.Write(text)
	if mode := file.Chmod(0o644); err == nil {
		err = mode
	}
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

// rootOf is an error of the file system without the path, which the message has
// already.
func rootOf(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}

// echoModes completes the inputs with the mode that a split assumed.
func (in *input) echoModes(functions []calc.FunctionSpill) {
	for i := range functions {
		in.echo.Functions[i].Mode = calc.Some(functions[i].Mode)
	}
}
