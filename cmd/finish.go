package cmd

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/lambdacap/lambdacap/calc"
	"github.com/lambdacap/lambdacap/cmd/internal/files"
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
			in.fault("%s: %q %s; legal: %s", t.name, name, problem, strings.Join(legal, ", "))
		case toFile && path == "":
			in.fault("%s: %q names no file; legal: %s=FILE", t.name, one, name)
		case name == "csv" && o.Explain:
			in.fault("%s: csv has rows of figures and no place for formulas; legal: table, json, yaml or markdown with it", explain.name)
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
		in.fault("%s: %q is more than one answer for standard output; legal: FORMAT=FILE for the others", t.name, t.value)
	}
	for i, out := range in.outputs {
		if slices.ContainsFunc(in.outputs[:i], func(other output) bool { return out.path != "" && out.path == other.path }) {
			in.fault("%s: %q is written twice; legal: a file of its own for each", t.name, out.path)
		}
	}
}

// prints tells whether one of the outputs has a format.
func (in *input) prints(formats ...string) bool {
	return slices.ContainsFunc(in.outputs, func(out output) bool { return slices.Contains(formats, out.Format) })
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

// write writes the report in all its forms. One that cannot be written does not
// keep the others back.
func (in *input) write(env Env, report format.Report, verdict error) error {
	var failed []string
	for _, out := range in.outputs {
		if out.path == "" {
			if err := report.Write(env.Out, out.Options); err != nil {
				failed = append(failed, writeError(err).Error())
			}
			continue
		}
		var text bytes.Buffer
		err := report.Write(&text, out.Options)
		if err == nil {
			err = replace(out.path, text.Bytes())
		}
		if err != nil {
			failed = append(failed, fmt.Sprintf("cannot write %s: %v", out.path, files.Cause(err)))
		}
	}
	if len(failed) > 0 {
		return &exitError{code: exitTrouble, message: strings.Join(failed, "\n")}
	}
	return verdict
}

// replace writes a file at once, so that a reader never sees a half of it. What
// is there keeps its mode, a link leads to what is replaced, and what is no plain
// file, such as /dev/stderr, is written as it is.
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

// echoModes completes the inputs with the mode that a split assumed.
func (in *input) echoModes(functions []calc.FunctionSpill) {
	for i := range functions {
		in.echo.Functions[i].Mode = calc.Some(functions[i].Mode)
	}
}
